/* Decoys: constructed ones of each kind, what must never be taken for one, and the first hop of the Bybit theft.
 *
 * The Bybit rows are in the shared data folder ($EMBARGO_SHARED, else ../shared beside the project); where it
 * is absent that test is skipped, and says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/csv.h"
#include "embargo/moves.h"

#include <stdio.h>
#include <stdlib.h>

enum { ACCOUNTS = 96, ASSETS = 16, MOVES = 128 };

typedef struct world {
        em_moves      m;
        em_move       move[MOVES];
        em_move_tx    tx[MOVES + 1];
        em_move_block block[2];
        em_move_asset asset[ASSETS];
        em_account    account[ACCOUNTS];
        uint64_t      of_first[ACCOUNTS + 1], of[2 * MOVES];
        em_u256       wide[MOVES];
        uint8_t       decoy[MOVES];
} world;

static world w;

static void begin(void)
{
        memset(&w, 0, sizeof w);
        w.m.accounts = w.m.assets = w.m.blocks = 1;
        memcpy(w.asset[0].symbol, "ETH", 3);
        w.m.coin = "ETH";
        w.m.coin_decimals = 18;
        w.m.network = "ethereum";
}

static uint32_t account(const char *text)
{
        em_account a;
        assert_true(em_account_parse(em_str_c(text), &a));
        for (uint32_t i = 0; i < w.m.accounts; i++)
                if (memcmp(&w.account[i], &a, sizeof a) == 0)
                        return i;
        assert_true(w.m.accounts < ACCOUNTS);
        w.account[w.m.accounts] = a;
        return (uint32_t)w.m.accounts++;
}

static uint32_t asset(const char *contract, const char *symbol, bool known)
{
        em_account a;
        assert_true(em_account_parse(em_str_c(contract), &a));
        for (uint32_t i = 1; i < w.m.assets; i++)
                if (memcmp(&w.asset[i].contract, &a, sizeof a) == 0)
                        return i;
        em_move_asset *to = &w.asset[w.m.assets];
        *to = (em_move_asset){ .contract = a, .decimals = 18, .known = known };
        memcpy(to->symbol, symbol, strlen(symbol) < sizeof to->symbol ? strlen(symbol) : sizeof to->symbol);
        return (uint32_t)w.m.assets++;
}

/* One transaction with one move of so many 10^-18; sender UINT32_MAX: not stated. */
static uint64_t move(uint32_t sender, em_move_kind kind, uint32_t from, uint32_t to, uint32_t of, em_u256 amount)
{
        uint64_t i = w.m.moves++;
        assert_true(i < MOVES);
        w.tx[i] = (em_move_tx){ .first_move = i, .sender = sender, .to = UINT32_MAX };
        w.m.txs = i + 1;
        w.move[i] = (em_move){ .from = from, .to = to, .asset = of, .tx = (uint32_t)i, .low = amount.w[0],
                               .high = amount.w[1], .kind = (uint8_t)kind };
        return i;
}

static em_u256 units(const char *text)
{
        em_u256 a;
        assert_true(em_u256_parse_units(em_str_c(text), 18, &a));
        return a;
}

static void judge(void)
{
        em_moves *m = &w.m;
        uint64_t n = 0;
        w.tx[m->txs] = (em_move_tx){ .first_move = m->moves };
        w.block[1].first_tx = (uint32_t)m->txs;
        for (uint32_t a = 0; a < m->accounts; a++) {
                w.of_first[a] = n;
                for (uint64_t i = 0; i < m->moves; i++)
                        if (w.move[i].from == a || w.move[i].to == a)
                                w.of[n++] = i;
        }
        w.of_first[m->accounts] = n;
        m->move = w.move;
        m->tx = w.tx;
        m->block = w.block;
        m->asset = w.asset;
        m->account = w.account;
        m->of_first = w.of_first;
        m->of = w.of;
        m->wide = w.wide;
        assert_int_equal(em_decoys_judge(m, w.decoy, NULL), EM_OK);
}

