/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/batch.h"

#include "services/anxin/codes.h"
#include "services/anxin/session.h"
#include "services/anxin/show.h"

#include <string.h>

enum { PART_MAX = 1000 };

struct asking {
    const struct ax_batch *batch;
    struct ax_session *session;
    json_t *question;
    size_t failed;
};

/* Of an item's error, which is the name of its code. */
static const char *error_text(const struct ax_cli *cli, const char *name)
{
    for (int code = 0; code < AX_CODE_COUNT; code++) {
        if (strcmp(ax_code_name(code), name) == 0) {
            return code == AX_NOT_FOUND ? ax_cli_text(cli, "no fact is known about it", "没有关于该企业的事实")
                                        : ax_code_text(code, cli->chinese);
        }
    }
    return name;
}

/* In the words of the command line. */
static void put_why(const struct asking *a, const json_t *why)
{
    struct ax_err err = {.code = AX_INVALID};
    (void)snprintf(err.field, sizeof err.field, "%s", ax_show_text(why, "field"));
    (void)snprintf(err.value, sizeof err.value, "%s", ax_show_text(why, "value"));
    (void)snprintf(err.text, sizeof err.text, "%s", ax_show_text(why, "rule"));
    if (a->batch->word != NULL) {
        a->batch->word(&err);
    }
    (void)fputs(ax_cli_text(a->batch->cli, ": ", "："), stdout);
    ax_cli_put_rule(a->batch->cli, stdout, ax_str_c(err.field), ax_str_c(err.text), ax_str_c(err.value));
}

static bool each_item(void *state, json_t *item)
{
    struct asking *a = state;
    const struct ax_cli *cli = a->batch->cli;
    const json_t *answer = json_object_get(item, "answer");
    if (answer != NULL) {
        a->batch->each(a->batch->state, answer);
        return true;
    }
    a->failed++;
    if (cli->json) {
        ax_show_json_line(item);
    } else {
        (void)printf("%s  %s: %s", ax_show_text(item, "enterprise"), ax_cli_text(cli, "failed", "失败"),
                error_text(cli, ax_show_text(item, "error")));
        if (json_object_get(item, "why") != NULL) {
            put_why(a, json_object_get(item, "why"));
        }
        (void)putchar('\n');
    }
    return true;
}

/* The question with these enterprises. */
static json_t *request_for(const struct asking *a, const char *field, json_t *value)
{
    json_t *request = json_copy(a->question);
    AX_ASSERT(json_object_set_new(request, field, value) == 0 || request == NULL);
    return request;
}

static ax_rc ask_one(struct asking *a, json_t *code, struct ax_err *err)
{
    json_t *answer = NULL;
    ax_rc rc =
            ax_session_call(a->session, a->batch->one, request_for(a, "enterprise", json_incref(code)), &answer, err);
    if (ax_ok(rc)) {
        a->batch->each(a->batch->state, answer);
    }
    json_decref(answer);
    return rc;
}

static ax_rc ask_all(struct asking *a, const json_t *codes, struct ax_err *err)
{
    size_t count = json_array_size(codes);
    ax_rc rc = count == 0 ? AX_RC(OK) : ax_session_open(a->batch->cli, &a->session, err);
    if (ax_ok(rc) && count == 1) {
        rc = ask_one(a, json_array_get(codes, 0), err);
    }
    for (size_t at = 0; ax_ok(rc) && count > 1 && at < count; at += PART_MAX) {
        json_t *request = request_for(a, "enterprises", ax_codes_part(codes, at, PART_MAX));
        rc = ax_session_stream(a->session, a->batch->many, request, each_item, a, err);
    }
    ax_session_close(a->session);
    return rc;
}

int ax_batch_run(const struct ax_batch *batch, const char *file, json_t *question)
{
    struct asking a = {.batch = batch, .question = question};
    struct ax_err err = {0};
    json_t *codes = ax_codes_read(batch->cli, file, &a.failed);
    int done = AX_EXIT_USAGE;
    if (codes != NULL) {
        ax_rc rc = ask_all(&a, codes, &err);
        if (!ax_ok(rc) && batch->word != NULL) {
            batch->word(&err);
        }
        done = !ax_ok(rc) ? ax_cli_fail(batch->cli, &err) : a.failed > 0 ? AX_EXIT_FAILED : AX_EXIT_DONE;
    }
    json_decref(codes);
    json_decref(question);
    return done;
}
