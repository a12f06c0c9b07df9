/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/synth_facts.h"

/* A year each, the last one ending on the last day. */
static void add_exposures(struct ax_synth_facts *s)
{
    uint32_t employees = s->profile.employees;
    for (int year = 0; year < 5; year++) {
        int32_t last = ax_day_add_months(s->until, -12 * year);
        struct ax_fact *fact = ax_synth_add(s, "statistics", "e", AX_FACT_EXPOSURE, last);
        struct ax_exposure *e = &fact->exposure;
        e->period_from = ax_day_add_months(s->until, -12 * (year + 1)) + 1;
        e->period_until = last;
        e->employees = employees;
        e->labour_hours = (uint64_t)employees * (uint64_t)ax_random_between(&s->random, 1900, 2350);
        e->output = (uint64_t)employees * (uint64_t)ax_random_between(&s->random, 60, 900);
        e->output_unit = ax_str_c(s->profile.sector->unit);
        employees = employees * (uint32_t)ax_random_between(&s->random, 92, 106) / 100 + 1;
    }
}

static void add_standardisation(struct ax_synth_facts *s)
{
    if (s->plan.standardisation == AX_STANDARDISATION_LEVEL_UNSPECIFIED) {
        return;
    }
    int32_t from = ax_synth_day(s, 1, 34);
    bool with_predecessor = ax_random_percent(&s->random, 50);
    for (int i = 0; i < (with_predecessor ? 2 : 1); i++) {
        int32_t begins = i == 0 ? from : ax_day_add_months(from, -36);
        struct ax_fact *fact = ax_synth_add(s, "standardisation", "s", AX_FACT_STANDARDISATION, begins);
        struct ax_standardisation *x = &fact->standardisation;
        x->level = i == 1 && s->plan.standardisation < AX_STANDARDISATION_LEVEL_THREE ? s->plan.standardisation + 1
                                                                                      : s->plan.standardisation;
        x->valid_from = begins;
        x->valid_until = ax_day_add_months(begins, 36) - 1;
        x->authority = AX_STR("示例省应急管理厅");
    }
}

static void add_licence(struct ax_synth_facts *s)
{
    if (!s->profile.sector->high_risk || s->plan.unlicensed) {
        return;
    }
    int32_t from = ax_synth_day(s, 1, 34);
    struct ax_fact *fact = ax_synth_add(s, "licensing", "n", AX_FACT_LICENCE, from);
    struct ax_licence *l = &fact->licence;
    l->licence_number = ax_synth_text(s, "（示）安许证字〔%s〕", s->profile.code + 10);
    l->document_number = fact->reference;
    l->authority = AX_STR("示例省应急管理厅");
    l->kind = AX_LICENCE_KIND_WORK_SAFETY;
    l->licence_state =
            s->plan.listed && ax_random_percent(&s->random, 30) ? AX_LICENCE_STATE_SUSPENDED : AX_LICENCE_STATE_VALID;
    l->valid_from = from;
    l->valid_until = ax_day_add_months(from, 36) - 1;
}

static void add_certificates(struct ax_synth_facts *s)
{
    static const int32_t kinds[] = {AX_CERTIFICATE_KIND_MAIN_PERSON, AX_CERTIFICATE_KIND_SAFETY_MANAGER,
            AX_CERTIFICATE_KIND_SPECIAL_WORKER, AX_CERTIFICATE_KIND_SAFETY_ENGINEER};
    const uint32_t counts[] = {1, 1 + s->profile.employees / 100, s->profile.employees / 12, s->plan.engineers};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (counts[i] == 0) {
            continue;
        }
        int32_t from = ax_synth_day(s, 1, 34);
        struct ax_fact *fact = ax_synth_add(s, "examinations", "k", AX_FACT_CERTIFICATE, from);
        fact->certificate.kind = kinds[i];
        fact->certificate.count = counts[i];
        fact->certificate.valid_from = from;
        fact->certificate.valid_until = ax_day_add_months(from, 36) - 1;
    }
}

static void add_commendations(struct ax_synth_facts *s)
{
    for (int i = 0; i < s->plan.commendations; i++) {
        int32_t from = ax_synth_day(s, 1, 30);
        struct ax_fact *fact = ax_synth_add(s, "lists", "g", AX_FACT_LIST_ENTRY, from);
        fact->list_entry.list = AX_LIST_KIND_COMMENDATION;
        fact->list_entry.condition = AX_STR("安全文化建设示范企业");
        fact->list_entry.authority = AX_STR("示例省应急管理厅");
        fact->list_entry.listed_from = from;
        fact->list_entry.listed_until = ax_day_add_months(from, 36) - 1;
    }
}

static void add_indicator(struct ax_synth_facts *s, const char *scheme, const char *item, int32_t value, int32_t from)
{
    struct ax_fact *fact = ax_synth_add(s, "assessment", "z", AX_FACT_INDICATOR, from);
    fact->indicator.scheme = ax_str_c(scheme);
    fact->indicator.item = ax_str_c(item);
    fact->indicator.value_milli = value;
    fact->indicator.period_from = from;
    fact->indicator.period_until = ax_day_add_months(from, 12) - 1;
    fact->indicator.authority = AX_STR("示例省应急管理厅");
}

/* The last assessment by two forms: points of Nanjing's, the better the nearer to standardisation; what Shandong's takes away. */
static void add_indicators(struct ax_synth_facts *s)
{
    static const char nanjing[] = "DB3201/T 1135-2022";
    static const char *const lapses[] = {
            "information-system-not-filled", "hazard-self-check-not-reported", "no-self-evaluation"};
    int32_t from = ax_synth_day(s, 1, 11);
    int32_t standing = s->plan.standardisation;
    int32_t lack = standing >= AX_STANDARDISATION_LEVEL_ONE && standing <= AX_STANDARDISATION_LEVEL_THREE
                           ? standing - AX_STANDARDISATION_LEVEL_ONE
                           : 4;
    add_indicator(s, nanjing, "inherent-safety",
            ax_random_between(&s->random, s->profile.sector->high_risk ? 8 : 13, 20 - lack) * 1000, from);
    add_indicator(s, nanjing, "information-technology", ax_random_between(&s->random, 0, 5 - lack) * 1000, from);
    add_indicator(s, nanjing, "double-prevention", ax_random_between(&s->random, 0, 5 - lack) * 1000, from);
    for (size_t i = 0; i < sizeof lapses / sizeof lapses[0]; i++) {
        if (ax_random_percent(&s->random, (uint32_t)(4 + 8 * lack))) {
            add_indicator(s, "shandong-2013", lapses[i], 1000, from);
        }
    }
}

void ax_synth_add_standing(struct ax_synth_facts *s)
{
    add_exposures(s);
    add_standardisation(s);
    add_licence(s);
    add_certificates(s);
    add_commendations(s);
    add_indicators(s);
}
