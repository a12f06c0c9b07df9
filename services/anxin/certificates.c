/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/certificates.h"

#include "services/lib/trust/pki.h"

/* The ID of a provider is the source that it may submit, that of an enterprise its code: this one is made up and passes
 * both checks. `anxin pki client` makes others. */
static const struct ax_pki_subject clients[] = {
        {.name = "operator", .role = "operator", .id = "operator"},
        {.name = "insurer", .role = "insurer", .id = "insurer"},
        {.name = "licensing", .role = "licensing", .id = "licensing"},
        {.name = "procurement", .role = "procurement", .id = "procurement"},
        {.name = "enterprise", .role = "enterprise", .id = "91140000MA07E5716U"},
        {.name = "regulator", .role = "regulator", .id = "regulator"},
        {.name = "provider", .role = "provider", .id = "creditchina"},
};

ax_rc ax_certificates_clients(const char *pki, struct ax_err *err)
{
    AX_TRY(ax_pki_make_ca(pki, ax_clock_system(), err));
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        AX_TRY(ax_pki_issue(pki, &clients[i], ax_clock_system(), err));
    }
    return AX_RC(OK);
}

ax_rc ax_certificates_server(const char *pki, const char *name, const char *role, struct ax_err *err)
{
    struct ax_pki_subject subject = {.name = name, .role = role, .id = name, .server = true};
    return ax_pki_issue(pki, &subject, ax_clock_system(), err);
}
