/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Between scoring/tariff_check.c and tariff_monotony.c: a tariff whose values have their sources. Borrowed; any thread. Pure. */
#include "scoring/tariff.h"

/* Nothing graver, worse or unknown is cheaper. The error names the key with what holds it ("accident.general") and its value. */
ax_rc ax_tariff_check_monotony(const struct ax_tariff *tariff, struct ax_err *err) AX_MUST_CHECK;
