# SPDX-License-Identifier: Apache-2.0
ax_fuzz(store_redis_reply SOURCES store_redis_reply.c DEPS ax_store)
