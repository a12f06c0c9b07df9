/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The words of `anxin pack`; each takes what stands behind its own word and gives the exit code. One thread. */
#include "services/anxin/cli.h"

int ax_pack_check(struct ax_cli *cli);
int ax_pack_show(struct ax_cli *cli);
int ax_pack_diff(struct ax_cli *cli);
int ax_pack_list(struct ax_cli *cli);
int ax_pack_propose(struct ax_cli *cli);
int ax_pack_approve(struct ax_cli *cli);
