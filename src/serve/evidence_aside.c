/* Rows that could not be taken: where they stand, what was wrong, and their bytes.  Nothing is thrown away, so that who
 * doubts a refusal can read the row and say so.
 */
#include "embargo/csv.h"
#include "serve/evidence.h"

enum { BYTES_MOST = 65536 };

static const em_grid_column columns[] = {
        {"source", "Source", EM_AS_CODE, "/evidence/", NULL}, {"name", "Name", EM_AS_TEXT, NULL, NULL},
        {"row", "Row", EM_AS_NUMBER, NULL, NULL},             {"line", "Line", EM_AS_NUMBER, NULL, NULL},
        {"offset", "Byte", EM_AS_NUMBER, NULL, NULL},         {"length", "Bytes", EM_AS_NUMBER, NULL, NULL},
        {"column", "Column", EM_AS_TEXT, NULL, NULL},         {"reason", "Reason", EM_AS_TEXT, NULL, NULL},
        {"bytes", "As it stands", EM_AS_TEXT, NULL, NULL},
};

/* Its bytes; of a very long row the beginning.  What cannot be read is told in their place. */
static em_str bytes_of(em_ask *ask, em_case *c, const em_aside *a)
{
        em_str   bytes = {0};
        em_error why = {0};
        uint64_t n = a->reject.length < BYTES_MOST ? a->reject.length : BYTES_MOST;
        if (em_case_slice(c, &a->source, a->reject.offset, n, ask->arena, &bytes, &why) == EM_OK)
                return bytes;
        return em_grid_text(ask->arena, "(these bytes cannot be read: %s)", why.text);
}

/* For data: text in which nothing acts on a reader's screen. */
static em_str shown(em_ask *ask, em_str bytes)
{
        size_t cap = 4 * bytes.n + 1;
        char  *out = em_arena_alloc(ask->arena, cap);
        return out ? em_str_c(em_str_show(bytes, out, cap)) : EM_S("");
}

static em_status asides(em_ask *ask, em_case *c, const em_source *source, uint64_t from, uint64_t rows,
                        em_aside **ret_list, size_t *ret_count, em_error *err)
{
        int64_t first = (source ? source->first_aside : 1) + (int64_t)from;
        return em_case_asides(c, source, first, (size_t)rows, ask->arena, ret_list, ret_count, err);
}

em_status em_evidence_aside_grid(em_ask *ask, em_case *c, const em_source *source, uint64_t from, uint64_t rows,
                                 em_grid *ret_grid, em_error *err)
{
        em_aside *list = NULL;
        size_t    count = 0;
        em_grid   grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        EM_TRY(asides(ask, c, source, from, rows, &list, &count, err));
        for (size_t i = 0; i < count; i++) {
                const em_reject *r = &list[i].reject;
                uint64_t number[] = {r->row, r->line, r->offset, r->length};
                em_str   text[4];
                for (size_t k = 0; k < 4; k++)
                        text[k] = em_grid_text(ask->arena, "%llu", (unsigned long long)number[k]);
                EM_TRY(em_grid_add(&grid, (em_str[]){em_str_sub(em_str_c(list[i].source.sha256), 0, 8), list[i].source.name, text[0], text[1],
                                                     text[2], text[3], r->column, r->reason, shown(ask, bytes_of(ask, c, &list[i]))}, err));
        }
        grid.from = from;
        *ret_grid = grid;
        return EM_OK;
}

/* ---- on a page ------------------------------------------------------------------------------------- */

/* The cell that broke the rule, when the row is still a row. */
static void put_cell(em_ask *ask, em_case *c, const em_aside *a, em_str bytes)
{
        em_held held = {.source = a->source, .record = {.line = a->reject.line, .offset = a->reject.offset, .length = a->reject.length}};
        em_str  header = {0}, row = {0};
        em_csv_row names, cells;
        if (!a->reject.column.n || em_case_excerpt(c, &held, ask->arena, &header, &row, NULL) != EM_OK)
                return;
        em_csv first = em_csv_make(header, NULL), second = em_csv_make(bytes, NULL);
        if (!em_csv_next(&first, ask->arena, &names) || !em_csv_next(&second, ask->arena, &cells))
                return;
        for (size_t i = 0; i < names.count && i < cells.count; i++)
                if (em_str_eq(names.field[i], a->reject.column)) {
                        em_html_lit(ask->h, "<dt>Its value<dd><code>");
                        em_html_text(ask->h, em_str_sub(cells.field[i], 0, 2000));
                        em_html_lit(ask->h, "</code>\n");
                        return;
                }
}

