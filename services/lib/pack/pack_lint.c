/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders of packs for `anxin pack check`; what is said of rules stands in lint_rules.c. */
#include "services/lib/pack/pack_lint.h"

#include "base/file.h"
#include "services/lib/pack/gate_file.h"
#include "services/lib/pack/lint_rules.h"
#include "services/lib/pack/tariff_file.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_MAX_BYTES = 4096 };

const char *ax_lint_check_name(enum ax_lint_check check)
{
    static const char *const names[] = {"schema", "unreachable", "contradiction", "suspect"};
    return names[check];
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
    out->errors += check == AX_LINT_SUSPECT ? 0 : 1;
    (void)snprintf(f->file, sizeof f->file, "%s", l->name);
    (void)snprintf(f->rule, sizeof f->rule, "%.*s", AX_ARG(rule));
    char words[AX_ERR_VALUE_MAX + 8];
    (void)snprintf(words, sizeof words, "id: %.*s\n", AX_ARG(rule));
    f->line = ax_pack_text_line(l->yaml, ax_str_c(words));
    va_list args;
    va_start(args, reason);
    (void)vsnprintf(f->reason, sizeof f->reason, reason, args);
    va_end(args);
}

/* The number after "line " or "line: "; 0: there is none. */
static size_t line_in(const char *text)
{
    const char *at = strstr(text, "line");
    if (at == NULL) {
        return 0;
    }
    at += strlen("line");
    at += strspn(at, ": ");
    return (size_t)strtoul(at, NULL, 10);
}

static void add_error(const struct ax_linting *l, const struct ax_err *e)
{
    char line[AX_LINT_REASON_SIZE];
    ax_lint_add(l, AX_LINT_SCHEMA, AX_STR(""), "%s", ax_err_line(e, line, sizeof line));
    if (!l->out->is_cut) {
        l->out->findings[l->out->count - 1].line = line_in(line);
    }
}

static ax_rc check_pack(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err)
{
    struct ax_pack *pack = ax_xcalloc(1, sizeof *pack);
    ax_rc rc = ax_pack_parse(l->name, l->yaml, text, pack, err);
    if (ax_ok(rc)) {
        l->out->rule_sets++;
        ax_lint_rules(l, pack);
    }
    ax_xfree(pack);
    return rc;
}

static ax_rc check_risk(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err)
{
    struct ax_risk_edition *risk = ax_xcalloc(1, sizeof *risk);
    ax_rc rc = ax_risk_parse(l->name, l->yaml, text, risk, err);
    ax_xfree(risk);
    return rc;
}

static ax_rc check_calendar(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err)
{
    struct ax_calendar calendar;
    return ax_calendar_parse(l->name, l->yaml, text, &calendar, err);
}

static ax_rc check_deadlines(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err)
{
    struct ax_deadlines deadlines;
    return ax_deadlines_parse(l->name, l->yaml, text, &deadlines, err);
}

static ax_rc check_codes(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err)
{
    struct ax_codes codes;
    return ax_codes_parse(l->name, l->yaml, text, &codes, err);
}

static ax_rc check_gate(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err)
{
    struct ax_gate gate;
    return ax_gate_parse(l->name, l->yaml, text, &gate, err);
}

static ax_rc check_tariff(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err)
{
    struct ax_tariff tariff;
    return ax_tariff_parse(l->name, l->yaml, text, &tariff, err);
}

static const struct {
    const char *file;
    ax_rc (*check)(const struct ax_linting *l, struct ax_pack_text **text, struct ax_err *err);
} file_kinds[] = {
        {"pack.yaml", check_pack},
        {"risk.yaml", check_risk},
        {"gate.yaml", check_gate},
        {"tariff.yaml", check_tariff},
        {"calendar.yaml", check_calendar},
        {"deadlines.yaml", check_deadlines},
        {"codes.yaml", check_codes},
};

static void check_bytes(const struct ax_linting *l, const char *file)
{
    struct ax_pack_text *text = NULL;
    struct ax_err err = {.code = 0};
    for (size_t i = 0; i < sizeof file_kinds / sizeof file_kinds[0]; i++) {
        if (strcmp(file_kinds[i].file, file) == 0) {
            if (ax_ok(file_kinds[i].check(l, &text, &err))) {
                ax_pack_text_free(text);
            } else {
                add_error(l, &err);
            }
            return;
        }
    }
    ax_lint_add(l, AX_LINT_SUSPECT, ax_str_c(file), "looked at only when its whole bundle is loaded");
}

static void check_file(const char *path, struct ax_lint *out)
{
    struct ax_buf bytes;
    struct ax_err err = {.code = 0};
    ax_buf_init(&bytes, AX_PACK_FILE_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &bytes, &err);
    const struct ax_linting l = {.name = path, .yaml = ax_buf_str(&bytes), .out = out};
    out->files++;
    if (ax_ok(rc)) {
        const char *slash = strrchr(path, '/');
        check_bytes(&l, slash == NULL ? path : slash + 1);
    } else {
        add_error(&l, &err);
    }
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

/* Folders below `path` are packs; files ending in .yaml are a pack's own. One level of folders. */
static void check_folder(const char *path, bool deeper, struct ax_lint *out, bool *has_folders)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_shown, by_bytes);
    for (int i = 0; i < count; i++) {
        char below[PATH_MAX_BYTES];
        int len = snprintf(below, sizeof below, "%s/%s", path, entries[i]->d_name);
        bool fits = len > 0 && (size_t)len < sizeof below;
        if (fits && is_folder(below)) {
            *has_folders = true;
            if (deeper) {
                check_folder(below, false, out, has_folders);
            }
        } else if (fits && ax_str_ends(ax_str_c(below), AX_STR(".yaml"))) {
            check_file(below, out);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
}

/* What only the whole shows: folder names, tables that are there twice, kinds of files without a check of their own. */
static void check_bundle(const char *path, struct ax_lint *out)
{
    struct ax_bundle *bundle = NULL;
    struct ax_err err = {.code = 0};
    const struct ax_linting l = {.name = path, .yaml = AX_STR(""), .out = out};
    if (ax_ok(ax_bundle_load(path, &bundle, &err))) {
        ax_bundle_free(bundle);
    } else if (out->errors == 0) {
        add_error(&l, &err);
    }
}

/* What was looked at with the whole bundle is not suspect. */
static void drop_suspicions_about_files(struct ax_lint *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        bool file = out->findings[i].check == AX_LINT_SUSPECT && out->findings[i].line == 0 &&
                    ax_str_ends(ax_str_c(out->findings[i].rule), AX_STR(".yaml"));
        if (!file) {
            out->findings[kept++] = out->findings[i];
        }
    }
    out->count = kept;
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
    bool has_folders = false;
    check_folder(path, true, out, &has_folders);
    if (out->files == 0) {
        return ax_fail_field(err, AX_NOT_FOUND, "path", path, strlen(path), "no file of a pack in this folder");
    }
    if (has_folders) {
        check_bundle(path, out);
        drop_suspicions_about_files(out);
    }
    return AX_RC(OK);
}

void ax_pack_lint_rules(const char *name, ax_str yaml, const struct ax_pack *pack, struct ax_lint *out)
{
    const struct ax_linting l = {.name = name, .yaml = yaml, .out = out};
    ax_lint_rules(&l, pack);
}
