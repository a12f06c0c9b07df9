/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints the test vectors of docs/CANONICAL.md; with the file's path as argument it checks instead that every line it would
 * print stands there. A pack of its own, so that the vectors do not move with the rules that are shipped.
 */
#include "base/file.h"
#include "tests/unit/scoring_world.h"

#include <stdio.h>

static struct ax_buf out;

static void put_hex(const char *name, ax_str bytes)
{
    char *hex = ax_xcalloc(2 * bytes.len + 1, 1);
    ax_hex(bytes.ptr, bytes.len, hex);
    ax_buf_printf(&out, "%s %s\n", name, hex);
    ax_xfree(hex);
}

static void put_digest(const char *name, ax_str bytes, uint8_t digest[AX_DIGEST_SIZE])
{
    ax_sha256(bytes, digest);
    put_hex(name, ax_str_of(digest, AX_DIGEST_SIZE));
}

static struct ax_rule rule = {
        .provenance = AX_PROVENANCE_OURS,
        .effective_from = AX_DAY_NONE,
        .effective_to = AX_DAY_NONE,
        .kind = AX_FACT_ENFORCEMENT_PENALTY,
        .window_months = 12,
        .at_least = 1,
        .needs = -1,
        .unless = -1,
        .effect = AX_EFFECT_LEVEL,
        .band = 7,
        .per = 1,
};

static void make_pack(struct ax_pack *p)
{
    static ax_str everywhere = {"", 0};
    rule.id = AX_STR("penalty.c3");
    rule.title_zh = AX_STR("处罚");
    rule.title_en = AX_STR("Penalty");
    rule.legal_basis = AX_STR("ours");
    *p = (struct ax_pack){
            .id = AX_STR("vectors"),
            .title_zh = AX_STR("向量"),
            .title_en = AX_STR("Vectors"),
            .provenance = AX_PROVENANCE_OURS,
            .jurisdictions = {&everywhere, 1},
            .effective_from = AX_DAY_NONE,
            .effective_to = AX_DAY_NONE,
            .base = {60, 90, 80, 70, 60},
            .missing_best_band = 5,
            .shift_worst_band = 7,
            .points_max = 100,
            .band_count = 9,
            .scale_provenance = AX_PROVENANCE_OURS,
            .level_provenance = AX_PROVENANCE_OURS,
            .rated_kinds = 1,
            .rules = &rule,
            .rule_count = 1,
    };
    static const int32_t leasts[] = {95, 90, 85, 80, 70, 55, 40, 25, 0};
    for (int i = 0; i < 9; i++) {
        p->bands[i] = (struct ax_band){ax_str_c(ax_level_name(AX_LEVEL_A1 + i)), leasts[i], AX_LEVEL_A1 + i, 0};
    }
    struct ax_err err;
    AX_ASSERT(ax_ok(ax_pack_compile(p, &err)));
}

static void put_rating(const struct ax_ledger *l, const uint8_t ledger_digest[AX_DIGEST_SIZE])
{
    struct ax_pack pack;
    struct ax_rate rate;
    struct ax_rating_refs refs;
    struct ax_rating rating;
    uint8_t pack_digest[AX_DIGEST_SIZE];
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_buf bytes;
    make_pack(&pack);
    memset(pack_digest, 0xAB, sizeof pack_digest);
    ax_rate(l, &pack, world_day("2024-06-30"), &rate);
    const struct ax_rating_input in = {.enterprise = AX_STR(WORLD_ENTERPRISE),
            .ledger = l,
            .pack = &pack,
            .rate = &rate,
            .day = world_day("2024-06-30"),
            .ledger_digest = ledger_digest,
            .pack_digest = pack_digest,
            .offset = 42};
    ax_rating_fill(&in, &refs, &rating);
    ax_buf_init(&bytes, 65536);
    ax_rating_canonical(&rating, &bytes);
    put_hex("rating.content", ax_buf_str(&bytes));
    put_digest("rating.digest", ax_buf_str(&bytes), digest);
    ax_buf_clear(&bytes);
    ax_encode(&ax_rating_message, &rating, false, &bytes);
    put_hex("rating.stored", ax_buf_str(&bytes));
    ax_buf_clear(&bytes);
    ax_audit_put(rating.enterprise, ledger_digest, &rating, &bytes);
    put_digest("audit.digest", ax_buf_str(&bytes), digest);
    ax_buf_deinit(&bytes);
}

static void put_all(void)
{
    struct ax_fact facts[] = {world_penalty("〔2024〕1号", "2024-01-15", AX_PENALTY_TIER_MINOR),
            world_penalty("〔2024〕1号", "2024-01-15", AX_PENALTY_TIER_GENERAL),
            world_accident("A-7", "2024-02-29", AX_LIABILITY_MAIN, 1)};
    facts[0].enforcement_penalty.fine_fen = 3000000;
    facts[0].enforcement_penalty.categories = 1U << AX_PENALTY_CATEGORY_WARNING | 1U << AX_PENALTY_CATEGORY_FINE;
    facts[1].revision = 2;
    struct ax_ledger l;
    struct ax_buf bytes;
    uint8_t digest[AX_DIGEST_SIZE];
    ax_ledger_init(&l);
    ax_buf_init(&bytes, 65536);
    for (size_t i = 0; i < 3; i++) {
        char name[32];
        ax_buf_clear(&bytes);
        ax_fact_key_bytes(&facts[i], &bytes);
        ax_sha256(ax_buf_str(&bytes), digest);
        (void)snprintf(name, sizeof name, "fact.%zu.key", i + 1);
        put_hex(name, ax_str_of(digest, AX_KEY_SIZE));
        ax_buf_clear(&bytes);
        ax_fact_canonical(&facts[i], &bytes);
        (void)snprintf(name, sizeof name, "fact.%zu.canonical", i + 1);
        put_hex(name, ax_buf_str(&bytes));
        (void)snprintf(name, sizeof name, "fact.%zu.digest", i + 1);
        put_digest(name, ax_buf_str(&bytes), digest);
    }
    struct ax_buf record;
    ax_buf_init(&record, 65536);
    ax_fact_record_encode(ax_buf_str(&bytes), INT64_C(1709251200000000), &record);
    put_hex("fact.3.record", ax_buf_str(&record));
    ax_buf_deinit(&record);
    world_merge(&l, facts, 3);
    ax_buf_clear(&bytes);
    ax_ledger_canonical(&l, &bytes);
    put_digest("ledger.digest", ax_buf_str(&bytes), digest);
    put_rating(&l, digest);
    ax_buf_deinit(&bytes);
    ax_ledger_deinit(&l);
}

/* Every line of ours stands in the file. */
static int check(const char *path)
{
    struct ax_buf file;
    struct ax_err err;
    ax_buf_init(&file, 1 << 20);
    if (!ax_ok(ax_file_read(path, &file, &err))) {
        (void)fprintf(stderr, "%s: %s\n", path, err.text);
        return 1;
    }
    int missing = 0;
    ax_str rest = ax_buf_str(&out);
    while (rest.len > 0) {
        ax_str line = ax_str_split(&rest, '\n');
        if (!ax_str_find(ax_buf_str(&file), line, NULL)) {
            (void)fprintf(stderr, "not in %s: %.*s\n", path, AX_ARG(line));
            missing++;
        }
    }
    ax_buf_deinit(&file);
    return missing == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    ax_buf_init(&out, 1 << 20);
    put_all();
    int result = 0;
    if (argc > 1) {
        result = check(argv[1]);
    } else {
        (void)fwrite(out.ptr, 1, out.len, stdout);
    }
    ax_buf_deinit(&out);
    return result;
}
