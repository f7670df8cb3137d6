/* cli/owner.h -- addresses that may have one owner: what `embargo cluster` opens and shows.
 *
 * cmd_cluster.c reads the command line; owner_show.c shows one cluster, owner_path.c why two addresses are
 * in one, owner_top.c the largest; owner_words.c has what all of them must say beside it.
 */
#ifndef CLI_OWNER_H
#define CLI_OWNER_H

#include "cli/trace.h"
#include "embargo/cluster.h"

typedef struct em_owner {
        em_trace     trace;             /* its chain, labels, and how coins and addresses are written */
        em_clusters *clusters;
        em_cluster_made made;
        em_arena    *scratch;           /* for one address at a time */
} em_owner;

/* --clusters, or the file beside the chain index; for `index clusters` too. */
EM_MUST em_status em_owner_place(em_cli *cli, em_str chain_dir, em_str *ret_path, em_error *err);
/* --chain, or the case's own index. */
EM_MUST em_status em_owner_chain(em_cli *cli, const char *who, em_str *ret_dir, em_error *err);
/* An address of the chain, in a block that was clustered. */
EM_MUST em_status em_owner_find(em_owner *o, em_str address, uint32_t *ret_payee, em_error *err);

/* How sure all this is, as sentences; the same in every form. */
enum { EM_OWNER_CAVEATS = 5 };
size_t em_owner_caveats(em_owner *o, em_str list[EM_OWNER_CAVEATS]);
void   em_owner_json_caveats(em_owner *o, em_json *j);  /* "caveats": [...] */
void   em_owner_print_caveats(em_owner *o, bool joined);        /* not joined: only what was left out */
/* "joinmarket 10, wasabi-1.1 2" */
em_str em_owner_joins(em_cli *cli, const em_cluster_made *made);
/* "common input", or "change by optimal_change, address_type" */
em_str em_owner_rule(em_cli *cli, uint32_t by);
/* The labelled payees of a cluster, ascending, each once. */
EM_MUST em_status em_owner_labelled(em_owner *o, uint32_t cluster, uint32_t **ret_payee, size_t *ret_count, em_error *err);

EM_MUST em_status em_owner_show(em_owner *o, em_str address, em_error *err);
EM_MUST em_status em_owner_path(em_owner *o, em_str a, em_str b, em_error *err);
EM_MUST em_status em_owner_top(em_owner *o, em_error *err);

/* embargo index clusters */
EM_MUST em_status em_index_clusters(em_cli *cli, em_error *err);

#endif
