/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/codec_wire.h"
#include "scoring/fact.h"

void ax_fact_init(struct ax_fact *fact)
{
    ax_message_init(&ax_fact_message, fact);
}

void ax_fact_set_kind(struct ax_fact *fact, int32_t kind)
{
    const struct ax_field *body = ax_message_field(&ax_fact_message, (uint32_t)kind);
    AX_ASSERT(body != NULL);
    fact->kind = kind;
    ax_message_init(body->message, (uint8_t *)fact + body->offset);
}

void ax_fact_canonical(const struct ax_fact *fact, struct ax_buf *out)
{
    ax_encode(&ax_fact_message, fact, true, out);
}

/* The zero byte cannot occur in a source, so no two pairs share these bytes. */
void ax_fact_key_bytes(const struct ax_fact *fact, struct ax_buf *out)
{
    ax_buf_put_str(out, fact->source);
    ax_buf_put_u8(out, 0);
    ax_buf_put_str(out, fact->reference);
}

ax_rc ax_fact_decode(ax_str canonical, struct ax_arena *arena, struct ax_fact *out, struct ax_err *err)
{
    return ax_decode(&ax_fact_message, canonical, arena, out, err);
}

const char *ax_fact_kind_name(int32_t kind)
{
    const struct ax_field *f =
            kind < AX_FACT_ENFORCEMENT_PENALTY ? NULL : ax_message_field(&ax_fact_message, (uint32_t)kind);
    return f == NULL ? "none" : f->name;
}

static int32_t grade_at(uint64_t value, uint64_t larger, uint64_t serious, uint64_t especially)
{
    return value >= especially ? AX_ACCIDENT_GRADE_ESPECIALLY_SERIOUS
           : value >= serious  ? AX_ACCIDENT_GRADE_SERIOUS
           : value >= larger   ? AX_ACCIDENT_GRADE_LARGER
                               : AX_ACCIDENT_GRADE_GENERAL;
}

int32_t ax_accident_grade_counted(const struct ax_accident *a)
{
    enum { YUAN_FEN = 100, MILLION = 1000000 };
    if (a->aggregate || a->count > 1) {
        return AX_ACCIDENT_GRADE_UNSPECIFIED;
    }
    int32_t by_deaths = grade_at(a->deaths, 3, 10, 30);
    int32_t by_injuries = grade_at(a->serious_injuries, 10, 50, 100);
    const uint64_t million_yuan_fen = (uint64_t)MILLION * YUAN_FEN;
    uint64_t loss_fen = a->direct_loss_fen < 0 ? 0 : (uint64_t)a->direct_loss_fen;
    int32_t by_loss = grade_at(loss_fen, 10 * million_yuan_fen, 50 * million_yuan_fen, 100 * million_yuan_fen);
    int32_t grade = by_deaths > by_injuries ? by_deaths : by_injuries;
    grade = by_loss > grade ? by_loss : grade;
    return a->grade > grade ? a->grade : grade;
}

/* FactRecord: 1 version, 2 known_at_us, 3 the fact. */
enum { RECORD_VERSION_TAG = 1 << 3, RECORD_KNOWN_TAG = 2 << 3, RECORD_FACT_TAG = 3 << 3 | AX_WIRE_LENGTH };

void ax_fact_record_encode(ax_str canonical, int64_t known_at_us, struct ax_buf *out)
{
    uint8_t head[3 * AX_VARINT_MAX + 3];
    size_t at = 0;
    head[at++] = RECORD_VERSION_TAG;
    head[at++] = AX_FACT_RECORD_VERSION;
    if (known_at_us != 0) {
        head[at++] = RECORD_KNOWN_TAG;
        at += ax_varint_write(head + at, (uint64_t)known_at_us);
    }
    head[at++] = RECORD_FACT_TAG;
    at += ax_varint_write(head + at, canonical.len);
    ax_buf_put(out, head, at);
    ax_buf_put_str(out, canonical);
}

static bool take_tag(struct ax_cursor *in, uint8_t tag)
{
    if (in->at == in->end || *in->at != tag) {
        return false;
    }
    in->at++;
    return true;
}

ax_rc ax_fact_record_decode(ax_str record, ax_str *canonical, int64_t *known_at_us, struct ax_err *err)
{
    struct ax_cursor in = ax_cursor_of(record);
    uint64_t version;
    if (!take_tag(&in, RECORD_VERSION_TAG) || !ax_varint_read(&in, &version) || version == 0) {
        return ax_fail_field(err, AX_CORRUPT, "format_version", NULL, 0, "a record begins with its version");
    }
    if (version > AX_FACT_RECORD_VERSION) {
        return ax_fail_field(err, AX_UNSUPPORTED, "format_version", NULL, 0, "version %llu is newer than this program",
                (unsigned long long)version);
    }
    uint64_t known = 0;
    if (take_tag(&in, RECORD_KNOWN_TAG) && (!ax_varint_read(&in, &known) || known == 0)) {
        return ax_fail_field(err, AX_CORRUPT, "known_at_us", NULL, 0, "a minimal varint, not 0");
    }
    uint64_t len;
    if (!take_tag(&in, RECORD_FACT_TAG) || !ax_varint_read(&in, &len) || len != ax_cursor_left(&in)) {
        return ax_fail_field(err, AX_CORRUPT, "fact", NULL, 0, "the fact ends where the record ends");
    }
    *known_at_us = (int64_t)known;
    *canonical = ax_str_of(in.at, (size_t)len);
    return AX_RC(OK);
}
