/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SimulateRating: the rating as it would be with facts added or taken out, or by another pack, beside the one that stands.
 * Both are made here from the ledger; nothing is written anywhere.
 */
#include <stdlib.h>

#include "base/digest.h"
#include "scoring/ledger_day.h"
#include "services/exchange/answer.h"
#include "services/exchange/difference.h"
#include "services/exchange/score_difference.h"
#include "services/lib/wire/fact_wire.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    ANSWER_MAX_BYTES = 3 << 20,
    FACTS_MAX = 100000, /* of the ledger: its lines are looked at twice */
    KEY_BYTES_MAX = AX_ASK_TEXT_MAX * 2 + 1,
    RESPONSE_RATING = 1,
    RESPONSE_BEFORE = 2,
    RESPONSE_DIFFERENCES = 3,
    RESPONSE_SCORE_DIFFERENCES = 4,
    RESPONSE_ELSEWHERE = 5,
};

struct simulating {
    const struct ax_exchange *x;
    const struct ax_question *q;
    struct ax_arena *arena;
    struct ax_store_read read;
    struct ax_answer_time time;
    struct ax_made *before;
    bool known; /* there is something that stands */
    struct ax_made after;
    struct ax_rater only;         /* where a pack is asked for */
    const struct ax_rater *rater; /* of the rating that is made up */
};

static int compare_keys(const void *a, const void *b)
{
    return memcmp(a, b, AX_KEY_SIZE);
}

