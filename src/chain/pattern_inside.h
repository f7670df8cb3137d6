/* pattern_inside.h -- what the finders of patterns share.
 *
 * Private to src/chain.
 */
#ifndef EMBARGO_CHAIN_PATTERN_INSIDE_H
#define EMBARGO_CHAIN_PATTERN_INSIDE_H

#include "embargo/pattern.h"

typedef struct em_find {
        const em_pattern_world  *w;
        const em_graph          *g;
        const em_pattern_set    *set;
        const em_pattern_limits *limits;
        em_arena   *arena;              /* of the result */
        em_arena   *scratch;            /* for one transaction or payee */
        em_pattern *at;
        size_t      count, cap;
} em_find;

EM_MUST em_status em_find_add(em_find *f, em_pattern p, em_error *err);
EM_MUST em_status em_find_full(em_error *err);
bool     em_find_has_tx(const em_find *f, em_id tx);
bool     em_find_has_out(const em_find *f, em_id out);
uint32_t em_find_time(const em_find *f, em_id tx);
static inline size_t em_find_ins(const em_find *f, em_id tx)
{
        return (size_t)(em_graph_first_in(f->g, tx + 1) - em_graph_first_in(f->g, tx));
}
static inline size_t em_find_outs(const em_find *f, em_id tx)
{
        return (size_t)(em_graph_first_out(f->g, tx + 1) - em_graph_first_out(f->g, tx));
}
static inline bool em_find_data(const em_find *f, em_id out)    /* OP_RETURN: nobody's */
{
        return f->w->script(f->w->ctx, em_graph_payee(f->g, out)) == EM_SCRIPT_NULLDATA;
}
/* All inputs spend outputs that are known, which are in value sum *ret_sat. */
bool     em_find_inputs(const em_find *f, em_id tx, int64_t *ret_sat);

EM_MUST em_status em_find_peels(em_find *f, em_error *err);
EM_MUST em_status em_find_shapes(em_find *f, em_error *err);
EM_MUST em_status em_find_deposits(em_find *f, em_error *err);

#endif
