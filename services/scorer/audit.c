/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/audit.h"

#include "base/digest.h"
#include "services/lib/eventlog/drain.h"
#include "services/lib/schedule/live.h"
#include "services/scorer/batch.h"
#include "services/scorer/spool.h"

enum {
    BATCH_RECORDS = 8192,
    PREFETCH_BYTES = 16 << 20,
    STALL_MAX_MS = 60000,
    SCAN_PAGE = 256,
    ARENA_CHUNK_BYTES = 1 << 20,
    ARENA_MAX_BYTES = 512 << 20,
    PART_MAX_BYTES = AX_STORE_RATING_MAX_BYTES * 2,
};

struct audit {
    const struct ax_audit_options *options;
    struct ax_audit_result *result;
    struct ax_live *live;
    struct ax_spool *spool;
    struct ax_cache cache; /* what the log says of one partition */
    struct ax_batch batch;
    struct ax_commit commit;
    struct ax_arena reads;
    struct ax_buf scratch;
    struct ax_buf mine;
    struct ax_buf theirs;
    int32_t partition;
    int64_t cut;
    int64_t total;
};

static ax_rc take(void *state, const struct ax_log_record *const *records, size_t count, struct ax_err *err)
{
    struct audit *a = state;
    for (size_t at = 0; at < count;) {
        size_t taken = 0;
        struct ax_store_position position = {.next_offset = records[at]->offset, .day = a->result->day};
        ax_commit_begin(&a->commit, a->partition, position, position);
        AX_TRY(ax_batch_prepare(&a->batch, records + at, count - at, a->result->day, false, &a->commit, &taken, err));
        a->result->records += (int64_t)taken;
        at += taken;
    }
    if (a->options->progress != NULL) {
        a->options->progress(a->options->state, a->result->records, a->total);
    }
    return AX_RC(OK);
}

static ax_rc read_log(struct audit *a, struct ax_err *err)
{
    int64_t begin = 0;
    int64_t end = 0;
    AX_TRY(ax_log_range(a->options->log, AX_TOPIC_FACTS, a->partition, &begin, &end, err));
    if (begin > 0 || a->cut > end) {
        return ax_fail(err, AX_RANGE, "partition %d: the store is at offset %lld, the log has %lld to %lld",
                a->partition, (long long)a->cut, (long long)begin, (long long)end);
    }
    struct ax_drain drain = {
            .log = a->options->log,
            .topic = AX_TOPIC_FACTS,
            .partition = a->partition,
            .until = a->cut,
            .records_max = BATCH_RECORDS,
            .prefetch_bytes = PREFETCH_BYTES,
            .stall_max_ms = STALL_MAX_MS,
            .take = take,
            .state = a,
    };
    return ax_drain_run(&drain, err);
}

static void differs(struct audit *a, ax_str enterprise, const char *what)
{
    a->result->differences++;
    if (a->options->difference != NULL) {
        struct ax_audit_difference d = {.partition = a->partition, .what = what};
        (void)ax_str_to_c(enterprise, d.enterprise, sizeof d.enterprise);
        a->options->difference(a->options->state, &d);
    }
}

static void put_part(struct audit *a, const struct ax_view *view, ax_str enterprise, struct ax_buf *out)
{
    struct ax_rated rated;
    ax_rater_rate(a->batch.rater, view, enterprise, a->result->day, &a->scratch, &rated);
    ax_buf_clear(out);
    ax_audit_put(enterprise, rated.ledger_digest, &rated.rating, out);
}

/* The stored bytes are those that all stored facts give on the store's day, or on today's, where midnight's re-rating has
 * reached this enterprise and not yet the whole partition. */
static ax_rc check_stored(struct audit *a, const struct ax_store_read *read, bool *same, struct ax_err *err)
{
    struct ax_view whole;
    ax_view_init(&whole);
    ax_arena_reset(&a->batch.scratch);
    ax_rc rc = ax_view_load(&whole, read->chunks, read->chunk_count, INT64_MAX, &a->batch.scratch, err);
    struct ax_stored stored;
    *same = false;
    if (ax_ok(rc) && read->rating.ptr != NULL && ax_ok(ax_stored_open(read->rating, &stored, NULL))) {
        int32_t day = read->position.day < stored.from ? stored.from : read->position.day;
        struct ax_rated rated;
        ax_rater_rate(a->batch.rater, &whole, read->enterprise, day, &a->scratch, &rated);
        ax_buf_clear(&a->theirs);
        ax_rated_store(a->batch.rater, &rated, &a->theirs);
        *same = ax_str_eq(ax_buf_str(&a->theirs), read->rating);
    }
    ax_view_deinit(&whole);
    return rc;
}

