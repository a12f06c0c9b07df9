/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The rejects topic: what could not be taken, kept with its bytes, and which of it was accepted later. An index of it is
 * kept in memory, brought up to date on every use; the rejects themselves are read from the log when they are asked for.
 * Any thread.
 */
#include "services/ingest/item.h"
#include "services/ingest/reject_index.h"
#include "services/lib/eventlog/eventlog.h"

struct ax_rejects;

enum { AX_REJECT_ID_SIZE = 32 };

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
/* Appends the bytes of a RejectRecord. The digest is of what was rejected and why, not of when and for whom. */
void ax_reject_encode(const struct ax_reject_input *input, struct ax_buf *out, uint8_t digest[AX_REJECT_DIGEST_SIZE]);
/* The same from the bytes of a Reject; *at_us: when. */
void ax_reject_digest(ax_str reject, uint8_t digest[AX_REJECT_DIGEST_SIZE], int64_t *at_us);
void ax_reject_encode_resolved(struct ax_reject_id id, struct ax_buf *out);

struct ax_rejects *ax_rejects_new(struct ax_log *log);
void ax_rejects_free(struct ax_rejects *rejects);

/* Reads what was rejected and resolved since. The verbs below do it too, but for _same and _appended. */
ax_rc ax_rejects_refresh(struct ax_rejects *rejects, struct ax_err *err) AX_MUST_CHECK;
/* One about the same that stands unresolved, as far as was read. */
bool ax_rejects_same(struct ax_rejects *rejects, const uint8_t digest[AX_REJECT_DIGEST_SIZE], struct ax_reject_id *out);
/* This process appended it: where nobody was in between it need not be read again. */
void ax_rejects_appended(
        struct ax_rejects *rejects, struct ax_reject_id id, int64_t at_us, const uint8_t digest[AX_REJECT_DIGEST_SIZE]);

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
