/* A card for each record that anything in the report rests on: its own row as
 * it stands in the source, name beside value, and its custody.  Cards stand by
 * source, folded; a record has one address, r-ID, wherever it is used.
 *
 * Closing tags of dt, dd, tr and td are left out, as HTML allows: there are a
 * thousand cards.
 */
#include "report/parts.h"

static void put_fields(em_print *p, em_str header, em_str row, em_html h)
{
        em_csv names = em_csv_make(header, NULL), values = em_csv_make(row, NULL);
        em_csv_row n, v;
        if (!em_csv_next(&names, p->arena, &n) || !em_csv_next(&values, p->arena, &v) || n.bad || v.bad) {
                em_html_lit(h, "<pre>");
                em_html_text(h, row);
                em_html_lit(h, "</pre>");
                return;
        }
        em_html_lit(h, "<dl class=\"row\">");
        for (size_t i = 0; i < v.count; i++) {
                if (v.field[i].n == 0)
                        continue;
                em_html_lit(h, "<div><dt>");
                em_html_text(h, i < n.count ? n.field[i] : EM_S("(no name)"));
                em_html_lit(h, "<dd>");
                em_html_text(h, v.field[i]);
                em_html_lit(h, "</div>");
        }
        em_html_lit(h, "</dl>");
}

static void put_custody(const em_held *held, em_html h)
{
        char day[11];
        em_html_lit(h, "<p class=\"cust\">");
        em_piece_grade(h, held);
        em_html_lit(h, " ");
        em_html_text(h, held->source.publisher.n ? held->source.publisher : held->source.name);
        if (held->record.known != EM_DAY_NONE) {
                em_html_lit(h, ", known ");
                em_html_c(h, em_day_text(held->record.known, day));
        }
        em_html_lit(h, "; row ");
        em_html_int(h, (int64_t)held->record.row);
        em_html_lit(h, ", line ");
        em_html_int(h, (int64_t)held->record.line);
        em_html_lit(h, " of ");
        em_html_text(h, held->source.name);
        em_html_lit(h, " <code>");
        em_html_text(h, em_str_sub(em_str_c(held->source.sha256), 0, 12));
        em_html_lit(h, "</code></p>");
}

static bool uses(const em_answer *a, int64_t record)
{
        for (size_t i = 0; i < a->rows; i++)
                if (a->row[i].record == record)
                        return true;
        return false;
}

static void put_used(em_print *p, const em_held *held, em_html h)
{
        bool any = false;
        for (size_t i = 0; i < p->listed; i++) {
                const em_answer *a = p->f->answer[p->order[i]];
                if (!uses(a, held->id))
                        continue;
                if (!any)
                        em_html_lit(h, "<p class=\"back\">Used by");
                any = true;
                em_html_lit(h, " ");
                em_piece_place(h, p, a);
        }
        if (any)
                em_html_lit(h, "</p>");
}

static em_status put_links(em_print *p, const em_held *held, em_html h, em_error *err)
{
        em_link *link;
        size_t count;
        EM_TRY(em_case_links(p->c, held->id, p->arena, &link, &count, err));
        for (size_t i = 0; i < count; i++) {
                bool from = link[i].from == held->id;
                const em_held *other = em_print_held(p, from ? link[i].to : link[i].from);
                bool known = p->known == EM_DAY_NONE || link[i].known == EM_DAY_NONE || link[i].known <= p->known;
                if (!other || !known)
                        continue;
                em_html_lit(h, "<p class=\"link\">");
                if (!from)
                        em_piece_record(h, other, other->record.key.n ? other->record.key : em_str_c(other->name));
                em_html_lit(h, " ");
                em_html_text(h, link[i].relation);
                em_html_lit(h, " ");
                if (from)
                        em_piece_record(h, other, other->record.key.n ? other->record.key : em_str_c(other->name));
                else
                        em_html_lit(h, "this");
                em_html_lit(h, " (");
                em_html_text(h, link[i].certainty);
                if (link[i].reason.n) {
                        em_html_lit(h, "; ");
                        em_html_text(h, link[i].reason);
                }
                em_html_lit(h, ")</p>");
        }
        return EM_OK;
}

em_status em_record_card(em_print *p, const em_held *held, em_html h, em_error *err)
{
        bool open = held->source.access.n == 0 || em_str_eq(held->source.access, EM_S("public"));
        em_html_lit(h, "<article class=\"rec\" id=\"");
        em_html_id(h, "r-", em_str_c(held->name));
        em_html_lit(h, "\"><h4>");
        if (p->pages)
                em_piece_record(h, held, em_str_c(held->name));
        else
                em_html_text(h, em_str_c(held->name));
        if (open && held->record.key.n) {
                em_html_lit(h, " <b>");
                em_html_text(h, held->record.key);
                em_html_lit(h, "</b>");
        }
        em_html_lit(h, "</h4>");
        put_custody(held, h);
        if (open) {
                em_str header, row;
                EM_TRY(em_case_excerpt(p->c, held, p->arena, &header, &row, err));
                put_fields(p, header, row, h);
        } else {
                em_html_lit(h, "<p>Withheld: its hash and grade are printed, its words are not.</p>");
        }
        EM_TRY(put_links(p, held, h, err));
        if (!p->pages && p->notes)
                EM_TRY(em_record_noted(p, held, h, err));
        put_used(p, held, h);
        em_html_lit(h, "</article>\n");
        return EM_OK;
}

static size_t cards_of(const em_print *p, const em_source *source)
{
        size_t n = 0;
        for (size_t i = 0; i < p->helds; i++)
                n += strcmp(p->held[i].source.sha256, source->sha256) == 0;
        return n;
}

em_status em_records_render(em_print *p, em_html h, em_error *err)
{
        EM_TRY(em_piece_heading(p, h, 3, "records", "Records", err));
        em_html_lit(h, "<p class=\"lede\">Each record with its own row as it stands in the source. An empty cell is "
                       "left out here; it is never a zero.</p>\n");
        for (size_t i = 0; i < p->sources; i++) {
                const em_source *s = &p->source[i];
                size_t cards = cards_of(p, s);
                if (cards == 0)
                        continue;
                em_html_lit(h, "<details class=\"src\"><summary>");
                em_html_text(h, s->name);
                em_html_lit(h, " <small>");
                em_html_text(h, s->publisher);
                em_html_lit(h, ", ");
                em_html_int(h, (int64_t)cards);
                em_html_lit(h, " of ");
                em_html_int(h, (int64_t)s->taken);
                em_html_lit(h, " records used</small></summary>\n");
                for (size_t k = 0; k < p->helds; k++)
                        if (strcmp(p->held[k].source.sha256, s->sha256) == 0)
                                EM_TRY(em_record_card(p, &p->held[k], h, err));
                em_html_lit(h, "</details>\n");
        }
        return EM_OK;
}
