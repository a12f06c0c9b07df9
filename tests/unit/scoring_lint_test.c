/* SPDX-License-Identifier: Apache-2.0 */
/* What `anxin pack check` finds: each kind of fault in a small pack, and none in the packs that are shipped. */
#include "services/lib/pack/pack_faults.h"
#include "services/lib/pack/pack_form.h"
#include "services/lib/pack/pack_lint.h"
#include "tests/unit/pack_texts.h"
#include "tests/unit/scoring_world.h"

#include <stdlib.h>

#define T(name) cmocka_unit_test(name)

#define HEAD \
    "id: p\ntitle_zh: 包\ntitle_en: pack\nprovenance: ours\njurisdictions: [\"14\"]\nindustries: [\"06\", \"26\"]\n" \
    "effective_from: 2020-01-01\neffective_to: 2029-12-31\n" \
    "base: {level_one: 90, level_two: 80, level_three: 70, none: 60, missing: 60}\nmissing_best_level: B\n" \
    "shift_worst_level: D\npoints: {min: 0, max: 100}\n" \
    "scale: [{symbol: A, least: 90, level: A1}, {symbol: B, least: 60, level: B1}, {symbol: D, level: D}]\n" \
    "scale_provenance: ours\nlevel_provenance: ours\nbonus_cap: 6\nrated_kinds: [accident]\nrules:\n"
#define RULE(id, kind, more) \
    "  - id: " id "\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    kind: " kind "\n" more
#define TAKES "    effect: points_each\n    points: -40\n    cap: 80\n"

static struct ax_lint lint; /* large */

