/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/convert.h"
#include "connectors/field.h"
#include "connectors/mapper_run.h"

/* Of values joined by ； or ; also empty ones. */
static ax_str next_part(ax_str *rest)
{
    size_t wide;
    size_t narrow;
    const ax_str full = AX_STR("；");
    bool has_wide = ax_str_find(*rest, full, &wide);
    bool has_narrow = ax_str_find(*rest, AX_STR(";"), &narrow);
    size_t at = has_wide && (!has_narrow || wide < narrow) ? wide : has_narrow ? narrow : rest->len;
    size_t skip = at == rest->len ? 0 : rest->ptr[at] == ';' ? 1 : full.len;
    ax_str part = ax_field_trim(ax_str_of(rest->ptr, at));
    *rest = ax_str_of(rest->ptr + at + skip, rest->len - at - skip);
    return part;
}

static size_t count_parts(ax_str text)
{
    size_t count = text.len == 0 ? 0 : 1;
    for (size_t i = 0; i < text.len; i++) {
        ax_str rest = ax_str_of(text.ptr + i, text.len - i);
        count += rest.ptr[0] == ';' || ax_str_starts(rest, AX_STR("；")) ? 1 : 0;
    }
    return count;
}

static ax_rc check_shares(struct ax_mapping_run *run, const struct ax_mapping_each *each)
{
    uint64_t sum = 0;
    const char *rule = NULL;
    ax_str whole = run->variables[each->shares_variable];
    ax_str rest = whole;
    while (rest.len > 0) {
        uint64_t share = 0;
        ax_str part = next_part(&rest);
        if (part.len > 0 && !ax_convert_count(part, &share, &rule)) {
            return ax_fail_field(run->err, AX_INVALID, each->shares, part.ptr, part.len, "%s", rule);
        }
        sum = share > 100 ? 101 : sum + share;
    }
    if (sum > 100) {
        return ax_fail_field(
                run->err, AX_INVALID, each->shares, whole.ptr, whole.len, "shares together are at most 100");
    }
    return AX_RC(OK);
}

/* As many values in every column as in the first, or none. */
static ax_rc count_each(struct ax_mapping_run *run, const struct ax_mapping_each *each, size_t *count)
{
    *count = count_parts(run->variables[each->variables[0]]);
    for (uint32_t i = 1; i < each->columns_count; i++) {
        ax_str text = run->variables[each->variables[i]];
        size_t parts = count_parts(text);
        if (parts != 0 && parts != *count) {
            return ax_fail_field(run->err, AX_INVALID, each->columns[i], text.ptr, text.len,
                    "%zu values, and %zu in %s", parts, *count, each->columns[0]);
        }
    }
    return each->shares == NULL ? AX_RC(OK) : check_shares(run, each);
}

/* Whether the code is one of several. */
static ax_rc is_among(struct ax_mapping_run *run, ax_str code, ax_str several, bool *found)
{
    *found = false;
    AX_TRY(ax_mapping_fold_code(run, &code));
    while (several.len > 0 && !*found) {
        ax_str one = next_part(&several);
        AX_TRY(ax_mapping_fold_code(run, &one));
        *found = one.len > 0 && ax_str_eq(one, code);
    }
    return AX_RC(OK);
}

/* A fault in it is of this fact alone. */
static ax_rc make_unless_named(
        struct ax_mapping_run *run, const struct ax_mapping_fact *fact, struct ax_mapper_output *out)
{
    const struct ax_mapping_each *each = fact->each;
    ax_str code = run->variables[each->variables[0]];
    bool named = false;
    AX_TRY(is_among(run, code, run->variables[each->without_variable], &named));
    if (code.len == 0 || named) {
        return AX_RC(OK);
    }
    ax_rc rc = ax_mapping_make_one(run, fact, out);
    run->faulty = run->faulty || rc.code == AX_INVALID;
    return rc.code == AX_INVALID ? AX_RC(OK) : rc;
}

ax_rc ax_mapping_make_each(struct ax_mapping_run *run, const struct ax_mapping_fact *fact, struct ax_mapper_output *out)
{
    const struct ax_mapping_each *each = fact->each;
    ax_str rests[AX_MAPPING_EACH_MAX];
    ax_str wholes[AX_MAPPING_EACH_MAX];
    size_t count;
    AX_TRY(count_each(run, each, &count));
    for (uint32_t i = 0; i < each->columns_count; i++) {
        wholes[i] = rests[i] = run->variables[each->variables[i]];
    }
    ax_rc rc = AX_RC(OK);
    for (size_t n = 0; n < count && ax_ok(rc); n++) {
        for (uint32_t i = 0; i < each->columns_count; i++) {
            run->variables[each->variables[i]] = next_part(&rests[i]);
        }
        run->derived = false;
        rc = each->without == NULL ? ax_mapping_make_one(run, fact, out) : make_unless_named(run, fact, out);
    }
    run->derived = false;
    for (uint32_t i = 0; i < each->columns_count; i++) {
        run->variables[each->variables[i]] = wholes[i];
    }
    return rc;
}
