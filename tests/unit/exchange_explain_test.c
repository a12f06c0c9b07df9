/* SPDX-License-Identifier: Apache-2.0 */
/* What an explanation says: lines that add up however many are cut, reasons, what would raise a rating. */
#include "services/exchange/improve.h"
#include "services/exchange/line.h"
#include "services/exchange/reason.h"
#include "services/exchange/score_part.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdio.h>

#define T(name) cmocka_unit_test(name)

enum { FACTS_MAX = 400, CHUNK_MAX_BYTES = 1 << 20, DAYS = 2000 };

struct bench {
    struct ax_view view;
    struct ax_fact facts[FACTS_MAX];
    char names[FACTS_MAX][16];
    size_t count;
    struct ax_buf chunk;
    struct ax_arena arena;
    struct ax_buf scratch;
    struct ax_rater rater;
};

static const struct ax_score_part unscored;

static void begin(struct bench *b)
{
    memset(b, 0, sizeof *b);
    ax_view_init(&b->view);
    ax_buf_init(&b->chunk, CHUNK_MAX_BYTES);
    ax_buf_init(&b->scratch, CHUNK_MAX_BYTES);
    ax_arena_init(&b->arena, 1 << 16, 64 << 20);
    ax_rater_init(&b->rater, world_bundle());
}

static void end(struct bench *b)
{
    ax_view_deinit(&b->view);
    ax_buf_deinit(&b->chunk);
    ax_buf_deinit(&b->scratch);
    ax_arena_deinit(&b->arena);
}

static void with(struct bench *b, struct ax_fact f)
{
    b->facts[b->count++] = f;
}

/* Into the ledger, and into a chunk as the store keeps it. */
static void known(struct bench *b)
{
    (void)world_merge(&b->view.ledger, b->facts, b->count);
    b->view.last_offset = (int64_t)b->count;
    for (size_t i = 0; i < b->count; i++) {
        struct ax_buf canonical;
        ax_buf_init(&canonical, CHUNK_MAX_BYTES);
        ax_fact_canonical(&b->facts[i], &canonical);
        struct ax_chunk_item item = {
                .offset = (int64_t)i, .known_at_us = b->facts[i].known_at_us, .canonical = ax_buf_str(&canonical)};
        ax_chunk_put(&b->chunk, i == 0, 0, &item);
        ax_buf_deinit(&canonical);
    }
    assert_false(b->chunk.failed);
}

static struct ax_level_part level_of(struct bench *b, int32_t day, size_t most)
{
    struct ax_level_part part;
    struct ax_err err;
    assert_int_equal(ax_level_part_make(&b->view.ledger, world_pack(), day, most, &b->arena, &part, &err).code, AX_OK);
    return part;
}

static struct ax_fact some_fact(struct bench *b, uint64_t *way)
{
    char *name = b->names[b->count];
    (void)snprintf(name, sizeof b->names[0], "f%zu", b->count);
    int32_t day = world_day("2024-06-30") - (int32_t)(world_random(way) % DAYS);
    struct ax_fact f = world_fact(world_random(way) % 3 == 0 ? AX_FACT_ACCIDENT : AX_FACT_ENFORCEMENT_PENALTY, name);
    f.synthetic = world_random(way) % 2 == 0;
    if (f.kind == AX_FACT_ACCIDENT) {
        f.occurred_on = day;
        f.accident.accident_id = f.reference;
        f.accident.liability = (int32_t)(world_random(way) % 4);
        f.accident.deaths = (uint32_t)(world_random(way) % 3);
    } else {
        f.decided_on = day;
        f.enforcement_penalty.document_number = f.reference;
        f.enforcement_penalty.authority = AX_STR("某市应急管理局");
        f.enforcement_penalty.tier = (int32_t)(world_random(way) % 4);
        f.state = world_random(way) % 5 == 0 ? AX_FACT_STATE_OBJECTED : AX_FACT_STATE_ACTIVE;
    }
    return f;
}

