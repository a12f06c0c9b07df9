/* SPDX-License-Identifier: Apache-2.0 */
/* More or graver adverse facts never help, whatever pack is loaded: looked at rule by rule. */
#include "scoring/pack.h"

static bool has_other_than(uint32_t grades, uint32_t harmless)
{
    return grades == 0 || (grades & ~(UINT32_C(1) << harmless)) != 0;
}

static bool is_adverse(const struct ax_rule *r)
{
    const int32_t kinds[] = {AX_FACT_ENFORCEMENT_PENALTY, AX_FACT_ACCIDENT, AX_FACT_INSURANCE_CLAIM, AX_FACT_HAZARD};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (r->kind == kinds[i]) {
            return true;
        }
    }
    return (r->kind == AX_FACT_LIST_ENTRY && has_other_than(r->grades, AX_LIST_KIND_COMMENDATION)) ||
           (r->kind == AX_FACT_MONITORING_ALARM && has_other_than(r->grades, AX_ALARM_OUTCOME_FALSE_ALARM));
}

const char *ax_pack_rule_rewards(const struct ax_pack *pack, const struct ax_rule *r)
{
    bool gives = r->points > 0 || r->shift > 0;
    bool takes = r->points < 0 || r->shift < 0 || r->effect == AX_EFFECT_LEVEL;
    if (is_adverse(r) && gives && !r->absent) {
        return "an adverse fact would help: what it does may only take, or be for its absence";
    }
    if (is_adverse(r) && takes && r->absent) {
        return "an adverse fact would help: its absence may not take";
    }
    const struct {
        int32_t rule;
        bool unless;
    } others[] = {{r->needs, false}, {r->unless, true}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct ax_rule *other = others[i].rule < 0 ? NULL : &pack->rules[others[i].rule];
        bool by_presence = other != NULL && other->absent == others[i].unless; /* it takes an adverse fact to hold */
        if (other != NULL && is_adverse(other) && (by_presence ? gives : takes && !is_adverse(r))) {
            return "an adverse fact would help: the rule that it needs, or that bars it, is about one";
        }
    }
    return NULL;
}

const char *ax_pack_base_rewards(const struct ax_pack *pack)
{
    for (int i = AX_STANDARDISATION_LEVEL_ONE; i < AX_STANDARDISATION_LEVEL_NONE; i++) {
        if (pack->base[i] < pack->base[i + 1]) {
            return "must not grow from level one to none";
        }
    }
    return NULL;
}
