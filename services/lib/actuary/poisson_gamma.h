/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Poisson counts with a Gamma frailty: N ~ Poisson(θ E), θ ~ Gamma(a, b) ⇒ θ | N ~ Gamma(a + N, b + E). The marginal is
 * negative binomial. The evolutionary form (power discount) multiplies what is known by ω before each step. Sources:
 * Bühlmann & Gisler (2005), §2.3; Albrecht (1985), ASTIN Bulletin 15. Pure.
 */
#include "base/rc.h"

struct ax_gamma_belief {
    double a; /* shape */
    double b; /* rate, in units of exposure */
};

struct ax_gamma_belief ax_poisson_gamma_learn(struct ax_gamma_belief prior, double count, double exposure);
/* One step of the evolutionary form: counts and exposure so far (not the prior) lose the part 1 − ω, then new ones come. */
void ax_poisson_gamma_step(double *count, double *exposure, double omega, double new_count, double new_exposure);

static inline double ax_gamma_mean(struct ax_gamma_belief g)
{
    return g.a / g.b;
}

static inline double ax_gamma_variance(struct ax_gamma_belief g)
{
    return g.a / (g.b * g.b);
}

/* Z = E / (E + b): the weight of own experience in the posterior mean. */
static inline double ax_poisson_gamma_credibility(struct ax_gamma_belief prior, double exposure)
{
    return exposure / (exposure + prior.b);
}

/* ln P(N = count) for expected count E under θ ~ Gamma(κ, κ). */
double ax_negative_binomial_log(double count, double expected, double kappa);
/* κ by moments, after scaling so that Σ N = Σ E; infinite where the counts show no spread of their own. AX_INVALID: an
 * expected count that is not above 0, no count at all. */
ax_rc ax_kappa_by_moments(
        const double *count, const double *expected, size_t n, double *kappa, struct ax_err *err) AX_MUST_CHECK;
/* κ by maximum likelihood of the negative binomial, same scaling, within [least, most]. */
ax_rc ax_kappa_by_likelihood(const double *count, const double *expected, size_t n, double least, double most,
        double *kappa, struct ax_err *err) AX_MUST_CHECK;