static void cut_lines_add_up(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t way = seed;
        static struct bench b;
        begin(&b);
        for (size_t i = 0; i < (seed % 4 + 1) * FACTS_MAX / 4; i++) {
            with(&b, some_fact(&b, &way));
        }
        known(&b);
        struct ax_level_part whole = level_of(&b, world_day("2024-06-30"), AX_LEVEL_LINES_MAX);
        struct ax_level_part cut = level_of(&b, world_day("2024-06-30"), 0);
        assert_int_equal(whole.count, whole.all_count);
        int32_t sum = 0;
        int32_t shift = 0;
        size_t told = 0;
        for (size_t i = 0; i < cut.count; i++) {
            sum += cut.lines[i].line.points;
            shift += cut.lines[i].line.shift;
            told += cut.lines[i].facts > 0 ? cut.lines[i].facts : 1;
        }
        for (size_t i = 0; i < whole.count; i++) {
            shift -= whole.lines[i].line.shift;
        }
        assert_int_equal(sum, cut.rate.points);
        assert_int_equal(shift, 0);
        assert_int_equal(told, whole.count);
        assert_true(seed % 4 < 2 || cut.count < whole.count);
        end(&b);
    }
}

static int64_t sum_of(const struct ax_score *score)
{
    int64_t sum = score->start;
    const struct ax_score_line *lines = score->lines.items;
    for (size_t i = 0; i < score->lines.count; i++) {
        sum += lines[i].points;
    }
    return sum;
}

/* Of each channel: points and facts of its lines are those of the channel. */
static void check_channels(const struct ax_score *score)
{
    const struct ax_score_channel *channels = score->channels.items;
    const struct ax_score_line *lines = score->lines.items;
    for (size_t k = 0; k < score->channels.count; k++) {
        int64_t points = 0;
        uint64_t facts = 0;
        for (size_t i = 0; i < score->lines.count; i++) {
            bool of_it = ax_str_eq(lines[i].channel, channels[k].channel);
            points += of_it ? lines[i].points : 0;
            facts += of_it ? lines[i].facts : 0;
        }
        assert_int_equal(points, channels[k].points);
        assert_int_equal(facts, channels[k].facts);
    }
}

