/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/rpc_bed.h"

#include "base/clock.h"
#include "services/lib/trust/pki.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char policy[] = "domain: anxin\n"
                             "everyone: [/grpc.health.v1.Health/*, /grpc.reflection.v1.ServerReflection/*,"
                             " /grpc.reflection.v1alpha.ServerReflection/*]\n"
                             "roles:\n"
                             "  - role: operator\n"
                             "    methods: [\"*\"]\n"
                             "  - role: provider\n"
                             "    methods: [/anxin.test.Echo/Hold]\n";

static void echo(void *state, struct ax_rpc_call **calls, size_t count)
{
    struct bed *bed = state;
    if (count > atomic_load(&bed->largest)) {
        atomic_store(&bed->largest, (unsigned)count);
    }
    for (size_t i = 0; i < count; i++) {
        atomic_fetch_add(&bed->calls, 1);
        ax_rpc_reply(calls[i], ax_rpc_request(calls[i]));
    }
}

static void fail(void *state, struct ax_rpc_call **calls, size_t count)
{
    (void)state;
    for (size_t i = 0; i < count; i++) {
        struct ax_err err;
        ax_str request = ax_rpc_request(calls[i]);
        ax_rc rc = ax_fail_field(
                &err, AX_INVALID, "fact.enterprise", request.ptr, request.len, "the check character is wrong: 校验码");
        ax_rpc_fail(calls[i], rc, &err);
    }
}

static void hold(void *state, struct ax_rpc_call **calls, size_t count)
{
    struct bed *bed = state;
    for (size_t i = 0; i < count; i++) {
        atomic_fetch_add(&bed->held, 1);
        while (atomic_load(&bed->hold) && !ax_rpc_cancelled(calls[i])) {
            ax_sleep_ms(1);
        }
        char left[32];
        (void)snprintf(left, sizeof left, "%lld", (long long)ax_rpc_left_ms(calls[i]));
        if (ax_rpc_cancelled(calls[i])) {
            atomic_fetch_add(&bed->cancels, 1);
        }
        atomic_fetch_sub(&bed->held, 1);
        ax_rpc_reply(calls[i], ax_str_c(left));
    }
}

static void count_one(struct bed *bed, struct ax_rpc_call *call, bool wait)
{
    int64_t most = INT64_MAX;
    (void)ax_str_to_i64(ax_rpc_request(call), &most).code;
    static const char padding[1000] = {'x'};
    for (int64_t i = 0; i < most; i++) {
        if (wait && !ax_ok(ax_rpc_wait_room(call, BED_STREAM_QUEUE, 10000))) {
            break;
        }
        ax_rc rc = ax_rpc_send(call, ax_str_of(padding, sizeof padding));
        if (rc.code == AX_LIMIT) {
            atomic_fetch_add(&bed->limits, 1);
            ax_rpc_fail(call, rc, NULL);
            atomic_fetch_add(&bed->stream_ends, 1);
            return;
        }
        if (!ax_ok(rc)) {
            break;
        }
    }
    if (ax_rpc_cancelled(call)) {
        atomic_fetch_add(&bed->cancels, 1);
    }
    ax_rpc_finish(call);
    atomic_fetch_add(&bed->stream_ends, 1);
}

static void count_up(void *state, struct ax_rpc_call **calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        count_one(state, calls[i], true);
    }
}

static void flood(void *state, struct ax_rpc_call **calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        count_one(state, calls[i], false);
    }
}

static ax_rc authorise(
        void *state, ax_str path, ax_str spiffe, struct ax_arena *arena, void **principal, struct ax_err *err)
{
    const struct bed *bed = state;
    if (bed->options.ca_file == NULL) {
        return AX_RC(OK);
    }
    struct ax_principal *who = AX_ARENA_NEW(arena, struct ax_principal);
    *principal = who;
    return ax_policy_authorise(bed->policy, spiffe, path, who, err);
}

static void must(ax_rc rc, const struct ax_err *err)
{
    if (!ax_ok(rc)) {
        char line[512];
        (void)fprintf(stderr, "test bed: %s\n", ax_err_line(err, line, sizeof line));
        abort();
    }
}

void bed_pem(const struct bed *bed, const char *file, char *out, size_t size)
{
    (void)snprintf(out, size, "%s/%s", bed->dir, file);
}

