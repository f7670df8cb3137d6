/* Where the coins went, as a picture: one trace under one policy, left to right.
 *
 * A box between is a transaction, because a rule of accounting works on transactions: what
 * goes in is cut among what comes out, and the block gives one date.  A line is what one
 * transaction paid that the rule counts as stolen.  Ends are what they are for an investigator:
 * a labelled service with all its addresses, a mixing transaction, an address where coins sit.
 * Fees are in no line; the books in the foot have them.
 */
#include "cli/flow_state.h"
#include "cli/trace.h"
#include "embargo/coinjoin.h"
#include "embargo/flow.h"

#include <stdlib.h>

enum { DRAWN_MOST = 400000, ADDRESSES_SAID = 6 };

typedef struct key {            /* what makes a box the same: kind, then the one of these that the kind goes by */
        em_flow_kind kind;
        em_stop      stop;
        em_id        id;        /* output of a seed, transaction, payee */
        em_str       name;      /* of a service or a labelled mixer */
} key;

typedef struct paid { key from, to; uint32_t payee; em_id tx; int64_t sat; } paid;
typedef struct place { size_t node; uint32_t payee; } place;

typedef struct picture {
        em_trace     *t;
        size_t        policy;
        em_arena     *arena;
        paid         *paid;
        key          *key;
        place        *place;    /* ends and their addresses, sorted */
        size_t        count, keys, places;
        bool          again;    /* a seed is paid by a transaction that stolen coins reached */
        em_flow_node *node;
        em_flow_edge *edge;
} picture;

static em_str say(const picture *p, const char *fmt, ...) EM_PRINTF(2, 3);
static em_str say(const picture *p, const char *fmt, ...)
{
        char    room[1024];
        em_str  copy = {0};
        va_list args;
        va_start(args, fmt);
        int n = vsnprintf(room, sizeof room, fmt, args);
        va_end(args);
        em_str whole = {room, n < 0 ? 0 : (size_t)n < sizeof room ? (size_t)n : sizeof room - 1};
        return em_str_copy(whole, p->arena, &copy, NULL) == EM_OK ? copy : EM_S("");
}

/* ---- boxes by what they are ------------------------------------------------------------ */

static int by_key(const void *a, const void *b)
{
        const key *x = a, *y = b;
        if (x->kind != y->kind)
                return x->kind < y->kind ? -1 : 1;
        if (x->stop != y->stop)
                return x->stop < y->stop ? -1 : 1;
        if (x->id != y->id)
                return x->id < y->id ? -1 : 1;
        return em_str_cmp(x->name, y->name);
}

static int by_place(const void *a, const void *b)
{
        const place *x = a, *y = b;
        if (x->node != y->node)
                return x->node < y->node ? -1 : 1;
        return x->payee < y->payee ? -1 : x->payee > y->payee;
}

static const em_label *label_of(const em_trace *t, const em_reached *r)
{
        return r->label ? em_labels_at(t->labels, (r->label & ~EM_TAINT_MIXER) - 1) : NULL;
}

static key key_of_end(const picture *p, const em_reached *r, em_stop stop)
{
        em_id           payee = em_graph_payee(p->t->graph, r->out);
        const em_label *l = label_of(p->t, r);
        em_flow_kind    kind = stop == EM_STOP_UNSPENT ? EM_FLOW_SITTING : EM_FLOW_STOPPED;
        if (stop == EM_STOP_LABEL && l)
                return (key){l->stop == EM_LABEL_MIXER ? EM_FLOW_MIXER : EM_FLOW_SERVICE, stop, 0, l->label};
        if (stop == EM_STOP_COINJOIN)
                return (key){EM_FLOW_MIXER, stop, em_graph_tx_of_in(p->t->graph, em_graph_spender(p->t->graph, r->out)),
                             EM_S("")};
        return (key){kind, stop, payee, EM_S("")};
}

static key key_of_payer(const picture *p, const em_reached *r)
{
        for (size_t i = 0; i < p->t->seeds; i++)
                if (p->t->seed[i].out == r->out)
                        return (key){EM_FLOW_SEED, EM_STOP_NONE, r->out, EM_S("")};
        return (key){EM_FLOW_HOP, EM_STOP_NONE, r->tx, EM_S("")};
}

