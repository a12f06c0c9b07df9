/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/bundle.h"

#include "base/digest.h"
#include "base/file.h"
#include "services/lib/pack/editions.h"
#include "services/lib/pack/gate_file.h"
#include "services/lib/pack/pack_faults.h"
#include "services/lib/pack/pack_place.h"
#include "services/lib/pack/pack_text.h"
#include "services/lib/pack/tariff_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096, AX_PACK_ID_MAX = 64 };

static void hash_part(struct ax_sha256_run *run, ax_str bytes)
{
    struct ax_buf length;
    ax_buf_init(&length, sizeof(uint64_t));
    ax_buf_put_u64be(&length, bytes.len);
    ax_sha256_add(run, ax_buf_str(&length));
    ax_sha256_add(run, bytes);
    ax_buf_deinit(&length);
}

/* A file on its way into the bundle. */
struct loading {
    struct ax_bundle *bundle;
    const char *path;
    const char *folder; /* its name is the id of what the file holds; NULL: any id will do */
    bool alone;         /* the one file of a pack that need not stand in a bundle */
    ax_str yaml;
    struct ax_err *err;
};

/* It names a folder, and stands in ratings and URLs. */
static bool is_id(ax_str id)
{
    bool good = id.len > 0 && id.len <= AX_PACK_ID_MAX && id.ptr[0] != '.';
    for (size_t i = 0; good && i < id.len; i++) {
        char c = id.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    }
    return good;
}

static ax_rc check_form(const struct loading *l, ax_str id)
{
    if (is_id(id)) {
        return AX_RC(OK);
    }
    struct ax_pack_place at;
    ax_pack_place_find(l->yaml, "", 0, "id", NULL, &at);
    return ax_pack_place_fail(
            &at, l->path, "", "id", "must be letters, digits, '-', '_' and '.', at most 64 and no '.' first", l->err);
}

static ax_rc check_id(const struct loading *l, ax_str id)
{
    AX_TRY(check_form(l, id));
    if (l->folder == NULL || ax_str_eq(id, ax_str_c(l->folder))) {
        return AX_RC(OK);
    }
    struct ax_pack_place at;
    ax_pack_place_find(l->yaml, "", 0, "id", NULL, &at);
    return ax_pack_place_fail(&at, l->path, "", "id", "must be the folder's name", l->err);
}

static ax_rc load_level(const struct loading *l, struct ax_pack_text **text)
{
    struct ax_pack *pack = &l->bundle->packs[l->bundle->count];
    AX_TRY(ax_pack_parse(l->path, l->yaml, text, pack, l->err));
    l->bundle->count++;
    return check_id(l, pack->id);
}

/* `had`: the id of the one that the bundle has already. */
static ax_rc check_only(const struct loading *l, ax_str had)
{
    return had.len == 0 ? AX_RC(OK)
                        : ax_fail_field(l->err, AX_INVALID, "packs_dir", l->path, strlen(l->path),
                                  "a bundle has one of these, and \"%.*s\" is there already", AX_ARG(had));
}

static ax_rc load_calendar(const struct loading *l, struct ax_pack_text **text)
{
    struct ax_common *common = &l->bundle->common;
    AX_TRY(check_only(l, common->calendar.id));
    return ax_calendar_parse(l->path, l->yaml, text, &common->calendar, l->err);
}

static ax_rc load_deadlines(const struct loading *l, struct ax_pack_text **text)
{
    struct ax_common *common = &l->bundle->common;
    AX_TRY(check_only(l, common->deadlines.id));
    return ax_deadlines_parse(l->path, l->yaml, text, &common->deadlines, l->err);
}

static ax_rc load_codes(const struct loading *l, struct ax_pack_text **text)
{
    struct ax_common *common = &l->bundle->common;
    AX_TRY(check_only(l, common->codes.id));
    return ax_codes_parse(l->path, l->yaml, text, &common->codes, l->err);
}

static ax_rc load_risk(const struct loading *l, struct ax_pack_text **text)
{
    struct ax_risk_edition *risk = &l->bundle->risks[l->bundle->risk_count];
    AX_TRY(ax_risk_parse(l->path, l->yaml, text, risk, l->err));
    l->bundle->risk_count++;
    return l->alone ? check_form(l, risk->id) : check_id(l, risk->id);
}

