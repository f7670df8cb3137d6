/* embargo trace check: the evidence of a path against the raw blocks, and nothing else.
 *
 * Written apart from the index and the taint engine and sharing no code with them, so
 * that a fault of theirs cannot hide here: each block is found by file and offset, its hash
 * and merkle root are computed, the transaction is found in it, and the input must spend
 * the very output of the hop before.  Values of all inputs come from the blocks that paid
 * them.  Then the rule of the policy is applied afresh, with its own small arithmetic, where
 * the file holds enough: what other inputs bring is taken as the file states it.
 *
 * Rules: embargo/taint.h; floors and largest remainders as in Hamilton's apportionment.
 */
#include "cli/trace_check.h"
#include "cli/json_read.h"
#include "embargo/bitcoin.h"

#include <stdlib.h>

#define FILE_MOST ((uint64_t)1 << 28)

__extension__ typedef unsigned __int128 wide;

typedef struct span { int64_t start, len; } span;

typedef struct found {          /* a transaction in its block */
        em_btc_block block;
        const em_btc_tx *tx;
} found;

typedef struct check {
        em_cli    *cli;
        em_str     folder;
        uint8_t    key[8];
        const em_btc_net *net;
        em_str     policy, fee;
        int64_t    seeds;
        em_arena  *arena;               /* for one hop */
        em_table   table;
        size_t     differences, derived;
        em_str     why;                 /* what differs in the hop in hand; empty: nothing */
        /* the output that the next hop must spend, as the blocks have it */
        em_hash256 txid;
        int64_t    vout, value, stolen;
        span      *runs;                /* its stolen satoshi in order; NULL when they cannot be known */
        size_t     run_count;
} check;

/* The first difference of a hop is the one told; the others mostly follow from it. */
static bool differs(check *c, em_str why)
{
        if (!c->why.n)
                c->why = why;
        return false;
}

#define DIFFERS(c, ...) differs((c), em_cli_text((c)->cli, __VA_ARGS__))

static bool number(check *c, const em_jnode *node, const char *key, int64_t *ret)
{
        const em_jnode *m = em_json_member(node, key);
        if (!m || m->kind != EM_J_INT)
                return DIFFERS(c, "the file gives no number \"%s\"", key);
        *ret = m->n;
        return true;
}

static bool text(check *c, const em_jnode *node, const char *key, em_str *ret)
{
        const em_jnode *m = em_json_member(node, key);
        if (!m || m->kind != EM_J_STR)
                return DIFFERS(c, "the file gives no text \"%s\"", key);
        *ret = m->text;
        return true;
}

static bool hash(check *c, const em_jnode *node, const char *key, em_hash256 *ret)
{
        em_str s;
        if (!text(c, node, key, &s))
                return false;
        return em_hash256_parse(s, ret) || DIFFERS(c, "\"%s\" is not a hash of 64 hex digits", key);
}

static bool same_hash(em_hash256 a, em_hash256 b)
{
        return memcmp(a.b, b.b, sizeof a.b) == 0;
}

/* ---- raw blocks --------------------------------------------------------------------------- */

static bool read_key(check *c, em_error *err)
{
        em_str path = {0}, bytes = {0};
        if (em_path_join(c->folder, EM_S("xor.dat"), c->cli->arena, &path, err) != EM_OK)
                return false;
        if (!em_path_exists(path))
                return true;
        if (em_file_read(path, 4096, c->cli->arena, &bytes, err) != EM_OK || bytes.n != 8)
                return false;
        memcpy(c->key, bytes.p, 8);
        return true;
}

