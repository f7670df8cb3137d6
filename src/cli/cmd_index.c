/* embargo index: raw data into flat indexes that a trace reads.
 *
 * `index chain` is built here, `index clusters` in index_clusters.c.  Building is the engine's affair
 * (embargo/chain.h); here stands what a person sees of it: where the index
 * goes, how far the work is, and what of the files did not become part of it.
 */
#include "cli/index_moves.h"
#include "cli/index_names.h"
#include "cli/index_part.h"
#include "cli/index_ships.h"
#include "cli/owner.h"
#include "embargo/chain.h"
#include "embargo/moves.h"

enum { SAMPLE = 1000 };

static const em_column columns[] = {
        {"what", "what", EM_CELL_TEXT, 1, 12},
        {"count", "count", EM_CELL_NUMBER, 0, 0},
        {"note", "note", EM_CELL_TEXT, 2, 12},
};

/* "512M", "2G", "65536": bytes. */
static em_status parse_memory(em_str text, uint64_t *ret_bytes, em_error *err)
{
        static const char letters[] = "KMGT";
        char        shown[64];
        int64_t     n = 0;
        unsigned    shift = 0;
        em_str      digits = text;
        const char *unit = text.n ? strchr(letters, text.p[text.n - 1] & ~0x20) : NULL;
        if (unit && *unit) {
                shift = 10u * (unsigned)(unit - letters + 1);
                digits = em_str_sub(text, 0, text.n - 1);
        }
        if (!em_str_int(digits, &n) || n <= 0 || n > INT64_MAX >> shift)
                return em_fail(err, EM_USAGE, "--memory: \"%s\" is not an amount of memory such as 512M or 2G",
                               em_str_show(text, shown, sizeof shown));
        *ret_bytes = (uint64_t)n << shift;
        return EM_OK;
}

static em_status parse_net(em_str name, const em_btc_net **ret_net, em_error *err)
{
        const em_btc_net *list = NULL, *net = em_btc_net_find(name);
        const char       *known[32];
        size_t            n = em_btc_nets(&list);
        for (size_t i = 0; i < n && i < 32; i++)
                known[i] = list[i].name;
        if (!net)
                return em_option_unknown(EM_USAGE, "network", name, known, n < 32 ? n : 32, err);
        *ret_net = net;
        return EM_OK;
}

/* --out, or the place that a case keeps for it. */
static em_status place(em_cli *cli, em_str *ret_dir, em_error *err)
{
        em_str out = em_cli_value(cli, "out");
        if (out.n) {
                *ret_dir = out;
                return EM_OK;
        }
        if (!cli->case_named)
                return em_fail(err, EM_USAGE, "index chain needs --out DIR, or --case DIR to put the index "
                                              "into a case");
        em_str db = {0};
        EM_TRY(em_path_join(cli->case_dir, EM_S("case.db"), cli->arena, &db, err));
        if (!em_path_exists(db))
                return em_fail_at(err, EM_MISSING, cli->case_dir, 0, 0,
                                  "no case is here; embargo init DIR makes one");
        return em_path_join(cli->case_dir, EM_S("index/chain"), cli->arena, ret_dir, err);
}

/* ---- what was built ------------------------------------------------------------------ */

typedef struct line { const char *what; uint64_t n; const char *note; bool always; } line;

