/* The annex: for each question, in the order in which the report cites them,
 * everything its answer rests on.  A block is a closed <details>; its address
 * a-KEY stands inside it, so that a browser that follows a number's link opens
 * it by itself (HTML, "ancestor revealing algorithm").
 *
 * A record is printed once, with its own row, in records.c; here it is a line
 * that leads there, and, where they are few, the row as it stands.
 */
#include "report/parts.h"

#include <stdio.h>

enum { ROWS_IN_FULL = 40 };     /* up to here each line carries the row's own text */

static void put_summary(em_print *p, const em_answer *a, em_html h)
{
        em_html_lit(h, "<summary><span class=\"a\">A");
        em_html_int(h, (int64_t)em_print_place(p, a));
        em_html_lit(h, "</span> <span class=\"asks\">");
        em_html_text(h, em_question_asks(a->question));
        em_html_lit(h, "</span> ");
        em_piece_verdict(h, a->verdict);
        em_html_lit(h, " <small>");
        for (size_t i = 0; a->readings && i < a->reading[0].numbers && i < 3; i++) {
                em_html_text(h, i ? EM_S(", ") : (em_str){ 0 });
                em_html_text(h, a->reading[0].number[i].name);
                em_html_lit(h, " ");
                em_html_text(h, a->reading[0].number[i].text);
        }
        em_html_lit(h, "</small></summary>\n");
}

static void put_measures(em_print *p, const em_answer *a, em_html h)
{
        if (a->measures == 0)
                return;
        em_html_lit(h, "<dt>Under<dd>");
        for (size_t i = 0; i < a->measures; i++) {
                const em_measure *m = em_print_measure(p, a->measure[i]);
                if (i)
                        em_html_lit(h, "; ");
                if (!m) {
                        em_html_text(h, a->measure[i]);
                        continue;
                }
                em_html_lit(h, "<a");
                em_html_to(h, h.pages ? "m-" : "r-", h.pages ? m->key : em_str_c(m->id));
                em_html_lit(h, ">resolution ");
                em_html_text(h, m->resolution);
                em_html_lit(h, ", paragraph ");
                em_html_text(h, m->paragraph);
                em_html_lit(h, "</a> [");
                em_html_text(h, m->verification);
                em_html_lit(h, "] ");
                em_html_text(h, m->rule);
        }
}

static void put_list(em_html h, const char *name, const em_str *text, size_t count)
{
        if (count == 0)
                return;
        em_html_lit(h, "<dt>");
        em_html_c(h, name);
        em_html_lit(h, "<dd>");
        if (count == 1) {
                em_html_text(h, text[0]);
                return;
        }
        em_html_lit(h, "<ul>");
        for (size_t i = 0; i < count; i++) {
                em_html_lit(h, "<li>");
                em_html_text(h, text[i]);
        }
        em_html_lit(h, "</ul>");
}

void em_annex_facts(em_print *p, const em_answer *a, em_html h)
{
        em_html_lit(h, "<dl class=\"facts\"><dt>Verdict<dd>");
        em_piece_verdict(h, a->verdict);
        em_html_lit(h, " ");
        em_piece_proof(h, a->proof);
        em_html_lit(h, "<br>");
        em_html_text(h, a->why);
        put_measures(p, a, h);
        em_html_lit(h, "<dt>Basis<dd>");
        em_html_text(h, a->basis);
        if (a->basis_text.n) {
                em_html_lit(h, ": ");
                em_html_text(h, a->basis_text);
        }
        put_list(h, "What speaks against it", a->alternative, a->alternatives);
        for (size_t i = 0; i < a->coverages; i++) {
                em_html_lit(h, "<dt>Coverage of ");
                em_html_text(h, a->coverage[i].kind);
                em_html_lit(h, "<dd>");
                em_html_text(h, a->coverage[i].text);
        }
        if (a->missing.n)
                put_list(h, "What is missing", &a->missing, 1);
        em_html_lit(h, "</dl>\n");
}

