/* POST /match/{dataset}: yente's batch of examples, each answered with the parties that it may be.
 *
 * Every result is an entity with its score and the features that make it: score times weight, added up over
 * the features, is the score.  The names of others' algorithms are let pass and answered by
 * ours; "ofac-site" is another (names.h).
 */
#include "serve/service.h"

#include <math.h>

static const char *const algorithms[] = {"embargo", "ofac-site", "best", "logic-v1", "logic-v2", "name-based", "name-qualified", "regression-v1"};

static em_status check_algorithm(em_form form, em_error *err)
{
        char   shown[64];
        em_str v = em_form_get(form, "algorithm");
        for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
                if (!v.n || em_str_eq(v, em_str_c(algorithms[i])))
                        return EM_OK;
        return em_fail(err, EM_USAGE, "there is no algorithm \"%s\"; /algorithms lists them", em_str_show(v, shown, sizeof shown));
}

/* ---- reasons ---------------------------------------------------------------------- */

static void key_text(em_json *j, const char *key, em_str text)
{
        em_json_key(j, em_str_c(key));
        if (text.n)
                em_json_str(j, text);
        else
                em_json_null(j);
}

static void write_feature(em_json *j, const char *name, double score, double weight, em_str detail, em_str query, em_str listed)
{
        char   key[32];
        size_t n = 0;
        for (; name[n] && n < sizeof key; n++)
                key[n] = name[n] == ' ' ? '_' : name[n];
        em_json_key(j, (em_str){key, n});
        em_json_open(j, '{');
        em_json_knum(j, "score", score);
        em_json_knum(j, "weight", weight);
        key_text(j, "detail", detail);
        key_text(j, "query", query);
        key_text(j, "candidate", listed);
        em_json_close(j, '}');
}

/* "Kim = Kim (equal, 0.333); Yong-chol - Yong Chol (joined, 0.640)": each pair of words with what it adds. */
static em_str explain_names(em_ask *ask, const em_match *m)
{
        em_buf buf = em_buf_make(4096);
        em_str text = {0};
        for (size_t i = 0; i < m->names.rows; i++) {
                const em_aligned *r = &m->names.row[i];
                em_buf_fmt(&buf, "%s%.*s", i ? "; " : "", EM_ARG(r->query));
                if (r->query.n && r->listed.n)
                        em_buf_c(&buf, r->cost > 0 ? " ~ " : " = ");
                em_buf_fmt(&buf, "%.*s (%s, %.3f)", EM_ARG(r->listed), r->rule ? r->rule : "", r->points);
        }
        if (m->names.capped)
                em_buf_fmt(&buf, "; held down: %s", m->names.capped);
        if (m->runner_up.n)
                em_buf_fmt(&buf, "; next best name: %.*s (%.3f)", EM_ARG(m->runner_up), m->runner_up_score);
        /* What does not fit is left out of the words; the numbers do not rest on them. */
        if (!buf.failed && em_str_copy(em_buf_view(&buf), ask->scratch, &text, NULL) != EM_OK)
                text = (em_str){0};
        em_buf_free(&buf);
        return text;
}

em_status em_reasons_write(em_ask *ask, const em_asked *asked, const em_match *m, em_error *err)
{
        em_json *j = &ask->j;
        double   sum = m->names.score;
        (void)err;
        em_json_key(j, EM_S("explanations"));
        em_json_open(j, '{');
        write_feature(j, "name_match", m->names.score, 1, explain_names(ask, m), asked->query.names ? asked->query.name[0] : EM_S(""),
                      m->name_text);
        for (size_t i = 0; i < m->qualifiers; i++) {
                const em_qualifier *q = &m->qualifier[i];
                write_feature(j, q->what, 1, q->points, em_str_c(q->why), q->query, q->listed);
                sum += q->points;
        }
        if (fabs(sum - m->score) > 1e-9)
                write_feature(j, "limit", 1, m->score - sum, EM_S("scores are held between 0 and 1"), EM_S(""), EM_S(""));
        em_json_close(j, '}');
        return EM_OK;
}

/* ---- one example -------------------------------------------------------------------- */

static bool scalar(const em_jnode *n) { return em_jis(n, EM_J_STRING) || em_jis(n, EM_J_NUMBER); }

/* Properties as yente takes them: a text or a list of texts. */
static em_status gather(const em_jnode *properties, em_arena *arena, em_asked_value **ret, size_t *ret_count, em_error *err)
{
        size_t most = 1, n = 0;
        if (properties && !em_jis(properties, EM_J_OBJECT))
                return em_fail(err, EM_USAGE, "properties is not an object");
        for (const em_jnode *p = properties ? properties->first : NULL; p; p = p->next)
                most += p->kind == EM_J_LIST ? p->count : 1;
        em_asked_value *value = EM_NEW_N(arena, em_asked_value, most);
        if (!value)
                return em_fail(err, EM_NOMEM, "no memory for a query");
        for (const em_jnode *p = properties ? properties->first : NULL; p; p = p->next) {
                if (scalar(p))
                        value[n++] = (em_asked_value){p->key, p->text};
                for (const em_jnode *c = p->kind == EM_J_LIST ? p->first : NULL; c; c = c->next)
                        if (scalar(c))
                                value[n++] = (em_asked_value){p->key, c->text};
        }
        *ret = value;
        *ret_count = n;
        return EM_OK;
}

