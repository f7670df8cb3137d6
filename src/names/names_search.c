/* A query against names.idx: numbers, then words, then the few best compared exactly.
 *
 * Every word of the query leads to the words of the index that are near it (near.c), each of those to the
 * names that hold it.  A name's mass is the rarity of what it shares with the query; the heaviest are candidates.
 * A bound from the number of words shared throws most of them out; the rest are compared as
 * name_compare.c does, which is the only thing that makes a score.
 */
#include "names/candidates.h"
#include "names/ofac_site.h"

#include <stdlib.h>

const em_search_opts em_search_defaults = {.least = 0.70, .limit = 5, .candidates = 300, .reasons = true};

static const double MORE = 0.05;        /* than what qualifiers may add */

typedef struct scored { uint32_t party, name, row; uint16_t query; double score, name_score; em_str number; } scored;

/* The best parties so far, by their names alone: what cannot come among them need not be compared. */
enum { TOP = 64 };
typedef struct top { uint32_t party; double score; } top;

typedef struct searching {
        top                   top[TOP]; size_t tops;
        const em_names       *x;
        const em_query       *q;
        const em_search_opts *o;
        em_arena             *arena;
        em_name              *name;     /* of the query, prepared */
        scored               *found; size_t founds, cap;
        uint64_t              compared, hits;
        bool                  trigrams;
} searching;

/* ---- comparing ------------------------------------------------------------------------------------------ */

static bool in_datasets(const searching *s, uint32_t party, em_arena *arena)
{
        em_party p;
        if (!s->o->datasets)
                return true;
        if (em_names_party(s->x, party, arena, &p, NULL) != EM_OK)
                return false;
        for (size_t i = 0; i < s->o->datasets; i++)
                if (em_str_eq(s->o->dataset[i], p.dataset))
                        return true;
        return false;
}

/* A row as a prepared name of one form, out of the map. */
typedef struct row_room { em_token token[EM_NAME_TOKENS]; em_spelling spelt[EM_NAME_TOKENS]; em_name name; } row_room;

static void row_name(const em_names *x, uint32_t row, row_room *ret)
{
        const em_nx_name *n = &x->name[x->row[row].name];
        uint32_t          from = x->row[row].token, to = x->row[row + 1].token;
        ret->name.schema = (em_schema)n->schema;
        ret->name.forms = 1;
        ret->name.koreans = 0;
        ret->name.form[0] = (em_name_form){ret->token, to - from, "as indexed"};
        for (uint32_t i = from; i < to; i++) {
                const em_nx_row_token *t = &x->row_token[i];
                em_spelling           *s = &ret->spelt[i - from];
                em_nx_spelling(x, t->token, s);
                ret->token[i - from] = (em_token){.text = s->text, .form = s->text, .hash = x->token[t->token].hash, .symbol = t->symbol,
                                                  .kind = (em_token_kind)t->kind, .writing = (em_writing)t->writing, .spelling = s};
        }
}

/* ---- comparing one ------------------------------------------------------------------------------------- */

static em_status keep(searching *s, uint32_t row, uint16_t query, double score, em_error *err)
{
        if (s->founds == s->cap) {
                size_t  cap = s->cap ? s->cap * 2 : 64;
                scored *more = EM_NEW_N(s->arena, scored, cap);
                if (!more)
                        return em_fail(err, EM_NOMEM, "no memory left for results");
                if (s->founds)
                        memcpy(more, s->found, s->founds * sizeof *more);
                s->found = more;
                s->cap = cap;
        }
        uint32_t name = s->x->row[row].name;
        s->found[s->founds++] = (scored){s->x->name[name].party, name, row, query, score, score, {0}};
        return EM_OK;
}

static em_status compare_row(searching *s, uint16_t query, uint32_t row, em_error *err)
{
        row_room listed;
        uint32_t name = s->x->row[row].name;
        if (!em_schema_fits(s->q->schema, (em_schema)s->x->name[name].schema))
                return EM_OK;
        row_name(s->x, row, &listed);
        double score = em_name_score(&s->name[query], &listed.name, &em_name_weights_default);
        s->compared++;
        return score >= s->o->least - MORE ? keep(s, row, query, score, err) : EM_OK;
}

