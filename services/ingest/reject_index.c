/* SPDX-License-Identifier: Apache-2.0 */
#include "services/ingest/reject_index.h"

#include "services/lib/eventlog/eventlog.h"

enum { FIRST = 64, SLOTS_FIRST = 256 };

struct one {
    int64_t offset;
    int64_t at_us; /* never less than that of the one before it, whatever the clocks said */
    uint8_t digest[AX_REJECT_DIGEST_SIZE];
    bool resolved;
};

struct part {
    struct one *items; /* by offset, and so by at_us */
    size_t count;
    size_t size;
};

/* Where a reject is: one of a partition, both counted from 1 so that 0 is an empty slot. */
struct slot {
    uint32_t partition;
    uint32_t item;
};

struct ax_reject_index {
    struct part parts[AX_LOG_PARTITIONS_MAX];
    size_t count;
    int64_t unresolved;
    struct slot *slots; /* by digest, open addressing */
    size_t slot_count;  /* a power of two, more than twice `count` */
};

struct ax_reject_index *ax_reject_index_new(void)
{
    struct ax_reject_index *index = ax_xcalloc(1, sizeof *index);
    index->slot_count = SLOTS_FIRST;
    index->slots = ax_xcalloc(index->slot_count, sizeof *index->slots);
    return index;
}

void ax_reject_index_free(struct ax_reject_index *index)
{
    for (size_t p = 0; p < AX_LOG_PARTITIONS_MAX; p++) {
        ax_xfree(index->parts[p].items);
    }
    ax_xfree(index->slots);
    ax_xfree(index);
}

static size_t slot_of(const struct ax_reject_index *index, const uint8_t digest[AX_REJECT_DIGEST_SIZE])
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof at; i++) {
        at = at << 8 | digest[i];
    }
    return at & (index->slot_count - 1);
}

static const struct one *one_at(const struct ax_reject_index *index, const struct slot *slot)
{
    return &index->parts[slot->partition - 1].items[slot->item - 1];
}

static void put_slot(struct ax_reject_index *index, size_t partition, size_t item)
{
    size_t at = slot_of(index, index->parts[partition].items[item].digest);
    while (index->slots[at].item != 0) {
        at = (at + 1) & (index->slot_count - 1);
    }
    index->slots[at] = (struct slot){.partition = (uint32_t)partition + 1, .item = (uint32_t)item + 1};
}

static void make_slots(struct ax_reject_index *index, size_t slot_count)
{
    ax_xfree(index->slots);
    index->slot_count = slot_count;
    index->slots = ax_xcalloc(slot_count, sizeof *index->slots);
    for (size_t p = 0; p < AX_LOG_PARTITIONS_MAX; p++) {
        for (size_t i = 0; i < index->parts[p].count; i++) {
            put_slot(index, p, i);
        }
    }
}

/* The older half of every partition. */
static void forget(struct ax_reject_index *index)
{
    for (size_t p = 0; p < AX_LOG_PARTITIONS_MAX; p++) {
        struct part *part = &index->parts[p];
        size_t gone = (part->count + 1) / 2;
        for (size_t i = 0; i < gone; i++) {
            index->unresolved -= part->items[i].resolved ? 0 : 1;
        }
        part->count -= gone;
        index->count -= gone;
        if (part->count > 0) {
            memmove(part->items, part->items + gone, part->count * sizeof *part->items);
        }
    }
    make_slots(index, index->slot_count);
}

void ax_reject_index_add(struct ax_reject_index *index, struct ax_reject_id id, int64_t at_us,
        const uint8_t digest[AX_REJECT_DIGEST_SIZE])
{
    if (index->count == AX_REJECTS_MAX) {
        forget(index);
    }
    struct part *part = &index->parts[id.partition];
    if (part->count == part->size) {
        part->size = part->size == 0 ? FIRST : part->size * 2;
        part->items = ax_xrealloc(part->items, part->size * sizeof *part->items);
    }
    const struct one *last = part->count == 0 ? NULL : &part->items[part->count - 1];
    AX_ASSERT(last == NULL || last->offset < id.offset);
    struct one one = {.offset = id.offset, .at_us = last != NULL && last->at_us > at_us ? last->at_us : at_us};
    memcpy(one.digest, digest, sizeof one.digest);
    part->items[part->count++] = one;
    index->count++;
    index->unresolved++;
    if (index->count * 2 >= index->slot_count) {
        make_slots(index, index->slot_count * 2);
    } else {
        put_slot(index, (size_t)id.partition, part->count - 1);
    }
}

