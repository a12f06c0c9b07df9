/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A report as data: stamps, and sections of tables and plots with headings in English and Chinese. It is written as JSON,
 * CSV and HTML from this one form, so the numbers are the same everywhere, and the same document gives the same bytes.
 * Everything lives in one arena, which the document owns; texts that are given are copied. One thread at a time.
 */
#include "base/arena.h"

enum {
    AX_DOC_SECTIONS_MAX = 32,
    AX_DOC_TABLES_MAX = 16, /* of a section */
    AX_DOC_PLOTS_MAX = 8,   /* of a section */
    AX_DOC_COLUMNS_MAX = 24,
    AX_DOC_ROWS_MAX = 10000,
    AX_DOC_SERIES_MAX = 10,
    AX_DOC_STAMPS_MAX = 24,
};

enum ax_doc_format { /* on the page; JSON and CSV have the number */
    AX_DOC_TEXT,
    AX_DOC_COUNT,
    AX_DOC_NUMBER, /* three decimals */
    AX_DOC_SHARE,  /* percent, one decimal */
};

struct ax_doc_column {
    const char *key;
    const char *en;
    const char *zh;
    enum ax_doc_format format;
};

struct ax_doc_cell {
    const char *text; /* NULL: a number */
    double number;    /* NAN: nothing */
};

struct ax_doc_table {
    struct ax_arena *arena;
    const char *id, *en, *zh;
    struct ax_doc_column *columns;
    size_t column_count;
    struct ax_doc_cell *cells; /* row by row */
    size_t cell_count, cell_room;
};

struct ax_doc_series {
    const char *en, *zh;
    double *x, *y;
    size_t n;
    bool dashed;
};

enum ax_doc_plot_kind {
    AX_DOC_LINES,
    AX_DOC_DOTS,   /* lines with a dot at each point */
    AX_DOC_BARS,   /* series side by side at x = 0, 1, 2 …, which `labels` name */
    AX_DOC_MATRIX, /* a share for each series (row) and label (column) */
};

struct ax_doc_plot {
    const char *id, *en, *zh, *x_en, *x_zh, *y_en, *y_zh;
    enum ax_doc_plot_kind kind;
    const char **labels;
    size_t label_count;
    struct ax_doc_series series[AX_DOC_SERIES_MAX];
    size_t series_count;
    struct ax_arena *arena;
};

struct ax_doc_section {
    const char *id, *en, *zh, *text_en, *text_zh;
    bool simulated; /* says so in its heading, in JSON and CSV */
    struct ax_doc_table tables[AX_DOC_TABLES_MAX];
    size_t table_count;
    struct ax_doc_plot plots[AX_DOC_PLOTS_MAX];
    size_t plot_count;
    struct ax_arena *arena;
};

struct ax_doc_stamp {
    const char *key, *en, *zh, *value;
};

struct ax_doc {
    struct ax_arena arena;
    const char *en, *zh;
    const char *warning_en, *warning_zh; /* "": none */
    struct ax_doc_stamp stamps[AX_DOC_STAMPS_MAX];
    size_t stamp_count;
    struct ax_doc_section *sections[AX_DOC_SECTIONS_MAX];
    size_t section_count;
};

struct ax_doc *ax_doc_new(const char *en, const char *zh);
void ax_doc_free(struct ax_doc *doc);
/* `value` is a printf format. */
void ax_doc_stamp(struct ax_doc *doc, const char *key, const char *en, const char *zh, const char *value, ...)
        AX_PRINTF(5, 6);
/* What must be read before anything else, at the head of page and JSON. */
void ax_doc_warn(struct ax_doc *doc, const char *en, const char *zh);
struct ax_doc_section *ax_doc_section(
        struct ax_doc *doc, const char *id, const char *en, const char *zh, const char *text_en, const char *text_zh);
struct ax_doc_table *ax_doc_table(struct ax_doc_section *section, const char *id, const char *en, const char *zh,
        const struct ax_doc_column *columns, size_t column_count);
/* Cells come row by row. */
void ax_doc_put(struct ax_doc_table *table, double number);
void ax_doc_put_text(struct ax_doc_table *table, const char *text);
struct ax_doc_plot *ax_doc_plot(
        struct ax_doc_section *section, const char *id, const char *en, const char *zh, enum ax_doc_plot_kind kind);
void ax_doc_axes(struct ax_doc_plot *plot, const char *x_en, const char *x_zh, const char *y_en, const char *y_zh);
void ax_doc_labels(struct ax_doc_plot *plot, const char *const *labels, size_t n);
/* x may be NULL: 0, 1, 2 … Both are copied. */
void ax_doc_series(struct ax_doc_plot *plot, const char *en, const char *zh, const double *x, const double *y, size_t n,
        bool dashed);

void ax_doc_write_json(const struct ax_doc *doc, struct ax_buf *out);
void ax_doc_write_html(const struct ax_doc *doc, struct ax_buf *out);
/* One table: a header of keys, then rows. A table of a simulated section has `simulated` as its first column. */
void ax_doc_write_csv(const struct ax_doc_section *section, const struct ax_doc_table *table, struct ax_buf *out);
/* An inline <svg>. svg.c */
void ax_doc_write_svg(const struct ax_doc_plot *plot, struct ax_buf *out);
/* Text with & < > " as entities. */
void ax_doc_escape(struct ax_buf *out, const char *text);
/* A CSV cell, quoted where it must be. */
void ax_doc_csv_text(struct ax_buf *out, const char *text);
