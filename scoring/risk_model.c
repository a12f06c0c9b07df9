/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/risk_model.h"

static const char *const channel_names[AX_RISK_CHANNELS] = {
        "accidents", "lost_days", "severe", "enforcement", "grave", "claims", "restricted"};

const char *ax_risk_channel_name(size_t channel)
{
    AX_ASSERT(channel < AX_RISK_CHANNELS);
    return channel_names[channel];
}

const char *ax_risk_grade_name(int32_t grade)
{
    static const char *const names[] = {"", "AAA", "AA", "A", "BBB", "BB", "B", "C", "NR"};
    AX_ASSERT(grade >= 0 && (size_t)grade < sizeof names / sizeof names[0]);
    return names[grade];
}

int32_t ax_risk_grade_of(const struct ax_risk_edition *edition, int32_t score)
{
    int32_t grade = AX_RISK_GRADE_AAA;
    for (size_t i = 0; i < AX_RISK_GRADES - 1; i++) { /* they descend */
        grade += score < edition->grades[i] ? 1 : 0;
    }
    return grade;
}

static ax_rc broken(struct ax_err *err, ax_str what, const char *key, const char *why)
{
    return ax_fail_field(err, AX_INVALID, key, what.ptr, what.len, "%s", why);
}

/* Not a NaN either. */
static bool is_between(double x, double least, double most)
{
    return x >= least && x <= most;
}

static bool has_beta(const struct ax_risk_channel_model *c, size_t lane)
{
    return c->beta[0][lane] > 0 || c->beta[1][lane] > 0;
}

static ax_rc check_channel(const struct ax_risk_channel_model *c, const char *name, struct ax_err *err)
{
    ax_str what = ax_str_c(name);
    if (!is_between(c->reference, 1e-9, 1e15) || !is_between(c->cap, 1e-9, 1e15)) {
        return broken(err, what, "reference", "reference and cap must be above 0");
    }
    for (size_t lane = 0; lane < AX_RISK_LANES; lane++) {
        if (!is_between(c->half_life_days[lane], AX_RISK_HALF_LIFE_MIN, AX_RISK_HALF_LIFE_MAX)) {
            return broken(err, what, "half_life_days", "must be from 60 days to 100 years");
        }
        if (!is_between(c->kappa[lane], 1e-6, 1e9)) {
            return broken(err, what, "kappa", "must be above 0");
        }
    }
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        if (!is_between(c->beta[head][0], 0, 100) || !is_between(c->beta[head][1], 0, 100) ||
                !is_between(c->gamma[head], 0, 100)) {
            return broken(err, what, "beta", "beta and gamma may not be negative: more or graver facts never help");
        }
    }
    return is_between(c->tau_days, 1, 1e6) ? AX_RC(OK) : broken(err, what, "tau_days", "must be at least a day");
}

static ax_rc check_quantiles(const struct ax_risk_peer *p, struct ax_err *err)
{
    if (p->quantile_count == 1 || p->quantile_count > AX_RISK_QUANTILES_MAX) {
        return broken(err, p->id, "quantiles", "must be none, or 2 to 201");
    }
    for (size_t i = 0; i < p->quantile_count; i++) {
        if (!is_between(p->quantiles[i], i == 0 ? 0 : p->quantiles[i - 1], AX_RISK_SCORE_MAX)) {
            return broken(err, p->id, "quantiles", "must ascend from 0 to 1000");
        }
    }
    return AX_RC(OK);
}

static ax_rc check_peer(const struct ax_risk_peer *p, struct ax_err *err)
{
    const char *silent = ax_scope_silent_key(p->id, p->title_zh, p->title_en);
    if (silent != NULL) {
        return broken(err, p->id, silent, "a group of peers has an id and two titles");
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        if (!is_between(p->rate[k], 0, 1e9)) {
            return broken(err, p->id, "rate", "may not be negative");
        }
    }
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        if (!is_between(p->head_rate[head], 1e-15, 1e9) || !is_between(p->head_mean[head], 1e-6, 1e6)) {
            return broken(err, p->id, "head_rate", "head_rate and head_mean must be above 0");
        }
        if (!is_between(p->trend[head], -1, 1) || !is_between(p->cost_fen[head], 0, 1e15)) {
            return broken(err, p->id, "trend", "trend must be from -1 to 1 a year, cost_fen not negative");
        }
    }
    if (p->head_rate[0] * p->cost_fen[0] + p->head_rate[1] * p->cost_fen[1] <= 0) {
        return broken(err, p->id, "cost_fen", "at least one head must cost something");
    }
    if (!is_between(p->log_sd, 0, 10) || !is_between(p->imputed_per_year, 0, 1e9)) {
        return broken(err, p->id, "log_sd", "log_sd and imputed_per_year may not be negative");
    }
    return check_quantiles(p, err);
}

