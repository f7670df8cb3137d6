/* embargo fetch: what only another machine has, brought here.
 *
 * The only command that goes out.  `fetch chain` asks a node for blocks and keeps them as
 * files that `index chain` reads, so that everything after it works without any network.
 */
#include "cli/fetch.h"

typedef enum node_kind { BY_LOOK, BITCOIN_REST, BITCOIN_RPC, ETHEREUM_RPC } node_kind;
static const char *const kinds[] = {"auto", "bitcoin-rest", "bitcoin-rpc", "ethereum-rpc"};

static const em_column columns[] = {
        {"what", "what", EM_CELL_TEXT, 1, 12},
        {"count", "count", EM_CELL_NUMBER, 0, 0},
        {"note", "note", EM_CELL_TEXT, 2, 12},
};

static em_status parse_kind(em_cli *cli, node_kind *ret_kind, em_error *err)
{
        em_str word = em_cli_value(cli, "as");
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
                if (!word.n || em_str_eq(word, em_str_c(kinds[i]))) {
                        *ret_kind = (node_kind)i;
                        return EM_OK;
                }
        return em_option_unknown(EM_USAGE, "kind of node", word, kinds, sizeof kinds / sizeof *kinds, err);
}

static int64_t height_of(em_cli *cli, const char *flag)
{
        int64_t n = -1;
        if (em_cli_given(cli, flag))
                (void)em_str_int(em_cli_value(cli, flag), &n);
        return n;
}

/* A node with a password has RPC; one without may have Core's REST, which wants none. */
static em_status look(em_fetch *f, node_kind *ret_kind, em_error *err)
{
        long            code = 0;
        const em_jnode *result = NULL;
        em_error        why = {0};
        if (!f->password) {
                em_status s = em_fetch_http(f, "/rest/chaininfo.json", EM_S(""), (size_t)4 << 20, &code, &why);
                if (s == EM_OK && code == 200 && em_str_find(em_buf_view(&f->body), EM_S("\"chain\"")) >= 0) {
                        *ret_kind = BITCOIN_REST;
                        return EM_OK;
                }
                if (s != EM_OK && s != EM_DENIED && s != EM_FORMAT) {
                        if (err)
                                *err = why;
                        return s;
                }
        }
        em_status s = em_fetch_call(f, "eth_chainId", "[]", 1, (size_t)4 << 20, &result, err);
        if (s != EM_OK && s != EM_MISSING && s != EM_FORMAT)
                return s;
        *ret_kind = s == EM_OK && em_jis(result, EM_J_STRING) ? ETHEREUM_RPC : BITCOIN_RPC;
        return EM_OK;
}

typedef struct line { const char *what; uint64_t n; const char *note; bool always; } line;

static em_status summary(em_cli *cli, const em_fetched *d, const em_fetch *f, em_table *t, em_error *err)
{
        const line lines[] = {
                {"blocks fetched", d->blocks, d->chain, true},
                {"blocks held before", d->held, "", true},
                {"bytes written", d->bytes, "", true},
                {"bytes cut", d->cut, "a torn end, from a run that was stopped", false},
                {"blocks replaced", d->replaced, "the chain turned; what it left is kept", false},
                {"questions asked", f->requests, "", true},
        };
        *t = em_table_make(columns, sizeof columns / sizeof *columns, cli->arena);
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
                if (lines[i].n || lines[i].always)
                        EM_TRY(em_table_add(t, (em_str[]){
                                em_str_c(lines[i].what),
                                cli->form == EM_FORM_JSON ? em_cli_digits(cli, (int64_t)lines[i].n) : em_cli_count(cli, lines[i].n),
                                em_str_c(lines[i].note)}, err));
        return EM_OK;
}

static em_status print(em_cli *cli, const em_fetched *d, const em_fetch *f, em_error *err)
{
        em_table t;
        EM_TRY(summary(cli, d, f, &t, err));
        if (cli->form != EM_FORM_JSON) {
                em_table_print(&t, &cli->term, cli->out);
                return EM_OK;
        }
        em_buf  buf = em_buf_make((size_t)1 << 20);
        em_json j = em_cli_json(&buf, "embargo.fetch.1");
        em_json_kstr(&j, "chain", em_str_c(d->chain));
        em_json_kint(&j, "from", d->from);
        em_json_kint(&j, "to", d->to);
        em_json_key(&j, EM_S("counts"));
        em_table_json(&t, &j);
        em_json_close(&j, '}');
        em_status s = em_cli_put(cli, &buf, err);
        em_buf_free(&buf);
        return s;
}

