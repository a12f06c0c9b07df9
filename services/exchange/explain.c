/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ExplainRating: the rating made anew from the ledger, line by line. Where the stored rating is for the same day it must
 * be the same bytes: if it is not, something cannot be right, and the answer is an error that says so.
 */
#include <stdlib.h>

#include "base/log.h"
#include "scoring/ledger_day.h"
#include "services/exchange/answer.h"
#include "services/exchange/change.h"
#include "services/exchange/improve.h"
#include "services/exchange/line.h"
#include "services/exchange/reason.h"
#include "services/exchange/score_part.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

enum {
    ANSWER_MAX_BYTES = 3 << 20,
    UPCOMING_MAX = 16,
    UPCOMING_LOOKS = 500000,     /* at a fact, beyond the first change: each is a rating */
    DIFFERENCE_FACTS_MAX = 5000, /* of a ledger, beyond its first change */
    RESPONSE_RATING = 1,
    RESPONSE_LINES = 2,
    RESPONSE_WITHOUT = 3,
    RESPONSE_UPCOMING = 4,
    RESPONSE_SCORE = 5,
    RESPONSE_REASONS = 6,
    RESPONSE_IMPROVEMENTS = 7,
    RESPONSE_SYNTHETIC = 8,
    RESPONSE_LEFT_OFF = 9,
    RESPONSE_INSPECTIONS = 10,
    RESPONSE_VISITS = 11,
    RESPONSE_INSPECTIONS_BASIS = 12,
    RESPONSE_INSPECTIONS_PROVENANCE = 13,
    RESPONSE_INSPECTIONS_STOPPED = 14,
    STORED_MAX_BYTES = AX_STORE_RATING_MAX_BYTES,
};

struct explaining {
    const struct ax_exchange *x;
    struct ax_arena *arena; /* of the call: for what the answer says */
    struct ax_arena *room;  /* of any size: for what grows with the ledger */
    struct ax_store_read *read;
    struct ax_answer_time time;
    struct ax_made *made;
    struct ax_ledger_day now; /* what is dated up to the day */
    struct ax_level_part level;
    struct ax_score_part score;
    struct ax_improving improving;
    struct ax_texts texts;
    struct ax_buf *out;
};

static ax_rc compare_stored(const struct explaining *e, struct ax_err *err)
{
    if (!ax_answer_ready(e->x, e->read, e->time)) {
        return AX_RC(OK);
    }
    struct ax_buf anew;
    ax_buf_init(&anew, STORED_MAX_BYTES);
    ax_rated_store(e->x->rater, &e->made->rated, &anew);
    bool same = !anew.failed && ax_str_eq(ax_buf_str(&anew), e->read->rating);
    ax_buf_deinit(&anew);
    if (same) {
        return AX_RC(OK);
    }
    AX_NOTE_LIMITED(ERROR, "rating.differs", "partition=%d", e->read->partition);
    return ax_fail_field(err, AX_CORRUPT, "rating", e->read->enterprise.ptr, e->read->enterprise.len,
            "the stored rating is not what its ledger gives; anxin audit-store shows what differs, anxin replay "
            "rebuilds");
}

/* As a reader adds it up: base, points newest first, caps and ends of the scale, what moved the level, notes, and last what
 * does not count. */
static int compare_lines(const void *a, const void *b)
{
    const struct ax_line *x = a;
    const struct ax_line *y = b;
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    int by_rule = ax_str_cmp(x->rule_id, y->rule_id);
    if (by_rule != 0 && (x->kind == AX_LINE_KIND_OVERRIDE || x->kind == AX_LINE_KIND_FLAG)) {
        return by_rule;
    }
    if (x->occurred_on != y->occurred_on) {
        return x->occurred_on > y->occurred_on ? -1 : 1;
    }
    return by_rule != 0 ? by_rule : memcmp(x->fact_digest, y->fact_digest, sizeof x->fact_digest);
}

/* What moves the level belongs to a rule and not to one of its facts: it stands on the first of its lines. */
static void lead_with_shifts(struct ax_line *lines, size_t count)
{
    size_t first = 0;
    for (size_t i = 1; i < count; i++) {
        bool same = lines[i].kind == AX_LINE_KIND_OVERRIDE && lines[i].kind == lines[first].kind &&
                    lines[i].rule_id.len > 0 && ax_str_eq(lines[i].rule_id, lines[first].rule_id);
        if (!same) {
            first = i;
            continue;
        }
        lines[first].level_shift += lines[i].level_shift;
        lines[i].level_shift = 0;
    }
}

