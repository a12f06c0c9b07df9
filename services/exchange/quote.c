/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QuoteReference and BatchQuoteReference: the tariff of the place, the trade and the first day of cover; what the ledger says
 * for it; factors, base and reference. Made anew each time: exposures, limits and days differ from call to call.
 */
#include "services/exchange/asking.h"
#include "services/exchange/profile.h"
#include "services/lib/wire/put.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    RESPONSE_FACTORS = 1,
    RESPONSE_COEFFICIENT,
    RESPONSE_BASE_PREMIUM,
    RESPONSE_REFERENCE_PREMIUM,
    RESPONSE_TARIFF,
    RESPONSE_AS_OF,
    RESPONSE_ENTERPRISE,
    RESPONSE_PRODUCT,
    RESPONSE_CLAMP_MIN,
    RESPONSE_CLAMP_MAX,
    RESPONSE_BASE_PREMIUM_MAX,
    RESPONSE_REFERENCE_PREMIUM_MAX,
    RESPONSE_BASE,
    RESPONSE_LIMIT,
    RESPONSE_LEAST_LIMIT,
    RESPONSE_EXPOSURE,
    RESPONSE_EXPOSURE_FROM_FACTS,
    RESPONSE_COVERED_FROM,
    RESPONSE_LOSSES,
    RESPONSE_MISSING,
    RESPONSE_HINTS,
    RESPONSE_PORTFOLIO,
    RESPONSE_COUNTED_ONCE,
    AHEAD_DAYS_MAX = 366,
    FACTOR_ID_MAX = 64,
    MISSING_TEXT_SIZE = 512,
};

struct quoting {
    struct ax_asking *a;
    struct ax_made *made;
    const struct ax_tariff *tariff;
    struct ax_profile profile;
    struct ax_tariff_experience seen;
    struct ax_tariff_quote quote;
    struct ax_tariff_premium premium;
    int32_t day;
    uint32_t options;
    int64_t limit_fen;
    int64_t least_fen;
    uint64_t exposure;
    bool exposure_from_facts;
    bool is_silent;
    bool is_rated; /* by all facts, also those that the credit factor leaves out */
};

static ax_rc read_options(struct quoting *q, struct ax_err *err)
{
    for (size_t i = 0; i < q->a->q->option_count; i++) {
        ax_str option = q->a->q->options[i];
        size_t at = 0;
        while (at < q->tariff->option_count && !ax_str_eq(q->tariff->options[at].id, option)) {
            at++;
        }
        if (at == q->tariff->option_count) {
            return ax_fail_field(err, AX_INVALID, "options", option.ptr, option.len,
                    "the tariff %.*s has no such option", AX_ARG(q->tariff->id));
        }
        q->options |= UINT32_C(1) << at;
    }
    return AX_RC(OK);
}

static enum ax_tariff_unit asked_unit(const struct ax_question *q)
{
    return strcmp(q->exposure_field, "vehicles") == 0             ? AX_TARIFF_UNIT_VEHICLES
           : strcmp(q->exposure_field, "contract_price_fen") == 0 ? AX_TARIFF_UNIT_CONTRACT_PRICE
                                                                  : AX_TARIFF_UNIT_HEADS;
}

enum { UNITS_TEXT_SIZE = 64 };

/* What is asked by, where that is among the units, else all of them: "heads or vehicles"; returns out. */
static const char *name_units(const struct quoting *q, uint32_t units, const char *between, char out[UNITS_TEXT_SIZE])
{
    uint32_t asked = q->a->q->exposure > 0 ? UINT32_C(1) << asked_unit(q->a->q) : 0;
    uint32_t named = (units & asked) != 0 ? asked : units;
    size_t len = 0;
    out[0] = '\0';
    for (int unit = AX_TARIFF_UNIT_HEADS; unit <= AX_TARIFF_UNIT_LICENCE; unit++) {
        if ((named >> unit & 1) != 0) {
            len += (size_t)snprintf(out + len, UNITS_TEXT_SIZE - len, "%s%s", len == 0 ? "" : between,
                    ax_tariff_unit_name((enum ax_tariff_unit)unit));
            AX_ASSERT(len < UNITS_TEXT_SIZE);
        }
    }
    return out;
}

