/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where a rule or parameter comes from: T the text was read, S a secondary source, K believed, not read, ours none.
 * Pure; any thread. */
#include "base/bytes.h"

enum ax_provenance { AX_PROVENANCE_NONE, AX_PROVENANCE_T, AX_PROVENANCE_S, AX_PROVENANCE_K, AX_PROVENANCE_OURS };

const char *ax_provenance_name(enum ax_provenance provenance); /* "T", "S", "K", "ours" */
/* Whether a source is given: "ours" may stand alone; whatever else must name one, and blanks, signs or the word ours are no
 * name of any. */
bool ax_provenance_holds(enum ax_provenance provenance, ax_str source);
