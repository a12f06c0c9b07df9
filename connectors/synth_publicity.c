/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/synth.h"

#include "base/csv.h"

#include <stdio.h>

static const char *const columns[] = {"行政相对人名称", "行政相对人类别", "行政相对人代码_1（统一社会信用代码）",
        "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据", "处罚类别", "处罚内容", "罚款金额（万元）",
        "处罚决定日期", "处罚有效期", "处罚机关", "处罚机关统一社会信用代码", "数据来源单位",
        "数据来源单位统一社会信用代码", "备注"};

bool ax_synth_is_publicity(const struct ax_fact *fact)
{
    return fact->kind == AX_FACT_ENFORCEMENT_PENALTY && ax_str_eq(fact->source, AX_STR("creditchina"));
}

void ax_synth_put_publicity_header(struct ax_buf *out)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        ax_csv_put(out, ax_str_c(columns[i]), i == 0);
    }
    ax_buf_put_u8(out, '\n');
}

static const char *category_words(uint32_t categories, char *buf, size_t size)
{
    static const struct {
        uint32_t category;
        const char *word;
    } words[] = {{AX_PENALTY_CATEGORY_WARNING, "警告"}, {AX_PENALTY_CATEGORY_FINE, "罚款"},
            {AX_PENALTY_CATEGORY_ACTIVITY_RESTRICTION, "限制开展生产经营活动"}};
    size_t at = 0;
    buf[0] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((categories >> words[i].category & 1) != 0) {
            int n = snprintf(buf + at, size - at, "%s%s", at == 0 ? "" : "；", words[i].word);
            at += n < 0 ? 0 : (size_t)n;
        }
    }
    return buf;
}

void ax_synth_put_publicity(const struct ax_fact *fact, struct ax_buf *out)
{
    AX_ASSERT(ax_synth_is_publicity(fact));
    const struct ax_enforcement_penalty *p = &fact->enforcement_penalty;
    char words[128];
    char fine[32] = "";
    char day[AX_DAY_TEXT_SIZE];
    if (p->fine_fen > 0) {
        (void)snprintf(fine, sizeof fine, "%lld.%06lld", (long long)(p->fine_fen / 1000000),
                (long long)(p->fine_fen % 1000000));
    }
    const ax_str cells[] = {fact->enterprise_name, AX_STR("法人及非法人组织"), fact->enterprise, p->document_number,
            p->violation_type, p->violation, p->legal_basis,
            ax_str_c(category_words(p->categories, words, sizeof words)), p->content, ax_str_c(fine),
            ax_str_c(ax_day_format(fact->decided_on, day)), AX_STR("2099-12-31"), p->authority,
            AX_STR("00000000000000000X"), p->authority, AX_STR("00000000000000000X"), AX_STR("合成数据（虚构）")};
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        ax_csv_put(out, cells[i], i == 0);
    }
    ax_buf_put_u8(out, '\n');
}