/* The bytes of a block out of its file, de-obfuscated. */
static bool block_bytes(check *c, em_str name, int64_t offset, int64_t length, em_str *ret)
{
        em_str     path = {0};
        em_mapping map = {.fd = -1};
        em_error   err = {0};
        if (!name.n || em_str_find(name, EM_S("/")) >= 0 || name.p[0] == '.')
                return DIFFERS(c, "the block file's name is not a plain name");
        if (em_path_join(c->folder, name, c->arena, &path, &err) != EM_OK ||
            em_mapping_open(path, &map, &err) != EM_OK)
                return DIFFERS(c, "the block file %.*s cannot be read", EM_ARG(em_cli_safe(c->cli, name)));
        bool  inside = offset >= 0 && length > 0 && (uint64_t)length <= FILE_MOST && (uint64_t)offset <= map.n &&
                      (uint64_t)length <= map.n - (uint64_t)offset;
        char *copy = inside ? em_arena_alloc(c->arena, (size_t)length) : NULL;
        bool  masked = em_str_starts(name, EM_S("blk"));
        for (size_t i = 0; copy && i < (size_t)length; i++)
                copy[i] = (char)(map.p[(size_t)offset + i] ^ (masked ? c->key[((size_t)offset + i) % 8] : 0));
        em_mapping_close(&map);
        if (!copy)
                return DIFFERS(c, "%.*s has no %lld bytes at %lld", EM_ARG(em_cli_safe(c->cli, name)),
                               (long long)length, (long long)offset);
        *ret = (em_str){copy, (size_t)length};
        return true;
}

/* BIP 34's height, which blocks of the main chain before 227,931 were free not to give. */
static bool height_agrees(const check *c, const em_btc_block *b, int64_t height)
{
        bool free = strcmp(c->net->name, "main") == 0 && height < 227931;
        return free || height < 0 || b->height < 0 || b->version < 2 || b->height == height;
}

/* The transaction that node describes: file, block_offset ..., txid. */
static bool find(check *c, const em_jnode *node, found *ret)
{
        em_str     name = {0}, bytes = {0};
        int64_t    at = 0, n = 0, offset = 0, length = 0, height = 0;
        em_hash256 block, txid;
        em_error   err = {0};
        if (!text(c, node, "file", &name) || !number(c, node, "block_offset", &at) ||
            !number(c, node, "block_length", &n) || !number(c, node, "offset", &offset) ||
            !number(c, node, "length", &length) || !number(c, node, "height", &height) ||
            !hash(c, node, "block", &block) || !hash(c, node, "txid", &txid) || !block_bytes(c, name, at, n, &bytes))
                return false;
        if (em_btc_block_parse(bytes, NULL, c->arena, &ret->block, &err) != EM_OK)
                return DIFFERS(c, "the block at %lld of %.*s: %s", (long long)at, EM_ARG(em_cli_safe(c->cli, name)),
                               err.text);
        if (!same_hash(ret->block.hash, block))
                return DIFFERS(c, "the block at %lld of %.*s has another hash", (long long)at,
                               EM_ARG(em_cli_safe(c->cli, name)));
        if (!height_agrees(c, &ret->block, height))
                return DIFFERS(c, "the block says height %lld, the file %lld", (long long)ret->block.height,
                               (long long)height);
        for (size_t i = 0; i < ret->block.txs; i++) {
                const em_btc_tx *tx = &ret->block.tx[i];
                if (!same_hash(tx->txid, txid))
                        continue;
                ret->tx = tx;
                return (offset == at + (int64_t)tx->offset && length == (int64_t)tx->length) ||
                       DIFFERS(c, "the transaction lies at another place of the block");
        }
        return DIFFERS(c, "the block does not hold the transaction");
}

static bool output_agrees(check *c, const em_btc_tx *tx, int64_t vout, int64_t value, em_str address)
{
        char shown[2][128];
        if (vout < 0 || (uint64_t)vout >= tx->outs)
                return DIFFERS(c, "the transaction has no output %lld", (long long)vout);
        const em_btc_out *out = &tx->out[vout];
        if (out->value_sat != value)
                return DIFFERS(c, "output %lld holds %lld satoshi, not %lld", (long long)vout, (long long)out->value_sat,
                               (long long)value);
        em_script_address(out->script, c->net, shown[0]);
        em_payee_address(em_script_payee(out->script), EM_S(""), c->net, shown[1]);
        return em_str_eq(address, em_str_c(shown[0])) || em_str_eq(address, em_str_c(shown[1])) ||
               DIFFERS(c, "output %lld pays another address", (long long)vout);
}

