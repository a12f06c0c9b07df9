/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "tests/unit/t.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void writes_and_reads_back(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_buf b;
    struct stat st;
    ax_buf_init(&b, 1 << 20);
    assert_true(ax_ok(ax_file_write(in_folder("a"), AX_STR("one"), 0600, &err)));
    assert_true(ax_ok(ax_file_write(in_folder("a"), ax_str_of("two\0", 4), 0640, &err)));
    assert_true(ax_ok(ax_file_read(in_folder("a"), &b, &err)));
    assert_true(ax_str_eq(ax_buf_str(&b), ax_str_of("two\0", 4)));
    assert_int_equal(stat(in_folder("a"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    ax_buf_deinit(&b);
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    int entries = 0;
    while (readdir(dir) != NULL) {
        entries++;
    }
    (void)closedir(dir);
    assert_int_equal(entries, 3); /* ., .. and the file: no temporary one left */
}

static void says_why_not(void **state)
{
    (void)state;
    struct ax_err err;
    struct ax_buf b;
    ax_buf_init(&b, 3);
    assert_int_equal(ax_file_read(in_folder("none"), &b, &err).code, AX_NOT_FOUND);
    assert_string_equal(err.value, in_folder("none"));
    assert_int_equal(ax_file_read(folder, &b, &err).code, AX_INVALID);
    assert_true(ax_ok(ax_file_write(in_folder("long"), AX_STR("1234"), 0600, &err)));
    assert_int_equal(ax_file_read(in_folder("long"), &b, &err).code, AX_LIMIT);
    assert_int_equal(ax_file_write(in_folder("none/x"), AX_STR(""), 0600, &err).code, AX_NOT_FOUND);
    assert_int_equal(ax_file_write(folder, AX_STR(""), 0600, &err).code, AX_IO);
    ax_buf_deinit(&b);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct ax_err err;
    if (geteuid() != 0) {
        skip();
    }
    char command[512];
    char mount[128];
    (void)snprintf(mount, sizeof mount, "%s", in_folder("small"));
    assert_true(ax_ok(ax_file_mkdirs(mount, 0700, &err)));
    (void)snprintf(command, sizeof command, "mount -t tmpfs -o size=64k tmpfs '%s' 2>/dev/null", mount);
    if (system(command) != 0) {
        skip(); /* no right to mount here */
    }
    assert_true(ax_ok(ax_file_write(in_folder("small/a"), AX_STR("old"), 0600, &err)));
    static char big[200000];
    ax_rc rc = ax_file_write(in_folder("small/a"), ax_str_of(big, sizeof big), 0600, &err);
    struct ax_buf b;
    ax_buf_init(&b, 100);
    ax_rc read_rc = ax_file_read(in_folder("small/a"), &b, NULL);
    (void)snprintf(command, sizeof command, "umount '%s'", mount);
    assert_int_equal(system(command), 0);
    assert_int_equal(rc.code, AX_IO);
    assert_true(ax_ok(read_rc) && ax_str_eq(ax_buf_str(&b), AX_STR("old")));
    ax_buf_deinit(&b);
}

static void makes_folders(void **state)
{
    (void)state;
    struct ax_err err;
    assert_true(ax_ok(ax_file_mkdirs(in_folder("x/y/z"), 0700, &err)));
    assert_true(ax_ok(ax_file_mkdirs(in_folder("x/y/z/"), 0700, &err)));
    assert_true(ax_file_exists(in_folder("x/y/z")));
    assert_true(ax_ok(ax_file_write(in_folder("x/f"), AX_STR(""), 0600, &err)));
    assert_int_equal(ax_file_mkdirs(in_folder("x/f/g"), 0700, &err).code, AX_IO);
    assert_int_equal(ax_file_mkdirs("", 0700, &err).code, AX_INVALID);
}

static void paths_beside(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
            {"/etc/anxin/a.yaml", "pki/ca.crt", "/etc/anxin/pki/ca.crt"},
            {"/etc/anxin/a.yaml", "/x", "/x"},
            {"a.yaml", "pki", "pki"},
            {"a.yaml", "", ""},
            {"d/a.yaml", ".", "d/."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *path = ax_file_beside(rows[i][0], rows[i][1]);
        assert_string_equal(path, rows[i][2]);
        ax_xfree(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(writes_and_reads_back),
            cmocka_unit_test(says_why_not),
            cmocka_unit_test(a_full_disk_is_an_error),
            cmocka_unit_test(makes_folders),
            cmocka_unit_test(paths_beside),
    };
    (void)snprintf(folder, sizeof folder, "/tmp/anxin-test.XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) == 0 ? failed : 1;
}
