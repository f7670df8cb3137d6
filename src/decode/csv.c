/* CSV as RFC 4180 describes it, read in one pass.
 *
 * The text is taken in blocks of 64 bytes.  Each block becomes a 64-bit mask of
 * the bytes that can mean something (separator, quote, line end, NUL), and the
 * reader walks the set bits: the idea of simdjson (Langdale and Lemire, "Parsing
 * gigabytes of JSON per second", 2019), without its second pass.  The same
 * loads tell whether any byte has its high bit set; only then is the row checked
 * as UTF-8.
 *
 * A quote inside an unquoted field is an ordinary byte.  A quote that opens a
 * field and is not closed within a row's length spoils only its own line:
 * reading goes on after the first line end behind it.  That stays O(bytes):
 * all runs of quotes behind it are of even length (an odd one would have closed
 * it), so no field in the stretch already scanned can open a second long scan.
 */
#include "embargo/csv.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define BLOCK ((size_t)64)
#define FIRST_FIELDS ((size_t)8)

const em_csv_opts em_csv_defaults = {
        .separator = ',', .max_fields = EM_CSV_MAX_FIELDS, .max_row = EM_CSV_MAX_ROW,
};

/* ---- finding the bytes that mean something ---------------------------- */

typedef struct scan {
        const char *p;
        size_t   n;
        char     separator;
        size_t   base;          /* start of the block whose bits these are */
        uint64_t bits;          /* not yet taken */
        uint64_t high;          /* not 0: some byte seen so far is not ASCII */
} scan;

#ifdef __SSE2__
static inline uint64_t block_bits(const char *p, char separator, uint64_t *high)
{
        const __m128i sep = _mm_set1_epi8(separator), quote = _mm_set1_epi8('"'),
                      lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'),
                      nul = _mm_setzero_si128();
        uint64_t bits = 0, any = 0;
        for (unsigned i = 0; i < BLOCK; i += 16) {
                __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
                __m128i hit = _mm_or_si128(
                        _mm_or_si128(_mm_cmpeq_epi8(v, sep), _mm_cmpeq_epi8(v, quote)),
                        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)),
                                     _mm_cmpeq_epi8(v, nul)));
                bits |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << i;
                any |= (uint64_t)(unsigned)_mm_movemask_epi8(v);
        }
        *high |= any;
        return bits;
}
#else
static uint64_t block_bits(const char *p, char separator, uint64_t *high)
{
        uint64_t bits = 0;
        for (unsigned i = 0; i < BLOCK; i++) {
                char c = p[i];
                bool hit = c == separator || c == '"' || c == '\n' || c == '\r' || c == '\0';
                bits |= (uint64_t)hit << i;
                *high |= (unsigned char)c & 0x80u;
        }
        return bits;
}
#endif

static void load(scan *s)
{
        if (s->n - s->base >= BLOCK) {
                s->bits = block_bits(s->p + s->base, s->separator, &s->high);
                return;
        }
        char last[BLOCK];
        memset(last, 'x', sizeof last);
        if (s->n > s->base)
                memcpy(last, s->p + s->base, s->n - s->base);
        s->bits = block_bits(last, s->separator, &s->high);
}

/* The next byte that means something, or the end of the text. */
static inline size_t next_hit(scan *s)
{
        while (!s->bits) {
                if (s->n - s->base <= BLOCK)
                        return s->n;
                s->base += BLOCK;
                load(s);
        }
        size_t at = s->base + (unsigned)__builtin_ctzll(s->bits);
        s->bits &= s->bits - 1;
        return at;
}

/* ---- one row ---------------------------------------------------------- */

typedef struct reader {
        scan      scan;
        em_arena *arena;
        const em_csv_opts *opts;
        em_csv_row row;
        size_t    cap;          /* of row.field */
        size_t    guess;        /* how many fields there may be */
        size_t    start;        /* of the row */
        size_t    columns;      /* fields begun, whether kept or not */
        uint64_t  lines;        /* line ends inside quoted fields */
        size_t    nul;          /* the first NUL, or SIZE_MAX */
} reader;

typedef enum field_end { NEXT_FIELD, ROW_ENDS } field_end;

static void spoil(reader *r, const char *why)
{
        if (r->row.bad)
                return;
        r->row.bad = why;
        r->row.bad_column = r->columns;
}

/* "over 1024 fields": the number is an option, so the sentence is made here. */
static void spoil_over(reader *r, size_t limit, const char *what)
{
        em_str text;
        if (r->row.bad)
                return;
        if (em_str_format(r->arena, &text, NULL, "over %zu %s", limit, what) == EM_OK)
                spoil(r, text.p);
        else
                spoil(r, "out of memory");
}

