/* Tables of prices and of stops that the case holds, so that a page may use them without a path.
 *
 * No map of a regime reads such tables: they are evidence of no event, and stand in custody as files.  Which of them is
 * one is told as the commands tell it: a table of prices by em_prices_parse of its first lines, a table of stops by the head
 * category,stop,why (embargo/label.h).  Only small heads of tables that no map took are read.
 */
#include "serve/trace_ask.h"
#include "embargo/csv.h"
#include "embargo/price.h"

enum { HEAD_BYTES = 4096, CANDIDATES = 400 };

static bool says(em_str cell, const char *word) { return em_str_eq_nocase(em_str_trim(cell), em_str_c(word)); }

/* The head of a table of stops has these two columns. */
static bool is_stops(em_str head, em_arena *arena)
{
        em_csv     csv = em_csv_make(head, NULL);
        em_csv_row row = {0};
        bool       category = false, stop = false;
        if (!em_csv_next(&csv, arena, &row) || row.bad)
                return false;
        for (size_t i = 0; i < row.count; i++) {
                category = category || says(row.field[i], "category");
                stop = stop || says(row.field[i], "stop");
        }
        return category && stop;
}

/* Its whole lines hold a price. */
static bool is_prices(em_str head)
{
        em_prices *prices = NULL;
        size_t     end = head.n;
        while (head.n == HEAD_BYTES && end > 0 && head.p[end - 1] != '\n')
                end--;
        bool found = em_prices_parse(EM_S("head"), em_str_sub(head, 0, end), &prices, NULL) == EM_OK && em_prices_count(prices) > 0;
        em_prices_free(prices);
        return found;
}

/* Withheld evidence may be used by those who hold the case; only what is known later than the day asked for may not. */
static bool may_be_used(const em_ask *ask, const em_source *s)
{
        bool table = em_str_ends(s->name, EM_S(".csv")) || em_str_ends(s->name, EM_S(".tsv"));
        return table && !s->map.n && s->bytes > 0 && em_str_eq(s->role, EM_S("evidence"))
            && !(ask->h.known.n && s->published.n && em_str_cmp(s->published, ask->h.known) > 0);
}

static void keep(em_ta_table *list, size_t *count, const em_source *s)
{
        if (*count < EM_TA_TABLES)
                list[(*count)++] = (em_ta_table){.source = s};
}

/* prices= and stops= choose by the first eight digits, again and again for prices. */
static em_status choose(em_ta *ta, const char *field, em_ta_table *list, size_t count, bool one, em_error *err)
{
        size_t chosen = 0;
        char   shown[40];
        for (size_t i = 0; i < count; i++)
                list[i].id = em_grid_text(ta->ask->arena, "%.8s", list[i].source->sha256);
        for (size_t q = 0; q < ta->ask->query.count; q++) {
                const em_form_item *f = &ta->ask->query.at[q];
                size_t              i = 0;
                if (!em_str_eq(f->name, em_str_c(field)) || !f->value.n)
                        continue;
                while (i < count && !em_str_eq(list[i].id, f->value))
                        i++;
                if (i == count)
                        return em_fail(err, EM_MISSING, "%s: the case holds no such table as \"%s\"", field, em_str_show(f->value, shown, sizeof shown));
                chosen += !list[i].on;
                list[i].on = true;
        }
        return one && chosen > 1 ? em_fail(err, EM_USAGE, "%s: one table at a time", field) : EM_OK;
}

em_status em_ta_tables(em_ta *ta, em_error *err)
{
        em_ask    *ask = ta->ask;
        em_source *source = NULL;
        size_t     sources = 0, looked = 0;
        em_case   *c;
        EM_TRY(em_desk_case(ask, &c, err));
        EM_TRY(em_case_sources(c, ask->arena, &source, &sources, err));
        for (size_t i = 0; i < sources && looked < CANDIDATES; i++) {
                em_str   head = {0};
                uint64_t n = source[i].bytes < HEAD_BYTES ? source[i].bytes : HEAD_BYTES;
                if (!may_be_used(ask, &source[i]) || em_case_slice(c, &source[i], 0, n, ask->arena, &head, NULL) != EM_OK)
                        continue;
                looked++;
                if (is_stops(head, ask->arena))
                        keep(ta->stop, &ta->stops, &source[i]);
                else if (is_prices(head))
                        keep(ta->price, &ta->prices, &source[i]);
        }
        EM_TRY(choose(ta, "prices", ta->price, ta->prices, false, err));
        return choose(ta, "stops", ta->stop, ta->stops, true, err);
}

bool em_ta_priced(const em_ta *ta)
{
        for (size_t i = 0; i < ta->prices; i++)
                if (ta->price[i].on)
                        return true;
        return false;
}

const em_ta_table *em_ta_table_of(const em_ta *ta, em_str path)
{
        em_str hash = em_path_base(path);
        for (size_t i = 0; i < ta->prices; i++)
                if (em_str_eq(em_str_c(ta->price[i].source->sha256), hash))
                        return &ta->price[i];
        return NULL;
}

/* ---- fields --------------------------------------------------------------------------------------------- */

