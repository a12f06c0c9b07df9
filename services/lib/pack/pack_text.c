/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/pack_text.h"

#include "scoring/rate.h"
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
    struct ax_pack_root *root;
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

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const cyaml_strval_t provenances[] = {
        {"T", AX_PROVENANCE_T}, {"S", AX_PROVENANCE_S}, {"K", AX_PROVENANCE_K}, {"ours", AX_PROVENANCE_OURS}};
static const cyaml_strval_t kinds[] = {{"enforcement_penalty", AX_FACT_ENFORCEMENT_PENALTY},
        {"accident", AX_FACT_ACCIDENT}, {"insurance_claim", AX_FACT_INSURANCE_CLAIM},
        {"insurance_policy", AX_FACT_INSURANCE_POLICY}, {"prevention_service", AX_FACT_PREVENTION_SERVICE},
        {"hazard", AX_FACT_HAZARD}, {"inspection", AX_FACT_INSPECTION}, {"monitoring_alarm", AX_FACT_MONITORING_ALARM},
        {"licence", AX_FACT_LICENCE}, {"certificate", AX_FACT_CERTIFICATE},
        {"standardisation", AX_FACT_STANDARDISATION}, {"list_entry", AX_FACT_LIST_ENTRY},
        {"exposure", AX_FACT_EXPOSURE}};
static const cyaml_strval_t bases[] = {{"act", AX_BASIS_ACT}, {"event", AX_BASIS_EVENT}, {"due", AX_BASIS_DUE}};
static const cyaml_strval_t spans[] = {{"window", AX_SPAN_WINDOW}, {"standing", AX_SPAN_STANDING}};
static const cyaml_strval_t measures[] = {{"acts", AX_MEASURE_ACTS}, {"count", AX_MEASURE_COUNT},
        {"lost_workdays", AX_MEASURE_NUMBER}, {"deaths", AX_MEASURE_DEATHS}};
static const cyaml_strval_t effects[] = {{"points_each", AX_EFFECT_POINTS_EACH}, {"points_once", AX_EFFECT_POINTS_ONCE},
        {"shift", AX_EFFECT_SHIFT}, {"level", AX_EFFECT_LEVEL}, {"flag", AX_EFFECT_FLAG}};
static const cyaml_strval_t levels[] = {{"A1", AX_LEVEL_A1}, {"A2", AX_LEVEL_A2}, {"B1", AX_LEVEL_B1},
        {"B2", AX_LEVEL_B2}, {"B3", AX_LEVEL_B3}, {"C1", AX_LEVEL_C1}, {"C2", AX_LEVEL_C2}, {"C3", AX_LEVEL_C3},
        {"D", AX_LEVEL_D}};

enum { MUST = CYAML_FLAG_DEFAULT, MAY = CYAML_FLAG_OPTIONAL, WORDS_MAX = 64 };

/* Rows of the schema, in libcyaml's own macros. */
#define TEXT(key, flags, owner, member) CYAML_FIELD_STRING_PTR(key, flags, struct owner, member, 0, 4096)
#define WORDS(key, flags, owner, member) \
    CYAML_FIELD_SEQUENCE(key, (flags) | CYAML_FLAG_POINTER, struct owner, member, &word, 0, WORDS_MAX)
#define CHOICE(key, flags, owner, member, table) \
    CYAML_FIELD_ENUM(key, (flags) | CYAML_FLAG_STRICT, struct owner, member, table, COUNT(table))
#define NUMBER(key, flags, owner, member) CYAML_FIELD_INT(key, flags, struct owner, member)
#define AMOUNT(key, flags, owner, member) CYAML_FIELD_UINT(key, flags, struct owner, member)

static const cyaml_schema_value_t word = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, 256)};
static const cyaml_schema_value_t kind_word = {
        CYAML_VALUE_ENUM(CYAML_FLAG_STRICT, int32_t, kinds, (uint32_t)COUNT(kinds))};

static const cyaml_schema_field_t window_fields[] = {
        AMOUNT("months", MAY, ax_pack_window, months), AMOUNT("days", MAY, ax_pack_window, days), CYAML_FIELD_END};

static const cyaml_schema_field_t rule_fields[] = {
        TEXT("id", MUST, ax_pack_rule_text, id),
        TEXT("title_zh", MUST, ax_pack_rule_text, title_zh),
        TEXT("title_en", MUST, ax_pack_rule_text, title_en),
        TEXT("legal_basis", MAY, ax_pack_rule_text, legal_basis),
        TEXT("reversible_by", MAY, ax_pack_rule_text, reversible_by),
        CHOICE("provenance", MUST, ax_pack_rule_text, provenance, provenances),
        TEXT("effective_from", MAY, ax_pack_rule_text, effective_from),
        TEXT("effective_to", MAY, ax_pack_rule_text, effective_to),
        WORDS("industries", MAY, ax_pack_rule_text, industries),
        CHOICE("kind", MUST, ax_pack_rule_text, kind, kinds),
        WORDS("grades", MAY, ax_pack_rule_text, grades),
        WORDS("liabilities", MAY, ax_pack_rule_text, liabilities),
        WORDS("categories", MAY, ax_pack_rule_text, categories),
        WORDS("with", MAY, ax_pack_rule_text, with),
        WORDS("without", MAY, ax_pack_rule_text, without),
        CHOICE("basis", MAY, ax_pack_rule_text, basis, bases),
        CHOICE("span", MAY, ax_pack_rule_text, span, spans),
        CYAML_FIELD_MAPPING("window", MAY, struct ax_pack_rule_text, window, window_fields),
        CHOICE("measure", MAY, ax_pack_rule_text, measure, measures),
        AMOUNT("at_least", MAY, ax_pack_rule_text, at_least),
        CYAML_FIELD_BOOL("absent", MAY, struct ax_pack_rule_text, absent),
        AMOUNT("known_months", MAY, ax_pack_rule_text, known_months),
        TEXT("needs", MAY, ax_pack_rule_text, needs),
        CHOICE("effect", MUST, ax_pack_rule_text, effect, effects),
        NUMBER("points", MAY, ax_pack_rule_text, points),
        AMOUNT("per", MAY, ax_pack_rule_text, per),
        AMOUNT("cap", MAY, ax_pack_rule_text, cap),
        NUMBER("shift", MAY, ax_pack_rule_text, shift),
        CHOICE("level", MAY, ax_pack_rule_text, level, levels),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_pack_rule_text, rule_fields)};

