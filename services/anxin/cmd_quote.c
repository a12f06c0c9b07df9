/* SPDX-License-Identifier: Apache-2.0 */
/* anxin quote: the reference coefficient and premium of one enterprise or many; anxin profile: what an insurer is told of one. */
#include "services/anxin/codes.h"
#include "services/anxin/query.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"

enum {
    BATCH_MAX = 1000,
    WIDTH_FACTOR = 30,
    WIDTH_VALUE = 10,
    WIDTH_YEAR = 10,
    WIDTH_COUNT = 12,
    FEN_PER_YUAN = 100,
    LAW_SIZE = 4096
};

#define PPM 1000000LL
#define YUAN_MAX 1000000000000LL

struct quoting {
    struct ax_cli *cli;
    size_t failed;
};

/* Parts per million as a number with four decimals, half up. */
static void put_ratio(long long ppm, char *out, size_t size)
{
    long long rounded = (ppm + 50) / 100;
    (void)snprintf(out, size, "%lld.%04lld", rounded / 10000, rounded % 10000);
}

static void put_yuan(long long fen, char *out, size_t size)
{
    (void)snprintf(out, size, "%lld.%02lld", fen / FEN_PER_YUAN, fen % FEN_PER_YUAN);
}

static void show_range(const json_t *answer, const char *least, const char *most)
{
    char text[32];
    long long low = ax_show_number(answer, least);
    long long high = ax_show_number(answer, most);
    put_yuan(low, text, sizeof text);
    (void)printf("%s", text);
    if (high != low) {
        put_yuan(high, text, sizeof text);
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
        bool ours = strcmp(ax_show_text(factor, "provenance"), "ours") == 0;
        put_ratio(ax_show_number(factor, "valuePpm"), value, sizeof value);
        (void)fputs("  × ", stdout);
        ax_show_cell(value, WIDTH_VALUE);
        ax_show_cell(ax_show_text(factor, cli->chinese ? "titleZh" : "titleEn"), WIDTH_FACTOR);
        (void)printf("%s  %s%s%s\n", ax_show_text(factor, "factorId"), basis, basis[0] != '\0' && ours ? "; " : "",
                ours ? ax_cli_text(cli, "ours", "本项目设定") : "");
    }
}

