/* SPDX-License-Identifier: Apache-2.0 */
#include "base/config.h"

#include "tests/unit/t.h"

#include <stdlib.h>
#include <string.h>

static struct ax_config *parse(const char *text, const char *const *sets, size_t count)
{
    struct ax_config *config = NULL;
    struct ax_err err = {0};
    if (!ax_ok(ax_config_parse(ax_str_c(text), "/etc/anxin/anxin.yaml", sets, count, &config, &err))) {
        print_error("%s: %s\n", err.field, err.text);
        fail();
    }
    return config;
}

static void every_key_has_a_default(void **state)
{
    (void)state;
    struct ax_config *c = parse("", NULL, 0);
    assert_string_equal(c->log.backend, "sqlite");
    assert_string_equal(c->log.path, "/etc/anxin/anxin.db");
    assert_string_equal(c->tls.ca_file, "/etc/anxin/pki/ca.crt");
    assert_string_equal(c->policy_file, "");
    assert_int_equal(c->rpc.inflight_max, 512);
    assert_string_equal(c->scorer.group, "anxin-scorer");
    ax_config_free(c);
    ax_config_free(NULL);
}

static void the_file_beats_defaults_and_sets_beat_the_file(void **state)
{
    (void)state;
    const char *const sets[] = {"rpc.inflight_max=9", "name=b=c", "tls.ca_file=ca.crt"};
    struct ax_config *c = parse("name: a\nrpc:\n  inflight_max: 7\n  worker_threads: 3\ntls: {ca_file: x/ca.crt, "
                                "key_file: /k}\n# 注释\nlog: {backend: kafka}\n",
            sets, 3);
    assert_int_equal(c->rpc.inflight_max, 9);
    assert_int_equal(c->rpc.worker_threads, 3);
    assert_string_equal(c->name, "b=c");
    assert_string_equal(c->tls.ca_file, "ca.crt");
    assert_string_equal(c->tls.key_file, "/k");
    assert_string_equal(c->log.backend, "kafka");
    ax_config_free(c);
}

static void errors_name_file_line_column_field_value_and_rule(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *field;
        const char *value;
        const char *message; /* the beginning */
    } rows[] = {
            {"name: x\nlog:\n  backend: kafka\n  bogus: 3\n", "key", "bogus", "a.yaml:4:3: is no key"},
            {"nosuch: 3\n", "key", "nosuch", "a.yaml:1:1: is no key"},
            {"log:\n  backend: kafkaa\n", "log.backend", "kafkaa", "a.yaml:2:12: must be one of sqlite|kafka"},
            {"rpc:\n  inflight_max: 0\n", "rpc.inflight_max", "0",
                    "a.yaml:2:17: must be a whole number from 1 to 65536"},
            {"rpc:\n  inflight_max: 1e3\n", "rpc.inflight_max", "1e3", "a.yaml:2:17: must be a whole number"},
            {"rpc:\n  inflight_max: 99999999999999999999\n", "rpc.inflight_max", "99999999999999999999",
                    "a.yaml:2:17: "},
            {"rpc:\n  inflight_max: -1\n", "rpc.inflight_max", "-1", "a.yaml:2:17: "},
            {"rpc:\n  inflight_max:\n", "rpc.inflight_max", "", "a.yaml:2:"},
            {"rpc:\n  inflight_max: [1]\n", "", "", "a.yaml: Expecting STRING, got event: SEQUENCE_START (line: 2"},
            {"- 1\n", "", "", "a.yaml: Expecting MAPPING"},
            {"name: x\nname: y\n", "", "", "a.yaml: Mapping field already seen: name"},
            {"name: &a x\nlog_level: *a\n", "", "", "a.yaml: "},
            {"name: \"\\uD800\"\n", "", "", "a.yaml: "},
            {"a: [\n", "key", "a", "a.yaml: "},
            {"name: \xFF\n", "", "", "a.yaml: libyaml: "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ax_config *c = NULL;
        struct ax_err err = {0};
        ax_rc rc = ax_config_parse(ax_str_c(rows[i].text), "a.yaml", NULL, 0, &c, &err);
        assert_int_equal(rc.code, AX_INVALID);
        assert_null(c);
        assert_string_equal(err.field, rows[i].field);
        assert_string_equal(err.value, rows[i].value);
        if (!ax_str_starts(ax_str_c(err.text), ax_str_c(rows[i].message))) {
            fail_msg("%s: %s", rows[i].text, err.text);
        }
    }
}

static void wrong_sets_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "name", "=x", "rpc.nosuch=1", "nosuch=1", "rpc.inflight_max=", "rpc=1",
            "rpc.inflight_max.x=1", ".name=x", "log.backend=redis", "name=\xFF"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct ax_config *c = NULL;
        struct ax_err err = {0};
        ax_rc rc = ax_config_load(NULL, &wrong[i], 1, &c, &err);
        if (rc.code != AX_INVALID) {
            fail_msg("%s was accepted", wrong[i]);
        }
    }
}

static void a_file_that_is_none(void **state)
{
    (void)state;
    struct ax_config *c = NULL;
    struct ax_err err = {0};
    assert_int_equal(ax_config_load("/nonexistent/anxin.yaml", NULL, 0, &c, &err).code, AX_NOT_FOUND);
    assert_int_equal(ax_config_load("/", NULL, 0, &c, &err).code, AX_INVALID);
    assert_true(ax_ok(ax_config_load("/dev/null", NULL, 0, &c, &err)));
    ax_config_free(c);
}

static void prints_a_table(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    ax_config_print_keys(file);
    assert_int_equal(fclose(file), 0);
    assert_non_null(strstr(text, "| `rpc.inflight_max` | 1–65536 | 512 | "));
    assert_non_null(strstr(text, "| `log.backend` | sqlite, kafka | `sqlite` | "));
    assert_non_null(strstr(text, "| `policy_file` | path | | "));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(every_key_has_a_default),
            cmocka_unit_test(the_file_beats_defaults_and_sets_beat_the_file),
            cmocka_unit_test(errors_name_file_line_column_field_value_and_rule),
            cmocka_unit_test(wrong_sets_are_refused),
            cmocka_unit_test(a_file_that_is_none),
            cmocka_unit_test(prints_a_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
