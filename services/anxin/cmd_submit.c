/* SPDX-License-Identifier: Apache-2.0 */
/* submit: files to facts to IngestService, with progress; every refusal named by row, field, value and rule. */
#include <string.h>

#include "base/clock.h"
#include "connectors/connector.h"
#include "scoring/fact.h"
#include "services/anxin/session.h"
#include "services/anxin/upload.h"

enum {
    ARENA_CHUNK_BYTES = 256 << 10,
    ARENA_MAX_BYTES = 4 << 20,
    CANONICAL_MAX_BYTES = 256 << 10,
    SAID_MAX = 50, /* refusals shown of one file */
    PATIENCE_S = 60,
    PATIENCE_MAX_S = 86400,
    PROGRESS_US = 200000,
};

struct submit {
    struct ax_cli *cli;
    struct ax_session *session;
    struct ax_upload *upload;
    const char *origin;
    struct ax_source_options source;
    struct ax_arena arena;
    struct ax_buf canonical;
    long long patience_s;
    uint64_t said; /* of the file in hand */
    int64_t shown_us;
    bool failed; /* a file could not be read */
};

static void say_refusal(struct submit *s, uint64_t row, const char *what, const struct ax_submit_result *r)
{
    const struct ax_field_error *e = &r->error;
    if (++s->said > SAID_MAX) {
        return;
    }
    (void)fprintf(stderr, s->cli->chinese ? "%s：第 %llu 行：%s：" : "%s: row %llu: %s: ", s->origin,
            (unsigned long long)row, what);
    ax_cli_put_rule(s->cli, stderr, e->field, e->rule, e->value);
    if (r->reject_id.len > 0) {
        (void)fprintf(stderr, " [%.*s]", AX_ARG(r->reject_id));
    }
    (void)fputc('\n', stderr);
}

static void said(void *state, uint64_t row, const struct ax_submit_result *result)
{
    struct submit *s = state;
    switch ((enum ax_submit_status)result->status) {
    case AX_SUBMIT_SUPERSEDED:
        say_refusal(s, row, ax_cli_text(s->cli, "superseded, kept", "已被更高版本取代，予以保留"), result);
        break;
    case AX_SUBMIT_CONFLICT:
        say_refusal(
                s, row, ax_cli_text(s->cli, "conflict, kept and marked", "同版本内容冲突（conflict），已标记"), result);
        break;
    case AX_SUBMIT_REJECTED:
        say_refusal(s, row, ax_cli_text(s->cli, "rejected", "拒绝"), result);
        break;
    case AX_SUBMIT_UNSPECIFIED:
    case AX_SUBMIT_ACCEPTED:
    case AX_SUBMIT_DUPLICATE:
    case AX_SUBMIT_NOT_ACCEPTED:
        say_refusal(s, row, ax_cli_text(s->cli, "not accepted, send it again", "未被接收，请重新提交"), result);
        break;
    }
}

static void waiting(void *state, const struct ax_err *err)
{
    const struct submit *s = state;
    ax_cli_say(s->cli, "waiting for the service: %s", "等待服务恢复：%s", err->text);
}

static ax_rc renew(void *state, struct ax_rpc_channel **channel, struct ax_err *err)
{
    struct submit *s = state;
    ax_session_renew(s->session);
    return ax_session_ingest_channel(s->session, channel, err);
}

static void show_progress(struct submit *s, const struct ax_source_reader *reader, bool last)
{
    if (!s->cli->progress || (!last && ax_mono_us() - s->shown_us < PROGRESS_US)) {
        return;
    }
    s->shown_us = ax_mono_us();
    int64_t done = 0;
    int64_t total = 0;
    ax_source_progress(reader, &done, &total);
    const struct ax_upload_counts *c = ax_upload_counts(s->upload);
    (void)fprintf(stderr, "\r%s: %lld %s, ", s->origin, (long long)c->read, ax_cli_text(s->cli, "facts", "条事实"));
    if (total > 0) {
        (void)fprintf(stderr, "%lld %%   ", (long long)(done * 100 / total));
    } else {
        (void)fprintf(stderr, "%lld KiB   ", (long long)(done >> 10));
    }
    if (last) {
        (void)fputc('\n', stderr);
    }
}

