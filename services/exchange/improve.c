/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/improve.h"

#include <stddef.h>
#include <stdlib.h>

#include "services/exchange/line.h"

#define F(number_, type_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_improvement, member_), .max = (max_), \
        .name = #member_ \
    }
static const struct ax_field fields[] = {
        F(1, AX_T_ENUM, kind, AX_IMPROVEMENT_STATE_EXPOSURE),
        F(2, AX_T_STR, rule_id, 0),
        F(3, AX_T_STR, text_zh, 0),
        F(4, AX_T_STR, text_en, 0),
        F(5, AX_T_STR, source, 0),
        F(6, AX_T_STR, reference, 0),
        F(7, AX_T_STR, subject, 0),
        F(8, AX_T_DATE, occurred_on, 0),
        F(9, AX_T_I32, level_points, 0),
        F(10, AX_T_I32, score_points, 0),
        F(11, AX_T_ENUM, level, AX_LEVEL_UNRATED),
        F(12, AX_T_STR, symbol, 0),
        F(13, AX_T_ENUM, risk_grade, AX_RISK_GRADE_NR),
        F(14, AX_T_DATE, from, 0),
};
#undef F

const struct ax_message ax_improvement_message = {.name = "Improvement",
        .fields = fields,
        .field_count = sizeof fields / sizeof fields[0],
        .struct_size = sizeof(struct ax_improvement)};

