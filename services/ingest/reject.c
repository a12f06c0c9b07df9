/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/reject.h"

#include "base/clock.h"
#include "services/lib/wire/reader.h"

#include <pthread.h>

enum { POLL_MS = 200, POLL_RECORDS = 512, STALL_MAX_MS = 10000, PREFETCH_BYTES = 4 << 20 };

/* Numbers in RejectRecord. */
enum { RECORD_REJECT = 2, RECORD_RESOLVED = 3 };

struct ax_rejects {
    struct ax_log *log;
    pthread_mutex_t lock; /* over all below */
    struct ax_reject_index *index;
    int64_t next[AX_LOG_PARTITIONS_MAX];
};

struct ax_rejects *ax_rejects_new(struct ax_log *log)
{
    struct ax_rejects *r = ax_xcalloc(1, sizeof *r);
    r->log = log;
    r->index = ax_reject_index_new();
    (void)pthread_mutex_init(&r->lock, NULL);
    return r;
}

void ax_rejects_free(struct ax_rejects *rejects)
{
    ax_reject_index_free(rejects->index);
    (void)pthread_mutex_destroy(&rejects->lock);
    ax_xfree(rejects);
}

/* Reads the topic from `next` up to `until`, partition by partition as they come. */
struct reading {
    int64_t next[AX_LOG_PARTITIONS_MAX];
    int64_t until[AX_LOG_PARTITIONS_MAX]; /* <= next: not wanted */
    int32_t partitions;
    ax_rc (*take)(void *state, const struct ax_log_record *record, struct ax_err *err);
    void *state;
};

static ax_rc assigned(void *state, int32_t partition, int64_t *next_offset)
{
    struct reading *r = state;
    *next_offset = r->next[partition];
    return r->next[partition] < r->until[partition] ? AX_RC(OK) : AX_RC(STATE);
}

static bool wants_more(const struct reading *r)
{
    for (int32_t p = 0; p < r->partitions; p++) {
        if (r->next[p] < r->until[p]) {
            return true;
        }
    }
    return false;
}

static ax_rc drain(
        struct reading *r, struct ax_log_consumer *consumer, struct ax_log_record *records, struct ax_err *err)
{
    int64_t moved_us = ax_mono_us();
    while (wants_more(r)) {
        size_t count = 0;
        AX_TRY(ax_log_poll(consumer, records, POLL_RECORDS, POLL_MS, &count, err));
        for (size_t i = 0; i < count; i++) {
            int32_t p = records[i].partition;
            if (records[i].offset == r->next[p] && r->next[p] < r->until[p]) {
                r->next[p]++;
                AX_TRY(r->take(r->state, &records[i], err));
                moved_us = ax_mono_us();
            }
        }
        if (ax_mono_us() - moved_us > (int64_t)STALL_MAX_MS * 1000) {
            return ax_fail(err, AX_UNAVAILABLE, "the log does not give its rejects");
        }
    }
    return AX_RC(OK);
}

static ax_rc read_range(struct ax_log *log, struct reading *r, struct ax_err *err)
{
    if (!wants_more(r)) {
        return AX_RC(OK);
    }
    struct ax_log_consumer_options options = {
            .topic = AX_TOPIC_REJECTS,
            .callbacks = {.assigned = assigned, .state = r},
            .prefetch_bytes = PREFETCH_BYTES,
    };
    struct ax_log_consumer *consumer = NULL;
    AX_TRY(ax_log_consumer_open(log, &options, &consumer, err));
    struct ax_log_record *records = ax_xcalloc(POLL_RECORDS, sizeof *records);
    ax_rc rc = drain(r, consumer, records, err);
    ax_xfree(records);
    ax_log_consumer_close(consumer);
    return rc;
}

/* The reject inside a record; .ptr NULL: there is none. */
static ax_rc open_record(ax_str value, ax_str *reject, ax_str *resolved, struct ax_err *err)
{
    *reject = *resolved = (ax_str){0};
    struct ax_cursor c = ax_cursor_of(value);
    while (ax_cursor_left(&c) > 0) {
        struct ax_wire_field field;
        AX_TRY(ax_wire_next(&c, &field, err));
        if (field.number == RECORD_REJECT && field.type == AX_WIRE_BYTES) {
            *reject = field.bytes;
        } else if (field.number == RECORD_RESOLVED && field.type == AX_WIRE_BYTES) {
            *resolved = field.bytes;
        }
    }
    return AX_RC(OK);
}

static ax_rc index_record(void *state, const struct ax_log_record *record, struct ax_err *err)
{
    struct ax_rejects *r = state;
    ax_str reject;
    ax_str resolved;
    (void)err;
    if (!ax_ok(open_record(record->value, &reject, &resolved, NULL))) {
        return AX_RC(OK); /* not ours */
    }
    struct ax_reject_id id;
    if (resolved.ptr != NULL && ax_reject_id_parse(resolved, &id)) {
        ax_reject_index_resolve(r->index, id);
    } else if (reject.ptr != NULL) {
        uint8_t digest[AX_REJECT_DIGEST_SIZE];
        int64_t at_us;
        ax_reject_digest(reject, digest, &at_us);
        ax_reject_index_add(r->index, (struct ax_reject_id){record->partition, record->offset}, at_us, digest);
    }
    return AX_RC(OK);
}