/* The parent of each is an earlier one, so that there is one root and no loop. */
static ax_rc find_parent(const struct ax_risk_model *m, size_t peer, uint8_t *parent, struct ax_err *err)
{
    const struct ax_risk_peer *p = &m->peers[peer];
    *parent = 0;
    if ((peer == 0) != (p->parent.len == 0)) {
        return broken(err, p->id, "parent", "the first is the root; every other names an earlier one");
    }
    for (size_t i = 0; i < peer; i++) {
        if (ax_str_eq(m->peers[i].id, p->id)) {
            return broken(err, p->id, "id", "is there twice");
        }
        if (ax_str_eq(m->peers[i].id, p->parent)) {
            *parent = (uint8_t)i;
            return AX_RC(OK);
        }
    }
    return peer == 0 ? AX_RC(OK) : broken(err, p->id, "parent", "must name an earlier one");
}

static ax_rc check_peers(const struct ax_risk_model *m, struct ax_err *err)
{
    if (m->peer_count == 0 || m->peer_count > AX_RISK_PEERS_MAX) {
        return broken(err, m->id, "peers", "a model has 1 to 64 groups of peers");
    }
    for (size_t i = 0; i < m->peer_count; i++) {
        uint8_t parent;
        AX_TRY(check_peer(&m->peers[i], err));
        AX_TRY(find_parent(m, i, &parent, err));
    }
    return m->peers[0].quantile_count > 0 ? AX_RC(OK)
                                          : broken(err, m->peers[0].id, "quantiles", "the root must have some");
}

/* The most that a head's eta can move in a day: a sum that decays, exposure that grows, days that pass. */
static double most_a_day(const struct ax_risk_model *m, size_t head)
{
    double sum = m->any.gamma[head] / m->any.tau_days;
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_channel_model *c = &m->channels[k];
        sum += c->gamma[head] / c->tau_days;
        double rate = 0;
        for (size_t i = 0; i < m->peer_count; i++) {
            rate = m->peers[i].rate[k] > rate ? m->peers[i].rate[k] : rate;
        }
        for (size_t lane = 0; lane < AX_RISK_LANES; lane++) {
            double grown = m->unit == AX_RISK_DAYS ? rate / m->per / c->kappa[lane] : 1e9;
            double bound = m->kappa_days > 0 ? 1 / m->kappa_days : 1e9;
            sum += c->beta[head][lane] * (AX_LN2 / c->half_life_days[lane] + (grown < bound ? grown : bound));
        }
    }
    return sum;
}

/* What is wrong in a model is named with it: "model/channel", "model/peer". */
static ax_rc within(const struct ax_risk_model *m, ax_rc rc, struct ax_err *err)
{
    char value[AX_ERR_VALUE_MAX];
    if (!ax_ok(rc) && m->id.len + 1 + strlen(err->value) < sizeof value) {
        size_t len = strlen(err->value);
        memcpy(value, m->id.ptr, m->id.len);
        value[m->id.len] = '/';
        memcpy(value + m->id.len + 1, err->value, len + 1);
        memcpy(err->value, value, m->id.len + len + 2);
    }
    return rc;
}

