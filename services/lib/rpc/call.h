/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Inside of the server: one incoming call, and what its parts know of each other.
 *
 * A call is posted (core may fill it), then in hand (a method's queue, a handler), then answered. Every batch that core
 * works on holds one reference, and so does the handler until it has answered; the last one back on a network thread
 * ends the call, and the struct is used again for the next. Fields are written by one stage at a time, except `cancelled`
 * and what `stream->mutex` guards.
 */
#include "services/lib/rpc/core.h"
#include "services/lib/rpc/server.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

struct rpc_method;

/* What a streaming call has beside. */
struct rpc_stream {
    pthread_mutex_t mutex;
    pthread_cond_t changed;     /* room, cancelled, draining */
    grpc_byte_buffer **waiting; /* ring of server->options.stream_queue_max */
    size_t head;
    size_t count;
    grpc_byte_buffer *sending; /* in core's hands */
    bool opened;               /* initial metadata are sent or being sent */
    bool busy;                 /* a batch is under way */
    bool broken;               /* a write failed: the client is gone */
    bool ending;               /* status follows the waiting messages */
    bool told_draining;        /* the handler was told to stop because of a drain */
    int end_code;              /* enum ax_code */
    struct ax_err end_err;
};

struct ax_rpc_call {
    struct ax_rpc_op on_new;
    struct ax_rpc_op on_close;
    struct ax_rpc_op on_send;
    struct ax_rpc_op on_receive;
    struct ax_rpc_server *server;
    struct rpc_method *method; /* NULL: nobody knows the method */
    grpc_call *core;
    gpr_timespec deadline;
    grpc_metadata_array metadata;
    grpc_call_details details; /* of calls to unknown methods only */
    grpc_byte_buffer *payload;
    grpc_slice request;
    struct ax_arena arena;
    void *principal;
    int core_cancelled;
    _Atomic bool cancelled;
    atomic_uint refs;
    bool in_hand; /* counted as in flight */
    int code;     /* answered with */
    int64_t started_us;
    STAILQ_ENTRY(ax_rpc_call) next; /* free list, or a queue of calls */
    TAILQ_ENTRY(ax_rpc_call) timer; /* among those with the default deadline */
    bool timed;
    bool timer_linked; /* guarded by the server's timer_mutex */
    int64_t default_deadline_us;
    grpc_byte_buffer *out;
    grpc_metadata trailing;
    bool has_trailing;
    struct rpc_stream *stream;
    TAILQ_ENTRY(ax_rpc_call) hosted_link; /* guarded by the server's hosted_mutex */
    bool hosted;
};

STAILQ_HEAD(rpc_call_list, ax_rpc_call);
TAILQ_HEAD(rpc_timer_list, ax_rpc_call);

enum rpc_kind { RPC_UNARY, RPC_STREAM, RPC_BIDI };

struct rpc_lane;

enum { RPC_CODES = 17 }; /* gRPC status codes */

struct rpc_method {
    struct ax_rpc_method def;
    enum rpc_kind kind;
    void (*begin)(struct ax_rpc_call *call); /* of RPC_BIDI, on a network thread, instead of a handler */
    /* What a built-in stream wants to hear, on network threads with no lock held: the call is over; all is sent. */
    void (*closed)(struct ax_rpc_call *call);
    void (*drained)(struct ax_rpc_call *call);
    void *registered;
    struct rpc_lane *lane;
    struct rpc_call_list waiting; /* guarded by the lane */
    size_t waiting_count;
    bool ready; /* is on the lane's list */
    TAILQ_ENTRY(rpc_method) ready_link;
    atomic_uint_fast64_t started; /* not yet told to the metrics */
};

TAILQ_HEAD(rpc_ready_list, rpc_method);

/* Worker threads and the methods that have calls for them. Streams have a lane of their own, so that slow readers never
 * keep workers from unary calls. */
struct rpc_lane {
    pthread_mutex_t mutex;
    pthread_cond_t work;
    struct rpc_ready_list ready;
    unsigned idle;   /* workers that wait */
    unsigned waking; /* of them, on their way */
    bool stop;
    pthread_t *threads;
    unsigned thread_count;
};

struct ax_rpc_net {
    struct ax_rpc_server *server;
    pthread_t thread;
    struct rpc_call_list fresh; /* calls that arrived since the last flush */
    size_t fresh_count;
};

struct ax_rpc_tls;

struct ax_rpc_server {
    struct ax_rpc_server_options options; /* its strings are not kept */
    struct ax_rpc_tls *tls;
    grpc_server *core;
    grpc_completion_queue *queue;
    int port;
    struct rpc_method *methods;
    size_t method_count;
    struct rpc_lane unary;
    struct rpc_lane streams;
    struct ax_rpc_net *nets;
    unsigned net_count;
    atomic_uint inflight;
    _Atomic bool draining;

    pthread_mutex_t free_mutex; /* for the next three */
    struct rpc_call_list free_calls;
    size_t live;         /* posted or running */
    pthread_cond_t idle; /* live became 0, or the shutdown tag came */
    struct ax_rpc_op on_shutdown;
    bool shut_down; /* under free_mutex */

    pthread_mutex_t timer_mutex;
    struct rpc_timer_list timers; /* in the order of their deadlines, since the default is one */
    pthread_t timer_thread;
    pthread_cond_t timer_stop;
    bool timer_stopping;

    atomic_uint_fast64_t handled[RPC_CODES]; /* not yet told to the metrics */

    pthread_mutex_t hosted_mutex; /* for the built-in streams and the health table */
    struct rpc_timer_list hosted;
    struct rpc_health *health;
};

/* call.c */
bool rpc_call_post(struct ax_rpc_server *server, struct rpc_method *method);
void rpc_call_unref(struct ax_rpc_call *call);
ax_str rpc_call_spiffe(const struct ax_rpc_call *call, char *out, size_t size);
ax_rc rpc_call_authorise(struct ax_rpc_call *call, struct ax_err *err) AX_MUST_CHECK;

/* dispatch.c */
void rpc_lane_open(struct rpc_lane *lane, struct ax_rpc_server *server, unsigned threads);
void rpc_lane_close(struct rpc_lane *lane);
void rpc_net_push(struct ax_rpc_net *net, struct ax_rpc_call *call);
void rpc_net_flush(struct ax_rpc_net *net);

/* answer.c */
void rpc_answer_refuse(struct ax_rpc_call *call, enum ax_code code, const char *text); /* RetryInfo added to AX_LIMIT */
size_t rpc_answer_status(struct ax_rpc_call *call, grpc_op *op, int code, const struct ax_err *err, bool retry);

/* stream.c */
void rpc_stream_prepare(struct ax_rpc_call *call);
void rpc_stream_free(struct ax_rpc_call *call);
void rpc_stream_wake(struct ax_rpc_call *call); /* cancelled or draining */
void rpc_stream_end(struct ax_rpc_call *call, int code, const struct ax_err *err);

/* deadline.c */
void rpc_deadline_open(struct ax_rpc_server *server);
void rpc_deadline_close(struct ax_rpc_server *server);
void rpc_deadline_add(struct ax_rpc_call *call);
void rpc_deadline_remove(struct ax_rpc_call *call);

/* hosted.c; add and take with hosted_mutex */
bool rpc_hosted_add(struct ax_rpc_call *call);
bool rpc_hosted_take(struct ax_rpc_call *call);
void rpc_hosted_closed(struct ax_rpc_call *call);
void rpc_hosted_drain(struct ax_rpc_server *server);

/* health.c, reflection.c: the built-in services */
enum { RPC_BUILT_IN = 4 };
size_t rpc_health_methods(struct ax_rpc_server *server, struct rpc_method *out);
void rpc_health_drain(struct ax_rpc_server *server);
void rpc_health_free(struct ax_rpc_server *server);
size_t rpc_reflection_methods(struct ax_rpc_server *server, struct rpc_method *out);
