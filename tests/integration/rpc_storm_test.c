/* SPDX-License-Identifier: Apache-2.0 */
/* Many clients that call, stream, cancel and leave at any moment, while the server reloads, drains and starts again:
 * nothing is lost, leaked or used after its end (the sanitizers watch). */
#include "tests/integration/rpc_bed.h"
#include "tests/unit/t.h"

#include "base/clock.h"

#include <pthread.h>

enum { CLIENTS = 4, RESTARTS = 3, STORM_MS = 700 };

static struct bed bed;
static _Atomic bool stop_storm;
static atomic_uint answered;
static atomic_uint unavailable;

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 16;
}

static void note(ax_rc rc)
{
    if (ax_ok(rc)) {
        atomic_fetch_add(&answered, 1);
        return;
    }
    /* What may happen to a call while a server goes, and nothing else. */
    AX_ASSERT(rc.code == AX_UNAVAILABLE || rc.code == AX_IO || rc.code == AX_CANCELLED || rc.code == AX_TIMEOUT ||
              rc.code == AX_LIMIT);
    atomic_fetch_add(&unavailable, 1);
}

static void one_unary(struct ax_rpc_channel *channel, unsigned *seed)
{
    struct ax_buf response;
    ax_buf_init(&response, 1000);
    int timeout_ms = next_random(seed) % 8 == 0 ? 1 : 5000;
    note(ax_rpc_unary(channel, "/anxin.test.Echo/Echo", AX_STR("storm"), timeout_ms, &response, NULL));
    ax_buf_deinit(&response);
}

static void one_stream(struct ax_rpc_channel *channel, unsigned *seed)
{
    struct ax_buf message;
    struct ax_rpc_stream *stream = NULL;
    ax_buf_init(&message, BED_MESSAGE_MAX);
    const char *path = next_random(seed) % 3 == 0 ? "/grpc.health.v1.Health/Watch" : "/anxin.test.Echo/Count";
    note(ax_rpc_stream_open(channel, path, AX_STR(""), 5000, &stream, NULL));
    for (unsigned i = next_random(seed) % 20; i > 0; i--) {
        bool end = false;
        if (path[1] == 'g' && i < 19) {
            break; /* a watch says one thing and then nothing */
        }
        ax_rc rc = ax_rpc_stream_next(stream, &message, &end, NULL);
        note(rc);
        if (!ax_ok(rc) || end) {
            break;
        }
    }
    ax_rpc_stream_close(stream);
    ax_buf_deinit(&message);
}

static void *storm(void *state)
{
    unsigned seed = *(const unsigned *)state;
    while (!atomic_load(&stop_storm)) {
        struct ax_rpc_channel *channel = bed_channel(&bed, "operator");
        for (unsigned i = next_random(&seed) % 60; i > 0 && !atomic_load(&stop_storm); i--) {
            if (next_random(&seed) % 4 == 0) {
                one_stream(channel, &seed);
            } else {
                one_unary(channel, &seed);
            }
        }
        ax_rpc_channel_close(channel);
    }
    return NULL;
}

static void the_server_outlives_its_clients(void **state)
{
    (void)state;
    unsigned seeds[CLIENTS];
    pthread_t clients[CLIENTS];
    for (int round = 0; round < RESTARTS; round++) {
        atomic_store(&stop_storm, false);
        for (unsigned i = 0; i < CLIENTS; i++) {
            seeds[i] = (unsigned)round * 100 + i;
            assert_int_equal(pthread_create(&clients[i], NULL, storm, &seeds[i]), 0);
        }
        for (int ms = 0; ms < STORM_MS; ms += 50) {
            struct ax_err err;
            assert_true(ax_ok(ax_rpc_server_reload(bed.server, &err)));
            ax_rpc_server_set_serving(bed.server, "", ms % 100 == 0);
            ax_sleep_ms(50);
        }
        bool clients_first = round == RESTARTS - 1;
        if (!clients_first) {
            ax_rpc_server_close(bed.server);
        }
        atomic_store(&stop_storm, true);
        for (unsigned i = 0; i < CLIENTS; i++) {
            (void)pthread_join(clients[i], NULL);
        }
        if (clients_first) {
            ax_rpc_server_close(bed.server);
        }
        bed_serve(&bed);
    }
    assert_true(atomic_load(&answered) > 100);
}

int main(void)
{
    bed_open(&bed, NULL);
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(the_server_outlives_its_clients),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bed_close(&bed);
    return failed;
}