static ax_rc check_model(const struct ax_risk_edition *e, const struct ax_risk_model *m, struct ax_err *err)
{
    if (m->id.len == 0 || !is_between(m->per, 1e-3, 1e9)) {
        return broken(err, m->id, "per", "a model has an id and a unit of exposure above 0");
    }
    if (!is_between(m->kappa_days, 0, 36525) || !is_between(m->carry_months, 0, 1200) ||
            !is_between(m->estimated_log_sd, 0, 10) || !is_between(m->phi[0], 0, 100) ||
            !is_between(m->phi[1], 0, 100)) {
        return broken(err, m->id, "kappa_days", "kappa_days, carry_months, phi, estimated_log_sd: from 0");
    }
    if (!is_between(m->days_per_death, 0, 1e6) || !is_between(m->severe_per_injury, 0, 1) ||
            !is_between(m->fine_reference_yuan, 1, 1e12) || !is_between(m->fine_weight, 0, 100)) {
        return broken(err, m->id, "fine_weight", "weights may not be negative, the reference must be at least 1 yuan");
    }
    if (!is_between(m->any.gamma[0], 0, 100) || !is_between(m->any.gamma[1], 0, 100) ||
            !is_between(m->any.tau_days, 1, 1e6)) {
        return broken(err, m->id, "any", "gamma may not be negative, tau_days must be at least a day");
    }
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        AX_TRY(within(m, check_channel(&m->channels[k], channel_names[k], err), err));
    }
    AX_TRY(within(m, check_peers(m, err), err));
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        if (most_a_day(m, head) * e->pdo / AX_LN2 > AX_RISK_DAY_MOVE_MAX) {
            return broken(err, m->id, "beta", "a day without a fact could move the score by more than 2 points");
        }
    }
    return AX_RC(OK);
}

static ax_rc check_edition(const struct ax_risk_edition *e, struct ax_err *err)
{
    if (!ax_provenance_holds(e->provenance, e->sources)) {
        return broken(err, e->id, "sources", "must be given, or provenance must say ours");
    }
    if (e->scope.jurisdictions.count == 0) {
        return broken(err, e->id, "jurisdictions", "at least one prefix; \"\" covers all");
    }
    if (!ax_scope_is_in_order(e->scope.effective_from, e->scope.effective_to)) {
        return broken(err, e->id, "effective_to", "must not be before effective_from");
    }
    if (!is_between(e->base, 0, AX_RISK_SCORE_MAX) || !is_between(e->pdo, 1, AX_RISK_SCORE_MAX) ||
            !is_between(e->credibility_min, 0, 1) || !is_between(e->interval_z, 0.1, 10) ||
            !is_between(e->silence_expected, 0, 1e9) || e->outlook_points < 1) {
        return broken(err, e->id, "scale", "base and pdo are points, credibility_min is a share, the rest is above 0");
    }
    for (size_t i = 0; i < AX_RISK_GRADES - 1; i++) {
        if (e->grades[i] <= 0 || e->grades[i] > (i == 0 ? AX_RISK_SCORE_MAX : e->grades[i - 1] - 1)) {
            return broken(err, e->id, ax_risk_grade_name(AX_RISK_GRADE_AAA + (int32_t)i),
                    "cut points must descend from AAA to B");
        }
    }
    if (e->model_count == 0 || e->model_count > AX_RISK_MODELS_MAX) {
        return broken(err, e->id, "models", "must be 1 to 8");
    }
    return AX_RC(OK);
}

static void fill_row(struct ax_risk_row *row, double half_life)
{
    for (int32_t i = 0; i < AX_RISK_LOW; i++) {
        row->low[i] = ax_exp2(i / half_life);
    }
    for (int32_t i = 0; i < AX_RISK_HIGH; i++) {
        row->high[i] = ax_exp2((AX_DAY_MIN + i * AX_RISK_LOW - AX_RISK_T0) / half_life);
    }
}

static double half_life_of(const struct ax_risk_model *m, size_t slot)
{
    return m->channels[slot / AX_RISK_LANES].half_life_days[slot % AX_RISK_LANES];
}

static const struct ax_risk_row *row_for(const struct ax_risk_model *m, size_t slot, size_t *used)
{
    for (size_t other = 0; other < slot; other++) {
        if (ax_risk_is_on(m, other) && half_life_of(m, other) == half_life_of(m, slot)) {
            return m->tables->rows[other];
        }
    }
    fill_row(&m->tables->row[*used], half_life_of(m, slot));
    return &m->tables->row[(*used)++];
}

static void add_prefix(struct ax_risk_tables *t, size_t peer, ax_str prefix)
{
    for (size_t i = 0; i < AX_DIVISIONS; i++) {
        const char digits[] = {(char)('0' + i / 10), (char)('0' + i % 10)};
        size_t len = prefix.len < sizeof digits ? prefix.len : sizeof digits;
        t->by_division[i] |= memcmp(prefix.ptr, digits, len) == 0 ? UINT64_C(1) << peer : 0;
    }
}

