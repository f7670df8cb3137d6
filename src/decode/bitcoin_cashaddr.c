/* cashaddr: Bitcoin Cash's addresses (bitcoincashorg, spec/cashaddr.md).
 *
 * bech32's digits with a checksum of forty bits, a prefix that may be left out, and one
 * byte in front of the hash that says its type and length.
 */
#include "decode/bitcoin_text.h"

#define CHECKSUM  ((size_t)8)
#define DATA_MOST ((size_t)112)         /* 65 bytes in groups of five bits, and the checksum */

static const uint8_t hash_bytes[8] = { 20, 24, 28, 32, 40, 48, 56, 64 };

static uint64_t step(uint64_t c, uint8_t value)
{
        static const uint64_t generator[5] = { 0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4,
                                               0xae2eabe2a8, 0x1e4f43e470 };
        uint64_t top = c >> 35;
        c = (c & 0x07ffffffff) << 5 ^ value;
        for (unsigned i = 0; i < 5; i++)
                if (top >> i & 1)
                        c ^= generator[i];
        return c;
}

static uint64_t checksum_of(const char *prefix, const uint8_t *data, size_t n)
{
        uint64_t c = 1;
        for (; *prefix; prefix++)
                c = step(c, *prefix & 31);
        c = step(c, 0);
        for (size_t i = 0; i < n; i++)
                c = step(c, data[i]);
        return c ^ 1;
}

/* The digits behind the prefix, if there is one, as values. */
static const char *take_digits(em_str text, const char *prefix, uint8_t data[DATA_MOST],
                               size_t *ret_n)
{
        em_cut cut = em_str_cut(text, ':');
        em_str digits = cut.found ? cut.tail : text;
        bool lower = false, upper = false;
        if (cut.found && !em_str_eq_nocase(cut.head, em_str_c(prefix)))
                return "its prefix is another";
        for (size_t i = 0; i < text.n; i++) {
                lower |= text.p[i] >= 'a' && text.p[i] <= 'z';
                upper |= text.p[i] >= 'A' && text.p[i] <= 'Z';
        }
        if (lower && upper)
                return "it mixes upper and lower case";
        if (digits.n > DATA_MOST)
                return "it is too long";
        for (size_t i = 0; i < digits.n; i++) {
                char c = digits.p[i];
                int digit = em_bech32_digit(c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
                if (digit < 0)
                        return "it has a character that cashaddr does not know";
                data[i] = (uint8_t)digit;
        }
        *ret_n = digits.n;
        return NULL;
}

const char *em_cashaddr_read(em_str text, const char *prefix, uint8_t hash[64], size_t *ret_n,
                             unsigned *ret_type)
{
        uint8_t data[DATA_MOST], bytes[DATA_MOST];
        size_t n, count;
        const char *bad = take_digits(text, prefix, data, &n);
        if (bad)
                return bad;
        if (n <= CHECKSUM)
                return "it is too short";
        if (checksum_of(prefix, data, n) != 0)
                return "its checksum is wrong";
        if (!em_bits_regroup(data, n - CHECKSUM, 5, 8, false, bytes, &count))
                return "its padding is wrong";
        if (count == 0 || bytes[0] & 0x80 || count - 1 != hash_bytes[bytes[0] & 7])
                return "its hash has a wrong length";
        memcpy(hash, bytes + 1, count - 1);
        *ret_n = count - 1;
        *ret_type = bytes[0] >> 3;
        return NULL;
}

char *em_cashaddr_write(const char *prefix, unsigned type, const uint8_t *hash, size_t n,
                        char *out)
{
        uint8_t bytes[65], data[DATA_MOST];
        size_t count, at = strlen(prefix);
        em_assert(at <= 14 && type <= 15 && n <= 32);
        uint8_t code = 0;
        while (hash_bytes[code] < n)
                code++;
        em_assert(hash_bytes[code] == n);
        bytes[0] = (uint8_t)(type << 3 | code);
        memcpy(bytes + 1, hash, n);
        em_bits_regroup(bytes, n + 1, 8, 5, true, data, &count);
        memset(data + count, 0, CHECKSUM);
        uint64_t check = checksum_of(prefix, data, count + CHECKSUM);
        for (unsigned i = 0; i < CHECKSUM; i++)
                data[count + i] = (uint8_t)(check >> 5 * (7 - i) & 31);
        memcpy(out, prefix, at);
        out[at++] = ':';
        for (size_t i = 0; i < count + CHECKSUM; i++)
                out[at++] = em_bech32_digits[data[i]];
        out[at] = '\0';
        return out;
}