/* ---- one hop's inputs ------------------------------------------------------------------------ */

typedef struct bring { int64_t value, stolen; } bring;

/* An output that an input spends: found in its own block, its value compared. */
static bool prevout(check *c, const em_jnode *node, const em_btc_in *in, bring *ret)
{
        found      f = {0};
        em_hash256 txid;
        em_str     address = {0};
        int64_t    vout = 0;
        if (!hash(c, node, "txid", &txid) || !number(c, node, "vout", &vout) ||
            !number(c, node, "value_sat", &ret->value) || !number(c, node, "stolen_sat", &ret->stolen) ||
            !text(c, node, "address", &address))
                return false;
        if (!same_hash(txid, in->prev) || vout != in->vout)
                return DIFFERS(c, "an input spends another output than the file lists");
        if (ret->stolen < 0 || ret->stolen > ret->value)
                return DIFFERS(c, "more is stolen in an input than it holds");
        return find(c, node, &f) && output_agrees(c, f.tx, vout, ret->value, address);
}

/* Blocks are not judged when they are read, so their values may be anything. */
static bool outputs_sum(check *c, const em_btc_tx *tx, int64_t *ret_sum)
{
        int64_t sum = 0;
        for (size_t o = 0; o < tx->outs; o++)
                if (tx->out[o].value_sat < 0 || __builtin_add_overflow(sum, tx->out[o].value_sat, &sum))
                        return DIFFERS(c, "the transaction's values cannot be");
        *ret_sum = sum;
        return true;
}

/* ret_in is NULL when the file lists only some of many inputs. */
static bool inputs(check *c, const em_jnode *hop, const em_btc_tx *tx, bring **ret_in, int64_t *ret_total)
{
        const em_jnode *list = em_json_member(hop, "inputs");
        int64_t         all = 0, fee = 0, sum = 0, out = 0;
        if (!list || list->kind != EM_J_LIST || !number(c, hop, "inputs_in_all", &all) ||
            !number(c, hop, "fee_sat", &fee))
                return DIFFERS(c, "the file lists no inputs");
        if (all != (int64_t)tx->ins || list->count > tx->ins)
                return DIFFERS(c, "the transaction has %zu inputs, the file says %lld", tx->ins, (long long)all);
        bring *in = EM_NEW_N(c->arena, bring, tx->ins);
        if (!in)
                return DIFFERS(c, "out of memory");
        size_t i = 0;
        for (const em_jnode *n = list->first; n; n = n->next, i++) {
                if (!prevout(c, n, &tx->in[i], &in[i]))
                        return false;
                if (__builtin_add_overflow(sum, in[i].value, &sum))
                        return DIFFERS(c, "the inputs' values cannot be");
        }
        *ret_in = i == tx->ins ? in : NULL;
        *ret_total = sum;
        if (!outputs_sum(c, tx, &out))
                return false;
        return i < tx->ins || (sum >= out && sum - out == fee) ||
               DIFFERS(c, "the fee is %lld satoshi, not %lld", (long long)(sum - out), (long long)fee);
}

/* ---- the rules, afresh -------------------------------------------------------------------------- */

typedef struct spot { int64_t key; size_t index; } spot;

static int by_spot(const void *a, const void *b)
{
        const spot *x = a, *y = b;
        if (x->key != y->key)
                return x->key < y->key ? -1 : 1;
        return x->index < y->index ? -1 : x->index > y->index;
}

typedef struct order { const char *policy; char in, out; } order;       /* f first, l last, t tainted, h highest */

static const order *order_of(em_str policy)
{
        static const order known[] = {
                {"fifo", 'f', 'f'}, {"lifo", 'l', 'f'}, {"tiho", 't', 'h'}, {"seniority", 't', 'f'},
        };
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (em_str_eq(policy, em_str_c(known[i].policy)))
                        return &known[i];
        return NULL;
}

