/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/integration/rpc_bed.h"
#include "tests/unit/t.h"

#include "base/clock.h"
#include "services/lib/trust/pki.h"
#include "services/lib/trust/pki_files.h"

#include <openssl/x509v3.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct bed bed;
static struct bed other; /* another deployment, with another CA */

static ax_rc ask(struct ax_rpc_channel *channel, struct ax_err *err)
{
    struct ax_buf response;
    ax_buf_init(&response, 1000);
    ax_rc rc = ax_rpc_unary(channel, "/anxin.test.Echo/Echo", AX_STR("x"), 5000, &response, err);
    ax_buf_deinit(&response);
    return rc;
}

static ax_rc ask_with(const char *ca_dir, const char *client_dir, const char *server_name, struct ax_err *err)
{
    char target[64];
    char ca[600];
    char cert[600];
    char key[600];
    (void)snprintf(ca, sizeof ca, "%s/ca.crt", ca_dir);
    struct ax_rpc_channel_options options = {
            .target = bed_target(&bed, target, sizeof target), .ca_file = ca, .server_name = server_name};
    if (client_dir != NULL) {
        (void)snprintf(cert, sizeof cert, "%s/clients/operator/tls.crt", client_dir);
        (void)snprintf(key, sizeof key, "%s/clients/operator/tls.key", client_dir);
        options.cert_file = cert;
        options.key_file = key;
    }
    struct ax_rpc_channel *channel = NULL;
    assert_true(ax_ok(ax_rpc_channel_open(&options, &channel, err)));
    ax_rc rc = ask(channel, err);
    ax_rpc_channel_close(channel);
    return rc;
}

static void only_ours_get_in(void **state)
{
    (void)state;
    struct ax_err err;
    assert_true(ax_ok(ask_with(bed.dir, bed.dir, NULL, &err)));
    assert_true(ax_ok(ask_with(bed.dir, bed.dir, "localhost", &err)));
    assert_int_equal(ask_with(bed.dir, NULL, NULL, &err).code, AX_UNAVAILABLE);           /* no client certificate */
    assert_int_equal(ask_with(bed.dir, other.dir, NULL, &err).code, AX_UNAVAILABLE);      /* of another CA */
    assert_int_equal(ask_with(other.dir, bed.dir, NULL, &err).code, AX_UNAVAILABLE);      /* server of another CA */
    assert_int_equal(ask_with(bed.dir, bed.dir, "elsewhere", &err).code, AX_UNAVAILABLE); /* wrong name */
    assert_true(ax_ok(ask_with(bed.dir, bed.dir, NULL, &err)));
}

static void an_identity_outside_the_policy_is_unknown(void **state)
{
    (void)state;
    struct ax_err err;
    const struct ax_pki_subject nobody = {.name = "nobody", .role = "nobody", .id = "x"};
    assert_true(ax_ok(ax_pki_issue(bed.dir, &nobody, ax_clock_system(), &err)));
    struct ax_rpc_channel *channel = bed_channel(&bed, "nobody");
    assert_int_equal(ask(channel, &err).code, AX_DENIED);
    ax_rpc_channel_close(channel);
}

/* A client certificate of our own CA with any SAN ("" for none), which ax_pki_issue would not make. */
static void make_client(const char *name, const char *san)
{
    char path[700];
    const struct ax_pki_subject subject = {.name = name, .role = "operator", .id = "x"};
    assert_true(ax_ok(ax_pki_issue(bed.dir, &subject, ax_clock_system(), NULL)));
    bed_pem(&bed, "ca.key", path, sizeof path);
    EVP_PKEY *ca_key = ax_pki_read_key(path);
    (void)snprintf(path, sizeof path, "%s/clients/%s/tls.crt", bed.dir, name);
    X509 *cert = ax_pki_read_cert(path);
    X509_EXTENSION_free(X509_delete_ext(cert, X509_get_ext_by_NID(cert, NID_subject_alt_name, -1)));
    if (san[0] != '\0') {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, NULL, cert, NULL, NULL, 0);
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, NID_subject_alt_name, san);
        assert_int_equal(X509_add_ext(cert, extension, -1), 1);
        X509_EXTENSION_free(extension);
    }
    assert_true(X509_sign(cert, ca_key, EVP_sha256()) > 0);
    assert_true(ax_ok(ax_pki_write_cert(path, cert, NULL)));
    X509_free(cert);
    EVP_PKEY_free(ca_key);
}

