/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* All three services in one process over SQLite, behind real gRPC with mutual TLS, on a clock that the test moves. */
#include "base/clock.h"
#include "base/config.h"
#include "scoring/rating.h"
#include "services/exchange/exchange.h"
#include "services/ingest/ingest.h"
#include "services/lib/host/host.h"
#include "services/lib/rpc/client.h"
#include "services/lib/wire/submit_wire.h"
#include "services/scorer/scorer.h"

enum { SPINE_PATH_MAX = 256, SPINE_FIRST_DAY = 19723 /* 2024-01-01 */, SPINE_METHODS_MAX = 128, SPINE_WAIT_MS = 20000 };

struct spine {
    char dir[SPINE_PATH_MAX];
    struct ax_clock_fake clock;
    struct ax_config *config;
    struct ax_host *host;
    struct ax_scorer *scorer;
    struct ax_ingest *ingest;
    struct ax_exchange *exchange;
    struct ax_rpc_channel *channel; /* as the operator */
    struct ax_arena arena;          /* what answers borrow from */
};

void spine_open(struct spine *s, unsigned partitions);
void spine_close(struct spine *s);
struct ax_rpc_channel *spine_channel(const struct spine *s, const char *client);
void spine_scorer_stop(struct spine *s);
void spine_scorer_start(struct spine *s);

/* A made-up enterprise and a penalty of it on the first day. */
const char *spine_code(int i, char out[19]);
void spine_penalty(struct ax_fact *f, const char *code, const char *reference);
/* Submits one fact and gives its result. */
struct ax_submit_result spine_submit(struct spine *s, const struct ax_fact *f);
struct ax_submit_result spine_submit_as(struct spine *s, struct ax_rpc_channel *channel, const struct ax_fact *f);
/* Calls and gives the response; fails the test where the call fails. */
ax_str spine_call(struct spine *s, const char *path, ax_str request);
/* Calls and gives the code, AX_OK or why not. */
int spine_try(struct spine *s, struct ax_rpc_channel *channel, const char *path, ax_str request, struct ax_err *err);
/* The rating, once it has read `min_offset`, i.e. everything before it. */
struct ax_rating spine_rating(struct spine *s, const char *code, int64_t min_offset);
ax_str spine_request(struct spine *s, const char *code, const char *as_of);
