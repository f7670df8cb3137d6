/* Undo records: what the inputs of a block spent, as Bitcoin Core keeps it in rev*.dat
 * (undo.h, compressor.h, serialize.h).
 *
 *   record   count of transactions but the first, each: count of inputs, each a coin
 *   coin     VARINT 2 * height + coinbase; a zero (once a version) when the height is not 0;
 *            VARINT amount; script
 *   script   VARINT: 0 P2PKH, 1 P2SH, 2 3 a compressed key, 4 5 an uncompressed key by its
 *            abscissa and the parity of its ordinate, otherwise 6 + length and the bytes
 *
 * VARINT is big-endian base 128 with one taken off each continuation, so that every
 * number has one form.
 */
#include "decode/bitcoin_bytes.h"

#include <openssl/ec.h>
#include <openssl/obj_mac.h>

typedef struct undo {
        em_bytes  b;
        em_arena *arena;
        EC_GROUP *curve;                /* secp256k1, made when the first key needs it */
} undo;

static uint64_t take_varint(em_bytes *b)
{
        size_t start = b->at;
        uint64_t n = 0;
        for (;;) {
                uint8_t byte = em_bytes_u8(b);
                if (b->bad)
                        return 0;
                if (n > UINT64_MAX >> 7 || (byte & 0x80 && (n << 7 | (byte & 0x7f)) == UINT64_MAX))
                        break;
                n = n << 7 | (byte & 0x7f);
                if (!(byte & 0x80))
                        return n;
                n++;
        }
        em_bytes_fail(b, EM_FORMAT, start, "a number is over 64 bits");
        return 0;
}

/* Amounts end in many zeros, so Core stores their count, the last digit before them and
 * the rest: compressor.cpp, DecompressAmount. */
static int64_t take_amount(em_bytes *b)
{
        size_t start = b->at;
        uint64_t x = take_varint(b), n;
        bool over = false;
        if (x == 0)
                return 0;
        x--;
        uint64_t zeros = x % 10;
        x /= 10;
        if (zeros < 9) {
                uint64_t digit = x % 9 + 1;
                n = x / 9 * 10 + digit;
        } else {
                n = x + 1;
        }
        for (; zeros > 0; zeros--)
                over |= __builtin_mul_overflow(n, 10, &n);
        if (!over && n <= INT64_MAX)
                return (int64_t)n;
        em_bytes_fail(b, EM_FORMAT, start, "an amount is over 63 bits");
        return 0;
}

static char *room(undo *u, size_t n)
{
        char *p = em_arena_alloc(u->arena, n);
        if (!p)
                em_bytes_fail(&u->b, EM_NOMEM, u->b.at, "no memory for a script");
        return p;
}

/* before, the next n bytes, after */
static em_str take_template(undo *u, em_str before, size_t n, em_str after)
{
        em_str middle = em_bytes_take(&u->b, n);
        char *p = u->b.bad ? NULL : room(u, before.n + n + after.n);
        if (!p)
                return (em_str){ NULL, 0 };
        memcpy(p, before.p, before.n);
        memcpy(p + before.n, middle.p, n);
        memcpy(p + before.n + n, after.p, after.n);
        return (em_str){ p, before.n + n + after.n };
}

/* key[33], compressed, to all[65]; false when no point has that abscissa. */
static bool whole_key(undo *u, const uint8_t *key, uint8_t *all)
{
        if (!u->curve)
                u->curve = EC_GROUP_new_by_curve_name(NID_secp256k1);
        EC_POINT *point = u->curve ? EC_POINT_new(u->curve) : NULL;
        if (!point)
                return em_bytes_fail(&u->b, EM_NOMEM, u->b.at, "no memory for a key");
        bool good = EC_POINT_oct2point(u->curve, point, key, 33, NULL)
                && EC_POINT_point2oct(u->curve, point, POINT_CONVERSION_UNCOMPRESSED, all, 65,
                                      NULL) == 65;
        EC_POINT_free(point);
        return good || em_bytes_fail(&u->b, EM_FORMAT, u->b.at - 32, "a key is not on the curve");
}

