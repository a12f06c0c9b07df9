/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs are activated in a world where everything fails: calls of log and store fail, or are done and reported failed;
 * scorers are killed between any two steps and two run at once; proposals and approvals come in between, some of them
 * twice, some by one person alone, some too late. In the end the store must be, byte for byte, what one clean run over the
 * same log gives, the audit must find no difference, and every rating must be by the bundle of its day.
 */
#include "tests/unit/t.h"

#include "scoring/rating.h"
#include "services/lib/schedule/live.h"
#include "services/scorer/audit.h"
#include "services/scorer/scorer.h"
#include "tests/sim/world.h"

#include <stdio.h>

enum {
    SEEDS = 60,
    SCORERS = 2,
    STEPS = 200,
    SETTLE_STEPS_MAX = 20000,
    AFTER_STEPS = 8,
    FAULT_PPM = 30000,
    DUMP_MAX_BYTES = 64 << 20,
    DAYS_AHEAD = 20,
};

struct scene {
    struct world w;
    struct ax_library *library;
    const struct ax_bundle *bundles[2]; /* what rates at first, and one that covers nobody here */
    struct ax_live *live;               /* of those who propose and approve */
    int proposals;
    int approved;
};

static struct ax_scorer *start(struct scene *s, struct ax_store *store, uint32_t batch)
{
    struct ax_scorer_options options = {
            .log = s->w.log,
            .store = store,
            .bundle = s->w.bundle,
            .library = s->library,
            .clock = &s->w.clock.clock,
            .batch_max_records = batch,
            .cache_max_mib = 1,
            .poison_attempts_max = 12,
    };
    struct ax_scorer *scorer = NULL;
    struct ax_err err;
    while (!ax_ok(ax_scorer_open(&options, &scorer, &err))) {
    }
    return scorer;
}

/* Somebody acts; the same person twice, a day that has come, an unknown proposal or one sent again must change nothing. */
static void act(struct scene *s)
{
    static const char *const people[] = {"operator/a", "regulator/b", "operator/c"};
    char id[16];
    struct ax_err err;
    int number = (int)world_random(&s->w, (uint32_t)s->proposals + 1);
    (void)snprintf(id, sizeof id, "p%d", number);
    struct ax_pack_action action = {.format_version = AX_PACK_ACTION_VERSION,
            .stage = number == s->proposals ? AX_PACK_STAGE_PROPOSED : AX_PACK_STAGE_APPROVED,
            .id = ax_str_c(id),
            .effective_on = world_today(&s->w) + (int32_t)world_random(&s->w, DAYS_AHEAD),
            .reason = AX_STR("sim"),
            .principal = ax_str_c(people[world_random(&s->w, 3)]),
            .at_us = s->w.clock.now};
    const struct ax_bundle *bundle = s->bundles[world_random(&s->w, 2)];
    memcpy(action.bundle_digest, bundle->digest, AX_DIGEST_SIZE);
    struct ax_arena arena;
    struct ax_pack_proposal *all = NULL;
    size_t count = 0;
    ax_arena_init(&arena, 4096, 1 << 20);
    if (action.stage == AX_PACK_STAGE_APPROVED && ax_ok(ax_live_proposals(s->live, &arena, &all, &count, &err))) {
        for (size_t i = 0; i < count; i++) {
            if (ax_str_eq(all[i].id, action.id) && world_random(&s->w, 8) != 0) { /* what was proposed */
                action.effective_on = all[i].effective_on;
                memcpy(action.bundle_digest, all[i].bundle_digest, AX_DIGEST_SIZE);
            }
        }
    }
    const struct ax_bundle *now = ax_rater_bundle(ax_live_rater(s->live), action.effective_on);
    memcpy(action.replaces_digest, now->digest, AX_DIGEST_SIZE);
    ax_rc rc = ax_live_append(s->live, &action, &err);
    s->proposals += ax_ok(rc) && action.stage == AX_PACK_STAGE_PROPOSED ? 1 : 0;
    s->approved += ax_ok(rc) && action.stage == AX_PACK_STAGE_APPROVED ? 1 : 0;
    ax_arena_deinit(&arena);
}

/* Every stored rating is by the packs that are valid, as the partitions' notes say. */
static bool rolled(struct scene *s, struct ax_store *store)
{
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_arena arena;
    struct ax_err err;
    while (!ax_ok(ax_live_catch_up(s->live, &err))) {
    }
    ax_rater_digest(ax_live_rater(s->live), digest);
    ax_arena_init(&arena, 4096, 1 << 20);
    bool all = true;
    for (int32_t p = 0; p < s->w.partitions; p++) {
        ax_str value = {0};
        while (!ax_ok(ax_store_note_get(store, p, AX_STR("packs"), &arena, &value, &err))) {
        }
        all = all && ax_str_eq(value, ax_str_of(digest, sizeof digest));
    }
    ax_arena_deinit(&arena);
    return all;
}

static void settle(struct scene *s, struct ax_store *store, struct ax_scorer *scorer)
{
    int after = 0;
    for (int i = 0; after < AFTER_STEPS; i++) {
        struct ax_err err = {0};
        ax_rc rc = ax_scorer_step(scorer, 0, &err);
        after += world_settled(&s->w, store) && rolled(s, store) ? 1 : 0;
        if (i > SETTLE_STEPS_MAX) {
            fail_msg("seed %llu: not settled: %d %s", (unsigned long long)s->w.seed, rc.code, err.text);
        }
    }
}