static void echo(em_json *j, const em_jnode *example, const em_asked *asked, const em_asked_value *value, size_t values)
{
        em_json_key(j, EM_S("query"));
        em_json_open(j, '{');
        key_text(j, "id", em_jtext(em_jget(example, "id")));
        em_json_kstr(j, "schema", asked->schema);
        em_json_key(j, EM_S("properties"));
        em_json_open(j, '{');
        for (size_t i = 0; i < values;) {
                em_str property = value[i].property;
                em_json_key(j, property);
                em_json_open(j, '[');
                for (; i < values && em_str_eq(value[i].property, property); i++)
                        em_json_str(j, value[i].value);
                em_json_close(j, ']');
        }
        em_json_close(j, '}');
        em_json_close(j, '}');
}

static em_status write_results(em_ask *ask, const em_asked *asked, const em_found *found, double threshold, em_error *err)
{
        em_json *j = &ask->j;
        em_json_key(j, EM_S("results"));
        em_json_open(j, '[');
        for (size_t i = 0; i < found->matches; i++) {
                const em_match *m = &found->match[i];
                em_party        p;
                EM_TRY(em_names_party(ask->index->names, m->party, ask->scratch, &p, err));
                em_json_open(j, '{');
                EM_TRY(em_entity_members(ask, &p, false, err));
                em_json_knum(j, "score", m->score);
                em_json_kbool(j, "match", m->score >= threshold);
                em_json_knum(j, "probability", m->probability);
                em_json_kstr(j, "band", em_str_c(em_band_words(m->band)));
                EM_TRY(em_reasons_write(ask, asked, m, err));
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        return EM_OK;
}

static em_status answer_one(em_ask *ask, const em_sieve *sieve, double threshold, const em_jnode *example, em_error *err)
{
        em_asked        asked;
        em_asked_value *value = NULL;
        size_t          values = 0;
        em_found        found;
        em_json        *j = &ask->j;
        em_str          schema = em_jtext(em_jget(example, "schema"));
        if (!em_jis(example, EM_J_OBJECT))
                return em_fail(err, EM_USAGE, "a query is not an object");
        em_arena_reset(ask->scratch);
        EM_TRY(gather(em_jget(example, "properties"), ask->scratch, &value, &values, err));
        EM_TRY(em_asked_make(schema.n ? schema : EM_S("Thing"), value, values, ask->scratch, &asked, err));
        EM_TRY(em_sieve_search(ask, sieve, &asked, &found, err));
        em_json_key(j, example->key);
        em_json_open(j, '{');
        em_json_kint(j, "status", 200);
        EM_TRY(write_results(ask, &asked, &found, threshold, err));
        em_json_key(j, EM_S("total"));
        em_json_open(j, '{');
        em_json_kint(j, "value", (int64_t)found.matches);
        em_json_kstr(j, "relation", found.matches == sieve->limit ? EM_S("gte") : EM_S("eq"));
        em_json_close(j, '}');
        echo(j, example, &asked, value, values);
        em_json_close(j, '}');
        return EM_OK;
}

/* ---- the batch ------------------------------------------------------------------------ */

/* Where a key stands twice the last holds, as em_jget has it. */
static bool overruled(const em_jnode *example)
{
        for (const em_jnode *n = example->next; n; n = n->next)
                if (em_str_eq(n->key, example->key))
                        return true;
        return false;
}

em_status em_answer_match(em_ask *ask, em_error *err)
{
        em_sieve        sieve;
        double          threshold;
        em_jnode       *root = NULL;
        size_t          most = em_service_options(ask->service)->batch;
        em_json        *j = &ask->j;
        EM_TRY(check_algorithm(ask->query, err));
        EM_TRY(em_sieve_make(ask, 5, 500, &sieve, err));
        sieve.offset = 0;
        EM_TRY(em_sieve_number(ask->query, "threshold", 0.7, &threshold, err));
        EM_TRY(em_json_parse(ask->reader, ask->request->body, ask->arena, &root, err));
        const em_jnode *queries = em_jget(root, "queries");
        if (!em_jis(queries, EM_J_OBJECT))
                return em_fail(err, EM_USAGE, "the body has no object \"queries\"");
        if (queries->count > most)
                return em_fail(err, EM_USAGE, "%zu queries in one batch; the most is %zu", queries->count, most);
        em_json_open(j, '{');
        em_json_key(j, EM_S("responses"));
        em_json_open(j, '{');
        for (const em_jnode *q = queries->first; q; q = q->next)
                if (!overruled(q))
                        EM_TRY(answer_one(ask, &sieve, threshold, q, err));
        em_json_close(j, '}');
        em_json_kint(j, "limit", (int64_t)sieve.limit);
        em_json_close(j, '}');
        return EM_OK;
}

em_status em_answer_algorithms(em_ask *ask, em_error *err)
{
        em_json *j = &ask->j;
        (void)err;
        em_json_open(j, '{');
        em_json_key(j, EM_S("algorithms"));
        em_json_open(j, '[');
        for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++) {
                em_json_open(j, '{');
                em_json_kstr(j, "name", em_str_c(algorithms[i]));
                em_json_kstr(j, "description", i == 1 ? EM_S("The score of OFAC's Sanctions List Search: names alone, every name compared.")
                                               : i ? EM_S("Accepted for clients that ask for it; answered by \"embargo\".")
                                                 : EM_S("Aligns the words of two names, with numbers, birth dates, countries and gender."));
                em_json_key(j, EM_S("docs"));
                em_json_open(j, '{');
                em_json_close(j, '}');
                em_json_close(j, '}');
        }
        em_json_close(j, ']');
        em_json_kstr(j, "default", EM_S("embargo"));
        em_json_kstr(j, "best", EM_S("embargo"));
        em_json_close(j, '}');
        return EM_OK;
}
