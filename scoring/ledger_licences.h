/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Until when a licence that was suspended or revoked is so: the day before a later report of the same licence says that it is
 * valid. The ledger is changed in place, by the thread that has it. Private to scoring/ledger*.c. */
#include "scoring/ledger.h"
#include "scoring/ledger_scratch.h"

/* Once heads and echoes are marked. */
void ax_ledger_mark_licences(struct ax_ledger *l, struct ax_ledger_scratch *s);