static int64_t share_of(int64_t stolen, int64_t value, int64_t total, wide *ret_rest)
{
        wide product = (wide)(uint64_t)stolen * (uint64_t)value;
        *ret_rest = product % (uint64_t)total;
        return (int64_t)(product / (uint64_t)total);
}

/* Output j's part of the stolen coins: floors, then one satoshi each to the largest remainders, ties to
 * the lower index; the fee stands behind the outputs. */
static int64_t haircut(const em_btc_tx *tx, int64_t stolen, int64_t total, size_t j)
{
        int64_t fee = total, left = stolen, mine = 0, ahead = 0;
        wide    my_rest = 0, rest = 0;
        for (size_t o = 0; o < tx->outs; o++)
                fee -= tx->out[o].value_sat;
        mine = share_of(stolen, tx->out[j].value_sat, total, &my_rest);
        for (size_t o = 0; o <= tx->outs; o++) {
                left -= share_of(stolen, o < tx->outs ? tx->out[o].value_sat : fee, total, &rest);
                ahead += rest > my_rest || (rest == my_rest && o < j);
        }
        return mine + (ahead < left);
}

static bool add_run(check *c, span **runs, size_t *count, size_t *cap, span s)
{
        if (*count && (*runs)[*count - 1].start + (*runs)[*count - 1].len == s.start) {
                (*runs)[*count - 1].len += s.len;
                return true;
        }
        if (*count == *cap) {
                size_t more = *cap ? 2 * *cap : 8;
                span  *at = EM_NEW_N(c->cli->arena, span, more);
                if (!at)
                        return false;
                if (*count)
                        memcpy(at, *runs, *count * sizeof *at);
                *runs = at;
                *cap = more;
        }
        (*runs)[(*count)++] = s;
        return true;
}

/* The stolen runs of the whole line of satoshi; NULL when an input's are not known. */
static span *lay_line(check *c, const bring *in, size_t ins, size_t mine, char how, size_t *ret_count)
{
        spot   *line = EM_NEW_N(c->arena, spot, ins);
        span   *runs = EM_NEW(c->cli->arena, span);
        size_t  cap = runs ? 1 : 0;
        int64_t at = 0;
        *ret_count = 0;
        for (size_t i = 0; line && i < ins; i++)
                line[i] = (spot){how == 'l' ? -(int64_t)i : how == 't' ? !in[i].stolen : 0, i};
        if (!line || !runs)
                return NULL;
        qsort(line, ins, sizeof *line, by_spot);
        for (size_t k = 0; k < ins; at += in[line[k++].index].value) {
                const bring *b = &in[line[k].index];
                span whole = {0, b->value}, *of = line[k].index == mine ? c->runs : &whole;
                size_t count = line[k].index == mine ? c->run_count : b->stolen ? 1 : 0;
                if (line[k].index != mine && b->stolen && b->stolen < b->value)
                        return NULL;
                for (size_t r = 0; r < count; r++)
                        if (!add_run(c, &runs, ret_count, &cap, (span){at + of[r].start, of[r].len}))
                                return NULL;
        }
        return runs;
}

/* Where output j begins in the line of outputs. */
static int64_t place_of(check *c, const em_btc_tx *tx, size_t j, char how)
{
        spot   *line = EM_NEW_N(c->arena, spot, tx->outs);
        int64_t at = 0;
        for (size_t o = 0; line && o < tx->outs; o++)
                line[o] = (spot){how == 'h' ? -tx->out[o].value_sat : 0, o};
        if (!line)
                return -1;
        qsort(line, tx->outs, sizeof *line, by_spot);
        for (size_t k = 0; k < tx->outs && line[k].index != j; k++)
                at += tx->out[line[k].index].value_sat;
        return at;
}

