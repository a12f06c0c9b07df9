/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/normalise.h"

#include "services/lib/wire/personal.h"

#include <stdlib.h>

#include <utf8proc.h>

/* Leads of the three-byte characters that most Chinese text consists of and that NFC never changes: U+4E00 to U+9FFF. */
enum { HAN_FIRST = 0x4E00, HAN_LAST = 0x9FFF };

static bool stable_han(const uint8_t *at, size_t left)
{
    if (left < 3 || at[0] < 0xE4 || at[0] > 0xE9 || (at[1] & 0xC0) != 0x80 || (at[2] & 0xC0) != 0x80) {
        return false;
    }
    uint32_t c = (uint32_t)(at[0] & 0x0F) << 12 | (uint32_t)(at[1] & 0x3F) << 6 | (uint32_t)(at[2] & 0x3F);
    return c >= HAN_FIRST && c <= HAN_LAST;
}

/* Nothing in it that NFC could change; most text ends here. */
static bool is_plain(ax_str s)
{
    const uint8_t *bytes = (const uint8_t *)s.ptr;
    for (size_t i = 0; i < s.len;) {
        if (bytes[i] < 0x80) {
            i++;
        } else if (stable_han(bytes + i, s.len - i)) {
            i += 3;
        } else {
            return false;
        }
    }
    return true;
}

static ax_rc map(ax_str *s, const char *field, utf8proc_option_t options, struct ax_arena *arena, struct ax_err *err)
{
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s->ptr, (utf8proc_ssize_t)s->len, &made,
            (utf8proc_option_t)(options | UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (len < 0) {
        return ax_fail_field(err, AX_INVALID, field, s->ptr, s->len, "must be UTF-8");
    }
    ax_str copy = ax_arena_dup(arena, ax_str_of(made, (size_t)len));
    ax_xfree(made);
    if (copy.ptr == NULL) {
        return ax_fail(err, AX_LIMIT, "the request takes more memory than one may; send fewer items");
    }
    *s = copy;
    return AX_RC(OK);
}

static ax_rc normalise_text(ax_str *s, const char *field, struct ax_arena *arena, struct ax_err *err)
{
    if (!is_plain(*s)) {
        AX_TRY(map(s, field, (utf8proc_option_t)0, arena, err));
    }
    *s = ax_str_trim(*s);
    return AX_RC(OK);
}

static int compare_texts(const void *a, const void *b)
{
    return ax_str_cmp(*(const ax_str *)a, *(const ax_str *)b);
}

static ax_rc normalise_set(struct ax_strs *set, const char *field, struct ax_arena *arena, struct ax_err *err)
{
    for (size_t i = 0; i < set->count; i++) {
        AX_TRY(normalise_text(&set->items[i], field, arena, err));
    }
    qsort(set->items, set->count, sizeof *set->items, compare_texts);
    size_t n = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (n == 0 || !ax_str_eq(set->items[n - 1], set->items[i])) {
            set->items[n++] = set->items[i];
        }
    }
    set->count = n;
    return AX_RC(OK);
}

/* The texts of one struct; `body` is the number of the oneof member that is set. */
static ax_rc normalise_fields(const struct ax_message *m, uint8_t *data, struct ax_arena *arena, struct ax_err *err)
{
    for (size_t i = 0; i < m->field_count; i++) {
        const struct ax_field *f = &m->fields[i];
        void *at = data + f->offset;
        if (f->type == AX_T_STR) {
            AX_TRY(normalise_text(at, f->name, arena, err));
            if (ax_personal_is_free_text(f) && !ax_ok(ax_personal_mask(at, arena))) {
                return ax_fail(err, AX_LIMIT, "the request takes more memory than one may; send fewer items");
            }
        } else if (f->type == AX_T_STR_SET) {
            AX_TRY(normalise_set(at, f->name, arena, err));
        }
    }
    return AX_RC(OK);
}

static ax_rc fold_width(ax_str *s, const char *field, struct ax_arena *arena, struct ax_err *err)
{
    return is_plain(*s) ? AX_RC(OK) : map(s, field, UTF8PROC_COMPAT, arena, err);
}

ax_rc ax_normalise_code(ax_str *code, struct ax_arena *arena, struct ax_err *err)
{
    char normal[AX_USCC_LEN + 1];
    if (code->len == 0 || !ax_uscc_normalise(*code, normal)) {
        return AX_RC(OK);
    }
    if (code->len == AX_USCC_LEN && memcmp(code->ptr, normal, AX_USCC_LEN) == 0) {
        return AX_RC(OK);
    }
    *code = ax_arena_dup(arena, ax_str_of(normal, AX_USCC_LEN));
    return code->ptr == NULL ? ax_fail(err, AX_LIMIT, "the request takes more memory than one may") : AX_RC(OK);
}

static ax_rc normalise_codes(struct ax_fact *f, struct ax_arena *arena, struct ax_err *err)
{
    AX_TRY(ax_normalise_code(&f->enterprise, arena, err));
    AX_TRY(ax_normalise_code(&f->previous_enterprise, arena, err));
    AX_TRY(fold_width(&f->region, "region", arena, err));
    AX_TRY(fold_width(&f->industry, "industry", arena, err));
    AX_TRY(fold_width(&f->jurisdiction, "jurisdiction", arena, err));
    if (f->kind == AX_FACT_ENFORCEMENT_PENALTY) {
        return ax_normalise_code(&f->enforcement_penalty.authority_code, arena, err);
    }
    if (f->kind == AX_FACT_INSURANCE_CLAIM) {
        return ax_normalise_code(&f->insurance_claim.insurer, arena, err);
    }
    if (f->kind == AX_FACT_INSURANCE_POLICY) {
        return ax_normalise_code(&f->insurance_policy.insurer, arena, err);
    }
    if (f->kind == AX_FACT_LICENCE) {
        return ax_normalise_code(&f->licence.authority_code, arena, err);
    }
    return AX_RC(OK);
}

ax_rc ax_normalise_fact(struct ax_fact *fact, struct ax_arena *arena, struct ax_err *err)
{
    AX_TRY(normalise_fields(&ax_fact_message, (uint8_t *)fact, arena, err));
    const struct ax_field *body =
            fact->kind == AX_FACT_NONE ? NULL : ax_message_field(&ax_fact_message, (uint32_t)fact->kind);
    if (body != NULL && body->message != NULL) {
        AX_TRY(normalise_fields(body->message, (uint8_t *)fact + body->offset, arena, err));
    }
    return normalise_codes(fact, arena, err);
}
