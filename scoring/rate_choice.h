/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Of an event that counts in rates per exposure, as an accident in some and by what answers it in others, the side that counts
 * on a day. Steps of different rates do not add up event by event: of all choices that there are the one counts by which the
 * rates take most, and so nothing that becomes known takes less. Private to scoring. No allocation; any thread.
 */
#include "scoring/rate_sums.h"

enum { AX_RATE_CHOICES_MAX = 8 }; /* events; of an enterprise with more every side counts */

struct ax_rate_choice {
    uint64_t act;                        /* of the accident */
    uint64_t measure[AX_PACK_RATES_MAX]; /* by rate: of the accident, or of its faces together */
};

struct ax_rate_choices {
    size_t count;
    bool many;      /* more than there is room for */
    uint32_t faces; /* once settled: bit n, event n counts by its faces */
    struct ax_rate_choice of[AX_RATE_CHOICES_MAX];
};

/* Whether the event of an accident, or of what answers it, is among them. */
bool ax_rate_choices_have(const struct ax_rate_choices *c, const struct ax_entry *e);
/* A span of a rate that counts on the day; of an accident only where what answers it has been met. */
void ax_rate_choices_meet(
        struct ax_rate_choices *c, const struct ax_pack *pack, const struct ax_entry *e, const struct ax_rate_span *s);
/* Takes what does not count out of the sums, in which all is in full. */
void ax_rate_choices_settle(struct ax_rate_choices *c, const struct ax_pack *pack, struct ax_rate_sums *sums);
/* Whether the span still counts. */
bool ax_rate_choices_keep(const struct ax_rate_choices *c, const struct ax_pack *pack, const struct ax_entry *e,
        const struct ax_rate_span *s);
