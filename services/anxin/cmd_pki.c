/* SPDX-License-Identifier: Apache-2.0 */
/* pki: the certificates of a deployment, for local-cluster and for those who have no authority of their own. */
#include <string.h>

#include "services/anxin/certificates.h"
#include "services/anxin/cli.h"
#include "services/lib/trust/pki.h"
#include "services/lib/trust/trust.h"

static int finish(const struct ax_cli *cli, ax_rc rc, const struct ax_err *err, const char *what)
{
    if (!ax_ok(rc)) {
        return ax_cli_fail(cli, err);
    }
    (void)printf("%s\n", what);
    return AX_EXIT_DONE;
}

int ax_cmd_pki(struct ax_cli *cli)
{
    const char *dir = NULL;
    const char *role = NULL;
    const char *id = NULL;
    const struct ax_option options[] = {{"dir", &dir, NULL}, {"role", &role, NULL}, {"id", &id, NULL}};
    if (!ax_cli_options(cli, options, 3, 1, 2)) {
        return AX_EXIT_USAGE;
    }
    struct ax_err err = {0};
    char path[4096];
    const char *verb = cli->argv[0];
    const char *name = cli->argc > 1 ? cli->argv[1] : NULL;
    (void)snprintf(path, sizeof path, "%s/pki", cli->home);
    dir = dir == NULL ? path : dir;
    if (strcmp(verb, "policy") == 0 && name == NULL) {
        (void)fputs(ax_policy_default_yaml, stdout);
        return AX_EXIT_DONE;
    }
    if (strcmp(verb, "init") == 0 && name == NULL) {
        return finish(cli, ax_certificates_clients(dir, &err), &err, dir);
    }
    if (strcmp(verb, "server") == 0 && name != NULL) {
        return finish(cli, ax_certificates_server(dir, name, role == NULL ? name : role, &err), &err, name);
    }
    if (strcmp(verb, "client") == 0 && name != NULL && role != NULL) {
        struct ax_pki_subject subject = {.name = name, .role = role, .id = id == NULL ? name : id};
        return finish(cli, ax_pki_issue(dir, &subject, ax_clock_system(), &err), &err, name);
    }
    ax_cli_say(cli, "anxin pki init | policy | server NAME [--role R] | client NAME --role R [--id ID]   [--dir DIR]",
            "anxin pki init | policy | server 名称 [--role 角色] | client 名称 --role 角色 [--id 标识]   [--dir 目录]");
    return AX_EXIT_USAGE;
}
