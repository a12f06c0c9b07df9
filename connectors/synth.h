/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A made-up province: enterprises that do not exist, and five years of facts about them up to a day. For demos, tests and
 * benches. Everything follows from the options by integer arithmetic, so it is the same on every machine; every fact is marked
 * synthetic, every name begins with the character of a province and 示例, and the codes lie in counties that do not exist. The
 * usual province is Shanxi (晋示例), without construction; others are as they would be there. Rated by the pack shanxi-2023 on that day the four classes come out near 0.5 / 33 / 57 / 9 % (the national coal round of 2019).
 *
 * A stream owns its memory and belongs to one thread; it is as small for a million enterprises as for one.
 */
#include "scoring/fact.h"

enum { AX_SYNTH_ENTERPRISES_MAX = 10000000 };

struct ax_synth;

struct ax_synth_options {
    uint32_t enterprises; /* 1..AX_SYNTH_ENTERPRISES_MAX */
    uint64_t seed;
    int32_t until;
    struct ax_strs
            industries; /* prefixes of GB/T 4754, of those that can be made; none: the usual ones. Borrowed for the call */
    struct ax_strs regions; /* prefixes of GB/T 2260, likewise */
};

ax_rc ax_synth_open(const struct ax_synth_options *options, struct ax_synth **out, struct ax_err *err) AX_MUST_CHECK;
void ax_synth_close(struct ax_synth *synth);
/* The next fact, enterprise by enterprise, borrowed until the next call; NULL: the end. */
const struct ax_fact *ax_synth_next(struct ax_synth *synth);
/* Enterprises begun so far. */
uint32_t ax_synth_progress(const struct ax_synth *synth);

/* A penalty as a row of the 双公示 layout of 2018 (with its line end), as the mapping `creditchina` reads it. Facts of
 * which ax_synth_is_publicity says no have more in them than that layout can hold: write them with connectors/table.h or
 * as JSON lines. */
bool ax_synth_is_publicity(const struct ax_fact *fact);
void ax_synth_put_publicity_header(struct ax_buf *out);
void ax_synth_put_publicity(const struct ax_fact *fact, struct ax_buf *out);

/* The load of the benches: facts of about 300 bytes over many enterprises in seeded random order, some of them duplicates
 * of earlier ones, some revisions. Made up as above, not calibrated. */
struct ax_synth_load_options {
    uint64_t facts;
    uint32_t enterprises;
    uint32_t duplicates_ppm; /* in a million; the load of docs/BENCH.md: 50000 */
    uint32_t revisions_ppm;  /* 20000 */
    uint64_t seed;
    int32_t until;
};

struct ax_synth_load {
    struct ax_synth_load_options options;
    uint64_t next;
};

void ax_synth_load_init(struct ax_synth_load *load, const struct ax_synth_load_options *options);
/* Text of the fact lies in `text`. False: the end. */
struct ax_synth_load_text {
    char reference[64];
    char enterprise[AX_USCC_LEN + 1];
    char document[64];
    char name[64];
};
bool ax_synth_load_next(struct ax_synth_load *load, struct ax_synth_load_text *text, struct ax_fact *fact);
