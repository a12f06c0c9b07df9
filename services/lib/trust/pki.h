/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A small certificate authority in a folder: `anxin up` and the local cluster make theirs with it on first start.
 *
 *   DIR/ca.crt  DIR/ca.key                                    the authority
 *   DIR/clients/NAME/tls.crt  DIR/clients/NAME/tls.key        one a client
 *   DIR/NAME/tls.crt          DIR/NAME/tls.key                one a server, usually "server"
 *
 * Keys are P-256 in PKCS#8 PEM, files 0600, folders 0700. Each verb changes nothing where what it would make is there,
 * fits and is good for another 30 days. One process a folder at a time.
 */
#include "base/clock.h"

struct ax_pki_subject {
    const char *name; /* of the folder: letters, digits, '-', '_', '.' */
    const char *role; /* of spiffe://anxin/ROLE/ID, the one URI SAN */
    const char *id;
    bool server;              /* also SAN DNS anxin, localhost, IP 127.0.0.1, ::1, and the names below */
    const char *const *hosts; /* further DNS names or IP addresses of a server */
    size_t host_count;
};

ax_rc ax_pki_make_ca(const char *dir, const struct ax_clock *clock, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_pki_issue(const char *dir, const struct ax_pki_subject *subject, const struct ax_clock *clock,
        struct ax_err *err) AX_MUST_CHECK;
