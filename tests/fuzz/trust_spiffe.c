/* SPDX-License-Identifier: Apache-2.0 */
/* ax_principal_parse: the URI of a certificate. What it takes is exactly what it puts together again. */
#include "services/lib/trust/trust.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_principal who;
    ax_str uri = ax_str_of(data, size);
    if (ax_ok(ax_principal_parse(uri, AX_STR("anxin"), &who, NULL))) {
        char again[256];
        (void)snprintf(again, sizeof again, "spiffe://anxin/%s/%s", who.role, who.id);
        AX_ASSERT(ax_str_eq(uri, ax_str_c(again)));
    }
    return 0;
}
