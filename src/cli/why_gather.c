/* What stands behind an id: answers, records, sources, ledger entries.
 *
 * An id is tried as what it looks like, most particular first: s4 and n17 are
 * places of the last report, 3f9ac1d2:162 is a record, 3f9ac1d2 a source,
 * a question's name is an answer, and anything else the source's own name for
 * a record (CNS-161).
 */
#include "cli/why.h"

#include <stdlib.h>

enum { FEW_GROUPS = 4, REF_DEPTH = 3, ANSWERS_MOST = 64 };

static bool is_hex(em_str s, size_t least)
{
        for (size_t i = 0; i < s.n; i++)
                if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
                        return false;
        return s.n >= least && s.n <= 64;
}

static bool is_anchor(em_str id)
{
        int64_t n;
        return id.n > 1 && (id.p[0] == 's' || id.p[0] == 'n') && em_str_int(em_str_sub(id, 1, id.n), &n);
}

/* ---- sources and the ledger -------------------------------------------------------- */

static em_status find_entry(em_why *w, em_why_source *s, em_error *err)
{
        em_str hash = em_str_c(s->source.sha256);
        if (!w->entry)
                EM_TRY(em_case_log(w->c, 1, w->cli->arena, &w->entry, &w->entries, err));
        for (size_t i = 0; i < w->entries && !s->entered; i++)
                if (em_str_find(w->entry[i].body, hash) >= 0 &&
                    em_str_eq(w->entry[i].action, EM_S("add"))) {
                        s->entry = w->entry[i];
                        s->entered = true;
                }
        return EM_OK;
}

static em_status see_source(em_why *w, const em_source *source, em_error *err)
{
        for (size_t i = 0; i < w->sources; i++)
                if (memcmp(w->source[i].source.sha256, source->sha256, 64) == 0)
                        return EM_OK;
        if (w->sources == w->source_cap) {
                size_t         cap = w->source_cap ? 2 * w->source_cap : 8;
                em_why_source *more = EM_NEW_N(w->cli->arena, em_why_source, cap);
                if (!more)
                        return em_fail(err, EM_NOMEM, "out of memory");
                if (w->sources)
                        memcpy(more, w->source, w->sources * sizeof *more);
                w->source = more;
                w->source_cap = cap;
        }
        em_why_source *s = &w->source[w->sources];
        *s = (em_why_source){.source = *source};
        s->path = em_cli_text(w->cli, "sources/%.2s/%s", source->sha256, source->sha256);
        EM_TRY(find_entry(w, s, err));
        w->sources++;
        return EM_OK;
}

/* ---- records ------------------------------------------------------------------------- */

static void cut_fields(em_why *w, em_str text, em_csv_row *ret_row)
{
        em_csv csv = em_csv_make(text, NULL);
        if (!em_csv_next(&csv, w->cli->arena, ret_row) || ret_row->bad)
                *ret_row = (em_csv_row){0};
}

static em_status see_record(em_why *w, em_why_record *r, em_error *err)
{
        EM_TRY(em_case_excerpt(w->c, &r->held, w->cli->arena, &r->header, &r->row, err));
        cut_fields(w, r->header, &r->head);
        cut_fields(w, r->row, &r->cells);
        EM_TRY(em_why_sentences(w, r, err));
        return see_source(w, &r->held.source, err);
}

static em_status one_record(em_why *w, const em_held *held, em_error *err)
{
        if (!w->record)
                w->record = EM_NEW_N(w->cli->arena, em_why_record, ANSWERS_MOST);
        if (!w->record || w->records == ANSWERS_MOST)
                return em_fail(err, EM_NOMEM, "too many records in one sentence");
        w->record[w->records] = (em_why_record){.held = *held};
        EM_TRY(see_record(w, &w->record[w->records], err));
        w->records++;
        return EM_OK;
}

static em_status find_links(em_why *w, const em_held *held, em_error *err)
{
        em_link *list = NULL;
        size_t   count = 0;
        EM_TRY(em_case_links(w->c, held->id, w->cli->arena, &list, &count, err));
        w->link = EM_NEW_N(w->cli->arena, em_why_link, count + 1);
        if (!w->link)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < count; i++) {
                bool    here = list[i].from == held->id;
                em_held other = {0};
                EM_TRY(em_case_record(w->c, here ? list[i].to : list[i].from, w->cli->arena, &other,
                                      err));
                em_str name = em_cli_text(w->cli, "%s%s%.*s", other.name, other.record.key.n ? " " : "",
                                          EM_ARG(other.record.key));
                w->link[w->links++] = (em_why_link){list[i], name, here};
        }
        return EM_OK;
}

