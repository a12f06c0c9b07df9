/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/pack_yaml.h"

#include "base/file.h"

#include <dirent.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 16 };

static json_t *scalar(const yaml_node_t *node)
{
    ax_str text = ax_str_of((const char *)node->data.scalar.value, node->data.scalar.length);
    int64_t number = 0;
    if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE) {
        if (ax_str_eq(text, AX_STR("true")) || ax_str_eq(text, AX_STR("false"))) {
            return json_boolean(text.len == 4);
        }
        bool digits = text.len > 0 && (text.ptr[0] != '0' || text.len == 1);
        if (digits && ax_ok(ax_str_to_i64(text, &number))) {
            return json_integer(number);
        }
    }
    return json_stringn(text.ptr, text.len);
}

/* NOLINTNEXTLINE(misc-no-recursion): DEPTH_MAX */
static json_t *convert(yaml_document_t *document, int id, int depth)
{
    const yaml_node_t *node = yaml_document_get_node(document, id);
    if (node == NULL || depth > DEPTH_MAX) {
        return NULL;
    }
    if (node->type == YAML_SCALAR_NODE) {
        return scalar(node);
    }
    json_t *out = node->type == YAML_MAPPING_NODE ? json_object() : json_array();
    if (node->type == YAML_SEQUENCE_NODE) {
        for (const yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top; i++) {
            if (json_array_append_new(out, convert(document, *i, depth + 1)) != 0) {
                json_decref(out);
                return NULL;
            }
        }
        return out;
    }
    for (const yaml_node_pair_t *i = node->data.mapping.pairs.start; i < node->data.mapping.pairs.top; i++) {
        const yaml_node_t *key = yaml_document_get_node(document, i->key);
        bool named = key != NULL && key->type == YAML_SCALAR_NODE;
        json_t *value = convert(document, i->value, depth + 1);
        if (!named ||
                json_object_setn_new(out, (const char *)key->data.scalar.value, key->data.scalar.length, value) != 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

ax_rc ax_pack_yaml_read(const char *file, json_t **out, struct ax_err *err)
{
    struct ax_buf text;
    ax_buf_init(&text, AX_PACK_FILE_MAX_BYTES);
    ax_rc rc = ax_file_read(file, &text, err);
    *out = NULL;
    if (ax_ok(rc)) {
        yaml_parser_t parser;
        yaml_document_t document;
        AX_ASSERT(yaml_parser_initialize(&parser) == 1);
        yaml_parser_set_input_string(&parser, text.ptr, text.len);
        if (yaml_parser_load(&parser, &document) == 1) {
            *out = convert(&document, 1, 0);
            yaml_document_delete(&document);
        }
        yaml_parser_delete(&parser);
        rc = *out != NULL ? rc : ax_fail_field(err, AX_INVALID, "file", file, strlen(file), "must be YAML");
    }
    ax_buf_deinit(&text);
    return rc;
}

static int is_other(const struct dirent *entry)
{
    ax_str name = ax_str_c(entry->d_name);
    return name.ptr[0] != '.' && ax_str_ends(name, AX_STR(".yaml")) && !ax_str_eq(name, AX_STR("pack.yaml")) ? 1 : 0;
}

static int is_named(const struct dirent *entry)
{
    return entry->d_name[0] != '.' ? 1 : 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static ax_rc add_others(json_t *pack, const char *dir, struct ax_err *err)
{
    struct dirent **entries = NULL;
    json_t *files = json_object();
    int count = scandir(dir, &entries, is_other, by_name);
    ax_rc rc = AX_RC(OK);
    for (int i = 0; i < count; i++) {
        char file[AX_PACK_PATH_MAX];
        json_t *tree = NULL;
        rc = ax_ok(rc) && ax_pack_path(dir, entries[i]->d_name, file) ? ax_pack_yaml_read(file, &tree, err) : rc;
        if (ax_ok(rc)) {
            AX_ASSERT(json_object_set_new(files, entries[i]->d_name, tree) == 0);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    AX_ASSERT(json_object_set_new(pack, "files", files) == 0);
    return rc;
}

static ax_rc read_pack(const char *file, const char *dir, const char *name, json_t **out, struct ax_err *err)
{
    *out = NULL;
    if (file[0] == '\0') {
        *out = json_pack("{s:s}", "id", name);
    } else {
        AX_TRY(ax_pack_yaml_read(file, out, err));
    }
    ax_rc rc = dir[0] == '\0' ? AX_RC(OK) : add_others(*out, dir, err);
    if (!ax_ok(rc)) {
        json_decref(*out);
        *out = NULL;
    }
    return rc;
}

ax_rc ax_pack_yaml_pack(const struct ax_pack_side *side, json_t **out, struct ax_err *err)
{
    const char *slash = strrchr(side->dir, '/');
    return read_pack(side->file, side->dir, slash == NULL ? side->name : slash + 1, out, err);
}

/* Every pack of the side, by id; a single one by nothing where the other side is single, too. */
static ax_rc read_side(const struct ax_pack_side *side, bool single, json_t *packs, struct ax_err *err)
{
    json_t *pack = NULL;
    if (side->file[0] != '\0' || side->dir[0] != '\0') {
        AX_TRY(ax_pack_yaml_pack(side, &pack, err));
        const char *id = json_string_value(json_object_get(pack, "id"));
        AX_ASSERT(json_object_set_new(packs, single || id == NULL ? "" : id, pack) == 0);
        return AX_RC(OK);
    }
    struct dirent **entries = NULL;
    int count = scandir(side->name, &entries, is_named, by_name);
    ax_rc rc = AX_RC(OK);
    for (int i = 0; i < count; i++) {
        char dir[AX_PACK_PATH_MAX];
        char file[AX_PACK_PATH_MAX];
        if (ax_ok(rc) && ax_pack_path(side->name, entries[i]->d_name, dir) && ax_pack_is_one(dir) &&
                ax_pack_path(dir, "pack.yaml", file)) {
            rc = read_pack(ax_file_exists(file) ? file : "", dir, entries[i]->d_name, &pack, err);
            AX_ASSERT(!ax_ok(rc) || json_object_set_new(packs, entries[i]->d_name, pack) == 0);
        }
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    return rc;
}

struct compared {
    const char *pack;
    const char *file;
    bool rules; /* else what belongs to no rule */
};

static void put_member(json_t *members, const char *key, const json_t *before, const json_t *after)
{
    json_t *old = before == NULL ? json_null() : json_deep_copy(before);
    json_t *new = after == NULL ? json_null() : json_deep_copy(after);
    AX_ASSERT(json_array_append_new(members, json_pack("{s:s,s:o,s:o}", "key", key, "before", old, "after", new)) == 0);
}

static void put_members(json_t *members, const json_t *before, const json_t *after)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)after, key, value)
    {
        if (!json_equal(json_object_get(before, key), value)) {
            put_member(members, key, json_object_get(before, key), value);
        }
    }
    json_object_foreach((json_t *)(uintptr_t)before, key, value)
    {
        if (json_object_get(after, key) == NULL) {
            put_member(members, key, value, NULL);
        }
    }
}

static void put_change(
        json_t *changes, const struct compared *c, const char *id, const json_t *before, const json_t *after)
{
    const json_t *rule = after == NULL ? before : after;
    const char *what = before == NULL ? "added" : after == NULL ? "removed" : "changed";
    const char *zh = json_string_value(json_object_get(rule, "title_zh"));
    const char *en = json_string_value(json_object_get(rule, "title_en"));
    json_t *change = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:b}", "pack", c->pack, "file", c->file, "ruleId", id, "what",
            what, "titleZh", zh == NULL ? "" : zh, "titleEn", en == NULL ? "" : en, "head", !c->rules);
    AX_ASSERT(change != NULL && json_array_append_new(changes, change) == 0);
    if (before != NULL && after != NULL) {
        json_t *members = json_array();
        if (json_is_object(before) && json_is_object(after)) {
            put_members(members, before, after);
        } else {
            put_member(members, "", before, after);
        }
        AX_ASSERT(json_object_set_new(change, "members", members) == 0);
    }
}

/* Members of two objects that differ. */
static void compare(json_t *changes, const struct compared *c, const json_t *from, const json_t *to)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)to, key, value)
    {
        const json_t *before = json_object_get(from, key);
        if (strcmp(key, "rules") != 0 && strcmp(key, "files") != 0 && !json_equal(before, value)) {
            put_change(changes, c, key, before, value);
        }
    }
    json_object_foreach((json_t *)(uintptr_t)from, key, value)
    {
        if (strcmp(key, "rules") != 0 && strcmp(key, "files") != 0 && json_object_get(to, key) == NULL) {
            put_change(changes, c, key, value, NULL);
        }
    }
}

