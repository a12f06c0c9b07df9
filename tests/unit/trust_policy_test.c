/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/t.h"

#include "services/lib/trust/trust.h"

#include <stdio.h>
#include <string.h>

static struct ax_policy *standard;

static int code_for(const char *spiffe, const char *method)
{
    struct ax_principal who;
    return ax_policy_authorise(standard, ax_str_c(spiffe), ax_str_c(method), &who, NULL).code;
}

static void only_one_form_of_uri_is_an_identity(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "spiffe://", "spiffe://anxin", "spiffe://anxin/", "spiffe://anxin/operator",
            "spiffe://anxin/operator/", "spiffe://anxin//x", "spiffe://other/operator/x", "spiffe:///operator/x",
            "spiffe://anxin/operator/x/", "spiffe://anxin/operator/x/y", "spiffe://anxin/operator/..",
            "spiffe://anxin/operator/.", "spiffe://anxin/operator/x%20", "spiffe://anxin/operator/x?y",
            "spiffe://anxin/operator/x#y", "spiffe://anxin:1/operator/x", "spiffe://u@anxin/operator/x",
            "spiffe://anxin/Operator/x", "spiffe://anxin/-operator/x", "SPIFFE://anxin/operator/x",
            "http://anxin/operator/x", "spiffe://anxin/operator/安信", " spiffe://anxin/operator/x",
            "spiffe://anxin/operator/x ", "spiffe://anxin/role-that-is-longer-than-there-is-room-for/x",
            "spiffe://anxin/operator/0123456789012345678901234567890123456789012345678901234567890123"};
    struct ax_principal who;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(ax_principal_parse(ax_str_c(bad[i]), AX_STR("anxin"), &who, NULL).code, AX_UNAUTHENTICATED);
    }
    ax_str nul = AX_STR("spiffe://anxin/operator/x\0y");
    assert_int_equal(ax_principal_parse(nul, AX_STR("anxin"), &who, NULL).code, AX_UNAUTHENTICATED);
    ax_str good = AX_STR("spiffe://anxin/enterprise/91990000M46084369Y");
    assert_true(ax_ok(ax_principal_parse(good, AX_STR("anxin"), &who, NULL)));
    assert_string_equal(who.role, "enterprise");
    assert_string_equal(who.id, "91990000M46084369Y");
}

