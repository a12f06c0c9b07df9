/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What a back-test looks at but a score never does: size, region and ownership of a mine, from its latest year before a day.
 * Labels are gathered as they are met, then put in order. One thread. */
#include "services/lib/model/panel.h"
#include "services/lib/report/rows.h"

/* Fills row->label; a label beyond the limit counts as the last. */
void ax_axes_label(struct ax_report_population *pop, struct ax_report_row *row, const struct ax_panel *panel,
        const struct ax_panel_mine *mine, int32_t day);
/* Labels in order of their names (sizes in order of size), rows renumbered. */
void ax_axes_sort(struct ax_report_population *pop);
void ax_axes_deinit(struct ax_report_population *pop);
