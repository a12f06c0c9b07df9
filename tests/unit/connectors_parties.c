/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One accident record that names several units: a fact for each, one event. Rows as JSON objects: what cannot be understood is
 * a reject that names nobody.
 */
#include "connectors/connector.h"

#include "base/file.h"
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define HEADER \
    "事故编号,事故发生日期,死亡人数,事故进展,填表人,涉事单位名称,涉事单位统一社会信用代码,责任认定,责任比例\n"
#define HEADER_FORMER \
    "事故编号,事故发生日期,死亡人数,填表人,涉事单位名称,涉事单位统一社会信用代码,原涉事单位统一社会信用代码\n"
#define ONE "91140000MA07E5716U"
#define TWO "91140100MA0HH0013W"

enum { TODAY = 20300 };

struct read {
    struct ax_arena arena;
    struct ax_source_item item; /* of the first row */
};

static void read_text(struct read *r, const char *text)
{
    char path[] = "/tmp/ax_parties_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_true(ax_ok(ax_file_write(path, ax_str_c(text), 0600, NULL)));
    ax_arena_init(&r->arena, 64 << 10, 16 << 20);
    struct ax_source_options options = {.path = path, .system = "accident-report", .today = TODAY};
    struct ax_source_reader *reader;
    struct ax_err err;
    assert_true(ax_ok(ax_source_open(&options, &reader, &err)));
    assert_true(ax_ok(ax_source_next(reader, &r->arena, &r->item, &err)));
    ax_source_close(reader);
    (void)unlink(path);
}

static void refuses(const char *text, const char *field, const char *rule)
{
    struct read r;
    read_text(&r, text);
    assert_int_equal(r.item.kind, AX_SOURCE_REJECT);
    if (strstr(r.item.error.field, field) == NULL || strstr(r.item.error.text, rule) == NULL) {
        fail_msg("%s: %s does not say %s: %s", r.item.error.field, r.item.error.text, field, rule);
    }
    assert_false(ax_str_find(r.item.content, AX_STR("示例甲"), NULL));
    ax_arena_deinit(&r.arena);
}

static void shares_and_lists_agree(void **state)
{
    (void)state;
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；" TWO ",主要责任；次要责任,70；40\n", "责任比例",
            "at most 100");
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；" TWO ",主要责任,70；30\n", "责任认定",
            "1 values, and 2");
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；" ONE ",主要责任；次要责任,70；30\n", "reference",
            "twice");
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；,主要责任；次要责任,70；30\n",
            "reference/涉事单位统一社会信用代码", "must be given");
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；00000000000000000X,主要责任；次要责任,70；30\n",
            "reference/涉事单位统一社会信用代码", "must be given");
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；" TWO ",主要责任；次要责任,七十；30\n", "责任比例",
            "");
    char many[4096] = HEADER "A1,2025-03-04,1,已批复,示例甲,甲";
    for (int i = 0; i < 20; i++) {
        (void)snprintf(many + strlen(many), sizeof many - strlen(many), ";");
    }
    (void)snprintf(many + strlen(many), sizeof many - strlen(many), "," ONE ";" TWO ",,\n");
    refuses(many, "涉事单位名称", "21 values, and 2");
}

#define UNIT(code, liability) \
    "{\"涉事单位名称\":\"甲\",\"涉事单位统一社会信用代码\":\"" code "\",\"责任认定\":\"" liability "\"}"
#define OBJECT(members) "{\"事故编号\":\"A1\",\"事故发生日期\":\"2025-03-04\",\"填表人\":\"示例甲\"" members "}\n"

/* A share of 0 reads as none stated, which is the whole: only who is not liable may have it. */
static void a_share_of_nothing(void **state)
{
    (void)state;
    struct read r;
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；" TWO ",主要责任；次要责任,100；0\n",
            "accident.share_percent/责任比例", "not liable");
    refuses(HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；" TWO ",,0.0；100\n", "责任比例", "not liable");
    refuses(OBJECT(",\"涉事单位\":[{\"涉事单位名称\":\"甲\",\"涉事单位统一社会信用代码\":\"" ONE
                   "\",\"责任认定\":\"主要责任\",\"责任比例\":0}]"),
            "责任比例", "not liable");
    read_text(&r, HEADER "A1,2025-03-04,1,已批复,示例甲,甲；乙," ONE "；" TWO ",非责任；主要责任,0；100\n");
    assert_int_equal(r.item.kind, AX_SOURCE_FACTS);
    assert_int_equal(r.item.facts[0].accident.liability, AX_LIABILITY_NONE);
    assert_int_equal(r.item.facts[1].accident.share_percent, 100);
    ax_arena_deinit(&r.arena);
}