static ax_rc send_item(struct submit *s, const struct ax_source_item *item, const char *system, struct ax_err *err)
{
    for (size_t i = 0; i < item->fact_count; i++) {
        ax_buf_clear(&s->canonical);
        ax_fact_canonical(&item->facts[i], &s->canonical);
        if (s->canonical.failed) {
            return ax_fail(err, AX_LIMIT, "a fact of row %llu is too large", (unsigned long long)item->row);
        }
        AX_TRY(ax_upload_fact(s->upload, item->row, ax_buf_str(&s->canonical), err));
    }
    if (item->kind == AX_SOURCE_REJECT) {
        struct ax_raw_row raw = {
                .system = ax_str_c(system),
                .origin = ax_str_c(s->origin),
                .row = item->row,
                .header = item->header,
                .content = item->content,
                .error = ax_field_error_of(&item->error),
        };
        AX_TRY(ax_upload_raw(s->upload, &raw, err));
    }
    return AX_RC(OK);
}

static ax_rc read_all(struct submit *s, struct ax_source_reader *reader, struct ax_err *err)
{
    struct ax_source_item item = {0};
    do {
        ax_arena_reset(&s->arena);
        AX_TRY(ax_source_next(reader, &s->arena, &item, err));
        if (item.kind != AX_SOURCE_END) {
            AX_TRY(send_item(s, &item, ax_source_system(reader), err));
        }
        show_progress(s, reader, false);
    } while (item.kind != AX_SOURCE_END);
    return ax_upload_flush(s->upload, err);
}

/* What was not shown singly; and how to go on after an upload that was stopped. */
static void say_more(struct submit *s, bool complete)
{
    if (s->said > SAID_MAX) {
        ax_cli_say(s->cli, "%s: and %llu more; `anxin rejects list` has those that were rejected",
                "%s：另有 %llu 条；被拒绝的见 anxin rejects list", s->origin, (unsigned long long)(s->said - SAID_MAX));
    }
    if (!complete) {
        ax_cli_say(s->cli, "%s: stopped before its end; submit it again later: what is in already counts as duplicate",
                "%s：提交中止；请稍后重新提交该文件，已接收的记录将计为重复", s->origin);
    }
}

/* A file that cannot be read fails the command but not the files beside it; a service that refuses ends it. */
static ax_rc submit_file(struct submit *s, const char *path, struct ax_err *err)
{
    struct ax_source_reader *reader = NULL;
    const char *slash = strrchr(path, '/');
    s->origin = slash == NULL ? path : slash + 1;
    s->source.path = path;
    s->said = 0;
    if (!ax_ok(ax_source_open(&s->source, &reader, err))) {
        (void)ax_cli_fail(s->cli, err);
        s->failed = true;
        return AX_RC(OK);
    }
    ax_rc rc = read_all(s, reader, err);
    show_progress(s, reader, true);
    ax_source_close(reader);
    if (!ax_ok(rc) && rc.code == AX_IO) { /* reading broke off; what was sent is safe */
        (void)ax_cli_fail(s->cli, err);
        s->failed = true;
        rc = ax_upload_flush(s->upload, err);
    }
    if (!ax_ok(rc)) {
        ax_upload_abandon(s->upload, err);
    }
    say_more(s, ax_ok(rc));
    return rc;
}

