/* From a record, a sentence or a number of the report down to the bytes: each step of `embargo why` as a card.
 *
 * The page shows the tree that the command prints as JSON and adds nothing to it, so that who reads here and who types
 * there see one chain: what is said, what answers it, the rows it rests on, the files they stand in, the entry that took them.
 */
#include "serve/case_words.h"
#include "serve/evidence.h"

/* ---- parts of a card -------------------------------------------------------------------------------- */

static em_str text_of(const em_jnode *node, const char *key) { return em_jtext(em_jget(node, key)); }
static const em_jnode *first_of(const em_jnode *node, const char *key)
{
        const em_jnode *list = em_jget(node, key);
        return list ? list->first : NULL;
}

static void put_fact(em_html h, const char *title, const em_jnode *node, const char *key) { em_evidence_fact(h, title, text_of(node, key)); }

static void put_code(em_html h, em_str text)
{
        em_html_lit(h, "<code>");
        em_html_text(h, text);
        em_html_lit(h, "</code>");
}

static const em_jnode *source_of(const em_jnode *root, em_str sha256)
{
        for (const em_jnode *s = first_of(root, "sources"); s; s = s->next)
                if (em_str_eq(text_of(s, "sha256"), sha256))
                        return s;
        return NULL;
}

/* "row 162, line 162 of launches.csv: 261 bytes from byte 35952" */
static void put_place(em_ask *ask, const em_jnode *root, const em_jnode *record)
{
        em_html h = ask->h;
        em_str  sha256 = text_of(record, "source");
        em_html_lit(h, "row ");
        em_html_text(h, text_of(record, "row_number"));
        em_html_lit(h, ", line ");
        em_html_text(h, text_of(record, "line"));
        em_html_lit(h, " of ");
        em_page_link(ask, "/evidence/", em_str_sub(sha256, 0, 8), text_of(source_of(root, sha256), "name"));
        em_html_lit(h, ": ");
        em_html_text(h, text_of(record, "length"));
        em_html_lit(h, " bytes from byte ");
        em_html_text(h, text_of(record, "offset"));
}

static void put_bytes(em_ask *ask, const em_jnode *record)
{
        int64_t offset = 0;
        em_str  hex = text_of(record, "row_hex"), row = text_of(record, "row");
        (void)em_jint(em_jget(record, "offset"), &offset);
        if (hex.n)
                em_evidence_bytes(ask->h, em_evidence_unhex(ask->arena, hex), (uint64_t)offset);
        else
                em_evidence_text(ask->h, row);
}

/* ---- a record alone ------------------------------------------------------------------------------------ */

static const char *credibility_words(em_str grade)
{
        static const char *const words[] = {"confirmed by other sources", "probably true", "possibly true", "doubtful", "improbable",
                                            "truth cannot be judged"};
        return grade.n == 2 && grade.p[1] >= '1' && grade.p[1] <= '6' ? words[grade.p[1] - '1'] : "not graded";
}

static void put_fact_card(em_ask *ask, const em_jnode *r)
{
        em_html h = ask->h;
        em_str  grade = text_of(r, "grade"), klass = text_of(r, "class"), what = text_of(r, "what");
        em_html_lit(h, "<section class=\"evi-step\"><h2>What it says</h2>\n<dl class=\"facts evi-facts\">");
        em_evidence_fact(h, "What", klass.n ? em_grid_text(ask->arena, "%.*s, %.*s", EM_ARG(what), EM_ARG(klass)) : what);
        put_fact(h, "Who", r, "who");
        put_fact(h, "Where", r, "place");
        put_fact(h, "True when", r, "when");
        put_fact(h, "Amount", r, "amount");
        put_fact(h, "Known", r, "known");
        put_fact(h, "Kind", r, "kind");
        put_fact(h, "Its name there", r, "key");
        em_evidence_fact(h, "Grade", em_grid_text(ask->arena, "%.*s: source %s; record %s", EM_ARG(grade),
                                                  em_evidence_grade(grade.n ? grade.p[0] : '?'), credibility_words(grade)));
        em_html_lit(h, "</dl></section>\n");
}

