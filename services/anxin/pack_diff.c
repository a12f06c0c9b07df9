/* SPDX-License-Identifier: Apache-2.0 */
/* pack diff: the same ledgers rated by two packs on one day: who moves, from where to where, and by which rules. */
#include "base/clock.h"
#include "services/anxin/home.h"
#include "services/anxin/pack.h"
#include "services/anxin/pack_data.h"
#include "services/anxin/pack_flags.h"
#include "services/anxin/pack_gates.h"
#include "services/anxin/pack_yaml.h"
#include "services/anxin/query.h"
#include "services/anxin/show.h"
#include "services/exchange/difference.h"
#include "services/lib/schedule/live.h"
#include "services/lib/view/glance.h"

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
    const struct ax_rater *by[2];
    struct ax_glance *glances[2];
    struct ax_live *live;               /* champion against challenger: what rates the deployment */
    uint8_t digests[2][AX_DIGEST_SIZE]; /* of the bundles compared */
    struct ax_pack_data *data;
    long long stored;  /* ratings that the challenger's scorer has made */
    long long differs; /* of them, those that are not what the ledger gives now */
    int32_t day;
    struct ax_buf scratch;
    struct ax_arena arena; /* of one enterprise */
    long long matrix[LEVELS][LEVELS];
    long long enterprises;
    long long moved;   /* to another level or symbol */
    long long changed; /* in level, symbol, points or score */
    bool gates_differ; /* in what is told of them, or it is not known */
    struct ax_pack_gates gates;
    struct ax_pack_flags flags;
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

/* What changes beside the rating; NULL: nothing. */
struct beside {
    json_t *gate;
    json_t *flags;
};

static void drop_beside(const struct beside *b)
{
    json_decref(b->gate);
    json_decref(b->flags);
}

/* `beside` is taken over. */
static ax_rc keep_mover(struct diff *d, ax_str enterprise, const struct ax_view *view, const struct ax_rated *rated,
        bool moved, const struct beside *beside, struct ax_err *err)
{
    struct ax_difference_side sides[2];
    for (int i = 0; i < 2; i++) {
        sides[i] = (struct ax_difference_side){.ledger = &view->ledger, .pack = rated[i].pack, .day = d->day};
    }
    struct ax_difference *found = NULL;
    size_t count = 0;
    ax_rc rc = ax_difference_find(&sides[0], &sides[1], &d->arena, &found, &count, err);
    if (!ax_ok(rc)) {
        drop_beside(beside);
        return rc;
    }
    json_t *why = json_array();
    for (size_t i = 0; i < count; i++) {
        AX_ASSERT(json_array_append_new(why, reason_json(&found[i])) == 0);
    }
    json_t *mover = json_pack("{s:o,s:o,s:b,s:o,s:o,s:o,s:o,s:o}", "enterprise", text_of(enterprise), "name",
            text_of(rated[1].rating.name), "moved", moved, "from", rating_json(&rated[0].rating), "to",
            rating_json(&rated[1].rating), "why", why, "flags", beside->flags == NULL ? json_array() : beside->flags,
            "gate", beside->gate == NULL ? json_array() : beside->gate);
    AX_ASSERT(mover != NULL && json_array_append_new(d->movers, mover) == 0);
    return AX_RC(OK);
}

/* What the challenger's scorer keeps, against what is worked out here. */
static ax_rc check_stored(struct diff *d, const struct ax_rating *made, struct ax_err *err)
{
    struct ax_stored stored;
    struct ax_rating kept;
    if (d->data->stored.ptr == NULL) {
        return AX_RC(OK);
    }
    ax_arena_reset(&d->arena);
    AX_TRY(ax_stored_open(d->data->stored, &stored, err));
    AX_TRY(ax_decode(&ax_rating_message, stored.rating, &d->arena, &kept, err));
    d->stored++;
    bool same = ax_stored_holds(&stored, d->day) && kept.level == made->level &&
                kept.level_points == made->level_points &&
                memcmp(kept.ledger_digest, made->ledger_digest, AX_DIGEST_SIZE) == 0 &&
                memcmp(kept.pack_digest, made->pack_digest, AX_DIGEST_SIZE) == 0;
    d->differs += same ? 0 : 1;
    return AX_RC(OK);
}

