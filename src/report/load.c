/* What a report needs of its case, read once: sources, measures, claims, and
 * every record that an answer or a mark rests on.  The order of the annex is
 * decided here too: as the report cites, then as the claims do, then by key.
 */
#include "report/parts.h"

#include <stdlib.h>

static em_status load_known(em_print *p, em_error *err)
{
        char text[20];
        em_day day = p->known;
        if (day == EM_DAY_NONE) {
                em_rows rows;
                EM_TRY(em_case_query(p->c, EM_S("select max(known) as known from record where source in "
                                                "(select source from source where role = 'evidence') and (kind <> 'note' or class = 'link')"), NULL, 0, NULL,
                                     p->arena, &rows, err));
                if (rows.rows == 0 || rows.cell[0].type != EM_VALUE_TEXT || !em_day_parse(rows.cell[0].s, &day)) {
                        p->known_text = EM_S("an empty file");
                        return EM_OK;
                }
        }
        return em_str_copy(em_str_c(em_day_long(day, text)), p->arena, &p->known_text, err);
}

em_str em_print_known(const em_print *p)
{
        em_str text = { 0 };
        const char *how = p->known == EM_DAY_NONE ? "All evidence on file, the latest known on" : "As known on";
        if (em_str_format(p->arena, &text, NULL, "%s %.*s", how, EM_ARG(p->known_text)) != EM_OK)
                return p->known_text;
        return text;
}

static em_str first_of(const em_rows *rows, size_t row, em_arena *arena, const char *const *columns)
{
        for (; *columns; columns++) {
                em_str text = em_rows_text(rows, row, *columns, arena);
                if (text.n)
                        return text;
        }
        return (em_str){ 0 };
}

static void read_measure(em_print *p, const em_rows *rows, size_t i)
{
        em_measure *m = &p->measure[i];
        em_arena *a = p->arena;
        ptrdiff_t record = em_rows_column(rows, EM_S("record"));
        m->record = record < 0 ? 0 : em_rows_at(rows, i, (size_t)record)->i;
        em_str id = em_rows_text(rows, i, "id", a);
        memcpy(m->id, id.p ? id.p : "", id.n < sizeof m->id ? id.n : 0);
        m->key = em_rows_text(rows, i, "key", a);
        m->resolution = first_of(rows, i, a, (const char *const[]){ "resolution", "who", NULL });
        m->paragraph = first_of(rows, i, a, (const char *const[]){ "paragraph", "place", NULL });
        m->rule = first_of(rows, i, a, (const char *const[]){ "rule", "what", NULL });
        m->topic = first_of(rows, i, a, (const char *const[]){ "topic", "class", NULL });
        m->direction = em_rows_text(rows, i, "direction", a);
        m->bound = first_of(rows, i, a, (const char *const[]){ "bound_party", "who", NULL });
        m->kind = first_of(rows, i, a, (const char *const[]){ "kind_of_rule", "measure_kind", "f_kind", "kind", "class", NULL });
        m->from = first_of(rows, i, a, (const char *const[]){ "in_force_from", "day_from", NULL });
        m->to = em_rows_text(rows, i, "in_force_to", a);
        m->verification = em_rows_text(rows, i, "verification", a);
        m->cap_value = first_of(rows, i, a, (const char *const[]){ "cap_value", "stated", NULL });
        m->cap_unit = first_of(rows, i, a, (const char *const[]){ "cap_unit", "unit", NULL });
        m->cap_period = em_rows_text(rows, i, "cap_period", a);
        m->exemption = em_rows_text(rows, i, "exemption", a);
        m->adopted = em_rows_text(rows, i, "adopted", a);
}

/* A regime without a table of measures has no such view: not a fault. */
static em_status load_measures(em_print *p, em_error *err)
{
        em_rows rows;
        em_error none;
        em_str sql = EM_S("select * from measure order by row");
        em_query_opts opts = em_query_defaults;
        opts.as_known = p->known;
        em_status status = em_case_query(p->c, sql, NULL, 0, &opts, p->arena, &rows, &none);
        if (status == EM_FORMAT || status == EM_MISSING)
                return EM_OK;
        if (status != EM_OK) {
                if (err)
                        *err = none;
                return status;
        }
        p->measure = EM_NEW_N(p->arena, em_measure, rows.rows);
        if (!p->measure)
                return em_fail(err, EM_NOMEM, "no memory for the measures");
        p->measures = rows.rows;
        for (size_t i = 0; i < rows.rows; i++)
                read_measure(p, &rows, i);
        return EM_OK;
}

