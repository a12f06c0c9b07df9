/* SPDX-License-Identifier: Apache-2.0 */
/* How the level came about: every line with its rule and fact, and the laws below, each once. */
#include <string.h>

#include "services/anxin/page.h"

enum {
    WIDTH_EFFECT = 10,
    WIDTH_RULE = 48,
    WIDTH_FACT = 38,
    WIDTH_DAY = 13,
    WIDTH_UNTIL = 14,
    RULES_MAX = 256,
};

/* Lines of one rule and kind so far. */
struct tally {
    const json_t *first;
    long long shown;
    long long rest_facts;
    long long rest_points;
};

struct telling {
    const struct ax_page *page;
    const json_t *lines;
    struct tally rules[RULES_MAX];
    size_t rule_count;
    const json_t *bases[RULES_MAX]; /* the first line of each basis */
    size_t basis_count;
    long long not_counted;
};

/* What a line does, in the first column. */
static void put_effect(const struct ax_page *page, const json_t *line)
{
    char effect[AX_PAGE_TEXT_SIZE];
    long long shift = ax_show_number(line, "levelShift");
    if (ax_page_is(line, "kind", "LINE_KIND_FLAG")) {
        (void)snprintf(effect, sizeof effect, "%s", ax_word_text(page->cli, AX_WORD_NOTE));
    } else if (!ax_page_is(line, "kind", "LINE_KIND_OVERRIDE")) {
        (void)snprintf(effect, sizeof effect, "%+lld", ax_show_number(line, "points"));
    } else if (shift != 0) {
        (void)snprintf(effect, sizeof effect, "%s%+lld", ax_word_text(page->cli, AX_WORD_MOVED), shift);
    } else if (ax_page_is(line, "level", "LEVEL_UNSPECIFIED")) {
        (void)snprintf(effect, sizeof effect, "〃"); /* one more fact of the rule above, which acts once */
    } else {
        (void)snprintf(effect, sizeof effect, "→ %s", ax_page_symbol(page, line));
    }
    ax_show_cell(effect, WIDTH_EFFECT);
}

/* Title of the rule of `line`, which is a cap, as the lines that it caps name it. */
static const char *capped_title(const struct telling *t, const json_t *line)
{
    size_t i = 0;
    json_t *other = NULL;
    const char *rule = ax_show_text(line, "ruleId");
    json_array_foreach(t->lines, i, other)
    {
        if (ax_page_is(other, "kind", "LINE_KIND_POINTS") && ax_page_is(other, "ruleId", rule)) {
            return ax_page_text(t->page, other, "title");
        }
    }
    return rule;
}

static const char *title_of(const struct telling *t, const json_t *line, char out[AX_PAGE_TEXT_SIZE])
{
    bool cap = ax_page_is(line, "kind", "LINE_KIND_CAP") && ax_show_text(line, "ruleId")[0] != '\0';
    (void)snprintf(out, AX_PAGE_TEXT_SIZE, "%s%s", cap ? ax_cli_text(t->page->cli, "cap: ", "上限：") : "",
            cap ? capped_title(t, line) : ax_page_text(t->page, line, "title"));
    return out;
}

/* The number under which the law of a line stands below; 0: it names none. */
static size_t basis_of(struct telling *t, const json_t *line)
{
    const char *basis = ax_show_text(line, "legalBasis");
    const char *provenance = ax_show_text(line, "provenance");
    if (basis[0] == '\0' && strcmp(provenance, "ours") != 0) {
        return 0;
    }
    for (size_t i = 0; i < t->basis_count; i++) {
        if (ax_page_is(t->bases[i], "legalBasis", basis) && ax_page_is(t->bases[i], "provenance", provenance)) {
            return i + 1;
        }
    }
    if (t->basis_count == RULES_MAX) {
        return 0;
    }
    t->bases[t->basis_count++] = line;
    return t->basis_count;
}

static void put_basis(struct telling *t, const json_t *line)
{
    size_t number = basis_of(t, line);
    if (number == 0) {
        (void)puts("–");
    } else {
        (void)printf("[%zu]\n", number);
    }
}

