/* covered.c -- the coverage of a whole case, for who looks at its evidence before any question is asked.
 *
 * The same spans and the same words as under an answer (cover.c), of all kinds at once, and beside them how many
 * records each year has: a year without records inside a span is a finding of none, outside it is a hole.
 */
#include "inside.h"

static const char coverage_sql[] =
        "SELECT c.*, s.reliability AS reliability, s.role AS role FROM coverage AS c "
        "JOIN (SELECT source, min(reliability) AS reliability, min(role) AS role FROM source GROUP BY source) AS s "
        "ON s.source = c.source ORDER BY c.kind, c.publisher, c.source";
static const char years_sql[] =
        "SELECT kind, cast(substr(day_from, 1, 4) AS integer) AS year, count(*) AS records FROM record "
        "WHERE day_from IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2";

static em_str text_at(const em_rows *rows, size_t row, const char *name)
{
        ptrdiff_t at = em_rows_column(rows, em_str_c(name));
        em_assert(at >= 0);
        return em_rows_at(rows, row, (size_t)at)->s;
}

/* The kinds, each once, in the order of the rows. */
static em_status kinds_of(const em_rows *rows, em_arena *arena, em_str **ret_kinds, size_t *ret_count, em_error *err)
{
        em_str *kind = EM_NEW_N(arena, em_str, rows->rows);
        size_t  n = 0;
        if (!kind)
                return em_fail(err, EM_NOMEM, "no room for the coverage");
        for (size_t i = 0; i < rows->rows; i++) {
                em_str k = text_at(rows, i, "kind");
                if (n == 0 || !em_str_eq(kind[n - 1], k))
                        kind[n++] = k;
        }
        *ret_kinds = kind;
        *ret_count = n;
        return EM_OK;
}

static bool all_of_regime(const em_rows *rows, em_str kind)
{
        for (size_t i = 0; i < rows->rows; i++)
                if (em_str_eq(text_at(rows, i, "kind"), kind) && !em_str_eq(text_at(rows, i, "role"), EM_S("regime")))
                        return false;
        return true;
}

static em_status take_years(const em_rows *rows, em_arena *arena, em_covered *c, em_error *err)
{
        c->year = EM_NEW_N(arena, em_year_count, rows->rows);
        if (!c->year)
                return em_fail(err, EM_NOMEM, "no room for the coverage");
        for (size_t i = 0; i < rows->rows; i++)
                if (em_str_eq(em_rows_at(rows, i, 0)->s, c->kind))
                        c->year[c->years++] = (em_year_count){ (int)em_rows_at(rows, i, 1)->i, em_rows_at(rows, i, 2)->i };
        return EM_OK;
}

em_status em_covered_make(em_case *c, em_day as_known, em_arena *arena,
                          em_covered **ret_list, size_t *ret_count, em_error *err)
{
        em_query_opts opts = em_query_defaults;
        em_rows       rows = { 0 }, years = { 0 };
        em_cover     *cover;
        em_str       *kind;
        size_t        kinds;

        opts.as_known = as_known;
        EM_TRY(em_case_query(c, em_str_c(coverage_sql), NULL, 0, &opts, arena, &rows, err));
        EM_TRY(em_case_query(c, em_str_c(years_sql), NULL, 0, &opts, arena, &years, err));
        EM_TRY(kinds_of(&rows, arena, &kind, &kinds, err));
        EM_TRY(em_cover_make(&rows, kind, kinds, as_known, arena, &cover, err));
        em_covered *list = EM_NEW_N(arena, em_covered, kinds);
        if (!list)
                return em_fail(err, EM_NOMEM, "no room for the coverage");
        for (size_t i = 0; i < kinds; i++) {
                list[i] = (em_covered){ .kind = kind[i], .text = cover[i].text, .span = cover[i].span, .spans = cover[i].spans,
                                        .records = cover[i].records,
                                        .role = all_of_regime(&rows, kind[i]) ? EM_S("regime") : EM_S("evidence") };
                EM_TRY(take_years(&years, arena, &list[i], err));
        }
        *ret_list = list;
        *ret_count = kinds;
        return EM_OK;
}
