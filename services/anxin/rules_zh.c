/* SPDX-License-Identifier: Apache-2.0 */
/* Servers and connectors name the broken rule in English; for the rules that people meet most, the same in Chinese. */
#include "services/anxin/cli.h"

struct rule {
    const char *begins; /* the English text begins so, or has it within; the rest is particulars */
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
        {"not after today", "日期不得晚于今日"},
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
        {"was proposed to replace another bundle", "提出时所替换的规则包集与现在该日适用的不同，须重新提出"},
        {"the bundle of this digest is approved", "该摘要的规则包已批准但不在本机，请将其目录放入 packs_bundles_dir"},
        {"is empty", "内容为空"},

        /* Rule packs, risk parameters, gates, tariffs, codes and calendars. */
        {"must be T, S, K or ours", "应为 T、S、K 或 ours"},
        {"provenance must be T, S, K or ours", "provenance 应为 T、S、K 或 ours"},
        {"without a source the provenance must be `ours`", "没有出处时 provenance 应为 ours"},
        {"must be from 0 to 100 years", "应为 0 至 100 年"},
        {"a rule that holds while something stands or for a year has no window", "按存续或按年度计的规则没有期限窗口"},
        {"only a hazard has a day on which it is due", "只有隐患才有整改期限日"},
        {"must be given and within 100,000 either way", "必填，绝对值不超过 100,000"},
        {"only where the effect is points", "仅用于计分的规则"},
        {"0 to 100,000, and only where the effect is points for each", "应为 0 至 100,000，且仅用于逐条计分的规则"},
        {"points for each need `per` of at least 1", "逐条计分须有不小于 1 的 per，且所计之事存在"},
        {"1 to 8 levels either way, only where the effect is a shift", "应为升降 1 至 8 级，且仅用于升降级的规则"},
        {"a symbol of the scale, only where the effect is a level", "应为等级表中的符号，且仅用于定级的规则"},
        {"facts of this kind do not measure it", "此类事实没有该计量"},
        {"at least 1; like each_at_least, per and neutral",
                "不小于 1；与 each_at_least、per、neutral 一样不超过 1,000,000,000"},
        {"more than at_least, and only of something that is there", "应大于 at_least，且仅用于存在的事项"},
        {"scheme and item are for an indicator, which has both", "scheme 与 item 用于指标，且须同时给出"},
        {"only where the measure is an indicator's value", "仅在计量为指标值时使用"},
        {"stages and shares are of accidents", "阶段与责任份额只属于事故"},
        {"1 to 100 percent; by_share", "应为 1% 至 100%；by_share 用于逐条计分的规则"},
        {"only of a rule per exposure", "仅用于按暴露量计的规则"},
        {"only of points for each, without latest, by_share and per",
                "仅用于逐条计分，且不与 latest、by_share、per 同用"},
        {"needs a rule that bounds the level while that exposure is absent", "须另有规则在缺少该暴露量时限制等级"},
        {"a rule has an id and a title in Chinese and English", "规则须有 id 和中英文名称"},
        {"a pack has an id and a title in Chinese and English", "规则包须有 id 和中英文名称"},
        {"is there twice", "重复出现"},
        {"must be a kind of fact", "应为事实的种类"},
        {"must not be before effective_from", "不得早于 effective_from"},
        {"an adverse fact would help: what it does", "不利事实反而有利：此类规则只能扣减，或仅用于其不存在"},
        {"an adverse fact would help: its absence", "不利事实反而有利：其不存在不得扣减"},
        {"an adverse fact would help: the rule", "不利事实反而有利：所依赖或排除的规则即针对此类事实"},
        {"must not grow from level one to none", "不得由一级至无等级逐级升高"},
        {"what answers an accident that counts", "与已计入事故对应的事实，须有依据方可单独计分"},
        {"an accident that becomes known would help", "事故一经查知反而有利：除标记外，规则不得除外与事故对应的事实"},
        {"must be an earlier rule of the pack", "应为包内在其之前的规则"},
        {"0 to 1200, and only for what is absent", "应为 0 至 1200，且仅用于所缺之事"},
        {"min must be below max, both within 100,000", "min 应小于 max，且均在 100,000 之内"},
        {"must be within the points", "应在分值范围之内"},
        {"within 100,000 either way", "绝对值不超过 100,000"},
        {"must be a symbol of the scale", "应为等级表中的符号"},
        {"not a symbol of the scale", "不是等级表中的符号"},
        {"every band has a symbol of its own", "各等级的符号不得重复"},
        {"must fall within the points, and only the last band", "应逐级下降且在分值范围之内，只有末级取最低分"},
        {"the last band has the least of the points and names none", "末级取最低分，不另列分数线"},
        {"levels are A1 to D and grow no better", "对应等级应为 A1 至 D，且逐级不升"},
        {"1 to 99, and not of the last band", "应为 1 至 99，且不用于末级"},
        {"theta_ppm and alpha_ppm are 1 to 4,000,000", "theta_ppm 与 alpha_ppm 应为 1 至 4,000,000"},
        {"a row has jurisdictions", "每行须有辖区"},
        {"a row has points for every top_percent", "每行须为各 top_percent 给出分值"},
        {"a kind, 1 to 1200 months, and dates in order", "须有种类、1 至 1200 个月，且日期先后有序"},
        {"at least one prefix; ", "至少一个前缀；空串表示全部"},
        {"at least one kind that makes an enterprise rated", "至少一种使企业可评的事实，且日期先后有序"},
        {"not a name of this kind of fact", "不是此类事实的名称"},
        {"unknown key", "未知的键"},
        {"must be one of ", "应为所列之一"},
        {"a key is missing", "缺少必需的键"},
        {"too few entries in a list", "列表条目过少"},
        {"too many entries in a list", "列表条目过多"},
        {"must be YAML", "应为 YAML 文件"},
        {"not a file that a pack may have", "规则包不含此种文件"},
        {"no pack in this folder", "该目录下没有规则包"},
        {"no file of a pack in this folder", "该目录下没有规则包的文件"},
        {"no such file or folder", "没有该文件或目录"},
        {"no such rule in", "规则包中没有该规则"},
        {"no pack of this id in the deployment's bundle", "部署的规则包中没有该 id"},
        {"a bundle has one of these", "全部规则包合起来只能有一个"},
        {"neither the home of a deployment nor a folder of", "既不是部署目录，也不是数据目录"},
        {"reference and cap must be above 0", "reference 与 cap 应大于 0"},
        {"must be from 60 days to 100 years", "应为 60 天至 100 年"},
        {"must be above 0", "应大于 0"},
        {"beta and gamma may not be negative", "beta 与 gamma 不得为负：不利事实增多或加重不得有利"},
        {"must be at least a day", "至少一天"},
        {"must be none, or 2 to 201", "应为空，或 2 至 201 个"},
        {"must ascend from 0 to 1000", "应在 0 至 1000 之间递增"},
        {"a group of peers has an id and two titles", "同行组须有 id 和中英文名称"},
        {"may not be negative", "不得为负"},
        {"head_rate and head_mean must be above 0", "head_rate 与 head_mean 应大于 0"},
        {"trend must be from -1 to 1 a year", "trend 应为每年 -1 至 1，cost_fen 不得为负"},
        {"at least one head must cost something", "至少一类风险须有成本"},
        {"log_sd and imputed_per_year may not be negative", "log_sd 与 imputed_per_year 不得为负"},
        {"the first is the root; every other names an earlier one", "第一组为根，其余须以在前的组为上级"},
        {"must name an earlier one", "应以在前者为上级"},
        {"a model has 1 to 64 groups of peers", "模型须有 1 至 64 个同行组"},
        {"the root must have some", "根组必须有"},
        {"a model has an id and a unit of exposure above 0", "模型须有 id 和大于 0 的暴露量单位"},
        {"weights may not be negative, the reference must be at least 1 yuan", "权重不得为负，参照额至少 1 元"},
        {"gamma may not be negative, tau_days must be at least a day", "gamma 不得为负，tau_days 至少一天"},
        {"a day without a fact could move the score by more than 2 points", "无事实的一天可能使评分变动超过 2 分"},
        {"base and pdo are points", "base 与 pdo 为分值，credibility_min 为比例，其余应大于 0"},
        {"cut points must descend from AAA to B", "分数线应自 AAA 至 B 递减"},
        {"a rule of the gate is a flag", "准入规则只作决定，不计分、不定级"},
        {"must be review or deny", "应为 review 或 deny"},
        {"deny only where a law says so", "只有法律规定的才能 deny：provenance 不得为 ours，且须有 legal_basis"},
        {"either a level A1 to D or incomplete", "应为等级 A1 至 D，或 incomplete"},
        {"the least limit a person for cover from this day", "低于该起保日的每人最低限额"},
        {"the tariff ", "费率表没有这个选项"},
        {"this tariff prices the industry by heads", "该费率表对该行业按从业人数计价"},
        {"this tariff prices the industry by contract_price", "该费率表对该行业按工程造价计价"},
        {"this tariff prices the industry by vehicles", "该费率表对该行业按车辆数计价"},
        {"this tariff prices the industry by licence", "该费率表对该行业按许可证计价"},
        {"at most one of exposure (heads), contract_price_fen and vehicles", "从业人数、工程造价、车辆数只能给其一"},
        {"must not be after today", "不得晚于今日"},
        {"no gate.yaml covers this enterprise on this day", "当日没有适用于该企业的 gate.yaml"},
        {"an entry has neither code nor name", "条目既无代码也无名称"},
        {"does not begin as the list says", "开头与代码表的规定不符"},
        {"names a list or edition that is not there", "所指代码表或版本不存在"},
        {"is not on the list that is mapped", "不在所映射的代码表内"},
        {"has no place in the other edition", "在另一版本中没有对应"},
        {"must be the beginning of the id", "应为 id 的开头"},
        {"must be 1 to 3660, an extension 0 to 3660", "应为 1 至 3660，延长为 0 至 3660"},
        {"months must be 0 to 3660", "月数应为 0 至 3660"},
        {"must be repair <= use <= archive", "应满足 修复 ≤ 使用 ≤ 保存，且 公示 ≤ 保存"},
        {"must be days of the calendar", "应为有效日期或起止日期，如 2024-02-28..2024-03-02"},
        {"must be 1 to 31 days", "应为 1 至 31 天"},
        {"too long a path", "路径过长"},
        {"kappa_days, carry_months, phi, estimated_log_sd: from 0",
                "kappa_days、carry_months、phi、estimated_log_sd 不得为负"},
        {"must be 1 to ", "超出范围"},
        {"at least one", "至少一个"},
        {"legal_basis must be given, or provenance must say ours", "legal_basis 必填，否则 provenance 应为 ours"},
        {"a factor has a value above 0 for every case, or none for any", "系数须为每种情形给出大于 0 的值，或一概不给"},
        {"a base has an id and a title in Chinese and English", "基准费率须有 id 和中英文名称"},
        {"one price: rate_ppm", "价格只能有一种：rate_ppm、rate_of_limit_ppm、fen_per_unit 或 fen"},
        {"the upper end of a price is not below it", "价格上限不得低于下限"},
        {"rate_ppm is of contract_price", "rate_ppm 用于合同价，rate_of_limit_ppm 用于人数"},
        {"a unit, and up_to above over", "须有单位，且 up_to 大于 over"},
        {"must be options of the tariff", "应为费率表中的选项"},
        {"must not be cheaper than where nothing is known of accidents", "不得低于事故情况不明时的系数"},
        {"must not be dearer than where nothing is known of accidents", "不得高于事故情况不明时的系数"},
        {"must not be cheaper than", "较差的不得低于较好的"},
        {"what is not known must not be rewarded", "情况不明不得给予优惠"},
        {"a listed enterprise must not be cheaper", "列入名单不得使系数降低"},
        {"an award must not be dearer", "表彰不得使系数提高"},
        {"a band must not be cheaper than the one below it", "赔付率较高的档不得低于较低的档"},
        {"the lowest band must not be dearer", "最低档不得高于赔付率不明时的系数"},
        {"beyond it the factors are at fault", "平衡系数超出合理范围，应检查各系数"},
        {"bands rise, and the last one alone has no end", "各档递增，且只有末档不设上限"},
        {"months, and a cap of one claim", "须有月数，单案上限为 1 元至 1,000,000,000 元"},
        {"months: 1 to 1200", "月数应为 1 至 1200"},
        {"a constant, and the portfolio that it was computed on", "须有常数及计算它的业务组合"},
        {"an option has an id and a title in Chinese and English", "选项须有 id 和中英文名称"},
        {"each has a day, later than the one before, and an amount", "每项须有日期和金额，日期依次递增"},
        {"a tariff has an id, a title in Chinese and English", "费率表须有 id、中英文名称和辖区"},
        {"min_ppm above 0 and at most 1,000,000", "min_ppm 应大于 0 且不超过 1,000,000，max_ppm 不小于 1,000,000"},
        {"no enterprise in it", "其中没有企业"},
        {"no fact in it", "其中没有事实"},
        {"no system has columns like these", "没有格式与这些列相符的系统，请用 --system 指定其一"},
        {"no such system; known are", "没有该系统"},
        {"no constant brings the mean to 1 within the clamp", "在上下限之内没有常数能使均值为 1"},

