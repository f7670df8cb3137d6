/* Small pieces of markup that several parts of the report share.  Verdicts are
 * words first; colour only repeats them.
 */
#include "report/parts.h"

void em_piece_verdict(em_html h, em_verdict v)
{
        em_html_lit(h, "<span class=\"v v-");
        em_html_c(h, em_verdict_name(v));
        em_html_lit(h, "\">");
        em_html_c(h, em_verdict_words(v));
        em_html_lit(h, "</span>");
}

void em_piece_proof(em_html h, em_proof proof)
{
        em_html_lit(h, "<span class=\"v proof\">");
        em_html_c(h, em_proof_words(proof));
        em_html_lit(h, "</span>");
}

void em_piece_place(em_html h, const em_print *p, const em_answer *a)
{
        em_html_lit(h, "<a class=\"a\"");
        em_html_to(h, "a-", em_question_key(a->question));
        em_html_lit(h, ">");
        if (h.pages) {          /* the number is one of the annex, which is not on this page */
                em_html_text(h, em_question_key(a->question));
        } else {
                em_html_lit(h, "A");
                em_html_int(h, (int64_t)em_print_place(p, a));
        }
        em_html_lit(h, "</a>");
}

void em_piece_record(em_html h, const em_held *held, em_str shown)
{
        em_html_lit(h, "<a class=\"r\"");
        em_html_to(h, "r-", em_str_c(held->name));
        em_html_lit(h, ">");
        em_html_text(h, shown);
        em_html_lit(h, "</a>");
}

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Dates are no measured numbers: a year, or a day before its month. */
static bool is_date(em_str s, size_t i, size_t n)
{
        static const char *const months[] = { " January", " February", " March", " April", " May", " June", " July",
                " August", " September", " October", " November", " December" };
        em_str digits = em_str_sub(s, i, n), after = em_str_sub(s, i + n, s.n);
        if (n == 4 && is_digit(digits.p[2]) && is_digit(digits.p[3]) && (em_str_starts(digits, EM_S("19")) || em_str_starts(digits, EM_S("20"))))
                return true;
        for (size_t k = 0; n <= 2 && k < sizeof months / sizeof *months; k++)
                if (em_str_starts(after, em_str_c(months[k])))
                        return true;
        return false;
}

/* Bytes of the number at i: "91,909", "2.87", "1.3e-4", "18.4 %"; 0 when the digits are part
 * of a word (KN-25) or of a document's symbol (S/2022/132). */
static size_t number_at(em_str s, size_t i)
{
        if (!is_digit(s.p[i]) || (i > 0 && (is_word(s.p[i - 1]) || s.p[i - 1] == '-' || s.p[i - 1] == '/')))
                return 0;
        if (i > 1 && (s.p[i - 1] == ',' || s.p[i - 1] == '.') && is_digit(s.p[i - 2]))
                return 0;       /* the rest of "1/20,000" */
        size_t n = 0;
        while (i + n < s.n && (is_digit(s.p[i + n]) ||
               ((s.p[i + n] == ',' || s.p[i + n] == '.') && i + n + 1 < s.n && is_digit(s.p[i + n + 1]))))
                n++;
        if (i + n + 2 < s.n && s.p[i + n] == 'e' && (s.p[i + n + 1] == '-' || s.p[i + n + 1] == '+'))
                for (n += 2; i + n < s.n && is_digit(s.p[i + n]);)
                        n++;
        if (i + n < s.n && (is_word(s.p[i + n]) || s.p[i + n] == '/' ||
                            (s.p[i + n] == '-' && i + n + 1 < s.n && is_word(s.p[i + n + 1]))))
                return 0;
        if (em_str_starts(em_str_sub(s, i + n, s.n), EM_S(" %")))
                n += 2;
        return n;
}

void em_piece_says(em_html h, const em_answer *a, em_str s)
{
        size_t from = 0;
        for (size_t i = 0; a && i < s.n;) {
                size_t n = number_at(s, i);
                if (n == 0 || is_date(s, i, n)) {
                        i += n ? n : 1;
                        continue;
                }
                em_html_text(h, em_str_sub(s, from, i - from));
                em_html_lit(h, "<a class=\"n\"");
                em_html_to(h, "a-", em_question_key(a->question));
                em_html_lit(h, ">");
                em_html_text(h, em_str_sub(s, i, n));
                em_html_lit(h, "</a>");
                i += n;
                from = i;
        }
        em_html_text(h, em_str_sub(s, from, s.n - from));
}

