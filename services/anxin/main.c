/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef AX_VERSION
#define AX_VERSION "0"
#endif

static const struct ax_command commands[] = {
        {"up", "[--listen HOST:PORT]", "run everything in one process", "单进程运行全部服务", ax_cmd_up},
        {"down", "", "drain and end what `up` runs", "平稳停止 up 启动的服务", ax_cmd_down},
        {"status", "", "is it ready, how much is in it, how far behind", "就绪状态、数据量与滞后", ax_cmd_status},
        {"submit", "FILE…|- [--system NAME] [--revision N] [--encoding E] [--patience SECONDS] [--dry-run]",
                "send facts in", "提交事实数据", ax_cmd_submit},
        {"rating", "USCC [--as-of DATE] [--known-at TIME] [--explain [--all]]", "one enterprise's rating",
                "查询企业评价", ax_cmd_rating},
        {"simulate",
                "USCC [--add FILE [--system NAME]] [--remove SOURCE REFERENCE]… [--on DATE] [--known-at TIME] [--pack "
                "ID]",
                "what if: facts added or taken out, another pack", "模拟评价：增减事实或换用规则包", ax_cmd_simulate},
        {"history", "USCC [--as-of DATE] [--known-at TIME]", "every day on which it changed", "评价变动历史",
                ax_cmd_history},
        {"list", "[--level L,…] [--region R] [--industry I] [--as-of DATE]", "ratings in the order of codes",
                "按条件列出评价", ax_cmd_list},
        {"find", "NAME", "enterprises by part of their name", "按名称查找企业", ax_cmd_find},
        {"check", "USCC… [--file FILE|-] --purpose licensing|procurement|project_approval [--matter TEXT]",
                "may this go on: allow, review or deny, and why", "行政许可、政府采购、项目审批信用查验", ax_cmd_check},
        {"quote",
                "USCC… [--file FILE|-] [--exposure HEADS | --contract-price YUAN | --vehicles N] [--limit YUAN] "
                "[--from DATE] [--options "
                "W,…]",
                "reference premium coefficient, with every factor's source", "参考保险费系数及各系数依据",
                ax_cmd_quote},
        {"profile", "USCC [--from DATE] [--until DATE]", "what an insurer is told of an enterprise", "承保画像",
                ax_cmd_profile},
        {"tariff", "balance TARIFF.yaml --on FACTS --from DATE [--packs DIR]",
                "the constant by which a portfolio's mean coefficient is 1", "计算费率表的平衡系数", ax_cmd_tariff},
        {"watch", "[--resume TOKEN] [--level L,…] [--region R] [--changes-only] [--count N]", "ratings as they change",
                "持续接收评价变动", ax_cmd_watch},
        {"rejects", "list [--all] | show ID | retry ID [--set COLUMN=VALUE]…", "what was refused, and why",
                "查看和重试被拒记录", ax_cmd_rejects},
        {"withdraw", "SOURCE REFERENCE [--enterprise USCC] [--reason TEXT]", "take a fact back", "撤销一条事实",
                ax_cmd_withdraw},
        {"replay", "", "rebuild the view from the log", "由日志重建视图", ax_cmd_replay},
        {"audit-store", "[--as-of DATE]", "recompute every rating from the log and compare", "由日志重算并核对全部评价",
                ax_cmd_audit_store},
        {"synth",
                "--enterprises N --seed S --until DATE [--industries I,…] [--regions R,…] [--format csv|jsonl] [--out "
                "DIR|-]",
                "a made-up province", "生成虚构省份数据", ax_cmd_synth},
        {"pack",
                "check DIR|FILE… | show ID|DIR [--rule ID] | diff A B --on DATA|--live [--as-of DATE] [--system NAME] "
                "| list |\n"
                "               propose DIR|DIGEST --effective-on DATE --reason TEXT [--request-id ID] | approve ID "
                "[--digest DIGEST]",
                "rule packs: are they sound, what do they say, whom would they move", "规则包：检查、展示与比较",
                ax_cmd_pack},
        {"fit", "--panel DIR --until DATE --out PACK", "a risk score's parameters from a panel",
                "由面板数据拟合风险评分参数", ax_cmd_fit},
        {"predict", "--panel DIR --pack PACK --on DATE [--coal] [--frozen]", "risk scores of a panel's mines on a day",
                "面板矿山在某日的风险评分", ax_cmd_predict},
        {"backtest", "--panel DIR --pack PACK --from DATE --to DATE --out DIR",
                "what scores of past dates said and what came of it: a report", "历史评分与实际结果的回测报告",
                ax_cmd_backtest},
        {"pki", "init|client|server …", "certificates of a deployment", "部署证书管理", ax_cmd_pki},
};

