/* The chain as an indented tree: what is said, what answers it, the rows that
 * the answer rests on as they stand in the file, where the file is from, and
 * the ledger entry that took it.
 */
#include "cli/why.h"

enum { STEP = 2, LABEL = 12 };

static em_str safe(em_why *w, em_str s)
{
        return em_cli_safe(w->cli, s);
}

/* "  label       text", the text wrapped under itself. */
static void line(em_why *w, size_t indent, const char *label, em_str text)
{
        FILE  *out = w->cli->out;
        size_t left = indent + LABEL, width = w->cli->term.width;
        em_str rest = safe(w, text);
        if (!rest.n)
                return;
        size_t took = em_term_break(rest, width > left ? width - left : 1);
        fprintf(out, "%*s%-*s%.*s\n", (int)indent, "", LABEL, label, EM_ARG(em_str_trim(em_str_sub(rest, 0, took))));
        em_term_wrap(em_str_trim(em_str_sub(rest, took, rest.n)), left, width, out);
}

static void heading(em_why *w, size_t indent, em_str name, em_str text)
{
        const em_term *t = &w->cli->term;
        fprintf(w->cli->out, "%*s%s%.*s%s", (int)indent, "", em_term_on(t, EM_PAINT_BOLD),
                EM_ARG(safe(w, name)), em_term_off(t, EM_PAINT_BOLD));
        em_str rest = safe(w, text);
        size_t left = indent + em_utf8_width(name) + STEP, width = t->width;
        if (rest.n) {
                size_t took = em_term_break(rest, width > left + 20 ? width - left : 20);
                fprintf(w->cli->out, "  %.*s", EM_ARG(em_str_trim(em_str_sub(rest, 0, took))));
                rest = em_str_trim(em_str_sub(rest, took, rest.n));
        }
        fputc('\n', w->cli->out);
        em_term_wrap(rest, left, width > left + 20 ? width : left + 20, w->cli->out);
}

/* ---- records ------------------------------------------------------------------------- */

static em_str grade(em_why *w, const em_held *held)
{
        return em_cli_text(w->cli, "%c%d", held->source.reliability, held->record.credibility);
}

static em_str span_text(em_why *w, em_span span)
{
        char from[11], to[11];
        if (span.from == EM_DAY_NONE)
                return EM_S("");
        em_day_text(span.from, from);
        em_day_text(span.to, to);
        return span.from == span.to ? em_cli_text(w->cli, "%s", from) : em_cli_text(w->cli, "%s to %s", from, to);
}

static em_str place_text(em_why *w, const em_held *held)
{
        return em_cli_text(w->cli, "%.*s line %.*s, byte %.*s", EM_ARG(held->source.name),
                           EM_ARG(em_cli_count(w->cli, held->record.line)),
                           EM_ARG(em_cli_count(w->cli, held->record.offset)));
}

/* Under an answer: one line of what, one of where, and the row itself. */
static void short_record(em_why *w, const em_why_record *r, size_t indent)
{
        const em_record *rec = &r->held.record;
        char   day[11];
        em_str known = em_str_c(em_day_text(rec->known, day));
        em_str text = em_cli_text(w->cli, "%.*s%s%.*s%s%.*s", EM_ARG(rec->key), rec->key.n ? "  " : "",
                                  EM_ARG(span_text(w, rec->when)), rec->what.n ? "  " : "", EM_ARG(rec->what));
        em_str role = em_str_eq(r->role, EM_S("counted")) ? EM_S("") : r->role;
        heading(w, indent, em_str_c(r->held.name), text);
        if (r->group.n || role.n)
                line(w, indent + STEP, "part", em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(r->group),
                                                           r->group.n && role.n ? "; " : "", EM_ARG(role)));
        line(w, indent + STEP, "place", em_cli_text(w->cli, "%.*s; grade %.*s; known %.*s",
                                                    EM_ARG(place_text(w, &r->held)),
                                                    EM_ARG(grade(w, &r->held)), EM_ARG(known)));
        line(w, indent + STEP, "row", r->row);
}

static void print_cells(em_why *w, const em_why_record *r, size_t indent)
{
        size_t widest = 0;
        for (size_t i = 0; i < r->head.count; i++) {
                size_t n = em_utf8_width(safe(w, r->head.field[i]));
                widest = n > widest ? n : widest;
        }
        widest = widest > 28 ? 28 : widest;
        for (size_t i = 0; i < r->cells.count; i++) {
                em_str name = i < r->head.count ? safe(w, r->head.field[i]) : EM_S("(no header)");
                em_str value = safe(w, r->cells.field[i]);
                size_t used = em_utf8_width(name), left = indent + widest + STEP, width = w->cli->term.width;
                if (!value.n)
                        continue;
                fprintf(w->cli->out, "%*s%.*s%*s", (int)indent, "", EM_ARG(name),
                        (int)((used < widest ? widest - used : 0) + STEP), "");
                size_t took = em_term_break(value, width > left + 20 ? width - left : 20);
                fprintf(w->cli->out, "%.*s\n", EM_ARG(em_str_trim(em_str_sub(value, 0, took))));
                em_term_wrap(em_str_trim(em_str_sub(value, took, value.n)), left,
                             width > left + 20 ? width : left + 20, w->cli->out);
        }
}

