/* Reading a cluster index: array arithmetic on a mapped file, after a check of everything that the
 * arithmetic rests on (of a large file, of a sample: em_clusters_verify looks at all).
 */
#include "chain/cluster_inside.h"

#include <stdio.h>
#include <stdlib.h>

#define CHECK_ALL_BYTES ((uint64_t)1 << 30)
#define SAMPLES         ((uint64_t)1 << 16)

static uint32_t at4(const uint8_t *column, uint64_t i)
{
        return (uint32_t)em_le(column + 4 * i, 4);
}

/* ---- checks ---- */

static em_status wrong(em_cl_section section, uint64_t at, em_error *err)
{
        return em_fail(err, EM_FORMAT, "the cluster index is damaged: %s, element %llu", em_cl_name(section),
                       (unsigned long long)at);
}

static em_status check_cluster(const em_clusters *c, uint32_t k, em_error *err)
{
        const em_cluster_made *m = &c->head.made;
        uint32_t from = at4(c->first, k), to = at4(c->first, k + UINT64_C(1));
        if (to <= from || to > m->payees || to - from > m->largest || from < k)
                return wrong(CL_FIRST, k, err);
        for (uint32_t i = from; i < to; i++) {
                uint32_t payee = at4(c->member, i);
                if (payee >= m->payees || at4(c->of, payee) != k || (i > from && payee <= at4(c->member, i - UINT64_C(1))))
                        return wrong(CL_MEMBER, i, err);
        }
        for (uint32_t i = from - k; i < to - k - 1; i++) {
                em_union u = em_cl_get_union(c->edge + (size_t)EM_CL_UNION * i);
                if (u.a >= m->payees || u.b >= m->payees || u.a == u.b || at4(c->of, u.a) != k || at4(c->of, u.b) != k ||
                    u.tx >= m->txs || u.by >> EM_CHANGE_KINDS)
                        return wrong(CL_UNION, i, err);
        }
        return EM_OK;
}

em_status em_cl_check(const em_clusters *c, uint64_t stride, em_error *err)
{
        const em_cluster_made *m = &c->head.made;
        if (at4(c->first, 0) != 0)
                return wrong(CL_FIRST, 0, err);
        if (at4(c->first, m->clusters) != m->payees)
                return wrong(CL_FIRST, m->clusters, err);
        for (uint64_t i = 0; i < m->named; i++)
                if (em_le(c->left + 5 * i, 5) >= m->txs || (i > 0 && em_le(c->left + 5 * i, 5) <= em_le(c->left + 5 * (i - 1), 5)))
                        return wrong(CL_LEFT, i, err);
        for (uint64_t p = 0; p < m->payees; p += stride)
                if (at4(c->of, p) >= m->clusters)
                        return wrong(CL_OF, p, err);
        for (uint64_t k = 0; k < m->clusters; k += stride) {
                bool large = stride > 1 && at4(c->first, k + 1) - at4(c->first, k) > 1000;
                if (!large)
                        EM_TRY(check_cluster(c, (uint32_t)k, err));
        }
        return EM_OK;
}

/* ---- opening ---- */

