/* Integers of 256 bits on four words, and their texts.
 *
 * Schoolbook multiplication; division of 512 bits by 256 one bit at a time (shift and
 * subtract, Knuth, The Art of Computer Programming 2, section 4.3.1, with base 2), save where
 * everything fits 128 bits and the machine divides itself: amounts nearly always do.
 */
#include "embargo/u256.h"

__extension__ typedef unsigned __int128 u128;

int em_u256_cmp(em_u256 a, em_u256 b)
{
        for (int i = 3; i >= 0; i--)
                if (a.w[i] != b.w[i])
                        return a.w[i] < b.w[i] ? -1 : 1;
        return 0;
}

bool em_u256_add(em_u256 a, em_u256 b, em_u256 *ret)
{
        uint64_t carry = 0;
        for (int i = 0; i < 4; i++) {
                u128 sum = (u128)a.w[i] + b.w[i] + carry;
                a.w[i] = (uint64_t)sum;
                carry = (uint64_t)(sum >> 64);
        }
        if (carry)
                return false;
        *ret = a;
        return true;
}

bool em_u256_sub(em_u256 a, em_u256 b, em_u256 *ret)
{
        uint64_t borrow = 0;
        for (int i = 0; i < 4; i++) {
                u128 rest = (u128)a.w[i] - b.w[i] - borrow;
                a.w[i] = (uint64_t)rest;
                borrow = (uint64_t)(rest >> 64) & 1;
        }
        if (borrow)
                return false;
        *ret = a;
        return true;
}

em_u256 em_u256_min(em_u256 a, em_u256 b)
{
        return em_u256_cmp(b, a) < 0 ? b : a;
}

static void mul_wide(em_u256 a, em_u256 b, uint64_t product[8])
{
        memset(product, 0, 8 * sizeof *product);
        for (int i = 0; i < 4; i++) {
                uint64_t carry = 0;
                for (int k = 0; k < 4; k++) {
                        u128 sum = (u128)a.w[i] * b.w[k] + product[i + k] + carry;
                        product[i + k] = (uint64_t)sum;
                        carry = (uint64_t)(sum >> 64);
                }
                product[i + 4] = carry;
        }
}

bool em_u256_mul(em_u256 a, em_u256 b, em_u256 *ret)
{
        uint64_t product[8];
        mul_wide(a, b, product);
        if (product[4] | product[5] | product[6] | product[7])
                return false;
        memcpy(ret->w, product, sizeof ret->w);
        return true;
}

/* The rest is below c throughout, so after doubling it is below 2c: one subtraction, with the
 * bit that left at the top counted in. */
static bool divide_bits(const uint64_t n[8], em_u256 c, em_u256 *ret, em_u256 *ret_rest)
{
        em_u256 rest = {{0}}, quotient = {{0}};
        for (int bit = 511; bit >= 0; bit--) {
                uint64_t top = rest.w[3] >> 63;
                for (int i = 3; i > 0; i--)
                        rest.w[i] = rest.w[i] << 1 | rest.w[i - 1] >> 63;
                rest.w[0] = rest.w[0] << 1 | (n[bit / 64] >> (bit % 64) & 1);
                if (!top && em_u256_cmp(rest, c) < 0)
                        continue;
                uint64_t borrow = 0;
                for (int i = 0; i < 4; i++) {
                        u128 less = (u128)rest.w[i] - c.w[i] - borrow;
                        rest.w[i] = (uint64_t)less;
                        borrow = (uint64_t)(less >> 64) & 1;
                }
                if (bit >= 256)
                        return false;
                quotient.w[bit / 64] |= (uint64_t)1 << (bit % 64);
        }
        *ret = quotient;
        *ret_rest = rest;
        return true;
}

static em_u256 of_u128(u128 n)
{
        return (em_u256){{(uint64_t)n, (uint64_t)(n >> 64), 0, 0}};
}

bool em_u256_muldiv(em_u256 a, em_u256 b, em_u256 c, em_u256 *ret, em_u256 *ret_rest)
{
        uint64_t product[8];
        if (em_u256_zero(c))
                return false;
        mul_wide(a, b, product);
        if (!(product[2] | product[3] | product[4] | product[5] | product[6] | product[7] | c.w[2] | c.w[3])) {
                u128 n = (u128)product[1] << 64 | product[0], by = (u128)c.w[1] << 64 | c.w[0];
                *ret = of_u128(n / by);
                *ret_rest = of_u128(n % by);
                return true;
        }
        return divide_bits(product, c, ret, ret_rest);
}

