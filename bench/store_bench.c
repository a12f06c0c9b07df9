/* SPDX-License-Identifier: Apache-2.0 */
/* Commits a second into a store: bench_store --dir DIR redis|sqlite. From the root of the checkout. */
#include "bench/store_load.h"
#include "bench/store_redis_probe.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAY = 20000, READS = 100000 };

static struct ax_err err;

static void need(ax_rc rc)
{
    if (!ax_ok(rc)) {
        (void)fprintf(stderr, "%s: %s\n", ax_code_name(rc.code), err.text);
        exit(1);
    }
}

struct totals {
    double wall;
    double cpu;
    int64_t facts;
    int64_t commits;
    int64_t writes;
};

static struct totals commit_all(struct ax_store *store, const struct load_options *o, struct load *load)
{
    struct ax_store_part **parts = ax_xcalloc((size_t)o->partitions, sizeof(struct ax_store_part *));
    struct ax_store_position *at = ax_xcalloc((size_t)o->partitions, sizeof(struct ax_store_position));
    struct totals t = {0};
    for (int32_t p = 0; p < o->partitions; p++) {
        need(ax_store_take(store, p, &parts[p], &at[p], &err));
    }
    /* The making of batches is not the store's. */
    for (const struct load_batch *batch = load_next(load, false); batch != NULL; batch = load_next(load, false)) {
        struct ax_store_position *from = &at[batch->partition];
        struct ax_store_position to = {from->next_offset + batch->facts, DAY};
        double wall = load_wall_seconds();
        double cpu = load_cpu_seconds();
        need(ax_store_commit(parts[batch->partition], *from, to, batch->writes, batch->count, &err));
        t.wall += load_wall_seconds() - wall;
        t.cpu += load_cpu_seconds() - cpu;
        t.facts += batch->facts;
        t.writes += (int64_t)batch->count;
        t.commits++;
        *from = to;
    }
    for (int32_t p = 0; p < o->partitions; p++) {
        ax_store_part_free(parts[p]);
    }
    ax_xfree(at);
    ax_xfree(parts);
    return t;
}

static void read_all(struct ax_store *store, const struct load_options *o)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 1 << 16, 1 << 20);
    double wall = load_wall_seconds();
    double cpu = load_cpu_seconds();
    for (int64_t i = 0; i < READS; i++) {
        char code[32];
        int32_t enterprise = (int32_t)(i * 7919 % o->enterprises);
        (void)snprintf(code, sizeof code, "91110000MA%08d", enterprise);
        struct ax_store_read read = {.enterprise = ax_str_c(code), .partition = enterprise % o->partitions};
        ax_arena_reset(&arena);
        need(ax_store_read_many(store, &read, 1, false, &arena, &err));
        if (read.rating.ptr == NULL && o->facts >= 20 * (int64_t)o->enterprises) {
            (void)fprintf(stderr, "no rating of %s\n", code);
            exit(1);
        }
    }
    load_print("read_one_wall", (load_wall_seconds() - wall) / READS * 1e6, "us");
    load_print("read_one_cpu", (load_cpu_seconds() - cpu) / READS * 1e6, "us");
    ax_arena_deinit(&arena);
}

static void print(const struct totals *t)
{
    load_print("facts_per_second", (double)t->facts / t->wall, "facts/s");
    load_print("commits_per_second", (double)t->commits / t->wall, "commits/s");
    load_print("facts_per_write", (double)t->facts / (double)t->writes, "");
    load_print("cpu_per_million_facts", t->cpu / (double)t->facts * 1e6, "s");
}

static void bench_redis(const struct load_options *o, struct load *load)
{
    struct probe probe;
    struct ax_store *store = NULL;
    probe_start(&probe, o->dir);
    struct ax_store_options options = {.backend = AX_STORE_REDIS,
            .partitions = o->partitions,
            .host = "127.0.0.1",
            .port = probe.options.net.port,
            .timeout_ms = 60000};
    double memory = probe_info(&probe, "used_memory:");
    double cpu = probe_cpu_seconds(&probe);
    need(ax_store_open(&options, &store, &err));
    struct totals t = commit_all(store, o, load);
    print(&t);
    load_print("redis_cpu_per_million_facts", (probe_cpu_seconds(&probe) - cpu) / (double)t.facts * 1e6, "s");
    double bytes = (probe_info(&probe, "used_memory:") - memory) / o->enterprises;
    double plain = (double)o->facts / o->enterprises * o->fact_bytes + o->rating_bytes;
    load_print("redis_bytes_per_enterprise", bytes, "bytes");
    load_print("redis_bytes_over_plain", bytes / plain, "");
    read_all(store, o);
    ax_store_close(store);
    probe_stop(&probe);
}

static void bench_sqlite(const struct load_options *o, struct load *load)
{
    char path[512];
    char command[4096];
    struct ax_store *store = NULL;
    (void)snprintf(path, sizeof path, "%s/store.db", o->dir);
    struct ax_store_options options = {.backend = AX_STORE_SQLITE, .partitions = o->partitions, .path = path};
    need(ax_store_open(&options, &store, &err));
    struct totals t = commit_all(store, o, load);
    print(&t);
    read_all(store, o);
    ax_store_close(store);
    (void)snprintf(command, sizeof command, "ls -l %s*; rm -f %s %s-wal %s-shm", path, path, path, path);
    if (system(command) != 0) { /* NOLINT(cert-env33-c) */
        exit(1);
    }
}

int main(int argc, char **argv)
{
    struct load_options o = load_options_parse(argc, argv);
    struct load *load = load_new(&o);
    if (strcmp(o.backend, "redis") == 0) {
        bench_redis(&o, load);
    } else if (strcmp(o.backend, "sqlite") == 0) {
        bench_sqlite(&o, load);
    } else {
        (void)fprintf(stderr, "back end: redis or sqlite, not \"%s\"\n", o.backend);
        return 2;
    }
    load_free(load);
    return 0;
}
