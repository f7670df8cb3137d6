/* SDNLIST.TXT: the Treasury's list as running text, one paragraph a name.
 *
 *     KIM, Yong Chol (a.k.a. KIM, Young-Cheol), Pyongyang, Korea, North; DOB 1946; Passport 1 (Korea, North) (individual) [DPRK2].
 *
 * Source: OFAC, "Specially Designated Nationals and Blocked Persons List (SDN) human readable lists".  Lines are broken at
 * some seventy letters.  A party stands once under each of its names, and no paragraph has a number: paragraphs that have
 * the same names and say the same are one party, whose number is a hash of both.  So a party of which anything changed is
 * another in a comparison of versions; the tables and XML of the same list have numbers and should be preferred.
 *
 * A person's name is surname, comma, given names.  Of the others the name is what is written in capitals: commas belong to
 * companies' names, and an address is written as addresses are.
 */
#include "names/list_bytes.h"
#include "names/list_ofac.h"

#include <stdlib.h>

enum { PARAGRAPH = 1 << 16, NAMES = 400 };

typedef struct paragraph {
        em_str   text;          /* on one line */
        uint64_t line, offset, length;
        em_str   name, rest, programmes, linked;
        em_str   alias[NAMES]; em_name_kind kind[NAMES]; size_t aliases;
        bool     overflow;
} paragraph;

static em_schema schema_of(em_str text)
{
        static const struct { const char *words; em_schema schema; } kinds[] = {
                {"(individual)", EM_SCHEMA_PERSON}, {"(vessel)", EM_SCHEMA_VESSEL}, {"(aircraft)", EM_SCHEMA_AIRPLANE}};
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
                if (em_str_find(text, em_str_c(kinds[i].words)) >= 0)
                        return kinds[i].schema;
        return EM_SCHEMA_ORGANIZATION;
}

/* ---- cutting ------------------------------------------------------------------------------- */

static bool has_lower(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (s.p[i] >= 'a' && s.p[i] <= 'z')
                        return true;
        return false;
}

/* The place behind the bracket that closes the one at from; s.n when none does. */
static size_t close_of(em_str s, size_t from)
{
        int depth = 0;
        for (size_t i = from; i < s.n; i++) {
                depth += s.p[i] == '(' ? 1 : s.p[i] == ')' ? -1 : 0;
                if (depth == 0)
                        return i + 1;
        }
        return s.n;
}

/* "a.k.a. ", "f.k.a. ", "n.k.a. " */
static bool begins_alias(em_str s)
{
        return s.n > 7 && (s.p[0] == 'a' || s.p[0] == 'f' || s.p[0] == 'n') && em_str_starts(em_str_sub(s, 1, s.n), EM_S(".k.a. "));
}

static void cut_aliases(paragraph *g, em_str inside)
{
        for (em_cut cut = {.tail = inside, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ';');
                em_str one = em_str_trim(cut.head);
                if (!begins_alias(one))
                        continue;
                em_str name = em_str_trim(em_str_sub(one, 7, one.n));
                bool   weak = name.n > 2 && name.p[0] == '"' && name.p[name.n - 1] == '"';
                if (weak)
                        name = em_str_sub(name, 1, name.n - 2);
                g->overflow |= g->aliases == NAMES;
                if (!name.n || g->aliases == NAMES)
                        continue;
                g->kind[g->aliases] = one.p[0] == 'f' ? EM_NAME_FORMER : weak ? EM_NAME_WEAK : EM_NAME_ALIAS;
                g->alias[g->aliases++] = name;
        }
}

/* How far the name goes where no alias ends it. */
static size_t name_end(em_str s, bool person)
{
        size_t from = 0;
        for (size_t piece = 0; from < s.n; piece++) {
                size_t end = from;
                while (end < s.n && s.p[end] != ',' && s.p[end] != ';' && (s.p[end] != '(' || !has_lower(em_str_sub(s, end, close_of(s, end) - end))))
                        end++;
                em_str one = em_str_sub(s, from, end - from);
                bool   part = person ? piece < 2 : !has_lower(one) || piece == 0;
                if (!part)
                        return from ? from - 1 : 0;
                if (end == s.n || s.p[end] != ',')
                        return end;
                from = end + 1;
        }
        return s.n;
}

/* The last bracket that opens at the end of s, when s ends in its close; s.n when it does not. */
static size_t last_group(em_str s, char open, char close)
{
        int depth = 0;
        for (size_t i = s.n; i-- > 0;) {
                depth += s.p[i] == close ? 1 : s.p[i] == open ? -1 : 0;
                if (depth == 0)
                        return s.p[i] == open ? i : s.n;
        }
        return s.n;
}

