/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/line.h"

#include <stddef.h>

#define F(number_, type_, member_, max_) \
    { \
        .number = (number_), .type = (type_), .offset = offsetof(struct ax_line, member_), .max = (max_), \
        .name = #member_ \
    }
static const struct ax_field line_fields[] = {
        F(1, AX_T_ENUM, kind, AX_LINE_KIND_NOT_COUNTED),
        F(2, AX_T_STR, rule_id, 0),
        F(3, AX_T_STR, title_zh, 0),
        F(4, AX_T_STR, title_en, 0),
        F(5, AX_T_STR, legal_basis, 0),
        F(6, AX_T_STR, provenance, 0),
        F(7, AX_T_I32, points, 0),
        F(8, AX_T_I32, level_shift, 0),
        F(9, AX_T_ENUM, level, AX_LEVEL_UNRATED),
        F(10, AX_T_STR, source, 0),
        F(11, AX_T_STR, reference, 0),
        F(12, AX_T_HEX, fact_digest, 0),
        F(13, AX_T_DATE, occurred_on, 0),
        F(14, AX_T_STR, subject, 0),
        F(15, AX_T_DATE, counts_from, 0),
        F(16, AX_T_DATE, counts_until, 0),
        F(17, AX_T_ENUM, state, AX_FACT_STATE_EXPIRED),
        F(18, AX_T_DATE, publish_until, 0),
        F(19, AX_T_DATE, use_until, 0),
        F(20, AX_T_DATE, archive_until, 0),
        F(21, AX_T_DATE, repair_from, 0),
        F(22, AX_T_U32, facts, 0),
        F(23, AX_T_BOOL, synthetic, 0),
        F(24, AX_T_STR, symbol, 0),
        F(25, AX_T_STR, fact_kind, 0),
        F(26, AX_T_U32, deaths, 0),
        F(27, AX_T_ENUM, liability, AX_LIABILITY_MAIN),
};
#undef F

const struct ax_message ax_line_message = {.name = "ExplainLine",
        .fields = line_fields,
        .field_count = sizeof line_fields / sizeof line_fields[0],
        .struct_size = sizeof(struct ax_line)};

static ax_str number_of(const struct ax_fact *f)
{
    switch ((enum ax_fact_kind)f->kind) {
    case AX_FACT_ENFORCEMENT_PENALTY:
        return f->enforcement_penalty.document_number;
    case AX_FACT_ACCIDENT:
        return f->accident.accident_id;
    case AX_FACT_INSURANCE_CLAIM:
        return f->insurance_claim.claim_number;
    case AX_FACT_INSURANCE_POLICY:
        return f->insurance_policy.policy_number;
    case AX_FACT_PREVENTION_SERVICE:
        return f->prevention_service.service_number;
    case AX_FACT_HAZARD:
        return f->hazard.hazard_id;
    case AX_FACT_INSPECTION:
        return f->inspection.document_number;
    case AX_FACT_MONITORING_ALARM:
        return f->monitoring_alarm.alarm_id;
    case AX_FACT_LICENCE:
        return f->licence.licence_number;
    case AX_FACT_LIST_ENTRY:
        return f->list_entry.document_number;
    case AX_FACT_OBJECTION:
        return f->objection.target_reference;
    case AX_FACT_REPAIR:
        return f->repair.target_reference;
    case AX_FACT_STATEMENT:
        return f->statement.target_reference;
    case AX_FACT_INDICATOR:
        return f->indicator.item;
    case AX_FACT_NONE:
    case AX_FACT_CERTIFICATE:
    case AX_FACT_STANDARDISATION:
    case AX_FACT_EXPOSURE:
    case AX_FACT_CONSENT:
        break;
    }
    return (ax_str){0};
}

ax_str ax_fact_subject(const struct ax_fact *fact)
{
    ax_str number = number_of(fact);
    return number.len > 0 ? number : fact->reference;
}

struct word {
    enum ax_line_kind kind;
    const char *zh;
    const char *en;
};

/* Of a pack in which the standing of standardisation gives no one more than others. */
static bool is_base_for_all(const struct ax_pack *pack)
{
    for (size_t i = 1; pack != NULL && i < AX_PACK_BASE_COUNT; i++) {
        if (pack->base[i] != pack->base[0]) {
            return false;
        }
    }
    return pack != NULL;
}

