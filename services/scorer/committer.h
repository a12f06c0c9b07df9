/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Writes one commit at a time while the next is prepared. A commit whose outcome is not known is repeated, which the
 * store takes as the same, until there is one, or it is abandoned. Without a thread the settling caller does the work.
 * Submit, settle and abandon are for the scorer's thread.
 */
#include "services/scorer/batch.h"

#include <pthread.h>

struct ax_committer {
    bool threaded;
    pthread_t thread;
    pthread_mutex_t lock; /* over all below */
    pthread_cond_t changed;
    struct ax_commit *commit; /* NULL: nothing in hand */
    struct ax_store_part *part;
    bool done;
    bool abandon;
    bool stop;
    ax_rc rc;
    struct ax_err err;
};

void ax_committer_init(struct ax_committer *committer, bool threaded);
void ax_committer_deinit(struct ax_committer *committer);
bool ax_committer_busy(const struct ax_committer *committer);
/* Only when not busy. */
void ax_committer_submit(struct ax_committer *committer, struct ax_store_part *part, struct ax_commit *commit);
/* Waits for the commit in hand and gives its outcome. Without a thread one try is made; where its outcome is not known
 * *commit is NULL and it stays in hand. */
ax_rc ax_committer_settle(struct ax_committer *committer, struct ax_commit **commit, struct ax_err *err) AX_MUST_CHECK;
/* Lets go of the commit in hand, done or not. */
void ax_committer_abandon(struct ax_committer *committer);
