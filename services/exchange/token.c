/* SPDX-License-Identifier: Apache-2.0 */
#include "services/exchange/token.h"

enum { TOKEN_VERSION = 1 };

void ax_place_put(const struct ax_place *place, struct ax_buf *out)
{
    ax_buf_printf(out, "%d.%d", TOKEN_VERSION, place->partitions);
    for (int32_t p = 0; p < place->partitions; p++) {
        ax_buf_printf(out, ".%lld", (long long)place->next[p]);
    }
}

bool ax_place_read(ax_str token, int32_t partitions, struct ax_place *out)
{
    int64_t version = 0;
    int64_t count = 0;
    if (!ax_ok(ax_str_to_i64(ax_str_split(&token, '.'), &version)) || version != TOKEN_VERSION ||
            !ax_ok(ax_str_to_i64(ax_str_split(&token, '.'), &count)) || count != partitions) {
        return false;
    }
    out->partitions = partitions;
    for (int32_t p = 0; p < partitions; p++) {
        if (!ax_ok(ax_str_to_i64(ax_str_split(&token, '.'), &out->next[p])) || out->next[p] < 0) {
            return false;
        }
    }
    return token.len == 0;
}
