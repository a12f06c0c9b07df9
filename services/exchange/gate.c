/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CheckCredit and BatchCheckCredit. Where no fact has a part in the decision, the stored rating and the gist beside it are
 * enough. What was decided on a ledger is kept beside the bytes of that rating and the store's mark (services/exchange/kept.h),
 * and with it the digest of the decision: once asked for, a call reads the rating at most, and not even that where nothing
 * was committed to the partition since. Question and answer are bound together each time.
 */
#include "base/digest.h"
#include "services/exchange/asking.h"
#include "services/exchange/gate_ends.h"
#include "services/exchange/line.h"
#include "services/exchange/texts.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    CANONICAL_MAX_BYTES = 1 << 18,
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
static void begin_answer(struct ax_buf *b, const struct ax_asking *a, enum ax_decision decision, ax_str gate,
        const uint8_t ledger_digest[AX_DIGEST_SIZE], size_t reasons)
{
    put_text(b, AX_STR("anxin.gate.answer.v1"));
    put_text(b, a->read->enterprise);
    put_day(b, a->time.day);
    ax_buf_put_u32be(b, (uint32_t)decision);
    put_text(b, gate);
    ax_buf_put(b, ledger_digest, AX_DIGEST_SIZE);
    ax_buf_put(b, ax_rater_bundle(a->x->rater, a->time.day)->digest, AX_DIGEST_SIZE);
    ax_buf_put_u32be(b, (uint32_t)reasons);
}

static void digest_of(const struct ax_buf *b, uint8_t digest[AX_DIGEST_SIZE])
{
    AX_ASSERT(!b->failed); /* at most AX_GATE_REASONS_MAX reasons of bounded texts */
    ax_sha256(ax_buf_str(b), digest);
}

