/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/session.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/file.h"
#include "services/anxin/call_wire.h"

enum {
    CALL_TIMEOUT_MS = 60000,
    MESSAGE_MAX_BYTES = 8 << 20,
    ENDPOINT_MAX = 256,
    PATH_MAX_BYTES = 4096,
};

struct ax_session {
    const struct ax_cli *cli;
    char ingest[ENDPOINT_MAX];
    char exchange[ENDPOINT_MAX];
    char ca_file[PATH_MAX_BYTES];
    char cert_file[PATH_MAX_BYTES];
    char key_file[PATH_MAX_BYTES];
    struct ax_rpc_channel *ingest_channel;
    struct ax_rpc_channel *exchange_channel;
    pthread_mutex_t lock; /* over `stream` */
    struct ax_rpc_stream *stream;
};

static ax_rc put_path(char out[PATH_MAX_BYTES], struct ax_err *err, const char *format, const char *a, const char *b)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    int len = snprintf(out, PATH_MAX_BYTES, format, a, b); /* formats are this file's literals */
#pragma GCC diagnostic pop
    if (len < 0 || len >= PATH_MAX_BYTES) {
        return ax_fail(err, AX_LIMIT, "path too long (at most %d bytes)", PATH_MAX_BYTES - 1);
    }
    return AX_RC(OK);
}

static ax_rc from_home(struct ax_session *s, const struct ax_cli *cli, struct ax_err *err)
{
    char path[PATH_MAX_BYTES];
    AX_TRY(put_path(path, err, "%s/endpoint%s", cli->home, ""));
    struct ax_buf text;
    ax_buf_init(&text, ENDPOINT_MAX - 1);
    ax_rc rc = ax_file_read(path, &text, err);
    if (ax_ok(rc)) {
        ax_str line = ax_str_trim(ax_buf_str(&text));
        if (!ax_str_to_c(line, s->ingest, sizeof s->ingest) || !ax_str_to_c(line, s->exchange, sizeof s->exchange)) {
            rc = ax_fail_field(err, AX_INVALID, "endpoint", line.ptr, line.len, "must be one line, host:port");
        }
    } else {
        rc = ax_fail_field(err, AX_UNAVAILABLE, "endpoint", path, strlen(path),
                "nothing serves from this folder: start it with `anxin up`, or name another with --home or --config");
    }
    ax_buf_deinit(&text);
    AX_TRY(rc);
    AX_TRY(put_path(s->ca_file, err, "%s/pki/ca.crt%s", cli->home, ""));
    AX_TRY(put_path(s->cert_file, err, "%s/pki/clients/%s/tls.crt", cli->home, cli->as));
    return put_path(s->key_file, err, "%s/pki/clients/%s/tls.key", cli->home, cli->as);
}

static ax_rc from_config(struct ax_session *s, const struct ax_cli *cli, struct ax_err *err)
{
    struct ax_config *config = NULL;
    AX_TRY(ax_config_load(cli->config_file, NULL, 0, &config, err));
    ax_rc rc = AX_RC(OK);
    if (!ax_str_to_c(ax_str_c(config->endpoints.ingest), s->ingest, sizeof s->ingest) ||
            !ax_str_to_c(ax_str_c(config->endpoints.exchange), s->exchange, sizeof s->exchange)) {
        rc = ax_fail_field(err, AX_INVALID, "endpoints", NULL, 0, "must be host:port, shorter than %d", ENDPOINT_MAX);
    }
    if (ax_ok(rc)) {
        rc = put_path(s->ca_file, err, "%s%s", config->tls.ca_file, "");
    }
    if (ax_ok(rc)) {
        rc = put_path(s->cert_file, err, "%s/%s/tls.crt", config->tls.clients_dir, cli->as);
    }
    if (ax_ok(rc)) {
        rc = put_path(s->key_file, err, "%s/%s/tls.key", config->tls.clients_dir, cli->as);
    }
    ax_config_free(config);
    return rc;
}

