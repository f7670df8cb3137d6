/* embargo trace look: a transaction or an address, before anything is traced.
 *
 * Everything comes from the index; the raw bytes from the block file that the index names, in the folder of --blocks or in the
 * case's custody, and they are shown only when they hash to the transaction's id.
 */
#include "cli/trace_look.h"
#include "cli/label_option.h"
#include "cli/look_bytes.h"

enum { ROWS_MOST = 1000 };

/* ---- shared ---------------------------------------------------------------------------------- */

static em_str txid_of(const em_trace *t, em_id tx, em_error *err)
{
        em_hash256 txid;
        char       text[65];
        if (em_chain_txid(t->chain, tx, &txid, err) != EM_OK)
                return EM_S("");
        return em_cli_text(t->cli, "%s", em_hash256_text(txid, text));
}

static em_str time_text(const em_trace *t, em_id tx)
{
        uint32_t s = em_graph_block_time(t->graph, em_graph_block_of_tx(t->graph, tx));
        char     day[11];
        em_day_text((em_day)(s / 86400), day);
        return em_cli_text(t->cli, "%sT%02u:%02u:%02uZ", day, s / 3600 % 24, s / 60 % 60, s % 60);
}

static void put_labels(const em_trace *t, em_json *j, uint32_t payee)
{
        const em_named *at = NULL;
        size_t          n = em_trace_named(t, payee, &at);
        em_json_key(j, EM_S("labels"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++)
                em_cli_label_json(j, em_labels_at(t->labels, at[i].label));
        em_json_close(j, ']');
}

/* "spent_by": the transaction and its input, or null. */
static em_status put_spender(em_trace *t, em_json *j, em_id out, em_error *err)
{
        em_id in = em_graph_spender(t->graph, out);
        em_json_key(j, EM_S("spent_by"));
        if (in == EM_ID_NONE) {
                em_json_null(j);
                return EM_OK;
        }
        em_id  tx = em_graph_tx_of_in(t->graph, in);
        em_str txid = txid_of(t, tx, err);
        if (!txid.n)
                return EM_IO;
        em_json_open(j, '{');
        em_json_kstr(j, "txid", txid);
        em_json_kint(j, "input", (int64_t)(in - em_graph_first_in(t->graph, tx)));
        em_json_kint(j, "height", em_chain_height(t->chain, em_graph_block_of_tx(t->graph, tx)));
        em_json_kstr(j, "time_utc", time_text(t, tx));
        em_json_close(j, '}');
        return EM_OK;
}

/* ---- raw bytes -------------------------------------------------------------------------------------- */

typedef struct wanted { em_trace *t; em_hash256 txid; } wanted;

static bool is_wanted(void *ctx, em_str bytes)
{
        const wanted *w = ctx;
        em_btc_tx     read;
        em_arena_reset(w->t->judge);
        return em_btc_tx_parse(bytes, NULL, w->t->judge, &read, NULL) == EM_OK && memcmp(read.txid.b, w->txid.b, sizeof read.txid.b) == 0;
}

/* The transaction's bytes, after they were hashed. */
static em_status raw_bytes(em_trace *t, em_id tx, const em_chain_place *p, em_look_bytes *ret, em_error *err)
{
        wanted        w = {.t = t};
        em_look       look;
        em_look_place place = {p->file, p->offset, p->length};
        EM_TRY(em_chain_txid(t->chain, tx, &w.txid, err));
        em_look_open(t->cli, &look);
        em_status s = em_look_find(&look, &place, is_wanted, &w, ret, err);
        em_look_close(&look);
        return s;
}

/* ---- a transaction ------------------------------------------------------------------------------------ */

static em_status put_input(em_trace *t, em_json *j, em_id in, int64_t *fee, em_error *err)
{
        em_id out = em_graph_spent(t->graph, in);
        em_json_open(j, '{');
        em_json_kbool(j, "known", out != EM_ID_NONE);
        if (out != EM_ID_NONE) {
                em_id tx = em_graph_tx_of_out(t->graph, out);
                em_str txid = txid_of(t, tx, err);
                if (!txid.n)
                        return EM_IO;
                *fee += em_graph_value(t->graph, out);
                em_json_kstr(j, "txid", txid);
                em_json_kint(j, "vout", (int64_t)(out - em_graph_first_out(t->graph, tx)));
                em_json_kint(j, "value_sat", em_graph_value(t->graph, out));
                em_json_kstr(j, "address", em_trace_address(t, em_graph_payee(t->graph, out)));
                put_labels(t, j, em_graph_payee(t->graph, out));
        }
        em_json_close(j, '}');
        return EM_OK;
}

static em_status put_output(em_trace *t, em_json *j, em_id out, size_t number, int64_t *fee, em_error *err)
{
        em_json_open(j, '{');
        *fee -= em_graph_value(t->graph, out);
        em_json_kint(j, "vout", (int64_t)number);
        em_json_kint(j, "value_sat", em_graph_value(t->graph, out));
        em_json_kstr(j, "address", em_trace_address(t, em_graph_payee(t->graph, out)));
        put_labels(t, j, em_graph_payee(t->graph, out));
        EM_TRY(put_spender(t, j, out, err));
        em_json_close(j, '}');
        return EM_OK;
}

static void put_place(em_json *j, const em_chain_place *p)
{
        char text[65];
        em_json_kint(j, "height", p->height);
        em_json_kstr(j, "block", em_str_c(em_hash256_text(p->block, text)));
        em_json_kstr(j, "file", p->file);
        em_json_kint(j, "offset", (int64_t)p->offset);
        em_json_kint(j, "length", (int64_t)p->length);
}

static em_status put_sides(em_trace *t, em_json *j, em_id tx, em_error *err)
{
        const em_graph *g = t->graph;
        em_id   first_in = em_graph_first_in(g, tx), ins = em_graph_first_in(g, tx + 1) - first_in;
        em_id   first_out = em_graph_first_out(g, tx), outs = em_graph_first_out(g, tx + 1) - first_out;
        int64_t fee = 0;
        bool    known = true;
        em_json_kint(j, "inputs_in_all", (int64_t)ins);
        em_json_kint(j, "outputs_in_all", (int64_t)outs);
        em_json_key(j, EM_S("inputs"));
        em_json_open(j, '[');
        for (em_id i = 0; i < ins && i < ROWS_MOST; i++) {
                known = known && em_graph_spent(g, first_in + i) != EM_ID_NONE;
                EM_TRY(put_input(t, j, first_in + i, &fee, err));
        }
        em_json_close(j, ']');
        em_json_key(j, EM_S("outputs"));
        em_json_open(j, '[');
        for (em_id o = 0; o < outs && o < ROWS_MOST; o++)
                EM_TRY(put_output(t, j, first_out + o, (size_t)o, &fee, err));
        em_json_close(j, ']');
        em_json_key(j, EM_S("fee_sat"));
        if (known && ins <= ROWS_MOST && outs <= ROWS_MOST)
                em_json_int(j, fee);
        else
                em_json_null(j);
        return EM_OK;
}

static em_status put_tx(em_trace *t, em_json *j, em_id tx, em_error *err)
{
        em_chain_place p = {0};
        em_look_bytes  raw = {0};
        em_str         txid = txid_of(t, tx, err);
        uint32_t       mix = em_trace_mixes(t, tx);
        if (!txid.n)
                return EM_IO;
        EM_TRY(em_chain_place_of(t->chain, tx, t->cli->arena, &p, err));
        EM_TRY(raw_bytes(t, tx, &p, &raw, err));
        em_json_kstr(j, "txid", txid);
        em_json_kstr(j, "time_utc", time_text(t, tx));
        put_place(j, &p);
        em_json_kbool(j, "may_be_coinjoin", mix != 0);
        EM_TRY(put_sides(t, j, tx, err));
        em_json_kstr(j, "raw_source", raw.source);
        em_json_kstr(j, "raw", em_look_hex(t->cli, raw.bytes));
        em_look_fields(t->cli, j, raw.bytes);
        return EM_OK;
}

/* ---- an address ------------------------------------------------------------------------------------------ */

static em_status put_paid(em_trace *t, em_json *j, em_id out, em_error *err)
{
        em_str name = {0};
        em_id  tx = em_graph_tx_of_out(t->graph, out);
        EM_TRY(em_trace_output_name(t, out, &name, err));
        em_json_open(j, '{');
        em_json_kstr(j, "output", name);
        em_json_kint(j, "height", em_chain_height(t->chain, em_graph_block_of_tx(t->graph, tx)));
        em_json_kstr(j, "time_utc", time_text(t, tx));
        em_json_kint(j, "value_sat", em_graph_value(t->graph, out));
        EM_TRY(put_spender(t, j, out, err));
        em_json_close(j, '}');
        return EM_OK;
}

static em_status put_address(em_trace *t, em_json *j, uint32_t payee, em_error *err)
{
        em_id  *out = NULL;
        size_t  outs = 0;
        int64_t paid = 0, spent = 0;
        EM_TRY(em_chain_payee_outs(t->chain, payee, t->cli->arena, &out, &outs, err));
        for (size_t i = 0; i < outs; i++) {
                paid += em_graph_value(t->graph, out[i]);
                spent += em_graph_spender(t->graph, out[i]) == EM_ID_NONE ? 0 : em_graph_value(t->graph, out[i]);
        }
        em_json_kstr(j, "address", em_trace_address(t, payee));
        put_labels(t, j, payee);
        em_json_kint(j, "outputs_in_all", (int64_t)outs);
        em_json_kint(j, "paid_sat", paid);
        em_json_kint(j, "spent_sat", spent);
        em_json_kint(j, "unspent_sat", paid - spent);
        em_json_key(j, EM_S("outputs"));
        em_json_open(j, '[');
        for (size_t i = outs > ROWS_MOST ? outs - ROWS_MOST : 0; i < outs; i++)
                EM_TRY(put_paid(t, j, out[i], err));
        em_json_close(j, ']');
        return EM_OK;
}

/* ---- either ----------------------------------------------------------------------------------------------- */

static em_status find_payee(em_trace *t, em_str what, uint32_t *ret_payee, em_error *err)
{
        em_str   script = {0};
        em_error why = {0};
        char     shown[100];
        em_str_show(what, shown, sizeof shown);
        if (em_address_parse(what, t->net, t->cli->arena, &script, &why) != EM_OK)
                return em_fail(err, EM_USAGE, "\"%s\" is neither a TXID nor an address of %s: %s", shown, t->net->name, why.text);
        em_status s = em_chain_find_payee(t->chain, em_script_payee(script), ret_payee, &why);
        return s == EM_MISSING ? em_fail(err, EM_MISSING, "%s was never paid in this chain", shown)
             : s == EM_OK ? EM_OK : em_fail(err, s, "%s: %s", shown, why.text);
}

em_status em_trace_look(em_trace *t, em_str what, em_error *err)
{
        em_hash256 txid;
        em_id      tx = 0;
        uint32_t   payee = 0;
        bool       is_tx = em_hash256_parse(what, &txid);
        if (t->cli->form != EM_FORM_JSON)
                return em_fail(err, EM_USAGE, "trace look prints JSON; add --json");
        if (is_tx)
                EM_TRY(em_chain_find_tx(t->chain, txid, &tx, err));
        else
                EM_TRY(find_payee(t, what, &payee, err));
        em_buf  buf = em_buf_make((size_t)1 << 28);
        em_json j = em_cli_json(&buf, is_tx ? "embargo.tx.1" : "embargo.address.1");
        em_json_kstr(&j, "network", em_str_c(t->net->name));
        em_json_kstr(&j, "coin", em_str_c(t->net->coin));
        em_status s = is_tx ? put_tx(t, &j, tx, err) : put_address(t, &j, payee, err);
        em_json_close(&j, '}');
        if (s == EM_OK)
                s = em_cli_put(t->cli, &buf, err);
        else
                em_buf_free(&buf);
        return s;
}
