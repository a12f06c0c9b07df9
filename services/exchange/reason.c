/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/reason.h"

#include <stddef.h>
#include <stdlib.h>

#define F(number_, type_, member_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_reason, member_), .name = #member_ \
    }
static const struct ax_field fields[] = {
        F(1, AX_T_STR, rule_id),
        F(2, AX_T_STR, channel),
        F(3, AX_T_I32, points),
        F(4, AX_T_U32, facts),
        F(5, AX_T_STR, text_zh),
        F(6, AX_T_STR, text_en),
        F(7, AX_T_STR, legal_basis),
};
#undef F

const struct ax_message ax_reason_message = {.name = "Reason",
        .fields = fields,
        .field_count = sizeof fields / sizeof fields[0],
        .struct_size = sizeof(struct ax_reason)};

enum {
    WHOLE = 1000, /* of a scale of points */
    WEIGHT_SETS = 3 * WHOLE,
    WEIGHT_MOVES = 2 * WHOLE,
    WEIGHT_SILENCE = 10 * WHOLE,
    WEIGHT_NO_PACK = 11 * WHOLE,
    AX_OTHER_REASONS_MAX = 16, /* than rules: base, standardisation, channels of the score */
};

struct candidate {
    struct ax_reason reason;
    int32_t weight;
    uint32_t order; /* as found, where weights are equal */
};

/* What one rule does in all. */
struct effect {
    int32_t points;
    int32_t shift;
    uint32_t facts;
};

struct finding {
    const struct ax_level_part *level;
    const struct ax_score_part *score;
    struct ax_arena *arena;
    struct candidate candidates[AX_PACK_RULES_MAX + AX_OTHER_REASONS_MAX];
    uint32_t count;
    struct effect effects[AX_PACK_RULES_MAX];
};

static void add(struct finding *f, int32_t weight, const struct ax_reason *reason, const char *zh, const char *en)
{
    struct candidate *c = &f->candidates[f->count];
    if (zh == NULL || en == NULL) {
        return;
    }
    *c = (struct candidate){*reason, weight, f->count};
    c->reason.text_zh = ax_str_c(zh);
    c->reason.text_en = ax_str_c(en);
    f->count++;
}

/* " (3 facts)" */
static const char *facts_en(struct finding *f, uint32_t facts)
{
    const char *text = facts == 0 ? "" : ax_arena_printf(f->arena, " (%u fact%s)", facts, facts == 1 ? "" : "s");
    return text == NULL ? "" : text;
}

static const char *facts_zh(struct finding *f, uint32_t facts)
{
    const char *text = facts == 0 ? "" : ax_arena_printf(f->arena, "（%u 条事实）", facts);
    return text == NULL ? "" : text;
}

static int32_t share_of_scale(const struct ax_pack *pack, int32_t points)
{
    int32_t scale = pack->points_max - pack->points_min;
    return scale <= 0 ? 0 : (int32_t)((int64_t)points * WHOLE / scale);
}

static void add_points(struct finding *f, const struct ax_rule *rule, const struct effect *effect)
{
    struct ax_reason reason = {
            .rule_id = rule->id, .points = effect->points, .facts = effect->facts, .legal_basis = rule->legal_basis};
    add(f, share_of_scale(f->level->pack, -effect->points), &reason,
            ax_arena_printf(
                    f->arena, "%.*s：扣 %d 分%s", AX_ARG(rule->title_zh), -effect->points, facts_zh(f, effect->facts)),
            ax_arena_printf(f->arena, "%.*s: %d point%s lost%s", AX_ARG(rule->title_en), -effect->points,
                    effect->points == -1 ? "" : "s", facts_en(f, effect->facts)));
}

static void add_shift(struct finding *f, const struct ax_rule *rule, const struct effect *effect)
{
    struct ax_reason reason = {.rule_id = rule->id, .facts = effect->facts, .legal_basis = rule->legal_basis};
    add(f, WEIGHT_MOVES - effect->shift, &reason,
            ax_arena_printf(
                    f->arena, "%.*s：降 %d 级%s", AX_ARG(rule->title_zh), -effect->shift, facts_zh(f, effect->facts)),
            ax_arena_printf(f->arena, "%.*s: %d level%s down%s", AX_ARG(rule->title_en), -effect->shift,
                    effect->shift == -1 ? "" : "s", facts_en(f, effect->facts)));
}

