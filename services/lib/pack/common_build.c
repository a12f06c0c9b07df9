/* SPDX-License-Identifier: Apache-2.0 */
/* From the text of calendar.yaml, deadlines.yaml and codes.yaml to checked tables. */
#include "services/lib/pack/bundle.h"
#include "services/lib/pack/common_text.h"
#include "services/lib/pack/pack_place.h"

enum { RANGE_DAYS_MAX = 31 };

struct building {
    struct ax_pack_text *text;
    const char *name; /* of the file */
    ax_str yaml;
    struct ax_err *err;
};

/* An error about a key of the entry with this id, without a value what the file says there; or about the words themselves,
 * where no entry is named so. */
static ax_rc broken(const struct building *b, const char *mark, const char *key, const char *value, const char *why)
{
    struct ax_pack_place at;
    bool last = strcmp(key, "id") == 0 || strcmp(key, "codes") == 0; /* where one is there twice, the second */
    ax_pack_place_find(b->yaml, mark, last ? AX_PACK_PLACE_LAST : 0, key, value, &at);
    bool entry = at.line != 0;
    if (!entry) {
        ax_pack_place_find(b->yaml, "", 0, "", mark, &at);
    }
    return ax_pack_place_fail(&at, b->name, entry ? mark : "", key, why, b->err);
}

/* What a check of scoring/ found: its value names the entry. */
static ax_rc found(const struct building *b, const struct ax_err *inner)
{
    return broken(b, inner->value, inner->field, NULL, inner->text);
}

static ax_str text_of(const char *words)
{
    return words == NULL ? AX_STR("") : ax_str_c(words);
}

static ax_rc day_of(const struct building *b, const char *mark, const char *key, const char *words, int32_t *day)
{
    return ax_pack_day(words, day) ? AX_RC(OK)
                                   : broken(b, mark, key, words, "must be a day of the calendar, YYYY-MM-DD");
}

/* "D" or "D..E", both counted. */
static ax_rc add_days(const struct building *b, const char *words, bool works, struct ax_calendar *out)
{
    int32_t from;
    int32_t until;
    size_t dots;
    ax_str text = ax_str_c(words);
    ax_str last = text;
    if (ax_str_find(text, AX_STR(".."), &dots)) {
        last = ax_str_of(text.ptr + dots + 2, text.len - dots - 2);
        text = ax_str_of(text.ptr, dots);
    }
    if (!ax_day_parse_iso(text, &from) || !ax_day_parse_iso(last, &until)) {
        return broken(b, words, works ? "work" : "off", words,
                "must be days of the calendar, YYYY-MM-DD or YYYY-MM-DD..YYYY-MM-DD");
    }
    if (until < from || until - from >= RANGE_DAYS_MAX) {
        return broken(b, words, works ? "work" : "off", words, "must be 1 to 31 days");
    }
    for (int32_t day = from; day <= until; day++) {
        if (out->day_count == AX_CALENDAR_DAYS_MAX) {
            return broken(b, words, works ? "work" : "off", words, "more days than a calendar may hold");
        }
        out->days[out->day_count++] = (struct ax_calendar_day){day, works};
    }
    return AX_RC(OK);
}

static ax_rc build_calendar(const struct building *b, struct ax_calendar *out)
{
    const struct ax_calendar_root *root = ax_pack_text_root(b->text);
    *out = (struct ax_calendar){.id = ax_str_c(root->id), .year_count = root->years_count};
    out->years = ax_pack_text_alloc(b->text, root->years_count * sizeof *out->years);
    out->days = ax_pack_text_alloc(b->text, AX_CALENDAR_DAYS_MAX * sizeof *out->days);
    for (uint32_t i = 0; i < root->years_count; i++) {
        const struct ax_calendar_year_text *y = &root->years[i];
        out->years[i] = (struct ax_calendar_year){y->year, ax_str_c(y->notice), (enum ax_provenance)y->provenance};
        for (uint32_t j = 0; j < y->off_count; j++) {
            AX_TRY(add_days(b, y->off[j], false, out));
        }
        for (uint32_t j = 0; j < y->work_count; j++) {
            AX_TRY(add_days(b, y->work[j], true, out));
        }
    }
    struct ax_err inner;
    ax_rc rc = ax_calendar_check(out, &inner);
    return ax_ok(rc) ? rc : found(b, &inner);
}

