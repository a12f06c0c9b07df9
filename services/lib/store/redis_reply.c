/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/redis_reply.h"

#include <stdlib.h>

static const struct {
    const char *word;
    enum ax_code code;
} error_words[] = {
        {"OOM ", AX_UNAVAILABLE},
        {"MISCONF ", AX_UNAVAILABLE},
        {"READONLY ", AX_UNAVAILABLE},
        {"LOADING ", AX_UNAVAILABLE},
        {"BUSY ", AX_UNAVAILABLE},
        {"MASTERDOWN ", AX_UNAVAILABLE},
        {"CLUSTERDOWN ", AX_UNAVAILABLE},
        {"TRYAGAIN ", AX_UNAVAILABLE},
        {"MOVED ", AX_UNAVAILABLE},
        {"ASK ", AX_UNAVAILABLE},
        {"NOREPLICAS ", AX_UNAVAILABLE},
        {"ERR max number of clients", AX_UNAVAILABLE},
        {"NOAUTH ", AX_DENIED},
        {"WRONGPASS ", AX_DENIED},
        {"NOPERM ", AX_DENIED},
        {"WRONGTYPE ", AX_CORRUPT},
};

static ax_str text_of(const redisReply *reply)
{
    return ax_str_of(reply->str, reply->len);
}

ax_rc ax_redis_check(const redisReply *reply, struct ax_err *err)
{
    if (reply->type != REDIS_REPLY_ERROR) {
        return AX_RC(OK);
    }
    ax_str text = text_of(reply);
    enum ax_code code = AX_STATE;
    for (size_t i = 0; i < sizeof error_words / sizeof error_words[0]; i++) {
        if (ax_str_starts(text, ax_str_c(error_words[i].word))) {
            code = error_words[i].code;
        }
    }
    return ax_fail(err, code, "Redis: %.*s", AX_ARG(text));
}

bool ax_redis_is_function_missing(const redisReply *reply)
{
    return reply->type == REDIS_REPLY_ERROR && ax_str_starts(text_of(reply), AX_STR("ERR Function not found"));
}

static ax_rc fail_shape(struct ax_err *err)
{
    return ax_fail(err, AX_CORRUPT, "Redis holds something else under the store's keys than the store put there");
}

static bool to_i64(const redisReply *reply, int64_t *out)
{
    return reply->type == REDIS_REPLY_STRING && ax_ok(ax_str_to_i64(text_of(reply), out));
}

static bool to_position(const redisReply *offset, const redisReply *day, struct ax_store_position *position)
{
    int64_t wide_day = 0;
    if (!to_i64(offset, &position->next_offset) || !to_i64(day, &wide_day) || position->next_offset < 0 ||
            wide_day < INT32_MIN || wide_day > INT32_MAX) {
        return false;
    }
    position->day = (int32_t)wide_day;
    return true;
}

static ax_rc check_array(const redisReply *reply, size_t elements, struct ax_err *err)
{
    AX_TRY(ax_redis_check(reply, err));
    return reply->type == REDIS_REPLY_ARRAY && reply->elements == elements ? AX_RC(OK) : fail_shape(err);
}

ax_rc ax_redis_parse_state(const redisReply *reply, struct ax_redis_state *state, struct ax_err *err)
{
    *state = (struct ax_redis_state){.position = {0, AX_STORE_DAY_NONE}};
    AX_TRY(check_array(reply, 5, err));
    if (reply->element[0]->type == REDIS_REPLY_NIL) {
        return AX_RC(OK);
    }
    state->is_there = true;
    bool has_commits = reply->element[4]->type != REDIS_REPLY_NIL;
    if ((has_commits && !to_i64(reply->element[4], &state->commits)) ||
            !to_i64(reply->element[0], &state->generation) ||
            !to_position(reply->element[1], reply->element[2], &state->position) ||
            !to_i64(reply->element[3], &state->partitions)) {
        return fail_shape(err);
    }
    return AX_RC(OK);
}

static ax_rc parse_fences(redisReply *const *element, struct ax_redis_state *state, struct ax_err *err)
{
    state->is_there = true;
    if (!to_i64(element[0], &state->generation) || !to_i64(element[1], &state->epoch) ||
            !to_position(element[2], element[3], &state->position)) {
        return fail_shape(err);
    }
    return AX_RC(OK);
}

ax_rc ax_redis_parse_fences(const redisReply *reply, struct ax_redis_state *state, struct ax_err *err)
{
    *state = (struct ax_redis_state){.position = {0, AX_STORE_DAY_NONE}};
    AX_TRY(check_array(reply, 4, err));
    return reply->element[0]->type == REDIS_REPLY_NIL ? AX_RC(OK) : parse_fences(reply->element, state, err);
}

static bool is_word(const redisReply *reply, ax_str word)
{
    return reply->type == REDIS_REPLY_STRING && ax_str_eq(text_of(reply), word);
}

