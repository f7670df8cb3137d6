/* A trace as a document: what was asked, each rule's books, and where coins ended.
 *
 * One table for all of it, so that the run is one source with one hash.  The column `row` says
 * what a row is: run, param, input, rule, seed, total, part, end, fold.  Nothing in it depends on
 * the clock, on a folder's name or on the order in which rules were asked for; labels and index
 * are named by their hashes.  Totals come first and are the engine's own; parts and ends are added up
 * here from the outputs, so that each is a check on the other.
 */
#include "cli/trace_run.h"
#include "embargo/coinjoin.h"

#include <stdlib.h>

#ifndef EMBARGO_VERSION
#define EMBARGO_VERSION "0.1.0"
#endif

/* ---- the columns ---------------------------------------------------------------------- */

enum { NAME, ROW, RULE, BOOK, CATEGORY, SAT, PLACES, SERVICES, OUTPUT, ADDRESS, VALUE_SAT, HEIGHT, DAY, HOPS, STOP,
       COINJOIN, LABEL, ACTOR, LABEL_SOURCE, CONFIDENCE, LABEL_FILE, LABEL_LINE, BLOCK_FILE, OFFSET, LENGTH, PATH, TEXT,
       SHA256, WORTH, CURRENCY, PRICE_FILE, PRICE_LINE, GRADE, KNOWN, NETWORK, COIN, THEFT, COLUMNS };

static const char *const names[COLUMNS] = {
        "name", "row", "rule", "book", "category", "sat", "places", "services", "output", "address", "value_sat", "height",
        "day", "hops", "stop", "coinjoin", "label", "actor", "label_source", "confidence", "label_file", "label_line", "block_file",
        "offset", "length", "path", "text", "sha256", "worth", "currency", "price_file", "price_line", "grade", "known", "network", "coin", "theft",
};

/* Where a place stands in the books.  The totals count the books; the parts say more. */
enum { P_EXCHANGE, P_BRIDGE, P_SERVICE, P_MIXER, P_COINJOIN, P_MET_CLEAN, P_SITTING, P_HOPS, P_AMOUNT, P_TIME, P_UNKNOWN,
       P_BURNT, P_DROPPED, PARTS };

static const struct { const char *book, *category; bool always; } parts[PARTS] = {
        [P_EXCHANGE] = {"deposited", "exchange", true}, [P_MIXER] = {"mixed", "mixer", true},
        [P_BRIDGE] = {"deposited", "bridge", true},     [P_SERVICE] = {"deposited", "service", true},
        [P_COINJOIN] = {"mixed", "coinjoin", true},     [P_MET_CLEAN] = {"mixed", "met clean coins", true},
        [P_SITTING] = {"sitting", "unspent", false},    [P_HOPS] = {"stopped", "hops", false},
        [P_AMOUNT] = {"stopped", "amount", false},      [P_TIME] = {"stopped", "time", false},
        [P_UNKNOWN] = {"stopped", "unknown", false},    [P_BURNT] = {"burnt", "unspendable", false},
        [P_DROPPED] = {"dropped", "met clean coins", false},
};

typedef struct sum { int64_t sat; uint64_t places, services; } sum;
typedef struct place { uint64_t at; int64_t most; size_t rank; } place;
typedef struct named { size_t rule, part; em_str name; } named;

typedef struct run {
        em_trace *t;
        em_buf   *out;
        em_arena *keep;                 /* for the whole run; t->cli->arena is emptied after each row */
        size_t    order[EM_POLICIES_MAX];       /* rules by name */
        sum       part[EM_POLICIES_MAX][PARTS], fold[EM_POLICIES_MAX][PARTS];
        uint64_t  services[EM_POLICIES_MAX];
        place    *place; size_t places, listed;
        em_str    cell[COLUMNS];
        em_str   *label_hash; size_t label_files;       /* in the order of --labels */
        em_str   *price_path, *price_hash; size_t price_files;
        char      known[11], theft[17], index_hash[65];
} run;

