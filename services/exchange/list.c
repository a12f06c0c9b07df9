/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ListRatings: all partitions merged in the order of codes. A page ends when it is full, or when enough was looked through
 * to find it (short pages are allowed, AIP-158); its token says up to which code everything was looked at, and belongs to
 * its query.
 */
#include "services/exchange/answer.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

#include <stdio.h>

enum {
    ANSWER_MAX_BYTES = 3 << 20,
    RESPONSE_RATINGS = 1,
    RESPONSE_NEXT = 2,
    SCANNED_MAX = 20000,   /* ratings looked at for one page */
    SCAN_MAX = 256,        /* of one partition at once, with ratings alone */
    SCAN_LEDGERS_MAX = 64, /* with ledgers */
    SCAN_ARENA_BYTES = 256 << 20,
    TOKEN_HASH_HEX = 16,
    TOKEN_MAX = AX_USCC_LEN + 1 + TOKEN_HASH_HEX + 1,
};

/* One partition's next ratings. */
struct cursor {
    struct ax_arena arena;
    struct ax_store_read *reads;
    size_t count;
    size_t at;
    bool ended;
    char after[AX_USCC_LEN + 1];
};

struct listing {
    const struct ax_exchange *x;
    const struct ax_question *q;
    struct ax_answer_time time;
    bool ledgers; /* every rating is made anew: read what for */
    struct cursor *cursors;
    size_t cursor_count;
    struct ax_arena scratch; /* of one rating */
    struct ax_buf *out;
    size_t listed;
    size_t scanned;
    char last[AX_USCC_LEN + 1]; /* looked at */
};

static uint64_t mix(uint64_t hash, ax_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        hash = (hash ^ (uint8_t)s.ptr[i]) * 0x100000001B3ULL; /* FNV-1a */
    }
    return (hash ^ 0xFF) * 0x100000001B3ULL;
}

static uint64_t query_hash(const struct ax_question *q)
{
    uint64_t hash = 0xCBF29CE484222325ULL;
    hash = mix(hash, q->filter.region);
    hash = mix(hash, q->filter.industry);
    hash = mix(hash, q->filter.name);
    hash = mix(hash, ax_str_of(&q->filter.levels, sizeof q->filter.levels));
    return mix(hash, ax_str_of(&q->as_of, sizeof q->as_of));
}

static ax_rc read_token(const struct ax_question *q, char after[AX_USCC_LEN + 1], struct ax_err *err)
{
    char hash[TOKEN_HASH_HEX + 1];
    after[0] = '\0';
    if (q->page_token.len == 0) {
        return AX_RC(OK);
    }
    (void)snprintf(hash, sizeof hash, "%016llx", (unsigned long long)query_hash(q));
    ax_str rest = q->page_token;
    ax_str code = ax_str_split(&rest, '.');
    if (code.len != AX_USCC_LEN || !ax_str_eq(rest, ax_str_c(hash)) || !ax_str_to_c(code, after, AX_USCC_LEN + 1)) {
        return ax_fail_field(err, AX_INVALID, "page_token", q->page_token.ptr, q->page_token.len,
                "must be the token of a page before, with the same query");
    }
    return AX_RC(OK);
}

static ax_rc refill(struct listing *l, int32_t partition, struct ax_err *err)
{
    struct cursor *c = &l->cursors[partition];
    if (c->at < c->count || c->ended) {
        return AX_RC(OK);
    }
    size_t share = l->q->page_size / l->cursor_count + 16;
    size_t most = l->ledgers ? SCAN_LEDGERS_MAX : SCAN_MAX;
    size_t wanted = ax_filter_is_open(&l->q->filter) && share < most ? share : most;
    if (c->count > 0) {
        (void)ax_str_to_c(c->reads[c->count - 1].enterprise, c->after, sizeof c->after);
    }
    ax_arena_reset(&c->arena);
    c->at = 0;
    AX_TRY(ax_store_scan(l->x->options.store, partition, ax_str_c(c->after), wanted, l->ledgers, &c->arena, &c->reads,
            &c->count, err));
    c->ended = c->count < wanted;
    return AX_RC(OK);
}

/* The next read in the order of codes; NULL at the end. */
static ax_rc next_read(struct listing *l, struct ax_store_read **out, struct ax_err *err)
{
    struct cursor *least = NULL;
    for (size_t p = 0; p < l->cursor_count; p++) {
        struct cursor *c = &l->cursors[p];
        AX_TRY(refill(l, (int32_t)p, err));
        if (c->at < c->count &&
                (least == NULL || ax_str_cmp(c->reads[c->at].enterprise, least->reads[least->at].enterprise) < 0)) {
            least = c;
        }
    }
    *out = least == NULL ? NULL : &least->reads[least->at++];
    return AX_RC(OK);
}

