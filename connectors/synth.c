/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/synth.h"

#include "connectors/synth_facts.h"

#include <stdarg.h>
#include <stdio.h>

enum { FACTS_ARENA_MAX_BYTES = 4 << 20 };

struct ax_synth {
    struct ax_synth_options options;
    struct ax_synth_choice choice;
    struct ax_synth_facts facts; /* of the enterprise in hand */
    uint32_t next_enterprise;
    size_t next_fact;
};

ax_str ax_synth_text(struct ax_synth_facts *s, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    AX_ASSERT(len >= 0 && (size_t)len < sizeof text);
    ax_str copy = ax_arena_dup(&s->arena, ax_str_of(text, (size_t)len));
    AX_ASSERT(copy.ptr != NULL); /* an enterprise has a bounded number of facts */
    return copy;
}

struct ax_fact *ax_synth_add(
        struct ax_synth_facts *s, const char *source, const char *prefix, int32_t kind, int32_t occurred_on)
{
    struct ax_fact *fact = AX_ARENA_NEW(&s->arena, struct ax_fact);
    AX_ASSERT(fact != NULL && s->count < AX_SYNTH_FACTS_MAX);
    s->facts[s->count++] = fact;
    ax_fact_init(fact);
    ax_fact_set_kind(fact, kind);
    fact->source = ax_str_c(source);
    fact->reference = ax_synth_text(s, "%s-%s-%zu", prefix, s->profile.code, s->count);
    fact->revision = 1;
    fact->enterprise = ax_str_c(s->profile.code);
    fact->enterprise_name = ax_str_c(s->profile.name);
    fact->region = ax_str_c(s->profile.region);
    fact->industry = ax_str_c(s->profile.sector->industry);
    fact->industry_edition = AX_STR("2017");
    fact->occurred_on = occurred_on;
    fact->synthetic = true;
    return fact;
}

int32_t ax_synth_day(struct ax_synth_facts *s, int months_from, int months_to)
{
    int32_t last = ax_day_add_months(s->until, -months_from);
    int32_t first = ax_day_add_months(s->until, -months_to) + 1;
    return ax_random_between(&s->random, first, last);
}

ax_rc ax_synth_open(const struct ax_synth_options *options, struct ax_synth **out, struct ax_err *err)
{
    *out = NULL;
    if (options->enterprises < 1 || options->enterprises > AX_SYNTH_ENTERPRISES_MAX) {
        return ax_fail_field(err, AX_INVALID, "enterprises", NULL, 0, "must be 1 to %d, this is %u",
                AX_SYNTH_ENTERPRISES_MAX, (unsigned)options->enterprises);
    }
    if (options->until < ax_day_of(1990, 1, 1) || options->until > ax_day_of(2099, 1, 1)) {
        return ax_fail_field(err, AX_INVALID, "until", NULL, 0, "must be a day from 1990-01-01 to 2099-01-01");
    }
    struct ax_synth_choice choice;
    if (!ax_synth_choose(&options->industries, &options->regions, &choice)) {
        return ax_fail_field(err, AX_INVALID, choice.sector_count == 0 ? "industries" : "regions", NULL, 0,
                "no enterprise of these can be made up (%s)",
                choice.sector_count == 0 ? "connectors/synth_plan.c has the industries"
                                         : "14, 3412, 37, 41 and 43 can");
    }
    struct ax_synth *synth = ax_xcalloc(1, sizeof *synth);
    synth->options = *options;
    synth->choice = choice;
    ax_arena_init(&synth->facts.arena, 128 << 10, FACTS_ARENA_MAX_BYTES);
    *out = synth;
    return AX_RC(OK);
}

void ax_synth_close(struct ax_synth *synth)
{
    if (synth != NULL) {
        ax_arena_deinit(&synth->facts.arena);
        ax_xfree(synth);
    }
}

static void make_enterprise(struct ax_synth *synth)
{
    struct ax_synth_facts *s = &synth->facts;
    uint32_t index = synth->next_enterprise++;
    uint64_t state = synth->options.seed ^ ((uint64_t)index << 32);
    ax_arena_reset(&s->arena);
    ax_random_init(&s->random, ax_random_mix(&state));
    s->until = synth->options.until;
    s->count = 0;
    synth->next_fact = 0;
    ax_synth_make_profile(index, synth->options.seed, &synth->choice, &s->random, &s->profile);
    ax_synth_make_plan(index, synth->options.enterprises, synth->options.seed, &s->random, &s->plan);
    ax_synth_plan_cover(s);
    ax_synth_add_standing(s);
    ax_synth_add_acts(s);
    ax_synth_add_watching(s);
}

const struct ax_fact *ax_synth_next(struct ax_synth *synth)
{
    if (synth->next_fact == synth->facts.count) {
        if (synth->next_enterprise == synth->options.enterprises) {
            return NULL;
        }
        make_enterprise(synth);
    }
    return synth->facts.facts[synth->next_fact++];
}

uint32_t ax_synth_progress(const struct ax_synth *synth)
{
    return synth->next_enterprise;
}
