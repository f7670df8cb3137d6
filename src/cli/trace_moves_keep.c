/* The document of a trace between accounts, printed or taken into a case.
 *
 * As trace_keep.c does it, by the map `trace_account`.  Nobody vouched for the exports that an index was made from, and no
 * hash binds a transfer to its chain as it does in a block, so that a run is graded F until somebody who can says more.
 */
#include "cli/run_sheet.h"
#include "cli/trace_moves_run.h"
#include "cli/trace_run.h"

em_status em_flight_run_print(em_flight *f, em_error *err)
{
        em_buf    text = em_buf_make((size_t)1 << 30);
        em_status s = em_flight_run_text(f, &text, err);
        if (s == EM_OK)
                s = em_sheet_deliver(f->cli, &text, err);
        em_buf_free(&text);
        return s;
}

static const char older_sql[] =
        "select old.id, coalesce(old.known, '') from trace_account as old join trace_account as now on now.theft = old.theft "
        "where now.class = 'run' and old.class = 'run' and now.source = :source and old.source <> now.source "
        "and not exists (select 1 from link where relation = 'restates' and to_record = old.record) "
        "order by old.id";

em_status em_flight_keep(em_flight *f, em_error *err)
{
        em_buf    text = em_buf_make((size_t)1 << 30);
        em_status s = em_flight_run_text(f, &text, err);
        em_str    name = f->seed[0].kind == EM_LOTS_MOVE ? em_flight_name(f, f->seed[0].move)
                                                         : em_flight_account(f, f->seed[0].account);
        em_trace_kept what = {.map = EM_S("trace_account"), .grade = 'F', .older_sql = older_sql,
                              .name = em_cli_text(f->cli, "trace of %.*s", EM_ARG(em_str_sub(name, 0, 10))),
                              .origin = em_cli_text(f->cli, "exports of %s and the labels named in its rows", f->m->network)};
        if (s == EM_OK)
                s = em_trace_keep_text(f->t, em_buf_view(&text), &what, err);
        em_buf_free(&text);
        return s;
}
