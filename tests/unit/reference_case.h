/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A case of the reference file: a kind, an input, what a solver of that kind must answer. A solver answers with an object of
 * all that it can compute (or a list of them); the comparison looks only for what the case expects. Test code, one thread.
 */
#include "base/bytes.h"

#include <jansson.h>

struct ref_case {
    const char *id;
    const char *kind;
    const char *folder; /* of the file, for paths in `input` */
    json_t *input;
    json_t *expected;
    double tolerance;
};

/* A new answer, or NULL with `err`. */
typedef json_t *ref_solver(const struct ref_case *c, struct ax_err *err);

ref_solver ref_bonus_malus, ref_buhlmann, ref_buhlmann_straub, ref_decay, ref_exposure_rate, ref_fmcsa, ref_golden,
        ref_jewell, ref_ncci_expected, ref_ncci_mod, ref_penalty, ref_poisson_gamma, ref_scorecard, ref_stability,
        ref_measures;

/* Compares and prints what differs; true where all is within the tolerance. */
bool ref_compare(const char *path, const json_t *expected, const json_t *actual, double tolerance);

/* The member under the first of "a|b|c" that is there; letter case, '_', '-' and blanks do not count. */
json_t *ref_member(const json_t *object, const char *names);
bool ref_same_name(const char *a, const char *b);
/* A number, a text of one or a fraction "3/7"; NAN otherwise. */
double ref_value(const json_t *value);
double ref_number(const json_t *object, const char *names, double otherwise);
const char *ref_text(const json_t *object, const char *names, const char *otherwise);
/* A list as doubles (one number: a list of one); NULL where it is none. Free with ax_xfree. */
double *ref_doubles(const json_t *list, size_t *n);
json_t *ref_list(const double *values, size_t n);
/* Puts a number under each of "a|b|c"; one that is not finite is not put. */
void ref_put(json_t *object, const char *names, double value);
void ref_put_new(json_t *object, const char *names, json_t *value);

enum { REF_ROWS_MAX = 1000000 };

/* A CSV file as cells. */
struct ref_table {
    struct ax_arena *arena;
    ax_str *name;
    size_t columns;
    ax_str *cell; /* rows × columns */
    size_t rows;
};

/* `file` as seen from the folder of the cases or, where it is not there, from that of the data that came with the project. */
struct ref_table *ref_table_read(const struct ref_case *c, const char *file, struct ax_err *err);
void ref_table_free(struct ref_table *t);
bool ref_table_column(const struct ref_table *t, ax_str name, size_t *column);
double ref_table_number(const struct ref_table *t, size_t row, size_t column); /* NAN: empty or text */
