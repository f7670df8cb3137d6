/* lots_inside.h -- one walk over the moves that stolen coins reach, and its result.
 *
 * Private to src/chain.  lots.c walks; lots_purse.c keeps the balances; lots_swap.c turns one asset into another;
 * lots_rows.c keeps what was reached and the books; lots_path.c looks for paths in them.
 */
#ifndef EMBARGO_CHAIN_LOTS_INSIDE_H
#define EMBARGO_CHAIN_LOTS_INSIDE_H

#include "chain/lots_bag.h"
#include "embargo/lots.h"

#define EM_LOT_SEED (UINT32_MAX - 1)    /* stolen by a seed of the move in hand: no row brought it */

/* ---- the result ---- */

typedef struct em_lots_line {   /* one row; its amounts lie apart */
        uint64_t at, move;      /* at: move, or for coins held the move that follows */
        uint32_t from, to, asset, hops, label, ended;
        uint32_t carried;               /* bit p: coins stolen under p came with the move, not only by a swap */
        uint8_t  stop, seed, swapped_in;
} em_lots_line;

/* Under cut policy p row `to` drew `amount` from what row `from` brought. */
typedef struct em_draw { uint32_t from, to, policy; em_u256 amount; } em_draw;

typedef struct em_purse em_purse;

struct em_lots {
        const em_moves *m;
        em_policy       policy[EM_POLICIES_MAX];
        size_t          policies;
        em_lots_line   *line;
        em_u256        *stolen;         /* [lines * policies] */
        size_t          lines, line_cap, stolen_cap;
        uint32_t       *order;          /* lines in chain order */
        em_draw        *draw;           /* by `to` once the walk is over */
        size_t          draws, draw_cap;
        bool            sources;
        uint32_t       *asset;          /* that have books, ascending once the walk is over */
        em_lots_total  *book;           /* [assets * policies] */
        size_t          assets, asset_cap, book_cap;
        em_purse      **held;           /* stolen coins are in them; by account, asset */
        em_purse      **unknown;
        size_t          holdings, unknowns;
        em_purse      **purse;          /* all */
        size_t          purses, purse_cap;
        em_lots_counts  counts;
};

/* ---- balances ---- */

/* Moves that leave one balance in one go, and what each carries under each IN-OUT policy. */
typedef struct em_spend {
        uint64_t *move;
        size_t    moves, move_cap, next;
        em_bag   *part;         /* [cuts * moves] */
        size_t    part_cap, parts;
        struct em_spend *pooled;
} em_spend;

struct em_purse {               /* what one account holds of one asset */
        uint32_t  account, asset, hops, label;
        bool      reached;
        uint64_t  last_move;
        em_u256   balance, unknown;
        em_spend *spend;        /* of which moves are still to come */
        em_bag   *bag;          /* [cuts] */
        em_u256   stolen[];     /* [policies] */
};

typedef struct em_carry {       /* what the move in hand carries under one policy */
        em_u256 stolen;
        bool    ended;          /* mixed: not followed */
        em_bag  pieces;         /* IN-OUT */
} em_carry;

typedef struct em_follower { uint32_t account; uint64_t at, end; } em_follower; /* at: its next, place in em_moves.of */

typedef struct em_slots { uint64_t *key; uint32_t *value; size_t count, cap; } em_slots;

typedef struct em_swap {        /* what an account did in one transaction */
        uint32_t account, asset, hops;  /* of its balance, when settled */
        bool     real;
        em_u256  given, back;   /* of asset, over the whole transaction */
        em_u256  stolen[EM_POLICIES_MAX];
} em_swap;

typedef struct em_due { uint64_t move; uint32_t follower; } em_due;

typedef struct em_walk {
        em_lots            *t;
        const em_moves     *m;
        const em_lots_opts *opts;
        uint64_t     most;
        size_t       cuts, cut_of[EM_POLICIES_MAX];
        em_slots     followers, purses, books;
        em_follower *follower;
        size_t       follower_count, follower_cap;
        em_due      *due;       /* heap by move */
        size_t       dues, due_cap;
        em_carry     live[EM_POLICIES_MAX], past[EM_POLICIES_MAX], *carry;      /* carry: one of the two */
        em_spend    *pool;
        em_bag       line;      /* of the spend being cut */
        uint64_t     age;
        em_swap     *swap;      /* of the transaction in hand */
        size_t       swaps, swap_cap;
        uint32_t     tx;
        size_t       tx_line;   /* first line of the transaction */
        uint64_t     visited;
} em_walk;

/* A move that changes nothing here: a decoy, a failed transaction's, to oneself, of nothing. */
bool em_walk_skips(const em_walk *w, const em_move *v);
em_follower *em_walk_follower(em_walk *w, uint32_t account);    /* NULL: not followed */

/* ---- lots_purse.c ---- */

EM_MUST em_status em_purse_get(em_walk *w, uint32_t account, uint32_t asset, em_purse **ret_purse, em_error *err);
/* Takes a move's amount out of the balance of its sender into w->carry; at: its place in `of`. */
EM_MUST em_status em_purse_out(em_walk *w, em_purse *u, uint64_t at, uint64_t move, em_error *err);
/* Puts amount in: as w->carry has it, brought by row; or clean (row EM_LOT_CLEAN). */
EM_MUST em_status em_purse_in(em_walk *w, em_purse *u, em_u256 amount, uint32_t row, em_error *err);
/* Makes up to `amount` of the newest `span` coins stolen under p. */
EM_MUST em_status em_purse_mark(em_walk *w, em_purse *u, size_t p, em_u256 span, em_u256 amount, uint32_t row,
                                em_u256 *ret_marked, em_error *err);
/* Whether amount is more than the balance can take. */
bool em_purse_full(const em_purse *u, em_u256 amount);
/* The balance lacks `missing`: an unknown lot. */
EM_MUST em_status em_purse_lacks(em_walk *w, em_purse *u, em_u256 missing, em_error *err);
em_purse *em_purse_free(em_purse *u, size_t cuts);
em_spend *em_spend_free(em_spend *s);

/* ---- lots_swap.c ---- */

/* Whether the account of u gives u's asset in a swap of the transaction in hand; NULL when not. */
EM_MUST em_status em_swap_judge(em_walk *w, const em_purse *u, em_swap **ret_swap, em_error *err);
/* Converts what was swapped in the transaction that is over. */
EM_MUST em_status em_swap_settle(em_walk *w, em_error *err);

/* ---- lots_rows.c ---- */

EM_MUST em_status em_lines_add(em_walk *w, em_lots_line line, uint32_t *ret_row, em_error *err);   /* with no amounts */
static inline em_u256 *em_lines_stolen(const em_lots *t, size_t row)
{
        return t->stolen + row * t->policies;
}
EM_MUST em_status em_draws_add(em_walk *w, em_draw draw, em_error *err);
EM_MUST em_status em_book(em_walk *w, size_t policy, uint32_t asset, em_lots_total **ret_total, em_error *err);
/* Adds to a total; EM_LIMIT over 256 bits. */
EM_MUST em_status em_book_add(em_u256 *total, em_u256 amount, em_error *err);
/* Sorts, closes the books and checks them. */
EM_MUST em_status em_lots_close(em_walk *w, em_error *err);

bool em_slots_find(const em_slots *s, uint64_t key, uint32_t *ret_value);
EM_MUST em_status em_slots_put(em_slots *s, uint64_t key, uint32_t value, em_error *err);
void em_slots_free(em_slots *s);

#endif
