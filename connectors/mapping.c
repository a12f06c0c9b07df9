/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/mapping.h"

#include "connectors/charset.h"
#include "connectors/mapping_schema.h"
#include "connectors/names_wire.h"

#include <stdio.h>

enum { LOADED_ARENA_MAX_BYTES = 4 << 20 };

/* What is being bound, for messages and look-ups. */
struct binding {
    struct ax_mapping_loaded *loaded;
    struct ax_mapping_table *table;
    const char *origin;
    uint32_t derived_bound; /* derived values up to here may be used */
    struct ax_err *err;
};

static ax_rc wrong(const struct binding *b, const char *what, const char *value, const char *rule)
{
    ax_rc rc = ax_fail_field(b->err, AX_INVALID, what, value, value == NULL ? 0 : strlen(value), "%s", rule);
    ax_err_prefix(b->err, "%s, table %s", b->origin, b->table == NULL ? "-" : b->table->name);
    return rc;
}

static bool find_variable(const struct binding *b, ax_str name, uint16_t *index)
{
    const struct ax_mapping_table *t = b->table;
    for (uint32_t i = 0; i < t->columns_count; i++) {
        if (ax_str_eq(ax_str_c(t->columns[i].name), name) && !t->columns[i].ignore &&
                t->columns[i].personal != AX_PERSONAL_ALWAYS) {
            *index = (uint16_t)i;
            return true;
        }
    }
    for (uint32_t i = 0; i < b->derived_bound; i++) {
        if (ax_str_eq(ax_str_c(t->derived[i].name), name)) {
            *index = (uint16_t)(t->columns_count + i);
            return true;
        }
    }
    return false;
}

/* "{a|b}" at the start of *rest. */
static ax_rc bind_choice(const struct binding *b, ax_str *rest, struct ax_mapping_template *out, const char *text)
{
    size_t close;
    if (!ax_str_find(*rest, AX_STR("}"), &close)) {
        return wrong(b, "from", text, "a { is not closed");
    }
    ax_str names = ax_str_of(rest->ptr + 1, close - 1);
    *rest = ax_str_of(rest->ptr + close + 1, rest->len - close - 1);
    size_t count = 0;
    while (names.len > 0) {
        ax_str name = ax_str_split(&names, '|');
        if (count == AX_MAPPING_CHOICES_MAX) {
            return wrong(b, "from", text, "at most 4 names in one { }");
        }
        if (!find_variable(b, name, &out->parts[out->part_count].variables[count])) {
            return wrong(b, "from", text, "names a column or derived value that is not there, ignored, or personal");
        }
        count++;
    }
    if (count == 0) {
        return wrong(b, "from", text, "{} names nothing");
    }
    out->parts[out->part_count++].variable_count = count;
    return AX_RC(OK);
}

static ax_rc bind_template(const struct binding *b, const char *text, struct ax_mapping_template *out)
{
    ax_str rest = ax_str_c(text);
    while (rest.len > 0) {
        if (out->part_count == AX_MAPPING_PARTS_MAX) {
            return wrong(b, "from", text, "at most 8 parts");
        }
        if (rest.ptr[0] == '{') {
            AX_TRY(bind_choice(b, &rest, out, text));
            continue;
        }
        size_t len = 0;
        while (len < rest.len && rest.ptr[len] != '{') {
            len++;
        }
        out->parts[out->part_count++].literal = ax_str_of(rest.ptr, len);
        rest = ax_str_of(rest.ptr + len, rest.len - len);
    }
    return AX_RC(OK);
}

static const struct ax_field *find_field(const struct ax_message *m, ax_str name)
{
    for (size_t i = 0; i < m->field_count; i++) {
        if (ax_str_eq(ax_str_c(m->fields[i].name), name)) {
            return &m->fields[i];
        }
    }
    return NULL;
}

