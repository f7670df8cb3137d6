/* The index of an account chain: what rows of several files become together, that nothing depends on the
 * memory, and what others worked out from the same files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/moves.h"
#include "eth_facts.h"

#include <fcntl.h>
#include <ftw.h>
#include <unistd.h>

#define A "0x1111111111111111111111111111111111111111"
#define B "0x2222222222222222222222222222222222222222"
#define C "0xcccccccccccccccccccccccccccccccccccccccc"
#define M "0x9999999999999999999999999999999999999999"
#define T1 "0x3333333333333333333333333333333333333333333333333333333333333333"
#define T2 "0x4444444444444444444444444444444444444444444444444444444444444444"

typedef struct world {
        em_arena *arena;
        char      dir[64];
        em_str    file[16];
        size_t    files;
        em_moves_index *index;
        const em_moves *m;
        em_moves_built  built;
} world;

static int make(void **state)
{
        world *w = calloc(1, sizeof *w);
        assert_non_null(w);
        w->arena = em_arena_new((size_t)512 << 20);
        snprintf(w->dir, sizeof w->dir, "/tmp/embargo-moves-XXXXXX");
        assert_true(w->arena && mkdtemp(w->dir));
        *state = w;
        return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
        (void)st;
        (void)kind;
        (void)ftw;
        return remove(path);
}

static int drop(void **state)
{
        world *w = *state;
        em_moves_close(w->index);
        nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        em_arena_free(w->arena);
        free(w);
        return 0;
}

static em_str below(world *w, const char *name)
{
        em_str path;
        assert_int_equal(em_path_join(em_str_c(w->dir), em_str_c(name), w->arena, &path, NULL), EM_OK);
        return path;
}

static void put(world *w, const char *text)
{
        char name[16];
        snprintf(name, sizeof name, "%c.txt", (char)('a' + w->files));
        w->file[w->files] = below(w, name);
        assert_int_equal(em_file_write(w->file[w->files++], em_str_c(text), NULL), EM_OK);
}

static void build_at(world *w, const char *name, const em_moves_opts *opts)
{
        em_error err = { 0 };
        em_moves_close(w->index);
        w->index = NULL;
        if (em_moves_build(w->file, w->files, below(w, name), opts, NULL, &w->built, &err) != EM_OK ||
            em_moves_open(below(w, name), &w->index, &err) != EM_OK ||
            em_moves_verify(w->index, &err) != EM_OK)
                fail_msg("%s: %s", err.file, err.text);
        w->m = em_moves_view(w->index);
        assert_int_equal(w->m->moves, w->built.moves);
        assert_false(em_path_exists(below(w, "index/building")));
}

static void build(world *w)
{
        build_at(w, "index", NULL);
}

static em_account account(const char *text)
{
        em_account a;
        assert_true(em_account_parse(em_str_c(text), &a));
        return a;
}

/* "native 1111>2222 5", the first two bytes of each account, of every move. */
static char *told(const world *w, em_buf *out)
{
        em_buf_clear(out);
        for (uint64_t i = 0; i < w->m->moves; i++) {
                const em_move *v = &w->m->move[i];
                const uint8_t *f = w->m->account[v->from].b, *t = w->m->account[v->to].b;
                char amount[EM_U256_TEXT];
                em_buf_fmt(out, "%s%s %02x%02x>%02x%02x %s", i ? "; " : "", em_move_kind_name((em_move_kind)v->kind),
                           f[0], f[1], t[0], t[1], em_u256_text(em_move_amount(w->m, v), amount));
        }
        em_buf_ch(out, '\0');
        return out->p;
}

static void assert_moves(const world *w, const char *want)
{
        em_buf out = em_buf_make(1 << 20);
        assert_string_equal(told(w, &out), want);
        em_buf_free(&out);
}

/* ---- one transaction, several files ---- */

#define TX_HEAD "hash,block_number,transaction_index,from_address,to_address,value,gas_price,nonce,block_timestamp\n"
#define RECEIPT_HEAD "transaction_hash,block_number,transaction_index,gas_used,status,effective_gas_price,contract_address\n"
#define TRACE_HEAD "block_number,transaction_hash,transaction_index,from_address,to_address,value,trace_type,call_type,trace_address,error,status\n"
#define TOKEN_HEAD "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n"
#define EXPLORER_HEAD "hash,timestamp_utc,from,to,amount,asset,kind,contract,block\n"
#define BLOCK_HEAD "number,hash,parent_hash,miner,timestamp,base_fee_per_gas\n"
#define HASH5 "0x5555555555555555555555555555555555555555555555555555555555555555"

