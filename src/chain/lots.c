/* Lots: stolen coins followed through accounts under several policies in one pass.
 *
 * An account is followed from the first stolen coin that reaches it: its earlier moves are walked once, all
 * clean, since a share of a balance needs the balance and a lot its elders; its later ones come up in chain order
 * from a heap with one entry for each account followed.  Nothing else of the chain is read.  A move between two
 * followed accounts comes up once.
 */
#include "chain/lots_inside.h"

#include <stdlib.h>

#define MOST_MOVES UINT64_C(100000000)
#define TELL       (UINT64_C(1) << 16)

bool em_walk_skips(const em_walk *w, const em_move *v)
{
        if (v->from == v->to || (!v->wide && !v->low && !v->high) || em_lots_absurd(em_move_amount(w->m, v)))
                return true;
        if (v->kind != EM_MOVE_GAS && w->m->tx[v->tx].failed == 1)
                return true;
        return v->decoy != EM_DECOY_NONE && !w->opts->decoys;
}

/* ---- followed accounts ---- */

static em_status due_push(em_walk *w, em_due due, em_error *err)
{
        void *at = w->due;
        EM_TRY(em_taint_grow(&at, &w->due_cap, w->dues + 1, sizeof *w->due, err));
        w->due = at;
        size_t i = w->dues++;
        for (; i > 0 && due.move < w->due[(i - 1) / 2].move; i = (i - 1) / 2)
                w->due[i] = w->due[(i - 1) / 2];
        w->due[i] = due;
        return EM_OK;
}

/* Puts due where the lowest is. */
static void due_replace(em_walk *w, em_due due)
{
        size_t i = 0;
        for (;;) {
                size_t child = 2 * i + 1;
                if (child >= w->dues)
                        break;
                if (child + 1 < w->dues && w->due[child + 1].move < w->due[child].move)
                        child++;
                if (w->due[child].move >= due.move)
                        break;
                w->due[i] = w->due[child];
                i = child;
        }
        w->due[i] = due;
}

em_follower *em_walk_follower(em_walk *w, uint32_t account)
{
        uint32_t i;
        return em_slots_find(&w->followers, account, &i) ? &w->follower[i] : NULL;
}

/* A clean move of an account's past. */
static em_status walk_past(em_walk *w, uint32_t account, uint64_t at, em_error *err)
{
        uint64_t move = w->m->of[at];
        const em_move *v = &w->m->move[move];
        em_u256 amount = em_move_amount(w->m, v);
        em_purse *u;
        if (em_walk_skips(w, v))
                return EM_OK;
        EM_TRY(em_purse_get(w, account, v->asset, &u, err));
        if (v->from == account)
                return em_purse_out(w, u, at, move, err);
        if (em_purse_full(u, amount)) {
                w->t->counts.overflows++;
                return EM_OK;
        }
        u->last_move = move;
        return em_purse_in(w, u, amount, EM_LOT_CLEAN, err);
}

static em_status walk_all_past(em_walk *w, uint32_t account, uint64_t before, em_error *err)
{
        const em_moves *m = w->m;
        void *followers = w->follower;
        EM_TRY(em_taint_grow(&followers, &w->follower_cap, w->follower_count + 1, sizeof *w->follower, err));
        w->follower = followers;
        uint64_t at = m->of_first[account], end = m->of_first[account + 1];
        em_status status = EM_OK;
        w->carry = w->past;             /* what the move in hand carries stays as it is */
        for (; at < end && m->of[at] < before && status == EM_OK; at++)
                status = walk_past(w, account, at, err);
        w->carry = w->live;
        EM_TRY(status);
        w->t->counts.moves += at - m->of_first[account];
        uint32_t i = (uint32_t)w->follower_count++;
        w->follower[i] = (em_follower){ account, at, end };
        return em_slots_put(&w->followers, account, i, err);
}

/* Follows an account, if it is not yet: what is before `before` is its past, what is not before `next` its future. */
static em_status follow(em_walk *w, uint32_t account, uint64_t before, uint64_t next, em_error *err)
{
        if (em_walk_follower(w, account))
                return EM_OK;
        EM_TRY(walk_all_past(w, account, before, err));
        em_follower *f = em_walk_follower(w, account);
        f->at += f->at < f->end && w->m->of[f->at] < next;
        if (f->at == f->end)
                return EM_OK;
        return due_push(w, (em_due){ w->m->of[f->at], (uint32_t)(f - w->follower) }, err);
}

