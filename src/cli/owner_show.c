/* One cluster: how many addresses, when and how much they were paid, what labels say of them, and the
 * addresses themselves, a page at a time.
 */
#include "cli/label_option.h"
#include "cli/owner.h"

#include <stdlib.h>

enum { PAGE = 40, SHOWN_LABELS = 20 };

typedef struct sums {
        uint64_t outs, spent, unspent;
        int64_t  paid_sat, spent_sat;
        em_id    first, last;           /* transactions that paid to or spent from the addresses */
        bool     any;
} sums;

typedef struct page { uint32_t cluster, size, from, count; sums all, *one; } page;

/* ---- adding up ------------------------------------------------------------------------------- */

static void see(sums *s, em_id tx)
{
        s->first = !s->any || tx < s->first ? tx : s->first;
        s->last = !s->any || tx > s->last ? tx : s->last;
        s->any = true;
}

/* As of the blocks that were clustered. */
static em_status add_payee(em_owner *o, uint32_t payee, sums *s, em_error *err)
{
        const em_graph *g = o->trace.graph;
        em_id *outs = NULL;
        size_t n = 0;
        em_arena_reset(o->scratch);
        EM_TRY(em_chain_payee_outs(o->trace.chain, payee, o->scratch, &outs, &n, err));
        for (size_t i = 0; i < n; i++) {
                em_id tx = em_graph_tx_of_out(g, outs[i]), in = em_graph_spender(g, outs[i]);
                if (tx >= o->made.txs)
                        break;
                s->outs++;
                if (__builtin_add_overflow(s->paid_sat, em_graph_value(g, outs[i]), &s->paid_sat))
                        return em_fail(err, EM_LIMIT, "the cluster was paid more coins than can be counted");
                see(s, tx);
                em_id by = in == EM_ID_NONE ? EM_ID_NONE : em_graph_tx_of_in(g, in);
                if (by >= o->made.txs) {
                        s->unspent++;
                        continue;
                }
                s->spent++;
                s->spent_sat += em_graph_value(g, outs[i]);
                see(s, by);
        }
        return EM_OK;
}

static em_status add_up(em_owner *o, page *p, em_error *err)
{
        p->one = EM_NEW_N(o->trace.cli->arena, sums, p->count + (size_t)1);
        if (!p->one)
                return em_fail(err, EM_NOMEM, "no memory for %lu addresses", (unsigned long)p->count);
        for (uint32_t i = 0; i < p->size; i++) {
                sums here = {0};
                if (i % 1024 == 0 && !em_progress_tell(&o->trace.cli->progress, "adding up", i, p->size))
                        return em_fail(err, EM_INTERRUPTED, "stopped");
                EM_TRY(add_payee(o, em_clusters_member(o->clusters, p->cluster, i), &here, err));
                if (i >= p->from && i - p->from < p->count)
                        p->one[i - p->from] = here;
                p->all.outs += here.outs;
                p->all.spent += here.spent;
                p->all.unspent += here.unspent;
                if (__builtin_add_overflow(p->all.paid_sat, here.paid_sat, &p->all.paid_sat))
                        return em_fail(err, EM_LIMIT, "the cluster was paid more coins than can be counted");
                p->all.spent_sat += here.spent_sat;
                if (here.any) {
                        see(&p->all, here.first);
                        see(&p->all, here.last);
                }
        }
        em_meter_end(&o->trace.cli->meter);
        return EM_OK;
}

/* ---- cells -------------------------------------------------------------------------------------- */

static em_str height(em_owner *o, em_id tx)
{
        return em_cli_digits(o->trace.cli, em_chain_height(o->trace.chain, em_graph_block_of_tx(o->trace.graph, tx)));
}

static em_str day(em_owner *o, em_id tx)
{
        char     text[32];
        uint32_t time = em_graph_block_time(o->trace.graph, em_graph_block_of_tx(o->trace.graph, tx));
        return em_cli_text(o->trace.cli, "%s", em_day_text((em_day)(time / 86400), text));
}

static em_status fill_members(em_owner *o, const page *p, char sep, em_table *t, em_error *err)
{
        em_cli *cli = o->trace.cli;
        for (uint32_t i = 0; i < p->count; i++) {
                uint32_t    payee = em_clusters_member(o->clusters, p->cluster, p->from + i);
                const sums *s = &p->one[i];
                em_str      paid = sep ? em_trace_coins(&o->trace, s->paid_sat, sep) : em_cli_digits(cli, s->paid_sat);
                int64_t     rest = s->paid_sat - s->spent_sat;
                em_str      left = sep ? em_trace_coins(&o->trace, rest, sep) : em_cli_digits(cli, rest);
                EM_TRY(em_table_add(t, (em_str[]){em_trace_address(&o->trace, payee), height(o, s->first), height(o, s->last),
                                                  em_cli_digits(cli, (int64_t)s->outs), paid, left,
                                                  em_trace_label_text(&o->trace, payee)}, err));
        }
        return EM_OK;
}

