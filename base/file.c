/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_STEP_BYTES = 1 << 16 };

static ax_rc fail_errno(struct ax_err *err, const char *path, const char *verb)
{
    int saved = errno;
    char why[128];
    enum ax_code code = saved == ENOENT ? AX_NOT_FOUND : saved == EACCES || saved == EPERM ? AX_DENIED : AX_IO;
    return ax_fail_field(
            err, code, "file", path, strlen(path), "cannot %s: %s", verb, strerror_r(saved, why, sizeof why));
}

static ax_rc read_all(int fd, const char *path, struct ax_buf *out, struct ax_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        return fail_errno(err, path, "read");
    }
    if (S_ISDIR(st.st_mode)) {
        return ax_fail_field(err, AX_INVALID, "file", path, strlen(path), "is a folder, not a file");
    }
    for (;;) {
        char block[READ_STEP_BYTES];
        ssize_t got = read(fd, block, sizeof block);
        if (got == 0) {
            return AX_RC(OK);
        }
        if (got < 0) {
            if (errno == EINTR) {
                continue;
            }
            return fail_errno(err, path, "read");
        }
        ax_buf_put(out, block, (size_t)got);
        if (out->failed) {
            return ax_fail_field(err, AX_LIMIT, "file", path, strlen(path), "is larger than %zu bytes", out->cap);
        }
    }
}

ax_rc ax_file_read(const char *path, struct ax_buf *out, struct ax_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_errno(err, path, "open");
    }
    ax_rc rc = read_all(fd, path, out, err);
    (void)close(fd);
    return rc;
}

static bool write_all(int fd, ax_str bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        bytes = (ax_str){bytes.ptr + put, bytes.len - (size_t)put};
    }
    return true;
}

/* Without this a rename may be lost in a crash. */
static bool sync_folder_of(const char *path)
{
    char *folder = ax_file_beside(path, ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ax_xfree(folder);
    if (fd < 0) {
        return false;
    }
    bool ok = fsync(fd) == 0;
    int saved = errno;
    (void)close(fd);
    errno = saved;
    return ok;
}

ax_rc ax_file_write(const char *path, ax_str bytes, mode_t mode, struct ax_err *err)
{
    char temporary[PATH_MAX];
    int len = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (len < 0 || (size_t)len >= sizeof temporary) {
        return ax_fail_field(err, AX_LIMIT, "file", path, strlen(path), "path longer than %d bytes", PATH_MAX - 8);
    }
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        return fail_errno(err, path, "write");
    }
    bool ok = fchmod(fd, mode) == 0 && write_all(fd, bytes) && fsync(fd) == 0;
    int saved = errno;
    ok = close(fd) == 0 && ok;
    if (!ok || rename(temporary, path) != 0) {
        saved = ok ? errno : saved;
        (void)unlink(temporary);
        errno = saved;
        return fail_errno(err, path, "write");
    }
    return sync_folder_of(path) ? AX_RC(OK) : fail_errno(err, path, "sync the folder of");
}

static bool is_folder(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return false;
    }
    errno = ENOTDIR;
    return S_ISDIR(st.st_mode);
}

ax_rc ax_file_mkdirs(const char *path, mode_t mode, struct ax_err *err)
{
    char part[PATH_MAX];
    if (!ax_str_to_c(ax_str_c(path), part, sizeof part) || part[0] == '\0') {
        return ax_fail_field(err, AX_INVALID, "folder", path, strlen(path), "path of 1 to %d bytes", PATH_MAX - 1);
    }
    for (size_t i = 1;; i++) {
        if (part[i] != '/' && part[i] != '\0') {
            continue;
        }
        char kept = part[i];
        part[i] = '\0';
        if (mkdir(part, mode) != 0 && !(errno == EEXIST && is_folder(part))) {
            return fail_errno(err, part, "make folder");
        }
        part[i] = kept;
        if (kept == '\0') {
            return AX_RC(OK);
        }
    }
}

bool ax_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *ax_file_beside(const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');
    if (path[0] == '/' || path[0] == '\0' || slash == NULL) {
        return ax_xstrdup(path);
    }
    size_t folder_len = (size_t)(slash - file) + 1;
    size_t size = folder_len + strlen(path) + 1;
    char *out = ax_xcalloc(1, size);
    (void)snprintf(out, size, "%.*s%s", (int)folder_len, file, path);
    return out;
}
