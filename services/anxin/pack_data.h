/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What a pack is tried on: the ledgers that files of facts give, read as a connector reads them and normalised as ingest
 * does it, or those of a deployment, whose store is opened beside the services that run. One thread.
 */
#include "services/anxin/cli.h"
#include "services/lib/host/host.h"
#include "services/lib/view/view.h"

enum { AX_PACK_DATA_ENTERPRISES_MAX = 2000000, AX_PACK_DATA_FILES_MAX = 1024 };

struct ax_pack_data {
    const struct ax_cli *cli;
    const char *on;     /* a file, a folder of files, the home of a deployment or the configuration of one (*.yaml) */
    const char *system; /* source system of the files; NULL: found out */
    /* Called for every enterprise, in no order that matters; the view is borrowed. */
    ax_rc (*each)(void *state, ax_str enterprise, const struct ax_view *view, struct ax_err *err);
    /* Of a deployment, before the first enterprise; may be NULL. */
    ax_rc (*begin)(void *state, struct ax_host *host, struct ax_err *err);
    void *state;
    bool challenger;       /* the challenger's stored ratings are read, too */
    ax_str stored;         /* out, while `each` runs: that of the enterprise; .ptr NULL: none */
    int64_t facts;         /* out: read from files */
    int64_t rejected;      /* out: rows that are no facts */
    struct ax_err refusal; /* out: why, of the first of them; its file and line stand in the text */
};

/* Files without a single fact are an error, which says what is wrong with their first row. */
ax_rc ax_pack_data_run(struct ax_pack_data *data, struct ax_err *err) AX_MUST_CHECK;
/* On stderr, where there were any: how many rows of files were left out, and why the first. */
void ax_pack_data_say_rejected(const struct ax_pack_data *data);
