/* SPDX-License-Identifier: Apache-2.0 */
/* Live policies with what the level did under them, and what changed in a period. */
#include "services/exchange/profile.h"

#include "services/exchange/line.h"
#include "services/lib/wire/put.h"

#include <stdlib.h>

enum { MARKED_LEVELS = 2 }; /* a marked change of risk: so many levels (ours) */

static void put_day(struct ax_buf *out, uint32_t number, int32_t day)
{
    char text[AX_DAY_TEXT_SIZE];
    ax_wire_put_str(out, number, ax_str_c(ax_day_format(day, text)));
}

static bool is_marked(int32_t better, int32_t worse)
{
    bool known = better >= AX_LEVEL_A1 && worse <= AX_LEVEL_D && better < worse;
    return known && (worse - better >= MARKED_LEVELS || worse == AX_LEVEL_D);
}

/* What was there on the first day and became known later is no rise of the risk; what a price was found by is what was known
 * then. */
static void put_level_hint(struct ax_buf *out, uint32_t number, int32_t start, int32_t restated, int32_t now)
{
    if (is_marked(restated, now)) {
        ax_put_hint(out, number, "保险法 (2015) 第五十二条",
                "保险标的危险程度显著增加：被保险人应及时通知，保险人可以增加保险费或者解除合同",
                "the risk has risen markedly: the insured must notify, the insurer may raise the premium or cancel");
    } else if (is_marked(now, start)) {
        ax_put_hint(out, number, "保险法 (2015) 第五十三条",
                "保险标的危险程度明显减少：保险人应当降低保险费，并按日计算退还相应的保险费",
                "the risk has fallen markedly: the insurer must lower the premium and refund it by the day");
    }
}

static void put_policy(const struct ax_profiling *p, const struct ax_fact *fact, uint32_t number)
{
    enum {
        INSURER = 1,
        POLICY_NUMBER,
        COVERED_FROM,
        COVERED_UNTIL,
        LIMIT,
        HEADS,
        PREMIUM,
        LEVEL_AT_START,
        LEVEL_NOW,
        HINTS,
        LEVEL_AT_START_RESTATED
    };
    const struct ax_insurance_policy *policy = &fact->insurance_policy;
    struct ax_rate then;
    struct ax_rate restated;
    ax_profile_rate_then(p, policy->covered_from, policy->covered_from, &then);
    ax_profile_rate_then(p, policy->covered_from, p->day, &restated);
    size_t start = p->out->len;
    ax_wire_put_str(p->out, INSURER, policy->insurer);
    ax_wire_put_str(p->out, POLICY_NUMBER, policy->policy_number);
    put_day(p->out, COVERED_FROM, policy->covered_from);
    put_day(p->out, COVERED_UNTIL, policy->covered_until);
    ax_wire_put_uint(p->out, LIMIT, (uint64_t)policy->limit_per_death_fen);
    ax_wire_put_uint(p->out, HEADS, policy->insured_heads);
    ax_wire_put_uint(p->out, PREMIUM, (uint64_t)policy->premium_fen);
    ax_wire_put_uint(p->out, LEVEL_AT_START, (uint64_t)then.level);
    ax_wire_put_uint(p->out, LEVEL_NOW, (uint64_t)p->rating.level);
    put_level_hint(p->out, HINTS, (int32_t)then.level, (int32_t)restated.level, p->rating.level);
    ax_wire_put_uint(p->out, LEVEL_AT_START_RESTATED, (uint64_t)restated.level);
    ax_wire_wrap(p->out, start, number);
}

void ax_profile_put_policies(const struct ax_profiling *p, uint32_t number)
{
    enum { RESPONSE_MISSING = 9 };
    size_t count = 0;
    for (uint32_t i = 0; i < p->ledger->count && count < AX_PROFILE_POLICIES; i++) {
        const struct ax_entry *e = &p->ledger->entries[i];
        bool live = e->kind == AX_FACT_INSURANCE_POLICY && ax_profile_counts(e) && e->from_day != 0 &&
                    ax_entry_from(e) <= p->day && (e->until_day == 0 || ax_entry_until(e) >= p->day);
        const struct ax_fact *fact = live ? ax_texts_of(&p->texts, i) : NULL;
        if (fact != NULL) {
            put_policy(p, fact, number);
            count++;
        }
    }
    if (count == 0) {
        ax_put_missing(p->out, RESPONSE_MISSING, "policy");
    }
}

struct news {
    uint32_t entry;
    int32_t known; /* the day */
    uint32_t kind;
    int32_t on; /* the day of what it tells */
};

static int newest_first(const void *a, const void *b)
{
    const struct news *x = a;
    const struct news *y = b;
    if (x->known != y->known) {
        return x->known > y->known ? -1 : 1;
    }
    if (x->kind != y->kind) {
        return x->kind < y->kind ? -1 : 1;
    }
    if (x->on != y->on) {
        return x->on > y->on ? -1 : 1;
    }
    return x->entry < y->entry ? -1 : 1;
}

/* Whether something of it was known before the period: contents of one key stand beside each other. */
static bool was_known(const struct ax_profiling *p, uint32_t entry)
{
    const struct ax_entry *entries = p->ledger->entries;
    for (uint32_t i = entry; i > 0 && memcmp(entries[i - 1].id->key, entries[entry].id->key, AX_KEY_SIZE) == 0; i--) {
        if (ax_day_of_us(entries[i - 1].id->known_at_us) < p->from) {
            return true;
        }
    }
    return false;
}

