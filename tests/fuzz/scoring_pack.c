/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_pack_parse: any bytes give a compiled pack that rates and can be looked through, or errors that say why. */
#include "scoring/rate.h"
#include "services/lib/pack/pack_faults.h"
#include "services/lib/pack/pack_lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_pack_text *texts;
    struct ax_pack pack;
    struct ax_err err = {.text = ""};
    if (!ax_ok(ax_pack_parse("pack.yaml", ax_str_of(data, size), &texts, &pack, &err))) {
        AX_ASSERT(err.text[0] != '\0');
        static struct ax_pack_faults faults; /* large */
        memset(&faults, 0, sizeof faults);
        ax_pack_file_faults("pack.yaml", ax_str_of(data, size), &faults);
        return 0;
    }
    struct ax_ledger empty;
    struct ax_rate rate;
    ax_ledger_init(&empty);
    ax_rate(&empty, &pack, 20000, &rate);
    AX_ASSERT(rate.level == AX_LEVEL_UNRATED);
    static struct ax_lint lint; /* large */
    memset(&lint, 0, sizeof lint);
    ax_pack_lint_rules("pack.yaml", ax_str_of(data, size), &pack, &lint);
    ax_pack_text_free(texts);
    return 0;
}
