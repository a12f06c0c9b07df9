/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/store_redis.h"

#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>

enum { SWEEP_PAGE = 1000 };

static ax_rc remove_page(struct ax_redis_conn *conn, const struct ax_redis_key *index,
        const struct ax_redis_key *entries, const redisReply *page, struct ax_err *err)
{
    for (size_t i = 0; i < page->elements; i++) {
        const redisReply *id = page->element[i];
        struct ax_redis_key key = *entries;
        if (id->type != REDIS_REPLY_STRING || key.len + id->len >= sizeof key.text) {
            return ax_fail(err, AX_CORRUPT, "Redis lists something that is no enterprise");
        }
        int len = snprintf(key.text + key.len, sizeof key.text - key.len, "%.*s", (int)id->len, id->str);
        const char *unlink_argv[] = {"UNLINK", key.text};
        size_t unlink_lens[] = {6, key.len + (size_t)len};
        const char *rem_argv[] = {"ZREM", index->text, id->str};
        size_t rem_lens[] = {4, index->len, id->len};
        ax_redis_append(conn, 2, unlink_argv, unlink_lens);
        ax_redis_append(conn, 3, rem_argv, rem_lens);
    }
    AX_TRY(ax_redis_send(conn, err));
    for (size_t i = 0; i < page->elements * 2; i++) {
        redisReply *reply = NULL;
        AX_TRY(ax_redis_receive(conn, &reply, err));
        ax_rc rc = ax_redis_check(reply, err);
        freeReplyObject(reply);
        AX_TRY(rc);
    }
    return AX_RC(OK);
}

/* In pieces, so that Redis serves others in between. */
static ax_rc remove_generation(
        struct ax_store_redis *s, struct ax_redis_conn *conn, int32_t partition, ax_str generation, struct ax_err *err)
{
    struct ax_redis_key index = ax_redis_key(s, partition, "%.*s:i", AX_ARG(generation));
    struct ax_redis_key entries = ax_redis_key(s, partition, "%.*s:e:", AX_ARG(generation));
    struct ax_redis_key dead = ax_redis_key(s, partition, "d");
    char page_max[AX_REDIS_NUMBER_MAX];
    int page_len = snprintf(page_max, sizeof page_max, "%d", SWEEP_PAGE);
    size_t left = 1;
    while (left > 0) {
        const char *argv[] = {"ZRANGEBYLEX", index.text, "-", "+", "LIMIT", "0", page_max};
        size_t lens[] = {11, index.len, 1, 1, 5, 1, (size_t)page_len};
        redisReply *page = NULL;
        AX_TRY(ax_redis_call(conn, 7, argv, lens, &page, err));
        left = page->type == REDIS_REPLY_ARRAY ? page->elements : 0;
        ax_rc rc = ax_redis_check(page, err);
        if (ax_ok(rc) && left > 0) {
            rc = remove_page(conn, &index, &entries, page, err);
        }
        freeReplyObject(page);
        AX_TRY(rc);
    }
    const char *argv[] = {"SREM", dead.text, generation.ptr};
    size_t lens[] = {4, dead.len, generation.len};
    redisReply *reply = NULL;
    AX_TRY(ax_redis_call(conn, 3, argv, lens, &reply, err));
    ax_rc rc = ax_redis_check(reply, err);
    freeReplyObject(reply);
    return rc;
}

static ax_rc sweep_with(struct ax_store_redis *s, struct ax_redis_conn *conn, int32_t partition, struct ax_err *err)
{
    struct ax_redis_key dead = ax_redis_key(s, partition, "d");
    const char *argv[] = {"SMEMBERS", dead.text};
    size_t lens[] = {8, dead.len};
    redisReply *reply = NULL;
    AX_TRY(ax_redis_call(conn, 2, argv, lens, &reply, err));
    ax_rc rc = ax_redis_check(reply, err);
    for (size_t i = 0; ax_ok(rc) && reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++) {
        const redisReply *generation = reply->element[i];
        if (generation->type == REDIS_REPLY_STRING && generation->len < AX_REDIS_NUMBER_MAX) {
            rc = remove_generation(s, conn, partition, ax_str_of(generation->str, generation->len), err);
        }
    }
    freeReplyObject(reply);
    return rc;
}

void ax_store_redis_sweep(struct ax_store_redis *s, int32_t partition)
{
    struct ax_redis_conn *conn = NULL;
    struct ax_err err = {0};
    char text[512];
    ax_rc rc = ax_redis_pool_borrow(&s->pool, &conn, &err);
    if (ax_ok(rc)) {
        rc = sweep_with(s, conn, partition, &err);
        if (!ax_ok(rc)) {
            ax_redis_conn_close(conn);
        }
        ax_redis_pool_give_back(&s->pool, conn, rc, &err);
    }
    if (!ax_ok(rc)) {
        AX_NOTE(WARN, "store.sweep", "partition=%" PRId32 " %s", partition, ax_note_err(&err, text, sizeof text));
    }
}
