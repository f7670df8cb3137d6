/* Any bytes are the undo record of a block or are refused at a place inside them.  The
 * first two bytes give the block's shape: transactions, and inputs of each.
 */
#include "embargo/bitcoin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_btc_tx tx[16] = { { .ins = 1 } };
        if (size < 2)
                return 0;
        em_btc_block block = { .tx = tx, .txs = 1u + data[0] % 15 };
        size_t coins = 0, count = 0;
        for (size_t t = 1; t < block.txs; t++) {
                tx[t].ins = 1 + (size_t)(data[1] >> t % 8 & 1);
                coins += tx[t].ins;
        }
        em_arena *arena = em_arena_new((size_t)1 << 22);
        char *copy = malloc(size);
        if (!arena || !copy)
                abort();
        memcpy(copy, data + 2, size - 2);
        em_str bytes = { copy, size - 2 };
        em_btc_undo *list = NULL;
        em_error err = { 0 };
        if (em_btc_undo_parse(bytes, &block, arena, &list, &count, &err) == EM_OK) {
                em_assert(count == coins);
                for (size_t i = 0; i < count; i++) {
                        em_str who;
                        em_script_read(list[i].script, &who);
                        em_assert(list[i].value_sat >= 0 && list[i].height <= INT32_MAX);
                }
        } else {
                em_assert(count == 0 && err.column >= 1 && err.column <= bytes.n + 1);
        }
        free(copy);
        em_arena_free(arena);
        return 0;
}
