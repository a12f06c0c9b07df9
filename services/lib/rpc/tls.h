/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The server's certificate, key and clients' CA, and their exchange while it runs. A reload reads and checks the three
 * files whole (the key fits the certificate, the certificate is in its dates, the CA file holds certificates); on any
 * fault the old ones stay. Core asks on every handshake, under a lock, on a network thread: it only compares generations
 * there. Connections that live are not touched; the maximum connection age ends them.
 */
#include "services/lib/rpc/core.h"

struct ax_rpc_tls;

ax_rc ax_rpc_tls_open(const char *ca_file, const char *cert_file, const char *key_file, struct ax_rpc_tls **out,
        struct ax_err *err) AX_MUST_CHECK;
void ax_rpc_tls_close(struct ax_rpc_tls *tls);                                     /* after the server is destroyed */
ax_rc ax_rpc_tls_reload(struct ax_rpc_tls *tls, struct ax_err *err) AX_MUST_CHECK; /* any thread */
/* For one port only: each port needs a cursor of its own. */
grpc_server_credentials *ax_rpc_tls_credentials(struct ax_rpc_tls *tls);
