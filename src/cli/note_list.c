/* Notes as people read them.  A note keeps the version of the finding that it was written on; what stands now is
 * looked up and told beside it, for a sign-off of what has changed since is none of what stands.
 */
#include "cli/note_list.h"

em_str em_note_says(em_cli *cli, const em_note *n)
{
        em_str text = n->text;
        switch (n->sort) {
        case EM_NOTE_REPLY:
                return em_cli_text(cli, "reply of %.*s%s%.*s%s: %.*s", EM_ARG(n->party), n->said_on.n ? " (" : "", EM_ARG(n->said_on),
                                   n->said_on.n ? ")" : "", EM_ARG(text));
        case EM_NOTE_ALTERNATIVE:
                return em_cli_text(cli, "alternative: %.*s", EM_ARG(text));
        case EM_NOTE_LINK:
                return em_cli_text(cli, "%.*s %.*s %.*s (%.*s): %.*s", EM_ARG(n->subject), EM_ARG(n->relation), EM_ARG(n->other),
                                   EM_ARG(n->certainty), EM_ARG(text));
        case EM_NOTE_GRADE:
                return em_cli_text(cli, "graded %.*s, %s: %.*s", EM_ARG(n->grade), em_grade_words(n->grade.n ? n->grade.p[0] : 0), EM_ARG(text));
        default:
                return em_cli_text(cli, "signed off version %lld%s%.*s", (long long)n->version, text.n ? ": " : "", EM_ARG(text));
        }
}

em_status em_note_version_now(em_cli *cli, em_case *c, const em_note *n, int64_t *ret_version, em_error *err)
{
        em_finding_row *row = NULL;
        size_t          count = 0;
        *ret_version = 0;
        if (!em_str_eq(n->about, EM_S("finding")))
                return EM_OK;
        EM_TRY(em_case_findings(c, n->as_known, cli->arena, &row, &count, err));
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(row[i].question, n->subject))
                        *ret_version = row[i].version;
        return EM_OK;
}
