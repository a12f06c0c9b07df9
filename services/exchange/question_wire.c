/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/question.h"

#include "anxin/v1/gate_service.pb-c.h"
#include "anxin/v1/insurance_service.pb-c.h"
#include "anxin/v1/rating_service.pb-c.h"
#include "scoring/scope.h"
#include "services/lib/wire/fact_wire.h"
#include "services/lib/wire/unpack.h"

#include <stdio.h>

struct reading {
    const struct ax_principal *principal;
    struct ax_arena *arena;
    struct ax_question *out;
    struct ax_err *err;
};

static ax_rc full(struct ax_err *err)
{
    return ax_fail(err, AX_LIMIT, "the request takes more memory than one may");
}

static ax_rc broken_number(const struct reading *r, const char *field, int64_t number, const char *rule)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)number);
    return ax_fail_field(r->err, AX_INVALID, field, text, (size_t)len, "%s", rule);
}

static ax_rc read_code(const struct reading *r, const char *field, const char *raw, ax_str *out)
{
    char code[AX_USCC_LEN + 1];
    ax_str text = ax_str_c(raw);
    if (text.len == 0) {
        return ax_fail_field(r->err, AX_INVALID, field, NULL, 0, "must be a 统一社会信用代码 of 18 characters");
    }
    ax_str checked = ax_uscc_normalise(text, code) ? ax_str_c(code) : text;
    /* Authorised before it is looked at: whether a code is well formed is nobody's business who may not ask. */
    AX_TRY(ax_principal_may_ask(r->principal, checked, r->err));
    ax_rc rc = ax_uscc_check(checked, r->err);
    if (!ax_ok(rc)) {
        struct ax_err cause = *r->err;
        return ax_fail_field(r->err, AX_INVALID, field, text.ptr, text.len, "%s", cause.text);
    }
    *out = ax_arena_dup(r->arena, checked);
    return out->ptr != NULL ? AX_RC(OK) : full(r->err);
}

static ax_rc read_codes(const struct reading *r, const char *field, char *const *raw, size_t count)
{
    if (count > AX_ASK_ENTERPRISES_MAX) {
        return ax_fail_field(r->err, AX_INVALID, field, NULL, 0, "%zu codes, at most %d in one request", count,
                AX_ASK_ENTERPRISES_MAX);
    }
    r->out->enterprises = AX_ARENA_ARRAY(r->arena, ax_str, count + 1);
    if (r->out->enterprises == NULL) {
        return full(r->err);
    }
    for (size_t i = 0; i < count; i++) {
        AX_TRY(read_code(r, field, raw[i], &r->out->enterprises[i]));
    }
    r->out->enterprise_count = count;
    return AX_RC(OK);
}

static ax_rc read_day(const struct reading *r, const char *field, const char *text, int32_t *out)
{
    *out = AX_DAY_NONE;
    if (text[0] == '\0' || ax_day_parse_iso(ax_str_c(text), out)) {
        return AX_RC(OK);
    }
    return ax_fail_field(r->err, AX_INVALID, field, text, strlen(text), "must be a day like 2026-01-31");
}

static ax_rc read_known(const struct reading *r, int64_t known_at_us)
{
    if (known_at_us < 0) {
        return broken_number(r, "known_at_us", known_at_us, "must not be negative");
    }
    r->out->known_at_us = known_at_us;
    return AX_RC(OK);
}

static ax_rc read_page(const struct reading *r, int32_t size, size_t most, const char *token)
{
    if (size < 0) {
        return broken_number(r, "page_size", size, "must not be negative");
    }
    size_t wanted = size == 0 ? AX_ASK_PAGE_DEFAULT : (size_t)size;
    r->out->page_size = wanted > most ? most : wanted;
    r->out->page_token = ax_str_c(token);
    return AX_RC(OK);
}

