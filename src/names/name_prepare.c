/* One name made ready: folded, cut into tokens, each with its kind.
 *
 * The order of the passes matters: letters first, then single letters with full stops between them are one
 * word ("S.A.R.L."), then legal forms of several words become one token, then numbers are read, then kinds.
 * Whatever is not Latin gives several forms, one for each system of writing it.
 */
#include "names/edit.h"
#include "names/fold.h"
#include "names/korean.h"
#include "names/name_words.h"

#include <stdlib.h>

typedef struct cutting { em_str text; const em_folded *f; em_token *token; size_t tokens, cap; bool person, cut; } cutting;

uint32_t em_token_hash(em_str s)        /* FNV-1a */
{
        uint32_t h = 2166136261u;
        for (size_t i = 0; i < s.n; i++)
                h = (h ^ (uint8_t)s.p[i]) * 16777619u;
        return h;
}

static void add(cutting *c, size_t from, size_t to)
{
        const em_folded *f = c->f;
        if (c->tokens == c->cap) {
                c->cut = true;
                return;
        }
        size_t begin = f->from[from], end = f->to[to - 1];
        c->token[c->tokens++] = (em_token){.text = {f->latin + from, to - from},
                                           .form = em_str_sub(c->text, begin, end - begin), .writing = f->writing};
}

/* "J.P." and "S.A.R.L.": letters each with a full stop, nothing between: one word, its stops taken out in place. */
static size_t dotted(em_folded *f, size_t at)
{
        size_t letters = 0, i = at, w = at;
        while (i + 1 < f->n && f->latin[i] >= 'a' && f->latin[i] <= 'z' && f->latin[i + 1] == '.') {
                letters++;
                i += 2;
        }
        if (letters && i < f->n && f->latin[i] != ' ' && f->latin[i] != '.' && (i + 1 == f->n || f->latin[i + 1] == ' ')) {
                letters++;      /* "L.L.C" without its last stop */
                i++;
        }
        if (letters < 2)
                return 0;
        for (size_t k = at; k < i; k++)
                if (f->latin[k] != '.') {
                        f->latin[w] = f->latin[k];
                        f->from[w] = f->from[k];
                        f->to[w++] = f->to[k];
                }
        for (; w < i; w++)
                f->latin[w] = ' ';
        return letters;
}

static void cut_words(cutting *c, em_folded *f)
{
        for (size_t i = 0; i < f->n;) {
                if (f->latin[i] == ' ' || f->latin[i] == '.') {
                        i++;
                        continue;
                }
                size_t n = dotted(f, i), end = i + n;
                if (!n)
                        for (end = i; end < f->n && f->latin[end] != ' ' && f->latin[end] != '.'; end++)
                                ;
                add(c, i, end);
                i = end;
        }
}

/* "ig0r": a digit that stands for the letter it looks like, in a word that is mostly letters. */
static void unmask(em_token *t)
{
        static const char from[] = "0134578", to[] = "oieastb";
        size_t digits = 0;
        for (size_t i = 0; i < t->text.n; i++)
                digits += t->text.p[i] <= '9';
        if (!digits || t->text.n < 4 || digits * 3 > t->text.n || t->text.p[0] <= '9')
                return;
        char *p = (char *)(uintptr_t)t->text.p;
        for (size_t i = 1; i < t->text.n; i++) {
                const char *at = p[i] <= '9' ? strchr(from, p[i]) : NULL;
                if (at && *at)
                        p[i] = to[at - from];
        }
}

static void join(cutting *c, size_t at, size_t count, em_token_kind kind, uint32_t symbol)
{
        em_token *t = &c->token[at], *last = &c->token[at + count - 1];
        t->form = (em_str){t->form.p, (size_t)(last->form.p + last->form.n - t->form.p)};
        t->kind = kind;
        t->symbol = symbol;
        memmove(t + 1, t + count, (c->tokens - at - count) * sizeof *t);
        c->tokens -= count - 1;
}