static void put_row_card(em_ask *ask, const em_jnode *root, const em_jnode *r)
{
        em_html h = ask->h;
        em_html_lit(h, "<section class=\"evi-step\"><h2>The row as it stands</h2>\n<p class=\"cust\">");
        put_place(ask, root, r);
        em_html_lit(h, "</p>\n<dl class=\"row\">");
        for (const em_jnode *cell = first_of(r, "cells"); cell; cell = cell->next) {
                em_str column = text_of(cell, "column"), value = text_of(cell, "value");
                if (!value.n)
                        continue;
                em_html_lit(h, "<div><dt>");
                em_html_text(h, column.n ? column : EM_S("(no name)"));
                em_html_lit(h, "<dd>");
                em_html_text(h, value);
                em_html_lit(h, "</div>");
        }
        em_html_lit(h, "</dl>\n");
        put_bytes(ask, r);
        em_html_lit(h, "</section>\n");
}

/* Which names of `embargo why` are texts to be read as bytes or commands, and which begin with a record's id. */
static bool is_one_of(em_str name, const char *const *list)
{
        for (; *list; list++)
                if (em_str_eq(name, em_str_c(*list)))
                        return true;
        return false;
}

static size_t hex_digits(em_str s)
{
        size_t n = 0;
        while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || (s.p[n] >= 'a' && s.p[n] <= 'f')))
                n++;
        return n;
}

/* Where a text names a source by its first eight digits, they lead to it. */
static void put_with_sources(em_ask *ask, em_str name, em_str text)
{
        static const em_str word = EM_S_INIT("source ");
        em_html   h = ask->h;
        ptrdiff_t found = em_str_find(text, word);
        size_t    at = em_str_eq(name, EM_S("in source")) ? 0 : found < 0 ? text.n : (size_t)found + word.n;
        em_str    rest = em_str_sub(text, at, text.n);
        if (hex_digits(rest) != 8) {
                em_html_text(h, text);
                return;
        }
        em_html_text(h, em_str_sub(text, 0, at));
        em_page_link(ask, "/evidence/", em_str_sub(rest, 0, 8), em_str_sub(rest, 0, 8));
        em_html_text(h, em_str_sub(rest, 8, rest.n));
}

/* Pages of a chain stand in this service when its table has them. */
static bool has_page(const char *path)
{
        const em_route *r;
        for (size_t i = 0; (r = em_route_at(i)) != NULL; i++)
                if (strcmp(r->path, path) == 0)
                        return true;
        return false;
}

/* "7a05...:0  100,000 sat  bc1q..." */
static void put_spent(em_ask *ask, em_str text)
{
        em_html h = ask->h;
        em_str  txid = em_str_cut(text, ':').head;
        bool    linked = txid.n == 64 && hex_digits(txid) == 64 && has_page("/tx/{id}");
        em_html_lit(h, "<code>");
        if (linked) {
                em_page_link(ask, "/tx/", txid, txid);
        }
        em_html_text(h, linked ? em_str_sub(text, 64, text.n) : text);
        em_html_lit(h, "</code>");
}

/* A text that names a transaction leads to its page, where each of its bytes stands beside what it is. */
static void put_named_tx(em_ask *ask, em_str text)
{
        em_html h = ask->h;
        size_t  at = 0;
        while (at + 64 <= text.n && hex_digits(em_str_sub(text, at, 64)) < 64)
                at++;
        if (at + 64 > text.n || !has_page("/tx/{id}")) {
                put_code(h, text);
                return;
        }
        em_html_lit(h, "<code>");
        em_html_text(h, em_str_sub(text, 0, at));
        em_html_lit(h, "<a");
        em_page_href(ask, "/tx/", em_str_sub(text, at, 64));
        em_html_lit(h, ">");
        em_html_text(h, em_str_sub(text, at, 64));
        em_html_lit(h, "</a>");
        em_html_text(h, em_str_sub(text, at + 64, text.n));
        em_html_lit(h, "</code>");
}

