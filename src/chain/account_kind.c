/* Keys and contracts told apart by what the files show, since exports seldom hold code.
 *
 * Only a key signs a transaction; only code pays in an internal call, emits a log or is a token.  An account that
 * has done both (a key with delegated code, EIP-7702) is its key's.
 */
#include "embargo/pattern_account.h"

#include <stdlib.h>

static int by_address(const void *a, const void *b)
{
        return memcmp(a, b, sizeof(em_account));
}

/* The tokens themselves. */
static em_status mark_tokens(const em_moves *m, uint8_t *kind, em_error *err)
{
        em_account *sorted = malloc((m->assets + 1) * sizeof *sorted);
        if (!sorted)
                return em_fail(err, EM_NOMEM, "Out of memory for %llu assets.", (unsigned long long)m->assets);
        for (uint64_t i = 0; i < m->assets; i++)
                sorted[i] = m->asset[i].contract;
        qsort(sorted, m->assets, sizeof *sorted, by_address);
        for (uint64_t i = 1; i < m->accounts; i++)
                if (bsearch(&m->account[i], sorted, m->assets, sizeof *sorted, by_address))
                        kind[i] = EM_ACCOUNT_CONTRACT;
        free(sorted);
        return EM_OK;
}

em_status em_accounts_kinds(const em_moves *m, uint8_t *ret_kind, em_error *err)
{
        memset(ret_kind, EM_ACCOUNT_UNKNOWN, m->accounts);
        EM_TRY(mark_tokens(m, ret_kind, err));
        for (uint64_t i = 0; i < m->moves; i++) {
                const em_move *v = &m->move[i];
                uint32_t called = m->tx[v->tx].to;
                if (v->kind == EM_MOVE_INTERNAL)
                        ret_kind[v->from] = EM_ACCOUNT_CONTRACT;
                if (v->kind == EM_MOVE_TOKEN && called < m->accounts)
                        ret_kind[called] = EM_ACCOUNT_CONTRACT;
        }
        for (uint64_t t = 0; t < m->txs; t++)
                if (m->tx[t].sender < m->accounts)
                        ret_kind[m->tx[t].sender] = EM_ACCOUNT_OWNED;
        return EM_OK;
}