static void compare(struct scene *s, struct ax_store *clean)
{
    struct ax_buf a;
    struct ax_buf b;
    ax_buf_init(&a, DUMP_MAX_BYTES);
    ax_buf_init(&b, DUMP_MAX_BYTES);
    world_dump(&s->w, s->w.store, &a);
    world_dump(&s->w, clean, &b);
    if (!ax_str_eq(ax_buf_str(&a), ax_buf_str(&b))) {
        fail_msg("seed %llu: the store differs from a clean replay", (unsigned long long)s->w.seed);
    }
    ax_buf_deinit(&a);
    ax_buf_deinit(&b);
}

static void audit(struct scene *s, struct ax_store *store)
{
    struct ax_audit_options options = {.log = s->w.log,
            .store = store,
            .bundle = s->w.bundle,
            .library = s->library,
            .clock = &s->w.clock.clock,
            .as_of = AX_DAY_NONE};
    struct ax_audit_result result;
    struct ax_err err = {0};
    while (!ax_ok(ax_scorer_audit(&options, &result, &err))) {
    }
    if (result.differences != 0) {
        fail_msg("seed %llu: the audit finds %lld differences", (unsigned long long)s->w.seed,
                (long long)result.differences);
    }
}

/* The bundle of today made every rating; and of yesterday's day the bundle that rated then would. */
static void check_digests(struct scene *s, struct ax_store *store)
{
    const struct ax_bundle *today = ax_rater_bundle(ax_live_rater(s->live), world_today(&s->w));
    struct ax_arena arena;
    struct ax_err err;
    ax_arena_init(&arena, 1 << 16, 64 << 20);
    for (int i = 0; i < s->w.enterprises; i++) {
        char code[19];
        struct ax_stored stored;
        struct ax_rating rating;
        world_code(i, code);
        struct ax_store_read read = {.enterprise = ax_str_c(code)};
        read.partition = ax_log_partition_of(s->w.log, read.enterprise);
        while (!ax_ok(ax_store_read_many(store, &read, 1, false, &arena, &err))) {
        }
        if (read.rating.ptr == NULL) {
            continue;
        }
        assert_true(ax_ok(ax_stored_open(read.rating, &stored, &err)));
        assert_true(ax_ok(ax_decode(&ax_rating_message, stored.rating, &arena, &rating, &err)));
        assert_memory_equal(rating.pack_digest, today->digest, AX_DIGEST_SIZE);
        assert_true(ax_stored_holds(&stored, world_today(&s->w)));
        assert_true(ax_stored_fits(ax_live_rater(s->live), &stored));
    }
    ax_arena_deinit(&arena);
}

static void run(struct scene *s)
{
    struct ax_scorer *scorers[SCORERS];
    int count = 1 + (int)world_random(&s->w, SCORERS);
    for (int i = 0; i < count; i++) {
        scorers[i] = start(s, s->w.store, 1 + world_random(&s->w, 40));
    }
    for (int i = 0; i < STEPS; i++) {
        struct ax_scorer **one = &scorers[world_random(&s->w, (uint32_t)count)];
        struct ax_err err;
        switch (world_random(&s->w, 10)) {
        case 0:
            world_append(&s->w, 1 + (int)world_random(&s->w, 8));
            break;
        case 1:
            s->w.clock.now += (int64_t)world_random(&s->w, 24 * 3600) * 1000000;
            break;
        case 2:
            act(s);
            break;
        default:
            (void)ax_scorer_step(*one, 0, &err).code;
            if (world_random(&s->w, 12) == 0) { /* killed: what is in hand is lost */
                ax_scorer_close(*one);
                *one = start(s, s->w.store, 1 + world_random(&s->w, 40));
            }
            break;
        }
    }
    for (int i = 1; i < count; i++) {
        ax_scorer_close(scorers[i]);
    }
    settle(s, s->w.store, scorers[0]);
    ax_scorer_close(scorers[0]);
}

static int one_seed(uint64_t seed, struct ax_bundle *other)
{
    struct scene s = {0};
    world_init(&s.w, seed, FAULT_PPM);
    s.bundles[0] = s.w.bundle;
    s.bundles[1] = other;
    s.library = ax_library_new(s.w.bundle, other, NULL);
    s.live = ax_live_new(s.w.log, s.w.bundle, s.library);
    run(&s);
    struct ax_store *clean = world_clean_store(&s.w);
    struct ax_scorer *scorer = start(&s, clean, 1000);
    settle(&s, clean, scorer);
    ax_scorer_close(scorer);
    compare(&s, clean);
    check_digests(&s, clean);
    audit(&s, clean);
    ax_store_close(clean);
    ax_live_free(s.live);
    ax_library_free(s.library);
    world_deinit(&s.w);
    return s.approved;
}

static void test_activations_amid_crashes(void **state)
{
    (void)state;
    struct ax_bundle *other = NULL;
    struct ax_err err;
    int approved = 0;
    assert_true(ax_ok(ax_bundle_load_pack("scoring/packs/shandong-2013", &other, &err)));
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        approved += one_seed(seed, other);
    }
    assert_true(approved > SEEDS); /* or nothing was tried */
    ax_bundle_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_activations_amid_crashes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
