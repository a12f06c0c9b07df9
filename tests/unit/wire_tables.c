/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of our structs say what the .proto files say, and the .proto files keep to what protobuf-c can do. */
#include "tests/unit/t.h"

#include "proto/descriptors.h"
#include "scoring/rating.h"
#include "services/exchange/change.h"
#include "services/exchange/difference.h"
#include "services/exchange/improve.h"
#include "services/exchange/line.h"
#include "services/exchange/reason.h"
#include "services/exchange/score_difference.h"
#include "services/lib/wire/submit_wire.h"
#include "services/lib/wire/unpack.h"

#include <anxin/v1/fact.pb-c.h>
#include <anxin/v1/ingest_service.pb-c.h>
#include <anxin/v1/rating.pb-c.h>
#include <anxin/v1/rating_service.pb-c.h>

#include <stdio.h>

static ProtobufCType proto_type(enum ax_field_type type)
{
    switch (type) {
    case AX_T_STR:
    case AX_T_HEX:
    case AX_T_DATE:
    case AX_T_STR_SET:
        return PROTOBUF_C_TYPE_STRING;
    case AX_T_BYTES:
        return PROTOBUF_C_TYPE_BYTES;
    case AX_T_I64:
        return PROTOBUF_C_TYPE_INT64;
    case AX_T_I32:
        return PROTOBUF_C_TYPE_INT32;
    case AX_T_U64:
        return PROTOBUF_C_TYPE_UINT64;
    case AX_T_U32:
        return PROTOBUF_C_TYPE_UINT32;
    case AX_T_ENUM:
    case AX_T_ENUM_SET:
        return PROTOBUF_C_TYPE_ENUM;
    case AX_T_BOOL:
        return PROTOBUF_C_TYPE_BOOL;
    case AX_T_MSG:
    case AX_T_MSG_LIST:
        break;
    }
    return PROTOBUF_C_TYPE_MESSAGE;
}

static bool is_list(const struct ax_field *f)
{
    return f->type == AX_T_STR_SET || f->type == AX_T_ENUM_SET || f->type == AX_T_MSG_LIST;
}

static void compare_enum(const struct ax_field *f, const ProtobufCEnumDescriptor *theirs)
{
    assert_int_equal(theirs->n_value_ranges, 1); /* no gaps, so that the largest value says all */
    assert_int_equal(theirs->values[0].value, 0);
    if (f->max + 1 != theirs->n_values) {
        fail_msg("%s: largest value %u, in the proto %u", f->name, f->max, theirs->n_values - 1);
    }
}

static void compare(const struct ax_message *ours, const ProtobufCMessageDescriptor *theirs)
{
    assert_string_equal(ours->name, theirs->short_name);
    if (ours->field_count != theirs->n_fields) {
        fail_msg("%s: %zu fields, in the proto %u", ours->name, ours->field_count, theirs->n_fields);
    }
    for (size_t i = 0; i < ours->field_count; i++) {
        const struct ax_field *f = &ours->fields[i];
        const ProtobufCFieldDescriptor *p = &theirs->fields[i]; /* both ascending by number */
        assert_int_equal(f->number, p->id);
        assert_string_equal(f->name, p->name);
        if (p->type != proto_type((enum ax_field_type)f->type)) {
            fail_msg("%s.%s: another type in the proto", ours->name, f->name);
        }
        assert_int_equal(is_list(f), p->label == PROTOBUF_C_LABEL_REPEATED);
        assert_int_equal(f->oneof_case != 0, (p->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0);
        if (p->type == PROTOBUF_C_TYPE_ENUM) {
            compare_enum(f, p->descriptor);
        }
        assert_int_equal(p->type == PROTOBUF_C_TYPE_MESSAGE, f->message != NULL);
        if (f->message != NULL) {
            compare(f->message, p->descriptor);
        }
    }
}

static void tables_agree(void **state)
{
    (void)state;
    compare(&ax_fact_message, &anxin__v1__fact__descriptor);
    compare(&ax_rating_message, &anxin__v1__rating__descriptor);
    compare(&ax_line_message, &anxin__v1__explain_line__descriptor);
    compare(&ax_difference_message, &anxin__v1__rating_difference__descriptor);
    compare(&ax_change_message, &anxin__v1__rating_change__descriptor);
    compare(&ax_reason_message, &anxin__v1__reason__descriptor);
    compare(&ax_improvement_message, &anxin__v1__improvement__descriptor);
    compare(&ax_score_message, &anxin__v1__score_explanation__descriptor);
    compare(&ax_score_difference_message, &anxin__v1__score_difference__descriptor);
    compare(&ax_raw_row_message, &anxin__v1__raw_row__descriptor);
    compare(&ax_submit_result_message, &anxin__v1__submit_result__descriptor);
}

/* protobuf-c recurses without a limit, so no message may hold itself. */
static void walk(const ProtobufCMessageDescriptor *type, unsigned depth)
{
    if (depth > AX_UNPACK_DEPTH_MAX) {
        fail_msg("%s holds itself, or lies too deep", type->name);
    }
    assert_true(type->n_fields <= AX_UNPACK_FIELDS_MAX);
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &type->fields[i];
        assert_true(f->type != PROTOBUF_C_TYPE_FLOAT && f->type != PROTOBUF_C_TYPE_DOUBLE);
        if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
            walk(f->descriptor, depth + 1);
        }
    }
}

