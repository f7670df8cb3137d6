/* Hashes that the Bitcoin readers share. */
#ifndef EMBARGO_DECODE_BITCOIN_HASH_H
#define EMBARGO_DECODE_BITCOIN_HASH_H

#include "embargo/bitcoin.h"

/* RIPEMD-160 of SHA-256: what P2PKH pays to. */
void em_btc_hash160(em_str bytes, uint8_t out[20]);

/* The root over count > 0 leaves, which are overwritten.  False when two equal branches
 * stand side by side where a pair is hashed: such a list has a shorter twin with the same
 * root (CVE-2012-2459). */
bool em_btc_merkle(em_hash256 *leaf, size_t count, em_hash256 *ret_root);

#endif
