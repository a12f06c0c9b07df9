/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/rating.h"

#define FIELD(number, type, flags, owner, member) \
    { \
        (number), (type), (flags), offsetof(struct owner, member), 0, 0, #member, NULL \
    }
#define FIELD_OF(number, type, flags, owner, member, message) \
    { \
        (number), (type), (flags), offsetof(struct owner, member), 0, 0, #member, &(message) \
    }
#define MESSAGE(name, owner, fields) \
    { \
        (name), (fields), sizeof(fields) / sizeof((fields)[0]), sizeof(struct owner) \
    }

static const struct ax_field rule_ref_fields[] = {
        FIELD(1, AX_T_STR, 0, ax_rule_ref, rule_id),
        FIELD(2, AX_T_STR, 0, ax_rule_ref, legal_basis),
        FIELD(3, AX_T_STR, 0, ax_rule_ref, title_zh),
        FIELD(4, AX_T_STR, 0, ax_rule_ref, title_en),
};
const struct ax_message ax_rule_ref_message = MESSAGE("RuleRef", ax_rule_ref, rule_ref_fields);

static const struct ax_field revision_fields[] = {
        FIELD(1, AX_T_I64, 0, ax_rating_revision, offset),
        FIELD(2, AX_T_DATE, 0, ax_rating_revision, day),
};
const struct ax_message ax_rating_revision_message = MESSAGE("RatingRevision", ax_rating_revision, revision_fields);

static const struct ax_field as_of_fields[] = {
        FIELD(1, AX_T_U32, 0, ax_as_of, partition),
        FIELD(2, AX_T_I64, 0, ax_as_of, offset),
        FIELD(3, AX_T_I64, 0, ax_as_of, known_at_us),
        FIELD(4, AX_T_HEX, 0, ax_as_of, pack),
        FIELD(5, AX_T_DATE, 0, ax_as_of, day),
};
const struct ax_message ax_as_of_message = MESSAGE("AsOf", ax_as_of, as_of_fields);

static const struct ax_field rating_fields[] = {
        FIELD(1, AX_T_STR, 0, ax_rating, enterprise),
        FIELD(2, AX_T_STR, 0, ax_rating, name),
        FIELD(3, AX_T_STR, 0, ax_rating, region),
        FIELD(4, AX_T_STR, 0, ax_rating, industry),
        FIELD(5, AX_T_STR, 0, ax_rating, industry_edition),
        {6, AX_T_ENUM, 0, offsetof(struct ax_rating, level), 0, AX_LEVEL_UNRATED, "level", NULL},
        FIELD(7, AX_T_I32, 0, ax_rating, level_points),
        {8, AX_T_I32, 0, offsetof(struct ax_rating, risk_score), offsetof(struct ax_rating, risk_score_present), 0,
                "risk_score", NULL},
        FIELD_OF(9, AX_T_MSG_LIST, 0, ax_rating, overrides, ax_rule_ref_message),
        FIELD_OF(10, AX_T_MSG_LIST, 0, ax_rating, flags, ax_rule_ref_message),
        FIELD(11, AX_T_DATE, 0, ax_rating, rated_on),
        FIELD(12, AX_T_DATE, 0, ax_rating, next_change_on),
        FIELD_OF(13, AX_T_MSG, AX_F_NOT_CONTENT, ax_rating, revision, ax_rating_revision_message),
        FIELD(14, AX_T_HEX, 0, ax_rating, ledger_digest),
        FIELD(15, AX_T_HEX, 0, ax_rating, pack_digest),
        FIELD(16, AX_T_STR, 0, ax_rating, pack),
        FIELD_OF(17, AX_T_MSG, AX_F_NOT_CONTENT, ax_rating, as_of, ax_as_of_message),
        FIELD(18, AX_T_U32, 0, ax_rating, facts),
        FIELD(19, AX_T_U32, 0, ax_rating, objected),
        FIELD(20, AX_T_U32, 0, ax_rating, conflicts),
        FIELD(21, AX_T_BOOL, 0, ax_rating, standardisation_missing),
        FIELD(22, AX_T_BOOL, 0, ax_rating, synthetic),
        FIELD(23, AX_T_BOOL, 0, ax_rating, incomplete),
        FIELD(24, AX_T_STR, 0, ax_rating, symbol),
        {25, AX_T_ENUM, 0, offsetof(struct ax_rating, risk_grade), 0, AX_RISK_GRADE_NR, "risk_grade", NULL},
        FIELD(26, AX_T_U32, 0, ax_rating, credibility_ppm),
        FIELD(27, AX_T_I32, 0, ax_rating, score_low),
        FIELD(28, AX_T_I32, 0, ax_rating, score_high),
        FIELD(29, AX_T_U32, 0, ax_rating, peer_percentile),
        FIELD(30, AX_T_BOOL, 0, ax_rating, watch),
        FIELD(31, AX_T_BOOL, 0, ax_rating, silent),
        FIELD(32, AX_T_BOOL, 0, ax_rating, exposure_estimated),
        FIELD(33, AX_T_STR, 0, ax_rating, risk_model),
};
const struct ax_message ax_rating_message = MESSAGE("Rating", ax_rating, rating_fields);

