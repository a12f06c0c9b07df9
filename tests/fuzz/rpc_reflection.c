/* SPDX-License-Identifier: Apache-2.0 */
/* ax_reflection_answer: a ServerReflectionRequest from any peer. */
#include "services/lib/rpc/reflection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ax_str services[] = {AX_STR("anxin.v1.RatingService"), AX_STR("grpc.health.v1.Health")};
    struct ax_buf out;
    struct ax_err err;
    ax_buf_init(&out, 4U << 20);
    (void)ax_reflection_answer(ax_str_of(data, size), services, 2, &out, &err).code;
    ax_buf_deinit(&out);
    return 0;
}
