/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/pack_head.h"

#include "services/lib/pack/bundle.h"
#include "services/lib/pack/pack_text.h"

struct ax_strs ax_pack_strs(struct ax_pack_text *text, char **words, uint32_t count)
{
    struct ax_strs strs = {ax_pack_text_alloc(text, count * sizeof(ax_str)), count};
    for (uint32_t i = 0; i < count; i++) {
        strs.items[i] = ax_str_c(words[i]);
    }
    return strs;
}

bool ax_pack_day(const char *words, int32_t *day)
{
    *day = AX_DAY_NONE;
    return words == NULL || ax_day_parse_iso(ax_str_c(words), day);
}

static ax_rc day_of(const char *key, const char *words, int32_t *day, struct ax_err *err)
{
    return ax_pack_day(words, day) ? AX_RC(OK)
                                   : ax_fail_field(err, AX_INVALID, key, words, strlen(words),
                                             "must be a day of the calendar, YYYY-MM-DD");
}

ax_rc ax_pack_head_scope(
        struct ax_pack_text *text, const struct ax_pack_head *head, struct ax_scope *out, struct ax_err *err)
{
    out->jurisdictions = ax_pack_strs(text, head->jurisdictions, head->jurisdictions_count);
    out->industries = ax_pack_strs(text, head->industries, head->industries_count);
    AX_TRY(day_of("effective_from", head->effective_from, &out->effective_from, err));
    return day_of("effective_to", head->effective_to, &out->effective_to, err);
}

ax_rc ax_pack_settle(ax_rc rc, struct ax_pack_text *text, struct ax_pack_text **out)
{
    if (ax_ok(rc)) {
        *out = text;
    } else {
        ax_pack_text_free(text);
    }
    return rc;
}
