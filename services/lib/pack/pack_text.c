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
    const struct cyaml_schema_value *schema;
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

enum { SCHEMA_DEPTH_MAX = 8 };

/* The words that a key may have, anywhere in a schema; NULL: none is such a key. */
/* NOLINTNEXTLINE(misc-no-recursion): SCHEMA_DEPTH_MAX */
static const struct cyaml_schema_value *find_words(const struct cyaml_schema_value *v, ax_str key, int depth)
{
    if (depth == 0) {
        return NULL;
    }
    if (v->type == CYAML_SEQUENCE || v->type == CYAML_SEQUENCE_FIXED) {
        return find_words(v->sequence.entry, key, depth - 1);
    }
    for (const cyaml_schema_field_t *f = v->type == CYAML_MAPPING ? v->mapping.fields : NULL;
            f != NULL && f->key != NULL; f++) {
        const struct cyaml_schema_value *value = &f->value;
        if (value->type == CYAML_SEQUENCE || value->type == CYAML_SEQUENCE_FIXED) {
            value = value->sequence.entry;
        }
        bool words = value->type == CYAML_ENUM || value->type == CYAML_FLAGS;
        if (words && ax_str_eq(ax_str_c(f->key), key)) {
            return value;
        }
        const struct cyaml_schema_value *found = find_words(&f->value, key, depth - 1);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

/* "in mapping field 'kind' (line: 112, column: 11)" -> kind, 112 */
static void read_place(const char *place, ax_str *key, size_t *line)
{
    const char *open = strchr(place, '\'');
    const char *close = open == NULL ? NULL : strchr(open + 1, '\'');
    const char *at = strstr(place, "line: ");
    *key = close == NULL ? AX_STR("") : ax_str_of(open + 1, (size_t)(close - open - 1));
    *line = 0;
    for (at = at == NULL ? NULL : at + strlen("line: "); at != NULL && *at >= '0' && *at <= '9'; at++) {
        *line = *line * 10 + (size_t)(*at - '0');
    }
}

static ax_rc say_words(const char *name, ax_str key, size_t line, const struct cyaml_schema_value *words, ax_str value,
        struct ax_err *err)
{
    char all[AX_ERR_TEXT_MAX / 2] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < words->enumeration.count; i++) {
        const char *word = words->enumeration.strings[i].str;
        if (len + strlen(word) + 3 < sizeof all) {
            len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", len == 0 ? "" : ", ", word);
        }
    }
    return ax_fail_field(
            err, AX_INVALID, name, value.ptr, value.len, "line %zu: %.*s: must be one of %s", line, AX_ARG(key), all);
}

/* In this house's words; false: libcyaml's stay. */
static bool say_own(const char *name, const struct complaint *said, struct ax_err *err)
{
    static const struct {
        const char *before;
        const char *rule;
    } values[] = {{"Missing required mapping field: ", "a key is missing:"},
            {"Invalid uint64_t value: ", "must be a whole number and not negative, not"},
            {"Invalid int64_t value: ", "must be a whole number, not"}, {"Value too big for bits: ", "is too great:"},
            {"Invalid INT value: ", "must be a whole number, not"},
            {"Invalid UINT value: ", "must be a whole number and not negative, not"},
            {"Insufficient entries ", "too few entries in a list"},
            {"Excessive entries ", "too many entries in a list"}};
    ax_str message = ax_str_c(said->message);
    ax_str key;
    size_t line;
    read_place(said->place, &key, &line);
    const ax_str word = AX_STR("Invalid ENUM value: ");
    const struct cyaml_schema_value *words = find_words(said->schema, key, SCHEMA_DEPTH_MAX);
    if (ax_str_starts(message, word) && words != NULL) {
        ax_rc rc = say_words(name, key, line, words, ax_str_of(message.ptr + word.len, message.len - word.len), err);
        return !ax_ok(rc);
    }
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        ax_str before = ax_str_c(values[i].before);
        if (ax_str_starts(message, before)) {
            ax_str rest = ax_str_of(message.ptr + before.len, message.len - before.len);
            ax_rc rc = ax_fail_field(err, AX_INVALID, name, NULL, 0, "line %zu: %.*s%s%s %.*s", line, AX_ARG(key),
                    key.len == 0 ? "" : ": ", values[i].rule, AX_ARG(rest));
            return !ax_ok(rc);
        }
    }
    return false;
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
    if (said->schema != NULL && said->message[0] != '\0' && say_own(name, said, err)) {
        return (ax_rc){err->code};
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
    said.schema = schema;
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
