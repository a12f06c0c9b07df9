/* SPDX-License-Identifier: Apache-2.0 */
/* synth: a made-up province as JSON lines or CSV, streaming; the same for the same arguments on every machine. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "connectors/synth.h"
#include "connectors/table.h"
#include "services/anxin/cli.h"
#include "services/lib/wire/fact_wire.h"

enum {
    LINE_MAX_BYTES = 1 << 20,
    ARENA_CHUNK_BYTES = 64 << 10,
    ARENA_MAX_BYTES = 8 << 20,
    PATH_MAX_BYTES = 4096,
    PROGRESS_EACH = 1000, /* facts */
};

struct synth {
    struct ax_cli *cli;
    struct ax_synth_options options;
    bool csv;
    FILE *penalties; /* csv: the publicity layout */
    FILE *facts;     /* csv: the rest; JSON lines: all */
    struct ax_buf line;
    struct ax_arena arena; /* of one fact */
    struct ax_arena kept;  /* of the options */
    unsigned long long written;
};

static ax_rc flush_to(struct synth *s, FILE *file, struct ax_err *err)
{
    if (s->line.failed) {
        return ax_fail(err, AX_LIMIT, "a line is larger than %d bytes", LINE_MAX_BYTES);
    }
    bool done = fwrite(s->line.ptr, 1, s->line.len, file) == s->line.len;
    ax_buf_clear(&s->line);
    return done ? AX_RC(OK) : ax_fail(err, AX_IO, "writing failed: %s", strerror(errno));
}

static ax_rc write_fact(struct synth *s, const struct ax_fact *fact, struct ax_err *err)
{
    s->written++;
    if (!s->csv) {
        ax_arena_reset(&s->arena);
        AX_TRY(ax_fact_to_json(fact, &s->arena, &s->line, err));
        ax_buf_put_u8(&s->line, '\n');
        return flush_to(s, s->facts, err);
    }
    if (ax_synth_is_publicity(fact)) {
        ax_synth_put_publicity(fact, &s->line);
        return flush_to(s, s->penalties, err);
    }
    ax_table_put_fact(fact, &s->line);
    return flush_to(s, s->facts, err);
}

static void show_progress(const struct synth *s, const struct ax_synth *stream, bool last)
{
    if (s->cli->progress && (last || s->written % PROGRESS_EACH == 0)) {
        (void)fprintf(stderr, "\r%u / %u %s, %llu %s ", ax_synth_progress(stream), s->options.enterprises,
                ax_cli_text(s->cli, "enterprises", "家企业"), s->written, ax_cli_text(s->cli, "facts", "条事实"));
        if (last) {
            (void)fputc('\n', stderr);
        }
    }
}

static ax_rc write_all(struct synth *s, struct ax_err *err)
{
    struct ax_synth *stream = NULL;
    AX_TRY(ax_synth_open(&s->options, &stream, err));
    ax_rc rc = AX_RC(OK);
    if (s->csv) {
        ax_synth_put_publicity_header(&s->line);
        rc = flush_to(s, s->penalties, err);
        if (ax_ok(rc)) {
            ax_table_put_header(&s->line);
            rc = flush_to(s, s->facts, err);
        }
    }
    const struct ax_fact *fact = NULL;
    while (ax_ok(rc) && (fact = ax_synth_next(stream)) != NULL) {
        rc = write_fact(s, fact, err);
        show_progress(s, stream, false);
    }
    show_progress(s, stream, true);
    ax_synth_close(stream);
    return rc;
}

static ax_rc open_file(const char *dir, const char *name, FILE **out, struct ax_err *err)
{
    char path[PATH_MAX_BYTES];
    int len = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (len < 0 || len >= PATH_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "path too long: %s", name);
    }
    *out = fopen(path, "we");
    return *out != NULL ? AX_RC(OK) : ax_fail_field(err, AX_IO, "--out", path, strlen(path), "%s", strerror(errno));
}

