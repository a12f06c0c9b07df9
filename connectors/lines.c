/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 << 10 };

struct ax_lines {
    int fd; /* -1: memory only */
    bool end_of_file;
    bool quotes;
    bool skipping; /* inside a line that is longer than a record may be */
    bool started;
    uint8_t *buffer;
    size_t at;
    size_t end;
    uint64_t line;
    int64_t read_bytes;
    int64_t total_bytes;
    size_t record_len;     /* of the peeked record with its line end; 0: none peeked */
    size_t first_line_len; /* likewise, of its first line */
};

static ax_rc fail_open(const char *path, struct ax_err *err)
{
    enum ax_code code = errno == ENOENT ? AX_NOT_FOUND : errno == EACCES ? AX_DENIED : AX_IO;
    return ax_fail_field(err, code, "file", path, strlen(path), "cannot be opened: %s", strerror(errno));
}

ax_rc ax_lines_open(const char *path, struct ax_lines **out, struct ax_err *err)
{
    *out = NULL;
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_open(path, err);
    }
    struct stat about;
    if (fstat(fd, &about) != 0) {
        ax_rc rc = fail_open(path, err);
        (void)close(fd);
        return rc;
    }
    if (S_ISDIR(about.st_mode)) {
        (void)close(fd);
        return ax_fail_field(err, AX_INVALID, "file", path, strlen(path), "is a directory, a file is needed");
    }
    struct ax_lines *lines = ax_xcalloc(1, sizeof *lines);
    lines->fd = fd;
    lines->quotes = true;
    lines->line = 1;
    lines->buffer = ax_xcalloc(1, BUFFER_BYTES);
    lines->total_bytes = S_ISREG(about.st_mode) ? (int64_t)about.st_size : -1;
    *out = lines;
    return AX_RC(OK);
}

struct ax_lines *ax_lines_of(ax_str bytes)
{
    struct ax_lines *lines = ax_xcalloc(1, sizeof *lines);
    lines->fd = -1;
    lines->end_of_file = true;
    lines->quotes = true;
    lines->line = 1;
    lines->buffer = ax_xcalloc(1, bytes.len + 1);
    if (bytes.len > 0) {
        memcpy(lines->buffer, bytes.ptr, bytes.len);
    }
    lines->end = bytes.len;
    lines->read_bytes = (int64_t)bytes.len;
    lines->total_bytes = (int64_t)bytes.len;
    return lines;
}

void ax_lines_close(struct ax_lines *lines)
{
    if (lines == NULL) {
        return;
    }
    if (lines->fd >= 0) {
        (void)close(lines->fd);
    }
    ax_xfree(lines->buffer);
    ax_xfree(lines);
}

void ax_lines_quotes(struct ax_lines *lines, bool on)
{
    lines->quotes = on;
}

void ax_lines_progress(const struct ax_lines *lines, int64_t *read_bytes, int64_t *total_bytes)
{
    *read_bytes = lines->read_bytes - (int64_t)(lines->end - lines->at);
    *total_bytes = lines->total_bytes;
}

/* Until more than a record is in the buffer, or the file has ended. */
static ax_rc fill(struct ax_lines *lines, struct ax_err *err)
{
    size_t wanted = AX_LINES_RECORD_MAX + 4;
    if (lines->end_of_file || lines->end - lines->at >= wanted) {
        return AX_RC(OK);
    }
    if (lines->at > 0) {
        memmove(lines->buffer, lines->buffer + lines->at, lines->end - lines->at);
        lines->end -= lines->at;
        lines->at = 0;
    }
    while (!lines->end_of_file && lines->end < wanted) {
        ssize_t got = read(lines->fd, lines->buffer + lines->end, BUFFER_BYTES - lines->end);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return ax_fail(err, AX_IO, "reading failed: %s", strerror(errno));
        }
        lines->end_of_file = got == 0;
        lines->end += (size_t)got;
        lines->read_bytes += (int64_t)got;
    }
    return AX_RC(OK);
}

static ax_rc start(struct ax_lines *lines, struct ax_err *err)
{
    AX_TRY(fill(lines, err));
    if (!lines->started) {
        lines->started = true;
        if (lines->end - lines->at >= 3 && memcmp(lines->buffer + lines->at, "\xEF\xBB\xBF", 3) == 0) {
            lines->at += 3;
        }
    }
    return AX_RC(OK);
}

