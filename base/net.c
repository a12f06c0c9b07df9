/* SPDX-License-Identifier: Apache-2.0 */
#include "base/net.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The socket never blocks; every wait is a poll with a deadline. OpenSSL writes through a BIO of ours, because its own
 * uses write(2), which raises SIGPIPE where the peer has gone, and a library has no business with the process's signals.
 */
struct ax_net {
    int fd;
    int io_timeout_ms;
    SSL *ssl;
    SSL_CTX *ctx;
};

static ax_rc fail_errno(struct ax_err *err, enum ax_code code, const char *verb, int error)
{
    char why[128];
    return ax_fail(err, code, "%s: %s", verb, strerror_r(error, why, sizeof why));
}

static ax_rc fail_ssl(struct ax_err *err, enum ax_code code, const char *verb)
{
    char why[160] = "no reason given";
    unsigned long error = ERR_get_error();
    if (error != 0) {
        ERR_error_string_n(error, why, sizeof why);
    }
    ERR_clear_error();
    return ax_fail(err, code, "%s: %s", verb, why);
}

/* AX_OK when ready. */
static ax_rc wait_for(int fd, short events, int64_t deadline_us, struct ax_err *err)
{
    for (;;) {
        int64_t left_us = deadline_us - ax_mono_us();
        if (left_us <= 0) {
            return ax_fail(err, AX_TIMEOUT, "no answer in time");
        }
        struct pollfd p = {.fd = fd, .events = events};
        int64_t left_ms = left_us / 1000 + 1;
        int ready = poll(&p, 1, left_ms > INT_MAX ? INT_MAX : (int)left_ms);
        if (ready > 0) {
            return AX_RC(OK);
        }
        if (ready < 0 && errno != EINTR) {
            return fail_errno(err, AX_IO, "poll", errno);
        }
    }
}

static int bio_write(BIO *bio, const char *data, int len)
{
    BIO_clear_retry_flags(bio);
    ssize_t put = send(*(const int *)BIO_get_data(bio), data, (size_t)len, MSG_NOSIGNAL);
    if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
        BIO_set_retry_write(bio);
    }
    return (int)put;
}

static int bio_read(BIO *bio, char *data, int size)
{
    BIO_clear_retry_flags(bio);
    ssize_t got = recv(*(const int *)BIO_get_data(bio), data, (size_t)size, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        BIO_set_retry_read(bio);
    }
    return (int)got;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio;
    (void)number;
    (void)pointer;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static BIO_METHOD *method;

static void make_method(void)
{
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ax_net");
    AX_ASSERT(method != NULL);
    AX_ASSERT(BIO_meth_set_write(method, bio_write) == 1 && BIO_meth_set_read(method, bio_read) == 1 &&
              BIO_meth_set_ctrl(method, bio_ctrl) == 1);
}

static ax_rc connect_one(const struct addrinfo *address, int64_t deadline_us, int *out, struct ax_err *err)
{
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail_errno(err, AX_UNAVAILABLE, "socket", errno);
    }
    ax_rc rc = AX_RC(OK);
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        int error = errno;
        socklen_t size = sizeof error;
        if (error == EINPROGRESS) {
            rc = wait_for(fd, POLLOUT, deadline_us, err);
            (void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        }
        if (ax_ok(rc) && error != 0) {
            rc = fail_errno(err, AX_UNAVAILABLE, "connect", error);
        }
    }
    if (!ax_ok(rc)) {
        (void)close(fd);
        return rc;
    }
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    *out = fd;
    return rc;
}

static ax_rc connect_any(const struct ax_net_options *options, int64_t deadline_us, int *out, struct ax_err *err)
{
    char port[16];
    (void)snprintf(port, sizeof port, "%d", options->port);
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(options->host, port, &hints, &found);
    if (error != 0) {
        return ax_fail(err, AX_UNAVAILABLE, "cannot resolve: %s", gai_strerror(error));
    }
    ax_rc rc = AX_RC(UNAVAILABLE);
    for (const struct addrinfo *a = found; a != NULL; a = a->ai_next) {
        rc = connect_one(a, deadline_us, out, err);
        if (ax_ok(rc)) {
            break;
        }
    }
    freeaddrinfo(found);
    return rc;
}

