/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What ax_pack_compile makes of a pack's rules, rows and bands, in the pack's own memory: by one thread, before any
 * other sees the pack. Private to scoring/pack*.c. */
#include "scoring/pack.h"

/* Of a pack that has been checked. */
void ax_pack_make_index(struct ax_pack *p);
/* What is barred by division of industry; after the index. */
void ax_pack_make_trades(struct ax_pack *p);
/* The least points of each band, for an enterprise that a distribution covers and for one that none does. */
void ax_pack_make_leasts(struct ax_pack *p);
