/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/field.h"

#include "connectors/convert.h"
#include "connectors/names_wire.h"
#include "services/lib/wire/personal.h"

void *ax_field_at(struct ax_fact *fact, const struct ax_field *body, const struct ax_field *field)
{
    return (char *)fact + (body == NULL ? 0 : body->offset) + field->offset;
}

void ax_field_set_body(struct ax_fact *fact, const struct ax_field *body)
{
    fact->kind = body->number;
    ax_message_init(body->message, (char *)fact + body->offset);
}

ax_str ax_field_trim(ax_str text)
{
    static const ax_str wide = {"\xE3\x80\x80", 3};
    size_t before;
    do {
        before = text.len;
        text = ax_str_trim(text);
        if (ax_str_starts(text, wide)) {
            text = ax_str_of(text.ptr + 3, text.len - 3);
        }
        if (ax_str_ends(text, wide)) {
            text.len -= 3;
        }
    } while (text.len != before);
    return text;
}

bool ax_field_next_value(ax_str *text, ax_str *value)
{
    static const ax_str wide = {"；", 3};
    while (text->len > 0) {
        size_t narrow_at = text->len;
        size_t wide_at = text->len;
        (void)ax_str_find(*text, AX_STR(";"), &narrow_at);
        (void)ax_str_find(*text, wide, &wide_at);
        narrow_at = narrow_at > text->len ? text->len : narrow_at;
        size_t cut = wide_at < narrow_at ? wide_at : narrow_at;
        size_t skip = cut == text->len ? 0 : wide_at < narrow_at ? 3 : 1;
        *value = ax_field_trim(ax_str_of(text->ptr, cut));
        *text = ax_str_of(text->ptr + cut + skip, text->len - cut - skip);
        if (value->len > 0) {
            return true;
        }
    }
    return false;
}

static ax_rc put_bool(bool *out, ax_str text, const char **rule)
{
    static const ax_str yes[] = {{"1", 1}, {"true", 4}, {"是", 3}, {"Y", 1}};
    static const ax_str no[] = {{"0", 1}, {"false", 5}, {"否", 3}, {"N", 1}};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (ax_str_eq(text, yes[i]) || ax_str_eq(text, no[i])) {
            *out = ax_str_eq(text, yes[i]);
            return AX_RC(OK);
        }
    }
    *rule = "must be true or false (1, 0, 是, 否)";
    return AX_RC(INVALID);
}

static ax_rc put_number(void *at, const struct ax_field *field, ax_str text, const char **rule)
{
    if (field->type == AX_T_I64 || field->type == AX_T_I32) {
        int64_t value;
        if (!ax_ok(ax_str_to_i64(text, &value))) {
            *rule = "must be a whole number";
            return AX_RC(INVALID);
        }
        if (field->type == AX_T_I64) {
            *(int64_t *)at = value;
            return AX_RC(OK);
        }
        *(int32_t *)at = (int32_t)value;
        *rule = "is too large";
        return value >= INT32_MIN && value <= INT32_MAX ? AX_RC(OK) : AX_RC(INVALID);
    }
    uint64_t count;
    if (!ax_convert_count(text, &count, rule)) {
        return AX_RC(INVALID);
    }
    if (field->type == AX_T_U64) {
        *(uint64_t *)at = count;
        return AX_RC(OK);
    }
    *(uint32_t *)at = (uint32_t)count;
    *rule = "is too large";
    return count <= UINT32_MAX ? AX_RC(OK) : AX_RC(INVALID);
}

static ax_rc put_set(
        uint32_t *out, const struct ax_field *body, const struct ax_field *field, ax_str text, const char **rule)
{
    ax_str value;
    *rule = "names a value that the enum does not have";
    while (ax_field_next_value(&text, &value)) {
        int32_t number;
        if (!ax_enum_number(body, field, value, &number) || number < 1 || number > 31) {
            return AX_RC(INVALID);
        }
        *out |= 1u << (unsigned)number;
    }
    return AX_RC(OK);
}

ax_rc ax_field_put(struct ax_fact *fact, const struct ax_field *body, const struct ax_field *field, ax_str text,
        struct ax_arena *arena, const char **rule)
{
    void *at = ax_field_at(fact, body, field);
    *rule = "cannot be written in a table";
    switch ((enum ax_field_type)field->type) {
    case AX_T_STR:
        AX_TRY(ax_convert_line(text, arena, at));
        return ax_personal_is_free_text(field) ? ax_personal_mask(at, arena) : AX_RC(OK);
    case AX_T_DATE:
        return ax_convert_day(text, at, rule) ? AX_RC(OK) : AX_RC(INVALID);
    case AX_T_I64:
    case AX_T_I32:
    case AX_T_U64:
    case AX_T_U32:
        return put_number(at, field, text, rule);
    case AX_T_ENUM:
        *rule = "is no value of this enum";
        return ax_enum_number(body, field, text, at) ? AX_RC(OK) : AX_RC(INVALID);
    case AX_T_BOOL:
        return put_bool(at, text, rule);
    case AX_T_ENUM_SET:
        return put_set(at, body, field, text, rule);
    case AX_T_BYTES:
    case AX_T_HEX:
    case AX_T_MSG:
    case AX_T_STR_SET:
    case AX_T_MSG_LIST:
        break;
    }
    return AX_RC(INVALID);
}

const char *ax_field_share_fault(const struct ax_fact *fact)
{
    bool none = fact->kind == AX_FACT_ACCIDENT && fact->accident.share_percent == 0;
    return none && fact->accident.liability != AX_LIABILITY_NONE
                   ? "who has no share is not liable: say so (无责任), or leave the share out, which is the whole"
                   : NULL;
}
