/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Text of source systems as UTF-8. Two encodings are met: UTF-8, and GB18030 with its older halves GBK and GB 2312. Pure
 * but for the converter, which belongs to one thread.
 */
#include "base/arena.h"

enum ax_charset {
    AX_CHARSET_ASCII, /* nothing seen yet that would tell them apart */
    AX_CHARSET_UTF8,
    AX_CHARSET_GB18030,
};

struct ax_charset_converter; /* GB18030 to UTF-8 */

/* What the bytes are, as far as one can tell: well-formed UTF-8 characters beside few bad bytes are UTF-8 with errors. */
enum ax_charset ax_charset_detect(ax_str bytes);
ax_rc ax_charset_parse(const char *name, enum ax_charset *out, struct ax_err *err) AX_MUST_CHECK;
struct ax_charset_converter *ax_charset_converter_new(void);
void ax_charset_converter_free(struct ax_charset_converter *converter);
/* AX_INVALID where the bytes are not GB18030; AX_LIMIT: arena. */
ax_rc ax_charset_convert(
        struct ax_charset_converter *converter, ax_str in, struct ax_arena *arena, ax_str *out) AX_MUST_CHECK;
/* A column name in the form in which two spellings are equal: full-width characters folded to ASCII, blanks and `_` `-`
 * taken out, upper case. */
ax_rc ax_charset_fold(ax_str name, struct ax_arena *arena, ax_str *out) AX_MUST_CHECK;