static bool is_ip(const char *name)
{
    struct in6_addr address;
    return inet_pton(AF_INET, name, &address) == 1 || inet_pton(AF_INET6, name, &address) == 1;
}

static ax_rc make_context(const struct ax_net_options *options, SSL_CTX **out, struct ax_err *err)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    *out = ctx;
    if (ctx == NULL || SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1) {
        return fail_ssl(err, AX_IO, "TLS");
    }
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    (void)SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_CTX_load_verify_file(ctx, options->ca_file) != 1) {
        return fail_ssl(err, AX_INVALID, options->ca_file);
    }
    if (options->cert_file != NULL && SSL_CTX_use_certificate_chain_file(ctx, options->cert_file) != 1) {
        return fail_ssl(err, AX_INVALID, options->cert_file);
    }
    if (options->key_file != NULL && (SSL_CTX_use_PrivateKey_file(ctx, options->key_file, SSL_FILETYPE_PEM) != 1 ||
                                             SSL_CTX_check_private_key(ctx) != 1)) {
        return fail_ssl(err, AX_INVALID, options->key_file);
    }
    return AX_RC(OK);
}

static bool set_peer_name(SSL *ssl, const char *name)
{
    if (is_ip(name)) {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
    }
    char copy[NI_MAXHOST]; /* the macro wants it writable */
    return ax_str_to_c(ax_str_c(name), copy, sizeof copy) && SSL_set1_host(ssl, copy) == 1 &&
           SSL_set_tlsext_host_name(ssl, copy) == 1;
}

