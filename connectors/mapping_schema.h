/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The YAML of a mapping, its shape checked by libcyaml: an unknown key or a wrong type is an error with its line. */
#include "connectors/mapping.h"

ax_rc ax_mapping_read(ax_str yaml, const char *origin, struct ax_mapping **out, struct ax_err *err) AX_MUST_CHECK;
void ax_mapping_release(struct ax_mapping *mapping);
