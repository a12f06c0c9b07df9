/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/deadlines.h"

static ax_rc broken(struct ax_err *err, ax_str id, const char *field, const char *rule)
{
    return ax_fail_field(err, AX_INVALID, field, id.ptr, id.len, "%s", rule);
}

static bool is_span(int32_t from, int32_t to)
{
    return from == AX_DAY_NONE || to == AX_DAY_NONE || from <= to;
}

static bool is_amount(int32_t amount)
{
    return amount >= 0 && amount <= AX_DEADLINE_AMOUNT_MAX;
}

static ax_rc check_row(const struct ax_deadlines *all, size_t index, struct ax_err *err)
{
    const struct ax_deadline *d = &all->rows[index];
    for (size_t i = 0; i < index; i++) {
        if (ax_str_eq(all->rows[i].id, d->id)) {
            return broken(err, d->id, "id", "is there twice");
        }
    }
    if (d->topic.len == 0 || !ax_str_starts(d->id, d->topic)) {
        return broken(err, d->id, "topic", "must be the beginning of the id");
    }
    if (!ax_provenance_holds(d->provenance, d->legal_basis)) {
        return broken(err, d->id, "legal_basis", "without a source the provenance must be `ours`");
    }
    if (d->amount == 0 || !is_amount(d->amount) || !is_amount(d->extension)) {
        return broken(err, d->id, "amount", "must be 1 to 3660, an extension 0 to 3660");
    }
    if (!is_span(d->effective_from, d->effective_to)) {
        return broken(err, d->id, "effective_to", "must not be before effective_from");
    }
    return AX_RC(OK);
}

static ax_rc check_clock(const struct ax_deadlines *all, size_t index, struct ax_err *err)
{
    const struct ax_clock_rule *c = &all->clocks[index];
    for (size_t i = 0; i < index; i++) {
        if (ax_str_eq(all->clocks[i].id, c->id)) {
            return broken(err, c->id, "id", "is there twice");
        }
    }
    if (!ax_provenance_holds(c->provenance, c->legal_basis)) {
        return broken(err, c->id, "legal_basis", "without a source the provenance must be `ours`");
    }
    if (!is_amount(c->repair_months) || !is_amount(c->publish_months) || !is_amount(c->use_months) ||
            !is_amount(c->archive_months)) {
        return broken(err, c->id, "publish_months", "months must be 0 to 3660");
    }
    if (c->repair_months > c->use_months || c->publish_months > c->archive_months ||
            c->use_months > c->archive_months) {
        return broken(err, c->id, "archive_months", "must be repair <= use <= archive, and publish <= archive");
    }
    if (!is_span(c->effective_from, c->effective_to)) {
        return broken(err, c->id, "effective_to", "must not be before effective_from");
    }
    return AX_RC(OK);
}

ax_rc ax_deadlines_check(const struct ax_deadlines *deadlines, struct ax_err *err)
{
    for (size_t i = 0; i < deadlines->count; i++) {
        AX_TRY(check_row(deadlines, i, err));
    }
    for (size_t i = 0; i < deadlines->clock_count; i++) {
        AX_TRY(check_clock(deadlines, i, err));
    }
    return AX_RC(OK);
}

static bool in_force(int32_t from, int32_t to, int32_t day)
{
    return (from == AX_DAY_NONE || day >= from) && (to == AX_DAY_NONE || day <= to);
}

/* 0: does not hold there; 1: the whole country; more: the longer the prefix. */
static size_t fits_place(const struct ax_strs *prefixes, ax_str place)
{
    size_t best = prefixes->count == 0 ? 1 : 0;
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(place, prefixes->items[i]) && prefixes->items[i].len + 1 > best) {
            best = prefixes->items[i].len + 1;
        }
    }
    return best;
}

/* 0: not for this authority; 1: for any; 2: for such ones. */
static size_t fits_authority(const struct ax_strs *words, ax_str name)
{
    for (size_t i = 0; i < words->count; i++) {
        if (ax_str_find(name, words->items[i], NULL)) {
            return 2;
        }
    }
    return words->count == 0 ? 1 : 0;
}

