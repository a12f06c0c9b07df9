/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/trust/trust.h"

#include <cyaml/cyaml.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
    POLICY_MAX_BYTES = 64 << 10,
    ROLES_MAX = 64,
    METHODS_MAX = 256,
    PATTERN_MAX_BYTES = 256,
    DOMAIN_MAX_BYTES = 64,
};

/* libcyaml's own booleans take any word that is not "false" for true; these take two words. */
enum answer { ANSWER_FALSE, ANSWER_TRUE };

static const cyaml_strval_t answers[] = {{"false", ANSWER_FALSE}, {"true", ANSWER_TRUE}};

struct role {
    char *name;
    char **methods;
    unsigned method_count;
    enum answer own_enterprise;
    enum answer own_source;
};

struct ax_policy {
    char *domain;
    char **everyone;
    unsigned everyone_count;
    struct role *roles;
    unsigned role_count;
};

static const cyaml_schema_value_t pattern_schema = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, PATTERN_MAX_BYTES)};

static const cyaml_schema_field_t role_fields[] = {
        CYAML_FIELD_STRING_PTR("role", CYAML_FLAG_POINTER, struct role, name, 1, AX_PRINCIPAL_ROLE_MAX - 1),
        CYAML_FIELD_SEQUENCE_COUNT(
                "methods", CYAML_FLAG_POINTER, struct role, methods, method_count, &pattern_schema, 1, METHODS_MAX),
        CYAML_FIELD_ENUM(
                "own_enterprise", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct role, own_enterprise, answers, 2),
        CYAML_FIELD_ENUM("own_source", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct role, own_source, answers, 2),
        CYAML_FIELD_END};

static const cyaml_schema_value_t role_schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct role, role_fields)};

static const cyaml_schema_field_t policy_fields[] = {
        CYAML_FIELD_STRING_PTR("domain", CYAML_FLAG_POINTER, struct ax_policy, domain, 1, DOMAIN_MAX_BYTES),
        CYAML_FIELD_SEQUENCE_COUNT("everyone", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct ax_policy, everyone,
                everyone_count, &pattern_schema, 0, METHODS_MAX),
        CYAML_FIELD_SEQUENCE_COUNT(
                "roles", CYAML_FLAG_POINTER, struct ax_policy, roles, role_count, &role_schema, 0, ROLES_MAX),
        CYAML_FIELD_END};

static const cyaml_schema_value_t policy_schema = {
        CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct ax_policy, policy_fields)};

struct complaint {
    char text[AX_ERR_TEXT_MAX];
};

/* libcyaml says what is wrong first and where in the lines behind it: keep as much as has room. */
__attribute__((format(printf, 3, 0))) static void hear(
        cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct complaint *complaint = context;
    if (level < CYAML_LOG_ERROR) {
        return;
    }
    size_t at = strlen(complaint->text);
    (void)vsnprintf(complaint->text + at, sizeof complaint->text - at, format, args);
    for (char *c = complaint->text + at; *c != '\0'; c++) {
        *c = (unsigned char)*c < 0x20 ? ' ' : *c;
    }
}

static cyaml_config_t loader(struct complaint *complaint)
{
    return (cyaml_config_t){.log_fn = hear,
            .log_ctx = complaint,
            .mem_fn = cyaml_mem,
            .log_level = CYAML_LOG_ERROR,
            .flags = CYAML_CFG_NO_ALIAS};
}

void ax_policy_free(struct ax_policy *policy)
{
    struct complaint ignored = {{0}};
    cyaml_config_t config = loader(&ignored);
    (void)cyaml_free(&config, &policy_schema, policy, 0);
}

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* Everything, all methods of a service, or one method: the three forms that check_patterns names. */
static bool pattern_ok(ax_str pattern)
{
    if (ax_str_eq(pattern, AX_STR("*"))) {
        return true;
    }
    if (pattern.len < 2 || pattern.ptr[0] != '/') {
        return false;
    }
    ax_str rest = ax_str_of(pattern.ptr + 1, pattern.len - 1);
    ax_str service = ax_str_split(&rest, '/');
    bool ok = service.len > 0 && rest.len > 0;
    for (size_t i = 0; i < service.len && ok; i++) {
        ok = name_char(service.ptr[i]);
    }
    for (size_t i = 0; i < rest.len && ok && !ax_str_eq(rest, AX_STR("*")); i++) {
        ok = name_char(rest.ptr[i]);
    }
    return ok;
}

static ax_rc check_patterns(char *const *patterns, unsigned count, const char *where, struct ax_err *err)
{
    for (unsigned i = 0; i < count; i++) {
        if (!pattern_ok(ax_str_c(patterns[i]))) {
            return ax_fail_field(err, AX_INVALID, where, patterns[i], strlen(patterns[i]),
                    "is neither /package.Service/Method nor /package.Service/* nor \"*\"");
        }
    }
    return AX_RC(OK);
}