/* ---- constructed ---- */

#define VICTIM  "0x1111000000000000000000000000000000000001"
#define FRIEND  "0xabcd11111111111111111111111111111111ef01"
#define TWIN    "0xabcd99999999999999999999999999999999ef01"     /* looks like FRIEND */
#define POISONER "0x2222000000000000000000000000000000000002"
#define USDT    "0xdac17f958d2ee523a2206206994597c13d831ec7"
#define FAKE    "0x3333000000000000000000000000000000000003"

static void a_log_of_nothing_is_zero_even_by_a_true_contract(void **state)
{
        (void)state;
        begin();
        uint32_t v = account(VICTIM), p = account(POISONER), t = account(TWIN), usdt = asset(USDT, "USDT", true);
        uint64_t zero = move(p, EM_MOVE_TOKEN, v, t, usdt, units("0"));
        judge();
        assert_int_equal(w.decoy[zero], EM_DECOY_ZERO);
}

static void a_contract_of_a_true_assets_name_is_spoofed_without_a_known_sender(void **state)
{
        (void)state;
        begin();
        uint32_t v = account(VICTIM), f = account(FRIEND), t = account(TWIN);
        uint32_t usdt = asset(USDT, "USDT", true), fake = asset(FAKE, "USDT", false);
        uint64_t true_one = move(UINT32_MAX, EM_MOVE_TOKEN, v, f, usdt, units("500"));
        uint64_t spoofed = move(UINT32_MAX, EM_MOVE_TOKEN, v, t, fake, units("500"));
        judge();
        assert_int_equal(w.decoy[true_one], EM_DECOY_NONE);
        assert_int_equal(w.decoy[spoofed], EM_DECOY_SPOOFED);
}

/* "USD" and a Cyrillic Te; the list knows no USDT, but the files do. */
static void letters_that_only_look_latin_are_read_as_they_look(void **state)
{
        (void)state;
        begin();
        uint32_t v = account(VICTIM), f = account(FRIEND), t = account(TWIN);
        uint32_t plain = asset(USDT, "USDT", false), fake = asset(FAKE, "USD\xd0\xa2", false);
        uint64_t first = move(UINT32_MAX, EM_MOVE_TOKEN, v, f, plain, units("500"));
        uint64_t second = move(UINT32_MAX, EM_MOVE_TOKEN, v, t, fake, units("500"));
        judge();
        assert_int_equal(w.decoy[first], EM_DECOY_NONE);
        assert_int_equal(w.decoy[second], EM_DECOY_SPOOFED);
}

static void a_contract_none_of_whose_logs_is_explained_is_spoofed(void **state)
{
        (void)state;
        begin();
        uint32_t v = account(VICTIM), f = account(FRIEND), t = account(TWIN), p = account(POISONER);
        uint32_t fake = asset(FAKE, "XYZ", false), other = asset("0x4444000000000000000000000000000000000004", "ABC", false);
        uint64_t a = move(p, EM_MOVE_TOKEN, v, t, fake, units("7"));
        uint64_t b = move(p, EM_MOVE_TOKEN, f, t, fake, units("8"));
        uint64_t own = move(v, EM_MOVE_TOKEN, v, p, other, units("1"));
        uint64_t relayed = move(p, EM_MOVE_TOKEN, v, f, other, units("2"));     /* one log explains its contract */
        judge();
        assert_int_equal(w.decoy[a], EM_DECOY_SPOOFED);
        assert_int_equal(w.decoy[b], EM_DECOY_SPOOFED);
        assert_int_equal(w.decoy[own], EM_DECOY_NONE);
        assert_int_equal(w.decoy[relayed], EM_DECOY_NONE);
}

static void what_a_pool_pays_to_the_sender_is_explained(void **state)
{
        (void)state;
        begin();
        uint32_t v = account(VICTIM), pool = account(POISONER), rare = asset(FAKE, "RARE", false);
        uint64_t bought = move(v, EM_MOVE_TOKEN, pool, v, rare, units("9"));
        judge();
        assert_int_equal(w.decoy[bought], EM_DECOY_NONE);
}

