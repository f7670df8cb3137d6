/* Labels in a trace of Bitcoin: whose a payee may be, and whether it ends there.
 *
 * A label names an address; the chain knows payees, and one payee may have several addresses (a bare key and its hash,
 * both writings of Bitcoin Cash, both of Litecoin's script hashes).  So each label's address is read to its script
 * and the labels are gone through by payee.  Only a label of a service ends a trace, since what comes out of an exchange or
 * a mixer is no longer the same person's; the label of a person or a wallet only names it.
 */
#include "cli/label_option.h"
#include "cli/trace.h"

#include <stdlib.h>

enum { SAID_LABELS = 16 };      /* of one payee, in a line */

static int by_payee(const void *a, const void *b)
{
        const em_named *x = a, *y = b;
        if (x->payee != y->payee)
                return x->payee < y->payee ? -1 : 1;
        return x->label < y->label ? -1 : x->label > y->label;
}

/* ---- reading ------------------------------------------------------------------------ */

static em_status place(em_trace *t, size_t i, em_error *err)
{
        em_str          script = {0};
        uint32_t        payee = 0;
        const em_label *l = em_labels_at(t->labels, i);
        em_arena_reset(t->judge);
        if (em_address_parse(l->shown, t->net, t->judge, &script, NULL) != EM_OK) {
                t->elsewhere++;
                return EM_OK;
        }
        em_status s = em_chain_find_payee(t->chain, em_script_payee(script), &payee, err);
        if (s == EM_MISSING) {
                t->absent++;
                return EM_OK;
        }
        if (s == EM_OK)
                t->named[t->names++] = (em_named){payee, (uint32_t)i};
        return s;
}

em_status em_trace_labels(em_trace *t, em_error *err)
{
        EM_TRY(em_cli_labels(t->cli, &t->labels, err));
        size_t n = t->labels ? em_labels_count(t->labels) : 0;
        t->named = calloc(n + 1, sizeof *t->named);
        if (!t->named)
                return em_fail(err, EM_NOMEM, "there are too many labels for memory");
        for (size_t i = 0; i < n; i++)
                EM_TRY(place(t, i, err));
        if (t->names)
                qsort(t->named, t->names, sizeof *t->named, by_payee);
        if (t->elsewhere && t->cli->form != EM_FORM_TEXT)
                em_cli_say(t->cli, "%.*s of other networks than %s",
                           EM_ARG(em_cli_many(t->cli, t->elsewhere, "label is", "labels are")), t->net->name);
        return EM_OK;
}

/* ---- asking --------------------------------------------------------------------------- */

size_t em_trace_named(const em_trace *t, uint32_t payee, const em_named **ret_list)
{
        size_t low = 0, high = t->names, n = 0;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (t->named[mid].payee < payee)
                        low = mid + 1;
                else
                        high = mid;
        }
        while (low + n < t->names && t->named[low + n].payee == payee)
                n++;
        *ret_list = t->named + low;
        return n;
}

/* The label of a payee that ends the trace, or NULL. */
static const em_label *surest(const em_trace *t, uint32_t payee, uint32_t *ret_place)
{
        const em_named *at = NULL;
        const em_label *best = NULL;
        size_t          n = em_trace_named(t, payee, &at);
        for (size_t i = 0; i < n; i++) {
                const em_label *l = em_labels_at(t->labels, at[i].label);
                if ((l->stop == EM_LABEL_MIXER && t->through_mixers) || !em_label_surer(l, best))
                        continue;
                best = l;
                *ret_place = at[i].label;
        }
        return best;
}

uint32_t em_trace_stops_at(void *ctx, uint32_t payee)
{
        uint32_t        place = 0;
        const em_label *l = surest(ctx, payee, &place);
        if (!l)
                return 0;
        return (place + 1) | (l->stop == EM_LABEL_MIXER ? EM_TAINT_MIXER : 0);
}

em_str em_trace_stop_words(const em_trace *t, em_stop stop, uint32_t payee)
{
        uint32_t        place = 0;
        const em_label *l = stop == EM_STOP_LABEL ? surest(t, payee, &place) : NULL;
        if (!l)
                return em_str_c(em_stop_words(stop));
        return em_cli_text(t->cli, "paid to a labelled %s", em_label_stop_name(l->stop));
}

em_str em_trace_label_text(const em_trace *t, uint32_t payee)
{
        const em_named *at = NULL;
        size_t          n = em_trace_named(t, payee, &at);
        em_str          text = EM_S("");
        for (size_t i = 0; i < n && i < SAID_LABELS; i++) {
                const em_label *l = em_labels_at(t->labels, at[i].label);
                em_str kind = l->category.n ? em_cli_text(t->cli, " (%.*s)", EM_ARG(l->category)) : EM_S("");
                text = em_cli_text(t->cli, "%.*s%s%.*s%.*s", EM_ARG(text), i ? "; or " : "", EM_ARG(l->label),
                                   EM_ARG(kind));
        }
        if (n > SAID_LABELS)
                text = em_cli_text(t->cli, "%.*s; and %zu more", EM_ARG(text), n - SAID_LABELS);
        return text;
}

/* ---- contradictions ---------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
        const size_t *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

static int by_id(const void *a, const void *b)
{
        const uint32_t *x = a, *y = b;
        return *x < *y ? -1 : *x > *y;
}

/* Payees, ascending, whose labels contradict each other. */
static size_t disputed(const em_trace *t, uint32_t *list)
{
        const size_t *first = NULL;
        size_t        conflicts = t->labels ? em_labels_conflicts(t->labels, &first) : 0, n = 0;
        for (size_t i = 0; conflicts && i < t->names; i++) {
                size_t at = t->named[i].label;
                bool   again = n && list[n - 1] == t->named[i].payee;
                if (!again && bsearch(&at, first, conflicts, sizeof *first, by_number))
                        list[n++] = t->named[i].payee;
        }
        return n;
}

em_status em_trace_disputes(const em_trace *t, uint32_t **ret_payee, size_t *ret_count, em_error *err)
{
        uint32_t *list = EM_NEW_N(t->cli->arena, uint32_t, t->names + 1);
        bool     *hit = EM_NEW_N(t->cli->arena, bool, t->names + 1);
        if (!list || !hit)
                return em_fail(err, EM_NOMEM, "too many labels contradict each other");
        size_t n = disputed(t, list), kept = 0;
        for (uint64_t i = 0; n && i < em_taint_count(t->taint); i++) {
                em_reached r;
                em_taint_at(t->taint, i, &r);
                uint32_t payee = em_graph_payee(t->graph, r.out);
                uint32_t *at = bsearch(&payee, list, n, sizeof *list, by_id);
                if (at)
                        hit[at - list] = true;
        }
        for (size_t i = 0; i < n; i++)
                if (hit[i])
                        list[kept++] = list[i];
        *ret_payee = list;
        *ret_count = kept;
        return EM_OK;
}
