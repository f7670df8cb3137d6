/* The score of OFAC's Sanctions List Search, for whoever must say what the site would have said.
 *
 * The Treasury tells in its FAQ 249 and 251 that the site looks at names alone, with Jaro-Winkler (Winkler 1990) over the
 * whole and over the parts, and Soundex.  How exactly it does not tell; what is written here reproduces 85 of 86 published
 * scores within five points, with half a point of error in the mean (doc/names-scores.md):
 *
 *     the whole      Jaro-Winkler of all letters without blanks, family name first, with a prefix of up to five
 *     the parts      the mean, over the words asked, of the best Jaro-Winkler with any word listed; below one half it
 *                    counts nothing, and words of two letters are left out unless there are no others
 *     the score      the higher of both
 *
 * Soundex changes no score that was published.  A list of names is compared from first to last, as the site does; the
 * index only saves unpacking what cannot reach the threshold.
 */
#include "names/ofac_site.h"
#include "names/candidates.h"

#include <stdlib.h>

static const double HALF = 0.5;         /* parts less alike count nothing */
static const double ROUGH = 0.08;       /* what the index's words may be off: legal forms of several words are one there */

/* ---- Jaro and Winkler ------------------------------------------------------------------------------- */

static unsigned place(char c) { return c >= 'a' && c <= 'z' ? (unsigned)(c - 'a') : 26 + (unsigned)(c - '0') % 10; }

/* Each letter of a takes the first one of b that is free and near; b's letters lie in 64 bits. */
static double jaro(em_str a, em_str b)
{
        uint64_t at[36] = {0}, taken = 0, from = 0;
        size_t   longer = a.n > b.n ? a.n : b.n, reach = longer / 2 > 1 ? longer / 2 - 1 : 0, met = 0, turned = 0;
        if (!a.n || !b.n)
                return 0;
        for (size_t i = 0; i < b.n; i++)
                at[place(b.p[i])] |= UINT64_C(1) << i;
        for (size_t i = 0; i < a.n; i++) {
                size_t   low = i > reach ? i - reach : 0, high = i + reach + 1 < 64 ? i + reach + 1 : 64;
                uint64_t window = low < 64 ? (high < 64 ? (UINT64_C(1) << high) - 1 : UINT64_MAX) & UINT64_MAX << low : 0;
                uint64_t free = at[place(a.p[i])] & window & ~taken;
                taken |= free & -free;
                from |= free ? UINT64_C(1) << i : 0;
                met += free != 0;
        }
        for (uint64_t x = from, y = taken; x; x &= x - 1, y &= y - 1)
                turned += a.p[__builtin_ctzll(x)] != b.p[__builtin_ctzll(y)];
        double m = (double)met;
        return met ? (m / (double)a.n + m / (double)b.n + (m - (double)(turned / 2)) / m) / 3 : 0;
}

static double alike(em_str a, em_str b)
{
        enum { PREFIX = 5 };
        size_t same = 0;
        a = em_str_sub(a, 0, EM_SITE_LETTERS);
        b = em_str_sub(b, 0, EM_SITE_LETTERS);
        while (same < a.n && same < b.n && same < PREFIX && a.p[same] == b.p[same])
                same++;
        double j = jaro(a, b);
        return j + (double)same * 0.1 * (1 - j);
}

/* ---- two names -------------------------------------------------------------------------------------- */

void em_site_take(const em_str *part, size_t parts, em_site_name *ret)
{
        ret->parts = parts < EM_SITE_PARTS ? parts : EM_SITE_PARTS;
        ret->letters = 0;
        for (size_t i = 0; i < ret->parts; i++) {
                ret->part[i] = part[i];
                for (size_t k = 0; k < part[i].n && ret->letters < EM_SITE_LETTERS; k++)
                        ret->whole[ret->letters++] = part[i].p[k];
        }
}

