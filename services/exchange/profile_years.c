/* SPDX-License-Identifier: Apache-2.0 */
/* History by channel and calendar year; claims with how they developed. */
#include "services/exchange/profile.h"

#include "services/lib/wire/put.h"

#include <stdlib.h>

enum { FEN_PER_YUAN = 100 };

_Static_assert((int)AX_PROFILE_YEARS <= 32, "a bit a year");

struct year {
    uint64_t counts[19]; /* by field number of YearOfLosses */
};

enum {
    YEAR = 1,
    ACCIDENTS,
    DEATHS,
    SERIOUS_INJURIES,
    CLAIMS,
    PAID_FEN,
    RESERVED_FEN,
    PENALTIES,
    FINES_FEN,
    INSPECTIONS,
    FINDINGS,
    MAJOR_HAZARDS,
    ALARMS,
    LOST_WORKDAYS,
    ACCIDENTS_NOT_LIABLE,
    CLAIMS_OF_ACCIDENTS,
    PREMIUMS_FEN,
    DEATHS_NOT_LIABLE,
    YEAR_FIELDS,
};

static int32_t day_of(const struct ax_entry *e)
{
    bool event = e->kind == AX_FACT_ACCIDENT || e->kind == AX_FACT_MONITORING_ALARM;
    int32_t from = ax_entry_from(e);
    int32_t occurred = ax_entry_occurred_on(e);
    if (event) {
        return occurred != AX_DAY_NONE ? occurred : from;
    }
    return from != AX_DAY_NONE ? from : occurred;
}

static void add_accident(uint64_t *n, const struct ax_entry *e)
{
    n[ACCIDENTS] += e->count;
    n[DEATHS] += e->bits;
    n[SERIOUS_INJURIES] += ax_entry_injured(e);
    n[LOST_WORKDAYS] += e->number;
    n[ACCIDENTS_NOT_LIABLE] += e->liability == AX_LIABILITY_NONE ? e->count : 0;
    n[DEATHS_NOT_LIABLE] += e->liability == AX_LIABILITY_NONE ? e->bits : 0;
}

static void add_claim(uint64_t *n, const struct ax_entry *e, const struct ax_fact *fact)
{
    n[CLAIMS]++;
    n[CLAIMS_OF_ACCIDENTS] += (e->marks & AX_MARK_FACE) != 0 ? 1 : 0;
    if (fact != NULL) {
        n[PAID_FEN] += (uint64_t)fact->insurance_claim.paid_fen;
        n[RESERVED_FEN] += (uint64_t)fact->insurance_claim.reserved_fen;
    }
}

static void add(uint64_t *n, const struct ax_entry *e, const struct ax_fact *fact)
{
    switch (e->kind) {
    case AX_FACT_ACCIDENT:
        add_accident(n, e);
        break;
    case AX_FACT_INSURANCE_CLAIM:
        add_claim(n, e, fact);
        break;
    case AX_FACT_ENFORCEMENT_PENALTY:
        n[PENALTIES] += e->count;
        n[FINES_FEN] += (uint64_t)e->amount * FEN_PER_YUAN;
        break;
    case AX_FACT_INSPECTION:
        n[INSPECTIONS]++;
        n[FINDINGS] += e->number;
        break;
    case AX_FACT_HAZARD:
        n[MAJOR_HAZARDS] += e->grade == AX_HAZARD_LEVEL_MAJOR ? 1 : 0;
        break;
    case AX_FACT_MONITORING_ALARM:
        n[ALARMS] += e->grade == AX_ALARM_OUTCOME_FALSE_ALARM ? 0 : 1;
        break;
    case AX_FACT_INSURANCE_POLICY:
        n[PREMIUMS_FEN] += (uint64_t)e->amount * FEN_PER_YUAN;
        break;
    default:
        break;
    }
}

/* The newest AX_PROFILE_YEARS years up to that of the day, so that those who are many do not push out those who are new. */
void ax_profile_put_years(const struct ax_profiling *p, uint32_t number)
{
    struct year years[AX_PROFILE_YEARS];
    uint32_t seen = 0; /* a bit a year */
    int this_year;
    int month;
    int day;
    ax_day_split(p->day, &this_year, &month, &day);
    for (uint32_t i = 0; i < p->ledger->count; i++) {
        const struct ax_entry *e = &p->ledger->entries[i];
        int32_t when = day_of(e);
        if (!ax_profile_counts(e) || !ax_profile_shares(p, e) || when == AX_DAY_NONE) {
            continue;
        }
        int year;
        ax_day_split(when, &year, &month, &day);
        if (year <= this_year && year > this_year - AX_PROFILE_YEARS) {
            struct year *of = &years[this_year - year];
            uint32_t bit = UINT32_C(1) << (this_year - year);
            if ((seen & bit) == 0) {
                *of = (struct year){{0}};
                seen |= bit;
            }
            add(of->counts, e, e->kind == AX_FACT_INSURANCE_CLAIM ? ax_texts_of(&p->texts, i) : NULL);
        }
    }
    for (uint32_t left = seen; left != 0; left &= left - 1) {
        int i = __builtin_ctz(left);
        size_t start = p->out->len;
        for (uint32_t field = ACCIDENTS; field < YEAR_FIELDS; field++) {
            ax_wire_put_uint(p->out, field, years[i].counts[field]);
        }
        if (p->out->len > start) { /* years of which nothing is known are left out */
            ax_wire_put_uint(p->out, YEAR, (uint64_t)(this_year - i));
            ax_wire_wrap(p->out, start, number);
        }
    }
}

