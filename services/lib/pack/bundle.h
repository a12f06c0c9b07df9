/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Rule packs as files: a bundle is a folder with one folder a pack, and in it one YAML file for each thing that the pack
 * says: pack.yaml (level rules), risk.yaml (risk score), gate.yaml, tariff.yaml; a pack has at least one of them.
 * calendar.yaml, deadlines.yaml and codes.yaml are shared by all packs: a bundle has at most one of each, in whichever
 * folder. They are read through libcyaml's schema: an unknown key, a missing source or a value out of range is an error
 * with file, line, rule and reason. A bundle is immutable after loading, owns all text of its packs, and may be used by
 * any thread.
 *
 * The bundle's digest is SHA-256 over all <pack>/<file>.yaml in byte order of folder names, then of file names, each as:
 * length of "<pack>/<file>.yaml" (8 bytes, big-endian), that name, length of the file (8 bytes, big-endian), bytes of the
 * file (docs/CANONICAL.md).
 */
#include "scoring/codes.h"
#include "scoring/deadlines.h"
#include "scoring/gate.h"
#include "scoring/risk.h"
#include "scoring/tariff.h"

struct ax_pack_text; /* the parsed file that an edition borrows its text from */

enum {
    AX_BUNDLE_PACKS_MAX = 64,
    AX_BUNDLE_FILES_MAX = 8 * AX_BUNDLE_PACKS_MAX,
    AX_PACK_FILE_MAX_BYTES = 1024 * 1024,
};

/* What all packs share. A table that the bundle does not have is empty: every day follows the week, no deadline is known. */
struct ax_common {
    struct ax_calendar calendar;
    struct ax_deadlines deadlines;
    struct ax_codes codes;
};

struct ax_bundle {
    struct ax_pack *packs; /* level rules, in the order of the folder names */
    size_t count;
    struct ax_risk_edition *risks; /* risk scores, likewise */
    size_t risk_count;
    struct ax_common common;
    struct ax_gate *gates;
    size_t gate_count;
    struct ax_tariff *tariffs;
    size_t tariff_count;
    size_t folder_count;
    uint8_t digest[AX_DIGEST_SIZE];
    struct ax_pack_text **texts; /* what the editions borrow from */
    size_t text_count;
    struct ax_err of_new; /* what is refused of a new bundle alone (ax_bundle_check_new); its code is AX_OK: nothing */
};

/* A new bundle, or whatever may be made one. */
ax_rc ax_bundle_load(const char *dir, struct ax_bundle **out, struct ax_err *err) AX_MUST_CHECK;
/* One that may have been approved before, by this release or an earlier one: its days are its own, so what is refused of a new
 * one is no reason to leave them to another. */
ax_rc ax_bundle_load_approved(const char *dir, struct ax_bundle **out, struct ax_err *err) AX_MUST_CHECK;
/* AX_INVALID where it has what is refused of a new bundle: a 0 or a {} that stands for a key that is not there, an edition or
 * ceilings that contradict themselves, two editions for the same place, industry and days (ax_editions_check). */
ax_rc ax_bundle_check_new(const struct ax_bundle *bundle, struct ax_err *err) AX_MUST_CHECK;
/* A bundle of one pack, from its folder, which need not stand in a folder of packs; one that holds a risk.yaml alone, as
 * `anxin fit` writes it, need not have its id for a name. */
ax_rc ax_bundle_load_pack(const char *folder, struct ax_bundle **out, struct ax_err *err) AX_MUST_CHECK;
/* A bundle of one file, which is what its name says, or, under any other name, a risk.yaml where it has models, else a
 * pack.yaml. */
ax_rc ax_bundle_load_file(const char *path, struct ax_bundle **out, struct ax_err *err) AX_MUST_CHECK;
void ax_bundle_free(struct ax_bundle *bundle);
/* The edition for a place, an industry and a rated day; of several the one with the longest jurisdiction prefix, then the
 * longest industry prefix, then the latest effective_from; no two have all of these. NULL: none covers it. `jurisdiction` is
 * what the source declares and goes before `region`; either may be empty. */
const struct ax_pack *ax_bundle_choose(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day);
/* The same for the risk score. */
const struct ax_risk_edition *ax_bundle_choose_risk(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day);
/* And for the gate, and the tariff, whose day is the first of cover. */
const struct ax_gate *ax_bundle_choose_gate(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day);
const struct ax_tariff *ax_bundle_choose_tariff(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day);
/* One edition from the bytes of its file, as of a bundle that may have been approved (ax_pack_text_of_new says the rest).
 * `name` stands in errors. */
ax_rc ax_pack_parse(const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_pack *out,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_risk_parse(const char *name, ax_str yaml, struct ax_pack_text **texts, struct ax_risk_edition *out,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_calendar_parse(const char *name, ax_str yaml, struct ax_pack_text **text, struct ax_calendar *out,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_deadlines_parse(const char *name, ax_str yaml, struct ax_pack_text **text, struct ax_deadlines *out,
        struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_codes_parse(const char *name, ax_str yaml, struct ax_pack_text **text, struct ax_codes *out,
        struct ax_err *err) AX_MUST_CHECK;
void ax_pack_text_free(struct ax_pack_text *texts);
/* The first that is refused of a new edition, and kept by one that was approved; NULL: nothing. */
const struct ax_err *ax_pack_text_of_new(const struct ax_pack_text *text);
/* The one text of an edition: reading it gives the same bits. What it was compiled to is left out. */
void ax_risk_write(const struct ax_risk_edition *edition, struct ax_buf *out);
