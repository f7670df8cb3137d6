/* A table once, in three forms: rows of a page, JSON, CSV (RFC 4180). */
#include "embargo/csv.h"
#include "serve/case_words.h"

#include <stdio.h>

em_str em_grid_text(em_arena *arena, const char *fmt, ...)
{
        va_list args, again;
        va_start(args, fmt);
        va_copy(again, args);
        int   n = vsnprintf(NULL, 0, fmt, args);
        char *out = n < 0 ? NULL : em_arena_alloc(arena, (size_t)n + 1);
        if (out)
                n = vsnprintf(out, (size_t)n + 1, fmt, again);
        va_end(again);
        va_end(args);
        return out && n >= 0 ? (em_str){out, (size_t)n} : EM_S("");
}

em_grid em_grid_make(const em_grid_column *column, size_t columns, em_arena *arena)
{
        return (em_grid){.column = column, .columns = columns, .arena = arena, .empty = "There is nothing here yet."};
}

em_status em_grid_add(em_grid *s, const em_str *cell, em_error *err)
{
        if (s->rows == s->cap) {
                size_t  cap = s->cap ? 2 * s->cap : 64;
                em_str *at = EM_NEW_N(s->arena, em_str, cap * s->columns);
                if (!at)
                        return em_fail(err, EM_NOMEM, "no memory for a table");
                if (s->rows)
                        memcpy(at, s->at, s->rows * s->columns * sizeof *at);
                s->at = at;
                s->cap = cap;
        }
        memcpy(s->at + s->rows++ * s->columns, cell, s->columns * sizeof *cell);
        return EM_OK;
}

em_status em_grid_window(em_ask *ask, uint64_t rows, uint64_t most, uint64_t *ret_from, uint64_t *ret_rows, em_error *err)
{
        static const char *const names[] = {"from", "rows"};
        int64_t n[2] = {0, (int64_t)rows};
        for (size_t i = 0; i < 2; i++) {
                em_str text = em_form_get(ask->query, names[i]);
                if (text.n && (!em_str_int(text, &n[i]) || n[i] < (int64_t)i))
                        return em_fail(err, EM_USAGE, "%s= takes a whole number", names[i]);
        }
        *ret_from = (uint64_t)n[0];
        *ret_rows = (uint64_t)n[1] < most ? (uint64_t)n[1] : most;
        return EM_OK;
}

/* ---- on a page ------------------------------------------------------------------------------------ */

static em_str cell_of(const em_grid *s, size_t row, size_t column) { return s->at[row * s->columns + column]; }

static em_str link_text(const em_grid *s, size_t row, size_t column)
{
        const char *id = s->column[column].id;
        for (size_t i = 0; id && i < s->columns; i++)
                if (strcmp(s->column[i].key, id) == 0)
                        return cell_of(s, row, i);
        return cell_of(s, row, column);
}

/* "1234567" with commas for em_html_thin; anything else as it is. */
static void put_number(em_html h, em_str digits, em_arena *arena)
{
        size_t sign = digits.n && digits.p[0] == '-', at = sign;
        while (at < digits.n && digits.p[at] >= '0' && digits.p[at] <= '9')
                at++;
        char *out = em_arena_alloc(arena, digits.n + digits.n / 3 + 1);
        size_t n = 0;
        for (size_t i = 0; out && i < digits.n; i++) {
                if (i > sign && i < at && (at - i) % 3 == 0)
                        out[n++] = ',';
                out[n++] = digits.p[i];
        }
        em_html_thin(h, out ? (em_str){out, n} : digits);
}

static void put_content(em_ask *ask, const em_grid *s, em_cell_as as, em_str text)
{
        em_html h = ask->h;
        switch (as) {
        case EM_AS_NUMBER: put_number(h, text, s->arena); break;
        case EM_AS_CODE:
                em_html_lit(h, "<code>");
                em_html_text(h, text);
                em_html_lit(h, "</code>");
                break;
        case EM_AS_VERDICT:
                em_put_verdict_text(h, text);
                break;
        default: em_html_text(h, text);
        }
}

static void put_cell(em_ask *ask, const em_grid *s, size_t row, size_t column)
{
        const em_grid_column *c = &s->column[column];
        em_html h = ask->h;
        em_str  text = cell_of(s, row, column);
        em_html_lit(h, "<td");
        if (c->as == EM_AS_NUMBER)
                em_html_lit(h, " class=\"num\"");
        else if (c->as == EM_AS_DAY)
                em_html_lit(h, " class=\"day\"");
        em_html_attr(h, "data-h", em_str_c(c->title));
        em_html_lit(h, ">");
        bool linked = c->path && text.n;
        if (linked) {
                em_html_lit(h, "<a");
                em_page_href(ask, c->path, link_text(s, row, column));
                em_html_lit(h, ">");
        }
        put_content(ask, s, c->as, text);
        if (linked)
                em_html_lit(h, "</a>");
}

/* The address of this page with another ?from=. */
static void put_turn(em_ask *ask, const char *words, uint64_t from)
{
        em_html h = ask->h;
        em_html_lit(h, " <a href=\"");
        em_html_text(h, ask->path);
        em_html_lit(h, "?from=");
        em_html_int(h, (int64_t)from);
        em_page_query(ask, "from", '&');
        em_html_lit(h, "\">");
        em_html_c(h, words);
        em_html_lit(h, "</a>");
}

