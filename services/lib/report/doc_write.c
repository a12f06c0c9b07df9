/* SPDX-License-Identifier: Apache-2.0 */
/* JSON and CSV of a document. */
#include "services/lib/report/doc.h"

#include <math.h>

static void json_text(struct ax_buf *out, const char *text)
{
    ax_buf_put_u8(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            ax_buf_printf(out, "\\%c", *p);
        } else if ((unsigned char)*p < 0x20) {
            ax_buf_printf(out, "\\u%04x", (unsigned)(unsigned char)*p);
        } else {
            ax_buf_put_u8(out, (uint8_t)*p);
        }
    }
    ax_buf_put_u8(out, '"');
}

static void json_pair(struct ax_buf *out, const char *key, const char *value, bool more)
{
    json_text(out, key);
    ax_buf_put_u8(out, ':');
    json_text(out, value);
    if (more) {
        ax_buf_put_u8(out, ',');
    }
}

static void number(struct ax_buf *out, double value, const char *nothing)
{
    if (isfinite(value)) {
        ax_buf_printf(out, "%.10g", value == 0 ? 0.0 : value);
    } else {
        ax_buf_put_str(out, ax_str_c(nothing));
    }
}

static void json_table(struct ax_buf *out, const struct ax_doc_table *t)
{
    AX_ASSERT(t->column_count > 0);
    json_text(out, t->id);
    ax_buf_put_str(out, AX_STR(":{"));
    json_pair(out, "title_en", t->en, true);
    json_pair(out, "title_zh", t->zh, true);
    ax_buf_put_str(out, AX_STR("\"columns\":{"));
    for (size_t k = 0; k < t->column_count; k++) {
        ax_buf_put_str(out, k == 0 ? AX_STR("") : AX_STR(","));
        json_text(out, t->columns[k].key);
        ax_buf_put_str(out, AX_STR(":{"));
        json_pair(out, "en", t->columns[k].en, true);
        json_pair(out, "zh", t->columns[k].zh, false);
        ax_buf_put_u8(out, '}');
    }
    ax_buf_put_str(out, AX_STR("},\n\"rows\":["));
    for (size_t i = 0; i < t->cell_count; i++) {
        size_t k = i % t->column_count;
        ax_buf_put_str(out, k > 0 ? AX_STR(",") : i == 0 ? AX_STR("{") : AX_STR("},\n{"));
        json_text(out, t->columns[k].key);
        ax_buf_put_u8(out, ':');
        if (t->cells[i].text != NULL) {
            json_text(out, t->cells[i].text);
        } else {
            number(out, t->cells[i].number, "null");
        }
    }
    ax_buf_put_str(out, t->cell_count > 0 ? AX_STR("}]}") : AX_STR("]}"));
}

static void json_section(struct ax_buf *out, const struct ax_doc_section *s)
{
    json_text(out, s->id);
    ax_buf_put_str(out, AX_STR(":{"));
    json_pair(out, "title_en", s->en, true);
    json_pair(out, "title_zh", s->zh, true);
    json_pair(out, "text_en", s->text_en, true);
    json_pair(out, "text_zh", s->text_zh, true);
    ax_buf_printf(out, "\"simulated\":%s,\n\"tables\":{", s->simulated ? "true" : "false");
    for (size_t i = 0; i < s->table_count; i++) {
        ax_buf_put_str(out, i == 0 ? AX_STR("\n") : AX_STR(",\n"));
        json_table(out, &s->tables[i]);
    }
    ax_buf_put_str(out, AX_STR("}}"));
}

void ax_doc_write_json(const struct ax_doc *doc, struct ax_buf *out)
{
    ax_buf_put_u8(out, '{');
    json_pair(out, "title_en", doc->en, true);
    json_pair(out, "title_zh", doc->zh, true);
    json_pair(out, "warning_en", doc->warning_en, true);
    json_pair(out, "warning_zh", doc->warning_zh, true);
    ax_buf_put_str(out, AX_STR("\n\"stamps\":{"));
    for (size_t i = 0; i < doc->stamp_count; i++) {
        json_pair(out, doc->stamps[i].key, doc->stamps[i].value, i + 1 < doc->stamp_count);
    }
    ax_buf_put_str(out, AX_STR("},\n\"sections\":{"));
    for (size_t i = 0; i < doc->section_count; i++) {
        ax_buf_put_str(out, i == 0 ? AX_STR("\n") : AX_STR(",\n"));
        json_section(out, doc->sections[i]);
    }
    ax_buf_put_str(out, AX_STR("}}\n"));
}

void ax_doc_csv_text(struct ax_buf *out, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        ax_buf_put_str(out, ax_str_c(text));
        return;
    }
    ax_buf_put_u8(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        ax_buf_put_str(out, *p == '"' ? AX_STR("\"\"") : ax_str_of(p, 1));
    }
    ax_buf_put_u8(out, '"');
}

void ax_doc_write_csv(const struct ax_doc_section *section, const struct ax_doc_table *table, struct ax_buf *out)
{
    AX_ASSERT(table->column_count > 0);
    ax_buf_put_str(out, section->simulated ? AX_STR("simulated,") : AX_STR(""));
    for (size_t k = 0; k < table->column_count; k++) {
        ax_buf_put_str(out, k == 0 ? AX_STR("") : AX_STR(","));
        ax_doc_csv_text(out, table->columns[k].key);
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        bool first = i % table->column_count == 0;
        ax_buf_put_str(out, !first ? AX_STR(",") : section->simulated ? AX_STR("\nsimulated,") : AX_STR("\n"));
        if (table->cells[i].text != NULL) {
            ax_doc_csv_text(out, table->cells[i].text);
        } else {
            number(out, table->cells[i].number, "");
        }
    }
    ax_buf_put_u8(out, '\n');
}
