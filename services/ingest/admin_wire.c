/* SPDX-License-Identifier: Apache-2.0 */
/* AdminService: how far log, store and ratings are; what was rejected, and trying it again; withdrawing a fact. */
#include "services/ingest/state.h"

#include "base/log.h"
#include "services/lib/wire/bridge.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/admin_service.pb-c.h>

#include <stdio.h>

enum {
    PAGE_DEFAULT = 50,
    PAGE_MAX = 200,
    RESPONSE_MAX_BYTES = 64 << 20,
    SCAN_PAGE = 128,
    READ_CHUNK_BYTES = 1 << 20,
    READ_MAX_BYTES = 256 << 20,
    NAMED_MAX = 4, /* enterprises in one error */
    REASON_MAX = 512,
};

/* Numbers in ListRejectsResponse, Reject, RetryRejectResponse and WithdrawFactResponse. */
enum { REJECTS = 1, NEXT_PAGE_TOKEN = 2, REJECT_ID = 1, REJECT_RESOLVED = 7, RESULT = 1 };

void ax_ingest_answer(struct ax_ingest *ingest, struct ax_rpc_call **calls, size_t count, ax_ingest_verb run)
{
    ax_ingest_answer_within(ingest, calls, count, RESPONSE_MAX_BYTES, run);
}

void ax_ingest_answer_within(
        struct ax_ingest *ingest, struct ax_rpc_call **calls, size_t count, size_t max_bytes, ax_ingest_verb run)
{
    for (size_t i = 0; i < count; i++) {
        struct ax_err err = {0};
        struct ax_buf response;
        ax_buf_init(&response, max_bytes);
        ax_rc rc = run(ingest, calls[i], &response, &err);
        if (ax_ok(rc) && response.failed) {
            rc = ax_fail(&err, AX_LIMIT, "the answer is larger than %zu bytes; ask for less", max_bytes);
        }
        if (ax_ok(rc)) {
            ax_rpc_reply(calls[i], ax_buf_str(&response));
        } else {
            ax_rpc_fail(calls[i], rc, &err);
        }
        ax_buf_deinit(&response);
    }
}

static ax_rc status_of(struct ax_ingest *in, int32_t partition, Anxin__V1__PartitionStatus *out,
        char day[AX_DAY_TEXT_SIZE], struct ax_err *err)
{
    int64_t begin = 0;
    struct ax_store_position position = {.day = AX_DAY_NONE};
    out->partition = (uint32_t)partition;
    AX_TRY(ax_log_range(in->options.log, AX_TOPIC_FACTS, partition, &begin, &out->log_end, err));
    ax_rc rc = ax_store_position(in->options.store, partition, &position, &out->enterprises, err);
    if (!ax_ok(rc) && rc.code != AX_NOT_FOUND) {
        return rc;
    }
    out->next_offset = position.next_offset;
    out->day = ax_day_format(position.day, day);
    return AX_RC(OK);
}

/* What its scorer notes where an approved bundle is not at hand. */
static ax_rc missing_of(struct ax_ingest *in, int32_t partition, struct ax_arena *arena,
        Anxin__V1__PartitionStatus *out, struct ax_err *err)
{
    ax_str value = {0};
    AX_TRY(ax_store_note_get(in->options.store, partition, AX_STR("missing_pack"), arena, &value, err));
    char *hex = ax_arena_zalloc(arena, AX_DIGEST_HEX_SIZE);
    if (value.len == AX_DIGEST_SIZE && hex != NULL) {
        ax_hex(value.ptr, AX_DIGEST_SIZE, hex);
        out->missing_pack = hex;
    }
    return AX_RC(OK);
}

/* Every partition is being rated: it was taken once and its midnight has been. */
static void sum_up(struct ax_ingest *in, Anxin__V1__GetStatusResponse *r, int32_t today)
{
    char text[AX_DAY_TEXT_SIZE];
    (void)ax_day_format(today, text);
    bool missing = false;
    r->ready = true;
    for (size_t i = 0; i < r->n_partitions; i++) {
        const Anxin__V1__PartitionStatus *p = r->partitions[i];
        r->facts += p->log_end;
        r->enterprises += p->enterprises;
        r->lag += p->log_end > p->next_offset ? p->log_end - p->next_offset : 0;
        r->ready = r->ready && strcmp(p->day, text) >= 0;
        missing = missing || p->missing_pack[0] != '\0';
    }
    if (!r->ready) {
        r->reason = (char *)(uintptr_t) "not every partition is rated for today";
    } else if (missing) {
        r->ready = false;
        r->reason = (char *)(uintptr_t) "an approved bundle of packs is not at hand (missing_pack): the one before it "
                                        "rates";
    }
    (void)in;
}

