/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/connector.h"

#include "base/clock.h"
#include "base/file.h"
#include "connectors/bound.h"
#include "connectors/convert.h"
#include "connectors/json_row_wire.h"
#include "connectors/lines.h"
#include "connectors/object_row_wire.h"
#include "connectors/systems.h"
#include "services/lib/wire/fact_wire.h"
#include "services/lib/wire/personal.h"

#include <stdio.h>

enum { HEADER_ARENA_MAX_BYTES = 4 << 20 };

struct ax_source_reader {
    struct ax_lines *lines;
    struct ax_arena arena; /* of the header */
    struct ax_mapping_loaded *own;
    struct ax_bound bound;
    bool json;    /* facts, one a line */
    bool objects; /* rows of a system, one JSON object a line */
    bool unfit;   /* the header is a reject; nothing else is read */
    struct ax_err unfit_error;
    uint64_t header_line;
    uint64_t row;
};

static const char json_system[] = "jsonl";

static int32_t day_of(int32_t today)
{
    return today == AX_DAY_NONE ? ax_day_of_us(ax_clock_us(ax_clock_system())) : today;
}

static ax_rc load_own(struct ax_source_reader *r, const char *path, struct ax_err *err)
{
    struct ax_buf yaml;
    ax_buf_init(&yaml, AX_MAPPING_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &yaml, err);
    if (ax_ok(rc)) {
        rc = ax_mapping_load(ax_buf_str(&yaml), path, &r->own, err);
    }
    ax_buf_deinit(&yaml);
    return rc;
}

/* What no row can be made of. */
static ax_rc check_text(ax_str ahead, const char *path, struct ax_err *err)
{
    if (ahead.len == 0) {
        return ax_fail_field(err, AX_INVALID, "file", path, strlen(path), "is empty");
    }
    if (ahead.len >= 2 && (memcmp(ahead.ptr, "\xFF\xFE", 2) == 0 || memcmp(ahead.ptr, "\xFE\xFF", 2) == 0)) {
        return ax_fail_field(err, AX_INVALID, "file", path, strlen(path), "is UTF-16; UTF-8 or GB18030 is needed");
    }
    const char *line_end = memchr(ahead.ptr, '\n', ahead.len);
    size_t first = line_end == NULL ? ahead.len : (size_t)(line_end - ahead.ptr);
    if (memchr(ahead.ptr, 0, first) != NULL) {
        return ax_fail_field(err, AX_INVALID, "file", path, strlen(path),
                "is no text: NUL in its first line (a binary file, or a length prefix)");
    }
    return AX_RC(OK);
}

/* Blank lines before the header are passed over. */
static ax_rc peek_row(struct ax_source_reader *r, struct ax_lines_record *record, bool *end, struct ax_err *err)
{
    for (;;) {
        AX_TRY(ax_lines_peek(r->lines, record, end, err));
        if (*end || record->fault != AX_LINES_FINE || ax_str_trim(record->bytes).len > 0) {
            return AX_RC(OK);
        }
        ax_lines_skip(r->lines);
    }
}

/* The header of JSON rows is the table's own; the first line is a row. */
static ax_rc open_objects(
        struct ax_source_reader *r, const struct ax_source_options *options, ax_str line, struct ax_err *err)
{
    const struct ax_mapping_loaded *mapping = r->own != NULL ? r->own : ax_system_find(options->system);
    bool unfit;
    if (mapping == NULL) {
        return ax_fail_field(err, AX_INVALID, "system", options->system, strlen(options->system),
                "no system whose rows may be JSON objects");
    }
    AX_TRY(ax_object_header(mapping, line, &r->arena, &r->bound.header_bytes, err));
    r->bound.charset = AX_CHARSET_UTF8;
    return ax_bound_header(&r->bound, options->system, r->own, &r->arena, &unfit, err);
}

static ax_rc open_header(
        struct ax_source_reader *r, const struct ax_source_options *options, ax_str ahead, struct ax_err *err)
{
    struct ax_lines_record record;
    bool end;
    const char *path = options->path;
    AX_TRY(peek_row(r, &record, &end, err));
    if (end) {
        return ax_fail_field(err, AX_INVALID, "file", path, strlen(path), "is empty: blank lines only");
    }
    if (record.fault != AX_LINES_FINE || record.bytes.len > AX_SOURCE_HEADER_MAX_BYTES) {
        return ax_fail_field(err, AX_INVALID, "file", path, strlen(path),
                record.fault == AX_LINES_OPEN_QUOTE ? "the header has a quote that is not closed"
                                                    : "has no header: its first line is longer than 16 KiB");
    }
    r->header_line = record.line;
    if (r->objects) {
        return open_objects(r, options, record.bytes, err);
    }
    r->bound.header_bytes = ax_arena_dup(&r->arena, record.bytes);
    if (options->encoding != NULL) {
        AX_TRY(ax_charset_parse(options->encoding, &r->bound.charset, err));
    } else {
        r->bound.charset = ax_charset_detect(record.bytes);
        r->bound.charset = r->bound.charset == AX_CHARSET_ASCII ? ax_charset_detect(ahead) : r->bound.charset;
    }
    ax_rc rc = ax_bound_header(&r->bound, options->system, r->own, &r->arena, &r->unfit, &r->unfit_error);
    if (!ax_ok(rc) && !r->unfit) {
        if (err != NULL) {
            *err = r->unfit_error;
        }
        return rc;
    }
    ax_lines_skip(r->lines);
    return AX_RC(OK);
}