static ax_rc build_deadline(const struct building *b, const struct ax_deadline_text *t, struct ax_deadline *d)
{
    *d = (struct ax_deadline){
            .id = ax_str_c(t->id),
            .topic = ax_str_c(t->topic),
            .title_zh = ax_str_c(t->title_zh),
            .title_en = ax_str_c(t->title_en),
            .counts_from = ax_str_c(t->counts_from),
            .jurisdictions = ax_pack_strs(b->text, t->jurisdictions, t->jurisdictions_count),
            .authorities = ax_pack_strs(b->text, t->authorities, t->authorities_count),
            .amount = t->amount,
            .extension = t->extension,
            .unit = (enum ax_deadline_unit)t->unit,
            .legal_basis = text_of(t->legal_basis),
            .provenance = (enum ax_provenance)t->provenance,
    };
    AX_TRY(day_of(b, t->id, "effective_from", t->effective_from, &d->effective_from));
    return day_of(b, t->id, "effective_to", t->effective_to, &d->effective_to);
}

static ax_rc mask_of(const struct building *b, const struct ax_clock_text *t, const char *key, char **words,
        uint32_t count, uint32_t *mask)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value;
        if (!ax_pack_name_value(t->kind, key, words[i], &value)) {
            return broken(b, t->id, key, words[i], "not a name of this kind of fact");
        }
        *mask |= UINT32_C(1) << value;
    }
    return AX_RC(OK);
}

static ax_rc build_clock(const struct building *b, const struct ax_clock_text *t, struct ax_clock_rule *c)
{
    *c = (struct ax_clock_rule){
            .id = ax_str_c(t->id),
            .kind = t->kind,
            .jurisdictions = ax_pack_strs(b->text, t->jurisdictions, t->jurisdictions_count),
            .repair_months = t->repair_months,
            .publish_months = t->publish_months,
            .use_months = t->use_months,
            .archive_months = t->archive_months,
            .legal_basis = text_of(t->legal_basis),
            .provenance = (enum ax_provenance)t->provenance,
    };
    AX_TRY(mask_of(b, t, "grades", t->grades, t->grades_count, &c->grades));
    AX_TRY(mask_of(b, t, "categories", t->categories, t->categories_count, &c->categories));
    AX_TRY(day_of(b, t->id, "effective_from", t->effective_from, &c->effective_from));
    return day_of(b, t->id, "effective_to", t->effective_to, &c->effective_to);
}

static ax_rc build_deadlines(const struct building *b, struct ax_deadlines *out)
{
    const struct ax_deadlines_root *root = ax_pack_text_root(b->text);
    *out = (struct ax_deadlines){
            .id = ax_str_c(root->id), .count = root->deadlines_count, .clock_count = root->clocks_count};
    out->rows = ax_pack_text_alloc(b->text, root->deadlines_count * sizeof *out->rows);
    out->clocks = ax_pack_text_alloc(b->text, root->clocks_count * sizeof *out->clocks);
    for (uint32_t i = 0; i < root->deadlines_count; i++) {
        AX_TRY(build_deadline(b, &root->deadlines[i], &out->rows[i]));
    }
    for (uint32_t i = 0; i < root->clocks_count; i++) {
        AX_TRY(build_clock(b, &root->clocks[i], &out->clocks[i]));
    }
    struct ax_err inner;
    ax_rc rc = ax_deadlines_check(out, &inner);
    return ax_ok(rc) ? rc : found(b, &inner);
}

