/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/report/doc.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { CHUNK_BYTES = 1 << 16, ARENA_MAX_BYTES = 256 << 20, STAMP_MAX_BYTES = 512, CELLS_FIRST = 64 };

/* A report is of our own making: one beyond the cap is a bug, not an input. */
static void *take(struct ax_arena *arena, size_t size)
{
    void *block = ax_arena_zalloc(arena, size);
    AX_ASSERT(block != NULL);
    return block;
}

static const char *copy(struct ax_arena *arena, const char *text)
{
    ax_str s = ax_arena_dup(arena, ax_str_c(text == NULL ? "" : text));
    AX_ASSERT(s.ptr != NULL);
    return s.ptr;
}

struct ax_doc *ax_doc_new(const char *en, const char *zh)
{
    struct ax_doc *doc = ax_xcalloc(1, sizeof *doc);
    ax_arena_init(&doc->arena, CHUNK_BYTES, ARENA_MAX_BYTES);
    doc->en = copy(&doc->arena, en);
    doc->zh = copy(&doc->arena, zh);
    ax_doc_warn(doc, "", "");
    return doc;
}

void ax_doc_warn(struct ax_doc *doc, const char *en, const char *zh)
{
    doc->warning_en = copy(&doc->arena, en);
    doc->warning_zh = copy(&doc->arena, zh);
}

void ax_doc_free(struct ax_doc *doc)
{
    if (doc != NULL) {
        ax_arena_deinit(&doc->arena);
        ax_xfree(doc);
    }
}

void ax_doc_stamp(struct ax_doc *doc, const char *key, const char *en, const char *zh, const char *value, ...)
{
    char text[STAMP_MAX_BYTES];
    va_list args;
    va_start(args, value);
    vsnprintf(text, sizeof text, value, args);
    va_end(args);
    ax_utf8_trim(text);
    AX_ASSERT(doc->stamp_count < AX_DOC_STAMPS_MAX);
    struct ax_arena *a = &doc->arena;
    doc->stamps[doc->stamp_count++] = (struct ax_doc_stamp){copy(a, key), copy(a, en), copy(a, zh), copy(a, text)};
}

struct ax_doc_section *ax_doc_section(
        struct ax_doc *doc, const char *id, const char *en, const char *zh, const char *text_en, const char *text_zh)
{
    AX_ASSERT(doc->section_count < AX_DOC_SECTIONS_MAX);
    struct ax_arena *a = &doc->arena;
    struct ax_doc_section *s = take(a, sizeof *s);
    s->id = copy(a, id);
    s->en = copy(a, en);
    s->zh = copy(a, zh);
    s->text_en = copy(a, text_en);
    s->text_zh = copy(a, text_zh);
    s->arena = a;
    doc->sections[doc->section_count++] = s;
    return s;
}

struct ax_doc_table *ax_doc_table(struct ax_doc_section *section, const char *id, const char *en, const char *zh,
        const struct ax_doc_column *columns, size_t column_count)
{
    AX_ASSERT(section->table_count < AX_DOC_TABLES_MAX && column_count <= AX_DOC_COLUMNS_MAX);
    struct ax_arena *a = section->arena;
    struct ax_doc_table *t = &section->tables[section->table_count++];
    t->arena = a;
    t->id = copy(a, id);
    t->en = copy(a, en);
    t->zh = copy(a, zh);
    t->columns = take(a, column_count * sizeof *t->columns);
    t->column_count = column_count;
    for (size_t i = 0; i < column_count; i++) {
        t->columns[i] = (struct ax_doc_column){
                copy(a, columns[i].key), copy(a, columns[i].en), copy(a, columns[i].zh), columns[i].format};
    }
    return t;
}

static void put(struct ax_doc_table *t, struct ax_doc_cell cell)
{
    AX_ASSERT(t->cell_count < (size_t)AX_DOC_ROWS_MAX * AX_DOC_COLUMNS_MAX);
    if (t->cell_count == t->cell_room) {
        size_t room = t->cell_room == 0 ? CELLS_FIRST : 2 * t->cell_room;
        struct ax_doc_cell *cells = take(t->arena, room * sizeof *cells);
        if (t->cell_count > 0) {
            memcpy(cells, t->cells, t->cell_count * sizeof *cells);
        }
        t->cells = cells;
        t->cell_room = room;
    }
    t->cells[t->cell_count++] = cell;
}

void ax_doc_put(struct ax_doc_table *table, double number)
{
    put(table, (struct ax_doc_cell){NULL, number});
}

void ax_doc_put_text(struct ax_doc_table *table, const char *text)
{
    put(table, (struct ax_doc_cell){copy(table->arena, text), (double)NAN});
}

struct ax_doc_plot *ax_doc_plot(
        struct ax_doc_section *section, const char *id, const char *en, const char *zh, enum ax_doc_plot_kind kind)
{
    AX_ASSERT(section->plot_count < AX_DOC_PLOTS_MAX);
    struct ax_doc_plot *p = &section->plots[section->plot_count++];
    p->arena = section->arena;
    p->id = copy(p->arena, id);
    p->en = copy(p->arena, en);
    p->zh = copy(p->arena, zh);
    p->kind = kind;
    return p;
}

void ax_doc_axes(struct ax_doc_plot *plot, const char *x_en, const char *x_zh, const char *y_en, const char *y_zh)
{
    plot->x_en = copy(plot->arena, x_en);
    plot->x_zh = copy(plot->arena, x_zh);
    plot->y_en = copy(plot->arena, y_en);
    plot->y_zh = copy(plot->arena, y_zh);
}

void ax_doc_labels(struct ax_doc_plot *plot, const char *const *labels, size_t n)
{
    plot->labels = take(plot->arena, (n + 1) * sizeof *plot->labels);
    for (size_t i = 0; i < n; i++) {
        plot->labels[i] = copy(plot->arena, labels[i]);
    }
    plot->label_count = n;
}

void ax_doc_series(struct ax_doc_plot *plot, const char *en, const char *zh, const double *x, const double *y, size_t n,
        bool dashed)
{
    AX_ASSERT(plot->series_count < AX_DOC_SERIES_MAX);
    struct ax_doc_series *s = &plot->series[plot->series_count++];
    s->en = copy(plot->arena, en);
    s->zh = copy(plot->arena, zh);
    s->n = n;
    s->dashed = dashed;
    s->x = take(plot->arena, (n + 1) * sizeof *s->x);
    s->y = take(plot->arena, (n + 1) * sizeof *s->y);
    for (size_t i = 0; i < n; i++) {
        s->x[i] = x == NULL ? (double)i : x[i];
        s->y[i] = y[i];
    }
}