/* ---- one move ---- */

/* Before anything is said of it, all that a move carries is clean. */
static em_status carry_clean(em_walk *w, em_u256 amount, em_error *err)
{
        for (size_t p = 0; p < w->t->policies; p++) {
                em_carry *carry = &w->carry[p];
                carry->stolen = em_u256_of(0);
                carry->ended = false;
                carry->pieces.first = carry->pieces.count = 0;
                if (w->t->policy[p].kind == EM_TAINT_CUT)
                        EM_TRY(em_bag_append(&carry->pieces, (em_lot){ .amount = amount, .row = EM_LOT_CLEAN },
                                             err));
        }
        return EM_OK;
}

/* The first `stolen` coins of what is carried are a seed's: under IN-OUT the two sets are united. */
static em_status unite(em_carry *carry, em_u256 stolen, em_error *err)
{
        em_bag united = { 0 };
        em_status s = EM_OK;
        for (size_t i = 0; i < carry->pieces.count && s == EM_OK; i++) {
                em_lot piece = carry->pieces.at[carry->pieces.first + i], first = piece;
                first.amount = em_u256_min(piece.amount, stolen);
                stolen = em_less(stolen, first.amount);
                piece.amount = em_less(piece.amount, first.amount);
                if (first.row == EM_LOT_CLEAN) {
                        first.row = EM_LOT_SEED;
                        carry->stolen = em_sum(carry->stolen, first.amount);
                }
                s = em_bag_append(&united, first, err);
                if (s == EM_OK)
                        s = em_bag_append(&united, piece, err);
        }
        em_bag_free(&carry->pieces);
        carry->pieces = united;
        return s;
}

static em_status add_seed(em_walk *w, const em_move *v, em_u256 stolen, em_error *err)
{
        for (size_t p = 0; p < w->t->policies; p++) {
                em_carry *carry = &w->carry[p];
                em_u256 arrived = carry->stolen;
                em_lots_total *total;
                if (w->t->policy[p].kind == EM_TAINT_CUT)
                        EM_TRY(unite(carry, stolen, err));
                else if (em_u256_cmp(arrived, stolen) < 0)
                        carry->stolen = stolen;
                carry->ended = false;
                EM_TRY(em_book(w, p, v->asset, &total, err));
                EM_TRY(em_book_add(&total->stolen, em_less(carry->stolen, arrived), err));
        }
        return EM_OK;
}

static em_u256 most_carried(const em_walk *w)
{
        em_u256 most = { { 0 } };
        for (size_t p = 0; p < w->t->policies; p++)
                if (em_u256_cmp(w->carry[p].stolen, most) > 0)
                        most = w->carry[p].stolen;
        return most;
}

static bool all_ended(const em_walk *w)
{
        for (size_t p = 0; p < w->t->policies; p++)
                if (!em_u256_zero(w->carry[p].stolen) && !w->carry[p].ended)
                        return false;
        return true;
}

static em_lots_stop label_stop(const em_walk *w, uint32_t account, uint32_t *ret_label)
{
        const em_lots_opts *o = w->opts;
        em_lots_stop stop = o->label ? o->label(o->label_ctx, account, ret_label) : EM_LOTS_FOLLOWED;
        if (o->through_labels || (stop == EM_LOTS_MIXER && o->through_mixers))
                return EM_LOTS_FOLLOWED;
        if (stop == EM_LOTS_FOLLOWED && o->contract && *ret_label == 0 && o->contract(o->contract_ctx, account))
                return EM_LOTS_CONTRACT;
        return stop;
}

/* Why the coins in hand go no further. */
static em_lots_stop stop_of(const em_walk *w, const em_move *v, em_lots_line *line, const em_swap *swap)
{
        const em_lots_opts *o = w->opts;
        em_lots_stop label = v->to ? label_stop(w, v->to, &line->label) : EM_LOTS_FOLLOWED;
        if (all_ended(w))
                return EM_LOTS_MIXED;
        if (v->kind == EM_MOVE_GAS)
                return EM_LOTS_FEE;
        if (v->to == 0)
                return EM_LOTS_BURNT;
        if (line->seed)
                return EM_LOTS_FOLLOWED;
        if (swap)
                return EM_LOTS_SWAPPED;
        if (label != EM_LOTS_FOLLOWED)
                return label;
        if (o->max_hops && line->hops >= o->max_hops)
                return EM_LOTS_HOPS;
        if (o->least && em_u256_cmp(most_carried(w), o->least[v->asset]) < 0)
                return EM_LOTS_AMOUNT;
        return EM_LOTS_FOLLOWED;
}

