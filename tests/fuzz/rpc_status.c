/* SPDX-License-Identifier: Apache-2.0 */
/* ax_status_decode: what a server says in grpc-status-details-bin. First byte: the gRPC code. */
#include "services/lib/rpc/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1) {
        return 0;
    }
    struct ax_err err;
    ax_str rest = ax_str_of(data + 1, size - 1);
    (void)ax_status_decode(data[0] % 17, rest, rest, &err).code;
    AX_ASSERT(ax_utf8_valid(ax_str_c(err.text)) && ax_utf8_valid(ax_str_c(err.field)) &&
              ax_utf8_valid(ax_str_c(err.value)));
    AX_ASSERT(err.code >= 0 && err.code < AX_CODE_COUNT);
    return 0;
}
