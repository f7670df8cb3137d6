/* A cursor over foreign bytes.  The first wrong byte sticks: the cursor then stands
 * at its end, every later read gives zeros, and the caller asks once. */
#ifndef EMBARGO_DECODE_BITCOIN_BYTES_H
#define EMBARGO_DECODE_BITCOIN_BYTES_H

#include "embargo/bitcoin.h"

typedef struct em_bytes {
        const uint8_t *p;
        size_t      n, at;
        const char *bad;                /* what is wrong; NULL so far nothing */
        size_t      bad_at;
        em_status   status;
} em_bytes;

static inline em_bytes em_bytes_of(em_str s)
{
        return (em_bytes){ .p = (const uint8_t *)s.p, .n = s.n };
}

static inline bool em_bytes_fail(em_bytes *b, em_status status, size_t at, const char *bad)
{
        if (!b->bad) {
                b->bad = bad;
                b->bad_at = at;
                b->status = status;
        }
        b->at = b->n;
        return false;
}

static inline em_status em_bytes_error(const em_bytes *b, const char *what, em_error *err)
{
        return em_fail_at(err, b->status, (em_str){ NULL, 0 }, 0, b->bad_at + 1, "%s: %s",
                          what, b->bad);
}

static inline bool em_bytes_has(em_bytes *b, size_t n)
{
        return n <= b->n - b->at || em_bytes_fail(b, EM_FORMAT, b->n, "it is cut off here");
}

static inline uint32_t em_le32(const uint8_t *p)
{
        return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t em_le64(const uint8_t *p)
{
        return em_le32(p) | (uint64_t)em_le32(p + 4) << 32;
}

static inline uint8_t em_bytes_u8(em_bytes *b)
{
        return em_bytes_has(b, 1) ? b->p[b->at++] : 0;
}

static inline uint32_t em_bytes_u32(em_bytes *b)
{
        if (!em_bytes_has(b, 4))
                return 0;
        b->at += 4;
        return em_le32(b->p + b->at - 4);
}

static inline uint64_t em_bytes_u64(em_bytes *b)
{
        if (!em_bytes_has(b, 8))
                return 0;
        b->at += 8;
        return em_le64(b->p + b->at - 8);
}

static inline em_hash256 em_bytes_hash(em_bytes *b)
{
        em_hash256 hash = { { 0 } };
        if (!em_bytes_has(b, sizeof hash.b))
                return hash;
        memcpy(hash.b, b->p + b->at, sizeof hash.b);
        b->at += sizeof hash.b;
        return hash;
}

static inline em_str em_bytes_take(em_bytes *b, uint64_t n)
{
        if (n > b->n - b->at) {
                em_bytes_fail(b, EM_FORMAT, b->n, "it is cut off here");
                return (em_str){ NULL, 0 };
        }
        b->at += (size_t)n;
        return (em_str){ (const char *)b->p + b->at - n, (size_t)n };
}

/* Core's CompactSize: 0xfd, 0xfe and 0xff announce 2, 4 and 8 bytes.  Longer forms of a
 * smaller number are refused, as Core refuses them. */
static inline uint64_t em_bytes_compact(em_bytes *b)
{
        size_t start = b->at;
        uint8_t first = em_bytes_u8(b);
        if (first < 0xfd)
                return first;
        size_t n = (size_t)2 << (first - 0xfd);
        if (!em_bytes_has(b, n))
                return 0;
        uint64_t value = 0;
        for (size_t i = n; i-- > 0;)
                value = value << 8 | b->p[b->at + i];
        b->at += n;
        uint64_t least = n == 2 ? 0xfd : (uint64_t)1 << (4 * n);
        if (value >= least)
                return value;
        em_bytes_fail(b, EM_FORMAT, start, "a length is not in its shortest form");
        return 0;
}

/* A count of things that take at least `each` bytes. */
static inline size_t em_bytes_count(em_bytes *b, size_t each)
{
        size_t start = b->at;
        uint64_t count = em_bytes_compact(b);
        if (count <= (b->n - b->at) / each)
                return (size_t)count;
        em_bytes_fail(b, EM_LIMIT, start, "a count is larger than the bytes can hold");
        return 0;
}

#endif
