/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* cmocka, whose header wants these four before it and in this order. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