/* Claims belong to a report that speaks of them; the regime's own always does. */
static bool speaks_of_claims(const em_print *p)
{
        bool speaks = p->opts.template_name.n == 0;
        for (size_t i = 0; i < p->t.blocks && !speaks; i++)
                speaks = p->t.block[i].directive && em_str_eq(p->t.block[i].name, EM_S("claims"));
        for (size_t i = 0; i < p->t.marks && !speaks; i++)
                speaks = p->t.mark[i].kind == EM_MARK_CASE && em_str_eq(p->t.mark[i].key, EM_S("claims"));
        return speaks;
}

static em_status load_claims(em_print *p, em_error *err)
{
        em_str path;
        if (!speaks_of_claims(p))
                return EM_OK;
        EM_TRY(em_path_join(em_case_regime_dir(p->c), EM_S("claims.csv"), p->arena, &path, err));
        if (!em_path_exists(path))
                return EM_OK;
        return em_claims_load(path, p->f, p->arena, &p->claim, &p->claims, err);
}

/* Evidence first, then by name: the order in which files were added says nothing
 * and must not show. */
static int by_name(const void *a, const void *b)
{
        const em_source *x = a, *y = b;
        int sign = em_str_cmp(x->role, y->role);
        if (sign == 0)
                sign = em_str_cmp(x->name, y->name);
        return sign ? sign : strcmp(x->sha256, y->sha256);
}

em_status em_load_case(em_print *p, em_error *err)
{
        EM_TRY(load_known(p, err));
        EM_TRY(em_case_sources(p->c, p->arena, &p->source, &p->sources, err));
        EM_TRY(em_regrades(p->c, p->known, p->arena, &p->regrade, &p->regrades, err));
        for (size_t i = 0; i < p->sources; i++)
                em_regrades_lay(p->regrade, p->regrades, &p->source[i]);
        if (p->sources > 1)
                qsort(p->source, p->sources, sizeof *p->source, by_name);
        EM_TRY(load_measures(p, err));
        EM_TRY(load_claims(p, err));
        EM_TRY(em_load_notes(p, err));
        return em_case_manifest(p->c, p->manifest, err);
}

/* ---- the order of the annex ---- */

static void cite(em_print *p, size_t *next, const em_answer *a)
{
        for (size_t i = 0; a && i < p->f->count; i++)
                if (p->f->answer[i] == a && p->place[i] == 0) {
                        p->order[*next] = i;
                        p->place[i] = ++*next;
                }
}

static void cite_block(em_print *p, size_t *next, const em_block *b)
{
        if (b->directive) {
                em_str rest = b->args, word;
                while (em_str_eq(b->name, EM_S("finding")) && em_str_word(&rest, &word))
                        cite(p, next, em_findings_get(p->f, word));
                return;
        }
        for (size_t u = b->unit_from; u < b->unit_from + b->units; u++) {
                const em_unit *unit = &p->t.unit[u];
                for (size_t i = unit->sentence_from; i < unit->sentence_from + unit->sentences; i++) {
                        const em_sentence *s = &p->t.sentence[i];
                        for (size_t k = s->mark_from; k < s->mark_from + s->marks; k++)
                                if (p->bound[k].number)
                                        cite(p, next, p->bound[k].answer);
                }
        }
}

static em_status order_annex(em_print *p, em_error *err)
{
        size_t next = 0;
        p->order = EM_NEW_N(p->arena, size_t, p->f->count);
        p->place = EM_NEW_N(p->arena, size_t, p->f->count);
        if (!p->order || !p->place)
                return em_fail(err, EM_NOMEM, "no memory for the annex");
        for (size_t i = 0; i < p->t.blocks; i++)
                cite_block(p, &next, &p->t.block[i]);
        for (size_t i = 0; i < p->claims; i++)
                for (size_t k = 0; k < p->claim[i].questions; k++)
                        cite(p, &next, p->claim[i].answer[k]);
        for (size_t i = 0; i < p->f->count && !p->opts.template_name.n; i++) {
                bool called = false;
                EM_TRY(em_question_called(p->c, p->f->question[i], p->arena, &called, err));
                if (called)
                        cite(p, &next, p->f->answer[i]);
        }
        p->listed = next;
        return EM_OK;
}

