/* SPDX-License-Identifier: Apache-2.0 */
/* ax_policy_parse: a policy file. Whatever it holds, a stranger's role is denied unless it is listed. */
#include "services/lib/trust/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_policy *policy = NULL;
    struct ax_err err;
    if (ax_ok(ax_policy_parse(ax_str_of(data, size), &policy, &err))) {
        struct ax_principal who;
        ax_rc rc = ax_policy_authorise(
                policy, AX_STR("spiffe://anxin/nobody-is-called-so/x"), AX_STR("/a.B/C"), &who, &err);
        (void)rc.code;
        ax_policy_free(policy);
    }
    return 0;
}
