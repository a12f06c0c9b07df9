/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Names of enum values of anxin/v1/fact.proto, as mappings and CSV cells write them. Pure; any thread. */
#include "scoring/fact.h"

/* `body` is the fact's member that `field` is in, NULL for the envelope. Takes the whole name, the name without the
 * enum's prefix, or the number; any case. False where it is none of them. */
bool ax_enum_number(const struct ax_field *body, const struct ax_field *field, ax_str name, int32_t *number);
/* The name without the enum's prefix, "" for a number that has none. */
const char *ax_enum_name(const struct ax_field *body, const struct ax_field *field, int32_t number);
