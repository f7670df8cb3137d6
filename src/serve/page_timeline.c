/* The home: what happened, day by day. */
#include "serve/desk.h"

static em_status answer_timeline(em_ask *ask, em_error *err)
{
        static const em_grid_column columns[] = {
                {"day", "Day", EM_AS_DAY, NULL, NULL}, {"kind", "Kind", EM_AS_TEXT, NULL, NULL}, {"what", "What", EM_AS_TEXT, "/records/", "id"},
                {"id", NULL, EM_AS_CODE, NULL, NULL}};
        em_picture *now;
        em_rows     rows;
        if (!ask->desk)
                return em_answer_lists(ask, err);
        EM_TRY(em_desk_take(ask, &now, err));
        em_query_opts opts = em_query_defaults;
        opts.as_known = now->known;
        EM_TRY(em_case_query(now->c, EM_S("select day_from as day, kind, what, id from record where day_from is not null order by day_from desc, id limit 100"),
                             NULL, 0, &opts, ask->arena, &rows, err));
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        for (size_t r = 0; r < rows.rows; r++) {
                em_str cell[4];
                for (size_t c = 0; c < 4; c++)
                        cell[c] = em_rows_at(&rows, r, c)->s;
                EM_TRY(em_grid_add(&grid, cell, err));
        }
        if (ask->shape != EM_SHAPE_PAGE)
                return em_grid_data(ask, "embargo.timeline/1", &grid, err);
        em_page_open(ask, &(em_page){.title = EM_S("Timeline"), .nav = "timeline", .wide = true});
        em_grid_html(ask, &grid);
        return em_page_close(ask, err);
}

const em_route em_routes_timeline[] = {
        {"GET", "/", EM_FAMILY_PAGE, answer_timeline, "what happened, when it became known, what is new; without a case, the lists", NULL, NULL,
         EM_ROUTE_DATA | EM_ROUTE_KEPT},
        {0},
};
