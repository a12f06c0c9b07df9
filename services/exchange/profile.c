/* SPDX-License-Identifier: Apache-2.0 */
/* GetUnderwritingProfile. All but the rating is kept once made (asking.h). */
#include "services/exchange/profile.h"

#include "scoring/ledger_day.h"
#include "services/lib/wire/put.h"
#include "services/lib/wire/rating_wire.h"

#include <stdlib.h>

enum {
    RESPONSE_RATING = 1,
    RESPONSE_EXPOSURES = 2,
    RESPONSE_YEARS = 3,
    RESPONSE_EXPECTED = 4,
    RESPONSE_POLICIES = 5,
    RESPONSE_CLAIMS = 6,
    RESPONSE_CLAIMS_LEFT_OFF = 7,
    RESPONSE_CHANGES = 8,
    RESPONSE_MISSING = 9,
    PERIOD_DAYS = 365,
    PPM = 1000000,
};

bool ax_profile_counts(const struct ax_entry *e)
{
    return (e->marks & (AX_MARK_HEAD | AX_MARK_ECHO)) == AX_MARK_HEAD && e->state != AX_FACT_STATE_WITHDRAWN;
}

bool ax_profile_shares(const struct ax_profiling *p, const struct ax_entry *e)
{
    if (e->kind != AX_FACT_ENFORCEMENT_PENALTY) {
        return e->state != AX_FACT_STATE_REPAIRED;
    }
    return ax_profile_counts(e) && e->state != AX_FACT_STATE_REPAIRED && e->state != AX_FACT_STATE_EXPIRED &&
           ax_rate_use_until(p->pack, e) >= p->day;
}

void ax_put_hint(struct ax_buf *out, uint32_t number, const char *legal_basis, const char *zh, const char *en)
{
    enum { LEGAL_BASIS = 1, TEXT_ZH = 2, TEXT_EN = 3 };
    size_t start = out->len;
    ax_wire_put_str(out, LEGAL_BASIS, ax_str_c(legal_basis));
    ax_wire_put_str(out, TEXT_ZH, ax_str_c(zh));
    ax_wire_put_str(out, TEXT_EN, ax_str_c(en));
    ax_wire_wrap(out, start, number);
}

void ax_put_missing_text(struct ax_buf *out, uint32_t number, const char *input, const char *zh, const char *en,
        const char *unused_field)
{
    enum { INPUT_ID = 1, TEXT_ZH, TEXT_EN, UNUSED_FIELD };
    size_t start = out->len;
    ax_wire_put_str(out, INPUT_ID, ax_str_c(input));
    ax_wire_put_str(out, TEXT_ZH, ax_str_c(zh));
    ax_wire_put_str(out, TEXT_EN, ax_str_c(en));
    ax_wire_put_str(out, UNUSED_FIELD, ax_str_c(unused_field));
    ax_wire_wrap(out, start, number);
}

void ax_put_missing(struct ax_buf *out, uint32_t number, const char *input)
{
    static const struct {
        const char *id;
        const char *zh;
        const char *en;
    } inputs[] = {
            {"exposure", "未见风险暴露（从业人数、造价或车辆数）",
                    "no exposure is known: heads, contract price or vehicles"},
            {"accidents",
                    "未见任何能反映事故情况的信息（近 24 "
                    "个月的检查或风险暴露统计、有效许可证或标准化等级），不作“无事故”认定",
                    "nothing shows that an accident would be known (an inspection or a statement of exposure of the "
                    "last 24 "
                    "months, a licence or standardisation grade that stands): that there was none is not claimed"},
            {"silent", "同类企业在同样的风险暴露下至今应已有记录，而该企业没有任何检查记录，不作“无事故、无赔款”认定",
                    "peers with its exposure would have been heard of by now, and no inspection of it is known: that "
                    "there "
                    "was no accident or claim is not claimed"},
            {"standardisation", "未见安全生产标准化信息", "nothing is known about its safety standardisation"},
            {"rating", "未评级", "it is not rated"},
            {"credit", "除不良记录和另有系数的事实（事故、索赔、名单、表彰）外，未见可据以评定信用等级的事实",
                    "nothing is known for the credit factor but what is adverse or has a factor of its own (accidents, "
                    "claims, lists, awards)"},
            {"premium", "未见保险费，无法计算赔付率", "no premium is known, so there is no loss ratio"},
            {"claim_premium", "有索赔发生之日的保险费未知：该索赔不计入赔付率，也不给予赔付优惠",
                    "no premium is known of the day of a claim: it is in no ratio, and no reward is given beside it"},
            {"policy", "未见有效保单", "no policy that covers the day is known"},
            {"risk_model", "没有适用的风险模型", "no risk model covers it"},
    };
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        if (strcmp(inputs[i].id, input) == 0) {
            ax_put_missing_text(out, number, inputs[i].id, inputs[i].zh, inputs[i].en, "");
            return;
        }
    }
    AX_ASSERT(false);
}

