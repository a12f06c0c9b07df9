/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Identity numbers of natural persons (GB 11643: region, day of birth, order, check character) in text. What is found keeps
 * its region, the first six digits; the rest becomes stars, so the length stays. A 统一社会信用代码 with the right check is
 * none. Of a day of birth only 1900 to 2015 counts: numbers of documents, dated later, often have the same form. Names
 * cannot be found. Any thread.
 */
#include "base/arena.h"
#include "scoring/fact.h"

enum { AX_IDENTITY_NUMBER_LEN = 18, AX_IDENTITY_BORN_FIRST = 1900, AX_IDENTITY_BORN_LAST = 2015 };

/* What people write in sentences, and not what they number things with: a number's digits make it what it is. */
bool ax_personal_is_free_text(const struct ax_field *field);
/* In place. With `whole`, numbers that no digit or letter stands beside; else any, e.g. in an encoded message. */
void ax_personal_mask_bytes(char *bytes, size_t len, bool whole);
/* Whole ones; *text is a copy in the arena where there were any. AX_LIMIT: the arena. */
ax_rc ax_personal_mask(ax_str *text, struct ax_arena *arena) AX_MUST_CHECK;
/* In all free text of a fact. */
ax_rc ax_personal_mask_fact(struct ax_fact *fact, struct ax_arena *arena) AX_MUST_CHECK;
