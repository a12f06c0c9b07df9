/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/synth_plan.h"

#include <stdio.h>

static const struct ax_synth_sector sectors[] = {
        {"0610", "煤业", "t", 22, true},
        {"0810", "铁矿", "t", 5, true},
        {"1019", "石料", "t", 8, true},
        {"2521", "焦化", "t", 9, true},
        {"2614", "化工", "t", 10, true},
        {"3110", "炼铁", "t", 6, true},
        {"3217", "镁业", "t", 6, true},
        {"3391", "铸造", "t", 8, false},
        {"3011", "水泥", "t", 8, false},
        {"3411", "机械", "台", 10, false},
        {"1751", "纺织", "t", 4, false},
        {"1432", "食品", "t", 4, false},
        {"4710", "建工", "m2", 40, true},
        {"4813", "市政", "km", 25, true},
        {"4910", "安装", "m2", 20, true},
        {"5011", "装饰", "m2", 15, false},
};
enum { USUAL_SECTORS = 12 }; /* the rest is made where it is asked for */

static const struct {
    const char *code; /* GB/T 2260 */
    const char *name;
    const char *province;
} cities[] = {{"140100", "太原", "晋"}, {"140200", "大同", "晋"}, {"140300", "阳泉", "晋"}, {"140400", "长治", "晋"},
        {"140500", "晋城", "晋"}, {"140600", "朔州", "晋"}, {"140700", "晋中", "晋"}, {"140800", "运城", "晋"},
        {"140900", "忻州", "晋"}, {"141000", "临汾", "晋"}, {"141100", "吕梁", "晋"}, {"341200", "阜阳", "皖"},
        {"370100", "济南", "鲁"}, {"370200", "青岛", "鲁"}, {"370300", "淄博", "鲁"}, {"370600", "烟台", "鲁"},
        {"410100", "郑州", "豫"}, {"410300", "洛阳", "豫"}, {"410400", "平顶山", "豫"}, {"430100", "长沙", "湘"},
        {"430200", "株洲", "湘"}, {"431000", "郴州", "湘"}};
enum { USUAL_CITIES = 11 };

static const char *const first_words[] = {"安", "宝", "诚", "昌", "德", "鼎", "丰", "福", "光", "广", "海", "浩", "恒",
        "宏", "华", "汇", "吉", "佳", "锦", "隆"};
static const char *const second_words[] = {"泰", "源", "盛", "达", "通", "瑞", "祥", "兴", "旺", "远", "茂", "康", "信",
        "利", "和", "顺", "峰", "岳", "川", "磊"};

#define COUNT(list) ((uint32_t)(sizeof(list) / sizeof((list)[0])))

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* 91 + a county 90 of the city, which does not exist + MA + six characters that no two enterprises share + checks. */
static void make_code(uint32_t index, uint64_t seed, const char *region, char code[AX_USCC_LEN + 1])
{
    const uint64_t all = UINT64_C(887503681); /* 31^6 */
    uint64_t state = seed;
    uint64_t number = (index * UINT64_C(104729) + ax_random_mix(&state) % all) % all;
    (void)snprintf(code, AX_USCC_LEN + 1, "91%.4s90MA", region);
    for (int i = 15; i >= 10; i--) {
        code[i] = alphabet[number % 31];
        number /= 31;
    }
    code[16] = ax_uscc_organisation_check(code + 8);
    code[17] = ax_uscc_check_character(code);
    code[18] = '\0';
}

static uint32_t make_size(struct ax_random *random)
{
    static const uint32_t bounds[] = {8, 25, 60, 150, 400, 1200, 4000};
    static const uint8_t shares[] = {18, 26, 24, 18, 10, 4};
    uint32_t at = ax_random_below(random, 100);
    size_t i = 0;
    while (i + 1 < sizeof shares && at >= shares[i]) {
        at -= shares[i++];
    }
    return (uint32_t)ax_random_between(random, (int32_t)bounds[i], (int32_t)bounds[i + 1]);
}

