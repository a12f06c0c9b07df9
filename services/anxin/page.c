/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/page.h"

#include <string.h>

void ax_page_head(const struct ax_page *page, enum ax_word word)
{
    (void)printf("\n%s\n", ax_word_text(page->cli, word));
}

void ax_page_column(const struct ax_page *page, enum ax_word word, int width)
{
    ax_show_cell(ax_word_text(page->cli, word), width);
}

const char *ax_page_text(const struct ax_page *page, const json_t *object, const char *name)
{
    char full[48];
    (void)snprintf(full, sizeof full, "%s%s", name, page->cli->chinese ? "Zh" : "En");
    return ax_show_text(object, full);
}

bool ax_page_is(const json_t *object, const char *name, const char *value)
{
    return strcmp(ax_show_text(object, name), value) == 0;
}

const char *ax_page_number(long long value, bool sign, char out[AX_PAGE_NUMBER_SIZE])
{
    char digits[AX_PAGE_NUMBER_SIZE / 2];
    int len = snprintf(
            digits, sizeof digits, "%llu", value < 0 ? 0ULL - (unsigned long long)value : (unsigned long long)value);
    size_t at = 0;
    if (value < 0 || (sign && value > 0)) {
        out[at++] = value < 0 ? '-' : '+';
    }
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            out[at++] = ',';
        }
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *ax_page_decimal(long long micro, char out[AX_PAGE_NUMBER_SIZE])
{
    enum { ONE = 1000000, SMALL = 10 * ONE, LARGE = 1000 * ONE };
    if (micro < 0 || micro >= LARGE) {
        return ax_page_number(micro / ONE, false, out);
    }
    bool tiny = micro > 0 && micro < ONE / 100;
    int places = tiny ? 4 : micro < SMALL ? 2 : 1;
    (void)snprintf(out, AX_PAGE_NUMBER_SIZE, "%.*f", places, (double)micro / ONE);
    return out;
}

const char *ax_page_grade(const json_t *object, const char *name)
{
    static const char prefix[] = "RISK_GRADE_";
    const char *grade = ax_show_text(object, name);
    grade = strncmp(grade, prefix, sizeof prefix - 1) == 0 ? grade + sizeof prefix - 1 : grade;
    return strcmp(grade, "UNSPECIFIED") == 0 ? "" : grade;
}

bool ax_page_has_pack(const struct ax_page *page)
{
    return ax_show_text(page->rating, "pack")[0] != '\0';
}

const char *ax_page_symbol(const struct ax_page *page, const json_t *object)
{
    const char *symbol = ax_show_text(object, "symbol");
    return symbol[0] != '\0' ? symbol : ax_show_level(page->cli, ax_show_text(object, "level"));
}

const char *ax_page_standing(const struct ax_page *page, const json_t *object, char out[AX_PAGE_TEXT_SIZE])
{
    int len = snprintf(
            out, AX_PAGE_TEXT_SIZE, "%s, %lld", ax_page_symbol(page, object), ax_show_number(object, "levelPoints"));
    if (ax_page_is(object, "level", "LEVEL_UNRATED")) {
        len = snprintf(out, AX_PAGE_TEXT_SIZE, "%s", ax_page_symbol(page, object));
    }
    if (json_object_get(object, "riskScore") != NULL) {
        (void)snprintf(out + len, AX_PAGE_TEXT_SIZE - (size_t)len, "%s%lld %s",
                ax_cli_text(page->cli, "; score ", "；评分 "), ax_show_number(object, "riskScore"),
                ax_page_grade(object, "riskGrade"));
    } else if (ax_page_grade(object, "riskGrade")[0] != '\0') {
        (void)snprintf(out + len, AX_PAGE_TEXT_SIZE - (size_t)len, "%s%s",
                ax_cli_text(page->cli, "; score ", "；评分 "), ax_page_grade(object, "riskGrade"));
    }
    return out;
}

struct named {
    const char *name;
    const char *en;
    const char *zh;
};

static const char *name_of(const struct ax_cli *cli, const struct named *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i].name, name) == 0) {
            return ax_cli_text(cli, names[i].en, names[i].zh);
        }
    }
    return "";
}

