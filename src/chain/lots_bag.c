/* Lots of a balance: what leaves first.
 *
 * The satoshi line of IN-OUT accounting (taint.h) with lots in the place of inputs.  A line by age is an
 * array with a moving start: the oldest leave at its front, the newest at its end, and an unknown lot found late goes to the
 * front, which is where it must have been.  By size it is a binary heap; equals leave oldest first,
 * so that the answer does not depend on the heap's shape.
 */
#include "chain/lots_bag.h"

#include <stdlib.h>

em_u256 em_sum(em_u256 a, em_u256 b)
{
        em_u256 sum;
        em_assert(em_u256_add(a, b, &sum));
        return sum;
}

em_u256 em_less(em_u256 a, em_u256 b)
{
        em_u256 rest;
        em_assert(em_u256_sub(a, b, &rest));
        return rest;
}

void em_bag_free(em_bag *bag)
{
        free(bag->at);
        *bag = (em_bag){ 0 };
}

static bool heaped(em_in_order in)
{
        return in == EM_IN_HIGHEST || in == EM_IN_SMALLEST;
}

static bool stolen_only(em_in_order in)
{
        return in == EM_IN_TAINT || in == EM_IN_CLEAN;
}

/* Room for one more at the end; the start moves back when most of the array lies before it. */
static em_status room(em_bag *bag, em_error *err)
{
        if (bag->first > 16 && bag->first > bag->count) {
                memmove(bag->at, bag->at + bag->first, bag->count * sizeof *bag->at);
                bag->first = 0;
        }
        void *at = bag->at;
        EM_TRY(em_taint_grow(&at, &bag->cap, bag->first + bag->count + 1, sizeof *bag->at, err));
        bag->at = at;
        return EM_OK;
}

/* ---- by age ---- */

em_status em_bag_append(em_bag *bag, em_lot lot, em_error *err)
{
        if (em_u256_zero(lot.amount))
                return EM_OK;
        if (bag->count > 0) {
                em_lot *last = &bag->at[bag->first + bag->count - 1];
                if (last->row == lot.row && em_u256_add(last->amount, lot.amount, &last->amount))
                        return EM_OK;
        }
        EM_TRY(room(bag, err));
        bag->at[bag->first + bag->count++] = lot;
        return EM_OK;
}

static em_status prepend(em_bag *bag, em_lot lot, em_error *err)
{
        if (bag->count > 0) {
                em_lot *first = &bag->at[bag->first];
                if (first->row == lot.row && em_u256_add(first->amount, lot.amount, &first->amount))
                        return EM_OK;
        }
        if (bag->first == 0) {
                EM_TRY(room(bag, err));
                if (bag->first == 0) {
                        memmove(bag->at + 1, bag->at, bag->count * sizeof *bag->at);
                        bag->first = 1;
                }
        }
        bag->at[--bag->first] = lot;
        bag->count++;
        return EM_OK;
}

/* Takes up to `amount` from the front or the end of the line; what it could not take is left in *amount. */
static em_status take_line(em_bag *bag, bool newest, em_u256 *amount, em_bag *to, em_error *err)
{
        while (bag->count > 0 && !em_u256_zero(*amount)) {
                em_lot *lot = &bag->at[newest ? bag->first + bag->count - 1 : bag->first];
                em_lot piece = *lot;
                piece.amount = em_u256_min(lot->amount, *amount);
                *amount = em_less(*amount, piece.amount);
                lot->amount = em_less(lot->amount, piece.amount);
                if (em_u256_zero(lot->amount)) {
                        bag->first += !newest;
                        bag->count--;
                }
                if (bag->count == 0)
                        bag->first = 0;
                EM_TRY(em_bag_append(to, piece, err));
        }
        return EM_OK;
}

/* ---- by size ---- */

static bool leaves_before(em_in_order in, const em_lot *a, const em_lot *b)
{
        int by = em_u256_cmp(a->amount, b->amount);
        if (by != 0)
                return in == EM_IN_HIGHEST ? by > 0 : by < 0;
        return a->age < b->age;
}

static void sink(em_bag *bag, em_in_order in, size_t i)
{
        em_lot moving = bag->at[i];
        for (;;) {
                size_t child = 2 * i + 1;
                if (child >= bag->count)
                        break;
                if (child + 1 < bag->count && leaves_before(in, &bag->at[child + 1], &bag->at[child]))
                        child++;
                if (!leaves_before(in, &bag->at[child], &moving))
                        break;
                bag->at[i] = bag->at[child];
                i = child;
        }
        bag->at[i] = moving;
}

static em_status heap_put(em_bag *bag, em_in_order in, em_lot lot, em_error *err)
{
        if (em_u256_zero(lot.amount))
                return EM_OK;
        EM_TRY(room(bag, err));
        size_t i = bag->count++;
        for (; i > 0 && leaves_before(in, &lot, &bag->at[(i - 1) / 2]); i = (i - 1) / 2)
                bag->at[i] = bag->at[(i - 1) / 2];
        bag->at[i] = lot;
        return EM_OK;
}

