/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A YAML file of a pack as JSON, whatever its keys: for showing packs, which the loader has checked before. One thread. */
#include "base/bytes.h"

#include <jansson.h>

/* Maps, lists, whole numbers, true and false; everything else is text. A new reference. */
ax_rc ax_pack_yaml_read(const char *file, json_t **out, struct ax_err *err) AX_MUST_CHECK;