        {"must be a whole number in decimal digits", "应为整数：十进制数字，不带前导零，前可有负号"},
        {"must be a number in decimal digits", "应为十进制数字"},
        {"must be a number from ", "应为范围内的数字"},
        {"a file is one document", "一个文件只含一个 YAML 文档"},
        {"must be a number", "应为数字"},
        {"must be a list", "应为列表"},
        {"must be keys with values", "应为键值对"},
        {"must be one value", "应为单个值"},
        {"aliases are not taken", "不接受别名（&、*），每个值须完整写出"},
        {"empty: a ", "文件为空，至少应有所列的键"},
        {"no rule is for ", "该用途没有任何规则"},
        {"more days than a calendar may hold", "日期超过日历可容纳的数量"},
        {"more pairs than a map may hold", "对应关系超过上限"},
        {"a worked day must be a Saturday or Sunday", "调休上班日应为周六或周日，其余本为工作日"},
        {"is of a year that the calendar does not list", "该年度不在日历所列年度之内"},
        {"can never hold: ", "永远不能成立"},
        {"never decides: ", "永远不起作用"},
        {"takes what ", "与另一规则矛盾：同一条件下一加一减"},
        {"says of what is there the same as ", "与另一规则矛盾：存在与不存在结论相同"},
        {"the same condition and kind of effect as ", "与另一规则条件和效果相同，重复计分"},
        {"one act is ", "单次分值超过上限（cap）"},
        {"a graver act counts less: ", "更严重的行为反而扣减更少"},
        {"an entry that names no end counts for ever", "未载明期满日的名单记录将一直计入：缺少 window"},
        {"takes for one act and not for a total of several", "单次处罚扣减而汇总数不扣减：多一次反而有利"},
        {"the more happens the more it gives", "发生越多得分越高"},
        {"without its section letter", "行业代码不带门类字母，否则不匹配任何企业"},
        {"nested more than ", "嵌套层数过多"},
        {"too many keys side by side", "并列的键过多"},
        {"too many values in a file", "文件中的值过多"},
        {"no code of GB/T 2260", "不是 GB/T 2260 行政区划代码：2、4 或 6 位数字，前两位为省级代码"},
        {"no code of GB/T 4754", "不是 GB/T 4754 行业代码：2 至 4 位数字，前两位 01 至 97"},
        {"asks for what it leaves out", "with 与 without 相互排斥"},

