/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/pack_gates.h"

#include "services/anxin/show.h"
#include "services/exchange/gate_ends.h"

#include <string.h>

/* A value as JSON has it, and as people read it. */
struct words {
    const char *name;
    const char *en;
    const char *zh;
};

static const struct words decisions[AX_PACK_DECISIONS] = {
        [AX_DECISION_NONE] = {"DECISION_UNSPECIFIED", "no gate", "无查验规则"},
        [AX_DECISION_ALLOW] = {"DECISION_ALLOW", "allow", "准予"},
        [AX_DECISION_REVIEW] = {"DECISION_REVIEW", "review", "须人工审查"},
        [AX_DECISION_DENY] = {"DECISION_DENY", "deny", "依法不予"},
        [AX_DECISION_UNRATED] = {"DECISION_UNRATED", "unrated", "未评级"},
};

static const struct words purposes[AX_PURPOSE_COUNT] = {
        [AX_PURPOSE_LICENSING] = {"PURPOSE_LICENSING", "licensing", "行政许可"},
        [AX_PURPOSE_PROCUREMENT] = {"PURPOSE_PROCUREMENT", "procurement", "政府采购"},
        [AX_PURPOSE_PROJECT_APPROVAL] = {"PURPOSE_PROJECT_APPROVAL", "project approval", "项目审批"},
};

static ax_rc answer_of(const struct ax_gate_case *c, const struct ax_rated *rated, int32_t day, struct ax_arena *arena,
        struct ax_gate_answer *out, struct ax_err *err)
{
    const struct ax_gate *gate = ax_gate_of(c, day);
    *out = (struct ax_gate_answer){.decision = AX_DECISION_NONE};
    if (gate == NULL) {
        return AX_RC(OK);
    }
    struct ax_gate_rating rating = {.pack = rated->pack, .rate = &rated->rate, .incomplete = c->incomplete};
    return ax_gate_decide(gate, c->purpose, c->ledger, &rating, day, arena, out, err);
}

static const struct ax_gate_reason *reason_of(const struct ax_gate_answer *answer, ax_str rule_id)
{
    for (size_t i = 0; i < answer->reason_count; i++) {
        if (ax_str_eq(answer->reasons[i].rule_id, rule_id)) {
            return &answer->reasons[i];
        }
    }
    return NULL;
}

/* Rules of one answer that have no part in the other, or another one there; each once. */
static void put_rules(
        json_t *out, const struct ax_gate_answer *of, const struct ax_gate_answer *other, const char *what)
{
    for (size_t i = 0; i < of->reason_count; i++) {
        const struct ax_gate_reason *r = &of->reasons[i];
        const struct ax_gate_reason *there = reason_of(other, r->rule_id);
        if (reason_of(of, r->rule_id) != r || (there != NULL && there->decision == r->decision)) {
            continue;
        }
        json_t *rule = json_pack("{s:s%,s:s%,s:s%,s:s}", "ruleId", r->rule_id.ptr, r->rule_id.len, "titleZh",
                r->title_zh.ptr, r->title_zh.len, "titleEn", r->title_en.ptr, r->title_en.len, "what", what);
        AX_ASSERT(rule != NULL && json_array_append_new(out, rule) == 0);
    }
}

static json_t *change_of(int purpose, const struct ax_gate_answer answers[2])
{
    json_t *rules = json_array();
    put_rules(rules, &answers[0], &answers[1], "removed");
    put_rules(rules, &answers[1], &answers[0], "added");
    json_t *change = json_pack("{s:s,s:s,s:s,s:o}", "purpose", purposes[purpose].name, "from",
            decisions[answers[0].decision].name, "to", decisions[answers[1].decision].name, "rules", rules);
    AX_ASSERT(change != NULL);
    return change;
}