/* Once the digest of the answer is known. */
static void put_evidence(const struct ax_asking *a, const uint8_t answer[AX_DIGEST_SIZE])
{
    uint8_t bytes[1024];
    uint8_t evidence[AX_DIGEST_SIZE];
    struct ax_buf b = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    put_text(&b, AX_STR("anxin.gate.question.v1"));
    put_text(&b, a->q->request_id);
    put_text(&b, a->read->enterprise);
    ax_buf_put_u32be(&b, (uint32_t)a->q->purpose);
    put_text(&b, a->q->matter);
    ax_buf_put(&b, answer, AX_DIGEST_SIZE);
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
    if (fact != NULL && entry != NULL) {
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

/* What is kept: the digest, then decision, reasons, gate and what was left off, as they go out. The texts are of the facts
 * behind the reasons. */
static ax_rc put_decided(struct ax_asking *a, const struct ax_gate *gate, const struct ax_gate_answer *answer,
        const uint8_t ledger_digest[AX_DIGEST_SIZE], const struct ax_texts *texts, struct ax_err *err)
{
    struct ax_buf *out = a->kept;
    struct ax_buf canonical;
    uint8_t digest[AX_DIGEST_SIZE] = {0};
    ax_buf_init(&canonical, CANONICAL_MAX_BYTES);
    begin_answer(&canonical, a, answer->decision, gate->id, ledger_digest, answer->reason_count);
    ax_buf_clear(out);
    ax_buf_put(out, digest, sizeof digest);
    ax_wire_put_uint(out, RESPONSE_DECISION, (uint64_t)answer->decision);
    for (size_t i = 0; i < answer->reason_count; i++) {
        uint32_t at = answer->reasons[i].entry;
        const struct ax_fact *fact = ax_texts_of(texts, at);
        put_reason(out, &answer->reasons[i], fact == NULL ? NULL : &texts->ledger->entries[at], fact, &canonical);
    }
    ax_wire_put_str(out, RESPONSE_GATE, gate->id);
    ax_wire_put_uint(out, RESPONSE_LEFT_OFF, answer->left_off);
    digest_of(&canonical, digest);
    ax_buf_deinit(&canonical);
    if (out->failed) {
        return ax_fail(err, AX_LIMIT, "the reasons are larger than %d bytes", AX_ASKING_ANSWER_MAX_BYTES);
    }
    memcpy(out->ptr, digest, sizeof digest);
    return AX_RC(OK);
}

static ax_rc find_texts(const struct ax_asking *a, struct ax_made *made, const struct ax_gate_answer *answer,
        struct ax_texts *texts, struct ax_err *err)
{
    AX_TRY(ax_texts_init(texts, &made->view.ledger, &made->reads, &made->reads, AX_GATE_REASONS_MAX, err));
    for (size_t i = 0; i < answer->reason_count; i++) {
        ax_texts_name(texts, answer->reasons[i].entry);
    }
    return ax_texts_find(texts, &made->facts, a->read->chunks, a->read->chunk_count, err);
}

static ax_rc decide(struct ax_asking *a, struct ax_made *made, struct ax_err *err)
{
    struct ax_texts texts;
    struct ax_gate_answer answer;
    struct ax_rating today;
    const struct ax_gate_case c = {.rater = a->x->rater,
            .ledger = &made->view.ledger,
            .enterprise = a->read->enterprise,
            .purpose = (enum ax_purpose)a->q->purpose,
            .incomplete = made->view.incomplete};
    const struct ax_gate *gate = ax_gate_of(&c, a->time.day);
    if (gate == NULL) {
        return ax_fail_field(err, AX_STATE, "packs_dir", NULL, 0, "no gate.yaml covers this enterprise on this day");
    }
    AX_TRY(ax_asking_rate(a, made, &today, err));
    ax_rater_level(c.rater, &made->view, c.enterprise, a->time.day, &made->rated);
    struct ax_gate_rating rating = {.pack = made->rated.pack, .rate = &made->rated.rate, .incomplete = c.incomplete};
    AX_TRY(ax_gate_decide(gate, c.purpose, c.ledger, &rating, a->time.day, &made->reads, &answer, err));
    AX_TRY(ax_gate_follow(&c, a->time.day, &answer, err));
    AX_TRY(find_texts(a, made, &answer, &texts, err));
    return put_decided(a, gate, &answer, today.ledger_digest, &texts, err);
}

/* Where what stands beside the stored rating says that no fact has a part in the decision: the same answer without reading
 * the ledger, kept as others are. *decided stays false where it does not say so. */
static ax_rc decide_by_gist(struct ax_asking *a, bool *decided, struct ax_err *err)
{
    struct ax_gist gist;
    struct ax_rating rating;
    if (!a->ready || !ax_gist_take(a->stored.gist, &gist)) {
        return AX_RC(OK);
    }
    AX_TRY(ax_stored_head(&a->stored, &rating, err));
    const struct ax_gate *gate = ax_bundle_choose_gate(
            ax_rater_bundle(a->x->rater, a->time.day), a->stored.place, AX_STR(""), rating.industry, a->time.day);
    if (gate == NULL) {
        return AX_RC(OK);
    }
    struct ax_gate_answer answer = {.decision = ax_gate_decide_by_gist(gate, (enum ax_purpose)a->q->purpose, &gist,
                                            rating.level, rating.incomplete)};
    if (answer.decision == AX_DECISION_NONE) {
        return AX_RC(OK);
    }
    AX_TRY(put_decided(a, gate, &answer, rating.ledger_digest, NULL, err));
    *decided = true;
    return AX_RC(OK);
}

static void check_name(struct ax_asking *a)
{
    const char purpose = (char)('0' + a->q->purpose);
    ax_asking_name(a, 'G', ax_str_of(&purpose, 1));
}

static void put_kept(const struct ax_asking *a)
{
    AX_ASSERT(a->kept->len > AX_DIGEST_SIZE);
    ax_wire_put_str(a->out, RESPONSE_ENTERPRISE, a->read->enterprise);
    ax_buf_put(a->out, a->kept->ptr + AX_DIGEST_SIZE, a->kept->len - AX_DIGEST_SIZE);
}

/* All but the evidence is kept, which is of the question as well. */
static void check_again(struct ax_asking *a)
{
    put_kept(a);
    put_evidence(a, a->kept->ptr);
}

static ax_rc put_answer(struct ax_asking *a, const struct ax_made *made, struct ax_err *err)
{
    put_kept(a);
    AX_TRY(ax_asking_put_rating(a, made, RESPONSE_RATING, err));
    put_evidence(a, a->kept->ptr);
    return AX_RC(OK);
}

static void answer_unknown(struct ax_asking *a)
{
    static const uint8_t no_ledger[AX_DIGEST_SIZE];
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_buf canonical;
    ax_buf_init(&canonical, CANONICAL_MAX_BYTES);
    begin_answer(&canonical, a, AX_DECISION_UNKNOWN, AX_STR(""), no_ledger, 0);
    digest_of(&canonical, digest);
    ax_buf_deinit(&canonical);
    ax_wire_put_uint(a->out, RESPONSE_DECISION, AX_DECISION_UNKNOWN);
    put_evidence(a, digest);
    struct ax_as_of as_of = ax_rater_as_of(a->x->rater, a->read->partition, a->read->position.next_offset, a->time.day);
    size_t start = a->out->len;
    ax_encode(&ax_as_of_message, &as_of, false, a->out);
    ax_wire_wrap(a->out, start, RESPONSE_AS_OF);
}

static ax_rc check_soon(struct ax_asking *a, bool *done, struct ax_err *err)
{
    if (a->read->rating.ptr == NULL) {
        ax_wire_put_str(a->out, RESPONSE_ENTERPRISE, a->read->enterprise);
        answer_unknown(a);
        *done = true;
        return AX_RC(OK);
    }
    *done = ax_asking_kept(a);
    if (!*done) {
        AX_TRY(decide_by_gist(a, done, err));
    }
    return *done ? put_answer(a, NULL, err) : AX_RC(OK);
}

static ax_rc check_whole(struct ax_asking *a, struct ax_made *made, struct ax_err *err)
{
    AX_TRY(decide(a, made, err));
    return put_answer(a, made, err);
}

static const struct ax_asking_verb check = {check_name, check_again, false, check_soon, check_whole};

void ax_exchange_check_credit(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_asking_unary(state, calls, count, AX_ASKED_CHECK, &check);
}

void ax_exchange_batch_check_credit(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_asking_stream(state, calls, count, AX_ASKED_BATCH_CHECK, &check);
}