/* What could be done about a fact; AX_IMPROVEMENT_NONE: nothing but waiting. */
static enum ax_improvement_kind kind_of(const struct ax_entry *e)
{
    bool counts = (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD;
    switch (counts ? (enum ax_fact_state)e->state : AX_FACT_STATE_WITHDRAWN) {
    case AX_FACT_STATE_OBJECTED:
        return AX_IMPROVEMENT_OBJECTION;
    case AX_FACT_STATE_REPAIRED:
    case AX_FACT_STATE_WITHDRAWN:
    case AX_FACT_STATE_EXPIRED:
        return AX_IMPROVEMENT_NONE;
    case AX_FACT_STATE_UNSPECIFIED:
    case AX_FACT_STATE_ACTIVE:
    case AX_FACT_STATE_CORRECTED:
        break;
    }
    if (e->kind == AX_FACT_ENFORCEMENT_PENALTY && (e->flags & AX_ENTRY_AGGREGATE) == 0) {
        return AX_IMPROVEMENT_REPAIR;
    }
    bool open = e->kind == AX_FACT_HAZARD && e->until_day == 0;
    return open ? AX_IMPROVEMENT_CLOSE_HAZARD : AX_IMPROVEMENT_NONE;
}

struct weighed {
    uint32_t entry;
    int32_t weight;
};

enum { WEIGHT_OF_LEVEL = 1000, WEIGHT_OBJECTED = 100000 };

/* Of a fact: what its lines take. What sets or moves the level weighs most; what is under objection is always told. */
static int32_t weight_of(const struct ax_level_part *level, const struct ax_rate_line *line)
{
    bool of_rule = level->pack != NULL && line->rule < level->pack->rule_count;
    if (!of_rule) {
        return 0;
    }
    const struct ax_rule *rule = &level->pack->rules[line->rule];
    bool down = rule->effect == AX_EFFECT_LEVEL || (rule->effect == AX_EFFECT_SHIFT && rule->shift < 0);
    return (down ? WEIGHT_OF_LEVEL : 0) + (line->points < 0 ? -line->points : 0);
}

static int compare_weights(const void *a, const void *b)
{
    const struct weighed *x = a;
    const struct weighed *y = b;
    if (x->weight != y->weight) {
        return x->weight > y->weight ? -1 : 1;
    }
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

/* So many as may be worked out. */
static size_t most_of(const struct ax_ledger *ledger)
{
    size_t most = AX_IMPROVEMENT_LOOKS / ((size_t)ledger->count + 1);
    return most < AX_IMPROVEMENTS_MAX ? most : AX_IMPROVEMENTS_MAX;
}

ax_rc ax_improve_choose(struct ax_improving *i, struct ax_err *err)
{
    const struct ax_ledger *ledger = i->ledger;
    int32_t *weights = AX_ARENA_ARRAY(i->arena, int32_t, (size_t)ledger->count + 1);
    struct weighed *chosen = AX_ARENA_ARRAY(i->arena, struct weighed, (size_t)ledger->count + 1);
    size_t count = 0;
    if (weights == NULL || chosen == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %u facts", ledger->count);
    }
    for (size_t j = 0; j < i->level->all_count; j++) {
        const struct ax_rate_line *line = &i->level->all[j];
        if (ax_rate_line_is_of_fact(line)) {
            weights[line->entry] += weight_of(i->level, line);
        }
    }
    size_t scored = i->score->edition == NULL ? 0 : i->score->all.line_count;
    for (size_t j = 0; j < scored; j++) {
        int32_t points = i->score->all.lines[j].points;
        weights[i->score->all.lines[j].entry] += points < 0 ? -points : 0;
    }
    for (uint32_t j = 0; j < ledger->count; j++) {
        enum ax_improvement_kind kind = kind_of(&ledger->entries[j]);
        int32_t weight = weights[j] + (kind == AX_IMPROVEMENT_OBJECTION ? WEIGHT_OBJECTED : 0);
        if (kind != AX_IMPROVEMENT_NONE && weight > 0) {
            chosen[count++] = (struct weighed){j, weight};
        }
    }
    qsort(chosen, count, sizeof chosen[0], compare_weights);
    size_t most = most_of(ledger);
    i->left_off = count > most;
    i->entry_count = count < most ? count : most;
    for (size_t j = 0; j < i->entry_count; j++) {
        i->entries[j] = chosen[j].entry;
    }
    return AX_RC(OK);
}

/* Rates the ledger as if `fact` were in it, and says what that changes. */
static void rate_with(const struct ax_improving *i, const struct ax_fact *fact, const uint8_t key[AX_KEY_SIZE],
        struct ax_improvement *out)
{
    static const uint8_t no_digest[AX_DIGEST_SIZE]; /* orders contents of one revision; this one is alone at its own */
    struct ax_view what = *i->view;
    struct ax_rated rated;
    struct ax_ledger_item item = {.fact = fact, .digest = no_digest, .key = key};
    ax_ledger_as_known(&i->view->ledger, INT64_MAX, &what.ledger);
    ax_ledger_merge(&what.ledger, &item, 1, NULL);
    ax_rater_rate(i->rater, &what, i->enterprise, i->day, i->scratch, &rated);
    out->level = rated.rating.level;
    out->symbol = rated.rating.symbol;
    out->risk_grade = rated.rating.risk_grade;
    out->level_points = rated.rating.level_points - i->rated->rating.level_points;
    bool scored = rated.rating.risk_score_present != 0 && i->rated->rating.risk_score_present != 0;
    out->score_points = scored ? rated.rating.risk_score - i->rated->rating.risk_score : 0;
    ax_ledger_deinit(&what.ledger);
}

/* What the fact is called by: the rule that takes most points for it, else one that it moves the level by. */
static const struct ax_rule *rule_of(const struct ax_level_part *level, uint32_t entry)
{
    const struct ax_rule *best = NULL;
    int32_t most = 0;
    for (size_t i = 0; level->pack != NULL && i < level->all_count; i++) {
        const struct ax_rate_line *line = &level->all[i];
        if (line->rule >= level->pack->rule_count || line->entry != entry || weight_of(level, line) == 0) {
            continue;
        }
        if (best == NULL || line->points < most) {
            most = line->points;
            best = &level->pack->rules[line->rule];
        }
    }
    return best;
}

/* Behind what could be done: the rule that it is about; of a fact that no rule takes anything for, where else it counts. */
struct about {
    ax_str zh;
    ax_str en;
};

static struct about about_rule(const struct ax_rule *rule)
{
    return (struct about){rule->title_zh, rule->title_en};
}

static bool is_scored(const struct ax_score_part *score, uint32_t entry)
{
    for (size_t i = 0; score->edition != NULL && i < score->all.line_count; i++) {
        if (score->all.lines[i].entry == entry && score->all.lines[i].points != 0) {
            return true;
        }
    }
    return false;
}

static struct about about_fact(const struct ax_improving *i, uint32_t entry, const struct ax_rule *rule)
{
    if (rule != NULL) {
        return about_rule(rule);
    }
    return is_scored(i->score, entry)
                   ? (struct about){AX_STR("只计入风险评分"), AX_STR("it counts in the risk score alone")}
                   : (struct about){AX_STR("目前不影响等级和评分"), AX_STR("it takes nothing from level or score now")};
}

static void say(const struct ax_improving *i, struct about about, struct ax_improvement *out)
{
    static const struct {
        const char *zh;
        const char *en;
    } words[] = {
            [AX_IMPROVEMENT_OBJECTION] = {"异议成立：", "the objection is upheld: "},
            [AX_IMPROVEMENT_REPAIR] = {"完成信用修复：", "credit repair of the penalty: "},
            [AX_IMPROVEMENT_CLOSE_HAZARD] = {"隐患整改销号：", "the hazard is closed: "},
            [AX_IMPROVEMENT_STANDARDISATION] = {"取得安全生产标准化三级",
                    "safety standardisation assessed at level three"},
            [AX_IMPROVEMENT_PROVIDE] = {"补齐所缺：", "what is missing is provided: "},
            [AX_IMPROVEMENT_STATE_EXPOSURE] = {"报送工时或从业人数（目前按同行估计）",
                    "labour hours or employees are stated (they are estimated from peers)"},
    };
    const char *zh = ax_arena_printf(i->arena, "%s%.*s", words[out->kind].zh, AX_ARG(about.zh));
    const char *en = ax_arena_printf(i->arena, "%s%.*s", words[out->kind].en, AX_ARG(about.en));
    out->text_zh = ax_str_c(zh == NULL ? words[out->kind].zh : zh);
    out->text_en = ax_str_c(en == NULL ? words[out->kind].en : en);
}

static int rank_of(const struct ax_improvement *i)
{
    return i->level == AX_LEVEL_NONE ? AX_LEVEL_UNRATED : i->level;
}

/* It raises neither level nor points nor score, and lowers one of them: an objection to what speaks for the enterprise, or to
 * an accident that is counted instead of what answers it. */
static bool is_loss(const struct ax_improving *i, const struct ax_improvement *out)
{
    int32_t level = i->rated->rating.level == AX_LEVEL_NONE ? AX_LEVEL_UNRATED : i->rated->rating.level;
    int32_t gains[] = {level - rank_of(out), out->level_points, out->score_points};
    bool lowers = false;
    for (size_t j = 0; j < sizeof gains / sizeof gains[0]; j++) {
        if (gains[j] > 0) {
            return false;
        }
        lowers = lowers || gains[j] < 0;
    }
    return lowers;
}

/* False: it would raise nothing. */
static bool find_of_fact(
        const struct ax_improving *i, uint32_t entry, const struct ax_fact *fact, struct ax_improvement *out)
{
    const struct ax_entry *e = &i->ledger->entries[entry];
    const struct ax_rule *rule = rule_of(i->level, entry);
    struct ax_fact what = *fact;
    ax_message_init(&ax_improvement_message, out);
    out->kind = (int32_t)kind_of(e);
    what.revision = fact->revision < INT64_MAX ? fact->revision + 1 : INT64_MAX;
    what.known_at_us = e->id->known_at_us;
    if (out->kind == AX_IMPROVEMENT_OBJECTION) {
        what.state = AX_FACT_STATE_WITHDRAWN;
    } else if (out->kind == AX_IMPROVEMENT_REPAIR) {
        what.state = AX_FACT_STATE_REPAIRED;
    } else {
        what.hazard.closed_on = i->day;
    }
    rate_with(i, &what, e->id->key, out);
    if (is_loss(i, out)) {
        return false;
    }
    out->source = fact->source;
    out->reference = fact->reference;
    out->subject = ax_fact_subject(fact);
    out->occurred_on = ax_line_day(e);
    if (out->kind == AX_IMPROVEMENT_REPAIR) {
        struct ax_clocks clocks;
        ax_str place = ax_rater_place(i->ledger, i->enterprise);
        ax_deadlines_clocks(&ax_rater_bundle(i->rater, i->day)->common.deadlines, e, place, &clocks);
        out->from = clocks.repair_from;
    }
    out->rule_id = rule == NULL ? AX_STR("") : rule->id;
    say(i, about_fact(i, entry, rule), out);
    return true;
}

static void find_standardisation(const struct ax_improving *i, struct ax_improvement *out)
{
    static const uint8_t key[AX_KEY_SIZE]; /* of no fact there is: keys are digests */
    struct ax_fact what;
    ax_fact_init(&what);
    ax_fact_set_kind(&what, AX_FACT_STANDARDISATION);
    what.enterprise = i->enterprise;
    what.revision = 1;
    what.state = AX_FACT_STATE_ACTIVE;
    what.standardisation.level = AX_STANDARDISATION_LEVEL_THREE;
    what.standardisation.valid_from = i->day;
    ax_message_init(&ax_improvement_message, out);
    out->kind = AX_IMPROVEMENT_STANDARDISATION;
    rate_with(i, &what, key, out);
    say(i, (struct about){0}, out);
}

/* A rule that takes something because nothing is there: by its line, which belongs to no fact. */
static bool find_absent(const struct ax_improving *i, const struct ax_rate_line *line, struct ax_improvement *out)
{
    const struct ax_pack *pack = i->level->pack;
    if (pack == NULL || line->rule >= pack->rule_count || !pack->rules[line->rule].absent ||
            (line->points >= 0 && weight_of(i->level, line) < WEIGHT_OF_LEVEL)) {
        return false;
    }
    const struct ax_rule *rule = &pack->rules[line->rule];
    ax_message_init(&ax_improvement_message, out);
    out->kind = AX_IMPROVEMENT_PROVIDE;
    out->rule_id = rule->id;
    out->level_points = -line->points;
    say(i, about_rule(rule), out);
    return true;
}

/* The best level first, then most points, then the newest fact. */
static int compare(const void *a, const void *b)
{
    const struct ax_improvement *x = a;
    const struct ax_improvement *y = b;
    int order = rank_of(x) - rank_of(y);
    order = order != 0 ? order : y->level_points - x->level_points;
    order = order != 0 ? order : y->score_points - x->score_points;
    if (order == 0 && x->occurred_on != y->occurred_on) {
        order = x->occurred_on > y->occurred_on ? -1 : 1;
    }
    order = order != 0 ? order : x->kind - y->kind;
    order = order != 0 ? order : ax_str_cmp(x->source, y->source);
    order = order != 0 ? order : ax_str_cmp(x->reference, y->reference);
    return order != 0 ? order : ax_str_cmp(x->rule_id, y->rule_id);
}

ax_rc ax_improve_find(struct ax_improving *i, const struct ax_texts *texts, struct ax_improvement *out, size_t *count,
        struct ax_err *err)
{
    const size_t most = AX_IMPROVEMENTS_MAX;
    *count = 0;
    bool small = most_of(i->ledger) > 0;
    if (i->level->pack != NULL && i->rated->rate.standardisation_missing && small) {
        find_standardisation(i, &out[(*count)++]);
    }
    for (size_t j = 0; j < i->level->all_count && *count < most; j++) {
        *count += find_absent(i, &i->level->all[j], &out[*count]) ? 1 : 0;
    }
    if (i->rated->rating.exposure_estimated && *count < most) {
        struct ax_improvement *exposure = &out[(*count)++];
        ax_message_init(&ax_improvement_message, exposure);
        exposure->kind = AX_IMPROVEMENT_STATE_EXPOSURE;
        say(i, (struct about){0}, exposure);
    }
    for (size_t j = 0; j < i->entry_count; j++) {
        const struct ax_fact *fact = ax_texts_of(texts, i->entries[j]);
        if (fact == NULL) {
            return ax_fail(err, AX_CORRUPT, "a fact of the ledger is in none of its chunks");
        }
        if (*count == most) {
            i->left_off = true;
            break;
        }
        *count += find_of_fact(i, i->entries[j], fact, &out[*count]) ? 1 : 0;
    }
    qsort(out, *count, sizeof out[0], compare);
    return AX_RC(OK);
}
