/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Certificates and keys of a PKI folder on disk: 0600, written beside and renamed, so that no half file is ever read. */
#include "base/bytes.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

enum { AX_PKI_PATH_MAX = 4096 };

ax_rc ax_pki_mkdir(const char *path, struct ax_err *err) AX_MUST_CHECK; /* 0700; that it is there is fine */
ax_rc ax_pki_write_cert(const char *path, X509 *cert, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_pki_write_key(const char *path, EVP_PKEY *key, struct ax_err *err) AX_MUST_CHECK; /* PKCS#8 PEM */
/* NULL where there is none that can be read. */
X509 *ax_pki_read_cert(const char *path);
EVP_PKEY *ax_pki_read_key(const char *path);
