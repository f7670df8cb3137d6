/* A combination of change heuristics, read: recursive descent over a grammar of three lines,
 *
 *     either = both { "|" both }      both = one { ("&" | "-") one }
 *     one    = "(" either ")" | name [ "(" digits ")" ]
 *
 * into postfix, which is evaluated over sets without recursion.  The text is bounded and so is the
 * nesting, so neither the parser's stack nor the sets' can be driven anywhere.
 */
#include "chain/change_inside.h"

static const struct { const char *name, *text; unsigned needs; } known[EM_CHANGE_KINDS] = {
#define X(kind, name, needs, text) [kind] = { name, text, needs },
        EM_CHANGE_TABLE(X)
#undef X
};

const char *em_change_name(em_change_kind kind)
{
        em_assert((size_t)kind < EM_CHANGE_KINDS);
        return known[kind].name;
}

const char *em_change_says(em_change_kind kind)
{
        em_assert((size_t)kind < EM_CHANGE_KINDS);
        return known[kind].text;
}

unsigned em_change_needs(const em_change *change)
{
        return change->needs;
}

em_str em_change_text(const em_change *change)
{
        return change->text;
}

/* ---- reading ---- */

typedef struct parser {
        em_str     text;
        size_t     at, nest, on_stack;
        em_change *out;
} parser;

static em_status wrong(em_status code, size_t at, const char *what, em_error *err)
{
        return em_fail(err, code, "change heuristics, character %zu: %s", at + 1, what);
}