static ax_rc list_stored(struct listing *l, const struct ax_store_read *read, struct ax_err *err)
{
    struct ax_stored stored;
    struct ax_rating rating;
    AX_TRY(ax_stored_open(read->rating, &stored, err));
    if (!ax_filter_is_open(&l->q->filter)) {
        AX_TRY(ax_decode(&ax_rating_message, stored.rating, &l->scratch, &rating, err));
        if (!ax_filter_passes(&l->q->filter, &rating)) {
            return AX_RC(OK);
        }
    }
    AX_TRY(ax_answer_put(l->x, read, l->time, &l->scratch, RESPONSE_RATINGS, l->out, err));
    l->listed++;
    return AX_RC(OK);
}

static ax_rc list_made(struct listing *l, struct ax_store_read *read, struct ax_err *err)
{
    struct ax_made made;
    if (!l->ledgers) { /* a stored rating that does not hold today: rare, around midnight */
        AX_TRY(ax_store_read_many(l->x->options.store, read, 1, true, &l->scratch, err));
    }
    ax_made_init(&made);
    ax_rc rc = ax_made_rate(&made, l->x, read, l->time, &l->scratch, err);
    if (ax_ok(rc) && ax_filter_passes(&l->q->filter, &made.rated.rating)) {
        ax_rating_put(l->out, RESPONSE_RATINGS, &made.rated.rating);
        l->listed++;
    }
    ax_made_free(&made);
    return rc;
}

static ax_rc list_page(struct listing *l, bool *more, struct ax_err *err)
{
    struct ax_store_read *read = NULL;
    *more = false;
    for (;;) {
        AX_TRY(next_read(l, &read, err));
        if (read == NULL) {
            return AX_RC(OK);
        }
        if (l->listed >= l->q->page_size || l->scanned >= SCANNED_MAX ||
                l->out->len > ANSWER_MAX_BYTES - 2 * AX_STORE_RATING_MAX_BYTES) {
            *more = true;
            return AX_RC(OK);
        }
        ax_arena_reset(&l->scratch);
        bool ready = ax_answer_ready(l->x, read, l->time);
        AX_TRY(ready ? list_stored(l, read, err) : list_made(l, read, err));
        l->scanned++;
        (void)ax_str_to_c(read->enterprise, l->last, sizeof l->last);
    }
}

static ax_rc list_run(struct listing *l, struct ax_err *err)
{
    bool more = false;
    AX_TRY(list_page(l, &more, err));
    if (more) {
        char token[TOKEN_MAX];
        (void)snprintf(token, sizeof token, "%s.%016llx", l->last, (unsigned long long)query_hash(l->q));
        ax_wire_put_str(l->out, RESPONSE_NEXT, ax_str_c(token));
    }
    return l->out->failed ? ax_fail(err, AX_LIMIT, "the page is too large: ask for fewer") : AX_RC(OK);
}

static ax_rc list_one(const struct ax_exchange *x, struct ax_rpc_call *call, struct ax_made *made, struct ax_buf *out,
        struct ax_err *err)
{
    (void)made;
    struct ax_question q;
    char after[AX_USCC_LEN + 1];
    struct ax_arena *arena = ax_rpc_arena(call);
    AX_TRY(ax_question_read(AX_ASKED_LIST, ax_rpc_request(call), ax_rpc_principal(call), arena, &q, err));
    AX_TRY(read_token(&q, after, err));
    struct listing l = {.x = x, .q = &q, .time = ax_answer_time_of(x, &q), .out = out};
    l.ledgers = l.time.day < ax_exchange_today(x);
    l.cursor_count = (size_t)ax_log_partitions(x->options.log);
    l.cursors = AX_ARENA_ARRAY(arena, struct cursor, l.cursor_count);
    if (l.cursors == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %zu partitions", l.cursor_count);
    }
    ax_arena_init(&l.scratch, 64 << 10, SCAN_ARENA_BYTES);
    for (size_t p = 0; p < l.cursor_count; p++) {
        ax_arena_init(&l.cursors[p].arena, 64 << 10, SCAN_ARENA_BYTES);
        (void)snprintf(l.cursors[p].after, sizeof l.cursors[p].after, "%s", after);
    }
    ax_rc rc = list_run(&l, err);
    for (size_t p = 0; p < l.cursor_count; p++) {
        ax_arena_deinit(&l.cursors[p].arena);
    }
    ax_arena_deinit(&l.scratch);
    return rc;
}

void ax_exchange_list_ratings(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_answer_each(state, calls, count, ANSWER_MAX_BYTES, list_one);
}
