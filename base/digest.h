/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* SHA-256 (FIPS 180-4) by OpenSSL. Any thread; the context is per thread and made on first use. */
#include "base/bytes.h"

void ax_sha256(ax_str bytes, uint8_t out[AX_DIGEST_SIZE]);

/* In pieces. */
struct ax_sha256_run;
struct ax_sha256_run *ax_sha256_new(void);
void ax_sha256_add(struct ax_sha256_run *run, ax_str bytes);
void ax_sha256_end(struct ax_sha256_run *run, uint8_t out[AX_DIGEST_SIZE]); /* frees it */