static ax_rc close_file(FILE *file, struct ax_err *err)
{
    if (file == NULL || file == stdout) {
        return file == NULL || fflush(file) == 0 ? AX_RC(OK)
                                                 : ax_fail(err, AX_IO, "writing failed: %s", strerror(errno));
    }
    return fclose(file) == 0 ? AX_RC(OK) : ax_fail(err, AX_IO, "writing failed: %s", strerror(errno));
}

static ax_rc run_synth(struct synth *s, const char *dir, struct ax_err *err)
{
    s->facts = stdout;
    if (dir != NULL) {
        AX_TRY(ax_file_mkdirs(dir, 0755, err));
        AX_TRY(open_file(dir, s->csv ? "facts.csv" : "facts.jsonl", &s->facts, err));
        AX_TRY(s->csv ? open_file(dir, "penalties.csv", &s->penalties, err) : AX_RC(OK));
    }
    ax_rc rc = write_all(s, err);
    ax_rc first = close_file(s->facts, err);
    ax_rc second = close_file(s->penalties, err);
    return !ax_ok(rc) ? rc : !ax_ok(first) ? first : second;
}

/* "47,48" */
static struct ax_strs read_list(struct synth *s, const char *text)
{
    struct ax_strs list = {0};
    ax_str rest = ax_str_c(text == NULL ? "" : text);
    if (rest.len > 0) {
        list.items = AX_ARENA_ARRAY(&s->kept, ax_str, rest.len);
        AX_ASSERT(list.items != NULL);
    }
    while (rest.len > 0) {
        list.items[list.count++] = ax_str_trim(ax_str_split(&rest, ','));
    }
    return list;
}

static bool read_options(struct synth *s, const char *enterprises, const char *seed, const char *until,
        const char *format, const char *dir)
{
    long long count = 0;
    long long number = 0;
    if (!ax_cli_number(s->cli, "enterprises", enterprises, 1, AX_SYNTH_ENTERPRISES_MAX, &count) ||
            !ax_cli_number(s->cli, "seed", seed, 0, INT64_MAX, &number)) {
        return false;
    }
    s->options = (struct ax_synth_options){.enterprises = (uint32_t)count, .seed = (uint64_t)number};
    s->csv = strcmp(format, "csv") == 0;
    if (!ax_day_parse(ax_str_c(until), &s->options.until)) {
        return ax_cli_wrong(s->cli, "--until", until, "must be a day of the calendar, such as 2010-06-30");
    }
    if ((!s->csv && strcmp(format, "jsonl") != 0) || (s->csv && dir == NULL)) {
        return ax_cli_wrong(s->cli, "--format", format, "must be csv (with --out DIR) or jsonl");
    }
    return true;
}

int ax_cmd_synth(struct ax_cli *cli)
{
    const char *enterprises = "200";
    const char *seed = "14";
    const char *until = NULL;
    const char *format = "jsonl";
    const char *dir = NULL;
    const char *industries = NULL;
    const char *regions = NULL;
    const struct ax_option options[] = {{"enterprises", &enterprises, NULL}, {"seed", &seed, NULL},
            {"until", &until, NULL}, {"format", &format, NULL}, {"out", &dir, NULL}, {"industries", &industries, NULL},
            {"regions", &regions, NULL}};
    struct synth s = {.cli = cli};
    if (!ax_cli_options(cli, options, sizeof options / sizeof options[0], 0, 0)) {
        return AX_EXIT_USAGE;
    }
    if (dir != NULL && strcmp(dir, "-") == 0) {
        dir = NULL;
    }
    if (!read_options(&s, enterprises, seed, until == NULL ? "" : until, format, dir)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    ax_buf_init(&s.line, LINE_MAX_BYTES);
    ax_arena_init(&s.arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_arena_init(&s.kept, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    s.options.industries = read_list(&s, industries);
    s.options.regions = read_list(&s, regions);
    ax_rc rc = run_synth(&s, dir, &err);
    ax_buf_deinit(&s.line);
    ax_arena_deinit(&s.arena);
    ax_arena_deinit(&s.kept);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
