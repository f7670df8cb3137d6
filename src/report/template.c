/* report.md cut into blocks, units, sentences and marks.  Only as much of
 * CommonMark is read here as is needed to know where a paragraph, list item,
 * table cell or heading begins and ends; md4c reads the rest later, when the
 * marks have been replaced.  Everything points into the template's own bytes.
 */
#include "report/parts.h"

em_status em_room(em_arena *arena, void **items, size_t *cap, size_t count, size_t size,
                  em_error *err)
{
        if (count < *cap)
                return EM_OK;
        size_t more = *cap ? *cap * 2 : 16;
        void *p = em_arena_array(arena, more, size);
        if (!p)
                return em_fail(err, EM_NOMEM, "no memory for the template");
        if (count)
                memcpy(p, *items, count * size);
        *items = p;
        *cap = more;
        return EM_OK;
}

uint64_t em_template_line(const em_template *t, const char *at, uint64_t *ret_column)
{
        uint64_t line = 1, column = 1;
        for (const char *p = t->text.p; p < at && p < t->text.p + t->text.n; p++) {
                column = *p == '\n' ? 1 : column + 1;
                line += *p == '\n';
        }
        if (ret_column)
                *ret_column = column;
        return line;
}

typedef struct scan {
        em_template *t;
        em_arena    *arena;
        em_error    *err;
        const char  *unit_start, *unit_end;     /* the paragraph or item being read */
        em_unit      open;
        bool         is_open, in_fence;
        const char  *run_start;                 /* Markdown since the last directive */
} scan;

static em_status fail_here(scan *s, const char *at, const char *why)
{
        return em_fail_at(s->err, EM_FORMAT, s->t->name, em_template_line(s->t, at, NULL), 0, "%s", why);
}

static em_status add_mark(scan *s, em_str rest, size_t *ret_n)
{
        em_template *t = s->t;
        const char *why = NULL;
        em_mark m;
        if (!em_mark_parse(rest, &m, &why))
                return fail_here(s, rest.p, why);
        if (t->marks >= EM_MARKS_MAX)
                return em_fail(s->err, EM_LIMIT, "more than %d marks in one template", EM_MARKS_MAX);
        void *items = t->mark;
        EM_TRY(em_room(s->arena, &items, &t->mark_cap, t->marks, sizeof *t->mark, s->err));
        t->mark = items;
        t->mark[t->marks++] = m;
        *ret_n = m.text.n;
        return EM_OK;
}

static em_status add_sentence(scan *s, em_str text)
{
        em_template *t = s->t;
        em_sentence said = { .text = text, .mark_from = t->marks, .unit = t->units };
        for (size_t i = 0; i < text.n;) {
                em_str rest = em_str_sub(text, i, text.n);
                size_t n = 1;
                if (rest.p[0] == '\\')
                        n = rest.n > 1 ? 2 : 1;
                else if (rest.p[0] == '`' && em_code_span(rest))
                        n = em_code_span(rest);
                else if (rest.p[0] == '{')
                        EM_TRY(add_mark(s, rest, &n));
                i += n;
        }
        said.marks = t->marks - said.mark_from;
        void *items = t->sentence;
        EM_TRY(em_room(s->arena, &items, &t->sentence_cap, t->sentences, sizeof said, s->err));
        t->sentence = items;
        t->sentence[t->sentences++] = said;
        return EM_OK;
}

/* A cell and a heading are one sentence each: a table row or a title with half
 * of it missing would say something else. */
static em_status add_unit(scan *s, em_unit unit)
{
        em_template *t = s->t;
        unit.sentence_from = t->sentences;
        if (unit.kind == EM_UNIT_CELL || unit.kind == EM_UNIT_HEADING) {
                EM_TRY(add_sentence(s, unit.text));
        } else {
                em_str rest = unit.text;
                while (rest.n) {
                        size_t text = 0, n = em_sentence_end(rest, &text);
                        if (text)
                                EM_TRY(add_sentence(s, em_str_sub(rest, 0, text)));
                        rest = em_str_sub(rest, n, rest.n);
                }
        }
        unit.sentences = t->sentences - unit.sentence_from;
        void *items = t->unit;
        EM_TRY(em_room(s->arena, &items, &t->unit_cap, t->units, sizeof unit, s->err));
        t->unit = items;
        t->unit[t->units++] = unit;
        t->block[t->blocks - 1].units++;
        return EM_OK;
}

