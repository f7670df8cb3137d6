/* The document of a trace on a page: books that balance, rules in words, and where coins ended under each rule.
 *
 * Rules stand in columns, places in rows, so that where the rules differ is seen at once.  Whether a rule's books balance is
 * added up here again from the document's own totals: a page that shows a balance must not take it on trust.
 */
#include "serve/trace_books.h"
#include "embargo/csv.h"
#include "embargo/u256.h"

#include <stdio.h>
#include <stdlib.h>

enum { PLACES_SHOWN = 100, PLACES_MOST = 5000 };

/* ---- reading --------------------------------------------------------------------------------------- */

static size_t column_of(const em_books *b, const char *name)
{
        for (size_t i = 0; i < b->columns; i++)
                if (em_str_eq(b->head[i], em_str_c(name)))
                        return i;
        return SIZE_MAX;
}

em_str em_books_cell(const em_books *b, size_t row, const char *column)
{
        size_t c = column_of(b, column);
        return c == SIZE_MAX ? EM_S("") : b->cell[row * b->columns + c];
}

static void add_once(em_str *list, size_t *count, em_str value)
{
        for (size_t i = 0; i < *count; i++)
                if (em_str_eq(list[i], value))
                        return;
        if (value.n)
                list[(*count)++] = value;
}

static em_status gather(em_books *b, em_arena *arena, em_error *err)
{
        b->rule = EM_NEW_N(arena, em_str, b->rows + 1);
        b->coin = EM_NEW_N(arena, em_str, b->rows + 1);
        if (!b->rule || !b->coin)
                return em_fail(err, EM_NOMEM, "no memory for a trace");
        b->accounts = column_of(b, "units") != SIZE_MAX;
        for (size_t r = 0; r < b->rows; r++) {
                if (em_str_eq(em_books_cell(b, r, "row"), EM_S("rule")))
                        add_once(b->rule, &b->rules, em_books_cell(b, r, "rule"));
                if (em_str_eq(em_books_cell(b, r, "row"), EM_S("total")))
                        add_once(b->coin, &b->coins, em_books_cell(b, r, "coin"));
        }
        return b->rules && b->coins ? EM_OK : em_fail(err, EM_FORMAT, "the document of the trace has no rules or no totals");
}

em_status em_books_read(em_str text, em_arena *arena, em_books *ret, em_error *err)
{
        em_books   b = {0};
        em_csv     csv = em_csv_make(text, NULL);
        em_csv_row row = {0};
        size_t     lines = 1;
        for (size_t i = 0; i < text.n; i++)
                lines += text.p[i] == '\n';
        if (!em_csv_next(&csv, arena, &row) || row.bad || row.count < 10 || !em_str_eq(row.field[1], EM_S("row")))
                return em_fail(err, EM_FORMAT, "this is not the document of a trace");
        b.head = row.field;
        b.columns = row.count;
        b.cell = EM_NEW_N(arena, em_str, lines * b.columns);
        if (!b.cell)
                return em_fail(err, EM_NOMEM, "no memory for a trace");
        while (em_csv_next(&csv, arena, &row)) {
                if (row.bad || row.count != b.columns)
                        return em_fail(err, EM_FORMAT, "line %llu of the trace's document: %s", (unsigned long long)row.line,
                                       row.bad ? row.bad : "not as many cells as the head");
                memcpy(b.cell + b.rows++ * b.columns, row.field, b.columns * sizeof *b.cell);
        }
        EM_TRY(gather(&b, arena, err));
        *ret = b;
        return EM_OK;
}

static bool is_row(const em_books *b, size_t r, const char *row) { return em_str_eq(em_books_cell(b, r, "row"), em_str_c(row)); }

static bool is(const em_books *b, size_t r, const char *column, em_str value) { return em_str_eq(em_books_cell(b, r, column), value); }

/* "250000.5" with commas between its thousands. */
static em_str with_commas(em_str text, em_arena *arena)
{
        em_cut cut = em_str_cut(text, '.');
        return em_grid_text(arena, "%.*s%s%.*s", EM_ARG(em_ta_coins(arena, cut.head, 0)), cut.found ? "." : "", EM_ARG(cut.tail));
}

