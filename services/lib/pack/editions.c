/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/pack/editions.h"

#include <stdio.h>
#include <string.h>

size_t ax_edition_count(const struct ax_bundle *bundle, enum ax_edition_kind kind)
{
    const size_t counts[AX_EDITION_KINDS] = {
            bundle->count, bundle->risk_count, bundle->gate_count, bundle->tariff_count};
    return counts[kind];
}

struct ax_edition ax_edition_at(const struct ax_bundle *bundle, enum ax_edition_kind kind, size_t index)
{
    switch (kind) {
    case AX_EDITION_RISK:
        return (struct ax_edition){bundle->risks[index].id, bundle->risks[index].scope};
    case AX_EDITION_GATE: /* the rules of all purposes have the same */
        return (struct ax_edition){
                bundle->gates[index].id, ax_pack_scope(&bundle->gates[index].rules[AX_PURPOSE_LICENSING])};
    case AX_EDITION_TARIFF:
        return (struct ax_edition){bundle->tariffs[index].id, bundle->tariffs[index].scope};
    case AX_EDITION_LEVEL:
    case AX_EDITION_KINDS:
        break;
    }
    return (struct ax_edition){bundle->packs[index].id, ax_pack_scope(&bundle->packs[index])};
}

const char *ax_edition_file(enum ax_edition_kind kind)
{
    static const char *const files[AX_EDITION_KINDS] = {"pack.yaml", "risk.yaml", "gate.yaml", "tariff.yaml"};
    return files[kind];
}

size_t ax_edition_choose(
        const struct ax_bundle *bundle, enum ax_edition_kind kind, ax_str place, ax_str industry, int32_t day)
{
    size_t count = ax_edition_count(bundle, kind);
    size_t best = count;
    struct ax_scope scope = {0};
    for (size_t i = 0; i < count; i++) {
        struct ax_scope other = ax_edition_at(bundle, kind, i).scope;
        if (ax_scope_covers(&other, place, industry, day) &&
                (best == count || ax_scope_fits_better(&other, &scope, place, industry))) {
            best = i;
            scope = other;
        }
    }
    return best;
}

/* The last day on which both apply. */
static int32_t last_of(const struct ax_scope *a, const struct ax_scope *b)
{
    bool first =
            b->effective_to == AX_DAY_NONE || (a->effective_to != AX_DAY_NONE && a->effective_to < b->effective_to);
    return first ? a->effective_to : b->effective_to;
}

/* "every day", "from 2023-07-01", "to …" or both. */
static void put_days(int32_t from, int32_t to, char out[2 * AX_DAY_TEXT_SIZE + 16])
{
    char first[AX_DAY_TEXT_SIZE];
    char last[AX_DAY_TEXT_SIZE];
    enum { SIZE = 2 * AX_DAY_TEXT_SIZE + 16 };
    (void)snprintf(out, SIZE, "%s%s%s%s%s", from == AX_DAY_NONE ? "" : "from ", ax_day_format(from, first),
            from == AX_DAY_NONE || to == AX_DAY_NONE ? "" : " ", to == AX_DAY_NONE ? "" : "to ",
            ax_day_format(to, last));
    if (out[0] == '\0') {
        (void)snprintf(out, SIZE, "every day");
    }
}

static ax_rc check_pair(enum ax_edition_kind kind, const struct ax_edition *a, const struct ax_edition *b,
        const char *dir, struct ax_err *err)
{
    const ax_str *place = ax_prefixes_common(&a->scope.jurisdictions, &b->scope.jurisdictions);
    const ax_str *industry = ax_prefixes_common(&a->scope.industries, &b->scope.industries);
    if (a->scope.effective_from != b->scope.effective_from || place == NULL || industry == NULL) {
        return AX_RC(OK);
    }
    char days[2 * AX_DAY_TEXT_SIZE + 16];
    const char *file = ax_edition_file(kind);
    put_days(a->scope.effective_from, last_of(&a->scope, &b->scope), days);
    return ax_fail_field(err, AX_INVALID, "packs_dir", dir, strlen(dir),
            "two editions where nothing says which applies: %.*s/%s and %.*s/%s, place \"%.*s\", industry \"%.*s\", %s",
            AX_ARG(a->id), file, AX_ARG(b->id), file, AX_ARG(*place), AX_ARG(*industry), days);
}

ax_rc ax_editions_check(const struct ax_bundle *bundle, const char *dir, struct ax_err *err)
{
    for (int kind = 0; kind < AX_EDITION_KINDS; kind++) {
        size_t count = ax_edition_count(bundle, (enum ax_edition_kind)kind);
        for (size_t j = 1; j < count; j++) {
            struct ax_edition b = ax_edition_at(bundle, (enum ax_edition_kind)kind, j);
            for (size_t i = 0; i < j; i++) {
                struct ax_edition a = ax_edition_at(bundle, (enum ax_edition_kind)kind, i);
                AX_TRY(check_pair((enum ax_edition_kind)kind, &a, &b, dir, err));
            }
        }
    }
    return AX_RC(OK);
}

