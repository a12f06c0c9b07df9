/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"

#include "base/bytes.h"
#include "base/config_keys.h"
#include "base/file.h"

#include <cyaml/cyaml.h>
#include <yaml.h>

/*
 * libcyaml checks the shape: sections, keys, scalars. Every scalar arrives as text in `struct texts`, whichever section
 * it stands in, so that file, default and --set go through one function with one set of messages. libyaml is asked a
 * second time only after an error, for the place, which libcyaml gives for values but not for keys.
 */

enum { FILE_MAX_BYTES = 1 << 20, VALUE_MAX_BYTES = 4096, PLACE_MAX = 512 };

enum kind { TEXT, PATH, CHOICE, NUMBER };

struct key {
    const char *section;
    const char *name;
    enum kind kind;
    size_t offset; /* in struct ax_config: char * or uint32_t */
    const char *text;
    const char *choices;
    uint32_t number;
    uint32_t min;
    uint32_t max;
    const char *help;
};

#define AT(member) offsetof(struct ax_config, member)
static const struct key keys[] = {
#define T(s, k, member, def, help) {s, k, TEXT, AT(member), def, NULL, 0, 0, 0, help},
#define P(s, k, member, def, help) {s, k, PATH, AT(member), def, NULL, 0, 0, 0, help},
#define C(s, k, member, def, choices, help) {s, k, CHOICE, AT(member), def, choices, 0, 0, 0, help},
#define U(s, k, member, def, min, max, help) {s, k, NUMBER, AT(member), NULL, NULL, def, min, max, help},
        AX_CONFIG_KEYS(T, P, C, U)
#undef T
#undef P
#undef C
#undef U
};

enum { KEY_COUNT = sizeof keys / sizeof keys[0], SECTION_MAX = 8 };

/* A value in the file, NULL where the key is not there; in the order of `keys`. */
struct texts {
    char *of[KEY_COUNT];
};

/* The schema in libcyaml's form, made from `keys`. */
struct schema {
    cyaml_schema_field_t fields[KEY_COUNT + SECTION_MAX]; /* of each section, ended by one without key */
    cyaml_schema_field_t top[KEY_COUNT + SECTION_MAX];
    cyaml_schema_value_t root;
};

static cyaml_schema_field_t text_field(size_t index)
{
    return (cyaml_schema_field_t){
            .key = keys[index].name,
            .data_offset = (uint32_t)(index * sizeof(char *)),
            .value = {.type = CYAML_STRING,
                    .flags = (enum cyaml_flag)(CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL),
                    .data_size = sizeof(char),
                    .string = {.min = 0, .max = VALUE_MAX_BYTES}},
    };
}

/* Sections are mappings at offset 0: their fields' offsets count from the beginning of struct texts. */
static void make_schema(struct schema *schema)
{
    *schema = (struct schema){.root = {.type = CYAML_MAPPING,
                                      .flags = CYAML_FLAG_POINTER,
                                      .data_size = sizeof(struct texts),
                                      .mapping = {.fields = schema->top}}};
    size_t field = 0;
    size_t top = 0;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].section[0] == '\0') {
            schema->top[top++] = text_field(i);
            continue;
        }
        if (i == 0 || strcmp(keys[i].section, keys[i - 1].section) != 0) {
            field += field == 0 ? 0 : 1;
            schema->top[top++] = (cyaml_schema_field_t){
                    .key = keys[i].section,
                    .value = {.type = CYAML_MAPPING,
                            .flags = CYAML_FLAG_OPTIONAL,
                            .data_size = sizeof(struct texts),
                            .mapping = {.fields = &schema->fields[field]}},
            };
        }
        schema->fields[field++] = text_field(i);
    }
}

/* "section.key", or "key". */
static const char *full_name(const struct key *key, char *buf, size_t size)
{
    (void)snprintf(buf, size, "%s%s%s", key->section, key->section[0] == '\0' ? "" : ".", key->name);
    return buf;
}

static const struct key *find_key(ax_str section, ax_str name)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (ax_str_eq(ax_str_c(keys[i].section), section) && ax_str_eq(ax_str_c(keys[i].name), name)) {
            return &keys[i];
        }
    }
    return NULL;
}

