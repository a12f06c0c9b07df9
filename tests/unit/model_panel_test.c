/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/model/panel.h"

#include "tests/unit/panel_files.h"

#define QUARTER_HEAD "mine_id,year,quarter,violations,days_lost,days_restricted,deaths,perm_disab\n"
#define YEAR_HEAD "mine_id,year,mine_name,region,mine_type,company_type,avg_employees,labor_hours,injuries_reported\n"
#define MINE_HEAD "mine_id,name,in_eia_coal\n"

static struct panel_files files;

static int make(void **state)
{
    (void)state;
    panel_files_make(&files);
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    panel_files_remove(&files);
    return 0;
}

static struct ax_panel *load(void)
{
    struct ax_panel *panel = NULL;
    struct ax_err err = {0};
    char line[1024];
    if (!ax_ok(ax_panel_load(files.dir, &panel, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    return panel;
}

static void files_of_a_kind_are_read_together(void **state)
{
    (void)state;
    panel_files_clear(&files);
    panel_files_put(&files, "mine_quarter.csv", AX_STR(QUARTER_HEAD "7,2001,4,2,0,0,0,0\n7,2000,1,6,0,86,0,0\n"));
    panel_files_put(
            &files, "mine_quarter_2002.csv", AX_STR(QUARTER_HEAD "7,2002,2,0,31,0,1,0\r\n\r\n9,2002,3,1,0,0,0,0"));
    panel_files_put(&files, "mines.csv", AX_STR(MINE_HEAD "9,\"Stone, \"\"old\"\"\",0\n7,Shaft,1\n"));
    panel_files_put(&files, "coal_mine_year.csv",
            AX_STR(YEAR_HEAD "7,2001,\"Shaft, upper\",East,Underground,Contractor,12.0,29781.0,\n"));
    panel_files_put(&files, "coal_mine_year_2002.csv",
            AX_STR("\xEF\xBB\xBF" YEAR_HEAD "7,2002,Shaft,East,Underground,Contractor,,100.5,3\n"));
    panel_files_put(&files, "upper_big_branch_violations.csv", AX_STR("something,else\n"));
    struct ax_panel *p = load();
    assert_int_equal(p->mine_count, 2);
    assert_int_equal(p->quarter_count, 4);
    assert_int_equal(p->year_count, 2);
    assert_int_equal(p->first_day, ax_day_of(2000, 1, 1));
    assert_int_equal(p->end_day, ax_day_of(2002, 10, 1));
    const struct ax_panel_mine *m = ax_panel_find(p, 9);
    assert_non_null(m);
    assert_true(ax_str_eq(m->name, AX_STR("Stone, \"old\"")) && m->coal_from == AX_DAY_MAX);
    m = ax_panel_find(p, 7);
    assert_true(m->coal_from == AX_DAY_MIN && m->quarter_end - m->quarter_begin == 3);
    assert_int_equal(p->quarters[m->quarter_begin].day, ax_day_of(2000, 2, 15));
    const struct ax_panel_year *y = ax_panel_year_of(p, m, 2002);
    assert_true(y->hours > 100.4 && y->hours < 100.6 && y->type == AX_MINE_UNDERGROUND && y->injuries > 2.9);
    assert_true(ax_panel_year_of(p, m, 2001)->injuries < 0);
    assert_null(ax_panel_find(p, 8));
    ax_panel_free(p);
}

static void the_same_row_twice_counts_once(void **state)
{
    (void)state;
    panel_files_clear(&files);
    panel_files_put(&files, "mine_quarter.csv", AX_STR(QUARTER_HEAD "7,2001,4,2,0,0,0,0\n7,2001,4,2,0,0,0,0\n"));
    panel_files_put(&files, "mine_quarter_b.csv", AX_STR(QUARTER_HEAD "7,2001,4,2.0,0,0,0,0\n"));
    struct ax_panel *p = load();
    assert_int_equal(p->quarter_count, 1);
    ax_panel_free(p);
}

static uint32_t count_kind(const struct ax_ledger *l, enum ax_fact_kind kind)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        n += l->entries[i].kind == (uint32_t)kind;
    }
    return n;
}

static void a_fact_is_known_from_its_day_and_hours_from_the_end_of_their_year(void **state)
{
    (void)state;
    static const struct {
        int year, month, day;
        uint32_t penalties, accidents, licences, exposures;
    } cases[] = {{2000, 2, 15, 0, 0, 0, 0}, {2000, 2, 16, 1, 1, 1, 0}, {2001, 11, 16, 2, 1, 1, 0},
            {2002, 1, 1, 2, 1, 1, 1}, {2003, 1, 1, 2, 2, 1, 2}};
    panel_files_clear(&files);
    panel_files_put(&files, "mine_quarter.csv",
            AX_STR(QUARTER_HEAD "7,2000,1,6,0,86,0,0\n7,2001,4,2,0,0,0,0\n7,2002,2,0,31,0,1,0\n8,2002,4,1,0,0,0,0\n"));
    panel_files_put(&files, "coal_mine_year.csv",
            AX_STR(YEAR_HEAD "7,2001,Shaft,East,Underground,Contractor,12,29781,\n8,2002,Pit,East,Surface,Contractor,"
                             "12,500,\n"));
    struct ax_panel *p = load();
    const struct ax_panel_mine *m = ax_panel_find(p, 7);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_ledger known;
        ax_panel_known(m, ax_day_of(cases[i].year, cases[i].month, cases[i].day), &known);
        assert_int_equal(count_kind(&known, AX_FACT_ENFORCEMENT_PENALTY), cases[i].penalties);
        assert_int_equal(count_kind(&known, AX_FACT_ACCIDENT), cases[i].accidents);
        assert_int_equal(count_kind(&known, AX_FACT_LICENCE), cases[i].licences);
        assert_int_equal(count_kind(&known, AX_FACT_EXPOSURE), cases[i].exposures);
        ax_ledger_deinit(&known);
    }
    assert_int_equal(m->coal_from, ax_day_of(2002, 1, 1)); /* when it has hours of a year that is over */
    for (uint32_t i = 0; i < m->ledger.count; i++) {
        const struct ax_entry *e = &m->ledger.entries[i];
        if (e->kind == AX_FACT_EXPOSURE) { /* it stood still in 2002, of which there are hours of another */
            bool second = ax_entry_from(e) == ax_day_of(2002, 1, 1);
            assert_int_equal(e->amount, second ? 1 : 29781);
        }
        if (e->kind == AX_FACT_LICENCE) {
            assert_int_equal(ax_entry_from(e), ax_day_of(2000, 2, 15));
            assert_int_equal(e->until_day, 0); /* nothing says that it ends */
        }
        if (e->kind == AX_FACT_ACCIDENT && e->number > 0) {
            assert_int_equal(e->bits, 1);
            assert_int_equal(e->number, 31);
            assert_int_equal(e->count, 1);
        }
    }
    ax_panel_free(p);
}

