/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/scoring_world.h"
#include "tests/unit/t.h"

#include <stdio.h>

#define T(name) cmocka_unit_test(name)

static void add_unsettled(struct ax_ledger *l, const struct ax_fact *fact)
{
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t key[AX_KEY_SIZE];
    world_digest(fact, digest);
    world_key(fact, key);
    ax_ledger_add(l, fact, digest, key);
}

static void outcomes(void **state)
{
    (void)state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    struct ax_fact f = world_penalty("r", "2024-05-06", 1);
    f.known_at_us = 100;
    struct ax_ledger_item i = world_merge(&l, &f, 1);
    assert_int_equal(i.outcome, AX_LEDGER_ADDED);
    assert_false(i.superseded);
    assert_false(i.conflict);
    i = world_merge(&l, &f, 1);
    assert_int_equal(i.outcome, AX_LEDGER_DUPLICATE);
    f.known_at_us = 50;
    i = world_merge(&l, &f, 1);
    assert_int_equal(i.outcome, AX_LEDGER_EARLIER);
    assert_int_equal(l.entries[0].id->known_at_us, 50);
    f.known_at_us = 70;
    i = world_merge(&l, &f, 1);
    assert_int_equal(i.outcome, AX_LEDGER_DUPLICATE);
    assert_int_equal(l.count, 1);

    struct ax_fact higher = f;
    higher.revision = 3;
    i = world_merge(&l, &higher, 1);
    assert_int_equal(i.outcome, AX_LEDGER_ADDED);
    assert_false(i.superseded);
    struct ax_fact between = f;
    between.revision = 2;
    i = world_merge(&l, &between, 1);
    assert_int_equal(i.outcome, AX_LEDGER_ADDED);
    assert_true(i.superseded);
    i = world_merge(&l, &f, 1);
    assert_true(i.superseded);
    assert_int_equal(l.count, 3);

    struct ax_fact other = higher;
    other.enforcement_penalty.fine_fen = 5;
    i = world_merge(&l, &other, 1);
    assert_int_equal(i.outcome, AX_LEDGER_ADDED);
    assert_true(i.conflict);
    uint32_t heads = 0;
    uint32_t conflicts = 0;
    for (uint32_t k = 0; k < l.count; k++) {
        heads += (l.entries[k].marks & AX_MARK_HEAD) != 0 ? 1 : 0;
        conflicts += (l.entries[k].marks & AX_MARK_CONFLICT) != 0 ? 1 : 0;
    }
    assert_int_equal(heads, 1);
    assert_int_equal(conflicts, 2);
    assert_true((l.entries[3].marks & AX_MARK_HEAD) != 0);
    ax_ledger_deinit(&l);
}

/* Who withdraws may take the very number that the source takes next: whichever digest is greater, whichever comes first. */
static void withdrawn_goes_first(void **state)
{
    (void)state;
    for (int i = 0; i < 32; i++) {
        struct ax_fact f[3];
        for (int k = 0; k < 3; k++) {
            f[k] = world_penalty("r", "2024-05-06", 1);
            f[k].revision = 1 + (k > 0);
            f[k].enforcement_penalty.fine_fen = k * i / 2;
        }
        f[2 - i % 2].state = AX_FACT_STATE_WITHDRAWN;
        struct ax_ledger l;
        struct ax_ledger all;
        ax_ledger_init(&l);
        ax_ledger_init(&all);
        for (int k = 0; k < 3; k++) {
            struct ax_ledger_item item = world_merge(&l, &f[k], 1);
            assert_false(item.superseded && f[k].state == AX_FACT_STATE_WITHDRAWN);
            assert_int_equal(item.conflict, k == 2);
            add_unsettled(&all, &f[k]);
        }
        ax_ledger_settle(&all, NULL);
        const struct ax_ledger *both[] = {&l, &all};
        for (int k = 0; k < 2; k++) {
            const struct ax_entry *head = &both[k]->entries[2];
            assert_int_equal(head->marks, AX_MARK_HEAD | AX_MARK_CONFLICT);
            assert_int_equal(head->state, AX_FACT_STATE_WITHDRAWN);
        }
        ax_ledger_deinit(&all);
        ax_ledger_deinit(&l);
    }
}