static bool is_json(const struct ax_source_options *options, ax_str ahead)
{
    if (options->system != NULL) {
        return strcmp(options->system, json_system) == 0;
    }
    ax_str path = ax_str_c(options->path);
    return options->mapping_file == NULL &&
           (ax_str_ends(path, AX_STR(".jsonl")) || ax_str_starts(ax_str_trim(ahead), AX_STR("{")));
}

/* A system is named, and its file holds objects. */
static bool is_objects(const struct ax_source_options *options, ax_str ahead)
{
    return (options->system != NULL || options->mapping_file != NULL) && ax_str_starts(ax_str_trim(ahead), AX_STR("{"));
}

static ax_rc open_all(struct ax_source_reader *r, const struct ax_source_options *options, struct ax_err *err)
{
    AX_TRY(ax_lines_open(options->path, &r->lines, err));
    if (options->mapping_file != NULL) {
        AX_TRY(load_own(r, options->mapping_file, err));
    }
    ax_str ahead;
    AX_TRY(ax_lines_ahead(r->lines, &ahead, err));
    AX_TRY(check_text(ahead, options->path, err));
    r->json = is_json(options, ahead);
    if (r->json) {
        ax_lines_quotes(r->lines, false);
        r->bound.system = json_system;
        return AX_RC(OK);
    }
    r->objects = is_objects(options, ahead);
    ax_lines_quotes(r->lines, !r->objects);
    return open_header(r, options, ahead, err);
}

ax_rc ax_source_open(const struct ax_source_options *options, struct ax_source_reader **out, struct ax_err *err)
{
    *out = NULL;
    struct ax_source_reader *r = ax_xcalloc(1, sizeof *r);
    ax_arena_init(&r->arena, 64 << 10, HEADER_ARENA_MAX_BYTES);
    r->bound.converter = ax_charset_converter_new();
    r->bound.revision = options->revision == 0 ? 1 : options->revision;
    r->bound.today = day_of(options->today);
    ax_rc rc = open_all(r, options, err);
    if (!ax_ok(rc)) {
        ax_source_close(r);
        return rc;
    }
    *out = r;
    return rc;
}

void ax_source_close(struct ax_source_reader *reader)
{
    if (reader != NULL) {
        ax_lines_close(reader->lines);
        ax_mapping_free(reader->own);
        ax_charset_converter_free(reader->bound.converter);
        ax_arena_deinit(&reader->arena);
        ax_xfree(reader);
    }
}

const char *ax_source_system(const struct ax_source_reader *reader)
{
    return reader->bound.system;
}

void ax_source_progress(const struct ax_source_reader *reader, int64_t *read_bytes, int64_t *total_bytes)
{
    ax_lines_progress(reader->lines, read_bytes, total_bytes);
}

static ax_rc reject_header(
        struct ax_source_reader *r, struct ax_arena *arena, struct ax_source_item *item, struct ax_err *err)
{
    item->kind = AX_SOURCE_REJECT;
    item->line = r->header_line;
    item->error = r->unfit_error;
    item->header = ax_arena_dup(arena, r->bound.header_bytes);
    item->content = item->header;
    if (item->header.ptr == NULL) {
        return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
    }
    r->unfit = false;
    return AX_RC(OK);
}

static ax_rc json_fact(const struct ax_bound *bound, ax_str line, struct ax_arena *arena, struct ax_source_item *item,
        struct ax_err *err)
{
    struct ax_fact *fact = AX_ARENA_NEW(arena, struct ax_fact);
    if (fact == NULL) {
        return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
    }
    ax_rc rc = ax_fact_from_json(line, arena, fact, &item->error);
    if (ax_ok(rc)) {
        fact->revision = fact->revision == 0 ? bound->revision : fact->revision;
        rc = ax_personal_mask_fact(fact, arena);
    }
    if (ax_ok(rc)) {
        rc = ax_fact_check(fact, bound->today, &item->error);
    }
    if (rc.code == AX_LIMIT) {
        return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
    }
    item->kind = AX_SOURCE_FACTS;
    item->facts = fact;
    item->fact_count = 1;
    return ax_ok(rc) ? rc : ax_bound_reject(bound, line, arena, item, err);
}

