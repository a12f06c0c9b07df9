/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A redis-server of the bench's own (deploy/redis/server, from the root of the checkout), and what it says of itself. */
#include "services/lib/store/redis_conn.h"

struct probe {
    struct ax_redis_options options;
    struct ax_redis_conn *conn;
    char dir[256];
};

void probe_start(struct probe *probe, const char *dir);
void probe_stop(struct probe *probe);
/* A number of INFO, e.g. "used_memory:". */
double probe_info(struct probe *probe, const char *key);
double probe_cpu_seconds(struct probe *probe);
