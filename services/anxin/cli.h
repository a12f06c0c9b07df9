/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The command line: what every command is given, and how it speaks. Data go to stdout, words to stderr; exit codes are
 * fixed (enum ax_exit). One thread; a command owns what it opens.
 */
#include "base/bytes.h"

#include <stdio.h>

enum ax_exit {
    AX_EXIT_DONE = 0,
    AX_EXIT_FAILED = 1,
    AX_EXIT_USAGE = 2,
    AX_EXIT_NOT_FOUND = 3,
    AX_EXIT_REFUSED = 4,
    AX_EXIT_REVIEW = 5, /* check: a person must look */
};

struct ax_cli {
    const char *home;        /* --home, $ANXIN_HOME or ~/.anxin */
    const char *config_file; /* --config: a cluster; NULL: the embedded deployment in home */
    const char *as;          /* --as: which client certificate */
    bool json;
    bool chinese;
    bool progress; /* stderr is a terminal */
    const char *command;
    int argc; /* what stands behind the command */
    char **argv;
};

struct ax_command {
    const char *name;
    const char *usage; /* arguments only */
    const char *en;
    const char *zh;
    int (*run)(struct ax_cli *cli);
};

/* One option of a command: --name VALUE into *value, or --name setting *flag. */
struct ax_option {
    const char *name;
    const char **value;
    bool *flag;
};

/* Where the first argument stands that is neither an option nor the value of one; argc: there is none. `values` are names
 * of options, beside the global ones, that take one. */
int ax_cli_word(int argc, char **argv, const char *const *values, size_t value_count);
/* Takes the global options and the command's own out of cli->argv, and leaves the positional arguments there. False (and
 * said on stderr) for an unknown option, a missing value or a wrong number of arguments. */
bool ax_cli_options(struct ax_cli *cli, const struct ax_option *options, size_t option_count, int positional_min,
        int positional_max);
/* Says what went wrong in the reader's language and gives the exit code that fits. */
int ax_cli_fail(const struct ax_cli *cli, const struct ax_err *err);
/* "field: rule (found "value")", without what is empty; in Chinese with the rule's Chinese before it, where there is one. */
void ax_cli_put_rule(const struct ax_cli *cli, FILE *out, ax_str field, ax_str rule, ax_str value);
/* What a rule that is named in English says in Chinese; NULL: not known. rules_zh.c. */
const char *ax_rule_zh(ax_str english);
/* A line of words on stderr in the reader's language. */
void ax_cli_say(const struct ax_cli *cli, const char *en, const char *zh, ...);
const char *ax_cli_text(const struct ax_cli *cli, const char *en, const char *zh);
/* False, and says what is wrong with an argument; after --json as an error is said. */
bool ax_cli_wrong(const struct ax_cli *cli, const char *name, const char *value, const char *rule);
/* A whole number from --name; false (and said) where it is none or out of range. */
bool ax_cli_number(
        const struct ax_cli *cli, const char *name, const char *text, long long min, long long max, long long *out);

/* A day from --name; false (and said) where it is missing or is none. */
bool ax_cli_day(const struct ax_cli *cli, const char *name, const char *text, int32_t *day);
/* Whether --name was given; if not, it is said. */
bool ax_cli_given(const struct ax_cli *cli, const char *name, const char *text);

int ax_cmd_up(struct ax_cli *cli);
int ax_cmd_down(struct ax_cli *cli);
int ax_cmd_submit(struct ax_cli *cli);
int ax_cmd_rating(struct ax_cli *cli);
int ax_cmd_simulate(struct ax_cli *cli);
int ax_cmd_history(struct ax_cli *cli);
int ax_cmd_list(struct ax_cli *cli);
int ax_cmd_find(struct ax_cli *cli);
int ax_cmd_check(struct ax_cli *cli);
int ax_cmd_tariff(struct ax_cli *cli);
int ax_cmd_quote(struct ax_cli *cli);
int ax_cmd_profile(struct ax_cli *cli);
int ax_cmd_watch(struct ax_cli *cli);
int ax_cmd_rejects(struct ax_cli *cli);
int ax_cmd_withdraw(struct ax_cli *cli);
int ax_cmd_status(struct ax_cli *cli);
int ax_cmd_replay(struct ax_cli *cli);
int ax_cmd_audit_store(struct ax_cli *cli);
int ax_cmd_synth(struct ax_cli *cli);
int ax_cmd_pack(struct ax_cli *cli);
int ax_cmd_pki(struct ax_cli *cli);
int ax_cmd_fit(struct ax_cli *cli);
int ax_cmd_predict(struct ax_cli *cli);
int ax_cmd_backtest(struct ax_cli *cli);
