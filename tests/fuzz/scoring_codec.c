/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_decode for facts, ratings and records: what it takes, the encoder writes again byte for byte. */
#include "scoring/rating.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP_BYTES = 1 << 20 };

static void round_trip(const struct ax_message *m, void *out, ax_str bytes, struct ax_arena *arena)
{
    struct ax_err err;
    if (!ax_ok(ax_decode(m, bytes, arena, out, &err))) {
        AX_ASSERT(err.code == AX_CORRUPT || err.code == AX_LIMIT);
        return;
    }
    struct ax_buf again;
    ax_buf_init(&again, CAP_BYTES);
    ax_encode(m, out, false, &again);
    AX_ASSERT(ax_str_eq(ax_buf_str(&again), bytes));
    ax_buf_deinit(&again);
    (void)!ax_ok(ax_validate(m, out, &err));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 4096, CAP_BYTES);
    ax_str bytes = ax_str_of(data, size);
    struct ax_fact fact;
    struct ax_rating rating;
    round_trip(&ax_fact_message, &fact, bytes, &arena);
    (void)!ax_ok(ax_fact_check(&fact, 20000, NULL));
    struct ax_entry entry;
    static const uint8_t zero[AX_DIGEST_SIZE];
    struct ax_entry_id id;
    ax_entry_fill(&fact, zero, zero, &id, &entry);
    ax_arena_reset(&arena);
    round_trip(&ax_rating_message, &rating, bytes, &arena);
    ax_str inner;
    int64_t known_at_us;
    if (ax_ok(ax_fact_record_decode(bytes, &inner, &known_at_us, NULL))) {
        struct ax_buf again;
        ax_buf_init(&again, CAP_BYTES);
        ax_fact_record_encode(inner, known_at_us, &again);
        AX_ASSERT(ax_str_eq(ax_buf_str(&again), bytes));
        ax_buf_deinit(&again);
    }
    ax_arena_deinit(&arena);
    return 0;
}