/* "rest [A] [B] (Linked To: X)." without its end: the programmes, and whom it is linked to. */
static bool cut_end(paragraph *g, em_str *ret_rest)
{
        em_str s = g->text;
        if (!em_str_ends(s, EM_S(".")))
                return false;
        s = em_str_trim(em_str_sub(s, 0, s.n - 1));
        for (size_t at = last_group(s, '(', ')'); at < s.n; at = last_group(s, '(', ')')) {
                em_str inside = em_str_sub(s, at + 1, s.n - at - 2);
                if (!em_str_starts(inside, EM_S("Linked To: ")))
                        return false;
                g->linked = em_str_sub(inside, 11, inside.n);
                s = em_str_trim(em_str_sub(s, 0, at));
        }
        size_t end = s.n;
        for (size_t at = last_group(s, '[', ']'); at < s.n; at = last_group(s, '[', ']'))
                s = em_str_trim(em_str_sub(s, 0, at));
        g->programmes = em_str_trim(em_str_sub(g->text, s.n, end - s.n));
        size_t kind = last_group(s, '(', ')');
        if (kind < s.n && schema_of(em_str_sub(s, kind, s.n)) != EM_SCHEMA_ORGANIZATION)
                s = em_str_trim(em_str_sub(s, 0, kind));
        *ret_rest = s;
        return g->programmes.n > 2;
}

/* "NAME (a.k.a. ...; ...), rest (individual) [A] [B]." */
static bool cut_paragraph(paragraph *g, bool person)
{
        em_str s;
        if (!cut_end(g, &s))
                return false;
        size_t end = name_end(s, person);
        for (size_t i = 0; i + 8 < s.n; i++)
                if (s.p[i] == '(' && begins_alias(em_str_sub(s, i + 1, s.n))) {
                        size_t close = close_of(s, i);
                        cut_aliases(g, em_str_sub(s, i + 1, close - i - (close < s.n || s.p[close - 1] == ')' ? 2 : 1)));
                        g->name = em_str_trim(em_str_sub(s, 0, i));
                        g->rest = em_str_sub(s, close, s.n);
                        break;
                }
        if (!g->name.n) {
                g->name = em_str_trim(em_str_sub(s, 0, end));
                g->rest = em_str_sub(s, end, s.n);
        }
        while (g->rest.n && (g->rest.p[0] == ',' || g->rest.p[0] == ';' || g->rest.p[0] == ' '))
                g->rest = em_str_sub(g->rest, 1, g->rest.n);
        return g->name.n > 0;
}

/* ---- one party --------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b) { return em_str_cmp(*(const em_str *)a, *(const em_str *)b); }

/* The same whichever of the names stands first. */
static em_status identity(const paragraph *g, em_arena *arena, em_str *ret, em_error *err)
{
        em_hasher *h = em_hasher_new();
        em_str     name[NAMES + 1];
        char       hex[65];
        if (!h)
                return em_fail(err, EM_NOMEM, "no memory left for a list");
        memcpy(name, g->alias, g->aliases * sizeof *name);
        name[g->aliases] = g->name;
        qsort(name, g->aliases + 1, sizeof *name, by_text);
        for (size_t i = 0; i <= g->aliases; i++) {
                em_hasher_add(h, name[i].p, name[i].n);
                em_hasher_add(h, "\n", 1);
        }
        em_hasher_add(h, g->rest.p ? g->rest.p : "", g->rest.n);
        em_hasher_add(h, g->programmes.p, g->programmes.n);
        em_sha256_hex(em_hasher_done(h), hex);
        em_hasher_free(h);
        return em_str_format(arena, ret, err, "%.16s", hex);
}

/* A piece whose end is a country is an address; births and papers have a country, too, and say so first. */
static void put_addresses(em_making *m, em_str rest)
{
        static const char *const others[] = {"DOB ", "POB ", "alt. ", "citizen ", "nationality ", "Passport ", "Linked To: "};
        for (em_cut cut = {.tail = rest, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ';');
                em_str one = em_str_trim(cut.head), last = one, before = EM_S("");
                bool   other = false;
                for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                        other |= em_str_starts(one, em_str_c(others[i]));
                for (size_t i = 0; i < one.n; i++)
                        if (one.p[i] == ',') {
                                before = last;
                                last = em_str_trim(em_str_sub(one, i + 1, one.n));
                        }
                if (!other && (em_country_code(last).n || em_country_code(before).n))
                        em_make_put(m, EM_PART_ADDRESS, NULL, one);
        }
}

