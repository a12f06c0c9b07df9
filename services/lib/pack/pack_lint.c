/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders of packs for `anxin pack check`; what is said of rules stands in lint_rules.c. */
#include "services/lib/pack/pack_lint.h"

#include "base/file.h"
#include "services/lib/pack/editions.h"
#include "services/lib/pack/lint_rules.h"
#include "services/lib/pack/pack_faults.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_MAX_BYTES = 4096 };

const char *ax_lint_check_name(enum ax_lint_check check)
{
    static const char *const names[] = {"schema", "unreachable", "contradiction", "monotony", "suspect", "note"};
    return names[check];
}

bool ax_lint_is_error(enum ax_lint_check check)
{
    return check != AX_LINT_SUSPECT && check != AX_LINT_NOTE;
}

void ax_lint_add(const struct ax_linting *l, enum ax_lint_check check, ax_str rule, const char *reason, ...)
{
    struct ax_lint *out = l->out;
    if (out->count == AX_LINT_FINDINGS_MAX) {
        out->is_cut = true;
        return;
    }
    struct ax_lint_finding *f = &out->findings[out->count++];
    *f = (struct ax_lint_finding){.check = check};
    out->errors += ax_lint_is_error(check) ? 1 : 0;
    (void)snprintf(f->file, sizeof f->file, "%s", l->name);
    (void)snprintf(f->rule, sizeof f->rule, "%.*s", AX_ARG(rule));
    char words[AX_ERR_VALUE_MAX + 16];
    (void)snprintf(words, sizeof words, "id: %.*s\n", AX_ARG(rule));
    f->line = ax_pack_text_line(l->yaml, ax_str_c(words));
    if (f->line == 0) { /* as `anxin fit` writes it */
        (void)snprintf(words, sizeof words, "id: \"%.*s\"\n", AX_ARG(rule));
        f->line = ax_pack_text_line(l->yaml, ax_str_c(words));
    }
    va_list args;
    va_start(args, reason);
    (void)vsnprintf(f->reason, sizeof f->reason, reason, args);
    va_end(args);
}

static void add_fault(const struct ax_linting *l, const struct ax_pack_fault *f)
{
    ax_lint_add(l, f->rewards ? AX_LINT_MONOTONY : AX_LINT_SCHEMA, ax_str_c(f->err.value), "%s", f->err.text);
    if (!l->out->is_cut) {
        struct ax_lint_finding *finding = &l->out->findings[l->out->count - 1];
        finding->line = f->line;
        (void)snprintf(finding->key, sizeof finding->key, "%s", f->err.field);
    }
}

/* What the loader says, whose words may begin with the file (the one looked at, or one in the folder), and then the line. */
static void add_error(const struct ax_linting *l, const struct ax_err *e)
{
    struct ax_pack_fault f = {.err = *e};
    struct ax_linting in = *l;
    char path[AX_LINT_FILE_SIZE];
    char *end = NULL;
    size_t name;
    ax_str text = ax_str_c(e->text);
    if (strcmp(e->field, l->name) == 0) {
        f.err.field[0] = '\0';
    }
    if (ax_str_starts(text, ax_str_c(l->name)) && ax_str_find(text, AX_STR(": "), &name) &&
            ax_str_to_c(ax_str_of(text.ptr, name), path, sizeof path)) {
        in.name = path;
        text = ax_str_of(text.ptr + name + 2, text.len - name - 2);
    }
    if (ax_str_starts(text, AX_STR("line "))) {
        f.line = (size_t)strtoul(text.ptr + strlen("line "), &end, 10);
        end += strspn(end, ": ");
        text = ax_str_c(end);
    }
    (void)snprintf(f.err.text, sizeof f.err.text, "%.*s", AX_ARG(text));
    add_fault(&in, &f);
}

/* The loader stops at the first fault; here all are told that can be found, or else that one. */
static void tell_refused(const struct ax_linting *l, const struct ax_err *e)
{
    struct ax_pack_faults *faults = ax_xcalloc(1, sizeof *faults);
    ax_pack_file_faults(l->name, l->yaml, faults);
    for (size_t i = 0; i < faults->count; i++) {
        add_fault(l, &faults->items[i]);
    }
    if (faults->count == 0) {
        add_error(l, e);
    }
    l->out->is_cut = l->out->is_cut || faults->is_cut;
    ax_xfree(faults);
}

static void check_file(const char *path, struct ax_lint *out)
{
    struct ax_buf bytes;
    struct ax_bundle *bundle = NULL;
    struct ax_err err = {.code = 0};
    ax_buf_init(&bytes, AX_PACK_FILE_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &bytes, &err);
    const struct ax_linting l = {.name = path, .yaml = ax_buf_str(&bytes), .out = out};
    out->files++;
    if (ax_ok(rc)) {
        rc = ax_bundle_load_file(path, &bundle, &err);
    }
    if (!ax_ok(rc)) {
        tell_refused(&l, &err);
    } else if (bundle->count > 0) {
        out->rule_sets++;
        ax_lint_rules(&l, &bundle->packs[0]);
    } else if (bundle->gate_count > 0) {
        ax_lint_gate(&l, &bundle->gates[0]);
    } else if (bundle->risk_count > 0) {
        ax_lint_risk(&l, &bundle->risks[0]);
    } else if (bundle->tariff_count > 0) {
        ax_lint_tariff(&l, &bundle->tariffs[0]);
    }
    ax_bundle_free(bundle);
    ax_buf_deinit(&bytes);
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.' ? 1 : 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Calls `each` with the path of everything in the folder, in byte order. */
static void for_each(const char *folder, struct ax_lint *out, void (*each)(const char *path, struct ax_lint *out))
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_shown, by_bytes);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX_BYTES];
        int len = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (len > 0 && (size_t)len < sizeof path) {
            each(path, out);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
}

