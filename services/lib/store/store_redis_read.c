/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/store_redis.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * A group is up to GROUP_MAX enterprises of one partition: HMGET m, one HGET or HGETALL each, HMGET m again. Equal
 * positions and counts of commits before and behind mean that nothing was committed in between: a position never comes back,
 * and what is written again where it stands is counted; otherwise the group is read again. Redis serves a small pipeline in
 * one go, so that this is rare.
 */
enum { GROUP_MAX = 512, ROUND_MAX = 2048, ROUND_LEDGERS_MAX = 256, ATTEMPTS_MAX = 64 };

struct group {
    int32_t partition;
    struct ax_store_read **reads;
    size_t count;
    int64_t generation; /* asked for */
    bool is_done;
};

static void append(struct ax_redis_conn *conn, ax_str verb, const struct ax_redis_key *key, ax_str field)
{
    const char *argv[] = {verb.ptr, key->text, field.ptr};
    size_t lens[] = {verb.len, key->len, field.len};
    ax_redis_append(conn, field.ptr == NULL ? 2 : 3, argv, lens);
}

static void append_state(struct ax_redis_conn *conn, const struct ax_redis_key *key)
{
    const char *argv[] = {"HMGET", key->text, "gen", "next", "day", "partitions", "commits"};
    size_t lens[] = {5, key->len, 3, 4, 3, 10, 7};
    ax_redis_append(conn, 7, argv, lens);
}

static ax_rc receive_state(struct ax_store_redis *s, struct ax_redis_conn *conn, int32_t partition,
        struct ax_redis_state *state, struct ax_err *err)
{
    redisReply *reply = NULL;
    AX_TRY(ax_redis_receive(conn, &reply, err));
    ax_rc rc = ax_redis_parse_state(reply, state, err);
    freeReplyObject(reply);
    AX_TRY(rc);
    if (state->is_there && state->partitions != s->base.partitions) {
        return ax_store_fail_partitions(err, state->partitions, s->base.partitions);
    }
    if (state->is_there) {
        atomic_store_explicit(&s->generations[partition], state->generation, memory_order_relaxed);
    }
    return AX_RC(OK);
}

static void append_group(struct ax_store_redis *s, struct ax_redis_conn *conn, struct group *group, bool ledgers)
{
    struct ax_redis_key key = ax_redis_key(s, group->partition, "m");
    append_state(conn, &key);
    group->generation = atomic_load_explicit(&s->generations[group->partition], memory_order_relaxed);
    struct ax_redis_key entry =
            ax_redis_key(s, group->partition, "%" PRId64 ":e:%0*d", group->generation, AX_STORE_ENTERPRISE_MAX, 0);
    char *enterprise = entry.text + entry.len - AX_STORE_ENTERPRISE_MAX;
    for (size_t i = 0; i < group->count; i++) {
        if (group->reads[i]->mark_only) {
            continue;
        }
        for (size_t c = 0; c < AX_STORE_ENTERPRISE_MAX; c++) {
            enterprise[c] = group->reads[i]->enterprise.ptr[c];
        }
        append(conn, ledgers ? AX_STR("HGETALL") : AX_STR("HGET"), &entry, ledgers ? (ax_str){NULL, 0} : AX_STR("r"));
    }
    append_state(conn, &key);
}

static ax_rc receive_read(struct ax_redis_conn *conn, struct ax_store_read *read, bool ledgers, struct ax_arena *arena,
        struct ax_err *err)
{
    redisReply *reply = NULL;
    AX_TRY(ax_redis_receive(conn, &reply, err));
    read->rating = (ax_str){NULL, 0};
    read->chunk_count = 0;
    ax_rc rc = ledgers ? ax_redis_parse_entry(reply, arena, read, err)
                       : ax_redis_parse_bytes(reply, arena, &read->rating, err);
    freeReplyObject(reply);
    return rc;
}

