/* SPDX-License-Identifier: Apache-2.0 */
#include "connectors/systems.h"

#include "connectors/connector.h"
#include "connectors/table.h"

#include <pthread.h>
#include <stdio.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct ax_mapping_loaded *loaded[AX_SYSTEMS_MAX];
static struct ax_source_about abouts[AX_SYSTEMS_MAX + 1];

static void load_all(void)
{
    AX_ASSERT(ax_system_text_count <= AX_SYSTEMS_MAX);
    for (size_t i = 0; i < ax_system_text_count; i++) {
        struct ax_err err;
        ax_str yaml = ax_str_of(ax_system_texts[i].yaml, ax_system_texts[i].len);
        bool readable = ax_ok(ax_mapping_load(yaml, ax_system_texts[i].name, &loaded[i], &err));
        if (!readable) {
            char line[AX_ERR_TEXT_MAX + AX_ERR_FIELD_MAX + AX_ERR_VALUE_MAX];
            (void)fprintf(stderr, "%s\n", ax_err_line(&err, line, sizeof line));
        }
        AX_ASSERT(readable);
        const struct ax_mapping *m = loaded[i]->yaml;
        AX_ASSERT(strcmp(m->name, ax_system_texts[i].name) == 0);
        abouts[i] = (struct ax_source_about){m->name, m->en, m->zh};
    }
    abouts[ax_system_text_count] = (struct ax_source_about){AX_TABLE_SYSTEM,
            "facts as a table: columns are field names of anxin.v1.Fact", "事实表：列名即 anxin.v1.Fact 的字段名"};
}

size_t ax_system_count(void)
{
    return ax_system_text_count;
}

const struct ax_mapping_loaded *ax_system_at(size_t index)
{
    AX_ASSERT(index < ax_system_text_count && pthread_once(&once, load_all) == 0);
    return loaded[index];
}

const struct ax_mapping_loaded *ax_system_find(const char *name)
{
    for (size_t i = 0; i < ax_system_text_count; i++) {
        if (strcmp(ax_system_texts[i].name, name) == 0) {
            return ax_system_at(i);
        }
    }
    return NULL;
}

const struct ax_source_about *ax_source_systems(size_t *count)
{
    AX_ASSERT(pthread_once(&once, load_all) == 0);
    *count = ax_system_text_count + 1;
    return abouts;
}