static void check_yaml(const char *path, struct ax_lint *out)
{
    if (!is_folder(path) && ax_str_ends(ax_str_c(path), AX_STR(".yaml"))) {
        check_file(path, out);
    }
}

static void check_pack(const char *path, struct ax_lint *out)
{
    if (is_folder(path)) {
        out->folders++;
        for_each(path, out, check_yaml);
    }
}

/* A fitted risk score by itself may stand in a folder of any name; in a bundle it may not. */
static void note_name(const struct ax_linting *l, ax_str id)
{
    char path[PATH_MAX_BYTES];
    const char *slash = realpath(l->name, path) == NULL ? NULL : strrchr(path, '/');
    if (slash != NULL && !ax_str_eq(id, ax_str_c(slash + 1))) {
        ax_lint_add(l, AX_LINT_NOTE, id, "in a bundle its folder must have this name");
    }
}

void ax_pack_lint_editions(const char *dir, const struct ax_bundle *bundle, struct ax_lint *out)
{
    struct ax_edition_gap gaps[AX_EDITION_GAPS_MAX];
    size_t count = ax_edition_gaps(bundle, AX_DAY_NONE, gaps);
    for (size_t i = 0; i < count; i++) {
        char path[PATH_MAX_BYTES];
        char text[AX_EDITION_GAP_TEXT_SIZE];
        (void)snprintf(path, sizeof path, "%s/%.*s/%s", dir, AX_ARG(gaps[i].id), ax_edition_file(gaps[i].kind));
        const struct ax_linting l = {.name = path, .yaml = AX_STR(""), .out = out};
        ax_lint_add(&l, AX_LINT_SUSPECT, gaps[i].id, "%s", ax_edition_gap_text(&gaps[i], text));
    }
}

/* What only the whole shows: folder names, tables that are there twice, files that a pack may not have. */
static void check_whole(const char *path, struct ax_lint *out)
{
    struct ax_bundle *bundle = NULL;
    struct ax_err err = {.code = 0};
    const struct ax_linting l = {.name = path, .yaml = AX_STR(""), .out = out};
    ax_rc rc = out->folders > 0 ? ax_bundle_load(path, &bundle, &err) : ax_bundle_load_pack(path, &bundle, &err);
    if (!ax_ok(rc) && out->errors == 0) {
        add_error(&l, &err);
    }
    if (ax_ok(rc) && out->folders == 0 && bundle->text_count == 1 && bundle->risk_count == 1) {
        note_name(&l, bundle->risks[0].id);
    }
    if (ax_ok(rc) && out->folders > 0) {
        ax_pack_lint_editions(path, bundle, out);
    }
    ax_bundle_free(bundle);
}

ax_rc ax_pack_lint(const char *path, struct ax_lint *out, struct ax_err *err)
{
    memset(out, 0, sizeof *out);
    if (!is_folder(path)) {
        if (!ax_file_exists(path)) {
            return ax_fail_field(err, AX_NOT_FOUND, "path", path, strlen(path), "no such file or folder");
        }
        check_file(path, out);
        return AX_RC(OK);
    }
    for_each(path, out, check_yaml);
    for_each(path, out, check_pack);
    if (out->files == 0) {
        return ax_fail_field(err, AX_NOT_FOUND, "path", path, strlen(path), "no file of a pack in this folder");
    }
    check_whole(path, out);
    return AX_RC(OK);
}

void ax_pack_lint_rules(const char *name, ax_str yaml, const struct ax_pack *pack, struct ax_lint *out)
{
    const struct ax_linting l = {.name = name, .yaml = yaml, .out = out};
    ax_lint_rules(&l, pack);
}

static ax_rc first_of(const struct ax_lint *found, ax_str pack, struct ax_err *err)
{
    for (size_t i = 0; i < found->count; i++) {
        const struct ax_lint_finding *f = &found->findings[i];
        if (ax_lint_is_error(f->check)) {
            return ax_fail_field(err, AX_INVALID, ax_lint_check_name(f->check), f->rule, strlen(f->rule), "%.*s: %s",
                    AX_ARG(pack), f->reason);
        }
    }
    return AX_RC(OK);
}

ax_rc ax_pack_lint_bundle(const struct ax_bundle *bundle, struct ax_err *err)
{
    struct ax_lint *found = ax_xcalloc(1, sizeof *found);
    const struct ax_linting l = {.name = "", .yaml = AX_STR(""), .out = found};
    ax_rc rc = ax_bundle_check_new(bundle, err);
    for (size_t i = 0; i < bundle->count && ax_ok(rc); i++) {
        memset(found, 0, sizeof *found);
        ax_lint_rules(&l, &bundle->packs[i]);
        rc = first_of(found, bundle->packs[i].id, err);
    }
    for (size_t i = 0; i < bundle->gate_count && ax_ok(rc); i++) {
        memset(found, 0, sizeof *found);
        ax_lint_gate(&l, &bundle->gates[i]);
        rc = first_of(found, bundle->gates[i].id, err);
    }
    for (size_t i = 0; i < bundle->risk_count && ax_ok(rc); i++) {
        memset(found, 0, sizeof *found);
        ax_lint_risk(&l, &bundle->risks[i]);
        rc = first_of(found, bundle->risks[i].id, err);
    }
    ax_xfree(found);
    return rc;
}