static key key_of_payment(const picture *p, const em_reached *r)
{
        em_stop stop = em_trace_stop(r, p->policy);
        if (stop != EM_STOP_NONE)
                return key_of_end(p, r, stop);
        return (key){EM_FLOW_HOP, EM_STOP_NONE, em_graph_tx_of_in(p->t->graph, em_graph_spender(p->t->graph, r->out)),
                     EM_S("")};
}

static void gather(picture *p)
{
        for (uint64_t i = 0; i < em_taint_count(p->t->taint); i++) {
                em_reached r;
                em_taint_at(p->t->taint, i, &r);
                if (!r.sat[p->policy])
                        continue;
                paid *at = &p->paid[p->count++];
                *at = (paid){key_of_payer(p, &r), key_of_payment(p, &r), em_graph_payee(p->t->graph, r.out), r.tx,
                             r.sat[p->policy]};
                p->key[p->keys++] = at->from;
                p->key[p->keys++] = at->to;
        }
        if (p->keys)
                qsort(p->key, p->keys, sizeof *p->key, by_key);
        size_t n = 0;
        for (size_t i = 0; i < p->keys; i++)
                if (!n || by_key(&p->key[n - 1], &p->key[i]) != 0)
                        p->key[n++] = p->key[i];
        p->keys = n;
}

static size_t find(const picture *p, const key *k)
{
        const key *at = bsearch(k, p->key, p->keys, sizeof *p->key, by_key);
        em_assert(at);
        return (size_t)(at - p->key);
}

static int64_t time_of(const picture *p, em_id tx)
{
        const em_graph *g = p->t->graph;
        return (int64_t)em_le(g->block_time + 4 * em_graph_block_of_tx(g, tx), 4);
}

static void connect(picture *p)
{
        for (size_t i = 0; i < p->count; i++) {
                const paid *at = &p->paid[i];
                size_t      to = find(p, &at->to);
                p->edge[i] = (em_flow_edge){find(p, &at->from), to, at->sat, time_of(p, at->tx), EM_S("")};
                p->place[p->places++] = (place){to, at->payee};
                if (at->from.kind == EM_FLOW_SEED) {
                        key payer = {EM_FLOW_HOP, EM_STOP_NONE, at->tx, EM_S("")};
                        p->again |= bsearch(&payer, p->key, p->keys, sizeof *p->key, by_key) != NULL;
                }
        }
        if (p->places)
                qsort(p->place, p->places, sizeof *p->place, by_place);
        size_t n = 0;
        for (size_t i = 0; i < p->places; i++)
                if (!n || by_place(&p->place[n - 1], &p->place[i]) != 0)
                        p->place[n++] = p->place[i];
        p->places = n;
}

/* ---- their words ------------------------------------------------------------------------- */

static em_status name_tx(const picture *p, em_id tx, em_flow_node *node, em_error *err)
{
        em_hash256 txid;
        char       text[65];
        EM_TRY(em_chain_txid(p->t->chain, tx, &txid, err));
        em_hash256_text(txid, text);
        int64_t height = em_chain_height(p->t->chain, em_graph_block_of_tx(p->t->graph, tx));
        em_str  block = height < 0 ? EM_S("") : say(p, "block %lld", (long long)height);
        if (node->kind == EM_FLOW_HOP) {
                node->name = say(p, "tx %.8s\xe2\x80\xa6", text);
                node->second = block;
        } else {
                node->second = say(p, "tx %.8s\xe2\x80\xa6%s%.*s", text, block.n ? ", " : "",
                                   EM_ARG(block));
        }
        node->text = say(p, "transaction %s", text);
        return EM_OK;
}

static em_str address(const picture *p, uint32_t payee)
{
        return say(p, "%.*s", EM_ARG(em_trace_address(p->t, payee)));
}

/* All addresses of a box, as far as they can be said. */
static em_str addresses(const picture *p, size_t first, size_t end)
{
        em_str said = EM_S("");
        for (size_t i = first; i < end && i - first < ADDRESSES_SAID; i++)
                said = say(p, "%.*s%s%.*s", EM_ARG(said), said.n ? ", " : "", EM_ARG(address(p, p->place[i].payee)));
        if (end - first > ADDRESSES_SAID)
                said = say(p, "%.*s and %zu more", EM_ARG(said), end - first - ADDRESSES_SAID);
        return said;
}

