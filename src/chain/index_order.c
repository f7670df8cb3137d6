/* The chain among the blocks: the one with most work from the genesis block
 * (Nakamoto, section 4; Core's nChainWork), or, when the files hold no genesis
 * block, from whichever root has most.
 *
 * Work is 2^256 / (target + 1) of the header's bits, counted only when the
 * header's hash is below the target: otherwise anybody could write a block that
 * claims more work than the whole chain.  Coins whose proof is another hash are
 * believed.  Equal work: more blocks; then the tip that stands first in the files.
 */
#include "chain/index_inside.h"

#include <stdlib.h>

#define NONE UINT32_MAX

__extension__ typedef unsigned __int128 work_t;

typedef struct order {
        const em_ix_found *found;
        uint32_t *slot;                 /* open addressing by hash, into block, +1 */
        size_t    mask;
        uint32_t *parent, *child, *sibling, *length;
        work_t   *work;                 /* from the root */
        uint32_t *queue;
} order;

static bool is_zero(const em_hash256 *h)
{
        static const em_hash256 zero;
        return memcmp(h, &zero, sizeof zero) == 0;
}

/* 2^256 / (mantissa * 256^(exponent - 3) + 1), near enough in 128 bits, never above 2^96. */
static work_t work_of(const em_ix_block *b, bool proved_elsewhere)
{
        uint32_t mantissa = b->bits & 0x7fffff, exponent = b->bits >> 24;
        if (b->bits & 0x800000 || mantissa == 0 || exponent > 34)
                return 0;
        uint8_t target[40] = { 0 };     /* little-endian, like the hash */
        for (uint32_t i = 0; i < 3; i++)
                if (exponent + i >= 3)
                        target[exponent - 3 + i] = (uint8_t)(mantissa >> (8 * i));
        for (size_t i = 32; i < sizeof target; i++)
                if (target[i])
                        return 0;
        for (size_t i = 32; i-- > 0 && !proved_elsewhere;) {
                if (b->hash.b[i] < target[i])
                        break;
                if (b->hash.b[i] > target[i])
                        return 0;
        }
        uint32_t shift = 8 * (35 - exponent);           /* 2^256 / target = 2^(280 - 8 exponent) / mantissa */
        if (shift < 24)
                return ((work_t)1 << 24) / mantissa >> (24 - shift);
        if (shift >= 120)
                return (work_t)1 << 96;
        work_t work = ((work_t)1 << shift) / mantissa;
        return work > (work_t)1 << 96 ? (work_t)1 << 96 : work;
}

static size_t slot_of(const order *o, const em_hash256 *hash)
{
        size_t at = (size_t)em_ix_mix(em_ix_u64(hash->b)) & o->mask;
        while (o->slot[at] && memcmp(&o->found->block[o->slot[at] - 1].hash, hash, sizeof *hash) != 0)
                at = (at + 1) & o->mask;
        return at;
}

/* Every hash once; parent is NONE for refused blocks and repeats, whose length is NONE too. */
static uint64_t enter(order *o, const em_ix_spot *refused, size_t refusals)
{
        uint64_t repeats = 0;
        for (size_t i = 0; i < o->found->blocks; i++) {
                const em_ix_block *b = &o->found->block[i];
                bool bad = false;
                for (size_t k = 0; k < refusals && !bad; k++)
                        bad = refused[k].file == b->file && refused[k].offset == b->offset;
                size_t at = bad ? 0 : slot_of(o, &b->hash);
                bool repeat = !bad && o->slot[at];
                o->parent[i] = o->child[i] = o->sibling[i] = NONE;
                o->length[i] = bad || repeat ? NONE : 0;
                repeats += repeat;
                if (!bad && !repeat)
                        o->slot[at] = (uint32_t)i + 1;
        }
        return repeats;
}