static void put_line(struct telling *t, const json_t *line)
{
    char title[AX_PAGE_TEXT_SIZE];
    char subject[AX_PAGE_TEXT_SIZE];
    char number[AX_PAGE_NUMBER_SIZE];
    const char *until = ax_show_text(line, "countsUntil");
    long long facts = ax_show_number(line, "facts");
    (void)fputs("  ", stdout);
    put_effect(t->page, line);
    if (facts > 1) {
        (void)snprintf(subject, sizeof subject, "%s × %s", ax_word_text(t->page->cli, AX_WORD_COLUMN_FACT),
                ax_page_number(facts, false, number));
    } else {
        (void)ax_page_subject(t->page, line, subject);
    }
    struct ax_page_rest rests[] = {{ax_page_cell(title_of(t, line, title), WIDTH_RULE), 2 + WIDTH_EFFECT, WIDTH_RULE},
            {ax_page_cell(subject, WIDTH_FACT), 2 + WIDTH_EFFECT + WIDTH_RULE, WIDTH_FACT}};
    ax_show_cell(ax_show_text(line, "occurredOn"), WIDTH_DAY);
    ax_show_cell(until[0] == '\0' ? "–" : until, WIDTH_UNTIL);
    put_basis(t, line);
    ax_page_more(rests, sizeof rests / sizeof rests[0]);
}

static struct tally *tally_of(struct telling *t, const json_t *line)
{
    const char *rule = ax_show_text(line, "ruleId");
    for (size_t i = 0; i < t->rule_count; i++) {
        if (ax_page_is(t->rules[i].first, "ruleId", rule) &&
                ax_page_is(t->rules[i].first, "kind", ax_show_text(line, "kind"))) {
            return &t->rules[i];
        }
    }
    if (t->rule_count == RULES_MAX) {
        return NULL;
    }
    t->rules[t->rule_count] = (struct tally){.first = line};
    return &t->rules[t->rule_count++];
}

/* What is over the limit of each rule of this kind, in one line each. */
static void put_rests(struct telling *t, const char *kind)
{
    for (size_t i = 0; i < t->rule_count; i++) {
        const struct tally *rule = &t->rules[i];
        char number[AX_PAGE_NUMBER_SIZE];
        char points[AX_PAGE_NUMBER_SIZE];
        if (rule->rest_facts == 0 || !ax_page_is(rule->first, "kind", kind)) {
            continue;
        }
        (void)fputs("  ", stdout);
        (void)snprintf(points, sizeof points, "%+lld", rule->rest_points);
        ax_show_cell(strcmp(kind, "LINE_KIND_POINTS") == 0 ? points : "〃", WIDTH_EFFECT);
        ax_show_cell(ax_page_text(t->page, rule->first, "title"), WIDTH_RULE);
        ax_word_put(t->page->cli, AX_WORD_MORE_FACTS, ax_page_number(rule->rest_facts, false, number));
        (void)fputc('\n', stdout);
    }
}

/* What neither adds nor moves nor says anything. */
static bool is_idle(const json_t *line)
{
    bool adds = ax_page_is(line, "kind", "LINE_KIND_POINTS") || ax_page_is(line, "kind", "LINE_KIND_CAP") ||
                ax_page_is(line, "kind", "LINE_KIND_CLAMP");
    return adds && ax_show_number(line, "points") == 0;
}

static void take_line(struct telling *t, const json_t *line)
{
    long long facts = ax_show_number(line, "facts");
    if (ax_page_is(line, "kind", "LINE_KIND_NOT_COUNTED")) {
        t->not_counted += facts;
        return;
    }
    if (is_idle(line)) {
        return;
    }
    struct tally *rule = facts == 0 ? NULL : tally_of(t, line);
    if (rule == NULL || rule->shown < AX_PAGE_RULE_LINES) {
        put_line(t, line);
    } else {
        rule->rest_facts += facts;
        rule->rest_points += ax_show_number(line, "points");
    }
    if (rule != NULL) {
        rule->shown++;
    }
}

/* On a source, whose law is told as `basis`. */
static const char *remark_on(const struct ax_page *page, const char *provenance, const char *basis)
{
    if (strcmp(provenance, "ours") == 0) {
        return ax_show_says_ours(basis) ? "" : ax_word_text(page->cli, AX_WORD_BASIS_OURS);
    }
    if (strcmp(provenance, "S") == 0) {
        return ax_word_text(page->cli, AX_WORD_BASIS_SECONDARY);
    }
    return strcmp(provenance, "K") == 0 ? ax_word_text(page->cli, AX_WORD_BASIS_RECALLED) : "";
}

