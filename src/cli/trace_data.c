/* Where the coins went, for programs: every output reached, as lines of JSON or as CSV.
 *
 * Amounts are satoshi.  The first line of JSON says what was asked and the books of
 * each policy; each line after it is one output.  A trace of any size is written as it
 * is read, one line at a time.
 */
#include "cli/label_option.h"
#include "cli/trace.h"
#include "embargo/coinjoin.h"

static const char *mix_name(uint32_t mix)
{
        return mix ? em_coinjoin_name((em_coinjoin_kind)mix) : "";
}

static em_status put_line(em_trace *t, em_buf *buf, em_error *err)
{
        EM_TRY(em_buf_status(buf, err));
        em_str text = em_buf_view(buf);
        fwrite(text.p, 1, text.n, t->cli->out);
        fputc('\n', t->cli->out);
        em_buf_clear(buf);
        return EM_OK;
}

static void json_labels(const em_trace *t, em_json *j, uint32_t payee)
{
        const em_named *at = NULL;
        size_t          n = em_trace_named(t, payee, &at);
        em_json_key(j, EM_S("labels"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++)
                em_cli_label_json(j, em_labels_at(t->labels, at[i].label));
        em_json_close(j, ']');
}

static void json_label_counts(const em_trace *t, em_json *j)
{
        const em_label_reject *rejects = NULL;
        em_json_key(j, EM_S("labels"));
        em_json_open(j, '{');
        em_json_kint(j, "paid_here", (int64_t)t->names);
        em_json_kint(j, "never_paid", (int64_t)t->absent);
        em_json_kint(j, "other_networks", (int64_t)t->elsewhere);
        em_json_kint(j, "rejects", t->labels ? (int64_t)em_labels_rejects(t->labels, &rejects) : 0);
        em_json_close(j, '}');
}

static em_status json_disputes(const em_trace *t, em_json *j, em_error *err)
{
        uint32_t *payee = NULL;
        size_t    n = 0;
        EM_TRY(em_trace_disputes(t, &payee, &n, err));
        em_json_key(j, EM_S("contradictions"));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "address", em_trace_address(t, payee[i]));
                json_labels(t, j, payee[i]);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static void json_total(em_json *j, em_taint_total s)
{
        const struct { const char *name; int64_t sat; } part[] = {
                {"stolen_sat", s.stolen}, {"grown_sat", s.grown}, {"sitting_sat", s.sitting},
                {"deposited_sat", s.deposited}, {"mixed_sat", s.mixed}, {"stopped_sat", s.stopped},
                {"fees_sat", s.fees}, {"burnt_sat", s.burnt}, {"dropped_sat", s.dropped},
        };
        for (size_t i = 0; i < sizeof part / sizeof *part; i++)
                em_json_kint(j, part[i].name, part[i].sat);
        em_json_kbool(j, "conserved", em_trace_conserved(s));
}

static em_status json_head(em_trace *t, em_buf *buf, em_error *err)
{
        em_json j = em_json_make(buf, false);
        em_json_open(&j, '{');
        em_json_kstr(&j, "schema", EM_S("embargo.trace.1"));
        em_json_kstr(&j, "network", em_str_c(t->net->name));
        em_json_kstr(&j, "coin", em_str_c(t->net->coin));
        em_json_key(&j, EM_S("from"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < t->seeds; i++) {
                em_str name = {0};
                EM_TRY(em_trace_output_name(t, t->seed[i].out, &name, err));
                em_json_open(&j, '{');
                em_json_kstr(&j, "output", name);
                em_json_kint(&j, "stolen_sat", t->seed[i].stolen_sat);
                em_json_close(&j, '}');
        }
        em_json_close(&j, ']');
        em_json_key(&j, EM_S("policies"));
        em_json_open(&j, '[');
        for (size_t p = 0; p < t->policies; p++) {
                char name[40], text[160];
                em_json_open(&j, '{');
                em_json_kstr(&j, "policy", em_str_c(em_policy_name(t->policy[p], name)));
                em_json_kstr(&j, "rule", em_str_c(em_policy_text(t->policy[p], text)));
                json_total(&j, em_taint_totals(t->taint, p));
                em_json_close(&j, '}');
        }
        em_json_close(&j, ']');
        em_json_kint(&j, "outputs", (int64_t)em_taint_count(t->taint));
        em_trace_json_values(t, &j);
        json_label_counts(t, &j);
        EM_TRY(json_disputes(t, &j, err));
        em_json_close(&j, '}');
        return put_line(t, buf, err);
}

/* Per policy what is stolen in the output and, where it goes no further, why. */
static void json_policies(const em_trace *t, em_json *j, const em_reached *r)
{
        em_json_key(j, EM_S("policies"));
        em_json_open(j, '{');
        for (size_t p = 0; p < t->policies; p++) {
                char name[40];
                if (!r->sat[p])
                        continue;
                em_json_key(j, em_str_c(em_policy_name(t->policy[p], name)));
                em_json_open(j, '{');
                em_json_kint(j, "stolen_sat", r->sat[p]);
                em_json_kstr(j, "ends", em_trace_stop_words(t, em_trace_stop(r, p), em_graph_payee(t->graph, r->out)));
                em_json_close(j, '}');
        }
        em_json_close(j, '}');
}

static em_status json_output(em_trace *t, em_buf *buf, const em_reached *r, em_error *err)
{
        em_str   name = {0};
        uint32_t payee = em_graph_payee(t->graph, r->out);
        em_json  j = em_json_make(buf, false);
        EM_TRY(em_trace_output_name(t, r->out, &name, err));
        em_json_open(&j, '{');
        em_json_kstr(&j, "output", name);
        em_json_kint(&j, "height", em_chain_height(t->chain, em_graph_block_of_tx(t->graph, r->tx)));
        em_json_kstr(&j, "address", em_trace_address(t, payee));
        em_json_kint(&j, "value_sat", em_graph_value(t->graph, r->out));
        em_json_kint(&j, "hops", r->hops);
        json_labels(t, &j, payee);
        em_json_kstr(&j, "spent_in_coinjoin", em_str_c(mix_name(r->mix)));
        json_policies(t, &j, r);
        em_json_close(&j, '}');
        return put_line(t, buf, err);
}

static void say_end(em_trace *t)
{
        em_cli_done(t->cli, NULL, "traced %.*s to %.*s",
                    EM_ARG(em_cli_many(t->cli, t->seeds, "output", "outputs")),
                    EM_ARG(em_cli_many(t->cli, em_taint_count(t->taint), "output", "outputs")));
}

/* Each line's texts live in an arena of their own, so that any number of lines fits. */
static em_status each_output(em_trace *t, em_buf *buf,
                             em_status (*put)(em_trace *t, em_buf *buf, const em_reached *r, em_error *err),
                             em_error *err)
{
        em_arena *run = t->cli->arena;
        em_status s = EM_OK;
        t->cli->arena = em_arena_new((size_t)64 << 20);
        if (!t->cli->arena)
                s = em_fail(err, EM_NOMEM, "out of memory");
        for (uint64_t i = 0; s == EM_OK && i < em_taint_count(t->taint); i++) {
                em_reached r;
                em_taint_at(t->taint, i, &r);
                s = put(t, buf, &r, err);
                em_arena_reset(t->cli->arena);
        }
        em_arena_free(t->cli->arena);
        t->cli->arena = run;
        return s;
}

em_status em_trace_json(em_trace *t, em_error *err)
{
        em_buf    buf = em_buf_make((size_t)1 << 30);
        em_status s = json_head(t, &buf, err);
        if (s == EM_OK)
                s = each_output(t, &buf, json_output, err);
        em_buf_free(&buf);
        if (s == EM_OK)
                say_end(t);
        return s;
}

/* ---- CSV --------------------------------------------------------------------------------- */

static void put_cell(em_trace *t, em_str cell, bool last)
{
        em_table_csv_cell(cell, false, t->cli->out);
        fputc(last ? '\n' : ',', t->cli->out);
}

static em_status csv_output(em_trace *t, em_buf *buf, const em_reached *r, em_error *err)
{
        (void)buf;
        em_str   name = {0};
        uint32_t payee = em_graph_payee(t->graph, r->out);
        EM_TRY(em_trace_output_name(t, r->out, &name, err));
        put_cell(t, name, false);
        put_cell(t, em_cli_digits(t->cli, em_chain_height(t->chain, em_graph_block_of_tx(t->graph, r->tx))), false);
        put_cell(t, em_trace_address(t, payee), false);
        put_cell(t, em_trace_label_text(t, payee), false);
        put_cell(t, em_cli_digits(t->cli, em_graph_value(t->graph, r->out)), false);
        put_cell(t, em_cli_digits(t->cli, r->hops), false);
        put_cell(t, em_str_c(mix_name(r->mix)), false);
        for (size_t p = 0; p < t->policies; p++) {
                put_cell(t, em_cli_digits(t->cli, r->sat[p]), false);
                put_cell(t, r->sat[p] ? em_trace_stop_words(t, em_trace_stop(r, p), payee) : EM_S(""),
                         p + 1 == t->policies);
        }
        return EM_OK;
}

em_status em_trace_csv(em_trace *t, em_error *err)
{
        char name[40];
        fputs("output,height,address,label,value_sat,hops,spent_in_coinjoin", t->cli->out);
        for (size_t p = 0; p < t->policies; p++) {
                em_policy_name(t->policy[p], name);
                fprintf(t->cli->out, ",%s_sat,%s_ends", name, name);
        }
        fputc('\n', t->cli->out);
        EM_TRY(each_output(t, NULL, csv_output, err));
        say_end(t);
        return EM_OK;
}