/* The amount of a row as it is shown. */
static em_str shown(const em_books *b, size_t r, em_arena *arena)
{
        if (!b->accounts)
                return em_ta_coins(arena, em_books_cell(b, r, "sat"), 8);
        em_str low = em_books_cell(b, r, "low"), high = em_books_cell(b, r, "high");
        if (em_str_eq(low, high) || !high.n)
                return with_commas(low.n ? low : em_books_cell(b, r, "units"), arena);
        return em_grid_text(arena, "%.*s to %.*s", EM_ARG(with_commas(low, arena)), EM_ARG(with_commas(high, arena)));
}

static em_str units(const em_books *b, size_t r) { return em_books_cell(b, r, b->accounts ? "units" : "sat"); }

/* ---- books ----------------------------------------------------------------------------------------------- */

typedef struct shelf { const char *name, *words; bool in; } shelf;
static const shelf book_list[] = {
        {"stolen", "Stolen", true}, {"grown", "Grown", true}, {"swapped in", "Swapped in", true}, {"sitting", "Still sitting", false},
        {"deposited", "At services", false}, {"mixed", "Mixed", false}, {"bridged", "Bridged", false}, {"stopped", "Not followed", false},
        {"burnt", "Burnt", false}, {"fees", "Fees", false}, {"dropped", "Dropped", false}, {"swapped out", "Swapped out", false}};

static size_t total_of(const em_books *b, em_str rule, em_str coin, const char *name)
{
        for (size_t r = 0; r < b->rows; r++)
                if (is_row(b, r, "total") && is(b, r, "rule", rule) && is(b, r, "coin", coin) && is(b, r, "book", em_str_c(name)))
                        return r;
        return SIZE_MAX;
}

static bool has_amount(const em_books *b, em_str coin, const char *name)
{
        for (size_t i = 0; i < b->rules; i++) {
                size_t r = total_of(b, b->rule[i], coin, name);
                if (r != SIZE_MAX && !em_str_eq(units(b, r), EM_S("0")) && units(b, r).n)
                        return true;
        }
        return false;
}

static bool balances(const em_books *b, em_str rule, em_str coin)
{
        em_u256 in = {{0}}, out = {{0}}, n;
        for (size_t i = 0; i < EM_COUNT(book_list); i++) {
                size_t   r = total_of(b, rule, coin, book_list[i].name);
                em_u256 *to = book_list[i].in ? &in : &out;
                if (r == SIZE_MAX)
                        continue;
                if (!em_u256_parse(units(b, r), &n) || !em_u256_add(*to, n, to))
                        return false;
        }
        return em_u256_cmp(in, out) == 0;
}

static void put_amount(em_html h, em_str text)
{
        if (em_str_eq(text, EM_S("0")))
                em_html_lit(h, "<span class=\"flow-zero\">0</span>");
        else
                em_html_thin(h, text);
}

static void put_books(em_ask *ask, const em_books *b, em_str coin)
{
        em_html h = ask->h;
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\">Rule");
        for (size_t i = 0; i < EM_COUNT(book_list); i++)
                if (has_amount(b, coin, book_list[i].name)) {
                        em_html_lit(h, "<th scope=\"col\" class=\"num\">");
                        em_html_c(h, book_list[i].words);
                }
        em_html_lit(h, "<th scope=\"col\">Books</thead><tbody>\n");
        for (size_t k = 0; k < b->rules; k++) {
                em_html_lit(h, "<tr><th scope=\"row\">");
                em_html_text(h, b->rule[k]);
                for (size_t i = 0; i < EM_COUNT(book_list); i++) {
                        size_t r = total_of(b, b->rule[k], coin, book_list[i].name);
                        if (!has_amount(b, coin, book_list[i].name))
                                continue;
                        em_html_lit(h, "<td class=\"num\"");
                        em_html_attr(h, "data-h", em_str_c(book_list[i].words));
                        em_html_lit(h, ">");
                        put_amount(h, r == SIZE_MAX ? EM_S("0") : shown(b, r, ask->arena));
                }
                if (balances(b, b->rule[k], coin))
                        em_html_lit(h, "<td data-h=\"Books\">balance\n");
                else
                        em_html_lit(h, "<td data-h=\"Books\"><b>do not balance</b>\n");
        }
        em_html_lit(h, "</table></div>\n");
}

