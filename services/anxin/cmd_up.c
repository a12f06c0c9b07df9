/* SPDX-License-Identifier: Apache-2.0 */
/* up: ingest, scorer and exchange in one process behind one listener, over one SQLite file; and down, which ends it. */
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "services/anxin/home.h"
#include "services/exchange/exchange.h"
#include "services/ingest/ingest.h"
#include "services/lib/host/host.h"
#include "services/scorer/challenger.h"

enum {
    METHODS_MAX = AX_INGEST_METHODS_MAX + AX_EXCHANGE_METHODS_MAX,
    LISTEN_MAX = 300,
    SET_MAX = LISTEN_MAX + 32,
    DOWN_TIMEOUT_MS = 60000,
    DOWN_POLL_MS = 20,
};

struct up {
    struct ax_home home;
    struct ax_config *config;
    struct ax_host *host;
    struct ax_scorer *scorer;
    struct ax_challenger *challenger;
    struct ax_ingest *ingest;
    struct ax_exchange *exchange;
};

static ax_rc start_roles(struct up *up, struct ax_err *err)
{
    const struct ax_config_scorer *conf = &up->config->scorer;
    struct ax_scorer_options scorer = {
            .log = ax_host_log(up->host),
            .store = ax_host_store(up->host),
            .bundle = ax_host_bundle(up->host),
            .library = ax_host_library(up->host),
            .batch_max_records = conf->batch_max_records,
            .batch_wait_ms = conf->batch_wait_ms,
            .cache_max_mib = conf->cache_max_mib,
            .poison_attempts_max = conf->poison_attempts_max,
            .prefetch_bytes = (size_t)up->config->log.prefetch_kib << 10,
    };
    AX_TRY(ax_scorer_start(&scorer, &up->scorer, err));
    const struct ax_bundle *challenger = ax_library_challenger(scorer.library);
    if (challenger != NULL) {
        struct ax_store *store = NULL;
        AX_TRY(ax_host_challenger_store(up->host, &store, err));
        AX_TRY(ax_challenger_start(&scorer, challenger, store, &up->challenger, err));
    }
    struct ax_ingest_options ingest = {
            .log = scorer.log, .store = scorer.store, .bundle = scorer.bundle, .library = scorer.library};
    AX_TRY(ax_ingest_open(&ingest, &up->ingest, err));
    struct ax_exchange_options exchange = {
            .log = scorer.log, .store = scorer.store, .bundle = scorer.bundle, .library = scorer.library};
    return ax_exchange_open(&exchange, &up->exchange, err);
}

static ax_rc serve(struct up *up, struct ax_err *err)
{
    struct ax_rpc_method methods[METHODS_MAX];
    size_t count = ax_ingest_methods(up->ingest, methods, METHODS_MAX);
    count += ax_exchange_methods(up->exchange, methods + count, METHODS_MAX - count);
    AX_TRY(ax_host_serve(up->host, methods, count, err));
    const char *listen = up->config->rpc.listen;
    const char *colon = strrchr(listen, ':');
    int host_len = colon == NULL ? (int)strlen(listen) : (int)(colon - listen);
    char endpoint[LISTEN_MAX];
    bool any = host_len == 0 || strncmp(listen, "0.0.0.0:", 8) == 0 || strncmp(listen, "[::]:", 5) == 0;
    (void)snprintf(endpoint, sizeof endpoint, "%.*s:%d", any ? 9 : host_len, any ? "127.0.0.1" : listen,
            ax_host_port(up->host));
    return ax_home_put_endpoint(&up->home, endpoint, err);
}

static void stop(struct up *up)
{
    if (up->host != NULL) {
        ax_home_drop_endpoint(&up->home);
        ax_host_drain(up->host);
    }
    if (up->exchange != NULL) {
        ax_exchange_close(up->exchange);
    }
    if (up->ingest != NULL) {
        ax_ingest_close(up->ingest);
    }
    ax_challenger_stop(up->challenger);
    if (up->scorer != NULL) {
        ax_scorer_stop(up->scorer);
    }
    if (up->host != NULL) {
        ax_host_close(up->host);
    }
    ax_config_free(up->config);
    ax_home_release(&up->home);
}

