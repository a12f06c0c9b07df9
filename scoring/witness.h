/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Of several reports of one act one is the witness that counts. Of an accident, a penalty and a claim it counts with what is
 * gravest in any of the reports that stand as it does, so that one more report never helps. What the witness itself says is
 * kept aside in the ledger, and is what it counts with again when the other reports go. Private to scoring/ledger*.c.
 */
#include "scoring/ledger.h"

/* Of two heads of one act: a real report before a made-up one, then the one that stands, then the one that says more, then
 * the graver. */
bool ax_witness_is_better(const struct ax_entry *a, const struct ax_entry *b);
/* Every witness as its own report is; true: there was one that counted with others. */
bool ax_witness_restore(struct ax_ledger *l);
/* Once echoes are marked and nothing is raised. */
void ax_witness_raise(struct ax_ledger *l);
/* The entry as its own report is, where `next` was 0 for the first of a walk in ascending order. */
const struct ax_entry *ax_witness_own(const struct ax_ledger *l, uint32_t entry, uint32_t *next);