static void objects_that_are_refused(void **state)
{
    (void)state;
    refuses(OBJECT(",\"意外\":1,\"涉事单位\":[" UNIT(ONE, "主要责任") "]"), "意外", "is no column");
    refuses(OBJECT(",\"涉事人\":[" UNIT(ONE, "主要责任") "]"), "涉事人", "is no list");
    refuses(OBJECT(",\"涉事单位\":[{\"事故编号\":\"x\"}]"), "事故编号", "no column of this list");
    refuses(OBJECT(",\"死亡人数\":{\"男\":1}"), "死亡人数", "must be a text");
    refuses(OBJECT(",\"deaths\":1,\"死亡人数\":1"), "死亡人数", "twice");
    refuses(OBJECT(""), "涉事单位名称", "must be given");
    refuses("{\"事故编号\":\"A1\",\"填表人\":\"示例甲\"\n", "", "");
    refuses("{\"事故编号\":\"A1\"} 示例甲\n", "", "");
}

/* Fields are those of the row, one unit's own liability and share aside. */
static void one_event_in_every_ledger(void **state)
{
    (void)state;
    struct read r;
    read_text(&r, OBJECT(",\"死亡人数\":1,\"事故进展\":\"已批复\",\"涉事单位\":["
                         "{\"涉事单位名称\":\"甲\",\"涉事单位统一社会信用代码\":\"" ONE
                         "\",\"责任认定\":\"主要责任\",\"责任比例\":70},"
                         "{\"涉事单位名称\":\"乙\",\"涉事单位统一社会信用代码\":\"" TWO
                         "\",\"责任认定\":\"次要责任\",\"责任比例\":30,\"是否承包单位\":true}]"));
    assert_int_equal(r.item.kind, AX_SOURCE_FACTS);
    assert_int_equal(r.item.fact_count, 2);
    const struct ax_fact *f = r.item.facts;
    assert_true(ax_str_eq(f[0].accident.accident_id, f[1].accident.accident_id));
    assert_false(ax_str_eq(f[0].reference, f[1].reference));
    assert_int_equal(f[0].accident.share_percent + f[1].accident.share_percent, 100);
    assert_true(f[1].accident.contractor && !f[0].accident.contractor);
    /* The same accident told by the emergency authority too, and the penalty that answers it: one event in the level. */
    struct ax_fact facts[3] = {f[0], f[0], world_penalty("p", "2025-05-01", AX_PENALTY_TIER_GENERAL)};
    facts[0].industry = facts[1].industry = AX_STR("0610");
    facts[0].region = facts[1].region = AX_STR("1401");
    facts[1].source = AX_STR("emergency");
    facts[2].enforcement_penalty.accident_id = f[0].accident.accident_id;
    struct ax_ledger ledger;
    struct ax_rate once;
    struct ax_rate twice;
    int32_t day = world_day("2025-06-01");
    ax_ledger_init(&ledger);
    (void)world_merge(&ledger, &facts[0], 1);
    ax_rate(&ledger, world_pack(), day, &once);
    (void)world_merge(&ledger, &facts[1], 1);
    ax_rate(&ledger, world_pack(), day, &twice);
    assert_int_equal(once.points, twice.points);
    assert_int_equal(once.level, twice.level);
    assert_true(world_has_override(&once, "accident.general.liable.two-in-a-year") ==
                world_has_override(&twice, "accident.general.liable.two-in-a-year"));
    assert_false(world_has_override(&twice, "accident.general.liable.two-in-a-year"));
    (void)world_merge(&ledger, &facts[2], 1);
    size_t faces = 0;
    size_t echoes = 0;
    for (uint32_t i = 0; i < ledger.count; i++) {
        faces += (ledger.entries[i].marks & AX_MARK_FACE) != 0;
        echoes += (ledger.entries[i].marks & AX_MARK_ECHO) != 0;
    }
    assert_int_equal(faces, 1);
    assert_int_equal(echoes, 1);
    ax_ledger_deinit(&ledger);
    ax_arena_deinit(&r.arena);
}

#define REVISION(at, name, codes, former) \
    "事故编号,事故发生日期,死亡人数,更新时间,涉事单位名称,涉事单位统一社会信用代码," \
    "原涉事单位统一社会信用代码\nA1,2025-03-04,1," at "," name "," codes "," former "\n"

/* Of the ledger of TWO after these revisions of the record: whether an accident counts there. */
static bool counts_at_two(const char *const *revisions, const size_t *order, size_t count)
{
    struct ax_ledger ledger;
    ax_ledger_init(&ledger);
    for (size_t i = 0; i < count; i++) {
        struct read r;
        read_text(&r, revisions[order[i]]);
        assert_int_equal(r.item.kind, AX_SOURCE_FACTS);
        for (size_t k = 0; k < r.item.fact_count; k++) {
            if (ax_str_eq(r.item.facts[k].enterprise, AX_STR(TWO))) {
                (void)world_merge(&ledger, &r.item.facts[k], 1);
            }
        }
        ax_arena_deinit(&r.arena);
    }
    bool counts = false;
    for (uint32_t i = 0; i < ledger.count; i++) {
        const struct ax_entry *e = &ledger.entries[i];
        counts = counts || ((e->marks & AX_MARK_HEAD) != 0 && e->state != AX_FACT_STATE_WITHDRAWN);
    }
    ax_ledger_deinit(&ledger);
    return counts;
}