const char *ax_page_kind(const struct ax_cli *cli, const char *kind)
{
    static const struct named kinds[] = {{"enforcement_penalty", "penalty ", "处罚 "}, {"accident", "accident", "事故"},
            {"insurance_claim", "claim ", "索赔 "}, {"insurance_policy", "policy ", "保单 "},
            {"prevention_service", "prevention service ", "事故预防服务 "}, {"hazard", "hazard ", "隐患 "},
            {"inspection", "inspection ", "检查 "}, {"monitoring_alarm", "alarm ", "报警 "},
            {"licence", "licence ", "许可证 "}, {"certificate", "certificate ", "证书 "},
            {"standardisation", "standardisation ", "标准化等级 "}, {"list_entry", "list entry ", "名单 "},
            {"exposure", "exposure ", "风险暴露 "}, {"indicator", "indicator ", "指标 "},
            {"objection", "objection to ", "异议，针对 "}, {"repair", "request for repair of ", "信用修复申请，针对 "},
            {"consent", "consent ", "授权 "}, {"statement", "statement on ", "说明，针对 "}};
    return name_of(cli, kinds, sizeof kinds / sizeof kinds[0], kind);
}

/* ": 5 deaths, main liability" */
static void put_harm(const struct ax_cli *cli, const json_t *line, char *out, size_t size)
{
    static const struct named liabilities[] = {{"LIABILITY_NONE", "not liable", "无责任"},
            {"LIABILITY_GENERAL", "liable", "负有责任"}, {"LIABILITY_MAIN", "main liability", "主要责任"}};
    long long deaths = ax_show_number(line, "deaths");
    const char *liability =
            name_of(cli, liabilities, sizeof liabilities / sizeof liabilities[0], ax_show_text(line, "liability"));
    int at = 0;
    out[0] = '\0';
    if (deaths > 0) {
        at = cli->chinese ? snprintf(out, size, "：死亡 %lld 人", deaths)
                          : snprintf(out, size, ": %lld %s", deaths, deaths == 1 ? "death" : "deaths");
    }
    if (liability[0] != '\0') {
        const char *between = at > 0 ? ax_cli_text(cli, ", ", "，") : ax_cli_text(cli, ": ", "：");
        (void)snprintf(out + at, size - (size_t)at, "%s%s", between, liability);
    }
}

const char *ax_page_subject(const struct ax_page *page, const json_t *line, char out[AX_PAGE_TEXT_SIZE])
{
    char what[AX_PAGE_TEXT_SIZE];
    char harm[AX_PAGE_NUMBER_SIZE * 2];
    bool synthetic = page->mark_synthetic && json_is_true(json_object_get(line, "synthetic"));
    bool objected = ax_page_is(line, "state", "FACT_STATE_OBJECTED");
    const char *kind = ax_page_kind(page->cli, ax_show_text(line, "factKind"));
    put_harm(page->cli, line, harm, sizeof harm);
    if (ax_page_is(line, "factKind", "accident")) {
        (void)snprintf(what, sizeof what, page->cli->chinese ? "%s 事故%s" : "accident of %s%s",
                ax_show_text(line, "occurredOn"), harm);
    } else {
        (void)snprintf(what, sizeof what, "%s%s%s", kind, ax_show_text(line, "subject"), harm);
    }
    (void)snprintf(out, AX_PAGE_TEXT_SIZE, "%s%s%s", synthetic ? ax_word_text(page->cli, AX_WORD_SYNTHETIC) : "",
            objected ? ax_word_text(page->cli, AX_WORD_OBJECTED_MARK) : "", what);
    return out;
}

static int put_part(const char **text, int width)
{
    char part[AX_SHOW_PART_SIZE];
    int used = 0;
    *text = ax_show_part(*text, width, part, &used);
    (void)fputs(part, stdout);
    return used;
}

const char *ax_page_cell(const char *text, int width)
{
    int used = put_part(&text, width);
    (void)printf("%*s", width - used, "");
    return text;
}

