/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * One legal act under one number, however two systems spell it: brackets, full-width letters and digits, blanks, dashes and
 * small letters are folded. An official document number (发文字号: 机关代字, the year in brackets, the serial;
 * 党政机关公文处理工作条例 art. 9) names its authority itself and is enough; any other number is one only beside its
 * authority. Pure.
 */
#include "scoring/fact.h"

/* 0, "cannot be told", where a part is missing. `seed` keeps acts of different kinds apart. */
uint64_t ax_act_of(uint64_t seed, ax_str whose, ax_str number);
/* The same for numbers as people write them: of an accident, a claim, a policy. */
uint64_t ax_act_number(uint64_t seed, ax_str whose, ax_str number);
/* The same for documents; `code` of the authority, else its `name`. */
uint64_t ax_act_document(uint64_t seed, ax_str code, ax_str name, ax_str number);
