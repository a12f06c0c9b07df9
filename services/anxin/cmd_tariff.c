/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anxin tariff balance: the off-balance constant of a tariff, by which the mean coefficient of a portfolio is 1, each
 * enterprise once whatever its premium; computed on those enterprises of files of facts that lie within the tariff's scope.
 * And the mean that the tariff as it stands gives them. Printed, never written: a tariff is changed by whoever reviews it.
 */
#include "base/file.h"
#include "services/anxin/home.h"
#include "services/anxin/pack_data.h"
#include "services/anxin/show.h"
#include "services/lib/pack/tariff_file.h"
#include "services/lib/view/rater.h"

enum { ENTERPRISES_MAX = 1000000, LOOK_ARENA_BYTES = 1 << 30 };

struct balancing {
    struct ax_rater rater;
    const struct ax_tariff *tariff;
    struct ax_tariff plain; /* the tariff without its constant */
    int32_t day;
    struct ax_arena arena;
    uint32_t *products_ppm;
    size_t count;
    uint64_t sum_ppm; /* of coefficients as the tariff stands */
    size_t outside;   /* of the tariff's scope: they count in nothing */
    double weight;    /* premiums of the months of the loss ratio, and coefficients times them */
    double weighted;
    size_t clamped;
    size_t accidents[AX_TARIFF_ACCIDENTS];
    size_t levels[AX_TARIFF_LEVELS];
    size_t standards[AX_TARIFF_STANDARDS];
    size_t listed;
    size_t awarded;
    size_t with_loss_ratio;
    size_t elsewhere; /* of those without an accident in the accident factor: theirs count in other factors */
    size_t silent;
};

static ax_rc look_at(void *state, ax_str enterprise, const struct ax_view *view, struct ax_err *err)
{
    struct balancing *b = state;
    struct ax_tariff_experience x;
    struct ax_tariff_quote quote;
    if (b->count == ENTERPRISES_MAX) {
        return ax_fail(err, AX_LIMIT, "at most %d enterprises", ENTERPRISES_MAX);
    }
    struct ax_profile profile;
    ax_ledger_profile(&view->ledger, &profile);
    ax_str place = ax_rater_place(&view->ledger, enterprise);
    if (!ax_scope_covers(&b->tariff->scope, place, profile.industry, b->day)) {
        b->outside++;
        return AX_RC(OK);
    }
    const struct ax_pack *pack = ax_rater_pack(&b->rater, &view->ledger, enterprise, b->day);
    const struct ax_risk_edition *edition = ax_rater_risk(&b->rater, &view->ledger, enterprise, b->day);
    bool silent = ax_tariff_is_silent(&view->ledger, pack, edition, b->day);
    AX_TRY(ax_tariff_look(b->tariff, &view->ledger, pack, silent, b->day, &b->arena, &x, err));
    ax_tariff_price(&b->plain, &x, 0, &quote);
    b->products_ppm[b->count++] = quote.product_ppm;
    ax_tariff_price(b->tariff, &x, 0, &quote);
    b->sum_ppm += quote.coefficient_ppm;
    b->clamped += quote.coefficient_ppm != quote.product_ppm ? 1 : 0;
    b->with_loss_ratio += quote.has_loss_ratio ? 1 : 0;
    b->weight += (double)x.premiums_yuan;
    b->weighted += (double)x.premiums_yuan * quote.coefficient_ppm;
    b->accidents[quote.way]++;
    b->elsewhere += quote.way == AX_TARIFF_ACCIDENT_NONE && x.accidents > 0 ? 1 : 0;
    b->silent += silent ? 1 : 0;
    b->levels[x.ways[quote.way].level]++;
    b->standards[x.standardisation]++;
    b->listed += x.list_entry != UINT32_MAX ? 1 : 0;
    b->awarded += x.award_entry != UINT32_MAX ? 1 : 0;
    return AX_RC(OK);
}

static json_t *counts(const size_t *values, const char *const *names, size_t count)
{
    json_t *object = json_object();
    for (size_t i = 0; i < count; i++) {
        if (names[i][0] != '\0') {
            AX_ASSERT(json_object_set_new(object, names[i], json_integer((json_int_t)values[i])) == 0);
        }
    }
    return object;
}

