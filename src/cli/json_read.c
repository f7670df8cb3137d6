/* JSON into a tree by recursive descent, one function for each rule of RFC 8259. */
#include "cli/json_read.h"

enum { JSON_DEEP = 32 };

typedef struct parser {
        em_str      text;
        size_t      at;
        int         depth;
        em_arena   *arena;
        const char *bad;        /* the first complaint */
} parser;

static bool value(parser *p, em_jnode *node);

static bool fail(parser *p, const char *why)
{
        if (!p->bad)
                p->bad = why;
        return false;
}

static void blanks(parser *p)
{
        while (p->at < p->text.n && strchr(" \t\r\n", p->text.p[p->at]) && p->text.p[p->at])
                p->at++;
}

static bool taken(parser *p, char c)
{
        blanks(p);
        if (p->at >= p->text.n || p->text.p[p->at] != c)
                return false;
        p->at++;
        return true;
}

static bool hex4(parser *p, uint32_t *ret)
{
        uint32_t code = 0;
        for (int i = 0; i < 4; i++, p->at++) {
                char c = p->at < p->text.n ? p->text.p[p->at] : '\0';
                int  d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
                       : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
                if (d < 0)
                        return fail(p, "a \\u needs four hex digits");
                code = 16 * code + (uint32_t)d;
        }
        *ret = code;
        return true;
}

/* Pairs of surrogates are not joined: embargo writes such characters as they are. */
static size_t utf8(uint32_t c, char *out)
{
        if (c < 0x80) {
                out[0] = (char)c;
                return 1;
        }
        size_t n = c < 0x800 ? 2 : 3;
        out[0] = (char)(n == 2 ? 0xc0 | c >> 6 : 0xe0 | c >> 12);
        if (n == 3)
                out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[n - 1] = (char)(0x80 | (c & 0x3f));
        return n;
}

static bool escape(parser *p, char *out, size_t *n)
{
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        char        c = p->at < p->text.n ? p->text.p[p->at++] : '\0';
        const char *hit = c ? strchr(from, c) : NULL;
        uint32_t    code = 0;
        if (hit) {
                out[(*n)++] = to[hit - from];
                return true;
        }
        if (c != 'u')
                return fail(p, "an unknown escape");
        if (!hex4(p, &code))
                return false;
        if (code >= 0xd800 && code < 0xe000)
                return fail(p, "a surrogate");
        *n += utf8(code, out + *n);
        return true;
}

static bool string(parser *p, em_str *ret)
{
        if (!taken(p, '"'))
                return fail(p, "a string was expected");
        size_t end = p->at, n = 0;
        while (end < p->text.n && p->text.p[end] != '"')
                end += p->text.p[end] == '\\' ? 2 : 1;
        char *out = end < p->text.n ? em_arena_alloc(p->arena, end - p->at + 1) : NULL;
        if (!out)
                return fail(p, end < p->text.n ? "out of memory" : "a string is not closed");
        while (p->at < end) {
                char c = p->text.p[p->at++];
                if ((unsigned char)c < 0x20)
                        return fail(p, "a control byte in a string");
                if (c != '\\')
                        out[n++] = c;
                else if (!escape(p, out, &n))
                        return false;
        }
        p->at = end + 1;
        *ret = (em_str){out, n};
        return true;
}

static bool members(parser *p, em_jnode *node, char close)
{
        em_jnode **link = &node->first;
        if (taken(p, close))
                return true;
        do {
                em_jnode *child = EM_NEW(p->arena, em_jnode);
                if (!child)
                        return fail(p, "out of memory");
                if (close == '}' && (!string(p, &child->key) || !taken(p, ':')))
                        return fail(p, "a name and a colon were expected");
                if (!value(p, child))
                        return false;
                *link = child;
                link = &child->next;
                node->count++;
        } while (taken(p, ','));
        return taken(p, close) || fail(p, "a comma or the closing bracket was expected");
}

static bool word(parser *p, em_jnode *node)
{
        static const struct { em_str text; em_jkind kind; int64_t n; } words[] = {
                {EM_S_INIT("null"), EM_J_NULL, 0}, {EM_S_INIT("true"), EM_J_BOOL, 1}, {EM_S_INIT("false"), EM_J_BOOL, 0},
        };
        em_str rest = em_str_sub(p->text, p->at, p->text.n);
        for (size_t i = 0; i < 3; i++)
                if (em_str_starts(rest, words[i].text)) {
                        p->at += words[i].text.n;
                        node->kind = words[i].kind;
                        node->n = words[i].n;
                        return true;
                }
        size_t n = 0;
        while (n < rest.n && rest.p[n] && strchr("+-.0123456789eE", rest.p[n]))
                n++;
        node->kind = EM_J_INT;
        if (!n || !em_str_int(em_str_sub(rest, 0, n), &node->n))
                return fail(p, "a value was expected (numbers are whole)");
        p->at += n;
        return true;
}

static bool value(parser *p, em_jnode *node)
{
        bool good;
        blanks(p);
        char c = p->at < p->text.n ? p->text.p[p->at] : '\0';
        if (p->depth == JSON_DEEP)
                return fail(p, "brackets within too many brackets");
        p->depth++;
        if (c == '{' || c == '[') {
                p->at++;
                node->kind = c == '{' ? EM_J_OBJECT : EM_J_LIST;
                good = members(p, node, c == '{' ? '}' : ']');
        } else if (c == '"') {
                node->kind = EM_J_STR;
                good = string(p, &node->text);
        } else {
                good = word(p, node);
        }
        p->depth--;
        return good;
}

em_status em_json_tree(em_str text, em_arena *arena, em_jnode **ret_root, em_error *err)
{
        parser    p = {.text = text, .arena = arena};
        em_jnode *root = EM_NEW(arena, em_jnode);
        size_t    bad = 0;
        if (!root)
                return em_fail(err, EM_NOMEM, "out of memory");
        if (!em_utf8_ok(text, &bad))
                return em_fail(err, EM_FORMAT, "not UTF-8 at byte %zu", bad + 1);
        bool good = value(&p, root);
        blanks(&p);
        if (good && p.at != text.n)
                good = fail(&p, "something follows the last bracket");
        if (!good)
                return em_fail(err, EM_FORMAT, "not JSON at byte %zu: %s", p.at + 1, p.bad);
        *ret_root = root;
        return EM_OK;
}

const em_jnode *em_json_member(const em_jnode *node, const char *key)
{
        if (!node || node->kind != EM_J_OBJECT)
                return NULL;
        for (const em_jnode *c = node->first; c; c = c->next)
                if (em_str_eq(c->key, em_str_c(key)))
                        return c;
        return NULL;
}
