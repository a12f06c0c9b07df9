/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/gist.h"

enum {
    STATES_WITHOUT_EFFECT = 1 << AX_FACT_STATE_REPAIRED | 1 << AX_FACT_STATE_WITHDRAWN | 1 << AX_FACT_STATE_EXPIRED,
};

static bool has_effect(const struct ax_entry *e)
{
    return (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && (STATES_WITHOUT_EFFECT >> e->state & 1) == 0;
}

void ax_gist_of(const struct ax_ledger *ledger, struct ax_gist *out)
{
    *out = (struct ax_gist){0};
    for (uint32_t i = 0; i < ledger->count; i++) {
        const struct ax_entry *e = &ledger->entries[i];
        if (has_effect(e)) {
            size_t kind = (size_t)e->kind - AX_FACT_ENFORCEMENT_PENALTY;
            out->kinds[kind].grades |= (uint8_t)(1U << e->grade);
            out->kinds[kind].flags |= (uint8_t)ax_entry_rule_flags(e);
            out->kinds[kind].bits |= (uint16_t)e->bits;
            out->kinds[kind].most = e->amount > out->kinds[kind].most ? e->amount : out->kinds[kind].most;
        }
    }
}

/* Whether facts that measure something are enough, as far as the gist can tell. */
static bool may_measure(const struct ax_gist *gist, const struct ax_rule *r, size_t kind)
{
    if (r->measure == AX_MEASURE_DEATHS) {
        return r->at_least == 0 || gist->kinds[kind].bits != 0;
    }
    return r->measure != AX_MEASURE_YUAN || gist->kinds[kind].most >= r->each_at_least;
}

static bool may_meet(const struct ax_gist *gist, const struct ax_rule *r)
{
    size_t kind = (size_t)r->kind - AX_FACT_ENFORCEMENT_PENALTY;
    uint32_t grades = gist->kinds[kind].grades;
    uint32_t categories = (uint32_t)gist->kinds[kind].bits << 1;
    bool some = grades != 0 && (r->grades == 0 || (r->grades & grades) != 0) &&
                (r->categories == 0 || (r->categories & categories) != 0) &&
                (r->flags_all & ~(uint32_t)gist->kinds[kind].flags) == 0 && may_measure(gist, r, kind);
    return some || r->absent;
}

bool ax_gist_may_hold(const struct ax_gist *gist, const struct ax_pack *pack, size_t rule)
{
    const struct ax_rule *r = &pack->rules[rule];
    while (may_meet(gist, r) && r->needs >= 0) {
        r = &pack->rules[r->needs];
    }
    return may_meet(gist, r);
}

void ax_gist_put(const struct ax_gist *gist, struct ax_buf *out)
{
    for (size_t i = 0; i < AX_PACK_KINDS; i++) {
        if (gist->kinds[i].grades != 0) {
            ax_buf_put_u8(out, (uint8_t)(i + AX_FACT_ENFORCEMENT_PENALTY));
            ax_buf_put_u8(out, gist->kinds[i].grades);
            ax_buf_put_u8(out, gist->kinds[i].flags);
            ax_buf_put_varint(out, gist->kinds[i].bits);
            ax_buf_put_varint(out, gist->kinds[i].most);
        }
    }
}

bool ax_gist_take(ax_str bytes, struct ax_gist *out)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    *out = (struct ax_gist){0};
    while (ax_cursor_left(&c) > 0) {
        uint8_t kind;
        uint8_t grades;
        uint8_t flags;
        uint64_t bits;
        uint64_t most;
        if (!ax_cursor_u8(&c, &kind) || kind < AX_FACT_ENFORCEMENT_PENALTY || kind > AX_FACT_KIND_LAST ||
                !ax_cursor_u8(&c, &grades) || !ax_cursor_u8(&c, &flags) || !ax_cursor_varint(&c, &bits) ||
                bits > AX_ENTRY_BITS_MAX || !ax_cursor_varint(&c, &most) || most > UINT32_MAX) {
            return false;
        }
        size_t i = (size_t)kind - AX_FACT_ENFORCEMENT_PENALTY;
        out->kinds[i].grades = grades;
        out->kinds[i].flags = flags;
        out->kinds[i].bits = (uint16_t)bits;
        out->kinds[i].most = (uint32_t)most;
    }
    return true;
}