static em_str amount_text(em_why *w, const em_record *rec)
{
        char text[96];
        if (rec->amount.low == EM_MILLI_NONE)
                return rec->state == EM_STATE_NO_AMOUNT ? EM_S("") : em_cli_text(w->cli, "%s", em_state_name(rec->state));
        return em_cli_text(w->cli, "%s %.*s%s", em_quantity_text(rec->amount, text), EM_ARG(rec->amount.unit),
                           rec->state == EM_STATE_ZERO ? " (declared zero)" : "");
}

static em_str kind_text(em_why *w, const em_record *rec)
{
        return em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(rec->kind), rec->key.n ? "  " : "", EM_ARG(rec->key));
}

/* The day as the table's calendar has it, and in UTC where that differs. */
static em_str when_text(em_why *w, const em_record *rec)
{
        em_str utc = EM_S(""), day = span_text(w, rec->when);
        if (!day.n)
                return EM_S("not dated");
        if (rec->utc.from != EM_DAY_NONE && (rec->utc.from != rec->when.from || rec->utc.to != rec->when.to))
                utc = em_cli_text(w->cli, "; %.*s in UTC", EM_ARG(span_text(w, rec->utc)));
        return em_cli_text(w->cli, "%.*s, to the %s%.*s", EM_ARG(day), em_precision_name(rec->precision), EM_ARG(utc));
}

static void long_record(em_why *w, const em_why_record *r)
{
        const em_record *rec = &r->held.record;
        char day[11];
        heading(w, 0, em_str_c(r->held.name), kind_text(w, rec));
        line(w, STEP, "what", em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(rec->what), rec->klass.n ? ", " : "",
                                          EM_ARG(rec->klass)));
        line(w, STEP, "who", rec->who);
        line(w, STEP, "place", rec->place);
        line(w, STEP, "true when", when_text(w, rec));
        line(w, STEP, "known", em_str_c(em_day_text(rec->known, day)));
        line(w, STEP, "amount", amount_text(w, rec));
        line(w, STEP, "grade", em_cli_text(w->cli, "%.*s (source %c, record %d)", EM_ARG(grade(w, &r->held)),
                                           r->held.source.reliability, rec->credibility));
        fprintf(w->cli->out, "\n  the row as it stands in %.*s (%.*s bytes)\n", EM_ARG(safe(w, place_text(w, &r->held))),
                EM_ARG(em_cli_count(w->cli, rec->length)));
        print_cells(w, r, 2 * STEP);
        fputc('\n', w->cli->out);
        em_term_wrap(safe(w, r->row), 2 * STEP, w->cli->term.width, w->cli->out);
}

/* ---- answers ---------------------------------------------------------------------------- */

static void print_readings(em_why *w, const em_why_answer *a, size_t indent)
{
        const em_term *t = &w->cli->term;
        for (size_t i = 0; i < a->answer->readings; i++) {
                const em_reading *r = &a->answer->reading[i];
                em_str   word = em_str_c(em_verdict_name(r->verdict));
                em_paint paint = em_term_verdict(word);
                if (a->reading.n && !em_str_eq(a->reading, r->name))
                        continue;
                fprintf(w->cli->out, "%*s%.*s: %s%.*s%s%s\n", (int)indent, "", EM_ARG(safe(w, r->name)),
                        em_term_on(t, paint), EM_ARG(word), em_term_off(t, paint),
                        r->decides ? "" : " (beside, not deciding)");
                em_term_wrap(safe(w, r->says), indent + STEP, t->width, w->cli->out);
        }
}

static em_str number_text(em_why *w, const em_why_answer *a)
{
        const em_number *n = a->field.n ? em_answer_number(a->answer, a->reading, a->field) : NULL;
        return n ? em_cli_text(w->cli, "%.*s = %.*s%s%.*s", EM_ARG(n->name), EM_ARG(n->text),
                               n->unit.n ? " " : "", EM_ARG(n->unit)) : EM_S("");
}

static em_str measures_text(em_why *w, const em_answer *a)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < a->measures; i++)
                all = em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(all), i ? ", " : "", EM_ARG(a->measure[i]));
        return all;
}