static void summary(const struct ax_cli *cli, const struct ax_upload_counts *c)
{
    if (cli->json) {
        (void)printf("{\"read\":%llu,\"accepted\":%llu,\"duplicate\":%llu,\"rejected\":%llu,\"superseded\":%llu,"
                     "\"conflict\":%llu,"
                     "\"notAccepted\":%llu}\n",
                (unsigned long long)c->read, (unsigned long long)c->accepted, (unsigned long long)c->duplicate,
                (unsigned long long)c->rejected, (unsigned long long)c->superseded, (unsigned long long)c->conflict,
                (unsigned long long)c->not_accepted);
        return;
    }
    (void)printf("%s %llu, %s %llu, %s %llu, %s %llu, %s %llu\n", ax_cli_text(cli, "read", "读取"),
            (unsigned long long)c->read, ax_cli_text(cli, "accepted", "接收"), (unsigned long long)c->accepted,
            ax_cli_text(cli, "duplicate", "重复"), (unsigned long long)c->duplicate,
            ax_cli_text(cli, "rejected", "拒绝"), (unsigned long long)c->rejected,
            ax_cli_text(cli, "not accepted", "未接收"), (unsigned long long)c->not_accepted);
}

static int run_submit(struct submit *s, bool dry_run)
{
    struct ax_err err = {0};
    struct ax_rpc_channel *channel = NULL;
    ax_rc rc = ax_session_open(s->cli, &s->session, &err);
    if (ax_ok(rc)) {
        rc = ax_session_ingest_channel(s->session, &channel, &err);
    }
    if (!ax_ok(rc)) {
        ax_session_close(s->session);
        return ax_cli_fail(s->cli, &err);
    }
    struct ax_upload_options options = {.channel = channel,
            .validate_only = dry_run,
            .patience_ms = (int)s->patience_s * 1000,
            .said = said,
            .waiting = waiting,
            .renew = renew,
            .state = s};
    s->upload = ax_upload_new(&options);
    for (int i = 0; i < s->cli->argc && ax_ok(rc); i++) {
        rc = submit_file(s, s->cli->argv[i], &err);
    }
    const struct ax_upload_counts *c = ax_upload_counts(s->upload);
    bool complete = !s->failed && c->rejected == 0 && c->not_accepted == 0;
    if (s->cli->json || c->read > 0 || !s->failed) { /* what could not be read has no counts worth a line */
        summary(s->cli, c);
    }
    int code = ax_ok(rc) ? (complete ? AX_EXIT_DONE : AX_EXIT_FAILED) : ax_cli_fail(s->cli, &err);
    ax_upload_free(s->upload);
    ax_session_close(s->session);
    return code;
}

int ax_cmd_submit(struct ax_cli *cli)
{
    const char *system = NULL;
    const char *mapping = NULL;
    const char *encoding = NULL;
    const char *revision = NULL;
    const char *patience = NULL;
    bool dry_run = false;
    long long number = 0;
    long long patience_s = PATIENCE_S;
    enum { FILES_MAX = 100000 };
    const struct ax_option options[] = {{"system", &system, NULL}, {"mapping", &mapping, NULL},
            {"encoding", &encoding, NULL}, {"revision", &revision, NULL}, {"patience", &patience, NULL},
            {"dry-run", NULL, &dry_run}};
    if (!ax_cli_options(cli, options, 6, 1, FILES_MAX) ||
            (revision != NULL && !ax_cli_number(cli, "revision", revision, 1, INT64_MAX, &number)) ||
            (patience != NULL && !ax_cli_number(cli, "patience", patience, 0, PATIENCE_MAX_S, &patience_s))) {
        return AX_EXIT_USAGE;
    }
    struct submit s = {.cli = cli,
            .patience_s = patience_s,
            .source = {.system = system,
                    .mapping_file = mapping,
                    .encoding = encoding,
                    .revision = number,
                    .today = AX_DAY_NONE}};
    ax_arena_init(&s.arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_buf_init(&s.canonical, CANONICAL_MAX_BYTES);
    int code = run_submit(&s, dry_run);
    ax_buf_deinit(&s.canonical);
    ax_arena_deinit(&s.arena);
    return code;
}