static bool is_section(ax_str name)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (name.len != 0 && ax_str_eq(ax_str_c(keys[i].section), name)) {
            return true;
        }
    }
    return false;
}

static bool is_choice(const char *choices, ax_str text)
{
    ax_str rest = ax_str_c(choices);
    while (rest.len > 0) {
        if (ax_str_eq(ax_str_split(&rest, '|'), text)) {
            return true;
        }
    }
    return false;
}

static void put_text(struct ax_config *config, const struct key *key, char *text)
{
    char **member = (char **)(void *)((char *)config + key->offset);
    ax_xfree(*member);
    *member = text;
}

static ax_rc set_number(struct ax_config *config, const struct key *key, const char *text, struct ax_err *err)
{
    int64_t value = 0;
    char name[AX_ERR_FIELD_MAX];
    if (!ax_ok(ax_str_to_i64(ax_str_c(text), &value)) || value < key->min || value > key->max) {
        return ax_fail_field(err, AX_INVALID, full_name(key, name, sizeof name), text, strlen(text),
                "must be a whole number from %u to %u", key->min, key->max);
    }
    *(uint32_t *)(void *)((char *)config + key->offset) = (uint32_t)value;
    return AX_RC(OK);
}

/* `base` is the file that relative paths are relative to, or NULL. */
static ax_rc set_value(
        struct ax_config *config, const struct key *key, const char *text, const char *base, struct ax_err *err)
{
    char name[AX_ERR_FIELD_MAX];
    if (!ax_utf8_valid(ax_str_c(text))) {
        return ax_fail_field(err, AX_INVALID, full_name(key, name, sizeof name), NULL, 0, "must be UTF-8");
    }
    if (key->kind == NUMBER) {
        return set_number(config, key, text, err);
    }
    if (key->kind == CHOICE && !is_choice(key->choices, ax_str_c(text))) {
        return ax_fail_field(err, AX_INVALID, full_name(key, name, sizeof name), text, strlen(text),
                "must be one of %s", key->choices);
    }
    bool beside = key->kind == PATH && base != NULL;
    put_text(config, key, beside ? ax_file_beside(base, text) : ax_xstrdup(text));
    return AX_RC(OK);
}

static void set_defaults(struct ax_config *config, const char *base)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].kind == NUMBER) {
            *(uint32_t *)(void *)((char *)config + keys[i].offset) = keys[i].number;
        } else {
            AX_ASSERT(ax_ok(set_value(config, &keys[i], keys[i].text, base, NULL)));
        }
    }
}

static ax_rc apply_set(struct ax_config *config, const char *set, struct ax_err *err)
{
    ax_str rest = ax_str_c(set);
    size_t at = 0;
    if (!ax_str_find(rest, AX_STR("="), &at)) {
        return ax_fail_field(err, AX_INVALID, "--set", set, strlen(set), "must be section.key=value");
    }
    ax_str name = ax_str_split(&rest, '=');
    bool dotted = ax_str_find(name, AX_STR("."), NULL);
    ax_str section = dotted ? ax_str_split(&name, '.') : (ax_str){NULL, 0};
    const struct key *key = dotted && section.len == 0 ? NULL : find_key(section, name);
    if (key == NULL) {
        return ax_fail_field(err, AX_INVALID, "--set", set, at, "is no key of the configuration");
    }
    return set_value(config, key, set + at + 1, NULL, err);
}

static ax_str node_text(const yaml_node_t *node)
{
    if (node == NULL || node->type != YAML_SCALAR_NODE) {
        return (ax_str){NULL, 0};
    }
    return ax_str_of(node->data.scalar.value, node->data.scalar.length);
}

/* Is this pair of a mapping the one that is looked for: the wanted key, or without one the first unknown one? */
static bool pair_matches(ax_str section, ax_str name, const struct key *wanted)
{
    if (wanted != NULL) {
        return ax_str_eq(section, ax_str_c(wanted->section)) && ax_str_eq(name, ax_str_c(wanted->name));
    }
    return find_key(section, name) == NULL && !(section.len == 0 && is_section(name));
}

