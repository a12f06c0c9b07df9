/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/pack_form.h"

#include <yaml.h>

struct looking {
    yaml_parser_t parser;
    ax_str yaml;
    struct ax_pack_faults *out;
    size_t depth;
    size_t values;
    size_t documents;
    struct {
        bool is_mapping;
        size_t count; /* of keys and values, or of entries */
    } open[AX_PACK_DEPTH_MAX];
};

/* Of what cannot be read as text at all libyaml tells the byte alone. */
static size_t line_at(ax_str yaml, size_t byte)
{
    size_t line = 1;
    for (size_t i = 0; i < byte && i < yaml.len; i++) {
        line += yaml.ptr[i] == '\n' ? 1 : 0;
    }
    return line;
}

static void say_no_yaml(const struct looking *l)
{
    const yaml_parser_t *p = &l->parser;
    bool unreadable = p->error == YAML_READER_ERROR;
    ax_pack_fault_add(l->out, unreadable ? line_at(l->yaml, p->problem_offset) : p->problem_mark.line + 1, "", NULL,
            "must be YAML: %s", p->problem == NULL ? "" : p->problem);
}

static const yaml_char_t *anchor_of(const yaml_event_t *e)
{
    return e->type == YAML_SCALAR_EVENT           ? e->data.scalar.anchor
           : e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.anchor
           : e->type == YAML_MAPPING_START_EVENT  ? e->data.mapping_start.anchor
           : e->type == YAML_ALIAS_EVENT          ? e->data.alias.anchor
                                                  : NULL;
}

/* One more key, entry or value; false: there are too many. */
static bool count_value(struct looking *l, size_t line)
{
    if (++l->values > AX_PACK_VALUES_MAX) {
        ax_pack_fault_add(l->out, line, "", NULL, "too many values in a file: at most %d", AX_PACK_VALUES_MAX);
        return false;
    }
    if (l->depth == 0) {
        return true;
    }
    size_t last = l->depth - 1;
    if (++l->open[last].count > 2 * (size_t)AX_PACK_KEYS_MAX && l->open[last].is_mapping) {
        ax_pack_fault_add(l->out, line, "", NULL, "too many keys side by side: at most %d", AX_PACK_KEYS_MAX);
        return false;
    }
    return true;
}

static bool go_in(struct looking *l, size_t line, bool is_mapping)
{
    if (!count_value(l, line)) {
        return false;
    }
    if (l->depth == AX_PACK_DEPTH_MAX) {
        ax_pack_fault_add(l->out, line, "", NULL, "nested more than %d deep", AX_PACK_DEPTH_MAX);
        return false;
    }
    l->open[l->depth].is_mapping = is_mapping;
    l->open[l->depth++].count = 0;
    return true;
}

/* false: there is nothing more to look for. */
static bool take(struct looking *l, const yaml_event_t *e)
{
    size_t line = e->start_mark.line + 1;
    if (anchor_of(e) != NULL) {
        ax_pack_fault_add(
                l->out, line, "", (const char *)anchor_of(e), "aliases are not taken: every value stands in full");
        return false;
    }
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (l->documents++ > 0) {
            ax_pack_fault_add(l->out, line, "", NULL, "a file is one document");
        }
        return l->out->count == 0;
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return go_in(l, line, e->type == YAML_MAPPING_START_EVENT);
    case YAML_SCALAR_EVENT:
        return count_value(l, line);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        l->depth--;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
    case YAML_ALIAS_EVENT:
        break;
    }
    return e->type != YAML_STREAM_END_EVENT;
}

void ax_pack_form_faults(ax_str yaml, struct ax_pack_faults *out)
{
    struct looking l = {.yaml = yaml, .out = out};
    if (yaml.len == 0 || yaml_parser_initialize(&l.parser) == 0) {
        return;
    }
    yaml_parser_set_input_string(&l.parser, (const unsigned char *)yaml.ptr, yaml.len);
    for (bool more = true; more;) {
        yaml_event_t event;
        if (yaml_parser_parse(&l.parser, &event) == 0) {
            say_no_yaml(&l);
            break;
        }
        more = take(&l, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&l.parser);
}
