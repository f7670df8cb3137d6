/* Haircut: an amount shared by value in whole satoshi.
 *
 * The largest-remainder method (Hare quota; Balinski and Young, Fair Representation, 1982): every
 * part gets the floor of its share, and the satoshi that are left, always fewer than the parts with
 * a remainder, go one each to the largest remainders.  Products take 128 bits:
 * 21 million coins squared have 102.
 */
#include "chain/taint_tx.h"

#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;

#define SMALL 24        /* insertion sort up to here: most transactions */

static int by_rest(const void *a, const void *b)
{
        const em_remainder *x = a, *y = b;
        if (x->rest != y->rest)
                return x->rest > y->rest ? -1 : 1;
        return x->at < y->at ? -1 : x->at > y->at;
}

/* Largest remainder first, ties by index; the items come in index order. */
static void sort(em_remainder *item, size_t count)
{
        if (count > SMALL) {
                qsort(item, count, sizeof *item, by_rest);
                return;
        }
        for (size_t i = 1; i < count; i++) {
                em_remainder moving = item[i];
                size_t j = i;
                for (; j > 0 && item[j - 1].rest < moving.rest; j--)
                        item[j] = item[j - 1];
                item[j] = moving;
        }
}

static uint64_t divide(int64_t amount, int64_t part, int64_t whole, uint64_t *ret_rest)
{
        wide product = (wide)(uint64_t)amount * (uint64_t)part;
        uint64_t by = (uint64_t)whole;
        if (product >> 64 == 0) {
                *ret_rest = (uint64_t)product % by;
                return (uint64_t)product / by;
        }
        *ret_rest = (uint64_t)(product % by);
        return (uint64_t)(product / by);
}

em_status em_haircut_share(em_shears *shears, int64_t amount, const int64_t *part, size_t parts,
                           int64_t whole, int64_t *ret_share, em_error *err)
{
        em_assert(amount >= 0 && amount <= whole);
        if (amount == 0) {
                memset(ret_share, 0, parts * sizeof *ret_share);
                return EM_OK;
        }
        void *at = shears->at;
        EM_TRY(em_taint_grow(&at, &shears->cap, parts, sizeof *shears->at, err));
        shears->at = at;
        size_t rests = 0;
        int64_t left = amount;
        for (size_t i = 0; i < parts; i++) {
                uint64_t rest;
                ret_share[i] = (int64_t)divide(amount, part[i], whole, &rest);
                left -= ret_share[i];
                if (rest > 0)
                        shears->at[rests++] = (em_remainder){ rest, i };
        }
        if (left == 0)
                return EM_OK;
        em_assert(left > 0 && (size_t)left < rests);
        sort(shears->at, rests);
        for (size_t i = 0; i < (size_t)left; i++)
                ret_share[shears->at[i].at]++;
        return EM_OK;
}
