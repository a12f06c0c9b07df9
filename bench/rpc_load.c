/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A closed-loop load of unary calls: N connections with M calls in flight on each, one thread, one completion queue, no
 * library of ours. Prints one JSON line: calls, errors, calls a second, latencies, and, for --pid, the CPU-seconds that
 * the server took meanwhile (from /proc/PID/stat).
 */
#include "bench/rpc_raw.h"

#include <grpc/byte_buffer.h>
#include <grpc/slice.h>
#include <grpc/support/time.h>

#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { REQUESTS_MAX = 1 << 20, SAMPLES_MAX = 1 << 22, CONNECTIONS_MAX = 256 };

struct call {
    grpc_channel *channel;
    grpc_call *core;
    grpc_metadata_array initial;
    grpc_metadata_array trailing;
    grpc_byte_buffer *out;
    grpc_byte_buffer *in;
    grpc_status_code status;
    grpc_slice details;
    int64_t began_us;
};

static struct {
    const char *target;
    const char *path;
    int connections;
    int inflight;
    double seconds;
    double warm_seconds;
    int pid;
    bool once; /* each request is sent once, from the first on there is no warming up */
    struct raw_tls tls;
} conf = {
        .path = "/anxin.v1.RatingService/GetRating", .connections = 4, .inflight = 32, .seconds = 5, .warm_seconds = 1};