static em_str take_key(undo *u, uint8_t form)
{
        em_str abscissa = em_bytes_take(&u->b, 32);
        char *p = u->b.bad ? NULL : room(u, 67);
        uint8_t key[33], all[65];
        if (!p)
                return (em_str){ NULL, 0 };
        key[0] = (uint8_t)(form & 1 ? 3 : 2);
        memcpy(key + 1, abscissa.p, 32);
        if (form < 4) {
                p[0] = 33;
                memcpy(p + 1, key, sizeof key);
                p[34] = (char)0xac;
                return (em_str){ p, 35 };
        }
        if (!whole_key(u, key, all))
                return (em_str){ NULL, 0 };
        p[0] = 65;
        memcpy(p + 1, all, sizeof all);
        p[66] = (char)0xac;
        return (em_str){ p, 67 };
}

static em_str take_script(undo *u)
{
        uint64_t form = take_varint(&u->b);
        if (u->b.bad)
                return (em_str){ NULL, 0 };
        if (form == 0)
                return take_template(u, EM_S("\x76\xa9\x14"), 20, EM_S("\x88\xac"));
        if (form == 1)
                return take_template(u, EM_S("\xa9\x14"), 20, EM_S("\x87"));
        if (form < 6)
                return take_key(u, (uint8_t)form);
        return em_bytes_take(&u->b, form - 6);
}

static em_btc_undo take_coin(undo *u)
{
        em_btc_undo coin = { .value_sat = 0 };
        size_t start = u->b.at;
        uint64_t code = take_varint(&u->b);
        if (code > UINT32_MAX)
                em_bytes_fail(&u->b, EM_FORMAT, start, "a height is over 31 bits");
        coin.height = (int64_t)(code >> 1);
        coin.coinbase = code & 1;
        if (coin.height > 0)
                take_varint(&u->b);
        coin.value_sat = take_amount(&u->b);
        coin.script = take_script(u);
        return coin;
}

static size_t inputs(const em_btc_block *block)
{
        size_t n = 0;
        for (size_t t = 1; t < block->txs; t++)
                n += block->tx[t].ins;
        return n;
}

static void take_coins(undo *u, const em_btc_block *block, em_btc_undo *list)
{
        em_bytes *b = &u->b;
        size_t start = b->at;
        if (em_bytes_compact(b) != block->txs - 1)
                em_bytes_fail(b, EM_FORMAT, start, "it has not as many transactions as the block");
        for (size_t t = 1; t < block->txs && !b->bad; t++) {
                start = b->at;
                if (em_bytes_compact(b) != block->tx[t].ins)
                        em_bytes_fail(b, EM_FORMAT, start,
                                      "it has not as many inputs as the transaction");
                for (size_t i = 0; i < block->tx[t].ins && !b->bad; i++)
                        *list++ = take_coin(u);
        }
}

/* The checksum covers the hash of the block before and the record. */
static void check_end(em_bytes *b, const em_btc_block *block)
{
        if (b->at == b->n)
                return;
        if (b->n - b->at != 32) {
                em_bytes_fail(b, EM_FORMAT, b->at, "bytes follow the record that are no checksum");
                return;
        }
        em_str parts[] = { { (const char *)block->prev.b, sizeof block->prev.b },
                           { (const char *)b->p, b->at } };
        em_hash256 hash = em_btc_double_sha256_parts(parts, 2);
        if (memcmp(hash.b, b->p + b->at, sizeof hash.b) != 0)
                em_bytes_fail(b, EM_FORMAT, b->at, "its checksum is not of this block and record");
}

em_status em_btc_undo_parse(em_str bytes, const em_btc_block *block, em_arena *arena,
                            em_btc_undo **ret_list, size_t *ret_count, em_error *err)
{
        undo u = { .b = em_bytes_of(bytes), .arena = arena };
        size_t count = inputs(block);
        if (block->txs == 0 || count > bytes.n)
                return em_fail_at(err, EM_FORMAT, (em_str){ NULL, 0 }, 0, 1,
                                  "undo record: it is too short for the block");
        em_btc_undo *list = EM_NEW_N(arena, em_btc_undo, count);
        if (!list)
                return em_fail(err, EM_NOMEM, "undo record: no memory for %zu coins", count);
        take_coins(&u, block, list);
        if (!u.b.bad)
                check_end(&u.b, block);
        EC_GROUP_free(u.curve);
        if (u.b.bad)
                return em_bytes_error(&u.b, "undo record", err);
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}
