/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The marks of a ledger's entries: heads, conflicts, echoes; faces by scoring/ledger_faces.h. The ledger is changed in place,
 * by the thread that has it. Private to scoring/ledger*.c. */
#include "scoring/ledger_place.h"
#include "scoring/ledger_scratch.h"

/* Marks every entry anew; no mark is set. */
void ax_ledger_mark_all(struct ax_ledger *l, struct ax_ledger_scratch *s);
/* Mends the marks where something was added; `restored`: a witness that counted with others is as its own report is. */
void ax_ledger_mark_added(struct ax_ledger *l, const struct ax_ledger_place *places, size_t count, uint32_t added,
        bool restored, struct ax_ledger_scratch *s);
