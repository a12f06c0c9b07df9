/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks a document and its schema side by side. It goes as deep as the schema does and to each node once: a file that has
 * aliases is not looked at, since libcyaml takes none.
 */
#include "services/lib/pack/pack_faults.h"

#include "services/lib/pack/pack_numbers.h"

#include <cyaml/cyaml.h>
#include <stdio.h>
#include <yaml.h>

void ax_pack_fault_add(
        struct ax_pack_faults *faults, size_t line, const char *key, const char *value, const char *rule, ...)
{
    char text[AX_ERR_TEXT_MAX];
    va_list args;
    if (faults->count == AX_PACK_FAULTS_MAX) {
        faults->is_cut = true;
        return;
    }
    va_start(args, rule);
    (void)vsnprintf(text, sizeof text, rule, args);
    va_end(args);
    struct ax_pack_fault *f = &faults->items[faults->count++];
    f->line = line;
    ax_rc rc = ax_fail_field(&f->err, AX_INVALID, key, value, value == NULL ? 0 : strlen(value), "%s", text);
    AX_ASSERT(!ax_ok(rc));
}

struct walking {
    yaml_document_t *document;
    struct ax_pack_faults *out;
};

static size_t line_of(const yaml_node_t *node)
{
    return node->start_mark.line + 1;
}

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_text(const yaml_node_t *node, const char *text)
{
    return node != NULL && node->type == YAML_SCALAR_NODE && strcmp(text_of(node), text) == 0;
}

static bool is_word(const cyaml_schema_value_t *v, const char *text)
{
    for (uint32_t i = 0; i < v->enumeration.count; i++) {
        if (strcmp(v->enumeration.strings[i].str, text) == 0) {
            return true;
        }
    }
    return false;
}

static void refuse_word(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    char all[AX_ERR_TEXT_MAX / 2] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < v->enumeration.count; i++) {
        const char *word = v->enumeration.strings[i].str;
        if (len + strlen(word) + 3 < sizeof all) {
            len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", len == 0 ? "" : ", ", word);
        }
    }
    ax_pack_fault_add(w->out, line_of(node), key, text_of(node), "must be one of %s", all);
}

static void check_number(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    const char *text = text_of(node);
    char rule[AX_ERR_TEXT_MAX];
    if (v->type == CYAML_FLOAT) {
        if (!ax_pack_is_decimal(text)) {
            ax_pack_fault_add(w->out, line_of(node), key, text, "must be a number in decimal digits");
        } else if (ax_pack_decimal_is_out(text, key, rule, sizeof rule)) {
            ax_pack_fault_add(w->out, line_of(node), key, text, "%s", rule);
        }
    } else if (!ax_pack_is_whole(text)) {
        ax_pack_fault_add(
                w->out, line_of(node), key, text, "must be a whole number in decimal digits, without leading zeros");
    } else if (ax_pack_whole_is_out(text, key, v->data_size, v->type == CYAML_INT, rule, sizeof rule)) {
        ax_pack_fault_add(w->out, line_of(node), key, text, "%s", rule);
    }
}

static void check_text(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    const char *text = text_of(node);
    if (v->type == CYAML_INT || v->type == CYAML_UINT || v->type == CYAML_FLOAT) {
        check_number(w, node, v, key);
    } else if (v->type == CYAML_ENUM && (v->flags & CYAML_FLAG_STRICT) != 0 && !is_word(v, text)) {
        refuse_word(w, node, v, key);
    } else if (v->type == CYAML_BOOL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        ax_pack_fault_add(w->out, line_of(node), key, text, "must be true or false");
    } else if (v->type == CYAML_STRING && node->data.scalar.length > v->string.max) {
        ax_pack_fault_add(w->out, line_of(node), key, NULL, "at most %u bytes", v->string.max);
    }
}

static void check(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key);

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the schema */
static void check_list(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count < v->sequence.min) {
        ax_pack_fault_add(w->out, line_of(node), key, NULL, "too few entries in a list: %zu, and it takes %u", count,
                v->sequence.min);
    } else if (count > v->sequence.max) {
        ax_pack_fault_add(w->out, line_of(node), key, NULL, "too many entries in a list: %zu, and it takes %u", count,
                v->sequence.max);
    }
    for (const yaml_node_item_t *i = node->data.sequence.items.start; i < node->data.sequence.items.top; i++) {
        check(w, yaml_document_get_node(w->document, *i), v->sequence.entry, key);
    }
}

static const cyaml_schema_field_t *field_of(const cyaml_schema_value_t *v, const yaml_node_t *key)
{
    const cyaml_schema_field_t *f = v->mapping.fields;
    while (f->key != NULL && !is_text(key, f->key)) {
        f++;
    }
    return f->key == NULL ? NULL : f;
}

