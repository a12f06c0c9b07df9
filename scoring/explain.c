/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rate_faces.h"
#include "scoring/rate_view.h"

struct explaining {
    const struct ax_rate_view *v;
    const struct ax_rate_tally *t;
    int32_t day;
    struct ax_rate_line *lines;
    size_t count;
    size_t size;
    uint64_t told[AX_PACK_RULE_WORDS]; /* rules whose points or shift stand on an earlier line */
    struct ax_rate_faces *faces;       /* of the day; NULL: none */
    bool set_off;                      /* something of the entry does not count beside the graver side of its event */
};

static void add(struct explaining *x, struct ax_rate_line line)
{
    AX_ASSERT(x->count < x->size);
    x->lines[x->count++] = line;
}

static void add_plain(struct explaining *x, uint16_t rule, uint32_t entry, int32_t points)
{
    add(x, (struct ax_rate_line){.rule = rule,
                   .entry = entry,
                   .points = points,
                   .counts_from = AX_DAY_NONE,
                   .counts_until = AX_DAY_NONE});
}

/* What belongs to the rule and not to each of its facts stands on the line of the first. */
static struct ax_rate_line line_of(struct explaining *x, uint16_t rule)
{
    const struct ax_rule *r = &x->v->pack->rules[rule];
    struct ax_rate_line line = {
            .rule = rule, .entry = UINT32_MAX, .counts_from = AX_DAY_NONE, .counts_until = AX_DAY_NONE};
    if (!ax_rate_holds(x->told, rule)) {
        x->told[rule / 64] |= UINT64_C(1) << rule % 64;
        bool whole = r->effect == AX_EFFECT_POINTS_ONCE || r->per_exposure != AX_EXPOSED_NONE;
        line.points = whole ? x->t->taken[rule] : 0;
        line.shift = (int8_t)(r->effect == AX_EFFECT_SHIFT ? r->shift : 0);
    }
    return line;
}

/* Returns whether the span is on a line. */
static bool tell_span(struct explaining *x, const struct ax_rate_span *s)
{
    if (x->day < s->from || x->day > s->until) {
        return false;
    }
    struct ax_rate_line line;
    struct ax_rate_span left;
    if (x->faces != NULL) {
        left = *s;
        if (!ax_rate_faces_leave(x->faces, x->v, &left)) {
            x->set_off = true;
            return false;
        }
        s = &left;
    }
    if (s->rule == AX_SPAN_BASE) {
        if (x->t->base_entry != s->entry) {
            return false;
        }
        line = (struct ax_rate_line){.rule = AX_LINE_BASE, .points = x->t->base};
    } else if (s->rule >= AX_SPAN_EXPOSURE) {
        return false;
    } else {
        const struct ax_rule *r = &x->v->pack->rules[s->rule];
        if (!ax_rate_holds(x->t->holds, s->rule) || r->absent || (s->latest && x->t->last[s->rule] != s->entry)) {
            return false;
        }
        line = line_of(x, s->rule);
        line.points += s->points;
    }
    line.entry = s->entry;
    line.counts_from = s->from;
    line.counts_until = s->until >= AX_DAY_MAX ? AX_DAY_NONE : s->until;
    add(x, line);
    return true;
}

/* Those of an entry that have not ended before the day. A view that is complete has them in the order of the ledger. */
static size_t spans_of_entry(const struct ax_rate_view *v, uint32_t entry, size_t *next,
        struct ax_rate_span own[AX_RATE_ENTRY_SPANS_MAX], const struct ax_rate_span **out)
{
    if (!v->complete) {
        *out = own;
        return ax_rate_view_entry(v, entry, own);
    }
    while (*next < v->count && v->spans[*next].entry < entry) {
        (*next)++;
    }
    size_t begin = *next;
    while (*next < v->count && v->spans[*next].entry == entry) {
        (*next)++;
    }
    *out = &v->spans[begin];
    return *next - begin;
}

