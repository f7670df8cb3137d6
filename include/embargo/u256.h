/* embargo/u256.h -- amounts of an account chain: unsigned integers of 256 bits.
 *
 * Wei and token units pass 64 bits every day and 128 in every decoy.  Little-endian words; every
 * operation is exact, and what does not fit is said, never wrapped.
 */
#ifndef EMBARGO_U256_H
#define EMBARGO_U256_H

#include "embargo/base.h"

typedef struct em_u256 { uint64_t w[4]; } em_u256;      /* w[0] lowest */

static inline em_u256 em_u256_of(uint64_t n) { return (em_u256){{n, 0, 0, 0}}; }
static inline bool em_u256_zero(em_u256 a) { return !(a.w[0] | a.w[1] | a.w[2] | a.w[3]); }
int  em_u256_cmp(em_u256 a, em_u256 b);                         /* -1 0 1 */
bool em_u256_add(em_u256 a, em_u256 b, em_u256 *ret);           /* false: over 256 bits */
bool em_u256_sub(em_u256 a, em_u256 b, em_u256 *ret);           /* false: below zero */
bool em_u256_mul(em_u256 a, em_u256 b, em_u256 *ret);           /* false: over 256 bits */
em_u256 em_u256_min(em_u256 a, em_u256 b);
/* floor(a * b / c) and what is left over, through 512 bits.  False: c is 0, or over 256 bits. */
bool em_u256_muldiv(em_u256 a, em_u256 b, em_u256 c, em_u256 *ret, em_u256 *ret_rest);

#define EM_U256_TEXT 80         /* bytes that any of the texts below needs, with its NUL */
/* Digits only; false: none, other bytes, or over 256 bits. */
bool  em_u256_parse(em_str digits, em_u256 *ret);
/* "0x", then 0 to 64 hex digits; "0x" is 0. */
bool  em_u256_parse_hex(em_str hex, em_u256 *ret);
/* "1.5" in units of 10^-decimals, exactly: "1.5" with 18 is 1500000000000000000.  Zeros at the end may be more than
 * `decimals` (0..77), other digits not; no sign, no exponent, no ".5".  False otherwise. */
bool  em_u256_parse_units(em_str text, unsigned decimals, em_u256 *ret);
char *em_u256_text(em_u256 a, char out[EM_U256_TEXT]);
/* a / 10^decimals exactly, without zeros at its end: "0.000000000000000001".  sep between thousands, 0 none.  Over 77
 * decimals are no decimals anybody meant: the number itself is written. */
char *em_u256_units(em_u256 a, unsigned decimals, char sep, char out[2 * EM_U256_TEXT]);

#endif
