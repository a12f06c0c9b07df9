/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/store_redis.h"

#include "base/fault.h"
#include "base/file.h"
#include "services/lib/store/functions.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { COMMIT_ARGS_FIXED = 13, COMMIT_ARGS_A_WRITE = 4, PORT_DEFAULT = 6379 };

struct redis_part {
    struct ax_store_part base;
    bool is_shadow;
    const char **argv; /* of the commit under way */
    size_t *lens;
    char (*offsets)[AX_REDIS_NUMBER_MAX];
    char *keys; /* of the enterprises, one behind the other */
    size_t args_size;
    size_t writes_size;
};

/* Arguments of a command while they are put together. */
struct args {
    const char **argv;
    size_t *lens;
    int count;
};

static struct ax_store_redis *of_store(struct ax_store *store)
{
    return (struct ax_store_redis *)store;
}

struct ax_redis_key ax_redis_key(const struct ax_store_redis *s, int32_t partition, const char *format, ...)
{
    struct ax_redis_key key;
    int start = snprintf(key.text, sizeof key.text, "%s{s%" PRId32 "}:", s->prefix, partition);
    va_list args;
    va_start(args, format);
    int rest = vsnprintf(key.text + start, sizeof key.text - (size_t)start, format, args);
    va_end(args);
    AX_ASSERT(start > 0 && rest >= 0 && start + rest < (int)sizeof key.text);
    key.len = (size_t)start + (size_t)rest;
    return key;
}

static void add(struct args *args, ax_str word)
{
    args->argv[args->count] = word.ptr == NULL ? "" : word.ptr;
    args->lens[args->count] = word.len;
    args->count++;
}

static void add_key(struct args *args, const struct ax_redis_key *key)
{
    add(args, ax_str_of(key->text, key->len));
}

static ax_rc load_functions(struct ax_redis_conn *conn, struct ax_err *err)
{
    const char *argv[] = {"FUNCTION", "LOAD", ax_store_functions};
    size_t lens[] = {8, 4, ax_store_functions_len};
    redisReply *reply = NULL;
    AX_TRY(ax_redis_call(conn, 3, argv, lens, &reply, err));
    bool was_there = reply->type == REDIS_REPLY_ERROR && strstr(reply->str, "already exists") != NULL;
    ax_rc rc = was_there ? AX_RC(OK) : ax_redis_check(reply, err);
    freeReplyObject(reply);
    return rc;
}

/* Calls one of our functions and loads them first where Redis does not know them: a new server, or one that was emptied. */
static ax_rc call_once(struct ax_redis_conn *conn, const struct args *args, redisReply **reply, struct ax_err *err)
{
    AX_TRY(ax_redis_send_one(conn, args->count, args->argv, args->lens, err));
    AX_FAULT("store.redis.sent");
    return ax_redis_receive(conn, reply, err);
}

static ax_rc call_function(struct ax_redis_conn *conn, const struct args *args, enum ax_redis_verdict *verdict,
        struct ax_redis_state *state, struct ax_err *err)
{
    redisReply *reply = NULL;
    AX_TRY(call_once(conn, args, &reply, err));
    if (ax_redis_is_function_missing(reply)) {
        freeReplyObject(reply);
        reply = NULL;
        AX_TRY(load_functions(conn, err));
        AX_TRY(call_once(conn, args, &reply, err));
    }
    ax_rc rc = ax_redis_parse_answer(reply, verdict, state, err);
    freeReplyObject(reply);
    return rc;
}

/* The same, repeated once on a new connection: for functions that may run twice. */
static ax_rc call_twice(struct ax_store_redis *s, const struct args *args, enum ax_redis_verdict *verdict,
        struct ax_redis_state *state, struct ax_err *err)
{
    struct ax_redis_conn *conn = NULL;
    AX_TRY(ax_redis_pool_borrow(&s->pool, &conn, err));
    ax_rc rc = call_function(conn, args, verdict, state, err);
    if (!ax_ok(rc) && conn->net == NULL && ax_code_retriable(rc.code)) {
        rc = ax_redis_conn_open(conn, err);
        if (ax_ok(rc)) {
            rc = call_function(conn, args, verdict, state, err);
        }
    }
    if (rc.code == AX_IO) {
        rc.code = AX_UNAVAILABLE;
    }
    ax_redis_pool_give_back(&s->pool, conn, rc, err);
    return rc;
}

