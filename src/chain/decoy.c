/* Which moves nobody who held the coins made: token logs of amount 0, which a contract writes for any
 * two accounts without asking either (address poisoning).
 */
#include "embargo/moves.h"

em_status em_decoys_judge(const em_moves *m, uint8_t *ret_decoy, em_error *err)
{
        (void)err;
        for (uint64_t i = 0; i < m->moves; i++)
                ret_decoy[i] = m->move[i].kind == EM_MOVE_TOKEN && em_u256_zero(em_move_amount(m, &m->move[i]))
                                       ? EM_DECOY_ZERO : EM_DECOY_NONE;
        return EM_OK;
}