void ax_page_more(struct ax_page_rest *rests, size_t count)
{
    bool some = true;
    while (some) {
        int column = 0;
        some = false;
        for (size_t i = 0; i < count; i++) {
            if (rests[i].text[0] != '\0') {
                (void)printf("%*s", rests[i].column - column, "");
                column = rests[i].column + put_part(&rests[i].text, rests[i].width);
                some = true;
            }
        }
        (void)fputs(some ? "\n" : "", stdout);
    }
}

static void put_line(const struct ax_page *page, enum ax_word word, const char *argument)
{
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, word, argument);
    (void)fputc('\n', stdout);
}

static void put_if(const struct ax_page *page, const char *name, enum ax_word word)
{
    if (json_is_true(json_object_get(page->rating, name))) {
        put_line(page, word, "");
    }
}

static void put_watch(const struct ax_page *page)
{
    static const struct {
        const char *name;
        enum ax_word word;
    } causes[] = {{"WATCH_CAUSE_ACCIDENT", AX_WORD_WATCH_ACCIDENT}, {"WATCH_CAUSE_PENALTY", AX_WORD_WATCH_PENALTY},
            {"WATCH_CAUSE_CANDIDATE", AX_WORD_WATCH_CANDIDATE}};
    size_t i = 0;
    json_t *cause = NULL;
    char all[AX_PAGE_TEXT_SIZE] = "";
    json_array_foreach(json_object_get(json_object_get(page->answer, "score"), "watchCauses"), i, cause)
    {
        for (size_t j = 0; j < sizeof causes / sizeof causes[0]; j++) {
            if (strcmp(json_string_value(cause), causes[j].name) == 0) {
                size_t len = strlen(all);
                (void)snprintf(all + len, sizeof all - len, "%s%s", len == 0 ? "" : ax_cli_text(page->cli, "; ", "；"),
                        ax_word_text(page->cli, causes[j].word));
            }
        }
    }
    if (all[0] != '\0') {
        put_line(page, AX_WORD_WATCH, all);
    }
}

static void put_level(const struct ax_page *page)
{
    const char *level = ax_show_text(page->rating, "level");
    const char *name = ax_show_level(page->cli, level);
    const char *symbol = ax_page_symbol(page, page->rating);
    char points[AX_PAGE_NUMBER_SIZE];
    (void)ax_page_number(ax_show_number(page->rating, "levelPoints"), false, points);
    (void)fputs("  ", stdout);
    if (!ax_page_has_pack(page)) {
        ax_word_put(page->cli, AX_WORD_UNCOVERED);
    } else if (strcmp(level, "LEVEL_UNRATED") == 0) {
        ax_word_put(page->cli, AX_WORD_UNRATED);
    } else if (strcmp(symbol, name) == 0) {
        ax_word_put(page->cli, AX_WORD_LEVEL, name, ax_show_class(page->cli, level), points);
    } else {
        ax_word_put(page->cli, AX_WORD_LEVEL_OWN, symbol, name, ax_show_class(page->cli, level), points);
    }
    (void)fputc('\n', stdout);
}

static void put_credibility(const struct ax_page *page, const char *percent, long long ppm)
{
    enum { HIGH_PPM = 650000, MIDDLE_PPM = 400000 };
    bool silent = json_is_true(json_object_get(page->rating, "silent"));
    put_line(page,
            silent              ? AX_WORD_CREDIBILITY_SILENT
            : ppm >= HIGH_PPM   ? AX_WORD_CREDIBILITY_HIGH
            : ppm >= MIDDLE_PPM ? AX_WORD_CREDIBILITY_MIDDLE
                                : AX_WORD_CREDIBILITY_LOW,
            percent);
}

/* How many times the peers' cost, since a score is a logarithm and nobody thinks in those. */
static void put_cost_ratio(const struct ax_page *page, const json_t *score)
{
    enum { ONE = 1000000 };
    long long own = ax_show_number(score, "expectedCostFen");
    long long peers = ax_show_number(score, "peerExpectedCostFen");
    char ratio[AX_PAGE_NUMBER_SIZE];
    if (peers > 0) {
        put_line(page, AX_WORD_COST_RATIO, ax_page_decimal((long long)((double)own / (double)peers * ONE), ratio));
    }
}

