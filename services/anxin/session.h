/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A deployment as a gRPC client sees it: where its services listen and whose certificate is shown. Requests and answers
 * are JSON objects in proto3's mapping, since that is what the command line prints anyway. The session owns its channels
 * and belongs to one thread, but for ax_session_cancel.
 */
#include "services/anxin/cli.h"
#include "services/lib/rpc/client.h"

#include <jansson.h>

struct ax_session;

ax_rc ax_session_open(const struct ax_cli *cli, struct ax_session **out, struct ax_err *err) AX_MUST_CHECK;
void ax_session_close(struct ax_session *session);

/* `method` is "RatingService/GetRating"; takes over `request`; *response is the caller's to json_decref. */
ax_rc ax_session_call(struct ax_session *session, const char *method, json_t *request, json_t **response,
        struct ax_err *err) AX_MUST_CHECK;
/* The same in a session of its own. */
ax_rc ax_session_ask(const struct ax_cli *cli, const char *method, json_t *request, json_t **response,
        struct ax_err *err) AX_MUST_CHECK;
/* As ax_session_call, with a request that is encoded already. */
ax_rc ax_session_call_bytes(struct ax_session *session, const char *method, ax_str request, json_t **response,
        struct ax_err *err) AX_MUST_CHECK;
/* Hands every message of a server stream to `each`, which says whether to go on. Takes over `request`. */
ax_rc ax_session_stream(struct ax_session *session, const char *method, json_t *request,
        bool (*each)(void *state, json_t *message), void *state, struct ax_err *err) AX_MUST_CHECK;
/* Follows the pages of a List method: every item of the array `field` goes to `each`. Takes over `request`. */
ax_rc ax_session_pages(struct ax_session *session, const char *method, json_t *request, const char *field,
        bool (*each)(void *state, json_t *item), void *state, struct ax_err *err) AX_MUST_CHECK;
/* The channel to IngestService and AdminService, for bulk work in wire form; good until the session is renewed. */
ax_rc ax_session_ingest_channel(
        struct ax_session *session, struct ax_rpc_channel **out, struct ax_err *err) AX_MUST_CHECK;
/* Forgets the connections, before another attempt after one that failed: the next call reads anew where the deployment
 * listens, since a server may come back on another port or with other certificates. */
void ax_session_renew(struct ax_session *session);
/* Ends the stream in hand; from any thread. */
void ax_session_cancel(struct ax_session *session);
