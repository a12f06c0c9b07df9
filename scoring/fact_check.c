/* SPDX-License-Identifier: Apache-2.0 */
/* What a fact must be beyond what its table says: codes, patterns, and dates in the order that the law gives them. */
#include "scoring/scope.h"

#include <stdio.h>

static ax_rc broken(struct ax_err *err, const char *field, ax_str value, const char *rule)
{
    return ax_fail_field(err, AX_INVALID, field, value.ptr, value.len, "%s", rule);
}

static ax_rc broken_day(struct ax_err *err, const char *field, int32_t day, const char *rule)
{
    char text[AX_DAY_TEXT_SIZE];
    return broken(err, field, ax_str_c(ax_day_format(day, text)), rule);
}

static ax_rc broken_number(struct ax_err *err, const char *field, int64_t number, const char *rule)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)number);
    return broken(err, field, ax_str_of(text, (size_t)len), rule);
}

static bool is_digits(ax_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
    }
    return true;
}

static bool is_source(ax_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!word && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
            return false;
        }
    }
    return s.len > 0 && s.len <= 32;
}

/* "0610", "06", "B0610" or "B". */
static const char *industry_fault(ax_str industry)
{
    ax_str digits = ax_industry_digits(industry);
    return digits.len == 0 ? NULL : ax_scope_industry_fault(digits);
}

static bool is_edition(ax_str s, ax_str one, ax_str other)
{
    return s.len == 0 || ax_str_eq(s, one) || ax_str_eq(s, other);
}

/* Where it is and what it does decide whose rules apply: a code of no place or trade would leave the enterprise without
 * any. A fact that is taken back says neither, so that one can go that came in before its code was looked at. */
static ax_rc check_place_and_trade(const struct ax_fact *f, struct ax_err *err)
{
    const char *const fields[] = {"region", "jurisdiction", "industry"};
    const ax_str codes[] = {f->region, f->jurisdiction, f->industry};
    const char *const faults[] = {
            ax_scope_place_fault(f->region), ax_scope_place_fault(f->jurisdiction), industry_fault(f->industry)};
    for (size_t i = 0; i < 3 && f->state != AX_FACT_STATE_WITHDRAWN; i++) {
        if (faults[i] != NULL) {
            return broken(err, fields[i], codes[i], faults[i]);
        }
    }
    if (!is_edition(f->industry_edition, AX_STR("2011"), AX_STR("2017"))) {
        return broken(err, "industry_edition", f->industry_edition, "GB/T 4754 of 2011 or 2017");
    }
    return AX_RC(OK);
}

static ax_rc check_codes(const struct ax_fact *f, struct ax_err *err)
{
    if (!is_source(f->source)) {
        return broken(err, "source", f->source, "must be [a-z0-9][a-z0-9._-]{0,31}");
    }
    if (f->reference.len > 256) {
        return broken(err, "reference", f->reference, "at most 256 bytes");
    }
    if (f->revision <= 0) {
        return broken_number(err, "revision", f->revision, "must be greater than 0");
    }
    AX_TRY(ax_uscc_check(f->enterprise, err));
    if (f->previous_enterprise.len > 0) {
        struct ax_err inner;
        if (!ax_ok(ax_uscc_check(f->previous_enterprise, &inner))) {
            return broken(err, "previous_enterprise", f->previous_enterprise, inner.text);
        }
        if (ax_str_eq(f->previous_enterprise, f->enterprise)) {
            return broken(err, "previous_enterprise", f->previous_enterprise, "must be another than enterprise");
        }
    }
    return AX_RC(OK);
}

static ax_rc in_order(struct ax_err *err, const char *field, int32_t first, int32_t then, const char *rule)
{
    return first != AX_DAY_NONE && then != AX_DAY_NONE && then < first ? broken_day(err, field, then, rule) : AX_RC(OK);
}

static ax_rc check_penalty(const struct ax_fact *f, struct ax_err *err)
{
    if (f->decided_on == AX_DAY_NONE && f->occurred_on == AX_DAY_NONE) {
        return broken(err, "decided_on", AX_STR(""), "a penalty has a day of decision (双公示 CF_JDRQ) or of the act");
    }
    const struct ax_enforcement_penalty *p = &f->enforcement_penalty;
    if (p->authority_code.len != 0 && p->authority_code.len != AX_USCC_LEN) {
        return broken(err, "enforcement_penalty.authority_code", p->authority_code, "18 characters, or empty");
    }
    return AX_RC(OK);
}

static ax_rc check_total(const struct ax_accident *a, struct ax_err *err)
{
    static const char *const grades[] = {"", "general", "larger", "serious", "especially_serious"};
    bool total = a->aggregate || a->count > 1;
    if (total && a->grade != AX_ACCIDENT_GRADE_UNSPECIFIED) {
        return broken(err, "accident.grade", ax_str_c(grades[a->grade]),
                "a total over several accidents has no grade: report each accident that has one");
    }
    return AX_RC(OK);
}

