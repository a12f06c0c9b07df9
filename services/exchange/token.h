/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Where a watcher is: the next offset of every partition of the ratings feed, and its form as text. A token is good for
 * any deployment over the same log. Plain values.
 */
#include "base/arena.h"
#include "services/lib/eventlog/eventlog.h"

struct ax_place {
    int32_t partitions;
    int64_t next[AX_LOG_PARTITIONS_MAX];
};

/* Appends "1.<partitions>.<next>.<next>…". */
void ax_place_put(const struct ax_place *place, struct ax_buf *out);
/* False where it is no token, or of another number of partitions. */
bool ax_place_read(ax_str token, int32_t partitions, struct ax_place *out);
