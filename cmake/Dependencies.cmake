# SPDX-License-Identifier: Apache-2.0
# Debian's libraries; docs/DEPENDENCIES.md says why each is here.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(OPENSSL REQUIRED IMPORTED_TARGET openssl)
pkg_check_modules(PROTOBUFC REQUIRED IMPORTED_TARGET libprotobuf-c)
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(CYAML REQUIRED IMPORTED_TARGET libcyaml yaml-0.1)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(NLOPT REQUIRED IMPORTED_TARGET nlopt)

# pkg-config would name some ninety libraries; these two are what we call.
find_library(AX_GRPC_LIB grpc REQUIRED)
find_library(AX_GPR_LIB gpr REQUIRED)
add_library(ax_grpc INTERFACE)
target_link_libraries(ax_grpc INTERFACE ${AX_GRPC_LIB} ${AX_GPR_LIB})

if(AX_TESTS)
    pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
endif()
find_program(AX_PROTOC protoc REQUIRED)
find_program(AX_PROTOC_GEN_C protoc-gen-c REQUIRED)