/* The other way up: which findings rest on this record. */
static em_status find_findings(em_why *w, int64_t record, em_error *err)
{
        em_finding_row *row = NULL;
        size_t          count = 0;
        EM_TRY(em_case_findings(w->c, em_cli_known_text(w->cli), w->cli->arena, &row, &count, err));
        w->finding = EM_NEW_N(w->cli->arena, em_why_finding, count + 1);
        if (!w->finding)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < count; i++)
                for (size_t k = 0; k < row[i].record_count; k++)
                        if (row[i].records[k] == record) {
                                w->finding[w->findings++] = (em_why_finding){
                                        row[i].question, row[i].as_known, row[i].verdict, row[i].version};
                                break;
                        }
        return EM_OK;
}

/* What people said of a finding, record or source, by the name that notes use. */
static em_status find_notes(em_why *w, em_str subject, em_error *err)
{
        em_note *list = NULL;
        size_t   count = 0;
        EM_TRY(em_notes(w->c, subject, w->as_known, w->cli->arena, &list, &count, err));
        em_why_note *all = EM_NEW_N(w->cli->arena, em_why_note, w->notes + count + 1);
        if (!all)
                return em_fail(err, EM_NOMEM, "out of memory");
        if (w->notes)
                memcpy(all, w->note, w->notes * sizeof *all);
        w->note = all;
        for (size_t i = 0; i < count; i++) {
                em_why_note *n = &w->note[w->notes++];
                n->note = list[i];
                EM_TRY(em_note_version_now(w->cli, w->c, &list[i], &n->version_now, err));
        }
        return EM_OK;
}

static em_status by_record(em_why *w, em_str id, em_error *err)
{
        em_held held = {0};
        EM_TRY(em_case_record_find(w->c, id, w->cli->arena, &held, err));
        w->kind = "record";
        EM_TRY(one_record(w, &held, err));
        EM_TRY(find_links(w, &held, err));
        EM_TRY(em_why_trace(w, &w->record[0], err));
        EM_TRY(em_why_ships(w, &w->record[0], err));
        EM_TRY(em_why_screen(w, &w->record[0], err));
        EM_TRY(find_notes(w, em_cli_text(w->cli, "%s", held.name), err));
        EM_TRY(find_notes(w, em_cli_text(w->cli, "%.8s", held.source.sha256), err));
        return find_findings(w, held.id, err);
}

/* ---- answers ---------------------------------------------------------------------------- */

bool em_why_set_aside(const em_answer_row *row)
{
        return em_str_starts(row->role, EM_S("set aside"));
}

const em_group *em_why_group(const em_why_answer *a, em_str name)
{
        for (size_t i = 0; i < a->asked->groups; i++)
                if (em_str_eq(a->asked->group[i].name, name))
                        return &a->asked->group[i];
        return NULL;
}

static bool uses(const em_why_answer *a, const em_answer_row *row)
{
        size_t bit = (size_t)(a->asked - a->answer->reading);
        return bit < 32 && (row->readings >> bit & 1) && !em_why_set_aside(row);
}

typedef struct ranked { const em_answer_row *row; size_t group, at; } ranked;

/* Groups that stand against each other (now, base) keep their order; among many,
 * such as months, those with most come first: they decide. */
static size_t group_rank(const em_why_answer *a, em_str name)
{
        const em_group *g = em_why_group(a, name);
        size_t rank = 0;
        if (!g)
                return a->asked->groups;
        for (const em_group *o = a->asked->group; o < a->asked->group + a->asked->groups; o++)
                if (a->asked->groups <= FEW_GROUPS)
                        rank += o < g;
                else
                        rank += o->high > g->high || (o->high == g->high && o > g);
        return rank;
}

static int by_rank(const void *x, const void *y)
{
        const ranked *a = x, *b = y;
        if (a->group != b->group)
                return a->group < b->group ? -1 : 1;
        return a->at < b->at ? -1 : a->at > b->at;
}

/* How many records of the group of this rank are shown. */
static size_t share(const em_why *w, const em_why_answer *a, size_t rank)
{
        if (w->all)
                return SIZE_MAX;
        if (a->asked->groups <= FEW_GROUPS)
                return a->asked->groups < 2 ? 12 : 6;
        return rank == 0 ? 10 : rank == 1 ? 4 : 0;
}

