/* Bits of a message, most significant first: eight bytes loaded from anywhere, turned round, shifted.
 *
 * Every buffer of bits has eight readable bytes behind it, so a field that begins inside it is read without a branch.
 */
#ifndef EMBARGO_AIS_BITS_H
#define EMBARGO_AIS_BITS_H

#include "embargo/ais.h"

/* The 57 bits or more that begin at bit `at`, in the upper end of a word. */
static inline uint64_t ais_word(const uint8_t *bits, size_t at)
{
        uint64_t word;
        memcpy(&word, bits + at / 8, sizeof word);
        return __builtin_bswap64(word) << (at % 8);
}

/* count: 1..57 */
static inline uint64_t ais_bits(const uint8_t *bits, size_t at, unsigned count)
{
        return ais_word(bits, at) >> (64 - count);
}

static inline int64_t ais_signed(const uint8_t *bits, size_t at, unsigned count)
{
        return (int64_t)ais_word(bits, at) >> (64 - count);
}

/* Bits `at`.. of a word that was loaded before. */
static inline uint32_t ais_cut(uint64_t word, unsigned at, unsigned count)
{
        return (uint32_t)(word << at >> (64 - count));
}

static inline int32_t ais_cut_signed(uint64_t word, unsigned at, unsigned count)
{
        return (int32_t)((int64_t)(word << at) >> (64 - count));
}

/* Six-bit letters (M.1371-5, table 47) up to '@', blanks at the end cut; letters that the message does not hold whole are none.
 * to has room for letters + 1.  Returns how many. */
size_t ais_letters(const uint8_t *bits, size_t bit_count, size_t at, size_t letters, char *to);

#endif
