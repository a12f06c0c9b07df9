/* SPDX-License-Identifier: Apache-2.0 */
/* anxin-exchange: answers from the store. */
#include "services/exchange/exchange.h"
#include "services/lib/host/host.h"

static ax_rc start(struct ax_host *host, void **state, struct ax_rpc_method *methods, size_t max, size_t *count,
        struct ax_err *err)
{
    struct ax_exchange_options options = {
            .log = ax_host_log(host),
            .store = ax_host_store(host),
            .bundle = ax_host_bundle(host),
            .library = ax_host_library(host),
            .clock = ax_host_clock(host),
    };
    struct ax_exchange *exchange = NULL;
    AX_TRY(ax_exchange_open(&options, &exchange, err));
    *state = exchange;
    *count = ax_exchange_methods(exchange, methods, max);
    return AX_RC(OK);
}

static void stop(void *state)
{
    ax_exchange_close(state);
}

int main(int argc, char **argv)
{
    static const struct ax_host_program program = {
            .service = "exchange", .create_topics = true, .start = start, .stop = stop};
    return ax_host_main(&program, argc, argv);
}
