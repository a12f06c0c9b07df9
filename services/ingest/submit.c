/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SubmitFacts: every item ends as accepted (durable), known already, kept in rejects (durable), or not accepted. Facts and
 * rejects of one request are appended together; what became of each record decides what is said of its item, so nothing
 * is ever acknowledged that is not on the log.
 */
#include "services/ingest/state.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/metrics.h"
#include "services/ingest/move.h"
#include "services/ingest/normalise.h"

enum {
    VALUES_MAX_BYTES = 256 << 20, /* of all records of one request */
    TABLE_SIZE = 2048,            /* at least twice AX_SUBMIT_ITEMS_MAX */
    KEY_BYTES_MAX = 1024,
};

struct submit {
    struct ax_ingest *ingest;
    struct ax_arena *arena;
    const struct ax_principal *principal;
    bool validate_only;
    int64_t now_us;
    struct ax_item *items;
    size_t count;
    struct ax_item **table; /* by key: the items of this request */
    struct ax_log_record *records;
    size_t *ends; /* of each record's value in `values` */
    size_t record_count;
    struct ax_buf values;
    struct ax_err lost; /* why records did not become durable */
};

static ax_rc full(struct ax_err *err)
{
    return ax_fail(err, AX_LIMIT, "the request takes more memory than one may; send fewer items");
}

/* Before anything is looked at: may this caller speak for these sources? */
static ax_rc may_submit(const struct submit *s, struct ax_err *err)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct ax_submit_item *in = s->items[i].in;
        if (in->fault == NULL) {
            ax_str source = in->kind == AX_SUBMIT_FACT ? in->fact.source : in->raw.system;
            AX_TRY(ax_principal_may_submit(s->principal, source, err));
        }
    }
    return AX_RC(OK);
}

static ax_rc make_canonical(const struct ax_fact *fact, struct ax_arena *arena, ax_str *out, struct ax_err *err)
{
    uint8_t small[4096];
    struct ax_buf buf = {.ptr = small, .size = sizeof small, .cap = sizeof small};
    ax_fact_canonical(fact, &buf);
    if (!buf.failed) {
        *out = ax_arena_dup(arena, ax_buf_str(&buf));
        return out->ptr == NULL ? full(err) : AX_RC(OK);
    }
    struct ax_buf large;
    ax_buf_init(&large, AX_FACT_BYTES_MAX);
    ax_fact_canonical(fact, &large);
    ax_rc rc = AX_RC(OK);
    if (large.failed) {
        rc = ax_fail(err, AX_INVALID, "a fact is at most %d bytes", AX_FACT_BYTES_MAX);
    } else {
        *out = ax_arena_dup(arena, ax_buf_str(&large));
        rc = out->ptr == NULL ? full(err) : rc;
    }
    ax_buf_deinit(&large);
    return rc;
}

static void make_key(struct ax_item *item)
{
    uint8_t bytes[KEY_BYTES_MAX];
    struct ax_buf key = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    uint8_t whole[AX_DIGEST_SIZE];
    ax_fact_key_bytes(item->fact, &key);
    AX_ASSERT(!key.failed); /* both parts are checked and shorter */
    ax_sha256(ax_buf_str(&key), whole);
    for (size_t i = 0; i < AX_KEY_SIZE; i++) {
        item->key[i] = whole[i];
    }
}

static ax_rc check_fact(struct submit *s, struct ax_item *item, struct ax_err *err)
{
    struct ax_fact *fact = &item->in->fact;
    fact->known_at_us = 0;
    AX_TRY(ax_normalise_fact(fact, s->arena, err));
    AX_TRY(ax_fact_check(fact, ax_day_of_us(s->now_us), err));
    AX_TRY(make_canonical(fact, s->arena, &item->canonical, err));
    item->fact = fact;
    ax_sha256(item->canonical, item->digest);
    make_key(item);
    item->partition = ax_log_partition_of(s->ingest->options.log, fact->enterprise);
    return AX_RC(OK);
}

