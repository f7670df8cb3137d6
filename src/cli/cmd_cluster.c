/* embargo cluster: which addresses may have one owner, and which transactions say so.
 *
 * Three questions to one index: a cluster by an address of it, why two addresses are in one, and which
 * clusters are largest.  What the rule takes for granted stands below each answer.
 */
#include "cli/label_option.h"
#include "cli/owner.h"

#include <stdlib.h>

em_status em_owner_chain(em_cli *cli, const char *who, em_str *ret_dir, em_error *err)
{
        em_str dir = em_cli_value(cli, "chain");
        if (!dir.n) {
                EM_TRY(em_path_join(cli->case_dir, EM_S("index/chain"), cli->arena, &dir, err));
                if (!em_path_exists(dir))
                        return em_fail(err, EM_USAGE, "%s needs --chain DIR, an index that embargo index chain made (the "
                                       "case has none of its own)", who);
        }
        while (dir.n > 1 && dir.p[dir.n - 1] == '/')
                dir.n--;
        if (!em_path_is_dir(dir))
                return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; embargo index chain makes one");
        *ret_dir = dir;
        return EM_OK;
}

em_status em_owner_place(em_cli *cli, em_str chain_dir, em_str *ret_path, em_error *err)
{
        em_str path = em_cli_value(cli, "clusters");
        if (!path.n)
                EM_TRY(em_str_format(cli->arena, &path, err, "%.*s.clusters", EM_ARG(chain_dir)));
        *ret_path = path;
        return EM_OK;
}

em_status em_owner_find(em_owner *o, em_str address, uint32_t *ret_payee, em_error *err)
{
        em_str   script = {0};
        uint32_t payee = 0;
        char     shown[100];
        em_error why = {0};
        em_str_show(address, shown, sizeof shown);
        if (em_address_parse(address, o->trace.net, o->trace.cli->arena, &script, &why) != EM_OK)
                return em_fail(err, EM_USAGE, "\"%s\" is no address: %s", shown, why.text);
        em_status s = em_chain_find_payee(o->trace.chain, em_script_payee(script), &payee, &why);
        if (s != EM_OK)
                return em_fail(err, s, "%s: %s", shown, why.text);
        if (payee >= em_clusters_payees(o->clusters))
                return em_fail(err, EM_MISSING, "%s: first paid after the blocks that were clustered", shown);
        *ret_payee = payee;
        return EM_OK;
}

static em_status open_all(em_owner *o, em_error *err)
{
        em_cli *cli = o->trace.cli;
        em_str  dir = {0}, path = {0};
        EM_TRY(em_owner_chain(cli, "cluster", &dir, err));
        EM_TRY(em_owner_place(cli, dir, &path, err));
        if (!em_path_exists(path))
                return em_fail_at(err, EM_MISSING, path, 0, 0, "no clusters are here; embargo index clusters makes them");
        EM_TRY(em_chain_open_sound(dir, cli->sound, &o->trace.chain, err));
        o->trace.graph = em_chain_graph(o->trace.chain);
        o->trace.net = em_chain_net(o->trace.chain);
        EM_TRY(em_clusters_open_sound(path, o->trace.chain, cli->sound, &o->clusters, err));
        o->made = em_clusters_made(o->clusters);
        return em_trace_labels(&o->trace, err);
}

static em_status answer(em_owner *o, em_error *err)
{
        const em_parsed *p = o->trace.cli->parsed;
        bool why = em_str_eq(p->operand[0], EM_S("why")), top = em_str_eq(p->operand[0], EM_S("top"));
        char shown[96];
        if (why && p->operands != 3)
                return em_fail(err, EM_USAGE, "cluster why needs two addresses");
        if (!why && p->operands != 1)
                return em_fail(err, EM_USAGE, "cluster: \"%s\" is one word too many", em_str_show(p->operand[1], shown, sizeof shown));
        EM_TRY(open_all(o, err));
        if (why)
                return em_owner_path(o, p->operand[1], p->operand[2], err);
        return top ? em_owner_top(o, err) : em_owner_show(o, p->operand[0], err);
}

static em_status run(em_cli *cli, em_error *err)
{
        em_owner o = {.trace = {.cli = cli}};
        o.scratch = o.trace.judge = em_arena_new((size_t)8 << 30);      /* labels are placed by the latter name */
        em_status s = o.scratch ? answer(&o, err) : em_fail(err, EM_NOMEM, "out of memory");
        em_clusters_close(o.clusters);
        em_chain_close(o.trace.chain);
        em_labels_free(o.trace.labels);
        free(o.trace.named);
        em_arena_free(o.scratch);
        return s;
}

static const em_flag flags[] = {
        {"chain", 'c', EM_ARG_FOLDER, "DIR", "the chain index (default: index/chain of the case)"},
        {"clusters", 0, EM_ARG_FILE, "FILE", "the cluster index (default: beside the chain index, DIR.clusters)"},
        EM_LABEL_FLAGS,
        {"from", 0, EM_ARG_COUNT, "N", "with ADDRESS: pass over the first N addresses of the cluster"},
        {"limit", 'n', EM_ARG_COUNT, "N", "at most N addresses (40 in a table) or, with top, clusters (20)"},
        {0},
};
static const em_example examples[] = {
        {"embargo index clusters --chain chain", "first: join the addresses of a chain index"},
        {"embargo cluster ADDRESS --chain chain --labels labels.csv", "who else may be the same owner"},
        {"embargo cluster why ADDRESS OTHER --chain chain", "the transactions that join two addresses"},
        {"embargo cluster top --chain chain", "the largest clusters"},
        {0},
};
const em_command em_cmd_cluster = {
        .name = "cluster", .group = "trace", .brief = "which addresses may have one owner, and why",
        .usage = "ADDRESS|why A B|top", .least = 1, .most = 3, .operand = EM_ARG_TEXT,
        .about = "ADDRESS shows the addresses whose coins were spent together with its own, directly or through "
                 "others: they may have one owner, or one custodian. The index of clusters is made by index "
                 "clusters; recognised CoinJoins join nobody.\n\n"
                 "why A B shows the transactions that join two addresses, with the rule and the place of each in "
                 "the raw block files; it exits with 1 when nothing joins them.\n\n"
                 "A cluster is a hypothesis. One CoinJoin that was not recognised, or one service that signs for its "
                 "customers, makes strangers one; what speaks against it stands below each answer.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
