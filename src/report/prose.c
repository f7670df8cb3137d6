/* Prose: Markdown with its marks in it becomes HTML with links and margin notes.
 *
 * Evidence text must never be read as Markdown.  So each mark is first replaced
 * by a token of private-use characters (U+E000 to U+E01F, which a template may not
 * hold), md4c parses the harmless rest, and when a token comes out at the other
 * end the bound text is written there through the escaping writer.
 */
#include "report/parts.h"

#include <md4c.h>
#include <stdio.h>

typedef enum token { TOKEN_MARK, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_STRUCK } token;
#define TOKEN_END "\xee\x80\x8f"

static void add_token(em_buf *out, token kind, size_t n)
{
        char digits[24];
        snprintf(digits, sizeof digits, "%zu", n);
        em_buf_add(out, (const char[]){ '\xee', '\x80', (char)(0x80 + (int)kind) }, 3);
        for (const char *d = digits; *d; d++)
                em_buf_add(out, (const char[]){ '\xee', '\x80', (char)(0x90 + *d - '0') }, 3);
        em_buf_c(out, TOKEN_END);
}

/* ---- before Markdown: marks into tokens ---- */

/* Can a span be opened at the sentence's start and closed at its end?  Not when
 * emphasis or a link reaches over its border. */
static bool is_balanced(em_str s)
{
        size_t stars = 0;
        int brackets = 0;
        for (size_t i = 0; i < s.n; i++) {
                if (s.p[i] == '\\') {
                        i++;
                } else if (s.p[i] == '`') {
                        size_t n = em_code_span(em_str_sub(s, i, s.n));
                        i += n ? n - 1 : 0;
                } else {
                        stars += s.p[i] == '*';
                        brackets += s.p[i] == '[' ? 1 : s.p[i] == ']' ? -1 : 0;
                }
        }
        return stars % 2 == 0 && brackets == 0;
}

static void add_sentence(em_print *p, size_t i, em_buf *out)
{
        const em_sentence *s = &p->t.sentence[i];
        const em_said *said = &p->said[i];
        if (said->withheld) {
                add_token(out, TOKEN_STRUCK, i);
                return;
        }
        bool wrap = said->number && is_balanced(s->text);
        if (said->number)
                add_token(out, TOKEN_OPEN, i);
        const char *from = s->text.p;
        for (size_t k = s->mark_from; k < s->mark_from + s->marks; k++) {
                em_str mark = p->t.mark[k].text;
                em_buf_add(out, from, (size_t)(mark.p - from));
                add_token(out, TOKEN_MARK, k);
                from = mark.p + mark.n;
        }
        em_buf_add(out, from, (size_t)(s->text.p + s->text.n - from));
        if (said->number && !wrap)
                return;         /* closed by the block's end, see close_sentence */
        if (wrap)
                add_token(out, TOKEN_CLOSE, i);
}

static bool all_gone(const em_print *p, const em_unit *u)
{
        if (p->opts.draft)
                return false;
        for (size_t i = 0; i < u->sentences; i++)
                if (!p->said[u->sentence_from + i].withheld)
                        return false;
        return u->sentences > 0;
}

/* A unit without its withheld sentences and the blanks after them. */
static void add_unit(em_print *p, const em_unit *u, em_buf *out)
{
        const char *from = u->text.p;
        for (size_t i = u->sentence_from; i < u->sentence_from + u->sentences; i++) {
                em_str s = p->t.sentence[i].text;
                em_buf_add(out, from, (size_t)(s.p - from));
                from = s.p + s.n;
                if (p->said[i].withheld && !p->opts.draft)
                        while (from < u->text.p + u->text.n && (*from == ' ' || *from == '\n'))
                                from++;
                else
                        add_sentence(p, i, out);
        }
        em_buf_add(out, from, (size_t)(u->text.p + u->text.n - from));
}

static const char *line_end(em_str block, const char *at)
{
        const char *end = block.p + block.n;
        while (at < end && *at != '\n')
                at++;
        return at < end ? at + 1 : end;
}

static bool is_title(const em_print *p, const em_unit *u)
{
        return p->title_unit < p->t.units && u == &p->t.unit[p->title_unit] && u->kind == EM_UNIT_HEADING && u->lead.n == 2;
}

