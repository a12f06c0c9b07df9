/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the two bare gRPC programs of the bench share: files, credentials, arguments. No server of ours in here. */
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

struct raw_tls { /* all NULL: no TLS */
    const char *ca;
    const char *cert;
    const char *key;
};

char *raw_read(const char *path); /* the whole file as text; ends the process where it cannot */
grpc_server_credentials *raw_server_credentials(const struct raw_tls *tls);
grpc_channel_credentials *raw_client_credentials(const struct raw_tls *tls);
grpc_arg raw_arg(const char *key, int value);
_Noreturn void raw_die(const char *what, const char *detail);