static void put_message(struct explaining *e, uint32_t number, const struct ax_message *message, const void *data)
{
    size_t start = e->out->len;
    ax_encode(message, data, false, e->out);
    ax_wire_wrap(e->out, start, number);
}

/* What is to be said, and the whole facts that saying it takes. */
static ax_rc prepare(struct explaining *e, struct ax_err *err)
{
    const struct ax_ledger *ledger = e->now.ledger;
    const struct ax_pack *pack = e->made->rated.pack;
    AX_TRY(ax_level_part_make(ledger, pack, e->time.day, AX_LEVEL_LINES_MAX, e->room, &e->level, err));
    AX_ASSERT(pack == NULL || ax_rate_same(&e->level.rate, &e->made->rated.rate));
    e->level.place = ax_rater_place(ledger, e->read->enterprise);
    e->level.industry = e->made->rated.rating.industry;
    const struct ax_risk_edition *edition = ax_rater_risk(e->x->rater, ledger, e->read->enterprise, e->time.day);
    AX_TRY(ax_score_part_make(ledger, pack, edition, e->time.day, AX_SCORE_LINES_MAX, e->room, &e->score, err));
    if (edition != NULL && e->score.prospect.now.rated) {
        ax_rater_better(e->x->rater, &e->made->view, e->read->enterprise, e->time.day, e->score.prospect.now.grade,
                &e->score.better);
    }
    e->improving = (struct ax_improving){.rater = e->x->rater,
            .view = &e->made->view,
            .ledger = ledger,
            .rated = &e->made->rated,
            .enterprise = e->read->enterprise,
            .day = e->time.day,
            .level = &e->level,
            .score = &e->score,
            .arena = e->room,
            .scratch = &e->made->scratch};
    AX_TRY(ax_improve_choose(&e->improving, err));
    size_t most = e->level.count + e->score.count + e->score.all.aside_count + e->improving.entry_count;
    AX_TRY(ax_texts_init(&e->texts, ledger, e->room, e->arena, most, err));
    for (size_t i = 0; i < e->level.count; i++) {
        if (ax_rate_line_is_of_fact(&e->level.lines[i].line)) {
            ax_texts_name(&e->texts, e->level.lines[i].line.entry);
        }
    }
    for (size_t i = 0; i < e->score.count; i++) {
        ax_texts_name(&e->texts, e->score.chosen[i].line.entry);
    }
    for (size_t i = 0; i < e->score.all.aside_count; i++) {
        ax_texts_name(&e->texts, e->score.all.aside[i]);
    }
    for (size_t i = 0; i < e->improving.entry_count; i++) {
        ax_texts_name(&e->texts, e->improving.entries[i]);
    }
    return ax_texts_find(&e->texts, &e->made->facts, e->read->chunks, e->read->chunk_count, err);
}

static ax_rc put_lines(struct explaining *e, struct ax_err *err)
{
    const struct ax_level_part *level = &e->level;
    const struct ax_ledger *ledger = e->now.ledger;
    ax_str place = ax_rater_place(ledger, e->read->enterprise);
    struct ax_line *lines = AX_ARENA_ARRAY(e->room, struct ax_line, level->count + 1);
    if (lines == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %zu lines", level->count);
    }
    for (size_t i = 0; i < level->count; i++) {
        const struct ax_level_line *from = &level->lines[i];
        const struct ax_fact *fact =
                ax_rate_line_is_of_fact(&from->line) ? ax_texts_of(&e->texts, from->line.entry) : NULL;
        ax_line_fill(&from->line, from->facts, level->pack, ledger, fact, &lines[i]);
        if (ax_rate_line_is_of_fact(&from->line)) {
            struct ax_clocks clocks;
            ax_deadlines_clocks(&ax_rater_bundle(e->x->rater, e->time.day)->common.deadlines,
                    &ledger->entries[from->line.entry], place, &clocks);
            ax_line_clocks(&clocks, &lines[i]);
        }
    }
    qsort(lines, level->count, sizeof lines[0], compare_lines);
    lead_with_shifts(lines, level->count);
    for (size_t i = 0; i < level->count; i++) {
        put_message(e, RESPONSE_LINES, &ax_line_message, &lines[i]);
    }
    return AX_RC(OK);
}