/* What a row of a list is called; a rule of the gate by the rule in it. NULL: it has no name. */
static const char *name_of(const json_t *row)
{
    static const char *const keys[] = {"id", "channel"};
    const json_t *rule = json_object_get(row, "rule");
    const char *name = NULL;
    for (size_t i = 0; name == NULL && i < sizeof keys / sizeof keys[0]; i++) {
        name = json_string_value(json_object_get(rule == NULL ? row : rule, keys[i]));
    }
    return name;
}

/* A list whose rows all have names, each its own, as an object; NULL: it is none. What is not there is an empty one. A rule of
 * the gate has its purposes and decision beside the keys of the rule. */
static json_t *by_name_of(const json_t *list)
{
    size_t i = 0;
    json_t *row = NULL;
    json_t *out = json_object();
    json_array_foreach(list, i, row)
    {
        json_t *flat = name_of(row) == NULL ? NULL : json_copy(row);
        if (flat == NULL || json_object_get(out, name_of(row)) != NULL) {
            json_decref(flat);
            json_decref(out);
            return NULL;
        }
        if (json_object_get(flat, "rule") != NULL) {
            AX_ASSERT(json_object_update(flat, json_object_get(row, "rule")) == 0);
            AX_ASSERT(json_object_del(flat, "rule") == 0);
        }
        AX_ASSERT(json_object_set_new(out, name_of(row), flat) == 0);
    }
    if (list != NULL && (!json_is_array(list) || i == 0)) {
        json_decref(out);
        return NULL;
    }
    return out;
}