/* A unit that a later version of the record leaves out, and says so, loses the accident, in whatever order they come. */
static void a_unit_left_out_loses_it(void **state)
{
    (void)state;
    const char *revisions[] = {REVISION("2025-03-05 08:00:00", "甲；乙", ONE "；" TWO, ""),
            REVISION("2025-04-01 08:00:00", "甲", ONE, TWO),
            REVISION("2025-05-01 08:00:00", "甲", ONE, "")}; /* the later ones need not say it again */
    static const size_t orders[][5] = {
            {0, 1, 2, 1, 0}, {0, 2, 1, 0, 2}, {1, 0, 2, 1, 1}, {1, 2, 0, 0, 0}, {2, 0, 1, 2, 0}, {2, 1, 0, 1, 2}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        assert_false(counts_at_two(revisions, orders[i], 5));
    }
    assert_true(counts_at_two(revisions, orders[0], 1));
    /* Named again later, it has it again; of who is named still nothing is taken back, however its code is written. */
    revisions[1] = REVISION("2025-04-01 08:00:00", "甲；乙", ONE "；" TWO, " 91140100ma0hh0013w；" ONE);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        assert_true(counts_at_two(revisions, orders[i], 5));
    }
    revisions[1] = REVISION("2025-04-01 08:00:00", "甲", ONE, TWO);
    revisions[2] = REVISION("2025-05-01 08:00:00", "甲；乙", ONE "；" TWO, "");
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        assert_true(counts_at_two(revisions, orders[i], 5));
    }
    struct read r;
    read_text(&r, OBJECT(",\"原涉事单位统一社会信用代码\":[\"" TWO "\",\"" ONE
                         "\"],\"更新时间\":\"2025-04-01\",\"涉事单位\":[" UNIT(ONE, "主要责任") "]"));
    assert_int_equal(r.item.fact_count, 2);
    assert_true(ax_str_eq(r.item.facts[1].reference, AX_STR("A1/" TWO)));
    assert_int_equal(r.item.facts[1].state, AX_FACT_STATE_WITHDRAWN);
    assert_int_equal(r.item.facts[1].revision, r.item.facts[0].revision);
    ax_arena_deinit(&r.arena);
}

/* One code that is wrong among those left out does not cost the others theirs, nor the units named their accident. */
static void a_fault_of_a_unit_left_out_is_its_own(void **state)
{
    (void)state;
    static const struct {
        const char *former;
        size_t facts;
        bool reject;
    } of[] = {{TWO, 2, false}, {TWO "；", 2, false}, {"；;" TWO "; ;", 2, false}, {"；", 1, false}, {"typo", 1, true},
            {"typo；" TWO, 2, true}, {TWO "；91140100MA0HH0013X；", 2, true}};
    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        char text[1024];
        struct read r;
        (void)snprintf(text, sizeof text, HEADER_FORMER "A1,2025-03-04,1,示例甲,甲," ONE ",%s\n", of[i].former);
        read_text(&r, text);
        assert_int_equal(r.item.kind, of[i].reject ? AX_SOURCE_REJECT : AX_SOURCE_FACTS);
        assert_int_equal(r.item.fact_count, of[i].facts);
        assert_true(ax_str_eq(r.item.facts[0].enterprise, AX_STR(ONE)));
        assert_int_not_equal(r.item.facts[0].state, AX_FACT_STATE_WITHDRAWN);
        for (size_t k = 1; k < r.item.fact_count; k++) {
            assert_true(ax_str_eq(r.item.facts[k].enterprise, AX_STR(TWO)));
            assert_int_equal(r.item.facts[k].state, AX_FACT_STATE_WITHDRAWN);
        }
        if (of[i].reject) {
            assert_non_null(strstr(r.item.error.field, "原涉事单位"));
            assert_false(ax_str_find(r.item.content, AX_STR("示例甲"), NULL));
        }
        ax_arena_deinit(&r.arena);
    }
    struct read r; /* of a unit named nothing stands */
    read_text(&r, HEADER_FORMER "A1,2025-03-04,1,示例甲,甲；乙," ONE "；typo," TWO "\n");
    assert_int_equal(r.item.kind, AX_SOURCE_REJECT);
    assert_int_equal(r.item.fact_count, 0);
    ax_arena_deinit(&r.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(shares_and_lists_agree), cmocka_unit_test(a_share_of_nothing),
            cmocka_unit_test(objects_that_are_refused), cmocka_unit_test(one_event_in_every_ledger),
            cmocka_unit_test(a_unit_left_out_loses_it), cmocka_unit_test(a_fault_of_a_unit_left_out_is_its_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