static void put_turns(em_ask *ask, const em_grid *s)
{
        em_html h = ask->h;
        if (!s->total || (s->from == 0 && s->rows >= s->total))
                return;
        em_html_lit(h, "<p class=\"turns\">");
        em_html_int(h, (int64_t)(s->rows ? s->from + 1 : s->from));
        em_html_lit(h, " to ");
        em_html_int(h, (int64_t)(s->from + s->rows));
        em_html_lit(h, " of ");
        put_number(h, em_grid_text(s->arena, "%llu", (unsigned long long)s->total), s->arena);
        if (s->from)
                put_turn(ask, "before", s->from > s->rows ? s->from - s->rows : 0);
        if (s->from + s->rows < s->total)
                put_turn(ask, "next", s->from + s->rows);
        em_html_lit(h, "</p>\n");
}

/* The words of the last heading on the page, escaped as they stand there; "Table" where they are more than words. */
static em_str heading_above(em_html h)
{
        em_str page = em_buf_view(h.out);
        for (size_t at = page.n; at-- > 0;) {
                if (page.p[at] != '<' || page.n - at < 4 || page.p[at + 1] != 'h' || page.p[at + 2] < '1' || page.p[at + 2] > '6')
                        continue;
                em_cut words = em_str_cut(em_str_cut(em_str_sub(page, at, page.n), '>').tail, '<');
                if (!words.found || !words.head.n || memchr(words.head.p, '"', words.head.n) || !em_str_starts(words.tail, EM_S("/h")))
                        break;
                return words.head;
        }
        return EM_S("Table");
}

static void put_label(em_html h, const em_grid *s)
{
        em_str words = {0};     /* copied, since the page moves as it grows */
        em_html_lit(h, " aria-label=\"");
        if (s->label)
                em_html_c(h, s->label);
        else if (em_str_copy(heading_above(h), s->arena, &words, NULL) == EM_OK)
                em_buf_str(h.out, words);
        em_html_lit(h, "\"");
}

void em_grid_html(em_ask *ask, const em_grid *s)
{
        em_html h = ask->h;
        if (s->rows == 0) {
                em_html_lit(h, "<p class=\"empty\">");
                em_html_c(h, s->empty);
                em_html_lit(h, "</p>\n");
                put_turns(ask, s);
                return;
        }
        em_html_lit(h, "<div class=\"table wide\" tabindex=\"0\" role=\"region\"");
        put_label(h, s);
        em_html_lit(h, "><table>\n<thead><tr>");
        for (size_t c = 0; c < s->columns; c++) {
                if (!s->column[c].title)
                        continue;
                em_html_lit(h, "<th scope=\"col\"");
                if (s->column[c].as == EM_AS_NUMBER)
                        em_html_lit(h, " class=\"num\"");
                em_html_lit(h, ">");
                em_html_c(h, s->column[c].title);
        }
        em_html_lit(h, "</thead><tbody>\n");
        for (size_t r = 0; r < s->rows; r++) {
                em_html_lit(h, "<tr>");
                for (size_t c = 0; c < s->columns; c++)
                        if (s->column[c].title)
                                put_cell(ask, s, r, c);
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table></div>\n");
        put_turns(ask, s);
}

/* ---- as data ----------------------------------------------------------------------------------------- */

static void write_csv(em_buf *out, const em_grid *s)
{
        for (size_t c = 0; c < s->columns; c++) {
                em_buf_c(out, c ? "," : "");
                em_csv_put(out, em_str_c(s->column[c].key));
        }
        em_buf_ch(out, '\n');
        for (size_t r = 0; r < s->rows; r++) {
                for (size_t c = 0; c < s->columns; c++) {
                        em_buf_c(out, c ? "," : "");
                        em_csv_put(out, cell_of(s, r, c));
                }
                em_buf_ch(out, '\n');
        }
}

static void write_value(em_json *j, const em_grid_column *c, em_str text)
{
        int64_t n;
        if (c->as == EM_AS_NUMBER && em_str_int(text, &n))
                em_json_int(j, n);
        else if (!text.n && (c->as == EM_AS_NUMBER || c->as == EM_AS_DAY))
                em_json_null(j);
        else
                em_json_str(j, text);
}

static void write_json(em_ask *ask, const char *schema, const em_grid *s)
{
        em_json *j = &ask->j;
        em_json_open(j, '{');
        em_json_kstr(j, "schema", em_str_c(schema));
        em_json_key(j, EM_S("as_known_on"));
        if (ask->h.known.n)
                em_json_str(j, ask->h.known);
        else
                em_json_null(j);
        em_json_kint(j, "total", (int64_t)(s->total ? s->total : s->rows));
        em_json_kint(j, "from", (int64_t)s->from);
        em_json_key(j, EM_S("rows"));
        em_json_open(j, '[');
        for (size_t r = 0; r < s->rows; r++) {
                em_json_open(j, '{');
                for (size_t c = 0; c < s->columns; c++) {
                        em_json_key(j, em_str_c(s->column[c].key));
                        write_value(j, &s->column[c], cell_of(s, r, c));
                }
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
}

em_status em_grid_data(em_ask *ask, const char *schema, const em_grid *s, em_error *err)
{
        if (ask->shape == EM_SHAPE_CSV) {
                ask->reply->type = "text/csv; charset=utf-8";
                write_csv(&ask->reply->body, s);
        } else {
                ask->reply->type = "application/json";
                write_json(ask, schema, s);
        }
        return em_buf_status(&ask->reply->body, err);
}