static void compare_rows(
        json_t *changes, const struct compared *c, const char *above, const json_t *before, const json_t *after);

/* Of two objects the lists of named rows, row by row; false: the key is no such list. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the files, DEPTH_MAX */
static bool compare_list(
        json_t *changes, const struct compared *c, const char *above, const json_t *before, const json_t *after)
{
    json_t *old = by_name_of(before);
    json_t *new = by_name_of(after);
    bool named = old != NULL && new != NULL && (before != NULL || after != NULL);
    if (named) {
        compare_rows(changes, c, above, old, new);
    }
    json_decref(old);
    json_decref(new);
    return named;
}

/* What of an object is no list of named rows goes into `plain`; the lists are compared. */
/* NOLINTNEXTLINE(misc-no-recursion): as deep as the files, DEPTH_MAX */
static void compare_object(json_t *changes, const struct compared *c, const char *id, const char *above,
        const json_t *before, const json_t *after)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_t *old = json_copy((json_t *)(uintptr_t)before);
    json_t *new = json_copy((json_t *)(uintptr_t)after);
    json_t *all = json_copy((json_t *)(uintptr_t)before);
    AX_ASSERT(json_object_update_missing(all, (json_t *)(uintptr_t)after) == 0);
    json_object_foreach(all, key, value)
    {
        if (compare_list(changes, c, above, json_object_get(before, key), json_object_get(after, key))) {
            (void)json_object_del(old, key);
            (void)json_object_del(new, key);
        }
    }
    if (!json_equal(old, new)) {
        const struct compared head = {c->pack, c->file, c->rules && above[0] != '\0'};
        put_change(changes, &head, id, old, new);
    }
    json_decref(all);
    json_decref(new);
    json_decref(old);
}