/* Heads are no yuan: the measure asked must be one that the tariff prices this industry by. */
static ax_rc check_measure(const struct quoting *q, struct ax_err *err)
{
    uint32_t units = ax_tariff_units(q->tariff, q->profile.industry);
    if (q->a->q->exposure == 0 || units == 0 || (units >> asked_unit(q->a->q) & 1) != 0) {
        return AX_RC(OK);
    }
    static const char *const by[] = {"", "this tariff prices the industry by heads",
            "this tariff prices the industry by contract_price", "this tariff prices the industry by vehicles",
            "this tariff prices the industry by licence"};
    char text[32];
    char why[192];
    char all[UNITS_TEXT_SIZE];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)q->a->q->exposure);
    bool several = (units & (units - 1)) != 0;
    (void)snprintf(why, sizeof why, "%s%s, not by %s (%.*s)",
            several ? "this tariff prices the industry by one of " : by[__builtin_ctz(units)],
            several ? name_units(q, units, " or ", all) : "", ax_tariff_unit_name(asked_unit(q->a->q)),
            AX_ARG(q->tariff->id));
    return ax_fail_field(err, AX_INVALID, q->a->q->exposure_field, text, strlen(text), "%s", why);
}

static ax_rc read_limit(struct quoting *q, struct ax_err *err)
{
    const struct ax_tariff_floor *floor = ax_tariff_floor_on(q->tariff, q->day);
    int64_t own = q->tariff->default_limit_fen;
    q->least_fen = floor == NULL ? 0 : floor->fen;
    q->limit_fen = q->a->q->limit_per_death_fen;
    if (q->limit_fen == 0) {
        q->limit_fen = own > q->least_fen ? own : q->least_fen;
    }
    if (floor != NULL && q->limit_fen < floor->fen) {
        char text[32];
        (void)snprintf(text, sizeof text, "%lld", (long long)q->limit_fen);
        return ax_fail_field(err, AX_INVALID, "limit_per_death_fen", text, strlen(text),
                "the least limit a person for cover from this day is %lld.%02lld yuan (%lld fen): %.*s",
                (long long)floor->fen / AX_FEN_PER_YUAN, (long long)floor->fen % AX_FEN_PER_YUAN, (long long)floor->fen,
                AX_ARG(floor->legal_basis));
    }
    return AX_RC(OK);
}

static ax_rc find_tariff(struct quoting *q, struct ax_err *err)
{
    const struct ax_ledger *ledger = &q->made->view.ledger;
    ax_ledger_profile(ledger, &q->profile);
    q->tariff = ax_bundle_choose_tariff(ax_rater_bundle(q->a->x->rater, q->day),
            ax_rater_place(ledger, q->a->read->enterprise), AX_STR(""), q->profile.industry, q->day);
    if (q->tariff == NULL) {
        return ax_fail_field(err, AX_STATE, "packs_dir", NULL, 0, "no tariff.yaml covers this enterprise on this day");
    }
    AX_TRY(read_options(q, err));
    AX_TRY(check_measure(q, err));
    return read_limit(q, err);
}

/* Money is never cut. */
static ax_rc check_premium(const struct quoting *q, struct ax_err *err)
{
    bool asked = q->a->q->exposure > 0;
    char text[32];
    if (!q->premium.too_large) {
        return AX_RC(OK);
    }
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)(asked ? q->exposure : (uint64_t)q->limit_fen));
    return ax_fail_field(err, AX_INVALID, asked ? q->a->q->exposure_field : "limit_per_death_fen", text, strlen(text),
            "the premium would be above the greatest amount, %lld fen", (long long)AX_TARIFF_MONEY_MAX_FEN);
}

