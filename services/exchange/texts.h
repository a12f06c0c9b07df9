/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The whole facts behind some entries of a ledger: an entry knows a digest, the fact is among those that were held when the
 * ledger was loaded, or else in the chunks that it was read from. Name the entries, find them in one pass, then ask for each.
 * Memory is of the arenas given, text is borrowed from the chunks. One thread.
 */
#include "scoring/ledger.h"
#include "services/lib/view/view.h"

struct ax_texts {
    const struct ax_ledger *ledger;
    struct ax_arena *arena;
    struct ax_text *items; /* by entry while they are named, by digest once they are found */
    size_t count;
    size_t size;
    uint8_t *named; /* a bit an entry */
};

/* `room` is for one bit an entry, `arena` for the facts. */
ax_rc ax_texts_init(struct ax_texts *t, const struct ax_ledger *ledger, struct ax_arena *room, struct ax_arena *arena,
        size_t most, struct ax_err *err) AX_MUST_CHECK;
/* At most so many different ones as said before; what is no entry is not looked at. */
void ax_texts_name(struct ax_texts *t, uint32_t entry);
/* `facts` may be NULL. */
ax_rc ax_texts_find(struct ax_texts *t, const struct ax_view_facts *facts, const ax_str *chunks, size_t count,
        struct ax_err *err) AX_MUST_CHECK;
/* NULL: not named, or not found. */
const struct ax_fact *ax_texts_of(const struct ax_texts *t, uint32_t entry);