static bool more_room(reader *r)
{
        size_t cap = r->cap ? 2 * r->cap : r->guess;
        if (r->row.count >= r->opts->max_fields) {
                spoil_over(r, r->opts->max_fields, "fields");
                return false;
        }
        if (cap > r->opts->max_fields)
                cap = r->opts->max_fields;
        em_str *wider = EM_NEW_N(r->arena, em_str, cap);
        if (!wider) {
                spoil(r, "out of memory");
                return false;
        }
        if (r->row.count)
                memcpy(wider, r->row.field, r->row.count * sizeof *wider);
        r->row.field = wider;
        r->cap = cap;
        return true;
}

static inline void add_field(reader *r, em_str field)
{
        if (r->row.bad || (r->row.count == r->cap && !more_room(r)))
                return;
        r->row.field[r->row.count++] = field;
}

static bool is_line_end(const scan *s, size_t at)
{
        return at >= s->n || s->p[at] == '\n' || s->p[at] == '\r';
}

/* The first line end at or behind `at`; also the end of the text.  The steps
 * double, so that the cost is in proportion to the distance even where a text has
 * only one of the two kinds of line end. */
static size_t line_end(const scan *s, size_t at)
{
        for (size_t step = BLOCK; at < s->n; step *= 2) {
                size_t n = s->n - at < step ? s->n - at : step;
                const char *lf = memchr(s->p + at, '\n', n);
                const char *cr = memchr(s->p + at, '\r', lf ? (size_t)(lf - s->p) - at : n);
                if (cr || lf)
                        return (size_t)((cr ? cr : lf) - s->p);
                at += n;
        }
        return s->n;
}

static field_end end_row(reader *r, size_t end)
{
        r->row.length = end - r->start;
        return ROW_ENDS;
}

/* raw with each pair of quotes made one. */
static bool undouble(reader *r, em_str raw, size_t doubled, em_str *ret_field)
{
        char *p = em_arena_alloc(r->arena, raw.n - doubled);
        size_t n = 0;
        if (!p)
                return false;
        for (size_t i = 0; i < raw.n; i++) {
                p[n++] = raw.p[i];
                i += raw.p[i] == '"';
        }
        *ret_field = (em_str){ p, n };
        return true;
}

/* Keeps the field that ends before `at`, and says what follows: another, the end
 * of the row or, of a row too long, nothing that is looked at. */
static inline field_end keep(reader *r, em_str field, size_t doubled, size_t at)
{
        const scan *s = &r->scan;
        if (at - r->start > r->opts->max_row) {
                spoil_over(r, r->opts->max_row, "bytes");
                return end_row(r, line_end(s, at));
        }
        if (doubled && !r->row.bad && !undouble(r, field, doubled, &field))
                spoil(r, "out of memory");
        add_field(r, field);
        return at < s->n && s->p[at] == s->separator ? NEXT_FIELD : end_row(r, at);
}

static inline field_end plain_field(reader *r, size_t from, size_t *ret_at)
{
        scan *s = &r->scan;
        size_t at = next_hit(s);
        while (at < s->n && s->p[at] != s->separator && !is_line_end(s, at)) {
                if (s->p[at] == '\0' && r->nul == SIZE_MAX)
                        r->nul = at;
                at = next_hit(s);
        }
        *ret_at = at;
        return keep(r, (em_str){ s->p + from, at - from }, 0, at);
}

/* Where a quoted field was found to end, and what was met on the way. */
typedef struct quoted {
        size_t   close;         /* its closing quote, or SIZE_MAX */
        size_t   doubled;       /* pairs of quotes in it */
        uint64_t lines;         /* line ends in it */
} quoted;

static quoted find_close(reader *r)
{
        scan *s = &r->scan;
        quoted q = { .close = SIZE_MAX };
        for (;;) {
                size_t at = next_hit(s);
                if (at >= s->n || at - r->start > r->opts->max_row)
                        return q;
                bool pair = at + 1 < s->n && s->p[at + 1] == (s->p[at] == '\r' ? '\n' : '"');
                switch (s->p[at]) {
                case '"':
                        if (!pair) {
                                q.close = at;
                                return q;
                        }
                        q.doubled++;
                        next_hit(s);
                        break;
                case '\r':
                        q.lines += !pair;
                        break;
                case '\n':
                        q.lines++;
                        break;
                case '\0':
                        if (r->nul == SIZE_MAX)
                                r->nul = at;
                        break;
                default:
                        break;
                }
        }
}

static field_end unclosed(reader *r, size_t open)
{
        size_t end = line_end(&r->scan, open);
        if (end - r->start > r->opts->max_row)
                spoil_over(r, r->opts->max_row, "bytes");
        else
                spoil(r, "quote not closed");
        return end_row(r, end);
}

