/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/synth_facts.h"

static void add_inspections(struct ax_synth_facts *s)
{
    uint32_t count =
            s->profile.sector->high_risk ? 4 + ax_random_below(&s->random, 6) : 1 + ax_random_below(&s->random, 4);
    for (uint32_t i = 0; i < count; i++) {
        /* The first one is five years old: what is rated has been known for that long. */
        int32_t day = i == 0 ? ax_day_add_months(s->until, -60) : ax_synth_day(s, 0, 58);
        struct ax_fact *fact = ax_synth_add(s, "enforcement", "i", AX_FACT_INSPECTION, day);
        struct ax_inspection *x = &fact->inspection;
        x->document_number = ax_synth_text(s, "（示）应急检〔%s〕%u号", s->profile.code + 10, (unsigned)i + 1);
        x->authority = ax_synth_text(s, "%s示例应急管理局", s->profile.city);
        x->findings = ax_random_below(&s->random, 9);
        x->corrected = ax_random_percent(&s->random, 92);
    }
}

static void add_hazard(struct ax_synth_facts *s, int32_t found, int32_t level, int32_t finder, bool closed)
{
    struct ax_fact *fact = ax_synth_add(s, "hazards", "h", AX_FACT_HAZARD, found);
    struct ax_hazard *h = &fact->hazard;
    h->hazard_id = fact->reference;
    h->level = level;
    h->finder = finder;
    h->found_on = found;
    h->due_on = found + (level == AX_HAZARD_LEVEL_MAJOR ? 60 : 15);
    int32_t done = found + ax_random_between(&s->random, 1, level == AX_HAZARD_LEVEL_MAJOR ? 58 : 14);
    h->closed_on = closed && done <= s->until ? done : AX_DAY_NONE;
}

static void add_hazards(struct ax_synth_facts *s)
{
    uint32_t count = 2 + ax_random_below(&s->random, 7);
    for (uint32_t i = 0; i < count; i++) {
        add_hazard(s, ax_synth_day(s, 0, 58), AX_HAZARD_LEVEL_GENERAL,
                ax_random_percent(&s->random, 70) ? AX_HAZARD_FINDER_ENTERPRISE : AX_HAZARD_FINDER_AUTHORITY, true);
    }
    if (ax_random_percent(&s->random, 12)) {
        add_hazard(s, ax_synth_day(s, 4, 50), AX_HAZARD_LEVEL_MAJOR, AX_HAZARD_FINDER_AUTHORITY, true);
    }
    if (s->plan.overdue_hazard) {
        add_hazard(s, ax_synth_day(s, 4, 9), AX_HAZARD_LEVEL_MAJOR, AX_HAZARD_FINDER_AUTHORITY, false);
        s->facts[s->count - 1]->hazard.supervised = true;
    }
}

static void add_services(struct ax_synth_facts *s)
{
    for (uint32_t i = ax_random_below(&s->random, 3); s->insured && i > 0; i--) {
        int32_t day = ax_synth_day(s, 0, 36);
        struct ax_fact *fact = ax_synth_add(s, "insurer-shili", "v", AX_FACT_PREVENTION_SERVICE, day);
        struct ax_prevention_service *v = &fact->prevention_service;
        v->service_number = fact->reference;
        v->policy_number = ax_synth_policy_number(s, day);
        v->provider = AX_STR("示例安全技术服务有限公司");
        v->visited_on = day;
        v->hazards_found = ax_random_below(&s->random, 12);
        v->hazards_closed = v->hazards_found - ax_random_below(&s->random, v->hazards_found / 4 + 1);
        v->insurer_confirmed = true;
        v->enterprise_confirmed = ax_random_percent(&s->random, 90);
    }
}

void ax_synth_add_watching(struct ax_synth_facts *s)
{
    add_inspections(s);
    add_hazards(s);
    ax_synth_add_policies(s);
    add_services(s);
}
