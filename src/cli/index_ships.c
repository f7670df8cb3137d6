/* embargo index ships FILE...: what receivers and publishers give, into days of fixes; and the index back into rows.
 *
 * What a person must be told: how each file was read, what of it was kept aside and why, how many fixes several files had in common, and what a fix
 * costs in bytes.  --dump writes rows as they are told, so it needs no memory for them.
 */
#include "cli/index_ships.h"
#include "embargo/day.h"
#include "embargo/ships.h"

enum { SAMPLE = 1000, REJECTS_SHOWN = 20 };

static em_status place(em_cli *cli, em_str *ret_dir, em_error *err)
{
        em_str out = em_cli_value(cli, "out"), db = {0};
        if (out.n) {
                *ret_dir = out;
                return EM_OK;
        }
        if (!cli->case_named)
                return em_fail(err, EM_USAGE, "index ships needs --out DIR, or --case DIR to put the index into a case");
        EM_TRY(em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &db, err));
        if (!em_path_exists(db))
                return em_fail_at(err, EM_MISSING, cli->case_dir, 0, 0, "no case is here; embargo init DIR makes one");
        return em_path_join(cli->case_dir, EM_S("index/ships"), cli->arena, ret_dir, err);
}

/* "2021-07-01 12:00:05"; ISO and sortable. */
static em_str clock_text(em_cli *cli, int64_t time_s)
{
        char iso[11];
        int  s = (int)(((time_s % 86400) + 86400) % 86400);
        return em_cli_text(cli, "%sT%02d:%02d:%02dZ", em_day_text(em_day_utc(time_s), iso), s / 3600, s / 60 % 60, s % 60);
}

/* ---- what was built ---- */

static em_status file_rows(em_cli *cli, const em_ships *ships, em_table *t, em_error *err)
{
        const em_ship_file *f = NULL;
        size_t              n = em_ships_files(ships, &f);
        for (size_t i = 0; i < n; i++) {
                bool timed = f[i].fixes + f[i].reports > 0;
                EM_TRY(em_table_add(t, (em_str[]){
                        cli->form == EM_FORM_TEXT ? em_path_base(f[i].path) : f[i].path, f[i].format, em_cli_digits(cli, (int64_t)f[i].lines), em_cli_digits(cli, (int64_t)f[i].fixes),
                        em_cli_digits(cli, (int64_t)f[i].reports), em_cli_digits(cli, (int64_t)f[i].rejects), em_ships_reasons(ships, i),
                        timed ? clock_text(cli, f[i].first_s) : EM_S(""), timed ? clock_text(cli, f[i].last_s) : EM_S(""),
                        em_str_c(f[i].sha256)}, err));
        }
        return EM_OK;
}