static em_status close_unit(scan *s)
{
        if (!s->is_open)
                return EM_OK;
        s->is_open = false;
        s->open.text = (em_str){ s->unit_start, (size_t)(s->unit_end - s->unit_start) };
        return add_unit(s, s->open);
}

/* Bytes of "  - " or "12. " or "> " at the start of line; 0 when there is none. */
static size_t item_lead(em_str line, bool *ret_quote)
{
        size_t i = 0;
        while (i < line.n && line.p[i] == ' ')
                i++;
        size_t from = i;
        *ret_quote = i < line.n && line.p[i] == '>';
        if (i < line.n && (line.p[i] == '-' || line.p[i] == '*' || line.p[i] == '+' || line.p[i] == '>')) {
                i++;
        } else {
                while (i < line.n && line.p[i] >= '0' && line.p[i] <= '9')
                        i++;
                if (i == from || i >= line.n || (line.p[i] != '.' && line.p[i] != ')'))
                        return 0;
                i++;
        }
        if (i >= line.n || line.p[i] != ' ')
                return 0;
        while (i < line.n && line.p[i] == ' ')
                i++;
        return i < line.n ? i : 0;
}

static size_t heading_lead(em_str line)
{
        size_t i = 0;
        while (i < line.n && line.p[i] == '#')
                i++;
        if (i == 0 || i > 6 || i >= line.n || line.p[i] != ' ')
                return 0;
        return i + 1;
}

static bool is_rule(em_str line)        /* ---, ***, |---|:--| */
{
        bool any = false;
        for (size_t i = 0; i < line.n; i++) {
                if (!strchr("-*_|: \t", line.p[i]))
                        return false;
                any = any || line.p[i] == '-' || line.p[i] == '*' || line.p[i] == '_';
        }
        return any && line.n >= 3;
}

/* Cells of "| a | {q|n} | c |": a bar inside a mark or code does not part them. */
static em_status add_row(scan *s, em_str line)
{
        em_str row = em_str_trim(line);
        size_t from = 1;
        for (size_t i = 1; i <= row.n; i++) {
                if (i < row.n && row.p[i] == '\\') {
                        i++;
                        continue;
                }
                if (i < row.n && row.p[i] == '`') {
                        size_t n = em_code_span(em_str_sub(row, i, row.n));
                        i += n ? n - 1 : 0;
                        continue;
                }
                if (i < row.n && row.p[i] == '{') {
                        while (i < row.n && row.p[i] != '}')
                                i++;
                        continue;
                }
                if (i < row.n && row.p[i] != '|')
                        continue;
                em_str cell = em_str_trim(em_str_sub(row, from, i - from));
                if (cell.n)
                        EM_TRY(add_unit(s, (em_unit){ .kind = EM_UNIT_CELL, .text = cell, .row = line }));
                from = i + 1;
        }
        return EM_OK;
}

static em_status open_block(scan *s, em_block b)
{
        em_template *t = s->t;
        b.unit_from = t->units;
        void *items = t->block;
        EM_TRY(em_room(s->arena, &items, &t->block_cap, t->blocks, sizeof b, s->err));
        t->block = items;
        t->block[t->blocks++] = b;
        return EM_OK;
}

static em_status add_directive(scan *s, em_str line, const char *after)
{
        em_template *t = s->t;
        em_str inside = em_str_trim(em_str_sub(line, 2, line.n - 4)), name;
        em_str rest = inside;
        if (!em_str_word(&rest, &name) || !em_directive_known(name))
                return fail_here(s, line.p, "there is no such part; known are summary, claims, measures, finding, "
                                 "chart, map, annex, method, abbreviations, sources, ledger, "
                                 "replies, caps, listed");
        t->block[t->blocks - 1].text.n = (size_t)(line.p - t->block[t->blocks - 1].text.p);
        EM_TRY(open_block(s, (em_block){ .directive = true, .name = name, .args = em_str_trim(rest),
                                         .text = line }));
        return open_block(s, (em_block){ .text = { after, 0 } });
}

