/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/state.h"

enum { RECENT_DEFAULT = 1 << 17 };

ax_rc ax_ingest_open(const struct ax_ingest_options *options, struct ax_ingest **out, struct ax_err *err)
{
    (void)err;
    struct ax_ingest *in = ax_xcalloc(1, sizeof *in);
    in->options = *options;
    in->options.clock = options->clock == NULL ? ax_clock_system() : options->clock;
    in->seen = ax_seen_new(options->recent_max == 0 ? RECENT_DEFAULT : options->recent_max);
    in->known.store = options->store;
    in->known.large = ax_large_new(AX_LARGE_MAX_BYTES);
    in->rejects = ax_rejects_new(options->log);
    in->live = ax_live_new(options->log, options->bundle, options->library);
    in->quality = ax_quality_new(&options->bundle->common);
    *out = in;
    return AX_RC(OK);
}

size_t ax_ingest_methods(struct ax_ingest *ingest, struct ax_rpc_method *methods, size_t max)
{
    static const struct {
        const char *path;
        ax_rpc_handler handler;
    } table[] = {
            {"/anxin.v1.IngestService/SubmitFacts", ax_ingest_submit_facts},
            {"/anxin.v1.AdminService/GetStatus", ax_ingest_get_status},
            {"/anxin.v1.AdminService/ListRejects", ax_ingest_list_rejects},
            {"/anxin.v1.AdminService/RetryReject", ax_ingest_retry_reject},
            {"/anxin.v1.AdminService/WithdrawFact", ax_ingest_withdraw_fact},
            {"/anxin.v1.AdminService/ProposePack", ax_ingest_propose_pack},
            {"/anxin.v1.AdminService/ApprovePack", ax_ingest_approve_pack},
            {"/anxin.v1.AdminService/ListPacks", ax_ingest_list_packs},
    };
    size_t count = sizeof table / sizeof table[0];
    AX_ASSERT(count <= max && count <= AX_INGEST_METHODS_MAX);
    for (size_t i = 0; i < count; i++) {
        methods[i] = (struct ax_rpc_method){
                .path = table[i].path, .batch_max = 1, .handler = table[i].handler, .state = ingest};
    }
    return count;
}

void ax_ingest_close(struct ax_ingest *ingest)
{
    ax_seen_free(ingest->seen);
    ax_large_free(ingest->known.large);
    ax_rejects_free(ingest->rejects);
    ax_quality_free(ingest->quality);
    ax_live_free(ingest->live);
    ax_xfree(ingest);
}
