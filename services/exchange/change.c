/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/change.h"

#include <stddef.h>

enum { SCORE = 5 };

#define F(number_, type_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_change, member_), .max = (max_), \
        .name = #member_ \
    }
static const struct ax_field fields[] = {
        F(1, AX_T_DATE, on, 0),
        F(2, AX_T_ENUM, level, AX_LEVEL_UNRATED),
        F(3, AX_T_I32, level_points, 0),
        F(4, AX_T_STR, symbol, 0),
        {.number = SCORE,
                .type = AX_T_I32,
                .offset = offsetof(struct ax_change, risk_score),
                .oneof_case = offsetof(struct ax_change, risk_score_present),
                .name = "risk_score"},
        F(6, AX_T_ENUM, risk_grade, AX_RISK_GRADE_NR),
        {.number = 7,
                .type = AX_T_MSG_LIST,
                .offset = offsetof(struct ax_change, differences),
                .name = "differences",
                .message = &ax_difference_message},
        F(8, AX_T_STR, pack, 0),
        F(9, AX_T_HEX, pack_digest, 0),
};
#undef F

const struct ax_message ax_change_message = {.name = "RatingChange",
        .fields = fields,
        .field_count = sizeof fields / sizeof fields[0],
        .struct_size = sizeof(struct ax_change)};

void ax_change_fill(const struct ax_rating *rating, struct ax_change *out)
{
    *out = (struct ax_change){.on = rating->rated_on,
            .level = rating->level,
            .level_points = rating->level_points,
            .symbol = rating->symbol,
            .risk_score_present = rating->risk_score_present == 0 ? 0 : SCORE,
            .risk_score = rating->risk_score,
            .risk_grade = rating->risk_grade};
}
