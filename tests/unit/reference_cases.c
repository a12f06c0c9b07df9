/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All cases of ../shared/data/reference-cases.json, or of the file that REFERENCE_CASES names. A value is right within the
 * case's tolerance, taken as absolute or as relative to the expected value, whichever is wider, and four units in the last
 * place, since sums may be taken in another order. A kind or key that nothing here computes is a failure.
 */
#include "tests/unit/reference_case.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SKIPPED = 77, DEPTH_MAX = 16 };

#define KNOWN_FILE "../shared/data/reference-cases.json"

struct kind {
    const char *names;
    ref_solver *solve;
    bool by_one; /* a list of inputs is solved one by one */
};

static const struct kind kinds[] = {
        {"bonus_malus", ref_bonus_malus, false},
        {"buhlmann", ref_buhlmann, true},
        {"buhlmann_straub", ref_buhlmann_straub, true},
        {"jewell|hierarchical|hierarchical_credibility|credibility_hierarchical", ref_jewell, true},
        {"exponential_decay|decay|decay_state", ref_decay, true},
        {"exposure_rate", ref_exposure_rate, true},
        {"fmcsa_sms", ref_fmcsa, false},
        {"golden_data", ref_golden, true},
        {"ncci_expected_losses", ref_ncci_expected, false},
        {"ncci_experience_mod", ref_ncci_mod, true},
        {"penalty_points", ref_penalty, false},
        {"poisson_gamma|kappa|negative_binomial", ref_poisson_gamma, true},
        {"scorecard", ref_scorecard, true},
        {"stability|psi|csi|transition|transition_matrix", ref_stability, true},
        {"validation_measures|hosmer_lemeshow|exposure_gini|deviance|poisson_deviance|d2|calibration|lift|auc|capture",
                ref_measures, true},
};

static bool is_named(const char *name, const char *names)
{
    ax_str rest = ax_str_c(names);
    while (rest.len > 0) {
        if (ax_str_eq(ax_str_split(&rest, '|'), ax_str_c(name))) {
            return true;
        }
    }
    return false;
}

static const struct kind *kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (is_named(name, kinds[i].names)) {
            return &kinds[i];
        }
    }
    return NULL;
}

static json_t *input_of(json_t *cases, const char *id)
{
    size_t i;
    json_t *c;
    json_array_foreach(cases, i, c)
    {
        const char *own = json_string_value(json_object_get(c, "id"));
        if (own != NULL && strcmp(own, id) == 0) {
            return json_object_get(c, "input");
        }
    }
    return NULL;
}

/* What stands for "as ID" under `key`: the same member of the other case's input, or its whole input. NULL: nothing. */
static json_t *referred(json_t *value, const char *key, json_t *cases, json_t *known)
{
    const char *text = json_string_value(value);
    if (text == NULL || strncmp(text, "as ", 3) != 0) {
        return NULL;
    }
    json_t *input = input_of(cases, text + 3);
    input = input == NULL ? input_of(known, text + 3) : input;
    json_t *member = key == NULL ? NULL : json_object_get(input, key);
    return member != NULL ? member : input;
}

static void resolve(json_t *value, json_t *cases, json_t *known, int depth)
{
    const char *key;
    json_t *member, *found;
    void *next;
    if (depth > DEPTH_MAX) {
        return;
    }
    json_object_foreach_safe(value, next, key, member)
    {
        if ((found = referred(member, key, cases, known)) != NULL) {
            json_object_set(value, key, found);
        } else {
            resolve(member, cases, known, depth + 1);
        }
    }
}

static json_t *solve(const struct kind *kind, const struct ref_case *c, struct ax_err *err)
{
    bool many = json_is_array(c->input) && json_is_array(c->expected) && json_is_object(json_array_get(c->input, 0));
    if (!kind->by_one || !many) {
        return kind->solve(c, err);
    }
    json_t *all = json_array();
    for (size_t i = 0; i < json_array_size(c->input); i++) {
        struct ref_case one = *c;
        one.input = json_array_get(c->input, i);
        one.expected = json_array_get(c->expected, i);
        json_t *answer = kind->solve(&one, err);
        if (answer == NULL) {
            json_decref(all);
            return NULL;
        }
        json_array_append_new(all, answer);
    }
    return all;
}

static bool run(const struct ref_case *c)
{
    struct ax_err err = {0};
    char line[512];
    const struct kind *kind = kind_of(c->kind);
    if (kind == NULL || c->input == NULL || c->expected == NULL) {
        printf("    %s\n", kind == NULL ? "nothing here computes this kind" : "input and expected must be there");
        return false;
    }
    json_t *answer = solve(kind, c, &err);
    if (answer == NULL) {
        printf("    %s\n", ax_err_line(&err, line, sizeof line));
        return false;
    }
    bool good = ref_compare("", c->expected, answer, c->tolerance);
    json_decref(answer);
    return good;
}

static json_t *cases_of(const char *path, json_t **root)
{
    json_error_t error;
    *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (*root == NULL) {
        fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        return NULL;
    }
    json_t *cases = json_is_array(*root) ? *root : json_object_get(*root, "cases");
    if (!json_is_array(cases) || json_array_size(cases) == 0) {
        fprintf(stderr, "%s: no cases\n", path);
        return NULL;
    }
    return cases;
}

static size_t run_all(const char *path, json_t *cases, json_t *known)
{
    char *folder = ax_file_beside(path, "./");
    size_t failed = 0, i;
    json_t *one;
    json_array_foreach(cases, i, one)
    {
        struct ref_case c = {.id = ref_text(one, "id", "?"), .kind = ref_text(one, "kind", "?"), .folder = folder};
        json_t *whole = referred(json_object_get(one, "input"), NULL, cases, known);
        if (whole != NULL) {
            json_object_set(one, "input", whole);
        }
        c.input = json_object_get(one, "input");
        resolve(c.input, cases, known, 0);
        c.expected = json_object_get(one, "expected");
        c.tolerance = ref_number(one, "tolerance", 0);
        bool good = run(&c);
        printf("%s %s (%s)\n", good ? "ok" : "not ok", c.id, c.kind);
        failed += !good;
    }
    printf("%zu cases, %zu not ok\n", json_array_size(cases), failed);
    ax_xfree(folder);
    return failed;
}

int main(void)
{
    const char *named = getenv("REFERENCE_CASES");
    const char *known_path = ax_file_exists(KNOWN_FILE) ? KNOWN_FILE : AX_SOURCE_DIR "/" KNOWN_FILE;
    const char *path = named != NULL && named[0] != '\0' ? named : known_path;
    if (path == known_path && !ax_file_exists(path)) {
        printf("skipped: reference_cases: %s is not there\n", KNOWN_FILE);
        return SKIPPED;
    }
    json_t *root = NULL, *known_root = NULL;
    json_t *cases = cases_of(path, &root);
    json_t *known = path != known_path && ax_file_exists(known_path) ? cases_of(known_path, &known_root) : NULL;
    int code = cases == NULL || run_all(path, cases, known) > 0 ? 1 : 0;
    json_decref(root);
    json_decref(known_root);
    return code;
}