static em_status show_rows(em_why *w, em_why_answer *a, const ranked *list, em_error *err)
{
        size_t shown = 0;
        a->record = EM_NEW_N(w->cli->arena, em_why_record, a->rows + 1);
        if (!a->record)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < a->rows; i++) {
                shown = i && list[i].group == list[i - 1].group ? shown + 1 : 0;
                if (shown >= share(w, a, list[i].group))
                        continue;
                em_why_record *r = &a->record[a->records];
                r->group = list[i].row->group;
                r->role = list[i].row->role;
                EM_TRY(em_case_record(w->c, list[i].row->record, w->cli->arena, &r->held, err));
                EM_TRY(see_record(w, r, err));
                a->records++;
        }
        return EM_OK;
}

/* A number that is the value of one group rests on that group alone. */
static bool of_another_group(const em_why_answer *a, const em_answer_row *row)
{
        for (size_t i = 0; i < a->numbers; i++)
                if (!em_why_group(a, a->number[i].field) || em_str_eq(a->number[i].field, row->group))
                        return false;
        return a->numbers > 0;
}

static em_status answer_records(em_why *w, em_why_answer *a, em_error *err)
{
        ranked *list = EM_NEW_N(w->cli->arena, ranked, a->answer->rows + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < a->answer->rows; i++) {
                const em_answer_row *row = &a->answer->row[i];
                a->asides += em_why_set_aside(row);
                if (uses(a, row) && !of_another_group(a, row))
                        list[a->rows++] = (ranked){row, group_rank(a, row->group), i};
        }
        qsort(list, a->rows, sizeof *list, by_rank);
        return show_rows(w, a, list, err);
}

static em_status no_reading(em_why *w, const em_answer *a, em_str reading, em_error *err)
{
        const char **name = EM_NEW_N(w->cli->arena, const char *, a->readings + 1);
        if (!name)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < a->readings; i++)
                name[i] = em_cli_safe(w->cli, a->reading[i].name).p;
        em_str what = em_cli_text(w->cli, "reading of %.*s", EM_ARG(em_question_key(a->question)));
        return em_option_unknown(EM_MISSING, what.p, reading, name, a->readings, err);
}

static void add_number(em_why_answer *a, em_str field, em_str printed)
{
        if (field.n && a->numbers < sizeof a->number / sizeof *a->number)
                a->number[a->numbers++] = (em_why_number){field, printed};
}

static em_status add_answer(em_why *w, em_question *q, em_str reading, em_str field, em_str printed,
                            em_error *err)
{
        for (size_t i = 0; i < w->answers; i++)
                if (w->answer[i].answer->question == q && em_str_eq(w->answer[i].reading, reading)) {
                        add_number(&w->answer[i], field, printed);
                        return EM_OK;
                }
        if (w->answers == ANSWERS_MOST)
                return em_fail(err, EM_LIMIT, "over %d answers in one sentence", ANSWERS_MOST);
        em_why_answer *a = &w->answer[w->answers];
        *a = (em_why_answer){.reading = reading};
        add_number(a, field, printed);
        EM_TRY(em_answer_make(w->c, q, w->as_known, w->cli->arena, &a->answer, err));
        for (size_t i = a->answer->readings; i-- > 0;)
                if (reading.n == 0 || em_str_eq(a->answer->reading[i].name, reading))
                        a->asked = &a->answer->reading[i];
        if (!a->asked)
                return no_reading(w, a->answer, reading, err);
        w->answers++;
        return EM_OK;
}

/* "question@reading|field"; *ret_found is false when the regime has no such question. */
static em_status by_question(em_why *w, em_str ref, em_str printed, bool *ret_found, em_error *err)
{
        em_cut field = em_str_cut(ref, '|'), reading = em_str_cut(field.head, '@');
        if (!w->question)
                EM_TRY(em_questions_load(em_case_regime_dir(w->c), w->cli->arena, &w->question,
                                         &w->questions, err));
        *ret_found = false;
        for (size_t i = 0; i < w->questions && !*ret_found; i++) {
                if (!em_str_eq(em_question_key(w->question[i]), reading.head))
                        continue;
                EM_TRY(add_answer(w, w->question[i], reading.tail, field.tail, printed, err));
                *ret_found = true;
        }
        return EM_OK;
}

/* ---- ids ------------------------------------------------------------------------------------ */

static em_status by_anchor(em_why *w, em_str id, int depth, em_error *err);

/* One word of what an anchor is bound to. */
static em_status by_ref(em_why *w, em_str ref, em_str printed, int depth, em_error *err)
{
        bool    found = false;
        em_held held = {0};
        if (is_anchor(ref))
                return by_anchor(w, ref, depth + 1, err);
        EM_TRY(by_question(w, ref, printed, &found, err));
        if (found)
                return EM_OK;
        EM_TRY(em_case_record_find(w->c, em_str_cut(ref, '|').head, w->cli->arena, &held, err));
        return one_record(w, &held, err);
}

