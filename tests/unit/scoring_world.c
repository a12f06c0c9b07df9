/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/scoring_world.h"

#include <stdio.h>
#include <stdlib.h>

int32_t world_day(const char *iso)
{
    int32_t day;
    AX_ASSERT(ax_day_parse_iso(ax_str_c(iso), &day));
    return day;
}

struct ax_fact world_fact(int32_t kind, const char *reference)
{
    struct ax_fact f;
    ax_fact_init(&f);
    f.source = AX_STR("test");
    f.reference = ax_str_c(reference);
    f.revision = 1;
    f.enterprise = AX_STR(WORLD_ENTERPRISE);
    f.enterprise_name = AX_STR("测试煤矿有限公司");
    f.region = AX_STR("140100");
    f.industry = AX_STR("0610");
    f.industry_edition = AX_STR("2017");
    f.state = AX_FACT_STATE_ACTIVE;
    f.known_at_us = 1;
    ax_fact_set_kind(&f, kind);
    return f;
}

struct ax_fact world_penalty(const char *reference, const char *decided, int32_t tier)
{
    struct ax_fact f = world_fact(AX_FACT_ENFORCEMENT_PENALTY, reference);
    f.decided_on = world_day(decided);
    f.enforcement_penalty.document_number = f.reference;
    f.enforcement_penalty.authority = AX_STR("某市应急管理局");
    f.enforcement_penalty.tier = tier;
    return f;
}

struct ax_fact world_accident(const char *reference, const char *occurred, int32_t liability, uint32_t deaths)
{
    struct ax_fact f = world_fact(AX_FACT_ACCIDENT, reference);
    f.occurred_on = world_day(occurred);
    f.accident.accident_id = f.reference;
    f.accident.liability = liability;
    f.accident.deaths = deaths;
    return f;
}

struct ax_fact world_standard(const char *reference, const char *from, const char *until, int32_t level)
{
    struct ax_fact f = world_fact(AX_FACT_STANDARDISATION, reference);
    f.standardisation.level = level;
    f.standardisation.valid_from = world_day(from);
    f.standardisation.valid_until = until == NULL ? AX_DAY_NONE : world_day(until);
    return f;
}

void world_digest(const struct ax_fact *fact, uint8_t digest[AX_DIGEST_SIZE])
{
    struct ax_buf b;
    ax_buf_init(&b, 1 << 20);
    ax_fact_canonical(fact, &b);
    AX_ASSERT(!b.failed);
    ax_sha256(ax_buf_str(&b), digest);
    ax_buf_deinit(&b);
}

void world_key(const struct ax_fact *fact, uint8_t key[AX_KEY_SIZE])
{
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_buf b;
    ax_buf_init(&b, 1 << 10);
    ax_fact_key_bytes(fact, &b);
    AX_ASSERT(!b.failed);
    ax_sha256(ax_buf_str(&b), digest);
    ax_buf_deinit(&b);
    memcpy(key, digest, AX_KEY_SIZE);
}

struct ax_ledger_item world_merge(struct ax_ledger *ledger, const struct ax_fact *facts, size_t count)
{
    struct ax_ledger_item *items = ax_xcalloc(count, sizeof *items);
    uint8_t(*digests)[AX_DIGEST_SIZE] = ax_xcalloc(count, AX_DIGEST_SIZE);
    uint8_t(*keys)[AX_KEY_SIZE] = ax_xcalloc(count, AX_KEY_SIZE);
    for (size_t i = 0; i < count; i++) {
        world_digest(&facts[i], digests[i]);
        world_key(&facts[i], keys[i]);
        items[i] = (struct ax_ledger_item){.fact = &facts[i], .digest = digests[i], .key = keys[i]};
    }
    struct ax_arena scratch;
    ax_arena_init(&scratch, 4096, 1 << 16);
    ax_ledger_merge(ledger, items, count, &scratch);
    ax_arena_deinit(&scratch);
    struct ax_ledger_item last = {0};
    if (count > 0) {
        last = items[count - 1];
    }
    ax_xfree(items);
    ax_xfree(digests);
    ax_xfree(keys);
    return last;
}

const struct ax_bundle *world_bundle(void)
{
    static struct ax_bundle *bundle;
    if (bundle == NULL) {
        struct ax_err err;
        char line[512];
        if (!ax_ok(ax_bundle_load("scoring/packs", &bundle, &err))) {
            (void)fprintf(stderr, "%s\n", ax_err_line(&err, line, sizeof line));
            abort();
        }
    }
    return bundle;
}

const struct ax_pack *world_pack(void)
{
    const struct ax_pack *pack =
            ax_bundle_choose(world_bundle(), AX_STR(""), AX_STR("140100"), AX_STR("0610"), world_day("2024-06-30"));
    AX_ASSERT(pack != NULL);
    return pack;
}

const struct ax_rule *world_rule(const char *id)
{
    const struct ax_pack *p = world_pack();
    for (size_t i = 0; i < p->rule_count; i++) {
        if (ax_str_eq(p->rules[i].id, ax_str_c(id))) {
            return &p->rules[i];
        }
    }
    (void)fprintf(stderr, "no rule %s\n", id);
    abort();
}

static bool has(const uint16_t *rules, size_t count, const char *id)
{
    const struct ax_rule *rule = world_rule(id);
    for (size_t i = 0; i < count; i++) {
        if (&world_pack()->rules[rules[i]] == rule) {
            return true;
        }
    }
    return false;
}

bool world_has_override(const struct ax_rate *rate, const char *id)
{
    return has(rate->overrides, rate->override_count, id);
}

bool world_has_flag(const struct ax_rate *rate, const char *id)
{
    return has(rate->flags, rate->flag_count, id);
}

uint64_t world_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

uint64_t world_below(uint64_t *state, uint64_t limit)
{
    return world_random(state) % limit;
}
