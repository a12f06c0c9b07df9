/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/pack_flags.h"

#include "services/anxin/show.h"

#include <stdlib.h>
#include <string.h>

void ax_pack_flags_free(struct ax_pack_flags *flags)
{
    json_decref(flags->totals);
}

static const struct ax_rule *flag_at(const struct ax_rated *r, size_t i)
{
    return &r->pack->rules[r->rate.flags[i]];
}

static bool has_flag(const struct ax_rated *r, ax_str id)
{
    for (size_t i = 0; i < r->rate.flag_count; i++) {
        if (ax_str_eq(flag_at(r, i)->id, id)) {
            return true;
        }
    }
    return false;
}

static void count(struct ax_pack_flags *flags, const struct ax_rule *rule, const char *what)
{
    flags->totals = flags->totals == NULL ? json_object() : flags->totals;
    json_t *total = json_object_getn(flags->totals, rule->id.ptr, rule->id.len);
    if (total == NULL) {
        total = json_pack("{s:s%,s:s%,s:s%,s:I,s:I}", "ruleId", rule->id.ptr, rule->id.len, "titleZh",
                rule->title_zh.ptr, rule->title_zh.len, "titleEn", rule->title_en.ptr, rule->title_en.len, "added",
                (json_int_t)0, "removed", (json_int_t)0);
        AX_ASSERT(total != NULL && json_object_setn_new(flags->totals, rule->id.ptr, rule->id.len, total) == 0);
    }
    AX_ASSERT(
            json_object_set_new(total, what, json_integer(json_integer_value(json_object_get(total, what)) + 1)) == 0);
}

/* Those of one side that the other has not. */
static void look_at_side(struct ax_pack_flags *flags, const struct ax_rated *side, const struct ax_rated *other,
        const char *what, json_t *out)
{
    for (size_t i = 0; i < side->rate.flag_count; i++) {
        const struct ax_rule *rule = flag_at(side, i);
        if (!has_flag(other, rule->id)) {
            json_t *change = json_pack("{s:s%,s:s%,s:s%,s:s}", "ruleId", rule->id.ptr, rule->id.len, "titleZh",
                    rule->title_zh.ptr, rule->title_zh.len, "titleEn", rule->title_en.ptr, rule->title_en.len, "what",
                    what);
            AX_ASSERT(change != NULL && json_array_append_new(out, change) == 0);
            count(flags, rule, what);
        }
    }
}

json_t *ax_pack_flags_look(struct ax_pack_flags *flags, const struct ax_rated rated[2])
{
    json_t *changes = json_array();
    look_at_side(flags, &rated[0], &rated[1], "removed", changes);
    look_at_side(flags, &rated[1], &rated[0], "added", changes);
    if (json_array_size(changes) == 0) {
        json_decref(changes);
        return NULL;
    }
    flags->enterprises++;
    return changes;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(ax_show_text(*(json_t *const *)a, "ruleId"), ax_show_text(*(json_t *const *)b, "ruleId"));
}

json_t *ax_pack_flags_json(const struct ax_pack_flags *flags)
{
    json_t *out = json_array();
    size_t size = json_object_size(flags->totals);
    json_t **sorted = ax_xcalloc(size + 1, sizeof(json_t *));
    size_t i = 0;
    const char *id = NULL;
    json_t *total = NULL;
    json_object_foreach(flags->totals, id, total)
    {
        sorted[i++] = total;
    }
    qsort((void *)sorted, size, sizeof *sorted, by_id);
    for (i = 0; i < size; i++) {
        AX_ASSERT(json_array_append(out, sorted[i]) == 0);
    }
    ax_xfree((void *)sorted);
    return out;
}

void ax_pack_flags_show(const struct ax_cli *cli, const struct ax_pack_flags *flags)
{
    size_t i = 0;
    json_t *total = NULL;
    if (flags->enterprises == 0) {
        return;
    }
    json_t *all = ax_pack_flags_json(flags);
    (void)printf("\n%s: %lld\n", ax_cli_text(cli, "Enterprises whose flags differ", "提示标记有变的企业"),
            flags->enterprises);
    json_array_foreach(all, i, total)
    {
        (void)printf("  %s  %s: +%lld −%lld\n", ax_show_text(total, "ruleId"),
                ax_show_text(total, cli->chinese ? "titleZh" : "titleEn"), ax_show_number(total, "added"),
                ax_show_number(total, "removed"));
    }
    json_decref(all);
}