/* The line of dashes under a table's head: without the head it says nothing. */
static const char *past_rule(em_str block, const char *at)
{
        const char *end = line_end(block, at);
        bool dashes = false;
        for (const char *c = at; c < end; c++) {
                dashes = dashes || *c == '-';
                if (!strchr("|-: \t\r\n", *c))
                        return at;
        }
        return dashes ? end : at;
}

static void compose(em_print *p, const em_block *b, em_buf *out)
{
        const char *at = b->text.p;
        for (size_t i = b->unit_from; i < b->unit_from + b->units; i++) {
                const em_unit *u = &p->t.unit[i];
                if (u->text.p < at)
                        continue;       /* in a table row that is left out */
                const char *start = u->kind == EM_UNIT_CELL ? u->row.p : u->lead.n ? u->lead.p : u->text.p;
                if (all_gone(p, u) || is_title(p, u)) {
                        em_buf_add(out, at, start > at ? (size_t)(start - at) : 0);
                        at = u->kind == EM_UNIT_PARAGRAPH || u->kind == EM_UNIT_ITEM
                           ? u->text.p + u->text.n : line_end(b->text, u->text.p);
                        if (u->kind == EM_UNIT_CELL)
                                at = past_rule(b->text, at);
                        continue;
                }
                em_buf_add(out, at, (size_t)(u->text.p - at));
                add_unit(p, u, out);
                at = u->text.p + u->text.n;
        }
        em_buf_add(out, at, (size_t)(b->text.p + b->text.n - at));
}

/* ---- after Markdown: tokens into links ---- */

typedef struct prose {
        em_print *p;
        em_html   h;
        em_error *err;
        em_status status;
        int       depth;                /* blocks open */
        int       spans;                /* inline spans open */
        bool      open;                 /* a sentence's span is */
        int       open_spans;           /* spans open when it began */
        size_t    heading_at;           /* where its content begins in the output */
        em_buf    heading;              /* its plain text */
        bool      in_heading;
        size_t   *said;  size_t said_count;     /* sentences of this top-level block */
} prose;

static void close_sentence(prose *r)
{
        if (r->open)
                em_html_lit(r->h, "</span>");
        r->open = false;
}

static void open_sentence(prose *r, size_t i)
{
        close_sentence(r);
        em_html_lit(r->h, "<span class=\"s\" id=\"s");
        em_html_int(r->h, (int64_t)r->p->said[i].number);
        em_html_lit(r->h, "\">");
        r->open = true;
        r->open_spans = r->spans;
        r->said[r->said_count++] = i;
}

/* Where a bound mark leads: its evidence in the annex, or a record's card. */
static void open_evidence(em_html h, const em_mark *m, const em_bound *b)
{
        em_html_lit(h, "<a class=\"n\" id=\"n");
        em_html_int(h, (int64_t)b->number);
        em_html_lit(h, "\"");
        if (b->answer)
                em_html_to(h, "a-", m->key);
        else if (b->held)
                em_html_to(h, "r-", em_str_c(b->held->name));
        else
                em_html_to(h, "m-", m->key);
}

static void put_mark(prose *r, size_t k)
{
        const em_mark *m = &r->p->t.mark[k];
        const em_bound *b = &r->p->bound[k];
        if (r->in_heading)
                em_buf_str(&r->heading, b->text);
        if (m->kind == EM_MARK_IF)
                return;
        if (m->kind == EM_MARK_SAY || m->kind == EM_MARK_CASE) {
                em_html_text(r->h, b->text);
                return;
        }
        open_evidence(r->h, m, b);
        size_t place = b->answer ? em_print_place(r->p, b->answer) : 0;
        if (place) {
                em_html_lit(r->h, " data-a=\"A");
                em_html_int(r->h, (int64_t)place);
                em_html_lit(r->h, "\"");
        }
        em_html_lit(r->h, ">");
        em_html_text(r->h, b->text);
        em_html_lit(r->h, "</a>");
}

/* A withheld sentence in a draft: as it was written, struck through, and why. */
static void put_struck(prose *r, size_t i)
{
        em_html_lit(r->h, "<del class=\"withheld\">");
        em_html_text(r->h, r->p->t.sentence[i].text);
        em_html_lit(r->h, "</del> <span class=\"why\">Withheld: ");
        em_html_text(r->h, r->p->said[i].why);
        em_html_lit(r->h, ".</span>");
}

