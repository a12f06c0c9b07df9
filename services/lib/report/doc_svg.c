/* SPDX-License-Identifier: Apache-2.0 */
/* A plot as an inline <svg>: axes with round steps, series in fixed colours, a key below. */
#include "services/lib/report/doc.h"

#include <math.h>
#include <stdio.h>

enum {
    CROWDED_EXTRA = 80,
    WIDTH = 640,
    HEIGHT = 360,
    LEFT = 70,
    RIGHT = 20,
    TOP = 15,
    BOTTOM = 50,
    KEY_LINE = 18,
    KEYS_A_LINE = 3,
    STEPS = 5
};

static const char *const colours[AX_DOC_SERIES_MAX] = {
        "#0969da", "#cf222e", "#1a7f37", "#9a6700", "#8250df", "#57606a", "#bf3989", "#1b7c83", "#6639ba", "#953800"};

struct scale {
    double x0, x1, y0, y1; /* values at the edges */
};

static double px(const struct scale *s, double x)
{
    return LEFT + (x - s->x0) / (s->x1 - s->x0) * (WIDTH - LEFT - RIGHT);
}

static double py(const struct scale *s, double y)
{
    return HEIGHT - BOTTOM - (y - s->y0) / (s->y1 - s->y0) * (HEIGHT - TOP - BOTTOM);
}

/* The least of 1, 2, 5 · 10^k that covers `span` in so many steps. */
static double round_step(double span)
{
    double raw = span / STEPS, ten = pow(10, floor(log10(raw)));
    double lead = raw / ten;
    return ten * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

static struct scale scale_of(const struct ax_doc_plot *p)
{
    struct scale s = {INFINITY, -INFINITY, 0, -INFINITY};
    for (size_t k = 0; k < p->series_count; k++) {
        for (size_t i = 0; i < p->series[k].n; i++) {
            double x = p->series[k].x[i], y = p->series[k].y[i];
            if (isfinite(x) && isfinite(y)) {
                s.x0 = x < s.x0 ? x : s.x0;
                s.x1 = x > s.x1 ? x : s.x1;
                s.y0 = y < s.y0 ? y : s.y0;
                s.y1 = y > s.y1 ? y : s.y1;
            }
        }
    }
    if (p->kind == AX_DOC_BARS) {
        s.x0 = -0.6;
        s.x1 = (double)p->label_count - 0.4;
    }
    s.x0 = isfinite(s.x0) ? s.x0 : 0;
    s.x1 = s.x1 > s.x0 ? s.x1 : s.x0 + 1;
    s.y1 = s.y1 > s.y0 ? s.y1 : s.y0 + 1;
    double step = round_step(s.y1 - s.y0);
    s.y1 = step * ceil(s.y1 / step - 1e-9);
    s.y0 = step * floor(s.y0 / step + 1e-9);
    return s;
}

static void label(struct ax_buf *out, double x, double y, const char *anchor, const char *en, const char *zh)
{
    ax_buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    ax_doc_escape(out, en);
    if (zh != NULL) {
        ax_buf_put_u8(out, ' ');
        ax_doc_escape(out, zh);
    }
    ax_buf_put_str(out, AX_STR("</text>\n"));
}

static void axis_y(struct ax_buf *out, const struct scale *s)
{
    double step = round_step(s->y1 - s->y0);
    for (int i = 0; s->y0 + i * step <= s->y1 + step / 1000 && i <= 4 * STEPS; i++) {
        char text[32];
        double at = s->y0 + i * step;
        snprintf(text, sizeof text, "%.4g", fabs(at) < step / 1000 ? 0.0 : at);
        ax_buf_printf(out, "<path d=\"M%d %.1fH%d\" stroke=\"#d0d7de\"/>\n", LEFT, py(s, at), WIDTH - RIGHT);
        label(out, LEFT - 6, py(s, at) + 4, "end", text, NULL);
    }
}

/* Labels that would run into each other on one line. */
static bool are_crowded(const struct ax_doc_plot *p)
{
    size_t longest = 0;
    for (size_t i = 0; i < p->label_count; i++) {
        size_t length = strlen(p->labels[i]);
        longest = length > longest ? length : longest;
    }
    return longest * p->label_count > 84;
}

/* How much further down everything below the axis stands. */
static int extra_height(const struct ax_doc_plot *p)
{
    return are_crowded(p) ? CROWDED_EXTRA : 0;
}

static void labels_x(struct ax_buf *out, const struct ax_doc_plot *p, const struct scale *s)
{
    bool crowded = are_crowded(p);
    for (size_t i = 0; i < p->label_count && !crowded; i++) {
        label(out, px(s, (double)i), HEIGHT - BOTTOM + 16, "middle", p->labels[i], NULL);
    }
    for (size_t i = 0; i < p->label_count && crowded; i++) {
        ax_buf_printf(
                out, "<g transform=\"translate(%.1f %d) rotate(-40)\">", px(s, (double)i) + 4, HEIGHT - BOTTOM + 12);
        label(out, 0, 0, "end", p->labels[i], NULL);
        ax_buf_put_str(out, AX_STR("</g>\n"));
    }
}

static void axis_x(struct ax_buf *out, const struct ax_doc_plot *p, const struct scale *s)
{
    double step = round_step(s->x1 - s->x0);
    for (int i = 0; p->label_count == 0 && i <= 4 * STEPS; i++) {
        char text[32];
        double at = step * ceil(s->x0 / step - 1e-9) + i * step;
        if (at > s->x1 + step / 1000) {
            break;
        }
        snprintf(text, sizeof text, "%.4g", fabs(at) < step / 1000 ? 0.0 : at);
        label(out, px(s, at), HEIGHT - BOTTOM + 16, "middle", text, NULL);
    }
    ax_buf_printf(out, "<path d=\"M%d %dH%d\" stroke=\"#57606a\"/>\n", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT);
}

static void line(struct ax_buf *out, const struct ax_doc_plot *p, size_t k, const struct scale *s)
{
    const struct ax_doc_series *q = &p->series[k];
    bool pen = false;
    ax_buf_put_str(out, AX_STR("<path fill=\"none\" stroke-width=\"2\" d=\""));
    for (size_t i = 0; i < q->n; i++) {
        bool there = isfinite(q->x[i]) && isfinite(q->y[i]);
        if (there) {
            ax_buf_printf(out, "%c%.1f %.1f", pen ? 'L' : 'M', px(s, q->x[i]), py(s, q->y[i]));
        }
        pen = there;
    }
    ax_buf_printf(out, "\" stroke=\"%s\"%s/>\n", colours[k], q->dashed ? " stroke-dasharray=\"6 4\"" : "");
    for (size_t i = 0; p->kind == AX_DOC_DOTS && !q->dashed && i < q->n; i++) {
        if (isfinite(q->x[i]) && isfinite(q->y[i])) {
            ax_buf_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n", px(s, q->x[i]),
                    py(s, q->y[i]), colours[k]);
        }
    }
}

