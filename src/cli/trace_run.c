/* A trace as a document: what was asked, each rule's books, and where coins ended.
 *
 * One table for all of it, so that the run is one source with one hash.  The column `row` says
 * what a row is: run, param, input, rule, seed, total, part, end, fold.  Nothing in it depends on
 * the clock, on a folder's name or on the order in which rules were asked for; labels and index
 * are named by their hashes.  Totals come first and are the engine's own; parts and ends are added up
 * here from the outputs, so that each is a check on the other.
 */
#include "cli/trace_run.h"
#include "cli/trace_sheet.h"
#include "embargo/coinjoin.h"

#include <stdlib.h>

/* ---- the columns ---------------------------------------------------------------------- */

static const unsigned char columns[] = {
        RUN_NAME, RUN_ROW, RUN_RULE, RUN_BOOK, RUN_CATEGORY, RUN_SAT, RUN_PLACES, RUN_SERVICES, RUN_OUTPUT,
        RUN_ADDRESS, RUN_VALUE_SAT, RUN_HEIGHT, RUN_DAY, RUN_HOPS, RUN_STOP, RUN_COINJOIN, RUN_LABEL, RUN_ACTOR,
        RUN_LABEL_SOURCE, RUN_CONFIDENCE, RUN_LABEL_FILE, RUN_LABEL_LINE, RUN_BLOCK_FILE, RUN_OFFSET, RUN_LENGTH,
        RUN_PATH, RUN_TEXT, RUN_SHA256, RUN_WORTH, RUN_CURRENCY, RUN_PRICE_FILE, RUN_PRICE_LINE, RUN_GRADE, RUN_KNOWN,
        RUN_NETWORK, RUN_COIN, RUN_THEFT,
};

/* Where a place stands in the books.  The totals count the books; the parts say more. */
enum { P_EXCHANGE, P_BRIDGE, P_SERVICE, P_MIXER, P_COINJOIN, P_MET_CLEAN, P_SITTING, P_HOPS, P_AMOUNT, P_TIME, P_UNKNOWN,
       P_BURNT, P_DROPPED, PARTS };

static const em_run_part parts[PARTS] = {
        [P_EXCHANGE] = {"deposited", "exchange", true, true}, [P_MIXER] = {"mixed", "mixer", true, true},
        [P_BRIDGE] = {"deposited", "bridge", true, true},     [P_SERVICE] = {"deposited", "service", true, true},
        [P_COINJOIN] = {"mixed", "coinjoin", true, false},     [P_MET_CLEAN] = {"mixed", "met clean coins", true, false},
        [P_SITTING] = {"sitting", "unspent", false, false},    [P_HOPS] = {"stopped", "hops", false, false},
        [P_AMOUNT] = {"stopped", "amount", false, false},      [P_TIME] = {"stopped", "time", false, false},
        [P_UNKNOWN] = {"stopped", "unknown", false, false},    [P_BURNT] = {"burnt", "unspendable", false, false},
        [P_DROPPED] = {"dropped", "met clean coins", false, false},
};

typedef struct place { uint64_t at; int64_t most; size_t rank; } place;

typedef struct run {
        em_trace      *t;
        em_trace_sheet doc;
        int64_t        sat[EM_POLICIES_MAX][PARTS], folded_sat[EM_POLICIES_MAX][PARTS];
        em_run_tally   part[EM_POLICIES_MAX][PARTS], fold[EM_POLICIES_MAX][PARTS];
        uint64_t       services[EM_POLICIES_MAX];
        place         *place; size_t places, listed;
} run;

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
        r->place = EM_NEW_N(r->doc.keep, place, r->places + 1);
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

/* Services are told apart by the actors, else the names, in their labels. */
static void add_place(run *r, size_t i, em_run_service *list, size_t *services)
{
        const em_trace *t = r->t;
        em_reached reached;
        em_taint_at(t->taint, r->place[i].at, &reached);
        const em_label *l = ending_label(t, &reached);
        for (size_t p = 0; p < t->policies; p++) {
                size_t part = reached.sat[p] ? part_of(t, &reached, p) : PARTS;
                if (part == PARTS)
                        continue;
                r->sat[p][part] += reached.sat[p];
                r->part[p][part].places++;
                if (i >= r->listed) {
                        r->folded_sat[p][part] += reached.sat[p];
                        r->fold[p][part].places++;
                }
                if (parts[part].labelled && l)
                        list[(*services)++] = (em_run_service){p, part, l->actor.n ? l->actor : l->label};
        }
}

static em_status add_up(run *r, em_error *err)
{
        size_t n = 0;
        em_run_service *list = EM_NEW_N(r->doc.keep, em_run_service, r->places * r->t->policies + 1);
        if (!list)
                return em_fail(err, EM_NOMEM, "the trace ends in too many places for memory");
        for (size_t i = 0; i < r->places; i++)
                add_place(r, i, list, &n);
        em_run_count_services(list, n, parts, PARTS, r->part[0], r->services);
        return EM_OK;
}

