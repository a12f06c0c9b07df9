/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/schedule/live.h"

#include "base/clock.h"
#include "base/log.h"
#include "services/lib/eventlog/drain.h"

#include <pthread.h>

enum {
    POLL_MAX = 64,
    STALL_MAX_MS = 10000,
    PREFETCH_BYTES = 1 << 20,
    RECORD_ARENA_BYTES = 1 << 16,
    RECORD_MAX_BYTES = 8192,
    MISSING_AGAIN_US = 10 * 1000000,
};

static const ax_str topic_key = {"packs", 5};

/* A rater, and those before it. */
struct kept {
    struct ax_rater rater;
    struct kept *before;
};

struct ax_live {
    struct ax_log *log;
    struct ax_library *library;
    struct ax_library *own; /* where the caller has none */
    int32_t partition;
    _Atomic(const struct ax_rater *) rater;
    pthread_mutex_t lock; /* over the rest */
    struct kept *kept;
    struct ax_schedule schedule;
    int64_t next; /* record to be read */
    bool is_missing;
    uint8_t missing[AX_DIGEST_SIZE];
    int64_t looked_us;
};

static void keep(struct ax_live *live, struct kept *kept)
{
    kept->before = live->kept;
    live->kept = kept;
    live->rater = &kept->rater;
}

struct ax_live *ax_live_new(struct ax_log *log, const struct ax_bundle *bundle, struct ax_library *library)
{
    struct ax_live *live = ax_xcalloc(1, sizeof *live);
    struct kept *kept = ax_xcalloc(1, sizeof *kept);
    live->log = log;
    live->own = library == NULL ? ax_library_new(bundle, NULL, NULL) : NULL;
    live->library = library == NULL ? live->own : library;
    live->partition = ax_log_partition_of(log, topic_key);
    (void)pthread_mutex_init(&live->lock, NULL);
    ax_schedule_init(&live->schedule);
    ax_rater_init(&kept->rater, bundle);
    keep(live, kept);
    return live;
}

void ax_live_free(struct ax_live *live)
{
    if (live == NULL) {
        return;
    }
    for (struct kept *k = live->kept; k != NULL;) {
        struct kept *before = k->before;
        ax_xfree(k);
        k = before;
    }
    ax_schedule_deinit(&live->schedule);
    ax_library_free(live->own);
    (void)pthread_mutex_destroy(&live->lock);
    ax_xfree(live);
}

const struct ax_rater *ax_live_rater(const struct ax_live *live)
{
    return live->rater;
}

struct ax_library *ax_live_library(const struct ax_live *live)
{
    return live->library;
}

static const struct ax_bundle *find(struct ax_live *live, const uint8_t digest[AX_DIGEST_SIZE])
{
    const struct ax_bundle *bundle = ax_library_find(live->library, digest);
    if (bundle == NULL && !live->is_missing) {
        live->is_missing = true;
        memcpy(live->missing, digest, AX_DIGEST_SIZE);
    }
    return bundle;
}

/* The rater that the schedule gives; a bundle that is not at hand leaves the days to the one before it. */
static void renew(struct ax_live *live)
{
    const struct ax_schedule *s = &live->schedule;
    live->is_missing = false;
    live->looked_us = ax_mono_us();
    const struct ax_bundle *first = s->slot_count == 0 ? ax_library_base(live->library) : find(live, s->first);
    struct kept *kept = ax_xcalloc(1, sizeof *kept);
    ax_rater_init(&kept->rater, first == NULL ? ax_library_base(live->library) : first);
    for (size_t i = 0; i < s->slot_count; i++) {
        const struct ax_bundle *bundle = find(live, s->slots[i].digest);
        if (bundle != NULL && !ax_rater_add(&kept->rater, s->slots[i].since, bundle)) {
            live->is_missing = true;
            memcpy(live->missing, bundle->digest, AX_DIGEST_SIZE);
        }
    }
    uint8_t now[AX_DIGEST_SIZE];
    uint8_t before[AX_DIGEST_SIZE];
    ax_rater_digest(&kept->rater, now);
    ax_rater_digest(live->rater, before);
    if (memcmp(now, before, AX_DIGEST_SIZE) == 0) {
        ax_xfree(kept);
    } else {
        keep(live, kept);
    }
    if (live->is_missing) {
        char hex[AX_DIGEST_HEX_SIZE];
        ax_hex(live->missing, AX_DIGEST_SIZE, hex);
        AX_NOTE_LIMITED(ERROR, "bundle.missing", "digest=%s text=\"approved, and not in packs_bundles_dir\"", hex);
    }
}

/* What cannot be read, or breaks a rule, counts for nothing, here and for everybody. */
static void take(struct ax_live *live, const struct ax_log_record *record)
{
    struct ax_arena arena;
    struct ax_pack_action action;
    struct ax_err err = {0};
    ax_arena_init(&arena, RECORD_MAX_BYTES, RECORD_ARENA_BYTES);
    ax_rc rc = ax_decode(&ax_pack_action_message, record->value, &arena, &action, &err);
    if (ax_ok(rc)) {
        rc = ax_schedule_apply(&live->schedule, &action, &err);
    }
    if (!ax_ok(rc) && rc.code != AX_EXISTS) {
        char text[AX_ERR_TEXT_MAX * 2];
        AX_NOTE(WARN, "pack_action.ignored", "offset=%lld %s", (long long)record->offset,
                ax_note_err(&err, text, sizeof text));
    }
    ax_arena_deinit(&arena);
    live->next = record->offset + 1;
}

