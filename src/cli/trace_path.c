/* The evidence of one path: each hop with all that is needed to make it again.
 *
 * A reader with nothing but the raw blocks must be able to follow: where each
 * transaction lies in which file, which input spends which output, the values of all
 * inputs (with the blocks that hold them, because an input does not say its own value)
 * and the stolen amounts that the policy's rule starts from.  trace_check.c is such a reader.
 */
#include "cli/trace.h"

enum { INPUTS_LISTED = 5000 };  /* of one transaction; more are counted only */

static em_status put_place(em_trace *t, em_json *j, em_id tx, em_error *err)
{
        em_chain_place p = {0};
        char           text[65];
        EM_TRY(em_chain_place_of(t->chain, tx, t->cli->arena, &p, err));
        em_json_kstr(j, "file", p.file);
        em_json_kint(j, "block_offset", (int64_t)p.block_offset);
        em_json_kint(j, "block_length", (int64_t)p.block_length);
        em_json_kint(j, "offset", (int64_t)p.offset);
        em_json_kint(j, "length", (int64_t)p.length);
        em_json_kstr(j, "block", em_str_c(em_hash256_text(p.block, text)));
        em_json_kint(j, "height", p.height);
        return EM_OK;
}

static em_status put_txid(em_trace *t, em_json *j, em_id tx, em_error *err)
{
        em_hash256 txid;
        char       text[65];
        EM_TRY(em_chain_txid(t->chain, tx, &txid, err));
        em_json_kstr(j, "txid", em_str_c(em_hash256_text(txid, text)));
        return EM_OK;
}

/* "txid", "vout", "value_sat", "address" */
static em_status put_output(em_trace *t, em_json *j, em_id out, em_error *err)
{
        em_id tx = em_graph_tx_of_out(t->graph, out);
        EM_TRY(put_txid(t, j, tx, err));
        em_json_kint(j, "vout", (int64_t)(out - em_graph_first_out(t->graph, tx)));
        em_json_kint(j, "value_sat", em_graph_value(t->graph, out));
        em_json_kstr(j, "address", em_trace_address(t, em_graph_payee(t->graph, out)));
        return EM_OK;
}

/* What an output brings into its spend under the policy. */
static int64_t brought(const em_trace *t, em_id out)
{
        uint64_t   at;
        em_reached r;
        if (!em_taint_find(t->taint, out, &at))
                return 0;
        em_taint_at(t->taint, at, &r);
        return em_trace_stop(&r, 0) == EM_STOP_NONE ? r.sat[0] : 0;
}

static em_status put_input(em_trace *t, em_json *j, em_id in, em_error *err)
{
        em_id out = em_graph_spent(t->graph, in);
        em_json_open(j, '{');
        if (out != EM_ID_NONE) {
                EM_TRY(put_output(t, j, out, err));
                em_json_kint(j, "stolen_sat", brought(t, out));
                EM_TRY(put_place(t, j, em_graph_tx_of_out(t->graph, out), err));
        }
        em_json_close(j, '}');
        return EM_OK;
}

static em_status put_inputs(em_trace *t, em_json *j, em_id tx, em_error *err)
{
        em_id   first = em_graph_first_in(t->graph, tx), end = em_graph_first_in(t->graph, tx + 1);
        int64_t fee = 0;
        em_json_key(j, EM_S("inputs"));
        em_json_open(j, '[');
        for (em_id in = first; in < end; in++) {
                em_id out = em_graph_spent(t->graph, in);
                fee += out == EM_ID_NONE ? 0 : em_graph_value(t->graph, out);
                if (in - first < INPUTS_LISTED)
                        EM_TRY(put_input(t, j, in, err));
        }
        em_json_close(j, ']');
        for (em_id out = em_graph_first_out(t->graph, tx); out < em_graph_first_out(t->graph, tx + 1); out++)
                fee -= em_graph_value(t->graph, out);
        em_json_kint(j, "inputs_in_all", (int64_t)(end - first));
        em_json_kint(j, "fee_sat", fee);
        return EM_OK;
}

