/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/kept.h"

#include <pthread.h>
#include <sys/queue.h>

#include <uthash.h>

/* A chain is walked through memory that nobody has looked at for long: the table grows once one has so many. */
#undef HASH_BKT_CAPACITY_THRESH
#define HASH_BKT_CAPACITY_THRESH 4U

enum { SHARDS = 16, SHARD_SHIFT = 28 /* the table takes the low bits of a hash */ };

/* One block: the struct, then key, rating, answer, rest. */
struct answer {
    size_t key_len;
    size_t rating_len;
    size_t answer_len;
    size_t rest_len;
    struct ax_kept_of of;
    TAILQ_ENTRY(answer) age;
    UT_hash_handle hh;
    char bytes[];
};

TAILQ_HEAD(answer_list, answer);

struct shard {
    pthread_mutex_t mutex;
    struct answer *by_key;
    struct answer_list ages; /* first: used longest ago */
    size_t bytes;
};

struct ax_kept {
    size_t shard_max_bytes;
    struct shard shards[SHARDS];
};

struct ax_kept *ax_kept_new(size_t max_bytes)
{
    struct ax_kept *kept = ax_xcalloc(1, sizeof *kept);
    kept->shard_max_bytes = max_bytes / SHARDS;
    for (size_t i = 0; i < SHARDS; i++) {
        (void)pthread_mutex_init(&kept->shards[i].mutex, NULL);
        TAILQ_INIT(&kept->shards[i].ages);
    }
    return kept;
}

static size_t size_of(const struct answer *a)
{
    return sizeof *a + a->key_len + a->rating_len + a->answer_len + a->rest_len;
}

static void drop(struct shard *s, struct answer *a)
{
    HASH_DEL(s->by_key, a); // NOLINT(clang-analyzer-core.NullDereference): inside uthash
    TAILQ_REMOVE(&s->ages, a, age);
    s->bytes -= size_of(a);
    ax_xfree(a);
}

void ax_kept_free(struct ax_kept *kept)
{
    if (kept == NULL) {
        return;
    }
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *s = &kept->shards[i];
        while (!TAILQ_EMPTY(&s->ages)) {
            drop(s, TAILQ_FIRST(&s->ages));
        }
        (void)pthread_mutex_destroy(&s->mutex);
    }
    ax_xfree(kept);
}

static bool same_of(const struct ax_kept_of *a, const struct ax_kept_of *b)
{
    return a->day == b->day && a->rater == b->rater && a->mark.generation == b->mark.generation &&
           a->mark.commits == b->mark.commits && a->next_offset == b->next_offset;
}

/* Where a key belongs, and what is there; the shard is locked. */
struct place {
    struct shard *shard;
    uint32_t hash;
    struct answer *answer; /* NULL: none */
};

static struct place enter(struct ax_kept *kept, ax_str key)
{
    struct place p = {.answer = NULL};
    HASH_VALUE(key.ptr, key.len, p.hash);
    p.shard = &kept->shards[p.hash >> SHARD_SHIFT];
    (void)pthread_mutex_lock(&p.shard->mutex);
    HASH_FIND_BYHASHVALUE(hh, p.shard->by_key, key.ptr, key.len, p.hash, p.answer);
    return p;
}

static void leave(const struct place *p)
{
    (void)pthread_mutex_unlock(&p->shard->mutex);
}

static void use(struct shard *s, struct answer *a, bool whole, struct ax_buf *out)
{
    ax_buf_put(out, a->bytes + a->key_len + a->rating_len, a->answer_len + (whole ? a->rest_len : 0));
    TAILQ_REMOVE(&s->ages, a, age);
    TAILQ_INSERT_TAIL(&s->ages, a, age);
}

bool ax_kept_has(struct ax_kept *kept, ax_str key)
{
    struct place p = enter(kept, key);
    leave(&p);
    return p.answer != NULL;
}

bool ax_kept_get(struct ax_kept *kept, ax_str key, int32_t day, ax_str rating, struct ax_buf *out)
{
    struct place p = enter(kept, key);
    struct answer *a = p.answer;
    bool found = a != NULL && a->of.day == day && ax_str_eq(ax_str_of(a->bytes + a->key_len, a->rating_len), rating);
    if (found) {
        use(p.shard, a, false, out);
    }
    leave(&p);
    return found;
}

bool ax_kept_get_whole(struct ax_kept *kept, ax_str key, const struct ax_kept_of *of, struct ax_buf *out)
{
    struct place p = enter(kept, key);
    bool found = p.answer != NULL && same_of(&p.answer->of, of);
    if (found) {
        use(p.shard, p.answer, true, out);
    }
    leave(&p);
    return found;
}

static struct answer *answer_new(
        ax_str key, const struct ax_kept_of *of, ax_str rating, ax_str answer, ax_str rest, size_t size)
{
    struct answer *a = ax_xrealloc(NULL, size);
    *a = (struct answer){
            .key_len = key.len, .rating_len = rating.len, .answer_len = answer.len, .rest_len = rest.len, .of = *of};
    const ax_str parts[] = {key, rating, answer, rest};
    char *at = a->bytes;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        memcpy(at, parts[i].ptr, parts[i].len);
        at += parts[i].len;
    }
    return a;
}

void ax_kept_put(
        struct ax_kept *kept, ax_str key, const struct ax_kept_of *of, ax_str rating, ax_str answer, ax_str rest)
{
    size_t size = sizeof(struct answer) + key.len + rating.len + answer.len + rest.len;
    if (size > kept->shard_max_bytes) {
        return;
    }
    struct answer *a = answer_new(key, of, rating, answer, rest, size);
    struct place p = enter(kept, key);
    struct shard *s = p.shard;
    if (p.answer != NULL) {
        drop(s, p.answer);
    }
    while (s->bytes + size > kept->shard_max_bytes) {
        drop(s, TAILQ_FIRST(&s->ages));
    }
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, s->by_key, a->bytes, a->key_len, p.hash, a);
    TAILQ_INSERT_TAIL(&s->ages, a, age);
    s->bytes += size;
    leave(&p);
}
