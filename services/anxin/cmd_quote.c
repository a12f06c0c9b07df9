/* SPDX-License-Identifier: Apache-2.0 */
/* anxin quote: the reference coefficient and premium of one enterprise or many. */
#include "scoring/tariff.h"
#include "services/anxin/batch.h"
#include "services/anxin/codes.h"
#include "services/anxin/query.h"
#include "services/anxin/show.h"

enum { WIDTH_FACTOR = 30, WIDTH_VALUE = 10, LAW_SIZE = 4096 };

#define YUAN_MAX 1000000000000LL

static void show_range(const json_t *answer, const char *least, const char *most)
{
    char text[32];
    long long low = ax_show_number(answer, least);
    long long high = ax_show_number(answer, most);
    ax_show_yuan(low, text, sizeof text);
    (void)printf("%s", text);
    if (high != low) {
        ax_show_yuan(high, text, sizeof text);
        (void)printf("–%s", text);
    }
}

static void show_factors(const struct ax_cli *cli, const json_t *factors)
{
    size_t i = 0;
    json_t *factor = NULL;
    json_array_foreach(factors, i, factor)
    {
        char value[32];
        char law[LAW_SIZE];
        const char *basis = ax_show_law(cli, ax_show_text(factor, "legalBasis"), law, sizeof law);
        bool ours = strcmp(ax_show_text(factor, "provenance"), "ours") == 0 && !ax_show_says_ours(basis);
        ax_show_ratio(ax_show_number(factor, "valuePpm"), value, sizeof value);
        (void)fputs("  × ", stdout);
        ax_show_cell(value, WIDTH_VALUE);
        ax_show_cell(ax_show_text(factor, cli->chinese ? "titleZh" : "titleEn"), WIDTH_FACTOR);
        (void)printf("%s  %s%s%s\n", ax_show_text(factor, "factorId"), basis, basis[0] != '\0' && ours ? "; " : "",
                ours ? ax_cli_text(cli, "ours", "本项目设定") : "");
    }
}

/* "65 heads (by facts) × 400000.00 × 0.0070" */
static void show_base_way(const struct ax_cli *cli, const json_t *answer, const json_t *base)
{
    static const struct {
        const char *unit;
        const char *en;
        const char *zh;
    } units[] = {{"heads", "heads", "人"}, {"contract_price", "yuan of contract price", "元造价"},
            {"vehicles", "vehicles", "辆"}, {"licence", "licence", "许可证"}};
    char text[32];
    const char *unit = ax_show_text(base, "unit");
    long long exposure = ax_show_number(answer, "exposure");
    exposure = strcmp(unit, "contract_price") == 0 ? exposure / AX_FEN_PER_YUAN : exposure;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].unit, unit) == 0 && exposure > 0) {
            (void)printf("%lld %s%s", exposure, ax_cli_text(cli, units[i].en, units[i].zh),
                    json_is_true(json_object_get(answer, "exposureFromFacts"))
                            ? ax_cli_text(cli, " (as facts have it)", "（据事实）")
                            : "");
        }
    }
    if (ax_show_number(base, "rateOfLimitPpm") > 0) {
        ax_show_yuan(ax_show_number(answer, "limitPerDeathFen"), text, sizeof text);
        (void)printf(" × %s", text);
    }
    long long rate = ax_show_number(base, "rateOfLimitPpm") + ax_show_number(base, "ratePpm");
    if (rate > 0) {
        ax_show_ratio(rate * AX_FEN_PER_YUAN, text, sizeof text);
        (void)printf(" × %s %%", text);
    } else if (ax_show_number(base, "fenPerUnit") > 0) {
        (void)fputs(" × ", stdout);
        show_range(base, "fenPerUnit", "fenPerUnitMax");
    }
}

static void show_premiums(const struct ax_cli *cli, const json_t *answer, const json_t *base)
{
    char law[LAW_SIZE];
    const char *basis = ax_show_law(cli, ax_show_text(base, "legalBasis"), law, sizeof law);
    (void)printf("  %s: ", ax_cli_text(cli, "base premium, yuan", "基准保险费（元）"));
    show_range(answer, "basePremiumFen", "basePremiumMaxFen");
    (void)fputs(" = ", stdout);
    show_base_way(cli, answer, base);
    (void)printf("  %s%s%s%s\n  %s: ", ax_show_text(base, cli->chinese ? "titleZh" : "titleEn"),
            basis[0] == '\0' ? "" : "  (", basis, basis[0] == '\0' ? "" : ")",
            ax_cli_text(cli, "reference premium, yuan", "参考保险费（元）"));
    show_range(answer, "referencePremiumFen", "referencePremiumMaxFen");
    (void)putchar('\n');
}

