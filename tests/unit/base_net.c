/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/net.h"

#include "tests/unit/t.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static char folder[64];
static char ca[128];
static char cert[128];
static char key[128];
static char other_ca[128];

/* One connection on a free port. */
struct server {
    int fd;
    int port;
    SSL_CTX *ctx; /* NULL: no TLS */
    bool silent;  /* accepts, then neither reads nor writes */
    _Atomic bool leave;
    pthread_t thread;
};

static void echo_plain(int fd)
{
    char buf[4096];
    ssize_t got = 0;
    while ((got = recv(fd, buf, sizeof buf, 0)) > 0 && memchr(buf, '!', (size_t)got) == NULL) {
        (void)send(fd, buf, (size_t)got, MSG_NOSIGNAL);
    }
}

static void echo_tls(SSL_CTX *ctx, int fd)
{
    SSL *ssl = SSL_new(ctx);
    char buf[4096];
    int got = 0;
    (void)SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) {
        while ((got = SSL_read(ssl, buf, sizeof buf)) > 0 && memchr(buf, '!', (size_t)got) == NULL) {
            (void)SSL_write(ssl, buf, got);
        }
        (void)SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    ERR_clear_error();
}

static void *serve(void *state)
{
    struct server *s = state;
    int fd = accept(s->fd, NULL, NULL);
    if (fd < 0) {
        return NULL;
    }
    if (s->silent) {
        while (!s->leave) {
            ax_sleep_ms(2);
        }
    } else if (s->ctx == NULL) {
        echo_plain(fd);
    } else {
        echo_tls(s->ctx, fd);
    }
    (void)close(fd);
    return NULL;
}

static void start(struct server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(s->fd, (const struct sockaddr *)(const void *)&address, sizeof address), 0);
    assert_int_equal(listen(s->fd, 4), 0);
    assert_int_equal(getsockname(s->fd, (struct sockaddr *)(void *)&address, &size), 0);
    s->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(struct server *s)
{
    s->leave = true;
    assert_int_equal(pthread_join(s->thread, NULL), 0);
    (void)close(s->fd);
    SSL_CTX_free(s->ctx);
}

static SSL_CTX *server_context(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    assert_int_equal(SSL_CTX_use_certificate_chain_file(ctx, cert), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM), 1);
    assert_int_equal(SSL_CTX_load_verify_file(ctx, ca), 1);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return ctx;
}

static struct ax_net_options options_for(const struct server *s)
{
    struct ax_net_options o = {
            .host = "127.0.0.1", .port = s->port, .connect_timeout_ms = 10000, .io_timeout_ms = 10000};
    if (s->ctx != NULL) {
        o.ca_file = ca;
        o.cert_file = cert;
        o.key_file = key;
        o.server_name = "localhost";
    }
    return o;
}

static void echoes(struct ax_net *net)
{
    static char out[20000];
    static char back[20000];
    struct ax_err err = {0};
    for (size_t i = 0; i < sizeof out; i++) {
        out[i] = (char)('a' + i % 26);
    }
    size_t at = 0;
    for (size_t sent = 0; sent < sizeof out; sent += 4000) {
        assert_true(ax_ok(ax_net_write(net, ax_str_of(out + sent, 4000), &err)));
        while (at < sent + 4000) {
            size_t got = 0;
            assert_true(ax_ok(ax_net_read(net, back + at, sizeof back - at, &got, &err)));
            at += got;
        }
    }
    assert_memory_equal(out, back, sizeof out);
}

/* The server goes: reading ends, writing fails in the end, and no SIGPIPE kills us. */
static void survives_the_peers_end(struct ax_net *net)
{
    struct ax_err err = {0};
    char byte;
    size_t got = 0;
    assert_true(ax_ok(ax_net_write(net, AX_STR("!"), &err)));
    assert_int_equal(ax_net_read(net, &byte, 1, &got, &err).code, AX_IO);
    ax_rc rc = AX_RC(OK);
    for (int i = 0; i < 100 && ax_ok(rc); i++) {
        rc = ax_net_write(net, AX_STR("more"), &err);
        ax_sleep_ms(5);
    }
    assert_int_equal(rc.code, AX_IO);
}

static void talks(bool tls)
{
    struct server s = {.ctx = tls ? server_context() : NULL};
    struct ax_net *net = NULL;
    struct ax_err err = {0};
    start(&s);
    struct ax_net_options o = options_for(&s);
    if (!ax_ok(ax_net_connect(&o, &net, &err))) {
        fail_msg("%s", err.text);
    }
    echoes(net);
    survives_the_peers_end(net);
    ax_net_close(net);
    stop(&s);
}

static void talks_plainly(void **state)
{
    (void)state;
    talks(false);
}

static void talks_with_tls_and_a_client_certificate(void **state)
{
    (void)state;
    talks(true);
}

static void expect_refusal(const struct ax_net_options *options, struct server *s, int code)
{
    struct ax_net *net = NULL;
    struct ax_err err = {0};
    ax_rc rc = ax_net_connect(options, &net, &err);
    assert_int_equal(rc.code, code);
    assert_true(ax_str_starts(ax_str_c(err.text), AX_STR("127.0.0.1:")));
    stop(s);
}