/* Writes the cells that are set, and empties them for the next row. */
static em_status put_row(run *r, const char *row, em_str name, em_error *err)
{
        r->cell[NAME] = name;
        r->cell[ROW] = em_str_c(row);
        if (!r->cell[GRADE].p)
                r->cell[GRADE] = EM_S("computed");
        r->cell[KNOWN] = em_str_c(r->known);
        r->cell[NETWORK] = em_str_c(r->t->net->name);
        r->cell[COIN] = em_str_c(r->t->net->coin);
        r->cell[THEFT] = em_str_c(r->theft);
        for (size_t i = 0; i < COLUMNS; i++) {
                if (i)
                        em_buf_ch(r->out, ',');
                em_table_csv_put(r->cell[i], r->out);
        }
        em_buf_ch(r->out, '\n');
        memset(r->cell, 0, sizeof r->cell);
        return em_buf_status(r->out, err);
}

static em_str digits(run *r, uint64_t n) { return em_cli_digits(r->t->cli, (int64_t)n); }

static em_str rule_name(run *r, size_t p)
{
        char name[40];
        return em_cli_text(r->t->cli, "%s", em_policy_name(r->t->policy[p], name));
}

static em_day block_day(const em_trace *t, em_id block)
{
        return em_day_utc((int64_t)em_le(t->graph->block_time + 4 * block, 4));
}

static em_str day_text(run *r, em_day day)
{
        char text[11];
        return em_cli_text(r->t->cli, "%s", em_day_text(day, text));
}

/* ---- labels --------------------------------------------------------------------------- */

/* The label that ended the trace here, or NULL. */
static const em_label *ending_label(const em_trace *t, const em_reached *r)
{
        uint32_t at = r->label & ~EM_TAINT_MIXER;
        return at ? em_labels_at(t->labels, at - 1) : NULL;
}

static const em_label *any_label(const em_trace *t, uint32_t payee)
{
        const em_named *at = NULL;
        return em_trace_named(t, payee, &at) ? em_labels_at(t->labels, at[0].label) : NULL;
}

static size_t part_of_label(const em_label *l)
{
        switch (l ? l->stop : EM_LABEL_SERVICE) {
        case EM_LABEL_EXCHANGE: return P_EXCHANGE;
        case EM_LABEL_MIXER:    return P_MIXER;
        case EM_LABEL_BRIDGE:   return P_BRIDGE;
        default:                return P_SERVICE;
        }
}

/* How far the place's row may be believed: arithmetic over the chain is as good as the chain, and a
 * place that is told by its label is as good as the label. */
static const char *grade_of_label(const em_label *l)
{
        int sure = em_label_confidence(l->confidence);
        return sure >= 75 ? "high" : sure >= 40 ? "medium" : sure >= 0 ? "low" : "";
}

/* ---- which book ------------------------------------------------------------------------- */

static size_t part_of(const em_trace *t, const em_reached *r, size_t p)
{
        switch (em_trace_stop(r, p)) {
        case EM_STOP_UNSPENT:  return P_SITTING;
        case EM_STOP_LABEL:    return part_of_label(ending_label(t, r));
        case EM_STOP_COINJOIN: return P_COINJOIN;
        case EM_STOP_HOPS:     return P_HOPS;
        case EM_STOP_AMOUNT:   return P_AMOUNT;
        case EM_STOP_TIME:     return P_TIME;
        case EM_STOP_MIXED:    return t->policy[p].kind == EM_TAINT_PURE ? P_DROPPED : P_MET_CLEAN;
        case EM_STOP_BURNT:    return P_BURNT;
        case EM_STOP_UNKNOWN:  return P_UNKNOWN;
        case EM_STOP_NONE:     break;
        }
        return PARTS;
}

static bool is_labelled(size_t part) { return part <= P_MIXER; }

/* The most that any rule brings to its end here; 0 when all go on. */
static int64_t most_here(const em_trace *t, const em_reached *r)
{
        int64_t most = 0;
        for (size_t p = 0; p < t->policies; p++)
                if (em_trace_stop(r, p) != EM_STOP_NONE && r->sat[p] > most)
                        most = r->sat[p];
        return most;
}

