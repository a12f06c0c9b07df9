/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Who may do what. The principal is the one URI SAN of the client certificate, spiffe://DOMAIN/ROLE/ID; nothing else of
 * the certificate, no metadata and no address says who somebody is. A policy file lists, for each role, the methods it
 * may call and whether only for its own enterprise or its own source. What is not listed is denied. A policy is
 * immutable once loaded and may be read by any thread; reload loads another and swaps the pointer.
 */
#include "base/arena.h"

enum { AX_PRINCIPAL_ROLE_MAX = 32, AX_PRINCIPAL_ID_MAX = 64 };

struct ax_principal {
    char role[AX_PRINCIPAL_ROLE_MAX];
    char id[AX_PRINCIPAL_ID_MAX];
    bool own_enterprise_only; /* the ID is the 统一社会信用代码 it may ask for */
    bool own_source_only;     /* it may submit facts of the source named as its ID only */
};

/* spiffe://DOMAIN/ROLE/ID and nothing else: no port, query, escape, empty or further part. The rights stay unset. */
ax_rc ax_principal_parse(ax_str spiffe, ax_str domain, struct ax_principal *out, struct ax_err *err) AX_MUST_CHECK;

struct ax_policy;

ax_rc ax_policy_load(const char *path, struct ax_policy **out, struct ax_err *err) AX_MUST_CHECK;
/* From text, e.g. the built-in default that `anxin up` writes on first start. */
ax_rc ax_policy_parse(ax_str yaml, struct ax_policy **out, struct ax_err *err) AX_MUST_CHECK;
void ax_policy_free(struct ax_policy *policy);
extern const char ax_policy_default_yaml[];

/* AX_UNAUTHENTICATED where the URI is not of our form, AX_DENIED where the role may not call the method. The texts name
 * the permission, never whether a thing exists. */
ax_rc ax_policy_authorise(const struct ax_policy *policy, ax_str spiffe, ax_str method_path, struct ax_principal *out,
        struct ax_err *err) AX_MUST_CHECK;
/* Whether a role, or everyone, may call the method by a pattern that is not "*". */
bool ax_policy_names(const struct ax_policy *policy, ax_str method_path);
/* The second half, once the request is read. */
ax_rc ax_principal_may_ask(const struct ax_principal *principal, ax_str enterprise, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_principal_may_submit(const struct ax_principal *principal, ax_str source, struct ax_err *err) AX_MUST_CHECK;
