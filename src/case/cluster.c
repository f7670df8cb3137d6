/* Records that speak of one thing: union-find over the links known by a day
 * (Galler and Fischer, "An improved equivalence algorithm", 1964; path halving
 * after Tarjan and van Leeuwen, 1984).  Two partitions come out of one pass:
 * over links that are certain, and over those and the possible ones; a count of
 * incidents lies between the number of their classes.
 *
 * same-as and restates join; part-of joins only records of one kind.  Five thefts that
 * one joint statement adds up are parts of that total, not one theft, and the
 * total is of another kind; January to April and January to August of one table
 * are of one kind and must not be added.
 *
 * A class is named by its smallest record, so the names do not depend on the
 * order of the links.
 */
#include "case/store.h"

#include <stdlib.h>

typedef struct edge { int64_t a, b; bool possible; } edge;

typedef struct forest {
        int64_t *id;                    /* sorted, unique */
        size_t   count;
        size_t  *certain, *possible;    /* parents; always at a smaller or equal index */
} forest;

static int by_id(const void *a, const void *b)
{
        int64_t x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return (x > y) - (x < y);
}

static size_t index_of(const forest *f, int64_t id)
{
        size_t low = 0, high = f->count;
        while (high - low > 1) {
                size_t middle = low + (high - low) / 2;
                if (f->id[middle] <= id)
                        low = middle;
                else
                        high = middle;
        }
        return low;
}

static size_t root(size_t *parent, size_t i)
{
        while (parent[i] != i) {
                parent[i] = parent[parent[i]];
                i = parent[i];
        }
        return i;
}

static void join(size_t *parent, size_t a, size_t b)
{
        a = root(parent, a);
        b = root(parent, b);
        if (a < b)
                parent[b] = a;
        else
                parent[a] = b;
}

static em_status load(sqlite3 *db, em_day as_known, em_buf *edges, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        EM_TRY(em_sql_prepare(db, "SELECT l.a, l.b, l.certainty <> 'certain' FROM main.em_link AS l "
                "CROSS JOIN main.em_record AS p CROSS JOIN main.em_record AS q "
                "WHERE p.id = l.a AND q.id = l.b AND (l.relation IN ('same-as', 'restates') "
                "OR (l.relation = 'part-of' AND (SELECT kind FROM main.em_intake WHERE id = p.intake) = "
                "(SELECT kind FROM main.em_intake WHERE id = q.intake))) "
                "AND l.known <= ?1 AND p.known <= ?1 AND q.known <= ?1 ORDER BY l.id", &stmt, err));
        em_bind b = em_bind_make(stmt);
        em_bind_int(&b, as_known == EM_DAY_NONE ? INT32_MAX : as_known);
        em_status status = em_bind_done(&b, err);
        if (status == EM_OK)
                status = em_sql_step(stmt, &row, err);
        while (status == EM_OK && row) {
                edge e = { sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                           sqlite3_column_int(stmt, 2) != 0 };
                em_buf_add(edges, &e, sizeof e);
                status = em_sql_step(stmt, &row, err);
        }
        sqlite3_finalize(stmt);
        return status == EM_OK ? em_buf_status(edges, err) : status;
}

static em_status plant(const edge *edges, size_t count, em_arena *arena, forest *f, em_error *err)
{
        f->id = EM_NEW_N(arena, int64_t, 2 * count);
        f->certain = EM_NEW_N(arena, size_t, 2 * count);
        f->possible = EM_NEW_N(arena, size_t, 2 * count);
        if (!f->id || !f->certain || !f->possible)
                return em_fail(err, EM_NOMEM, "no memory for the clusters");
        for (size_t i = 0; i < count; i++) {
                f->id[2 * i] = edges[i].a;
                f->id[2 * i + 1] = edges[i].b;
        }
        qsort(f->id, 2 * count, sizeof f->id[0], by_id);
        for (size_t i = 0; i < 2 * count; i++)
                if (f->count == 0 || f->id[f->count - 1] != f->id[i])
                        f->id[f->count++] = f->id[i];
        for (size_t i = 0; i < f->count; i++)
                f->certain[i] = f->possible[i] = i;
        for (size_t i = 0; i < count; i++) {
                size_t a = index_of(f, edges[i].a), b = index_of(f, edges[i].b);
                join(f->possible, a, b);
                if (!edges[i].possible)
                        join(f->certain, a, b);
        }
        return EM_OK;
}

static em_status harvest(sqlite3 *db, forest *f, em_error *err)
{
        sqlite3_stmt *stmt = NULL;
        EM_TRY(em_sql_prepare(db, "INSERT INTO temp.em_cluster VALUES (?, ?, ?)", &stmt, err));
        em_status status = EM_OK;
        for (size_t i = 0; status == EM_OK && i < f->count; i++) {
                em_bind b = em_bind_make(stmt);
                em_bind_int(&b, f->id[i]);
                em_bind_int(&b, f->id[root(f->certain, i)]);
                em_bind_int(&b, f->id[root(f->possible, i)]);
                status = em_bind_done(&b, err);
                if (status == EM_OK)
                        status = em_sql_do(stmt, err);
        }
        sqlite3_finalize(stmt);
        return status;
}

em_status em_cluster_build(sqlite3 *db, em_day as_known, em_error *err)
{
        em_buf edges = em_buf_make((size_t)1 << 31);
        em_arena *arena = em_arena_new((size_t)4 << 30);
        forest f = { NULL, 0, NULL, NULL };
        em_status status = arena ? EM_OK : em_fail(err, EM_NOMEM, "no memory for the clusters");
        if (status == EM_OK)
                status = em_sql_run(db, "CREATE TEMP TABLE em_cluster(record INTEGER PRIMARY KEY, "
                                    "certain INTEGER NOT NULL, possible INTEGER NOT NULL)", err);
        if (status == EM_OK)
                status = load(db, as_known, &edges, err);
        if (status == EM_OK && edges.n) {
                em_str bytes = em_buf_view(&edges);
                const void *p = bytes.p;
                status = plant(p, bytes.n / sizeof(edge), arena, &f, err);
        }
        if (status == EM_OK && f.count)
                status = harvest(db, &f, err);
        em_buf_free(&edges);
        em_arena_free(arena);
        return status;
}
