/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* cmocka, whose header wants these four before it and in this order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

/* How many of so many random cases this build tries: all, or one in AX_ONE_CASE_IN (cmake/Flags.cmake), at least one. */
#ifndef AX_ONE_CASE_IN
#define AX_ONE_CASE_IN 1
#endif
#define T_CASES(count) (((count) + AX_ONE_CASE_IN - 1) / AX_ONE_CASE_IN)
