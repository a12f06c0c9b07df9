/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_tariff_parse: any bytes give a tariff whose coefficients stay within its clamp, or an error that says why. */
#include "services/lib/pack/bundle.h"
#include "services/lib/pack/tariff_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void price(const struct ax_tariff *t)
{
    struct ax_tariff_quote quote;
    struct ax_tariff_premium premium;
    for (int32_t level = AX_LEVEL_A1; level <= AX_LEVEL_UNRATED; level++) {
        struct ax_tariff_experience x = {
                .standardisation = level % AX_TARIFF_STANDARDS, .premiums_yuan = (uint64_t)level};
        struct ax_tariff_way way = {.is_there = true, .level = level, .losses.yuan = UINT32_MAX};
        x.ways[AX_TARIFF_ACCIDENT_NONE] = x.ways[level % AX_TARIFF_ACCIDENTS] = way;
        ax_tariff_price(t, &x, UINT32_MAX, &quote);
        AX_ASSERT(quote.coefficient_ppm >= t->clamp_min_ppm && quote.coefficient_ppm <= t->clamp_max_ppm);
        ax_tariff_base_premium(
                t, AX_STR("0610"), UINT64_MAX, 0, INT64_MAX, UINT32_MAX, quote.coefficient_ppm, &premium);
        AX_ASSERT(premium.fen >= 0 && premium.reference_fen >= 0 && premium.max_fen >= premium.fen);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_tariff tariff;
    struct ax_pack_text *texts;
    struct ax_err err = {.text = ""};
    if (!ax_ok(ax_tariff_parse("tariff.yaml", ax_str_of(data, size), &texts, &tariff, &err))) {
        AX_ASSERT(err.text[0] != '\0');
        return 0;
    }
    price(&tariff);
    (void)ax_tariff_floor_on(&tariff, 20000);
    ax_pack_text_free(texts);
    return 0;
}
