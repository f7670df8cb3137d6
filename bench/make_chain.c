/* make_chain DIR MIB [SEED [KEY]]   constructed blk files with the shapes of Bitcoin's main chain.
 *
 * Nothing here is real: signatures are noise and keys are numbers.  The shapes are:
 * about 550 bytes a transaction, 2.4 inputs and 2.6 outputs on average with long
 * tails (consolidations, payouts), seven of ten with witnesses, half of the spends of outputs
 * younger than a day and the rest of any age, four of ten outputs to an address that was
 * paid before.  Blocks of about 1.5 MB, files of 128 MiB, hashes below regtest's target, merkle
 * roots and BIP 34 heights right, so that any reader takes them.
 *
 * The same arguments give the same bytes.  KEY: 16 hex digits, as in xor.dat.
 * Memory: 500 MB, for the outputs that may still be spent.
 */
#include "embargo/bitcoin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define POOL      ((uint64_t)1 << 23)           /* outputs that may be spent; when there are more, any is forgotten */
#define DAY       ((uint64_t)1 << 17)           /* unspent outputs that are younger than a day */
#define FILE_MOST ((uint64_t)128 << 20)
#define BLOCK     ((size_t)1500000)
#define TXS_MOST  20000

typedef struct coin { em_hash256 txid; uint64_t value; uint32_t vout; } coin;

typedef struct maker {
        const char *dir;
        uint64_t state, payees, coins, written, file_bytes;
        coin    *pool;                          /* unspent, oldest first but for what filled holes */
        uint8_t  key[8];
        FILE    *out;
        unsigned file;
        em_buf   body, plain;                   /* a block's transactions; one without witnesses */
        em_hash256 *leaf;
} maker;

static uint64_t draw(maker *m)                  /* splitmix64 */
{
        uint64_t z = m->state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
        return z ^ z >> 31;
}

static uint64_t below(maker *m, uint64_t n) { return draw(m) % n; }

static void put_le(em_buf *b, uint64_t v, size_t n)
{
        uint8_t p[8];
        for (size_t i = 0; i < n; i++, v >>= 8)
                p[i] = (uint8_t)v;
        em_buf_add(b, p, n);
}

static void put_count(em_buf *b, uint64_t n)
{
        if (n >= 0xfd)
                em_buf_ch(b, (char)0xfd);
        put_le(b, n, n >= 0xfd ? 2 : 1);
}

static void put_noise(maker *m, em_buf *b, size_t n)
{
        for (; n >= 8; n -= 8)
                put_le(b, draw(m), 8);
        put_le(b, draw(m), n);
}

/* One or two mostly, then a tail in which each step halves the chance and doubles the number. */
static size_t count_like(maker *m, unsigned one, unsigned two)
{
        uint64_t at = below(m, 100);
        if (at < one)
                return 1;
        if (at < one + two)
                return 2;
        size_t n = 3;
        while (n < 250 && below(m, 100) < 58)
                n += 1 + (size_t)below(m, n);
        return n;
}

/* A payee is a number; its key hash is made from the number, its script's kind too. */
static void put_script(em_buf *b, uint64_t payee)
{
        maker of = { .state = payee };
        unsigned kind = (unsigned)below(&of, 10);
        static const struct { uint8_t head[4]; size_t n, hash; const char *tail; size_t tail_n; } kinds[] = {
                { { 0x76, 0xa9, 0x14 }, 3, 20, "\x88\xac", 2 },         /* P2PKH */
                { { 0xa9, 0x14 }, 2, 20, "\x87", 1 },                   /* P2SH */
                { { 0x00, 0x14 }, 2, 20, "", 0 },                       /* P2WPKH */
                { { 0x51, 0x20 }, 2, 32, "", 0 },                       /* P2TR */
        };
        unsigned k = kind < 3 ? 0 : kind < 5 ? 1 : kind < 8 ? 2 : 3;
        put_count(b, kinds[k].n + kinds[k].hash + kinds[k].tail_n);
        em_buf_add(b, kinds[k].head, kinds[k].n);
        put_noise(&of, b, kinds[k].hash);
        em_buf_add(b, kinds[k].tail, kinds[k].tail_n);
}

static uint64_t some_payee(maker *m)
{
        if (m->payees < 100 || below(m, 10) >= 4)
                return m->payees++;
        uint64_t back = below(m, 2) ? below(m, m->payees < 50000 ? m->payees : 50000) : below(m, m->payees);
        return m->payees - 1 - back;
}

