/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/feed.h"

#include "base/fault.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_CHUNK_BYTES = 1 << 18, ARENA_MAX_BYTES = 64 << 20, CODES_FIRST = 256 };

static const ax_str note_name = {"published", 9};

void ax_feed_init(struct ax_feed *feed, struct ax_log *log, struct ax_store *store, const struct ax_rater *rater)
{
    *feed = (struct ax_feed){.log = log, .store = store, .rater = rater, .partitions = ax_log_partitions(log)};
    (void)pthread_mutex_init(&feed->lock, NULL);
}

void ax_feed_deinit(struct ax_feed *feed)
{
    for (int32_t p = 0; p < feed->partitions; p++) {
        ax_xfree(feed->parts[p].codes);
    }
    (void)pthread_mutex_destroy(&feed->lock);
}

void ax_feed_rater(struct ax_feed *feed, const struct ax_rater *rater)
{
    (void)pthread_mutex_lock(&feed->lock);
    feed->rater = rater;
    (void)pthread_mutex_unlock(&feed->lock);
}

static const struct ax_rater *rater_of(struct ax_feed *feed)
{
    (void)pthread_mutex_lock(&feed->lock);
    const struct ax_rater *rater = feed->rater;
    (void)pthread_mutex_unlock(&feed->lock);
    return rater;
}

static void empty_list(struct ax_feed_part *part)
{
    part->count = 0;
    part->generation++;
}

void ax_feed_taken(struct ax_feed *feed, int32_t partition, struct ax_store_position position)
{
    (void)pthread_mutex_lock(&feed->lock);
    struct ax_feed_part *part = &feed->parts[partition];
    empty_list(part);
    part->position = position;
    part->ours = true;
    part->scan = true;
    part->taken++;
    (void)pthread_mutex_unlock(&feed->lock);
}

void ax_feed_lost(struct ax_feed *feed, int32_t partition)
{
    (void)pthread_mutex_lock(&feed->lock);
    feed->parts[partition].ours = false;
    empty_list(&feed->parts[partition]);
    (void)pthread_mutex_unlock(&feed->lock);
}

static void add_code(struct ax_feed_part *part, const char code[AX_USCC_LEN])
{
    if (part->count == AX_FEED_PENDING_MAX) {
        part->scan = true;
        return;
    }
    if (part->count == part->size) {
        part->size = part->size == 0 ? CODES_FIRST : part->size * 2;
        part->codes = ax_xrealloc(part->codes, part->size * sizeof *part->codes);
    }
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        part->codes[part->count][i] = code[i];
    }
    part->count++;
}

void ax_feed_changed(struct ax_feed *feed, const struct ax_commit *commit, struct ax_cache *cache)
{
    (void)pthread_mutex_lock(&feed->lock);
    struct ax_feed_part *part = &feed->parts[commit->partition];
    for (size_t i = 0; i < commit->count; i++) {
        if (!commit->parts[i].rated || commit->parts[i].quiet) {
            continue;
        }
        struct ax_cached *cached = ax_cache_peek(cache, commit->parts[i].code);
        uint64_t mark = part->generation + 1; /* 0 is no list */
        if (cached == NULL || cached->in_feed != mark) {
            add_code(part, commit->parts[i].code);
        }
        if (cached != NULL) {
            cached->in_feed = mark;
        }
    }
    part->position = commit->to;
    (void)pthread_mutex_unlock(&feed->lock);
}

/* The note is "offset day". */
static ax_rc read_note(struct ax_feed *feed, int32_t partition, struct ax_store_position *out, struct ax_err *err)
{
    struct ax_arena arena;
    ax_arena_init(&arena, AX_STORE_NOTE_MAX_BYTES * 2, ARENA_MAX_BYTES);
    ax_str value = {0};
    *out = (struct ax_store_position){.next_offset = 0, .day = AX_DAY_NONE};
    ax_rc rc = ax_store_note_get(feed->store, partition, note_name, &arena, &value, err);
    if (ax_ok(rc) && value.ptr != NULL) {
        int64_t offset = 0;
        int64_t day = 0;
        ax_str head = ax_str_split(&value, ' ');
        if (ax_ok(ax_str_to_i64(head, &offset)) && ax_ok(ax_str_to_i64(value, &day))) {
            *out = (struct ax_store_position){.next_offset = offset, .day = (int32_t)day};
        }
    }
    ax_arena_deinit(&arena);
    return rc;
}