static ax_rc receive_group(struct ax_store_redis *s, struct ax_redis_conn *conn, struct group *group, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    struct ax_redis_state before = {0};
    struct ax_redis_state behind = {0};
    AX_TRY(receive_state(s, conn, group->partition, &before, err));
    for (size_t i = 0; i < group->count; i++) {
        if (!group->reads[i]->mark_only) {
            AX_TRY(receive_read(conn, group->reads[i], ledgers, arena, err));
        }
        group->reads[i]->position = before.position;
        group->reads[i]->mark = (struct ax_store_mark){before.generation, before.commits};
    }
    AX_TRY(receive_state(s, conn, group->partition, &behind, err));
    group->is_done = before.is_there == behind.is_there && before.generation == behind.generation &&
                     before.commits == behind.commits && ax_store_position_eq(before.position, behind.position) &&
                     (!before.is_there || before.generation == group->generation);
    return AX_RC(OK);
}

static ax_rc read_round(struct ax_store_redis *s, struct ax_redis_conn *conn, struct group *groups, size_t count,
        bool ledgers, struct ax_arena *arena, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!groups[i].is_done) {
            append_group(s, conn, &groups[i], ledgers);
        }
    }
    AX_TRY(ax_redis_send(conn, err));
    for (size_t i = 0; i < count; i++) {
        if (groups[i].is_done) {
            continue;
        }
        ax_rc rc = receive_group(s, conn, &groups[i], ledgers, arena, err);
        if (!ax_ok(rc)) {
            ax_redis_conn_close(conn); /* the replies that are still to come are nobody's */
            return rc;
        }
    }
    return AX_RC(OK);
}

static bool is_all_done(const struct group *groups, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!groups[i].is_done) {
            return false;
        }
    }
    return true;
}

/* Reading is repeated at will: also once on a new connection, where an idle one turned out to be dead. */
static ax_rc read_groups(struct ax_store_redis *s, struct group *groups, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    struct ax_redis_conn *conn = NULL;
    AX_TRY(ax_redis_pool_borrow(&s->pool, &conn, err));
    bool was_new = conn->is_new;
    ax_rc rc = AX_RC(OK);
    for (int attempt = 0; attempt < ATTEMPTS_MAX && ax_ok(rc) && !is_all_done(groups, count); attempt++) {
        rc = read_round(s, conn, groups, count, ledgers, arena, err);
        if (!ax_ok(rc) && conn->net == NULL && !was_new && rc.code != AX_TIMEOUT) {
            was_new = true;
            rc = ax_redis_conn_open(conn, err);
        }
    }
    if (ax_ok(rc) && !is_all_done(groups, count)) {
        rc = ax_fail(err, AX_UNAVAILABLE, "partition %" PRId32 " changed with each of %d reads", groups[0].partition,
                ATTEMPTS_MAX);
    }
    ax_redis_pool_give_back(&s->pool, conn, rc, err);
    return rc;
}

/* Orders the reads by partition; gives an array in the arena. */
static struct ax_store_read **by_partition(
        struct ax_store_redis *s, struct ax_store_read *reads, size_t count, struct ax_arena *arena)
{
    struct ax_store_read **order = AX_ARENA_ARRAY(arena, struct ax_store_read *, count);
    size_t *from = AX_ARENA_ARRAY(arena, size_t, (size_t)s->base.partitions + 1);
    if (order == NULL || from == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        from[reads[i].partition + 1]++;
    }
    for (int32_t p = 0; p < s->base.partitions; p++) {
        from[p + 1] += from[p];
    }
    for (size_t i = 0; i < count; i++) {
        order[from[reads[i].partition]++] = &reads[i];
    }
    return order;
}

