/* What may match, for people: a table that fits, what speaks against each row, and on request every reason.
 *
 * A score says how alike two names are.  The page says so, shows the other side of each likeness, and the next
 * best name, so that nobody reads a likeness as an identity.
 */
#include "cli/screen.h"

static void wrap(const em_screen *s, size_t indent, em_str text)
{
        em_term_wrap(text, indent, s->cli->term.width, s->cli->out);
}

const em_list_file *em_screen_list(const em_screen *s, const em_party *p) { return em_names_list_of(s->names, p); }

em_status em_screen_against(const em_asked *asked, const em_match *m, const em_party *p, em_arena *arena, em_str *ret,
                            em_error *err)
{
        em_str *clause = NULL;
        size_t  clauses = 0;
        EM_TRY(em_match_against(&asked->query, m, p, arena, &clause, &clauses, err));
        return em_match_joined(clause, clauses, arena, ret, err);
}

/* ---- the table ----------------------------------------------------------------------------------- */

static em_str day_text(em_cli *cli, em_day day)
{
        char text[11];
        return em_cli_text(cli, "%s", em_day_text(day, text));
}

static em_str strings(em_cli *cli, const em_str *s, size_t n)
{
        em_str all = n ? s[0] : EM_S("");
        for (size_t i = 1; i < n; i++)
                all = em_cli_text(cli, "%.*s, %.*s", EM_ARG(all), EM_ARG(s[i]));
        return all;
}

static em_str entry_text(em_screen *s, const em_party *p)
{
        const em_list_file *f = em_screen_list(s, p);
        em_str              date = f && f->date != EM_DAY_NONE ? day_text(s->cli, f->date) : EM_S("");
        return em_cli_text(s->cli, "%.*s %.*s%s%.*s", EM_ARG(p->dataset), EM_ARG(p->id), date.n ? ", " : "", EM_ARG(date));
}

static em_str listed_as(em_screen *s, const em_match *m)
{
        if (m->name == UINT32_MAX)
                return EM_S("number");
        return em_cli_text(s->cli, "%s%s", em_name_kind_name(m->name_kind), m->number.n ? ", number" : "");
}

static em_status print_table(em_screen *s, const em_found *found, em_party *party, em_error *err)
{
        static const em_column columns[] = {
                {"score", "score", EM_CELL_TEXT, 0, 0}, {"band", "band", EM_CELL_TEXT, 5, 6},
                {"name", "listed name", EM_CELL_TEXT, 4, 12}, {"kind", "which is its", EM_CELL_TEXT, 3, 8},
                {"entry", "entry and list", EM_CELL_TEXT, 3, 10}, {"programme", "programme", EM_CELL_TEXT, 1, 9},
                {"next", "its next best name", EM_CELL_TEXT, 2, 10},
        };
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, s->cli->arena);
        for (size_t i = 0; i < found->matches; i++) {
                const em_match *m = &found->match[i];
                const em_party *p = &party[i];
                em_str          next = m->runner_up.n ? em_cli_text(s->cli, "%.*s (%.3f)", EM_ARG(m->runner_up),
                                                                    m->runner_up_score) : EM_S("");
                em_str cells[] = {em_cli_text(s->cli, "%.3f", m->score), em_str_c(em_band_words(m->band)), m->name_text,
                                  listed_as(s, m), entry_text(s, p), strings(s->cli, p->programme, p->programmes), next};
                EM_TRY(em_table_add(&t, cells, err));
        }
        em_table_print(&t, &s->cli->term, s->cli->out);
        return EM_OK;
}

static em_status print_against(em_screen *s, const em_asked *a, const em_found *found, em_party *party, em_error *err)
{
        fputs("\nWhat speaks against\n", s->cli->out);
        for (size_t i = 0; i < found->matches; i++) {
                em_str text = {0};
                EM_TRY(em_screen_against(a, &found->match[i], &party[i], s->cli->arena, &text, err));
                wrap(s, 2, em_cli_safe(s->cli, em_cli_text(s->cli, "%.*s (%.*s): %.*s.", EM_ARG(found->match[i].name_text),
                                                           EM_ARG(party[i].id),
                                                           EM_ARG(text.n ? text : EM_S("nothing that was asked or that the "
                                                                                       "list says")))));
        }
        return EM_OK;
}

/* ---- reasons ------------------------------------------------------------------------------------- */

