/* embargo add: evidence into custody, rows into records.
 *
 * Each file is its own transaction.  A file that is refused does not stop the
 * others: it is named, the rest is taken, and the exit status is that of the
 * first refusal.  What would make every next file fail too (a full disk, a
 * lock, Ctrl-C) ends the command.
 */
#include "cli/add_preview.h"

#include <sys/stat.h>

typedef struct item { em_str path; em_custody custody; } item;

typedef struct adding {
        em_cli    *cli;
        em_case   *c;
        em_custody given;               /* from the command line */
        em_table   table;
        em_status  first;               /* of the files that were refused */
        uint64_t   files, already, taken, aside, unread, refused;
        bool       sandbox_said;
} adding;

static const em_column columns[] = {
        {"file", "file", EM_CELL_TEXT, 1, 20},   {"source", "source", EM_CELL_TEXT, 0, 0},
        {"map", "map", EM_CELL_TEXT, 2, 12},     {"bytes", "bytes", EM_CELL_NUMBER, 0, 0},
        {"rows", "rows", EM_CELL_NUMBER, 0, 0},  {"taken", "taken", EM_CELL_NUMBER, 0, 0},
        {"kept_aside", "aside", EM_CELL_NUMBER, 0, 0}, {"note", "note", EM_CELL_TEXT, 3, 16},
};

static em_custody custody_given(const em_cli *cli)
{
        em_str     grade = em_cli_value(cli, "grade");
        em_cut     covers = em_str_cut(em_cli_value(cli, "covers"), '/');
        em_custody c = {
                .name = em_cli_value(cli, "name"),
                .publisher = em_cli_value(cli, "publisher"),
                .origin = em_cli_value(cli, "origin"),
                .method = em_cli_value(cli, "method"),
                .terms = em_cli_value(cli, "terms"),
                .obtained_by = em_cli_value(cli, "obtained-by"),
                .published = em_cli_value(cli, "published"),
                .obtained_on = em_cli_value(cli, "obtained-on"),
                .covers_from = covers.head,
                .covers_to = covers.tail,
                .reliability = grade.n ? grade.p[0] : 0,
                .map = em_cli_value(cli, "map"),
        };
        if (em_cli_given(cli, "withheld"))
                c.access = EM_S("withheld");
        return c;
}

/* What a custody table leaves open, the command line fills. */
static em_custody filled(em_custody table, em_custody given)
{
        em_str *to[] = {&table.name,  &table.publisher,   &table.origin,    &table.method,
                        &table.terms, &table.obtained_by, &table.published, &table.obtained_on,
                        &table.map,   &table.access};
        em_str from[] = {given.name, given.publisher, given.origin, given.method, given.terms,
                         given.obtained_by, given.published, given.obtained_on, given.map, given.access};
        for (size_t i = 0; i < sizeof from / sizeof *from; i++)
                if (!to[i]->n)
                        *to[i] = from[i];
        if (!table.covers_from.n && !table.covers_to.n) {
                table.covers_from = given.covers_from;
                table.covers_to = given.covers_to;
        }
        if (!table.reliability)
                table.reliability = given.reliability;
        return table;
}

/* ---- which files ------------------------------------------------------------------ */

static bool is_plain_csv(em_str path)
{
        struct stat st;
        return em_str_ends(path, EM_S(".csv")) && !em_str_eq(em_path_base(path), EM_S("custody.csv")) &&
               lstat(path.p, &st) == 0 && S_ISREG(st.st_mode);
}

static em_status every_csv(adding *a, em_str dir, item **ret_items, size_t *ret_count, em_error *err)
{
        em_str *name = NULL, path = {0};
        size_t  count = 0, n = 0;
        EM_TRY(em_dir_list(dir, a->cli->arena, &name, &count, err));
        item *items = EM_NEW_N(a->cli->arena, item, count + 1);
        if (!items)
                return em_fail(err, EM_NOMEM, "the folder is too large");
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_path_join(dir, name[i], a->cli->arena, &path, err));
                if (is_plain_csv(path))
                        items[n++] = (item){path, a->given};
        }
        if (!n)
                return em_fail_at(err, EM_MISSING, dir, 0, 0,
                                  "the folder holds no custody.csv and no other .csv file");
        *ret_items = items;
        *ret_count = n;
        return EM_OK;
}

static em_status by_custody(adding *a, em_str table, item **ret_items, size_t *ret_count, em_error *err)
{
        em_str     *path = NULL;
        em_custody *custody = NULL;
        size_t      count = 0;
        EM_TRY(em_custody_read(table, a->cli->arena, &path, &custody, &count, err));
        item *items = EM_NEW_N(a->cli->arena, item, count + 1);
        if (!items)
                return em_fail(err, EM_NOMEM, "the custody table is too long");
        for (size_t i = 0; i < count; i++)
                items[i] = (item){path[i], filled(custody[i], a->given)};
        *ret_items = items;
        *ret_count = count;
        return EM_OK;
}