static ax_rc check_values(const struct binding *b, const struct ax_mapping_fact *fact, const struct ax_mapping_set *set)
{
    bool is_enum = set->target->type == AX_T_ENUM || set->target->type == AX_T_ENUM_SET;
    for (uint32_t i = 0; is_enum && i < set->values_count; i++) {
        ax_str names = ax_str_c(set->values[i].becomes);
        while (names.len > 0) {
            int32_t number;
            ax_str name = ax_str_trim(ax_str_split(&names, '+'));
            if (!ax_enum_number(set->in_body ? fact->body : NULL, set->target, name, &number)) {
                return wrong(b, set->field, set->values[i].becomes, "is no value of this enum");
            }
        }
    }
    return AX_RC(OK);
}

static ax_rc check_converter(const struct binding *b, const struct ax_mapping_set *set)
{
    static const uint8_t wanted[] = {
            [AX_AS_CODE] = AX_T_STR,
            [AX_AS_WAN] = AX_T_I64,
            [AX_AS_YUAN] = AX_T_I64,
            [AX_AS_ROUNDED] = AX_T_U64,
            [AX_AS_TIMESTAMP] = AX_T_I64,
            [AX_AS_OPEN_DATE] = AX_T_DATE,
            [AX_AS_COMPLETE] = AX_T_STR,
            [AX_AS_SET] = AX_T_ENUM_SET,
            [AX_AS_GREATEST] = AX_T_ENUM,
            [AX_AS_ADDED] = AX_T_U32,
            [AX_AS_MILLI] = AX_T_I64,
            [AX_AS_PERCENT] = AX_T_U32,
    };
    bool fits = set->as == AX_AS_FIELD ? set->target->type != AX_T_ENUM_SET : wanted[set->as] == set->target->type;
    return fits ? AX_RC(OK) : wrong(b, "as", set->field, "this converter does not make what the field holds");
}

static ax_rc bind_set(const struct binding *b, const struct ax_mapping_fact *fact, struct ax_mapping_set *set)
{
    set->target = find_field(fact->body->message, ax_str_c(set->field));
    set->in_body = set->target != NULL;
    if (set->target == NULL) {
        set->target = find_field(&ax_fact_message, ax_str_c(set->field));
    }
    if (set->target == NULL || set->target->type == AX_T_MSG || set->target->type == AX_T_MSG_LIST ||
            set->target->type == AX_T_BYTES || set->target->type == AX_T_HEX || set->target->type == AX_T_STR_SET) {
        return wrong(b, "field", set->field, "is no field of a fact or of this body");
    }
    AX_TRY(bind_template(b, set->from, &set->template));
    AX_TRY(check_converter(b, set));
    return check_values(b, fact, set);
}

static ax_rc bind_without(const struct binding *b, struct ax_mapping_each *each)
{
    const char *name = each->without;
    if (!find_variable(b, ax_str_c(name), &each->without_variable) ||
            each->without_variable >= b->table->columns_count) {
        return wrong(b, "without", name, "names a column that is not there, ignored, or personal");
    }
    for (uint32_t i = 0; i < each->columns_count; i++) {
        if (each->variables[i] == each->without_variable) {
            return wrong(b, "without", name, "must be none of the columns");
        }
    }
    return AX_RC(OK);
}

static ax_rc bind_each(const struct binding *b, struct ax_mapping_each *each)
{
    if (each->columns_count == 0 || each->columns_count > AX_MAPPING_EACH_MAX) {
        return wrong(b, "each", each->list, "1 to 8 columns");
    }
    bool found = each->shares == NULL;
    for (uint32_t i = 0; i < each->columns_count; i++) {
        if (!find_variable(b, ax_str_c(each->columns[i]), &each->variables[i]) ||
                each->variables[i] >= b->table->columns_count) {
            return wrong(b, "each", each->columns[i], "names a column that is not there, ignored, or personal");
        }
        if (each->shares != NULL && strcmp(each->shares, each->columns[i]) == 0) {
            each->shares_variable = each->variables[i];
            found = true;
        }
    }
    if (!found) {
        return wrong(b, "shares", each->shares, "must be one of the columns");
    }
    return each->without == NULL ? AX_RC(OK) : bind_without(b, each);
}