/* "Holds: launch days; missiles without KN-25. Does not hold: missiles", the
 * readings that decide, by verdict. */
void em_piece_under(em_html h, const em_answer *a, bool capital)
{
        static const char *const first[] = { "Holds", "Holds only under a stated reading", "Does not hold", "Cannot be tested" };
        bool any = false;
        for (int v = 0; v < 4; v++) {
                bool met = false;
                for (size_t i = 0; i < a->readings; i++) {
                        if (!a->reading[i].decides || a->reading[i].verdict != (em_verdict)v)
                                continue;
                        if (!met) {
                                em_html_text(h, any ? EM_S(". ") : (em_str){ 0 });
                                em_html_lit(h, "<b>");
                                em_html_c(h, any || capital ? first[v] : em_verdict_words((em_verdict)v));
                                em_html_lit(h, "</b>: ");
                        } else {
                                em_html_lit(h, "; ");
                        }
                        met = any = true;
                        em_html_lit(h, "<i>");
                        em_html_text(h, a->reading[i].name);
                        em_html_lit(h, "</i>");
                }
        }
}

size_t em_piece_deciding(const em_answer *a)
{
        size_t n = 0;
        for (size_t i = 0; i < a->readings; i++)
                n += a->reading[i].decides;
        return n;
}

/* The ends of a range that has none would say the same number six times. */
static bool is_repeated(const em_reading *r, size_t i)
{
        static const char *const ends[] = { "low", "high", "stated", "least", "most" };
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
                if (em_str_eq(r->number[i].name, em_str_c(ends[k])) && i > 0 &&
                    em_str_eq(r->number[i].text, r->number[0].text))
                        return true;
        return false;
}

static void put_numbers(em_html h, const em_reading *r)
{
        em_html_lit(h, "<dl class=\"nums\">");
        for (size_t i = 0; i < r->numbers; i++) {
                const em_number *n = &r->number[i];
                if (is_repeated(r, i))
                        continue;
                em_html_lit(h, "<div><dt>");
                em_html_text(h, n->name);
                em_html_lit(h, "</dt><dd>");
                em_html_text(h, n->text);
                em_html_lit(h, "</dd></div>");
        }
        em_html_lit(h, "</dl>");
}

void em_piece_readings(em_html h, const em_answer *a)
{
        em_html_lit(h, "<div class=\"table\" tabindex=\"0\"><table class=\"readings\"><thead><tr><th scope=\"col\">Reading</th>"
                       "<th scope=\"col\">Verdict</th><th scope=\"col\">What was compared</th>"
                       "<th scope=\"col\">Numbers</th></tr></thead><tbody>\n");
        for (size_t i = 0; i < a->readings; i++) {
                const em_reading *r = &a->reading[i];
                em_html_lit(h, "<tr><th scope=\"row\"><span class=\"k\">");
                em_html_text(h, (em_str){ &"abcdefghijklmnopqrstuvwxyzABCDEFGH"[i % 34], 1 });
                em_html_lit(h, "</span> ");
                em_html_text(h, r->name);
                if (!r->decides)
                        em_html_lit(h, "<br><small>printed beside; does not decide</small>");
                em_html_lit(h, "</th><td>");
                em_piece_verdict(h, r->verdict);
                em_html_lit(h, "</td><td>");
                em_html_text(h, r->says);
                if (r->setting.n) {
                        em_html_lit(h, "<br><small>changed: <code>");
                        em_html_text(h, r->setting);
                        em_html_lit(h, "</code></small>");
                }
                em_html_lit(h, "</td><td>");
                put_numbers(h, r);
                em_html_lit(h, "</td></tr>\n");
        }
        em_html_lit(h, "</tbody></table></div>\n");
}

void em_piece_grade(em_html h, const em_held *held)
{
        char grade[3] = { held->source.reliability ? held->source.reliability : 'F', '6', '\0' };
        if (held->record.credibility >= 1 && held->record.credibility <= 6)
                grade[1] = (char)('0' + held->record.credibility);
        em_html_lit(h, "<abbr class=\"grade\" title=\"Admiralty grade: reliability of the source, "
                       "credibility of the item\">");
        em_html_c(h, grade);
        em_html_lit(h, "</abbr>");
}

typedef struct publisher { em_str name; char best, worst, letter; size_t records; } publisher;

