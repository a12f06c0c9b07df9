/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A place for one store: a fresh folder, and for Redis a server of its own on a free port (deploy/redis/server). The
 * names of back ends are those of the command line: sim, sqlite, redis, redis-tls (with client certificates and the users
 * of deploy/redis/users.acl).
 */
#include "services/lib/store/store.h"

enum { FIXTURE_PARTITIONS = 4, FIXTURE_PATH_MAX = 256 };

struct store_fixture {
    struct ax_store_options options;
    char dir[FIXTURE_PATH_MAX];
    char path[FIXTURE_PATH_MAX + 32];
    char ca_file[FIXTURE_PATH_MAX + 32];
    char cert_file[FIXTURE_PATH_MAX + 32];
    char key_file[FIXTURE_PATH_MAX + 32];
    char acl_file[FIXTURE_PATH_MAX + 32];
    char password_file[FIXTURE_PATH_MAX + 32];
    bool has_server;
};

void store_fixture_init(struct store_fixture *f, const char *backend);
void store_fixture_deinit(struct store_fixture *f);
struct ax_store *store_fixture_open(const struct store_fixture *f);

void store_fixture_server_start(struct store_fixture *f);
void store_fixture_server_stop(struct store_fixture *f);
void store_fixture_server_kill(struct store_fixture *f); /* kill -9 */

/* A made-up code, well formed for the store: 18 characters. */
struct test_code {
    char text[AX_STORE_ENTERPRISE_MAX + 1];
};
struct test_code test_code(unsigned number);
