/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/seen.h"

#include "scoring/content.h"

#include <pthread.h>

enum { LOCKS = 64 };

struct ax_seen {
    pthread_mutex_t locks[LOCKS]; /* slot i is under lock i % LOCKS */
    size_t mask;
    struct ax_seen_head slots[];
};

struct ax_seen *ax_seen_new(size_t max)
{
    size_t size = LOCKS;
    while (size * 2 <= max) {
        size *= 2;
    }
    struct ax_seen *seen = ax_xcalloc(1, sizeof *seen + size * sizeof seen->slots[0]);
    seen->mask = size - 1;
    for (size_t i = 0; i < LOCKS; i++) {
        (void)pthread_mutex_init(&seen->locks[i], NULL);
    }
    return seen;
}

void ax_seen_free(struct ax_seen *seen)
{
    for (size_t i = 0; i < LOCKS; i++) {
        (void)pthread_mutex_destroy(&seen->locks[i]);
    }
    ax_xfree(seen);
}

static size_t slot_of(const struct ax_seen *seen, const uint8_t key[AX_KEY_SIZE])
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof at; i++) {
        at = at << 8 | key[i];
    }
    return at & seen->mask;
}

static bool is_of(const struct ax_seen_head *head, ax_str enterprise, const uint8_t key[AX_KEY_SIZE])
{
    return head->revision > 0 && ax_str_eq(enterprise, ax_str_of(head->enterprise, AX_USCC_LEN)) &&
           memcmp(head->key, key, AX_KEY_SIZE) == 0;
}

bool ax_seen_get(struct ax_seen *seen, ax_str enterprise, const uint8_t key[AX_KEY_SIZE], struct ax_seen_head *out)
{
    size_t at = slot_of(seen, key);
    (void)pthread_mutex_lock(&seen->locks[at % LOCKS]);
    *out = seen->slots[at];
    (void)pthread_mutex_unlock(&seen->locks[at % LOCKS]);
    return is_of(out, enterprise, key);
}

static bool is_later(const struct ax_seen_head *head, const struct ax_seen_head *there)
{
    return ax_content_order((struct ax_content){head->revision, head->withdrawn, head->digest},
                   (struct ax_content){there->revision, there->withdrawn, there->digest}) > 0;
}

void ax_seen_put(struct ax_seen *seen, const struct ax_fact *fact, const uint8_t key[AX_KEY_SIZE],
        const uint8_t digest[AX_DIGEST_SIZE])
{
    ax_str enterprise = fact->enterprise;
    if (enterprise.len != AX_USCC_LEN) {
        return;
    }
    struct ax_seen_head head = {.revision = fact->revision, .withdrawn = ax_fact_withdraws(fact)};
    for (size_t i = 0; i < AX_USCC_LEN; i++) {
        head.enterprise[i] = enterprise.ptr[i];
    }
    for (size_t i = 0; i < AX_KEY_SIZE; i++) {
        head.key[i] = key[i];
    }
    for (size_t i = 0; i < AX_DIGEST_SIZE; i++) {
        head.digest[i] = digest[i];
    }
    size_t at = slot_of(seen, key);
    (void)pthread_mutex_lock(&seen->locks[at % LOCKS]);
    struct ax_seen_head *there = &seen->slots[at];
    if (is_later(&head, there) || !is_of(there, enterprise, key)) {
        *there = head;
    }
    (void)pthread_mutex_unlock(&seen->locks[at % LOCKS]);
}