/* Who says so, when, and who says otherwise. */
static em_str said_of(const picture *p, uint32_t payee, em_str name)
{
        const em_named *at = NULL;
        size_t          n = em_trace_named(p->t, payee, &at), own = SIZE_MAX;
        em_str          said = EM_S("");
        for (size_t i = 0; i < n && own == SIZE_MAX; i++) {
                const em_label *l = em_labels_at(p->t->labels, at[i].label);
                if (!em_str_eq(l->label, name))
                        continue;
                own = i;
                said = say(p, "%.*s%s%.*s%s%.*s", EM_ARG(l->category), l->source.n ? "; by " : "", EM_ARG(l->source),
                           l->date.n ? ", " : "", EM_ARG(l->date));
        }
        for (size_t i = 0; i < n; i++) {
                const em_label *l = em_labels_at(p->t->labels, at[i].label);
                if (i != own)
                        said = say(p, "%.*s; or %.*s (%.*s)", EM_ARG(said), EM_ARG(l->label), EM_ARG(l->category));
        }
        return said;
}

static void name_service(const picture *p, size_t first, size_t end, em_flow_node *node)
{
        em_str said = said_of(p, p->place[first].payee, node->name);
        bool   alike = true;
        for (size_t i = first + 1; i < end; i++)
                alike = alike && em_str_eq(said, said_of(p, p->place[i].payee, node->name));
        if (end - first > 1)
                said = say(p, "%zu addresses%s %.*s", end - first, alike ? ";" : ", by several sources; of the first:",
                           EM_ARG(said));
        node->second = said;
        node->text = addresses(p, first, end);
}

static void name_place(const picture *p, const key *k, size_t first, em_flow_node *node)
{
        static const char *const why[] = {
                [EM_STOP_UNSPENT] = "still sitting", [EM_STOP_HOPS] = "not followed: hops",
                [EM_STOP_AMOUNT] = "not followed: amount", [EM_STOP_TIME] = "not followed: time",
                [EM_STOP_MIXED] = "mixed with clean coins", [EM_STOP_BURNT] = "burnt",
                [EM_STOP_UNKNOWN] = "not followed: an input is unknown",
        };
        const char *words = k->stop < sizeof why / sizeof *why && why[k->stop] ? why[k->stop] : em_stop_words(k->stop);
        em_str      where = address(p, p->place[first].payee);
        em_str      label = em_trace_label_text(p->t, p->place[first].payee);
        node->name = label.n ? say(p, "%.*s", EM_ARG(label)) : say(p, "%c%s", words[0] - 'a' + 'A', words + 1);
        node->second = label.n ? say(p, "%s at %.*s", words, EM_ARG(where)) : where;
        node->text = where;
}

static em_status name_seed(const picture *p, em_id out, em_flow_node *node, em_error *err)
{
        em_str name = {0}, label = em_trace_label_text(p->t, em_graph_payee(p->t->graph, out));
        EM_TRY(em_trace_output_name(p->t, out, &name, err));
        em_cut cut = em_str_cut(name, ':');
        node->name = EM_S("Named as stolen");
        node->second = say(p, "output %.8s\xe2\x80\xa6:%.*s at %.*s%s%.*s", name.p, EM_ARG(cut.tail),
                           EM_ARG(address(p, em_graph_payee(p->t->graph, out))), label.n ? "; " : "", EM_ARG(label));
        node->text = say(p, "output %.*s", EM_ARG(name));
        return EM_OK;
}