static grpc_slice *requests; /* sent in turn */
static size_t request_count;
static size_t next_request;
static grpc_completion_queue *queue;
static grpc_slice method;
static uint32_t *samples_us;
static size_t sample_count;
static uint64_t done_calls;
static uint64_t failed_calls;
static uint64_t response_bytes;
static bool measuring;
static char first_error[256];

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double cpu_seconds(int pid)
{
    char path[64];
    char text[1024] = "";
    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        raw_die("no process", path);
    }
    size_t got = fread(text, 1, sizeof text - 1, file);
    (void)fclose(file);
    const char *at = strrchr(text, ')'); /* the name may hold blanks */
    unsigned long user = 0;
    unsigned long kernel = 0;
    if (got == 0 || at == NULL ||
            sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2) {
        raw_die("cannot read", path);
    }
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static void start(struct call *call)
{
    call->core = grpc_channel_create_call(call->channel, NULL, GRPC_PROPAGATE_DEFAULTS, queue, method, NULL,
            gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
    call->out = grpc_raw_byte_buffer_create(&requests[next_request], 1);
    next_request = (next_request + 1) % request_count;
    call->initial.count = call->trailing.count = 0;
    call->in = NULL;
    grpc_op ops[6];
    memset(ops, 0, sizeof ops);
    ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
    ops[1].op = GRPC_OP_SEND_MESSAGE;
    ops[1].data.send_message.send_message = call->out;
    ops[2].op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
    ops[3].op = GRPC_OP_RECV_INITIAL_METADATA;
    ops[3].data.recv_initial_metadata.recv_initial_metadata = &call->initial;
    ops[4].op = GRPC_OP_RECV_MESSAGE;
    ops[4].data.recv_message.recv_message = &call->in;
    ops[5].op = GRPC_OP_RECV_STATUS_ON_CLIENT;
    ops[5].data.recv_status_on_client.trailing_metadata = &call->trailing;
    ops[5].data.recv_status_on_client.status = &call->status;
    ops[5].data.recv_status_on_client.status_details = &call->details;
    call->began_us = now_us();
    if (grpc_call_start_batch(call->core, ops, 6, call, NULL) != GRPC_CALL_OK) {
        raw_die("batch", "refused");
    }
}

static void finish(struct call *call)
{
    if (measuring) {
        done_calls++;
        if (sample_count < SAMPLES_MAX) {
            samples_us[sample_count++] = (uint32_t)(now_us() - call->began_us);
        }
        response_bytes += call->in == NULL ? 0 : grpc_byte_buffer_length(call->in);
    }
    if (call->status != GRPC_STATUS_OK) {
        failed_calls++;
        if (first_error[0] == '\0') {
            size_t len = GRPC_SLICE_LENGTH(call->details);
            (void)snprintf(first_error, sizeof first_error, "%d %.*s", (int)call->status, (int)len,
                    (const char *)GRPC_SLICE_START_PTR(call->details));
        }
    }
    grpc_byte_buffer_destroy(call->out);
    grpc_byte_buffer_destroy(call->in);
    grpc_slice_unref(call->details);
    grpc_call_unref(call->core);
}

static grpc_channel *connect_one(grpc_channel_credentials *credentials)
{
    grpc_arg items[] = {raw_arg("grpc.use_local_subchannel_pool", 1), raw_arg("grpc.enable_retries", 0),
            raw_arg("grpc.enable_http_proxy", 0), raw_arg("grpc.service_config_disable_resolution", 1), {0}};
    size_t count = 4;
    static char key[] = "grpc.ssl_target_name_override";
    static char name[] = "anxin";
    if (conf.tls.ca != NULL) {
        items[count].type = GRPC_ARG_STRING;
        items[count].key = key;
        items[count++].value.string = name;
    }
    grpc_channel_args args = {count, items};
    return grpc_channel_create(conf.target, credentials, &args);
}

static void add_request(const char *hex, size_t len)
{
    unsigned char bytes[4096];
    if (len % 2 != 0 || len / 2 > sizeof bytes || request_count == REQUESTS_MAX) {
        raw_die("requests", "lines of hex, at most 4096 bytes each");
    }
    for (size_t i = 0; i < len / 2; i++) {
        char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    requests[request_count++] = grpc_slice_from_copied_buffer((const char *)bytes, len / 2);
}

static void read_requests(const char *path)
{
    char *text = raw_read(path);
    for (char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        if (len > 0) {
            add_request(line, len);
        }
        line += len + (line[len] == '\n' ? 1 : 0);
    }
    free(text);
}

/* Each with its length before it, 4 bytes, big-endian. */
static void map_frames(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat stat;
    if (fd < 0 || fstat(fd, &stat) != 0 || stat.st_size == 0) {
        raw_die("cannot read", path);
    }
    size_t size = (size_t)stat.st_size;
    const unsigned char *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    (void)close(fd);
    if (at == MAP_FAILED) {
        raw_die("cannot map", path);
    }
    for (const unsigned char *end = at + size; at < end;) {
        size_t len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
        if (len > (size_t)(end - at) - 4 || request_count == REQUESTS_MAX) {
            raw_die("a frame is cut short in", path);
        }
        requests[request_count++] = grpc_slice_from_static_buffer(at + 4, len);
        at += 4 + len;
    }
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t percentile(double part)
{
    return sample_count == 0 ? 0 : samples_us[(size_t)((double)(sample_count - 1) * part)];
}

static void report(double seconds, double cpu)
{
    qsort(samples_us, sample_count, sizeof *samples_us, by_value);
    double calls = (double)done_calls;
    (void)printf("{\"calls\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"seconds\":%.3f,\"callsPerSecond\":%.0f,"
                 "\"responseBytes\":%.1f,\"p50Us\":%u,\"p99Us\":%u",
            done_calls, failed_calls, seconds, calls / seconds, calls > 0 ? (double)response_bytes / calls : 0,
            percentile(0.5), percentile(0.99));
    if (conf.pid > 0) {
        (void)printf(",\"serverCpuSeconds\":%.2f,\"callsPerServerCpuSecond\":%.0f,\"serverCpuSecondsPer100k\":%.3f",
                cpu, cpu > 0 ? calls / cpu : 0, calls > 0 ? cpu * 1e5 / calls : 0);
    }
    (void)printf("}\n");
    if (first_error[0] != '\0') {
        (void)fprintf(stderr, "first error: %s\n", first_error);
    }
}

/* Calls in flight come back here one by one, and go out again until the time is over. */
static void run_for_a_time(size_t inflight)
{
    int64_t begin_us = now_us() + (int64_t)(conf.warm_seconds * 1e6);
    int64_t end_us = begin_us + (int64_t)(conf.seconds * 1e6);
    double cpu_before = 0;
    while (inflight > 0) {
        grpc_event event = grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        struct call *call = event.tag;
        int64_t now = now_us();
        finish(call);
        if (!measuring && now >= begin_us && now < end_us) {
            measuring = true;
            begin_us = now;
            cpu_before = conf.pid > 0 ? cpu_seconds(conf.pid) : 0;
        }
        if (now >= end_us) {
            if (measuring) {
                measuring = false;
                report((double)(now - begin_us) / 1e6, conf.pid > 0 ? cpu_seconds(conf.pid) - cpu_before : 0);
            }
            inflight--;
        } else {
            start(call);
        }
    }
}

static void run_once(size_t inflight, int64_t begin_us, double cpu_before)
{
    measuring = true;
    for (size_t left = request_count - inflight; inflight > 0;) {
        grpc_event event = grpc_completion_queue_next(queue, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
        finish(event.tag);
        if (left > 0) {
            left--;
            start(event.tag);
        } else {
            inflight--;
        }
    }
    report((double)(now_us() - begin_us) / 1e6, conf.pid > 0 ? cpu_seconds(conf.pid) - cpu_before : 0);
}

static void run(struct call *calls, size_t count)
{
    if (conf.once && count > request_count) {
        count = request_count;
    }
    double cpu_before = conf.pid > 0 ? cpu_seconds(conf.pid) : 0;
    int64_t begin_us = now_us();
    for (size_t i = 0; i < count; i++) {
        start(&calls[i]);
    }
    if (conf.once) {
        run_once(count, begin_us, cpu_before);
    } else {
        run_for_a_time(count);
    }
}

static void parse(int argc, char **argv)
{
    static const struct option options[] = {{"target", required_argument, NULL, 't'},
            {"path", required_argument, NULL, 'p'}, {"connections", required_argument, NULL, 'n'},
            {"inflight", required_argument, NULL, 'm'}, {"seconds", required_argument, NULL, 's'},
            {"warm", required_argument, NULL, 'w'}, {"pid", required_argument, NULL, 'i'},
            {"requests", required_argument, NULL, 'r'}, {"once", required_argument, NULL, 'o'},
            {"bytes", required_argument, NULL, 'b'}, {"ca", required_argument, NULL, 'a'},
            {"cert", required_argument, NULL, 'c'}, {"key", required_argument, NULL, 'k'}, {NULL, 0, NULL, 0}};
    int got;
    static const char zeros[4096];
    while ((got = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (got) {
        case 't':
            conf.target = optarg;
            break;
        case 'p':
            conf.path = optarg;
            break;
        case 'n':
            conf.connections = atoi(optarg);
            break;
        case 'm':
            conf.inflight = atoi(optarg);
            break;
        case 's':
            conf.seconds = atof(optarg);
            break;
        case 'w':
            conf.warm_seconds = atof(optarg);
            break;
        case 'i':
            conf.pid = atoi(optarg);
            break;
        case 'r':
            read_requests(optarg);
            break;
        case 'o':
            map_frames(optarg);
            conf.once = true;
            break;
        case 'b':
            requests[request_count++] = grpc_slice_from_copied_buffer(zeros, strtoul(optarg, NULL, 10));
            break;
        case 'a':
            conf.tls.ca = optarg;
            break;
        case 'c':
            conf.tls.cert = optarg;
            break;
        case 'k':
            conf.tls.key = optarg;
            break;
        default:
            raw_die("usage", "bench_rpc_load --target H:P [--path /S/M] [--connections N] [--inflight M] [--seconds S]"
                             " [--warm S] [--pid PID] [--requests HEXFILE | --once FRAMES | --bytes N] [--ca --cert "
                             "--key FILE]");
        }
    }
    if (conf.target == NULL || conf.connections < 1 || conf.connections > CONNECTIONS_MAX || conf.inflight < 1) {
        raw_die("usage", "--target, 1 to 256 --connections, --inflight");
    }
    if (request_count == 0) {
        requests[request_count++] = grpc_slice_from_copied_buffer(zeros, 20);
    }
}

int main(int argc, char **argv)
{
    grpc_init();
    requests = calloc(REQUESTS_MAX, sizeof *requests);
    samples_us = calloc(SAMPLES_MAX, sizeof *samples_us);
    if (requests == NULL || samples_us == NULL) {
        raw_die("memory", "none");
    }
    parse(argc, argv);
    queue = grpc_completion_queue_create_for_next(NULL);
    method = grpc_slice_from_static_string(conf.path);
    grpc_channel_credentials *credentials = raw_client_credentials(&conf.tls);
    size_t count = (size_t)conf.connections * (size_t)conf.inflight;
    struct call *calls = calloc(count, sizeof *calls);
    for (int i = 0; calls != NULL && i < conf.connections; i++) {
        grpc_channel *channel = connect_one(credentials);
        for (int j = 0; j < conf.inflight; j++) {
            calls[i * conf.inflight + j].channel = channel;
        }
    }
    if (calls == NULL) {
        raw_die("memory", "none");
    }
    run(calls, count);
    return failed_calls == 0 ? 0 : 1;
}
