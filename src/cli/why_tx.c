/* Below a place of a trace: the transaction that pays it, decoded, and its bytes in the block.
 *
 * The bytes come from the block file when the case holds it as a source; they are believed only when their hash is the
 * transaction's id.  Without them the index of the chain says what was spent and paid, and where anybody who has the
 * block files finds the bytes.
 */
#include "embargo/chain.h"
#include "cli/why.h"

enum { SIDES_SHOWN = 12, HEX_MOST = 2000 };

typedef struct asked_tx {
        em_str   txid, file;
        int64_t  offset, length;
        em_chain *chain;                /* of the case; NULL: none */
        em_id    id;                    /* in it, or EM_ID_NONE */
        const em_btc_net *net;
} asked_tx;

static void add(em_why *w, const char *name, em_str text)
{
        if (text.n && w->furthers < EM_WHY_FURTHER_MOST)
                w->further[w->furthers++] = (em_why_further){name, text};
}

static em_str coins(em_why *w, int64_t sat)
{
        return em_cli_text(w->cli, "%.*s sat", EM_ARG(em_cli_count(w->cli, (uint64_t)sat)));
}

static em_str txid_of(em_why *w, const asked_tx *t, em_id tx)
{
        em_hash256 hash;
        char       text[65];
        if (em_chain_txid(t->chain, tx, &hash, NULL) != EM_OK)
                return EM_S("?");
        return em_cli_text(w->cli, "%s", em_hash256_text(hash, text));
}

/* The transaction that owns an output: the last whose first output is not behind it. */
static em_id payer_of(const em_graph *g, em_id out)
{
        em_id low = 0, high = g->txs;
        while (high - low > 1) {
                em_id middle = low + (high - low) / 2;
                if (em_graph_first_out(g, middle) <= out)
                        low = middle;
                else
                        high = middle;
        }
        return low;
}

static void add_side(em_why *w, const asked_tx *t, const char *name, em_str place, em_id out)
{
        const em_graph *g = em_chain_graph(t->chain);
        char address[128];
        add(w, name, em_cli_text(w->cli, "%.*s  %.*s  %s", EM_ARG(place), EM_ARG(coins(w, em_graph_value(g, out))),
                                 em_chain_address(t->chain, em_graph_payee(g, out), address)));
}

/* What the index of the chain says: the values of what is spent stand in other transactions. */
static void add_sides(em_why *w, const asked_tx *t, bool outputs)
{
        const em_graph *g = em_chain_graph(t->chain);
        em_id in = em_graph_first_in(g, t->id), in_end = em_graph_first_in(g, t->id + 1);
        em_id out = em_graph_first_out(g, t->id), out_end = em_graph_first_out(g, t->id + 1);
        for (em_id i = in; i < in_end && i - in < SIDES_SHOWN; i++) {
                em_id from = em_graph_spent(g, i);
                if (from == EM_ID_NONE) {
                        add(w, "spends", EM_S("nothing: new coins, or an output that the index does not know"));
                        continue;
                }
                em_id payer = payer_of(g, from);
                add_side(w, t, "spends", em_cli_text(w->cli, "%.*s:%llu", EM_ARG(txid_of(w, t, payer)),
                                                     (unsigned long long)(from - em_graph_first_out(g, payer))), from);
        }
        if (in_end - in > SIDES_SHOWN)
                add(w, "spends", em_cli_text(w->cli, "and %llu outputs more", (unsigned long long)(in_end - in - SIDES_SHOWN)));
        for (em_id o = out; outputs && o < out_end && o - out < SIDES_SHOWN; o++)
                add_side(w, t, "pays", em_cli_text(w->cli, "output %llu", (unsigned long long)(o - out)), o);
        if (outputs && out_end - out > SIDES_SHOWN)
                add(w, "pays", em_cli_text(w->cli, "and %llu outputs more", (unsigned long long)(out_end - out - SIDES_SHOWN)));
}

/* ---- the bytes -------------------------------------------------------------------------------- */

static void add_hex(em_why *w, em_str bytes)
{
        static const char digit[] = "0123456789abcdef";
        size_t n = bytes.n < HEX_MOST ? bytes.n : HEX_MOST;
        char  *hex = em_arena_alloc(w->cli->arena, 2 * n + 1);
        if (!hex)
                return;
        for (size_t i = 0; i < n; i++) {
                hex[2 * i] = digit[(unsigned char)bytes.p[i] >> 4];
                hex[2 * i + 1] = digit[bytes.p[i] & 15];
        }
        add(w, "bytes", (em_str){hex, 2 * n});
        if (n < bytes.n)
                add(w, "bytes", em_cli_text(w->cli, "and %zu more", bytes.n - n));
}