static void put_token(prose *r, token kind, size_t n)
{
        if (kind == TOKEN_MARK && n < r->p->t.marks)
                put_mark(r, n);
        else if (kind == TOKEN_OPEN && n < r->p->t.sentences)
                open_sentence(r, n);
        else if (kind == TOKEN_STRUCK && n < r->p->t.sentences)
                put_struck(r, n);
        else if (kind == TOKEN_CLOSE)
                close_sentence(r);
}

static bool is_token_byte(em_str s, size_t i, unsigned char low, unsigned char high)
{
        return i + 2 < s.n && s.p[i] == '\xee' && s.p[i + 1] == '\x80' &&
               (unsigned char)s.p[i + 2] >= low && (unsigned char)s.p[i + 2] <= high;
}

static void put_text(prose *r, em_str s)
{
        size_t from = 0, i = 0;
        while (i < s.n) {
                if (!is_token_byte(s, i, 0x80, 0x83)) {
                        i++;
                        continue;
                }
                em_str plain = em_str_sub(s, from, i - from);
                em_html_text(r->h, plain);
                if (r->in_heading)
                        em_buf_str(&r->heading, plain);
                token kind = (token)((unsigned char)s.p[i + 2] - 0x80);
                size_t n = 0;
                for (i += 3; is_token_byte(s, i, 0x90, 0x99); i += 3)
                        n = n * 10 + (size_t)((unsigned char)s.p[i + 2] - 0x90);
                i += is_token_byte(s, i, 0x8f, 0x8f) ? 3 : 0;
                put_token(r, kind, n);
                from = i;
        }
        em_str rest = em_str_sub(s, from, s.n - from);
        em_html_text(r->h, rest);
        if (r->in_heading)
                em_buf_str(&r->heading, rest);
}

/* ---- notes in the margin ---- */

static bool met_before(const prose *r, const em_answer *a, size_t upto_said, size_t upto_mark)
{
        for (size_t i = 0; i <= upto_said; i++) {
                const em_sentence *s = &r->p->t.sentence[r->said[i]];
                for (size_t k = 0; k < s->marks && (i < upto_said || k < upto_mark); k++)
                        if (r->p->bound[s->mark_from + k].answer == a)
                                return true;
        }
        return false;
}

/* last: the sources of the note before, which are not said again. */
static void put_note(prose *r, const em_answer *a, em_buf *last)
{
        em_html h = r->h;
        em_buf cite = em_buf_make(1 << 16);
        em_piece_sources(em_print_html(r->p, &cite), r->p, a, false);
        em_html_lit(h, "<p>");
        em_piece_place(h, r->p, a);
        em_html_lit(h, " ");
        if (em_piece_deciding(a) > 1) {
                em_piece_under(h, a, false);
        } else {
                em_html_lit(h, "<b>");
                em_html_c(h, em_verdict_words(a->verdict));
                em_html_lit(h, "</b>");
        }
        em_html_lit(h, ".");
        if (!em_str_eq(em_buf_view(&cite), em_buf_view(last))) {
                em_html_lit(h, " <cite>");
                em_buf_str(h.out, em_buf_view(&cite));
                em_html_lit(h, ".</cite>");
        }
        em_html_lit(h, "</p>");
        em_buf_free(last);
        *last = cite;
}

static void put_notes(prose *r)
{
        bool any = false;
        em_buf last = em_buf_make(1 << 16);
        for (size_t i = 0; i < r->said_count; i++) {
                const em_sentence *s = &r->p->t.sentence[r->said[i]];
                for (size_t k = 0; k < s->marks; k++) {
                        const em_answer *a = r->p->bound[s->mark_from + k].answer;
                        if (!a || met_before(r, a, i, k))
                                continue;
                        if (!any)
                                em_html_lit(r->h, "<aside class=\"notes\" aria-label=\"Evidence for this passage\">");
                        any = true;
                        put_note(r, a, &last);
                }
        }
        if (any)
                em_html_lit(r->h, "</aside>");
        em_buf_free(&last);
        r->said_count = 0;
}

/* ---- md4c's callbacks ---- */

static bool has_notes(MD_BLOCKTYPE type)
{
        return type == MD_BLOCK_P || type == MD_BLOCK_UL || type == MD_BLOCK_OL ||
               type == MD_BLOCK_TABLE || type == MD_BLOCK_QUOTE;
}

