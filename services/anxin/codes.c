/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/codes.h"

#include "scoring/uscc.h"
#include "services/anxin/show.h"

#include <errno.h>

enum { LINE_MAX_BYTES = 4096 };

struct adding {
    const struct ax_cli *cli;
    json_t *codes;
    size_t wrong;
    const char *where; /* the file; NULL: the arguments */
    size_t line;
};

/* The rest of a list is answered without it. */
static void say_wrong(struct adding *a, ax_str code, const struct ax_err *why)
{
    a->wrong++;
    if (a->cli->json) {
        json_t *item =
                json_pack("{s:s%,s:s,s:s}", "enterprise", code.ptr, code.len, "error", "INVALID", "rule", why->text);
        if (item != NULL && a->where != NULL) {
            AX_ASSERT(json_object_set_new(item, "line", json_integer((json_int_t)a->line)) == 0);
        }
        if (item != NULL) {
            ax_show_json_line(item);
        }
        json_decref(item);
    }
    (void)fprintf(stderr, "anxin %s: ", a->cli->command);
    if (a->where != NULL) {
        (void)fprintf(stderr, "%s%s%zu%s", a->where, ax_cli_text(a->cli, ", line ", " 第 "), a->line,
                ax_cli_text(a->cli, ": ", " 行："));
    }
    ax_cli_put_rule(a->cli, stderr, AX_STR("enterprise"), ax_str_c(why->text), code);
    (void)fputc('\n', stderr);
}

static bool add(struct adding *a, ax_str code)
{
    char normal[AX_USCC_LEN + 1];
    struct ax_err err = {0};
    if (json_array_size(a->codes) == AX_CODES_MAX) {
        ax_cli_say(a->cli, "anxin %s: more than %d codes", "anxin %s: 代码超过 %d 个", a->cli->command, AX_CODES_MAX);
        return false;
    }
    if (!ax_utf8_valid(code)) {
        (void)snprintf(err.text, sizeof err.text, "must be UTF-8");
        say_wrong(a, AX_STR(""), &err);
        return true;
    }
    if (!ax_ok(ax_uscc_check(ax_uscc_normalise(code, normal) ? ax_str_c(normal) : code, &err))) {
        say_wrong(a, code, &err);
        return true;
    }
    AX_ASSERT(json_array_append_new(a->codes, json_stringn(code.ptr, code.len)) == 0);
    return true;
}

static size_t word_len(ax_str text)
{
    size_t len = 0;
    while (len < text.len && strchr(" \t,;", text.ptr[len]) == NULL) {
        len++;
    }
    return len;
}

/* Behind the code may stand anything, but for another code, which would seem to be answered. */
static void look_behind(struct adding *a, ax_str code, ax_str rest)
{
    char normal[AX_USCC_LEN + 1];
    char first[AX_USCC_LEN + 1] = "";
    struct ax_err err = {0};
    (void)ax_uscc_normalise(code, first);
    while (rest.len > 0) {
        ax_str word = ax_str_of(rest.ptr, word_len(rest));
        size_t passed = word.len < rest.len ? word.len + 1 : word.len;
        rest = ax_str_of(rest.ptr + passed, rest.len - passed);
        bool other = ax_uscc_normalise(word, normal) && strcmp(normal, first) != 0;
        if (other && ax_ok(ax_uscc_check(ax_str_c(normal), &err))) {
            (void)snprintf(err.text, sizeof err.text, "one code a line: this one is not answered");
            say_wrong(a, word, &err);
        }
    }
}

static bool add_line(struct adding *a, ax_str text)
{
    if (ax_str_starts(text, AX_STR("\xEF\xBB\xBF"))) { /* what some editors begin a file with */
        text = ax_str_of(text.ptr + 3, text.len - 3);
    }
    size_t len = word_len(text);
    if (len == 0 || text.ptr[0] == '#') {
        return true;
    }
    if (!add(a, ax_str_of(text.ptr, len))) {
        return false;
    }
    look_behind(a, ax_str_of(text.ptr, len), ax_str_of(text.ptr + len, text.len - len));
    return true;
}

static bool add_lines(struct adding *a, FILE *in)
{
    char line[LINE_MAX_BYTES];
    bool begins = true; /* of a line longer than the buffer only the first part is looked at */
    while (fgets(line, sizeof line, in) != NULL) {
        bool first = begins;
        begins = strchr(line, '\n') != NULL;
        ax_str text = ax_str_trim(ax_str_c(line));
        if (!first) {
            continue;
        }
        a->line++;
        if (!add_line(a, text)) {
            return false;
        }
    }
    return true;
}

static bool add_file(struct adding *a, const char *file)
{
    bool standard = strcmp(file, "-") == 0;
    FILE *in = standard ? stdin : fopen(file, "re");
    if (in == NULL) {
        ax_cli_say(a->cli, "anxin %s: %s: %s", "anxin %s: %s：%s", a->cli->command, file, strerror(errno));
        return false;
    }
    a->where = standard ? ax_cli_text(a->cli, "standard input", "标准输入") : file;
    bool done = add_lines(a, in);
    if (ferror(in) != 0) {
        ax_cli_say(a->cli, "anxin %s: %s: cannot be read", "anxin %s: %s：无法读取", a->cli->command, file);
        done = false;
    }
    if (!standard) {
        (void)fclose(in);
    }
    return done;
}

json_t *ax_codes_read(const struct ax_cli *cli, const char *file, size_t *wrong)
{
    struct adding a = {.cli = cli, .codes = json_array()};
    bool done = a.codes != NULL;
    for (int i = 0; i < cli->argc && done; i++) {
        done = add(&a, ax_str_c(cli->argv[i]));
    }
    done = done && (file == NULL || add_file(&a, file));
    if (done && json_array_size(a.codes) + a.wrong == 0) {
        ax_cli_say(cli, "anxin %s: name at least one enterprise", "anxin %s: 至少给出一个企业代码", cli->command);
        done = false;
    }
    *wrong = a.wrong;
    if (!done) {
        json_decref(a.codes);
        return NULL;
    }
    return a.codes;
}

json_t *ax_codes_part(const json_t *codes, size_t at, size_t count)
{
    json_t *part = json_array();
    for (size_t i = at; i < at + count && i < json_array_size(codes); i++) {
        AX_ASSERT(json_array_append(part, json_array_get(codes, i)) == 0);
    }
    return part;
}
