/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_config_parse. */
#include "base/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_config *config = NULL;
    struct ax_err err = {0};
    ax_rc rc = ax_config_parse(ax_str_of(data, size), "fuzz.yaml", NULL, 0, &config, &err);
    if (ax_ok(rc)) {
        AX_ASSERT(config->rpc.inflight_max >= 1 && ax_utf8_valid(ax_str_c(config->name)));
        ax_config_free(config);
    } else {
        AX_ASSERT(config == NULL && err.code == rc.code && err.text[0] != '\0' && ax_utf8_valid(ax_str_c(err.text)));
    }
    return 0;
}
