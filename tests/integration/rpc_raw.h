/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A client that does what ours would not: no message, compressed messages, any size. Bare gRPC core. */
#include "base/bytes.h"

#include <grpc/grpc.h>

struct raw_client;

struct raw_client *raw_open(
        const char *target, const char *dir, const char *client, grpc_compression_algorithm algorithm);
void raw_close(struct raw_client *client);
/* One unary call with `message` (NULL: none is sent); the gRPC status. */
grpc_status_code raw_call(struct raw_client *client, const char *path, const ax_str *message, int timeout_ms);
