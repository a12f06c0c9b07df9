/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/kept.h"

#include <pthread.h>
#include <sys/queue.h>

#include <uthash.h>

enum { SHARDS = 16 };

/* One block: the struct, then key, made_of, answer. */
struct answer {
    size_t key_len;
    size_t made_of_len;
    size_t answer_len;
    int32_t day;
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
    return sizeof *a + a->key_len + a->made_of_len + a->answer_len;
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

static struct shard *shard_of(struct ax_kept *kept, ax_str key)
{
    uint32_t hash = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < key.len; i++) {
        hash = (hash ^ (uint8_t)key.ptr[i]) * 16777619U;
    }
    return &kept->shards[(hash ^ hash >> 16) % SHARDS];
}

static ax_str made_of_in(const struct answer *a)
{
    return ax_str_of(a->bytes + a->key_len, a->made_of_len);
}

bool ax_kept_get(struct ax_kept *kept, ax_str key, int32_t day, ax_str made_of, struct ax_buf *out)
{
    struct shard *s = shard_of(kept, key);
    struct answer *a = NULL;
    (void)pthread_mutex_lock(&s->mutex);
    HASH_FIND(hh, s->by_key, key.ptr, key.len, a);
    bool found = a != NULL && a->day == day && ax_str_eq(made_of_in(a), made_of);
    if (found) {
        ax_buf_put(out, a->bytes + a->key_len + a->made_of_len, a->answer_len);
        TAILQ_REMOVE(&s->ages, a, age);
        TAILQ_INSERT_TAIL(&s->ages, a, age);
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return found;
}

void ax_kept_put(struct ax_kept *kept, ax_str key, int32_t day, ax_str made_of, ax_str answer)
{
    struct shard *s = shard_of(kept, key);
    size_t size = sizeof(struct answer) + key.len + made_of.len + answer.len;
    if (size > kept->shard_max_bytes) {
        return;
    }
    struct answer *a = ax_xrealloc(NULL, size);
    *a = (struct answer){.key_len = key.len, .made_of_len = made_of.len, .answer_len = answer.len, .day = day};
    memcpy(a->bytes, key.ptr, key.len);
    memcpy(a->bytes + key.len, made_of.ptr, made_of.len);
    memcpy(a->bytes + key.len + made_of.len, answer.ptr, answer.len);
    struct answer *old = NULL;
    (void)pthread_mutex_lock(&s->mutex);
    HASH_FIND(hh, s->by_key, key.ptr, key.len, old);
    if (old != NULL) {
        drop(s, old);
    }
    while (s->bytes + size > kept->shard_max_bytes) {
        drop(s, TAILQ_FIRST(&s->ages));
    }
    HASH_ADD_KEYPTR(hh, s->by_key, a->bytes, a->key_len, a);
    TAILQ_INSERT_TAIL(&s->ages, a, age);
    s->bytes += size;
    (void)pthread_mutex_unlock(&s->mutex);
}
