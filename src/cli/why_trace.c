/* Below a record of a trace: the run, the label's word, the bytes in the raw blocks, and what checks them.
 *
 * For other records the chain ends at the bytes of a file somebody published.  A trace was
 * computed, so its chain goes on: to what was asked, and to the blocks that anybody may hold.
 */
#include "cli/trace_again.h"
#include "cli/why.h"

enum { SEEDS_SHOWN = 6, ENDS_SHOWN = 8 };

static void add(em_why *w, const char *name, em_str text)
{
        if (text.n && w->furthers < EM_WHY_FURTHER_MOST)
                w->further[w->furthers++] = (em_why_further){name, text};
}

static em_str cell(const em_why_record *r, const char *column)
{
        for (size_t i = 0; i < r->head.count && i < r->cells.count; i++)
                if (em_str_eq(r->head.field[i], em_str_c(column)))
                        return r->cells.field[i];
        return EM_S("");
}

static bool is_accounts(const em_why_record *r)
{
        return em_str_eq(r->held.record.kind, EM_S("trace_account"));
}

static void add_run(em_why *w, const em_again *run, em_str rule)
{
        em_str text = em_cli_text(w->cli, "%s, by %.*s, in the index %.12s", run->source, EM_ARG(run->program),
                                  run->index_hash.p);
        for (size_t i = 0; i < run->labels; i++)
                text = em_cli_text(w->cli, "%.*s, with the labels of source %.*s", EM_ARG(text),
                                   EM_ARG(em_str_sub(run->label_hash[i], 0, 8)));
        for (size_t i = 0; i < run->params; i++)
                text = em_cli_text(w->cli, "%.*s, %.*s %.*s", EM_ARG(text), EM_ARG(run->param[i].name),
                                   EM_ARG(run->param[i].text));
        add(w, "run", text);
        for (size_t i = 0; i < run->rules; i++)
                if (em_str_eq(run->rule[i].name, rule))
                        add(w, "rule", run->rule[i].text);
}

static void add_label(em_why *w, const em_why_record *r)
{
        em_str label = cell(r, "label"), source = cell(r, "label_source"), sure = cell(r, "confidence");
        if (!label.n)
                return;
        add(w, "label", em_cli_text(w->cli, "\"%.*s\"%s%.*s%s%.*s: line %.*s of source %.*s", EM_ARG(label),
                                    source.n ? ", by " : "", EM_ARG(source), sure.n ? ", confidence " : "", EM_ARG(sure),
                                    EM_ARG(cell(r, "label_line")), EM_ARG(cell(r, "label_file"))));
}

static void add_worth(em_why *w, const em_why_record *r)
{
        if (cell(r, "worth").n)
                add(w, "worth", em_cli_text(w->cli, "%.*s %.*s on that day, by line %.*s of source %.*s", EM_ARG(cell(r, "worth")),
                                            EM_ARG(cell(r, "currency")), EM_ARG(cell(r, "price_line")),
                                            EM_ARG(cell(r, "price_file"))));
}

static void add_bytes(em_why *w, const em_why_record *r)
{
        em_str export = cell(r, "export");
        if (export.n)
                add(w, "export", em_cli_text(w->cli, "%.*s, line %.*s (%.*s bytes from byte %.*s): %s %.*s", EM_ARG(export),
                                             EM_ARG(cell(r, "export_line")), EM_ARG(cell(r, "length")), EM_ARG(cell(r, "offset")),
                                             em_str_eq(cell(r, "category"), EM_S("held")) ? "the last transfer of the balance,"
                                                                                         : "the transfer",
                                             EM_ARG(cell(r, "transfer"))));
        em_str file = cell(r, "block_file");
        if (file.n)
                add(w, "raw block", em_cli_text(w->cli, "%.*s, %.*s bytes from byte %.*s: the transaction that pays the output",
                                                EM_ARG(file), EM_ARG(cell(r, "length")), EM_ARG(cell(r, "offset"))));
        if (cell(r, "path").n)
                add(w, "path", em_cli_text(w->cli, "its steps hash to %.*s", EM_ARG(cell(r, "path"))));
}

/* A sum and the places it adds up; a place and the sums it is in. */
static const char ends_sql[] =
        "select id, what, coalesce(place, '') as place, stated_milli / 1000 as sat, count(*) over () as ends from trace "
        "where source = :source and who = :rule and book = :book and (:category = '' or category = :category) "
        "and class in ('end', 'fold') and :class in ('total', 'part') order by stated_milli desc, row limit 8";
static const char sums_sql[] =
        "select id, key from trace where source = :source and who = :rule and book = :book and :class in ('end', 'fold') "
        "and (class = 'total' or class = 'part' and category = :category) order by row";

/* Of accounts: of one asset, and by the exact amounts, which are text of any length. */
static const char account_ends_sql[] =
        "select id, what, coalesce(place, '') as place, units || ' units of ' || coin as units, count(*) over () as ends "
        "from trace_account where source = :source and who = :rule and book = :book "
        "and (:category = '' or category = :category) and coalesce(asset, '') = :asset "
        "and class in ('end', 'fold') and :class in ('total', 'part') order by length(units) desc, units desc, row limit 8";
static const char account_sums_sql[] =
        "select id, key from trace_account where source = :source and who = :rule and book = :book and :class in ('end', 'fold') "
        "and coalesce(asset, '') = :asset and (class = 'total' or class = 'part' and category = :category) order by row";