/* One enterprise that both sides know: first as of the cut on the audited day, then the stored bytes themselves. */
static ax_rc compare(
        struct audit *a, const struct ax_cached *mine, const struct ax_store_read *read, struct ax_err *err)
{
    struct ax_view theirs;
    ax_view_init(&theirs);
    ax_arena_reset(&a->batch.scratch);
    ax_rc rc = ax_view_load(&theirs, read->chunks, read->chunk_count, a->cut, &a->batch.scratch, err);
    const char *what = NULL;
    if (ax_ok(rc)) {
        put_part(a, &mine->view, read->enterprise, &a->mine);
        put_part(a, &theirs, read->enterprise, &a->theirs);
        bool equal =
                ax_str_eq(ax_buf_str(&a->mine), ax_buf_str(&a->theirs)) && mine->view.last_offset == theirs.last_offset;
        what = equal ? NULL : "ledger";
    }
    ax_view_deinit(&theirs);
    if (ax_ok(rc) && what == NULL) {
        bool same = false;
        rc = check_stored(a, read, &same, err);
        what = same ? NULL : "rating";
    }
    if (ax_ok(rc) && what != NULL) {
        differs(a, read->enterprise, what);
    }
    return rc;
}

/* Known to the store only: an error, unless it came after the cut. */
static ax_rc store_only(struct audit *a, const struct ax_store_read *read, struct ax_err *err)
{
    struct ax_view view;
    ax_view_init(&view);
    ax_arena_reset(&a->batch.scratch);
    ax_rc rc = ax_view_load(&view, read->chunks, read->chunk_count, a->cut, &a->batch.scratch, err);
    if (ax_ok(rc) && (view.last_offset >= 0 || read->chunk_count == 0)) {
        differs(a, read->enterprise, "not in the log");
    }
    ax_view_deinit(&view);
    return rc;
}

static int by_code(const struct ax_cached *a, const struct ax_cached *b)
{
    return memcmp(a->code, b->code, AX_USCC_LEN);
}

static ax_rc spool_one(struct audit *a, const struct ax_cached *mine, struct ax_err *err)
{
    ax_str code = ax_str_of(mine->code, AX_USCC_LEN);
    put_part(a, &mine->view, code, &a->mine);
    a->result->enterprises++;
    a->result->facts += mine->view.ledger.count;
    return ax_spool_put(a->spool, code, ax_buf_str(&a->mine), err);
}

/* What the log knows of: the others only had records that belong to no enterprise. */
static struct ax_cached *first_known(struct ax_cached *c)
{
    while (c != NULL && !ax_view_is_known(&c->view)) {
        c = c->hh.next;
    }
    return c;
}

/* Walks both sides in the order of enterprises; *mine moves on to the first behind the page. */
static ax_rc join_page(
        struct audit *a, const struct ax_store_read *reads, size_t count, struct ax_cached **mine, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        while (*mine != NULL && ax_str_cmp(ax_str_of((*mine)->code, AX_USCC_LEN), reads[i].enterprise) < 0) {
            differs(a, ax_str_of((*mine)->code, AX_USCC_LEN), "not in the store");
            AX_TRY(spool_one(a, *mine, err));
            *mine = first_known((*mine)->hh.next);
        }
        if (*mine == NULL || !ax_str_eq(ax_str_of((*mine)->code, AX_USCC_LEN), reads[i].enterprise)) {
            AX_TRY(store_only(a, &reads[i], err));
            continue;
        }
        AX_TRY(compare(a, *mine, &reads[i], err));
        AX_TRY(spool_one(a, *mine, err));
        *mine = first_known((*mine)->hh.next);
    }
    return AX_RC(OK);
}

/* Ledgers that are too large to be read together are read one by one. */
static ax_rc scan(
        struct audit *a, ax_str after, struct ax_store_read **reads, size_t *count, bool *end, struct ax_err *err)
{
    size_t page = SCAN_PAGE;
    ax_arena_reset(&a->reads);
    a->reads.cap = ARENA_MAX_BYTES;
    ax_rc rc = ax_store_scan(a->options->store, a->partition, after, page, true, &a->reads, reads, count, err);
    if (rc.code == AX_LIMIT) {
        page = 1;
        ax_arena_reset(&a->reads);
        a->reads.cap = AX_VIEW_READ_MAX_BYTES;
        rc = ax_store_scan(a->options->store, a->partition, after, page, true, &a->reads, reads, count, err);
    }
    *end = *count < page;
    return rc;
}