static int by_most(const void *a, const void *b)
{
        const place *x = a, *y = b;
        if (x->most != y->most)
                return x->most > y->most ? -1 : 1;
        return x->at < y->at ? -1 : x->at > y->at;
}

static int by_output(const void *a, const void *b)
{
        const place *x = a, *y = b;
        return x->at < y->at ? -1 : x->at > y->at;
}

/* The largest places, in the order of the chain. */
static em_status choose_places(run *r, em_error *err)
{
        const em_trace *t = r->t;
        uint64_t count = em_taint_count(t->taint);
        em_reached reached;
        for (uint64_t i = 0; i < count; i++) {
                em_taint_at(t->taint, i, &reached);
                r->places += most_here(t, &reached) > 0;
        }
        r->place = EM_NEW_N(r->keep, place, r->places + 1);
        if (!r->place)
                return em_fail(err, EM_NOMEM, "the trace ends in too many places for memory");
        r->places = 0;
        for (uint64_t i = 0; i < count; i++) {
                em_taint_at(t->taint, i, &reached);
                int64_t most = most_here(t, &reached);
                if (most > 0)
                        r->place[r->places++] = (place){i, most, 0};
        }
        qsort(r->place, r->places, sizeof *r->place, by_most);
        for (size_t i = 0; i < r->places; i++)
                r->place[i].rank = i;
        r->listed = r->places < EM_RUN_PLACES ? r->places : EM_RUN_PLACES;
        qsort(r->place, r->listed, sizeof *r->place, by_output);
        return EM_OK;
}

/* ---- adding up ----------------------------------------------------------------------------- */

static int by_part_name(const void *a, const void *b)
{
        const named *x = a, *y = b;
        if (x->rule != y->rule)
                return x->rule < y->rule ? -1 : 1;
        if (x->part != y->part)
                return x->part < y->part ? -1 : 1;
        return em_str_cmp(x->name, y->name);
}

static int by_rule_name(const void *a, const void *b)
{
        const named *x = a, *y = b;
        if (x->rule != y->rule)
                return x->rule < y->rule ? -1 : 1;
        return em_str_cmp(x->name, y->name);
}

/* Services are told apart by the actors, else the names, in their labels; a mixer is none. */
static void count_services(run *r, named *list, size_t count)
{
        if (count)
                qsort(list, count, sizeof *list, by_part_name);
        for (size_t i = 0; i < count; i++)
                r->part[list[i].rule][list[i].part].services += i == 0 || by_part_name(&list[i - 1], &list[i]) != 0;
        size_t services = 0;
        for (size_t i = 0; i < count; i++)
                if (list[i].part != P_MIXER)
                        list[services++] = list[i];
        if (services)
                qsort(list, services, sizeof *list, by_rule_name);
        for (size_t i = 0; i < services; i++)
                r->services[list[i].rule] += i == 0 || by_rule_name(&list[i - 1], &list[i]) != 0;
}

static void add_place(run *r, size_t i, named *list, size_t *names_in)
{
        const em_trace *t = r->t;
        em_reached reached;
        em_taint_at(t->taint, r->place[i].at, &reached);
        const em_label *l = ending_label(t, &reached);
        for (size_t p = 0; p < t->policies; p++) {
                size_t part = reached.sat[p] ? part_of(t, &reached, p) : PARTS;
                if (part == PARTS)
                        continue;
                sum *s = &r->part[p][part], *f = &r->fold[p][part];
                s->sat += reached.sat[p];
                s->places++;
                if (i >= r->listed) {
                        f->sat += reached.sat[p];
                        f->places++;
                }
                if (is_labelled(part) && l)
                        list[(*names_in)++] = (named){p, part, l->actor.n ? l->actor : l->label};
        }
}

static em_status add_up(run *r, em_error *err)
{
        size_t n = 0;
        named *list = EM_NEW_N(r->keep, named, r->places * r->t->policies + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "the trace ends in too many places for memory");
        for (size_t i = 0; i < r->places; i++)
                add_place(r, i, list, &n);
        count_services(r, list, n);
        return EM_OK;
}

/* ---- what the run rests on ---------------------------------------------------------------- */