static void find_forms(cutting *c)
{
        em_str text[EM_NAME_TOKENS];
        for (size_t i = c->person ? 1 : 0; i < c->tokens; i++) {
                uint32_t symbol = 0;
                for (size_t k = i; k < c->tokens; k++)
                        text[k - i] = c->token[k].text;
                size_t n = em_word_form(text, c->tokens - i, &symbol);
                if (n && (!c->person || (i + n == c->tokens && c->tokens > 2)))
                        join(c, i, n, EM_TOKEN_CLASS, symbol);
        }
}

static bool tens(const em_token *t)
{
        return t->kind == EM_TOKEN_NUMBER && t->symbol >= 20 && t->symbol < 100 && t->symbol % 10 == 0
               && t->text.p[0] > '9';
}

static void find_numbers(cutting *c)
{
        for (size_t i = 0; i + 1 < c->tokens; i++) {
                const em_token *a = &c->token[i], *b = a + 1;
                if (tens(a) && b->kind == EM_TOKEN_NUMBER && b->symbol > 0 && b->symbol < 10)
                        join(c, i, 2, EM_TOKEN_NUMBER, a->symbol + b->symbol);
        }
}

static void find_kinds(cutting *c)
{
        size_t names = 0;
        for (size_t i = 0; i < c->tokens; i++) {
                em_token *t = &c->token[i];
                if (t->kind == EM_TOKEN_CLASS)
                        continue;
                unmask(t);
                t->kind = em_word_kind(t->text, c->person, &t->symbol);
                names += t->kind == EM_TOKEN_NAME || t->kind == EM_TOKEN_COMMON;
        }
        /* A name of nothing but titles or links has them as its name. */
        for (size_t i = 0; !names && i < c->tokens; i++)
                if (c->token[i].kind == EM_TOKEN_TITLE || c->token[i].kind == EM_TOKEN_LINK || c->token[i].kind == EM_TOKEN_STOP)
                        c->token[i].kind = EM_TOKEN_NAME;
}

static void find_hashes(cutting *c)
{
        for (size_t i = 0; i < c->tokens; i++)
                c->token[i].hash = em_token_hash(c->token[i].text);
}

static em_status add_form(em_name *n, em_reading reading, bool syllables, const char *rule, em_arena *arena, em_error *err)
{
        em_folded f;
        cutting   c = {.text = em_str_sub(n->text, 0, EM_FOLD_TEXT), .cap = EM_NAME_TOKENS,
                       .person = n->schema == EM_SCHEMA_PERSON};
        EM_TRY(em_fold(n->text, reading, syllables, arena, &f, err));
        c.token = EM_NEW_N(arena, em_token, EM_NAME_TOKENS);
        if (!c.token)
                return em_fail(err, EM_NOMEM, "no memory left for a name");
        if (f.writing == EM_WRITING_HAN && reading != EM_READ_PINYIN)
                f.writing = EM_WRITING_HANGUL;
        c.f = &f;
        cut_words(&c, &f);
        find_forms(&c);
        find_kinds(&c);
        find_numbers(&c);
        find_hashes(&c);
        n->cut |= c.cut;
        if (c.tokens)
                n->form[n->forms++] = (em_name_form){c.token, c.tokens, rule};
        return EM_OK;
}

/* "Al-Qa'ida/Islamic Army": either side of the stroke is a name of its own. */
static em_status add_sides(em_name *n, em_arena *arena, em_error *err)
{
        em_cut cut = em_str_cut(n->text, '/');
        if (!cut.found || em_str_find(cut.tail, EM_S("/")) >= 0 || n->schema == EM_SCHEMA_PERSON)
                return EM_OK;
        em_name side = *n;
        for (int i = 0; i < 2; i++) {
                side.text = i ? cut.tail : cut.head;
                if (side.text.n >= 5)
                        EM_TRY(add_form(&side, EM_READ_PINYIN, false, "one side of the stroke", arena, err));
        }
        side.text = n->text;
        *n = side;
        return EM_OK;
}

