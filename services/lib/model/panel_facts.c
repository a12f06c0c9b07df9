/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows become facts: a quarter's violations one penalty with their number, its lost and restricted days, deaths and
 * disabilities one accident (a total over the period); the first of them a licence from that day; hours of a year an
 * exposure, known when the year is over. A year of which the panel has hours of others and none of a mine that had some
 * before is an exposure of one hour: it stood still, and zero would be read as not stated.
 */
#include "services/lib/model/panel_store.h"

#include "base/digest.h"

#include <stdio.h>

enum { REFERENCE_SIZE = 64, DAY_HOURS = 24, UTC_OFFSET_HOURS = 8 };

static const int64_t hour_us = INT64_C(3600000000);

int64_t ax_panel_instant(int32_t day)
{
    return ((int64_t)day * DAY_HOURS - UTC_OFFSET_HOURS) * hour_us;
}

struct filling {
    struct ax_panel_mine *mine;
    struct ax_buf *bytes;
    char reference[REFERENCE_SIZE];
};

/* The fact's source, reference and day; `what` is a letter for the kind. */
static struct ax_fact begin_fact(struct filling *f, char what, int32_t day, enum ax_fact_kind kind)
{
    struct ax_fact fact;
    ax_fact_init(&fact);
    int len = snprintf(f->reference, sizeof f->reference, "%u/%d/%c", (unsigned)f->mine->id, (int)day, what);
    fact.source = AX_STR("panel");
    fact.reference = ax_str_of(f->reference, (size_t)len);
    fact.revision = 1;
    fact.occurred_on = day;
    fact.state = AX_FACT_STATE_ACTIVE;
    fact.known_at_us = ax_panel_instant(day);
    fact.kind = (int32_t)kind;
    return fact;
}

static void add_fact(struct filling *f, const struct ax_fact *fact)
{
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t key[AX_DIGEST_SIZE];
    ax_buf_clear(f->bytes);
    ax_fact_canonical(fact, f->bytes);
    ax_sha256(ax_buf_str(f->bytes), digest);
    ax_buf_clear(f->bytes);
    ax_fact_key_bytes(fact, f->bytes);
    ax_sha256(ax_buf_str(f->bytes), key);
    ax_ledger_add(&f->mine->ledger, fact, digest, key);
}

static void add_quarter(struct filling *f, const struct ax_panel_quarter *q)
{
    if (q->violations > 0) {
        struct ax_fact fact = begin_fact(f, 'v', q->day, AX_FACT_ENFORCEMENT_PENALTY);
        fact.enforcement_penalty.count = q->violations;
        add_fact(f, &fact);
    }
    if (q->days_lost > 0 || q->days_restricted > 0 || q->deaths > 0 || q->disabled > 0) {
        struct ax_fact fact = begin_fact(f, 'a', q->day, AX_FACT_ACCIDENT);
        fact.accident.count = 1;
        fact.accident.aggregate = true;
        fact.accident.deaths = q->deaths;
        fact.accident.permanent_disabilities = q->disabled;
        fact.accident.lost_workdays = q->days_lost;
        fact.accident.restricted_workdays = q->days_restricted;
        add_fact(f, &fact);
    }
}

static void add_hours(struct filling *f, int32_t year, double hours)
{
    int32_t from = ax_day_of(year, 1, 1);
    int32_t until = ax_day_of(year, 12, 31);
    struct ax_fact fact = begin_fact(f, 'h', until, AX_FACT_EXPOSURE);
    fact.exposure.period_from = from;
    fact.exposure.period_until = until;
    fact.exposure.labour_hours = hours < 1 ? 1 : (uint64_t)(hours + 0.5);
    add_fact(f, &fact);
}

static void add_registration(struct filling *f, int32_t day)
{
    struct ax_fact fact = begin_fact(f, 'r', day, AX_FACT_LICENCE);
    fact.licence.kind = AX_LICENCE_KIND_MINING;
    fact.licence.licence_state = AX_LICENCE_STATE_VALID;
    fact.licence.valid_from = day;
    fact.licence.valid_until = AX_DAY_NONE;
    add_fact(f, &fact);
}

/* Years from the first with hours to the last that any mine has. */
static void add_years(const struct ax_panel *p, struct filling *f, const bool *covered)
{
    const struct ax_panel_mine *m = f->mine;
    bool working = false;
    size_t at = m->year_begin;
    for (int32_t year = at < m->year_end ? p->years[at].year : AX_PANEL_YEAR_MAX + 1; year <= AX_PANEL_YEAR_MAX;
            year++) {
        double hours = 0;
        if (at < m->year_end && p->years[at].year == year) {
            hours = p->years[at++].hours;
        }
        working = working || hours > 0;
        if (working && covered[year - AX_PANEL_YEAR_MIN]) {
            add_hours(f, year, hours);
        }
    }
}

void ax_panel_fill_ledger(const struct ax_panel *panel, struct ax_panel_mine *mine, const bool *covered,
        struct ax_arena *scratch, struct ax_buf *bytes)
{
    struct filling f = {.mine = mine, .bytes = bytes};
    size_t rows = mine->quarter_end - mine->quarter_begin;
    ax_ledger_init(&mine->ledger);
    if (rows == 0 && mine->year_end == mine->year_begin) {
        return;
    }
    ax_ledger_reserve(&mine->ledger, 2 * rows + 1 + mine->year_end - mine->year_begin);
    if (rows > 0) {
        add_registration(&f, panel->quarters[mine->quarter_begin].day);
    }
    for (size_t i = mine->quarter_begin; i < mine->quarter_end; i++) {
        add_quarter(&f, &panel->quarters[i]);
    }
    add_years(panel, &f, covered);
    ax_arena_reset(scratch);
    ax_ledger_settle(&mine->ledger, scratch);
}
