/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a ledger in which some contents are not. */
#include "scoring/ledger_id.h"
#include "scoring/ledger_marks.h"
#include "scoring/witness.h"

/* As its own report is; `next` as ax_witness_own has it. */
static void copy_entry(const struct ax_ledger *l, uint32_t entry, uint32_t *next, struct ax_ledger *out)
{
    struct ax_entry_id *id = &out->ids[out->count];
    struct ax_entry *e = &out->entries[out->count++];
    *e = *ax_witness_own(l, entry, next);
    *id = *e->id;
    e->id = id;
    e->told = 0;
    e->marks = 0;
}

/* The texts and the marks of a copy whose entries are chosen. */
static void complete_copy(const struct ax_ledger *l, struct ax_ledger *out)
{
    if (l->texts_len > 0) {
        out->texts = ax_xrealloc(NULL, l->texts_len);
        memcpy(out->texts, l->texts, l->texts_len);
        out->texts_len = out->texts_size = l->texts_len;
    }
    struct ax_ledger_scratch scratch = {.arena = NULL};
    ax_ledger_mark_all(out, &scratch);
    ax_ledger_scratch_free(&scratch);
}

void ax_ledger_as_known(const struct ax_ledger *l, int64_t known_at_us, struct ax_ledger *out)
{
    ax_ledger_init(out);
    ax_ledger_reserve(out, l->count);
    uint32_t next = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        if (l->entries[i].id->known_at_us <= known_at_us) {
            copy_entry(l, i, &next, out);
        }
    }
    complete_copy(l, out);
}

void ax_ledger_without(
        const struct ax_ledger *l, const uint8_t (*keys)[AX_KEY_SIZE], size_t key_count, struct ax_ledger *out)
{
    ax_ledger_init(out);
    ax_ledger_reserve(out, l->count);
    size_t at = 0;
    uint32_t next = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        while (at < key_count && memcmp(keys[at], l->entries[i].id->key, AX_KEY_SIZE) < 0) {
            at++;
        }
        if (at == key_count || memcmp(keys[at], l->entries[i].id->key, AX_KEY_SIZE) != 0) {
            copy_entry(l, i, &next, out);
        }
    }
    complete_copy(l, out);
}

/* The first entry behind those of one key, the last of which is their head. */
static uint32_t end_of_key(const struct ax_ledger *l, uint32_t first)
{
    uint32_t end = first + 1;
    while (end < l->count && ax_ledger_same_key(&l->entries[end - 1], &l->entries[end])) {
        end++;
    }
    return end;
}

void ax_ledger_without_objected(const struct ax_ledger *l, struct ax_ledger *out)
{
    ax_ledger_init(out);
    ax_ledger_reserve(out, l->count);
    uint32_t next = 0;
    for (uint32_t first = 0; first < l->count;) {
        uint32_t end = end_of_key(l, first);
        bool kept = l->entries[end - 1].state != AX_FACT_STATE_OBJECTED;
        for (; first < end; first++) {
            if (kept) {
                copy_entry(l, first, &next, out);
            }
        }
    }
    complete_copy(l, out);
}