static void find_premium(struct quoting *q)
{
    const struct {
        uint64_t exposure;
        uint32_t units;
    } ways[] = {
            {q->a->q->exposure, q->a->q->exposure == 0 ? 0 : UINT32_C(1) << asked_unit(q->a->q)},
            {q->seen.heads, UINT32_C(1) << AX_TARIFF_UNIT_HEADS},
            {q->seen.vehicles, UINT32_C(1) << AX_TARIFF_UNIT_VEHICLES},
            {0, UINT32_C(1) << AX_TARIFF_UNIT_LICENCE},
    };
    size_t first = q->a->q->exposure > 0 ? 0 : 1; /* what is asked for, or what facts have */
    size_t last = q->a->q->exposure > 0 ? 0 : sizeof ways / sizeof ways[0] - 1;
    for (size_t i = first; i <= last && q->premium.base == NULL; i++) {
        ax_tariff_base_premium(q->tariff, q->profile.industry, ways[i].exposure, ways[i].units, q->limit_fen,
                q->options, q->quote.coefficient_ppm, &q->premium);
        q->exposure = ways[i].exposure;
    }
    if (q->premium.base == NULL) {
        q->exposure = q->a->q->exposure > 0 ? q->a->q->exposure : q->seen.heads;
    }
    q->exposure_from_facts = q->a->q->exposure == 0 && q->exposure > 0;
}

static void put_factor(struct ax_buf *out, const struct ax_tariff_factor *f, const struct ax_fact *fact)
{
    enum { FACTOR_ID = 1, VALUE, LEGAL_BASIS, PROVENANCE, SOURCE, REFERENCE, TITLE_ZH, TITLE_EN };
    static const struct {
        const char *group;
        const char *zh;
        const char *en;
    } groups[] = {
            {"accident", "事故系数", "Accidents"},
            {"standardisation", "标准化系数", "Safety standardisation"},
            {"credit", "信用系数", "Credit level"},
            {"listed", "严重失信名单", "List of seriously dishonest units"},
            {"award", "表彰", "Award"},
            {"loss", "赔付系数", "Loss experience"},
            {"option", "风险选项", "Option"},
            {"off_balance", "平衡系数", "Off-balance"},
    };
    char id[FACTOR_ID_MAX];
    size_t start = out->len;
    (void)snprintf(id, sizeof id, f->which.len > 0 ? "%s.%.*s" : "%s", f->group, AX_ARG(f->which));
    ax_wire_put_str(out, FACTOR_ID, ax_str_c(id));
    ax_wire_put_uint(out, VALUE, f->ppm);
    ax_wire_put_str(out, LEGAL_BASIS, f->legal_basis);
    ax_wire_put_str(out, PROVENANCE, ax_str_c(ax_provenance_name(f->provenance)));
    ax_wire_put_str(out, SOURCE, fact == NULL ? AX_STR("") : fact->source);
    ax_wire_put_str(out, REFERENCE, fact == NULL ? AX_STR("") : fact->reference);
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (strcmp(groups[i].group, f->group) == 0) {
            ax_wire_put_str(out, TITLE_ZH, ax_str_c(groups[i].zh));
            ax_wire_put_str(out, TITLE_EN, ax_str_c(groups[i].en));
        }
    }
    ax_wire_wrap(out, start, RESPONSE_FACTORS);
}

static ax_rc put_factors(const struct quoting *q, struct ax_err *err)
{
    struct ax_texts texts;
    const struct ax_store_read *read = q->a->read;
    AX_TRY(ax_texts_init(&texts, &q->made->view.ledger, &q->made->reads, &q->made->reads, AX_TARIFF_FACTORS_MAX, err));
    for (size_t i = 0; i < q->quote.factor_count; i++) {
        ax_texts_name(&texts, q->quote.factors[i].entry);
    }
    AX_TRY(ax_texts_find(&texts, &q->made->facts, read->chunks, read->chunk_count, err));
    for (size_t i = 0; i < q->quote.factor_count; i++) {
        const struct ax_tariff_factor *f = &q->quote.factors[i];
        put_factor(q->a->out, f, ax_texts_of(&texts, f->entry));
    }
    return AX_RC(OK);
}

