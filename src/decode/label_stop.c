/* Which categories end a trace.
 *
 * Under some categories the coins of many are held together, so that what comes out is no longer the
 * same person's: there following ends.  Which these are is data.  The built-in table covers the words of
 * GraphSense's concepts (the taxonomy of INTERPOL's Darknet and Cryptocurrencies Working Group, as
 * tagpack-tool 25.8.1 carries it: "service" with all below it, and "mixing") and the plain ones that people type.
 */
#include "decode/label_read.h"
#include "embargo/csv.h"

#include <stdlib.h>

#define MANY "coins of many customers are held together"
#define OWN  "the coins are still one holder's"
#define ROW(category, stop, why) {EM_S_INIT(category), stop, EM_S_INIT(why)}

static const em_label_rule built_in[] = {
        ROW("exchange",          EM_LABEL_EXCHANGE, MANY),
        ROW("cex",               EM_LABEL_EXCHANGE, MANY),
        ROW("mixer",             EM_LABEL_MIXER, "coins of many are mixed on purpose"),
        ROW("mixing",            EM_LABEL_MIXER, "coins of many are mixed on purpose"),
        ROW("mixing_service",    EM_LABEL_MIXER, "coins of many are mixed on purpose"),
        ROW("tumbler",           EM_LABEL_MIXER, "coins of many are mixed on purpose"),
        ROW("coinjoin",          EM_LABEL_MIXER, "coins of many are mixed on purpose"),
        ROW("bridge",            EM_LABEL_BRIDGE, "the coins go on on another chain"),
        ROW("defi_bridge",       EM_LABEL_BRIDGE, "the coins go on on another chain"),
        ROW("cross_chain",       EM_LABEL_BRIDGE, "the coins go on on another chain"),
        ROW("service",           EM_LABEL_SERVICE, MANY),
        ROW("wallet_service",    EM_LABEL_SERVICE, MANY),
        ROW("hosted_wallet",     EM_LABEL_SERVICE, MANY),
        ROW("escrow_wallet",     EM_LABEL_SERVICE, MANY),
        ROW("ico_wallet",        EM_LABEL_SERVICE, MANY),
        ROW("custodian",         EM_LABEL_SERVICE, MANY),
        ROW("otc",               EM_LABEL_SERVICE, "a broker trades for many"),
        ROW("market",            EM_LABEL_SERVICE, MANY),
        ROW("marketplace",       EM_LABEL_SERVICE, MANY),
        ROW("gambling",          EM_LABEL_SERVICE, MANY),
        ROW("payment",           EM_LABEL_SERVICE, MANY),
        ROW("payment_processor", EM_LABEL_SERVICE, MANY),
        ROW("merchant",          EM_LABEL_SERVICE, "coins buy something"),
        ROW("shop",              EM_LABEL_SERVICE, "coins buy something"),
        ROW("hosting",           EM_LABEL_SERVICE, "coins buy something"),
        ROW("vpn",               EM_LABEL_SERVICE, "coins buy something"),
        ROW("nameservice",       EM_LABEL_SERVICE, "coins buy something"),
        ROW("filesharing",       EM_LABEL_SERVICE, "coins buy something"),
        ROW("index",             EM_LABEL_SERVICE, "coins buy something"),
        ROW("search_engine",     EM_LABEL_SERVICE, "coins buy something"),
        ROW("messaging_service", EM_LABEL_SERVICE, "coins buy something"),
        ROW("faucet",            EM_LABEL_SERVICE, MANY),
        ROW("atm",               EM_LABEL_SERVICE, "coins are turned into cash"),
        ROW("pool",              EM_LABEL_SERVICE, "a pool pays many miners"),
        ROW("mining_service",    EM_LABEL_SERVICE, "a pool pays many miners"),
        ROW("lending",           EM_LABEL_SERVICE, MANY),
        ROW("dex",               EM_LABEL_SERVICE, "coins become other coins"),
        ROW("defi",              EM_LABEL_SERVICE, "a contract holds coins of many"),
        ROW("defi_token",        EM_LABEL_SERVICE, "a contract holds coins of many"),
        ROW("defi_lending",      EM_LABEL_SERVICE, "a contract holds coins of many"),
        ROW("defi_dex",          EM_LABEL_SERVICE, "coins become other coins"),
        ROW("defi_dex_pair",     EM_LABEL_SERVICE, "coins become other coins"),
        ROW("defi_derivatives",  EM_LABEL_SERVICE, "a contract holds coins of many"),
        ROW("defi_dao",          EM_LABEL_SERVICE, "a contract holds coins of many"),
        ROW("defi_staking",      EM_LABEL_SERVICE, "a contract holds coins of many"),
        ROW("defi_custody",      EM_LABEL_SERVICE, "a contract holds coins of many"),
        ROW("user",              EM_LABEL_GOES_ON, OWN),
        ROW("victim",            EM_LABEL_GOES_ON, OWN),
        ROW("perpetrator",       EM_LABEL_GOES_ON, OWN),
        ROW("suspect",           EM_LABEL_GOES_ON, OWN),
        ROW("donation",          EM_LABEL_GOES_ON, OWN),
        ROW("miner",             EM_LABEL_GOES_ON, OWN),
        ROW("organization",      EM_LABEL_GOES_ON, OWN),
};

