/* What the rules for accounts are, in words that stand beside every result. */
#include "embargo/lots.h"

#include <stdio.h>

const char *em_lots_stop_words(em_lots_stop stop)
{
        static const char *const words[EM_LOTS_STOPS] = {
                [EM_LOTS_FOLLOWED] = "followed",
                [EM_LOTS_MIXED] = "mixed with clean coins",
                [EM_LOTS_FEE] = "paid as gas",
                [EM_LOTS_BURNT] = "burnt (paid to address zero)",
                [EM_LOTS_SWAPPED] = "swapped for another asset",
                [EM_LOTS_EXCHANGE] = "paid to a labelled exchange",
                [EM_LOTS_SERVICE] = "paid to a labelled service",
                [EM_LOTS_MIXER] = "paid to a labelled mixer",
                [EM_LOTS_BRIDGE] = "paid to a labelled bridge",
                [EM_LOTS_CONTRACT] = "paid to a contract without a label",
                [EM_LOTS_HOPS] = "limit of hops",
                [EM_LOTS_AMOUNT] = "below the least amount",
                [EM_LOTS_OVERFLOW] = "more than any balance can hold",
        };
        em_assert((size_t)stop < EM_LOTS_STOPS);
        return words[stop];
}

static void cut_text(em_policy policy, char out[200])
{
        static const char *const in[] = { "the oldest", "the newest", "stolen ones", "clean ones", "the largest",
                                          "the smallest" };
        static const char *const to[] = { "first to last", "last to first", "highest first", "smallest first" };
        char name[40];
        bool by_age = policy.in == EM_IN_FIRST || policy.in == EM_IN_LAST;
        snprintf(out, 200, "%s: of the lots of a balance %s leave first%s; moves of one spend %s; nothing rounded%s",
                 em_policy_name(policy, name), in[policy.in], by_age ? "" : ", equals oldest first", to[policy.out],
                 policy.fee == EM_FEE_DROP ? "; gas dropped" : "");
}

char *em_lots_policy_text(em_policy policy, char out[200])
{
        const char *gas = policy.fee == EM_FEE_DROP ? "; gas dropped" : "";
        switch (policy.kind) {
        case EM_TAINT_POISON:
                snprintf(out, 200, "poison: while anything stolen is in a balance, all of it is and all that leaves it is; "
                                   "an upper bound%s", gas);
                break;
        case EM_TAINT_HAIRCUT:
                snprintf(out, 200, "haircut: a move takes its share of what is stolen in the balance, rounded down; the "
                                   "rest stays%s", gas);
                break;
        case EM_TAINT_CUT:
                cut_text(policy, out);
                break;
        case EM_TAINT_DIRTY:
                snprintf(out, 200, "dirty-first: as haircut, but a move out of a balance that also holds clean coins ends "
                                   "there%s", gas);
                break;
        case EM_TAINT_PURE:
                snprintf(out, 200, "pure-dirty-first: a move out of a balance that also holds clean coins carries nothing; "
                                   "its share is dropped%s", gas);
                break;
        }
        return out;
}
