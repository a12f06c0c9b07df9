/* SPDX-License-Identifier: Apache-2.0 */
/* anxin-scorer: facts from the log become ratings in the store. */
#include "services/lib/host/host.h"
#include "services/scorer/scorer.h"

static ax_rc start(struct ax_host *host, void **state, struct ax_rpc_method *methods, size_t max, size_t *count,
        struct ax_err *err)
{
    (void)methods;
    (void)max;
    const struct ax_config *c = ax_host_config(host);
    struct ax_scorer_options options = {
            .log = ax_host_log(host),
            .store = ax_host_store(host),
            .bundle = ax_host_bundle(host),
            .library = ax_host_library(host),
            .clock = ax_host_clock(host),
            .group = c->scorer.group,
            .member = c->scorer.member != NULL && c->scorer.member[0] != '\0' ? c->scorer.member : NULL,
            .batch_max_records = c->scorer.batch_max_records,
            .batch_wait_ms = c->scorer.batch_wait_ms,
            .cache_max_mib = c->scorer.cache_max_mib,
            .poison_attempts_max = c->scorer.poison_attempts_max,
            .prefetch_bytes = (size_t)c->log.prefetch_kib << 10,
    };
    struct ax_scorer *scorer = NULL;
    *count = 0;
    AX_TRY(ax_scorer_start(&options, &scorer, err));
    *state = scorer;
    return AX_RC(OK);
}

static void stop(void *state)
{
    ax_scorer_stop(state);
}

int main(int argc, char **argv)
{
    static const struct ax_host_program program = {
            .service = "scorer", .create_topics = true, .start = start, .stop = stop};
    return ax_host_main(&program, argc, argv);
}
