/* The chain as data: the same nodes, in the same order. */
#include "cli/why.h"

/* JSON is text, and a row may be anything: then its bytes stand beside it in hex. */
static void put_hex(em_json *j, em_arena *arena, em_str bytes)
{
        static const char digit[] = "0123456789abcdef";
        char *hex = em_arena_alloc(arena, 2 * bytes.n + 1);
        if (!hex)
                return;
        for (size_t i = 0; i < bytes.n; i++) {
                hex[2 * i] = digit[(unsigned char)bytes.p[i] >> 4];
                hex[2 * i + 1] = digit[bytes.p[i] & 15];
        }
        em_json_kstr(j, "row_hex", (em_str){hex, 2 * bytes.n});
}

static void put_fact(em_why *w, em_json *j, const em_why_record *r)
{
        const em_record *rec = &r->held.record;
        em_json_kstr(j, "what", rec->what);
        em_json_kstr(j, "class", rec->klass);
        em_json_kstr(j, "who", rec->who);
        em_json_kstr(j, "place", rec->place);
        em_json_kstr(j, "when", em_why_when(w, rec));
        em_json_kstr(j, "amount", em_why_amount(w, rec));
}

/* The row cut into its cells, name beside value; of a record alone. */
static void put_cells(em_json *j, const em_why_record *r)
{
        em_json_key(j, EM_S("cells"));
        em_json_open(j, '[');
        for (size_t i = 0; i < r->cells.count; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "column", i < r->head.count ? r->head.field[i] : EM_S(""));
                em_json_kstr(j, "value", r->cells.field[i]);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void put_record(em_why *w, em_json *j, const em_why_record *r, bool alone)
{
        const em_record *rec = &r->held.record;
        char grade[3] = {r->held.source.reliability, (char)('0' + rec->credibility), 0}, day[11];
        em_json_open(j, '{');
        em_json_kstr(j, "id", em_str_c(r->held.name));
        em_json_kstr(j, "kind", rec->kind);
        em_json_kstr(j, "key", rec->key);
        em_json_kstr(j, "group", r->group);
        em_json_kstr(j, "role", r->role);
        em_json_kstr(j, "grade", em_str_c(grade));
        em_json_kstr(j, "known", em_str_c(em_day_text(rec->known, day)));
        put_fact(w, j, r);
        em_json_kstr(j, "source", em_str_c(r->held.source.sha256));
        em_json_kint(j, "row_number", (int64_t)rec->row);
        em_json_kint(j, "line", (int64_t)rec->line);
        em_json_kint(j, "offset", (int64_t)rec->offset);
        em_json_kint(j, "length", (int64_t)rec->length);
        em_json_kstr(j, "header", r->header);
        em_json_kstr(j, "row", r->row);
        if (alone || em_utf8_odd(r->row))
                put_hex(j, w->cli->arena, r->row);
        if (alone)
                put_cells(j, r);
        if (r->sentences)
                em_json_kstrs(j, "sentences", r->sentence, r->sentences);
        em_json_close(j, '}');
}

static void put_answer(em_why *w, em_json *j, const em_why_answer *a)
{
        em_json_open(j, '{');
        em_json_kstr(j, "question", em_question_key(a->answer->question));
        em_json_kstr(j, "reading", a->asked->name);
        em_json_key(j, EM_S("numbers"));
        em_json_open(j, '[');
        for (size_t i = 0; i < a->numbers; i++) {
                const em_number *n = em_answer_number(a->answer, a->reading, a->number[i].field);
                em_json_open(j, '{');
                em_json_kstr(j, "name", a->number[i].field);
                em_json_kstr(j, "text", n ? n->text : EM_S(""));
                em_json_kstr(j, "unit", n ? n->unit : EM_S(""));
                em_json_kstr(j, "printed", a->number[i].printed);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_kint(j, "rests_on", (int64_t)a->rows);
        em_json_key(j, EM_S("records"));
        em_json_open(j, '[');
        for (size_t i = 0; i < a->records; i++)
                put_record(w, j, &a->record[i], false);
        em_json_close(j, ']');
        em_json_key(j, EM_S("answer"));
        em_json_raw(j, a->answer->body);
        em_json_close(j, '}');
}

static void put_source(em_json *j, const em_why_source *s)
{
        const em_source *src = &s->source;
        char grade[2] = {src->reliability, 0};
        em_json_open(j, '{');
        em_json_kstr(j, "sha256", em_str_c(src->sha256));
        em_json_kstr(j, "name", src->name);
        em_json_kstr(j, "publisher", src->publisher);
        em_json_kstr(j, "origin", src->origin);
        em_json_kstr(j, "published", src->published);
        em_json_kstr(j, "obtained_on", src->obtained_on);
        em_json_kstr(j, "obtained_by", src->obtained_by);
        em_json_kstr(j, "method", src->method);
        em_json_kstr(j, "terms", src->terms);
        em_json_kstr(j, "access", src->access);
        em_json_kstr(j, "covers_from", src->covers_from);
        em_json_kstr(j, "covers_to", src->covers_to);
        em_json_kstr(j, "role", src->role);
        em_json_kstr(j, "reliability", em_str_c(grade));
        if (s->given) {
                em_json_kstr(j, "came_with", (em_str){&s->given->before, 1});
                em_json_kstr(j, "graded_by", s->given->author);
                em_json_kstr(j, "graded_on", s->given->on);
                em_json_kstr(j, "graded_why", s->given->why);
                em_json_kstr(j, "grade_note", s->given->id);
        }
        em_json_kstr(j, "map", src->map);
        em_json_kstr(j, "map_hash", src->map_hash);
        em_json_kstr(j, "sandbox", src->sandbox);
        em_json_kint(j, "taken", (int64_t)src->taken);
        em_json_kint(j, "aside", (int64_t)src->quarantined);
        em_json_kint(j, "bytes", (int64_t)src->bytes);
        em_json_kstr(j, "path", s->path);
        em_json_kint(j, "ledger_entry", s->entered ? s->entry.seq : 0);
        em_json_kstr(j, "ledger_at", s->entered ? s->entry.at : EM_S(""));
        em_json_kstr(j, "ledger_author", s->entered ? s->entry.author : EM_S(""));
        em_json_kstr(j, "ledger_hash", s->entered ? em_str_c(s->entry.hash) : EM_S(""));
        em_json_close(j, '}');
}

static void put_links(em_json *j, const em_why *w)
{
        em_json_key(j, EM_S("links"));
        em_json_open(j, '[');
        for (size_t i = 0; i < w->links; i++) {
                const em_why_link *l = &w->link[i];
                em_json_open(j, '{');
                em_json_kstr(j, "relation", l->link.relation);
                em_json_kstr(j, "says", em_str_c(em_why_relation(l)));
                em_json_kstr(j, "direction", l->from_here ? EM_S("to") : EM_S("from"));
                em_json_kstr(j, "other", l->other);
                em_json_kstr(j, "certainty", l->link.certainty);
                em_json_kstr(j, "reason", l->link.reason);
                em_json_kstr(j, "author", l->link.author);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

/* Only where somebody said something: the rest keeps the form it had. */
static void put_notes(em_json *j, const em_why *w)
{
        if (!w->notes)
                return;
        em_json_key(j, EM_S("notes"));
        em_json_open(j, '[');
        for (size_t i = 0; i < w->notes; i++) {
                const em_note *n = &w->note[i].note;
                em_json_open(j, '{');
                em_json_kstr(j, "id", n->id);
                em_json_kstr(j, "note", em_str_c(em_note_sort_name(n->sort)));
                em_json_kstr(j, "about", n->about);
                em_json_kstr(j, "subject", n->subject);
                em_json_kstr(j, "author", n->author);
                em_json_kstr(j, "written_at", n->written_at);
                em_json_kint(j, "version", n->version);
                em_json_kint(j, "version_now", w->note[i].version_now);
                em_json_kbool(j, "withheld", n->withheld);
                em_json_kstr(j, "says", em_note_says(w->cli, n));
                em_json_kstr(j, "text", n->text);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void put_findings(em_json *j, const em_why *w)
{
        em_json_key(j, EM_S("findings"));
        em_json_open(j, '[');
        for (size_t i = 0; i < w->findings; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "question", w->finding[i].question);
                em_json_kstr(j, "as_known_on", w->finding[i].as_known);
                em_json_kstr(j, "verdict", w->finding[i].verdict);
                em_json_kint(j, "version", w->finding[i].version);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

/* Only where there is something: other records keep the form they had. */
static void put_furthers(em_json *j, const em_why *w)
{
        if (!w->furthers)
                return;
        em_json_key(j, EM_S("below"));
        em_json_open(j, '[');
        for (size_t i = 0; i < w->furthers; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "is", em_str_c(w->further[i].name));
                em_json_kstr(j, "text", w->further[i].text);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

em_status em_why_json(em_why *w, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.why.1");
        em_json_kstr(&j, "id", w->id);
        em_json_kstr(&j, "kind", em_str_c(w->kind));
        em_json_kstr(&j, "text", w->text);
        em_json_key(&j, EM_S("answers"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < w->answers; i++)
                put_answer(w, &j, &w->answer[i]);
        em_json_close(&j, ']');
        em_json_key(&j, EM_S("records"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < w->records; i++)
                put_record(w, &j, &w->record[i], strcmp(w->kind, "record") == 0);
        em_json_close(&j, ']');
        put_furthers(&j, w);
        put_links(&j, w);
        put_notes(&j, w);
        put_findings(&j, w);
        em_json_key(&j, EM_S("sources"));
        em_json_open(&j, '[');
        for (size_t i = 0; i < w->sources; i++)
                put_source(&j, &w->source[i]);
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        return em_cli_put(w->cli, &buf, err);
}