/* IN-OUT: the stolen satoshi of output j become those of the next hop.  False: they cannot be known. */
static bool cut(check *c, const order *how, const em_btc_tx *tx, const bring *in, size_t mine, size_t j,
                int64_t *ret_sat)
{
        size_t  count = 0, cap = 0, kept = 0;
        span   *line = c->runs ? lay_line(c, in, tx->ins, mine, how->in, &count) : NULL, *runs = NULL;
        int64_t from = place_of(c, tx, j, how->out), to = from + tx->out[j].value_sat, sum = 0;
        if (!line || from < 0 || !add_run(c, &runs, &kept, &cap, (span){-1, 0}))
                return false;
        kept = 0;
        for (size_t i = 0; i < count; i++) {
                int64_t a = line[i].start > from ? line[i].start : from;
                int64_t b = line[i].start + line[i].len < to ? line[i].start + line[i].len : to;
                if (b > a && !add_run(c, &runs, &kept, &cap, (span){a - from, b - a}))
                        return false;
                sum += b > a ? b - a : 0;
        }
        c->runs = runs;
        c->run_count = kept;
        *ret_sat = sum;
        return true;
}

/* Output j's stolen coins by the rule; false with the reason when the file does not hold enough to say. */
static bool derive(check *c, const em_btc_tx *tx, const bring *in, int64_t total, size_t mine, size_t j,
                   int64_t *ret_sat, const char **ret_why)
{
        const order *how = order_of(c->policy);
        int64_t      stolen = 0;
        *ret_why = c->seeds != 1 ? "as stated: the trace has several beginnings"
                   : !in ? "as stated: too many inputs to list" : NULL;
        for (size_t i = 0; in && i < tx->ins; i++)
                stolen += in[i].stolen;
        if (*ret_why || !total)
                return false;
        if (em_str_eq(c->policy, EM_S("poison")))
                *ret_sat = stolen ? tx->out[j].value_sat : 0;
        else if (em_str_eq(c->policy, EM_S("haircut")) || em_str_eq(c->policy, EM_S("dirty-first")))
                *ret_sat = haircut(tx, stolen, total, j);
        else if (!how || em_str_eq(c->fee, EM_S("pro-rata")))
                *ret_why = "as stated: this rule is not re-derived";
        else if (!cut(c, how, tx, in, mine, j, ret_sat))
                *ret_why = "as stated: which coins of a partly stolen input is not in the file";
        return !*ret_why;
}

/* ---- the path --------------------------------------------------------------------------------------- */

/* After a hop whose runs could not be known, an output that is wholly stolen makes them known again. */
static void settle_runs(check *c, bool derived, int64_t value, int64_t stolen)
{
        if (derived && c->runs && order_of(c->policy))
                return;
        c->runs = stolen == value ? EM_NEW(c->cli->arena, span) : NULL;
        c->run_count = c->runs ? 1 : 0;
        if (c->runs)
                c->runs[0] = (span){0, stolen};
}

static bool amounts(check *c, const em_jnode *hop, const em_btc_tx *tx, size_t in, size_t out, const char **ret_how)
{
        int64_t in_sat = 0, out_sat = 0, via = 0, total = 0, want = 0;
        bring  *list = NULL;
        if (!number(c, hop, "in_stolen_sat", &in_sat) || !number(c, hop, "out_stolen_sat", &out_sat) ||
            !number(c, hop, "via_sat", &via) || !inputs(c, hop, tx, &list, &total))
                return false;
        int64_t value = tx->out[out].value_sat;
        if (in_sat != c->stolen || (list && list[in].stolen != in_sat))
                return DIFFERS(c, "%lld satoshi go in as stolen, %lld came out of the hop before", (long long)in_sat,
                               (long long)c->stolen);
        if (out_sat <= 0 || out_sat > value || via <= 0 || via > out_sat)
                return DIFFERS(c, "an amount is larger than what holds it");
        bool derived = derive(c, tx, list, total, in, out, &want, ret_how);
        if (derived && want != out_sat)
                return DIFFERS(c, "by the rule %lld satoshi of output %zu are stolen, not %lld", (long long)want, out,
                               (long long)out_sat);
        c->derived += derived;
        *ret_how = derived ? "amounts re-derived" : *ret_how ? *ret_how : "as stated";
        settle_runs(c, derived, value, out_sat);
        c->stolen = out_sat;
        c->value = value;
        return true;
}