/* The same whether what a ledger holds is the fact or its entry, also of states that a newer program may write. */
static void any_state_merges_once(void **state)
{
    (void)state;
    for (int s = 0; s <= 20; s++) {
        struct ax_fact f[2];
        for (int k = 0; k < 2; k++) {
            f[k] = world_penalty("r", "2024-05-06", 1);
            f[k].enforcement_penalty.fine_fen = k;
        }
        for (int of = 0; of < 2; of++) {
            f[of].state = s;
            f[1 - of].state = AX_FACT_STATE_ACTIVE;
            struct ax_ledger l;
            struct ax_ledger all;
            ax_ledger_init(&l);
            ax_ledger_init(&all);
            world_merge(&l, f, 2);
            add_unsettled(&all, &f[1]);
            add_unsettled(&all, &f[0]);
            ax_ledger_settle(&all, NULL);
            for (int again = 0; again < 3; again++) {
                assert_int_equal(world_merge(&l, &f[again % 2], 1).outcome, AX_LEDGER_DUPLICATE);
            }
            assert_int_equal(l.count, 2);
            for (uint32_t k = 0; k < 2; k++) {
                assert_memory_equal(l.entries[k].id->digest, all.entries[k].id->digest, AX_DIGEST_SIZE);
                assert_int_equal(l.entries[k].state > AX_FACT_STATE_EXPIRED, 0);
            }
            assert_int_equal(l.entries[1].state == AX_FACT_STATE_WITHDRAWN, s == AX_FACT_STATE_WITHDRAWN);
            ax_ledger_deinit(&all);
            ax_ledger_deinit(&l);
        }
    }
}

static void twins_in_one_batch(void **state)
{
    (void)state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    struct ax_fact f[3];
    for (int i = 0; i < 3; i++) {
        f[i] = world_penalty("r", "2024-05-06", 1);
        f[i].known_at_us = 30 - 10 * i;
    }
    struct ax_ledger_item last = world_merge(&l, f, 3);
    assert_int_equal(last.outcome, AX_LEDGER_ADDED); /* the earliest */
    assert_int_equal(l.count, 1);
    assert_int_equal(l.entries[0].id->known_at_us, 10);
    world_merge(&l, f, 0);
    assert_int_equal(l.count, 1);
    ax_ledger_deinit(&l);
}

static uint32_t marked(const struct ax_ledger *l, unsigned mark)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        n += (l->entries[i].marks & mark) != 0 ? 1 : 0;
    }
    return n;
}