static ax_rc read_text(const struct reading *r, const char *field, const char *text, ax_str *out)
{
    *out = ax_str_c(text);
    return out->len <= AX_ASK_TEXT_MAX
                   ? AX_RC(OK)
                   : ax_fail_field(r->err, AX_INVALID, field, text, out->len, "at most %d bytes", AX_ASK_TEXT_MAX);
}

/* A code that is none would be an empty answer, which reads as if there were no such enterprise. */
static ax_rc read_prefixes(const struct reading *r, const char *region, const char *industry, struct ax_filter *out)
{
    AX_TRY(read_text(r, "region", region, &out->region));
    AX_TRY(read_text(r, "industry", industry, &out->industry));
    const char *place = ax_scope_place_fault(out->region);
    const char *trade = out->industry.len == 0 ? NULL : ax_scope_industry_fault(out->industry);
    if (place != NULL) {
        return ax_fail_field(r->err, AX_INVALID, "region", region, out->region.len, "%s", place);
    }
    return trade == NULL ? AX_RC(OK)
                         : ax_fail_field(r->err, AX_INVALID, "industry", industry, out->industry.len, "%s", trade);
}

static uint32_t level_mask(const Anxin__V1__Level *levels, size_t count)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < count; i++) {
        mask |= 1U << (unsigned)levels[i]; /* known values only: ax_unpack has seen to it */
    }
    return mask;
}

static ax_rc read_get(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__GetRatingRequest *m = (const Anxin__V1__GetRatingRequest *)message;
    r->out->min_offset = m->min_as_of == NULL ? 0 : m->min_as_of->offset;
    AX_TRY(read_code(r, "enterprise", m->enterprise, &r->out->enterprise));
    AX_TRY(read_day(r, "as_of", m->as_of, &r->out->as_of));
    return read_known(r, m->known_at_us);
}

static ax_rc read_batch(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__BatchGetRatingsRequest *m = (const Anxin__V1__BatchGetRatingsRequest *)message;
    AX_TRY(read_codes(r, "enterprises", m->enterprises, m->n_enterprises));
    return read_day(r, "as_of", m->as_of, &r->out->as_of);
}

static ax_rc read_explain(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__ExplainRatingRequest *m = (const Anxin__V1__ExplainRatingRequest *)message;
    AX_TRY(read_code(r, "enterprise", m->enterprise, &r->out->enterprise));
    AX_TRY(read_day(r, "as_of", m->as_of, &r->out->as_of));
    return read_known(r, m->known_at_us);
}

static ax_rc read_history(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__GetRatingHistoryRequest *m = (const Anxin__V1__GetRatingHistoryRequest *)message;
    AX_TRY(read_code(r, "enterprise", m->enterprise, &r->out->enterprise));
    AX_TRY(read_day(r, "as_of", m->as_of, &r->out->as_of));
    AX_TRY(read_known(r, m->known_at_us));
    return read_page(r, m->page_size, AX_ASK_HISTORY_PAGE_MAX, m->page_token);
}

static ax_rc read_added(const struct reading *r, const Anxin__V1__SimulateRatingRequest *m)
{
    r->out->add_count = m->n_add;
    r->out->add = AX_ARENA_ARRAY(r->arena, struct ax_fact, m->n_add + 1);
    if (r->out->add == NULL) {
        return full(r->err);
    }
    for (size_t i = 0; i < m->n_add; i++) {
        struct ax_fact *fact = &r->out->add[i];
        AX_TRY(ax_fact_from_pb(m->add[i], r->arena, fact, r->err));
        fact->enterprise = fact->enterprise.len == 0 ? r->out->enterprise : fact->enterprise;
        if (!ax_str_eq(fact->enterprise, r->out->enterprise)) {
            return ax_fail_field(r->err, AX_INVALID, "add.enterprise", fact->enterprise.ptr, fact->enterprise.len,
                    "must be the enterprise that is asked about");
        }
        ax_rc rc = ax_fact_check(fact, AX_DAY_MAX - 1, r->err);
        if (!ax_ok(rc)) {
            ax_err_prefix(r->err, "add, fact %zu", i + 1);
            return rc;
        }
    }
    return AX_RC(OK);
}