static void gas_comes_first_then_value_then_calls_then_tokens(void **state)
{
        world *w = *state;
        put(w, TOKEN_HEAD C "," A "," B ",70," T1 ",9,7\n" C "," B "," A ",60," T1 ",4,7\n");
        put(w, TRACE_HEAD "7," T1 ",0," B "," A ",3,call,call,1,,1\n7," T1 ",0," B "," C ",2,call,call,0,,1\n"
               "7," T1 ",0," A "," B ",5,call,call,,,1\n");
        put(w, RECEIPT_HEAD T1 ",7,0,21000,1,10,\n");
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n");
        build(w);
        /* 21000 * 10; the top call of 5 is the transaction's own value, once */
        assert_moves(w, "gas 1111>0000 210000; native 1111>2222 5; internal 2222>cccc 2; internal 2222>1111 3; "
                        "token 2222>1111 60; token 1111>2222 70");
        assert_int_equal(em_move_time(w->m, w->m->move), 1500000000);
        assert_int_equal(w->built.fees_unknown, 0);
        assert_int_equal(w->m->tx[0].failed, 0);
        assert_int_equal(w->m->move[2].asset, 0);
        assert_int_equal(w->m->asset[w->m->move[4].asset].moves, 2);
}

static void the_base_fee_is_burnt_and_the_rest_goes_to_the_miner(void **state)
{
        world *w = *state;
        put(w, BLOCK_HEAD "7," HASH5 "," HASH5 "," M ",1683029999,6\n8," HASH5 "," HASH5 "," M ",1683030011,\n");
        put(w, "hash,block_number,transaction_index,from_address,to_address,value,gas_price,receipt_gas_used,"
               "receipt_effective_gas_price,receipt_status\n"
               T1 ",7,0," A "," B ",0,10,100,10,1\n" T2 ",8,0," A "," B ",0,10,100,,1\n");
        build(w);
        /* 100 * 6 burnt, 100 * (10 - 6) to the miner; block 8 has no base fee: all to the miner */
        assert_moves(w, "gas 1111>0000 600; gas 1111>9999 400; gas 1111>9999 1000");
}

static void a_failed_transaction_moves_its_gas_and_nothing_else(void **state)
{
        world *w = *state;
        put(w, "hash,block_number,transaction_index,from_address,to_address,value,gas_price,receipt_gas_used,receipt_status\n"
               T1 ",7,0," A "," B ",5,10,100,0\n");
        put(w, TRACE_HEAD "7," T2 ",1," A "," B ",5,call,call,,out of gas,0\n7," T2 ",1," B "," A ",3,call,call,0,,1\n");
        put(w, TOKEN_HEAD C "," A "," B ",70," T1 ",9,7\n");
        build(w);
        assert_moves(w, "gas 1111>0000 1000");
        assert_int_equal(w->built.failed, 2);
        assert_int_equal(w->built.fees_unknown, 1);
        assert_int_equal(w->built.rejected, 1);         /* the log that cannot be */
        assert_non_null(strstr(em_moves_rejects(w->index).p, "c.txt:2: a log of a transaction that failed\n"));
}

static void a_transaction_without_a_receipt_has_no_fee_and_is_counted(void **state)
{
        world *w = *state;
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n" T2 ",7,1," A "," B ",0,10,1,1500000000\n");
        build(w);
        assert_moves(w, "native 1111>2222 5");
        assert_int_equal(w->built.fees_unknown, 2);
        assert_int_equal(w->built.txs, 2);
        assert_int_equal(w->m->tx[0].failed, 2);
}

/* The example of test_ethereum_address: 0x6ac7...dbf0 with nonce 0 makes 0xcd23... */
static void what_a_creation_is_paid_goes_to_the_contract_made(void **state)
{
        world *w = *state;
        put(w, TX_HEAD T1 ",7,0,0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0,,5,10,0,1500000000\n");
        build(w);
        assert_moves(w, "native 6ac7>cd23 5");
}