static ax_rc check_item(struct submit *s, struct ax_item *item, struct ax_err *err)
{
    item->fault = item->in->fault;
    if (item->fault != NULL || item->in->kind == AX_SUBMIT_RAW) {
        return AX_RC(OK);
    }
    struct ax_err fault;
    ax_rc rc = check_fact(s, item, &fault);
    if (ax_ok(rc)) {
        return rc;
    }
    item->fact = NULL;
    struct ax_err *kept = rc.code == AX_LIMIT ? NULL : ax_arena_alloc(s->arena, sizeof *kept);
    if (kept == NULL) {
        return full(err);
    }
    *kept = fault;
    item->fault = kept;
    return AX_RC(OK);
}

static bool same_fact(const struct ax_item *a, const struct ax_item *b)
{
    return memcmp(a->key, b->key, AX_KEY_SIZE) == 0 && ax_str_eq(a->fact->enterprise, b->fact->enterprise);
}

static void raise(struct ax_item *item, int64_t revision)
{
    item->known_revision = revision > item->known_revision ? revision : item->known_revision;
}

/* What earlier items of the same request say. */
static void look_in_request(struct submit *s, struct ax_item *item)
{
    size_t slot = ((size_t)item->key[0] << 8 | item->key[1]) % TABLE_SIZE;
    for (struct ax_item *other = s->table[slot]; other != NULL; other = other->next) {
        if (!same_fact(item, other)) {
            continue;
        }
        if (memcmp(item->digest, other->digest, AX_DIGEST_SIZE) == 0) {
            item->twin = other->twin == NULL ? other : other->twin;
        } else {
            raise(item, other->fact->revision);
        }
    }
    item->next = s->table[slot];
    s->table[slot] = item;
}

static void look_in_seen(struct submit *s, struct ax_item *item)
{
    struct ax_seen_head head;
    if (ax_seen_get(s->ingest->seen, item->fact->enterprise, item->key, &head)) {
        item->duplicate = memcmp(item->digest, head.digest, AX_DIGEST_SIZE) == 0;
        raise(item, head.revision);
    }
}

static ax_rc judge(struct submit *s, struct ax_err *err)
{
    struct ax_item **asked = AX_ARENA_ARRAY(s->arena, struct ax_item *, s->count + 1);
    s->table = AX_ARENA_ARRAY(s->arena, struct ax_item *, TABLE_SIZE);
    if (asked == NULL || s->table == NULL) {
        return full(err);
    }
    size_t n = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct ax_item *item = &s->items[i];
        if (item->fact == NULL) {
            continue;
        }
        look_in_request(s, item);
        look_in_seen(s, item);
        if (item->twin == NULL && !item->duplicate) {
            asked[n++] = item;
        }
    }
    ax_known_ask(&s->ingest->known, asked, n);
    return AX_RC(OK);
}

static size_t add_record(struct submit *s, enum ax_topic topic, int32_t partition, ax_str key)
{
    /* Behind its bytes: that is where it ends. */
    s->records[s->record_count] = (struct ax_log_record){.topic = topic, .partition = partition, .key = key};
    s->ends[s->record_count] = s->values.len;
    return s->record_count++;
}

static void add_fact(struct submit *s, struct ax_item *item, const struct ax_fact *fact, ax_str canonical)
{
    ax_fact_record_encode(canonical, s->now_us, &s->values);
    int32_t partition = ax_log_partition_of(s->ingest->options.log, fact->enterprise);
    item->record = add_record(s, AX_TOPIC_FACTS, partition, fact->enterprise);
}

static ax_rc hold(struct submit *s, struct ax_item *item, const struct ax_err *why, struct ax_err *err)
{
    struct ax_err *kept = ax_arena_alloc(s->arena, sizeof *kept);
    if (kept == NULL) {
        return full(err);
    }
    *kept = *why;
    item->held = kept;
    return AX_RC(OK);
}

