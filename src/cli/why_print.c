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
        fprintf(out, "%*s%-*s%.*s\n", (int)indent, "", LABEL, label,
                EM_ARG(em_str_trim(em_str_sub(rest, 0, took))));
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
        return span.from == span.to ? em_cli_text(w->cli, "%s", from)
                                    : em_cli_text(w->cli, "%s to %s", from, to);
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
        em_str text =
                em_cli_text(w->cli, "%.*s%s%.*s%s%.*s", EM_ARG(rec->key), rec->key.n ? "  " : "",
                            EM_ARG(span_text(w, rec->when)), rec->what.n ? "  " : "", EM_ARG(rec->what));
        heading(w, indent, em_str_c(r->held.name), text);
        if (!em_str_eq(r->role, EM_S("counted")))
                line(w, indent + STEP, "used as", r->role);
        line(w, indent + STEP, "place", em_cli_text(w->cli, "%.*s; grade %.*s; known %.*s",
                                                    EM_ARG(place_text(w, &r->held)),
                                                    EM_ARG(grade(w, &r->held)), EM_ARG(known)));
        line(w, indent + STEP, "row", r->row);
        for (size_t i = 0; i < r->sentences; i++)
                for (em_cut cut = {.tail = r->sentence[i], .found = true}; cut.found;) {
                        cut = em_str_cut(cut.tail, '\n');
                        line(w, indent + STEP, "sentence", em_str_trim(cut.head));
                }
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
                size_t used = em_utf8_width(name), left = indent + widest + STEP,
                       width = w->cli->term.width;
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

em_str em_why_amount(em_why *w, const em_record *rec)
{
        char text[96];
        if (rec->amount.low == EM_MILLI_NONE)
                return rec->state == EM_STATE_NO_AMOUNT
                               ? EM_S("")
                               : em_cli_text(w->cli, "%s", em_state_name(rec->state));
        return em_cli_text(w->cli, "%s %.*s%s", em_quantity_text(rec->amount, text),
                           EM_ARG(rec->amount.unit),
                           rec->state == EM_STATE_ZERO ? " (declared zero)" : "");
}

static em_str kind_text(em_why *w, const em_record *rec)
{
        return em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(rec->kind), rec->key.n ? "  " : "",
                           EM_ARG(rec->key));
}

/* The day as the table's calendar has it, and in UTC where that differs. */
em_str em_why_when(em_why *w, const em_record *rec)
{
        em_str utc = EM_S(""), day = span_text(w, rec->when);
        if (!day.n)
                return EM_S("not dated");
        if (rec->time_s != EM_MOMENT_NONE) {
                int  in_day = (int)(((rec->time_s % 86400) + 86400) % 86400);
                char date[11];
                return em_cli_text(w->cli, "%.*s (%sT%02d:%02d:%02dZ)", EM_ARG(day),
                                   em_day_text(em_day_utc(rec->time_s), date), in_day / 3600,
                                   in_day / 60 % 60, in_day % 60);
        }
        if (rec->utc.from != EM_DAY_NONE &&
            (rec->utc.from != rec->when.from || rec->utc.to != rec->when.to))
                utc = em_cli_text(w->cli, "; %.*s in UTC", EM_ARG(span_text(w, rec->utc)));
        bool span = rec->precision == EM_PRECISION_SPAN || rec->precision == EM_PRECISION_NONE;
        return em_cli_text(w->cli, "%.*s%s%s%.*s", EM_ARG(day), span ? "" : ", to the ",
                           span ? "" : em_precision_name(rec->precision), EM_ARG(utc));
}

