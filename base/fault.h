/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * Named points at which a test ends the process as kill -9 would: AX_FAULT=NAME:N in the environment means the N-th pass
 * of AX_FAULT("NAME"). Compiled in with the CMake option AX_FAULTS alone (presets for tests); elsewhere nothing is left
 * of a point. Any thread.
 */
#ifdef AX_FAULTS
void ax_fault_pass(const char *name);
#define AX_FAULT(name) ax_fault_pass(name)
#else
#define AX_FAULT(name) ((void)0)
#endif