static em_status print_json(em_cli *cli, em_str dir, const em_ships *ships, const em_table *files, em_error *err)
{
        em_ships_built b = em_ships_counts(ships);
        uint64_t       columns = 0, locators = 0;
        em_buf         buf = em_buf_make((size_t)256 << 20);
        em_json        j = em_cli_json(&buf, "embargo.index-ships.1");
        em_ships_sizes(ships, &columns, &locators);
        em_json_kstr(&j, "index", dir);
        const struct { const char *name; uint64_t n; } count[] = {
                {"bytes", b.bytes}, {"lines", b.lines}, {"fixes", b.fixes}, {"doubles", b.doubles}, {"reports", b.reports},
                {"rejects", b.rejects}, {"days", b.days}, {"mmsis", b.mmsis}, {"index_bytes", b.index_bytes},
                {"column_bytes", columns}, {"locator_bytes", locators},
        };
        for (size_t i = 0; i < sizeof count / sizeof *count; i++)
                em_json_kint(&j, count[i].name, (int64_t)count[i].n);
        em_json_key(&j, EM_S("files"));
        em_table_json(files, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status print(em_cli *cli, em_str dir, const em_ships *ships, em_error *err)
{
        static const em_column columns[] = {
                {"file", "file", EM_CELL_TEXT, 1, 20}, {"format", "format", EM_CELL_TEXT, 0, 0}, {"lines", "lines", EM_CELL_NUMBER, 0, 0},
                {"fixes", "fixes", EM_CELL_NUMBER, 0, 0}, {"reports", "reports", EM_CELL_NUMBER, 0, 0},
                {"rejects", "kept aside", EM_CELL_NUMBER, 0, 0}, {"reasons", "because", EM_CELL_TEXT, 2, 8},
                {"first", NULL, EM_CELL_TEXT, 0, 0}, {"last", NULL, EM_CELL_TEXT, 0, 0}, {"sha256", NULL, EM_CELL_TEXT, 0, 0},
        };
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(file_rows(cli, ships, &t, err));
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&t, &cli->term, cli->out);
        return cli->form == EM_FORM_JSON ? print_json(cli, dir, ships, &t, err) : EM_OK;
}

static void say_end(em_cli *cli, const em_ships *ships)
{
        em_ships_built b = em_ships_counts(ships);
        uint64_t       columns = 0, locators = 0;
        em_ships_sizes(ships, &columns, &locators);
        double each = b.fixes ? (double)columns / (double)b.fixes : 0, with = b.fixes ? (double)locators / (double)b.fixes : 0;
        if (b.doubles)
                em_cli_say(cli, "%.*s said twice, and taken once", EM_ARG(em_cli_many(cli, b.doubles, "fix was", "fixes were")));
        em_cli_done(cli, NULL, "indexed %.*s of %.*s on %.*s, in %.1f bytes a fix and %.1f for where it stands; %.*s kept aside",
                    EM_ARG(em_cli_many(cli, b.fixes, "fix", "fixes")), EM_ARG(em_cli_many(cli, b.mmsis, "MMSI", "MMSIs")),
                    EM_ARG(em_cli_many(cli, b.days, "day", "days")), each, with,
                    EM_ARG(em_cli_many(cli, b.rejects, "line", "lines")));
}

static em_status build(em_cli *cli, em_str dir, uint64_t memory, em_error *err)
{
        em_ships_opts  opts = em_ships_defaults;
        em_ships_built built = {0};
        em_ships      *ships = NULL;
        em_day         day = EM_DAY_NONE;
        opts.threads = cli->threads;
        opts.memory = memory ? memory : opts.memory;
        opts.format = em_cli_value(cli, "format");
        opts.columns = em_cli_value(cli, "columns");
        if (em_cli_given(cli, "day") && em_day_parse(em_cli_value(cli, "day"), &day))
                opts.day_ms = (int64_t)day * 86400 * 1000;
        EM_TRY(em_ships_build(dir, cli->parsed->operand + 1, cli->parsed->operands - 1, &opts, &cli->progress, &built, err));
        em_meter_end(&cli->meter);
        EM_TRY(em_ships_open(dir, &ships, err));
        em_status status = print(cli, dir, ships, err);
        if (status == EM_OK)
                say_end(cli, ships);
        em_ships_close(ships);
        return status;
}

/* ---- the index in rows ---- */

/* v / unit with six decimals; integers throughout. */
static void put_degrees(FILE *out, int32_t v)
{
        int64_t millionths = ((int64_t)(v < 0 ? -(int64_t)v : v) * 1000000 + EM_DEGREE / 2) / EM_DEGREE;
        fprintf(out, "%s%lld.%06lld", v < 0 ? "-" : "", (long long)(millionths / 1000000), (long long)(millionths % 1000000));
}

static void put_time(FILE *out, int64_t time_s)
{
        char iso[11];
        int  s = (int)(time_s % 86400);
        fprintf(out, "%sT%02d:%02d:%02dZ", em_day_text(em_day_utc(time_s), iso), s / 3600, s / 60 % 60, s % 60);
}

typedef struct dumping { em_cli *cli; const em_ship_file *file; bool reports; } dumping;

static em_status put_fixes(void *ctx, const em_hull *hull, em_error *err)
{
        dumping *d = ctx;
        FILE    *out = d->cli->out;
        (void)err;
        for (size_t i = 0; i < hull->fixes; i++) {
                const em_fix *f = &hull->fix[i];
                fprintf(out, "%u,%u,", hull->mmsi, hull->part);
                put_time(out, f->time_s);
                fputc(',', out);
                put_degrees(out, f->lon);
                fputc(',', out);
                put_degrees(out, f->lat);
                fputc(',', out);
                if (f->sog < EM_AIS_SOG_NONE)
                        fprintf(out, "%u.%u", f->sog / 10u, f->sog % 10u);
                fputc(',', out);
                if (f->cog < EM_AIS_COG_NONE)
                        fprintf(out, "%u.%u", f->cog / 10u, f->cog % 10u);
                fputc(',', out);
                if (f->heading < 360)
                        fprintf(out, "%u", f->heading);
                fputc(',', out);
                if (f->status != EM_AIS_STATUS_NONE)
                        fprintf(out, "%u", f->status);
                fprintf(out, ",%s%s%s%s%s,%.8s,%llu,%u\n", f->flags & EM_FIX_CLASS_B ? "B" : "A", f->flags & EM_FIX_LONG_RANGE ? "L" : "",
                        f->flags & EM_FIX_SATELLITE ? "S" : "", f->flags & EM_FIX_ACCURATE ? "+" : "", f->flags & EM_FIX_UNDATED ? "?" : "",
                        d->file[f->file].sha256, (unsigned long long)f->offset, f->length);
        }
        return EM_OK;
}

static em_status put_reports(void *ctx, const em_hull *hull, em_error *err)
{
        dumping *d = ctx;
        FILE    *out = d->cli->out;
        (void)err;
        for (size_t i = 0; i < hull->reports; i++) {
                const em_ship_report *r = &hull->report[i];
                fprintf(out, "%u,%u,", hull->mmsi, hull->part);
                put_time(out, r->first_s);
                fputc(',', out);
                put_time(out, r->last_s);
                fprintf(out, ",%llu,%u,", (unsigned long long)r->times, r->imo);
                em_table_csv_cell(em_str_c(r->call_sign), false, out);
                fputc(',', out);
                em_table_csv_cell(em_str_c(r->name), false, out);
                fputc(',', out);
                em_table_csv_cell(em_str_c(r->destination), false, out);
                fprintf(out, ",%u,%u,%u,%u,%u,%u.%u,%.8s,%llu,%u\n", r->ship_type, r->to_bow, r->to_stern, r->to_port, r->to_starboard,
                        r->draught / 10u, r->draught % 10u, d->file[r->file].sha256, (unsigned long long)r->offset, r->length);
        }
        return EM_OK;
}

/* The lists of rejects as they lie in the index, with the name of their file before each line. */
static em_status put_rejects(em_cli *cli, em_str dir, const em_ships *ships, em_error *err)
{
        const em_ship_file *f = NULL;
        size_t              n = em_ships_files(ships, &f);
        em_str              folder, path, text;
        fputs("file,line,offset,reason\n", cli->out);
        EM_TRY(em_path_join(dir, EM_S("rejects"), cli->arena, &folder, err));
        for (size_t i = 0; i < n; i++) {
                if (f[i].rejects == 0)
                        continue;
                EM_TRY(em_path_join(folder, em_cli_text(cli, "%s.csv", f[i].sha256), cli->arena, &path, err));
                EM_TRY(em_file_read(path, (uint64_t)64 << 20, cli->arena, &text, err));
                while (text.n) {
                        em_cut cut = em_str_cut(text, '\n');
                        em_table_csv_cell(f[i].path, false, cli->out);
                        fputc(',', cli->out);
                        fwrite(cut.head.p, 1, cut.head.n, cli->out);
                        fputc('\n', cli->out);
                        text = cut.tail;
                }
        }
        return EM_OK;
}

static em_status dump_rows(em_cli *cli, em_str dir, em_str what, const em_ships *ships, em_error *err)
{
        static const char *const known[] = {"fixes", "reports", "rejects"};
        em_hulls_opts opts = em_hulls_defaults;
        dumping       d = {.cli = cli, .reports = em_str_eq(what, EM_S("reports"))};
        int64_t       mmsi = 0;
        uint32_t      one = 0;
        (void)em_ships_files(ships, &d.file);
        if (em_str_eq(what, EM_S("rejects")))
                return put_rejects(cli, dir, ships, err);
        if (em_str_int(what, &mmsi) && mmsi > 0 && mmsi < 1000000000) {
                one = (uint32_t)mmsi;
                opts.mmsi = &one;
                opts.mmsis = 1;
        } else if (!d.reports && !em_str_eq(what, EM_S("fixes")))
                return em_option_unknown(EM_USAGE, "part of a ships' index (fixes, reports, rejects or an MMSI)", what, known, 3, err);
        fputs(d.reports ? "mmsi,part,first,last,hours,imo,call_sign,name,destination,type,to_bow,to_stern,to_port,to_starboard,draught,file,offset,"
                          "length\n"
                        : "mmsi,part,time,lon,lat,sog,cog,heading,status,flags,file,offset,length\n", cli->out);
        return em_ships_hulls(ships, &opts, d.reports ? put_reports : put_fixes, &d, err);
}

/* ---- checking ---- */

typedef struct hearing { em_cli *cli; em_table table; em_status status; } hearing;

static void hear(void *ctx, const char *sentence)
{
        hearing *h = ctx;
        em_str   cell = em_cli_safe(h->cli, em_str_c(sentence));
        if (h->status == EM_OK)
                h->status = em_table_add(&h->table, &(em_str){em_cli_text(h->cli, "%.*s", EM_ARG(cell)).p, cell.n}, NULL);
}

static em_status verify(em_cli *cli, const em_ships *ships, em_error *err)
{
        static const em_column column[] = {{"difference", "difference", EM_CELL_TEXT, 1, 20}};
        hearing h = {.cli = cli, .table = em_table_make(column, 1, cli->arena)};
        int64_t sample = SAMPLE;
        (void)em_str_int(em_cli_value(cli, "sample"), &sample);
        em_status s = em_ships_verify(ships, (uint64_t)sample, hear, &h, &cli->progress, err);
        em_meter_end(&cli->meter);
        if (s != EM_OK && s != EM_DIFF)
                return s;
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&h.table, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&h.table, false, cli->out);
        if (cli->form == EM_FORM_JSON) {
                em_buf  buf = em_buf_make((size_t)64 << 20);
                em_json j = em_cli_json(&buf, "embargo.index-verify.1");
                em_json_key(&j, EM_S("differences"));
                em_table_json(&h.table, &j);
                em_json_close(&j, '}');
                EM_TRY(em_cli_put(cli, &buf, err));
        }
        em_cli_done(cli, NULL, "checked the index's checksums, every block and up to %lld fixes against their files: %.*s", (long long)sample,
                    EM_ARG(em_cli_many(cli, h.table.rows, "difference", "differences")));
        if (s == EM_DIFF)
                *err = (em_error){.code = EM_DIFF};
        return s;
}

em_status em_index_ships(em_cli *cli, uint64_t memory, em_error *err)
{
        em_str    dir = {0}, what = em_cli_value(cli, "dump");
        em_ships *ships = NULL;
        bool      check = em_cli_given(cli, "verify");
        EM_TRY(place(cli, &dir, err));
        if (!check && !what.n) {
                if (cli->parsed->operands < 2)
                        return em_fail(err, EM_USAGE, "index ships needs FILE..., sentences of AIS receivers or tables of positions");
                return build(cli, dir, memory, err);
        }
        EM_TRY(em_ships_open(dir, &ships, err));
        em_status status = check ? verify(cli, ships, err) : dump_rows(cli, dir, what, ships, err);
        em_ships_close(ships);
        return status;
}
