/* chain_dice.h -- chains made by dice, block by block, with branches: for tests of what happens to an index when
 * its chain grows or changes.  Built on chain_blocks.h.
 *
 * A branch is a list of blocks and the coins that may be spent at its end; copying the struct at a block makes a fork.
 * Coins go to few payees and to many, some outputs are too large for five bytes, some pay 32-byte programs.
 */
#ifndef EMBARGO_TEST_CHAIN_DICE_H
#define EMBARGO_TEST_CHAIN_DICE_H

#include "chain_blocks.h"

enum { DICE_BLOCKS = 512, DICE_COINS = 8192 };

typedef struct dice_coin { em_hash256 txid; uint32_t vout; int64_t value; } dice_coin;

typedef struct dice_branch {
        uint64_t  dice;
        bool      messy;                /* equal coinbases, coins that are spent twice or are of no transaction */
        em_hash256 tip;
        mk_block  block[DICE_BLOCKS];
        size_t    blocks, shared;       /* shared: blocks of the branch that it was copied from */
        dice_coin coin[DICE_COINS];
        size_t    coins;
} dice_branch;

/* splitmix64 (Steele, Lea and Flood 2014) */
static inline uint64_t dice_roll(dice_branch *b, uint64_t below)
{
        uint64_t z = b->dice += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return (z ^ z >> 31) % below;
}

static inline void dice_keep(dice_branch *b, const mk_tx *tx, const mk_out *out, size_t outs)
{
        for (uint32_t o = 0; o < outs && b->coins < DICE_COINS; o++)
                b->coin[b->coins++] = (dice_coin){ tx->txid, o, out[o].value };
}

static inline mk_tx dice_spend(dice_branch *b)
{
        mk_in in[4];
        mk_out out[5];
        size_t ins = 1 + (size_t)dice_roll(b, 3), outs = 1 + (size_t)dice_roll(b, 4);
        int64_t sum = 0;
        if (ins > b->coins)
                ins = b->coins;
        for (size_t i = 0; i < ins; i++) {
                size_t at = (size_t)dice_roll(b, b->coins);
                in[i] = (mk_in){ b->coin[at].txid, b->coin[at].vout };
                sum += b->coin[at].value;
                if (!b->messy || dice_roll(b, 8))
                        b->coin[at] = b->coin[--b->coins];
                if (b->messy && dice_roll(b, 20) == 0)
                        in[i].prev.b[5] ^= 0x55;
        }
        for (size_t o = 0; o < outs; o++) {
                int64_t part = o + 1 == outs ? sum : (int64_t)dice_roll(b, (uint64_t)sum + 1);
                out[o] = (mk_out){ part, (uint8_t)(dice_roll(b, 2) ? dice_roll(b, 8) : dice_roll(b, 256)) };
                sum -= part;
        }
        mk_tx tx = mk_spend(in, ins, out, outs, (uint32_t)dice_roll(b, 1u << 30));
        dice_keep(b, &tx, out, outs);
        return tx;
}

static inline void dice_block(dice_branch *b)
{
        mk_tx tx[8];
        const mk_tx *txs[8];
        uint32_t height = (uint32_t)b->blocks;
        mk_out reward = { height % 5 ? INT64_C(5000000000) : INT64_C(1) << 41, (uint8_t)(height % 11) };
        uint32_t tag = b->messy ? height % 7 : (uint32_t)dice_roll(b, 1u << 30);
        if (b->messy)
                reward = (mk_out){ 5000, 3 };
        tx[0] = mk_coinbase(tag, reward.payee, reward.value);
        size_t n = 1, want = height ? 1 + (size_t)dice_roll(b, 7) : 1;
        for (; n < want && b->coins > 0; n++)
                tx[n] = dice_spend(b);
        dice_keep(b, &tx[0], &reward, 1);
        for (size_t t = 0; t < n; t++)
                txs[t] = &tx[t];
        b->block[b->blocks] = mk_mine(b->tip, 1000 + height, txs, n);
        b->tip = b->block[b->blocks++].hash;
        for (size_t t = 0; t < n; t++)
                em_buf_free(&tx[t].bytes);
}

static inline dice_branch *dice_begin(uint64_t dice, bool messy, size_t blocks)
{
        dice_branch *b = calloc(1, sizeof *b);
        b->dice = dice;
        b->messy = messy;
        while (b->blocks < blocks)
                dice_block(b);
        return b;
}

/* A branch that goes on with other dice behind the last block of b. */
static inline dice_branch *dice_fork(const dice_branch *b, uint64_t dice, size_t blocks)
{
        dice_branch *f = malloc(sizeof *f);
        memcpy(f, b, sizeof *f);
        f->shared = b->blocks;
        f->dice = dice;
        while (f->blocks < b->blocks + blocks)
                dice_block(f);
        return f;
}

static inline void dice_end(dice_branch *b)
{
        for (size_t k = b->shared; k < b->blocks; k++)
                em_buf_free(&b->block[k].bytes);
        free(b);
}

/* Blocks from..to of a branch as a block file. */
static inline void dice_write(const mk_place *p, const char *name, const dice_branch *b, size_t from, size_t to)
{
        em_buf file = em_buf_make((size_t)64 << 20);
        for (size_t k = from; k < to; k++)
                mk_frame(&file, em_buf_view(&b->block[k].bytes));
        mk_write(p, name, em_buf_view(&file));
        em_buf_free(&file);
}

#endif