static void score_lines_add_up(void **state)
{
    (void)state;
    const struct ax_risk_edition *edition = ax_bundle_choose_risk(
            world_bundle(), AX_STR(""), AX_STR("140100"), AX_STR("0610"), world_day("2024-06-30"));
    assert_non_null(edition);
    size_t rated = 0;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        uint64_t way = seed;
        static struct bench b;
        begin(&b);
        with(&b, world_standard("s", "2015-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO));
        for (size_t i = 0; i < seed % FACTS_MAX / 2; i++) {
            with(&b, some_fact(&b, &way));
        }
        known(&b);
        for (size_t cut = 0; cut < 2; cut++) {
            struct ax_score_part part;
            struct ax_texts texts;
            struct ax_score score;
            struct ax_err err;
            size_t most = cut == 0 ? AX_SCORE_LINES_MAX : 0;
            assert_int_equal(ax_score_part_make(&b.view.ledger, world_pack(), edition, world_day("2024-06-30"), most,
                                     &b.arena, &part, &err)
                                     .code,
                    AX_OK);
            assert_int_equal(ax_texts_init(&texts, &b.view.ledger, &b.arena, &b.arena, part.count, &err).code, AX_OK);
            assert_int_equal(
                    ax_score_fill(&part, 0, &b.view.ledger, &texts, (struct ax_score_clocks){0}, &b.arena, &score, &err)
                            .code,
                    AX_OK);
            assert_int_equal(sum_of(&score), part.all.risk.rated ? part.all.risk.score : score.start);
            check_channels(&score);
            rated += part.all.risk.rated ? 1 : 0;
        }
        end(&b);
    }
    assert_true(rated > 100);
}

static void reasons_are_few_and_in_both_languages(void **state)
{
    (void)state;
    static struct bench b;
    begin(&b);
    with(&b, world_standard("s", "2023-01-01", NULL, AX_STANDARDISATION_LEVEL_THREE));
    with(&b, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_SERIOUS));
    with(&b, world_penalty("q", "2024-02-15", AX_PENALTY_TIER_MINOR));
    struct ax_fact concealed = world_accident("a", "2024-03-01", AX_LIABILITY_MAIN, 1);
    concealed.accident.concealed = true;
    with(&b, concealed);
    known(&b);
    struct ax_level_part level = level_of(&b, world_day("2024-06-30"), AX_LEVEL_LINES_MAX);
    struct ax_reason reasons[AX_REASONS_MAX];
    size_t count = ax_reasons_find(&level, &unscored, &b.arena, reasons);
    assert_int_equal(count, AX_REASONS_MAX);
    assert_true(ax_str_eq(reasons[0].rule_id, AX_STR("accident.concealed")));
    assert_true(ax_str_find(reasons[0].text_zh, AX_STR("等级最高为 D"), NULL));
    assert_true(ax_str_find(reasons[0].text_en, AX_STR("no better than D (1 fact)"), NULL));
    for (size_t i = 0; i < count; i++) {
        assert_true(reasons[i].text_zh.len > 0 && reasons[i].text_en.len > 0 && reasons[i].points <= 0);
    }
    end(&b);
    /* What bounds the level above where it stands comes last: a missing standardisation (C1) beside a D. */
    begin(&b);
    with(&b, concealed);
    with(&b, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_SERIOUS));
    known(&b);
    level = level_of(&b, world_day("2024-06-30"), AX_LEVEL_LINES_MAX);
    count = ax_reasons_find(&level, &unscored, &b.arena, reasons);
    assert_true(ax_str_eq(reasons[0].rule_id, AX_STR("accident.concealed")));
    for (size_t i = 0; i + 1 < count; i++) {
        assert_false(ax_str_find(reasons[i].text_en, AX_STR("no better than C1"), NULL));
    }
    end(&b);
    begin(&b);
    with(&b, world_standard("s", "2023-01-01", NULL, AX_STANDARDISATION_LEVEL_ONE));
    known(&b);
    level = level_of(&b, world_day("2024-06-30"), AX_LEVEL_LINES_MAX);
    assert_int_equal(ax_reasons_find(&level, &unscored, &b.arena, reasons), 0);
    struct ax_risk_edition edition = {.base = 600};
    struct ax_score_part silent = {.edition = &edition, .all = {.risk = {.rated = true, .silent = true}}};
    assert_int_equal(ax_reasons_find(&level, &silent, &b.arena, reasons), 1);
    assert_true(ax_str_eq(reasons[0].channel, AX_STR("silence")));
    assert_true(ax_str_find(reasons[0].text_en, AX_STR("not the same as nothing happened"), NULL));
    assert_true(ax_str_find(reasons[0].text_zh, AX_STR("没有上报不等于没有发生"), NULL));
    end(&b);
}

/* Each fact has a line that says so, and the first reason names place and trade. */
static void what_no_pack_rates_is_no_praise(void **state)
{
    (void)state;
    static struct bench b;
    struct ax_err err;
    begin(&b);
    with(&b, world_accident("a", "2024-03-01", AX_LIABILITY_MAIN, 12));
    with(&b, world_penalty("p", "2024-01-15", AX_PENALTY_TIER_SERIOUS));
    known(&b);
    struct ax_level_part level;
    int32_t day = world_day("2024-06-30");
    assert_int_equal(
            ax_level_part_make(&b.view.ledger, NULL, day, AX_LEVEL_LINES_MAX, &b.arena, &level, &err).code, AX_OK);
    assert_int_equal(level.count, 2);
    for (size_t i = 0; i < level.count; i++) {
        struct ax_line line;
        ax_line_fill(&level.lines[i].line, level.lines[i].facts, NULL, &b.view.ledger, NULL, &line);
        assert_int_equal(line.kind, AX_LINE_KIND_NOT_COUNTED);
        assert_true(ax_str_eq(line.title_en, AX_STR("no rule pack rates it on this day")));
    }
    struct ax_reason reasons[AX_REASONS_MAX];
    level.place = AX_STR("4401");
    level.industry = AX_STR("2610");
    assert_int_equal(ax_reasons_find(&level, &unscored, &b.arena, reasons), 1);
    assert_true(ax_str_find(
            reasons[0].text_en, AX_STR("No rule pack covers place 4401 and trade 2610 on 2024-06-30"), NULL));
    assert_true(ax_str_find(reasons[0].text_zh, AX_STR("没有规则包适用于地区 4401、行业 2610（2024-06-30）"), NULL));
    level.industry = AX_STR("");
    assert_int_equal(ax_reasons_find(&level, &unscored, &b.arena, reasons), 1);
    assert_true(ax_str_find(reasons[0].text_en, AX_STR("trade (not stated)"), NULL));
    end(&b);
}

