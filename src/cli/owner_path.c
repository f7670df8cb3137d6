/* Why two addresses may have one owner: the transactions that join them, one behind another, each with the two
 * addresses it joins, its rule and its place in the raw block files, so that each can be read again.
 */
#include "cli/owner.h"

typedef struct way {
        uint32_t  a, b;
        em_union *step;
        size_t    steps;
        bool      joined;
} way;

typedef struct step { em_str txid, from, to, rule, file; em_chain_place place; } step;

static em_status describe(em_owner *o, const em_union *u, step *ret, em_error *err)
{
        em_cli    *cli = o->trace.cli;
        em_hash256 txid;
        char       text[65];
        step       s = {.rule = em_owner_rule(cli, u->by)};
        EM_TRY(em_chain_txid(o->trace.chain, u->tx, &txid, err));
        EM_TRY(em_chain_place_of(o->trace.chain, u->tx, cli->arena, &s.place, err));
        s.txid = em_cli_text(cli, "%s", em_hash256_text(txid, text));
        s.from = em_trace_address(&o->trace, u->a);
        s.to = em_trace_address(&o->trace, u->b);
        s.file = s.place.file;
        *ret = s;
        return EM_OK;
}

/* A turned union of change goes from the change to the input. */
static bool is_input(const em_owner *o, const em_union *u, uint32_t payee)
{
        const em_graph *g = o->trace.graph;
        for (em_id i = em_graph_first_in(g, u->tx); i < em_graph_first_in(g, u->tx + 1); i++) {
                em_id out = em_graph_spent(g, i);
                if (out != EM_ID_NONE && em_graph_payee(g, out) == payee)
                        return true;
        }
        return false;
}

static const char *role(const em_owner *o, const em_union *u, uint32_t payee)
{
        return u->by == 0 || is_input(o, u, payee) ? "input" : "change";
}

/* ---- for people ----------------------------------------------------------------------------------- */

static em_status print_steps(em_owner *o, const way *w, em_error *err)
{
        em_cli *cli = o->trace.cli;
        for (size_t i = 0; i < w->steps; i++) {
                step s = {0};
                EM_TRY(describe(o, &w->step[i], &s, err));
                fprintf(cli->out, "\n%2zu  %.*s\n", i + 1, EM_ARG(s.txid));
                fprintf(cli->out, "    block %lld, %.*s at byte %llu, %llu bytes; %.*s\n", (long long)s.place.height,
                        EM_ARG(em_cli_safe(cli, s.file)), (unsigned long long)s.place.offset,
                        (unsigned long long)s.place.length, EM_ARG(s.rule));
                fprintf(cli->out, "    %-6s  %.*s\n", role(o, &w->step[i], w->step[i].a), EM_ARG(em_cli_safe(cli, s.from)));
                fprintf(cli->out, "    %-6s  %.*s\n", role(o, &w->step[i], w->step[i].b), EM_ARG(em_cli_safe(cli, s.to)));
        }
        return EM_OK;
}

static em_status print(em_owner *o, const way *w, em_error *err)
{
        em_cli *cli = o->trace.cli;
        em_str  a = em_cli_safe(cli, em_trace_address(&o->trace, w->a)), b = em_cli_safe(cli, em_trace_address(&o->trace, w->b));
        if (w->a == w->b) {
                fprintf(cli->out, "%.*s and %.*s are one payee\n", EM_ARG(a), EM_ARG(b));
        } else if (!w->joined) {
                fprintf(cli->out, "%.*s and %.*s are in different clusters\n", EM_ARG(a), EM_ARG(b));
                em_term_wrap(EM_S("No transactions join them under the rules of this cluster index. They may have one owner all "
                                  "the same."), 2, cli->term.width, cli->out);
        } else {
                fprintf(cli->out, "%.*s and\n%.*s\nmay have one owner: %.*s\n", EM_ARG(a), EM_ARG(b),
                        EM_ARG(em_cli_many(cli, w->steps, "transaction joins them", "transactions join them, each one to the next")));
                EM_TRY(print_steps(o, w, err));
        }
        if (w->a != w->b)
                em_owner_print_caveats(o, w->joined);
        return EM_OK;
}

