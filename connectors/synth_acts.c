/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/synth_facts.h"

struct violation {
    const char *type;
    const char *fact;
    const char *basis;
};

static const struct violation violations[] = {
        {"教育培训", "未按照规定对从业人员进行安全生产教育和培训", "《中华人民共和国安全生产法》第九十七条第三项"},
        {"隐患排查", "未将事故隐患排查治理情况如实记录", "《中华人民共和国安全生产法》第九十七条第五项"},
        {"设备设施", "安全设备的安装、使用、检测不符合国家标准", "《中华人民共和国安全生产法》第九十九条第二项"},
        {"警示标志", "未在有较大危险因素的设施上设置明显的安全警示标志",
                "《中华人民共和国安全生产法》第九十九条第一项"},
        {"危险作业", "进行危险作业未安排专门人员进行现场安全管理", "《中华人民共和国安全生产法》第一百零一条第三项"},
        {"应急预案", "未按照规定制定生产安全事故应急救援预案", "《中华人民共和国安全生产法》第九十七条第六项"},
};

static struct ax_fact *add_penalty(struct ax_synth_facts *s, int32_t day, uint32_t categories, int32_t tier)
{
    uint32_t which = ax_random_below(&s->random, sizeof violations / sizeof violations[0]);
    struct ax_fact *fact = ax_synth_add(s, "creditchina", "p", AX_FACT_ENFORCEMENT_PENALTY, day);
    struct ax_enforcement_penalty *p = &fact->enforcement_penalty;
    int year;
    int month;
    int date;
    ax_day_split(day, &year, &month, &date);
    fact->decided_on = day;
    /* The layout of 双公示 says neither. */
    fact->region = AX_STR("");
    fact->industry = AX_STR("");
    fact->industry_edition = AX_STR("");
    p->authority = ax_synth_text(s, "%s示例应急管理局", s->profile.city);
    p->document_number = ax_synth_text(s, "（示）应急罚〔%d〕%s-%zu号", year, s->profile.code + 10, s->count);
    fact->reference = ax_synth_text(s, "%.*s/%.*s", AX_ARG(p->authority), AX_ARG(p->document_number));
    p->categories = categories;
    p->tier = tier;
    p->violation_type = ax_str_c(violations[which].type);
    p->violation = ax_str_c(violations[which].fact);
    p->legal_basis = ax_str_c(violations[which].basis);
    return fact;
}

enum {
    WARNING = 1 << AX_PENALTY_CATEGORY_WARNING,
    FINE = 1 << AX_PENALTY_CATEGORY_FINE,
    RESTRICTION = 1 << AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION,
};

static void add_minor(struct ax_synth_facts *s, int32_t day)
{
    add_penalty(s, day, WARNING, AX_PENALTY_TIER_MINOR)->enforcement_penalty.content = AX_STR("警告");
}

static void add_general(struct ax_synth_facts *s, int32_t day)
{
    uint32_t categories = ax_random_percent(&s->random, 40) ? FINE | WARNING : FINE;
    struct ax_enforcement_penalty *p = &add_penalty(s, day, categories, AX_PENALTY_TIER_GENERAL)->enforcement_penalty;
    uint32_t thousands = (uint32_t)ax_random_between(&s->random, 5, 98);
    p->fine_fen = (int64_t)thousands * 100000;
    p->content = ax_synth_text(s, "罚款人民币%u千元", (unsigned)thousands);
}

static void add_serious(struct ax_synth_facts *s, int32_t day)
{
    struct ax_enforcement_penalty *p =
            &add_penalty(s, day, FINE | RESTRICTION, AX_PENALTY_TIER_SERIOUS)->enforcement_penalty;
    uint32_t thousands = (uint32_t)ax_random_between(&s->random, 100, 900);
    p->fine_fen = (int64_t)thousands * 100000;
    p->content = ax_synth_text(s, "罚款人民币%u千元，限制开展生产经营活动", (unsigned)thousands);
}

/* From the enforcement system itself, which says more than the public layout. */
static struct ax_fact *add_enforced(struct ax_synth_facts *s, int32_t day, int64_t fine_fen)
{
    struct ax_fact *fact = ax_synth_add(s, "enforcement", "x", AX_FACT_ENFORCEMENT_PENALTY, day);
    struct ax_enforcement_penalty *p = &fact->enforcement_penalty;
    fact->decided_on = day;
    p->authority = ax_synth_text(s, "%s示例应急管理局", s->profile.city);
    p->document_number = ax_synth_text(s, "（示）应急案〔%s〕%zu号", s->profile.code + 10, s->count);
    p->categories = FINE;
    p->tier = AX_PENALTY_TIER_GENERAL;
    p->fine_fen = fine_fen;
    p->content = AX_STR("罚款");
    return fact;
}

