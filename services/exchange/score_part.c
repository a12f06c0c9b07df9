/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/score_part.h"

#include "scoring/ledger_day.h"

#include <stdlib.h>

#include "services/exchange/line.h"

enum { MICRO = 1000000, MILLI = 1000 };

static int compare(const void *a, const void *b)
{
    const struct ax_risk_line *x = a;
    const struct ax_risk_line *y = b;
    if (x->channel != y->channel) {
        return x->channel < y->channel ? -1 : 1;
    }
    if (x->points != y->points) {
        return x->points < y->points ? -1 : 1;
    }
    if (x->decayed < y->decayed || x->decayed > y->decayed) {
        return x->decayed > y->decayed ? -1 : 1;
    }
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* All lines of one channel, heaviest first. */
static void cut_channel(struct ax_score_part *p, const struct ax_risk_line *lines, size_t count, bool all)
{
    struct ax_score_chosen rest = {
            .line = {.entry = UINT32_MAX, .channel = lines[0].channel, .day = AX_DAY_NONE, .until = AX_DAY_NONE}};
    for (size_t i = 0; i < count; i++) {
        if (all || i < AX_SCORE_LINES_EACH) {
            p->chosen[p->count++] = (struct ax_score_chosen){.line = lines[i]};
        } else {
            rest.facts++;
            rest.line.points += lines[i].points;
            rest.line.decayed += lines[i].decayed;
        }
    }
    if (rest.facts > 0) {
        p->chosen[p->count++] = rest;
    }
}

static ax_rc choose(struct ax_score_part *p, size_t most, struct ax_arena *arena, struct ax_err *err)
{
    size_t count = p->all.line_count;
    struct ax_risk_line *sorted = AX_ARENA_ARRAY(arena, struct ax_risk_line, count + 1);
    p->chosen = AX_ARENA_ARRAY(arena, struct ax_score_chosen, count + 1);
    if (sorted == NULL || p->chosen == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %zu lines", count);
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = p->all.lines[i];
    }
    qsort(sorted, count, sizeof sorted[0], compare);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && sorted[end].channel == sorted[i].channel) {
            end++;
        }
        cut_channel(p, &sorted[i], end - i, count <= most);
        i = end;
    }
    return AX_RC(OK);
}

ax_rc ax_score_part_make(const struct ax_ledger *ledger, const struct ax_pack *pack,
        const struct ax_risk_edition *edition, int32_t day, size_t most, struct ax_arena *arena,
        struct ax_score_part *out, struct ax_err *err)
{
    *out = (struct ax_score_part){.edition = edition, .better.on = AX_DAY_NONE};
    if (edition == NULL) {
        return AX_RC(OK);
    }
    if (!ax_ok(ax_risk_explain(ledger, pack, edition, day, arena, &out->all))) {
        return ax_fail(err, AX_LIMIT, "no room for the lines of %u facts", ledger->count);
    }
    struct ax_ledger_day then;
    ax_ledger_day_init(&then, ledger, day - AX_RISK_OUTLOOK_DAYS);
    ax_risk_prospect_of(ledger, then.ledger, pack, edition, day, &out->prospect);
    ax_ledger_day_deinit(&then);
    return choose(out, most, arena, err);
}

