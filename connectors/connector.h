/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Connectors turn what a source system writes into facts. A reader takes one file or standard input, row by row and in
 * constant memory; each step gives the facts of one row, or the row that could not become one with field, value and rule.
 * Bytes of a rejected row are the original ones with the cells about natural persons masked, so they may be stored.
 * How a system's columns become facts is data: connectors/systems/<name>/mapping.yaml (docs/CONNECTORS.md), built in.
 *
 * A reader belongs to one thread. Facts and bytes that a step hands out live in the arena that the caller passes.
 */
#include "base/arena.h"
#include "scoring/fact.h"

enum {
    AX_SOURCE_ROW_MAX_BYTES = 64 << 10,
    AX_SOURCE_HEADER_MAX_BYTES = 16 << 10,
    AX_SOURCE_FACTS_MAX = 16, /* a row */
};

struct ax_source_reader;

struct ax_source_options {
    const char *path;         /* "-" = standard input */
    const char *system;       /* a name of ax_source_systems; NULL = guessed from the header */
    const char *mapping_file; /* a mapping of the caller's own instead of the built-in ones; NULL = none */
    const char *encoding;     /* "utf-8" | "gb18030"; NULL = found out */
    int64_t revision;         /* for rows whose source states none; 0 = 1 */
    int32_t today;            /* bounds occurred_on; AX_DAY_NONE = the system clock's day in UTC+8 */
};

enum ax_source_kind {
    AX_SOURCE_END,
    AX_SOURCE_FACTS,
    AX_SOURCE_REJECT,
};

struct ax_source_item {
    enum ax_source_kind kind;
    uint64_t row;  /* from 1, the header not counted; 0 = the header itself */
    uint64_t line; /* of the file, from 1, where the row begins */
    /* 0..AX_SOURCE_FACTS_MAX (a row of zeros may say nothing); of a reject what of it stands without what is wrong */
    struct ax_fact *facts;
    size_t fact_count;
    /* AX_SOURCE_REJECT: what fits RawRow */
    struct ax_err error;
    ax_str header;
    ax_str content;
};

/* A row counts among "read" as each of its facts, as one where it has none, and as one where it is rejected. Errors that concern no row (a folder, an empty
 * file, a binary file, an unknown system) come from open; the file is then not read at all. A header with unknown or
 * missing columns opens and gives one reject, row 0: an unknown column cannot be masked, so no row of it is kept. */
ax_rc ax_source_open(
        const struct ax_source_options *options, struct ax_source_reader **out, struct ax_err *err) AX_MUST_CHECK;
void ax_source_close(struct ax_source_reader *reader);
/* AX_LIMIT: the arena is full and the row is still to come: reset the arena and call again. AX_IO: reading failed. */
ax_rc ax_source_next(struct ax_source_reader *reader, struct ax_arena *arena, struct ax_source_item *item,
        struct ax_err *err) AX_MUST_CHECK;
const char *ax_source_system(
        const struct ax_source_reader *reader); /* e.g. "creditchina"; "jsonl" for facts as JSON lines */
/* Bytes read so far and in all; -1 where that is not known (standard input). */
void ax_source_progress(const struct ax_source_reader *reader, int64_t *read_bytes, int64_t *total_bytes);

struct ax_source_override {
    ax_str column; /* any spelling of the header; of a JSON line: the path of a member, e.g. accident.deaths */
    ax_str value;
};

/* Maps one stored reject again, with some cells replaced: `item` as ax_source_next gives it (row and line are 0). */
ax_rc ax_source_row(const char *system, ax_str header, ax_str content, const struct ax_source_override *overrides,
        size_t override_count, int64_t revision, int32_t today, struct ax_arena *arena, struct ax_source_item *item,
        struct ax_err *err) AX_MUST_CHECK;

struct ax_source_about {
    const char *name;
    const char *en;
    const char *zh;
};
/* The systems that are built in. */
const struct ax_source_about *ax_source_systems(size_t *count);