static size_t count_publishers(const em_print *p, const em_answer *a, publisher *list, size_t room)
{
        size_t count = 0;
        for (size_t i = 0; i < a->rows; i++) {
                const em_held *held = em_print_held(p, a->row[i].record);
                if (!held)
                        continue;
                em_str name = held->source.publisher.n ? held->source.publisher : held->source.name;
                size_t k = 0;
                while (k < count && !em_str_eq(list[k].name, name))
                        k++;
                if (k == room)
                        continue;
                char digit = (char)('0' + held->record.credibility);
                if (k == count)
                        list[count++] = (publisher){ name, digit, digit, held->source.reliability, 0 };
                list[k].best = digit < list[k].best ? digit : list[k].best;
                list[k].worst = digit > list[k].worst ? digit : list[k].worst;
                list[k].records++;
        }
        return count;
}

void em_piece_sources(em_html h, const em_print *p, const em_answer *a, bool counts)
{
        publisher list[4];
        size_t count = count_publishers(p, a, list, 4);
        if (count == 0)
                em_html_lit(h, "no records");
        for (size_t i = 0; i < count; i++) {
                if (i)
                        em_html_lit(h, "; ");
                em_html_text(h, list[i].name);
                em_html_lit(h, " (");
                em_html_text(h, (em_str){ &list[i].letter, 1 });
                em_html_text(h, (em_str){ &list[i].best, 1 });
                if (list[i].worst != list[i].best) {
                        em_html_lit(h, "\xe2\x80\x93");
                        em_html_text(h, (em_str){ &list[i].worst, 1 });
                }
                em_html_lit(h, ")");
                if (!counts)
                        continue;
                em_html_lit(h, ", ");
                em_html_int(h, (int64_t)list[i].records);
                if (list[i].records == 1)
                        em_html_lit(h, " record");
                else
                        em_html_lit(h, " records");
        }
}

void em_piece_span(em_html h, em_span when)
{
        char from[11], to[11];
        em_day_text(when.from, from);
        em_day_text(when.to, to);
        em_html_c(h, from);
        if (when.to == when.from || when.to == EM_DAY_NONE)
                return;
        em_html_lit(h, " to ");
        em_html_c(h, to);
}

em_status em_piece_heading(em_print *p, em_html h, int level, const char *id, const char *text,
                           em_error *err)
{
        void *items = p->toc;
        EM_TRY(em_room(p->arena, &items, &p->toc_cap, p->tocs, sizeof *p->toc, err));
        p->toc = items;
        p->toc[p->tocs++] = (em_toc){ level, em_str_c(id), em_str_c(text) };
        em_buf_fmt(h.out, "<h%d id=\"", level);
        em_html_c(h, id);
        em_html_lit(h, "\">");
        em_html_c(h, text);
        em_buf_fmt(h.out, "</h%d>\n", level);
        return EM_OK;
}

em_str em_rows_text(const em_rows *rows, size_t row, const char *column, em_arena *arena)
{
        ptrdiff_t at = em_rows_column(rows, em_str_c(column));
        em_str text = { 0 };
        if (at < 0)
                return text;
        const em_value *v = em_rows_at(rows, row, (size_t)at);
        if (v->type == EM_VALUE_TEXT)
                return v->s;
        if (v->type == EM_VALUE_INT && em_str_format(arena, &text, NULL, "%lld", (long long)v->i) != EM_OK)
                return (em_str){ 0 };
        if (v->type == EM_VALUE_REAL && em_str_format(arena, &text, NULL, "%.15g", v->r) != EM_OK)
                return (em_str){ 0 };
        return text;
}

em_status em_regime_table(em_print *p, em_str file, em_csv_row **ret_rows, size_t *ret_count,
                          em_error *err)
{
        em_str path, text;
        em_error miss;
        *ret_rows = NULL;
        *ret_count = 0;
        EM_TRY(em_path_join(em_case_regime_dir(p->c), file, p->arena, &path, err));
        em_status status = em_file_read(path, 1 << 20, p->arena, &text, &miss);
        if (status == EM_MISSING || (status == EM_IO && !em_path_exists(path)))
                return EM_OK;
        if (status != EM_OK) {
                if (err)
                        *err = miss;
                return status;
        }
        em_csv csv = em_csv_make(text, NULL);
        em_csv_row row;
        size_t cap = 0, count = 0;
        void *rows = NULL;
        while (em_csv_next(&csv, p->arena, &row)) {
                if (row.bad)
                        return em_fail_at(err, EM_FORMAT, file, row.line, row.bad_column, "%s", row.bad);
                EM_TRY(em_room(p->arena, &rows, &cap, count, sizeof row, err));
                ((em_csv_row *)rows)[count++] = row;
        }
        *ret_rows = rows;
        *ret_count = count;
        return EM_OK;
}
