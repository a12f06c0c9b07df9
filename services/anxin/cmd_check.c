/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anxin check: the gate. The exit code is for scripts, and only 0 lets something go on: 0 all allowed, 4 a law forbids one
 * of them, 3 one is unknown, 5 a person must look at one (review, unrated); the gravest of several, in this order.
 */
#include "services/anxin/batch.h"
#include "services/anxin/codes.h"
#include "services/anxin/show.h"

enum { LAW_SIZE = 4096 };

static const struct {
    const char *decision;
    const char *en;
    const char *zh;
    int exit;
    int gravity;
} decisions[] = {
        {"DECISION_ALLOW", "allow", "准予", AX_EXIT_DONE, 0},
        {"DECISION_REVIEW", "review", "须人工审查", AX_EXIT_REVIEW, 1},
        {"DECISION_UNRATED", "unrated: review", "未评级，须人工审查", AX_EXIT_REVIEW, 1},
        {"DECISION_UNKNOWN", "unknown", "未知企业", AX_EXIT_NOT_FOUND, 2},
        {"DECISION_DENY", "deny", "依法不予", AX_EXIT_REFUSED, 3},
};

enum { DECISIONS = sizeof decisions / sizeof decisions[0] };

struct checking {
    struct ax_cli *cli;
    int exit;
    int gravity;
};

static void show_reason(const struct ax_cli *cli, const json_t *reason)
{
    const json_t *rule = json_object_get(reason, "rule");
    bool deny = strcmp(ax_show_text(reason, "decision"), "DECISION_DENY") == 0;
    char law[LAW_SIZE];
    const char *basis = ax_show_law(cli, ax_show_text(rule, "legalBasis"), law, sizeof law);
    const char *ends = ax_show_text(reason, "endsOn");
    const char *source = ax_show_text(reason, "source");
    bool ours = strcmp(ax_show_text(reason, "provenance"), "ours") == 0 && !ax_show_says_ours(basis);
    (void)printf("  %s %s  (%s%s%s%s)\n", deny ? "✗" : "?", ax_show_text(rule, cli->chinese ? "titleZh" : "titleEn"),
            ax_show_text(rule, "ruleId"), basis[0] == '\0' ? "" : "; ", basis,
            ours ? ax_cli_text(cli, "; ours", "；本项目设定") : "");
    if (source[0] != '\0') {
        (void)printf("      %s  %s  [%s %s]%s\n", ax_show_text(reason, "occurredOn"), ax_show_text(reason, "subject"),
                source, ax_show_text(reason, "reference"),
                json_is_true(json_object_get(reason, "contested"))
                        ? ax_cli_text(cli, "  under objection", "  异议处理中")
                        : "");
    }
    if (ends[0] != '\0') {
        (void)printf("      %s %s\n", ax_cli_text(cli, "no longer from", "失效日"), ends);
    }
}

static void show_answer(const struct ax_cli *cli, const json_t *answer, size_t decision)
{
    const json_t *rating = json_object_get(answer, "rating");
    const json_t *reasons = json_object_get(answer, "reasons");
    size_t i = 0;
    json_t *reason = NULL;
    (void)printf("%s  %s", ax_show_text(answer, "enterprise"),
            ax_cli_text(cli, decisions[decision].en, decisions[decision].zh));
    if (rating != NULL) {
        (void)printf("  (%s %s)  %s%s", ax_cli_text(cli, "level", "等级"),
                ax_show_level(cli, ax_show_text(rating, "level")), ax_show_text(rating, "name"),
                json_is_true(json_object_get(rating, "synthetic")) ? ax_cli_text(cli, "  [synthetic]", "  [虚构数据]")
                                                                   : "");
    }
    (void)putchar('\n');
    json_array_foreach(reasons, i, reason)
    {
        show_reason(cli, reason);
    }
    if (ax_show_number(answer, "reasonsLeftOff") > 0) {
        (void)printf("  … %lld\n", ax_show_number(answer, "reasonsLeftOff"));
    }
}

static void take_answer(void *state, const json_t *answer)
{
    struct checking *c = state;
    const char *name = ax_show_text(answer, "decision");
    size_t at = 0;
    while (at + 1 < DECISIONS && strcmp(decisions[at].decision, name) != 0) {
        at++;
    }
    if (decisions[at].gravity > c->gravity) {
        c->gravity = decisions[at].gravity;
        c->exit = decisions[at].exit;
    }
    if (c->cli->json) {
        ax_show_json_line(answer);
    } else {
        show_answer(c->cli, answer, at);
    }
}

/* NULL (and said) for what is no purpose. */
static const char *purpose_of(const struct ax_cli *cli, const char *text)
{
    static const struct {
        const char *word;
        const char *name;
    } purposes[] = {{"licensing", "PURPOSE_LICENSING"}, {"procurement", "PURPOSE_PROCUREMENT"},
            {"project_approval", "PURPOSE_PROJECT_APPROVAL"}};
    for (size_t i = 0; text != NULL && i < sizeof purposes / sizeof purposes[0]; i++) {
        if (strcmp(purposes[i].word, text) == 0) {
            return purposes[i].name;
        }
    }
    if (text != NULL && strcmp(text, "insurance") == 0) {
        ax_cli_say(cli,
                "anxin check: for insurance there is no gate: no law forbids to insure, and safety liability insurance "
                "is a duty (应急〔2025〕27号); see anxin quote",
                "anxin check: 保险没有准入查验：法律不禁止承保，安责险是法定义务（应急〔2025〕27号）；参见 anxin "
                "quote");
        return NULL;
    }
    ax_cli_say(cli, "anxin check: --purpose is licensing, procurement or project_approval%s%s",
            "anxin check: --purpose 只能是 licensing（行政许可）、procurement（政府采购）或 "
            "project_approval（项目审批）%s%s",
            text == NULL ? "" : ax_cli_text(cli, ", not ", "，而不是 "), text == NULL ? "" : text);
    return NULL;
}

int ax_cmd_check(struct ax_cli *cli)
{
    const char *purpose = NULL;
    const char *matter = "";
    const char *file = NULL;
    const struct ax_option options[] = {{"purpose", &purpose, NULL}, {"matter", &matter, NULL}, {"file", &file, NULL}};
    if (!ax_cli_options(cli, options, 3, 0, AX_CODES_MAX)) {
        return AX_EXIT_USAGE;
    }
    purpose = purpose_of(cli, purpose);
    struct checking c = {.cli = cli, .exit = AX_EXIT_DONE};
    const struct ax_batch batch = {.cli = cli,
            .one = "GateService/CheckCredit",
            .many = "GateService/BatchCheckCredit",
            .each = take_answer,
            .state = &c};
    if (purpose == NULL) {
        return AX_EXIT_USAGE;
    }
    int done = ax_batch_run(&batch, file, json_pack("{s:s,s:s}", "purpose", purpose, "matter", matter));
    return done == AX_EXIT_DONE ? c.exit : done;
}
