/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CheckCredit and BatchCheckCredit. What was decided on a ledger is kept with the digest of its canonical bytes, so that a
 * call costs what GetRating costs once it has been asked for; question and answer are bound together each time.
 */
#include "base/digest.h"
#include "services/exchange/answer.h"
#include "services/exchange/facts.h"
#include "services/exchange/line.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    CALLS_MAX = 64, /* = the method's batch_max */
    ANSWER_MAX_BYTES = 1 << 20,
    EVIDENCE_MAX_BYTES = 1 << 18,
    BATCH_STEP = 50,
    STREAM_DEPTH = 64,
    STREAM_WAIT_MS = 30000,
    READ_ARENA_BYTES = 64 << 10,
    READ_ARENA_MAX_BYTES = CALLS_MAX * AX_STORE_RATING_MAX_BYTES + (1 << 20),
    RESPONSE_ENTERPRISE = 1,
    RESPONSE_DECISION = 2,
    RESPONSE_REASONS = 3,
    RESPONSE_RATING = 4,
    RESPONSE_EVIDENCE = 5,
    RESPONSE_GATE = 6,
    RESPONSE_LEFT_OFF = 7,
    RESPONSE_AS_OF = 8,
    REASON_RULE = 1,
    REASON_SOURCE = 2,
    REASON_REFERENCE = 3,
    REASON_ENDS_ON = 4,
    REASON_DECISION = 5,
    REASON_PROVENANCE = 6,
    REASON_CONTESTED = 7,
    REASON_SUBJECT = 8,
    REASON_OCCURRED_ON = 9,
    BATCH_ENTERPRISE = 1,
    BATCH_ANSWER = 2,
    BATCH_ERROR = 3,
};

/* One enterprise that is asked about. */
struct asking {
    const struct ax_exchange *x;
    const struct ax_question *q;
    struct ax_store_read *read;
    struct ax_answer_time time;
    struct ax_buf *out;
    uint8_t digest[AX_DIGEST_SIZE]; /* of the answer's canonical bytes */
};

static void put_text(struct ax_buf *b, ax_str text)
{
    ax_buf_put_u32be(b, (uint32_t)text.len);
    ax_buf_put_str(b, text);
}

static void put_day(struct ax_buf *b, int32_t day)
{
    char text[AX_DAY_TEXT_SIZE];
    put_text(b, ax_str_c(ax_day_format(day, text)));
}

/* The head of the canonical bytes of what was decided (docs/CANONICAL.md). */
static void begin_answer(struct ax_buf *b, const struct asking *a, enum ax_decision decision, ax_str gate,
        const uint8_t ledger_digest[AX_DIGEST_SIZE], size_t reasons)
{
    put_text(b, AX_STR("anxin.gate.answer.v1"));
    put_text(b, a->read->enterprise);
    put_day(b, a->time.day);
    ax_buf_put_u32be(b, (uint32_t)decision);
    put_text(b, gate);
    ax_buf_put(b, ledger_digest, AX_DIGEST_SIZE);
    ax_buf_put(b, a->x->rater.bundle->digest, AX_DIGEST_SIZE);
    ax_buf_put_u32be(b, (uint32_t)reasons);
}

static void digest_of(const struct ax_buf *b, uint8_t digest[AX_DIGEST_SIZE])
{
    AX_ASSERT(!b->failed); /* at most AX_GATE_REASONS_MAX reasons of bounded texts */
    ax_sha256(ax_buf_str(b), digest);
}

/* Once the digest of the answer is known. */
static void put_evidence(const struct asking *a)
{
    uint8_t bytes[1024];
    uint8_t evidence[AX_DIGEST_SIZE];
    struct ax_buf b = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    put_text(&b, AX_STR("anxin.gate.question.v1"));
    put_text(&b, a->q->request_id);
    put_text(&b, a->read->enterprise);
    ax_buf_put_u32be(&b, (uint32_t)a->q->purpose);
    put_text(&b, a->q->matter);
    ax_buf_put(&b, a->digest, sizeof a->digest);
    digest_of(&b, evidence);
    ax_wire_put_str(a->out, RESPONSE_EVIDENCE, ax_str_of(evidence, sizeof evidence));
}