        /* Packs proposed and approved. */
        {"must be a day after today", "应为今日之后的日期：此前各日已按当时有效的规则包评价"},
        {"must be the digest of a bundle", "应为规则包的摘要"},
        {"must be 64 hex digits", "应为 64 位十六进制数字，如 anxin pack show 所列"},
        {"no sound bundle of this digest", "packs_dir、packs_shadow_dir、packs_bundles_dir 中没有该摘要的有效规则包"},
        {"another proposal has this id", "该编号已用于另一提议"},
        {"no proposal has this id", "没有该编号的提议"},
        {"is approved already", "已批准"},
        {"must be somebody else than who proposed it", "批准人不得与提议人相同"},
        {"is not what was proposed", "与提议的摘要不一致"},
        {"packs are proposed and approved by operators and regulators", "只有运营方和监管部门可以提议、批准规则包"},
        {"there is no challenger", "没有对照规则包：请在配置中指定其目录，或在此给出两个规则包"},
        {"a fact is at most ", "事实过大，或企业过多"},

        /* Questions about ratings, simulations, gate and history. */
        {"must be a 统一社会信用代码 of 18 characters", "应为 18 位统一社会信用代码"},
        {"must be a day like 2026-01-31", "应为日期，如 2026-01-31"},
        {"must be a UUID, or empty", "应为 UUID 或为空"},
        {"must be the enterprise that is asked about", "应为所询问的企业"},
        {"must be LICENSING, PROCUREMENT or PROJECT_APPROVAL",
                "应为 LICENSING、PROCUREMENT 或 PROJECT_APPROVAL；保险没有准入限制"},
        {"must be the token of a page before", "应为前一页给出的标记"},
        {"no such fact of this enterprise is known from this source", "该来源没有该企业的此条事实"},
        {"has no fact of the enterprise", "其中没有该企业的事实"},
        {"the stored rating is not what its ledger gives",
                "存储的评价与台账重算不符；anxin audit-store 可查，anxin replay 可重建"},
        {"the request takes more memory than one may", "请求占用内存超限"},
        {"the page is too large: ask for fewer", "该页过大，请减少条数"},
        {"must be partition:offset", "应为 分区:位移"},
        {"no such reject", "没有该条拒收记录"},
        {"the fact is too large", "事实过大"},