void em_ta_form_prices(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_str  currency = em_form_get(ta->ask->query, "currency");
        em_html_lit(h, "<fieldset><legend>In money, by prices of the case</legend>");
        for (size_t i = 0; i < ta->prices; i++) {
                const em_ta_table *t = &ta->price[i];
                em_html_lit(h, "<label class=\"flow-check\"><input type=\"checkbox\" name=\"prices\"");
                em_html_attr(h, "value", t->id);
                if (t->on)
                        em_html_lit(h, " checked");
                em_html_lit(h, "> ");
                em_html_text(h, t->source->name);
                em_html_lit(h, " <small>source ");
                em_html_text(h, t->id);
                em_html_lit(h, "</small></label>\n");
        }
        if (!ta->prices) {
                em_html_lit(h, "<p class=\"empty\">None is held. <code>embargo add PRICES.csv</code> takes a table of <code>day,price</code> in; coins are "
                               "valued by it at their own day, and a day that it lacks is said.</p>");
        } else {
                em_html_lit(h, "<label class=\"line\">The prices are in <input type=\"text\" name=\"currency\" size=\"5\"");
                em_html_attr(h, "value", currency.n ? currency : EM_S("USD"));
                em_html_lit(h, "></label>");
        }
        em_html_lit(h, "</fieldset>\n");
}

void em_ta_form_stops(const em_ta *ta)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<label class=\"line\">Labels that end a trace <select name=\"stops\"><option value=\"\">by the built-in table</option>");
        for (size_t i = 0; i < ta->stops; i++) {
                em_html_lit(h, "<option");
                em_html_attr(h, "value", ta->stop[i].id);
                if (ta->stop[i].on)
                        em_html_lit(h, " selected");
                em_html_lit(h, ">by ");
                em_html_text(h, ta->stop[i].source->name);
                em_html_lit(h, ", source ");
                em_html_text(h, ta->stop[i].id);
                em_html_lit(h, "</option>");
        }
        em_html_lit(h, "</select></label>\n");
}

/* ---- the table of stops in use ------------------------------------------------------------------------------ */

static em_status stops_text(const em_ta *ta, em_str *ret_text, em_str *ret_line, em_error *err)
{
        em_ask *ask = ta->ask;
        em_case *c;
        const em_str word[] = {EM_S("labels"), EM_S("--stop-table")};
        EM_TRY(em_desk_line(ask, word, EM_COUNT(word), ret_line, err));
        for (size_t i = 0; i < ta->stops; i++)
                if (ta->stop[i].on) {
                        EM_TRY(em_desk_case(ask, &c, err));
                        *ret_line = EM_S("");
                        return em_case_slice(c, ta->stop[i].source, 0, ta->stop[i].source->bytes, ask->arena, ret_text, err);
                }
        return em_desk_run(ask, word, EM_COUNT(word), 0, ret_text, err);
}

static em_status read_stops(em_ask *ask, em_str text, em_grid *grid, em_error *err)
{
        static const char *const names[] = {"category", "stop", "why"};
        em_csv     csv = em_csv_make(text, NULL);
        em_csv_row row = {0};
        size_t     at[3] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
        if (!em_csv_next(&csv, ask->arena, &row))
                return EM_OK;
        for (size_t i = 0; i < row.count; i++)
                for (size_t k = 0; k < 3; k++)
                        if (says(row.field[i], names[k]))
                                at[k] = i;
        while (em_csv_next(&csv, ask->arena, &row)) {
                em_str cell[3];
                for (size_t k = 0; k < 3; k++)
                        cell[k] = !row.bad && at[k] < row.count ? row.field[at[k]] : EM_S("");
                if (cell[0].n)
                        EM_TRY(em_grid_add(grid, cell, err));
        }
        return EM_OK;
}

static void put_choice(const em_ta *ta)
{
        em_html h = ta->ask->h;
        if (!ta->stops) {
                em_html_lit(h, "<p>This is the built-in table. <code>embargo labels --stop-table >stops.csv</code> prints it; changed, and taken into the case by "
                               "<code>embargo add stops.csv</code>, it can be chosen here and in the form of a trace.</p>\n");
                return;
        }
        em_html_lit(h, "<form class=\"flow-form\" method=\"get\" action=\"/trace/stops\">");
        em_ta_form_rest(ta, (const char *const[]){"stops", NULL});
        em_ta_form_stops(ta);
        em_html_lit(h, " <button>Show</button></form>\n");
}

em_status em_answer_trace_stops(em_ask *ask, em_error *err)
{
        static const em_grid_column columns[] = {{"category", "A label's category", EM_AS_TEXT, NULL, NULL}, {"stop", "Ends a trace as", EM_AS_TEXT, NULL, NULL},
                                                 {"why", "Why", EM_AS_TEXT, NULL, NULL}};
        em_ta   ta;
        em_str  text, line;
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        EM_TRY(em_ta_read(ask, &ta, err));
        EM_TRY(stops_text(&ta, &text, &line, err));
        EM_TRY(read_stops(ask, text, &grid, err));
        if (ask->shape != EM_SHAPE_PAGE)
                return em_grid_data(ask, "embargo.trace.stops/1", &grid, err);
        em_page_open(ask, &(em_page){.title = EM_S("What ends a trace"), .nav = "trace", .wide = true, .command = line,
                                     .lede = EM_S("A label ends a trace by its category alone. \"goes-on\" says that the coins are still one holder's; a category "
                                                  "that is not here is silent.")});
        if (ta.starts)
                em_ta_put_views(&ta, "/trace/stops");
        put_choice(&ta);
        em_grid_html(ask, &grid);
        return em_page_close(ask, err);
}