static em_status ask(em_why *w, const em_why_record *r, const char *sql, em_rows *ret_rows, em_error *err)
{
        const em_value_type text = EM_VALUE_TEXT;
        em_param param[] = {
                {EM_S("source"), {.type = text, .s = em_str_sub(em_str_c(r->held.name), 0, 8)}},
                {EM_S("rule"), {.type = text, .s = r->held.record.who}},
                {EM_S("book"), {.type = text, .s = cell(r, "book")}},
                {EM_S("category"), {.type = text, .s = cell(r, "category")}},
                {EM_S("class"), {.type = text, .s = r->held.record.klass}},
                {EM_S("asset"), {.type = text, .s = cell(r, "asset")}},
        };
        size_t params = sizeof param / sizeof *param - !is_accounts(r);
        return em_case_query(w->c, em_str_c(sql), param, params, NULL, w->cli->arena, ret_rows, err);
}

static em_status add_sums(em_why *w, const em_why_record *r, em_error *err)
{
        em_rows ends = {0}, sums = {0};
        EM_TRY(ask(w, r, is_accounts(r) ? account_ends_sql : ends_sql, &ends, err));
        EM_TRY(ask(w, r, is_accounts(r) ? account_sums_sql : sums_sql, &sums, err));
        for (size_t i = 0; i < ends.rows; i++) {
                const em_value *amount = em_rows_at(&ends, i, 3);
                em_str text = is_accounts(r) ? amount->s
                            : em_cli_text(w->cli, "%.*s sat", EM_ARG(em_cli_count(w->cli, (uint64_t)amount->i)));
                add(w, "adds up",
                    em_cli_text(w->cli, "%.*s  %.*s  %.*s  %.*s", EM_ARG(em_rows_at(&ends, i, 0)->s), EM_ARG(text),
                                EM_ARG(em_rows_at(&ends, i, 1)->s), EM_ARG(em_rows_at(&ends, i, 2)->s)));
        }
        if (ends.rows == ENDS_SHOWN && em_rows_at(&ends, 0, 4)->i > ENDS_SHOWN)
                add(w, "adds up", em_cli_text(w->cli, "and %lld more", (long long)(em_rows_at(&ends, 0, 4)->i - ENDS_SHOWN)));
        for (size_t i = 0; i < sums.rows; i++)
                add(w, "counted in", em_cli_text(w->cli, "%.*s  %.*s", EM_ARG(em_rows_at(&sums, i, 0)->s),
                                                          EM_ARG(em_rows_at(&sums, i, 1)->s)));
        return EM_OK;
}

/* As it is typed: with this case, and with the index where the case has none of its own. */
static em_status add_command(em_why *w, const em_again *run, em_str rule, em_str tail, em_error *err)
{
        em_cli *cli = w->cli;
        em_str *word = NULL, own = {0}, line = EM_S("");
        size_t  n = 0;
        EM_TRY(em_again_words(cli, w->c, run, rule, EM_S(""), &word, &n, err));
        for (size_t i = 0; i < n; i++)
                if (i <= run->seeds && i > SEEDS_SHOWN)
                        line = i == run->seeds ? em_cli_text(cli, "%.*s ...", EM_ARG(line)) : line;
                else
                        line = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(line), i ? " " : "", EM_ARG(em_cli_word(cli, word[i])));
        EM_TRY(em_path_join(cli->case_dir, EM_S("index/chain"), cli->arena, &own, err));
        line = em_cli_text(cli, "%.*s%s%.*s", EM_ARG(line), em_path_exists(own) ? "" : " --chain CHAIN", EM_ARG(tail));
        add(w, "again", em_str_c(em_cli_next(cli, line.p)));
        return EM_OK;
}

/* The last lines: the run again, and of an end the evidence of its path. */
static em_status add_commands(em_why *w, const em_why_record *r, const em_again *run, em_error *err)
{
        const em_record *rec = &r->held.record;
        em_str           to = cell(r, run->accounts ? "transfer" : "output");
        bool             held = run->accounts && em_str_eq(cell(r, "category"), EM_S("held"));
        if (!em_str_eq(rec->klass, EM_S("end")) || held)
                return add_command(w, run, rec->who, EM_S(""), err);
        EM_TRY(add_command(w, run, rec->who, em_cli_text(w->cli, " --path %.*s --out path.json", EM_ARG(to)), err));
        if (!run->accounts)
                add(w, "check", EM_S("embargo trace check path.json --blocks BLOCKS"));
        return EM_OK;
}

em_status em_why_trace(em_why *w, const em_why_record *r, em_error *err)
{
        const em_record *rec = &r->held.record;
        em_again run = {0};
        if (!em_str_eq(rec->kind, EM_S("trace")) && !is_accounts(r))
                return EM_OK;
        w->further = EM_NEW_N(w->cli->arena, em_why_further, EM_WHY_FURTHER_MOST);
        if (!w->further)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_status s = em_again_load(w->cli, w->c, em_str_sub(em_str_c(r->held.name), 0, 8), is_accounts(r), &run, err);
        if (s == EM_FORMAT) {           /* a table of another's making, read by the same map */
                *err = (em_error){0};
                return EM_OK;
        }
        EM_TRY(s);
        add_run(w, &run, rec->who);
        add_label(w, r);
        add_worth(w, r);
        add_bytes(w, r);
        EM_TRY(em_why_tx(w, cell(r, "output"), cell(r, "block_file"), cell(r, "network"), cell(r, "offset"), cell(r, "length"), err));
        EM_TRY(add_sums(w, r, err));
        return add_commands(w, r, &run, err);
}