/* Tables of token transfers do not say a transaction's place: its first log does.  T2's log 3 is before T1's 5 although
 * its hash is not; a transaction with neither place nor log comes last. */
static void transactions_without_a_place_stand_by_their_first_log(void **state)
{
        world *w = *state;
        put(w, EXPLORER_HEAD "0x1212121212121212121212121212121212121212121212121212121212121212,2025-02-21 14:29:47," A "," B ",0.000000000000000009,ETH,native,,7\n");
        put(w, TOKEN_HEAD C "," A "," B ",1," T1 ",5,7\n" C "," A "," B ",2," T2 ",8,7\n" C "," A "," B ",3," T2 ",3,7\n");
        build(w);
        assert_moves(w, "token 1111>2222 3; token 1111>2222 2; token 1111>2222 1; native 1111>2222 9");
}

static void rewards_and_genesis_come_out_of_the_protocol_and_close_their_block(void **state)
{
        world *w = *state;
        put(w, TRACE_HEAD "7,,," "," M ",5000,reward,,,,1\n7,,," "," B ",300,reward,,,,1\n0,,,," A ",900,genesis,,,,1\n");
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n");
        build(w);
        assert_moves(w, "genesis 0000>1111 900; native 1111>2222 5; reward 0000>9999 5000; reward 0000>2222 300");
        assert_int_equal(w->m->blocks, 2);
        assert_int_equal(w->m->txs, 3);
}

/* ---- the same thing twice ---- */

static void what_two_files_say_is_one_transfer(void **state)
{
        world *w = *state;
        put(w, TOKEN_HEAD C "," A "," B ",70," T1 ",9,7\n" C "," A "," B ",70," T1 ",10,7\n");
        put(w, "{\"address\":\"" C "\",\"topics\":[\"0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef\","
               "\"0x0000000000000000000000001111111111111111111111111111111111111111\","
               "\"0x0000000000000000000000002222222222222222222222222222222222222222\"],"
               "\"data\":\"0x0000000000000000000000000000000000000000000000000000000000000046\",\"blockNumber\":\"0x7\","
               "\"transactionHash\":\"" T1 "\",\"transactionIndex\":\"0x0\",\"logIndex\":\"0x9\"}");
        put(w, TX_HEAD T2 ",7,1," A "," B ",5,10,0,1500000000\n");
        put(w, TX_HEAD T2 ",7,1," A "," B ",5,10,0,1500000000\n");
        build(w);
        assert_moves(w, "token 1111>2222 70; token 1111>2222 70; native 1111>2222 5");
        assert_int_equal(w->built.duplicates, 2);
}

static void rows_without_numbers_are_the_numbered_ones_and_equal_ones_in_one_file_stay_apart(void **state)
{
        world *w = *state;
        put(w, EXPLORER_HEAD T1 ",2025-02-21 14:29:47," A "," B ",70,XYZ,token," C ",7\n"
               T1 ",2025-02-21 14:29:47," A "," B ",70,XYZ,token," C ",7\n"
               T1 ",2025-02-21 14:29:47," A "," B ",1,XYZ,token," C ",7\n");
        put(w, TOKEN_HEAD C "," A "," B ",70000000000000000000," T1 ",9,7\n");
        build(w);
        /* of the two of 70 one is log 9, the other follows; 1 only the table knows */
        assert_moves(w, "token 1111>2222 70000000000000000000; token 1111>2222 70000000000000000000; "
                        "token 1111>2222 1000000000000000000");
        assert_int_equal(w->built.duplicates, 1);
        assert_string_equal(w->m->asset[1].symbol, "XYZ");
        assert_int_equal(w->m->asset[1].known, 0);
}

static void of_rows_that_contradict_the_first_holds(void **state)
{
        world *w = *state;
        put(w, TOKEN_HEAD C "," A "," B ",70," T1 ",9,7\n");
        put(w, TOKEN_HEAD C "," A "," B ",71," T1 ",9,7\n");
        build(w);
        assert_moves(w, "token 1111>2222 70");
        assert_int_equal(w->built.rejected, 1);
        assert_non_null(strstr(em_moves_rejects(w->index).p, "b.txt:2: an earlier row with its number says otherwise"));
}