static ax_rc add_withdrawal(struct submit *s, struct ax_item *item, struct ax_err *err)
{
    struct ax_err why = {0};
    struct ax_fact *there = AX_ARENA_NEW(s->arena, struct ax_fact);
    ax_str canonical;
    if (there == NULL) {
        return full(err);
    }
    ax_rc rc = ax_move_withdrawal(s->ingest, item, s->arena, there, &why);
    if (rc.code == AX_LIMIT) {
        return full(err);
    }
    if (!ax_ok(rc)) {
        ax_err_prefix(&why, "whether it is withdrawn at previous_enterprise is not known now, send it again");
        why.code = AX_UNAVAILABLE;
        return hold(s, item, &why, err);
    }
    if (there->revision == 0) {
        return rc;
    }
    AX_TRY(make_canonical(there, s->arena, &canonical, err));
    ax_sha256(canonical, item->withdrawal_digest);
    item->withdrawal = there;
    add_fact(s, item, there, canonical);
    return AX_RC(OK);
}

/* The same reject earlier in the request. */
static struct ax_item *reject_twin(const struct submit *s, const struct ax_item *item)
{
    for (struct ax_item *other = s->items; other < item; other++) {
        if (other->fact == NULL && memcmp(other->reject_digest, item->reject_digest, AX_REJECT_DIGEST_SIZE) == 0) {
            return other->twin == NULL ? other : other->twin;
        }
    }
    return NULL;
}

/* The same file again adds no reject again, as long as the first stands. */
static void add_reject(struct submit *s, struct ax_item *item)
{
    struct ax_reject_input input = {
            .item = item->in,
            .fault = item->fault,
            .at_us = s->now_us,
            .role = ax_str_c(s->principal->role),
            .id = ax_str_c(s->principal->id),
    };
    size_t start = s->values.len;
    ax_reject_encode(&input, &s->values, item->reject_digest);
    if (s->values.failed) {
        return;
    }
    item->twin = reject_twin(s, item);
    item->kept_before = item->twin == NULL && ax_rejects_same(s->ingest->rejects, item->reject_digest, &item->kept_as);
    if (item->twin != NULL || item->kept_before) {
        s->values.len = start;
        return;
    }
    ax_str key = ax_str_c(s->principal->id);
    item->record = add_record(s, AX_TOPIC_REJECTS, ax_log_partition_of(s->ingest->options.log, key), key);
}

static void add_item(struct submit *s, struct ax_item *item)
{
    if (item->fact == NULL) {
        add_reject(s, item);
        return;
    }
    if (item->duplicate || item->twin != NULL || item->held != NULL) {
        return;
    }
    add_fact(s, item, item->fact, item->canonical);
}

/* Says once that the log takes nothing, and once that it does again; keeps the reason for whoever sent the facts. */
static void note_append(struct submit *s, ax_rc rc, const struct ax_err *err)
{
    char text[AX_ERR_TEXT_MAX * 2];
    if (ax_ok(rc)) {
        if (atomic_exchange(&s->ingest->log_lost, false)) {
            AX_NOTE(INFO, "log.recovered", "records=%zu", s->record_count);
        }
        return;
    }
    (void)ax_fail(&s->lost, AX_UNAVAILABLE, "not known to be durable: %s", err->text);
    if (ax_code_retriable(rc.code) && !atomic_exchange(&s->ingest->log_lost, true)) {
        AX_NOTE(WARN, "log.lost", "%s", ax_note_err(err, text, sizeof text));
    }
}

static void append(struct submit *s)
{
    for (size_t i = 0; i < s->record_count; i++) {
        size_t begin = i == 0 ? 0 : s->ends[i - 1];
        s->records[i].value = ax_str_of(s->values.ptr + begin, s->ends[i] - begin);
        s->records[i].rc = AX_RC(UNAVAILABLE);
    }
    if (s->record_count > 0) {
        struct ax_err failed = {0};
        ax_rc rc = ax_log_append(s->ingest->options.log, s->records, s->record_count, &failed); /* each has its own */
        AX_FAULT("ingest.after_append");
        note_append(s, rc, &failed);
    }
}