static const char *change_of(const struct ax_profiling *p, uint32_t entry)
{
    const struct ax_entry *e = &p->ledger->entries[entry];
    switch ((enum ax_fact_state)e->state) {
    case AX_FACT_STATE_WITHDRAWN:
        return "withdrawn";
    case AX_FACT_STATE_OBJECTED:
        return "objected";
    case AX_FACT_STATE_UNSPECIFIED:
    case AX_FACT_STATE_ACTIVE:
    case AX_FACT_STATE_CORRECTED:
    case AX_FACT_STATE_EXPIRED:
    case AX_FACT_STATE_REPAIRED: /* of a penalty, a list entry: not told of; an accident stands */
        break;
    }
    return was_known(p, entry) ? "revised" : "added";
}

static void put_fact(const struct ax_profiling *p, uint32_t entry, uint32_t number)
{
    enum { CHANGE = 1, KNOWN_ON, KIND, SOURCE, REFERENCE, SUBJECT, OCCURRED_ON };
    const struct ax_entry *e = &p->ledger->entries[entry];
    const struct ax_fact *fact = ax_texts_of(&p->texts, entry);
    size_t start = p->out->len;
    ax_wire_put_str(p->out, CHANGE, ax_str_c(change_of(p, entry)));
    put_day(p->out, KNOWN_ON, ax_day_of_us(e->id->known_at_us));
    ax_wire_put_str(p->out, KIND, ax_str_c(ax_fact_kind_name((int32_t)e->kind)));
    if (fact != NULL) {
        ax_wire_put_str(p->out, SOURCE, fact->source);
        ax_wire_put_str(p->out, REFERENCE, fact->reference);
        ax_wire_put_str(p->out, SUBJECT, ax_fact_subject(fact));
    }
    put_day(p->out, OCCURRED_ON, ax_line_day(e));
    ax_wire_wrap(p->out, start, number);
}

static size_t find_news(const struct ax_profiling *p, struct news *news)
{
    size_t count = 0;
    for (uint32_t i = 0; i < p->ledger->count; i++) {
        const struct ax_entry *e = &p->ledger->entries[i];
        int32_t known = ax_day_of_us(e->id->known_at_us);
        if ((e->marks & AX_MARK_HEAD) != 0 && ax_profile_shares(p, e) && known >= p->from && known <= p->until) {
            news[count++] = (struct news){i, known, e->kind, ax_line_day(e)};
        }
    }
    qsort(news, count, sizeof news[0], newest_first);
    return count;
}

struct standing {
    enum ax_level level;
    int32_t points;
};

/* Of today and by all that is known it is in the rating. */
static struct standing stood(const struct ax_profiling *p, int32_t day, int32_t known)
{
    struct ax_rate then;
    if (day == p->day && ax_profile_known_by(p, known)) {
        return (struct standing){(enum ax_level)p->rating.level, p->rating.level_points};
    }
    ax_profile_rate_then(p, day, known, &then);
    return (struct standing){then.level, then.points};
}

ax_rc ax_profile_put_changes(const struct ax_profiling *p, uint32_t number, struct ax_err *err)
{
    enum {
        FROM = 1,
        UNTIL,
        LEVEL_BEFORE,
        LEVEL_AFTER,
        POINTS_BEFORE,
        POINTS_AFTER,
        FACTS,
        FACTS_LEFT_OFF,
        LEVEL_BEFORE_RESTATED,
        POINTS_BEFORE_RESTATED
    };
    struct news *news = AX_ARENA_ARRAY(&p->made->reads, struct news, p->ledger->count + 1);
    if (news == NULL) {
        return ax_fail(err, AX_LIMIT, "no room for %u facts", p->ledger->count);
    }
    struct standing after = stood(p, p->until, p->until);
    struct standing before = stood(p, p->from - 1, p->from - 1);
    struct standing restated = ax_profile_known_by(p, p->from - 1) ? before : stood(p, p->from - 1, p->until);
    size_t count = find_news(p, news);
    size_t start = p->out->len;
    put_day(p->out, FROM, p->from);
    put_day(p->out, UNTIL, p->until);
    ax_wire_put_uint(p->out, LEVEL_BEFORE, (uint64_t)before.level);
    ax_wire_put_uint(p->out, LEVEL_AFTER, (uint64_t)after.level);
    ax_wire_put_uint(p->out, POINTS_BEFORE, (uint64_t)(int64_t)before.points);
    ax_wire_put_uint(p->out, POINTS_AFTER, (uint64_t)(int64_t)after.points);
    for (size_t i = 0; i < count && i < AX_PROFILE_FACTS; i++) {
        put_fact(p, news[i].entry, FACTS);
    }
    ax_wire_put_uint(p->out, FACTS_LEFT_OFF, count > AX_PROFILE_FACTS ? count - AX_PROFILE_FACTS : 0);
    ax_wire_put_uint(p->out, LEVEL_BEFORE_RESTATED, (uint64_t)restated.level);
    ax_wire_put_uint(p->out, POINTS_BEFORE_RESTATED, (uint64_t)(int64_t)restated.points);
    ax_wire_wrap(p->out, start, number);
    return AX_RC(OK);
}
