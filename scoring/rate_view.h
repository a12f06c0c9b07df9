/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A ledger seen through a pack: from when until when each head counts for each rule that it meets. Made once a rating and
 * then looked at on as many days as are asked for. Private to scoring.
 */
#include "scoring/seen.h"

enum {                        /* in place of a rule */
    AX_SPAN_BASE = 0xFFFF,    /* a standing of standardisation */
    AX_SPAN_EXPOSURE = 0xFFF0 /* and enum ax_exposed: what is exposed, in `measure` */
};

struct ax_rate_span {
    int32_t from; /* first and last day on which it counts */
    int32_t until;
    int32_t points;   /* points for each: what this one takes or gives before caps */
    uint32_t measure; /* towards the rule's threshold */
    uint32_t entry;
    uint16_t rule;
    bool latest; /* of several that count the one that began last */
};

enum {
    AX_RATE_SPANS_MAX = 256, /* kept; beyond this they are worked out again on every day looked at */
    AX_RATE_ENTRY_SPANS_MAX = AX_PACK_KIND_RULES_MAX + AX_EXPOSED_COUNT + 1, /* of one entry */
};

struct ax_rate_view {
    const struct ax_ledger *ledger;
    const struct ax_pack *pack;
    const struct ax_pack_barred *barred; /* rules that are not for its industry; the pack's, or the next */
    struct ax_pack_barred barred_here;
    const struct ax_formula *formula; /* of its industry; NULL: none */
    const int32_t *least;             /* points by band */
    uint32_t facts;
    uint32_t conflicts;
    uint32_t objected;
    int32_t rated_from; /* first day on which something that the pack rates is there; AX_DAY_NONE: never */
    int32_t known_from; /* first day of anything of the pack's known_kinds; AX_DAY_NONE: none dated */
    bool standardisation_known;
    int32_t keep_from; /* spans that end before this day are left out … */
    int32_t past; /* … but for the day after the last on which one of them ended, where nothing that is kept began later */
    bool complete; /* all spans are below */
    struct ax_rate_faces
            *faces; /* where looking at a day leaves its events with several sides, if any; NULL: nowhere */
    size_t count;
    struct ax_rate_span spans[AX_RATE_SPANS_MAX + AX_RATE_ENTRY_SPANS_MAX]; /* while not complete: room for a chunk */
    size_t absent_count;
    int32_t absent[3 * AX_PACK_RULES_MAX]; /* days on which rules for what is absent begin or end by themselves */
    int32_t enabled[AX_PACK_RULES_MAX]; /* of `absent` rules: the first day on which it can hold; AX_DAY_NONE: never */
};

/* For looking at days from `keep_from` on. */
void ax_rate_view_init(
        struct ax_rate_view *v, const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t keep_from);
/* For looking at the day of `seen` alone: without spans, but with the sums of what counts on it. False: the enterprise is not
 * rated on that day. */
struct ax_rate_sums;
bool ax_rate_view_init_on(struct ax_rate_view *v, const struct ax_seen *seen, struct ax_rate_sums *sums);
/* Parts of both: nothing is looked at yet; band by points of an enterprise's place and trade, and its formula; when rules for
 * what is absent can hold at all. */
void ax_rate_view_begin(
        struct ax_rate_view *v, const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t keep_from);
void ax_rate_view_look_at_scale(struct ax_rate_view *v, ax_str industry);
void ax_rate_view_look_at_absent(struct ax_rate_view *v);
/* All spans of one entry, at most AX_RATE_ENTRY_SPANS_MAX. */
size_t ax_rate_view_entry(const struct ax_rate_view *v, uint32_t entry, struct ax_rate_span *out);

/* All spans kept, a chunk at a time; one walk at a time. */
struct ax_rate_walk {
    struct ax_rate_view *v;
    uint32_t next;
};

bool ax_rate_walk_next(struct ax_rate_walk *w, const struct ax_rate_span **spans, size_t *count);

/* What holds on one day. */
struct ax_rate_tally {
    enum ax_level level;
    int32_t band; /* of the pack's scale; AX_RATE_NO_BAND: unrated */
    int32_t points;
    int32_t base;          /* by standardisation */
    int32_t bonus_taken;   /* by the pack's cap on all bonuses, <= 0 */
    int32_t formula;       /* what θ and α changed */
    bool top;              /* a better band was missed for want of being among the best of the trade */
    int32_t clamp;         /* what the ends of the scale changed */
    bool missing;          /* standardisation */
    uint32_t base_entry;   /* the standing that counts; UINT32_MAX: none */
    int32_t last_boundary; /* as in struct ax_rate */
    int32_t next_boundary;
    uint64_t holds[AX_PACK_RULE_WORDS]; /* rules that hold */
    uint64_t moved[AX_PACK_RULE_WORDS]; /* of these, rules that move the level or are flags */
    int32_t taken[AX_PACK_RULES_MAX];   /* points of each rule that holds, before its cap */
    uint32_t last[AX_PACK_RULES_MAX];   /* of `latest` rules that hold: the entry that counts */
};

void ax_rate_tally_day(struct ax_rate_view *v, int32_t day, struct ax_rate_tally *out);
/* The whole rating of a day; the tally is what it was made of. */
void ax_rate_view_conclude(struct ax_rate_view *v, int32_t day, struct ax_rate_tally *t, struct ax_rate *out);
/* A rule's points with its cap. */
static inline int32_t ax_rate_capped(const struct ax_rule *rule, int32_t points)
{
    if (rule->cap == 0) {
        return points;
    }
    return points > rule->cap ? rule->cap : points < -rule->cap ? -rule->cap : points;
}

static inline bool ax_rate_holds(const uint64_t rules[AX_PACK_RULE_WORDS], size_t rule)
{
    return (rules[rule / 64] >> rule % 64 & 1) != 0;
}
