/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/upload.h"

#include "base/clock.h"

enum {
    CALL_TIMEOUT_MS = 30000,
    RESPONSE_MAX_BYTES = 4 << 20,
    REQUEST_MAX_BYTES = AX_UPLOAD_BATCH_BYTES + (192 << 10), /* a batch and one more item */
    RETRY_FIRST_MS = 100,
    RETRY_MOST_MS = 2000,
    US_PER_MS = 1000,
};

static const char path[] = "/anxin.v1.IngestService/SubmitFacts";

/* One request, and where its items begin in it. */
struct flight {
    struct ax_buf request;
    size_t begins[AX_UPLOAD_BATCH + 1];
    uint64_t rows[AX_UPLOAD_BATCH];
    size_t count;
    struct ax_rpc_pending *pending; /* NULL: not on its way */
};

struct ax_upload {
    struct ax_upload_options options;
    struct ax_upload_counts counts;
    struct flight flights[AX_UPLOAD_FLIGHTS];
    size_t filling;       /* the flight that items are put into */
    int64_t not_since_us; /* nothing has been settled since; 0: the last answer was good */
    int pause_ms;         /* before the next attempt, while that lasts */
    struct ax_buf response;
    struct ax_arena arena;
};

struct ax_upload *ax_upload_new(const struct ax_upload_options *options)
{
    struct ax_upload *u = ax_xcalloc(1, sizeof *u);
    u->options = *options;
    for (size_t i = 0; i < AX_UPLOAD_FLIGHTS; i++) {
        ax_buf_init(&u->flights[i].request, REQUEST_MAX_BYTES);
    }
    ax_buf_init(&u->response, RESPONSE_MAX_BYTES);
    ax_arena_init(&u->arena, 64 << 10, 32 << 20);
    return u;
}

void ax_upload_free(struct ax_upload *u)
{
    if (u == NULL) {
        return;
    }
    for (size_t i = 0; i < AX_UPLOAD_FLIGHTS; i++) {
        struct ax_err ignored;
        if (u->flights[i].pending != NULL) {
            ax_buf_clear(&u->response);
            (void)!ax_ok(ax_rpc_unary_finish(u->flights[i].pending, &u->response, &ignored));
        }
        ax_buf_deinit(&u->flights[i].request);
    }
    ax_buf_deinit(&u->response);
    ax_arena_deinit(&u->arena);
    ax_xfree(u);
}

const struct ax_upload_counts *ax_upload_counts(const struct ax_upload *u)
{
    return &u->counts;
}

static void count_result(struct ax_upload *u, uint64_t row, const struct ax_submit_result *result)
{
    struct ax_upload_counts *c = &u->counts;
    switch ((enum ax_submit_status)result->status) {
    case AX_SUBMIT_ACCEPTED:
        c->accepted++;
        return;
    case AX_SUBMIT_DUPLICATE:
        c->duplicate++;
        return;
    case AX_SUBMIT_SUPERSEDED:
        c->accepted++;
        c->superseded++;
        break;
    case AX_SUBMIT_CONFLICT:
        c->accepted++;
        c->conflict++;
        break;
    case AX_SUBMIT_REJECTED:
        c->rejected++;
        break;
    case AX_SUBMIT_NOT_ACCEPTED:
    case AX_SUBMIT_UNSPECIFIED:
        c->not_accepted++;
        break;
    }
    u->options.said(u->options.state, row, result);
}

/* Counts what is settled and moves the items that are not to the front of the flight. */
static void settle(struct ax_upload *u, struct flight *f, const struct ax_submit_result *results)
{
    size_t before = f->count;
    size_t kept = 0;
    size_t end = 0;
    for (size_t i = 0; i < f->count; i++) {
        size_t begin = f->begins[i];
        size_t len = f->begins[i + 1] - begin;
        if (results[i].status != AX_SUBMIT_NOT_ACCEPTED) {
            count_result(u, f->rows[i], &results[i]);
            continue;
        }
        memmove(f->request.ptr + end, f->request.ptr + begin, len);
        f->begins[kept] = end;
        f->rows[kept++] = f->rows[i];
        end += len;
    }
    f->begins[kept] = end;
    f->count = kept;
    f->request.len = end;
    if (kept < before) {
        u->not_since_us = 0;
    }
}

static ax_rc send_flight(struct ax_upload *u, struct flight *f, struct ax_err *err)
{
    f->request.len = f->begins[f->count];
    ax_submit_put_head(&f->request, (ax_str){0}, u->options.validate_only); /* fields may stand in any order */
    AX_ASSERT(!f->request.failed);
    return ax_rpc_unary_start(u->options.channel, path, ax_buf_str(&f->request), CALL_TIMEOUT_MS, &f->pending, err);
}