static struct ax_store_part *part_new(
        struct ax_store_redis *s, int32_t partition, const struct ax_redis_state *state, bool is_shadow)
{
    struct redis_part *part = ax_xcalloc(1, sizeof *part);
    part->base = (struct ax_store_part){
            .store = &s->base, .partition = partition, .generation = state->generation, .epoch = state->epoch};
    part->is_shadow = is_shadow;
    return &part->base;
}

static void part_free(struct ax_store_part *base)
{
    struct redis_part *part = (struct redis_part *)base;
    ax_xfree(part->argv);
    ax_xfree(part->lens);
    ax_xfree(part->offsets);
    ax_xfree(part->keys);
    ax_xfree(part);
}

/* Partition 0 speaks for all: a partition beyond the old count would otherwise look like a fresh one. */
static ax_rc check_partitions(struct ax_store_redis *s, struct ax_err *err)
{
    struct ax_store_position position;
    int64_t enterprises = 0;
    ax_rc rc = ax_store_redis_position(&s->base, 0, &position, &enterprises, err);
    return rc.code == AX_NOT_FOUND ? AX_RC(OK) : rc;
}

static ax_rc call_on_partition(
        struct ax_store_redis *s, int32_t partition, ax_str function, struct ax_redis_state *state, struct ax_err *err)
{
    const char *argv[6];
    size_t lens[6];
    char partitions[AX_REDIS_NUMBER_MAX];
    struct args args = {.argv = argv, .lens = lens};
    struct ax_redis_key key = ax_redis_key(s, partition, "m");
    struct ax_redis_key base = ax_redis_key(s, partition, "%s", "");
    enum ax_redis_verdict verdict = AX_REDIS_STALE;
    (void)snprintf(partitions, sizeof partitions, "%" PRId32, s->base.partitions);
    add(&args, AX_STR("FCALL"));
    add(&args, function);
    add(&args, AX_STR("1"));
    add_key(&args, &key);
    add_key(&args, &base);
    add(&args, ax_str_c(partitions));
    AX_TRY(check_partitions(s, err));
    AX_TRY(call_twice(s, &args, &verdict, state, err));
    if (verdict == AX_REDIS_OTHER_PARTITIONS) {
        return ax_store_fail_partitions(err, state->partitions, s->base.partitions);
    }
    if (verdict != AX_REDIS_DONE || !state->is_there) {
        return ax_fail(err, AX_CORRUPT, "partition %" PRId32 ": Redis gave no position", partition);
    }
    return AX_RC(OK);
}

static ax_rc take(struct ax_store *store, int32_t partition, struct ax_store_part **out,
        struct ax_store_position *position, struct ax_err *err)
{
    struct ax_store_redis *s = of_store(store);
    struct ax_redis_state state = {0};
    AX_TRY(call_on_partition(s, partition, AX_STR("ax_store_take_v2"), &state, err));
    atomic_store(&s->generations[partition], state.generation);
    *position = state.position;
    *out = part_new(s, partition, &state, false);
    return AX_RC(OK);
}

static ax_rc rebuild(struct ax_store *store, int32_t partition, struct ax_store_part **out, struct ax_err *err)
{
    struct ax_store_redis *s = of_store(store);
    struct ax_redis_state state = {0};
    AX_TRY(call_on_partition(s, partition, AX_STR("ax_store_rebuild_v2"), &state, err));
    ax_store_redis_sweep(s, partition);
    *out = part_new(s, partition, &state, true);
    return AX_RC(OK);
}

static ax_rc make_live(struct ax_store_part *base, struct ax_err *err)
{
    struct redis_part *part = (struct redis_part *)base;
    struct ax_store_redis *s = of_store(base->store);
    const char *argv[6];
    size_t lens[6];
    char generation[AX_REDIS_NUMBER_MAX];
    struct args args = {.argv = argv, .lens = lens};
    struct ax_redis_key key = ax_redis_key(s, base->partition, "m");
    struct ax_redis_key prefix = ax_redis_key(s, base->partition, "%s", "");
    struct ax_redis_state state = {0};
    enum ax_redis_verdict verdict = AX_REDIS_STALE;
    (void)snprintf(generation, sizeof generation, "%" PRId64, base->generation);
    add(&args, AX_STR("FCALL"));
    add(&args, AX_STR("ax_store_switch_v2"));
    add(&args, AX_STR("1"));
    add_key(&args, &key);
    add_key(&args, &prefix);
    add(&args, ax_str_c(generation));
    AX_TRY(call_twice(s, &args, &verdict, &state, err));
    if (verdict != AX_REDIS_DONE) {
        return ax_fail(
                err, AX_STALE, "another rebuild of partition %" PRId32 " was begun after this one", base->partition);
    }
    part->is_shadow = false;
    base->epoch = state.epoch;
    atomic_store(&s->generations[base->partition], base->generation);
    ax_store_redis_sweep(s, base->partition);
    return AX_RC(OK);
}