/* ---- kinds of ends ------------------------------------------------------------------------------------------ */

static const char *book_words(em_str name)
{
        for (size_t i = 0; i < EM_COUNT(book_list); i++)
                if (em_str_eq(name, em_str_c(book_list[i].name)))
                        return book_list[i].words;
        return "";
}

/* The parts of the first rule name all kinds that every rule has. */
static size_t part_of(const em_books *b, em_str rule, em_str coin, em_str book, em_str category)
{
        for (size_t r = 0; r < b->rows; r++)
                if (is_row(b, r, "part") && is(b, r, "rule", rule) && is(b, r, "coin", coin) && is(b, r, "book", book)
                    && is(b, r, "category", category))
                        return r;
        return SIZE_MAX;
}

static void put_part(em_ask *ask, const em_books *b, em_str coin, size_t row)
{
        em_html h = ask->h;
        em_str  book = em_books_cell(b, row, "book"), category = em_books_cell(b, row, "category");
        em_html_lit(h, "<tr><th scope=\"row\">");
        em_html_c(h, book_words(book));
        em_html_lit(h, ": ");
        em_html_text(h, category);
        for (size_t k = 0; k < b->rules; k++) {
                size_t r = part_of(b, b->rule[k], coin, book, category), all = total_of(b, b->rule[k], coin, "stolen");
                em_html_lit(h, "<td class=\"num\"");
                em_html_attr(h, "data-h", b->rule[k]);
                em_html_lit(h, ">");
                put_amount(h, r == SIZE_MAX ? EM_S("0") : shown(b, r, ask->arena));
                em_str share = r == SIZE_MAX || all == SIZE_MAX ? EM_S("") : em_ta_share(ask->arena, units(b, r), units(b, all));
                if (share.n && !em_str_eq(share, EM_S("0"))) {
                        em_html_lit(h, " <small>");
                        em_html_text(h, share);
                        em_html_lit(h, " %</small>");
                }
        }
        em_html_lit(h, "\n");
}

static void put_parts(em_ask *ask, const em_books *b, em_str coin)
{
        em_html h = ask->h;
        em_html_lit(h, "<div class=\"table wide\"><table><thead><tr><th scope=\"col\">What kind of place");
        for (size_t k = 0; k < b->rules; k++) {
                em_html_lit(h, "<th scope=\"col\" class=\"num\">");
                em_html_text(h, b->rule[k]);
        }
        em_html_lit(h, "</thead><tbody>\n");
        for (size_t r = 0; r < b->rows; r++) {
                if (!is_row(b, r, "part") || !is(b, r, "coin", coin))
                        continue;
                bool first = true, any = false;
                for (size_t k = 0; k < b->rules; k++) {
                        size_t other = part_of(b, b->rule[k], coin, em_books_cell(b, r, "book"), em_books_cell(b, r, "category"));
                        first = first && (other == SIZE_MAX || other >= r);
                        any = any || (other != SIZE_MAX && !em_str_eq(units(b, other), EM_S("0")));
                }
                if (first && any)
                        put_part(ask, b, coin, r);
        }
        em_html_lit(h, "</table></div>\n");
}

/* ---- places --------------------------------------------------------------------------------------------------- */

/* One place is a row for each rule in the document. */
typedef struct spot { size_t row, at[16]; em_u256 most; } spot;

static em_str spot_name(const em_books *b, size_t r)
{
        em_cut cut = em_str_cut(em_books_cell(b, r, "name"), ' ');      /* "end fifo TXID:VOUT" */
        return em_str_cut(cut.tail, ' ').tail;
}

static int by_size(const void *a, const void *b)
{
        const spot *x = a, *y = b;
        int how = em_u256_cmp(y->most, x->most);
        return how ? how : x->row < y->row ? -1 : x->row > y->row;
}

static size_t rule_number(const em_books *b, em_str rule)
{
        for (size_t k = 0; k < b->rules; k++)
                if (em_str_eq(b->rule[k], rule))
                        return k;
        return SIZE_MAX;
}

