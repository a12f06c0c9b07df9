/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* The mappings that are built in: connectors/systems/NAME/mapping.yaml, as bytes made by the build. Any thread. */
#include "connectors/mapping.h"

struct ax_system_text {
    const char *name;
    const unsigned char *yaml;
    size_t len;
};

/* Made by the build (connectors/CMakeLists.txt). */
extern const struct ax_system_text ax_system_texts[];
extern const size_t ax_system_text_count;

enum { AX_SYSTEMS_MAX = 32 };

/* Read on first use, kept for the life of the process. A built-in mapping that cannot be read is a bug. */
size_t ax_system_count(void);
const struct ax_mapping_loaded *ax_system_at(size_t index);
const struct ax_mapping_loaded *ax_system_find(const char *name); /* NULL: no such */
