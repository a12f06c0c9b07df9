/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Enterprises that a command is about: from its arguments, and from files with one code a line. One thread. */
#include "services/anxin/cli.h"

#include <jansson.h>

enum { AX_CODES_MAX = 1000000 };

/* A new array of the arguments and of what the file (NULL: none, "-": standard input) holds: the first word of each line
 * (up to a blank, comma or tab), but for empty lines and those that begin with '#'. What is no 统一社会信用代码 is said (where
 * it stands, the rule, the value) and counted in *wrong, and left out of the array; so is another code in the same line. NULL
 * (and said) where the file cannot be read, or nothing is named at all. */
json_t *ax_codes_read(const struct ax_cli *cli, const char *file, size_t *wrong);
/* A new array of items [at, at + count). */
json_t *ax_codes_part(const json_t *codes, size_t at, size_t count);
