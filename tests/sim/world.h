/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A small world for simulation: a log, stores, packs, a clock that stands still, and a seeded source of facts. */
#include "base/clock.h"
#include "scoring/rating.h"
#include "services/lib/eventlog/eventlog.h"
#include "services/lib/pack/bundle.h"
#include "services/lib/store/store.h"
#include "services/lib/view/rater.h"

enum { WORLD_FIRST_DAY = 19723 /* 2024-01-01 */, WORLD_ENTERPRISES_MAX = 64 };

struct world {
    uint64_t seed;
    uint64_t random;
    int32_t partitions;
    int enterprises;
    struct ax_clock_fake clock;
    struct ax_log *log;
    struct ax_store *store;
    struct ax_bundle *bundle; /* shared by all worlds */
    int64_t appended;
};

void world_init(struct world *w, uint64_t seed, int fault_ppm);
void world_deinit(struct world *w);
uint32_t world_random(struct world *w, uint32_t below);
void world_code(int i, char code[19]);
int32_t world_today(const struct world *w);
struct ax_store *world_clean_store(const struct world *w);

/* Appends random facts until each is durable (which may put it there twice): new ones, revisions, duplicates, conflicts. */
void world_append(struct world *w, int count);
/* One record of any bytes. */
void world_append_bytes(struct world *w, ax_str key, ax_str value);
/* One fact, known at that instant. */
void world_append_fact(struct world *w, const struct ax_fact *fact, int64_t known_at_us);
/* A record of one plain penalty. */
void world_append_penalty(struct world *w, int enterprise, const char *reference, int32_t decided_on);

/* Records of a topic, of all partitions; on a log without faults. */
int64_t world_records(const struct world *w, enum ax_topic topic);
/* The stored rating, which must be there; it borrows from the arena. On a store without faults. */
void world_rating(const struct world *w, const char *code, struct ax_arena *arena, struct ax_stored *stored,
        struct ax_rating *rating);
/* Everything in a store in a form that does not depend on where commits were cut: per partition the position, per
 * enterprise the rating and the joined items of its chunks. */
void world_dump(const struct world *w, struct ax_store *store, struct ax_buf *out);
/* Every partition of the store has all of the log and today. */
bool world_settled(const struct world *w, struct ax_store *store);
