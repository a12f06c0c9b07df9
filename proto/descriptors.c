/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/descriptors.h"

const struct ax_proto_file *ax_proto_file_named(ax_str name)
{
    for (size_t i = 0; i < ax_proto_file_count; i++) {
        if (ax_str_eq(ax_str_c(ax_proto_files[i].name), name)) {
            return &ax_proto_files[i];
        }
    }
    return NULL;
}

const struct ax_proto_file *ax_proto_file_of_symbol(ax_str symbol)
{
    size_t low = 0;
    size_t high = ax_proto_symbol_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = ax_str_cmp(ax_str_c(ax_proto_symbols[middle].name), symbol);
        if (order == 0) {
            return &ax_proto_files[ax_proto_symbols[middle].file];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const struct ax_proto_method *ax_proto_method_at(ax_str path)
{
    for (size_t i = 0; i < ax_proto_method_count; i++) {
        if (ax_str_eq(ax_str_c(ax_proto_methods[i].path), path)) {
            return &ax_proto_methods[i];
        }
    }
    return NULL;
}
