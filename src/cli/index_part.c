/* --dump WHAT: which part of an index is meant, and its lines as a table.
 *
 * What the parts hold is the engine's affair (em_chain_dump).  A transaction is named by its txid and a block
 * by its height, as people name them; only where heights are unknown is a block named by its number.
 */
#include "cli/index_part.h"

#include "embargo/chain.h"

enum { USUAL = 20 };            /* elements of a section */

typedef struct lines { em_cli *cli; em_table table; em_status status; } lines;

static void hear(void *ctx, const char *name, const char *value)
{
        lines *l = ctx;
        em_str cell[2] = {em_cli_text(l->cli, "%s", name), em_cli_text(l->cli, "%s", value)};
        if (l->status == EM_OK)
                l->status = em_table_add(&l->table, cell, NULL);
}

/* "", "17" or "17+4" */
static em_status parse_range(em_str text, uint64_t *ret_from, uint64_t *ret_count, em_error *err)
{
        em_cut  cut = em_str_cut(text, '+');
        int64_t from = 0, count = USUAL;
        char    shown[64];
        if ((cut.head.n && !em_str_int(cut.head, &from)) || from < 0 ||
            (cut.found && (!em_str_int(cut.tail, &count) || count < 1)))
                return em_fail(err, EM_USAGE, "--dump: \"%s\" is not FROM or FROM+COUNT", em_str_show(text, shown, sizeof shown));
        *ret_from = (uint64_t)from;
        *ret_count = (uint64_t)count;
        return EM_OK;
}

static em_status check_section(em_str name, em_error *err)
{
        const char *known[EM_CHAIN_SECTIONS + 2] = {"head", "block"};
        size_t      n = 2 + em_chain_sections(known + 2);
        for (size_t i = 0; i < n; i++)
                if (em_str_eq(name, em_str_c(known[i])))
                        return EM_OK;
        return em_option_unknown(EM_USAGE, "part of an index", name, known, n, err);
}

static em_status dump(const em_chain *chain, em_str what, lines *l, em_error *err)
{
        em_cut     cut = em_str_cut(what, ':');
        em_hash256 txid;
        uint64_t   from = 0, count = 0;
        if (em_hash256_parse(what, &txid)) {
                EM_TRY(em_chain_find_tx(chain, txid, &from, err));
                return em_chain_dump(chain, EM_S("tx"), from, 1, hear, l, err);
        }
        EM_TRY(check_section(cut.head, err));
        EM_TRY(parse_range(cut.tail, &from, &count, err));
        if (em_str_eq(cut.head, EM_S("block")) && em_chain_height(chain, 0) >= 0)
                EM_TRY(em_chain_block_at(chain, (int64_t)from, &from, err));
        return em_chain_dump(chain, cut.head, from, count, hear, l, err);
}

static em_status print(em_cli *cli, const em_table *t, em_error *err)
{
        if (cli->form == EM_FORM_TEXT)
                em_table_print(t, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(t, false, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)1 << 30);
        em_json j = em_cli_json(&buf, "embargo.index-dump.1");
        em_json_key(&j, EM_S("lines"));
        em_table_json(t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

em_status em_index_dump(em_cli *cli, em_str dir, em_str what, em_error *err)
{
        static const em_column columns[] = {{"what", "what", EM_CELL_TEXT, 0, 0}, {"is", "is", EM_CELL_TEXT, 1, 20}};
        lines     l = {.cli = cli, .table = em_table_make(columns, 2, cli->arena)};
        em_chain *chain = NULL;
        if (!em_path_is_dir(dir))
                return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; without --dump one is made");
        EM_TRY(em_chain_open(dir, &chain, err));
        em_status s = dump(chain, what, &l, err);
        em_chain_close(chain);
        if (s == EM_OK && l.status != EM_OK)
                s = em_fail(err, l.status, "there are too many lines for memory");
        return s == EM_OK ? print(cli, &l.table, err) : s;
}
