/* lots_bag.h -- the lots of one balance under one IN-OUT policy.
 *
 * Private to src/chain.  What must be told apart depends on the order IN: `first` and `last` keep a line of
 * lots by age, in which neighbours of one origin are one; `taint` and `clean` keep only the stolen ones, by age, since of the
 * others only the sum matters; `highest` and `smallest` keep a heap.
 */
#ifndef EMBARGO_CHAIN_LOTS_BAG_H
#define EMBARGO_CHAIN_LOTS_BAG_H

#include "chain/taint_tx.h"
#include "embargo/u256.h"

#define EM_LOT_CLEAN UINT32_MAX

typedef struct em_lot {
        em_u256  amount;
        uint64_t age;           /* by arrival; heaps only */
        uint32_t row;           /* that brought it; EM_LOT_CLEAN: not stolen */
} em_lot;

typedef struct em_bag { em_lot *at; size_t first, count, cap; } em_bag;         /* at[first .. first + count) */

/* Adds the newest lot. */
EM_MUST em_status em_bag_put(em_bag *bag, em_in_order in, em_lot lot, em_error *err);
/* Adds coins that are not stolen as the oldest lot. */
EM_MUST em_status em_bag_unknown(em_bag *bag, em_in_order in, em_u256 amount, em_error *err);
/* Takes amount, which must be there, out of the bag; the pieces are added to `to` in the order of leaving.  clean: how much of
 * the balance is not stolen. */
EM_MUST em_status em_bag_take(em_bag *bag, em_in_order in, em_u256 amount, em_u256 clean, em_bag *to, em_error *err);
typedef struct em_mark { em_u256 amount, clean; uint32_t row; } em_mark;
/* Of the newest `span` coins, the first mark->amount that are not stolen become stolen, brought by mark->row.  clean as
 * above; age counts lots. */
EM_MUST em_status em_bag_mark(em_bag *bag, em_in_order in, em_u256 span, const em_mark *mark, uint64_t *age,
                              em_u256 *ret_marked, em_error *err);
/* At the end, beside a neighbour of one origin. */
EM_MUST em_status em_bag_append(em_bag *bag, em_lot lot, em_error *err);
void em_bag_free(em_bag *bag);

/* Sums that cannot pass 256 bits nor fall below zero. */
em_u256 em_sum(em_u256 a, em_u256 b);
em_u256 em_less(em_u256 a, em_u256 b);

#endif
