/* The grade that a source has as known on a day: the newest that somebody gave it by then, else the one it came with.
 *
 * A grade is given in a note (case/note.c), which is evidence with its author and its day; the custody entry is never changed.
 * So the views lay the notes over it, cut at the same day as everything else: a question as known on a day before
 * the note sees what it saw then, and an answer that turns on a grade changes when the questions are asked again, never
 * by itself.  In a case without such notes the views are the same text as before, and cost the same.
 */
#include "embargo/note.h"

#include "case/store.h"

#include <inttypes.h>

em_status em_graded_build(sqlite3 *db, em_day as_known, bool *ret_any, em_error *err)
{
        em_buf  sql = em_buf_make(4096);
        int64_t any = 0;
        em_buf_c(&sql, "CREATE TEMP TABLE em_graded(source INTEGER PRIMARY KEY, grade TEXT NOT NULL);"
                       "INSERT OR REPLACE INTO temp.em_graded SELECT s.id, n.fields ->> 'grade' "
                       "FROM main.em_intake AS i CROSS JOIN main.em_record AS n CROSS JOIN main.em_source AS s "
                       "WHERE i.kind = 'note' AND n.id BETWEEN i.first_record AND i.last_record AND n.class = 'grade' "
                       "AND n.fields ->> 'about' = 'source' AND n.fields ->> 'grade' GLOB '[A-F]' "
                       "AND substr(s.sha256, 1, 8) = n.fields ->> 'subject'");
        if (as_known != EM_DAY_NONE)
                em_buf_fmt(&sql, " AND n.known <= %" PRId32, as_known);
        em_buf_c(&sql, " ORDER BY n.id");              /* the last one stays */
        em_buf_ch(&sql, '\0');
        em_status status = em_buf_status(&sql, err);
        if (status == EM_OK)
                status = em_sql_run(db, sql.p, err);
        if (status == EM_OK)
                status = em_sql_int(db, "SELECT count(*) FROM temp.em_graded", (em_str){ 0 }, 0, &any, err);
        em_buf_free(&sql);
        *ret_any = status == EM_OK && any > 0;
        return status;
}

/* ---- for readers who show it ---------------------------------------------------------- */

static em_regrade *same_source(em_regrade *list, size_t count, em_str source)
{
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(em_str_c(list[i].source), source))
                        return &list[i];
        return NULL;
}

static void came_with(em_regrade *list, size_t count, const em_source *source, size_t sources)
{
        for (size_t k = 0; k < sources; k++) {
                em_regrade *r = same_source(list, count, (em_str){ source[k].sha256, 8 });
                if (r)
                        r->before = source[k].reliability;
        }
}

em_status em_regrades(em_case *c, em_day as_known, em_arena *arena, em_regrade **ret_list, size_t *ret_count, em_error *err)
{
        em_note   *note;
        em_source *source;
        size_t     notes, sources, count = 0;
        *ret_count = 0;
        EM_TRY(em_notes(c, (em_str){ 0 }, as_known, arena, &note, &notes, err));
        em_regrade *list = EM_NEW_N(arena, em_regrade, notes + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory for the grades");
        for (size_t i = 0; i < notes; i++) {
                const em_note *n = &note[i];
                bool letter = n->grade.n == 1 && n->grade.p[0] >= 'A' && n->grade.p[0] <= 'F';
                if (n->sort != EM_NOTE_GRADE || !em_str_eq(n->about, EM_S("source")) || !letter || n->subject.n != 8)
                        continue;
                em_regrade *r = same_source(list, count, n->subject);
                if (!r)
                        r = &list[count++];
                *r = (em_regrade){ .grade = n->grade.p[0], .before = 'F', .author = n->author, .on = n->written_on, .id = n->id,
                                   .why = n->withheld ? (em_str){ 0 } : n->text };
                memcpy(r->source, n->subject.p, 8);
        }
        if (count) {
                EM_TRY(em_case_sources(c, arena, &source, &sources, err));
                came_with(list, count, source, sources);
        }
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}

const em_regrade *em_regrade_of(const em_regrade *list, size_t count, const em_source *source)
{
        for (size_t i = 0; i < count; i++)
                if (memcmp(list[i].source, source->sha256, 8) == 0)
                        return &list[i];
        return NULL;
}

void em_regrades_lay(const em_regrade *list, size_t count, em_source *source)
{
        const em_regrade *r = em_regrade_of(list, count, source);
        if (r)
                source->reliability = r->grade;
}

/* A is the best. */
em_status em_regrade_words(const em_regrade *r, em_arena *arena, em_str *ret_words, em_error *err)
{
        const char *how = r->grade < r->before ? "raised from" : r->grade > r->before ? "lowered from" : "as it came,";
        return em_str_format(arena, ret_words, err, "%s %c by %.*s on %.*s%s%.*s", how, r->before, EM_ARG(r->author), EM_ARG(r->on),
                             r->why.n ? ": " : "", EM_ARG(r->why));
}
