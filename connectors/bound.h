/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One table as a whole: its header bound to a system, and records mapped to facts or to rejects with what is personal
 * masked. What connector.c (files) and retry.c (one stored row) have in common.
 */
#include "connectors/charset.h"
#include "connectors/connector.h"
#include "base/csv.h"
#include "connectors/mapper.h"
#include "connectors/table.h"

struct ax_bound {
    const char *system;
    ax_str header_bytes; /* as in the file */
    const ax_str *names; /* UTF-8 */
    size_t count;
    size_t spare; /* empty names at the header's end, as spreadsheets leave them: their cells must be empty */
    enum ax_charset charset;
    struct ax_charset_converter *converter;
    struct ax_sheet *sheet; /* of a mapping; NULL: */
    struct ax_table *table; /* of anxin-facts */
    int64_t revision;
    int32_t today;
};

struct ax_bound_record {
    ax_str bytes;
    const struct ax_source_override *overrides;
    size_t override_count;
    bool ended; /* by a line end: what is missing is not for want of the file's rest */
};

/* Cells of a record as UTF-8. AX_INVALID where they are not of the charset: *bad is the cell. */
ax_rc ax_bound_decode(const struct ax_bound *bound, const struct ax_csv_row *row, struct ax_arena *arena,
        ax_str **cells, size_t *bad) AX_MUST_CHECK;
/* Finds the system (NULL: guessed) and binds header_bytes, charset and converter being set. *unfit: a system was found, but
 * the header has columns it does not know, or lacks some. */
ax_rc ax_bound_header(struct ax_bound *bound, const char *system, const struct ax_mapping_loaded *own,
        struct ax_arena *arena, bool *unfit, struct ax_err *err) AX_MUST_CHECK;
/* Maps one record: facts, or a reject. *broken: it cannot be cut into the header's columns. AX_LIMIT: arena. */
ax_rc ax_bound_record(struct ax_bound *bound, const struct ax_bound_record *record, struct ax_arena *arena,
        struct ax_source_item *item, bool *broken, struct ax_err *err) AX_MUST_CHECK;
/* A reject of bytes that were not mapped, for the error in item->error. */
ax_rc ax_bound_reject(const struct ax_bound *bound, ax_str bytes, struct ax_arena *arena, struct ax_source_item *item,
        struct ax_err *err) AX_MUST_CHECK;
