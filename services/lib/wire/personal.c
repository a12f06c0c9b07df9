/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/wire/personal.h"

#include "scoring/day.h"
#include "scoring/uscc.h"

enum { FREE_TEXT_CHARACTERS = 200, KEPT = 6 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_identity_number(const char *at)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < AX_IDENTITY_NUMBER_LEN - 1; i++) {
        if (!is_digit(at[i])) {
            return false;
        }
        sum += (at[i] - '0') * weights[i];
    }
    char check = "10X98765432"[sum % 11];
    int32_t day;
    return (at[17] == check || (check == 'X' && at[17] == 'x')) && ax_day_parse(ax_str_of(at + KEPT, 8), &day) &&
           day >= ax_day_of(AX_IDENTITY_BORN_FIRST, 1, 1) && day <= ax_day_of(AX_IDENTITY_BORN_LAST, 12, 31) &&
           !ax_ok(ax_uscc_check(ax_str_of(at, AX_IDENTITY_NUMBER_LEN), NULL));
}

/* From `from` on; false: there is none. */
static bool find(const char *bytes, size_t len, size_t from, bool whole, size_t *at)
{
    for (size_t i = from; i + AX_IDENTITY_NUMBER_LEN <= len; i++) {
        if (!is_digit(bytes[i]) || !is_identity_number(bytes + i)) {
            continue;
        }
        char before = i == 0 ? ' ' : bytes[i - 1];
        char after = i + AX_IDENTITY_NUMBER_LEN == len ? ' ' : bytes[i + AX_IDENTITY_NUMBER_LEN];
        if (!whole || !(is_digit(before) || is_letter(before) || is_digit(after) || is_letter(after))) {
            *at = i;
            return true;
        }
    }
    return false;
}

void ax_personal_mask_bytes(char *bytes, size_t len, bool whole)
{
    for (size_t at = 0; find(bytes, len, at, whole, &at); at += AX_IDENTITY_NUMBER_LEN) {
        memset(bytes + at + KEPT, '*', AX_IDENTITY_NUMBER_LEN - KEPT);
    }
}

ax_rc ax_personal_mask(ax_str *text, struct ax_arena *arena)
{
    size_t at;
    if (!find(text->ptr, text->len, 0, true, &at)) {
        return AX_RC(OK);
    }
    char *copy = ax_arena_alloc(arena, text->len);
    if (copy == NULL) {
        return AX_RC(LIMIT);
    }
    memcpy(copy, text->ptr, text->len);
    ax_personal_mask_bytes(copy, text->len, true);
    *text = ax_str_of(copy, text->len);
    return AX_RC(OK);
}

bool ax_personal_is_free_text(const struct ax_field *field)
{
    return field->type == AX_T_STR && field->max >= FREE_TEXT_CHARACTERS &&
           !ax_str_ends(ax_str_c(field->name), AX_STR("reference"));
}

static ax_rc mask_fields(const struct ax_message *m, uint8_t *data, struct ax_arena *arena)
{
    for (size_t i = 0; i < m->field_count; i++) {
        if (ax_personal_is_free_text(&m->fields[i])) {
            AX_TRY(ax_personal_mask((ax_str *)(void *)(data + m->fields[i].offset), arena));
        }
    }
    return AX_RC(OK);
}

ax_rc ax_personal_mask_fact(struct ax_fact *fact, struct ax_arena *arena)
{
    AX_TRY(mask_fields(&ax_fact_message, (uint8_t *)fact, arena));
    const struct ax_field *body =
            fact->kind == AX_FACT_NONE ? NULL : ax_message_field(&ax_fact_message, (uint32_t)fact->kind);
    return body == NULL || body->message == NULL ? AX_RC(OK)
                                                 : mask_fields(body->message, (uint8_t *)fact + body->offset, arena);
}