static bool check_hop(check *c, const em_jnode *hop, const char **ret_how)
{
        found   f = {0};
        int64_t in = 0, out = 0, in_value = 0, out_value = 0;
        em_str  address = {0};
        if (!find(c, hop, &f) || !number(c, hop, "input", &in) || !number(c, hop, "output", &out) ||
            !number(c, hop, "in_value_sat", &in_value) || !number(c, hop, "out_value_sat", &out_value) ||
            !text(c, hop, "out_address", &address))
                return false;
        if (in < 0 || (uint64_t)in >= f.tx->ins)
                return DIFFERS(c, "the transaction has no input %lld", (long long)in);
        if (!same_hash(f.tx->in[in].prev, c->txid) || f.tx->in[in].vout != c->vout)
                return DIFFERS(c, "input %lld does not spend the output of the hop before", (long long)in);
        if (in_value != c->value)
                return DIFFERS(c, "input %lld brings %lld satoshi, not %lld", (long long)in, (long long)c->value,
                               (long long)in_value);
        if (!output_agrees(c, f.tx, out, out_value, address) ||
            !amounts(c, hop, f.tx, (size_t)in, (size_t)out, ret_how))
                return false;
        c->txid = f.tx->txid;
        c->vout = out;
        return true;
}

static bool check_start(check *c, const em_jnode *from)
{
        found  f = {0};
        em_str address = {0};
        if (!find(c, from, &f) || !number(c, from, "vout", &c->vout) || !number(c, from, "value_sat", &c->value) ||
            !number(c, from, "stolen_sat", &c->stolen) || !text(c, from, "address", &address) ||
            !output_agrees(c, f.tx, c->vout, c->value, address))
                return false;
        if (c->stolen <= 0 || c->stolen > c->value)
                return DIFFERS(c, "more is stolen than the output holds");
        c->txid = f.tx->txid;
        c->runs = EM_NEW(c->cli->arena, span);
        c->run_count = c->runs ? 1 : 0;
        if (c->runs)
                c->runs[0] = (span){0, c->stolen};
        return true;
}

static em_status report(check *c, em_str hop, const em_jnode *node, bool good, const char *how, em_error *err)
{
        const em_jnode *txid = em_json_member(node, "txid"), *height = em_json_member(node, "height");
        em_str safe = em_cli_safe(c->cli, txid ? txid->text : EM_S("?"));
        em_str note = good ? em_str_c(how) : c->why;
        c->differences += !good;
        c->why = EM_S("");
        em_arena_reset(c->arena);
        return em_table_add(&c->table, (em_str[]){hop, em_str_sub(safe, 0, 16),
                            height && height->kind == EM_J_INT ? em_cli_digits(c->cli, height->n) : EM_S(""),
                            good ? em_cli_digits(c->cli, c->stolen) : EM_S(""),
                            good ? EM_S("agrees") : EM_S("DIFFERS"), note}, err);
}

/* A hop after a wrong one is judged from what the file says of the wrong one, so that one fault is one line. */
static void go_on_from(check *c, const em_jnode *hop)
{
        const em_jnode *out = em_json_member(hop, "output"), *value = em_json_member(hop, "out_value_sat"),
                       *stolen = em_json_member(hop, "out_stolen_sat"), *txid = em_json_member(hop, "txid");
        if (txid)
                (void)em_hash256_parse(txid->text, &c->txid);
        c->vout = out ? out->n : -1;
        c->value = value ? value->n : -1;
        c->stolen = stolen ? stolen->n : -1;
        settle_runs(c, false, c->value, c->stolen);
}

static em_status check_all(check *c, const em_jnode *root, size_t *ret_hops, em_error *err)
{
        const em_jnode *from = em_json_member(root, "from"), *hops = em_json_member(root, "hops");
        const char     *how = "the output it begins at";
        if (!from || !hops || hops->kind != EM_J_LIST)
                return em_fail(err, EM_FORMAT, "the file has no \"from\" and \"hops\"");
        bool good = check_start(c, from);
        EM_TRY(report(c, EM_S("0"), from, good, how, err));
        size_t n = 0;
        for (const em_jnode *hop = hops->first; hop; hop = hop->next) {
                how = NULL;
                good = check_hop(c, hop, &how);
                EM_TRY(report(c, em_cli_digits(c->cli, (int64_t)++n), hop, good, how, err));
                if (!good)
                        go_on_from(c, hop);
        }
        *ret_hops = n;
        return EM_OK;
}

