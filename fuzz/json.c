/* Any bytes are a tree or an error; what is refused and what is taken is the same as for a small
 * acceptor written straight from the grammar of RFC 8259.
 */
#include "embargo/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct eye { em_str s; size_t at; unsigned deep; } eye;

static bool value(eye *e);

static int now(const eye *e)
{
        return e->at < e->s.n ? (unsigned char)e->s.p[e->at] : -1;
}

static bool take(eye *e, int c)
{
        return now(e) == c && ++e->at;
}

static void blanks(eye *e)
{
        while (now(e) == ' ' || now(e) == '\t' || now(e) == '\n' || now(e) == '\r')
                e->at++;
}

static bool digits(eye *e)
{
        size_t from = e->at;
        while (now(e) >= '0' && now(e) <= '9')
                e->at++;
        return e->at > from;
}

static bool number(eye *e)
{
        take(e, '-');
        if (!take(e, '0') && !digits(e))
                return false;
        if (take(e, '.') && !digits(e))
                return false;
        if (take(e, 'e') || take(e, 'E')) {
                if (!take(e, '+'))
                        take(e, '-');
                return digits(e);
        }
        return true;
}

static int hex4(eye *e)
{
        int n = 0;
        for (int i = 0; i < 4; i++, e->at++) {
                int c = now(e);
                int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
                if (d < 0)
                        return -1;
                n = 16 * n + d;
        }
        return n;
}

static bool escape(eye *e)
{
        if (!take(e, 'u')) {
                int c = now(e);
                e->at++;
                return c > 0 && strchr("\"\\/bfnrt", c);
        }
        int high = hex4(e);
        if (high < 0 || (high >= 0xDC00 && high <= 0xDFFF))
                return false;
        if (high < 0xD800 || high > 0xDBFF)
                return true;
        if (!take(e, '\\') || !take(e, 'u'))
                return false;
        int low = hex4(e);
        return low >= 0xDC00 && low <= 0xDFFF;
}

static bool string(eye *e)
{
        if (!take(e, '"'))
                return false;
        while (now(e) != '"') {
                if (now(e) < 0x20)
                        return false;
                if (!take(e, '\\'))
                        e->at++;
                else if (!escape(e))
                        return false;
        }
        return take(e, '"');
}

static bool items(eye *e, int end)
{
        blanks(e);
        if (take(e, end))
                return true;
        do {
                blanks(e);
                if (end == '}') {
                        if (!string(e))
                                return false;
                        blanks(e);
                        if (!take(e, ':'))
                                return false;
                }
                if (!value(e))
                        return false;
        } while (take(e, ','));
        return take(e, end);
}

static bool word(eye *e, em_str w)
{
        if (!em_str_starts(em_str_sub(e->s, e->at, e->s.n), w))
                return false;
        e->at += w.n;
        return true;
}

static bool value(eye *e)
{
        bool good = false;
        blanks(e);
        if (++e->deep > EM_JSON_DEEP)
                return false;
        if (take(e, '['))
                good = items(e, ']');
        else if (take(e, '{'))
                good = items(e, '}');
        else if (now(e) == '"')
                good = string(e);
        else
                good = word(e, EM_S("null")) || word(e, EM_S("true")) || word(e, EM_S("false")) || number(e);
        e->deep--;
        blanks(e);
        return good;
}

static bool accepted(em_str s)
{
        if (!em_utf8_ok(s, NULL))
                return false;
        if (em_str_starts(s, EM_S("\xEF\xBB\xBF")))
                s = em_str_sub(s, 3, s.n);
        eye e = { .s = s };
        return value(&e) && e.at == s.n;
}

static void walk(const em_jnode *node, unsigned deep)
{
        size_t count = 0;
        em_assert(deep <= EM_JSON_DEEP && em_utf8_ok(node->text, NULL) && em_utf8_ok(node->key, NULL));
        for (const em_jnode *child = node->first; child; child = child->next, count++)
                walk(child, deep + 1);
        em_assert(count == node->count);
}

/* Twice by one reader: nothing of the first text may be left in the second answer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        em_arena    *arena = em_arena_new((size_t)256 << 20);
        em_json_doc *doc = em_json_reader();
        em_jnode    *root = NULL;
        em_error     err = { 0 };
        em_str       text = { (const char *)data, size };
        if (!arena || !doc)
                abort();
        em_status half = em_json_parse(doc, em_str_sub(text, 0, size / 2), arena, &root, &err);
        em_assert((half == EM_OK) == accepted(em_str_sub(text, 0, size / 2)));
        em_status whole = em_json_parse(doc, text, arena, &root, &err);
        em_assert((whole == EM_OK) == accepted(text));
        if (whole == EM_OK)
                walk(root, 1);
        else
                em_assert(whole == EM_FORMAT && err.text[0]);
        em_json_reader_free(doc);
        em_arena_free(arena);
        return 0;
}
