/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/page_words.h"

#include <stdarg.h>
#include <string.h>

static const struct {
    const char *en;
    const char *zh;
} words[AX_WORD_COUNT] = {
        [AX_WORD_HEAD_SHORT] = {"In short", "结论"},
        [AX_WORD_ON] = {"Rated on {1} by rule pack {2}", "评价日 {1}，规则包 {2}"},
        [AX_WORD_KNOWN_AT] = {"By what was known at {1}: what came to be known later is not in it.",
                "依据截至 {1} 已知的事实，其后获知的未计入。"},
        [AX_WORD_LEVEL] = {"Level: {1} ({2})  points: {3}", "等级：{1}（{2}）  分值：{3}"},
        [AX_WORD_LEVEL_OWN] = {"Level: {1}, that is {2} ({3})  points: {4}", "等级：{1}，对应 {2}（{3}）  分值：{4}"},
        [AX_WORD_UNRATED] =
                {"Level: unrated: nothing is known of it that the rules rate. That is neither good nor bad.",
                        "等级：未评。没有可供评价的记录，既不说明好，也不说明坏。"},
        [AX_WORD_UNCOVERED] =
                {"Level: unrated: no rule pack covers its place and trade on this day. That is neither good nor bad.",
                        "等级：未评。当日没有适用于其地区和行业的规则包，既不说明好，也不说明坏。"},
        [AX_WORD_SCORE] = {"Risk score: {1}, grade {2}", "风险评分：{1}，评级 {2}"},
        [AX_WORD_SCORE_NR] =
                {"Risk score: NR, not rated. Too little is known of this enterprise itself ({1} %); what is "
                 "expected below is its peers'. NR is neither good nor bad.",
                        "风险评分：NR（不予评分）。企业自身可用信息过少（{1}%），下文预计值取自同行。NR "
                        "既不说明好，也不说明坏。"},
        [AX_WORD_SCORE_NONE] = {"Risk score: none; no parameters cover this enterprise.",
                "风险评分：无，没有适用的参数。"},
        [AX_WORD_INTERVAL] = {", between {1} and {2} with 90 % certainty", "，90% 区间 {1}–{2}"},
        [AX_WORD_COST_RATIO] =
                {"Accidents are expected to cost {1} times what they cost its peers (600 = peers' average).",
                        "预计事故成本为同行平均的 {1} 倍（600 分为同行平均）。"},
        [AX_WORD_PERCENTILE] = {"Of 100 of its peers {1} {1|scores|score} lower.", "100 家同行中有 {1} 家评分更低。"},
        [AX_WORD_CREDIBILITY_HIGH] = {"Credibility {1} %: the score rests mostly on its own record.",
                "可信度 {1}%：评分主要依据企业自身记录。"},
        [AX_WORD_CREDIBILITY_MIDDLE] = {"Credibility {1} %: about half its own record, about half that of its peers.",
                "可信度 {1}%：约一半依据自身记录，一半依据同行。"},
        [AX_WORD_CREDIBILITY_LOW] = {"Credibility {1} %: the score rests mostly on its peers; its own record is short.",
                "可信度 {1}%：自身记录尚少，评分主要依据同行。"},
        [AX_WORD_CREDIBILITY_SILENT] =
                {"Credibility {1} %, for its exposure alone, of which nothing is known but silence.",
                        "可信度 {1}%：仅因其暴露量，除静默外并无记录。"},
        [AX_WORD_ESTIMATED] = {"Estimated: no fact states hours or employees, so they are put in from its peers.",
                "估计：没有工时或从业人数数据，按同行估计。"},
        [AX_WORD_SILENT] = {"Silent: nothing was reported, where its peers would have some record by now: that is not "
                            "the same as nothing "
                            "happened. The score below is no praise.",
                "静默：没有任何上报，而同等规模的同行此时应已有记录。没有上报不等于没有发生，以下评分不能视为好评。"},
        [AX_WORD_WATCH] = {"Watch: something open may change the rating soon: {1}.",
                "关注：存在可能很快改变评价的未决事项：{1}。"},
        [AX_WORD_WATCH_ACCIDENT] = {"a fatal accident is under investigation", "死亡事故调查中"},
        [AX_WORD_WATCH_PENALTY] = {"a grave penalty is under objection", "严重处罚异议处理中"},
        [AX_WORD_WATCH_CANDIDATE] = {"it is a candidate for a list", "已提出列入名单的建议"},
        [AX_WORD_INCOMPLETE] =
                {"Incomplete: a record of this enterprise could not be read (anxin rejects list): it is not in.",
                        "不完整：该企业有记录无法读取（见 anxin rejects list），未计入。"},
        [AX_WORD_CONFLICTS] = {"{1} {1|fact|facts} came with two contents under one revision; one of them counts.",
                "{1} 条事实同一版本有两种内容，计其中之一。"},
        [AX_WORD_STANDARDISATION_MISSING] = {"Nothing is known about its safety standardisation.",
                "未见安全生产标准化信息。"},
        [AX_WORD_BOTH] =
                {"The level follows the law rule by rule; the score says what is to be expected. Neither is made from "
                 "the other.",
                        "等级依法逐条认定；评分预测风险。两者互不推算。"},

        [AX_WORD_HEAD_REASONS] = {"Principal reasons", "主要原因"},
        [AX_WORD_NO_REASONS] = {"Nothing speaks against it.", "没有不利因素。"},

        [AX_WORD_HEAD_LEVEL] = {"How the level came about", "等级的由来"},
        [AX_WORD_COLUMN_POINTS] = {"POINTS", "分值"},
        [AX_WORD_COLUMN_RULE] = {"RULE", "规则"},
        [AX_WORD_COLUMN_FACT] = {"FACT", "事实"},
        [AX_WORD_COLUMN_ON] = {"ON", "发生日"},
        [AX_WORD_COLUMN_UNTIL] = {"COUNTS UNTIL", "计至"},
        [AX_WORD_COLUMN_BASIS] = {"BASIS", "依据"},
        [AX_WORD_NOTE] = {"note", "提示"},
        [AX_WORD_MOVED] = {"level ", "等级"},
        [AX_WORD_CAP] = {"cap: {1}", "上限：{1}"},
        [AX_WORD_MORE_FACTS] = {"{1} more {1|fact|facts} of this kind, together", "同类事实另有 {1} 条，合计"},
        [AX_WORD_SUM_LEVEL] = {"= {1}", "= {1}"},
        [AX_WORD_NOT_COUNTED] = {"{1} more {1|fact does|facts do} not count on this day (--all lists {1|it|them}).",
                "另有 {1} 条事实当日不计（--all 逐条列出）。"},
        [AX_WORD_NOT_COUNTED_ALL] = {"{1} more {1|fact does|facts do} not count on this day:",
                "另有 {1} 条事实当日不计："},
        [AX_WORD_UNRULED] =
                {"No rule pack applies, so there are no points. {1} {1|fact is|facts are} known, which no rule "
                 "rates:",
                        "没有适用的规则包，故无分值。已知事实 {1} 条，均不依任何规则评价："},
        [AX_WORD_UNRULED_MORE] = {"and {1} more (--all lists {1|it|them}).", "另有 {1} 条（--all 逐条列出）。"},
        [AX_WORD_BASIS_OURS] = {"ours, no source", "本项目设定，无出处"},
        [AX_WORD_BASIS_SECONDARY] = {"from a secondary source", "据二手资料"},
        [AX_WORD_BASIS_RECALLED] = {"the text was not read", "未核对原文"},
        [AX_WORD_SYNTHETIC] = {"[made up] ", "［虚构］"},
        [AX_WORD_OBJECTED_MARK] = {"[objected] ", "［异议中］"},

        [AX_WORD_HEAD_SCORE] = {"How the score came about", "评分的由来"},
        [AX_WORD_SCORE_INTRO] = {"Compared with: {1}. Every line is whole points; together they are the score.",
                "比较对象：{1}。各行均为整数分，合计即评分。"},
        [AX_WORD_SCORE_NR_INTRO] = {"Compared with: {1}. No points, since there is no score; what is known is below.",
                "比较对象：{1}。不予评分，故无分值；已知情况如下。"},
        [AX_WORD_START] = {"average of its peers", "同行平均"},
        [AX_WORD_CHANNEL_WEIGHT] = {"weighs {1} today, peers {2}", "现值 {1}，同行 {2}"},
        [AX_WORD_SHARE] = {"{1} % of it", "占 {1}%"},
        [AX_WORD_SUM_SCORE] = {"= {1}", "= {1}"},

        [AX_WORD_HEAD_EXPECTED] = {"What is to be expected in 12 months", "未来十二个月预计"},
        [AX_WORD_EXPOSURE_DAYS] = {"Exposure: {1} years of operation", "暴露量：{1} 年运行时间"},
        [AX_WORD_EXPOSURE_HOURS] = {"Exposure: {1} labour hours", "暴露量：{1} 工时"},
        [AX_WORD_LOST_TIME] = {"Accidents with lost time", "损失工时事故"},
        [AX_WORD_SEVERE] = {"Accidents with death or permanent disability", "死亡或永久伤残事故"},
        [AX_WORD_EXPECTED] = {"{1}: {2} (peers: {3}), chance of at least one: {4}",
                "{1}：{2} 起（同行 {3}），至少一起的概率 {4}"},
        [AX_WORD_COST] =
                {"Cost of accidents: CNY {1} (peers: {2}), by the costs of an event that the parameters set (ours)",
                        "事故成本：{1} 元（同行 {2} 元），按参数所设单次成本计（本项目设定）"},
        [AX_WORD_MODEL_OURS] = {"The parameters are ours: start values, not fitted to data of this industry.",
                "参数为本项目设定的起始值，未经本行业数据拟合。"},

        [AX_WORD_HEAD_RAISE] = {"What would raise it", "如何改善"},
        [AX_WORD_NO_RAISE] = {"Nothing known that could be contested, repaired or provided.",
                "没有可异议、可修复或可补齐的事项。"},
        [AX_WORD_LEVEL_THEN] = {"level {1}", "等级 {1}"},
        [AX_WORD_POINTS_GAINED] = {"points {1}", "分值 {1}"},
        [AX_WORD_SCORE_GAINED] = {"score {1}", "评分 {1}"},
        [AX_WORD_NOTHING_GAINED] = {"alone it would change nothing", "单独不改变评价"},
        [AX_WORD_FROM_DAY] = {"; may be asked for from {1}", "；{1} 起可申请"},
        [AX_WORD_RAISE_LEFT_OFF] = {"There are more than can be worked out one by one.", "事项过多，未逐一列出。"},

        [AX_WORD_HEAD_TIME] = {"What time alone will do, without any new fact", "无新事实时的变化"},
        [AX_WORD_NEVER] = {"The level will not change.", "等级不会变动。"},
        [AX_WORD_NEXT] = {"Next change on {1}: from {2} to {3}", "下次变动 {1}：由 {2} 变为 {3}"},
        [AX_WORD_RULE_ENDS] = {"no longer counts: {1}", "不再计入：{1}"},
        [AX_WORD_RULE_BEGINS] = {"begins to count: {1}", "开始计入：{1}"},
        [AX_WORD_RULE_CHANGES] = {"counts otherwise: {1} ({2} → {3})", "计法变化：{1}（{2} → {3}）"},
        [AX_WORD_EDITION] = {"by other rules: {1} (of the packs {2})", "规则更换：{1}（规则包 {2}）"},
        [AX_WORD_EDITION_NONE] = {"by other rules: no rule pack covers it any more (of the packs {1})",
                "规则更换：不再有适用的规则包（规则包 {1}）"},
        [AX_WORD_LATER] = {"From {1}: {2}", "自 {1}：{2}"},
        [AX_WORD_GRADE_ON] = {"The score reaches grade {1} on {2}, by time alone.",
                "仅靠时间推移，评级将于 {2} 升至 {1}。"},
        [AX_WORD_GRADE_NEVER] = {"Time alone leads to no better grade within ten years.",
                "十年内仅靠时间推移不会升级。"},
        [AX_WORD_GRADE_BEST] = {"The score has the best grade.", "评级已是最高。"},
        [AX_WORD_OUTLOOK_POSITIVE] = {"Outlook positive: {1} points in 90 days (from {2} on).",
                "展望正面：90 天内 {1} 分（达 {2} 分即为正面）。"},
        [AX_WORD_OUTLOOK_STABLE] = {"Outlook stable: {1} points in 90 days (an outlook from {2} on).",
                "展望稳定：90 天内 {1} 分（变动不足 {2} 分）。"},
        [AX_WORD_OUTLOOK_NEGATIVE] = {"Outlook negative: {1} points in 90 days (from {2} on).",
                "展望负面：90 天内 {1} 分（达 {2} 分即为负面）。"},

        [AX_WORD_HEAD_OBJECTIONS] = {"Facts under objection", "异议处理中的事实"},
        [AX_WORD_WITH_OBJECTED] = {"With the facts under objection ({1}): {2}", "计入 {1} 条有异议的事实：{2}"},
        [AX_WORD_WITHOUT_OBJECTED] = {"Without the facts under objection: {1}", "剔除异议事实后：{1}"},

        [AX_WORD_HEAD_CLOCKS] = {"How long each record lasts", "各条记录的期限"},
        [AX_WORD_COLUMN_RECORD] = {"RECORD", "记录"},
        [AX_WORD_COLUMN_COUNTS] = {"COUNTS UNTIL", "计分至"},
        [AX_WORD_COLUMN_PUBLISH] = {"PUBLISHED", "公示至"},
        [AX_WORD_COLUMN_USE] = {"USED", "使用至"},
        [AX_WORD_COLUMN_REPAIR] = {"REPAIR FROM", "可修复自"},
        [AX_WORD_COLUMN_ARCHIVE] = {"KEPT", "保存至"},
        [AX_WORD_MORE_RECORDS] = {"{1} more {1|record|records} (--json names {1|it|them}).",
                "另有 {1} 条记录（--json 逐条列出）。"},

        [AX_WORD_HEAD_DATA] = {"What it was made from", "数据与摘要"},
        [AX_WORD_FACTS] = {"{1} {1|fact|facts}", "事实 {1} 条"},
        [AX_WORD_FACTS_SYNTHETIC] = {"; {1} of them made up, marked so above", "，其中 {1} 条为虚构，上文已标注"},
        [AX_WORD_FACTS_ALL_SYNTHETIC] = {"; {1|it is|all of them are} made up", "，全部为虚构数据"},
        [AX_WORD_HEAD_INSPECTIONS] = {"How often it may be inspected", "执法检查频次上限"},
        [AX_WORD_INSPECTIONS] = {"At most {1} {1|inspection|inspections} and {2} {2|visit|visits} a year.",
                "每年执法检查不超过 {1} 次，入企指导不超过 {2} 次。"},
        [AX_WORD_INSPECTIONS_STOPPED] = {"Of one that has long stopped, at most {1} {1|inspection|inspections}.",
                "长期停产的，执法检查不超过 {1} 次。"},
        [AX_WORD_LEDGER] = {"ledger      {1}", "台账    {1}"},
        [AX_WORD_PACK] = {"rule packs  {1}", "规则包  {1}"},
        [AX_WORD_PARAMETERS] = {"parameters  {1}  {2}", "参数    {1}  {2}"},
        [AX_WORD_READ] = {"read until partition {1}, offset {2}", "读至分区 {1}，位移 {2}"},
};