/* A bound that the points alone keep well below says little. */
static int32_t weight_of_bound(const struct finding *f, int32_t band)
{
    return band >= f->level->rate.band ? WEIGHT_SETS + band : 0;
}

static void add_level(struct finding *f, const struct ax_rule *rule, const struct effect *effect)
{
    struct ax_reason reason = {.rule_id = rule->id, .facts = effect->facts, .legal_basis = rule->legal_basis};
    ax_str symbol = f->level->pack->bands[rule->band].symbol;
    add(f, weight_of_bound(f, rule->band), &reason,
            ax_arena_printf(f->arena, "%.*s：等级最高为 %.*s%s", AX_ARG(rule->title_zh), AX_ARG(symbol),
                    facts_zh(f, effect->facts)),
            ax_arena_printf(f->arena, "%.*s: the level is no better than %.*s%s", AX_ARG(rule->title_en),
                    AX_ARG(symbol), facts_en(f, effect->facts)));
}

static bool moved(const struct ax_rate *rate, size_t rule)
{
    for (size_t i = 0; i < rate->override_count; i++) {
        if (rate->overrides[i] == rule) {
            return true;
        }
    }
    return false;
}

static void add_rule(struct finding *f, size_t index)
{
    const struct ax_rule *rule = &f->level->pack->rules[index];
    const struct effect *effect = &f->effects[index];
    if (rule->effect == AX_EFFECT_LEVEL && moved(&f->level->rate, index)) {
        add_level(f, rule, effect);
    } else if (effect->shift < 0 && moved(&f->level->rate, index)) {
        add_shift(f, rule, effect);
    } else if (effect->points < 0) {
        add_points(f, rule, effect);
    }
}

/* Where it starts from, when others of its trade start higher. */
static void add_base(struct finding *f, const struct ax_rate_line *line)
{
    const struct ax_pack *pack = f->level->pack;
    int32_t best = line->points;
    for (size_t i = 0; i < AX_PACK_BASE_COUNT; i++) {
        best = pack->base[i] > best ? pack->base[i] : best;
    }
    if (best == line->points) {
        return;
    }
    struct ax_reason reason = {.points = line->points - best,
            .facts = line->entry == UINT32_MAX ? 0 : 1,
            .legal_basis = pack->legal_basis};
    const char *zh = line->entry == UINT32_MAX ? "没有安全生产标准化信息" : "安全生产标准化等级";
    const char *en = line->entry == UINT32_MAX ? "Nothing is known of its safety standardisation"
                                               : "Level of safety standardisation";
    add(f, share_of_scale(pack, best - line->points), &reason,
            ax_arena_printf(f->arena, "%s：起评分比最高者低 %d 分", zh, best - line->points),
            ax_arena_printf(f->arena, "%s: it starts %d points below the best", en, best - line->points));
}

static void add_best(struct finding *f)
{
    ax_str symbol = f->level->pack->bands[f->level->pack->missing_best_band].symbol;
    struct ax_reason reason = {.legal_basis = f->level->pack->legal_basis};
    add(f, weight_of_bound(f, f->level->pack->missing_best_band), &reason,
            ax_arena_printf(f->arena, "没有安全生产标准化信息：等级最高为 %.*s", AX_ARG(symbol)),
            ax_arena_printf(f->arena,
                    "Nothing is known of its safety standardisation: the level is no better than %.*s",
                    AX_ARG(symbol)));
}

/* No reason at all would read as if nothing spoke against it. */
static void add_no_pack(struct finding *f)
{
    const struct ax_level_part *level = f->level;
    char day[AX_DAY_TEXT_SIZE];
    (void)ax_day_format(level->day, day);
    ax_str place_zh = level->place.len > 0 ? level->place : AX_STR("（未载明）");
    ax_str place_en = level->place.len > 0 ? level->place : AX_STR("(not stated)");
    ax_str trade_zh = level->industry.len > 0 ? level->industry : AX_STR("（未载明）");
    ax_str trade_en = level->industry.len > 0 ? level->industry : AX_STR("(not stated)");
    struct ax_reason reason = {0};
    add(f, WEIGHT_NO_PACK, &reason,
            ax_arena_printf(f->arena, "没有规则包适用于地区 %.*s、行业 %.*s（%s）：等级未评，所知记录不依任何规则评价",
                    AX_ARG(place_zh), AX_ARG(trade_zh), day),
            ax_arena_printf(f->arena,
                    "No rule pack covers place %.*s and trade %.*s on %s: the level is unrated, whatever is known",
                    AX_ARG(place_en), AX_ARG(trade_en), day));
}

