/* One transaction at the cursor, for the transaction and the block reader. */
#ifndef EMBARGO_DECODE_BITCOIN_TX_H
#define EMBARGO_DECODE_BITCOIN_TX_H

#include "decode/bitcoin_bytes.h"

/* Version, counts, one input, no output, lock time. */
#define EM_BTC_TX_LEAST ((size_t)51)

/* False with the reason in the cursor. */
bool em_btc_tx_take(em_bytes *b, const em_btc_opts *opts, em_arena *arena, em_btc_tx *ret_tx);

#endif