static void long_record(em_why *w, const em_why_record *r)
{
        const em_record *rec = &r->held.record;
        char day[11];
        heading(w, 0, em_str_c(r->held.name), kind_text(w, rec));
        line(w, STEP, "what",
             em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(rec->what), rec->klass.n ? ", " : "",
                         EM_ARG(rec->klass)));
        line(w, STEP, "who", rec->who);
        line(w, STEP, "place", rec->place);
        line(w, STEP, "true when", em_why_when(w, rec));
        line(w, STEP, "known", em_str_c(em_day_text(rec->known, day)));
        line(w, STEP, "amount", em_why_amount(w, rec));
        line(w, STEP, "grade",
             em_cli_text(w->cli, "%.*s (source %c, record %d)", EM_ARG(grade(w, &r->held)),
                         r->held.source.reliability, rec->credibility));
        fprintf(w->cli->out, "\n  the row as it stands in %.*s (%.*s bytes)\n",
                EM_ARG(safe(w, place_text(w, &r->held))), EM_ARG(em_cli_count(w->cli, rec->length)));
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
                if (a->reading.n && r != a->asked)
                        continue;
                fprintf(w->cli->out, "%*s%.*s: %s%.*s%s%s\n", (int)indent, "", EM_ARG(safe(w, r->name)),
                        em_term_on(t, paint), EM_ARG(word), em_term_off(t, paint),
                        r->decides ? "" : " (beside, not deciding)");
                em_term_wrap(safe(w, r->says), indent + STEP, t->width, w->cli->out);
        }
}

/* "launch days": English units take an s; symbols (bbl, t, USD) and percent do not. */
static em_str unit_text(em_why *w, em_str unit, bool one)
{
        bool word = unit.n > 3 && unit.p[unit.n - 1] >= 'a' && unit.p[unit.n - 1] <= 'z' &&
                    !em_str_ends(unit, EM_S("s")) && !em_str_eq(unit, EM_S("percent"));
        return word && !one ? em_cli_text(w->cli, "%.*ss", EM_ARG(unit)) : unit;
}

/* "2022-01: 6 launch days, 9 records": the group that the next records are in. */
static void print_group(em_why *w, const em_why_answer *a, em_str name, size_t indent)
{
        const em_group *g = em_why_group(a, name);
        char            text[96] = "";
        if (!name.n)
                return;
        if (g && g->low != EM_MILLI_NONE)
                em_quantity_text(
                        (em_quantity){.low = g->low,
                                      .high = g->high,
                                      .stated = EM_MILLI_NONE,
                                      .quantifier = g->low == g->high ? EM_QUANT_EXACT : EM_QUANT_RANGE},
                        text);
        fprintf(w->cli->out, "%*s%.*s", (int)indent, "", EM_ARG(safe(w, name)));
        if (text[0])
                fprintf(w->cli->out, ": %s %.*s, %.*s", text,
                        EM_ARG(safe(w, unit_text(w, a->asked->unit, strcmp(text, "1") == 0))),
                        EM_ARG(em_cli_many(w->cli, g->rows, "record", "records")));
        fputc('\n', w->cli->out);
}

static void print_records(em_why *w, const em_why_answer *a, size_t indent)
{
        if (!a->rows)
                return;
        fprintf(w->cli->out, "%*srests on %.*s, under the reading \"%.*s\"\n", (int)indent, "",
                EM_ARG(em_cli_many(w->cli, a->rows, "record", "records")),
                EM_ARG(safe(w, a->asked->name)));
        for (size_t i = 0; i < a->records; i++) {
                if (i == 0 || !em_str_eq(a->record[i].group, a->record[i - 1].group))
                        print_group(w, a, a->record[i].group, indent + STEP);
                short_record(w, &a->record[i], indent + 2 * STEP);
        }
        if (a->records < a->rows)
                fprintf(w->cli->out, "%*sand %.*s more (--all)\n", (int)(indent + STEP), "",
                        EM_ARG(em_cli_count(w->cli, a->rows - a->records)));
}

static void print_asides(em_why *w, const em_why_answer *a, size_t indent)
{
        if (a->asides)
                fprintf(w->cli->out, "%*slooked at and not counted\n", (int)indent, "");
        for (size_t i = 0, shown = 0; i < a->answer->rows; i++) {
                const em_answer_row *row = &a->answer->row[i];
                if (!em_why_set_aside(row))
                        continue;
                if (shown++ == 6 && !w->all) {
                        fprintf(w->cli->out, "%*sand %.*s more (--all)\n", (int)(indent + STEP), "",
                                EM_ARG(em_cli_count(w->cli, a->asides - 6)));
                        return;
                }
                heading(w, indent + STEP, em_str_c(row->id),
                        em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(row->key), row->key.n ? "  " : "",
                                    EM_ARG(row->role)));
        }
}