static void look_at_level(struct finding *f)
{
    const struct ax_level_part *level = f->level;
    if (level->pack == NULL) {
        add_no_pack(f);
        return;
    }
    size_t rules = level->pack->rule_count;
    const struct ax_rate_line *base = NULL;
    for (size_t i = 0; i < level->all_count; i++) {
        const struct ax_rate_line *line = &level->all[i];
        size_t rule = line->rule == AX_LINE_CAP ? line->entry : line->rule;
        if (rule < rules) {
            f->effects[rule].points += line->points;
            f->effects[rule].shift += line->shift;
            f->effects[rule].facts += ax_rate_line_is_of_fact(line) ? 1 : 0;
        }
        base = line->rule == AX_LINE_BASE ? line : base;
        if (line->rule == AX_LINE_BEST) {
            add_best(f);
        }
    }
    for (size_t i = 0; i < rules; i++) {
        add_rule(f, i);
    }
    if (base != NULL) {
        add_base(f, base);
    }
}

/* Before all else: what the score and its lack of reasons rest on is that nobody said anything. */
static void add_silence(struct finding *f)
{
    struct ax_reason reason = {.channel = AX_STR("silence")};
    add(f, WEIGHT_SILENCE, &reason,
            "静默：没有任何上报；没有上报不等于没有发生，评分不能视为好评。有检查记录或上报了事故、隐患后即解除",
            "Silent: nothing was reported: that is not the same as nothing happened, and the score is no praise. An "
            "inspection on record, or an accident or hazard reported, would end it");
}

/* A score's points are thousandths of its scale as they are. */
static void look_at_score(struct finding *f)
{
    const struct ax_score_part *score = f->score;
    if (score->edition != NULL && score->all.risk.silent) {
        add_silence(f);
    }
    for (size_t i = 0; score->edition != NULL && i < score->all.reason_count; i++) {
        const struct ax_risk_reason *from = &score->all.reasons[i];
        struct ax_channel_words words = ax_channel_words_of(from->channel);
        struct ax_reason reason = {.channel = ax_str_c(ax_risk_channel_name(from->channel)),
                .points = from->points,
                .facts = score->all.channels[from->channel].lines};
        add(f, -from->points, &reason,
                ax_arena_printf(f->arena, "%.*s：评分比同行平均低 %d 分%s", AX_ARG(words.zh), -from->points,
                        facts_zh(f, reason.facts)),
                ax_arena_printf(f->arena, "%.*s: %d point%s of the score below the peers' average%s", AX_ARG(words.en),
                        -from->points, from->points == -1 ? "" : "s", facts_en(f, reason.facts)));
    }
}

static int compare(const void *a, const void *b)
{
    const struct candidate *x = a;
    const struct candidate *y = b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return x->order < y->order ? -1 : 1;
}

static bool is_of_score(const struct candidate *c)
{
    return c->reason.channel.len > 0;
}

/* The last place is kept for a part that has none yet. */
static bool is_kept_free(const struct finding *f, const struct ax_reason *chosen, size_t count, bool score)
{
    if (count + 1 < AX_REASONS_MAX) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if ((chosen[i].channel.len > 0) != score) {
            return false;
        }
    }
    for (uint32_t i = 0; i < f->count; i++) {
        if (is_of_score(&f->candidates[i]) != score) {
            return true;
        }
    }
    return false;
}

size_t ax_reasons_find(const struct ax_level_part *level, const struct ax_score_part *score, struct ax_arena *arena,
        struct ax_reason out[AX_REASONS_MAX])
{
    struct finding *f = AX_ARENA_NEW(arena, struct finding);
    size_t count = 0;
    if (f == NULL) {
        return 0;
    }
    *f = (struct finding){.level = level, .score = score, .arena = arena};
    look_at_level(f);
    look_at_score(f);
    qsort(f->candidates, f->count, sizeof f->candidates[0], compare);
    for (uint32_t i = 0; i < f->count && count < AX_REASONS_MAX; i++) {
        if (!is_kept_free(f, out, count, is_of_score(&f->candidates[i]))) {
            out[count++] = f->candidates[i].reason;
        }
    }
    return count;
}