static em_status expand(adding *a, em_str operand, item **ret_items, size_t *ret_count, em_error *err)
{
        em_str table = {0};
        if (!em_path_is_dir(operand)) {
                item *one = EM_NEW(a->cli->arena, item);
                if (!one)
                        return em_fail(err, EM_NOMEM, "out of memory");
                *one = (item){operand, a->given};
                *ret_items = one;
                *ret_count = 1;
                return EM_OK;
        }
        EM_TRY(em_path_join(operand, EM_S("custody.csv"), a->cli->arena, &table, err));
        return em_path_exists(table) ? by_custody(a, table, ret_items, ret_count, err)
                                     : every_csv(a, operand, ret_items, ret_count, err);
}

/* ---- one file ------------------------------------------------------------------------ */

static void say_reject(adding *a, const em_taken *t)
{
        if (!t->quarantined || t->already || !t->first_reject[0])
                return;
        char reject[sizeof t->first_reject * 2];
        em_str_show(em_str_c(t->first_reject), reject, sizeof reject);
        em_cli_say(a->cli, "embargo: %s; %.*s kept in quarantine, %.*s taken", reject,
                   EM_ARG(em_cli_many(a->cli, t->quarantined, "row", "rows")),
                   EM_ARG(em_cli_count(a->cli, t->taken)));
}

/* A reader that is held less than it could be is said loudly, once a run. */
static void say_sandbox(adding *a, const em_taken *t)
{
        em_str note = em_str_c(t->sandbox);
        if (a->sandbox_said || t->already || em_str_find(note, EM_S("no ")) < 0)
                return;
        a->sandbox_said = true;
        em_cli_say(
                a->cli,
                "embargo: this system cannot hold the reading worker fully: %.*s (it is in the ledger)",
                EM_ARG(em_cli_safe(a->cli, note)));
}

static em_status list_taken(adding *a, em_str name, const em_taken *t, em_error *err)
{
        em_str map = {0}, source = {0};
        EM_TRY(em_str_copy(em_str_c(t->map), a->cli->arena, &map, err));
        EM_TRY(em_str_copy(em_str_c(t->source), a->cli->arena, &source, err));
        em_str note = t->already ? EM_S("already held")
                    : map.n      ? EM_S("")
                                 : EM_S("no map fits: held without records");
        return em_table_add(&a->table, (em_str[]){
                name, source, map, em_cli_digits(a->cli, (int64_t)t->bytes),
                em_cli_digits(a->cli, (int64_t)t->rows), em_cli_digits(a->cli, (int64_t)t->taken),
                em_cli_digits(a->cli, (int64_t)t->quarantined), note}, err);
}

static em_status add_item(adding *a, const item *it, em_error *err)
{
        em_taken t = {0};
        EM_TRY(em_case_add(a->c, it->path, &it->custody, &a->cli->progress, &t, err));
        a->files++;
        a->already += t.already;
        a->taken += t.already ? 0 : t.taken;
        a->aside += t.already ? 0 : t.quarantined;
        a->unread += !t.map[0];
        say_reject(a, &t);
        say_sandbox(a, &t);
        em_str name = it->custody.name.n ? it->custody.name : em_path_base(it->path);
        return list_taken(a, name, &t, err);
}

static bool stops_all(em_status s)
{
        return s == EM_IO || s == EM_BUSY || s == EM_INTERRUPTED || s == EM_NOMEM || s == EM_BUG;
}

/* Names a refusal and goes on; EM_OK unless the rest would fail as well. */
static em_status refuse(adding *a, em_status s, em_error *err)
{
        if (s == EM_OK || stops_all(s))
                return s;
        a->refused++;
        if (a->first == EM_OK)
                a->first = s;
        em_cli_complain(a->cli, err);
        *err = (em_error){0};
        return EM_OK;
}

static em_status add_operand(adding *a, em_str operand, em_error *err)
{
        item  *items = NULL;
        size_t count = 0;
        em_status s = expand(a, operand, &items, &count, err);
        if (s != EM_OK)
                return refuse(a, s, err);
        for (size_t i = 0; i < count; i++)
                EM_TRY(refuse(a, add_item(a, &items[i], err), err));
        return EM_OK;
}

/* ---- the end --------------------------------------------------------------------------- */

