/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_risk_parse and ax_risk_state_take: any bytes give an edition that scores, or an error that says why; and any
 * stored state is taken or refused. */
#include "services/lib/pack/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool within(double x, double least)
{
    return x >= least && x < 1e100;
}

static void score(const struct ax_risk_edition *e, ax_str bytes)
{
    struct ax_risk_state state;
    struct ax_risk risk;
    if (ax_risk_state_take(e, bytes, &state) && state.per_day >= 0 && state.per_day < 1e6) {
        bool sane = true;
        for (size_t i = 0; i < AX_RISK_SLOTS; i++) {
            sane = sane && within(state.sum[i], 0) && within(state.exposure[i], -1e100);
            for (size_t k = 0; k < state.event_count; k++) {
                sane = sane && within(state.events[k].change[i], -1e100);
            }
        }
        if (sane) { /* the store's bytes are our own; what no state can hold is not scored */
            ax_risk_at(e, &state, 20000, &risk);
            AX_ASSERT(risk.score >= 0 && risk.score <= AX_RISK_SCORE_MAX);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_pack_text *texts;
    struct ax_risk_edition edition;
    struct ax_err err = {.text = ""};
    if (!ax_ok(ax_risk_parse("risk.yaml", ax_str_of(data, size), &texts, &edition, &err))) {
        AX_ASSERT(err.text[0] != '\0');
        return 0;
    }
    struct ax_ledger empty;
    struct ax_risk_state state;
    ax_ledger_init(&empty);
    ax_risk_state_of(&empty, NULL, &edition, 20000, &state);
    struct ax_buf bytes;
    ax_buf_init(&bytes, 1 << 12);
    ax_risk_state_put(&edition, &state, &bytes);
    AX_ASSERT(!bytes.failed);
    score(&edition, ax_buf_str(&bytes));
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t kept = bytes.ptr[i];
        bytes.ptr[i] ^= data[i % size];
        score(&edition, ax_buf_str(&bytes));
        bytes.ptr[i] = kept;
        score(&edition, ax_str_of(bytes.ptr, i));
    }
    ax_buf_deinit(&bytes);
    ax_risk_free(&edition);
    ax_pack_text_free(texts);
    return 0;
}
