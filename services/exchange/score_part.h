/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The risk score of a day, line by line, cut to what an answer may hold, and what anxin.v1.ScoreExplanation says of it as
 * plain structs. start + points of all lines = score; without a score (NR) all points are 0. Pure; any thread; memory is the
 * arena's, text the edition's.
 */
#include "scoring/deadlines.h"
#include "scoring/risk_explain.h"
#include "services/exchange/texts.h"
#include "services/lib/wire/decode.h"

enum {
    AX_SCORE_ASIDE_MAX = 64, /* facts of the side that does not count that are told, the first ones */
    AX_SCORE_OTHER_LINES = 2 * AX_RISK_CHANNELS + 4 + AX_SCORE_ASIDE_MAX,
    AX_SCORE_LINES_MAX = AX_WIRE_LIST_MAX - AX_SCORE_OTHER_LINES, /* of facts: all of them stand alone up to here */
    AX_SCORE_LINES_EACH = 100,                                    /* beyond it, so many of a channel */
};

enum ax_score_line_kind { /* = anxin.v1.ScoreLineKind */
    AX_SCORE_LINE_NONE = 0,
    AX_SCORE_LINE_FACT,
    AX_SCORE_LINE_CLEAN_EXPOSURE,
    AX_SCORE_LINE_RECENCY,
    AX_SCORE_LINE_INTERACTION,
    AX_SCORE_LINE_PEERS,
    AX_SCORE_LINE_CLAMP,
    AX_SCORE_LINE_ASIDE,
};

enum ax_outlook {
    AX_OUTLOOK_NONE,
    AX_OUTLOOK_POSITIVE,
    AX_OUTLOOK_STABLE,
    AX_OUTLOOK_NEGATIVE
}; /* = anxin.v1.Outlook */

enum ax_watch_cause {
    AX_WATCH_NONE,
    AX_WATCH_ACCIDENT,
    AX_WATCH_PENALTY,
    AX_WATCH_CANDIDATE
}; /* = anxin.v1.WatchCause */

struct ax_score_line {
    int32_t kind; /* enum ax_score_line_kind */
    ax_str channel;
    ax_str title_zh;
    ax_str title_en;
    int32_t points;
    ax_str source;
    ax_str reference;
    uint8_t fact_digest[AX_DIGEST_SIZE];
    int32_t occurred_on;
    ax_str subject;
    int32_t state;
    bool synthetic;
    uint32_t facts;
    uint32_t share_ppm;
    int32_t counts_until;
    ax_str fact_kind;
    uint32_t deaths;
    int32_t liability;
    int32_t publish_until;
    int32_t use_until;
    int32_t archive_until;
    int32_t repair_from;
};

struct ax_score_channel {
    ax_str channel;
    ax_str title_zh;
    ax_str title_en;
    int32_t points;
    uint32_t facts;
    int64_t found_micro;
    int64_t expected_micro;
};

struct ax_expected_events {
    int32_t head; /* enum ax_risk_head + 1 */
    int64_t expected_micro;
    int64_t peer_expected_micro;
    uint32_t probability_ppm;
};

struct ax_score {
    ax_str model;
    uint8_t parameters_digest[AX_DIGEST_SIZE];
    ax_str provenance;
    ax_str peer;
    ax_str peer_title_zh;
    ax_str peer_title_en;
    ax_str exposure_unit;
    int64_t exposure_micro;
    int64_t exposure_per_milli;
    int32_t start;
    struct ax_list channels; /* struct ax_score_channel */
    struct ax_list lines;    /* struct ax_score_line */
    struct ax_list expected; /* struct ax_expected_events */
    int64_t expected_cost_fen;
    int64_t peer_expected_cost_fen;
    int32_t outlook; /* enum ax_outlook */
    int32_t outlook_points;
    int32_t outlook_threshold;
    int32_t next_grade_on;
    int32_t next_grade;
    uint32_t watch_causes; /* bit n: enum ax_watch_cause n */
};

extern const struct ax_message ax_score_message;
extern const struct ax_message ax_score_line_message;
extern const struct ax_message ax_score_channel_message;
extern const struct ax_message ax_expected_events_message;

/* What a channel is called. */
struct ax_channel_words {
    ax_str zh;
    ax_str en;
};

struct ax_channel_words ax_channel_words_of(size_t channel);
/* What a line that is no fact is called; `kind` is enum ax_score_line_kind. */
struct ax_channel_words ax_score_line_words(int32_t kind);

struct ax_score_chosen {
    struct ax_risk_line line; /* of no entry where it sums up several */
    uint32_t facts;           /* that it sums up; 0: it stands for itself */
};

struct ax_score_part {
    const struct ax_risk_edition *edition; /* NULL: none covers the enterprise, and there is nothing else */
    struct ax_risk_explained all;
    struct ax_risk_prospect prospect;
    struct ax_risk_better better; /* ax_score_part_make leaves it out: other editions may be in force by then */
    struct ax_score_chosen *chosen;
    size_t count;
};

/* By what the clocks of a record are told; deadlines may be NULL: none are. */
struct ax_score_clocks {
    const struct ax_deadlines *deadlines;
    ax_str place;
};

/* `most` is AX_SCORE_LINES_MAX but in tests. */
ax_rc ax_score_part_make(const struct ax_ledger *ledger, const struct ax_pack *pack,
        const struct ax_risk_edition *edition, int32_t day, size_t most, struct ax_arena *arena,
        struct ax_score_part *out, struct ax_err *err) AX_MUST_CHECK;
/* `clocks` are those of the place. `texts` holds the facts of the chosen lines; `marks` (enum ax_risk_marks) are those of the
 * rating. */
ax_rc ax_score_fill(const struct ax_score_part *part, uint8_t marks, const struct ax_ledger *ledger,
        const struct ax_texts *texts, struct ax_score_clocks clocks, struct ax_arena *arena, struct ax_score *out,
        struct ax_err *err) AX_MUST_CHECK;