static void what_comes_later_does_not_say_until_when_a_panel_tells(void **state)
{
    (void)state;
    int32_t first = ax_day_of(2001, 11, 15);
    panel_files_clear(&files);
    panel_files_put(&files, "mine_quarter.csv", AX_STR(QUARTER_HEAD "7,2001,4,2,0,0,0,0\n7,2002,3,1,0,0,0,0\n"));
    struct ax_panel *p = load();
    assert_int_equal(ax_panel_tells_until(p, first), first); /* of nothing */
    assert_int_equal(ax_panel_tells_until(p, ax_day_of(2002, 1, 10)), ax_day_of(2002, 1, 10));
    assert_int_equal(ax_panel_tells_until(p, ax_day_of(2002, 2, 15)), ax_day_of(2002, 2, 15));
    assert_int_equal(ax_panel_tells_until(p, ax_day_of(2002, 8, 15)), ax_day_of(2002, 1, 1));
    assert_int_equal(ax_panel_tells_until(p, ax_day_of(2002, 8, 16)), ax_day_of(2002, 8, 16));
    assert_int_equal(ax_panel_tells_until(p, ax_day_of(2004, 1, 1)), ax_day_of(2002, 10, 1));
    ax_panel_free(p);
}

static void bad_panels_say_where_and_why(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *says, *field;
    } cases[] = {
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,5,2,0,0,0,0\n", "mine_quarter.csv:2: must be from 1 to 4",
                    "quarter"},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,0,0,0,0\n7,2001,2,x,0,0,0,0\n",
                    "mine_quarter.csv:3: must be a whole number, 0 or more", "violations"},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,-1,0,0,0\n", "must be a whole number, 0 or more",
                    "days_lost"},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,1.5,0,0,0\n", "must be a whole number, 0 or more",
                    "days_lost"},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,,0,0,0\n", "must be a whole number, 0 or more", "days_lost"},
            {"mine_quarter.csv", QUARTER_HEAD "0,2001,1,2,0,0,0,0\n", "must be from 1 to ", "mine_id"},
            {"mine_quarter.csv", QUARTER_HEAD "7,1200,1,2,0,0,0,0\n", "must be from ", "year"},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,0,0,0\n",
                    "mine_quarter.csv:2: 7 cells, but the first line names 8 columns", ""},
            {"mine_quarter.csv", "mine_id,year,quarter,violations,days_lost,days_restricted,deaths\n",
                    "mine_quarter.csv:1: the first line must name this column", "perm_disab"},
            {"mine_quarter.csv",
                    "mine_id,year,quarter,violations,violations,days_lost,days_restricted,deaths,perm_disab\n"
                    "7,2001,1,2,3,0,0,0,0\n",
                    "mine_quarter.csv:1: the first line names this column twice", "violations"},
            {"coal_mine_year.csv", "mine_id,year,labor_hours,mine_type,region,region\n7,2001,5,Surface,East,West\n",
                    "coal_mine_year.csv:1: the first line names this column twice", "region"},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,0,0,0,0\n7,2001,1,3,0,0,0,0\n",
                    "mine_quarter.csv:3: mine 7 has this quarter in", ""},
            {"mine_quarter.csv", QUARTER_HEAD, "no mine_quarter*.csv with rows in this folder", "panel"},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,0,0,0,\"0\n", "a quoted cell must end on its line", ""},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,0,0,0,\"0\"1\n", "text stands behind a closing quote", ""},
            {"mine_quarter.csv", QUARTER_HEAD "7,2001,1,2,0,0,0,\xFF\n", "must be UTF-8", ""},
            {"coal_mine_year.csv", YEAR_HEAD "7,2001,Shaft,East,Underground,Contractor,1,1e5,\n",
                    "coal_mine_year.csv:2: must be a number, 0 or more", "labor_hours"},
            {"coal_mine_year.csv", YEAR_HEAD "7,2001,Shaft,East,Underground,Contractor,1,,\n",
                    "must be a number, 0 or more", "labor_hours"},
            {"coal_mine_year.csv",
                    YEAR_HEAD "7,2001,S,East,Underground,Contractor,1,5,\n7,2001,S,West,Underground,Contractor,1,5,\n",
                    "coal_mine_year.csv:3: mine 7 has this year in", ""},
            {"mines.csv", "", "mines.csv:1: the first line must name the columns", ""},
            {"mines.csv", MINE_HEAD "7,Shaft,2\n", "mines.csv:2: must be from 0 to 1", "in_eia_coal"},
            {"mines.csv", MINE_HEAD "7,Shaft,1\n7,Shaft,0\n", "mines.csv:3: mine 7 has this line in", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_panel *p = NULL;
        struct ax_err err = {0};
        panel_files_clear(&files);
        panel_files_put(&files, "mine_quarter_a.csv",
                strcmp(cases[i].name, "mine_quarter.csv") == 0 ? AX_STR(QUARTER_HEAD)
                                                               : AX_STR(QUARTER_HEAD "7,2001,1,2,0,0,0,0\n"));
        panel_files_put(&files, cases[i].name, ax_str_c(cases[i].text));
        assert_false(ax_ok(ax_panel_load(files.dir, &p, &err)));
        if (strstr(err.text, cases[i].says) == NULL || strcmp(err.field, cases[i].field) != 0) {
            fail_msg("case %zu: %s: %s", i, err.field, err.text);
        }
    }
}

static void a_folder_that_is_not_there_is_said(void **state)
{
    (void)state;
    struct ax_panel *p = NULL;
    struct ax_err err = {0};
    assert_int_equal(ax_panel_load("/nowhere/at/all", &p, &err).code, AX_NOT_FOUND);
    assert_string_equal(err.value, "/nowhere/at/all");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(files_of_a_kind_are_read_together),
            cmocka_unit_test(the_same_row_twice_counts_once),
            cmocka_unit_test(a_fact_is_known_from_its_day_and_hours_from_the_end_of_their_year),
            cmocka_unit_test(what_comes_later_does_not_say_until_when_a_panel_tells),
            cmocka_unit_test(bad_panels_say_where_and_why), cmocka_unit_test(a_folder_that_is_not_there_is_said)};
    return cmocka_run_group_tests(tests, make, unmake);
}