static ax_rc read_removed(const struct reading *r, const Anxin__V1__SimulateRatingRequest *m)
{
    r->out->remove_count = m->n_remove;
    r->out->remove = AX_ARENA_ARRAY(r->arena, struct ax_fact_name, m->n_remove + 1);
    if (r->out->remove == NULL) {
        return full(r->err);
    }
    for (size_t i = 0; i < m->n_remove; i++) {
        struct ax_fact_name *name = &r->out->remove[i];
        AX_TRY(read_text(r, "remove.source", m->remove[i]->source, &name->source));
        AX_TRY(read_text(r, "remove.reference", m->remove[i]->reference, &name->reference));
    }
    return AX_RC(OK);
}

static ax_rc read_simulate(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__SimulateRatingRequest *m = (const Anxin__V1__SimulateRatingRequest *)message;
    AX_TRY(read_code(r, "enterprise", m->enterprise, &r->out->enterprise));
    if (m->n_add > AX_ASK_FACTS_MAX || m->n_remove > AX_ASK_FACTS_MAX) {
        return ax_fail_field(r->err, AX_INVALID, m->n_add > AX_ASK_FACTS_MAX ? "add" : "remove", NULL, 0,
                "at most %d facts in one simulation", AX_ASK_FACTS_MAX);
    }
    AX_TRY(read_day(r, "as_of", m->as_of, &r->out->as_of));
    AX_TRY(read_known(r, m->known_at_us));
    AX_TRY(read_text(r, "pack", m->pack, &r->out->pack));
    AX_TRY(read_added(r, m));
    return read_removed(r, m);
}

static ax_rc read_list(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__ListRatingsRequest *m = (const Anxin__V1__ListRatingsRequest *)message;
    AX_TRY(ax_principal_may_ask(r->principal, (ax_str){0}, r->err));
    AX_TRY(read_page(r, m->page_size, AX_ASK_PAGE_MAX, m->page_token));
    AX_TRY(read_prefixes(r, m->region, m->industry, &r->out->filter));
    AX_TRY(read_text(r, "name", m->name, &r->out->filter.name));
    r->out->filter.levels = level_mask(m->levels, m->n_levels);
    return read_day(r, "as_of", m->as_of, &r->out->as_of);
}

static ax_rc read_watch(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__WatchRatingsRequest *m = (const Anxin__V1__WatchRatingsRequest *)message;
    if (m->n_enterprises == 0) {
        AX_TRY(ax_principal_may_ask(r->principal, (ax_str){0}, r->err));
    }
    AX_TRY(read_codes(r, "enterprises", m->enterprises, m->n_enterprises));
    AX_TRY(read_prefixes(r, m->region, m->industry, &r->out->filter));
    if (m->heartbeat_ms != 0 &&
            (m->heartbeat_ms < AX_ASK_HEARTBEAT_MIN_MS || m->heartbeat_ms > AX_ASK_HEARTBEAT_MAX_MS)) {
        char rule[64];
        (void)snprintf(rule, sizeof rule, "must be %d to %d, or 0 for %d", AX_ASK_HEARTBEAT_MIN_MS,
                AX_ASK_HEARTBEAT_MAX_MS, AX_ASK_HEARTBEAT_DEFAULT_MS);
        return broken_number(r, "heartbeat_ms", m->heartbeat_ms, rule);
    }
    r->out->heartbeat_ms = m->heartbeat_ms == 0 ? AX_ASK_HEARTBEAT_DEFAULT_MS : (int64_t)m->heartbeat_ms;
    r->out->filter.levels = level_mask(m->levels, m->n_levels);
    r->out->resume_token = ax_str_c(m->resume_token);
    r->out->skip_snapshot = m->skip_snapshot;
    return AX_RC(OK);
}

