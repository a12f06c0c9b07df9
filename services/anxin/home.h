/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The folder of an embedded deployment: configuration, policy, certificates, database, endpoint and a lock that one
 * process holds. Made on first use, left as it is afterwards. One thread.
 */
#include "base/config.h"
#include "services/anxin/cli.h"

enum { AX_HOME_PATH_MAX = 4096 };

struct ax_home {
    char dir[AX_HOME_PATH_MAX];
    int lock_fd;
};

/* Path of `name` inside; false where it is too long. */
bool ax_home_path(const struct ax_home *home, const char *name, char out[AX_HOME_PATH_MAX]);
/* Makes what is missing and takes the lock: AX_STATE where another process holds it. */
ax_rc ax_home_make(struct ax_home *home, const char *dir, struct ax_err *err) AX_MUST_CHECK;
void ax_home_release(struct ax_home *home);
/* The process that holds the lock; 0: none. */
int ax_home_holder(const char *dir);
/* The deployment's configuration: cli->config_file or the home's. */
ax_rc ax_home_config(const struct ax_cli *cli, const char *const *sets, size_t set_count, struct ax_config **out,
        struct ax_err *err) AX_MUST_CHECK;
/* Packs installed beside the program (../share/anxin/packs), else those of the source tree. */
void ax_home_packs(char out[AX_HOME_PATH_MAX]);
ax_rc ax_home_put_endpoint(const struct ax_home *home, const char *endpoint, struct ax_err *err) AX_MUST_CHECK;
void ax_home_drop_endpoint(const struct ax_home *home);
/* The port of the last endpoint, also after it was dropped; 0: none. */
int ax_home_last_port(const struct ax_home *home);