static em_status compare_korean(searching *s, uint16_t query, em_error *err)
{
        const em_name *n = &s->name[query];
        for (size_t i = 0; i < n->koreans; i++) {
                uint32_t key = (uint32_t)(em_nx_hash(n->korean[i], 9) >> 32);
                size_t   lo = 0;
                for (size_t hi = s->x->koreans; lo < hi;) {
                        size_t mid = lo + (hi - lo) / 2;
                        *(s->x->korean[mid].hash < key ? &lo : &hi) = s->x->korean[mid].hash < key ? mid + 1 : mid;
                }
                for (; lo < s->x->koreans && s->x->korean[lo].hash == key; lo++) {
                        const em_nx_name *listed = &s->x->name[s->x->korean[lo].to];
                        if (listed->rows && em_schema_fits(s->q->schema, (em_schema)listed->schema))
                                EM_TRY(keep(s, listed->row, query, 1 - em_name_weights_default.korean, err));
                }
        }
        return EM_OK;
}

static void note(searching *s, uint32_t party, double score)
{
        size_t at = 0;
        while (at < s->tops && s->top[at].party != party)
                at++;
        if (at == s->tops && at < s->o->limit)
                s->top[s->tops++] = (top){party, score};
        else if (at == s->tops && score > s->top[at - 1].score)
                s->top[--at] = (top){party, score};
        else if (at == s->tops)
                return;
        s->top[at].score = score > s->top[at].score ? score : s->top[at].score;
        for (; at > 0 && s->top[at - 1].score < s->top[at].score; at--) {
                top up = s->top[at];
                s->top[at] = s->top[at - 1];
                s->top[at - 1] = up;
        }
}

/* How far what stands beside the names may turn the order. */
static double turn(const em_query *q)
{
        return 0.1 + (q->borns ? 0.22 : 0) + (q->countries ? 0.09 : 0) + (q->gender.n ? 0.15 : 0);
}

/* Neither among the best, nor another name of one of them. */
static bool hopeless(const searching *s, const em_may *m)
{
        uint32_t party = s->x->name[s->x->row[m->row].name].party;
        if (s->o->limit > TOP || s->tops < s->o->limit || s->o->datasets || (double)m->most + turn(s->q) >= s->top[s->tops - 1].score)
                return false;
        for (size_t i = 0; i < s->tops; i++)
                if (s->top[i].party == party)
                        return false;
        return true;
}

static em_status compare_form(searching *s, uint16_t query, size_t form, bool trigrams, em_error *err)
{
        const em_asking a = {s->x, &s->name[query].form[form], s->q->schema, trigrams, s->o->least - MORE, s->o->candidates};
        const em_may   *list;
        size_t          count, hits;
        EM_TRY(em_candidates(&a, s->arena, &list, &count, &hits, err));
        s->hits += hits;
        for (size_t i = 0; i < count; i++) {
                size_t before = s->founds;
                if (hopeless(s, &list[i]))
                        continue;
                EM_TRY(compare_row(s, query, list[i].row, err));
                if (s->founds > before && s->o->limit <= TOP && s->o->limit > 0)
                        note(s, s->found[before].party, s->found[before].score);
        }
        return EM_OK;
}

/* Korean names have several writings, which meet the same names of the index: one of them asks. */
static bool retold(const em_name *n, size_t form)
{
        return form && n->form[form].token[0].writing == EM_WRITING_HANGUL
               && n->form[form - 1].token[0].writing == EM_WRITING_HANGUL;
}