/* Most are the same by both, which a glance tells; *level is that of both then. */
static bool is_same_at_a_glance(struct diff *d, ax_str enterprise, const struct ax_view *view, enum ax_level *level)
{
    struct ax_glanced seen[2];
    for (int i = 0; i < 2; i++) {
        if (d->glances[i] == NULL) {
            d->glances[i] = ax_glance_new(d->by[i], d->day);
        }
        ax_glance_at(d->glances[i], &view->ledger, enterprise, &seen[i]);
    }
    *level = seen[0].level;
    return ax_glanced_same(&seen[0], &seen[1]);
}

static bool is_changed(const struct ax_rating *a, const struct ax_rating *b)
{
    return a->level != b->level || !ax_str_eq(a->symbol, b->symbol) || a->level_points != b->level_points ||
           a->risk_score_present != b->risk_score_present || a->risk_score != b->risk_score;
}

/* Where level and points are the same, the gate's answers are, too, if its rules are. */
static ax_rc each(void *state, ax_str enterprise, const struct ax_view *view, struct ax_err *err)
{
    struct diff *d = state;
    struct ax_rated rated[2];
    enum ax_level level;
    struct beside beside = {0};
    d->enterprises++;
    ax_arena_reset(&d->arena);
    bool same = d->data->stored.ptr == NULL && is_same_at_a_glance(d, enterprise, view, &level);
    if (!same || d->gates_differ) {
        ax_rc rc = ax_pack_gates_look(&d->gates, d->by, enterprise, view, d->day, &d->arena, &beside.gate, err);
        if (!ax_ok(rc)) {
            drop_beside(&beside);
            return rc;
        }
    }
    if (same && beside.gate == NULL) {
        d->matrix[level][level]++;
        return AX_RC(OK);
    }
    for (int i = 0; i < 2; i++) {
        ax_rater_rate(d->by[i], view, enterprise, d->day, &d->scratch, &rated[i]);
    }
    const struct ax_rating *a = &rated[0].rating;
    const struct ax_rating *b = &rated[1].rating;
    bool moved = a->level != b->level || !ax_str_eq(a->symbol, b->symbol);
    bool changed = is_changed(a, b);
    d->matrix[a->level][b->level]++;
    d->moved += moved ? 1 : 0;
    d->changed += changed ? 1 : 0;
    beside.flags = ax_pack_flags_look(&d->flags, rated);
    ax_rc rc = check_stored(d, b, err);
    bool told = changed || beside.gate != NULL || beside.flags != NULL;
    if (!ax_ok(rc) || !told || json_array_size(d->movers) >= MOVERS_MAX) {
        drop_beside(&beside);
        return rc;
    }
    ax_arena_reset(&d->arena);
    return keep_mover(d, enterprise, view, rated, moved, &beside, err);
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
    long long before = ax_show_number(from, "riskScore");
    long long after = ax_show_number(to, "riskScore");
    if (before != after) {
        (void)printf("      %s: %lld → %lld\n", ax_cli_text(cli, "score", "评分"), before, after);
    }
    json_array_foreach(json_object_get(mover, "why"), i, why)
    {
        show_reason(cli, why);
    }
    const json_t *gate = json_object_get(mover, "gate");
    ax_pack_gates_show_changes(cli, gate);
    if (i == 0 && before == after && json_array_size(gate) == 0) {
        (void)printf("      %s\n", ax_cli_text(cli, "the scale itself", "分级标准本身"));
    }
}

static void show_change(const struct ax_cli *cli, const json_t *change)
{
    size_t i = 0;
    json_t *member = NULL;
    const char *what = ax_show_text(change, "what");
    (void)printf("  %c %s  %s\n",
            what[0] == 'a'   ? '+'
            : what[0] == 'r' ? '-'
                             : '~',
            ax_show_text(change, "ruleId"), ax_show_text(change, cli->chinese ? "titleZh" : "titleEn"));
    json_array_foreach(json_object_get(change, "members"), i, member)
    {
        const char *key = ax_show_text(member, "key");
        (void)printf("      %s%s", key, key[0] == '\0' ? "" : ": ");
        ax_pack_yaml_put(json_object_get(member, "before"), stdout);
        (void)fputs(" → ", stdout);
        ax_pack_yaml_put(json_object_get(member, "after"), stdout);
        (void)putchar('\n');
    }
}

