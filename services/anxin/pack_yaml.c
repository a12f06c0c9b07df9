/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/pack_yaml.h"

#include "base/file.h"
#include "services/lib/pack/bundle.h"

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