static em_status gather_spots(const em_books *b, em_str coin, em_arena *arena, spot **ret, size_t *ret_count, em_error *err)
{
        spot  *list = EM_NEW_N(arena, spot, b->rows + 1);
        size_t n = 0;
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for a trace");
        for (size_t r = 0; r < b->rows; r++) {
                size_t k = rule_number(b, em_books_cell(b, r, "rule"));
                if (!is_row(b, r, "end") || !is(b, r, "coin", coin) || k == SIZE_MAX || k >= EM_COUNT(list->at))
                        continue;
                if (!n || !em_str_eq(spot_name(b, list[n - 1].row), spot_name(b, r))) {
                        list[n] = (spot){.row = r};
                        for (size_t i = 0; i < EM_COUNT(list->at); i++)
                                list[n].at[i] = SIZE_MAX;
                        n++;
                }
                em_u256 amount;
                list[n - 1].at[k] = r;
                if (em_u256_parse(units(b, r), &amount) && em_u256_cmp(amount, list[n - 1].most) > 0)
                        list[n - 1].most = amount;
        }
        if (n)
                qsort(list, n, sizeof *list, by_size);
        *ret = list;
        *ret_count = n;
        return EM_OK;
}

/* Why it stopped, each reason once: the rules may differ. */
static void put_reasons(em_html h, const em_books *b, const spot *s)
{
        em_str said[4];
        size_t n = 0;
        for (size_t k = 0; k < b->rules && k < EM_COUNT(s->at); k++)
                if (s->at[k] != SIZE_MAX && n < EM_COUNT(said))
                        add_once(said, &n, em_books_cell(b, s->at[k], "stop"));
        for (size_t i = 0; i < n; i++) {
                em_html_c(h, i ? "; or " : "");
                em_html_text(h, said[i]);
        }
        em_str kind = em_books_cell(b, s->row, "coinjoin");
        if (kind.n) {
                em_html_lit(h, " (");
                em_html_text(h, kind);
                em_html_lit(h, ")");
        }
}

/* Under one rule a place may sit and under another have met clean coins. */
static void put_kinds(em_html h, const em_books *b, const spot *s)
{
        em_str said[4];
        size_t n = 0;
        for (size_t k = 0; k < b->rules && k < EM_COUNT(s->at); k++) {
                size_t before = n;
                if (s->at[k] == SIZE_MAX || n == EM_COUNT(said))
                        continue;
                add_once(said, &n, em_books_cell(b, s->at[k], "category"));
                if (n == before)
                        continue;
                if (before)
                        em_html_lit(h, "<br>or ");
                em_html_c(h, book_words(em_books_cell(b, s->at[k], "book")));
                em_html_lit(h, ": <small>");
                em_html_text(h, said[before]);
                em_html_lit(h, "</small>");
        }
}

static void put_who(const em_ta *ta, const em_books *b, size_t r)
{
        em_html h = ta->ask->h;
        em_str  label = em_books_cell(b, r, "label"), address = em_books_cell(b, r, "address"), output = em_books_cell(b, r, "output");
        const struct { const char *column, *before; } parts[] = {{"label_source", ""}, {"confidence", "; confidence "}};
        if (label.n) {
                em_html_lit(h, "<b>");
                em_html_text(h, label);
                em_html_lit(h, "</b> <small>");
                for (size_t i = 0; i < EM_COUNT(parts); i++)
                        if (em_books_cell(b, r, parts[i].column).n) {
                                em_html_c(h, parts[i].before);
                                em_html_text(h, em_books_cell(b, r, parts[i].column));
                        }
                em_html_lit(h, "</small><br>");
        }
        em_html_lit(h, "<a class=\"flow-id\"");
        em_ta_place(ta, "/address/", address);
        em_html_lit(h, ">");
        em_html_text(h, address);
        em_html_lit(h, "</a>");
        if (output.n) {
                em_html_lit(h, " <small>in <a");
                em_ta_place(ta, "/tx/", em_str_cut(output, ':').head);
                em_html_attr(h, "title", output);
                em_html_lit(h, ">");
                em_html_text(h, em_ta_short(ta->ask->arena, output));
                em_html_lit(h, "</a></small>");
        }
}

/* What it may be worth at the price of its day, where a table has that day. */
static void put_worth(em_ask *ask, const em_books *b, size_t r)
{
        em_html h = ask->h;
        em_str  worth = em_books_cell(b, r, "worth");
        if (!worth.n)
                return;
        em_html_lit(h, "<small class=\"flow-worth\">");
        em_html_text(h, with_commas(worth, ask->arena));
        em_html_lit(h, "</small>");
}

