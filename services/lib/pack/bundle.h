/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Rule packs as files: a bundle is a folder with one folder a pack and a pack.yaml in it, read through libcyaml's schema. An
 * unknown key, a missing source or a value out of range is an error with file, line, rule and reason. A bundle is
 * immutable after loading, owns all text of its packs, and may be used by any thread.
 *
 * The bundle's digest is SHA-256 over all <pack>/pack.yaml in byte order of the folder names, each as: length of the name (8 bytes,
 * big-endian), name, length of the file (8 bytes, big-endian), bytes of the file (docs/CANONICAL.md).
 */
#include "scoring/pack.h"

struct ax_pack_text; /* the parsed file that a pack borrows its text from */

enum { AX_BUNDLE_PACKS_MAX = 64, AX_PACK_FILE_MAX_BYTES = 1024 * 1024 };

struct ax_bundle {
    struct ax_pack *packs; /* in the order of the folder names */
    size_t count;
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_pack_text **texts; /* what each pack borrows from */
};

ax_rc ax_bundle_load(const char *dir, struct ax_bundle **out, struct ax_err *err) AX_MUST_CHECK;
void ax_bundle_free(struct ax_bundle *bundle);
/* The edition for a place, an industry and a rated day; of several the one with the longest jurisdiction prefix, then the
 * longest industry prefix, then the latest effective_from, then the first by name. NULL: none covers it. `jurisdiction` is
 * what the source declares and goes before `region`; either may be empty. */
const struct ax_pack *ax_bundle_choose(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day);
/* One pack from the bytes of a pack.yaml; for fuzzing and `anxin pack check`. `name` stands in errors. */
ax_rc ax_pack_parse(const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_pack *out,
        struct ax_err *err) AX_MUST_CHECK;
void ax_pack_text_free(struct ax_pack_text *texts);
