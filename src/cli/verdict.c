/* Verdicts in a table for people: the verdict of the whole in one row, and,
 * where several readings decide it, each reading below with its own verdict
 * and the numbers that made it.
 */
#include "cli/cli.h"

static em_str says(em_cli *cli, const em_answer *a, const em_reading *r)
{
        if (r->verdict == EM_VERDICT_UNTESTABLE && a->missing.n)
                return em_cli_text(cli, "%.*s Missing: %.*s", EM_ARG(r->says), EM_ARG(a->missing));
        return r->says;
}

static bool decides(const em_reading *r, em_str asked)
{
        return asked.n ? em_str_eq(r->name, asked) : r->decides;
}

static size_t deciding(const em_verdict_of *of)
{
        size_t n = 0;
        for (size_t i = 0; of->answer && i < of->answer->readings; i++)
                n += decides(&of->answer->reading[i], of->reading);
        return n;
}

static em_status add_readings(em_cli *cli, em_table *t, const em_verdict_of *of, bool by_question,
                              em_error *err)
{
        const em_answer *a = of->answer;
        size_t lines = deciding(of);
        for (size_t i = 0; a && i < a->readings; i++) {
                const em_reading *r = &a->reading[i];
                if (!decides(r, of->reading))
                        continue;
                em_str name = by_question && lines == 1 ? em_question_key(a->question) : r->name;
                EM_TRY(em_table_add(t, (em_str[]){
                        EM_S(""), em_cli_text(cli, "- %.*s", EM_ARG(name)),
                        em_str_c(em_verdict_name(r->verdict)), says(cli, a, r)}, err));
        }
        return EM_OK;
}

em_status em_verdict_rows(em_cli *cli, em_table *t, em_str id, em_str subject, em_verdict verdict,
                          em_str otherwise, const em_verdict_of *of, size_t count, em_error *err)
{
        size_t lines = 0;
        for (size_t i = 0; i < count; i++)
                lines += deciding(&of[i]);
        em_str why = lines == 0 ? otherwise : EM_S("");
        for (size_t i = 0; i < count && lines == 1; i++)
                for (size_t k = 0; of[i].answer && k < of[i].answer->readings; k++)
                        if (decides(&of[i].answer->reading[k], of[i].reading))
                                why = says(cli, of[i].answer, &of[i].answer->reading[k]);
        EM_TRY(em_table_add(t, (em_str[]){id, subject, em_str_c(em_verdict_name(verdict)), why}, err));
        for (size_t i = 0; i < count && lines > 1; i++)
                EM_TRY(add_readings(cli, t, &of[i], count > 1, err));
        return EM_OK;
}

em_str em_verdict_tally(em_cli *cli, const size_t n[EM_VERDICT_UNTESTABLE + 1])
{
        static const struct { const char *one, *many; } words[EM_VERDICT_UNTESTABLE + 1] = {
                [EM_VERDICT_HOLDS] = {"holds", "hold"},
                [EM_VERDICT_READING] = {"only under a reading", "only under a reading"},
                [EM_VERDICT_FAILS] = {"does not hold", "do not hold"},
                [EM_VERDICT_UNTESTABLE] = {"cannot be tested", "cannot be tested"},
        };
        em_str all = EM_S("");
        for (size_t v = 0; v <= EM_VERDICT_UNTESTABLE; v++)
                if (n[v])
                        all = em_cli_text(cli, "%.*s%s%zu %s", EM_ARG(all), all.n ? ", " : "", n[v],
                                          n[v] == 1 ? words[v].one : words[v].many);
        return all.n ? all : EM_S("none");
}
