/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks a document and its schema side by side. It goes as deep as the schema does and to each node once: a file that has
 * aliases is refused before.
 */
#include "services/lib/pack/pack_faults.h"

#include "scoring/scope.h"
#include "services/lib/pack/pack_form.h"
#include "services/lib/pack/pack_numbers.h"

#include <cyaml/cyaml.h>
#include <stdarg.h>
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
    bool is_inside;    /* below the file's own keys */
    const char *entry; /* the innermost with a name, which the faults in it begin with; "": the file itself */
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

static void AX_PRINTF(5, 6) refuse(
        const struct walking *w, const yaml_node_t *node, const char *key, const char *value, const char *rule, ...)
{
    char text[AX_ERR_TEXT_MAX];
    va_list args;
    va_start(args, rule);
    (void)vsnprintf(text, sizeof text, rule, args);
    va_end(args);
    ax_pack_fault_add(w->out, line_of(node), key, value, "%s%s%s", w->entry, w->entry[0] == '\0' ? "" : ": ", text);
}

/* Where more than `had` are found, the last is refused in a new file, and kept in one that was approved. */
static void keep_approved(const struct walking *w, size_t had)
{
    if (w->out->count > had) {
        w->out->items[w->out->count - 1].of_new = true;
    }
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
    refuse(w, node, key, text_of(node), "must be one of %s", all);
}

static void check_number(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    const char *text = text_of(node);
    char rule[AX_ERR_TEXT_MAX];
    if (v->type == CYAML_FLOAT) {
        if (!ax_pack_is_decimal(text)) {
            refuse(w, node, key, text, "must be a number in decimal digits");
        } else if (ax_pack_decimal_is_out(text, key, rule, sizeof rule)) {
            refuse(w, node, key, text, "%s", rule);
        }
    } else if (!ax_pack_is_whole(text)) {
        refuse(w, node, key, text, "must be a whole number in decimal digits, without leading zeros");
    } else if (ax_pack_whole_is_out(text, key, v->data_size, v->type == CYAML_INT, rule, sizeof rule)) {
        size_t had = w->out->count;
        refuse(w, node, key, text, "%s", rule);
        keep_approved(w, ax_pack_whole_was_taken(text, key) ? had : had + 1);
    }
}

/* Like numbers, a key means one thing in whichever file it stands. */
static const char *prefix_fault(const char *key, const yaml_node_t *node)
{
    ax_str text = ax_str_of(text_of(node), node->data.scalar.length);
    return strcmp(key, "jurisdictions") == 0 ? ax_scope_place_fault(text)
           : strcmp(key, "industries") == 0  ? ax_scope_industry_fault(text)
                                             : NULL;
}

static void check_text(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    const char *text = text_of(node);
    if (v->type == CYAML_INT || v->type == CYAML_UINT || v->type == CYAML_FLOAT) {
        check_number(w, node, v, key);
    } else if (v->type == CYAML_ENUM && (v->flags & CYAML_FLAG_STRICT) != 0 && !is_word(v, text)) {
        refuse_word(w, node, v, key);
    } else if (v->type == CYAML_BOOL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        refuse(w, node, key, text, "must be true or false");
    } else if (v->type == CYAML_STRING && node->data.scalar.length > v->string.max) {
        refuse(w, node, key, NULL, "at most %u bytes", v->string.max);
    } else if (v->type == CYAML_STRING && prefix_fault(key, node) != NULL) {
        refuse(w, node, key, text, "%s", prefix_fault(key, node));
    }
}

static void check(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key);

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the schema */
static void check_list(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
    if (count < v->sequence.min) {
        refuse(w, node, key, NULL, "too few entries in a list: %zu, and it takes %u", count, v->sequence.min);
    } else if (count > v->sequence.max) {
        refuse(w, node, key, NULL, "too many entries in a list: %zu, and it takes %u", count, v->sequence.max);
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

static const yaml_node_t *value_of(const struct walking *w, const yaml_node_t *node, const char *key)
{
    for (const yaml_node_pair_t *i = node->data.mapping.pairs.start; i < node->data.mapping.pairs.top; i++) {
        if (is_text(yaml_document_get_node(w->document, i->key), key)) {
            return yaml_document_get_node(w->document, i->value);
        }
    }
    return NULL;
}

/* By its id or channel, or by that of the rule that it is about (gate.yaml); what has none stands in the one around it. */
static const char *name_of(const struct walking *w, const yaml_node_t *node)
{
    static const char *const keys[] = {"id", "channel"};
    const yaml_node_t *rule = value_of(w, node, "rule");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const yaml_node_t *own = value_of(w, node, keys[i]);
        own = own == NULL && rule != NULL && rule->type == YAML_MAPPING_NODE ? value_of(w, rule, keys[i]) : own;
        if (own != NULL && own->type == YAML_SCALAR_NODE) {
            return text_of(own);
        }
    }
    return w->entry;
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the schema */
static void check_keys(struct walking *w, const yaml_node_t *node, const cyaml_schema_value_t *v, const char *key)
{
    const char *around = w->entry;
    w->entry = w->is_inside ? name_of(w, node) : "";
    w->is_inside = true;
    for (const yaml_node_pair_t *i = node->data.mapping.pairs.start; i < node->data.mapping.pairs.top; i++) {
        const yaml_node_t *name = yaml_document_get_node(w->document, i->key);
        const cyaml_schema_field_t *f = field_of(v, name);
        if (f != NULL && stood_before(w, node, i, f->key)) {
            refuse(w, name, f->key, NULL, "is there twice");
        } else if (f != NULL) {
            check(w, yaml_document_get_node(w->document, i->value), &f->value, f->key);
        } else if (name != NULL) {
            refuse(w, name, "", name->type == YAML_SCALAR_NODE ? text_of(name) : NULL, "unknown key");
        }
    }
    bool is_empty = node->data.mapping.pairs.start == node->data.mapping.pairs.top;
    for (const cyaml_schema_field_t *f = v->mapping.fields; f->key != NULL; f++) {
        if ((f->value.flags & CYAML_FLAG_OPTIONAL) == 0 && !has_key(w, node, f->key)) {
            refuse(w, node, key, NULL, "a key is missing: %s", f->key);
            is_empty = false;
        }
    }
    if (is_empty) {
        size_t had = w->out->count;
        refuse(w, node, key, "{}", "must have a key: without one it would say what no %s says", key);
        keep_approved(w, had);
    }
    w->entry = around;
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
        refuse(w, node, key, NULL, "%s",
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

void ax_pack_schema_faults(ax_str yaml, const struct cyaml_schema_value *schema, struct ax_pack_faults *out)
{
    yaml_parser_t parser;
    yaml_document_t document;
    ax_pack_form_faults(yaml, out);
    if (yaml.len == 0 || out->count > 0 || yaml_parser_initialize(&parser) == 0) {
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)yaml.ptr, yaml.len);
    if (yaml_parser_load(&parser, &document) != 0) {
        struct walking w = {.document = &document, .out = out, .entry = ""};
        check(&w, yaml_document_get_root_node(&document), schema, "");
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
}