void em_site_compare(const em_site_name *q, const em_site_name *l, em_site_score *ret)
{
        double whole = alike((em_str){q->whole, q->letters}, (em_str){l->whole, l->letters}), sum = 0;
        bool   some = false;
        ret->parts = 0;
        for (size_t i = 0; i < q->parts; i++)
                some |= q->part[i].n > 2;
        for (size_t i = 0; i < q->parts; i++) {
                double best = 0;
                size_t at = 0;
                if (some && q->part[i].n <= 2)
                        continue;
                for (size_t k = 0; k < l->parts && best < 1; k++) {
                        double like = alike(q->part[i], l->part[k]);
                        at = like > best ? k : at;
                        best = like > best ? like : best;
                }
                ret->asked[ret->parts] = i;
                ret->best[ret->parts] = at;
                ret->like[ret->parts++] = best >= HALF ? best : 0;
                sum += best >= HALF ? best : 0;
        }
        double parts = ret->parts ? sum / (double)ret->parts : 0;
        ret->whole = whole > parts;
        ret->score = ret->whole ? whole : parts;
}

static em_status fold_parts(em_str text, em_arena *arena, em_site_name *ret, em_error *err)
{
        em_str part[EM_SITE_PARTS], folded;
        size_t parts = 0;
        EM_TRY(em_name_fold(text, arena, &folded, err));
        for (em_cut cut = {.tail = folded, .found = true}; cut.found && parts < EM_SITE_PARTS;) {
                cut = em_str_cut(cut.tail, ' ');
                if (cut.head.n)
                        part[parts++] = cut.head;
        }
        em_site_take(part, parts, ret);
        return EM_OK;
}

/* As the site prints it: "PUTIN, Vladimir Vladimirovich". */
static em_status listed_name(const em_party_name *n, em_arena *arena, em_site_name *ret, em_error *err)
{
        em_str text = n->text;
        if (n->family.n && text.n > n->family.n && em_str_eq(em_str_sub(text, text.n - n->family.n, n->family.n), n->family))
                EM_TRY(em_str_format(arena, &text, err, "%.*s %.*s", EM_ARG(n->family), (int)(text.n - n->family.n), text.p));
        return fold_parts(text, arena, ret, err);
}

double em_name_like_ofac_site(em_str query, em_str listed, em_arena *arena)
{
        em_site_name  q, l;
        em_site_score s;
        if (fold_parts(query, arena, &q, NULL) != EM_OK || fold_parts(listed, arena, &l, NULL) != EM_OK)
                return 0;
        em_site_compare(&q, &l, &s);
        return s.score;
}

/* ---- the index --------------------------------------------------------------------------------------- */

typedef struct asking {
        const em_names       *x;
        const em_query       *q;
        const em_search_opts *o;
        em_arena             *arena;
        em_site_name         *name;
        uint64_t              compared;
} asking;

/* A person's family name stands last in the index and first on the site, and may be of several words. */
static double rough(const asking *s, const em_site_name *q, uint32_t row)
{
        const em_nx_row *r = &s->x->row[row];
        em_str           part[EM_SITE_PARTS];
        size_t           parts = 0, turns = s->x->name[r->name].schema == EM_SCHEMA_PERSON ? 4 : 1;
        double           best = 0;
        for (uint32_t k = r[0].token; k < r[1].token && parts < EM_SITE_PARTS; k++)
                part[parts++] = em_nx_token_text(s->x, s->x->row_token[k].token);
        for (size_t turn = 0; turn < turns && turn < parts; turn++) {
                em_str        turned[EM_SITE_PARTS];
                em_site_name  l;
                em_site_score score;
                for (size_t i = 0; i < parts; i++)
                        turned[i] = part[(i + parts - turn) % parts];
                em_site_take(turned, parts, &l);
                if (turn == 0) {
                        em_site_compare(q, &l, &score);
                        best = score.score;
                } else {
                        double whole = alike((em_str){q->whole, q->letters}, (em_str){l.whole, l.letters});
                        best = whole > best ? whole : best;
                }
        }
        return best;
}

static em_status reasons(const asking *s, const em_site_name *q, const em_site_name *l, const em_site_score *score, em_match *m,
                         em_str asked, em_error *err)
{
        em_comparison *c = &m->names;
        c->score = score->score;
        if (!s->o->reasons)
                return EM_OK;
        c->row = EM_NEW_N(s->arena, em_aligned, score->parts + 1);
        if (!c->row)
                return em_fail(err, EM_NOMEM, "no memory left for the reasons");
        if (score->whole) {
                c->row[c->rows++] = (em_aligned){asked, m->name_text, "Jaro-Winkler of all letters", 1 - score->score, 1, score->score};
                return EM_OK;
        }
        for (size_t i = 0; i < score->parts; i++) {
                double weight = 1 / (double)score->parts, like = score->like[i];
                EM_TRY(em_str_copy(q->part[score->asked[i]], s->arena, &c->row[i].query, err));
                if (like > 0)
                        EM_TRY(em_str_copy(l->part[score->best[i]], s->arena, &c->row[i].listed, err));
                c->row[i].rule = like > 0 ? "Jaro-Winkler" : "only in what was asked";
                c->row[i].cost = 1 - like;
                c->row[i].weight = weight;
                c->row[i].points = weight * like;
        }
        c->rows = score->parts;
        return EM_OK;
}

