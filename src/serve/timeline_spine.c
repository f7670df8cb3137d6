/* Sorting once and counting often: see spine.h.  Days are sorted as numbers that fall when days rise, with the place of the
 * record below them, so that one comparison of 64 bits orders both and equal days stay in the order of the records.
 */
#include "serve/spine.h"

#include <stdlib.h>

bool em_spine_happens(const em_moment_kind *kind)
{
        return !kind->regime && !em_str_eq(kind->name, EM_S("link"));
}

bool em_spine_shows(const em_moments *all, const em_moment *m, em_str kind)
{
        if (kind.n)
                return em_str_eq(all->kind[m->kind].name, kind);
        return !m->working && em_spine_happens(&all->kind[m->kind]);
}

static int by_key(const void *a, const void *b)
{
        const uint64_t *x = a, *y = b;
        return (*x > *y) - (*x < *y);
}

/* Newest first; EM_DAY_NONE behind all. */
static uint64_t key_of(em_day day, size_t at)
{
        uint32_t fall = day == EM_DAY_NONE ? UINT32_MAX : (uint32_t)((int64_t)EM_DAY_MAX - day);
        return (uint64_t)fall << 32 | (uint32_t)at;
}

static em_status sorted(const em_moments *m, bool known, uint64_t *key, em_arena *arena, uint32_t **ret_order, em_error *err)
{
        uint32_t *order = EM_NEW_N(arena, uint32_t, m->count + 1);
        if (!order)
                return em_fail(err, EM_NOMEM, "no memory to order the records");
        for (size_t i = 0; i < m->count; i++)
                key[i] = key_of(known ? m->at[i].known : m->at[i].from, i);
        qsort(key, m->count, sizeof *key, by_key);
        for (size_t i = 0; i < m->count; i++)
                order[i] = (uint32_t)key[i];
        *ret_order = order;
        return EM_OK;
}

static void sum_up(em_spine *s)
{
        s->span = (em_span){EM_DAY_NONE, EM_DAY_NONE};
        s->last_known = EM_DAY_NONE;
        for (size_t i = 0; i < s->moments.count; i++) {
                const em_moment *m = &s->moments.at[i];
                if (!em_spine_happens(&s->moments.kind[m->kind]))
                        continue;
                s->evidence++;
                if (m->known != EM_DAY_NONE && (s->last_known == EM_DAY_NONE || m->known > s->last_known))
                        s->last_known = m->known;
                if (m->from == EM_DAY_NONE)
                        continue;
                if (s->span.from == EM_DAY_NONE || m->from < s->span.from)
                        s->span.from = m->from;
                if (s->span.to == EM_DAY_NONE || m->from > s->span.to)
                        s->span.to = m->from;
        }
}

em_status em_spine_make(em_case *c, em_day as_known, em_arena *arena, const em_progress *progress, em_spine **ret_spine,
                        em_error *err)
{
        em_spine *s = EM_NEW(arena, em_spine);
        if (!s)
                return em_fail(err, EM_NOMEM, "no memory for the timeline");
        EM_TRY(em_case_moments(c, as_known, arena, progress, &s->moments, err));
        uint64_t *key = malloc((s->moments.count + 1) * sizeof *key);
        if (!key)
                return em_fail(err, EM_NOMEM, "no memory to order the records");
        em_status status = sorted(&s->moments, false, key, arena, &s->happened, err);
        if (status == EM_OK)
                status = sorted(&s->moments, true, key, arena, &s->known, err);
        free(key);
        if (status != EM_OK)
                return status;
        sum_up(s);
        *ret_spine = s;
        return EM_OK;
}

/* What is dated by a span lies within when it begins there. */
static bool within(const em_moment *m, const em_spine_ask *ask)
{
        em_day day = ask->by_known ? m->known : m->from;
        if (ask->when.from == EM_DAY_NONE && ask->when.to == EM_DAY_NONE)
                return true;
        return day != EM_DAY_NONE && (ask->when.from == EM_DAY_NONE || day >= ask->when.from)
               && (ask->when.to == EM_DAY_NONE || day <= ask->when.to);
}

em_status em_spine_find(const em_spine *s, const em_spine_ask *ask, em_arena *arena, em_spine_found *ret_found, em_error *err)
{
        const em_moments *m = &s->moments;
        const uint32_t   *order = ask->by_known ? s->known : s->happened;
        em_spine_found    f = {.at = EM_NEW_N(arena, const em_moment *, ask->rows + 1), .kind = EM_NEW_N(arena, size_t, m->kinds + 1)};
        bool *wanted = EM_NEW_N(arena, bool, m->kinds + 1);
        if (!f.at || !f.kind || !wanted)
                return em_fail(err, EM_NOMEM, "no memory for the timeline");
        for (size_t k = 0; k < m->kinds; k++)
                wanted[k] = ask->kind.n ? em_str_eq(m->kind[k].name, ask->kind) : em_spine_happens(&m->kind[k]);
        for (size_t i = 0; i < m->count; i++) {
                const em_moment *x = &m->at[order[i]];
                if (!within(x, ask))
                        continue;
                f.kind[x->kind]++;
                if (!wanted[x->kind] || (x->working && !ask->kind.n))
                        continue;
                if (f.total >= ask->from && f.rows < ask->rows)
                        f.at[f.rows++] = x;
                f.total++;
        }
        *ret_found = f;
        return EM_OK;
}
