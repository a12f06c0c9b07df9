/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/pack_text.h"

#include "services/lib/pack/bundle.h"

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

/* What libcyaml says: the message first, then a backtrace whose first line with a place is the innermost. */
struct complaint {
    char message[AX_ERR_VALUE_MAX];
    char place[AX_ERR_VALUE_MAX];
};

static void AX_PRINTF(3, 0) listen(cyaml_log_t level, void *state, const char *format, va_list args)
{
    struct complaint *c = state;
    char line[256];
    if (level < CYAML_LOG_ERROR) {
        return;
    }
    (void)vsnprintf(line, sizeof line, format, args);
    ax_str text = ax_str_trim(ax_str_c(line));
    if (ax_str_starts(text, AX_STR("Load: "))) {
        text = ax_str_trim(ax_str_of(text.ptr + 6, text.len - 6));
    }
    if (c->message[0] == '\0') {
        (void)snprintf(c->message, sizeof c->message, "%.*s", AX_ARG(text));
    } else if (c->place[0] == '\0' && ax_str_find(text, AX_STR("line: "), NULL)) {
        (void)snprintf(c->place, sizeof c->place, "%.*s", AX_ARG(text));
    }
}

static ax_rc complain(const char *name, ax_str yaml, const struct complaint *said, cyaml_err_t code, struct ax_err *err)
{
    const char *message = said->message[0] == '\0' ? cyaml_strerror(code) : said->message;
    const ax_str before = AX_STR("Unexpected key: ");
    ax_str key = ax_str_c(message);
    if (ax_str_starts(key, before)) {
        /* libcyaml's place is the one before it. */
        key = ax_str_of(key.ptr + before.len, key.len - before.len);
        char words[AX_ERR_VALUE_MAX];
        (void)snprintf(words, sizeof words, "%.*s:", AX_ARG(key));
        return ax_fail_field(err, AX_INVALID, name, key.ptr, key.len, "line %zu: unknown key",
                ax_pack_text_line(yaml, ax_str_c(words)));
    }
    return ax_fail_field(err, AX_INVALID, name, NULL, 0, "%s %s", message, said->place);
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

ax_rc ax_pack_text_read(const char *name, ax_str yaml, const struct cyaml_schema_value *schema,
        struct ax_pack_text **out, struct ax_err *err)
{
    if (yaml.len == 0) {
        return say_empty(name, schema, err);
    }
    struct ax_pack_text *text = ax_xcalloc(1, sizeof *text);
    struct complaint said = {.message = ""};
    const cyaml_config_t config = {
            .log_fn = listen,
            .log_ctx = &said,
            .log_level = CYAML_LOG_ERROR,
            .mem_fn = text_realloc,
            .mem_ctx = text,
            .flags = CYAML_CFG_NO_ALIAS,
    };
    cyaml_err_t code =
            cyaml_load_data((const uint8_t *)yaml.ptr, yaml.len, &config, schema, (cyaml_data_t **)&text->root, NULL);
    if (code != CYAML_OK || text->root == NULL) {
        ax_pack_text_free(text);
        return code == CYAML_OK ? say_empty(name, schema, err) : complain(name, yaml, &said, code, err);
    }
    *out = text;
    return AX_RC(OK);
}

const void *ax_pack_text_root(const struct ax_pack_text *text)
{
    return text->root;
}
