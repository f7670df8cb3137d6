/* embargo/cluster.h -- which addresses may have one owner, and which transactions say so?
 *
 * The common-input rule: whoever signs for the inputs of one transaction has the keys of all of
 * them, so their payees may have one owner (Nakamoto 2008, section 10; Reid and Harrigan 2013).  It is wrong in CoinJoins, which
 * are left out when they are recognised (embargo/coinjoin.h), and wherever strangers
 * share keys: custodians, payment services, coins signed together by agreement.  One wrong union
 * joins two owners for good, and large clusters collect such unions (Harrigan and Fretter, "The
 * unreasonable effectiveness of address clustering", 2016).  So every union is kept with the
 * transaction and the rule that made it, and em_clusters_why shows them.
 *
 *     em_clusters *c;
 *     EM_TRY(em_clusters_build(chain, EM_S("chain.clusters"), NULL, NULL, &made, err));
 *     EM_TRY(em_clusters_open(EM_S("chain.clusters"), chain, &c, err));
 *     uint32_t k = em_clusters_of(c, payee);
 *     for (uint32_t i = 0; i < em_clusters_size(c, k); i++)
 *             use(em_clusters_member(c, k, i));
 *
 * A key and its hash are one payee of the chain index already.  OP_RETURN pays nobody and is never
 * joined.  Change heuristics (embargo/change.h) join only when they are named.
 *
 * Union by the lower id with path halving (Tarjan and van Leeuwen 1984); payees are numbered in the order in which
 * they were first paid, so a cluster's representative is its oldest address and the result does not
 * depend on threads.
 */
#ifndef EMBARGO_CLUSTER_H
#define EMBARGO_CLUSTER_H

#include "embargo/change.h"
#include "embargo/coinjoin.h"

/* ---- unions ---- */

typedef struct em_union {
        uint32_t a, b;          /* payees: of an input; of another input, or of the change */
        em_id    tx;
        uint32_t by;            /* 0: common input; otherwise the heuristics that named the change, as em_change_found.by */
} em_union;

typedef struct em_cluster_opts {
        int              least;         /* confidence from which a CoinJoin is left out; 50; above 100: none is */
        uint64_t         blocks;        /* the chain's first so many blocks; 0: all */
        size_t           threads;       /* 0: cores */
        const em_change *change;        /* NULL: no change heuristic */
        const em_change_raw *raw;       /* for heuristics that need it */
        const em_id     *leave_out;     /* transactions that join nothing, ascending: known to be of several owners */
        size_t           leave_outs;
} em_cluster_opts;
extern const em_cluster_opts em_cluster_defaults;

typedef struct em_cluster_made {
        uint64_t blocks, txs, ins;      /* looked at */
        uint64_t payees, clusters;      /* paid in these blocks; clusters of them, those of one payee too */
        uint64_t largest;               /* payees in the largest; em_cluster_join leaves it 0 */
        uint64_t unions, by_change;     /* that joined two clusters; those of them by change */
        uint64_t unknown;               /* inputs whose output is unknown and that are no coinbase's only input */
        uint64_t named;                 /* transactions left out because opts names them */
        uint64_t joins[EM_COINJOIN_KINDS];      /* CoinJoins left out, by kind */
        uint64_t stonewalls;            /* looked like a join of two and were taken as one wallet's */
        uint64_t changes;               /* transactions with one change output */
} em_cluster_made;

/* Joins payees of any graph: for each union that joins two clusters, in the order of the chain, tell is called with
 * it.  parent has g->payees elements; afterwards parent[p] is the lowest payee of p's cluster.  kind says
 * a payee's script kind, from any thread.  Payees must be numbered in the order of the outputs that first pay them.
 *
 * A Tx0 of Whirlpool splits one owner's coins and is not left out.  The same for any number of threads.
 *
 * Memory: 64 buffers of some MiB; with one_time_change a bit a payee.
 *
 * EM_USAGE        a heuristic needs opts->raw, and which
 * EM_FORMAT       ids beyond their counts
 * EM_INTERRUPTED  progress said stop */
