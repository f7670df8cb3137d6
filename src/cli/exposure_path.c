/* The evidence of one path of an exposure, as a file that embargo trace check can test.
 *
 * Along one path backwards and forwards agree (embargo/exposure.h), so the file is the forward one: the
 * origin's output is named as the beginning, with all that it holds, and only what goes on by the path is
 * followed; every other output is as if it were burnt.  The amounts are the taint engine's, not
 * the walk's, so that the two check each other here too.
 */
#include "cli/exposure.h"

#include <stdlib.h>

typedef struct route { em_id *out; size_t outs; } route;

/* For em_taint_opts: whatever is not on the path ends. */
static bool off_route(void *ctx, em_id out)
{
        const route *r = ctx;
        for (size_t i = 0; i < r->outs; i++)
                if (r->out[i] == out)
                        return false;
        return true;
}

static const em_exposed *row_named(const em_expose *e, em_str name)
{
        for (size_t i = 0; i < e->rows; i++) {
                const em_exposed *r = &e->row[i];
                if (em_str_eq_nocase(r->said.label, name) || (r->said.category.n && em_str_eq_nocase(r->said.category, name)))
                        return r;
        }
        return NULL;
}

/* Backwards an order by taint is read as "first"; the file must name the rule that was used. */
static em_policy as_walked(em_policy p)
{
        if (p.kind == EM_TAINT_CUT && (p.in == EM_IN_TAINT || p.in == EM_IN_CLEAN))
                p.in = EM_IN_FIRST;
        return p;
}

static em_status follow(em_expose *e, const em_step *step, size_t steps, em_error *err)
{
        route r = {.out = EM_NEW_N(e->t.cli->arena, em_id, steps + 1)};
        if (!r.out)
                return em_fail(err, EM_NOMEM, "the path is too long for memory");
        r.out[r.outs++] = step[0].from;
        for (size_t i = 0; i < steps; i++)
                r.out[r.outs++] = step[i].to;
        e->t.policy[0] = as_walked(e->opts.policy);
        e->t.policies = 1;
        e->t.seed = EM_NEW(e->t.cli->arena, em_seed);
        if (!e->t.seed)
                return em_fail(err, EM_NOMEM, "out of memory");
        e->t.seed[0] = (em_seed){step[0].from, em_graph_value(e->t.graph, step[0].from)};
        e->t.seeds = 1;
        em_taint_opts o = {.policy = e->t.policy, .policies = 1, .burns = off_route, .burns_ctx = &r,
                           .max_hops = (uint32_t)steps};
        EM_TRY(em_taint_run(e->t.graph, e->t.seed, 1, &o, &e->t.cli->progress, &e->t.taint, err));
        em_meter_end(&e->t.cli->meter);
        return EM_OK;
}

em_status em_expose_path(em_expose *e, em_str name, em_error *err)
{
        char              shown[100];
        const em_exposed *row = row_named(e, name);
        em_step          *step = NULL;
        size_t            steps = 0;
        em_str            to = {0};
        if (!row)
                return em_fail(err, EM_MISSING, "nothing is found to have come from \"%s\"",
                               em_str_show(name, shown, sizeof shown));
        EM_TRY(em_exposure_path(e->x, row->origin, e->t.cli->arena, &step, &steps, err));
        if (!steps)
                return em_fail(err, EM_MISSING, "there is no path: what was received is itself %s",
                               em_origin_words(row->kind));
        EM_TRY(follow(e, step, steps, err));
        EM_TRY(em_trace_output_name(&e->t, step[steps - 1].to, &to, err));
        e->t.means = "what of the output it begins at came by this one path, by the rule; \"stolen\" means here only: from "
                     "that output. It says what may have happened to coins, and nothing of persons";
        return em_trace_path(&e->t, to, err);
}
