/* SHA-256 (FIPS 180-4) by libcrypto.
 *
 * Neither em_sha256_of nor em_hasher_done can report an error, so they must not
 * allocate, and in OpenSSL 3 every EVP context does, even when it starts afresh.
 * The 1.1.1 interface keeps its state in one struct and runs the same code;
 * asking for that API level here is how OpenSSL 3 lets one use it.
 */
#define OPENSSL_API_COMPAT 10101
#include "embargo/base.h"

#include <openssl/sha.h>
#include <stdlib.h>

struct em_hasher {
        SHA256_CTX ctx;
};

em_hasher *em_hasher_new(void)
{
        em_hasher *h = calloc(1, sizeof *h);
        if (h)
                em_assert(SHA256_Init(&h->ctx));
        return h;
}

em_hasher *em_hasher_free(em_hasher *h)
{
        free(h);
        return NULL;
}

void em_hasher_add(em_hasher *h, const void *bytes, size_t n)
{
        em_assert(SHA256_Update(&h->ctx, bytes, n));
}

em_sha256 em_hasher_done(em_hasher *h)
{
        em_sha256 hash;
        em_assert(SHA256_Final(hash.b, &h->ctx));
        em_assert(SHA256_Init(&h->ctx));
        return hash;
}

em_sha256 em_sha256_of(em_str bytes)
{
        em_sha256 hash;
        SHA256_CTX ctx;
        em_assert(SHA256_Init(&ctx));
        em_assert(SHA256_Update(&ctx, bytes.p, bytes.n));
        em_assert(SHA256_Final(hash.b, &ctx));
        return hash;
}

char *em_sha256_hex(em_sha256 hash, char out[65])
{
        for (size_t i = 0; i < sizeof hash.b; i++) {
                out[2 * i] = "0123456789abcdef"[hash.b[i] >> 4];
                out[2 * i + 1] = "0123456789abcdef"[hash.b[i] & 15];
        }
        out[64] = '\0';
        return out;
}

static int hex_digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        return -1;
}

/* One spelling for one hash: upper case is refused, because ids are compared
 * as text elsewhere. */
bool em_sha256_parse(em_str hex, em_sha256 *ret_hash)
{
        em_sha256 hash;
        if (hex.n != 64)
                return false;
        for (size_t i = 0; i < sizeof hash.b; i++) {
                int high = hex_digit(hex.p[2 * i]), low = hex_digit(hex.p[2 * i + 1]);
                if (high < 0 || low < 0)
                        return false;
                hash.b[i] = (uint8_t)(high << 4 | low);
        }
        *ret_hash = hash;
        return true;
}