em_status em_trace_hash_file(em_str path, char ret_hex[65], em_error *err)
{
        em_str text = {0};
        em_arena *own = em_arena_new((size_t)1 << 31);
        if (!own)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_status s = em_file_read(path, (uint64_t)1 << 30, own, &text, err);
        if (s == EM_OK)
                em_sha256_hex(em_sha256_of(text), ret_hex);
        em_arena_free(own);
        return s;
}

static em_status hash_prices(run *r, em_error *err)
{
        const em_parsed *parsed = r->t->cli->parsed;
        em_str path = {0};
        char   hex[65];
        r->price_path = EM_NEW_N(r->keep, em_str, 2 * parsed->values + 1);
        if (!r->price_path)
                return em_fail(err, EM_NOMEM, "out of memory");
        r->price_hash = r->price_path + parsed->values;
        for (; em_option_nth(parsed, "prices", r->price_files, &path); r->price_files++) {
                EM_TRY(em_trace_hash_file(path, hex, err));
                r->price_path[r->price_files] = path;
                EM_TRY(em_str_copy(em_str_c(hex), r->keep, &r->price_hash[r->price_files], err));
        }
        return EM_OK;
}

static em_status hash_inputs(run *r, em_error *err)
{
        em_str path = {0};
        const em_label_file *file = NULL;
        char   hex[65];
        EM_TRY(em_path_join(r->t->chain_dir, EM_S("index"), r->keep, &path, err));
        EM_TRY(em_trace_hash_file(path, r->index_hash, err));
        EM_TRY(hash_prices(r, err));
        if (!r->t->labels)
                return EM_OK;
        r->label_files = em_labels_files(r->t->labels, &file);
        r->label_hash = EM_NEW_N(r->keep, em_str, r->label_files + 1);
        if (!r->label_hash)
                return em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; i < r->label_files; i++) {
                EM_TRY(em_trace_hash_file(file[i].file, hex, err));
                EM_TRY(em_str_copy(em_str_c(hex), r->keep, &r->label_hash[i], err));
        }
        return EM_OK;
}

/* The same theft: the same coins on the same network, whatever is asked of them. */
static em_status name_theft(run *r, em_error *err)
{
        em_str name = {0};
        char   hex[65];
        em_buf text = em_buf_make((size_t)1 << 30);
        em_status s = EM_OK;
        em_buf_fmt(&text, "%s\n", r->t->net->name);
        for (size_t i = 0; i < r->t->seeds && s == EM_OK; i++) {
                s = em_trace_output_name(r->t, r->t->seed[i].out, &name, err);
                em_buf_fmt(&text, "%.*s=%lld\n", EM_ARG(name), (long long)r->t->seed[i].stolen_sat);
        }
        if (s == EM_OK)
                s = em_buf_status(&text, err);
        if (s == EM_OK)
                snprintf(r->theft, sizeof r->theft, "%.16s", em_sha256_hex(em_sha256_of(em_buf_view(&text)), hex));
        em_buf_free(&text);
        return s;
}

/* What came out could be known when the chain had come so far and the labels that were met had been made. */
static void find_known(run *r)
{
        const em_trace *t = r->t;
        em_day known = t->graph->blocks ? block_day(t, t->graph->blocks - 1) : 0, day;
        for (size_t i = 0; i < r->listed; i++) {
                em_reached reached;
                const em_named *at = NULL;
                em_taint_at(t->taint, r->place[i].at, &reached);
                size_t n = em_trace_named(t, em_graph_payee(t->graph, reached.out), &at);
                for (size_t k = 0; k < n; k++)
                        if (em_day_parse(em_labels_at(t->labels, at[k].label)->date, &day) && day > known)
                                known = day;
        }
        em_day_text(known, r->known);
}

static void order_rules(run *r)
{
        for (size_t i = 0; i < r->t->policies; i++) {
                char   mine[40], other[40];
                size_t k = i;
                em_policy_name(r->t->policy[i], mine);
                while (k > 0 && strcmp(em_policy_name(r->t->policy[r->order[k - 1]], other), mine) > 0) {
                        r->order[k] = r->order[k - 1];
                        k--;
                }
                r->order[k] = i;
        }
}