/* Of these peers the one that takes the industry. */
static size_t find_peer(const struct ax_risk_model *model, ax_str digits, uint64_t peers)
{
    size_t best = 0;
    size_t len = 0;
    for (uint64_t bits = peers; bits != 0; bits &= bits - 1) {
        size_t i = (size_t)__builtin_ctzll(bits);
        if (i >= model->peer_count) {
            break;
        }
        const struct ax_strs *prefixes = &model->peers[i].industries;
        for (size_t j = 0; j < prefixes->count; j++) {
            if (prefixes->items[j].len >= len && ax_str_starts(digits, prefixes->items[j])) {
                best = i;
                len = prefixes->items[j].len;
            }
        }
    }
    return best;
}

/* Where no prefix is longer than the division, it has one peer. */
static void fill_divisions(const struct ax_risk_model *m, struct ax_risk_tables *t)
{
    for (size_t i = 0; i < AX_DIVISIONS; i++) {
        char digits[2];
        ax_str division = ax_division_digits(i, digits);
        bool parted = false;
        for (size_t peer = 0; peer < m->peer_count; peer++) {
            parted = parted || ax_prefixes_part(&m->peers[peer].industries, division);
        }
        t->peer_of_division[i] = parted ? AX_RISK_PEERS_MAX : (uint8_t)find_peer(m, division, UINT64_MAX);
    }
}

static void fill_quantiles(const struct ax_risk_peer *p, uint8_t below[AX_RISK_SCORE_MAX + 1])
{
    size_t at = 0;
    for (size_t score = 0; score <= AX_RISK_SCORE_MAX; score++) {
        while (at + 1 < p->quantile_count && p->quantiles[at + 1] <= (double)score) {
            at++;
        }
        below[score] = (uint8_t)at;
    }
}

static void fill_peers(const struct ax_risk_model *m, struct ax_risk_tables *t)
{
    for (size_t i = 0; i < m->peer_count; i++) {
        const struct ax_risk_peer *p = &m->peers[i];
        struct ax_err ignored;
        ax_rc rc = find_parent(m, i, &t->parent[i], &ignored);
        AX_ASSERT(ax_ok(rc)); /* checked before */
        for (size_t j = 0; j < p->industries.count; j++) {
            add_prefix(t, i, p->industries.items[j]);
        }
        fill_quantiles(p, t->quantile_below[i]);
        t->distribution[i] = (uint8_t)(p->quantile_count > 0 ? i : t->distribution[t->parent[i]]);
        for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
            t->rate[i][slot] = p->rate[slot / AX_RISK_LANES];
        }
        double cost[AX_RISK_HEADS];
        for (size_t head = 0; head < AX_RISK_HEADS; head++) {
            t->log2_mean[i][head] = ax_log2(p->head_mean[head]);
            cost[head] = p->head_rate[head] * p->head_mean[head] * p->cost_fen[head];
        }
        t->cost_share[i][0] = cost[0] / (cost[0] + cost[1]);
        t->cost_share[i][1] = cost[1] / (cost[0] + cost[1]);
    }
}

static void add_lane(const struct ax_risk_model *m, size_t slot)
{
    struct ax_risk_tables *t = m->tables;
    size_t channel = slot / AX_RISK_LANES;
    size_t lane = slot % AX_RISK_LANES;
    const struct ax_risk_channel_model *c = &m->channels[channel];
    t->kappa[slot] = c->kappa[lane];
    t->day_units[slot] = half_life_of(m, slot) / AX_LN2;
    for (size_t head = 0; head < AX_RISK_HEADS; head++) {
        t->slopes[head][slot] = c->beta[head][lane];
        t->beta[channel][head] += c->beta[head][lane];
    }
}

static void make_tables(struct ax_risk_model *m)
{
    m->slots_on = 0;
    size_t rows = 0;
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        if (has_beta(&m->channels[slot / AX_RISK_LANES], slot % AX_RISK_LANES)) {
            m->slots_on |= UINT32_C(1) << slot;
            rows++;
        }
    }
    m->tables = ax_xcalloc(1, sizeof *m->tables + (rows + 1) * sizeof(struct ax_risk_row));
    size_t used = 0;
    for (size_t slot = 0; slot < AX_RISK_SLOTS; slot++) {
        m->tables->rows[slot] = &m->tables->row[rows]; /* stays zeros */
        m->tables->off[slot] = ax_risk_is_on(m, slot) ? 0 : 1;
        if (ax_risk_is_on(m, slot)) {
            m->tables->rows[slot] = row_for(m, slot, &used);
            add_lane(m, slot);
        }
    }
    fill_peers(m, m->tables);
    fill_divisions(m, m->tables);
    m->tables->has_recency = m->any.gamma[0] > 0 || m->any.gamma[1] > 0;
    for (size_t k = 0; k < AX_RISK_CHANNELS; k++) {
        const struct ax_risk_channel_model *c = &m->channels[k];
        m->tables->has_recency = m->tables->has_recency || c->gamma[0] > 0 || c->gamma[1] > 0;
    }
}