static void geths_traces_find_their_transaction_by_its_place(void **state)
{
        world *w = *state;
        put(w, "{\"block_number\":7,\"transaction_traces\":[{\"type\":\"CALL\",\"from\":\"" A "\",\"to\":\"" B "\",\"value\":\"0x5\","
               "\"calls\":[{\"type\":\"CALL\",\"from\":\"" B "\",\"to\":\"" C "\",\"value\":\"0x2\"}]},"
               "{\"type\":\"CALL\",\"from\":\"" A "\",\"to\":\"" B "\",\"value\":\"0x1\"}]}");
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n");
        build(w);
        assert_moves(w, "native 1111>2222 5; internal 2222>cccc 2");
        assert_int_equal(w->built.rejected, 1);         /* the second: no file names it */
}

/* ---- assets and units ---- */

static void an_explorers_units_become_the_tokens_own(void **state)
{
        world *w = *state;
        em_moves_opts opts = { .assets = EM_S("contract,symbol,decimals,source\n" C ",USDX,6,here\n") };
        put(w, EXPLORER_HEAD T1 ",2025-02-21 14:29:47," A "," B ",1.5,FAKE,token," C ",7\n"
               T2 ",2025-02-21 14:29:47," A "," B ",0.0000001,FAKE,token," C ",7\n"
               T2 ",2025-02-21 14:29:47," A "," B ",0.25,ETH,native,,7\n");
        build_at(w, "index", &opts);
        assert_moves(w, "token 1111>2222 1500000; native 1111>2222 250000000000000000");
        assert_int_equal(w->built.rejected, 1);         /* seven decimals of a token with six */
        assert_string_equal(w->m->asset[1].symbol, "USDX");
        assert_true(w->m->asset[1].known && w->m->asset[1].decimals == 6);
        assert_string_equal(w->m->asset[0].symbol, "ETH");
}

static void amounts_over_128_bits_stand_apart_and_whole(void **state)
{
        static const char most[] = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        world *w = *state;
        char   text[600], shown[EM_U256_TEXT];
        snprintf(text, sizeof text, TOKEN_HEAD C "," A "," B ",%s," T1 ",9,7\n" C "," A "," B ",0," T1 ",10,7\n", most);
        put(w, text);
        build(w);
        assert_string_equal(em_u256_text(em_move_amount(w->m, &w->m->move[0]), shown), most);
        assert_int_equal(w->m->wides, 1);
        assert_int_equal(w->built.decoys[EM_DECOY_ZERO], 1);
        assert_int_equal(w->m->move[1].decoy, EM_DECOY_ZERO);
}

/* ---- questions to an index ---- */

static void accounts_transactions_and_places_are_found(void **state)
{
        world        *w = *state;
        uint32_t      n = 0, tx = 0;
        em_move_place place;
        em_error      err = { 0 };
        uint8_t       hash[32];
        put(w, TOKEN_HEAD C "," A "," B ",70," T2 ",9,8\n");
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n");
        build(w);
        assert_int_equal(em_moves_find_account(w->index, account(B), &n, &err), EM_OK);
        assert_int_equal(w->m->of_first[n + 1] - w->m->of_first[n], 2);
        assert_int_equal(em_moves_find_account(w->index, account(M), &n, &err), EM_MISSING);
        memset(hash, 0x44, 32);
        assert_int_equal(em_moves_find_tx(w->index, hash, &tx, &err), EM_OK);
        assert_int_equal(tx, 1);
        memset(hash, 0x45, 32);
        assert_int_equal(em_moves_find_tx(w->index, hash, &tx, &err), EM_MISSING);
        memset(hash, 0, 32);
        assert_int_equal(em_moves_find_tx(w->index, hash, &tx, &err), EM_MISSING);
        assert_int_equal(em_moves_place_of(w->index, 1, w->arena, &place, &err), EM_OK);
        assert_true(em_str_eq(place.file, w->file[0]) && place.line == 2);
        assert_int_equal(place.offset, sizeof TOKEN_HEAD - 1);
        assert_int_equal(place.length, strlen(C "," A "," B ",70," T2 ",9,8"));
        assert_true(em_moves_is(below(w, "index")) && !em_moves_is(em_str_c(w->dir)));
}

