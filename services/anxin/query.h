/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What several commands make of their options. */
#include "services/anxin/cli.h"

#include <jansson.h>

/* "D,c1" -> ["LEVEL_D","LEVEL_C1"]; NULL (and said) for an unknown level. */
json_t *ax_query_levels(struct ax_cli *cli, const char *text);