static ax_rc take_all(void *state, const struct ax_log_record *const *records, size_t count, struct ax_err *err)
{
    (void)err;
    for (size_t i = 0; i < count; i++) {
        take(state, records[i]);
    }
    return AX_RC(OK);
}

static ax_rc catch_up(struct ax_live *live, struct ax_err *err)
{
    int64_t begin = 0;
    int64_t end = 0;
    int64_t before = live->next;
    AX_TRY(ax_log_range(live->log, AX_TOPIC_PACKS, live->partition, &begin, &end, err));
    if (begin > 0 || end < live->next) {
        return ax_fail(err, AX_RANGE, "anxin.packs.v1 has offsets %lld to %lld, and %lld were read", (long long)begin,
                (long long)end, (long long)live->next);
    }
    struct ax_drain drain = {.log = live->log,
            .topic = AX_TOPIC_PACKS,
            .partition = live->partition,
            .next = live->next,
            .until = end,
            .records_max = POLL_MAX,
            .prefetch_bytes = PREFETCH_BYTES,
            .stall_max_ms = STALL_MAX_MS,
            .take = take_all,
            .state = live};
    ax_rc rc = ax_drain_run(&drain, err);
    bool again = live->is_missing && ax_mono_us() - live->looked_us > MISSING_AGAIN_US;
    if (live->next > before || again) {
        renew(live);
    }
    return rc;
}

ax_rc ax_live_catch_up(struct ax_live *live, struct ax_err *err)
{
    (void)pthread_mutex_lock(&live->lock);
    ax_rc rc = catch_up(live, err);
    (void)pthread_mutex_unlock(&live->lock);
    return rc;
}

bool ax_live_missing(struct ax_live *live, uint8_t digest[AX_DIGEST_SIZE])
{
    (void)pthread_mutex_lock(&live->lock);
    bool missing = live->is_missing;
    memcpy(digest, live->missing, AX_DIGEST_SIZE);
    (void)pthread_mutex_unlock(&live->lock);
    return missing;
}

ax_rc ax_live_complete(struct ax_live *live, struct ax_err *err)
{
    uint8_t digest[AX_DIGEST_SIZE];
    char hex[AX_DIGEST_HEX_SIZE];
    if (!ax_live_missing(live, digest)) {
        return AX_RC(OK);
    }
    ax_hex(digest, sizeof digest, hex);
    return ax_fail_field(err, AX_STATE, "packs_bundles_dir", hex, AX_DIGEST_HEX_SIZE - 1,
            "the bundle of this digest is approved and not at hand: put its folder there");
}

size_t ax_live_slots(struct ax_live *live, struct ax_schedule_slot out[AX_SCHEDULE_SLOTS_MAX + 1])
{
    (void)pthread_mutex_lock(&live->lock);
    const struct ax_schedule *s = &live->schedule;
    const uint8_t *first = s->slot_count == 0 ? ax_live_rater(live)->bundle->digest : s->first;
    size_t count = 1 + s->slot_count;
    out[0].since = AX_DAY_NONE;
    memcpy(out[0].digest, first, AX_DIGEST_SIZE);
    memcpy(out + 1, s->slots, s->slot_count * sizeof *out);
    (void)pthread_mutex_unlock(&live->lock);
    return count;
}

static ax_rc append(struct ax_live *live, const struct ax_pack_action *action, struct ax_err *err)
{
    uint8_t bytes[RECORD_MAX_BYTES];
    struct ax_buf buf = {.ptr = bytes, .size = sizeof bytes, .cap = sizeof bytes};
    AX_TRY(catch_up(live, err));
    AX_TRY(ax_schedule_check(&live->schedule, action, err));
    ax_encode(&ax_pack_action_message, action, false, &buf);
    AX_ASSERT(!buf.failed);
    struct ax_log_record record = {
            .topic = AX_TOPIC_PACKS, .partition = live->partition, .key = topic_key, .value = ax_buf_str(&buf)};
    AX_TRY(ax_log_append(live->log, &record, 1, err));
    return catch_up(live, err);
}

ax_rc ax_live_append(struct ax_live *live, const struct ax_pack_action *action, struct ax_err *err)
{
    (void)pthread_mutex_lock(&live->lock);
    ax_rc rc = append(live, action, err);
    (void)pthread_mutex_unlock(&live->lock);
    return rc;
}

static ax_str copy(struct ax_arena *arena, ax_str text, bool *whole)
{
    ax_str kept = ax_arena_dup(arena, text);
    *whole = *whole && (kept.ptr != NULL || text.len == 0);
    return kept;
}

ax_rc ax_live_proposals(
        struct ax_live *live, struct ax_arena *arena, struct ax_pack_proposal **out, size_t *count, struct ax_err *err)
{
    (void)pthread_mutex_lock(&live->lock);
    *count = live->schedule.count;
    *out = AX_ARENA_ARRAY(arena, struct ax_pack_proposal, *count + 1);
    bool whole = *out != NULL;
    for (size_t i = 0; whole && i < *count; i++) {
        struct ax_pack_proposal *p = &(*out)[i];
        *p = live->schedule.proposals[i];
        p->id = copy(arena, p->id, &whole);
        p->reason = copy(arena, p->reason, &whole);
        p->proposed_by = copy(arena, p->proposed_by, &whole);
        p->approved_by = copy(arena, p->approved_by, &whole);
    }
    (void)pthread_mutex_unlock(&live->lock);
    return whole ? AX_RC(OK) : ax_fail(err, AX_LIMIT, "no room for %zu proposals", *count);
}