static void put_score(const struct ax_page *page)
{
    enum { PPM_IN_PERCENT = 10000 };
    const json_t *score = json_object_get(page->answer, "score");
    long long ppm = ax_show_number(page->rating, "credibilityPpm");
    char text[AX_PAGE_NUMBER_SIZE];
    char high[AX_PAGE_NUMBER_SIZE];
    char percent[AX_PAGE_NUMBER_SIZE];
    (void)ax_page_number((ppm + PPM_IN_PERCENT / 2) / PPM_IN_PERCENT, false, percent);
    if (score == NULL) {
        put_line(page, AX_WORD_SCORE_NONE, "");
        return;
    }
    if (json_object_get(page->rating, "riskScore") == NULL) {
        put_line(page, AX_WORD_SCORE_NR, percent);
        return;
    }
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, AX_WORD_SCORE, ax_page_number(ax_show_number(page->rating, "riskScore"), false, text),
            ax_page_grade(page->rating, "riskGrade"));
    ax_word_put(page->cli, AX_WORD_INTERVAL, ax_page_number(ax_show_number(page->rating, "scoreLow"), false, text),
            ax_page_number(ax_show_number(page->rating, "scoreHigh"), false, high));
    (void)fputc('\n', stdout);
    if (!json_is_true(json_object_get(page->rating, "silent"))) {
        put_cost_ratio(page, score);
        put_line(page, AX_WORD_PERCENTILE, ax_page_number(ax_show_number(page->rating, "peerPercentile"), false, text));
    }
    put_credibility(page, percent, ppm);
}

static void put_short(const struct ax_page *page)
{
    char number[AX_PAGE_NUMBER_SIZE];
    const struct ax_cli *cli = page->cli;
    bool synthetic = json_is_true(json_object_get(page->rating, "synthetic"));
    const char *all = ax_cli_text(cli, "  [synthetic]", "  [虚构数据]");
    const char *some = ax_cli_text(cli, "  [partly synthetic]", "  [含虚构数据]");
    (void)printf("%s  %s%s\n", ax_show_text(page->rating, "enterprise"), ax_show_text(page->rating, "name"),
            page->mark_synthetic ? some
            : synthetic          ? all
                                 : "");
    ax_word_put(cli, AX_WORD_ON, ax_show_text(page->rating, "ratedOn"),
            ax_page_has_pack(page) ? ax_show_text(page->rating, "pack") : "–");
    (void)fputc('\n', stdout);
    char known[AX_SHOW_INSTANT_SIZE];
    if (ax_show_known_at(page->rating, known)) {
        ax_word_put(cli, AX_WORD_KNOWN_AT, known);
        (void)fputc('\n', stdout);
    }
    ax_page_head(page, AX_WORD_HEAD_SHORT);
    put_if(page, "silent", AX_WORD_SILENT);
    put_level(page);
    put_score(page);
    put_if(page, "exposureEstimated", AX_WORD_ESTIMATED);
    put_watch(page);
    put_if(page, "incomplete", AX_WORD_INCOMPLETE);
    put_if(page, "standardisationMissing", AX_WORD_STANDARDISATION_MISSING);
    long long conflicts = ax_show_number(page->rating, "conflicts");
    if (conflicts > 0) {
        put_line(page, AX_WORD_CONFLICTS, ax_page_number(conflicts, false, number));
    }
    put_line(page, AX_WORD_BOTH, "");
}

static void put_reasons(const struct ax_page *page)
{
    size_t i = 0;
    json_t *reason = NULL;
    const json_t *reasons = json_object_get(page->answer, "reasons");
    ax_page_head(page, AX_WORD_HEAD_REASONS);
    json_array_foreach(reasons, i, reason)
    {
        (void)printf("  %zu. %s\n", i + 1, ax_page_text(page, reason, "text"));
    }
    if (i == 0) {
        put_line(page, AX_WORD_NO_REASONS, "");
    }
}

