/* embargo lists: what sanctions lists hold, and what changed between two of their versions.
 *
 * Nothing is kept: the command reads, counts and shows.  Entries that could not be read are counted beside those
 * that were, and --rejects shows each with its place, because a list that was read in part must not look whole.
 */
#include "cli/cli.h"
#include "embargo/party.h"

enum { SHOWN_BYTES = 4000 };    /* of one value in a table */

/* ---- one list ------------------------------------------------------------------------------------------ */

static const em_column file_columns[] = {
        {"file", "file", EM_CELL_TEXT, 1, 16},          {"format", "format", EM_CELL_TEXT, 0, 0},
        {"dataset", "dataset", EM_CELL_TEXT, 0, 0},     {"date", "date", EM_CELL_TEXT, 0, 0},
        {"persons", "persons", EM_CELL_NUMBER, 0, 0},   {"organisations", "orgs", EM_CELL_NUMBER, 0, 0},
        {"ships", "ships", EM_CELL_NUMBER, 0, 0},       {"aircraft", "aircraft", EM_CELL_NUMBER, 0, 0},
        {"wallets", "wallets", EM_CELL_NUMBER, 0, 0},   {"other", "other", EM_CELL_NUMBER, 0, 0},
        {"names", "names", EM_CELL_NUMBER, 0, 0},       {"rejects", "rejects", EM_CELL_NUMBER, 0, 0},
        {"bytes", NULL, EM_CELL_NUMBER, 0, 0},          {"sha256", NULL, EM_CELL_TEXT, 0, 0},
};
enum { FILE_COLUMNS = sizeof file_columns / sizeof *file_columns };

typedef struct tally { int64_t persons, organisations, ships, aircraft, wallets, other, names; } tally;

static tally count_of(const em_list *list, em_str path)
{
        tally t = {0};
        for (size_t i = 0; i < em_list_count(list); i++) {
                const em_party *p = em_list_at(list, i);
                if (!em_str_eq(p->file, path))
                        continue;
                t.names += (int64_t)p->names;
                switch (p->schema) {
                case EM_SCHEMA_PERSON:       t.persons++; break;
                case EM_SCHEMA_ORGANIZATION:
                case EM_SCHEMA_COMPANY:      t.organisations++; break;
                case EM_SCHEMA_VESSEL:       t.ships++; break;
                case EM_SCHEMA_AIRPLANE:     t.aircraft++; break;
                case EM_SCHEMA_WALLET:       t.wallets++; break;
                default:                     t.other++; break;
                }
        }
        return t;
}

static em_str day_cell(em_cli *cli, em_day day)
{
        char text[11];
        return em_cli_text(cli, "%s", em_day_text(day, text));
}

static em_status file_table(em_cli *cli, const em_list *list, em_table *ret, em_error *err)
{
        const em_list_file *f;
        size_t n = em_list_files(list, &f);
        *ret = em_table_make(file_columns, FILE_COLUMNS, cli->arena);
        for (size_t i = 0; i < n; i++) {
                tally t = count_of(list, f[i].path);
                const em_str cell[FILE_COLUMNS] = {
                        em_cli_safe(cli, f[i].path), f[i].format, em_cli_safe(cli, f[i].dataset), day_cell(cli, f[i].date),
                        em_cli_digits(cli, t.persons), em_cli_digits(cli, t.organisations), em_cli_digits(cli, t.ships),
                        em_cli_digits(cli, t.aircraft), em_cli_digits(cli, t.wallets), em_cli_digits(cli, t.other),
                        em_cli_digits(cli, t.names), em_cli_digits(cli, (int64_t)f[i].rejects), em_cli_digits(cli, (int64_t)f[i].bytes),
                        em_str_c(f[i].sha256)};
                EM_TRY(em_table_add(ret, cell, err));
        }
        return EM_OK;
}

static const em_column reject_columns[] = {
        {"file", "file", EM_CELL_TEXT, 1, 16},  {"line", "line", EM_CELL_NUMBER, 0, 0}, {"offset", "offset", EM_CELL_NUMBER, 0, 0},
        {"id", "entry", EM_CELL_TEXT, 0, 0},    {"reason", "reason", EM_CELL_TEXT, 2, 20},
};

static em_status reject_table(em_cli *cli, const em_list *list, em_table *ret, em_error *err)
{
        const em_list_reject *r;
        size_t n = em_list_rejects(list, &r);
        *ret = em_table_make(reject_columns, sizeof reject_columns / sizeof *reject_columns, cli->arena);
        for (size_t i = 0; i < n; i++)
                EM_TRY(em_table_add(ret, (em_str[]){em_cli_safe(cli, r[i].file), em_cli_digits(cli, (int64_t)r[i].line),
                                                    em_cli_digits(cli, (int64_t)r[i].offset), em_cli_safe(cli, r[i].id),
                                                    em_cli_safe(cli, r[i].reason)}, err));
        return EM_OK;
}