static const struct ax_entry *witness(const struct ax_ledger *l)
{
    const struct ax_entry *w = NULL;
    for (uint32_t i = 0; i < l->count; i++) {
        if ((l->entries[i].marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD) {
            assert_null(w);
            w = &l->entries[i];
        }
    }
    assert_non_null(w);
    return w;
}

static void echoes(void **state)
{
    (void)state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    struct ax_fact a = world_accident("a", "2024-05-06", AX_LIABILITY_UNSPECIFIED, 1);
    struct ax_fact b = world_accident("b", "2024-05-06", AX_LIABILITY_MAIN, 1);
    b.accident.accident_id = a.accident.accident_id;
    b.source = AX_STR("other");
    world_merge(&l, &a, 1);
    world_merge(&l, &b, 1);
    assert_int_equal(marked(&l, AX_MARK_ECHO), 1);
    assert_int_equal(witness(&l)->liability, AX_LIABILITY_MAIN); /* says more */
    /* One source takes it back: the other still stands. */
    b.revision = 2;
    b.state = AX_FACT_STATE_WITHDRAWN;
    world_merge(&l, &b, 1);
    assert_int_equal(witness(&l)->liability, AX_LIABILITY_UNSPECIFIED);
    /* Repair is of penalties: an accident stays. */
    b.revision = 3;
    b.state = AX_FACT_STATE_REPAIRED;
    world_merge(&l, &b, 1);
    assert_int_equal(witness(&l)->state, AX_FACT_STATE_ACTIVE);
    assert_int_equal(witness(&l)->liability, AX_LIABILITY_MAIN);
    /* A correction turns it into another accident: two acts, no echo. */
    b.revision = 4;
    b.state = AX_FACT_STATE_EXPIRED;
    b.accident.accident_id = AX_STR("b");
    world_merge(&l, &b, 1);
    assert_int_equal(marked(&l, AX_MARK_ECHO), 0);
    ax_ledger_deinit(&l);
}

static void repaired_anywhere(void **state)
{
    (void)state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    struct ax_fact a = world_penalty("a", "2024-05-06", AX_PENALTY_TIER_SERIOUS);
    struct ax_fact b = a;
    b.source = AX_STR("other");
    b.state = AX_FACT_STATE_REPAIRED;
    world_merge(&l, &a, 1);
    world_merge(&l, &b, 1);
    assert_int_equal(witness(&l)->state, AX_FACT_STATE_REPAIRED);
    ax_ledger_deinit(&l);
}

static void assert_accident(const struct ax_ledger *l, uint32_t deaths, uint32_t grade, uint32_t lost, uint32_t share)
{
    const struct ax_entry *w = witness(l);
    assert_int_equal(w->bits, deaths);
    assert_int_equal(w->grade, grade);
    assert_int_equal(w->number, lost);
    assert_int_equal(ax_entry_share(w), share);
}

/* One source has the act, another thirty under its number: it is an act, of thirty, and both count. */
static void act_beside_a_total(void **state)
{
    (void)state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    struct ax_fact total = world_penalty("p", "2025-05-06", AX_PENALTY_TIER_SERIOUS);
    struct ax_fact act = world_penalty("q", "2025-05-06", AX_PENALTY_TIER_MINOR);
    act.source = AX_STR("other");
    act.enforcement_penalty.document_number = total.enforcement_penalty.document_number;
    total.enforcement_penalty.count = 30;
    world_merge(&l, &total, 1);
    world_merge(&l, &act, 1);
    assert_int_equal(witness(&l)->grade, AX_PENALTY_TIER_SERIOUS);
    assert_int_equal(witness(&l)->count, 30);
    assert_int_equal(witness(&l)->flags & (AX_ENTRY_AGGREGATE | AX_ENTRY_SEVERAL), AX_ENTRY_SEVERAL);
    ax_ledger_deinit(&l);
}

/* A second report hides nothing: the accident counts with what is gravest in either, until one is taken back. */
static void gravest_of_all_reports(void **state)
{
    (void)state;
    struct ax_fact a = world_accident("a", "2024-05-06", AX_LIABILITY_MAIN, 30);
    struct ax_fact b = world_accident("b", "2024-05-06", AX_LIABILITY_GENERAL, 1);
    b.source = AX_STR("other");
    b.accident.accident_id = a.accident.accident_id;
    b.accident.contractor = true;
    b.accident.concealed = true;
    b.accident.report_minutes = 90;
    b.accident.lost_workdays = 6000;
    b.accident.share_percent = 30;
    for (int first = 0; first < 2; first++) {
        struct ax_ledger l;
        struct ax_ledger other;
        ax_ledger_init(&l);
        world_merge(&l, first == 0 ? &a : &b, 1);
        world_merge(&l, first == 0 ? &b : &a, 1);
        assert_accident(&l, 30, AX_ACCIDENT_GRADE_ESPECIALLY_SERIOUS, 6000, 100);
        assert_int_equal(witness(&l)->liability, AX_LIABILITY_MAIN);
        assert_int_equal(witness(&l)->flags, AX_ENTRY_CONCEALED | AX_ENTRY_REPORTED_LATE);
        /* Without one of them the other says what it says. */
        uint8_t key[1][AX_KEY_SIZE];
        world_key(&a, key[0]);
        ax_ledger_without(&l, (const uint8_t(*)[AX_KEY_SIZE])key, 1, &other);
        assert_accident(&other, 1, AX_ACCIDENT_GRADE_GENERAL, 6000, 30);
        ax_ledger_deinit(&other);
        struct ax_fact gone = b;
        gone.revision = 2;
        gone.state = AX_FACT_STATE_WITHDRAWN;
        world_merge(&l, &gone, 1);
        assert_accident(&l, 30, AX_ACCIDENT_GRADE_ESPECIALLY_SERIOUS, 0, 100);
        assert_int_equal(witness(&l)->flags, 0);
        ax_ledger_deinit(&l);
    }
}

/* What is made up says nothing of what is real, in whatever order they come. */
static void real_before_synthetic(void **state)
{
    (void)state;
    struct ax_fact real = world_accident("a", "2024-05-06", AX_LIABILITY_UNSPECIFIED, 1);
    struct ax_fact made_up = world_accident("b", "2024-05-06", AX_LIABILITY_MAIN, 30);
    made_up.accident.accident_id = real.accident.accident_id;
    made_up.source = AX_STR("other");
    made_up.synthetic = true;
    for (int first = 0; first < 2; first++) {
        struct ax_ledger l;
        ax_ledger_init(&l);
        world_merge(&l, first == 0 ? &real : &made_up, 1);
        world_merge(&l, first == 0 ? &made_up : &real, 1);
        assert_accident(&l, 1, AX_ACCIDENT_GRADE_GENERAL, 0, 100);
        assert_int_equal(witness(&l)->flags & AX_ENTRY_SYNTHETIC, 0);
        ax_ledger_deinit(&l);
    }
}

/* A penalty counts with its graver tier, and answers the accident that any report names, until that report goes. */
static void penalty_of_two_reports(void **state)
{
    (void)state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    struct ax_fact serious = world_penalty("p", "2025-05-06", AX_PENALTY_TIER_SERIOUS);
    struct ax_fact minor = world_penalty("q", "2025-05-06", AX_PENALTY_TIER_MINOR);
    struct ax_fact accident = world_accident("a", "2025-01-06", AX_LIABILITY_MAIN, 1);
    minor.source = AX_STR("other");
    minor.enforcement_penalty.document_number = serious.enforcement_penalty.document_number;
    minor.enforcement_penalty.accident_id = accident.accident.accident_id;
    minor.enforcement_penalty.fine_fen = 500000;
    world_merge(&l, &serious, 1);
    world_merge(&l, &minor, 1);
    assert_int_equal(witness(&l)->grade, AX_PENALTY_TIER_SERIOUS);
    assert_int_equal(witness(&l)->amount, 5000);
    world_merge(&l, &accident, 1);
    uint32_t faces = marked(&l, AX_MARK_FACE);
    assert_int_equal(faces, 2);
    minor.revision = 2;
    minor.state = AX_FACT_STATE_WITHDRAWN;
    world_merge(&l, &minor, 1);
    for (uint32_t i = 0; i < l.count; i++) {
        const struct ax_entry *e = &l.entries[i];
        bool counts = (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD;
        assert_true(!counts || ((e->marks & AX_MARK_FACE) == 0 && e->told == 0));
    }
    ax_ledger_deinit(&l);
}

/* One decision, told by two sources that spell it differently, one with the code of the authority, one with its name. */
static void echoes_of_spellings(void **state)
{
    (void)state;
    struct ax_ledger l;
    ax_ledger_init(&l);
    struct ax_fact a = world_penalty("a", "2025-05-06", AX_PENALTY_TIER_SERIOUS);
    struct ax_fact b = world_penalty("b", "2025-05-06", AX_PENALTY_TIER_SERIOUS);
    b.source = AX_STR("other");
    a.enforcement_penalty.document_number = AX_STR("（示）应急罚〔2025〕15号");
    b.enforcement_penalty.document_number = AX_STR("(示)应急罚[２０２５] 15号 ");
    b.enforcement_penalty.authority = AX_STR("");
    b.enforcement_penalty.authority_code = AX_STR("11140100MB1234567X");
    world_merge(&l, &a, 1);
    world_merge(&l, &b, 1);
    assert_int_equal(marked(&l, AX_MARK_ECHO), 1);
    struct ax_fact c = world_penalty("c", "2025-05-06", AX_PENALTY_TIER_SERIOUS);
    c.source = AX_STR("other");
    c.enforcement_penalty.document_number = AX_STR("（示）应急罚〔2025〕16号");
    world_merge(&l, &c, 1);
    assert_int_equal(marked(&l, AX_MARK_ECHO), 1);
    ax_ledger_deinit(&l);
}

static uint32_t marks_of(const struct ax_ledger *l, uint32_t kind)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->entries[i].kind == kind && (l->entries[i].marks & AX_MARK_HEAD) != 0) {
            return l->entries[i].marks;
        }
    }
    fail();
    return 0;
}