static void put_objections(const struct ax_page *page)
{
    const json_t *without = json_object_get(page->answer, "ratingWithoutObjected");
    char count[AX_PAGE_NUMBER_SIZE];
    char standing[AX_PAGE_TEXT_SIZE];
    if (!json_is_object(without)) {
        return;
    }
    ax_page_head(page, AX_WORD_HEAD_OBJECTIONS);
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, AX_WORD_WITH_OBJECTED,
            ax_page_number(ax_show_number(page->rating, "objected"), false, count),
            ax_page_standing(page, page->rating, standing));
    (void)fputc('\n', stdout);
    put_line(page, AX_WORD_WITHOUT_OBJECTED, ax_page_standing(page, without, standing));
}

/* By the pack of the rating, for its trade and level. */
static void put_inspections(const struct ax_page *page)
{
    char number[AX_PAGE_NUMBER_SIZE];
    char visits[AX_PAGE_NUMBER_SIZE];
    long long stopped = ax_show_number(page->answer, "inspectionsAtMostStopped");
    const char *provenance = ax_show_text(page->answer, "inspectionsProvenance");
    if (provenance[0] == '\0') {
        return;
    }
    ax_page_head(page, AX_WORD_HEAD_INSPECTIONS);
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, AX_WORD_INSPECTIONS,
            ax_page_number(ax_show_number(page->answer, "inspectionsAtMost"), false, number),
            ax_page_number(ax_show_number(page->answer, "visitsAtMost"), false, visits));
    (void)fputc('\n', stdout);
    if (stopped > 0) {
        put_line(page, AX_WORD_INSPECTIONS_STOPPED, ax_page_number(stopped, false, number));
    }
    (void)fputs("  ", stdout);
    ax_page_basis(page, ax_show_text(page->answer, "inspectionsLegalBasis"), provenance);
}

static void put_data(const struct ax_page *page)
{
    const json_t *as_of = json_object_get(page->rating, "asOf");
    const json_t *score = json_object_get(page->answer, "score");
    long long facts = ax_show_number(page->rating, "facts");
    long long synthetic = ax_show_number(page->answer, "syntheticFacts");
    char number[AX_PAGE_NUMBER_SIZE];
    char offset[AX_PAGE_NUMBER_SIZE];
    ax_page_head(page, AX_WORD_HEAD_DATA);
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, AX_WORD_FACTS, ax_page_number(facts, false, number));
    if (synthetic > 0) {
        ax_word_put(page->cli, synthetic == facts ? AX_WORD_FACTS_ALL_SYNTHETIC : AX_WORD_FACTS_SYNTHETIC,
                ax_page_number(synthetic, false, number));
    }
    (void)fputc('\n', stdout);
    put_line(page, AX_WORD_LEDGER, ax_show_text(page->rating, "ledgerDigest"));
    put_line(page, AX_WORD_PACK, ax_show_text(page->rating, "packDigest"));
    if (score != NULL) {
        (void)fputs("  ", stdout);
        ax_word_put(
                page->cli, AX_WORD_PARAMETERS, ax_show_text(score, "parametersDigest"), ax_show_text(score, "model"));
        (void)fputc('\n', stdout);
    }
    (void)snprintf(number, sizeof number, "%lld", ax_show_number(as_of, "partition"));
    (void)snprintf(offset, sizeof offset, "%lld", ax_show_number(as_of, "offset"));
    (void)fputs("  ", stdout);
    ax_word_put(page->cli, AX_WORD_READ, number, offset);
    (void)fputc('\n', stdout);
}

void ax_page_show(const struct ax_cli *cli, const json_t *answer, bool all)
{
    struct ax_page page = {.cli = cli, .all = all, .answer = answer, .rating = json_object_get(answer, "rating")};
    long long synthetic = ax_show_number(answer, "syntheticFacts");
    page.mark_synthetic = synthetic > 0 && synthetic < ax_show_number(page.rating, "facts");
    put_short(&page);
    put_reasons(&page);
    ax_page_level(&page);
    ax_page_score(&page);
    ax_page_expected(&page);
    ax_page_raise(&page);
    ax_page_time(&page);
    put_objections(&page);
    put_inspections(&page);
    ax_page_clocks(&page);
    put_data(&page);
}
