/* What the builder and the readers of a cluster index share.  doc/format-cluster.md is the map. */
#ifndef EMBARGO_CHAIN_CLUSTER_INSIDE_H
#define EMBARGO_CHAIN_CLUSTER_INSIDE_H

#include "embargo/cluster.h"
#include "chain/index_inside.h"

#define EM_CL_VERSION    1
#define EM_CL_HEAD_BYTES 624
#define EM_CL_PAGE       4096           /* the head's room; sections begin at multiples of it */
#define EM_CL_UNION      16             /* bytes a union */
#define EM_CL_KINDS      15             /* room for kinds of CoinJoin */

typedef enum em_cl_section { CL_OF, CL_FIRST, CL_MEMBER, CL_UNION, CL_LEFT, CL_SECTIONS } em_cl_section;

typedef struct em_cl_head {
        em_cluster_made made;
        int       least;
        em_sha256 chain;                /* of the chain index's head */
        char      change[EM_CHANGE_TEXT + 1];
        struct { uint64_t at, length; uint8_t sum[8]; } section[CL_SECTIONS];   /* at and length follow from the counts */
} em_cl_head;

const char *em_cl_name(em_cl_section section);
/* Fills at and length from the counts; returns the file's length. */
uint64_t em_cl_layout(em_cl_head *head);
void em_cl_pack(const em_cl_head *head, uint8_t out[EM_CL_HEAD_BYTES]);
EM_MUST em_status em_cl_unpack_head(em_str bytes, em_cl_head *ret_head, em_error *err);
em_sha256 em_cl_tie(const em_chain *chain);
em_script_kind em_cl_kind(void *chain, uint32_t payee);

static inline void em_cl_put_union(uint8_t *p, const em_union *u)
{
        em_ix_put(p, u->a, 4);
        em_ix_put(p + 4, u->b, 4);
        em_ix_put(p + 8, u->tx, 5);
        em_ix_put(p + 13, u->by, 3);
}
static inline em_union em_cl_get_union(const uint8_t *p)
{
        return (em_union){ (uint32_t)em_le(p, 4), (uint32_t)em_le(p + 4, 4), em_le(p + 8, 5), (uint32_t)em_le(p + 13, 3) };
}

struct em_clusters {
        const em_chain *chain;
        em_cl_head head;
        em_mapping map;
        const uint8_t *of, *first, *member, *edge, *left;
};

/* Every stride-th element of every section against what readers rest on. */
EM_MUST em_status em_cl_check(const em_clusters *c, uint64_t stride, em_error *err);

#endif
