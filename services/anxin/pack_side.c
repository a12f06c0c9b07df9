/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/pack_side.h"

#include "base/file.h"
#include "services/anxin/home.h"

#include <string.h>
#include <sys/stat.h>

bool ax_pack_path(const char *dir, const char *file, char out[AX_PACK_PATH_MAX])
{
    int len = snprintf(out, AX_PACK_PATH_MAX, "%s/%s", dir, file);
    return len > 0 && len < AX_PACK_PATH_MAX;
}

bool ax_pack_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The packs of the deployment, where there is one, else those that are installed. */
static void installed(const struct ax_cli *cli, char out[AX_PACK_PATH_MAX])
{
    struct ax_config *config = NULL;
    struct ax_err ignored;
    if (ax_ok(ax_home_config(cli, NULL, 0, &config, &ignored))) {
        (void)snprintf(out, AX_PACK_PATH_MAX, "%s", config->packs_dir);
        ax_config_free(config);
        return;
    }
    ax_home_packs(out);
}

static ax_rc find_id(const struct ax_cli *cli, struct ax_pack_side *side, struct ax_err *err)
{
    char packs[AX_PACK_PATH_MAX];
    installed(cli, packs);
    bool whole = strchr(side->name, '/') == NULL && side->name[0] != '.' &&
                 ax_pack_path(packs, side->name, side->dir) && ax_pack_path(side->dir, "pack.yaml", side->file);
    if (!whole || !ax_file_exists(side->file)) {
        return ax_fail_field(err, AX_NOT_FOUND, "pack", side->name, strlen(side->name),
                "no such file or folder, and no pack of this id in %s", packs);
    }
    return AX_RC(OK);
}

ax_rc ax_pack_side_open(const struct ax_cli *cli, const char *name, struct ax_pack_side *out, struct ax_err *err)
{
    *out = (struct ax_pack_side){.name = name};
    if (!ax_pack_path(name, "pack.yaml", out->file)) {
        return ax_fail_field(err, AX_INVALID, "pack", name, strlen(name), "too long a path");
    }
    if (ax_pack_is_dir(name) && !ax_file_exists(out->file)) {
        out->file[0] = '\0';
        return ax_bundle_load(name, &out->bundle, err);
    }
    if (ax_pack_is_dir(name)) {
        (void)snprintf(out->dir, sizeof out->dir, "%s", name);
    } else if (ax_file_exists(name)) {
        (void)snprintf(out->file, sizeof out->file, "%s", name);
    } else {
        AX_TRY(find_id(cli, out, err));
    }
    AX_TRY(ax_bundle_load_pack(out->file, &out->bundle, err));
    out->only = &out->bundle->packs[0];
    return AX_RC(OK);
}

void ax_pack_side_close(struct ax_pack_side *side)
{
    ax_bundle_free(side->bundle);
    side->bundle = NULL;
}