enum kind { KIND_BOTH, KIND_RATING, KIND_CHUNK, KIND_NOTHING };

static enum kind kind_of(const struct ax_store_write *write)
{
    if (write->chunk.len > 0) {
        return write->rating.ptr != NULL ? KIND_BOTH : KIND_CHUNK;
    }
    return write->rating.ptr != NULL ? KIND_RATING : KIND_NOTHING;
}

static void make_room(struct redis_part *part, size_t writes)
{
    size_t args = COMMIT_ARGS_FIXED + COMMIT_ARGS_A_WRITE * writes + 1;
    if (part->args_size < args) {
        part->argv = ax_xrealloc(part->argv, args * sizeof part->argv[0]);
        part->lens = ax_xrealloc(part->lens, args * sizeof part->lens[0]);
        part->args_size = args;
    }
    if (part->writes_size < writes) {
        part->offsets = ax_xrealloc(part->offsets, writes * sizeof part->offsets[0]);
        part->keys = ax_xrealloc(part->keys, writes * AX_REDIS_KEY_MAX);
        part->writes_size = writes;
    }
}

static void add_number(struct args *args, char text[AX_REDIS_NUMBER_MAX], int64_t number)
{
    int len = snprintf(text, AX_REDIS_NUMBER_MAX, "%" PRId64, number);
    add(args, ax_str_of(text, (size_t)len));
}

/* The key of the i-th write's enterprise, kept until the commit is sent. */
static ax_str key_of(struct redis_part *part, const struct ax_redis_key *entries, size_t i, ax_str enterprise)
{
    char *key = part->keys + i * (entries->len + AX_STORE_ENTERPRISE_MAX);
    for (size_t c = 0; c < entries->len; c++) {
        key[c] = entries->text[c];
    }
    for (size_t c = 0; c < AX_STORE_ENTERPRISE_MAX; c++) {
        key[entries->len + c] = enterprise.ptr[c];
    }
    return ax_str_of(key, entries->len + AX_STORE_ENTERPRISE_MAX);
}

static void add_writes(struct redis_part *part, struct args *args, const struct ax_store_commit *commit,
        const struct ax_redis_key *entries, enum kind kind)
{
    for (size_t i = 0; i < commit->count; i++) {
        const struct ax_store_write *write = &commit->writes[i];
        if (kind_of(write) != kind) {
            continue;
        }
        add(args, key_of(part, entries, i, write->enterprise));
        if (kind != KIND_CHUNK) {
            add(args, write->rating);
        }
        if (kind != KIND_RATING) {
            add_number(args, part->offsets[i], write->chunk_offset);
            add(args, write->chunk);
        }
    }
}

struct commit_words {
    struct ax_redis_key key;
    struct ax_redis_key index;
    struct ax_redis_key entries;
    char numbers[9][AX_REDIS_NUMBER_MAX];
};

static struct args commit_args(
        struct redis_part *part, const struct ax_store_commit *commit, struct commit_words *words)
{
    const struct ax_store_redis *s = of_store(part->base.store);
    struct args args = {.argv = part->argv, .lens = part->lens};
    int64_t kinds[] = {0, 0, 0, 0};
    int32_t p = part->base.partition;
    for (size_t i = 0; i < commit->count; i++) {
        kinds[kind_of(&commit->writes[i])]++;
    }
    words->key = part->is_shadow ? ax_redis_key(s, p, "%" PRId64 ":m", part->base.generation) : ax_redis_key(s, p, "m");
    words->index = ax_redis_key(s, p, "%" PRId64 ":i", part->base.generation);
    words->entries = ax_redis_key(s, p, "%" PRId64 ":e:", part->base.generation);
    int64_t numbers[] = {part->base.generation, part->base.epoch, commit->expected.next_offset, commit->expected.day,
            commit->next.next_offset, commit->next.day, kinds[KIND_BOTH], kinds[KIND_RATING], kinds[KIND_CHUNK]};
    add(&args, AX_STR("FCALL"));
    add(&args, AX_STR("ax_store_commit_v2"));
    add(&args, AX_STR("1"));
    add_key(&args, &words->key);
    add_key(&args, &words->index);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        add_number(&args, words->numbers[i], numbers[i]);
    }
    add_writes(part, &args, commit, &words->entries, KIND_BOTH);
    add_writes(part, &args, commit, &words->entries, KIND_RATING);
    add_writes(part, &args, commit, &words->entries, KIND_CHUNK);
    return args;
}

