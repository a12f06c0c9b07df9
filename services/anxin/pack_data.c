/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/pack_data.h"

#include "base/clock.h"
#include "base/file.h"
#include "connectors/connector.h"
#include "services/anxin/home.h"
#include "services/anxin/pack_side.h"
#include "services/ingest/normalise.h"
#include "services/lib/host/host.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum {
    SCAN_PAGE = 256,
    ARENA_CHUNK_BYTES = 1 << 20,
    ARENA_MAX_BYTES = 512 << 20,
    ROW_ARENA_BYTES = 64 << 20,
    CANONICAL_MAX_BYTES = 256 << 10,
};

struct known {
    char code[AX_USCC_LEN];
    struct ax_view view;
    UT_hash_handle hh;
};

struct reading {
    struct ax_pack_data *data;
    struct known *by_code;
    struct ax_arena arena; /* of one row */
    struct ax_buf canonical;
    const char *path; /* of the file that is read */
};

static struct known *find(struct reading *r, ax_str code)
{
    struct known *known = NULL;
    HASH_FIND(hh, r->by_code, code.ptr, AX_USCC_LEN, known);
    if (known == NULL) {
        known = ax_xcalloc(1, sizeof *known);
        memcpy(known->code, code.ptr, AX_USCC_LEN);
        ax_view_init(&known->view);
        HASH_ADD(hh, r->by_code, code, AX_USCC_LEN, known);
    }
    return known;
}

static ax_rc add_at(struct reading *r, const struct ax_fact *fact, struct ax_err *err)
{
    struct ax_view_record record = {0};
    ax_buf_clear(&r->canonical);
    ax_fact_canonical(fact, &r->canonical);
    if (r->canonical.failed || HASH_COUNT(r->by_code) >= AX_PACK_DATA_ENTERPRISES_MAX) {
        return ax_fail(err, AX_LIMIT, "a fact is at most %d bytes, and there are at most %d enterprises",
                CANONICAL_MAX_BYTES, AX_PACK_DATA_ENTERPRISES_MAX);
    }
    AX_TRY(ax_view_record_read(&record, ax_buf_str(&r->canonical), 0, &r->arena, err));
    struct known *known = find(r, fact->enterprise);
    ax_ledger_reserve(&known->view.ledger, 1);
    ax_ledger_add(&known->view.ledger, &record.fact, record.digest, record.key);
    return AX_RC(OK);
}

/* A fact that moves is withdrawn where it was, as ingest does it. */
static ax_rc add_fact(struct reading *r, struct ax_fact *fact, struct ax_err *err)
{
    r->data->facts++;
    AX_TRY(add_at(r, fact, err));
    if (fact->previous_enterprise.len != AX_USCC_LEN) {
        return AX_RC(OK);
    }
    struct ax_fact left = *fact;
    left.enterprise = fact->previous_enterprise;
    left.previous_enterprise = (ax_str){0};
    left.revision = fact->revision > 1 ? fact->revision : 2;
    left.state = AX_FACT_STATE_WITHDRAWN;
    return add_at(r, &left, err);
}

static void reject(struct reading *r, const struct ax_source_item *item, const struct ax_err *why)
{
    if (r->data->rejected++ == 0) {
        r->data->refusal = *why;
        ax_err_prefix(&r->data->refusal, "%s: line %llu", r->path, (unsigned long long)item->line);
    }
}

static ax_rc take_row(struct reading *r, struct ax_source_item *item, struct ax_err *err)
{
    for (size_t i = 0; i < item->fact_count; i++) {
        struct ax_err why;
        struct ax_fact *fact = &item->facts[i];
        bool good = ax_ok(ax_normalise_fact(fact, &r->arena, &why)) &&
                    ax_ok(ax_fact_check(fact, ax_day_of_us(ax_clock_us(ax_clock_system())), &why));
        if (good) {
            AX_TRY(add_fact(r, fact, err));
        } else {
            reject(r, item, &why);
        }
    }
    if (item->kind == AX_SOURCE_REJECT) {
        reject(r, item, &item->error);
    }
    return AX_RC(OK);
}