/* The party's best name, exactly. */
static em_status judge(asking *s, uint32_t party, em_match *m, em_error *err)
{
        em_party p;
        EM_TRY(em_names_party(s->x, party, s->arena, &p, err));
        *m = (em_match){.party = party, .name = UINT32_MAX, .qualifier = EM_NEW(s->arena, em_qualifier)};
        for (size_t i = 0; i < s->o->datasets; i++) {
                if (em_str_eq(s->o->dataset[i], p.dataset))
                        break;
                if (i + 1 == s->o->datasets)
                        return EM_OK;
        }
        for (size_t k = 0; k < p.names; k++)
                for (size_t i = 0; i < s->q->names; i++) {
                        em_site_name  l;
                        em_site_score score;
                        EM_TRY(listed_name(&p.name[k], s->arena, &l, err));
                        em_site_compare(&s->name[i], &l, &score);
                        if (score.score <= m->score)
                                continue;
                        *m = (em_match){.party = party, .name = (uint32_t)k, .score = score.score, .band = em_band_of(score.score),
                                        .name_text = p.name[k].text, .name_kind = p.name[k].kind, .qualifier = m->qualifier,
                                        .runner_up = m->name_text, .runner_up_score = m->score};
                        EM_TRY(reasons(s, &s->name[i], &l, &score, m, s->q->name[i], err));
                }
        return EM_OK;
}

static int by_score(const void *a, const void *b)
{
        const em_match *x = a, *y = b;
        return x->score != y->score ? (x->score > y->score ? -1 : 1) : x->party < y->party ? -1 : x->party > y->party;
}

static em_status search(asking *s, em_found *found, em_error *err)
{
        const em_names *x = s->x;
        uint32_t        last = UINT32_MAX;
        size_t          cap = 0;
        for (uint32_t row = 0; row < x->head.rows; row++) {
                const em_nx_name *n = &x->name[x->row[row].name];
                bool              may = false;
                if (n->party == last || !em_schema_fits(s->q->schema, (em_schema)n->schema))
                        continue;
                s->compared++;
                for (size_t i = 0; i < s->q->names && !may; i++)
                        may = rough(s, &s->name[i], row) >= s->o->least - ROUGH;
                if (!may)
                        continue;
                last = n->party;
                if (found->matches == cap) {
                        em_match *more = EM_NEW_N(s->arena, em_match, cap = cap ? cap * 2 : 64);
                        if (!more)
                                return em_fail(err, EM_NOMEM, "no memory left for results");
                        if (found->matches)
                                memcpy(more, found->match, found->matches * sizeof *more);
                        found->match = more;
                }
                EM_TRY(judge(s, n->party, &found->match[found->matches], err));
                found->matches += found->match[found->matches].score >= s->o->least;
        }
        return EM_OK;
}

em_status em_site_search(const em_names *x, const em_query *q, const em_search_opts *o, em_arena *arena, em_found *ret_found, em_error *err)
{
        asking   s = {.x = x, .q = q, .o = o, .arena = arena, .name = EM_NEW_N(arena, em_site_name, q->names + 1)};
        em_found found = {0};
        if (!s.name)
                return em_fail(err, EM_NOMEM, "no memory left for a query");
        for (size_t i = 0; i < q->names; i++)
                EM_TRY(fold_parts(q->name[i], arena, &s.name[i], err));
        if (q->names)
                EM_TRY(search(&s, &found, err));
        if (found.matches)
                qsort(found.match, found.matches, sizeof *found.match, by_score);
        found.matches = found.matches < o->limit ? found.matches : o->limit;
        found.compared = s.compared;
        *ret_found = found;
        return EM_OK;
}
