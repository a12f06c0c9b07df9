/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/schedule/library.h"

#include "base/log.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_BYTES = 4096 };

struct ax_library {
    const struct ax_bundle *base;
    const struct ax_bundle *challenger;
    char *dir;            /* NULL: none */
    pthread_mutex_t lock; /* over the rest */
    struct ax_bundle *others[AX_LIBRARY_BUNDLES_MAX];
    size_t count;
};

struct ax_library *ax_library_new(const struct ax_bundle *base, const struct ax_bundle *challenger, const char *dir)
{
    struct ax_library *l = ax_xcalloc(1, sizeof *l);
    l->base = base;
    l->challenger = challenger;
    l->dir = dir == NULL || dir[0] == '\0' ? NULL : ax_xstrdup(dir);
    (void)pthread_mutex_init(&l->lock, NULL);
    return l;
}

void ax_library_free(struct ax_library *library)
{
    if (library == NULL) {
        return;
    }
    for (size_t i = 0; i < library->count; i++) {
        ax_bundle_free(library->others[i]);
    }
    (void)pthread_mutex_destroy(&library->lock);
    ax_xfree(library->dir);
    ax_xfree(library);
}

const struct ax_bundle *ax_library_base(const struct ax_library *library)
{
    return library->base;
}

const struct ax_bundle *ax_library_challenger(const struct ax_library *library)
{
    return library->challenger;
}

static bool is(const struct ax_bundle *bundle, const uint8_t digest[AX_DIGEST_SIZE])
{
    return bundle != NULL && memcmp(bundle->digest, digest, AX_DIGEST_SIZE) == 0;
}

static const struct ax_bundle *known(const struct ax_library *l, const uint8_t digest[AX_DIGEST_SIZE])
{
    if (is(l->base, digest)) {
        return l->base;
    }
    if (is(l->challenger, digest)) {
        return l->challenger;
    }
    for (size_t i = 0; i < l->count; i++) {
        if (is(l->others[i], digest)) {
            return l->others[i];
        }
    }
    return NULL;
}

/* A folder that is no bundle, or one that cannot be read, is passed over: it cannot be activated. */
static void read_one(struct ax_library *l, const char *name)
{
    char path[PATH_MAX_BYTES];
    char text[AX_ERR_TEXT_MAX * 2];
    struct ax_err err = {0};
    struct ax_bundle *bundle = NULL;
    int len = snprintf(path, sizeof path, "%s/%s", l->dir, name);
    if (len < 0 || (size_t)len >= sizeof path || l->count == AX_LIBRARY_BUNDLES_MAX) {
        AX_NOTE_LIMITED(WARN, "bundle.passed_over", "folder=%s at most %d bundles", name, AX_LIBRARY_BUNDLES_MAX);
        return;
    }
    if (!ax_ok(ax_bundle_load_approved(path, &bundle, &err))) {
        AX_NOTE_LIMITED(WARN, "bundle.passed_over", "folder=%s %s", name, ax_note_err(&err, text, sizeof text));
        return;
    }
    if (known(l, bundle->digest) != NULL) {
        ax_bundle_free(bundle);
        return;
    }
    l->others[l->count++] = bundle;
}

static int is_folder(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && entry->d_type != DT_REG ? 1 : 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_all(struct ax_library *l)
{
    struct dirent **entries = NULL;
    int count = l->dir == NULL ? 0 : scandir(l->dir, &entries, is_folder, by_name);
    for (int i = 0; i < count; i++) {
        read_one(l, entries[i]->d_name);
        ax_xfree(entries[i]);
    }
    ax_xfree(entries);
}

const struct ax_bundle *ax_library_find(struct ax_library *library, const uint8_t digest[AX_DIGEST_SIZE])
{
    (void)pthread_mutex_lock(&library->lock);
    const struct ax_bundle *found = known(library, digest);
    if (found == NULL) {
        read_all(library);
        found = known(library, digest);
    }
    (void)pthread_mutex_unlock(&library->lock);
    return found;
}

size_t ax_library_all(struct ax_library *library, const struct ax_bundle **out, size_t max)
{
    size_t count = 0;
    (void)pthread_mutex_lock(&library->lock);
    read_all(library);
    if (count < max) {
        out[count++] = library->base;
    }
    if (count < max && library->challenger != NULL && !is(library->base, library->challenger->digest)) {
        out[count++] = library->challenger;
    }
    for (size_t i = 0; i < library->count && count < max; i++) {
        out[count++] = library->others[i];
    }
    (void)pthread_mutex_unlock(&library->lock);
    return count;
}
