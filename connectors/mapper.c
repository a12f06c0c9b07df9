/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/mapper_run.h"

#include "connectors/convert.h"
#include "connectors/field.h"
#include "connectors/names_wire.h"

#include <stdio.h>

static ax_rc no_memory(struct ax_err *err)
{
    return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
}

/* Empty where any variable part of it is. */
static ax_rc render(struct ax_mapping_run *run, const struct ax_mapping_template *t, ax_str *out)
{
    ax_str parts[AX_MAPPING_PARTS_MAX];
    size_t len = 0;
    *out = AX_STR("");
    for (size_t i = 0; i < t->part_count; i++) {
        parts[i] = t->parts[i].literal;
        for (size_t j = 0; j < t->parts[i].variable_count && parts[i].len == 0; j++) {
            parts[i] = run->variables[t->parts[i].variables[j]];
        }
        if (parts[i].len == 0) {
            return AX_RC(OK);
        }
        len += parts[i].len;
    }
    if (t->part_count == 1) {
        *out = parts[0];
        return AX_RC(OK);
    }
    char *text = ax_arena_alloc(run->arena, len + 1);
    if (text == NULL) {
        return no_memory(run->err);
    }
    size_t at = 0;
    for (size_t i = 0; i < t->part_count; i++) {
        memcpy(text + at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    *out = ax_str_of(text, len);
    return AX_RC(OK);
}

/* "field/column" where the value is that of one column, in its spelling in the file; else the field. */
static const char *column_name(const struct ax_mapping_run *run, const struct ax_mapping_template *t, const char *field,
        char *buf, size_t size)
{
    const struct ax_sheet *sheet = run->sheet;
    for (size_t i = 0; t->part_count == 1 && i < t->parts[0].variable_count; i++) {
        uint16_t variable = t->parts[0].variables[i];
        if (variable < sheet->table->columns_count && sheet->cell_of[variable] != AX_SHEET_NO_CELL) {
            ax_str name = ax_field_trim(sheet->header[sheet->cell_of[variable]]);
            (void)snprintf(buf, size, "%s/%.*s", field, AX_ARG(name));
            ax_utf8_trim(buf);
            return buf;
        }
    }
    return field;
}

/* The path of a field in Fact, and its column. */
static const char *set_name(const struct ax_mapping_run *run, const struct ax_mapping_fact *fact,
        const struct ax_mapping_set *set, char buf[AX_ERR_FIELD_MAX])
{
    char path[AX_ERR_FIELD_MAX];
    (void)snprintf(
            path, sizeof path, "%s%s%s", set->in_body ? fact->body->name : "", set->in_body ? "." : "", set->field);
    if (column_name(run, &set->template, path, buf, AX_ERR_FIELD_MAX) == path) {
        (void)snprintf(buf, AX_ERR_FIELD_MAX, "%s", path);
    }
    return buf;
}

static bool matches(ax_str text, const char *pattern)
{
    ax_str p = ax_str_c(pattern);
    if (ax_str_ends(p, AX_STR("*"))) {
        return ax_str_starts(text, ax_str_of(p.ptr, p.len - 1));
    }
    return ax_str_eq(text, p);
}

static bool map_value(const struct ax_mapping_value *values, uint32_t count, ax_str text, ax_str *out)
{
    for (uint32_t i = 0; i < count; i++) {
        if (matches(text, values[i].is)) {
            *out = ax_str_c(values[i].becomes);
            return true;
        }
    }
    return false;
}

static ax_rc unknown_value(struct ax_mapping_run *run, const char *field, ax_str text,
        const struct ax_mapping_value *values, uint32_t count)
{
    char known[192] = "";
    size_t at = 0;
    for (uint32_t i = 0; i < count && at + 8 < sizeof known; i++) {
        int n = snprintf(known + at, sizeof known - at, "%s%s", i == 0 ? "" : ", ", values[i].is);
        at += n < 0 ? 0 : (size_t)n;
    }
    return ax_fail_field(run->err, AX_INVALID, field, text.ptr, text.len, "unknown value; known are: %s", known);
}

ax_rc ax_mapping_fold_code(struct ax_mapping_run *run, ax_str *text)
{
    char *code = ax_arena_alloc(run->arena, AX_USCC_LEN + 1);
    if (code == NULL) {
        return no_memory(run->err);
    }
    if (ax_uscc_normalise(*text, code)) {
        *text = ax_str_of(code, AX_USCC_LEN);
    }
    *text = ax_str_eq(*text, AX_STR("00000000000000000X")) ? AX_STR("") : *text;
    return AX_RC(OK);
}

static ax_rc fold_day(struct ax_mapping_run *run, const char *name, ax_str *text)
{
    int32_t day;
    const char *rule;
    if (!ax_convert_day(*text, &day, &rule)) {
        return ax_fail_field(run->err, AX_INVALID, name, text->ptr, text->len, "%s", rule);
    }
    char *iso = ax_arena_alloc(run->arena, AX_DAY_TEXT_SIZE);
    if (iso == NULL) {
        return no_memory(run->err);
    }
    *text = ax_str_c(ax_day_format(day, iso));
    return AX_RC(OK);
}

static ax_rc derive(struct ax_mapping_run *run, const struct ax_mapping_derived *d, ax_str *out)
{
    char name[AX_ERR_FIELD_MAX];
    AX_TRY(render(run, &d->template, out));
    if (out->len == 0) {
        return AX_RC(OK);
    }
    if (d->code) {
        AX_TRY(ax_mapping_fold_code(run, out));
    }
    if (d->day) {
        AX_TRY(fold_day(run, column_name(run, &d->template, d->name, name, sizeof name), out));
    }
    if (d->values_count > 0 && !map_value(d->values, d->values_count, *out, out)) {
        return unknown_value(
                run, column_name(run, &d->template, d->name, name, sizeof name), *out, d->values, d->values_count);
    }
    if (out->len < d->pad) {
        char *text = ax_arena_alloc(run->arena, d->pad);
        if (text == NULL) {
            return no_memory(run->err);
        }
        memset(text, '0', d->pad);
        memcpy(text + (d->pad - out->len), out->ptr, out->len);
        *out = ax_str_of(text, d->pad);
    }
    return AX_RC(OK);
}

/* All of them, whatever is missing: a row may have to be refused for a better reason. The result is about the first. */
static ax_rc fill_variables(struct ax_mapping_run *run)
{
    const struct ax_mapping_table *t = run->sheet->table;
    ax_rc rc = AX_RC(OK);
    for (uint32_t i = 0; i < t->columns_count; i++) {
        uint16_t cell = run->sheet->cell_of[i];
        run->variables[i] = cell == AX_SHEET_NO_CELL ? AX_STR("") : ax_field_trim(run->input->cells[cell]);
        if (t->columns[i].required && run->variables[i].len == 0 && ax_ok(rc)) {
            char name[AX_ERR_FIELD_MAX];
            ax_str header = ax_field_trim(run->sheet->header[cell]);
            (void)snprintf(name, sizeof name, "%.*s", AX_ARG(header));
            rc = ax_fail_field(run->err, AX_INVALID, name, "", 0, "must be given");
        }
    }
    return rc;
}

static ax_rc derive_variables(struct ax_mapping_run *run)
{
    const struct ax_mapping_table *t = run->sheet->table;
    for (uint32_t i = 0; i < t->derived_count; i++) {
        AX_TRY(derive(run, &t->derived[i], &run->variables[t->columns_count + i]));
    }
    return AX_RC(OK);
}

/* Each of several values through the map; numbers of the enum go into *mask. */
static ax_rc map_several(struct ax_mapping_run *run, const struct ax_mapping_fact *fact,
        const struct ax_mapping_set *set, ax_str text, uint32_t *mask)
{
    ax_str value;
    char name[AX_ERR_FIELD_MAX];
    while (ax_field_next_value(&text, &value)) {
        ax_str names = value;
        if (!map_value(set->values, set->values_count, value, &names)) {
            return unknown_value(run, set_name(run, fact, set, name), value, set->values, set->values_count);
        }
        while (names.len > 0) {
            int32_t number;
            ax_str one = ax_str_trim(ax_str_split(&names, '+'));
            bool known = ax_enum_number(set->in_body ? fact->body : NULL, set->target, one, &number);
            AX_ASSERT(known && number >= 0 && number < 32); /* checked when the mapping was loaded */
            *mask |= 1u << (unsigned)number;
        }
    }
    return AX_RC(OK);
}

static ax_rc put_code(struct ax_mapping_run *run, ax_str *at, ax_str text, bool is_subject)
{
    char *code = ax_arena_alloc(run->arena, AX_USCC_LEN + 1);
    if (code == NULL) {
        return no_memory(run->err);
    }
    *at = ax_uscc_normalise(text, code) ? ax_str_of(code, AX_USCC_LEN) : text;
    if (!is_subject && ax_str_eq(*at, AX_STR("00000000000000000X"))) {
        *at = AX_STR("");
    }
    return AX_RC(OK);
}

static ax_rc put_complete(struct ax_mapping_run *run, ax_str *at, ax_str text, const char **rule)
{
    char *code = ax_arena_alloc(run->arena, AX_USCC_LEN + 1);
    if (code == NULL) {
        return no_memory(run->err);
    }
    if (!ax_convert_complete(text, code, rule)) {
        return AX_RC(INVALID);
    }
    *at = ax_str_of(code, AX_USCC_LEN);
    return AX_RC(OK);
}

static bool put_open_date(int32_t *at, ax_str text, const char **rule)
{
    if (!ax_convert_day(text, at, rule)) {
        return false;
    }
    *at = *at >= ax_day_of(2099, 12, 31) ? AX_DAY_NONE : *at;
    return true;
}

static bool add_count(uint32_t *at, ax_str text, const char **rule)
{
    uint64_t more;
    if (!ax_convert_count(text, &more, rule)) {
        return false;
    }
    if (more > UINT32_MAX - *at) {
        *rule = "too great a sum";
        return false;
    }
    *at += (uint32_t)more;
    return true;
}

static ax_rc convert(struct ax_mapping_run *run, const struct ax_mapping_fact *fact, const struct ax_mapping_set *set,
        ax_str text, struct ax_fact *out, const char **rule)
{
    const struct ax_field *body = set->in_body ? fact->body : NULL;
    void *at = ax_field_at(out, body, set->target);
    uint32_t mask = 0;
    int32_t greatest = 0;
    bool fine = true;
    switch (set->as) {
    case AX_AS_CODE:
        return put_code(run, at, text, body == NULL && strcmp(set->target->name, "enterprise") == 0);
    case AX_AS_COMPLETE:
        return put_complete(run, at, text, rule);
    case AX_AS_WAN:
        fine = ax_convert_money(text, 6, at, rule);
        break;
    case AX_AS_YUAN:
        fine = ax_convert_money(text, 2, at, rule);
        break;
    case AX_AS_ROUNDED:
        fine = ax_convert_rounded(text, at, rule);
        break;
    case AX_AS_TIMESTAMP:
        fine = ax_convert_timestamp(text, at, rule);
        break;
    case AX_AS_OPEN_DATE:
        fine = put_open_date(at, text, rule);
        break;
    case AX_AS_SET:
        AX_TRY(map_several(run, fact, set, text, &mask));
        *(uint32_t *)at |= mask & ~1u;
        break;
    case AX_AS_GREATEST:
        AX_TRY(map_several(run, fact, set, text, &mask));
        greatest = mask == 0 ? 0 : 31 - __builtin_clz(mask);
        *(int32_t *)at = greatest > *(int32_t *)at ? greatest : *(int32_t *)at;
        break;
    case AX_AS_MILLI:
        fine = ax_convert_milli(text, at, rule);
        break;
    case AX_AS_PERCENT:
        fine = ax_convert_percent(text, at, rule);
        break;
    case AX_AS_ADDED:
        fine = add_count(at, text, rule);
        break;
    case AX_AS_FIELD:
        return ax_field_put(out, body, set->target, text, run->arena, rule);
    }
    return fine ? AX_RC(OK) : AX_RC(INVALID);
}

static ax_rc apply(struct ax_mapping_run *run, const struct ax_mapping_fact *fact, const struct ax_mapping_set *set,
        struct ax_fact *out)
{
    ax_str text;
    char buf[AX_ERR_FIELD_MAX];
    AX_TRY(render(run, &set->template, &text));
    if (text.len == 0) {
        return AX_RC(OK);
    }
    const char *name = set_name(run, fact, set, buf);
    ax_str value = text;
    bool several = set->as == AX_AS_SET || set->as == AX_AS_GREATEST;
    if (set->values_count > 0 && !several && !map_value(set->values, set->values_count, text, &value)) {
        return unknown_value(run, name, text, set->values, set->values_count);
    }
    const char *rule = NULL;
    ax_rc rc = convert(run, fact, set, value, out, &rule);
    if (rc.code == AX_INVALID && rule != NULL) {
        return ax_fail_field(run->err, AX_INVALID, name, text.ptr, text.len, "%s", rule);
    }
    return rc.code == AX_LIMIT ? no_memory(run->err) : rc;
}

/* What ax_fact_check names by our field gets the name of the column it came from. */
static void name_column(struct ax_mapping_run *run, const struct ax_mapping_fact *fact)
{
    if (run->err == NULL) {
        return;
    }
    ax_str field = ax_str_c(run->err->field);
    ax_str body = ax_str_c(fact->body->name);
    if (ax_str_starts(field, body) && field.len > body.len && field.ptr[body.len] == '.') {
        field = ax_str_of(field.ptr + body.len + 1, field.len - body.len - 1);
    }
    for (uint32_t i = 0; i < fact->set_count; i++) {
        char buf[AX_ERR_FIELD_MAX];
        const struct ax_mapping_set *set = &fact->set[i];
        if (ax_str_eq(ax_str_c(set->field), field)) {
            (void)snprintf(run->err->field, sizeof run->err->field, "%s", set_name(run, fact, set, buf));
            return;
        }
    }
}

static bool is_wanted(const struct ax_mapping_run *run, const struct ax_mapping_fact *fact)
{
    for (uint32_t i = 0; i < fact->when_count; i++) {
        ax_str text = run->variables[fact->when_variables[i]];
        for (size_t j = 0; j < text.len; j++) {
            if (text.ptr[j] != '0' && text.ptr[j] != '.' && text.ptr[j] != ' ') {
                return true;
            }
        }
    }
    return fact->when_count == 0;
}

static ax_rc check_share(struct ax_mapping_run *run, const struct ax_mapping_fact *fact, const struct ax_fact *made)
{
    const char *fault = ax_field_share_fault(made);
    for (uint32_t i = 0; fault != NULL && i < fact->set_count; i++) {
        ax_str text;
        char name[AX_ERR_FIELD_MAX];
        const struct ax_mapping_set *set = &fact->set[i];
        if (!set->in_body || strcmp(set->field, "share_percent") != 0) {
            continue;
        }
        AX_TRY(render(run, &set->template, &text));
        if (text.len > 0) {
            return ax_fail_field(run->err, AX_INVALID, set_name(run, fact, set, name), text.ptr, text.len, "%s", fault);
        }
    }
    return AX_RC(OK);
}

/* The column that a variable comes from, by the first that is in it; AX_SHEET_NO_CELL: the file has it not, or none is. */
static uint16_t find_cell(const struct ax_mapping_run *run, uint16_t variable)
{
    const struct ax_mapping_table *table = run->sheet->table;
    while (variable >= table->columns_count) { /* a derived value is made of earlier ones */
        const struct ax_mapping_template *t = &table->derived[variable - table->columns_count].template;
        size_t part = 0;
        while (part < t->part_count && t->parts[part].variable_count == 0) {
            part++;
        }
        if (part == t->part_count) {
            return AX_SHEET_NO_CELL;
        }
        variable = t->parts[part].variables[0];
    }
    return run->sheet->cell_of[variable];
}

/* The column for want of which the template says nothing. */
static uint16_t find_silent(const struct ax_mapping_run *run, const struct ax_mapping_template *t)
{
    for (size_t i = 0; i < t->part_count; i++) {
        bool says = t->parts[i].literal.len > 0;
        for (size_t j = 0; j < t->parts[i].variable_count && !says; j++) {
            says = run->variables[t->parts[i].variables[j]].len > 0;
        }
        if (!says && t->parts[i].variable_count > 0) {
            return find_cell(run, t->parts[i].variables[0]);
        }
    }
    return AX_SHEET_NO_CELL;
}

/* A reference is often made of several columns: the one that says nothing is named. */
static ax_rc check_reference(struct ax_mapping_run *run, const struct ax_mapping_fact *fact, const struct ax_fact *made)
{
    for (uint32_t i = 0; made->reference.len == 0 && i < fact->set_count; i++) {
        const struct ax_mapping_set *set = &fact->set[i];
        uint16_t cell = !set->in_body && strcmp(set->field, "reference") == 0 ? find_silent(run, &set->template)
                                                                              : AX_SHEET_NO_CELL;
        if (cell != AX_SHEET_NO_CELL) {
            char name[AX_ERR_FIELD_MAX];
            (void)snprintf(name, sizeof name, "reference/%.*s", AX_ARG(ax_field_trim(run->sheet->header[cell])));
            ax_utf8_trim(name);
            return ax_fail_field(run->err, AX_INVALID, name, "", 0, "must be given: the record is known by it");
        }
    }
    return AX_RC(OK);
}

static ax_rc make_fact(struct ax_mapping_run *run, const struct ax_mapping_fact *fact, struct ax_fact *out)
{
    ax_fact_init(out);
    ax_field_set_body(out, fact->body);
    out->source = ax_str_c(run->sheet->mapping->name);
    out->jurisdiction = ax_str_c(run->sheet->mapping->jurisdiction);
    out->revision = run->input->revision;
    for (uint32_t i = 0; i < fact->set_count; i++) {
        AX_TRY(apply(run, fact, &fact->set[i], out));
    }
    AX_TRY(check_reference(run, fact, out));
    AX_TRY(check_share(run, fact, out));
    ax_rc rc = ax_fact_check(out, run->input->today, run->err);
    if (!ax_ok(rc)) {
        name_column(run, fact);
    }
    return rc;
}

static ax_rc check_refused(struct ax_mapping_run *run, struct ax_mapper_output *out)
{
    const struct ax_mapping_table *t = run->sheet->table;
    for (uint32_t i = 0; i < t->refuse_count; i++) {
        ax_str text = run->variables[t->refuse[i].variable];
        if (text.len > 0 && matches(text, t->refuse[i].is)) {
            out->natural_person = true;
            return ax_fail_field(
                    run->err, AX_INVALID, t->refuse[i].column, text.ptr, text.len, "%s", t->refuse[i].rule);
        }
    }
    return AX_RC(OK);
}

ax_rc ax_mapping_make_one(struct ax_mapping_run *run, const struct ax_mapping_fact *fact, struct ax_mapper_output *out)
{
    if (!run->derived) {
        AX_TRY(derive_variables(run));
        run->derived = true;
    }
    if (!is_wanted(run, fact)) {
        return AX_RC(OK);
    }
    if (out->count == AX_MAPPING_FACTS_MAX) {
        return ax_fail_field(run->err, AX_INVALID, fact->kind, NULL, 0, "at most %d facts a row", AX_MAPPING_FACTS_MAX);
    }
    AX_TRY(make_fact(run, fact, &out->facts[out->count]));
    for (size_t i = 0; i < out->count; i++) {
        ax_str reference = out->facts[out->count].reference;
        if (ax_str_eq(out->facts[i].reference, reference)) {
            return ax_fail_field(run->err, AX_INVALID, "reference", reference.ptr, reference.len,
                    "the row names the same thing twice");
        }
    }
    out->count++;
    return AX_RC(OK);
}

bool ax_mapper_refuses(const struct ax_sheet *sheet, const ax_str *cells)
{
    const struct ax_mapping_table *t = sheet->table;
    for (uint32_t i = 0; i < t->refuse_count; i++) {
        uint16_t variable = t->refuse[i].variable;
        uint16_t cell = variable < t->columns_count ? sheet->cell_of[variable] : AX_SHEET_NO_CELL;
        if (cell != AX_SHEET_NO_CELL && matches(ax_field_trim(cells[cell]), t->refuse[i].is)) {
            return true;
        }
    }
    return false;
}

static ax_rc make_all(struct ax_mapping_run *run, struct ax_mapper_output *out)
{
    const struct ax_mapping_table *t = run->sheet->table;
    ax_rc complete = fill_variables(run);
    AX_TRY(check_refused(run, out));
    AX_TRY(complete);
    for (uint32_t i = 0; i < t->facts_count; i++) {
        const struct ax_mapping_fact *fact = &t->facts[i];
        AX_TRY(fact->each == NULL ? ax_mapping_make_one(run, fact, out) : ax_mapping_make_each(run, fact, out));
    }
    return AX_RC(OK);
}

ax_rc ax_mapper_map(const struct ax_sheet *sheet, const struct ax_mapper_input *input, struct ax_arena *arena,
        struct ax_mapper_output *out, struct ax_err *err)
{
    struct ax_mapping_run run = {.sheet = sheet, .input = input, .arena = arena, .err = err};
    out->count = 0;
    out->natural_person = false;
    ax_rc rc = make_all(&run, out);
    out->count = ax_ok(rc) ? out->count : 0;
    return ax_ok(rc) && run.faulty ? AX_RC(INVALID) : rc;
}