static void put_reason(struct ax_buf *out, const struct ax_gate_reason *r, const struct ax_entry *entry,
        const struct ax_fact *fact, struct ax_buf *canonical)
{
    char day[AX_DAY_TEXT_SIZE];
    size_t start = out->len;
    struct ax_rule_ref rule = {r->rule_id, r->legal_basis, r->title_zh, r->title_en};
    bool contested = entry != NULL && entry->state == AX_FACT_STATE_OBJECTED;
    ax_encode(&ax_rule_ref_message, &rule, false, out);
    ax_wire_wrap(out, start, REASON_RULE);
    ax_wire_put_str(out, REASON_SOURCE, fact == NULL ? AX_STR("") : fact->source);
    ax_wire_put_str(out, REASON_REFERENCE, fact == NULL ? AX_STR("") : fact->reference);
    ax_wire_put_str(out, REASON_ENDS_ON, ax_str_c(ax_day_format(r->ends_on, day)));
    ax_wire_put_uint(out, REASON_DECISION, (uint64_t)r->decision);
    ax_wire_put_str(out, REASON_PROVENANCE, ax_str_c(ax_provenance_name(r->provenance)));
    ax_wire_put_uint(out, REASON_CONTESTED, contested);
    if (fact != NULL) {
        ax_wire_put_str(out, REASON_SUBJECT, ax_fact_subject(fact));
        ax_wire_put_str(out, REASON_OCCURRED_ON, ax_str_c(ax_day_format(ax_line_day(entry), day)));
    }
    ax_wire_wrap(out, start, RESPONSE_REASONS);
    put_text(canonical, r->rule_id);
    ax_buf_put_u32be(canonical, (uint32_t)r->decision);
    put_text(canonical, fact == NULL ? AX_STR("") : fact->source);
    put_text(canonical, fact == NULL ? AX_STR("") : fact->reference);
    put_day(canonical, r->ends_on);
    ax_buf_put_u8(canonical, contested);
}

/* What is kept: the digest, then decision, reasons, gate and what was left off, as they go out. */
static ax_rc put_decided(struct asking *a, const struct ax_made *made, const struct ax_gate *gate,
        const struct ax_gate_answer *answer, struct ax_arena *arena, struct ax_buf *out, struct ax_err *err)
{
    struct ax_fact *facts[AX_GATE_REASONS_MAX];
    uint32_t entries[AX_GATE_REASONS_MAX];
    const struct ax_ledger *ledger = &made->view.ledger;
    for (size_t i = 0; i < answer->reason_count; i++) {
        entries[i] = answer->reasons[i].entry;
    }
    AX_TRY(ax_facts_find(a->read, ledger, entries, answer->reason_count, arena, facts, err));
    struct ax_buf canonical;
    ax_buf_init(&canonical, EVIDENCE_MAX_BYTES);
    begin_answer(&canonical, a, answer->decision, gate->id, made->rated.ledger_digest, answer->reason_count);
    uint8_t *digest_at = ax_buf_grow(out, AX_DIGEST_SIZE);
    size_t digest_offset = digest_at == NULL ? 0 : out->len - AX_DIGEST_SIZE;
    ax_wire_put_uint(out, RESPONSE_DECISION, (uint64_t)answer->decision);
    for (size_t i = 0; i < answer->reason_count; i++) {
        const struct ax_entry *entry = facts[i] == NULL ? NULL : &ledger->entries[entries[i]];
        put_reason(out, &answer->reasons[i], entry, facts[i], &canonical);
    }
    ax_wire_put_str(out, RESPONSE_GATE, gate->id);
    ax_wire_put_uint(out, RESPONSE_LEFT_OFF, answer->left_off);
    digest_of(&canonical, a->digest);
    ax_buf_deinit(&canonical);
    if (out->failed) {
        return ax_fail(err, AX_LIMIT, "the reasons are larger than %d bytes", ANSWER_MAX_BYTES);
    }
    memcpy(out->ptr + digest_offset, a->digest, sizeof a->digest);
    return AX_RC(OK);
}

static ax_rc decide(
        struct asking *a, struct ax_made *made, struct ax_arena *arena, struct ax_buf *kept, struct ax_err *err)
{
    struct ax_profile profile;
    struct ax_gate_answer answer;
    const struct ax_ledger *ledger = &made->view.ledger;
    ax_ledger_profile(ledger, &profile);
    const struct ax_gate *gate = ax_bundle_choose_gate(
            a->x->rater.bundle, ax_rater_place(ledger, a->read->enterprise), AX_STR(""), profile.industry, a->time.day);
    if (gate == NULL) {
        return ax_fail_field(err, AX_STATE, "packs_dir", NULL, 0, "no gate.yaml covers this enterprise on this day");
    }
    struct ax_gate_rating rating = {
            .pack = made->rated.pack, .rate = &made->rated.rate, .incomplete = made->view.incomplete};
    AX_TRY(ax_gate_decide(gate, (enum ax_purpose)a->q->purpose, ledger, &rating, a->time.day, arena, &answer, err));
    return put_decided(a, made, gate, &answer, arena, kept, err);
}