        {"the profile is larger than ", "承保画像过大"},
        {"a rating is larger than ", "评价结果过大"},
        {"must be known", "应为已知的取值"},
        {"no such method", "没有该方法"},
        {"proposed or approved", "应为已提议或已批准"},
        {"a record of version ", "记录的版本比本程序新"},
        {"a fact of the ledger is in none of its chunks", "台账中的事实不在其存储块内"},
        {"what is asked for must be UTF-8 text", "所询问的内容应为 UTF-8 文本"},
        {"the request is too large", "请求过大"},
        {"the store has read to offset ", "存储尚未读到该位移，请稍后再试"},
        {"the log of partition ", "该分区的日志尚无此位移"},
        {"the stream ended before its end", "数据流中断"},
        {"not JSON: ", "不是有效的 JSON"},
        {"must be a string", "应为字符串"},
        {"must be a string of base64", "应为 base64 字符串"},
        {"must be true or false", "应为 true 或 false"},
        {"must be an object", "应为对象"},
        {"the same field under two names", "同一字段以两个名称出现"},
        {"only one of its oneof may be set", "同组字段只能给出一个"},
        {"must be 64 lower-case hex digits", "应为 64 位小写十六进制数字"},
        {"must be host:port", "应为 主机:端口"},
        {"must be one line, host:port", "应为一行 主机:端口"},
        {"must be the name of a client certificate", "应为客户端证书的名称"},
        {"no answer in time", "未在时限内应答"},
        {"the peer closed the connection", "对方关闭了连接"},
        {"the server's certificate", "服务器证书无效"},
        {"another anxin runs in this folder", "该目录下已有 anxin 在运行"},
        {"is a folder, not a file", "这是目录，应为文件"},
        {"is larger than ", "文件过大"},
        {"must be a whole number from ", "应为范围内的整数"},
        {"is no key of the configuration", "不是配置项"},
        {"must be section.key=value", "应为 节.键=值"},
        {"the message takes more memory than a request may", "请求占用内存超限"},
        {"path longer than ", "路径过长"},
        {"path of 1 to ", "路径过长或为空"},

