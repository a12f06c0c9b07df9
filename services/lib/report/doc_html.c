/* SPDX-License-Identifier: Apache-2.0 */
/* A document as one page: no script, nothing from elsewhere, plots inline. Well-formed as XML, too. */
#include "services/lib/report/doc.h"

#include <math.h>

static const char style[] =
        "body{font:15px/1.5 system-ui,'Noto Sans SC',sans-serif;margin:2rem auto;max-width:70rem;padding:0 "
        "1rem;color:#1b1f24}"
        "h1{font-size:1.6rem}h2{font-size:1.25rem;border-bottom:1px solid "
        "#d0d7de;padding-bottom:.2rem;margin-top:2.2rem}"
        "h3{font-size:1rem;margin:1.2rem 0 .3rem}.zh{color:#57606a;font-weight:normal;margin-left:.5rem}"
        "table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px}"
        "th,td{border:1px solid #d0d7de;padding:.15rem .5rem;text-align:right;vertical-align:bottom}"
        "th{background:#f6f8fa}td.t,th.t{text-align:left}th .zh{display:block;margin:0;font-size:12px}"
        ".simulated{color:#9a3412;border:1px solid #9a3412;border-radius:3px;padding:0 .3rem;font-size:13px}"
        ".warning{border:2px solid #9a3412;padding:.3rem .6rem}"
        ".wide{overflow-x:auto}nav a{margin-right:1rem}svg{max-width:100%;height:auto}";

void ax_doc_escape(struct ax_buf *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        switch (*p) {
        case '&':
            ax_buf_put_str(out, AX_STR("&amp;"));
            break;
        case '<':
            ax_buf_put_str(out, AX_STR("&lt;"));
            break;
        case '>':
            ax_buf_put_str(out, AX_STR("&gt;"));
            break;
        case '"':
            ax_buf_put_str(out, AX_STR("&quot;"));
            break;
        default:
            ax_buf_put_u8(out, (uint8_t)*p);
        }
    }
}

static void both(struct ax_buf *out, const char *en, const char *zh)
{
    ax_doc_escape(out, en);
    ax_buf_put_str(out, AX_STR("<span class=\"zh\" lang=\"zh\">"));
    ax_doc_escape(out, zh);
    ax_buf_put_str(out, AX_STR("</span>"));
}

static void cell(struct ax_buf *out, const struct ax_doc_cell *c, enum ax_doc_format format)
{
    ax_buf_put_str(out, format == AX_DOC_TEXT ? AX_STR("<td class=\"t\">") : AX_STR("<td>"));
    if (c->text != NULL) {
        ax_doc_escape(out, c->text);
    } else if (isfinite(c->number)) {
        double v = c->number;
        if (format == AX_DOC_COUNT) {
            ax_buf_printf(out, "%.0f", v);
        } else if (format == AX_DOC_SHARE) {
            ax_buf_printf(out, fabs(v) < 0.01 && v != 0 ? "%.2f %%" : "%.1f %%", 100 * v);
        } else {
            ax_buf_printf(out, fabs(v) < 0.01 && v != 0 ? "%.2g" : "%.3f", v);
        }
    }
    ax_buf_put_str(out, AX_STR("</td>"));
}

static void table(struct ax_buf *out, const struct ax_doc_table *t)
{
    AX_ASSERT(t->column_count > 0);
    ax_buf_put_str(out, AX_STR("<h3>"));
    both(out, t->en, t->zh);
    ax_buf_printf(out, "</h3>\n<div class=\"wide\"><table id=\"%s\"><thead><tr>", t->id);
    for (size_t k = 0; k < t->column_count; k++) {
        ax_buf_put_str(out, t->columns[k].format == AX_DOC_TEXT ? AX_STR("<th class=\"t\">") : AX_STR("<th>"));
        both(out, t->columns[k].en, t->columns[k].zh);
        ax_buf_put_str(out, AX_STR("</th>"));
    }
    ax_buf_put_str(out, AX_STR("</tr></thead><tbody>\n"));
    for (size_t i = 0; i < t->cell_count; i++) {
        size_t k = i % t->column_count;
        ax_buf_put_str(out, k == 0 ? AX_STR("<tr>") : AX_STR(""));
        cell(out, &t->cells[i], t->columns[k].format);
        ax_buf_put_str(out, k + 1 == t->column_count ? AX_STR("</tr>\n") : AX_STR(""));
    }
    ax_buf_put_str(out, AX_STR("</tbody></table></div>\n"));
}

static void section(struct ax_buf *out, const struct ax_doc_section *s)
{
    ax_buf_printf(out, "<section id=\"%s\"><h2>", s->id);
    both(out, s->en, s->zh);
    ax_buf_put_str(out,
            s->simulated ? AX_STR(" <span class=\"simulated\">simulated / 模拟</span></h2>\n") : AX_STR("</h2>\n"));
    ax_buf_put_str(out, AX_STR("<p>"));
    ax_doc_escape(out, s->text_en);
    ax_buf_put_str(out, AX_STR("</p>\n<p lang=\"zh\">"));
    ax_doc_escape(out, s->text_zh);
    ax_buf_put_str(out, AX_STR("</p>\n"));
    for (size_t i = 0; i < s->plot_count; i++) {
        ax_buf_put_str(out, AX_STR("<h3>"));
        both(out, s->plots[i].en, s->plots[i].zh);
        ax_buf_put_str(out,
                s->simulated ? AX_STR(" <span class=\"simulated\">simulated / 模拟</span></h3>\n") : AX_STR("</h3>\n"));
        ax_doc_write_svg(&s->plots[i], out);
    }
    for (size_t i = 0; i < s->table_count; i++) {
        table(out, &s->tables[i]);
    }
    ax_buf_put_str(out, AX_STR("</section>\n"));
}

void ax_doc_write_html(const struct ax_doc *doc, struct ax_buf *out)
{
    ax_buf_put_str(out, AX_STR("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
                               "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/><title>"));
    ax_doc_escape(out, doc->en);
    ax_buf_printf(out, "</title><style>%s</style></head><body>\n<h1>", style);
    both(out, doc->en, doc->zh);
    ax_buf_put_str(out, AX_STR("</h1>\n"));
    if (doc->warning_en[0] != '\0') {
        ax_buf_put_str(out, AX_STR("<p class=\"warning\" id=\"warning\">"));
        both(out, doc->warning_en, doc->warning_zh);
        ax_buf_put_str(out, AX_STR("</p>\n"));
    }
    ax_buf_put_str(out, AX_STR("<table id=\"stamps\"><tbody>\n"));
    for (size_t i = 0; i < doc->stamp_count; i++) {
        ax_buf_put_str(out, AX_STR("<tr><th class=\"t\">"));
        both(out, doc->stamps[i].en, doc->stamps[i].zh);
        ax_buf_put_str(out, AX_STR("</th><td class=\"t\">"));
        ax_doc_escape(out, doc->stamps[i].value);
        ax_buf_put_str(out, AX_STR("</td></tr>\n"));
    }
    ax_buf_put_str(out, AX_STR("</tbody></table>\n<nav>"));
    for (size_t i = 0; i < doc->section_count; i++) {
        ax_buf_printf(out, "<a href=\"#%s\">", doc->sections[i]->id);
        both(out, doc->sections[i]->en, doc->sections[i]->zh);
        ax_buf_put_str(out, AX_STR("</a> "));
    }
    ax_buf_put_str(out, AX_STR("</nav>\n"));
    for (size_t i = 0; i < doc->section_count; i++) {
        section(out, doc->sections[i]);
    }
    ax_buf_put_str(out, AX_STR("</body></html>\n"));
}