const struct ax_deadline *ax_deadline_find(
        const struct ax_deadlines *deadlines, const struct ax_deadline_question *question)
{
    const struct ax_deadline *best = NULL;
    size_t best_fit = 0;
    for (size_t i = 0; i < deadlines->count; i++) {
        const struct ax_deadline *d = &deadlines->rows[i];
        if (!ax_str_eq(d->topic, question->topic) || !in_force(d->effective_from, d->effective_to, question->act_on)) {
            continue;
        }
        size_t place = fits_place(&d->jurisdictions, question->place);
        size_t authority = fits_authority(&d->authorities, question->authority);
        size_t fit = place == 0 || authority == 0 ? 0 : place * 4 + authority;
        if (fit > best_fit || (fit > 0 && fit == best_fit && d->effective_from > best->effective_from)) {
            best = d;
            best_fit = fit;
        }
    }
    return best;
}

static int32_t day_at_most(int64_t day)
{
    return day > AX_DAY_MAX ? AX_DAY_MAX : (int32_t)day;
}

int32_t ax_deadline_due(const struct ax_deadline *deadline, const struct ax_calendar *calendar, int32_t from,
        bool extended, bool *derived)
{
    int32_t amount = deadline->amount + (extended ? deadline->extension : 0);
    *derived = false;
    switch (deadline->unit) {
    case AX_DEADLINE_HOURS:
        return day_at_most((int64_t)from + (amount + 23) / 24);
    case AX_DEADLINE_DAYS:
        return day_at_most((int64_t)from + amount);
    case AX_DEADLINE_WORKING_DAYS:
        return ax_calendar_add(calendar, from, amount, derived);
    case AX_DEADLINE_MONTHS:
        break;
    }
    return day_at_most(ax_day_add_months(from, amount));
}

static bool clock_fits(const struct ax_clock_rule *c, const struct ax_entry *e, ax_str place, int32_t act)
{
    bool grade = c->grades == 0 || (c->grades >> e->grade & 1) != 0;
    bool category = c->categories == 0 || ((c->categories >> 1) & e->bits) != 0;
    return c->kind == (int32_t)e->kind && grade && category && in_force(c->effective_from, c->effective_to, act) &&
           fits_place(&c->jurisdictions, place) > 0;
}

/* "12 months from D" end the day before the same day a year on, as windows of rules do. */
static int32_t last_day(int32_t act, int32_t months)
{
    int64_t last = (int64_t)ax_day_add_months(act, months) - 1;
    return day_at_most(last < act ? act : last);
}

/* The day of the act; a hazard is no past act before it is closed. */
static int32_t clocks_run_from(const struct ax_entry *e)
{
    if (e->kind == AX_FACT_HAZARD) {
        return e->until_day == 0 ? AX_DAY_NONE : day_at_most((int64_t)ax_entry_until(e) + 1);
    }
    return e->from_day == 0 ? ax_entry_occurred_on(e) : ax_entry_from(e);
}

void ax_deadlines_clocks(
        const struct ax_deadlines *deadlines, const struct ax_entry *entry, ax_str place, struct ax_clocks *out)
{
    int32_t act = clocks_run_from(entry);
    *out = (struct ax_clocks){NULL, AX_DAY_NONE, AX_DAY_NONE, ax_entry_use_until(entry), AX_DAY_NONE};
    if (act == AX_DAY_NONE) {
        return;
    }
    for (size_t i = 0; i < deadlines->clock_count && out->rule == NULL; i++) {
        const struct ax_clock_rule *c = &deadlines->clocks[i];
        if (!clock_fits(c, entry, place, act)) {
            continue;
        }
        out->rule = c;
        out->repair_from = day_at_most(ax_day_add_months(act, c->repair_months));
        out->publish_until = c->publish_months == 0 ? AX_DAY_NONE : last_day(act, c->publish_months);
        out->use_until = out->use_until == AX_DAY_NONE ? last_day(act, c->use_months) : out->use_until;
        out->archive_until = last_day(act, c->archive_months);
    }
}