/* ---- what the run rests on ---------------------------------------------------------------- */

static em_status hash_inputs(run *r, em_error *err)
{
        em_str path = {0};
        EM_TRY(em_path_join(r->t->chain_dir, EM_S("index"), r->doc.keep, &path, err));
        EM_TRY(em_trace_hash_file(path, r->doc.index_hash, err));
        return em_trace_sheet_inputs(&r->doc, err);
}

/* The same theft: the same coins on the same network, whatever is asked of them. */
static em_status name_theft(run *r, em_error *err)
{
        em_str name = {0};
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
                em_trace_sheet_theft(&r->doc, em_buf_view(&text));
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
        em_day_text(known, r->doc.known);
}

/* ---- the head ------------------------------------------------------------------------------- */

static em_status put_run(run *r, em_error *err)
{
        const em_trace *t = r->t;
        em_id last = t->graph->blocks - 1;
        r->doc.cell[RUN_HEIGHT] = em_cli_digits(t->cli, em_chain_height(t->chain, last));
        r->doc.cell[RUN_DAY] = day_text(r, block_day(t, last));
        return em_trace_sheet_run(&r->doc, em_cli_many(t->cli, t->seeds, "output", "outputs"), r->places, err);
}

static em_status put_params(run *r, em_error *err)
{
        static const char *const valued[] = {"as-of", "fee", "hops", "min", "until", "currency", NULL};
        static const char *const switches[] = {"through-labels", "through-mixers", NULL};
        EM_TRY(em_sheet_program(&r->doc.sheet, RUN_TEXT, err));
        return em_sheet_options(&r->doc.sheet, RUN_TEXT, valued, switches, err);
}

/* Where an output's transaction lies in the raw blocks, and when. */
static em_status set_place(run *r, em_id out, em_error *err)
{
        em_trace      *t = r->t;
        em_chain_place at = {0};
        em_id tx = em_graph_tx_of_out(t->graph, out), block = em_graph_block_of_tx(t->graph, tx);
        EM_TRY(em_trace_output_name(t, out, &r->doc.cell[RUN_OUTPUT], err));
        EM_TRY(em_chain_place_of(t->chain, tx, t->cli->arena, &at, err));
        r->doc.cell[RUN_ADDRESS] = em_trace_address(t, em_graph_payee(t->graph, out));
        r->doc.cell[RUN_VALUE_SAT] = em_cli_digits(t->cli, em_graph_value(t->graph, out));
        r->doc.cell[RUN_HEIGHT] = em_cli_digits(t->cli, em_chain_height(t->chain, block));
        r->doc.cell[RUN_DAY] = day_text(r, block_day(t, block));
        r->doc.cell[RUN_BLOCK_FILE] = at.file;
        r->doc.cell[RUN_OFFSET] = em_trace_sheet_digits(&r->doc, at.offset);
        r->doc.cell[RUN_LENGTH] = em_trace_sheet_digits(&r->doc, at.length);
        return EM_OK;
}

/* At the price of the place's own day; a day without a price leaves it empty. */
static em_status set_worth(run *r, em_id out, int64_t sat, em_error *err)
{
        em_trace *t = r->t;
        size_t    words = 0;
        em_day    day = block_day(t, em_graph_block_of_tx(t->graph, em_graph_tx_of_out(t->graph, out)));
        const em_price *price =
                t->prices ? em_prices_on(t->prices, em_str_c(t->net->coin), t->currency, day, &words) : NULL;
        return em_trace_sheet_worth(&r->doc, price, em_u256_of((uint64_t)sat), 8, err);
}

static em_status put_seeds(run *r, em_error *err)
{
        em_arena *whole = r->t->cli->arena;
        for (size_t i = 0; i < r->t->seeds; i++) {
                EM_TRY(set_place(r, r->t->seed[i].out, err));
                r->doc.cell[RUN_SAT] = em_cli_digits(r->t->cli, r->t->seed[i].stolen_sat);
                EM_TRY(set_worth(r, r->t->seed[i].out, r->t->seed[i].stolen_sat, err));
                EM_TRY(em_trace_sheet_put(&r->doc, "seed", em_cli_text(r->t->cli, "seed %.*s", EM_ARG(r->doc.cell[RUN_OUTPUT])), err));
                em_arena_reset(whole);
        }
        return EM_OK;
}

/* ---- the books ----------------------------------------------------------------------------------- */

