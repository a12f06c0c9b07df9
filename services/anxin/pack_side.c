/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/pack_side.h"

#include "base/file.h"
#include "services/anxin/home.h"

#include <dirent.h>
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

static int is_yaml(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && ax_str_ends(ax_str_c(entry->d_name), AX_STR(".yaml")) ? 1 : 0;
}

bool ax_pack_is_one(const char *dir)
{
    struct dirent **entries = NULL;
    int count = ax_pack_is_dir(dir) ? scandir(dir, &entries, is_yaml, NULL) : 0;
    for (int i = 0; i < count; i++) {
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
    return count > 0;
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
    bool whole = strchr(side->name, '/') == NULL && side->name[0] != '.' && ax_pack_path(packs, side->name, side->dir);
    if (!whole || !ax_pack_is_one(side->dir)) {
        return ax_fail_field(err, AX_NOT_FOUND, "pack", side->name, strlen(side->name),
                "no such file or folder, and no pack of this id in %s", packs);
    }
    return AX_RC(OK);
}

static ax_rc open_folder(struct ax_pack_side *side, struct ax_err *err)
{
    if (!ax_pack_path(side->dir, "pack.yaml", side->file)) {
        return ax_fail_field(err, AX_INVALID, "pack", side->name, strlen(side->name), "too long a path");
    }
    if (!ax_file_exists(side->file)) {
        side->file[0] = '\0';
    }
    return ax_bundle_load_pack(side->dir, &side->bundle, err);
}

ax_rc ax_pack_side_open(const struct ax_cli *cli, const char *name, struct ax_pack_side *out, struct ax_err *err)
{
    *out = (struct ax_pack_side){.name = name};
    if (strlen(name) >= AX_PACK_PATH_MAX) {
        return ax_fail_field(err, AX_INVALID, "pack", name, strlen(name), "too long a path");
    }
    bool is_dir = ax_pack_is_dir(name);
    if (is_dir && !ax_pack_is_one(name)) {
        return ax_bundle_load_approved(name, &out->bundle, err);
    }
    if (!is_dir && ax_file_exists(name)) {
        (void)snprintf(out->file, sizeof out->file, "%s", name);
        AX_TRY(ax_bundle_load_file(name, &out->bundle, err));
    } else {
        (void)snprintf(out->dir, sizeof out->dir, "%s", name);
        AX_TRY(is_dir ? AX_RC(OK) : find_id(cli, out, err));
        AX_TRY(open_folder(out, err));
    }
    out->only = out->bundle->count > 0 ? &out->bundle->packs[0] : NULL;
    return AX_RC(OK);
}

void ax_pack_side_close(struct ax_pack_side *side)
{
    ax_bundle_free(side->bundle);
    side->bundle = NULL;
}
