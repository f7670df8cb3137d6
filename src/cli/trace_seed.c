/* Where a trace begins: outputs named by transaction, by address, with or without an amount.
 * And the small words that every part of a trace shares: coins, addresses, outputs as text.
 */
#include "cli/trace.h"

#include <stdio.h>
#include <stdlib.h>

#define COIN INT64_C(100000000)

/* ---- coins ---------------------------------------------------------------------------- */

em_str em_trace_coins(const em_trace *t, int64_t sat, char sep)
{
        char   fraction[16], minus = sat < 0 ? '-' : '\0';
        em_str whole = em_cli_digits(t->cli, (int64_t)((sat < 0 ? -sat : sat) / COIN));
        int    n = snprintf(fraction, sizeof fraction, ".%08lld", (long long)((sat < 0 ? -sat : sat) % COIN));
        while (n > 0 && (fraction[n - 1] == '0' || fraction[n - 1] == '.')) {
                bool point = fraction[n - 1] == '.';
                fraction[--n] = '\0';
                if (point)
                        break;
        }
        if (sep)
                whole = em_cli_count(t->cli, (uint64_t)((sat < 0 ? -sat : sat) / COIN));
        return em_cli_text(t->cli, "%s%.*s%s", minus ? "-" : "", EM_ARG(whole), fraction);
}

bool em_trace_parse_coins(em_str text, int64_t *ret_sat)
{
        em_cut  cut = em_str_cut(text, '.');
        int64_t whole = 0, fraction = 0;
        if (!cut.head.n || cut.head.n > 11 || cut.tail.n > 8 || (cut.found && !cut.tail.n))
                return false;
        for (size_t i = 0; i < cut.head.n; i++) {
                if (cut.head.p[i] < '0' || cut.head.p[i] > '9')
                        return false;
                whole = 10 * whole + (cut.head.p[i] - '0');
        }
        for (size_t i = 0; i < 8; i++) {
                char c = i < cut.tail.n ? cut.tail.p[i] : '0';
                if (c < '0' || c > '9')
                        return false;
                fraction = 10 * fraction + (c - '0');
        }
        if (whole > INT64_MAX / COIN - 1 || whole + fraction == 0)
                return false;
        *ret_sat = whole * COIN + fraction;
        return true;
}

/* ---- payees and outputs as text ---------------------------------------------------------- */

/* A label or the command line may know the address where the index keeps only a hash of it. */
em_str em_trace_address(const em_trace *t, uint32_t payee)
{
        char            text[128];
        const em_named *named = NULL;
        if (em_trace_named(t, payee, &named))
                return em_labels_at(t->labels, named[0].label)->shown;
        return em_cli_text(t->cli, "%s", em_payee_address(em_chain_payee(t->chain, payee), EM_S(""), t->net, text));
}

em_status em_trace_output_name(const em_trace *t, em_id out, em_str *ret_name, em_error *err)
{
        em_hash256 txid;
        char       text[65];
        em_id      tx = em_graph_tx_of_out(t->graph, out);
        EM_TRY(em_chain_txid(t->chain, tx, &txid, err));
        *ret_name = em_cli_text(t->cli, "%s:%llu", em_hash256_text(txid, text),
                                (unsigned long long)(out - em_graph_first_out(t->graph, tx)));
        return EM_OK;
}

/* ---- seeds ---------------------------------------------------------------------------------- */

static em_status find_output(const em_trace *t, em_hash256 txid, em_str vout, em_id *ret_out, em_error *err)
{
        char    shown[64], text[65];
        int64_t n = -1;
        em_id   tx = 0;
        if (!em_str_int(vout, &n) || n < 0)
                return em_fail(err, EM_USAGE, "\"%s\" is not the number of an output", em_str_show(vout, shown, sizeof shown));
        EM_TRY(em_chain_find_tx(t->chain, txid, &tx, err));
        em_id first = em_graph_first_out(t->graph, tx), outs = em_graph_first_out(t->graph, tx + 1) - first;
        if ((uint64_t)n >= outs)
                return em_fail(err, EM_MISSING, "transaction %s has %llu outputs, so none of number %lld",
                               em_hash256_text(txid, text), (unsigned long long)outs, (long long)n);
        *ret_out = first + (em_id)n;
        return EM_OK;
}

em_status em_trace_output(const em_trace *t, em_str text, em_id *ret_out, em_error *err)
{
        em_cut     cut = em_str_cut(text, ':');
        em_hash256 txid;
        char       shown[100];
        if (!cut.found || !em_hash256_parse(cut.head, &txid))
                return em_fail(err, EM_USAGE, "\"%s\" is no output: TXID:VOUT", em_str_show(text, shown, sizeof shown));
        return find_output(t, txid, cut.tail, ret_out, err);
}

