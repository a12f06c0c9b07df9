/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ExplainRating: the rating made anew from the ledger, line by line. Where the stored rating is for the same day it must
 * be the same bytes: if it is not, something cannot be right, and the answer is an error that says so.
 */
#include <stdlib.h>

#include "base/digest.h"
#include "base/log.h"
#include "services/exchange/answer.h"
#include "services/exchange/line.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    ANSWER_MAX_BYTES = 3 << 20,
    UPCOMING_MAX = 16,
    LINES_MAX = 5000, /* in one answer */
    RESPONSE_RATING = 1,
    RESPONSE_LINES = 2,
    RESPONSE_WITHOUT = 3,
    RESPONSE_UPCOMING = 4,
    STORED_MAX_BYTES = AX_STORE_RATING_MAX_BYTES,
};

struct explaining {
    const struct ax_exchange *x;
    struct ax_arena *arena;
    struct ax_store_read *read;
    struct ax_answer_time time;
    struct ax_made *made;
    struct ax_fact **facts; /* by index in the ledger; NULL where not found */
    struct by_digest *index;
    struct ax_buf *out;
};

/* Entries by digest. */
struct by_digest {
    const uint8_t *digest;
    uint32_t at;
};

static int compare_digests(const void *a, const void *b)
{
    const struct by_digest *x = a;
    const struct by_digest *y = b;
    return memcmp(x->digest, y->digest, AX_DIGEST_SIZE);
}

static ax_rc index_entries(struct explaining *e, struct ax_err *err)
{
    const struct ax_ledger *ledger = &e->made->view.ledger;
    e->index = AX_ARENA_ARRAY(&e->made->reads, struct by_digest, ledger->count + 1);
    e->facts = AX_ARENA_ARRAY(&e->made->reads, struct ax_fact *, ledger->count + 1);
    if (e->index == NULL || e->facts == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %u facts", ledger->count);
    }
    for (uint32_t i = 0; i < ledger->count; i++) {
        e->index[i] = (struct by_digest){ledger->entries[i].digest, i};
    }
    qsort(e->index, ledger->count, sizeof e->index[0], compare_digests);
    return AX_RC(OK);
}

/* Only of what counts at all: what is superseded is in no line. */
static uint32_t find_head(const struct explaining *e, const uint8_t digest[AX_DIGEST_SIZE])
{
    const struct ax_ledger *ledger = &e->made->view.ledger;
    struct by_digest wanted = {digest, 0};
    const struct by_digest *found = bsearch(&wanted, e->index, ledger->count, sizeof e->index[0], compare_digests);
    bool is_head = found != NULL && (ledger->entries[found->at].marks & AX_MARK_HEAD) != 0;
    return is_head ? found->at : UINT32_MAX;
}

static ax_rc keep_fact(struct explaining *e, ax_str canonical, struct ax_err *err)
{
    uint8_t digest[AX_DIGEST_SIZE];
    ax_sha256(canonical, digest);
    uint32_t at = find_head(e, digest);
    if (at == UINT32_MAX || e->facts[at] != NULL) {
        return AX_RC(OK);
    }
    e->facts[at] = AX_ARENA_NEW(e->arena, struct ax_fact);
    if (e->facts[at] == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for the texts of so many facts");
    }
    return ax_fact_decode(canonical, e->arena, e->facts[at], err);
}

static ax_rc keep_facts_of(struct explaining *e, ax_str chunk, struct ax_err *err)
{
    struct ax_chunk_reader reader;
    struct ax_chunk_item item;
    bool end = false;
    AX_TRY(ax_chunk_open(&reader, chunk, err));
    for (;;) {
        AX_TRY(ax_chunk_next(&reader, &item, &end, err));
        if (end) {
            return AX_RC(OK);
        }
        if (item.mark != AX_CHUNK_UNREADABLE) {
            AX_TRY(keep_fact(e, item.canonical, err));
        }
    }
}

