/* SPDX-License-Identifier: Apache-2.0 */
/* pack show: what a pack says, as its files say it; a page for people, or all of it as JSON. */
#include "scoring/gate.h"
#include "services/anxin/pack.h"
#include "services/anxin/pack_yaml.h"
#include "services/anxin/show.h"

#include <string.h>

enum {
    WIDTH_ID = 38,
    WIDTH_EFFECT = 22,
    WIDTH_DECISION = 10,
    WIDTH_PURPOSES = 30,
    WIDTH_WINDOW = 26,
    WIDTH_TITLE = 52
};

/* "-3 each, cap 21", "-1 per 40, cap 15". */
static void points_of(const struct ax_cli *cli, const json_t *rule, char *out, size_t size)
{
    long long cap = ax_show_number(rule, "cap");
    long long per = ax_show_number(rule, "per");
    char each[32] = "";
    char most[32] = "";
    if (strcmp(ax_show_text(rule, "effect"), "points_each") != 0) {
        each[0] = '\0';
    } else if (per > 1) {
        (void)snprintf(each, sizeof each, cli->chinese ? "/%lld" : " per %lld", per);
    } else {
        (void)snprintf(each, sizeof each, "%s", ax_cli_text(cli, " each", "/项"));
    }
    if (cap > 0) {
        (void)snprintf(most, sizeof most, cli->chinese ? "，上限%lld" : ", cap %lld", cap);
    }
    (void)snprintf(out, size, "%+lld%s%s", ax_show_number(rule, "points"), each, most);
}

static void effect_of(const struct ax_cli *cli, const json_t *rule, char *out, size_t size)
{
    const char *effect = ax_show_text(rule, "effect");
    if (strncmp(effect, "points", strlen("points")) == 0) {
        points_of(cli, rule, out, size);
    } else if (strcmp(effect, "shift") == 0) {
        (void)snprintf(out, size, "%s%+lld", ax_cli_text(cli, "level ", "等级"), ax_show_number(rule, "shift"));
    } else if (strcmp(effect, "level") == 0) {
        (void)snprintf(out, size, "→ %s", ax_show_text(rule, "level"));
    } else {
        (void)snprintf(out, size, "%s", strcmp(effect, "flag") == 0 ? ax_cli_text(cli, "note", "提示") : effect);
    }
}

/* "12 months", "180 days", "1 month 15 days". */
static void length_of(const struct ax_cli *cli, long long months, long long days, char *out, size_t size)
{
    char part[2][32] = {"", ""};
    if (months > 0) {
        (void)snprintf(part[0], sizeof part[0],
                cli->chinese  ? "%lld 个月"
                : months == 1 ? "%lld month"
                              : "%lld months",
                months);
    }
    if (days > 0) {
        (void)snprintf(part[1], sizeof part[1], cli->chinese ? "%lld 天" : days == 1 ? "%lld day" : "%lld days", days);
    }
    (void)snprintf(out, size, "%s%s%s", part[0], months > 0 && days > 0 ? " " : "", part[1]);
}

static void window_of(const struct ax_cli *cli, const json_t *rule, char *out, size_t size)
{
    const json_t *window = json_object_get(rule, "window");
    const char *span = ax_show_text(rule, "span");
    char length[64];
    length_of(cli, ax_show_number(window, "months"), ax_show_number(window, "days"), length, sizeof length);
    if (strcmp(span, "standing") == 0) {
        (void)snprintf(out, size, "%s%s%s", ax_cli_text(cli, "standing", "存续期间"),
                length[0] == '\0' ? "" : ax_cli_text(cli, ", else ", "，否则"), length);
    } else if (strcmp(span, "calendar_year") == 0) {
        (void)snprintf(out, size, "%s", ax_cli_text(cli, "calendar year", "自然年"));
    } else {
        (void)snprintf(out, size, "%s", length[0] == '\0' ? "–" : length);
    }
}

static void purposes_of(const struct ax_cli *cli, const json_t *row, char *out, size_t size)
{
    size_t i = 0;
    size_t len = 0;
    json_t *word = NULL;
    const json_t *purposes = json_object_get(row, "purposes");
    out[0] = '\0';
    if (json_array_size(purposes) + 1 == AX_PURPOSE_COUNT) {
        (void)snprintf(out, size, "%s", ax_cli_text(cli, "all", "全部"));
        return;
    }
    json_array_foreach(purposes, i, word)
    {
        int more = snprintf(out + len, size - len, "%s%s", i == 0 ? "" : ", ", json_string_value(word));
        len += more > 0 && (size_t)more < size - len ? (size_t)more : 0;
    }
}

/* A row of pack.yaml, or of gate.yaml, which holds a rule and what is decided by it for which purposes. */
static void show_row(const struct ax_cli *cli, const json_t *row, bool gate)
{
    const json_t *rule = gate ? json_object_get(row, "rule") : row;
    char effect[80];
    char window[80];
    char purposes[128];
    window_of(cli, rule, window, sizeof window);
    (void)printf("  ");
    ax_show_cell(ax_show_text(rule, "id"), WIDTH_ID);
    if (gate) {
        purposes_of(cli, row, purposes, sizeof purposes);
        (void)snprintf(effect, sizeof effect, "%s", ax_show_text(row, "decision"));
    } else {
        effect_of(cli, rule, effect, sizeof effect);
    }
    ax_show_cell(effect, gate ? WIDTH_DECISION : WIDTH_EFFECT);
    if (gate) {
        ax_show_cell(purposes, WIDTH_PURPOSES);
    }
    ax_show_cell(window, WIDTH_WINDOW);
    ax_show_cell(ax_show_text(rule, cli->chinese ? "title_zh" : "title_en"), WIDTH_TITLE);
    (void)printf("[%s] %s\n", ax_show_text(rule, "provenance"), ax_show_text(rule, "legal_basis"));
}

