/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/store_redis_probe.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    AX_ASSERT(fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0);
    AX_ASSERT(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
    (void)close(fd);
    return ntohs(address.sin_port);
}

static void run(const char *command)
{
    if (system(command) != 0) { /* NOLINT(cert-env33-c): our own script */
        (void)fprintf(stderr, "failed: %s\n", command);
        exit(1);
    }
}

void probe_start(struct probe *probe, const char *dir)
{
    char command[1024];
    *probe = (struct probe){
            .options.net = {
                    .host = "127.0.0.1", .port = free_port(), .connect_timeout_ms = 5000, .io_timeout_ms = 60000}};
    (void)snprintf(probe->dir, sizeof probe->dir, "%s/redis", dir);
    (void)snprintf(command, sizeof command, "deploy/redis/server start --dir %s --port %d", probe->dir,
            probe->options.net.port);
    run(command);
    probe->conn = ax_redis_conn_new(&probe->options);
    struct ax_err err;
    AX_ASSERT(ax_ok(ax_redis_conn_open(probe->conn, &err)));
}

void probe_stop(struct probe *probe)
{
    char command[1024];
    ax_redis_conn_free(probe->conn);
    (void)snprintf(command, sizeof command, "deploy/redis/server stop --dir %s && rm -rf %s", probe->dir, probe->dir);
    run(command);
}

double probe_info(struct probe *probe, const char *key)
{
    const char *argv[] = {"INFO"};
    size_t lens[] = {4};
    redisReply *reply = NULL;
    struct ax_err err;
    AX_ASSERT(ax_ok(ax_redis_call(probe->conn, 1, argv, lens, &reply, &err)) && reply->type == REDIS_REPLY_STRING);
    const char *at = strstr(reply->str, key);
    AX_ASSERT(at != NULL);
    double value = strtod(at + strlen(key), NULL);
    freeReplyObject(reply);
    return value;
}

double probe_cpu_seconds(struct probe *probe)
{
    return probe_info(probe, "used_cpu_user:") + probe_info(probe, "used_cpu_sys:");
}