static void open_cell(em_html h, MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL *cell)
{
        if (type == MD_BLOCK_TH)
                em_html_lit(h, "<th scope=\"col\"");
        else
                em_html_lit(h, "<td");
        if (cell->align == MD_ALIGN_RIGHT)
                em_html_lit(h, " class=\"num\"");
        em_html_lit(h, ">");
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
        prose *r = ctx;
        em_html h = r->h;
        if (r->depth++ == 1 && has_notes(type))
                em_html_lit(h, "<div class=\"said\">\n");
        switch (type) {
        case MD_BLOCK_QUOTE: em_html_lit(h, "<blockquote>"); break;
        case MD_BLOCK_UL:    em_html_lit(h, "<ul>\n"); break;
        case MD_BLOCK_OL:    em_html_lit(h, "<ol>\n"); break;
        case MD_BLOCK_LI:    em_html_lit(h, "<li>"); break;
        case MD_BLOCK_HR:    em_html_lit(h, "<hr>\n"); break;
        case MD_BLOCK_CODE:  em_html_lit(h, "<pre><code>"); break;
        case MD_BLOCK_P:     em_html_lit(h, "<p>"); break;
        case MD_BLOCK_TABLE: em_html_lit(h, "<div class=\"table\" tabindex=\"0\"><table>\n"); break;
        case MD_BLOCK_THEAD: em_html_lit(h, "<thead>"); break;
        case MD_BLOCK_TBODY: em_html_lit(h, "<tbody>\n"); break;
        case MD_BLOCK_TR:    em_html_lit(h, "<tr>"); break;
        case MD_BLOCK_TH:
        case MD_BLOCK_TD:    open_cell(h, type, detail); break;
        case MD_BLOCK_H:
                r->in_heading = true;
                r->heading_at = h.out->n;
                em_buf_clear(&r->heading);
                break;
        case MD_BLOCK_DOC:
        case MD_BLOCK_HTML:  break;
        }
        return 0;
}

static em_str slug_of(prose *r, em_str text)
{
        em_buf slug = em_buf_make(256);
        em_str kept = { 0 };
        em_buf_c(&slug, "h");
        bool gap = true;
        for (size_t i = 0; i < text.n && slug.n < 60; i++) {
                char c = text.p[i];
                c = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
                bool fit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                if (fit && gap)
                        em_buf_ch(&slug, '-');
                gap = !fit;
                if (fit)
                        em_buf_ch(&slug, c);
        }
        for (size_t i = 0; i < r->p->tocs; i++)
                if (em_str_eq(r->p->toc[i].id, em_buf_view(&slug)))
                        em_buf_fmt(&slug, "-%zu", r->p->tocs);
        r->status = em_str_copy(em_buf_view(&slug), r->p->arena, &kept, r->err);
        em_buf_free(&slug);
        return kept;
}

/* The heading's id comes from its text, which is known only at its end: what
 * was written since its start is taken back and written again behind the tag. */
