/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A folder with files of a panel, for tests; taken away with all that is in it. */
#include "base/file.h"
#include "tests/unit/t.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct panel_files {
    char dir[64];
};

static inline void panel_files_make(struct panel_files *f)
{
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/ax-panel-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
}

static inline void panel_files_put(const struct panel_files *f, const char *name, ax_str text)
{
    char path[256];
    struct ax_err err;
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    assert_true(ax_ok(ax_file_write(path, text, 0644, &err)));
}

static inline void panel_files_clear(const struct panel_files *f)
{
    DIR *dir = opendir(f->dir);
    char path[512];
    assert_non_null(dir);
    for (const struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        if (e->d_name[0] != '.') {
            (void)snprintf(path, sizeof path, "%s/%s", f->dir, e->d_name);
            (void)unlink(path);
        }
    }
    (void)closedir(dir);
}

static inline void panel_files_remove(const struct panel_files *f)
{
    panel_files_clear(f);
    (void)rmdir(f->dir);
}
