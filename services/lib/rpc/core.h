/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What server and client share of gRPC core: the library's life, tags, channel arguments, payloads, TLS files.
 *
 * A tag is always a pointer to a struct ax_rpc_op inside the object that waits for it. Core is not instrumented for
 * ThreadSanitizer, so the hand-over of a tag is announced to it by hand.
 */
#include "base/arena.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>
#include <grpc/support/time.h>

struct ax_rpc_net; /* what one network thread has at hand; NULL on the client */

struct ax_rpc_op {
    void (*done)(struct ax_rpc_op *op, bool ok, struct ax_rpc_net *net);
};

#define AX_OWNER_OF(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#if defined(__SANITIZE_THREAD__)
#define AX_RPC_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define AX_RPC_TSAN 1
#endif
#endif

#ifdef AX_RPC_TSAN
void __tsan_acquire(void *address);
void __tsan_release(void *address);
static inline void ax_rpc_tag_give(void *tag)
{
    __tsan_release(tag);
}
static inline void ax_rpc_tag_take(void *tag)
{
    __tsan_acquire(tag);
}
#else
static inline void ax_rpc_tag_give(void *tag)
{
    (void)tag;
}
static inline void ax_rpc_tag_take(void *tag)
{
    (void)tag;
}
#endif

/* Starts gRPC once for the life of the process, with its log routed to ours. Any thread. */
void ax_rpc_core_start(void);
/* A batch on a call whose queue is open; that it is refused is a bug of ours. */
void ax_rpc_batch(grpc_call *call, const grpc_op *ops, size_t count, struct ax_rpc_op *op);

enum { AX_RPC_ARGS_MAX = 24 };

struct ax_rpc_args {
    grpc_arg items[AX_RPC_ARGS_MAX];
    size_t count;
};

/* `key` and `text` are borrowed until the object is created. */
void ax_rpc_args_int(struct ax_rpc_args *args, const char *key, int value);
void ax_rpc_args_text(struct ax_rpc_args *args, const char *key, const char *text);
grpc_channel_args ax_rpc_args_all(struct ax_rpc_args *args);

/* A byte buffer with a copy of the bytes. */
grpc_byte_buffer *ax_rpc_payload(ax_str bytes);
/* All of `payload` as one slice, unref'd by the caller. */
grpc_slice ax_rpc_payload_all(grpc_byte_buffer *payload);

static inline ax_str ax_rpc_slice_str(const grpc_slice *slice)
{
    return ax_str_of(GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice));
}

/* The text of a PEM file, at most 1 MiB; free with ax_xfree. */
ax_rc ax_rpc_read_pem(const char *path, const char *field, char **out, struct ax_err *err) AX_MUST_CHECK;
