/* SPDX-License-Identifier: Apache-2.0 */
/* GetRatingHistory: computed from the ledger, never stored. Newest first; each day on which the rating differed from the
 * day before. The page token is the last day given. */
#include "scoring/ledger_day.h"
#include "services/exchange/answer.h"
#include "services/exchange/line.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

/* Every day on which something begins or ends is looked at, at the cost of a rating. */
enum { FACTS_MAX = 8192 };

enum { ANSWER_MAX_BYTES = 4 << 20, RESPONSE_RATINGS = 1, RESPONSE_NEXT = 2 };

static int32_t first_day(const struct ax_ledger *ledger)
{
    int32_t first = AX_DAY_MAX;
    for (uint32_t i = 0; i < ledger->count; i++) {
        int32_t day = ax_line_day(&ledger->entries[i]);
        if (day != AX_DAY_NONE && day < first) {
            first = day;
        }
    }
    return first;
}

/* Days on which other rules may begin to hold, ascending: editions, and what facts say of where and what the enterprise is. */
struct edges {
    int32_t days[AX_EDITION_DAYS_MAX + AX_LEDGER_TURNS_MAX];
    size_t count;
};

static void find_edges(const struct ax_rater *rater, const struct ax_ledger *ledger, struct edges *out)
{
    int32_t turns[AX_LEDGER_TURNS_MAX];
    size_t count = ax_ledger_turns(ledger, turns);
    size_t next = 0;
    out->count = 0;
    for (size_t i = 0; i < rater->edition_day_count; i++) {
        for (; next < count && turns[next] <= rater->edition_days[i]; next++) {
            out->days[out->count++] = turns[next];
        }
        out->days[out->count++] = rater->edition_days[i];
    }
    for (; next < count; next++) {
        out->days[out->count++] = turns[next];
    }
}

static void rate_before(const struct ax_exchange *x, const struct ax_ledger *ledger, ax_str enterprise, int32_t day,
        struct ax_rate *out)
{
    struct ax_ledger_day then;
    ax_ledger_day_init(&then, ledger, day - 1);
    ax_rate(then.ledger, ax_rater_pack(x->rater, then.ledger, enterprise, day - 1), day - 1, out);
    ax_ledger_day_deinit(&then);
}

/* Changes until that day, newest first: between two edges, since each edition is asked about its own days alone, by the ledger
 * of the last of them, and at the edges. */
static size_t find_changes(const struct ax_exchange *x, const struct ax_ledger *ledger, ax_str enterprise,
        int32_t until, int32_t *days, size_t max)
{
    struct edges edges;
    size_t count = 0;
    int32_t from = first_day(ledger);
    int32_t end = until;
    find_edges(x->rater, ledger, &edges);
    for (size_t i = edges.count + 1; i-- > 0 && count < max && end >= from;) {
        int32_t edge = i == 0 ? from : edges.days[i - 1];
        if (edge > end) {
            continue;
        }
        int32_t begin = edge < from ? from : edge;
        struct ax_ledger_day now;
        ax_ledger_day_init(&now, ledger, end);
        const struct ax_pack *pack = ax_rater_pack(x->rater, now.ledger, enterprise, end);
        count += ax_rate_changes(now.ledger, pack, begin > from ? begin + 1 : begin, end, days + count, max - count);
        if (begin > from && count < max) {
            struct ax_rate here;
            struct ax_rate before;
            ax_rate(now.ledger, pack, begin, &here);
            rate_before(x, ledger, enterprise, begin, &before);
            if (!ax_rate_same(&here, &before)) {
                days[count++] = begin;
            }
        }
        ax_ledger_day_deinit(&now);
        end = begin - 1;
    }
    return count;
}

static ax_rc put_history(const struct ax_exchange *x, struct ax_made *made, const struct ax_store_read *read,
        const struct ax_question *q, int32_t until, struct ax_buf *out, struct ax_err *err)
{
    int32_t days[AX_ASK_HISTORY_PAGE_MAX + 1];
    size_t count = find_changes(x, &made->view.ledger, read->enterprise, until, days, q->page_size + 1);
    size_t shown = count > q->page_size ? q->page_size : count;
    for (size_t i = 0; i < shown; i++) {
        ax_rater_rate(x->rater, &made->view, read->enterprise, days[i], &made->scratch, &made->rated);
        made->rated.rating.as_of = ax_rater_as_of(x->rater, read->partition, read->position.next_offset, days[i]);
        made->rated.rating.as_of.known_at_us = q->known_at_us;
        ax_rating_put(out, RESPONSE_RATINGS, &made->rated.rating);
    }
    if (count > shown) {
        char text[AX_DAY_TEXT_SIZE];
        ax_wire_put_str(out, RESPONSE_NEXT, ax_str_c(ax_day_format(days[shown - 1], text)));
    }
    return out->failed ? ax_fail(err, AX_LIMIT, "the page is too large: ask for fewer") : AX_RC(OK);
}

static ax_rc history_one(const struct ax_exchange *x, struct ax_rpc_call *call, struct ax_made *made,
        struct ax_buf *out, struct ax_err *err)
{
    struct ax_question q;
    struct ax_arena *arena = ax_rpc_arena(call);
    AX_TRY(ax_question_read(AX_ASKED_HISTORY, ax_rpc_request(call), ax_rpc_principal(call), arena, &q, err));
    struct ax_answer_time time = ax_answer_time_of(x, &q);
    int32_t until = time.day;
    if (q.page_token.len > 0) {
        if (!ax_day_parse_iso(q.page_token, &until)) {
            return ax_fail_field(err, AX_INVALID, "page_token", q.page_token.ptr, q.page_token.len,
                    "must be the token of a page before");
        }
        until--;
    }
    struct ax_store_read read;
    AX_TRY(ax_made_read(made, x, q.enterprise, &read, err));
    AX_TRY(ax_made_load(made, &read, time, arena, err));
    if (made->view.ledger.count > FACTS_MAX) {
        return ax_fail(
                err, AX_LIMIT, "%u facts; there is a history for at most %d", made->view.ledger.count, FACTS_MAX);
    }
    return put_history(x, made, &read, &q, until, out, err);
}

void ax_exchange_get_history(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_answer_each(state, calls, count, ANSWER_MAX_BYTES, history_one);
}