static void put_base(const struct quoting *q)
{
    enum {
        BASE_ID = 1,
        TITLE_ZH,
        TITLE_EN,
        UNIT,
        AGGREGATE_LIMIT,
        LEGAL_BASIS,
        PROVENANCE,
        RATE,
        RATE_OF_LIMIT,
        FEN_PER_UNIT,
        FEN_PER_UNIT_MAX
    };
    const struct ax_tariff_base *b = q->premium.base;
    struct ax_buf *out = q->a->out;
    size_t start = out->len;
    ax_wire_put_str(out, BASE_ID, b->id);
    ax_wire_put_str(out, TITLE_ZH, b->title_zh);
    ax_wire_put_str(out, TITLE_EN, b->title_en);
    ax_wire_put_str(out, UNIT, ax_str_c(ax_tariff_unit_name(b->unit)));
    ax_wire_put_uint(out, AGGREGATE_LIMIT, (uint64_t)b->aggregate_limit_fen);
    ax_wire_put_str(out, LEGAL_BASIS, b->legal_basis);
    ax_wire_put_str(out, PROVENANCE, ax_str_c(ax_provenance_name(b->provenance)));
    ax_wire_put_uint(out, RATE, b->rate_ppm);
    ax_wire_put_uint(out, RATE_OF_LIMIT, b->rate_of_limit_ppm);
    ax_wire_put_uint(out, FEN_PER_UNIT, (uint64_t)b->fen_per_unit);
    ax_wire_put_uint(
            out, FEN_PER_UNIT_MAX, (uint64_t)(b->fen_per_unit_max > 0 ? b->fen_per_unit_max : b->fen_per_unit));
    ax_wire_wrap(out, start, RESPONSE_BASE);
}

static void put_losses(const struct quoting *q)
{
    enum {
        MONTHS = 1,
        CLAIMS,
        CLAIMS_IN_ACCIDENT_FACTOR,
        CLAIMS_CAPPED,
        CAP,
        CAP_BASIS,
        LOSSES,
        PREMIUMS,
        RATIO,
        CLAIMS_WITHOUT_PREMIUM
    };
    enum { TAG_RATIO = RATIO << 3 };
    const struct ax_tariff_way *way = &q->seen.ways[q->quote.way];
    struct ax_buf *out = q->a->out;
    size_t start = out->len;
    ax_wire_put_uint(out, MONTHS, (uint64_t)q->tariff->loss_months);
    ax_wire_put_uint(out, CLAIMS, way->losses.claims);
    ax_wire_put_uint(out, CLAIMS_IN_ACCIDENT_FACTOR, way->claims_left_out);
    ax_wire_put_uint(out, CLAIMS_CAPPED, way->losses.capped);
    ax_wire_put_uint(out, CAP, (uint64_t)q->tariff->large_loss_cap_fen);
    ax_wire_put_str(out, CAP_BASIS, q->tariff->large_loss_basis);
    ax_wire_put_uint(out, LOSSES, way->losses.yuan * AX_FEN_PER_YUAN);
    ax_wire_put_uint(out, PREMIUMS, q->seen.premiums_yuan * AX_FEN_PER_YUAN);
    if (q->quote.has_loss_ratio) { /* of a oneof: also where it is 0 */
        ax_buf_put_varint(out, TAG_RATIO);
        ax_buf_put_varint(out, q->quote.loss_ratio_ppm);
    }
    ax_wire_put_uint(out, CLAIMS_WITHOUT_PREMIUM, way->losses.unmatched);
    ax_wire_wrap(out, start, RESPONSE_LOSSES);
}