static void show_rules(const struct ax_cli *cli, const json_t *rules)
{
    size_t i = 0;
    json_t *row = NULL;
    bool gate = json_object_get(json_array_get(rules, 0), "rule") != NULL;
    (void)printf("\n  ");
    ax_show_cell(ax_cli_text(cli, "RULE", "规则"), WIDTH_ID);
    ax_show_cell(gate ? ax_cli_text(cli, "DECISION", "结论") : ax_cli_text(cli, "EFFECT", "效果"),
            gate ? WIDTH_DECISION : WIDTH_EFFECT);
    if (gate) {
        ax_show_cell(ax_cli_text(cli, "FOR", "用途"), WIDTH_PURPOSES);
    }
    ax_show_cell(ax_cli_text(cli, "WINDOW", "期限"), WIDTH_WINDOW);
    ax_show_cell(ax_cli_text(cli, "TITLE", "名称"), WIDTH_TITLE);
    (void)puts(ax_cli_text(cli, "SOURCE", "来源"));
    json_array_foreach(rules, i, row)
    {
        show_row(cli, row, gate);
    }
}

static bool in_head(const char *key)
{
    static const char *const head[] = {
            "id", "title_zh", "title_en", "legal_basis", "sources", "provenance", "rules", "files"};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        if (strcmp(head[i], key) == 0) {
            return true;
        }
    }
    return false;
}

/* Whose it is, its titles and its sources; then every key but the rules, and those as a table. */
static void show_file(const struct ax_cli *cli, const char *name, const json_t *file, const char *digest)
{
    const char *key = NULL;
    json_t *value = NULL;
    const char *basis = ax_show_text(file, "legal_basis");
    const char *provenance = ax_show_text(file, "provenance");
    basis = basis[0] == '\0' ? ax_show_text(file, "sources") : basis;
    (void)printf("%s  %s\n  %s\n", name, ax_show_text(file, "title_zh"), ax_show_text(file, "title_en"));
    if (provenance[0] != '\0') {
        (void)printf("  [%s] %s\n", provenance, basis);
    }
    if (digest != NULL) {
        (void)printf("  %s: %s\n", ax_cli_text(cli, "digest", "摘要"), digest);
    }
    json_object_foreach((json_t *)(uintptr_t)file, key, value)
    {
        if (!in_head(key)) {
            ax_pack_yaml_put_key(key, value, 2);
        }
    }
    if (json_array_size(json_object_get(file, "rules")) > 0) {
        show_rules(cli, json_object_get(file, "rules"));
    }
}

static void show_page(const struct ax_cli *cli, const json_t *pack, const char *digest)
{
    const char *name = NULL;
    json_t *file = NULL;
    if (json_object_get(pack, "title_zh") != NULL) {
        show_file(cli, ax_show_text(pack, "id"), pack, digest);
    } else { /* no pack.yaml */
        (void)printf("%s\n  %s: %s\n", ax_show_text(pack, "id"), ax_cli_text(cli, "digest", "摘要"), digest);
    }
    json_object_foreach(json_object_get(pack, "files"), name, file)
    {
        (void)putchar('\n');
        show_file(cli, name, file, NULL);
    }
    if (json_object_get(json_object_get(pack, "files"), "risk.yaml") != NULL) {
        (void)printf("\n%s", ax_cli_text(cli, "Real numbers with six digits here; --json has all of them.",
                                     "实数在此取六位有效数字；--json 给出全部数字。"));
    }
    (void)puts(ax_cli_text(cli,
            "\nT: the legal text was read; S: a secondary source; K: believed, not read; ours: no source, set by this "
            "house.",
            "\nT：依据法律文本；S：二手来源；K：未核对；ours：无出处，本项目设定。"));
}

/* NULL: the file has no such rule. Of a gate the row that holds it. */
static const json_t *rule_of(const json_t *file, const char *id)
{
    size_t i = 0;
    json_t *row = NULL;
    json_array_foreach(json_object_get(file, "rules"), i, row)
    {
        const json_t *inner = json_object_get(row, "rule");
        if (strcmp(ax_show_text(inner == NULL ? row : inner, "id"), id) == 0) {
            return row;
        }
    }
    return NULL;
}

/* One rule as the file has it, key by key. */
static ax_rc show_rule(const struct ax_cli *cli, const json_t *pack, const char *id, struct ax_err *err)
{
    const char *key = NULL;
    json_t *value = NULL;
    const json_t *row = rule_of(pack, id);
    json_object_foreach(json_object_get(pack, "files"), key, value)
    {
        row = row == NULL ? rule_of(value, id) : row;
    }
    if (row == NULL) {
        return ax_fail_field(err, AX_NOT_FOUND, "rule", id, strlen(id), "no such rule in %s", ax_show_text(pack, "id"));
    }
    if (cli->json) {
        ax_show_json_line(row);
        return AX_RC(OK);
    }
    json_object_foreach((json_t *)(uintptr_t)row, key, value)
    {
        ax_pack_yaml_put_key(key, value, 2);
    }
    return AX_RC(OK);
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