static ax_rc load_gate(const struct loading *l, struct ax_pack_text **text)
{
    struct ax_gate *gate = &l->bundle->gates[l->bundle->gate_count];
    AX_TRY(ax_gate_parse(l->path, l->yaml, text, gate, l->err));
    l->bundle->gate_count++;
    return check_id(l, gate->id);
}

static ax_rc load_tariff(const struct loading *l, struct ax_pack_text **text)
{
    struct ax_tariff *tariff = &l->bundle->tariffs[l->bundle->tariff_count];
    AX_TRY(ax_tariff_parse(l->path, l->yaml, text, tariff, l->err));
    l->bundle->tariff_count++;
    return check_id(l, tariff->id);
}

/* The files that a pack may have. Each makes one edition of its kind, of which a bundle has room for one a folder. */
static const struct file_kind {
    const char *file;
    ax_rc (*load)(const struct loading *l, struct ax_pack_text **text);
    const struct cyaml_schema_value *schema;
    void (*find_faults)(
            ax_str yaml, struct ax_pack_faults *out); /* that the schema cannot see; NULL: the loader's first */
} file_kinds[] = {
        {"pack.yaml", load_level, &ax_pack_root_value, ax_pack_rule_faults},
        {"calendar.yaml", load_calendar, &ax_calendar_root_value, NULL},
        {"deadlines.yaml", load_deadlines, &ax_deadlines_root_value, NULL},
        {"codes.yaml", load_codes, &ax_codes_root_value, NULL},
        {"risk.yaml", load_risk, &ax_risk_root_value, NULL},
        {"gate.yaml", load_gate, &ax_gate_root_value, ax_gate_rule_faults},
        {"tariff.yaml", load_tariff, &ax_tariff_root_value, NULL},
};