/* An output that was not spent: one of the newest, or any.  The newest of all fills its place. */
static bool take_coin(maker *m, coin *ret_coin)
{
        if (m->coins == 0)
                return false;
        uint64_t window = below(m, 2) && m->coins > DAY ? DAY : m->coins;
        coin *c = &m->pool[m->coins - 1 - below(m, window)];
        *ret_coin = *c;
        *c = m->pool[--m->coins];
        return true;
}

static void put_outputs(maker *m, em_buf *b, uint64_t value, size_t outs, uint64_t *values)
{
        put_count(b, outs);
        for (size_t o = 0; o < outs; o++) {
                values[o] = o + 1 == outs ? value : 1 + below(m, value / (outs - o) + 1);
                values[o] = values[o] < value ? values[o] : value;
                value -= values[o];
                put_le(b, values[o], 8);
                put_script(b, some_payee(m));
        }
}

static void keep_coins(maker *m, em_hash256 txid, const uint64_t *values, size_t outs)
{
        for (size_t o = 0; o < outs; o++)
                m->pool[m->coins < POOL ? m->coins++ : below(m, POOL)] = (coin){ txid, values[o], (uint32_t)o };
}

static em_hash256 put_coinbase(maker *m, uint64_t height)
{
        static uint64_t values[1000];
        size_t from = m->body.n, outs = height < 500 ? 1000 : 1;       /* something to spend from the start */
        put_le(&m->body, 1, 4);
        put_count(&m->body, 1);
        for (int i = 0; i < 4; i++)
                put_le(&m->body, 0, 8);
        put_le(&m->body, 0xffffffff, 4);
        put_count(&m->body, 12);
        em_buf_ch(&m->body, 4);
        put_le(&m->body, height + 1000000, 4);          /* four bytes are the shortest form from here on */
        put_noise(m, &m->body, 7);
        put_le(&m->body, 0xffffffff, 4);
        put_outputs(m, &m->body, UINT64_C(50000000) * outs, outs, values);
        put_le(&m->body, 0, 4);
        em_hash256 txid = em_btc_double_sha256((em_str){ m->body.p + from, m->body.n - from });
        keep_coins(m, txid, values, outs);
        return txid;
}

static bool put_tx(maker *m, em_hash256 *ret_txid)
{
        static coin coins[512];
        static uint64_t values[512];
        size_t want = count_like(m, 60, 17), ins = 0, outs = count_like(m, 22, 65);
        uint64_t sum = 0;
        while (ins < want && take_coin(m, &coins[ins]))
                sum += coins[ins++].value;
        if (ins == 0)
                return false;
        bool segwit = below(m, 10) < 7;
        em_buf_clear(&m->plain);
        put_le(&m->plain, 2, 4);
        put_count(&m->plain, ins);
        for (size_t i = 0; i < ins; i++) {
                em_buf_add(&m->plain, coins[i].txid.b, 32);
                put_le(&m->plain, coins[i].vout, 4);
                put_count(&m->plain, segwit ? 0 : 107);
                if (!segwit)
                        put_noise(m, &m->plain, 107);
                put_le(&m->plain, 0xfffffffd, 4);
        }
        uint64_t fee = sum / 2000 + 1;
        put_outputs(m, &m->plain, sum > fee ? sum - fee : sum, outs, values);
        put_le(&m->plain, 0, 4);
        em_str plain = em_buf_view(&m->plain);
        *ret_txid = em_btc_double_sha256(plain);
        if (!segwit) {
                em_buf_str(&m->body, plain);
        } else {
                em_buf_add(&m->body, plain.p, 4);
                em_buf_add(&m->body, "\0\1", 2);
                em_buf_add(&m->body, plain.p + 4, plain.n - 8);
                for (size_t i = 0; i < ins; i++) {
                        em_buf_add(&m->body, "\2\x47", 2);
                        put_noise(m, &m->body, 71);
                        em_buf_ch(&m->body, 33);
                        put_noise(m, &m->body, 33);
                }
                put_le(&m->body, 0, 4);
        }
        keep_coins(m, *ret_txid, values, outs);
        return true;
}

static em_hash256 merkle(em_hash256 *leaf, size_t n)
{
        for (; n > 1; n = (n + 1) / 2)
                for (size_t i = 0; i < n; i += 2) {
                        em_hash256 pair[2] = { leaf[i], leaf[i + 1 < n ? i + 1 : i] };
                        leaf[i / 2] = em_btc_double_sha256((em_str){ (const char *)pair, sizeof pair });
                }
        return leaf[0];
}

