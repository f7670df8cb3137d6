/* embargo note: what an analyst says, kept as evidence.
 *
 * The operands are read here and nothing is decided: what a note must have and what it may not is checked in one
 * place, em_note_write, which the pages use through this command too.
 */
#include "cli/note_list.h"

enum { TEXT_MOST = EM_NOTE_TEXT_MAX + 4096 };

static const em_column columns[] = {
        {"id", "note", EM_CELL_TEXT, 0, 0},         {"note", "is", EM_CELL_TEXT, 0, 0},
        {"about", NULL, EM_CELL_TEXT, 0, 0},        {"subject", "about", EM_CELL_TEXT, 2, 12},
        {"as_known", NULL, EM_CELL_TEXT, 0, 0},     {"version", "version", EM_CELL_NUMBER, 0, 0},
        {"version_now", "now", EM_CELL_NUMBER, 0, 0}, {"body_hash", NULL, EM_CELL_TEXT, 0, 0},
        {"other", NULL, EM_CELL_TEXT, 0, 0},        {"relation", NULL, EM_CELL_TEXT, 0, 0},
        {"certainty", NULL, EM_CELL_TEXT, 0, 0},    {"grade", NULL, EM_CELL_TEXT, 0, 0},
        {"party", NULL, EM_CELL_TEXT, 0, 0},        {"said_on", NULL, EM_CELL_TEXT, 0, 0},
        {"author", "by", EM_CELL_TEXT, 3, 8},       {"written_on", "on", EM_CELL_TEXT, 0, 0},
        {"written_at", NULL, EM_CELL_TEXT, 0, 0},   {"text", NULL, EM_CELL_TEXT, 0, 0},
        {"says", "says", EM_CELL_TEXT, 1, 20},      {"withheld", NULL, EM_CELL_TEXT, 0, 0},
};

/* ---- writing ----------------------------------------------------------------------- */

static em_status read_text(em_cli *cli, em_str *ret_text, em_error *err)
{
        em_str file = em_cli_value(cli, "text-file");
        *ret_text = em_cli_value(cli, "text");
        if (!file.n)
                return EM_OK;
        if (ret_text->n)
                return em_fail(err, EM_USAGE, "a text comes from --text or from --text-file, not from both");
        return em_file_read(file, TEXT_MOST, cli->arena, ret_text, err);
}

static em_status read_operands(em_cli *cli, em_note *n, em_error *err)
{
        const em_parsed *p = cli->parsed;
        size_t least = n->sort == EM_NOTE_LINK ? 4 : 2;
        if (p->operands != least)
                return em_fail(err, EM_USAGE, n->sort == EM_NOTE_LINK ? "note link takes RECORD RELATION RECORD"
                                                                      : "note %s takes what it is about, and nothing else",
                               em_note_sort_name(n->sort));
        n->subject = p->operand[1];
        if (n->sort == EM_NOTE_LINK) {
                n->relation = p->operand[2];
                n->other = p->operand[3];
        }
        return EM_OK;
}

