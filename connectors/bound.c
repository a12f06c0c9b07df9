/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/bound.h"

#include "connectors/systems.h"

#include <stdio.h>

static bool is_ascii(ax_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

ax_rc ax_bound_decode(
        const struct ax_bound *bound, const struct ax_csv_row *row, struct ax_arena *arena, ax_str **cells, size_t *bad)
{
    ax_rc result = AX_RC(OK);
    ax_str *out = AX_ARENA_ARRAY(arena, ax_str, row->count + 1);
    if (out == NULL) {
        return AX_RC(LIMIT);
    }
    for (size_t i = 0; i < row->count; i++) {
        ax_rc rc = AX_RC(OK);
        out[i] = row->text[i];
        bool has_nul = memchr(out[i].ptr, 0, out[i].len) != NULL;
        if (!has_nul && !is_ascii(out[i]) && bound->charset == AX_CHARSET_GB18030) {
            rc = ax_charset_convert(bound->converter, row->text[i], arena, &out[i]);
        } else if (has_nul || !ax_utf8_valid(out[i])) {
            rc = AX_RC(INVALID);
        }
        if (rc.code == AX_LIMIT) {
            return rc;
        }
        if (!ax_ok(rc)) {
            *bad = ax_ok(result) ? i : *bad;
            out[i] = AX_STR("");
            result = rc;
        }
    }
    *cells = out;
    return result;
}

static ax_rc unknown_system(const char *system, struct ax_err *err)
{
    char known[160] = "";
    size_t at = 0;
    size_t count;
    const struct ax_source_about *about = ax_source_systems(&count);
    for (size_t i = 0; i < count && at + 8 < sizeof known; i++) {
        int n = snprintf(known + at, sizeof known - at, "%s%s", i == 0 ? "" : ", ", about[i].name);
        at += n < 0 ? 0 : (size_t)n;
    }
    if (system != NULL) {
        return ax_fail_field(err, AX_INVALID, "system", system, strlen(system), "no such system; known are: %s", known);
    }
    return ax_fail(err, AX_INVALID, "no system has columns like these, name one of: %s", known);
}

static ax_rc bind_mapping(struct ax_bound *bound, const struct ax_mapping_loaded *mapping, struct ax_arena *arena,
        bool *unfit, struct ax_err *err)
{
    uint32_t table;
    bool whole;
    (void)ax_sheet_fit(mapping, bound->names, bound->count, arena, &table, &whole);
    bound->system = mapping->yaml->name;
    ax_rc rc = ax_sheet_bind(mapping, table, bound->names, bound->count, arena, &bound->sheet, err);
    *unfit = rc.code == AX_INVALID;
    return rc;
}

static ax_rc bind_table(struct ax_bound *bound, struct ax_arena *arena, bool *unfit, struct ax_err *err)
{
    bound->system = AX_TABLE_SYSTEM;
    ax_rc rc = ax_table_bind(bound->names, bound->count, arena, &bound->table, err);
    *unfit = rc.code == AX_INVALID;
    return rc;
}

/* The system that knows all columns, else the one that knows most, if at least half of them. */
static ax_rc guess(struct ax_bound *bound, struct ax_arena *arena, bool *unfit, struct ax_err *err)
{
    if (ax_table_fits(bound->names, bound->count)) {
        return bind_table(bound, arena, unfit, err);
    }
    const struct ax_mapping_loaded *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < ax_system_count(); i++) {
        uint32_t table;
        bool whole;
        size_t known = ax_sheet_fit(ax_system_at(i), bound->names, bound->count, arena, &table, &whole);
        if (whole) {
            return bind_mapping(bound, ax_system_at(i), arena, unfit, err);
        }
        best = known > most ? ax_system_at(i) : best;
        most = known > most ? known : most;
    }
    if (best == NULL || most * 2 < bound->count) {
        ax_rc rc = unknown_system(NULL, err);
        if (err != NULL) {
            (void)snprintf(err->field, sizeof err->field, "header");
            (void)snprintf(err->value, sizeof err->value, "%.*s", AX_ARG(bound->names[0]));
            ax_utf8_trim(err->value);
        }
        return rc;
    }
    return bind_mapping(bound, best, arena, unfit, err);
}

static ax_rc decode_header(struct ax_bound *bound, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_csv_row row;
    AX_TRY(ax_csv_split(bound->header_bytes, arena, &row, err));
    if (row.open) {
        return ax_fail_field(err, AX_INVALID, "header", NULL, 0, "a quote is not closed");
    }
    ax_str *names;
    size_t bad = 0;
    ax_rc rc = ax_bound_decode(bound, &row, arena, &names, &bad);
    if (rc.code == AX_INVALID) {
        return ax_fail_field(err, AX_INVALID, "header", row.text[bad].ptr, row.text[bad].len,
                "column %zu is neither UTF-8 nor GB18030: this is no text file", bad + 1);
    }
    if (!ax_ok(rc)) {
        return ax_fail(err, AX_LIMIT, "no memory for the header");
    }
    bound->count = row.count;
    while (bound->count > 1 && ax_str_trim(names[bound->count - 1]).len == 0) {
        bound->count--;
        bound->spare++;
    }
    bound->names = names;
    return AX_RC(OK);
}

ax_rc ax_bound_header(struct ax_bound *bound, const char *system, const struct ax_mapping_loaded *own,
        struct ax_arena *arena, bool *unfit, struct ax_err *err)
{
    *unfit = false;
    AX_TRY(decode_header(bound, arena, err));
    if (own != NULL) {
        return bind_mapping(bound, own, arena, unfit, err);
    }
    if (system == NULL) {
        return guess(bound, arena, unfit, err);
    }
    if (strcmp(system, AX_TABLE_SYSTEM) == 0) {
        return bind_table(bound, arena, unfit, err);
    }
    const struct ax_mapping_loaded *mapping = ax_system_find(system);
    return mapping == NULL ? unknown_system(system, err) : bind_mapping(bound, mapping, arena, unfit, err);
}
