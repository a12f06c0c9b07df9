/* SPDX-License-Identifier: Apache-2.0 */
/* rejects: what was refused and why; again, mended or as it is. */
#include <string.h>

#include "base/arena.h"
#include "connectors/connector.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"
#include "services/lib/wire/base64.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/submit_wire.h"

enum { SETS_MAX = 64, ARENA_CHUNK_BYTES = 64 << 10, ARENA_MAX_BYTES = 4 << 20, REQUEST_MAX_BYTES = 1 << 20 };
enum { UTF8_MAX = 4, DELETE_CHAR = 0x7f };
enum { RETRY_ID = 1, RETRY_FACT = 2 }; /* fields of RetryRejectRequest */

static void show_reject(const struct ax_cli *cli, const json_t *reject)
{
    if (cli->json) {
        ax_show_json_line(reject);
        return;
    }
    const json_t *error = json_object_get(reject, "error");
    const json_t *raw = json_object_get(reject, "raw");
    const json_t *fact = json_object_get(reject, "fact");
    (void)printf("%-12s ", ax_show_text(reject, "id"));
    if (json_is_object(raw)) {
        (void)printf(cli->chinese ? "%s 第 %lld 行  " : "%s row %lld  ", ax_show_text(raw, "origin"),
                ax_show_number(raw, "row"));
    } else if (json_is_object(fact)) {
        (void)printf("%s %s  ", ax_show_text(fact, "source"), ax_show_text(fact, "reference"));
    } else {
        (void)printf("%s  ", ax_show_text(reject, "record"));
    }
    ax_cli_put_rule(cli, stdout, ax_str_c(ax_show_text(error, "field")), ax_str_c(ax_show_text(error, "rule")),
            ax_str_c(ax_show_text(error, "value")));
    (void)puts(json_is_true(json_object_get(reject, "resolved")) ? ax_cli_text(cli, "  [resolved]", "  [已解决]") : "");
}

static bool each_reject(void *state, json_t *reject)
{
    show_reject(state, reject);
    return true;
}

static ax_rc list_rejects(struct ax_cli *cli, struct ax_session *session, bool all, struct ax_err *err)
{
    json_t *request = json_pack("{s:b,s:i}", "all", (int)all, "pageSize", 500);
    return ax_session_pages(session, "AdminService/ListRejects", request, "rejects", each_reject, cli, err);
}

static bool keep_first(void *state, json_t *reject)
{
    json_t **kept = state;
    *kept = json_incref(reject);
    return false;
}

static ax_rc fetch(struct ax_session *session, const char *id, json_t **out, struct ax_err *err)
{
    json_t *request = json_pack("{s:b,s:s}", "all", 1, "id", id);
    if (request == NULL) {
        return ax_fail_field(err, AX_INVALID, "id", id, strlen(id), "must be partition:offset");
    }
    AX_TRY(ax_session_pages(session, "AdminService/ListRejects", request, "rejects", keep_first, out, err));
    return *out != NULL ? AX_RC(OK) : ax_fail_field(err, AX_NOT_FOUND, "id", id, strlen(id), "no such reject");
}

/* Bytes are base64 in proto3's JSON mapping. */
static ax_rc base64_member(
        const json_t *object, const char *name, struct ax_arena *arena, ax_str *out, struct ax_err *err)
{
    ax_str text = ax_str_c(ax_show_text(object, name));
    uint8_t *bytes = ax_arena_alloc(arena, text.len + 1);
    size_t len = 0;
    if (bytes == NULL || !ax_base64_decode(text, bytes, &len)) {
        return ax_fail(err, AX_CORRUPT, "%s is not base64, or too large", name);
    }
    *out = ax_str_of(bytes, len);
    return AX_RC(OK);
}

/* Bytes of anybody's for a terminal: characters as they are, what is none of UTF-8 or would command it as \xNN. */
static void print_escaped(ax_str s)
{
    size_t at = 0;
    while (at < s.len) {
        size_t len = 1;
        while (len < UTF8_MAX && at + len < s.len && !ax_utf8_valid(ax_str_of(s.ptr + at, len))) {
            len++;
        }
        unsigned char first = (unsigned char)s.ptr[at];
        bool is_control = (first < ' ' && first != '\t' && first != '\n') || first == DELETE_CHAR;
        if (is_control || !ax_utf8_valid(ax_str_of(s.ptr + at, len))) {
            (void)printf("\\x%02x", first);
            at++;
            continue;
        }
        (void)fwrite(s.ptr + at, 1, len, stdout);
        at += len;
    }
    (void)puts("");
}