static em_status print_kept(em_cli *cli, const em_note *n, const em_taken *t, em_error *err)
{
        em_buf  buf = em_buf_make(1 << 16);
        em_json j;
        if (cli->form == EM_FORM_CSV)
                fprintf(cli->out, "id,note,already\n%s:2,%s,%d\n", t->source, em_note_sort_name(n->sort), t->already);
        if (cli->form == EM_FORM_TEXT)
                fprintf(cli->out, "%s:2\n", t->source);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        j = em_cli_json(&buf, "embargo.note.1");
        em_json_kstr(&j, "id", em_cli_text(cli, "%s:2", t->source));
        em_json_kstr(&j, "note", em_str_c(em_note_sort_name(n->sort)));
        em_json_kbool(&j, "already", t->already);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status write_note(em_cli *cli, em_note_sort sort, em_error *err)
{
        em_note  n = {.sort = sort, .author = em_cli_value(cli, "by"), .party = em_cli_value(cli, "party"),
                      .said_on = em_cli_value(cli, "said-on"), .grade = em_cli_value(cli, "grade"),
                      .certainty = em_cli_value(cli, "certainty"), .as_known = em_cli_known_text(cli),
                      .withheld = em_cli_given(cli, "withheld")};
        em_taken t = {0};
        em_case *c = NULL;
        (void)em_str_int(em_cli_value(cli, "of-version"), &n.version);
        EM_TRY(read_operands(cli, &n, err));
        EM_TRY(read_text(cli, &n.text, err));
        EM_TRY(em_cli_open(cli, EM_CASE_WRITE, &c, err));
        em_status s = em_note_write(c, &n, cli->arena, &t, err);
        em_case_close(c);
        EM_TRY(s);
        EM_TRY(print_kept(cli, &n, &t, err));
        em_cli_done(cli, em_cli_text(cli, "why %.*s", EM_ARG(em_cli_word(cli, n.subject))).p,
                    t.already ? "the case holds this note already: %s:2" : "kept the note as %s:2; it is evidence now, and is never edited",
                    t.source);
        return EM_OK;
}

/* ---- listing --------------------------------------------------------------------------- */

/* On one line. */
static em_str flat(em_cli *cli, em_str text)
{
        char *out = em_arena_alloc(cli->arena, text.n + 1);
        for (size_t i = 0; out && i < text.n; i++)
                out[i] = text.p[i] == '\n' ? ' ' : text.p[i];
        return out ? (em_str){out, text.n} : text;
}

static em_status add_row(em_cli *cli, em_case *c, const em_note *n, em_table *t, em_error *err)
{
        int64_t now = 0;
        EM_TRY(em_note_version_now(cli, c, n, &now, err));
        return em_table_add(t, (em_str[]){
                n->id, em_str_c(em_note_sort_name(n->sort)), n->about, n->subject, n->as_known,
                n->version ? em_cli_digits(cli, n->version) : EM_S(""), n->version ? em_cli_digits(cli, now) : EM_S(""), n->body_hash,
                n->other, n->relation, n->certainty, n->grade, n->party, n->said_on, n->author, n->written_on, n->written_at,
                n->text, flat(cli, em_note_says(cli, n)), n->withheld ? EM_S("yes") : EM_S("")}, err);
}

static em_status print_list(em_cli *cli, em_table *t, em_error *err)
{
        if (cli->form == EM_FORM_TEXT && t->rows)
                em_table_print(t, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(t, false, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)256 << 20);
        em_json j = em_cli_json(&buf, "embargo.notes.1");
        em_cli_json_known(cli, &j);
        em_json_key(&j, EM_S("notes"));
        em_table_json(t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status list(em_cli *cli, em_case *c, em_error *err)
{
        em_note *note = NULL;
        size_t   count = 0;
        em_str   subject = cli->parsed->operands > 1 ? cli->parsed->operand[1] : EM_S("");
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(em_notes(c, subject, em_cli_known(cli), cli->arena, &note, &count, err));
        for (size_t i = 0; i < count; i++)
                EM_TRY(add_row(cli, c, &note[i], &t, err));
        EM_TRY(print_list(cli, &t, err));
        em_cli_done(cli, count ? "why NOTE" : NULL, "%.*s", EM_ARG(em_cli_many(cli, count, "note", "notes")));
        return EM_OK;
}

static em_status list_notes(em_cli *cli, em_error *err)
{
        em_case *c = NULL;
        if (cli->parsed->operands > 2)
                return em_fail(err, EM_USAGE, "note list takes one finding, record or source, or nothing");
        EM_TRY(em_cli_open(cli, EM_CASE_READ, &c, err));
        em_status s = list(cli, c, err);
        em_case_close(c);
        return s;
}

static em_status run(em_cli *cli, em_error *err)
{
        static const char *const names[] = {"reply", "alternative", "link", "grade", "sign-off", "list"};
        em_note_sort sort;
        em_str       word = cli->parsed->operand[0];
        if (em_str_eq(word, EM_S("list")))
                return list_notes(cli, err);
        if (!em_note_sort_of(word, &sort))
                return em_option_unknown(EM_USAGE, "sort of note", word, names, sizeof names / sizeof *names, err);
        return write_note(cli, sort, err);
}

static const em_flag flags[] = {
        {"text", 't', EM_ARG_TEXT, "TEXT", "what is said; of a link, the reason"},
        {"text-file", 0, EM_ARG_FILE, "FILE", "the same, out of a file"},
        {"party", 'p', EM_ARG_TEXT, "NAME", "of a reply: who replies"},
        {"said-on", 0, EM_ARG_DAY, "DAY", "of a reply: when it was made"},
        {"grade", 'g', EM_ARG_TEXT, "A-F|1-6", "of a grade: a letter for a source, a number for a record"},
        {"certainty", 0, EM_ARG_TEXT, "WORD", "of a link: certain or possible (default: certain)"},
        {"as-known-on", 'k', EM_ARG_DAY, "DAY", "the finding as known on this day"},
        {"of-version", 0, EM_ARG_COUNT, "N", "only if this version of the finding stands: the one that was read"},
        {"withheld", 0, EM_ARG_NONE, NULL, "keep it out of what is published"},
        {0},
};
static const em_example examples[] = {
        {"embargo note reply january-2022-record --party \"Permanent Mission\" --said-on 2022-03-01 --text \"...\" --by \"J. Doe\"",
         "what somebody who is named answers"},
        {"embargo note alternative january-2022-record --text \"Two were tests of engines.\"", "another explanation"},
        {"embargo note link CNS-161 same-as 3f9ac1d2:12 --certainty possible --text \"same site, same day\"", "two records, and how they stand"},
        {"embargo note grade 3f9ac1d2 --grade C --text \"two of its rows were withdrawn\"", "a source, or a record by number"},
        {"embargo note sign-off january-2022-record --by \"J. Doe\"", "the version of the finding that stands now"},
        {"embargo note list january-2022-record", "what was said of it"},
        {0},
};
const em_command em_cmd_note = {
        .name = "note", .group = "take in", .brief = "what an analyst says: reply, alternative, link, grade, sign-off",
        .usage = "SORT SUBJECT [RELATION RECORD] | list [SUBJECT]", .least = 1, .most = 4, .operand = EM_ARG_TEXT,
        .about = "A note is evidence like any other: a document of one row that is hashed, in custody, bears its author "
                 "(--by) in the ledger, and is never edited; who changes his mind writes another.\n\n"
                 "A link counts: questions, clusters and the report join or part records by it, as by a table of links. The newest "
                 "grade of a source is its grade from then on, with the first one beside it; answers that turn on it change when "
                 "they are asked again. A record's grade, a reply, an alternative and a sign-off change no answer; they are "
                 "shown beside what they are about. A sign-off is of one version of a finding, and keeps the hash of its body; when the finding changes, the "
                 "list shows both versions.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
