/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/pack_text.h"

#include "services/lib/pack/bundle.h"
#include "services/lib/pack/pack_faults.h"

#include <cyaml/cyaml.h>
#include <stdio.h>

/* Everything that libcyaml allocates hangs on one chain, so that a text is freed whole, whatever it was made of. */
struct block {
    struct block *next;
    struct block *before;
    size_t size;
    max_align_t bytes[];
};

struct ax_pack_text {
    struct block *first;
    size_t used;
    void *root;
    struct ax_err of_new; /* what is refused of a new edition alone; its code is AX_OK: nothing */
};

static void unlink_block(struct ax_pack_text *text, struct block *b)
{
    if (b->before == NULL) {
        text->first = b->next;
    } else {
        b->before->next = b->next;
    }
    if (b->next != NULL) {
        b->next->before = b->before;
    }
    text->used -= b->size;
}

static void link_block(struct ax_pack_text *text, struct block *b, size_t size)
{
    *b = (struct block){.next = text->first, .size = size};
    if (text->first != NULL) {
        text->first->before = b;
    }
    text->first = b;
    text->used += size;
}

static void *text_realloc(void *state, void *old, size_t size)
{
    struct ax_pack_text *text = state;
    struct block *b = old == NULL ? NULL : (struct block *)(void *)((uint8_t *)old - offsetof(struct block, bytes));
    size_t had = b == NULL ? 0 : b->size;
    if (size > had && size - had > AX_PACK_TEXT_MAX_BYTES - text->used) {
        return NULL;
    }
    if (b != NULL) {
        unlink_block(text, b);
    }
    if (size == 0) {
        ax_xfree(b);
        return NULL;
    }
    b = ax_xrealloc(b, sizeof *b + size);
    link_block(text, b, size);
    return b->bytes;
}

void *ax_pack_text_alloc(struct ax_pack_text *text, size_t size)
{
    void *block = text_realloc(text, NULL, size == 0 ? 1 : size);
    AX_ASSERT(block != NULL); /* sizes are bounded by the lists' limits */
    memset(block, 0, size);
    return block;
}

void ax_pack_text_free(struct ax_pack_text *text)
{
    if (text == NULL) {
        return;
    }
    while (text->first != NULL) {
        struct block *b = text->first;
        unlink_block(text, b);
        ax_xfree(b);
    }
    ax_xfree(text);
}

size_t ax_pack_text_line(ax_str yaml, ax_str words)
{
    size_t at;
    if (words.len == 0 || !ax_str_find(yaml, words, &at)) {
        return 0;
    }
    size_t line = 1;
    for (size_t i = 0; i < at; i++) {
        line += yaml.ptr[i] == '\n' ? 1 : 0;
    }
    return line;
}

void ax_pack_text_note_new(struct ax_pack_text *text, const struct ax_err *fault)
{
    if (text->of_new.code == AX_OK) {
        text->of_new = *fault;
    }
}

const struct ax_err *ax_pack_text_of_new(const struct ax_pack_text *text)
{
    return text->of_new.code == AX_OK ? NULL : &text->of_new;
}

/* A fault in this house's words. */
static ax_rc complain(const char *name, const struct ax_pack_fault *f, struct ax_err *err)
{
    const char *value = f->err.value;
    return ax_fail_field(err, AX_INVALID, name, value[0] == '\0' ? NULL : value, strlen(value), "line %zu: %s%s%s",
            f->line, f->err.field, f->err.field[0] == '\0' ? "" : ": ", f->err.text);
}

/* The first that nobody may have is the error, or that there are too many to know; else the first of a new one is noted. */
static ax_rc check_schema(struct ax_pack_text *text, const char *name, ax_str yaml,
        const struct cyaml_schema_value *schema, struct ax_err *err)
{
    ax_rc rc = AX_RC(OK);
    struct ax_pack_faults *faults = ax_xcalloc(1, sizeof *faults);
    ax_pack_schema_faults(yaml, schema, faults);
    for (size_t i = 0; i < faults->count && ax_ok(rc); i++) {
        if (faults->items[i].of_new) {
            struct ax_err fault;
            ax_rc told = complain(name, &faults->items[i], &fault);
            AX_ASSERT(!ax_ok(told));
            ax_pack_text_note_new(text, &fault);
        } else {
            rc = complain(name, &faults->items[i], err);
        }
    }
    if (ax_ok(rc) && faults->is_cut) {
        rc = complain(name, &faults->items[0], err);
    }
    ax_xfree(faults);
    return rc;
}

/* Nothing, or nothing but comments: libcyaml asserts or is content, so what is asked for is said here. */
static ax_rc say_empty(const char *name, const struct cyaml_schema_value *schema, struct ax_err *err)
{
    char keys[AX_ERR_TEXT_MAX / 2] = "";
    size_t len = 0;
    for (const cyaml_schema_field_t *f = schema->mapping.fields; f->key != NULL; f++) {
        size_t more = strlen(f->key) + 2;
        if ((f->value.flags & CYAML_FLAG_OPTIONAL) == 0 && len + more < sizeof keys) {
            (void)snprintf(keys + len, sizeof keys - len, "%s%s", len == 0 ? "" : ", ", f->key);
            len += len == 0 ? more - 2 : more;
        }
    }
    const char *slash = strrchr(name, '/');
    return ax_fail_field(
            err, AX_INVALID, name, NULL, 0, "empty: a %s has at least %s", slash == NULL ? name : slash + 1, keys);
}

static ax_rc load(struct ax_pack_text *text, const char *name, ax_str yaml, const struct cyaml_schema_value *schema,
        struct ax_err *err)
{
    AX_TRY(check_schema(text, name, yaml, schema, err));
    const cyaml_config_t config = {
            .mem_fn = text_realloc,
            .mem_ctx = text,
            .flags = CYAML_CFG_NO_ALIAS,
    };
    cyaml_err_t code =
            cyaml_load_data((const uint8_t *)yaml.ptr, yaml.len, &config, schema, (cyaml_data_t **)&text->root, NULL);
    if (code != CYAML_OK) {
        return ax_fail_field(err, AX_INVALID, name, NULL, 0, "%s",
                code == CYAML_ERR_ALIAS ? "aliases are not taken: every value stands in full" : cyaml_strerror(code));
    }
    return text->root == NULL ? say_empty(name, schema, err) : AX_RC(OK);
}

ax_rc ax_pack_text_read(const char *name, ax_str yaml, const struct cyaml_schema_value *schema,
        struct ax_pack_text **out, struct ax_err *err)
{
    if (yaml.len == 0) {
        return say_empty(name, schema, err);
    }
    struct ax_pack_text *text = ax_xcalloc(1, sizeof *text);
    return ax_pack_settle(load(text, name, yaml, schema, err), text, out);
}

const void *ax_pack_text_root(const struct ax_pack_text *text)
{
    return text->root;
}
