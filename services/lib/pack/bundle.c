/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/bundle.h"

#include "base/digest.h"
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096 };

static void hash_part(struct ax_sha256_run *run, ax_str bytes)
{
    struct ax_buf length;
    ax_buf_init(&length, sizeof(uint64_t));
    ax_buf_put_u64be(&length, bytes.len);
    ax_sha256_add(run, ax_buf_str(&length));
    ax_sha256_add(run, bytes);
    ax_buf_deinit(&length);
}

/* One pack of the bundle: <dir>/<name>/pack.yaml. */
static ax_rc load_one(
        struct ax_bundle *bundle, const char *dir, const char *name, struct ax_sha256_run *run, struct ax_err *err)
{
    if (bundle->count == AX_BUNDLE_PACKS_MAX) {
        return ax_fail_field(err, AX_LIMIT, dir, NULL, 0, "at most %d packs", AX_BUNDLE_PACKS_MAX);
    }
    char path[PATH_MAX_BYTES];
    int len = snprintf(path, sizeof path, "%s/%s/pack.yaml", dir, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return ax_fail_field(err, AX_LIMIT, "packs_dir", dir, strlen(dir), "too long a path");
    }
    struct ax_buf bytes;
    ax_buf_init(&bytes, AX_PACK_FILE_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &bytes, err);
    struct ax_pack *pack = &bundle->packs[bundle->count];
    if (ax_ok(rc)) {
        rc = ax_pack_parse(path, ax_buf_str(&bytes), &bundle->texts[bundle->count], pack, err);
    }
    if (ax_ok(rc)) {
        bundle->count++;
        hash_part(run, ax_str_c(name));
        hash_part(run, ax_buf_str(&bytes));
        if (!ax_str_eq(pack->id, ax_str_c(name))) {
            rc = ax_fail_field(
                    err, AX_INVALID, "id", pack->id.ptr, pack->id.len, "%s: must be the folder's name", path);
        }
    }
    ax_buf_deinit(&bytes);
    return rc;
}

static int is_pack(const struct dirent *entry)
{
    return entry->d_name[0] != '.' &&
                           (entry->d_type == DT_DIR || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
                   ? 1
                   : 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

ax_rc ax_bundle_load(const char *dir, struct ax_bundle **out, struct ax_err *err)
{
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, is_pack, by_bytes);
    if (count < 0) {
        return ax_fail_field(
                err, errno == ENOENT ? AX_NOT_FOUND : AX_IO, "packs_dir", dir, strlen(dir), "%s", strerror(errno));
    }
    struct ax_bundle *bundle = ax_xcalloc(1, sizeof *bundle);
    bundle->packs = ax_xcalloc(AX_BUNDLE_PACKS_MAX, sizeof *bundle->packs);
    bundle->texts = ax_xcalloc(AX_BUNDLE_PACKS_MAX, sizeof(struct ax_pack_text *));
    struct ax_sha256_run *run = ax_sha256_new();
    ax_rc rc = count == 0 ? ax_fail_field(err, AX_NOT_FOUND, "packs_dir", dir, strlen(dir), "no pack in this folder")
                          : AX_RC(OK);
    for (int i = 0; i < count; i++) {
        if (ax_ok(rc)) {
            rc = load_one(bundle, dir, entries[i]->d_name, run, err);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    ax_sha256_end(run, bundle->digest);
    if (!ax_ok(rc)) {
        ax_bundle_free(bundle);
        return rc;
    }
    *out = bundle;
    return rc;
}

void ax_bundle_free(struct ax_bundle *bundle)
{
    if (bundle == NULL) {
        return;
    }
    for (size_t i = 0; i < bundle->count; i++) {
        ax_pack_text_free(bundle->texts[i]);
    }
    ax_xfree(bundle->texts);
    ax_xfree(bundle->packs);
    ax_xfree(bundle);
}

/* How closely a pack fits a code: the length of its longest prefix of it, one more so that "" is something. */
static size_t fit(const struct ax_strs *prefixes, ax_str code)
{
    size_t best = 0;
    for (size_t i = 0; i < prefixes->count; i++) {
        if (ax_str_starts(code, prefixes->items[i]) && prefixes->items[i].len + 1 > best) {
            best = prefixes->items[i].len + 1;
        }
    }
    return best;
}

static bool fits_better(const struct ax_pack *a, const struct ax_pack *b, ax_str place, ax_str industry)
{
    size_t place_a = fit(&a->jurisdictions, place);
    size_t place_b = fit(&b->jurisdictions, place);
    if (place_a != place_b) {
        return place_a > place_b;
    }
    size_t industry_a = fit(&a->industries, industry);
    size_t industry_b = fit(&b->industries, industry);
    return industry_a != industry_b ? industry_a > industry_b : a->effective_from > b->effective_from;
}

const struct ax_pack *ax_bundle_choose(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day)
{
    ax_str place = jurisdiction.len > 0 ? jurisdiction : region;
    ax_str digits = ax_industry_digits(industry);
    const struct ax_pack *best = NULL;
    for (size_t i = 0; i < bundle->count; i++) {
        const struct ax_pack *p = &bundle->packs[i];
        if (ax_pack_covers(p, place, industry, day) && (best == NULL || fits_better(p, best, place, digits))) {
            best = p;
        }
    }
    return best;
}
