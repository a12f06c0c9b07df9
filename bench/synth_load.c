/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the load of docs/BENCH.md down, so that every program of a row has the same bytes: records of the facts topic as pairs
 * (bench/kafka_load.h), requests of SubmitFacts as frames, requests of GetRating as lines of hex.
 * bench_synth_load [--count 1000000] [--enterprises 50000] [--duplicates-ppm 50000] [--revisions-ppm 20000] [--seed 1]
 *                  [--until 2026-06-30] [--records FILE] [--requests FILE] [--items 1000] [--asks FILE]
 * Prints {"facts":…,"canonicalBytes":…}.
 */
#include "bench/kafka_load.h"
#include "connectors/synth.h"
#include "scoring/day.h"
#include "services/lib/wire/submit_wire.h"

#include <stdio.h>

enum { FACT_MAX_BYTES = 4096, REQUEST_MAX_BYTES = 4 << 20, ASKS = 20000, GET_ENTERPRISE = 1, LENGTH_DELIMITED = 2 };

static FILE *create(const char *path)
{
    FILE *file = path == NULL ? NULL : fopen(path, "wbe");
    if (path != NULL && file == NULL) {
        bench_die(path, "cannot be written");
    }
    return file;
}

static void put_piece(FILE *file, ax_str piece)
{
    unsigned char len[4] = {(unsigned char)(piece.len >> 24), (unsigned char)(piece.len >> 16),
            (unsigned char)(piece.len >> 8), (unsigned char)piece.len};
    if (fwrite(len, 1, sizeof len, file) != sizeof len || fwrite(piece.ptr, 1, piece.len, file) != piece.len) {
        bench_die("write", "the disk is full?");
    }
}

static void close_file(FILE *file)
{
    if (file != NULL && fclose(file) != 0) {
        bench_die("write", "the disk is full?");
    }
}

static void put_ask(FILE *file, ax_str enterprise)
{
    (void)fprintf(file, "%02x%02zx", GET_ENTERPRISE << 3 | LENGTH_DELIMITED, enterprise.len);
    for (size_t i = 0; i < enterprise.len; i++) {
        (void)fprintf(file, "%02x", (unsigned char)enterprise.ptr[i]);
    }
    (void)fputc('\n', file);
}

struct request {
    FILE *file;
    struct ax_buf bytes;
    long items;
    long items_max;
};

static void flush_request(struct request *r)
{
    if (r->items > 0) {
        put_piece(r->file, ax_buf_str(&r->bytes));
    }
    ax_buf_clear(&r->bytes);
    r->items = 0;
}

static void put_item(struct request *r, ax_str canonical)
{
    if (r->items == 0) {
        ax_submit_put_head(&r->bytes, (ax_str){0}, false);
    }
    ax_submit_put_fact(&r->bytes, canonical);
    r->items++;
    if (r->items == r->items_max) {
        flush_request(r);
    }
}

static struct ax_synth_load_options options_of(int argc, char **argv)
{
    struct ax_synth_load_options o = {
            .facts = (uint64_t)bench_option_long(argc, argv, "count", 1000000),
            .enterprises = (uint32_t)bench_option_long(argc, argv, "enterprises", 50000),
            .duplicates_ppm = (uint32_t)bench_option_long(argc, argv, "duplicates-ppm", 50000),
            .revisions_ppm = (uint32_t)bench_option_long(argc, argv, "revisions-ppm", 20000),
            .seed = (uint64_t)bench_option_long(argc, argv, "seed", 1),
    };
    if (!ax_day_parse(ax_str_c(bench_option(argc, argv, "until", "2026-06-30")), &o.until)) {
        bench_die("--until", "is no day");
    }
    return o;
}

int main(int argc, char **argv)
{
    struct ax_synth_load_options options = options_of(argc, argv);
    struct ax_synth_load load;
    ax_synth_load_init(&load, &options);
    FILE *records = create(bench_option(argc, argv, "records", NULL));
    FILE *asks = create(bench_option(argc, argv, "asks", NULL));
    struct request request = {.file = create(bench_option(argc, argv, "requests", NULL)),
            .items_max = bench_option_long(argc, argv, "items", AX_SUBMIT_ITEMS_MAX)};
    struct ax_buf canonical;
    struct ax_buf value;
    ax_buf_init(&canonical, FACT_MAX_BYTES);
    ax_buf_init(&value, FACT_MAX_BYTES);
    ax_buf_init(&request.bytes, REQUEST_MAX_BYTES);
    struct ax_synth_load_text text;
    struct ax_fact fact;
    size_t bytes = 0;
    for (size_t i = 0; ax_synth_load_next(&load, &text, &fact); i++) {
        ax_buf_clear(&canonical);
        ax_buf_clear(&value);
        ax_fact_canonical(&fact, &canonical);
        bytes += canonical.len;
        if (records != NULL) {
            ax_fact_record_encode(ax_buf_str(&canonical), (int64_t)i + 1, &value);
            put_piece(records, fact.enterprise);
            put_piece(records, ax_buf_str(&value));
        }
        if (request.file != NULL) {
            put_item(&request, ax_buf_str(&canonical));
        }
        if (asks != NULL && i < ASKS) {
            put_ask(asks, fact.enterprise);
        }
    }
    if (request.file != NULL) {
        flush_request(&request);
    }
    close_file(records);
    close_file(asks);
    close_file(request.file);
    (void)printf("{\"facts\":%llu,\"canonicalBytes\":%zu}\n", (unsigned long long)options.facts, bytes);
    ax_buf_deinit(&canonical);
    ax_buf_deinit(&value);
    ax_buf_deinit(&request.bytes);
    return 0;
}