/* ---- the head ------------------------------------------------------------------------------- */

static em_status put_run(run *r, em_error *err)
{
        const em_trace *t = r->t;
        em_id last = t->graph->blocks - 1;
        r->cell[HEIGHT] = em_cli_digits(t->cli, em_chain_height(t->chain, last));
        r->cell[DAY] = day_text(r, block_day(t, last));
        r->cell[PLACES] = digits(r, r->places);
        r->cell[TEXT] = em_cli_text(t->cli, "stolen coins of %.*s traced by %.*s",
                                    EM_ARG(em_cli_many(t->cli, t->seeds, "output", "outputs")),
                                    EM_ARG(em_cli_many(t->cli, t->policies, "rule", "rules")));
        return put_row(r, "run", EM_S("run"), err);
}

static em_status put_param(run *r, const char *name, em_str value, em_error *err)
{
        r->cell[TEXT] = value;
        return put_row(r, "param", em_cli_text(r->t->cli, "param %s", name), err);
}

static em_status put_params(run *r, em_error *err)
{
        static const char *const valued[] = {"as-of", "fee", "hops", "min", "until", "currency"};
        static const char *const switches[] = {"through-labels", "through-mixers"};
        em_cli *cli = r->t->cli;
        EM_TRY(put_param(r, "program", EM_S("embargo " EMBARGO_VERSION), err));
        for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
                if (em_cli_given(cli, valued[i]))
                        EM_TRY(put_param(r, valued[i], em_cli_value(cli, valued[i]), err));
        for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
                if (em_cli_given(cli, switches[i]))
                        EM_TRY(put_param(r, switches[i], EM_S("yes"), err));
        return EM_OK;
}

/* The name of a list of wallets is read as its label, so it is part of what was given. */
static em_status put_labels(run *r, size_t i, em_error *err)
{
        const em_label_file *file = NULL;
        em_labels_files(r->t->labels, &file);
        bool wallets = file[i].format == EM_LABEL_WALLETS;
        r->cell[SHA256] = r->label_hash[i];
        r->cell[PLACES] = digits(r, file[i].labels);
        r->cell[TEXT] = em_cli_text(r->t->cli, "labels, %s%s%.*s", em_label_format_name(file[i].format), wallets ? ": " : "",
                                    EM_ARG(wallets ? em_path_base(file[i].file) : EM_S("")));
        return put_row(r, "input", EM_S("input labels"), err);
}

static em_status put_stops(run *r, em_error *err)
{
        char hex[65];
        EM_TRY(em_trace_hash_file(em_cli_value(r->t->cli, "stops"), hex, err));
        r->cell[SHA256] = em_str_c(hex);
        r->cell[TEXT] = EM_S("which categories of labels end a trace");
        return put_row(r, "input", EM_S("input stops"), err);
}

static em_status put_inputs(run *r, em_error *err)
{
        r->cell[SHA256] = em_str_c(r->index_hash);
        r->cell[TEXT] = EM_S("the head of the chain's index, which seals its columns");
        EM_TRY(put_row(r, "input", EM_S("input index"), err));
        for (size_t i = 0; i < r->label_files; i++)
                EM_TRY(put_labels(r, i, err));
        for (size_t i = 0; i < r->price_files; i++) {
                r->cell[SHA256] = r->price_hash[i];
                r->cell[TEXT] = EM_S("prices by day");
                EM_TRY(put_row(r, "input", EM_S("input prices"), err));
        }
        return em_cli_given(r->t->cli, "stops") ? put_stops(r, err) : EM_OK;
}

static em_status put_rules(run *r, em_error *err)
{
        for (size_t i = 0; i < r->t->policies; i++) {
                char text[160];
                em_str rule = rule_name(r, r->order[i]);
                r->cell[RULE] = rule;
                r->cell[TEXT] = em_str_c(em_policy_text(r->t->policy[r->order[i]], text));
                EM_TRY(put_row(r, "rule", em_cli_text(r->t->cli, "rule %.*s", EM_ARG(rule)), err));
        }
        return EM_OK;
}

