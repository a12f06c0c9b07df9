/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Whole files: read with a cap, written so that a crash leaves the old content or the new, never half of it. Errors name
 * the file. Any thread.
 */
#include "base/bytes.h"

#include <sys/types.h>

/* Appends the content to `out`, whose cap is the limit: AX_LIMIT for more, AX_NOT_FOUND, AX_INVALID for a folder. */
ax_rc ax_file_read(const char *path, struct ax_buf *out, struct ax_err *err) AX_MUST_CHECK;
/* Temporary file beside it, fsync, rename, fsync of the folder. `mode` as for open(2), not narrowed by the umask. */
ax_rc ax_file_write(const char *path, ax_str bytes, mode_t mode, struct ax_err *err) AX_MUST_CHECK;
/* The folder and what is missing above it. One that exists is fine and keeps its mode. */
ax_rc ax_file_mkdirs(const char *path, mode_t mode, struct ax_err *err) AX_MUST_CHECK;
bool ax_file_exists(const char *path);
/* `path` as seen from the folder that `file` is in; an absolute or empty path as it is. Free with ax_xfree. */
char *ax_file_beside(const char *file, const char *path);
