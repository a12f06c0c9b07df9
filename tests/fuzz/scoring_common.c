/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks the parsers of calendar.yaml, deadlines.yaml and codes.yaml (the first byte says which): any bytes give a table that
 * can be asked, or an error that says why. */
#include "services/lib/pack/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void calendar(ax_str yaml)
{
    struct ax_pack_text *text;
    struct ax_calendar c;
    struct ax_err err = {.text = ""};
    if (!ax_ok(ax_calendar_parse("calendar.yaml", yaml, &text, &c, &err))) {
        AX_ASSERT(err.text[0] != '\0');
        return;
    }
    bool derived;
    int32_t until = ax_calendar_add(&c, 20000, 20, &derived);
    AX_ASSERT(ax_calendar_between(&c, 20000, until, &derived) == 20);
    ax_pack_text_free(text);
}

static void deadlines(ax_str yaml)
{
    struct ax_pack_text *text;
    struct ax_deadlines d;
    struct ax_err err = {.text = ""};
    if (!ax_ok(ax_deadlines_parse("deadlines.yaml", yaml, &text, &d, &err))) {
        AX_ASSERT(err.text[0] != '\0');
        return;
    }
    const struct ax_calendar week = {.id = AX_STR("week")};
    for (size_t i = 0; i < d.count; i++) {
        bool derived;
        const struct ax_deadline_question q = {d.rows[i].topic, AX_STR("14"), AX_STR("某局"), 20000};
        const struct ax_deadline *row = ax_deadline_find(&d, &q);
        AX_ASSERT(row == NULL || ax_deadline_due(row, &week, 20000, true, &derived) >= 20000);
    }
    struct ax_entry entry = {.kind = AX_FACT_ENFORCEMENT_PENALTY, .from_day = 45000};
    struct ax_clocks clocks;
    ax_deadlines_clocks(&d, &entry, AX_STR("14"), &clocks);
    AX_ASSERT(clocks.rule == NULL || clocks.use_until <= clocks.archive_until);
    ax_pack_text_free(text);
}

static void codes(ax_str yaml)
{
    struct ax_pack_text *text;
    struct ax_codes k;
    struct ax_err err = {.text = ""};
    if (!ax_ok(ax_codes_parse("codes.yaml", yaml, &text, &k, &err))) {
        AX_ASSERT(err.text[0] != '\0');
        return;
    }
    for (size_t i = 0; i < k.list_count; i++) {
        const struct ax_code_list *l = &k.lists[i];
        AX_ASSERT(l->count == 0 || l->codes[0].code.len == 0 || ax_codes_find(l, l->codes[0].code) != NULL);
    }
    ax_pack_text_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void (*const parsers[])(ax_str yaml) = {calendar, deadlines, codes};
    if (size > 0) {
        parsers[data[0] % 3](ax_str_of(data + 1, size - 1));
    }
    return 0;
}
