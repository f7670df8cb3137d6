/* The one place where exposure meets the labels: what is said of a payee, and whether it ends the walk.
 *
 * A walk back ends at whoever is labelled, a victim or a suspect as well as a service, because that is whom
 * the coins may have come from.  When one label is asked for, only it and services end the walk, so that
 * the label of a wallet between does not hide it.
 */
#include "cli/exposure.h"

em_status em_expose_labels(em_expose *e, em_error *err)
{
        return em_trace_labels(&e->t, err);
}

static bool is_named(const em_label *l, em_str name)
{
        return em_str_eq_nocase(l->label, name) || em_str_eq_nocase(l->category, name) ||
               em_str_eq_nocase(l->actor, name) || em_str_eq(l->shown, name) || em_str_eq(l->address, name);
}

uint32_t em_expose_stops_at(void *ctx, uint32_t payee)
{
        em_expose      *e = ctx;
        const em_named *at = NULL;
        size_t          n = em_trace_named(&e->t, payee, &at);
        for (size_t i = 0; i < n && e->to.n; i++)
                if (is_named(em_labels_at(e->t.labels, at[i].label), e->to))
                        return at[i].label + 1;
        uint32_t service = em_trace_stops_at(&e->t, payee) & ~EM_TAINT_MIXER;
        if (service || e->to.n)
                return service;
        for (size_t i = 0; i < n; i++)
                if (!e->t.through_mixers || em_labels_at(e->t.labels, at[i].label)->stop != EM_LABEL_MIXER)
                        return at[i].label + 1;
        return 0;
}

em_said em_expose_said(const em_expose *e, uint32_t label)
{
        const em_label *l = em_labels_at(e->t.labels, label - 1);
        return (em_said){ l->label, l->category, l->source, l->confidence };
}

bool em_expose_named(const em_expose *e, uint32_t label, em_str name)
{
        return is_named(em_labels_at(e->t.labels, label - 1), name);
}

bool em_expose_known(const em_expose *e, em_str name)
{
        for (size_t i = 0; e->t.labels && i < em_labels_count(e->t.labels); i++)
                if (is_named(em_labels_at(e->t.labels, i), name))
                        return true;
        return false;
}