/* Above the places: what the small figures are. */
static void put_currency(em_ask *ask, const em_books *b, em_str coin)
{
        for (size_t r = 0; r < b->rows; r++) {
                if (!is_row(b, r, "end") || !is(b, r, "coin", coin) || !em_books_cell(b, r, "worth").n)
                        continue;
                em_html_lit(ask->h, "<p class=\"key\">The small figures: what they may have been worth in ");
                em_html_text(ask->h, em_books_cell(b, r, "currency"));
                em_html_lit(ask->h, ", each at the price of its own day.</p>\n");
                return;
        }
}

/* The lines of the tables that the amounts in money rest on, each once. */
static void put_price_lines(em_ask *ask, const em_books *b)
{
        em_html h = ask->h;
        em_str  said[EM_TA_TABLES * 8];
        size_t  n = 0;
        for (size_t r = 0; r < b->rows && n < EM_COUNT(said); r++) {
                em_str file = em_books_cell(b, r, "price_file"), line = em_books_cell(b, r, "price_line");
                size_t before = n;
                if (!is_row(b, r, "end") || !file.n)
                        continue;
                add_once(said, &n, em_grid_text(ask->arena, "%.*s, line %.*s", EM_ARG(file), EM_ARG(line)));
                if (n == before)
                        continue;
                if (before)
                        em_html_lit(h, "; ");
                else
                        em_html_lit(h, "<p class=\"key\">In money, each at the price of its own day: source ");
                em_html_lit(h, "<a");
                em_page_href(ask, "/evidence/", file);
                em_html_lit(h, ">");
                em_html_text(h, said[before]);
                em_html_lit(h, "</a>");
        }
        if (n)
                em_html_lit(h, ". What stands without money lies on a day that no table has.</p>\n");
}

/* The amount leads to the path by which that rule brings it there. */
static void put_spot_amount(const em_ta *ta, const em_books *b, size_t k, size_t r)
{
        static const char *const but[] = {"policy", "to", "places", "run", NULL};
        em_ask *ask = ta->ask;
        em_html h = ask->h;
        em_html_lit(h, "<td class=\"num\"");
        em_html_attr(h, "data-h", b->rule[k]);
        em_html_lit(h, ">");
        if (r == SIZE_MAX) {
                em_html_lit(h, "<span class=\"flow-zero\">-</span>");
                return;
        }
        em_str to = em_books_cell(b, r, b->accounts ? "transfer" : "output");
        bool   linked = ta->starts && to.n && !em_str_eq(em_books_cell(b, r, "category"), EM_S("held"));
        em_str more = em_grid_text(ask->arena, "policy=%.*s&to=%.*s", EM_ARG(em_ta_escaped(ask, b->rule[k])), EM_ARG(em_ta_escaped(ask, to)));
        if (linked) {
                em_html_lit(h, "<a");
                em_ta_href(ta, em_ta_address(ta, "/trace/path", but, more));
                em_html_lit(h, ">");
        }
        em_html_thin(h, shown(b, r, ask->arena));
        if (linked)
                em_html_lit(h, "</a>");
        put_worth(ask, b, r);
}

/* Least and most share of what was stolen, over the rules. */
static void put_share(em_ask *ask, const em_books *b, em_str coin, const spot *s)
{
        em_str  low = {0}, high = {0};
        em_u256 least = {{0}}, most = {{0}};
        for (size_t k = 0; k < b->rules && k < EM_COUNT(s->at); k++) {
                size_t  all = total_of(b, b->rule[k], coin, "stolen");
                em_str  amount = s->at[k] == SIZE_MAX ? EM_S("0") : units(b, s->at[k]);
                em_str  share = all == SIZE_MAX ? EM_S("") : em_ta_share(ask->arena, amount, units(b, all));
                em_u256 n;
                if (!share.n || !em_u256_parse(amount, &n))
                        continue;
                if (!low.n || em_u256_cmp(n, least) < 0) {
                        low = share;
                        least = n;
                }
                if (!high.n || em_u256_cmp(n, most) > 0) {
                        high = share;
                        most = n;
                }
        }
        em_html_lit(ask->h, "<td class=\"num\" data-h=\"Share, %\">");
        em_html_text(ask->h, low);
        if (!em_str_eq(low, high)) {
                em_html_lit(ask->h, "\xe2\x80\x93");
                em_html_text(ask->h, high);
        }
}

