/* Meetings that share ships: a tanker and two that lie on either side of her are two pairs and one group of three.
 *
 * Two meetings belong together when they share a ship at one time; what belongs together through others is one group (union-find).
 * Groups are numbered by their first meeting; a pair alone has none.
 */
#include "ships/meeting.h"

#include "base/union_find.h"

#include <stdlib.h>

typedef struct part { uint32_t ship, meeting; int64_t first, last; } part;

static int by_ship(const void *left, const void *right)
{
        const part *a = left, *b = right;
        if (a->ship != b->ship)
                return a->ship < b->ship ? -1 : 1;
        if (a->first != b->first)
                return a->first < b->first ? -1 : 1;
        return a->meeting < b->meeting ? -1 : a->meeting > b->meeting;
}

/* Per ship in order of time: each meeting that begins before all before it are over joins the one that lasts longest. */
static void parts_unite(const part *parts, size_t count, uint32_t *parent)
{
        for (size_t i = 0; i < count;) {
                const part *longest = &parts[i++];
                for (; i < count && parts[i].ship == longest->ship; i++) {
                        if (parts[i].first <= longest->last)
                                em_uf_unite(parent, longest->meeting, parts[i].meeting);
                        if (parts[i].last > longest->last)
                                longest = &parts[i];
                }
        }
}

em_status em_flotilla_number(const em_meeting *meeting, size_t count, uint32_t *ret_group, em_error *err)
{
        part *parts = malloc((count * 2 + 1) * sizeof *parts);
        uint32_t *parent = malloc((count + 1) * sizeof *parent), *size = calloc(count + 1, sizeof *size);
        em_status status = parts && parent && size ? EM_OK : em_fail(err, EM_NOMEM, "out of memory for the meetings");
        if (status == EM_OK) {
                for (uint32_t i = 0; i < count; i++) {
                        const em_meeting *m = &meeting[i];
                        parts[i * 2] = (part){ m->a, i, m->first, m->last };
                        parts[i * 2 + 1] = (part){ m->b, i, m->first, m->last };
                        parent[i] = i;
                }
                qsort(parts, count * 2, sizeof *parts, by_ship);
                parts_unite(parts, count * 2, parent);
                for (uint32_t i = 0; i < count; i++)
                        size[em_uf_find(parent, i)]++;
                /* a root is the lowest of its set, so it is met first */
                uint32_t groups = 0;
                for (uint32_t i = 0; i < count; i++) {
                        uint32_t root = em_uf_find(parent, i);
                        ret_group[i] = size[root] < 2 ? 0 : root == i ? ++groups : ret_group[root];
                }
        }
        free(parts);
        free(parent);
        free(size);
        return status;
}