/* The rating as if the facts under objection were not there; only where there are some. What they hide, as an accident does
 * the penalty that answers it and a report another of the same act, then counts. */
static void put_without_objected(struct explaining *e)
{
    struct ax_rated rated;
    struct ax_view view = e->made->view;
    if (e->made->rated.rate.objected == 0) {
        return;
    }
    ax_ledger_without_objected(&e->made->view.ledger, &view.ledger);
    ax_rater_rate(e->x->rater, &view, e->read->enterprise, e->time.day, &e->made->scratch, &rated);
    rated.rating.as_of = e->made->rated.rating.as_of;
    ax_rating_put(e->out, RESPONSE_WITHOUT, &rated.rating);
    ax_ledger_deinit(&view.ledger);
}

/* What differs on the day of a change from the day of the one before it. */
static ax_rc find_differences(struct explaining *e, const struct ax_difference_side *before,
        const struct ax_difference_side *after, struct ax_change *change, struct ax_err *err)
{
    struct ax_difference *found = NULL;
    AX_TRY(ax_difference_find(before, after, e->room, &found, &change->differences.count, err));
    change->differences.items = found;
    return AX_RC(OK);
}

static const struct ax_pack *pack_on(const struct explaining *e, int32_t day)
{
    struct ax_ledger_day then;
    ax_ledger_day_init(&then, &e->made->view.ledger, day);
    const struct ax_pack *pack = ax_rater_pack(e->x->rater, then.ledger, e->read->enterprise, day);
    ax_ledger_day_deinit(&then);
    return pack;
}

static ax_rc put_upcoming(struct explaining *e, struct ax_err *err)
{
    struct ax_rated rated;
    const struct ax_ledger *ledger = &e->made->view.ledger;
    struct ax_difference_side before = {ledger, e->made->rated.pack, e->time.day};
    int32_t on = e->made->rated.rate.next_change_on;
    size_t most = 1 + UPCOMING_LOOKS / ((size_t)ledger->count + 1);
    for (size_t i = 0; i < most && i < UPCOMING_MAX && on != AX_DAY_NONE; i++) {
        struct ax_change change;
        ax_rater_rate(e->x->rater, &e->made->view, e->read->enterprise, on, &e->made->scratch, &rated);
        ax_change_fill(&rated.rating, &change);
        struct ax_difference_side after = {ledger, rated.pack, on};
        if (pack_on(e, on - 1) != rated.pack) {
            change.pack = rated.rating.pack;
            memcpy(change.pack_digest, rated.rating.pack_digest, AX_DIGEST_SIZE);
        }
        if (i == 0 || ledger->count <= DIFFERENCE_FACTS_MAX) {
            AX_TRY(find_differences(e, &before, &after, &change, err));
        }
        put_message(e, RESPONSE_UPCOMING, &ax_change_message, &change);
        before = after;
        on = rated.rate.next_change_on;
    }
    return AX_RC(OK);
}

static ax_rc put_score(struct explaining *e, struct ax_err *err)
{
    struct ax_score score;
    if (e->score.edition == NULL) {
        return AX_RC(OK);
    }
    const struct ax_ledger *ledger = e->now.ledger;
    struct ax_score_clocks clocks = {
            &ax_rater_bundle(e->x->rater, e->time.day)->common.deadlines, ax_rater_place(ledger, e->read->enterprise)};
    AX_TRY(ax_score_fill(&e->score, e->made->rated.risk_state.marks, ledger, &e->texts, clocks, e->room, &score, err));
    put_message(e, RESPONSE_SCORE, &ax_score_message, &score);
    return AX_RC(OK);
}

static void put_reasons(struct explaining *e)
{
    struct ax_reason reasons[AX_REASONS_MAX];
    size_t count = ax_reasons_find(&e->level, &e->score, e->room, reasons);
    for (size_t i = 0; i < count; i++) {
        put_message(e, RESPONSE_REASONS, &ax_reason_message, &reasons[i]);
    }
}