static em_status summary(em_cli *cli, const em_chain_built *b, em_table *t, em_error *err)
{
        bool grown = b->kept && b->kept < b->blocks + b->undone;
        const line lines[] = {
                {"files read", b->files, "", true},
                {"bytes read", b->bytes, "", true},
                {"blocks", b->blocks, "of the chain with the most work", true},
                {"transactions", b->txs, "", true},
                {"inputs", b->ins, "", true},
                {"outputs", b->outs, "", true},
                {"payees", b->payees, "distinct scripts; a key and its hash are one", true},
                {"coinbase inputs", b->coinbases, "spend nothing", true},
                {"blocks kept", grown ? b->kept : 0, "of the index that was here, not read again", false},
                {"blocks undone", b->undone, "of the index that was here; the chain has left them", false},
                {"blocks added", grown ? b->added : 0, "", false},
                {"blocks beside the chain", b->orphans, "not indexed", false},
                {"blocks found again", b->duplicates, "taken once", false},
                {"damaged blocks", b->damaged, "left out: bytes, merkle root or values cannot be", false},
                {"files cut off", b->cut, "end within a block", false},
                {"bytes that are no block", b->skipped_bytes, "passed over", false},
                {"inputs with unknown outputs", b->unknown_prevouts, "what they spend is not in the files", false},
                {"double spends", b->double_spends, "an earlier input spends the same output", false},
        };
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                if (lines[i].always || lines[i].n)
                        EM_TRY(em_table_add(t, (em_str[]){em_str_c(lines[i].what),
                                                          em_cli_digits(cli, (int64_t)lines[i].n),
                                                          em_str_c(lines[i].note)}, err));
        return EM_OK;
}

