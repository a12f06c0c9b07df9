/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which certificates a deployment has: a CA and one client for each role. Idempotent; one thread. */
#include "base/rc.h"

/* The CA and the clients operator, insurer, licensing, procurement, enterprise, regulator and provider under `pki`. */
ax_rc ax_certificates_clients(const char *pki, struct ax_err *err) AX_MUST_CHECK;
/* One server: DIR/NAME/tls.crt and tls.key, with the URI spiffe://anxin/ROLE/NAME. */
ax_rc ax_certificates_server(const char *pki, const char *name, const char *role, struct ax_err *err) AX_MUST_CHECK;