static struct one *find(const struct ax_reject_index *index, struct ax_reject_id id)
{
    const struct part *part = &index->parts[id.partition];
    size_t low = 0;
    size_t high = part->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (part->items[middle].offset < id.offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < part->count && part->items[low].offset == id.offset ? &part->items[low] : NULL;
}

void ax_reject_index_resolve(struct ax_reject_index *index, struct ax_reject_id id)
{
    struct one *one = find(index, id);
    if (one != NULL && !one->resolved) {
        one->resolved = true;
        index->unresolved--;
    }
}

bool ax_reject_index_find(const struct ax_reject_index *index, struct ax_reject_id id, struct ax_reject_entry *out)
{
    const struct one *one = find(index, id);
    if (one != NULL) {
        *out = (struct ax_reject_entry){.id = id, .resolved = one->resolved};
    }
    return one != NULL;
}

bool ax_reject_index_same(
        const struct ax_reject_index *index, const uint8_t digest[AX_REJECT_DIGEST_SIZE], struct ax_reject_id *out)
{
    size_t at = slot_of(index, digest);
    for (; index->slots[at].item != 0; at = (at + 1) & (index->slot_count - 1)) {
        const struct one *one = one_at(index, &index->slots[at]);
        if (!one->resolved && memcmp(one->digest, digest, AX_REJECT_DIGEST_SIZE) == 0) {
            *out = (struct ax_reject_id){(int32_t)index->slots[at].partition - 1, one->offset};
            return true;
        }
    }
    return false;
}

/* How many of a partition are older than the one at `after_us`; of equal times the lower partition counts as older. */
static size_t older(const struct part *part, int64_t after_us, bool lower_partition)
{
    size_t low = 0;
    size_t high = part->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t at_us = part->items[middle].at_us;
        if (at_us < after_us || (at_us == after_us && lower_partition)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t ax_reject_index_page(const struct ax_reject_index *index, struct ax_reject_id after, bool all,
        struct ax_reject_entry *out, size_t max)
{
    size_t left[AX_LOG_PARTITIONS_MAX]; /* of each partition, still to come */
    const struct one *from = after.offset < 0 ? NULL : find(index, after);
    if (after.offset >= 0 && from == NULL) {
        return 0;
    }
    for (int32_t p = 0; p < AX_LOG_PARTITIONS_MAX; p++) {
        const struct part *part = &index->parts[p];
        left[p] = from == NULL           ? part->count
                  : p == after.partition ? (size_t)(from - part->items)
                                         : older(part, from->at_us, p < after.partition);
    }
    size_t count = 0;
    while (count < max) {
        int32_t newest = -1;
        for (int32_t p = 0; p < AX_LOG_PARTITIONS_MAX; p++) {
            const struct one *items = index->parts[p].items;
            while (left[p] > 0 && !all && items[left[p] - 1].resolved) {
                left[p]--;
            }
            if (left[p] > 0 &&
                    (newest < 0 || items[left[p] - 1].at_us >= index->parts[newest].items[left[newest] - 1].at_us)) {
                newest = p;
            }
        }
        if (newest < 0) {
            break;
        }
        const struct one *one = &index->parts[newest].items[--left[newest]];
        out[count++] = (struct ax_reject_entry){.id = {newest, one->offset}, .resolved = one->resolved};
    }
    return count;
}

int64_t ax_reject_index_unresolved(const struct ax_reject_index *index)
{
    return index->unresolved;
}
