/* How the report was made, said by the program from the case itself.  The
 * checklist is the Security Council's own (S/2006/997, paragraphs 19-50, report of the
 * Informal Working Group on General Issues of Sanctions); it is data,
 * regimes/NAME/method.csv with the columns para, requirement and check, and
 * only the {slots} in `check` are filled in here.
 */
#include "report/parts.h"

#include <inttypes.h>

typedef struct slot { const char *name; int64_t value; } slot;
enum { SLOTS = 40 };

typedef struct tally { slot at[SLOTS]; size_t count; } tally;

static void add(tally *t, const char *name, int64_t value)
{
        em_assert(t->count < SLOTS);
        t->at[t->count++] = (slot){ name, value };
}

static int64_t publishers_of(const em_print *p, const em_answer *a)
{
        em_str met[2] = { { 0 } };
        int64_t count = 0;
        for (size_t i = 0; i < a->rows && count < 2; i++) {
                const em_held *held = em_print_held(p, a->row[i].record);
                if (held && (count == 0 || !em_str_eq(met[0], held->source.publisher)))
                        met[count++] = held->source.publisher;
        }
        return count;
}

static void tally_answers(const em_print *p, tally *t)
{
        static const char *const basis[] = { "direct", "proxy", "sourced", "none" };
        static const char *const proof[] = { "established", "assessed", "reported", "investigation" };
        int64_t by_basis[4] = { 0 }, by_proof[4] = { 0 }, by_publishers[3] = { 0 }, alternatives = 0;
        for (size_t i = 0; i < p->listed; i++) {
                const em_answer *a = p->f->answer[p->order[i]];
                by_publishers[publishers_of(p, a)]++;
                by_proof[a->proof]++;
                alternatives += a->alternatives > 0;
                for (size_t k = 0; k < 4; k++)
                        by_basis[k] += em_str_eq(a->basis, em_str_c(basis[k]));
        }
        for (size_t k = 0; k < 4; k++) {
                add(t, basis[k], by_basis[k]);
                add(t, proof[k], by_proof[k]);
        }
        add(t, "norecord", by_publishers[0]);
        add(t, "single", by_publishers[1]);
        add(t, "corroborated", by_publishers[2]);
        add(t, "answers", (int64_t)p->listed);
        add(t, "alternatives", alternatives);
}

static int64_t count_words(em_str html)
{
        int64_t words = 0;
        bool in_tag = false, in_word = false;
        for (size_t i = 0; i < html.n; i++) {
                char c = html.p[i];
                in_tag = c == '<' || (in_tag && c != '>');
                bool letter = !in_tag && c != '>' && c != ' ' && c != '\n';
                words += letter && !in_word;
                in_word = letter;
        }
        return words;
}

static em_status tally_letters(em_print *p, tally *t, em_error *err)
{
        em_rows rows;
        em_query_opts opts = em_query_defaults;
        opts.as_known = p->known;
        em_str sql = EM_S("select class, answered_on from correspondence");
        em_status status = em_case_query(p->c, sql, NULL, 0, &opts, p->arena, &rows, NULL);
        int64_t requests = 0, answered = 0;
        if (status != EM_OK && status != EM_FORMAT && status != EM_MISSING)
                return em_fail(err, status, "the correspondence could not be read");
        for (size_t i = 0; status == EM_OK && i < rows.rows; i++) {
                bool request = em_str_eq(em_rows_text(&rows, i, "class", p->arena), EM_S("request"));
                requests += request;
                answered += request && em_rows_text(&rows, i, "answered_on", p->arena).n > 0;
        }
        add(t, "requests", requests);
        add(t, "replies", answered);
        add(t, "outstanding", requests - answered);
        return EM_OK;
}

static bool is_word(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               (unsigned char)c >= 0x80;
}

/* The words of a table by their first byte: -1, or the first of them; next: the one after. */
typedef struct wanted { ptrdiff_t first[256]; ptrdiff_t *next; bool *met; } wanted;

static em_status want(em_print *p, const em_csv_row *rows, size_t count, wanted *w, em_error *err)
{
        w->next = EM_NEW_N(p->arena, ptrdiff_t, count + 1);
        w->met = EM_NEW_N(p->arena, bool, count + 1);
        if (!w->next || !w->met)
                return em_fail(err, EM_NOMEM, "no memory for the abbreviations");
        for (size_t b = 0; b < 256; b++)
                w->first[b] = -1;
        for (size_t i = 1; i < count; i++) {
                if (rows[i].count != 2 || !rows[i].field[0].n)
                        continue;
                ptrdiff_t *first = &w->first[(unsigned char)rows[i].field[0].p[0]];
                w->next[i] = *first;
                *first = (ptrdiff_t)i;
        }
        return EM_OK;
}

