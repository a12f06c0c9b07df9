/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The store: a view that can be thrown away and rebuilt from the log.
 *
 * Per partition it holds a position and, for each enterprise, one rating (opaque bytes) and the chunks of its ledger.
 * A chunk is whatever one commit added, under the offset of its first record: absolute, so that writing it twice is
 * writing it once. The ledger is the union of its chunks.
 *
 * A position is (next offset, rated day). A commit names the position it expects and the one it leaves; everything is
 * checked before anything is written, and position and effects change together or not at all. AX_STALE: somebody else
 * was first, or the epoch or generation changed: open again and go on from the position found there.
 * The generation is part of every key: a rebuild writes generation g+1 beside g and is switched to by one write, while
 * readers and g go on.
 *
 * A `struct ax_store` may be used by any thread. A handle belongs to one thread at a time. Back ends: redis, sqlite,
 * sim; one conformance suite (tests/integration/store_conformance) runs on all.
 */
#include "base/arena.h"

struct ax_store;
struct ax_store_part;

enum {
    AX_STORE_ENTERPRISE_MAX = 18,
    AX_STORE_BATCH_MAX = 65536,
    AX_STORE_RATING_MAX_BYTES = 1 << 16,
    AX_STORE_CHUNK_MAX_BYTES = 8 << 20,
    AX_STORE_COMMIT_MAX_BYTES = 64 << 20, /* ratings and chunks of one commit */
    AX_STORE_NOTE_MAX_BYTES = 256,
};

struct ax_store_position {
    int64_t next_offset;
    int32_t day; /* AX_DAY_NONE (INT32_MIN): nothing rated yet */
};

enum ax_store_backend { AX_STORE_SIM, AX_STORE_SQLITE, AX_STORE_REDIS };

struct ax_store_options {
    enum ax_store_backend backend;
    int32_t partitions; /* checked against what is there */
    const char *path;   /* sqlite: file */
    const char *host;   /* redis */
    int port;
    const char *key_prefix; /* redis, for tests; NULL = none */
    const char *user;       /* redis ACL; NULL = default */
    const char *password_file;
    const char *ca_file; /* redis TLS; NULL = plaintext */
    const char *cert_file;
    const char *key_file;
    int timeout_ms;
    uint64_t sim_seed;
    int sim_fault_ppm; /* sim: chance in a million that a call fails once, also "committed but reported failed" */
};

struct ax_store_write {
    ax_str enterprise;
    ax_str rating;        /* .ptr NULL: leave as it is */
    int64_t chunk_offset; /* of the chunk's first record; with an empty chunk ignored */
    ax_str chunk;         /* may be empty */
};

/* Of a partition: two reads with the same one were of the same ratings and chunks. The position alone does not say so, for
 * ratings are written again where it stands. */
struct ax_store_mark {
    int64_t generation; /* 0: nothing is there */
    int64_t commits;
};

struct ax_store_read {
    ax_str enterprise; /* in */
    bool mark_only;    /* in: position and mark are wanted, nothing of the enterprise */
    ax_str rating;     /* out, in the arena; .ptr NULL: not there */
    ax_str *chunks; /* out where asked for: in the order of their offsets; the array and the bytes are in the arena */
    size_t chunk_count;
    int32_t partition;                 /* in */
    struct ax_store_position position; /* out: the partition's, as read together with the rating */
    struct ax_store_mark mark;         /* out, likewise */
};

ax_rc ax_store_open(const struct ax_store_options *options, struct ax_store **out, struct ax_err *err) AX_MUST_CHECK;
void ax_store_close(struct ax_store *store);

/*
 * Takes the partition: the epoch goes up, handles opened before become stale. Where it is not there it is made, empty, at
 * offset 0 and no day, whatever the reason: a new store, or one whose data were lost. It never guesses a position; the
 * caller reads the log again from 0, and what may be left of an earlier life is in another generation, seen by nobody.
 * A caller that knows that it had been further can compare and say so. Another partition count than the store was made
 * for is AX_STATE (from open, or from the first call that reaches the store).
 */
ax_rc ax_store_take(struct ax_store *store, int32_t partition, struct ax_store_part **out,
        struct ax_store_position *position, struct ax_err *err) AX_MUST_CHECK;
void ax_store_part_free(struct ax_store_part *part);
/*
 * Never back, and every chunk's offset within [expected, next): at an unchanged position ratings alone are written again, a
 * page of midnight's or those that other packs give. AX_UNAVAILABLE, AX_TIMEOUT, AX_IO: done or not, nobody
 * knows; repeat the same commit (if it had been done the repetition is AX_OK and changes nothing) or take again.
 */
ax_rc ax_store_commit(struct ax_store_part *part, struct ax_store_position expected, struct ax_store_position next,
        const struct ax_store_write *writes, size_t count, struct ax_err *err) AX_MUST_CHECK;

/* Ratings, and ledgers where `ledgers` is set, of many enterprises at once; results in the arena. One round trip. */
ax_rc ax_store_read_many(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
/* Up to `max` enterprises of a partition in byte order, strictly after `after` (empty: from the start), with ratings (and
 * ledgers). *count < max: the end. */
ax_rc ax_store_scan(struct ax_store *store, int32_t partition, ax_str after, size_t max, bool ledgers,
        struct ax_arena *arena, struct ax_store_read **reads, size_t *count, struct ax_err *err) AX_MUST_CHECK;
/* Position and number of enterprises, without taking the partition. Not there: AX_NOT_FOUND. */
ax_rc ax_store_position(struct ax_store *store, int32_t partition, struct ax_store_position *position,
        int64_t *enterprises, struct ax_err *err) AX_MUST_CHECK;

/* A rebuild: an empty generation beside the live one at offset 0 and no day, written with ax_store_commit, read by nobody.
 * A later rebuild of the same partition makes an unfinished one stale. */
ax_rc ax_store_rebuild(
        struct ax_store *store, int32_t partition, struct ax_store_part **out, struct ax_err *err) AX_MUST_CHECK;
/* Makes it the live one, which makes every handle on the old one stale, and drops the old one. The handle stays good;
 * to repeat the switch changes nothing.
 * Whether it has come far enough is for the caller to see to. */
ax_rc ax_store_switch(struct ax_store_part *rebuilt, struct ax_err *err) AX_MUST_CHECK;

/* A small word kept beside the partitions, e.g. how far the ratings feed has been published. Not there: .ptr is NULL. */
ax_rc ax_store_note_put(
        struct ax_store *store, int32_t partition, ax_str name, ax_str value, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_store_note_get(struct ax_store *store, int32_t partition, ax_str name, struct ax_arena *arena, ax_str *value,
        struct ax_err *err) AX_MUST_CHECK;