static void dust_and_tokens_from_a_lookalike_are_decoys_and_large_sums_are_not(void **state)
{
        (void)state;
        begin();
        uint32_t v = account(VICTIM), f = account(FRIEND), t = account(TWIN), usdt = asset(USDT, "USDT", true);
        uint32_t odd = asset(FAKE, "ODD", false);
        uint64_t paid = move(v, EM_MOVE_NATIVE, v, f, 0, units("3"));
        uint64_t dust = move(t, EM_MOVE_NATIVE, t, v, 0, units("0.001"));
        uint64_t more = move(t, EM_MOVE_NATIVE, t, v, 0, units("0.001000000000000001"));
        uint64_t cent = move(t, EM_MOVE_TOKEN, t, v, usdt, units("0.01"));
        uint64_t gift = move(t, EM_MOVE_TOKEN, t, v, odd, units("900"));
        uint64_t sum = move(t, EM_MOVE_TOKEN, t, v, usdt, units("900"));
        judge();
        assert_int_equal(w.decoy[paid], EM_DECOY_NONE);
        assert_int_equal(w.decoy[dust], EM_DECOY_DUST);
        assert_int_equal(w.decoy[cent], EM_DECOY_LOOKALIKE);
        assert_int_equal(w.decoy[gift], EM_DECOY_LOOKALIKE);
        assert_int_equal(w.decoy[more], EM_DECOY_NONE);
        assert_int_equal(w.decoy[sum], EM_DECOY_NONE);
}

static void coins_that_the_victim_sent_to_a_lookalike_are_no_decoy(void **state)
{
        (void)state;
        begin();
        uint32_t v = account(VICTIM), f = account(FRIEND), t = account(TWIN);
        move(v, EM_MOVE_NATIVE, v, f, 0, units("3"));
        uint64_t dust = move(t, EM_MOVE_NATIVE, t, v, 0, units("0.0001"));
        uint64_t lost = move(v, EM_MOVE_NATIVE, v, t, 0, units("68"));
        judge();
        assert_int_equal(w.decoy[lost], EM_DECOY_NONE);
        assert_int_equal(w.decoy[dust], EM_DECOY_NONE);         /* the poison worked: nothing about it is hidden */
}

/* ---- Bybit ---- */

static em_str bybit_rows(em_arena *arena)
{
        const char *root = getenv("EMBARGO_SHARED");
        em_str path, text;
        assert_int_equal(em_str_format(arena, &path, NULL, "%s/data/chain/eth/bybit_2025_hop1_outgoing.csv",
                                       root ? root : "../shared"), EM_OK);
        if (!em_path_exists(path)) {
                print_message("SKIPPED: %.*s is not there (set EMBARGO_SHARED)\n", EM_ARG(path));
                skip();
        }
        assert_int_equal(em_file_read(path, 1 << 20, arena, &text, NULL), EM_OK);
        return text;
}

static const char *c(em_arena *arena, em_str s)
{
        em_str copy;
        assert_int_equal(em_str_copy(s, arena, &copy, NULL), EM_OK);
        return copy.p;
}

/* hash,timestamp_utc,from,to,amount,asset,kind,contract,block; the table states no senders.  The three liquid staking
 * tokens' contracts are as their issuers publish them; `listed` says whether the list of true assets has them. */