/* Into whole millionths, thousandths or 分; what is more than a message holds is cut. */
static int64_t whole(double value, double unit)
{
    double scaled = value * unit;
    const double most = 9e18;
    return scaled >= most    ? INT64_MAX
           : scaled <= -most ? INT64_MIN
                             : (int64_t)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

static uint32_t ppm(double share)
{
    return share <= 0 ? 0 : share >= 1 ? MICRO : (uint32_t)(share * MICRO + 0.5);
}

struct filling {
    const struct ax_score_part *part;
    const struct ax_ledger *ledger;
    const struct ax_texts *texts;
    struct ax_score_clocks clocks;
    struct ax_score_line *lines;
    size_t count;
};

static struct ax_score_line *add(struct filling *f, enum ax_score_line_kind kind, int32_t points)
{
    struct ax_channel_words words = ax_score_line_words((int32_t)kind);
    struct ax_score_line *line = &f->lines[f->count++];
    ax_message_init(&ax_score_line_message, line);
    line->kind = (int32_t)kind;
    line->title_zh = words.zh;
    line->title_en = words.en;
    line->points = points;
    return line;
}

static void add_clocks(const struct filling *f, const struct ax_entry *entry, struct ax_score_line *line)
{
    struct ax_clocks clocks;
    struct ax_line told = {.publish_until = line->publish_until,
            .use_until = line->use_until,
            .archive_until = AX_DAY_NONE,
            .repair_from = AX_DAY_NONE};
    if (f->clocks.deadlines == NULL) {
        return;
    }
    ax_deadlines_clocks(f->clocks.deadlines, entry, f->clocks.place, &clocks);
    ax_line_clocks(&clocks, &told);
    line->publish_until = told.publish_until;
    line->use_until = told.use_until;
    line->archive_until = told.archive_until;
    line->repair_from = told.repair_from;
}

static void add_record(const struct filling *f, uint32_t index, struct ax_score_line *line)
{
    const struct ax_entry *entry = &f->ledger->entries[index];
    const struct ax_fact *fact = ax_texts_of(f->texts, index);
    memcpy(line->fact_digest, entry->id->digest, sizeof line->fact_digest);
    line->state = (int32_t)entry->state;
    line->synthetic = (entry->flags & AX_ENTRY_SYNTHETIC) != 0;
    if (fact != NULL) {
        line->source = fact->source;
        line->reference = fact->reference;
        line->subject = ax_fact_subject(fact);
        line->publish_until = fact->publish_until;
        line->use_until = fact->use_until;
    }
    ax_line_face(entry, &line->fact_kind, &line->deaths, &line->liability);
    add_clocks(f, entry, line);
}

static void add_fact(struct filling *f, const struct ax_score_chosen *chosen)
{
    const struct ax_risk_line *from = &chosen->line;
    struct ax_channel_words words = ax_channel_words_of(from->channel);
    struct ax_score_line *line = add(f, AX_SCORE_LINE_FACT, from->points);
    line->channel = ax_str_c(ax_risk_channel_name(from->channel));
    line->title_zh = words.zh;
    line->title_en = words.en;
    line->facts = chosen->facts > 0 ? chosen->facts : 1;
    line->share_ppm = ppm(from->decayed);
    line->occurred_on = from->day;
    line->counts_until = from->until;
    if (from->entry < f->ledger->count) {
        add_record(f, from->entry, line);
    }
}

static void add_aside(struct filling *f)
{
    const struct ax_risk_explained *all = &f->part->all;
    for (size_t i = 0; i < all->aside_count && i < AX_SCORE_ASIDE_MAX; i++) {
        struct ax_score_line *line = add(f, AX_SCORE_LINE_ASIDE, 0);
        const struct ax_entry *entry = &f->ledger->entries[all->aside[i]];
        line->facts = 1;
        line->occurred_on = ax_line_day(entry);
        line->counts_until = AX_DAY_NONE;
        add_record(f, all->aside[i], line);
    }
}

/* By channel: its facts, then what is credited to it. What is nothing is left out. */
static void add_channels(struct filling *f)
{
    size_t at = 0;
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_part *part = &f->part->all.channels[k];
        const struct {
            enum ax_score_line_kind kind;
            int32_t points;
        } credits[] = {{AX_SCORE_LINE_CLEAN_EXPOSURE, part->credit}, {AX_SCORE_LINE_RECENCY, part->recency}};
        while (at < f->part->count && f->part->chosen[at].line.channel == k) {
            add_fact(f, &f->part->chosen[at++]);
        }
        for (size_t i = 0; i < sizeof credits / sizeof credits[0]; i++) {
            if (credits[i].points != 0) {
                add(f, credits[i].kind, credits[i].points)->channel = ax_str_c(ax_risk_channel_name(k));
            }
        }
    }
}

static void add_others(struct filling *f)
{
    const struct ax_risk_explained *all = &f->part->all;
    const struct {
        enum ax_score_line_kind kind;
        int32_t points;
    } others[] = {{AX_SCORE_LINE_RECENCY, all->recency}, {AX_SCORE_LINE_PEERS, all->peers},
            {AX_SCORE_LINE_INTERACTION, all->interaction}, {AX_SCORE_LINE_CLAMP, all->clamp}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].points != 0) {
            (void)add(f, others[i].kind, others[i].points);
        }
    }
}

static size_t fill_channels(const struct ax_score_part *part, struct ax_score_channel *out)
{
    size_t count = 0;
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_part *from = &part->all.channels[k];
        struct ax_channel_words words = ax_channel_words_of(k);
        if (from->lines == 0 && from->net == 0 && from->expected <= 0) {
            continue;
        }
        out[count++] = (struct ax_score_channel){.channel = ax_str_c(ax_risk_channel_name(k)),
                .title_zh = words.zh,
                .title_en = words.en,
                .points = from->net,
                .facts = from->lines,
                .found_micro = whole(from->found, MICRO),
                .expected_micro = whole(from->expected, MICRO)};
    }
    return count;
}