/* What stands in the head of a pack or in its other files, or its rules. */
static void show_changes(const struct ax_cli *cli, const json_t *changes, bool head)
{
    size_t i = 0;
    size_t count = 0;
    json_t *change = NULL;
    json_array_foreach(changes, i, change)
    {
        count += json_is_true(json_object_get(change, "head")) == head ? 1 : 0;
    }
    if (head && count == 0) {
        return;
    }
    (void)printf("\n%s: %zu\n",
            head ? ax_cli_text(cli, "Beside the rules", "规则以外")
                 : ax_cli_text(cli, "Rules that differ", "有变动的规则"),
            count);
    json_array_foreach(changes, i, change)
    {
        if (json_is_true(json_object_get(change, "head")) == head) {
            show_change(cli, change);
        }
    }
}

/* Another level, another score, other flags, or another answer of the gate. */
static bool is_told(const json_t *mover)
{
    return json_is_true(json_object_get(mover, "moved")) || json_array_size(json_object_get(mover, "gate")) > 0 ||
           json_array_size(json_object_get(mover, "flags")) > 0 ||
           ax_show_number(json_object_get(mover, "from"), "riskScore") !=
                   ax_show_number(json_object_get(mover, "to"), "riskScore");
}

static void show_page(const struct diff *d, const json_t *rules)
{
    size_t i = 0;
    size_t shown = 0;
    long long left = 0;
    json_t *item = NULL;
    char day[AX_DAY_TEXT_SIZE];
    (void)printf(d->cli->chinese
                         ? "%s → %s，评价日 %s：企业 %lld 家，等级变动 %lld 家，等级、分值或风险分有变 %lld "
                           "家，提示标记有变 %lld 家\n\n"
                         : "%s → %s on %s: %lld enterprises, %lld move, %lld differ in level, points or score, %lld in "
                           "flags\n\n",
            d->sides[0].name, d->sides[1].name, ax_day_format(d->day, day), d->enterprises, d->moved, d->changed,
            d->flags.enterprises);
    show_matrix(d);
    if (d->data->challenger) {
        (void)printf(d->cli->chinese ? "\n对照评价已存 %lld 家，其中滞后 %lld 家\n"
                                     : "\nThe challenger has rated %lld of them; %lld of its ratings lag behind\n",
                d->stored, d->differs);
    }
    ax_pack_flags_show(d->cli, &d->flags);
    ax_pack_gates_show(d->cli, &d->gates);
    show_changes(d->cli, rules, false);
    show_changes(d->cli, rules, true);
    (void)putchar('\n');
    json_array_foreach(d->movers, i, item)
    {
        if (!is_told(item)) {
            continue;
        }
        if (shown < SHOWN) {
            shown++;
            show_mover(d->cli, item);
        } else {
            left++;
        }
    }
    if (left > 0) {
        (void)printf(d->cli->chinese ? "……另有 %lld 家（--json 逐家列出）\n" : "… and %lld more (--json names them)\n",
                left);
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
        ax_hex(d->digests[i], AX_DIGEST_SIZE, digests[i]);
    }
    json_t *summary = json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:O,s:o,s:I,s:o,s:I,s:o}", "from", digests[0],
            "to", digests[1], "day", ax_day_format(d->day, day), "facts", (json_int_t)data->facts, "rejected",
            (json_int_t)data->rejected, "enterprises", (json_int_t)d->enterprises, "moved", (json_int_t)d->moved,
            "changed", (json_int_t)d->changed, "stored", (json_int_t)d->stored, "storedDiffers", (json_int_t)d->differs,
            "rules", rules, "matrix", matrix, "flagsChanged", (json_int_t)d->flags.enterprises, "flags",
            ax_pack_flags_json(&d->flags), "gateChanged", (json_int_t)d->gates.enterprises, "gate",
            ax_pack_gates_json(&d->gates));
    AX_ASSERT(summary != NULL);
    ax_show_json_line(summary);
    json_decref(summary);
}

