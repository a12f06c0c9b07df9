/* SPDX-License-Identifier: Apache-2.0 */
/* pack diff: the same ledgers rated by two packs on one day: who moves, from where to where, and by which rules. */
#include "base/clock.h"
#include "services/anxin/pack.h"
#include "services/anxin/pack_data.h"
#include "services/anxin/pack_yaml.h"
#include "services/anxin/query.h"
#include "services/anxin/show.h"
#include "services/exchange/difference.h"
#include "services/lib/view/rater.h"

#include <string.h>

enum {
    MOVERS_MAX = 100000, /* told one by one; the counts go on */
    SHOWN = 50,          /* of them, to people */
    LEVELS = AX_LEVEL_UNRATED + 1,
    SCRATCH_MAX_BYTES = 256 << 20,
    ARENA_CHUNK_BYTES = 1 << 20,
    ARENA_MAX_BYTES = 1 << 30,
};

struct diff {
    const struct ax_cli *cli;
    struct ax_pack_side sides[2];
    struct ax_rater raters[2];
    int32_t day;
    struct ax_buf scratch;
    struct ax_arena arena; /* of one enterprise */
    long long matrix[LEVELS][LEVELS];
    long long enterprises;
    long long moved;   /* to another level or symbol */
    long long changed; /* in level, symbol, points or score */
    json_t *movers;
};

static json_t *text_of(ax_str s)
{
    return json_stringn(s.ptr == NULL ? "" : s.ptr, s.len);
}

static json_t *rating_json(const struct ax_rating *r)
{
    char level[32];
    (void)snprintf(level, sizeof level, "LEVEL_%s", ax_level_name(r->level));
    json_t *out = json_pack("{s:o,s:s,s:o,s:i}", "pack", text_of(r->pack), "level", level, "symbol", text_of(r->symbol),
            "levelPoints", r->level_points);
    AX_ASSERT(out != NULL);
    if (r->risk_score_present != 0) {
        AX_ASSERT(json_object_set_new(out, "riskScore", json_integer(r->risk_score)) == 0);
    }
    return out;
}

static json_t *reason_json(const struct ax_difference *d)
{
    char before[32];
    char after[32];
    (void)snprintf(
            before, sizeof before, "LEVEL_%s", d->level_before == 0 ? "UNSPECIFIED" : ax_level_name(d->level_before));
    (void)snprintf(
            after, sizeof after, "LEVEL_%s", d->level_after == 0 ? "UNSPECIFIED" : ax_level_name(d->level_after));
    json_t *out = json_pack("{s:o,s:o,s:o,s:o,s:i,s:i,s:i,s:i,s:s,s:s,s:b,s:b}", "ruleId", text_of(d->rule_id),
            "titleZh", text_of(d->title_zh), "titleEn", text_of(d->title_en), "legalBasis", text_of(d->legal_basis),
            "pointsBefore", d->points_before, "pointsAfter", d->points_after, "shiftBefore", d->shift_before,
            "shiftAfter", d->shift_after, "levelBefore", before, "levelAfter", after, "holdsBefore", d->holds_before,
            "holdsAfter", d->holds_after);
    AX_ASSERT(out != NULL);
    return out;
}

static ax_rc keep_mover(struct diff *d, ax_str enterprise, const struct ax_view *view, const struct ax_rated *rated,
        bool moved, struct ax_err *err)
{
    struct ax_difference_side sides[2];
    for (int i = 0; i < 2; i++) {
        sides[i] = (struct ax_difference_side){.ledger = &view->ledger, .pack = rated[i].pack, .day = d->day};
    }
    struct ax_difference *found = NULL;
    size_t count = 0;
    AX_TRY(ax_difference_find(&sides[0], &sides[1], &d->arena, &found, &count, err));
    json_t *why = json_array();
    for (size_t i = 0; i < count; i++) {
        AX_ASSERT(json_array_append_new(why, reason_json(&found[i])) == 0);
    }
    json_t *mover = json_pack("{s:o,s:o,s:b,s:o,s:o,s:o}", "enterprise", text_of(enterprise), "name",
            text_of(rated[1].rating.name), "moved", moved, "from", rating_json(&rated[0].rating), "to",
            rating_json(&rated[1].rating), "why", why);
    AX_ASSERT(mover != NULL && json_array_append_new(d->movers, mover) == 0);
    return AX_RC(OK);
}

