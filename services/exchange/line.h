/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* anxin.v1.ExplainLine as a plain struct. Pure; any thread. */
#include "scoring/deadlines.h"
#include "scoring/rating.h"

enum ax_line_kind { /* = anxin.v1.LineKind */
    AX_LINE_KIND_BASE = 1,
    AX_LINE_KIND_POINTS,
    AX_LINE_KIND_CAP,
    AX_LINE_KIND_CLAMP,
    AX_LINE_KIND_OVERRIDE,
    AX_LINE_KIND_FLAG,
    AX_LINE_KIND_NOT_COUNTED,
};

struct ax_line {
    int32_t kind; /* enum ax_line_kind */
    ax_str rule_id;
    ax_str title_zh;
    ax_str title_en;
    ax_str legal_basis;
    ax_str provenance;
    int32_t points;
    int32_t level_shift;
    int32_t level; /* enum ax_level */
    ax_str source;
    ax_str reference;
    uint8_t fact_digest[AX_DIGEST_SIZE];
    int32_t occurred_on;
    ax_str subject;
    int32_t counts_from;
    int32_t counts_until;
    int32_t state;
    int32_t publish_until;
    int32_t use_until;
    int32_t archive_until;
    int32_t repair_from;
    uint32_t facts;
    bool synthetic;
    ax_str symbol;
    ax_str fact_kind;
    uint32_t deaths;
    int32_t liability;
};

extern const struct ax_message ax_line_message;

/* The day a reader looks for a fact under: when it happened, else from when it holds. */
static inline int32_t ax_line_day(const struct ax_entry *entry)
{
    int32_t occurred_on = ax_entry_occurred_on(entry);
    return occurred_on != AX_DAY_NONE ? occurred_on : ax_entry_from(entry);
}

/* What a fact is in a few words, e.g. a document number; borrowed. */
ax_str ax_fact_subject(const struct ax_fact *fact);
/* The line as a reader sees it; `fact` may be NULL. Where `from` sums up what is not shown one by one it belongs to no entry,
 * and `facts` says of how many; else 0. */
void ax_line_fill(const struct ax_rate_line *from, uint32_t facts, const struct ax_pack *pack,
        const struct ax_ledger *ledger, const struct ax_fact *fact, struct ax_line *out);
/* What an entry is, in few numbers: kind, people killed, liability. */
void ax_line_face(const struct ax_entry *entry, ax_str *fact_kind, uint32_t *deaths, int32_t *liability);
/* Adds the clocks of the fact, where the law has any for it; else what the fact itself says stays. */
void ax_line_clocks(const struct ax_clocks *clocks, struct ax_line *out);