/* The champion is what rates the deployment, by day; that of packs_dir until another is activated. */
static ax_rc begin(void *state, struct ax_host *host, struct ax_err *err)
{
    struct diff *d = state;
    d->live = ax_live_new(ax_host_log(host), ax_host_bundle(host), ax_host_library(host));
    AX_TRY(ax_live_catch_up(d->live, err));
    d->by[0] = ax_live_rater(d->live);
    memcpy(d->digests[0], ax_rater_bundle(d->by[0], d->day)->digest, AX_DIGEST_SIZE);
    if (memcmp(d->digests[0], d->sides[0].bundle->digest, AX_DIGEST_SIZE) != 0) {
        d->gates_differ = true;
        ax_cli_say(d->cli,
                "another bundle than that of packs_dir rates %s: the rules that differ are told of packs_dir",
                "当日适用的规则包集不是 packs_dir 中的那一个（%s）：规则差异以 packs_dir 为准", d->sides[0].name);
    }
    return AX_RC(OK);
}

static ax_rc open_sides(struct diff *d, const char *const names[2], struct ax_err *err)
{
    for (int i = 0; i < 2; i++) {
        AX_TRY(ax_pack_side_open(d->cli, names[i], &d->sides[i], err));
        if (d->sides[i].only != NULL) {
            ax_rater_init_only(&d->raters[i], d->sides[i].bundle, d->sides[i].only);
        } else {
            ax_rater_init(&d->raters[i], d->sides[i].bundle);
        }
        d->by[i] = &d->raters[i];
        memcpy(d->digests[i], d->sides[i].bundle->digest, AX_DIGEST_SIZE);
    }
    return AX_RC(OK);
}

static bool names_a_gate(const json_t *changes)
{
    size_t i = 0;
    json_t *change = NULL;
    json_array_foreach(changes, i, change)
    {
        if (strcmp(ax_show_text(change, "file"), "gate.yaml") == 0) {
            return true;
        }
    }
    return false;
}

static ax_rc run(struct diff *d, struct ax_pack_data *data, const char *const names[2], struct ax_err *err)
{
    json_t *rules = NULL;
    AX_TRY(open_sides(d, names, err));
    AX_TRY(ax_pack_yaml_changes(&d->sides[0], &d->sides[1], &rules, err));
    d->gates_differ = names_a_gate(rules);
    ax_rc rc = ax_pack_data_run(data, err);
    if (!ax_ok(rc)) {
        json_decref(rules);
        return rc;
    }
    if (d->cli->json) {
        show_json(d, rules, data);
    } else {
        show_page(d, rules);
        ax_pack_data_say_rejected(data);
    }
    json_decref(rules);
    return AX_RC(OK);
}

/* Champion against challenger, as the deployment's configuration names them. */
static ax_rc run_live(struct diff *d, struct ax_pack_data *data, struct ax_err *err)
{
    struct ax_config *config = NULL;
    AX_TRY(ax_home_config(d->cli, NULL, 0, &config, err));
    const char *const names[2] = {config->packs_dir, config->packs_shadow_dir};
    ax_rc rc = AX_RC(OK);
    if (names[1] == NULL || names[1][0] == '\0') {
        rc = ax_fail_field(err, AX_STATE, "packs_shadow_dir", NULL, 0,
                "there is no challenger: name its folder in the configuration, or two packs here");
    }
    data->begin = begin;
    data->challenger = true;
    rc = ax_ok(rc) ? run(d, data, names, err) : rc;
    ax_config_free(config);
    return rc;
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
    if (!ax_cli_options(cli, options, 4, 0, 2) || !ax_query_day(cli, "as-of", as_of, day)) {
        return AX_EXIT_USAGE;
    }
    if ((on == NULL) != live || (cli->argc != 2 && !(live && cli->argc == 0))) {
        ax_cli_say(cli, "anxin pack diff: A B --on DATA, A B --live for the deployment, or --live for its challenger",
                "anxin pack diff: 甲 乙 --on 数据；甲 乙 --live 对当前部署；仅 --live 则与对照规则包比较");
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
    d.data = &data;
    const char *names[2] = {cli->argc == 2 ? cli->argv[0] : NULL, cli->argc == 2 ? cli->argv[1] : NULL};
    ax_rc rc = cli->argc == 2 ? run(&d, &data, names, &err) : run_live(&d, &data, &err);
    ax_glance_free(d.glances[0]);
    ax_glance_free(d.glances[1]);
    ax_live_free(d.live);
    json_decref(d.movers);
    ax_pack_flags_free(&d.flags);
    ax_arena_deinit(&d.arena);
    ax_buf_deinit(&d.scratch);
    ax_pack_side_close(&d.sides[0]);
    ax_pack_side_close(&d.sides[1]);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