/* ---- Korean keys -------------------------------------------------------------------------------- */

static em_status add_key(em_name *n, const em_name_form *f, size_t first, em_arena *arena, em_error *err)
{
        char   key[64];
        size_t at = 0, syllables = 0;
        for (size_t i = 0; i < f->tokens; i++) {
                const em_token *t = &f->token[(first + i) % f->tokens];
                size_t          more = em_korean_key(t->text, key + at, sizeof key - at);
                if (!more)
                        return EM_OK;
                syllables += more;
                at += strlen(key + at);
        }
        em_str made = {key, at};
        for (size_t i = 0; i < n->koreans; i++)
                if (em_str_eq(n->korean[i], made))
                        return EM_OK;
        if (syllables < 2 || syllables > 5 || n->koreans == 4)
                return EM_OK;
        return em_str_copy(made, arena, &n->korean[n->koreans++], err);
}

/* The family name first, as it is written in Korea, or last, as it is written elsewhere. */
static em_status add_keys(em_name *n, const em_name_form *f, em_arena *arena, em_error *err)
{
        if (f->tokens < 2 || f->tokens > 4)
                return EM_OK;
        if (em_korean_family(f->token[0].text))
                EM_TRY(add_key(n, f, 0, arena, err));
        if (em_korean_family(f->token[f->tokens - 1].text))
                EM_TRY(add_key(n, f, f->tokens - 1, arena, err));
        return EM_OK;
}

static int by_text(const void *a, const void *b)
{
        return em_str_cmp(*(const em_str *)a, *(const em_str *)b);
}

em_status em_name_prepare(em_str text, em_schema schema, em_arena *arena, em_name *ret_name, em_error *err)
{
        em_name   n = {.text = text, .schema = schema};
        em_folded look;
        EM_TRY(em_fold(text, EM_READ_PINYIN, false, arena, &look, err));
        bool han = look.han && !look.hangul && look.writing == EM_WRITING_HAN;
        if (han)
                EM_TRY(add_form(&n, EM_READ_PINYIN, false, "pinyin", arena, err));
        if (look.hangul || (han && (schema == EM_SCHEMA_ORGANIZATION || schema == EM_SCHEMA_COMPANY || em_han_korean_name(text)))) {
                EM_TRY(add_form(&n, EM_READ_DPRK, true, em_roman_rule(EM_ROMAN_DPRK), arena, err));
                EM_TRY(add_form(&n, EM_READ_MR, false, em_roman_rule(EM_ROMAN_MR), arena, err));
                EM_TRY(add_form(&n, EM_READ_RR, false, em_roman_rule(EM_ROMAN_RR), arena, err));
        } else if (!han) {
                EM_TRY(add_form(&n, EM_READ_PINYIN, false, "as written", arena, err));
                EM_TRY(add_sides(&n, arena, err));
        }
        if (schema <= EM_SCHEMA_PERSON)
                for (size_t i = 0; i < n.forms; i++)
                        if (strcmp(n.form[i].rule, "pinyin") != 0)
                                EM_TRY(add_keys(&n, &n.form[i], arena, err));
        qsort(n.korean, n.koreans, sizeof *n.korean, by_text);
        *ret_name = n;
        return EM_OK;
}

em_status em_name_fold(em_str text, em_arena *arena, em_str *ret_text, em_error *err)
{
        em_folded f;
        size_t    n = 0;
        EM_TRY(em_fold(text, EM_READ_DPRK, false, arena, &f, err));
        for (size_t i = 0; i < f.n; i++)
                if (f.latin[i] != '.')
                        f.latin[n++] = f.latin[i];
        *ret_text = em_str_trim((em_str){f.latin, n});
        return EM_OK;
}
