/* proof.c -- by what standard is it shown, and how good is the evidence?
 *
 * Standards of proof after S/2006/997, paragraphs 21 to 23 (verified documents
 * and independent sources), with the words that later panels print:
 *
 *   under investigation  the verdict is "cannot be tested"
 *   established          direct evidence, and either two publishers graded A or
 *                        B, or nothing but documents graded A
 *   assessed             direct or proxy evidence from graded sources, and
 *                        either two publishers or alternatives weighed
 *   reported             the rest: one source's word, attributed
 *
 * Grades are the Admiralty system's: A to F for the source, 1 to 6 for the
 * item, kept apart (AJP-2.1).  Where nothing was counted, because the finding
 * is an absence, the sources that cover the period stand in.
 */
#include "inside.h"

typedef struct witnesses {
        em_str publisher[16];           /* different ones graded A or B */
        size_t good;
        em_str other[16];               /* different ones graded A to E */
        size_t graded;
        size_t seen, grade_a;
} witnesses;

static void add_once(em_str *list, size_t *count, em_str who)
{
        for (size_t i = 0; i < *count; i++)
                if (em_str_eq(list[i], who))
                        return;
        if (*count < 16)
                list[(*count)++] = who;
}

static void hear(witnesses *w, em_str publisher, char reliability)
{
        w->seen++;
        w->grade_a += reliability == 'A';
        if (reliability >= 'A' && reliability <= 'B')
                add_once(w->publisher, &w->good, publisher);
        if (reliability >= 'A' && reliability <= 'E')
                add_once(w->other, &w->graded, publisher);
}

static bool counted(const em_answer_row *r)
{
        return em_str_eq(r->role, EM_S("counted"));
}

em_proof em_proof_of(const em_answer *a, const em_cover *cover, size_t covers)
{
        bool direct = em_str_eq(a->basis, EM_S("direct")), proxy = em_str_eq(a->basis, EM_S("proxy"));
        witnesses w = { .seen = 0 };

        if (a->verdict == EM_VERDICT_UNTESTABLE)
                return EM_PROOF_INVESTIGATION;
        for (size_t i = 0; i < a->rows; i++)
                if (counted(&a->row[i]))
                        hear(&w, a->row[i].publisher, a->row[i].reliability);
        for (size_t i = 0; w.seen == 0 && i < covers; i++)
                for (size_t j = 0; j < cover[i].sources; j++)
                        hear(&w, cover[i].publisher[j], cover[i].reliability[j]);
        if (direct && (w.good >= 2 || (w.seen > 0 && w.grade_a == w.seen)))
                return EM_PROOF_ESTABLISHED;
        if ((direct || proxy) && w.graded > 0 && (w.graded >= 2 || a->alternatives > 0))
                return EM_PROOF_ASSESSED;
        return EM_PROOF_REPORTED;
}

/* The best grade that at least half of what was counted reaches. */
em_str em_confidence_of(const em_answer *a)
{
        size_t high = 0, moderate = 0, n = 0;

        for (size_t i = 0; i < a->rows; i++) {
                const em_answer_row *r = &a->row[i];

                if (!counted(r))
                        continue;
                n++;
                high += r->reliability <= 'B' && r->credibility <= 2;
                moderate += r->reliability <= 'C' && r->credibility <= 3;
        }
        if (n == 0)
                return EM_S("");
        return 2 * high >= n ? EM_S("high") : 2 * moderate >= n ? EM_S("moderate") : EM_S("low");
}