static const struct ax_field risk_fields[] = {
        {8, AX_T_I32, 0, offsetof(struct ax_rating, risk_score), offsetof(struct ax_rating, risk_score_present), 0,
                "risk_score", NULL},
        {25, AX_T_ENUM, 0, offsetof(struct ax_rating, risk_grade), 0, AX_RISK_GRADE_NR, "risk_grade", NULL},
        FIELD(26, AX_T_U32, 0, ax_rating, credibility_ppm),
        FIELD(27, AX_T_I32, 0, ax_rating, score_low),
        FIELD(28, AX_T_I32, 0, ax_rating, score_high),
        FIELD(29, AX_T_U32, 0, ax_rating, peer_percentile),
        FIELD(30, AX_T_BOOL, 0, ax_rating, watch),
        FIELD(31, AX_T_BOOL, 0, ax_rating, silent),
        FIELD(32, AX_T_BOOL, 0, ax_rating, exposure_estimated),
};
const struct ax_message ax_rating_risk_message = MESSAGE("Rating", ax_rating, risk_fields);

static struct ax_list refs_of(const struct ax_pack *pack, const uint16_t *rules, size_t count, struct ax_rule_ref *refs)
{
    for (size_t i = 0; i < count; i++) {
        const struct ax_rule *r = &pack->rules[rules[i]];
        refs[i] = (struct ax_rule_ref){r->id, r->legal_basis, r->title_zh, r->title_en};
    }
    return (struct ax_list){count == 0 ? NULL : refs, count};
}

void ax_rating_fill(const struct ax_rating_input *in, struct ax_rating_refs *refs, struct ax_rating *out)
{
    struct ax_profile profile;
    ax_ledger_profile(in->ledger, &profile);
    ax_message_init(&ax_rating_message, out);
    out->enterprise = in->enterprise;
    out->name = profile.name;
    out->region = profile.region;
    out->industry = profile.industry;
    out->industry_edition = profile.industry_edition;
    out->level = (int32_t)in->rate->level;
    out->level_points = in->rate->points;
    out->symbol = in->rate->band == AX_RATE_NO_BAND ? AX_STR("") : in->pack->bands[in->rate->band].symbol;
    out->overrides = refs_of(in->pack, in->rate->overrides, in->rate->override_count, refs->overrides);
    out->flags = refs_of(in->pack, in->rate->flags, in->rate->flag_count, refs->flags);
    out->rated_on = in->day;
    out->next_change_on = in->rate->next_change_on;
    out->revision = (struct ax_rating_revision){in->offset, in->rate->last_boundary};
    memcpy(out->ledger_digest, in->ledger_digest, AX_DIGEST_SIZE);
    memcpy(out->pack_digest, in->pack_digest, AX_DIGEST_SIZE);
    out->pack = in->pack == NULL ? AX_STR("") : in->pack->id;
    out->facts = in->rate->facts;
    out->objected = in->rate->objected;
    out->conflicts = in->rate->conflicts;
    out->standardisation_missing = in->rate->standardisation_missing;
    out->synthetic = profile.synthetic;
    out->incomplete = in->incomplete;
}

void ax_rating_canonical(const struct ax_rating *rating, struct ax_buf *out)
{
    ax_encode(&ax_rating_message, rating, true, out);
}

void ax_audit_put(ax_str enterprise, const uint8_t ledger_digest[AX_DIGEST_SIZE], const struct ax_rating *rating,
        struct ax_buf *out)
{
    ax_buf_put_u32be(out, (uint32_t)enterprise.len);
    ax_buf_put_str(out, enterprise);
    ax_buf_put(out, ledger_digest, AX_DIGEST_SIZE);
    uint8_t *length = ax_buf_grow(out, sizeof(uint32_t));
    size_t begin = out->len;
    ax_rating_canonical(rating, out);
    if (length == NULL || out->failed) {
        return;
    }
    /* The buffer may have moved. */
    size_t len = out->len - begin;
    for (size_t i = 0; i < sizeof(uint32_t); i++) {
        out->ptr[begin - 1 - i] = (uint8_t)(len >> 8 * i);
    }
}

const char *ax_level_name(int32_t level)
{
    static const char *const names[] = {"UNSPECIFIED", "A1", "A2", "B1", "B2", "B3", "C1", "C2", "C3", "D", "UNRATED"};
    AX_ASSERT(level >= 0 && (size_t)level < sizeof names / sizeof names[0]);
    return names[level];
}
