/* Deposit addresses: paid by several, emptied soon after into one other.
 *
 * An exchange gives each customer an address of his own and sweeps what arrives there into its store.  So
 * the receipts of such an address come from different payers, and its spends go, nearly whole, to one
 * payee (Ermilov, Panov and Yanovich 2017 for Bitcoin; Victor 2020 for Ethereum).  A sweep may gather
 * several such addresses at once, so what counts is the share of the whole sweep that goes to that payee.
 */
#include "chain/pattern_inside.h"

#include <stdlib.h>

__extension__ typedef __int128 wide;

typedef struct sweep { uint32_t to; int64_t sat; em_id tx; } sweep;     /* one receipt passed on */

typedef struct address {
        uint32_t payee;
        em_id   *got;   size_t gots;
        sweep   *sweep; size_t sweeps;
        int64_t  received, spent;
        size_t   payers;
} address;

static int by_to(const void *a, const void *b)
{
        const sweep *x = a, *y = b;
        if (x->to != y->to)
                return x->to < y->to ? -1 : 1;
        return x->tx < y->tx ? -1 : x->tx > y->tx;
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

static bool nearly_all(const em_find *f, int64_t part, int64_t whole)
{
        return (wide)part * 100 >= (wide)whole * f->limits->deposit_percent;
}

/* The payee that gets most of tx's inputs, when that is nearly all; false: nobody does. */
static bool swept_to(const em_find *f, em_id tx, uint32_t *ret_to)
{
        int64_t in = 0, most = -1;
        if (!em_find_inputs(f, tx, &in))
                return false;
        for (em_id out = em_graph_first_out(f->g, tx); out < em_graph_first_out(f->g, tx + 1); out++)
                if (em_graph_value(f->g, out) > most) {
                        most = em_graph_value(f->g, out);
                        *ret_to = em_graph_payee(f->g, out);
                }
        return most > 0 && nearly_all(f, most, in);
}

/* What became of one receipt. */
static void follow(const em_find *f, address *a, em_id out)
{
        em_id in = em_graph_spender(f->g, out);
        int64_t sat = em_graph_value(f->g, out);
        uint32_t to = 0;
        a->received += sat;
        if (in == EM_ID_NONE)
                return;
        a->spent += sat;
        em_id tx = em_graph_tx_of_in(f->g, in);
        uint32_t from_s = em_find_time(f, em_graph_tx_of_out(f->g, out)), to_s = em_find_time(f, tx);
        if ((to_s <= from_s || to_s - from_s <= f->limits->deposit_within_s) && swept_to(f, tx, &to) && to != a->payee)
                a->sweep[a->sweeps++] = (sweep){ to, sat, tx };
}

/* Different payees among the inputs of what paid it, itself left out. */
static em_status count_payers(em_find *f, address *a, em_error *err)
{
        size_t most = 0, n = 0;
        for (size_t i = 0; i < a->gots; i++)
                most += em_find_ins(f, em_graph_tx_of_out(f->g, a->got[i]));
        uint32_t *payer = EM_NEW_N(f->scratch, uint32_t, most);
        if (!payer)
                return em_find_full(err);
        for (size_t i = 0; i < a->gots; i++) {
                em_id tx = em_graph_tx_of_out(f->g, a->got[i]);
                for (em_id in = em_graph_first_in(f->g, tx); in < em_graph_first_in(f->g, tx + 1); in++) {
                        em_id out = em_graph_spent(f->g, in);
                        if (out != EM_ID_NONE && em_graph_payee(f->g, out) != a->payee)
                                payer[n++] = em_graph_payee(f->g, out);
                }
        }
        if (n)
                qsort(payer, n, sizeof *payer, by_number);
        for (size_t i = 0; i < n; i++)
                a->payers += i == 0 || payer[i] != payer[i - 1];
        return EM_OK;
}

/* The payee that most was passed on to: the run of sweeps from..to. */
static int64_t main_sweep(const address *a, size_t *ret_from, size_t *ret_to)
{
        int64_t best = 0;
        if (a->sweeps)
                qsort(a->sweep, a->sweeps, sizeof *a->sweep, by_to);
        for (size_t i = 0, j; i < a->sweeps; i = j) {
                int64_t sum = 0;
                for (j = i; j < a->sweeps && a->sweep[j].to == a->sweep[i].to; j++)
                        sum += a->sweep[j].sat;
                if (sum > best) {
                        best = sum;
                        *ret_from = i;
                        *ret_to = j;
                }
        }
        return best;
}

static em_status add_deposit(em_find *f, const address *a, size_t from, size_t to, int64_t passed, em_error *err)
{
        em_id *tx = EM_NEW_N(f->arena, em_id, to - from), *out = EM_NEW_N(f->arena, em_id, a->gots);
        em_pattern p = { .kind = EM_PATTERN_DEPOSIT, .out = out, .outs = a->gots, .in_sat = a->received, .out_sat = passed,
                         .payee = a->payee, .to = a->sweep[from].to };
        if (!tx || !out)
                return em_find_full(err);
        memcpy(out, a->got, a->gots * sizeof *out);
        for (size_t i = from; i < to; i++)
                if (p.txs == 0 || tx[p.txs - 1] != a->sweep[i].tx)
                        tx[p.txs++] = a->sweep[i].tx;
        p.tx = tx;
        EM_TRY(em_str_format(f->arena, &p.reasons, err, "Paid %zu times by %zu addresses; %zu of the receipts were passed on to "
                             "one address within %u hours, in %zu %s that paid it nearly all.", a->gots, a->payers, to - from,
                             f->limits->deposit_within_s / 3600, p.txs, p.txs == 1 ? "transaction" : "transactions"));
        return em_find_add(f, p, err);
}

static em_status judge(em_find *f, uint32_t payee, em_error *err)
{
        address a = { .payee = payee };
        size_t from = 0, to = 0;
        EM_TRY(f->w->paid(f->w->ctx, payee, f->scratch, &a.got, &a.gots, err));
        if (a.gots < f->limits->deposit_receipts || a.gots > f->limits->deposit_most)
                return EM_OK;
        a.sweep = EM_NEW_N(f->scratch, sweep, a.gots);
        if (!a.sweep)
                return em_find_full(err);
        for (size_t i = 0; i < a.gots; i++)
                follow(f, &a, a.got[i]);
        int64_t passed = main_sweep(&a, &from, &to);
        if (to - from < f->limits->deposit_receipts || !nearly_all(f, passed, a.spent))
                return EM_OK;
        EM_TRY(count_payers(f, &a, err));
        return a.payers < f->limits->deposit_payers ? EM_OK : add_deposit(f, &a, from, to, passed, err);
}

em_status em_find_deposits(em_find *f, em_error *err)
{
        size_t n = 0;
        uint32_t *payee = malloc((f->set->outs + 1) * sizeof *payee);
        if (!payee)
                return em_find_full(err);
        for (size_t i = 0; i < f->set->outs; i++)
                if (!em_find_data(f, f->set->out[i]))
                        payee[n++] = em_graph_payee(f->g, f->set->out[i]);
        qsort(payee, n, sizeof *payee, by_number);
        em_status status = EM_OK;
        for (size_t i = 0; i < n && status == EM_OK; i++) {
                if (i && payee[i] == payee[i - 1])
                        continue;
                em_arena_reset(f->scratch);
                status = judge(f, payee[i], err);
        }
        free(payee);
        return status;
}