static void keep_found(
        const struct redis_part *part, struct ax_store_commit *commit, const struct ax_redis_state *state)
{
    commit->is_owner =
            state->is_there && state->generation == part->base.generation && state->epoch == part->base.epoch;
    commit->found = state->position;
}

/* The connection broke with the answer on its way: the position tells. Standing at `expected` proves nothing, for the
 * command may still be on its way, too; so only a `next` that is another counts. */
static ax_rc find_out(struct redis_part *part, struct ax_redis_conn *conn, const struct commit_words *words,
        struct ax_store_commit *commit, struct ax_err *err)
{
    const char *argv[] = {"HMGET", words->key.text, "gen", "epoch", "next", "day"};
    size_t lens[] = {5, words->key.len, 3, 5, 4, 3};
    redisReply *reply = NULL;
    struct ax_redis_state state = {0};
    AX_TRY(ax_redis_conn_open(conn, err));
    AX_TRY(ax_redis_call(conn, 6, argv, lens, &reply, err));
    ax_rc rc = ax_redis_parse_fences(reply, &state, err);
    freeReplyObject(reply);
    AX_TRY(rc);
    keep_found(part, commit, &state);
    if (commit->is_owner && ax_store_position_eq(commit->found, commit->next) &&
            !ax_store_position_eq(commit->expected, commit->next)) {
        return AX_RC(OK);
    }
    return ax_fail(err, AX_UNAVAILABLE, "partition %" PRId32 ": the answer to a commit was lost", part->base.partition);
}

static ax_rc commit_with(
        struct redis_part *part, struct ax_redis_conn *conn, struct ax_store_commit *commit, struct ax_err *err)
{
    struct commit_words words;
    struct ax_redis_state state = {0};
    enum ax_redis_verdict verdict = AX_REDIS_STALE;
    make_room(part, commit->count);
    struct args args = commit_args(part, commit, &words);
    ax_rc rc = call_function(conn, &args, &verdict, &state, err);
    if (!ax_ok(rc)) {
        bool is_lost = conn->net == NULL && ax_code_retriable(rc.code);
        return is_lost ? find_out(part, conn, &words, commit, err) : rc;
    }
    if (verdict == AX_REDIS_DONE) {
        return AX_RC(OK);
    }
    keep_found(part, commit, &state);
    return ax_store_fail_stale(err, &part->base, commit);
}

static ax_rc commit(struct ax_store_part *base, struct ax_store_commit *commit, struct ax_err *err)
{
    struct ax_store_redis *s = of_store(base->store);
    struct ax_redis_conn *conn = NULL;
    AX_TRY(ax_redis_pool_borrow(&s->pool, &conn, err));
    ax_rc rc = commit_with((struct redis_part *)base, conn, commit, err);
    if (rc.code == AX_IO) {
        rc.code = AX_UNAVAILABLE;
    }
    ax_redis_pool_give_back(&s->pool, conn, rc, err);
    return rc;
}

static ax_rc note_put(struct ax_store *store, int32_t partition, ax_str name, ax_str value, struct ax_err *err)
{
    struct ax_store_redis *s = of_store(store);
    struct ax_redis_key key = ax_redis_key(s, partition, "n");
    const char *argv[] = {"HSET", key.text, name.ptr, value.ptr == NULL ? "" : value.ptr};
    size_t lens[] = {4, key.len, name.len, value.len};
    struct ax_redis_conn *conn = NULL;
    redisReply *reply = NULL;
    AX_TRY(ax_redis_pool_borrow(&s->pool, &conn, err));
    ax_rc rc = ax_redis_call(conn, 4, argv, lens, &reply, err);
    if (rc.code == AX_IO) {
        rc = ax_redis_conn_open(conn, err);
        rc = ax_ok(rc) ? ax_redis_call(conn, 4, argv, lens, &reply, err) : rc;
    }
    if (ax_ok(rc)) {
        rc = ax_redis_check(reply, err);
        freeReplyObject(reply);
    }
    ax_redis_pool_give_back(&s->pool, conn, rc, err);
    return rc;
}

