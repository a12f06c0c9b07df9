/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/level_part.h"

#include <stdlib.h>

struct weighed {
    const struct ax_rate_line *line;
    int32_t day; /* that its fact counts from; AX_DAY_NONE before all */
};

static int32_t weight_of(const struct ax_rate_line *line)
{
    return line->points < 0 ? -line->points : line->points;
}

/* By rule; of one rule what moves the level, then what weighs most, then the newest. */
static int compare(const void *a, const void *b)
{
    const struct weighed *x = a;
    const struct weighed *y = b;
    if (x->line->rule != y->line->rule) {
        return x->line->rule < y->line->rule ? -1 : 1;
    }
    if ((x->line->shift != 0) != (y->line->shift != 0)) {
        return x->line->shift != 0 ? -1 : 1;
    }
    int32_t heavier = weight_of(y->line) - weight_of(x->line);
    if (heavier != 0) {
        return heavier;
    }
    if (x->day != y->day) {
        return x->day > y->day ? -1 : 1;
    }
    return x->line->entry < y->line->entry ? -1 : x->line->entry > y->line->entry;
}

static void keep(struct ax_level_part *p, const struct ax_rate_line *line)
{
    p->lines[p->count++] = (struct ax_level_line){.line = *line};
}

/* All lines of one rule, heaviest first. */
static void cut_rule(struct ax_level_part *p, const struct weighed *all, size_t count)
{
    struct ax_level_line rest = {.line = *all[0].line};
    rest.line.entry = UINT32_MAX;
    rest.line.points = 0;
    rest.line.shift = 0;
    rest.line.counts_from = rest.line.counts_until = AX_DAY_NONE;
    for (size_t i = 0; i < count; i++) {
        if (i < AX_LEVEL_LINES_EACH) {
            keep(p, all[i].line);
        } else {
            rest.facts++;
            rest.line.points += all[i].line->points;
            rest.line.shift = (int8_t)(rest.line.shift + all[i].line->shift);
        }
    }
    if (rest.facts > 0) {
        p->lines[p->count++] = rest;
    }
}

static void keep_all(struct ax_level_part *p)
{
    for (size_t i = 0; i < p->all_count; i++) {
        keep(p, &p->all[i]);
    }
}

static ax_rc cut(struct ax_level_part *p, const struct ax_ledger *ledger, struct ax_arena *arena, struct ax_err *err)
{
    struct weighed *of_facts = AX_ARENA_ARRAY(arena, struct weighed, p->all_count);
    size_t count = 0;
    if (of_facts == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %zu lines", p->all_count);
    }
    for (size_t i = 0; i < p->all_count; i++) {
        const struct ax_rate_line *line = &p->all[i];
        if (!ax_rate_line_is_of_fact(line)) {
            keep(p, line);
            continue;
        }
        const struct ax_entry *entry = &ledger->entries[line->entry];
        int32_t occurred_on = ax_entry_occurred_on(entry);
        of_facts[count++] = (struct weighed){line, occurred_on != AX_DAY_NONE ? occurred_on : ax_entry_from(entry)};
    }
    qsort(of_facts, count, sizeof of_facts[0], compare);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && of_facts[end].line->rule == of_facts[i].line->rule) {
            end++;
        }
        cut_rule(p, &of_facts[i], end - i);
        i = end;
    }
    return AX_RC(OK);
}

ax_rc ax_level_part_make(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t day, size_t most,
        struct ax_arena *arena, struct ax_level_part *out, struct ax_err *err)
{
    *out = (struct ax_level_part){.pack = pack, .day = day};
    if (!ax_ok(ax_rate_explain(ledger, pack, day, arena, &out->rate, &out->all, &out->all_count))) {
        return ax_fail(err, AX_LIMIT, "no room for the lines of %u facts", ledger->count);
    }
    out->lines = AX_ARENA_ARRAY(arena, struct ax_level_line, out->all_count + 1);
    if (out->lines == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %zu lines", out->all_count);
    }
    if (out->all_count > most) {
        return cut(out, ledger, arena, err);
    }
    keep_all(out);
    return AX_RC(OK);
}
