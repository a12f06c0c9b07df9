/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* xoshiro256** by Blackman and Vigna (public domain), seeded by splitmix64. Integers only; one thread. */
#include "base/rc.h"

struct ax_random {
    uint64_t s[4];
};

static inline uint64_t ax_random_mix(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline void ax_random_init(struct ax_random *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        r->s[i] = ax_random_mix(&seed);
    }
}

static inline uint64_t ax_random_next(struct ax_random *r)
{
    uint64_t five = r->s[1] * 5;
    uint64_t result = ((five << 7) | (five >> 57)) * 9;
    uint64_t t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = (r->s[3] << 45) | (r->s[3] >> 19);
    return result;
}

/* 0..n-1; n > 0. */
static inline uint32_t ax_random_below(struct ax_random *r, uint32_t n)
{
    return (uint32_t)(((ax_random_next(r) >> 32) * n) >> 32);
}

static inline int32_t ax_random_between(struct ax_random *r, int32_t least, int32_t most)
{
    return least + (int32_t)ax_random_below(r, (uint32_t)(most - least + 1));
}

static inline bool ax_random_percent(struct ax_random *r, uint32_t percent)
{
    return ax_random_below(r, 100) < percent;
}