static ax_rc read_ordered(struct ax_store_redis *s, struct ax_store_read **order, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    struct group *groups = AX_ARENA_ARRAY(arena, struct group, count < ROUND_MAX ? count : ROUND_MAX);
    size_t round_max = ledgers ? ROUND_LEDGERS_MAX : ROUND_MAX;
    if (groups == NULL) {
        return ax_store_fail_arena(err);
    }
    for (size_t at = 0; at < count;) {
        size_t group_count = 0;
        size_t end = count - at < round_max ? count : at + round_max;
        while (at < end) {
            struct group *group = &groups[group_count++];
            *group = (struct group){.partition = order[at]->partition, .reads = &order[at]};
            while (at < end && group->count < GROUP_MAX && order[at]->partition == group->partition) {
                group->count++;
                at++;
            }
        }
        AX_TRY(read_groups(s, groups, group_count, ledgers, arena, err));
    }
    return AX_RC(OK);
}

ax_rc ax_store_redis_read_many(struct ax_store *store, struct ax_store_read *reads, size_t count, bool ledgers,
        struct ax_arena *arena, struct ax_err *err)
{
    struct ax_store_redis *s = (struct ax_store_redis *)store;
    if (count == 1) {
        struct ax_store_read *only = reads;
        struct group group = {.partition = reads->partition, .reads = &only, .count = 1};
        return read_groups(s, &group, 1, ledgers, arena, err);
    }
    struct ax_store_read **order = by_partition(s, reads, count, arena);
    if (order == NULL) {
        return ax_store_fail_arena(err);
    }
    return read_ordered(s, order, count, ledgers, arena, err);
}

/* One question on a connection; done: no rebuild came between. */
typedef ax_rc (*ask_once)(
        struct ax_store_redis *s, struct ax_redis_conn *conn, void *question, bool *is_done, struct ax_err *err);

/* Asks again where a rebuild came between, and once on a new connection where an idle one turned out to be dead. */
static ax_rc until_done(struct ax_store_redis *s, int32_t partition, ask_once ask, void *question, struct ax_err *err)
{
    struct ax_redis_conn *conn = NULL;
    AX_TRY(ax_redis_pool_borrow(&s->pool, &conn, err));
    bool is_done = false;
    bool was_new = conn->is_new;
    ax_rc rc = AX_RC(OK);
    for (int attempt = 0; attempt < ATTEMPTS_MAX && ax_ok(rc) && !is_done; attempt++) {
        rc = ask(s, conn, question, &is_done, err);
        if (!ax_ok(rc)) {
            ax_redis_conn_close(conn);
        }
        if (!ax_ok(rc) && !was_new && rc.code == AX_IO) {
            was_new = true;
            rc = ax_redis_conn_open(conn, err);
        }
    }
    ax_redis_pool_give_back(&s->pool, conn, rc, err);
    if (ax_ok(rc) && !is_done) {
        return ax_fail(err, AX_UNAVAILABLE, "partition %" PRId32 " was rebuilt with each of %d reads", partition,
                ATTEMPTS_MAX);
    }
    return rc;
}

struct paging {
    struct ax_store_scan *scan;
    struct ax_arena *arena;
};

static ax_rc page_once(
        struct ax_store_redis *s, struct ax_redis_conn *conn, void *question, bool *is_done, struct ax_err *err)
{
    const struct paging *p = question;
    struct ax_store_scan *scan = p->scan;
    int64_t generation = atomic_load_explicit(&s->generations[scan->partition], memory_order_relaxed);
    struct ax_redis_key key = ax_redis_key(s, scan->partition, "m");
    struct ax_redis_key index = ax_redis_key(s, scan->partition, "%" PRId64 ":i", generation);
    char after[AX_STORE_ENTERPRISE_MAX + 2];
    char max[24];
    int after_len = snprintf(after, sizeof after, scan->after.len == 0 ? "-" : "(%.*s", AX_ARG(scan->after));
    int max_len = snprintf(max, sizeof max, "%zu", scan->max);
    const char *argv[] = {"ZRANGEBYLEX", index.text, after, "+", "LIMIT", "0", max};
    size_t lens[] = {11, index.len, (size_t)after_len, 1, 5, 1, (size_t)max_len};
    struct ax_redis_state state = {0};
    redisReply *reply = NULL;
    append_state(conn, &key);
    ax_redis_append(conn, 7, argv, lens);
    AX_TRY(ax_redis_send(conn, err));
    AX_TRY(receive_state(s, conn, scan->partition, &state, err));
    AX_TRY(ax_redis_receive(conn, &reply, err));
    *is_done = !state.is_there || state.generation == generation;
    ax_rc rc = ax_redis_parse_page(reply, p->arena, scan, err);
    freeReplyObject(reply);
    return rc;
}

