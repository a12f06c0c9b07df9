/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Sends items to IngestService in batches, several on their way at once, and sends again what was not accepted until it
 * is or the patience is over: then nothing more is sent. Counts by result, and hands every refusal to the caller with the
 * row it came from. Results come in the order of the items within a batch. One thread.
 */
#include "services/lib/rpc/client.h"
#include "services/lib/wire/submit_wire.h"

struct ax_upload;

enum { AX_UPLOAD_BATCH = 1000, AX_UPLOAD_BATCH_BYTES = 768 << 10, AX_UPLOAD_FLIGHTS = 4 };

struct ax_upload_options {
    struct ax_rpc_channel *channel;
    bool validate_only;
    int patience_ms; /* how long to go on while nothing at all is accepted */
    /* Called for every result that is neither accepted nor duplicate. `row` as given to put. */
    void (*said)(void *state, uint64_t row, const struct ax_submit_result *result);
    void (*waiting)(void *state, const struct ax_err *err); /* the service is not there; once in each such time */
    /* After a call that failed: the channel to go on with; what is on its way on the old one is left there. */
    ax_rc (*renew)(void *state, struct ax_rpc_channel **channel, struct ax_err *err);
    void *state;
};

struct ax_upload_counts {
    uint64_t read;     /* items put */
    uint64_t accepted; /* superseded and conflicting ones, too: they are on the log */
    uint64_t duplicate;
    uint64_t rejected;
    uint64_t not_accepted;
    uint64_t conflict;
    uint64_t superseded;
};

struct ax_upload *ax_upload_new(const struct ax_upload_options *options);
void ax_upload_free(struct ax_upload *upload);
/* An error ends the upload: a service that refuses, or the end of the patience (AX_UNAVAILABLE, AX_TIMEOUT …). */
ax_rc ax_upload_fact(struct ax_upload *upload, uint64_t row, ax_str canonical_fact, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_upload_raw(struct ax_upload *upload, const struct ax_raw_row *raw, struct ax_err *err) AX_MUST_CHECK;
/* Waits for everything on its way. */
ax_rc ax_upload_flush(struct ax_upload *upload, struct ax_err *err) AX_MUST_CHECK;
/* After an error: takes the answers that still come, and the rest counts as not accepted, because of `err`. */
void ax_upload_abandon(struct ax_upload *upload, const struct ax_err *err);
const struct ax_upload_counts *ax_upload_counts(const struct ax_upload *upload);
