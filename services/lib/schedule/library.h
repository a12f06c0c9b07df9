/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The bundles at hand, by digest: the one of packs_dir, the challenger of packs_shadow_dir, and every folder of
 * packs_bundles_dir that is a bundle. Those are read when somebody asks for a digest that is not known yet, and stay in
 * memory, since ratings borrow from them. Any thread.
 */
#include "services/lib/pack/bundle.h"

enum { AX_LIBRARY_BUNDLES_MAX = 64 };

struct ax_library;

/* `base` and `challenger` (may be NULL) are borrowed; `dir` NULL or "": no others. */
struct ax_library *ax_library_new(const struct ax_bundle *base, const struct ax_bundle *challenger, const char *dir);
void ax_library_free(struct ax_library *library);
const struct ax_bundle *ax_library_base(const struct ax_library *library);
const struct ax_bundle *ax_library_challenger(const struct ax_library *library); /* NULL: none */
/* NULL: no bundle of this digest. */
const struct ax_bundle *ax_library_find(struct ax_library *library, const uint8_t digest[AX_DIGEST_SIZE]);
/* All that there are now, in no order; at most `max`. */
size_t ax_library_all(struct ax_library *library, const struct ax_bundle **out, size_t max);