enum { ROW_NAME_MAX = 256 };

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the files, DEPTH_MAX */
static void compare_rows(
        json_t *changes, const struct compared *c, const char *above, const json_t *before, const json_t *after)
{
    const char *id = NULL;
    json_t *row = NULL;
    json_t *all = json_copy((json_t *)(uintptr_t)before);
    AX_ASSERT(json_object_update_missing(all, (json_t *)(uintptr_t)after) == 0);
    json_object_foreach(all, id, row)
    {
        char name[ROW_NAME_MAX];
        const json_t *old = json_object_get(before, id);
        const json_t *new = json_object_get(after, id);
        (void)snprintf(name, sizeof name, "%s%s%s", above, above[0] == '\0' ? "" : "/", id);
        if (old != NULL && new != NULL) {
            compare_object(changes, c, name, name, old, new);
        } else {
            put_change(changes, c, name, old, new);
        }
    }
    json_decref(all);
}

/* Rows of the gate are rules; of a tariff, a risk score or a table they are parts of the pack's head. */
static void compare_files(json_t *changes, const char *pack, const json_t *from, const json_t *to)
{
    const char *file = NULL;
    json_t *tree = NULL;
    json_t *all = from == NULL ? json_object() : json_copy((json_t *)(uintptr_t)from);
    AX_ASSERT(to == NULL || json_object_update_missing(all, (json_t *)(uintptr_t)to) == 0);
    json_object_foreach(all, file, tree)
    {
        const struct compared c = {pack, file, strcmp(file, "gate.yaml") == 0};
        const struct compared head = {pack, file, false};
        const json_t *before = json_object_get(from, file);
        const json_t *after = json_object_get(to, file);
        if (json_is_object(before) && json_is_object(after)) {
            compare_object(changes, &c, file, "", before, after);
        } else {
            put_change(changes, &head, file, before, after);
        }
    }
    json_decref(all);
}

static json_t *rules_of(const json_t *pack)
{
    json_t *rules = by_name_of(json_object_get(pack, "rules"));
    return rules == NULL ? json_object() : rules; /* the loader refuses what has no name, or that of another */
}

/* `file` has the rules. */
static void compare_packs(
        json_t *changes, const char *id, const char *file, const json_t *from, const json_t *to, bool files)
{
    const struct compared head = {id, file, false};
    const struct compared rules = {id, file, true};
    json_t *before = rules_of(from);
    json_t *after = rules_of(to);
    compare(changes, &head, from, to);
    if (files) {
        compare_files(changes, id, json_object_get(from, "files"), json_object_get(to, "files"));
    }
    compare(changes, &rules, before, after);
    json_decref(before);
    json_decref(after);
}

ax_rc ax_pack_yaml_changes(
        const struct ax_pack_side *from, const struct ax_pack_side *to, json_t **out, struct ax_err *err)
{
    json_t *before = json_object();
    json_t *after = json_object();
    bool single = from->only != NULL && to->only != NULL;
    bool files = !single || (from->dir[0] != '\0' && to->dir[0] != '\0');
    ax_rc rc = read_side(from, single, before, err);
    if (ax_ok(rc)) {
        rc = read_side(to, single, after, err);
    }
    *out = json_array();
    const char *slash = strrchr(to->file, '/');
    const char *file = slash == NULL ? to->file : slash + 1;
    file = file[0] == '\0' ? "pack.yaml" : file;
    const char *id = NULL;
    json_t *pack = NULL;
    json_object_foreach(after, id, pack)
    {
        compare_packs(*out, id[0] == '\0' ? json_string_value(json_object_get(pack, "id")) : id, file,
                json_object_get(before, id), pack, files);
    }
    json_object_foreach(before, id, pack)
    {
        if (json_object_get(after, id) == NULL) {
            compare_packs(*out, id, file, pack, NULL, files);
        }
    }
    json_decref(before);
    json_decref(after);
    return rc;
}
