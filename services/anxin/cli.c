/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/cli.h"

#include "scoring/day.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Text that is no UTF-8 is left out. */
static void put_error_json(const struct ax_err *err)
{
    json_t *line = json_pack("{s:s,s:o*,s:o*,s:o*}", "error", ax_code_name(err->code), "field", json_string(err->field),
            "value", json_string(err->value), "rule", json_string(err->text));
    AX_ASSERT(line != NULL);
    (void)json_dumpf(line, stderr, JSON_COMPACT);
    json_decref(line);
}

/* --json may stand behind what is wrong. */
static bool wants_json(const struct ax_cli *cli)
{
    bool json = cli->json;
    for (int i = 0; i < cli->argc && !json && strcmp(cli->argv[i], "--") != 0; i++) {
        json = strcmp(cli->argv[i], "--json") == 0;
    }
    return json;
}

static bool usage(const struct ax_cli *cli, const char *en, const char *zh, const char *what)
{
    if (wants_json(cli)) {
        struct ax_err err;
        ax_rc rc = ax_fail_field(&err, AX_INVALID, "", what, strlen(what), "%s", en);
        put_error_json(&err);
        (void)fputc('\n', stderr);
        return ax_ok(rc);
    }
    (void)fprintf(
            stderr, "anxin %s: %s%s%s\n", cli->command, ax_cli_text(cli, en, zh), what[0] == '\0' ? "" : ": ", what);
    return false;
}

