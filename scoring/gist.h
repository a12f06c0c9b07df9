/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The gist of a ledger: which kinds of facts have an effect in it, of which grades, with which categories and flags and
 * how large, whatever the day. A few bytes beside a stored rating, and enough to see that no fact can meet a rule;
 * whether one does only the ledger says. Pure; any thread.
 */
#include "scoring/ledger.h"
#include "scoring/pack.h"

enum { AX_GIST_BYTES_MAX = AX_PACK_KINDS * 11 };

struct ax_gist {
    struct {
        uint8_t grades; /* bit n: a fact of grade n; 0: no fact of the kind */
        uint8_t flags;  /* of any of them, as rules ask for them */
        uint16_t bits;  /* of any of them: penalty categories, licence kinds, of accidents the deaths */
        uint32_t most;  /* the largest amount of one of them, in yuan */
    } kinds[AX_PACK_KINDS];
};

void ax_gist_of(const struct ax_ledger *ledger, struct ax_gist *out);
/* False: the rule holds on no day. */
bool ax_gist_may_hold(const struct ax_gist *gist, const struct ax_pack *pack, size_t rule);
/* As bytes: for each kind that is there its number, grades and flags, a byte each, then bits and the most as varints. */
void ax_gist_put(const struct ax_gist *gist, struct ax_buf *out);
/* False: these are no gist's bytes. */
bool ax_gist_take(ax_str bytes, struct ax_gist *out) AX_MUST_CHECK;
