/* SPDX-License-Identifier: Apache-2.0 */
/* pack: which word of it, and `pack check`, which reads packs as a deployment would and says all that is wrong. */
#include "services/anxin/pack.h"
#include "services/anxin/pack_side.h"
#include "services/anxin/show.h"
#include "services/lib/pack/pack_lint.h"

#include <dirent.h>
#include <string.h>

enum { ARGUMENTS_MAX = 256 };

struct check {
    const struct ax_cli *cli;
    json_t *packs;
    json_t *problems;
    json_t *notes; /* what may be meant, or is to be known */
    bool is_cut;   /* there are more problems than are told */
};

static void problem(struct check *c, const char *file, const struct ax_err *err)
{
    AX_ASSERT(json_array_append_new(c->problems, json_pack("{s:s,s:i,s:s,s:s,s:s}", "file", file, "line", 0, "field",
                                                         err->field, "value", err->value, "rule", err->text)) == 0);
    if (!c->cli->json) {
        (void)fprintf(stderr, "%s: ", file);
        ax_cli_put_rule(c->cli, stderr, ax_str_c(err->field), ax_str_c(err->text), ax_str_c(err->value));
        (void)fputc('\n', stderr);
    }
}

/* One finding of ax_pack_lint: a problem, or, where it may be meant, a note. */
static void tell(struct check *c, const struct ax_lint_finding *f)
{
    const char *name = f->check == AX_LINT_SCHEMA && f->key[0] != '\0' ? f->key : ax_lint_check_name(f->check);
    json_t *line = json_pack("{s:s,s:I,s:s,s:s,s:s}", "file", f->file, "line", (json_int_t)f->line, "field", name,
            "value", f->rule, "rule", f->reason);
    AX_ASSERT(line != NULL && json_array_append_new(ax_lint_is_error(f->check) ? c->problems : c->notes, line) == 0);
    if (!c->cli->json) {
        (void)fprintf(stderr, "%s: ", f->file);
        if (f->line > 0) {
            (void)fprintf(stderr, c->cli->chinese ? "第 %zu 行: " : "line %zu: ", f->line);
        }
        ax_cli_put_rule(c->cli, stderr, ax_str_c(name), ax_str_c(f->reason), ax_str_c(f->rule));
        (void)fputc('\n', stderr);
    }
}

/* All that is wrong with what the loader takes (`refused` NULL) or refuses. */
static void lint(struct check *c, const char *path, const struct ax_err *refused)
{
    struct ax_lint *found = ax_xcalloc(1, sizeof *found);
    struct ax_err err = {0};
    if (!ax_ok(ax_pack_lint(path, found, &err))) {
        problem(c, path, refused == NULL ? &err : refused);
    }
    for (size_t i = 0; i < found->count; i++) {
        tell(c, &found->findings[i]);
    }
    c->is_cut = c->is_cut || found->is_cut;
    ax_xfree(found);
}

/* What is found of all the packs of a folder beside each other. */
static void lint_editions(struct check *c, const char *dir, const struct ax_bundle *bundle)
{
    struct ax_lint *found = ax_xcalloc(1, sizeof *found);
    ax_pack_lint_editions(dir, bundle, found);
    for (size_t i = 0; i < found->count; i++) {
        tell(c, &found->findings[i]);
    }
    ax_xfree(found);
}

static void put_count(const struct ax_cli *cli, size_t count, const char *one, const char *many, const char *zh)
{
    (void)printf("%zu %s", count, cli->chinese ? zh : count == 1 ? one : many);
}

static void tell_pack(struct check *c, const char *path, const struct ax_bundle *bundle)
{
    const struct ax_pack *p = bundle->count > 0 ? &bundle->packs[0] : NULL;
    const char *slash = strrchr(path, '/');
    ax_str id = p != NULL ? p->id : ax_str_c(slash == NULL ? path : slash + 1);
    size_t rules = p == NULL ? 0 : p->rule_count;
    json_t *line = json_pack("{s:s%,s:s,s:i,s:i}", "id", id.ptr, id.len, "path", path, "rules", (int)rules, "files",
            (int)bundle->text_count);
    AX_ASSERT(line != NULL && json_array_append_new(c->packs, line) == 0);
    if (!c->cli->json) {
        (void)printf("%.*s: ", AX_ARG(id));
        put_count(c->cli, bundle->text_count, "file", "files", "个文件");
        (void)fputs(ax_cli_text(c->cli, ", ", "，"), stdout);
        put_count(c->cli, rules, "level rule", "level rules", "条等级规则");
        (void)fputc('\n', stdout);
    }
}