static void a_stranger_is_not_trusted(void **state)
{
    (void)state;
    struct server s = {.ctx = server_context()};
    start(&s);
    struct ax_net_options o = options_for(&s);
    o.ca_file = other_ca;
    expect_refusal(&o, &s, AX_UNAUTHENTICATED);
}

static void another_name_is_not_trusted(void **state)
{
    (void)state;
    struct server s = {.ctx = server_context()};
    start(&s);
    struct ax_net_options o = options_for(&s);
    o.server_name = "elsewhere.example";
    expect_refusal(&o, &s, AX_UNAUTHENTICATED);
}

static void without_a_certificate_nothing_is_read(void **state)
{
    (void)state;
    struct server s = {.ctx = server_context()};
    start(&s);
    struct ax_net_options o = options_for(&s);
    o.cert_file = NULL;
    o.key_file = NULL;
    struct ax_net *net = NULL;
    struct ax_err err = {0};
    char byte;
    size_t got = 0;
    if (ax_ok(ax_net_connect(&o, &net, &err))) { /* TLS 1.3 says it only now */
        assert_int_equal(ax_net_read(net, &byte, 1, &got, &err).code, AX_IO);
    }
    ax_net_close(net);
    stop(&s);
}

static void silence_is_a_timeout(void **state)
{
    (void)state;
    struct server s = {.silent = true};
    start(&s);
    struct ax_net_options o = options_for(&s);
    o.io_timeout_ms = 30;
    struct ax_net *net = NULL;
    struct ax_err err = {0};
    char byte;
    size_t got = 0;
    assert_true(ax_ok(ax_net_connect(&o, &net, &err)));
    assert_int_equal(ax_net_read(net, &byte, 1, &got, &err).code, AX_TIMEOUT);
    static char big[32 << 20];
    assert_int_equal(ax_net_write(net, ax_str_of(big, sizeof big), &err).code, AX_TIMEOUT);
    ax_net_close(net);
    stop(&s);
}

static void a_silent_handshake_is_a_timeout(void **state)
{
    (void)state;
    struct server s = {.silent = true};
    start(&s);
    struct ax_net_options o = options_for(&s);
    o.ca_file = ca;
    o.connect_timeout_ms = 30;
    expect_refusal(&o, &s, AX_TIMEOUT);
}

static void nobody_there(void **state)
{
    (void)state;
    struct server s = {.silent = true};
    start(&s);
    struct ax_net_options o = options_for(&s);
    struct ax_net *net = NULL;
    struct ax_err err = {0};
    assert_true(ax_ok(ax_net_connect(&o, &net, &err)));
    ax_net_close(net);
    stop(&s); /* the port is free now */
    assert_int_equal(ax_net_connect(&o, &net, &err).code, AX_UNAVAILABLE);
    o.host = "no such host";
    assert_int_equal(ax_net_connect(&o, &net, &err).code, AX_UNAVAILABLE);
}

static void wrong_files_are_named(void **state)
{
    (void)state;
    struct server s = {.silent = true};
    start(&s);
    struct ax_net_options o = options_for(&s);
    o.ca_file = "/nonexistent/ca.crt";
    struct ax_net *net = NULL;
    struct ax_err err = {0};
    assert_int_equal(ax_net_connect(&o, &net, &err).code, AX_INVALID);
    assert_non_null(strstr(err.text, "/nonexistent/ca.crt"));
    stop(&s);
}

/* A self-signed certificate is its own authority. */
static bool make_certificate(const char *key_file, const char *cert_file)
{
    char command[1024];
    (void)snprintf(command, sizeof command,
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test "
            "-addext subjectAltName=DNS:localhost -keyout '%s' -out '%s' 2>/dev/null",
            key_file, cert_file);
    return system(command) == 0;
}

static bool make_pki(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/anxin-test.XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return false;
    }
    (void)snprintf(ca, sizeof ca, "%s/a.crt", folder);
    (void)snprintf(cert, sizeof cert, "%s/a.crt", folder);
    (void)snprintf(key, sizeof key, "%s/a.key", folder);
    (void)snprintf(other_ca, sizeof other_ca, "%s/b.crt", folder);
    char other_key[128];
    (void)snprintf(other_key, sizeof other_key, "%s/b.key", folder);
    return make_certificate(key, cert) && make_certificate(other_key, other_ca);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(talks_plainly),
            cmocka_unit_test(talks_with_tls_and_a_client_certificate),
            cmocka_unit_test(a_stranger_is_not_trusted),
            cmocka_unit_test(another_name_is_not_trusted),
            cmocka_unit_test(without_a_certificate_nothing_is_read),
            cmocka_unit_test(silence_is_a_timeout),
            cmocka_unit_test(a_silent_handshake_is_a_timeout),
            cmocka_unit_test(nobody_there),
            cmocka_unit_test(wrong_files_are_named),
    };
    int failed = make_pki() ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? failed : 1;
}