/* After an SSL call gave `result` <= 0: AX_OK when it is to be tried again. */
static ax_rc wait_for_ssl(struct ax_net *net, int result, int64_t deadline_us, struct ax_err *err)
{
    int saved = errno;
    switch (SSL_get_error(net->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return wait_for(net->fd, POLLIN, deadline_us, err);
    case SSL_ERROR_WANT_WRITE:
        return wait_for(net->fd, POLLOUT, deadline_us, err);
    case SSL_ERROR_ZERO_RETURN:
        return ax_fail(err, AX_IO, "the peer closed the connection");
    case SSL_ERROR_SYSCALL:
        ERR_clear_error();
        return saved == 0 ? ax_fail(err, AX_IO, "the peer closed the connection")
                          : fail_errno(err, AX_IO, "TLS", saved);
    default:
        return fail_ssl(err, AX_IO, "TLS");
    }
}

static ax_rc handshake(struct ax_net *net, int64_t deadline_us, struct ax_err *err)
{
    for (;;) {
        ERR_clear_error();
        errno = 0;
        int result = SSL_connect(net->ssl);
        if (result == 1) {
            return AX_RC(OK);
        }
        long verdict = SSL_get_verify_result(net->ssl);
        if (verdict != X509_V_OK) {
            ERR_clear_error();
            return ax_fail(
                    err, AX_UNAUTHENTICATED, "the server's certificate: %s", X509_verify_cert_error_string(verdict));
        }
        AX_TRY(wait_for_ssl(net, result, deadline_us, err));
    }
}

static ax_rc start_tls(
        struct ax_net *net, const struct ax_net_options *options, int64_t deadline_us, struct ax_err *err)
{
    AX_ASSERT(pthread_once(&once, make_method) == 0);
    AX_TRY(make_context(options, &net->ctx, err));
    net->ssl = SSL_new(net->ctx);
    BIO *bio = BIO_new(method);
    if (net->ssl == NULL || bio == NULL) {
        BIO_free(bio);
        return fail_ssl(err, AX_IO, "TLS");
    }
    BIO_set_data(bio, &net->fd);
    BIO_set_init(bio, 1);
    SSL_set_bio(net->ssl, bio, bio);
    if (!set_peer_name(net->ssl, options->server_name == NULL ? options->host : options->server_name)) {
        return fail_ssl(err, AX_INVALID, "TLS server name");
    }
    return handshake(net, deadline_us, err);
}

ax_rc ax_net_connect(const struct ax_net_options *options, struct ax_net **out, struct ax_err *err)
{
    int64_t deadline_us = ax_mono_us() + options->connect_timeout_ms * INT64_C(1000);
    struct ax_net *net = ax_xcalloc(1, sizeof *net);
    net->fd = -1;
    net->io_timeout_ms = options->io_timeout_ms;
    ax_rc rc = connect_any(options, deadline_us, &net->fd, err);
    if (ax_ok(rc) && options->ca_file != NULL) {
        rc = start_tls(net, options, deadline_us, err);
    }
    if (!ax_ok(rc)) {
        ax_err_prefix(err, "%s:%d", options->host, options->port);
        ax_net_close(net);
        return rc;
    }
    *out = net;
    return rc;
}

void ax_net_close(struct ax_net *net)
{
    if (net == NULL) {
        return;
    }
    if (net->ssl != NULL) {
        if (SSL_is_init_finished(net->ssl)) {
            (void)SSL_shutdown(net->ssl); /* says goodbye; does not wait for the answer */
        }
        SSL_free(net->ssl);
        ERR_clear_error();
    }
    SSL_CTX_free(net->ctx);
    if (net->fd >= 0) {
        (void)close(net->fd);
    }
    ax_xfree(net);
}

/* One step: bytes moved, or 0 after a wait. */
static ax_rc write_some(struct ax_net *net, ax_str bytes, int64_t deadline_us, size_t *put, struct ax_err *err)
{
    *put = 0;
    if (net->ssl != NULL) {
        ERR_clear_error();
        errno = 0;
        int result = SSL_write_ex(net->ssl, bytes.ptr, bytes.len, put);
        return result == 1 ? AX_RC(OK) : wait_for_ssl(net, result, deadline_us, err);
    }
    ssize_t result = send(net->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
    if (result >= 0) {
        *put = (size_t)result;
        return AX_RC(OK);
    }
    if (errno == EAGAIN || errno == EINTR) {
        return wait_for(net->fd, POLLOUT, deadline_us, err);
    }
    return fail_errno(err, AX_IO, "send", errno);
}

ax_rc ax_net_write(struct ax_net *net, ax_str bytes, struct ax_err *err)
{
    int64_t deadline_us = ax_mono_us() + net->io_timeout_ms * INT64_C(1000);
    while (bytes.len > 0) {
        size_t put = 0;
        AX_TRY(write_some(net, bytes, deadline_us, &put, err));
        bytes = (ax_str){bytes.ptr + put, bytes.len - put};
    }
    return AX_RC(OK);
}

static ax_rc read_some(struct ax_net *net, void *buf, size_t size, int64_t deadline_us, size_t *got, struct ax_err *err)
{
    if (net->ssl != NULL) {
        ERR_clear_error();
        errno = 0;
        int result = SSL_read_ex(net->ssl, buf, size, got);
        return result == 1 ? AX_RC(OK) : wait_for_ssl(net, result, deadline_us, err);
    }
    ssize_t result = recv(net->fd, buf, size, 0);
    if (result > 0) {
        *got = (size_t)result;
        return AX_RC(OK);
    }
    if (result == 0) {
        return ax_fail(err, AX_IO, "the peer closed the connection");
    }
    if (errno == EAGAIN || errno == EINTR) {
        return wait_for(net->fd, POLLIN, deadline_us, err);
    }
    return fail_errno(err, AX_IO, "recv", errno);
}

ax_rc ax_net_read(struct ax_net *net, void *buf, size_t size, size_t *got, struct ax_err *err)
{
    int64_t deadline_us = ax_mono_us() + net->io_timeout_ms * INT64_C(1000);
    *got = 0;
    while (*got == 0) {
        AX_TRY(read_some(net, buf, size, deadline_us, got, err));
    }
    return AX_RC(OK);
}
