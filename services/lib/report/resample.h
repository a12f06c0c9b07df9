/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * 90 % intervals of the measures: enterprises are drawn with all their rows, a seeded number of rounds. Order and tables
 * are made once, so that a round is one pass. Any thread.
 */
#include "services/lib/actuary/bootstrap.h"
#include "services/lib/report/vectors.h"

enum ax_resampled {
    AX_RESAMPLED_AUC,
    AX_RESAMPLED_CAPTURE, /* of the worst tenth */
    AX_RESAMPLED_OE,
    AX_RESAMPLED_D2,
    AX_RESAMPLED_GINI,   /* by exposure, over that of the perfect order */
    AX_RESAMPLED_LORENZ, /* twice the area of the Lorenz curve */
    AX_RESAMPLED_MEASURES,
};

struct ax_resample {
    struct ax_interval of[AX_RESAMPLED_MEASURES];
    struct ax_interval less_rival[AX_RESAMPLED_MEASURES]; /* the difference on the same draws */
    double point[AX_RESAMPLED_MEASURES];
    double rival[AX_RESAMPLED_MEASURES];
};

/* `rival` are the same rows by another prediction. */
struct ax_resample ax_resample(
        const struct ax_vectors *v, const struct ax_vectors *rival, size_t units, uint32_t rounds, uint64_t seed);