static ax_rc each(void *state, ax_str enterprise, const struct ax_view *view, struct ax_err *err)
{
    struct diff *d = state;
    struct ax_rated rated[2];
    for (int i = 0; i < 2; i++) {
        ax_rater_rate(&d->raters[i], view, enterprise, d->day, &d->scratch, &rated[i]);
    }
    const struct ax_rating *a = &rated[0].rating;
    const struct ax_rating *b = &rated[1].rating;
    bool moved = a->level != b->level || !ax_str_eq(a->symbol, b->symbol);
    bool changed = moved || a->level_points != b->level_points || a->risk_score_present != b->risk_score_present ||
                   a->risk_score != b->risk_score;
    d->enterprises++;
    d->matrix[a->level][b->level]++;
    d->moved += moved ? 1 : 0;
    d->changed += changed ? 1 : 0;
    if (!changed || json_array_size(d->movers) >= MOVERS_MAX) {
        return AX_RC(OK);
    }
    ax_arena_reset(&d->arena);
    return keep_mover(d, enterprise, view, rated, moved, err);
}

static void show_matrix(const struct diff *d)
{
    enum { WIDTH = 10 };
    bool used[LEVELS] = {false};
    for (int i = 0; i < LEVELS; i++) {
        for (int j = 0; j < LEVELS; j++) {
            used[i] = used[i] || d->matrix[i][j] > 0 || d->matrix[j][i] > 0;
        }
    }
    ax_show_cell(ax_cli_text(d->cli, "FROM \\ TO", "由 \\ 至"), WIDTH + 2);
    for (int j = 1; j < LEVELS; j++) {
        if (used[j]) {
            ax_show_cell(ax_level_name(j), WIDTH);
        }
    }
    (void)putchar('\n');
    for (int i = 1; i < LEVELS; i++) {
        if (!used[i]) {
            continue;
        }
        ax_show_cell(ax_level_name(i), WIDTH + 2);
        for (int j = 1; j < LEVELS; j++) {
            char cell[32];
            (void)snprintf(cell, sizeof cell, d->matrix[i][j] == 0 ? "–" : "%lld", d->matrix[i][j]);
            if (used[j]) {
                ax_show_cell(cell, WIDTH);
            }
        }
        (void)putchar('\n');
    }
}

static void show_reason(const struct ax_cli *cli, const json_t *why)
{
    const char *id = ax_show_text(why, "ruleId");
    (void)printf(
            "      %s%s%s: ", ax_show_text(why, cli->chinese ? "titleZh" : "titleEn"), id[0] == '\0' ? "" : "  ", id);
    long long before = ax_show_number(why, "pointsBefore");
    long long after = ax_show_number(why, "pointsAfter");
    if (before != after) {
        (void)printf("%+lld → %+lld", before, after);
    } else if (json_is_true(json_object_get(why, "holdsAfter"))) {
        (void)fputs(ax_cli_text(cli, "now holds", "现适用"), stdout);
    } else {
        (void)fputs(ax_cli_text(cli, "holds no more", "不再适用"), stdout);
    }
    (void)putchar('\n');
}

static void show_mover(const struct ax_cli *cli, const json_t *mover)
{
    const json_t *from = json_object_get(mover, "from");
    const json_t *to = json_object_get(mover, "to");
    size_t i = 0;
    json_t *why = NULL;
    (void)printf("%s  %s\n    %s (%lld) → %s (%lld)\n", ax_show_text(mover, "enterprise"), ax_show_text(mover, "name"),
            ax_show_level(cli, ax_show_text(from, "level")), ax_show_number(from, "levelPoints"),
            ax_show_level(cli, ax_show_text(to, "level")), ax_show_number(to, "levelPoints"));
    json_array_foreach(json_object_get(mover, "why"), i, why)
    {
        show_reason(cli, why);
    }
    if (i == 0) {
        (void)printf("      %s\n", ax_cli_text(cli, "the scale itself", "分级标准本身"));
    }
}

static void show_page(const struct diff *d, const json_t *rules)
{
    size_t i = 0;
    size_t shown = 0;
    json_t *item = NULL;
    char day[AX_DAY_TEXT_SIZE];
    (void)printf(d->cli->chinese
                         ? "%s → %s，评价日 %s：企业 %lld 家，等级变动 %lld 家，等级、分值或风险分有变 %lld 家\n\n"
                         : "%s → %s on %s: %lld enterprises, %lld move, %lld differ in level, points or score\n\n",
            d->sides[0].name, d->sides[1].name, ax_day_format(d->day, day), d->enterprises, d->moved, d->changed);
    show_matrix(d);
    (void)printf("\n%s: %zu\n", ax_cli_text(d->cli, "Rules that differ", "有变动的规则"), json_array_size(rules));
    json_array_foreach(rules, i, item)
    {
        const char *what = ax_show_text(item, "what");
        (void)printf("  %c %s  %s\n",
                what[0] == 'a'   ? '+'
                : what[0] == 'r' ? '-'
                                 : '~',
                ax_show_text(item, "ruleId"), ax_show_text(item, d->cli->chinese ? "titleZh" : "titleEn"));
    }
    (void)putchar('\n');
    json_array_foreach(d->movers, i, item)
    {
        if (json_is_true(json_object_get(item, "moved")) && shown < SHOWN) {
            shown++;
            show_mover(d->cli, item);
        }
    }
    if (d->moved > (long long)shown) {
        (void)printf(d->cli->chinese ? "……另有 %lld 家（--json 逐家列出）\n" : "… and %lld more (--json names them)\n",
                d->moved - (long long)shown);
    }
}

