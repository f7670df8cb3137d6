/* Rows of SQL, written once for each of the three forms. */
#include "serve/rows.h"
#include "embargo/csv.h"
#include "serve/case_words.h"

#include <inttypes.h>
#include <stdio.h>

enum { FEW = 4 };       /* columns that stand side by side on a telephone too */

/* ---- values -------------------------------------------------------------------------------------- */

/* A real is written as JSON writes it: the shortest that reads back. */
static void put_real(em_buf *out, double r)
{
        em_json j = em_json_make(out, false);
        em_json_num(&j, r);
}

static bool is_number(const em_value *v) { return v->type == EM_VALUE_INT || v->type == EM_VALUE_REAL; }

static bool numeric_column(const em_rows *rows, size_t c)
{
        bool any = false;
        for (size_t r = 0; r < rows->rows; r++) {
                const em_value *v = em_rows_at(rows, r, c);
                if (v->type == EM_VALUE_TEXT)
                        return false;
                any |= is_number(v);
        }
        return any;
}

/* ---- a table ------------------------------------------------------------------------------------------ */

static bool names_record(em_str column)
{
        return em_str_eq(column, EM_S("id")) || em_str_eq(column, EM_S("from_id")) || em_str_eq(column, EM_S("to_id"));
}

/* "3f9ac1d2:162" */
static bool record_id(em_str s)
{
        em_cut  cut = em_str_cut(s, ':');
        int64_t row;
        for (size_t i = 0; i < cut.head.n; i++)
                if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
                        return false;
        return cut.head.n == 8 && em_str_int(cut.tail, &row) && row > 0;
}

/* From five digits on thousands are set apart: below are years, rows and counts that are read at a glance. */
static void put_int(em_html h, int64_t i)
{
        char   digits[32], commas[48];
        int    n = snprintf(digits, sizeof digits, "%" PRId64, i);
        size_t at = 0, sign = i < 0, of = n > 0 ? (size_t)n : 0;
        for (size_t k = 0; k < of; k++) {
                if (k > sign && of - sign > 4 && (of - k) % 3 == 0)
                        commas[at++] = ',';
                commas[at++] = digits[k];
        }
        em_html_thin(h, (em_str){commas, at});
}

static em_str shortened(em_str s, size_t most)
{
        if (s.n <= most)
                return s;
        while (most && ((unsigned char)s.p[most] & 0xc0) == 0x80)
                most--;
        return em_str_sub(s, 0, most);
}

static void put_text(em_ask *ask, em_str column, em_str s, size_t most)
{
        em_html h = ask->h;
        em_str  cut = shortened(s, most);
        if (names_record(column) && record_id(s)) {
                em_put_record_link(ask, s);
                return;
        }
        em_html_text(h, cut);
        if (cut.n < s.n) {
                em_html_lit(h, " <i class=\"sql-null\">... ");
                em_html_int(h, (int64_t)(s.n - cut.n));
                em_html_lit(h, " bytes more</i>");
        }
}

static void put_value(em_ask *ask, em_str column, const em_value *v, size_t most)
{
        em_html h = ask->h;
        em_buf  real = em_buf_make(64);
        switch (v->type) {
        case EM_VALUE_INT: put_int(h, v->i); break;
        case EM_VALUE_REAL:
                put_real(&real, v->r);
                em_html_text(h, em_buf_view(&real));
                break;
        case EM_VALUE_TEXT: put_text(ask, column, v->s, most); break;
        case EM_VALUE_NULL: em_html_lit(h, "<i class=\"sql-null\">null</i>"); break;
        }
        em_buf_free(&real);
}

void em_rows_html(em_ask *ask, const em_rows *rows, size_t most)
{
        em_html h = ask->h;
        bool   *number = EM_NEW_N(ask->arena, bool, rows->columns + 1);
        if (rows->columns <= FEW)
                em_html_lit(h, "<div class=\"table as-table sql-rows\"");
        else
                em_html_lit(h, "<div class=\"table wide sql-rows\"");
        em_html_lit(h, " tabindex=\"0\" role=\"region\" aria-label=\"Rows of the answer\"><table><thead><tr>");
        for (size_t c = 0; c < rows->columns; c++) {
                if (number)
                        number[c] = numeric_column(rows, c);
                if (number && number[c])
                        em_html_lit(h, "<th scope=\"col\" class=\"num\">");
                else
                        em_html_lit(h, "<th scope=\"col\">");
                em_html_text(h, rows->name[c]);
                em_html_lit(h, "</th>");
        }
        em_html_lit(h, "</tr></thead><tbody>\n");
        for (size_t r = 0; r < rows->rows; r++) {
                em_html_lit(h, "<tr>");
                for (size_t c = 0; c < rows->columns; c++) {
                        em_html_lit(h, "<td");
                        if (number && number[c])
                                em_html_lit(h, " class=\"num\"");
                        if (rows->columns > FEW)
                                em_html_attr(h, "data-h", rows->name[c]);
                        em_html_lit(h, ">");
                        put_value(ask, rows->name[c], em_rows_at(rows, r, c), most);
                        em_html_lit(h, "</td>");
                }
                em_html_lit(h, "</tr>\n");
        }
        em_html_lit(h, "</tbody></table></div>\n");
}