enum { KEY_SIZE = 2 + AX_USCC_LEN };

static ax_str key_of(const struct asking *a, char key[KEY_SIZE])
{
    key[0] = 'G';
    key[1] = (char)('0' + a->q->purpose);
    memcpy(key + 2, a->read->enterprise.ptr, AX_USCC_LEN);
    return ax_str_of(key, KEY_SIZE);
}

static void put_kept(struct asking *a, ax_str kept)
{
    AX_ASSERT(kept.len > sizeof a->digest);
    memcpy(a->digest, kept.ptr, sizeof a->digest);
    ax_buf_put(a->out, kept.ptr + sizeof a->digest, kept.len - sizeof a->digest);
    put_evidence(a);
}

/* Reads the ledger and makes it all. */
static ax_rc answer_anew(struct asking *a, struct ax_made *made, ax_str key, struct ax_err *err)
{
    struct ax_arena *arena = &made->reads;
    struct ax_buf kept;
    AX_TRY(ax_store_read_many(a->x->options.store, a->read, 1, true, arena, err));
    AX_TRY(ax_made_rate(made, a->x, a->read, a->time, arena, err));
    ax_buf_init(&kept, ANSWER_MAX_BYTES);
    ax_rc rc = decide(a, made, arena, &kept, err);
    if (ax_ok(rc)) {
        ax_kept_put(a->x->kept, key, a->time.day, a->read->rating, ax_buf_str(&kept));
        put_kept(a, ax_buf_str(&kept));
        ax_rating_put(a->out, RESPONSE_RATING, &made->rated.rating);
    }
    ax_buf_deinit(&kept);
    return rc;
}

static void answer_unknown(struct asking *a)
{
    static const uint8_t no_ledger[AX_DIGEST_SIZE];
    struct ax_buf canonical;
    ax_buf_init(&canonical, EVIDENCE_MAX_BYTES);
    begin_answer(&canonical, a, AX_DECISION_UNKNOWN, AX_STR(""), no_ledger, 0);
    digest_of(&canonical, a->digest);
    ax_buf_deinit(&canonical);
    ax_wire_put_uint(a->out, RESPONSE_DECISION, AX_DECISION_UNKNOWN);
    put_evidence(a);
    struct ax_as_of as_of =
            ax_rater_as_of(&a->x->rater, a->read->partition, a->read->position.next_offset, a->time.day);
    size_t start = a->out->len;
    ax_encode(&ax_as_of_message, &as_of, false, a->out);
    ax_wire_wrap(a->out, start, RESPONSE_AS_OF);
}

/* `read` has come without its ledger. */
static ax_rc answer(struct asking *a, struct ax_buf *kept, struct ax_err *err)
{
    char bytes[KEY_SIZE];
    ax_wire_put_str(a->out, RESPONSE_ENTERPRISE, a->read->enterprise);
    if (a->read->rating.ptr == NULL) {
        answer_unknown(a);
        return AX_RC(OK);
    }
    ax_str key = key_of(a, bytes);
    ax_buf_clear(kept);
    if (ax_answer_ready(a->x, a->read, a->time) && ax_kept_get(a->x->kept, key, a->time.day, a->read->rating, kept)) {
        put_kept(a, ax_buf_str(kept));
        return ax_answer_put(a->x, a->read, a->time, NULL, RESPONSE_RATING, a->out, err);
    }
    struct ax_made made;
    ax_made_init(&made);
    ax_rc rc = answer_anew(a, &made, key, err);
    ax_made_free(&made);
    return rc;
}

static ax_rc read_ratings(const struct ax_exchange *x, struct ax_store_read *reads, size_t count,
        struct ax_arena *arena, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        reads[i].partition = ax_log_partition_of(x->options.log, reads[i].enterprise);
    }
    return ax_store_read_many(x->options.store, reads, count, false, arena, err);
}

struct check {
    struct ax_rpc_call *call;
    struct ax_question question;
};

