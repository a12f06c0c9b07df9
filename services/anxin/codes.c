/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/codes.h"

#include <errno.h>

enum { LINE_MAX_BYTES = 4096 };

static bool add(const struct ax_cli *cli, json_t *codes, const char *code, size_t len)
{
    if (json_array_size(codes) == AX_CODES_MAX) {
        ax_cli_say(cli, "anxin %s: more than %d codes", "anxin %s: 代码超过 %d 个", cli->command, AX_CODES_MAX);
        return false;
    }
    json_t *item = json_stringn(code, len);
    if (item == NULL || json_array_append_new(codes, item) != 0) {
        ax_cli_say(cli, "anxin %s: a code must be UTF-8 text", "anxin %s: 代码应为 UTF-8 文字", cli->command);
        return false;
    }
    return true;
}

static bool add_lines(const struct ax_cli *cli, json_t *codes, FILE *in)
{
    char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof line, in) != NULL) {
        ax_str text = ax_str_trim(ax_str_c(line));
        if (ax_str_starts(text, AX_STR("\xEF\xBB\xBF"))) { /* what some editors begin a file with */
            text = ax_str_of(text.ptr + 3, text.len - 3);
        }
        size_t len = 0;
        while (len < text.len && strchr(" \t,;", text.ptr[len]) == NULL) {
            len++;
        }
        if (len > 0 && text.ptr[0] != '#' && !add(cli, codes, text.ptr, len)) {
            return false;
        }
    }
    return true;
}

static bool add_file(const struct ax_cli *cli, json_t *codes, const char *file)
{
    bool standard = strcmp(file, "-") == 0;
    FILE *in = standard ? stdin : fopen(file, "re");
    if (in == NULL) {
        ax_cli_say(cli, "anxin %s: %s: %s", "anxin %s: %s：%s", cli->command, file, strerror(errno));
        return false;
    }
    bool done = add_lines(cli, codes, in);
    if (ferror(in) != 0) {
        ax_cli_say(cli, "anxin %s: %s: cannot be read", "anxin %s: %s：无法读取", cli->command, file);
        done = false;
    }
    if (!standard) {
        (void)fclose(in);
    }
    return done;
}

json_t *ax_codes_read(const struct ax_cli *cli, const char *file)
{
    json_t *codes = json_array();
    bool done = codes != NULL;
    for (int i = 0; i < cli->argc && done; i++) {
        done = add(cli, codes, cli->argv[i], strlen(cli->argv[i]));
    }
    done = done && (file == NULL || add_file(cli, codes, file));
    if (done && json_array_size(codes) == 0) {
        ax_cli_say(cli, "anxin %s: name at least one enterprise", "anxin %s: 至少给出一个企业代码", cli->command);
        done = false;
    }
    if (!done) {
        json_decref(codes);
        return NULL;
    }
    return codes;
}

json_t *ax_codes_part(const json_t *codes, size_t at, size_t count)
{
    json_t *part = json_array();
    for (size_t i = at; i < at + count && i < json_array_size(codes); i++) {
        AX_ASSERT(json_array_append(part, json_array_get(codes, i)) == 0);
    }
    return part;
}
