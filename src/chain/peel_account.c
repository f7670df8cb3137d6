/* Peel chains between accounts: fresh accounts in a row, each of which pays a little off and passes the rest on.
 *
 * On Bitcoin the shape comes with change and is described in Meiklejohn et al., "A fistful of bitcoins" (IMC 2013).  An account
 * needs no change, so here only a row of accounts that were used once each is one: a wallet that pays many from
 * one address is not.
 */
#include "embargo/pattern_account.h"

#include <stdlib.h>

enum { LOOKED_AT = 64 };        /* moves of one account; more, and it is not one that was used once */

const em_peel_opts em_peel_defaults = { .steps = 3, .permille = 950 };

struct em_peels {
        em_peel      *peel;
        em_peel_step *step;             /* of all, one after the other */
        size_t        peels, peel_cap, steps, step_cap;
};

static bool counts(const em_moves *m, const em_move *v)
{
        return v->kind != EM_MOVE_GAS && !v->decoy && v->from != v->to && m->tx[v->tx].failed != 1
               && !em_u256_zero(em_move_amount(m, v));
}

/* Whether off, on and the gas are the stated share of what came in. */
static bool went_on(const em_moves *m, const em_peel_opts *o, const em_peel_step *s, em_u256 gas)
{
        em_u256 in = em_move_amount(m, &m->move[s->in]), went, share, rest;
        return em_u256_add(em_move_amount(m, &m->move[s->off]), em_move_amount(m, &m->move[s->on]), &went)
               && em_u256_cmp(went, in) <= 0 && em_u256_add(went, gas, &went)
               && em_u256_muldiv(in, em_u256_of(o->permille), em_u256_of(1000), &share, &rest)
               && em_u256_cmp(went, share) >= 0;
}

/* Whether the receiver of a move peels what it brought. */
static bool is_step(const em_moves *m, const em_peel_opts *o, uint64_t in, em_peel_step *ret)
{
        const em_move *first = &m->move[in];
        uint32_t       account = first->to;
        uint64_t       out[2];
        size_t         outs = 0;
        em_u256        gas = em_u256_of(0);
        if (!account || !counts(m, first) || m->of_first[account + 1] - m->of_first[account] > LOOKED_AT)
                return false;
        for (uint64_t at = m->of_first[account]; at < m->of_first[account + 1]; at++) {
                uint64_t       i = m->of[at];
                const em_move *v = &m->move[i];
                if (v->asset != first->asset || i == in)
                        continue;
                if (v->kind == EM_MOVE_GAS && v->from == account && !em_u256_add(gas, em_move_amount(m, v), &gas))
                        return false;
                if (!counts(m, v))
                        continue;
                if (v->to == account || i < in || outs == 2 || v->to == 0)
                        return false;
                out[outs++] = i;
        }
        if (outs != 2 || m->move[out[0]].to == m->move[out[1]].to)
                return false;
        int by = em_u256_cmp(em_move_amount(m, &m->move[out[0]]), em_move_amount(m, &m->move[out[1]]));
        *ret = (em_peel_step){ account, in, out[by > 0], out[by < 0] };
        return by != 0 && went_on(m, o, ret, gas);
}

static em_status keep_step(em_peels *p, em_peel_step step, em_error *err)
{
        if (p->steps == p->step_cap) {
                size_t        cap = p->step_cap ? 2 * p->step_cap : 256;
                em_peel_step *more = realloc(p->step, cap * sizeof *more);
                if (!more)
                        return em_fail(err, EM_NOMEM, "Out of memory while looking for peel chains.");
                p->step = more;
                p->step_cap = cap;
        }
        p->step[p->steps++] = step;
        return EM_OK;
}

static em_status keep_peel(em_peels *p, em_peel peel, em_error *err)
{
        if (p->peels == p->peel_cap) {
                size_t   cap = p->peel_cap ? 2 * p->peel_cap : 64;
                em_peel *more = realloc(p->peel, cap * sizeof *more);
                if (!more)
                        return em_fail(err, EM_NOMEM, "Out of memory while looking for peel chains.");
                p->peel = more;
                p->peel_cap = cap;
        }
        p->peel[p->peels++] = peel;
        return EM_OK;
}

/* The chain that begins with a move, unless it goes on from one that was seen. */
static em_status follow(em_peels *p, const em_moves *m, const em_peel_opts *o, uint8_t *inner, uint64_t from, em_error *err)
{
        size_t       first = p->steps;
        em_peel_step step;
        for (uint64_t in = from; is_step(m, o, in, &step); in = step.on) {
                EM_TRY(keep_step(p, step, err));
                inner[step.on] = 1;
        }
        if (p->steps - first < o->steps) {
                p->steps = first;
                return EM_OK;
        }
        return keep_peel(p, (em_peel){ .asset = m->move[from].asset, .steps = p->steps - first }, err);
}

em_status em_peels_find(const em_moves *m, const em_peel_opts *opts, em_peels **ret_peels, em_error *err)
{
        const em_peel_opts *o = opts ? opts : &em_peel_defaults;
        em_peels           *p = calloc(1, sizeof *p);
        uint8_t            *inner = calloc(m->moves + 1, 1);
        em_status           s = p && inner ? EM_OK : em_fail(err, EM_NOMEM, "Out of memory while looking for peel chains.");
        for (uint64_t i = 0; s == EM_OK && i < m->moves; i++)
                if (!inner[i])
                        s = follow(p, m, o, inner, i, err);
        free(inner);
        if (s != EM_OK) {
                em_peels_free(p);
                return s;
        }
        for (size_t i = 0, at = 0; i < p->peels; at += p->peel[i++].steps)
                p->peel[i].step = p->step + at;         /* steps of chains that were dropped have been written over */
        *ret_peels = p;
        return EM_OK;
}

em_peels *em_peels_free(em_peels *p)
{
        if (p) {
                free(p->peel);
                free(p->step);
                free(p);
        }
        return NULL;
}

size_t em_peels_count(const em_peels *p) { return p->peels; }

const em_peel *em_peels_at(const em_peels *p, size_t i)
{
        em_assert(i < p->peels);
        return &p->peel[i];
}
