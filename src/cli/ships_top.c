/* The whole index at a glance: what it is made of, and how many events of each kind there are under both profiles.
 *
 * Both counts stand side by side because they disagree, and where they do somebody will ask why: one profile is
 * what Global Fishing Watch publishes, with its cuts at midnight and its numbers for ships, the other is this program's.
 */
#include "cli/ships.h"

static const em_column columns[] = {
        {"kind", "events", EM_CELL_TEXT, 0, 0},
        {"embargo", "embargo", EM_CELL_NUMBER, 0, 0},
        {"gfw", "gfw", EM_CELL_NUMBER, 0, 0},
        {"else", "what else it may have been", EM_CELL_TEXT, 1, 24},
};

static const em_column size_columns[] = {
        {"what", "index", EM_CELL_TEXT, 0, 0}, {"count", "count", EM_CELL_NUMBER, 0, 0}, {"note", "", EM_CELL_TEXT, 1, 20},
};

static em_status sizes(em_fleet *f, em_table *t, em_error *err)
{
        em_cli        *cli = f->cli;
        em_ships_built c = em_ships_counts(f->ships);
        em_str span = c.fixes ? em_cli_text(cli, "from %.*s to %.*s UTC", EM_ARG(em_words_time(cli, f->first_s)),
                                            EM_ARG(em_words_time(cli, f->last_s))) : EM_S("");
        const struct { const char *what; uint64_t n; em_str note; } line[] = {
                {"files", c.files, EM_S("")}, {"numbers (MMSI)", c.mmsis, EM_S("")}, {"positions", c.fixes, span},
                {"reports of identity", c.reports, EM_S("")}, {"days", c.days, EM_S("")},
                {"rejects", c.rejects, EM_S("lines that hold no message, with their reasons in the index")},
        };
        *t = em_table_make(size_columns, 3, cli->arena);
        for (size_t i = 0; i < sizeof line / sizeof *line; i++)
                EM_TRY(em_table_add(t, (em_str[]){em_str_c(line[i].what), em_cli_digits(cli, (int64_t)line[i].n), line[i].note}, err));
        return EM_OK;
}

static em_status counts(em_fleet *f, em_table *t, em_error *err)
{
        uint64_t own[EM_EVENT_KINDS], gfw[EM_EVENT_KINDS];
        em_cli  *cli = f->cli;
        EM_TRY(em_fleet_count(f, &em_ship_rules_embargo, own, err));
        EM_TRY(em_fleet_count(f, &em_ship_rules_gfw, gfw, err));
        *t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        for (size_t k = 0; k < EM_EVENT_KINDS; k++) {
                em_event e = {.kind = (em_event_kind)k};
                if (f->kinds >> k & 1)
                        EM_TRY(em_table_add(t, (em_str[]){em_str_c(em_event_kind_name(e.kind)), em_cli_digits(cli, (int64_t)own[k]),
                                                          em_cli_digits(cli, (int64_t)gfw[k]), em_event_innocent(&e)}, err));
        }
        return EM_OK;
}

em_status em_ships_top(em_fleet *f, em_error *err)
{
        em_table size, t;
        em_cli  *cli = f->cli;
        EM_TRY(sizes(f, &size, err));
        EM_TRY(counts(f, &t, err));
        if (cli->form == EM_FORM_JSON) {
                em_buf  buf = em_buf_make((size_t)1 << 20);
                em_json j = em_cli_json(&buf, "embargo.ships-top.1");
                em_json_key(&j, EM_S("index"));
                em_table_json(&size, &j);
                em_json_key(&j, EM_S("events"));
                em_table_json(&t, &j);
                em_json_close(&j, '}');
                EM_TRY(em_cli_put(cli, &buf, err));
        } else if (cli->form == EM_FORM_CSV) {
                em_table_csv(&t, true, cli->out);
        } else {
                em_table_print(&size, &cli->term, cli->out);
                fputc('\n', cli->out);
                em_table_print(&t, &cli->term, cli->out);
        }
        em_cli_done(cli, "ships find", "%.*s in the index", EM_ARG(em_cli_many(cli, em_ships_counts(f->ships).mmsis, "number", "numbers")));
        return EM_OK;
}

/* ---- day by day ------------------------------------------------------------------------------------ */

static const em_column day_columns[] = {
        {"day", "day", EM_CELL_TEXT, 0, 0},              {"positions", "positions", EM_CELL_NUMBER, 0, 0},
        {"ships", "numbers heard", EM_CELL_NUMBER, 0, 0}, {"each", "positions of each", EM_CELL_NUMBER, 0, 0},
};

static em_status days_json(em_fleet *f, const em_table *t, em_error *err)
{
        em_cli        *cli = f->cli;
        em_ships_built c = em_ships_counts(f->ships);
        em_buf  buf = em_buf_make((size_t)256 << 20);
        em_json j = em_cli_json(&buf, "embargo.ships-days.1");
        em_json_kint(&j, "positions", (int64_t)c.fixes);
        em_json_kint(&j, "ships", (int64_t)c.mmsis);
        em_json_kint(&j, "reports", (int64_t)c.reports);
        em_json_kint(&j, "rejects", (int64_t)c.rejects);
        em_json_kstr(&j, "from", em_words_instant(cli, f->first_s));
        em_json_kstr(&j, "to", em_words_instant(cli, f->last_s));
        em_ships_files_json(f, &j);
        em_json_key(&j, EM_S("days"));
        em_table_json(t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

/* A day on which each ship was heard twice can show no silence of six hours: this is where it is seen. */
em_status em_ships_by_day(em_fleet *f, em_error *err)
{
        em_cli  *cli = f->cli;
        uint64_t fixes = 0;
        em_table t = em_table_make(day_columns, sizeof day_columns / sizeof *day_columns, cli->arena);
        for (size_t i = 0; i < em_ships_days(f->ships); i++) {
                em_ships_of_day of = em_ships_day_at(f->ships, i);
                char day[11];
                em_day_text(of.day, day);
                int64_t begins = (int64_t)of.day * 86400;
                if (begins + 86399 < f->hulls.from_s || begins > f->hulls.to_s)
                        continue;
                fixes += of.fixes;
                EM_TRY(em_table_add(&t, (em_str[]){em_cli_text(cli, "%s", day), em_cli_digits(cli, (int64_t)of.fixes),
                                                   em_cli_digits(cli, (int64_t)of.mmsis),
                                                   em_words_fixed(cli, of.mmsis ? (double)of.fixes / (double)of.mmsis : 0, 1)}, err));
        }
        if (cli->form == EM_FORM_JSON) {
                EM_TRY(days_json(f, &t, err));
        } else if (cli->form == EM_FORM_CSV) {
                em_table_csv(&t, true, cli->out);
        } else {
                em_table_print(&t, &cli->term, cli->out);
        }
        em_cli_done(cli, "ships top", "%.*s of %.*s", EM_ARG(em_cli_many(cli, t.rows, "day", "days")),
                    EM_ARG(em_cli_many(cli, fixes, "position", "positions")));
        return EM_OK;
}