static const cyaml_schema_field_t use_fields[] = {
        CHOICE("kind", MUST, ax_pack_use_text, kind, kinds),
        WORDS("grades", MAY, ax_pack_use_text, grades),
        TEXT("effective_from", MAY, ax_pack_use_text, effective_from),
        TEXT("effective_to", MAY, ax_pack_use_text, effective_to),
        AMOUNT("months", MUST, ax_pack_use_text, months),
        TEXT("legal_basis", MAY, ax_pack_use_text, legal_basis),
        CHOICE("provenance", MUST, ax_pack_use_text, provenance, provenances),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t use_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_pack_use_text, use_fields)};

static const cyaml_schema_field_t base_fields[] = {
        NUMBER("level_one", MUST, ax_pack_root, base.level_one),
        NUMBER("level_two", MUST, ax_pack_root, base.level_two),
        NUMBER("level_three", MUST, ax_pack_root, base.level_three),
        NUMBER("none", MUST, ax_pack_root, base.none),
        NUMBER("missing", MUST, ax_pack_root, base.missing),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t points_fields[] = {
        NUMBER("min", MUST, ax_pack_root, points.min),
        NUMBER("max", MUST, ax_pack_root, points.max),
        CYAML_FIELD_END,
};
static const cyaml_schema_field_t cut_off_fields[] = {
        NUMBER("A1", MUST, ax_pack_root, cut_offs.a1),
        NUMBER("A2", MUST, ax_pack_root, cut_offs.a2),
        NUMBER("B1", MUST, ax_pack_root, cut_offs.b1),
        NUMBER("B2", MUST, ax_pack_root, cut_offs.b2),
        NUMBER("B3", MUST, ax_pack_root, cut_offs.b3),
        NUMBER("C1", MUST, ax_pack_root, cut_offs.c1),
        NUMBER("C2", MUST, ax_pack_root, cut_offs.c2),
        NUMBER("C3", MUST, ax_pack_root, cut_offs.c3),
        CYAML_FIELD_END,
};
/* The three mappings above are read at the root's own offsets. */
#define INNER(key_name, fields_table) \
    { \
        .key = (key_name), .data_offset = 0, .value = { \
            CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct ax_pack_root, fields_table) \
        } \
    }

static const cyaml_schema_field_t root_fields[] = {
        TEXT("id", MUST, ax_pack_root, id),
        TEXT("title_zh", MUST, ax_pack_root, title_zh),
        TEXT("title_en", MUST, ax_pack_root, title_en),
        TEXT("legal_basis", MAY, ax_pack_root, legal_basis),
        CHOICE("provenance", MUST, ax_pack_root, provenance, provenances),
        WORDS("jurisdictions", MUST, ax_pack_root, jurisdictions),
        WORDS("industries", MAY, ax_pack_root, industries),
        TEXT("effective_from", MAY, ax_pack_root, effective_from),
        TEXT("effective_to", MAY, ax_pack_root, effective_to),
        INNER("base", base_fields),
        CHOICE("missing_best_level", MUST, ax_pack_root, missing_best_level, levels),
        CHOICE("shift_worst_level", MUST, ax_pack_root, shift_worst_level, levels),
        INNER("points", points_fields),
        INNER("cut_offs", cut_off_fields),
        AMOUNT("bonus_cap", MUST, ax_pack_root, bonus_cap),
        CYAML_FIELD_SEQUENCE("rated_kinds", CYAML_FLAG_POINTER, struct ax_pack_root, rated_kinds, &kind_word, 1, 32),
        CYAML_FIELD_SEQUENCE("known_kinds", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct ax_pack_root, known_kinds,
                &kind_word, 0, 32),
        CYAML_FIELD_SEQUENCE("use_until", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct ax_pack_root, use_until,
                &use_value, 0, AX_PACK_USES_MAX),
        CYAML_FIELD_SEQUENCE(
                "rules", CYAML_FLAG_POINTER, struct ax_pack_root, rules, &rule_value, 1, AX_PACK_RULES_MAX),
        CYAML_FIELD_END,
};
static const cyaml_schema_value_t root_value = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_pack_root, root_fields)};

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

ax_rc ax_pack_text_load(const char *name, ax_str yaml, struct ax_pack_text **out, struct ax_err *err)
{
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
    cyaml_err_t code = cyaml_load_data(
            (const uint8_t *)yaml.ptr, yaml.len, &config, &root_value, (cyaml_data_t **)&text->root, NULL);
    if (code != CYAML_OK || text->root == NULL) {
        ax_pack_text_free(text);
        return complain(name, yaml, &said, code, err);
    }
    *out = text;
    return AX_RC(OK);
}

const struct ax_pack_root *ax_pack_text_root(const struct ax_pack_text *text)
{
    return text->root;
}
