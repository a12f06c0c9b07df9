/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The challenger: a second scorer in the process, which rates the same facts by another bundle into a store of its own. Its
 * ratings are never served as anybody's; `anxin pack diff --live` sets them beside the champion's. Another challenger rates
 * everything again. It owns its store. Start and stop are for one thread.
 */
#include "services/scorer/scorer.h"

struct ax_challenger;

/* `champion` says what both share. Takes over `store`, also where it fails. */
ax_rc ax_challenger_start(const struct ax_scorer_options *champion, const struct ax_bundle *bundle,
        struct ax_store *store, struct ax_challenger **out, struct ax_err *err) AX_MUST_CHECK;
/* NULL: nothing to stop. */
void ax_challenger_stop(struct ax_challenger *challenger);