static bool holds_key(const struct ax_ledger *l, const uint8_t key[AX_KEY_SIZE])
{
    uint32_t low = 0;
    uint32_t high = l->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = memcmp(l->entries[middle].id->key, key, AX_KEY_SIZE);
        if (order == 0) {
            return true;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    return false;
}

static void key_of(const struct ax_fact_name *name, uint8_t key[AX_KEY_SIZE])
{
    uint8_t bytes[KEY_BYTES_MAX];
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_buf buf = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    struct ax_fact fact;
    ax_fact_init(&fact);
    fact.source = name->source;
    fact.reference = name->reference;
    ax_fact_key_bytes(&fact, &buf);
    ax_sha256(ax_buf_str(&buf), digest);
    memcpy(key, digest, AX_KEY_SIZE);
}

static ax_rc take_out(struct simulating *s, struct ax_err *err)
{
    const struct ax_question *q = s->q;
    struct ax_ledger *ledger = &s->after.view.ledger;
    uint8_t(*keys)[AX_KEY_SIZE] = ax_arena_alloc(s->arena, (q->remove_count + 1) * AX_KEY_SIZE);
    if (keys == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for the keys of %zu facts", q->remove_count);
    }
    for (size_t i = 0; i < q->remove_count; i++) {
        key_of(&q->remove[i], keys[i]);
        if (!holds_key(ledger, keys[i])) {
            return ax_fail_field(err, AX_NOT_FOUND, "remove", q->remove[i].reference.ptr, q->remove[i].reference.len,
                    "no such fact of this enterprise is known from this source");
        }
    }
    qsort(keys, q->remove_count, AX_KEY_SIZE, compare_keys);
    struct ax_ledger left;
    ax_ledger_without(ledger, (const uint8_t(*)[AX_KEY_SIZE])keys, q->remove_count, &left);
    ax_ledger_deinit(ledger);
    *ledger = left;
    return AX_RC(OK);
}

static ax_rc put_in(struct simulating *s, struct ax_err *err)
{
    const struct ax_question *q = s->q;
    struct ax_buf bytes;
    ax_buf_init(&bytes, AX_FACT_BYTES_MAX);
    ax_rc rc = AX_RC(OK);
    for (size_t i = 0; ax_ok(rc) && i < q->add_count; i++) {
        struct ax_view_record record = {0};
        struct ax_view_record *one = &record;
        ax_buf_clear(&bytes);
        ax_fact_canonical(&q->add[i], &bytes);
        ax_str canonical = ax_arena_dup(s->arena, ax_buf_str(&bytes));
        rc = bytes.failed || canonical.ptr == NULL
                     ? ax_fail(err, AX_LIMIT, "add, fact %zu: at most %d bytes", i + 1, AX_FACT_BYTES_MAX)
                     : ax_view_record_read(&record, canonical, 0, s->arena, err);
        if (ax_ok(rc)) {
            record.offset = s->after.view.last_offset < 0 ? 0 : s->after.view.last_offset;
            (void)ax_view_apply(&s->after.view, &one, 1, s->arena, NULL, NULL);
        }
    }
    ax_buf_deinit(&bytes);
    return rc;
}

static ax_rc choose_rater(struct simulating *s, struct ax_err *err)
{
    const struct ax_bundle *bundle = ax_rater_bundle(s->x->rater, s->time.day);
    s->rater = s->x->rater;
    if (s->q->pack.len == 0) {
        return AX_RC(OK);
    }
    for (size_t i = 0; i < bundle->count; i++) {
        if (ax_str_eq(bundle->packs[i].id, s->q->pack)) {
            ax_rater_init_only(&s->only, bundle, &bundle->packs[i]);
            s->rater = &s->only;
            return AX_RC(OK);
        }
    }
    return ax_fail_field(
            err, AX_NOT_FOUND, "pack", s->q->pack.ptr, s->q->pack.len, "no pack of this id in the deployment's bundle");
}

static ax_rc rate_before(struct simulating *s, struct ax_err *err)
{
    ax_rc rc = s->read.rating.ptr == NULL ? ax_not_found(s->q->enterprise, err)
                                          : ax_made_rate(s->before, s->x, &s->read, s->time, s->arena, err);
    s->known = ax_ok(rc);
    return rc.code == AX_NOT_FOUND && s->q->add_count > 0 ? AX_RC(OK) : rc;
}

static ax_rc rate_after(struct simulating *s, struct ax_err *err)
{
    struct ax_view *view = &s->after.view;
    int64_t known_at_us = s->time.known_at_us > 0 ? s->time.known_at_us : INT64_MAX;
    AX_TRY(ax_view_load_known(view, s->read.chunks, s->read.chunk_count, INT64_MAX, known_at_us, s->arena, err));
    if (view->ledger.count + s->q->add_count > FACTS_MAX) {
        return ax_fail(err, AX_LIMIT, "%u facts; a simulation takes at most %d", view->ledger.count, FACTS_MAX);
    }
    AX_TRY(take_out(s, err));
    AX_TRY(put_in(s, err));
    AX_TRY(choose_rater(s, err));
    struct ax_rated *rated = &s->after.rated;
    ax_rater_rate(s->rater, view, s->q->enterprise, s->time.day, &s->after.scratch, rated);
    rated->rating.as_of = ax_rater_as_of(s->rater, s->read.partition, s->read.position.next_offset, s->time.day);
    rated->rating.as_of.known_at_us = s->time.known_at_us;
    return AX_RC(OK);
}

static ax_rc put_differences(struct simulating *s, struct ax_buf *out, struct ax_err *err)
{
    struct ax_difference *found = NULL;
    size_t count = 0;
    struct ax_difference_side before = {
            .ledger = &s->before->view.ledger, .pack = s->known ? s->before->rated.pack : NULL, .day = s->time.day};
    struct ax_difference_side after = {
            .ledger = &s->after.view.ledger, .pack = s->after.rated.pack, .day = s->time.day};
    AX_TRY(ax_difference_find(&before, &after, &s->before->reads, &found, &count, err));
    for (size_t i = 0; i < count; i++) {
        size_t start = out->len;
        ax_encode(&ax_difference_message, &found[i], false, out);
        ax_wire_wrap(out, start, RESPONSE_DIFFERENCES);
    }
    return AX_RC(OK);
}

static ax_rc put_score_differences(struct simulating *s, struct ax_buf *out, struct ax_err *err)
{
    struct ax_score_difference found[AX_SCORE_DIFFERENCES_MAX];
    size_t count = 0;
    const struct ax_rated *standing = &s->before->rated;
    struct ax_score_side before = {
            &s->before->view.ledger, standing->pack, s->known ? standing->risk_edition : NULL, s->time.day};
    struct ax_score_side after = {&s->after.view.ledger, s->after.rated.pack, s->after.rated.risk_edition, s->time.day};
    AX_TRY(ax_score_difference_find(&before, &after, &s->before->reads, found, &count, err));
    for (size_t i = 0; i < count; i++) {
        size_t start = out->len;
        ax_encode(&ax_score_difference_message, &found[i], false, out);
        ax_wire_wrap(out, start, RESPONSE_SCORE_DIFFERENCES);
    }
    return AX_RC(OK);
}

/* The pack that was asked for is another place's or another trade's. */
static bool is_of_elsewhere(const struct simulating *s)
{
    struct ax_profile profile;
    struct ax_ledger_day now;
    if (s->q->pack.len == 0 || s->after.rated.pack == NULL) {
        return false;
    }
    ax_ledger_day_init(&now, &s->after.view.ledger, s->time.day);
    ax_ledger_profile(now.ledger, &profile);
    struct ax_scope scope = ax_pack_scope(s->after.rated.pack);
    ax_str place = ax_rater_place(now.ledger, s->q->enterprise);
    bool covers = ax_scope_covers(&scope, place, profile.industry, s->time.day);
    ax_ledger_day_deinit(&now);
    return !covers;
}

static ax_rc simulate(struct simulating *s, struct ax_buf *out, struct ax_err *err)
{
    AX_TRY(rate_before(s, err));
    AX_TRY(rate_after(s, err));
    ax_rating_put(out, RESPONSE_RATING, &s->after.rated.rating);
    if (s->known) {
        ax_rating_put(out, RESPONSE_BEFORE, &s->before->rated.rating);
    }
    if (is_of_elsewhere(s)) {
        ax_wire_put_uint(out, RESPONSE_ELSEWHERE, 1);
    }
    AX_TRY(put_differences(s, out, err));
    return put_score_differences(s, out, err);
}

static ax_rc simulate_one(const struct ax_exchange *x, struct ax_rpc_call *call, struct ax_made *made,
        struct ax_buf *out, struct ax_err *err)
{
    struct ax_question q;
    struct ax_arena *arena = ax_rpc_arena(call);
    AX_TRY(ax_question_read(AX_ASKED_SIMULATE, ax_rpc_request(call), ax_rpc_principal(call), arena, &q, err));
    struct simulating s = {.x = x,
            .q = &q,
            .arena = arena,
            .read = {.enterprise = q.enterprise, .partition = ax_log_partition_of(x->options.log, q.enterprise)},
            .time = ax_answer_time_of(x, &q),
            .before = made};
    AX_TRY(ax_store_read_many(x->options.store, &s.read, 1, true, &made->reads, err));
    ax_made_init(&s.after);
    ax_rc rc = simulate(&s, out, err);
    ax_made_free(&s.after);
    return rc;
}

void ax_exchange_simulate_rating(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_answer_each(state, calls, count, ANSWER_MAX_BYTES, simulate_one);
}
