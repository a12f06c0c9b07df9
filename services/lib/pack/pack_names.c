/* SPDX-License-Identifier: Apache-2.0 */
/* The words that packs have for codes and flags, by kind of fact. */
#include "services/lib/pack/pack_text.h"

enum { NAMES_MAX = 16 };

struct names {
    int32_t kind;                 /* 0: whatever the kind */
    const char *names[NAMES_MAX]; /* by value; of flags by bit */
};

static const struct names grade_names[] = {
        {AX_FACT_ENFORCEMENT_PENALTY, {"unspecified", "minor", "general", "serious"}},
        {AX_FACT_ACCIDENT, {"unspecified", "general", "larger", "serious", "especially_serious"}},
        {AX_FACT_INSURANCE_CLAIM, {"unspecified", "open", "paid", "closed_without_payment", "refused"}},
        {AX_FACT_HAZARD, {"unspecified", "general", "major"}},
        {AX_FACT_MONITORING_ALARM, {"unspecified", "confirmed", "not_closed_in_time", "switched_off", "false_alarm"}},
        {AX_FACT_LICENCE, {"unspecified", "valid", "suspended", "revoked", "expired"}},
        {AX_FACT_CERTIFICATE, {"unspecified", "main_person", "safety_manager", "special_worker", "safety_engineer"}},
        {AX_FACT_STANDARDISATION, {"unspecified", "level_one", "level_two", "level_three", "none"}},
        {AX_FACT_LIST_ENTRY, {"unspecified", "serious_dishonesty", "construction", "transport", "special_equipment",
                                     "fire", "commendation"}},
        {0, {NULL}},
};
static const struct names stage_names[] = {
        {AX_FACT_ACCIDENT, {"unspecified", "reported", "graded", "investigated", "approved", "penalised", "evaluated"}},
        {0, {NULL}},
};
static const struct names liability_names[] = {
        {AX_FACT_ACCIDENT, {"unknown", "none", "general", "main"}},
        {0, {NULL}},
};
static const struct names category_names[] = {
        {AX_FACT_ENFORCEMENT_PENALTY,
                {NULL, "warning", "criticism", "fine", "confiscation_of_gains", "confiscation_of_property",
                        "licence_suspension", "qualification_downgrade", "licence_revocation", "activity_restriction",
                        "production_suspension", "closure", "occupation_ban", "detention", "other"}},
        {AX_FACT_LICENCE,
                {NULL, "work_safety", "hazardous_chemicals", "mining", "road_transport", "construction", "other"}},
        {0, {NULL}},
};
static const struct names flag_names[] = {
        {AX_FACT_ENFORCEMENT_PENALTY,
                {"aggregate", "multiplied_fine", "unlicensed", "for_accident", "accident_told", "several"}},
        {AX_FACT_INSURANCE_CLAIM, {NULL, NULL, NULL, "for_accident", "accident_told", "injuries_told"}},
        {AX_FACT_ACCIDENT, {"aggregate", "concealed", "contractor", "reported_late", "uncounted"}},
        {AX_FACT_INDICATOR, {NULL, "not_applicable"}},
        {AX_FACT_HAZARD, {NULL, "supervised", "produced_meanwhile", "by_authority", "by_insurer"}},
        {0, {NULL}},
};

static const struct {
    const char *key;
    const struct names *tables;
} keys[] = {{"grades", grade_names}, {"stages", stage_names}, {"liabilities", liability_names},
        {"categories", category_names}, {"with", flag_names}, {"without", flag_names}};

bool ax_pack_name_value(int32_t kind, const char *key, const char *word, uint32_t *value)
{
    size_t at = 0;
    while (strcmp(keys[at].key, key) != 0) {
        at++;
        AX_ASSERT(at < sizeof keys / sizeof keys[0]);
    }
    const struct names *table = keys[at].tables;
    while (table->kind != 0 && table->kind != kind) {
        table++;
    }
    for (*value = 0; *value < NAMES_MAX; (*value)++) {
        if (table->names[*value] != NULL && strcmp(table->names[*value], word) == 0) {
            return true;
        }
    }
    return false;
}