static em_status print(em_cli *cli, em_str dir, const em_btc_net *net, const em_chain_built *b, em_error *err)
{
        em_table t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        EM_TRY(summary(cli, b, &t, err));
        if (cli->form == EM_FORM_CSV)
                em_table_csv(&t, false, cli->out);
        if (cli->form == EM_FORM_TEXT)
                em_table_print(&t, &cli->term, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)1 << 20);
        em_json j = em_cli_json(&buf, "embargo.index.1");
        em_json_kstr(&j, "index", dir);
        em_json_kstr(&j, "network", em_str_c(net->name));
        em_json_key(&j, EM_S("height"));
        if (b->height >= 0)
                em_json_int(&j, b->height);
        else
                em_json_null(&j);
        em_json_key(&j, EM_S("counts"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static void say_end(em_cli *cli, em_str dir, const em_btc_net *net, const em_chain_built *b)
{
        em_str next = cli->case_named
                              ? EM_S("trace TXID:VOUT")
                              : em_cli_text(cli, "trace TXID:VOUT --chain %.*s", EM_ARG(em_cli_word(cli, dir)));
        em_str height = b->height < 0 ? EM_S("of unknown height")
                                      : em_cli_text(cli, "up to height %.*s",
                                                    EM_ARG(em_cli_count(cli, (uint64_t)b->height)));
        em_cli_done(cli, next.p, "indexed %.*s of %s %.*s; %.*s kept aside",
                    EM_ARG(em_cli_many(cli, b->blocks, "block", "blocks")), net->name, EM_ARG(height),
                    EM_ARG(em_cli_many(cli, b->orphans + b->damaged, "block", "blocks")));
}

static em_status build(em_cli *cli, em_str blocks, em_str dir, em_error *err)
{
        em_chain_opts  opts = em_chain_defaults;
        em_chain_built built = {0};
        em_chain      *chain = NULL;
        opts.threads = cli->threads;
        if (em_cli_given(cli, "memory"))
                EM_TRY(parse_memory(em_cli_value(cli, "memory"), &opts.memory, err));
        if (em_cli_given(cli, "network"))
                EM_TRY(parse_net(em_cli_value(cli, "network"), &opts.net, err));
        EM_TRY(em_chain_build(blocks, dir, &opts, &cli->progress, &built, err));
        EM_TRY(em_chain_open(dir, &chain, err));
        const em_btc_net *net = em_chain_net(chain);
        em_meter_end(&cli->meter);
        if (built.anew)
                em_cli_say(cli, "all blocks were read: %s", built.anew);
        em_status s = print(cli, dir, net, &built, err);
        if (s == EM_OK)
                say_end(cli, dir, net, &built);
        em_chain_close(chain);
        return s;
}

/* ---- checking -------------------------------------------------------------------------- */

typedef struct hearing { em_cli *cli; em_table table; em_status status; } hearing;

static void hear(void *ctx, const char *sentence)
{
        hearing *h = ctx;
        em_str   cell = em_cli_text(h->cli, "%s", sentence);
        if (h->status == EM_OK)
                h->status = em_table_add(&h->table, &cell, NULL);
}

static em_status print_differences(em_cli *cli, const em_table *t, em_error *err)
{
        if (cli->form == EM_FORM_TEXT)
                em_table_print(t, &cli->term, cli->out);
        if (cli->form == EM_FORM_CSV)
                em_table_csv(t, false, cli->out);
        if (cli->form != EM_FORM_JSON)
                return EM_OK;
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_cli_json(&buf, "embargo.index-verify.1");
        em_json_key(&j, EM_S("differences"));
        em_table_json(t, &j);
        em_json_close(&j, '}');
        return em_cli_put(cli, &buf, err);
}

static em_status verify(em_cli *cli, em_str blocks, em_str dir, em_error *err)
{
        static const em_column column[] = {{"difference", "difference", EM_CELL_TEXT, 1, 20}};
        hearing   h = {.cli = cli, .table = em_table_make(column, 1, cli->arena)};
        em_chain *chain = NULL;
        int64_t   sample = SAMPLE;
        (void)em_str_int(em_cli_value(cli, "sample"), &sample);
        if (!em_path_is_dir(dir))
                return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; without --verify one is made");
        EM_TRY(em_chain_open(dir, &chain, err));
        em_status s = em_chain_verify(chain, blocks, (uint64_t)sample, hear, &h, err);
        em_chain_close(chain);
        em_meter_end(&cli->meter);
        if (s != EM_OK && s != EM_DIFF)
                return s;
        EM_TRY(print_differences(cli, &h.table, err));
        em_str what = blocks.n ? em_cli_text(cli, "checksums and invariants, and up to %lld transactions against the "
                                                  "blocks", (long long)sample)
                               : EM_S("checksums and invariants");
        em_cli_done(cli, NULL, "checked the index's %.*s: %.*s", EM_ARG(what),
                    EM_ARG(em_cli_many(cli, h.table.rows, "difference", "differences")));
        if (s == EM_DIFF)
                *err = (em_error){.code = EM_DIFF};
        return s;
}

/* Options of the one kind of index that was not asked for. */
static em_status none_of(const em_cli *cli, const char *const *name, const char *kind, em_error *err)
{
        for (; *name; name++)
                if (em_cli_given(cli, *name))
                        return em_fail(err, EM_USAGE, "--%s is for index %s", *name, kind);
        return EM_OK;
}

static em_status clusters(em_cli *cli, em_error *err)
{
        static const char *const others[] = {"network", "memory", "sample", "dump", NULL};
        if (cli->parsed->operands > 1)
                return em_fail(err, EM_USAGE, "index clusters reads the index that --chain names and no other operand");
        EM_TRY(none_of(cli, others, "chain", err));
        return em_index_clusters(cli, err);
}

/* A case keeps an account chain beside its blocks' chain. */
static em_status place_moves(em_cli *cli, em_str *ret_dir, em_error *err)
{
        em_str dir = {0};
        EM_TRY(place(cli, &dir, err));
        if (em_cli_value(cli, "out").n == 0)
                return em_path_join(em_path_dir(dir), EM_S("moves"), cli->arena, ret_dir, err);
        *ret_dir = dir;
        return EM_OK;
}

static em_status build_moves(em_cli *cli, em_error *err)
{
        em_str   dir = {0};
        uint64_t memory = 0;
        EM_TRY(place_moves(cli, &dir, err));
        if (em_cli_given(cli, "memory"))
                EM_TRY(parse_memory(em_cli_value(cli, "memory"), &memory, err));
        return em_index_moves_build(cli, dir, memory, err);
}

static em_status ships(em_cli *cli, em_error *err)
{
        static const char *const others[] = {"network", "chain", "change", "blocks", "coinjoin", "as-of", "leave-out", NULL};
        uint64_t memory = 0;
        EM_TRY(none_of(cli, others, "chain or index clusters", err));
        if (em_cli_given(cli, "memory"))
                EM_TRY(parse_memory(em_cli_value(cli, "memory"), &memory, err));
        return em_index_ships(cli, memory, err);
}

static em_status run(em_cli *cli, em_error *err)
{
        static const char *const kinds[] = {"chain", "clusters", "names", "ships"};
        static const char *const for_ships[] = {"format", "columns", "day", NULL};
        static const char *const others[] = {"chain", "change", "blocks", "coinjoin", "as-of", "leave-out", NULL};
        const em_parsed *p = cli->parsed;
        em_str dir = {0}, blocks = p->operands > 1 ? p->operand[1] : EM_S("");
        em_str part = em_cli_value(cli, "dump");
        bool   check = em_cli_given(cli, "verify");
        if (em_str_eq(p->operand[0], EM_S("clusters")))
                return clusters(cli, err);
        if (em_str_eq(p->operand[0], EM_S("names")))
                return em_index_names(cli, err);
        if (em_str_eq(p->operand[0], EM_S("ships")))
                return ships(cli, err);
        if (!em_str_eq(p->operand[0], EM_S("chain")))
                return em_option_unknown(EM_USAGE, "kind of index", p->operand[0], kinds, 4, err);
        EM_TRY(none_of(cli, for_ships, "ships", err));
        EM_TRY(none_of(cli, others, "clusters", err));
        if (part.n) {
                EM_TRY(place(cli, &dir, err));
                return em_index_dump(cli, dir, part, err);
        }
        if (!blocks.n && !check)
                return em_fail(err, EM_USAGE, "index chain needs BLOCKS, a folder of blk*.dat files or one file, or the "
                                              "exported FILES of an account chain");
        if (!check && em_index_moves_named(p))
                return build_moves(cli, err);
        if (p->operands > 2)
                return em_fail(err, EM_USAGE, "index chain takes one folder of blocks, or files of an account chain");
        EM_TRY(place_moves(cli, &dir, err));
        if (check && em_moves_is(dir))
                return em_index_moves_verify(cli, dir, err);
        EM_TRY(place(cli, &dir, err));
        return check ? verify(cli, blocks, dir, err) : build(cli, blocks, dir, err);
}

static const em_flag flags[] = {
        {"out", 'o', EM_ARG_FOLDER, "DIR", "where the index goes (default: index/chain, index/names.idx or index/ships of the case "
                                       "named)"},
        {"network", 'n', EM_ARG_TEXT, "NAME", "main, test3, regtest, litecoin ... (default: by the first magic found); of an account "
                                            "chain ethereum, tron, bsc ... (default: by the files)"},
        {"memory", 'm', EM_ARG_TEXT, "SIZE", "memory for buffers and tables, as 512M or 2G (default: 2G; of ships 1G)"},
        {"verify", 0, EM_ARG_NONE, NULL, "check the index that is there, against BLOCKS when they are given"},
        {"dump", 0, EM_ARG_TEXT, "WHAT", "print a part of the index that is there: head, block:HEIGHT, TXID, or a section "
                                         "such as out_value:100+20; of ships fixes, reports, rejects or an MMSI, as CSV"},
        {"sample", 0, EM_ARG_COUNT, "N", "with --verify: transactions to make again from the blocks, fixes to read again "
                                         "from their files (default: 1000)"},
        {"chain", 'c', EM_ARG_FOLDER, "DIR", "clusters: of this index (default: index/chain of the case)"},
        {"change", 0, EM_ARG_TEXT, "RULES", "clusters: join change too, by heuristics such as 'optimal_change & "
                                          "address_type - address_reuse' (default: none)"},
        {"blocks", 'b', EM_ARG_FOLDER, "DIR", "clusters: the raw blocks, which the heuristics locktime and fixed_fee need"},
        {"coinjoin", 0, EM_ARG_COUNT, "N", "clusters: leave out CoinJoins of this confidence or more (default: 50; 101: none)"},
        {"as-of", 0, EM_ARG_COUNT, "HEIGHT", "clusters: the chain as it was when that block was its last"},
        {"format", 0, EM_ARG_TEXT, "NAME", "ships: what the files are: nmea noaa dma spire table mapped json (default: by what is in them)"},
        {"columns", 0, EM_ARG_TEXT, "MAP", "ships: of tables with other names: 'mmsi=ID time=t lon=x lat=y sog=speed/10'; '#1' is the first column "
                                          "of a table without names"},
        {"day", 0, EM_ARG_DAY, "DAY", "ships: the day of lines that give none"},
        {"dated", 0, EM_ARG_DAY, "DAY", "names: the day of lists that do not state one"},
        {"leave-out", 0, EM_ARG_FILE, "FILE", "clusters: transactions that join nobody, a txid a line"},
        {0},
};
static const em_example examples[] = {
        {"embargo index chain ~/.bitcoin/blocks --out chain", "a node's blocks; the node need not run"},
        {"embargo index chain blk00000.dat --out chain --memory 512M", "one file, in little memory"},
        {"embargo index chain transactions.csv traces.csv logs.json --out eth", "ethereum-etl's tables, or a node's answers"},
        {"embargo index names un.xml sdn.csv alt.csv --out names.idx", "sanctions lists, for embargo screen"},
        {"embargo index ships ais-2021-07-*.nmea.gz AIS_2023_01_01.csv --out ships", "sentences and tables of ships' positions, for embargo ships"},
        {"embargo index ships positions.csv --columns 'mmsi=id time=t lon=x lat=y' --out ships", "a table of your own"},
        {"embargo index chain ~/.bitcoin/blocks --out chain --verify", "that the index says what the blocks say"},
        {"embargo index clusters --chain chain", "the addresses that may have one owner, into chain.clusters"},
        {"embargo index clusters --chain chain --change one_time_change --out change.clusters", "another, with change"},
        {"embargo index chain --out chain --dump block:170", "one block of the index, in words"},
        {0},
};
const em_command em_cmd_index = {
        .name = "index", .group = "trace", .brief = "chains, lists and ships' positions into the indexes that the others read",
        .usage = "chain [BLOCKS|FILE...]|clusters|names LIST...|ships FILE...", .least = 1, .most = SIZE_MAX, .operand = EM_ARG_FILE,
        .about = "Reads BLOCKS, a folder of blk*.dat files (with its xor.dat), a folder of raw blocks or "
                 "one such file, and writes the graph of transactions, inputs, outputs and payees as flat "
                 "columns. No node and no network is needed. The chain with the most work is taken; other "
                 "branches, damaged blocks and bytes that are no block are counted. A build that was "
                 "stopped goes on where it stopped. Where an index is there already, the blocks that its chain "
                 "and the new one begin with are kept and only the others are read."
                 "\n\nFILES of an account chain (Ethereum, TRON) are what others export: ethereum-etl's CSV and NDJSON of "
                 "blocks, transactions, receipts, logs, token_transfers and traces, answers of JSON-RPC, GraphSense's "
                 "exports, explorers' tables; told apart by what is in them. They become one list of transfers; what "
                 "several files say is taken once, rows that cannot be read are kept aside with their place.\n\n"
                 "index clusters joins the addresses of such an index whose coins are spent together, and the change "
                 "of transactions when --change names how it is told; recognised CoinJoins are left out. The heuristics: "
                 "address_reuse address_type optimal_change power_of_ten(6) client_change locktime peeling_chain fixed_fee "
                 "spent legacy one_time_change none, combined by & - | and brackets.\n\n"
                 "index names reads sanctions lists (of the UN, the United States, the EU and others, or a CSV of your own "
                 "with a column name) into one index that embargo screen asks.\n\n"
                 "index ships reads sentences of AIS receivers (NMEA, with tag blocks and whatever receivers add) and tables of positions "
                 "(MarineCadastre of NOAA, the Danish Maritime Authority, wide tables as of exactEarth and Spire, any other through --columns), "
                 "also gzip and zstd, - for standard input. An index that is there grows by what it does not have; a file it has is passed "
                 "over. Lines that cannot be read are kept aside with place and reason (--dump rejects).",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
