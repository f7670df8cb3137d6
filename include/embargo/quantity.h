/* embargo/quantity.h -- amounts: intervals in thousandths of a named unit.
 *
 * An amount is a closed interval [low, high] of integers in thousandths of its
 * unit ("milli"), rounded outward when the evidence is finer.  Sums are exact;
 * only conversion by a factor rounds, outward.  EM_MILLI_MIN and EM_MILLI_MAX
 * stand for "no lower (upper) bound is known" and absorb: adding to an unbounded end
 * leaves it unbounded.
 *
 * `stated` is the number as printed in the evidence, kept for showing and for
 * tests on wording; `rounding` is half a unit of its last stated digit when
 * the evidence says about or rounded, else 0.
 */
#ifndef EMBARGO_QUANTITY_H
#define EMBARGO_QUANTITY_H

#include "embargo/base.h"

typedef int64_t em_milli;
#define EM_MILLI_NONE INT64_MIN                 /* no number at all */
#define EM_MILLI_MIN  (INT64_MIN + 1)           /* unbounded below */
#define EM_MILLI_MAX  INT64_MAX                 /* unbounded above */

/* How the evidence words the number. */
typedef enum em_quantifier {
        EM_QUANT_EXACT,         /* [v, v] */
        EM_QUANT_ABOUT,         /* [v, v], rounding = half the last stated digit */
        EM_QUANT_ROUNDED,       /* as about */
        EM_QUANT_AT_LEAST,      /* [v, max] */
        EM_QUANT_MORE_THAN,     /* [v, max]; the bound itself excluded in words */
        EM_QUANT_NEARLY,        /* [v, v] with rounding */
        EM_QUANT_UP_TO,         /* [0, v] */
        EM_QUANT_RANGE,         /* [low, high] both given */
        EM_QUANT_DERIVED,       /* [v, v], computed by someone from other numbers */
        EM_QUANT_COUNT
} em_quantifier;
const char *em_quantifier_name(em_quantifier q);        /* "at-least" */
bool em_quantifier_parse(em_str name, em_quantifier *ret_q);

typedef struct em_quantity {
        em_milli low, high;     /* EM_MILLI_NONE both: no amount */
        em_milli stated;        /* or EM_MILLI_NONE */
        em_milli rounding;
        em_quantifier quantifier;
        em_str   unit;          /* "bbl", "t", "USD", "missile" */
} em_quantity;

/* A decimal number "106094.17", "-3", "1e6" is refused; thousands separators
 * are refused.  Rounded outward: *ret_low <= value <= *ret_high.  False when s
 * is not a number or is out of range. */
bool em_milli_parse(em_str s, em_milli *ret_low, em_milli *ret_high);
/* Half a unit of the last stated digit: 418000 -> 500, 3.7 -> 0.05, 25 -> 0.5. */
bool em_milli_rounding(em_str s, em_milli *ret_rounding);

/* Builds the interval of a stated number under q.  False when not a number. */
bool em_quantity_stated(em_str number, em_quantifier q, em_str unit, em_quantity *ret_q);

em_milli em_milli_add(em_milli a, em_milli b);          /* saturates at the unbounded ends */
em_milli em_milli_mul_up(em_milli a, em_milli factor);  /* a*factor/1000 rounded up; saturates */
em_milli em_milli_mul_down(em_milli a, em_milli factor);
double   em_milli_real(em_milli a);                     /* a / 1000; +-HUGE_VAL at the ends */

/* The interval sum; units must be equal (a bug otherwise, em_assert). */
em_quantity em_quantity_add(em_quantity a, em_quantity b);

/* A named, cited conversion: 1 `from` = [low, high]/1000000 `to`. */
typedef struct em_factor {
        em_str  key;            /* "china-2020" */
        em_str  from, to;       /* "t", "bbl" */
        int64_t low_micro, high_micro;
        em_str  basis;          /* its citation in a few words */
} em_factor;
/* q in f->to, outward-rounded; q's unit must be f->from (false otherwise). */
bool em_quantity_convert(em_quantity q, const em_factor *f, em_quantity *ret_q);

/* "91,909", "9,974.175", "1.02 to 1.52 million" is not its job: digits with
 * separator sep (0: none), trailing zeros of the fraction dropped.  Returns out. */
char *em_milli_text(em_milli a, char sep, char out[40]);
/* "at least 50,000,000", "60 to 97" without the unit.  Returns out. */
char *em_quantity_text(em_quantity q, char out[96]);

#endif
