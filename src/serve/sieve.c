/* Which of the results a request wants: its dataset, and yente's parameters that include and exclude.
 *
 * The index searches by dataset itself; what else excludes is looked at afterwards, so more is asked for
 * than is wanted.
 */
#include "serve/service.h"

#include <math.h>
#include <stdlib.h>

enum { SPARE = 100 };

static bool whole(em_str name)
{
        return em_str_eq(name, EM_S("default")) || em_str_eq(name, EM_S("sanctions")) || em_str_eq(name, EM_S("all"));
}

static bool given(em_form form, const char *param, em_str value)
{
        for (size_t i = 0; i < form.count; i++)
                if (em_str_eq(form.at[i].name, em_str_c(param)) && em_str_eq(form.at[i].value, value))
                        return true;
        return false;
}

static size_t times(em_form form, const char *param)
{
        size_t n = 0;
        for (size_t i = 0; i < form.count; i++)
                n += em_str_eq(form.at[i].name, em_str_c(param)) && form.at[i].value.n;
        return n;
}

em_status em_sieve_number(em_form form, const char *name, double otherwise, double *ret_value, em_error *err)
{
        char   text[32];
        char  *end = NULL;
        em_str v = em_form_get(form, name);
        if (!v.n) {
                *ret_value = otherwise;
                return EM_OK;
        }
        size_t n = v.n < sizeof text - 1 ? v.n : sizeof text - 1;
        memcpy(text, v.p, n);
        text[n] = '\0';
        double d = strtod(text, &end);
        if (n != v.n || end == text || *end || !isfinite(d) || d < 0 || d > 1e6)
                return em_fail(err, EM_USAGE, "%s is not a number in its range", name);
        *ret_value = d;
        return EM_OK;
}

static em_status read_datasets(em_ask *ask, em_sieve *s, em_error *err)
{
        const em_snapshot *x = ask->index;
        bool   all = whole(ask->part), found = all;
        size_t only = times(ask->query, "include_dataset");
        char   shown[80];
        s->dataset = EM_NEW_N(ask->arena, em_str, x->datasets + 1);
        if (!s->dataset)
                return em_fail(err, EM_NOMEM, "no memory for the datasets");
        for (size_t i = 0; i < x->datasets; i++) {
                em_str d = x->dataset[i];
                bool   own = em_str_eq(d, ask->part), wanted = given(ask->query, "include_dataset", d);
                found |= own;
                /* Beside the whole, include_dataset narrows; beside one list it adds, as yente-client means it. */
                if ((own || wanted || (all && !only)) && !given(ask->query, "exclude_dataset", d))
                        s->dataset[s->datasets++] = d;
        }
        if (!found)
                return em_fail(err, EM_MISSING, "there is no dataset \"%s\"", em_str_show(ask->part, shown, sizeof shown));
        s->some = s->datasets < x->datasets;
        s->nothing = s->datasets == 0;
        return EM_OK;
}

static em_status read_since(em_sieve *s, em_error *err)
{
        em_str       v = em_form_get(s->form, "changed_since");
        em_span      span;
        em_precision precision;
        s->since = EM_DAY_NONE;
        if (!v.n)
                return EM_OK;
        if (!em_span_parse(em_str_sub(v, 0, 10), &span, &precision))
                return em_fail(err, EM_USAGE, "changed_since is not a date such as 2026-01-31");
        s->since = span.from;
        return EM_OK;
}

em_status em_sieve_make(em_ask *ask, size_t limit, size_t most, em_sieve *ret_sieve, em_error *err)
{
        em_sieve s = {.form = ask->query};
        double   n;
        EM_TRY(read_datasets(ask, &s, err));
        EM_TRY(em_sieve_number(s.form, "limit", (double)limit, &n, err));
        s.limit = n > (double)most ? most : (size_t)n;
        EM_TRY(em_sieve_number(s.form, "offset", 0, &n, err));
        if (n > 9499)
                return em_fail(err, EM_USAGE, "offset is over 9499");
        s.offset = (size_t)n;
        EM_TRY(em_sieve_number(s.form, "cutoff", 0.5, &s.least, err));
        EM_TRY(read_since(&s, err));
        if (times(s.form, "topics") && !given(s.form, "topics", EM_S("sanction")))
                s.nothing = true;       /* every entry is of that topic and no other */
        *ret_sieve = s;
        return EM_OK;
}

bool em_sieve_passes(const em_sieve *s, const em_party *p, em_str id, uint32_t schemas)
{
        em_day last = p->changed != EM_DAY_NONE ? p->changed : p->listed;
        bool   country = times(s->form, "countries") == 0, dataset = !s->some;
        for (size_t i = 0; i < p->countries; i++)
                country |= given(s->form, "countries", p->country[i]);
        for (size_t i = 0; i < s->datasets; i++)
                dataset |= em_str_eq(s->dataset[i], p->dataset);
        return (schemas >> p->schema & 1) && country && dataset && !(times(s->form, "topics") && p->delisted)
               && !given(s->form, "exclude_schema", em_str_c(em_schema_name(p->schema)))
               && !given(s->form, "exclude_entity_ids", id) && !given(s->form, "exclude_entity_ids", p->id)
               && (s->since == EM_DAY_NONE || (last != EM_DAY_NONE && last >= s->since));
}

em_status em_sieve_search(em_ask *ask, const em_sieve *s, const em_asked *asked, em_found *ret_found, em_error *err)
{
        em_search_opts opts = em_search_defaults;
        em_found       found = {0};
        if (s->nothing || !asked->schemas || (!asked->query.names && !asked->query.numbers)) {
                *ret_found = found;
                return EM_OK;
        }
        opts.least = s->least > 1 ? 1 : s->least;
        opts.limit = s->limit + s->offset + SPARE;
        (void)em_algorithm_named(em_form_get(ask->query, "algorithm"), &opts.algorithm);        /* others are answered by ours */
        opts.dataset = s->dataset;
        opts.datasets = s->some ? s->datasets : 0;
        bool all = asked->query.schema != EM_SCHEMA_THING && s->form.count == 0;
        if (all)
                opts.limit = s->limit;
        EM_TRY(em_names_search(ask->index->names, &asked->query, &opts, ask->scratch, &found, err));
        size_t kept = 0;
        for (size_t i = 0; i < found.matches && kept < s->limit + s->offset; i++) {
                em_party p;
                em_str   id = {0};
                EM_TRY(em_names_party(ask->index->names, found.match[i].party, ask->scratch, &p, err));
                EM_TRY(em_entity_id(&p, ask->scratch, &id, err));
                if (found.match[i].score >= s->least && em_sieve_passes(s, &p, id, asked->schemas))
                        found.match[kept++] = found.match[i];
        }
        found.matches = kept;
        *ret_found = found;
        return EM_OK;
}