static void print_help(const struct ax_cli *cli, FILE *out)
{
    (void)fprintf(out, "%s\n\nanxin COMMAND [--home DIR | --config FILE] [--as NAME] [--json] [--lang zh|en] …\n\n",
            ax_cli_text(cli, "anxin: safety credit of enterprises, explained and provable",
                    "安信：可解释、可验证的企业安全生产信用评价"));
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        (void)fprintf(out, "  %-12s %s\n               %s\n", commands[i].name,
                ax_cli_text(cli, commands[i].en, commands[i].zh), commands[i].usage);
    }
    (void)fprintf(out, "\n%s\n",
            ax_cli_text(cli,
                    "Exit codes: 0 done (check: allowed), 1 failed, 2 usage, 3 not found, 4 refused (check: denied), 5 "
                    "check: a "
                    "person must look.",
                    "退出码：0 完成（check：准予），1 失败，2 用法错误，3 未找到，4 被拒绝（check：不予），5 "
                    "check：须人工审查。"));
}

static bool locale_is_chinese(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return strncmp(value, "zh", 2) == 0;
        }
    }
    return false;
}

static const char *default_home(void)
{
    static char path[4096];
    const char *given = getenv("ANXIN_HOME");
    if (given != NULL && given[0] != '\0') {
        return given;
    }
    const char *user = getenv("HOME");
    (void)snprintf(path, sizeof path, "%s/.anxin", user == NULL ? "." : user);
    return path;
}

/* The first argument that is no option is the command; global options may stand before it. */
static int command_at(int argc, char **argv)
{
    int at = argc > 0 ? 1 + ax_cli_word(argc - 1, argv + 1, NULL, 0) : 0;
    return at < argc ? at : 0;
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    struct ax_cli cli = {.home = default_home(), .as = "operator", .chinese = locale_is_chinese(), .command = ""};
    cli.progress = isatty(STDERR_FILENO) == 1;
    int at = command_at(argc, argv);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--version") == 0) {
            (void)printf("anxin %s\n", AX_VERSION);
            return AX_EXIT_DONE;
        }
        if (strcmp(argv[i], "--help") == 0 || (at == i && strcmp(argv[i], "help") == 0)) {
            print_help(&cli, stdout);
            return AX_EXIT_DONE;
        }
    }
    if (at == 0) {
        print_help(&cli, stderr);
        return AX_EXIT_USAGE;
    }
    cli.command = argv[at];
    for (int i = at; i > 1; i--) { /* options before the command join those behind it */
        argv[i] = argv[i - 1];
    }
    cli.argc = argc - 2;
    cli.argv = argv + 2;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (strcmp(cli.command, commands[i].name) == 0) {
            int code = commands[i].run(&cli);
            return fflush(stdout) == 0 ? code : AX_EXIT_FAILED;
        }
    }
    (void)fprintf(stderr, "anxin: %s: %s\n", ax_cli_text(&cli, "no such command", "没有这个命令"), cli.command);
    print_help(&cli, stderr);
    return AX_EXIT_USAGE;
}