static int64_t end_of_day_us(int32_t day)
{
    enum { SECONDS_A_DAY = 86400, UTC8_SECONDS = 8 * 3600 };
    return (((int64_t)day + 1) * SECONDS_A_DAY - UTC8_SECONDS) * PPM - 1;
}

bool ax_profile_known_by(const struct ax_profiling *p, int32_t day)
{
    const struct ax_ledger *l = p->ledger;
    int64_t end_us = end_of_day_us(day);
    uint32_t i = 0;
    while (i < l->count && l->entries[i].id->known_at_us <= end_us) {
        i++;
    }
    return i == l->count;
}

void ax_profile_rate_then(const struct ax_profiling *p, int32_t day, int32_t known, struct ax_rate *out)
{
    struct ax_ledger copy;
    const struct ax_ledger *then = p->ledger;
    ax_ledger_init(&copy);
    if (!ax_profile_known_by(p, known)) {
        ax_ledger_as_known(p->ledger, end_of_day_us(known), &copy);
        then = &copy;
    }
    struct ax_ledger_day of_day;
    ax_ledger_day_init(&of_day, then, day);
    ax_rate(of_day.ledger, ax_rater_pack(p->x->rater, of_day.ledger, p->read->enterprise, day), day, out);
    ax_ledger_day_deinit(&of_day);
    ax_ledger_deinit(&copy);
}

static uint64_t scaled(double value, double by)
{
    double x = value * by + 0.5;
    return x < 0 ? 0 : x > 1e18 ? UINT64_C(1000000000000000000) : (uint64_t)x;
}

static void put_expected(const struct ax_profiling *p)
{
    enum {
        LOST_TIME = 1,
        SEVERE,
        P_LOST_TIME,
        P_SEVERE,
        COST_FEN,
        CREDIBILITY,
        PEER_LOST_TIME,
        PEER_SEVERE,
        EXPOSURE_MILLI,
        EXPOSURE_ESTIMATED
    };
    const struct ax_risk *r = p->risk;
    if (r == NULL) {
        ax_put_missing(p->out, RESPONSE_MISSING, "risk_model");
        return;
    }
    size_t start = p->out->len;
    ax_wire_put_uint(p->out, LOST_TIME, scaled(r->expected[AX_RISK_LOST_TIME], PPM));
    ax_wire_put_uint(p->out, SEVERE, scaled(r->expected[AX_RISK_SEVERE_HEAD], PPM));
    ax_wire_put_uint(p->out, P_LOST_TIME, scaled(r->p_any[AX_RISK_LOST_TIME], PPM));
    ax_wire_put_uint(p->out, P_SEVERE, scaled(r->p_any[AX_RISK_SEVERE_HEAD], PPM));
    ax_wire_put_uint(p->out, COST_FEN, scaled(r->expected_cost_fen, 1));
    ax_wire_put_uint(p->out, CREDIBILITY, scaled(r->credibility, PPM));
    ax_wire_put_uint(p->out, PEER_LOST_TIME, scaled(r->peer_expected[AX_RISK_LOST_TIME], PPM));
    ax_wire_put_uint(p->out, PEER_SEVERE, scaled(r->peer_expected[AX_RISK_SEVERE_HEAD], PPM));
    ax_wire_put_uint(p->out, EXPOSURE_MILLI, scaled(r->exposure, 1000));
    ax_wire_put_uint(p->out, EXPOSURE_ESTIMATED, r->estimated);
    ax_wire_wrap(p->out, start, RESPONSE_EXPECTED);
}