static ax_rc check_role(const struct ax_policy *policy, unsigned at, struct ax_err *err)
{
    const struct role *role = &policy->roles[at];
    char uri[DOMAIN_MAX_BYTES + AX_PRINCIPAL_ROLE_MAX + 16];
    (void)snprintf(uri, sizeof uri, "spiffe://%s/%s/x", policy->domain, role->name);
    struct ax_principal principal;
    if (!ax_ok(ax_principal_parse(ax_str_c(uri), ax_str_c(policy->domain), &principal, NULL))) {
        return ax_fail_field(err, AX_INVALID, "roles.role", role->name, strlen(role->name),
                "is not a name of small letters, digits and '-'");
    }
    for (unsigned i = 0; i < at; i++) {
        if (strcmp(policy->roles[i].name, role->name) == 0) {
            return ax_fail_field(err, AX_INVALID, "roles.role", role->name, strlen(role->name), "is listed twice");
        }
    }
    return check_patterns(role->methods, role->method_count, "roles.methods", err);
}

static ax_rc check(const struct ax_policy *policy, struct ax_err *err)
{
    AX_TRY(check_patterns(policy->everyone, policy->everyone_count, "everyone", err));
    for (const char *c = policy->domain; *c != '\0'; c++) {
        if (!name_char(*c) && *c != '-') {
            return ax_fail_field(
                    err, AX_INVALID, "domain", policy->domain, strlen(policy->domain), "is not a trust domain");
        }
    }
    for (unsigned i = 0; i < policy->role_count; i++) {
        AX_TRY(check_role(policy, i, err));
    }
    return AX_RC(OK);
}

ax_rc ax_policy_parse(ax_str yaml, struct ax_policy **out, struct ax_err *err)
{
    if (yaml.len > POLICY_MAX_BYTES || yaml.len == 0 || !ax_utf8_valid(yaml)) {
        return ax_fail(err, AX_INVALID, "a policy is UTF-8 text of at most 64 KiB, and not empty");
    }
    struct complaint complaint = {{0}};
    cyaml_config_t config = loader(&complaint);
    struct ax_policy *policy = NULL;
    cyaml_err_t got = cyaml_load_data(
            (const uint8_t *)yaml.ptr, yaml.len, &config, &policy_schema, (cyaml_data_t **)&policy, NULL);
    if (got == CYAML_OK && policy == NULL) {
        return ax_fail(err, AX_INVALID, "not a policy: empty; a policy has at least domain and roles");
    }
    if (got != CYAML_OK) {
        return ax_fail(
                err, AX_INVALID, "not a policy: %s", complaint.text[0] == '\0' ? cyaml_strerror(got) : complaint.text);
    }
    ax_rc rc = check(policy, err);
    if (!ax_ok(rc)) {
        ax_policy_free(policy);
        return rc;
    }
    *out = policy;
    return rc;
}

ax_rc ax_policy_load(const char *path, struct ax_policy **out, struct ax_err *err)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return ax_fail_field(err, AX_INVALID, "policy", path, strlen(path), "cannot be read: %s", strerror(errno));
    }
    char *text = ax_xcalloc(1, POLICY_MAX_BYTES + 1);
    size_t len = fread(text, 1, POLICY_MAX_BYTES + 1, file);
    bool failed = ferror(file) != 0;
    (void)fclose(file);
    ax_rc rc = failed ? ax_fail_field(err, AX_INVALID, "policy", path, strlen(path), "cannot be read")
                      : ax_policy_parse(ax_str_of(text, len), out, err);
    ax_xfree(text);
    if (!ax_ok(rc) && !failed) {
        ax_err_prefix(err, "%s", path);
    }
    return rc;
}

static bool matches(ax_str pattern, ax_str path)
{
    if (ax_str_eq(pattern, AX_STR("*"))) {
        return true;
    }
    if (ax_str_ends(pattern, AX_STR("/*"))) {
        ax_str service = ax_str_of(pattern.ptr, pattern.len - 1);
        return ax_str_starts(path, service) && path.len > service.len;
    }
    return ax_str_eq(pattern, path);
}

static bool any_matches(char *const *patterns, unsigned count, ax_str path)
{
    for (unsigned i = 0; i < count; i++) {
        if (matches(ax_str_c(patterns[i]), path)) {
            return true;
        }
    }
    return false;
}

static bool is_named(char *const *patterns, unsigned count, ax_str path)
{
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(patterns[i], "*") != 0 && matches(ax_str_c(patterns[i]), path)) {
            return true;
        }
    }
    return false;
}

bool ax_policy_names(const struct ax_policy *policy, ax_str method_path)
{
    bool named = is_named(policy->everyone, policy->everyone_count, method_path);
    for (unsigned i = 0; i < policy->role_count && !named; i++) {
        named = is_named(policy->roles[i].methods, policy->roles[i].method_count, method_path);
    }
    return named;
}

ax_rc ax_policy_authorise(
        const struct ax_policy *policy, ax_str spiffe, ax_str method_path, struct ax_principal *out, struct ax_err *err)
{
    AX_TRY(ax_principal_parse(spiffe, ax_str_c(policy->domain), out, err));
    for (unsigned i = 0; i < policy->role_count; i++) {
        const struct role *role = &policy->roles[i];
        if (strcmp(role->name, out->role) != 0) {
            continue;
        }
        out->own_enterprise_only = role->own_enterprise == ANSWER_TRUE;
        out->own_source_only = role->own_source == ANSWER_TRUE;
        if (any_matches(role->methods, role->method_count, method_path) ||
                any_matches(policy->everyone, policy->everyone_count, method_path)) {
            return AX_RC(OK);
        }
        break;
    }
    return ax_fail(err, AX_DENIED, "the role \"%s\" may not call %.*s", out->role, AX_ARG(method_path));
}