/* The words name the months, since the factor may look back otherwise than a reader thinks. */
static void put_counted_once(const struct quoting *q)
{
    enum {
        COUNTED_IN = 1,
        ACCIDENTS,
        ACCIDENTS_LEFT_OUT,
        CLAIMS_LEFT_OUT,
        PENALTIES_LEFT_OUT,
        OTHER,
        TEXT_ZH,
        TEXT_EN
    };
    const struct ax_tariff_way *way = &q->seen.ways[q->quote.way];
    bool inside = q->quote.way != AX_TARIFF_ACCIDENT_NONE;
    struct ax_buf *out = q->a->out;
    size_t start = out->len;
    char zh[512];
    char en[512];
    if (inside) {
        (void)snprintf(zh, sizeof zh,
                "起保日前 %d 个月内事故 %u 起，事故系数只按其中最重的一起计，起数不另计；该起事故的索赔 %u 件、处罚 %u "
                "件不再计入赔付和信用系数（同一损失只计一次，取其重者）",
                (int)q->tariff->accident_months, q->seen.accidents, way->claims_left_out, way->penalties_left_out);
        (void)snprintf(en, sizeof en,
                "accidents in the %d months before cover: %u; the worst alone counts in the accident factor, however "
                "many "
                "there are; what answers it is left out of the loss and credit factors, claims: %u, penalties: %u (a "
                "loss "
                "counts once, where it costs more)",
                (int)q->tariff->accident_months, q->seen.accidents, way->claims_left_out, way->penalties_left_out);
    } else {
        (void)snprintf(zh, sizeof zh,
                "起保日前 %d 个月内事故 %u "
                "起，均不计入事故系数：其索赔和处罚已计入赔付和信用系数，这样费用更高（同一损失只计一次，取其重者）",
                (int)q->tariff->accident_months, q->seen.accidents);
        (void)snprintf(en, sizeof en,
                "accidents in the %d months before cover: %u; all are left out of the accident factor: their claims "
                "and "
                "penalties count in the loss and credit factors, which costs more (a loss counts once, where it costs "
                "more)",
                (int)q->tariff->accident_months, q->seen.accidents);
    }
    ax_wire_put_str(out, COUNTED_IN, inside ? AX_STR("accident") : AX_STR("elsewhere"));
    ax_wire_put_uint(out, ACCIDENTS, q->seen.accidents);
    ax_wire_put_uint(out, ACCIDENTS_LEFT_OUT, way->accidents_left_out);
    ax_wire_put_uint(out, CLAIMS_LEFT_OUT, way->claims_left_out);
    ax_wire_put_uint(out, PENALTIES_LEFT_OUT, way->penalties_left_out);
    ax_wire_put_uint(out, OTHER, q->quote.other_product_ppm);
    ax_wire_put_str(out, TEXT_ZH, ax_str_c(zh));
    ax_wire_put_str(out, TEXT_EN, ax_str_c(en));
    ax_wire_wrap(out, start, RESPONSE_COUNTED_ONCE);
}

/* Whether a row of these units could be chosen by what is known of the size of the risk. */
static bool is_sized(const struct quoting *q, uint32_t units)
{
    return q->a->q->exposure > 0 || (units >> AX_TARIFF_UNIT_LICENCE & 1) != 0 ||
           ((units >> AX_TARIFF_UNIT_HEADS & 1) != 0 && q->seen.heads > 0) ||
           ((units >> AX_TARIFF_UNIT_VEHICLES & 1) != 0 && q->seen.vehicles > 0);
}

struct two_texts {
    char zh[MISSING_TEXT_SIZE];
    char en[MISSING_TEXT_SIZE];
};

