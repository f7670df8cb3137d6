/* Prices by day, from tables that the user gives.
 *
 * A value in money is the weakest number of a trace, so it must be the best cited: the table, the line, the
 * day, and no day in between.  Decimal text becomes an integer and a scale; value is a product of integers, through as
 * many words as it takes, and one rounding at the end.
 */
#include "embargo/price.h"
#include "embargo/csv.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_PRICES ((size_t)20000000)
#define MOST_FILE   ((uint64_t)1 << 30)
enum { DIGITS = 18, MOST_QUOTES = 32 };

struct em_prices {
        em_arena        *arena, *row;
        em_price        *at;
        em_price_reject *reject;
        size_t           count, cap, rejects, reject_cap;
};

/* ---- what the rows give ------------------------------------------------------------- */

static em_status grow(em_prices *p, void **at, size_t *cap, size_t count, size_t size, em_error *err)
{
        if (p->count + p->rejects >= MOST_PRICES)
                return em_fail(err, EM_LIMIT, "more than %zu prices", MOST_PRICES);
        if (count < *cap)
                return EM_OK;
        size_t more = *cap ? 2 * *cap : 256;
        void  *to = realloc(*at, more * size);
        if (!to)
                return em_fail(err, EM_NOMEM, "there are too many prices for memory");
        *at = to;
        *cap = more;
        return EM_OK;
}

static em_status refuse(em_prices *p, em_str file, uint64_t line, const char *reason, em_error *err)
{
        void *at = p->reject;
        EM_TRY(grow(p, &at, &p->reject_cap, p->rejects, sizeof *p->reject, err));
        p->reject = at;
        p->reject[p->rejects++] = (em_price_reject){file, line, em_str_c(reason)};
        return EM_OK;
}

static em_status keep(em_prices *p, em_price price, em_error *err)
{
        void *at = p->at;
        EM_TRY(grow(p, &at, &p->cap, p->count, sizeof *p->at, err));
        p->at = at;
        p->at[p->count++] = price;
        return EM_OK;
}

/* ---- one price ---------------------------------------------------------------------------- */

/* Takes the zeros behind the point, which say nothing, off the end. */
static em_str without_end_zeros(em_str s)
{
        if (em_str_find(s, EM_S(".")) < 0)
                return s;
        while (s.n && s.p[s.n - 1] == '0')
                s.n--;
        return s;
}

/* NULL, or what is wrong with it. */
static const char *read_decimal(em_str text, uint64_t *ret_units, unsigned *ret_scale)
{
        static const char no_number[] = "the price is no number of digits and one point";
        em_str   s = without_end_zeros(text);
        uint64_t units = 0;
        unsigned scale = 0, digits = 0;
        bool     point = false, any = false;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '.' && !point) {
                        point = true;
                        continue;
                }
                if (s.p[i] < '0' || s.p[i] > '9')
                        return no_number;
                any = true;
                scale += point;
                digits += digits > 0 || s.p[i] != '0';
                if (digits > DIGITS || scale > DIGITS)
                        return "the price has more than 18 digits, so it cannot be held exactly";
                units = 10 * units + (uint64_t)(s.p[i] - '0');
        }
        if (!any && !point)
                return no_number;
        if (units == 0)
                return "the price is zero, which is no price";
        *ret_units = units;
        *ret_scale = scale;
        return NULL;
}

/* "2022-03-29", "2022-03-29T00:00:00Z", "2022-03-29 00:00:00" */
static bool read_day(em_str text, em_day *ret_day)
{
        if (text.n > 10 && text.p[10] != 'T' && text.p[10] != ' ')
                return false;
        return em_day_parse(em_str_sub(text, 0, 10), ret_day);
}

/* ---- tables --------------------------------------------------------------------------------- */

typedef struct quote { size_t column; em_str currency; } quote;        /* a column of prices */

typedef struct reading {
        em_prices *p;
        em_str     file, text;
        em_csv     csv;
        size_t     day, asset, currency;
        quote      quote[MOST_QUOTES];
        size_t     quotes;
} reading;

static size_t find_column(const em_csv_row *head, const char *const *word)
{
        for (; *word; word++)
                for (size_t c = 0; c < head->count; c++)
                        if (em_str_eq_nocase(em_str_trim(head->field[c]), em_str_c(*word)))
                                return c;
        return SIZE_MAX;
}