static ax_rc bind_fact(const struct binding *b, struct ax_mapping_fact *fact)
{
    fact->body = find_field(&ax_fact_message, ax_str_c(fact->kind));
    if (fact->body == NULL || fact->body->type != AX_T_MSG) {
        return wrong(b, "kind", fact->kind, "is no body of a fact");
    }
    if (fact->when_count > AX_MAPPING_CHOICES_MAX) {
        return wrong(b, "when", fact->kind, "at most 4 columns");
    }
    for (uint32_t i = 0; i < fact->when_count; i++) {
        if (!find_variable(b, ax_str_c(fact->when[i]), &fact->when_variables[i])) {
            return wrong(b, "when", fact->when[i], "names a column that is not there, ignored, or personal");
        }
    }
    for (uint32_t i = 0; i < fact->set_count; i++) {
        AX_TRY(bind_set(b, fact, &fact->set[i]));
    }
    return fact->each == NULL ? AX_RC(OK) : bind_each(b, fact->each);
}

static ax_rc bind_columns(const struct binding *b)
{
    struct ax_arena *arena = &b->loaded->arena;
    for (uint32_t i = 0; i < b->table->columns_count; i++) {
        struct ax_mapping_column *c = &b->table->columns[i];
        c->spellings = AX_ARENA_ARRAY(arena, ax_str, c->aliases_count + 1);
        if (c->spellings == NULL || !ax_ok(ax_charset_fold(ax_str_c(c->name), arena, &c->spellings[0]))) {
            return wrong(b, "columns", c->name, "the mapping is too large");
        }
        for (uint32_t j = 0; j < c->aliases_count; j++) {
            if (!ax_ok(ax_charset_fold(ax_str_c(c->aliases[j]), arena, &c->spellings[j + 1]))) {
                return wrong(b, "columns", c->name, "the mapping is too large");
            }
        }
    }
    return AX_RC(OK);
}

static ax_rc bind_table(struct binding *b)
{
    struct ax_mapping_table *t = b->table;
    if (t->columns_count + t->derived_count > AX_MAPPING_COLUMNS_MAX) {
        return wrong(b, "columns", t->name, "more columns and derived values than a table may have");
    }
    if (t->facts_count > AX_MAPPING_FACTS_MAX) {
        return wrong(b, "facts", t->name, "at most 16 facts a row");
    }
    AX_TRY(bind_columns(b));
    for (b->derived_bound = 0; b->derived_bound < t->derived_count; b->derived_bound++) {
        struct ax_mapping_derived *d = &t->derived[b->derived_bound];
        AX_TRY(bind_template(b, d->from, &d->template));
    }
    for (uint32_t i = 0; i < t->refuse_count; i++) {
        if (!find_variable(b, ax_str_c(t->refuse[i].column), &t->refuse[i].variable)) {
            return wrong(b, "refuse", t->refuse[i].column, "names a column that is not there");
        }
    }
    for (uint32_t i = 0; i < t->facts_count; i++) {
        AX_TRY(bind_fact(b, &t->facts[i]));
    }
    return AX_RC(OK);
}

ax_rc ax_mapping_load(ax_str yaml, const char *origin, struct ax_mapping_loaded **out, struct ax_err *err)
{
    *out = NULL;
    struct ax_mapping *read;
    AX_TRY(ax_mapping_read(yaml, origin, &read, err));
    struct ax_mapping_loaded *loaded = ax_xcalloc(1, sizeof *loaded);
    loaded->yaml = read;
    ax_arena_init(&loaded->arena, 64 << 10, LOADED_ARENA_MAX_BYTES);
    struct binding b = {.loaded = loaded, .origin = origin, .err = err};
    ax_rc rc = AX_RC(OK);
    for (uint32_t i = 0; i < read->tables_count && ax_ok(rc); i++) {
        b.table = &read->tables[i];
        rc = bind_table(&b);
    }
    if (!ax_ok(rc)) {
        ax_mapping_free(loaded);
        return rc;
    }
    *out = loaded;
    return rc;
}

void ax_mapping_free(struct ax_mapping_loaded *mapping)
{
    if (mapping != NULL) {
        ax_mapping_release(mapping->yaml);
        ax_arena_deinit(&mapping->arena);
        ax_xfree(mapping);
    }
}