static void put_spot(const em_ta *ta, const em_books *b, em_str coin, const spot *s)
{
        em_html h = ta->ask->h;
        em_html_lit(h, "<tr><td data-h=\"Kind\">");
        put_kinds(h, b, s);
        em_html_lit(h, "<td data-h=\"Where\">");
        put_who(ta, b, s->row);
        em_html_lit(h, "<td class=\"day\" data-h=\"Date\">");
        em_html_text(h, em_books_cell(b, s->row, "day"));
        em_html_lit(h, "<br><small>block ");
        em_html_text(h, em_books_cell(b, s->row, "height"));
        em_html_lit(h, "</small>");
        for (size_t k = 0; k < b->rules && k < EM_COUNT(s->at); k++)
                put_spot_amount(ta, b, k, s->at[k]);
        put_share(ta->ask, b, coin, s);
        em_html_lit(h, "<td data-h=\"Why it ends there\">");
        put_reasons(h, b, s);
        em_html_lit(h, "\n");
}

static void put_folds(em_ask *ask, const em_books *b, em_str coin)
{
        em_html h = ask->h;
        for (size_t r = 0; r < b->rows; r++) {
                if (!is_row(b, r, "fold") || !is(b, r, "coin", coin))
                        continue;
                em_html_lit(h, "<p class=\"flow-fold\">+ ");
                em_html_text(h, em_books_cell(b, r, "places"));
                em_html_lit(h, " smaller places (");
                em_html_text(h, em_books_cell(b, r, "category"));
                em_html_lit(h, ") under ");
                em_html_text(h, em_books_cell(b, r, "rule"));
                em_html_lit(h, ": ");
                em_html_text(h, shown(b, r, ask->arena));
                em_html_lit(h, " ");
                em_html_text(h, coin);
                em_html_lit(h, "</p>\n");
        }
}

static void put_more(const em_ta *ta, size_t have, size_t of)
{
        static const char *const but[] = {"places", NULL};
        em_html h = ta->ask->h;
        if (have >= of)
                return;
        em_html_lit(h, "<p class=\"turns\">The ");
        em_html_int(h, (int64_t)have);
        em_html_lit(h, " largest of ");
        em_html_int(h, (int64_t)of);
        em_html_lit(h, " places. <a");
        em_ta_href(ta, em_ta_address(ta, ta->ask->path.n ? "/trace" : "", but, EM_S("places=5000")));
        em_html_lit(h, ">All that the document lists</a></p>\n");
}

static em_status put_spots(const em_ta *ta, const em_books *b, em_str coin, em_error *err)
{
        em_html h = ta->ask->h;
        spot   *list = NULL;
        size_t  n = 0;
        int64_t most = PLACES_SHOWN;
        (void)em_str_int(em_form_get(ta->ask->query, "places"), &most);
        EM_TRY(gather_spots(b, coin, ta->ask->arena, &list, &n, err));
        size_t have = most > 0 && most < PLACES_MOST ? (size_t)most : PLACES_MOST;
        have = have < n ? have : n;
        put_currency(ta->ask, b, coin);
        em_html_lit(h, "<div class=\"table wide flow-places\"><table><thead><tr><th scope=\"col\">Kind<th scope=\"col\">Where<th scope=\"col\">Date");
        for (size_t k = 0; k < b->rules; k++) {
                em_html_lit(h, "<th scope=\"col\" class=\"num\">");
                em_html_text(h, b->rule[k]);
        }
        em_html_lit(h, "<th scope=\"col\" class=\"num\">Share, %<th scope=\"col\">Why it ends there</thead><tbody>\n");
        for (size_t i = 0; i < have; i++)
                put_spot(ta, b, coin, &list[i]);
        em_html_lit(h, "</table></div>\n");
        put_more(ta, have, n);
        put_folds(ta->ask, b, coin);
        return EM_OK;
}

/* ---- the rest ------------------------------------------------------------------------------------------------------ */

