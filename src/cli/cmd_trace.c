/* embargo trace: where stolen coins may have gone, under each rule of accounting.
 *
 * Every policy that was asked for is run over the same chain in one pass and shown
 * beside the others, with its rule in words; there is no score and no winner.
 * The spread between the columns is the finding: where all rules agree the choice
 * of rule does not matter, and where they do not, that must be said.
 */
#include "cli/flow_state.h"
#include "cli/label_option.h"
#include "cli/trace.h"
#include "cli/trace_check.h"
#include "cli/trace_cross.h"
#include "cli/trace_look.h"
#include "cli/trace_moves.h"
#include "cli/trace_pattern.h"
#include "cli/trace_run.h"
#include "embargo/coinjoin.h"

#include <stdlib.h>

static const char usual[] = "poison,haircut,fifo,lifo,tiho,dirty-first";
enum { TABLE_POLICIES = 12 };           /* that fit between the other columns of a terminal's table */

/* ---- what the taint engine asks --------------------------------------------------------- */

typedef struct sides { int64_t *sat; uint32_t *payee; size_t n; } sides;

static bool sides_make(em_arena *arena, uint64_t n, sides *ret)
{
        *ret = (sides){EM_NEW_N(arena, int64_t, n), EM_NEW_N(arena, uint32_t, n), 0};
        return ret->sat && ret->payee;
}

static bool is_nulldata(const em_trace *t, uint32_t payee)
{
        return em_chain_payee(t->chain, payee).b[20] == EM_SCRIPT_NULLDATA;
}

static bool sides_of(em_trace *t, em_id tx, sides *in, sides *out, size_t *ret_data)
{
        const em_graph *g = t->graph;
        em_id i = em_graph_first_in(g, tx), i_end = em_graph_first_in(g, tx + 1);
        em_id o = em_graph_first_out(g, tx), o_end = em_graph_first_out(g, tx + 1);
        if (!sides_make(t->judge, i_end - i, in) || !sides_make(t->judge, o_end - o, out))
                return false;
        for (; i < i_end; i++) {
                em_id spent = em_graph_spent(g, i);
                if (spent == EM_ID_NONE)
                        continue;
                in->sat[in->n] = em_graph_value(g, spent);
                in->payee[in->n++] = em_graph_payee(g, spent);
        }
        for (*ret_data = 0; o < o_end; o++) {
                uint32_t payee = em_graph_payee(g, o);
                if (is_nulldata(t, payee)) {
                        ++*ret_data;
                        continue;
                }
                out->sat[out->n] = em_graph_value(g, o);
                out->payee[out->n++] = payee;
        }
        return true;
}

/* A Whirlpool Tx0 only makes one wallet's coins ready for mixing: they are still its own. */
uint32_t em_trace_mixes(void *ctx, em_id tx)
{
        em_trace   *t = ctx;
        sides       in, out;
        size_t      data = 0;
        em_coinjoin found = {0};
        em_arena_reset(t->judge);
        if (!sides_of(t, tx, &in, &out, &data)) {
                t->judge_full = true;
                return 0;
        }
        em_coinjoin_tx asked = {in.sat, in.payee, in.n, out.sat, out.payee, out.n, data};
        if (em_coinjoin_find(&asked, t->judge, &found, NULL) != EM_OK)
                t->judge_full = true;
        bool mixes = found.confidence >= EM_MIX_LEAST && found.kind != EM_COINJOIN_TX0;
        return mixes ? (uint32_t)found.kind : 0;
}

bool em_trace_burns(void *ctx, em_id out)
{
        const em_trace *t = ctx;
        return is_nulldata(t, em_graph_payee(t->graph, out));
}

em_stop em_trace_stop(const em_reached *r, size_t policy)
{
        return r->ended >> policy & 1 ? EM_STOP_MIXED : r->stop;
}

