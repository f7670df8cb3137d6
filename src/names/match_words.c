/* A match in words: what speaks against it, what would rule it out, and all of it as JSON.
 *
 * A likeness is shown with its other side or not at all, so both stand here, once, for the command line and the pages.
 * Scores and points are written in full in JSON, so that they add up for whoever reads them; a probability is known to few
 * digits and has four, whatever the machine's exp makes of the rest.
 */
#include "embargo/names.h"

#include <math.h>

enum { CLAUSES = 64, CLAUSE = 1 << 16 };

typedef struct said {
        em_str   *at; size_t count;
        em_arena *arena;
        em_buf    clause;               /* being made */
        em_status status;
} said;

static void end_clause(said *s)
{
        if (s->status == EM_OK && s->clause.failed)
                s->status = EM_NOMEM;
        if (s->status == EM_OK && s->count < CLAUSES)
                s->status = em_str_copy(em_buf_view(&s->clause), s->arena, &s->at[s->count++], NULL);
        em_buf_clear(&s->clause);
}

static void quoted(em_buf *b, em_str s)
{
        em_buf_ch(b, '"');
        em_buf_str(b, s);
        em_buf_ch(b, '"');
}

static em_status said_open(said *s, em_arena *arena, em_error *err)
{
        *s = (said){.at = EM_NEW_N(arena, em_str, CLAUSES), .arena = arena, .clause = em_buf_make(CLAUSE)};
        return s->at ? EM_OK : em_fail(err, EM_NOMEM, "no memory for reasons");
}

static em_status said_close(said *s, em_str **ret_clause, size_t *ret_count, em_error *err)
{
        em_buf_free(&s->clause);
        if (s->status != EM_OK)
                return em_fail(err, s->status, "no memory for reasons");
        *ret_clause = s->at;
        *ret_count = s->count;
        return EM_OK;
}

/* ---- against ------------------------------------------------------------------------------------ */

static void words_against(said *s, const em_match *m)
{
        for (size_t i = 0; i < m->names.rows; i++) {
                const em_aligned *r = &m->names.row[i];
                if (r->cost < 0.1)
                        continue;
                if (r->query.n)
                        quoted(&s->clause, r->query);
                if (r->query.n && r->listed.n)
                        em_buf_c(&s->clause, " is not ");
                if (r->listed.n)
                        quoted(&s->clause, r->listed);
                em_buf_c(&s->clause, !r->listed.n ? " is not in the list's name" : !r->query.n ? " was not asked for" : "");
                end_clause(s);
        }
        if (m->names.capped) {
                em_buf_c(&s->clause, m->names.capped);
                end_clause(s);
        }
}

static void facts_against(said *s, const em_query *asked, const em_match *m, const em_party *p)
{
        em_buf *b = &s->clause;
        for (size_t i = 0; i < m->qualifiers; i++) {
                const em_qualifier *q = &m->qualifier[i];
                if (q->points >= 0)
                        continue;
                em_buf_fmt(b, "%s %s", q->what, q->why);
                if (q->query.n)
                        em_buf_fmt(b, " (asked %.*s, listed %.*s)", EM_ARG(q->query), EM_ARG(q->listed));
                end_clause(s);
        }
        if (m->name == UINT32_MAX && asked->names) {
                em_buf_c(b, "none of the names asked for is like one of its names");
                end_clause(s);
        }
        if (!asked->borns && p->borns && p->schema == EM_SCHEMA_PERSON) {
                em_buf_c(b, "no birth date was asked for; the list has ");
                em_buf_str(b, p->born[0].text);
                end_clause(s);
        } else if (asked->borns && !p->borns) {
                em_buf_c(b, p->schema == EM_SCHEMA_PERSON || p->schema == EM_SCHEMA_LEGAL_ENTITY || p->schema == EM_SCHEMA_THING
                                    ? "the list has no birth date to compare" : "the list has no date of making or founding to compare");
                end_clause(s);
        }
        if (p->delisted) {
                em_buf_c(b, "the entry says that it is no longer listed");
                end_clause(s);
        }
}

em_status em_match_against(const em_query *asked, const em_match *m, const em_party *p, em_arena *arena, em_str **ret_clause,
                           size_t *ret_count, em_error *err)
{
        said s;
        EM_TRY(said_open(&s, arena, err));
        words_against(&s, m);
        facts_against(&s, asked, m, p);
        return said_close(&s, ret_clause, ret_count, err);
}

/* ---- what would rule it out ------------------------------------------------------------------------ */

static void list_of(said *s, const char *what, const em_str *text, size_t count)
{
        if (!count)
                return;
        em_buf_c(&s->clause, what);
        for (size_t i = 0; i < count && i < 4; i++) {
                em_buf_c(&s->clause, i ? " or " : " ");
                em_buf_str(&s->clause, text[i]);
        }
        if (count > 4)
                em_buf_fmt(&s->clause, " or one of %zu more", count - 4);
        end_clause(s);
}

static void dates_of(said *s, const em_party *p)
{
        const char *what = p->schema == EM_SCHEMA_PERSON ? "another date of birth than" : "another date of making or founding than";
        if (!p->borns)
                return;
        em_buf_c(&s->clause, what);
        for (size_t i = 0; i < p->borns && i < 4; i++)
                em_buf_fmt(&s->clause, "%s %.*s", i ? " or" : "", EM_ARG(p->born[i].text));
        end_clause(s);
}

/* Numbers that one party has one of; of wallets it has any number, so another one rules out nothing. */
static const struct { const char *type, *words; } papers[] = {
        {"passport", "another passport than"}, {"national-id", "another national number than"}, {"imo", "another IMO number than"},
        {"mmsi", "another MMSI than"}, {"registration", "another registration than"}, {"tax", "another tax number than"},
};