void ax_page_basis(const struct ax_page *page, const char *legal_basis, const char *provenance)
{
    char law[AX_PAGE_LAW_SIZE];
    const char *basis = ax_show_law(page->cli, legal_basis, law, sizeof law);
    const char *remark = remark_on(page, provenance, basis);
    bool both = basis[0] != '\0' && remark[0] != '\0';
    (void)printf("%s%s%s%s\n", basis, both ? ax_cli_text(page->cli, " (", "（") : "", remark,
            both ? ax_cli_text(page->cli, ")", "）") : "");
}

static void put_bases(const struct telling *t)
{
    for (size_t i = 0; i < t->basis_count; i++) {
        (void)printf("  [%zu] ", i + 1);
        ax_page_basis(t->page, ax_show_text(t->bases[i], "legalBasis"), ax_show_text(t->bases[i], "provenance"));
    }
}

/* Facts that do not count on the day, each with why; at most so many. */
static void list_not_counted(const struct telling *t, long long most)
{
    size_t i = 0;
    json_t *line = NULL;
    char subject[AX_PAGE_TEXT_SIZE];
    json_array_foreach(t->lines, i, line)
    {
        if (most > 0 && ax_page_is(line, "kind", "LINE_KIND_NOT_COUNTED")) {
            (void)printf("    %-12s%s  (%s)\n", ax_show_text(line, "occurredOn"),
                    ax_page_subject(t->page, line, subject), ax_page_text(t->page, line, "title"));
            most -= ax_show_number(line, "facts");
        }
    }
}

static void put_not_counted(const struct telling *t)
{
    char number[AX_PAGE_NUMBER_SIZE];
    if (t->not_counted == 0) {
        return;
    }
    (void)fputs("  ", stdout);
    ax_word_put(t->page->cli, t->page->all ? AX_WORD_NOT_COUNTED_ALL : AX_WORD_NOT_COUNTED,
            ax_page_number(t->not_counted, false, number));
    (void)fputc('\n', stdout);
    list_not_counted(t, t->page->all ? t->not_counted : 0);
}

/* Where no rule pack applies: neither a table of rules nor a sum, but what is known. */
static void put_unruled(struct telling *t)
{
    size_t i = 0;
    json_t *line = NULL;
    char number[AX_PAGE_NUMBER_SIZE];
    json_array_foreach(t->lines, i, line)
    {
        t->not_counted += ax_show_number(line, "facts");
    }
    (void)fputs("  ", stdout);
    ax_word_put(t->page->cli, AX_WORD_UNRULED, ax_page_number(t->not_counted, false, number));
    (void)fputc('\n', stdout);
    list_not_counted(t, t->page->all ? t->not_counted : AX_PAGE_RECORDS);
    if (!t->page->all && t->not_counted > AX_PAGE_RECORDS) {
        (void)fputs("    ", stdout);
        ax_word_put(
                t->page->cli, AX_WORD_UNRULED_MORE, ax_page_number(t->not_counted - AX_PAGE_RECORDS, false, number));
        (void)fputc('\n', stdout);
    }
}

void ax_page_level(const struct ax_page *page)
{
    struct telling t = {.page = page, .lines = json_object_get(page->answer, "lines")};
    size_t i = 0;
    json_t *line = NULL;
    const char *kind = "";
    char number[AX_PAGE_NUMBER_SIZE];
    ax_page_head(page, AX_WORD_HEAD_LEVEL);
    if (!ax_page_has_pack(page)) {
        put_unruled(&t);
        return;
    }
    (void)fputs("  ", stdout);
    ax_page_column(page, AX_WORD_COLUMN_POINTS, WIDTH_EFFECT);
    ax_page_column(page, AX_WORD_COLUMN_RULE, WIDTH_RULE);
    ax_page_column(page, AX_WORD_COLUMN_FACT, WIDTH_FACT);
    ax_page_column(page, AX_WORD_COLUMN_ON, WIDTH_DAY);
    ax_page_column(page, AX_WORD_COLUMN_UNTIL, WIDTH_UNTIL);
    (void)puts(ax_word_text(page->cli, AX_WORD_COLUMN_BASIS));
    json_array_foreach(t.lines, i, line)
    {
        if (!ax_page_is(line, "kind", kind)) {
            put_rests(&t, kind);
            kind = ax_show_text(line, "kind");
        }
        take_line(&t, line);
    }
    put_rests(&t, kind);
    (void)fputs("  ", stdout);
    ax_word_put(
            page->cli, AX_WORD_SUM_LEVEL, ax_page_number(ax_show_number(page->rating, "levelPoints"), false, number));
    (void)fputc('\n', stdout);
    put_bases(&t);
    put_not_counted(&t);
}
