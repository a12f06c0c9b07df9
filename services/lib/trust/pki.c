/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/trust/pki.h"

#include "services/lib/trust/pki_files.h"
#include "services/lib/trust/trust.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum {
    DAY_S = 86400,
    CA_DAYS = 3650,
    LEAF_DAYS = 397,
    RENEW_DAYS = 30,
    SKEW_S = 300, /* clocks of peers may be behind */
    SERIAL_BITS = 127,
    SAN_MAX_BYTES = 4096,
    HOSTS_MAX = 32,
};

struct authority {
    X509 *cert;
    EVP_PKEY *key;
};

static ax_rc crypto_error(struct ax_err *err, const char *what)
{
    unsigned long code = ERR_get_error();
    char text[128];
    ERR_error_string_n(code, text, sizeof text);
    ERR_clear_error();
    return ax_fail(err, AX_IO, "%s: %s", what, text);
}

static ax_rc join(char *out, const char *dir, const char *folder, const char *file, struct ax_err *err)
{
    int len = snprintf(out, AX_PKI_PATH_MAX, "%s%s%s/%s", dir, folder[0] == '\0' ? "" : "/", folder, file);
    if (len < 0 || len >= AX_PKI_PATH_MAX) {
        return ax_fail_field(err, AX_INVALID, "pki", dir, strlen(dir), "is too long");
    }
    return AX_RC(OK);
}

static int64_t now_s(const struct ax_clock *clock)
{
    return ax_clock_us(clock) / 1000000;
}

static bool good_until(const X509 *cert, int64_t when_s)
{
    time_t when = (time_t)when_s;
    return X509_cmp_time(X509_get0_notAfter(cert), &when) > 0;
}

static bool has_begun(const X509 *cert, int64_t when_s)
{
    time_t when = (time_t)when_s;
    return X509_cmp_time(X509_get0_notBefore(cert), &when) < 0;
}

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    bool ok = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return ok;
}

static bool set_serial(X509 *cert)
{
    BIGNUM *number = BN_new();
    bool ok = number != NULL && BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
    BN_free(number);
    return ok;
}

static bool set_name(X509_NAME *name, const char *organisation, const char *common)
{
    return X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)organisation, -1, -1, 0) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common, -1, -1, 0) == 1;
}

/* A certificate with key, name, serial and dates, not yet signed. */
static X509 *begin(EVP_PKEY *key, const char *common, int64_t from_s, int days)
{
    X509 *cert = X509_new();
    bool ok = cert != NULL && X509_set_version(cert, X509_VERSION_3) == 1 && set_serial(cert) &&
              ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)(from_s - SKEW_S)) != NULL &&
              ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)(from_s + (int64_t)days * DAY_S)) != NULL &&
              X509_set_pubkey(cert, key) == 1 && set_name(X509_get_subject_name(cert), "anxin", common);
    if (!ok) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