static void put_below_text(em_ask *ask, em_str name, em_str text)
{
        static const char *const as_code[] = {"sentence", "says", "again", "check", "entry", "spends", "pays", NULL};
        static const char *const with_id[] = {"named in", "adds up", "counted in", NULL};
        em_html h = ask->h;
        if (em_str_eq(name, EM_S("bytes")) && text.n > 40 && em_str_find(text, EM_S(" ")) < 0) {
                em_evidence_dump(h, em_evidence_unhex(ask->arena, text), 0);
                return;
        }
        if (is_one_of(name, with_id) && em_str_find(text, EM_S(":")) == 8) {
                em_cut id = em_str_cut(text, ' ');
                em_put_record_link(ask, id.head);
                em_html_lit(h, " ");
                em_html_text(h, id.tail);
        } else if (em_str_eq(name, EM_S("spends"))) {
                put_spent(ask, text);
        } else if (em_str_eq(name, EM_S("transaction"))) {
                put_named_tx(ask, text);
        } else if (is_one_of(name, as_code)) {
                put_code(h, text);
        } else {
                put_with_sources(ask, name, text);
        }
}

/* Names that repeat stand once, their texts under each other. */
static void put_below_card(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        em_str  before = {0};
        if (!first_of(root, "below"))
                return;
        em_html_lit(h, "<section class=\"evi-step\"><h2>Below it</h2>\n"
                       "<p class=\"key\">This row was computed, so its chain goes on: to what was asked, and to the bytes it was computed from.</p>\n"
                       "<dl class=\"facts evi-facts\">");
        for (const em_jnode *b = first_of(root, "below"); b; b = b->next) {
                em_str name = text_of(b, "is");
                if (name.n && !em_str_eq(name, before)) {
                        em_html_lit(h, "<dt>");
                        em_html_text(h, name);
                }
                em_html_lit(h, "<dd>");
                put_below_text(ask, name, text_of(b, "text"));
                em_html_lit(h, "\n");
                before = name;
        }
        em_html_lit(h, "</dl></section>\n");
}

static void put_findings_card(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        em_html_lit(h, "<section class=\"evi-step\"><h2>Findings that rest on it</h2>\n");
        if (!first_of(root, "findings"))
                em_html_lit(h, "<p>No finding that is kept rests on this record.</p>\n");
        else
                em_html_lit(h, "<ul>");
        for (const em_jnode *f = first_of(root, "findings"); f; f = f->next) {
                em_html_lit(h, "<li>");
                em_page_link(ask, "/findings/", text_of(f, "question"), text_of(f, "question"));
                em_html_lit(h, " ");
                em_put_verdict_text(h, text_of(f, "verdict"));
                em_html_lit(h, " <small>version ");
                em_html_text(h, text_of(f, "version"));
                em_html_lit(h, "</small>\n");
        }
        if (first_of(root, "findings"))
                em_html_lit(h, "</ul>\n");
        em_html_lit(h, "</section>\n");
}

