/* make_theft DIR   writes the constructed chain of examples/theft: DIR/blk00000.dat.
 *
 * Nothing in it happened.  A small regtest chain with a scripted theft of 1,000 coins between
 * honest payments: a peel chain of twelve steps, deposits to two labelled exchanges, one
 * CoinJoin, two transactions in which stolen and clean coins are mixed, and coins that still
 * sit.  examples/theft/README.md works out by hand what each policy must find.
 *
 * The rules of the format are those of the Bitcoin developer reference, written here a second
 * time: the program that reads the file shares only SHA-256 with this one.  Spends carry no
 * signatures, so no node would take the blocks.  The same program gives the same bytes.
 */
#include "embargo/bitcoin.h"

#include <stdio.h>
#include <stdlib.h>

#define COIN      INT64_C(100000000)
#define FEE       (COIN / 1000)
#define COINS_MAX 4096
#define TXS_MAX   64
#define PEOPLE    40
#define HOUR      3600
#define BEGINNING 1709251200            /* 2024-03-01T00:00:00Z: block 0's place in time, one an hour */

/* Where the script stands, by height. */
enum { VAULT_AT = 126, THEFT_AT = 130, PEEL_AT = 131, CLEAN_AT = 136, RELAY_AT = 144, FIRST_MIX_AT = 146,
       SECOND_HOP_AT = 148, SECOND_MIX_AT = 150, JOIN_AT = 152, SWEEP_AT = 154, AFTER_AT = 156, END_AT = 170 };

typedef struct coin { em_hash256 txid; uint32_t vout; int64_t sat; bool honest, spent; unsigned ripe; } coin;
typedef struct pay { const char *who; int64_t sat; } pay;

typedef struct world {
        em_buf     file, body;
        em_hash256 leaf[TXS_MAX], prev;
        size_t     txs;
        unsigned   height;
        coin       coins[COINS_MAX];
        size_t     count;
        size_t     coinbase[END_AT + 1];        /* coins by the block that made them */
        size_t     peeled[12], rest, relay, mixed, vault, thief;
        uint64_t   state;
} world;

static uint64_t draw(world *w, uint64_t below)  /* splitmix64 */
{
        uint64_t z = w->state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return (z ^ z >> 31) % below;
}

static em_hash256 twice(em_str s)
{
        em_sha256 once = em_sha256_of(s), again = em_sha256_of((em_str){ (const char *)once.b, 32 });
        em_hash256 h;
        memcpy(h.b, again.b, 32);
        return h;
}

static void put_le(em_buf *b, uint64_t v, size_t n)
{
        for (size_t i = 0; i < n; i++, v >>= 8)
                em_buf_ch(b, (char)(v & 0xff));
}

/* P2WPKH of a key hash made from the name, so that nobody holds the key. */
static void put_payee(em_buf *b, const char *who)
{
        char name[80];
        int  n = snprintf(name, sizeof name, "constructed: %s", who);
        em_sha256 hash = em_sha256_of((em_str){ name, (size_t)n });
        em_buf_add(b, "\x16\x00\x14", 3);
        em_buf_add(b, hash.b, 20);
}

static size_t keep(world *w, em_hash256 txid, size_t vout, pay p, unsigned ripe)
{
        em_assert(w->count < COINS_MAX);
        w->coins[w->count] = (coin){ .txid = txid, .vout = (uint32_t)vout, .sat = p.sat, .ripe = ripe,
                                     .honest = strncmp(p.who, "person", 6) == 0 };
        return w->count++;
}

/* Adds a transaction to the block in hand; returns the first of its outputs' coins. */
static size_t spend(world *w, const size_t *in, size_t ins, const pay *out, size_t outs)
{
        size_t from = w->body.n, first = w->count;
        put_le(&w->body, 2, 4);
        put_le(&w->body, ins, 1);
        for (size_t i = 0; i < ins; i++) {
                coin *c = &w->coins[in[i]];
                em_assert(!c->spent && c->ripe <= w->height);
                c->spent = true;
                em_buf_add(&w->body, c->txid.b, 32);
                put_le(&w->body, c->vout, 4);
                put_le(&w->body, 0, 1);
                put_le(&w->body, 0xfffffffd, 4);
        }
        put_le(&w->body, outs, 1);
        for (size_t o = 0; o < outs; o++) {
                put_le(&w->body, (uint64_t)out[o].sat, 8);
                put_payee(&w->body, out[o].who);
        }
        put_le(&w->body, w->height, 4);
        em_hash256 txid = twice((em_str){ w->body.p + from, w->body.n - from });
        em_assert(w->txs < TXS_MAX);
        w->leaf[w->txs++] = txid;
        for (size_t o = 0; o < outs; o++)
                keep(w, txid, o, out[o], w->height);
        return first;
}