static void files_without_a_transfer_are_an_index_without_moves(void **state)
{
        world *w = *state;
        put(w, "address,symbol,name,decimals,total_supply\n" C ",XYZ,Xyz,6,100\n");
        build(w);
        assert_true(w->m->moves == 0 && w->m->txs == 0 && w->m->blocks == 0 && w->m->accounts == 1 && w->m->assets == 1);
}

static void a_folder_with_something_else_is_left_alone(void **state)
{
        world   *w = *state;
        em_error err = { 0 };
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n");
        assert_int_equal(em_moves_build(w->file, 1, em_str_c(w->dir), NULL, NULL, &w->built, &err), EM_FORMAT);
        put(w, "name,country\n");
        assert_int_equal(em_moves_build(w->file, 2, below(w, "index"), NULL, NULL, &w->built, &err), EM_FORMAT);
        assert_non_null(strstr(err.file, "b.txt"));
        assert_false(em_moves_is(below(w, "index")));
}

static bool stop(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)done;
        (void)of;
        return strcmp(what, ctx) != 0;
}

static void a_build_that_is_stopped_leaves_the_old_index(void **state)
{
        world      *w = *state;
        char        what[] = "filling";
        em_progress progress = { .tell = stop, .ctx = what };
        em_moves_built built;
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n");
        build(w);
        assert_int_equal(em_moves_build(w->file, 1, below(w, "index"), NULL, &progress, &built, NULL), EM_INTERRUPTED);
        build(w);
        assert_moves(w, "native 1111>2222 5");
}

/* Any one byte changed: refused, or a number in it is another one that can be; verify sees every one. */
static void a_changed_byte_is_refused_or_seen_by_verify(void **state)
{
        world *w = *state;
        em_str bytes, path;
        put(w, TX_HEAD T1 ",7,0," A "," B ",5,10,0,1500000000\n" T2 ",7,1," A "," B ",9,10,1,1500000000\n");
        put(w, TOKEN_HEAD C "," A "," B ",70," T2 ",9,8\n");
        build(w);
        path = below(w, "index/moves");
        assert_int_equal(em_file_read(path, 1 << 20, w->arena, &bytes, NULL), EM_OK);
        size_t padding = 0;
        int    fd = open(path.p, O_RDWR);
        assert_true(fd >= 0);
        for (size_t i = 0; i < bytes.n; i++) {
                em_moves_index *index = NULL;
                em_error        err = { 0 };
                char            other = bytes.p[i] ^ 0x21;
                if (i > 800 && i < 4088)
                        continue;       /* the head's zeros are under its checksum; a few stand for all */
                assert_int_equal(pwrite(fd, &other, 1, (off_t)i), 1);
                em_status status = em_moves_open(below(w, "index"), &index, &err);
                if (status == EM_OK && em_moves_verify(index, &err) == EM_OK)
                        padding++;      /* between two sections */
                else
                        assert_true(err.text[0]);
                em_moves_close(index);
                assert_int_equal(pwrite(fd, &bytes.p[i], 1, (off_t)i), 1);
        }
        assert_true(padding < 13 * 64);
        for (size_t n = bytes.n - 1; n > 0; n -= n < 37 ? n : 37) {
                em_moves_index *index = NULL;
                assert_int_equal(ftruncate(fd, (off_t)n), 0);
                assert_int_equal(em_moves_open(below(w, "index"), &index, NULL), EM_FORMAT);
        }
        close(fd);
}

/* ---- others' data ---- */

static void shared(world *w, const char *name)
{
        w->file[w->files++] = ef_shared(w->arena, name);
}

static bool same_bytes(world *w, const char *a, const char *b)
{
        em_str x, y;
        assert_int_equal(em_file_read(below(w, a), 1 << 28, w->arena, &x, NULL), EM_OK);
        assert_int_equal(em_file_read(below(w, b), 1 << 28, w->arena, &y, NULL), EM_OK);
        return em_str_eq(x, y);
}

