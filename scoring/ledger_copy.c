/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of a ledger in which some contents are not. */
#include "scoring/ledger_day.h"
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

/* Copies what is of keys whose head is kept. */
static void copy_kept(const struct ax_ledger *l, bool (*is_kept)(const struct ax_entry *head, int32_t day), int32_t day,
        struct ax_ledger *out)
{
    ax_ledger_init(out);
    ax_ledger_reserve(out, l->count);
    uint32_t next = 0;
    for (uint32_t first = 0; first < l->count;) {
        uint32_t end = end_of_key(l, first);
        uint32_t next_of_head = next;
        bool kept = is_kept(ax_witness_own(l, end - 1, &next_of_head), day);
        for (; first < end; first++) {
            if (kept) {
                copy_entry(l, first, &next, out);
            }
        }
    }
    complete_copy(l, out);
}

static bool is_not_objected(const struct ax_entry *head, int32_t day)
{
    (void)day;
    return head->state != AX_FACT_STATE_OBJECTED;
}

void ax_ledger_without_objected(const struct ax_ledger *l, struct ax_ledger *out)
{
    copy_kept(l, is_not_objected, AX_DAY_NONE, out);
}

static bool is_dated_by(const struct ax_entry *head, int32_t day)
{
    uint32_t date = ax_entry_date(head);
    return date == 0 || ax_entry_day(date) <= day;
}

void ax_ledger_day_init(struct ax_ledger_day *d, const struct ax_ledger *whole, int32_t day)
{
    uint32_t last = 0;
    uint32_t next = UINT32_MAX;
    const uint32_t kept = day < AX_DAY_MIN ? 0 : (uint32_t)(day - AX_DAY_MIN) + 1;
    for (uint32_t i = 0; i < whole->count; i++) {
        const struct ax_entry *e = &whole->entries[i];
        uint32_t date = (e->marks & AX_MARK_HEAD) == 0 || e->state == AX_FACT_STATE_WITHDRAWN ? 0 : ax_entry_date(e);
        last = date <= kept && date > last ? date : last;
        next = date > kept && date < next ? date : next;
    }
    d->last = ax_entry_day(last);
    d->next = next == UINT32_MAX ? AX_DAY_NONE : ax_entry_day(next);
    d->ledger = whole;
    ax_ledger_init(&d->copy);
    if (d->next != AX_DAY_NONE) {
        copy_kept(whole, is_dated_by, day, &d->copy);
        d->ledger = &d->copy;
    }
}

void ax_ledger_day_deinit(struct ax_ledger_day *d)
{
    ax_ledger_deinit(&d->copy);
}

ax_str ax_ledger_day_text(const struct ax_ledger_day *d, const struct ax_ledger *whole, ax_str text)
{
    uintptr_t begin = (uintptr_t)d->copy.texts;
    uintptr_t at = (uintptr_t)text.ptr;
    bool copied = d->copy.texts_len > 0 && at >= begin && at < begin + d->copy.texts_len;
    return copied ? ax_str_of(whole->texts + (at - begin), text.len) : text;
}
