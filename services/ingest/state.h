/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the handlers of ingest share. Private to this folder. */
#include "services/ingest/ingest.h"
#include "services/ingest/known.h"
#include "services/ingest/quality.h"
#include "services/ingest/reject.h"
#include "services/ingest/seen.h"
#include "services/lib/schedule/live.h"
#include "services/lib/trust/trust.h"

#include <stdatomic.h>

struct ax_ingest {
    struct ax_ingest_options options; /* with defaults filled in */
    struct ax_seen *seen;
    struct ax_known known;
    struct ax_rejects *rejects;
    struct ax_quality *quality;
    struct ax_live *live; /* which packs rate when */
    atomic_bool log_lost; /* it was said that the log takes nothing */
};

/* Checks, appends and judges the items of one request: a result each. The values live as long as the arena. */
ax_rc ax_submit_items(struct ax_ingest *ingest, struct ax_submit_item *in, size_t count, bool validate_only,
        const struct ax_principal *principal, struct ax_arena *arena, struct ax_submit_result **results,
        struct ax_err *err) AX_MUST_CHECK;

typedef ax_rc (*ax_ingest_verb)(
        struct ax_ingest *ingest, struct ax_rpc_call *call, struct ax_buf *response, struct ax_err *err);
/* Answers each unary call by the verb. */
void ax_ingest_answer(struct ax_ingest *ingest, struct ax_rpc_call **calls, size_t count, ax_ingest_verb run);
/* The same with responses of at most so many bytes. */
void ax_ingest_answer_within(
        struct ax_ingest *ingest, struct ax_rpc_call **calls, size_t count, size_t max_bytes, ax_ingest_verb run);
void ax_ingest_propose_pack(void *state, struct ax_rpc_call **calls, size_t count);
void ax_ingest_approve_pack(void *state, struct ax_rpc_call **calls, size_t count);
void ax_ingest_list_packs(void *state, struct ax_rpc_call **calls, size_t count);
void ax_ingest_submit_facts(void *state, struct ax_rpc_call **calls, size_t count);
void ax_ingest_get_status(void *state, struct ax_rpc_call **calls, size_t count);
void ax_ingest_list_rejects(void *state, struct ax_rpc_call **calls, size_t count);
void ax_ingest_retry_reject(void *state, struct ax_rpc_call **calls, size_t count);
void ax_ingest_withdraw_fact(void *state, struct ax_rpc_call **calls, size_t count);
