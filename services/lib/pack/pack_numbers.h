/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* How a number of a pack file is written, and from where to where it goes, by its key. What is read leniently counts as
 * another number than the one that people see, so nothing is: 010, 0x10, 1e3, 12x and 1.5 are no whole numbers. Pure.
 * Private to this folder. */
#include "base/bytes.h"

/* An optional minus and decimal digits without leading zeros. */
bool ax_pack_is_whole(const char *text);
/* The same, with a fraction and a power of ten where there are any ("-0.5", "1.25e-3"). */
bool ax_pack_is_decimal(const char *text);
/* Whether it is a 0 that stood for a key that is not there: a file that was approved may say so. */
bool ax_pack_whole_was_taken(const char *text, const char *key);
/* Whether what is_whole is no number of this key: `size` bytes hold it. `rule` says what it must be. */
bool ax_pack_whole_is_out(
        const char *text, const char *key, size_t size, bool is_signed, char *rule, size_t rule_size) AX_MUST_CHECK;
/* Likewise of what is_decimal. */
bool ax_pack_decimal_is_out(const char *text, const char *key, char *rule, size_t rule_size) AX_MUST_CHECK;
