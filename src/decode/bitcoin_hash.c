/* Bitcoin's hashes: SHA-256 twice, HASH160, the merkle tree.
 *
 * Most inputs are a few hundred bytes, where finding an algorithm or making a
 * context costs as much as hashing.  The interface of OpenSSL 1.1.1 hashes on
 * the stack; asking for that API level in this file alone is how OpenSSL 3 lets
 * one use it (src/base/hash.c does the same).  The second pass always hashes 32
 * bytes, whose padding is known, so it is one bare compression, and a node of the
 * merkle tree is three (FIPS 180-4, 5.1.1).
 */
#define OPENSSL_API_COMPAT 10101
#include "decode/bitcoin_hash.h"

#include <openssl/ripemd.h>
#include <openssl/sha.h>

static void write_state(const SHA256_CTX *ctx, uint8_t out[32])
{
        for (size_t i = 0; i < 32; i++)
                out[i] = (uint8_t)(ctx->h[i / 4] >> (24 - 8 * (i % 4)));
}

/* A message of 32 bytes in one block: a one bit, zeros, its length in bits. */
static em_hash256 hash_of_hash(uint8_t block[SHA256_CBLOCK])
{
        em_hash256 hash;
        SHA256_CTX ctx;
        memset(block + 32, 0, 32);
        block[32] = 0x80;
        block[62] = 0x01;
        SHA256_Init(&ctx);
        SHA256_Transform(&ctx, block);
        write_state(&ctx, hash.b);
        return hash;
}

/* Two hashes side by side are one whole block; the second block is all padding. */
static em_hash256 hash_of_pair(const em_hash256 *left, const em_hash256 *right)
{
        static const uint8_t padding[SHA256_CBLOCK] = { [0] = 0x80, [62] = 0x02 };
        uint8_t block[SHA256_CBLOCK];
        SHA256_CTX ctx;
        memcpy(block, left->b, 32);
        memcpy(block + 32, right->b, 32);
        SHA256_Init(&ctx);
        SHA256_Transform(&ctx, block);
        SHA256_Transform(&ctx, padding);
        write_state(&ctx, block);
        return hash_of_hash(block);
}

em_hash256 em_btc_double_sha256_parts(const em_str *parts, size_t count)
{
        SHA256_CTX ctx;
        uint8_t block[SHA256_CBLOCK];
        em_assert(SHA256_Init(&ctx));
        for (size_t i = 0; i < count; i++)
                em_assert(SHA256_Update(&ctx, parts[i].p, parts[i].n));
        em_assert(SHA256_Final(block, &ctx));
        return hash_of_hash(block);
}

em_hash256 em_btc_double_sha256(em_str bytes)
{
        return em_btc_double_sha256_parts(&bytes, 1);
}

void em_btc_hash160(em_str bytes, uint8_t out[20])
{
        em_sha256 inner = em_sha256_of(bytes);
        RIPEMD160_CTX ctx;
        em_assert(RIPEMD160_Init(&ctx));
        em_assert(RIPEMD160_Update(&ctx, inner.b, sizeof inner.b));
        em_assert(RIPEMD160_Final(out, &ctx));
}

bool em_btc_merkle(em_hash256 *leaf, size_t count, em_hash256 *ret_root)
{
        em_assert(count > 0);
        while (count > 1) {
                size_t pairs = (count + 1) / 2;
                for (size_t i = 0; i < pairs; i++) {
                        bool alone = 2 * i + 1 == count;
                        const em_hash256 *left = &leaf[2 * i], *right = alone ? left : left + 1;
                        if (!alone && memcmp(left, right, sizeof *left) == 0)
                                return false;
                        leaf[i] = hash_of_pair(left, right);
                }
                count = pairs;
        }
        *ret_root = leaf[0];
        return true;
}

/* Shown the other way round, because Core prints the hash as one little-endian number. */
char *em_hash256_text(em_hash256 hash, char out[65])
{
        em_sha256 turned;
        for (size_t i = 0; i < sizeof hash.b; i++)
                turned.b[i] = hash.b[sizeof hash.b - 1 - i];
        return em_sha256_hex(turned, out);
}

bool em_hash256_parse(em_str text, em_hash256 *ret_hash)
{
        em_sha256 turned;
        if (!em_sha256_parse(text, &turned))
                return false;
        for (size_t i = 0; i < sizeof turned.b; i++)
                ret_hash->b[i] = turned.b[sizeof turned.b - 1 - i];
        return true;
}