static bool is_told(const struct ax_ledger *l, uint32_t kind)
{
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->entries[i].kind == kind && (l->entries[i].marks & AX_MARK_HEAD) != 0) {
            return l->entries[i].told != 0;
        }
    }
    fail();
    return false;
}

/* In whatever order they come, and taken back when the accident no longer counts. */
static void faces(void **state)
{
    (void)state;
    struct ax_fact accident = world_accident("a", "2024-05-06", AX_LIABILITY_MAIN, 1);
    accident.accident.accident_id = AX_STR("A-1");
    struct ax_fact penalty = world_penalty("p", "2024-08-06", 1);
    penalty.enforcement_penalty.accident_id = AX_STR("A-1");
    struct ax_fact claim = world_fact(AX_FACT_INSURANCE_CLAIM, "c");
    claim.insurance_claim.accident_id = AX_STR("A-1");
    const struct ax_fact *orders[2][3] = {{&accident, &penalty, &claim}, {&claim, &penalty, &accident}};
    for (size_t i = 0; i < 2; i++) {
        struct ax_ledger l;
        ax_ledger_init(&l);
        world_merge(&l, orders[i][0], 1);
        world_merge(&l, orders[i][1], 1);
        assert_int_equal(marks_of(&l, AX_FACT_ENFORCEMENT_PENALTY) & AX_MARK_FACE, i == 0 ? AX_MARK_FACE : 0);
        world_merge(&l, orders[i][2], 1);
        assert_true(marks_of(&l, AX_FACT_ENFORCEMENT_PENALTY) & AX_MARK_FACE);
        assert_true(marks_of(&l, AX_FACT_INSURANCE_CLAIM) & AX_MARK_FACE);
        assert_int_equal(l.faces, 2);
        for (uint32_t j = 0; j < l.count; j++) {
            const struct ax_entry *e = &l.entries[j];
            assert_true(
                    e->kind != AX_FACT_ENFORCEMENT_PENALTY || ax_entry_event(l.entries, e)->kind == AX_FACT_ACCIDENT);
        }
        struct ax_fact cleared = accident;
        cleared.revision = 2;
        cleared.accident.liability = AX_LIABILITY_NONE;
        world_merge(&l, &cleared, 1);
        assert_false(marks_of(&l, AX_FACT_ENFORCEMENT_PENALTY) & AX_MARK_FACE);
        assert_false(marks_of(&l, AX_FACT_INSURANCE_CLAIM) & AX_MARK_FACE);
        assert_true(is_told(&l, AX_FACT_INSURANCE_CLAIM));
        assert_int_equal(l.faces, 0);
        cleared.revision = 3;
        cleared.state = AX_FACT_STATE_WITHDRAWN;
        world_merge(&l, &cleared, 1);
        assert_false(is_told(&l, AX_FACT_INSURANCE_CLAIM));
        ax_ledger_deinit(&l);
    }
}

