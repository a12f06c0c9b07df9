/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A TCP connection with an optional TLS layer (OpenSSL, TLS 1.2 or newer, client certificate), blocking with time-outs.
 * For protocols whose library brings no TLS of its own (hiredis 0.14). One thread at a time.
 */
#include "base/bytes.h"

struct ax_net;

struct ax_net_options {
    const char *host;
    int port;
    int connect_timeout_ms;
    int io_timeout_ms;
    const char *ca_file; /* NULL: no TLS */
    const char *cert_file;
    const char *key_file;
    const char *server_name; /* verified against the certificate; NULL: the host */
};

ax_rc ax_net_connect(const struct ax_net_options *options, struct ax_net **out, struct ax_err *err) AX_MUST_CHECK;
void ax_net_close(struct ax_net *net);
ax_rc ax_net_write(struct ax_net *net, ax_str bytes, struct ax_err *err) AX_MUST_CHECK; /* all of it */
/* At least one byte, AX_TIMEOUT, or AX_IO at the end. */
ax_rc ax_net_read(struct ax_net *net, void *buf, size_t size, size_t *got, struct ax_err *err) AX_MUST_CHECK;
