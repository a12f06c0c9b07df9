/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pack's rules are for some industries only bar, worked out once: industries of one division (the first two digits)
 * are barred from the same rules unless some rule's prefix is longer than a division and begins with it.
 */
#include "scoring/pack_index.h"

enum { NO_INDUSTRY = AX_DIVISIONS, NO_DIVISION };

static void find_barred(const struct ax_pack *p, ax_str industry, struct ax_pack_barred *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *r = &p->rules[i];
        if (!ax_pack_industry_in(&r->industries, industry)) {
            out->rules[i / 64] |= UINT64_C(1) << i % 64;
            out->steps[r->kind - AX_FACT_ENFORCEMENT_PENALTY] |= UINT64_C(1) << p->place[i];
        }
    }
}

static bool is_parted(const struct ax_pack *p, ax_str division)
{
    for (size_t i = 0; i < p->rule_count; i++) {
        if (ax_prefixes_part(&p->rules[i].industries, division)) {
            return true;
        }
    }
    return false;
}

/* The same as one that is there, or one more. */
static uint8_t keep_trade(struct ax_pack *p, ax_str industry)
{
    struct ax_pack_barred barred;
    find_barred(p, industry, &barred);
    for (size_t i = 0; i < p->trade_count; i++) {
        if (memcmp(&p->trades[i], &barred, sizeof barred) == 0) {
            return (uint8_t)i;
        }
    }
    if (p->trade_count == AX_PACK_TRADES_MAX) {
        return AX_PACK_TRADE_OTHER;
    }
    p->trades[p->trade_count] = barred;
    return (uint8_t)p->trade_count++;
}

void ax_pack_make_trades(struct ax_pack *p)
{
    p->trade_count = 0;
    for (size_t i = 0; i < AX_DIVISIONS; i++) {
        char digits[2];
        ax_str division = ax_division_digits(i, digits);
        p->trade_of[i] = is_parted(p, division) ? AX_PACK_TRADE_OTHER : keep_trade(p, division);
    }
    p->trade_of[NO_INDUSTRY] = keep_trade(p, AX_STR(""));
    p->trade_of[NO_DIVISION] = AX_PACK_TRADE_OTHER;
}

const struct ax_pack_barred *ax_pack_barred_of(
        const struct ax_pack *pack, ax_str industry, struct ax_pack_barred *scratch)
{
    ax_str digits = ax_industry_digits(industry);
    size_t division = ax_division_of(digits);
    size_t trade = pack->trade_of[division < AX_DIVISIONS ? division : digits.len == 0 ? NO_INDUSTRY : NO_DIVISION];
    if (trade != AX_PACK_TRADE_OTHER) {
        return &pack->trades[trade];
    }
    find_barred(pack, industry, scratch);
    return scratch;
}
