/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The audit's digest over all partitions in the order of enterprises, in bounded memory: each partition's parts are
 * written to a temporary file in that order, and the files are merged at the end. One thread.
 */
#include "services/lib/eventlog/eventlog.h"

struct ax_spool;

struct ax_spool *ax_spool_new(void);
void ax_spool_free(struct ax_spool *spool);
/* The next partition's parts follow. */
ax_rc ax_spool_begin(struct ax_spool *spool, struct ax_err *err) AX_MUST_CHECK;
/* Ascending by enterprise within a partition. */
ax_rc ax_spool_put(struct ax_spool *spool, ax_str enterprise, ax_str part, struct ax_err *err) AX_MUST_CHECK;
/* SHA-256 of all parts, ascending by enterprise. */
ax_rc ax_spool_digest(struct ax_spool *spool, uint8_t out[AX_DIGEST_SIZE], struct ax_err *err) AX_MUST_CHECK;