static ax_rc add_sources(
        struct ax_ingest *in, struct ax_arena *arena, Anxin__V1__GetStatusResponse *r, struct ax_err *err)
{
    struct ax_quality_source *list = AX_ARENA_ARRAY(arena, struct ax_quality_source, AX_QUALITY_SOURCES_MAX);
    Anxin__V1__SourceStatus *sources = AX_ARENA_ARRAY(arena, Anxin__V1__SourceStatus, AX_QUALITY_SOURCES_MAX);
    r->sources = AX_ARENA_ARRAY(arena, Anxin__V1__SourceStatus *, AX_QUALITY_SOURCES_MAX);
    if (list == NULL || sources == NULL || r->sources == NULL) {
        return ax_fail(err, AX_LIMIT, "the call's memory limit was reached");
    }
    r->n_sources = ax_quality_list(in->quality, list);
    for (size_t i = 0; i < r->n_sources; i++) {
        anxin__v1__source_status__init(&sources[i]);
        sources[i].source = list[i].source;
        sources[i].accepted = list[i].accepted;
        sources[i].late = list[i].late;
        sources[i].unknown_codes = list[i].unknown_codes;
        r->sources[i] = &sources[i];
    }
    return AX_RC(OK);
}

static ax_rc get_status(struct ax_ingest *in, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    size_t n = (size_t)ax_log_partitions(in->options.log);
    Anxin__V1__GetStatusResponse r = ANXIN__V1__GET_STATUS_RESPONSE__INIT;
    Anxin__V1__PartitionStatus *parts = AX_ARENA_ARRAY(arena, Anxin__V1__PartitionStatus, n);
    r.partitions = AX_ARENA_ARRAY(arena, Anxin__V1__PartitionStatus *, n);
    char(*days)[AX_DAY_TEXT_SIZE] = ax_arena_zalloc(arena, n * AX_DAY_TEXT_SIZE);
    if (parts == NULL || r.partitions == NULL || days == NULL) {
        return ax_fail(err, AX_LIMIT, "the call's memory limit was reached");
    }
    uint8_t ignored[AX_DIGEST_SIZE];
    AX_TRY(ax_live_catch_up(in->live, err));
    bool activated = ax_live_rater(in->live)->later_count > 0 || ax_live_missing(in->live, ignored);
    for (size_t p = 0; p < n; p++) {
        anxin__v1__partition_status__init(&parts[p]);
        AX_TRY(status_of(in, (int32_t)p, &parts[p], days[p], err));
        if (activated) {
            AX_TRY(missing_of(in, (int32_t)p, arena, &parts[p], err));
        }
        r.partitions[p] = &parts[p];
    }
    r.n_partitions = n;
    sum_up(in, &r, ax_day_of_us(ax_clock_us(in->options.clock)));
    AX_TRY(ax_rejects_count(in->rejects, &r.rejects, err));
    AX_TRY(add_sources(in, arena, &r, err));
    const struct ax_bundle *champion =
            ax_rater_bundle(ax_live_rater(in->live), ax_day_of_us(ax_clock_us(in->options.clock)));
    char digest[AX_DIGEST_HEX_SIZE];
    ax_hex(champion->digest, AX_DIGEST_SIZE, digest);
    r.pack_digest = digest;
    char names[512] = "";
    for (size_t i = 0, at = 0; i < champion->count && at < sizeof names; i++) {
        ax_str id = champion->packs[i].id;
        int len = snprintf(names + at, sizeof names - at, "%s%.*s", i == 0 ? "" : " ", AX_ARG(id));
        at += len > 0 ? (size_t)len : 0;
    }
    r.pack = names;
    ax_pack_pb(&r.base, response);
    return AX_RC(OK);
}

/* The id and whether it is resolved are not in the stored bytes: they follow them. */
static void put_reject(struct ax_buf *out, const struct ax_reject_entry *entry, ax_str bytes)
{
    char id[AX_REJECT_ID_SIZE];
    size_t start = out->len;
    ax_buf_put_str(out, bytes);
    ax_wire_put_str(out, REJECT_ID, ax_str_c(ax_reject_id_format(entry->id, id)));
    ax_wire_put_uint(out, REJECT_RESOLVED, entry->resolved);
    ax_wire_wrap(out, start, REJECTS);
}

