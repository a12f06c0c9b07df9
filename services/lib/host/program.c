/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/host/host.h"

#include "base/log.h"

#include <getopt.h>
#include <stdio.h>

enum {
    SETS_MAX = 64,
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    WAIT_AT_START_MS = 60000,
};

struct arguments {
    const char *config;
    const char *sets[SETS_MAX];
    size_t set_count;
};

static int usage(const char *service, FILE *out, int code)
{
    (void)fprintf(out, "anxin-%s --config FILE [--set section.key=value]…\n", service);
    return code;
}

/* -1: go on; else the exit code. */
static int parse(const struct ax_host_program *program, int argc, char **argv, struct arguments *out)
{
    static const struct option options[] = {
            {"config", required_argument, NULL, 'c'},
            {"set", required_argument, NULL, 's'},
            {"help", no_argument, NULL, 'h'},
            {0},
    };
    for (;;) {
        int got = getopt_long(argc, argv, "c:s:h", options, NULL);
        if (got == -1) {
            break;
        }
        if (got == 'c') {
            out->config = optarg;
        } else if (got == 's' && out->set_count < SETS_MAX) {
            out->sets[out->set_count++] = optarg;
        } else if (got == 'h') {
            return usage(program->service, stdout, EXIT_DONE);
        } else {
            return usage(program->service, stderr, EXIT_USAGE);
        }
    }
    return out->config == NULL || optind != argc ? usage(program->service, stderr, EXIT_USAGE) : -1;
}

static ax_rc run(const struct ax_host_program *program, const struct ax_config *config, struct ax_err *err)
{
    struct ax_host_options options = {
            .service = program->service,
            .config = config,
            .create_topics = program->create_topics,
            .wait_ms = WAIT_AT_START_MS,
    };
    struct ax_host *host = NULL;
    AX_TRY(ax_host_open(&options, &host, err));
    struct ax_rpc_method methods[128];
    size_t count = 0;
    void *state = NULL;
    ax_rc rc = program->start(host, &state, methods, sizeof methods / sizeof methods[0], &count, err);
    if (ax_ok(rc)) {
        rc = ax_host_serve(host, methods, count, err);
        if (ax_ok(rc)) {
            ax_host_wait(host);
        }
        ax_host_drain(host);
        program->stop(state);
    }
    ax_host_close(host);
    return rc;
}

int ax_host_main(const struct ax_host_program *program, int argc, char **argv)
{
    struct arguments arguments = {0};
    int code = parse(program, argc, argv, &arguments);
    if (code >= 0) {
        return code;
    }
    ax_note_setup(program->service, AX_NOTE_INFO);
    struct ax_err err = {0};
    struct ax_config *config = NULL;
    ax_rc rc = ax_config_load(arguments.config, arguments.sets, arguments.set_count, &config, &err);
    if (ax_ok(rc)) {
        enum ax_note_level level = AX_NOTE_INFO;
        if (config->log_level != NULL && ax_note_level_parse(config->log_level, &level)) {
            ax_note_setup(program->service, level);
        }
        rc = run(program, config, &err);
        ax_config_free(config);
    }
    if (!ax_ok(rc)) {
        char text[AX_ERR_TEXT_MAX * 2];
        (void)fprintf(stderr, "anxin-%s: %s\n", program->service, ax_err_line(&err, text, sizeof text));
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}
