/* embargo add --preview FILE: its hash, the map it would be read by, the first records and what would be kept aside.
 * Nothing is taken and nothing is written; the pages show the same before evidence is taken into custody.
 */
#include "cli/add_preview.h"

static const em_column record_columns[] = {
        {"row", "row", EM_CELL_NUMBER, 0, 0},    {"key", "key", EM_CELL_TEXT, 3, 8},   {"from", "from", EM_CELL_TEXT, 0, 0},
        {"to", "to", EM_CELL_TEXT, 0, 0},        {"what", "what", EM_CELL_TEXT, 1, 12}, {"class", "class", EM_CELL_TEXT, 4, 6},
        {"who", "who", EM_CELL_TEXT, 2, 8},      {"place", NULL, EM_CELL_TEXT, 0, 0},  {"amount", "amount", EM_CELL_TEXT, 0, 0},
        {"known", "known", EM_CELL_TEXT, 0, 0},  {"credibility", NULL, EM_CELL_NUMBER, 0, 0},
};
static const em_column reject_columns[] = {
        {"row", "row", EM_CELL_NUMBER, 0, 0}, {"line", "line", EM_CELL_NUMBER, 0, 0},
        {"column", "column", EM_CELL_TEXT, 2, 8}, {"reason", "reason", EM_CELL_TEXT, 1, 20},
};

static em_str day_text(em_cli *cli, em_day day)
{
        char text[11];
        return em_cli_text(cli, "%s", em_day_text(day, text));
}

static em_str amount_text(em_cli *cli, const em_record *r)
{
        char text[96];
        if (r->amount.low == EM_MILLI_NONE)
                return r->state == EM_STATE_NO_AMOUNT ? EM_S("") : em_cli_text(cli, "%s", em_state_name(r->state));
        return em_cli_text(cli, "%s %.*s", em_quantity_text(r->amount, text), EM_ARG(r->amount.unit));
}

static em_status fill(em_cli *cli, const em_preview *p, em_table *records, em_table *rejects, em_error *err)
{
        for (size_t i = 0; i < p->records; i++) {
                const em_record *r = &p->record[i];
                EM_TRY(em_table_add(records, (em_str[]){
                        em_cli_digits(cli, (int64_t)r->row), r->key, day_text(cli, r->when.from), day_text(cli, r->when.to), r->what,
                        r->klass, r->who, r->place, amount_text(cli, r), day_text(cli, r->known),
                        em_cli_digits(cli, r->credibility)}, err));
        }
        for (size_t i = 0; i < p->rejects; i++) {
                const em_reject *r = &p->reject[i];
                EM_TRY(em_table_add(rejects, (em_str[]){em_cli_digits(cli, (int64_t)r->row), em_cli_digits(cli, (int64_t)r->line),
                                                        r->column, r->reason}, err));
        }
        return EM_OK;
}

static em_str names_text(em_cli *cli, const em_str *name, size_t count)
{
        em_str all = EM_S("");
        for (size_t i = 0; i < count; i++)
                all = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(all), i ? ", " : "", EM_ARG(name[i]));
        return all;
}

static void print_text(em_cli *cli, const em_preview *p, const em_table *records, const em_table *rejects)
{
        FILE *out = cli->out;
        fprintf(out, "sha256  %s%s\nbytes   %.*s\n", p->sha256, p->held ? " (the case holds these bytes already)" : "",
                EM_ARG(em_cli_count(cli, p->bytes)));
        if (p->map.n)
                fprintf(out, "map     %.*s: records of kind %.*s\n", EM_ARG(p->map), EM_ARG(p->kind));
        else
                fprintf(out, "map     none: %.*s\n",
                        EM_ARG(p->undecided.n ? em_cli_safe(cli, p->undecided) : EM_S("it would be held without records")));
        if (p->fit_count > 1)
                fprintf(out, "fits    %.*s\n", EM_ARG(names_text(cli, p->fits, p->fit_count)));
        if (records->rows) {
                fprintf(out, "\nthe first %zu of %.*s%s records\n", records->rows, EM_ARG(em_cli_count(cli, p->taken)), p->cut ? " or more" : "");
                em_table_print(records, &cli->term, out);
        }
        if (rejects->rows) {
                fprintf(out, "\nwould be kept aside: %zu of %.*s\n", rejects->rows, EM_ARG(em_cli_count(cli, p->quarantined)));
                em_table_print(rejects, &cli->term, out);
        }
}

static em_status print_json(em_cli *cli, const em_preview *p, const em_table *records, const em_table *rejects, em_error *err)
{
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.preview.1");
        em_json_kstr(&j, "sha256", em_str_c(p->sha256));
        em_json_kint(&j, "bytes", (int64_t)p->bytes);
        em_json_kbool(&j, "held", p->held);
        em_json_kstr(&j, "map", p->map);
        em_json_kstr(&j, "kind", p->kind);
        em_json_kstr(&j, "undecided", p->undecided);
        em_json_kstrs(&j, "fits", p->fits, p->fit_count);
        em_json_kstrs(&j, "maps", p->maps, p->map_count);
        em_json_kint(&j, "rows", (int64_t)p->rows);
        em_json_kint(&j, "taken", (int64_t)p->taken);
        em_json_kint(&j, "kept_aside", (int64_t)p->quarantined);
        em_json_kbool(&j, "cut", p->cut);
        em_json_kstr(&j, "sandbox", em_str_c(p->sandbox));
        em_json_key(&j, EM_S("records"));
        em_table_json(records, &j);
        em_json_key(&j, EM_S("rejects"));
        em_table_json(rejects, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status preview(em_cli *cli, em_case *c, const em_custody *custody, em_error *err)
{
        em_preview p = {0};
        em_table   records = em_table_make(record_columns, sizeof record_columns / sizeof *record_columns, cli->arena);
        em_table   rejects = em_table_make(reject_columns, sizeof reject_columns / sizeof *reject_columns, cli->arena);
        EM_TRY(em_case_preview(c, cli->parsed->operand[0], custody, NULL, cli->arena, &cli->progress, &p, err));
        EM_TRY(fill(cli, &p, &records, &rejects, err));
        em_meter_end(&cli->meter);
        if (cli->form == EM_FORM_JSON)
                EM_TRY(print_json(cli, &p, &records, &rejects, err));
        else if (cli->form == EM_FORM_CSV)
                em_table_csv(&records, false, cli->out);
        else
                print_text(cli, &p, &records, &rejects);
        em_cli_done(cli, "add FILE", "nothing was taken; it would be %.*s%s and %.*s kept aside",
                    EM_ARG(em_cli_many(cli, p.taken, "record", "records")), p.cut ? " or more" : "",
                    EM_ARG(em_cli_many(cli, p.quarantined, "row", "rows")));
        return EM_OK;
}

em_status em_add_preview(em_cli *cli, const em_custody *custody, em_error *err)
{
        em_case *c = NULL;
        if (cli->parsed->operands != 1)
                return em_fail(err, EM_USAGE, "--preview looks at one file");
        EM_TRY(em_cli_open(cli, EM_CASE_READ, &c, err));
        em_status s = preview(cli, c, custody, err);
        em_case_close(c);
        return s;
}