static const struct ax_option *find_option(const struct ax_option *options, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

/* One argument that begins with "--"; *next is moved behind what it takes. */
static bool take_option(struct ax_cli *cli, const struct ax_option *options, size_t count, int *next)
{
    const char *name = cli->argv[*next] + 2;
    const char *equals = strchr(name, '=');
    size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
    const struct ax_option *option = find_option(options, count, name, len);
    if (option == NULL) {
        return usage(cli, "unknown option", "未知选项", cli->argv[*next]);
    }
    (*next)++;
    if (option->flag != NULL) {
        if (equals != NULL) {
            return usage(cli, "takes no value", "该选项不带参数值", cli->argv[*next - 1]);
        }
        *option->flag = true;
        return true;
    }
    if (equals != NULL) {
        *option->value = equals + 1;
        return true;
    }
    if (*next >= cli->argc) {
        return usage(cli, "needs a value", "该选项需要参数值", cli->argv[*next - 1]);
    }
    *option->value = cli->argv[(*next)++];
    return true;
}

static bool is_in(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

int ax_cli_word(int argc, char **argv, const char *const *values, size_t value_count)
{
    static const char *const global[] = {"home", "config", "as", "lang"};
    int at = 0;
    while (at < argc && argv[at][0] == '-') {
        const char *name = strncmp(argv[at], "--", 2) == 0 ? argv[at] + 2 : "";
        bool takes = is_in(name, global, sizeof global / sizeof global[0]) || is_in(name, values, value_count);
        at += takes ? 2 : 1;
    }
    return at < argc ? at : argc;
}

static bool take_language(struct ax_cli *cli, const char *lang)
{
    if (lang == NULL) {
        return true;
    }
    if (strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0) {
        return usage(cli, "--lang must be zh or en", "--lang 只能是 zh 或 en", lang);
    }
    cli->chinese = strcmp(lang, "zh") == 0;
    return true;
}

bool ax_cli_options(struct ax_cli *cli, const struct ax_option *options, size_t option_count, int positional_min,
        int positional_max)
{
    enum { GLOBAL = 5, MAX = 24 };
    const char *lang = NULL;
    struct ax_option all[MAX] = {
            {"home", &cli->home, NULL},
            {"config", &cli->config_file, NULL},
            {"as", &cli->as, NULL},
            {"lang", &lang, NULL},
            {"json", NULL, &cli->json},
    };
    AX_ASSERT(option_count + GLOBAL <= MAX);
    for (size_t i = 0; i < option_count; i++) {
        all[GLOBAL + i] = options[i];
    }
    int kept = 0;
    bool only_positional = false;
    for (int next = 0; next < cli->argc;) {
        char *argument = cli->argv[next];
        if (!only_positional && strcmp(argument, "--") == 0) {
            only_positional = true;
            next++;
        } else if (!only_positional && strncmp(argument, "--", 2) == 0) {
            if (!take_option(cli, all, GLOBAL + option_count, &next)) {
                return false;
            }
        } else {
            cli->argv[kept++] = argument;
            next++;
        }
    }
    cli->argc = kept;
    if (!take_language(cli, lang)) {
        return false;
    }
    if (kept < positional_min) {
        return usage(cli, "too few arguments; see anxin --help", "参数不足，参见 anxin --help", "");
    }
    if (kept > positional_max) {
        return usage(cli, "unexpected argument", "多余的参数", cli->argv[positional_max]);
    }
    return true;
}

const char *ax_cli_text(const struct ax_cli *cli, const char *en, const char *zh)
{
    return cli->chinese ? zh : en;
}

void ax_cli_put_rule(const struct ax_cli *cli, FILE *out, ax_str field, ax_str rule, ax_str value)
{
    const char *zh = cli->chinese ? ax_rule_zh(rule) : NULL;
    if (field.len > 0) {
        (void)fprintf(out, "%.*s%s", AX_ARG(field), ax_cli_text(cli, ": ", "："));
    }
    if (zh != NULL) {
        (void)fprintf(out, "%s（%.*s）", zh, AX_ARG(rule));
    } else {
        (void)fprintf(out, "%.*s", AX_ARG(rule));
    }
    if (value.len > 0) {
        (void)fprintf(out, cli->chinese ? "（实际为“%.*s”）" : " (found \"%.*s\")", AX_ARG(value));
    }
}

int ax_cli_fail(const struct ax_cli *cli, const struct ax_err *err)
{
    if (cli->json) {
        put_error_json(err);
    } else {
        (void)fprintf(stderr, "anxin %s: %s: ", cli->command, ax_code_text(err->code, cli->chinese));
        ax_cli_put_rule(cli, stderr, ax_str_c(err->field), ax_str_c(err->text), ax_str_c(err->value));
    }
    (void)fputc('\n', stderr);
    switch (err->code) {
    case AX_NOT_FOUND:
        return AX_EXIT_NOT_FOUND;
    case AX_DENIED:
    case AX_UNAUTHENTICATED:
        return AX_EXIT_REFUSED;
    default:
        return AX_EXIT_FAILED;
    }
}

bool ax_cli_wrong(const struct ax_cli *cli, const char *name, const char *value, const char *rule)
{
    struct ax_err err = {.code = AX_INVALID};
    bool text = ax_utf8_valid(ax_str_c(value));
    (void)!ax_ok(ax_fail_field(
            &err, AX_INVALID, name, value, text ? strlen(value) : 0, "%s", text ? rule : "must be UTF-8"));
    (void)ax_cli_fail(cli, &err);
    return false;
}

void ax_cli_say(const struct ax_cli *cli, const char *en, const char *zh, ...)
{
    va_list args;
    va_start(args, zh);
    const char *format = ax_cli_text(cli, en, zh);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    (void)vfprintf(stderr, format, args); /* both texts are literals at every call */
#pragma GCC diagnostic pop
    (void)fputc('\n', stderr);
    va_end(args);
}

bool ax_cli_number(
        const struct ax_cli *cli, const char *name, const char *text, long long min, long long max, long long *out)
{
    int64_t value = 0;
    if (!ax_ok(ax_str_to_i64(ax_str_c(text), &value)) || value < min || value > max) {
        char option[64];
        char rule[96];
        (void)snprintf(option, sizeof option, "--%s", name);
        (void)snprintf(rule, sizeof rule, "must be a whole number from %lld to %lld", min, max);
        return ax_cli_wrong(cli, option, text, rule);
    }
    *out = value;
    return true;
}

bool ax_cli_given(const struct ax_cli *cli, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0') {
        char option[64];
        (void)snprintf(option, sizeof option, "--%s", name);
        return ax_cli_wrong(cli, option, "", "must be given");
    }
    return true;
}

bool ax_cli_day(const struct ax_cli *cli, const char *name, const char *text, int32_t *day)
{
    if (!ax_cli_given(cli, name, text)) {
        return false;
    }
    if (!ax_day_parse_iso(ax_str_c(text), day)) {
        char option[64];
        (void)snprintf(option, sizeof option, "--%s", name);
        return ax_cli_wrong(cli, option, text, "must be a day of the calendar, YYYY-MM-DD");
    }
    return true;
}