static em_status compare_names(searching *s, em_error *err)
{
        for (uint16_t i = 0; i < s->q->names; i++) {
                if (s->o->exhaustive) {
                        for (uint32_t row = 0; row < s->x->head.rows; row++)
                                EM_TRY(compare_row(s, i, row, err));
                } else {
                        for (size_t f = 0; f < s->name[i].forms; f++)
                                if (!retold(&s->name[i], f))
                                        EM_TRY(compare_form(s, i, f, false, err));
                }
                EM_TRY(compare_korean(s, i, err));
        }
        if (s->hits || s->founds || s->o->exhaustive)
                return EM_OK;
        s->trigrams = true;
        for (uint16_t i = 0; i < s->q->names; i++)
                for (size_t f = 0; f < s->name[i].forms; f++)
                        EM_TRY(compare_form(s, i, f, true, err));
        return EM_OK;
}

/* ---- numbers ----------------------------------------------------------------------------------------------- */

/* A passport is not an IMO number, but lists mix up papers that people carry. */
static bool same_kind(em_str a, em_str b)
{
        static const char *const papers[] = {"passport", "national-id", "tax", "registration", "other"};
        bool x = false, y = false;
        for (size_t i = 0; i < sizeof papers / sizeof *papers; i++) {
                x |= em_str_eq(a, em_str_c(papers[i]));
                y |= em_str_eq(b, em_str_c(papers[i]));
        }
        return em_str_eq(a, b) || (x && y) || em_str_eq(a, EM_S("other")) || em_str_eq(b, EM_S("other"));
}

static em_status find_numbers(searching *s, em_error *err)
{
        char room[512];
        for (size_t i = 0; i < s->q->numbers; i++) {
                int      valid;
                em_str   c = em_id_canonical(s->q->number[i].type, s->q->number[i].value, room, sizeof room, &valid);
                uint64_t hash = em_nx_hash(c, 11);
                size_t   lo = 0;
                if (c.n < 4)
                        continue;
                for (size_t hi = s->x->numbers; lo < hi;) {
                        size_t mid = lo + (hi - lo) / 2;
                        *(s->x->number[mid].hash < hash ? &lo : &hi) = s->x->number[mid].hash < hash ? mid + 1 : mid;
                }
                for (; lo < s->x->numbers && s->x->number[lo].hash == hash; lo++) {
                        em_party p;
                        EM_TRY(em_names_party(s->x, s->x->number[lo].party, s->arena, &p, err));
                        for (size_t k = 0; k < p.numbers; k++) {
                                char   other[512];
                                em_str d = em_id_canonical(p.number[k].type, p.number[k].value, other, sizeof other, &valid);
                                if (!em_str_eq(c, d) || !same_kind(s->q->number[i].type, p.number[k].type))
                                        continue;
                                EM_TRY(keep(s, 0, 0, 0, err));
                                scored *found = &s->found[s->founds - 1];
                                found->party = s->x->number[lo].party;
                                found->name = UINT32_MAX;
                                found->number = p.number[k].value;
                                found->score = c.n >= 6 ? 0.96 : 0.86;
                                break;
                        }
                }
        }
        return EM_OK;
}

/* ---- qualifiers ------------------------------------------------------------------------------------------------ */

static bool overlap(em_span a, em_span b) { return a.from <= b.to && b.from <= a.to; }

/* The sum stays within 0 and 1, so that the points always add up to the score. */
static void add_qualifier(em_match *m, const char *what, em_str query, em_str listed, double points, const char *why)
{
        double sum = m->score + points;
        points = sum > 1 ? 1 - m->score : sum < 0 ? -m->score : points;
        m->score += points;
        m->qualifier[m->qualifiers++] = (em_qualifier){what, query, listed, points, why};
}