static bool is_port_free(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
            .ai_socktype = SOCK_STREAM,
            .ai_family = AF_UNSPEC};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        return false;
    }
    const int yes = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool free_now = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                    bind(fd, found->ai_addr, found->ai_addrlen) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    freeaddrinfo(found);
    return free_now;
}

/* Where any port will do, the last one is taken if it is free: clients that wait for us find us there. */
static bool put_last_port(const struct up *up, char set[SET_MAX])
{
    char host[LISTEN_MAX];
    char port[16];
    const char *listen = up->config->rpc.listen;
    size_t len = strlen(listen);
    int last = ax_home_last_port(&up->home);
    if (last == 0 || len < 2 || len - 2 >= sizeof host || strcmp(listen + len - 2, ":0") != 0) {
        return false;
    }
    (void)snprintf(host, sizeof host, "%.*s", (int)len - 2, listen);
    (void)snprintf(port, sizeof port, "%d", last);
    (void)snprintf(set, SET_MAX, "rpc.listen=%s:%s", host, port);
    return is_port_free(host, port);
}

static ax_rc read_config(struct up *up, const struct ax_cli *cli, const char *listen, struct ax_err *err)
{
    char set[SET_MAX];
    const char *sets[] = {set};
    (void)snprintf(set, sizeof set, "rpc.listen=%s", listen == NULL ? "" : listen);
    AX_TRY(ax_home_config(cli, sets, listen == NULL ? 0 : 1, &up->config, err));
    if (listen == NULL && put_last_port(up, set)) {
        ax_config_free(up->config);
        up->config = NULL;
        return ax_home_config(cli, sets, 1, &up->config, err);
    }
    return AX_RC(OK);
}

static ax_rc start(struct up *up, const struct ax_cli *cli, const char *listen, struct ax_err *err)
{
    AX_TRY(ax_home_make(&up->home, cli->home, err));
    AX_TRY(read_config(up, cli, listen, err));
    struct ax_host_options options = {.service = "anxin", .config = up->config, .create_topics = true};
    AX_TRY(ax_host_open(&options, &up->host, err));
    AX_TRY(start_roles(up, err));
    return serve(up, err);
}

int ax_cmd_up(struct ax_cli *cli)
{
    const char *listen = NULL;
    const struct ax_option options[] = {{"listen", &listen, NULL}};
    if (!ax_cli_options(cli, options, 1, 0, 0)) {
        return AX_EXIT_USAGE;
    }
    if (cli->config_file != NULL || (listen != NULL && strlen(listen) >= LISTEN_MAX)) {
        ax_cli_say(cli,
                "anxin up: takes --home DIR and --listen HOST:PORT; a cluster's services are processes of their own",
                "anxin up: 只用 --home 与 --listen；集群中每个服务是独立进程");
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    struct up up = {.home = {.lock_fd = -1}};
    ax_rc rc = start(&up, cli, listen, &err);
    if (ax_ok(rc)) {
        ax_cli_say(cli, "anxin serves %s (port %d)", "安信已启动：%s（端口 %d）", up.home.dir, ax_host_port(up.host));
        ax_host_wait(up.host);
    }
    stop(&up);
    return ax_ok(rc) ? AX_EXIT_DONE : ax_cli_fail(cli, &err);
}

int ax_cmd_down(struct ax_cli *cli)
{
    if (!ax_cli_options(cli, NULL, 0, 0, 0)) {
        return AX_EXIT_USAGE;
    }
    int holder = ax_home_holder(cli->home);
    if (holder == 0) {
        ax_cli_say(cli, "nothing runs in %s", "%s 中没有运行的服务", cli->home);
        return AX_EXIT_DONE;
    }
    if (kill(holder, SIGTERM) != 0) {
        ax_cli_say(cli, "anxin down: process %d cannot be signalled", "anxin down: 无法向进程 %d 发送信号", holder);
        return AX_EXIT_FAILED;
    }
    for (int waited = 0; waited < DOWN_TIMEOUT_MS; waited += DOWN_POLL_MS) {
        if (ax_home_holder(cli->home) != holder) {
            return AX_EXIT_DONE;
        }
        ax_sleep_ms(DOWN_POLL_MS);
    }
    ax_cli_say(cli, "anxin down: process %d still drains after %d s", "anxin down: 进程 %d 在 %d 秒后仍未退出", holder,
            DOWN_TIMEOUT_MS / 1000);
    return AX_EXIT_FAILED;
}