/* Lines that rest on no rule of their own. */
static const struct word *word_of(const struct ax_pack *pack, uint16_t rule)
{
    static const struct word base = {AX_LINE_KIND_BASE, "标准化等级基础分", "base, by safety standardisation"};
    static const struct word start = {AX_LINE_KIND_BASE, "起始分", "points that every enterprise starts with"};
    static const struct word clamp = {AX_LINE_KIND_CLAMP, "分值上下限", "ends of the scale"};
    static const struct word cap = {AX_LINE_KIND_CAP, "单项规则上限", "cap of one rule"};
    static const struct word bonus = {AX_LINE_KIND_CAP, "加分总上限", "cap of all bonuses"};
    static const struct word none = {AX_LINE_KIND_NOT_COUNTED, "当日不计", "does not count on this day"};
    static const struct word unruled = {
            AX_LINE_KIND_NOT_COUNTED, "当日无适用的规则包, 不作评价", "no rule pack rates it on this day"};
    static const struct word side = {
            AX_LINE_KIND_NOT_COUNTED, "同一事件只计较重的一面", "one event counts once, with its graver side"};
    static const struct word best = {AX_LINE_KIND_OVERRIDE, "标准化信息缺失时的最高等级",
            "best level while nothing is known of standardisation"};
    static const struct word parts = {AX_LINE_KIND_BASE, "各部分起始分", "what every enterprise has in the parts"};
    static const struct word formula = {
            AX_LINE_KIND_CLAMP, "行业修正系数θ、α的影响 (四舍五入一次)", "correction by θ and α, rounded once"};
    static const struct word top = {AX_LINE_KIND_OVERRIDE, "更高等级限本行业本地区前列企业",
            "a better level is for the best of the trade and city"};
    switch (rule) {
    case AX_LINE_PARTS:
        return &parts;
    case AX_LINE_FORMULA:
        return &formula;
    case AX_LINE_TOP:
        return &top;
    case AX_LINE_BASE:
        return is_base_for_all(pack) ? &start : &base;
    case AX_LINE_CLAMP:
        return &clamp;
    case AX_LINE_CAP:
        return &cap;
    case AX_LINE_BONUS_CAP:
        return &bonus;
    case AX_LINE_NOT_COUNTED:
        return pack == NULL ? &unruled : &none;
    case AX_LINE_SET_OFF:
        return &side;
    case AX_LINE_BEST:
        return &best;
    default:
        return NULL;
    }
}

#define NOT_COUNTED(zh, en) \
    { \
        AX_LINE_KIND_NOT_COUNTED, (zh), (en) \
    }

/* Why a head does not count: as its state says, or because it counts with another report, or tells of another fact. */
static const struct word *why_not_counted(const struct ax_entry *e, const struct word *otherwise)
{
    static const struct word echo =
            NOT_COUNTED("同一行为已按另一来源计入", "the same act is counted from another source");
    static const struct word repaired = NOT_COUNTED("信用修复已完成, 不再计入", "repaired: it no longer counts");
    static const struct word withdrawn = NOT_COUNTED("来源已撤回, 不计入", "withdrawn by its source");
    static const struct word expired = NOT_COUNTED("来源注明已失效, 不再计入", "expired, as its source says");
    static const struct word asked = NOT_COUNTED("仅记载申请及结果, 所针对的记录以其来源为准",
            "tells what was asked for and what came of it; its target counts as the target's own source says");
    switch ((enum ax_fact_state)e->state) {
    case AX_FACT_STATE_REPAIRED:
        return &repaired;
    case AX_FACT_STATE_WITHDRAWN:
        return &withdrawn;
    case AX_FACT_STATE_EXPIRED:
        return &expired;
    case AX_FACT_STATE_UNSPECIFIED:
    case AX_FACT_STATE_ACTIVE:
    case AX_FACT_STATE_OBJECTED:
    case AX_FACT_STATE_CORRECTED:
        break;
    }
    if (e->kind == AX_FACT_OBJECTION || e->kind == AX_FACT_REPAIR) {
        return &asked;
    }
    return (e->marks & AX_MARK_ECHO) != 0 ? &echo : otherwise;
}

static void fill_rule(const struct ax_rule *rule, struct ax_line *out)
{
    out->rule_id = rule->id;
    out->title_zh = rule->title_zh;
    out->title_en = rule->title_en;
    out->legal_basis = rule->legal_basis;
    out->provenance = ax_str_c(ax_provenance_name(rule->provenance));
}