static em_status judge_birth(const searching *s, const em_party *p, em_match *m, em_error *err)
{
        bool same = false, near = false;
        char   from[11], to[11];
        em_str asked, text = p->borns ? p->born[0].text : EM_S("");
        if (!s->q->borns || !p->borns)
                return EM_OK;
        EM_TRY(em_str_format(s->arena, &asked, err, "%s/%s", em_day_text(s->q->born[0].from, from),
                             em_day_text(s->q->born[0].to, to)));
        if (s->q->born[0].from == s->q->born[0].to)
                asked.n = 10;
        for (size_t i = 0; i < s->q->borns; i++)
                for (size_t k = 0; k < p->borns; k++) {
                        em_span a = s->q->born[i], b = p->born[k].span;
                        em_span wide = {b.from == EM_DAY_NONE ? b.from : b.from - 366, b.to == EM_DAY_NONE ? b.to : b.to + 366};
                        if (overlap(a, b) && !same)
                                text = p->born[k].text;
                        same |= overlap(a, b);
                        near |= overlap(a, wide);
                }
        add_qualifier(m, "birth date", asked, text, same ? 0.02 : near ? -0.08 : -0.2,
                      same ? "agrees" : near ? "a year apart" : "differs");
        return EM_OK;
}

static void judge_country(const searching *s, const em_party *p, em_match *m)
{
        if (!s->q->countries || !p->countries)
                return;
        for (size_t i = 0; i < s->q->countries; i++)
                for (size_t k = 0; k < p->countries; k++)
                        if (em_str_eq_nocase(s->q->country[i], p->country[k])) {
                                add_qualifier(m, "country", s->q->country[i], p->country[k], 0.01, "agrees");
                                return;
                        }
        add_qualifier(m, "country", s->q->country[0], p->country[0], -0.08, "differs");
}

static void judge_rest(const searching *s, const em_party *p, em_match *m)
{
        if (s->q->gender.n && p->gender.n && !em_str_eq_nocase(s->q->gender, p->gender))
                add_qualifier(m, "gender", s->q->gender, p->gender, -0.15, "differs");
        if (m->name_kind == EM_NAME_WEAK && !m->number.n)
                add_qualifier(m, "alias", EM_S(""), m->name_text, -0.1, "the list calls this alias weak");
}

/* ---- results ----------------------------------------------------------------------------------------------------- */

static const char *const algorithms[] = {"embargo", "ofac-site"};

const char *em_algorithm_name(em_algorithm algorithm) { return algorithms[algorithm]; }

bool em_algorithm_named(em_str name, em_algorithm *ret)
{
        for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
                if (em_str_eq(name, em_str_c(algorithms[i]))) {
                        *ret = (em_algorithm)i;
                        return true;
                }
        return false;
}

const char *em_band_words(em_band band)
{
        static const char *const words[] = {"no", "review", "likely", "may be the same"};
        return words[band];
}

em_band em_band_of(double score)
{
        return score >= 0.95 ? EM_BAND_SAME : score >= 0.85 ? EM_BAND_LIKELY : score >= 0.70 ? EM_BAND_REVIEW : EM_BAND_NO;
}

static int by_party(const void *a, const void *b)
{
        const scored *x = a, *y = b;
        if (x->party != y->party)
                return x->party < y->party ? -1 : 1;
        if (x->score != y->score)
                return x->score > y->score ? -1 : 1;
        return x->name != y->name ? (x->name < y->name ? -1 : 1) : x->row < y->row ? -1 : x->row > y->row;
}

static int by_score(const void *a, const void *b)
{
        const em_match *x = a, *y = b;
        return x->score != y->score ? (x->score > y->score ? -1 : 1) : x->party < y->party ? -1 : x->party > y->party;
}

static em_status fill_names(searching *s, const scored *best, const em_party *p, em_match *m, em_error *err)
{
        const em_nx_name *n = &s->x->name[best->name];
        em_name           listed;
        if (n->at >= p->names)
                return em_fail(err, EM_FORMAT, "the index of names names a name that is not there");
        m->name_text = p->name[n->at].text;
        m->name_kind = (em_name_kind)n->kind;
        if (!s->o->reasons) {
                m->names.score = best->name_score;
                return EM_OK;
        }
        EM_TRY(em_name_prepare(m->name_text, (em_schema)n->schema, s->arena, &listed, err));
        return em_name_compare(&s->name[best->query], &listed, &em_name_weights_default, s->arena, &m->names, err);
}

