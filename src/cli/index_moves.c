/* embargo index chain FILE...: exports of an account chain into the index that a trace reads.
 *
 * What a person must be told is what did not become a transfer: rows that could not be read, with
 * their place and reason; what several files said twice; fees that no file states; and decoys, which
 * are kept, shown apart and not followed.
 */
#include "cli/index_moves.h"

#include "embargo/ethereum.h"
#include "embargo/moves.h"

enum { REJECTS_SHOWN = 20 };

static const em_column columns[] = {
        {"what", "what", EM_CELL_TEXT, 1, 12},
        {"count", "count", EM_CELL_NUMBER, 0, 0},
        {"note", "note", EM_CELL_TEXT, 2, 12},
};
static const em_column reject_column[] = {{"reject", "kept aside", EM_CELL_TEXT, 1, 20}};

bool em_index_moves_named(const em_parsed *parsed)
{
        em_mapping map;
        if (parsed->operands < 2 || em_path_is_dir(parsed->operand[1]))
                return false;
        if (parsed->operands > 2)       /* blocks come as one folder or one file */
                return true;
        if (em_mapping_open(parsed->operand[1], &map, NULL) != EM_OK)
                return false;
        bool known = em_eth_sniff((em_str){map.p, map.n}) != EM_ETH_FORM_NONE;
        em_mapping_close(&map);
        return known;
}

/* ---- what was built -------------------------------------------------------------------- */

typedef struct line { const char *what; uint64_t n; const char *note; bool always; } line;

static em_status summary(em_cli *cli, const em_moves *m, const em_moves_built *b, em_table *t, em_error *err)
{
        uint64_t    kind[EM_MOVE_KINDS] = {0};
        for (uint64_t i = 0; i < m->moves; i++)
                kind[m->move[i].kind]++;
        const line lines[] = {
                {"files read", b->files, "", true},
                {"bytes read", b->bytes, "", true},
                {"rows", b->rows, "of tables; JSON values", true},
                {"rows kept aside", b->rejected, "could not be read, or contradict an earlier row", true},
                {"blocks", b->blocks, "of which the files say something", true},
                {"transactions", b->txs, "and what closes a block with rewards or withdrawals", true},
                {"failed transactions", b->failed, "they move their gas and nothing else", false},
                {"fees not stated", b->fees_unknown, "transactions without a receipt in the files", false},
                {"accounts", b->accounts, "the protocol, which is number 0, is one", true},
                {"assets", b->assets, "the chain's coin and contracts", true},
                {"moves", b->moves, "", true},
                {"gas", kind[EM_MOVE_GAS], "burnt, and to miners", false},
                {"native values", kind[EM_MOVE_NATIVE], "", false},
                {"internal calls", kind[EM_MOVE_INTERNAL], "", false},
                {"token logs", kind[EM_MOVE_TOKEN], "", false},
                {"rewards", kind[EM_MOVE_REWARD], "", false},
                {"withdrawals", kind[EM_MOVE_WITHDRAWAL], "", false},
                {"genesis", kind[EM_MOVE_GENESIS], "", false},
                {"said twice", b->duplicates, "by several files; taken once", false},
                {"item transfers", b->nfts, "logs of ERC-721: no amount; left out", false},
                {"other rows", b->other, "logs of other events, transactions of other types; left out", false},
                {"decoys of amount zero", b->decoys[EM_DECOY_ZERO], "may be address poisoning; shown, not followed", false},
                {"decoys by a spoofed log", b->decoys[EM_DECOY_SPOOFED], "may be nobody's transfer; shown, not followed", false},
                {"decoys by a look-alike", b->decoys[EM_DECOY_LOOKALIKE], "may be address poisoning; shown, not followed", false},
                {"decoys of dust", b->decoys[EM_DECOY_DUST], "may be address poisoning; shown, not followed", false},
        };
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                if (lines[i].always || lines[i].n)
                        EM_TRY(em_table_add(t, (em_str[]){em_str_c(lines[i].what),
                                                          em_cli_digits(cli, (int64_t)lines[i].n),
                                                          em_str_c(lines[i].note)}, err));
        return EM_OK;
}

