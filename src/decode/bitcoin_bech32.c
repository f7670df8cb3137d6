/* bech32 (BIP 173) and bech32m (BIP 350): the text form of witness programs.
 *
 * A BCH code over 32 symbols finds any four wrong ones; bech32m differs by the constant
 * that the remainder must be.  Version 0 is written in bech32, all later in bech32m.
 */
#include "decode/bitcoin_text.h"

#define TEXT_MOST ((size_t)90)
#define CHECKSUM  ((size_t)6)

const char em_bech32_digits[33] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

int em_bech32_digit(char c)
{
        const char *hit = c ? strchr(em_bech32_digits, c) : NULL;
        return hit ? (int)(hit - em_bech32_digits) : -1;
}

bool em_bits_regroup(const uint8_t *in, size_t n, unsigned from, unsigned to, bool pad,
                     uint8_t *out, size_t *ret_n)
{
        uint32_t acc = 0;
        unsigned bits = 0;
        size_t count = 0;
        for (size_t i = 0; i < n; i++) {
                acc = (acc << from | in[i]) & 0xfffu;
                bits += from;
                while (bits >= to) {
                        bits -= to;
                        out[count++] = (uint8_t)(acc >> bits & ((1u << to) - 1));
                }
        }
        uint32_t left = acc & ((1u << bits) - 1);
        if (pad && bits)
                out[count++] = (uint8_t)(left << (to - bits));
        *ret_n = count;
        return pad || (bits < from && left == 0);
}

static uint32_t step(uint32_t c, uint8_t value)
{
        static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                               0x2a1462b3 };
        uint32_t top = c >> 25;
        c = (c & 0x1ffffff) << 5 ^ value;
        for (unsigned i = 0; i < 5; i++)
                if (top >> i & 1)
                        c ^= generator[i];
        return c;
}

/* The remainder over the prefix, spread as BIP 173 says, and the data. */
static uint32_t remainder_of(const char *hrp, const uint8_t *data, size_t n)
{
        uint32_t c = 1;
        for (const char *p = hrp; *p; p++)
                c = step(c, (uint8_t)((uint8_t)*p >> 5));
        c = step(c, 0);
        for (const char *p = hrp; *p; p++)
                c = step(c, *p & 31);
        for (size_t i = 0; i < n; i++)
                c = step(c, data[i]);
        return c;
}

/* Lower case into out; what is wrong with the characters or their mixture, or NULL. */
static const char *lower_case(em_str text, char out[91])
{
        bool lower = false, upper = false;
        if (text.n > TEXT_MOST)
                return "it is too long";
        for (size_t i = 0; i < text.n; i++) {
                char c = text.p[i];
                if (c < 33 || c > 126)
                        return "it has a character outside of ASCII's visible ones";
                lower |= c >= 'a' && c <= 'z';
                upper |= c >= 'A' && c <= 'Z';
                out[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        }
        out[text.n] = '\0';
        return lower && upper ? "it mixes upper and lower case" : NULL;
}

const char *em_bech32_read(em_str text, char hrp[84], uint8_t data[84], size_t *ret_n,
                           uint32_t *ret_constant)
{
        char small[TEXT_MOST + 1];
        uint8_t value[TEXT_MOST];
        const char *bad = lower_case(text, small);
        if (bad)
                return bad;
        const char *one = strrchr(small, '1');
        if (!one || one == small)
                return "it has no prefix";
        size_t prefix = (size_t)(one - small), n = text.n - prefix - 1;
        if (n < CHECKSUM)
                return "its checksum is too short";
        for (size_t i = 0; i < n; i++) {
                int digit = em_bech32_digit(one[1 + i]);
                if (digit < 0)
                        return "it has a character that bech32 does not know";
                value[i] = (uint8_t)digit;
        }
        small[prefix] = '\0';
        uint32_t constant = remainder_of(small, value, n);
        if (constant != EM_BECH32_CONSTANT && constant != EM_BECH32M_CONSTANT)
                return "its checksum is wrong";
        memcpy(hrp, small, prefix + 1);
        memcpy(data, value, n - CHECKSUM);
        *ret_n = n - CHECKSUM;
        *ret_constant = constant;
        return NULL;
}

const char *em_segwit_read(em_str text, const char *hrp, uint8_t program[40], size_t *ret_n,
                           unsigned *ret_version)
{
        char prefix[84];
        uint8_t data[84], bytes[84];
        size_t n, count;
        uint32_t constant;
        const char *bad = em_bech32_read(text, prefix, data, &n, &constant);
        if (bad)
                return bad;
        if (strcmp(prefix, hrp) != 0)
                return "its prefix is another";
        if (n == 0)
                return "it has no data";
        if (data[0] > 16)
                return "its witness version is over 16";
        if (!em_bits_regroup(data + 1, n - 1, 5, 8, false, bytes, &count))
                return "its padding is wrong";
        if (count < 2 || count > 40 || (data[0] == 0 && count != 20 && count != 32))
                return "its program has a wrong length";
        if ((data[0] == 0) != (constant == EM_BECH32_CONSTANT))
                return "its checksum is of the other kind (bech32, bech32m)";
        memcpy(program, bytes, count);
        *ret_n = count;
        *ret_version = data[0];
        return NULL;
}

char *em_segwit_write(const char *hrp, unsigned version, const uint8_t *program, size_t n,
                      char *out)
{
        uint8_t data[TEXT_MOST];
        size_t count, at = strlen(hrp);
        em_assert(at <= 16 && version <= 16 && n <= 40);
        data[0] = (uint8_t)version;
        em_bits_regroup(program, n, 8, 5, true, data + 1, &count);
        count++;
        memset(data + count, 0, CHECKSUM);
        uint32_t check = remainder_of(hrp, data, count + CHECKSUM)
                ^ (version ? EM_BECH32M_CONSTANT : EM_BECH32_CONSTANT);
        for (unsigned i = 0; i < CHECKSUM; i++)
                data[count + i] = (uint8_t)(check >> 5 * (5 - i) & 31);
        memcpy(out, hrp, at);
        out[at++] = '1';
        for (size_t i = 0; i < count + CHECKSUM; i++)
                out[at++] = em_bech32_digits[data[i]];
        out[at] = '\0';
        return out;
}