static void no_message_holds_itself(void **state)
{
    (void)state;
    assert_true(ax_proto_method_count > 30);
    for (size_t i = 0; i < ax_proto_method_count; i++) {
        walk(ax_proto_methods[i].request, 0);
        walk(ax_proto_methods[i].response, 0);
    }
}

static void methods_are_found(void **state)
{
    (void)state;
    const struct ax_proto_method *m = ax_proto_method_at(AX_STR("/anxin.v1.RatingService/WatchRatings"));
    assert_non_null(m);
    assert_string_equal(m->service, "anxin.v1.RatingService");
    assert_string_equal(m->name, "WatchRatings");
    assert_true(m->server_streaming);
    assert_false(m->client_streaming);
    assert_string_equal(m->request->name, "anxin.v1.WatchRatingsRequest");
    assert_string_equal(m->response->name, "anxin.v1.WatchRatingsResponse");
    assert_null(ax_proto_method_at(AX_STR("/anxin.v1.RatingService/Watch")));
    m = ax_proto_method_at(AX_STR("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"));
    assert_non_null(m);
    assert_true(m->client_streaming && m->server_streaming);
}

static void symbols_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *symbol;
        const char *file;
    } cases[] = {
            {"anxin.v1.Fact", "anxin/v1/fact.proto"},
            {"anxin.v1.Fact.enterprise", "anxin/v1/fact.proto"},
            {"anxin.v1.Fact.body", "anxin/v1/fact.proto"},
            {"anxin.v1.LEVEL_A1", "anxin/v1/rating.proto"},
            {"anxin.v1.RatingService.GetRating", "anxin/v1/rating_service.proto"},
            {"grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"},
            {"google.rpc.ErrorInfo.MetadataEntry", "google/rpc/error_details.proto"},
            {"google.protobuf.Any", "google/protobuf/any.proto"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct ax_proto_file *file = ax_proto_file_of_symbol(ax_str_c(cases[i].symbol));
        assert_non_null(file);
        assert_string_equal(file->name, cases[i].file);
        assert_ptr_equal(file, ax_proto_file_named(ax_str_c(cases[i].file)));
    }
    assert_null(ax_proto_file_of_symbol(AX_STR("anxin.v1.Nothing")));
    assert_null(ax_proto_file_named(AX_STR("anxin/v1/nothing.proto")));
}

static void files_stand_behind_their_imports(void **state)
{
    (void)state;
    for (size_t i = 0; i < ax_proto_file_count; i++) {
        assert_true(ax_proto_files[i].bytes.len > 0);
        for (size_t j = 0; j < ax_proto_files[i].dependency_count; j++) {
            assert_true(ax_proto_files[i].dependencies[j] < i);
        }
    }
}

/* Run from the top of the tree. */
static void the_api_page_names_every_method(void **state)
{
    (void)state;
    enum { PAGE_MAX_BYTES = 1 << 20 };
    FILE *file = fopen("docs/API.md", "rb");
    assert_non_null(file);
    char *page = ax_xcalloc(PAGE_MAX_BYTES, 1);
    size_t len = fread(page, 1, PAGE_MAX_BYTES, file);
    assert_true(len < PAGE_MAX_BYTES);
    (void)fclose(file);
    for (size_t i = 0; i < ax_proto_method_count; i++) {
        const struct ax_proto_method *m = &ax_proto_methods[i];
        char quoted[128];
        (void)snprintf(quoted, sizeof quoted, "`%s`", m->name);
        if (strncmp(m->service, "anxin.", 6) == 0 && strstr(page, quoted) == NULL) {
            fail_msg("docs/API.md does not name %s", m->path);
        }
    }
    ax_xfree(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(tables_agree),
            cmocka_unit_test(no_message_holds_itself),
            cmocka_unit_test(methods_are_found),
            cmocka_unit_test(symbols_are_found),
            cmocka_unit_test(files_stand_behind_their_imports),
            cmocka_unit_test(the_api_page_names_every_method),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