static X509 *make_ca_cert(EVP_PKEY *key, int64_t from_s)
{
    X509 *cert = begin(key, "anxin CA", from_s, CA_DAYS);
    bool ok = cert != NULL && X509_set_issuer_name(cert, X509_get_subject_name(cert)) == 1 &&
              add_extension(cert, cert, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
              add_extension(cert, cert, NID_key_usage, "critical,keyCertSign,cRLSign") &&
              add_extension(cert, cert, NID_subject_key_identifier, "hash") && X509_sign(cert, key, EVP_sha256()) > 0;
    if (!ok) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

static bool is_address(const char *host)
{
    unsigned char room[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, room) == 1 || inet_pton(AF_INET6, host, room) == 1;
}

/* A host goes into an extension's text form: nothing there may end an item. */
static ax_rc check_host(const char *host, struct ax_err *err)
{
    size_t len = strlen(host);
    for (size_t i = 0; i < len; i++) {
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:", host[i]) == NULL) {
            len = 0;
        }
    }
    if (len == 0 || len > 253 || (strchr(host, ':') != NULL && !is_address(host))) {
        return ax_fail_field(err, AX_INVALID, "host", host, strlen(host), "is neither a DNS name nor an IP address");
    }
    return AX_RC(OK);
}

static ax_rc san_of(const struct ax_pki_subject *subject, struct ax_buf *out, struct ax_err *err)
{
    ax_buf_printf(out, "URI:spiffe://anxin/%s/%s", subject->role, subject->id);
    if (subject->server) {
        ax_buf_printf(out, ",DNS:anxin,DNS:localhost,IP:127.0.0.1,IP:::1");
        if (subject->host_count > HOSTS_MAX) {
            return ax_fail(err, AX_LIMIT, "a certificate has at most %d further names", HOSTS_MAX);
        }
        for (size_t i = 0; i < subject->host_count; i++) {
            AX_TRY(check_host(subject->hosts[i], err));
            ax_buf_printf(out, ",%s:%s", is_address(subject->hosts[i]) ? "IP" : "DNS", subject->hosts[i]);
        }
    }
    ax_buf_put_u8(out, 0);
    return out->failed ? ax_fail(err, AX_LIMIT, "the names of a certificate take at most 4096 bytes") : AX_RC(OK);
}

static X509 *make_leaf(const struct authority *ca, EVP_PKEY *key, const struct ax_pki_subject *subject, const char *san,
        int64_t from_s)
{
    X509 *cert = begin(key, subject->name, from_s, LEAF_DAYS);
    bool ok = cert != NULL && X509_set_issuer_name(cert, X509_get_subject_name(ca->cert)) == 1 &&
              add_extension(cert, ca->cert, NID_basic_constraints, "critical,CA:FALSE") &&
              add_extension(cert, ca->cert, NID_key_usage, "critical,digitalSignature") &&
              /* A server of ours is a client of Kafka, Redis and other services with the same certificate. */
              add_extension(
                      cert, ca->cert, NID_ext_key_usage, subject->server ? "serverAuth,clientAuth" : "clientAuth") &&
              add_extension(cert, ca->cert, NID_subject_key_identifier, "hash") &&
              add_extension(cert, ca->cert, NID_authority_key_identifier, "keyid:always") &&
              add_extension(cert, ca->cert, NID_subject_alt_name, san) && X509_sign(cert, ca->key, EVP_sha256()) > 0;
    if (!ok) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

static void free_authority(struct authority *ca)
{
    X509_free(ca->cert);
    EVP_PKEY_free(ca->key);
    *ca = (struct authority){NULL, NULL};
}

static ax_rc read_authority(const char *dir, struct authority *out, struct ax_err *err)
{
    char cert[AX_PKI_PATH_MAX];
    char key[AX_PKI_PATH_MAX];
    AX_TRY(join(cert, dir, "", "ca.crt", err));
    AX_TRY(join(key, dir, "", "ca.key", err));
    out->cert = ax_pki_read_cert(cert);
    out->key = ax_pki_read_key(key);
    if (out->cert == NULL || out->key == NULL || X509_check_private_key(out->cert, out->key) != 1) {
        ERR_clear_error();
        free_authority(out);
        return ax_fail_field(err, AX_NOT_FOUND, "pki", dir, strlen(dir), "holds no authority (ca.crt and ca.key)");
    }
    return AX_RC(OK);
}

static ax_rc write_pair(
        const char *dir, const char *folder, const char *names[2], X509 *cert, EVP_PKEY *key, struct ax_err *err)
{
    char cert_path[AX_PKI_PATH_MAX];
    char key_path[AX_PKI_PATH_MAX];
    AX_TRY(join(cert_path, dir, folder, names[0], err));
    AX_TRY(join(key_path, dir, folder, names[1], err));
    AX_TRY(ax_pki_write_key(key_path, key, err));
    return ax_pki_write_cert(cert_path, cert, err);
}

ax_rc ax_pki_make_ca(const char *dir, const struct ax_clock *clock, struct ax_err *err)
{
    AX_TRY(ax_pki_mkdir(dir, err));
    struct authority ca = {NULL, NULL};
    int64_t now = now_s(clock);
    if (ax_ok(read_authority(dir, &ca, NULL))) {
        bool good = has_begun(ca.cert, now) && good_until(ca.cert, now + (int64_t)(LEAF_DAYS + RENEW_DAYS) * DAY_S);
        free_authority(&ca);
        if (good) {
            return AX_RC(OK);
        }
    }
    ca.key = EVP_EC_gen("P-256");
    ca.cert = ca.key == NULL ? NULL : make_ca_cert(ca.key, now);
    ax_rc rc = AX_RC(OK);
    if (ca.cert == NULL) {
        rc = crypto_error(err, "making the authority");
    } else {
        rc = write_pair(dir, "", (const char *[2]){"ca.crt", "ca.key"}, ca.cert, ca.key, err);
    }
    free_authority(&ca);
    return rc;
}

static bool has_name(STACK_OF(GENERAL_NAME) * names, const char *item)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        BIO *bio = BIO_new(BIO_s_mem());
        char text[SAN_MAX_BYTES];
        (void)GENERAL_NAME_print(bio, sk_GENERAL_NAME_value(names, i));
        int len = BIO_read(bio, text, sizeof text - 1);
        BIO_free(bio);
        text[len < 0 ? 0 : len] = '\0';
        if (strcmp(text, item) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the certificate says of whom it is, and every further DNS name wanted. Addresses print in forms of their own
 * and are compared by OpenSSL. */
static bool names_fit(X509 *cert, const struct ax_pki_subject *subject)
{
    STACK_OF(GENERAL_NAME) *names = X509_get_ext_d2i(cert, NID_subject_alt_name, NULL, NULL);
    if (names == NULL) {
        return false;
    }
    char uri[256];
    (void)snprintf(uri, sizeof uri, "URI:spiffe://anxin/%s/%s", subject->role, subject->id);
    bool ok = has_name(names, uri) && has_name(names, "DNS:anxin") == subject->server;
    GENERAL_NAMES_free(names);
    for (size_t i = 0; i < subject->host_count && subject->server && ok; i++) {
        const char *host = subject->hosts[i];
        ok = is_address(host) ? X509_check_ip_asc(cert, host, 0) == 1 : X509_check_host(cert, host, 0, 0, NULL) == 1;
    }
    return ok;
}

static bool is_current(const struct authority *ca, const char *dir, const char *folder,
        const struct ax_pki_subject *subject, int64_t now)
{
    char path[AX_PKI_PATH_MAX];
    X509 *cert = ax_ok(join(path, dir, folder, "tls.crt", NULL)) ? ax_pki_read_cert(path) : NULL;
    EVP_PKEY *key = ax_ok(join(path, dir, folder, "tls.key", NULL)) ? ax_pki_read_key(path) : NULL;
    bool good = cert != NULL && key != NULL && X509_check_private_key(cert, key) == 1 &&
                X509_verify(cert, X509_get0_pubkey(ca->cert)) == 1 && has_begun(cert, now) &&
                good_until(cert, now + (int64_t)RENEW_DAYS * DAY_S) && names_fit(cert, subject);
    ERR_clear_error();
    X509_free(cert);
    EVP_PKEY_free(key);
    return good;
}

static ax_rc issue(const struct authority *ca, const char *dir, const char *folder,
        const struct ax_pki_subject *subject, int64_t now, struct ax_err *err)
{
    struct ax_buf san;
    ax_buf_init(&san, SAN_MAX_BYTES);
    ax_rc rc = san_of(subject, &san, err);
    EVP_PKEY *key = ax_ok(rc) ? EVP_EC_gen("P-256") : NULL;
    X509 *cert = key == NULL ? NULL : make_leaf(ca, key, subject, (const char *)san.ptr, now);
    if (ax_ok(rc) && cert == NULL) {
        rc = crypto_error(err, "making a certificate");
    }
    if (ax_ok(rc)) {
        rc = write_pair(dir, folder, (const char *[2]){"tls.crt", "tls.key"}, cert, key, err);
    }
    X509_free(cert);
    EVP_PKEY_free(key);
    ax_buf_deinit(&san);
    return rc;
}

static ax_rc check_subject(const struct ax_pki_subject *subject, struct ax_err *err)
{
    char uri[512];
    struct ax_principal principal;
    (void)snprintf(uri, sizeof uri, "spiffe://anxin/%s/%s", subject->role, subject->id);
    if (!ax_ok(ax_principal_parse(ax_str_c(uri), AX_STR("anxin"), &principal, NULL))) {
        return ax_fail_field(err, AX_INVALID, "principal", uri, strlen(uri), "is not spiffe://anxin/ROLE/ID");
    }
    (void)snprintf(uri, sizeof uri, "spiffe://anxin/x/%s", subject->name); /* a folder's name has an ID's form */
    if (!ax_ok(ax_principal_parse(ax_str_c(uri), AX_STR("anxin"), &principal, NULL))) {
        return ax_fail_field(err, AX_INVALID, "name", subject->name, strlen(subject->name),
                "has other than letters, digits, '-', '_' and '.', or is longer than 63");
    }
    return AX_RC(OK);
}

ax_rc ax_pki_issue(
        const char *dir, const struct ax_pki_subject *subject, const struct ax_clock *clock, struct ax_err *err)
{
    AX_TRY(check_subject(subject, err));
    char folder[AX_PRINCIPAL_ID_MAX + 16];
    char path[AX_PKI_PATH_MAX];
    if (!subject->server) {
        AX_TRY(join(path, dir, "", "clients", err));
        AX_TRY(ax_pki_mkdir(path, err));
    }
    (void)snprintf(folder, sizeof folder, "%s%s", subject->server ? "" : "clients/", subject->name);
    AX_TRY(join(path, dir, "", folder, err));
    AX_TRY(ax_pki_mkdir(path, err));
    struct authority ca = {NULL, NULL};
    AX_TRY(read_authority(dir, &ca, err));
    int64_t now = now_s(clock);
    ax_rc rc = AX_RC(OK);
    if (!is_current(&ca, dir, folder, subject, now)) {
        rc = issue(&ca, dir, folder, subject, now, err);
    }
    free_authority(&ca);
    return rc;
}
