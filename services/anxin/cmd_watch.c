/* SPDX-License-Identifier: Apache-2.0 */
/* watch: a snapshot, then changes, until interrupted; goes on from its resume token when the connection breaks. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "services/anxin/query.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"

enum { TOKEN_MAX = 4096, RETRY_MS = 1000 };

struct watch {
    struct ax_cli *cli;
    struct ax_session *session;
    char token[TOKEN_MAX];
    long long left; /* events still wanted; -1: no end */
    bool headed;    /* the table has its head */
    bool was_there; /* the server, at any time */
    bool lost;      /* and it was said that it is gone */
    atomic_bool interrupted;
    pthread_t signal_thread;
};

static bool each_event(void *state, json_t *message)
{
    struct watch *w = state;
    const char *token = ax_show_text(message, "resumeToken");
    const json_t *rating = json_object_get(message, "rating");
    w->was_there = true;
    w->lost = false;
    if (token[0] != '\0') {
        (void)snprintf(w->token, sizeof w->token, "%s", token);
    }
    if (w->cli->json) {
        ax_show_json_line(message);
    } else if (json_is_object(rating)) {
        if (!w->headed) {
            ax_show_rating_head(w->cli);
        }
        w->headed = true;
        ax_show_rating_row(w->cli, rating);
    } else if (json_is_object(json_object_get(message, "snapshotEnd"))) {
        ax_cli_say(w->cli, "-- snapshot complete (%lld); changes follow; resume with --resume %s",
                "—— 快照完成（%lld 条），以下为变动；可用 --resume %s 续接",
                ax_show_number(json_object_get(message, "snapshotEnd"), "ratings"), w->token);
    }
    (void)fflush(stdout);
    if (w->left > 0 && json_is_object(rating)) {
        w->left--;
    }
    return w->left != 0 && !atomic_load(&w->interrupted);
}

static json_t *watch_request(const struct watch *w, const json_t *levels, const char *region, bool changes_only)
{
    return json_pack("{s:s,s:O,s:s,s:b}", "resumeToken", w->token, "levels", levels, "region",
            region == NULL ? "" : region, "skipSnapshot", (int)changes_only);
}

static void *wait_for_signal(void *state)
{
    struct watch *w = state;
    sigset_t set;
    int number = 0;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    (void)sigwait(&set, &number);
    atomic_store(&w->interrupted, true);
    ax_session_cancel(w->session);
    return NULL;
}

static void start_signal_thread(struct watch *w)
{
    sigset_t set;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGTERM);
    AX_ASSERT(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
    AX_ASSERT(pthread_create(&w->signal_thread, NULL, wait_for_signal, w) == 0);
}

/* It waits for a signal, so it is sent one. */
static void end_signal_thread(struct watch *w)
{
    (void)pthread_kill(w->signal_thread, SIGINT); /* or had one before */
    AX_ASSERT(pthread_join(w->signal_thread, NULL) == 0);
}

/* Said once for each time without a server. */
static void say_lost(struct watch *w, const struct ax_err *err)
{
    if (!w->lost) {
        ax_cli_say(w->cli, "-- connection lost (%s), going on from the token", "—— 连接中断（%s），从续接点继续",
                err->text);
    }
    w->lost = true;
}

/* A server that was never there is an error; one that was there comes back. AX_LIMIT: we read too slowly. */
static ax_rc follow(struct watch *w, const json_t *levels, const char *region, bool changes_only, struct ax_err *err)
{
    w->was_there = w->token[0] != '\0';
    for (;;) {
        ax_rc rc = ax_session_stream(w->session, "RatingService/WatchRatings",
                watch_request(w, levels, region, changes_only), each_event, w, err);
        if (w->left == 0 || atomic_load(&w->interrupted)) {
            return AX_RC(OK);
        }
        if (ax_ok(rc) || !w->was_there || (!ax_code_retriable(rc.code) && rc.code != AX_LIMIT)) {
            return rc;
        }
        say_lost(w, err);
        ax_sleep_ms(RETRY_MS);
        ax_session_renew(w->session);
    }
}

int ax_cmd_watch(struct ax_cli *cli)
{
    struct watch w = {.cli = cli, .left = -1};
    const char *resume = NULL;
    const char *level = NULL;
    const char *region = NULL;
    const char *count = NULL;
    bool changes_only = false;
    const struct ax_option options[] = {{"resume", &resume, NULL}, {"level", &level, NULL}, {"region", &region, NULL},
            {"count", &count, NULL}, {"changes-only", NULL, &changes_only}};
    if (!ax_cli_options(cli, options, 5, 0, 0) ||
            (count != NULL && !ax_cli_number(cli, "count", count, 1, 1000000000, &w.left))) {
        return AX_EXIT_USAGE;
    }
    (void)snprintf(w.token, sizeof w.token, "%s", resume == NULL ? "" : resume);
    json_t *levels = ax_query_levels(cli, level);
    if (levels == NULL) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    ax_rc rc = ax_session_open(cli, &w.session, &err);
    if (ax_ok(rc)) {
        start_signal_thread(&w);
        rc = follow(&w, levels, region, changes_only, &err);
        end_signal_thread(&w);
    }
    json_decref(levels);
    ax_session_close(w.session);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}