bool em_trace_conserved(em_taint_total t)
{
        return t.stolen + t.grown == t.sitting + t.deposited + t.mixed + t.stopped + t.fees + t.burnt + t.dropped;
}

/* ---- what was asked ------------------------------------------------------------------------ */

static em_status parse_fee(em_str word, em_fee_rule *ret_fee, em_error *err)
{
        static const char *const name[] = {"last", "pro-rata", "drop"};
        static const em_fee_rule rule[] = {EM_FEE_LAST, EM_FEE_SHARE, EM_FEE_DROP};
        for (size_t i = 0; i < 3; i++)
                if (em_str_eq(word, em_str_c(name[i]))) {
                        *ret_fee = rule[i];
                        return EM_OK;
                }
        return em_option_unknown(EM_USAGE, "fee rule", word, name, 3, err);
}

static em_status add_policy(em_trace *t, em_str name, em_fee_rule fee, em_error *err)
{
        static const char *const known[] = {"poison", "haircut", "fifo", "lifo", "tiho", "seniority",
                                            "dirty-first", "pure-dirty-first"};
        em_policy p;
        char      shown[64];
        if (!em_policy_parse(name, &p))
                return em_option_unknown(EM_USAGE, "policy", name, known, sizeof known / sizeof *known, err);
        if (t->policies == EM_POLICIES_MAX)
                return em_fail(err, EM_USAGE, "--policy: more than %d policies", EM_POLICIES_MAX);
        p.fee = fee;
        for (size_t i = 0; i < t->policies; i++)
                if (memcmp(&t->policy[i], &p, sizeof p) == 0)
                        return em_fail(err, EM_USAGE, "--policy: \"%s\" is named twice",
                                       em_str_show(name, shown, sizeof shown));
        t->policy[t->policies++] = p;
        return EM_OK;
}

/* One result at a time, and each option with the result that it is for. */
static em_status check_results(em_trace *t, em_error *err)
{
        if (em_cli_given(t->cli, "path") && t->policies != 1)
                return em_fail(err, EM_USAGE, "--path needs --policy with the one policy to follow");
        if (em_cli_given(t->cli, "path") && em_cli_given(t->cli, "patterns"))
                return em_fail(err, EM_USAGE, "--path and --patterns are shown one at a time");
        if (em_cli_given(t->cli, "out") && !em_cli_given(t->cli, "path") && !em_cli_given(t->cli, "run"))
                return em_fail(err, EM_USAGE, "--out is for --path and --run");
        if (em_cli_given(t->cli, "path") && (em_cli_given(t->cli, "keep") || em_cli_given(t->cli, "run")))
                return em_fail(err, EM_USAGE, "--keep and --run are for a whole trace, --path is for one path");
        if (em_cli_given(t->cli, "path") && em_cli_given(t->cli, "flow"))
                return em_fail(err, EM_USAGE, "--path and --flow are two results; ask for one at a time");
        if (em_cli_given(t->cli, "values") && !em_cli_given(t->cli, "prices"))
                return em_fail(err, EM_USAGE, "--values needs --prices FILE and --currency CODE");
        static const char *const others[] = {"path", "patterns", "flow", "run", "cross"};
        for (size_t i = 0; i < sizeof others / sizeof *others && em_cli_given(t->cli, "values"); i++)
                if (em_cli_given(t->cli, others[i]))
                        return em_fail(err, EM_USAGE, "--values and --%s are two results; ask for one at a time", others[i]);
        if (em_flow_state_given(t->cli) && !em_cli_given(t->cli, "flow"))
                return em_fail(err, EM_USAGE, "--fold, --open, --boxes and --links are for --flow");
        return EM_OK;
}

