/* SPDX-License-Identifier: Apache-2.0 */
/* Servers and connectors name the broken rule in English; for the rules that people meet most, the same in Chinese. */
#include "services/anxin/cli.h"

struct rule {
    const char *begins; /* the English text begins so; the rest is particulars */
    const char *zh;
};

static const struct rule rules[] = {
        {"GB 11714: the organisation check", "主体标识码（第 9–17 位）校验码错误"},
        {"GB 32100: the check, character 18", "统一社会信用代码校验码（第 18 位）错误"},
        {"GB 32100: 统一社会信用代码 has 18 characters", "统一社会信用代码应为 18 位"},
        {"GB 32100: character", "统一社会信用代码含有字符集以外的字符"},
        {"the official placeholder", "占位代码不能作为企业代码"},
        {"must be a day of the calendar", "应为有效日期，如 2024-02-29"},
        {"must be a day from 1900-01-01", "应为有效日期，1900-01-01 至 2199-12-31"},
        {"must be a day, YYYY-MM-DD", "应为日期，格式 YYYY-MM-DD"},
        {"must be a day or a time", "应为日期或时间"},
        {"at most one day ahead of today", "日期最多可晚于今日一天"},
        {"a decision is not made before the act", "决定日期不得早于行为发生日期"},
        {"money must not be negative", "金额不得为负"},
        {"a count must not be negative", "数量不得为负"},
        {"must not be negative", "不得为负"},
        {"a count must be a whole number", "数量应为整数"},
        {"万元 have at most six decimals", "以万元计的金额最多六位小数（精确到分）"},
        {"元 have at most two decimals", "以元计的金额最多两位小数（精确到分）"},
        {"must be a number in plain decimal form", "应为普通十进制数字"},
        {"at most 256 bytes", "最多 256 字节"},
        {"must be UTF-8 without NUL", "应为 UTF-8 文本，且不含 NUL 字符"},
        {"must be UTF-8", "应为 UTF-8 文本"},
        {"must not hold control characters", "不得含控制字符"},
        {"must be given", "必填"},
        {"must not be empty", "不得为空"},
        {"unknown column", "未知的列"},
        {"this column stands there twice", "该列重复出现"},
        {"unknown value; known are", "未知的取值"},
        {"must be a value of its code list", "取值不在代码表内"},
        {"no such value of this enum", "取值不在枚举之内"},
        {"the file ends inside a row", "文件在一行中间结束"},
        {"a quote is not closed", "引号未闭合"},
        {"is a directory", "这是目录，应为文件"},
        {"cannot be opened", "无法打开"},
        {"nothing serves from this folder", "该目录下没有运行的服务，请先运行 anxin up，或用 --home、--config 指定"},
        {"no fact is known about it", "没有关于该企业的事实"},
        {"is empty", "内容为空"},
};

const char *ax_rule_zh(ax_str english)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (ax_str_starts(english, ax_str_c(rules[i].begins))) {
            return rules[i].zh;
        }
    }
    /* "at most N characters, this has M", whatever N is */
    return ax_str_starts(english, AX_STR("at most ")) && ax_str_find(english, AX_STR(" characters, this has "), NULL)
                   ? "文本过长"
                   : NULL;
}