static void leave_heading(prose *r, unsigned level)
{
        em_html h = r->h;
        em_print *p = r->p;
        em_str id = slug_of(r, em_buf_view(&r->heading)), text = { 0 }, content = { 0 };
        void *items = p->toc;
        if (r->status != EM_OK || h.out->failed ||
            (r->status = em_room(p->arena, &items, &p->toc_cap, p->tocs, sizeof *p->toc, r->err)) != EM_OK ||
            (r->status = em_str_copy(em_buf_view(&r->heading), p->arena, &text, r->err)) != EM_OK ||
            (r->status = em_str_copy(em_str_sub(em_buf_view(h.out), r->heading_at, h.out->n), p->arena,
                                     &content, r->err)) != EM_OK)
                return;
        p->toc = items;
        p->toc[p->tocs++] = (em_toc){ (int)level, id, text };
        h.out->n = r->heading_at;
        em_buf_fmt(h.out, "<h%u id=\"", level);
        em_html_id(h, "", id);
        em_html_lit(h, "\">");
        em_buf_str(h.out, content);
        em_buf_fmt(h.out, "</h%u>\n", level);
        r->in_heading = false;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
        prose *r = ctx;
        em_html h = r->h;
        close_sentence(r);
        switch (type) {
        case MD_BLOCK_QUOTE: em_html_lit(h, "</blockquote>\n"); break;
        case MD_BLOCK_UL:    em_html_lit(h, "</ul>\n"); break;
        case MD_BLOCK_OL:    em_html_lit(h, "</ol>\n"); break;
        case MD_BLOCK_LI:    em_html_lit(h, "</li>\n"); break;
        case MD_BLOCK_CODE:  em_html_lit(h, "</code></pre>\n"); break;
        case MD_BLOCK_P:     em_html_lit(h, "</p>\n"); break;
        case MD_BLOCK_TABLE: em_html_lit(h, "</table></div>\n"); break;
        case MD_BLOCK_THEAD: em_html_lit(h, "</thead>\n"); break;
        case MD_BLOCK_TBODY: em_html_lit(h, "</tbody>"); break;
        case MD_BLOCK_TR:    em_html_lit(h, "</tr>\n"); break;
        case MD_BLOCK_TH:    em_html_lit(h, "</th>"); break;
        case MD_BLOCK_TD:    em_html_lit(h, "</td>"); break;
        case MD_BLOCK_H:     leave_heading(r, ((MD_BLOCK_H_DETAIL *)detail)->level); break;
        case MD_BLOCK_HR:
        case MD_BLOCK_DOC:
        case MD_BLOCK_HTML:  break;
        }
        if (--r->depth == 1 && has_notes(type)) {
                put_notes(r);
                em_html_lit(h, "</div>\n");
        }
        return r->status == EM_OK ? 0 : 1;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
        prose *r = ctx;
        em_html h = r->h;
        r->spans++;
        switch (type) {
        case MD_SPAN_EM:     em_html_lit(h, "<em>"); break;
        case MD_SPAN_STRONG: em_html_lit(h, "<strong>"); break;
        case MD_SPAN_CODE:   em_html_lit(h, "<code>"); break;
        case MD_SPAN_A: {
                const MD_ATTRIBUTE *to = &((MD_SPAN_A_DETAIL *)detail)->href;
                em_html_lit(h, "<a");
                em_html_href(h, (em_str){ to->text, to->size });
                em_html_lit(h, ">");
                break;
        }
        default: break;
        }
        return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
        prose *r = ctx;
        (void)detail;
        if (r->open && r->open_spans == r->spans)
                close_sentence(r);      /* it began inside this span */
        r->spans--;
        switch (type) {
        case MD_SPAN_EM:     em_html_lit(r->h, "</em>"); break;
        case MD_SPAN_STRONG: em_html_lit(r->h, "</strong>"); break;
        case MD_SPAN_CODE:   em_html_lit(r->h, "</code>"); break;
        case MD_SPAN_A:      em_html_lit(r->h, "</a>"); break;
        default: break;
        }
        return 0;
}

static int text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE size, void *ctx)
{
        prose *r = ctx;
        em_str s = { bytes, size };
        if (type == MD_TEXT_BR)
                em_html_lit(r->h, "<br>\n");
        else if (type == MD_TEXT_SOFTBR)
                em_html_lit(r->h, "\n");
        else if (type != MD_TEXT_NULLCHAR)
                put_text(r, s);
        return 0;
}

em_status em_prose_render(em_print *p, const em_block *b, em_html h, em_error *err)
{
        em_buf source = em_buf_make(EM_TEMPLATE_MAX_BYTES * 4);
        compose(p, b, &source);
        prose r = { .p = p, .h = h, .err = err, .heading = em_buf_make(4096) };
        r.said = EM_NEW_N(p->arena, size_t, p->t.sentences + 1);
        em_status status = em_buf_status(&source, err);
        if (status == EM_OK && !r.said)
                status = em_fail(err, EM_NOMEM, "no memory for the prose");
        MD_PARSER parser = {
                .flags = MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS,
                .enter_block = enter_block, .leave_block = leave_block,
                .enter_span = enter_span, .leave_span = leave_span, .text = text,
        };
        if (status == EM_OK && md_parse(source.p ? source.p : "", (MD_SIZE)source.n, &parser, &r) != 0)
                status = r.status != EM_OK ? r.status
                                           : em_fail(err, EM_NOMEM, "the Markdown could not be read");
        if (status == EM_OK)
                status = r.status;
        em_buf_free(&source);
        em_buf_free(&r.heading);
        return status == EM_OK ? em_buf_status(h.out, err) : status;
}