static ax_rc check_accident(const struct ax_fact *f, struct ax_err *err)
{
    const struct ax_accident *a = &f->accident;
    if (f->occurred_on == AX_DAY_NONE) {
        return broken(err, "occurred_on", AX_STR(""), "an accident has a day on which it happened");
    }
    if (a->accident_id.len == 0 && !a->aggregate && a->count <= 1) {
        return broken(err, "accident.accident_id", AX_STR(""), "must be given unless it is an aggregate");
    }
    if (!is_digits(a->category)) {
        return broken(err, "accident.category", a->category, "GB 6441: digits as printed");
    }
    if (!is_edition(a->category_edition, AX_STR("1986"), AX_STR("2025"))) {
        return broken(err, "accident.category_edition", a->category_edition, "GB 6441 of 1986 or 2025");
    }
    if (a->share_percent > 100) {
        return broken_number(
                err, "accident.share_percent", a->share_percent, "a share of the liability is at most 100 percent");
    }
    return check_total(a, err);
}

static ax_rc check_hazard(const struct ax_fact *f, struct ax_err *err)
{
    const struct ax_hazard *h = &f->hazard;
    if (h->found_on == AX_DAY_NONE && f->occurred_on == AX_DAY_NONE) {
        return broken(err, "hazard.found_on", AX_STR(""), "a hazard has a day on which it was found");
    }
    AX_TRY(in_order(err, "hazard.due_on", h->found_on, h->due_on, "not before found_on"));
    return in_order(err, "hazard.closed_on", h->found_on, h->closed_on, "not before found_on");
}

static ax_rc check_list_entry(const struct ax_fact *f, struct ax_err *err)
{
    const struct ax_list_entry *l = &f->list_entry;
    if (l->listed_from == AX_DAY_NONE && f->decided_on == AX_DAY_NONE && f->occurred_on == AX_DAY_NONE) {
        return broken(err, "list_entry.listed_from", AX_STR(""), "a list entry has a first day");
    }
    AX_TRY(in_order(err, "list_entry.listed_until", l->listed_from, l->listed_until, "not before listed_from"));
    return in_order(err, "list_entry.removed_on", l->listed_from, l->removed_on, "not before listed_from");
}

static ax_rc check_body(const struct ax_fact *f, struct ax_err *err)
{
    static const char order[] = "not before the day on which it begins";
    switch ((enum ax_fact_kind)f->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        return check_penalty(f, err);
    case AX_FACT_ACCIDENT:
        return check_accident(f, err);
    case AX_FACT_INSURANCE_CLAIM:
        return in_order(err, "insurance_claim.closed_on", f->insurance_claim.reported_on, f->insurance_claim.closed_on,
                "not before reported_on");
    case AX_FACT_INSURANCE_POLICY:
        return in_order(err, "insurance_policy.covered_until", f->insurance_policy.covered_from,
                f->insurance_policy.covered_until, order);
    case AX_FACT_HAZARD:
        return check_hazard(f, err);
    case AX_FACT_LICENCE:
        return in_order(err, "licence.valid_until", f->licence.valid_from, f->licence.valid_until, order);
    case AX_FACT_CERTIFICATE:
        return in_order(err, "certificate.valid_until", f->certificate.valid_from, f->certificate.valid_until, order);
    case AX_FACT_STANDARDISATION:
        return in_order(err, "standardisation.valid_until", f->standardisation.valid_from,
                f->standardisation.valid_until, order);
    case AX_FACT_LIST_ENTRY:
        return check_list_entry(f, err);
    case AX_FACT_EXPOSURE:
        return in_order(err, "exposure.period_until", f->exposure.period_from, f->exposure.period_until, order);
    case AX_FACT_CONSENT:
        return in_order(err, "consent.valid_until", f->consent.valid_from, f->consent.valid_until, order);
    case AX_FACT_OBJECTION:
        return in_order(err, "objection.due_on", f->objection.filed_on, f->objection.due_on, "not before filed_on");
    case AX_FACT_REPAIR:
        return in_order(err, "repair.due_on", f->repair.requested_on, f->repair.due_on, "not before requested_on");
    case AX_FACT_INDICATOR:
        return in_order(err, "indicator.period_until", f->indicator.period_from, f->indicator.period_until, order);
    case AX_FACT_PREVENTION_SERVICE:
    case AX_FACT_INSPECTION:
    case AX_FACT_MONITORING_ALARM:
    case AX_FACT_STATEMENT:
        return AX_RC(OK);
    case AX_FACT_NONE:
        break;
    }
    return broken(err, "body", AX_STR(""), "a fact has one body, e.g. enforcement_penalty");
}

ax_rc ax_fact_check(const struct ax_fact *fact, int32_t today, struct ax_err *err)
{
    /* The codes first: a short or foreign code is better explained by its own rule than by the table's. */
    if (fact->reference.len == 0) {
        return broken(err, "reference", AX_STR(""), "must not be empty: it is the natural key at the source");
    }
    AX_TRY(check_codes(fact, err));
    AX_TRY(check_place_and_trade(fact, err));
    AX_TRY(ax_validate(&ax_fact_message, fact, err));
    if (fact->occurred_on != AX_DAY_NONE && fact->occurred_on > today) {
        return broken_day(err, "occurred_on", fact->occurred_on, "not after today");
    }
    if (fact->decided_on != AX_DAY_NONE && fact->decided_on > today) {
        return broken_day(err, "decided_on", fact->decided_on, "not after today");
    }
    AX_TRY(in_order(err, "decided_on", fact->occurred_on, fact->decided_on, "a decision is not made before the act"));
    return check_body(fact, err);
}