/* The account of the books where coins under p go that are not followed. */
static em_u256 *account_of(em_lots_total *b, em_lots_stop stop, em_fee_rule fee)
{
        switch (stop) {
        case EM_LOTS_MIXED:
        case EM_LOTS_MIXER:
                return &b->mixed;
        case EM_LOTS_FEE:
                return fee == EM_FEE_DROP ? &b->dropped : &b->fees;
        case EM_LOTS_BURNT:
                return &b->burnt;
        case EM_LOTS_EXCHANGE:
        case EM_LOTS_SERVICE:
                return &b->deposited;
        case EM_LOTS_BRIDGE:
                return &b->bridged;
        case EM_LOTS_CONTRACT:
        case EM_LOTS_HOPS:
        case EM_LOTS_AMOUNT:
        case EM_LOTS_OVERFLOW:
                return &b->stopped;
        case EM_LOTS_FOLLOWED:
        case EM_LOTS_SWAPPED:
        case EM_LOTS_STOPS:
                break;
        }
        return NULL;
}

static em_status book_line(em_walk *w, const em_lots_line *line, em_swap *swap, em_error *err)
{
        for (size_t p = 0; p < w->t->policies; p++) {
                em_carry *carry = &w->carry[p];
                em_lots_stop stop = carry->ended ? EM_LOTS_MIXED : (em_lots_stop)line->stop;
                em_lots_total *total;
                if (em_u256_zero(carry->stolen))
                        continue;
                EM_TRY(em_book(w, p, line->asset, &total, err));
                em_u256 *account = account_of(total, stop, w->t->policy[p].fee);
                if (account)
                        EM_TRY(em_book_add(account, carry->stolen, err));
                if (stop == EM_LOTS_SWAPPED)
                        swap->stolen[p] = em_sum(swap->stolen[p], carry->stolen);
        }
        return EM_OK;
}

static em_status keep_line(em_walk *w, em_lots_line *line, uint32_t *ret_row, em_error *err)
{
        em_lots *t = w->t;
        for (size_t p = 0; p < t->policies; p++) {
                if (em_u256_zero(w->carry[p].stolen))
                        continue;
                line->carried |= UINT32_C(1) << p;
                line->ended |= (uint32_t)w->carry[p].ended << p;
        }
        EM_TRY(em_lines_add(w, *line, ret_row, err));
        for (size_t p = 0; p < t->policies; p++) {
                const em_bag *pieces = &w->carry[p].pieces;
                em_lines_stolen(t, *ret_row)[p] = w->carry[p].stolen;
                if (!t->sources || t->policy[p].kind != EM_TAINT_CUT)
                        continue;
                for (size_t i = 0; i < pieces->count; i++) {
                        em_lot piece = pieces->at[pieces->first + i];
                        if (piece.row != EM_LOT_CLEAN && piece.row != EM_LOT_SEED)
                                EM_TRY(em_draws_add(w, (em_draw){ piece.row, *ret_row, (uint32_t)p, piece.amount },
                                                    err));
                }
        }
        return EM_OK;
}

/* Stolen coins are in the move in hand, by at least one policy.  Says whether they went on with it. */
static em_status carry_on(em_walk *w, uint64_t move, const em_purse *from, bool seed, bool *ret_followed, em_error *err)
{
        const em_move *v = &w->m->move[move];
        em_lots_line line = { .at = move, .move = move, .from = v->from, .to = v->to, .asset = v->asset, .seed = seed };
        em_swap *swap = NULL;
        em_purse *to = NULL;
        uint32_t row;
        line.hops = seed || !from ? 0 : from->hops + 1;
        if (from && !seed && v->kind != EM_MOVE_GAS && v->to != 0)
                EM_TRY(em_swap_judge(w, from, &swap, err));
        em_lots_stop stop = stop_of(w, v, &line, swap);
        if (stop == EM_LOTS_FOLLOWED) {
                EM_TRY(follow(w, v->to, move, move + 1, err));
                EM_TRY(em_purse_get(w, v->to, v->asset, &to, err));
                stop = em_purse_full(to, em_move_amount(w->m, v)) ? EM_LOTS_OVERFLOW : stop;
        }
        line.stop = (uint8_t)stop;
        EM_TRY(keep_line(w, &line, &row, err));
        EM_TRY(book_line(w, &line, swap, err));
        *ret_followed = stop == EM_LOTS_FOLLOWED;
        if (!*ret_followed)
                return EM_OK;
        to->reached = true;
        to->label = line.label;
        to->last_move = move;
        to->hops = line.hops < to->hops ? line.hops : to->hops;
        return em_purse_in(w, to, em_move_amount(w->m, v), row, err);
}

