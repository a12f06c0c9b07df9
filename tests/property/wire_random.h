/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* Structs filled at random by their tables: right in form, not in sense. From a seed, so that a failure can be repeated. */
#include "scoring/codec.h"

struct random {
    uint64_t state;
};

uint64_t random_next(struct random *r);
uint64_t random_below(struct random *r, uint64_t bound);
/* About a third of the fields is left absent. Strings and lists are arena memory. */
void random_fill(struct random *r, const struct ax_message *m, struct ax_arena *arena, void *data);
