/* The three alphabets that Bitcoin addresses are written in.  Readers return NULL when
 * the text is good, otherwise what is wrong with it. */
#ifndef EMBARGO_DECODE_BITCOIN_TEXT_H
#define EMBARGO_DECODE_BITCOIN_TEXT_H

#include "embargo/base.h"

/* base58 with four bytes of double SHA-256: payload n <= 60 bytes, out takes 90. */
#define EM_BASE58_MOST ((size_t)64)
char       *em_base58_write(const uint8_t *bytes, size_t n, char *out);
const char *em_base58_read(em_str text, uint8_t bytes[64], size_t *ret_n);
char       *em_base58check_write(const uint8_t *payload, size_t n, char *out);
const char *em_base58check_read(em_str text, uint8_t payload[64], size_t *ret_n);

/* BIP 173 and 350.  Data are five-bit groups without the checksum. */
#define EM_BECH32_CONSTANT  UINT32_C(1)
#define EM_BECH32M_CONSTANT UINT32_C(0x2bc830a3)
const char *em_bech32_read(em_str text, char hrp[84], uint8_t data[84], size_t *ret_n,
                           uint32_t *ret_constant);
const char *em_segwit_read(em_str text, const char *hrp, uint8_t program[40], size_t *ret_n,
                           unsigned *ret_version);
/* out takes 91 bytes when hrp has at most 16. */
char *em_segwit_write(const char *hrp, unsigned version, const uint8_t *program, size_t n,
                      char *out);

/* The cashaddr specification of Bitcoin Cash; its digits are bech32's.  out takes 128. */
const char *em_cashaddr_read(em_str text, const char *prefix, uint8_t hash[64], size_t *ret_n,
                             unsigned *ret_type);
char *em_cashaddr_write(const char *prefix, unsigned type, const uint8_t *hash, size_t n,
                        char *out);

/* Shared by the last two: a digit's value or -1; n groups of `from` bits to groups of `to`. */
extern const char em_bech32_digits[33];
int  em_bech32_digit(char c);
/* Padding up with zeros, or refusing four bits or more and any that are not zero. */
bool em_bits_regroup(const uint8_t *in, size_t n, unsigned from, unsigned to, bool pad,
                     uint8_t *out, size_t *ret_n);

#endif