/* The same for the same thing in every picture of the chain: a name in an address must not depend on what else is drawn. */
static em_status identify(const picture *p, const key *k, em_flow_node *node, em_error *err)
{
        em_hash256 txid;
        char       text[65];
        em_str     name = {0};
        if (k->kind == EM_FLOW_SEED) {
                EM_TRY(em_trace_output_name(p->t, k->id, &name, err));
                node->id = em_flow_state_id('s', name, p->arena);
        } else if (k->kind == EM_FLOW_HOP || k->stop == EM_STOP_COINJOIN) {
                EM_TRY(em_chain_txid(p->t->chain, k->id, &txid, err));
                node->id = em_flow_state_id(k->kind == EM_FLOW_HOP ? 't' : 'm', em_str_c(em_hash256_text(txid, text)), p->arena);
        } else {
                name = say(p, "%d %.*s", (int)k->stop, EM_ARG(k->stop == EM_STOP_LABEL ? k->name : address(p, (uint32_t)k->id)));
                node->id = em_flow_state_id('e', name, p->arena);
        }
        return EM_OK;
}

static em_status name_nodes(picture *p, em_error *err)
{
        size_t at = 0;
        for (size_t i = 0; i < p->keys; i++) {
                const key    *k = &p->key[i];
                em_flow_node *node = &p->node[i];
                size_t        first = at;
                while (at < p->places && p->place[at].node == i)
                        at++;
                *node = (em_flow_node){.kind = k->kind, .name = k->name};
                EM_TRY(identify(p, k, node, err));
                if (k->kind == EM_FLOW_SEED)
                        EM_TRY(name_seed(p, k->id, node, err));
                else if (k->kind == EM_FLOW_HOP || k->stop == EM_STOP_COINJOIN)
                        EM_TRY(name_tx(p, k->id, node, err));
                else if (k->stop == EM_STOP_LABEL)
                        name_service(p, first, at, node);
                else
                        name_place(p, k, first, node);
                if (k->stop == EM_STOP_COINJOIN) {
                        uint32_t mix = em_trace_mixes(p->t, k->id);
                        node->name = say(p, "CoinJoin (%s)", em_coinjoin_name((em_coinjoin_kind)mix));
                }
        }
        return EM_OK;
}

/* ---- around the picture --------------------------------------------------------------------- */

static em_str coins(const picture *p, int64_t sat)
{
        return em_trace_coins(p->t, sat, ',');
}

static em_str title(const picture *p, em_taint_total s)
{
        const struct { int64_t sat; const char *words; } part[] = {
                {s.deposited, "may have come to services"}, {s.mixed, "into mixing"},
                {s.stopped, "was not followed further"}, {s.burnt, "was burnt"}, {s.sitting, "may still sit"},
        };
        em_str text = say(p, "Of %.*s %s named as stolen", EM_ARG(coins(p, s.stolen)), p->t->net->coin);
        for (size_t i = 0; i < sizeof part / sizeof *part; i++)
                if (part[i].sat)
                        text = say(p, "%.*s, %.*s %s", EM_ARG(text), EM_ARG(coins(p, part[i].sat)), part[i].words);
        return text;
}

static em_str books(const picture *p, em_taint_total s)
{
        const struct { int64_t sat; const char *words; } part[] = {
                {s.sitting, "still sitting"}, {s.deposited, "at services"}, {s.mixed, "mixed"}, {s.stopped, "stopped"},
                {s.fees, "fees"}, {s.burnt, "burnt"}, {s.dropped, "dropped"},
        };
        em_str text = say(p, "%.*s stolen", EM_ARG(coins(p, s.stolen)));
        bool   first = true;
        if (s.grown)
                text = say(p, "%.*s + %.*s grown", EM_ARG(text), EM_ARG(coins(p, s.grown)));
        for (size_t i = 0; i < sizeof part / sizeof *part; i++)
                if (part[i].sat) {
                        text = say(p, "%.*s %s %.*s %s", EM_ARG(text), first ? "=" : "+", EM_ARG(coins(p, part[i].sat)),
                                   part[i].words);
                        first = false;
                }
        return text;
}