static em_status print(adding *a, em_error *err)
{
        em_cli *cli = a->cli;
        if (cli->form == EM_FORM_TEXT && a->table.rows)
                em_table_print(&a->table, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&a->table, false, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.add.1");
        em_json_key(&j, EM_S("files"));
        em_table_json(&a->table, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static void say_end(adding *a)
{
        em_cli  *cli = a->cli;
        uint64_t fresh = a->files - a->already;
        em_str   already = EM_S(""), refused = EM_S("");
        if (a->already)
                already = em_cli_text(cli, ", %.*s already held", EM_ARG(em_cli_count(cli, a->already)));
        if (a->refused)
                refused = em_cli_text(cli, ", %.*s refused", EM_ARG(em_cli_count(cli, a->refused)));
        const char *next = !a->files ? NULL : a->aside ? "status" : "find";
        em_cli_done(cli, next,
                    "took %.*s, %.*s; %.*s kept aside%.*s%.*s",
                    EM_ARG(em_cli_many(cli, fresh, "file", "files")),
                    EM_ARG(em_cli_many(cli, a->taken, "record", "records")),
                    EM_ARG(em_cli_many(cli, a->aside, "row", "rows")), EM_ARG(already), EM_ARG(refused));
}

static em_status run(em_cli *cli, em_error *err)
{
        adding a = {.cli = cli, .given = custody_given(cli), .first = EM_OK};
        a.table = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        if (a.given.name.n && (cli->parsed->operands != 1 || em_path_is_dir(cli->parsed->operand[0])))
                return em_fail(err, EM_USAGE, "--name is for one file");
        if (em_cli_given(cli, "preview"))
                return em_add_preview(cli, &a.given, err);
        EM_TRY(em_cli_open(cli, EM_CASE_WRITE, &a.c, err));
        em_status s = EM_OK;
        for (size_t i = 0; i < cli->parsed->operands && s == EM_OK; i++)
                s = add_operand(&a, cli->parsed->operand[i], err);
        em_case_close(a.c);
        em_meter_end(&cli->meter);
        if (s != EM_OK && !a.files)
                return s;
        EM_TRY(print(&a, s == EM_OK ? err : NULL));
        say_end(&a);
        if (s == EM_OK && a.first != EM_OK) {
                /* Each refusal has been told where it happened. */
                *err = (em_error){.code = a.first};
                return a.first;
        }
        return s;
}

static const em_flag flags[] = {
        {"publisher", 'p', EM_ARG_TEXT, "NAME", "who published it"},
        {"origin", 'o', EM_ARG_TEXT, "TEXT", "where it was obtained: an address, a person, an archive"},
        {"published", 0, EM_ARG_DAY, "DAY", "when it was published: from then on it was known"},
        {"obtained-on", 0, EM_ARG_DAY, "DAY", "when it was obtained"},
        {"obtained-by", 0, EM_ARG_TEXT, "NAME", "who obtained it"},
        {"method", 0, EM_ARG_TEXT, "TEXT", "how it was obtained"},
        {"grade", 'g', EM_ARG_GRADE, "A..F", "reliability of the source; F: cannot be judged (default)"},
        {"terms", 0, EM_ARG_TEXT, "TEXT", "terms under which it may be used"},
        {"covers", 0, EM_ARG_SPAN, "FROM/TO", "the days for which it claims to be complete"},
        {"withheld", 0, EM_ARG_NONE, NULL, "keep it out of what is published"},
        {"map", 'm', EM_ARG_TEXT, "NAME", "read it by this map of the regime, instead of by its header"},
        {"name", 'n', EM_ARG_TEXT, "NAME", "the name to show for it (one file only)"},
        {"preview", 0, EM_ARG_NONE, NULL, "show what a file would become, and take nothing"},
        {0},
};
static const em_example examples[] = {
        {"embargo add launches.csv --publisher CNS --grade B --published 2023-04-12",
         "one file, with what is known of it"},
        {"embargo add evidence/", "a folder: every file that its custody.csv names, or every .csv file in it"},
        {"embargo add launches.csv --preview", "its first records, and the rows that would be kept aside; nothing is taken"},
        {"embargo add oil.csv --covers 2021-01-01/2021-12-31", "a table that claims to be complete for a year"},
        {0},
};
const em_command em_cmd_add = {
        .name = "add", .group = "take in", .brief = "take evidence into custody and read its records",
        .usage = "FILE|FOLDER...", .least = 1, .most = SIZE_MAX, .operand = EM_ARG_FILE,
        .about = "Copies each file into the case under its SHA-256, writes down where it comes from, "
                 "and reads its rows into records by a map of the regime. The bytes are never "
                 "changed. A row that breaks a rule of the map goes into quarantine with its place "
                 "and reason, and the others go on. The same bytes are taken once only.\n\n"
                 "A folder's custody.csv has the columns file, publisher, origin, published, "
                 "obtained_on, obtained_by, method, reliability, terms, access, covers_from, "
                 "covers_to, map, name; what it leaves empty is filled from the options. Symbolic "
                 "links, devices and pipes are refused.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
