/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * The one table of all keys: schema, defaults, ranges and the list in docs/OPERATIONS.md come from it.
 * T is text, P a path, C one of some words, U a whole number; each with section ("" is the top), key, member of struct
 * ax_config, default, then what is allowed (T and P: nothing) and help.
 */
#define AX_CONFIG_KEYS(T, P, C, U) \
    T("", "name", name, "anxin", "name of the deployment, in log lines") \
    C("", "log_level", log_level, "info", "error|warn|info|debug", "least important lines that are written") \
    P("", "packs_dir", packs_dir, "packs", "folder of the rule packs") \
    P("", "packs_bundles_dir", packs_bundles_dir, "", "other bundles of packs, a folder each, that may be activated") \
    P("", "packs_shadow_dir", packs_shadow_dir, "", "the challenger: a bundle that is rated beside and never served") \
    P("", "policy_file", policy_file, "", "who may call what; empty: the built-in policy") \
    T("", "metrics_listen", metrics_listen, "", "host:port of the Prometheus listener; empty: none") \
    T("endpoints", "ingest", endpoints.ingest, "127.0.0.1:7443", "where clients find IngestService") \
    T("endpoints", "exchange", endpoints.exchange, "127.0.0.1:7443", "where clients find all other services") \
    P("tls", "ca_file", tls.ca_file, "pki/ca.crt", "authorities that peers' certificates are verified against") \
    P("tls", "cert_file", tls.cert_file, "pki/server/tls.crt", "own certificate with its chain") \
    P("tls", "key_file", tls.key_file, "pki/server/tls.key", "own private key") \
    P("tls", "clients_dir", tls.clients_dir, "pki/clients", "NAME/tls.crt and NAME/tls.key for --as NAME") \
    C("log", "backend", log.backend, "sqlite", "sqlite|kafka", "where the facts are kept") \
    P("log", "path", log.path, "anxin.db", "sqlite: the file") \
    T("log", "brokers", log.brokers, "127.0.0.1:9092", "kafka: bootstrap servers, host:port separated by commas") \
    T("log", "topic_prefix", log.topic_prefix, "", "before every topic name, for tests") \
    U("log", "partitions", log.partitions, 8, 1, 1024, "partitions of topics that are created; never changed later") \
    U("log", "replication", log.replication, 3, 1, 7, "kafka: replicas of topics that are created") \
    U("log", "append_timeout_ms", log.append_timeout_ms, 30000, 100, 600000, \
            "until an append is reported as not accepted") \
    U("log", "prefetch_kib", log.prefetch_kib, 32768, 64, 4194304, "records held in memory before they are read") \
    C("store", "backend", store.backend, "sqlite", "sqlite|redis", "where ledgers and ratings are kept") \
    P("store", "path", store.path, "anxin.db", "sqlite: the file") \
    T("store", "host", store.host, "127.0.0.1", "redis: host") \
    U("store", "port", store.port, 6379, 1, 65535, "redis: port") \
    T("store", "user", store.user, "", "redis: ACL user; empty: none") \
    P("store", "password_file", store.password_file, "", "redis: file with the password; empty: none") \
    T("store", "key_prefix", store.key_prefix, "", "before every key, for tests") \
    U("store", "timeout_ms", store.timeout_ms, 5000, 100, 600000, "redis: until an answer counts as lost") \
    T("rpc", "listen", rpc.listen, "127.0.0.1:7443", "host:port of the gRPC listener; port 0 picks one") \
    U("rpc", "network_threads", rpc.network_threads, 2, 1, 64, "threads that move bytes") \
    U("rpc", "worker_threads", rpc.worker_threads, 8, 1, 1024, "threads that run handlers") \
    U("rpc", "inflight_max", rpc.inflight_max, 512, 1, 65536, "calls in work before RESOURCE_EXHAUSTED") \
    U("rpc", "message_max_kib", rpc.message_max_kib, 4096, 64, 65536, "largest message") \
    U("rpc", "arena_max_kib", rpc.arena_max_kib, 32768, 256, 1048576, "memory of one call") \
    U("rpc", "stream_queue_max", rpc.stream_queue_max, 256, 1, 65536, \
            "messages waiting for a slow reader of a stream") \
    U("rpc", "default_deadline_ms", rpc.default_deadline_ms, 30000, 100, 3600000, "of a unary call that brings none") \
    U("rpc", "drain_grace_ms", rpc.drain_grace_ms, 10000, 0, 600000, "for calls in work when the service ends") \
    T("scorer", "group", scorer.group, "anxin-scorer", "members of one group share the partitions") \
    T("scorer", "member", scorer.member, "", "static name of this member; empty: a new one each start") \
    U("scorer", "batch_max_records", scorer.batch_max_records, 65536, 1, 65536, "records in one commit") \
    U("scorer", "batch_wait_ms", scorer.batch_wait_ms, 20, 1, 10000, "waiting for a fuller batch") \
    U("scorer", "cache_max_mib", scorer.cache_max_mib, 32, 1, 65536, "ledgers kept in memory") \
    U("scorer", "poison_attempts_max", scorer.poison_attempts_max, 3, 1, 100, \
            "tries of a record before the partition stops")