/* Before what moves is appended, so that a fact is never left at two enterprises. Also for what is known already: what
 * made it known may have ended half-way. */
static ax_rc append_withdrawals(struct submit *s, struct ax_err *err)
{
    for (size_t i = 0; i < s->count; i++) {
        struct ax_item *item = &s->items[i];
        if (item->fact != NULL && item->twin == NULL && item->fact->previous_enterprise.len > 0) {
            AX_TRY(add_withdrawal(s, item, err));
        }
    }
    if (s->values.failed) {
        return full(err);
    }
    append(s);
    for (size_t i = 0; i < s->count; i++) {
        struct ax_item *item = &s->items[i];
        if (item->withdrawal == NULL) {
            continue;
        }
        const struct ax_log_record *record = &s->records[item->record];
        if (!ax_ok(record->rc)) {
            AX_TRY(hold(s, item, &s->lost, err));
        } else {
            ax_known_appended(&s->ingest->known, record->partition, record->offset, item->withdrawal, item->key,
                    item->withdrawal_digest);
            ax_seen_put(s->ingest->seen, item->withdrawal, item->key, item->withdrawal_digest);
        }
        item->record = SIZE_MAX;
    }
    s->record_count = 0;
    ax_buf_clear(&s->values);
    return AX_RC(OK);
}

/* Which rejects stand. Advice: where the log does not say, one may be kept twice. */
static void look_at_rejects(const struct submit *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->items[i].fact == NULL) {
            (void)ax_rejects_refresh(s->ingest->rejects, NULL).code;
            return;
        }
    }
}

static ax_rc append_all(struct submit *s, struct ax_err *err)
{
    s->records = AX_ARENA_ARRAY(s->arena, struct ax_log_record, s->count + 1);
    s->ends = AX_ARENA_ARRAY(s->arena, size_t, s->count + 1);
    if (s->records == NULL || s->ends == NULL) {
        return full(err);
    }
    AX_TRY(append_withdrawals(s, err));
    look_at_rejects(s);
    for (size_t i = 0; i < s->count; i++) {
        add_item(s, &s->items[i]);
    }
    if (s->values.failed) {
        return full(err);
    }
    append(s);
    return AX_RC(OK);
}

static int32_t status_of(const struct ax_item *item)
{
    if (item->known_revision > item->fact->revision) {
        return AX_SUBMIT_SUPERSEDED;
    }
    return item->known_revision == item->fact->revision ? AX_SUBMIT_CONFLICT : AX_SUBMIT_ACCEPTED;
}

static const struct ax_err *conflict_error(void)
{
    static const struct ax_err conflict = {
            .code = AX_EXISTS, .field = "revision", .text = "another content with this revision is known"};
    return &conflict;
}

static bool is_durable(const struct submit *s, size_t record)
{
    return record == SIZE_MAX || ax_ok(s->records[record].rc);
}

static void tell_rejected(const struct submit *s, const struct ax_item *item, struct ax_submit_result *out)
{
    const struct ax_item *told = item->twin == NULL ? item : item->twin;
    struct ax_reject_id id = told->kept_as;
    out->status = AX_SUBMIT_REJECTED;
    out->error = item->fault == NULL ? item->in->raw.error : ax_field_error_of(item->fault);
    if (told->record != SIZE_MAX) {
        id = (struct ax_reject_id){s->records[told->record].partition, s->records[told->record].offset};
    }
    if (item->record != SIZE_MAX) {
        ax_rejects_appended(s->ingest->rejects, id, s->now_us, item->reject_digest);
    }
    if (told->record != SIZE_MAX || told->kept_before) {
        char text[AX_REJECT_ID_SIZE];
        out->reject_id = ax_arena_dup(s->arena, ax_str_c(ax_reject_id_format(id, text)));
    }
}

