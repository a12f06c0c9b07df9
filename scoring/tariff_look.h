/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the parts of ax_tariff_look have in common (scoring/tariff_*.c). Borrows tariff and ledger, its arrays are the arena's;
 * belongs to one call. */
#include "scoring/tariff.h"

/* A fact that is part of an event. */
struct ax_tariff_side {
    uint64_t event; /* act of the accident; 0: an event of its own */
    uint32_t entry;
};

/* Days with a policy of which the premium is known, ascending by the first; `until` is the latest of those up to here. */
struct ax_tariff_cover {
    int32_t from;
    int32_t until;
};

struct ax_tariff_looking {
    const struct ax_tariff *tariff;
    const struct ax_ledger *ledger;
    const struct ax_pack *pack; /* that rates the level, and says how long a fact may be used; NULL: none */
    int32_t day;
    struct ax_tariff_experience *out;
    struct ax_tariff_cover *covers;
    size_t cover_count;
    struct ax_tariff_side *sides;
    size_t side_count;
    uint64_t *cleared; /* accidents that are there and without effect for the unit */
    size_t cleared_count;
    bool rated_by_adverse;          /* and by nothing else */
    struct ax_entry *rest;          /* room for the ledger that the level is made of */
    struct ax_tariff_losses losses; /* of all claims */
    int32_t standard_from;
    int32_t exposure_until;
};

/* On the day, as the level has it. */
bool ax_tariff_has_effect(const struct ax_tariff_looking *l, const struct ax_entry *e);
/* On the day or in the months before it. */
bool ax_tariff_is_within(int32_t act, int32_t day, int32_t months);
int32_t ax_tariff_event_day(const struct ax_entry *e);

/* Premiums and claims (scoring/tariff_losses.c). Policies come first, then they are settled, then claims. */
void ax_tariff_see_policy(struct ax_tariff_looking *l, const struct ax_entry *e);
void ax_tariff_settle_policies(struct ax_tariff_looking *l);
/* Adds what a claim comes to in the loss ratio. */
void ax_tariff_weigh_claim(const struct ax_tariff_looking *l, const struct ax_entry *e, struct ax_tariff_losses *sum);

/* Events and the ways to see them (scoring/tariff_ways.c). */
void ax_tariff_see_side(struct ax_tariff_looking *l, uint32_t i);
/* Once all else is known. */
void ax_tariff_find_ways(struct ax_tariff_looking *l, const struct ax_pack *pack);