static void add_parsed(em_why *w, const asked_tx *t, const em_btc_tx *tx)
{
        char id[65], address[128];
        add(w, "transaction", em_cli_text(w->cli, "version %d, %.*s, %.*s, locktime %u%s; its bytes hash to %.*s", tx->version,
                                          EM_ARG(em_cli_many(w->cli, tx->ins, "input", "inputs")),
                                          EM_ARG(em_cli_many(w->cli, tx->outs, "output", "outputs")), tx->locktime,
                                          tx->segwit ? ", with witnesses" : "", EM_ARG(t->txid)));
        for (size_t i = 0; t->id == EM_ID_NONE && i < tx->ins && i < SIDES_SHOWN; i++)
                add(w, "spends", em_btc_in_is_coinbase(&tx->in[i]) ? EM_S("nothing: new coins")
                                 : em_cli_text(w->cli, "%s:%u", em_hash256_text(tx->in[i].prev, id), tx->in[i].vout));
        if (t->id != EM_ID_NONE)
                add_sides(w, t, false);
        for (size_t i = 0; i < tx->outs && i < SIDES_SHOWN; i++)
                add(w, "pays", em_cli_text(w->cli, "output %zu  %.*s  %s", i, EM_ARG(coins(w, tx->out[i].value_sat)),
                                           em_script_address(tx->out[i].script, t->net, address)));
        if (tx->outs > SIDES_SHOWN)
                add(w, "pays", em_cli_text(w->cli, "and %zu outputs more", tx->outs - SIDES_SHOWN));
}

/* From the block file, when the case holds it.  False: it does not, or the bytes are not this transaction. */
static bool add_from_file(em_why *w, const asked_tx *t)
{
        em_source *list = NULL;
        size_t     count = 0;
        em_str     bytes = {0};
        em_btc_tx  tx;
        char       id[65];
        if (em_case_sources(w->c, w->cli->arena, &list, &count, NULL) != EM_OK)
                return false;
        for (size_t i = 0; i < count; i++) {
                if (!em_str_eq(list[i].name, t->file) || em_str_eq(list[i].access, EM_S("withheld")))
                        continue;
                if (em_case_slice(w->c, &list[i], (uint64_t)t->offset, (uint64_t)t->length, w->cli->arena, &bytes, NULL) != EM_OK
                    || em_btc_tx_parse(bytes, NULL, w->cli->arena, &tx, NULL) != EM_OK
                    || !em_str_eq(em_str_c(em_hash256_text(tx.txid, id)), t->txid))
                        continue;
                add(w, "in source", em_cli_text(w->cli, "%.8s, which is that block file: %lld bytes from byte %.*s", list[i].sha256,
                                                (long long)t->length, EM_ARG(em_cli_count(w->cli, (uint64_t)t->offset))));
                add_parsed(w, t, &tx);
                add_hex(w, bytes);
                return true;
        }
        return false;
}

static void add_from_index(em_why *w, const asked_tx *t)
{
        if (t->id == EM_ID_NONE)
                return;
        add(w, "transaction", em_cli_text(w->cli, "%.*s, as the index of the chain has it", EM_ARG(t->txid)));
        add_sides(w, t, true);
        add(w, "bytes", EM_S("the case does not hold the block file: embargo add BLOCKFILE takes it into custody, and its bytes stand here"));
}

em_status em_why_tx(em_why *w, em_str output, em_str file, em_str network, em_str offset, em_str length, em_error *err)
{
        asked_tx   t = {.txid = em_str_cut(output, ':').head, .file = file, .id = EM_ID_NONE, .net = em_btc_net_find(network)};
        em_str     dir = {0};
        em_hash256 hash;
        if (!t.net || !em_hash256_parse(t.txid, &hash) || !em_str_int(offset, &t.offset) || !em_str_int(length, &t.length)
            || t.offset < 0 || t.length <= 0)
                return EM_OK;
        EM_TRY(em_path_join(em_case_dir(w->c), EM_S("index/chain"), w->cli->arena, &dir, err));
        if (em_path_exists(dir) && em_chain_open_sound(dir, w->cli->sound, &t.chain, NULL) == EM_OK
            && em_chain_find_tx(t.chain, hash, &t.id, NULL) != EM_OK)
                t.id = EM_ID_NONE;
        if (!file.n || !add_from_file(w, &t))
                add_from_index(w, &t);
        em_chain_close(t.chain);
        return EM_OK;
}
