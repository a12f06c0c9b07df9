/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/transition.h"

#include <string.h>

void ax_transition_init(struct ax_transition *t, size_t grades)
{
    AX_ASSERT(grades <= AX_TRANSITION_GRADES_MAX);
    memset(t, 0, sizeof *t);
    t->grades = grades;
}

void ax_transition_add(struct ax_transition *t, size_t from, size_t to)
{
    AX_ASSERT(from < t->grades && to <= t->grades);
    t->count[from][to]++;
}

double ax_transition_share(const struct ax_transition *t, size_t from, size_t to)
{
    uint64_t all = 0;
    for (size_t k = 0; k <= t->grades; k++) {
        all += t->count[from][k];
    }
    return all > 0 ? (double)t->count[from][to] / (double)all : 0;
}

static double share_within(const struct ax_transition *t, size_t steps)
{
    uint64_t near = 0, all = 0;
    for (size_t i = 0; i < t->grades; i++) {
        for (size_t k = 0; k < t->grades; k++) {
            size_t apart = i > k ? i - k : k - i;
            all += t->count[i][k];
            near += apart <= steps ? t->count[i][k] : 0;
        }
    }
    return all > 0 ? (double)near / (double)all : 0;
}

double ax_transition_kept(const struct ax_transition *t)
{
    return share_within(t, 0);
}

double ax_transition_far(const struct ax_transition *t)
{
    return 1 - share_within(t, 1);
}
