/* SPDX-License-Identifier: Apache-2.0 */
/* What a risk.yaml may say, what is refused with the key and the reason, and that what is written reads as the same bits. */
#include "tests/unit/pack_texts.h"
#include "tests/unit/scoring_world.h"

#define T(name) cmocka_unit_test(name)
#define SHIPPED "scoring/packs/common-2026/risk.yaml"

static void read_shipped(struct ax_buf *out)
{
    struct ax_err err;
    ax_buf_init(out, 1 << 20);
    assert_int_equal(ax_file_read(SHIPPED, out, &err).code, AX_OK);
}

static ax_rc parse(ax_str yaml, struct ax_err *err)
{
    struct ax_pack_text *texts;
    struct ax_risk_edition edition;
    ax_rc rc = ax_risk_parse("risk.yaml", yaml, &texts, &edition, err);
    if (ax_ok(rc)) {
        ax_risk_free(&edition);
        ax_pack_text_free(texts);
    }
    return rc;
}

static void written(void **state)
{
    (void)state;
    struct ax_buf yaml;
    struct ax_buf once;
    struct ax_buf twice;
    struct ax_pack_text *texts[2];
    struct ax_risk_edition editions[2];
    struct ax_err err = {.code = 0};
    read_shipped(&yaml);
    ax_buf_init(&once, 1 << 20);
    ax_buf_init(&twice, 1 << 20);
    assert_true(ax_ok(ax_risk_parse("a", ax_buf_str(&yaml), &texts[0], &editions[0], &err)));
    editions[0].models[0].peers[1].rate[2] = 1.0 / 3;
    editions[0].models[0].channels[3].kappa[1] = 0x1.fffffffffffffp+3;
    editions[0].sources = AX_STR("a \"quoted\" \\ source\nof two lines: 一");
    ax_risk_write(&editions[0], &once);
    assert_true(ax_ok(ax_risk_parse("b", ax_buf_str(&once), &texts[1], &editions[1], &err)));
    assert_true(editions[1].models[0].peers[1].rate[2] == 1.0 / 3);
    assert_true(editions[1].models[0].channels[3].kappa[1] == 0x1.fffffffffffffp+3);
    assert_true(ax_str_eq(editions[1].sources, editions[0].sources));
    ax_risk_write(&editions[1], &twice);
    assert_int_equal(once.len, twice.len);
    assert_memory_equal(once.ptr, twice.ptr, once.len);
    uint8_t digest[AX_DIGEST_SIZE];
    ax_sha256(ax_buf_str(&once), digest);
    assert_memory_equal(editions[1].digest, digest, sizeof digest);
    for (int i = 0; i < 2; i++) {
        ax_risk_free(&editions[i]);
        ax_pack_text_free(texts[i]);
    }
    ax_buf_deinit(&yaml);
    ax_buf_deinit(&once);
    ax_buf_deinit(&twice);
}

