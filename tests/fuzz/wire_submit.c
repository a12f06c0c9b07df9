/* SPDX-License-Identifier: Apache-2.0 */
/* Attacks ax_submit_request_read and ax_submit_response_read; what protobuf-c takes must not be refused as a whole. */
#include "services/lib/wire/submit_wire.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/ingest_service.pb-c.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP_BYTES = 1 << 20 };

static void check_items(const struct ax_submit_request *request)
{
    for (size_t i = 0; i < request->count; i++) {
        const struct ax_submit_item *item = &request->items[i];
        AX_ASSERT(item->fault != NULL || item->kind == AX_SUBMIT_FACT || item->kind == AX_SUBMIT_RAW);
        AX_ASSERT(item->fault == NULL || (item->fault->code != AX_OK && item->fault->text[0] != '\0'));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ax_arena arena;
    ax_arena_init(&arena, 4096, CAP_BYTES);
    struct ax_submit_request request;
    struct ax_err err;
    ax_str bytes = ax_str_of(data, size);
    ax_rc rc = ax_submit_request_read(bytes, &arena, &request, &err);
    if (ax_ok(rc)) {
        check_items(&request);
    } else if (rc.code != AX_LIMIT && strcmp(err.field, "items") != 0) {
        AX_ASSERT(!ax_ok(ax_unpack_check(&anxin__v1__submit_facts_request__descriptor, bytes, NULL)));
    }
    struct ax_list results;
    rc = ax_submit_response_read(bytes, &arena, &results, &err);
    AX_ASSERT(!ax_ok(rc) || results.count <= AX_SUBMIT_ITEMS_MAX);
    ax_arena_deinit(&arena);
    return 0;
}
