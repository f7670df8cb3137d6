/* base58check: Bitcoin Core's base58.cpp; the text form of P2PKH and P2SH (BIP 13).
 *
 * A number of up to 64 bytes in base 58, zeros in front kept one for one as "1".
 * Addresses have 25 bytes, so schoolbook conversion is enough.
 */
#include "decode/bitcoin_hash.h"
#include "decode/bitcoin_text.h"

#define DIGITS_MOST ((size_t)89)        /* ceil(64 * log 256 / log 58) + 1 */

static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

char *em_base58_write(const uint8_t *bytes, size_t n, char *out)
{
        uint8_t digit[DIGITS_MOST] = { 0 };     /* least first */
        size_t used = 0, zeros = 0, at = 0;
        em_assert(n <= EM_BASE58_MOST);
        while (zeros < n && bytes[zeros] == 0)
                zeros++;
        for (size_t i = zeros; i < n; i++) {
                unsigned carry = bytes[i];
                for (size_t k = 0; k < used || carry; k++) {
                        carry += 256u * digit[k];
                        digit[k] = (uint8_t)(carry % 58);
                        carry /= 58;
                        if (k == used)
                                used++;
                }
        }
        while (at < zeros)
                out[at++] = '1';
        while (used > 0)
                out[at++] = digits[digit[--used]];
        out[at] = '\0';
        return out;
}

const char *em_base58_read(em_str text, uint8_t bytes[64], size_t *ret_n)
{
        uint8_t value[EM_BASE58_MOST] = { 0 };  /* least first */
        size_t used = 0, zeros = 0;
        while (zeros < text.n && text.p[zeros] == '1')
                zeros++;
        for (size_t i = zeros; i < text.n; i++) {
                const char *hit = text.p[i] ? strchr(digits, text.p[i]) : NULL;
                if (!hit)
                        return "it has a character that base58 does not know";
                unsigned carry = (unsigned)(hit - digits);
                for (size_t k = 0; k < used || carry; k++) {
                        if (k == sizeof value)
                                return "it is too long";
                        carry += 58u * value[k];
                        value[k] = (uint8_t)carry;
                        carry >>= 8;
                        if (k == used)
                                used++;
                }
        }
        if (zeros + used > EM_BASE58_MOST)
                return "it is too long";
        memset(bytes, 0, zeros);
        for (size_t i = 0; i < used; i++)
                bytes[zeros + i] = value[used - 1 - i];
        *ret_n = zeros + used;
        return NULL;
}

char *em_base58check_write(const uint8_t *payload, size_t n, char *out)
{
        uint8_t bytes[EM_BASE58_MOST];
        em_assert(n <= EM_BASE58_MOST - 4);
        memcpy(bytes, payload, n);
        memcpy(bytes + n, em_btc_double_sha256((em_str){ (const char *)payload, n }).b, 4);
        return em_base58_write(bytes, n + 4, out);
}

const char *em_base58check_read(em_str text, uint8_t payload[64], size_t *ret_n)
{
        size_t n;
        const char *bad = em_base58_read(text, payload, &n);
        if (bad)
                return bad;
        if (n < 5)
                return "it is too short";
        n -= 4;
        em_hash256 hash = em_btc_double_sha256((em_str){ (const char *)payload, n });
        if (memcmp(hash.b, payload + n, 4) != 0)
                return "its checksum is wrong";
        *ret_n = n;
        return NULL;
}