static char peek(parser *p)
{
        while (p->at < p->text.n && (p->text.p[p->at] == ' ' || p->text.p[p->at] == '\t'))
                p->at++;
        return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static void emit(parser *p, unsigned what, unsigned digits)
{
        p->out->op[p->out->ops++] = (em_change_op){ (uint8_t)what, (uint8_t)digits };
        p->on_stack = what < EM_CHANGE_KINDS ? p->on_stack + 1 : p->on_stack - 1;
        p->out->deep = p->on_stack > p->out->deep ? p->on_stack : p->out->deep;
        p->out->needs |= what < EM_CHANGE_KINDS ? known[what].needs : 0;
}

static bool of_name(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static em_status read_digits(parser *p, unsigned *ret_digits, em_error *err)
{
        *ret_digits = 6;
        if (peek(p) != '(')
                return EM_OK;
        p->at++;
        (void)peek(p);
        size_t from = p->at;
        while (p->at < p->text.n && p->text.p[p->at] >= '0' && p->text.p[p->at] <= '9')
                p->at++;
        int64_t n = 0;
        if (p->at - from > 2 || !em_str_int(em_str_sub(p->text, from, p->at - from), &n) || n < 1 || n > 18)
                return wrong(EM_FORMAT, from, "power_of_ten takes a number of digits from 1 to 18", err);
        if (peek(p) != ')')
                return wrong(EM_FORMAT, p->at, "a bracket is not closed", err);
        p->at++;
        *ret_digits = (unsigned)n;
        return EM_OK;
}

static em_status unknown(size_t from, em_str word, em_error *err)
{
        char shown[64];
        em_buf b = em_buf_make(1024);
        em_buf_fmt(&b, "\"%s\" is no change heuristic; they are", em_str_show(word, shown, 32));
        for (size_t k = 0; k < EM_CHANGE_KINDS; k++)
                em_buf_fmt(&b, " %s", known[k].name);
        em_buf_ch(&b, '\0');
        em_status status = wrong(EM_FORMAT, from, b.failed ? "no such change heuristic" : b.p, err);
        em_buf_free(&b);
        return status;
}

static em_status read_name(parser *p, em_error *err)
{
        size_t from = p->at;
        unsigned digits = 0;
        while (p->at < p->text.n && of_name(p->text.p[p->at]))
                p->at++;
        em_str word = em_str_sub(p->text, from, p->at - from);
        if (word.n == 0)
                return wrong(EM_FORMAT, from, "the name of a heuristic or a bracket belongs here", err);
        for (unsigned k = 0; k < EM_CHANGE_KINDS; k++) {
                if (!em_str_eq(word, em_str_c(known[k].name)))
                        continue;
                if (k == EM_CHANGE_POWER_OF_TEN)
                        EM_TRY(read_digits(p, &digits, err));
                emit(p, k, digits);
                return EM_OK;
        }
        return unknown(from, word, err);
}

static em_status read_either(parser *p, em_error *err);

static em_status read_one(parser *p, em_error *err)
{
        if (peek(p) != '(')
                return read_name(p, err);
        if (p->nest == EM_CHANGE_DEEP)
                return wrong(EM_LIMIT, p->at, "too many brackets within brackets", err);
        p->nest++;
        p->at++;
        EM_TRY(read_either(p, err));
        if (peek(p) != ')')
                return wrong(EM_FORMAT, p->at, "a bracket is not closed", err);
        p->nest--;
        p->at++;
        return EM_OK;
}

static em_status read_both(parser *p, em_error *err)
{
        EM_TRY(read_one(p, err));
        for (char c = peek(p); c == '&' || c == '-'; c = peek(p)) {
                p->at++;
                EM_TRY(read_one(p, err));
                emit(p, c == '&' ? CHANGE_AND : CHANGE_MINUS, 0);
        }
        return EM_OK;
}

static em_status read_either(parser *p, em_error *err)
{
        EM_TRY(read_both(p, err));
        while (peek(p) == '|') {
                p->at++;
                EM_TRY(read_both(p, err));
                emit(p, CHANGE_OR, 0);
        }
        return EM_OK;
}

/* ---- writing ---- */

typedef struct writer { const em_change *change; em_buf *out; } writer;

/* The first operation of the part that ends at op `at`. */
static size_t begin_of(const em_change *c, size_t at)
{
        size_t wanted = 1;
        for (;; at--) {
                wanted += c->op[at].what < EM_CHANGE_KINDS ? 0 : 2;
                if (--wanted == 0)
                        return at;
        }
}

/* Writes the part that ends at op `at`.  Depth is that of the tree: at most half the text. */
static void write_part(const writer *w, size_t at, bool bracket)
{
        const em_change_op *op = &w->change->op[at];
        if (op->what < EM_CHANGE_KINDS) {
                em_buf_c(w->out, known[op->what].name);
                if (op->what == EM_CHANGE_POWER_OF_TEN)
                        em_buf_fmt(w->out, "(%u)", op->digits);
                return;
        }
        size_t right = at - 1, left = begin_of(w->change, right) - 1;
        unsigned l = w->change->op[left].what, r = w->change->op[right].what;
        bool or = op->what == CHANGE_OR;
        if (bracket)
                em_buf_ch(w->out, '(');
        write_part(w, left, !or && l == CHANGE_OR);
        em_buf_c(w->out, or ? " | " : op->what == CHANGE_AND ? " & " : " - ");
        write_part(w, right, r >= EM_CHANGE_KINDS && (!or || r == CHANGE_OR));
        if (bracket)
                em_buf_ch(w->out, ')');
}

static em_status write_text(em_change *c, em_arena *arena, em_error *err)
{
        em_buf b = em_buf_make(4 * EM_CHANGE_TEXT);
        writer w = { c, &b };
        write_part(&w, c->ops - 1, false);
        em_status status = em_buf_status(&b, err);
        if (status == EM_OK && b.n > EM_CHANGE_TEXT)
                status = em_fail(err, EM_LIMIT, "change heuristics: written out, more than %d characters", EM_CHANGE_TEXT);
        if (status == EM_OK)
                status = em_str_copy(em_buf_view(&b), arena, &c->text, err);
        em_buf_free(&b);
        return status;
}

em_status em_change_parse(em_str text, em_arena *arena, em_change **ret_change, em_error *err)
{
        if (text.n > EM_CHANGE_TEXT)
                return em_fail(err, EM_LIMIT, "change heuristics: more than %d characters", EM_CHANGE_TEXT);
        em_change *c = EM_NEW(arena, em_change);
        parser p = { .text = text, .out = c };
        if (!c || !(c->op = EM_NEW_N(arena, em_change_op, text.n + 1)))
                return em_fail(err, EM_NOMEM, "no memory for change heuristics");
        EM_TRY(read_either(&p, err));
        if (peek(&p) != '\0' || p.at < text.n)
                return wrong(EM_FORMAT, p.at, "an operator (& - |) belongs here", err);
        EM_TRY(write_text(c, arena, err));
        *ret_change = c;
        return EM_OK;
}
