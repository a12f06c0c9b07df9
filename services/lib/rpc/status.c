/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/rpc/status.h"

#include "services/lib/rpc/pb.h"

#include <stdio.h>

enum {
    STATUS_CODE = 1,
    STATUS_MESSAGE = 2,
    STATUS_DETAILS = 3,
    ANY_TYPE_URL = 1,
    ANY_VALUE = 2,
    INFO_REASON = 1,
    INFO_DOMAIN = 2,
    INFO_METADATA = 3,
    BAD_REQUEST_VIOLATION = 1,
    VIOLATION_FIELD = 1,
    VIOLATION_DESCRIPTION = 2,
    RETRY_DELAY = 1,
    DURATION_NANOS = 2,
    DETAILS_MAX = 16, /* that are looked at */
};

#define TYPE_PREFIX "type.googleapis.com/google.rpc."

static void put_any(struct ax_buf *out, const char *type_url, const struct ax_buf *value)
{
    struct ax_buf any;
    ax_buf_init(&any, AX_STATUS_DETAILS_MAX);
    ax_pb_put_bytes(&any, ANY_TYPE_URL, ax_str_c(type_url));
    ax_pb_put_bytes(&any, ANY_VALUE, ax_buf_str(value));
    ax_pb_put_bytes(out, STATUS_DETAILS, ax_buf_str(&any));
    ax_buf_deinit(&any);
}

static void put_metadata(struct ax_buf *info, const char *key, const char *value)
{
    if (value[0] == '\0') {
        return;
    }
    struct ax_buf entry;
    ax_buf_init(&entry, AX_STATUS_DETAILS_MAX);
    ax_pb_put_bytes(&entry, 1, ax_str_c(key));
    ax_pb_put_bytes(&entry, 2, ax_str_c(value));
    ax_pb_put_bytes(info, INFO_METADATA, ax_buf_str(&entry));
    ax_buf_deinit(&entry);
}

static void put_error_info(struct ax_buf *out, const struct ax_err *err)
{
    struct ax_buf info;
    ax_buf_init(&info, AX_STATUS_DETAILS_MAX);
    ax_pb_put_bytes(&info, INFO_REASON, ax_str_c(ax_code_name(err->code)));
    ax_pb_put_bytes(&info, INFO_DOMAIN, AX_STR("anxin"));
    put_metadata(&info, "field", err->field);
    put_metadata(&info, "value", err->value);
    put_metadata(&info, "rule", err->text);
    put_any(out, TYPE_PREFIX "ErrorInfo", &info);
    ax_buf_deinit(&info);
}

static void put_bad_request(struct ax_buf *out, const struct ax_err *err)
{
    struct ax_buf violation;
    struct ax_buf request;
    ax_buf_init(&violation, AX_STATUS_DETAILS_MAX);
    ax_buf_init(&request, AX_STATUS_DETAILS_MAX);
    ax_pb_put_bytes(&violation, VIOLATION_FIELD, ax_str_c(err->field));
    ax_pb_put_bytes(&violation, VIOLATION_DESCRIPTION, ax_str_c(err->text));
    ax_pb_put_bytes(&request, BAD_REQUEST_VIOLATION, ax_buf_str(&violation));
    put_any(out, TYPE_PREFIX "BadRequest", &request);
    ax_buf_deinit(&request);
    ax_buf_deinit(&violation);
}

static void put_retry_info(struct ax_buf *out)
{
    struct ax_buf delay;
    struct ax_buf info;
    ax_buf_init(&delay, AX_STATUS_DETAILS_MAX);
    ax_buf_init(&info, AX_STATUS_DETAILS_MAX);
    ax_pb_put_int(&delay, DURATION_NANOS, (uint64_t)AX_STATUS_RETRY_MS * 1000000U);
    ax_pb_put_bytes(&info, RETRY_DELAY, ax_buf_str(&delay));
    put_any(out, TYPE_PREFIX "RetryInfo", &info);
    ax_buf_deinit(&info);
    ax_buf_deinit(&delay);
}

void ax_status_encode(const struct ax_err *err, bool retry, struct ax_buf *out)
{
    ax_pb_put_int(out, STATUS_CODE, (uint64_t)ax_code_grpc(err->code));
    char line[AX_STATUS_MESSAGE_MAX];
    ax_pb_put_bytes(out, STATUS_MESSAGE, ax_str_c(ax_err_line(err, line, sizeof line)));
    put_error_info(out, err);
    if (err->field[0] != '\0' && ax_code_grpc(err->code) == ax_code_grpc(AX_INVALID)) {
        put_bad_request(out, err);
    }
    if (retry || ax_code_retriable(err->code)) {
        put_retry_info(out);
    }
}