ax_rc ax_redis_parse_answer(
        const redisReply *reply, enum ax_redis_verdict *verdict, struct ax_redis_state *state, struct ax_err *err)
{
    *state = (struct ax_redis_state){.position = {0, AX_STORE_DAY_NONE}};
    AX_TRY(ax_redis_check(reply, err));
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements < 1) {
        return fail_shape(err);
    }
    const redisReply *word = reply->element[0];
    if (is_word(word, AX_STR("PARTITIONS")) && reply->elements == 2 && to_i64(reply->element[1], &state->partitions)) {
        *verdict = AX_REDIS_OTHER_PARTITIONS;
        return AX_RC(OK);
    }
    if (is_word(word, AX_STR("LEFTOVERS"))) {
        return ax_fail(err, AX_STATE, "too many generations of earlier lives are left under this partition's keys");
    }
    bool is_done = is_word(word, AX_STR("OK"));
    if (!is_done && !is_word(word, AX_STR("STALE"))) {
        return fail_shape(err);
    }
    *verdict = is_done ? AX_REDIS_DONE : AX_REDIS_STALE;
    return reply->elements == 5 ? parse_fences(reply->element + 1, state, err) : AX_RC(OK);
}

ax_rc ax_redis_parse_bytes(const redisReply *reply, struct ax_arena *arena, ax_str *out, struct ax_err *err)
{
    AX_TRY(ax_redis_check(reply, err));
    if (reply->type == REDIS_REPLY_NIL) {
        return AX_RC(OK);
    }
    if (reply->type != REDIS_REPLY_STRING) {
        return fail_shape(err);
    }
    *out = ax_arena_dup(arena, text_of(reply));
    return out->ptr == NULL ? ax_store_fail_arena(err) : AX_RC(OK);
}

struct chunk {
    int64_t offset;
    const redisReply *bytes;
};

static int by_offset(const void *a, const void *b)
{
    int64_t x = ((const struct chunk *)a)->offset;
    int64_t y = ((const struct chunk *)b)->offset;
    return (x > y) - (x < y);
}

static ax_rc keep_chunks(const struct chunk *chunks, size_t count, struct ax_arena *arena, struct ax_store_read *read,
        struct ax_err *err)
{
    read->chunks = AX_ARENA_ARRAY(arena, ax_str, count + 1);
    if (read->chunks == NULL) {
        return ax_store_fail_arena(err);
    }
    for (size_t i = 0; i < count; i++) {
        AX_TRY(ax_redis_parse_bytes(chunks[i].bytes, arena, &read->chunks[i], err));
    }
    read->chunk_count = count;
    return AX_RC(OK);
}

ax_rc ax_redis_parse_entry(
        const redisReply *reply, struct ax_arena *arena, struct ax_store_read *read, struct ax_err *err)
{
    AX_TRY(ax_redis_check(reply, err));
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements % 2 != 0) {
        return fail_shape(err);
    }
    struct chunk *chunks = AX_ARENA_ARRAY(arena, struct chunk, reply->elements / 2 + 1);
    size_t count = 0;
    if (chunks == NULL) {
        return ax_store_fail_arena(err);
    }
    for (size_t i = 0; i < reply->elements; i += 2) {
        const redisReply *value = reply->element[i + 1];
        if (value->type != REDIS_REPLY_STRING) {
            return fail_shape(err);
        }
        if (is_word(reply->element[i], AX_STR("r"))) {
            AX_TRY(ax_redis_parse_bytes(value, arena, &read->rating, err));
        } else if (to_i64(reply->element[i], &chunks[count].offset)) {
            chunks[count++].bytes = value;
        } else {
            return fail_shape(err);
        }
    }
    if (count > 1) {
        qsort(chunks, count, sizeof chunks[0], by_offset);
    }
    return keep_chunks(chunks, count, arena, read, err);
}

ax_rc ax_redis_parse_page(
        const redisReply *reply, struct ax_arena *arena, struct ax_store_scan *scan, struct ax_err *err)
{
    AX_TRY(ax_redis_check(reply, err));
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements > scan->max) {
        return fail_shape(err);
    }
    scan->reads = AX_ARENA_ARRAY(arena, struct ax_store_read, reply->elements + 1);
    if (scan->reads == NULL) {
        return ax_store_fail_arena(err);
    }
    for (size_t i = 0; i < reply->elements; i++) {
        struct ax_store_read *read = &scan->reads[i];
        read->partition = scan->partition;
        AX_TRY(ax_redis_parse_bytes(reply->element[i], arena, &read->enterprise, err));
        if (read->enterprise.len != AX_STORE_ENTERPRISE_MAX) {
            return fail_shape(err);
        }
    }
    scan->count = reply->elements;
    return AX_RC(OK);
}

ax_rc ax_redis_parse_count(const redisReply *reply, int64_t *count, struct ax_err *err)
{
    AX_TRY(ax_redis_check(reply, err));
    if (reply->type != REDIS_REPLY_INTEGER) {
        return fail_shape(err);
    }
    *count = reply->integer;
    return AX_RC(OK);
}