/* From `gap->from` on, in its place and industry: false, it is covered; else until when it is not. */
static bool measure(const struct ax_bundle *bundle, struct ax_edition_gap *gap)
{
    size_t count = ax_edition_count(bundle, gap->kind);
    if (ax_edition_choose(bundle, gap->kind, gap->place, gap->industry, gap->from) < count) {
        return false;
    }
    gap->to = AX_DAY_NONE;
    gap->next = (ax_str){0};
    for (size_t i = 0; i < count; i++) {
        struct ax_edition e = ax_edition_at(bundle, gap->kind, i);
        int32_t begins = e.scope.effective_from;
        if (begins > gap->from && ax_scope_covers(&e.scope, gap->place, gap->industry, begins) &&
                (gap->to == AX_DAY_NONE || begins - 1 < gap->to)) {
            gap->to = begins - 1;
            gap->next = e.id;
        }
    }
    return true;
}

/* The first gap that the edition's places and industries have in `bundle` from a day on; `for_good`: one without end, too. */
static bool find_gap(const struct ax_bundle *bundle, enum ax_edition_kind kind, const struct ax_edition *ended,
        int32_t from, bool for_good, struct ax_edition_gap *out)
{
    const struct ax_strs *industries = &ended->scope.industries;
    for (size_t i = 0; i < ended->scope.jurisdictions.count; i++) {
        for (size_t j = 0; j == 0 || j < industries->count; j++) {
            *out = (struct ax_edition_gap){.kind = kind,
                    .id = ended->id,
                    .place = ended->scope.jurisdictions.items[i],
                    .industry = industries->count == 0 ? (ax_str){0} : industries->items[j],
                    .from = from};
            if (measure(bundle, out) && (for_good || out->to != AX_DAY_NONE)) {
                return true;
            }
        }
    }
    return false;
}

size_t ax_edition_gaps(const struct ax_bundle *bundle, int32_t after, struct ax_edition_gap out[AX_EDITION_GAPS_MAX])
{
    size_t found = 0;
    for (int kind = 0; kind < AX_EDITION_KINDS; kind++) {
        size_t count = ax_edition_count(bundle, (enum ax_edition_kind)kind);
        for (size_t i = 0; i < count && found < AX_EDITION_GAPS_MAX; i++) {
            struct ax_edition e = ax_edition_at(bundle, (enum ax_edition_kind)kind, i);
            int32_t last = e.scope.effective_to;
            found += last != AX_DAY_NONE && last >= after && last < AX_DAY_MAX &&
                                     find_gap(bundle, (enum ax_edition_kind)kind, &e, last + 1, false, &out[found])
                             ? 1
                             : 0;
        }
    }
    return found;
}

size_t ax_edition_gaps_between(const struct ax_bundle *bundle, const struct ax_bundle *later, int32_t day,
        struct ax_edition_gap out[AX_EDITION_GAPS_MAX])
{
    size_t found = 0;
    for (int kind = 0; kind < AX_EDITION_KINDS; kind++) {
        size_t count = ax_edition_count(bundle, (enum ax_edition_kind)kind);
        for (size_t i = 0; i < count && found < AX_EDITION_GAPS_MAX; i++) {
            struct ax_edition e = ax_edition_at(bundle, (enum ax_edition_kind)kind, i);
            bool was = (e.scope.effective_from == AX_DAY_NONE || e.scope.effective_from < day) &&
                       (e.scope.effective_to == AX_DAY_NONE || e.scope.effective_to >= day - 1);
            found += was && find_gap(later, (enum ax_edition_kind)kind, &e, day, true, &out[found]) ? 1 : 0;
        }
    }
    return found;
}

const char *ax_edition_gap_text(const struct ax_edition_gap *gap, char out[AX_EDITION_GAP_TEXT_SIZE])
{
    char from[AX_DAY_TEXT_SIZE];
    char to[AX_DAY_TEXT_SIZE];
    int len = snprintf(out, AX_EDITION_GAP_TEXT_SIZE,
            "days without an edition: no %s covers place \"%.*s\" and industry \"%.*s\" from %s",
            ax_edition_file(gap->kind), AX_ARG(gap->place), AX_ARG(gap->industry), ax_day_format(gap->from, from));
    if (gap->to == AX_DAY_NONE) {
        (void)snprintf(out + len, AX_EDITION_GAP_TEXT_SIZE - (size_t)len, " on: %.*s did until then", AX_ARG(gap->id));
    } else {
        (void)snprintf(out + len, AX_EDITION_GAP_TEXT_SIZE - (size_t)len,
                " to %s: %.*s ends before, and %.*s begins after", ax_day_format(gap->to, to), AX_ARG(gap->id),
                AX_ARG(gap->next));
    }
    return out;
}
