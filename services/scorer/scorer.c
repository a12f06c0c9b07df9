/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/scorer.h"

#include "base/clock.h"
#include "base/log.h"
#include "services/scorer/loop.h"

enum { TURN_BACKOFF_FIRST_MS = 20, TURN_BACKOFF_MAX_MS = 1000 };

enum { PUBLISH_PAUSE = 9 }; /* times as long as it took, under load */

struct ax_scorer {
    struct ax_loop loop;
    pthread_t loop_thread;
    pthread_t feed_thread;
    pthread_mutex_t lock; /* for the feed's sleep */
    pthread_cond_t wake;
    _Atomic bool stop;
};

/* Sleeps, or less when the scorer stops. */
static void nap(struct ax_scorer *s, uint32_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000L;
    until.tv_sec += (time_t)(ms / 1000) + until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&s->lock);
    while (!s->stop && pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0) {
    }
    (void)pthread_mutex_unlock(&s->lock);
}

struct trouble {
    uint32_t backoff_ms;
    bool noted;
};

/* Says once that something below is lost, and once that it is back. */
static void after(
        struct ax_scorer *s, struct trouble *t, ax_rc rc, const char *lost, const char *back, const struct ax_err *err)
{
    if (ax_ok(rc)) {
        if (t->noted) {
            AX_NOTE(INFO, "scorer.recovered", "what=%s", back);
        }
        *t = (struct trouble){0};
        return;
    }
    if (!t->noted) {
        char text[AX_ERR_TEXT_MAX * 2];
        AX_NOTE(WARN, "scorer.held_up", "what=%s %s", lost, ax_note_err(err, text, sizeof text));
        t->noted = true;
    }
    t->backoff_ms = t->backoff_ms == 0 ? TURN_BACKOFF_FIRST_MS : t->backoff_ms * 2;
    t->backoff_ms = t->backoff_ms > TURN_BACKOFF_MAX_MS ? TURN_BACKOFF_MAX_MS : t->backoff_ms;
    nap(s, t->backoff_ms);
}

static void *run_loop(void *state)
{
    struct ax_scorer *s = state;
    struct trouble trouble = {0};
    while (!s->stop) {
        struct ax_err err = {0};
        ax_rc rc = ax_loop_turn(&s->loop, (int)s->loop.options.batch_wait_ms, &err);
        after(s, &trouble, rc, "loop", "loop", &err);
    }
    return NULL;
}

/* Publishes when there is little to read, and under load now and then, but for a small share of the time: what changes
 * often is published once for many changes, and the load is not held up. */
static void *run_feed(void *state)
{
    struct ax_scorer *s = state;
    struct trouble trouble = {0};
    int64_t busy_until_us = ax_mono_us() + (int64_t)s->loop.options.publish_busy_ms * 1000;
    while (!s->stop) {
        nap(s, s->loop.options.publish_ms);
        int64_t began_us = ax_mono_us();
        if (s->stop || (!s->loop.caught_up && began_us < busy_until_us)) {
            continue;
        }
        struct ax_err err = {0};
        ax_rc rc = ax_feed_publish(&s->loop.feed, &err);
        int64_t ended_us = ax_mono_us();
        int64_t pause_us = (ended_us - began_us) * PUBLISH_PAUSE;
        int64_t most_us = (int64_t)s->loop.options.publish_busy_ms * 1000;
        busy_until_us = ended_us + (pause_us > most_us ? pause_us : most_us);
        after(s, &trouble, rc, "feed", "feed", &err);
    }
    return NULL;
}

static struct ax_scorer *make(void)
{
    struct ax_scorer *s = ax_xcalloc(1, sizeof *s);
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->wake, NULL);
    return s;
}

static void unmake(struct ax_scorer *s)
{
    (void)pthread_cond_destroy(&s->wake);
    (void)pthread_mutex_destroy(&s->lock);
    ax_xfree(s);
}

ax_rc ax_scorer_start(const struct ax_scorer_options *options, struct ax_scorer **out, struct ax_err *err)
{
    struct ax_scorer *s = make();
    ax_rc rc = ax_loop_open(&s->loop, options, true, err);
    if (!ax_ok(rc)) {
        unmake(s);
        return rc;
    }
    AX_ASSERT(pthread_create(&s->loop_thread, NULL, run_loop, s) == 0);
    AX_ASSERT(options->challenger || pthread_create(&s->feed_thread, NULL, run_feed, s) == 0);
    *out = s;
    return rc;
}

void ax_scorer_stop(struct ax_scorer *scorer)
{
    (void)pthread_mutex_lock(&scorer->lock);
    scorer->stop = true;
    (void)pthread_cond_broadcast(&scorer->wake);
    (void)pthread_mutex_unlock(&scorer->lock);
    if (!scorer->loop.options.challenger) {
        (void)pthread_join(scorer->feed_thread, NULL);
    }
    (void)pthread_join(scorer->loop_thread, NULL);
    ax_loop_close(&scorer->loop, true);
    unmake(scorer);
}

ax_rc ax_scorer_open(const struct ax_scorer_options *options, struct ax_scorer **out, struct ax_err *err)
{
    struct ax_scorer *s = make();
    ax_rc rc = ax_loop_open(&s->loop, options, false, err);
    if (!ax_ok(rc)) {
        unmake(s);
        return rc;
    }
    *out = s;
    return rc;
}

ax_rc ax_scorer_step(struct ax_scorer *scorer, int timeout_ms, struct ax_err *err)
{
    bool idle = scorer->loop.caught_up && scorer->loop.polled_at == scorer->loop.polled_count;
    if (idle && !scorer->loop.options.challenger && !ax_committer_busy(&scorer->loop.committer)) {
        AX_TRY(ax_feed_publish(&scorer->loop.feed, err));
    }
    return ax_loop_turn(&scorer->loop, timeout_ms, err);
}

void ax_scorer_close(struct ax_scorer *scorer)
{
    ax_loop_close(&scorer->loop, false);
    unmake(scorer);
}
