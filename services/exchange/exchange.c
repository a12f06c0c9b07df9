/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/exchange.h"

#include "proto/descriptors.h"
#include "services/exchange/hub.h"
#include "services/exchange/parking.h"
#include "services/exchange/state.h"

enum {
    WATCHERS_MAX = 1024,
    SNAPSHOT_THREADS = 8,
    GET_BATCH_MAX = 64,
    KEPT_MAX_BYTES = 128 << 20,
};

static const struct {
    const char *path;
    size_t batch_max;
    ax_rpc_handler handler;
} built[] = {
        {"/anxin.v1.RatingService/GetRating", GET_BATCH_MAX, ax_exchange_get_rating},
        {"/anxin.v1.RatingService/BatchGetRatings", 1, ax_exchange_batch_get_ratings},
        {"/anxin.v1.RatingService/ExplainRating", 1, ax_exchange_explain_rating},
        {"/anxin.v1.RatingService/GetRatingHistory", 1, ax_exchange_get_history},
        {"/anxin.v1.RatingService/SimulateRating", 1, ax_exchange_simulate_rating},
        {"/anxin.v1.RatingService/ListRatings", 1, ax_exchange_list_ratings},
        {"/anxin.v1.RatingService/WatchRatings", 1, ax_exchange_watch_ratings},
        {"/anxin.v1.GateService/CheckCredit", GET_BATCH_MAX, ax_exchange_check_credit},
        {"/anxin.v1.GateService/BatchCheckCredit", 1, ax_exchange_batch_check_credit},
        {"/anxin.v1.InsuranceService/GetUnderwritingProfile", GET_BATCH_MAX, ax_exchange_get_profile},
        {"/anxin.v1.InsuranceService/QuoteReference", GET_BATCH_MAX, ax_exchange_quote_reference},
        {"/anxin.v1.InsuranceService/BatchQuoteReference", 1, ax_exchange_batch_quote_reference},
};

ax_rc ax_exchange_open(const struct ax_exchange_options *options, struct ax_exchange **out, struct ax_err *err)
{
    struct ax_exchange *x = ax_xcalloc(1, sizeof *x);
    x->options = *options;
    if (x->options.clock == NULL) {
        x->options.clock = ax_clock_system();
    }
    if (x->options.watchers_max == 0) {
        x->options.watchers_max = WATCHERS_MAX;
    }
    x->live = ax_live_new(options->log, options->bundle, options->library);
    x->rater = ax_live_rater(x->live);
    ax_rc rc = ax_hub_open(x, &x->hub, err);
    if (!ax_ok(rc)) {
        ax_live_free(x->live);
        ax_xfree(x);
        return rc;
    }
    rc = ax_parking_open(x, ax_exchange_get_parked, &x->parking, err);
    if (!ax_ok(rc)) {
        ax_hub_close(x->hub);
        ax_live_free(x->live);
        ax_xfree(x);
        return rc;
    }
    struct ax_pool_options pool = {
            .name = "snapshot", .threads = SNAPSHOT_THREADS, .queue_max = x->options.watchers_max};
    x->snapshots = ax_pool_new(&pool);
    x->kept = ax_kept_new(KEPT_MAX_BYTES);
    *out = x;
    return rc;
}

/* IngestService and AdminService are the ingest's. */
static bool is_ours(ax_str path)
{
    return ax_str_starts(path, AX_STR("/anxin.v1.")) && !ax_str_starts(path, AX_STR("/anxin.v1.IngestService/")) &&
           !ax_str_starts(path, AX_STR("/anxin.v1.AdminService/"));
}

size_t ax_exchange_methods(struct ax_exchange *x, struct ax_rpc_method *methods, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < ax_proto_method_count; i++) {
        const struct ax_proto_method *m = &ax_proto_methods[i];
        if (!is_ours(ax_str_c(m->path))) {
            continue;
        }
        AX_ASSERT(count < max);
        struct ax_rpc_method *method = &methods[count++];
        *method = (struct ax_rpc_method){
                .path = m->path, .server_streaming = m->server_streaming, .batch_max = 1, .state = x};
        for (size_t j = 0; j < sizeof built / sizeof built[0]; j++) {
            if (strcmp(built[j].path, m->path) == 0) {
                method->batch_max = built[j].batch_max;
                method->handler = built[j].handler;
            }
        }
    }
    return count;
}

void ax_exchange_close(struct ax_exchange *x)
{
    ax_pool_close(x->snapshots);
    ax_parking_close(x->parking);
    ax_hub_close(x->hub);
    ax_kept_free(x->kept);
    ax_live_free(x->live);
    ax_xfree(x);
}
