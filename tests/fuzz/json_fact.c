/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_fact_from_json: what it takes is written as JSON and comes back as the same fact. */
#include "services/lib/wire/fact_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP_BYTES = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 4096, CAP_BYTES);
    struct ax_fact fact;
    struct ax_err err;
    if (ax_ok(ax_fact_from_json(ax_str_of(data, size), &arena, &fact, &err))) {
        struct ax_buf json;
        struct ax_buf first;
        struct ax_buf second;
        ax_buf_init(&json, CAP_BYTES);
        ax_buf_init(&first, CAP_BYTES);
        ax_buf_init(&second, CAP_BYTES);
        ax_encode(&ax_fact_message, &fact, false, &first);
        ax_rc rc = ax_fact_to_json(&fact, &arena, &json, &err);
        AX_ASSERT(ax_ok(rc) || rc.code == AX_LIMIT);
        if (ax_ok(rc) && ax_ok(ax_fact_from_json(ax_buf_str(&json), &arena, &fact, &err))) {
            ax_encode(&ax_fact_message, &fact, false, &second);
            AX_ASSERT(ax_str_eq(ax_buf_str(&first), ax_buf_str(&second)));
        }
        ax_buf_deinit(&json);
        ax_buf_deinit(&first);
        ax_buf_deinit(&second);
    } else {
        AX_ASSERT(ax_utf8_valid(ax_str_c(err.value)) && err.text[0] != '\0');
    }
    ax_arena_deinit(&arena);
    return 0;
}