ax_rc ax_session_open(const struct ax_cli *cli, struct ax_session **out, struct ax_err *err)
{
    if (strchr(cli->as, '/') != NULL || cli->as[0] == '.' || cli->as[0] == '\0') {
        return ax_fail_field(
                err, AX_INVALID, "--as", cli->as, strlen(cli->as), "must be the name of a client certificate");
    }
    struct ax_session *s = ax_xcalloc(1, sizeof *s);
    s->cli = cli;
    AX_ASSERT(pthread_mutex_init(&s->lock, NULL) == 0);
    ax_rc rc = cli->config_file != NULL ? from_config(s, cli, err) : from_home(s, cli, err);
    if (!ax_ok(rc)) {
        ax_session_close(s);
        return rc;
    }
    *out = s;
    return rc;
}

static void close_channels(struct ax_session *s)
{
    ax_rpc_channel_close(s->ingest_channel);
    ax_rpc_channel_close(s->exchange_channel);
    s->ingest_channel = NULL;
    s->exchange_channel = NULL;
}

void ax_session_close(struct ax_session *s)
{
    if (s == NULL) {
        return;
    }
    close_channels(s);
    (void)pthread_mutex_destroy(&s->lock);
    ax_xfree(s);
}

void ax_session_renew(struct ax_session *s)
{
    struct ax_err ignored; /* while nothing serves there is no new place: the old one, then */
    close_channels(s);
    (void)!ax_ok(s->cli->config_file != NULL ? from_config(s, s->cli, &ignored) : from_home(s, s->cli, &ignored));
}

static ax_rc open_channel(struct ax_session *s, const char *target, struct ax_rpc_channel **channel, struct ax_err *err)
{
    if (*channel != NULL) {
        return AX_RC(OK);
    }
    struct ax_rpc_channel_options options = {
            .target = target,
            .ca_file = s->ca_file,
            .cert_file = s->cert_file,
            .key_file = s->key_file,
            .message_max_bytes = MESSAGE_MAX_BYTES,
    };
    return ax_rpc_channel_open(&options, channel, err);
}

ax_rc ax_session_ingest_channel(struct ax_session *s, struct ax_rpc_channel **out, struct ax_err *err)
{
    AX_TRY(open_channel(s, s->ingest, &s->ingest_channel, err));
    *out = s->ingest_channel;
    return AX_RC(OK);
}

static ax_rc channel_for(struct ax_session *s, const char *method, struct ax_rpc_channel **out, struct ax_err *err)
{
    ax_str service = ax_str_c(method);
    if (ax_str_starts(service, AX_STR("IngestService/")) || ax_str_starts(service, AX_STR("AdminService/"))) {
        return ax_session_ingest_channel(s, out, err);
    }
    AX_TRY(open_channel(s, s->exchange, &s->exchange_channel, err));
    *out = s->exchange_channel;
    return AX_RC(OK);
}

ax_rc ax_session_call_bytes(
        struct ax_session *s, const char *method, ax_str request, json_t **response, struct ax_err *err)
{
    char path[128];
    struct ax_rpc_channel *channel = NULL;
    struct ax_buf answer;
    AX_TRY(channel_for(s, method, &channel, err));
    ax_buf_init(&answer, MESSAGE_MAX_BYTES);
    (void)snprintf(path, sizeof path, "/anxin.v1.%s", method);
    ax_rc rc = ax_rpc_unary(channel, path, request, CALL_TIMEOUT_MS, &answer, err);
    if (ax_ok(rc)) {
        rc = ax_call_decode(method, ax_buf_str(&answer), response, err);
    }
    ax_buf_deinit(&answer);
    return rc;
}

ax_rc ax_session_call(struct ax_session *s, const char *method, json_t *request, json_t **response, struct ax_err *err)
{
    struct ax_buf bytes;
    ax_buf_init(&bytes, MESSAGE_MAX_BYTES);
    ax_rc rc = ax_call_encode(method, request, &bytes, err);
    if (ax_ok(rc)) {
        rc = ax_session_call_bytes(s, method, ax_buf_str(&bytes), response, err);
    }
    json_decref(request);
    ax_buf_deinit(&bytes);
    return rc;
}