static void print_answer(em_why *w, const em_why_answer *a, size_t indent)
{
        const em_answer *answer = a->answer;
        heading(w, indent, em_question_key(answer->question), em_question_asks(answer->question));
        size_t in = indent + STEP;
        line(w, in, "number", number_text(w, a));
        line(w, in, "verdict", em_cli_text(w->cli, "%s: %.*s", em_verdict_name(answer->verdict), EM_ARG(answer->why)));
        line(w, in, "standard", em_str_c(em_proof_words(answer->proof)));
        line(w, in, "evidence", em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(answer->basis), answer->basis_text.n ? ": " : "",
                                            EM_ARG(answer->basis_text)));
        line(w, in, "measures", measures_text(w, answer));
        for (size_t i = 0; i < answer->coverages; i++)
                line(w, in, i ? "" : "covers", em_cli_text(w->cli, "%.*s: %.*s", EM_ARG(answer->coverage[i].kind),
                                                           EM_ARG(answer->coverage[i].text)));
        for (size_t i = 0; i < answer->alternatives; i++)
                line(w, in, "or else", answer->alternative[i]);
        line(w, in, "missing", answer->missing);
        fprintf(w->cli->out, "%*sreadings\n", (int)in, "");
        print_readings(w, a, in + STEP);
        if (!a->rows)
                return;
        fprintf(w->cli->out, "%*srests on %.*s%s\n", (int)in, "", EM_ARG(em_cli_many(w->cli, a->rows, "record", "records")),
                a->records < a->rows ? "; the first of them" : "");
        for (size_t i = 0; i < a->records; i++)
                short_record(w, &a->record[i], in + STEP);
        if (a->records < a->rows)
                fprintf(w->cli->out, "%*sand %.*s more (--all)\n", (int)(in + STEP), "",
                        EM_ARG(em_cli_count(w->cli, a->rows - a->records)));
}

/* ---- sources and the rest ------------------------------------------------------------------ */

static void print_source(em_why *w, const em_why_source *s)
{
        const em_source *src = &s->source;
        fputc('\n', w->cli->out);
        heading(w, 0, em_cli_text(w->cli, "%.8s", src->sha256), src->name);
        line(w, STEP, "publisher", src->publisher);
        line(w, STEP, "origin", src->origin);
        line(w, STEP, "published", src->published);
        line(w, STEP, "obtained", em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(src->obtained_on),
                                              src->obtained_by.n ? " by " : "", EM_ARG(src->obtained_by)));
        line(w, STEP, "method", src->method);
        line(w, STEP, "terms", src->terms);
        if (src->covers_from.n || src->covers_to.n)
                line(w, STEP, "covers", em_cli_text(w->cli, "%.*s to %.*s", EM_ARG(src->covers_from), EM_ARG(src->covers_to)));
        line(w, STEP, "reliability", em_cli_text(w->cli, "%c%s", src->reliability,
                                                 em_str_eq(src->access, EM_S("withheld")) ? "; withheld" : ""));
        line(w, STEP, "read by", src->map.n ? em_cli_text(w->cli, "map %.*s: %.*s taken, %.*s kept aside", EM_ARG(src->map),
                                                          EM_ARG(em_cli_count(w->cli, src->taken)),
                                                          EM_ARG(em_cli_count(w->cli, src->quarantined)))
                                            : EM_S("no map: held without records"));
        line(w, STEP, "sha256", em_str_c(src->sha256));
        line(w, STEP, "bytes", em_cli_text(w->cli, "%.*s in %.*s", EM_ARG(em_cli_count(w->cli, src->bytes)), EM_ARG(s->path)));
        if (s->entered)
                line(w, STEP, "ledger", em_cli_text(w->cli, "entry %lld, %.*s, by %.*s, hash %.12s", (long long)s->entry.seq,
                                                    EM_ARG(s->entry.at), EM_ARG(s->entry.author), s->entry.hash));
}

static void print_links(em_why *w)
{
        if (w->links)
                fputs("\n  links\n", w->cli->out);
        for (size_t i = 0; i < w->links; i++) {
                const em_why_link *l = &w->link[i];
                em_str text = em_cli_text(w->cli, "%s%.*s%s %.*s (%.*s, by %.*s)%s%.*s", l->from_here ? "" : "(other way) ",
                                          EM_ARG(l->link.relation), l->from_here ? "" : " this:", EM_ARG(l->other),
                                          EM_ARG(l->link.certainty), EM_ARG(l->link.author),
                                          l->link.reason.n ? ": " : "", EM_ARG(l->link.reason));
                em_term_wrap(safe(w, text), 2 * STEP, w->cli->term.width, w->cli->out);
        }
}

static void print_findings(em_why *w)
{
        if (w->findings)
                fputs("\n  findings that rest on it\n", w->cli->out);
        for (size_t i = 0; i < w->findings; i++) {
                const em_why_finding *f = &w->finding[i];
                em_paint paint = em_term_verdict(f->verdict);
                fprintf(w->cli->out, "    %.*s: %s%.*s%s (version %lld)\n", EM_ARG(safe(w, f->question)),
                        em_term_on(&w->cli->term, paint), EM_ARG(safe(w, f->verdict)),
                        em_term_off(&w->cli->term, paint), (long long)f->version);
        }
}

void em_why_print(em_why *w)
{
        size_t indent = 0;
        if (w->text.n) {
                heading(w, 0, w->id, w->text);
                indent = STEP;
        }
        for (size_t i = 0; i < w->answers; i++) {
                if (i || indent)
                        fputc('\n', w->cli->out);
                print_answer(w, &w->answer[i], indent);
        }
        bool alone = strcmp(w->kind, "record") == 0;
        for (size_t i = 0; i < w->records; i++)
                if (alone)
                        long_record(w, &w->record[i]);
                else
                        short_record(w, &w->record[i], indent);
        print_links(w);
        print_findings(w);
        for (size_t i = 0; i < w->sources; i++)
                print_source(w, &w->source[i]);
}