static ax_str name_of(const struct ax_risk_edition *e, const struct ax_risk_model *m)
{
    char *text = ax_xcalloc(1, e->id.len + 1 + m->id.len);
    memcpy(text, e->id.ptr, e->id.len);
    text[e->id.len] = '/';
    memcpy(text + e->id.len + 1, m->id.ptr, m->id.len);
    return ax_str_of(text, e->id.len + 1 + m->id.len);
}

/* Of what has these digits, or these first two. */
static size_t find_model(const struct ax_risk_edition *e, ax_str digits, bool hours)
{
    size_t best = 0;
    size_t best_fit = 0;
    for (size_t i = 0; i < e->model_count; i++) {
        const struct ax_risk_model *m = &e->models[i];
        size_t fit = m->industries.count == 0 ? 2 : 0;
        for (size_t j = 0; j < m->industries.count; j++) {
            if (ax_str_starts(digits, m->industries.items[j]) && 2 * (m->industries.items[j].len + 1) > fit) {
                fit = 2 * (m->industries.items[j].len + 1);
            }
        }
        fit += fit > 0 && (m->unit == AX_RISK_HOURS) == hours ? 1000 : 0;
        if (fit > best_fit) {
            best = i;
            best_fit = fit;
        }
    }
    return best;
}

static bool is_parted(const struct ax_risk_edition *e, ax_str division)
{
    for (size_t i = 0; i < e->model_count; i++) {
        if (ax_prefixes_part(&e->models[i].industries, division)) {
            return true;
        }
    }
    return false;
}

static void index_models(struct ax_risk_edition *e)
{
    for (size_t i = 0; i < AX_DIVISIONS; i++) {
        char digits[2];
        ax_str division = ax_division_digits(i, digits);
        for (size_t hours = 0; hours < 2; hours++) {
            e->model_of_division[hours][i] =
                    is_parted(e, division) ? AX_RISK_MODELS_MAX : (uint8_t)find_model(e, division, hours == 1);
        }
    }
}

ax_rc ax_risk_compile(struct ax_risk_edition *edition, struct ax_err *err)
{
    AX_TRY(check_edition(edition, err));
    for (size_t i = 0; i < edition->model_count; i++) {
        AX_TRY(check_model(edition, &edition->models[i], err));
        for (size_t j = 0; j < i; j++) {
            if (ax_str_eq(edition->models[i].id, edition->models[j].id)) {
                return broken(err, edition->models[i].id, "id", "is there twice");
            }
        }
    }
    for (size_t i = 0; i < edition->model_count; i++) {
        make_tables(&edition->models[i]);
        edition->models[i].name = name_of(edition, &edition->models[i]);
    }
    index_models(edition);
    return AX_RC(OK);
}

void ax_risk_free(struct ax_risk_edition *edition)
{
    for (size_t i = 0; i < edition->model_count; i++) {
        struct ax_risk_model *m = &edition->models[i];
        ax_xfree(m->tables);
        ax_xfree((void *)(uintptr_t)m->name.ptr);
        m->tables = NULL;
        m->name = AX_STR("");
    }
}

size_t ax_risk_peer_of(const struct ax_risk_model *model, ax_str industry)
{
    ax_str digits = ax_industry_digits(industry);
    size_t division = ax_division_of(digits);
    if (division == AX_DIVISIONS) {
        return find_peer(model, digits, UINT64_MAX);
    }
    size_t peer = model->tables->peer_of_division[division];
    return peer < AX_RISK_PEERS_MAX ? peer : find_peer(model, digits, model->tables->by_division[division]);
}

size_t ax_risk_model_of(const struct ax_risk_edition *e, ax_str industry, bool hours)
{
    ax_str digits = ax_industry_digits(industry);
    size_t division = ax_division_of(digits);
    size_t model = division == AX_DIVISIONS ? AX_RISK_MODELS_MAX : e->model_of_division[hours][division];
    return model < AX_RISK_MODELS_MAX ? model : find_model(e, digits, hours);
}
