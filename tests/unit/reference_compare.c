/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reference_case.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_SIZE = 256, ULPS = 4 };

bool ref_same_name(const char *a, const char *b)
{
    for (;;) {
        while (*a == '_' || *a == '-' || *a == ' ') {
            a++;
        }
        while (*b == '_' || *b == '-' || *b == ' ') {
            b++;
        }
        if (tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
        a++, b++;
    }
}

json_t *ref_member(const json_t *object, const char *names)
{
    ax_str rest = ax_str_c(names);
    char name[64];
    while (rest.len > 0) {
        if (!ax_str_to_c(ax_str_split(&rest, '|'), name, sizeof name)) {
            continue;
        }
        json_t *exact = json_object_get(object, name);
        if (exact != NULL) {
            return exact;
        }
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)(uintptr_t)object, key, value)
        {
            if (ref_same_name(key, name)) {
                return value;
            }
        }
    }
    return NULL;
}

double ref_value(const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL) {
        return json_is_number(value)    ? json_number_value(value)
               : json_is_boolean(value) ? json_is_true(value)
                                        : (double)NAN;
    }
    char *end;
    double top = strtod(text, &end);
    if (end == text) {
        return (double)NAN;
    }
    if (*end == '/') {
        const char *from = end + 1;
        double bottom = strtod(from, &end);
        return end == from || *end != '\0' ? (double)NAN : top / bottom;
    }
    return *end == '\0' ? top : (double)NAN;
}

double ref_number(const json_t *object, const char *names, double otherwise)
{
    double value = ref_value(ref_member(object, names));
    return isnan(value) ? otherwise : value;
}

const char *ref_text(const json_t *object, const char *names, const char *otherwise)
{
    const char *text = json_string_value(ref_member(object, names));
    return text == NULL ? otherwise : text;
}

double *ref_doubles(const json_t *list, size_t *n)
{
    *n = json_is_array(list) ? json_array_size(list) : 1;
    if (list == NULL || (!json_is_array(list) && isnan(ref_value(list)))) {
        *n = 0;
        return NULL;
    }
    double *values = ax_xcalloc(*n + 1, sizeof *values);
    for (size_t i = 0; i < *n; i++) {
        values[i] = ref_value(json_is_array(list) ? json_array_get(list, i) : list);
    }
    return values;
}

json_t *ref_list(const double *values, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, isfinite(values[i]) ? json_real(values[i]) : json_null());
    }
    return list;
}

void ref_put_new(json_t *object, const char *names, json_t *value)
{
    ax_str rest = ax_str_c(names);
    char name[64];
    while (rest.len > 0) {
        if (ax_str_to_c(ax_str_split(&rest, '|'), name, sizeof name)) {
            json_object_set(object, name, value);
        }
    }
    json_decref(value);
}

void ref_put(json_t *object, const char *names, double value)
{
    if (isfinite(value)) {
        ref_put_new(object, names, json_real(value));
    }
}

static bool wrong(const char *path, const json_t *expected, const json_t *actual, const char *why)
{
    char *e = json_dumps(expected, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17) | JSON_COMPACT);
    char *a = actual == NULL ? NULL : json_dumps(actual, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17) | JSON_COMPACT);
    printf("    %s: %s; expected %.300s, actual %.300s\n", path[0] == '\0' ? "(all)" : path, why, e == NULL ? "?" : e,
            a == NULL ? "nothing" : a);
    free(e); /* jansson's */
    free(a);
    return false;
}

static bool near(double expected, double actual, double tolerance)
{
    double off = fabs(expected - actual), size = fabs(expected);
    return off <= tolerance || off <= tolerance * size || off <= ULPS * DBL_EPSILON * size;
}

/* An expected key; one for the float beside a fraction is the same value. */
static const json_t *answer_for(const json_t *actual, const char *key)
{
    char name[64];
    const json_t *found = ref_member(actual, key);
    ax_str whole = ax_str_c(key), tail = AX_STR("_float");
    if (found == NULL && ax_str_ends(whole, tail) &&
            ax_str_to_c(ax_str_of(key, whole.len - tail.len), name, sizeof name)) {
        found = ref_member(actual, name);
    }
    return found;
}

static bool compare_object(const char *path, const json_t *expected, const json_t *actual, double tolerance)
{
    bool good = true;
    const char *key;
    json_t *value;
    char inner[PATH_SIZE];
    json_object_foreach((json_t *)(uintptr_t)expected, key, value)
    {
        snprintf(inner, sizeof inner, "%.*s%s%.100s", 120, path, path[0] == '\0' ? "" : ".", key);
        const json_t *found = answer_for(actual, key);
        good = (found == NULL ? wrong(inner, value, NULL, "nothing here computes this key")
                              : ref_compare(inner, value, found, tolerance)) &&
               good;
    }
    return good;
}

static bool compare_array(const char *path, const json_t *expected, const json_t *actual, double tolerance)
{
    bool good = true;
    char inner[PATH_SIZE];
    if (!json_is_array(actual) || json_array_size(actual) != json_array_size(expected)) {
        return wrong(path, expected, actual, "a list of another length");
    }
    for (size_t i = 0; i < json_array_size(expected); i++) {
        snprintf(inner, sizeof inner, "%.*s[%zu]", 200, path, i);
        good = ref_compare(inner, json_array_get(expected, i), json_array_get(actual, i), tolerance) && good;
    }
    return good;
}

bool ref_compare(const char *path, const json_t *expected, const json_t *actual, double tolerance)
{
    if (json_is_object(expected) && json_object_size(expected) == 0) {
        return wrong(path, expected, actual, "an empty object expects nothing");
    }
    if (!json_is_object(expected) && json_is_object(actual)) { /* one value was asked for */
        const json_t *value = ref_member(actual, json_is_array(expected) ? "values|value" : "value|values");
        return value == NULL || json_is_object(value) ? wrong(path, expected, actual, "which of these values?")
                                                      : ref_compare(path, expected, value, tolerance);
    }
    if (json_is_object(expected)) {
        return json_is_object(actual) ? compare_object(path, expected, actual, tolerance)
                                      : wrong(path, expected, actual, "not an object");
    }
    if (json_is_array(expected)) {
        return compare_array(path, expected, actual, tolerance);
    }
    if (json_is_array(actual)) { /* one value for all of them */
        bool good = json_array_size(actual) > 0;
        for (size_t i = 0; good && i < json_array_size(actual); i++) {
            good = ref_compare(path, expected, json_array_get(actual, i), tolerance);
        }
        return good;
    }
    double e = ref_value(expected), a = ref_value(actual);
    if (!isnan(e) && !isnan(a)) {
        return near(e, a, tolerance) || wrong(path, expected, actual, "another value");
    }
    bool both_empty = json_is_null(expected) && json_is_string(actual) && json_string_length(actual) == 0;
    return both_empty || json_equal(expected, actual) || wrong(path, expected, actual, "another value");
}
