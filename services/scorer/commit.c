/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/batch.h"

enum { BYTES_CAP = AX_STORE_COMMIT_MAX_BYTES, FIRST_SIZE = 1024 };

void ax_commit_init(struct ax_commit *commit)
{
    *commit = (struct ax_commit){0};
    ax_buf_init(&commit->bytes, BYTES_CAP);
}

void ax_commit_deinit(struct ax_commit *commit)
{
    ax_xfree(commit->writes);
    ax_xfree(commit->parts);
    ax_buf_deinit(&commit->bytes);
}

void ax_commit_begin(
        struct ax_commit *commit, int32_t partition, struct ax_store_position from, struct ax_store_position to)
{
    commit->partition = partition;
    commit->from = from;
    commit->to = to;
    commit->count = 0;
    commit->records = 0;
    commit->unreadable = 0;
    commit->newest_known_at_us = 0;
    commit->packs_rolled = false;
    ax_buf_clear(&commit->bytes);
}

void ax_commit_add(struct ax_commit *commit, const struct ax_commit_part *part)
{
    if (commit->count == commit->size) {
        commit->size = commit->size == 0 ? FIRST_SIZE : commit->size * 2;
        commit->writes = ax_xrealloc(commit->writes, commit->size * sizeof *commit->writes);
        commit->parts = ax_xrealloc(commit->parts, commit->size * sizeof *commit->parts);
    }
    commit->parts[commit->count++] = *part;
}

void ax_commit_seal(struct ax_commit *commit)
{
    AX_ASSERT(!commit->bytes.failed);
    const char *bytes = (const char *)commit->bytes.ptr;
    for (size_t i = 0; i < commit->count; i++) {
        const struct ax_commit_part *p = &commit->parts[i];
        commit->writes[i] = (struct ax_store_write){
                .enterprise = ax_str_of(p->code, AX_USCC_LEN),
                .rating = p->rated ? ax_str_of(bytes + p->rating_at, p->rating_len) : (ax_str){0},
                .chunk_offset = p->chunk_offset,
                .chunk = p->chunk_len == 0 ? (ax_str){0} : ax_str_of(bytes + p->chunk_at, p->chunk_len),
        };
    }
}