/* ---- as data --------------------------------------------------------------------------------------------- */

/* An object cannot have one key twice. */
static em_str key_of(const em_rows *rows, size_t c, em_arena *arena)
{
        size_t before = 0;
        for (size_t i = 0; i < c; i++)
                before += em_str_eq(rows->name[i], rows->name[c]);
        return before ? em_grid_text(arena, "%.*s_%zu", EM_ARG(rows->name[c]), before + 1) : rows->name[c];
}

static void json_value(em_json *j, const em_value *v)
{
        switch (v->type) {
        case EM_VALUE_INT: em_json_int(j, v->i); break;
        case EM_VALUE_REAL: em_json_num(j, v->r); break;
        case EM_VALUE_TEXT: em_json_str(j, v->s); break;
        case EM_VALUE_NULL: em_json_null(j); break;
        }
}

static em_status write_json(em_ask *ask, const char *schema, const em_rows *rows, em_error *err)
{
        em_json *j = &ask->j;
        em_str  *key = EM_NEW_N(ask->arena, em_str, rows->columns + 1);
        if (!key)
                return em_fail(err, EM_NOMEM, "no memory for the rows");
        em_json_open(j, '{');
        em_json_kstr(j, "schema", em_str_c(schema));
        em_json_key(j, EM_S("as_known_on"));
        if (ask->h.known.n)
                em_json_str(j, ask->h.known);
        else
                em_json_null(j);
        em_json_key(j, EM_S("columns"));
        em_json_open(j, '[');
        for (size_t c = 0; c < rows->columns; c++) {
                key[c] = key_of(rows, c, ask->arena);
                em_json_str(j, key[c]);
        }
        em_json_close(j, ']');
        em_json_kbool(j, "cut", rows->cut);
        em_json_key(j, EM_S("rows"));
        em_json_open(j, '[');
        for (size_t r = 0; r < rows->rows; r++) {
                em_json_open(j, '{');
                for (size_t c = 0; c < rows->columns; c++) {
                        em_json_key(j, key[c]);
                        json_value(j, em_rows_at(rows, r, c));
                }
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
        return EM_OK;
}

/* NULL is nothing, an empty text is "". */
static void csv_text(em_buf *out, em_str s)
{
        if (s.n)
                em_csv_put(out, s);
        else
                em_buf_c(out, "\"\"");
}

static void write_csv(em_buf *out, const em_rows *rows)
{
        for (size_t c = 0; c < rows->columns; c++) {
                em_buf_c(out, c ? "," : "");
                csv_text(out, rows->name[c]);
        }
        em_buf_c(out, "\n");
        for (size_t r = 0; r < rows->rows; r++) {
                for (size_t c = 0; c < rows->columns; c++) {
                        const em_value *v = em_rows_at(rows, r, c);
                        em_buf_c(out, c ? "," : "");
                        if (v->type == EM_VALUE_INT)
                                em_buf_fmt(out, "%" PRId64, v->i);
                        else if (v->type == EM_VALUE_REAL)
                                put_real(out, v->r);
                        else if (v->type == EM_VALUE_TEXT)
                                csv_text(out, v->s);
                }
                em_buf_c(out, "\n");
        }
}

em_status em_rows_data(em_ask *ask, const char *schema, const em_rows *rows, em_error *err)
{
        if (ask->shape == EM_SHAPE_CSV) {
                ask->reply->type = "text/csv; charset=utf-8";
                write_csv(&ask->reply->body, rows);
        } else {
                ask->reply->type = "application/json";
                EM_TRY(write_json(ask, schema, rows, err));
        }
        if (ask->reply->body.failed)
                return em_fail(err, EM_LIMIT, "the answer is larger than one reply may be; select fewer columns or rows");
        return EM_OK;
}
