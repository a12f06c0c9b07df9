/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Tables that say how our plain structs look on the wire, and the one encoder and decoder that run on them.
 *
 * The form is protobuf's wire format with everything optional taken out of it (docs/CANONICAL.md): fields ascending by
 * number, each at most once unless repeated, minimal varints, default values never written, repeated scalars packed,
 * nothing unknown. So any protobuf reader can read it, and equal structs have equal bytes: digests are made of it.
 * The same tables drive validation, JSON and the bridge to generated messages. Pure; any thread.
 */
#include "base/arena.h"

enum ax_field_type {
    AX_T_STR,      /* ax_str <-> string */
    AX_T_BYTES,    /* ax_str <-> bytes */
    AX_T_HEX,      /* uint8_t[32] <-> string of 64 lower-case hex digits; all zero is "absent" */
    AX_T_DATE,     /* int32_t day <-> string "YYYY-MM-DD"; AX_DAY_NONE is "absent" */
    AX_T_I64,      /* int64_t <-> int64 */
    AX_T_I32,      /* int32_t <-> int32 */
    AX_T_U64,      /* uint64_t <-> uint64 */
    AX_T_U32,      /* uint32_t <-> uint32 */
    AX_T_ENUM,     /* int32_t <-> enum */
    AX_T_BOOL,     /* bool <-> bool */
    AX_T_MSG,      /* nested struct, inline, preceded by nothing; absent = all its fields absent unless in a oneof */
    AX_T_STR_SET,  /* struct ax_strs: repeated string, ascending, no twins */
    AX_T_ENUM_SET, /* uint32_t bit mask of values 1..31 <-> repeated enum, packed, ascending */
    AX_T_MSG_LIST, /* struct ax_list of structs <-> repeated message */
};

struct ax_strs {
    ax_str *items;
    size_t count;
};

struct ax_list {
    void *items;
    size_t count;
};

struct ax_message;

struct ax_field {
    uint16_t number;
    uint8_t type;        /* enum ax_field_type */
    uint8_t flags;       /* AX_F_* */
    uint16_t offset;     /* in the struct */
    uint16_t oneof_case; /* offset of the int32_t that holds the number of the oneof member set; 0 = in no oneof */
    uint32_t max;        /* characters (strings), items (lists), largest value (enums); 0 = the codec's own limit */
    const char *name;    /* proto field name, snake_case */
    const struct ax_message *message;
};

enum {
    AX_F_REQUIRED = 1,     /* validation: must be there */
    AX_F_NOT_CONTENT = 2,  /* left out of the encoding that the digest is made of (known_at_us, as_of, revision) */
    AX_F_NON_NEGATIVE = 4, /* validation */
};

struct ax_message {
    const char *name;
    const struct ax_field *fields; /* ascending by number */
    size_t field_count;
    size_t struct_size;
    /* Puts "absent" values that are not all zero (dates) into a fresh struct; NULL where zero is right. */
};

/* A zeroed struct with every date AX_DAY_NONE, nested ones too. */
void ax_message_init(const struct ax_message *m, void *data);
/* Appends the encoding. `content_only` leaves AX_F_NOT_CONTENT fields out. */
void ax_encode(const struct ax_message *m, const void *data, bool content_only, struct ax_buf *out);
/* Strict: anything that ax_encode would not have written is AX_CORRUPT. Strings borrow from `bytes`. */
ax_rc ax_decode(
        const struct ax_message *m, ax_str bytes, struct ax_arena *arena, void *data, struct ax_err *err) AX_MUST_CHECK;
/* Numbers and texts of these fields alone, ascending, which must not be in nested messages; what else there is is stepped over.
 * Of bytes that ax_encode wrote; `data` is as the caller made it but for them. */
ax_rc ax_decode_some(const struct ax_message *m, const uint16_t *numbers, size_t count, ax_str bytes, void *data,
        struct ax_err *err) AX_MUST_CHECK;
/* Every rule that the table can say (UTF-8, control characters, lengths, enum values, signs, required). */
ax_rc ax_validate(const struct ax_message *m, const void *data, struct ax_err *err) AX_MUST_CHECK;
const struct ax_field *ax_message_field(const struct ax_message *m, uint32_t number);