/* ---- for people ---------------------------------------------------------------------------------- */

/* A label with its source and date, below the address that it is of. */
static bool print_label(em_owner *o, uint32_t payee)
{
        em_cli         *cli = o->trace.cli;
        const em_named *at = NULL;
        bool            service = false;
        size_t          n = em_trace_named(&o->trace, payee, &at);
        fprintf(cli->out, "  %.*s\n", EM_ARG(em_cli_safe(cli, em_trace_address(&o->trace, payee))));
        for (size_t i = 0; i < n; i++) {
                const em_label *l = em_labels_at(o->trace.labels, at[i].label);
                em_term_wrap(em_cli_label_text(cli, l), 4, cli->term.width, cli->out);
                service = service || l->stop != EM_LABEL_GOES_ON;
        }
        return service;
}

static em_status print_labels(em_owner *o, const page *p, em_error *err)
{
        em_cli   *cli = o->trace.cli;
        uint32_t *list = NULL;
        size_t    n = 0;
        bool      service = false;
        if (!em_cli_given(cli, "labels"))
                return EM_OK;
        EM_TRY(em_owner_labelled(o, p->cluster, &list, &n, err));
        fprintf(cli->out, "\n%s\n", n ? "What is said of its addresses" : "No address of it has a label.");
        for (size_t i = 0; i < n && i < SHOWN_LABELS; i++)
                service = print_label(o, list[i]) || service;
        if (n > SHOWN_LABELS)
                fprintf(cli->out, "  and %.*s more with labels\n", EM_ARG(em_cli_count(cli, n - SHOWN_LABELS)));
        if (service && p->size > 1)
                em_term_wrap(EM_S("A service is among them: the others may be its own, or its customers' deposit addresses."), 2,
                             cli->term.width, cli->out);
        return EM_OK;
}

static void print_head(em_owner *o, const page *p, uint32_t payee)
{
        em_cli     *cli = o->trace.cli;
        const sums *s = &p->all;
        em_str      address = em_cli_safe(cli, em_trace_address(&o->trace, payee));
        if (p->size == 1)
                fprintf(cli->out, "%.*s is joined with no other address\n", EM_ARG(address));
        else
                fprintf(cli->out, "%.*s may have one owner with %.*s\n", EM_ARG(address),
                        EM_ARG(em_cli_many(cli, p->size - UINT64_C(1), "other address", "other addresses")));
        fprintf(cli->out, "  cluster        %.*s\n", EM_ARG(em_cli_digits(cli, p->cluster)));
        fprintf(cli->out, "  first seen     %.*s, block %.*s\n", EM_ARG(day(o, s->first)), EM_ARG(height(o, s->first)));
        fprintf(cli->out, "  last seen      %.*s, block %.*s\n", EM_ARG(day(o, s->last)), EM_ARG(height(o, s->last)));
        fprintf(cli->out, "  paid to %s   %.*s %s in %.*s, change among them\n", p->size > 1 ? "them" : "it  ",
                EM_ARG(em_trace_coins(&o->trace, s->paid_sat, ',')), o->trace.net->coin,
                EM_ARG(em_cli_many(cli, s->outs, "output", "outputs")));
        fprintf(cli->out, "  spent again    %.*s %s\n", EM_ARG(em_trace_coins(&o->trace, s->spent_sat, ',')),
                o->trace.net->coin);
        fprintf(cli->out, "  still there    %.*s %s in %.*s\n",
                EM_ARG(em_trace_coins(&o->trace, s->paid_sat - s->spent_sat, ',')), o->trace.net->coin,
                EM_ARG(em_cli_many(cli, s->unspent, "output", "outputs")));
}

static em_status print(em_owner *o, const page *p, uint32_t payee, em_error *err)
{
        static const em_column columns[] = {
                {"address", "address", EM_CELL_TEXT, 2, 20}, {"first_height", "first block", EM_CELL_NUMBER, 0, 0},
                {"last_height", "last block", EM_CELL_NUMBER, 0, 0}, {"outputs", "outputs", EM_CELL_NUMBER, 0, 0},
                {"paid", "paid", EM_CELL_NUMBER, 0, 0}, {"unspent", "still there", EM_CELL_NUMBER, 0, 0},
                {"label", NULL, EM_CELL_TEXT, 0, 0},            /* said above the table, with its source */
        };
        em_cli  *cli = o->trace.cli;
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        print_head(o, p, payee);
        EM_TRY(print_labels(o, p, err));
        EM_TRY(fill_members(o, p, ',', &t, err));
        fputc('\n', cli->out);
        em_table_print(&t, &cli->term, cli->out);
        if (p->count < p->size)
                fprintf(cli->out, "addresses %.*s to %.*s of %.*s; --from and --limit turn the page\n",
                        EM_ARG(em_cli_count(cli, p->from + UINT64_C(1))),
                        EM_ARG(em_cli_count(cli, (uint64_t)p->from + p->count)), EM_ARG(em_cli_count(cli, p->size)));
        em_owner_print_caveats(o, p->size > 1);
        return EM_OK;
}