static void show_losses(const struct ax_cli *cli, const json_t *losses)
{
    char text[32];
    if (losses == NULL) {
        return;
    }
    ax_show_yuan(ax_show_number(losses, "lossesFen"), text, sizeof text);
    (void)printf("  %s (%lld %s): %s", ax_cli_text(cli, "losses, yuan", "赔款（元）"), ax_show_number(losses, "months"),
            ax_cli_text(cli, "months", "个月"), text);
    ax_show_yuan(ax_show_number(losses, "premiumsFen"), text, sizeof text);
    (void)printf("; %s: %s", ax_cli_text(cli, "premiums", "保险费"), text);
    if (json_object_get(losses, "ratioPpm") != NULL) {
        ax_show_ratio(ax_show_number(losses, "ratioPpm"), text, sizeof text);
        (void)printf("; %s: %s", ax_cli_text(cli, "ratio", "赔付率"), text);
    }
    (void)printf("; %s: %lld", ax_cli_text(cli, "claims", "索赔件数"), ax_show_number(losses, "claims"));
    if (ax_show_number(losses, "claimsInAccidentFactor") > 0) {
        (void)printf("; %s: %lld", ax_cli_text(cli, "in the accident factor instead", "计入事故系数"),
                ax_show_number(losses, "claimsInAccidentFactor"));
    }
    if (ax_show_number(losses, "claimsWithoutPremium") > 0) {
        (void)printf("; %s: %lld", ax_cli_text(cli, "without a known premium", "保险费未知"),
                ax_show_number(losses, "claimsWithoutPremium"));
    }
    if (ax_show_number(losses, "claimsCapped") > 0) {
        ax_show_yuan(ax_show_number(losses, "capFen"), text, sizeof text);
        (void)printf(
                "; %s %s: %lld", ax_cli_text(cli, "cut to", "封顶于"), text, ax_show_number(losses, "claimsCapped"));
    }
    (void)putchar('\n');
}

static void show_clamp(const struct ax_cli *cli, const json_t *answer)
{
    char product[32];
    char least[32];
    char most[32];
    long long ppm = ax_show_number(answer, "productPpm");
    ax_show_ratio(ppm, product, sizeof product);
    ax_show_ratio(ax_show_number(answer, "clampMinPpm"), least, sizeof least);
    ax_show_ratio(ax_show_number(answer, "clampMaxPpm"), most, sizeof most);
    (void)printf("  = %s; %s %s – %s%s\n", product, ax_cli_text(cli, "bounds", "上下限"), least, most,
            ppm == ax_show_number(answer, "coefficientPpm") ? ""
                                                            : ax_cli_text(cli, " (cut to them)", "（超出，按限值）"));
}

/* Which of the losses counts where. */
static void show_counted_once(const struct ax_cli *cli, const json_t *once)
{
    char value[32];
    if (once == NULL) {
        return;
    }
    (void)printf("  %s", ax_show_text(once, cli->chinese ? "textZh" : "textEn"));
    if (ax_show_number(once, "otherProductPpm") > 0) {
        ax_show_ratio(ax_show_number(once, "otherProductPpm"), value, sizeof value);
        (void)printf("; %s %s", ax_cli_text(cli, "the other way:", "另一种算法为"), value);
    }
    (void)putchar('\n');
}

static void show_quote(const struct ax_cli *cli, const json_t *answer)
{
    char value[32];
    const json_t *base = json_object_get(answer, "baseRate");
    ax_show_ratio(ax_show_number(answer, "coefficientPpm"), value, sizeof value);
    (void)printf("%s  %s %s  (%s %s, %s %s)\n", ax_show_text(answer, "enterprise"),
            ax_cli_text(cli, "reference coefficient", "参考系数"), value, ax_cli_text(cli, "tariff", "费率表"),
            ax_show_text(answer, "tariff"), ax_cli_text(cli, "cover from", "起保日"),
            ax_show_text(answer, "coveredFrom"));
    show_factors(cli, json_object_get(answer, "factors"));
    show_clamp(cli, answer);
    show_counted_once(cli, json_object_get(answer, "countedOnce"));
    show_losses(cli, json_object_get(answer, "losses"));
    if (base != NULL) {
        show_premiums(cli, answer, base);
    }
    ax_show_yuan(ax_show_number(answer, "limitPerDeathFen"), value, sizeof value);
    (void)printf("  %s: %s\n", ax_cli_text(cli, "limit per death, yuan", "每人死亡限额（元）"), value);
    ax_show_notes(cli, json_object_get(answer, "missing"), ax_cli_text(cli, "missing:", "缺："));
    ax_show_notes(cli, json_object_get(answer, "hints"), ax_cli_text(cli, "note:", "注："));
}

