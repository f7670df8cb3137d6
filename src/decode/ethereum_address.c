/* Addresses of account chains: 20 bytes behind three spellings.
 *
 * EIP-55: the case of each hex letter says one bit of the Keccak-256 of the lower-case digits, so
 * a mistyped address of mixed case shows.  Keccak-256 is SHA-3 as it was before FIPS 202 changed
 * the padding from 0x01 to 0x06; the permutation is the same and is nettle's.
 * TRON: base58check of the byte 0x41 and the 20 bytes.
 */
#include "embargo/ethereum.h"

#include "decode/bitcoin_text.h"

#include <nettle/sha3.h>

enum { RATE = SHA3_256_BLOCK_SIZE, TRON_BYTE = 0x41 };

static void absorb(struct sha3_state *state, const uint8_t block[RATE])
{
        for (size_t i = 0; i < RATE; i++)
                state->a[i / 8] ^= (uint64_t)block[i] << (8 * (i % 8));
        sha3_permute(state);
}

void em_keccak256(em_str bytes, uint8_t ret[32])
{
        struct sha3_state state = {{0}};
        uint8_t block[RATE];
        while (bytes.n >= RATE) {
                memcpy(block, bytes.p, RATE);
                absorb(&state, block);
                bytes = em_str_sub(bytes, RATE, bytes.n);
        }
        memset(block, 0, sizeof block);
        if (bytes.n)
                memcpy(block, bytes.p, bytes.n);
        block[bytes.n] = 0x01;
        block[RATE - 1] |= 0x80;
        absorb(&state, block);
        for (size_t i = 0; i < 32; i++)
                ret[i] = (uint8_t)(state.a[i / 8] >> (8 * (i % 8)));
}

static int hex_digit(char c)
{
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
             : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool em_eth_hex(em_str text, size_t n, uint8_t *ret)
{
        if (text.n != 2 + 2 * n || text.p[0] != '0' || text.p[1] != 'x')
                return false;
        for (size_t i = 0; i < n; i++) {
                int high = hex_digit(text.p[2 + 2 * i]), low = hex_digit(text.p[3 + 2 * i]);
                if (high < 0 || low < 0)
                        return false;
                ret[i] = (uint8_t)(high << 4 | low);
        }
        return true;
}

char *em_eth_address_text(const uint8_t address[20], char out[43])
{
        uint8_t sum[32];
        out[0] = '0';
        out[1] = 'x';
        for (size_t i = 0; i < 20; i++) {
                out[2 + 2 * i] = "0123456789abcdef"[address[i] >> 4];
                out[3 + 2 * i] = "0123456789abcdef"[address[i] & 15];
        }
        out[42] = '\0';
        em_keccak256((em_str){ out + 2, 40 }, sum);
        for (size_t i = 0; i < 40; i++)
                if (out[2 + i] >= 'a' && sum[i / 2] >> (i % 2 ? 3 : 7) & 1)
                        out[2 + i] = (char)(out[2 + i] - 'a' + 'A');
        return out;
}

/* Letters of both cases are a checksum (EIP-55); of one case they are none. */
static bool case_is_good(em_str text, const uint8_t address[20])
{
        char right[43];
        bool lower = false, upper = false;
        for (size_t i = 2; i < text.n; i++) {
                lower = lower || (text.p[i] >= 'a' && text.p[i] <= 'f');
                upper = upper || (text.p[i] >= 'A' && text.p[i] <= 'F');
        }
        return !lower || !upper || memcmp(em_eth_address_text(address, right), text.p, 42) == 0;
}

bool em_eth_address(em_str text, uint8_t ret[20])
{
        uint8_t address[20];
        if (!em_eth_hex(text, 20, address) || !case_is_good(text, address))
                return false;
        memcpy(ret, address, 20);
        return true;
}

bool em_tron_address(em_str text, uint8_t ret[20])
{
        uint8_t payload[64];
        size_t  n = 0;
        if (text.n != 34 || em_base58check_read(text, payload, &n) || n != 21 || payload[0] != TRON_BYTE)
                return false;
        memcpy(ret, payload + 1, 20);
        return true;
}

char *em_tron_address_text(const uint8_t address[20], char out[43])
{
        uint8_t payload[21] = { TRON_BYTE };
        char    text[90];
        memcpy(payload + 1, address, 20);
        em_base58check_write(payload, sizeof payload, text);
        memcpy(out, text, strlen(text) + 1);
        return out;
}

/* RLP of two short strings in a short list: each is its own byte, or 0x80 + length and the bytes
 * without zeros in front (Yellow Paper, appendix B). */
void em_eth_created(const uint8_t sender[20], uint64_t nonce, uint8_t ret[20])
{
        uint8_t list[32], sum[32];
        size_t  n = 22, bytes = 0;
        list[1] = 0x80 + 20;
        memcpy(list + 2, sender, 20);
        while (bytes < 8 && nonce >> (8 * bytes))
                bytes++;
        if (bytes != 1 || nonce >= 0x80)
                list[n++] = (uint8_t)(0x80 + bytes);
        while (bytes > 0)
                list[n++] = (uint8_t)(nonce >> (8 * --bytes));
        list[0] = (uint8_t)(0xc0 + n - 1);
        em_keccak256((em_str){ (const char *)list, n }, sum);
        memcpy(ret, sum + 12, 20);
}