static ax_rc list_rejects(struct ax_ingest *in, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_unpack(&anxin__v1__list_rejects_request__descriptor, ax_rpc_request(call), arena, &message, err));
    const Anxin__V1__ListRejectsRequest *q = (const Anxin__V1__ListRejectsRequest *)message;
    if (q->page_size < 0) {
        return ax_fail_field(err, AX_INVALID, "page_size", NULL, 0, "must not be negative");
    }
    struct ax_reject_entry entries[PAGE_MAX + 1];
    size_t page = q->page_size == 0 ? PAGE_DEFAULT : q->page_size > PAGE_MAX ? PAGE_MAX : (size_t)q->page_size;
    size_t count = 0;
    struct ax_reject_id id = {.offset = -1};
    ax_str wanted = ax_str_c(q->id[0] != '\0' ? q->id : q->page_token);
    if (wanted.len > 0 && !ax_reject_id_parse(wanted, &id)) {
        const char *field = q->id[0] != '\0' ? "id" : "page_token";
        return ax_fail_field(err, AX_INVALID, field, wanted.ptr, wanted.len, "must be as it was given out");
    }
    if (q->id[0] != '\0') {
        AX_TRY(ax_rejects_find(in->rejects, id, &entries[0], err));
        count = 1;
    } else {
        AX_TRY(ax_rejects_list(in->rejects, id, q->all, entries, page + 1, &count, err));
    }
    size_t shown = count > page ? page : count;
    ax_str bytes[PAGE_MAX];
    AX_TRY(ax_rejects_read(in->rejects, entries, shown, arena, bytes, err));
    for (size_t i = 0; i < shown; i++) {
        put_reject(response, &entries[i], bytes[i]);
    }
    if (count > shown) {
        char token[AX_REJECT_ID_SIZE];
        ax_wire_put_str(response, NEXT_PAGE_TOKEN, ax_str_c(ax_reject_id_format(entries[shown - 1].id, token)));
    }
    return AX_RC(OK);
}

/* One fact through the door that all facts come through. */
static ax_rc submit_one(struct ax_ingest *in, struct ax_rpc_call *call, const struct ax_fact *fact,
        struct ax_submit_result **result, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    struct ax_submit_item *item = AX_ARENA_NEW(arena, struct ax_submit_item);
    struct ax_buf bytes;
    if (item == NULL) {
        return ax_fail(err, AX_LIMIT, "the call's memory limit was reached");
    }
    ax_buf_init(&bytes, AX_FACT_BYTES_MAX);
    ax_fact_canonical(fact, &bytes);
    item->kind = AX_SUBMIT_FACT;
    item->bytes = ax_arena_dup(arena, ax_buf_str(&bytes));
    item->fact = *fact;
    bool whole = !bytes.failed && item->bytes.ptr != NULL;
    ax_buf_deinit(&bytes);
    if (!whole) {
        return ax_fail(err, AX_LIMIT, "a fact is at most %d bytes", AX_FACT_BYTES_MAX);
    }
    return ax_submit_items(in, item, 1, false, ax_rpc_principal(call), arena, result, err);
}

static void put_result(struct ax_buf *response, const struct ax_submit_result *result)
{
    size_t start = response->len;
    ax_encode(&ax_submit_result_message, result, false, response);
    ax_wire_wrap(response, start, RESULT);
}

static bool is_in(int32_t status)
{
    return status == AX_SUBMIT_ACCEPTED || status == AX_SUBMIT_DUPLICATE || status == AX_SUBMIT_SUPERSEDED ||
           status == AX_SUBMIT_CONFLICT;
}

static ax_rc resolve(struct ax_ingest *in, struct ax_reject_id id, struct ax_err *err)
{
    uint8_t bytes[AX_REJECT_ID_SIZE * 2];
    struct ax_buf buf = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    ax_reject_encode_resolved(id, &buf);
    struct ax_log_record record = {.topic = AX_TOPIC_REJECTS, .partition = id.partition, .value = ax_buf_str(&buf)};
    return ax_log_append(in->options.log, &record, 1, err);
}

