/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/synth.h"

#include "base/random.h"

#include <stdio.h>

enum { CHAIN_MAX = 16 }; /* a copy of a copy of a copy: looked through this far */

void ax_synth_load_init(struct ax_synth_load *load, const struct ax_synth_load_options *options)
{
    AX_ASSERT(options->enterprises > 0);
    *load = (struct ax_synth_load){.options = *options};
}

static uint64_t hash_of(const struct ax_synth_load_options *o, uint64_t index, uint64_t use)
{
    uint64_t state = o->seed ^ (index * 4 + use) * UINT64_C(0xD6E8FEB86659FD93);
    return ax_random_mix(&state);
}

static uint32_t ppm_of(const struct ax_synth_load_options *o, uint64_t index)
{
    return (uint32_t)(hash_of(o, index, 0) % 1000000);
}

/* The fact, not copied from another, that `index` says again. */
static uint64_t original_of(const struct ax_synth_load_options *o, uint64_t index, uint32_t copies_ppm)
{
    for (int i = 0; i < CHAIN_MAX && index > 0 && ppm_of(o, index) < copies_ppm; i++) {
        index = hash_of(o, index, 1) % index;
    }
    return index;
}

static const char digits[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static void make_code(uint32_t number, char code[AX_USCC_LEN + 1])
{
    static const char head[] = "91149990MA";
    memcpy(code, head, sizeof head - 1);
    for (int i = 15; i >= 10; i--) {
        code[i] = digits[number % 31];
        number /= 31;
    }
    code[16] = ax_uscc_organisation_check(code + 8);
    code[17] = ax_uscc_check_character(code);
    code[18] = '\0';
}

static void put_number(char *at, uint64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + number % 10);
        number /= 10;
    }
}

static ax_str numbered(char *out, const char *before, uint64_t number, const char *after)
{
    size_t head = strlen(before);
    size_t tail = strlen(after);
    memcpy(out, before, head);
    put_number(out + head, number, 9);
    memcpy(out + head + 9, after, tail + 1);
    return ax_str_of(out, head + 9 + tail);
}

bool ax_synth_load_next(struct ax_synth_load *load, struct ax_synth_load_text *text, struct ax_fact *fact)
{
    const struct ax_synth_load_options *o = &load->options;
    if (load->next == o->facts) {
        return false;
    }
    uint64_t index = load->next++;
    uint32_t ppm = ppm_of(o, index);
    bool copied = index > 0 && ppm < o->duplicates_ppm + o->revisions_ppm;
    bool revised = copied && ppm >= o->duplicates_ppm;
    uint64_t original = original_of(o, index, o->duplicates_ppm + o->revisions_ppm);
    uint64_t random = hash_of(o, original, 2);
    uint32_t enterprise = (uint32_t)(hash_of(o, original, 3) % o->enterprises);

    ax_fact_init(fact);
    fact->kind = AX_FACT_ENFORCEMENT_PENALTY;
    fact->enforcement_penalty = (struct ax_enforcement_penalty){0};
    make_code(enterprise, text->enterprise);
    fact->source = AX_STR("load");
    fact->reference = numbered(text->reference, "11149990MB0000001X/", original, "");
    fact->revision = revised ? 2 + (int64_t)(index - original) : 1;
    fact->enterprise = ax_str_of(text->enterprise, AX_USCC_LEN);
    fact->enterprise_name = numbered(text->name, "晋示例", enterprise, "煤业有限公司");
    fact->region = AX_STR("140100");
    fact->industry = AX_STR("0610");
    fact->industry_edition = AX_STR("2017");
    fact->occurred_on = o->until - (int32_t)(random % 1826);
    fact->decided_on = fact->occurred_on;
    fact->synthetic = true;
    struct ax_enforcement_penalty *p = &fact->enforcement_penalty;
    p->document_number = numbered(text->document, "（示）应急罚〔2025〕", original, "号");
    p->authority = AX_STR("示例市应急管理局");
    p->categories = 1U << AX_PENALTY_CATEGORY_FINE;
    p->tier = random % 8 == 0   ? AX_PENALTY_TIER_SERIOUS
              : random % 3 == 0 ? AX_PENALTY_TIER_MINOR
                                : AX_PENALTY_TIER_GENERAL;
    p->fine_fen = (int64_t)(random % 900 + 1) * 100000 + (revised ? 100 : 0);
    p->violation = AX_STR("未按照规定对从业人员进行安全生产教育和培训");
    return true;
}
