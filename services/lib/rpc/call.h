/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Inside of the server: one incoming call, and what its parts know of each other.
 *
 * A call is posted (core may fill it), then in hand (a method's queue, a handler), then answered. It has one reference for
 * its answer and one for the news of its end (RECV_CLOSE), and a stream has one for each further batch; the last one back
 * ends the call, and the struct is used again for the next. For streams that news is awaited from the start. For unary
 * calls it comes with the answer's batch, which saves an event a call, unless the call grows old first: then the
 * maintenance thread asks for it, so that a handler hears of a cancellation. Fields are written by one stage at a time,
 * except `cancelled` and what a mutex guards.
 */
#include "services/lib/rpc/core.h"
#include "services/lib/rpc/server.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

struct rpc_method;

/* Unary calls in hand: most are answered while young; an old one gets a watcher for its cancellation. */
enum rpc_age { RPC_AGELESS, RPC_YOUNG, RPC_OLD };

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
    _Atomic bool watched;           /* somebody has started, or starts now, the wait for the call's end */
    bool undated;                   /* the client set no deadline; the server's default holds */
    enum rpc_age age;               /* these three guarded by the server's mutex */
    TAILQ_ENTRY(ax_rpc_call) aging;
    grpc_byte_buffer *out;
    grpc_metadata trailing;
    bool has_trailing;
    struct rpc_stream *stream;
    TAILQ_ENTRY(ax_rpc_call) hosted_link; /* guarded by the server's hosted_mutex */
    bool hosted;
};

STAILQ_HEAD(rpc_call_list, ax_rpc_call);
TAILQ_HEAD(rpc_age_list, ax_rpc_call);

enum rpc_kind { RPC_UNARY, RPC_STREAM, RPC_BIDI };

struct rpc_lane;

enum { RPC_CODES = 17 }; /* gRPC status codes */

struct rpc_method {
    struct ax_rpc_method def;
    enum rpc_kind kind;
    bool at_once;                            /* the handler is a few look-ups and runs on the network thread */
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

    pthread_mutex_t mutex; /* for all down to `stopping` */
    struct rpc_call_list free_calls;
    size_t live;               /* posted or running */
    struct rpc_age_list young; /* in the order of arrival, and so of default deadlines */
    struct rpc_age_list old;
    pthread_cond_t idle; /* live became 0, or the shutdown tag came */
    bool shut_down;
    pthread_cond_t stop;
    bool stopping;
    struct ax_rpc_op on_shutdown;
    pthread_t maintenance;

    atomic_uint_fast64_t handled[RPC_CODES]; /* not yet told to the metrics */

    pthread_mutex_t hosted_mutex; /* for the built-in streams and the health table */
    struct rpc_age_list hosted;
    struct rpc_health *health;
};

/* call.c */
void rpc_call_post(struct ax_rpc_server *server, struct rpc_method *method);
void rpc_call_unref(struct ax_rpc_call *call, unsigned count);
void rpc_call_watch(struct ax_rpc_call *call); /* starts the wait for its end, unless somebody has */
ax_str rpc_call_spiffe(const struct ax_rpc_call *call, char *out, size_t size);
ax_rc rpc_call_authorise(struct ax_rpc_call *call, struct ax_err *err) AX_MUST_CHECK;

/* server.c */
void rpc_thread_settle(void); /* for a network or worker thread itself */

/* dispatch.c */
void rpc_lane_open(struct rpc_lane *lane, struct ax_rpc_server *server, unsigned threads);
void rpc_lane_close(struct rpc_lane *lane);
/* On this thread, now. */
void rpc_dispatch_at_once(struct ax_rpc_call *call);
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

/* maintain.c */
void rpc_maintain_open(struct ax_rpc_server *server);
void rpc_maintain_close(struct ax_rpc_server *server);

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