int ax_status_code(int grpc_code)
{
    for (int code = 0; code < AX_CODE_COUNT; code++) {
        if (ax_code_grpc(code) == grpc_code) {
            return code;
        }
    }
    return AX_IO; /* UNKNOWN, ABORTED by an intermediary, INTERNAL: something failed on the way */
}

static int code_by_name(ax_str name)
{
    for (int code = 0; code < AX_CODE_COUNT; code++) {
        if (ax_str_eq(name, ax_str_c(ax_code_name(code)))) {
            return code;
        }
    }
    return -1;
}

/* Text of a peer: cut to the room there is, with no control characters and valid UTF-8. */
static void copy_text(ax_str text, char *out, size_t size)
{
    size_t len = text.len < size - 1 ? text.len : size - 1;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        out[i] = byte < 0x20 || byte == 0x7F ? ' ' : text.ptr[i];
    }
    while (len > 0 && len < text.len && ((unsigned char)text.ptr[len] & 0xC0U) == 0x80U) {
        len--;
    }
    out[len] = '\0';
    if (!ax_utf8_valid(ax_str_of(out, len))) {
        for (size_t i = 0; i < len; i++) {
            out[i] = (unsigned char)out[i] >= 0x80U ? '?' : out[i];
        }
    }
}

static bool read_metadata(ax_str bytes, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    struct ax_pb_field f;
    bool bad = false;
    ax_str key = {0};
    ax_str value = {0};
    while (ax_pb_next(&c, &f, &bad)) {
        if (f.wire == AX_PB_BYTES && f.number == 1) {
            key = f.bytes;
        } else if (f.wire == AX_PB_BYTES && f.number == 2) {
            value = f.bytes;
        }
    }
    if (ax_str_eq(key, AX_STR("field"))) {
        copy_text(value, err->field, sizeof err->field);
    } else if (ax_str_eq(key, AX_STR("value"))) {
        copy_text(value, err->value, sizeof err->value);
    } else if (ax_str_eq(key, AX_STR("rule"))) {
        copy_text(value, err->text, sizeof err->text);
    }
    return !bad;
}

static bool read_error_info(ax_str bytes, int grpc_code, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    struct ax_pb_field f;
    bool bad = false;
    while (ax_pb_next(&c, &f, &bad)) {
        if (f.wire != AX_PB_BYTES) {
            continue;
        }
        if (f.number == INFO_REASON) {
            int code = code_by_name(f.bytes);
            /* A reason that contradicts the status is not ours. */
            if (code > AX_OK && ax_code_grpc(code) == grpc_code) {
                err->code = code;
            }
        } else if (f.number == INFO_METADATA && !read_metadata(f.bytes, err)) {
            return false;
        }
    }
    return !bad;
}

static bool read_any(ax_str bytes, int grpc_code, struct ax_err *err)
{
    struct ax_cursor c = ax_cursor_of(bytes);
    struct ax_pb_field f;
    bool bad = false;
    ax_str type = {0};
    ax_str value = {0};
    while (ax_pb_next(&c, &f, &bad)) {
        if (f.wire == AX_PB_BYTES && f.number == ANY_TYPE_URL) {
            type = f.bytes;
        } else if (f.wire == AX_PB_BYTES && f.number == ANY_VALUE) {
            value = f.bytes;
        }
    }
    if (bad) {
        return false;
    }
    return ax_str_ends(type, AX_STR("/google.rpc.ErrorInfo")) ? read_error_info(value, grpc_code, err) : true;
}

ax_rc ax_status_decode(int grpc_code, ax_str message, ax_str details, struct ax_err *err)
{
    *err = (struct ax_err){.code = ax_status_code(grpc_code)};
    copy_text(message, err->text, sizeof err->text);
    struct ax_cursor c = ax_cursor_of(details);
    struct ax_pb_field f;
    bool bad = false;
    unsigned seen = 0;
    while (ax_pb_next(&c, &f, &bad)) {
        if (f.number != STATUS_DETAILS || f.wire != AX_PB_BYTES || seen++ >= DETAILS_MAX) {
            continue;
        }
        if (!read_any(f.bytes, grpc_code, err)) {
            bad = true;
            break;
        }
    }
    if (bad) {
        err->field[0] = '\0';
        err->value[0] = '\0';
        copy_text(message, err->text, sizeof err->text);
        err->code = ax_status_code(grpc_code);
        return AX_RC(INVALID);
    }
    return AX_RC(OK);
}