/* The folder of one pack, or one file. */
static void check_one(struct check *c, const char *path)
{
    struct ax_err err = {0};
    struct ax_bundle *bundle = NULL;
    ax_rc rc =
            ax_pack_is_dir(path) ? ax_bundle_load_pack(path, &bundle, &err) : ax_bundle_load_file(path, &bundle, &err);
    lint(c, path, ax_ok(rc) ? NULL : &err);
    if (ax_ok(rc)) {
        tell_pack(c, path, bundle);
        ax_bundle_free(bundle);
    }
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* Each pack of the folder by itself, so that one fault hides no other; then all of them together. */
static void check_dir(struct check *c, const char *dir)
{
    struct dirent **entries = NULL;
    size_t before = json_array_size(c->problems);
    int count = scandir(dir, &entries, NULL, by_name);
    for (int i = 0; i < count; i++) {
        char pack[AX_PACK_PATH_MAX];
        if (entries[i]->d_name[0] != '.' && ax_pack_path(dir, entries[i]->d_name, pack) && ax_pack_is_dir(pack)) {
            check_one(c, pack);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    struct ax_err err = {0};
    struct ax_bundle *bundle = NULL;
    if (json_array_size(c->problems) == before) {
        if (ax_ok(ax_bundle_load(dir, &bundle, &err))) {
            lint_editions(c, dir, bundle);
        } else {
            problem(c, dir, &err);
        }
    }
    ax_bundle_free(bundle);
}

int ax_pack_check(struct ax_cli *cli)
{
    if (!ax_cli_options(cli, NULL, 0, 1, ARGUMENTS_MAX)) {
        return AX_EXIT_USAGE;
    }
    struct check c = {.cli = cli, .packs = json_array(), .problems = json_array(), .notes = json_array()};
    for (int i = 0; i < cli->argc; i++) {
        if (ax_pack_is_dir(cli->argv[i]) && !ax_pack_is_one(cli->argv[i])) {
            check_dir(&c, cli->argv[i]);
        } else {
            check_one(&c, cli->argv[i]);
        }
    }
    size_t problems = json_array_size(c.problems);
    json_t *answer = json_pack("{s:b,s:o,s:o,s:b,s:o}", "ok", problems == 0, "packs", c.packs, "problems", c.problems,
            "moreProblems", c.is_cut, "notes", c.notes);
    AX_ASSERT(answer != NULL);
    if (cli->json) {
        ax_show_json_line(answer);
    } else if (problems > 0) {
        ax_cli_say(cli,
                problems == 1 ? "%zu problem%s; nothing of this may be activated"
                              : "%zu problems%s; nothing of this may be activated",
                "%zu 处问题%s；不得启用", problems, c.is_cut ? ax_cli_text(cli, " and more", "以上") : "");
    }
    json_decref(answer);
    return problems == 0 ? AX_EXIT_DONE : AX_EXIT_FAILED;
}

int ax_cmd_pack(struct ax_cli *cli)
{
    static const struct {
        const char *word;
        int (*run)(struct ax_cli *cli);
    } words[] = {{"check", ax_pack_check}, {"show", ax_pack_show}, {"diff", ax_pack_diff}, {"list", ax_pack_list},
            {"propose", ax_pack_propose}, {"approve", ax_pack_approve}};
    static const char *const values[] = {
            "rule", "on", "as-of", "system", "effective-on", "reason", "request-id", "digest"}; /* of any word */
    int at = ax_cli_word(cli->argc, cli->argv, values, sizeof values / sizeof values[0]);
    for (size_t i = 0; at < cli->argc && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(cli->argv[at], words[i].word) == 0) {
            cli->argc--;
            memmove(&cli->argv[at], &cli->argv[at + 1], (size_t)(cli->argc - at) * sizeof *cli->argv);
            return words[i].run(cli);
        }
    }
    ax_cli_say(cli,
            "anxin pack check DIR|FILE… | show ID|DIR [--rule ID] | diff A B --on DATA|--live | list |\n"
            "    propose DIR|DIGEST --effective-on DATE --reason TEXT [--request-id ID] | approve ID [--digest DIGEST]",
            "anxin pack check 目录|文件… | show 标识|目录 [--rule 规则] | diff 甲 乙 --on 数据|--live | list |\n"
            "    propose 目录|摘要 --effective-on 日期 --reason 理由 [--request-id 编号] | approve 编号 [--digest "
            "摘要]");
    return AX_EXIT_USAGE;
}