/* ---- blocks ---- */

static void put_coinbase_in(world *w, em_str script)
{
        put_le(&w->body, 1, 4);
        put_le(&w->body, 1, 1);
        for (int i = 0; i < 4; i++)
                put_le(&w->body, 0, 8);
        put_le(&w->body, 0xffffffff, 4);
        put_le(&w->body, script.n, 1);
        em_buf_str(&w->body, script);
        put_le(&w->body, 0xffffffff, 4);
        put_le(&w->body, 1, 1);
}

/* BIP 34's height in its shortest form and two more bytes; fees are left unclaimed. */
static void begin(world *w)
{
        em_buf script = em_buf_make(16);
        unsigned h = w->height;
        char miner[16];
        if (h <= 16) {
                em_buf_ch(&script, (char)(0x50 + h));
        } else {
                em_buf_ch(&script, h < 128 ? 1 : 2);
                put_le(&script, h, h < 128 ? 1 : 2);
        }
        em_buf_add(&script, "\x02\x65\x78", 3);
        em_buf_clear(&w->body);
        put_coinbase_in(w, em_buf_view(&script));
        snprintf(miner, sizeof miner, "miner %u", h % 5);
        pay p = { miner, h < 150 ? 50 * COIN : 25 * COIN };
        put_le(&w->body, (uint64_t)p.sat, 8);
        put_payee(&w->body, p.who);
        put_le(&w->body, 0, 4);
        w->leaf[0] = twice(em_buf_view(&w->body));
        w->txs = 1;
        w->coinbase[h] = keep(w, w->leaf[0], 0, p, h + 100);
        em_buf_free(&script);
}

static em_hash256 root_of(const world *w)
{
        em_hash256 node[TXS_MAX + 1];
        memcpy(node, w->leaf, w->txs * sizeof *node);
        for (size_t n = w->txs; n > 1; n = (n + 1) / 2)
                for (size_t i = 0; i < n; i += 2) {
                        em_hash256 pair[2] = { node[i], node[i + 1 < n ? i + 1 : i] };
                        node[i / 2] = twice((em_str){ (const char *)pair, sizeof pair });
                }
        return node[0];
}

static void end(world *w, uint32_t version, uint32_t time_s, uint32_t nonce)
{
        em_buf header = em_buf_make(80);
        em_hash256 root = root_of(w), hash;
        for (;; nonce++) {
                em_buf_clear(&header);
                put_le(&header, version, 4);
                em_buf_add(&header, w->prev.b, 32);
                em_buf_add(&header, root.b, 32);
                put_le(&header, time_s, 4);
                put_le(&header, 0x207fffff, 4);
                put_le(&header, nonce, 4);
                hash = twice(em_buf_view(&header));
                if (hash.b[31] < 0x7f)
                        break;
        }
        em_buf_add(&w->file, "\xfa\xbf\xb5\xda", 4);
        put_le(&w->file, 80 + 1 + w->body.n, 4);
        em_buf_str(&w->file, em_buf_view(&header));
        put_le(&w->file, w->txs, 1);
        em_buf_str(&w->file, em_buf_view(&w->body));
        em_buf_free(&header);
        w->prev = hash;
}

/* Regtest's own first block, as every node has it (Bitcoin Core, kernel/chainparams.cpp). */
static void genesis(world *w)
{
        static const char key[] =
                "\x04\x67\x8a\xfd\xb0\xfe\x55\x48\x27\x19\x67\xf1\xa6\x71\x30\xb7\x10\x5c\xd6\xa8\x28\xe0"
                "\x39\x09\xa6\x79\x62\xe0\xea\x1f\x61\xde\xb6\x49\xf6\xbc\x3f\x4c\xef\x38\xc4\xf3\x55\x04"
                "\xe5\x1e\xc1\x12\xde\x5c\x38\x4d\xf7\xba\x0b\x8d\x57\x8a\x4c\x70\x2b\x6b\xf1\x1d\x5f";
        put_coinbase_in(w, EM_S("\x04\xff\xff\x00\x1d\x01\x04\x45The Times 03/Jan/2009 Chancellor on brink "
                                "of second bailout for banks"));
        put_le(&w->body, (uint64_t)(50 * COIN), 8);
        em_buf_add(&w->body, "\x43\x41", 2);
        em_buf_add(&w->body, key, 65);
        em_buf_ch(&w->body, (char)0xac);
        put_le(&w->body, 0, 4);
        w->leaf[0] = twice(em_buf_view(&w->body));
        w->txs = 1;
        end(w, 1, 1296688602, 2);
}