ax_rc ax_pack_gates_look(struct ax_pack_gates *gates, const struct ax_rater *const by[2], ax_str enterprise,
        const struct ax_view *view, int32_t day, struct ax_arena *arena, json_t **changes, struct ax_err *err)
{
    struct ax_rated rated[2];
    *changes = NULL;
    for (int i = 0; i < 2; i++) {
        ax_rater_level(by[i], view, enterprise, day, &rated[i]);
    }
    for (int purpose = AX_PURPOSE_NONE + 1; purpose < AX_PURPOSE_COUNT; purpose++) {
        struct ax_gate_answer answers[2];
        for (int i = 0; i < 2; i++) {
            const struct ax_gate_case c = {.rater = by[i],
                    .ledger = &view->ledger,
                    .enterprise = enterprise,
                    .purpose = (enum ax_purpose)purpose,
                    .incomplete = view->incomplete};
            AX_TRY(answer_of(&c, &rated[i], day, arena, &answers[i], err));
        }
        if (answers[0].decision != answers[1].decision) {
            *changes = *changes == NULL ? json_array() : *changes;
            gates->moved[purpose][answers[0].decision][answers[1].decision]++;
            AX_ASSERT(json_array_append_new(*changes, change_of(purpose, answers)) == 0);
        }
    }
    gates->enterprises += *changes == NULL ? 0 : 1;
    return AX_RC(OK);
}

json_t *ax_pack_gates_json(const struct ax_pack_gates *gates)
{
    json_t *out = json_array();
    for (int p = 0; p < AX_PURPOSE_COUNT; p++) {
        for (int i = 0; i < AX_PACK_DECISIONS; i++) {
            for (int j = 0; j < AX_PACK_DECISIONS; j++) {
                if (gates->moved[p][i][j] > 0) {
                    AX_ASSERT(
                            json_array_append_new(out, json_pack("{s:s,s:s,s:s,s:I}", "purpose", purposes[p].name,
                                                               "from", decisions[i].name, "to", decisions[j].name,
                                                               "enterprises", (json_int_t)gates->moved[p][i][j])) == 0);
                }
            }
        }
    }
    return out;
}

void ax_pack_gates_show(const struct ax_cli *cli, const struct ax_pack_gates *gates)
{
    if (gates->enterprises == 0) {
        return;
    }
    (void)printf("\n%s: %lld\n", ax_cli_text(cli, "Enterprises whose answers of the gate change", "查验结论有变的企业"),
            gates->enterprises);
    for (int p = 0; p < AX_PURPOSE_COUNT; p++) {
        for (int i = 0; i < AX_PACK_DECISIONS; i++) {
            for (int j = 0; j < AX_PACK_DECISIONS; j++) {
                if (gates->moved[p][i][j] > 0) {
                    (void)printf("  %s: %s → %s: %lld\n", ax_cli_text(cli, purposes[p].en, purposes[p].zh),
                            ax_cli_text(cli, decisions[i].en, decisions[i].zh),
                            ax_cli_text(cli, decisions[j].en, decisions[j].zh), gates->moved[p][i][j]);
                }
            }
        }
    }
}

static const char *decision_text(const struct ax_cli *cli, const char *name)
{
    size_t at = 0;
    while (at + 1 < AX_PACK_DECISIONS && strcmp(decisions[at].name, name) != 0) {
        at++;
    }
    return ax_cli_text(cli, decisions[at].en, decisions[at].zh);
}

void ax_pack_gates_show_changes(const struct ax_cli *cli, const json_t *changes)
{
    size_t i = 0;
    size_t j = 0;
    json_t *change = NULL;
    json_t *rule = NULL;
    json_array_foreach(changes, i, change)
    {
        size_t p = 0;
        while (p + 1 < AX_PURPOSE_COUNT &&
                (purposes[p].name == NULL || strcmp(purposes[p].name, ax_show_text(change, "purpose")) != 0)) {
            p++;
        }
        (void)printf("      %s: %s → %s\n", ax_cli_text(cli, purposes[p].en, purposes[p].zh),
                decision_text(cli, ax_show_text(change, "from")), decision_text(cli, ax_show_text(change, "to")));
        json_array_foreach(json_object_get(change, "rules"), j, rule)
        {
            (void)printf("        %c %s  %s\n", strcmp(ax_show_text(rule, "what"), "added") == 0 ? '+' : '-',
                    ax_show_text(rule, "ruleId"), ax_show_text(rule, cli->chinese ? "titleZh" : "titleEn"));
        }
    }
}