static int newest_first(const void *a, const void *b)
{
    const struct ax_fact *x = *(const struct ax_fact *const *)a;
    const struct ax_fact *y = *(const struct ax_fact *const *)b;
    if (x->exposure.period_until != y->exposure.period_until) {
        return x->exposure.period_until > y->exposure.period_until ? -1 : 1;
    }
    if (x->exposure.period_from != y->exposure.period_from) {
        return x->exposure.period_from > y->exposure.period_from ? -1 : 1;
    }
    int by_source = ax_str_cmp(x->source, y->source);
    return by_source != 0 ? by_source : ax_str_cmp(x->reference, y->reference);
}

/* A policy says how many heads it is for. */
static bool is_head_count_insured(const struct ax_ledger *ledger)
{
    for (uint32_t i = 0; i < ledger->count; i++) {
        const struct ax_entry *e = &ledger->entries[i];
        if (e->kind == AX_FACT_INSURANCE_POLICY && e->number > 0 && ax_profile_counts(e)) {
            return true;
        }
    }
    return false;
}

static ax_rc put_exposures(const struct ax_profiling *p, struct ax_err *err)
{
    const struct ax_fact **facts = AX_ARENA_ARRAY(&p->made->reads, const struct ax_fact *, p->ledger->count + 1);
    size_t count = 0;
    if (facts == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %u facts", p->ledger->count);
    }
    for (uint32_t i = 0; i < p->ledger->count; i++) {
        const struct ax_entry *e = &p->ledger->entries[i];
        const struct ax_fact *fact =
                e->kind == AX_FACT_EXPOSURE && ax_profile_counts(e) ? ax_texts_of(&p->texts, i) : NULL;
        if (fact != NULL) {
            facts[count++] = fact;
        }
    }
    if (count == 0 && !is_head_count_insured(p->ledger)) {
        ax_put_missing(p->out, RESPONSE_MISSING, "exposure");
    }
    qsort(facts, count, sizeof facts[0], newest_first);
    const struct ax_message *message = ax_message_field(&ax_fact_message, AX_FACT_EXPOSURE)->message;
    for (size_t i = 0; i < count && i < AX_PROFILE_EXPOSURES; i++) {
        size_t start = p->out->len;
        ax_encode(message, &facts[i]->exposure, false, p->out);
        ax_wire_wrap(p->out, start, RESPONSE_EXPOSURES);
    }
    return AX_RC(OK);
}

/* Whose whole facts the parts need: exposures, policies, claims with all that was said of them before, and what came in the
 * period. */
static bool is_wanted(const struct ax_profiling *p, const struct ax_entry *e)
{
    int32_t known = ax_day_of_us(e->id->known_at_us);
    return e->kind == AX_FACT_INSURANCE_CLAIM || e->kind == AX_FACT_EXPOSURE || e->kind == AX_FACT_INSURANCE_POLICY ||
           (known >= p->from && known <= p->until);
}

static ax_rc find_texts(struct ax_profiling *p, struct ax_err *err)
{
    size_t wanted = 0;
    for (uint32_t i = 0; i < p->ledger->count; i++) {
        wanted += is_wanted(p, &p->ledger->entries[i]) ? 1 : 0;
    }
    AX_TRY(ax_texts_init(&p->texts, p->ledger, &p->made->reads, &p->made->reads, wanted, err));
    for (uint32_t i = 0; i < p->ledger->count; i++) {
        if (is_wanted(p, &p->ledger->entries[i])) {
            ax_texts_name(&p->texts, i);
        }
    }
    return ax_texts_find(&p->texts, &p->made->facts, p->read->chunks, p->read->chunk_count, err);
}

