/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/score_difference.h"

#include "scoring/ledger_day.h"

#include <stddef.h>

#define F(number_, type_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_score_difference, member_), .max = (max_), \
        .name = #member_ \
    }
static const struct ax_field fields[] = {
        F(1, AX_T_ENUM, kind, AX_SCORE_LINE_ASIDE),
        F(2, AX_T_STR, channel, 0),
        F(3, AX_T_STR, title_zh, 0),
        F(4, AX_T_STR, title_en, 0),
        F(5, AX_T_I32, points_before, 0),
        F(6, AX_T_I32, points_after, 0),
};
#undef F

const struct ax_message ax_score_difference_message = {.name = "ScoreDifference",
        .fields = fields,
        .field_count = sizeof fields / sizeof fields[0],
        .struct_size = sizeof(struct ax_score_difference)};

static ax_rc explain(
        const struct ax_score_side *side, struct ax_arena *arena, struct ax_risk_explained *out, struct ax_err *err)
{
    struct ax_ledger_day now;
    ax_ledger_day_init(&now, side->ledger, side->day);
    ax_rc rc = ax_risk_explain(now.ledger, side->pack, side->edition, side->day, arena, out);
    ax_ledger_day_deinit(&now);
    return ax_ok(rc) ? rc : ax_fail(err, AX_LIMIT, "no room for the lines of %u facts", side->ledger->count);
}

/* What two editions give the peers' mean is a part of the peers' calibration here. */
static size_t find_others(
        const struct ax_risk_explained *a, const struct ax_risk_explained *b, struct ax_score_difference *out)
{
    const struct ax_score_difference others[] = {
            {.kind = AX_SCORE_LINE_RECENCY, .points_before = a->recency, .points_after = b->recency},
            {.kind = AX_SCORE_LINE_PEERS, .points_before = a->base + a->peers, .points_after = b->base + b->peers},
            {.kind = AX_SCORE_LINE_INTERACTION, .points_before = a->interaction, .points_after = b->interaction},
            {.kind = AX_SCORE_LINE_CLAMP, .points_before = a->clamp, .points_after = b->clamp},
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].points_before != others[i].points_after) {
            struct ax_channel_words words = ax_score_line_words(others[i].kind);
            out[count] = others[i];
            out[count].title_zh = words.zh;
            out[count++].title_en = words.en;
        }
    }
    return count;
}

ax_rc ax_score_difference_find(const struct ax_score_side *before, const struct ax_score_side *after,
        struct ax_arena *arena, struct ax_score_difference out[AX_SCORE_DIFFERENCES_MAX], size_t *count,
        struct ax_err *err)
{
    struct ax_risk_explained a;
    struct ax_risk_explained b;
    *count = 0;
    if (before->edition == NULL || after->edition == NULL) {
        return AX_RC(OK);
    }
    AX_TRY(explain(before, arena, &a, err));
    AX_TRY(explain(after, arena, &b, err));
    if (!a.risk.rated || !b.risk.rated) {
        return AX_RC(OK);
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        if (a.channels[k].net != b.channels[k].net) {
            struct ax_channel_words words = ax_channel_words_of(k);
            out[(*count)++] = (struct ax_score_difference){.kind = AX_SCORE_LINE_FACT,
                    .channel = ax_str_c(ax_risk_channel_name(k)),
                    .title_zh = words.zh,
                    .title_en = words.en,
                    .points_before = a.channels[k].net,
                    .points_after = b.channels[k].net};
        }
    }
    *count += find_others(&a, &b, &out[*count]);
    return AX_RC(OK);
}