static em_status by_anchor(em_why *w, em_str id, int depth, em_error *err)
{
        em_anchor anchor = {0};
        em_str    word = {0};
        if (depth > REF_DEPTH)
                return em_fail(err, EM_FORMAT, "the report's anchors point at each other");
        em_status s = em_case_anchor(w->c, id, w->cli->arena, &anchor, err);
        if (s == EM_MISSING)
                return em_fail(err, s,
                               "the last report has no place called %.*s; embargo report prints one anew",
                               EM_ARG(id));
        EM_TRY(s);
        if (depth == 0) {
                w->kind = id.p[0] == 's' ? "sentence" : "number";
                w->text = anchor.text;
        }
        /* The name of a reading may hold blanks; a list of ids never holds a bar. */
        if (em_str_find(anchor.ref, EM_S("|")) >= 0)
                return by_ref(w, anchor.ref, anchor.text, depth, err);
        while (em_str_word(&anchor.ref, &word))
                EM_TRY(by_ref(w, word, EM_S(""), depth, err));
        return EM_OK;
}

static em_status by_source(em_why *w, em_str hex, em_error *err)
{
        em_source *list = NULL;
        size_t     count = 0, hits = 0, at = 0;
        EM_TRY(em_case_sources(w->c, w->cli->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_starts(em_str_c(list[i].sha256), hex)) {
                        hits++;
                        at = i;
                }
        if (hits == 0)
                return em_fail(err, EM_MISSING, "no source begins with %.*s", EM_ARG(hex));
        if (hits > 1)
                return em_fail(err, EM_FORMAT, "%zu sources begin with %.*s; give more digits", hits,
                               EM_ARG(hex));
        w->kind = "source";
        EM_TRY(find_notes(w, (em_str){list[at].sha256, 8}, err));
        return see_source(w, &list[at], err);
}

static em_status nothing(em_why *w, em_error *err)
{
        char         shown[96];
        const char **name = EM_NEW_N(w->cli->arena, const char *, w->questions + 1);
        if (!name)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < w->questions; i++)
                name[i] = em_cli_safe(w->cli, em_question_key(w->question[i])).p;
        const char *near = em_option_nearest(em_str_cut(w->id, '@').head, name, w->questions);
        em_str_show(w->id, shown, sizeof shown);
        return em_fail(
                err, EM_MISSING,
                "nothing here is called \"%s\"%s%s%s; an id is a place in the report (s4, n17), "
                "a question, a record (3f9ac1d2:162 or its own name) or the start of a source's hash",
                shown, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static em_status by_id(em_why *w, em_error *err)
{
        bool found = false;
        if (is_anchor(w->id))
                return by_anchor(w, w->id, 0, err);
        EM_TRY(by_question(w, w->id, EM_S(""), &found, err));
        if (found) {
                w->kind = "answer";
                return find_notes(w, em_question_key(w->answer[0].answer->question), err);
        }
        em_status s = by_record(w, w->id, err);
        if (s != EM_MISSING)
                return s;
        return is_hex(w->id, 6) ? by_source(w, w->id, err) : nothing(w, err);
}

/* What is shown is the grade as known on the day, as questions see it. */
static em_status lay_grades(em_why *w, em_error *err)
{
        em_regrade *list = NULL;
        size_t      count = 0;
        EM_TRY(em_regrades(w->c, w->as_known, w->cli->arena, &list, &count, err));
        for (size_t i = 0; i < w->sources; i++) {
                w->source[i].given = em_regrade_of(list, count, &w->source[i].source);
                em_regrades_lay(list, count, &w->source[i].source);
        }
        for (size_t i = 0; i < w->records; i++)
                em_regrades_lay(list, count, &w->record[i].held.source);
        for (size_t i = 0; i < w->answers; i++)
                for (size_t k = 0; k < w->answer[i].records; k++)
                        em_regrades_lay(list, count, &w->answer[i].record[k].held.source);
        return EM_OK;
}

em_status em_why_gather(em_why *w, em_error *err)
{
        w->answer = EM_NEW_N(w->cli->arena, em_why_answer, ANSWERS_MOST);
        if (!w->answer)
                return em_fail(err, EM_NOMEM, "out of memory");
        EM_TRY(by_id(w, err));
        for (size_t i = 0; i < w->answers; i++)
                EM_TRY(answer_records(w, &w->answer[i], err));
        return lay_grades(w, err);
}