static void link_parents(order *o)
{
        for (size_t i = o->found->blocks; i-- > 0;) {
                const em_hash256 *prev = &o->found->block[i].prev;
                if (o->length[i] == NONE || is_zero(prev))
                        continue;
                uint32_t parent = o->slot[slot_of(o, prev)];
                if (!parent)
                        continue;
                o->parent[i] = parent - 1;
                o->sibling[i] = o->child[parent - 1];
                o->child[parent - 1] = (uint32_t)i;
        }
}

static bool better(const order *o, uint32_t a, uint32_t b)
{
        if (o->work[a] != o->work[b])
                return o->work[a] > o->work[b];
        if (o->length[a] != o->length[b])
                return o->length[a] > o->length[b];
        return a < b;
}

/* Breadth first from the roots, so that nothing depends on recursion or on loops. */
static uint32_t best_tip(order *o, bool from_genesis)
{
        uint32_t best = NONE;
        size_t head = 0, tail = 0;
        bool elsewhere = strcmp(o->found->net->coin, "LTC") == 0;
        for (size_t i = 0; i < o->found->blocks; i++)
                if (o->length[i] != NONE && o->parent[i] == NONE &&
                    (!from_genesis || is_zero(&o->found->block[i].prev)))
                        o->queue[tail++] = (uint32_t)i;
        while (head < tail) {
                uint32_t b = o->queue[head++], parent = o->parent[b];
                o->work[b] = work_of(&o->found->block[b], elsewhere) + (parent == NONE ? 0 : o->work[parent]);
                o->length[b] = 1 + (parent == NONE ? 0 : o->length[parent]);
                if (best == NONE || better(o, b, best))
                        best = b;
                for (uint32_t c = o->child[b]; c != NONE; c = o->sibling[c])
                        o->queue[tail++] = c;
        }
        return best;
}

static em_status make_room(order *o, em_error *err)
{
        size_t n = o->found->blocks + 1, slots = 16;
        while (slots < 2 * n)
                slots *= 2;
        o->mask = slots - 1;
        o->slot = calloc(slots, sizeof *o->slot);
        o->parent = malloc(n * sizeof *o->parent);
        o->child = malloc(n * sizeof *o->child);
        o->sibling = malloc(n * sizeof *o->sibling);
        o->length = malloc(n * sizeof *o->length);
        o->work = malloc(n * sizeof *o->work);
        o->queue = malloc(n * sizeof *o->queue);
        if (!o->slot || !o->parent || !o->child || !o->sibling || !o->length || !o->work || !o->queue)
                return em_fail(err, EM_NOMEM, "no memory to order %zu blocks", o->found->blocks);
        return EM_OK;
}

static em_status find_chain(order *o, uint32_t **ret_chain, size_t *ret_length, em_error *err)
{
        uint32_t tip = best_tip(o, true);
        if (tip == NONE)
                tip = best_tip(o, false);
        size_t length = tip == NONE ? 0 : o->length[tip];
        uint32_t *chain = malloc((length + 1) * sizeof *chain);
        if (!chain)
                return em_fail(err, EM_NOMEM, "no memory to order %zu blocks", o->found->blocks);
        for (size_t i = length; i-- > 0; tip = o->parent[tip])
                chain[i] = tip;
        *ret_chain = chain;
        *ret_length = length;
        return EM_OK;
}

em_status em_ix_order(const em_ix_found *found, const em_ix_spot *refused, size_t refusals,
                      uint32_t **ret_chain, size_t *ret_length, uint64_t *ret_duplicates, em_error *err)
{
        order o = { .found = found };
        uint64_t repeats = 0;
        em_status status = make_room(&o, err);
        if (status == EM_OK) {
                repeats = enter(&o, refused, refusals);
                link_parents(&o);
                status = find_chain(&o, ret_chain, ret_length, err);
        }
        if (status == EM_OK)
                *ret_duplicates = repeats;
        free(o.slot);
        free(o.parent);
        free(o.child);
        free(o.sibling);
        free(o.length);
        free(o.work);
        free(o.queue);
        return status;
}
