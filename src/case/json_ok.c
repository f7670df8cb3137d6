/* Is this text JSON (RFC 8259)?  A ledger entry's body may have been altered, and ->>
 * over malformed text would make every statement over it fail; SQLite's json_valid
 * says "no" when it finds no memory, and that would be an accusation.  So this
 * looks, in one pass without memory.
 */
#include "case/store.h"

typedef struct scan { em_str s; size_t at; } scan;

static char here(const scan *k)
{
        return k->at < k->s.n ? k->s.p[k->at] : '\0';
}

static void blanks(scan *k)
{
        while (k->at < k->s.n && strchr(" \t\r\n", k->s.p[k->at]) && k->s.p[k->at])
                k->at++;
}

static bool take(scan *k, char ch)
{
        if (here(k) != ch || k->at >= k->s.n)
                return false;
        k->at++;
        return true;
}

static bool hex4(scan *k)
{
        for (int i = 0; i < 4; i++, k->at++) {
                char ch = here(k);
                if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F')))
                        return false;
        }
        return true;
}

static bool string(scan *k)
{
        if (!take(k, '"'))
                return false;
        while (k->at < k->s.n) {
                unsigned char ch = (unsigned char)k->s.p[k->at++];
                if (ch == '"')
                        return true;
                if (ch < 0x20)
                        return false;
                if (ch != '\\')
                        continue;
                char escape = here(k);
                k->at++;
                if (escape == 'u' ? !hex4(k) : !escape || !strchr("\"\\/bfnrt", escape))
                        return false;
        }
        return false;
}

static bool digits(scan *k)
{
        size_t from = k->at;
        while (here(k) >= '0' && here(k) <= '9')
                k->at++;
        return k->at > from;
}

static bool number(scan *k)
{
        take(k, '-');
        if (!take(k, '0') && !digits(k))
                return false;
        if (take(k, '.') && !digits(k))
                return false;
        if (!take(k, 'e') && !take(k, 'E'))
                return true;
        if (!take(k, '+'))
                take(k, '-');
        return digits(k);
}

static bool value(scan *k, int depth);

static bool member(scan *k, int depth)
{
        blanks(k);
        if (!string(k))
                return false;
        blanks(k);
        return take(k, ':') && value(k, depth);
}

/* The inside of {} or [] after its bracket, to the bracket that ends it. */
static bool list(scan *k, char end, int depth)
{
        blanks(k);
        if (take(k, end))
                return true;
        do {
                if (end == '}' ? !member(k, depth) : !value(k, depth))
                        return false;
        } while (take(k, ','));
        return take(k, end);
}

/* A value and the blanks around it; `depth` brackets may still open. */
static bool value(scan *k, int depth)
{
        static const em_str words[] = { EM_S_INIT("true"), EM_S_INIT("false"), EM_S_INIT("null") };
        bool ok = false;
        blanks(k);
        for (size_t i = 0; i < 3 && !ok; i++)
                if (em_str_starts(em_str_sub(k->s, k->at, 5), words[i])) {
                        k->at += words[i].n;
                        ok = true;
                }
        if (!ok && here(k) == '"')
                ok = string(k);
        else if (!ok && depth > 0 && take(k, '{'))
                ok = list(k, '}', depth - 1);
        else if (!ok && depth > 0 && take(k, '['))
                ok = list(k, ']', depth - 1);
        else if (!ok)
                ok = number(k);
        blanks(k);
        return ok;
}

bool em_json_ok(em_str text)
{
        scan k = { text, 0 };
        return value(&k, 64) && k.at == text.n;
}
