/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What is known about one enterprise, as the scorer builds it from the log and everybody reads it back from the store:
 * its ledger, the offset of the record that last changed it, and whether a record of it could not be read.
 *
 * A view owns its ledger. One thread at a time.
 */
#include "scoring/ledger.h"
#include "services/lib/view/chunk.h"

/* For the arena that the chunks of one enterprise are read into: more than those of a full ledger, from any source met. */
#define AX_VIEW_READ_MAX_BYTES ((size_t)2 << 30)

enum { AX_VIEW_FACTS_MAX = 64 }; /* of one ledger: as many are held in memory together when one is loaded */

struct ax_view {
    struct ax_ledger ledger;
    int64_t last_offset; /* -1: nothing */
    uint32_t facts_max;  /* AX_LEDGER_FACTS_MAX; less in tests */
    bool incomplete;
};

/* An enterprise is a key of the log that at least one record belongs to, readable or not. Others are no enterprises, and
 * scorer, rebuild and audit leave them out. */
static inline bool ax_view_is_known(const struct ax_view *view)
{
    return view->last_offset >= 0;
}

/* One record of the log on its way into a view. */
struct ax_view_record {
    int64_t offset;
    ax_str canonical;
    int64_t known_at_us;
    struct ax_fact fact; /* not read where `unreadable` */
    uint8_t digest[AX_DIGEST_SIZE];
    uint8_t key[AX_KEY_SIZE];
    bool unreadable;                /* in; also out, where it was refused */
    bool refused;                   /* out: the ledger is full */
    enum ax_ledger_outcome outcome; /* out */
};

/* The facts of a ledger that was loaded, whole, as they were read for it. Arena memory; texts are borrowed from the chunks. */
struct ax_view_facts {
    struct ax_view_record *items[AX_VIEW_FACTS_MAX];
    size_t count;
    bool is_whole; /* all of the ledger's are here */
};

void ax_view_init(struct ax_view *view);
void ax_view_deinit(struct ax_view *view);

/* Decodes the canonical bytes into `record` and makes digest and key. Strings borrow from `canonical`. */
ax_rc ax_view_record_read(struct ax_view_record *record, ax_str canonical, int64_t known_at_us, struct ax_arena *arena,
        struct ax_err *err) AX_MUST_CHECK;

/* Merges records, ascending by offset, each judged against the ledger with all before it, so that outcomes do not depend
 * on how records are cut into calls. What is new is appended to `chunk` (may be NULL) as one chunk that
 * begins with *chunk_offset. True: the rating must be made anew. */
bool ax_view_apply(struct ax_view *view, struct ax_view_record *const *records, size_t count, struct ax_arena *scratch,
        struct ax_buf *chunk, int64_t *chunk_offset);

/* Adds what the chunks hold of records before `until`. The scratch arena is given back as it was; a mebibyte is enough for
 * any number of facts, of which AX_LIMIT says that they are more than AX_LEDGER_FACTS_MAX. Not OK: the view holds a part. */
ax_rc ax_view_load(struct ax_view *view, const ax_str *chunks, size_t count, int64_t until, struct ax_arena *scratch,
        struct ax_err *err) AX_MUST_CHECK;
/* The same by what was known at an instant; last_offset is that of the newest record among what was known. */
ax_rc ax_view_load_known(struct ax_view *view, const ax_str *chunks, size_t count, int64_t until, int64_t known_at_us,
        struct ax_arena *scratch, struct ax_err *err) AX_MUST_CHECK;
/* ax_view_load of all records, with their facts where they are few: the arena is then not given back. */
ax_rc ax_view_load_facts(struct ax_view *view, const ax_str *chunks, size_t count, struct ax_arena *arena,
        struct ax_view_facts *facts, struct ax_err *err) AX_MUST_CHECK;
