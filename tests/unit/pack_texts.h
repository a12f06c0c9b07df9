/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Texts of pack files for the tests of their loaders: a good one with a line replaced, folders of them, what a refusal says. */
#include "base/file.h"
#include "tests/unit/t.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The text with the first `line` replaced; the caller's to ax_xfree. */
static inline char *pack_with(const char *yaml, const char *line, const char *instead)
{
    struct ax_buf out;
    const char *at = strstr(yaml, line);
    assert_non_null(at);
    ax_buf_init(&out, 1 << 20);
    ax_buf_printf(&out, "%.*s%s%s", (int)(at - yaml), yaml, instead, at + strlen(line));
    ax_buf_put_u8(&out, 0);
    assert_false(out.failed);
    return (char *)out.ptr;
}

/* Refused, and the error's line names the field and says the words ("" for either: whatever it is). */
static inline void pack_refused(ax_rc rc, const struct ax_err *err, const char *field, const char *words)
{
    char line[1024];
    if (ax_ok(rc)) {
        fail_msg("taken, where it should say \"%s\"", words);
    }
    assert_int_equal(rc.code, AX_INVALID);
    ax_err_line(err, line, sizeof line);
    if (strstr(err->field, field) == NULL || strstr(line, words) == NULL) {
        fail_msg("\"%s\" does not name \"%s\" and say \"%s\"", line, field, words);
    }
}

static inline void pack_put(const char *dir, const char *folder, const char *file, const char *text)
{
    char path[512];
    struct ax_err err;
    (void)snprintf(path, sizeof path, "%s/%s", dir, folder);
    assert_int_equal(ax_file_mkdirs(path, 0700, &err).code, AX_OK);
    (void)snprintf(path, sizeof path, "%s/%s/%s", dir, folder, file);
    assert_int_equal(ax_file_write(path, ax_str_c(text), 0600, &err).code, AX_OK);
}

/* The file, and the folder where it was the last. */
static inline void pack_drop(const char *dir, const char *folder, const char *file)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s/%s", dir, folder, file);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/%s", dir, folder);
    (void)rmdir(path);
}
