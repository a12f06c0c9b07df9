/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The parameters of a risk score as somebody names them: a risk.yaml under any name, or a folder that has one. Any
 * thread. */
#include "services/anxin/cli.h"
#include "services/lib/pack/bundle.h"

enum { AX_RISK_FILE_PATH_MAX = 4096 };

/* A folder, or what is not there and is not called .yaml: risk.yaml in it. Else the file itself. */
ax_rc ax_risk_file_path(
        const char *pack, char out[AX_RISK_FILE_PATH_MAX], bool *folder, struct ax_err *err) AX_MUST_CHECK;
/* To stderr, where the first of the days scored lies before the day up to which the edition was fitted. */
void ax_risk_file_warn(const struct ax_cli *cli, const struct ax_risk_edition *edition, int32_t first);
/* Compiled; free with ax_risk_free, and the text that it borrows from with ax_pack_text_free. */
ax_rc ax_risk_file_load(const char *pack, struct ax_pack_text **texts, struct ax_risk_edition *edition,
        struct ax_err *err) AX_MUST_CHECK;
