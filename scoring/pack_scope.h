/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Prefixes of places and industries. Private to scoring/pack*.c. */
#include "scoring/pack.h"

static inline bool ax_pack_has_prefix_of(const struct ax_strs *prefixes, ax_str code)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(code, prefixes->items[i])) {
            return true;
        }
    }
    return false;
}