static em_status add(em_trace *t, size_t *cap, em_id out, int64_t sat, em_error *err)
{
        int64_t value = em_graph_value(t->graph, out);
        em_str  name = {0};
        if (sat < 0)
                sat = value;
        if (sat == 0)
                return EM_OK;
        if (sat > value) {
                EM_TRY(em_trace_output_name(t, out, &name, err));
                return em_fail(err, EM_USAGE, "%.*s holds %.*s, less than the %.*s named", EM_ARG(name),
                               EM_ARG(em_trace_coins(t, value, ',')), EM_ARG(em_trace_coins(t, sat, ',')));
        }
        if (t->seeds == *cap) {
                size_t   more = *cap ? 2 * *cap : 64;
                em_seed *seed = EM_NEW_N(t->cli->arena, em_seed, more);
                if (!seed)
                        return em_fail(err, EM_NOMEM, "the trace begins at too many outputs for memory");
                if (t->seeds)
                        memcpy(seed, t->seed, t->seeds * sizeof *seed);
                t->seed = seed;
                *cap = more;
        }
        t->seed[t->seeds++] = (em_seed){out, sat};
        return EM_OK;
}

static em_status add_tx(em_trace *t, size_t *cap, em_hash256 txid, em_error *err)
{
        em_id tx = 0;
        EM_TRY(em_chain_find_tx(t->chain, txid, &tx, err));
        for (em_id out = em_graph_first_out(t->graph, tx); out < em_graph_first_out(t->graph, tx + 1); out++)
                EM_TRY(add(t, cap, out, -1, err));
        return EM_OK;
}

static em_status add_address(em_trace *t, size_t *cap, em_str text, em_error *err)
{
        em_str   script = {0};
        em_id   *outs = NULL;
        size_t   count = 0;
        uint32_t payee = 0;
        char     shown[100];
        em_error why = {0};
        em_str_show(text, shown, sizeof shown);
        if (em_address_parse(text, t->net, t->cli->arena, &script, &why) != EM_OK)
                return em_fail(err, EM_USAGE, "\"%s\" is neither TXID:VOUT nor TXID, and as an address: %s", shown,
                               why.text);
        if (em_chain_find_payee(t->chain, em_script_payee(script), &payee, &why) != EM_OK)
                return em_fail(err, EM_MISSING, "%s: %s", shown, why.text);
        EM_TRY(em_chain_payee_outs(t->chain, payee, t->cli->arena, &outs, &count, err));
        for (size_t i = 0; i < count; i++)
                EM_TRY(add(t, cap, outs[i], -1, err));
        return EM_OK;
}

static em_status add_from(em_trace *t, size_t *cap, em_str from, em_error *err)
{
        em_cut     at = em_str_cut(from, '=');
        em_cut     output = em_str_cut(at.head, ':');
        em_hash256 txid;
        em_id      out = 0;
        int64_t    sat = -1;
        char       shown[100];
        if (at.found && !em_trace_parse_coins(at.tail, &sat))
                return em_fail(err, EM_USAGE, "\"%s\" is not an amount of coins such as 12.5",
                               em_str_show(at.tail, shown, sizeof shown));
        if (output.found && em_hash256_parse(output.head, &txid)) {
                EM_TRY(find_output(t, txid, output.tail, &out, err));
                return add(t, cap, out, sat, err);
        }
        if (at.found)
                return em_fail(err, EM_USAGE, "an amount belongs to one output: TXID:VOUT=AMOUNT");
        if (em_hash256_parse(from, &txid))
                return add_tx(t, cap, txid, err);
        return add_address(t, cap, from, err);
}

static int by_out(const void *a, const void *b)
{
        const em_seed *x = a, *y = b;
        return x->out < y->out ? -1 : x->out > y->out;
}

em_status em_trace_seeds(em_trace *t, const em_str *from, size_t count, em_error *err)
{
        size_t cap = 0;
        em_str name = {0};
        for (size_t i = 0; i < count; i++)
                EM_TRY(add_from(t, &cap, from[i], err));
        if (!t->seeds)
                return em_fail(err, EM_MISSING, "what the trace should begin at holds no coins");
        qsort(t->seed, t->seeds, sizeof *t->seed, by_out);
        for (size_t i = 1; i < t->seeds; i++)
                if (t->seed[i].out == t->seed[i - 1].out) {
                        EM_TRY(em_trace_output_name(t, t->seed[i].out, &name, err));
                        return em_fail(err, EM_USAGE, "%.*s is named twice", EM_ARG(name));
                }
        return EM_OK;
}