static bool find_in_mapping(
        yaml_document_t *doc, yaml_node_t *mapping, ax_str section, const struct key *wanted, yaml_mark_t *out)
{
    if (mapping == NULL || mapping->type != YAML_MAPPING_NODE) {
        return false;
    }
    for (yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < mapping->data.mapping.pairs.top; p++) {
        const yaml_node_t *key_node = yaml_document_get_node(doc, p->key);
        const yaml_node_t *value_node = yaml_document_get_node(doc, p->value);
        if (key_node != NULL && pair_matches(section, node_text(key_node), wanted)) {
            *out = wanted != NULL && value_node != NULL ? value_node->start_mark : key_node->start_mark;
            return true;
        }
    }
    return false;
}

static bool find_in_document(yaml_document_t *doc, const struct key *wanted, yaml_mark_t *out)
{
    yaml_node_t *root = yaml_document_get_root_node(doc);
    if (find_in_mapping(doc, root, (ax_str){NULL, 0}, wanted, out)) {
        return true;
    }
    if (root == NULL || root->type != YAML_MAPPING_NODE) {
        return false;
    }
    for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top; p++) {
        ax_str section = node_text(yaml_document_get_node(doc, p->key));
        if (is_section(section) && find_in_mapping(doc, yaml_document_get_node(doc, p->value), section, wanted, out)) {
            return true;
        }
    }
    return false;
}

/* Where the value of `wanted` stands, or without one the first unknown key. */
static bool find_place(ax_str text, const struct key *wanted, yaml_mark_t *out)
{
    yaml_parser_t parser;
    yaml_document_t doc;
    if (yaml_parser_initialize(&parser) == 0) {
        return false;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    bool found = false;
    if (yaml_parser_load(&parser, &doc) != 0) {
        found = find_in_document(&doc, wanted, out);
        yaml_document_delete(&doc);
    }
    yaml_parser_delete(&parser);
    return found;
}

/* libcyaml's words: the message, then a backtrace whose first line has the place. */
struct complaint {
    char message[PLACE_MAX];
    char place[PLACE_MAX];
};

static void AX_PRINTF(3, 0) listen_to_cyaml(cyaml_log_t level, void *state, const char *format, va_list args)
{
    struct complaint *c = state;
    char line[PLACE_MAX];
    if (level < CYAML_LOG_ERROR) {
        return;
    }
    (void)vsnprintf(line, sizeof line, format, args);
    ax_str text = ax_str_trim(ax_str_c(line));
    size_t at = 0;
    if (ax_str_starts(text, AX_STR("Load: "))) {
        text = ax_str_trim((ax_str){text.ptr + 6, text.len - 6});
    }
    if (ax_str_eq(text, AX_STR("Backtrace:"))) {
        return;
    }
    if (c->message[0] == '\0') {
        (void)ax_str_to_c(text, c->message, sizeof c->message);
    } else if (c->place[0] == '\0' && ax_str_find(text, AX_STR("(line: "), &at)) {
        (void)ax_str_to_c((ax_str){text.ptr + at, text.len - at}, c->place, sizeof c->place);
    }
}

static void add_place(ax_str text, const struct key *wanted, const char *name, struct ax_err *err)
{
    yaml_mark_t mark;
    if (find_place(text, wanted, &mark)) {
        ax_err_prefix(err, "%s:%zu:%zu", name, mark.line + 1, mark.column + 1);
    } else {
        ax_err_prefix(err, "%s", name);
    }
}

static ax_rc shape_error(
        cyaml_err_t code, const struct complaint *said, ax_str text, const char *name, struct ax_err *err)
{
    if (code == CYAML_ERR_INVALID_KEY) {
        size_t colon = 0;
        ax_str key = ax_str_c(said->message);
        if (ax_str_find(key, AX_STR(": "), &colon)) {
            key = (ax_str){key.ptr + colon + 2, key.len - colon - 2};
        }
        ax_rc rc = ax_fail_field(err, AX_INVALID, "key", key.ptr, key.len, "is no key of the configuration");
        add_place(text, NULL, name, err);
        return rc;
    }
    const char *message = said->message[0] != '\0' ? said->message : cyaml_strerror(code);
    return ax_fail(err, AX_INVALID, "%s: %s %s", name, message, said->place);
}

static ax_rc apply_texts(
        struct ax_config *config, const struct texts *texts, ax_str text, const char *name, struct ax_err *err)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (texts->of[i] == NULL) {
            continue;
        }
        ax_rc rc = set_value(config, &keys[i], texts->of[i], name, err);
        if (!ax_ok(rc)) {
            add_place(text, &keys[i], name, err);
            return rc;
        }
    }
    return AX_RC(OK);
}

