/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Configuration: one YAML file for a deployment (anxin.yaml), read through libcyaml's schema. An unknown key, a wrong type
 * or a value out of range is an error with file, line and column. Precedence: default < file < --set section.key=value.
 * A loaded configuration is immutable, owned by the caller, and may be read by any thread.
 */
#include "base/bytes.h"

#include <stdio.h>

struct ax_config_endpoint { /* gRPC, where clients find a service */
    char *ingest;
    char *exchange;
};

struct ax_config_tls {
    char *ca_file;
    char *cert_file;
    char *key_file;
    char *clients_dir; /* pki/clients: NAME/tls.crt, NAME/tls.key for --as NAME */
};

struct ax_config_log {
    char *backend; /* "sqlite" | "kafka" */
    char *path;
    char *brokers;
    char *topic_prefix;
    uint32_t partitions;
    uint32_t replication;
    uint32_t append_timeout_ms;
    uint32_t prefetch_kib;
};

struct ax_config_store {
    char *backend; /* "sqlite" | "redis" */
    char *path;
    char *host;
    uint32_t port;
    char *user;
    char *password_file;
    char *key_prefix;
    uint32_t timeout_ms;
};

struct ax_config_rpc {
    char *listen;
    uint32_t network_threads;
    uint32_t worker_threads;
    uint32_t inflight_max;
    uint32_t message_max_kib;
    uint32_t arena_max_kib;
    uint32_t stream_queue_max;
    uint32_t default_deadline_ms;
    uint32_t drain_grace_ms;
};

struct ax_config_scorer {
    char *group;
    char *member;
    uint32_t batch_max_records;
    uint32_t batch_wait_ms;
    uint32_t cache_max_mib;
    uint32_t poison_attempts_max;
};

struct ax_config {
    char *name; /* of the deployment, for logs */
    char *log_level;
    char *packs_dir;         /* rule packs */
    char *packs_bundles_dir; /* other bundles, a folder each, that may be activated; "" = none */
    char *packs_shadow_dir;  /* the challenger; "" = none */
    char *policy_file;
    char *metrics_listen; /* "" = none */
    struct ax_config_endpoint endpoints;
    struct ax_config_tls tls;
    struct ax_config_log log;
    struct ax_config_store store;
    struct ax_config_rpc rpc;
    struct ax_config_scorer scorer;
};

/*
 * Relative paths in the file are relative to the file, those in `sets` ("section.key=value") to the working folder. Without
 * a path (NULL): defaults and sets only.
 */
ax_rc ax_config_load(const char *path, const char *const *sets, size_t set_count, struct ax_config **out,
        struct ax_err *err) AX_MUST_CHECK;
/* The same from memory; `name` stands for the file in errors and for relative paths. NULL: paths stay as they are. */
ax_rc ax_config_parse(ax_str text, const char *name, const char *const *sets, size_t set_count, struct ax_config **out,
        struct ax_err *err) AX_MUST_CHECK;
void ax_config_free(struct ax_config *config);
/* The keys with what is allowed, default and meaning, as a Markdown table (docs/OPERATIONS.md is checked against it). */
void ax_config_print_keys(FILE *file);
