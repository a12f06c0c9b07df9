/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/t.h"

#include "services/lib/trust/pki.h"
#include "services/lib/trust/pki_files.h"

#include <openssl/x509v3.h>

#include <ftw.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DAY_S = 86400 };

static const int64_t begin_us = 1790000000LL * 1000000;
static char dir[64];
static struct ax_clock_fake fake;

static const struct ax_pki_subject server = {.name = "server", .role = "exchange", .id = "one", .server = true};
static const struct ax_pki_subject client = {.name = "insurer", .role = "insurer", .id = "picc"};

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int setup(void **state)
{
    (void)state;
    (void)snprintf(dir, sizeof dir, "/tmp/anxin-pki-XXXXXX");
    ax_clock_fake_init(&fake, begin_us);
    return mkdtemp(dir) == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *path_of(const char *file)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", dir, file);
    return path;
}

static char *read_text(const char *file)
{
    FILE *f = fopen(path_of(file), "re");
    assert_non_null(f);
    char *text = ax_xcalloc(1, 8192);
    assert_true(fread(text, 1, 8191, f) > 0);
    (void)fclose(f);
    return text;
}

static void make_all(void)
{
    struct ax_err err;
    assert_true(ax_ok(ax_pki_make_ca(dir, &fake.clock, &err)));
    assert_true(ax_ok(ax_pki_issue(dir, &server, &fake.clock, &err)));
    assert_true(ax_ok(ax_pki_issue(dir, &client, &fake.clock, &err)));
}

static void files_are_private_and_keys_are_pkcs8(void **state)
{
    (void)state;
    static const char *const files[] = {"ca.crt", "ca.key", "server/tls.crt", "server/tls.key",
            "clients/insurer/tls.crt", "clients/insurer/tls.key"};
    make_all();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct stat st;
        assert_int_equal(stat(path_of(files[i]), &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
    char *key = read_text("server/tls.key");
    assert_int_equal(strncmp(key, "-----BEGIN PRIVATE KEY-----", 27), 0);
    ax_xfree(key);
}

static void certificates_say_who_and_what_for(void **state)
{
    (void)state;
    make_all();
    X509 *ca = ax_pki_read_cert(path_of("ca.crt"));
    X509 *cert = ax_pki_read_cert(path_of("server/tls.crt"));
    X509 *leaf = ax_pki_read_cert(path_of("clients/insurer/tls.crt"));
    assert_int_equal(X509_check_ca(ca), 1);
    assert_int_equal(X509_check_ca(leaf), 0);
    assert_int_equal(X509_verify(cert, X509_get0_pubkey(ca)), 1);
    assert_int_equal(X509_check_host(cert, "anxin", 0, 0, NULL), 1);
    assert_int_equal(X509_check_host(cert, "localhost", 0, 0, NULL), 1);
    assert_int_equal(X509_check_ip_asc(cert, "127.0.0.1", 0), 1);
    assert_int_equal(X509_check_host(leaf, "anxin", 0, 0, NULL), 0);
    assert_int_equal(X509_check_purpose(cert, X509_PURPOSE_SSL_SERVER, 0), 1);
    assert_int_equal(X509_check_purpose(cert, X509_PURPOSE_SSL_CLIENT, 0), 1);
    assert_int_equal(X509_check_purpose(leaf, X509_PURPOSE_SSL_CLIENT, 0), 1);
    assert_int_equal(X509_check_purpose(leaf, X509_PURPOSE_SSL_SERVER, 0), 0);
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
    assert_int_equal(sk_GENERAL_NAME_num(names), 1);
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, 0);
    assert_int_equal(name->type, GEN_URI);
    assert_string_equal(ASN1_STRING_get0_data(name->d.uniformResourceIdentifier), "spiffe://anxin/insurer/picc");
    GENERAL_NAMES_free(names);
    X509_free(ca);
    X509_free(cert);
    X509_free(leaf);
}

static bool same_after(const char *file, void (*act)(void))
{
    char *before = read_text(file);
    act();
    char *after = read_text(file);
    bool same = strcmp(before, after) == 0;
    ax_xfree(before);
    ax_xfree(after);
    return same;
}

static void issue_with_host(void)
{
    const char *const hosts[] = {"kafka-1.example", "10.0.0.7"};
    struct ax_pki_subject more = server;
    more.hosts = hosts;
    more.host_count = 2;
    struct ax_err err;
    assert_true(ax_ok(ax_pki_issue(dir, &more, &fake.clock, &err)));
}

static void issue_under_another_id(void)
{
    struct ax_pki_subject renamed = client;
    renamed.id = "other";
    struct ax_err err;
    assert_true(ax_ok(ax_pki_issue(dir, &renamed, &fake.clock, &err)));
}

static void nothing_is_made_twice(void **state)
{
    (void)state;
    make_all();
    assert_true(same_after("ca.key", make_all));
    assert_true(same_after("server/tls.crt", make_all));
    assert_true(same_after("clients/insurer/tls.key", make_all));
    assert_false(same_after("server/tls.crt", issue_with_host));
    assert_true(same_after("server/tls.crt", issue_with_host));
    assert_false(same_after("clients/insurer/tls.crt", issue_under_another_id));
}

static void what_runs_out_or_does_not_fit_is_made_anew(void **state)
{
    (void)state;
    make_all();
    atomic_store(&fake.now, begin_us + 360LL * DAY_S * 1000000);
    assert_true(same_after("ca.crt", make_all));
    atomic_store(&fake.now, begin_us + 370LL * DAY_S * 1000000); /* 27 days left */
    assert_false(same_after("server/tls.crt", make_all));
    atomic_store(&fake.now, begin_us + 3500LL * DAY_S * 1000000);
    assert_false(same_after("ca.crt", make_all));
    X509 *ca = ax_pki_read_cert(path_of("ca.crt"));
    X509 *cert = ax_pki_read_cert(path_of("server/tls.crt"));
    assert_int_equal(X509_verify(cert, X509_get0_pubkey(ca)), 1);
    X509_free(ca);
    X509_free(cert);
    assert_int_equal(truncate(path_of("clients/insurer/tls.key"), 10), 0);
    assert_false(same_after("clients/insurer/tls.key", make_all));
}

static void impossible_subjects_are_refused(void **state)
{
    (void)state;
    make_all();
    struct ax_err err;
    struct ax_pki_subject bad = client;
    bad.id = "a/b";
    assert_int_equal(ax_pki_issue(dir, &bad, &fake.clock, &err).code, AX_INVALID);
    bad = client;
    bad.name = "../x";
    assert_int_equal(ax_pki_issue(dir, &bad, &fake.clock, &err).code, AX_INVALID);
    bad.name = "..";
    assert_int_equal(ax_pki_issue(dir, &bad, &fake.clock, &err).code, AX_INVALID);
    const char *const hosts[] = {"x,URI:spiffe://anxin/operator/x"};
    bad = server;
    bad.hosts = hosts;
    bad.host_count = 1;
    assert_int_equal(ax_pki_issue(dir, &bad, &fake.clock, &err).code, AX_INVALID);
    assert_int_equal(ax_pki_issue("/nowhere/pki", &client, &fake.clock, &err).code, AX_IO);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
            EACH(files_are_private_and_keys_are_pkcs8),
            EACH(certificates_say_who_and_what_for),
            EACH(nothing_is_made_twice),
            EACH(what_runs_out_or_does_not_fit_is_made_anew),
            EACH(impossible_subjects_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
