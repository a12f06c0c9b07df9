/* SPDX-License-Identifier: Apache-2.0 */
/* anxin-scorer: facts from the log become ratings in the store. */
#include "services/lib/host/host.h"
#include "services/scorer/challenger.h"

struct scorers {
    struct ax_scorer *champion;
    struct ax_challenger *challenger; /* NULL: none */
};

static ax_rc start_challenger(
        struct ax_host *host, const struct ax_scorer_options *champion, struct scorers *s, struct ax_err *err)
{
    const struct ax_bundle *bundle = ax_library_challenger(ax_host_library(host));
    struct ax_store *store = NULL;
    if (bundle == NULL) {
        return AX_RC(OK);
    }
    AX_TRY(ax_host_challenger_store(host, &store, err));
    return ax_challenger_start(champion, bundle, store, &s->challenger, err);
}

static void stop(void *state)
{
    struct scorers *s = state;
    ax_challenger_stop(s->challenger);
    ax_scorer_stop(s->champion);
    ax_xfree(s);
}

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
    struct scorers *s = ax_xcalloc(1, sizeof *s);
    *count = 0;
    ax_rc rc = ax_scorer_start(&options, &s->champion, err);
    if (!ax_ok(rc)) {
        ax_xfree(s);
        return rc;
    }
    rc = start_challenger(host, &options, s, err);
    if (!ax_ok(rc)) {
        stop(s);
        return rc;
    }
    *state = s;
    return rc;
}

int main(int argc, char **argv)
{
    static const struct ax_host_program program = {
            .service = "scorer", .create_topics = true, .start = start, .stop = stop};
    return ax_host_main(&program, argc, argv);
}
