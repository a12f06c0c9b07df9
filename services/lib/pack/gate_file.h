/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A gate.yaml of a pack's folder: rules of the same form as in pack.yaml (effect: flag), each with the purposes that it is
 * for and what it decides, and rules that look at the rating. An error names file, line, rule and reason.
 * Any thread.
 */
#include "scoring/gate.h"

struct ax_pack_text;

/* One gate from the bytes of a gate.yaml; `name` stands in errors. It borrows from `texts` (ax_pack_text_free). */
ax_rc ax_gate_parse(const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_gate *out,
        struct ax_err *err) AX_MUST_CHECK;
