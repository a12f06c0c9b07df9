# SPDX-License-Identifier: Apache-2.0
add_library(bench_kafka_load STATIC kafka_load.c)
target_link_libraries(bench_kafka_load PUBLIC ax_flags ax_eventlog)
ax_program(bench_kafka_fill SOURCES kafka_fill.c DEPS bench_kafka_load)
ax_program(bench_kafka_poll SOURCES kafka_poll.c DEPS bench_kafka_load)
ax_program(bench_kafka_drain SOURCES kafka_drain.c DEPS bench_kafka_load)
ax_program(bench_kafka_produce SOURCES kafka_produce.c DEPS bench_kafka_load)
ax_program(bench_sqlite_insert SOURCES sqlite_insert.c DEPS bench_kafka_load)
