/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a made-up enterprise is and how it has behaved, before there are facts. Enterprises are laid out in strata, so that
 * shares are right for small provinces, too; which one is where follows from the seed. Pure.
 */
#include "connectors/synth.h"
#include "base/random.h"

enum { AX_SYNTH_KINDS_MAX = 32 };
enum { AX_SYNTH_LEVELS = 9 }; /* A1 … D, as the pack shanxi-2023 orders them */

struct ax_synth_sector {
    const char *industry; /* GB/T 4754-2017 */
    const char *suffix;   /* of names */
    const char *unit;     /* of output */
    uint8_t share;        /* percent */
    bool high_risk;
};

struct ax_synth_profile {
    char code[AX_USCC_LEN + 1];
    char name[96];
    const char *region;
    const char *city;
    const struct ax_synth_sector *sector;
    uint32_t employees;
};

/* Behaviour of the last five years; "recent" is within the last twelve months. */
struct ax_synth_plan {
    int32_t standardisation; /* enum ax_standardisation_level; 0: nothing is known */
    uint8_t engineers;
    uint8_t commendations;
    uint8_t recent_minor;
    uint8_t recent_general;
    uint8_t older_general;
    uint8_t older_serious;    /* 12 to 36 months ago */
    uint8_t recent_accidents; /* general grade, liable */
    uint8_t older_accidents;  /* likewise, 12 to 36 months ago */
    bool larger_accident;
    bool concealed;
    bool unlicensed;
    bool listed;
    bool overdue_hazard; /* major, supervised, past its day */
    bool not_liable;     /* an accident for which it was found not liable */
};

/* Sectors and cities that enterprises are made of. */
struct ax_synth_choice {
    uint8_t sectors[AX_SYNTH_KINDS_MAX];
    uint32_t sector_count;
    uint32_t shares; /* of the sectors together */
    uint8_t cities[AX_SYNTH_KINDS_MAX];
    uint32_t city_count;
};

/* By prefixes, none: the usual ones. False: nothing of the kind can be made. */
bool ax_synth_choose(const struct ax_strs *industries, const struct ax_strs *regions, struct ax_synth_choice *out);
void ax_synth_make_profile(uint32_t index, uint64_t seed, const struct ax_synth_choice *choice,
        struct ax_random *random, struct ax_synth_profile *out);
void ax_synth_make_plan(
        uint32_t index, uint32_t enterprises, uint64_t seed, struct ax_random *random, struct ax_synth_plan *out);