static ax_rc join(struct audit *a, struct ax_err *err)
{
    HASH_SORT(a->cache.by_code, by_code);
    struct ax_cached *mine = first_known(a->cache.by_code);
    char after[AX_STORE_ENTERPRISE_MAX];
    ax_str from = {after, 0};
    for (bool end = false; !end;) {
        struct ax_store_read *reads = NULL;
        size_t count = 0;
        AX_TRY(scan(a, from, &reads, &count, &end, err));
        AX_TRY(join_page(a, reads, count, &mine, err));
        if (count > 0) {
            from.len = reads[count - 1].enterprise.len;
            for (size_t i = 0; i < from.len; i++) {
                after[i] = reads[count - 1].enterprise.ptr[i];
            }
        }
    }
    for (; mine != NULL; mine = first_known(mine->hh.next)) {
        differs(a, ax_str_of(mine->code, AX_USCC_LEN), "not in the store");
        AX_TRY(spool_one(a, mine, err));
    }
    return AX_RC(OK);
}

static ax_rc cut_of(const struct ax_audit_options *o, int32_t partition, int64_t *cut, struct ax_err *err)
{
    struct ax_store_position position;
    int64_t enterprises = 0;
    ax_rc rc = ax_store_position(o->store, partition, &position, &enterprises, err);
    *cut = ax_ok(rc) ? position.next_offset : 0;
    return rc.code == AX_NOT_FOUND ? AX_RC(OK) : rc;
}

static ax_rc audit_partition(struct audit *a, int32_t partition, struct ax_err *err)
{
    a->partition = partition;
    ax_cache_init(&a->cache, SIZE_MAX);
    a->cache.whole[partition] = true;
    ax_rc rc = cut_of(a->options, partition, &a->cut, err);
    if (ax_ok(rc)) {
        rc = ax_spool_begin(a->spool, err);
    }
    if (ax_ok(rc)) {
        rc = read_log(a, err);
    }
    if (ax_ok(rc)) {
        rc = join(a, err);
    }
    ax_cache_deinit(&a->cache);
    return rc;
}

static ax_rc run(struct audit *a, struct ax_err *err)
{
    int32_t partitions = ax_log_partitions(a->options->log);
    for (int32_t p = 0; p < partitions; p++) {
        int64_t cut = 0;
        AX_TRY(cut_of(a->options, p, &cut, err));
        a->total += cut;
    }
    for (int32_t p = 0; p < partitions; p++) {
        AX_TRY(audit_partition(a, p, err));
    }
    return ax_spool_digest(a->spool, a->result->digest, err);
}

ax_rc ax_scorer_audit(const struct ax_audit_options *options, struct ax_audit_result *out, struct ax_err *err)
{
    const struct ax_clock *clock = options->clock == NULL ? ax_clock_system() : options->clock;
    *out = (struct ax_audit_result){
            .day = options->as_of == AX_DAY_NONE ? ax_day_of_us(ax_clock_us(clock)) : options->as_of,
    };
    struct audit *a = ax_xcalloc(1, sizeof *a);
    a->options = options;
    a->result = out;
    a->spool = ax_spool_new();
    a->live = ax_live_new(options->log, options->bundle, options->library);
    ax_batch_init(&a->batch, BATCH_RECORDS);
    a->batch.store = options->store;
    a->batch.clock = clock;
    a->batch.cache = &a->cache;
    ax_commit_init(&a->commit);
    ax_arena_init(&a->reads, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_buf_init(&a->scratch, ARENA_MAX_BYTES);
    ax_buf_init(&a->mine, PART_MAX_BYTES);
    ax_buf_init(&a->theirs, PART_MAX_BYTES);
    ax_rc rc = ax_live_catch_up(a->live, err);
    if (ax_ok(rc)) {
        rc = ax_live_complete(a->live, err);
    }
    a->batch.rater = ax_live_rater(a->live);
    rc = ax_ok(rc) ? run(a, err) : rc;
    ax_buf_deinit(&a->mine);
    ax_buf_deinit(&a->theirs);
    ax_buf_deinit(&a->scratch);
    ax_arena_deinit(&a->reads);
    ax_commit_deinit(&a->commit);
    ax_batch_deinit(&a->batch);
    ax_live_free(a->live);
    ax_spool_free(a->spool);
    ax_xfree(a);
    return rc;
}
