# SPDX-License-Identifier: Apache-2.0
ax_program(bench_synth_load SOURCES synth_load.c DEPS bench_kafka_load ax_connectors ax_wire)
