/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Transition matrix of grades from one date to the next, with a column for those that are no longer rated, as rating
 * agencies publish it (S&P, Annual Global Corporate Default And Rating Transition Study). Pure.
 */
#include "base/rc.h"

enum { AX_TRANSITION_GRADES_MAX = 16 };

struct ax_transition {
    size_t grades;
    /* count[from][to]; the last column, to = grades: withdrawn */
    uint64_t count[AX_TRANSITION_GRADES_MAX][AX_TRANSITION_GRADES_MAX + 1];
};

void ax_transition_init(struct ax_transition *t, size_t grades);
void ax_transition_add(struct ax_transition *t, size_t from, size_t to); /* to == grades: withdrawn */
/* Share of the row; 0 where it is empty. */
double ax_transition_share(const struct ax_transition *t, size_t from, size_t to);
/* Of those rated at both dates: the share that keeps its grade, and that moves by more than one. */
double ax_transition_kept(const struct ax_transition *t);
double ax_transition_far(const struct ax_transition *t);