static em_status print_rows(em_screen *s, const em_match *m, em_error *err)
{
        static const em_column columns[] = {
                {"asked", "asked", EM_CELL_TEXT, 2, 10},   {"listed", "listed", EM_CELL_TEXT, 2, 10},
                {"rule", "rule", EM_CELL_TEXT, 1, 10},     {"cost", "cost", EM_CELL_TEXT, 0, 0},
                {"weight", "weight", EM_CELL_TEXT, 0, 0},  {"points", "points", EM_CELL_TEXT, 0, 0},
        };
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, s->cli->arena);
        for (size_t i = 0; i < m->names.rows; i++) {
                const em_aligned *r = &m->names.row[i];
                em_str cells[] = {r->query.n ? r->query : EM_S("-"), r->listed.n ? r->listed : EM_S("-"), em_str_c(r->rule),
                                  em_cli_text(s->cli, "%.3f", r->cost), em_cli_text(s->cli, "%.3f", r->weight),
                                  em_cli_text(s->cli, "%.3f", r->points)};
                EM_TRY(em_table_add(&t, cells, err));
        }
        for (size_t i = 0; i < m->qualifiers; i++) {
                const em_qualifier *q = &m->qualifier[i];
                em_str cells[] = {q->query.n ? q->query : EM_S("-"), q->listed.n ? q->listed : EM_S("-"),
                                  em_cli_text(s->cli, "%s %s", q->what, q->why), EM_S(""), EM_S(""),
                                  em_cli_text(s->cli, "%+.3f", q->points)};
                EM_TRY(em_table_add(&t, cells, err));
        }
        em_str sum[] = {EM_S("score"), EM_S(""), EM_S("the sum of the points"), EM_S(""), EM_S(""),
                        em_cli_text(s->cli, "%.3f", m->score)};
        EM_TRY(em_table_add(&t, sum, err));
        em_table_print(&t, &s->cli->term, s->cli->out);
        return EM_OK;
}

static em_status print_reasons(em_screen *s, const em_match *m, const em_party *p, em_error *err)
{
        const em_list_file *f = em_screen_list(s, p);
        fputc('\n', s->cli->out);
        wrap(s, 0, em_cli_safe(s->cli, em_cli_text(s->cli, "%.*s: %.*s, %s", EM_ARG(m->name_text), EM_ARG(entry_text(s, p)),
                                                   em_schema_name(p->schema))));
        if (f)
                wrap(s, 2, em_cli_safe(s->cli, em_cli_text(s->cli, "%.*s%s, SHA-256 %.64s", EM_ARG(f->path),
                                                           p->line ? em_cli_text(s->cli, " line %llu",
                                                                                 (unsigned long long)p->line).p : "", f->sha256)));
        EM_TRY(print_rows(s, m, err));
        if (m->names.capped)
                wrap(s, 2, em_cli_text(s->cli, "Held down: %s.", m->names.capped));
        if (m->probability > 0)
                wrap(s, 2, em_cli_text(s->cli, "%.0f %% of labelled pairs with this score were the same; among all the world's names "
                                       "far fewer are.", 100 * m->probability));
        return EM_OK;
}

/* ---- the page -------------------------------------------------------------------------------------- */

static void print_head(em_screen *s, const em_asked *a)
{
        em_cli             *cli = s->cli;
        const em_list_file *file = NULL;
        size_t              n = em_names_files(s->names, &file);
        em_str              who = EM_S("");
        for (size_t i = 0; i < a->query.names; i++)
                who = em_cli_text(cli, "%.*s%s\"%.*s\"", EM_ARG(who), i ? ", " : "", EM_ARG(a->query.name[i]));
        for (size_t i = 0; i < a->query.numbers; i++)
                who = em_cli_text(cli, "%.*s%s%.*s %.*s", EM_ARG(who), who.n ? ", " : "", EM_ARG(a->query.number[i].type),
                                  EM_ARG(a->query.number[i].value));
        if (a->query.schema != EM_SCHEMA_THING)
                who = em_cli_text(cli, "%.*s (%s)", EM_ARG(who), em_schema_name(a->query.schema));
        wrap(s, 0, em_cli_safe(cli, em_cli_text(cli, "Asked of %.*s in %.*s: %.*s",
                                                EM_ARG(em_cli_many(cli, em_names_counts(s->names).parties, "entry", "entries")),
                                                EM_ARG(em_cli_many(cli, n, "list file", "list files")), EM_ARG(who))));
        fputc('\n', cli->out);
}

em_status em_screen_print(em_screen *s, const em_asked *a, const em_found *found, bool explain, em_error *err)
{
        em_party *party = EM_NEW_N(s->cli->arena, em_party, found->matches + 1);
        if (!party)
                return em_fail(err, EM_NOMEM, "no memory left for the entries");
        for (size_t i = 0; i < found->matches; i++)
                EM_TRY(em_names_party(s->names, found->match[i].party, s->cli->arena, &party[i], err));
        print_head(s, a);
        if (!found->matches) {
                wrap(s, 0, em_cli_text(s->cli, "No entry scores %.2f or more. That says only that these lists, as they are "
                                       "dated, have nothing like it.", s->opts.least));
                return EM_OK;
        }
        EM_TRY(print_table(s, found, party, err));
        EM_TRY(print_against(s, a, found, party, err));
        for (size_t i = 0; explain && i < found->matches; i++)
                EM_TRY(print_reasons(s, &found->match[i], &party[i], err));
        fputc('\n', s->cli->out);
        wrap(s, 0, EM_S("A score says how alike names and facts are. Whether this is who is listed, only their documents can "
                        "say: ask for birth date, number and the other side's word before anything rests on it."));
        return EM_OK;
}