/* Where an output's transaction lies in the raw blocks, and when. */
static em_status set_place(run *r, em_id out, em_error *err)
{
        em_trace      *t = r->t;
        em_chain_place at = {0};
        em_id tx = em_graph_tx_of_out(t->graph, out), block = em_graph_block_of_tx(t->graph, tx);
        EM_TRY(em_trace_output_name(t, out, &r->cell[OUTPUT], err));
        EM_TRY(em_chain_place_of(t->chain, tx, t->cli->arena, &at, err));
        r->cell[ADDRESS] = em_trace_address(t, em_graph_payee(t->graph, out));
        r->cell[VALUE_SAT] = em_cli_digits(t->cli, em_graph_value(t->graph, out));
        r->cell[HEIGHT] = em_cli_digits(t->cli, em_chain_height(t->chain, block));
        r->cell[DAY] = day_text(r, block_day(t, block));
        r->cell[BLOCK_FILE] = at.file;
        r->cell[OFFSET] = digits(r, at.offset);
        r->cell[LENGTH] = digits(r, at.length);
        return EM_OK;
}

/* The label's line in its file: the file is a source of the case by its hash. */
static void set_label(run *r, const em_label *l)
{
        const em_label_file *file = NULL;
        size_t n = em_labels_files(r->t->labels, &file);
        r->cell[LABEL] = l->label;
        r->cell[ACTOR] = l->actor;
        r->cell[LABEL_SOURCE] = l->source;
        r->cell[CONFIDENCE] = l->confidence;
        for (size_t i = n; i-- > 0;)
                if (em_str_eq(file[i].file, l->file))
                        r->cell[LABEL_FILE] = em_str_sub(r->label_hash[i], 0, 8);
        r->cell[LABEL_LINE] = digits(r, l->line);
}

/* At the price of the place's own day; a day without a price leaves it empty. */
static em_status set_worth(run *r, em_id out, int64_t sat, em_error *err)
{
        em_trace *t = r->t;
        size_t    words = 0;
        int64_t   hundredths = 0;
        char      text[40];
        em_day    day = block_day(t, em_graph_block_of_tx(t->graph, em_graph_tx_of_out(t->graph, out)));
        const em_price *price =
                t->prices ? em_prices_on(t->prices, em_str_c(t->net->coin), t->currency, day, &words) : NULL;
        if (!price)
                return EM_OK;
        if (!em_price_value(price, em_u256_of((uint64_t)sat), 8, &hundredths))
                return em_fail(err, EM_LIMIT, "a value in money is over 63 bits; is the price one of a whole coin?");
        r->cell[WORTH] = em_cli_text(t->cli, "%s", em_price_text(hundredths, 0, text));
        r->cell[CURRENCY] = t->currency;
        for (size_t i = r->price_files; i-- > 0;)
                if (em_str_eq(r->price_path[i], price->file))
                        r->cell[PRICE_FILE] = em_str_sub(r->price_hash[i], 0, 8);
        r->cell[PRICE_LINE] = digits(r, price->line);
        return EM_OK;
}

static em_status put_seeds(run *r, em_error *err)
{
        em_arena *whole = r->t->cli->arena;
        for (size_t i = 0; i < r->t->seeds; i++) {
                EM_TRY(set_place(r, r->t->seed[i].out, err));
                r->cell[SAT] = em_cli_digits(r->t->cli, r->t->seed[i].stolen_sat);
                EM_TRY(set_worth(r, r->t->seed[i].out, r->t->seed[i].stolen_sat, err));
                        EM_TRY(put_row(r, "seed", em_cli_text(r->t->cli, "seed %.*s", EM_ARG(r->cell[OUTPUT])), err));
                em_arena_reset(whole);
        }
        return EM_OK;
}

/* ---- the books ----------------------------------------------------------------------------------- */

