/* One mark of a template: what stands between { and }.  The grammar is that of
 * doc/format-template.md; there is no nesting and no expression, so that a
 * reader of report.md sees at once which answer a number comes from.
 */
#include "report/parts.h"

static bool is_name(em_str s, bool capitals)
{
        for (size_t i = 0; i < s.n; i++) {
                char c = s.p[i];
                if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                      (capitals && c >= 'A' && c <= 'Z')))
                        return false;
        }
        return s.n > 0;
}

static bool wrong(const char **ret_why, const char *why)
{
        *ret_why = why;
        return false;
}

/* source:ID|field, measure:KEY|field, say:text */
static bool parse_prefixed(em_str inside, em_mark *m, const char **ret_why)
{
        em_cut colon = em_str_cut(inside, ':');
        if (m->kind == EM_MARK_SAY) {
                m->name = em_str_trim(colon.tail);
                return m->name.n > 0 || wrong(ret_why, "nothing is said after \"say:\"");
        }
        /* an id may hold a colon ("3f9ac1d2:162"), a field never does */
        em_cut bar = em_str_cut(colon.tail, '|');
        m->key = em_str_trim(bar.head);
        m->name = em_str_trim(bar.tail);
        if (m->key.n == 0)
                return wrong(ret_why, "no record or measure is named");
        if (m->kind == EM_MARK_SOURCE && m->name.n == 0)
                return wrong(ret_why, "a record's mark needs a field, as in {source:CNS-161|what}");
        return true;
}

/* question@reading|name */
static bool parse_question(em_str inside, em_mark *m, const char **ret_why)
{
        em_cut bar = em_str_cut(inside, '|');
        if (!bar.found)
                return wrong(ret_why, "a mark is {question|name}; the | and the name are missing");
        em_cut at = em_str_cut(bar.head, '@');
        m->key = em_str_trim(at.head);
        m->reading = em_str_trim(at.tail);
        m->name = em_str_trim(bar.tail);
        if (!is_name(m->key, false))
                return wrong(ret_why, "the question's key is not of small letters, digits and -");
        if (at.found && m->reading.n == 0)
                return wrong(ret_why, "no reading is named after @");
        if (em_str_starts(m->name, EM_S("!not "))) {
                m->kind = EM_MARK_NOT;
                m->name = em_str_trim(em_str_sub(m->name, 5, m->name.n));
        } else if (em_str_starts(m->name, EM_S("!"))) {
                m->kind = EM_MARK_QUANTIFIER;
                m->name = em_str_sub(m->name, 1, m->name.n);
        } else if (em_str_starts(m->name, EM_S("?"))) {
                m->kind = EM_MARK_IF;
                m->name = em_str_sub(m->name, 1, m->name.n);
        }
        if (!is_name(m->name, true))
                return wrong(ret_why, "what is wanted of the answer is not of letters, digits and -");
        if (em_str_eq(m->key, EM_S("case")) || em_str_eq(m->key, EM_S("claims"))) {
                if (m->kind != EM_MARK_NUMBER || m->reading.n)
                        return wrong(ret_why, "of the case and its claims, only fields can be printed");
                m->kind = EM_MARK_CASE;
        }
        return true;
}

bool em_mark_parse(em_str s, em_mark *ret_mark, const char **ret_why)
{
        em_assert(s.n > 0 && s.p[0] == '{');
        size_t end = 1;
        while (end < s.n && s.p[end] != '}' && s.p[end] != '{' && s.p[end] != '\n')
                end++;
        if (end == s.n || s.p[end] != '}')
                return wrong(ret_why, "the mark is not closed with } on its line (a brace that is meant is written \\{)");
        em_mark m = { .kind = EM_MARK_NUMBER, .text = em_str_sub(s, 0, end + 1) };
        em_str inside = em_str_trim(em_str_sub(s, 1, end - 1));
        static const struct { em_str prefix; em_mark_kind kind; } prefixed[] = {
                { EM_S_INIT("source:"), EM_MARK_SOURCE },
                { EM_S_INIT("measure:"), EM_MARK_MEASURE },
                { EM_S_INIT("say:"), EM_MARK_SAY },
        };
        bool ok = false, found = false;
        for (size_t i = 0; i < sizeof prefixed / sizeof *prefixed; i++) {
                if (!em_str_starts(inside, prefixed[i].prefix))
                        continue;
                m.kind = prefixed[i].kind;
                ok = parse_prefixed(inside, &m, ret_why);
                found = true;
        }
        if (!found)
                ok = parse_question(inside, &m, ret_why);
        if (ok)
                *ret_mark = m;
        return ok;
}
