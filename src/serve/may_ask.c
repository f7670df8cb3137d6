/* From one box to a question: what can only be a number is asked as one, the other words are a name, as the words of
 * `embargo screen` are.
 */
#include "serve/may_match.h"

#include "names/list_inside.h"

enum { ASKED_LONG = 1000, NUMBERS = 16, LIMIT = 10, LIMIT_MOST = 50 };

static em_status read_schema(em_may *m, em_error *err)
{
        char shown[64];
        if (m->schema.n && !em_schema_parse(m->schema, &m->query.schema))
                return em_fail(err, EM_USAGE, "kind: \"%s\" is none; person, organization, company, vessel, airplane and cryptowallet are",
                               em_str_show(m->schema, shown, sizeof shown));
        return EM_OK;
}

static em_status read_born(em_ask *ask, em_may *m, em_error *err)
{
        em_party_date d;
        char          shown[64];
        em_span      *span = EM_NEW(ask->arena, em_span);
        if (!span)
                return em_fail(err, EM_NOMEM, "no memory for a question");
        if (!m->born.n)
                return EM_OK;
        if (!em_party_date_parse(m->born, &d))
                return em_fail(err, EM_USAGE, "born: \"%s\" is no date such as 1960, 1960-03 or 1 March 1960",
                               em_str_show(m->born, shown, sizeof shown));
        *span = d.span;
        m->query.born = span;
        m->query.borns = 1;
        return EM_OK;
}

static em_status read_country(em_ask *ask, em_may *m, em_error *err)
{
        em_str *country = EM_NEW(ask->arena, em_str);
        char   *lower = em_arena_alloc(ask->arena, m->country.n + 1);
        if (!country || !lower)
                return em_fail(err, EM_NOMEM, "no memory for a question");
        if (!m->country.n)
                return EM_OK;
        for (size_t i = 0; i < m->country.n; i++)
                lower[i] = m->country.p[i] >= 'A' && m->country.p[i] <= 'Z' ? (char)(m->country.p[i] + 32) : m->country.p[i];
        *country = em_country_code(m->country);
        if (!country->n)
                *country = (em_str){lower, m->country.n};
        m->query.country = country;
        m->query.countries = 1;
        return EM_OK;
}

static em_status read_list(em_ask *ask, em_may *m, em_error *err)
{
        char shown[64];
        if (!m->list.n)
                return EM_OK;
        for (size_t i = 0; i < ask->index->datasets; i++)
                if (em_str_eq(ask->index->dataset[i], m->list)) {
                        m->opts.dataset = &ask->index->dataset[i];
                        m->opts.datasets = 1;
                        return EM_OK;
                }
        return em_fail(err, EM_USAGE, "list: \"%s\" is not in the index; /lists has those that are", em_str_show(m->list, shown, sizeof shown));
}

static em_status read_limits(em_ask *ask, em_may *m, em_error *err)
{
        double  least = m->opts.least;
        int64_t limit = LIMIT;
        EM_TRY(em_sieve_number(ask->query, "least", least, &least, err));
        if (least > 1)
                return em_fail(err, EM_USAGE, "least is a score from 0 to 1, such as 0.85");
        if (m->limit.n && (!em_str_int(m->limit, &limit) || limit < 1))
                return em_fail(err, EM_USAGE, "limit is a whole number from 1 to %d", LIMIT_MOST);
        m->opts.least = least;
        m->opts.limit = limit > LIMIT_MOST ? LIMIT_MOST : (size_t)limit;
        return EM_OK;
}

/* ---- words --------------------------------------------------------------------------------------------- */

static em_status read_words(em_ask *ask, em_may *m, em_error *err)
{
        em_party_id *number = EM_NEW_N(ask->arena, em_party_id, NUMBERS);
        em_str      *name = EM_NEW(ask->arena, em_str);
        char        *text = em_arena_alloc(ask->arena, m->q.n + 1);
        size_t       n = 0;
        if (!number || !name || !text)
                return em_fail(err, EM_NOMEM, "no memory for a question");
        m->query.number = number;
        m->query.name = name;
        if (m->q.n && em_id_in_text(m->q, number)) {
                m->query.numbers = 1;
                return EM_OK;
        }
        for (em_cut cut = {.tail = m->q, .found = true}; cut.found;) {
                cut = em_str_cut(cut.tail, ' ');
                em_str word = em_str_trim(cut.head);
                if (!word.n)
                        continue;
                if (m->query.numbers < NUMBERS && em_id_in_text(word, &number[m->query.numbers])) {
                        m->query.numbers++;
                        continue;
                }
                if (n)
                        text[n++] = ' ';
                memcpy(text + n, word.p, word.n);
                n += word.n;
        }
        *name = (em_str){text, n};
        m->query.names = n > 0;
        return EM_OK;
}

em_status em_may_read(em_ask *ask, em_may *ret, em_error *err)
{
        em_may m = {.opts = em_search_defaults};
        m.q = em_str_trim(em_form_get(ask->query, "q"));
        m.schema = em_str_trim(em_form_get(ask->query, "schema"));
        m.born = em_str_trim(em_form_get(ask->query, "born"));
        m.country = em_str_trim(em_form_get(ask->query, "country"));
        m.list = em_str_trim(em_form_get(ask->query, "list"));
        m.least = em_str_trim(em_form_get(ask->query, "least"));
        m.limit = em_str_trim(em_form_get(ask->query, "limit"));
        *ret = m;
        if (m.q.n > ASKED_LONG || m.born.n > ASKED_LONG || m.country.n > ASKED_LONG)
                return em_fail(err, EM_USAGE, "what is asked is longer than %d bytes; no name is", ASKED_LONG);
        EM_TRY(read_schema(&m, err));
        EM_TRY(read_born(ask, &m, err));
        EM_TRY(read_country(ask, &m, err));
        EM_TRY(read_list(ask, &m, err));
        EM_TRY(read_limits(ask, &m, err));
        EM_TRY(read_words(ask, &m, err));
        *ret = m;
        return EM_OK;
}

em_status em_may_search(em_ask *ask, em_may *m, em_error *err)
{
        if (!m->query.names && !m->query.numbers)
                return EM_OK;
        EM_TRY(em_names_search(ask->index->names, &m->query, &m->opts, ask->arena, &m->found, err));
        m->party = EM_NEW_N(ask->arena, em_party, m->found.matches + 1);
        if (!m->party)
                return em_fail(err, EM_NOMEM, "no memory for results");
        for (size_t i = 0; i < m->found.matches; i++)
                EM_TRY(em_names_party(ask->index->names, m->found.match[i].party, ask->arena, &m->party[i], err));
        return EM_OK;
}