static em_status fetch(em_fetch *f, em_error *err)
{
        em_cli    *cli = f->cli;
        node_kind  kind = BY_LOOK;
        em_fetched done = {0};
        EM_TRY(parse_kind(cli, &kind, err));
        EM_TRY(em_fetch_open(f, cli->parsed->operand[1], em_cli_value(cli, "cookie"), err));
        if (kind == BY_LOOK)
                EM_TRY(look(f, &kind, err));
        em_status s = kind == ETHEREUM_RPC ? em_fetch_ethereum(f, &done, err)
                                           : em_fetch_bitcoin(f, kind == BITCOIN_REST, &done, err);
        em_meter_end(&cli->meter);
        EM_TRY(s);
        EM_TRY(print(cli, &done, f, err));
        if (done.note.n)
                em_cli_say(cli, "%.*s", EM_ARG(done.note));
        const char *next = em_cli_text(cli, "index chain %.*s --out DIR", EM_ARG(em_cli_word(cli, done.holds))).p;
        if (done.to < done.from)
                em_cli_done(cli, NULL, "the node's chain ends before block %lld; nothing was fetched", (long long)done.from);
        else
                em_cli_done(cli, next, "the folder holds blocks %lld to %lld of %s", (long long)done.from, (long long)done.to,
                            done.chain);
        return EM_OK;
}

static em_status run(em_cli *cli, em_error *err)
{
        static const char *const known[] = {"chain"};
        em_fetch f = {.cli = cli, .from = height_of(cli, "from"), .to = height_of(cli, "to"),
                      .folder = em_cli_value(cli, "out")};
        if (!em_str_eq(cli->parsed->operand[0], EM_S("chain")))
                return em_option_unknown(EM_USAGE, "thing to fetch", cli->parsed->operand[0], known, 1, err);
        if (cli->parsed->operands != 2 || !f.folder.n)
                return em_fail(err, EM_USAGE, "fetch chain needs a node's URL and --out FOLDER");
        if (f.to >= 0 && f.from > f.to)
                return em_fail(err, EM_USAGE, "--from is above --to");
        em_status s = fetch(&f, err);
        em_fetch_close(&f);
        return s;
}

static const em_flag flags[] = {
        {"out", 'o', EM_ARG_FOLDER, "DIR", "the folder that the blocks go into; what it holds is not fetched again"},
        {"from", 0, EM_ARG_COUNT, "HEIGHT", "the first block (default: 0)"},
        {"to", 0, EM_ARG_COUNT, "HEIGHT", "the last one (default: the node's last; of Ethereum, its last final one)"},
        {"cookie", 0, EM_ARG_FILE, "FILE", "one line of user:password, as the .cookie in a Bitcoin Core folder is"},
        {"as", 0, EM_ARG_TEXT, "KIND", "bitcoin-rest, bitcoin-rpc or ethereum-rpc (default: what the node answers to)"},
        {0},
};
static const em_example examples[] = {
        {"embargo fetch chain http://localhost:8332 --cookie ~/.bitcoin/.cookie --out blocks",
         "all blocks of a Bitcoin Core on this machine"},
        {"embargo fetch chain http://localhost:8332 --out blocks --from 700000 --to 700100", "some, by its REST interface (-rest=1)"},
        {"embargo fetch chain http://localhost:8545 --out eth --from 14442835 --to 14442900",
         "blocks, receipts and traces of an Ethereum node"},
        {0},
};
const em_command em_cmd_fetch = {
        .name = "fetch", .group = "trace", .brief = "blocks out of a node; the only command that goes out",
        .usage = "chain URL", .least = 1, .most = 2, .operand = EM_ARG_TEXT,
        .about = "Bitcoin and its kin: blocks are written as a node's own files have them (blk00000.dat ...), "
                 "each checked against the hash it was asked by and its merkle root. Ethereum and its kin: the answers "
                 "of the node as they stand, one a line (answers.ndjson); its hashes are the node's word. Both are what "
                 "embargo index chain reads.\n\n"
                 "The same command goes on where it was stopped, and follows the chain where it turned. Only the host "
                 "named is asked: no redirect is followed and no proxy used, certificates are checked, and every "
                 "answer has a ceiling.",
        .example = examples, .flag = flags, .json = true, .run = run,
};
