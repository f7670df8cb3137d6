/* embargo/pattern_account.h -- what accounts of an account chain seem to be, from how they behave.
 *
 * Everything here is a hypothesis with its reasons beside it: that an address takes deposits for a service, that two
 * addresses were first given gas by the same hand, that coins left one chain and came up on another.  Callers say "may",
 * show the moves, and show what else would fit.
 */
#ifndef EMBARGO_PATTERN_ACCOUNT_H
#define EMBARGO_PATTERN_ACCOUNT_H

#include "embargo/moves.h"

/* ---- what kind of account (account_kind.c) ---- */

typedef enum em_account_kind {
        EM_ACCOUNT_UNKNOWN,     /* the files show neither */
        EM_ACCOUNT_OWNED,       /* it has sent a transaction: somebody has its key */
        EM_ACCOUNT_CONTRACT     /* it has no key: it paid out of an internal call, was called in a transaction that
                                 * logged token transfers, or is itself a token; and never sent a transaction */
} em_account_kind;
/* ret_kind[accounts].  One pass over the moves.  EM_NOMEM. */
EM_MUST em_status em_accounts_kinds(const em_moves *m, uint8_t *ret_kind, em_error *err);

#endif