static void tell(struct submit *s, struct ax_item *item, struct ax_submit_result *out)
{
    const struct ax_item *told = item->twin == NULL ? item : item->twin;
    if (item->fact != NULL) {
        for (size_t i = 0; i < AX_DIGEST_SIZE; i++) {
            out->digest[i] = item->digest[i];
        }
    }
    if (told->held != NULL || !is_durable(s, told->record)) {
        out->status = AX_SUBMIT_NOT_ACCEPTED;
        out->error = ax_field_error_of(told->held != NULL ? told->held : &s->lost);
        out->error.rule = ax_arena_dup(s->arena, out->error.rule);
        return;
    }
    if (told->record != SIZE_MAX) {
        out->partition = (uint32_t)s->records[told->record].partition;
        out->offset = s->records[told->record].offset;
    }
    if (item->fact == NULL) {
        tell_rejected(s, item, out);
        return;
    }
    if (item->duplicate || item->twin != NULL) {
        out->status = AX_SUBMIT_DUPLICATE;
        return;
    }
    out->status = status_of(item);
    if (out->status == AX_SUBMIT_CONFLICT) {
        out->error = ax_field_error_of(conflict_error());
    }
    if (item->record != SIZE_MAX) {
        ax_known_appended(&s->ingest->known, item->partition, out->offset, item->fact, item->key, item->digest);
        ax_seen_put(s->ingest->seen, item->fact, item->key, item->digest);
        bool first = item->known_revision == 0;
        ax_quality_count(s->ingest->quality, item->fact, first, ax_day_of_us(s->now_us));
    }
}

static void count_result(int32_t status)
{
    static const char *const names[] = {
            "unspecified", "accepted", "duplicate", "rejected", "not_accepted", "superseded", "conflict"};
    ax_metric_add(AX_METRIC_FACTS_ACCEPTED, names[status], 1);
}

static ax_rc run(struct submit *s, struct ax_submit_item *in, struct ax_submit_result *results, struct ax_err *err)
{
    for (size_t i = 0; i < s->count; i++) {
        s->items[i] = (struct ax_item){.in = &in[i], .record = SIZE_MAX};
    }
    AX_TRY(may_submit(s, err));
    for (size_t i = 0; i < s->count; i++) {
        AX_TRY(check_item(s, &s->items[i], err));
    }
    AX_TRY(judge(s, err));
    if (!s->validate_only) {
        AX_TRY(append_all(s, err));
    }
    for (size_t i = 0; i < s->count; i++) {
        tell(s, &s->items[i], &results[i]);
        count_result(results[i].status);
    }
    return AX_RC(OK);
}

ax_rc ax_submit_items(struct ax_ingest *ingest, struct ax_submit_item *in, size_t count, bool validate_only,
        const struct ax_principal *principal, struct ax_arena *arena, struct ax_submit_result **results,
        struct ax_err *err)
{
    struct submit s = {
            .ingest = ingest,
            .arena = arena,
            .principal = principal,
            .validate_only = validate_only,
            .now_us = ax_clock_us(ingest->options.clock),
            .items = AX_ARENA_ARRAY(arena, struct ax_item, count + 1),
            .count = count,
    };
    *results = AX_ARENA_ARRAY(arena, struct ax_submit_result, count + 1);
    if (s.items == NULL || *results == NULL) {
        return full(err);
    }
    ax_buf_init(&s.values, VALUES_MAX_BYTES);
    ax_rc rc = run(&s, in, *results, err);
    ax_buf_deinit(&s.values);
    return rc;
}

static ax_rc submit_facts(
        struct ax_ingest *ingest, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err)
{
    struct ax_arena *arena = ax_rpc_arena(call);
    struct ax_submit_request request;
    struct ax_submit_result *results = NULL;
    AX_TRY(ax_submit_request_read(ax_rpc_request(call), arena, &request, err));
    AX_TRY(ax_submit_items(
            ingest, request.items, request.count, request.validate_only, ax_rpc_principal(call), arena, &results, err));
    for (size_t i = 0; i < request.count; i++) {
        ax_submit_put_result(response, &results[i]);
    }
    return response->failed ? full(err) : AX_RC(OK);
}

void ax_ingest_submit_facts(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_ingest_answer_within(state, calls, count, VALUES_MAX_BYTES, submit_facts);
}