static em_status put_json(em_cli *cli, const char *schema, const char *key, const em_table *a, const char *key2, const em_table *b, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, schema);
        em_json_key(&j, em_str_c(key));
        em_table_json(a, &j);
        if (b) {
                em_json_key(&j, em_str_c(key2));
                em_table_json(b, &j);
        }
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status show(em_cli *cli, const em_table *t)
{
        if (cli->form == EM_FORM_CSV)
                em_table_csv(t, false, cli->out);
        else
                em_table_print(t, &cli->term, cli->out);
        return EM_OK;
}

static em_status show_lists(em_cli *cli, const em_list *list, em_error *err)
{
        em_table files, rejects;
        const em_list_reject *r;
        size_t n = em_list_rejects(list, &r);
        EM_TRY(file_table(cli, list, &files, err));
        EM_TRY(reject_table(cli, list, &rejects, err));
        if (cli->form == EM_FORM_JSON)
                EM_TRY(put_json(cli, "embargo.lists.1", "files", &files, "rejects", &rejects, err));
        else
                EM_TRY(show(cli, em_cli_given(cli, "rejects") ? &rejects : &files));
        em_str parties = em_cli_many(cli, em_list_count(list), "party", "parties");
        if (!n)
                em_cli_say(cli, "%.*s", EM_ARG(parties));
        else
                em_cli_say(cli, "%.*s; %.*s%s", EM_ARG(parties), EM_ARG(em_cli_many(cli, n, "reject", "rejects")),
                           em_cli_given(cli, "rejects") ? "" : ", shown by --rejects");
        return EM_OK;
}

/* ---- formats ------------------------------------------------------------------------------------------- */

static em_status show_formats(em_cli *cli, em_error *err)
{
        static const em_column columns[] = {{"format", "format", EM_CELL_TEXT, 0, 0}, {"dataset", "dataset", EM_CELL_TEXT, 0, 0},
                                            {"about", "what it is", EM_CELL_TEXT, 1, 20}};
        em_table       t = em_table_make(columns, 3, cli->arena);
        em_list_format f;
        size_t         n = 0;
        for (; em_list_format_at(n, &f); n++)
                EM_TRY(em_table_add(&t, (em_str[]){em_str_c(f.name), em_str_c(f.dataset), em_str_c(f.about)}, err));
        EM_TRY(cli->form == EM_FORM_JSON ? put_json(cli, "embargo.lists.1", "formats", &t, NULL, NULL, err) : show(cli, &t));
        em_cli_say(cli, "%.*s, told apart by their content", EM_ARG(em_cli_many(cli, n, "format", "formats")));
        return EM_OK;
}

/* ---- versions ------------------------------------------------------------------------------------------- */

static const em_column change_columns[] = {
        {"change", "change", EM_CELL_TEXT, 0, 0},       {"dataset", "dataset", EM_CELL_TEXT, 0, 0}, {"id", "entry", EM_CELL_TEXT, 0, 0},
        {"name", "name", EM_CELL_TEXT, 2, 16},          {"field", "field", EM_CELL_TEXT, 0, 0},
        {"before", "before", EM_CELL_TEXT, 1, 16},      {"after", "after", EM_CELL_TEXT, 1, 16},
};

static em_str cut_cell(em_cli *cli, em_str s) { return em_cli_safe(cli, em_str_sub(s, 0, SHOWN_BYTES)); }

static em_status change_table(em_cli *cli, const em_list_change *c, size_t n, em_table *ret, size_t tally_of[3], em_error *err)
{
        const em_party *last = NULL;
        *ret = em_table_make(change_columns, sizeof change_columns / sizeof *change_columns, cli->arena);
        for (size_t i = 0; i < n; i++) {
                const em_party *p = c[i].now ? c[i].now : c[i].old;
                em_str          name = p->names ? p->name[0].text : p->numbers ? p->number[0].value : EM_S("");
                em_str          what = c[i].what == '+' ? EM_S("added") : c[i].what == '-' ? EM_S("removed") : EM_S("changed");
                if (p != last)
                        tally_of[c[i].what == '+' ? 0 : c[i].what == '-' ? 1 : 2]++;
                last = p;
                EM_TRY(em_table_add(ret, (em_str[]){what, em_cli_safe(cli, p->dataset), em_cli_safe(cli, p->id), cut_cell(cli, name), c[i].field,
                                                    cut_cell(cli, c[i].before), cut_cell(cli, c[i].after)}, err));
        }
        return EM_OK;
}

