/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/core.h"

#include "base/log.h"

#include <grpc/byte_buffer.h>
#include <grpc/byte_buffer_reader.h>
#include <grpc/support/log.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { PEM_MAX = 1 << 20 };

/* Most lines are a peer's fault (a handshake that failed), so one a second is enough. */
static void log_line(gpr_log_func_args *args)
{
    char text[512];
    const char *file = strrchr(args->file, '/');
    AX_NOTE_LIMITED(WARN, "grpc", "at=%s:%d text=%s", file == NULL ? args->file : file + 1, args->line,
            ax_note_quote(args->message, text, sizeof text));
}

#ifdef AX_RPC_TSAN
/* Core's own locks are not seen; what passes through it is announced by tag (core.h). */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "ignore_noninstrumented_modules=1";
}
#endif

static void start(void)
{
    gpr_set_log_function(log_line);
    gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
    grpc_init();
}

void ax_rpc_core_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, start);
}

void ax_rpc_batch(grpc_call *call, const grpc_op *ops, size_t count, struct ax_rpc_op *op)
{
    ax_rpc_tag_give(op);
    grpc_call_error error = grpc_call_start_batch(call, ops, count, op, NULL);
    AX_ASSERT(error == GRPC_CALL_OK);
}

static grpc_arg *next_arg(struct ax_rpc_args *args, const char *key)
{
    AX_ASSERT(args->count < AX_RPC_ARGS_MAX);
    grpc_arg *arg = &args->items[args->count++];
    memset(arg, 0, sizeof *arg);
    union { /* grpc_arg is not const-correct; core only reads */
        const char *borrowed;
        char *wanted;
    } name = {key};
    arg->key = name.wanted;
    return arg;
}

void ax_rpc_args_int(struct ax_rpc_args *args, const char *key, int value)
{
    grpc_arg *arg = next_arg(args, key);
    arg->type = GRPC_ARG_INTEGER;
    arg->value.integer = value;
}

void ax_rpc_args_text(struct ax_rpc_args *args, const char *key, const char *text)
{
    grpc_arg *arg = next_arg(args, key);
    union {
        const char *borrowed;
        char *wanted;
    } value = {text};
    arg->type = GRPC_ARG_STRING;
    arg->value.string = value.wanted;
}

grpc_channel_args ax_rpc_args_all(struct ax_rpc_args *args)
{
    return (grpc_channel_args){.num_args = args->count, .args = args->items};
}

grpc_byte_buffer *ax_rpc_payload(ax_str bytes)
{
    grpc_slice slice = grpc_slice_from_copied_buffer(bytes.ptr == NULL ? "" : bytes.ptr, bytes.len);
    grpc_byte_buffer *payload = grpc_raw_byte_buffer_create(&slice, 1);
    grpc_slice_unref(slice);
    return payload;
}

grpc_slice ax_rpc_payload_all(grpc_byte_buffer *payload)
{
    grpc_byte_buffer_reader reader;
    if (grpc_byte_buffer_reader_init(&reader, payload) == 0) {
        return grpc_empty_slice();
    }
    grpc_slice all = grpc_byte_buffer_reader_readall(&reader);
    grpc_byte_buffer_reader_destroy(&reader);
    return all;
}

static ax_rc read_stream(FILE *file, const char *path, const char *field, char **out, struct ax_err *err)
{
    char *text = ax_xcalloc(1, PEM_MAX + 1);
    size_t got = fread(text, 1, PEM_MAX, file);
    if (ferror(file) || got == PEM_MAX || got == 0 || memchr(text, '\0', got) != NULL) {
        ax_xfree(text);
        return ax_fail_field(err, AX_INVALID, field, path, strlen(path), "is no PEM file of at most 1 MiB");
    }
    *out = ax_xrealloc(text, got + 1);
    return AX_RC(OK);
}

ax_rc ax_rpc_read_pem(const char *path, const char *field, char **out, struct ax_err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return ax_fail_field(err, AX_INVALID, field, path, strlen(path), "cannot be read: %s", strerror(errno));
    }
    ax_rc rc = read_stream(file, path, field, out, err);
    (void)fclose(file);
    return rc;
}