static void only_a_single_uri_is_an_identity(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *san;
        int code;
    } cases[] = {
            {"none", "", AX_UNAUTHENTICATED},
            {"dns", "DNS:spiffe://anxin/operator/x", AX_UNAUTHENTICATED},
            {"two", "URI:spiffe://anxin/operator/x,URI:spiffe://anxin/provider/x", AX_UNAUTHENTICATED},
            {"same", "URI:spiffe://anxin/operator/x,URI:spiffe://anxin/operator/x", AX_UNAUTHENTICATED},
            {"web", "URI:https://anxin/operator/x", AX_UNAUTHENTICATED},
            {"foreign", "URI:spiffe://elsewhere/operator/x", AX_UNAUTHENTICATED},
            {"beside", "DNS:anxin,URI:spiffe://anxin/operator/x", AX_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_client(cases[i].name, cases[i].san);
        struct ax_rpc_channel *channel = bed_channel(&bed, cases[i].name);
        struct ax_err err;
        assert_int_equal(ask(channel, &err).code, cases[i].code);
        ax_rpc_channel_close(channel);
    }
}

static void copy_file(const char *from_dir, const char *to_dir, const char *name)
{
    char from[600];
    char to[600];
    char bytes[8192];
    (void)snprintf(from, sizeof from, "%s/%s", from_dir, name);
    (void)snprintf(to, sizeof to, "%s/%s", to_dir, name);
    FILE *in = fopen(from, "re");
    assert_non_null(in);
    size_t len = fread(bytes, 1, sizeof bytes, in);
    (void)fclose(in);
    FILE *out = fopen(to, "we");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    (void)fclose(out);
}

static _Atomic bool stop_asking;

static void *keep_asking(void *unused)
{
    (void)unused;
    struct ax_err err;
    struct ax_rpc_channel *channel = bed_channel(&bed, "operator");
    while (!atomic_load(&stop_asking)) {
        AX_ASSERT(ax_ok(ask(channel, &err)));
    }
    ax_rpc_channel_close(channel);
    return NULL;
}

static void a_reload_takes_a_good_pair_and_refuses_a_bad_one(void **state)
{
    (void)state;
    struct ax_err err;
    pthread_t asker;
    assert_int_equal(pthread_create(&asker, NULL, keep_asking, NULL), 0);
    ax_sleep_ms(200); /* it is connected; what follows does not touch it */

    copy_file(other.dir, bed.dir, "server/tls.key"); /* the key alone: a mismatch */
    assert_int_equal(ax_rpc_server_reload(bed.server, &err).code, AX_INVALID);
    assert_string_equal(err.field, "tls.key");
    assert_true(ax_ok(ask_with(bed.dir, bed.dir, NULL, &err)));

    char path[600];
    bed_pem(&bed, "server/tls.crt", path, sizeof path);
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(ax_rpc_server_reload(bed.server, &err).code, AX_INVALID);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ax_rpc_server_reload(bed.server, &err).code, AX_INVALID);
    assert_string_equal(err.field, "tls.cert");
    assert_true(ax_ok(ask_with(bed.dir, bed.dir, NULL, &err)));

    atomic_store(&stop_asking, true);
    (void)pthread_join(asker, NULL);
}

static void a_reload_changes_who_is_let_in(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_rpc_channel *before = bed_channel(&bed, "operator");
    assert_true(ax_ok(ask(before, &err)));
    copy_file(other.dir, bed.dir, "ca.crt");
    copy_file(other.dir, bed.dir, "server/tls.crt");
    copy_file(other.dir, bed.dir, "server/tls.key");
    assert_true(ax_ok(ax_rpc_server_reload(bed.server, &err)));
    assert_true(ax_ok(ask(before, &err))); /* a connection lives until its age ends */
    assert_true(ax_ok(ask_with(other.dir, other.dir, NULL, &err)));
    assert_int_equal(ask_with(other.dir, bed.dir, NULL, &err).code, AX_UNAVAILABLE);
    ax_rpc_channel_close(before);
}

static void files_that_cannot_serve_are_named(void **state)
{
    (void)state;
    struct ax_rpc_server *server = NULL;
    struct ax_err err;
    struct ax_rpc_server_options options = other.options;
    options.key_file = "/nowhere/tls.key";
    assert_int_equal(ax_rpc_server_open(&options, NULL, 0, &server, &err).code, AX_INVALID);
    assert_string_equal(err.field, "tls.key");
    options.key_file = "/tmp"; /* a folder */
    assert_int_equal(ax_rpc_server_open(&options, NULL, 0, &server, &err).code, AX_INVALID);
    options = other.options;
    options.ca_file = other.key; /* no certificate in it */
    assert_int_equal(ax_rpc_server_open(&options, NULL, 0, &server, &err).code, AX_INVALID);
    assert_string_equal(err.field, "tls.ca");
}

int main(void)
{
    bed_open(&bed, NULL);
    bed_open(&other, NULL);
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(only_ours_get_in),
            cmocka_unit_test(only_a_single_uri_is_an_identity),
            cmocka_unit_test(an_identity_outside_the_policy_is_unknown),
            cmocka_unit_test(a_reload_takes_a_good_pair_and_refuses_a_bad_one),
            cmocka_unit_test(a_reload_changes_who_is_let_in),
            cmocka_unit_test(files_that_cannot_serve_are_named),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    bed_close(&bed);
    bed_close(&other);
    return failed;
}
