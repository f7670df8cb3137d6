/* embargo screen in a case: who of the evidence may be listed, shown and kept.
 *
 * The table is read out of the very document that is kept, so that nobody is shown anything else than the case holds.
 */
#include "cli/screen_case.h"

enum { DOCUMENT_MOST = 1 << 30 };

static const char *const cells[] = {"asked", "score", "band", "listed_name", "dataset", "entry", "list_date", "against", "records",
                                    "given", "name_kind", "caption", "listed_schema", "programme", "number", "list_sha256",
                                    "probability", "reasons", "runner_up", "runner_up_score", "named_in"};
enum { CELLS = sizeof cells / sizeof *cells };

static const em_column columns[CELLS] = {
        {"asked", "named in the evidence", EM_CELL_TEXT, 5, 12}, {"score", "score", EM_CELL_TEXT, 0, 0},
        {"band", "band", EM_CELL_TEXT, 4, 6},                    {"listed_name", "may match", EM_CELL_TEXT, 3, 12},
        {"dataset", "list", EM_CELL_TEXT, 2, 6},                 {"entry", "entry", EM_CELL_TEXT, 2, 5},
        {"list_date", NULL, EM_CELL_TEXT, 0, 0},                 {"against", "what speaks against", EM_CELL_TEXT, 1, 10},
        {"records", "records", EM_CELL_NUMBER, 0, 0},            {"given", NULL, EM_CELL_TEXT, 0, 0},
        {"name_kind", NULL, EM_CELL_TEXT, 0, 0},                 {"caption", NULL, EM_CELL_TEXT, 0, 0},
        {"listed_schema", NULL, EM_CELL_TEXT, 0, 0},             {"programme", NULL, EM_CELL_TEXT, 0, 0},
        {"number", NULL, EM_CELL_TEXT, 0, 0},                    {"list_sha256", NULL, EM_CELL_TEXT, 0, 0},
        {"probability", NULL, EM_CELL_TEXT, 0, 0},               {"reasons", NULL, EM_CELL_TEXT, 0, 0},
        {"runner_up", NULL, EM_CELL_TEXT, 0, 0},                 {"runner_up_score", NULL, EM_CELL_TEXT, 0, 0},
        {"named_in", NULL, EM_CELL_TEXT, 0, 0},
};

/* Which field of the document each cell is; the document is our own, so all are there. */
static void find_cells(const em_csv_row *head, size_t at[CELLS], size_t *ret_row)
{
        for (size_t f = 0; f < head->count; f++) {
                for (size_t i = 0; i < CELLS; i++)
                        if (em_str_eq(head->field[f], em_str_c(cells[i])))
                                at[i] = f;
                if (em_str_eq(head->field[f], EM_S("row")))
                        *ret_row = f;
        }
}

static em_status match_table(em_cli *cli, em_str text, em_table *ret, em_error *err)
{
        em_csv     csv = em_csv_make(text, NULL);
        em_csv_row row = {0};
        size_t     at[CELLS] = {0}, kind = 0;
        *ret = em_table_make(columns, CELLS, cli->arena);
        if (em_csv_next(&csv, cli->arena, &row))
                find_cells(&row, at, &kind);
        while (em_csv_next(&csv, cli->arena, &row)) {
                em_str cell[CELLS];
                if (row.bad || !em_str_eq(row.field[kind], EM_S("match")))
                        continue;
                for (size_t i = 0; i < CELLS; i++)
                        cell[i] = cli->form == EM_FORM_TEXT ? em_cli_safe(cli, row.field[at[i]]) : row.field[at[i]];
                if (cli->form == EM_FORM_TEXT)
                        cell[1] = em_str_sub(cell[1], 0, 5);
                EM_TRY(em_table_add(ret, cell, err));
        }
        return EM_OK;
}

em_status em_screen_run_show(em_screen *s, em_str text, const em_screen_counts *n, em_error *err)
{
        em_cli  *cli = s->cli;
        em_table t;
        EM_TRY(match_table(cli, text, &t, err));
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_TEXT && t.rows)
                em_table_print(&t, &cli->term, cli->out);
        if (cli->form == EM_FORM_TEXT && !t.rows)
                em_term_wrap(em_cli_text(cli, "No entry scores %.2f or more. That says only that these lists, as they are dated, have "
                                         "nothing like what the evidence names.", s->opts.least), 0, cli->term.width, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)DOCUMENT_MOST);
        em_json j = em_cli_json(&buf, "embargo.screen-case.1");
        em_json_knum(&j, "least", s->opts.least);
        em_json_kint(&j, "asked", (int64_t)n->asked);
        em_json_kint(&j, "may_match", (int64_t)n->matched);
        em_json_key(&j, EM_S("matches"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        em_status st = em_cli_put(cli, &buf, err);
        em_buf_free(&buf);
        return st;
}

static em_status gather(em_screen *s, em_gathered *g, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(s->cli, EM_CASE_READ, &c, err));
        em_status st = em_party_rules_read(c, g->arena, &g->rule, &g->rules, err);
        if (st == EM_OK)
                st = em_screen_gather(c, NULL, 0, g, err);
        em_case_close(c);
        return st;
}

static em_status keep(em_screen *s, const em_gathered *g, em_str text, em_error *err)
{
        em_case *c = NULL;
        EM_TRY(em_cli_open(s->cli, EM_CASE_WRITE, &c, err));
        em_status st = em_screen_keep(s, c, g, text, err);
        em_case_close(c);
        return st;
}

static void say_asked(em_screen *s, const em_gathered *g, const em_screen_counts *n)
{
        em_cli *cli = s->cli;
        em_str  kinds = EM_S("");
        for (size_t i = 0; i < g->silents; i++)
                kinds = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(kinds), i ? ", " : "", EM_ARG(em_cli_safe(cli, g->silent[i])));
        em_cli_say(cli, "asked %.*s of %.*s: %.*s with an entry that may match, from %.2f on",
                   EM_ARG(em_cli_many(cli, n->asked, "party", "parties")), EM_ARG(em_cli_many(cli, g->records, "record", "records")),
                   EM_ARG(em_cli_count(cli, n->matched)), s->opts.least);
        if (kinds.n)
                em_cli_say(cli, "not asked, because parties.csv of the regime names no column of theirs: %.*s", EM_ARG(kinds));
}

static em_status screen(em_screen *s, em_gathered *g, em_buf *text, em_error *err)
{
        em_screen_counts n = {0};
        EM_TRY(gather(s, g, err));
        EM_TRY(em_screen_run_text(s, g, text, &n, err));
        EM_TRY(em_screen_run_show(s, em_buf_view(text), &n, err));
        say_asked(s, g, &n);
        if (!em_cli_given(s->cli, "show"))
                return keep(s, g, em_buf_view(text), err);
        em_cli_done(s->cli, "screen", "nothing was kept, because of --show");
        return EM_OK;
}

em_status em_screen_case(em_screen *s, em_error *err)
{
        em_gathered g = {.arena = em_arena_new((size_t)16 << 30)};
        em_buf      text = em_buf_make((size_t)DOCUMENT_MOST);
        s->opts.reasons = true;
        em_status   st = g.arena ? screen(s, &g, &text, err) : em_fail(err, EM_NOMEM, "out of memory");
        em_buf_free(&text);
        em_arena_free(g.arena);
        return st;
}