/* Entries know digests; texts are in the chunks. */
static ax_rc find_facts(struct explaining *e, struct ax_err *err)
{
    if (e->made->rated.rate.facts > LINES_MAX) { /* each has a line at least */
        return ax_fail(err, AX_LIMIT, "%u facts, at most %d in one explanation", e->made->rated.rate.facts, LINES_MAX);
    }
    AX_TRY(index_entries(e, err));
    for (size_t i = 0; i < e->read->chunk_count; i++) {
        AX_TRY(keep_facts_of(e, e->read->chunks[i], err));
    }
    return AX_RC(OK);
}

static ax_rc compare_stored(const struct explaining *e, struct ax_err *err)
{
    if (!ax_answer_ready(e->read, e->time)) {
        return AX_RC(OK);
    }
    struct ax_buf anew;
    struct ax_rated *rated = &e->made->rated;
    struct ax_as_of as_of = rated->rating.as_of;
    ax_buf_init(&anew, STORED_MAX_BYTES);
    rated->rating.as_of = (struct ax_as_of){.day = AX_DAY_NONE}; /* what is stored has none */
    ax_rated_store(rated, &anew);
    rated->rating.as_of = as_of;
    bool same = !anew.failed && ax_str_eq(ax_buf_str(&anew), e->read->rating);
    ax_buf_deinit(&anew);
    if (same) {
        return AX_RC(OK);
    }
    AX_NOTE_LIMITED(ERROR, "rating.differs", "partition=%d", e->read->partition);
    return ax_fail_field(err, AX_CORRUPT, "rating", e->read->enterprise.ptr, e->read->enterprise.len,
            "the stored rating is not what its ledger gives; anxin audit-store shows what differs, anxin replay "
            "rebuilds");
}

/* As a reader adds it up: base, points newest first, caps and ends of the scale, what moved the level, notes, and last what
 * does not count. */
static int compare_lines(const void *a, const void *b)
{
    const struct ax_line *x = a;
    const struct ax_line *y = b;
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    int by_rule = ax_str_cmp(x->rule_id, y->rule_id);
    if (by_rule != 0 && (x->kind == AX_LINE_KIND_OVERRIDE || x->kind == AX_LINE_KIND_FLAG)) {
        return by_rule;
    }
    if (x->level_shift != y->level_shift) {
        return x->level_shift < y->level_shift
                       ? -1
                       : 1; /* the fact that a rule acts on before those that only bear it out */
    }
    if (x->occurred_on != y->occurred_on) {
        return x->occurred_on > y->occurred_on ? -1 : 1;
    }
    return by_rule != 0 ? by_rule : memcmp(x->fact_digest, y->fact_digest, sizeof x->fact_digest);
}

static ax_rc put_lines(struct explaining *e, struct ax_err *err)
{
    const struct ax_ledger *ledger = &e->made->view.ledger;
    const struct ax_pack *pack = e->made->rated.pack;
    struct ax_rate rate;
    struct ax_rate_line *raw = NULL;
    size_t count = 0;
    if (pack == NULL) {
        return AX_RC(OK);
    }
    bool done = ax_ok(ax_rate_explain(ledger, pack, e->time.day, e->arena, &rate, &raw, &count));
    struct ax_line *lines = done && count <= LINES_MAX ? AX_ARENA_ARRAY(e->arena, struct ax_line, count + 1) : NULL;
    if (lines == NULL) {
        return ax_fail(err, AX_LIMIT, "%zu lines, at most %d in one explanation", count, LINES_MAX);
    }
    AX_ASSERT(ax_rate_same(&rate, &e->made->rated.rate));
    for (size_t i = 0; i < count; i++) {
        bool of_fact = raw[i].rule != AX_LINE_CAP && raw[i].entry < ledger->count;
        ax_line_fill(&raw[i], pack, ledger, of_fact ? e->facts[raw[i].entry] : NULL, &lines[i]);
    }
    qsort(lines, count, sizeof lines[0], compare_lines);
    for (size_t i = 0; i < count; i++) {
        size_t start = e->out->len;
        ax_encode(&ax_line_message, &lines[i], false, e->out);
        ax_wire_wrap(e->out, start, RESPONSE_LINES);
    }
    return AX_RC(OK);
}