/* Sums over moves and over accounts agree for every asset: what goes out comes in. */
static void assert_conserved(const world *w)
{
        const em_moves *m = w->m;
        for (uint64_t asset = 0; asset < m->assets; asset++) {
                em_u256 all = em_u256_of(0), in = all, out = all;
                bool    fits = true;
                for (uint64_t i = 0; i < m->moves; i++)
                        if (m->move[i].asset == asset)
                                fits = fits && em_u256_add(all, em_move_amount(m, &m->move[i]), &all);
                for (uint64_t a = 0; a < m->accounts; a++)
                        for (uint64_t i = m->of_first[a]; i < m->of_first[a + 1]; i++) {
                                const em_move *v = &m->move[m->of[i]];
                                if (v->asset != asset)
                                        continue;
                                if (v->from == a)
                                        fits = fits && em_u256_add(out, em_move_amount(m, v), &out);
                                if (v->to == a)
                                        fits = fits && em_u256_add(in, em_move_amount(m, v), &in);
                        }
                assert_true(!fits || (em_u256_cmp(all, in) == 0 && em_u256_cmp(all, out) == 0));
        }
}

static em_u256 passed(const em_moves *m, uint32_t who, bool in, em_u256 sum)
{
        for (uint64_t i = m->of_first[who]; i < m->of_first[who + 1]; i++) {
                const em_move *v = &m->move[m->of[i]];
                bool call = v->kind == EM_MOVE_NATIVE || v->kind == EM_MOVE_INTERNAL;
                if (call && v->asset == 0 && (in ? v->to : v->from) == who)
                        assert_true(em_u256_add(sum, em_move_amount(m, v), &sum));
        }
        return sum;
}

/* simple_graph.addresses.json: what GraphSense's own transformation gave for these files, "totalReceived" and
 * "totalSpent" of calls.  One account per line; ids by simple_graph.address_ids.csv are not needed, the address stands
 * there in base64. */
static void graphsenses_totals_of_addresses_are_ours(void **state)
{
        static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        world   *w = *state;
        em_str   rest = ef_bytes(w->arena, "eth/graphsense/simple_graph.addresses.json");
        size_t   compared = 0;
        shared(w, "eth/graphsense/simple_graph.traces.csv");
        shared(w, "eth/graphsense/simple_graph.transactions.csv");
        build(w);
        assert_int_equal(w->built.rejected, 0);
        assert_conserved(w);
        while (rest.n) {
                em_cut     line = em_str_cut(rest, '\n');
                em_account a = {{0}};
                em_u256    in, out;
                uint32_t   who = 0, bits = 0, have = 0, n = 0;
                ptrdiff_t  at = em_str_find(line.head, EM_S("\"address\":\""));
                rest = line.tail;
                if (at < 0)
                        continue;
                em_str text = em_str_sub(line.head, (size_t)at + 11, 27);      /* 27 digits are 20 bytes and two bits */
                for (size_t i = 0; i < text.n; i++) {
                        const char *hit = strchr(digits, text.p[i]);
                        assert_non_null(hit);
                        bits = (bits << 6 | (uint32_t)(hit - digits)) & 0xFFFFFF;
                        for (have += 6; have >= 8 && n < 20; have -= 8)
                                a.b[n++] = (uint8_t)(bits >> (have - 8));
                }
                const char *const keys[] = { "\"totalReceived\":{\"value\":", "\"totalSpent\":{\"value\":" };
                for (size_t k = 0; k < 2; k++) {
                        at = em_str_find(line.head, em_str_c(keys[k]));
                        assert_true(at >= 0);
                        em_str number = em_str_cut(em_str_sub(line.head, (size_t)at + strlen(keys[k]), 90), ',').head;
                        assert_true(em_u256_parse(number, k == 0 ? &in : &out));
                }
                if (em_moves_find_account(w->index, a, &who, NULL) != EM_OK) {
                        assert_true(em_u256_zero(in) && em_u256_zero(out));
                        continue;
                }
                assert_int_equal(em_u256_cmp(passed(w->m, who, true, em_u256_of(0)), in), 0);
                assert_int_equal(em_u256_cmp(passed(w->m, who, false, em_u256_of(0)), out), 0);
                compared++;
        }
        assert_int_equal(compared, 15);         /* lines of the file */
}

/* Counted with python over the files: 298 transactions, 9 failed, 127 that went through with a value, 282 ERC-20
 * logs, 9 of items, 681 - 282 - 9 = 390 others; fees 2362878739684767282 wei of which 1986913255733050158 burnt;
 * values 82246255043361813012 wei; 32 withdrawals of 430048384 Gwei. */