static void answer_checks(const struct ax_exchange *x, struct check *checks, size_t count)
{
    struct ax_err err;
    struct ax_store_read reads[CALLS_MAX] = {0};
    struct ax_arena arena;
    struct ax_buf out;
    struct ax_buf kept;
    ax_arena_init(&arena, READ_ARENA_BYTES, READ_ARENA_MAX_BYTES);
    ax_buf_init(&out, ANSWER_MAX_BYTES);
    ax_buf_init(&kept, ANSWER_MAX_BYTES);
    for (size_t i = 0; i < count; i++) {
        reads[i].enterprise = checks[i].question.enterprise;
    }
    struct ax_answer_time time = {ax_exchange_today(x), 0};
    ax_rc read = read_ratings(x, reads, count, &arena, &err);
    for (size_t i = 0; i < count; i++) {
        struct asking a = {.x = x, .q = &checks[i].question, .read = &reads[i], .time = time, .out = &out};
        ax_buf_clear(&out);
        ax_rc rc = ax_ok(read) ? answer(&a, &kept, &err) : read;
        if (ax_ok(rc) && out.failed) {
            rc = ax_fail(&err, AX_LIMIT, "the answer is larger than %d bytes", ANSWER_MAX_BYTES);
        }
        if (ax_ok(rc)) {
            ax_rpc_reply(checks[i].call, ax_buf_str(&out));
        } else {
            ax_rpc_fail(checks[i].call, rc, &err);
        }
    }
    ax_buf_deinit(&kept);
    ax_buf_deinit(&out);
    ax_arena_deinit(&arena);
}

void ax_exchange_check_credit(void *state, struct ax_rpc_call **calls, size_t count)
{
    struct check checks[CALLS_MAX];
    size_t good = 0;
    AX_ASSERT(count <= CALLS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        struct check *c = &checks[good];
        c->call = calls[i];
        ax_rc rc = ax_question_read(AX_ASKED_CHECK, ax_rpc_request(c->call), ax_rpc_principal(c->call),
                ax_rpc_arena(c->call), &c->question, &err);
        if (ax_ok(rc)) {
            good++;
        } else {
            ax_rpc_fail(c->call, rc, &err);
        }
    }
    if (good > 0) {
        answer_checks(state, checks, good);
    }
}

static void put_item(const struct ax_exchange *x, const struct ax_question *q, struct ax_store_read *read,
        struct ax_answer_time time, struct ax_buf *kept, struct ax_buf *out)
{
    struct ax_err err;
    struct asking a = {.x = x, .q = q, .read = read, .time = time, .out = out};
    ax_buf_clear(out);
    ax_wire_put_str(out, BATCH_ENTERPRISE, read->enterprise);
    size_t start = out->len;
    ax_rc rc = answer(&a, kept, &err);
    if (ax_ok(rc)) {
        ax_wire_wrap(out, start, BATCH_ANSWER);
    } else {
        out->len = start;
        ax_wire_put_str(out, BATCH_ERROR, ax_str_c(ax_code_name(rc.code)));
    }
}

static ax_rc stream_step(const struct ax_exchange *x, struct ax_rpc_call *call, const struct ax_question *q, size_t at,
        struct ax_buf *out, struct ax_err *err)
{
    struct ax_store_read reads[BATCH_STEP] = {0};
    size_t left = q->enterprise_count - at;
    size_t count = left < BATCH_STEP ? left : BATCH_STEP;
    struct ax_arena arena;
    struct ax_buf kept;
    ax_arena_init(&arena, READ_ARENA_BYTES, READ_ARENA_MAX_BYTES);
    ax_buf_init(&kept, ANSWER_MAX_BYTES);
    for (size_t i = 0; i < count; i++) {
        reads[i].enterprise = q->enterprises[at + i];
    }
    ax_rc rc = read_ratings(x, reads, count, &arena, err);
    for (size_t i = 0; i < count && ax_ok(rc); i++) {
        put_item(x, q, &reads[i], ax_answer_time_of(x, q), &kept, out);
        rc = ax_rpc_wait_room(call, STREAM_DEPTH, STREAM_WAIT_MS);
        if (ax_ok(rc)) {
            rc = ax_rpc_send(call, ax_buf_str(out));
        }
        if (!ax_ok(rc)) {
            (void)ax_fail(err, (enum ax_code)rc.code, "the stream ended before its end");
        }
    }
    ax_buf_deinit(&kept);
    ax_arena_deinit(&arena);
    return rc;
}

static void batch_one(const struct ax_exchange *x, struct ax_rpc_call *call)
{
    struct ax_err err;
    struct ax_question q;
    struct ax_buf out;
    ax_buf_init(&out, ANSWER_MAX_BYTES);
    ax_rc rc = ax_question_read(
            AX_ASKED_BATCH_CHECK, ax_rpc_request(call), ax_rpc_principal(call), ax_rpc_arena(call), &q, &err);
    for (size_t at = 0; ax_ok(rc) && at < q.enterprise_count; at += BATCH_STEP) {
        rc = stream_step(x, call, &q, at, &out, &err);
    }
    ax_buf_deinit(&out);
    if (ax_ok(rc)) {
        ax_rpc_finish(call);
    } else {
        ax_rpc_fail(call, rc, &err);
    }
}

void ax_exchange_batch_check_credit(void *state, struct ax_rpc_call **calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        batch_one(state, calls[i]);
    }
}
