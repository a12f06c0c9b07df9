/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Requests as plain structs, with codes normalised and checked, days and limits too. An error names field, value and
 * rule. Text is arena memory. What a method has no field for stays zero. Any thread.
 */
#include "scoring/day.h"
#include "scoring/fact.h"
#include "scoring/uscc.h"
#include "services/lib/trust/trust.h"

enum {
    AX_ASK_ENTERPRISES_MAX = 1000,
    AX_ASK_PAGE_MAX = 1000,
    AX_ASK_HISTORY_PAGE_MAX = 500,
    AX_ASK_PAGE_DEFAULT = 100,
    AX_ASK_FACTS_MAX = 1000, /* added or removed in one simulation */
    AX_ASK_TEXT_MAX = 256,   /* bytes of region, industry and name */
    AX_ASK_MATTER_MAX = 256,
    AX_ASK_UUID_LEN = 36,
    AX_ASK_OPTIONS_MAX = 16, /* = AX_TARIFF_OPTIONS_MAX */
    AX_ASK_HEARTBEAT_MIN_MS = 1000,
    AX_ASK_HEARTBEAT_MAX_MS = 60000,
    AX_ASK_HEARTBEAT_DEFAULT_MS = 10000,
};

/* Which ratings are wanted. */
struct ax_filter {
    uint32_t levels; /* bit n: enum ax_level n; 0: all */
    ax_str region;   /* prefixes; empty: all */
    ax_str industry;
    ax_str name; /* part of it */
};

struct ax_fact_name {
    ax_str source;
    ax_str reference;
};

struct ax_question {
    ax_str enterprise;
    ax_str *enterprises; /* in the order asked for */
    size_t enterprise_count;
    int32_t as_of;       /* AX_DAY_NONE: today */
    int64_t known_at_us; /* 0: all */
    int64_t min_offset;  /* the answer must have read this far (min_as_of) */
    size_t page_size;
    ax_str page_token;
    struct ax_filter filter;
    ax_str resume_token;
    int64_t heartbeat_ms;
    bool skip_snapshot;
    struct ax_fact *add; /* of the enterprise, checked */
    size_t add_count;
    struct ax_fact_name *remove;
    size_t remove_count;
    ax_str pack;       /* id; empty: the one that covers the enterprise */
    ax_str request_id; /* of the gate; empty or a UUID */
    ax_str matter;
    int32_t purpose;      /* enum ax_purpose */
    int32_t changed_from; /* of a profile; AX_DAY_NONE: not said */
    int32_t changed_until;
    uint64_t exposure;          /* of a quote; 0: what facts have */
    const char *exposure_field; /* the field that it came in: "exposure" (heads), "contract_price_fen", "vehicles" */
    int64_t limit_per_death_fen;
    int32_t covered_from; /* AX_DAY_NONE: today */
    ax_str *options;
    size_t option_count;
};

enum ax_asked {
    AX_ASKED_GET,
    AX_ASKED_BATCH,
    AX_ASKED_EXPLAIN,
    AX_ASKED_HISTORY,
    AX_ASKED_LIST,
    AX_ASKED_WATCH,
    AX_ASKED_SIMULATE,
    AX_ASKED_CHECK,
    AX_ASKED_BATCH_CHECK,
    AX_ASKED_PROFILE,
    AX_ASKED_QUOTE,
    AX_ASKED_BATCH_QUOTE,
};

/* Reads the request of that method and sees that the principal may ask about these enterprises. */
ax_rc ax_question_read(enum ax_asked asked, ax_str request, const struct ax_principal *principal,
        struct ax_arena *arena, struct ax_question *out, struct ax_err *err) AX_MUST_CHECK;