static em_status read_head(check *c, const em_jnode *root, em_error *err)
{
        em_str schema = {0}, net = {0};
        if (text(c, root, "schema", &schema) && em_str_eq(schema, EM_S("embargo.path.accounts.1")))
                return em_fail(err, EM_FORMAT, "it is a path between accounts, which has no blocks to be checked against; each "
                                               "hop names the file and line that says so");
        if (!em_str_eq(schema, EM_S("embargo.path.1")))
                return em_fail(err, EM_FORMAT, "the file is not of the schema embargo.path.1");
        if (!text(c, root, "network", &net) || !text(c, root, "policy", &c->policy) || !text(c, root, "fee", &c->fee) ||
            !number(c, root, "seeds", &c->seeds) || !(c->net = em_btc_net_find(net)))
                return em_fail(err, EM_FORMAT, "the file lacks a known network, a policy, a fee rule or its seeds");
        return EM_OK;
}

static em_status print(check *c, em_error *err)
{
        if (c->cli->form == EM_FORM_TEXT)
                em_table_print(&c->table, &c->cli->term, c->cli->out);
        if (c->cli->form == EM_FORM_CSV)
                em_table_csv(&c->table, false, c->cli->out);
        if (c->cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.path-check.1");
        em_json_kint(&j, "differences", (int64_t)c->differences);
        em_json_key(&j, EM_S("hops"));
        em_table_json(&c->table, &j);
        em_json_close(&j, '}');
        return em_cli_put(c->cli, &buf, err);
}

static em_status check_file(check *c, em_str file, em_error *err)
{
        em_str    bytes = {0};
        em_jnode *root = NULL;
        size_t    hops = 0;
        em_error  why = {0};
        if (!em_path_is_dir(c->folder))
                return em_fail_at(err, EM_MISSING, c->folder, 0, 0, "there is no such folder of blocks");
        if (!read_key(c, err))
                return em_fail_at(err, EM_FORMAT, c->folder, 0, 0, "its xor.dat is not a key of eight bytes");
        EM_TRY(em_file_read(file, FILE_MOST, c->cli->arena, &bytes, err));
        em_status s = em_json_tree(bytes, c->cli->arena, &root, &why);
        if (s == EM_OK)
                s = read_head(c, root, &why);
        if (s == EM_OK)
                s = check_all(c, root, &hops, &why);
        if (s != EM_OK)
                return em_fail_at(err, s, file, 0, 0, "%s", why.text);
        EM_TRY(print(c, err));
        em_cli_done(c->cli, NULL, "checked %.*s against the raw blocks: %.*s; the amounts of %zu re-derived by the rule",
                    EM_ARG(em_cli_many(c->cli, hops, "hop", "hops")),
                    EM_ARG(em_cli_many(c->cli, c->differences, "difference", "differences")), c->derived);
        if (!c->differences)
                return EM_OK;
        *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}

em_status em_trace_check(em_cli *cli, em_str file, em_str blocks, em_error *err)
{
        static const em_column columns[] = {
                {"hop", "hop", EM_CELL_NUMBER, 0, 0},           {"txid", "txid", EM_CELL_TEXT, 0, 0},
                {"height", "height", EM_CELL_NUMBER, 0, 0},     {"stolen_sat", "satoshi", EM_CELL_NUMBER, 0, 0},
                {"result", "result", EM_CELL_TEXT, 0, 0},       {"note", "note", EM_CELL_TEXT, 1, 16},
        };
        check c = {.cli = cli, .folder = blocks, .arena = em_arena_new((size_t)4 << 30),
                   .table = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena)};
        if (!c.arena)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_status s = check_file(&c, file, err);
        em_arena_free(c.arena);
        return s;
}