static void take_answer(void *state, const json_t *answer)
{
    const struct ax_cli *cli = state;
    if (cli->json) {
        ax_show_json_line(answer);
    } else {
        show_quote(cli, answer);
    }
}

/* What of the command line is the same for all. */
struct cover_text {
    const char *exposure;
    const char *price_yuan;
    const char *vehicles;
    const char *limit_yuan;
    const char *from;
    const char *options;
};

/* NULL (and said) where an option is wrong. */
static json_t *cover_of(struct ax_cli *cli, const struct cover_text *text)
{
    char day[AX_DAY_TEXT_SIZE];
    long long heads = 0;
    long long price = 0;
    long long vehicles = 0;
    long long limit = 0;
    const char *price_yuan = text->price_yuan;
    const char *limit_yuan = text->limit_yuan;
    if ((text->exposure != NULL) + (price_yuan != NULL) + (text->vehicles != NULL) > 1) {
        ax_cli_say(cli, "anxin quote: one of --exposure, --contract-price and --vehicles: a base is for one of them",
                "anxin quote: --exposure、--contract-price 与 --vehicles 只能给其一：基准费率只按其中之一计算");
        return NULL;
    }
    if ((text->exposure != NULL && !ax_cli_number(cli, "exposure", text->exposure, 1, YUAN_MAX, &heads)) ||
            (price_yuan != NULL && !ax_cli_number(cli, "contract-price", price_yuan, 1, YUAN_MAX, &price)) ||
            (text->vehicles != NULL && !ax_cli_number(cli, "vehicles", text->vehicles, 1, YUAN_MAX, &vehicles)) ||
            (limit_yuan != NULL && !ax_cli_number(cli, "limit", limit_yuan, 1, YUAN_MAX, &limit)) ||
            !ax_query_day(cli, "from", text->from, day)) {
        return NULL;
    }
    json_t *words = json_array();
    ax_str rest = ax_str_c(text->options == NULL ? "" : text->options);
    while (rest.len > 0) {
        ax_str word = ax_str_trim(ax_str_split(&rest, ','));
        if (json_array_append_new(words, json_stringn(word.ptr, word.len)) != 0) {
            ax_cli_say(cli, "anxin quote: --options must be UTF-8 text", "anxin quote: --options 应为 UTF-8 文字");
            json_decref(words);
            return NULL;
        }
    }
    json_t *cover = json_pack("{s:I,s:I,s:I,s:I,s:s,s:o}", "exposure", (json_int_t)heads, "contractPriceFen",
            (json_int_t)(price * AX_FEN_PER_YUAN), "vehicles", (json_int_t)vehicles, "limitPerDeathFen",
            (json_int_t)(limit * AX_FEN_PER_YUAN), "coveredFrom", day, "options", words);
    AX_ASSERT(cover != NULL);
    return cover;
}

/* What was asked for by options, money in yuan, went out as fields, money in fen. */
static void word_refusal(struct ax_err *err)
{
    static const struct {
        const char *field;
        const char *option;
        bool is_money;
    } fields[] = {{"limit_per_death_fen", "--limit", true}, {"contract_price_fen", "--contract-price", true},
            {"exposure", "--exposure", false}, {"vehicles", "--vehicles", false}, {"covered_from", "--from", false},
            {"options", "--options", false}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        int64_t fen = 0;
        if (strcmp(err->field, fields[i].field) == 0) {
            if (fields[i].is_money && ax_ok(ax_str_to_i64(ax_str_c(err->value), &fen))) {
                ax_show_yuan(fen, err->value, sizeof err->value);
            }
            (void)snprintf(err->field, sizeof err->field, "%s", fields[i].option);
            return;
        }
    }
}

int ax_cmd_quote(struct ax_cli *cli)
{
    struct cover_text text = {0};
    const char *file = NULL;
    const struct ax_option options[] = {{"exposure", &text.exposure, NULL}, {"contract-price", &text.price_yuan, NULL},
            {"vehicles", &text.vehicles, NULL}, {"limit", &text.limit_yuan, NULL}, {"from", &text.from, NULL},
            {"options", &text.options, NULL}, {"file", &file, NULL}};
    if (!ax_cli_options(cli, options, sizeof options / sizeof options[0], 0, AX_CODES_MAX)) {
        return AX_EXIT_USAGE;
    }
    json_t *cover = cover_of(cli, &text);
    const struct ax_batch batch = {.cli = cli,
            .one = "InsuranceService/QuoteReference",
            .many = "InsuranceService/BatchQuoteReference",
            .each = take_answer,
            .state = cli,
            .word = word_refusal};
    return cover == NULL ? AX_EXIT_USAGE : ax_batch_run(&batch, file, cover);
}
