/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/committer.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/metrics.h"

enum { BACKOFF_FIRST_MS = 10, BACKOFF_MAX_MS = 1000 };

static bool outcome_unknown(ax_rc rc)
{
    return rc.code == AX_UNAVAILABLE || rc.code == AX_TIMEOUT || rc.code == AX_IO;
}

static ax_rc try_once(struct ax_committer *c, struct ax_err *err)
{
    const struct ax_commit *commit = c->commit;
    int64_t began_us = ax_mono_us();
    AX_FAULT("scorer.before_commit");
    ax_rc rc = ax_store_commit(c->part, commit->from, commit->to, commit->writes, commit->count, err);
    AX_FAULT("scorer.after_commit");
    ax_metric_observe_us(AX_METRIC_STORE_SECONDS, ax_mono_us() - began_us);
    if (!ax_ok(rc)) {
        ax_metric_add(AX_METRIC_COMMIT_REJECTED, ax_code_name(rc.code), 1);
    }
    return rc;
}

static bool wait_backoff(struct ax_committer *c, int ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000L;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&c->lock);
    while (!c->abandon && pthread_cond_timedwait(&c->changed, &c->lock, &until) == 0) {
    }
    bool go_on = !c->abandon;
    (void)pthread_mutex_unlock(&c->lock);
    return go_on;
}

static ax_rc write_until_known(struct ax_committer *c, struct ax_err *err)
{
    char text[AX_ERR_TEXT_MAX * 2];
    int backoff_ms = BACKOFF_FIRST_MS;
    bool lost = false;
    for (;;) {
        ax_rc rc = try_once(c, err);
        if (!outcome_unknown(rc)) {
            if (lost) {
                AX_NOTE(INFO, "store.recovered", "partition=%d", c->commit->partition);
            }
            return rc;
        }
        if (!lost) {
            AX_NOTE(WARN, "store.lost", "partition=%d %s", c->commit->partition, ax_note_err(err, text, sizeof text));
        }
        lost = true;
        if (!wait_backoff(c, backoff_ms)) {
            return rc;
        }
        backoff_ms = backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : backoff_ms * 2;
    }
}

static void *run(void *state)
{
    struct ax_committer *c = state;
    (void)pthread_mutex_lock(&c->lock);
    while (!c->stop) {
        if (c->commit == NULL || c->done) {
            (void)pthread_cond_wait(&c->changed, &c->lock);
            continue;
        }
        (void)pthread_mutex_unlock(&c->lock);
        struct ax_err err = {0};
        ax_rc rc = write_until_known(c, &err);
        (void)pthread_mutex_lock(&c->lock);
        c->rc = rc;
        c->err = err;
        c->done = true;
        (void)pthread_cond_broadcast(&c->changed);
    }
    (void)pthread_mutex_unlock(&c->lock);
    return NULL;
}

void ax_committer_init(struct ax_committer *committer, bool threaded)
{
    *committer = (struct ax_committer){.threaded = threaded};
    (void)pthread_mutex_init(&committer->lock, NULL);
    (void)pthread_cond_init(&committer->changed, NULL);
    if (threaded) {
        AX_ASSERT(pthread_create(&committer->thread, NULL, run, committer) == 0);
    }
}

void ax_committer_deinit(struct ax_committer *committer)
{
    ax_committer_abandon(committer);
    if (committer->threaded) {
        (void)pthread_mutex_lock(&committer->lock);
        committer->stop = true;
        (void)pthread_cond_broadcast(&committer->changed);
        (void)pthread_mutex_unlock(&committer->lock);
        (void)pthread_join(committer->thread, NULL);
    }
    (void)pthread_cond_destroy(&committer->changed);
    (void)pthread_mutex_destroy(&committer->lock);
}

bool ax_committer_busy(const struct ax_committer *committer)
{
    return committer->commit != NULL; /* set and cleared by the caller's thread only */
}

void ax_committer_submit(struct ax_committer *committer, struct ax_store_part *part, struct ax_commit *commit)
{
    (void)pthread_mutex_lock(&committer->lock);
    AX_ASSERT(committer->commit == NULL);
    committer->part = part;
    committer->commit = commit;
    committer->done = false;
    committer->abandon = false;
    (void)pthread_cond_broadcast(&committer->changed);
    (void)pthread_mutex_unlock(&committer->lock);
}

static ax_rc settle_here(struct ax_committer *c, struct ax_commit **commit, struct ax_err *err)
{
    ax_rc rc = try_once(c, err);
    if (!outcome_unknown(rc)) {
        *commit = c->commit;
        c->commit = NULL;
    }
    return rc;
}

ax_rc ax_committer_settle(struct ax_committer *committer, struct ax_commit **commit, struct ax_err *err)
{
    *commit = NULL;
    if (committer->commit == NULL) {
        return AX_RC(OK);
    }
    if (!committer->threaded) {
        return settle_here(committer, commit, err);
    }
    (void)pthread_mutex_lock(&committer->lock);
    while (!committer->done) {
        (void)pthread_cond_wait(&committer->changed, &committer->lock);
    }
    *commit = committer->commit;
    committer->commit = NULL;
    ax_rc rc = committer->rc;
    if (!ax_ok(rc) && err != NULL) {
        *err = committer->err;
    }
    (void)pthread_mutex_unlock(&committer->lock);
    return rc;
}

void ax_committer_abandon(struct ax_committer *committer)
{
    (void)pthread_mutex_lock(&committer->lock);
    committer->abandon = true;
    (void)pthread_cond_broadcast(&committer->changed);
    while (committer->threaded && committer->commit != NULL && !committer->done) {
        (void)pthread_cond_wait(&committer->changed, &committer->lock);
    }
    committer->commit = NULL;
    (void)pthread_mutex_unlock(&committer->lock);
}
