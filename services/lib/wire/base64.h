/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Base64 (RFC 4648). */
#include "base/arena.h"

/* Standard alphabet, padded, by OpenSSL; .ptr is NULL where the arena is full. */
ax_str ax_base64_encode(ax_str bytes, struct ax_arena *arena);
/* Standard or URL-safe, padded or not; false where it is neither. `out` has room for text.len bytes. */
bool ax_base64_decode(ax_str text, uint8_t *out, size_t *len);
