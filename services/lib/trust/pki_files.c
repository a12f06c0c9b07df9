/* SPDX-License-Identifier: Apache-2.0 */
#include "services/lib/trust/pki_files.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ax_rc file_error(const char *path, struct ax_err *err)
{
    return ax_fail_field(err, AX_IO, "pki", path, strlen(path), "cannot be written: %s", strerror(errno));
}

ax_rc ax_pki_mkdir(const char *path, struct ax_err *err)
{
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return file_error(path, err);
    }
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
        return ax_fail_field(err, AX_IO, "pki", path, strlen(path), "is no folder");
    }
    return AX_RC(OK);
}

static FILE *open_private(const char *path)
{
    (void)unlink(path); /* of an interrupted run */
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
    if (file == NULL && fd >= 0) {
        (void)close(fd);
    }
    return file;
}

static ax_rc write_pem(const char *path, X509 *cert, EVP_PKEY *key, struct ax_err *err)
{
    char beside[AX_PKI_PATH_MAX];
    int len = snprintf(beside, sizeof beside, "%s.new", path);
    if (len < 0 || (size_t)len >= sizeof beside) {
        return ax_fail_field(err, AX_INVALID, "pki", path, strlen(path), "is too long");
    }
    FILE *file = open_private(beside);
    if (file == NULL) {
        return file_error(beside, err);
    }
    bool ok = cert != NULL ? PEM_write_X509(file, cert) == 1
                           : PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
    ok = fflush(file) == 0 && fsync(fileno(file)) == 0 && ok;
    ok = fclose(file) == 0 && ok;
    if (!ok || rename(beside, path) != 0) {
        ax_rc rc = file_error(path, err);
        (void)unlink(beside);
        return rc;
    }
    return AX_RC(OK);
}

ax_rc ax_pki_write_cert(const char *path, X509 *cert, struct ax_err *err)
{
    return write_pem(path, cert, NULL, err);
}

ax_rc ax_pki_write_key(const char *path, EVP_PKEY *key, struct ax_err *err)
{
    return write_pem(path, NULL, key, err);
}

X509 *ax_pki_read_cert(const char *path)
{
    FILE *file = fopen(path, "re");
    X509 *cert = file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);
    if (file != NULL) {
        (void)fclose(file);
    }
    ERR_clear_error();
    return cert;
}

EVP_PKEY *ax_pki_read_key(const char *path)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = file == NULL ? NULL : PEM_read_PrivateKey(file, NULL, NULL, NULL);
    if (file != NULL) {
        (void)fclose(file);
    }
    ERR_clear_error();
    return key;
}