static void look(const char *yaml)
{
    struct ax_pack_text *text;
    struct ax_pack pack;
    struct ax_err err;
    char line[512];
    memset(&lint, 0, sizeof lint);
    if (!ax_ok(ax_pack_parse("p/pack.yaml", ax_str_c(yaml), &text, &pack, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    ax_pack_lint_rules("p/pack.yaml", ax_str_c(yaml), &pack, &lint);
    ax_pack_text_free(text);
}

static void print_all(void)
{
    for (size_t i = 0; i < lint.count; i++) {
        const struct ax_lint_finding *f = &lint.findings[i];
        (void)fprintf(
                stderr, "%s:%zu: %s: %s: %s\n", f->file, f->line, ax_lint_check_name(f->check), f->rule, f->reason);
    }
}

static bool finds(enum ax_lint_check check, const char *rule, const char *words)
{
    for (size_t i = 0; i < lint.count; i++) {
        const struct ax_lint_finding *f = &lint.findings[i];
        if (f->check == check && strcmp(f->rule, rule) == 0 && strstr(f->reason, words) != NULL && f->line > 0) {
            return true;
        }
    }
    print_all();
    return false;
}

static void clean(void **state)
{
    (void)state;
    look(HEAD RULE("a", "accident", "    window: {months: 12}\n" TAKES) RULE(
            "b", "accident", "    grades: [larger, serious, especially_serious]\n    effect: level\n    level: D\n")
                    RULE("c", "accident", "    effect: level\n    level: B\n"));
    print_all();
    assert_int_equal(lint.count, 0);
}

static void never_holds(void **state)
{
    (void)state;
    const struct {
        const char *more;
        const char *words;
    } cases[] = {
            {"    with: [aggregate]\n    without: [aggregate]\n", "leaves out"},
            {"    with: [aggregate]\n    grades: [larger]\n", "never graded"},
            {"    grades: [unspecified]\n", "always graded"},
            {"    effective_from: 2030-01-01\n", "after the last day"},
            {"    effective_to: 2018-12-01\n    window: {months: 12}\n", "counts no longer"},
            {"    effective_to: 2018-12-01\n    span: calendar_year\n", "counts no longer"},
            {"    industries: [\"54\"]\n", "none of the pack's"},
            {"    each_at_least: 2\n", "each_at_least"},
            {"    latest: true\n    at_least: 2\n", "at_least"},
            {"    latest: true\n    measure: deaths\n    at_least: 20000\n", "at_least"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[4096];
        (void)snprintf(yaml, sizeof yaml, "%s%s%s%s", HEAD, RULE("a", "accident", TAKES), RULE("r", "accident", ""),
                cases[i].more);
        (void)strcat(yaml, "    effect: flag\n");
        look(yaml);
        assert_true(finds(AX_LINT_UNREACHABLE, "r", cases[i].words));
        assert_int_equal(lint.errors, 1);
    }
    /* Edges of the same: they hold. */
    look(HEAD RULE("a", "accident", "    effective_to: 2018-12-30\n    window: {months: 13}\n" TAKES)
                    RULE("r", "accident", "    industries: [\"0610\"]\n    effect: flag\n"));
    print_all();
    assert_int_equal(lint.count, 0);
    look(HEAD RULE("a", "accident", TAKES)
                    RULE("r", "hazard", "    with: [by_authority, by_insurer]\n    effect: flag\n"));
    assert_true(finds(AX_LINT_UNREACHABLE, "r", "one finder"));
    look(HEAD RULE("a", "accident", TAKES)
                    RULE("r", "accident", "    per: 2\n    effect: points_each\n    points: -1\n"));
    assert_true(finds(AX_LINT_UNREACHABLE, "r", "no points ever"));
}

static void needs(void **state)
{
    (void)state;
    look(HEAD RULE("a", "accident", TAKES)
                    RULE("n", "hazard", "    with: [by_authority, by_insurer]\n    effect: flag\n")
                            RULE("r", "accident", "    needs: n\n    grades: [larger]\n    effect: flag\n"));
    assert_true(finds(AX_LINT_UNREACHABLE, "r", "can never hold"));
    look(HEAD RULE("a", "accident", TAKES) RULE("n", "hazard", "    industries: [\"06\"]\n    effect: flag\n")
                    RULE("r", "accident", "    needs: n\n    industries: [\"26\"]\n    effect: flag\n"));
    assert_true(finds(AX_LINT_UNREACHABLE, "r", "other industries"));
    look(HEAD RULE("a", "accident", TAKES) RULE("n", "hazard", "    absent: true\n    effect: flag\n")
                    RULE("r", "hazard", "    needs: n\n    grades: [major]\n    effect: flag\n"));
    assert_true(finds(AX_LINT_UNREACHABLE, "r", "only while it does not"));
}

static void barred(void **state)
{
    (void)state;
    const char *const never[] = {"    needs: n\n    unless: n\n", "    grades: [major]\n    unless: n\n",
            "    needs: m\n    unless: n\n", "    needs: u\n    grades: [major]\n"};
    const char *const may[] = {"    unless: m\n", "    needs: n\n    unless: m\n", "    needs: u\n"};
    for (size_t i = 0; i < sizeof never / sizeof never[0] + sizeof may / sizeof may[0]; i++) {
        bool bad = i < sizeof never / sizeof never[0];
        char yaml[8192];
        (void)snprintf(yaml, sizeof yaml, "%s%s%s    effect: flag\n",
                HEAD RULE("a", "accident", TAKES) RULE("n", "hazard", "    effect: flag\n")
                        RULE("m", "hazard", "    grades: [major]\n    effect: flag\n")
                                RULE("u", "accident", "    unless: m\n    effect: flag\n"),
                RULE("r", "hazard", ""), bad ? never[i] : may[i - sizeof never / sizeof never[0]]);
        look(yaml);
        if (bad) {
            assert_true(finds(AX_LINT_UNREACHABLE, "r", "can never hold: unless "));
        }
        assert_int_equal(lint.errors, bad ? 1 : 0);
    }
}

/* A second risk model of one unit and industry. */
static void models_that_nobody_gets(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_buf yaml;
    char path[512];
    char dir[] = "/tmp/ax_lint_XXXXXX";
    assert_non_null(mkdtemp(dir));
    ax_buf_init(&yaml, 1 << 20);
    assert_true(ax_ok(ax_file_read("scoring/packs/common-2026/risk.yaml", &yaml, &err)));
    ax_buf_put_u8(&yaml, 0);
    char *bad = pack_with((const char *)yaml.ptr, "unit: hours", "unit: days");
    pack_put(dir, "common-2026", "risk.yaml", bad);
    (void)snprintf(path, sizeof path, "%s/common-2026", dir);
    assert_true(ax_ok(ax_pack_lint(path, &lint, &err)));
    assert_true(finds(AX_LINT_UNREACHABLE, "hours", "calendar has the same unit"));
    assert_int_equal(lint.errors, 1);
    struct ax_bundle *bundle;
    assert_true(ax_ok(ax_bundle_load(dir, &bundle, &err)));
    assert_int_equal(ax_pack_lint_bundle(bundle, &err).code, AX_INVALID);
    ax_bundle_free(bundle);
    ax_xfree(bad);
    ax_buf_deinit(&yaml);
    pack_drop(dir, "common-2026", "risk.yaml");
    assert_int_equal(rmdir(dir), 0);
}

static void too_many_acts(void **state)
{
    (void)state;
    look(HEAD RULE("r", "enforcement_penalty", "    at_least: 2000000\n    effect: shift\n    shift: -1\n"));
    assert_true(finds(AX_LINT_UNREACHABLE, "r", "more than an enterprise ever has"));
}

/* `yaml` as the pack.yaml of a folder that the loader refuses. */
static void look_refused(const char *yaml)
{
    char path[] = "/tmp/ax-lint-XXXXXX";
    struct ax_err err;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
    assert_int_equal(close(fd), 0);
    assert_true(ax_ok(ax_pack_lint(path, &lint, &err)));
    assert_int_equal(unlink(path), 0);
}

/* A file that the loader refuses: every rule by which an adverse fact would help is told, not the first alone. */
static void rewards(void **state)
{
    (void)state;
    look_refused(HEAD RULE("a", "enforcement_penalty", "    effect: points_each\n    points: 10\n")
                    RULE("b", "enforcement_penalty", "    at_least: 2\n    effect: shift\n    shift: 1\n") RULE(
                            "c", "list_entry", "    grades: [commendation]\n    effect: points_once\n    points: 1\n")
                            RULE("d", "list_entry", "    effect: points_once\n    points: 1\n")
                                    RULE("e", "hazard", "    absent: true\n    effect: points_once\n    points: 1\n"));
    assert_true(finds(AX_LINT_MONOTONY, "a", "an adverse fact would help"));
    assert_true(finds(AX_LINT_MONOTONY, "b", "an adverse fact would help"));
    assert_true(finds(AX_LINT_MONOTONY, "d", "an adverse fact would help"));
    assert_int_equal(lint.count, 3);
    assert_int_equal(lint.errors, 3);
}

static void refused(size_t i, size_t line, const char *key, const char *value, const char *words)
{
    const struct ax_lint_finding *f = &lint.findings[i];
    assert_true(i < lint.count);
    assert_int_equal(f->check, AX_LINT_SCHEMA);
    assert_int_equal(f->line, line);
    assert_string_equal(f->key, key);
    assert_string_equal(f->rule, value);
    if (strstr(f->reason, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", f->reason, words);
    }
}

/* Of the schema, then of what it cannot see; each with its line. */
static void all_faults_of_a_file(void **state)
{
    (void)state;
    look_refused(HEAD RULE("a", "accident", "    points: many\n    colour: red\n")
                    RULE("b", "accidents", "    effect: points_each\n    points: 99999999999\n    window: 12\n"));
    print_all();
    assert_int_equal(lint.count, 6);
    refused(0, 24, "points", "many", "must be a whole number in decimal digits");
    refused(1, 25, "", "colour", "unknown key");
    refused(2, 19, "rules", "", "a key is missing: effect");
    refused(3, 30, "kind", "accidents", "must be one of enforcement_penalty");
    refused(4, 32, "points", "99999999999", "must be a whole number from -100000 to 100000");
    refused(5, 33, "window", "", "must be keys with values");
    look_refused(HEAD RULE("a", "accident", "    grades: [tiny, larger, small]\n    effective_to: tomorrow\n" TAKES)
                    RULE("b", "accident", "    effect: shift\n    shift: 0\n") RULE("c", "accident",
                            "    needs: d\n" TAKES) RULE("b", "accident", "    effect: flag\n    cap: 3\n"));
    print_all();
    assert_int_equal(lint.count, 6);
    refused(0, 25, "effective_to", "tomorrow", "a: must be a day of the calendar, YYYY-MM-DD");
    refused(1, 24, "grades", "tiny", "a: not a name");
    refused(2, 24, "grades", "small", "a: not a name");
    refused(3, 41, "needs", "d", "c: must be an earlier rule");
    refused(4, 35, "shift", "0", "b: 1 to 8 levels");
    refused(5, 45, "id", "b", "b: is there twice");
    char *from = pack_with(HEAD RULE("a", "accident", TAKES), "2020-01-01", "2020-13-01");
    char *both = pack_with(from, "2029-12-31", "later");
    look_refused(both);
    print_all();
    assert_int_equal(lint.count, 2);
    refused(0, 7, "effective_from", "2020-13-01", "p: must be a day of the calendar, YYYY-MM-DD");
    refused(1, 8, "effective_to", "later", "p: must be a day of the calendar, YYYY-MM-DD");
    ax_xfree(from);
    ax_xfree(both);
    char *upside = pack_with(HEAD RULE("a", "accident", TAKES), "{min: 0, max: 100}", "{min: 100, max: 0}");
    look_refused(upside);
    ax_xfree(upside);
    assert_int_equal(lint.count, 1);
    refused(0, 12, "points", "", "p: min must be below max");
    char *behind = pack_with(HEAD RULE("a", "accident", TAKES), "2029-12-31", "2019-12-31");
    look_refused(behind);
    ax_xfree(behind);
    assert_int_equal(lint.count, 1);
    refused(0, 8, "effective_to", "2019-12-31", "p: must not be before effective_from");
    char *untitled = pack_with(HEAD RULE("a", "accident", TAKES), "title_en: ", "title_en: \"\" #");
    look_refused(untitled);
    ax_xfree(untitled);
    assert_int_equal(lint.count, 1);
    refused(0, 3, "title_en", "", "p: a pack has an id and a title");
    look_refused("id: [\n");
    refused(0, 2, "", "", "must be YAML");
    look_refused("");
    refused(0, 0, "", "", "empty: a");
}

/* A prefix that no place or trade has would leave whom it means without the pack, and say nothing. */
static void codes(void **state)
{
    (void)state;
    const char *const trades[] = {"ZZ", "9", "98", "00", "06101", "B", "", "０６"};
    const char *const places[] = {"ZZ", "1", "10", "16", "140", "1401001", "1４", "14 ", "CN"};
    char yaml[4096];
    for (size_t i = 0; i < sizeof trades / sizeof trades[0]; i++) {
        (void)snprintf(yaml, sizeof yaml, "%s%s    industries: [\"06\", \"%s\"]\n    effect: flag\n", HEAD,
                RULE("r", "accident", ""), trades[i]);
        look_refused(yaml);
        assert_int_equal(lint.count, 1);
        refused(0, 24, "industries", trades[i], "r: no code of GB/T 4754");
    }
    look_refused(HEAD RULE("r", "accident", "    industries: [\"06\", \"B0610\"]\n    effect: flag\n"));
    refused(0, 24, "industries", "B0610", "r: without its section letter");
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char place[64];
        (void)snprintf(place, sizeof place, "jurisdictions: [\"14\", \"%s\"]", places[i]);
        char *pack = pack_with(HEAD RULE("a", "accident", TAKES), "jurisdictions: [\"14\"]", place);
        look_refused(pack);
        ax_xfree(pack);
        assert_int_equal(lint.count, 1);
        refused(0, 5, "jurisdictions", places[i], "no code of GB/T 2260");
    }
    char *every = pack_with(HEAD RULE("a", "accident", TAKES), "jurisdictions: [\"14\"]",
            "jurisdictions: [\"\", \"82\", \"3201\", \"140100\"]");
    look_refused(every);
    ax_xfree(every);
    assert_int_equal(lint.count, 0);
}

/* What would take libyaml hours, or more memory than there is, is refused at its beginning. */
static void form(void **state)
{
    (void)state;
    enum { LONG = 300000 };
    static char yaml[3 * LONG + 64];
    const struct {
        const char *begins;
        const char *again;
        size_t line;
        const char *words;
    } cases[] = {
            {"a: ", "[", 1, "nested more than 64 deep"},
            {"", "{a: ", 1, "nested more than 64 deep"},
            {"", "- ", 1, "nested more than 64 deep"},
            {"", "? ", 1, "nested more than 64 deep"},
            {"", "z: 1\n", 257, "too many keys side by side: at most 256"},
            {"a: [", "1, ", 1, "too many values in a file: at most 65536"},
            {"id: x\na: &b [1]\nc: [", "*b, ", 2, "aliases are not taken"},
            {"id: x\n# ", "\x01", 2, "must be YAML: control characters are not allowed"},
            {"id: x\n---\nid: ", "y", 2, "a file is one document"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = (size_t)snprintf(yaml, sizeof yaml, "%s", cases[i].begins);
        while (len < LONG) {
            len += (size_t)snprintf(yaml + len, sizeof yaml - len, "%s", cases[i].again);
        }
        look_refused(yaml);
        assert_int_equal(lint.count, 1);
        refused(0, cases[i].line, "", lint.findings[0].rule, cases[i].words);
    }
    /* As deep as may be, it is looked at. */
    char deep[1024] = "a: ";
    memset(deep + 3, '[', AX_PACK_DEPTH_MAX - 1);
    memset(deep + 3 + AX_PACK_DEPTH_MAX - 1, ']', AX_PACK_DEPTH_MAX - 1);
    look_refused(deep);
    refused(0, 1, "", "a", "unknown key");
}

/* Blanks name no source, and neither does the word for having none. */
static void sources(void **state)
{
    (void)state;
    const char *const none[] = {"", "   ", "ours", " Ours.", "\u3000", "(ours)", "—", "…"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        char yaml[4096];
        (void)snprintf(yaml, sizeof yaml, "%s%s    legal_basis: \"%s\"\n    effect: flag\n", HEAD,
                "  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: S\n    kind: accident\n", none[i]);
        look_refused(yaml);
        assert_int_equal(lint.count, 1);
        assert_string_equal(lint.findings[0].key, "legal_basis");
        assert_int_equal(lint.findings[0].line, 24);
        assert_non_null(strstr(lint.findings[0].reason, "r: must be given, or provenance must say ours"));
    }
    look(HEAD RULE(
            "a", "accident", TAKES) "  - id: r\n    title_zh: 规\n    title_en: rule\n    provenance: S\n"
                                    "    kind: accident\n    effect: flag\n    legal_basis: \"493 (ours: the day)\"\n");
    assert_int_equal(lint.count, 0);
}

/* Each once, whichever purposes it is for. */
static void all_faults_of_a_gate(void **state)
{
    (void)state;
    char dir[] = "/tmp/ax_lint_XXXXXX";
    char path[512];
    struct ax_err err;
    assert_non_null(mkdtemp(dir));
    pack_put(dir, "g", "gate.yaml",
            "id: g\ntitle_zh: 门\ntitle_en: gate\nprovenance: ours\njurisdictions: [\"\"]\nrules:\n"
            "  - purposes: [licensing, procurement]\n    decision: deny\n    rule:\n      id: a\n      title_zh: 规\n"
            "      title_en: rule\n      provenance: ours\n      kind: accident\n      effect: flag\n"
            "  - purposes: [licensing, procurement]\n    decision: review\n    rule:\n      id: b\n      title_zh: 规\n"
            "      title_en: rule\n      provenance: ours\n      kind: accident\n      effect: flag\n      cap: 3\n"
            "  - purposes: [licensing, procurement]\n    decision: review\n    rule:\n      id: c\n      title_zh: 规\n"
            "      title_en: rule\n      provenance: ours\n      kind: accident\n      effect: points_once\n"
            "      points: -1\n"
            "ratings:\n  - id: d\n    title_zh: 规\n    title_en: rule\n    provenance: ours\n    purposes: "
            "[licensing]\n");
    (void)snprintf(path, sizeof path, "%s/g/gate.yaml", dir);
    assert_int_equal(ax_pack_lint(path, &lint, &err).code, AX_OK);
    print_all();
    assert_int_equal(lint.count, 5);
    refused(0, 25, "cap", "3", "b: 0 to 100,000");
    refused(1, 0, "purposes", "", "no rule is for project_approval");
    refused(2, 8, "decision", "deny", "a: deny only where a law says so");
    refused(3, 34, "effect", "points_once", "c: a rule of the gate is a flag");
    refused(4, 37, "at_or_below", "", "d: either a level A1 to D or incomplete");
    pack_drop(dir, "g", "gate.yaml");
    assert_int_equal(rmdir(dir), 0);
}

#define GATE_HEAD "id: g\ntitle_zh: 门\ntitle_en: gate\nprovenance: ours\njurisdictions: [\"%s\"]\nrules:\n"
#define GATE_RULE(purposes, decision, id, more) \
    "  - purposes: [" purposes "]\n    decision: " decision "\n    rule:\n      id: " id \
    "\n      title_zh: 规\n      title_en: rule\n      effect: flag\n" more
#define EVERY "licensing, procurement, project_approval"
#define LAW "      provenance: S\n      legal_basis: law\n"

static void look_at_gate(const char *place, const char *rules)
{
    char dir[] = "/tmp/ax_lint_XXXXXX";
    char path[512];
    char yaml[4096];
    struct ax_err err;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(yaml, sizeof yaml, GATE_HEAD "%s", place, rules);
    pack_put(dir, "g", "gate.yaml", yaml);
    (void)snprintf(path, sizeof path, "%s/g/gate.yaml", dir);
    assert_int_equal(ax_pack_lint(path, &lint, &err).code, AX_OK);
    print_all();
    pack_drop(dir, "g", "gate.yaml");
    assert_int_equal(rmdir(dir), 0);
}

/* A gate's rules are looked at as those of a level are; a rule of several purposes is told once. */
static void gates(void **state)
{
    (void)state;
    look_at_gate("ZZ", GATE_RULE(EVERY, "review", "a", LAW "      kind: accident\n"));
    assert_int_equal(lint.count, 1);
    refused(0, 5, "jurisdictions", "ZZ", "no code of GB/T 2260");
    look_at_gate("14",
            GATE_RULE(EVERY, "deny", "a", "      provenance: S\n      legal_basis: ours\n      kind: accident\n"));
    assert_int_equal(lint.errors, 2);
    assert_non_null(strstr(lint.findings[0].reason, "a: must be given, or provenance must say ours"));
    look_at_gate("14", GATE_RULE(EVERY, "review", "a", LAW "      kind: accident\n      grades: [larger]\n")
                               GATE_RULE(EVERY, "deny", "b", LAW "      kind: accident\n"));
    assert_int_equal(lint.errors, 1);
    assert_true(finds(AX_LINT_UNREACHABLE, "a", "never decides: b always holds with it and denies"));
    look_at_gate("14", GATE_RULE(EVERY, "review", "a", LAW "      kind: accident\n")
                               GATE_RULE(EVERY, "deny", "b", LAW "      kind: accident\n"));
    assert_int_equal(lint.errors, 1);
    assert_true(finds(AX_LINT_UNREACHABLE, "a", "never decides"));
    look_at_gate("14", GATE_RULE(EVERY, "review", "a", LAW "      kind: accident\n      grades: [unspecified]\n"));
    assert_int_equal(lint.errors, 1);
    assert_true(finds(AX_LINT_UNREACHABLE, "a", "can never hold"));
    /* Other purposes, or the wider one the milder: each decides. */
    look_at_gate("14", GATE_RULE("licensing", "review", "a", LAW "      kind: accident\n")
                               GATE_RULE("procurement, project_approval", "deny", "b", LAW "      kind: accident\n"));
    assert_int_equal(lint.count, 0);
    look_at_gate("14", GATE_RULE(EVERY, "review", "a", LAW "      kind: accident\n")
                               GATE_RULE(EVERY, "deny", "b", LAW "      kind: accident\n      grades: [larger]\n"));
    assert_int_equal(lint.count, 0);
}

static void faults_beyond_the_limit(void **state)
{
    (void)state;
    static char yaml[64 << 10];
    size_t len = (size_t)snprintf(yaml, sizeof yaml, "%s", HEAD);
    for (int i = 0; i < AX_PACK_RULES_MAX; i++) {
        len += (size_t)snprintf(yaml + len, sizeof yaml - len,
                "  - {id: r%d, title_zh: 规, title_en: rule, provenance: ours, kind: accident, effect: shift, shift: "
                "9}\n",
                i);
    }
    look_refused(yaml);
    assert_int_equal(lint.count, AX_PACK_FAULTS_MAX);
    assert_true(lint.is_cut);
}

static void never_decides(void **state)
{
    (void)state;
    const char *wide = RULE("wide", "accident", "    window: {months: 24}\n    effect: level\n    level: D\n");
    const char *const narrow[] = {
            RULE("narrow", "accident",
                    "    grades: [larger]\n    window: {months: 12}\n    effect: level\n    level: B\n"),
            RULE("narrow", "accident",
                    "    industries: [\"0610\"]\n    with: [concealed]\n    window: {months: 24}\n    at_least: 2\n"
                    "    effect: level\n    level: D\n"),
            RULE("narrow", "accident",
                    "    measure: deaths\n    at_least: 3\n    window: {months: 24}\n    effect: level\n    level: "
                    "D\n"),
    };
    char yaml[4096];
    for (size_t i = 0; i < sizeof narrow / sizeof narrow[0]; i++) {
        (void)snprintf(yaml, sizeof yaml, "%s%s%s", HEAD, wide, narrow[i]);
        look(yaml);
        assert_true(finds(AX_LINT_UNREACHABLE, "narrow", "wide always holds with it"));
        (void)snprintf(yaml, sizeof yaml, "%s%s%s", HEAD, narrow[i], wide); /* whatever their order */
        look(yaml);
        assert_true(finds(AX_LINT_UNREACHABLE, "narrow", "wide always holds with it"));
    }
    /* The same condition with a milder level, on either side. */
    const char *copy = RULE("copy", "accident", "    window: {months: 24}\n    effect: level\n    level: B\n");
    for (int first = 0; first < 2; first++) {
        (void)snprintf(yaml, sizeof yaml, "%s%s%s", HEAD, first == 0 ? wide : copy, first == 0 ? copy : wide);
        look(yaml);
        assert_true(finds(AX_LINT_UNREACHABLE, "copy", "wide always holds with it and is worse"));
        assert_int_equal(lint.errors, 1);
    }
    /* A longer window, another basis, an earlier act: it decides. */
    const char *const own[] = {
            RULE("own", "accident", "    window: {months: 36}\n    effect: level\n    level: B\n"),
            RULE("own", "accident", "    basis: event\n    window: {months: 12}\n    effect: level\n    level: B\n"),
            RULE("own", "hazard", "    window: {months: 12}\n    effect: level\n    level: B\n"),
            RULE("own", "certificate", "    absent: true\n    effect: level\n    level: B\n"),
    };
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        (void)snprintf(yaml, sizeof yaml, "%s%s%s", HEAD, wide, own[i]);
        look(yaml);
        print_all();
        assert_int_equal(lint.errors, 0);
    }
    look(HEAD RULE("a", "accident", TAKES) RULE("r", "hazard", "    effect: level\n    level: A\n"));
    assert_true(finds(AX_LINT_UNREACHABLE, "r", "best level"));
}

static void contradictions(void **state)
{
    (void)state;
    look(HEAD RULE("a", "certificate", TAKES)
                    RULE("r", "certificate", "    effect: points_each\n    points: 2\n    cap: 4\n"));
    assert_true(finds(AX_LINT_CONTRADICTION, "r", "takes what a gives"));
    look(HEAD RULE("a", "accident", TAKES) RULE("x", "certificate", "    effect: points_once\n    points: -2\n")
                    RULE("r", "certificate", "    absent: true\n    effect: points_once\n    points: -2\n"));
    assert_true(finds(AX_LINT_CONTRADICTION, "r", "the same as x"));
    look(HEAD RULE("a", "accident", TAKES) RULE("r", "accident", TAKES));
    assert_true(finds(AX_LINT_SUSPECT, "r", "counts twice"));
    assert_int_equal(lint.errors, 0);
    look(HEAD RULE("a", "accident", "    effect: points_each\n    points: -80\n    cap: 40\n"));
    assert_true(finds(AX_LINT_SUSPECT, "a", "cap is 40"));
    look(HEAD RULE("a", "accident", TAKES) RULE(
            "r", "list_entry", "    grades: [fire]\n    span: standing\n    effect: level\n    level: B\n"));
    assert_true(finds(AX_LINT_SUSPECT, "r", "for ever"));
    look(HEAD RULE("a", "accident", TAKES)
                    RULE("r", "enforcement_penalty", "    grades: [serious]\n    without: [aggregate]\n" TAKES));
    assert_true(finds(AX_LINT_SUSPECT, "r", "one act more may help"));
    look(HEAD RULE("a", "accident", TAKES)
                    RULE("r", "enforcement_penalty", "    grades: [unspecified]\n    without: [aggregate]\n" TAKES));
    assert_true(finds(AX_LINT_SUSPECT, "r", "one act more may help"));
    look(HEAD RULE("a", "accident", TAKES) RULE("r", "enforcement_penalty", "    without: [multiplied_fine]\n" TAKES));
    assert_false(finds(AX_LINT_SUSPECT, "r", "one act more may help"));
}

#define LIABLE "    liabilities: [general, main]\n    basis: event\n"
#define GENERAL LIABLE "    grades: [general]\n"
#define GRAVER LIABLE "    grades: [larger, serious, especially_serious]\n"

/* A graver accident is never worth less than a milder one, on any day: the windows of two rules decide it. */
static void grades(void **state)
{
    (void)state;
    const char *general = RULE("general", "accident",
            GENERAL "    window: {months: 36}\n    effect: points_each\n    points: -15\n    cap: 30\n");
    const struct {
        const char *graver;
        const char *rule;
        const char *words; /* NULL: nothing is wrong */
    } cases[] = {
            {RULE("graver", "accident", GRAVER "    window: {months: 12}\n    effect: level\n    level: D\n"),
                    "general", "365 days after it 3 deaths: B with 60 points, 2 deaths: D with 45"},
            {RULE("graver", "accident", GRAVER "    window: {months: 36}\n    effect: level\n    level: D\n"), "",
                    NULL},
            {RULE("graver", "accident",
                     GRAVER "    window: {months: 36}\n    effect: points_each\n    points: -10\n    cap: 30\n"),
                    "general", "0 days after it 3 deaths: B with 60 points, 2 deaths: D with 55"},
            {RULE("graver", "accident",
                     GRAVER "    window: {months: 36}\n    effect: points_each\n    points: -30\n    cap: 30\n"),
                    "", NULL},
            /* The gravest are forgotten. */
            {RULE("graver", "accident",
                     LIABLE "    grades: [larger]\n    window: {months: 36}\n    effect: level\n    level: D\n"),
                    "graver", "0 days after it 10 deaths: B with 60 points, 9 deaths: D with 60"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char yaml[4096];
        (void)snprintf(yaml, sizeof yaml, "%s%s%s", HEAD, general, cases[i].graver);
        look(yaml);
        assert_true(cases[i].words == NULL || finds(AX_LINT_MONOTONY, cases[i].rule, cases[i].words));
        assert_int_equal(lint.errors, cases[i].words == NULL ? 0 : 1);
    }
    /* Two general ones are D, a general one and a larger one are not. */
    look(HEAD RULE("two", "accident", GENERAL "    at_least: 2\n    effect: level\n    level: D\n")
                    RULE("graver", "accident", GRAVER "    effect: level\n    level: B\n"));
    assert_true(finds(AX_LINT_MONOTONY, "two", "3 deaths: B with 60 points, 2 deaths: D with 60"));
    /* Penalties likewise, and what they may be used for: minor ones here longer than serious ones. */
    char *yaml =
            pack_with(HEAD RULE("all", "enforcement_penalty", "    effect: points_each\n    points: -5\n    cap: 80\n"),
                    "rules:\n",
                    "use_until: [{kind: enforcement_penalty, grades: [serious], months: 12, provenance: ours}, "
                    "{kind: enforcement_penalty, months: 36, provenance: ours}]\nrules:\n");
    char *rated = pack_with(yaml, "rated_kinds: [accident]", "rated_kinds: [enforcement_penalty]");
    look(rated);
    assert_true(finds(AX_LINT_MONOTONY, "p", "a serious penalty: B with 60 points, a general penalty: D with 55"));
    ax_xfree(rated);
    ax_xfree(yaml);
}

static void look_with(const char *line, const char *instead)
{
    char *yaml = pack_with(HEAD RULE("a", "accident", TAKES), line, instead);
    look(yaml);
    ax_xfree(yaml);
}

static void scales(void **state)
{
    (void)state;
    look_with("least: 90", "least: 97");
    assert_true(finds(AX_LINT_UNREACHABLE, "p", "takes 97 points"));
    look_with("points: {min: 0", "points: {min: -50");
    print_all();
    assert_int_equal(lint.count, 0); /* 60 - 80: the last band is reached */
}

static void scales_below(void **state)
{
    (void)state;
    look_with("min: 0, max: 100}\nscale: [", "min: -99, max: 100}\nscale: [");
    assert_int_equal(lint.count, 0);
    look_with("min: 0, max: 100}\nscale: [{symbol: A, least: 90, level: A1}, {symbol: B, least: 60",
            "min: -99, max: 100}\nscale: [{symbol: A, least: 90, level: A1}, {symbol: B, least: -98");
    assert_true(finds(AX_LINT_UNREACHABLE, "p", "band D: none can have less than"));
    look_with("least: 90, level: A1", "least: 90, level: A1, top_percent: 10");
    assert_true(finds(AX_LINT_UNREACHABLE, "p", "no distribution"));
    look_with("bonus_cap: 6",
            "bonus_cap: 6\nformula: [{theta_ppm: 900000, alpha_ppm: 1000000, provenance: ours}, {industries: [\"06\"], "
            "theta_ppm: 1000000, alpha_ppm: 1000000, provenance: ours}]");
    assert_true(finds(AX_LINT_UNREACHABLE, "p", "formula row 2"));
    look_with("bonus_cap: 6", "bonus_cap: 6\nuse_until: [{kind: accident, months: 6, provenance: ours}, {kind: "
                              "accident, grades: [larger], "
                              "months: 60, provenance: ours}]");
    assert_true(finds(AX_LINT_UNREACHABLE, "p", "use_until row 2"));
}

#define FACTOR(key, ppm) key ": {ppm: " ppm ", provenance: ours}"
#define TARIFF(balance, missing, serious, last) \
    "id: t\ntitle_zh: 表\ntitle_en: tariff\nprovenance: ours\njurisdictions: [\"14\"]\n" \
    "accident: {months: 12, " FACTOR("none", "900000") ", " FACTOR("general", "1000000") ", " FACTOR( \
            "larger", "1000000") ", " FACTOR("serious", \
            serious) "}\n" \
                     "standardisation: {" FACTOR("missing", missing) ", " FACTOR("one", "960000") ", " FACTOR( \
                             "two", "980000") ", " FACTOR("three", "1000000") ", " FACTOR("none", \
                             "1030000") "}\n" \
                                        "loss: {months: 36, large_loss_cap_fen: 200000000, large_loss_basis: ours, " \
                                        "bands: [{ratio_up_to_ppm: 300000, " FACTOR("value", "950000") "}, {" FACTOR( \
                                                "value", last) "}]}\n" \
                                                               "off_balance: {" FACTOR("value", \
                                                                       balance) ", portfolio: none}\n" \
                                                                                "clamp: {min_ppm: 500000, max_ppm: " \
                                                                                "2000000, provenance: ours}\n"

static void look_at_tariff(const char *yaml)
{
    char dir[] = "/tmp/ax_lint_XXXXXX";
    char path[512];
    struct ax_err err;
    assert_non_null(mkdtemp(dir));
    pack_put(dir, "t", "tariff.yaml", yaml);
    (void)snprintf(path, sizeof path, "%s/t/tariff.yaml", dir);
    assert_int_equal(ax_pack_lint(path, &lint, &err).code, AX_OK);
    print_all();
    pack_drop(dir, "t", "tariff.yaml");
    assert_int_equal(rmdir(dir), 0);
}

/* What may be meant is suspect; what is perverse is refused (unit_scoring_tariff). */
static void tariffs(void **state)
{
    (void)state;
    look_at_tariff(TARIFF("1080000", "1030000", "1300000", "1200000"));
    assert_int_equal(lint.count, 0);
    look_at_tariff(TARIFF("1080000", "1000000", "1300000", "1200000"));
    assert_int_equal(lint.errors, 0);
    assert_true(finds(AX_LINT_SUSPECT, "t", "who says nothing pays less"));
    look_at_tariff(TARIFF("1080000", "1030000", "1300000", "1000000"));
    assert_true(finds(AX_LINT_SUSPECT, "t", "no ratio makes it dearer"));
    look_at_tariff(TARIFF("1900000", "1030000", "1300000", "1200000"));
    assert_int_equal(lint.errors, 0);
    assert_true(finds(AX_LINT_SUSPECT, "t", "far from 1, is it of these factors? 1900000"));
    look_at_tariff(TARIFF("2080000", "1030000", "1300000", "1200000"));
    refused(0, 9, "value", "2080000", "off_balance: beyond it the factors are at fault: at most 2000000");
    look_at_tariff(TARIFF("1080000", "1030000", "990000", "1200000"));
    refused(0, 6, "serious", "990000", "accident: must not be cheaper than larger, which is better: at least 1000000");
}

static void files(void **state)
{
    (void)state;
    struct ax_err err;
    char path[512];
    char dir[] = "/tmp/ax_lint_XXXXXX";
    assert_non_null(mkdtemp(dir));
    assert_int_equal(ax_pack_lint("/nowhere/at/all", &lint, &err).code, AX_NOT_FOUND);
    assert_int_equal(ax_pack_lint(dir, &lint, &err).code, AX_NOT_FOUND);
    pack_put(dir, "p", "pack.yaml", HEAD RULE("a", "accident", TAKES "    surprise: 1\n"));
    (void)snprintf(path, sizeof path, "%s/p/pack.yaml", dir);
    const char *const paths[] = {dir, path};
    for (size_t i = 0; i < 2; i++) { /* the folder of packs, and the file */
        assert_int_equal(ax_pack_lint(paths[i], &lint, &err).code, AX_OK);
        assert_int_equal(lint.count, 1);
        assert_int_equal(lint.findings[0].check, AX_LINT_SCHEMA);
        assert_int_equal(lint.findings[0].line, 27);
        assert_non_null(strstr(lint.findings[0].reason, "unknown key"));
        assert_string_equal(lint.findings[0].file, path);
    }
    /* A source that is claimed and not named; a folder of another name shows with the whole bundle. */
    pack_put(dir, "p", "pack.yaml",
            HEAD "  - id: a\n    title_zh: 规\n    title_en: rule\n    provenance: S\n    kind: accident\n" TAKES);
    assert_int_equal(ax_pack_lint(path, &lint, &err).code, AX_OK);
    assert_int_equal(lint.errors, 1);
    assert_non_null(strstr(lint.findings[0].reason, "provenance must say ours"));
    pack_put(dir, "p", "pack.yaml", HEAD RULE("a", "accident", TAKES));
    assert_int_equal(ax_pack_lint(dir, &lint, &err).code, AX_OK);
    assert_int_equal(lint.errors, 0);
    assert_int_equal(lint.rule_sets, 1);
    pack_put(dir, "q", "pack.yaml", HEAD RULE("a", "accident", TAKES));
    assert_int_equal(ax_pack_lint(dir, &lint, &err).code, AX_OK);
    assert_int_equal(lint.errors, 1);
    refused(0, 1, "id", "p", "must be the folder's name");
    (void)snprintf(path, sizeof path, "%s/q", dir);
    assert_int_equal(ax_pack_lint(path, &lint, &err).code, AX_OK);
    refused(0, 1, "id", "p", "must be the folder's name");
    pack_drop(dir, "p", "pack.yaml");
    pack_drop(dir, "q", "pack.yaml");
    assert_int_equal(rmdir(dir), 0);
}

static void shipped(void **state)
{
    (void)state;
    struct ax_err err;
    assert_int_equal(ax_pack_lint("scoring/packs", &lint, &err).code, AX_OK);
    print_all();
    assert_int_equal(lint.count, 0);
    assert_true(lint.rule_sets >= 3 && lint.files > lint.rule_sets);
    assert_int_equal(ax_pack_lint("scoring/packs/shanxi-2023", &lint, &err).code, AX_OK);
    assert_int_equal(lint.errors, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(clean), T(never_holds), T(needs), T(barred), T(models_that_nobody_gets),
            T(codes), T(form), T(sources), T(gates), T(tariffs), T(too_many_acts), T(rewards), T(all_faults_of_a_file),
            T(all_faults_of_a_gate), T(faults_beyond_the_limit), T(never_decides), T(contradictions), T(grades),
            T(scales), T(scales_below), T(files), T(shipped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