ax_rc ax_lines_ahead(struct ax_lines *lines, ax_str *bytes, struct ax_err *err)
{
    AX_TRY(start(lines, err));
    *bytes = ax_str_of(lines->buffer + lines->at, lines->end - lines->at);
    return AX_RC(OK);
}

static ax_rc skip_rest_of_line(struct ax_lines *lines, struct ax_err *err)
{
    while (lines->skipping) {
        AX_TRY(fill(lines, err));
        size_t left = lines->end - lines->at;
        const uint8_t *line_end = left == 0 ? NULL : memchr(lines->buffer + lines->at, '\n', left);
        if (line_end != NULL) {
            lines->at = (size_t)(line_end - lines->buffer) + 1;
            lines->line++;
            lines->skipping = false;
        } else {
            lines->at = lines->end;
            lines->skipping = !lines->end_of_file;
        }
    }
    return AX_RC(OK);
}

/* Length up to the line end that ends the record; `limit` where there is none. *open: inside quotes there. */
static size_t record_length(const uint8_t *bytes, size_t limit, bool quotes, bool *open)
{
    *open = false;
    if (!quotes) {
        const uint8_t *line_end = limit == 0 ? NULL : memchr(bytes, '\n', limit);
        return line_end == NULL ? limit : (size_t)(line_end - bytes);
    }
    bool cell_start = true;
    for (size_t i = 0; i < limit; i++) {
        uint8_t c = bytes[i];
        if (*open) {
            if (c == '"' && i + 1 < limit && bytes[i + 1] == '"') {
                i++;
            } else if (c == '"') {
                *open = false;
            }
            continue;
        }
        if (c == '\n') {
            return i;
        }
        if (c == '"' && cell_start) {
            *open = true;
        }
        cell_start = c == ',';
    }
    return limit;
}

static ax_str without_return(const uint8_t *bytes, size_t len)
{
    return ax_str_of(bytes, len > 0 && bytes[len - 1] == '\r' ? len - 1 : len);
}

ax_rc ax_lines_peek(struct ax_lines *lines, struct ax_lines_record *record, bool *end, struct ax_err *err)
{
    *record = (struct ax_lines_record){0};
    AX_TRY(start(lines, err));
    AX_TRY(skip_rest_of_line(lines, err));
    AX_TRY(fill(lines, err));
    const uint8_t *bytes = lines->buffer + lines->at;
    size_t left = lines->end - lines->at;
    *end = left == 0;
    record->line = lines->line;
    if (*end) {
        return AX_RC(OK);
    }
    size_t limit = left < AX_LINES_RECORD_MAX + 2 ? left : AX_LINES_RECORD_MAX + 2;
    bool open;
    size_t len = record_length(bytes, limit, lines->quotes, &open);
    bool in_first;
    size_t first = record_length(bytes, limit, false, &in_first);
    bool whole = len < limit || (limit == left && lines->end_of_file);
    record->first_line = without_return(bytes, first);
    lines->first_line_len = first < limit ? first + 1 : first;
    lines->record_len = len < limit ? len + 1 : len;
    record->bytes = without_return(bytes, len);
    record->terminated = len < limit;
    if (!whole || record->bytes.len > AX_LINES_RECORD_MAX) {
        record->fault = AX_LINES_TOO_LONG;
    } else if (open) {
        record->fault = AX_LINES_OPEN_QUOTE;
    }
    if (record->fault != AX_LINES_FINE) {
        record->bytes = record->first_line;
        record->bytes.len = record->bytes.len > AX_LINES_RECORD_MAX ? AX_LINES_RECORD_MAX : record->bytes.len;
        record->terminated = first < limit;
        lines->record_len = lines->first_line_len;
    }
    return AX_RC(OK);
}

static void consume(struct ax_lines *lines, size_t len)
{
    bool ended = false;
    for (size_t i = 0; i < len; i++) {
        ended = lines->buffer[lines->at + i] == '\n';
        lines->line += ended ? 1 : 0;
    }
    lines->at += len;
    lines->skipping = !ended && !(lines->end_of_file && lines->at == lines->end);
    lines->record_len = 0;
}

void ax_lines_skip(struct ax_lines *lines)
{
    consume(lines, lines->record_len);
}

void ax_lines_skip_first_line(struct ax_lines *lines)
{
    consume(lines, lines->first_line_len);
}
