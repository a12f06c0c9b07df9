/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What accepted facts tell of their sources, counted since this process began: acts that were reported later than the law
 * has them published (deadlines.yaml: 7 working days, 20 for market regulators), and codes that are on no list. Neither is a
 * reason to refuse a fact: an accident is not lost for a wrong category, which decides nothing. Any thread.
 */
#include "scoring/fact.h"
#include "services/lib/pack/bundle.h"

enum { AX_QUALITY_SOURCES_MAX = 64 }; /* what comes from more is counted under "other" */

struct ax_quality;

struct ax_quality_source {
    char source[40];
    int64_t accepted;
    int64_t late;          /* first reports of penalties and licences; accidents whose report took too long */
    int64_t unknown_codes; /* codes of accidents and of places */
};

struct ax_quality *ax_quality_new(const struct ax_common *common);
void ax_quality_free(struct ax_quality *quality);
/* `first`: no earlier revision of it was known, so this day is the day on which it was reported. */
void ax_quality_count(struct ax_quality *quality, const struct ax_fact *fact, bool first, int32_t today);
/* By source name; returns how many. */
size_t ax_quality_list(struct ax_quality *quality, struct ax_quality_source out[AX_QUALITY_SOURCES_MAX]);

/* The last day on which this fact is in time; AX_DAY_NONE: no deadline is known for it. */
int32_t ax_quality_due(const struct ax_common *common, const struct ax_fact *fact);
/* Codes of the fact that are on no list. */
int ax_quality_unknown_codes(const struct ax_common *common, const struct ax_fact *fact);