static void read_bybit(bool listed, em_arena *arena)
{
        em_csv csv = em_csv_make(bybit_rows(arena), NULL);
        em_csv_row row;
        begin();
        if (listed) {
                asset("0xae7ab96520de3a18e5e111b5eaab095312d7fe84", "stETH", true);
                asset("0xd5f7838f5c461feff7fe49ea5ebaf7728bb0adfa", "mETH", true);
                asset("0xe6829d9a7ee3040e1276fa75293bde931859e8fa", "cmETH", true);
        }
        assert_true(em_csv_next(&csv, arena, &row));
        while (em_csv_next(&csv, arena, &row)) {
                bool token = em_str_eq(row.field[6], EM_S("token"));
                uint32_t of = token ? asset(c(arena, row.field[7]), c(arena, row.field[5]), false) : 0;
                move(UINT32_MAX, token ? EM_MOVE_TOKEN : EM_MOVE_NATIVE, account(c(arena, row.field[2])),
                     account(c(arena, row.field[3])), of, units(c(arena, row.field[4])));
        }
}

/* The shared file is a subset of the investigation's 255 rows, as its README says: 41 native rows (one of 1 ETH, 40 of 10,000),
 * 5 of true staking tokens and 4 spoofed ones, 50 in all. */
static void of_the_bybit_first_hop_the_decoys_fall_away_and_forty_tranches_remain(void **state)
{
        (void)state;
        for (int listed = 0; listed < 2; listed++) {
                em_arena *arena = em_arena_new(1 << 22);
                size_t tranches = 0, small = 0, tokens = 0, decoys = 0;
                read_bybit(listed, arena);
                judge();
                assert_int_equal(w.m.moves, 50);
                for (uint64_t i = 0; i < w.m.moves; i++) {
                        em_u256 x = em_move_amount(&w.m, &w.move[i]);
                        bool native = w.move[i].kind == EM_MOVE_NATIVE;
                        decoys += w.decoy[i] != EM_DECOY_NONE;
                        if (w.decoy[i] != EM_DECOY_NONE) {
                                assert_int_equal(w.decoy[i], EM_DECOY_SPOOFED);
                                continue;
                        }
                        tranches += native && em_u256_cmp(x, units("10000")) == 0;
                        small += native && em_u256_cmp(x, units("1")) == 0;
                        tokens += !native;
                }
                assert_int_equal(decoys, 4);
                assert_int_equal(tranches, 40);
                assert_int_equal(small, 1);
                assert_int_equal(tokens, 5);
                em_arena_free(arena);
        }
}

/* The addresses that the spoofed rows pay: all four look like one of the thief's true payees in the four digits at either
 * end that a wallet shows, none in six and four. */
static void every_spoofed_row_of_the_bybit_first_hop_pays_a_lookalike(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 22);
        size_t alike = 0, six = 0;
        read_bybit(true, arena);
        judge();
        for (uint64_t i = 0; i < w.m.moves; i++) {
                bool seen = false, close = false;
                for (uint64_t k = 0; k < w.m.moves && w.decoy[i] != EM_DECOY_NONE; k++) {
                        em_account a = w.account[w.move[i].to], b = w.account[w.move[k].to];
                        if (w.decoy[k] != EM_DECOY_NONE || !em_account_lookalike(a, b))
                                continue;
                        seen = true;
                        close = close || a.b[2] == b.b[2];
                }
                alike += seen;
                six += close;
        }
        assert_int_equal(alike, 4);
        assert_int_equal(six, 0);
        em_arena_free(arena);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_log_of_nothing_is_zero_even_by_a_true_contract),
                cmocka_unit_test(a_contract_of_a_true_assets_name_is_spoofed_without_a_known_sender),
                cmocka_unit_test(letters_that_only_look_latin_are_read_as_they_look),
                cmocka_unit_test(a_contract_none_of_whose_logs_is_explained_is_spoofed),
                cmocka_unit_test(what_a_pool_pays_to_the_sender_is_explained),
                cmocka_unit_test(dust_and_tokens_from_a_lookalike_are_decoys_and_large_sums_are_not),
                cmocka_unit_test(coins_that_the_victim_sent_to_a_lookalike_are_no_decoy),
                cmocka_unit_test(of_the_bybit_first_hop_the_decoys_fall_away_and_forty_tranches_remain),
                cmocka_unit_test(every_spoofed_row_of_the_bybit_first_hop_pays_a_lookalike),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
