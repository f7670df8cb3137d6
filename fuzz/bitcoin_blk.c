/* Any bytes are a block file: frames lie in order inside it, each behind its magic, with
 * a key as without, and refusing frames never makes the reader stand still.
 * The first byte says whether there is a key and a tail and which frames are refused.
 */
#include "embargo/bitcoin.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t magic[4] = { 0xf9, 0xbe, 0xb4, 0xd9 };
static const uint8_t keys[2][8] = { { 0 }, { 0x27, 0x5b, 0x00, 0xc3, 0x91, 0xee, 0x08, 0x7d } };

static uint8_t plain(em_str text, const uint8_t key[8], size_t at)
{
        return (uint8_t)((uint8_t)text.p[at] ^ key[at % 8]);
}

static void look_at(em_str text, const uint8_t *key, em_str block, uint64_t offset)
{
        em_assert(offset >= 8 && offset + block.n <= text.n && block.n > 0);
        for (size_t i = 0; i < sizeof magic; i++)
                em_assert(plain(text, key, (size_t)offset - 8 + i) == magic[i]);
        for (size_t i = 0; i < block.n; i++)
                em_assert((uint8_t)block.p[i] == plain(text, key, (size_t)offset + i));
}

static void read_all(em_str text, uint8_t how)
{
        const uint8_t *key = keys[how & 1];
        em_arena *arena = em_arena_new((size_t)1 << 24);
        em_blk blk = em_blk_make(text, magic, key);
        em_str block;
        uint64_t offset, last = 0;
        bool cut = false;
        unsigned n = 0;
        blk.tail = how & 2 ? 32 : 0;
        while (em_blk_next(&blk, arena, &block, &offset, &cut)) {
                em_assert(offset > last && !cut);
                last = offset;
                look_at(text, key, block, offset);
                em_assert(blk.at == offset + block.n);
                if (how >> (2 + n++ % 6) & 1)
                        em_blk_refuse(&blk, offset);
                em_arena_reset(arena);
        }
        em_assert(blk.at == text.n && !blk.nomem && blk.skipped <= text.n);
        em_assert(!em_blk_next(&blk, arena, &block, &offset, &cut) && !cut);
        em_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        if (size == 0)
                return 0;
        char *copy = malloc(size);
        if (!copy)
                abort();
        memcpy(copy, data + 1, size - 1);
        read_all((em_str){ copy, size - 1 }, data[0]);
        free(copy);
        return 0;
}
