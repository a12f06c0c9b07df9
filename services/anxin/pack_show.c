/* SPDX-License-Identifier: Apache-2.0 */
/* pack show: what a pack says, as its files say it; a page for people, or all of it as JSON. */
#include "services/anxin/pack.h"
#include "services/anxin/pack_yaml.h"
#include "services/anxin/show.h"

#include <string.h>

enum { WIDTH_ID = 38, WIDTH_EFFECT = 20, WIDTH_WINDOW = 14, WIDTH_TITLE = 52 };

/* NOLINTNEXTLINE(misc-no-recursion): ax_pack_yaml_read makes trees of a limited depth */
void ax_pack_yaml_put(const json_t *value, FILE *out)
{
    size_t i = 0;
    const char *key = NULL;
    json_t *item = NULL;
    if (json_is_object(value)) {
        json_object_foreach((json_t *)(uintptr_t)value, key, item)
        {
            (void)fprintf(out, "%s%s: ", i++ == 0 ? "{" : ", ", key);
            ax_pack_yaml_put(item, out);
        }
        (void)fputs(i == 0 ? "{}" : "}", out);
    } else if (json_is_array(value)) {
        json_array_foreach(value, i, item)
        {
            (void)fputs(i == 0 ? "[" : ", ", out);
            ax_pack_yaml_put(item, out);
        }
        (void)fputs(i == 0 ? "[]" : "]", out);
    } else if (json_is_string(value)) {
        (void)fputs(json_string_value(value), out);
    } else if (value == NULL || json_is_null(value)) {
        (void)fputs("–", out);
    } else if (json_is_boolean(value)) {
        (void)fputs(json_is_true(value) ? "true" : "false", out);
    } else {
        (void)fprintf(out, "%lld", (long long)json_integer_value(value));
    }
}

static void put_key(const char *key, const json_t *value)
{
    size_t i = 0;
    json_t *item = NULL;
    if (!json_is_array(value) || !json_is_object(json_array_get(value, 0))) {
        (void)printf("  %s: ", key);
        ax_pack_yaml_put(value, stdout);
        (void)putchar('\n');
        return;
    }
    (void)printf("  %s:\n", key);
    json_array_foreach(value, i, item)
    {
        (void)fputs("    ", stdout);
        ax_pack_yaml_put(item, stdout);
        (void)putchar('\n');
    }
}

static void effect_of(const struct ax_cli *cli, const json_t *rule, char *out, size_t size)
{
    const char *effect = ax_show_text(rule, "effect");
    long long cap = ax_show_number(rule, "cap");
    int len = 0;
    if (strncmp(effect, "points", strlen("points")) == 0) {
        len = snprintf(out, size, "%+lld%s", ax_show_number(rule, "points"),
                strcmp(effect, "points_each") == 0 ? ax_cli_text(cli, " each", "/项") : "");
        if (cap > 0 && len > 0 && (size_t)len < size) {
            (void)snprintf(out + len, size - (size_t)len, cli->chinese ? "，上限%lld" : ", cap %lld", cap);
        }
    } else if (strcmp(effect, "shift") == 0) {
        (void)snprintf(out, size, "%s%+lld", ax_cli_text(cli, "level ", "等级"), ax_show_number(rule, "shift"));
    } else if (strcmp(effect, "level") == 0) {
        (void)snprintf(out, size, "→ %s", ax_show_text(rule, "level"));
    } else {
        (void)snprintf(out, size, "%s", strcmp(effect, "flag") == 0 ? ax_cli_text(cli, "note", "提示") : effect);
    }
}

static void window_of(const struct ax_cli *cli, const json_t *rule, char *out, size_t size)
{
    const json_t *window = json_object_get(rule, "window");
    long long months = ax_show_number(window, "months");
    long long days = ax_show_number(window, "days");
    const char *span = ax_show_text(rule, "span");
    if (strcmp(span, "standing") == 0) {
        (void)snprintf(out, size, "%s", ax_cli_text(cli, "standing", "存续期间"));
    } else if (months == 0 && days == 0) {
        (void)snprintf(out, size, "–");
    } else if (days == 0) {
        (void)snprintf(out, size, cli->chinese ? "%lld 个月" : "%lld months", months);
    } else {
        (void)snprintf(out, size, cli->chinese ? "%lld 个月 %lld 天" : "%lld m %lld d", months, days);
    }
}

static void show_rules(const struct ax_cli *cli, const json_t *rules)
{
    size_t i = 0;
    json_t *rule = NULL;
    (void)printf("\n  ");
    ax_show_cell(ax_cli_text(cli, "RULE", "规则"), WIDTH_ID);
    ax_show_cell(ax_cli_text(cli, "EFFECT", "效果"), WIDTH_EFFECT);
    ax_show_cell(ax_cli_text(cli, "WINDOW", "期限"), WIDTH_WINDOW);
    ax_show_cell(ax_cli_text(cli, "TITLE", "名称"), WIDTH_TITLE);
    (void)puts(ax_cli_text(cli, "SOURCE", "来源"));
    json_array_foreach(rules, i, rule)
    {
        char effect[64];
        char window[64];
        const char *basis = ax_show_text(rule, "legal_basis");
        effect_of(cli, rule, effect, sizeof effect);
        window_of(cli, rule, window, sizeof window);
        (void)printf("  ");
        ax_show_cell(ax_show_text(rule, "id"), WIDTH_ID);
        ax_show_cell(effect, WIDTH_EFFECT);
        ax_show_cell(window, WIDTH_WINDOW);
        ax_show_cell(ax_show_text(rule, cli->chinese ? "title_zh" : "title_en"), WIDTH_TITLE);
        (void)printf("[%s] %s\n", ax_show_text(rule, "provenance"), basis);
    }
}