/* A note that one is resolved is in the partition of the reject, so it comes behind it. */
static ax_rc refresh(struct ax_rejects *r, struct ax_err *err)
{
    struct reading reading = {.partitions = ax_log_partitions(r->log), .take = index_record, .state = r};
    for (int32_t p = 0; p < reading.partitions; p++) {
        int64_t begin = 0;
        AX_TRY(ax_log_range(r->log, AX_TOPIC_REJECTS, p, &begin, &reading.until[p], err));
        reading.next[p] = r->next[p] < begin ? begin : r->next[p];
    }
    ax_rc rc = read_range(r->log, &reading, err);
    for (int32_t p = 0; p < reading.partitions; p++) {
        r->next[p] = reading.next[p];
    }
    return rc;
}

ax_rc ax_rejects_refresh(struct ax_rejects *rejects, struct ax_err *err)
{
    (void)pthread_mutex_lock(&rejects->lock);
    ax_rc rc = refresh(rejects, err);
    (void)pthread_mutex_unlock(&rejects->lock);
    return rc;
}

bool ax_rejects_same(struct ax_rejects *rejects, const uint8_t digest[AX_REJECT_DIGEST_SIZE], struct ax_reject_id *out)
{
    (void)pthread_mutex_lock(&rejects->lock);
    bool same = ax_reject_index_same(rejects->index, digest, out);
    (void)pthread_mutex_unlock(&rejects->lock);
    return same;
}

void ax_rejects_appended(
        struct ax_rejects *rejects, struct ax_reject_id id, int64_t at_us, const uint8_t digest[AX_REJECT_DIGEST_SIZE])
{
    (void)pthread_mutex_lock(&rejects->lock);
    if (rejects->next[id.partition] == id.offset) {
        ax_reject_index_add(rejects->index, id, at_us, digest);
        rejects->next[id.partition]++;
    }
    (void)pthread_mutex_unlock(&rejects->lock);
}

ax_rc ax_rejects_list(struct ax_rejects *rejects, struct ax_reject_id after, bool all, struct ax_reject_entry *out,
        size_t max, size_t *count, struct ax_err *err)
{
    (void)pthread_mutex_lock(&rejects->lock);
    ax_rc rc = refresh(rejects, err);
    *count = ax_ok(rc) ? ax_reject_index_page(rejects->index, after, all, out, max) : 0;
    (void)pthread_mutex_unlock(&rejects->lock);
    return rc;
}

ax_rc ax_rejects_count(struct ax_rejects *rejects, int64_t *count, struct ax_err *err)
{
    (void)pthread_mutex_lock(&rejects->lock);
    ax_rc rc = refresh(rejects, err);
    *count = ax_reject_index_unresolved(rejects->index);
    (void)pthread_mutex_unlock(&rejects->lock);
    return rc;
}

ax_rc ax_rejects_find(
        struct ax_rejects *rejects, struct ax_reject_id id, struct ax_reject_entry *out, struct ax_err *err)
{
    (void)pthread_mutex_lock(&rejects->lock);
    ax_rc rc = refresh(rejects, err);
    if (ax_ok(rc) && !ax_reject_index_find(rejects->index, id, out)) {
        char text[AX_REJECT_ID_SIZE];
        (void)ax_reject_id_format(id, text);
        rc = ax_fail_field(err, AX_NOT_FOUND, "id", text, strlen(text), "no such reject");
    }
    (void)pthread_mutex_unlock(&rejects->lock);
    return rc;
}

struct picking {
    const struct ax_reject_entry *entries;
    size_t count;
    struct ax_arena *arena;
    ax_str *out;
};

static ax_rc pick(void *state, const struct ax_log_record *record, struct ax_err *err)
{
    struct picking *p = state;
    for (size_t i = 0; i < p->count; i++) {
        if (p->entries[i].id.partition != record->partition || p->entries[i].id.offset != record->offset) {
            continue;
        }
        ax_str reject;
        ax_str resolved;
        AX_TRY(open_record(record->value, &reject, &resolved, err));
        p->out[i] = ax_arena_dup(p->arena, reject);
        if (p->out[i].ptr == NULL) {
            return ax_fail(err, AX_LIMIT, "the rejects take more memory than a call may use; ask for fewer");
        }
    }
    return AX_RC(OK);
}

ax_rc ax_rejects_read(struct ax_rejects *rejects, const struct ax_reject_entry *entries, size_t count,
        struct ax_arena *arena, ax_str *out, struct ax_err *err)
{
    struct picking picking = {.entries = entries, .count = count, .arena = arena, .out = out};
    struct reading reading = {.partitions = ax_log_partitions(rejects->log), .take = pick, .state = &picking};
    for (size_t i = 0; i < count; i++) {
        int32_t p = entries[i].id.partition;
        bool first = reading.until[p] == 0;
        int64_t offset = entries[i].id.offset;
        reading.next[p] = first || offset < reading.next[p] ? offset : reading.next[p];
        reading.until[p] = first || offset + 1 > reading.until[p] ? offset + 1 : reading.until[p];
        out[i] = (ax_str){0};
    }
    AX_TRY(read_range(rejects->log, &reading, err));
    for (size_t i = 0; i < count; i++) {
        if (out[i].ptr == NULL) {
            return ax_fail(err, AX_CORRUPT, "a reject is not where the index has it");
        }
    }
    return AX_RC(OK);
}