/* The currency of "USD", "PriceUSD" or "ReferenceRateUSD"; empty when it is none. */
static em_str quoted_currency(em_str word)
{
        static const char *const before[] = {"ReferenceRate", "Price"};
        for (size_t i = 0; i < 2; i++) {
                em_str b = em_str_c(before[i]);
                if (word.n == b.n + 3 && em_str_eq_nocase(em_str_sub(word, 0, b.n), b))
                        word = em_str_sub(word, b.n, 3);
        }
        if (word.n != 3)
                return EM_S("");
        for (size_t i = 0; i < 3; i++)
                if ((word.p[i] | 32) < 'a' || (word.p[i] | 32) > 'z')
                        return EM_S("");
        return word;
}

static em_status add_quote(reading *r, size_t column, em_str currency, em_error *err)
{
        em_str kept = {0};
        if (r->quotes == MOST_QUOTES)
                return em_fail_at(err, EM_FORMAT, r->file, 1, 0, "more than %d columns of prices", MOST_QUOTES);
        EM_TRY(em_str_copy(currency, r->p->arena, &kept, err));
        r->quote[r->quotes++] = (quote){column, kept};
        return EM_OK;
}

static em_status bind_head(reading *r, const em_csv_row *head, em_error *err)
{
        static const char *const day[] = {"day", "date", "time", NULL};
        static const char *const asset[] = {"asset", "contract", "token", "symbol", "coin", NULL};
        static const char *const currency[] = {"currency", "quote", NULL};
        static const char *const price[] = {"price", "rate", "close", "value", NULL};
        size_t one = find_column(head, price);
        r->day = find_column(head, day);
        r->asset = find_column(head, asset);
        r->currency = find_column(head, currency);
        if (one != SIZE_MAX)
                EM_TRY(add_quote(r, one, EM_S(""), err));
        for (size_t c = 0; one == SIZE_MAX && c < head->count; c++) {
                em_str of = quoted_currency(em_str_trim(head->field[c]));
                if (of.n && c != r->day && c != r->asset)
                        EM_TRY(add_quote(r, c, of, err));
        }
        if (r->day == SIZE_MAX || !r->quotes)
                return em_fail_at(err, EM_FORMAT, r->file, head->line, 0,
                                  "prices need the columns day and price, or day and one for each currency (USD, PriceUSD)");
        return EM_OK;
}

static em_csv open_csv(em_str text)
{
        em_csv_opts opts = em_csv_defaults;
        size_t      n[3] = {0, 0, 0};
        for (size_t i = 0; i < text.n && text.p[i] != '\n' && text.p[i] != '\r'; i++) {
                n[0] += text.p[i] == ',';
                n[1] += text.p[i] == ';';
                n[2] += text.p[i] == '\t';
        }
        opts.separator = n[0] ? ',' : n[1] ? ';' : n[2] ? '\t' : ',';
        return em_csv_make(text, &opts);
}

/* What the reader of CSV says for want of memory is no fault of the row. */
static bool is_nomem(const em_csv_row *row)
{
        return row->bad && strcmp(row->bad, "out of memory") == 0;
}