static em_status parse_policies(em_trace *t, em_error *err)
{
        em_fee_rule fee = EM_FEE_LAST;
        em_str      list = em_cli_value(t->cli, "policy");
        if (em_cli_given(t->cli, "fee"))
                EM_TRY(parse_fee(em_cli_value(t->cli, "fee"), &fee, err));
        for (em_cut cut = {.tail = list.n ? list : em_str_c(usual), .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ',');
                EM_TRY(add_policy(t, cut.head, fee, err));
        }
        if (t->cli->form == EM_FORM_TEXT && t->policies > TABLE_POLICIES)
                return em_fail(err, EM_USAGE, "a table shows %d policies at most; --csv and --json take %d",
                               TABLE_POLICIES, EM_POLICIES_MAX);
        return check_results(t, err);
}

static em_status parse_limits(em_trace *t, em_taint_opts *o, em_error *err)
{
        em_cli *cli = t->cli;
        int64_t hops = 0;
        em_day  until;
        char    shown[64];
        (void)em_str_int(em_cli_value(cli, "hops"), &hops);
        o->max_hops = (uint32_t)hops;
        if (em_cli_given(cli, "min") && !em_trace_parse_coins(em_cli_value(cli, "min"), &o->min_sat))
                return em_fail(err, EM_USAGE, "--min: \"%s\" is not an amount of coins such as 0.5",
                               em_str_show(em_cli_value(cli, "min"), shown, sizeof shown));
        if (em_day_parse(em_cli_value(cli, "until"), &until)) {
                int64_t end = ((int64_t)until + 1) * 86400 - 1;
                if (end <= 0 || end > UINT32_MAX)
                        return em_fail(err, EM_USAGE, "--until: block times run from 1970-01-01 to 2106-02-06");
                o->until_time_s = (uint32_t)end;
        }
        o->through_labels = em_cli_given(cli, "through-labels");
        o->through_coinjoin = t->through_mixers;
        o->label = em_trace_stops_at;
        o->mixes = em_trace_mixes;
        o->burns = em_trace_burns;
        o->label_ctx = o->mixes_ctx = o->burns_ctx = t;
        o->policy = t->policy;
        o->policies = t->policies;
        return EM_OK;
}

/* From here on the chain is what it was when the block of that height was the last. */
static em_status look_back(em_trace *t, em_str text, em_error *err)
{
        int64_t   height = -1;
        em_id     block = 0;
        em_chain *view = NULL;
        (void)em_str_int(text, &height);
        EM_TRY(em_chain_block_at(t->chain, height, &block, err));
        EM_TRY(em_chain_as_of(t->chain, block, &view, err));
        t->whole = t->chain;
        t->chain = view;
        return EM_OK;
}

em_status em_trace_open(em_trace *t, em_error *err)
{
        em_str dir = em_cli_value(t->cli, "chain");
        if (!dir.n) {
                EM_TRY(em_path_join(t->cli->case_dir, EM_S("index/chain"), t->cli->arena, &dir, err));
                if (!em_path_exists(dir))
                        return em_fail(err, EM_USAGE, "%s needs --chain DIR, an index that embargo index chain made (the "
                                                      "case has none of its own)", t->cli->parsed->command->name);
        }
        if (!em_path_is_dir(dir))
                return em_fail_at(err, EM_MISSING, dir, 0, 0, "no index is here; embargo index chain makes one");
        EM_TRY(em_chain_open_sound(dir, t->cli->sound, &t->chain, err));
        if (em_cli_given(t->cli, "as-of"))
                EM_TRY(look_back(t, em_cli_value(t->cli, "as-of"), err));
        t->chain_dir = dir;
        t->graph = em_chain_graph(t->chain);
        t->net = em_chain_net(t->chain);
        return EM_OK;
}

/* ---- the run -------------------------------------------------------------------------------- */

