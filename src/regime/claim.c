/* claim.c -- what others have printed, against the findings.
 *
 * A claim is a conjunction of questions.  It is as good as the weakest of
 * them: one that fails, fails it, whatever could not be tested beside it
 * (Kleene's strong conjunction); one that cannot be tested leaves the whole
 * untested; a stated reading anywhere is a stated reading of the whole.
 */
#include "embargo/csv.h"
#include "inside.h"

#include <stdio.h>

#define CLAIMS_MAX_BYTES ((uint64_t)16 << 20)

typedef struct columns { size_t id, text, asserted_by, questions, note; } columns;

typedef struct reader {
        em_str             file;
        const em_findings *f;
        em_arena          *arena;
        em_error          *err;
        columns            at;
        em_claim          *claim;
        size_t             claims, room;
} reader;

static em_str field(const em_csv_row *row, size_t column)
{
        return column < row->count ? em_str_trim(row->field[column]) : (em_str){ 0 };
}

static em_status read_header(reader *r, const em_csv_row *row)
{
        const struct { const char *name; size_t *at; } need[] = {
                { "claim", &r->at.id }, { "text", &r->at.text }, { "asserted_by", &r->at.asserted_by },
                { "questions", &r->at.questions }, { "note", &r->at.note },
        };

        for (size_t i = 0; i < sizeof need / sizeof *need; i++) {
                *need[i].at = SIZE_MAX;
                for (size_t j = 0; j < row->count; j++)
                        if (em_str_eq(em_str_trim(row->field[j]), em_str_c(need[i].name)))
                                *need[i].at = j;
                if (*need[i].at == SIZE_MAX && i < 4)
                        return em_fail_at(r->err, EM_FORMAT, r->file, row->line, 0,
                                          "the header has no column called %s", need[i].name);
        }
        return EM_OK;
}

/* A blank in a reading's name may stand as '-'. */
static bool same_name(em_str name, em_str written)
{
        if (name.n != written.n)
                return false;
        for (size_t i = 0; i < name.n; i++)
                if (name.p[i] != written.p[i] && !(name.p[i] == ' ' && written.p[i] == '-'))
                        return false;
        return true;
}

typedef struct verdict_part { em_verdict verdict; em_str why; } verdict_part;

static em_status judge_question(reader *r, em_str word, uint64_t line, const em_answer **ret_answer,
                                verdict_part *ret_part)
{
        em_cut cut = em_str_cut(word, '@');
        const em_answer *a = em_findings_get(r->f, cut.head);
        char shown[120];

        if (!a)
                return em_fail_at(r->err, EM_FORMAT, r->file, line, 0, "there is no question called \"%s\"",
                                  em_str_show(cut.head, shown, sizeof shown));
        *ret_answer = a;
        *ret_part = (verdict_part){ a->verdict, a->why };
        if (!cut.found)
                return EM_OK;
        for (size_t i = 0; i < a->readings; i++)
                if (same_name(a->reading[i].name, cut.tail)) {
                        bool silent = em_str_eq(a->basis, EM_S("none"));

                        *ret_part = (verdict_part){ silent ? EM_VERDICT_UNTESTABLE : a->reading[i].verdict,
                                                    a->reading[i].says };
                        return EM_OK;
                }
        return em_fail_at(r->err, EM_FORMAT, r->file, line, 0, "%.*s has no reading called \"%s\"",
                          EM_ARG(cut.head), em_str_show(cut.tail, shown, sizeof shown));
}

/* The weaker a verdict, the higher. */
static int weakness(em_verdict v)
{
        static const int rank[] = { [EM_VERDICT_HOLDS] = 0, [EM_VERDICT_READING] = 1,
                                    [EM_VERDICT_UNTESTABLE] = 2, [EM_VERDICT_FAILS] = 3 };

        return rank[v];
}

static size_t count_words(em_str s)
{
        em_str word;
        size_t n = 0;

        while (em_str_word(&s, &word))
                n++;
        return n;
}