static em_status make_match(searching *s, const scored *of, size_t count, em_match *m, em_error *err)
{
        em_party      p;
        const scored *best = NULL, *number = NULL, *second = NULL;
        for (size_t i = 0; i < count; i++) {
                if (of[i].name == UINT32_MAX)
                        number = number ? number : &of[i];
                else if (!best)
                        best = &of[i];
                else if (!second && of[i].name != best->name)
                        second = &of[i];
        }
        EM_TRY(em_names_party(s->x, of[0].party, s->arena, &p, err));
        *m = (em_match){.party = of[0].party, .name = best ? best->name : UINT32_MAX, .qualifier = EM_NEW_N(s->arena, em_qualifier, 6)};
        if (!m->qualifier)
                return em_fail(err, EM_NOMEM, "no memory left for the reasons");
        if (best)
                EM_TRY(fill_names(s, best, &p, m, err));
        else if (p.names)
                m->name_text = p.name[0].text;
        m->score = m->names.score;
        if (number) {
                m->number = number->number;
                double more = number->score - m->names.score;
                if (s->q->names && m->names.score < 0.4)
                        add_qualifier(m, "number", m->number, m->number, 0.80 - m->names.score, "agrees, but no name does");
                else if (more > 0)
                        add_qualifier(m, "number", m->number, m->number, more, "agrees");
        }
        EM_TRY(judge_birth(s, &p, m, err));
        judge_country(s, &p, m);
        judge_rest(s, &p, m);
        m->probability = em_names_probability(m->score);
        m->band = em_band_of(m->score);
        if (second && s->x->name[second->name].at < p.names) {
                m->runner_up = p.name[s->x->name[second->name].at].text;
                m->runner_up_score = second->score;
        }
        return EM_OK;
}

/* The best parties by their names first, because making a match costs: unpacking, qualifiers, reasons. */
static em_status make_matches(searching *s, em_found *found, em_error *err)
{
        em_arena *scratch = s->arena;
        if (s->founds)
                qsort(s->found, s->founds, sizeof *s->found, by_party);
        found->match = EM_NEW_N(s->arena, em_match, s->founds + 1);
        if (!found->match)
                return em_fail(err, EM_NOMEM, "no memory left for results");
        for (size_t i = 0, end; i < s->founds; i = end) {
                for (end = i + 1; end < s->founds && s->found[end].party == s->found[i].party; end++)
                        ;
                if (s->found[i].score < s->o->least - MORE || !in_datasets(s, s->found[i].party, scratch))
                        continue;
                em_match *m = &found->match[found->matches];
                EM_TRY(make_match(s, &s->found[i], end - i, m, err));
                found->matches += m->score >= s->o->least;
        }
        qsort(found->match, found->matches, sizeof *found->match, by_score);
        found->matches = found->matches < s->o->limit ? found->matches : s->o->limit;
        return EM_OK;
}

em_status em_names_search(const em_names *names, const em_query *query, const em_search_opts *opts,
                          em_arena *arena, em_found *ret_found, em_error *err)
{
        searching s = {.x = names, .q = query, .o = opts ? opts : &em_search_defaults, .arena = arena};
        em_found  found = {0};
        if (s.o->algorithm == EM_ALGORITHM_OFAC_SITE)
                return em_site_search(names, query, s.o, arena, ret_found, err);
        s.name = EM_NEW_N(arena, em_name, query->names + 1);
        if (!s.name || query->names > UINT16_MAX)
                return em_fail(err, EM_NOMEM, "no memory left for a query");
        for (size_t i = 0; i < query->names; i++)
                EM_TRY(em_name_prepare(query->name[i], query->schema, arena, &s.name[i], err));
        EM_TRY(compare_names(&s, err));
        EM_TRY(find_numbers(&s, err));
        EM_TRY(make_matches(&s, &found, err));
        found.compared = s.compared;
        found.trigrams = s.trigrams;
        *ret_found = found;
        return EM_OK;
}
