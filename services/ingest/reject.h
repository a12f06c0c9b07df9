/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The rejects topic: what could not be taken, kept with its bytes, and which of it was accepted later. An index of it is
 * kept in memory, brought up to date on every use; the rejects themselves are read from the log when they are asked for.
 * Any thread.
 */
#include "services/ingest/item.h"
#include "services/lib/eventlog/eventlog.h"

struct ax_rejects;

enum {
    AX_REJECTS_MAX = 1 << 20, /* in the index; older ones are not listed any more */
    AX_REJECT_ID_SIZE = 32,
};

struct ax_reject_id {
    int32_t partition;
    int64_t offset;
};

bool ax_reject_id_parse(ax_str text, struct ax_reject_id *out);
char *ax_reject_id_format(struct ax_reject_id id, char out[AX_REJECT_ID_SIZE]);

/* What a reject is made of. */
struct ax_reject_input {
    const struct ax_submit_item *item;
    const struct ax_err *fault; /* NULL: the row's own error */
    int64_t at_us;
    ax_str role;
    ax_str id;
};
/* Appends the bytes of a RejectRecord. */
void ax_reject_encode(const struct ax_reject_input *input, struct ax_buf *out);
void ax_reject_encode_resolved(struct ax_reject_id id, struct ax_buf *out);

struct ax_rejects *ax_rejects_new(struct ax_log *log);
void ax_rejects_free(struct ax_rejects *rejects);

struct ax_reject_entry {
    struct ax_reject_id id;
    int64_t at_us;
    bool resolved;
};

/* The newest first, from `after` on (offset < 0: from the newest), resolved ones only if `all`. */
ax_rc ax_rejects_list(struct ax_rejects *rejects, struct ax_reject_id after, bool all, struct ax_reject_entry *out,
        size_t max, size_t *count, struct ax_err *err) AX_MUST_CHECK;
/* Not resolved. */
ax_rc ax_rejects_count(struct ax_rejects *rejects, int64_t *count, struct ax_err *err) AX_MUST_CHECK;
/* Bytes of the anxin.v1.Reject of each, in arena memory. AX_NOT_FOUND where one is none. */
ax_rc ax_rejects_read(struct ax_rejects *rejects, const struct ax_reject_entry *entries, size_t count,
        struct ax_arena *arena, ax_str *out, struct ax_err *err) AX_MUST_CHECK;
ax_rc ax_rejects_find(struct ax_rejects *rejects, struct ax_reject_id id, struct ax_reject_entry *out,
        struct ax_err *err) AX_MUST_CHECK;