const char *ax_word_text(const struct ax_cli *cli, enum ax_word word)
{
    return ax_cli_text(cli, words[word].en, words[word].zh);
}

/* "{1}", or "{1|fact|facts}" by whether the argument is one; returns what is behind it. */
static const char *put_place(const char *place, const char *argument)
{
    const char *end = strchr(place, '}');
    if (place[2] == '}') {
        (void)fputs(argument, stdout);
        return end + 1;
    }
    const char *one = place + 3;
    const char *many = strchr(one, '|') + 1;
    bool single = strcmp(argument, "1") == 0;
    (void)printf("%.*s", (int)(single ? many - 1 - one : end - many), single ? one : many);
    return end + 1;
}

void ax_word_put(const struct ax_cli *cli, enum ax_word word, ...)
{
    const char *arguments[AX_WORD_ARGUMENTS_MAX] = {NULL};
    const char *text = ax_word_text(cli, word);
    int most = 0;
    for (const char *at = strchr(text, '{'); at != NULL; at = strchr(at + 1, '{')) {
        most = at[1] - '0' > most ? at[1] - '0' : most;
    }
    AX_ASSERT(most <= AX_WORD_ARGUMENTS_MAX);
    va_list list;
    va_start(list, word);
    for (int i = 0; i < most; i++) {
        arguments[i] = va_arg(list, const char *);
    }
    va_end(list);
    for (const char *at = text; *at != '\0';) {
        if (*at == '{') {
            at = put_place(at, arguments[at[1] - '1']);
        } else {
            (void)fputc(*at++, stdout);
        }
    }
}
