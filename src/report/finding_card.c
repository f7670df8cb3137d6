/* A finding as a card: read in ten seconds, doubted for an hour.  In this order:
 * the sentence, the two labels, the readings side by side, what speaks against it,
 * what people said of it, where the evidence is, and the day as of which it stands.
 */
#include "report/parts.h"

static void put_aside(const em_answer *a, em_html h)
{
        size_t aside = 0;
        for (size_t i = 0; i < a->rows; i++)
                aside += a->row[i].role.n && !em_str_eq(a->row[i].role, EM_S("counted"));
        if (aside == 0)
                return;
        em_html_lit(h, "; ");
        em_html_int(h, (int64_t)aside);
        em_html_lit(h, " of them not counted themselves, each with its reason");
}

/* A card stands under a section's heading in the report, under the page's own on a page. */
static void put_heading(em_html h, int level, em_str words)
{
        em_buf_fmt(h.out, "<h%d>", h.pages ? level - 1 : level);
        em_html_text(h, words);
        em_buf_fmt(h.out, "</h%d>", h.pages ? level - 1 : level);
}

static void put_against(const em_answer *a, em_html h)
{
        bool proxy = !em_str_eq(a->basis, EM_S("direct")) && a->basis_text.n;
        bool missing = a->missing.n && em_str_find(a->why, a->missing) < 0;
        if (a->alternatives == 0 && !proxy && !missing)
                return;
        em_html_lit(h, "<div class=\"against\">");
        put_heading(h, 4, EM_S("What speaks against it"));
        em_html_lit(h, "<ul>");
        for (size_t i = 0; i < a->alternatives; i++) {
                em_html_lit(h, "<li>");
                em_html_text(h, a->alternative[i]);
        }
        if (proxy) {
                if (em_str_eq(a->basis, EM_S("proxy")))
                        em_html_lit(h, "<li>By proxy: ");
                else if (em_str_eq(a->basis, EM_S("sourced")))
                        em_html_lit(h, "<li>On printed figures: ");
                else
                        em_html_lit(h, "<li>No evidence: ");
                em_html_text(h, a->basis_text);
                em_html_lit(h, ".");
        }
        if (missing) {
                em_html_lit(h, "<li>Missing: ");
                em_html_text(h, a->missing);
                em_html_lit(h, ".");
        }
        em_html_lit(h, "</ul></div>\n");
}

/* The readings in short: a line each, with the sentence that decides. */
static void put_readings(const em_answer *a, em_html h)
{
        em_html_lit(h, "<table class=\"short\"><tbody>\n");
        for (size_t i = 0; i < a->readings; i++) {
                const em_reading *r = &a->reading[i];
                em_html_lit(h, "<tr><th scope=\"row\">");
                em_html_text(h, r->name);
                if (!r->decides)
                        em_html_lit(h, " <small>(beside)</small>");
                em_html_lit(h, "<td>");
                em_piece_verdict(h, r->verdict);
                em_html_lit(h, "<td>");
                em_piece_says(h, a, r->says);
                em_html_lit(h, "\n");
        }
        em_html_lit(h, "</table>\n");
}

static void put_sources(em_print *p, const em_answer *a, em_html h)
{
        const char *seen[4] = { 0 };
        size_t count = 0;
        for (size_t i = 0; i < a->rows && count < 4; i++) {
                const em_held *held = em_print_held(p, a->row[i].record);
                bool met = held == NULL;
                for (size_t k = 0; k < count && !met; k++)
                        met = strcmp(seen[k], held->source.sha256) == 0;
                if (met)
                        continue;
                seen[count++] = held->source.sha256;
                em_html_lit(h, " <code>");
                em_html_text(h, held->source.name);
                em_html_lit(h, " ");
                em_html_text(h, em_str_sub(em_str_c(held->source.sha256), 0, 12));
                em_html_lit(h, "</code>");
        }
}

em_status em_finding_render(em_print *p, em_str key, em_html h, em_error *err)
{
        const em_answer *a = em_findings_get(p->f, key);
        char shown[64];
        if (!a)
                return em_fail_at(err, EM_FORMAT, p->t.name, em_template_line(&p->t, key.p, NULL), 0,
                                  "{{finding}}: there is no question \"%s\"", em_str_show(key, shown, sizeof shown));
        em_html_lit(h, "<article class=\"finding f-");
        em_html_c(h, em_verdict_name(a->verdict));
        em_html_lit(h, "\" id=\"");
        em_html_id(h, "f-", key);
        em_html_lit(h, "\">\n<p class=\"labels\">");
        em_piece_verdict(h, a->verdict);
        em_html_lit(h, " ");
        em_piece_proof(h, a->proof);
        em_html_lit(h, "</p>\n");
        put_heading(h, 3, em_question_asks(a->question));
        em_html_lit(h, "\n<p class=\"why\">");
        if (em_piece_deciding(a) > 1) {
                em_piece_under(h, a, true);
                em_html_lit(h, ".");
        } else {
                em_piece_says(h, a, a->why);
        }
        em_html_lit(h, "</p>\n");
        if (a->readings > 1)
                put_readings(a, h);
        put_against(a, h);
        if (!h.pages)           /* a page has its own part for what was said, with ways to say more */
                EM_TRY(em_notes_render(p, a, false, h, err));
        em_html_lit(h, "<p class=\"foot\">Evidence: ");
        if (!h.pages) {
                em_html_lit(h, "<a");
                em_html_to(h, "a-", key);
                em_html_lit(h, "><b>A");
                em_html_int(h, (int64_t)em_print_place(p, a));
                em_html_lit(h, "</b></a>, ");
        }
        em_piece_sources(h, p, a, true);
        put_aside(a, h);
        put_sources(p, a, h);
        em_html_lit(h, "<br>");
        em_html_text(h, em_print_known(p));
        em_html_lit(h, ".</p></article>\n");
        return EM_OK;
}
