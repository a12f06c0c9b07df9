/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/move.h"

#include "scoring/content.h"

static int64_t greater(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

ax_rc ax_move_withdrawal(struct ax_ingest *ingest, const struct ax_item *item, struct ax_arena *arena,
        struct ax_fact *out, struct ax_err *err)
{
    const struct ax_fact *fact = item->fact;
    ax_str from = fact->previous_enterprise;
    if (item->known_revision > fact->revision) { /* what it says is past: it may have moved on, even back */
        out->revision = 0;
        return AX_RC(OK);
    }
    int32_t partition = ax_log_partition_of(ingest->options.log, from);
    ax_rc rc = ax_known_head(&ingest->known, from, partition, fact->source, fact->reference, arena, out, err);
    if (!ax_ok(rc) && rc.code != AX_NOT_FOUND) {
        return rc;
    }
    bool withdrawn = ax_ok(rc) && ax_fact_withdraws(out);
    int64_t newest = ax_ok(rc) ? out->revision : 0;
    struct ax_seen_head seen;
    if (ax_seen_get(ingest->seen, from, item->key, &seen) && seen.revision >= newest) {
        withdrawn = seen.withdrawn || (withdrawn && seen.revision == newest);
        newest = seen.revision;
    }
    if (withdrawn) {
        out->revision = 0;
        return AX_RC(OK);
    }
    if (!ax_ok(rc)) { /* not known there (yet): what comes later with a lower revision is superseded */
        *out = *fact;
        out->enterprise = from;
    }
    out->revision = greater(fact->revision, newest + 1);
    out->previous_enterprise = (ax_str){0};
    out->state = AX_FACT_STATE_WITHDRAWN;
    return AX_RC(OK);
}
