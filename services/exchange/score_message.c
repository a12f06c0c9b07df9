/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of a score's explanation, and what channels are called. */
#include <stddef.h>

#include "services/exchange/score_part.h"

#define F(number_, type_, owner_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct owner_, member_), .max = (max_), \
        .name = #member_ \
    }
#define L(number_, owner_, member_, message_) \
    { \
        .number = (number_), .type = AX_T_MSG_LIST, .offset = offsetof(struct owner_, member_), .name = #member_, \
        .message = &(message_) \
    }
#define M(name_, owner_, fields_) \
    { \
        .name = (name_), .fields = (fields_), .field_count = sizeof(fields_) / sizeof((fields_)[0]), \
        .struct_size = sizeof(struct owner_) \
    }

static const struct ax_field line_fields[] = {
        F(1, AX_T_ENUM, ax_score_line, kind, AX_SCORE_LINE_ASIDE),
        F(2, AX_T_STR, ax_score_line, channel, 0),
        F(3, AX_T_STR, ax_score_line, title_zh, 0),
        F(4, AX_T_STR, ax_score_line, title_en, 0),
        F(5, AX_T_I32, ax_score_line, points, 0),
        F(6, AX_T_STR, ax_score_line, source, 0),
        F(7, AX_T_STR, ax_score_line, reference, 0),
        F(8, AX_T_HEX, ax_score_line, fact_digest, 0),
        F(9, AX_T_DATE, ax_score_line, occurred_on, 0),
        F(10, AX_T_STR, ax_score_line, subject, 0),
        F(11, AX_T_ENUM, ax_score_line, state, AX_FACT_STATE_EXPIRED),
        F(12, AX_T_BOOL, ax_score_line, synthetic, 0),
        F(13, AX_T_U32, ax_score_line, facts, 0),
        F(14, AX_T_U32, ax_score_line, share_ppm, 0),
        F(15, AX_T_DATE, ax_score_line, counts_until, 0),
        F(16, AX_T_STR, ax_score_line, fact_kind, 0),
        F(17, AX_T_U32, ax_score_line, deaths, 0),
        F(18, AX_T_ENUM, ax_score_line, liability, AX_LIABILITY_MAIN),
        F(19, AX_T_DATE, ax_score_line, publish_until, 0),
        F(20, AX_T_DATE, ax_score_line, use_until, 0),
        F(21, AX_T_DATE, ax_score_line, archive_until, 0),
        F(22, AX_T_DATE, ax_score_line, repair_from, 0),
};
const struct ax_message ax_score_line_message = M("ScoreLine", ax_score_line, line_fields);

static const struct ax_field channel_fields[] = {
        F(1, AX_T_STR, ax_score_channel, channel, 0),
        F(2, AX_T_STR, ax_score_channel, title_zh, 0),
        F(3, AX_T_STR, ax_score_channel, title_en, 0),
        F(4, AX_T_I32, ax_score_channel, points, 0),
        F(5, AX_T_U32, ax_score_channel, facts, 0),
        F(6, AX_T_I64, ax_score_channel, found_micro, 0),
        F(7, AX_T_I64, ax_score_channel, expected_micro, 0),
};
const struct ax_message ax_score_channel_message = M("ScoreChannel", ax_score_channel, channel_fields);

static const struct ax_field expected_fields[] = {
        F(1, AX_T_ENUM, ax_expected_events, head, AX_RISK_HEADS),
        F(2, AX_T_I64, ax_expected_events, expected_micro, 0),
        F(3, AX_T_I64, ax_expected_events, peer_expected_micro, 0),
        F(4, AX_T_U32, ax_expected_events, probability_ppm, 0),
};
const struct ax_message ax_expected_events_message = M("ExpectedEvents", ax_expected_events, expected_fields);