static em_status print_json(em_cli *cli, em_str dir, const em_moves_index *index, const em_table *t, em_error *err)
{
        em_str          rest = em_moves_rejects(index);
        const em_moves *m = em_moves_view(index);
        em_buf          buf = em_buf_make((size_t)1 << 30);
        em_json         j = em_cli_json(&buf, "embargo.index-moves.1");
        em_json_kstr(&j, "index", dir);
        em_json_kstr(&j, "network", em_str_c(m->network));
        em_json_kstr(&j, "coin", em_str_c(m->coin));
        em_json_key(&j, EM_S("counts"));
        em_table_json(t, &j);
        em_json_key(&j, EM_S("rejects"));
        em_json_open(&j, '[');
        while (rest.n) {
                em_cut cut = em_str_cut(rest, '\n');
                em_json_str(&j, cut.head);
                rest = cut.tail;
        }
        em_json_close(&j, ']');
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status print_rejects(em_cli *cli, const em_moves_index *index, em_error *err)
{
        em_str   rest = em_moves_rejects(index);
        em_table t = em_table_make(reject_column, 1, cli->arena);
        for (size_t i = 0; i < REJECTS_SHOWN && rest.n; i++) {
                em_cut cut = em_str_cut(rest, '\n');
                EM_TRY(em_table_add(&t, &cut.head, err));
                rest = cut.tail;
        }
        if (t.rows == 0)
                return EM_OK;
        fputc('\n', cli->out);
        em_table_print(&t, &cli->term, cli->out);
        return EM_OK;
}

static em_status print(em_cli *cli, em_str dir, const em_moves_index *index, const em_moves_built *b, em_error *err)
{
        const em_moves *m = em_moves_view(index);
        em_table        t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(summary(cli, m, b, &t, err));
        if (cli->form == EM_FORM_JSON)
                EM_TRY(print_json(cli, dir, index, &t, err));
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_TEXT) {
                em_table_print(&t, &cli->term, cli->out);
                EM_TRY(print_rejects(cli, index, err));
        }
        uint64_t decoys = b->decoys[EM_DECOY_ZERO] + b->decoys[EM_DECOY_SPOOFED] + b->decoys[EM_DECOY_LOOKALIKE] +
                          b->decoys[EM_DECOY_DUST];
        em_cli_done(cli, NULL, "indexed %.*s of %s in %.*s, %.*s among them; %.*s kept aside",
                    EM_ARG(em_cli_many(cli, b->moves, "move", "moves")), m->network,
                    EM_ARG(em_cli_many(cli, b->blocks, "block", "blocks")),
                    EM_ARG(em_cli_many(cli, decoys, "decoy", "decoys")),
                    EM_ARG(em_cli_many(cli, b->rejected, "row", "rows")));
        return EM_OK;
}

/* The list of true assets of a network, where one is shipped. */
static em_status true_assets(em_cli *cli, const char *network, em_str *ret_csv, em_error *err)
{
        em_str dir, path;
        if (em_data_find("assets", em_str_c(network), "tokens.csv", cli->arena, &dir, NULL) != EM_OK)
                return EM_OK;
        EM_TRY(em_path_join(dir, EM_S("tokens.csv"), cli->arena, &path, err));
        return em_file_read(path, (uint64_t)16 << 20, cli->arena, ret_csv, err);
}

em_status em_index_moves_build(em_cli *cli, em_str dir, uint64_t memory, em_error *err)
{
        em_moves_built  built = {0};
        em_moves_index *index = NULL;
        em_moves_opts   opts = {.memory = memory};
        if (em_cli_given(cli, "network"))
                opts.network = em_cli_text(cli, "%.*s", EM_ARG(em_cli_value(cli, "network"))).p;
        EM_TRY(true_assets(cli, opts.network ? opts.network : "ethereum", &opts.assets, err));
        EM_TRY(em_moves_build(cli->parsed->operand + 1, cli->parsed->operands - 1, dir, &opts, &cli->progress, &built, err));
        em_meter_end(&cli->meter);
        EM_TRY(em_moves_open(dir, &index, err));
        em_status status = print(cli, dir, index, &built, err);
        em_moves_close(index);
        return status;
}

em_status em_index_moves_verify(em_cli *cli, em_str dir, em_error *err)
{
        static const em_column column[] = {{"difference", "difference", EM_CELL_TEXT, 1, 20}};
        em_moves_index *index = NULL;
        em_error        why = {0};
        em_table        t = em_table_make(column, 1, cli->arena);
        em_status       status = em_moves_open(dir, &index, &why);
        if (status == EM_OK)
                status = em_moves_verify(index, &why);
        em_moves_close(index);
        if (status != EM_OK && status != EM_FORMAT) {
                *err = why;
                return status;
        }
        if (status == EM_FORMAT) {
                em_str cell = em_cli_text(cli, "%s", why.text);
                EM_TRY(em_table_add(&t, &cell, err));
        }
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&t, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_JSON) {
                em_buf  buf = em_buf_make((size_t)1 << 20);
                em_json j = em_cli_json(&buf, "embargo.index-verify.1");
                em_json_key(&j, EM_S("differences"));
                em_table_json(&t, &j);
                em_json_close(&j, '}');
                EM_TRY(em_cli_put(cli, &buf, err));
        }
        em_cli_done(cli, NULL, "checked the index's checksums and invariants: %.*s",
                    EM_ARG(em_cli_many(cli, t.rows, "difference", "differences")));
        if (t.rows == 0)
                return EM_OK;
        *err = (em_error){.code = EM_DIFF};
        return EM_DIFF;
}
