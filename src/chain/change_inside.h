/* What the files of change heuristics share: a combination as postfix, and the raw columns. */
#ifndef EMBARGO_CHAIN_CHANGE_INSIDE_H
#define EMBARGO_CHAIN_CHANGE_INSIDE_H

#include "embargo/change.h"

/* Above the heuristics' own numbers. */
enum { CHANGE_AND = EM_CHANGE_KINDS, CHANGE_MINUS, CHANGE_OR };

typedef struct em_change_op { uint8_t what, digits; } em_change_op;     /* digits: power_of_ten's */

struct em_change {
        em_change_op *op;       /* postfix */
        size_t   ops, deep;     /* deep: most sets on the stack at once */
        unsigned needs;
        em_str   text;
};

struct em_change_raw {
        uint64_t *pace;         /* a transaction's satoshi per 1,000 virtual bytes * 2 + has a lock time */
        uint64_t  txs;
};
#define EM_CHANGE_NO_PACE (UINT64_MAX >> 1)     /* an input's value is unknown */

#endif
