/* The largest clusters.  They are seldom one person: services, and owners that one wrong union joined. */
#include "cli/owner.h"

enum { USUAL = 20, NAMES = 3 };

/* The first labels in a cluster, and how many more. */
static em_status names_of(em_owner *o, uint32_t cluster, em_str *ret_names, em_error *err)
{
        em_cli   *cli = o->trace.cli;
        uint32_t *list = NULL;
        size_t    n = 0;
        em_str    text = EM_S("");
        EM_TRY(em_owner_labelled(o, cluster, &list, &n, err));
        for (size_t i = 0; i < n && i < NAMES; i++)
                text = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(text), i ? "; " : "",
                                   EM_ARG(em_trace_label_text(&o->trace, list[i])));
        if (n > NAMES)
                text = em_cli_text(cli, "%.*s; and %.*s more", EM_ARG(text), EM_ARG(em_cli_count(cli, n - NAMES)));
        *ret_names = text;
        return EM_OK;
}

static em_status fill(em_owner *o, em_table *t, em_error *err)
{
        em_cli   *cli = o->trace.cli;
        int64_t   limit = USUAL;
        uint32_t *list = NULL;
        size_t    n = 0;
        (void)em_str_int(em_cli_value(cli, "limit"), &limit);
        EM_TRY(em_clusters_top(o->clusters, (size_t)limit, cli->arena, &list, &n, err));
        for (size_t i = 0; i < n; i++) {
                uint32_t size = em_clusters_size(o->clusters, list[i]), change = 0;
                em_str   names = {0};
                for (uint32_t k = 0; k + 1 < size; k++)
                        change += em_clusters_union(o->clusters, list[i], k).by != 0;
                EM_TRY(names_of(o, list[i], &names, err));
                EM_TRY(em_table_add(t, (em_str[]){em_cli_digits(cli, list[i]), em_cli_digits(cli, size),
                                                 em_cli_digits(cli, change),
                                                 em_trace_address(&o->trace, em_clusters_member(o->clusters, list[i], 0)),
                                                 names}, err));
        }
        return EM_OK;
}

em_status em_owner_top(em_owner *o, em_error *err)
{
        static const em_column columns[] = {
                {"cluster", "cluster", EM_CELL_NUMBER, 0, 0}, {"size", "addresses", EM_CELL_NUMBER, 0, 0},
                {"by_change", "joined by change", EM_CELL_NUMBER, 0, 0},
                {"oldest_address", "oldest address", EM_CELL_TEXT, 2, 20}, {"labels", "labels", EM_CELL_TEXT, 1, 8},
        };
        em_cli  *cli = o->trace.cli;
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(fill(o, &t, err));
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_TEXT) {
                em_table_print(&t, &cli->term, cli->out);
                em_owner_print_caveats(o, true);
        }
        if (cli->form == EM_FORM_JSON) {
                em_buf  buf = em_buf_make((size_t)1 << 30);
                em_json j = em_cli_json(&buf, "embargo.cluster-top.1");
                em_json_kint(&j, "addresses", (int64_t)o->made.payees);
                em_json_kint(&j, "clusters", (int64_t)o->made.clusters);
                em_owner_json_caveats(o, &j);
                em_json_key(&j, EM_S("largest"));
                em_table_json(&t, &j);
                em_json_close(&j, '}');
                EM_TRY(em_cli_put(cli, &buf, err));
        }
        em_cli_done(cli, "cluster ADDRESS", "%.*s of %.*s", EM_ARG(em_cli_many(cli, o->made.clusters, "cluster", "clusters")),
                    EM_ARG(em_cli_many(cli, o->made.payees, "address", "addresses")));
        return EM_OK;
}