static bool is_wanted(const char *code, const struct ax_strs *prefixes, bool usual)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(ax_str_c(code), prefixes->items[i])) {
            return true;
        }
    }
    return prefixes->count == 0 && usual;
}

bool ax_synth_choose(const struct ax_strs *industries, const struct ax_strs *regions, struct ax_synth_choice *out)
{
    *out = (struct ax_synth_choice){.sector_count = 0};
    for (size_t i = 0; i < COUNT(sectors); i++) {
        if (is_wanted(sectors[i].industry, industries, i < USUAL_SECTORS)) {
            out->sectors[out->sector_count++] = (uint8_t)i;
            out->shares += sectors[i].share;
        }
    }
    for (size_t i = 0; i < COUNT(cities); i++) {
        if (is_wanted(cities[i].code, regions, i < USUAL_CITIES)) {
            out->cities[out->city_count++] = (uint8_t)i;
        }
    }
    return out->sector_count > 0 && out->city_count > 0;
}

void ax_synth_make_profile(uint32_t index, uint64_t seed, const struct ax_synth_choice *choice,
        struct ax_random *random, struct ax_synth_profile *out)
{
    uint32_t at = ax_random_below(random, choice->shares);
    uint32_t sector = 0;
    while (sector + 1 < choice->sector_count && at >= sectors[choice->sectors[sector]].share) {
        at -= sectors[choice->sectors[sector++]].share;
    }
    uint32_t city = choice->cities[ax_random_below(random, choice->city_count)];
    out->sector = &sectors[choice->sectors[sector]];
    out->region = cities[city].code;
    out->city = cities[city].name;
    out->employees = make_size(random);
    make_code(index, seed, out->region, out->code);
    (void)snprintf(out->name, sizeof out->name, "%s示例%s%s%s%s有限公司", cities[city].province, out->city,
            first_words[ax_random_below(random, COUNT(first_words))],
            second_words[ax_random_below(random, COUNT(second_words))], out->sector->suffix);
}

