/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A packed profile is five lengths of two bytes each and then the five texts. Nearly every fact of an enterprise has the
 * same one, so only the first few are looked through before another is added; twins do no harm, since nothing that is
 * digested depends on where a profile stands.
 */
#include "scoring/profile.h"

enum { HEAD_SIZE = 2 * AX_PROFILE_FIELDS, LOOK_MAX = 8, TEXT_MAX = UINT16_MAX };

static size_t length_at(const uint8_t *packed, size_t field)
{
    return (size_t)packed[2 * field] | (size_t)packed[2 * field + 1] << 8;
}

static size_t packed_size(const uint8_t *packed)
{
    size_t size = HEAD_SIZE;
    for (size_t i = 0; i < AX_PROFILE_FIELDS; i++) {
        size += length_at(packed, i);
    }
    return size;
}

static bool is_same(const uint8_t *packed, const ax_str texts[AX_PROFILE_FIELDS])
{
    const uint8_t *at = packed + HEAD_SIZE;
    for (size_t i = 0; i < AX_PROFILE_FIELDS; i++) {
        size_t len = length_at(packed, i);
        if (len != texts[i].len || (len != 0 && memcmp(at, texts[i].ptr, len) != 0)) {
            return false;
        }
        at += len;
    }
    return true;
}

static uint32_t append(struct ax_ledger *l, const ax_str texts[AX_PROFILE_FIELDS])
{
    size_t size = HEAD_SIZE;
    for (size_t i = 0; i < AX_PROFILE_FIELDS; i++) {
        size += texts[i].len;
    }
    size_t len = l->texts_len + size;
    AX_ASSERT(len <= UINT32_MAX);
    if (len > l->texts_size) {
        /* Exact while it is small, as most stay for ever. */
        size_t room = len < 1024 ? len : len + len / 2;
        l->texts_size = (uint32_t)(room > UINT32_MAX ? UINT32_MAX : room);
        l->texts = ax_xrealloc(l->texts, l->texts_size);
    }
    uint32_t begin = l->texts_len;
    uint8_t *head = l->texts + begin;
    uint8_t *at = head + HEAD_SIZE;
    for (size_t i = 0; i < AX_PROFILE_FIELDS; i++) {
        head[2 * i] = (uint8_t)texts[i].len;
        head[2 * i + 1] = (uint8_t)(texts[i].len >> 8);
        if (texts[i].len != 0) {
            memcpy(at, texts[i].ptr, texts[i].len);
        }
        at += texts[i].len;
    }
    l->texts_len = (uint32_t)len;
    return begin;
}

uint32_t ax_profile_intern(struct ax_ledger *l, const struct ax_fact *fact)
{
    ax_str texts[AX_PROFILE_FIELDS] = {
            fact->enterprise_name, fact->region, fact->industry, fact->industry_edition, fact->jurisdiction};
    for (size_t i = 0; i < AX_PROFILE_FIELDS; i++) {
        texts[i].len = texts[i].len > TEXT_MAX ? TEXT_MAX : texts[i].len;
    }
    uint32_t at = 0;
    for (int i = 0; i < LOOK_MAX && at < l->texts_len; i++) {
        if (is_same(l->texts + at, texts)) {
            return at;
        }
        at += (uint32_t)packed_size(l->texts + at);
    }
    return append(l, texts);
}

bool ax_profile_is_later(const struct ax_entry *a, const struct ax_entry *b)
{
    if (a->occurred_day != b->occurred_day) {
        return a->occurred_day > b->occurred_day;
    }
    return memcmp(a->id->digest, b->id->digest, AX_DIGEST_SIZE) > 0;
}

/* Whose profile says the field: the head that counts; NULL: none does. */
static const struct ax_entry *find_best(const struct ax_ledger *l, enum ax_profile_field field)
{
    const struct ax_entry *best = NULL;
    bool alike = l->texts_len > 0 && packed_size(l->texts) == l->texts_len; /* nearly always: any head will do */
    if (alike && length_at(l->texts, (size_t)field) == 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < l->count; i++) {
        const struct ax_entry *e = &l->entries[i];
        if ((e->marks & AX_MARK_HEAD) == 0 || e->state == AX_FACT_STATE_WITHDRAWN ||
                (best != NULL && !ax_profile_is_later(e, best))) {
            continue;
        }
        if (alike) {
            return e;
        }
        if (length_at(l->texts + e->profile, (size_t)field) != 0) {
            best = e;
        }
    }
    return best;
}

ax_str ax_profile_said(const struct ax_ledger *l, const struct ax_entry *e, enum ax_profile_field field)
{
    const uint8_t *packed = l->texts + e->profile;
    const uint8_t *at = packed + HEAD_SIZE;
    for (size_t i = 0; i < (size_t)field; i++) {
        at += length_at(packed, i);
    }
    return ax_str_of(at, length_at(packed, (size_t)field));
}

ax_str ax_profile_best(const struct ax_ledger *l, enum ax_profile_field field)
{
    const struct ax_entry *best = find_best(l, field);
    return best == NULL ? AX_STR("") : ax_profile_said(l, best, field);
}

void ax_ledger_profile(const struct ax_ledger *l, struct ax_profile *out)
{
    out->name = ax_profile_best(l, AX_PROFILE_NAME);
    out->region = ax_profile_best(l, AX_PROFILE_REGION);
    out->industry = ax_profile_best(l, AX_PROFILE_INDUSTRY);
    out->industry_edition = ax_profile_best(l, AX_PROFILE_EDITION);
    out->jurisdiction = ax_profile_best(l, AX_PROFILE_JURISDICTION);
    out->synthetic = false;
    for (uint32_t i = 0; i < l->count; i++) {
        const struct ax_entry *e = &l->entries[i];
        bool counts = (e->marks & AX_MARK_HEAD) != 0 && e->state != AX_FACT_STATE_WITHDRAWN;
        out->synthetic = out->synthetic || (counts && (e->flags & AX_ENTRY_SYNTHETIC) != 0);
    }
}