static em_status continue_unit(scan *s, em_str line, em_unit_kind kind, size_t lead)
{
        if (!s->is_open) {
                s->open = (em_unit){ .kind = kind, .lead = em_str_sub(line, 0, lead) };
                s->unit_start = line.p + lead;
                s->is_open = true;
        }
        s->unit_end = line.p + line.n;
        return EM_OK;
}

static em_status add_line(scan *s, em_str line, const char *after)
{
        em_str bare = em_str_trim(line);
        if (em_str_starts(bare, EM_S("```")) || em_str_starts(bare, EM_S("~~~"))) {
                EM_TRY(close_unit(s));
                s->in_fence = !s->in_fence;
                return EM_OK;
        }
        if (s->in_fence)
                return EM_OK;
        if (bare.n == 0 || is_rule(bare))
                return close_unit(s);
        if (em_str_starts(bare, EM_S("{{"))) {
                EM_TRY(close_unit(s));
                if (!em_str_ends(bare, EM_S("}}")) || bare.n < 5)
                        return fail_here(s, bare.p, "a part is named on a line of its own, as in {{claims}}");
                return add_directive(s, bare, after);
        }
        if (bare.p[0] == '|') {
                EM_TRY(close_unit(s));
                return add_row(s, line);
        }
        bool quote = false;
        size_t heading = heading_lead(line), item = item_lead(line, &quote);
        if (heading) {
                EM_TRY(close_unit(s));
                return add_unit(s, (em_unit){ .kind = EM_UNIT_HEADING, .lead = em_str_sub(line, 0, heading),
                                              .text = em_str_trim(em_str_sub(line, heading, line.n)) });
        }
        if (item && !(quote && s->is_open))
                EM_TRY(close_unit(s));
        return continue_unit(s, line, item ? EM_UNIT_ITEM : EM_UNIT_PARAGRAPH, item);
}

/* Private-use code points are our tokens when the marks have been replaced. */
static em_status check_bytes(scan *s)
{
        em_str text = s->t->text;
        size_t bad = 0;
        if (text.n > EM_TEMPLATE_MAX_BYTES)
                return em_fail_at(s->err, EM_LIMIT, s->t->name, 0, 0, "over %d bytes", EM_TEMPLATE_MAX_BYTES);
        if (!em_utf8_ok(text, &bad))
                return fail_here(s, text.p + bad, "not UTF-8");
        for (size_t at = 0; at < text.n;) {
                size_t from = at;
                uint32_t c = em_utf8_next(text, &at);
                if ((c >= 0xe000 && c <= 0xf8ff) || c == 0)
                        return fail_here(s, text.p + from, "a NUL or a private-use character");
        }
        return EM_OK;
}

em_status em_template_parse(em_str name, em_str text, em_arena *arena, em_template *ret_template,
                            em_error *err)
{
        em_template t = { .name = name, .text = text };
        scan s = { .t = &t, .arena = arena, .err = err };
        EM_TRY(check_bytes(&s));
        EM_TRY(open_block(&s, (em_block){ .text = { text.p, 0 } }));
        for (size_t at = 0; at < text.n;) {
                em_str rest = em_str_sub(text, at, text.n);
                em_cut cut = em_str_cut(rest, '\n');
                at += cut.head.n + (cut.found ? 1 : 0);
                em_str line = cut.head;
                if (line.n && line.p[line.n - 1] == '\r')
                        line.n--;
                EM_TRY(add_line(&s, line, text.p + at));
        }
        EM_TRY(close_unit(&s));
        em_block *last = &t.block[t.blocks - 1];
        last->text.n = text.n ? (size_t)(text.p + text.n - last->text.p) : 0;
        *ret_template = t;
        return EM_OK;
}
