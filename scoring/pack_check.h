/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What ax_pack_compile refuses, and the words for it. A pack is only read, the error is the caller's. Any thread. Private to
 * scoring/pack*.c. */
#include "scoring/pack.h"

static inline ax_rc ax_pack_broken(struct ax_err *err, ax_str rule, const char *field, const char *why)
{
    return ax_fail_field(err, AX_INVALID, field, rule.ptr, rule.len, "%s", why);
}

static inline bool ax_pack_is_months(int32_t months)
{
    return months >= 0 && months <= AX_PACK_MONTHS_MAX;
}

static inline bool ax_pack_is_kind(int32_t kind)
{
    return kind >= AX_FACT_ENFORCEMENT_PENALTY && kind <= AX_FACT_KIND_LAST;
}

/* "ours" may stand alone; whatever claims a source must name it, and what names none must say "ours". */
ax_rc ax_pack_check_source(
        ax_str id, ax_str legal_basis, enum ax_provenance provenance, struct ax_err *err) AX_MUST_CHECK;
/* One rule, by its place in the pack. */
ax_rc ax_pack_check_rule(const struct ax_pack *p, size_t index, struct ax_err *err) AX_MUST_CHECK;
/* The whole pack with its rules; the error names the rule. */
ax_rc ax_pack_check_whole(const struct ax_pack *p, struct ax_err *err) AX_MUST_CHECK;
