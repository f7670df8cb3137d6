/* Policies by name, and each one's whole rule in words.
 *
 * The names that the literature gives are rows of a table over the pair of orders; what has no
 * name of its own is written cut:IN-OUT.
 */
#include "embargo/taint.h"

#include <stdio.h>

static const char *const kinds[] = { "poison", "haircut", "cut", "dirty-first",
                                     "pure-dirty-first" };
static const char *const in_orders[] = { "first", "last", "taint", "clean", "highest", "smallest" };
static const char *const out_orders[] = { "first", "last", "highest", "smallest" };

static const char *const in_words[] = { "first to last", "last to first", "tainted first",
                                        "clean first", "highest first", "smallest first" };
static const char *const out_words[] = { "first to last", "last to first", "highest first",
                                         "smallest first" };

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct { const char *name; em_in_order in; em_out_order out; } known[] = {
        { "fifo", EM_IN_FIRST, EM_OUT_FIRST },
        { "lifo", EM_IN_LAST, EM_OUT_FIRST },
        { "tiho", EM_IN_TAINT, EM_OUT_HIGHEST },
        { "seniority", EM_IN_TAINT, EM_OUT_FIRST },
};

static bool look_up(em_str word, const char *const *table, size_t count, size_t *ret_at)
{
        for (size_t i = 0; i < count; i++)
                if (em_str_eq(word, em_str_c(table[i]))) {
                        *ret_at = i;
                        return true;
                }
        return false;
}

static bool parse_orders(em_str orders, em_policy *ret_policy)
{
        em_cut cut = em_str_cut(orders, '-');
        size_t in, out;
        if (!look_up(cut.head, in_orders, COUNT(in_orders), &in)
            || !look_up(cut.tail, out_orders, COUNT(out_orders), &out))
                return false;
        *ret_policy = (em_policy){ EM_TAINT_CUT, (em_in_order)in, (em_out_order)out, EM_FEE_LAST };
        return true;
}

bool em_policy_parse(em_str name, em_policy *ret_policy)
{
        if (em_str_starts(name, EM_S("cut:")))
                return parse_orders(em_str_sub(name, 4, name.n), ret_policy);
        for (size_t i = 0; i < COUNT(known); i++)
                if (em_str_eq(name, em_str_c(known[i].name))) {
                        *ret_policy = (em_policy){ EM_TAINT_CUT, known[i].in, known[i].out,
                                                   EM_FEE_LAST };
                        return true;
                }
        size_t kind;
        if (!look_up(name, kinds, COUNT(kinds), &kind) || kind == EM_TAINT_CUT)
                return false;
        *ret_policy = (em_policy){ (em_taint_kind)kind, EM_IN_FIRST, EM_OUT_FIRST, EM_FEE_LAST };
        return true;
}

char *em_policy_name(em_policy policy, char out[40])
{
        const char *name = kinds[policy.kind];
        if (policy.kind == EM_TAINT_CUT) {
                name = NULL;
                for (size_t i = 0; i < COUNT(known); i++)
                        if (known[i].in == policy.in && known[i].out == policy.out)
                                name = known[i].name;
        }
        if (name)
                snprintf(out, 40, "%s", name);
        else
                snprintf(out, 40, "cut:%s-%s", in_orders[policy.in], out_orders[policy.out]);
        return out;
}

static void cut_text(em_policy policy, char out[160])
{
        static const char *const fees[] = {
                [EM_FEE_LAST] = "the fee is the last satoshi; nothing rounded",
                [EM_FEE_SHARE] = "fee off every input's end pro rata, largest remainders",
                [EM_FEE_DROP] = "the fee is the last satoshi, dropped; nothing rounded",
        };
        char name[40];
        snprintf(out, 160, "%s: inputs %s, outputs %s; equals by index; %s",
                 em_policy_name(policy, name), in_words[policy.in], out_words[policy.out],
                 fees[policy.fee]);
}

char *em_policy_text(em_policy policy, char out[160])
{
        bool drop = policy.fee == EM_FEE_DROP;
        switch (policy.kind) {
        case EM_TAINT_POISON:
                snprintf(out, 160, "poison: any stolen input makes all outputs and the fee wholly "
                                   "stolen; an upper bound%s", drop ? "; fee dropped" : "");
                break;
        case EM_TAINT_HAIRCUT:
                snprintf(out, 160, "haircut: shares by value, the fee last%s; floors, then the "
                                   "largest remainders, ties to the lower index",
                         drop ? " and dropped" : "");
                break;
        case EM_TAINT_CUT:
                cut_text(policy, out);
                break;
        case EM_TAINT_DIRTY:
                snprintf(out, 160, "dirty-first: haircut (floors, largest remainders, ties to the "
                                   "lower index, fee last%s); ends where clean coins mix in",
                         drop ? ", dropped" : "");
                break;
        case EM_TAINT_PURE:
                snprintf(out, 160, "pure-dirty-first: only transactions whose inputs are all wholly "
                                   "stolen; mixed ones are dropped%s; nothing rounded",
                         drop ? ", and the fee" : "");
                break;
        }
        return out;
}

const char *em_stop_words(em_stop stop)
{
        static const char *const words[] = {
                [EM_STOP_NONE] = "followed",
                [EM_STOP_UNSPENT] = "still sitting",
                [EM_STOP_LABEL] = "paid to a labelled service",
                [EM_STOP_COINJOIN] = "entered a CoinJoin",
                [EM_STOP_HOPS] = "limit of hops",
                [EM_STOP_AMOUNT] = "below the least amount",
                [EM_STOP_TIME] = "spent after the last day asked for",
                [EM_STOP_MIXED] = "mixed with clean coins",
                [EM_STOP_BURNT] = "can never be spent",
                [EM_STOP_UNKNOWN] = "spent together with coins that are not in the files",
        };
        em_assert((size_t)stop < COUNT(words));
        return words[stop];
}