/* NULL: a pack may have no such file. */
static const struct file_kind *kind_of(const char *file)
{
    for (size_t i = 0; i < sizeof file_kinds / sizeof file_kinds[0]; i++) {
        if (strcmp(file_kinds[i].file, file) == 0) {
            return &file_kinds[i];
        }
    }
    return NULL;
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* A risk score has models, which nothing else has. */
static const struct file_kind *kind_of_any(const char *path, ax_str yaml)
{
    static const char models[] = "\nmodels:";
    const struct file_kind *kind = kind_of(name_in(path));
    if (kind != NULL) {
        return kind;
    }
    bool is_risk = yaml.ptr != NULL && memmem(yaml.ptr, yaml.len, models, strlen(models)) != NULL;
    return kind_of(is_risk ? "risk.yaml" : "pack.yaml");
}

void ax_pack_file_faults(const char *path, ax_str yaml, struct ax_pack_faults *out)
{
    const struct file_kind *kind = kind_of_any(path, yaml);
    ax_pack_schema_faults(yaml, kind->schema, out);
    if (out->count == 0 && kind->find_faults != NULL) {
        kind->find_faults(yaml, out);
    }
}

/* The first stays. */
static void note_new(struct ax_bundle *bundle, const struct ax_err *fault)
{
    if (bundle->of_new.code == AX_OK && fault != NULL) {
        bundle->of_new = *fault;
    }
}

static ax_rc load_as(const struct loading *l, const struct file_kind *kind)
{
    if (kind == NULL) {
        return ax_fail_field(
                l->err, AX_INVALID, "packs_dir", l->path, strlen(l->path), "not a file that a pack may have");
    }
    struct ax_pack_text **text = &l->bundle->texts[l->bundle->text_count++];
    AX_TRY(kind->load(l, text));
    note_new(l->bundle, ax_pack_text_of_new(*text));
    return AX_RC(OK);
}

/* A folder on its way into the bundle. */
struct each {
    struct ax_bundle *bundle;
    const char *dir;
    const char *folder; /* NULL: the bundle's own */
    bool alone;
    struct ax_sha256_run *run;
    struct ax_err *err;
};

static ax_rc load_file(const struct each *e, const char *file)
{
    struct ax_bundle *bundle = e->bundle;
    const char *dir = e->dir;
    struct ax_err *err = e->err;
    char path[PATH_MAX_BYTES];
    int len = snprintf(path, sizeof path, "%s/%s/%s", dir, e->folder, file);
    if (len < 0 || (size_t)len >= sizeof path || bundle->text_count == AX_BUNDLE_FILES_MAX) {
        return ax_fail_field(err, AX_LIMIT, "packs_dir", dir, strlen(dir), "too long a path, or more than %d files",
                AX_BUNDLE_FILES_MAX);
    }
    struct ax_buf bytes;
    ax_buf_init(&bytes, AX_PACK_FILE_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &bytes, err);
    if (ax_ok(rc)) {
        const struct loading l = {bundle, path, e->folder, e->alone, ax_buf_str(&bytes), err};
        rc = load_as(&l, kind_of(file));
        hash_part(e->run, ax_str_c(path + strlen(dir) + 1));
        hash_part(e->run, ax_buf_str(&bytes));
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

static int is_yaml(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ax_str_ends(ax_str_c(entry->d_name), AX_STR(".yaml")) ? 1 : 0;
}

/* Calls `load` with each name in the folder, in byte order, until one fails. */
static ax_rc load_all(const struct each *e, const char *path, int (*wanted)(const struct dirent *entry),
        ax_rc (*load)(const struct each *e, const char *name))
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, wanted, by_bytes);
    if (count < 0) {
        return ax_fail_field(
                e->err, errno == ENOENT ? AX_NOT_FOUND : AX_IO, "packs_dir", path, strlen(path), "%s", strerror(errno));
    }
    ax_rc rc = count == 0 ? ax_fail_field(e->err, AX_NOT_FOUND, "packs_dir", path, strlen(path),
                                    e->folder == NULL ? "no pack in this folder" : "no file of a pack in this folder")
                          : AX_RC(OK);
    struct each one = *e;
    one.alone = e->alone && count == 1;
    for (int i = 0; i < count; i++) {
        if (ax_ok(rc)) {
            rc = load(&one, entries[i]->d_name);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    return rc;
}

static ax_rc load_named(const struct each *e, const char *name)
{
    return load_file(e, name);
}

static ax_rc load_folder(const struct each *e, const char *name)
{
    if (e->bundle->folder_count++ == AX_BUNDLE_PACKS_MAX) {
        return ax_fail_field(
                e->err, AX_LIMIT, "packs_dir", e->dir, strlen(e->dir), "at most %d packs", AX_BUNDLE_PACKS_MAX);
    }
    char path[PATH_MAX_BYTES];
    int len = snprintf(path, sizeof path, "%s/%s", e->dir, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return ax_fail_field(e->err, AX_LIMIT, "packs_dir", e->dir, strlen(e->dir), "too long a path");
    }
    struct each files = *e;
    files.folder = name;
    return load_all(&files, path, is_yaml, load_named);
}

static struct ax_bundle *make(void)
{
    struct ax_bundle *bundle = ax_xcalloc(1, sizeof *bundle);
    bundle->packs = ax_xcalloc(AX_BUNDLE_PACKS_MAX, sizeof *bundle->packs);
    bundle->risks = ax_xcalloc(AX_BUNDLE_PACKS_MAX, sizeof *bundle->risks);
    bundle->gates = ax_xcalloc(AX_BUNDLE_PACKS_MAX, sizeof *bundle->gates);
    bundle->tariffs = ax_xcalloc(AX_BUNDLE_PACKS_MAX, sizeof *bundle->tariffs);
    bundle->texts = ax_xcalloc(AX_BUNDLE_FILES_MAX, sizeof(struct ax_pack_text *));
    return bundle;
}

ax_rc ax_bundle_check_new(const struct ax_bundle *bundle, struct ax_err *err)
{
    if (bundle->of_new.code != AX_OK && err != NULL) {
        *err = bundle->of_new;
    }
    return (ax_rc){bundle->of_new.code};
}

/* Gives out what was loaded, or frees it. */
static ax_rc finish(const struct each *e, ax_rc rc, struct ax_bundle **out)
{
    ax_sha256_end(e->run, e->bundle->digest);
    if (!ax_ok(rc)) {
        ax_bundle_free(e->bundle);
        return rc;
    }
    *out = e->bundle;
    return rc;
}

static ax_rc finish_new(const struct each *e, ax_rc rc, struct ax_bundle **out)
{
    return finish(e, ax_ok(rc) ? ax_bundle_check_new(e->bundle, e->err) : rc, out);
}

static ax_rc load_folders(const struct each *e)
{
    struct ax_err fault;
    AX_TRY(load_all(e, e->dir, is_pack, load_folder));
    note_new(e->bundle, ax_ok(ax_editions_check(e->bundle, e->dir, &fault)) ? NULL : &fault);
    return AX_RC(OK);
}

ax_rc ax_bundle_load(const char *dir, struct ax_bundle **out, struct ax_err *err)
{
    const struct each e = {.bundle = make(), .dir = dir, .run = ax_sha256_new(), .err = err};
    return finish_new(&e, load_folders(&e), out);
}

ax_rc ax_bundle_load_approved(const char *dir, struct ax_bundle **out, struct ax_err *err)
{
    const struct each e = {.bundle = make(), .dir = dir, .run = ax_sha256_new(), .err = err};
    return finish(&e, load_folders(&e), out);
}

ax_rc ax_bundle_load_pack(const char *folder, struct ax_bundle **out, struct ax_err *err)
{
    char path[PATH_MAX_BYTES];
    if (realpath(folder, path) == NULL) {
        return ax_fail_field(err, AX_NOT_FOUND, "pack", folder, strlen(folder), "%s", strerror(errno));
    }
    char *slash = strrchr(path, '/');
    *slash = '\0';
    const struct each e = {
            .bundle = make(), .dir = slash == path ? "/" : path, .alone = true, .run = ax_sha256_new(), .err = err};
    return finish_new(&e, load_folder(&e, slash + 1), out);
}

ax_rc ax_bundle_load_file(const char *path, struct ax_bundle **out, struct ax_err *err)
{
    const struct each e = {.bundle = make(), .run = ax_sha256_new(), .err = err};
    struct ax_buf bytes;
    ax_buf_init(&bytes, AX_PACK_FILE_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &bytes, err);
    if (ax_ok(rc)) {
        const struct loading l = {e.bundle, path, NULL, false, ax_buf_str(&bytes), err};
        rc = load_as(&l, kind_of_any(path, l.yaml));
        hash_part(e.run, ax_str_c(name_in(path)));
        hash_part(e.run, ax_buf_str(&bytes));
    }
    ax_buf_deinit(&bytes);
    return finish_new(&e, rc, out);
}

void ax_bundle_free(struct ax_bundle *bundle)
{
    if (bundle == NULL) {
        return;
    }
    for (size_t i = 0; i < bundle->risk_count; i++) {
        ax_risk_free(&bundle->risks[i]);
    }
    for (size_t i = 0; i < bundle->text_count; i++) {
        ax_pack_text_free(bundle->texts[i]);
    }
    ax_xfree(bundle->texts);
    ax_xfree(bundle->packs);
    ax_xfree(bundle->risks);
    ax_xfree(bundle->gates);
    ax_xfree(bundle->tariffs);
    ax_xfree(bundle);
}

/* `jurisdiction` goes before `region`. */
static size_t choose(const struct ax_bundle *bundle, enum ax_edition_kind kind, ax_str jurisdiction, ax_str region,
        ax_str industry, int32_t day)
{
    return ax_edition_choose(bundle, kind, jurisdiction.len > 0 ? jurisdiction : region, industry, day);
}

const struct ax_pack *ax_bundle_choose(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day)
{
    size_t best = choose(bundle, AX_EDITION_LEVEL, jurisdiction, region, industry, day);
    return best == bundle->count ? NULL : &bundle->packs[best];
}

const struct ax_risk_edition *ax_bundle_choose_risk(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day)
{
    size_t best = choose(bundle, AX_EDITION_RISK, jurisdiction, region, industry, day);
    return best == bundle->risk_count ? NULL : &bundle->risks[best];
}

const struct ax_gate *ax_bundle_choose_gate(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day)
{
    size_t best = choose(bundle, AX_EDITION_GATE, jurisdiction, region, industry, day);
    return best == bundle->gate_count ? NULL : &bundle->gates[best];
}

const struct ax_tariff *ax_bundle_choose_tariff(
        const struct ax_bundle *bundle, ax_str jurisdiction, ax_str region, ax_str industry, int32_t day)
{
    size_t best = choose(bundle, AX_EDITION_TARIFF, jurisdiction, region, industry, day);
    return best == bundle->tariff_count ? NULL : &bundle->tariffs[best];
}