static em_status put_hop(em_trace *t, em_json *j, const em_step *s, em_error *err)
{
        em_json_open(j, '{');
        EM_TRY(put_txid(t, j, s->tx, err));
        EM_TRY(put_place(t, j, s->tx, err));
        em_json_kint(j, "input", (int64_t)(s->in - em_graph_first_in(t->graph, s->tx)));
        em_json_kint(j, "output", (int64_t)(s->to - em_graph_first_out(t->graph, s->tx)));
        em_json_kint(j, "in_value_sat", em_graph_value(t->graph, s->from));
        em_json_kint(j, "in_stolen_sat", s->in_sat);
        em_json_kint(j, "out_value_sat", em_graph_value(t->graph, s->to));
        em_json_kint(j, "out_stolen_sat", s->out_sat);
        em_json_kint(j, "via_sat", s->via_sat);
        em_json_kstr(j, "out_address", em_trace_address(t, em_graph_payee(t->graph, s->to)));
        em_json_kstr(j, "out_label", em_trace_label_text(t, em_graph_payee(t->graph, s->to)));
        EM_TRY(put_inputs(t, j, s->tx, err));
        em_json_close(j, '}');
        return EM_OK;
}

static void put_policy(em_trace *t, em_json *j)
{
        static const char *const fee[] = {[EM_FEE_LAST] = "last", [EM_FEE_SHARE] = "pro-rata", [EM_FEE_DROP] = "drop"};
        char name[40], text[160];
        em_json_kstr(j, "network", em_str_c(t->net->name));
        em_json_kstr(j, "coin", em_str_c(t->net->coin));
        em_json_kstr(j, "policy", em_str_c(em_policy_name(t->policy[0], name)));
        em_json_kstr(j, "fee", em_str_c(fee[t->policy[0].fee]));
        em_json_kstr(j, "rule", em_str_c(em_policy_text(t->policy[0], text)));
        em_json_kstr(j, "means", em_str_c(t->means ? t->means
                                          : "the path by which this rule brings most stolen coins to the output; it says "
                                            "what may have happened to coins, and nothing of persons"));
        em_json_kint(j, "seeds", (int64_t)t->seeds);
}

static em_status put_all(em_trace *t, em_json *j, em_id to, const em_step *step, size_t steps, em_error *err)
{
        em_id      from = steps ? step[0].from : to;
        uint64_t   at = 0;
        em_reached r;
        put_policy(t, j);
        em_json_key(j, EM_S("from"));
        em_json_open(j, '{');
        EM_TRY(put_output(t, j, from, err));
        em_assert(em_taint_find(t->taint, from, &at));
        em_taint_at(t->taint, at, &r);
        em_json_kint(j, "stolen_sat", r.sat[0]);
        EM_TRY(put_place(t, j, em_graph_tx_of_out(t->graph, from), err));
        em_json_close(j, '}');
        em_json_key(j, EM_S("hops"));
        em_json_open(j, '[');
        for (size_t i = 0; i < steps; i++)
                EM_TRY(put_hop(t, j, &step[i], err));
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

static em_status deliver(em_trace *t, em_buf *buf, size_t steps, int64_t sat, em_error *err)
{
        em_str out = em_cli_value(t->cli, "out");
        em_buf_ch(buf, '\n');
        EM_TRY(em_buf_status(buf, err));
        if (out.n)
                EM_TRY(em_file_write(out, em_buf_view(buf), err));
        else
                fwrite(buf->p, 1, buf->n, t->cli->out);
        em_cli_done(t->cli, em_cli_text(t->cli, "trace check %.*s --blocks FOLDER",
                                        EM_ARG(out.n ? em_cli_word(t->cli, out) : EM_S("FILE"))).p,
                    "wrote the path of %.*s by which %.*s %s may have come there",
                    EM_ARG(em_cli_many(t->cli, steps, "hop", "hops")), EM_ARG(em_trace_coins(t, sat, ',')), t->net->coin);
        return EM_OK;
}

em_status em_trace_path(em_trace *t, em_str to, em_error *err)
{
        em_id    out = 0;
        em_step *step = NULL;
        size_t   steps = 0;
        uint64_t at = 0;
        char     shown[100], name[40];
        EM_TRY(em_trace_output(t, to, &out, err));
        em_status s = em_taint_path(t->taint, 0, out, t->cli->arena, &step, &steps, err);
        if (s == EM_MISSING)
                return em_fail(err, EM_MISSING, "under %s no stolen coins reach %s", em_policy_name(t->policy[0], name),
                               em_str_show(to, shown, sizeof shown));
        EM_TRY(s);
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.path.1");
        em_reached r = {0};
        s = put_all(t, &j, out, step, steps, err);
        if (s == EM_OK && em_taint_find(t->taint, out, &at)) {
                em_taint_at(t->taint, at, &r);
                s = deliver(t, &buf, steps, r.sat[0], err);
        }
        em_buf_free(&buf);
        return s;
}
