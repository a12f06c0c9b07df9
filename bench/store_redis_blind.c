/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store's commits are measured beside: bench_redis_blind --dir DIR --batch N. The same facts written as a careless
 * program would: for each batch of N in order of arrival one HSET of new entries and rating for each enterprise,
 * pipelined, no position, no check.
 */
#include "bench/store_load.h"
#include "bench/store_redis_probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void need(ax_rc rc, const struct ax_err *err)
{
    if (!ax_ok(rc)) {
        (void)fprintf(stderr, "%s\n", err->text);
        exit(1);
    }
}

static void write_batch(struct ax_redis_conn *conn, const struct load_batch *batch)
{
    struct ax_err err = {0};
    for (size_t i = 0; i < batch->count; i++) {
        const struct ax_store_write *w = &batch->writes[i];
        char key[64];
        char field[24];
        int key_len = snprintf(key, sizeof key, "e:%.*s", AX_ARG(w->enterprise));
        int field_len = snprintf(field, sizeof field, "%" PRId64, w->chunk_offset);
        const char *argv[] = {"HSET", key, "r", w->rating.ptr, field, w->chunk.ptr};
        size_t lens[] = {4, (size_t)key_len, 1, w->rating.len, (size_t)field_len, w->chunk.len};
        ax_redis_append(conn, 6, argv, lens);
    }
    need(ax_redis_send(conn, &err), &err);
    for (size_t i = 0; i < batch->count; i++) {
        redisReply *reply = NULL;
        need(ax_redis_receive(conn, &reply, &err), &err);
        AX_ASSERT(reply->type == REDIS_REPLY_INTEGER);
        freeReplyObject(reply);
    }
}

int main(int argc, char **argv)
{
    struct load_options o = load_options_parse(argc, argv);
    struct load *load = load_new(&o);
    struct probe probe;
    double wall = 0;
    double cpu = 0;
    probe_start(&probe, o.dir);
    double redis_cpu = probe_cpu_seconds(&probe);
    for (const struct load_batch *batch = load_next(load, true); batch != NULL; batch = load_next(load, true)) {
        double wall_from = load_wall_seconds();
        double cpu_from = load_cpu_seconds();
        write_batch(probe.conn, batch);
        wall += load_wall_seconds() - wall_from;
        cpu += load_cpu_seconds() - cpu_from;
    }
    load_print("facts_per_second", (double)o.facts / wall, "facts/s");
    load_print("cpu_per_million_facts", cpu / (double)o.facts * 1e6, "s");
    load_print("redis_cpu_per_million_facts", (probe_cpu_seconds(&probe) - redis_cpu) / (double)o.facts * 1e6, "s");
    probe_stop(&probe);
    load_free(load);
    return 0;
}
