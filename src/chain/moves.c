/* Names, amounts and spellings of what moves.h's arrays hold. */
#include "embargo/moves.h"

#include "embargo/ethereum.h"

const char *em_move_kind_name(em_move_kind kind)
{
        static const char *const names[EM_MOVE_KINDS] = {
                "gas", "native", "internal", "token", "reward", "withdrawal", "genesis",
        };
        em_assert((unsigned)kind < EM_MOVE_KINDS);
        return names[kind];
}

const char *em_decoy_name(em_decoy decoy)
{
        static const char *const names[EM_DECOYS] = { "none", "zero", "spoofed", "lookalike", "dust" };
        em_assert((unsigned)decoy < EM_DECOYS);
        return names[decoy];
}

em_u256 em_move_amount(const em_moves *m, const em_move *move)
{
        if (!move->wide)
                return (em_u256){{move->low, move->high, 0, 0}};
        em_assert(move->low < m->wides);
        return m->wide[move->low];
}

uint32_t em_move_time(const em_moves *m, const em_move *move)
{
        em_assert(move->tx < m->txs);
        return m->block[m->tx[move->tx].block].time_s;
}

bool em_account_parse(em_str text, em_account *ret)
{
        return em_eth_address(text, ret->b) || em_tron_address(text, ret->b);
}

char *em_account_text(const em_moves *m, em_account account, char out[EM_ACCOUNT_TEXT])
{
        if (m && m->network && strcmp(m->network, "tron") == 0)
                return em_tron_address_text(account.b, out);
        return em_eth_address_text(account.b, out);
}

bool em_account_lookalike(em_account a, em_account b)
{
        return memcmp(a.b, b.b, 3) == 0 && memcmp(a.b + 18, b.b + 18, 2) == 0 && memcmp(a.b, b.b, 20) != 0;
}