/* Which key of which tariff has nothing for this risk. */
static void tell_why_no_base(const struct quoting *q, struct two_texts *out)
{
    uint32_t units = ax_tariff_units(q->tariff, q->profile.industry);
    ax_str id = q->tariff->id;
    bool known = q->profile.industry.len > 0;
    ax_str zh = known ? q->profile.industry : AX_STR("（不详）");
    ax_str en = known ? q->profile.industry : AX_STR("(unknown)");
    if (units == 0) {
        (void)snprintf(out->zh, sizeof out->zh, "费率表 %.*s 的 bases 中没有行业 %.*s 的条目", AX_ARG(id), AX_ARG(zh));
        (void)snprintf(out->en, sizeof out->en, "the tariff %.*s has no row under bases for industry %.*s", AX_ARG(id),
                AX_ARG(en));
        return;
    }
    char unit_zh[UNITS_TEXT_SIZE];
    char unit_en[UNITS_TEXT_SIZE];
    (void)name_units(q, units, " 或 ", unit_zh);
    (void)name_units(q, units, " or ", unit_en);
    if (!is_sized(q, units)) {
        (void)snprintf(out->zh, sizeof out->zh,
                "费率表 %.*s 对行业 %.*s 按 %s 计价，而其数未知，无法选取 bases 中的条目", AX_ARG(id), AX_ARG(zh),
                unit_zh);
        (void)snprintf(out->en, sizeof out->en,
                "the tariff %.*s prices industry %.*s by %s, and how much that is is not known: no row under bases is "
                "chosen",
                AX_ARG(id), AX_ARG(en), unit_en);
        return;
    }
    (void)snprintf(out->zh, sizeof out->zh,
            "费率表 %.*s 的 bases 中没有适用的条目：行业 %.*s、%s（over、up_to）、limit_per_death_fen %lld、options",
            AX_ARG(id), AX_ARG(zh), unit_zh, (long long)q->limit_fen);
    (void)snprintf(out->en, sizeof out->en,
            "the tariff %.*s has no row under bases for industry %.*s, this %s (over, up_to), limit_per_death_fen %lld "
            "and these options",
            AX_ARG(id), AX_ARG(en), unit_en, (long long)q->limit_fen);
}

/* The measure that was given for nothing, behind that. */
static void tell_unused(const struct quoting *q, struct two_texts *out)
{
    static const char *const zh[] = {[AX_TARIFF_UNIT_HEADS] = "从业人数（人）",
            [AX_TARIFF_UNIT_CONTRACT_PRICE] = "工程造价（元）",
            [AX_TARIFF_UNIT_VEHICLES] = "车辆数（辆）"};
    static const char *const en[] = {[AX_TARIFF_UNIT_HEADS] = "heads",
            [AX_TARIFF_UNIT_CONTRACT_PRICE] = "yuan of contract price",
            [AX_TARIFF_UNIT_VEHICLES] = "vehicles"};
    enum ax_tariff_unit unit = asked_unit(q->a->q);
    char given[32];
    if (unit == AX_TARIFF_UNIT_CONTRACT_PRICE) {
        (void)snprintf(given, sizeof given, "%" PRIu64 ".%02" PRIu64, q->a->q->exposure / AX_FEN_PER_YUAN,
                q->a->q->exposure % AX_FEN_PER_YUAN);
    } else {
        (void)snprintf(given, sizeof given, "%" PRIu64, q->a->q->exposure);
    }
    size_t len = strlen(out->zh);
    (void)snprintf(out->zh + len, sizeof out->zh - len, "；所给%s %s 未被采用", zh[unit], given);
    len = strlen(out->en);
    (void)snprintf(out->en + len, sizeof out->en - len, "; the %s %s that were given are not used", given, en[unit]);
}

static void put_missing_base(const struct quoting *q)
{
    struct two_texts texts;
    bool given = q->a->q->exposure > 0;
    tell_why_no_base(q, &texts);
    if (given) {
        tell_unused(q, &texts);
    }
    ax_put_missing_text(q->a->out, RESPONSE_MISSING, "base", texts.zh, texts.en, given ? q->a->q->exposure_field : "");
}

