/* What is said beside every cluster: what was left out, what the rule takes for granted, what rests on weaker
 * rules.  A cluster without these sentences would be read as a fact about a person.
 */
#include "cli/owner.h"

enum { OF_JOINING = 2 };        /* caveats that only what was joined has */

em_str em_owner_joins(em_cli *cli, const em_cluster_made *made)
{
        em_str text = EM_S("");
        for (int k = EM_COINJOIN_KINDS - 1; k > 0; k--)
                if (made->joins[k])
                        text = em_cli_text(cli, "%.*s%s%s %.*s", EM_ARG(text), text.n ? ", " : "",
                                           em_coinjoin_name((em_coinjoin_kind)k),
                                           EM_ARG(em_cli_count(cli, made->joins[k])));
        return text;
}

em_str em_owner_rule(em_cli *cli, uint32_t by)
{
        em_str text = EM_S("");
        if (by == 0)
                return EM_S("common input");
        for (int k = 0; k < EM_CHANGE_KINDS; k++)
                if (by >> k & 1)
                        text = em_cli_text(cli, "%.*s%s%s", EM_ARG(text), text.n ? ", " : "change by ",
                                           em_change_name((em_change_kind)k));
        return text;
}

static em_str joins_caveat(em_owner *o)
{
        em_cli  *cli = o->trace.cli;
        uint64_t n = 0;
        for (int k = 0; k < EM_COINJOIN_KINDS; k++)
                n += o->made.joins[k];
        em_str kinds = n ? em_cli_text(cli, " (%.*s)", EM_ARG(em_owner_joins(cli, &o->made))) : EM_S("");
        em_str named = o->made.named ? em_cli_text(cli, ", and %.*s named by hand",
                                                   EM_ARG(em_cli_many(cli, o->made.named, "transaction", "transactions")))
                                     : EM_S("");
        return em_cli_text(cli, "%.*s recognised with confidence %d or more %s left out%.*s%.*s; one that is not recognised "
                           "joins strangers.", EM_ARG(em_cli_many(cli, n, "CoinJoin", "CoinJoins")),
                           em_clusters_least(o->clusters), n == 1 ? "is" : "are", EM_ARG(kinds), EM_ARG(named));
}

size_t em_owner_caveats(em_owner *o, em_str list[EM_OWNER_CAVEATS])
{
        em_cli *cli = o->trace.cli;
        em_str  change = em_cli_safe(cli, em_clusters_change(o->clusters));
        size_t  n = 0;
        list[n++] = EM_S("Addresses whose coins are spent together may have one owner; they may as well have one custodian: "
                         "the wallet of an exchange or a payment service spends the deposits of strangers together.");
        list[n++] = EM_S("One wrong union joins two owners for good, and the larger a cluster is the likelier it holds one "
                         "(Harrigan and Fretter 2016). cluster why shows the transactions; read them before relying on it.");
        list[n++] = joins_caveat(o);
        if (change.n)
                list[n++] = em_cli_text(cli, "%.*s of %.*s %s on change heuristics (%.*s), which are wrong more often than "
                                        "common inputs and then join a payer with whom it paid.",
                                        EM_ARG(em_cli_count(cli, o->made.by_change)),
                                        EM_ARG(em_cli_many(cli, o->made.unions, "union", "unions")),
                                        o->made.by_change == 1 ? "rests" : "rest", EM_ARG(change));
        if (o->made.blocks < o->trace.graph->blocks)
                list[n++] = em_cli_text(cli, "Only the first %.*s of %.*s were looked at.",
                                        EM_ARG(em_cli_count(cli, o->made.blocks)),
                                        EM_ARG(em_cli_many(cli, o->trace.graph->blocks, "block", "blocks")));
        return n;
}

void em_owner_json_caveats(em_owner *o, em_json *j)
{
        em_str list[EM_OWNER_CAVEATS];
        size_t n = em_owner_caveats(o, list);
        em_json_kstrs(j, "caveats", list, n);
}

void em_owner_print_caveats(em_owner *o, bool joined)
{
        em_cli *cli = o->trace.cli;
        em_str  list[EM_OWNER_CAVEATS];
        size_t  n = em_owner_caveats(o, list);
        fputs(joined ? "\nWhat speaks against it\n" : "\nWhat was left out\n", cli->out);
        for (size_t i = joined ? 0 : OF_JOINING; i < n; i++)
                em_term_wrap(list[i], 2, cli->term.width, cli->out);
}

/* ---- labels -------------------------------------------------------------------------------- */

em_status em_owner_labelled(em_owner *o, uint32_t cluster, uint32_t **ret_payee, size_t *ret_count, em_error *err)
{
        const em_trace *t = &o->trace;
        uint32_t *list = EM_NEW_N(t->cli->arena, uint32_t, t->names + 1);
        size_t    n = 0;
        if (!list)
                return em_fail(err, EM_NOMEM, "there are too many labels for memory");
        for (size_t i = 0; i < t->names; i++) {
                uint32_t payee = t->named[i].payee;
                bool     again = n > 0 && list[n - 1] == payee;
                if (!again && payee < em_clusters_payees(o->clusters) && em_clusters_of(o->clusters, payee) == cluster)
                        list[n++] = payee;
        }
        *ret_payee = list;
        *ret_count = n;
        return EM_OK;
}
