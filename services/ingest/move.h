/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A fact that moves (previous_enterprise) is withdrawn where it was: there, with a revision that counts. Any thread. */
#include "services/ingest/item.h"
#include "services/ingest/state.h"

/* The withdrawal that the item needs: out->revision is 0 where none is (any more). Not OK: it is not known whether; then
 * nothing of the item may be appended. */
ax_rc ax_move_withdrawal(struct ax_ingest *ingest, const struct ax_item *item, struct ax_arena *arena,
        struct ax_fact *out, struct ax_err *err) AX_MUST_CHECK;