static ax_rc fact_to_retry(struct ax_ingest *in, const Anxin__V1__RetryRejectRequest *q,
        const struct ax_reject_entry *entry, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err)
{
    if (q->fact != NULL) {
        return ax_fact_from_pb(q->fact, arena, out, err);
    }
    ax_str bytes;
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_rejects_read(in->rejects, entry, 1, arena, &bytes, err));
    AX_TRY(ax_unpack(&anxin__v1__reject__descriptor, bytes, arena, &message, err));
    const Anxin__V1__Reject *reject = (const Anxin__V1__Reject *)message;
    if (reject->fact == NULL) {
        return ax_fail_field(err, AX_STATE, "fact", NULL, 0,
                "this reject is a row that is no fact: send the mended fact with the request");
    }
    return ax_fact_from_pb(reject->fact, arena, out, err);
}

static ax_rc retry_reject(struct ax_ingest *in, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_unpack(&anxin__v1__retry_reject_request__descriptor, ax_rpc_request(call), arena, &message, err));
    const Anxin__V1__RetryRejectRequest *q = (const Anxin__V1__RetryRejectRequest *)message;
    struct ax_reject_id id;
    if (!ax_reject_id_parse(ax_str_c(q->id), &id)) {
        return ax_fail_field(err, AX_INVALID, "id", q->id, strlen(q->id), "must be partition:offset");
    }
    struct ax_reject_entry entry;
    AX_TRY(ax_rejects_find(in->rejects, id, &entry, err));
    if (entry.resolved) {
        return ax_fail_field(err, AX_STATE, "id", q->id, strlen(q->id), "this reject is resolved already");
    }
    struct ax_fact fact;
    struct ax_submit_result *result = NULL;
    AX_TRY(fact_to_retry(in, q, &entry, arena, &fact, err));
    AX_TRY(submit_one(in, call, &fact, &result, err));
    if (is_in(result->status)) {
        AX_TRY(resolve(in, id, err));
    }
    put_result(response, result);
    return AX_RC(OK);
}

/* The heads of one (source, reference) under all enterprises. */
struct heads {
    struct ax_fact *active; /* one of them; NULL: none */
    struct ax_fact *withdrawn;
    size_t active_count;
    char enterprises[NAMED_MAX * (AX_USCC_LEN + 2) + 1]; /* where it is active */
};

static void add_head(struct heads *heads, struct ax_fact *head)
{
    if (head->state == AX_FACT_STATE_WITHDRAWN) {
        heads->withdrawn = head;
        return;
    }
    size_t at = strlen(heads->enterprises);
    if (heads->active_count < NAMED_MAX) {
        (void)snprintf(heads->enterprises + at, sizeof heads->enterprises - at, "%s%.*s",
                heads->active_count == 0 ? "" : ", ", AX_ARG(head->enterprise));
    }
    heads->active = head;
    heads->active_count++;
}

static ax_rc add_heads(const struct ax_store_read *reads, size_t count, const Anxin__V1__WithdrawFactRequest *q,
        struct ax_arena *arena, struct heads *heads, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        struct ax_fact head;
        AX_TRY(ax_known_head_in(&reads[i], ax_str_c(q->source), ax_str_c(q->reference), arena, &found, &head, err));
        if (!found) {
            continue;
        }
        struct ax_fact *kept = AX_ARENA_NEW(arena, struct ax_fact);
        if (kept == NULL) {
            return ax_fail(err, AX_LIMIT, "the call's memory limit was reached");
        }
        *kept = head;
        add_head(heads, kept);
    }
    return AX_RC(OK);
}

static ax_rc scan_partition(struct ax_ingest *in, int32_t partition, const Anxin__V1__WithdrawFactRequest *q,
        struct ax_arena *pages, struct ax_arena *arena, struct heads *heads, struct ax_err *err)
{
    char after[AX_STORE_ENTERPRISE_MAX + 1];
    ax_str from = {after, 0};
    for (size_t count = SCAN_PAGE; count == SCAN_PAGE;) {
        struct ax_store_read *reads = NULL;
        ax_arena_reset(pages);
        ax_rc rc = ax_store_scan(in->options.store, partition, from, SCAN_PAGE, true, pages, &reads, &count, err);
        if (rc.code == AX_NOT_FOUND) {
            return AX_RC(OK); /* never taken */
        }
        AX_TRY(rc);
        AX_TRY(add_heads(reads, count, q, arena, heads, err));
        if (count > 0) {
            (void)ax_str_to_c(reads[count - 1].enterprise, after, sizeof after);
            from.len = reads[count - 1].enterprise.len;
        }
    }
    return AX_RC(OK);
}