static em_status judge_claim(reader *r, em_claim *c, em_str questions, uint64_t line)
{
        size_t room = count_words(questions);
        verdict_part *part = EM_NEW_N(r->arena, verdict_part, room);
        em_str word;

        c->question = EM_NEW_N(r->arena, em_str, room);
        c->answer = EM_NEW_N(r->arena, const em_answer *, room);
        if (!c->question || !c->answer || !part)
                return em_fail(r->err, EM_NOMEM, "no room for a claim");
        c->verdict = room ? EM_VERDICT_HOLDS : EM_VERDICT_UNTESTABLE;
        while (em_str_word(&questions, &word)) {
                size_t i = c->questions++;

                EM_TRY(em_str_copy(word, r->arena, &c->question[i], r->err));
                EM_TRY(judge_question(r, word, line, &c->answer[i], &part[i]));
                if (weakness(part[i].verdict) > weakness(c->verdict))
                        c->verdict = part[i].verdict;
        }
        if (room == 0)
                c->why = EM_S("Cannot be tested: no question is bound to it.");
        for (size_t i = 0; i < room; i++)
                if (part[i].verdict == c->verdict)
                        EM_TRY(em_str_format(r->arena, &c->why, r->err, "%.*s%s%.*s", EM_ARG(c->why),
                                             c->why.n ? " " : "", EM_ARG(part[i].why)));
        return EM_OK;
}

static em_status room_for_one(reader *r)
{
        size_t room = r->room ? r->room * 2 : 32;
        em_claim *grown;

        if (r->claims < r->room)
                return EM_OK;
        grown = EM_NEW_N(r->arena, em_claim, room);
        if (!grown)
                return em_fail(r->err, EM_NOMEM, "no room for %zu claims", room);
        if (r->claims)
                memcpy(grown, r->claim, r->claims * sizeof *grown);
        r->claim = grown;
        r->room = room;
        return EM_OK;
}

static em_status read_claim(reader *r, const em_csv_row *row)
{
        em_claim c = { 0 };

        EM_TRY(room_for_one(r));
        EM_TRY(em_str_copy(field(row, r->at.id), r->arena, &c.id, r->err));
        EM_TRY(em_str_copy(field(row, r->at.text), r->arena, &c.text, r->err));
        EM_TRY(em_str_copy(field(row, r->at.asserted_by), r->arena, &c.asserted_by, r->err));
        EM_TRY(em_str_copy(field(row, r->at.note), r->arena, &c.note, r->err));
        if (c.id.n == 0 || c.text.n == 0)
                return em_fail_at(r->err, EM_FORMAT, r->file, row->line, 0, "a claim needs a name and a text");
        for (size_t i = 0; i < r->claims; i++)
                if (em_str_eq(r->claim[i].id, c.id))
                        return em_fail_at(r->err, EM_FORMAT, r->file, row->line, 0,
                                          "a claim of this name is there already");
        EM_TRY(judge_claim(r, &c, field(row, r->at.questions), row->line));
        r->claim[r->claims++] = c;
        return EM_OK;
}

static em_status read_rows(reader *r, em_str text)
{
        em_csv csv = em_csv_make(text, NULL);
        em_csv_row row;
        bool header = true;

        while (em_csv_next(&csv, r->arena, &row)) {
                if (row.bad)
                        return em_fail_at(r->err, EM_FORMAT, r->file, row.line, row.bad_column, "%s", row.bad);
                EM_TRY(header ? read_header(r, &row) : read_claim(r, &row));
                header = false;
        }
        if (header)
                return em_fail_at(r->err, EM_FORMAT, r->file, 1, 0, "the file has no header");
        return EM_OK;
}

em_status em_claims_load(em_str path, const em_findings *f, em_arena *arena,
                         em_claim **ret_list, size_t *ret_count, em_error *err)
{
        reader r = { .file = em_path_base(path), .f = f, .arena = arena, .err = err };
        em_str text;

        EM_TRY(em_file_read(path, CLAIMS_MAX_BYTES, arena, &text, err));
        EM_TRY(read_rows(&r, text));
        *ret_list = r.claim;
        *ret_count = r.claims;
        return EM_OK;
}
