/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/rpc_raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX_BYTES = 64 << 20 };

void raw_die(const char *what, const char *detail)
{
    (void)fprintf(stderr, "%s: %s\n", what, detail);
    exit(2);
}

char *raw_read(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        raw_die("cannot read", path);
    }
    char *text = calloc(1, FILE_MAX_BYTES);
    if (text == NULL || fread(text, 1, FILE_MAX_BYTES - 1, file) == 0) {
        raw_die("cannot read", path);
    }
    (void)fclose(file);
    char *fitted = realloc(text, strlen(text) + 1);
    return fitted == NULL ? text : fitted;
}

grpc_server_credentials *raw_server_credentials(const struct raw_tls *tls)
{
    if (tls->ca == NULL) {
        return grpc_insecure_server_credentials_create();
    }
    char *ca = raw_read(tls->ca);
    grpc_ssl_pem_key_cert_pair pair = {.private_key = raw_read(tls->key), .cert_chain = raw_read(tls->cert)};
    return grpc_ssl_server_credentials_create_ex(
            ca, &pair, 1, GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, NULL);
}

grpc_channel_credentials *raw_client_credentials(const struct raw_tls *tls)
{
    if (tls->ca == NULL) {
        return grpc_insecure_credentials_create();
    }
    char *ca = raw_read(tls->ca);
    grpc_ssl_pem_key_cert_pair pair = {.private_key = raw_read(tls->key), .cert_chain = raw_read(tls->cert)};
    return grpc_ssl_credentials_create_ex(ca, &pair, NULL, NULL);
}

grpc_arg raw_arg(const char *key, int value)
{
    union {
        const char *borrowed;
        char *wanted;
    } name = {key};
    grpc_arg arg;
    memset(&arg, 0, sizeof arg);
    arg.type = GRPC_ARG_INTEGER;
    arg.key = name.wanted;
    arg.value.integer = value;
    return arg;
}