static void bars(struct ax_buf *out, const struct ax_doc_plot *p, size_t k, const struct scale *s)
{
    const struct ax_doc_series *q = &p->series[k];
    double width = 0.8 / (double)p->series_count;
    for (size_t i = 0; i < q->n; i++) {
        if (!isfinite(q->y[i])) {
            continue;
        }
        double from = px(s, q->x[i] - 0.4 + width * (double)k), to = px(s, q->x[i] - 0.4 + width * (double)(k + 1));
        double high = py(s, q->y[i] > 0 ? q->y[i] : 0), low = py(s, q->y[i] > 0 ? 0 : q->y[i]);
        ax_buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n", from, high,
                to - from - 1, low - high, colours[k]);
    }
}

static void key(struct ax_buf *out, const struct ax_doc_plot *p)
{
    for (size_t k = 0; k < p->series_count; k++) {
        double x = LEFT + (double)(k % KEYS_A_LINE) * 190;
        size_t line = k / KEYS_A_LINE;
        double y = HEIGHT + extra_height(p) + 6 + (double)line * KEY_LINE;
        ax_buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"4\" fill=\"%s\"/>\n", x, y, colours[k]);
        label(out, x + 18, y + 6, "start", p->series[k].en, p->series[k].zh);
    }
}

/* Cells from white to blue, with their share. */
static void matrix(struct ax_buf *out, const struct ax_doc_plot *p)
{
    double width = (double)(WIDTH - LEFT - RIGHT) / (double)p->label_count;
    double height = (double)(HEIGHT - TOP - BOTTOM) / (double)p->series_count;
    for (size_t i = 0; i < p->label_count; i++) {
        label(out, LEFT + width * ((double)i + 0.5), HEIGHT - BOTTOM + 16, "middle", p->labels[i], NULL);
    }
    for (size_t k = 0; k < p->series_count; k++) {
        double y = TOP + height * (double)k;
        label(out, LEFT - 6, y + height / 2 + 4, "end", p->series[k].en, NULL);
        for (size_t i = 0; i < p->series[k].n; i++) {
            double share = p->series[k].y[i], x = LEFT + width * (double)i;
            if (!isfinite(share)) {
                continue;
            }
            ax_buf_printf(out,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#0969da\" "
                    "fill-opacity=\"%.3f\"/>\n",
                    x, y, width - 2, height - 2, share);
            ax_buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" fill=\"%s\">%.1f</text>\n",
                    x + width / 2, y + height / 2 + 4, share > 0.6 ? "#fff" : "#1b1f24", 100 * share);
        }
    }
}

static void axes_and_series(struct ax_buf *out, const struct ax_doc_plot *plot)
{
    struct scale s = scale_of(plot);
    axis_y(out, &s);
    axis_x(out, plot, &s);
    for (size_t k = 0; k < plot->series_count; k++) {
        if (plot->kind == AX_DOC_BARS && !plot->series[k].dashed) {
            bars(out, plot, k, &s);
        } else {
            line(out, plot, k, &s);
        }
    }
    labels_x(out, plot, &s);
    key(out, plot);
}

void ax_doc_write_svg(const struct ax_doc_plot *plot, struct ax_buf *out)
{
    bool is_matrix = plot->kind == AX_DOC_MATRIX;
    int keys = is_matrix ? 0 : (int)((plot->series_count + KEYS_A_LINE - 1) / KEYS_A_LINE);
    int extra = is_matrix ? 0 : extra_height(plot), height = HEIGHT + extra + KEY_LINE * keys + 8;
    ax_buf_printf(out,
            "<svg id=\"plot-%s\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" font-size=\"12\" "
            "role=\"img\"><title>",
            plot->id, WIDTH, height, WIDTH, height);
    ax_doc_escape(out, plot->en);
    ax_buf_put_str(out, AX_STR("</title>\n"));
    if (is_matrix) {
        matrix(out, plot);
    } else {
        axes_and_series(out, plot);
    }
    label(out, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT + extra - 14, "middle", plot->x_en == NULL ? "" : plot->x_en,
            plot->x_zh);
    ax_buf_printf(out, "<g transform=\"translate(14 %d) rotate(-90)\">", (TOP + HEIGHT - BOTTOM) / 2);
    label(out, 0, 0, "middle", plot->y_en == NULL ? "" : plot->y_en, plot->y_zh);
    ax_buf_put_str(out, AX_STR("</g>\n</svg>\n"));
}
