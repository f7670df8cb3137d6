/* One table, three forms: fitted to the terminal, CSV, JSON.
 *
 * On a terminal a table is a header, a thin rule and rows; no boxes.  When the
 * rows are too wide, columns give way in the order of their `shrink`, each
 * down to its `least`, so that the important column is the last to suffer;
 * and a cell that is too long goes on in the next line: evidence is never cut.
 */
#include "cli/cli.h"

#include <unistd.h>

enum { COLUMNS_MOST = 24, GAP = 2 };

em_table em_table_make(const em_column *column, size_t columns, em_arena *arena)
{
        em_assert(columns <= COLUMNS_MOST);
        return (em_table){.column = column, .columns = columns, .arena = arena};
}

em_status em_table_add(em_table *t, const em_str *cell, em_error *err)
{
        if (t->rows == t->cap) {
                size_t  cap = t->cap ? 2 * t->cap : 16;
                em_str *at = EM_NEW_N(t->arena, em_str, cap * t->columns);
                if (!at)
                        return em_fail(err, EM_NOMEM, "the table is too long to be shown");
                if (t->rows)
                        memcpy(at, t->at, t->rows * t->columns * sizeof *at);
                t->at = at;
                t->cap = cap;
        }
        memcpy(t->at + t->rows++ * t->columns, cell, t->columns * sizeof *cell);
        return EM_OK;
}

/* ---- for people ---------------------------------------------------------------- */

static em_str cell_at(const em_table *t, size_t row, size_t column)
{
        return t->at[row * t->columns + column];
}

static void natural_widths(const em_table *t, size_t *width)
{
        for (size_t c = 0; c < t->columns; c++) {
                width[c] = t->column[c].title ? em_utf8_width(em_str_c(t->column[c].title)) : 0;
                for (size_t r = 0; t->column[c].title && r < t->rows; r++) {
                        size_t w = em_utf8_width(cell_at(t, r, c));
                        width[c] = w > width[c] ? w : width[c];
                }
        }
}

static size_t total_width(const em_table *t, const size_t *width)
{
        size_t total = 0;
        for (size_t c = 0; c < t->columns; c++)
                if (t->column[c].title)
                        total += width[c] + (total ? GAP : 0);
        return total;
}

static void fit_widths(const em_table *t, size_t room, size_t *width)
{
        natural_widths(t, width);
        for (int rank = 1; rank <= COLUMNS_MOST; rank++)
                for (size_t c = 0; c < t->columns; c++) {
                        size_t total = total_width(t, width), least = t->column[c].least;
                        if (t->column[c].shrink != rank || total <= room || width[c] <= least)
                                continue;
                        size_t over = total - room, spare = width[c] - least;
                        width[c] -= over < spare ? over : spare;
                }
}

static void print_cell(const em_table *t, const em_term *term, size_t c, em_str part,
                       size_t width, bool last, FILE *out)
{
        em_cell  kind = t->column[c].cell;
        em_paint paint = kind == EM_CELL_VERDICT ? em_term_verdict(part) : EM_PAINT_NONE;
        size_t   used = em_utf8_width(part), pad = width > used ? width - used : 0;
        if (kind == EM_CELL_NUMBER)
                fprintf(out, "%*s", (int)pad, "");
        fprintf(out, "%s%.*s%s", em_term_on(term, paint), EM_ARG(part), em_term_off(term, paint));
        if (kind != EM_CELL_NUMBER && !last)
                fprintf(out, "%*s", (int)pad, "");
}

/* Trailing columns that are empty on this line print nothing, not even blanks. */
static size_t last_shown(const em_table *t, const em_str *rest)
{
        size_t last = 0;
        for (size_t c = 0; c < t->columns; c++)
                if (t->column[c].title && rest[c].n)
                        last = c;
        return last;
}

/* A cell that begins with "- " goes on under its text, not under its dash. */
static void print_lines(const em_table *t, const em_term *term, em_str *rest, const size_t *width,
                        FILE *out)
{
        size_t hang[COLUMNS_MOST] = {0}, next[COLUMNS_MOST];
        for (size_t c = 0; c < t->columns; c++)
                next[c] = em_str_starts(rest[c], EM_S("- ")) && width[c] > 12 ? 2 : 0;
        for (;;) {
                size_t last = last_shown(t, rest);
                bool   first = true, more = false;
                for (size_t c = 0; c <= last; c++) {
                        if (!t->column[c].title)
                                continue;
                        size_t room = width[c] - hang[c];
                        size_t took = em_term_break(rest[c], room);
                        em_str part = em_str_trim(em_str_sub(rest[c], 0, took));
                        fprintf(out, "%*s", (int)(hang[c] + (first ? 0 : GAP)), "");
                        print_cell(t, term, c, part, room, c == last, out);
                        rest[c] = em_str_trim(em_str_sub(rest[c], took, rest[c].n));
                        more = more || rest[c].n;
                        first = false;
                }
                fputc('\n', out);
                if (!more)
                        return;
                memcpy(hang, next, sizeof hang);
        }
}