static em_status show_diff(em_cli *cli, const em_list *old, const em_list *now, em_error *err)
{
        em_list_change *c;
        size_t   n, tally_of[3] = {0};
        em_table t;
        EM_TRY(em_list_diff(old, now, cli->arena, &c, &n, err));
        EM_TRY(change_table(cli, c, n, &t, tally_of, err));
        EM_TRY(cli->form == EM_FORM_JSON ? put_json(cli, "embargo.lists.diff.1", "changes", &t, NULL, NULL, err) : show(cli, &t));
        em_cli_say(cli, "%.*s added, %.*s removed, %.*s changed", EM_ARG(em_cli_count(cli, tally_of[0])),
                   EM_ARG(em_cli_count(cli, tally_of[1])), EM_ARG(em_cli_count(cli, tally_of[2])));
        const em_list_reject *r;
        size_t rejects = em_list_rejects(old, &r) + em_list_rejects(now, &r);
        if (rejects)
                em_cli_say(cli, "%.*s not read, so this may be in part a difference of what could be read",
                           EM_ARG(em_cli_many(cli, rejects, "entry was", "entries were")));
        return EM_OK;
}

/* ---- the command ----------------------------------------------------------------------------------------- */

static em_status options(em_cli *cli, em_list_opts *ret, em_error *err)
{
        em_str day = em_cli_value(cli, "dated");
        *ret = (em_list_opts){.format = em_cli_value(cli, "format"), .dataset = em_cli_value(cli, "dataset"), .date = EM_DAY_NONE};
        if (day.n && !em_day_parse(day, &ret->date))
                return em_fail(err, EM_USAGE, "--dated is no day");
        em_list_format f;
        bool known = !ret->format.n;
        for (size_t i = 0; !known && em_list_format_at(i, &f); i++)
                known = em_str_eq(ret->format, em_str_c(f.name));
        return known ? EM_OK : em_fail(err, EM_USAGE, "no format is called that; \"embargo lists\" alone shows them all");
}

static em_status run_diff(em_cli *cli, const em_list_opts *opts, em_error *err)
{
        em_list *old = NULL, *now = NULL;
        if (cli->parsed->operands != 3)
                return em_fail(err, EM_USAGE, "lists diff takes two files, the older first");
        em_status s = em_list_read(&cli->parsed->operand[1], 1, opts, &old, err);
        if (s == EM_OK)
                s = em_list_read(&cli->parsed->operand[2], 1, opts, &now, err);
        if (s == EM_OK)
                s = show_diff(cli, old, now, err);
        em_list_free(old);
        em_list_free(now);
        return s;
}

static em_status run(em_cli *cli, em_error *err)
{
        em_list_opts opts;
        em_list     *list = NULL;
        EM_TRY(options(cli, &opts, err));
        if (!cli->parsed->operands)
                return show_formats(cli, err);
        if (em_str_eq(cli->parsed->operand[0], EM_S("diff")))
                return run_diff(cli, &opts, err);
        EM_TRY(em_list_read(cli->parsed->operand, cli->parsed->operands, &opts, &list, err));
        em_status s = show_lists(cli, list, err);
        em_list_free(list);
        return s;
}

static const em_flag flags[] = {
        {"rejects", 0, EM_ARG_NONE, NULL, "what could not be read, each with its place"},
        {"format", 0, EM_ARG_TEXT, "FORMAT", "read as this format instead of looking"},
        {"dataset", 0, EM_ARG_TEXT, "NAME", "call the list this"},
        {"dated", 0, EM_ARG_DAY, "DAY", "the day of a list that does not state one"},
        {0},
};
static const em_example examples[] = {
        {"embargo lists", "the formats that are known"},
        {"embargo lists consolidated.xml sdn.csv alt.csv add.csv", "what is in them; the Treasury's tables are joined"},
        {"embargo lists consolidated.xml --rejects", "what could not be read, and where"},
        {"embargo lists diff un-old.xml un-new.xml", "who was added, removed, changed, field by field"},
        {0},
};
const em_command em_cmd_lists = {
        .name = "lists",
        .group = "ask",
        .brief = "what sanctions lists hold, and what changed between two versions",
        .usage = "[FILE... | diff OLD NEW]",
        .about = "Reads lists as their publishers give them: the UN, the US Treasury in every format, the EU, the United Kingdom, "
                 "Switzerland, Canada, FollowTheMoney, wallet addresses, and any table with a column \"name\". The format is told "
                 "by the content. A bad entry is set aside with its place and the rest is read.\n\n"
                 "Versions are compared by the lists' own numbers; runs of blanks and the order of aliases are no change.",
        .example = examples,
        .flag = flags,
        .most = SIZE_MAX,
        .operand = EM_ARG_FILE,
        .json = true,
        .csv = true,
        .run = run,
};