/* ---- for programs ---------------------------------------------------------------------------------- */

static const em_column data[] = {
        {"address", NULL, EM_CELL_TEXT, 0, 0}, {"first_height", NULL, EM_CELL_NUMBER, 0, 0},
        {"last_height", NULL, EM_CELL_NUMBER, 0, 0}, {"outputs", NULL, EM_CELL_NUMBER, 0, 0},
        {"paid_sat", NULL, EM_CELL_NUMBER, 0, 0}, {"unspent_sat", NULL, EM_CELL_NUMBER, 0, 0},
        {"label", NULL, EM_CELL_TEXT, 0, 0},
};

static void json_labels(em_owner *o, em_json *j, uint32_t payee)
{
        const em_named *at = NULL;
        size_t          n = em_trace_named(&o->trace, payee, &at);
        for (size_t i = 0; i < n; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "address", em_trace_address(&o->trace, payee));
                em_json_key(j, EM_S("said"));
                em_cli_label_json(j, em_labels_at(o->trace.labels, at[i].label));
                em_json_close(j, '}');
        }
}

static em_status json(em_owner *o, const page *p, uint32_t payee, em_error *err)
{
        em_cli     *cli = o->trace.cli;
        const sums *s = &p->all;
        em_table    t = em_table_make(data, sizeof data / sizeof *data, cli->arena);
        uint32_t   *list = NULL;
        size_t      n = 0;
        EM_TRY(fill_members(o, p, 0, &t, err));
        EM_TRY(em_owner_labelled(o, p->cluster, &list, &n, err));
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.cluster.1");
        em_json_kstr(&j, "address", em_trace_address(&o->trace, payee));
        em_json_kint(&j, "cluster", p->cluster);
        em_json_kint(&j, "size", p->size);
        em_json_kint(&j, "first_height", em_chain_height(o->trace.chain, em_graph_block_of_tx(o->trace.graph, s->first)));
        em_json_kint(&j, "last_height", em_chain_height(o->trace.chain, em_graph_block_of_tx(o->trace.graph, s->last)));
        em_json_kint(&j, "outputs", (int64_t)s->outs);
        em_json_kint(&j, "paid_sat", s->paid_sat);
        em_json_kint(&j, "spent_sat", s->spent_sat);
        em_json_kint(&j, "unspent_sat", s->paid_sat - s->spent_sat);
        em_json_kstr(&j, "change", em_clusters_change(o->clusters));
        em_owner_json_caveats(o, &j);
        em_json_key(&j, EM_S("labels"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < n; i++)
                json_labels(o, &j, list[i]);
        em_json_close(&j, ']');
        em_json_kint(&j, "from", p->from);
        em_json_key(&j, EM_S("members"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status csv(em_owner *o, const page *p, em_error *err)
{
        em_table t = em_table_make(data, sizeof data / sizeof *data, o->trace.cli->arena);
        EM_TRY(fill_members(o, p, 0, &t, err));
        em_table_csv(&t, false, o->trace.cli->out);
        return EM_OK;
}

em_status em_owner_show(em_owner *o, em_str address, em_error *err)
{
        em_cli  *cli = o->trace.cli;
        page     p = {0};
        uint32_t payee = 0;
        int64_t  from = 0, limit = PAGE;
        (void)em_str_int(em_cli_value(cli, "from"), &from);
        (void)em_str_int(em_cli_value(cli, "limit"), &limit);
        EM_TRY(em_owner_find(o, address, &payee, err));
        p.cluster = em_clusters_of(o->clusters, payee);
        p.size = em_clusters_size(o->clusters, p.cluster);
        if (!em_cli_given(cli, "limit") && cli->form != EM_FORM_TEXT)
                limit = p.size;
        p.from = from < (int64_t)p.size ? (uint32_t)from : p.size;
        p.count = limit < (int64_t)(p.size - p.from) ? (uint32_t)limit : p.size - p.from;
        EM_TRY(add_up(o, &p, err));
        if (cli->form == EM_FORM_JSON)
                EM_TRY(json(o, &p, payee, err));
        else if (cli->form == EM_FORM_CSV)
                EM_TRY(csv(o, &p, err));
        else
                EM_TRY(print(o, &p, payee, err));
        if (p.size == 1)
                em_cli_done(cli, NULL, "one address that nothing joins with another");
        else
                em_cli_done(cli, NULL, "%.*s addresses that may have one owner; labels and joins are evidence, never a finding",
                            EM_ARG(em_cli_count(cli, p.size)));
        return EM_OK;
}