/* "next = 7 missiles"; and when the report printed something else, that. */
static void print_numbers(em_why *w, const em_why_answer *a, size_t indent)
{
        for (size_t i = 0; i < a->numbers; i++) {
                const em_why_number *asked = &a->number[i];
                const em_number     *n = em_answer_number(a->answer, a->reading, asked->field);
                if (!n)
                        continue;
                em_str unit = unit_text(w, n->unit, em_str_eq(n->text, EM_S("1")));
                line(w, indent, "number",
                     em_cli_text(w->cli, "%.*s = %.*s%s%.*s", EM_ARG(n->name), EM_ARG(n->text),
                                 unit.n ? " " : "", EM_ARG(unit)));
                if (asked->printed.n && !em_str_eq(asked->printed, n->text))
                        line(w, indent, "printed",
                             em_cli_text(w->cli,
                                         "%.*s in the last report: print it anew, or name "
                                         "the day it was printed for (--as-known-on)",
                                         EM_ARG(asked->printed)));
        }
}

static em_str measures_text(em_why *w, const em_answer *a)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < a->measures; i++)
                all = em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(all), i ? ", " : "",
                                  EM_ARG(a->measure[i]));
        return all;
}

static void print_answer(em_why *w, const em_why_answer *a, size_t indent)
{
        const em_answer *answer = a->answer;
        heading(w, indent, em_question_key(answer->question), em_question_asks(answer->question));
        size_t in = indent + STEP;
        print_numbers(w, a, in);
        line(w, in, "verdict", em_str_c(em_verdict_words(answer->verdict)));
        line(w, in, "standard", em_str_c(em_proof_words(answer->proof)));
        line(w, in, "evidence",
             em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(answer->basis), answer->basis_text.n ? ": " : "",
                         EM_ARG(answer->basis_text)));
        line(w, in, "measures", measures_text(w, answer));
        for (size_t i = 0; i < answer->coverages; i++)
                line(w, in, i ? "" : "covers",
                     em_cli_text(w->cli, "%.*s: %.*s", EM_ARG(answer->coverage[i].kind),
                                 EM_ARG(answer->coverage[i].text)));
        for (size_t i = 0; i < answer->alternatives; i++)
                line(w, in, "or else", answer->alternative[i]);
        line(w, in, "missing", answer->missing);
        fprintf(w->cli->out, "%*sreadings\n", (int)in, "");
        print_readings(w, a, in + STEP);
        print_records(w, a, in);
        print_asides(w, a, in);
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
        line(w, STEP, "obtained",
             em_cli_text(w->cli, "%.*s%s%.*s", EM_ARG(src->obtained_on), src->obtained_by.n ? " by " : "",
                         EM_ARG(src->obtained_by)));
        line(w, STEP, "method", src->method);
        line(w, STEP, "terms", src->terms);
        if (src->covers_from.n || src->covers_to.n)
                line(w, STEP, "covers",
                     em_cli_text(w->cli, "%.*s to %.*s", EM_ARG(src->covers_from),
                                 EM_ARG(src->covers_to)));
        em_str given = EM_S("");
        if (s->given && em_regrade_words(s->given, w->cli->arena, &given, NULL) != EM_OK)
                given = EM_S("given later");
        line(w, STEP, "reliability",
             em_cli_text(w->cli, "%c%s%s%.*s", src->reliability,
                         em_str_eq(src->access, EM_S("withheld")) ? "; withheld" : "", s->given ? ", " : "", EM_ARG(given)));
        line(w, STEP, "read by",
             src->map.n ? em_cli_text(w->cli, "map %.*s: %.*s taken, %.*s kept aside", EM_ARG(src->map),
                                      EM_ARG(em_cli_count(w->cli, src->taken)),
                                      EM_ARG(em_cli_count(w->cli, src->quarantined)))
                        : EM_S("no map: held without records"));
        line(w, STEP, "sha256", em_str_c(src->sha256));
        line(w, STEP, "bytes",
             em_cli_text(w->cli, "%.*s in %.*s", EM_ARG(em_cli_count(w->cli, src->bytes)),
                         EM_ARG(s->path)));
        if (s->entered)
                line(w, STEP, "ledger",
                     em_cli_text(w->cli, "entry %lld, %.*s, by %.*s, hash %.12s", (long long)s->entry.seq,
                                 EM_ARG(s->entry.at), EM_ARG(s->entry.author), s->entry.hash));
}

