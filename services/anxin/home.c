/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "services/anxin/certificates.h"
#include "services/lib/trust/trust.h"

#ifndef AX_PACKS_DIR
#error "AX_PACKS_DIR: where the rule packs are when none are installed beside the program"
#endif

bool ax_home_path(const struct ax_home *home, const char *name, char out[AX_HOME_PATH_MAX])
{
    int len = snprintf(out, AX_HOME_PATH_MAX, "%s/%s", home->dir, name);
    return len > 0 && len < AX_HOME_PATH_MAX;
}

static ax_rc path_of(const struct ax_home *home, const char *name, char out[AX_HOME_PATH_MAX], struct ax_err *err)
{
    return ax_home_path(home, name, out) ? AX_RC(OK) : ax_fail(err, AX_LIMIT, "path too long: %s/%s", home->dir, name);
}

void ax_home_packs(char out[AX_HOME_PATH_MAX])
{
    char program[AX_HOME_PATH_MAX / 2];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len > 0) {
        program[len] = '\0';
        char *slash = strrchr(program, '/');
        if (slash != NULL) {
            *slash = '\0';
            (void)snprintf(out, AX_HOME_PATH_MAX, "%s/../share/anxin/packs", program);
            if (access(out, R_OK) == 0) {
                return;
            }
        }
    }
    (void)snprintf(out, AX_HOME_PATH_MAX, "%s", AX_PACKS_DIR);
}

static ax_rc write_missing(const struct ax_home *home, const char *name, const char *text, struct ax_err *err)
{
    char path[AX_HOME_PATH_MAX];
    AX_TRY(path_of(home, name, path, err));
    if (access(path, F_OK) == 0) {
        return AX_RC(OK);
    }
    return ax_file_write(path, ax_str_c(text), 0600, err);
}

static ax_rc write_config(const struct ax_home *home, struct ax_err *err)
{
    char packs[AX_HOME_PATH_MAX];
    char text[AX_HOME_PATH_MAX + 1024];
    ax_home_packs(packs);
    (void)snprintf(text, sizeof text,
            "# An embedded deployment of anxin: one process, one SQLite file. docs/OPERATIONS.md explains every key.\n"
            "name: embedded\n"
            "packs_dir: \"%s\"\n"
            "policy_file: policy.yaml\n"
            "tls:\n"
            "  ca_file: pki/ca.crt\n"
            "  cert_file: pki/server/tls.crt\n"
            "  key_file: pki/server/tls.key\n"
            "  clients_dir: pki/clients\n"
            "log:\n"
            "  backend: sqlite\n"
            "  path: anxin.db\n"
            "  partitions: 1\n"
            "store:\n"
            "  backend: sqlite\n"
            "  path: anxin.db\n"
            "rpc:\n"
            "  listen: \"127.0.0.1:0\"\n",
            packs);
    return write_missing(home, "anxin.yaml", text, err);
}

static ax_rc take_lock(struct ax_home *home, struct ax_err *err)
{
    char path[AX_HOME_PATH_MAX];
    char pid[32];
    AX_TRY(path_of(home, "lock", path, err));
    home->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (home->lock_fd < 0) {
        return ax_fail_field(err, AX_IO, "lock", path, strlen(path), "%s", strerror(errno));
    }
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(home->lock_fd, F_SETLK, &lock) != 0) {
        (void)close(home->lock_fd);
        home->lock_fd = -1;
        return ax_fail_field(err, AX_STATE, "home", home->dir, strlen(home->dir), "another anxin runs in this folder");
    }
    (void)snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(home->lock_fd, 0) != 0 || write(home->lock_fd, pid, strlen(pid)) < 0) {
        return ax_fail_field(err, AX_IO, "lock", path, strlen(path), "%s", strerror(errno));
    }
    return AX_RC(OK);
}

ax_rc ax_home_make(struct ax_home *home, const char *dir, struct ax_err *err)
{
    char absolute[AX_HOME_PATH_MAX];
    home->lock_fd = -1;
    AX_TRY(ax_file_mkdirs(dir, 0700, err));
    if (realpath(dir, absolute) == NULL) {
        return ax_fail_field(err, AX_IO, "home", dir, strlen(dir), "%s", strerror(errno));
    }
    (void)snprintf(home->dir, sizeof home->dir, "%s", absolute);
    AX_TRY(take_lock(home, err));
    AX_TRY(write_config(home, err));
    AX_TRY(write_missing(home, "policy.yaml", ax_policy_default_yaml, err));
    char pki[AX_HOME_PATH_MAX];
    AX_TRY(path_of(home, "pki", pki, err));
    AX_TRY(ax_certificates_clients(pki, err));
    return ax_certificates_server(pki, "server", "anxin", err);
}

void ax_home_release(struct ax_home *home)
{
    if (home->lock_fd >= 0) {
        (void)close(home->lock_fd);
        home->lock_fd = -1;
    }
}

int ax_home_holder(const char *dir)
{
    char path[AX_HOME_PATH_MAX];
    struct ax_home home = {.lock_fd = -1};
    (void)snprintf(home.dir, sizeof home.dir, "%s", dir);
    if (!ax_home_path(&home, "lock", path)) {
        return 0;
    }
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int holder = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? (int)lock.l_pid : 0;
    (void)close(fd);
    return holder;
}

ax_rc ax_home_config(
        const struct ax_cli *cli, const char *const *sets, size_t set_count, struct ax_config **out, struct ax_err *err)
{
    char path[AX_HOME_PATH_MAX];
    struct ax_home home = {.lock_fd = -1};
    (void)snprintf(home.dir, sizeof home.dir, "%s", cli->home);
    AX_TRY(path_of(&home, "anxin.yaml", path, err));
    return ax_config_load(cli->config_file == NULL ? path : cli->config_file, sets, set_count, out, err);
}

ax_rc ax_home_put_endpoint(const struct ax_home *home, const char *endpoint, struct ax_err *err)
{
    char path[AX_HOME_PATH_MAX];
    char line[AX_HOME_PATH_MAX];
    AX_TRY(path_of(home, "endpoint", path, err));
    (void)snprintf(line, sizeof line, "%s\n", endpoint);
    AX_TRY(ax_file_write(path, ax_str_c(line), 0644, err));
    AX_TRY(path_of(home, "last_endpoint", path, err));
    return ax_file_write(path, ax_str_c(line), 0644, err);
}

int ax_home_last_port(const struct ax_home *home)
{
    enum { PORT_MAX = 65535 };
    char path[AX_HOME_PATH_MAX];
    struct ax_buf text;
    struct ax_err ignored; /* without it there was none */
    int64_t port = 0;
    ax_buf_init(&text, AX_HOME_PATH_MAX);
    if (ax_home_path(home, "last_endpoint", path) && ax_ok(ax_file_read(path, &text, &ignored))) {
        ax_str line = ax_str_trim(ax_buf_str(&text));
        size_t at = line.len;
        while (at > 0 && line.ptr[at - 1] != ':') {
            at--;
        }
        if (!ax_ok(ax_str_to_i64(ax_str_of(line.ptr + at, line.len - at), &port)) || port < 0 || port > PORT_MAX) {
            port = 0;
        }
    }
    ax_buf_deinit(&text);
    return (int)port;
}

void ax_home_drop_endpoint(const struct ax_home *home)
{
    char path[AX_HOME_PATH_MAX];
    if (ax_home_path(home, "endpoint", path)) {
        (void)unlink(path);
    }
}
