/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/call_wire.h"

#include <stdio.h>

#include "proto/descriptors.h"
#include "services/lib/wire/json.h"
#include "services/lib/wire/unpack.h"

enum { ARENA_CHUNK_BYTES = 64 << 10, ARENA_MAX_BYTES = 64 << 20 };

static ax_rc find_method(const char *method, const struct ax_proto_method **out, struct ax_err *err)
{
    char path[128];
    (void)snprintf(path, sizeof path, "/anxin.v1.%s", method);
    *out = ax_proto_method_at(ax_str_c(path));
    return *out != NULL ? AX_RC(OK) : ax_fail(err, AX_UNSUPPORTED, "no such method: %s", path);
}

ax_rc ax_call_encode(const char *method, json_t *request, struct ax_buf *out, struct ax_err *err)
{
    const struct ax_proto_method *m = NULL;
    ProtobufCMessage *message = NULL;
    struct ax_arena arena;
    AX_TRY(find_method(method, &m, err));
    if (request == NULL) {
        return ax_fail(err, AX_INVALID, "what is asked for must be UTF-8 text");
    }
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_rc rc = ax_json_to_pb(request, m->request, &arena, &message, err);
    if (ax_ok(rc)) {
        ax_pack_pb(message, out);
        rc = out->failed ? ax_fail(err, AX_LIMIT, "the request is too large") : rc;
    }
    ax_arena_deinit(&arena);
    return rc;
}

ax_rc ax_call_decode(const char *method, ax_str response, json_t **out, struct ax_err *err)
{
    const struct ax_proto_method *m = NULL;
    ProtobufCMessage *message = NULL;
    struct ax_arena arena;
    AX_TRY(find_method(method, &m, err));
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_rc rc = ax_unpack(m->response, response, &arena, &message, err);
    if (ax_ok(rc)) {
        rc = ax_json_of_pb(message, out, err);
    }
    ax_arena_deinit(&arena);
    return rc;
}
