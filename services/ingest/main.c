/* SPDX-License-Identifier: Apache-2.0 */
/* anxin-ingest: takes facts in and puts them on the log. */
#include "services/ingest/ingest.h"
#include "services/lib/host/host.h"

static ax_rc start(struct ax_host *host, void **state, struct ax_rpc_method *methods, size_t max, size_t *count,
        struct ax_err *err)
{
    struct ax_ingest_options options = {
            .log = ax_host_log(host),
            .store = ax_host_store(host),
            .bundle = ax_host_bundle(host),
            .library = ax_host_library(host),
            .clock = ax_host_clock(host),
    };
    struct ax_ingest *ingest = NULL;
    AX_TRY(ax_ingest_open(&options, &ingest, err));
    *count = ax_ingest_methods(ingest, methods, max);
    *state = ingest;
    return AX_RC(OK);
}

static void stop(void *state)
{
    ax_ingest_close(state);
}

int main(int argc, char **argv)
{
    static const struct ax_host_program program = {
            .service = "ingest", .create_topics = true, .start = start, .stop = stop};
    return ax_host_main(&program, argc, argv);
}
