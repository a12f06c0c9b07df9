/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/difference.h"

#include "scoring/ledger_day.h"

#include <stddef.h>
#include <stdlib.h>

#define F(number_, type_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_difference, member_), .max = (max_), \
        .name = #member_ \
    }
static const struct ax_field fields[] = {
        F(1, AX_T_ENUM, kind, AX_LINE_KIND_NOT_COUNTED),
        F(2, AX_T_STR, rule_id, 0),
        F(3, AX_T_STR, title_zh, 0),
        F(4, AX_T_STR, title_en, 0),
        F(5, AX_T_STR, legal_basis, 0),
        F(6, AX_T_I32, points_before, 0),
        F(7, AX_T_I32, points_after, 0),
        F(8, AX_T_I32, shift_before, 0),
        F(9, AX_T_I32, shift_after, 0),
        F(10, AX_T_ENUM, level_before, AX_LEVEL_UNRATED),
        F(11, AX_T_ENUM, level_after, AX_LEVEL_UNRATED),
        F(12, AX_T_BOOL, holds_before, 0),
        F(13, AX_T_BOOL, holds_after, 0),
};
#undef F

const struct ax_message ax_difference_message = {.name = "RatingDifference",
        .fields = fields,
        .field_count = sizeof fields / sizeof fields[0],
        .struct_size = sizeof(struct ax_difference)};

struct finding {
    struct ax_difference *items;
    size_t count;
    bool after; /* the side in hand */
};

static struct ax_difference *item_of(struct finding *f, const struct ax_line *line)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->items[i].kind == line->kind && ax_str_eq(f->items[i].rule_id, line->rule_id) &&
                (line->rule_id.len > 0 || ax_str_eq(f->items[i].title_en, line->title_en))) {
            return &f->items[i];
        }
    }
    AX_ASSERT(f->count < AX_DIFFERENCES_MAX);
    struct ax_difference *item = &f->items[f->count++];
    *item = (struct ax_difference){.kind = line->kind,
            .rule_id = line->rule_id,
            .title_zh = line->title_zh,
            .title_en = line->title_en,
            .legal_basis = line->legal_basis};
    return item;
}

/* The cap of a rule belongs to the rule: together they are what it takes or gives. */
static void add_line(struct finding *f, const struct ax_rate_line *raw, const struct ax_difference_side *side)
{
    struct ax_line line;
    struct ax_rate_line plain = *raw;
    bool cap = raw->rule == AX_LINE_CAP;
    if (cap) {
        plain.rule = (uint16_t)raw->entry;
        plain.entry = UINT32_MAX;
    }
    ax_line_fill(&plain, 0, side->pack, side->ledger, NULL, &line);
    struct ax_difference *item = item_of(f, &line);
    *(f->after ? &item->points_after : &item->points_before) += line.points;
    *(f->after ? &item->shift_after : &item->shift_before) += line.level_shift;
    *(f->after ? &item->level_after : &item->level_before) = line.level;
    *(f->after ? &item->holds_after : &item->holds_before) = true;
}

static ax_rc add_side(
        struct finding *f, const struct ax_difference_side *side, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_rate rate;
    struct ax_rate_line *lines = NULL;
    size_t count = 0;
    if (side->pack == NULL) {
        return AX_RC(OK);
    }
    struct ax_ledger_day now;
    ax_ledger_day_init(&now, side->ledger, side->day);
    struct ax_difference_side of_day = {now.ledger, side->pack, side->day};
    ax_rc rc = ax_rate_explain(now.ledger, side->pack, side->day, arena, &rate, &lines, &count);
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        if (lines[i].rule != AX_LINE_NOT_COUNTED && lines[i].rule != AX_LINE_SET_OFF) {
            add_line(f, &lines[i], &of_day);
        }
    }
    ax_ledger_day_deinit(&now);
    return ax_ok(rc) ? AX_RC(OK) : ax_fail(err, AX_LIMIT, "no room for the lines of %u facts", side->ledger->count);
}

static bool same(const struct ax_difference *d)
{
    return d->points_before == d->points_after && d->shift_before == d->shift_after &&
           d->level_before == d->level_after && d->holds_before == d->holds_after;
}

static int compare(const void *a, const void *b)
{
    const struct ax_difference *x = a;
    const struct ax_difference *y = b;
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    int by_rule = ax_str_cmp(x->rule_id, y->rule_id);
    return by_rule != 0 ? by_rule : ax_str_cmp(x->title_en, y->title_en);
}

ax_rc ax_difference_find(const struct ax_difference_side *before, const struct ax_difference_side *after,
        struct ax_arena *arena, struct ax_difference **out, size_t *count, struct ax_err *err)
{
    struct finding f = {.items = AX_ARENA_ARRAY(arena, struct ax_difference, AX_DIFFERENCES_MAX)};
    if (f.items == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for the differences");
    }
    AX_TRY(add_side(&f, before, arena, err));
    f.after = true;
    AX_TRY(add_side(&f, after, arena, err));
    size_t kept = 0;
    for (size_t i = 0; i < f.count; i++) {
        if (!same(&f.items[i])) {
            f.items[kept++] = f.items[i];
        }
    }
    qsort(f.items, kept, sizeof f.items[0], compare);
    *out = f.items;
    *count = kept;
    return AX_RC(OK);
}