static void fail(const char *why)
{
        fprintf(stderr, "make_chain: %s\n", why);
        exit(1);
}

static void write_out(maker *m, const char *p, size_t n)
{
        static const uint8_t none[8];
        if (memcmp(m->key, none, 8) == 0) {
                if (fwrite(p, 1, n, m->out) != n)
                        fail("cannot write");
        } else {
                for (size_t i = 0; i < n; i++)
                        if (putc((uint8_t)p[i] ^ m->key[(m->file_bytes + i) % 8], m->out) == EOF)
                                fail("cannot write");
        }
        m->file_bytes += n;
        m->written += n;
}

static void write_block(maker *m, const em_buf *header)
{
        if (m->out && m->file_bytes + 88 + m->body.n > FILE_MOST) {
                if (fclose(m->out) != 0)
                        fail("cannot write");
                m->out = NULL;
        }
        if (!m->out) {
                char path[4096];
                snprintf(path, sizeof path, "%s/blk%05u.dat", m->dir, m->file++);
                m->file_bytes = 0;
                if (!(m->out = fopen(path, "wb")))
                        fail("cannot make a file");
        }
        em_buf frame = em_buf_make(16);
        em_buf_add(&frame, "\xfa\xbf\xb5\xda", 4);
        put_le(&frame, header->n + m->body.n, 4);
        write_out(m, frame.p, frame.n);
        write_out(m, header->p, header->n);
        write_out(m, m->body.p, m->body.n);
        em_buf_free(&frame);
}

static em_hash256 make_block(maker *m, em_hash256 prev, uint64_t height)
{
        em_buf txs = em_buf_make((size_t)64 << 20), header = em_buf_make(100);
        size_t n = 0;
        em_buf_clear(&m->body);
        m->leaf[n++] = put_coinbase(m, height);
        while (m->body.n < BLOCK && n < TXS_MOST && put_tx(m, &m->leaf[n]))
                n++;
        put_count(&txs, n);
        em_buf_str(&txs, em_buf_view(&m->body));
        em_buf swap = m->body;
        m->body = txs;
        em_hash256 root = merkle(m->leaf, n), hash;
        for (uint32_t nonce = 0;; nonce++) {
                em_buf_clear(&header);
                put_le(&header, 4, 4);
                em_buf_add(&header, prev.b, 32);
                em_buf_add(&header, root.b, 32);
                put_le(&header, 1600000000 + 600 * height, 4);
                put_le(&header, 0x207fffff, 4);
                put_le(&header, nonce, 4);
                hash = em_btc_double_sha256(em_buf_view(&header));
                if (hash.b[31] < 0x7f)
                        break;
        }
        write_block(m, &header);
        m->body = swap;
        em_buf_free(&txs);
        em_buf_free(&header);
        return hash;
}

static void write_key(maker *m, const char *hex)
{
        char path[4096];
        for (size_t i = 0; i < 8; i++) {
                char two[3] = { hex[2 * i], hex[2 * i + 1], '\0' };
                m->key[i] = (uint8_t)strtoul(two, NULL, 16);
        }
        snprintf(path, sizeof path, "%s/xor.dat", m->dir);
        FILE *out = fopen(path, "wb");
        if (!out || fwrite(m->key, 1, 8, out) != 8 || fclose(out) != 0)
                fail("cannot write xor.dat");
}

int main(int argc, char **argv)
{
        if (argc < 3) {
                fprintf(stderr, "usage: make_chain DIR MIB [SEED [KEY]]\n");
                return 2;
        }
        maker m = { .dir = argv[1], .state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1 };
        uint64_t wanted = strtoull(argv[2], NULL, 10) << 20, height = 0;
        em_hash256 prev = { { 0 } };
        m.pool = calloc(POOL, sizeof *m.pool);
        m.leaf = calloc(TXS_MOST + 1, sizeof *m.leaf);
        m.body = em_buf_make((size_t)64 << 20);
        m.plain = em_buf_make((size_t)1 << 24);
        if (!m.pool || !m.leaf)
                fail("out of memory");
        if (argc > 4 && strlen(argv[4]) == 16)
                write_key(&m, argv[4]);
        while (m.written < wanted)
                prev = make_block(&m, prev, height++);
        if (m.out && fclose(m.out) != 0)
                fail("cannot write");
        printf("blocks %" PRIu64 "\nbytes %" PRIu64 "\n", height, m.written);
        em_buf_free(&m.body);
        em_buf_free(&m.plain);
        free(m.pool);
        free(m.leaf);
        return 0;
}