static field_end quoted_field(reader *r, size_t open, size_t *ret_at)
{
        const scan *s = &r->scan;
        next_hit(&r->scan);
        quoted q = find_close(r);
        if (q.close == SIZE_MAX)
                return unclosed(r, open);
        r->lines += q.lines;
        size_t behind = q.close + 1;
        if (!is_line_end(s, behind) && s->p[behind] != s->separator) {
                spoil(r, "text after a closing quote");
                return end_row(r, line_end(s, behind));
        }
        if (behind < s->n)
                next_hit(&r->scan);
        *ret_at = behind;
        return keep(r, (em_str){ s->p + open + 1, q.close - open - 1 }, q.doubled, behind);
}

/* ---- what a row may not hold ------------------------------------------ */

/* The 1-based field of the byte at `at`.  Only for rows already found bad. */
static size_t column_of(const reader *r, size_t at)
{
        const scan *s = &r->scan;
        bool in_quotes = false, at_start = true;
        size_t column = 1;
        for (size_t i = r->start; i < at; i++) {
                char c = s->p[i];
                if (in_quotes && c == '"' && i + 1 < s->n && s->p[i + 1] == '"') {
                        i++;
                } else if (c == '"' && (in_quotes || at_start)) {
                        in_quotes = !in_quotes;
                } else if (c == s->separator && !in_quotes) {
                        column++;
                        at_start = true;
                        continue;
                }
                at_start = false;
        }
        return column;
}

static void check_bytes(reader *r)
{
        em_str bytes = { r->scan.p + r->start, r->row.length };
        size_t at;
        if (r->nul < r->start + r->row.length) {
                spoil(r, "NUL byte");
                r->row.bad_column = column_of(r, r->nul);
        } else if (r->scan.high && !em_utf8_ok(bytes, &at)) {
                spoil(r, "not UTF-8");
                r->row.bad_column = column_of(r, r->start + at);
        }
}

/* ---- the text --------------------------------------------------------- */

em_csv em_csv_make(em_str text, const em_csv_opts *opts)
{
        em_csv csv = { .text = text, .line = 1, .opts = opts ? *opts : em_csv_defaults };
        char c = csv.opts.separator;
        em_assert(c > 0 && c != '"' && c != '\r' && c != '\n');
        em_assert(csv.opts.max_fields > 0 && csv.opts.max_row > 0);
        csv.at = em_str_starts(text, EM_S("\xEF\xBB\xBF")) ? 3 : 0;
        return csv;
}

/* Past the line end at csv->at, if there is one. */
static bool skip_line_end(em_csv *csv)
{
        em_str t = csv->text;
        if (csv->at >= t.n || (t.p[csv->at] != '\n' && t.p[csv->at] != '\r'))
                return false;
        if (t.p[csv->at] == '\r' && csv->at + 1 < t.n && t.p[csv->at + 1] == '\n')
                csv->at++;
        csv->at++;
        csv->line++;
        return true;
}

bool em_csv_next(em_csv *csv, em_arena *arena, em_csv_row *ret_row)
{
        while (skip_line_end(csv))
                ;
        if (csv->at >= csv->text.n)
                return false;
        reader r = { .scan = { .p = csv->text.p, .n = csv->text.n, .base = csv->at,
                               .separator = csv->opts.separator },
                     .arena = arena, .opts = &csv->opts, .start = csv->at,
                     .nul = SIZE_MAX,
                     .guess = csv->width < FIRST_FIELDS ? FIRST_FIELDS : csv->width };
        r.row.row = ++csv->row;
        r.row.line = csv->line;
        r.row.offset = csv->at;
        load(&r.scan);
        field_end end = NEXT_FIELD;
        for (size_t at = r.start; end == NEXT_FIELD; at++) {
                r.columns++;
                end = at < r.scan.n && r.scan.p[at] == '"' ? quoted_field(&r, at, &at)
                                                           : plain_field(&r, at, &at);
        }
        if (!r.row.bad && (r.nul != SIZE_MAX || r.scan.high))
                check_bytes(&r);
        csv->width = r.row.count;
        csv->at = r.start + r.row.length;
        csv->line += r.lines;
        skip_line_end(csv);
        *ret_row = r.row;
        return true;
}

void em_csv_put(em_buf *out, em_str field)
{
        bool quotes = false;
        for (size_t i = 0; i < field.n && !quotes; i++)
                quotes = field.p[i] == ',' || field.p[i] == '"' || field.p[i] == '\n' || field.p[i] == '\r';
        if (!quotes) {
                em_buf_str(out, field);
                return;
        }
        em_buf_ch(out, '"');
        for (size_t i = 0; i < field.n; i++) {
                if (field.p[i] == '"')
                        em_buf_ch(out, '"');
                em_buf_ch(out, field.p[i]);
        }
        em_buf_ch(out, '"');
}
