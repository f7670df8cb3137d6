/* Peel chains, followed by fingerprint.
 *
 * Kappos, Yousaf, Stuetz, Rollet, Haslhofer and Meiklejohn, How to Peel a Million (USENIX Security 2022): a wallet
 * makes its transactions alike, so of two outputs the change is the one whose spend has the features of the transaction
 * that made it (version, locktime, replaceability, witnesses, types of scripts).  The shape is BlockSci's: one input,
 * two outputs.  Where no features tell, the larger output goes on, as in the chains of the first reports on
 * peeling (Meiklejohn and others, A Fistful of Bitcoins, 2013).
 */
#include "chain/pattern_inside.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- fingerprints ---- */

char *em_print_parts(uint32_t parts, char out[80])
{
        static const char *const names[] = { "version", "locktime", "RBF", "segwit", "input scripts", "output scripts" };
        size_t n = 0;
        out[0] = '\0';
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
                if (parts >> i & 1)
                        n += (size_t)snprintf(out + n, 80 - n, "%s%s", n ? ", " : "", names[i]);
        return out;
}

static em_print print_of(const em_find *f, em_id tx)
{
        em_print p = { 0 };
        if (!f->w->print || !f->w->print(f->w->ctx, tx, &p))
                p = (em_print){ 0 };
        p.in_kinds = p.out_kinds = 0;
        for (em_id in = em_graph_first_in(f->g, tx); in < em_graph_first_in(f->g, tx + 1); in++) {
                em_id out = em_graph_spent(f->g, in);
                if (out != EM_ID_NONE)
                        p.in_kinds |= (uint16_t)(1u << f->w->script(f->w->ctx, em_graph_payee(f->g, out)));
        }
        for (em_id out = em_graph_first_out(f->g, tx); out < em_graph_first_out(f->g, tx + 1); out++)
                p.out_kinds |= (uint16_t)(1u << f->w->script(f->w->ctx, em_graph_payee(f->g, out)));
        return p;
}

static uint32_t compare(const em_print *a, const em_print *b, uint32_t *ret_agreed)
{
        uint32_t compared = EM_PRINT_IN_KINDS | EM_PRINT_OUT_KINDS;
        uint32_t agreed = (a->in_kinds == b->in_kinds ? EM_PRINT_IN_KINDS : 0)
                          | (a->out_kinds == b->out_kinds ? EM_PRINT_OUT_KINDS : 0);
        if (a->raw && b->raw) {
                compared |= EM_PRINT_VERSION | EM_PRINT_LOCKTIME | EM_PRINT_RBF | EM_PRINT_SEGWIT;
                agreed |= (a->version == b->version ? EM_PRINT_VERSION : 0)
                          | (a->locktime == b->locktime ? EM_PRINT_LOCKTIME : 0)
                          | (a->rbf == b->rbf ? EM_PRINT_RBF : 0) | (a->segwit == b->segwit ? EM_PRINT_SEGWIT : 0);
        }
        *ret_agreed = agreed;
        return compared;
}

/* ---- one step ---- */

/* The two outputs of a peel-shaped transaction: one known input, two outputs to somebody. */
static bool is_peel(const em_find *f, em_id tx, em_id ret_out[2])
{
        int64_t sat;
        size_t n = 0;
        if (em_find_ins(f, tx) != 1 || em_find_outs(f, tx) > 3 || !em_find_inputs(f, tx, &sat))
                return false;
        for (em_id out = em_graph_first_out(f->g, tx); out < em_graph_first_out(f->g, tx + 1); out++) {
                if (em_find_data(f, out))
                        continue;
                if (n == 2)
                        return false;
                ret_out[n++] = out;
        }
        return n == 2;
}

static bool in_reach(const em_find *f, em_id tx)
{
        return f->set->beyond || em_find_has_tx(f, tx);
}

typedef struct step { em_id on, off, next; uint32_t compared, agreed; } step;

/* Which output of tx goes on, and into which transaction; next is EM_ID_NONE where the chain ends. */
static step step_from(const em_find *f, em_id tx, const em_id out[2])
{
        em_print mine = print_of(f, tx);
        bool second = em_graph_value(f->g, out[1]) > em_graph_value(f->g, out[0]);
        step best = { out[second], out[!second], EM_ID_NONE, 0, 0 };
        for (size_t i = 0; i < 2; i++) {
                size_t k = i ^ second;          /* the larger first, so that it wins among equals */
                em_id in = em_graph_spender(f->g, out[k]), pair[2];
                if (in == EM_ID_NONE)
                        continue;
                em_id next = em_graph_tx_of_in(f->g, in);
                if (!in_reach(f, next) || !is_peel(f, next, pair))
                        continue;
                em_print theirs = print_of(f, next);
                uint32_t agreed, compared = compare(&mine, &theirs, &agreed);
                if (__builtin_popcount(compared & ~agreed) > (int)f->limits->peel_differ)
                        continue;
                if (best.next == EM_ID_NONE || __builtin_popcount(agreed) > __builtin_popcount(best.agreed))
                        best = (step){ out[k], out[!k], next, compared, agreed };
        }
        return best;
}

