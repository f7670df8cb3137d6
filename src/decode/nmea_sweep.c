/* The passes over every byte of a line: where it ends, what its checksum is, which bits its letters stand for.
 *
 * Letters are unpacked as base64 is by Mula and Lemire ("Faster Base64 Encoding and Decoding Using AVX2 Instructions", 2018): 32 letters become
 * numbers by one subtraction and a second where they lie above the hole in the alphabet (IEC 61162-1: 0x30-0x57, 0x60-0x77), two multiplications
 * join four of six bits to 24, a shuffle puts the bytes in order.  Checksums go eight bytes at a time in any machine's words, since exclusive or does
 * not care for their order.
 */
#include "nmea_inside.h"

#include <endian.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define BAD 0x80

static inline uint64_t word(const char *p)
{
        uint64_t w;
        memcpy(&w, p, sizeof w);
        return w;
}

/* ---- line ends --------------------------------------------------------- */

size_t em_nmea_line_end_plain(const char *p, size_t n)
{
        size_t i = 0;
        while (i < n && p[i] != '\n' && p[i] != '\r')
                i++;
        return i;
}

#if defined(__x86_64__)
EM_NMEA_AVX2 static size_t line_end_avx2(const char *p, size_t n)
{
        const __m256i lf = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r');
        size_t i = 0;
        for (; n - i >= 32; i += 32) {
                __m256i  v = _mm256_loadu_si256((const __m256i *)(const void *)(p + i));
                unsigned hit = (unsigned)_mm256_movemask_epi8(_mm256_or_si256(_mm256_cmpeq_epi8(v, lf), _mm256_cmpeq_epi8(v, cr)));
                if (hit)
                        return i + (unsigned)__builtin_ctz(hit);
        }
        return i + em_nmea_line_end_plain(p + i, n - i);
}
#endif

size_t em_nmea_line_end(const char *p, size_t n)
{
#if defined(__x86_64__)
        if (em_nmea_has_avx2())
                return line_end_avx2(p, n);
#endif
        return em_nmea_line_end_plain(p, n);
}

/* ---- checksums ---------------------------------------------------------- */

uint8_t em_nmea_xor(const char *p, size_t n)
{
        uint64_t sum = 0;
        size_t i = 0;
        for (; n - i >= 8; i += 8)
                sum ^= word(p + i);
        size_t rest = n - i;
        if (rest && n >= 8) {                           /* the last eight bytes, those that were counted shifted out */
                sum ^= le64toh(word(p + n - 8)) >> 8 * (8 - rest);
        } else {
                for (; i < n; i++)
                        sum ^= (unsigned char)p[i];
        }
        sum ^= sum >> 32;
        sum ^= sum >> 16;
        return (uint8_t)(sum ^ sum >> 8);
}

uint64_t em_nmea_hash(const char *p, size_t n, uint64_t seed)
{
        uint64_t h = em_nmea_mix(seed, n), last = 0;
        size_t i = 0;
        for (; n - i >= 8; i += 8)
                h = em_nmea_mix(h, le64toh(word(p + i)));
        for (size_t k = 0; i < n; i++, k += 8)
                last |= (uint64_t)(unsigned char)p[i] << k;
        return em_nmea_mix(h, last);
}

/* ---- six-bit letters ------------------------------------------------------ */

static inline unsigned six(unsigned char c)
{
        if (c >= 48 && c < 88)
                return c - 48u;
        return c >= 96 && c < 120 ? c - 56u : BAD;
}

bool em_nmea_unpack_plain(const char *letters, size_t n, uint8_t *bits)
{
        unsigned bad = 0;
        size_t i = 0;
        for (; n - i >= 4; i += 4, bits += 3) {
                unsigned a = six((unsigned char)letters[i]), b = six((unsigned char)letters[i + 1]),
                         c = six((unsigned char)letters[i + 2]), d = six((unsigned char)letters[i + 3]);
                unsigned v = a << 18 | b << 12 | c << 6 | d;
                bad |= a | b | c | d;
                bits[0] = (uint8_t)(v >> 16), bits[1] = (uint8_t)(v >> 8), bits[2] = (uint8_t)v;
        }
        unsigned v = 0, shift = 24;
        for (; i < n; i++) {
                unsigned a = six((unsigned char)letters[i]);
                bad |= a;
                v |= a << (shift -= 6);
        }
        for (unsigned left = 24; left > shift; left = left > 8 ? left - 8 : 0, v <<= 8)
                *bits++ = (uint8_t)(v >> 16);
        memset(bits, 0, 8);
        return !(bad & BAD);
}

#if defined(__x86_64__)
/* 32 bytes of which the first k are the letters that count, at p[32 - k]. */
static const uint8_t window[64] = {
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

EM_NMEA_AVX2 static bool unpack_avx2(const char *letters, size_t n, uint8_t *bits)
{
        const __m256i order = _mm256_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1,
                                               2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
        const __m256i close = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
        __m256i bad = _mm256_setzero_si256();
        size_t  whole = n, i = 0;
        for (; i < n; i += 32, whole -= whole < 32 ? whole : 32, bits += 24) {
                size_t  k = whole < 32 ? whole : 32;
                __m256i counts = _mm256_loadu_si256((const __m256i *)(const void *)(window + 32 - k));
                __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(letters + i));
                __m256i low = _mm256_and_si256(_mm256_cmpgt_epi8(v, _mm256_set1_epi8(47)), _mm256_cmpgt_epi8(_mm256_set1_epi8(88), v));
                __m256i above = _mm256_cmpgt_epi8(v, _mm256_set1_epi8(95));
                __m256i high = _mm256_and_si256(above, _mm256_cmpgt_epi8(_mm256_set1_epi8(120), v));
                bad = _mm256_or_si256(bad, _mm256_andnot_si256(_mm256_or_si256(low, high), counts));
                v = _mm256_sub_epi8(v, _mm256_set1_epi8(48));
                v = _mm256_sub_epi8(v, _mm256_and_si256(above, _mm256_set1_epi8(8)));
                v = _mm256_and_si256(v, counts);
                v = _mm256_maddubs_epi16(v, _mm256_set1_epi16(0x0140));         /* 64, 1 */
                v = _mm256_madd_epi16(v, _mm256_set1_epi32(0x00011000));        /* 4096, 1 */
                v = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(v, order), close);
                _mm256_storeu_si256((__m256i *)(void *)bits, v);
        }
        memset(bits, 0, 8);                             /* n 0, and 32 letters exactly */
        return _mm256_testz_si256(bad, bad) != 0;
}
#endif

bool em_nmea_unpack(const char *letters, size_t n, uint8_t *bits)
{
#if defined(__x86_64__)
        if (em_nmea_has_avx2())
                return unpack_avx2(letters, n, bits);
#endif
        return em_nmea_unpack_plain(letters, n, bits);
}

bool em_sixbit_unpack(const char *letters, size_t n, uint8_t *bits)
{
        size_t whole = n & ~(size_t)31, rest = n - whole;
        char   last[32] = { 0 };
        if (rest)
                memcpy(last, letters + whole, rest);
        bool   good = em_nmea_unpack(letters, whole, bits);
        return em_nmea_unpack(last, rest, bits + whole / 4 * 3) && good;
}
