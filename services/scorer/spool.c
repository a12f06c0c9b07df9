/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/spool.h"

#include "base/digest.h"
#include "services/lib/store/store.h"

#include <stdio.h>

struct head {
    char enterprise[AX_STORE_ENTERPRISE_MAX];
    uint32_t enterprise_len;
    uint32_t part_len;
};

struct file {
    FILE *stream;
    struct head head; /* of the part that comes next */
    bool some;
};

struct ax_spool {
    struct file files[AX_LOG_PARTITIONS_MAX];
    size_t count;
};

struct ax_spool *ax_spool_new(void)
{
    return ax_xcalloc(1, sizeof(struct ax_spool));
}

void ax_spool_free(struct ax_spool *spool)
{
    for (size_t i = 0; i < spool->count; i++) {
        (void)fclose(spool->files[i].stream);
    }
    ax_xfree(spool);
}

ax_rc ax_spool_begin(struct ax_spool *spool, struct ax_err *err)
{
    AX_ASSERT(spool->count < AX_LOG_PARTITIONS_MAX);
    FILE *stream = tmpfile();
    if (stream == NULL) {
        return ax_fail(err, AX_IO, "no temporary file can be made for the audit");
    }
    spool->files[spool->count++] = (struct file){.stream = stream};
    return AX_RC(OK);
}

ax_rc ax_spool_put(struct ax_spool *spool, ax_str enterprise, ax_str part, struct ax_err *err)
{
    AX_ASSERT(enterprise.len <= AX_STORE_ENTERPRISE_MAX && part.len <= UINT32_MAX);
    struct head head = {.enterprise_len = (uint32_t)enterprise.len, .part_len = (uint32_t)part.len};
    for (size_t i = 0; i < enterprise.len; i++) {
        head.enterprise[i] = enterprise.ptr[i];
    }
    FILE *stream = spool->files[spool->count - 1].stream;
    if (fwrite(&head, sizeof head, 1, stream) != 1 || fwrite(part.ptr, 1, part.len, stream) != part.len) {
        return ax_fail(err, AX_IO, "the audit's temporary file cannot be written");
    }
    return AX_RC(OK);
}

static ax_rc next_head(struct file *f, struct ax_err *err)
{
    f->some = fread(&f->head, sizeof f->head, 1, f->stream) == 1;
    return ferror(f->stream) ? ax_fail(err, AX_IO, "the audit's temporary file cannot be read") : AX_RC(OK);
}

static struct file *lowest(struct ax_spool *spool)
{
    struct file *low = NULL;
    for (size_t i = 0; i < spool->count; i++) {
        struct file *f = &spool->files[i];
        if (!f->some) {
            continue;
        }
        if (low == NULL || ax_str_cmp(ax_str_of(f->head.enterprise, f->head.enterprise_len),
                                   ax_str_of(low->head.enterprise, low->head.enterprise_len)) < 0) {
            low = f;
        }
    }
    return low;
}

static ax_rc merge(struct ax_spool *spool, struct ax_sha256_run *run, struct ax_buf *part, struct ax_err *err)
{
    for (size_t i = 0; i < spool->count; i++) {
        rewind(spool->files[i].stream);
        AX_TRY(next_head(&spool->files[i], err));
    }
    for (struct file *f = lowest(spool); f != NULL; f = lowest(spool)) {
        ax_buf_clear(part);
        uint8_t *to = ax_buf_grow(part, f->head.part_len);
        if (to == NULL || fread(to, 1, f->head.part_len, f->stream) != f->head.part_len) {
            return ax_fail(err, AX_IO, "the audit's temporary file cannot be read");
        }
        ax_sha256_add(run, ax_buf_str(part));
        AX_TRY(next_head(f, err));
    }
    return AX_RC(OK);
}

ax_rc ax_spool_digest(struct ax_spool *spool, uint8_t out[AX_DIGEST_SIZE], struct ax_err *err)
{
    struct ax_sha256_run *run = ax_sha256_new();
    struct ax_buf part;
    ax_buf_init(&part, AX_STORE_RATING_MAX_BYTES * 2);
    ax_rc rc = merge(spool, run, &part, err);
    ax_sha256_end(run, out);
    ax_buf_deinit(&part);
    return rc;
}