static void what_is_not_listed_is_denied(void **state)
{
    (void)state;
    static const struct {
        const char *role;
        const char *method;
        bool may;
    } cases[] = {
            {"operator", "/anxin.v1.AdminService/WithdrawFact", true},
            {"operator", "/any.Thing/AtAll", true},
            {"provider", "/anxin.v1.IngestService/SubmitFacts", true},
            {"provider", "/anxin.v1.RatingService/GetRating", false},
            {"insurer", "/anxin.v1.RatingService/WatchRatings", true},
            {"insurer", "/anxin.v1.InsuranceService/QuoteReference", true},
            {"insurer", "/anxin.v1.GateService/CheckCredit", false},
            {"insurer", "/anxin.v1.IngestService/SubmitFacts", false},
            {"licensing", "/anxin.v1.GateService/CheckCredit", true},
            {"procurement", "/anxin.v1.GateService/CheckCredit", true},
            {"procurement", "/anxin.v1.RegulatorService/PutListEntry", false},
            {"regulator", "/anxin.v1.RegulatorService/PutListEntry", true},
            {"regulator", "/anxin.v1.AdminService/GetStatus", false},
            {"enterprise", "/anxin.v1.RatingService/GetRating", true},
            {"enterprise", "/anxin.v1.RatingService/ListRatings", false},
            {"enterprise", "/anxin.v1.EnterpriseService/FileObjection", true},
            {"connect", "/anxin.v1.IngestService/SubmitFacts", true},
            {"scorer", "/anxin.v1.IngestService/SubmitFacts", false},
            {"stranger", "/anxin.v1.RatingService/GetRating", false},
            {"stranger", "/grpc.health.v1.Health/Check", false},
            {"insurer", "/anxin.v1.RatingService/", false},
            {"insurer", "/anxin.v1.RatingServiceX/GetRating", false},
            {"insurer", "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char uri[128];
        (void)snprintf(uri, sizeof uri, "spiffe://anxin/%s/x", cases[i].role);
        assert_int_equal(code_for(uri, cases[i].method), cases[i].may ? AX_OK : AX_DENIED);
    }
    assert_int_equal(code_for("spiffe://anxin/provider/x", "/grpc.health.v1.Health/Watch"), AX_OK);
    assert_int_equal(
            code_for("spiffe://anxin/provider/x", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"), AX_OK);
    assert_int_equal(code_for("", "/grpc.health.v1.Health/Watch"), AX_UNAUTHENTICATED);
}

static void star_names_nothing(void **state)
{
    (void)state;
    struct ax_policy *policy = NULL;
    ax_str yaml = AX_STR("domain: anxin\neveryone: [/h.Health/*]\nroles:\n  - {role: a, methods: [\"*\"]}\n"
                         "  - {role: b, methods: [/x.Y/One, /z.W/*]}\n");
    assert_true(ax_ok(ax_policy_parse(yaml, &policy, NULL)));
    assert_true(ax_policy_names(policy, AX_STR("/h.Health/Check")));
    assert_true(ax_policy_names(policy, AX_STR("/x.Y/One")) && ax_policy_names(policy, AX_STR("/z.W/Any")));
    assert_false(ax_policy_names(policy, AX_STR("/x.Y/Two")) || ax_policy_names(policy, AX_STR("/z.Wx/Any")));
    ax_policy_free(policy);
}

static void own_means_own(void **state)
{
    (void)state;
    struct ax_principal who;
    assert_true(ax_ok(ax_policy_authorise(standard, AX_STR("spiffe://anxin/enterprise/91990000M46084369Y"),
            AX_STR("/anxin.v1.RatingService/GetRating"), &who, NULL)));
    assert_true(ax_ok(ax_principal_may_ask(&who, AX_STR("91990000M46084369Y"), NULL)));
    assert_int_equal(ax_principal_may_ask(&who, AX_STR("91990000M46084369"), NULL).code, AX_DENIED);
    assert_int_equal(ax_principal_may_ask(&who, AX_STR(""), NULL).code, AX_DENIED);
    assert_true(ax_ok(ax_policy_authorise(standard, AX_STR("spiffe://anxin/provider/creditchina"),
            AX_STR("/anxin.v1.IngestService/SubmitFacts"), &who, NULL)));
    assert_true(ax_ok(ax_principal_may_submit(&who, AX_STR("creditchina"), NULL)));
    assert_int_equal(ax_principal_may_submit(&who, AX_STR("msha"), NULL).code, AX_DENIED);
    assert_true(ax_ok(ax_policy_authorise(
            standard, AX_STR("spiffe://anxin/operator/x"), AX_STR("/anxin.v1.IngestService/SubmitFacts"), &who, NULL)));
    assert_true(ax_ok(ax_principal_may_submit(&who, AX_STR("msha"), NULL)));
    assert_true(ax_ok(ax_principal_may_ask(&who, AX_STR("anything"), NULL)));
}

static void a_faulty_policy_says_where(void **state)
{
    (void)state;
    static const struct {
        const char *yaml;
        const char *said;
    } cases[] = {
            {"", "not empty"},
            {"# nothing\n", "a policy has at least"},
            {"domain: anxin\nroles:\n  - role: a\n    metods: [\"*\"]\n", "metods"},
            {"domain: anxin\n", "roles"},
            {"domain: anxin\nroles:\n  - role: a\n", "methods"},
            {"domain: anxin\nroles:\n  - role: a\n    methods: [Nope]\n", "neither"},
            {"domain: anxin\nroles:\n  - role: a\n    methods: [/a.B/*x]\n", "neither"},
            {"domain: anxin\nroles:\n  - role: a\n    methods: [/a.B/]\n", "neither"},
            {"domain: anxin\nroles:\n  - role: A\n    methods: [\"*\"]\n", "small letters"},
            {"domain: an/xin\nroles:\n  - role: a\n    methods: [\"*\"]\n", "trust domain"},
            {"domain: anxin\nroles:\n  - role: a\n    methods: [\"*\"]\n  - role: a\n    methods: [\"*\"]\n", "twice"},
            {"domain: anxin\nroles:\n  - role: a\n    own_source: perhaps\n    methods: [\"*\"]\n", "own_source"},
            {"domain: [\n", "not a policy"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ax_policy *policy = NULL;
        struct ax_err err;
        if (ax_ok(ax_policy_parse(ax_str_c(cases[i].yaml), &policy, &err))) {
            ax_policy_free(policy);
            fail_msg("case %zu is taken", i);
        }
        if (strstr(err.text, cases[i].said) == NULL) {
            fail_msg("case %zu says \"%s\", not \"%s\"", i, err.text, cases[i].said);
        }
    }
    struct ax_policy *policy = NULL;
    struct ax_err err;
    assert_int_equal(ax_policy_load("/nowhere/policy.yaml", &policy, &err).code, AX_INVALID);
    assert_string_equal(err.field, "policy");
    assert_int_equal(ax_policy_load("/tmp", &policy, &err).code, AX_INVALID);
}

int main(void)
{
    struct ax_err err;
    AX_ASSERT(ax_ok(ax_policy_parse(ax_str_c(ax_policy_default_yaml), &standard, &err)));
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(only_one_form_of_uri_is_an_identity),
            cmocka_unit_test(what_is_not_listed_is_denied),
            cmocka_unit_test(star_names_nothing),
            cmocka_unit_test(own_means_own),
            cmocka_unit_test(a_faulty_policy_says_where),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ax_policy_free(standard);
    return failed;
}