size_t em_print_place(const em_print *p, const em_answer *a)
{
        for (size_t i = 0; i < p->f->count; i++)
                if (p->f->answer[i] == a)
                        return p->place[i];
        return 0;
}

/* ---- the records ---- */

static int by_number(const void *x, const void *y)
{
        int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
        return (a > b) - (a < b);
}

static size_t most_ids(const em_print *p)
{
        size_t n = p->t.marks + p->notes * (p->listed + 1);
        for (size_t i = 0; i < p->listed; i++) {
                const em_answer *a = p->f->answer[p->order[i]];
                n += a->rows + a->measures;
        }
        return n;
}

/* The notes that stand with a finding, and every reply: each has its own row among the records. */
static em_status gather_notes(em_print *p, int64_t *id, size_t *n, em_error *err)
{
        for (size_t i = 0; i < p->listed && p->notes; i++) {
                const em_note **note = NULL;
                size_t count = 0;
                EM_TRY(em_notes_of(p, p->f->answer[p->order[i]], &note, &count, err));
                for (size_t k = 0; k < count; k++)
                        id[(*n)++] = note[k]->record;
        }
        for (size_t i = 0; i < p->notes; i++)
                if (p->note[i].sort == EM_NOTE_REPLY)
                        id[(*n)++] = p->note[i].record;
        return EM_OK;
}

static em_status gather_ids(em_print *p, int64_t *id, size_t *ret_count, em_error *err)
{
        size_t n = 0;
        EM_TRY(gather_notes(p, id, &n, err));
        for (size_t i = 0; i < p->listed; i++) {
                const em_answer *a = p->f->answer[p->order[i]];
                for (size_t k = 0; k < a->rows; k++)
                        id[n++] = a->row[k].record;
                for (size_t k = 0; k < a->measures; k++) {
                        const em_measure *m = em_print_measure(p, a->measure[k]);
                        if (m)
                                id[n++] = m->record;
                }
        }
        for (size_t i = 0; i < p->t.marks; i++)
                if (p->bound[i].held && p->bound[i].number)     /* not of a withheld sentence */
                        id[n++] = p->bound[i].held->id;
        qsort(id, n, sizeof *id, by_number);
        size_t kept = 0;
        for (size_t i = 0; i < n; i++)
                if (kept == 0 || id[kept - 1] != id[i])
                        id[kept++] = id[i];
        *ret_count = kept;
        return EM_OK;
}

em_status em_load_held(em_print *p, int64_t record, const em_held **ret_held, em_error *err)
{
        em_held *held = EM_NEW(p->arena, em_held);
        if (!held)
                return em_fail(err, EM_NOMEM, "no memory for a record");
        EM_TRY(em_case_record(p->c, record, p->arena, held, err));
        em_regrades_lay(p->regrade, p->regrades, &held->source);
        *ret_held = held;
        return EM_OK;
}

em_status em_load_records(em_print *p, em_error *err)
{
        EM_TRY(order_annex(p, err));
        int64_t *id = EM_NEW_N(p->arena, int64_t, most_ids(p));
        if (!id)
                return em_fail(err, EM_NOMEM, "no memory for the records");
        size_t count = 0;
        EM_TRY(gather_ids(p, id, &count, err));
        p->held = EM_NEW_N(p->arena, em_held, count);
        if (!p->held)
                return em_fail(err, EM_NOMEM, "no memory for the records");
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_case_record(p->c, id[i], p->arena, &p->held[i], err));
                em_regrades_lay(p->regrade, p->regrades, &p->held[i].source);
        }
        p->helds = count;
        return EM_OK;
}

const em_held *em_print_held(const em_print *p, int64_t record)
{
        size_t low = 0, high = p->helds;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (p->held[mid].id < record)
                        low = mid + 1;
                else
                        high = mid;
        }
        return low < p->helds && p->held[low].id == record ? &p->held[low] : NULL;
}

const em_measure *em_print_measure(const em_print *p, em_str key)
{
        for (size_t i = 0; i < p->measures; i++)
                if (em_str_eq(p->measure[i].key, key))
                        return &p->measure[i];
        return NULL;
}
