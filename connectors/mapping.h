/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A mapping: how the tables of one source system become facts, as data (docs/CONNECTORS.md). Loaded from YAML and checked
 * whole: every field, column and converter that it names exists. Immutable afterwards; any thread may read it.
 *
 * The first half is the YAML as it stands; the second is what the loader makes of it.
 */
#include "base/arena.h"
#include "scoring/fact.h"

enum {
    AX_MAPPING_MAX_BYTES = 256 << 10,
    AX_MAPPING_COLUMNS_MAX = 128, /* and derived values, a table */
    AX_MAPPING_PARTS_MAX = 8,     /* of a template */
    AX_MAPPING_CHOICES_MAX = 4,
    AX_MAPPING_FACTS_MAX = 16, /* a row */
    AX_MAPPING_EACH_MAX = 8,   /* columns of several values */
};

enum ax_mapping_personal {
    AX_PERSONAL_NO,
    AX_PERSONAL_ROW,    /* about the subject: personal in a row about a natural person */
    AX_PERSONAL_ALWAYS, /* about a natural person: never stored */
};

enum ax_converter {
    AX_AS_FIELD, /* by the type of the field */
    AX_AS_CODE,  /* 统一社会信用代码; the placeholder is "not stated" but for the enterprise itself */
    AX_AS_WAN,
    AX_AS_YUAN,
    AX_AS_ROUNDED,
    AX_AS_TIMESTAMP,
    AX_AS_OPEN_DATE, /* 2099-12-31 and later: not stated */
    AX_AS_COMPLETE,
    AX_AS_SET,      /* values joined by ；: each through the map */
    AX_AS_GREATEST, /* likewise, the greatest number counts */
    AX_AS_ADDED,    /* a count, on top of what the field holds */
    AX_AS_MILLI,
    AX_AS_PERCENT, /* to parts per million */
};

struct ax_mapping_value {
    char *is; /* a trailing * stands for anything */
    char *becomes;
};

struct ax_mapping_template {
    struct {
        ax_str literal;
        uint16_t variables[AX_MAPPING_CHOICES_MAX]; /* the first that is not empty */
        size_t variable_count;                      /* 0: literal */
    } parts[AX_MAPPING_PARTS_MAX];
    size_t part_count;
};

struct ax_mapping_column {
    char *name;
    char **aliases;
    uint32_t aliases_count;
    bool required;
    bool ignore;
    enum ax_mapping_personal personal;
    /* made by the loader: name and aliases, folded */
    ax_str *spellings;
};

struct ax_mapping_derived {
    char *name;
    char *from;
    uint32_t pad; /* with zeros, to this many characters */
    bool code;    /* a 统一社会信用代码: normalised, the placeholder is "not stated" */
    bool day;     /* a day, in whichever spelling: YYYY-MM-DD */
    struct ax_mapping_value *values;
    uint32_t values_count;
    struct ax_mapping_template template;
};

struct ax_mapping_refuse {
    char *column;
    char *is;
    char *rule;
    uint16_t variable;
};

struct ax_mapping_set {
    char *field;
    char *from;
    enum ax_converter as;
    struct ax_mapping_value *values;
    uint32_t values_count;
    struct ax_mapping_template template;
    const struct ax_field *target;
    bool in_body;
};

/* One fact for each of several values: columns in which as many stand side by side, joined by ；. */
struct ax_mapping_each {
    char *list; /* what a JSON row calls the list whose members are these columns */
    char **columns;
    uint32_t columns_count;
    char *shares;  /* the column of percentages that together are at most 100; NULL: none */
    char *without; /* a column of codes: those of the first column that it names as well are passed over; NULL: none */
    uint16_t variables[AX_MAPPING_EACH_MAX];
    uint16_t shares_variable;
    uint16_t without_variable;
};

struct ax_mapping_fact {
    char *kind;
    struct ax_mapping_each *each; /* NULL: one fact */
    char **when;                  /* columns of which one must hold more than zeros and blanks; none: always */
    uint32_t when_count;
    struct ax_mapping_set *set;
    uint32_t set_count;
    const struct ax_field *body;
    uint16_t when_variables[AX_MAPPING_CHOICES_MAX];
};

struct ax_mapping_table {
    char *name;
    struct ax_mapping_column *columns;
    uint32_t columns_count;
    struct ax_mapping_derived *derived;
    uint32_t derived_count;
    struct ax_mapping_refuse *refuse;
    uint32_t refuse_count;
    struct ax_mapping_fact *facts;
    uint32_t facts_count;
};

struct ax_mapping {
    char *name;
    char *en;
    char *zh;
    char *jurisdiction; /* declared for all that it maps; "" = none */
    struct ax_mapping_table *tables;
    uint32_t tables_count;
};

struct ax_mapping_loaded {
    struct ax_mapping *yaml;
    struct ax_arena arena; /* what the loader made */
};

ax_rc ax_mapping_load(
        ax_str yaml, const char *origin, struct ax_mapping_loaded **out, struct ax_err *err) AX_MUST_CHECK;
void ax_mapping_free(struct ax_mapping_loaded *mapping);
