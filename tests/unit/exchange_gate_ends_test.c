/* SPDX-License-Identifier: Apache-2.0 */
/* The day on which a reason of the gate ends, where other rules begin before it. */
#include "base/file.h"
#include "services/exchange/gate_ends.h"
#include "services/lib/pack/gate_file.h"
#include "tests/unit/scoring_scene.h"
#include "tests/unit/t.h"

#include <stdio.h>

#define T(name) cmocka_unit_test(name)
#define TODAY "2026-06-30"
#define CHANGE "2027-01-01"
#define LISTED_NO_MORE "2028-03-01"

static struct ax_buf yaml;
static struct ax_arena arena;

static int load(void **state)
{
    (void)state;
    struct ax_err err;
    ax_buf_init(&yaml, AX_PACK_FILE_MAX_BYTES);
    ax_arena_init(&arena, 64 << 10, 64 << 20);
    return ax_ok(ax_file_read("scoring/packs/national-2026/gate.yaml", &yaml, &err)) ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    ax_buf_deinit(&yaml);
    ax_arena_deinit(&arena);
    return 0;
}

/* The national gate with `words` put in the place of `old`, in a bundle that has all else of the shipped one. */
struct other {
    struct ax_bundle bundle;
    struct ax_gate gate;
    struct ax_pack_text *text;
};

static void other_with(struct other *o, const char *old, const char *words)
{
    struct ax_buf changed;
    struct ax_err err;
    char line[512];
    size_t at = 0;
    ax_str text = ax_buf_str(&yaml);
    ax_buf_init(&changed, AX_PACK_FILE_MAX_BYTES);
    assert_true(ax_str_find(text, ax_str_c(old), &at));
    ax_buf_put(&changed, text.ptr, at);
    ax_buf_put_str(&changed, ax_str_c(words));
    ax_buf_put(&changed, text.ptr + at + strlen(old), text.len - at - strlen(old));
    if (!ax_ok(ax_gate_parse("gate.yaml", ax_buf_str(&changed), &o->text, &o->gate, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    ax_buf_deinit(&changed);
    o->bundle = *world_bundle();
    o->bundle.gates = &o->gate;
    o->bundle.gate_count = 1;
}

/* When the reason of a rule ends, for procurement. */
static void check(const struct ax_rater *rater, struct scene *s, const char *rule, const char *ends_on)
{
    struct ax_rate rate = on(s, TODAY);
    struct ax_gate_rating rating = {.pack = world_pack(), .rate = &rate};
    struct ax_gate_case c = {.rater = rater,
            .ledger = &s->ledger,
            .enterprise = AX_STR(WORLD_ENTERPRISE),
            .purpose = AX_PURPOSE_PROCUREMENT};
    struct ax_gate_answer answer;
    struct ax_err err;
    int32_t day = world_day(TODAY);
    size_t found = 0;
    assert_true(ax_ok(ax_gate_decide(ax_gate_of(&c, day), c.purpose, c.ledger, &rating, day, &arena, &answer, &err)));
    assert_true(ax_ok(ax_gate_follow(&c, day, &answer, &err)));
    for (size_t i = 0; i < answer.reason_count; i++) {
        char text[AX_DAY_TEXT_SIZE];
        if (ax_str_eq(answer.reasons[i].rule_id, ax_str_c(rule))) {
            assert_string_equal(ax_day_format(answer.reasons[i].ends_on, text), ends_on);
            found++;
        }
    }
    assert_int_equal(found, 1);
    ax_arena_reset(&arena);
}

static void scene_listed(struct scene *s)
{
    struct ax_fact f = world_fact(AX_FACT_LIST_ENTRY, "list");
    f.list_entry.list = AX_LIST_KIND_SERIOUS_DISHONESTY;
    f.list_entry.listed_from = world_day("2025-03-01");
    f.list_entry.listed_until = world_day("2028-02-29");
    begin(s, AX_STANDARDISATION_LEVEL_ONE);
    with(s, f);
}

static void one_bundle(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rater rater;
    scene_listed(&s);
    ax_rater_init(&rater, world_bundle());
    check(&rater, &s, "procurement.listed", LISTED_NO_MORE);
    check(&rater, &s, "level.low", LISTED_NO_MORE);
    end(&s);
}

static void a_bundle_that_begins_later(void **state)
{
    (void)state;
    const struct {
        const char *old;
        const char *words;
        const char *ends_on;
    } cases[] = {
            {"id: procurement.listed\n", "id: procurement.listed\n", LISTED_NO_MORE},
            {"id: procurement.listed\n", "id: procurement.another\n", CHANGE},
            {"decision: deny\n    rule:\n      id: procurement.listed\n",
                    "decision: review\n    rule:\n      id: procurement.listed\n", CHANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scene s;
        struct other o;
        struct ax_rater rater;
        scene_listed(&s);
        other_with(&o, cases[i].old, cases[i].words);
        ax_rater_init(&rater, world_bundle());
        assert_true(ax_rater_add(&rater, world_day(CHANGE), &o.bundle));
        check(&rater, &s, "procurement.listed", cases[i].ends_on);
        ax_pack_text_free(o.text);
        end(&s);
    }
}

static void rules_of_the_level_or_the_gate_that_are_gone(void **state)
{
    (void)state;
    struct scene s;
    struct ax_rater rater;
    struct ax_bundle without = *world_bundle();
    scene_listed(&s);
    without.gate_count = 0;
    ax_rater_init(&rater, world_bundle());
    assert_true(ax_rater_add(&rater, world_day(CHANGE), &without));
    check(&rater, &s, "procurement.listed", CHANGE);
    without = *world_bundle();
    without.count = 0;
    ax_rater_init(&rater, world_bundle());
    assert_true(ax_rater_add(&rater, world_day(CHANGE), &without));
    check(&rater, &s, "procurement.listed", LISTED_NO_MORE);
    check(&rater, &s, "level.low", CHANGE);
    end(&s);
}

static void an_edition_that_ends(void **state)
{
    (void)state;
    struct scene s;
    struct other o;
    struct ax_rater rater;
    scene_listed(&s);
    other_with(&o, "jurisdictions: [\"\"]\n", "jurisdictions: [\"\"]\neffective_to: 2026-12-31\n");
    ax_rater_init(&rater, &o.bundle);
    check(&rater, &s, "procurement.listed", CHANGE);
    ax_pack_text_free(o.text);
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(one_bundle), T(a_bundle_that_begins_later),
            T(rules_of_the_level_or_the_gate_that_are_gone), T(an_edition_that_ends)};
    return cmocka_run_group_tests(tests, load, unload);
}