static void numbers_of(said *s, const em_party *p)
{
        for (size_t t = 0; t < sizeof papers / sizeof *papers; t++) {
                em_str text[8];
                size_t count = 0;
                for (size_t i = 0; i < p->numbers && count < 8; i++)
                        if (em_str_eq(p->number[i].type, em_str_c(papers[t].type)))
                                text[count++] = p->number[i].value;
                list_of(s, papers[t].words, text, count);
        }
}

em_status em_match_rules_out(const em_query *asked, const em_party *p, em_arena *arena, em_str **ret_clause, size_t *ret_count,
                             em_error *err)
{
        said s;
        EM_TRY(said_open(&s, arena, err));
        if (!asked->borns)
                dates_of(&s, p);
        if (!asked->numbers)
                numbers_of(&s, p);
        if (p->schema == EM_SCHEMA_PERSON)
                list_of(&s, "another place of birth than", p->place_of_birth, p->places_of_birth);
        if (!asked->countries)
                list_of(&s, p->schema == EM_SCHEMA_VESSEL ? "another flag than, at the time," : "no tie to", p->country, p->countries);
        if (!asked->gender.n && p->gender.n)
                list_of(&s, "another gender than", &p->gender, 1);
        return said_close(&s, ret_clause, ret_count, err);
}

/* ---- the list ------------------------------------------------------------------------------------------ */

const em_list_file *em_names_list_of(const em_names *names, const em_party *p)
{
        const em_list_file *file = NULL;
        size_t              n = em_names_files(names, &file);
        for (size_t i = 0; i < n; i++)
                if (em_str_eq(file[i].path, p->file) && em_str_eq(file[i].dataset, p->dataset))
                        return &file[i];
        for (size_t i = 0; i < n; i++)
                if (em_str_eq(file[i].path, p->file))
                        return &file[i];
        return NULL;
}

/* ---- JSON ------------------------------------------------------------------------------------------------ */

static void json_reasons(em_json *j, const em_match *m)
{
        em_json_key(j, EM_S("reasons"));
        em_json_open(j, '[');
        for (size_t i = 0; i < m->names.rows; i++) {
                const em_aligned *r = &m->names.row[i];
                em_json_open(j, '{');
                em_json_kstr(j, "asked", r->query);
                em_json_kstr(j, "listed", r->listed);
                em_json_kstr(j, "rule", em_str_c(r->rule));
                em_json_knum(j, "cost", r->cost);
                em_json_knum(j, "weight", r->weight);
                em_json_knum(j, "points", r->points);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_key(j, EM_S("qualifiers"));
        em_json_open(j, '[');
        for (size_t i = 0; i < m->qualifiers; i++) {
                const em_qualifier *q = &m->qualifier[i];
                em_json_open(j, '{');
                em_json_kstr(j, "what", em_str_c(q->what));
                em_json_kstr(j, "asked", q->query);
                em_json_kstr(j, "listed", q->listed);
                em_json_kstr(j, "why", em_str_c(q->why));
                em_json_knum(j, "points", q->points);
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
}

static void json_entry(const em_names *names, em_json *j, const em_party *p)
{
        const em_list_file *f = em_names_list_of(names, p);
        char                day[11];
        em_json_kstr(j, "dataset", p->dataset);
        em_json_kstr(j, "entry", p->id);
        em_json_kstr(j, "caption", p->names ? p->name[0].text : EM_S(""));
        em_json_kstr(j, "schema", em_str_c(em_schema_name(p->schema)));
        em_json_kstrs(j, "programmes", p->programme, p->programmes);
        em_json_kstr(j, "list_date", em_str_c(em_day_text(f ? f->date : EM_DAY_NONE, day)));
        em_json_kstr(j, "list_sha256", em_str_c(f ? f->sha256 : ""));
        em_json_kint(j, "line", (int64_t)p->line);
}

em_str em_match_kind(const em_match *m)
{
        return em_str_c(m->name == UINT32_MAX ? "number" : em_name_kind_name(m->name_kind));
}

em_status em_match_members(const em_names *names, const em_query *asked, const em_match *m, const em_party *p, em_arena *arena,
                           em_json *j, em_error *err)
{
        em_str *clause = NULL, against = {0};
        size_t  clauses = 0;
        EM_TRY(em_match_against(asked, m, p, arena, &clause, &clauses, err));
        EM_TRY(em_match_joined(clause, clauses, arena, &against, err));
        em_json_knum(j, "score", m->score);
        em_json_kstr(j, "band", em_str_c(em_band_words(m->band)));
        em_json_knum(j, "probability", round(m->probability * 1e4) / 1e4);
        em_json_kstr(j, "listed_name", m->name_text);
        em_json_kstr(j, "name_kind", em_match_kind(m));
        em_json_kstr(j, "number", m->number);
        json_entry(names, j, p);
        json_reasons(j, m);
        em_json_kstr(j, "held_down", em_str_c(m->names.capped));
        em_json_kstr(j, "against", against);
        em_json_kstr(j, "runner_up", m->runner_up);
        em_json_knum(j, "runner_up_score", m->runner_up_score);
        return EM_OK;
}

em_status em_match_joined(const em_str *clause, size_t count, em_arena *arena, em_str *ret, em_error *err)
{
        em_buf b = em_buf_make((size_t)CLAUSES * CLAUSE);
        for (size_t i = 0; i < count; i++) {
                em_buf_c(&b, i ? "; " : "");
                em_buf_str(&b, clause[i]);
        }
        em_status s = em_buf_status(&b, err);
        if (s == EM_OK)
                s = em_str_copy(em_buf_view(&b), arena, ret, err);
        em_buf_free(&b);
        return s;
}
