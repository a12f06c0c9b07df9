/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Base64 (RFC 4648), by OpenSSL. Into arena memory; .ptr is NULL where the arena is full or the text is no base64. */
#include "base/arena.h"

ax_str ax_base64_encode(ax_str bytes, struct ax_arena *arena); /* standard alphabet, padded */
ax_str ax_base64_decode(ax_str text, struct ax_arena *arena);  /* standard or URL-safe, padded or not */