static void close_store(struct ax_store *store)
{
    struct ax_store_redis *s = of_store(store);
    ax_redis_pool_deinit(&s->pool);
    for (size_t i = 0; i < sizeof s->strings / sizeof s->strings[0]; i++) {
        ax_xfree(s->strings[i]);
    }
    ax_xfree(s->generations);
    ax_xfree(s);
}

static const struct ax_store_ops ops = {.close = close_store,
        .take = take,
        .part_free = part_free,
        .commit = commit,
        .read_many = ax_store_redis_read_many,
        .scan = ax_store_redis_scan,
        .position = ax_store_redis_position,
        .rebuild = rebuild,
        .make_live = make_live,
        .note_put = note_put,
        .note_get = ax_store_redis_note_get};

static ax_rc read_password(const char *path, struct ax_redis_options *options, struct ax_err *err)
{
    struct ax_buf file;
    ax_buf_init(&file, AX_REDIS_SECRET_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &file, err);
    if (ax_ok(rc)) {
        ax_str secret = ax_str_trim(ax_buf_str(&file));
        if (secret.len == 0 || !ax_str_to_c(secret, options->password, sizeof options->password)) {
            rc = ax_fail_field(err, AX_INVALID, "store.password_file", path, strlen(path), "holds no password");
        }
    }
    ax_buf_deinit(&file);
    return rc;
}

/* The prefix must not open a hash tag of its own. */
static bool keep_prefix(struct ax_store_redis *s, const char *prefix)
{
    ax_str text = ax_str_c(prefix);
    return text.len == 0 || (!ax_str_find(text, AX_STR("{"), NULL) && ax_str_to_c(text, s->prefix, sizeof s->prefix));
}

static char *keep_string(const char *text)
{
    return text == NULL ? NULL : ax_xstrdup(text);
}

static void fill_options(struct ax_store_redis *s, const struct ax_store_options *from, struct ax_redis_options *to)
{
    int timeout_ms = from->timeout_ms > 0 ? from->timeout_ms : AX_STORE_TIMEOUT_MS;
    s->strings[0] = keep_string(from->host == NULL ? "127.0.0.1" : from->host);
    s->strings[1] = keep_string(from->ca_file);
    s->strings[2] = keep_string(from->cert_file);
    s->strings[3] = keep_string(from->key_file);
    s->strings[4] = keep_string(from->user);
    to->net = (struct ax_net_options){.host = s->strings[0],
            .port = from->port > 0 ? from->port : PORT_DEFAULT,
            .connect_timeout_ms = timeout_ms,
            .io_timeout_ms = timeout_ms,
            .ca_file = s->strings[1],
            .cert_file = s->strings[2],
            .key_file = s->strings[3]};
    to->user = s->strings[4];
}

/* Redis need not be there yet; where it is, the partition count is looked at. */
static ax_rc look(struct ax_store_redis *s, struct ax_err *err)
{
    struct ax_err own = {0};
    ax_rc rc = check_partitions(s, &own);
    if (rc.code == AX_OK || ax_code_retriable(rc.code)) {
        return AX_RC(OK);
    }
    return ax_fail(err, (enum ax_code)rc.code, "%s", own.text);
}

ax_rc ax_store_redis_open(const struct ax_store_options *options, struct ax_store **out, struct ax_err *err)
{
    struct ax_store_redis *s = ax_xcalloc(1, sizeof *s);
    struct ax_redis_options pool_options = {0};
    s->base = (struct ax_store){.ops = &ops, .partitions = options->partitions};
    s->generations = ax_xcalloc((size_t)options->partitions, sizeof s->generations[0]);
    for (int32_t p = 0; p < options->partitions; p++) {
        atomic_store(&s->generations[p], 1);
    }
    fill_options(s, options, &pool_options);
    ax_rc rc = AX_RC(OK);
    if (!keep_prefix(s, options->key_prefix)) {
        rc = ax_fail(err, AX_INVALID, "store.key_prefix has at most %d characters and no {", AX_REDIS_PREFIX_MAX - 1);
    } else if (options->password_file != NULL && options->password_file[0] != '\0') {
        rc = read_password(options->password_file, &pool_options, err);
    }
    ax_redis_pool_init(&s->pool, &pool_options);
    if (ax_ok(rc)) {
        rc = look(s, err);
    }
    if (!ax_ok(rc)) {
        close_store(&s->base);
        return rc;
    }
    *out = &s->base;
    return AX_RC(OK);
}
