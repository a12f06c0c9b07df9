/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which penalties and claims answer an accident that is there and counts, and which claim is the event where none is.
 * The ledger is changed in place, by the thread that has it. Private to scoring/ledger*.c. */
#include "scoring/ledger.h"
#include "scoring/ledger_scratch.h"

/* Once heads and echoes are marked. */
void ax_ledger_mark_faces(struct ax_ledger *l, struct ax_ledger_scratch *s);
