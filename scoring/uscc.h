/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* 统一社会信用代码 (GB 32100-2015) with the organisation code (GB 11714) inside it. Pure. */
#include "base/bytes.h"

enum { AX_USCC_LEN = 18 };

/* Says which rule is broken: length, alphabet (no I O S V Z), organisation check (17th), check (18th), placeholder. */
ax_rc ax_uscc_check(ax_str code, struct ax_err *err) AX_MUST_CHECK;
/* Folds full-width and lower-case letters and drops blanks into out (NUL-terminated); false where it is not 18 long then. */
bool ax_uscc_normalise(ax_str raw, char out[AX_USCC_LEN + 1]);
/* 8 characters of subject code -> the 9th, and 17 -> the 18th. */
char ax_uscc_organisation_check(const char subject[8]);
char ax_uscc_check_character(const char first[17]);