static ax_rc apply_file(struct ax_config *config, ax_str text, const char *name, struct ax_err *err)
{
    struct complaint said = {.message = ""};
    cyaml_config_t how = {
            .log_fn = listen_to_cyaml,
            .log_ctx = &said,
            .mem_fn = cyaml_mem,
            .log_level = CYAML_LOG_ERROR,
            .flags = CYAML_CFG_NO_ALIAS,
    };
    struct schema schema;
    make_schema(&schema);
    struct texts *texts = NULL;
    cyaml_err_t code =
            cyaml_load_data((const uint8_t *)text.ptr, text.len, &how, &schema.root, (cyaml_data_t **)&texts, NULL);
    if (code != CYAML_OK) {
        return shape_error(code, &said, text, name, err);
    }
    if (texts == NULL) {
        return AX_RC(OK); /* nothing but comments */
    }
    ax_rc rc = apply_texts(config, texts, text, name, err);
    (void)cyaml_free(&how, &schema.root, texts, 0);
    return rc;
}

ax_rc ax_config_parse(ax_str text, const char *name, const char *const *sets, size_t set_count, struct ax_config **out,
        struct ax_err *err)
{
    struct ax_config *config = ax_xcalloc(1, sizeof *config);
    set_defaults(config, name);
    ax_rc rc = text.len == 0 ? AX_RC(OK) : apply_file(config, text, name, err);
    for (size_t i = 0; i < set_count && ax_ok(rc); i++) {
        rc = apply_set(config, sets[i], err);
    }
    if (!ax_ok(rc)) {
        ax_config_free(config);
        return rc;
    }
    *out = config;
    return rc;
}

ax_rc ax_config_load(
        const char *path, const char *const *sets, size_t set_count, struct ax_config **out, struct ax_err *err)
{
    struct ax_buf text;
    ax_buf_init(&text, FILE_MAX_BYTES);
    ax_rc rc = path == NULL ? AX_RC(OK) : ax_file_read(path, &text, err);
    if (ax_ok(rc)) {
        rc = ax_config_parse(ax_buf_str(&text), path, sets, set_count, out, err);
    }
    ax_buf_deinit(&text);
    return rc;
}

void ax_config_free(struct ax_config *config)
{
    for (size_t i = 0; config != NULL && i < KEY_COUNT; i++) {
        if (keys[i].kind != NUMBER) {
            put_text(config, &keys[i], NULL);
        }
    }
    ax_xfree(config);
}

static void print_allowed(FILE *file, const struct key *key)
{
    static const char *const names[] = {"text", "path", "", ""};
    if (key->kind == NUMBER) {
        (void)fprintf(file, "%u–%u", key->min, key->max);
        return;
    }
    (void)fputs(names[key->kind], file);
    for (const char *p = key->choices; p != NULL && *p != '\0'; p++) {
        (void)fputs(*p == '|' ? ", " : (char[]){*p, '\0'}, file);
    }
}

void ax_config_print_keys(FILE *file)
{
    (void)fprintf(file, "| key | allowed | default | meaning |\n|---|---|---|---|\n");
    for (size_t i = 0; i < KEY_COUNT; i++) {
        char name[AX_ERR_FIELD_MAX];
        (void)fprintf(file, "| `%s` | ", full_name(&keys[i], name, sizeof name));
        print_allowed(file, &keys[i]);
        if (keys[i].kind == NUMBER) {
            (void)fprintf(file, " | %u | %s |\n", keys[i].number, keys[i].help);
        } else if (keys[i].text[0] == '\0') {
            (void)fprintf(file, " | | %s |\n", keys[i].help);
        } else {
            (void)fprintf(file, " | `%s` | %s |\n", keys[i].text, keys[i].help);
        }
    }
}
