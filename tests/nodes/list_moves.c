/* list_moves DIR   every transfer in an index of an account chain, one a line:
 *
 *     BLOCK TIME TX KIND FROM TO ASSET AMOUNT FAILED
 *
 * ASSET is a contract or "-" for the chain's own coin.  tests/nodes/ethereum.t compares.
 */
#include "embargo/moves.h"

#include <inttypes.h>
#include <stdio.h>

static void put(const em_moves *m, uint64_t i)
{
        const em_move    *move = &m->move[i];
        const em_move_tx *tx = &m->tx[move->tx];
        char              from[EM_ACCOUNT_TEXT], to[EM_ACCOUNT_TEXT], asset[EM_ACCOUNT_TEXT] = "-", amount[EM_U256_TEXT];
        printf("%" PRIu64 " %" PRIu32 " 0x", m->block[tx->block].number, em_move_time(m, move));
        for (size_t k = 0; k < sizeof tx->hash; k++)
                printf("%02x", tx->hash[k]);
        if (move->asset)
                em_account_text(m, m->asset[move->asset].contract, asset);
        printf(" %s %s %s %s %s %u\n", em_move_kind_name((em_move_kind)move->kind),
               em_account_text(m, m->account[move->from], from), em_account_text(m, m->account[move->to], to), asset,
               em_u256_text(em_move_amount(m, move), amount), tx->failed);
}

int main(int argc, char **argv)
{
        em_error        err = {0};
        char            text[1200];
        em_moves_index *index = NULL;
        if (argc != 2)
                return 2;
        if (em_moves_open(em_str_c(argv[1]), &index, &err) != EM_OK) {
                fprintf(stderr, "list_moves: %s\n", em_error_text(&err, text, sizeof text));
                return 1;
        }
        const em_moves *m = em_moves_view(index);
        for (uint64_t i = 0; i < m->moves; i++)
                put(m, i);
        em_moves_close(index);
        return 0;
}