static bool in_head(const char *key)
{
    static const char *const head[] = {"id", "title_zh", "title_en", "legal_basis", "provenance", "rules", "files"};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        if (strcmp(head[i], key) == 0) {
            return true;
        }
    }
    return false;
}

static void show_page(const struct ax_cli *cli, const json_t *pack, const char *digest)
{
    const char *key = NULL;
    json_t *value = NULL;
    (void)printf(
            "%s  %s\n  %s\n", ax_show_text(pack, "id"), ax_show_text(pack, "title_zh"), ax_show_text(pack, "title_en"));
    (void)printf("  [%s] %s\n  %s: %s\n", ax_show_text(pack, "provenance"), ax_show_text(pack, "legal_basis"),
            ax_cli_text(cli, "digest", "摘要"), digest);
    json_object_foreach((json_t *)(uintptr_t)pack, key, value)
    {
        if (!in_head(key)) {
            put_key(key, value);
        }
    }
    const json_t *rules = json_object_get(pack, "rules");
    if (json_array_size(rules) > 0) {
        show_rules(cli, rules);
    }
    (void)puts(ax_cli_text(cli,
            "\nT: the legal text was read; S: a secondary source; K: believed, not read; ours: no source, set by this "
            "house.",
            "\nT：依据法律文本；S：二手来源；K：未核对；ours：无出处，本项目设定。"));
}

/* One rule as the file has it, key by key. */
static ax_rc show_rule(const struct ax_cli *cli, const json_t *pack, const char *id, struct ax_err *err)
{
    size_t i = 0;
    json_t *rule = NULL;
    json_array_foreach(json_object_get(pack, "rules"), i, rule)
    {
        const char *key = NULL;
        json_t *value = NULL;
        if (strcmp(ax_show_text(rule, "id"), id) != 0) {
            continue;
        }
        if (cli->json) {
            ax_show_json_line(rule);
            return AX_RC(OK);
        }
        json_object_foreach(rule, key, value)
        {
            put_key(key, value);
        }
        return AX_RC(OK);
    }
    return ax_fail_field(err, AX_NOT_FOUND, "rule", id, strlen(id), "no such rule in %s", ax_show_text(pack, "id"));
}

static void show_others(const json_t *files)
{
    const char *name = NULL;
    json_t *tree = NULL;
    json_object_foreach((json_t *)(uintptr_t)files, name, tree)
    {
        const char *key = NULL;
        json_t *value = NULL;
        (void)printf("\n%s\n", name);
        json_object_foreach(tree, key, value)
        {
            put_key(key, value);
        }
    }
}

static ax_rc show_one(const struct ax_cli *cli, const struct ax_pack_side *side, const char *digest, const char *rule,
        struct ax_err *err)
{
    json_t *pack = NULL;
    AX_TRY(ax_pack_yaml_pack(side, &pack, err));
    ax_rc rc = rule != NULL ? show_rule(cli, pack, rule, err) : AX_RC(OK);
    if (ax_ok(rc) && rule == NULL && cli->json) {
        AX_ASSERT(json_object_set_new(pack, "digest", json_string(digest)) == 0);
        ax_show_json_line(pack);
    } else if (ax_ok(rc) && rule == NULL) {
        show_page(cli, pack, digest);
        show_others(json_object_get(pack, "files"));
    }
    json_decref(pack);
    return rc;
}

static void list_packs(const struct ax_cli *cli, const struct ax_pack_side *side, const char *digest)
{
    for (size_t i = 0; i < side->bundle->count; i++) {
        const struct ax_pack *p = &side->bundle->packs[i];
        if (cli->json) {
            json_t *line = json_pack("{s:s%,s:s%,s:s%,s:i}", "id", p->id.ptr, p->id.len, "titleZh", p->title_zh.ptr,
                    p->title_zh.len, "titleEn", p->title_en.ptr, p->title_en.len, "rules", (int)p->rule_count);
            AX_ASSERT(line != NULL);
            ax_show_json_line(line);
            json_decref(line);
        } else {
            ax_str title = cli->chinese ? p->title_zh : p->title_en;
            (void)printf("%.*s  %.*s (%zu %s)\n", AX_ARG(p->id), AX_ARG(title), p->rule_count,
                    ax_cli_text(cli, "rules", "条规则"));
        }
    }
    if (!cli->json) {
        (void)printf("%s: %s\n", ax_cli_text(cli, "digest", "摘要"), digest);
    }
}

int ax_pack_show(struct ax_cli *cli)
{
    const char *rule = NULL;
    const struct ax_option options[] = {{"rule", &rule, NULL}};
    if (!ax_cli_options(cli, options, 1, 1, 1)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct ax_pack_side side = {0};
    ax_rc rc = ax_pack_side_open(cli, cli->argv[0], &side, &err);
    if (ax_ok(rc)) {
        char digest[AX_DIGEST_HEX_SIZE];
        ax_hex(side.bundle->digest, AX_DIGEST_SIZE, digest);
        if (side.file[0] == '\0' && side.dir[0] == '\0') {
            list_packs(cli, &side, digest);
        } else {
            rc = show_one(cli, &side, digest, rule, &err);
        }
    }
    ax_pack_side_close(&side);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
