/* What may match, for programs: one JSON object a question, or CSV rows; the same for one question and for a batch.
 */
#include "cli/screen.h"

static em_status json_match(const em_screen *s, const em_asked *a, const em_match *m, em_arena *arena, em_json *j, em_error *err)
{
        em_party p;
        EM_TRY(em_names_party(s->names, m->party, arena, &p, err));
        em_json_open(j, '{');
        EM_TRY(em_match_members(s->names, &a->query, m, &p, arena, j, err));
        em_json_close(j, '}');
        return EM_OK;
}

em_status em_screen_json(const em_screen *s, const em_asked *a, const em_found *found, em_arena *arena, em_json *j, em_error *err)
{
        if (a->line)
                em_json_kint(j, "line", (int64_t)a->line);
        em_json_kstr(j, "id", a->id);
        em_json_kstrs(j, "names", a->query.name, a->query.names);
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
                              em_match_kind(m),
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