static void show(const struct ax_cli *cli, const struct balancing *b, uint32_t ppm)
{
    static const char *const accidents[] = {"none", "general", "larger", "serious"};
    static const char *const standards[] = {"missing", "one", "two", "three", "none"};
    static const char *const levels[] = {"", "A1", "A2", "B1", "B2", "B3", "C1", "C2", "C3", "D", "unrated"};
    uint64_t mean = (b->sum_ppm + b->count / 2) / b->count;
    uint64_t weighted = b->weight > 0 ? (uint64_t)(b->weighted / b->weight + 0.5) : 0;
    if (!cli->json) {
        (void)printf("%s: %.*s\n", ax_cli_text(cli, "tariff", "费率表"), AX_ARG(b->tariff->id));
        (void)printf("%s: %zu; %s: %zu\n", ax_cli_text(cli, "enterprises", "企业数"), b->count,
                ax_cli_text(cli, "outside the tariff's scope", "不在费率表适用范围内"), b->outside);
        (void)printf("%s: %llu ppm\n",
                ax_cli_text(cli, "mean coefficient as it stands, each enterprise once", "现行系数均值（每企业计一次）"),
                (unsigned long long)mean);
        if (b->weight > 0) {
            (void)printf("%s: %llu ppm\n", ax_cli_text(cli, "weighted by premium", "按保险费加权"),
                    (unsigned long long)weighted);
        }
        (void)printf("off_balance: %u ppm\n", ppm);
        return;
    }
    json_t *answer = json_pack("{s:s%,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:I,s:I,s:I,s:I,s:I}", "tariff",
            b->tariff->id.ptr, b->tariff->id.len, "enterprises", (json_int_t)b->count, "outside",
            (json_int_t)b->outside, "meanPpm", (json_int_t)mean, "premiumWeightedMeanPpm", (json_int_t)weighted,
            "offBalancePpm", (json_int_t)ppm, "clamped", (json_int_t)b->clamped, "accident",
            counts(b->accidents, accidents, AX_TARIFF_ACCIDENTS), "standardisation",
            counts(b->standards, standards, AX_TARIFF_STANDARDS), "credit", counts(b->levels, levels, AX_TARIFF_LEVELS),
            "listed", (json_int_t)b->listed, "award", (json_int_t)b->awarded, "withLossRatio",
            (json_int_t)b->with_loss_ratio, "accidentsElsewhere", (json_int_t)b->elsewhere, "silent",
            (json_int_t)b->silent);
    AX_ASSERT(answer != NULL);
    ax_show_json_line(answer);
    json_decref(answer);
}

static ax_rc balance(struct ax_cli *cli, struct balancing *b, const char *on, uint32_t *ppm, struct ax_err *err)
{
    struct ax_pack_data data = {.cli = cli, .on = on, .each = look_at, .state = b};
    b->plain = *b->tariff;
    b->plain.off_balance.ppm = 0;
    AX_TRY(ax_pack_data_run(&data, err));
    ax_pack_data_say_rejected(&data);
    if (b->count == 0) {
        return ax_fail_field(err, AX_NOT_FOUND, "on", on, strlen(on), "no enterprise in it within the tariff's scope");
    }
    return ax_tariff_balance(b->tariff, b->products_ppm, b->count, ppm)
                   ? AX_RC(OK)
                   : ax_fail_field(
                             err, AX_RANGE, "clamp", NULL, 0, "no constant brings the mean to 1 within the clamp");
}

static ax_rc run(struct ax_cli *cli, const char *on, const char *packs, int32_t day, struct ax_err *err)
{
    struct ax_buf yaml;
    struct ax_pack_text *text = NULL;
    struct ax_tariff tariff;
    struct ax_bundle *bundle = NULL;
    struct balancing b = {.tariff = &tariff, .day = day};
    uint32_t ppm = 0;
    ax_buf_init(&yaml, AX_PACK_FILE_MAX_BYTES);
    ax_arena_init(&b.arena, 1 << 20, LOOK_ARENA_BYTES);
    b.products_ppm = ax_xcalloc(ENTERPRISES_MAX, sizeof *b.products_ppm);
    ax_rc rc = ax_file_read(cli->argv[1], &yaml, err);
    if (ax_ok(rc)) {
        rc = ax_tariff_parse(cli->argv[1], ax_buf_str(&yaml), &text, &tariff, err);
    }
    if (ax_ok(rc)) {
        rc = ax_bundle_load(packs, &bundle, err);
    }
    if (ax_ok(rc)) {
        ax_rater_init(&b.rater, bundle);
        rc = balance(cli, &b, on, &ppm, err);
    }
    if (ax_ok(rc)) {
        show(cli, &b, ppm);
    }
    ax_bundle_free(bundle);
    ax_pack_text_free(text);
    ax_xfree(b.products_ppm);
    ax_arena_deinit(&b.arena);
    ax_buf_deinit(&yaml);
    return rc;
}

int ax_cmd_tariff(struct ax_cli *cli)
{
    const char *on = NULL;
    const char *from = NULL;
    const char *packs = NULL;
    const struct ax_option options[] = {{"on", &on, NULL}, {"from", &from, NULL}, {"packs", &packs, NULL}};
    if (!ax_cli_options(cli, options, 3, 2, 2)) {
        return AX_EXIT_USAGE;
    }
    int32_t day = AX_DAY_NONE;
    bool known = from != NULL && ax_day_parse(ax_str_c(from), &day);
    if (strcmp(cli->argv[0], "balance") != 0 || on == NULL || !known) {
        ax_cli_say(cli, "anxin tariff balance TARIFF.yaml --on FACTS --from DATE [--packs DIR]",
                "anxin tariff balance TARIFF.yaml --on 事实文件 --from 日期 [--packs 目录]");
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    char installed[AX_HOME_PATH_MAX];
    ax_home_packs(installed);
    ax_rc rc = run(cli, on, packs == NULL ? installed : packs, day, &err);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