static void put_missing(const struct quoting *q)
{
    const struct ax_tariff_way *way = &q->seen.ways[q->quote.way];
    struct ax_buf *out = q->a->out;
    if (q->premium.base == NULL) {
        put_missing_base(q);
    }
    if (q->exposure == 0 && (q->premium.base == NULL || q->premium.base->unit != AX_TARIFF_UNIT_LICENCE)) {
        ax_put_missing(out, RESPONSE_MISSING, "exposure");
    }
    if (!q->seen.accidents_known && (q->quote.way == AX_TARIFF_ACCIDENT_NONE || q->tariff->loss_count > 0)) {
        ax_put_missing(out, RESPONSE_MISSING, q->is_silent ? "silent" : "accidents");
    }
    if (q->seen.standardisation == 0) {
        ax_put_missing(out, RESPONSE_MISSING, "standardisation");
    }
    if (way->level == AX_LEVEL_UNRATED) {
        ax_put_missing(out, RESPONSE_MISSING, q->is_rated ? "credit" : "rating");
    }
    if (q->tariff->loss_count > 0 && !q->quote.has_loss_ratio) {
        ax_put_missing(out, RESPONSE_MISSING, "premium");
    } else if (q->tariff->loss_count > 0 && way->losses.unmatched > 0) {
        ax_put_missing(out, RESPONSE_MISSING, "claim_premium");
    }
}

static void put_hints(const struct quoting *q)
{
    struct ax_buf *out = q->a->out;
    if (q->day < q->a->time.day) {
        ax_put_hint(out, RESPONSE_HINTS, "", "起保日已过：所依据的是现在已知的事实，而非当日已知的事实",
                "the first day of cover is past: made from the facts known now, not from those known on that day");
    }
    ax_put_hint(out, RESPONSE_HINTS, "应急〔2025〕27号第三十九条、第四十条", "本系数仅供参考，由保险机构自主定价",
            "a reference only: the insurer prices");
    ax_put_hint(out, RESPONSE_HINTS, "保险法 (2015) 第五十一条",
            "被保险人未尽安全义务的，保险人有权要求增加保险费或者解除合同",
            "where the insured does not keep its safety duties the insurer may ask for more or cancel");
    ax_put_hint(out, RESPONSE_HINTS, "保险法 (2015) 第五十二条、第五十三条",
            "保险期间危险程度显著增加或者明显减少的，应当通知并相应调整保险费",
            "where the risk rises or falls markedly within the term it is notified, and the premium follows");
}

static void put_head(const struct quoting *q)
{
    struct ax_buf *out = q->a->out;
    char day[AX_DAY_TEXT_SIZE];
    ax_wire_put_uint(out, RESPONSE_COEFFICIENT, q->quote.coefficient_ppm);
    ax_wire_put_uint(out, RESPONSE_BASE_PREMIUM, (uint64_t)q->premium.fen);
    ax_wire_put_uint(out, RESPONSE_REFERENCE_PREMIUM, (uint64_t)q->premium.reference_fen);
    ax_wire_put_str(out, RESPONSE_TARIFF, q->tariff->id);
    size_t start = out->len;
    struct ax_as_of as_of =
            ax_rater_as_of(q->a->x->rater, q->a->read->partition, q->a->read->position.next_offset, q->day);
    ax_encode(&ax_as_of_message, &as_of, false, out);
    ax_wire_wrap(out, start, RESPONSE_AS_OF);
    ax_wire_put_str(out, RESPONSE_ENTERPRISE, q->a->read->enterprise);
    ax_wire_put_uint(out, RESPONSE_PRODUCT, q->quote.product_ppm);
    ax_wire_put_uint(out, RESPONSE_CLAMP_MIN, q->tariff->clamp_min_ppm);
    ax_wire_put_uint(out, RESPONSE_CLAMP_MAX, q->tariff->clamp_max_ppm);
    ax_wire_put_uint(out, RESPONSE_BASE_PREMIUM_MAX, (uint64_t)q->premium.max_fen);
    ax_wire_put_uint(out, RESPONSE_REFERENCE_PREMIUM_MAX, (uint64_t)q->premium.reference_max_fen);
    ax_wire_put_uint(out, RESPONSE_LIMIT, (uint64_t)q->limit_fen);
    ax_wire_put_uint(out, RESPONSE_LEAST_LIMIT, (uint64_t)q->least_fen);
    ax_wire_put_uint(out, RESPONSE_EXPOSURE, q->exposure);
    ax_wire_put_uint(out, RESPONSE_EXPOSURE_FROM_FACTS, q->exposure_from_facts);
    ax_wire_put_str(out, RESPONSE_COVERED_FROM, ax_str_c(ax_day_format(q->day, day)));
    ax_wire_put_str(out, RESPONSE_PORTFOLIO, q->tariff->off_balance_portfolio);
}