/* ---- for programs ----------------------------------------------------------------------------------- */

static em_status json_step(em_owner *o, const em_union *u, em_json *j, em_error *err)
{
        step s = {0};
        char text[65];
        EM_TRY(describe(o, u, &s, err));
        em_json_open(j, '{');
        em_json_kstr(j, "txid", s.txid);
        em_json_kint(j, "height", s.place.height);
        em_json_kstr(j, "block", em_str_c(em_hash256_text(s.place.block, text)));
        em_json_kstr(j, "from", s.from);
        em_json_kstr(j, "from_role", em_str_c(role(o, u, u->a)));
        em_json_kstr(j, "to", s.to);
        em_json_kstr(j, "to_role", em_str_c(role(o, u, u->b)));
        em_json_kstr(j, "rule", s.rule);
        em_json_kstr(j, "file", s.file);
        em_json_kint(j, "offset", (int64_t)s.place.offset);
        em_json_kint(j, "length", (int64_t)s.place.length);
        em_json_close(j, '}');
        return EM_OK;
}

static em_status json(em_owner *o, const way *w, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.cluster-why.1");
        em_json_kstr(&j, "a", em_trace_address(&o->trace, w->a));
        em_json_kstr(&j, "b", em_trace_address(&o->trace, w->b));
        em_json_kbool(&j, "may_be_one_owner", w->joined);
        em_owner_json_caveats(o, &j);
        em_json_key(&j, EM_S("transactions"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < w->steps; i++)
                EM_TRY(json_step(o, &w->step[i], &j, err));
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        return em_cli_put(o->trace.cli, &buf, err);
}

static em_status csv(em_owner *o, const way *w, em_error *err)
{
        static const em_column columns[] = {
                {"txid", NULL, EM_CELL_TEXT, 0, 0}, {"height", NULL, EM_CELL_NUMBER, 0, 0},
                {"from", NULL, EM_CELL_TEXT, 0, 0}, {"from_role", NULL, EM_CELL_TEXT, 0, 0},
                {"to", NULL, EM_CELL_TEXT, 0, 0}, {"to_role", NULL, EM_CELL_TEXT, 0, 0},
                {"rule", NULL, EM_CELL_TEXT, 0, 0}, {"file", NULL, EM_CELL_TEXT, 0, 0},
                {"offset", NULL, EM_CELL_NUMBER, 0, 0}, {"length", NULL, EM_CELL_NUMBER, 0, 0},
        };
        em_cli  *cli = o->trace.cli;
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        for (size_t i = 0; i < w->steps; i++) {
                const em_union *u = &w->step[i];
                step s = {0};
                EM_TRY(describe(o, u, &s, err));
                EM_TRY(em_table_add(&t, (em_str[]){s.txid, em_cli_digits(cli, s.place.height), s.from,
                                                  em_str_c(role(o, u, u->a)), s.to, em_str_c(role(o, u, u->b)), s.rule,
                                                  s.file, em_cli_digits(cli, (int64_t)s.place.offset),
                                                  em_cli_digits(cli, (int64_t)s.place.length)}, err));
        }
        em_table_csv(&t, false, cli->out);
        return EM_OK;
}

em_status em_owner_path(em_owner *o, em_str a, em_str b, em_error *err)
{
        em_cli *cli = o->trace.cli;
        way     w = {0};
        EM_TRY(em_owner_find(o, a, &w.a, err));
        EM_TRY(em_owner_find(o, b, &w.b, err));
        w.joined = em_clusters_of(o->clusters, w.a) == em_clusters_of(o->clusters, w.b);
        if (w.joined)
                EM_TRY(em_clusters_why(o->clusters, w.a, w.b, cli->arena, &w.step, &w.steps, err));
        if (cli->form == EM_FORM_JSON)
                EM_TRY(json(o, &w, err));
        else if (cli->form == EM_FORM_CSV)
                EM_TRY(csv(o, &w, err));
        else
                EM_TRY(print(o, &w, err));
        em_cli_done(cli, NULL, "%s", w.joined ? "read the transactions before relying on what they join"
                                              : "nothing joins the two");
        if (w.joined)
                return EM_OK;
        if (err)
                *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}