        /* Panels, fits, predictions, back-tests, quotes. */
        {"the first line must name the columns", "首行应为列名"},
        {"the row has more than ", "列数超过上限"},
        {"more than 128 cells", "单元格超过 128 个"},
        {"text stands behind a closing quote", "引号之后还有文本"},
        {"a quoted cell must end on its line", "引号内的单元格应在本行结束"},
        {"must be a number, 0 or more", "应为不小于 0 的数字"},
        {"must be a whole number, 0 or more", "应为不小于 0 的整数"},
        {"is greater than such a number can be", "数值过大"},
        {"mine ", "同一矿山同一期间重复出现且数值不同"},
        {"must be the folder's name", "应与目录同名"},
        {"must be letters, digits, '-', '_' and '.'", "应为字母、数字、“-”、“_”、“.”，最多 64 个字符，且不以“.”开头"},
        {"in a bundle its folder must have this name", "放入规则包集时，目录须用此名"},
        {"the first line must name this column", "首行应有此列名"},
        {"the first line names this column twice", "首行此列名重复"},
        {"no mine_quarter*.csv with rows in this folder", "该目录下没有含数据行的 mine_quarter*.csv"},
        {"no mine has labour hours of a year that was over", "该日之前没有矿山有已结束年度的工时"},
        {"the last date, ", "结束日期早于开始日期"},
        {"the folder cannot be read", "目录无法读取"},
        {"the panel's texts are too long", "面板数据的文本过长"},
        {"the panel has no rows of this model with an outcome before that day",
                "面板数据中没有该模型在此日之前有结果的行"},
        {"too few outcomes in the panel for any model", "面板数据的结果过少，任何模型都无法拟合"},
        {"a fit wants four years of facts before the day", "拟合需要该日之前四年的事实：三年回看，一年见结果"},
        {"the optimiser gave up", "优化未收敛"},
        {"the edition is longer than a pack file may be", "参数文件超过规则包文件的长度上限"},
        {"the path of the folder is too long", "目录路径过长"},
        {"path too long", "路径过长"},
        {"cannot ", "文件操作失败"},
        {"writing failed", "写入失败"},
        {"no tariff.yaml covers this enterprise on this day", "当日没有适用于该企业的 tariff.yaml"},
        {"must not be before changed_from", "不得早于 changed_from"},
        {"one code a line: this one is not answered", "一行一个代码：此代码未予答复"},
        {"must be another than enterprise", "应为另一家企业"},
        {"18 characters, or empty", "应为 18 位，或为空"},
        {"must be greater than 0", "应大于 0"},
        {"must not be more than ", "超出上限"},

