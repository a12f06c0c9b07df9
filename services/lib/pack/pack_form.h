/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What no file of a pack may be, whatever its schema: found event by event, since libyaml takes the square of a nesting's depth
 * and of the names of anchors to read a whole document. Any thread. Private to this folder. */
#include "services/lib/pack/pack_faults.h"

enum {
    AX_PACK_DEPTH_MAX = 64,     /* of lists and keys in each other; no schema has more than 16 */
    AX_PACK_KEYS_MAX = 256,     /* side by side */
    AX_PACK_VALUES_MAX = 65536, /* in one file */
};

/* The first of: no YAML, nested too deep, too many keys or values, an anchor or alias, a second document. */
void ax_pack_form_faults(ax_str yaml, struct ax_pack_faults *out);
