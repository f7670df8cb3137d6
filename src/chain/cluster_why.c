/* Why two addresses are one cluster: the way between them in the tree of its unions.  A cluster's
 * n - 1 unions are laid out as neighbours of each member (counting, then filling), and walked
 * breadth first from the far end, so that the steps read off in order from the near one.
 */
#include "chain/cluster_inside.h"

#include <stdlib.h>

typedef struct tree {
        const em_clusters *c;
        uint32_t  cluster, size;
        uint32_t *first;                /* size + 1: into next */
        uint32_t *next;                 /* 2 * (size - 1): unions */
        uint32_t *way;                  /* the union through which a member was reached; NONE: not reached */
        uint32_t *queue;
} tree;

#define NONE  UINT32_MAX
#define START (UINT32_MAX - 1)

/* A payee's place among the members, which ascend. */
static uint32_t place(const tree *t, uint32_t payee)
{
        uint32_t low = 0, high = t->size;
        while (high - low > 1) {
                uint32_t mid = low + (high - low) / 2;
                if (em_clusters_member(t->c, t->cluster, mid) <= payee)
                        low = mid;
                else
                        high = mid;
        }
        return low;
}

static void lay_out(tree *t)
{
        for (uint32_t i = 0; i + 1 < t->size; i++) {
                em_union u = em_clusters_union(t->c, t->cluster, i);
                t->first[place(t, u.a) + 1]++;
                t->first[place(t, u.b) + 1]++;
        }
        for (uint32_t m = 0; m < t->size; m++) {
                t->first[m + 1] += t->first[m];
                t->way[m] = t->first[m];        /* the next free place, until all are filled */
        }
        for (uint32_t i = 0; i + 1 < t->size; i++) {
                em_union u = em_clusters_union(t->c, t->cluster, i);
                t->next[t->way[place(t, u.a)]++] = i;
                t->next[t->way[place(t, u.b)]++] = i;
        }
        for (uint32_t m = 0; m < t->size; m++)
                t->way[m] = NONE;
}

static uint32_t other_end(const tree *t, uint32_t member, uint32_t edge)
{
        em_union u = em_clusters_union(t->c, t->cluster, edge);
        uint32_t a = place(t, u.a);
        return a == member ? place(t, u.b) : a;
}

static bool walk(tree *t, uint32_t from, uint32_t to)
{
        uint32_t head = 0, tail = 0;
        t->way[from] = START;
        t->queue[tail++] = from;
        while (head < tail && t->way[to] == NONE) {
                uint32_t m = t->queue[head++];
                for (uint32_t k = t->first[m]; k < t->first[m + 1]; k++) {
                        uint32_t on = other_end(t, m, t->next[k]);
                        if (t->way[on] != NONE)
                                continue;
                        t->way[on] = t->next[k];
                        t->queue[tail++] = on;
                }
        }
        return t->way[to] != NONE;
}

static em_status read_path(const tree *t, uint32_t from, em_arena *arena, em_union **ret_path, size_t *ret_count,
                           em_error *err)
{
        size_t n = 0;
        for (uint32_t m = from; t->way[m] != START; n++)
                m = other_end(t, m, t->way[m]);
        em_union *path = EM_NEW_N(arena, em_union, n + 1);
        if (!path)
                return em_fail(err, EM_NOMEM, "no memory for a path of %zu unions", n);
        uint32_t m = from;
        for (size_t i = 0; i < n; i++) {
                em_union u = em_clusters_union(t->c, t->cluster, t->way[m]);
                bool turned = place(t, u.a) != m;
                path[i] = turned ? (em_union){ u.b, u.a, u.tx, u.by } : u;
                m = other_end(t, m, t->way[m]);
        }
        *ret_path = path;
        *ret_count = n;
        return EM_OK;
}

static em_status find_path(tree *t, uint32_t a, uint32_t b, em_arena *arena, em_union **ret_path, size_t *ret_count,
                           em_error *err)
{
        size_t n = t->size;
        t->first = calloc(n + 1, sizeof *t->first);
        t->next = calloc(2 * n, sizeof *t->next);
        t->way = calloc(n, sizeof *t->way);
        t->queue = calloc(n, sizeof *t->queue);
        if (!t->first || !t->next || !t->way || !t->queue)
                return em_fail(err, EM_NOMEM, "no memory for a cluster of %lu addresses", (unsigned long)t->size);
        lay_out(t);
        if (!walk(t, place(t, b), place(t, a)))
                return em_fail(err, EM_FORMAT, "the cluster index is damaged: the unions of cluster %lu are no tree",
                               (unsigned long)t->cluster);
        return read_path(t, place(t, a), arena, ret_path, ret_count, err);
}

em_status em_clusters_why(const em_clusters *clusters, uint32_t a, uint32_t b, em_arena *arena, em_union **ret_path,
                          size_t *ret_count, em_error *err)
{
        tree t = { .c = clusters, .cluster = em_clusters_of(clusters, a) };
        if (t.cluster != em_clusters_of(clusters, b))
                return em_fail(err, EM_MISSING, "they are in different clusters");
        t.size = em_clusters_size(clusters, t.cluster);
        em_status status = find_path(&t, a, b, arena, ret_path, ret_count, err);
        free(t.first);
        free(t.next);
        free(t.way);
        free(t.queue);
        return status;
}