        /* Facts. */
        {"a fact has one body", "一条事实只有一种内容"},
        {"a penalty has a day of decision", "处罚应有决定日期（双公示 CF_JDRQ）或行为日期"},
        {"an accident has a day on which it happened", "事故应有发生日期"},
        {"a hazard has a day on which it was found", "隐患应有发现日期"},
        {"a list entry has a first day", "名单记录应有列入日期"},
        {"a share of the liability is at most 100 percent", "责任份额不超过 100%"},
        {"a total over several accidents has no grade", "多起事故的汇总数没有等级：有等级的事故应逐起报送"},
        {"GB/T 2260: two to six digits", "行政区划代码应为 2 至 6 位数字"},
        {"GB/T 4754: up to four digits", "行业代码最多 4 位数字，前面可有门类字母"},
        {"GB/T 4754 of 2011 or 2017", "行业代码版本应为 2011 或 2017"},
        {"GB 6441: digits as printed", "事故类别应为 GB 6441 的编号"},
        {"GB 6441 of 1986 or 2025", "事故分类版本应为 1986 或 2025"},
        {"no date from ", "起始日起没有其后十二个月均在面板之内的评分日"},
        {"no mine has a row in the 36 months before any of the dates", "各评分日前 36 个月内均无矿山数据"},
        {"no mine has a row in the 36 months before", "该日前 36 个月内无矿山数据"},
        {"no model with unit ", "规则包没有该暴露单位的风险模型"},
};