static void two_blocks_of_may_2023_come_out_as_counted(void **state)
{
        world  *w = *state;
        em_u256 sum[EM_MOVE_KINDS] = {{{0}}}, burnt = em_u256_of(0);
        size_t  count[EM_MOVE_KINDS] = { 0 };
        char    text[EM_U256_TEXT];
        shared(w, "eth/ethereum-etl/stream_17173049_17173050.blocks.json");
        shared(w, "eth/ethereum-etl/stream_17173049_17173050.transactions.json");
        shared(w, "eth/ethereum-etl/stream_17173049_17173050.logs.json");
        shared(w, "eth/ethereum-etl/withdrawals.blocks.csv");           /* the same blocks and transactions again */
        shared(w, "eth/ethereum-etl/withdrawals.transactions.csv");
        build(w);
        assert_int_equal(w->built.rejected, 0);
        assert_int_equal(w->built.blocks, 2);
        assert_int_equal(w->built.txs, 298 + 2);        /* and what closes each block */
        assert_int_equal(w->built.failed, 9);
        assert_int_equal(w->built.nfts, 9);
        assert_int_equal(w->built.other, 390);
        assert_int_equal(w->built.fees_unknown, 0);
        for (uint64_t i = 0; i < w->m->moves; i++) {
                const em_move *v = &w->m->move[i];
                count[v->kind]++;
                if (v->asset == 0)
                        assert_true(em_u256_add(sum[v->kind], em_move_amount(w->m, v), &sum[v->kind]));
                if (v->kind == EM_MOVE_GAS && v->to == 0)
                        assert_true(em_u256_add(burnt, em_move_amount(w->m, v), &burnt));
        }
        assert_int_equal(count[EM_MOVE_NATIVE], 127);
        assert_int_equal(count[EM_MOVE_TOKEN], 282);
        assert_int_equal(count[EM_MOVE_WITHDRAWAL], 32);
        assert_string_equal(em_u256_text(sum[EM_MOVE_GAS], text), "2362878739684767282");
        assert_string_equal(em_u256_text(burnt, text), "1986913255733050158");
        assert_string_equal(em_u256_text(sum[EM_MOVE_NATIVE], text), "82246255043361813012");
        assert_string_equal(em_u256_text(sum[EM_MOVE_WITHDRAWAL], text), "430048384000000000");
        assert_conserved(w);
}

static void trons_block_zero_to_ten_thousand_is_tron(void **state)
{
        world  *w = *state;
        em_u256 sum = em_u256_of(0);
        char    text[EM_U256_TEXT];
        shared(w, "trx/graphsense-trx-0to10000.transactions.json");
        build(w);
        assert_string_equal(w->m->network, "tron");
        assert_string_equal(w->m->coin, "TRX");
        assert_int_equal(w->built.txs, 2172);
        assert_int_equal(w->built.moves, 1953);         /* with a receiver and an amount, by jq */
        for (uint64_t i = 0; i < w->m->moves; i++)
                assert_true(em_u256_add(sum, em_move_amount(w->m, &w->m->move[i]), &sum));
        assert_string_equal(em_u256_text(sum, text), "67312229451038156");      /* python sum of value */
        char address[EM_ACCOUNT_TEXT];
        assert_int_equal(em_account_text(w->m, w->m->account[1], address)[0], 'T');
}

/* GraphSense's token files whole: the same bytes with sixteen rows of memory as with two gigabytes, and when the
 * files come twice. */
