/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/codes.h"

static ax_rc broken(struct ax_err *err, ax_str what, const char *field, const char *rule)
{
    return ax_fail_field(err, AX_INVALID, field, what.ptr, what.len, "%s", rule);
}

static ax_str key_of(const struct ax_code_entry *c)
{
    return c->code.len > 0 ? c->code : c->name_zh;
}

static ax_rc check_list(const struct ax_code_list *list, struct ax_err *err)
{
    if (!ax_provenance_holds(list->provenance, list->legal_basis)) {
        return broken(err, list->id, "legal_basis", "without a source the provenance must be `ours`");
    }
    for (size_t i = 0; i < list->count; i++) {
        ax_str key = key_of(&list->codes[i]);
        if (key.len == 0) {
            return broken(err, list->id, "codes", "an entry has neither code nor name");
        }
        if (!ax_str_starts(key, list->within)) {
            return broken(err, key, "codes", "does not begin as the list says");
        }
        for (size_t j = 0; j < i; j++) {
            if (ax_str_eq(key_of(&list->codes[j]), key)) {
                return broken(err, key, "codes", "is there twice");
            }
        }
    }
    return AX_RC(OK);
}

static const struct ax_code_list *list_of(const struct ax_codes *codes, ax_str id, ax_str edition)
{
    for (size_t i = 0; i < codes->list_count; i++) {
        if (ax_str_eq(codes->lists[i].id, id) && ax_str_eq(codes->lists[i].edition, edition)) {
            return &codes->lists[i];
        }
    }
    return NULL;
}

static bool is_on(const struct ax_code_list *list, ax_str code)
{
    for (size_t i = 0; i < list->count; i++) {
        if (ax_str_eq(key_of(&list->codes[i]), code)) {
            return true;
        }
    }
    return false;
}

static ax_rc check_map(const struct ax_codes *codes, const struct ax_code_map *map, struct ax_err *err)
{
    const struct ax_code_list *from = list_of(codes, map->list, map->from_edition);
    const struct ax_code_list *to = list_of(codes, map->list, map->to_edition);
    if (from == NULL || to == NULL) {
        return broken(err, map->list, "maps", "names a list or edition that is not there");
    }
    for (size_t i = 0; i < map->count; i++) {
        if (!is_on(from, map->pairs[i].from)) {
            return broken(err, map->pairs[i].from, "from", "is not on the list that is mapped");
        }
        if (!is_on(to, map->pairs[i].to)) {
            return broken(err, map->pairs[i].to, "to", "is not on the list that is mapped to");
        }
    }
    for (size_t i = 0; i < from->count; i++) {
        ax_str key = key_of(&from->codes[i]);
        bool mapped = false;
        for (size_t j = 0; j < map->count && !mapped; j++) {
            mapped = ax_str_eq(map->pairs[j].from, key);
        }
        if (!mapped) {
            return broken(err, key, "maps", "has no place in the other edition");
        }
    }
    return AX_RC(OK);
}

ax_rc ax_codes_check(const struct ax_codes *codes, struct ax_err *err)
{
    for (size_t i = 0; i < codes->list_count; i++) {
        const struct ax_code_list *list = &codes->lists[i];
        AX_TRY(check_list(list, err));
        if (list_of(codes, list->id, list->edition) != list) {
            return broken(err, list->id, "edition", "is there twice");
        }
    }
    for (size_t i = 0; i < codes->map_count; i++) {
        AX_TRY(check_map(codes, &codes->maps[i], err));
    }
    return AX_RC(OK);
}

const struct ax_code_list *ax_codes_list(const struct ax_codes *codes, ax_str id, ax_str edition)
{
    if (edition.len > 0) {
        return list_of(codes, id, edition);
    }
    const struct ax_code_list *latest = NULL;
    for (size_t i = 0; i < codes->list_count; i++) {
        const struct ax_code_list *list = &codes->lists[i];
        if (ax_str_eq(list->id, id) && (latest == NULL || list->effective_from > latest->effective_from)) {
            latest = list;
        }
    }
    return latest;
}

const struct ax_code_entry *ax_codes_find(const struct ax_code_list *list, ax_str code)
{
    const struct ax_code_entry *best = NULL;
    for (size_t i = 0; i < list->count; i++) {
        const struct ax_code_entry *c = &list->codes[i];
        bool longer = best == NULL || c->code.len > best->code.len;
        if (list->prefixes && c->code.len > 0 && longer && ax_str_starts(code, c->code)) {
            best = c;
        } else if (!list->prefixes && (ax_str_eq(key_of(c), code) || ax_str_eq(c->name_zh, code))) {
            return c;
        }
    }
    return best;
}

/* A code that entries of the list lie under: the province of its cities. */
static bool is_above(const struct ax_code_list *list, ax_str code)
{
    for (size_t i = 0; list->prefixes && i < list->count; i++) {
        if (ax_str_starts(list->codes[i].code, code)) {
            return true;
        }
    }
    return false;
}

enum ax_code_known ax_codes_known(const struct ax_codes *codes, ax_str id, ax_str edition, ax_str code)
{
    const struct ax_code_list *list = ax_codes_list(codes, id, edition);
    if (list == NULL || code.len == 0 || !ax_str_starts(code, list->within)) {
        return AX_CODE_NOT_LISTED;
    }
    if (ax_codes_find(list, code) != NULL || is_above(list, code)) {
        return AX_CODE_KNOWN;
    }
    return list->whole ? AX_CODE_UNKNOWN : AX_CODE_NOT_LISTED;
}

size_t ax_codes_map(const struct ax_codes *codes, ax_str id, ax_str from_edition, ax_str to_edition, ax_str code,
        ax_str *out, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < codes->map_count; i++) {
        const struct ax_code_map *map = &codes->maps[i];
        if (!ax_str_eq(map->list, id) || !ax_str_eq(map->from_edition, from_edition) ||
                !ax_str_eq(map->to_edition, to_edition)) {
            continue;
        }
        for (size_t j = 0; j < map->count; j++) {
            if (!ax_str_eq(map->pairs[j].from, code)) {
                continue;
            }
            if (count < max) {
                out[count] = map->pairs[j].to;
            }
            count++;
        }
    }
    return count;
}
