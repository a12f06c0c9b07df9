/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/store_fixture.h"
#include "tests/unit/t.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { COMMAND_MAX = 2048, TIMEOUT_MS = 5000 };

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    assert_int_equal(close(fd), 0);
    return ntohs(address.sin_port);
}

static void run(const char *command)
{
    int status = system(command); /* NOLINT(cert-env33-c): our own scripts in a folder of ours */
    if (status != 0) {
        fail_msg("%s: status %d", command, status);
    }
}

static void make_certificates(struct store_fixture *f)
{
    char command[COMMAND_MAX];
    (void)snprintf(f->ca_file, sizeof f->ca_file, "%s/ca.crt", f->dir);
    (void)snprintf(f->cert_file, sizeof f->cert_file, "%s/tls.crt", f->dir);
    (void)snprintf(f->key_file, sizeof f->key_file, "%s/tls.key", f->dir);
    (void)snprintf(command, sizeof command,
            "cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-ca "
            "-keyout ca.key -out ca.crt 2>ca.txt && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
            "-subj /CN=localhost -keyout tls.key -out tls.csr 2>csr.txt && "
            "printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\\n' >san.txt && openssl x509 -req -in tls.csr -CA "
            "ca.crt "
            "-CAkey ca.key -CAcreateserial -days 2 -extfile san.txt -out tls.crt 2>x509.txt",
            f->dir);
    run(command);
    f->options.ca_file = f->ca_file;
    f->options.cert_file = f->cert_file;
    f->options.key_file = f->key_file;
}

static void make_users(struct store_fixture *f)
{
    char command[COMMAND_MAX];
    (void)snprintf(f->acl_file, sizeof f->acl_file, "%s/users.acl", f->dir);
    (void)snprintf(f->password_file, sizeof f->password_file, "%s/password", f->dir);
    (void)snprintf(command, sizeof command,
            "echo made-up-secret >%s && hash=$(printf %%s made-up-secret | sha256sum | cut -d' ' -f1) && "
            "sed \"s/#[A-Z]*_PASSWORD_SHA256/#$hash/\" deploy/redis/users.acl >%s",
            f->password_file, f->acl_file);
    run(command);
    f->options.user = "anxin-scorer";
    f->options.password_file = f->password_file;
}

void store_fixture_server_start(struct store_fixture *f)
{
    char command[COMMAND_MAX];
    int len = snprintf(
            command, sizeof command, "deploy/redis/server start --dir %s/redis --port %d", f->dir, f->options.port);
    if (f->options.ca_file != NULL) {
        (void)snprintf(command + len, sizeof command - (size_t)len, " --tls-ca %s --tls-cert %s --tls-key %s --acl %s",
                f->ca_file, f->cert_file, f->key_file, f->acl_file);
    }
    run(command);
    f->has_server = true;
}

void store_fixture_server_stop(struct store_fixture *f)
{
    char command[COMMAND_MAX];
    (void)snprintf(command, sizeof command, "deploy/redis/server stop --dir %s/redis", f->dir);
    run(command);
    f->has_server = false;
}

void store_fixture_server_kill(struct store_fixture *f)
{
    char path[FIXTURE_PATH_MAX + 32];
    (void)snprintf(path, sizeof path, "%s/redis/redis.pid", f->dir);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    char text[32] = "";
    assert_non_null(fgets(text, sizeof text, file));
    assert_int_equal(fclose(file), 0);
    pid_t pid = (pid_t)strtol(text, NULL, 10);
    assert_true(pid > 1);
    assert_int_equal(kill(pid, SIGKILL), 0);
    f->has_server = false;
}

void store_fixture_init(struct store_fixture *f, const char *backend)
{
    const char *tmp = getenv("TMPDIR");
    *f = (struct store_fixture){.options = {.partitions = FIXTURE_PARTITIONS, .timeout_ms = TIMEOUT_MS, .sim_seed = 1}};
    (void)snprintf(f->dir, sizeof f->dir, "%s/ax-store-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/store.db", f->dir);
    f->options.path = f->path;
    if (strcmp(backend, "sim") == 0) {
        f->options.backend = AX_STORE_SIM;
    } else if (strcmp(backend, "sqlite") == 0) {
        f->options.backend = AX_STORE_SQLITE;
    } else {
        f->options.backend = AX_STORE_REDIS;
        f->options.host = "127.0.0.1";
        f->options.port = free_port();
        if (strcmp(backend, "redis-tls") == 0) {
            make_certificates(f);
            make_users(f);
        }
        store_fixture_server_start(f);
    }
}

void store_fixture_deinit(struct store_fixture *f)
{
    char command[COMMAND_MAX];
    if (f->has_server) {
        store_fixture_server_stop(f);
    }
    (void)snprintf(command, sizeof command, "rm -rf %s", f->dir);
    run(command);
}

struct ax_store *store_fixture_open(const struct store_fixture *f)
{
    struct ax_store *store = NULL;
    struct ax_err err = {0};
    if (!ax_ok(ax_store_open(&f->options, &store, &err))) {
        fail_msg("open: %s", err.text);
    }
    return store;
}

struct test_code test_code(unsigned number)
{
    struct test_code code;
    (void)snprintf(code.text, sizeof code.text, "91110000MA%08X", number);
    return code;
}
