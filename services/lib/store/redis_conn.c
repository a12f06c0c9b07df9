/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/store/redis_conn.h"

#include "services/lib/store/redis_reply.h"

#include <openssl/crypto.h>

enum { PIECE_BYTES = 64 << 10 };

static redisReplyObjectFunctions functions;
static void *(*create_array)(const redisReadTask *task, int elements);

/* hiredis 0.14 allocates what a reply's header announces. */
static void *create_array_capped(const redisReadTask *task, int elements)
{
    return elements > AX_REDIS_ELEMENTS_MAX ? NULL : create_array(task, elements);
}

__attribute__((constructor)) static void functions_init(void)
{
    redisReader *reader = redisReaderCreate();
    if (reader == NULL) {
        return;
    }
    functions = *reader->fn;
    create_array = functions.createArray;
    functions.createArray = create_array_capped;
    redisReaderFree(reader);
}

redisReader *ax_redis_reader_new(void)
{
    AX_ASSERT(create_array != NULL);
    return redisReaderCreateWithFunctions(&functions);
}

struct ax_redis_conn *ax_redis_conn_new(const struct ax_redis_options *options)
{
    struct ax_redis_conn *conn = ax_xcalloc(1, sizeof *conn);
    conn->options = options;
    ax_buf_init(&conn->out, AX_REDIS_REQUEST_MAX_BYTES);
    return conn;
}

void ax_redis_conn_close(struct ax_redis_conn *conn)
{
    if (conn->net != NULL) {
        ax_net_close(conn->net);
        conn->net = NULL;
    }
    if (conn->reader != NULL) {
        redisReaderFree(conn->reader);
        conn->reader = NULL;
    }
    ax_buf_clear(&conn->out);
    conn->reply_bytes = 0;
}

void ax_redis_conn_free(struct ax_redis_conn *conn)
{
    ax_redis_conn_close(conn);
    ax_buf_deinit(&conn->out);
    ax_xfree(conn);
}

void ax_redis_append(struct ax_redis_conn *conn, int argc, const char **argv, const size_t *lens)
{
    char *text = NULL;
    int len = redisFormatCommandArgv(&text, argc, argv, lens);
    if (len < 0) {
        conn->out.failed = true;
        return;
    }
    ax_buf_put(&conn->out, text, (size_t)len);
    redisFreeCommand(text);
}

static ax_rc authenticate(struct ax_redis_conn *conn, struct ax_err *err)
{
    const struct ax_redis_options *o = conn->options;
    if (o->password[0] == '\0') {
        return AX_RC(OK);
    }
    const char *user = o->user == NULL ? "default" : o->user;
    const char *argv[] = {"AUTH", user, o->password};
    size_t lens[] = {4, strlen(user), strlen(o->password)};
    redisReply *reply = NULL;
    ax_rc rc = ax_redis_call(conn, 3, argv, lens, &reply, err);
    if (conn->out.ptr != NULL) {
        OPENSSL_cleanse(conn->out.ptr, conn->out.size < 1024 ? conn->out.size : 1024);
    }
    if (ax_ok(rc)) {
        rc = ax_redis_check(reply, err);
        freeReplyObject(reply);
    }
    return rc;
}

ax_rc ax_redis_conn_open(struct ax_redis_conn *conn, struct ax_err *err)
{
    if (conn->net != NULL) {
        return AX_RC(OK);
    }
    AX_TRY(ax_net_connect(&conn->options->net, &conn->net, err));
    conn->reader = ax_redis_reader_new();
    conn->is_new = true;
    ax_rc rc = conn->reader == NULL ? ax_fail(err, AX_LIMIT, "no memory for a connection") : authenticate(conn, err);
    if (!ax_ok(rc)) {
        ax_redis_conn_close(conn);
    }
    return rc;
}

