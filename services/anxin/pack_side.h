/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * A rule pack as somebody names it: a file, the folder of a pack, a folder of packs, or the id of one that is installed. A
 * folder of packs rates as a deployment does, by place, industry and day; the level rules of one pack rate everybody. The
 * side owns its bundle. One thread.
 */
#include "services/anxin/cli.h"
#include "services/lib/pack/bundle.h"

enum { AX_PACK_PATH_MAX = 4096 };

struct ax_pack_side {
    const char *name; /* as it was named */
    struct ax_bundle *bundle;
    const struct ax_pack *only;  /* NULL: a folder of packs */
    char file[AX_PACK_PATH_MAX]; /* of the one pack's level rules; "" for a folder of packs */
    char dir[AX_PACK_PATH_MAX];  /* the one pack's folder; "" where it was named as a file */
};

ax_rc ax_pack_side_open(
        const struct ax_cli *cli, const char *name, struct ax_pack_side *out, struct ax_err *err) AX_MUST_CHECK;
void ax_pack_side_close(struct ax_pack_side *side);
/* "dir/file"; false where it is too long. */
bool ax_pack_path(const char *dir, const char *file, char out[AX_PACK_PATH_MAX]);
bool ax_pack_is_dir(const char *path);
/* A folder of one pack: YAML files stand in it, not folders of packs. */
bool ax_pack_is_one(const char *dir);