/* Of texts whose numbers may be any, or that begin with what there is too much of. */
static const struct rule limits[] = {
        {"at most ", "超出上限"},
        {"more than ", "超出上限"},
        {"must be from ", "超出范围"},
        {"no room for ", "内存不足以处理"},
        {"the answer is larger than ", "回答过大"},
        {"the explanation is larger than ", "说明过大"},
        {"the reasons are larger than ", "理由过多"},
};

/* Of texts that begin with a number or a name. */
static const struct rule within[] = {
        {" characters, this has ", "文本过长"},
        {" facts; there is a history for at most ", "事实过多，无法给出历史"},
        {" facts; a simulation takes at most ", "事实过多，无法模拟"},
        {" codes, at most ", "一次请求的企业过多"},
        {" cells, but the first line names ", "单元格数与首行列数不符"},
        {" has text behind its closing quote", "引号之后还有文本"},
        {": years must ascend", "年度应递增"},
        {" is larger than ", "文件过大"},
        {" has no such field", "没有该字段"},
        {", or 0 for ", "超出范围"},
        {" points, and none can have more than ", "分数线高于可能达到的最高分"},
        {"none can have less than ", "分数线低于可能的最低分，且没有规则定为末级"},
        {"and the pack has no distribution", "按前百分之几定级，而规则包没有分布"},
        {" always fits before it", "永远不起作用：前面的行总是先适用"},
        {", which can never hold", "所依赖的规则永远不能成立"},
        {", which is for other industries", "所依赖的规则适用于其他行业"},
        {", which holds only while it does not", "所依赖的规则与其互斥"},
};

static const char *find_within(ax_str english)
{
    for (size_t i = 0; i < sizeof within / sizeof within[0]; i++) {
        if (ax_str_find(english, ax_str_c(within[i].begins), NULL)) {
            return within[i].zh;
        }
    }
    return NULL;
}

/* The one that says most of the text. */
static const char *find(const struct rule *table, size_t count, ax_str english)
{
    const char *zh = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        ax_str begins = ax_str_c(table[i].begins);
        if (begins.len > longest && ax_str_starts(english, begins)) {
            longest = begins.len;
            zh = table[i].zh;
        }
    }
    return zh;
}

static const char *find_here(ax_str english)
{
    const char *zh = find(rules, sizeof rules / sizeof rules[0], english);
    if (zh != NULL) {
        return zh;
    }
    zh = find_within(english);
    if (zh != NULL) {
        return zh;
    }
    /* "0 to 1200", "2 to 16 bands" */
    bool range = english.len > 0 && english.ptr[0] >= '0' && english.ptr[0] <= '9';
    if (range && ax_str_find(english, AX_STR(" to "), NULL)) {
        return "超出范围";
    }
    return find(limits, sizeof limits / sizeof limits[0], english);
}

/* A rule may stand behind where it was broken: "pack.yaml: line 12: points: must be …". */
const char *ax_rule_zh(ax_str english)
{
    enum { PLACES_MAX = 6 };
    for (size_t i = 0; i < PLACES_MAX && english.len > 0; i++) {
        size_t at = 0;
        const char *zh = find_here(english);
        if (zh != NULL || !ax_str_find(english, AX_STR(": "), &at)) {
            return zh;
        }
        english = ax_str_of(english.ptr + at + 2, english.len - at - 2);
    }
    return NULL;
}