static ax_rc read_file(struct reading *r, const char *path, struct ax_err *err)
{
    struct ax_source_options options = {.path = path, .system = r->data->system, .today = AX_DAY_NONE};
    struct ax_source_reader *reader = NULL;
    struct ax_source_item item = {0};
    ax_rc rc = ax_source_open(&options, &reader, err);
    r->path = path;
    while (ax_ok(rc)) {
        ax_arena_reset(&r->arena);
        rc = ax_source_next(reader, &r->arena, &item, err);
        if (!ax_ok(rc) || item.kind == AX_SOURCE_END) {
            break;
        }
        rc = take_row(r, &item, err);
    }
    ax_source_close(reader);
    r->path = NULL;
    if (!ax_ok(rc)) {
        ax_err_prefix(err, "%s", path);
    }
    return rc;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && entry->d_type != DT_DIR ? 1 : 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static ax_rc read_dir(struct reading *r, const char *dir, struct ax_err *err)
{
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, is_file, by_name);
    ax_rc rc =
            count > 0 && count <= AX_PACK_DATA_FILES_MAX
                    ? AX_RC(OK)
                    : ax_fail_field(err, AX_NOT_FOUND, "--on", dir, strlen(dir),
                              "neither the home of a deployment nor a folder of 1 to %d files", AX_PACK_DATA_FILES_MAX);
    for (int i = 0; i < count; i++) {
        char file[AX_PACK_PATH_MAX];
        if (ax_ok(rc) && ax_pack_path(dir, entries[i]->d_name, file)) {
            rc = read_file(r, file, err);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    return rc;
}

static int by_code(const struct known *a, const struct known *b)
{
    return memcmp(a->code, b->code, AX_USCC_LEN);
}

static ax_rc check_any(const struct ax_pack_data *data, struct ax_err *err)
{
    if (data->facts > 0) {
        return AX_RC(OK);
    }
    if (data->rejected == 0) {
        return ax_fail_field(err, AX_INVALID, "--on", data->on, strlen(data->on), "no fact in it");
    }
    *err = data->refusal;
    return (ax_rc){err->code};
}

void ax_pack_data_say_rejected(const struct ax_pack_data *data)
{
    if (data->rejected > 0) {
        ax_cli_say(data->cli,
                "rows that are no facts and were left out: %lld; the first:", "不是有效事实、未计入的行：%lld；首行：",
                (long long)data->rejected);
        ax_cli_put_rule(data->cli, stderr, ax_str_c(data->refusal.field), ax_str_c(data->refusal.text),
                ax_str_c(data->refusal.value));
        (void)fputc('\n', stderr);
    }
}

static ax_rc run_files(struct ax_pack_data *data, struct ax_err *err)
{
    struct reading r = {.data = data};
    ax_arena_init(&r.arena, ARENA_CHUNK_BYTES, ROW_ARENA_BYTES);
    ax_buf_init(&r.canonical, CANONICAL_MAX_BYTES);
    ax_rc rc = ax_pack_is_dir(data->on) ? read_dir(&r, data->on, err) : read_file(&r, data->on, err);
    rc = ax_ok(rc) ? check_any(data, err) : rc;
    HASH_SORT(r.by_code, by_code);
    struct known *next = NULL;
    for (struct known *k = r.by_code; k != NULL; k = next) {
        next = k->hh.next;
        if (ax_ok(rc)) {
            ax_arena_reset(&r.arena);
            ax_ledger_settle(&k->view.ledger, &r.arena);
            rc = data->each(data->state, ax_str_of(k->code, AX_USCC_LEN), &k->view, err);
        }
        ax_view_deinit(&k->view);
    }
    while (r.by_code != NULL) {
        struct known *k = r.by_code;
        HASH_DEL(r.by_code, k); // NOLINT(clang-analyzer-core.NullDereference): inside uthash
        ax_xfree(k);
    }
    ax_buf_deinit(&r.canonical);
    ax_arena_deinit(&r.arena);
    return rc;
}

static ax_rc page_of(struct ax_store *store, int32_t partition, ax_str after, struct ax_arena *arena,
        struct ax_store_read **reads, size_t *count, bool *end, struct ax_err *err)
{
    size_t page = SCAN_PAGE;
    ax_arena_reset(arena);
    arena->cap = ARENA_MAX_BYTES;
    ax_rc rc = ax_store_scan(store, partition, after, page, true, arena, reads, count, err);
    if (rc.code == AX_LIMIT) { /* ledgers too large to be read together */
        page = 1;
        ax_arena_reset(arena);
        arena->cap = AX_VIEW_READ_MAX_BYTES;
        rc = ax_store_scan(store, partition, after, page, true, arena, reads, count, err);
    }
    *end = *count < page;
    return rc;
}

/* The challenger's ratings of a page, in its order; without one, or before it has begun, none. */
static ax_rc challenger_of(const struct ax_store_read *page, size_t count, struct ax_store *challenger,
        struct ax_arena *arena, struct ax_store_read *out, struct ax_err *err)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct ax_store_read){.enterprise = page[i].enterprise, .partition = page[i].partition};
    }
    ax_rc rc = challenger == NULL ? AX_RC(OK) : ax_store_read_many(challenger, out, count, false, arena, err);
    return rc.code == AX_NOT_FOUND ? AX_RC(OK) : rc;
}