/* The transaction before tx in its chain, or EM_ID_NONE. */
static em_id before(const em_find *f, em_id tx)
{
        em_id spent = em_graph_spent(f->g, em_graph_first_in(f->g, tx)), pair[2];
        em_id made = em_graph_tx_of_out(f->g, spent);
        if (!in_reach(f, made) || !is_peel(f, made, pair))
                return EM_ID_NONE;
        return step_from(f, made, pair).next == tx ? made : EM_ID_NONE;
}

/* ---- a chain ---- */

typedef struct chain { em_pattern_hop *hop; em_id *tx, *off; size_t hops; } chain;

static bool room(em_find *f, chain *c, size_t hops)
{
        c->hop = EM_NEW_N(f->arena, em_pattern_hop, hops);
        c->tx = EM_NEW_N(f->arena, em_id, hops);
        c->off = EM_NEW_N(f->arena, em_id, hops);
        return c->hop && c->tx && c->off;
}

static size_t length(const em_find *f, em_id tx)
{
        size_t n = 0;
        em_id out[2];
        while (tx != EM_ID_NONE && n < f->limits->peel_most && is_peel(f, tx, out)) {
                tx = step_from(f, tx, out).next;
                n++;
        }
        return n;
}

static em_status reasons_of(em_find *f, const em_pattern *p, em_str *ret_text, em_error *err)
{
        uint32_t all = UINT32_MAX, compared = 0;
        size_t larger = 0;
        char parts[2][80];
        for (size_t i = 0; i < p->hops; i++) {
                larger += em_graph_value(f->g, p->hop[i].on) >= em_graph_value(f->g, p->hop[i].off);
                if (i) {
                        all &= p->hop[i].agreed;
                        compared |= p->hop[i].compared;
                }
        }
        all &= compared;
        bool differ = (compared & ~all) != 0;
        return em_str_format(f->arena, ret_text, err, "%zu transactions of one input and two outputs in a row; in %zu the larger "
                             "output goes on; alike in every hop: %s%s%s%s.", p->hops, larger,
                             all ? em_print_parts(all, parts[0]) : "nothing", differ ? "; not in every hop: " : "",
                             differ ? em_print_parts(compared & ~all, parts[1]) : "",
                             compared & EM_PRINT_VERSION ? "" : "; version, locktime and RBF are not in the index");
}

static em_status add_chain(em_find *f, em_id first, size_t hops, em_error *err)
{
        chain c = { 0 };
        em_id tx = first, out[2];
        step s = { 0 };
        em_pattern p = { .kind = EM_PATTERN_PEEL, .txs = hops, .outs = hops, .hops = hops };
        if (!room(f, &c, hops))
                return em_find_full(err);
        (void)em_find_inputs(f, first, &p.in_sat);
        for (size_t i = 0; i < hops; i++) {
                uint32_t compared = s.compared, agreed = s.agreed;
                em_assert(is_peel(f, tx, out));
                s = step_from(f, tx, out);
                c.hop[i] = (em_pattern_hop){ tx, s.on, s.off, compared, agreed };
                c.tx[i] = tx;
                c.off[i] = s.off;
                if (__builtin_add_overflow(p.out_sat, em_graph_value(f->g, s.off), &p.out_sat))
                        return em_fail(err, EM_FORMAT, "The chain index contradicts itself: a sum is over 63 bits.");
                tx = s.next;
        }
        p.hop = c.hop;
        p.tx = c.tx;
        p.out = c.off;
        EM_TRY(reasons_of(f, &p, &p.reasons, err));
        return em_find_add(f, p, err);
}

static bool told(const em_find *f, em_id first)
{
        for (size_t i = f->count; i-- > 0;)
                if (f->at[i].tx[0] == first)
                        return true;
        return false;
}

/* A chain is told once, from its first transaction; beyond the set that may lie far before. */
em_status em_find_peels(em_find *f, em_error *err)
{
        for (size_t i = 0; i < f->set->txs; i++) {
                em_id first = f->set->tx[i], out[2];
                if (!is_peel(f, first, out))
                        continue;
                em_id up = before(f, first);
                if (up != EM_ID_NONE && !f->set->beyond)
                        continue;
                for (size_t n = 0; up != EM_ID_NONE && n < f->limits->peel_most; n++) {
                        first = up;
                        up = before(f, first);
                }
                if (f->set->beyond && told(f, first))
                        continue;
                size_t hops = length(f, first);
                if (hops >= f->limits->peel_hops)
                        EM_TRY(add_chain(f, first, hops, err));
        }
        return EM_OK;
}
