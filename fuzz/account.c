/* Any bytes are an amount and an address or they are not; what was read writes back to a text that
 * reads to the same.
 */
#include "embargo/moves.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void amounts(em_str s)
{
        em_u256  n = {{0}}, again = {{0}};
        char     text[2 * EM_U256_TEXT];
        unsigned decimals = s.n ? (unsigned char)s.p[0] % 80 : 0;
        if (em_u256_parse(s, &n)) {
                em_assert(em_u256_parse(em_str_c(em_u256_text(n, text)), &again) && em_u256_cmp(n, again) == 0);
                em_assert(decimals > 77 || (em_u256_parse_units(em_str_c(em_u256_units(n, decimals, 0, text)),
                                                                decimals, &again) && em_u256_cmp(n, again) == 0));
        }
        if (em_u256_parse_hex(s, &n))
                em_assert(s.n >= 2 && s.n <= 66);
        if (em_u256_parse_units(em_str_sub(s, 1, s.n), decimals, &n))
                em_assert(em_u256_parse_units(em_str_c(em_u256_units(n, decimals, 0, text)), decimals, &again) &&
                          em_u256_cmp(n, again) == 0);
}

static void divide(const uint8_t *data)
{
        em_u256 a, b, c, q = {{0}}, r = {{0}};
        memcpy(&a, data, sizeof a);
        memcpy(&b, data + sizeof a, sizeof b);
        memcpy(&c, data + 2 * sizeof a, sizeof c);
        if (em_u256_muldiv(a, b, c, &q, &r)) {
                em_u256 left, right;
                em_assert(em_u256_cmp(r, c) < 0);
                if (em_u256_mul(a, b, &left))
                        em_assert(em_u256_mul(q, c, &right) && em_u256_add(right, r, &right) &&
                                  em_u256_cmp(left, right) == 0);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_account account, again;
        em_moves   tron = { .network = "tron" };
        char      *exact = malloc(size ? size : 1), text[EM_ACCOUNT_TEXT];
        if (!exact)
                abort();
        if (size)
                memcpy(exact, data, size);
        em_str s = { exact, size };
        amounts(s);
        if (size >= 96)
                divide(data);
        if (em_account_parse(s, &account)) {
                em_assert(em_account_parse(em_str_c(em_account_text(NULL, account, text)), &again));
                em_assert(memcmp(account.b, again.b, 20) == 0);
                em_assert(em_account_parse(em_str_c(em_account_text(&tron, account, text)), &again));
                em_assert(memcmp(account.b, again.b, 20) == 0);
        }
        free(exact);
        return 0;
}
