/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Results and errors.
 *
 * A function that can fail returns ax_rc, a one-int struct that cannot be mixed up with a count or a bool and must be
 * looked at. What a person needs to mend the matter goes into the last parameter, `struct ax_err *err` (may be NULL):
 * which field, which value, which rule. The caller owns the struct; nothing in it is allocated. No thread-local state.
 *
 * Three classes, three treatments: a bug is AX_ASSERT (on in every build); the environment is an ax_rc; a peer's fault
 * is an ax_rc that becomes a gRPC status with ErrorInfo.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* name, gRPC status code number, worth retrying unchanged, English, Chinese */
#define AX_ERRORS(XX) \
    XX(OK, 0, 0, "done", "完成") \
    XX(INVALID, 3, 0, "the input breaks a rule", "输入不符合规则") \
    XX(NOT_FOUND, 5, 0, "there is no such thing", "未找到") \
    XX(EXISTS, 6, 0, "it exists already", "已存在") \
    XX(DENIED, 7, 0, "not allowed", "无权限") \
    XX(LIMIT, 8, 0, "a configured limit was reached", "达到配置上限") \
    XX(STATE, 9, 0, "not possible in the present state", "当前状态不允许") \
    XX(STALE, 10, 1, "somebody else was first", "已被他人抢先") \
    XX(RANGE, 11, 0, "outside what is there", "超出范围") \
    XX(UNSUPPORTED, 12, 0, "not built", "未实现") \
    XX(CORRUPT, 15, 0, "stored data are not what they must be", "存储数据损坏") \
    XX(UNAVAILABLE, 14, 1, "try again later", "稍后重试") \
    XX(TIMEOUT, 4, 1, "the deadline passed", "超时") \
    XX(CANCELLED, 1, 0, "cancelled", "已取消") \
    XX(IO, 14, 1, "input or output failed", "读写失败") \
    XX(UNAUTHENTICATED, 16, 0, "who are you", "未认证")

enum ax_code {
#define XX(name, grpc, retry, en, zh) AX_##name,
    AX_ERRORS(XX)
#undef XX
            AX_CODE_COUNT
};

typedef struct {
    int code; /* enum ax_code */
} ax_rc;

#define AX_MUST_CHECK __attribute__((warn_unused_result))
/* Of a local that is filled as far as it is used: it is not cleared first (cmake/Flags.cmake). */
#define AX_UNSET __attribute__((uninitialized))
#define AX_PRINTF(fmt_index, first_index) __attribute__((format(printf, fmt_index, first_index)))

enum {
    AX_ERR_FIELD_MAX = 128,
    AX_ERR_VALUE_MAX = 96,
    AX_ERR_TEXT_MAX = 256,
};

/* What went wrong, for people. All strings are NUL-terminated UTF-8, cut at a character boundary where too long. */
struct ax_err {
    int code;                     /* enum ax_code */
    char field[AX_ERR_FIELD_MAX]; /* where: a field, column, key or file; may be empty */
    char value[AX_ERR_VALUE_MAX]; /* what was there, control characters escaped; may be empty */
    char text[AX_ERR_TEXT_MAX];   /* the rule that is broken, or what the system said */
};

static inline bool ax_ok(ax_rc rc)
{
    return rc.code == AX_OK;
}

#define AX_RC(name) ((ax_rc){AX_##name})

/* Leaves the function with the callee's result when that is not OK. The only control-flow macro. */
#define AX_TRY(expression) \
    do { \
        ax_rc ax_try_rc_ = (expression); \
        if (ax_try_rc_.code != AX_OK) { \
            return ax_try_rc_; \
        } \
    } while (0)

/* Fills `err` (where not NULL) and returns the code as a result. `text` is a printf format. */
ax_rc ax_fail(struct ax_err *err, enum ax_code code, const char *text, ...) AX_PRINTF(3, 4);
/* The same with a field and the value found there (any bytes; escaped and cut). */
ax_rc ax_fail_field(struct ax_err *err, enum ax_code code, const char *field, const void *value, size_t value_len,
        const char *text, ...) AX_PRINTF(6, 7);
#ifdef __clang_analyzer__ /* which cannot see into rc.c that what has failed is never OK */
#define AX_NOT_OK(call, code) ((void)(call), (ax_rc){(code) == AX_OK ? AX_INVALID : (int)(code)})
#define ax_fail(err, code, ...) AX_NOT_OK(ax_fail(err, code, __VA_ARGS__), code)
#define ax_fail_field(err, code, ...) AX_NOT_OK(ax_fail_field(err, code, __VA_ARGS__), code)
#endif
/* Puts "prefix: " before err->text, e.g. a file name. */
void ax_err_prefix(struct ax_err *err, const char *prefix, ...) AX_PRINTF(2, 3);
/* One line: "field: text (value "...")". Returns buf. */
const char *ax_err_line(const struct ax_err *err, char *buf, size_t size);

const char *ax_code_name(int code); /* "INVALID" */
const char *ax_code_text(int code, bool chinese);
int ax_code_grpc(int code);
bool ax_code_retriable(int code);

/* Ends the process with place and condition: for what cannot be unless we have a bug. On in every build. */
_Noreturn void ax_assert_failed(const char *file, int line, const char *condition);
#define AX_ASSERT(condition) \
    do { \
        if (__builtin_expect(!(condition), 0)) { \
            ax_assert_failed(__FILE__, __LINE__, #condition); \
        } \
    } while (0)

/* Ends the process when memory is out at start-up; requests use arenas, which fail softly. Zeroed. */
void *ax_xcalloc(size_t count, size_t size);
void *ax_xrealloc(void *old, size_t size);
char *ax_xstrdup(const char *text);
void ax_xfree(void *block);
