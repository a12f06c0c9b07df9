/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/t.h"

#include "tests/integration/spine_bed.h"

#include "services/lib/trust/pki.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"
#include "services/lib/wire/reader.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CALL_MS = 30000, MESSAGE_MAX = 16 << 20 };

static void must(ax_rc rc, const struct ax_err *err)
{
    if (!ax_ok(rc)) {
        char text[512];
        fail_msg("%s: %s", ax_code_name(rc.code), ax_err_line(err, text, sizeof text));
    }
}

static int remove_one(const char *path, const struct stat *info, int flag, struct FTW *walk)
{
    (void)info;
    (void)flag;
    (void)walk;
    return remove(path);
}

static void make_pki(const struct spine *s)
{
    char dir[SPINE_PATH_MAX + 16];
    char own[19];
    struct ax_err err = {0};
    (void)snprintf(dir, sizeof dir, "%s/pki", s->dir);
    must(ax_pki_make_ca(dir, ax_clock_system(), &err), &err);
    const struct ax_pki_subject subjects[] = {
            {.name = "server", .role = "exchange", .id = "main", .server = true},
            {.name = "operator", .role = "operator", .id = "main"},
            {.name = "insurer", .role = "insurer", .id = "picc"},
            {.name = "provider", .role = "provider", .id = "creditchina"},
            {.name = "enterprise", .role = "enterprise", .id = spine_code(0, own)},
    };
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        must(ax_pki_issue(dir, &subjects[i], ax_clock_system(), &err), &err);
    }
}

static void make_config(struct spine *s, unsigned partitions)
{
    char cwd[SPINE_PATH_MAX];
    char text[4096];
    char name[SPINE_PATH_MAX + 16];
    struct ax_err err = {0};
    assert_non_null(getcwd(cwd, sizeof cwd));
    (void)snprintf(name, sizeof name, "%s/anxin.yaml", s->dir);
    int len = snprintf(text, sizeof text,
            "name: spine\npacks_dir: %s/scoring/packs\n"
            "tls:\n  ca_file: pki/ca.crt\n  cert_file: pki/server/tls.crt\n  key_file: pki/server/tls.key\n"
            "log:\n  backend: sqlite\n  path: anxin.db\n  partitions: %u\n"
            "store:\n  backend: sqlite\n  path: anxin.db\n"
            "rpc:\n  listen: \"127.0.0.1:0\"\n",
            cwd, partitions);
    assert_true(len > 0 && (size_t)len < sizeof text);
    must(ax_config_parse(ax_str_of(text, (size_t)len), name, NULL, 0, &s->config, &err), &err);
}

void spine_scorer_start(struct spine *s)
{
    struct ax_err err = {0};
    struct ax_scorer_options options = {
            .log = ax_host_log(s->host),
            .store = ax_host_store(s->host),
            .bundle = ax_host_bundle(s->host),
            .clock = &s->clock.clock,
            .batch_wait_ms = 20,
            .publish_ms = 50,
    };
    must(ax_scorer_start(&options, &s->scorer, &err), &err);
}

void spine_scorer_stop(struct spine *s)
{
    ax_scorer_stop(s->scorer);
    s->scorer = NULL;
}

static void serve(struct spine *s)
{
    struct ax_err err = {0};
    struct ax_ingest_options ingest = {
            .log = ax_host_log(s->host),
            .store = ax_host_store(s->host),
            .bundle = ax_host_bundle(s->host),
            .clock = &s->clock.clock,
    };
    struct ax_exchange_options exchange = {
            .log = ingest.log, .store = ingest.store, .bundle = ingest.bundle, .clock = ingest.clock};
    must(ax_ingest_open(&ingest, &s->ingest, &err), &err);
    must(ax_exchange_open(&exchange, &s->exchange, &err), &err);
    struct ax_rpc_method methods[SPINE_METHODS_MAX];
    size_t count = ax_ingest_methods(s->ingest, methods, SPINE_METHODS_MAX);
    count += ax_exchange_methods(s->exchange, methods + count, SPINE_METHODS_MAX - count);
    must(ax_host_serve(s->host, methods, count, &err), &err);
}