/* "Used in n17 n23": the sentences that rest on this. */
void em_annex_used(em_print *p, const em_answer *a, em_html h)
{
        bool any = false;
        for (size_t i = 0; i < p->t.marks; i++) {
                const em_bound *b = &p->bound[i];
                if (b->answer != a || b->number == 0)
                        continue;
                if (!any)
                        em_html_lit(h, "<p class=\"back\">Used in the text at");
                any = true;
                char digits[24];
                em_html_lit(h, " <a");
                em_html_to(h, "n", em_str_c((snprintf(digits, sizeof digits, "%zu", b->number), digits)));
                em_html_lit(h, ">n");
                em_html_int(h, (int64_t)b->number);
                em_html_lit(h, "\xc2\xa0\xe2\x80\x9c");
                em_html_text(h, b->text);
                em_html_lit(h, "\xe2\x80\x9d</a>");
        }
        if (any)
                em_html_lit(h, "</p>\n");
}

static void put_letters(em_html h, const em_answer_row *row, size_t readings)
{
        if (readings < 2)
                return;
        em_html_lit(h, "<td class=\"k\">");
        for (size_t i = 0; i < readings && i < 32; i++)
                if (row->readings >> i & 1)
                        em_html_text(h, (em_str){ &"abcdefghijklmnopqrstuvwxyzABCDEFGH"[i], 1 });
}

static void put_amount(em_html h, const em_answer_row *row)
{
        char low[40], high[40];
        em_html_lit(h, "<td class=\"num\">");
        if (row->low == EM_MILLI_NONE)
                return;
        if (row->low == EM_MILLI_MIN)
                em_html_lit(h, "up to ");
        else
                em_html_thin(h, em_str_c(em_milli_text(row->low, ',', low)));
        if (row->high == EM_MILLI_MAX) {
                em_html_lit(h, " or more");
        } else if (row->high != row->low) {
                if (row->low != EM_MILLI_MIN)
                        em_html_lit(h, "\xe2\x80\x93");
                em_html_thin(h, em_str_c(em_milli_text(row->high, ',', high)));
        }
        em_html_lit(h, " ");
        em_html_text(h, row->unit);
}

static em_status put_own_row(em_print *p, const em_held *held, em_html h, size_t columns, em_error *err)
{
        em_str header, row;
        if (held->source.access.n && !em_str_eq(held->source.access, EM_S("public")))
                return EM_OK;
        EM_TRY(em_case_excerpt(p->c, held, p->arena, &header, &row, err));
        em_html_lit(h, "<tr class=\"own\"><td colspan=\"");
        em_html_int(h, (int64_t)columns);
        em_html_lit(h, "\"><code>");
        em_html_text(h, row);
        em_html_lit(h, "</code>\n");
        return EM_OK;
}

static bool is_counted(const em_answer_row *row)
{
        return em_str_eq(row->role, EM_S("counted")) || row->role.n == 0;
}

static em_status put_row(em_print *p, const em_answer *a, const em_answer_row *row, bool amounts, bool full,
                         em_html h, em_error *err)
{
        const em_held *held = em_print_held(p, row->record);
        if (is_counted(row))
                em_html_lit(h, "<tr><td>");
        else
                em_html_lit(h, "<tr class=\"aside\"><td>");
        if (!held) {
                em_html_text(h, em_str_c(row->id));
                em_html_lit(h, "\n");
                return EM_OK;
        }
        bool open = held->source.access.n == 0 || em_str_eq(held->source.access, EM_S("public"));
        em_piece_record(h, held, em_str_c(held->name));
        em_html_lit(h, "<td>");
        em_html_text(h, open ? (row->label.n ? row->label : row->key) : EM_S("withheld"));
        em_html_lit(h, "<td>");
        em_piece_span(h, held->record.when);
        if (amounts)
                put_amount(h, row);
        em_html_lit(h, "<td>");
        em_html_text(h, (em_str){ &held->source.reliability, 1 });
        em_html_int(h, held->record.credibility);
        put_letters(h, row, a->readings);
        em_html_lit(h, "<td>");
        em_html_text(h, is_counted(row) ? row->group : row->role);
        em_html_lit(h, "\n");
        return full ? put_own_row(p, held, h, 5u + amounts + (a->readings > 1), err) : EM_OK;
}

