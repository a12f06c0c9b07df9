/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include "tests/unit/t.h"

#include <pthread.h>

static const struct {
    const char *text;
    const char *hex;
} vectors[] = {/* FIPS 180-4 examples */
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"}};

static void agrees_with_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint8_t digest[AX_DIGEST_SIZE];
        char hex[AX_DIGEST_HEX_SIZE];
        ax_sha256(ax_str_c(vectors[i].text), digest);
        ax_hex(digest, sizeof digest, hex);
        assert_string_equal(hex, vectors[i].hex);
    }
}

static void pieces_give_the_same(void **state)
{
    (void)state;
    uint8_t whole[AX_DIGEST_SIZE];
    uint8_t pieces[AX_DIGEST_SIZE];
    ax_str text = AX_STR("one and another and a third, longer than a block of sixty-four bytes, for certain");
    ax_sha256(text, whole);
    struct ax_sha256_run *run = ax_sha256_new();
    for (size_t i = 0; i < text.len; i++) {
        ax_sha256_add(run, ax_str_of(text.ptr + i, 1));
    }
    ax_sha256_end(run, pieces);
    assert_memory_equal(whole, pieces, sizeof whole);
}

static void *hash_often(void *state)
{
    uint8_t *out = state;
    for (int i = 0; i < 1000; i++) {
        ax_sha256(AX_STR("abc"), out);
    }
    return NULL;
}

static void threads_do_not_disturb(void **state)
{
    (void)state;
    pthread_t threads[4];
    uint8_t digests[4][AX_DIGEST_SIZE];
    uint8_t expected[AX_DIGEST_SIZE];
    ax_sha256(AX_STR("abc"), expected);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, hash_often, digests[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_memory_equal(digests[i], expected, sizeof expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(agrees_with_the_standard),
            cmocka_unit_test(pieces_give_the_same),
            cmocka_unit_test(threads_do_not_disturb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