void spine_open(struct spine *s, unsigned partitions)
{
    *s = (struct spine){0};
    (void)snprintf(s->dir, sizeof s->dir, "/tmp/ax-spine-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    ax_clock_fake_init(&s->clock, ((int64_t)SPINE_FIRST_DAY * 86400 + 4 * 3600) * 1000000); /* noon in UTC+8 */
    ax_arena_init(&s->arena, 1 << 16, 64 << 20);
    make_pki(s);
    make_config(s, partitions);
    struct ax_err err = {0};
    struct ax_host_options options = {
            .service = "spine", .config = s->config, .clock = &s->clock.clock, .create_topics = true};
    must(ax_host_open(&options, &s->host, &err), &err);
    spine_scorer_start(s);
    serve(s);
    s->channel = spine_channel(s, "operator");
}

void spine_close(struct spine *s)
{
    ax_rpc_channel_close(s->channel);
    ax_host_drain(s->host);
    ax_exchange_close(s->exchange);
    ax_ingest_close(s->ingest);
    if (s->scorer != NULL) {
        ax_scorer_stop(s->scorer);
    }
    ax_host_close(s->host);
    ax_config_free(s->config);
    ax_arena_deinit(&s->arena);
    (void)nftw(s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct ax_rpc_channel *spine_channel(const struct spine *s, const char *client)
{
    char target[64];
    char ca[SPINE_PATH_MAX + 64];
    char cert[SPINE_PATH_MAX + 64];
    char key[SPINE_PATH_MAX + 64];
    (void)snprintf(target, sizeof target, "127.0.0.1:%d", ax_host_port(s->host));
    (void)snprintf(ca, sizeof ca, "%s/pki/ca.crt", s->dir);
    (void)snprintf(cert, sizeof cert, "%s/pki/clients/%s/tls.crt", s->dir, client);
    (void)snprintf(key, sizeof key, "%s/pki/clients/%s/tls.key", s->dir, client);
    struct ax_rpc_channel_options options = {
            .target = target, .ca_file = ca, .cert_file = cert, .key_file = key, .message_max_bytes = MESSAGE_MAX};
    struct ax_rpc_channel *channel = NULL;
    struct ax_err err = {0};
    must(ax_rpc_channel_open(&options, &channel, &err), &err);
    return channel;
}

const char *spine_code(int i, char out[19])
{
    (void)snprintf(out, 17, "91140000%08u", (10000000U + (unsigned)i) % 100000000U);
    out[16] = ax_uscc_organisation_check(out + 8);
    out[17] = ax_uscc_check_character(out);
    out[18] = '\0';
    return out;
}

void spine_penalty(struct ax_fact *f, const char *code, const char *reference)
{
    ax_fact_init(f);
    f->source = AX_STR("creditchina");
    f->reference = ax_str_c(reference);
    f->revision = 1;
    f->enterprise = ax_str_c(code);
    f->enterprise_name = AX_STR("太原示例矿业有限公司");
    f->region = AX_STR("140105");
    f->industry = AX_STR("0610");
    f->industry_edition = AX_STR("2017");
    f->occurred_on = SPINE_FIRST_DAY - 30;
    f->decided_on = SPINE_FIRST_DAY - 10;
    f->state = AX_FACT_STATE_ACTIVE;
    f->kind = AX_FACT_ENFORCEMENT_PENALTY;
    f->enforcement_penalty.document_number = ax_str_c(reference);
    f->enforcement_penalty.authority = AX_STR("山西省应急管理厅");
    f->enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_FINE;
    f->enforcement_penalty.fine_fen = 5000000;
    f->enforcement_penalty.tier = AX_PENALTY_TIER_GENERAL;
}

int spine_try(struct spine *s, struct ax_rpc_channel *channel, const char *path, ax_str request, struct ax_err *err)
{
    (void)s;
    struct ax_buf response;
    ax_buf_init(&response, MESSAGE_MAX);
    ax_rc rc = ax_rpc_unary(channel, path, request, CALL_MS, &response, err);
    ax_buf_deinit(&response);
    return rc.code;
}

static ax_str call_as(struct spine *s, struct ax_rpc_channel *channel, const char *path, ax_str request)
{
    struct ax_buf response;
    struct ax_err err = {0};
    ax_buf_init(&response, MESSAGE_MAX);
    must(ax_rpc_unary(channel, path, request, CALL_MS, &response, &err), &err);
    ax_str copy = ax_arena_dup(&s->arena, ax_buf_str(&response));
    ax_buf_deinit(&response);
    return copy;
}

ax_str spine_call(struct spine *s, const char *path, ax_str request)
{
    return call_as(s, s->channel, path, request);
}

struct ax_submit_result spine_submit_as(struct spine *s, struct ax_rpc_channel *channel, const struct ax_fact *f)
{
    struct ax_buf fact;
    struct ax_buf request;
    struct ax_list results = {0};
    struct ax_err err = {0};
    ax_buf_init(&fact, MESSAGE_MAX);
    ax_buf_init(&request, MESSAGE_MAX);
    ax_fact_canonical(f, &fact);
    ax_submit_put_fact(&request, ax_buf_str(&fact));
    ax_str response = call_as(s, channel, "/anxin.v1.IngestService/SubmitFacts", ax_buf_str(&request));
    ax_buf_deinit(&fact);
    ax_buf_deinit(&request);
    must(ax_submit_response_read(response, &s->arena, &results, &err), &err);
    assert_int_equal(results.count, 1);
    return ((const struct ax_submit_result *)results.items)[0];
}

struct ax_submit_result spine_submit(struct spine *s, const struct ax_fact *f)
{
    return spine_submit_as(s, s->channel, f);
}

ax_str spine_request(struct spine *s, const char *code, const char *as_of)
{
    struct ax_buf request;
    ax_buf_init(&request, 4096);
    ax_wire_put_str(&request, 1, ax_str_c(code));
    ax_wire_put_str(&request, 2, ax_str_c(as_of));
    ax_str copy = ax_arena_dup(&s->arena, ax_buf_str(&request));
    ax_buf_deinit(&request);
    return copy;
}

struct ax_rating spine_rating(struct spine *s, const char *code, int64_t min_offset)
{
    struct ax_buf request;
    ax_buf_init(&request, 4096);
    ax_wire_put_str(&request, 1, ax_str_c(code));
    size_t start = request.len;
    ax_wire_put_uint(&request, 1, (uint64_t)ax_log_partition_of(ax_host_log(s->host), ax_str_c(code)));
    ax_wire_put_uint(&request, 2, (uint64_t)min_offset);
    ax_wire_wrap(&request, start, 4);
    ax_str response = spine_call(s, "/anxin.v1.RatingService/GetRating", ax_buf_str(&request));
    ax_buf_deinit(&request);
    struct ax_cursor c = ax_cursor_of(response);
    struct ax_wire_field field;
    struct ax_rating rating;
    struct ax_err err = {0};
    must(ax_wire_next(&c, &field, &err), &err);
    must(ax_rating_from_wire(field.bytes, &s->arena, &rating, &err), &err);
    return rating;
}