/* ---- texts ---- */

/* a * by + more, in place. */
static bool push_digit(em_u256 *a, uint64_t by, uint64_t more)
{
        uint64_t carry = more;
        em_u256 next;
        for (int i = 0; i < 4; i++) {
                u128 sum = (u128)a->w[i] * by + carry;
                next.w[i] = (uint64_t)sum;
                carry = (uint64_t)(sum >> 64);
        }
        if (carry)
                return false;
        *a = next;
        return true;
}

bool em_u256_parse(em_str digits, em_u256 *ret)
{
        em_u256 n = {{0}};
        if (digits.n == 0)
                return false;
        for (size_t i = 0; i < digits.n; i++)
                if (digits.p[i] < '0' || digits.p[i] > '9' || !push_digit(&n, 10, (uint64_t)(digits.p[i] - '0')))
                        return false;
        *ret = n;
        return true;
}

bool em_u256_parse_hex(em_str hex, em_u256 *ret)
{
        em_u256 n = {{0}};
        if (hex.n < 2 || hex.n > 66 || hex.p[0] != '0' || hex.p[1] != 'x')
                return false;
        for (size_t i = 2; i < hex.n; i++) {
                char c = hex.p[i];
                int  d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                       : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
                if (d < 0 || !push_digit(&n, 16, (uint64_t)d))
                        return false;
        }
        *ret = n;
        return true;
}

bool em_u256_parse_units(em_str text, unsigned decimals, em_u256 *ret)
{
        em_cut  cut = em_str_cut(text, '.');
        em_u256 n = {{0}};
        if (decimals > 77 || (cut.found && cut.tail.n == 0) || !em_u256_parse(cut.head, &n))
                return false;
        /* Zeros behind the last decimal say nothing, however many. */
        while (cut.tail.n > decimals && cut.tail.p[cut.tail.n - 1] == '0')
                cut.tail.n--;
        if (cut.tail.n > decimals)
                return false;
        for (size_t i = 0; i < decimals; i++) {
                char c = i < cut.tail.n ? cut.tail.p[i] : '0';
                if (c < '0' || c > '9' || !push_digit(&n, 10, (uint64_t)(c - '0')))
                        return false;
        }
        *ret = n;
        return true;
}

/* Digits of a into the end of text, which has room for 78; how many. */
static size_t digits_of(em_u256 a, char text[78])
{
        size_t n = 0;
        do {
                uint64_t rest = 0;
                for (int i = 3; i >= 0; i--) {
                        u128 part = (u128)rest << 64 | a.w[i];
                        a.w[i] = (uint64_t)(part / 10);
                        rest = (uint64_t)(part % 10);
                }
                text[77 - n++] = (char)('0' + rest);
        } while (!em_u256_zero(a));
        return n;
}

char *em_u256_text(em_u256 a, char out[EM_U256_TEXT])
{
        char   text[78];
        size_t n = digits_of(a, text);
        memcpy(out, text + 78 - n, n);
        out[n] = '\0';
        return out;
}

char *em_u256_units(em_u256 a, unsigned decimals, char sep, char out[2 * EM_U256_TEXT])
{
        char   text[78], *at = out;
        size_t n = digits_of(a, text), part = decimals <= 77 ? decimals : 0, end = 78;
        const char *digit = text + 78 - n;
        size_t whole = n > part ? n - part : 0;
        if (whole == 0)
                *at++ = '0';
        for (size_t i = 0; i < whole; i++) {
                if (sep && i > 0 && (whole - i) % 3 == 0)
                        *at++ = sep;
                *at++ = digit[i];
        }
        while (end > 78 - n + whole && text[end - 1] == '0')
                end--;
        if (end > 78 - n + whole) {
                *at++ = '.';
                for (size_t i = n; i < part; i++)
                        *at++ = '0';
                for (const char *p = digit + whole; p < text + end; p++)
                        *at++ = *p;
        }
        *at = '\0';
        return out;
}
