/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over the files of the folders that are named: the corpus as a test, in every build. A folder that
 * does not exist has no files.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX_BYTES = 4 << 20 };

static bool replay_file(const char *folder, const char *name, uint8_t *block)
{
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = len < 0 || (size_t)len >= sizeof path ? NULL : fopen(path, "rb");
    if (file == NULL) {
        (void)fprintf(stderr, "%s/%s: %s\n", folder, name, strerror(errno));
        return false;
    }
    size_t size = fread(block, 1, FILE_MAX_BYTES, file);
    (void)fclose(file);
    /* An exact copy, so that AddressSanitizer sees a read past the end. */
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    if (exact == NULL) {
        return false;
    }
    memcpy(exact, block, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    if (size == 0) { /* what an empty file is to a program */
        (void)LLVMFuzzerTestOneInput(NULL, 0);
    }
    free(exact);
    return true;
}

static bool replay_folder(const char *folder, uint8_t *block, unsigned *count)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return errno == ENOENT;
    }
    bool ok = true;
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            ok = replay_file(folder, entry->d_name, block) && ok;
            ++*count;
        }
    }
    (void)closedir(dir);
    return ok;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    bool ok = true;
    uint8_t *block = malloc(FILE_MAX_BYTES);
    for (int i = 1; block != NULL && i < argc; i++) {
        ok = replay_folder(argv[i], block, &count) && ok;
    }
    ok = ok && block != NULL;
    free(block);
    (void)printf("%u inputs replayed\n", count);
    return ok ? 0 : 1;
}