static void show_whole(const struct ax_cli *cli, const json_t *reject)
{
    struct ax_arena arena;
    struct ax_err err;
    ax_str header = {0};
    ax_str content = {0};
    const json_t *raw = json_object_get(reject, "raw");
    show_reject(cli, reject);
    if (cli->json) {
        return;
    }
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    if (json_is_object(raw) && ax_ok(base64_member(raw, "header", &arena, &header, &err)) &&
            ax_ok(base64_member(raw, "content", &arena, &content, &err))) {
        print_escaped(header);
        print_escaped(content);
    } else if (json_is_object(json_object_get(reject, "fact"))) {
        ax_show_json_line(json_object_get(reject, "fact"));
    }
    ax_arena_deinit(&arena);
}

struct sets {
    struct ax_source_override items[SETS_MAX];
    size_t count;
};

/* --set may stand many times, so it is taken out before the other options. */
static bool take_sets(struct ax_cli *cli, struct sets *sets)
{
    int kept = 0;
    for (int i = 0; i < cli->argc; i++) {
        if (strcmp(cli->argv[i], "--set") != 0) {
            cli->argv[kept++] = cli->argv[i];
            continue;
        }
        char *pair = i + 1 < cli->argc ? cli->argv[++i] : NULL;
        char *equals = pair == NULL ? NULL : strchr(pair, '=');
        if (equals == NULL || sets->count >= SETS_MAX) {
            ax_cli_say(cli, "anxin rejects: --set COLUMN=VALUE, at most %d times",
                    "anxin rejects: --set 列名=值，最多 %d 次", SETS_MAX);
            return false;
        }
        sets->items[sets->count++] =
                (struct ax_source_override){ax_str_of(pair, (size_t)(equals - pair)), ax_str_c(equals + 1)};
    }
    cli->argc = kept;
    return true;
}

/* What was a row of a table or a line of JSON; a reject that was a fact is a line of JSON, too. */
static ax_rc stored_row(const json_t *reject, struct ax_arena *arena, const char **system, ax_str *header,
        ax_str *content, struct ax_err *err)
{
    const json_t *raw = json_object_get(reject, "raw");
    if (json_is_object(raw)) {
        *system = ax_show_text(raw, "system");
        AX_TRY(base64_member(raw, "header", arena, header, err));
        return base64_member(raw, "content", arena, content, err);
    }
    char *text = json_dumps(json_object_get(reject, "fact"), JSON_COMPACT);
    *system = "jsonl";
    *content = ax_arena_dup(arena, ax_str_c(text));
    ax_xfree(text);
    return content->ptr == NULL ? ax_fail(err, AX_LIMIT, "the fact is too large") : AX_RC(OK);
}

static ax_rc map_again(const json_t *reject, const struct sets *sets, struct ax_arena *arena,
        struct ax_source_item *item, struct ax_err *err)
{
    const char *system = "";
    ax_str header = {0};
    ax_str content = {0};
    AX_TRY(stored_row(reject, arena, &system, &header, &content, err));
    AX_TRY(ax_source_row(system, header, content, sets->items, sets->count, 0, AX_DAY_NONE, arena, item, err));
    if (item->kind == AX_SOURCE_REJECT) {
        *err = item->error;
        return (ax_rc){item->error.code};
    }
    return item->fact_count > 0 ? AX_RC(OK) : ax_fail(err, AX_INVALID, "the row says nothing");
}

static bool is_in(const json_t *result)
{
    const char *status = ax_show_text(result, "status");
    return strcmp(status, "SUBMIT_STATUS_REJECTED") != 0 && strcmp(status, "SUBMIT_STATUS_NOT_ACCEPTED") != 0;
}

/* All but the last fact of a row. *answer: of the first that was not taken, as RetryReject would have it; else NULL. */
static ax_rc submit_others(struct ax_session *session, const struct ax_source_item *item, struct ax_buf *request,
        struct ax_buf *canonical, json_t **answer, struct ax_err *err)
{
    json_t *submitted = NULL;
    for (size_t i = 0; i + 1 < item->fact_count; i++) {
        ax_buf_clear(canonical);
        ax_fact_canonical(&item->facts[i], canonical);
        ax_submit_put_fact(request, ax_buf_str(canonical));
    }
    if (request->len == 0) {
        return AX_RC(OK);
    }
    AX_TRY(ax_session_call_bytes(session, "IngestService/SubmitFacts", ax_buf_str(request), &submitted, err));
    json_t *results = json_object_get(submitted, "results");
    for (size_t i = 0; i < json_array_size(results) && *answer == NULL; i++) {
        if (!is_in(json_array_get(results, i))) {
            *answer = json_pack("{s:O}", "result", json_array_get(results, i));
        }
    }
    json_decref(submitted);
    return AX_RC(OK);
}

