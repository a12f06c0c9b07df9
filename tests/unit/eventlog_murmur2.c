/* SPDX-License-Identifier: Apache-2.0 */
/* Where a key goes is part of the data: these numbers were printed by org.apache.kafka.common.utils.Utils of Kafka 4.3.1. */
#include "services/lib/eventlog/backend.h"

#include "tests/unit/t.h"

static void murmur2_is_kafkas(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t hash;
    } rows[] = {
            {"", 275646681},
            {"2", 648968168},
            {"21", -973932308},
            {"abc", 479470107},
            {"foobar", -790332482},
            {"a-little-bit-long-string", -985981536},
            {"a-little-bit-longer-string", -1486304829},
            {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
            {"91110000100000000X", 1628905631},
            {"91990000M46084369Y", 1134791187},
            {"企业", 1175561212},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal((int32_t)ax_murmur2(ax_str_c(rows[i].text)), rows[i].hash);
    }
}

static void murmur2_of_bytes_is_kafkas(void **state)
{
    (void)state;
    assert_int_equal((int32_t)ax_murmur2(ax_str_of("\x00\xff\x80\x7f\xfe", 5)), 1617215701);
    char all[256];
    for (int i = 0; i < 256; i++) {
        all[i] = (char)i;
    }
    assert_int_equal((int32_t)ax_murmur2(ax_str_of(all, 253)), -996188436);
    assert_int_equal((int32_t)ax_murmur2(ax_str_of(all, 254)), 1651449572);
    assert_int_equal((int32_t)ax_murmur2(ax_str_of(all, 255)), 1542706800);
    assert_int_equal((int32_t)ax_murmur2(ax_str_of(all, 256)), -1948347274);
}

static void partition_is_kafkas(void **state)
{
    (void)state;
    struct ax_log log = {.partitions = 8};
    assert_int_equal(ax_log_partition_of(&log, AX_STR("21")), 4);
    assert_int_equal(ax_log_partition_of(&log, AX_STR("91110000100000000X")), 7);
    assert_int_equal(ax_log_partition_of(&log, AX_STR("91990000M46084369Y")), 3);
    assert_int_equal(ax_log_partition_of(&log, AX_STR("")), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(murmur2_is_kafkas),
            cmocka_unit_test(murmur2_of_bytes_is_kafkas),
            cmocka_unit_test(partition_is_kafkas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