static bool stood_before(const struct walking *w, const yaml_node_t *node, const yaml_node_pair_t *end, const char *key)
{
    for (const yaml_node_pair_t *i = node->data.mapping.pairs.start; i < end; i++) {
        if (is_text(yaml_document_get_node(w->document, i->key), key)) {
            return true;
        }
    }
    return false;
}

static bool has_key(const struct walking *w, const yaml_node_t *node, const char *key)
{
    return stood_before(w, node, node->data.mapping.pairs.top, key);
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the schema */
static void check_keys(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    for (const yaml_node_pair_t *i = node->data.mapping.pairs.start; i < node->data.mapping.pairs.top; i++) {
        const yaml_node_t *name = yaml_document_get_node(w->document, i->key);
        const cyaml_schema_field_t *f = field_of(v, name);
        if (f != NULL && stood_before(w, node, i, f->key)) {
            ax_pack_fault_add(w->out, line_of(name), f->key, NULL, "is there twice");
        } else if (f != NULL) {
            check(w, yaml_document_get_node(w->document, i->value), &f->value, f->key);
        } else if (name != NULL) {
            ax_pack_fault_add(
                    w->out, line_of(name), "", name->type == YAML_SCALAR_NODE ? text_of(name) : NULL, "unknown key");
        }
    }
    for (const cyaml_schema_field_t *f = v->mapping.fields; f->key != NULL; f++) {
        if ((f->value.flags & CYAML_FLAG_OPTIONAL) == 0 && !has_key(w, node, f->key)) {
            ax_pack_fault_add(w->out, line_of(node), key, NULL, "a key is missing: %s", f->key);
        }
    }
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the schema */
static void check(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    if (node == NULL || v->type == CYAML_IGNORE) {
        return;
    }
    bool list = v->type == CYAML_SEQUENCE || v->type == CYAML_SEQUENCE_FIXED || v->type == CYAML_FLAGS;
    bool keys = v->type == CYAML_MAPPING || v->type == CYAML_BITFIELD;
    yaml_node_type_t wanted = list ? YAML_SEQUENCE_NODE : keys ? YAML_MAPPING_NODE : YAML_SCALAR_NODE;
    if (node->type != wanted) {
        ax_pack_fault_add(w->out, line_of(node), key, NULL, "%s",
                list   ? "must be a list"
                : keys ? "must be keys with values"
                       : "must be one value");
    } else if (v->type == CYAML_MAPPING) {
        check_keys(w, node, v, key);
    } else if (list && v->type != CYAML_FLAGS) {
        check_list(w, node, v, key);
    } else if (!list && !keys) {
        check_text(w, node, v, key);
    }
}

/* An alias gives a node more than one parent. */
static bool has_aliases(yaml_document_t *document)
{
    size_t nodes = (size_t)(document->nodes.top - document->nodes.start);
    size_t children = 0;
    for (const yaml_node_t *n = document->nodes.start; n < document->nodes.top; n++) {
        if (n->type == YAML_SEQUENCE_NODE) {
            children += (size_t)(n->data.sequence.items.top - n->data.sequence.items.start);
        } else if (n->type == YAML_MAPPING_NODE) {
            children += 2 * (size_t)(n->data.mapping.pairs.top - n->data.mapping.pairs.start);
        }
    }
    return nodes > 0 && children + 1 != nodes;
}

static void say_no_yaml(struct ax_pack_faults *out, const yaml_parser_t *parser)
{
    ax_pack_fault_add(out, parser->error == YAML_READER_ERROR ? 0 : parser->problem_mark.line + 1, "", NULL,
            "must be YAML: %s", parser->problem == NULL ? "" : parser->problem);
}

/* What stands behind the first document would never be read. */
static void check_end(yaml_parser_t *parser, struct ax_pack_faults *out)
{
    yaml_document_t document;
    if (yaml_parser_load(parser, &document) == 0) {
        say_no_yaml(out, parser);
        return;
    }
    const yaml_node_t *root = yaml_document_get_root_node(&document);
    if (root != NULL) {
        ax_pack_fault_add(out, line_of(root), "", NULL, "a file is one document");
    }
    yaml_document_delete(&document);
}

void ax_pack_schema_faults(ax_str yaml, const struct cyaml_schema_value *schema, struct ax_pack_faults *out)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (yaml.len == 0 || yaml_parser_initialize(&parser) == 0) {
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.ptr, yaml.len);
    if (yaml_parser_load(&parser, &document) == 0) {
        say_no_yaml(out, &parser);
    } else {
        struct walking w = {.document = &document, .out = out};
        bool empty = yaml_document_get_root_node(&document) == NULL;
        if (!has_aliases(&document)) {
            check(&w, yaml_document_get_root_node(&document), schema, "");
        }
        yaml_document_delete(&document);
        if (!empty) {
            check_end(&parser, out);
        }
    }
    yaml_parser_delete(&parser);
}