size_t em_label_rules(const em_label_rule **ret_list)
{
        *ret_list = built_in;
        return sizeof built_in / sizeof *built_in;
}

static const char *const names[EM_LABEL_STOPS] = {"goes-on", "service", "exchange", "mixer", "bridge"};

const char *em_label_stop_name(em_label_stop stop)
{
        em_assert((unsigned)stop < EM_LABEL_STOPS);
        return names[stop];
}

/* Place in the order exchange, mixer, bridge, service, goes on. */
static int rank(em_label_stop stop)
{
        static const int place[EM_LABEL_STOPS] = {4, 3, 0, 1, 2};
        return place[stop];
}

/* ---- asking ------------------------------------------------------------------------ */

static char fold(char c)
{
        if (c == '-' || c == ' ')
                return '_';
        return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* "Mixing Service" is "mixing_service". */
static bool same_word(em_str a, em_str b)
{
        if (a.n != b.n)
                return false;
        for (size_t i = 0; i < a.n; i++)
                if (fold(a.p[i]) != fold(b.p[i]))
                        return false;
        return true;
}

/* The next of words parted by , ; or |. */
static em_str next_word(em_str *rest)
{
        size_t n = 0;
        while (n < rest->n && rest->p[n] != ',' && rest->p[n] != ';' && rest->p[n] != '|')
                n++;
        em_str word = em_str_trim(em_str_sub(*rest, 0, n));
        *rest = em_str_sub(*rest, n < rest->n ? n + 1 : n, rest->n);
        return word;
}

em_label_stop em_label_stop_of(const em_labels *l, em_str category, bool *ret_stated)
{
        em_label_stop best = EM_LABEL_GOES_ON;
        bool          stated = false;
        for (em_str rest = category; rest.n;) {
                em_str word = next_word(&rest);
                for (size_t i = 0; word.n && i < l->rules; i++) {
                        if (!same_word(word, l->rule[i].category))
                                continue;
                        stated = true;
                        best = rank(l->rule[i].stop) < rank(best) ? l->rule[i].stop : best;
                        break;
                }
        }
        if (ret_stated)
                *ret_stated = stated;
        return best;
}

bool em_label_surer(const em_label *a, const em_label *b)
{
        if (a->stop == EM_LABEL_GOES_ON || !b)
                return a->stop != EM_LABEL_GOES_ON;
        if (a->stop != b->stop)
                return rank(a->stop) < rank(b->stop);
        return em_label_confidence(a->confidence) > em_label_confidence(b->confidence);
}

/* ---- a table of one's own --------------------------------------------------------------- */

static em_status read_rule(const em_csv_row *row, em_str path, em_label_rule *to, em_error *err)
{
        if (row->bad)
                return em_fail_at(err, strcmp(row->bad, "out of memory") ? EM_FORMAT : EM_NOMEM, path, row->line, 0, "%s",
                                  row->bad);
        to->category = em_str_trim(row->field[0]);
        to->why = row->count > 2 ? em_str_trim(row->field[2]) : EM_S("");
        em_str stop = row->count > 1 ? em_str_trim(row->field[1]) : EM_S("");
        for (int k = 0; to->category.n && k < EM_LABEL_STOPS; k++)
                if (same_word(stop, em_str_c(names[k]))) {
                        to->stop = (em_label_stop)k;
                        return EM_OK;
                }
        return em_fail_at(err, EM_FORMAT, path, row->line, 0,
                          "a row is category,stop,why, and stop is exchange, mixer, bridge, service or goes-on");
}

em_status em_label_rules_read(em_str path, em_arena *arena, const em_label_rule **ret_list, size_t *ret_count,
                              em_error *err)
{
        enum { MOST_RULES = 4096 };
        em_str     text = {0};
        em_csv_row row = {0};
        size_t     n = 0;
        EM_TRY(em_file_read(path, (uint64_t)1 << 20, arena, &text, err));
        em_label_rule *list = EM_NEW_N(arena, em_label_rule, MOST_RULES);
        if (!list)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_csv csv = em_csv_make(text, NULL);
        if (!em_csv_next(&csv, arena, &row) || row.bad || row.count < 2
            || !same_word(em_str_trim(row.field[0]), EM_S("category"))
            || !same_word(em_str_trim(row.field[1]), EM_S("stop")))
                return em_fail_at(err, EM_FORMAT, path, 1, 0, "a table of stops has the columns category,stop,why");
        while (em_csv_next(&csv, arena, &row)) {
                if (n == MOST_RULES)
                        return em_fail_at(err, EM_LIMIT, path, row.line, 0, "more than %d rows", MOST_RULES);
                EM_TRY(read_rule(&row, path, &list[n], err));
                n++;
        }
        *ret_list = list;
        *ret_count = n;
        return EM_OK;
}
