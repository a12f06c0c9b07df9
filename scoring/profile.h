/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The packed profiles of a ledger: its own memory, which texts given out are borrowed from until the next is added. One thread
 * at a time, as for the ledger. Private to scoring. */
#include "scoring/ledger.h"

enum ax_profile_field {
    AX_PROFILE_NAME,
    AX_PROFILE_REGION,
    AX_PROFILE_INDUSTRY,
    AX_PROFILE_EDITION,
    AX_PROFILE_JURISDICTION,
    AX_PROFILE_FIELDS,
};

/* Where the fact's profile begins in l->texts; added where it is not among the first few there. */
uint32_t ax_profile_intern(struct ax_ledger *l, const struct ax_fact *fact);
/* One field of the enterprise's profile: of heads not withdrawn that have it, latest occurred_on, then greatest digest. */
ax_str ax_profile_best(const struct ax_ledger *l, enum ax_profile_field field);
/* What an entry says; and whether it is asked before another that says something else. */
ax_str ax_profile_said(const struct ax_ledger *l, const struct ax_entry *e, enum ax_profile_field field);
bool ax_profile_is_later(const struct ax_entry *a, const struct ax_entry *b);