/* A field may have been made in the row's arena, so it is copied; an address of a contract into lower case. */
static em_status cell(reading *r, const em_csv_row *row, size_t column, em_str *ret, em_error *err)
{
        em_str s = column < row->count ? em_str_trim(row->field[column]) : EM_S("");
        bool   inside = s.n == 0 || ((uintptr_t)s.p >= (uintptr_t)r->text.p
                                     && (uintptr_t)s.p < (uintptr_t)r->text.p + r->text.n);
        *ret = s;
        if (s.n > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x') {
                char *low = em_arena_alloc(r->p->arena, s.n);
                if (!low)
                        return em_fail(err, EM_NOMEM, "there are too many prices for memory");
                for (size_t i = 0; i < s.n; i++)
                        low[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
                *ret = (em_str){low, s.n};
                return EM_OK;
        }
        return inside ? EM_OK : em_str_copy(s, r->p->arena, ret, err);
}

static em_status read_row(reading *r, const em_csv_row *row, em_error *err)
{
        em_price price = {.file = r->file, .line = row->line};
        em_str   day = {0}, currency = {0};
        if (is_nomem(row))
                return em_fail(err, EM_NOMEM, "out of memory");
        if (row->bad)
                return refuse(r->p, r->file, row->line, row->bad, err);
        EM_TRY(cell(r, row, r->day, &day, err));
        EM_TRY(cell(r, row, r->asset, &price.asset, err));
        EM_TRY(cell(r, row, r->currency, &currency, err));
        if (!read_day(day, &price.day))
                return refuse(r->p, r->file, row->line, "the day is not YYYY-MM-DD", err);
        for (size_t i = 0; i < r->quotes; i++) {
                EM_TRY(cell(r, row, r->quote[i].column, &price.text, err));
                if (!price.text.n)
                        continue;
                price.currency = r->quote[i].currency.n ? r->quote[i].currency : currency;
                const char *wrong = read_decimal(price.text, &price.units, &price.scale);
                EM_TRY(wrong ? refuse(r->p, r->file, row->line, wrong, err) : keep(r->p, price, err));
        }
        return EM_OK;
}

static em_status read_text(em_prices *p, em_str file, em_str text, em_error *err)
{
        reading    r = {.p = p, .file = file, .text = text, .csv = open_csv(text)};
        em_csv_row row = {0};
        em_arena_reset(p->row);
        bool any = em_csv_next(&r.csv, p->row, &row);
        if (any && is_nomem(&row))
                return em_fail(err, EM_NOMEM, "out of memory");
        if (!any || row.bad)
                return em_fail_at(err, EM_FORMAT, file, 1, 0, "it has no header line");
        EM_TRY(bind_head(&r, &row, err));
        em_arena_reset(p->row);
        while (em_csv_next(&r.csv, p->row, &row)) {
                EM_TRY(read_row(&r, &row, err));
                em_arena_reset(p->row);
        }
        return EM_OK;
}

/* ---- the set -------------------------------------------------------------------------------- */

static int cmp_nocase(em_str a, em_str b)
{
        for (size_t i = 0; i < a.n && i < b.n; i++) {
                int x = a.p[i] >= 'A' && a.p[i] <= 'Z' ? a.p[i] + 32 : (unsigned char)a.p[i];
                int y = b.p[i] >= 'A' && b.p[i] <= 'Z' ? b.p[i] + 32 : (unsigned char)b.p[i];
                if (x != y)
                        return x < y ? -1 : 1;
        }
        return (a.n > b.n) - (a.n < b.n);
}

static int by_key(const em_price *a, const em_price *b)
{
        int order = cmp_nocase(a->asset, b->asset);
        order = order ? order : cmp_nocase(a->currency, b->currency);
        return order ? order : (a->day > b->day) - (a->day < b->day);
}

/* Pointers into one array that is in the order of reading. */
static int by_key_then_order(const void *a, const void *b)
{
        const em_price *x = *(const em_price *const *)a, *y = *(const em_price *const *)b;
        int order = by_key(x, y);
        return order ? order : (x > y) - (x < y);
}

static em_status sort(em_prices *p, em_error *err)
{
        if (p->count < 2)
                return EM_OK;
        const em_price **order = malloc(p->count * sizeof *order);
        em_price        *to = malloc(p->count * sizeof *to);
        em_status        s = order && to ? EM_OK : em_fail(err, EM_NOMEM, "there are too many prices for memory");
        if (s == EM_OK) {
                for (size_t i = 0; i < p->count; i++)
                        order[i] = &p->at[i];
                qsort(order, p->count, sizeof *order, by_key_then_order);
                for (size_t i = 0; i < p->count; i++)
                        to[i] = *order[i];
                free(p->at);
                p->at = to;
                to = NULL;
        }
        free(order);
        free(to);
        return s;
}

static em_prices *make(void)
{
        em_prices *p = calloc(1, sizeof *p);
        if (!p)
                return NULL;
        p->arena = em_arena_new((size_t)64 << 30);
        p->row = em_arena_new((size_t)1 << 26);
        return p->arena && p->row ? p : em_prices_free(p);
}

static em_status finish(em_prices *p, em_status s, em_prices **ret_prices, em_error *err)
{
        if (s == EM_OK)
                s = sort(p, err);
        if (s == EM_OK)
                *ret_prices = p;
        else
                em_prices_free(p);
        return s;
}

em_status em_prices_read(const em_str *path, size_t paths, em_prices **ret_prices, em_error *err)
{
        em_prices *p = make();
        em_status  s = p ? EM_OK : em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; s == EM_OK && i < paths; i++) {
                em_str text = {0}, name = {0};
                s = em_file_read(path[i], MOST_FILE, p->arena, &text, err);
                if (s == EM_OK)
                        s = em_str_copy(path[i], p->arena, &name, err);
                if (s == EM_OK)
                        s = read_text(p, name, text, err);
        }
        return finish(p, s, ret_prices, err);
}

em_status em_prices_parse(em_str name, em_str text, em_prices **ret_prices, em_error *err)
{
        em_prices *p = make();
        em_status  s = p ? read_text(p, name, text, err) : em_fail(err, EM_NOMEM, "out of memory");
        return finish(p, s, ret_prices, err);
}

em_prices *em_prices_free(em_prices *p)
{
        if (!p)
                return NULL;
        em_arena_free(p->arena);
        em_arena_free(p->row);
        free(p->at);
        free(p->reject);
        free(p);
        return NULL;
}

