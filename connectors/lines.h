/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A file or standard input as records: physical lines, or CSV records whose quoted cells may hold line ends. Memory is one
 * fixed buffer; a record is at most AX_LINES_RECORD_MAX bytes. What cannot be a record (too long, a quote that is never
 * closed) is given as its first line with a fault, and reading goes on at the next line, so one bad row takes no other
 * with it. One thread.
 */
#include "base/bytes.h"

enum { AX_LINES_RECORD_MAX = 64 << 10 };

enum ax_lines_fault {
    AX_LINES_FINE,
    AX_LINES_TOO_LONG,
    AX_LINES_OPEN_QUOTE, /* the file ends inside a quoted cell */
};

struct ax_lines;

struct ax_lines_record {
    ax_str bytes; /* without the line end; at most AX_LINES_RECORD_MAX; borrowed until skip */
    ax_str first_line;
    uint64_t line;   /* from 1 */
    bool terminated; /* by a line end */
    enum ax_lines_fault fault;
};

/* path "-" is standard input. A folder, a file that cannot be opened: an error. A UTF-8 byte order mark is dropped. */
ax_rc ax_lines_open(const char *path, struct ax_lines **out, struct ax_err *err) AX_MUST_CHECK;
/* From memory, which must outlive it. */
struct ax_lines *ax_lines_of(ax_str bytes);
void ax_lines_close(struct ax_lines *lines);
/* Quotes are looked at (CSV) or not (JSON lines). On from the start. */
void ax_lines_quotes(struct ax_lines *lines, bool on);
/* What stands next: the same until skipped. */
ax_rc ax_lines_peek(
        struct ax_lines *lines, struct ax_lines_record *record, bool *end, struct ax_err *err) AX_MUST_CHECK;
void ax_lines_skip(struct ax_lines *lines);
void ax_lines_skip_first_line(struct ax_lines *lines);
/* What is buffered from the next record on, to find out about encoding and form. */
ax_rc ax_lines_ahead(struct ax_lines *lines, ax_str *bytes, struct ax_err *err) AX_MUST_CHECK;
void ax_lines_progress(const struct ax_lines *lines, int64_t *read_bytes, int64_t *total_bytes);
