/* Block files: frames of magic, length, block (Bitcoin Core's node/blockstorage.cpp),
 * since 28.0 XORed with a key of eight bytes by file offset (xor.dat).
 *
 * A file that lived through crashes holds half blocks, remains of older ones and long
 * stretches of zeros allocated ahead.  Like Core when it reindexes, the reader looks
 * for the next magic after anything that is no frame.  A frame that runs past the end
 * may be the last, half written, or have a damaged length: the search goes on behind
 * its magic, and only when nothing whole follows is the file called cut.
 */
#include "embargo/bitcoin.h"

#define HEAD          ((size_t)8)               /* magic and length */
#define LEAST         ((size_t)81)              /* header and a count */
#define MOST          ((size_t)1 << 28)         /* Core 4 MB, Bitcoin Cash 32 MB and growing */
#define REFUSALS_MOST 16u

em_blk em_blk_make(em_str text, const uint8_t magic[4], const uint8_t key[8])
{
        em_blk blk = { .text = text };
        memcpy(blk.magic, magic, sizeof blk.magic);
        if (key)
                memcpy(blk.key, key, sizeof blk.key);
        return blk;
}

static uint8_t plain(const em_blk *blk, size_t at)
{
        return (uint8_t)((uint8_t)blk->text.p[at] ^ blk->key[at % 8]);
}

static bool magic_at(const em_blk *blk, size_t at)
{
        for (size_t i = 0; i < sizeof blk->magic; i++)
                if (plain(blk, at + i) != blk->magic[i])
                        return false;
        return true;
}

static bool has_key(const em_blk *blk)
{
        static const uint8_t none[8];
        return memcmp(blk->key, none, sizeof none) != 0;
}

/* The first magic at or behind `at` with room for a length; text.n when there is none. */
static size_t find_magic(const em_blk *blk, size_t at)
{
        size_t n = blk->text.n;
        if (n < HEAD || at > n - HEAD)
                return n;
        if (!has_key(blk)) {
                const char *hit = memmem(blk->text.p + at, n - 4 - at, blk->magic,
                                         sizeof blk->magic);
                return hit ? (size_t)(hit - blk->text.p) : n;
        }
        for (; at <= n - HEAD; at++)
                if (magic_at(blk, at))
                        return at;
        return n;
}

/* Zeros that end a gap are room allocated ahead and written raw, never rubbish. */
static size_t rubbish(const em_blk *blk, size_t from, size_t to)
{
        while (to > from && blk->text.p[to - 1] == 0)
                to--;
        return to - from;
}

static size_t length_at(const em_blk *blk, size_t at)
{
        size_t length = 0;
        for (size_t i = 4; i-- > 0;)
                length = length << 8 | plain(blk, at + i);
        return length;
}

/* Finds the next whole frame at or behind blk->at; false at the end. */
static bool find_frame(em_blk *blk, size_t *ret_at, size_t *ret_length, bool *ret_cut)
{
        size_t at = blk->at, least = blk->tail ? 1 : LEAST;
        *ret_cut = false;
        while ((at = find_magic(blk, at)) < blk->text.n) {
                size_t length = length_at(blk, at + 4), room = blk->text.n - at - HEAD;
                if (length >= least && length <= MOST) {
                        *ret_at = at + HEAD;
                        *ret_length = length + blk->tail;
                        if (*ret_length <= room)
                                return true;
                        *ret_cut = true;
                }
                at++;
        }
        return false;
}

static void unmask(const em_blk *blk, size_t at, char *out, size_t n)
{
        uint64_t key, word;
        uint8_t turned[8];
        size_t i = 0;
        for (size_t k = 0; k < sizeof turned; k++)
                turned[k] = blk->key[(at + k) % 8];
        memcpy(&key, turned, sizeof key);
        for (; i + sizeof word <= n; i += sizeof word) {
                memcpy(&word, blk->text.p + at + i, sizeof word);
                word ^= key;
                memcpy(out + i, &word, sizeof word);
        }
        for (; i < n; i++)
                out[i] = (char)plain(blk, at + i);
}

bool em_blk_next(em_blk *blk, em_arena *arena, em_str *ret_block, uint64_t *ret_offset, bool *ret_cut)
{
        size_t at = 0, length = 0;
        bool cut = false, found = find_frame(blk, &at, &length, &cut);
        if (!found) {
                blk->skipped += rubbish(blk, blk->at, blk->text.n);
                blk->at = blk->text.n;
                *ret_cut = cut;
                return false;
        }
        em_str block = { blk->text.p + at, length };
        if (has_key(blk)) {
                char *copy = em_arena_alloc(arena, length);
                if (!copy) {
                        blk->nomem = true;
                        return false;
                }
                unmask(blk, at, copy, length);
                block.p = copy;
        }
        blk->skipped += rubbish(blk, blk->at, at - HEAD);
        blk->at = at + length;
        *ret_block = block;
        *ret_offset = at;
        *ret_cut = false;
        return true;
}

void em_blk_refuse(em_blk *blk, uint64_t offset)
{
        em_assert(offset >= HEAD && offset <= blk->at);
        if (offset >= blk->refused_end) {
                blk->refused_end = blk->at;
                blk->refused = 0;
        }
        if (++blk->refused < REFUSALS_MOST) {
                blk->skipped += HEAD;
                blk->at = (size_t)offset;
                return;
        }
        size_t end = blk->refused_end > blk->at ? blk->refused_end : blk->at;
        blk->skipped += end - (size_t)offset + HEAD;
        blk->at = end;
}