static size_t improvements_of(struct bench *b, int32_t day, struct ax_improvement out[AX_IMPROVEMENTS_MAX], bool *left)
{
    static struct ax_rated rated;
    static struct ax_level_part level;
    struct ax_texts texts;
    struct ax_err err;
    size_t count = 0;
    ax_rater_rate(&b->rater, &b->view, AX_STR(WORLD_ENTERPRISE), day, &b->scratch, &rated);
    level = level_of(b, day, AX_LEVEL_LINES_MAX);
    struct ax_improving i = {.rater = &b->rater,
            .view = &b->view,
            .ledger = &b->view.ledger,
            .rated = &rated,
            .enterprise = AX_STR(WORLD_ENTERPRISE),
            .day = day,
            .level = &level,
            .score = &unscored,
            .arena = &b->arena,
            .scratch = &b->scratch};
    assert_int_equal(ax_improve_choose(&i, &err).code, AX_OK);
    assert_int_equal(ax_texts_init(&texts, &b->view.ledger, &b->arena, &b->arena, i.entry_count, &err).code, AX_OK);
    for (size_t j = 0; j < i.entry_count; j++) {
        ax_texts_name(&texts, i.entries[j]);
    }
    ax_str chunk = ax_buf_str(&b->chunk);
    assert_int_equal(ax_texts_find(&texts, NULL, &chunk, 1, &err).code, AX_OK);
    assert_int_equal(ax_improve_find(&i, &texts, out, &count, &err).code, AX_OK);
    *left = i.left_off;
    return count;
}