static void print_head(const em_table *t, const em_term *term, const size_t *width, FILE *out)
{
        em_str title[COLUMNS_MOST] = {0};
        for (size_t c = 0; c < t->columns; c++)
                title[c] = em_str_c(t->column[c].title);
        fputs(em_term_on(term, EM_PAINT_BOLD), out);
        print_lines(t, term, title, width, out);
        fputs(em_term_off(term, EM_PAINT_BOLD), out);
        if (!term->tty_out)
                return;
        fputs(em_term_on(term, EM_PAINT_PALE), out);
        for (size_t i = 0, n = total_width(t, width); i < n && i < term->width; i++)
                fputs("\xE2\x94\x80", out);
        fprintf(out, "%s\n", em_term_off(term, EM_PAINT_PALE));
}

/* "1234567" as "1,234,567"; anything that is not plain digits stays as it is. */
static em_str grouped(em_arena *arena, em_str s)
{
        size_t n = 0;
        char  *out = s.n > 3 && s.n < 24 ? em_arena_alloc(arena, 2 * s.n) : NULL;
        for (size_t i = 0; out && i < s.n; i++) {
                if (s.p[i] < '0' || s.p[i] > '9')
                        return s;
                if (i && (s.n - i) % 3 == 0)
                        out[n++] = ',';
                out[n++] = s.p[i];
        }
        return out ? (em_str){out, n} : s;
}

/* A column that says nothing in any row takes no room. */
static void hide_empty(const em_table *t, em_column *column)
{
        for (size_t c = 0; c < t->columns; c++) {
                bool empty = t->rows > 0;
                for (size_t r = 0; r < t->rows && empty; r++)
                        empty = cell_at(t, r, c).n == 0;
                column[c] = t->column[c];
                if (empty)
                        column[c].title = NULL;
        }
}

/* Evidence made safe and without line ends; the arena is the table's. */
static em_str safe_cell(em_arena *arena, em_str s)
{
        char *out = em_arena_alloc(arena, 4 * s.n + 1);
        return out ? em_str_c(em_str_show(s, out, 4 * s.n + 1)) : (em_str){0};
}

void em_table_print(const em_table *t, const em_term *term, FILE *out)
{
        em_table  safe = *t;
        em_column column[COLUMNS_MOST];
        size_t    width[COLUMNS_MOST];
        if (!t->rows)
                return;
        hide_empty(t, column);
        safe.column = column;
        safe.at = EM_NEW_N(t->arena, em_str, t->rows * t->columns + 1);
        if (!safe.at)
                return;
        for (size_t i = 0; i < t->rows * t->columns; i++)
                safe.at[i] = t->column[i % t->columns].cell == EM_CELL_NUMBER
                                     ? grouped(t->arena, t->at[i])
                                     : safe_cell(t->arena, t->at[i]);
        fit_widths(&safe, term->width, width);
        print_head(&safe, term, width, out);
        for (size_t r = 0; r < t->rows; r++)
                print_lines(&safe, term, safe.at + r * t->columns, width, out);
}

/* ---- for programs ---------------------------------------------------------------- */

/* CSV is data for other programs and has the cells as they are; but where it
 * runs over a screen, what the screen would obey is shown. */
static bool must_show(em_str cell, FILE *out)
{
        if (!em_utf8_ok(cell, NULL))
                return isatty(fileno(out));
        for (size_t at = 0; at < cell.n;)
                if (em_utf8_obeyed(em_utf8_next(cell, &at)))
                        return isatty(fileno(out));
        return false;
}

void em_table_csv_cell(em_str cell, bool formula_safe, FILE *out)
{
        char shown[4096];
        if (must_show(cell, out))
                cell = em_str_c(em_str_show(cell, shown, sizeof shown));
        bool quoted = false, formula = formula_safe && cell.n && strchr("=+-@\t\r", cell.p[0]) != NULL;
        for (size_t i = 0; i < cell.n; i++)
                quoted = quoted || strchr(",\"\r\n", cell.p[i]) != NULL;
        if (quoted)
                fputc('"', out);
        if (formula)
                fputc('\'', out);
        for (size_t i = 0; i < cell.n; i++) {
                if (cell.p[i] == '"')
                        fputc('"', out);
                fputc(cell.p[i], out);
        }
        if (quoted)
                fputc('"', out);
}

void em_table_csv(const em_table *t, bool formula_safe, FILE *out)
{
        for (size_t c = 0; c < t->columns; c++)
                fprintf(out, "%s%s", c ? "," : "", t->column[c].key);
        fputc('\n', out);
        for (size_t r = 0; r < t->rows; r++) {
                for (size_t c = 0; c < t->columns; c++) {
                        if (c)
                                fputc(',', out);
                        em_table_csv_cell(cell_at(t, r, c),
                                          formula_safe && t->column[c].cell != EM_CELL_NUMBER, out);
                }
                fputc('\n', out);
        }
}

void em_table_json(const em_table *t, em_json *j)
{
        em_json_open(j, '[');
        for (size_t r = 0; r < t->rows; r++) {
                em_json_open(j, '{');
                for (size_t c = 0; c < t->columns; c++) {
                        em_str cell = cell_at(t, r, c);
                        em_json_key(j, em_str_c(t->column[c].key));
                        if (t->column[c].cell != EM_CELL_NUMBER)
                                em_json_str(j, cell);
                        else if (cell.n)
                                em_json_raw(j, cell);
                        else
                                em_json_null(j);
                }
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}
