/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/backtest/axes.h"

#include <stdio.h>

enum { LABEL_SIZE = 64 };

static const char *const not_stated = "not stated";

/* A leading digit, not shown, keeps sizes in order. */
static const char *size_of(const struct ax_panel_year *year)
{
    if (year == NULL || !(year->employees > 0)) {
        return "9not stated";
    }
    double n = year->employees;
    return n < 10 ? "01–9 employees" : n < 50 ? "110–49" : n < 250 ? "250–249" : "3250+";
}

static const char *industry_of(const struct ax_panel_mine *mine, const struct ax_panel_year *year, int32_t day)
{
    if (mine->coal_from > day) {
        return "metal, nonmetal, stone";
    }
    switch (year == NULL ? AX_MINE_TYPE_UNKNOWN : (enum ax_mine_type)year->type) {
    case AX_MINE_UNDERGROUND:
        return "coal, underground";
    case AX_MINE_SURFACE:
        return "coal, surface";
    case AX_MINE_TYPE_OTHER:
    case AX_MINE_TYPE_UNKNOWN:
        break;
    }
    return "coal, other";
}

static uint16_t number_of(struct ax_report_axis_labels *axis, const char *label)
{
    size_t i = 0;
    while (i < axis->count && strcmp(axis->labels[i], label) != 0) {
        i++;
    }
    if (i == AX_REPORT_LABELS_MAX) {
        return AX_REPORT_LABELS_MAX - 1;
    }
    if (i == axis->count) {
        axis->labels[axis->count++] = ax_xstrdup(label);
    }
    return (uint16_t)i;
}

static const char *text(ax_str s, char out[LABEL_SIZE])
{
    return s.len > 0 && ax_str_to_c(s, out, LABEL_SIZE) ? out : not_stated;
}

void ax_axes_label(struct ax_report_population *pop, struct ax_report_row *row, const struct ax_panel *panel,
        const struct ax_panel_mine *mine, int32_t day)
{
    const struct ax_panel_year *year = ax_panel_year_before(panel, mine, day);
    ax_str none = AX_STR("");
    char buffer[LABEL_SIZE];
    row->label[AX_REPORT_SIZE] = number_of(&pop->axes[AX_REPORT_SIZE], size_of(year));
    row->label[AX_REPORT_REGION] =
            number_of(&pop->axes[AX_REPORT_REGION], text(year == NULL ? none : year->region, buffer));
    row->label[AX_REPORT_OWNERSHIP] =
            number_of(&pop->axes[AX_REPORT_OWNERSHIP], text(year == NULL ? none : year->company, buffer));
    row->label[AX_REPORT_INDUSTRY] = number_of(&pop->axes[AX_REPORT_INDUSTRY], industry_of(mine, year, day));
}

void ax_axes_sort(struct ax_report_population *pop)
{
    for (size_t a = 0; a < AX_REPORT_AXES; a++) {
        struct ax_report_axis_labels *axis = &pop->axes[a], sorted = {.count = axis->count};
        uint16_t place[AX_REPORT_LABELS_MAX];
        for (size_t i = 0; i < axis->count; i++) {
            place[i] = 0;
            for (size_t k = 0; k < axis->count; k++) {
                place[i] = (uint16_t)(place[i] + (strcmp(axis->labels[k], axis->labels[i]) < 0));
            }
            sorted.labels[place[i]] = axis->labels[i];
        }
        for (size_t i = 0; a == AX_REPORT_SIZE && i < sorted.count; i++) {
            char *shown = ax_xstrdup(sorted.labels[i] + 1);
            ax_xfree((void *)(uintptr_t)sorted.labels[i]);
            sorted.labels[i] = shown;
        }
        *axis = sorted;
        for (size_t i = 0; i < pop->count; i++) {
            pop->rows[i].label[a] = place[pop->rows[i].label[a]];
        }
    }
}

void ax_axes_deinit(struct ax_report_population *pop)
{
    for (size_t a = 0; a < AX_REPORT_AXES; a++) {
        for (size_t i = 0; i < pop->axes[a].count; i++) {
            ax_xfree((void *)(uintptr_t)pop->axes[a].labels[i]);
        }
        pop->axes[a].count = 0;
    }
}
