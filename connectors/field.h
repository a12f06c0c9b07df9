/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A cell's text into a field of a fact, by the field's type. Strings borrow from the text or the arena. Any thread. */
#include "scoring/fact.h"

/* `body`: the member that `field` is in, NULL for the envelope; that body must be the fact's. `text` is not empty. Several
 * values of a set are joined by ; or ；. AX_INVALID with *rule, or AX_LIMIT (arena). */
ax_rc ax_field_put(struct ax_fact *fact, const struct ax_field *body, const struct ax_field *field, ax_str text,
        struct ax_arena *arena, const char **rule) AX_MUST_CHECK;
/* Where the field lies. */
void *ax_field_at(struct ax_fact *fact, const struct ax_field *body, const struct ax_field *field);
/* The fact is of this body from now on, which is empty. */
void ax_field_set_body(struct ax_fact *fact, const struct ax_field *body);
/* The next of several values joined by ; or ；, trimmed; empty ones are passed over. False: none left. */
bool ax_field_next_value(ax_str *text, ax_str *value);
/* ASCII and full-width blanks off both ends. */
ax_str ax_field_trim(ax_str text);
/* Why the share of an accident that a cell states may not stand; NULL: it may. A fact with 0 reads as one that states none,
 * which is the whole. */
const char *ax_field_share_fault(const struct ax_fact *fact);
