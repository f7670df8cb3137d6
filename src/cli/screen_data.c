/* What may match, for programs: one JSON object a question, or CSV rows; the same for one question and for a batch.
 *
 * Scores and points are written in full in JSON, so that they add up for whoever reads them; a probability is known to
 * few digits and has four, whatever the machine's exp makes of the rest.
 */
#include "cli/screen.h"

#include <math.h>

static void json_names(em_json *j, const char *key, const em_str *s, size_t n)
{
        em_json_key(j, em_str_c(key));
        em_json_open(j, '[');
        for (size_t i = 0; i < n; i++)
                em_json_str(j, s[i]);
        em_json_close(j, ']');
}

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

static void json_entry(const em_screen *s, em_json *j, const em_party *p)
{
        const em_list_file *f = em_screen_list(s, p);
        char                day[11];
        em_json_kstr(j, "dataset", p->dataset);
        em_json_kstr(j, "entry", p->id);
        em_json_kstr(j, "caption", p->names ? p->name[0].text : EM_S(""));
        em_json_kstr(j, "schema", em_str_c(em_schema_name(p->schema)));
        json_names(j, "programmes", p->programme, p->programmes);
        em_json_kstr(j, "list_date", em_str_c(em_day_text(f ? f->date : EM_DAY_NONE, day)));
        em_json_kstr(j, "list_sha256", em_str_c(f ? f->sha256 : ""));
        em_json_kint(j, "line", (int64_t)p->line);
}

static em_status json_match(const em_screen *s, const em_asked *a, const em_match *m, em_arena *arena, em_json *j, em_error *err)
{
        em_party p;
        em_str   against = {0};
        EM_TRY(em_names_party(s->names, m->party, arena, &p, err));
        EM_TRY(em_screen_against(a, m, &p, arena, &against, err));
        em_json_open(j, '{');
        em_json_knum(j, "score", m->score);
        em_json_kstr(j, "band", em_str_c(em_band_words(m->band)));
        em_json_knum(j, "probability", round(m->probability * 1e4) / 1e4);
        em_json_kstr(j, "listed_name", m->name_text);
        em_json_kstr(j, "name_kind", em_str_c(m->name == UINT32_MAX ? "number" : em_name_kind_name(m->name_kind)));
        em_json_kstr(j, "number", m->number);
        json_entry(s, j, &p);
        json_reasons(j, m);
        em_json_kstr(j, "held_down", em_str_c(m->names.capped));
        em_json_kstr(j, "against", against);
        em_json_kstr(j, "runner_up", m->runner_up);
        em_json_knum(j, "runner_up_score", m->runner_up_score);
        em_json_close(j, '}');
        return EM_OK;
}

em_status em_screen_json(const em_screen *s, const em_asked *a, const em_found *found, em_arena *arena, em_json *j, em_error *err)
{
        if (a->line)
                em_json_kint(j, "line", (int64_t)a->line);
        em_json_kstr(j, "id", a->id);
        json_names(j, "names", a->query.name, a->query.names);
        if (a->bad.n)
                em_json_kstr(j, "error", a->bad);
        em_json_key(j, EM_S("results"));
        em_json_open(j, '[');
        for (size_t i = 0; i < found->matches; i++)
                EM_TRY(json_match(s, a, &found->match[i], arena, j, err));
        em_json_close(j, ']');
        return EM_OK;
}

/* ---- CSV ------------------------------------------------------------------------------------------ */

static const char *const columns[] = {"line", "id", "asked", "rank", "score", "band", "probability", "listed_name", "name_kind",
        "caption", "schema", "dataset", "entry", "list_date", "programme", "number", "against", "runner_up", "runner_up_score",
        "error"};
enum { COLUMNS = sizeof columns / sizeof *columns, ASKED = 3 };

void em_screen_csv_head(FILE *out)
{
        for (size_t i = 0; i < COLUMNS; i++)
                fprintf(out, "%s%s", i ? "," : "", columns[i]);
        fputc('\n', out);
}

static void put_row(const em_str cell[COLUMNS], FILE *out)
{
        for (size_t i = 0; i < COLUMNS; i++) {
                if (i)
                        fputc(',', out);
                em_table_csv_cell(cell[i], false, out);
        }
        fputc('\n', out);
}

static em_status match_row(const em_screen *s, const em_asked *a, const em_match *m, size_t rank, em_str cell[COLUMNS],
                           em_arena *arena, em_error *err)
{
        em_party p;
        em_str   against = {0}, number[4];
        char     day[11];
        EM_TRY(em_names_party(s->names, m->party, arena, &p, err));
        EM_TRY(em_screen_against(a, m, &p, arena, &against, err));
        EM_TRY(em_str_format(arena, &number[0], err, "%zu", rank));
        EM_TRY(em_str_format(arena, &number[1], err, "%.6f", m->score));
        EM_TRY(em_str_format(arena, &number[2], err, "%.4f", m->probability));
        EM_TRY(em_str_format(arena, &number[3], err, "%.6f", m->runner_up_score));
        const em_list_file *f = em_screen_list(s, &p);
        em_str              date = {0};
        EM_TRY(em_str_copy(em_str_c(em_day_text(f ? f->date : EM_DAY_NONE, day)), arena, &date, err));
        const em_str all[] = {number[0], number[1], em_str_c(em_band_words(m->band)), number[2], m->name_text,
                              em_str_c(m->name == UINT32_MAX ? "number" : em_name_kind_name(m->name_kind)),
                              p.names ? p.name[0].text : EM_S(""), em_str_c(em_schema_name(p.schema)), p.dataset, p.id, date,
                              p.programmes ? p.programme[0] : EM_S(""), m->number, against, m->runner_up,
                              m->runner_up.n ? number[3] : EM_S("")};
        memcpy(cell + ASKED, all, sizeof all);
        return EM_OK;
}

em_status em_screen_csv(const em_screen *s, const em_asked *a, const em_found *found, em_arena *arena, FILE *out, em_error *err)
{
        em_str cell[COLUMNS] = {[1] = a->id, [2] = a->query.names ? a->query.name[0] : EM_S(""), [COLUMNS - 1] = a->bad};
        if (!cell[2].n && a->query.numbers)
                cell[2] = a->query.number[0].value;
        if (a->line)
                EM_TRY(em_str_format(arena, &cell[0], err, "%llu", (unsigned long long)a->line));
        if (!found->matches)
                put_row(cell, out);
        for (size_t i = 0; i < found->matches; i++) {
                EM_TRY(match_row(s, a, &found->match[i], i + 1, cell, arena, err));
                put_row(cell, out);
        }
        return EM_OK;
}