static em_status put_total(run *r, size_t p, const char *book, int64_t sat, em_error *err)
{
        em_str   rule = rule_name(r, p);
        uint64_t places = 0;
        bool     of_places = false;
        for (size_t i = 0; i < PARTS; i++)
                if (strcmp(parts[i].book, book) == 0) {
                        places += r->part[p][i].places;
                        of_places = true;
                }
        r->cell[RULE] = rule;
        r->cell[BOOK] = em_str_c(book);
        r->cell[SAT] = em_cli_digits(r->t->cli, sat);
        if (of_places)
                r->cell[PLACES] = digits(r, places);
        if (strcmp(book, "deposited") == 0)
                r->cell[SERVICES] = digits(r, r->services[p]);
        return put_row(r, "total", em_cli_text(r->t->cli, "total %.*s %s", EM_ARG(rule), book), err);
}

static em_status put_totals(run *r, size_t p, em_error *err)
{
        em_taint_total s = em_taint_totals(r->t->taint, p);
        const struct { const char *book; int64_t sat; } total[] = {
                {"stolen", s.stolen}, {"grown", s.grown}, {"deposited", s.deposited}, {"sitting", s.sitting},
                {"mixed", s.mixed}, {"stopped", s.stopped}, {"burnt", s.burnt}, {"fees", s.fees}, {"dropped", s.dropped},
        };
        for (size_t i = 0; i < sizeof total / sizeof *total; i++)
                EM_TRY(put_total(r, p, total[i].book, total[i].sat, err));
        return EM_OK;
}

static em_status put_sum(run *r, const char *row, size_t p, size_t part, const sum *s, em_error *err)
{
        em_str rule = rule_name(r, p);
        r->cell[RULE] = rule;
        r->cell[BOOK] = em_str_c(parts[part].book);
        r->cell[CATEGORY] = em_str_c(parts[part].category);
        r->cell[SAT] = em_cli_digits(r->t->cli, s->sat);
        r->cell[PLACES] = digits(r, s->places);
        if (is_labelled(part) && strcmp(row, "part") == 0)
                r->cell[SERVICES] = digits(r, s->services);
        return put_row(r, row, em_cli_text(r->t->cli, "%s %.*s %s %s", row, EM_ARG(rule), parts[part].book,
                                           parts[part].category), err);
}

static em_status put_books(run *r, em_error *err)
{
        for (size_t i = 0; i < r->t->policies; i++) {
                size_t p = r->order[i];
                EM_TRY(put_totals(r, p, err));
                for (size_t k = 0; k < PARTS; k++)
                        if (parts[k].always || r->part[p][k].places)
                                EM_TRY(put_sum(r, "part", p, k, &r->part[p][k], err));
                for (size_t k = 0; k < PARTS; k++)
                        if (r->fold[p][k].places)
                                EM_TRY(put_sum(r, "fold", p, k, &r->fold[p][k], err));
                em_arena_reset(r->t->cli->arena);
        }
        return EM_OK;
}

/* ---- the ends --------------------------------------------------------------------------------------- */

/* SHA-256 of the path's steps, one a line: "TXID INPUT OUTPUT VIA_SAT". */
static em_status set_path(run *r, size_t p, em_id out, em_error *err)
{
        em_trace *t = r->t;
        em_step  *step = NULL;
        size_t    steps = 0;
        char      hex[65];
        em_buf    text = em_buf_make((size_t)64 << 20);
        em_status s = em_taint_path(t->taint, p, out, t->cli->arena, &step, &steps, err);
        if (s == EM_LIMIT) {            /* too wide to search: the place stands without it */
                *err = (em_error){0};
                return EM_OK;
        }
        for (size_t i = 0; i < steps && s == EM_OK; i++) {
                em_hash256 txid;
                char       name[65];
                s = em_chain_txid(t->chain, step[i].tx, &txid, err);
                if (s == EM_OK)
                        em_buf_fmt(&text, "%s %llu %llu %lld\n", em_hash256_text(txid, name),
                                   (unsigned long long)(step[i].in - em_graph_first_in(t->graph, step[i].tx)),
                                   (unsigned long long)(step[i].to - em_graph_first_out(t->graph, step[i].tx)),
                                   (long long)step[i].via_sat);
        }
        if (s == EM_OK)
                s = em_buf_status(&text, err);
        if (s == EM_OK)
                r->cell[PATH] = em_cli_text(t->cli, "%s", em_sha256_hex(em_sha256_of(em_buf_view(&text)), hex));
        em_buf_free(&text);
        return s;
}