static void make_pki(struct bed *bed)
{
    static const struct ax_pki_subject subjects[] = {
            {.name = "server", .role = "exchange", .id = "test", .server = true},
            {.name = "operator", .role = "operator", .id = "one"},
            {.name = "provider", .role = "provider", .id = "creditchina"},
    };
    struct ax_err err;
    must(ax_pki_make_ca(bed->dir, ax_clock_system(), &err), &err);
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        must(ax_pki_issue(bed->dir, &subjects[i], ax_clock_system(), &err), &err);
    }
    bed_pem(bed, "ca.crt", bed->ca, sizeof bed->ca);
    bed_pem(bed, "server/tls.crt", bed->cert, sizeof bed->cert);
    bed_pem(bed, "server/tls.key", bed->key, sizeof bed->key);
}

void bed_serve(struct bed *bed)
{
    const struct ax_rpc_method methods[] = {
            {.path = "/anxin.test.Echo/Echo", .batch_max = 32, .handler = echo, .state = bed},
            {.path = "/anxin.test.Echo/Fail", .handler = fail, .state = bed},
            {.path = "/anxin.test.Echo/Hold", .handler = hold, .state = bed},
            {.path = "/anxin.test.Echo/Count", .server_streaming = true, .handler = count_up, .state = bed},
            {.path = "/anxin.test.Echo/Flood", .server_streaming = true, .handler = flood, .state = bed},
            {.path = "/anxin.test.Echo/Missing"},
    };
    struct ax_err err;
    must(ax_rpc_server_open(&bed->options, methods, sizeof methods / sizeof methods[0], &bed->server, &err), &err);
    atomic_store(&bed->port, ax_rpc_server_port(bed->server));
}

void bed_open(struct bed *bed, void (*change)(struct ax_rpc_server_options *options))
{
    *bed = (struct bed){.listen = "127.0.0.1:0"};
    (void)snprintf(bed->dir, sizeof bed->dir, "/tmp/anxin-rpc-XXXXXX");
    if (mkdtemp(bed->dir) == NULL) {
        abort();
    }
    make_pki(bed);
    struct ax_err err;
    must(ax_policy_parse(ax_str_c(policy), &bed->policy, &err), &err);
    bed->options = (struct ax_rpc_server_options){.listen = bed->listen,
            .ca_file = bed->ca,
            .cert_file = bed->cert,
            .key_file = bed->key,
            .network_threads = 2,
            .worker_threads = 4,
            .inflight_max = 64,
            .message_max_bytes = BED_MESSAGE_MAX,
            .arena_max_bytes = 8 * BED_MESSAGE_MAX,
            .stream_queue_max = BED_STREAM_QUEUE,
            .default_deadline_ms = 10000,
            .drain_grace_ms = 2000,
            .authorise = authorise,
            .authorise_state = bed};
    if (change != NULL) {
        change(&bed->options);
    }
    bed_serve(bed);
}

void bed_stop(struct bed *bed)
{
    ax_rpc_server_close(bed->server);
    bed->server = NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

void bed_close(struct bed *bed)
{
    bed_stop(bed);
    ax_policy_free(bed->policy);
    (void)nftw(bed->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *bed_target(const struct bed *bed, char *out, size_t size)
{
    (void)snprintf(out, size, "127.0.0.1:%d", atomic_load(&bed->port));
    return out;
}

struct ax_rpc_channel *bed_channel(const struct bed *bed, const char *client)
{
    char target[64];
    char cert[BED_PATH_MAX + 64];
    char key[BED_PATH_MAX + 64];
    if (client != NULL) {
        (void)snprintf(cert, sizeof cert, "%s/clients/%s/tls.crt", bed->dir, client);
        (void)snprintf(key, sizeof key, "%s/clients/%s/tls.key", bed->dir, client);
    }
    struct ax_rpc_channel_options options = {.target = bed_target(bed, target, sizeof target),
            .ca_file = bed->options.ca_file,
            .cert_file = client == NULL ? NULL : cert,
            .key_file = client == NULL ? NULL : key};
    struct ax_rpc_channel *channel = NULL;
    struct ax_err err;
    must(ax_rpc_channel_open(&options, &channel, &err), &err);
    return channel;
}