static void as_known(void **state)
{
    (void)state;
    struct ax_ledger l;
    struct ax_ledger then;
    ax_ledger_init(&l);
    struct ax_fact f = world_penalty("r", "2024-05-06", 1);
    struct ax_fact g = f;
    struct ax_fact h = world_penalty("s", "2024-05-06", 1);
    h.enforcement_penalty.document_number = f.enforcement_penalty.document_number;
    f.known_at_us = 10;
    g.revision = 2;
    g.known_at_us = 20;
    h.known_at_us = 30;
    world_merge(&l, &h, 1);
    world_merge(&l, &g, 1);
    world_merge(&l, &f, 1);
    const uint32_t counts[] = {0, 1, 2, 3};
    for (int64_t at = 0; at < 4; at++) {
        ax_ledger_as_known(&l, at * 10 + 5, &then);
        assert_int_equal(then.count, counts[at]);
        if (at == 1) {
            assert_int_equal(then.entries[0].marks, AX_MARK_HEAD);
        }
        struct ax_profile p;
        ax_ledger_profile(&then, &p);
        assert_int_equal(p.name.len, at == 0 ? 0 : strlen("测试煤矿有限公司"));
        assert_int_equal(marked(&then, AX_MARK_ECHO), at == 3 ? 1 : 0);
        ax_ledger_deinit(&then);
    }
    ax_ledger_deinit(&l);
}

