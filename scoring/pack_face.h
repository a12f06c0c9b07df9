/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How rules look at a penalty or claim that answers an accident which counts. Pure; any thread. Private to
 * scoring/pack*.c. */
#include "scoring/entry.h"
#include "scoring/pack.h"

static inline bool ax_pack_can_answer(int32_t kind)
{
    return kind == AX_FACT_ENFORCEMENT_PENALTY || kind == AX_FACT_INSURANCE_CLAIM;
}

/* It is about nothing else. */
static inline bool ax_pack_asks_for_face(const struct ax_rule *r)
{
    return ax_pack_can_answer(r->kind) && (r->flags_all & AX_ENTRY_FOR_ACCIDENT) != 0;
}

/* What a law says of the penalty or claim itself, whatever the accident takes. */
static inline bool ax_pack_holds_by_itself(const struct ax_rule *r)
{
    return r->effect == AX_EFFECT_LEVEL || r->effect == AX_EFFECT_FLAG;
}
