/* embargo index names: lists into names.idx, and what of the lists did not become part of it. */
#include "cli/index_names.h"
#include "embargo/names.h"

enum { REJECTS_SHOWN = 20 };

static em_status place(em_cli *cli, em_str *ret_path, em_error *err)
{
        em_str out = em_cli_value(cli, "out");
        if (out.n && em_path_is_dir(out))
                return em_path_join(out, EM_S("names.idx"), cli->arena, ret_path, err);
        if (out.n) {
                *ret_path = out;
                return EM_OK;
        }
        if (!cli->case_named)
                return em_fail(err, EM_USAGE, "index names needs --out FILE, or --case DIR to put the index into a case");
        em_str db = {0}, dir = {0};
        EM_TRY(em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &db, err));
        if (!em_path_exists(db))
                return em_fail_at(err, EM_MISSING, cli->case_dir, 0, 0, "no case is here; embargo init DIR makes one");
        EM_TRY(em_path_join(cli->case_dir, EM_S("index"), cli->arena, &dir, err));
        EM_TRY(em_dir_make(dir, err));
        return em_path_join(dir, EM_S("names.idx"), cli->arena, ret_path, err);
}

static em_status file_rows(em_cli *cli, const em_list *list, em_table *t, em_error *err)
{
        const em_list_file *file = NULL;
        size_t              n = em_list_files(list, &file);
        for (size_t i = 0; i < n; i++) {
                char day[11];
                EM_TRY(em_table_add(t, (em_str[]){file[i].path, file[i].format, file[i].dataset,
                                                  em_cli_text(cli, "%s", em_day_text(file[i].date, day)),
                                                  em_cli_digits(cli, (int64_t)file[i].parties),
                                                  em_cli_digits(cli, (int64_t)file[i].rejects),
                                                  em_str_c(file[i].sha256)}, err));
        }
        return EM_OK;
}

static void tell_rejects(em_cli *cli, const em_list *list)
{
        const em_list_reject *r = NULL;
        size_t                n = em_list_rejects(list, &r);
        for (size_t i = 0; i < n && i < REJECTS_SHOWN; i++)
                em_cli_say(cli, "%.*s:%llu: kept aside: %.*s", EM_ARG(em_cli_safe(cli, r[i].file)),
                           (unsigned long long)r[i].line, EM_ARG(em_cli_safe(cli, r[i].reason)));
        if (n > REJECTS_SHOWN)
                em_cli_say(cli, "and %.*s more kept aside", EM_ARG(em_cli_count(cli, n - REJECTS_SHOWN)));
}

static em_status print(em_cli *cli, em_str path, const em_list *list, const em_names_built *b, em_error *err)
{
        static const em_column columns[] = {
                {"file", "file", EM_CELL_TEXT, 1, 12},         {"format", "format", EM_CELL_TEXT, 0, 0},
                {"dataset", "dataset", EM_CELL_TEXT, 2, 6},    {"date", "list of", EM_CELL_TEXT, 0, 0},
                {"entries", "entries", EM_CELL_NUMBER, 0, 0},  {"rejects", "kept aside", EM_CELL_NUMBER, 0, 0},
                {"sha256", NULL, EM_CELL_TEXT, 0, 0},
        };
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(file_rows(cli, list, &t, err));
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&t, &cli->term, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)16 << 20);
        em_json j = em_cli_json(&buf, "embargo.index-names.1");
        em_json_kstr(&j, "index", path);
        em_json_kint(&j, "entries", (int64_t)b->parties);
        em_json_kint(&j, "names", (int64_t)b->names);
        em_json_kint(&j, "words", (int64_t)b->tokens);
        em_json_kint(&j, "numbers", (int64_t)b->ids);
        em_json_key(&j, EM_S("files"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status build(em_cli *cli, em_list *list, em_str path, em_error *err)
{
        em_names_built b = {0};
        EM_TRY(em_names_build((const em_list *const *)&list, 1, path, &cli->progress, &b, err));
        em_meter_end(&cli->meter);
        EM_TRY(print(cli, path, list, &b, err));
        tell_rejects(cli, list);
        const em_list_reject *r = NULL;
        em_str next = cli->case_named ? EM_S("screen NAME")
                                      : em_cli_text(cli, "screen NAME --names %.*s", EM_ARG(em_cli_word(cli, path)));
        em_cli_done(cli, next.p, "indexed %.*s with %.*s and %.*s; %.*s kept aside",
                    EM_ARG(em_cli_many(cli, b.parties, "entry", "entries")), EM_ARG(em_cli_many(cli, b.names, "name", "names")),
                    EM_ARG(em_cli_many(cli, b.ids, "number", "numbers")),
                    EM_ARG(em_cli_count(cli, em_list_rejects(list, &r))));
        return EM_OK;
}

em_status em_index_names(em_cli *cli, em_error *err)
{
        const em_parsed *p = cli->parsed;
        em_str           path = {0};
        em_list         *list = NULL;
        if (p->operands < 2)
                return em_fail(err, EM_USAGE, "index names needs LIST..., the files of one or more sanctions lists");
        em_list_opts opts = {.date = EM_DAY_NONE};
        em_str       day = em_cli_value(cli, "dated");
        if (day.n && !em_day_parse(day, &opts.date))
                return em_fail(err, EM_USAGE, "--dated is no day");
        EM_TRY(place(cli, &path, err));
        EM_TRY(em_list_read(p->operand + 1, p->operands - 1, &opts, &list, err));
        em_status s = build(cli, list, path, err);
        em_list_free(list);
        return s;
}