/* Looks under every enterprise: what has moved is withdrawn where it was and stands somewhere else. */
static ax_rc find_by_scan(struct ax_ingest *in, const Anxin__V1__WithdrawFactRequest *q, struct ax_arena *arena,
        struct ax_fact *out, struct ax_err *err)
{
    struct heads heads = {0};
    struct ax_arena pages;
    ax_arena_init(&pages, READ_CHUNK_BYTES, READ_MAX_BYTES);
    ax_rc rc = AX_RC(OK);
    for (int32_t p = 0; ax_ok(rc) && p < ax_log_partitions(in->options.log); p++) {
        rc = scan_partition(in, p, q, &pages, arena, &heads, err);
    }
    ax_arena_deinit(&pages);
    AX_TRY(rc);
    if (heads.active_count > 1) {
        return ax_fail_field(err, AX_STATE, "enterprise", NULL, 0, "this fact stands at %zu enterprises (%s): name one",
                heads.active_count, heads.enterprises);
    }
    const struct ax_fact *head = heads.active != NULL ? heads.active : heads.withdrawn;
    if (head == NULL) {
        return ax_fail_field(
                err, AX_NOT_FOUND, "reference", q->reference, strlen(q->reference), "no such fact is known");
    }
    *out = *head;
    return AX_RC(OK);
}

static ax_rc find_fact(struct ax_ingest *in, const Anxin__V1__WithdrawFactRequest *q, struct ax_arena *arena,
        struct ax_fact *out, struct ax_err *err)
{
    if (q->source[0] == '\0' || q->reference[0] == '\0') {
        return ax_fail_field(err, AX_INVALID, q->source[0] == '\0' ? "source" : "reference", NULL, 0, "must be given");
    }
    if (q->enterprise[0] == '\0') {
        return find_by_scan(in, q, arena, out, err);
    }
    ax_str code = ax_str_c(q->enterprise);
    AX_TRY(ax_uscc_check(code, err));
    return ax_known_head(&in->known, code, ax_log_partition_of(in->options.log, code), ax_str_c(q->source),
            ax_str_c(q->reference), arena, out, err);
}

/* The reason is no part of any fact: it stands in the log of this service, beside the place of the record. */
static void note_withdrawal(struct ax_rpc_call *call, const struct ax_submit_result *result, const char *reason)
{
    const struct ax_principal *principal = ax_rpc_principal(call);
    char by[AX_PRINCIPAL_ID_MAX * 2];
    char text[REASON_MAX];
    if (result->status == AX_SUBMIT_ACCEPTED) {
        AX_NOTE(INFO, "fact.withdrawn", "partition=%u offset=%lld role=%s by=%s reason=%s", result->partition,
                (long long)result->offset, principal->role, ax_note_quote(principal->id, by, sizeof by),
                ax_note_quote(reason, text, sizeof text));
    }
}

static ax_rc withdraw_fact(struct ax_ingest *in, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    ProtobufCMessage *message = NULL;
    AX_TRY(ax_unpack(&anxin__v1__withdraw_fact_request__descriptor, ax_rpc_request(call), arena, &message, err));
    const Anxin__V1__WithdrawFactRequest *q = (const Anxin__V1__WithdrawFactRequest *)message;
    struct ax_fact fact;
    AX_TRY(find_fact(in, q, arena, &fact, err));
    if (fact.state != AX_FACT_STATE_WITHDRAWN) { /* else it goes in as it is, a duplicate */
        if (q->revision != 0 && q->revision <= fact.revision) {
            return ax_fail_field(err, AX_INVALID, "revision", NULL, 0, "must be greater than the newest known, %lld",
                    (long long)fact.revision);
        }
        fact.revision = q->revision == 0 ? fact.revision + 1 : q->revision;
        fact.state = AX_FACT_STATE_WITHDRAWN;
        fact.previous_enterprise = (ax_str){0};
    }
    struct ax_submit_result *result = NULL;
    AX_TRY(submit_one(in, call, &fact, &result, err));
    note_withdrawal(call, result, q->reason);
    put_result(response, result);
    return AX_RC(OK);
}

void ax_ingest_get_status(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer(state, calls, count, get_status);
}

void ax_ingest_list_rejects(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer(state, calls, count, list_rejects);
}

void ax_ingest_retry_reject(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer(state, calls, count, retry_reject);
}

void ax_ingest_withdraw_fact(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer(state, calls, count, withdraw_fact);
}
