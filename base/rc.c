/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rc.h"

#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int grpc;
    bool retriable;
    const char *en;
    const char *zh;
} codes[] = {
#define XX(name, grpc, retry, en, zh) {#name, grpc, retry, en, zh},
        AX_ERRORS(XX)
#undef XX
};

static size_t code_index(int code)
{
    AX_ASSERT(code >= 0 && code < AX_CODE_COUNT);
    return (size_t)code;
}

const char *ax_code_name(int code)
{
    return codes[code_index(code)].name;
}

const char *ax_code_text(int code, bool chinese)
{
    return chinese ? codes[code_index(code)].zh : codes[code_index(code)].en;
}

int ax_code_grpc(int code)
{
    return codes[code_index(code)].grpc;
}

bool ax_code_retriable(int code)
{
    return codes[code_index(code)].retriable;
}

/* Bytes of the character at p; 0 where it is none to print as it is. */
static size_t printable(const unsigned char *p, size_t left)
{
    if (*p < 0x20 || *p == 0x7F) {
        return 0;
    }
    for (size_t len = 1; len <= 4 && len <= left; len++) {
        if (ax_utf8_valid(ax_str_of(p, len))) {
            return len;
        }
    }
    return 0;
}

/* Whatever the bytes are, what is put is UTF-8: it travels in protobuf strings. */
static void put_value(char *out, size_t size, const unsigned char *value, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < len;) {
        size_t whole = printable(value + i, len - i);
        size_t need = whole == 0 ? 4 : whole;
        if (at + need + 4 > size) { /* room for an ellipsis and the end */
            (void)snprintf(out + at, size - at, "…");
            return;
        }
        if (whole == 0) {
            (void)snprintf(out + at, size - at, "\\x%02x", value[i]);
        } else {
            memcpy(out + at, value + i, whole);
        }
        at += need;
        i += whole == 0 ? 1 : whole;
    }
    out[at] = '\0';
}

static ax_rc AX_PRINTF(6, 0) fill(struct ax_err *err, enum ax_code code, const char *field, const void *value,
        size_t value_len, const char *text, va_list args)
{
    AX_ASSERT(code != AX_OK);
    if (err != NULL) {
        err->code = (int)code;
        (void)snprintf(err->field, sizeof err->field, "%s", field == NULL ? "" : field);
        ax_utf8_trim(err->field);
        err->value[0] = '\0';
        if (value != NULL) {
            put_value(err->value, sizeof err->value, value, value_len);
        }
        (void)vsnprintf(err->text, sizeof err->text, text, args);
        ax_utf8_trim(err->text);
    }
    return (ax_rc){(int)code};
}

ax_rc(ax_fail)(struct ax_err *err, enum ax_code code, const char *text, ...)
{
    va_list args;
    va_start(args, text);
    ax_rc rc = fill(err, code, NULL, NULL, 0, text, args);
    va_end(args);
    return rc;
}

ax_rc(ax_fail_field)(struct ax_err *err, enum ax_code code, const char *field, const void *value, size_t value_len,
        const char *text, ...)
{
    va_list args;
    va_start(args, text);
    ax_rc rc = fill(err, code, field, value, value_len, text, args);
    va_end(args);
    return rc;
}

void ax_err_prefix(struct ax_err *err, const char *prefix, ...)
{
    if (err == NULL) {
        return;
    }
    char head[AX_ERR_TEXT_MAX];
    char tail[AX_ERR_TEXT_MAX];
    va_list args;
    va_start(args, prefix);
    (void)vsnprintf(head, sizeof head, prefix, args);
    va_end(args);
    (void)snprintf(tail, sizeof tail, "%s", err->text);
    int written = snprintf(err->text, sizeof err->text, "%s: ", head);
    size_t at = written < 0 ? 0 : (size_t)written < sizeof err->text ? (size_t)written : sizeof err->text - 1;
    (void)snprintf(err->text + at, sizeof err->text - at, "%s", tail);
    ax_utf8_trim(err->text);
}

const char *ax_err_line(const struct ax_err *err, char *buf, size_t size)
{
    const char *colon = err->field[0] == '\0' ? "" : ": ";
    if (err->value[0] == '\0') {
        (void)snprintf(buf, size, "%s%s%s", err->field, colon, err->text);
    } else {
        (void)snprintf(buf, size, "%s%s%s (found \"%s\")", err->field, colon, err->text, err->value);
    }
    ax_utf8_trim(buf);
    return buf;
}

void ax_assert_failed(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}

static void *or_die(void *block)
{
    if (block == NULL) {
        (void)fprintf(stderr, "out of memory\n");
        abort();
    }
    return block;
}

void *ax_xcalloc(size_t count, size_t size)
{
    return or_die(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
}

void *ax_xrealloc(void *old, size_t size)
{
    return or_die(realloc(old, size == 0 ? 1 : size));
}

char *ax_xstrdup(const char *text)
{
    return or_die(strdup(text));
}

void ax_xfree(void *block)
{
    free(block);
}
