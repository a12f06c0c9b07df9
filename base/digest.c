/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <pthread.h>

/*
 * Fetching an algorithm takes OpenSSL 3 longer than hashing a fact, so it is done once a process, and each thread keeps
 * one context. The key exists for its destructor; the thread-local is the fast way to the same pointer.
 */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t context_key;
static EVP_MD *sha256;
static _Thread_local EVP_MD_CTX *context;

static void free_context(void *ctx)
{
    EVP_MD_CTX_free(ctx);
}

static void setup(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    AX_ASSERT(sha256 != NULL);
    AX_ASSERT(pthread_key_create(&context_key, free_context) == 0);
}

static EVP_MD_CTX *new_context(void)
{
    AX_ASSERT(pthread_once(&once, setup) == 0);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    AX_ASSERT(ctx != NULL);
    AX_ASSERT(EVP_DigestInit_ex2(ctx, sha256, NULL) == 1);
    return ctx;
}

void ax_sha256(ax_str bytes, uint8_t out[AX_DIGEST_SIZE])
{
    if (context == NULL) {
        context = new_context();
        AX_ASSERT(pthread_setspecific(context_key, context) == 0);
    }
    /* No type: keep the algorithm that is there and start over. */
    AX_ASSERT(EVP_DigestInit_ex2(context, NULL, NULL) == 1);
    AX_ASSERT(EVP_DigestUpdate(context, bytes.ptr, bytes.len) == 1);
    AX_ASSERT(EVP_DigestFinal_ex(context, out, NULL) == 1);
}

struct ax_sha256_run {
    EVP_MD_CTX *ctx;
};

struct ax_sha256_run *ax_sha256_new(void)
{
    struct ax_sha256_run *run = ax_xcalloc(1, sizeof *run);
    run->ctx = new_context();
    return run;
}

void ax_sha256_add(struct ax_sha256_run *run, ax_str bytes)
{
    AX_ASSERT(EVP_DigestUpdate(run->ctx, bytes.ptr, bytes.len) == 1);
}

void ax_sha256_end(struct ax_sha256_run *run, uint8_t out[AX_DIGEST_SIZE])
{
    AX_ASSERT(EVP_DigestFinal_ex(run->ctx, out, NULL) == 1);
    EVP_MD_CTX_free(run->ctx);
    ax_xfree(run);
}
