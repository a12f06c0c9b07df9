/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A server and its PKI for the tests of services/lib/rpc: a folder of its own, a free port, real mutual TLS. */
#include "services/lib/rpc/client.h"
#include "services/lib/rpc/server.h"
#include "services/lib/trust/trust.h"

#include <stdatomic.h>

enum { BED_PATH_MAX = 512, BED_MESSAGE_MAX = 1 << 20, BED_STREAM_QUEUE = 8 };

struct bed {
    char dir[BED_PATH_MAX]; /* its pki/ */
    char listen[64];
    struct ax_policy *policy;
    struct ax_rpc_server *server;
    _Atomic int port; /* of the last server */
    struct ax_rpc_server_options options;
    char ca[BED_PATH_MAX];
    char cert[BED_PATH_MAX];
    char key[BED_PATH_MAX];
    _Atomic bool hold;       /* Hold's handler answers when it is false */
    atomic_uint held;        /* handlers in Hold now */
    atomic_uint calls;       /* Echo's */
    atomic_uint largest;     /* batch of Echo */
    atomic_uint cancels;     /* streams that noticed it */
    atomic_uint limits;      /* sends refused because the queue was full */
    atomic_uint stream_ends; /* Count handlers that are done */
};

/* Methods: /anxin.test.Echo/Echo (batched), Fail (AX_INVALID with field), Hold (blocks while bed.hold), Slow, Count
 * (stream; the request is how many, in decimal; "forever" never ends), Flood (never waits for room), Missing (no
 * handler). `change` may adjust the options before the server starts. */
void bed_open(struct bed *bed, void (*change)(struct ax_rpc_server_options *options));
void bed_serve(struct bed *bed); /* after bed_stop: the same options, a new port */
void bed_stop(struct bed *bed);
void bed_close(struct bed *bed);
/* With the certificate of clients/NAME; NULL: no client certificate. */
struct ax_rpc_channel *bed_channel(const struct bed *bed, const char *client);
const char *bed_target(const struct bed *bed, char *out, size_t size);
void bed_pem(const struct bed *bed, const char *file, char *out, size_t size);
