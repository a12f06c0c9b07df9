/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * protobuf -> our plain structs, by the tables of scoring/codec.h and as lenient as protobuf is about form: fields in any
 * order, the last one counts, sub-messages merge (but a oneof's must not be there twice), long varints, packed or not. As
 * strict about content as it must be: a field or enum value that the tables do not know, bad text, a date that is none, a
 * number out of range are each AX_INVALID with field, value and rule, since what is dropped silently would be lost. Sets
 * come out sorted, without twins. The way back is ax_encode: its bytes are protobuf.
 *
 * Strings borrow from `bytes`; lists are arena memory (AX_LIMIT where it is full). `data` is set up here. Any thread.
 */
#include "scoring/codec.h"

/* Members of a list or set whose table says no less, in a request or an answer: what a server sends its client reads. */
enum { AX_WIRE_LIST_MAX = 5000 };

ax_rc ax_wire_decode(
        const struct ax_message *m, ax_str bytes, struct ax_arena *arena, void *data, struct ax_err *err) AX_MUST_CHECK;
/* The same, but passes over fields that the table does not know: for what a newer program may have added to. */
ax_rc ax_wire_decode_known(
        const struct ax_message *m, ax_str bytes, struct ax_arena *arena, void *data, struct ax_err *err) AX_MUST_CHECK;