/* Which of the words stand in the text of html, outside tags, not as part of a longer word? */
static void meet(em_str html, const em_csv_row *rows, wanted *w)
{
        bool in_tag = false;
        for (size_t i = 0; i < html.n; i++) {
                in_tag = html.p[i] == '<' || (in_tag && html.p[i] != '>');
                if (in_tag || (i > 0 && is_word(html.p[i - 1])))
                        continue;
                for (ptrdiff_t k = w->first[(unsigned char)html.p[i]]; k >= 0; k = w->next[k]) {
                        em_str word = rows[k].field[0];
                        w->met[k] = w->met[k] || (word.n <= html.n - i && memcmp(html.p + i, word.p, word.n) == 0 &&
                                                  !(i + word.n < html.n && is_word(html.p[i + word.n])));
                }
        }
}

static em_status abbreviations_of(em_print *p, em_csv_row **ret_rows, size_t *ret_count, em_error *err)
{
        wanted w;
        size_t kept = 0;
        EM_TRY(em_regime_table(p, EM_S("abbreviations.csv"), ret_rows, ret_count, err));
        EM_TRY(want(p, *ret_rows, *ret_count, &w, err));
        meet(p->text_so_far, *ret_rows, &w);
        for (size_t i = 1; i < *ret_count; i++)
                if (w.met[i])
                        (*ret_rows)[kept++] = (*ret_rows)[i];
        *ret_count = kept;
        return EM_OK;
}

static em_status take_stock(em_print *p, tally *t, em_error *err)
{
        int64_t quarantined = 0, held = 0, words = count_words(p->text_so_far);
        em_csv_row *rows;
        size_t abbreviations;
        for (size_t i = 0; i < p->sources; i++) {
                quarantined += (int64_t)p->source[i].quarantined;
                held += p->source[i].access.n && !em_str_eq(p->source[i].access, EM_S("public"));
        }
        EM_TRY(abbreviations_of(p, &rows, &abbreviations, err));
        tally_answers(p, t);
        add(t, "numbers", (int64_t)p->numbers);
        add(t, "sentences", (int64_t)p->sentences);
        add(t, "withheld", (int64_t)(p->withheld - p->uncalled));
        add(t, "spoken", (int64_t)p->spoken);
        add(t, "records", (int64_t)(p->helds - em_notes_held(p)));
        add(t, "sources", (int64_t)p->sources);
        add(t, "quarantined", quarantined);
        add(t, "held", held);
        add(t, "words", (words + 50) / 100 * 100);
        add(t, "pages", (words + 449) / 450);
        add(t, "abbreviations", (int64_t)abbreviations);
        return tally_letters(p, t, err);
}

static void put_slot(const em_print *p, const tally *t, em_str name, em_html h)
{
        if (em_str_eq(name, EM_S("manifest"))) {
                em_html_lit(h, "<code>");
                em_html_text(h, em_str_sub(em_str_c(p->manifest), 0, 12));
                em_html_lit(h, "</code>");
                return;
        }
        for (size_t i = 0; i < t->count; i++)
                if (em_str_eq(name, em_str_c(t->at[i].name))) {
                        em_html_lit(h, "<b>");
                        em_html_int(h, t->at[i].value);
                        em_html_lit(h, "</b>");
                        return;
                }
        em_html_lit(h, "{");
        em_html_text(h, name);
        em_html_lit(h, "}");
}

static void put_check(const em_print *p, const tally *t, em_str check, em_html h)
{
        while (check.n) {
                em_cut open = em_str_cut(check, '{');
                em_html_text(h, open.head);
                em_cut close = em_str_cut(open.tail, '}');
                if (open.found && close.found)
                        put_slot(p, t, close.head, h);
                check = open.found ? close.tail : (em_str){ 0 };
        }
}