/* One mover a line, then the summary. */
static void show_json(const struct diff *d, json_t *rules, const struct ax_pack_data *data)
{
    size_t at = 0;
    json_t *item = NULL;
    char day[AX_DAY_TEXT_SIZE];
    json_array_foreach(d->movers, at, item)
    {
        ax_show_json_line(item);
    }
    json_t *matrix = json_array();
    for (int i = 0; i < LEVELS; i++) {
        for (int j = 0; j < LEVELS; j++) {
            if (d->matrix[i][j] > 0) {
                char from[32];
                char to[32];
                (void)snprintf(from, sizeof from, "LEVEL_%s", ax_level_name(i));
                (void)snprintf(to, sizeof to, "LEVEL_%s", ax_level_name(j));
                AX_ASSERT(json_array_append_new(matrix, json_pack("{s:s,s:s,s:I}", "from", from, "to", to,
                                                                "enterprises", (json_int_t)d->matrix[i][j])) == 0);
            }
        }
    }
    char digests[2][AX_DIGEST_HEX_SIZE];
    for (int i = 0; i < 2; i++) {
        ax_hex(d->sides[i].bundle->digest, AX_DIGEST_SIZE, digests[i]);
    }
    json_t *summary = json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:O,s:o}", "from", digests[0], "to", digests[1],
            "day", ax_day_format(d->day, day), "facts", (json_int_t)data->facts, "rejected", (json_int_t)data->rejected,
            "enterprises", (json_int_t)d->enterprises, "moved", (json_int_t)d->moved, "changed", (json_int_t)d->changed,
            "rules", rules, "matrix", matrix);
    AX_ASSERT(summary != NULL);
    ax_show_json_line(summary);
    json_decref(summary);
}

static ax_rc run(struct diff *d, struct ax_pack_data *data, struct ax_err *err)
{
    for (int i = 0; i < 2; i++) {
        AX_TRY(ax_pack_side_open(d->cli, d->cli->argv[i], &d->sides[i], err));
        if (d->sides[i].only != NULL) {
            ax_rater_init_only(&d->raters[i], d->sides[i].bundle, d->sides[i].only);
        } else {
            ax_rater_init(&d->raters[i], d->sides[i].bundle);
        }
    }
    AX_TRY(ax_pack_data_run(data, err));
    json_t *rules = NULL;
    AX_TRY(ax_pack_yaml_changes(&d->sides[0], &d->sides[1], &rules, err));
    if (d->cli->json) {
        show_json(d, rules, data);
    } else {
        show_page(d, rules);
        if (data->rejected > 0) {
            ax_cli_say(d->cli, "%lld rows are no facts and were left out", "%lld 行不是有效事实，未计入",
                    (long long)data->rejected);
        }
    }
    json_decref(rules);
    return AX_RC(OK);
}

int ax_pack_diff(struct ax_cli *cli)
{
    const char *on = NULL;
    const char *as_of = NULL;
    const char *system = NULL;
    bool live = false;
    const struct ax_option options[] = {
            {"on", &on, NULL}, {"as-of", &as_of, NULL}, {"system", &system, NULL}, {"live", NULL, &live}};
    char day[AX_DAY_TEXT_SIZE];
    if (!ax_cli_options(cli, options, 4, 2, 2) || !ax_query_day(cli, "as-of", as_of, day)) {
        return AX_EXIT_USAGE;
    }
    if ((on == NULL) != live) {
        ax_cli_say(cli, "anxin pack diff: --on DATA, or --live for the deployment",
                "anxin pack diff: 须以 --on 指定数据，或以 --live 指定当前部署");
        return AX_EXIT_USAGE;
    }
    struct diff d = {.cli = cli, .day = ax_day_of_us(ax_clock_us(ax_clock_system())), .movers = json_array()};
    if (as_of != NULL) {
        (void)ax_day_parse(ax_str_c(as_of), &d.day);
    }
    ax_buf_init(&d.scratch, SCRATCH_MAX_BYTES);
    ax_arena_init(&d.arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    struct ax_pack_data data = {.cli = cli, .on = on, .system = system, .each = each, .state = &d};
    struct ax_err err = {0};
    ax_rc rc = run(&d, &data, &err);
    json_decref(d.movers);
    ax_arena_deinit(&d.arena);
    ax_buf_deinit(&d.scratch);
    ax_pack_side_close(&d.sides[0]);
    ax_pack_side_close(&d.sides[1]);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
