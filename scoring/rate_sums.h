/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What counts on one day, rule by rule: the caller's storage, indices into a ledger that it borrows. One thread. Private to
 * scoring. */
#include "scoring/rate_view.h"

struct ax_rate_sums {
    uint64_t touched[AX_PACK_RULE_WORDS];
    struct ax_rate_sum {
        uint64_t measure;
        int64_t points;
    } of[AX_PACK_RULES_MAX];
    int32_t last_from[AX_PACK_RULES_MAX]; /* of `latest` rules: what began last */
    uint32_t last[AX_PACK_RULES_MAX];
    struct ax_rate_span base;
    struct ax_rate_span exposed[AX_EXPOSED_COUNT];
    bool has_base;
    bool has_exposed[AX_EXPOSED_COUNT];
};

static inline void ax_rate_sums_init(struct ax_rate_sums *sums, const struct ax_pack *pack)
{
    memset(sums->touched, 0, sizeof sums->touched);
    memset(sums->of, 0, pack->rule_count * sizeof sums->of[0]);
    sums->has_base = false;
    memset(sums->has_exposed, 0, sizeof sums->has_exposed);
}

static inline void ax_rate_hold(uint64_t bits[AX_PACK_RULE_WORDS], size_t rule)
{
    bits[rule / 64] |= UINT64_C(1) << rule % 64;
}

/* Of two standings on one day the later one, then the worse, then the greater digest. */
static inline bool ax_rate_is_later(const struct ax_ledger *l, int32_t from_a, uint32_t a, int32_t from_b, uint32_t b)
{
    const struct ax_entry *x = &l->entries[a];
    const struct ax_entry *y = &l->entries[b];
    if (from_a != from_b) {
        return from_a > from_b;
    }
    return x->grade != y->grade ? x->grade > y->grade : memcmp(x->id->digest, y->id->digest, AX_DIGEST_SIZE) > 0;
}

/* One that stands and is no rule's. */
static inline void ax_rate_count_standing(
        struct ax_rate_sums *sums, const struct ax_ledger *l, const struct ax_rate_span *s)
{
    bool is_base = s->rule == AX_SPAN_BASE;
    size_t exposed = is_base ? 0 : s->rule - AX_SPAN_EXPOSURE;
    struct ax_rate_span *kept = is_base ? &sums->base : &sums->exposed[exposed];
    bool *has_kept = is_base ? &sums->has_base : &sums->has_exposed[exposed];
    if (!*has_kept || ax_rate_is_later(l, s->from, s->entry, kept->from, kept->entry)) {
        *kept = *s;
        *has_kept = true;
    }
}

/* What one entry measures for a rule that it meets. */
static inline void ax_rate_count(struct ax_rate_sums *sums, const struct ax_ledger *l, const struct ax_rate_span *s)
{
    struct ax_rate_sum *sum = &sums->of[s->rule];
    if (s->latest) {
        bool first = !ax_rate_holds(sums->touched, s->rule);
        if (!first && !ax_rate_is_later(l, s->from, s->entry, sums->last_from[s->rule], sums->last[s->rule])) {
            return;
        }
        *sum = (struct ax_rate_sum){0, 0};
        sums->last_from[s->rule] = s->from;
        sums->last[s->rule] = s->entry;
    }
    ax_rate_hold(sums->touched, s->rule);
    sum->measure += s->measure;
    sum->points += s->points;
}

/* Points for each full step of what was measured over the exposure that stands. */
int64_t ax_rate_per_exposure(const struct ax_rule *r, uint64_t measure, const struct ax_rate_sums *sums);