static em_status show(em_trace *t, em_error *err)
{
        if (em_cli_given(t->cli, "cross"))
                return em_trace_cross(t, NULL, err);
        if (em_cli_given(t->cli, "flow"))
                return em_trace_flow(t, em_cli_value(t->cli, "flow"), err);
        if (em_cli_given(t->cli, "path"))
                return em_trace_path(t, em_cli_value(t->cli, "path"), err);
        if (em_cli_given(t->cli, "patterns"))
                return em_trace_patterns(t, err);
        if (em_cli_given(t->cli, "values"))
                return em_trace_values(t, err);
        if (em_cli_given(t->cli, "run"))
                return em_trace_run_print(t, err);
        if (t->cli->form == EM_FORM_JSON)
                return em_trace_json(t, err);
        if (t->cli->form == EM_FORM_CSV)
                return em_trace_csv(t, err);
        return em_trace_print(t, em_cli_given(t->cli, "all"), err);
}

static em_status trace(em_trace *t, em_error *err)
{
        em_taint_opts opts = {0};
        EM_TRY(parse_policies(t, err));
        EM_TRY(em_trace_cross_check(t, err));
        t->through_mixers = em_cli_given(t->cli, "through-mixers");
        if (em_trace_moves_here(t))
                return em_trace_moves(t, err);
        EM_TRY(em_trace_moves_refuse(t, err));
        EM_TRY(parse_limits(t, &opts, err));
        if (em_cli_given(t->cli, "keep"))
                EM_TRY(em_trace_keep_ready(t, err));
        EM_TRY(em_trace_open(t, err));
        EM_TRY(em_trace_prices(t, err));
        EM_TRY(em_trace_labels(t, err));
        EM_TRY(em_trace_seeds(t, t->cli->parsed->operand, t->cli->parsed->operands, err));
        EM_TRY(em_taint_run(t->graph, t->seed, t->seeds, &opts, &t->cli->progress, &t->taint, err));
        em_meter_end(&t->cli->meter);
        if (t->judge_full)
                return em_fail(err, EM_NOMEM, "a transaction is too large to be judged a CoinJoin or not");
        if (!em_cli_given(t->cli, "cross"))
                EM_TRY(em_trace_value(t, err));
        EM_TRY(show(t, err));
        return em_cli_given(t->cli, "keep") ? em_trace_keep(t, err) : EM_OK;
}

static em_status check(em_cli *cli, em_error *err)
{
        em_str blocks = em_cli_value(cli, "blocks");
        if (cli->parsed->operands != 2 || !blocks.n)
                return em_fail(err, EM_USAGE, "trace check needs a path's FILE and --blocks FOLDER");
        return em_trace_check(cli, cli->parsed->operand[1], blocks, err);
}

static em_status look(em_trace *t, em_error *err)
{
        if (t->cli->parsed->operands != 2)
                return em_fail(err, EM_USAGE, "trace look needs a TXID or an ADDRESS (of accounts a TXHASH, TXHASH:native ... or an ADDRESS)");
        if (em_trace_moves_here(t))
                return em_trace_moves_look(t, t->cli->parsed->operand[1], err);
        EM_TRY(em_trace_open(t, err));
        EM_TRY(em_trace_labels(t, err));
        return em_trace_look(t, t->cli->parsed->operand[1], err);
}

static em_status run(em_cli *cli, em_error *err)
{
        em_trace t = {.cli = cli};
        bool     looks = em_str_eq(cli->parsed->operand[0], EM_S("look"));
        if (em_str_eq(cli->parsed->operand[0], EM_S("check")))
                return check(cli, err);
        if (em_cli_given(cli, "blocks") && !em_cli_given(cli, "patterns") && !looks)
                return em_fail(err, EM_USAGE, "--blocks is for trace check FILE, trace look TXID and for --patterns");
        t.judge = em_arena_new((size_t)1 << 30);
        em_status s = !t.judge ? em_fail(err, EM_NOMEM, "out of memory") : looks ? look(&t, err) : trace(&t, err);
        em_taint_free(t.taint);
        em_chain_close(t.chain);
        em_chain_close(t.whole);
        em_labels_free(t.labels);
        em_prices_free(t.prices);
        free(t.named);
        em_arena_free(t.judge);
        return s;
}

