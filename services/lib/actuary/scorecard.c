/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/actuary/scorecard.h"

#include <math.h>

struct ax_scorecard ax_scorecard_new(double score, double odds, double pdo)
{
    double factor = pdo / log(2);
    return (struct ax_scorecard){factor, score - factor * log(odds)};
}

double ax_scorecard_at_odds(struct ax_scorecard s, double odds)
{
    return s.offset + s.factor * log(odds);
}

double ax_scorecard_at_pd(struct ax_scorecard s, double pd)
{
    return ax_scorecard_at_odds(s, (1 - pd) / pd);
}

double ax_scorecard_odds(struct ax_scorecard s, double score)
{
    return exp((score - s.offset) / s.factor);
}

double ax_scorecard_pd(struct ax_scorecard s, double score)
{
    return 1 / (1 + ax_scorecard_odds(s, score));
}

double ax_scorecard_points(struct ax_scorecard s, double beta, double woe, double alpha, size_t n)
{
    return -(beta * woe + alpha / (double)n) * s.factor + s.offset / (double)n;
}

double ax_scorecard_relative(double base, double pdo, double relative)
{
    return base - pdo / log(2) * log(relative);
}

double ax_weight_of_evidence(double good, double all_good, double bad, double all_bad)
{
    return log((good / all_good) / (bad / all_bad));
}