static struct ax_accident *add_accident(struct ax_synth_facts *s, int32_t day, uint32_t deaths, uint32_t injuries)
{
    static const char *const categories[] = {"01", "02", "03", "05", "08", "10", "20"};
    struct ax_fact *fact = ax_synth_add(s, "accidents", "a", AX_FACT_ACCIDENT, day);
    struct ax_accident *a = &fact->accident;
    a->accident_id = fact->reference;
    a->category = ax_str_c(categories[ax_random_below(&s->random, sizeof categories / sizeof categories[0])]);
    a->category_edition = AX_STR("1986");
    a->deaths = deaths;
    a->serious_injuries = injuries;
    a->direct_loss_fen = (int64_t)(deaths * 120 + injuries * 30 + 5 + ax_random_below(&s->random, 60)) * 1000000;
    a->lost_workdays = deaths * 6000 + injuries * (uint64_t)ax_random_between(&s->random, 105, 900);
    a->grade = deaths >= 3 ? AX_ACCIDENT_GRADE_LARGER : AX_ACCIDENT_GRADE_GENERAL;
    a->liability = ax_random_percent(&s->random, 60) ? AX_LIABILITY_MAIN : AX_LIABILITY_GENERAL;
    a->stage = AX_ACCIDENT_STAGE_PENALISED;
    return a;
}

/* The accident, the fine that answers it, and the claim that pays for it. */
static struct ax_accident *add_liable_accident(
        struct ax_synth_facts *s, int32_t day, uint32_t deaths, uint32_t injuries)
{
    struct ax_accident *a = add_accident(s, day, deaths, injuries);
    int32_t decided = day + ax_random_between(&s->random, 40, 150);
    if (decided <= s->until) {
        int64_t fine = deaths >= 3 ? 150000000 : 50000000;
        add_enforced(s, decided, fine)->enforcement_penalty.accident_id = a->accident_id;
    }
    ax_synth_add_claim(s, day, a);
    return a;
}

static void add_general_accident(struct ax_synth_facts *s, int months_from, int months_to)
{
    bool fatal = ax_random_percent(&s->random, 70);
    uint32_t deaths = fatal ? 1 + ax_random_below(&s->random, 2) : 0;
    (void)add_liable_accident(s, ax_synth_day(s, months_from, months_to), deaths,
            fatal ? ax_random_below(&s->random, 3) : 1 + ax_random_below(&s->random, 4));
}

static void add_list_entry(struct ax_synth_facts *s)
{
    int32_t from = ax_synth_day(s, 1, 30);
    struct ax_fact *fact = ax_synth_add(s, "lists", "l", AX_FACT_LIST_ENTRY, from);
    struct ax_list_entry *l = &fact->list_entry;
    l->list = AX_LIST_KIND_SERIOUS_DISHONESTY;
    l->condition = AX_STR("B4");
    l->authority = AX_STR("示例省应急管理厅");
    l->document_number = ax_synth_text(s, "（示）严失〔%s〕1号", s->profile.code + 10);
    l->listed_from = from;
    l->listed_until = ax_day_add_months(from, 36) - 1;
    fact->decided_on = from;
}

static void add_poor_acts(struct ax_synth_facts *s)
{
    if (s->plan.listed) {
        add_list_entry(s);
    }
    if (s->plan.unlicensed) {
        struct ax_fact *fact = add_enforced(s, ax_synth_day(s, 0, 11), 20000000);
        fact->enforcement_penalty.unlicensed_operation = true;
        fact->enforcement_penalty.violation = AX_STR("未取得安全生产许可证擅自进行生产");
    }
    if (s->plan.larger_accident) {
        (void)add_liable_accident(s, ax_synth_day(s, 0, 12), (uint32_t)ax_random_between(&s->random, 3, 7), 2);
    }
    if (s->plan.concealed) {
        add_liable_accident(s, ax_synth_day(s, 0, 30), 1, 1)->concealed = true;
    }
}

void ax_synth_add_acts(struct ax_synth_facts *s)
{
    const struct ax_synth_plan *p = &s->plan;
    for (int i = 0; i < p->recent_minor; i++) {
        add_minor(s, ax_synth_day(s, 0, 12));
    }
    for (int i = 0; i < p->recent_general; i++) {
        add_general(s, ax_synth_day(s, 0, 12));
    }
    for (int i = 0; i < p->older_general; i++) {
        if (ax_random_percent(&s->random, 35)) {
            add_minor(s, ax_synth_day(s, 12, 58));
        } else {
            add_general(s, ax_synth_day(s, 12, 58));
        }
    }
    for (int i = 0; i < p->older_serious; i++) {
        add_serious(s, ax_synth_day(s, 12, 36));
    }
    for (int i = 0; i < p->recent_accidents; i++) {
        add_general_accident(s, 0, 12);
    }
    for (int i = 0; i < p->older_accidents; i++) {
        add_general_accident(s, 12, 36);
    }
    add_poor_acts(s);
    if (p->not_liable) {
        struct ax_accident *a = add_accident(s, ax_synth_day(s, 6, 48), 1, 0);
        a->liability = AX_LIABILITY_NONE;
        a->stage = AX_ACCIDENT_STAGE_APPROVED;
    }
    for (uint32_t i = ax_random_below(&s->random, 3); i > 0; i--) {
        ax_synth_add_claim(s, ax_synth_day(s, 0, 58), NULL);
    }
}