static ax_rc put_improvements(struct explaining *e, struct ax_err *err)
{
    struct ax_improvement improvements[AX_IMPROVEMENTS_MAX];
    size_t count = 0;
    AX_TRY(ax_improve_find(&e->improving, &e->texts, improvements, &count, err));
    for (size_t i = 0; i < count; i++) {
        put_message(e, RESPONSE_IMPROVEMENTS, &ax_improvement_message, &improvements[i]);
    }
    return AX_RC(OK);
}

static uint64_t synthetic_facts(const struct ax_ledger *ledger)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < ledger->count; i++) {
        const struct ax_entry *entry = &ledger->entries[i];
        bool present = (entry->marks & AX_MARK_HEAD) != 0 && entry->state != AX_FACT_STATE_WITHDRAWN;
        count += present && (entry->flags & AX_ENTRY_SYNTHETIC) != 0 ? 1 : 0;
    }
    return count;
}

/* The standing of standardisation by which the level is made; 0: none is known. */
static int32_t standing_of(const struct explaining *e)
{
    for (size_t i = 0; i < e->level.all_count; i++) {
        const struct ax_rate_line *line = &e->level.all[i];
        if (line->rule == AX_LINE_BASE && line->entry != UINT32_MAX) {
            return (int32_t)e->now.ledger->entries[line->entry].grade;
        }
    }
    return 0;
}

static void put_ceiling(struct explaining *e)
{
    const struct ax_pack *pack = e->made->rated.pack;
    const struct ax_ceiling *ceiling = pack == NULL ? NULL : ax_pack_ceiling(pack, e->made->rated.rating.industry);
    if (ceiling == NULL) {
        return;
    }
    ax_wire_put_uint(e->out, RESPONSE_INSPECTIONS,
            ax_ceiling_inspections(ceiling, (int32_t)e->made->rated.rate.level, standing_of(e)));
    ax_wire_put_uint(e->out, RESPONSE_VISITS, ceiling->visits);
    ax_wire_put_str(e->out, RESPONSE_INSPECTIONS_BASIS, ceiling->legal_basis);
    ax_wire_put_str(e->out, RESPONSE_INSPECTIONS_PROVENANCE, ax_str_c(ax_provenance_name(ceiling->provenance)));
    ax_wire_put_uint(e->out, RESPONSE_INSPECTIONS_STOPPED, ceiling->stopped);
}

/* What is rated. */
static ax_rc explain(struct explaining *e, struct ax_err *err)
{
    AX_TRY(compare_stored(e, err));
    AX_TRY(prepare(e, err));
    ax_rating_put(e->out, RESPONSE_RATING, &e->made->rated.rating);
    AX_TRY(put_lines(e, err));
    put_without_objected(e);
    AX_TRY(put_upcoming(e, err));
    AX_TRY(put_score(e, err));
    put_reasons(e);
    AX_TRY(put_improvements(e, err));
    ax_wire_put_uint(e->out, RESPONSE_SYNTHETIC, synthetic_facts(e->now.ledger));
    ax_wire_put_uint(e->out, RESPONSE_LEFT_OFF, e->improving.left_off ? 1 : 0);
    put_ceiling(e);
    return e->out->failed ? ax_fail(err, AX_LIMIT, "the explanation is larger than %d bytes", ANSWER_MAX_BYTES)
                          : AX_RC(OK);
}

static ax_rc explain_one(const struct ax_exchange *x, struct ax_rpc_call *call, struct ax_made *made,
        struct ax_buf *out, struct ax_err *err)
{
    struct ax_question q;
    struct ax_arena *arena = ax_rpc_arena(call);
    AX_TRY(ax_question_read(AX_ASKED_EXPLAIN, ax_rpc_request(call), ax_rpc_principal(call), arena, &q, err));
    struct ax_store_read read;
    AX_TRY(ax_made_read(made, x, q.enterprise, &read, err));
    struct explaining e = {.x = x,
            .arena = arena,
            .room = &made->reads,
            .read = &read,
            .time = ax_answer_time_of(x, &q),
            .made = made,
            .out = out};
    AX_TRY(ax_made_rate(e.made, x, &read, e.time, arena, err));
    ax_ledger_day_init(&e.now, &made->view.ledger, e.time.day);
    ax_rc rc = explain(&e, err);
    ax_ledger_day_deinit(&e.now);
    return rc;
}

void ax_exchange_explain_rating(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_answer_each(state, calls, count, ANSWER_MAX_BYTES, explain_one);
}
