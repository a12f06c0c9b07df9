/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Structured log: one logfmt line an event on stderr, `ts level svc event key=value …`. Arguments are not evaluated below
 * the level. Never payloads, ratings with identities, or keys. Any thread. (The log of facts is services/lib/eventlog.)
 */
#include "base/rc.h"

enum ax_note_level { AX_NOTE_ERROR, AX_NOTE_WARN, AX_NOTE_INFO, AX_NOTE_DEBUG };

extern enum ax_note_level ax_note_level; /* set once at start */

void ax_note_setup(const char *service, enum ax_note_level level);
bool ax_note_level_parse(const char *name, enum ax_note_level *out);
/* `event` is a fixed word like "partition.taken"; `pairs` a printf format of key=value pairs; use ax_note_quote for text. */
void ax_note_write(enum ax_note_level level, const char *event, const char *pairs, ...) AX_PRINTF(3, 4);
/* Quotes and escapes text into buf for use as a value. Returns buf. */
const char *ax_note_quote(const char *text, char *buf, size_t size);
/* The error as pairs: code= field= value= text=. Returns buf. */
const char *ax_note_err(const struct ax_err *err, char *buf, size_t size);

#define AX_NOTE(level, event, ...) \
    do { \
        if (AX_NOTE_##level <= ax_note_level) { \
            ax_note_write(AX_NOTE_##level, event, __VA_ARGS__); \
        } \
    } while (0)
/* At most one line a second from this place; the next one says how many were suppressed. */
#define AX_NOTE_LIMITED(level, event, ...) \
    do { \
        static struct ax_note_limit ax_note_limit_ = {0}; \
        if (AX_NOTE_##level <= ax_note_level && ax_note_limit_pass(&ax_note_limit_)) { \
            ax_note_write_limited(&ax_note_limit_, AX_NOTE_##level, event, __VA_ARGS__); \
        } \
    } while (0)

struct ax_note_limit {
    _Atomic int64_t last_us;
    _Atomic uint64_t suppressed;
};
bool ax_note_limit_pass(struct ax_note_limit *limit);
void ax_note_write_limited(struct ax_note_limit *limit, enum ax_note_level level, const char *event, const char *pairs,
        ...) AX_PRINTF(4, 5);
