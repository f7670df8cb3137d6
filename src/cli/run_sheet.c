/* A run's document is written as it is made, since a row of it is thrown away once it stands.
 *
 * Cells that say the same in every row (the day up to which it was known, the network) are kept apart from those of the row,
 * so that no row can leave them out.  The quoting is RFC 4180's.
 */
#include "cli/run_sheet.h"
#include "embargo/csv.h"

em_status em_sheet_begin(const em_sheet *s, em_error *err)
{
        for (size_t i = 0; i < s->columns; i++)
                em_buf_fmt(s->out, "%s%s", i ? "," : "", s->title[s->order ? s->order[i] : i]);
        em_buf_ch(s->out, '\n');
        return em_buf_status(s->out, err);
}

em_status em_sheet_put(em_sheet *s, const char *row, em_str name, em_error *err)
{
        s->cell[0] = name;
        s->cell[1] = em_str_c(row);
        for (size_t i = 0; i < s->columns; i++) {
                size_t at = s->order ? s->order[i] : i;
                if (i)
                        em_buf_ch(s->out, ',');
                em_csv_put(s->out, s->cell[at].p ? s->cell[at] : s->usual[at]);
                s->cell[at] = (em_str){0};
        }
        em_buf_ch(s->out, '\n');
        return em_buf_status(s->out, err);
}

em_status em_sheet_param(em_sheet *s, size_t text, const char *name, em_str value, em_error *err)
{
        s->cell[text] = value;
        return em_sheet_put(s, "param", em_cli_text(s->cli, "param %s", name), err);
}

em_status em_sheet_program(em_sheet *s, size_t text, em_error *err)
{
        return em_sheet_param(s, text, "program", EM_S("embargo " EMBARGO_VERSION), err);
}

em_status em_sheet_options(em_sheet *s, size_t text, const char *const *valued, const char *const *switches, em_error *err)
{
        for (size_t i = 0; valued[i]; i++)
                if (em_cli_given(s->cli, valued[i]))
                        EM_TRY(em_sheet_param(s, text, valued[i], em_cli_value(s->cli, valued[i]), err));
        for (size_t i = 0; switches[i]; i++)
                if (em_cli_given(s->cli, switches[i]))
                        EM_TRY(em_sheet_param(s, text, switches[i], EM_S("yes"), err));
        return EM_OK;
}

em_status em_sheet_deliver(em_cli *cli, const em_buf *text, em_error *err)
{
        em_str out = em_cli_value(cli, "out");
        if (out.n)
                EM_TRY(em_file_write(out, em_buf_view(text), err));
        else
                fwrite(text->p, 1, text->n, cli->out);
        em_meter_end(&cli->meter);
        em_cli_done(cli, NULL, "wrote the run as a document");
        return EM_OK;
}