static ax_rc make(struct ax_profiling *p, struct ax_err *err)
{
    AX_TRY(find_texts(p, err));
    AX_TRY(put_exposures(p, err));
    ax_profile_put_years(p, RESPONSE_YEARS);
    put_expected(p);
    ax_profile_put_policies(p, RESPONSE_POLICIES);
    ax_profile_put_claims(p, RESPONSE_CLAIMS, RESPONSE_CLAIMS_LEFT_OFF);
    AX_TRY(ax_profile_put_changes(p, RESPONSE_CHANGES, err));
    if (p->rating.standardisation_missing) {
        ax_put_missing(p->out, RESPONSE_MISSING, "standardisation");
    }
    if (p->rating.level == AX_LEVEL_UNRATED) {
        ax_put_missing(p->out, RESPONSE_MISSING, "rating");
    }
    return p->out->failed ? ax_fail(err, AX_LIMIT, "the profile is larger than %d bytes", AX_ASKING_ANSWER_MAX_BYTES)
                          : AX_RC(OK);
}

static void profile_name(struct ax_asking *a)
{
    const int32_t period[] = {a->q->changed_from, a->q->changed_until};
    ax_asking_name(a, 'P', ax_str_of(period, sizeof period));
}

static void profile_again(struct ax_asking *a)
{
    ax_buf_put_str(a->out, ax_buf_str(a->kept));
}

static ax_rc put_answer(struct ax_asking *a, const struct ax_made *made, struct ax_err *err)
{
    ax_buf_put_str(a->out, ax_buf_str(a->kept));
    return ax_asking_put_rating(a, made, RESPONSE_RATING, err);
}

static ax_rc profile_soon(struct ax_asking *a, bool *done, struct ax_err *err)
{
    char text[AX_DAY_TEXT_SIZE];
    if (a->read->rating.ptr == NULL) {
        return ax_not_found(a->read->enterprise, err);
    }
    bool ends = a->q->changed_until != AX_DAY_NONE;
    int32_t last = ends ? a->q->changed_until : a->q->changed_from;
    if (last != AX_DAY_NONE && last > a->time.day) {
        (void)ax_day_format(last, text);
        return ax_fail_field(err, AX_INVALID, ends ? "changed_until" : "changed_from", text, strlen(text),
                "must not be after today");
    }
    *done = ax_asking_kept(a);
    return *done ? put_answer(a, NULL, err) : AX_RC(OK);
}

/* Today's score: as it is stored, else as it was made with the rating. */
static const struct ax_risk *find_risk(const struct ax_asking *a, struct ax_made *made)
{
    struct ax_rated *rated = &made->rated;
    if (a->ready) {
        rated->risk_edition = ax_stored_risk(a->x->rater, &a->stored, a->time.day, &rated->risk_state, &rated->risk);
    }
    return rated->risk_edition == NULL ? NULL : &rated->risk;
}

static ax_rc profile_whole(struct ax_asking *a, struct ax_made *made, struct ax_err *err)
{
    ax_buf_clear(a->kept);
    struct ax_profiling p = {
            .x = a->x, .read = a->read, .made = made, .ledger = &made->view.ledger, .day = a->time.day, .out = a->kept};
    p.until = a->q->changed_until == AX_DAY_NONE ? a->time.day : a->q->changed_until;
    p.from = a->q->changed_from == AX_DAY_NONE ? p.until - PERIOD_DAYS + 1 : a->q->changed_from;
    p.pack = ax_rater_pack(a->x->rater, p.ledger, a->read->enterprise, p.day);
    AX_TRY(ax_asking_rate(a, made, &p.rating, err));
    p.risk = find_risk(a, made);
    AX_TRY(make(&p, err));
    return put_answer(a, made, err);
}

void ax_exchange_get_profile(void *state, struct ax_rpc_call **calls, size_t count)
{
    static const struct ax_asking_verb profile = {profile_name, profile_again, true, profile_soon, profile_whole};
    ax_asking_unary(state, calls, count, AX_ASKED_PROFILE, &profile);
}
