/* Who paid an account's first gas.
 *
 * A new key has nothing to pay gas with, and the first hand that gave it some is seldom a stranger's: eighteen
 * wallets of the Ronin theft of 2022 lead back to one.  An exchange, a mixer, a bridge or a contract (a faucet, an airdrop)
 * pays everybody's first gas, so there the group says nothing, and that is said with it.
 */
#include "embargo/pattern_account.h"

#include <stdlib.h>

struct em_funders {
        em_funding      *funding;
        em_funder_group *group;
        size_t           fundings, groups;
};

const char *em_funder_void_words(em_funder_void v)
{
        static const char *const words[] = {
                [EM_FUNDER_STANDS] = "may be one owner's",
                [EM_FUNDER_SERVICE] = "void: the funder is labelled as a service",
                [EM_FUNDER_CONTRACT] = "void: the funder is a contract",
                [EM_FUNDER_PROTOCOL] = "void: the protocol itself paid",
        };
        em_assert((size_t)v < sizeof words / sizeof *words);
        return words[v];
}

/* The first coins that came to an account before it first sent a transaction, or UINT64_MAX. */
static uint64_t first_coins(const em_moves *m, uint32_t account)
{
        for (uint64_t at = m->of_first[account]; at < m->of_first[account + 1]; at++) {
                const em_move *v = &m->move[m->of[at]];
                if (m->tx[v->tx].sender == account)
                        return UINT64_MAX;      /* it could pay before: what gave it that is not in the files */
                if (v->to == account && v->asset == 0 && v->from != account && v->kind != EM_MOVE_GAS
                    && m->tx[v->tx].failed != 1 && !v->decoy && !em_u256_zero(em_move_amount(m, v)))
                        return m->of[at];
        }
        return UINT64_MAX;
}

static int by_funder(const void *a, const void *b)
{
        const em_funding *x = a, *y = b;
        if (x->funder != y->funder)
                return x->funder < y->funder ? -1 : 1;
        return x->move < y->move ? -1 : x->move > y->move;
}

static em_funder_void judge(const em_funder_opts *o, const uint8_t *kind, uint32_t funder)
{
        if (funder == 0)
                return EM_FUNDER_PROTOCOL;
        if (o->service && o->service(o->ctx, funder))
                return EM_FUNDER_SERVICE;
        return kind[funder] == EM_ACCOUNT_CONTRACT ? EM_FUNDER_CONTRACT : EM_FUNDER_STANDS;
}

static void group(em_funders *f, const em_funder_opts *o, const uint8_t *kind)
{
        uint32_t least = o->least ? o->least : 2;
        if (f->fundings)
                qsort(f->funding, f->fundings, sizeof *f->funding, by_funder);
        for (size_t i = 0, end; i < f->fundings; i = end) {
                uint32_t funder = f->funding[i].funder;
                for (end = i; end < f->fundings && f->funding[end].funder == funder; end++) {}
                if (end - i >= least)
                        f->group[f->groups++] = (em_funder_group){ funder, judge(o, kind, funder), &f->funding[i], end - i };
        }
}

em_status em_funders_find(const em_moves *m, const em_funder_opts *opts, em_funders **ret_funders, em_error *err)
{
        static const em_funder_opts usual = { .least = 2 };
        em_funders *f = calloc(1, sizeof *f);
        uint8_t *kind = malloc(m->accounts + 1);
        em_status s = f && kind ? em_accounts_kinds(m, kind, err)
                                : em_fail(err, EM_NOMEM, "Out of memory while looking for funders.");
        if (s == EM_OK) {
                f->funding = calloc(m->accounts + 1, sizeof *f->funding);
                f->group = calloc(m->accounts + 1, sizeof *f->group);
                if (!f->funding || !f->group)
                        s = em_fail(err, EM_NOMEM, "Out of memory while looking for funders.");
        }
        for (uint32_t a = 1; s == EM_OK && a < m->accounts; a++) {
                uint64_t move = kind[a] == EM_ACCOUNT_OWNED ? first_coins(m, a) : UINT64_MAX;
                if (move != UINT64_MAX)
                        f->funding[f->fundings++] = (em_funding){ a, m->move[move].from, move };
        }
        if (s == EM_OK) {
                group(f, opts ? opts : &usual, kind);
                *ret_funders = f;
                f = NULL;
        }
        free(kind);
        em_funders_free(f);
        return s;
}

em_funders *em_funders_free(em_funders *f)
{
        if (f) {
                free(f->funding);
                free(f->group);
                free(f);
        }
        return NULL;
}

size_t em_funders_count(const em_funders *f)
{
        return f->groups;
}

const em_funder_group *em_funders_at(const em_funders *f, size_t i)
{
        em_assert(i < f->groups);
        return &f->group[i];
}