static bool is_uuid(ax_str text)
{
    if (text.len != AX_ASK_UUID_LEN) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return true;
}

/* What every question to the gate has beside its enterprises. */
static ax_rc read_gate(const struct reading *r, const char *request_id, int purpose, const char *matter)
{
    ax_str id = ax_str_c(request_id);
    if (id.len > 0 && !is_uuid(id)) {
        return ax_fail_field(r->err, AX_INVALID, "request_id", id.ptr, id.len, "must be a UUID, or empty");
    }
    if (purpose == ANXIN__V1__PURPOSE__PURPOSE_UNSPECIFIED) {
        return ax_fail_field(r->err, AX_INVALID, "purpose", NULL, 0,
                "must be LICENSING, PROCUREMENT or PROJECT_APPROVAL; for insurance there is no gate");
    }
    if (strlen(matter) > AX_ASK_MATTER_MAX) {
        return ax_fail_field(
                r->err, AX_INVALID, "matter", matter, strlen(matter), "at most %d bytes", AX_ASK_MATTER_MAX);
    }
    r->out->request_id = id;
    r->out->purpose = purpose;
    r->out->matter = ax_str_c(matter);
    return AX_RC(OK);
}

static ax_rc read_check(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__CheckCreditRequest *m = (const Anxin__V1__CheckCreditRequest *)message;
    AX_TRY(read_code(r, "enterprise", m->enterprise, &r->out->enterprise));
    return read_gate(r, m->request_id, (int)m->purpose, m->matter);
}

static ax_rc read_batch_check(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__BatchCheckCreditRequest *m = (const Anxin__V1__BatchCheckCreditRequest *)message;
    AX_TRY(read_codes(r, "enterprises", m->enterprises, m->n_enterprises));
    return read_gate(r, m->request_id, (int)m->purpose, m->matter);
}

static ax_rc read_profile(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__GetUnderwritingProfileRequest *m = (const Anxin__V1__GetUnderwritingProfileRequest *)message;
    AX_TRY(read_code(r, "enterprise", m->enterprise, &r->out->enterprise));
    AX_TRY(read_day(r, "changed_from", m->changed_from, &r->out->changed_from));
    AX_TRY(read_day(r, "changed_until", m->changed_until, &r->out->changed_until));
    if (r->out->changed_from != AX_DAY_NONE && r->out->changed_until != AX_DAY_NONE &&
            r->out->changed_from > r->out->changed_until) {
        return ax_fail_field(r->err, AX_INVALID, "changed_until", m->changed_until, strlen(m->changed_until),
                "must not be before changed_from");
    }
    return AX_RC(OK);
}

/* One measure at most. */
static ax_rc read_measure(const struct reading *r, uint64_t heads, int64_t price_fen, uint64_t vehicles)
{
    const struct {
        const char *field;
        uint64_t value;
    } measures[] = {{"exposure", heads}, {"contract_price_fen", (uint64_t)price_fen}, {"vehicles", vehicles}};
    if (price_fen < 0) {
        return broken_number(r, "contract_price_fen", price_fen, "must not be negative");
    }
    for (size_t i = 0; i < sizeof measures / sizeof measures[0]; i++) {
        if (measures[i].value == 0) {
            continue;
        }
        if (r->out->exposure > 0) {
            char text[24];
            int len = snprintf(text, sizeof text, "%llu", (unsigned long long)measures[i].value);
            return ax_fail_field(r->err, AX_INVALID, measures[i].field, text, (size_t)len, "%s",
                    "at most one of exposure (heads), contract_price_fen and vehicles");
        }
        r->out->exposure = measures[i].value;
        r->out->exposure_field = measures[i].field;
    }
    return AX_RC(OK);
}

