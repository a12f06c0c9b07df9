/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/trust/trust.h"

static bool role_ok(ax_str role)
{
    if (role.len == 0 || role.len >= AX_PRINCIPAL_ROLE_MAX || role.ptr[0] < 'a' || role.ptr[0] > 'z') {
        return false;
    }
    for (size_t i = 0; i < role.len; i++) {
        char c = role.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) {
            return false;
        }
    }
    return true;
}

static bool id_ok(ax_str id)
{
    if (id.len == 0 || id.len >= AX_PRINCIPAL_ID_MAX || ax_str_eq(id, AX_STR(".")) || ax_str_eq(id, AX_STR(".."))) {
        return false;
    }
    for (size_t i = 0; i < id.len; i++) {
        char c = id.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                    c == '.')) {
            return false;
        }
    }
    return true;
}

ax_rc ax_principal_parse(ax_str spiffe, ax_str domain, struct ax_principal *out, struct ax_err *err)
{
    static const char rule[] = "is not spiffe://DOMAIN/ROLE/ID of this deployment";
    *out = (struct ax_principal){{0}, {0}, false, false};
    if (spiffe.len == 0) {
        return ax_fail(err, AX_UNAUTHENTICATED, "the client certificate carries no single SPIFFE URI");
    }
    ax_str scheme = AX_STR("spiffe://");
    if (!ax_str_starts(spiffe, scheme)) {
        return ax_fail(err, AX_UNAUTHENTICATED, "the URI of the client certificate %s", rule);
    }
    ax_str rest = ax_str_of(spiffe.ptr + scheme.len, spiffe.len - scheme.len);
    ax_str found = ax_str_split(&rest, '/');
    ax_str role = ax_str_split(&rest, '/');
    if (!ax_str_eq(found, domain) || !role_ok(role) || !id_ok(rest) ||
            !ax_str_to_c(role, out->role, sizeof out->role) || !ax_str_to_c(rest, out->id, sizeof out->id)) {
        return ax_fail(err, AX_UNAUTHENTICATED, "the URI of the client certificate %s", rule);
    }
    return AX_RC(OK);
}

ax_rc ax_principal_may_ask(const struct ax_principal *principal, ax_str enterprise, struct ax_err *err)
{
    if (principal->own_enterprise_only && !ax_str_eq(ax_str_c(principal->id), enterprise)) {
        return ax_fail(err, AX_DENIED, "the role \"%s\" may ask for its own enterprise only", principal->role);
    }
    return AX_RC(OK);
}

ax_rc ax_principal_may_submit(const struct ax_principal *principal, ax_str source, struct ax_err *err)
{
    if (principal->own_source_only && !ax_str_eq(ax_str_c(principal->id), source)) {
        return ax_fail(err, AX_DENIED, "the role \"%s\" may submit facts of its own source only", principal->role);
    }
    return AX_RC(OK);
}
