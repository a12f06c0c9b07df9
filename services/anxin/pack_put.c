/* SPDX-License-Identifier: Apache-2.0 */
/* Values of pack files for people: in one line where they fit, else one member a line; real numbers with six digits, of long
 * lists of numbers the ends. All of it is what --json is for. */
#include "services/anxin/pack_yaml.h"
#include "services/anxin/show.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_COLUMNS = 120, INDENT = 2, NUMBERS_MAX = 12, NUMBERS_SHOWN = 3, LONG_NUMBER = 9, TEXT_MAX_BYTES = 1 << 20 };

/* What is a real number in a file is text here, so that no digit of it is lost. */
static bool is_real(const char *text, double *number)
{
    char *end = NULL;
    *number = strtod(text, &end);
    return strchr(text, '.') != NULL && end != text && *end == '\0';
}

static void put_text(const char *text, struct ax_buf *out)
{
    double number = 0;
    if (text[0] == '\0') {
        ax_buf_put_str(out, AX_STR("\"\""));
    } else if (strlen(text) > LONG_NUMBER && is_real(text, &number)) {
        ax_buf_printf(out, "%.6g", number);
    } else {
        ax_buf_put_str(out, ax_str_c(text));
    }
}

static bool is_long_list(const json_t *list)
{
    const json_t *first = json_array_get(list, 0);
    double number = 0;
    return json_array_size(list) > NUMBERS_MAX &&
           (json_is_integer(first) || (json_is_string(first) && is_real(json_string_value(first), &number)));
}

/* NOLINTNEXTLINE(misc-no-recursion): ax_pack_yaml_read makes trees of a limited depth */
static void put_flow(const json_t *value, struct ax_buf *out)
{
    size_t i = 0;
    const char *key = NULL;
    json_t *item = NULL;
    if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, key, item)
        {
            ax_buf_printf(out, "%s%s: ", i++ == 0 ? "{" : ", ", key);
            put_flow(item, out);
        }
        ax_buf_put_str(out, i == 0 ? AX_STR("{}") : AX_STR("}"));
    } else if (json_is_array(value)) {
        bool is_long = is_long_list(value);
        size_t count = json_array_size(value);
        json_array_foreach(value, i, item)
        {
            if (!is_long || i < NUMBERS_SHOWN || i + 1 == count) {
                ax_buf_put_str(out, i == 0 ? AX_STR("[") : AX_STR(", "));
                put_flow(item, out);
            } else if (i == NUMBERS_SHOWN) {
                ax_buf_printf(out, ", … %zu …", count);
            }
        }
        ax_buf_put_str(out, i == 0 ? AX_STR("[]") : AX_STR("]"));
    } else if (json_is_string(value)) {
        put_text(json_string_value(value), out);
    } else if (value == NULL || json_is_null(value)) {
        ax_buf_put_str(out, AX_STR("–"));
    } else if (json_is_boolean(value)) {
        ax_buf_put_str(out, json_is_true(value) ? AX_STR("true") : AX_STR("false"));
    } else {
        ax_buf_printf(out, "%lld", (long long)json_integer_value(value));
    }
}

void ax_pack_yaml_put(const json_t *value, FILE *out)
{
    struct ax_buf text;
    ax_buf_init(&text, TEXT_MAX_BYTES);
    put_flow(value, &text);
    (void)fwrite(text.ptr, 1, text.len, out);
    ax_buf_deinit(&text);
}

static bool holds_more(const json_t *value)
{
    const json_t *first = json_array_get(value, 0);
    return json_is_object(value) || json_is_object(first) || json_is_array(first);
}

/* Puts the line and is true, where it is no longer than a line, or a scalar or a list of them. */
static bool put_line(const char *before, const char *key, const json_t *value, int indent)
{
    struct ax_buf text;
    ax_buf_init(&text, TEXT_MAX_BYTES);
    put_flow(value, &text);
    bool fits = !holds_more(value) || (size_t)indent + strlen(before) + strlen(key) + text.len <= LINE_COLUMNS;
    if (fits) {
        (void)printf("%*s%s%s%s%.*s\n", indent, "", before, key, key[0] == '\0' ? "" : ": ", (int)text.len,
                (const char *)text.ptr);
    }
    ax_buf_deinit(&text);
    return fits;
}

/* NOLINTNEXTLINE(misc-no-recursion): ax_pack_yaml_read makes trees of a limited depth */
static void put_members(const char *before, const json_t *value, int indent)
{
    size_t i = 0;
    const char *key = NULL;
    json_t *item = NULL;
    if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, key, item)
        {
            const char *head = i++ == 0 ? before : "";
            int by = i == 1 ? indent : indent + (int)strlen(before);
            if (!put_line(head, key, item, by)) {
                (void)printf("%*s%s%s:\n", by, "", head, key);
                put_members("", item, by + (int)strlen(head) + INDENT);
            }
        }
        return;
    }
    json_array_foreach(value, i, item)
    {
        if (!put_line("- ", "", item, indent)) {
            put_members("- ", item, indent);
        }
    }
}

void ax_pack_yaml_put_key(const char *key, const json_t *value, int indent)
{
    bool rows = json_is_array(value) && json_is_object(json_array_get(value, 0));
    if (rows || !put_line("", key, value, indent)) {
        (void)printf("%*s%s:\n", indent, "", key);
        put_members("", value, indent + INDENT);
    }
}
