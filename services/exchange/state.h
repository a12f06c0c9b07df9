/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the handlers of the exchange share: the one that ax_exchange_open gives, only read by them, on any number of the
 * server's workers at once; what its members point to says itself who may call. Private to this folder. */
#include "base/pool.h"
#include "services/exchange/exchange.h"
#include "services/exchange/kept.h"
#include "services/lib/trust/trust.h"
#include "services/lib/schedule/live.h"

struct ax_hub;
struct ax_parking;
struct ax_question;

struct ax_exchange {
    struct ax_exchange_options options; /* with defaults filled in */
    struct ax_live *live;
    _Atomic(const struct ax_rater *) rater; /* the live one; the hub's thread renews it */
    struct ax_parking *parking;             /* calls with a min_as_of that is still to come */
    struct ax_hub *hub;                     /* watchers and the ratings feed */
    struct ax_kept *kept;                   /* what was made from ledgers */
    struct ax_pool *snapshots;              /* so that a slow reader of a snapshot holds no worker of the server */
};

/* Today in UTC+8. */
static inline int32_t ax_exchange_today(const struct ax_exchange *x)
{
    return ax_day_of_us(ax_clock_us(x->options.clock));
}

void ax_exchange_get_rating(void *state, struct ax_rpc_call **calls, size_t count);
/* One that was parked, now that the store has come that far. */
void ax_exchange_get_parked(const struct ax_exchange *x, struct ax_rpc_call *call, const struct ax_question *question);
void ax_exchange_batch_get_ratings(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_explain_rating(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_get_history(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_simulate_rating(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_list_ratings(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_watch_ratings(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_check_credit(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_batch_check_credit(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_get_profile(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_quote_reference(void *state, struct ax_rpc_call **calls, size_t count);
void ax_exchange_batch_quote_reference(void *state, struct ax_rpc_call **calls, size_t count);