static const struct ax_field score_fields[] = {
        F(1, AX_T_STR, ax_score, model, 0),
        F(2, AX_T_HEX, ax_score, parameters_digest, 0),
        F(3, AX_T_STR, ax_score, provenance, 0),
        F(4, AX_T_STR, ax_score, peer, 0),
        F(5, AX_T_STR, ax_score, peer_title_zh, 0),
        F(6, AX_T_STR, ax_score, peer_title_en, 0),
        F(7, AX_T_STR, ax_score, exposure_unit, 0),
        F(8, AX_T_I64, ax_score, exposure_micro, 0),
        F(9, AX_T_I64, ax_score, exposure_per_milli, 0),
        F(10, AX_T_I32, ax_score, start, 0),
        L(11, ax_score, channels, ax_score_channel_message),
        L(12, ax_score, lines, ax_score_line_message),
        L(13, ax_score, expected, ax_expected_events_message),
        F(14, AX_T_I64, ax_score, expected_cost_fen, 0),
        F(15, AX_T_I64, ax_score, peer_expected_cost_fen, 0),
        F(16, AX_T_ENUM, ax_score, outlook, AX_OUTLOOK_NEGATIVE),
        F(17, AX_T_I32, ax_score, outlook_points, 0),
        F(18, AX_T_I32, ax_score, outlook_threshold, 0),
        F(19, AX_T_DATE, ax_score, next_grade_on, 0),
        F(20, AX_T_ENUM, ax_score, next_grade, AX_RISK_GRADE_NR),
        F(21, AX_T_ENUM_SET, ax_score, watch_causes, AX_WATCH_CANDIDATE),
};
const struct ax_message ax_score_message = M("ScoreExplanation", ax_score, score_fields);

struct ax_channel_words ax_channel_words_of(size_t channel)
{
    static const struct {
        const char *zh;
        const char *en;
    } words[AX_RISK_CHANNELS] = {
            [AX_RISK_ACCIDENTS] = {"损失工时事故", "Accidents with lost time"},
            [AX_RISK_LOST_DAYS] = {"事故损失工作日", "Workdays lost to accidents"},
            [AX_RISK_SEVERE] = {"死亡、永久伤残和重伤", "Deaths, disabilities and serious injuries"},
            [AX_RISK_ENFORCEMENT] = {"行政处罚", "Penalties"},
            [AX_RISK_GRAVE] = {"严重行政处罚", "Grave penalties"},
            [AX_RISK_CLAIMS] = {"责任险理赔", "Liability insurance claims"},
            [AX_RISK_RESTRICTED] = {"事故后限制工作日", "Days of restricted work after accidents"},
    };
    AX_ASSERT(channel < AX_RISK_CHANNELS);
    return (struct ax_channel_words){ax_str_c(words[channel].zh), ax_str_c(words[channel].en)};
}

struct ax_channel_words ax_score_line_words(int32_t kind)
{
    static const struct {
        const char *zh;
        const char *en;
    } words[] = {
            [AX_SCORE_LINE_NONE] = {"", ""},
            [AX_SCORE_LINE_FACT] = {"", ""},
            [AX_SCORE_LINE_CLEAN_EXPOSURE] = {"无记录运行加分", "clean-exposure credit"},
            [AX_SCORE_LINE_RECENCY] = {"距最近一次不良记录的时间", "time since the last adverse fact"},
            [AX_SCORE_LINE_INTERACTION] = {"两类风险的交互项", "interaction of the two kinds of risk"},
            [AX_SCORE_LINE_PEERS] = {"同行平均水平校准", "calibration to the peers' average"},
            [AX_SCORE_LINE_CLAMP] = {"评分上下限", "ends of the scale"},
            [AX_SCORE_LINE_ASIDE] = {"同一事件只计较重的一面", "one event counts once, with its graver side"},
    };
    AX_ASSERT(kind >= 0 && (size_t)kind < sizeof words / sizeof words[0]);
    return (struct ax_channel_words){ax_str_c(words[kind].zh), ax_str_c(words[kind].en)};
}
