/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* One item of SubmitFacts on its way. */
#include "services/ingest/reject_index.h"
#include "services/lib/wire/submit_wire.h"

struct ax_item {
    struct ax_fact *fact; /* NULL: it will be kept in rejects */
    struct ax_submit_item *in;
    const struct ax_err *fault; /* why it is rejected */
    ax_str canonical;
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t key[AX_KEY_SIZE];
    int32_t partition;      /* of the enterprise */
    bool duplicate;         /* this content is known */
    int64_t known_revision; /* the greatest one known of this fact; 0: none */
    bool kept_before;       /* a reject about the same stands: kept_as */
    struct ax_reject_id kept_as;
    uint8_t reject_digest[AX_REJECT_DIGEST_SIZE];
    struct ax_item *twin;       /* the same content earlier in the request */
    struct ax_item *next;       /* in the request's table */
    int32_t status;             /* enum ax_submit_status */
    const struct ax_err *held;  /* why nothing of it may be appended now */
    struct ax_fact *withdrawal; /* of it, where it was before; NULL: none is needed */
    uint8_t withdrawal_digest[AX_DIGEST_SIZE];
    size_t record; /* its record in the append that is at work, SIZE_MAX: none */
};