/* What every question for a quote has beside its enterprises. */
static ax_rc read_cover(
        const struct reading *r, int64_t limit_fen, const char *covered_from, char *const *options, size_t count)
{
    r->out->limit_per_death_fen = limit_fen;
    if (limit_fen < 0) {
        return broken_number(r, "limit_per_death_fen", limit_fen, "must not be negative");
    }
    AX_TRY(read_day(r, "covered_from", covered_from, &r->out->covered_from));
    if (count > AX_ASK_OPTIONS_MAX) {
        return ax_fail_field(r->err, AX_INVALID, "options", NULL, 0, "at most %d", AX_ASK_OPTIONS_MAX);
    }
    r->out->options = AX_ARENA_ARRAY(r->arena, ax_str, count + 1);
    if (r->out->options == NULL) {
        return full(r->err);
    }
    for (size_t i = 0; i < count; i++) {
        r->out->options[i] = ax_str_c(options[i]);
    }
    r->out->option_count = count;
    return AX_RC(OK);
}

static ax_rc read_quote(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__QuoteReferenceRequest *m = (const Anxin__V1__QuoteReferenceRequest *)message;
    AX_TRY(read_code(r, "enterprise", m->enterprise, &r->out->enterprise));
    AX_TRY(read_measure(r, m->exposure, m->contract_price_fen, m->vehicles));
    return read_cover(r, m->limit_per_death_fen, m->covered_from, m->options, m->n_options);
}

static ax_rc read_batch_quote(const struct reading *r, const ProtobufCMessage *message)
{
    const Anxin__V1__BatchQuoteReferenceRequest *m = (const Anxin__V1__BatchQuoteReferenceRequest *)message;
    AX_TRY(read_codes(r, "enterprises", m->enterprises, m->n_enterprises));
    AX_TRY(read_measure(r, m->exposure, m->contract_price_fen, m->vehicles));
    return read_cover(r, m->limit_per_death_fen, m->covered_from, m->options, m->n_options);
}

ax_rc ax_question_read(enum ax_asked asked, ax_str request, const struct ax_principal *principal,
        struct ax_arena *arena, struct ax_question *out, struct ax_err *err)
{
    static const struct {
        const ProtobufCMessageDescriptor *type;
        ax_rc (*read)(const struct reading *r, const ProtobufCMessage *message);
    } kinds[] = {
            [AX_ASKED_GET] = {&anxin__v1__get_rating_request__descriptor, read_get},
            [AX_ASKED_BATCH] = {&anxin__v1__batch_get_ratings_request__descriptor, read_batch},
            [AX_ASKED_EXPLAIN] = {&anxin__v1__explain_rating_request__descriptor, read_explain},
            [AX_ASKED_HISTORY] = {&anxin__v1__get_rating_history_request__descriptor, read_history},
            [AX_ASKED_LIST] = {&anxin__v1__list_ratings_request__descriptor, read_list},
            [AX_ASKED_WATCH] = {&anxin__v1__watch_ratings_request__descriptor, read_watch},
            [AX_ASKED_SIMULATE] = {&anxin__v1__simulate_rating_request__descriptor, read_simulate},
            [AX_ASKED_CHECK] = {&anxin__v1__check_credit_request__descriptor, read_check},
            [AX_ASKED_BATCH_CHECK] = {&anxin__v1__batch_check_credit_request__descriptor, read_batch_check},
            [AX_ASKED_PROFILE] = {&anxin__v1__get_underwriting_profile_request__descriptor, read_profile},
            [AX_ASKED_QUOTE] = {&anxin__v1__quote_reference_request__descriptor, read_quote},
            [AX_ASKED_BATCH_QUOTE] = {&anxin__v1__batch_quote_reference_request__descriptor, read_batch_quote},
    };
    ProtobufCMessage *message = NULL;
    *out = (struct ax_question){.as_of = AX_DAY_NONE};
    AX_TRY(ax_unpack(kinds[asked].type, request, arena, &message, err));
    struct reading r = {.principal = principal, .arena = arena, .out = out, .err = err};
    return kinds[asked].read(&r, message);
}
