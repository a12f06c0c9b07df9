/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scorer/dead_letter.h"

#include "services/lib/wire/unpack.h"
#include "services/scorer/batch.h"

#include <anxin/v1/admin_service.pb-c.h>

#include <stdio.h>

enum { CONTENT_MAX_BYTES = 64 * 1024, RECORD_ID_SIZE = 64 };

/* protobuf-c's structs want pointers to what they only read. */
static char *text_of(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void encode(const struct ax_dead *dead, int64_t now_us, struct ax_buf *out)
{
    char id[RECORD_ID_SIZE];
    (void)snprintf(id, sizeof id, "anxin.facts.v1:%d:%lld", dead->record->partition, (long long)dead->record->offset);
    size_t len = dead->record->value.len;
    Anxin__V1__FieldError error = ANXIN__V1__FIELD_ERROR__INIT;
    error.reason = text_of(ax_code_name(dead->err.code));
    error.field = text_of(dead->err.field);
    error.value = text_of(dead->err.value);
    error.rule = text_of(dead->err.text);
    Anxin__V1__RawRow raw = ANXIN__V1__RAW_ROW__INIT;
    raw.system = text_of("scorer");
    raw.origin = id;
    raw.content.data = (uint8_t *)(uintptr_t)dead->record->value.ptr;
    raw.content.len = len < CONTENT_MAX_BYTES ? len : CONTENT_MAX_BYTES; /* the whole is on the facts topic */
    raw.error = &error;
    Anxin__V1__Reject reject = ANXIN__V1__REJECT__INIT;
    reject.error = &error;
    reject.raw = &raw;
    reject.rejected_at_us = now_us;
    reject.principal = text_of("scorer");
    reject.record = id;
    Anxin__V1__RejectRecord record = ANXIN__V1__REJECT_RECORD__INIT;
    record.format_version = 1;
    record.entry_case = ANXIN__V1__REJECT_RECORD__ENTRY_REJECT;
    record.reject = &reject;
    ax_pack_pb(&record.base, out);
}

ax_rc ax_dead_letters_append(
        struct ax_log *log, const struct ax_clock *clock, const struct ax_dead *dead, size_t count, struct ax_err *err)
{
    AX_ASSERT(count <= AX_DEAD_MAX);
    struct ax_log_record records[AX_DEAD_MAX];
    size_t ends[AX_DEAD_MAX];
    struct ax_buf bytes;
    ax_buf_init(&bytes, (size_t)AX_DEAD_MAX * (CONTENT_MAX_BYTES + 4096));
    for (size_t i = 0; i < count; i++) {
        encode(&dead[i], ax_clock_us(clock), &bytes);
        ends[i] = bytes.len;
    }
    AX_ASSERT(!bytes.failed);
    for (size_t i = 0; i < count; i++) {
        size_t begin = i == 0 ? 0 : ends[i - 1];
        ax_str key = dead[i].record->key;
        records[i] = (struct ax_log_record){
                .topic = AX_TOPIC_REJECTS,
                .partition = ax_log_partition_of(log, key),
                .key = key,
                .value = ax_str_of(bytes.ptr + begin, ends[i] - begin),
        };
    }
    ax_rc rc = ax_log_append(log, records, count, err);
    ax_buf_deinit(&bytes);
    return rc;
}