/* ---- honest payments ---- */

static void pay_honestly(world *w, size_t from)
{
        char to[24], change[24];
        snprintf(to, sizeof to, "person %u", (unsigned)draw(w, PEOPLE));
        snprintf(change, sizeof change, "person %u", (unsigned)draw(w, PEOPLE));
        int64_t sat = w->coins[from].sat, part = 1000 + (int64_t)draw(w, (uint64_t)sat / 2);
        spend(w, &from, 1, (pay[]){ { to, part }, { change, sat - part - FEE } }, 2);
}

/* Each hour the next ripe coinbase is paid out and two coins of people change hands. */
static void honest_hour(world *w)
{
        if (w->height >= 140)
                pay_honestly(w, w->coinbase[w->height - 100]);
        for (int i = 0; i < 2; i++) {
                size_t tries = w->count, at = (size_t)draw(w, w->count);
                for (; tries > 0; tries--, at = (at + 1) % w->count)
                        if (w->coins[at].honest && !w->coins[at].spent && w->coins[at].sat > COIN)
                                break;
                if (tries > 0)
                        pay_honestly(w, at);
        }
}

/* ---- the script ---- */

static void fill_vault(world *w)
{
        size_t in[24];
        for (size_t i = 0; i < 24; i++)
                in[i] = w->coinbase[i + 1];
        w->vault = spend(w, in, 24, (pay[]){ { "vault", 1000 * COIN }, { "vault 2", COIN / 100 },
                                             { "person 0", 200 * COIN - COIN / 100 - FEE } }, 3);
}

/* Clean coins for the mixes: 130, and 61 to 64 for the CoinJoin; coinbase 25 is the clean 50. */
static void set_clean_aside(world *w, size_t clean[5])
{
        static const char *const owner[] = { "joiner 1", "joiner 2", "joiner 3", "joiner 4" };
        size_t three[3] = { w->coinbase[26], w->coinbase[27], w->coinbase[28] };
        clean[0] = spend(w, three, 3, (pay[]){ { "clean owner", 130 * COIN },
                                               { "person 1", 20 * COIN - FEE } }, 2);
        for (size_t i = 0; i < 4; i++) {
                size_t two[2] = { w->coinbase[29 + 2 * i], w->coinbase[30 + 2 * i] };
                clean[1 + i] = spend(w, two, 2, (pay[]){ { owner[i], (61 + (int64_t)i) * COIN },
                                     { "person 2", (39 - (int64_t)i) * COIN - FEE } }, 2);
        }
}

static const pay peels[12] = {
        { "exchange A deposit", 40 * COIN }, { "still 1", 30 * COIN }, { "before mix 1", 50 * COIN },
        { "exchange B deposit 1", 20 * COIN }, { "before join", 60 * COIN }, { "still 2", 25 * COIN },
        { "exchange A deposit", 35 * COIN }, { "relay", 45 * COIN }, { "still 3", 10 * COIN },
        { "exchange A deposit", 15 * COIN }, { "before mix 2", 70 * COIN }, { "still 4", 80 * COIN },
};

static void peel(world *w, size_t step)
{
        char    next[24];
        int64_t left = w->coins[w->rest].sat - peels[step].sat - FEE;
        snprintf(next, sizeof next, "thief %zu", step + 1);
        w->peeled[step] = spend(w, &w->rest, 1, (pay[]){ peels[step], { next, left } }, 2);
        w->rest = w->peeled[step] + 1;
}

static void join(world *w, const size_t clean[5])
{
        size_t in[5] = { clean[1], w->peeled[4], clean[2], clean[3], clean[4] };
        pay    out[10];
        char   name[10][24];
        for (size_t i = 0; i < 10; i++) {
                snprintf(name[i], sizeof name[i], i % 2 ? "join change %zu" : "joined %zu", i / 2);
                out[i] = (pay){ name[i], i % 2 ? w->coins[in[i / 2]].sat - 50 * COIN - FEE : 50 * COIN };
        }
        w->mixed = spend(w, in, 5, out, 10);
}

