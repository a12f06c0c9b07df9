/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/ledger_day.h"
#include "scoring/profile.h"

#include <stdlib.h>

static const enum ax_profile_field fields[] = {AX_PROFILE_REGION, AX_PROFILE_INDUSTRY, AX_PROFILE_JURISDICTION};

enum { FIELDS = sizeof fields / sizeof fields[0] };

struct dated {
    uint32_t date; /* as entries keep days; 0: none */
    uint32_t entry;
};

static int by_date(const void *a, const void *b)
{
    const struct dated *x = a;
    const struct dated *y = b;
    return x->date < y->date ? -1 : x->date > y->date;
}

/* Who the enterprise is by the entries so far. */
struct turning {
    const struct ax_ledger *ledger;
    const struct ax_entry *best[FIELDS];
    bool standardised;
};

/* Whether what is said becomes another. */
static bool take(struct turning *t, const struct ax_entry *e)
{
    bool turns = e->kind == AX_FACT_STANDARDISATION && !t->standardised;
    t->standardised = t->standardised || e->kind == AX_FACT_STANDARDISATION;
    for (size_t i = 0; i < FIELDS; i++) {
        ax_str says = ax_profile_said(t->ledger, e, fields[i]);
        if (says.len == 0 || (t->best[i] != NULL && !ax_profile_is_later(e, t->best[i]))) {
            continue;
        }
        turns = turns || t->best[i] == NULL || !ax_str_eq(ax_profile_said(t->ledger, t->best[i], fields[i]), says);
        t->best[i] = e;
    }
    return turns;
}

size_t ax_ledger_turns(const struct ax_ledger *l, int32_t days[AX_LEDGER_TURNS_MAX])
{
    struct dated *order = ax_xrealloc(NULL, ((size_t)l->count + 1) * sizeof *order);
    struct turning t = {.ledger = l};
    size_t dated = 0;
    size_t count = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        const struct ax_entry *e = &l->entries[i];
        if ((e->marks & AX_MARK_HEAD) != 0 && e->state != AX_FACT_STATE_WITHDRAWN) {
            order[dated++] = (struct dated){ax_entry_date(e), i};
        }
    }
    qsort(order, dated, sizeof *order, by_date);
    for (size_t i = 0; i < dated; i++) {
        int32_t day = ax_entry_day(order[i].date);
        bool turns = take(&t, &l->entries[order[i].entry]) && order[i].date != 0;
        if (!turns || (count > 0 && days[count - 1] == day)) {
            continue;
        }
        if (count == AX_LEDGER_TURNS_MAX) {
            memmove(days, days + 1, --count * sizeof *days);
        }
        days[count++] = day;
    }
    ax_xfree(order);
    return count;
}