static void put_links_card(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        if (!first_of(root, "links"))
                return;
        em_html_lit(h, "<section class=\"evi-step\"><h2>Links to other records</h2>\n<ul>");
        for (const em_jnode *l = first_of(root, "links"); l; l = l->next) {
                em_cut other = em_str_cut(text_of(l, "other"), ' ');
                em_html_lit(h, "<li>This ");
                em_html_text(h, text_of(l, "says"));
                em_html_lit(h, " ");
                em_put_record_link(ask, other.head);
                em_html_lit(h, " ");
                em_html_text(h, other.tail);
                em_html_lit(h, " <small>(");
                em_html_text(h, text_of(l, "certainty"));
                em_html_lit(h, ", by ");
                em_html_text(h, text_of(l, "author"));
                em_html_lit(h, ")</small>");
                if (text_of(l, "reason").n) {
                        em_html_lit(h, ": ");
                        em_html_text(h, text_of(l, "reason"));
                }
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</ul></section>\n");
}

/* Of a withheld note who wrote it and when, without its words. */
static void put_note(em_ask *ask, const em_jnode *n)
{
        em_html h = ask->h;
        const em_jnode *kept = em_jget(n, "withheld");
        bool    withheld = !em_jis(kept, EM_J_BOOL) || em_str_eq(kept->text, EM_S("true"));
        em_html_lit(h, "<li><b>");
        em_html_text(h, text_of(n, "note"));
        em_html_c(h, em_str_eq(text_of(n, "about"), EM_S("source")) ? " (of the source)" : "");
        em_html_lit(h, "</b> <small>written by ");
        em_html_text(h, text_of(n, "author"));
        em_html_lit(h, ", ");
        em_html_text(h, text_of(n, "written_at"));
        em_html_lit(h, ", ");
        em_put_record_link(ask, text_of(n, "id"));
        em_html_lit(h, "</small>: ");
        em_html_text(h, withheld ? EM_S("withheld: its words are not shown") : text_of(n, "says"));
        em_html_lit(h, "\n");
}

/* What people said of a record or of its source, and where one's own is written. */
static void put_notes_card(em_ask *ask, const em_jnode *root, em_str id)
{
        static const char *const sorts[] = {"reply", "link", "grade"};
        em_html h = ask->h;
        if (!first_of(root, "notes") && !em_desk_writes(ask->desk))
                return;
        em_html_lit(h, "<section class=\"evi-step\"><h2>What was said of it</h2>\n");
        if (first_of(root, "notes")) {
                em_html_lit(h, "<ul>");
                for (const em_jnode *n = first_of(root, "notes"); n; n = n->next)
                        put_note(ask, n);
                em_html_lit(h, "</ul>");
        }
        if (em_desk_writes(ask->desk)) {
                em_html_lit(h, "<p>Write a");
                for (size_t i = 0; i < EM_COUNT(sorts); i++) {
                        em_html_c(h, i == 0 ? " " : ", a ");
                        em_html_lit(h, "<a href=\"/notes/new?sort=");
                        em_html_c(h, sorts[i]);
                        em_html_lit(h, "&amp;about=");
                        em_html_url(h, id);
                        em_html_lit(h, "\">");
                        em_html_c(h, sorts[i]);
                        em_html_lit(h, "</a>");
                }
                em_html_lit(h, ".</p>");
        }
        em_html_lit(h, "</section>\n");
}

/* ---- an answer --------------------------------------------------------------------------------------------- */

static void put_numbers(em_html h, const em_jnode *a)
{
        for (const em_jnode *n = first_of(a, "numbers"); n; n = n->next) {
                em_str printed = text_of(n, "printed"), text = text_of(n, "text");
                em_html_lit(h, "<dt>");
                em_html_text(h, text_of(n, "name"));
                em_html_lit(h, "<dd><b>");
                em_html_text(h, text.n ? text : printed);       /* a quantifier is words and no number */
                em_html_lit(h, "</b> ");
                em_html_text(h, text_of(n, "unit"));
                if (text.n && printed.n && !em_str_eq(printed, text)) {
                        em_html_lit(h, "; the last report printed ");
                        em_html_text(h, printed);
                        em_html_lit(h, ": print it anew, or choose the day it was printed for");
                }
                em_html_lit(h, "\n");
        }
}

static void put_list(em_html h, const char *title, const em_jnode *answer, const char *key, const char *a, const char *b)
{
        for (const em_jnode *n = first_of(answer, key); n; n = n->next) {
                if (n == first_of(answer, key)) {
                        em_html_lit(h, "<dt>");
                        em_html_c(h, title);
                }
                em_html_lit(h, "<dd>");
                em_html_text(h, a ? text_of(n, a) : em_jtext(n));
                if (b) {
                        em_html_lit(h, ": ");
                        em_html_text(h, text_of(n, b));
                }
                em_html_lit(h, "\n");
        }
}

static void put_readings(em_ask *ask, const em_jnode *answer)
{
        em_html h = ask->h;
        em_html_lit(h, "<div class=\"table wide\"><table>\n<thead><tr><th scope=\"col\">Reading<th scope=\"col\">Verdict<th scope=\"col\">It says</thead><tbody>\n");
        for (const em_jnode *r = first_of(answer, "readings"); r; r = r->next) {
                em_html_lit(h, "<tr><th scope=\"row\">");
                em_html_text(h, text_of(r, "name"));
                em_html_lit(h, "<td>");
                em_put_verdict_text(h, text_of(r, "verdict"));
                if (em_jget(r, "decides") && em_str_eq(em_jget(r, "decides")->text, EM_S("false")))
                        em_html_lit(h, " <small>beside, not deciding</small>");
                em_html_lit(h, "<td>");
                em_html_text(h, text_of(r, "says"));
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</tbody></table></div>\n");
}

/* A record under an answer: one line of what, one of where, and its bytes. */
static void put_short_record(em_ask *ask, const em_jnode *root, const em_jnode *r)
{
        em_html h = ask->h;
        em_html_lit(h, "<div class=\"evi-rec\"><p class=\"evi-name\">");
        em_put_record_link(ask, text_of(r, "id"));
        static const char *const keys[] = {"key", "when", "what"};
        for (size_t i = 0; i < EM_COUNT(keys); i++) {
                em_html_lit(h, " ");
                em_html_text(h, text_of(r, keys[i]));
        }
        em_html_lit(h, "</p>\n<p class=\"cust\">");
        if (text_of(r, "role").n && !em_str_eq(text_of(r, "role"), EM_S("counted"))) {
                em_html_lit(h, "used as ");
                em_html_text(h, text_of(r, "role"));
                em_html_lit(h, "; ");
        }
        put_place(ask, root, r);
        em_html_lit(h, "; grade ");
        em_html_text(h, text_of(r, "grade"));
        em_html_lit(h, "; known ");
        em_html_text(h, text_of(r, "known"));
        em_html_lit(h, "</p>\n");
        put_bytes(ask, r);
        for (const em_jnode *s = first_of(r, "sentences"); s; s = s->next)
                em_evidence_text(h, em_jtext(s));
        em_html_lit(h, "</div>\n");
}

static void put_asides(em_ask *ask, const em_jnode *answer)
{
        enum { SHOWN = 6 };
        em_html h = ask->h;
        size_t  n = 0;
        for (const em_jnode *r = first_of(answer, "rows"); r; r = r->next) {
                if (!em_str_starts(text_of(r, "role"), EM_S("set aside")))
                        continue;
                if (!n++)
                        em_html_lit(h, "<h3>Looked at and not counted</h3>\n<ul>");
                if (n > SHOWN)
                        continue;
                em_html_lit(h, "<li>");
                em_put_record_link(ask, text_of(r, "id"));
                em_html_lit(h, " ");
                em_html_text(h, text_of(r, "key"));
                em_html_lit(h, ": ");
                em_html_text(h, text_of(r, "role"));
                em_html_lit(h, "\n");
        }
        if (n > SHOWN) {
                em_html_lit(h, "<li>and ");
                em_html_int(h, (int64_t)(n - SHOWN));
                em_html_lit(h, " more");
        }
        if (n)
                em_html_lit(h, "</ul>\n");
}

static void put_rests_on(em_ask *ask, const em_jnode *root, const em_jnode *a)
{
        em_html h = ask->h;
        int64_t rests = 0, shown = 0;
        em_str  group = {0};
        (void)em_jint(em_jget(a, "rests_on"), &rests);
        em_html_lit(h, "<h3>It rests on ");
        em_html_int(h, rests);
        em_html_c(h, rests == 1 ? " record" : " records");
        em_html_lit(h, ", under the reading \"");
        em_html_text(h, text_of(a, "reading"));
        em_html_lit(h, "\"</h3>\n");
        for (const em_jnode *r = first_of(a, "records"); r; r = r->next, shown++) {
                if (!em_str_eq(text_of(r, "group"), group)) {
                        group = text_of(r, "group");
                        em_html_lit(h, "<p class=\"evi-group\">");
                        em_html_text(h, group);
                        em_html_lit(h, "</p>\n");
                }
                put_short_record(ask, root, r);
        }
        if (shown < rests) {
                em_html_lit(h, "<p><a href=\"");
                em_html_text(h, ask->path);
                em_html_lit(h, "?all=1");
                em_page_and_known(ask);
                em_html_lit(h, "\">And ");
                em_html_int(h, rests - shown);
                em_html_lit(h, " more</a></p>\n");
        }
}

static void put_answer_card(em_ask *ask, const em_jnode *root, const em_jnode *a)
{
        em_html         h = ask->h;
        const em_jnode *answer = em_jget(a, "answer");
        em_html_lit(h, "<section class=\"evi-step\"><h2>");
        em_page_link(ask, "/findings/", text_of(a, "question"), text_of(answer, "asks"));
        em_html_lit(h, " ");
        em_put_verdict_text(h, text_of(answer, "verdict"));
        em_html_lit(h, "</h2>\n<dl class=\"facts evi-facts\">");
        put_numbers(h, a);
        put_fact(h, "Why", answer, "why");
        put_fact(h, "Standard of proof", answer, "proof");
        put_fact(h, "Evidence", answer, "basis");
        put_fact(h, "", answer, "basis_text");
        put_list(h, "Measures", answer, "measures", NULL, NULL);
        put_list(h, "Covers", answer, "coverage", "kind", "text");
        put_list(h, "Or else", answer, "alternatives", NULL, NULL);
        put_fact(h, "Missing", answer, "missing");
        em_html_lit(h, "</dl>\n");
        put_readings(ask, answer);
        put_rests_on(ask, root, a);
        put_asides(ask, answer);
        em_html_lit(h, "</section>\n");
}

/* ---- sources and their entries --------------------------------------------------------------------------------- */

/* A grade that was given later, and the one that it came with. */
static void put_given(em_ask *ask, const em_jnode *s)
{
        em_str before = text_of(s, "came_with"), why = text_of(s, "graded_why"), words;
        em_regrade r = {.grade = text_of(s, "reliability").n ? text_of(s, "reliability").p[0] : 'F', .before = before.n ? before.p[0] : 'F',
                        .author = text_of(s, "graded_by"), .on = text_of(s, "graded_on"), .why = why};
        if (before.n && em_regrade_words(&r, ask->arena, &words, NULL) == EM_OK)
                em_evidence_fact(ask->h, "Graded later", words);
}

static void put_source_card(em_ask *ask, const em_jnode *s)
{
        em_html h = ask->h;
        em_str  sha256 = text_of(s, "sha256"), entry = text_of(s, "ledger_entry"), letter = text_of(s, "reliability");
        em_html_lit(h, "<section class=\"evi-step\"><h2>The source: ");
        em_page_link(ask, "/evidence/", em_str_sub(sha256, 0, 8), text_of(s, "name"));
        em_html_lit(h, "</h2>\n<dl class=\"facts evi-facts\">");
        put_fact(h, "Publisher", s, "publisher");
        put_fact(h, "Origin", s, "origin");
        put_fact(h, "Published", s, "published");
        em_evidence_fact(h, "Obtained", em_grid_text(ask->arena, "%.*s%s%.*s", EM_ARG(text_of(s, "obtained_on")),
                                                     text_of(s, "obtained_by").n ? " by " : "", EM_ARG(text_of(s, "obtained_by"))));
        put_fact(h, "Method", s, "method");
        put_fact(h, "Terms", s, "terms");
        em_evidence_fact(h, "Reliability", em_str_c(em_evidence_grade(letter.n ? letter.p[0] : '?')));
        put_given(ask, s);
        put_fact(h, "Access", s, "access");
        em_html_lit(h, "<dt>SHA-256<dd>");
        put_code(h, sha256);
        em_html_lit(h, "\n");
        em_evidence_fact(h, "Bytes", text_of(s, "bytes"));
        em_html_lit(h, "</dl></section>\n");
        if (!entry.n || em_str_eq(entry, EM_S("0")))
                return;
        em_html_lit(h, "<section class=\"evi-step\"><h2>Taken in by <a");
        em_page_href(ask, "/ledger/", entry);
        em_html_lit(h, ">entry ");
        em_html_text(h, entry);
        em_html_lit(h, " of the ledger</a></h2>\n<p>");
        em_html_text(h, text_of(s, "ledger_at"));
        em_html_lit(h, ", by ");
        em_html_text(h, text_of(s, "ledger_author"));
        em_html_lit(h, "; hash ");
        put_code(h, text_of(s, "ledger_hash"));
        em_html_lit(h, "</p></section>\n");
}

/* ---- as a table --------------------------------------------------------------------------------------------------- */

static const em_grid_column columns[] = {{"step", "Step", EM_AS_TEXT, NULL, NULL}, {"name", "Name", EM_AS_TEXT, NULL, NULL},
                                         {"text", "Text", EM_AS_TEXT, NULL, NULL}};

static em_status add_members(em_grid *grid, const char *step, const em_jnode *node, em_error *err)
{
        for (const em_jnode *m = node ? node->first : NULL; m; m = m->next)
                if (em_jtext(m).n)
                        EM_TRY(em_grid_add(grid, (em_str[]){em_str_c(step), m->key, em_jtext(m)}, err));
        return EM_OK;
}

static em_status add_all(em_grid *grid, const char *step, const em_jnode *parent, const char *key, em_error *err)
{
        for (const em_jnode *n = first_of(parent, key); n; n = n->next)
                EM_TRY(add_members(grid, step, n, err));
        return EM_OK;
}

static em_status answer_csv(em_ask *ask, const em_jnode *root, em_error *err)
{
        em_grid grid = em_grid_make(columns, EM_COUNT(columns), ask->arena);
        EM_TRY(em_grid_add(&grid, (em_str[]){text_of(root, "kind"), text_of(root, "id"), text_of(root, "text")}, err));
        for (const em_jnode *a = first_of(root, "answers"); a; a = a->next) {
                EM_TRY(em_grid_add(&grid, (em_str[]){EM_S("answer"), text_of(a, "question"), text_of(em_jget(a, "answer"), "why")}, err));
                EM_TRY(add_all(&grid, "number", a, "numbers", err));
                EM_TRY(add_all(&grid, "record", a, "records", err));
        }
        EM_TRY(add_all(&grid, "record", root, "records", err));
        for (const em_jnode *r = first_of(root, "records"); r; r = r->next)
                for (const em_jnode *c = first_of(r, "cells"); c; c = c->next)
                        EM_TRY(em_grid_add(&grid, (em_str[]){EM_S("cell"), text_of(c, "column"), text_of(c, "value")}, err));
        for (const em_jnode *b = first_of(root, "below"); b; b = b->next)
                EM_TRY(em_grid_add(&grid, (em_str[]){EM_S("below"), text_of(b, "is"), text_of(b, "text")}, err));
        EM_TRY(add_all(&grid, "link", root, "links", err));
        EM_TRY(add_all(&grid, "finding", root, "findings", err));
        EM_TRY(add_all(&grid, "source", root, "sources", err));
        return em_grid_data(ask, "embargo.why/1", &grid, err);
}

/* ---- the page --------------------------------------------------------------------------------------------------------- */

/* The annex numbers its answers A1, A2 ...: the report that was last printed knows which question that is. */
static em_status question_of_annex(em_ask *ask, em_str id, em_str *ret_id, em_error *err)
{
        em_str    path = {0}, text = {0};
        em_jnode *root = NULL;
        int64_t   wanted = 0, number = 0;
        if (id.n < 2 || id.p[0] != 'A' || !em_str_int(em_str_sub(id, 1, id.n), &wanted))
                return EM_OK;
        EM_TRY(em_path_join(em_desk_dir(ask->desk), EM_S("report/report.json"), ask->arena, &path, err));
        if (!em_path_exists(path))
                return em_fail(err, EM_MISSING, "no report was printed, so it has no annex; embargo report prints one");
        EM_TRY(em_file_read(path, (uint64_t)64 << 20, ask->arena, &text, err));
        EM_TRY(em_json_parse(ask->reader, text, ask->arena, &root, err));
        for (const em_jnode *f = first_of(root, "findings"); f; f = f->next)
                if (em_jint(em_jget(f, "annex"), &number) && number == wanted) {
                        *ret_id = text_of(f, "question");
                        return EM_OK;
                }
        return em_fail(err, EM_MISSING, "the annex of the last report has no A%lld", (long long)wanted);
}

/* The words of the command; the id is the only one that a stranger chose. */
static em_status words_of(em_ask *ask, em_str id, em_str word[8], size_t *ret_words, em_error *err)
{
        em_day day;
        size_t n = 0;
        if (!id.n || id.p[0] == '-')
                return em_fail(err, EM_MISSING, "an id is a record (3f9ac1d2:162 or its own name), a place of the report (s4, n17, A2), a question "
                                                "or the start of a source's hash");
        word[n++] = EM_S("why");
        word[n++] = id;
        if (em_form_flag(ask->query, "all"))
                word[n++] = EM_S("--all");
        if (ask->h.known.n) {
                if (!em_day_parse(ask->h.known, &day))
                        return em_fail(err, EM_USAGE, "known= takes a day such as 2022-03-01");
                word[n++] = EM_S("--as-known-on");
                word[n++] = ask->h.known;
        }
        *ret_words = n;
        return EM_OK;
}

static void put_cards(em_ask *ask, const em_jnode *root)
{
        em_html h = ask->h;
        bool    alone = em_str_eq(text_of(root, "kind"), EM_S("record"));
        if (text_of(root, "text").n) {
                em_html_lit(h, "<blockquote class=\"evi-said\">");
                em_html_text(h, text_of(root, "text"));
                em_html_lit(h, "</blockquote>\n");
        }
        for (const em_jnode *s = first_of(root, "sources"); s; s = s->next)
                if (em_evidence_constructed(text_of(s, "terms"), text_of(s, "origin"))) {
                        em_evidence_say_constructed(h);
                        break;
                }
        for (const em_jnode *a = first_of(root, "answers"); a; a = a->next)
                put_answer_card(ask, root, a);
        for (const em_jnode *r = first_of(root, "records"); r; r = r->next) {
                if (alone)
                        put_fact_card(ask, r);
                else
                        put_short_record(ask, root, r);
                if (alone)
                        put_row_card(ask, root, r);
        }
        put_below_card(ask, root);
        if (alone) {
                put_links_card(ask, root);
                put_notes_card(ask, root, text_of(first_of(root, "records"), "id"));
                put_findings_card(ask, root);
        }
        for (const em_jnode *s = first_of(root, "sources"); s; s = s->next)
                put_source_card(ask, s);
}

static em_str title_of(em_ask *ask, const em_jnode *root)
{
        const em_jnode *r = first_of(root, "records");
        em_str          kind = text_of(root, "kind"), id = text_of(root, "id");
        em_str          key = text_of(r, "key");
        if (em_str_eq(kind, EM_S("record")))
                return em_grid_text(ask->arena, "%.*s %.*s", EM_ARG(text_of(r, "kind")), EM_ARG(key.n && key.n <= 60 ? key : text_of(r, "id")));
        if (em_str_eq(kind, EM_S("source")))
                return text_of(first_of(root, "sources"), "name");
        return em_grid_text(ask->arena, "Why %.*s", EM_ARG(id));
}

static em_str lede_of(em_ask *ask, const em_jnode *root)
{
        em_str kind = text_of(root, "kind");
        if (em_str_eq(kind, EM_S("record")))
                return em_grid_text(ask->arena, "Record %.*s, down to its bytes.", EM_ARG(text_of(first_of(root, "records"), "id")));
        if (em_str_eq(kind, EM_S("sentence")) || em_str_eq(kind, EM_S("number")))
                return em_grid_text(ask->arena, "A %.*s of the last report, down to the bytes it rests on.", EM_ARG(kind));
        return EM_S("Down to the bytes it rests on.");
}

static em_status answer_chain(em_ask *ask, em_str id, em_error *err)
{
        const em_jnode *root;
        em_str          word[8], text, line;
        size_t          words;
        EM_TRY(words_of(ask, id, word, &words, err));
        EM_TRY(em_desk_line(ask, word, words, &line, err));
        if (ask->shape == EM_SHAPE_JSON) {
                word[words++] = EM_S("--json");
                EM_TRY(em_desk_run(ask, word, words, 0, &text, err));
                ask->reply->type = "application/json";
                em_buf_str(&ask->reply->body, text);
                return em_buf_status(&ask->reply->body, err);
        }
        EM_TRY(em_desk_run_json(ask, word, words, 0, &root, err));
        if (ask->shape == EM_SHAPE_CSV)
                return answer_csv(ask, root, err);
        em_page page = {.title = title_of(ask, root), .lede = lede_of(ask, root), .nav = "evidence", .command = line, .wide = true};
        em_page_open(ask, &page);
        put_cards(ask, root);
        return em_page_close(ask, err);
}

em_status em_evidence_answer_record(em_ask *ask, em_error *err) { return answer_chain(ask, ask->part, err); }

em_status em_evidence_answer_why(em_ask *ask, em_error *err)
{
        em_str id = ask->part;
        EM_TRY(question_of_annex(ask, id, &id, err));
        return answer_chain(ask, id, err);
}