ax_rc ax_session_ask(
        const struct ax_cli *cli, const char *method, json_t *request, json_t **response, struct ax_err *err)
{
    struct ax_session *session = NULL;
    ax_rc rc = ax_session_open(cli, &session, err);
    if (!ax_ok(rc)) {
        json_decref(request);
        return rc;
    }
    rc = ax_session_call(session, method, request, response, err);
    ax_session_close(session);
    return rc;
}

static void set_stream(struct ax_session *s, struct ax_rpc_stream *stream)
{
    AX_ASSERT(pthread_mutex_lock(&s->lock) == 0);
    s->stream = stream;
    AX_ASSERT(pthread_mutex_unlock(&s->lock) == 0);
}

void ax_session_cancel(struct ax_session *s)
{
    AX_ASSERT(pthread_mutex_lock(&s->lock) == 0);
    if (s->stream != NULL) {
        ax_rpc_stream_cancel(s->stream);
    }
    AX_ASSERT(pthread_mutex_unlock(&s->lock) == 0);
}

static ax_rc drain(struct ax_rpc_stream *stream, const char *method, bool (*each)(void *, json_t *), void *state,
        struct ax_err *err)
{
    struct ax_buf message;
    ax_buf_init(&message, MESSAGE_MAX_BYTES);
    ax_rc rc = AX_RC(OK);
    bool more = true;
    while (more && ax_ok(rc)) {
        bool end = false;
        json_t *json = NULL;
        rc = ax_rpc_stream_next(stream, &message, &end, err);
        if (!ax_ok(rc) || end) {
            break;
        }
        rc = ax_call_decode(method, ax_buf_str(&message), &json, err);
        if (ax_ok(rc)) {
            more = each(state, json);
            json_decref(json);
        }
    }
    ax_buf_deinit(&message);
    return rc;
}

ax_rc ax_session_stream(struct ax_session *s, const char *method, json_t *request, bool (*each)(void *, json_t *),
        void *state, struct ax_err *err)
{
    struct ax_rpc_channel *channel = NULL;
    struct ax_rpc_stream *stream = NULL;
    struct ax_buf bytes;
    ax_buf_init(&bytes, MESSAGE_MAX_BYTES);
    ax_rc rc = channel_for(s, method, &channel, err);
    if (ax_ok(rc)) {
        rc = ax_call_encode(method, request, &bytes, err);
    }
    if (ax_ok(rc)) {
        char path[128];
        (void)snprintf(path, sizeof path, "/anxin.v1.%s", method);
        rc = ax_rpc_stream_open(channel, path, ax_buf_str(&bytes), 0, &stream, err);
    }
    if (ax_ok(rc)) {
        set_stream(s, stream);
        rc = drain(stream, method, each, state, err);
        set_stream(s, NULL);
        ax_rpc_stream_close(stream);
    }
    json_decref(request);
    ax_buf_deinit(&bytes);
    return rc;
}

ax_rc ax_session_pages(struct ax_session *s, const char *method, json_t *request, const char *field,
        bool (*each)(void *, json_t *), void *state, struct ax_err *err)
{
    ax_rc rc = AX_RC(OK);
    bool more = true;
    while (more && ax_ok(rc)) {
        json_t *page = NULL;
        rc = ax_session_call(s, method, json_incref(request), &page, err);
        if (!ax_ok(rc)) {
            break;
        }
        size_t i = 0;
        json_t *item = NULL;
        json_array_foreach(json_object_get(page, field), i, item)
        {
            more = more && each(state, item);
        }
        const char *token = json_string_value(json_object_get(page, "nextPageToken"));
        more = more && token != NULL && token[0] != '\0';
        if (more) {
            AX_ASSERT(json_object_set_new(request, "pageToken", json_string(token)) == 0);
        }
        json_decref(page);
    }
    json_decref(request);
    return rc;
}
