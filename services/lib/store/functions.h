/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The text of functions.lua, put into C when the build is configured. Not NUL-terminated. */
#include <stddef.h>

extern const char ax_store_functions[];
extern const size_t ax_store_functions_len;
