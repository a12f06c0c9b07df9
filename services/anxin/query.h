/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What several commands make of their options. */
#include "scoring/day.h"
#include "services/anxin/cli.h"

#include <jansson.h>

/* A day in any form that people write into "YYYY-MM-DD"; NULL is "". False (and said) where it is no day. */
bool ax_query_day(const struct ax_cli *cli, const char *option, const char *text, char out[AX_DAY_TEXT_SIZE]);
/* The members asOf and knownAtUs of a request, from options that may be NULL. False (and said) where one is wrong,
 * or where there is no request: jansson makes none of bytes that are not UTF-8. */
bool ax_query_time(struct ax_cli *cli, json_t *request, const char *as_of, const char *known_at);
/* "D,c1" -> ["LEVEL_D","LEVEL_C1"]; NULL (and said) for an unknown level. */
json_t *ax_query_levels(struct ax_cli *cli, const char *text);