static em_status put_end(run *r, const place *at, const em_reached *reached, size_t p, em_error *err)
{
        em_trace *t = r->t;
        uint32_t  payee = em_graph_payee(t->graph, reached->out);
        size_t    part = part_of(t, reached, p);
        em_str    rule = rule_name(r, p);
        const em_label *l = ending_label(t, reached);
        if (!l)
                l = any_label(t, payee);
        EM_TRY(set_place(r, reached->out, err));
        r->cell[RULE] = rule;
        r->cell[BOOK] = em_str_c(parts[part].book);
        r->cell[CATEGORY] = em_str_c(parts[part].category);
        r->cell[SAT] = em_cli_digits(t->cli, reached->sat[p]);
        r->cell[HOPS] = digits(r, reached->hops);
        r->cell[STOP] = em_trace_stop_words(t, em_trace_stop(reached, p), payee);
        EM_TRY(set_worth(r, reached->out, reached->sat[p], err));
        if (reached->mix && part == P_COINJOIN)
                r->cell[COINJOIN] = em_str_c(em_coinjoin_name((em_coinjoin_kind)reached->mix));
        if (l)
                set_label(r, l);
        if (l && is_labelled(part))
                r->cell[GRADE] = em_str_c(grade_of_label(l));
        if (at->rank < EM_RUN_PATHS)
                EM_TRY(set_path(r, p, reached->out, err));
        return put_row(r, "end", em_cli_text(t->cli, "end %.*s %.*s", EM_ARG(rule), EM_ARG(r->cell[OUTPUT])), err);
}

static em_status put_ends(run *r, em_error *err)
{
        for (size_t i = 0; i < r->listed; i++) {
                em_reached reached;
                em_taint_at(r->t->taint, r->place[i].at, &reached);
                for (size_t k = 0; k < r->t->policies; k++) {
                        size_t p = r->order[k];
                        if (reached.sat[p] && em_trace_stop(&reached, p) != EM_STOP_NONE)
                                EM_TRY(put_end(r, &r->place[i], &reached, p, err));
                }
                em_arena_reset(r->t->cli->arena);
                if (!em_progress_tell(&r->t->cli->progress, "writing the run", i, r->listed))
                        return em_fail(err, EM_INTERRUPTED, "interrupted");
        }
        return EM_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static em_status put_all(run *r, em_error *err)
{
        for (size_t i = 0; i < COLUMNS; i++)
                em_buf_fmt(r->out, "%s%s", i ? "," : "", names[i]);
        em_buf_ch(r->out, '\n');
        EM_TRY(put_run(r, err));
        EM_TRY(put_params(r, err));
        EM_TRY(put_inputs(r, err));
        EM_TRY(put_rules(r, err));
        EM_TRY(put_seeds(r, err));
        EM_TRY(put_books(r, err));
        return put_ends(r, err);
}

static em_status make(run *r, em_error *err)
{
        EM_TRY(hash_inputs(r, err));
        EM_TRY(name_theft(r, err));
        EM_TRY(choose_places(r, err));
        EM_TRY(add_up(r, err));
        find_known(r);
        order_rules(r);
        return put_all(r, err);
}

em_status em_trace_run_text(em_trace *t, em_buf *out, em_error *err)
{
        em_arena *whole = t->cli->arena;
        em_arena *keep = em_arena_new((size_t)16 << 30), *rows = em_arena_new((size_t)2 << 30);
        em_status s = EM_NOMEM;
        run      *r = keep && rows ? EM_NEW(keep, run) : NULL;
        if (r) {
                *r = (run){.t = t, .out = out, .keep = keep};
                t->cli->arena = rows;
                s = make(r, err);
                t->cli->arena = whole;
        } else {
                s = em_fail(err, EM_NOMEM, "out of memory");
        }
        em_arena_free(rows);
        em_arena_free(keep);
        return s;
}