static ax_rc write_note(struct ax_feed *feed, int32_t partition, struct ax_store_position position, struct ax_err *err)
{
    char text[64];
    int len = snprintf(text, sizeof text, "%lld %d", (long long)position.next_offset, position.day);
    return ax_store_note_put(feed->store, partition, note_name, ax_str_of(text, (size_t)len), err);
}

/* The day that a published rating is for: that of the store, unless the rating is from a later one already. */
static int32_t served_day(const struct ax_stored *stored, int32_t day)
{
    return day < stored->from ? stored->from : day;
}

static ax_rc append(struct ax_feed *feed, const struct ax_store_read *reads, size_t count, struct ax_err *err)
{
    struct ax_log_record records[AX_FEED_PAGE];
    size_t ends[AX_FEED_PAGE];
    struct ax_buf bytes;
    ax_buf_init(&bytes, (size_t)AX_FEED_PAGE * (AX_STORE_RATING_MAX_BYTES + 512));
    size_t n = 0;
    const struct ax_rater *rater = rater_of(feed);
    ax_rc rc = AX_RC(OK);
    for (size_t i = 0; ax_ok(rc) && i < count; i++) {
        struct ax_stored stored;
        if (reads[i].rating.ptr == NULL) {
            continue;
        }
        rc = ax_stored_open(reads[i].rating, &stored, err);
        if (!ax_ok(rc)) {
            break;
        }
        int32_t day = served_day(&stored, reads[i].position.day);
        struct ax_as_of as_of = ax_rater_as_of(rater, reads[i].partition, reads[i].position.next_offset, day);
        ax_stored_serve(rater, &stored, day, &as_of, &bytes);
        records[n] = (struct ax_log_record){
                .topic = AX_TOPIC_RATINGS,
                .partition = reads[i].partition,
                .key = reads[i].enterprise,
        };
        ends[n++] = bytes.len;
    }
    for (size_t i = 0; i < n; i++) {
        size_t begin = i == 0 ? 0 : ends[i - 1];
        records[i].value = ax_str_of(bytes.ptr + begin, ends[i] - begin);
    }
    if (ax_ok(rc) && n > 0) {
        rc = ax_log_append(feed->log, records, n, err);
    }
    ax_buf_deinit(&bytes);
    return rc;
}

static int compare_codes(const void *a, const void *b)
{
    return memcmp(a, b, AX_USCC_LEN);
}

static ax_rc publish_list(
        struct ax_feed *feed, int32_t partition, char (*codes)[AX_USCC_LEN], size_t count, struct ax_err *err)
{
    qsort(codes, count, sizeof *codes, compare_codes);
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_rc rc = AX_RC(OK);
    for (size_t at = 0; ax_ok(rc) && at < count;) {
        struct ax_store_read reads[AX_FEED_PAGE];
        size_t n = 0;
        for (; at < count && n < AX_FEED_PAGE; at++) {
            if (at == 0 || compare_codes(codes[at], codes[at - 1]) != 0) {
                reads[n++] = (struct ax_store_read){
                        .enterprise = ax_str_of(codes[at], AX_USCC_LEN),
                        .partition = partition,
                };
            }
        }
        ax_arena_reset(&arena);
        rc = ax_store_read_many(feed->store, reads, n, false, &arena, err);
        if (ax_ok(rc)) {
            rc = append(feed, reads, n, err);
        }
    }
    ax_arena_deinit(&arena);
    return rc;
}