static void show_list(const struct ax_cli *cli, const json_t *items, const char *head)
{
    size_t i = 0;
    json_t *item = NULL;
    json_array_foreach(items, i, item)
    {
        const char *basis = ax_show_text(item, "legalBasis");
        (void)printf("  %s %s%s%s%s\n", head, ax_show_text(item, cli->chinese ? "textZh" : "textEn"),
                basis[0] == '\0' ? "" : "  (", basis, basis[0] == '\0' ? "" : ")");
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
    exposure = strcmp(unit, "contract_price") == 0 ? exposure / FEN_PER_YUAN : exposure;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i].unit, unit) == 0 && exposure > 0) {
            (void)printf("%lld %s%s", exposure, ax_cli_text(cli, units[i].en, units[i].zh),
                    json_is_true(json_object_get(answer, "exposureFromFacts"))
                            ? ax_cli_text(cli, " (as facts have it)", "（据事实）")
                            : "");
        }
    }
    if (ax_show_number(base, "rateOfLimitPpm") > 0) {
        put_yuan(ax_show_number(answer, "limitPerDeathFen"), text, sizeof text);
        (void)printf(" × %s", text);
    }
    long long rate = ax_show_number(base, "rateOfLimitPpm") + ax_show_number(base, "ratePpm");
    if (rate > 0) {
        put_ratio(rate * FEN_PER_YUAN, text, sizeof text);
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
    put_yuan(ax_show_number(losses, "lossesFen"), text, sizeof text);
    (void)printf("  %s (%lld %s): %s", ax_cli_text(cli, "losses, yuan", "赔款（元）"), ax_show_number(losses, "months"),
            ax_cli_text(cli, "months", "个月"), text);
    put_yuan(ax_show_number(losses, "premiumsFen"), text, sizeof text);
    (void)printf("; %s: %s", ax_cli_text(cli, "premiums", "保险费"), text);
    if (json_object_get(losses, "ratioPpm") != NULL) {
        put_ratio(ax_show_number(losses, "ratioPpm"), text, sizeof text);
        (void)printf("; %s: %s", ax_cli_text(cli, "ratio", "赔付率"), text);
    }
    (void)printf("; %s: %lld", ax_cli_text(cli, "claims", "索赔件数"), ax_show_number(losses, "claims"));
    if (ax_show_number(losses, "claimsInAccidentFactor") > 0) {
        (void)printf("; %s: %lld", ax_cli_text(cli, "in the accident factor instead", "计入事故系数"),
                ax_show_number(losses, "claimsInAccidentFactor"));
    }
    if (ax_show_number(losses, "claimsCapped") > 0) {
        put_yuan(ax_show_number(losses, "capFen"), text, sizeof text);
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
    put_ratio(ppm, product, sizeof product);
    put_ratio(ax_show_number(answer, "clampMinPpm"), least, sizeof least);
    put_ratio(ax_show_number(answer, "clampMaxPpm"), most, sizeof most);
    (void)printf("  = %s; %s %s – %s%s\n", product, ax_cli_text(cli, "bounds", "上下限"), least, most,
            ppm == ax_show_number(answer, "coefficientPpm") ? ""
                                                            : ax_cli_text(cli, " (cut to them)", "（超出，按限值）"));
}

static void show_quote(const struct ax_cli *cli, const json_t *answer)
{
    char value[32];
    const json_t *base = json_object_get(answer, "baseRate");
    put_ratio(ax_show_number(answer, "coefficientPpm"), value, sizeof value);
    (void)printf("%s  %s %s  (%s %s, %s %s)\n", ax_show_text(answer, "enterprise"),
            ax_cli_text(cli, "reference coefficient", "参考系数"), value, ax_cli_text(cli, "tariff", "费率表"),
            ax_show_text(answer, "tariff"), ax_cli_text(cli, "cover from", "起保日"),
            ax_show_text(answer, "coveredFrom"));
    show_factors(cli, json_object_get(answer, "factors"));
    show_clamp(cli, answer);
    show_losses(cli, json_object_get(answer, "losses"));
    if (base != NULL) {
        show_premiums(cli, answer, base);
    }
    put_yuan(ax_show_number(answer, "limitPerDeathFen"), value, sizeof value);
    (void)printf("  %s: %s\n", ax_cli_text(cli, "limit per death, yuan", "每人死亡限额（元）"), value);
    show_list(cli, json_object_get(answer, "missing"), ax_cli_text(cli, "missing:", "缺："));
    show_list(cli, json_object_get(answer, "hints"), ax_cli_text(cli, "note:", "注："));
}

static bool each_item(void *state, json_t *item)
{
    struct quoting *q = state;
    const json_t *answer = json_object_get(item, "answer");
    q->failed += answer == NULL ? 1 : 0;
    if (q->cli->json) {
        ax_show_json_line(answer == NULL ? item : answer);
    } else if (answer != NULL) {
        show_quote(q->cli, answer);
    } else {
        (void)printf("%s  %s: %s\n", ax_show_text(item, "enterprise"), ax_cli_text(q->cli, "failed", "失败"),
                ax_show_text(item, "error"));
    }
    return true;
}

static ax_rc quote_one(struct quoting *q, struct ax_session *session, json_t *request, struct ax_err *err)
{
    json_t *answer = NULL;
    ax_rc rc = ax_session_call(session, "InsuranceService/QuoteReference", request, &answer, err);
    if (ax_ok(rc) && q->cli->json) {
        ax_show_json_line(answer);
    } else if (ax_ok(rc)) {
        show_quote(q->cli, answer);
    }
    json_decref(answer);
    return rc;
}

/* The request's common part with these enterprises. */
static json_t *request_for(json_t *cover, const char *field, json_t *value)
{
    json_t *request = json_copy(cover);
    AX_ASSERT(request != NULL && json_object_set_new(request, field, value) == 0);
    return request;
}

static ax_rc quote_all(struct quoting *q, const json_t *codes, json_t *cover, struct ax_err *err)
{
    struct ax_session *session = NULL;
    size_t count = json_array_size(codes);
    ax_rc rc = count == 0 ? AX_RC(OK) : ax_session_open(q->cli, &session, err);
    if (ax_ok(rc) && count == 1) {
        rc = quote_one(q, session, request_for(cover, "enterprise", json_incref(json_array_get(codes, 0))), err);
    }
    for (size_t at = 0; ax_ok(rc) && count > 1 && at < count; at += BATCH_MAX) {
        json_t *request = request_for(cover, "enterprises", ax_codes_part(codes, at, BATCH_MAX));
        rc = ax_session_stream(session, "InsuranceService/BatchQuoteReference", request, each_item, q, err);
    }
    ax_session_close(session);
    return rc;
}

/* What is the same for all; NULL (and said) where an option is wrong. */
static json_t *cover_of(struct ax_cli *cli, const char *exposure, const char *price_yuan, const char *limit_yuan,
        const char *from, const char *options)
{
    char day[AX_DAY_TEXT_SIZE];
    long long units = 0;
    long long price = 0;
    long long limit = 0;
    if (exposure != NULL && price_yuan != NULL) {
        ax_cli_say(cli, "anxin quote: --exposure or --contract-price, not both: a base is for one of them",
                "anxin quote: --exposure 与 --contract-price 只能给其一：基准费率只按其中之一计算");
        return NULL;
    }
    if ((exposure != NULL && !ax_cli_number(cli, "exposure", exposure, 1, YUAN_MAX, &units)) ||
            (price_yuan != NULL && !ax_cli_number(cli, "contract-price", price_yuan, 1, YUAN_MAX, &price)) ||
            (limit_yuan != NULL && !ax_cli_number(cli, "limit", limit_yuan, 1, YUAN_MAX, &limit)) ||
            !ax_query_day(cli, "from", from, day)) {
        return NULL;
    }
    json_t *words = json_array();
    ax_str rest = ax_str_c(options == NULL ? "" : options);
    while (rest.len > 0) {
        ax_str word = ax_str_trim(ax_str_split(&rest, ','));
        if (json_array_append_new(words, json_stringn(word.ptr, word.len)) != 0) {
            ax_cli_say(cli, "anxin quote: --options must be UTF-8 text", "anxin quote: --options 应为 UTF-8 文字");
            json_decref(words);
            return NULL;
        }
    }
    json_t *cover = json_pack("{s:I,s:I,s:s,s:o}", "exposure", (json_int_t)(price > 0 ? price * FEN_PER_YUAN : units),
            "limitPerDeathFen", (json_int_t)(limit * FEN_PER_YUAN), "coveredFrom", day, "options", words);
    AX_ASSERT(cover != NULL);
    return cover;
}

int ax_cmd_quote(struct ax_cli *cli)
{
    const char *exposure = NULL;
    const char *price = NULL;
    const char *limit = NULL;
    const char *from = NULL;
    const char *words = NULL;
    const char *file = NULL;
    const struct ax_option options[] = {{"exposure", &exposure, NULL}, {"contract-price", &price, NULL},
            {"limit", &limit, NULL}, {"from", &from, NULL}, {"options", &words, NULL}, {"file", &file, NULL}};
    if (!ax_cli_options(cli, options, sizeof options / sizeof options[0], 0, AX_CODES_MAX)) {
        return AX_EXIT_USAGE;
    }
    json_t *cover = cover_of(cli, exposure, price, limit, from, words);
    struct quoting q = {.cli = cli};
    json_t *codes = cover == NULL ? NULL : ax_codes_read(cli, file, &q.failed);
    if (codes == NULL) {
        json_decref(cover);
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    ax_rc rc = quote_all(&q, codes, cover, &err);
    json_decref(codes);
    json_decref(cover);
    if (!ax_ok(rc)) {
        return ax_cli_fail(cli, &err);
    }
    return q.failed > 0 ? AX_EXIT_FAILED : AX_EXIT_DONE;
}

static const struct {
    const char *field;
    const char *en;
    const char *zh;
} columns[] = {{"accidents", "accidents", "事故"}, {"deaths", "deaths", "死亡"},
        {"lostWorkdays", "lost days", "损失日"}, {"penalties", "penalties", "处罚"},
        {"majorHazards", "hazards", "重大隐患"}, {"claims", "claims", "索赔"}};

enum { COLUMNS = sizeof columns / sizeof columns[0] };

static void show_year(const json_t *year)
{
    char text[32];
    (void)snprintf(text, sizeof text, "  %lld", ax_show_number(year, "year"));
    ax_show_cell(text, WIDTH_YEAR);
    for (size_t c = 0; c < COLUMNS; c++) {
        (void)snprintf(text, sizeof text, "%lld", ax_show_number(year, columns[c].field));
        ax_show_cell(text, WIDTH_COUNT);
    }
    put_yuan(ax_show_number(year, "paidFen"), text, sizeof text);
    (void)printf("%s + ", text);
    put_yuan(ax_show_number(year, "reservedFen"), text, sizeof text);
    (void)puts(text);
}

/* A year of which nothing is known is no clean year. */
static void show_unknown_year(long long year)
{
    char text[32];
    (void)snprintf(text, sizeof text, "  %lld", year);
    ax_show_cell(text, WIDTH_YEAR);
    for (size_t c = 0; c < COLUMNS; c++) {
        ax_show_cell("–", WIDTH_COUNT);
    }
    (void)puts("–");
}

/* Newest first, as the answer has them, with those between of which it has none. */
static void show_years(const struct ax_cli *cli, const json_t *years)
{
    size_t i = 0;
    json_t *year = NULL;
    long long next = 0;
    ax_show_cell(ax_cli_text(cli, "  year", "  年度"), WIDTH_YEAR);
    for (size_t c = 0; c < COLUMNS; c++) {
        ax_show_cell(ax_cli_text(cli, columns[c].en, columns[c].zh), WIDTH_COUNT);
    }
    (void)puts(ax_cli_text(cli, "paid + reserved, yuan", "已付+未决（元）"));
    json_array_foreach(years, i, year)
    {
        for (long long gap = next; i > 0 && gap > ax_show_number(year, "year"); gap--) {
            show_unknown_year(gap);
        }
        next = ax_show_number(year, "year") - 1;
        show_year(year);
    }
}

static void show_expected(const struct ax_cli *cli, const json_t *expected)
{
    char lost[32];
    char severe[32];
    char cost[32];
    char weight[32];
    if (expected == NULL) {
        return;
    }
    put_ratio(ax_show_number(expected, "lostTimePpm"), lost, sizeof lost);
    put_ratio(ax_show_number(expected, "severePpm"), severe, sizeof severe);
    put_yuan(ax_show_number(expected, "costFen"), cost, sizeof cost);
    put_ratio(ax_show_number(expected, "credibilityPpm"), weight, sizeof weight);
    (void)printf("%s: %s %s, %s %s, %s %s, %s %s\n", ax_cli_text(cli, "Next 12 months", "未来十二个月"),
            ax_cli_text(cli, "quarters with lost time", "有工伤损失的季度数"), lost,
            ax_cli_text(cli, "severe accidents", "严重事故数"), severe,
            ax_cli_text(cli, "cost, yuan", "预期成本（元）"), cost, ax_cli_text(cli, "credibility", "可信度"), weight);
}

/* A level as it is known now to have been; what was known then behind it where that is another. */
static void show_move(
        const struct ax_cli *cli, const json_t *of, const char *restated, const char *known, const char *now)
{
    const char *was = ax_show_text(of, restated);
    const char *then = ax_show_text(of, known);
    (void)printf("%s → %s", ax_show_level(cli, was), ax_show_level(cli, ax_show_text(of, now)));
    if (strcmp(was, then) != 0) {
        (void)printf(cli->chinese ? "（当时所知：%s）" : " (known then: %s)", ax_show_level(cli, then));
    }
    (void)fputc('\n', stdout);
}

static void show_policies(const struct ax_cli *cli, const json_t *policies)
{
    size_t i = 0;
    json_t *policy = NULL;
    json_array_foreach(policies, i, policy)
    {
        (void)printf("%s: %s %s  %s – %s  ", ax_cli_text(cli, "Policy", "保单"), ax_show_text(policy, "insurer"),
                ax_show_text(policy, "policyNumber"), ax_show_text(policy, "coveredFrom"),
                ax_show_text(policy, "coveredUntil"));
        show_move(cli, policy, "levelAtStartRestated", "levelAtStart", "levelNow");
        show_list(cli, json_object_get(policy, "hints"), ax_cli_text(cli, "note:", "注："));
    }
}

/* Everything of one day, where nothing was known before, is a loading and no news of the enterprise. */
static bool is_loading(const json_t *changes, const json_t *facts)
{
    size_t i = 0;
    json_t *fact = NULL;
    const char *day = ax_show_text(json_array_get(facts, 0), "knownOn");
    json_array_foreach(facts, i, fact)
    {
        if (strcmp(ax_show_text(fact, "knownOn"), day) != 0) {
            return false;
        }
    }
    return i > 1 && strcmp(ax_show_text(changes, "levelBefore"), "LEVEL_UNRATED") == 0;
}

static bool same_group(const json_t *a, const json_t *b)
{
    static const char *const members[] = {"knownOn", "change", "kind"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(ax_show_text(a, members[i]), ax_show_text(b, members[i])) != 0) {
            return false;
        }
    }
    return true;
}

/* The facts of one day, change and kind, below the first of them; one that stood in a group before is passed over. */
static void show_group(const json_t *facts, size_t at)
{
    enum { GROUP_SHOWN = 5 };
    const json_t *first = json_array_get(facts, at);
    size_t count = 0;
    for (size_t i = 0; i < at; i++) {
        if (same_group(json_array_get(facts, i), first)) {
            return;
        }
    }
    for (size_t i = at; i < json_array_size(facts); i++) {
        count += same_group(json_array_get(facts, i), first) ? 1 : 0;
    }
    (void)printf("  %s  %s %s: %zu\n", ax_show_text(first, "knownOn"), ax_show_text(first, "change"),
            ax_show_text(first, "kind"), count);
    size_t shown = 0;
    for (size_t i = at; i < json_array_size(facts) && shown < GROUP_SHOWN; i++) {
        const json_t *fact = json_array_get(facts, i);
        if (same_group(fact, first)) {
            (void)printf("      %s  %s  [%s %s]\n", ax_show_text(fact, "occurredOn"), ax_show_text(fact, "subject"),
                    ax_show_text(fact, "source"), ax_show_text(fact, "reference"));
            shown++;
        }
    }
    if (count > shown) {
        (void)printf("      … %zu\n", count - shown);
    }
}

static void show_changes(const struct ax_cli *cli, const json_t *changes)
{
    const json_t *facts = json_object_get(changes, "facts");
    (void)printf("%s %s – %s: ", ax_cli_text(cli, "Changed", "变动"), ax_show_text(changes, "from"),
            ax_show_text(changes, "until"));
    show_move(cli, changes, "levelBeforeRestated", "levelBefore", "levelAfter");
    if (is_loading(changes, facts)) {
        (void)printf("  %s\n",
                ax_cli_text(cli,
                        "All of it came on one day, before which nothing was known: data loaded, no news of it",
                        "全部数据于同一日入库，此前一无所知：属数据加载，并非企业情况变化"));
    }
    for (size_t i = 0; i < json_array_size(facts); i++) {
        show_group(facts, i);
    }
    if (ax_show_number(changes, "factsLeftOff") > 0) {
        (void)printf("  … %lld\n", ax_show_number(changes, "factsLeftOff"));
    }
}

int ax_cmd_profile(struct ax_cli *cli)
{
    const char *from = NULL;
    const char *until = NULL;
    char from_day[AX_DAY_TEXT_SIZE];
    char until_day[AX_DAY_TEXT_SIZE];
    const struct ax_option options[] = {{"from", &from, NULL}, {"until", &until, NULL}};
    if (!ax_cli_options(cli, options, 2, 1, 1) || !ax_query_day(cli, "from", from, from_day) ||
            !ax_query_day(cli, "until", until, until_day)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct ax_session *session = NULL;
    json_t *answer = NULL;
    json_t *request =
            json_pack("{s:s,s:s,s:s}", "enterprise", cli->argv[0], "changedFrom", from_day, "changedUntil", until_day);
    ax_rc rc = ax_session_open(cli, &session, &err);
    if (ax_ok(rc)) {
        rc = ax_session_call(session, "InsuranceService/GetUnderwritingProfile", request, &answer, &err);
    } else {
        json_decref(request);
    }
    if (ax_ok(rc) && cli->json) {
        ax_show_json_line(answer);
    } else if (ax_ok(rc)) {
        ax_show_rating(cli, json_object_get(answer, "rating"));
        show_expected(cli, json_object_get(answer, "expected"));
        show_years(cli, json_object_get(answer, "years"));
        show_policies(cli, json_object_get(answer, "policies"));
        show_changes(cli, json_object_get(answer, "changes"));
        show_list(cli, json_object_get(answer, "missing"), ax_cli_text(cli, "missing:", "缺："));
    }
    json_decref(answer);
    ax_session_close(session);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