/* The last fact of a row resolves the reject, so it goes when all others are in; they may have been in before. */
static ax_rc retry_mapped(
        struct ax_session *session, const json_t *reject, const struct sets *sets, json_t **answer, struct ax_err *err)
{
    struct ax_arena arena;
    struct ax_buf request;
    struct ax_buf canonical;
    struct ax_source_item item = {0};
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_buf_init(&request, REQUEST_MAX_BYTES);
    ax_buf_init(&canonical, REQUEST_MAX_BYTES);
    ax_rc rc = map_again(reject, sets, &arena, &item, err);
    if (ax_ok(rc)) {
        rc = submit_others(session, &item, &request, &canonical, answer, err);
    }
    if (ax_ok(rc) && *answer == NULL) {
        ax_buf_clear(&request);
        ax_buf_clear(&canonical);
        ax_fact_canonical(&item.facts[item.fact_count - 1], &canonical);
        ax_wire_put_str(&request, RETRY_ID, ax_str_c(ax_show_text(reject, "id")));
        ax_wire_put_str(&request, RETRY_FACT, ax_buf_str(&canonical));
        rc = ax_session_call_bytes(session, "AdminService/RetryReject", ax_buf_str(&request), answer, err);
    }
    ax_buf_deinit(&canonical);
    ax_buf_deinit(&request);
    ax_arena_deinit(&arena);
    return rc;
}

static ax_rc retry(struct ax_cli *cli, struct ax_session *session, const json_t *reject, const struct sets *sets,
        struct ax_err *err)
{
    json_t *answer = NULL;
    ax_rc rc = AX_RC(OK);
    if (sets->count > 0 || json_is_object(json_object_get(reject, "raw"))) {
        rc = retry_mapped(session, reject, sets, &answer, err);
    } else { /* a fact as it was */
        json_t *request = json_pack("{s:s}", "id", ax_show_text(reject, "id"));
        rc = ax_session_call(session, "AdminService/RetryReject", request, &answer, err);
    }
    if (ax_ok(rc)) {
        const json_t *result = json_object_get(answer, "result");
        const json_t *error = json_object_get(result, "error");
        if (!is_in(result)) {
            const char *value = ax_show_text(error, "value");
            rc = ax_fail_field(err, AX_INVALID, ax_show_text(error, "field"), value, strlen(value), "%s",
                    ax_show_text(error, "rule"));
        } else if (cli->json) {
            ax_show_json_line(result);
        } else {
            ax_cli_say(cli, "accepted (%s)", "已接收（%s）", ax_show_text(result, "status"));
        }
    }
    json_decref(answer);
    return rc;
}

int ax_cmd_rejects(struct ax_cli *cli)
{
    bool all = false;
    struct sets sets = {0};
    const struct ax_option options[] = {{"all", NULL, &all}};
    if (!take_sets(cli, &sets) || !ax_cli_options(cli, options, 1, 1, 2)) {
        return AX_EXIT_USAGE;
    }
    const char *verb = cli->argv[0];
    bool list = strcmp(verb, "list") == 0;
    bool again = strcmp(verb, "retry") == 0;
    if ((!list && !again && strcmp(verb, "show") != 0) || (list ? cli->argc != 1 : cli->argc != 2)) {
        ax_cli_say(cli, "anxin rejects list [--all] | show ID | retry ID [--set COLUMN=VALUE]…",
                "anxin rejects list [--all] | show ID | retry ID [--set 列名=值]…");
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct ax_session *session = NULL;
    json_t *reject = NULL;
    ax_rc rc = ax_session_open(cli, &session, &err);
    if (ax_ok(rc)) {
        rc = list ? list_rejects(cli, session, all, &err) : fetch(session, cli->argv[1], &reject, &err);
    }
    if (ax_ok(rc) && again) {
        rc = retry(cli, session, reject, &sets, &err);
    } else if (ax_ok(rc) && !list) {
        show_whole(cli, reject);
    }
    json_decref(reject);
    ax_session_close(session);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
