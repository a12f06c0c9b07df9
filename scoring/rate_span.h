/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A span: from when until when one entry counts for one rule that it meets, and with what. Worked out the same way for all
 * days (rate_view.c) and for one (rate_view_on.c). Private to scoring.
 */
#include "scoring/rate_view.h"

struct ax_rate_days {
    int32_t act;   /* decided, found, listed, valid from; else occurred */
    int32_t event; /* occurred; else as above */
    int32_t legal; /* the day by which the law's version is picked: of the accident, else of the decision */
    bool last_known;
    int32_t last;                          /* on which it may be used */
    uint32_t ended;                        /* bit n: the end of window n is there */
    int32_t ends[2 * AX_PACK_WINDOWS_MAX]; /* last day of the pack's window n */
};

/* What is left out of a view: spans that ended before keep_from. */
struct ax_rate_past {
    int32_t keep_from;
    int32_t last; /* the latest day after one of them, or on which one that is kept began, not after keep_from */
    int32_t over; /* a window that ends on this day or before is over for certain, and not the last that was: no need to
                   * work out its end */
};

static inline void ax_rate_note_last(struct ax_rate_past *past, int32_t day)
{
    if (day > past->last) {
        past->last = day;
        past->over = past->keep_from == AX_DAY_NONE ? AX_DAY_NONE
                     : past->keep_from - 1 < day    ? past->keep_from - 1
                                                    : day;
    }
}

/* Whether a span that is known is kept. */
static inline bool ax_rate_is_kept(struct ax_rate_past *past, const struct ax_rate_span *s)
{
    if (s->from > s->until) {
        return false;
    }
    if (s->until < past->keep_from) {
        ax_rate_note_last(past, s->until + 1);
        return false;
    }
    if (s->from <= past->keep_from) {
        ax_rate_note_last(past, s->from);
    }
    return true;
}

/* The last day on which it may be used: as its source says, else as the pack does. */
int32_t ax_rate_last_use(const struct ax_pack *p, const struct ax_entry *e, int32_t act, int32_t legal);

static inline int32_t ax_rate_cut(
        const struct ax_pack *p, const struct ax_entry *e, int32_t until, struct ax_rate_days *d)
{
    if (!d->last_known) {
        d->last_known = true;
        d->last = ax_rate_last_use(p, e, d->act, d->legal);
    }
    return until > d->last ? d->last : until;
}

uint32_t ax_rate_measure(const struct ax_rule *r, const struct ax_entry *e);
/* With the share of the liability where the rule asks for it. */
int32_t ax_rate_points(const struct ax_rule *r, const struct ax_entry *e, uint32_t measure);

static inline uint64_t ax_rate_rules_met(const struct ax_pack_index *index, const struct ax_entry *e)
{
    uint32_t flags = ax_entry_rule_flags(e);
    return index->traits[e->sort & AX_SORT_TRAITS_MASK] & index->flags[flags];
}

/* What the index does not know. */
bool ax_rate_meets(const struct ax_rule *r, const struct ax_entry *e);
/* The days of a rule that no window at hand tells; false: none is kept. */
bool ax_rate_first_and_last(const struct ax_pack *p, const struct ax_rule *r, const struct ax_entry *e,
        struct ax_rate_days *d, struct ax_rate_past *past, struct ax_rate_span *s);
/* What stands that is no rule's. */
size_t ax_rate_standing_spans(const struct ax_rate_view *v, const struct ax_entry *e, uint32_t entry,
        struct ax_rate_days *d, struct ax_rate_past *past, struct ax_rate_span *out);

static inline void ax_rate_fill_span(const struct ax_pack_step *step, const struct ax_rule *r, const struct ax_entry *e,
        uint32_t entry, struct ax_rate_span *s)
{
    s->measure = step->measured ? ax_rate_measure(r, e) : 1 + (e->count - 1U) * step->counts;
    s->points = step->scaled ? ax_rate_points(r, e, s->measure) : step->each * (int32_t)s->measure;
    s->entry = entry;
    s->rule = step->rule;
    s->latest = step->latest;
}