static void tell_entries(struct explaining *x)
{
    const struct ax_ledger *l = x->v->ledger;
    bool rated = x->t->level != AX_LEVEL_UNRATED;
    struct ax_rate_span own[AX_RATE_ENTRY_SPANS_MAX] AX_UNSET;
    size_t next = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        if ((l->entries[i].marks & AX_MARK_HEAD) == 0) {
            continue;
        }
        const struct ax_rate_span *spans;
        size_t count = rated ? spans_of_entry(x->v, i, &next, own, &spans) : 0;
        bool told = false;
        x->set_off = false;
        for (size_t j = 0; j < count; j++) {
            told = tell_span(x, &spans[j]) || told;
        }
        if (!told) {
            add_plain(x, x->set_off ? AX_LINE_SET_OFF : AX_LINE_NOT_COUNTED, i, 0);
        }
    }
}

/* What no one fact answers for. */
static void tell_rules(struct explaining *x)
{
    const struct ax_pack *p = x->v->pack;
    for (size_t i = 0; i < p->rule_count; i++) {
        if (!ax_rate_holds(x->t->holds, i)) {
            continue;
        }
        if (p->rules[i].absent) {
            add(x, line_of(x, (uint16_t)i));
        }
        int32_t over = ax_rate_capped(&p->rules[i], x->t->taken[i]) - x->t->taken[i];
        if (over != 0) {
            add_plain(x, AX_LINE_CAP, (uint32_t)i, over);
        }
    }
    if (x->t->bonus_taken != 0) {
        add_plain(x, AX_LINE_BONUS_CAP, UINT32_MAX, x->t->bonus_taken);
    }
    if (p->parts != 0) {
        add_plain(x, AX_LINE_PARTS, UINT32_MAX, p->parts);
    }
    if (x->t->formula != 0) {
        add_plain(x, AX_LINE_FORMULA, UINT32_MAX, x->t->formula);
    }
    if (x->t->top) {
        add_plain(x, AX_LINE_TOP, UINT32_MAX, 0);
    }
    if (x->t->clamp != 0) {
        add_plain(x, AX_LINE_CLAMP, UINT32_MAX, x->t->clamp);
    }
    if (x->t->missing) {
        add_plain(x, AX_LINE_BEST, UINT32_MAX, 0);
    }
}

static size_t lines_at_most(const struct ax_rate_view *v)
{
    size_t n = 8;
    if (v->complete && v->pack != NULL) {
        return n + v->ledger->count + v->count + 2 * v->pack->rule_count;
    }
    struct ax_rate_span spans[AX_RATE_ENTRY_SPANS_MAX] AX_UNSET;
    for (uint32_t i = 0; i < v->ledger->count; i++) {
        n += 1 + (v->pack == NULL ? 0 : ax_rate_view_entry(v, i, spans));
    }
    return n + (v->pack == NULL ? 0 : 2 * v->pack->rule_count);
}

ax_rc ax_rate_explain(const struct ax_ledger *ledger, const struct ax_pack *pack, int32_t day, struct ax_arena *arena,
        struct ax_rate *out, struct ax_rate_line **lines, size_t *line_count)
{
    struct ax_rate_view v AX_UNSET;
    struct ax_rate_tally t AX_UNSET;
    ax_rate_view_init(&v, ledger, pack, day);
    ax_rate_view_conclude(&v, day, &t, out);
    struct explaining x = {.v = &v, .t = &t, .day = day, .size = lines_at_most(&v)};
    struct ax_rate_faces faces AX_UNSET;
    if (ledger->faces > 0 && t.level != AX_LEVEL_UNRATED) {
        v.faces = x.faces = &faces;
        ax_rate_tally_day(&v, day, &t);
    }
    x.lines = ax_arena_alloc(arena, x.size * sizeof *x.lines);
    if (x.lines == NULL) {
        return AX_RC(LIMIT);
    }
    bool rated = t.level != AX_LEVEL_UNRATED;
    if (rated && t.base_entry == UINT32_MAX) {
        add_plain(&x, AX_LINE_BASE, UINT32_MAX, t.base);
    }
    tell_entries(&x);
    if (rated) {
        tell_rules(&x);
    }
    *lines = x.lines;
    *line_count = x.count;
    return AX_RC(OK);
}
