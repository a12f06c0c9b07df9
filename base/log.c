/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/bytes.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 2048, SERVICE_MAX = 24, LIMIT_US = 1000000 };

static const char *const level_names[] = {"error", "warn", "info", "debug"};

enum ax_note_level ax_note_level = AX_NOTE_INFO;
static char service_name[SERVICE_MAX] = "anxin";

void ax_note_setup(const char *service, enum ax_note_level level)
{
    (void)snprintf(service_name, sizeof service_name, "%s", service);
    ax_note_level = level;
}

bool ax_note_level_parse(const char *name, enum ax_note_level *out)
{
    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *out = (enum ax_note_level)i;
            return true;
        }
    }
    return false;
}

/* Where to write on: snprintf counts what it would have written. */
static size_t clamp(size_t at, int written, size_t size)
{
    size_t end = written < 0 ? at : at + (size_t)written;
    return end < size ? end : size - 1;
}

static size_t put_head(char *line, size_t size, enum ax_note_level level, const char *event)
{
    int64_t now_us = ax_clock_us(ax_clock_system());
    time_t seconds = (time_t)(now_us / 1000000);
    struct tm utc;
    char stamp[32] = "";
    if (gmtime_r(&seconds, &utc) != NULL) {
        (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    }
    int written = snprintf(line, size, "%s.%03dZ %s %s %s", stamp, (int)(now_us / 1000 % 1000), level_names[level],
            service_name, event);
    return clamp(0, written, size);
}

/* One write, so that lines of several threads and processes stay whole; and no line breaks from unquoted values. */
static void send_line(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] < 0x20) {
            line[i] = '?';
        }
    }
    line[len] = '\n';
    ssize_t written = write(STDERR_FILENO, line, len + 1);
    (void)written; /* there is nobody left to tell */
}

static void AX_PRINTF(4, 0)
        write_line(enum ax_note_level level, const char *event, uint64_t suppressed, const char *pairs, va_list args)
{
    char line[LINE_MAX_BYTES];
    size_t at = put_head(line, sizeof line, level, event);
    if (pairs[0] != '\0' && at + 2 < sizeof line) {
        line[at++] = ' ';
        at = clamp(at, vsnprintf(line + at, sizeof line - at, pairs, args), sizeof line);
    }
    if (suppressed != 0) {
        at = clamp(at, snprintf(line + at, sizeof line - at, " suppressed=%llu", (unsigned long long)suppressed),
                sizeof line);
    }
    send_line(line, at);
}

void ax_note_write(enum ax_note_level level, const char *event, const char *pairs, ...)
{
    va_list args;
    va_start(args, pairs);
    write_line(level, event, 0, pairs, args);
    va_end(args);
}

bool ax_note_limit_pass(struct ax_note_limit *limit)
{
    int64_t now_us = ax_mono_us();
    int64_t last_us = limit->last_us;
    if ((last_us == 0 || now_us - last_us >= LIMIT_US) &&
            atomic_compare_exchange_strong(&limit->last_us, &last_us, now_us)) {
        return true;
    }
    limit->suppressed++;
    return false;
}

void ax_note_write_limited(
        struct ax_note_limit *limit, enum ax_note_level level, const char *event, const char *pairs, ...)
{
    va_list args;
    va_start(args, pairs);
    write_line(level, event, atomic_exchange(&limit->suppressed, 0), pairs, args);
    va_end(args);
}

/* One character of a quoted value. Returns its length, without a NUL. */
static size_t quote_char(char c, char piece[5])
{
    if (c == '"' || c == '\\') {
        piece[0] = '\\';
        piece[1] = c;
        return 2;
    }
    if (c == '\n') {
        piece[0] = '\\';
        piece[1] = 'n';
        return 2;
    }
    if ((unsigned char)c < 0x20 || c == 0x7F) {
        piece[0] = '\\';
        piece[1] = 'x';
        ax_hex(&c, 1, piece + 2);
        return 4;
    }
    piece[0] = c;
    return 1;
}

const char *ax_note_quote(const char *text, char *buf, size_t size)
{
    if (size < 3) {
        return "\"\"";
    }
    size_t at = 0;
    buf[at++] = '"';
    for (size_t i = 0; text != NULL && text[i] != '\0'; i++) {
        char piece[5];
        size_t len = quote_char(text[i], piece);
        if (at + len + 2 > size) {
            break;
        }
        memcpy(buf + at, piece, len);
        at += len;
    }
    buf[at++] = '"';
    buf[at] = '\0';
    return buf;
}

const char *ax_note_err(const struct ax_err *err, char *buf, size_t size)
{
    char field[AX_ERR_FIELD_MAX * 2];
    char value[AX_ERR_VALUE_MAX * 2];
    char text[AX_ERR_TEXT_MAX * 2];
    (void)snprintf(buf, size, "code=%s field=%s value=%s text=%s", ax_code_name(err->code),
            ax_note_quote(err->field, field, sizeof field), ax_note_quote(err->value, value, sizeof value),
            ax_note_quote(err->text, text, sizeof text));
    return buf;
}