static ax_rc make(struct quoting *q, struct ax_err *err)
{
    const struct ax_ledger *ledger = &q->made->view.ledger;
    AX_TRY(find_tariff(q, err));
    const struct ax_pack *pack = ax_rater_pack(q->a->x->rater, ledger, q->a->read->enterprise, q->day);
    const struct ax_risk_edition *edition = ax_rater_risk(q->a->x->rater, ledger, q->a->read->enterprise, q->day);
    q->is_silent = ax_tariff_is_silent(ledger, pack, edition, q->day);
    AX_TRY(ax_tariff_look(q->tariff, ledger, pack, q->is_silent, q->day, &q->made->reads, &q->seen, err));
    ax_tariff_price(q->tariff, &q->seen, q->options, &q->quote);
    if (q->seen.ways[q->quote.way].level == AX_LEVEL_UNRATED) {
        struct ax_rate whole;
        ax_rate(ledger, pack, q->day, &whole);
        q->is_rated = whole.level != AX_LEVEL_UNRATED;
    }
    find_premium(q);
    AX_TRY(check_premium(q, err));
    AX_TRY(put_factors(q, err));
    put_head(q);
    if (q->premium.base != NULL) {
        put_base(q);
    }
    if (q->tariff->loss_count > 0) {
        put_losses(q);
    }
    if (q->seen.accidents > 0) {
        put_counted_once(q);
    }
    put_missing(q);
    put_hints(q);
    return AX_RC(OK);
}

static int32_t cover_day(const struct ax_asking *a)
{
    return a->q->covered_from == AX_DAY_NONE ? a->time.day : a->q->covered_from;
}

static ax_rc quote_soon(struct ax_asking *a, bool *done, struct ax_err *err)
{
    (void)done; /* each is made anew */
    if (a->read->rating.ptr == NULL) {
        return ax_not_found(a->read->enterprise, err);
    }
    if (cover_day(a) > a->time.day + AHEAD_DAYS_MAX) {
        char day[AX_DAY_TEXT_SIZE];
        (void)ax_day_format(cover_day(a), day);
        return ax_fail_field(err, AX_INVALID, "covered_from", day, strlen(day), "must not be more than %d days ahead",
                AHEAD_DAYS_MAX);
    }
    return AX_RC(OK);
}

static ax_rc quote_whole(struct ax_asking *a, struct ax_made *made, struct ax_err *err)
{
    struct quoting q = {.a = a, .made = made, .day = cover_day(a)};
    return make(&q, err);
}

static const struct ax_asking_verb quote = {.by_ledger = true, .soon = quote_soon, .whole = quote_whole};

void ax_exchange_quote_reference(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_asking_unary(state, calls, count, AX_ASKED_QUOTE, &quote);
}

void ax_exchange_batch_quote_reference(void *state, struct ax_rpc_call **calls, size_t count)
{
    ax_asking_stream(state, calls, count, AX_ASKED_BATCH_QUOTE, &quote);
}