static void put_aside(em_ask *ask, em_case *c, const em_aside *a, bool named)
{
        em_html          h = ask->h;
        const em_reject *r = &a->reject;
        em_str           bytes = bytes_of(ask, c, a);
        em_html_lit(h, "<section class=\"evi-aside\">");
        if (named) {
                em_html_lit(h, "<h2>");
                em_page_link(ask, "/evidence/", em_str_sub(em_str_c(a->source.sha256), 0, 8), a->source.name);
                em_html_lit(h, ", row ");
        } else {
                em_html_lit(h, "<h3>Row ");
        }
        em_html_int(h, (int64_t)r->row);
        if (named)
                em_html_lit(h, "</h2>\n");
        else
                em_html_lit(h, "</h3>\n");
        em_html_lit(h, "<dl class=\"facts\"><dt>Reason<dd>");
        em_html_text(h, r->reason);
        em_html_lit(h, "\n");
        em_evidence_fact(h, "Column", r->column);
        put_cell(ask, c, a, bytes);
        em_html_lit(h, "<dt>Place<dd>line ");
        em_html_int(h, (int64_t)r->line);
        em_html_lit(h, ", ");
        em_html_int(h, (int64_t)r->length);
        em_html_lit(h, " bytes from byte ");
        em_html_int(h, (int64_t)r->offset);
        em_html_lit(h, "</dl>\n");
        em_evidence_bytes(h, bytes, r->offset);
        em_html_lit(h, "</section>\n");
}

em_status em_evidence_aside_html(em_ask *ask, em_case *c, const em_source *source, uint64_t from, uint64_t rows, em_error *err)
{
        em_aside *list = NULL;
        size_t    count = 0;
        EM_TRY(asides(ask, c, source, from, rows, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                put_aside(ask, c, &list[i], source == NULL);
        return EM_OK;
}

/* ---- /quarantine -------------------------------------------------------------------------------------- */

static em_status aside_total(em_ask *ask, em_case *c, uint64_t *ret_total, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0;
        *ret_total = 0;
        EM_TRY(em_case_sources(c, ask->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                *ret_total += list[i].quarantined;
        return EM_OK;
}

/* The pager of a table, under sections. */
static void put_turns(em_ask *ask, em_str source, uint64_t from, uint64_t rows, uint64_t total)
{
        em_html  h = ask->h;
        uint64_t to = from + rows < total ? from + rows : total, turn[2] = {from > rows ? from - rows : 0, to};
        bool     there[2] = {from > 0, to < total};
        em_html_lit(h, "<p class=\"turns\">");
        em_html_int(h, (int64_t)(from < total ? from + 1 : total));
        em_html_lit(h, " to ");
        em_html_int(h, (int64_t)to);
        em_html_lit(h, " of ");
        em_html_int(h, (int64_t)total);
        for (int i = 0; i < 2; i++) {
                if (!there[i])
                        continue;
                em_html_lit(h, " <a href=\"/quarantine?from=");
                em_html_int(h, (int64_t)turn[i]);
                em_html_lit(h, "&amp;rows=");
                em_html_int(h, (int64_t)rows);
                if (source.n) {
                        em_html_lit(h, "&amp;source=");
                        em_html_url(h, source);
                }
                em_page_and_known(ask);
                em_html_lit(h, "\">");
                em_html_c(h, i ? "next" : "before");
                em_html_lit(h, "</a>");
        }
        em_html_lit(h, "</p>\n");
}

em_status em_evidence_answer_aside(em_ask *ask, em_error *err)
{
        em_picture *now;
        em_source   source = {0}, *of = NULL;
        em_str      id = em_form_get(ask->query, "source");
        uint64_t    from, rows, total;
        EM_TRY(em_grid_window(ask, 50, 500, &from, &rows, err));
        EM_TRY(em_desk_take(ask, &now, err));
        if (id.n) {
                EM_TRY(em_evidence_find(ask, now->c, id, &source, err));
                of = &source;
        }
        EM_TRY(aside_total(ask, now->c, &total, err));
        total = of ? source.quarantined : total;
        if (ask->shape != EM_SHAPE_PAGE) {
                em_grid grid;
                EM_TRY(em_evidence_aside_grid(ask, now->c, of, from, rows, &grid, err));
                grid.total = total;
                return em_grid_data(ask, "embargo.quarantine/1", &grid, err);
        }
        em_page page = {.title = EM_S("Rows kept aside"), .nav = "evidence", .wide = true,
                        .lede = of ? em_grid_text(ask->arena, "Of the source %.*s.", EM_ARG(source.name))
                                   : EM_S("Rows that no map could read. They are no evidence yet, and nothing of them is lost.")};
        em_page_open(ask, &page);
        if (!total)
                em_html_lit(ask->h, "<p class=\"empty\">Nothing is kept aside: every row could be taken.</p>\n");
        EM_TRY(em_evidence_aside_html(ask, now->c, of, from, rows, err));
        if (total)
                put_turns(ask, id, from, rows, total);
        return em_page_close(ask, err);
}
