/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A tariff.yaml of a pack's folder: bases, factors, floors and the off-balance constant, each with its source. An error names
 * file, line (where there is one), key and rule. Any thread. */
#include "scoring/tariff.h"

struct ax_pack_text;

/* One tariff from the bytes of a tariff.yaml; `name` stands in errors. It borrows from `texts` (ax_pack_text_free). */
ax_rc ax_tariff_parse(const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_tariff *out,
        struct ax_err *err) AX_MUST_CHECK;