static uint32_t greatest_common_divisor(uint32_t a, uint32_t b)
{
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* A place of its own for every enterprise, 0..count-1. */
static uint32_t place_of(uint32_t index, uint32_t count, uint64_t seed)
{
    uint64_t state = seed ^ UINT64_C(0xA11CE);
    uint32_t step = 1 + (uint32_t)(ax_random_mix(&state) % count);
    while (greatest_common_divisor(step, count) != 1) {
        step++;
    }
    uint32_t shift = (uint32_t)(ax_random_mix(&state) % count);
    return (uint32_t)(((uint64_t)index * step + shift) % count);
}

/* Shares of A1 … D in 1/10000: 0.5 / 33 / 57.5 / 9 %. */
static const uint16_t level_shares[AX_SYNTH_LEVELS] = {25, 25, 300, 1000, 2000, 2750, 1900, 1100, 900};

static uint32_t level_of(uint32_t index, uint32_t count, uint64_t seed)
{
    uint32_t place = place_of(index, count, seed);
    /* In a small province one enterprise stands for each of the two rarest levels. */
    if (count >= 20 && count < 400 && place < 2) {
        return place;
    }
    uint64_t at = ((uint64_t)place * 20000 + 10000) / count; /* 1/20000, in the middle of its place */
    uint32_t level = 0;
    while (level + 1 < AX_SYNTH_LEVELS && at >= 2U * level_shares[level]) {
        at -= 2U * level_shares[level++];
    }
    return count < 400 && level < 2 ? 2 : level;
}

static void plan_excellent_or_good(uint32_t level, struct ax_random *random, struct ax_synth_plan *p)
{
    uint32_t way = ax_random_below(random, 10);
    p->standardisation = AX_STANDARDISATION_LEVEL_TWO;
    switch (level) {
    case 0: /* A1 */
        p->standardisation = AX_STANDARDISATION_LEVEL_ONE;
        p->engineers = (uint8_t)ax_random_between(random, 5, 12);
        p->commendations = (uint8_t)ax_random_between(random, 2, 3);
        return;
    case 1: /* A2 */
        p->standardisation = AX_STANDARDISATION_LEVEL_ONE;
        p->engineers = (uint8_t)ax_random_below(random, 3);
        p->commendations = (uint8_t)ax_random_below(random, 2);
        return;
    case 2: /* B1 */
        if (way < 3) {
            p->standardisation = AX_STANDARDISATION_LEVEL_ONE;
            p->recent_general = 1;
            return;
        }
        p->engineers = (uint8_t)ax_random_between(random, 5, 9);
        p->commendations = (uint8_t)ax_random_between(random, 1, 2);
        return;
    case 3: /* B2 */
        p->recent_minor = way < 3 ? 1 : 0;
        p->engineers = (uint8_t)ax_random_below(random, 3);
        p->commendations = way == 9 ? 1 : 0;
        return;
    default: /* B3 */
        p->recent_general = way < 3 ? 1 : 0;
        p->older_accidents = way == 3 ? 1 : 0;
        p->standardisation = way < 4 ? AX_STANDARDISATION_LEVEL_TWO : AX_STANDARDISATION_LEVEL_THREE;
        p->engineers = (uint8_t)(way < 4 ? 0 : ax_random_below(random, 5));
        return;
    }
}

/* What an enterprise of a medium level has done, and how likely that is. */
struct medium {
    uint32_t below; /* ways of 10 that are below this and not below that of the row before */
    struct ax_synth_plan plan;
};
#define ROW(below_, standardisation_, ...) \
    { \
        .below = (below_), .plan = {.standardisation = AX_STANDARDISATION_LEVEL_##standardisation_, __VA_ARGS__ } \
    }
static const struct medium mediums[][4] = {
        {ROW(2, NONE, .recent_general = 0), ROW(5, UNSPECIFIED, .recent_general = 0),
                ROW(9, THREE, .recent_general = 1), ROW(10, THREE, .older_accidents = 1)}, /* C1 */
        {ROW(6, THREE, .recent_general = 2), ROW(8, NONE, .older_serious = 1),
                ROW(10, TWO, .recent_accidents = 1)}, /* C2 */
        {ROW(5, NONE, .recent_general = 3), ROW(7, NONE, .recent_general = 2, .older_serious = 1),
                ROW(10, THREE, .recent_accidents = 1)}, /* C3 */
};
#undef ROW

static void plan_medium(uint32_t level, struct ax_random *random, struct ax_synth_plan *p)
{
    uint32_t way = ax_random_below(random, 10);
    const struct medium *row = mediums[level - 5];
    while (way >= row->below) {
        row++;
    }
    *p = row->plan;
}

static void plan_poor(struct ax_random *random, struct ax_synth_plan *p)
{
    uint32_t way = ax_random_below(random, 10);
    p->standardisation =
            ax_random_percent(random, 50) ? AX_STANDARDISATION_LEVEL_THREE : AX_STANDARDISATION_LEVEL_UNSPECIFIED;
    p->recent_general = (uint8_t)ax_random_below(random, 5);
    p->older_serious = ax_random_percent(random, 30) ? 1 : 0;
    p->listed = way < 4;
    p->unlicensed = way == 4;
    p->overdue_hazard = way == 5 || way == 6;
    p->recent_accidents = way == 7 ? 2 : 0;
    p->larger_accident = way == 8;
    p->concealed = way == 9;
}

void ax_synth_make_plan(
        uint32_t index, uint32_t enterprises, uint64_t seed, struct ax_random *random, struct ax_synth_plan *out)
{
    *out = (struct ax_synth_plan){0};
    uint32_t level = level_of(index, enterprises, seed);
    if (level < 5) {
        plan_excellent_or_good(level, random, out);
    } else if (level < 8) {
        plan_medium(level, random, out);
    } else {
        plan_poor(random, out);
    }
    out->older_general = (uint8_t)ax_random_below(random, level < 3 ? 2 : level < 8 ? 4 : 7);
    out->not_liable = ax_random_percent(random, 2);
}