size_t em_prices_count(const em_prices *p)
{
        return p->count;
}

const em_price *em_prices_at(const em_prices *p, size_t i)
{
        em_assert(i < p->count);
        return &p->at[i];
}

size_t em_prices_rejects(const em_prices *p, const em_price_reject **ret_list)
{
        *ret_list = p->reject;
        return p->rejects;
}

static const em_price *find(const em_prices *p, const em_price *key, size_t *ret_count)
{
        size_t low = 0, high = p->count, n = 0;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (by_key(&p->at[mid], key) < 0)
                        low = mid + 1;
                else
                        high = mid;
        }
        while (low + n < p->count && by_key(&p->at[low + n], key) == 0)
                n++;
        *ret_count = n;
        return n ? &p->at[low] : NULL;
}

enum { KINDS = 4 };

/* Stated in full first, then with the currency open, the asset, both. */
static void keys(em_str asset, em_str currency, em_day day, em_price key[KINDS])
{
        const em_str none = EM_S("");
        for (int i = 0; i < KINDS; i++)
                key[i] = (em_price){.day = day, .asset = i & 2 ? none : asset, .currency = i & 1 ? none : currency};
}

const em_price *em_prices_on(const em_prices *p, em_str asset, em_str currency, em_day day, size_t *ret_count)
{
        em_price key[KINDS];
        keys(asset, currency, day, key);
        for (int i = 0; i < KINDS; i++) {
                const em_price *found = find(p, &key[i], ret_count);
                if (found)
                        return found;
        }
        return NULL;
}

size_t em_prices_said(const em_prices *p, em_str asset, em_str currency, em_day day)
{
        em_price key[KINDS];
        size_t   n = 0, all = 0;
        keys(asset, currency, day, key);
        for (int i = 0; i < KINDS; i++) {
                (void)find(p, &key[i], &n);
                all += n;
        }
        return all;
}

/* ---- value ------------------------------------------------------------------------------------ */

__extension__ typedef unsigned __int128 wide;

enum { WORDS = 10 };    /* 256 bits of an amount times 64 of a price, half of 10^93 added */

static void multiply(uint64_t w[WORDS], uint64_t by)
{
        uint64_t carry = 0;
        for (size_t i = 0; i < WORDS; i++) {
                wide sum = (wide)w[i] * by + carry;
                w[i] = (uint64_t)sum;
                carry = (uint64_t)(sum >> 64);
        }
}

static void add(uint64_t w[WORDS], const uint64_t by[WORDS])
{
        uint64_t carry = 0;
        for (size_t i = 0; i < WORDS; i++) {
                wide sum = (wide)w[i] + by[i] + carry;
                w[i] = (uint64_t)sum;
                carry = (uint64_t)(sum >> 64);
        }
}

static void divide_by_ten(uint64_t w[WORDS])
{
        uint64_t rest = 0;
        for (size_t i = WORDS; i-- > 0;) {
                wide all = (wide)rest << 64 | w[i];
                w[i] = (uint64_t)(all / 10);
                rest = (uint64_t)(all % 10);
        }
}

bool em_price_value(const em_price *price, em_u256 amount, unsigned decimals, int64_t *ret_hundredths)
{
        enum { MOST_DECIMALS = 77 };
        uint64_t w[WORDS] = {amount.w[0], amount.w[1], amount.w[2], amount.w[3]}, half[WORDS] = {5};
        if (decimals > MOST_DECIMALS || price->scale > DIGITS)
                return false;
        unsigned down = decimals + price->scale;        /* powers of ten too many for whole units */
        multiply(w, price->units);
        multiply(w, 100);
        for (unsigned i = 1; i < down; i++)
                multiply(half, 10);
        if (down)
                add(w, half);
        for (unsigned i = 0; i < down; i++)
                divide_by_ten(w);
        for (size_t i = 1; i < WORDS; i++)
                if (w[i])
                        return false;
        if (w[0] > INT64_MAX)
                return false;
        *ret_hundredths = (int64_t)w[0];
        return true;
}

char *em_price_text(int64_t hundredths, char sep, char out[40])
{
        char   digits[24];
        bool   below = hundredths < 0;
        uint64_t all = below ? (uint64_t)0 - (uint64_t)hundredths : (uint64_t)hundredths;
        int    n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(all / 100)), to = 0;
        if (below)
                out[to++] = '-';
        for (int i = 0; i < n; i++) {
                out[to++] = digits[i];
                if (sep && n - i > 1 && (n - i) % 3 == 1)
                        out[to++] = sep;
        }
        snprintf(out + to, 40 - (size_t)to, ".%02u", (unsigned)(all % 100));
        return out;
}
