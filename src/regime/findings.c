/* findings.c -- all questions of a regime on one case, and their versions.
 *
 * A finding is an answer under a measure.  It is kept whole, so that what was
 * said on a day can be read again when the evidence has been restated; a body
 * that has not changed keeps its version.
 */
#include "inside.h"

#include <stdlib.h>

em_status em_findings_make(em_case *c, em_day as_known, em_arena *arena,
                           const em_progress *progress, em_findings *ret_f, em_error *err)
{
        em_findings f = { .as_known = as_known };

        EM_TRY(em_questions_load(em_case_regime_dir(c), arena, &f.question, &f.count, err));
        f.answer = EM_NEW_N(arena, em_answer *, f.count);
        if (!f.answer)
                return em_fail(err, EM_NOMEM, "no room for %zu answers", f.count);
        for (size_t i = 0; i < f.count; i++) {
                if (!em_progress_tell(progress, "questions", i, f.count))
                        return em_fail(err, EM_INTERRUPTED, "stopped after %zu of %zu questions", i, f.count);
                EM_TRY(em_answer_make(c, f.question[i], as_known, arena, &f.answer[i], err));
        }
        if (!em_progress_tell(progress, "questions", f.count, f.count))
                return em_fail(err, EM_INTERRUPTED, "stopped after the last question");
        *ret_f = f;
        return EM_OK;
}

em_status em_findings_called(em_case *c, const em_findings *f, em_arena *arena, em_findings *ret_f, em_error *err)
{
        em_findings called = { .as_known = f->as_known };

        called.question = EM_NEW_N(arena, em_question *, f->count);
        called.answer = EM_NEW_N(arena, em_answer *, f->count);
        if (!called.question || !called.answer)
                return em_fail(err, EM_NOMEM, "no room for %zu answers", f->count);
        for (size_t i = 0; i < f->count; i++) {
                bool is = false;

                EM_TRY(em_question_called(c, f->question[i], arena, &is, err));
                if (!is)
                        continue;
                called.question[called.count] = f->question[i];
                called.answer[called.count++] = f->answer[i];
        }
        *ret_f = called;
        return EM_OK;
}

const em_answer *em_findings_get(const em_findings *f, em_str question_key)
{
        size_t low = 0, high = f->count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;
                int order = em_str_cmp(em_question_key(f->question[middle]), question_key);

                if (order == 0)
                        return f->answer[middle];
                *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
        }
        return NULL;
}

static int by_number(const void *a, const void *b)
{
        const int64_t *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/* The records that an answer rests on, each once. */
static em_status own_records(const em_answer *a, em_arena *arena, em_finding_row *row, em_error *err)
{
        int64_t *id = EM_NEW_N(arena, int64_t, a->rows);
        size_t n = 0;

        if (!id)
                return em_fail(err, EM_NOMEM, "no room for %zu records", a->rows);
        for (size_t i = 0; i < a->rows; i++)
                id[i] = a->row[i].record;
        if (a->rows)
                qsort(id, a->rows, sizeof *id, by_number);
        for (size_t i = 0; i < a->rows; i++)
                if (i == 0 || id[i] != id[i - 1])
                        id[n++] = id[i];
        row->records = id;
        row->record_count = n;
        return EM_OK;
}

static int64_t version_before(const em_finding_row *old, size_t count, em_str question)
{
        int64_t version = 0;

        for (size_t i = 0; i < count; i++)
                if (em_str_eq(old[i].question, question) && old[i].version > version)
                        version = old[i].version;
        return version;
}

static em_status put(em_case *c, const em_findings *f, em_arena *arena, size_t *ret_changed, em_error *err)
{
        em_finding_row *row = EM_NEW_N(arena, em_finding_row, f->count), *old = NULL;
        size_t olds = 0, changed = 0;
        char text[11];
        em_str as_known;

        if (!row)
                return em_fail(err, EM_NOMEM, "no room for %zu findings", f->count);
        EM_TRY(em_str_copy(em_str_c(em_day_text(f->as_known, text)), arena, &as_known, err));
        for (size_t i = 0; i < f->count; i++) {
                const em_answer *a = f->answer[i];

                row[i] = (em_finding_row){ .question = em_question_key(a->question), .as_known = as_known,
                                           .question_hash = em_question_hash(a->question),
                                           .verdict = em_str_c(em_verdict_name(a->verdict)),
                                           .standard = em_str_c(em_proof_words(a->proof)), .body = a->body };
                EM_TRY(own_records(a, arena, &row[i], err));
        }
        EM_TRY(em_case_findings(c, as_known, arena, &old, &olds, err));
        EM_TRY(em_case_findings_put(c, row, f->count, err));
        for (size_t i = 0; i < f->count; i++)
                changed += row[i].version != version_before(old, olds, row[i].question);
        *ret_changed = changed;
        return EM_OK;
}

em_status em_findings_keep(em_case *c, const em_findings *f, size_t *ret_changed, em_error *err)
{
        em_arena *arena = em_arena_new((size_t)1 << 30);
        em_status status;

        if (!arena)
                return em_fail(err, EM_NOMEM, "no room to keep the findings");
        status = put(c, f, arena, ret_changed, err);
        em_arena_free(arena);
        return status;
}
