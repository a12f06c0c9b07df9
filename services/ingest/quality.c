/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/quality.h"

#include "base/metrics.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ax_quality {
    const struct ax_common *common;
    pthread_mutex_t lock;
    struct ax_quality_source sources[AX_QUALITY_SOURCES_MAX];
    size_t count;
};

struct ax_quality *ax_quality_new(const struct ax_common *common)
{
    struct ax_quality *quality = ax_xcalloc(1, sizeof *quality);
    quality->common = common;
    (void)pthread_mutex_init(&quality->lock, NULL);
    return quality;
}

void ax_quality_free(struct ax_quality *quality)
{
    (void)pthread_mutex_destroy(&quality->lock);
    ax_xfree(quality);
}

static int32_t first_stated(int32_t a, int32_t b)
{
    return a == AX_DAY_NONE ? b : a;
}

int32_t ax_quality_due(const struct ax_common *common, const struct ax_fact *fact)
{
    struct ax_deadline_question q = {.place = fact->jurisdiction.len > 0 ? fact->jurisdiction : fact->region};
    q.act_on = fact->decided_on;
    if (fact->kind == AX_FACT_ENFORCEMENT_PENALTY && fact->enforcement_penalty.count <= 1) {
        q.topic = AX_STR("penalty.publish");
        q.authority = fact->enforcement_penalty.authority;
    } else if (fact->kind == AX_FACT_LICENCE) {
        q.topic = AX_STR("licence.publish");
        q.authority = fact->licence.authority;
        q.act_on = first_stated(fact->decided_on, fact->licence.valid_from);
    }
    if (q.topic.len == 0 || q.act_on == AX_DAY_NONE) {
        return AX_DAY_NONE;
    }
    bool derived;
    const struct ax_deadline *d = ax_deadline_find(&common->deadlines, &q);
    return d == NULL ? AX_DAY_NONE : ax_deadline_due(d, &common->calendar, q.act_on, false, &derived);
}

static int is_unknown(const struct ax_common *common, const char *list, ax_str edition, ax_str code)
{
    return ax_codes_known(&common->codes, ax_str_c(list), edition, code) == AX_CODE_UNKNOWN ? 1 : 0;
}

/* Where the fact says no edition: on the list of none. That of 2025 is not known whole, and has the word for a code. */
static int is_unknown_category(const struct ax_common *common, const struct ax_accident *a)
{
    if (a->category_edition.len > 0) {
        return is_unknown(common, "gb6441", a->category_edition, a->category);
    }
    bool other = ax_codes_known(&common->codes, AX_STR("gb6441"), AX_STR("2025"), a->category) == AX_CODE_KNOWN;
    return other ? 0 : is_unknown(common, "gb6441", AX_STR("1986"), a->category);
}

int ax_quality_unknown_codes(const struct ax_common *common, const struct ax_fact *fact)
{
    int unknown = is_unknown(common, "gb2260-shanxi", AX_STR(""), fact->region);
    return fact->kind == AX_FACT_ACCIDENT ? unknown + is_unknown_category(common, &fact->accident) : unknown;
}

/* A step of the report of an accident took longer than its hours: the unit's own, or that of a level of authority. */
static bool is_report_late(const struct ax_common *common, const struct ax_fact *fact)
{
    const char *const topics[] = {"accident.report.unit", "accident.report.authority"};
    const uint32_t minutes[] = {fact->accident.report_minutes, fact->accident.forward_minutes};
    bool late = false;
    for (size_t i = 0; fact->kind == AX_FACT_ACCIDENT && i < sizeof minutes / sizeof minutes[0]; i++) {
        const struct ax_deadline_question q = {.topic = ax_str_c(topics[i]),
                .place = fact->jurisdiction.len > 0 ? fact->jurisdiction : fact->region,
                .act_on = fact->occurred_on};
        const struct ax_deadline *d = ax_deadline_find(&common->deadlines, &q);
        late = late || (d != NULL && d->unit == AX_DEADLINE_HOURS && minutes[i] > (uint32_t)d->amount * 60);
    }
    return late;
}

/* Of this source, else of all that have no room; under the lock. */
static struct ax_quality_source *find(struct ax_quality *quality, ax_str source)
{
    for (size_t i = 0; i < quality->count; i++) {
        if (ax_str_eq(ax_str_c(quality->sources[i].source), source)) {
            return &quality->sources[i];
        }
    }
    if (quality->count == AX_QUALITY_SOURCES_MAX) {
        return &quality->sources[AX_QUALITY_SOURCES_MAX - 1];
    }
    struct ax_quality_source *added = &quality->sources[quality->count++];
    bool last = quality->count == AX_QUALITY_SOURCES_MAX;
    (void)ax_str_to_c(last ? AX_STR("other") : source, added->source, sizeof added->source);
    return added;
}

void ax_quality_count(struct ax_quality *quality, const struct ax_fact *fact, bool first, int32_t today)
{
    int32_t due = first ? ax_quality_due(quality->common, fact) : AX_DAY_NONE;
    bool late = (due != AX_DAY_NONE && today > due) || (first && is_report_late(quality->common, fact));
    int unknown = ax_quality_unknown_codes(quality->common, fact);
    char label[sizeof quality->sources[0].source];
    (void)pthread_mutex_lock(&quality->lock);
    struct ax_quality_source *s = find(quality, fact->source);
    s->accepted++;
    s->late += late ? 1 : 0;
    s->unknown_codes += unknown;
    memcpy(label, s->source, sizeof label);
    (void)pthread_mutex_unlock(&quality->lock);
    if (late) {
        ax_metric_add(AX_METRIC_FACTS_LATE, label, 1);
    }
    if (unknown > 0) {
        ax_metric_add(AX_METRIC_CODES_UNKNOWN, label, (uint64_t)unknown);
    }
}

static int by_source(const void *a, const void *b)
{
    return strcmp(((const struct ax_quality_source *)a)->source, ((const struct ax_quality_source *)b)->source);
}

size_t ax_quality_list(struct ax_quality *quality, struct ax_quality_source out[AX_QUALITY_SOURCES_MAX])
{
    (void)pthread_mutex_lock(&quality->lock);
    size_t count = quality->count;
    for (size_t i = 0; i < count; i++) {
        out[i] = quality->sources[i];
    }
    (void)pthread_mutex_unlock(&quality->lock);
    qsort(out, count, sizeof out[0], by_source);
    return count;
}