static void neither_memory_nor_repetition_changes_the_index(void **state)
{
        world        *w = *state;
        em_moves_opts tiny = { .memory = 1 }, small = { .memory = 300000 };
        static const char *const names[] = { "eth/graphsense/tokens.traces.csv", "eth/graphsense/tokens.transactions.csv",
                                             "eth/graphsense/tokens.logs.json", "eth/graphsense/tokens.blocks.csv" };
        size_t facts = 0;
        for (size_t i = 0; i < 4; i++) {
                ef_list l = ef_file(w->arena, names[i]);
                shared(w, names[i]);
                facts += l.facts - ef_count(&l, EM_ETH_BLOCK);
                ef_drop(&l);
        }
        build(w);
        assert_int_equal(w->built.rejected, 0);
        assert_conserved(w);
        em_moves_built once = w->built;
        build_at(w, "tiny", &tiny);
        build_at(w, "small", &small);
        assert_true(same_bytes(w, "index/moves", "tiny/moves"));
        assert_true(same_bytes(w, "index/moves", "small/moves"));
        shared(w, "eth/graphsense/tokens.USDT_token_transfers.json");
        for (size_t i = 0; i < 4; i++)
                shared(w, names[i]);
        build_at(w, "again", NULL);
        assert_int_equal(w->built.moves, once.moves);
        assert_int_equal(w->built.rejected, 0);
        assert_int_equal(once.duplicates, 0);
        assert_int_equal(w->built.duplicates, facts + 143);     /* every fact but the blocks', and the USDT logs once more */
}

/* The exchange's 40 tranches, in the order of the blocks. */
static void the_first_hop_of_the_bybit_theft_has_forty_tranches(void **state)
{
        world   *w = *state;
        uint32_t thief = 0;
        size_t   tranches = 0;
        em_u256  tranche;
        em_moves_opts opts = { 0 };
        shared(w, "eth/bybit_2025_hop1_outgoing.csv");
        assert_int_equal(em_file_read(EM_S("assets/ethereum/tokens.csv"), 1 << 20, w->arena, &opts.assets, NULL), EM_OK);
        build_at(w, "index", &opts);
        size_t known = 0;
        for (uint64_t a = 1; a < w->m->assets; a++)
                known += w->m->asset[a].known;
        assert_int_equal(w->m->assets, 1 + 6);
        assert_int_equal(known, 3);             /* stETH, mETH, cmETH; three namesakes are not */
        assert_true(em_u256_parse_units(EM_S("10000"), 18, &tranche));
        assert_int_equal(w->built.rejected, 0);
        assert_int_equal(em_moves_find_account(w->index, account("0x47666fab8bd0ac7003bce3f5c3585383f09486e2"), &thief, NULL), EM_OK);
        for (uint64_t i = 0; i < w->m->moves; i++)
                tranches += w->m->move[i].kind == EM_MOVE_NATIVE && w->m->move[i].from == thief &&
                            em_u256_cmp(em_move_amount(w->m, &w->m->move[i]), tranche) == 0;
        assert_int_equal(tranches, 40);
        assert_int_equal(w->m->block[0].number, 21895319);
        assert_int_equal(w->m->block[0].time_s, 1740148187);    /* date -u -d '2025-02-21 14:29:47' +%s */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(gas_comes_first_then_value_then_calls_then_tokens),
                TEST(the_base_fee_is_burnt_and_the_rest_goes_to_the_miner),
                TEST(a_failed_transaction_moves_its_gas_and_nothing_else),
                TEST(a_transaction_without_a_receipt_has_no_fee_and_is_counted),
                TEST(what_a_creation_is_paid_goes_to_the_contract_made),
                TEST(transactions_without_a_place_stand_by_their_first_log),
                TEST(rewards_and_genesis_come_out_of_the_protocol_and_close_their_block),
                TEST(what_two_files_say_is_one_transfer),
                TEST(rows_without_numbers_are_the_numbered_ones_and_equal_ones_in_one_file_stay_apart),
                TEST(of_rows_that_contradict_the_first_holds),
                TEST(geths_traces_find_their_transaction_by_its_place),
                TEST(an_explorers_units_become_the_tokens_own),
                TEST(amounts_over_128_bits_stand_apart_and_whole),
                TEST(accounts_transactions_and_places_are_found),
                TEST(files_without_a_transfer_are_an_index_without_moves),
                TEST(a_folder_with_something_else_is_left_alone),
                TEST(a_build_that_is_stopped_leaves_the_old_index),
                TEST(a_changed_byte_is_refused_or_seen_by_verify),
                TEST(graphsenses_totals_of_addresses_are_ours),
                TEST(two_blocks_of_may_2023_come_out_as_counted),
                TEST(trons_block_zero_to_ten_thousand_is_tron),
                TEST(neither_memory_nor_repetition_changes_the_index),
                TEST(the_first_hop_of_the_bybit_theft_has_forty_tranches),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