static ax_rc build_list(const struct building *b, const struct ax_code_list_text *t, struct ax_code_list *l)
{
    *l = (struct ax_code_list){
            .id = ax_str_c(t->id),
            .edition = ax_str_c(t->edition),
            .title_zh = ax_str_c(t->title_zh),
            .title_en = ax_str_c(t->title_en),
            .prefixes = t->prefixes,
            .whole = t->whole,
            .within = text_of(t->within),
            .legal_basis = text_of(t->legal_basis),
            .note = text_of(t->note),
            .provenance = (enum ax_provenance)t->provenance,
            .codes = ax_pack_text_alloc(b->text, t->codes_count * sizeof(struct ax_code_entry)),
            .count = t->codes_count,
    };
    for (uint32_t i = 0; i < t->codes_count; i++) {
        const struct ax_code_text *c = &t->codes[i];
        int32_t provenance = c->provenance == AX_PROVENANCE_NONE ? t->provenance : c->provenance;
        l->codes[i] = (struct ax_code_entry){
                text_of(c->code), text_of(c->zh), text_of(c->en), text_of(c->group), (enum ax_provenance)provenance};
    }
    AX_TRY(day_of(b, t->id, "effective_from", t->effective_from, &l->effective_from));
    return day_of(b, t->id, "effective_to", t->effective_to, &l->effective_to);
}

static ax_rc build_map(const struct building *b, const struct ax_code_map_text *t, struct ax_code_map *m)
{
    *m = (struct ax_code_map){
            .list = ax_str_c(t->list),
            .from_edition = ax_str_c(t->from_edition),
            .to_edition = ax_str_c(t->to_edition),
            .note = text_of(t->note),
            .provenance = (enum ax_provenance)t->provenance,
            .pairs = ax_pack_text_alloc(b->text, AX_CODE_PAIRS_MAX * sizeof(struct ax_code_pair)),
    };
    for (uint32_t i = 0; i < t->pairs_count; i++) {
        const struct ax_code_pair_text *p = &t->pairs[i];
        for (uint32_t j = 0; j < p->to_count; j++) {
            if (m->count == AX_CODE_PAIRS_MAX) {
                return broken(b, p->from, "pairs", p->from, "more pairs than a map may hold");
            }
            m->pairs[m->count++] = (struct ax_code_pair){ax_str_c(p->from), ax_str_c(p->to[j])};
        }
    }
    return AX_RC(OK);
}

static ax_rc build_codes(const struct building *b, struct ax_codes *out)
{
    const struct ax_codes_root *root = ax_pack_text_root(b->text);
    *out = (struct ax_codes){.id = ax_str_c(root->id), .list_count = root->lists_count, .map_count = root->maps_count};
    out->lists = ax_pack_text_alloc(b->text, root->lists_count * sizeof *out->lists);
    out->maps = ax_pack_text_alloc(b->text, root->maps_count * sizeof *out->maps);
    for (uint32_t i = 0; i < root->lists_count; i++) {
        AX_TRY(build_list(b, &root->lists[i], &out->lists[i]));
    }
    for (uint32_t i = 0; i < root->maps_count; i++) {
        AX_TRY(build_map(b, &root->maps[i], &out->maps[i]));
    }
    struct ax_err inner;
    ax_rc rc = ax_codes_check(out, &inner);
    return ax_ok(rc) ? rc : found(b, &inner);
}

ax_rc ax_calendar_parse(
        const char *name, ax_str yaml, struct ax_pack_text **text, struct ax_calendar *out, struct ax_err *err)
{
    struct building b = {.name = name, .yaml = yaml, .err = err};
    AX_TRY(ax_pack_text_read(name, yaml, &ax_calendar_root_value, &b.text, err));
    return ax_pack_settle(build_calendar(&b, out), b.text, text);
}

ax_rc ax_deadlines_parse(
        const char *name, ax_str yaml, struct ax_pack_text **text, struct ax_deadlines *out, struct ax_err *err)
{
    struct building b = {.name = name, .yaml = yaml, .err = err};
    AX_TRY(ax_pack_text_read(name, yaml, &ax_deadlines_root_value, &b.text, err));
    return ax_pack_settle(build_deadlines(&b, out), b.text, text);
}

ax_rc ax_codes_parse(
        const char *name, ax_str yaml, struct ax_pack_text **text, struct ax_codes *out, struct ax_err *err)
{
    struct building b = {.name = name, .yaml = yaml, .err = err};
    AX_TRY(ax_pack_text_read(name, yaml, &ax_codes_root_value, &b.text, err));
    return ax_pack_settle(build_codes(&b, out), b.text, text);
}
