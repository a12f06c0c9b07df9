/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Where a pack file says something that is wrong: found in its document, since words stand in comments and in other entries,
 * too. Reads the file again, so for errors alone. Any thread. Private to this folder. */
#include "base/bytes.h"

struct ax_pack_place {
    size_t line;                  /* from 1; 0: the file says nothing of it */
    char value[AX_ERR_VALUE_MAX]; /* of the key, where it has one value */
};

/*
 * Of the entry with this name (its id, channel or code; "outer/inner" where an entry holds others; "": the file itself)
 * the line of `key` and what it says; where `value` is given, the line on which that stands. An entry that lacks the
 * key is found by its id; what is no entry is looked for as a key of the file. Of several of a name the `nth`,
 * AX_PACK_PLACE_LAST the last.
 */
enum { AX_PACK_PLACE_LAST = UINT16_MAX };
void ax_pack_place_find(
        ax_str yaml, const char *entry, size_t nth, const char *key, const char *value, struct ax_pack_place *out);
/* The error about it, "file: line 7: entry: why", with what the file says there; `entry` may be "". */
ax_rc ax_pack_place_fail(const struct ax_pack_place *at, const char *file, const char *entry, const char *key,
        const char *why, struct ax_err *err);
