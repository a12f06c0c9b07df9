/* SPDX-License-Identifier: Apache-2.0 */
/* MurmurHash2 by Austin Appleby (public domain) as org.apache.kafka.common.utils.Utils.murmur2 has it. */
#include "services/lib/eventlog/backend.h"

static uint32_t word_at(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t ax_murmur2(ax_str bytes)
{
    const uint32_t m = 0x5bd1e995;
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    size_t left = bytes.len;
    uint32_t h = 0x9747b28c ^ (uint32_t)bytes.len;
    for (; left >= 4; p += 4, left -= 4) {
        uint32_t k = word_at(p) * m;
        k ^= k >> 24;
        h = (h * m) ^ (k * m);
    }
    if (left > 0) {
        for (size_t i = left; i-- > 0;) {
            h ^= (uint32_t)p[i] << (8 * i);
        }
        h *= m;
    }
    h ^= h >> 13;
    h *= m;
    return h ^ (h >> 15);
}
