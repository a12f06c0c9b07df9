/* SPDX-License-Identifier: Apache-2.0 */
/* What a pack.yaml may say, what is refused with file, line and rule, and which edition is chosen. */
#include "services/lib/pack/editions.h"
#include "tests/unit/pack_texts.h"
#include "tests/unit/scoring_world.h"

#include <stdlib.h>

#define T(name) cmocka_unit_test(name)

#define HEAD \
    "id: p\ntitle_zh: 包\ntitle_en: pack\nprovenance: ours\njurisdictions: [\"14\"]\n" \
    "base: {level_one: 90, level_two: 80, level_three: 70, none: 60, missing: 60}\nmissing_best_level: " \
    "C1\nshift_worst_level: C3\n" \
    "points: {min: 0, max: 100}\nscale: [{symbol: A1, least: 95, level: A1}, {symbol: C1, least: 55, level: C1}, " \
    "{symbol: C3, least: 25, level: C3}, {symbol: D, level: D}]\nscale_provenance: ours\nlevel_provenance: ours\n" \
    "bonus_cap: 6\nrated_kinds: [accident]\n"
#define RULE "rules:\n  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: accident\n"
#define GOOD HEAD RULE "    effect: flag\n"

static ax_rc parse(const char *yaml, struct ax_err *err)
{
    struct ax_pack_text *texts;
    struct ax_pack pack;
    ax_rc rc = ax_pack_parse("x.yaml", ax_str_c(yaml), &texts, &pack, err);
    if (ax_ok(rc)) {
        const struct ax_err *of_new = ax_pack_text_of_new(texts);
        if (of_new != NULL) {
            *err = *of_new;
            rc.code = of_new->code;
        }
        ax_pack_text_free(texts);
    }
    return rc;
}

static void refuses(const char *yaml, const char *words)
{
    struct ax_err err = {.code = 0};
    pack_refused(parse(yaml, &err), &err, "", words);
}

