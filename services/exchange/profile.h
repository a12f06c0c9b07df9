/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The parts of an underwriting profile, each appended to the answer; private to services/exchange/profile*.c. All of it
 * belongs to one call, on its worker. */
#include "services/exchange/asking.h"
#include "services/exchange/texts.h"

enum {
    AX_PROFILE_YEARS = 16,
    AX_PROFILE_EXPOSURES = 16,
    AX_PROFILE_POLICIES = 16,
    AX_PROFILE_CLAIMS = 100,
    AX_PROFILE_POINTS = 24,
    AX_PROFILE_FACTS = 100,
};

/* One profile in the making. */
struct ax_profiling {
    const struct ax_exchange *x;
    const struct ax_store_read *read;
    struct ax_made *made;
    const struct ax_ledger *ledger;
    struct ax_rating rating;    /* today's, what ax_stored_head gives */
    const struct ax_risk *risk; /* today's; NULL: no model covers it */
    struct ax_texts texts;      /* of what profile_name asked for */
    const struct ax_pack *pack; /* of the day; NULL: none covers it */
    int32_t day;
    int32_t from; /* the period */
    int32_t until;
    struct ax_buf *out;
};

/* A head that is not withdrawn, and not the echo of another. */
bool ax_profile_counts(const struct ax_entry *e);
/* It may still be shared: not what was repaired, nor a penalty that is no longer used (令第36号). */
bool ax_profile_shares(const struct ax_profiling *p, const struct ax_entry *e);
/* All that is known was known by the end of that day. */
bool ax_profile_known_by(const struct ax_profiling *p, int32_t day);
/* The rating of a day by what was known by the end of another. */
void ax_profile_rate_then(const struct ax_profiling *p, int32_t day, int32_t known, struct ax_rate *out);

void ax_profile_put_years(const struct ax_profiling *p, uint32_t number);
void ax_profile_put_claims(const struct ax_profiling *p, uint32_t number, uint32_t left_off_number);
void ax_profile_put_policies(const struct ax_profiling *p, uint32_t number);
ax_rc ax_profile_put_changes(const struct ax_profiling *p, uint32_t number, struct ax_err *err) AX_MUST_CHECK;

/* anxin.v1.UnderwritingHint and MissingInput. */
void ax_put_hint(struct ax_buf *out, uint32_t number, const char *legal_basis, const char *zh, const char *en);
void ax_put_missing(struct ax_buf *out, uint32_t number, const char *input);
/* One whose words say what is missing of this question; `unused_field`: of the question, not used for want of it. */
void ax_put_missing_text(struct ax_buf *out, uint32_t number, const char *input, const char *zh, const char *en,
        const char *unused_field);