/* What was not followed into a followed account is clean there. */
static em_status arrive_clean(em_walk *w, uint64_t move, em_error *err)
{
        const em_move *v = &w->m->move[move];
        em_purse *to;
        if (!em_walk_follower(w, v->to))
                return EM_OK;
        EM_TRY(em_purse_get(w, v->to, v->asset, &to, err));
        if (em_purse_full(to, em_move_amount(w->m, v))) {
                w->t->counts.overflows++;
                return EM_OK;
        }
        to->last_move = move;
        return em_purse_in(w, to, em_move_amount(w->m, v), EM_LOT_CLEAN, err);
}

static em_status visit(em_walk *w, uint64_t move, const em_lots_seed *seed, em_error *err)
{
        const em_move *v = &w->m->move[move];
        em_follower *f = em_walk_follower(w, v->from);
        em_purse *from = NULL;
        if (em_walk_skips(w, v)) {
                w->t->counts.decoys[v->decoy] += v->decoy != EM_DECOY_NONE;
                w->t->counts.overflows += v->decoy == EM_DECOY_NONE && em_lots_absurd(em_move_amount(w->m, v));
                return EM_OK;
        }
        em_u256 amount = em_move_amount(w->m, v);
        EM_TRY(carry_clean(w, amount, err));
        if (f) {
                EM_TRY(em_purse_get(w, v->from, v->asset, &from, err));
                EM_TRY(em_purse_out(w, from, f->at, move, err));
        }
        if (seed)
                EM_TRY(add_seed(w, v, em_u256_zero(seed->amount) ? amount : seed->amount, err));
        bool followed = false;
        if (!em_u256_zero(most_carried(w)))
                EM_TRY(carry_on(w, move, from, seed != NULL, &followed, err));
        return followed ? EM_OK : arrive_clean(w, move, err);
}

/* ---- coins held ---- */

/* Where in the order of moves a seed stands. */
static uint64_t place_of(const em_moves *m, const em_lots_seed *seed)
{
        if (seed->kind == EM_LOTS_MOVE)
                return seed->move;
        return m->tx[m->block[seed->block + 1].first_tx].first_move;
}

static em_status hold(em_walk *w, const em_lots_seed *seed, em_error *err)
{
        em_lots *t = w->t;
        uint64_t at = place_of(w->m, seed);
        uint32_t row;
        em_purse *u;
        em_lots_line line = { .at = at, .move = EM_LOTS_NO_MOVE, .from = seed->account, .to = seed->account,
                              .asset = seed->asset, .seed = 1 };
        EM_TRY(follow(w, seed->account, at, at, err));
        EM_TRY(em_purse_get(w, seed->account, seed->asset, &u, err));
        em_u256 stolen = em_u256_zero(seed->amount) ? u->balance : seed->amount;
        if (em_u256_zero(stolen))
                return em_fail(err, EM_MISSING, "The account holds nothing of this asset then, as far as the files "
                               "say; name an amount if it did.");
        if (em_u256_cmp(stolen, u->balance) > 0)
                EM_TRY(em_purse_lacks(w, u, em_less(stolen, u->balance), err));
        (void)label_stop(w, seed->account, &line.label);
        EM_TRY(em_lines_add(w, line, &row, err));
        for (size_t p = 0; p < t->policies; p++) {
                em_policy policy = t->policy[p];
                bool by_lot = policy.kind == EM_TAINT_CUT && policy.in != EM_IN_TAINT && policy.in != EM_IN_CLEAN;
                em_u256 marked, want = by_lot ? stolen : em_less(stolen, em_u256_min(stolen, u->stolen[p]));
                em_lots_total *total;
                EM_TRY(em_purse_mark(w, u, p, stolen, want, row, &marked, err));
                em_lines_stolen(t, row)[p] = marked;
                EM_TRY(em_book(w, p, seed->asset, &total, err));
                EM_TRY(em_book_add(&total->stolen, marked, err));
        }
        u->reached = true;
        u->hops = 0;
        u->label = line.label;
        return EM_OK;
}

