/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Which certificates a deployment has: one CA, the server's, one client for each role. Idempotent; one thread. */
#include "base/rc.h"

/* Everything an embedded deployment needs under `pki`: ca, server and the seven clients. */
ax_rc ax_certificates_default(const char *pki, struct ax_err *err) AX_MUST_CHECK;
