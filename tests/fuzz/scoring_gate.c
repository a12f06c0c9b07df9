/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_gate_parse: any bytes give a gate that decides for each purpose and denies for no rule of this house, or errors
 * that say why. */
#include "services/lib/pack/bundle.h"
#include "services/lib/pack/gate_file.h"
#include "services/lib/pack/pack_faults.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide(const struct ax_gate *gate, enum ax_purpose purpose, struct ax_arena *arena)
{
    struct ax_ledger empty;
    struct ax_rate rate;
    struct ax_gate_answer answer;
    struct ax_err err;
    ax_ledger_init(&empty);
    ax_rate(&empty, NULL, 20000, &rate);
    struct ax_gate_rating rating = {.rate = &rate, .incomplete = true};
    AX_ASSERT(ax_ok(ax_gate_decide(gate, purpose, &empty, &rating, 20000, arena, &answer, &err)));
    AX_ASSERT(answer.decision != AX_DECISION_NONE && answer.reason_count <= AX_GATE_REASONS_MAX);
    for (size_t i = 0; i < answer.reason_count; i++) {
        AX_ASSERT(answer.reasons[i].decision != AX_DECISION_DENY || answer.reasons[i].provenance != AX_PROVENANCE_OURS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ax_gate gate; /* large */
    struct ax_pack_text *texts;
    struct ax_err err = {.text = ""};
    if (!ax_ok(ax_gate_parse("gate.yaml", ax_str_of(data, size), &texts, &gate, &err))) {
        AX_ASSERT(err.text[0] != '\0');
        static struct ax_pack_faults faults; /* large */
        memset(&faults, 0, sizeof faults);
        ax_pack_file_faults("gate.yaml", ax_str_of(data, size), &faults);
        return 0;
    }
    struct ax_arena arena;
    ax_arena_init(&arena, 64 << 10, 16 << 20);
    for (int p = AX_PURPOSE_NONE + 1; p < AX_PURPOSE_COUNT; p++) {
        decide(&gate, (enum ax_purpose)p, &arena);
    }
    ax_arena_deinit(&arena);
    ax_pack_text_free(texts);
    return 0;
}