static bool has_amounts(const em_answer *a)
{
        for (size_t i = 0; i < a->rows; i++)
                if (a->row[i].low != EM_MILLI_NONE)
                        return true;
        return false;
}

em_status em_annex_rows(em_print *p, const em_answer *a, bool own_rows, em_html h, em_error *err)
{
        if (a->rows == 0) {
                em_html_lit(h, "<p>It rests on no record.</p>\n");
                return EM_OK;
        }
        bool amounts = has_amounts(a), full = own_rows && a->rows <= ROWS_IN_FULL;
        size_t counted = 0;
        for (size_t i = 0; i < a->rows; i++)
                counted += is_counted(&a->row[i]);
        em_html_lit(h, "<p class=\"from\"><b>");
        em_html_int(h, (int64_t)a->rows);
        em_html_lit(h, "</b> records, ");
        em_html_int(h, (int64_t)counted);
        em_html_lit(h, " counted: ");
        em_piece_sources(h, p, a, true);
        em_html_lit(h, ".</p>\n<div class=\"table\" tabindex=\"0\"><table class=\"rows\"><thead><tr>"
                       "<th scope=\"col\">Record<th scope=\"col\">What<th scope=\"col\">When");
        if (amounts)
                em_html_lit(h, "<th scope=\"col\" class=\"num\">How much");
        em_html_lit(h, "<th scope=\"col\">Grade");
        if (a->readings > 1)
                em_html_lit(h, "<th scope=\"col\">In");
        em_html_lit(h, "<th scope=\"col\">Group, or why it is set aside<tbody>\n");
        for (size_t i = 0; i < a->rows; i++)
                EM_TRY(put_row(p, a, &a->row[i], amounts, full, h, err));
        em_html_lit(h, "</table></div>\n");
        return EM_OK;
}

void em_annex_hash(const em_answer *a, em_html h)
{
        char hex[65];
        em_html_lit(h, "<p class=\"hash\">Question <code>questions/");
        em_html_text(h, em_question_key(a->question));
        em_html_lit(h, ".sql</code>, SHA-256 <code>");
        em_html_text(h, em_str_sub(em_question_hash(a->question), 0, 12));
        em_html_lit(h, "</code>; this answer <code>");
        em_html_text(h, em_str_sub(em_str_c(em_sha256_hex(em_sha256_of(a->body), hex)), 0, 12));
        em_html_lit(h, "</code>. On the command line: <code>embargo why ");
        em_html_text(h, em_question_key(a->question));
        em_html_lit(h, "</code>.</p>\n");
}

em_status em_annex_render(em_print *p, em_html h, em_error *err)
{
        EM_TRY(em_piece_heading(p, h, 3, "annex", "Evidence by question", err));
        em_html_lit(h, "<p class=\"lede\">One block for each question, in the order of the text. Every number in the "
                       "text leads here.</p>\n");
        for (size_t i = 0; i < p->listed; i++) {
                const em_answer *a = p->f->answer[p->order[i]];
                em_html_lit(h, "<details class=\"q\">");
                put_summary(p, a, h);
                em_html_lit(h, "<div class=\"ev\"");
                em_html_lit(h, " id=\"");
                em_html_id(h, "a-", em_question_key(a->question));
                em_html_lit(h, "\">\n");
                em_annex_facts(p, a, h);
                EM_TRY(em_notes_render(p, a, true, h, err));
                em_piece_readings(h, a);
                EM_TRY(em_annex_rows(p, a, true, h, err));
                em_annex_used(p, a, h);
                em_annex_hash(a, h);
                em_html_lit(h, "</div></details>\n");
        }
        return EM_OK;
}