EM_MUST em_status em_cluster_join(const em_graph *g, em_script_kind (*kind)(void *ctx, uint32_t payee), void *kind_ctx,
                                  const em_cluster_opts *opts, const em_progress *progress, uint32_t *parent,
                                  em_status (*tell)(void *ctx, const em_union *u, em_error *err), void *tell_ctx,
                                  em_cluster_made *ret_made, em_error *err);

/* ---- the index: one file (doc/format-cluster.md) ---- */

/* Joins the payees of a chain and writes the file at path: aside, synced, renamed.  Memory: 4 bytes a payee that
 * must be there, the rest is the page cache's.  Scratch beside path: 16 bytes a union.  The bytes do not depend on
 * threads.  NULL opts are the defaults. */
EM_MUST em_status em_clusters_build(const em_chain *chain, em_str path, const em_cluster_opts *opts,
                                    const em_progress *progress, em_cluster_made *ret_made, em_error *err);

typedef struct em_clusters em_clusters;
/* Maps the file and checks its head, that it was made from exactly this chain index (the whole one, not a view of it),
 * and what readers rest on: all of it up to 1 GiB, a sample above.  chain must outlive it.
 *
 * EM_FORMAT  no cluster index, damaged, of another version
 * EM_DIFF    made from another chain index: blocks came or went since; build it anew */
EM_MUST em_status em_clusters_open(em_str path, const em_chain *chain, em_clusters **ret_clusters, em_error *err);
/* The same; what is looked through once is not looked through again while it stays as it is. */
EM_MUST em_status em_clusters_open_sound(em_str path, const em_chain *chain, em_sound *sound, em_clusters **ret_clusters, em_error *err);
em_clusters *em_clusters_close(em_clusters *clusters);
em_cluster_made em_clusters_made(const em_clusters *clusters);
int     em_clusters_least(const em_clusters *clusters);         /* confidence from which CoinJoins were left out */
em_str  em_clusters_change(const em_clusters *clusters);        /* the combination of change heuristics, or "" */
/* Transactions left out because they were named: em_clusters_made's `named`, ascending. */
em_id   em_clusters_left_out(const em_clusters *clusters, uint64_t at);
/* Payees below this are of the blocks looked at; others have no cluster. */
uint32_t em_clusters_payees(const em_clusters *clusters);
/* Clusters are numbered by their lowest payee.  A wrong id is a bug. */
uint32_t em_clusters_of(const em_clusters *clusters, uint32_t payee);
uint32_t em_clusters_size(const em_clusters *clusters, uint32_t cluster);
uint32_t em_clusters_member(const em_clusters *clusters, uint32_t cluster, uint32_t at);        /* ascending */
/* The size - 1 unions that made the cluster, in the order of the chain: a tree over its members. */
em_union em_clusters_union(const em_clusters *clusters, uint32_t cluster, uint32_t at);
/* The count largest, largest first, then by number.  Cost: one look at every cluster. */
EM_MUST em_status em_clusters_top(const em_clusters *clusters, size_t count, em_arena *arena,
                                  uint32_t **ret_list, size_t *ret_count, em_error *err);

/* The unions that lead from payee a to payee b, each turned so that its a is nearer to the first: the only way
 * there is in the tree, though other transactions may join the two more shortly.  Empty for a == b.
 * Cost: one walk over the cluster, 20 bytes a member while it lasts.
 *
 * EM_MISSING  they are in different clusters
 * EM_FORMAT   the unions of the cluster are no tree: the index is damaged */
EM_MUST em_status em_clusters_why(const em_clusters *clusters, uint32_t a, uint32_t b, em_arena *arena,
                                  em_union **ret_path, size_t *ret_count, em_error *err);

/* Checksums of all sections, every invariant, and each union against its transaction: both payees stand among the
 * inputs, or the second among the outputs when it was joined as change.  tell hears of each difference.
 * EM_DIFF: there were some. */
EM_MUST em_status em_clusters_verify(const em_clusters *clusters, void (*tell)(void *ctx, const char *sentence),
                                     void *ctx, em_error *err);

#endif
