/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/call.h"
#include "services/lib/rpc/status.h"

#include "base/log.h"

#include <stdio.h>
#include <string.h>

/* The answer is out, or the client is gone and needs none. */
static void on_sent(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    (void)ok;
    (void)net;
    rpc_call_unref(AX_OWNER_OF(op, struct ax_rpc_call, on_send), 1);
}

/* The same, and with it came the news of the call's end. */
static void on_sent_and_closed(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net)
{
    (void)ok;
    (void)net;
    rpc_call_unref(AX_OWNER_OF(op, struct ax_rpc_call, on_send), 2);
}

/* Starts the one batch of a unary answer; `ops` has room for one more. */
static void send_answer(struct ax_rpc_call *call, grpc_op *ops, size_t count)
{
    call->on_send.done = on_sent;
    if (!atomic_exchange(&call->watched, true)) {
        call->on_send.done = on_sent_and_closed;
        ops[count].op = GRPC_OP_RECV_CLOSE_ON_SERVER;
        ops[count++].data.recv_close_on_server.cancelled = &call->core_cancelled;
    }
    ax_rpc_batch(call->core, ops, count, &call->on_send);
}

static void put_details(struct ax_rpc_call *call, const struct ax_err *err, bool retry)
{
    struct ax_buf details;
    ax_buf_init(&details, AX_STATUS_DETAILS_MAX);
    ax_status_encode(err, retry, &details);
    if (!details.failed) {
        call->trailing.key = grpc_slice_from_static_string("grpc-status-details-bin");
        call->trailing.value = grpc_slice_from_copied_buffer((const char *)details.ptr, details.len);
        call->has_trailing = true;
    }
    ax_buf_deinit(&details);
}

/* The status op; the trailing metadata live in the call until its end. */
size_t rpc_answer_status(struct ax_rpc_call *call, grpc_op *op, int code, const struct ax_err *err, bool retry)
{
    memset(op, 0, sizeof *op);
    op->op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    op->data.send_status_from_server.status = (grpc_status_code)ax_code_grpc(code);
    call->code = code;
    if (code != AX_OK) {
        put_details(call, err, retry);
        op->data.send_status_from_server.trailing_metadata = &call->trailing;
        op->data.send_status_from_server.trailing_metadata_count = call->has_trailing ? 1 : 0;
    }
    return 1;
}

static void fail_unary(struct ax_rpc_call *call, int code, const struct ax_err *err, bool retry)
{
    grpc_op ops[3];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    (void)rpc_answer_status(call, &ops[1], code, err, retry);
    char line[AX_STATUS_MESSAGE_MAX];
    grpc_slice text = grpc_slice_from_copied_string(ax_err_line(err, line, sizeof line));
    ops[1].data.send_status_from_server.status_details = &text;
    send_answer(call, ops, 2);
    grpc_slice_unref(text);
}

/* An ax_err that fits rc, whatever the caller has. */
static struct ax_err error_of(ax_rc rc, const struct ax_err *err)
{
    struct ax_err out = err == NULL ? (struct ax_err){0} : *err;
    out.code = rc.code;
    if (out.text[0] == '\0') {
        (void)snprintf(out.text, sizeof out.text, "%s", ax_code_text(rc.code, false));
    }
    return out;
}

void rpc_answer_refuse(struct ax_rpc_call *call, enum ax_code code, const char *text)
{
    struct ax_err err;
    ax_rc rc = ax_fail(&err, code, "%s", text);
    fail_unary(call, rc.code, &err, code == AX_LIMIT);
}

void ax_rpc_reply(struct ax_rpc_call *call, ax_str message)
{
    AX_ASSERT(call->stream == NULL);
    grpc_op ops[4];
    memset(ops, 0, sizeof ops);
    call->out = ax_rpc_payload(message);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[1].op = GRPC_OP_SEND_MESSAGE;
    ops[1].data.send_message.send_message = call->out;
    ops[2].op = GRPC_OP_SEND_STATUS_FROM_SERVER;
    ops[2].data.send_status_from_server.status = GRPC_STATUS_OK;
    send_answer(call, ops, 3);
}

void ax_rpc_fail(struct ax_rpc_call *call, ax_rc rc, const struct ax_err *err)
{
    AX_ASSERT(!ax_ok(rc));
    struct ax_err whole = error_of(rc, err);
    if (call->stream != NULL) {
        rpc_stream_end(call, rc.code, &whole);
    } else {
        fail_unary(call, rc.code, &whole, false);
    }
}
