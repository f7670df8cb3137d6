/* Exposure for programs: the books, every origin with the path that alone brings most, every direct payer. */
#include "cli/exposure.h"

static em_status put_txid(em_expose *e, em_json *j, em_id tx, em_error *err)
{
        em_hash256 txid;
        char       text[65];
        EM_TRY(em_chain_txid(e->t.chain, tx, &txid, err));
        em_json_kstr(j, "txid", em_str_c(em_hash256_text(txid, text)));
        return EM_OK;
}

static em_status put_path(em_expose *e, em_json *j, size_t origin, em_error *err)
{
        const em_graph *g = e->t.graph;
        em_step        *s = NULL;
        size_t          n = 0;
        EM_TRY(em_exposure_path(e->x, origin, e->t.cli->arena, &s, &n, err));
        em_json_key(j, EM_S("path"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++) {
                em_str from = {0};
                EM_TRY(em_trace_output_name(&e->t, s[i].from, &from, err));
                em_json_open(j, '{');
                em_json_kstr(j, "from", from);
                EM_TRY(put_txid(e, j, s[i].tx, err));
                em_json_kint(j, "input", (int64_t)(s[i].in - em_graph_first_in(g, s[i].tx)));
                em_json_kint(j, "output", (int64_t)(s[i].to - em_graph_first_out(g, s[i].tx)));
                em_json_kint(j, "height", em_chain_height(e->t.chain, em_graph_block_of_tx(g, s[i].tx)));
                em_json_kstr(j, "address", em_trace_address(&e->t, em_graph_payee(g, s[i].to)));
                em_json_kint(j, "in_sat", s[i].in_sat);
                em_json_kint(j, "out_sat", s[i].out_sat);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static em_status put_row(em_expose *e, em_json *j, const em_exposed *r, em_error *err)
{
        size_t           n = 0;
        const em_origin *o = &em_exposure_origins(e->x, &n)[r->origin];
        em_str           best = {0};
        EM_TRY(em_trace_output_name(&e->t, o->best_out, &best, err));
        em_json_open(j, '{');
        em_json_kstr(j, "kind", em_str_c(em_origin_words(r->kind)));
        if (r->kind == EM_ORIGIN_LABEL) {
                em_json_kstr(j, "label", r->said.label);
                em_json_kstr(j, "category", r->said.category);
                em_json_kstr(j, "source", r->said.source);
                em_json_kstr(j, "confidence", r->said.confidence);
        }
        em_json_kint(j, "direct_sat", r->direct_sat);
        em_json_kint(j, "indirect_sat", r->indirect_sat);
        if (r->kind != EM_ORIGIN_OWN)
                em_json_kstr(j, "percent", em_expose_share(e, r->direct_sat + r->indirect_sat));
        em_json_kint(j, "hops", r->hops);
        em_json_kint(j, "arrivals", (int64_t)r->arrivals);
        em_json_kint(j, "best_sat", o->best_sat);
        em_json_kstr(j, "best_output", best);
        EM_TRY(put_path(e, j, r->origin, err));
        em_json_close(j, '}');
        return EM_OK;
}

static void put_payers(em_expose *e, em_json *j)
{
        size_t          n = 0;
        const em_payer *p = em_exposure_payers(e->x, &n);
        em_json_key(j, EM_S("paid_directly_by"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "address", em_trace_address(&e->t, p[i].payee));
                em_json_kint(j, "sat", p[i].sat);
                em_json_kint(j, "outputs", (int64_t)p[i].outs);
                em_json_kbool(j, "itself", p[i].own);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void put_head(em_expose *e, em_json *j)
{
        char    name[40], text[160];
        int64_t sum = 0;
        for (int k = 0; k < EM_ORIGIN_KINDS; k++)
                sum += em_exposure_kind(e->x, (em_origin_kind)k);
        em_json_kstr(j, "policy", em_str_c(em_policy_name(e->opts.policy, name)));
        em_json_kstr(j, "rule", em_str_c(em_policy_text(e->opts.policy, text)));
        em_json_kint(j, "received_sat", em_exposure_received(e->x));
        em_json_kint(j, "from_itself_sat", em_exposure_kind(e->x, EM_ORIGIN_OWN));
        em_json_kint(j, "open_sat", em_expose_open(e));
        em_json_kbool(j, "conserved", sum == em_exposure_received(e->x));
        em_json_kint(j, "visited", (int64_t)em_exposure_visited(e->x));
        em_json_kint(j, "most", (int64_t)(e->opts.max_outs));
        em_json_kint(j, "hops_limit", e->opts.max_hops);
        em_json_kint(j, "min_sat", e->opts.min_sat);
        em_json_kint(j, "since_s", e->opts.since_time_s);
        em_json_kbool(j, "through_mixers", e->opts.through_mixers);
}

em_status em_expose_json(em_expose *e, em_json *j, em_error *err)
{
        em_json_open(j, '{');
        put_head(e, j);
        em_json_key(j, EM_S("origins"));
        em_json_open(j, '[');
        for (size_t i = 0; i < e->rows; i++)
                if (!e->to.n || em_expose_asked_for(e, &e->row[i]))
                        EM_TRY(put_row(e, j, &e->row[i], err));
        em_json_close(j, ']');
        if (!e->to.n)
                put_payers(e, j);
        em_json_close(j, '}');
        return EM_OK;
}
