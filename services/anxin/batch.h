/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* A question about the enterprises that a command names: one is asked by itself, several in streams. One thread. */
#include "services/anxin/cli.h"

#include <jansson.h>

struct ax_batch {
    struct ax_cli *cli;
    const char *one;  /* method of one: takes `enterprise`, gives the answer */
    const char *many; /* method of several: takes `enterprises`, gives items with `answer` or `error` */
    void (*each)(void *state, const json_t *answer);
    void *state;
    void (*word)(struct ax_err *err); /* NULL, or puts a refusal into the words of the command line */
};

/* Asks for all codes of the arguments and of the file (codes.h). Takes over `question`, what is the same for all (NULL where
 * it could not be made: refused as no UTF-8). Returns how to exit: AX_EXIT_DONE where every one has its answer; what failed
 * is said. */
int ax_batch_run(const struct ax_batch *batch, const char *file, json_t *question);