static void put_words(em_html h)
{
        em_html_lit(h, "<h3>The words</h3>\n<dl class=\"facts\">"
                "<dt>Verdicts<dd><b>Holds</b>: under every reading that decides. <b>Holds only under "
                "a stated reading</b>: "
                "the reading is named and every other is printed beside it. <b>Does not hold</b>. "
                "<b>Cannot be tested</b>: "
                "what is missing is said.\n"
                "<dt>Standard of proof<dd><b>Established</b>: documents or observation, from two "
                "independent sources. "
                "<b>Assessed</b>: reasonable grounds, sources graded, other explanations considered. "
                "<b>Reported</b>: one source, "
                "and it is named. <b>Under investigation</b>: not enough to say.\n"
                "<dt>Grades<dd>After the Admiralty system, source and item apart. The source: A "
                "reliable, B usually "
                "reliable, C fairly reliable, D not usually reliable, E unreliable, F cannot be "
                "judged. The item: 1 confirmed, "
                "2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged. B2 "
                "is the usual good press or "
                "database entry.\n"
                "<dt>Likelihood<dd>Where one is given, in the words of ICD 203: almost no chance "
                "01\xe2\x80\x93" "05, very unlikely 05\xe2\x80\x93" "20, "
                "unlikely 20\xe2\x80\x93" "45, roughly even 45\xe2\x80\x93" "55, likely "
                "55\xe2\x80\x93" "80, very likely 80\xe2\x80\x93" "95, almost certain "
                "95\xe2\x80\x93" "99 percent. It says how probable something is, never how good the "
                "evidence is.\n"
                "<dt>Rounding<dd>Amounts are kept as intervals in thousandths and rounded outward. "
                "In the text, amounts of a "
                "thousand and more stand without decimals, ratios with three figures, probabilities "
                "with two. A sum is never "
                "finer than its inputs.\n"
                "<dt>Statistics<dd>Two rates are compared by the exact conditional test of "
                "Przyborowski and Wilenski (1940) with "
                "the Clopper-Pearson interval (1934), over launch days, because missiles of one "
                "salvo are not independent. A date of "
                "change is the maximum-likelihood split, its p from simulations with a fixed seed. A "
                "record is a strict "
                "maximum, ties named. Totals that overlap in time are never added; a lower bound "
                "adds only what is certainly "
                "apart.\n"
                "<dt>Missing and zero<dd>A declared zero, a month not reported and a figure not "
                "found are three different "
                "things, and only the first is a number.</dl>\n");
}

em_status em_method_render(em_print *p, em_html h, em_error *err)
{
        em_csv_row *rows;
        size_t count;
        tally t = { .count = 0 };
        EM_TRY(em_regime_table(p, EM_S("method.csv"), &rows, &count, err));
        EM_TRY(take_stock(p, &t, err));
        if (count > 1) {
                em_html_lit(h, "<p>The Security Council's own standards for such reports (S/2006/997, in our words), and what "
                               "this one did:</p>\n<div class=\"table wide\" tabindex=\"0\"><table "
                               "class=\"method\"><thead><tr><th scope=\"col\">Para."
                               "<th scope=\"col\">Asked for<th scope=\"col\">Here<tbody>\n");
                for (size_t i = 1; i < count; i++) {
                        if (rows[i].count != 3)
                                return em_fail_at(err, EM_FORMAT, EM_S("method.csv"), rows[i].line, 0,
                                                  "a row has the columns para, requirement and check");
                        em_html_lit(h, "<tr><th scope=\"row\">");
                        em_html_text(h, rows[i].field[0]);
                        em_html_lit(h, "<td data-h=\"Asked for\">");
                        em_html_text(h, rows[i].field[1]);
                        em_html_lit(h, "<td data-h=\"Here\">");
                        put_check(p, &t, rows[i].field[2], h);
                        em_html_lit(h, "\n");
                }
                em_html_lit(h, "</table></div>\n");
        }
        put_words(h);
        return em_buf_status(h.out, err);
}

em_status em_abbreviations_render(em_print *p, em_html h, em_error *err)
{
        em_csv_row *rows;
        size_t count;
        EM_TRY(abbreviations_of(p, &rows, &count, err));
        if (count == 0)
                return EM_OK;
        em_html_lit(h, "<h3 id=\"abbreviations\">Abbreviations</h3>\n<dl class=\"abbr\">");
        for (size_t i = 0; i < count; i++) {
                em_html_lit(h, "<div><dt>");
                em_html_text(h, rows[i].field[0]);
                em_html_lit(h, "<dd>");
                em_html_text(h, rows[i].field[1]);
                em_html_lit(h, "</div>");
        }
        em_html_lit(h, "</dl>\n");
        return em_buf_status(h.out, err);
}