static void put_rules(em_ask *ask, const em_books *b)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2 id=\"rules\">The rules</h2>\n<dl class=\"facts\">");
        for (size_t r = 0; r < b->rows; r++) {
                if (!is_row(b, r, "rule"))
                        continue;
                em_cut cut = em_str_cut(em_books_cell(b, r, "text"), ':');
                em_html_lit(h, "<dt>");
                em_html_text(h, em_books_cell(b, r, "rule"));
                em_html_lit(h, "<dd>");
                em_html_text(h, em_str_trim(cut.found ? cut.tail : em_books_cell(b, r, "text")));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</dl>\n<p>Each is a published rule of accounting that says which coins of a transaction are the stolen ones, with its order, its "
                       "ties, its fee and its rounding. They are rival accounts of the same coins: none is the right one, and there is never one "
                       "score. Where all agree, the choice does not matter; where they differ, so may an expert and a court.</p>\n");
}

static void put_inputs(em_ask *ask, const em_books *b)
{
        em_html h = ask->h;
        em_html_lit(h, "<h2 id=\"inputs\">What it was made from</h2>\n<dl class=\"facts\">");
        for (size_t r = 0; r < b->rows; r++) {
                bool seed = is_row(b, r, "seed"), input = is_row(b, r, "input"), param = is_row(b, r, "param");
                if (!seed && !input && !param)
                        continue;
                em_html_lit(h, "<dt>");
                em_html_text(h, seed ? EM_S("named as stolen") : em_str_cut(em_books_cell(b, r, "name"), ' ').tail);
                em_html_lit(h, "<dd>");
                em_str text = seed && !b->accounts ? em_books_cell(b, r, "output") : em_books_cell(b, r, "text");
                em_html_text(h, text);
                if (seed && !b->accounts) {
                        em_html_lit(h, ", ");
                        em_html_thin(h, shown(b, r, ask->arena));
                        em_html_lit(h, " of the coins that ");
                        em_html_text(h, em_books_cell(b, r, "address"));
                        em_html_lit(h, " was paid on ");
                        em_html_text(h, em_books_cell(b, r, "day"));
                }
                if (em_books_cell(b, r, "sha256").n) {
                        em_html_lit(h, " <code>");
                        em_html_text(h, em_str_sub(em_books_cell(b, r, "sha256"), 0, 12));
                        em_html_lit(h, "</code>");
                }
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</dl>\n");
}

em_status em_books_html(const em_ta *ta, const em_books *b, em_error *err)
{
        em_html h = ta->ask->h;
        for (size_t c = 0; c < b->coins; c++) {
                em_html_lit(h, "<h2>What became of them, in ");
                em_html_text(h, b->coin[c]);
                em_html_lit(h, "</h2>\n");
                put_books(ta->ask, b, b->coin[c]);
                put_parts(ta->ask, b, b->coin[c]);
                em_html_lit(h, "<h2>Where they may have ended, in ");
                em_html_text(h, b->coin[c]);
                em_html_lit(h, "</h2>\n");
                EM_TRY(put_spots(ta, b, b->coin[c], err));
        }
        em_html_lit(h, "<p class=\"key\">An amount is what a rule of accounting counts as stolen in a place; a label is what its source says. Neither says "
                       "who holds the coins or what they knew. An amount that is a link leads to its path.</p>\n");
        put_price_lines(ta->ask, b);
        put_rules(ta->ask, b);
        put_inputs(ta->ask, b);
        return EM_OK;
}

em_status em_books_json(em_ask *ask, const em_books *b, em_error *err)
{
        em_json *j = &ask->j;
        ask->reply->type = "application/json";
        em_json_open(j, '{');
        em_json_kstr(j, "schema", EM_S("embargo.trace.run/1"));
        em_json_key(j, EM_S("rows"));
        em_json_open(j, '[');
        for (size_t r = 0; r < b->rows; r++) {
                em_json_open(j, '{');
                for (size_t c = 0; c < b->columns; c++) {
                        if (!b->cell[r * b->columns + c].n)
                                continue;
                        em_json_key(j, b->head[c]);
                        em_json_str(j, b->cell[r * b->columns + c]);
                }
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_close(j, '}');
        return em_buf_status(&ask->reply->body, err);
}
