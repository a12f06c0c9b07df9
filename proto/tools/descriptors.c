/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Build tool: descriptors IN OUT
 * Turns a FileDescriptorSet (protoc --include_imports --descriptor_set_out) into the C tables of proto/descriptors.h.
 * Its input is ours, so what cannot be is an assertion.
 */
#include "base/rc.h"

#include <google/protobuf/descriptor.pb-c.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    INPUT_MAX_BYTES = 8 << 20,
    NAME_MAX_BYTES = 256,
};

struct symbol {
    char *name;
    size_t file;
};

struct symbols {
    struct symbol *items;
    size_t count;
};

static Google__Protobuf__FileDescriptorSet *read_set(const char *path)
{
    FILE *in = fopen(path, "rb");
    AX_ASSERT(in != NULL);
    uint8_t *bytes = ax_xcalloc(INPUT_MAX_BYTES, 1);
    size_t len = fread(bytes, 1, INPUT_MAX_BYTES, in);
    AX_ASSERT(len < INPUT_MAX_BYTES && ferror(in) == 0);
    (void)fclose(in);
    Google__Protobuf__FileDescriptorSet *set = google__protobuf__file_descriptor_set__unpack(NULL, len, bytes);
    AX_ASSERT(set != NULL);
    ax_xfree(bytes);
    return set;
}

static void add_symbol(struct symbols *all, size_t file, const char *scope, const char *name)
{
    char full[NAME_MAX_BYTES];
    int len = snprintf(full, sizeof full, "%s.%s", scope, name);
    AX_ASSERT(len > 0 && (size_t)len < sizeof full);
    all->items = ax_xrealloc(all->items, (all->count + 1) * sizeof *all->items);
    all->items[all->count++] = (struct symbol){ax_xstrdup(full), file};
}

/* Enum values are siblings of their enum (descriptor.proto, EnumValueDescriptorProto). */
static void add_enum(
        struct symbols *all, size_t file, const char *scope, const Google__Protobuf__EnumDescriptorProto *e)
{
    add_symbol(all, file, scope, e->name);
    for (size_t i = 0; i < e->n_value; i++) {
        add_symbol(all, file, scope, e->value[i]->name);
    }
}

static void add_members(
        struct symbols *all, size_t file, const char *full, const Google__Protobuf__DescriptorProto *message)
{
    for (size_t i = 0; i < message->n_field; i++) {
        add_symbol(all, file, full, message->field[i]->name);
    }
    for (size_t i = 0; i < message->n_oneof_decl; i++) {
        add_symbol(all, file, full, message->oneof_decl[i]->name);
    }
    for (size_t i = 0; i < message->n_enum_type; i++) {
        add_enum(all, file, full, message->enum_type[i]);
    }
}

static void add_message(
        struct symbols *all, size_t file, const char *scope, const Google__Protobuf__DescriptorProto *message)
{
    add_symbol(all, file, scope, message->name);
    char full[NAME_MAX_BYTES];
    (void)snprintf(full, sizeof full, "%s.%s", scope, message->name);
    add_members(all, file, full, message);
    for (size_t i = 0; i < message->n_nested_type; i++) {
        add_message(all, file, full, message->nested_type[i]);
    }
}

static void add_file(struct symbols *all, size_t index, const Google__Protobuf__FileDescriptorProto *file)
{
    for (size_t i = 0; i < file->n_message_type; i++) {
        add_message(all, index, file->package, file->message_type[i]);
    }
    for (size_t i = 0; i < file->n_enum_type; i++) {
        add_enum(all, index, file->package, file->enum_type[i]);
    }
    for (size_t i = 0; i < file->n_service; i++) {
        const Google__Protobuf__ServiceDescriptorProto *service = file->service[i];
        add_symbol(all, index, file->package, service->name);
        char full[NAME_MAX_BYTES];
        (void)snprintf(full, sizeof full, "%s.%s", file->package, service->name);
        for (size_t j = 0; j < service->n_method; j++) {
            add_symbol(all, index, full, service->method[j]->name);
        }
    }
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const struct symbol *)left)->name, ((const struct symbol *)right)->name);
}

static void print_symbols(FILE *out, const Google__Protobuf__FileDescriptorSet *set)
{
    struct symbols all = {0};
    for (size_t i = 0; i < set->n_file; i++) {
        add_file(&all, i, set->file[i]);
    }
    qsort(all.items, all.count, sizeof *all.items, by_name);
    (void)fprintf(out, "const struct ax_proto_symbol ax_proto_symbols[] = {\n");
    for (size_t i = 0; i < all.count; i++) {
        (void)fprintf(out, "    {\"%s\", %zu},\n", all.items[i].name, all.items[i].file);
        ax_xfree(all.items[i].name);
    }
    (void)fprintf(out, "};\nconst size_t ax_proto_symbol_count = %zu;\n", all.count);
    ax_xfree(all.items);
}

static size_t file_index(const Google__Protobuf__FileDescriptorSet *set, const char *name)
{
    size_t i = 0;
    while (i < set->n_file && strcmp(set->file[i]->name, name) != 0) {
        i++;
    }
    AX_ASSERT(i < set->n_file);
    return i;
}