static enum ax_line_kind kind_of(const struct ax_rule *rule)
{
    switch (rule->effect) {
    case AX_EFFECT_POINTS_EACH:
    case AX_EFFECT_POINTS_ONCE:
        return AX_LINE_KIND_POINTS;
    case AX_EFFECT_SHIFT:
    case AX_EFFECT_LEVEL:
        return AX_LINE_KIND_OVERRIDE;
    case AX_EFFECT_FLAG:
        break;
    }
    return AX_LINE_KIND_FLAG;
}

void ax_line_face(const struct ax_entry *entry, ax_str *fact_kind, uint32_t *deaths, int32_t *liability)
{
    bool accident = entry->kind == AX_FACT_ACCIDENT;
    *fact_kind = ax_str_c(ax_fact_kind_name((int32_t)entry->kind));
    *deaths = accident || entry->kind == AX_FACT_INSURANCE_CLAIM ? entry->bits : 0;
    *liability = accident ? (int32_t)entry->liability : AX_LIABILITY_UNSPECIFIED;
}

static void fill_fact(const struct ax_entry *entry, const struct ax_fact *fact, struct ax_line *out)
{
    memcpy(out->fact_digest, entry->id->digest, sizeof out->fact_digest);
    out->occurred_on = ax_line_day(entry);
    out->state = (int32_t)entry->state;
    out->synthetic = (entry->flags & AX_ENTRY_SYNTHETIC) != 0;
    out->facts = 1;
    ax_line_face(entry, &out->fact_kind, &out->deaths, &out->liability);
    if (fact != NULL) {
        out->source = fact->source;
        out->reference = fact->reference;
        out->subject = ax_fact_subject(fact);
        out->publish_until = fact->publish_until;
        out->use_until = fact->use_until;
    }
}

static void put_band(const struct ax_pack *pack, int32_t band, struct ax_line *out)
{
    if (band != AX_RATE_NO_BAND) {
        out->level = pack->bands[band].level;
        out->symbol = pack->bands[band].symbol;
    }
}

void ax_line_clocks(const struct ax_clocks *clocks, struct ax_line *out)
{
    if (clocks->rule != NULL) {
        out->publish_until = clocks->publish_until;
        out->archive_until = clocks->archive_until;
        out->repair_from = clocks->rule->repair_months > 0 ? clocks->repair_from : AX_DAY_NONE;
        out->use_until = clocks->use_until;
    }
}

void ax_line_fill(const struct ax_rate_line *from, uint32_t facts, const struct ax_pack *pack,
        const struct ax_ledger *ledger, const struct ax_fact *fact, struct ax_line *out)
{
    const struct word *word = word_of(pack, from->rule);
    if (from->rule == AX_LINE_NOT_COUNTED && from->entry < ledger->count) {
        word = why_not_counted(&ledger->entries[from->entry], word);
    }
    ax_message_init(&ax_line_message, out);
    out->facts = facts;
    out->points = from->points;
    out->level_shift = from->shift;
    out->counts_from = from->counts_from;
    out->counts_until = from->counts_until;
    if (word == NULL) {
        const struct ax_rule *rule = &pack->rules[from->rule];
        fill_rule(rule, out);
        out->kind = (int32_t)kind_of(rule);
        put_band(pack, rule->effect == AX_EFFECT_LEVEL ? rule->band : AX_RATE_NO_BAND, out);
    } else {
        if (from->rule == AX_LINE_CAP && from->entry < pack->rule_count) {
            fill_rule(&pack->rules[from->entry], out);
        } else if (from->rule != AX_LINE_NOT_COUNTED && from->rule != AX_LINE_SET_OFF) {
            out->legal_basis = pack->legal_basis;
            out->provenance = ax_str_c(ax_provenance_name(pack->provenance));
        }
        out->kind = (int32_t)word->kind;
        out->title_zh = ax_str_c(word->zh);
        out->title_en = ax_str_c(word->en);
        put_band(pack, from->rule == AX_LINE_BEST ? pack->missing_best_band : AX_RATE_NO_BAND, out);
    }
    if (from->rule != AX_LINE_CAP && from->entry < ledger->count) {
        fill_fact(&ledger->entries[from->entry], fact, out);
    }
}