const char *em_why_relation(const em_why_link *l)
{
        static const struct { em_str name; const char *from_here, *to_here; } of[] = {
                {EM_S_INIT("same-as"), "is the same as", "is the same as"},
                {EM_S_INIT("part-of"), "is part of", "has as a part"},
                {EM_S_INIT("contradicts"), "contradicts", "is contradicted by"},
                {EM_S_INIT("restates"), "restates", "is restated by"},
                {EM_S_INIT("replies-to"), "replies to", "is replied to by"},
        };
        for (size_t i = 0; i < sizeof of / sizeof *of; i++)
                if (em_str_eq(l->link.relation, of[i].name))
                        return l->from_here ? of[i].from_here : of[i].to_here;
        return "is linked to";
}

static void print_links(em_why *w)
{
        if (w->links)
                fputs("\n  links\n", w->cli->out);
        for (size_t i = 0; i < w->links; i++) {
                const em_why_link *l = &w->link[i];
                em_str text =
                        em_cli_text(w->cli, "%s %.*s (%.*s, by %.*s)%s%.*s", em_why_relation(l),
                                    EM_ARG(l->other), EM_ARG(l->link.certainty), EM_ARG(l->link.author),
                                    l->link.reason.n ? ": " : "", EM_ARG(l->link.reason));
                em_term_wrap(safe(w, text), 2 * STEP, w->cli->term.width, w->cli->out);
        }
}

/* The text of a note keeps its lines. */
static void print_notes(em_why *w)
{
        if (w->notes)
                fputs("\n  notes\n", w->cli->out);
        for (size_t i = 0; i < w->notes; i++) {
                const em_why_note *n = &w->note[i];
                em_str said = em_note_says(w->cli, &n->note), old = EM_S("");
                bool   grade_of_source = n->note.sort == EM_NOTE_GRADE && em_str_eq(n->note.about, EM_S("source"));
                if (n->note.version && n->version_now != n->note.version)
                        old = em_cli_text(w->cli, ", on version %lld; version %lld stands now", (long long)n->note.version,
                                          (long long)n->version_now);
                fprintf(w->cli->out, "    %.*s  by %.*s on %.*s%.*s%s\n", EM_ARG(safe(w, n->note.id)), EM_ARG(safe(w, n->note.author)),
                        EM_ARG(safe(w, n->note.written_on)), EM_ARG(old), grade_of_source ? " (of the source)" : "");
                for (em_cut cut = {.tail = said, .found = true}; cut.found;) {
                        cut = em_str_cut(cut.tail, '\n');
                        em_term_wrap(safe(w, cut.head), 3 * STEP, w->cli->term.width, w->cli->out);
                }
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

static void print_furthers(em_why *w)
{
        if (w->furthers)
                fputs("\n  below it\n", w->cli->out);
        for (size_t i = 0; i < w->furthers; i++)
                line(w, 2 * STEP, i && strcmp(w->further[i].name, w->further[i - 1].name) == 0 ? "" : w->further[i].name,
                     w->further[i].text);
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
        print_furthers(w);
        print_links(w);
        print_notes(w);
        print_findings(w);
        for (size_t i = 0; i < w->sources; i++)
                print_source(w, &w->source[i]);
}