static ax_rc reject_fault(struct ax_source_reader *r, const struct ax_lines_record *record, struct ax_arena *arena,
        struct ax_source_item *item, struct ax_err *err)
{
    if (record->fault == AX_LINES_TOO_LONG) {
        (void)ax_fail(&item->error, AX_INVALID, "a row has at most 64 KiB (%d bytes); what is kept is its beginning",
                AX_SOURCE_ROW_MAX_BYTES);
    } else {
        (void)ax_fail(&item->error, AX_INVALID, "the file ends inside a row: a quote is not closed");
    }
    return ax_bound_reject(&r->bound, record->bytes, arena, item, err);
}

/* What cannot be read cannot be masked: it is kept only where the table has nothing personal. */
static ax_str what_may_be_kept(const struct ax_sheet *sheet, ax_str line)
{
    for (size_t i = 0; i < ax_sheet_columns(sheet); i++) {
        if (ax_sheet_personal(sheet, i) != AX_PERSONAL_NO) {
            return AX_STR("***");
        }
    }
    return line;
}

static ax_rc object_row(struct ax_source_reader *r, ax_str line, struct ax_arena *arena, struct ax_source_item *item,
        struct ax_err *err)
{
    struct ax_bound_record one = {.ended = true};
    bool broken = false;
    ax_rc rc = ax_object_row(r->bound.sheet, line, arena, &one.bytes, &item->error);
    if (rc.code == AX_LIMIT) {
        return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
    }
    if (ax_ok(rc)) {
        return ax_bound_record(&r->bound, &one, arena, item, &broken, err);
    }
    ax_str kept = one.bytes.len > 0 ? one.bytes : what_may_be_kept(r->bound.sheet, line);
    return ax_bound_reject(&r->bound, kept, arena, item, err);
}

ax_rc ax_source_next(
        struct ax_source_reader *r, struct ax_arena *arena, struct ax_source_item *item, struct ax_err *err)
{
    struct ax_lines_record record;
    bool end;
    *item = (struct ax_source_item){.kind = AX_SOURCE_FACTS}; /* none yet; not the end, whatever fails */
    if (r->unfit) {
        return reject_header(r, arena, item, err);
    }
    end = r->bound.sheet == NULL && r->bound.table == NULL && !r->json;
    if (!end) {
        AX_TRY(peek_row(r, &record, &end, err));
    }
    if (end) {
        item->kind = AX_SOURCE_END;
        return AX_RC(OK);
    }
    item->row = r->row + 1;
    item->line = record.line;
    bool broken = false;
    if (record.fault != AX_LINES_FINE) {
        AX_TRY(reject_fault(r, &record, arena, item, err));
    } else if (r->json) {
        AX_TRY(json_fact(&r->bound, ax_arena_dup(arena, record.bytes), arena, item, err));
    } else if (r->objects) {
        AX_TRY(object_row(r, record.bytes, arena, item, err));
    } else {
        ax_str bytes = ax_arena_dup(arena, record.bytes);
        if (bytes.ptr == NULL) {
            return ax_fail(err, AX_LIMIT, "the row needs more memory than is given");
        }
        struct ax_bound_record one = {.bytes = bytes, .ended = record.terminated};
        AX_TRY(ax_bound_record(&r->bound, &one, arena, item, &broken, err));
        /* A quote that stands wrong may have joined lines that are rows of their own. */
        if (broken && record.first_line.len < record.bytes.len) {
            one.bytes.len = record.first_line.len;
            one.ended = true;
            AX_TRY(ax_bound_record(&r->bound, &one, arena, item, &broken, err));
            ax_lines_skip_first_line(r->lines);
            r->row++;
            return AX_RC(OK);
        }
    }
    ax_lines_skip(r->lines);
    r->row++;
    return AX_RC(OK);
}

ax_rc ax_source_row(const char *system, ax_str header, ax_str content, const struct ax_source_override *overrides,
        size_t override_count, int64_t revision, int32_t today, struct ax_arena *arena, struct ax_source_item *item,
        struct ax_err *err)
{
    *item = (struct ax_source_item){.kind = AX_SOURCE_FACTS};
    struct ax_bound bound = {
            .system = system, .header_bytes = header, .revision = revision == 0 ? 1 : revision, .today = day_of(today)};
    if (strcmp(system, json_system) == 0) {
        if (override_count > 0) {
            AX_TRY(ax_json_row_replace(content, overrides, override_count, arena, &content, err));
        }
        return json_fact(&bound, content, arena, item, err);
    }
    bound.charset = ax_charset_detect(header);
    bound.charset = bound.charset == AX_CHARSET_ASCII ? ax_charset_detect(content) : bound.charset;
    bound.converter = ax_charset_converter_new();
    bool unfit;
    bool broken;
    struct ax_bound_record record = {
            .bytes = content, .overrides = overrides, .override_count = override_count, .ended = true};
    ax_rc rc = ax_bound_header(&bound, system, NULL, arena, &unfit, err);
    if (ax_ok(rc)) {
        rc = ax_bound_record(&bound, &record, arena, item, &broken, err);
    }
    ax_charset_converter_free(bound.converter);
    return rc;
}
