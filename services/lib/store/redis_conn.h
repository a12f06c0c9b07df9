/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One connection to Redis: hiredis' codec over our own socket, with TLS where a CA is named. Commands are appended to a
 * pipeline, sent together, and their replies taken in order. Any failure of the transport closes the connection; the
 * next use opens it again. One thread at a time; the options are borrowed.
 */
#include "base/net.h"

#include <hiredis/hiredis.h>

enum {
    AX_REDIS_REPLY_MAX_BYTES = 256 << 20,
    AX_REDIS_ELEMENTS_MAX = 1 << 21,        /* of one array: a ledger's chunks, a page of enterprises */
    AX_REDIS_REQUEST_MAX_BYTES = 128 << 20, /* of one pipeline */
    AX_REDIS_SECRET_MAX_BYTES = 512,
};

struct ax_redis_options {
    struct ax_net_options net;
    const char *user;                         /* NULL: the default user */
    char password[AX_REDIS_SECRET_MAX_BYTES]; /* "": none */
};

struct ax_redis_conn {
    struct ax_redis_conn *next; /* for the pool */
    const struct ax_redis_options *options;
    struct ax_net *net;
    redisReader *reader;
    struct ax_buf out;
    size_t reply_bytes; /* since the last whole reply */
    bool is_new;        /* nothing has been answered on it yet */
    char in[16 << 10];
};

/* A reader with our limits on it; NULL where memory is out. Free with redisReaderFree. */
redisReader *ax_redis_reader_new(void);

struct ax_redis_conn *ax_redis_conn_new(const struct ax_redis_options *options);
void ax_redis_conn_free(struct ax_redis_conn *conn);
void ax_redis_conn_close(struct ax_redis_conn *conn);
ax_rc ax_redis_conn_open(struct ax_redis_conn *conn, struct ax_err *err) AX_MUST_CHECK;

/* Adds one command to the pipeline; what does not fit is found by ax_redis_send. */
void ax_redis_append(struct ax_redis_conn *conn, int argc, const char **argv, const size_t *lens);
ax_rc ax_redis_send(struct ax_redis_conn *conn, struct ax_err *err) AX_MUST_CHECK;
/* One command of any size, without a second copy of it. Nothing may be appended before. */
ax_rc ax_redis_send_one(
        struct ax_redis_conn *conn, int argc, const char **argv, const size_t *lens, struct ax_err *err) AX_MUST_CHECK;
/* The next reply, also one that is an error; free it with freeReplyObject. */
ax_rc ax_redis_receive(struct ax_redis_conn *conn, redisReply **out, struct ax_err *err) AX_MUST_CHECK;
/* One command and its reply. */
ax_rc ax_redis_call(struct ax_redis_conn *conn, int argc, const char **argv, const size_t *lens, redisReply **out,
        struct ax_err *err) AX_MUST_CHECK;