ax_rc ax_redis_send(struct ax_redis_conn *conn, struct ax_err *err)
{
    if (conn->out.failed) {
        ax_buf_clear(&conn->out);
        return ax_fail(err, AX_LIMIT, "a request of more than %d bytes", AX_REDIS_REQUEST_MAX_BYTES);
    }
    AX_ASSERT(conn->net != NULL);
    ax_rc rc = ax_net_write(conn->net, ax_buf_str(&conn->out), err);
    ax_buf_clear(&conn->out);
    if (!ax_ok(rc)) {
        ax_redis_conn_close(conn);
    }
    return rc;
}

static ax_rc write_out(struct ax_redis_conn *conn, ax_str bytes, struct ax_err *err)
{
    ax_rc rc = ax_net_write(conn->net, bytes, err);
    if (!ax_ok(rc)) {
        ax_redis_conn_close(conn);
    }
    return rc;
}

static ax_rc send_word(struct ax_redis_conn *conn, ax_str word, struct ax_err *err)
{
    struct ax_buf *out = &conn->out;
    ax_buf_printf(out, "$%zu\r\n", word.len);
    if (word.len < PIECE_BYTES) {
        ax_buf_put_str(out, word);
    } else {
        AX_TRY(write_out(conn, ax_buf_str(out), err));
        ax_buf_clear(out);
        AX_TRY(write_out(conn, word, err));
    }
    ax_buf_put(out, "\r\n", 2);
    AX_ASSERT(!out->failed);
    if (out->len < PIECE_BYTES) {
        return AX_RC(OK);
    }
    AX_TRY(write_out(conn, ax_buf_str(out), err));
    ax_buf_clear(out);
    return AX_RC(OK);
}

ax_rc ax_redis_send_one(struct ax_redis_conn *conn, int argc, const char **argv, const size_t *lens, struct ax_err *err)
{
    size_t total = 0;
    for (int i = 0; i < argc; i++) {
        total += lens[i];
    }
    if (total > AX_REDIS_REQUEST_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "a request of more than %d bytes", AX_REDIS_REQUEST_MAX_BYTES);
    }
    AX_ASSERT(conn->net != NULL && conn->out.len == 0 && !conn->out.failed);
    ax_buf_printf(&conn->out, "*%d\r\n", argc);
    for (int i = 0; i < argc; i++) {
        AX_TRY(send_word(conn, ax_str_of(argv[i], lens[i]), err));
    }
    return ax_redis_send(conn, err);
}

static ax_rc feed(struct ax_redis_conn *conn, struct ax_err *err)
{
    size_t got = 0;
    AX_TRY(ax_net_read(conn->net, conn->in, sizeof conn->in, &got, err));
    conn->reply_bytes += got;
    if (conn->reply_bytes > AX_REDIS_REPLY_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "a reply of more than %d bytes", AX_REDIS_REPLY_MAX_BYTES);
    }
    if (redisReaderFeed(conn->reader, conn->in, got) != REDIS_OK) {
        return ax_fail(err, AX_LIMIT, "no memory for a reply");
    }
    return AX_RC(OK);
}

ax_rc ax_redis_receive(struct ax_redis_conn *conn, redisReply **out, struct ax_err *err)
{
    AX_ASSERT(conn->net != NULL);
    ax_rc rc = AX_RC(OK);
    void *reply = NULL;
    while (ax_ok(rc) && reply == NULL) {
        if (redisReaderGetReply(conn->reader, &reply) != REDIS_OK) {
            rc = ax_fail(err, AX_IO, "what Redis sent is no reply: %s", conn->reader->errstr);
        } else if (reply == NULL) {
            rc = feed(conn, err);
        }
    }
    if (!ax_ok(rc)) {
        ax_redis_conn_close(conn);
        return rc;
    }
    conn->reply_bytes = 0;
    conn->is_new = false;
    *out = reply;
    return AX_RC(OK);
}

ax_rc ax_redis_call(struct ax_redis_conn *conn, int argc, const char **argv, const size_t *lens, redisReply **out,
        struct ax_err *err)
{
    ax_redis_append(conn, argc, argv, lens);
    AX_TRY(ax_redis_send(conn, err));
    return ax_redis_receive(conn, out, err);
}