static em_str foot(const picture *p, em_taint_total s)
{
        char           rule[160];
        em_chain_built c = em_chain_counts(p->t->chain);
        bool           real = !em_str_starts(em_str_c(p->t->net->name), EM_S("test")) &&
                    !em_str_eq(em_str_c(p->t->net->name), EM_S("signet")) &&
                    !em_str_eq(em_str_c(p->t->net->name), EM_S("regtest"));
        em_str chain = say(p, "Chain: %s, %.*s to height %lld%s.", p->t->net->name,
                           EM_ARG(em_cli_many(p->t->cli, c.blocks, "block", "blocks")), (long long)c.height,
                           real ? "" : "; its coins are made for tests and are no one's money");
        return say(p, "Rule, %s. Books: %.*s%s. %.*s%s An amount is what this rule counts as stolen; other rules give other "
                      "amounts. A label is what its source says. The picture says what may have happened to coins, and "
                      "nothing of persons.",
                   em_policy_text(p->t->policy[p->policy], rule), EM_ARG(books(p, s)),
                   em_trace_conserved(s) ? ", to the satoshi" : " DO NOT BALANCE", EM_ARG(chain),
                   p->again ? " Coins that flow from one named output into another are drawn from the latter." : "");
}

static em_status deliver(picture *p, em_str file, em_error *err)
{
        char           name[40];
        em_taint_total s = em_taint_totals(p->t->taint, p->policy);
        em_flow        flow = {.unit = em_str_c(p->t->net->coin), .decimals = 8, .hop = EM_S("transaction"),
                               .hops = EM_S("transactions"), .nodes = p->node, .node_count = p->keys,
                               .edges = p->edge, .edge_count = p->count};
        em_policy_name(p->t->policy[p->policy], name);
        flow.caption = (em_caption){.id = EM_S("flow"), .title = title(p, s), .foot = foot(p, s),
                .subtitle = say(p, "Under %s, one of several rules; amounts in %s, dates of blocks in UTC; money runs "
                                "from left to right", name, p->t->net->coin)};
        flow.caption.desc = say(p, "%.*s. %zu boxes and %zu payments before folding, from the stolen outputs at the left "
                                "to services, mixers and places where coins sit at the right; embargo trace --csv lists "
                                "every output.", EM_ARG(flow.caption.title), p->keys, p->count);
        EM_TRY(em_flow_state_draw(p->t->cli, &flow, file, p->arena, err));
        em_cli_done(p->t->cli, NULL, "drew %.*s and %.*s under %s into %.*s; next: the same without --flow for all "
                    "policies side by side",
                    EM_ARG(em_cli_many(p->t->cli, p->keys, "box", "boxes")),
                    EM_ARG(em_cli_many(p->t->cli, p->count, "payment", "payments")), name,
                    EM_ARG(em_cli_safe(p->t->cli, file)));
        return EM_OK;
}

static size_t choose_policy(const em_trace *t)
{
        for (size_t i = 0; i < t->policies; i++)
                if (t->policy[i].kind == EM_TAINT_HAIRCUT)
                        return i;
        return 0;
}

static em_status draw(picture *p, em_str file, em_error *err)
{
        uint64_t n = em_taint_count(p->t->taint);
        p->paid = EM_NEW_N(p->arena, paid, n);
        p->key = EM_NEW_N(p->arena, key, 2 * n);
        p->place = EM_NEW_N(p->arena, place, n);
        p->edge = EM_NEW_N(p->arena, em_flow_edge, n);
        if (!p->paid || !p->key || !p->place || !p->edge)
                return em_fail(err, EM_NOMEM, "the trace is too large for a picture");
        gather(p);
        connect(p);
        p->node = EM_NEW_N(p->arena, em_flow_node, p->keys);
        if (!p->node)
                return em_fail(err, EM_NOMEM, "the trace is too large for a picture");
        EM_TRY(name_nodes(p, err));
        return deliver(p, file, err);
}

em_status em_trace_flow(em_trace *t, em_str file, em_error *err)
{
        picture p = {.t = t, .policy = choose_policy(t)};
        if (em_taint_count(t->taint) > DRAWN_MOST)
                return em_fail(err, EM_LIMIT, "%.*s were reached, too many for a picture; --min, --hops or --until make "
                               "it smaller", EM_ARG(em_cli_many(t->cli, em_taint_count(t->taint), "output", "outputs")));
        p.arena = em_arena_new((size_t)2 << 30);
        em_status s = p.arena ? draw(&p, file, err) : em_fail(err, EM_NOMEM, "out of memory");
        em_arena_free(p.arena);
        return s;
}