static em_status open_file(em_clusters *c, em_str path, em_sound *sound, em_error *err)
{
        em_error why = { 0 };
        em_sha256 state;
        EM_TRY(em_mapping_open(path, &c->map, err));
        em_status status = em_cl_unpack_head((em_str){ c->map.p, c->map.n }, &c->head, &why);
        if (status != EM_OK)
                return em_fail_at(err, status, path, 0, 0, "%s", why.text);
        em_sha256 tie = em_cl_tie(c->chain);
        const em_graph *g = em_chain_graph(c->chain);
        if (memcmp(tie.b, c->head.chain.b, sizeof tie.b) != 0)
                return em_fail_at(err, EM_DIFF, path, 0, 0, "the clusters were made from another chain index (blocks came or "
                                  "went since, or it is another chain); embargo index clusters makes them anew");
        if (c->head.made.payees > g->payees || c->head.made.txs > g->txs || c->head.made.blocks > g->blocks)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the clusters hold more than the chain does");
        const uint8_t *p = (const uint8_t *)c->map.p;
        c->of = p + c->head.section[CL_OF].at;
        c->first = p + c->head.section[CL_FIRST].at;
        c->member = p + c->head.section[CL_MEMBER].at;
        c->edge = p + c->head.section[CL_UNION].at;
        c->left = p + c->head.section[CL_LEFT].at;
        if (em_sound_known(sound, &c->map, 1, &state))
                return EM_OK;
        status = em_cl_check(c, c->map.n <= CHECK_ALL_BYTES ? 1 : c->head.made.payees / SAMPLES | 1, &why);
        if (status == EM_OK)
                em_sound_note(sound, &state);
        return status == EM_OK ? EM_OK : em_fail_at(err, status, path, 0, 0, "%s", why.text);
}

em_status em_clusters_open(em_str path, const em_chain *chain, em_clusters **ret_clusters, em_error *err)
{
        return em_clusters_open_sound(path, chain, NULL, ret_clusters, err);
}

em_status em_clusters_open_sound(em_str path, const em_chain *chain, em_sound *sound, em_clusters **ret_clusters, em_error *err)
{
        em_clusters *c = calloc(1, sizeof *c);
        if (!c)
                return em_fail(err, EM_NOMEM, "no memory for a cluster index");
        c->chain = chain;
        c->map.fd = -1;
        em_status status = open_file(c, path, sound, err);
        if (status != EM_OK)
                em_clusters_close(c);
        else
                *ret_clusters = c;
        return status;
}

em_clusters *em_clusters_close(em_clusters *clusters)
{
        if (clusters)
                em_mapping_close(&clusters->map);
        free(clusters);
        return NULL;
}

/* ---- asking ---- */

em_cluster_made em_clusters_made(const em_clusters *clusters)
{
        return clusters->head.made;
}

int em_clusters_least(const em_clusters *clusters)
{
        return clusters->head.least;
}

em_str em_clusters_change(const em_clusters *clusters)
{
        return em_str_c(clusters->head.change);
}

em_id em_clusters_left_out(const em_clusters *clusters, uint64_t at)
{
        em_assert(at < clusters->head.made.named);
        return em_le(clusters->left + 5 * at, 5);
}

uint32_t em_clusters_payees(const em_clusters *clusters)
{
        return (uint32_t)clusters->head.made.payees;
}

uint32_t em_clusters_of(const em_clusters *clusters, uint32_t payee)
{
        em_assert(payee < clusters->head.made.payees);
        return at4(clusters->of, payee);
}

uint32_t em_clusters_size(const em_clusters *clusters, uint32_t cluster)
{
        em_assert(cluster < clusters->head.made.clusters);
        return at4(clusters->first, cluster + UINT64_C(1)) - at4(clusters->first, cluster);
}

uint32_t em_clusters_member(const em_clusters *clusters, uint32_t cluster, uint32_t at)
{
        em_assert(at < em_clusters_size(clusters, cluster));
        return at4(clusters->member, (uint64_t)at4(clusters->first, cluster) + at);
}

em_union em_clusters_union(const em_clusters *clusters, uint32_t cluster, uint32_t at)
{
        em_assert(at + UINT64_C(1) < em_clusters_size(clusters, cluster));
        uint64_t i = (uint64_t)at4(clusters->first, cluster) - cluster + at;
        return em_cl_get_union(clusters->edge + EM_CL_UNION * i);
}

