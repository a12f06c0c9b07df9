/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Facts of one made-up enterprise, into a list in an arena. One thread. */
#include "base/arena.h"
#include "connectors/synth_plan.h"

enum { AX_SYNTH_FACTS_MAX = 256 }; /* an enterprise */

struct ax_synth_facts {
    struct ax_arena arena;
    struct ax_random random;
    struct ax_synth_profile profile;
    struct ax_synth_plan plan;
    int32_t until;
    bool insured; /* a policy a year, the newest beginning on covered_from */
    int32_t covered_from;
    struct ax_fact *facts[AX_SYNTH_FACTS_MAX];
    size_t count;
};

/* A fact of this enterprise from one system; reference is "<prefix>-<code>-<n>". */
struct ax_fact *ax_synth_add(
        struct ax_synth_facts *s, const char *source, const char *prefix, int32_t kind, int32_t occurred_on);
ax_str ax_synth_text(struct ax_synth_facts *s, const char *format, ...) AX_PRINTF(2, 3);
/* A day from..to months before the end, the nearer one first: (0, 12) is in the last twelve months. */
int32_t ax_synth_day(struct ax_synth_facts *s, int months_from, int months_to);

void ax_synth_plan_cover(struct ax_synth_facts *s);
/* Of the policy that covers the day; empty: none. */
ax_str ax_synth_policy_number(struct ax_synth_facts *s, int32_t day);
void ax_synth_add_policies(struct ax_synth_facts *s);
/* A claim as the insurer reported it over time, a revision a stage: what is paid and reserved grows together until it is
 * closed. `accident` NULL: nobody was hurt badly. Nothing where no policy covers the day. */
void ax_synth_add_claim(struct ax_synth_facts *s, int32_t day, const struct ax_accident *accident);
void ax_synth_add_acts(struct ax_synth_facts *s); /* penalties, accidents and their claims, lists */
void ax_synth_add_standing(
        struct ax_synth_facts *s); /* exposure, standardisation, licences, certificates, indicators */
void ax_synth_add_watching(struct ax_synth_facts *s); /* inspections, hazards, policies, prevention services */
