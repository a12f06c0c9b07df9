/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What the .proto files of this house say about themselves: the file descriptors that server reflection hands out, which
 * file declares a symbol, and every service method with its types. Tables made at build time (proto/tools/descriptors.c);
 * constant, any thread.
 */
#include "base/bytes.h"

struct ProtobufCMessageDescriptor;

struct ax_proto_file {
    const char *name;             /* "anxin/v1/fact.proto" */
    ax_str bytes;                 /* serialised google.protobuf.FileDescriptorProto */
    const uint16_t *dependencies; /* indices in ax_proto_files, as imported */
    size_t dependency_count;
};

struct ax_proto_method {
    const char *path;    /* "/anxin.v1.RatingService/GetRating" */
    const char *service; /* "anxin.v1.RatingService" */
    const char *name;    /* "GetRating" */
    bool client_streaming;
    bool server_streaming;
    const struct ProtobufCMessageDescriptor *request;
    const struct ProtobufCMessageDescriptor *response;
};

struct ax_proto_symbol {
    const char *name; /* full name of a message, enum, enum value, service, method, field, oneof; without leading dot */
    uint16_t file;    /* index in ax_proto_files */
};

/* A file stands behind everything that it imports. */
extern const struct ax_proto_file ax_proto_files[];
extern const size_t ax_proto_file_count;
/* Ascending by name. */
extern const struct ax_proto_symbol ax_proto_symbols[];
extern const size_t ax_proto_symbol_count;
/* Methods of one service stand together. */
extern const struct ax_proto_method ax_proto_methods[];
extern const size_t ax_proto_method_count;
extern const char *const ax_proto_services[];
extern const size_t ax_proto_service_count;

/* Each NULL where there is no such thing. */
const struct ax_proto_file *ax_proto_file_named(ax_str name);
const struct ax_proto_file *ax_proto_file_of_symbol(ax_str symbol);
const struct ax_proto_method *ax_proto_method_at(ax_str path);