/* ---- the walk ---- */

static bool too_late(const em_walk *w, uint32_t time_s)
{
        return w->opts->until_time_s && time_s > w->opts->until_time_s;
}

/* Accounts whose next move this was go on to the one after it. */
static void step_on(em_walk *w, uint64_t move)
{
        while (w->dues > 0 && w->due[0].move == move) {
                em_due due = w->due[0];
                em_follower *f = &w->follower[due.follower];
                if (++f->at < f->end) {
                        due.move = w->m->of[f->at];
                        due_replace(w, due);
                } else if (--w->dues > 0) {
                        due_replace(w, w->due[w->dues]);
                }
        }
}

static em_status walk(em_walk *w, const em_lots_seed *seed, size_t seeds, const em_progress *progress, em_error *err)
{
        size_t next = 0;
        while (next < seeds || w->dues > 0) {
                uint64_t due = w->dues ? w->due[0].move : UINT64_MAX;
                uint64_t place = next < seeds ? place_of(w->m, &seed[next]) : UINT64_MAX;
                uint64_t move = due < place ? due : place;
                bool held = place <= due && seed[next].kind == EM_LOTS_HELD;
                if (too_late(w, held ? w->m->block[seed[next].block].time_s : em_move_time(w->m, &w->m->move[move])))
                        break;
                if (w->tx != UINT32_MAX && (move >= w->m->moves || w->m->move[move].tx != w->tx)) {
                        EM_TRY(em_swap_settle(w, err));
                        w->tx = UINT32_MAX;
                }
                if (held) {
                        EM_TRY(hold(w, &seed[next++], err));
                        continue;
                }
                if (w->tx == UINT32_MAX) {
                        w->tx = w->m->move[move].tx;
                        w->tx_line = w->t->lines;
                }
                EM_TRY(visit(w, move, place == move ? &seed[next++] : NULL, err));
                step_on(w, move);
                w->t->counts.moves++;
                if (++w->visited % TELL == 0 && !em_progress_tell(progress, "following coins", move, w->m->moves))
                        return em_fail(err, EM_INTERRUPTED, "Interrupted while following coins.");
        }
        return em_swap_settle(w, err);
}

/* ---- seeds ---- */

static int by_place(const void *a, const void *b, void *moves)
{
        const em_lots_seed *x = a, *y = b;
        uint64_t i = place_of(moves, x), j = place_of(moves, y);
        if (i != j)
                return i < j ? -1 : 1;
        if (x->kind != y->kind)
                return x->kind == EM_LOTS_HELD ? -1 : 1;
        if (x->kind == EM_LOTS_MOVE)
                return 0;
        if (x->account != y->account)
                return x->account < y->account ? -1 : 1;
        return x->asset < y->asset ? -1 : x->asset > y->asset;
}

static em_status check_move(const em_walk *w, const em_lots_seed *seed, em_error *err)
{
        unsigned long long n = seed->move;
        if (seed->move >= w->m->moves)
                return em_fail(err, EM_MISSING, "There is no move %llu.", n);
        const em_move *v = &w->m->move[seed->move];
        if (v->kind == EM_MOVE_GAS)
                return em_fail(err, EM_FORMAT, "Move %llu is gas; what was stolen went with another.", n);
        if (w->m->tx[v->tx].failed == 1)
                return em_fail(err, EM_FORMAT, "The transaction of move %llu failed: it moved nothing.", n);
        if (v->decoy != EM_DECOY_NONE && !w->opts->decoys)
                return em_fail(err, EM_FORMAT, "Move %llu was judged a decoy (%s): nobody who held the coins made "
                               "it.", n, em_decoy_name((em_decoy)v->decoy));
        if (em_walk_skips(w, v))
                return em_fail(err, EM_FORMAT, "Move %llu moves nothing, or claims more than there can be.", n);
        if (em_u256_cmp(seed->amount, em_move_amount(w->m, v)) > 0)
                return em_fail(err, EM_FORMAT, "Move %llu brings less than was stolen in it.", n);
        return EM_OK;
}