static void theft(world *w)
{
        size_t in[2] = { w->vault, w->vault + 1 };
        w->rest = spend(w, in, 2, (pay[]){ { "thief 0", 1000 * COIN }, { "vault 2", COIN / 100 - FEE } }, 2);
        w->thief = w->rest;
}

static void first_mix(world *w)
{
        size_t in[2] = { w->coinbase[25], w->peeled[2] };
        w->relay = spend(w, in, 2, (pay[]){ { "exchange B deposit 2", 30 * COIN },
                                            { "after mix 1", 70 * COIN - FEE } }, 2);
}

static void second_mix(world *w, size_t clean)
{
        size_t in[2] = { w->peeled[10], clean };
        spend(w, in, 2, (pay[]){ { "still 5", 120 * COIN }, { "still 6", 80 * COIN - FEE } }, 2);
}

static void scripted(world *w, size_t clean[5])
{
        unsigned h = w->height;
        size_t   sweep[2] = { w->peeled[0], w->peeled[6] }, on = w->relay + 1;
        if (h == VAULT_AT)
                fill_vault(w);
        if (h == THEFT_AT)
                theft(w);
        if (h >= PEEL_AT && h < PEEL_AT + 12)
                peel(w, h - PEEL_AT);
        if (h == RELAY_AT)
                spend(w, &w->peeled[7], 1, (pay[]){ { "exchange B deposit 2", 45 * COIN - FEE } }, 1);
        if (h == FIRST_MIX_AT)
                first_mix(w);
        if (h == SECOND_HOP_AT)
                spend(w, &on, 1, (pay[]){ { "exchange A deposit", 70 * COIN - 2 * FEE } }, 1);
        if (h == SECOND_MIX_AT)
                second_mix(w, clean[0]);
        if (h == JOIN_AT)
                join(w, clean);
        if (h == SWEEP_AT)
                spend(w, sweep, 2, (pay[]){ { "exchange A cold store", 75 * COIN - FEE } }, 1);
        if (h == AFTER_AT)
                spend(w, &w->mixed, 1, (pay[]){ { "person 3", 20 * COIN }, { "person 4", 30 * COIN - FEE } }, 2);
}

/* Who is who in the script, for labels.csv and README.md: the addresses, and the transactions to name. */
static void tell(const world *w)
{
        static const char *const who[] = {
                "vault", "thief 0", "thief 12", "exchange A deposit", "exchange A cold store", "exchange B deposit 1",
                "exchange B deposit 2", "still 1", "still 2", "still 3", "still 4", "still 5", "still 6", "before join",
        };
        const struct { const char *what; size_t coin; } named[] = {
                { "theft", w->thief }, { "relay", w->peeled[7] }, { "mix 1", w->relay }, { "CoinJoin", w->mixed },
        };
        for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
                em_buf script = em_buf_make(64);
                char   text[128];
                put_payee(&script, who[i]);
                em_str s = em_str_sub(em_buf_view(&script), 1, 22);
                printf("%s,%s\n", em_script_address(s, em_btc_net_find(EM_S("regtest")), text), who[i]);
                em_buf_free(&script);
        }
        for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
                char text[65];
                printf("%s,%s\n", em_hash256_text(w->coins[named[i].coin].txid, text), named[i].what);
        }
}

int main(int argc, char **argv)
{
        if (argc != 2) {
                fprintf(stderr, "usage: make_theft DIR\n");
                return 2;
        }
        world *w = calloc(1, sizeof *w);
        em_assert(w != NULL);
        size_t clean[5] = { 0 };
        char   path[4096];
        w->state = 1718;
        w->file = em_buf_make((size_t)1 << 20);
        w->body = em_buf_make((size_t)1 << 20);
        genesis(w);
        for (w->height = 1; w->height <= END_AT; w->height++) {
                begin(w);
                if (w->height == CLEAN_AT)
                        set_clean_aside(w, clean);
                scripted(w, clean);
                if (w->height > THEFT_AT - 4)
                        honest_hour(w);
                end(w, 4, (uint32_t)(BEGINNING + HOUR * w->height), 0);
        }
        snprintf(path, sizeof path, "%s/blk00000.dat", argv[1]);
        FILE *out = fopen(path, "wb");
        if (!out || fwrite(w->file.p, 1, w->file.n, out) != w->file.n || fclose(out) != 0) {
                fprintf(stderr, "make_theft: cannot write %s\n", path);
                return 1;
        }
        tell(w);
        em_buf_free(&w->file);
        em_buf_free(&w->body);
        free(w);
        return 0;
}