static const em_flag flags[] = {
        {"chain", 'c', EM_ARG_FOLDER, "DIR", "the index to trace in (default: index/chain of the case)"},
        {"policy", 'p', EM_ARG_TEXT, "NAME,...", "poison haircut fifo lifo tiho seniority dirty-first "
                                               "pure-dirty-first cut:IN-OUT (default: six, side by side)"},
        {"fee", 0, EM_ARG_TEXT, "RULE", "last, pro-rata or drop: which satoshi the fee is (default: last)"},
        {"hops", 0, EM_ARG_COUNT, "N", "follow at most N transactions"},
        {"min", 0, EM_ARG_TEXT, "AMOUNT", "stop at outputs with less than this under every policy"},
        {"until", 'u', EM_ARG_DAY, "DAY", "stop at spends after this day (UTC, by the blocks' own times)"},
        {"as-of", 0, EM_ARG_COUNT, "HEIGHT", "the chain as it was when that block was its last: later spends are none"},
        EM_LABEL_FLAGS,
        {"through-labels", 0, EM_ARG_NONE, NULL, "follow coins through labelled services too"},
        {"through-mixers", 0, EM_ARG_NONE, NULL, "follow coins through CoinJoins and labelled mixers too"},
        {"prices", 0, EM_ARG_FILES, "FILE", "a CSV of day, price (and asset, currency): what the totals may be worth"},
        {"currency", 0, EM_ARG_TEXT, "CODE", "with --prices: the currency, such as USD"},
        {"values", 0, EM_ARG_NONE, NULL, "with --prices: these values alone, and day by day"},
        {"contracts", 0, EM_ARG_NONE, NULL, "accounts: stop at contracts that have no label"},
        {"no-swaps", 0, EM_ARG_NONE, NULL, "accounts: do not turn one asset into another within a transaction"},
        {"decoys", 0, EM_ARG_NONE, NULL, "accounts: list the transfers that nobody who held the coins made"},
        {"through-decoys", 0, EM_ARG_NONE, NULL, "accounts: follow these too"},
        {"all", 'a', EM_ARG_NONE, NULL, "every place where coins ended, not only the largest 40"},
        {"path", 0, EM_ARG_TEXT, "TXID:VOUT", "the evidence of the path that brought most coins there, as JSON"},
        {"flow", 0, EM_ARG_FILE, "FILE.svg", "the picture under the one policy named, else haircut, into FILE.svg (- is stdout; --json: its boxes "
                                             "and lines as data)"},
        EM_FLOW_STATE_FLAGS,
        {"keep", 0, EM_ARG_NONE, NULL, "keep the run in the case: its rows become records, and the questions use them"},
        {"run", 0, EM_ARG_NONE, NULL, "the run as one document (CSV), as --keep takes it into a case"},
        {"out", 'o', EM_ARG_FILE, "FILE", "with --path or --run: write it to FILE"},
        {"blocks", 'b', EM_ARG_FOLDER, "DIR", "with check, look or --patterns: the folder of raw blocks or exports (else those in the case)"},
        {"patterns", 0, EM_ARG_NONE, NULL, "peel chains, CoinJoins; accounts: deposit addresses, gas funders ...: with reasons"},
        {"cross", 0, EM_ARG_FOLDER, "DIR", "another chain's index: payments there that coins which left may have become"},
        {"rate", 0, EM_ARG_TEXT, "R", "with --cross: coins there for one coin here (or --prices and --currency, by day)"},
        {"given", 0, EM_ARG_TEXT, "TOKEN", "with --cross: the asset that left, by contract (default: the chain's own coin)"},
        {"got", 0, EM_ARG_TEXT, "TOKEN", "with --cross: the asset that came up there (default: that chain's own coin)"},
        {"window", 0, EM_ARG_COUNT, "HOURS", "with --cross: a payment comes at most so long after (default: 24)"},
        {"tolerance", 0, EM_ARG_TEXT, "PERCENT", "with --cross: at most so much less or more (default: 2 less, 0.5 more)"},
        {"any-end", 0, EM_ARG_NONE, NULL, "with --cross: every end of the trace, not only labelled services"},
        {0},
};
static const em_example examples[] = {
        {"embargo trace TXID:0 --chain chain --labels labels.csv", "one output, under six policies side by side"},
        {"embargo trace TXID:0=12.5 TXID:3 --chain chain --policy fifo", "part of one output and all of another"},
        {"embargo trace ADDRESS --chain chain --until 2022-02-05 --json", "all that an address was paid, as data"},
        {"embargo trace TXID:0 -c chain -l packs/ --prices btc.csv --currency USD", "who says what, and what it may be worth"},
        {"embargo trace TXID:0 -c chain -p fifo --path TXID:1 --out path.json", "the evidence of one path"},
        {"embargo --case theft trace TXID:0 -c chain -l labels.csv --keep", "the run into a case, for its report"},
        {"embargo trace TXID:0 -c chain -l labels.csv --flow flow.svg", "the picture, left to right, under haircut"},
        {"embargo trace 0xTXHASH:native --chain eth -l packs/", "a transfer of Ethereum or TRON, in an index of transfers"},
        {"embargo trace 0xADDRESS:0xTOKEN=500@2022-01-31 -c eth", "part of what an account held of a token at the end of a day"},
        {"embargo trace 0xADDRESS -c eth -l packs/ --cross btc --rate 0.05", "what left over a bridge, as hypotheses on another chain"},
        {"embargo trace look TXID -c chain --blocks ~/.bitcoin/blocks --json", "one transaction, decoded, with its bytes"},
        {"embargo trace check path.json --blocks ~/.bitcoin/blocks", "that evidence, against the raw blocks alone"},
        {0},
};
const em_command em_cmd_trace = {
        .name = "trace", .group = "trace", .brief = "where stolen coins may have gone, by each published rule",
        .usage = "FROM...|look TXID|check FILE", .least = 1, .most = SIZE_MAX, .operand = EM_ARG_TEXT,
        .about = "FROM is an output TXID:VOUT (TXID:VOUT=AMOUNT when only part of it was stolen: its first "
                 "coins), a transaction TXID with all its outputs, or an ADDRESS with all that it was paid.\n\n"
                 "In an index of transfers between accounts (Ethereum, TRON) FROM is a transfer TXHASH:native, "
                 "TXHASH:LOGINDEX or TXHASH:iN (the N-th internal one) with =AMOUNT for part of it, a transaction "
                 "TXHASH with all its transfers, an ADDRESS with all that went out of it (ADDRESS:TOKEN for one "
                 "asset, by its contract), or ADDRESS[:TOKEN][=AMOUNT]@WHEN for what it held when a block number or a day ended.\n\n"
                 "Each policy is a published rule of accounting that says which coins of a transaction are "
                 "the stolen ones. They are run side by side and none is the right one: where they differ, "
                 "so may an expert and a court. A trace stops at addresses labelled as services (an "
                 "exchange, a mixer, a bridge ...) and at CoinJoins recognised with confidence 50 or more; "
                 "other labels only name. An amount says what may have arrived, never who holds it or why.\n\n"
                 "trace look TXID --json shows a transaction with what it spends and who spends its outputs, trace look ADDRESS "
                 "--json what an address was paid; between accounts TXHASH (or TXHASH:native ... for one transfer) with what it moved, "
                 "ADDRESS with what came in and went out. The raw bytes are shown out of --blocks, else where the case holds the "
                 "block file or the export.\n\n"
                 "trace check tests the file of a path with nothing but the raw blocks: places, hashes, "
                 "merkle roots, values, addresses and, where the policy allows, the amounts.",
        .example = examples, .flag = flags, .json = true, .csv = true, .run = run,
};