static em_status check_seed(const em_walk *w, const em_lots_seed *seed, em_error *err)
{
        if (seed->kind == EM_LOTS_MOVE)
                return check_move(w, seed, err);
        if (seed->account == 0 || seed->account >= w->m->accounts || seed->asset >= w->m->assets
            || seed->block >= w->m->blocks)
                return em_fail(err, EM_MISSING, "There is no account %u, asset %u or block %u to begin at.",
                               seed->account, seed->asset, seed->block);
        return EM_OK;
}

static em_status sort_seeds(const em_walk *w, const em_lots_seed *seed, size_t seeds, em_lots_seed **ret_sorted,
                            em_error *err)
{
        for (size_t i = 0; i < seeds; i++)
                EM_TRY(check_seed(w, &seed[i], err));
        em_lots_seed *sorted = malloc(seeds * sizeof *sorted + 1);
        em_moves moves = *w->m;
        if (!sorted)
                return em_fail(err, EM_NOMEM, "Out of memory for %zu seeds.", seeds);
        if (seeds > 0)
                memcpy(sorted, seed, seeds * sizeof *sorted);
        qsort_r(sorted, seeds, sizeof *sorted, by_place, &moves);
        for (size_t i = 1; i < seeds; i++)
                if (by_place(&sorted[i - 1], &sorted[i], &moves) == 0) {
                        free(sorted);
                        return em_fail(err, EM_FORMAT, "The same coins are named twice as stolen.");
                }
        *ret_sorted = sorted;
        return EM_OK;
}

/* ---- the run ---- */

static em_status walk_begin(em_walk *w, const em_moves *m, const em_lots_opts *opts, em_error *err)
{
        *w = (em_walk){ .m = m, .opts = opts, .tx = UINT32_MAX, .age = 1 };
        w->t = calloc(1, sizeof *w->t);
        if (!w->t)
                return em_fail(err, EM_NOMEM, "Out of memory for a trace.");
        w->carry = w->live;
        w->t->m = m;
        w->t->policies = opts->policies;
        w->t->sources = opts->sources;
        for (size_t p = 0; p < opts->policies; p++) {
                w->t->policy[p] = opts->policy[p];
                w->cut_of[p] = w->cuts;
                w->cuts += opts->policy[p].kind == EM_TAINT_CUT;
        }
        w->most = opts->max_moves ? opts->max_moves : MOST_MOVES;
        if (w->most > EM_LOT_SEED)      /* rows are numbered in 32 bits */
                w->most = EM_LOT_SEED;
        return EM_OK;
}

static void walk_end(em_walk *w)
{
        for (size_t p = 0; p < EM_POLICIES_MAX; p++) {
                em_bag_free(&w->live[p].pieces);
                em_bag_free(&w->past[p].pieces);
        }
        em_bag_free(&w->line);
        em_spend_free(w->pool);
        em_slots_free(&w->followers);
        em_slots_free(&w->purses);
        em_slots_free(&w->books);
        free(w->follower);
        free(w->due);
        free(w->swap);
        em_lots_free(w->t);
        free(w);
}

em_status em_lots_run(const em_moves *m, const em_lots_seed *seed, size_t seeds, const em_lots_opts *opts,
                      const em_progress *progress, em_lots **ret_lots, em_error *err)
{
        em_assert(m && opts && opts->policies >= 1 && opts->policies <= EM_POLICIES_MAX);
        em_walk *w = malloc(sizeof *w);
        em_lots_seed *sorted = NULL;
        if (!w)
                return em_fail(err, EM_NOMEM, "Out of memory for a trace.");
        em_status status = walk_begin(w, m, opts, err);
        if (status == EM_OK)
                status = sort_seeds(w, seed, seeds, &sorted, err);
        if (status == EM_OK)
                status = walk(w, sorted, seeds, progress, err);
        if (status == EM_OK)
                status = em_lots_close(w, err);
        if (status == EM_OK) {
                *ret_lots = w->t;
                w->t = NULL;
        }
        free(sorted);
        walk_end(w);
        return status;
}