ax_rc ax_store_redis_scan(
        struct ax_store *store, struct ax_store_scan *scan, struct ax_arena *arena, struct ax_err *err)
{
    struct ax_store_redis *s = (struct ax_store_redis *)store;
    struct paging p = {.scan = scan, .arena = arena};
    AX_TRY(until_done(s, scan->partition, page_once, &p, err));
    if (scan->count == 0) {
        return AX_RC(OK);
    }
    return ax_store_redis_read_many(store, scan->reads, scan->count, scan->ledgers, arena, err);
}

struct standing {
    int32_t partition;
    struct ax_redis_state state;
    int64_t *enterprises;
};

static ax_rc position_once(
        struct ax_store_redis *s, struct ax_redis_conn *conn, void *question, bool *is_done, struct ax_err *err)
{
    struct standing *where = question;
    int64_t generation = atomic_load_explicit(&s->generations[where->partition], memory_order_relaxed);
    struct ax_redis_key key = ax_redis_key(s, where->partition, "m");
    struct ax_redis_key index = ax_redis_key(s, where->partition, "%" PRId64 ":i", generation);
    redisReply *reply = NULL;
    append_state(conn, &key);
    append(conn, AX_STR("ZCARD"), &index, (ax_str){NULL, 0});
    AX_TRY(ax_redis_send(conn, err));
    AX_TRY(receive_state(s, conn, where->partition, &where->state, err));
    AX_TRY(ax_redis_receive(conn, &reply, err));
    *is_done = !where->state.is_there || where->state.generation == generation;
    ax_rc rc = ax_redis_parse_count(reply, where->enterprises, err);
    freeReplyObject(reply);
    return rc;
}

ax_rc ax_store_redis_position(struct ax_store *store, int32_t partition, struct ax_store_position *position,
        int64_t *enterprises, struct ax_err *err)
{
    struct ax_store_redis *s = (struct ax_store_redis *)store;
    struct standing where = {.partition = partition, .enterprises = enterprises};
    AX_TRY(until_done(s, partition, position_once, &where, err));
    if (!where.state.is_there) {
        return ax_fail(err, AX_NOT_FOUND, "partition %" PRId32 " has never been taken", partition);
    }
    *position = where.state.position;
    return AX_RC(OK);
}

ax_rc ax_store_redis_note_get(struct ax_store *store, int32_t partition, ax_str name, struct ax_arena *arena,
        ax_str *value, struct ax_err *err)
{
    struct ax_store_redis *s = (struct ax_store_redis *)store;
    struct ax_redis_key key = ax_redis_key(s, partition, "n");
    const char *argv[] = {"HGET", key.text, name.ptr};
    size_t lens[] = {4, key.len, name.len};
    struct ax_redis_conn *conn = NULL;
    redisReply *reply = NULL;
    AX_TRY(ax_redis_pool_borrow(&s->pool, &conn, err));
    bool was_new = conn->is_new;
    ax_rc rc = ax_redis_call(conn, 3, argv, lens, &reply, err);
    if (rc.code == AX_IO && !was_new) {
        rc = ax_redis_conn_open(conn, err);
        rc = ax_ok(rc) ? ax_redis_call(conn, 3, argv, lens, &reply, err) : rc;
    }
    if (ax_ok(rc)) {
        rc = ax_redis_parse_bytes(reply, arena, value, err);
        freeReplyObject(reply);
    }
    ax_redis_pool_give_back(&s->pool, conn, rc, err);
    return rc;
}