static em_status take_heap(em_bag *bag, em_in_order in, em_u256 amount, em_bag *to, em_error *err)
{
        while (!em_u256_zero(amount)) {
                em_assert(bag->count > 0);
                em_lot *lot = &bag->at[0], piece = *lot;
                piece.amount = em_u256_min(lot->amount, amount);
                amount = em_less(amount, piece.amount);
                lot->amount = em_less(lot->amount, piece.amount);
                if (em_u256_zero(lot->amount))
                        *lot = bag->at[--bag->count];
                if (bag->count > 0)
                        sink(bag, in, 0);
                EM_TRY(em_bag_append(to, piece, err));
        }
        return EM_OK;
}

/* ---- what a balance asks ---- */

em_status em_bag_put(em_bag *bag, em_in_order in, em_lot lot, em_error *err)
{
        if (stolen_only(in) && lot.row == EM_LOT_CLEAN)
                return EM_OK;
        return heaped(in) ? heap_put(bag, in, lot, err) : em_bag_append(bag, lot, err);
}

em_status em_bag_unknown(em_bag *bag, em_in_order in, em_u256 amount, em_error *err)
{
        em_lot lot = { .amount = amount, .row = EM_LOT_CLEAN };
        if (stolen_only(in))
                return EM_OK;
        return heaped(in) ? heap_put(bag, in, lot, err) : prepend(bag, lot, err);
}

em_status em_bag_take(em_bag *bag, em_in_order in, em_u256 amount, em_u256 clean, em_bag *to, em_error *err)
{
        em_lot other = { .row = EM_LOT_CLEAN };
        if (heaped(in))
                return take_heap(bag, in, amount, to, err);
        if (in == EM_IN_CLEAN) {
                other.amount = em_u256_min(amount, clean);
                amount = em_less(amount, other.amount);
                EM_TRY(em_bag_append(to, other, err));
        }
        EM_TRY(take_line(bag, in == EM_IN_LAST, &amount, to, err));
        if (in == EM_IN_TAINT) {
                other.amount = amount;
                em_assert(em_u256_cmp(amount, clean) <= 0);
                return em_bag_append(to, other, err);
        }
        em_assert(em_u256_zero(amount));
        return EM_OK;
}

/* ---- marking ---- */

static int newest_first(const void *a, const void *b)
{
        const em_lot *x = a, *y = b;
        return x->age > y->age ? -1 : x->age < y->age;
}

/* Takes the newest `span` coins off a heap, newest first; of a lot that lies across, the older part stays. */
static em_status take_newest(em_bag *bag, em_in_order in, em_u256 span, em_bag *to, em_error *err)
{
        size_t n = 0;
        qsort(bag->at, bag->count, sizeof *bag->at, newest_first);
        while (n < bag->count && !em_u256_zero(span)) {
                em_lot *lot = &bag->at[n], piece = *lot;
                piece.amount = em_u256_min(lot->amount, span);
                span = em_less(span, piece.amount);
                lot->amount = em_less(lot->amount, piece.amount);
                n += em_u256_zero(lot->amount);
                EM_TRY(room(to, err));
                to->at[to->count++] = piece;
        }
        memmove(bag->at, bag->at + n, (bag->count - n) * sizeof *bag->at);
        bag->count -= n;
        for (size_t i = bag->count; i-- > 0;)
                sink(bag, in, i);
        return EM_OK;
}

/* Puts a lot back as the newest, the part of it that is to be marked first. */
static em_status put_marked(em_bag *bag, em_in_order in, em_lot lot, em_u256 *left, uint32_t row, uint64_t *age,
                            em_error *err)
{
        if (lot.row == EM_LOT_CLEAN) {
                em_lot part = { .amount = em_u256_min(lot.amount, *left), .age = (*age)++, .row = row };
                *left = em_less(*left, part.amount);
                lot.amount = em_less(lot.amount, part.amount);
                EM_TRY(em_bag_put(bag, in, part, err));
        }
        lot.age = (*age)++;
        return em_u256_zero(lot.amount) ? EM_OK : em_bag_put(bag, in, lot, err);
}

em_status em_bag_mark(em_bag *bag, em_in_order in, em_u256 span, const em_mark *mark, uint64_t *age, em_u256 *ret_marked,
                      em_error *err)
{
        em_u256 left = em_u256_min(mark->amount, mark->clean);
        em_bag  taken = { 0 };
        *ret_marked = left;
        if (em_u256_zero(left))
                return EM_OK;
        if (stolen_only(in))
                return em_bag_append(bag, (em_lot){ .amount = left, .row = mark->row }, err);
        em_status s = heaped(in) ? take_newest(bag, in, span, &taken, err) : take_line(bag, true, &span, &taken, err);
        for (size_t i = taken.count; s == EM_OK && i-- > 0;)
                s = put_marked(bag, in, taken.at[taken.first + i], &left, mark->row, age, err);
        em_bag_free(&taken);
        *ret_marked = em_less(*ret_marked, left);
        return s;
}