static void print_file(FILE *out, const Google__Protobuf__FileDescriptorSet *set, size_t index)
{
    const Google__Protobuf__FileDescriptorProto *file = set->file[index];
    size_t len = google__protobuf__file_descriptor_proto__get_packed_size(file);
    uint8_t *bytes = ax_xcalloc(len, 1);
    AX_ASSERT(google__protobuf__file_descriptor_proto__pack(file, bytes) == len);
    (void)fprintf(out, "static const unsigned char bytes_%zu[] = {", index);
    for (size_t i = 0; i < len; i++) {
        (void)fprintf(out, "%s%u,", i % 32 == 0 ? "\n    " : "", bytes[i]);
    }
    (void)fprintf(out, "\n};\nstatic const uint16_t dependencies_%zu[] = {", index);
    for (size_t i = 0; i < file->n_dependency; i++) {
        (void)fprintf(out, "%zu, ", file_index(set, file->dependency[i]));
    }
    (void)fprintf(out, "0};\n"); /* no empty arrays in C */
    ax_xfree(bytes);
}

static void print_files(FILE *out, const Google__Protobuf__FileDescriptorSet *set)
{
    for (size_t i = 0; i < set->n_file; i++) {
        print_file(out, set, i);
    }
    (void)fprintf(out, "const struct ax_proto_file ax_proto_files[] = {\n");
    for (size_t i = 0; i < set->n_file; i++) {
        (void)fprintf(out, "    {\"%s\", {(const char *)bytes_%zu, sizeof bytes_%zu}, dependencies_%zu, %zu},\n",
                set->file[i]->name, i, i, i, set->file[i]->n_dependency);
    }
    (void)fprintf(out, "};\nconst size_t ax_proto_file_count = %zu;\n", set->n_file);
}

/* ".anxin.v1.GetRatingRequest" -> "anxin__v1__get_rating_request", as protoc-gen-c names it. */
static void generated_name(const char *type, char *out)
{
    size_t at = 0;
    bool was_upper = true;
    for (const char *c = type + 1; *c != '\0'; c++) {
        AX_ASSERT(at + 3 < NAME_MAX_BYTES);
        bool upper = isupper((unsigned char)*c) != 0;
        if (*c == '.') {
            out[at++] = '_';
            out[at++] = '_';
            was_upper = true;
            continue;
        }
        if (upper && !was_upper) {
            out[at++] = '_';
        }
        out[at++] = (char)tolower((unsigned char)*c);
        was_upper = upper;
    }
    out[at] = '\0';
}

struct service {
    const char *package;
    const Google__Protobuf__ServiceDescriptorProto *proto;
};

static void print_method(
        FILE *out, const struct service *service, const Google__Protobuf__MethodDescriptorProto *method, bool declare)
{
    char request[NAME_MAX_BYTES];
    char response[NAME_MAX_BYTES];
    generated_name(method->input_type, request);
    generated_name(method->output_type, response);
    if (declare) {
        (void)fprintf(out,
                "extern const struct ProtobufCMessageDescriptor %s__descriptor;\n"
                "extern const struct ProtobufCMessageDescriptor %s__descriptor;\n",
                request, response);
        return;
    }
    const char *package = service->package;
    const char *name = service->proto->name;
    (void)fprintf(out, "    {\"/%s.%s/%s\", \"%s.%s\", \"%s\", %d, %d, &%s__descriptor, &%s__descriptor},\n", package,
            name, method->name, package, name, method->name, method->client_streaming != 0,
            method->server_streaming != 0, request, response);
}

static size_t print_methods(FILE *out, const Google__Protobuf__FileDescriptorSet *set, bool declare)
{
    size_t count = 0;
    for (size_t i = 0; i < set->n_file; i++) {
        for (size_t j = 0; j < set->file[i]->n_service; j++) {
            struct service service = {set->file[i]->package, set->file[i]->service[j]};
            for (size_t k = 0; k < service.proto->n_method; k++, count++) {
                print_method(out, &service, service.proto->method[k], declare);
            }
        }
    }
    return count;
}

static void print_services(FILE *out, const Google__Protobuf__FileDescriptorSet *set)
{
    size_t count = 0;
    (void)fprintf(out, "const char *const ax_proto_services[] = {\n");
    for (size_t i = 0; i < set->n_file; i++) {
        for (size_t j = 0; j < set->file[i]->n_service; j++, count++) {
            (void)fprintf(out, "    \"%s.%s\",\n", set->file[i]->package, set->file[i]->service[j]->name);
        }
    }
    (void)fprintf(out, "};\nconst size_t ax_proto_service_count = %zu;\n", count);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        (void)fprintf(stderr, "usage: %s IN OUT\n", argv[0]);
        return 2;
    }
    Google__Protobuf__FileDescriptorSet *set = read_set(argv[1]);
    FILE *out = fopen(argv[2], "w");
    AX_ASSERT(out != NULL);
    (void)fprintf(out, "/* Made by proto/tools/descriptors.c. */\n#include \"proto/descriptors.h\"\n\n");
    print_files(out, set);
    print_symbols(out, set);
    (void)print_methods(out, set, true);
    (void)fprintf(out, "const struct ax_proto_method ax_proto_methods[] = {\n");
    size_t count = print_methods(out, set, false);
    (void)fprintf(out, "};\nconst size_t ax_proto_method_count = %zu;\n", count);
    print_services(out, set);
    google__protobuf__file_descriptor_set__free_unpacked(set, NULL);
    return fclose(out) == 0 ? 0 : 1;
}