static void good(void **state)
{
    (void)state;
    struct ax_err err;
    char line[512];
    if (!ax_ok(parse(GOOD, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
}

/* An empty file has no bytes and no address; comments are no more than that. */
static void nothing(void **state)
{
    (void)state;
    const ax_str texts[] = {{.ptr = NULL, .len = 0}, AX_STR("# nothing\n"), AX_STR("\n\n"), AX_STR("---\n...\n")};
    const struct {
        const char *name;
        const char *words;
    } files[] = {{"pack.yaml", "a pack.yaml has at least id, title_zh"}, {"gate.yaml", "a gate.yaml has at least id"},
            {"tariff.yaml", "a tariff.yaml has at least id"}, {"risk.yaml", "a risk.yaml has at least id"},
            {"calendar.yaml", "a calendar.yaml has at least "}, {"deadlines.yaml", "a deadlines.yaml has at least "},
            {"codes.yaml", "a codes.yaml has at least "}};
    char folder[] = "/tmp/ax-nothing-XXXXXX";
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            struct ax_bundle *bundle = NULL;
            struct ax_err err = {.code = 0};
            char line[1024];
            FILE *file = fopen(path, "w");
            assert_non_null(file);
            (void)fprintf(file, "%.*s", AX_ARG(texts[j]));
            assert_int_equal(fclose(file), 0);
            assert_int_equal(ax_bundle_load_file(path, &bundle, &err).code, AX_INVALID);
            if (j < 3 && strstr(ax_err_line(&err, line, sizeof line), files[i].words) == NULL) {
                fail_msg("\"%s\" does not say \"%s\"", line, files[i].words);
            }
        }
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(folder), 0);
}

static void shapes(void **state)
{
    (void)state;
    refuses("", "x.yaml");
    refuses("[1, 2]", "x.yaml");
    refuses("id: [", "x.yaml");
    refuses(GOOD "surprise: 1\n", "line 22: unknown key (found \"surprise\")");
    refuses(HEAD RULE "    effect: flag\n    points_max: 1\n", "line 22: r: unknown key");
    refuses(HEAD RULE "    effect: nothing\n", "line 21: effect: r: must be one of points_each");
    refuses(HEAD RULE, "effect");
    refuses(HEAD "rules: []\n", "x.yaml");
    refuses(HEAD RULE "    effect: flag\n    at_least: many\n",
            "line 22: at_least: r: must be a whole number in decimal digits");
    refuses(HEAD RULE "    effect: flag\n    kind: &a accident\n    needs: *a\n", "x.yaml");
}

/* By themselves, by their absence, or through another rule. */
static void adverse_facts_never_help(void **state)
{
    (void)state;
    refuses(HEAD RULE "    effect: points_once\n    points: 1\n", "an adverse fact would help");
    refuses(HEAD RULE "    effect: shift\n    shift: 1\n", "an adverse fact would help");
    refuses(HEAD RULE "    absent: true\n    effect: points_once\n    points: -1\n", "its absence may not take");
    refuses(HEAD RULE "    absent: true\n    effect: level\n    level: C1\n", "its absence may not take");
    refuses(GOOD "  - id: s\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: certificate\n"
                 "    needs: r\n    effect: points_once\n    points: 1\n",
            "the rule that it needs");
    refuses(GOOD "  - id: s\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: certificate\n"
                 "    unless: r\n    effect: points_once\n    points: -1\n",
            "the rule that it needs");
    refuses(GOOD "  - id: s\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: certificate\n"
                 "    unless: t\n    effect: flag\n",
            "must be an earlier rule");
    refuses("id: p\ntitle_zh: 包\ntitle_en: pack\nprovenance: ours\njurisdictions: [\"14\"]\n"
            "base: {level_one: 50, level_two: 80, level_three: 70, none: 60, missing: 60}\nmissing_best_level: A1\n"
            "shift_worst_level: D\npoints: {min: 0, max: 100}\n"
            "scale: [{symbol: A1, least: 95, level: A1}, {symbol: D, level: D}]\nscale_provenance: ours\n"
            "level_provenance: ours\nbonus_cap: 6\nrated_kinds: [accident]\n" RULE "    effect: flag\n",
            "must not grow");
    refuses(HEAD "rules:\n  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n"
                 "    kind: enforcement_penalty\n    with: [for_accident]\n    effect: points_once\n    points: -1\n",
            "only by a source");
    refuses(HEAD
            "rules:\n  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n"
            "    kind: enforcement_penalty\n    without: [for_accident]\n    effect: points_each\n    points: -1\n",
            "an accident that becomes known would help");
}

static void meanings(void **state)
{
    (void)state;
    const struct {
        const char *tail;
        const char *words;
    } cases[] = {
            {"    effect: flag\n    grades: [enormous]\n", "line 22: r: not a name of this kind"},
            {"    effect: flag\n    liabilities: [huge]\n", "liabilities"},
            {"    effect: flag\n    categories: [fine]\n", "categories"},
            {"    effect: flag\n    with: [supervised]\n", "with"},
            {"    effect: flag\n    without: [supervised]\n", "without"},
            {"    effect: flag\n    effective_from: 2024-13-01\n", "YYYY-MM-DD"},
            {"    effect: flag\n    effective_to: tomorrow\n", "YYYY-MM-DD"},
            {"    effect: flag\n    effective_from: 2024-01-02\n    effective_to: 2024-01-01\n", "effective_to"},
            {"    effect: flag\n    needs: other\n", "needs"},
            {"    effect: flag\n    needs: r\n", "needs"},
            {"    effect: flag\n    window: {months: 1}\n    span: standing\n", "window"},
            {"    effect: flag\n    basis: due\n", "basis"},
            {"    effect: flag\n    points: 3\n", "points"},
            {"    effect: points_each\n", "points"},
            {"    effect: points_once\n    points: 1\n    cap: 5\n", "cap"},
            {"    effect: points_each\n    points: 1\n    absent: true\n", "per"},
            {"    effect: shift\n", "shift"},
            {"    effect: flag\n    shift: -1\n", "shift"},
            {"    effect: level\n", "level"},
            {"    effect: flag\n    level: D\n", "level"},
            {"    effect: level\n    level: E\n", "not a symbol"},
            {"    effect: flag\n    stages: [closed]\n", "stages"},
            {"    effect: flag\n    scheme: s\n    item: i\n", "item"},
            {"    effect: flag\n    at_least: 3\n    below: 3\n", "below"},
            {"    effect: flag\n    absent: true\n    below: 3\n", "below"},
            {"    effect: flag\n    measure: tier\n", "do not measure"},
            {"    effect: flag\n    neutral: 3\n", "neutral"},
            {"    effect: flag\n    by_share: true\n", "by_share"},
            {"    effect: flag\n    span: calendar_year\n    window: {months: 1}\n", "window"},
            {"    effect: flag\n    step_ppm: 1\n", "step_ppm"},
            {"    effect: flag\n    per_exposure: vehicles\n    step_ppm: 1\n", "per_exposure"},
            {"    effect: points_each\n    points: -1\n    per_exposure: vehicles\n", "step_ppm"},
            {"    effect: points_each\n    points: -1\n    per_exposure: vehicles\n    step_ppm: 1\n",
                    "while that exposure is absent"},
            {"    effect: flag\n    known_months: 12\n", "known_months"},
            {"    effect: flag\n  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: "
             "accident\n"
             "    effect: flag\n",
                    "twice"},
            {"    effect: flag\n  - id: s\n    title_zh: 规\n    title_en: rule\n    provenance: S\n    kind: "
             "accident\n"
             "    effect: flag\n",
                    "legal_basis"},
            {"    effect: flag\n  - id: s\n    title_zh: \"\"\n    title_en: rule\n    provenance: ours\n    kind: "
             "accident\n"
             "    effect: flag\n",
                    "title"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[4096];
        (void)snprintf(yaml, sizeof yaml, "%s%s%s", HEAD, RULE, cases[i].tail);
        refuses(yaml, cases[i].words);
    }
    refuses(HEAD "rules:\n  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: hazard\n"
                 "    effect: flag\n    measure: deaths\n",
            "do not measure it");
}

/* A reader and the loader see the same number, or the file is refused. */
static void numbers(void **state)
{
    (void)state;
    const char *const wrong[] = {"010", "1e3", "0x10", "1.9", "12x", "+12", "-0", "0b1", "1_000", "''", "~", "１２"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char yaml[4096];
        (void)snprintf(yaml, sizeof yaml, "%s%s    effect: flag\n    window: {months: %s}\n", HEAD, RULE, wrong[i]);
        refuses(yaml, "line 22: months: r: must be a whole number in decimal digits");
    }
    const struct {
        const char *tail;
        const char *words;
    } ranges[] = {
            {"    effect: flag\n    window: {months: 1201}\n",
                    "line 22: months: r: must be a whole number from 1 to 1200"},
            {"    effect: flag\n    window: {days: 4000000000}\n", "days: r: must be a whole number from 1 to 36525"},
            {"    effect: flag\n    window: {months: 0}\n",
                    "line 22: months: r: must be a whole number from 1 to 1200 (found \"0\")"},
            {"    effect: flag\n    window: {months: 12, days: 0}\n",
                    "days: r: must be a whole number from 1 to 36525"},
            {"    effect: flag\n    window: {}\n", "line 22: window: r: must have a key"},
            {"    effect: points_once\n    points: 100001\n",
                    "points: r: must be a whole number from -100000 to 100000"},
            {"    effect: shift\n    shift: -9\n", "shift: r: must be a whole number from -8 to 8"},
            {"    effect: flag\n    share_at_least: 101\n", "must be a whole number from 1 to 100"},
            {"    effect: flag\n    absent: true\n    known_months: 5000000\n",
                    "known_months: r: must be a whole number from 1 to 1200"},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        char yaml[4096];
        (void)snprintf(yaml, sizeof yaml, "%s%s%s", HEAD, RULE, ranges[i].tail);
        refuses(yaml, ranges[i].words);
    }
    refuses(HEAD RULE "    effect: points_once\n    points: -3.7\n",
            "line 22: points: r: must be a whole number in decimal digits");
    refuses(HEAD RULE "    effect: points_each\n    points: -3\n    per: 0\n",
            "line 23: per: r: must be a whole number from 1 to 1000000000 (found \"0\")");
    refuses(HEAD RULE "    effect: flag\n    at_least: 0\n",
            "at_least: r: must be a whole number from 1 to 1000000000");
    refuses(HEAD RULE "    effect: flag\n    at_least: 99999999999999999999\n",
            "at_least: r: must be a whole number from 1 to 1000000000");
    refuses(HEAD RULE "    effect: flag\n    latest: flase\n", "line 22: latest: r: must be true or false");
    refuses(HEAD RULE "    effect: flag\n    window: {months: 12, months: 24}\n", "line 22: months: r: is there twice");
    refuses(GOOD "---\nid: q\n", "a file is one document");
}

/* Where it stands, not where its words stand first. */
static void lines(void **state)
{
    (void)state;
    refuses(HEAD "# shift, cap: of rule r\n" RULE "    effect: shift\n    shift: -1\n    cap: 3\n",
            "cap: x.yaml: line 24: r: 0 to 100,000, and only where the effect is points for each (found \"3\")");
    refuses(GOOD "  - id: s\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: accident\n"
                 "    effect: flag\n    grades:\n      - larger\n      - huge\n",
            "line 30: s: not a name of this kind of fact (found \"huge\")");
    refuses(GOOD "  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: accident\n"
                 "    effect: flag\n",
            "line 22: r: is there twice");
}

/* The head, one line of it replaced. */
static void heads(void **state)
{
    (void)state;
    const struct {
        const char *line;
        const char *instead;
        const char *words;
    } cases[] = {
            {"provenance: ours\n", "provenance: T\n", "legal_basis"},
            {"id: p\n", "id: \"\"\n", "id"},
            {"jurisdictions: [\"14\"]\n", "jurisdictions: []\n", "jurisdictions"},
            {"none: 60", "none: 101", "base"},
            {"missing_best_level: C1", "missing_best_level: D", "missing_best_level"},
            {"missing_best_level: C1", "missing_best_level: E", "missing_best_level"},
            {"shift_worst_level: C3", "shift_worst_level: E", "shift_worst_level"},
            {"shift_worst_level: C3\n", "", "shift_worst_level"},
            {"min: 0, max: 100", "min: 100, max: 100", "points"},
            {"least: 55", "least: 96", "scale"},
            {"least: 25", "least: 0", "scale"},
            {"least: 95", "least: 101", "scale"},
            {"symbol: D, level", "symbol: A1, level", "a symbol of its own"},
            {"level: C1}", "level: D}", "grow no better"},
            {"symbol: D, level", "symbol: D, least: 3, level", "names none"},
            {"least: 95", "least: 95, top_percent: 100", "top_percent"},
            {"scale_provenance: ours", "scale_provenance: S", "legal_basis"},
            {"level_provenance: ours\n", "", "level_provenance"},
            {"bonus_cap: 6", "bonus_cap: 6\nexposure_months: 1201", "exposure_months"},
            {"bonus_cap: 6", "bonus_cap: 6\nparts: {x: 100001}", "x: must be a whole number from"},
            {"bonus_cap: 6", "bonus_cap: 6\nformula: [{theta_ppm: 0, alpha_ppm: 1, provenance: ours}]", "theta_ppm"},
            {"bonus_cap: 6", "bonus_cap: 6\nformula: [{theta_ppm: 1, alpha_ppm: 4000001, provenance: ours}]",
                    "from 1 to 4000000"},
            {"bonus_cap: 6", "bonus_cap: 6\nformula: [{theta_ppm: 1, alpha_ppm: 1, provenance: S}]", "legal_basis"},
            {"bonus_cap: 6", "bonus_cap: 6\ninspections: [{by: class, ceilings: [1, 2], visits: 3, provenance: ours}]",
                    "x.yaml"},
            {"bonus_cap: 6",
                    "bonus_cap: 6\ninspections: [{by: class, ceilings: [1, 2, 3, 4], visits: 3, provenance: T}]",
                    "legal_basis"},
            {"bonus_cap: 6", "bonus_cap: 100001", "bonus_cap"},
            {"bonus_cap: 6", "bonus_cap: 6\neffective_from: x", "YYYY"},
            {"bonus_cap: 6", "bonus_cap: 6\neffective_from: 2024-01-02\neffective_to: 2024-01-01", "effective_to"},
            {"bonus_cap: 6", "bonus_cap: 6\nuse_until: [{kind: accident, months: 0, provenance: ours}]", "months"},
            {"bonus_cap: 6", "bonus_cap: 6\nuse_until: [{kind: hazard, months: 36, provenance: ours}]", "is not over"},
            {"bonus_cap: 6", "bonus_cap: 6\nuse_until: [{kind: accident, months: 6, provenance: S}]", "legal_basis"},
            {"bonus_cap: 6", "bonus_cap: 6\nuse_until: [{kind: accident, grades: [x], months: 6, provenance: ours}]",
                    "grades"},
            {"bonus_cap: 6",
                    "bonus_cap: 6\nuse_until: [{kind: accident, effective_from: x, months: 6, provenance: ours}]",
                    "YYYY"},
            {"bonus_cap: 6",
                    "bonus_cap: 6\nuse_until: [{kind: accident, effective_to: x, months: 6, provenance: ours}]",
                    "YYYY"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *yaml = pack_with(GOOD, cases[i].line, cases[i].instead);
        refuses(yaml, cases[i].words);
        ax_xfree(yaml);
    }
}

static void too_many(void **state)
{
    (void)state;
    const char *const effects[] = {"    effect: flag\n", "    effect: shift\n    shift: -1\n"};
    const int most[] = {AX_PACK_FLAG_RULES_MAX, AX_PACK_LEVEL_RULES_MAX};
    for (size_t e = 0; e < 2; e++) {
        struct ax_buf b;
        ax_buf_init(&b, 1 << 20);
        ax_buf_printf(&b, "%srules:\n", HEAD);
        for (int i = 0; i <= most[e]; i++) {
            ax_buf_printf(&b,
                    "  - id: r%d\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: accident\n%s",
                    i, effects[e]);
        }
        ax_buf_put_u8(&b, 0);
        refuses((const char *)b.ptr, "at most 16");
        ax_buf_deinit(&b);
    }
}

static void put_part(struct ax_buf *bytes, ax_str part)
{
    ax_buf_put_u64be(bytes, part.len);
    ax_buf_put_str(bytes, part);
}

/* docs/CANONICAL.md, pack bundle: by hand. */
static void digest(void **state)
{
    (void)state;
    char dir[] = "/tmp/ax_packs_XXXXXX";
    char path[512];
    struct ax_err err;
    struct ax_bundle *b;
    assert_non_null(mkdtemp(dir));
    pack_put(dir, "p", "pack.yaml", GOOD);
    assert_int_equal(ax_bundle_load(dir, &b, &err).code, AX_OK);
    struct ax_buf bytes;
    ax_buf_init(&bytes, 1 << 16);
    put_part(&bytes, AX_STR("p/pack.yaml"));
    put_part(&bytes, ax_str_c(GOOD));
    uint8_t expected[AX_DIGEST_SIZE];
    ax_sha256(ax_buf_str(&bytes), expected);
    assert_memory_equal(b->digest, expected, sizeof expected);
    ax_bundle_free(b);
    ax_buf_deinit(&bytes);
    /* What is no YAML is not looked at; YAML of an unknown name is refused; a folder without any is no pack. */
    (void)snprintf(path, sizeof path, "%s/p/notes.txt", dir);
    assert_int_equal(ax_file_write(path, AX_STR("x"), 0600, &err).code, AX_OK);
    assert_int_equal(ax_bundle_load(dir, &b, &err).code, AX_OK);
    assert_memory_equal(b->digest, expected, sizeof expected);
    ax_bundle_free(b);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/p/pakc.yaml", dir);
    assert_int_equal(ax_file_write(path, AX_STR("id: p\n"), 0600, &err).code, AX_OK);
    assert_int_equal(ax_bundle_load(dir, &b, &err).code, AX_INVALID);
    assert_non_null(strstr(err.text, "not a file that a pack may have"));
    (void)unlink(path);
    pack_drop(dir, "p", "pack.yaml");
    (void)snprintf(path, sizeof path, "%s/empty", dir);
    assert_int_equal(ax_file_mkdirs(path, 0700, &err).code, AX_OK);
    assert_int_equal(ax_bundle_load(dir, &b, &err).code, AX_NOT_FOUND);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rmdir(dir), 0);
}

static char *variant(const char *id, const char *jurisdictions, const char *more)
{
    struct ax_buf b;
    ax_buf_init(&b, 1 << 16);
    ax_buf_printf(&b, "id: %s\n%sjurisdictions: %s\n", id, more, jurisdictions);
    ax_buf_put_str(&b, ax_str_c(strstr(GOOD, "title_zh")));
    ax_buf_put_u8(&b, 0);
    char *text = (char *)b.ptr;
    char *again = strstr(text + strlen(id) + 4, "jurisdictions: [\"14\"]\n");
    memset(again, ' ', strlen("jurisdictions: [\"14\"]"));
    return text;
}

static const char *chosen(
        const struct ax_bundle *b, const char *jurisdiction, const char *region, const char *industry, const char *day)
{
    static char name[64];
    const struct ax_pack *p =
            ax_bundle_choose(b, ax_str_c(jurisdiction), ax_str_c(region), ax_str_c(industry), world_day(day));
    (void)snprintf(name, sizeof name, "%.*s", AX_ARG(p == NULL ? AX_STR("none") : p->id));
    return name;
}

static void bundles(void **state)
{
    (void)state;
    char dir[] = "/tmp/ax_packs_XXXXXX";
    assert_non_null(mkdtemp(dir));
    struct ax_bundle *b;
    struct ax_err err;
    assert_int_equal(ax_bundle_load(dir, &b, &err).code, AX_NOT_FOUND);
    assert_int_equal(ax_bundle_load("/nowhere/at/all", &b, &err).code, AX_NOT_FOUND);
    const struct {
        const char *name;
        const char *jurisdictions;
        const char *more;
    } packs[] = {{"any", "[\"\"]", ""}, {"coal", "[\"14\"]", "industries: [\"06\"]\n"},
            {"early", "[\"14\"]", "effective_to: 2019-12-31\n"}, {"late", "[\"14\"]", "effective_from: 2020-01-01\n"},
            {"taiyuan", "[\"1401\"]", ""}};
    for (size_t i = 0; i < 5; i++) {
        char *yaml = variant(packs[i].name, packs[i].jurisdictions, packs[i].more);
        pack_put(dir, packs[i].name, "pack.yaml", yaml);
        ax_xfree(yaml);
    }
    char line[512];
    if (!ax_ok(ax_bundle_load(dir, &b, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    assert_int_equal(b->count, 5);
    assert_string_equal(chosen(b, "", "140200", "2619", "2019-12-31"), "early");
    assert_string_equal(chosen(b, "", "140200", "2619", "2020-01-01"), "late");
    assert_string_equal(chosen(b, "", "140200", "0610", "2020-01-01"), "coal");
    assert_string_equal(chosen(b, "", "140200", "B0610", "2020-01-01"), "coal");
    assert_string_equal(chosen(b, "", "140105", "0610", "2020-01-01"), "taiyuan");
    assert_string_equal(chosen(b, "14", "140105", "2619", "2020-01-01"), "late"); /* as declared */
    assert_string_equal(chosen(b, "", "110000", "0610", "2020-01-01"), "any");
    assert_string_equal(chosen(b, "", "", "", "2020-01-01"), "any");
    uint8_t digest[AX_DIGEST_SIZE];
    memcpy(digest, b->digest, sizeof digest);
    ax_bundle_free(b);
    pack_drop(dir, "any", "pack.yaml");
    assert_int_equal(ax_bundle_load(dir, &b, &err).code, AX_OK);
    assert_memory_not_equal(b->digest, digest, sizeof digest);
    assert_string_equal(chosen(b, "", "110000", "0610", "2020-01-01"), "none");
    ax_bundle_free(b);
    ax_bundle_free(NULL);
    char *yaml = variant("other", "[\"14\"]", "");
    pack_put(dir, "zz", "pack.yaml", yaml);
    ax_xfree(yaml);
    assert_int_equal(ax_bundle_load(dir, &b, &err).code, AX_INVALID);
    assert_non_null(strstr(err.text, "folder"));
    pack_drop(dir, "zz", "pack.yaml");
    pack_drop(dir, "coal", "pack.yaml");
    pack_drop(dir, "early", "pack.yaml");
    pack_drop(dir, "late", "pack.yaml");
    pack_drop(dir, "taiyuan", "pack.yaml");
    assert_int_equal(rmdir(dir), 0);
}

static void put_edition(const char *dir, const char *id, const char *jurisdictions, const char *more)
{
    char *yaml = variant(id, jurisdictions, more);
    pack_put(dir, id, "pack.yaml", yaml);
    ax_xfree(yaml);
}

/* Of two editions an order says which applies, or the bundle is refused. */
static void editions_beside_each_other(void **state)
{
    (void)state;
    char dir[] = "/tmp/ax_packs_XXXXXX";
    struct ax_bundle *b;
    struct ax_err err;
    const struct {
        const char *jurisdictions;
        const char *more;
        const char *words; /* NULL: an order */
    } cases[] = {
            {"[\"14\"]", "effective_from: 2023-07-01\n", "old/pack.yaml, place \"14\", industry \"\", from 2023-07-01"},
            {"[\"11\", \"14\"]", "effective_from: 2023-07-01\neffective_to: 2024-12-31\n",
                    "from 2023-07-01 to 2024-12-31"},
            {"[\"14\"]", "effective_from: 2023-07-02\n", NULL},
            {"[\"1401\"]", "effective_from: 2023-07-01\n", NULL},
            {"[\"14\"]", "effective_from: 2023-07-01\nindustries: [\"06\"]\n", NULL},
            {"[\"14\"]", "", NULL},
    };
    assert_non_null(mkdtemp(dir));
    put_edition(dir, "old", "[\"14\"]", "effective_from: 2023-07-01\n");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_edition(dir, "new", cases[i].jurisdictions, cases[i].more);
        ax_rc rc = ax_bundle_load(dir, &b, &err);
        assert_int_equal(rc.code, cases[i].words == NULL ? AX_OK : AX_INVALID);
        if (cases[i].words == NULL) {
            ax_bundle_free(b);
        } else {
            assert_non_null(strstr(err.text, "new/pack.yaml and old/pack.yaml"));
            assert_non_null(strstr(err.text, cases[i].words));
        }
    }
    pack_drop(dir, "old", "pack.yaml");
    pack_drop(dir, "new", "pack.yaml");
    assert_int_equal(rmdir(dir), 0);
}

static struct ax_bundle *loaded(const char *dir)
{
    struct ax_bundle *b;
    struct ax_err err;
    char line[512];
    if (!ax_ok(ax_bundle_load(dir, &b, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    return b;
}

static void days_between_editions(void **state)
{
    (void)state;
    char dir[] = "/tmp/ax_packs_XXXXXX";
    char text[AX_EDITION_GAP_TEXT_SIZE];
    struct ax_edition_gap gaps[AX_EDITION_GAPS_MAX];
    assert_non_null(mkdtemp(dir));
    put_edition(dir, "old", "[\"14\"]", "effective_to: 2026-06-30\n");
    struct ax_bundle *first = loaded(dir);
    assert_int_equal(ax_edition_gaps(first, AX_DAY_NONE, gaps), 0); /* an end, not a gap */
    put_edition(dir, "new", "[\"14\"]", "effective_from: 2027-01-01\n");
    struct ax_bundle *b = loaded(dir);
    assert_int_equal(ax_edition_gaps(b, AX_DAY_NONE, gaps), 1);
    assert_string_equal(ax_edition_gap_text(&gaps[0], text), "days without an edition: no pack.yaml covers place "
                                                             "\"14\" and industry \"\" from 2026-07-01 to 2026-12-31: "
                                                             "old ends before, and new begins after");
    assert_int_equal(ax_edition_gaps(b, world_day("2026-07-01"), gaps), 0);
    assert_int_equal(ax_edition_gaps_between(first, b, world_day("2026-06-30"), gaps), 0);
    ax_bundle_free(b);
    put_edition(dir, "any", "[\"\"]", "");
    b = loaded(dir);
    assert_int_equal(ax_edition_gaps(b, AX_DAY_NONE, gaps), 0);
    ax_bundle_free(b);
    pack_drop(dir, "any", "pack.yaml");
    pack_drop(dir, "old", "pack.yaml");
    b = loaded(dir);
    assert_int_equal(ax_edition_gaps_between(first, b, world_day("2026-05-01"), gaps), 1);
    assert_int_equal(gaps[0].from, world_day("2026-05-01"));
    assert_int_equal(gaps[0].to, world_day("2026-12-31"));
    assert_int_equal(ax_edition_gaps_between(b, first, world_day("2028-01-01"), gaps), 1); /* for good */
    assert_int_equal(gaps[0].to, AX_DAY_NONE);
    ax_bundle_free(b);
    ax_bundle_free(first);
    pack_drop(dir, "new", "pack.yaml");
    assert_int_equal(rmdir(dir), 0);
}

/* The pack that is shipped: every rule names its source, and points and dates are the pack's own promise. */
static void shipped(void **state)
{
    (void)state;
    const struct ax_pack *p = world_pack();
    assert_true(ax_str_eq(p->id, AX_STR("shanxi-2023")));
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct ax_rule *r = &p->rules[i];
        assert_true(r->provenance == AX_PROVENANCE_OURS || r->legal_basis.len > 0);
        assert_int_equal(r->effective_from, world_day("2000-01-01"));
        assert_true(r->reversible_by.len > 0);
        assert_true(ax_provenance_name(r->provenance)[0] != '\0');
        bool total = (r->flags_all & AX_ENTRY_AGGREGATE) != 0;
        assert_true(!total || r->provenance == AX_PROVENANCE_OURS);
        /* No cap of one rule takes the base of a unit without standardisation down to D. */
        assert_true(r->effect != AX_EFFECT_POINTS_EACH || r->points > 0 || r->cap == 0 ||
                    p->base[AX_PACK_BASE_MISSING] - r->cap >= p->bands[AX_LEVEL_C3 - AX_LEVEL_A1].least ||
                    r->cap == 40);
    }
    struct ax_bundle *b;
    struct ax_err err;
    assert_int_equal(ax_bundle_load("scoring/packs", &b, &err).code, AX_OK);
    ax_bundle_free(b);
}

/* The most inspections a year by law: never more, whatever the level. */
static void ceilings(void **state)
{
    (void)state;
    const struct {
        const char *industry;
        int32_t level;
        int32_t standardisation;
        uint32_t inspections;
    } cases[] = {{"0610", AX_LEVEL_A1, 0, 2}, {"B0610", AX_LEVEL_B3, 1, 4}, {"0690", AX_LEVEL_C1, 0, 6},
            {"0610", AX_LEVEL_D, 0, 6}, {"0810", AX_LEVEL_A2, 0, 1}, {"0911", AX_LEVEL_B1, 0, 1},
            {"1011", AX_LEVEL_C3, 0, 2}, {"1011", AX_LEVEL_D, 0, 4}, {"2611", AX_LEVEL_A1, 1, 2},
            {"2511", AX_LEVEL_D, 2, 4}, {"3120", AX_LEVEL_A1, 3, 8}, {"3216", AX_LEVEL_A1, 4, 12},
            {"2611", AX_LEVEL_A1, 0, 12}, {"3311", AX_LEVEL_D, 1, 1}, {"3311", AX_LEVEL_A1, 2, 2},
            {"1310", AX_LEVEL_A1, 3, 4}, {"", AX_LEVEL_UNRATED, 4, 6}, {"0610", AX_LEVEL_UNRATED, 0, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct ax_ceiling *c = ax_pack_ceiling(world_pack(), ax_str_c(cases[i].industry));
        assert_non_null(c);
        assert_int_equal(ax_ceiling_inspections(c, cases[i].level, cases[i].standardisation), cases[i].inspections);
        assert_int_equal(c->visits, 3);
        assert_int_equal(c->stopped, strstr(cases[i].industry, "06") == NULL ? 0 : 4); /* class D of coal mines */
    }
    struct ax_pack none = *world_pack();
    none.ceiling_count = 0;
    assert_null(ax_pack_ceiling(&none, AX_STR("0610")));
    refuses(HEAD "inspections: [{by: class, ceilings: [6, 4, 2, 4], visits: 3, provenance: ours}]\n" RULE
                 "    effect: flag\n",
            "never fewer for the worse");
    refuses(HEAD "inspections: [{by: class, ceilings: [1, 2, 4, 4], stopped: 0, visits: 3, provenance: ours}]\n" RULE
                 "    effect: flag\n",
            "stopped: must be a whole number from 1 to 1000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(good), T(nothing), T(shapes), T(meanings), T(numbers), T(lines),
            T(adverse_facts_never_help), T(heads), T(too_many), T(digest), T(bundles), T(editions_beside_each_other),
            T(days_between_editions), T(shipped), T(ceilings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
