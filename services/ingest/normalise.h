/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The one form of the text of a fact: NFC, no blanks at the ends, no identity numbers of natural
 * persons in sentences; codes without width or lower case. What is made anew is
 * arena memory. Whether the result may stand is for ax_fact_check. Any thread.
 */
#include "scoring/fact.h"

/* AX_LIMIT where the arena is full; AX_INVALID for text that is not UTF-8, with its field. */
ax_rc ax_normalise_fact(struct ax_fact *fact, struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
/* A 统一社会信用代码 as somebody typed it; what cannot be one stays as it is. */
ax_rc ax_normalise_code(ax_str *code, struct ax_arena *arena, struct ax_err *err) AX_MUST_CHECK;
