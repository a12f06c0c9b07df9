/* SPDX-License-Identifier: Apache-2.0 */
/* A bundle that was approved rates its days for ever; what is refused only of new ones is refused where they come in. */
#include "services/lib/pack/pack_lint.h"
#include "services/lib/schedule/library.h"
#include "services/lib/view/rater.h"
#include "tests/unit/pack_texts.h"
#include "tests/unit/scoring_world.h"

#include <stdlib.h>

enum { FILE_MAX_BYTES = 1 << 20 };

/* The shipped file with `was` replaced; NULL: as it is. */
static void copy(
        const char *dir, const char *from, const char *folder, const char *file, const char *was, const char *is)
{
    char path[512];
    struct ax_err err;
    struct ax_buf yaml;
    ax_buf_init(&yaml, FILE_MAX_BYTES);
    (void)snprintf(path, sizeof path, "scoring/packs/%s/%s", from, file);
    assert_true(ax_ok(ax_file_read(path, &yaml, &err)));
    ax_buf_put_u8(&yaml, 0);
    char *text = was == NULL ? NULL : pack_with((const char *)yaml.ptr, was, is);
    pack_put(dir, folder, file, text == NULL ? (const char *)yaml.ptr : text);
    ax_xfree(text);
    ax_buf_deinit(&yaml);
}

/* Its own day's level of an enterprise of Shanxi. */
static void rates(const struct ax_bundle *bundle)
{
    static struct ax_rated rated; /* large */
    struct ax_rater rater;
    struct ax_view view;
    struct ax_buf scratch;
    const int32_t day = world_day("2024-03-01");
    ax_view_init(&view);
    ax_buf_init(&scratch, FILE_MAX_BYTES);
    struct ax_fact facts[] = {world_standard("s", "2023-01-01", NULL, AX_STANDARDISATION_LEVEL_TWO),
            world_penalty("p", "2024-01-10", AX_PENALTY_TIER_SERIOUS)};
    world_merge(&view.ledger, facts, 2);
    ax_rater_init(&rater, world_bundle());
    assert_true(ax_rater_add(&rater, day, bundle));
    assert_ptr_equal(ax_rater_bundle(&rater, day), bundle);
    ax_rater_rate(&rater, &view, AX_STR(WORLD_ENTERPRISE), day, &scratch, &rated);
    assert_true(ax_str_eq(rated.rating.pack, bundle->packs[0].id));
    assert_int_not_equal(rated.rating.level, AX_LEVEL_UNRATED);
    ax_buf_deinit(&scratch);
    ax_view_deinit(&view);
}

/* `words` NULL: nothing is wrong with it. */
static void look(const char *root, const char *dir, const char *words)
{
    static struct ax_lint lint; /* large */
    struct ax_err err = {.code = 0};
    struct ax_bundle *bundle = NULL;
    uint8_t digest[AX_DIGEST_SIZE];
    char line[1024];
    if (!ax_ok(ax_bundle_load_approved(dir, &bundle, &err))) {
        fail_msg("%s", ax_err_line(&err, line, sizeof line));
    }
    memcpy(digest, bundle->digest, sizeof digest);
    ax_bundle_free(bundle);
    struct ax_library *library = ax_library_new(world_bundle(), NULL, root);
    const struct ax_bundle *found = ax_library_find(library, digest);
    assert_non_null(found);
    rates(found);
    ax_rc proposed = ax_pack_lint_bundle(found, &err);
    ax_rc loaded = ax_bundle_load(dir, &bundle, words == NULL ? &err : NULL);
    assert_true(ax_ok(ax_pack_lint(dir, &lint, NULL)));
    if (words == NULL) {
        assert_true(ax_ok(proposed) && ax_ok(loaded));
        assert_int_equal(lint.errors, 0);
        ax_bundle_free(bundle);
    } else {
        pack_refused(proposed, &err, "", words);
        assert_int_equal(loaded.code, AX_INVALID);
        assert_int_equal(lint.errors, 1);
        assert_non_null(strstr(lint.findings[0].reason, words));
    }
    ax_library_free(library);
}

static void approved_before(void **state)
{
    (void)state;
    static const char uses[] = "use_until:\n";
    static const char ceilings[] = "ceilings: [2, 4, 6, 6]\n    stopped: 4\n";
    static const char window[] = "window: {months: 12}\n";
    static const char places[] = "jurisdictions: [\"14\"]\n";
    const struct {
        const char *file;
        const char *was;
        const char *is;
        const char *words;
    } cases[] = {
            {NULL, NULL, NULL, NULL},
            {"pack.yaml", uses, "use_until:\n  - {kind: hazard, months: 36, provenance: ours}\n", "not of hazard"},
            {"pack.yaml", uses, "use_until:\n  - {kind: licence, months: 36, provenance: ours}\n", "not of hazard"},
            {"pack.yaml", uses, "use_until:\n  - {kind: list_entry, months: 36, provenance: ours}\n", "not of hazard"},
            {"pack.yaml", ceilings, "ceilings: [2, 4, 6, 4]\n", "never fewer for the worse"},
            {"pack.yaml", window, "window: {months: 0}\n", "must be a whole number from 1 to 1200"},
            {"pack.yaml", window, "window: {months: 12, days: 0}\n", "must be a whole number from 1 to 36525"},
            {"pack.yaml", window, "window: {}\n", "must have a key"},
            {"pack.yaml", "bonus_cap: 6", "exposure_months: 0\nbonus_cap: 6", "must be a whole number from 1 to 1200"},
            {"tariff.yaml", places, "jurisdictions: [\"14\"]\neffective_from: 2026-01-02\neffective_to: 2026-01-01\n",
                    "must not be before effective_from"},
    };
    char root[] = "/tmp/ax_approved_XXXXXX";
    char dir[64];
    assert_non_null(mkdtemp(root));
    (void)snprintf(dir, sizeof dir, "%s/old", root);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t j = 0; j < 2; j++) {
            const char *file = j == 0 ? "pack.yaml" : "tariff.yaml";
            bool here = cases[i].file != NULL && strcmp(cases[i].file, file) == 0;
            copy(dir, "shanxi-2023", "shanxi-2023", file, here ? cases[i].was : NULL, cases[i].is);
        }
        look(root, dir, cases[i].words);
    }
    copy(dir, "shanxi-2023", "shanxi-2023", "pack.yaml", NULL, NULL);
    copy(dir, "shanxi-2023", "shanxi-2023", "tariff.yaml", NULL, NULL);
    copy(dir, "shanxi-2023", "shanxi-b", "pack.yaml", "id: shanxi-2023\n", "id: shanxi-b\n");
    look(root, dir, "two editions where nothing says which applies");
    pack_drop(dir, "shanxi-b", "pack.yaml");
    pack_drop(dir, "shanxi-2023", "pack.yaml");
    pack_drop(dir, "shanxi-2023", "tariff.yaml");
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(rmdir(root), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(approved_before)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
