/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/seen.h"

#include "scoring/profile.h"

/*
 * What an entry's marks make of it, and what its state leaves of that, in one word: three counts of up to AX_SEEN_MAX each, so
 * that one sum counts all three, and above them AX_SEEN_*, whose own sum is shifted out.
 */
enum { CONFLICTS_AT = 9, OBJECTED_AT = 18, COUNT_MASK = 0x1FF, MARKS_AT = 29 };

#define HEAD (1U | 1U << OBJECTED_AT | (uint32_t)AX_SEEN_THERE << MARKS_AT)
#define COUNTS (HEAD | (uint32_t)(AX_SEEN_EFFECT | AX_SEEN_USED) << MARKS_AT) /* unless it may not be used */
#define CONFLICT (1U << CONFLICTS_AT)
#define NO_OBJECTION (~(1U << OBJECTED_AT))
#define NO_EFFECT (NO_OBJECTION & (HEAD | CONFLICT))

#define AT(state, marks) ((state) << AX_STANDING_STATE_AT | AX_MARK_HEAD | (marks))
#define OF_STATE(state, left) \
    [AT(state, 0)] = COUNTS & (left), [AT(state, AX_MARK_FACE)] = COUNTS & (left), \
               [AT(state, AX_MARK_CONFLICT)] = (COUNTS | CONFLICT) & (left), \
               [AT(state, AX_MARK_CONFLICT | AX_MARK_FACE)] = (COUNTS | CONFLICT) & (left), \
               [AT(state, AX_MARK_ECHO)] = HEAD & (left), [AT(state, AX_MARK_ECHO | AX_MARK_FACE)] = HEAD & (left), \
               [AT(state, AX_MARK_ECHO | AX_MARK_CONFLICT)] = (HEAD | CONFLICT) & (left), \
               [AT(state, AX_MARK_ALL)] = (HEAD | CONFLICT) & (left)

/* By marks and state; of what is withdrawn nothing but that its revision has another content, too. */
static const uint32_t by_standing[AX_STANDING_MASK + 1] = {
        OF_STATE(AX_FACT_STATE_UNSPECIFIED, NO_OBJECTION),
        OF_STATE(AX_FACT_STATE_ACTIVE, NO_OBJECTION),
        OF_STATE(AX_FACT_STATE_OBJECTED, UINT32_MAX),
        OF_STATE(AX_FACT_STATE_CORRECTED, NO_OBJECTION),
        OF_STATE(AX_FACT_STATE_REPAIRED, NO_EFFECT),
        OF_STATE(AX_FACT_STATE_EXPIRED, NO_EFFECT),
        OF_STATE(AX_FACT_STATE_EXPIRED + 1, NO_OBJECTION), /* no such state is known */
        OF_STATE(AX_FACT_STATE_WITHDRAWN, CONFLICT),
};

/* Of what is dated, by the first row that has its legal day. */
static bool is_used_by_rows(const struct ax_rate_day *on, const struct ax_entry *e, uint32_t act, uint32_t event)
{
    if (e->use_until_day != 0 || act == 0) {
        return act != 0 && e->use_until_day >= on->kept;
    }
    uint32_t legal = e->kind == AX_FACT_ACCIDENT ? event : act;
    uint32_t rows = on->pack->kind_uses[e->kind - AX_FACT_ENFORCEMENT_PENALTY][e->grade];
    for (; rows != 0; rows &= rows - 1) {
        const struct ax_rate_use *u = &on->uses[__builtin_ctz(rows)];
        if (legal >= u->from && legal <= u->to) {
            return act >= u->since;
        }
    }
    return true;
}

/* What is not dated is 0, before all. */
static inline uint32_t is_used(const struct ax_rate_day *on, const struct ax_entry *e, uint32_t act, uint32_t event)
{
    uint32_t since = on->used_since[e->sort >> AX_SORT_GRADE_AT & AX_SORT_GRADE_MASK];
    if (__builtin_expect(e->use_until_day != 0 || since == AX_RATE_BY_ROWS, 0)) {
        return is_used_by_rows(on, e, act, event);
    }
    return act >= since;
}

/* From the last to the first, and without a branch: kinds and states come as they may, and half of all guesses would be
 * wrong. */
static void see_entries(struct ax_seen *s)
{
    const struct ax_ledger *l = s->ledger;
    uint32_t sum = 0;
    uint32_t standing = 0;
    for (size_t i = l->count; i-- > 0;) {
        const struct ax_entry *e = &l->entries[i];
        size_t kind = e->kind;
        uint32_t seen = by_standing[e->standing & AX_STANDING_MASK];
        uint32_t occurred = e->occurred_day;
        uint32_t from = e->from_day;
        uint32_t act = from | (occurred & (0U - (from == 0)));
        uint32_t event = occurred | (from & (0U - (occurred == 0)));
        uint32_t marks = seen >> MARKS_AT & (AX_SEEN_USED - 1 + AX_SEEN_USED * is_used(s->on, e, act, event));
        s->entries[i] = (struct ax_seen_entry){
                .entry = e,
                .counts = 0U - (uint64_t)(marks / AX_SEEN_USED),
                .act = act,
                .event = event,
                .next = s->first[kind],
                .marks = (uint8_t)marks,
        };
        s->first[kind] = (uint16_t)i;
        sum += seen;
        standing |= e->standing & (0U - (seen & 1));
    }
    s->facts = sum & COUNT_MASK;
    s->conflicts = sum >> CONFLICTS_AT & COUNT_MASK;
    s->objected = sum >> OBJECTED_AT & COUNT_MASK;
    s->synthetic = (standing >> AX_STANDING_FLAGS_AT & AX_ENTRY_SYNTHETIC) != 0;
}

bool ax_seen_init(struct ax_seen *s, const struct ax_ledger *ledger, const struct ax_rate_day *on)
{
    if (ledger->count > AX_SEEN_MAX) {
        return false;
    }
    ax_ledger_fetch(ledger); /* or each entry would be waited for in turn */
    s->ledger = ledger;
    s->on = on;
    memset(s->first, 0xFF, sizeof s->first); /* AX_SEEN_END */
    see_entries(s);
    s->industry = ax_profile_best(ledger, AX_PROFILE_INDUSTRY);
    return true;
}

bool ax_seen_has(const struct ax_seen *s, enum ax_fact_kind kind)
{
    for (size_t i = s->first[kind]; i != AX_SEEN_END; i = s->entries[i].next) {
        if ((s->entries[i].marks & AX_SEEN_THERE) != 0) {
            return true;
        }
    }
    return false;
}