struct claim {
    uint32_t entry; /* the head */
    int32_t on;
    const struct ax_fact *fact;
};

static int newest_claim_first(const void *a, const void *b)
{
    const struct claim *x = a;
    const struct claim *y = b;
    if (x->on != y->on) {
        return x->on > y->on ? -1 : 1;
    }
    return x->entry < y->entry ? -1 : 1;
}

static void put_day(struct ax_buf *out, uint32_t number, int32_t day)
{
    char text[AX_DAY_TEXT_SIZE];
    ax_wire_put_str(out, number, ax_str_c(ax_day_format(day, text)));
}

static void put_point(const struct ax_profiling *p, uint32_t entry, uint32_t number)
{
    enum { KNOWN_ON = 1, PAID = 2, RESERVED = 3, STATE = 4 };
    const struct ax_fact *fact = ax_texts_of(&p->texts, entry);
    if (fact == NULL) {
        return;
    }
    size_t start = p->out->len;
    put_day(p->out, KNOWN_ON, ax_day_of_us(p->ledger->entries[entry].id->known_at_us));
    ax_wire_put_uint(p->out, PAID, (uint64_t)fact->insurance_claim.paid_fen);
    ax_wire_put_uint(p->out, RESERVED, (uint64_t)fact->insurance_claim.reserved_fen);
    ax_wire_put_uint(p->out, STATE, (uint64_t)fact->insurance_claim.claim_state);
    ax_wire_wrap(p->out, start, number);
}

/* Contents of one key stand beside each other, oldest revision first; of two at one revision the last counts. */
static void put_development(const struct ax_profiling *p, uint32_t head, uint32_t number)
{
    const struct ax_entry *entries = p->ledger->entries;
    uint32_t first = head;
    while (first > 0 && head - first + 1 < AX_PROFILE_POINTS &&
            memcmp(entries[first - 1].id->key, entries[head].id->key, AX_KEY_SIZE) == 0) {
        first--;
    }
    for (uint32_t i = first; i <= head; i++) {
        if (i == head || entries[i].id->revision != entries[i + 1].id->revision) {
            put_point(p, i, number);
        }
    }
}

static void put_claim(const struct ax_profiling *p, const struct claim *c, uint32_t number)
{
    enum {
        INSURER = 1,
        CLAIM_NUMBER,
        POLICY_NUMBER,
        ACCIDENT_ID,
        OCCURRED_ON,
        REPORTED_ON,
        OF_COUNTED_ACCIDENT,
        DEVELOPMENT
    };
    const struct ax_insurance_claim *claim = &c->fact->insurance_claim;
    size_t start = p->out->len;
    ax_wire_put_str(p->out, INSURER, claim->insurer);
    ax_wire_put_str(p->out, CLAIM_NUMBER, claim->claim_number);
    ax_wire_put_str(p->out, POLICY_NUMBER, claim->policy_number);
    ax_wire_put_str(p->out, ACCIDENT_ID, claim->accident_id);
    put_day(p->out, OCCURRED_ON, c->fact->occurred_on);
    put_day(p->out, REPORTED_ON, claim->reported_on);
    ax_wire_put_uint(p->out, OF_COUNTED_ACCIDENT, (p->ledger->entries[c->entry].marks & AX_MARK_FACE) != 0);
    put_development(p, c->entry, DEVELOPMENT);
    ax_wire_wrap(p->out, start, number);
}

void ax_profile_put_claims(const struct ax_profiling *p, uint32_t number, uint32_t left_off_number)
{
    struct claim *claims = AX_ARENA_ARRAY(&p->made->reads, struct claim, p->ledger->count + 1);
    size_t count = 0;
    if (claims == NULL) {
        p->out->failed = true;
        return;
    }
    for (uint32_t i = 0; i < p->ledger->count; i++) {
        const struct ax_entry *e = &p->ledger->entries[i];
        const struct ax_fact *fact =
                e->kind == AX_FACT_INSURANCE_CLAIM && ax_profile_counts(e) ? ax_texts_of(&p->texts, i) : NULL;
        if (fact != NULL) {
            claims[count++] = (struct claim){i, day_of(e), fact};
        }
    }
    qsort(claims, count, sizeof claims[0], newest_claim_first);
    for (size_t i = 0; i < count && i < AX_PROFILE_CLAIMS; i++) {
        put_claim(p, &claims[i], number);
    }
    ax_wire_put_uint(p->out, left_off_number, count > AX_PROFILE_CLAIMS ? count - AX_PROFILE_CLAIMS : 0);
}