/* The rating as if the facts under objection were not there; only where there are some. */
static void put_without_objected(struct explaining *e)
{
    struct ax_rated *rated = &e->made->rated;
    if (rated->rate.objected == 0) {
        return;
    }
    struct ax_rate without;
    struct ax_rating rating;
    struct ax_rating_refs refs;
    ax_rate_without_objected(&e->made->view.ledger, rated->pack, e->time.day, &without);
    struct ax_rating_input in = {
            .enterprise = e->read->enterprise,
            .ledger = &e->made->view.ledger,
            .pack = rated->pack,
            .rate = &without,
            .day = e->time.day,
            .ledger_digest = rated->ledger_digest,
            .pack_digest = e->x->rater.bundle->digest,
            .offset = e->made->view.last_offset,
            .incomplete = e->made->view.incomplete,
    };
    ax_rating_fill(&in, &refs, &rating);
    rating.as_of = rated->rating.as_of;
    ax_rating_put(e->out, RESPONSE_WITHOUT, &rating);
}

static void put_upcoming(struct explaining *e)
{
    struct ax_rate rate = e->made->rated.rate;
    for (size_t i = 0; i < UPCOMING_MAX && rate.next_change_on != AX_DAY_NONE; i++) {
        struct ax_change change = {.on = rate.next_change_on};
        const struct ax_ledger *ledger = &e->made->view.ledger;
        ax_rate(ledger, ax_rater_pack(&e->x->rater, ledger, e->read->enterprise, change.on), change.on, &rate);
        change.level = (int32_t)rate.level;
        change.level_points = rate.points;
        size_t start = e->out->len;
        ax_encode(&ax_change_message, &change, false, e->out);
        ax_wire_wrap(e->out, start, RESPONSE_UPCOMING);
    }
}

static ax_rc explain(struct explaining *e, struct ax_err *err)
{
    AX_TRY(ax_made_rate(e->made, e->x, e->read, e->time, e->arena, err));
    AX_TRY(compare_stored(e, err));
    AX_TRY(find_facts(e, err));
    ax_rating_put(e->out, RESPONSE_RATING, &e->made->rated.rating);
    AX_TRY(put_lines(e, err));
    put_without_objected(e);
    put_upcoming(e);
    return e->out->failed ? ax_fail(err, AX_LIMIT, "the explanation is larger than %d bytes", ANSWER_MAX_BYTES)
                          : AX_RC(OK);
}

static ax_rc explain_one(const struct ax_exchange *x, struct ax_rpc_call *call, struct ax_made *made,
        struct ax_buf *out, struct ax_err *err)
{
    struct ax_question q;
    struct ax_arena *arena = ax_rpc_arena(call);
    AX_TRY(ax_question_read(AX_ASKED_EXPLAIN, ax_rpc_request(call), ax_rpc_principal(call), arena, &q, err));
    struct ax_store_read read = {
            .enterprise = q.enterprise, .partition = ax_log_partition_of(x->options.log, q.enterprise)};
    AX_TRY(ax_store_read_many(x->options.store, &read, 1, true, &made->reads, err));
    if (read.rating.ptr == NULL) {
        return ax_not_found(q.enterprise, err);
    }
    struct explaining e = {
            .x = x, .arena = arena, .read = &read, .time = ax_answer_time_of(x, &q), .made = made, .out = out};
    return explain(&e, err);
}

void ax_exchange_explain_rating(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_answer_each(state, calls, count, ANSWER_MAX_BYTES, explain_one);
}
