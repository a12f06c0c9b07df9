/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One event counts once on every day, with the graver of its sides: an accident, and the penalties and claims that answer it,
 * its faces. Of a face's points those count that are more than the accident's: what the accident takes by rules of points is
 * set off against what its faces take, in the order of the ledger, then of the rules. A rule that is at its cap without this
 * accident sets off nothing. A face's shift counts unless the accident shifts as far by rules that hold by it alone. In rates
 * per exposure one side counts (scoring/rate_choice.h).
 *
 * So whatever becomes known of an event, or of another, points and shifts never get less: what is set off is never more than
 * what this accident adds to the rest. Private to scoring. No allocation; any thread.
 */
#include "scoring/rate_choice.h"

enum {
    AX_RATE_EVENTS_MAX = 64, /* with faces, on one day; of an enterprise with more every face counts in full */
    AX_RATE_EVENT_SLOTS = 128,
    AX_RATE_SIDES = 2, /* of points: in part X of the formula, which it weighs otherwise, and in the rest */
};

struct ax_rate_event {
    uint64_t act;                 /* of the accident; 0: none is here */
    int64_t takes[AX_RATE_SIDES]; /* points, >= 0, that the accident adds to what all others take */
    int64_t left[AX_RATE_SIDES];  /* of these, not yet set off */
    int32_t bands;                /* likewise down */
    uint64_t shifts
            [AX_PACK_RULE_WORDS]; /* rules whose shift its faces meet; once settled, for which they do not count */
};

struct ax_rate_faces {
    size_t count;
    bool many;                                        /* more than there is room for */
    struct ax_rate_event events[AX_RATE_EVENT_SLOTS]; /* open addressing by act */
    struct ax_rate_choices choices;
};

static inline bool ax_rate_is_face(const struct ax_entry *e)
{
    return (e->marks & AX_MARK_FACE) != 0;
}

/* Takes what is set off out of the sums of the day, in which all that counts is in full. Leaves the events in v->faces, if it is
 * there, for ax_rate_faces_leave. */
void ax_rate_faces_settle(struct ax_rate_view *v, int32_t day, struct ax_rate_sums *sums);
/* What the other sides of its event leave of a span, for all spans of faces that count on the day, in their order, and those of
 * accidents. False: nothing. */
bool ax_rate_faces_leave(struct ax_rate_faces *f, const struct ax_rate_view *v, struct ax_rate_span *s);