/* Whether a rating changed at or after the position that the note names. */
static ax_rc changed_since(const struct ax_store_read *read, struct ax_store_position since, struct ax_arena *arena,
        bool *changed, struct ax_err *err)
{
    struct ax_stored stored;
    struct ax_rating rating;
    *changed = false;
    if (read->rating.ptr == NULL) {
        return AX_RC(OK);
    }
    AX_TRY(ax_stored_open(read->rating, &stored, err));
    AX_TRY(ax_decode(&ax_rating_message, stored.rating, arena, &rating, err));
    *changed = rating.revision.offset >= since.next_offset || rating.revision.day > since.day;
    return AX_RC(OK);
}

static ax_rc publish_page(struct ax_feed *feed, struct ax_store_read *reads, size_t count,
        struct ax_store_position since, struct ax_arena *arena, struct ax_err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        bool changed = false;
        AX_TRY(changed_since(&reads[i], since, arena, &changed, err));
        if (changed) {
            reads[n++] = reads[i];
        }
    }
    return append(feed, reads, n, err);
}

static ax_rc publish_scan(struct ax_feed *feed, int32_t partition, struct ax_store_position since, struct ax_err *err)
{
    struct ax_arena arena;
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    char after[AX_STORE_ENTERPRISE_MAX];
    ax_str from = {after, 0};
    ax_rc rc = AX_RC(OK);
    for (bool end = false; ax_ok(rc) && !end;) {
        struct ax_store_read *reads = NULL;
        size_t count = 0;
        ax_arena_reset(&arena);
        rc = ax_store_scan(feed->store, partition, from, AX_FEED_PAGE, false, &arena, &reads, &count, err);
        end = count < AX_FEED_PAGE;
        if (ax_ok(rc) && count > 0) {
            from.len = reads[count - 1].enterprise.len;
            for (size_t i = 0; i < from.len; i++) {
                after[i] = reads[count - 1].enterprise.ptr[i];
            }
            rc = publish_page(feed, reads, count, since, &arena, err);
        }
    }
    ax_arena_deinit(&arena);
    return rc;
}

static ax_rc publish_part(struct ax_feed *feed, int32_t partition, const struct ax_feed_part *taken, struct ax_err *err)
{
    struct ax_store_position since = {0};
    if (taken->scan) {
        AX_TRY(read_note(feed, partition, &since, err));
        if (since.next_offset < taken->position.next_offset || since.day < taken->position.day) {
            AX_TRY(publish_scan(feed, partition, since, err));
        }
    } else {
        AX_TRY(publish_list(feed, partition, taken->codes, taken->count, err));
    }
    AX_FAULT("scorer.before_note");
    ax_rc rc = write_note(feed, partition, taken->position, err);
    AX_FAULT("scorer.after_note");
    return rc;
}

/* Takes the list out; a copy of the rest says what it was. False: nothing to do. */
static bool take_list(struct ax_feed *feed, int32_t partition, struct ax_feed_part *taken)
{
    (void)pthread_mutex_lock(&feed->lock);
    struct ax_feed_part *part = &feed->parts[partition];
    bool some = part->ours && (part->scan || part->count > 0);
    if (some) {
        *taken = *part;
        part->codes = NULL;
        part->size = 0;
        part->scan = false;
        empty_list(part);
    }
    (void)pthread_mutex_unlock(&feed->lock);
    return some;
}

ax_rc ax_feed_publish(struct ax_feed *feed, struct ax_err *err)
{
    for (int32_t p = 0; p < feed->partitions; p++) {
        struct ax_feed_part taken;
        if (!take_list(feed, p, &taken)) {
            continue;
        }
        ax_rc rc = publish_part(feed, p, &taken, err);
        ax_xfree(taken.codes);
        if (!ax_ok(rc)) {
            (void)pthread_mutex_lock(&feed->lock);
            if (feed->parts[p].taken == taken.taken) {
                feed->parts[p].scan = true;
            }
            (void)pthread_mutex_unlock(&feed->lock);
            return rc;
        }
    }
    return AX_RC(OK);
}