/* Each is what the rating is once the fact is there. */
static void improvements_are_ratings(void **state)
{
    (void)state;
    static struct bench b;
    static struct bench after;
    struct ax_improvement found[AX_IMPROVEMENTS_MAX];
    bool left = false;
    int32_t day = world_day("2024-06-30");
    begin(&b);
    with(&b, world_standard("s", "2023-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO));
    struct ax_fact objected = world_penalty("o", "2024-01-15", AX_PENALTY_TIER_SERIOUS);
    objected.state = AX_FACT_STATE_OBJECTED;
    with(&b, objected);
    with(&b, world_penalty("p", "2024-02-15", AX_PENALTY_TIER_GENERAL));
    with(&b, world_accident("a", "2024-03-01", AX_LIABILITY_GENERAL, 0)); /* of that only time helps */
    known(&b);
    size_t count = improvements_of(&b, day, found, &left);
    assert_int_equal(count, 3);
    assert_false(left);
    assert_int_equal(found[--count].kind, AX_IMPROVEMENT_STATE_EXPOSURE); /* the score's, and no fact that is there */
    struct ax_rate now;
    ax_rate(&b.view.ledger, world_pack(), day, &now);
    for (size_t i = 0; i < count; i++) {
        begin(&after);
        for (size_t j = 0; j < b.count; j++) {
            struct ax_fact f = b.facts[j];
            if (ax_str_eq(f.reference, found[i].reference)) {
                f.state = found[i].kind == AX_IMPROVEMENT_OBJECTION ? AX_FACT_STATE_WITHDRAWN : AX_FACT_STATE_REPAIRED;
            }
            with(&after, f);
        }
        known(&after);
        struct ax_rate then;
        ax_rate(&after.view.ledger, world_pack(), day, &then);
        assert_int_equal(found[i].level, then.level);
        assert_int_equal(found[i].level_points, then.points - now.points);
        assert_true(found[i].level_points > 0);
        assert_true(found[i].text_zh.len > 0 && found[i].text_en.len > 0);
        end(&after);
    }
    assert_true(ax_str_eq(found[0].reference, AX_STR("o")));
    end(&b);
}

/* What an improvement says, as the enterprise would be rated with the fact among its own. */
static void check_improvement(struct bench *b, const struct ax_rated *now, const struct ax_improvement *found)
{
    static struct bench after;
    struct ax_rated then;
    int32_t day = now->rating.rated_on;
    begin(&after);
    for (size_t i = 0; i < b->count; i++) {
        struct ax_fact f = b->facts[i];
        if (ax_str_eq(f.reference, found->reference)) {
            f.revision++;
            f.state = found->kind == AX_IMPROVEMENT_OBJECTION ? AX_FACT_STATE_WITHDRAWN : AX_FACT_STATE_REPAIRED;
        }
        with(&after, f);
    }
    if (found->kind == AX_IMPROVEMENT_STANDARDISATION) {
        with(&after, world_standard("new", "2024-06-30", NULL, AX_STANDARDISATION_LEVEL_THREE));
    }
    known(&after);
    ax_rater_rate(&b->rater, &after.view, AX_STR(WORLD_ENTERPRISE), day, &b->scratch, &then);
    assert_int_equal(found->level, then.rating.level);
    assert_int_equal(found->level_points, then.rating.level_points - now->rating.level_points);
    bool scored = now->rating.risk_score_present != 0 && then.rating.risk_score_present != 0;
    assert_int_equal(found->score_points, scored ? then.rating.risk_score - now->rating.risk_score : 0);
    end(&after);
}

/* Some of them tell of one accident, so that what is objected to hides what is not. */
static struct ax_fact some_side(struct bench *b, uint64_t *way)
{
    struct ax_fact f = some_fact(b, way);
    if (f.kind == AX_FACT_ENFORCEMENT_PENALTY && world_random(way) % 2 == 0) {
        f.enforcement_penalty.accident_id = AX_STR("f0");
    } else if (f.kind == AX_FACT_ACCIDENT && world_random(way) % 4 == 0) {
        f.accident.accident_id = AX_STR("f0");
    }
    if (world_random(way) % 4 == 0) {
        f.state = AX_FACT_STATE_OBJECTED;
    }
    return f;
}

static void any_improvement_is_the_rating_with_its_fact(void **state)
{
    (void)state;
    static struct bench b;
    struct ax_improvement found[AX_IMPROVEMENTS_MAX];
    size_t standards = 0;
    size_t checked = 0;
    for (uint64_t seed = 1; seed <= 120; seed++) {
        struct ax_rated now;
        bool left = false;
        uint64_t way = seed;
        begin(&b);
        for (size_t i = 0; i < seed % 9; i++) {
            with(&b, some_side(&b, &way));
        }
        known(&b);
        int32_t day = world_day("2024-06-30");
        size_t count = improvements_of(&b, day, found, &left);
        ax_rater_rate(&b.rater, &b.view, AX_STR(WORLD_ENTERPRISE), day, &b.scratch, &now);
        for (size_t i = 0; i < count; i++) {
            enum ax_improvement_kind kind = (enum ax_improvement_kind)found[i].kind;
            standards += kind == AX_IMPROVEMENT_STANDARDISATION ? 1 : 0;
            if (kind != AX_IMPROVEMENT_STATE_EXPOSURE && kind != AX_IMPROVEMENT_PROVIDE) {
                check_improvement(&b, &now, &found[i]);
                checked++;
            }
            assert_true(found[i].level < (int32_t)now.rating.level || found[i].level_points >= 0 ||
                        found[i].score_points > 0);
        }
        end(&b);
    }
    assert_int_equal(standards, 120);
    assert_true(checked > 300);
}

static void too_many_are_said_to_be(void **state)
{
    (void)state;
    static struct bench b;
    struct ax_improvement found[AX_IMPROVEMENTS_MAX];
    bool left = false;
    uint64_t way = 5;
    begin(&b);
    for (size_t i = 0; i < 100; i++) {
        with(&b, some_fact(&b, &way));
    }
    known(&b);
    assert_int_equal(improvements_of(&b, world_day("2024-06-30"), found, &left), AX_IMPROVEMENTS_MAX);
    assert_true(left);
    end(&b);
}

static struct ax_line line_of(struct ax_ledger *l, const struct ax_pack *pack, uint16_t rule, const char *reference)
{
    struct ax_fact f = world_penalty(reference, "2024-01-15", AX_PENALTY_TIER_GENERAL);
    uint8_t key[AX_KEY_SIZE];
    uint32_t entry = 0;
    world_key(&f, key);
    while (entry < l->count && memcmp(l->entries[entry].id->key, key, AX_KEY_SIZE) != 0) {
        entry++;
    }
    struct ax_rate_line line = {.rule = rule, .entry = entry < l->count ? entry : UINT32_MAX};
    struct ax_line out;
    ax_line_fill(&line, 0, pack, l, NULL, &out);
    assert_true(out.title_zh.len > 0);
    return out;
}

/* What does not count says why, and points that are not standardisation's do not say that they are. */
static void lines_say_what_they_are_for(void **state)
{
    (void)state;
    static const struct {
        const char *reference;
        int32_t state;
        const char *says;
    } cases[] = {{"a", AX_FACT_STATE_ACTIVE, "does not count on this day"},
            {"r", AX_FACT_STATE_REPAIRED, "repaired: it"}, {"w", AX_FACT_STATE_WITHDRAWN, "withdrawn by its source"},
            {"e", AX_FACT_STATE_EXPIRED, "expired, as"}, {"for-r", AX_FACT_STATE_REPAIRED, "repaired: it"},
            {"asked", AX_FACT_STATE_ACTIVE, "what was asked for"}};
    static struct bench b;
    begin(&b);
    with(&b, world_accident("acc", "2024-01-01", AX_LIABILITY_MAIN, 1));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_fact f = world_penalty(cases[i].reference, "2024-01-15", AX_PENALTY_TIER_GENERAL);
        f.state = cases[i].state;
        f.enforcement_penalty.accident_id = strcmp(cases[i].reference, "for-r") == 0 ? AX_STR("acc") : AX_STR("");
        with(&b, strcmp(cases[i].reference, "asked") == 0 ? world_fact(AX_FACT_REPAIR, "asked") : f);
    }
    known(&b);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_line line = line_of(&b.view.ledger, world_pack(), AX_LINE_NOT_COUNTED, cases[i].reference);
        assert_true(ax_str_find(line.title_en, ax_str_c(cases[i].says), NULL));
    }
    for (size_t i = 0; i < world_bundle()->count; i++) {
        const struct ax_pack *pack = &world_bundle()->packs[i];
        struct ax_line line = line_of(&b.view.ledger, pack, AX_LINE_BASE, "none");
        bool alike = pack->base[AX_PACK_BASE_MISSING] == pack->base[AX_STANDARDISATION_LEVEL_ONE];
        assert_int_equal(ax_str_find(line.title_en, AX_STR("standardisation"), NULL), !alike);
        assert_int_equal(ax_str_find(line.title_zh, AX_STR("标准化"), NULL), !alike);
    }
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(cut_lines_add_up), T(score_lines_add_up),
            T(reasons_are_few_and_in_both_languages), T(what_no_pack_rates_is_no_praise), T(improvements_are_ratings),
            T(any_improvement_is_the_rating_with_its_fact), T(too_many_are_said_to_be), T(lines_say_what_they_are_for)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