static ax_rc take_stored(
        struct ax_pack_data *data, const struct ax_store_read *read, struct ax_arena *scratch, struct ax_err *err)
{
    if (read->enterprise.len != AX_USCC_LEN) {
        return AX_RC(OK);
    }
    struct ax_view view;
    ax_view_init(&view);
    ax_arena_reset(scratch);
    ax_rc rc = ax_view_load(&view, read->chunks, read->chunk_count, INT64_MAX, scratch, err);
    if (ax_ok(rc)) {
        data->facts += view.ledger.count;
        rc = data->each(data->state, read->enterprise, &view, err);
    }
    ax_view_deinit(&view);
    return rc;
}

static ax_rc run_partition(struct ax_pack_data *data, struct ax_store *const stores[2], int32_t partition,
        struct ax_arena *arena, struct ax_arena *scratch, struct ax_err *err)
{
    char after[AX_STORE_ENTERPRISE_MAX + 1];
    ax_str from = {after, 0};
    for (bool end = false; !end;) {
        struct ax_store_read *reads = NULL;
        size_t count = 0;
        struct ax_store_read beside[SCAN_PAGE];
        ax_rc rc = page_of(stores[0], partition, from, arena, &reads, &count, &end, err);
        if (rc.code == AX_NOT_FOUND) {
            return AX_RC(OK); /* never taken */
        }
        AX_TRY(rc);
        AX_TRY(challenger_of(reads, count, stores[1], arena, beside, err));
        for (size_t i = 0; i < count; i++) {
            data->stored = beside[i].rating;
            AX_TRY(take_stored(data, &reads[i], scratch, err));
        }
        if (count > 0) {
            (void)ax_str_to_c(reads[count - 1].enterprise, after, sizeof after);
            from.len = reads[count - 1].enterprise.len;
        }
    }
    return AX_RC(OK);
}

static ax_rc run_deployment(struct ax_pack_data *data, const struct ax_cli *where, struct ax_err *err)
{
    struct ax_config *config = NULL;
    struct ax_host *host = NULL;
    struct ax_arena arena;
    struct ax_arena scratch;
    AX_TRY(ax_home_config(where, NULL, 0, &config, err));
    ax_arena_init(&arena, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    ax_arena_init(&scratch, ARENA_CHUNK_BYTES, ARENA_MAX_BYTES);
    struct ax_host_options options = {.service = "anxin", .config = config};
    ax_rc rc = ax_host_open(&options, &host, err);
    struct ax_store *stores[2] = {NULL, NULL};
    if (ax_ok(rc)) {
        stores[0] = ax_host_store(host);
        rc = data->challenger ? ax_host_challenger_store(host, &stores[1], err) : rc;
    }
    if (ax_ok(rc) && data->begin != NULL) {
        rc = data->begin(data->state, host, err);
    }
    for (int32_t p = 0; ax_ok(rc) && p < ax_log_partitions(ax_host_log(host)); p++) {
        rc = run_partition(data, stores, p, &arena, &scratch, err);
    }
    if (stores[1] != NULL) {
        ax_store_close(stores[1]);
    }
    ax_host_close(host);
    ax_arena_deinit(&scratch);
    ax_arena_deinit(&arena);
    ax_config_free(config);
    return rc;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text);
    return len > strlen(end) && strcmp(text + len - strlen(end), end) == 0;
}

ax_rc ax_pack_data_run(struct ax_pack_data *data, struct ax_err *err)
{
    char config[AX_PACK_PATH_MAX];
    struct ax_cli where = *data->cli;
    if (data->on == NULL) {
        return run_deployment(data, &where, err);
    }
    if (ends_with(data->on, ".yaml") || ends_with(data->on, ".yml")) {
        where.config_file = data->on;
        return run_deployment(data, &where, err);
    }
    if (ax_pack_path(data->on, "anxin.yaml", config) && ax_file_exists(config)) {
        where.home = data->on;
        where.config_file = NULL;
        return run_deployment(data, &where, err);
    }
    return run_files(data, err);
}