em_status em_clusters_top(const em_clusters *clusters, size_t count, em_arena *arena, uint32_t **ret_list, size_t *ret_count,
                          em_error *err)
{
        uint64_t all = clusters->head.made.clusters;
        size_t most = count < all ? count : (size_t)all, n = 0;
        uint32_t *list = EM_NEW_N(arena, uint32_t, most + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for %zu clusters", most);
        for (uint32_t k = 0; k < all && most > 0; k++) {
                uint32_t size = em_clusters_size(clusters, k);
                if (n == most && size <= em_clusters_size(clusters, list[n - 1]))
                        continue;
                size_t at = n < most ? n++ : n - 1;
                for (; at > 0 && em_clusters_size(clusters, list[at - 1]) < size; at--)
                        list[at] = list[at - 1];
                list[at] = k;
        }
        *ret_list = list;
        *ret_count = n;
        return EM_OK;
}

/* ---- verifying ---- */

typedef struct verify {
        const em_clusters *c;
        void   (*tell)(void *ctx, const char *sentence);
        void    *ctx;
        uint64_t differences;
} verify;

static void differs(verify *v, const char *fmt, ...) EM_PRINTF(2, 3);
static void differs(verify *v, const char *fmt, ...)
{
        char sentence[512];
        va_list args;
        v->differences++;
        va_start(args, fmt);
        vsnprintf(sentence, sizeof sentence, fmt, args);
        va_end(args);
        if (v->tell)
                v->tell(v->ctx, sentence);
}

static bool among_inputs(const em_graph *g, em_id tx, uint32_t payee)
{
        for (em_id i = em_graph_first_in(g, tx); i < em_graph_first_in(g, tx + 1); i++) {
                em_id out = em_graph_spent(g, i);
                if (out != EM_ID_NONE && em_graph_payee(g, out) == payee)
                        return true;
        }
        return false;
}

static bool among_outputs(const em_graph *g, em_id tx, uint32_t payee)
{
        for (em_id o = em_graph_first_out(g, tx); o < em_graph_first_out(g, tx + 1); o++)
                if (em_graph_payee(g, o) == payee)
                        return true;
        return false;
}

static void check_unions(verify *v)
{
        const em_graph *g = em_chain_graph(v->c->chain);
        for (uint64_t i = 0; i < v->c->head.made.unions; i++) {
                em_union u = em_cl_get_union(v->c->edge + EM_CL_UNION * i);
                bool there = u.tx < g->txs && among_inputs(g, u.tx, u.a) &&
                             (u.by ? among_outputs(g, u.tx, u.b) : among_inputs(g, u.tx, u.b));
                if (!there)
                        differs(v, "union %llu joins payees that transaction %llu does not have", (unsigned long long)i,
                                (unsigned long long)u.tx);
        }
}

static em_status check_sums(verify *v, em_error *err)
{
        em_hasher *hasher = em_hasher_new();
        if (!hasher)
                return em_fail(err, EM_NOMEM, "no memory for a hash");
        for (int s = 0; s < CL_SECTIONS; s++) {
                em_sha256 sum = em_ix_sum(hasher, (em_str){ v->c->map.p + v->c->head.section[s].at,
                                                            (size_t)v->c->head.section[s].length });
                if (memcmp(sum.b, v->c->head.section[s].sum, 8) != 0)
                        differs(v, "the section of %s does not match its checksum", em_cl_name((em_cl_section)s));
        }
        em_hasher_free(hasher);
        return EM_OK;
}

em_status em_clusters_verify(const em_clusters *clusters, void (*tell)(void *ctx, const char *sentence), void *ctx,
                             em_error *err)
{
        verify v = { .c = clusters, .tell = tell, .ctx = ctx };
        em_error damage = { .code = EM_OK };
        EM_TRY(check_sums(&v, err));
        if (em_cl_check(clusters, 1, &damage) != EM_OK)
                differs(&v, "%s", damage.text);
        else
                check_unions(&v);
        if (v.differences)
                return em_fail(err, EM_DIFF, "the cluster index differs in %llu places", (unsigned long long)v.differences);
        return EM_OK;
}