static void refused(void **state)
{
    (void)state;
    const struct {
        const char *line;
        const char *instead;
        const char *words;
    } cases[] = {
            {"id: common-2026", "idd: common-2026", "unknown key"},
            {"jurisdictions: [\"\"]", "jurisdictions: []", "jurisdictions"},
            {"provenance: ours", "provenance: S", "sources"},
            {"pdo: 40", "pdo: 0", "pdo: must be a number from 1 to 1000"},
            {"pdo: 40", "pdo: forty", "pdo"},
            {"pdo: 40", "pdo: 40x", "line 30: pdo: must be a number in decimal digits (found \"40x\")"},
            {"pdo: 40", "pdo: 040", "decimal digits"},
            {"pdo: 40", "pdo: 0x28", "decimal digits"},
            {"pdo: 40", "pdo: 40.", "decimal digits"},
            {"pdo: 40", "pdo: inf", "decimal digits"},
            {"pdo: 40", "pdo: 1e999", "from 1 to 1000"},
            {"kappa: [0.1, 0.1]", "kappa: [0.1x, 0.1]",
                    "line 61: kappa: accidents: must be a number in decimal digits"},
            {"kappa: [0.1, 0.1]", "kappa: [0.1, 0.3.5]", "decimal digits"},
            {"AA: 660", "AA: 730",
                    "AA: risk.yaml: line 32: common-2026: cut points must descend from AAA to B (found \"730\")"},
            {"  A: 630", "  A: 661", "A: risk.yaml: line 33: common-2026: cut points"},
            {"title_en: Coal mining", "title_en: \"\"", "title_en: risk.yaml: line 148: calendar/coal"},
            {"jurisdictions: [\"\"]", "jurisdictions: [\"\"]\neffective_from: 2024-01-02\neffective_to: 2024-01-01",
                    "effective_to: risk.yaml: line 27: common-2026: must not be before effective_from (found "
                    "\"2024-01-01\")"},
            {"half_life_days: [545, 1825]", "half_life_days: [30, 1825]", "must be a number from 60 to 36525"},
            {"half_life_days: [545, 1825]", "half_life_days: [545]", "too few entries"},
            {"half_life_days: [545, 1825]", "half_life_days: [nan, 1825]", "must be a number in decimal digits"},
            {"lost_time: [0.3, 0.3]", "lost_time: [-0.1, 0.3]", "never help"},
            {"lost_time: [0.3, 0.3]", "lost_time: [30, 0.3]", "2 points"},
            {"kappa: [0.1, 0.1]", "kappa: [0, 0.1]", "kappa"},
            {"gamma: [0, 0]", "gamma: [0, -1]", "gamma"},
            {"channel: lost_days", "channel: accidents", "twice"},
            {"channel: lost_days", "channel: near_misses", "channel"},
            {"parent: mining", "parent: nobody",
                    "line 146: calendar/coal: must name an earlier one (found \"nobody\")"},
            {"lost_time: [0.05, 0.05]", "lost_time: [-1, 0.05]", "line 71: calendar/lost_days: beta and gamma"},
            {"id: coal", "id: mining", "twice"},
            {"quantiles: [366, 503", "quantiles: [508, 503", "ascend"},
            {"quantiles: [", "quantiles: []\n#", "root"},
            {"head_rate: [0.0385, 0.035]", "head_rate: [0, 0.035]", "head_rate: all: must be a number from 1e-15"},
            {"cost_fen: [10000000, 300000000]", "cost_fen: [0, 0]", "cost"},
            {"kappa_days: 120", "kappa_days: 0", "2 points"},
            {"unit: hours", "unit: tons", "unit"},
            {"id: hours", "id: calendar", "twice"},
            {"jurisdictions: [\"\"]", "jurisdictions: [\"\"]\neffective_from: 2020-13-01", "YYYY-MM-DD"},
    };
    struct ax_buf yaml;
    read_shipped(&yaml);
    ax_buf_put_u8(&yaml, 0);
    const char *good = (const char *)yaml.ptr;
    struct ax_err err = {.code = 0};
    assert_true(ax_ok(parse(ax_str_c(good), &err)));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *bad = pack_with(good, cases[i].line, cases[i].instead);
        pack_refused(parse(ax_str_c(bad), &err), &err, "", cases[i].words);
        ax_xfree(bad);
    }
    ax_buf_deinit(&yaml);
}

static void chosen(void **state)
{
    (void)state;
    struct ax_bundle *b;
    struct ax_err err;
    assert_true(ax_ok(ax_bundle_load("scoring/packs", &b, &err)));
    const struct ax_risk_edition *e =
            ax_bundle_choose_risk(b, AX_STR(""), AX_STR("310000"), AX_STR("2619"), world_day("2026-01-01"));
    assert_non_null(e);
    assert_true(ax_str_eq(e->id, AX_STR("common-2026")));
    const struct ax_risk_model *m = &e->models[0];
    assert_true(ax_str_eq(m->name, AX_STR("common-2026/calendar")));
    assert_true(ax_str_eq(m->peers[ax_risk_peer_of(m, AX_STR("B0610"))].id, AX_STR("coal")));
    assert_true(ax_str_eq(m->peers[ax_risk_peer_of(m, AX_STR("0810"))].id, AX_STR("mining")));
    assert_true(ax_str_eq(m->peers[ax_risk_peer_of(m, AX_STR(""))].id, AX_STR("all")));
    e = ax_bundle_choose_risk(b, AX_STR("1499"), AX_STR(""), AX_STR("0610"), world_day("2010-01-01"));
    assert_true(ax_str_eq(e->id, AX_STR("msha-2013")) && e->fit_until == world_day("2013-01-01"));
    e = ax_bundle_choose_risk(b, AX_STR("14"), AX_STR("140100"), AX_STR("0610"), world_day("2026-01-01"));
    assert_true(ax_str_eq(e->id, AX_STR("common-2026")));
    ax_bundle_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(written), T(refused), T(chosen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