static enum ax_outlook outlook_of(const struct ax_risk_prospect *prospect)
{
    if (!prospect->now.rated || !prospect->before.rated) {
        return AX_OUTLOOK_NONE;
    }
    switch (prospect->outlook) {
    case AX_RISK_OUTLOOK_POSITIVE:
        return AX_OUTLOOK_POSITIVE;
    case AX_RISK_OUTLOOK_NEGATIVE:
        return AX_OUTLOOK_NEGATIVE;
    case AX_RISK_OUTLOOK_STABLE:
        break;
    }
    return AX_OUTLOOK_STABLE;
}

static void fill_expected(const struct ax_score_part *part, struct ax_expected_events *events, struct ax_score *out)
{
    const struct ax_risk *risk = &part->all.risk;
    double peer_cost_fen = 0;
    for (size_t h = 0; h < AX_RISK_HEADS; h++) {
        events[h] = (struct ax_expected_events){.head = (int32_t)h + 1,
                .expected_micro = whole(risk->expected[h], MICRO),
                .peer_expected_micro = whole(risk->peer_expected[h], MICRO),
                .probability_ppm = ppm(risk->p_any[h])};
        peer_cost_fen += risk->peer_expected[h] * part->all.peer->cost_fen[h];
    }
    out->expected = (struct ax_list){events, AX_RISK_HEADS};
    out->expected_cost_fen = whole(risk->expected_cost_fen, 1);
    out->peer_expected_cost_fen = whole(peer_cost_fen, 1);
}

static void fill_frame(const struct ax_score_part *part, struct ax_score *out)
{
    const struct ax_risk_explained *all = &part->all;
    ax_message_init(&ax_score_message, out);
    out->model = all->model->name;
    memcpy(out->parameters_digest, part->edition->digest, sizeof out->parameters_digest);
    out->provenance = ax_str_c(ax_provenance_name(part->edition->provenance));
    out->peer = all->peer->id;
    out->peer_title_zh = all->peer->title_zh;
    out->peer_title_en = all->peer->title_en;
    out->exposure_unit = all->model->unit == AX_RISK_HOURS ? AX_STR("hours") : AX_STR("days");
    out->exposure_micro = whole(all->risk.exposure, MICRO);
    out->exposure_per_milli = whole(all->model->per, MILLI);
    out->start = all->base;
    out->outlook = (int32_t)outlook_of(&part->prospect);
    out->outlook_points = part->prospect.change;
    out->outlook_threshold = part->edition->outlook_points;
    out->next_grade = part->better.grade;
    out->next_grade_on = part->better.on;
}

static uint32_t causes_of(uint8_t marks)
{
    return ((marks & AX_RISK_WATCH_ACCIDENT) != 0 ? 1U << AX_WATCH_ACCIDENT : 0) |
           ((marks & AX_RISK_WATCH_PENALTY) != 0 ? 1U << AX_WATCH_PENALTY : 0) |
           ((marks & AX_RISK_WATCH_CANDIDATE) != 0 ? 1U << AX_WATCH_CANDIDATE : 0);
}

ax_rc ax_score_fill(const struct ax_score_part *part, uint8_t marks, const struct ax_ledger *ledger,
        const struct ax_texts *texts, struct ax_score_clocks clocks, struct ax_arena *arena, struct ax_score *out,
        struct ax_err *err)
{
    struct ax_score_channel *channels = AX_ARENA_ARRAY(arena, struct ax_score_channel, AX_RISK_CHANNELS);
    struct ax_expected_events *events = AX_ARENA_ARRAY(arena, struct ax_expected_events, AX_RISK_HEADS);
    struct filling f = {.part = part, .ledger = ledger, .texts = texts, .clocks = clocks};
    f.lines = AX_ARENA_ARRAY(arena, struct ax_score_line, part->count + AX_SCORE_OTHER_LINES);
    if (channels == NULL || events == NULL || f.lines == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %zu lines", part->count);
    }
    fill_frame(part, out);
    out->channels = (struct ax_list){channels, fill_channels(part, channels)};
    add_channels(&f);
    add_others(&f);
    add_aside(&f);
    out->lines = (struct ax_list){f.lines, f.count};
    fill_expected(part, events, out);
    out->watch_causes = causes_of(marks);
    return AX_RC(OK);
}
