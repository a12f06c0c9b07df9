/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks the reading of what Redis answers: hiredis' reader with our limits on it, then each of our interpretations. */
#include "services/lib/store/redis_conn.h"
#include "services/lib/store/redis_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_CAP = 1 << 20, REPLIES_MAX = 64 };

static void interpret(const redisReply *reply, struct ax_arena *arena)
{
    struct ax_err err;
    struct ax_redis_state state;
    enum ax_redis_verdict verdict;
    struct ax_store_read read = {.partition = 0};
    struct ax_store_scan scan = {.max = 16};
    ax_str bytes = {NULL, 0};
    int64_t count = 0;
    int seen = ax_redis_check(reply, &err).code;
    seen += ax_redis_is_function_missing(reply) ? 1 : 0;
    seen += ax_redis_parse_state(reply, &state, &err).code;
    seen += ax_redis_parse_fences(reply, &state, &err).code;
    seen += ax_redis_parse_answer(reply, &verdict, &state, &err).code;
    seen += ax_redis_parse_bytes(reply, arena, &bytes, &err).code;
    seen += ax_redis_parse_entry(reply, arena, &read, &err).code;
    seen += ax_redis_parse_page(reply, arena, &scan, &err).code;
    seen += ax_redis_parse_count(reply, &count, &err).code;
    AX_ASSERT(seen >= 0);
    for (size_t i = 0; i < read.chunk_count; i++) {
        AX_ASSERT(read.chunks[i].ptr != NULL);
    }
    AX_ASSERT(scan.count <= scan.max);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    redisReader *reader = ax_redis_reader_new();
    struct ax_arena arena;
    if (reader == NULL || redisReaderFeed(reader, (const char *)data, size) != REDIS_OK) {
        redisReaderFree(reader);
        return 0;
    }
    ax_arena_init(&arena, 1 << 12, ARENA_CAP);
    for (int i = 0; i < REPLIES_MAX; i++) {
        void *reply = NULL;
        if (redisReaderGetReply(reader, &reply) != REDIS_OK || reply == NULL) {
            break;
        }
        interpret(reply, &arena);
        freeReplyObject(reply);
        ax_arena_reset(&arena);
    }
    ax_arena_deinit(&arena);
    redisReaderFree(reader);
    return 0;
}
