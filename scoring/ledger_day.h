/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The ledger of a day: without what is dated after it, which can say nothing of the day, however it was known later: neither
 * where the enterprise was nor what it did, and not what stood. What states no day is in it. Where nothing is dated later it is
 * the whole ledger, and no copy is made. Borrows the whole one; frees what it copied. One thread at a time. Pure.
 */
#include "scoring/ledger.h"

struct ax_ledger_day {
    const struct ax_ledger *ledger;
    int32_t last;          /* the day of the latest that is in it; AX_DAY_NONE: nothing that is dated */
    int32_t next;          /* of the earliest that is not; AX_DAY_NONE: there is none */
    struct ax_ledger copy; /* empty where the whole serves */
};

void ax_ledger_day_init(struct ax_ledger_day *d, const struct ax_ledger *whole, int32_t day);
void ax_ledger_day_deinit(struct ax_ledger_day *d);

enum { AX_LEDGER_TURNS_MAX = 256 };
/* The days, ascending, on which the ledger of the day first says another region, industry or jurisdiction, or first anything
 * of standardisation; of more than that the newest. */
size_t ax_ledger_turns(const struct ax_ledger *l, int32_t days[AX_LEDGER_TURNS_MAX]);
/* A text of the copy is then one of the whole. */
ax_str ax_ledger_day_text(const struct ax_ledger_day *d, const struct ax_ledger *whole, ax_str text);
