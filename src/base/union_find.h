/* Union-find over 4-byte parents: the lower number becomes the parent, so every parent is at most
 * its child, the root of a set is its lowest member, and one ascending pass makes all paths flat.
 * Path halving (Tarjan and van Leeuwen, "Worst-case analysis of set union algorithms", 1984).
 *
 * While nothing is united, any number of threads may find: halving writes an ancestor over another,
 * and either is right.
 */
#ifndef EMBARGO_BASE_UNION_FIND_H
#define EMBARGO_BASE_UNION_FIND_H

#include <stdbool.h>
#include <stdint.h>

static inline uint32_t em_uf_parent(const uint32_t *parent, uint32_t x)
{
        return __atomic_load_n(parent + x, __ATOMIC_RELAXED);
}

static inline uint32_t em_uf_find(uint32_t *parent, uint32_t x)
{
        for (;;) {
                uint32_t up = em_uf_parent(parent, x);
                uint32_t top = em_uf_parent(parent, up);
                if (up == top)
                        return up;
                __atomic_store_n(parent + x, top, __ATOMIC_RELAXED);
                x = top;
        }
}

/* False when they are one set already. */
static inline bool em_uf_unite(uint32_t *parent, uint32_t a, uint32_t b)
{
        a = em_uf_find(parent, a);
        b = em_uf_find(parent, b);
        if (a == b)
                return false;
        parent[a < b ? b : a] = a < b ? a : b;
        return true;
}

#endif
