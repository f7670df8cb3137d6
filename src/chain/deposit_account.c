/* Deposit addresses, by what they do: gather a little, pass everything on to one account.
 *
 * The forwarding rule of Victor, "Address clustering heuristics for Ethereum" (Financial Cryptography 2020), with the
 * time and the share stated by the caller.  What stays in the address may be dust that sweeping would not
 * repay, so the share is a little under the whole.
 */
#include "embargo/pattern_account.h"

#include <stdlib.h>

const em_deposit_opts em_deposit_defaults = { .within_s = 86400, .permille = 950, .siblings = 1 };

typedef struct finding {
        const em_moves        *m;
        const em_deposit_opts *o;
        uint8_t    *kind;
        em_deposit *list;
        size_t      count, cap;
        uint32_t   *payer;              /* of the account in hand */
        size_t      payer_cap;
} finding;

static em_status keep(finding *f, em_deposit d, em_error *err)
{
        if (f->count == f->cap) {
                size_t cap = f->cap ? 2 * f->cap : 256;
                em_deposit *list = realloc(f->list, cap * sizeof *list);
                if (!list)
                        return em_fail(err, EM_NOMEM, "Out of memory while looking for deposit addresses.");
                f->list = list;
                f->cap = cap;
        }
        f->list[f->count++] = d;
        return EM_OK;
}

static int by_number(const void *a, const void *b)
{
        uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
        return x < y ? -1 : x > y;
}

/* One pass over the account's moves in one asset; false as soon as it does not fit. */
static bool walk(finding *f, em_deposit *d, size_t *payers)
{
        const em_moves *m = f->m;
        uint32_t waiting_s = 0;         /* the time of the oldest arrival that was not swept */
        bool waiting = false;
        for (uint64_t at = m->of_first[d->account]; at < m->of_first[d->account + 1]; at++) {
                const em_move *v = &m->move[m->of[at]];
                em_u256 x = em_move_amount(m, v);
                uint32_t time_s = em_move_time(m, v);
                if (v->asset != d->asset || v->from == v->to || v->decoy || em_u256_zero(x)
                    || (m->tx[v->tx].failed == 1 && v->kind != EM_MOVE_GAS))
                        continue;
                if (v->to == d->account) {
                        if (v->from != d->hot)
                                f->payer[(*payers)++] = v->from;
                        d->arrivals++;
                        waiting_s = waiting ? waiting_s : time_s;
                        waiting = true;
                        if (!em_u256_add(d->in, x, &d->in))
                                return false;
                        continue;
                }
                if (v->kind == EM_MOVE_GAS) {
                        if (!em_u256_add(d->gas, x, &d->gas))
                                return false;
                        continue;
                }
                if ((d->sweeps && v->to != d->hot) || v->to == 0 || !em_u256_add(d->out, x, &d->out))
                        return false;
                d->hot = v->to;
                d->sweeps++;
                d->last_sweep = m->of[at];
                if (waiting && time_s > waiting_s && time_s - waiting_s > d->slowest_s)
                        d->slowest_s = time_s - waiting_s;
                waiting = false;
        }
        return d->sweeps > 0 && d->arrivals > 0 && d->slowest_s <= f->o->within_s;
}

/* Whether what went on, gas with it, is the stated share of what came in. */
static bool passed_on(const finding *f, const em_deposit *d)
{
        em_u256 went, share, rest;
        if (!em_u256_add(d->out, d->gas, &went) || !em_u256_muldiv(d->in, em_u256_of(f->o->permille), em_u256_of(1000), &share, &rest))
                return false;
        return em_u256_cmp(went, share) >= 0 && em_u256_cmp(d->out, d->in) <= 0;
}

static em_status look(finding *f, uint32_t account, uint32_t asset, em_error *err)
{
        em_deposit d = { .account = account, .asset = asset };
        size_t payers = 0;
        if (!walk(f, &d, &payers) || !passed_on(f, &d))
                return EM_OK;
        qsort(f->payer, payers, sizeof *f->payer, by_number);
        for (size_t i = 0; i < payers; i++)
                d.payers += f->payer[i] != d.hot && (i == 0 || f->payer[i] != f->payer[i - 1]);
        return d.payers ? keep(f, d, err) : EM_OK;
}

/* Each asset that the account ever passed on. */
static em_status look_all(finding *f, uint32_t account, em_error *err)
{
        const em_moves *m = f->m;
        uint64_t first = m->of_first[account], end = m->of_first[account + 1];
        uint32_t seen[8];
        size_t assets = 0;
        if (end - first > f->payer_cap) {
                uint32_t *more = realloc(f->payer, 2 * (size_t)(end - first) * sizeof *more);
                if (!more)
                        return em_fail(err, EM_NOMEM, "Out of memory while looking for deposit addresses.");
                f->payer = more;
                f->payer_cap = 2 * (size_t)(end - first);
        }
        for (uint64_t at = first; at < end; at++) {
                const em_move *v = &m->move[m->of[at]];
                bool known = false;
                if (v->from != account || v->kind == EM_MOVE_GAS || v->decoy)
                        continue;
                for (size_t i = 0; i < assets; i++)
                        known = known || seen[i] == v->asset;
                if (known)
                        continue;
                if (assets == sizeof seen / sizeof *seen)       /* a wallet, not a letter box */
                        return EM_OK;
                seen[assets++] = v->asset;
        }
        for (size_t i = 0; i < assets; i++)
                EM_TRY(look(f, account, seen[i], err));
        return EM_OK;
}

/* ---- siblings ---- */

static int by_hot(const void *a, const void *b)
{
        const em_deposit *x = a, *y = b;
        if (x->hot != y->hot)
                return x->hot < y->hot ? -1 : 1;
        return x->asset < y->asset ? -1 : x->asset > y->asset;
}

static int by_account(const void *a, const void *b)
{
        const em_deposit *x = a, *y = b;
        if (x->account != y->account)
                return x->account < y->account ? -1 : 1;
        return x->asset < y->asset ? -1 : x->asset > y->asset;
}

static void count_siblings(finding *f)
{
        size_t kept = 0;
        if (f->count)
                qsort(f->list, f->count, sizeof *f->list, by_hot);
        for (size_t i = 0, end; i < f->count; i = end) {
                for (end = i; end < f->count && by_hot(&f->list[i], &f->list[end]) == 0; end++) {}
                uint32_t siblings = (uint32_t)(end - i - 1);
                for (size_t k = i; k < end && siblings >= f->o->siblings; k++) {
                        f->list[kept] = f->list[k];
                        f->list[kept++].siblings = siblings;
                }
        }
        f->count = kept;
        if (kept)
                qsort(f->list, kept, sizeof *f->list, by_account);
}

em_status em_deposits_find(const em_moves *m, const em_deposit_opts *opts, em_deposit **ret_list, size_t *ret_count,
                           em_error *err)
{
        finding f = { .m = m, .o = opts ? opts : &em_deposit_defaults, .kind = malloc(m->accounts + 1) };
        em_status s = f.kind ? em_accounts_kinds(m, f.kind, err)
                             : em_fail(err, EM_NOMEM, "Out of memory while looking for deposit addresses.");
        for (uint32_t a = 1; s == EM_OK && a < m->accounts; a++)
                if (f.kind[a] != EM_ACCOUNT_CONTRACT)
                        s = look_all(&f, a, err);
        if (s == EM_OK) {
                count_siblings(&f);
                *ret_list = f.list;
                *ret_count = f.count;
                f.list = NULL;
        }
        free(f.list);
        free(f.kind);
        free(f.payer);
        return s;
}