static em_status add_paragraph(em_list_reading *r, paragraph *g, em_error *err)
{
        em_party  p = {.schema = schema_of(g->text), .listed = EM_DAY_NONE, .changed = EM_DAY_NONE, .line = g->line,
                       .offset = g->offset, .length = g->length};
        em_making m = {.r = r, .p = &p, .err = err};
        em_str    remarks = {0};
        if (!cut_paragraph(g, p.schema == EM_SCHEMA_PERSON))
                return em_list_reject_row(r, EM_S(""), g->line, g->offset, err, "a paragraph that does not end in a programme in brackets");
        if (g->overflow)
                return em_list_reject_row(r, EM_S(""), g->line, g->offset, err, "over %d aliases", NAMES);
        EM_TRY(identity(g, r->arena, &p.id, err));
        if (em_list_find(r, r->file->dataset, p.id))
                return EM_OK;           /* the same party under another of its names */
        em_ofac_name(&m, EM_NAME_PRIMARY, g->name);
        for (size_t i = 0; i < g->aliases; i++)
                em_ofac_name(&m, g->kind[i], g->alias[i]);
        put_addresses(&m, g->rest);
        /* A remark is whole when it ends in a full stop; this one is, and lost it with the brackets behind it. */
        EM_TRY(em_str_format(r->arena, &remarks, err, "%.*s%s", EM_ARG(g->rest), em_str_ends(g->rest, EM_S(".")) || !g->rest.n ? "" : "."));
        em_ofac_remarks(&m, remarks);
        em_make_remark(&m, g->rest);
        em_make_put(&m, EM_PART_LINKED, NULL, g->linked);
        em_ofac_programmes(&m, em_str_sub(g->programmes, 1, g->programmes.n - 2));
        EM_TRY(m.s);
        return em_list_add(r, &p, err);
}

/* ---- paragraphs ------------------------------------------------------------------------------------ */

typedef struct reading {
        em_list_reading *r;
        em_mended bytes;
        em_buf    text;
        uint64_t  line, from, from_line, to;    /* of the paragraph that is being read */
        bool      begun;                        /* the preface is over */
        paragraph *g;
} reading;

/* "____", "~(vessels):~" */
static bool is_rule(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (s.p[i] != '_' && s.p[i] != '-' && s.p[i] != '*')
                        return em_str_starts(s, EM_S("~"));
        return true;
}

static em_status end_paragraph(reading *x, em_error *err)
{
        em_str text = em_str_trim(em_buf_view(&x->text));
        EM_TRY(em_buf_status(&x->text, err));
        em_str    rest;
        em_status s = EM_OK;
        *x->g = (paragraph){.text = text};
        x->begun = x->begun || cut_end(x->g, &rest);
        if (x->begun && !is_rule(text)) {
                uint64_t at = em_mended_offset(&x->bytes, x->from);
                *x->g = (paragraph){.line = x->from_line, .offset = at, .length = em_mended_offset(&x->bytes, x->to) - at};
                s = em_str_copy(text, x->r->arena, &x->g->text, err);
                if (s == EM_OK)
                        s = add_paragraph(x->r, x->g, err);
        }
        em_buf_clear(&x->text);
        return s;
}

static em_status read_paragraphs(reading *x, em_error *err)
{
        em_str all = x->bytes.text;
        for (size_t at = em_str_starts(all, EM_S("\xef\xbb\xbf")) ? 3 : 0; at < all.n;) {
                em_cut cut = em_str_cut(em_str_sub(all, at, all.n), '\n');
                em_str one = em_str_trim(cut.head);
                x->line++;
                if (!one.n) {
                        EM_TRY(end_paragraph(x, err));
                } else if (x->text.n + one.n > PARAGRAPH) {
                        EM_TRY(em_list_reject_row(x->r, EM_S(""), x->line, em_mended_offset(&x->bytes, at), err, "a paragraph of over %d bytes",
                                                  PARAGRAPH));
                        em_buf_clear(&x->text);
                } else {
                        if (!x->text.n) {
                                x->from = (uint64_t)(one.p - all.p);
                                x->from_line = x->line;
                        } else if (!em_str_ends(em_buf_view(&x->text), EM_S("-"))) {
                                em_buf_ch(&x->text, ' ');
                        }
                        em_buf_str(&x->text, one);
                        x->to = (uint64_t)(one.p - all.p) + one.n;
                }
                at += cut.head.n + 1;
        }
        return end_paragraph(x, err);
}

static em_status read_text(em_list_reading *r, em_error *err)
{
        reading   x = {.r = r, .text = em_buf_make(2 * PARAGRAPH), .g = EM_NEW_N(r->arena, paragraph, 1)};
        em_status s = x.g ? em_mend(r->bytes, EM_MEND_LATIN, false, r->arena, &x.bytes, err)
                          : em_fail(err, EM_NOMEM, "no memory left for a list");
        if (s == EM_OK)
                s = read_paragraphs(&x, err);
        em_buf_free(&x.text);
        return s;
}

static int is_text(em_str head)
{
        return em_str_starts(em_str_trim(head), EM_S("ALPHABETICAL LISTING OF SPECIALLY DESIGNATED")) ? 2 : 0;
}

const em_list_reader em_list_ofac_text = {"ofac-sdnlist-txt", "us-sdn", "OFAC SDNLIST.TXT, running text", is_text, read_text, 0};
