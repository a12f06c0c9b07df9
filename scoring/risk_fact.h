/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One entry of a ledger as the risk score sees it: what it weighs in which channels, and on which days. Private to
 * scoring/risk*. */
#include "scoring/risk_model.h"

struct ax_risk_fact {
    int32_t day;   /* of the event */
    int32_t until; /* last day on which it may be used; AX_DAY_MAX: for ever */
    uint32_t channels;
    double weight[AX_RISK_CHANNELS]; /* of those channels */
};

/* Whether the entry says anything adverse that counts on some day: a head that is liable, not repaired, withdrawn or
 * expired, and neither echo nor face of another. */
bool ax_risk_is_adverse(const struct ax_entry *e, bool without_objected);
/* The same with what it weighs. */
bool ax_risk_fact_of(const struct ax_risk_model *m, const struct ax_pack *pack, const struct ax_entry *e,
        bool without_objected, struct ax_risk_fact *out);
/* Of a penalty: that the law or its kind calls grave. */
bool ax_risk_is_grave(const struct ax_entry *e);
/* The day since when the enterprise is known to be there, by facts that are not adverse; AX_DAY_NONE: it does not say. */
int32_t ax_risk_registers(const struct ax_entry *e, bool without_objected);
/* Labour hours a day that a fact states from a day on; false: it states none. */
bool ax_risk_hours_of(const struct ax_entry *e, bool without_objected, int32_t *from, int32_t *until, double *a_day);