/* One answer. OK with f->count > 0: some are left to be sent again, and err says why. */
static ax_rc take_answer(struct ax_upload *u, struct flight *f, struct ax_err *err)
{
    struct ax_list results = {0};
    ax_buf_clear(&u->response);
    ax_arena_reset(&u->arena);
    struct ax_rpc_pending *pending = f->pending;
    f->pending = NULL;
    AX_TRY(ax_rpc_unary_finish(pending, &u->response, err));
    AX_TRY(ax_submit_response_read(ax_buf_str(&u->response), &u->arena, &results, err));
    const struct ax_submit_result *items = results.items;
    if (results.count != f->count) {
        return ax_fail(err, AX_CORRUPT, "%zu results for %zu items", results.count, f->count);
    }
    for (size_t i = 0; i < results.count; i++) {
        if (items[i].status == AX_SUBMIT_NOT_ACCEPTED) {
            (void)ax_fail(err, AX_UNAVAILABLE, "%.*s", AX_ARG(items[i].error.rule));
        }
    }
    settle(u, f, items);
    return AX_RC(OK);
}

static void give_up(struct ax_upload *u, struct flight *f, const struct ax_err *err)
{
    char line[AX_ERR_FIELD_MAX + AX_ERR_VALUE_MAX + AX_ERR_TEXT_MAX + 32];
    struct ax_submit_result result = {
            .status = AX_SUBMIT_NOT_ACCEPTED, .error.rule = ax_str_c(ax_err_line(err, line, sizeof line))};
    for (size_t i = 0; i < f->count; i++) {
        count_result(u, f->rows[i], &result);
    }
    f->count = 0;
}

/* After an attempt that left something: a pause, and another channel if the call itself failed. False when nothing has
 * been settled for as long as the patience lasts. */
static bool pause_for_another(struct ax_upload *u, bool call_failed, struct ax_err *err)
{
    int64_t now_us = ax_mono_us();
    if (u->not_since_us == 0) {
        u->not_since_us = now_us;
        u->pause_ms = RETRY_FIRST_MS;
        u->options.waiting(u->options.state, err);
    }
    if (now_us - u->not_since_us >= (int64_t)u->options.patience_ms * US_PER_MS) {
        return false;
    }
    ax_sleep_ms(u->pause_ms);
    u->pause_ms = u->pause_ms * 2 > RETRY_MOST_MS ? RETRY_MOST_MS : u->pause_ms * 2;
    return !call_failed || ax_ok(u->options.renew(u->options.state, &u->options.channel, err));
}

/* Until every item of the flight is settled, or patience is over, or the error is not one that time mends. */
static ax_rc land(struct ax_upload *u, struct flight *f, struct ax_err *err)
{
    while (f->count > 0) {
        ax_rc rc = f->pending == NULL ? send_flight(u, f, err) : AX_RC(OK);
        if (ax_ok(rc)) {
            rc = take_answer(u, f, err);
        }
        if (!ax_ok(rc) && !ax_code_retriable(rc.code) && rc.code != AX_LIMIT) {
            return rc;
        }
        if (f->count > 0 && !pause_for_another(u, !ax_ok(rc), err)) {
            return (ax_rc){err->code};
        }
    }
    f->request.len = 0;
    return AX_RC(OK);
}

/* The filling flight takes off; the next one is landed if it is still on its way. */
static ax_rc take_off(struct ax_upload *u, struct ax_err *err)
{
    struct flight *f = &u->flights[u->filling];
    if (f->count == 0) {
        return AX_RC(OK);
    }
    ax_rc rc = send_flight(u, f, err);
    if (!ax_ok(rc) && !ax_code_retriable(rc.code)) {
        return rc;
    }
    u->filling = (u->filling + 1) % AX_UPLOAD_FLIGHTS;
    return land(u, &u->flights[u->filling], err);
}

static ax_rc item_done(struct ax_upload *u, uint64_t row, struct ax_err *err)
{
    struct flight *f = &u->flights[u->filling];
    if (f->request.failed) {
        return ax_fail(err, AX_LIMIT, "row %llu is too large to be sent", (unsigned long long)row);
    }
    f->rows[f->count++] = row;
    f->begins[f->count] = f->request.len;
    u->counts.read++;
    return f->count < AX_UPLOAD_BATCH && f->request.len < AX_UPLOAD_BATCH_BYTES ? AX_RC(OK) : take_off(u, err);
}

ax_rc ax_upload_fact(struct ax_upload *u, uint64_t row, ax_str canonical_fact, struct ax_err *err)
{
    ax_submit_put_fact(&u->flights[u->filling].request, canonical_fact);
    return item_done(u, row, err);
}

ax_rc ax_upload_raw(struct ax_upload *u, const struct ax_raw_row *raw, struct ax_err *err)
{
    ax_submit_put_raw(&u->flights[u->filling].request, raw);
    return item_done(u, raw->row, err);
}

ax_rc ax_upload_flush(struct ax_upload *u, struct ax_err *err)
{
    AX_TRY(take_off(u, err));
    for (size_t i = 0; i < AX_UPLOAD_FLIGHTS; i++) {
        AX_TRY(land(u, &u->flights[(u->filling + i) % AX_UPLOAD_FLIGHTS], err));
    }
    return AX_RC(OK);
}

void ax_upload_abandon(struct ax_upload *u, const struct ax_err *err)
{
    for (size_t i = 0; i < AX_UPLOAD_FLIGHTS; i++) {
        struct flight *f = &u->flights[(u->filling + 1 + i) % AX_UPLOAD_FLIGHTS];
        struct ax_err ignored; /* of an answer that does not come: `err` is the reason for all */
        if (f->pending != NULL) {
            (void)!ax_ok(take_answer(u, f, &ignored));
        }
        give_up(u, f, err);
    }
}
