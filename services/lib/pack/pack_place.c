/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/pack_place.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { DEPTH_MAX = 16 }; /* deeper than any schema */

struct looking {
    yaml_document_t *document;
    ax_str name;
    size_t nth;  /* how many of the name are passed over */
    size_t seen; /* so many were found */
};

static yaml_node_t *node_at(const struct looking *l, int index)
{
    return yaml_document_get_node(l->document, index);
}

static bool says(const yaml_node_t *node, ax_str text)
{
    return node != NULL && node->type == YAML_SCALAR_NODE &&
           ax_str_eq(ax_str_of((const char *)node->data.scalar.value, node->data.scalar.length), text);
}

/* The pair of a key in a mapping; NULL: there is none. */
static const yaml_node_pair_t *pair_of(const struct looking *l, const yaml_node_t *node, const char *key)
{
    if (node == NULL || node->type != YAML_MAPPING_NODE) {
        return NULL;
    }
    for (const yaml_node_pair_t *i = node->data.mapping.pairs.start; i < node->data.mapping.pairs.top; i++) {
        if (says(node_at(l, i->key), ax_str_c(key))) {
            return i;
        }
    }
    return NULL;
}

/* By its id, channel or code, or by that of the rule that it is about (gate.yaml). */
static bool is_named(const struct looking *l, const yaml_node_t *node)
{
    static const char *const keys[] = {"id", "channel", "code"};
    const yaml_node_pair_t *rule = pair_of(l, node, "rule");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const yaml_node_pair_t *own = pair_of(l, node, keys[i]);
        const yaml_node_pair_t *of_rule = rule == NULL ? NULL : pair_of(l, node_at(l, rule->value), keys[i]);
        if ((own != NULL && says(node_at(l, own->value), l->name)) ||
                (of_rule != NULL && says(node_at(l, of_rule->value), l->name))) {
            return true;
        }
    }
    return false;
}

/* The n-th child of a node, NULL behind the last; of a mapping the values. */
static const yaml_node_t *child_of(const struct looking *l, const yaml_node_t *node, size_t n)
{
    if (node->type == YAML_SEQUENCE_NODE) {
        const yaml_node_item_t *item = node->data.sequence.items.start + n;
        return item < node->data.sequence.items.top ? node_at(l, *item) : NULL;
    }
    if (node->type == YAML_MAPPING_NODE) {
        const yaml_node_pair_t *pair = node->data.mapping.pairs.start + n;
        return pair < node->data.mapping.pairs.top ? node_at(l, pair->value) : NULL;
    }
    return NULL;
}

/* The entry of the name at or below a node, but not in another of the name; where it comes too seldom the last. */
/* NOLINTNEXTLINE(misc-no-recursion): to DEPTH_MAX */
static const yaml_node_t *entry_of(struct looking *l, const yaml_node_t *node, int depth)
{
    const yaml_node_t *found = NULL;
    const yaml_node_t *child = NULL;
    if (is_named(l, node)) {
        l->seen++;
        return node;
    }
    for (size_t n = 0; depth < DEPTH_MAX && (child = child_of(l, node, n)) != NULL && l->seen <= l->nth; n++) {
        const yaml_node_t *deeper = entry_of(l, child, depth + 1);
        found = deeper != NULL ? deeper : found;
    }
    return found;
}

/* The pair of a key in a mapping, or in what it holds that is no list. */
/* NOLINTNEXTLINE(misc-no-recursion): to DEPTH_MAX */
static const yaml_node_pair_t *inner_pair(const struct looking *l, const yaml_node_t *node, const char *key, int depth)
{
    const yaml_node_pair_t *found = pair_of(l, node, key);
    if (found != NULL || node->type != YAML_MAPPING_NODE || depth == DEPTH_MAX) {
        return found;
    }
    const yaml_node_t *child = NULL;
    for (size_t n = 0; found == NULL && (child = child_of(l, node, n)) != NULL; n++) {
        found = inner_pair(l, child, key, depth + 1);
    }
    return found;
}

/* NOLINTNEXTLINE(misc-no-recursion): to DEPTH_MAX */
static const yaml_node_t *scalar_of(const struct looking *l, const yaml_node_t *node, ax_str text, int depth)
{
    if (says(node, text)) {
        return node;
    }
    const yaml_node_t *found = NULL;
    const yaml_node_t *child = NULL;
    for (size_t n = 0; depth < DEPTH_MAX && found == NULL && (child = child_of(l, node, n)) != NULL; n++) {
        found = scalar_of(l, child, text, depth + 1);
    }
    return found;
}

static const yaml_node_t *named(struct looking *l, const yaml_node_t *root, ax_str name)
{
    l->name = name;
    l->seen = 0;
    return entry_of(l, root, 0);
}

static const yaml_node_t *scope_of(struct looking *l, const yaml_node_t *root, const char *entry)
{
    ax_str name = ax_str_c(entry);
    const char *slash = strchr(entry, '/');
    if (name.len == 0) {
        return root;
    }
    const yaml_node_t *found = named(l, root, name);
    if (found == NULL && slash != NULL) {
        const yaml_node_t *outer = named(l, root, ax_str_of(entry, (size_t)(slash - entry)));
        found = outer == NULL ? NULL : named(l, outer, ax_str_c(slash + 1));
        found = found == NULL ? outer : found;
    }
    const yaml_node_pair_t *own = found == NULL ? pair_of(l, root, entry) : NULL;
    return own != NULL ? node_at(l, own->value) : found;
}

static void settle(
        struct looking *l, const yaml_node_t *scope, const char *key, const char *value, struct ax_pack_place *out)
{
    const yaml_node_pair_t *pair = scope == NULL ? NULL : inner_pair(l, scope, key, 0);
    const yaml_node_t *said = pair == NULL ? NULL : node_at(l, pair->value);
    const yaml_node_pair_t *id = pair == NULL && scope != NULL ? inner_pair(l, scope, "id", 0) : pair;
    const yaml_node_t *at = id == NULL ? scope : node_at(l, id->key);
    if (value != NULL && scope != NULL) {
        const yaml_node_t *exact = scalar_of(l, said == NULL ? scope : said, ax_str_c(value), 0);
        at = exact == NULL ? at : exact;
    } else if (said != NULL && said->type == YAML_SCALAR_NODE) {
        (void)snprintf(out->value, sizeof out->value, "%s", (const char *)said->data.scalar.value);
    }
    out->line = at == NULL ? 0 : at->start_mark.line + 1;
}

void ax_pack_place_find(
        ax_str yaml, const char *entry, size_t nth, const char *key, const char *value, struct ax_pack_place *out)
{
    yaml_parser_t parser;
    yaml_document_t document;
    *out = (struct ax_pack_place){.line = 0};
    if (value != NULL) {
        (void)snprintf(out->value, sizeof out->value, "%s", value);
    }
    if (yaml_parser_initialize(&parser) == 0) {
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.ptr, yaml.len);
    if (yaml_parser_load(&parser, &document) != 0) {
        struct looking l = {.document = &document, .nth = nth};
        const yaml_node_t *root = yaml_document_get_root_node(&document);
        if (root != NULL) {
            settle(&l, scope_of(&l, root, entry), key, value, out);
        }
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
}

ax_rc ax_pack_place_fail(const struct ax_pack_place *at, const char *file, const char *entry, const char *key,
        const char *why, struct ax_err *err)
{
    return ax_fail_field(err, AX_INVALID, key, at->value, strlen(at->value), "%s: line %zu: %s%s%s", file, at->line,
            entry, entry[0] == '\0' ? "" : ": ", why);
}