static void profile(void **state)
{
    (void)state;
    struct ax_ledger l;
    struct ax_profile p;
    ax_ledger_init(&l);
    ax_ledger_profile(&l, &p);
    assert_int_equal(p.name.len, 0);
    struct ax_fact old = world_accident("a", "2020-01-01", 0, 0);
    old.enterprise_name = AX_STR("旧名");
    old.jurisdiction = AX_STR("14");
    struct ax_fact new = world_accident("b", "2024-01-01", 0, 0);
    new.enterprise_name = AX_STR("新名");
    new.industry = AX_STR("");
    struct ax_fact newest = world_accident("c", "2025-01-01", 0, 0);
    newest.enterprise_name = AX_STR("误");
    newest.state = AX_FACT_STATE_WITHDRAWN;
    newest.synthetic = true;
    world_merge(&l, &new, 1);
    world_merge(&l, &newest, 1);
    world_merge(&l, &old, 1);
    ax_ledger_profile(&l, &p);
    assert_true(ax_str_eq(p.name, AX_STR("新名")));
    assert_true(ax_str_eq(p.industry, AX_STR("0610"))); /* field by field */
    assert_true(ax_str_eq(p.jurisdiction, AX_STR("14")));
    assert_false(p.synthetic);
    /* More profiles than are looked through, one of them long. */
    static char words[70000];
    memset(words, 'x', sizeof words);
    for (int i = 0; i < 40; i++) {
        char reference[16];
        (void)snprintf(reference, sizeof reference, "n%d", i);
        struct ax_fact f = world_accident(reference, "2023-01-01", 0, 0);
        f.synthetic = true;
        f.site = AX_STR("x");
        f.enterprise_name = ax_str_of(words, i == 39 ? sizeof words : (size_t)i % 20 + 1);
        world_merge(&l, &f, 1);
    }
    ax_ledger_profile(&l, &p);
    assert_true(ax_str_eq(p.name, AX_STR("新名")));
    assert_true(p.synthetic);
    assert_true(ax_ledger_bytes(&l) > l.count * sizeof(struct ax_entry));
    ax_ledger_deinit(&l);
}

/* No scratch memory, or too little: it works all the same. */
static void without_scratch(void **state)
{
    (void)state;
    enum { MANY = 300 };
    struct ax_ledger one;
    struct ax_ledger two;
    ax_ledger_init(&one);
    ax_ledger_init(&two);
    static char words[MANY][16];
    static struct ax_fact facts[MANY];
    static uint8_t digests[MANY][AX_DIGEST_SIZE];
    static uint8_t keys[MANY][AX_KEY_SIZE];
    static struct ax_ledger_item items[MANY];
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(words[i], sizeof words[i], "r%d", i);
        facts[i] = world_penalty(words[i], "2024-01-01", 1);
        world_digest(&facts[i], digests[i]);
        world_key(&facts[i], keys[i]);
        items[i] = (struct ax_ledger_item){.fact = &facts[i], .digest = digests[i], .key = keys[i]};
        world_merge(&two, &facts[i], 1);
    }
    ax_ledger_merge(&one, items, MANY, NULL);
    assert_int_equal(one.count, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_memory_equal(one.entries[i].id->digest, two.entries[i].id->digest, AX_DIGEST_SIZE);
        assert_int_equal(one.entries[i].marks, AX_MARK_HEAD);
        assert_int_equal(two.entries[i].marks, AX_MARK_HEAD);
        assert_true(i == 0 || memcmp(one.entries[i - 1].id->key, one.entries[i].id->key, AX_KEY_SIZE) < 0);
    }
    struct ax_buf b;
    ax_buf_init(&b, 1 << 20);
    ax_ledger_canonical(&one, &b);
    assert_int_equal(b.len, MANY * AX_DIGEST_SIZE);
    assert_memory_equal(b.ptr, one.entries[0].id->digest, AX_DIGEST_SIZE);
    ax_buf_deinit(&b);
    ax_ledger_deinit(&one);
    ax_ledger_deinit(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(outcomes), T(withdrawn_goes_first), T(any_state_merges_once),
            T(twins_in_one_batch), T(echoes), T(repaired_anywhere), T(gravest_of_all_reports), T(real_before_synthetic),
            T(penalty_of_two_reports), T(act_beside_a_total), T(echoes_of_spellings), T(faces), T(as_known), T(profile),
            T(without_scratch)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