static em_status put_totals(run *r, const em_run_book *b, em_error *err)
{
        em_taint_total s = em_taint_totals(r->t->taint, b->policy);
        const struct { const char *book; int64_t sat; } total[] = {
                {"stolen", s.stolen}, {"grown", s.grown}, {"deposited", s.deposited}, {"sitting", s.sitting},
                {"mixed", s.mixed}, {"stopped", s.stopped}, {"burnt", s.burnt}, {"fees", s.fees}, {"dropped", s.dropped},
        };
        for (size_t i = 0; i < sizeof total / sizeof *total; i++) {
                r->doc.cell[RUN_SAT] = em_cli_digits(r->t->cli, total[i].sat);
                EM_TRY(em_trace_sheet_total(&r->doc, b, total[i].book, err));
        }
        return EM_OK;
}

static em_status put_book(run *r, size_t p, em_error *err)
{
        em_run_book b = {.policy = p, .part = parts, .parts = PARTS, .tally = r->part[p], .services = r->services[p]};
        EM_TRY(put_totals(r, &b, err));
        for (size_t k = 0; k < PARTS; k++)
                if (parts[k].always || r->part[p][k].places) {
                        r->doc.cell[RUN_SAT] = em_cli_digits(r->t->cli, r->sat[p][k]);
                        EM_TRY(em_trace_sheet_part(&r->doc, &b, k, err));
                }
        b.tally = r->fold[p];
        for (size_t k = 0; k < PARTS; k++)
                if (r->fold[p][k].places) {
                        r->doc.cell[RUN_SAT] = em_cli_digits(r->t->cli, r->folded_sat[p][k]);
                        EM_TRY(em_trace_sheet_fold(&r->doc, &b, k, err));
                }
        return EM_OK;
}

static em_status put_books(run *r, em_error *err)
{
        for (size_t i = 0; i < r->t->policies; i++) {
                EM_TRY(put_book(r, r->doc.order[i], err));
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
                r->doc.cell[RUN_PATH] = em_cli_text(t->cli, "%s", em_sha256_hex(em_sha256_of(em_buf_view(&text)), hex));
        em_buf_free(&text);
        return s;
}

static em_status put_end(run *r, const place *at, const em_reached *reached, size_t p, em_error *err)
{
        em_trace *t = r->t;
        uint32_t  payee = em_graph_payee(t->graph, reached->out);
        size_t    part = part_of(t, reached, p);
        em_str    rule = em_trace_sheet_rule(&r->doc, p);
        const em_label *l = ending_label(t, reached);
        if (!l)
                l = any_label(t, payee);
        EM_TRY(set_place(r, reached->out, err));
        r->doc.cell[RUN_RULE] = rule;
        r->doc.cell[RUN_BOOK] = em_str_c(parts[part].book);
        r->doc.cell[RUN_CATEGORY] = em_str_c(parts[part].category);
        r->doc.cell[RUN_SAT] = em_cli_digits(t->cli, reached->sat[p]);
        r->doc.cell[RUN_HOPS] = em_trace_sheet_digits(&r->doc, reached->hops);
        r->doc.cell[RUN_STOP] = em_trace_stop_words(t, em_trace_stop(reached, p), payee);
        EM_TRY(set_worth(r, reached->out, reached->sat[p], err));
        if (reached->mix && part == P_COINJOIN)
                r->doc.cell[RUN_COINJOIN] = em_str_c(em_coinjoin_name((em_coinjoin_kind)reached->mix));
        if (l)
                em_trace_sheet_label(&r->doc, l);
        if (l && parts[part].labelled)
                em_trace_sheet_grade(&r->doc, l);
        if (at->rank < EM_RUN_PATHS)
                EM_TRY(set_path(r, p, reached->out, err));
        return em_trace_sheet_put(&r->doc, "end", em_cli_text(t->cli, "end %.*s %.*s", EM_ARG(rule), EM_ARG(r->doc.cell[RUN_OUTPUT])), err);
}

static em_status put_ends(run *r, em_error *err)
{
        for (size_t i = 0; i < r->listed; i++) {
                em_reached reached;
                em_taint_at(r->t->taint, r->place[i].at, &reached);
                for (size_t k = 0; k < r->t->policies; k++) {
                        size_t p = r->doc.order[k];
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
        em_trace_sheet *doc = &r->doc;
        doc->usual[RUN_NETWORK] = em_str_c(r->t->net->name);
        doc->usual[RUN_COIN] = em_str_c(r->t->net->coin);
        EM_TRY(em_trace_sheet_begin(doc, columns, sizeof columns, err));
        EM_TRY(put_run(r, err));
        EM_TRY(put_params(r, err));
        EM_TRY(em_trace_sheet_put_inputs(doc, EM_S("the head of the chain's index, which seals its columns"), err));
        EM_TRY(em_trace_sheet_put_rules(doc, em_policy_text, err));
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
        return put_all(r, err);
}

em_status em_trace_run_text(em_trace *t, em_buf *out, em_error *err)
{
        run       r = {.t = t};
        em_status s = em_trace_sheet_open(&r.doc, t, out, err);
        if (s == EM_OK)
                s = make(&r, err);
        em_trace_sheet_close(&r.doc);
        return s;
}
