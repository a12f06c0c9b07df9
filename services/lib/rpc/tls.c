/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/tls.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <string.h>

struct pem_set {
    char *ca;
    char *cert;
    char *key;
};

struct ax_rpc_tls {
    char *ca_file;
    char *cert_file;
    char *key_file;
    pthread_mutex_t mutex; /* for the two below */
    struct pem_set current;
    uint64_t generation;
    uint64_t port_cursor; /* read and written under core's own lock of the port's credentials, and `mutex` */
};

static void free_set(struct pem_set *set)
{
    ax_xfree(set->ca);
    ax_xfree(set->cert);
    if (set->key != NULL) {
        OPENSSL_cleanse(set->key, strlen(set->key));
        ax_xfree(set->key);
    }
    *set = (struct pem_set){0};
}

static X509 *parse_cert(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *cert = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return cert;
}

static EVP_PKEY *parse_key(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return key;
}

static ax_rc check_pair(const struct ax_rpc_tls *tls, X509 *cert, EVP_PKEY *key, X509 *ca, struct ax_err *err)
{
    if (ca == NULL) {
        return ax_fail_field(err, AX_INVALID, "tls.ca", tls->ca_file, strlen(tls->ca_file), "holds no certificate");
    }
    if (cert == NULL) {
        return ax_fail_field(
                err, AX_INVALID, "tls.cert", tls->cert_file, strlen(tls->cert_file), "holds no certificate");
    }
    if (key == NULL) {
        return ax_fail_field(err, AX_INVALID, "tls.key", tls->key_file, strlen(tls->key_file), "holds no private key");
    }
    if (X509_check_private_key(cert, key) != 1) {
        return ax_fail_field(err, AX_INVALID, "tls.key", tls->key_file, strlen(tls->key_file),
                "does not belong to the certificate %s", tls->cert_file);
    }
    if (X509_cmp_current_time(X509_get0_notBefore(cert)) > 0 || X509_cmp_current_time(X509_get0_notAfter(cert)) < 0) {
        return ax_fail_field(err, AX_INVALID, "tls.cert", tls->cert_file, strlen(tls->cert_file),
                "is not valid today (dates of the certificate)");
    }
    return AX_RC(OK);
}

static ax_rc check_set(const struct ax_rpc_tls *tls, const struct pem_set *set, struct ax_err *err)
{
    X509 *ca = parse_cert(set->ca);
    X509 *cert = parse_cert(set->cert);
    EVP_PKEY *key = parse_key(set->key);
    ax_rc rc = check_pair(tls, cert, key, ca, err);
    ERR_clear_error();
    EVP_PKEY_free(key);
    X509_free(cert);
    X509_free(ca);
    return rc;
}

static ax_rc read_set(const struct ax_rpc_tls *tls, struct pem_set *set, struct ax_err *err)
{
    AX_TRY(ax_rpc_read_pem(tls->ca_file, "tls.ca", &set->ca, err));
    AX_TRY(ax_rpc_read_pem(tls->cert_file, "tls.cert", &set->cert, err));
    AX_TRY(ax_rpc_read_pem(tls->key_file, "tls.key", &set->key, err));
    return check_set(tls, set, err);
}

ax_rc ax_rpc_tls_reload(struct ax_rpc_tls *tls, struct ax_err *err)
{
    struct pem_set fresh = {0};
    ax_rc rc = read_set(tls, &fresh, err);
    if (ax_ok(rc)) {
        (void)pthread_mutex_lock(&tls->mutex);
        struct pem_set old = tls->current;
        tls->current = fresh;
        tls->generation++;
        (void)pthread_mutex_unlock(&tls->mutex);
        fresh = old;
    }
    free_set(&fresh);
    return rc;
}

ax_rc ax_rpc_tls_open(
        const char *ca_file, const char *cert_file, const char *key_file, struct ax_rpc_tls **out, struct ax_err *err)
{
    struct ax_rpc_tls *tls = ax_xcalloc(1, sizeof *tls);
    tls->ca_file = ax_xstrdup(ca_file);
    tls->cert_file = ax_xstrdup(cert_file);
    tls->key_file = ax_xstrdup(key_file);
    (void)pthread_mutex_init(&tls->mutex, NULL);
    ax_rc rc = ax_rpc_tls_reload(tls, err);
    if (!ax_ok(rc)) {
        ax_rpc_tls_close(tls);
        return rc;
    }
    *out = tls;
    return rc;
}

void ax_rpc_tls_close(struct ax_rpc_tls *tls)
{
    if (tls == NULL) {
        return;
    }
    free_set(&tls->current);
    (void)pthread_mutex_destroy(&tls->mutex);
    ax_xfree(tls->ca_file);
    ax_xfree(tls->cert_file);
    ax_xfree(tls->key_file);
    ax_xfree(tls);
}

static grpc_ssl_certificate_config_reload_status fetch(void *state, grpc_ssl_server_certificate_config **out)
{
    struct ax_rpc_tls *tls = state;
    grpc_ssl_certificate_config_reload_status status = GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
    (void)pthread_mutex_lock(&tls->mutex);
    if (tls->port_cursor != tls->generation) {
        grpc_ssl_pem_key_cert_pair pair = {.private_key = tls->current.key, .cert_chain = tls->current.cert};
        *out = grpc_ssl_server_certificate_config_create(tls->current.ca, &pair, 1);
        status = *out == NULL ? GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_FAIL : GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
        tls->port_cursor = tls->generation;
    }
    (void)pthread_mutex_unlock(&tls->mutex);
    return status;
}

grpc_server_credentials *ax_rpc_tls_credentials(struct ax_rpc_tls *tls)
{
    return grpc_ssl_server_credentials_create_with_options(
            grpc_ssl_server_credentials_create_options_using_config_fetcher(
                    GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, fetch, tls));
}
