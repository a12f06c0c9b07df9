/* SPDX-License-Identifier: Apache-2.0 */
/* A file of a panel: any bytes end in rows or an error that says where. */
#include "services/lib/model/sheet.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_all(const char *path)
{
    static const struct ax_panel_sheet_column columns[] = {{"mine_id", false}, {"name", true}, {"hours", true}};
    struct ax_panel_sheet s;
    struct ax_err err = {0};
    ax_rc rc = ax_panel_sheet_open(&s, path, columns, sizeof columns / sizeof columns[0], &err);
    bool more = true;
    while (ax_ok(rc) && more) {
        rc = ax_panel_sheet_next(&s, &more, &err);
        int64_t whole = -1;
        double number = -1;
        if (ax_ok(rc) && more) {
            AX_ASSERT(!ax_ok(ax_panel_sheet_whole(&s, 0, 0, 1000, &whole, &err)) || (whole >= 0 && whole <= 1000));
            AX_ASSERT(!ax_ok(ax_panel_sheet_number(&s, 2, 1e6, &number, &err)) || (number >= 0 && number <= 1e6));
            AX_ASSERT(s.cells[1].len <= s.text.len);
        }
    }
    AX_ASSERT(ax_ok(rc) || err.text[0] != '\0');
    ax_panel_sheet_deinit(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("sheet", MFD_CLOEXEC);
    AX_ASSERT(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    read_all(path);
    (void)close(fd);
    return 0;
}
