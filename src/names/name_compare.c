/* Two names compared: which parts agree, which contradict, and one score that is their sum.
 *
 * Tokens are paired greedily by cost, joins of up to four tokens among them ("van der bilt",
 * "vanderbilt"); for the few tokens of a name this finds what the exact assignment (Kuhn 1955) finds, and its
 * reason can be told.  What is left over on both sides contradicts: two people may share all names but the
 * last.  What is left over on one side only was left out by somebody, and weighs little.
 *
 *     score = sum of weight x (1 - cost) over pairs / (sum of weights of pairs + what is left over)
 *
 * Every row of the answer is one term of that sum.
 */
#include "names/edit.h"
#include "names/korean.h"
#include "names/name_words.h"

#include <stdlib.h>

const em_name_weights em_name_weights_default = {
        .number = 0.5, .common = 0.5, .class_ = 0.2, .stop = 0.1, .title = 0.12, .link = 0.2, .initial = 0.45,
        .conflict = 3.0, .extra_query = 0.42, .extra_listed = 0.28,
        .slope = 1.2, .most = 0.32, .first = 0.35,
        .nick = 0.15, .initial_cost = 0.35, .skeleton = 0.15, .korean = 0.04, .korean_near = 0.2, .acronym = 0.2,
        .number_cap = 0.74, .common_cap = 0.65, .alike_cap = 0.68, .one_cap = 0.68,
};

enum { JOIN = 4, EDGES = 512 };

typedef struct edge { double cost, weight; const char *rule; uint8_t q, qn, l, ln; } edge;

typedef struct spellings {
        em_spelling of[EM_NAME_TOKENS];
        char        room[EM_NAME_TOKENS][EM_SPELLING_ROOM];
        bool        made[EM_NAME_TOKENS];
} spellings;

typedef struct pairing {
        const em_name_form *q, *l;
        const em_name_weights *w;
        spellings q_spelt, l_spelt;
        bool   person, east;    /* east: a person, and one side is written in Hangul or Han */
        edge   edge[EDGES]; size_t edges;
        edge   taken[EM_NAME_TOKENS]; size_t takens;
        bool   q_used[EM_NAME_TOKENS], l_used[EM_NAME_TOKENS];
        double whole;           /* the sum's divisor */
        double score;
        const char *capped;
} pairing;

static double least_of(double a, double b) { return a < b ? a : b; }

/* ---- words ---------------------------------------------------------------------------------------- */

static double kind_weight(const em_name_weights *w, const em_token *t)
{
        switch (t->kind) {
        case EM_TOKEN_INITIAL: return w->initial;
        case EM_TOKEN_NUMBER:  return w->number;
        case EM_TOKEN_CLASS:   return w->class_;
        case EM_TOKEN_COMMON:  return w->common;
        case EM_TOKEN_STOP:    return w->stop;
        case EM_TOKEN_TITLE:   return w->title;
        case EM_TOKEN_LINK:    return w->link;
        case EM_TOKEN_NAME:    break;
        }
        return w->idf ? w->idf(w->idf_ctx, t->hash) : 1.0;
}

/* An edit's cost as a share of the longer word; 1 when they are different words. */
static double edit_cost(em_str a, em_str b, const em_name_weights *w, double more)
{
        double longer = (double)(a.n > b.n ? a.n : b.n), most = w->most * longer;
        more += a.p[0] != b.p[0] ? w->first : 0;
        double d = em_edit(a, b, most - more) + more;
        return d > most ? 1 : d / longer * w->slope;
}

/* Too little in common to be worth an alignment. */
static bool far(size_t a, uint32_t letters_a, size_t b, uint32_t letters_b)
{
        size_t longer = a > b ? a : b, shorter = a + b - longer;
        return shorter == 0 || longer - shorter > 1 + longer / 3
               || (size_t)__builtin_popcount(letters_a ^ letters_b) > 3 + longer / 3;
}

/* Words of these lengths and letters that not even their sound can bring near: what is heard drops or turns few letters. */
static bool unheard(const em_spelling *a, const em_spelling *b)
{
        size_t longer = a->text.n > b->text.n ? a->text.n : b->text.n, shorter = a->text.n + b->text.n - longer;
        return longer > 2 * shorter + 2 || (size_t)__builtin_popcount(a->letters & b->letters) * 3 < shorter
               || (size_t)__builtin_popcount(a->letters ^ b->letters) > 5 + longer / 3;
}

/* The vowels of a word behind its first letter, as far as scripts without vowels write them: a, e i y, o u w. */
static size_t vowels_of(em_str s, char out[EM_EDIT_LETTERS])
{
        static const char from[] = "aeiyouw", to[] = "aiiiuuu";
        size_t n = 0;
        for (size_t i = 1; i < s.n && n < EM_EDIT_LETTERS; i++) {
                const char *at = strchr(from, s.p[i]);
                if (at && *at)
                        out[n++] = to[at - from];
        }
        return n;
}

/* Arabic writes its long vowels: those of one word must come in the other, which may have short ones between; and a word that
 * ends in i or u is written with it.  So Hasan is not Husayn, nor Ahmad Ahmadi. */
static bool vowels_kept(em_str a, em_str b)
{
        char   x[EM_EDIT_LETTERS], y[EM_EDIT_LETTERS];
        size_t n = vowels_of(a, x), m = vowels_of(b, y), at = 0;
        if (n > m)
                return vowels_kept(b, a);
        for (size_t i = 0; i < m && at < n; i++)
                at += x[at] == y[i];
        bool open_a = a.n && strchr("iyeou", a.p[a.n - 1]), open_b = b.n && strchr("iyeou", b.p[b.n - 1]);
        return at == n && open_a == open_b;
}

static double word_cost(const em_spelling *a, const em_spelling *b, bool skeletons, const em_name_weights *w, const char **ret_rule)
{
        double cost = far(a->text.n, a->letters, b->text.n, b->letters) ? 1 : edit_cost(a->text, b->text, w, 0);
        *ret_rule = "spelling";
        if (cost > 0.05 && !unheard(a, b) && !far(a->sound.n, a->sound_letters, b->sound.n, b->sound_letters)) {
                double heard = edit_cost(a->sound, b->sound, w, .25);
                if (heard < cost) {
                        cost = heard;
                        *ret_rule = "sounds like";
                }
        }
        if (skeletons && cost > w->skeleton) {
                double same = a->bones.n >= 3 ? w->skeleton : 2 * w->skeleton; /* many names share two consonants */
                if (a->bones.n >= 2 && em_str_eq(a->bones, b->bones) && cost > same) {
                        bool kept = vowels_kept(a->text, b->text);
                        cost = least_of(cost, kept ? same : 2 * same);
                        *ret_rule = kept ? "same consonants" : "same consonants, other vowels";
                } else if (a->bones.n >= 4 && b->bones.n >= 4 && cost > 3 * w->skeleton && em_edit(a->bones, b->bones, 1) <= 1) {
                        cost = 3 * w->skeleton;
                        *ret_rule = "nearly the same consonants";
                }
        }
        return cost > 1 ? 1 : cost;
}

static bool wordy(const em_token *t)
{
        return t->kind != EM_TOKEN_NUMBER && t->kind != EM_TOKEN_CLASS && t->kind != EM_TOKEN_INITIAL;
}

/* Where one word is known to be Korean, the other must be the same syllables; of Chinese, a likeness counts half:
 * syllables have few letters, so a likeness of spelling says little. */
double em_near_cost(const em_spelling *a, const em_spelling *b, em_writing writing, const em_name_weights *w, const char **ret_rule)
{
        if (writing == EM_WRITING_HANGUL && a->korean.n && a->syllables == b->syllables) {
                *ret_rule = "Korean key";
                return em_str_eq(a->korean, b->korean) ? w->korean : 1;
        }
        double cost = word_cost(a, b, writing == EM_WRITING_ARABIC || writing == EM_WRITING_HEBREW, w, ret_rule);
        return writing != EM_WRITING_HAN ? cost : cost < .5 ? 2 * cost : 1;
}

/* The script that says most about how two words may differ. */
static em_writing telling_script(const em_token *x, const em_token *y)
{
        static const uint8_t says[] = {[EM_WRITING_HANGUL] = 4, [EM_WRITING_HAN] = 3, [EM_WRITING_ARABIC] = 2, [EM_WRITING_HEBREW] = 1,
                                       [EM_WRITING_OTHER] = 0};
        return says[x->writing] >= says[y->writing] ? x->writing : y->writing;
}

/* A token of one side in all its spellings: as it came, or made when first asked for. */
static const em_spelling *spelling_of(spellings *s, const em_name_form *f, size_t at)
{
        if (f->token[at].spelling)
                return f->token[at].spelling;
        if (!s->made[at]) {
                s->made[at] = true;
                em_spelling_of(f->token[at].text, s->room[at], &s->of[at]);
        }
        return &s->of[at];
}

static double token_cost(pairing *p, size_t i, size_t k, uint64_t nicks, const char **ret_rule)
{
        const em_token *a = &p->q->token[i], *b = &p->l->token[k];
        *ret_rule = "equal";
        if (a->kind == EM_TOKEN_NUMBER || b->kind == EM_TOKEN_NUMBER)
                return a->kind == b->kind && a->symbol == b->symbol ? 0 : 1;
        if (a->hash == b->hash && em_str_eq(a->text, b->text))
                return 0;
        if (a->kind == EM_TOKEN_CLASS || b->kind == EM_TOKEN_CLASS) {
                *ret_rule = "legal form";
                return a->kind != b->kind ? 1 : a->symbol == b->symbol ? 0.05 : 0.5;
        }
        if (a->kind == EM_TOKEN_INITIAL || b->kind == EM_TOKEN_INITIAL) {
                *ret_rule = "initial";
                bool syllable = a->writing == EM_WRITING_HANGUL || a->writing == EM_WRITING_HAN || b->writing == EM_WRITING_HANGUL
                                || b->writing == EM_WRITING_HAN;        /* I is a family name there */
                return !syllable && a->kind != b->kind && p->person && a->text.p[0] == b->text.p[0] ? p->w->initial_cost : 1;
        }
        double cost = em_near_cost(spelling_of(&p->q_spelt, p->q, i), spelling_of(&p->l_spelt, p->l, k), telling_script(a, b), p->w, ret_rule);
        if (nicks && cost > p->w->nick && nicks & em_word_groups(b->text)) {
                *ret_rule = "short form";
                return p->w->nick;
        }
        return cost;
}

/* ---- edges ---------------------------------------------------------------------------------------- */

static void add_edge(pairing *p, edge e)
{
        if (e.cost < 1 && p->edges < EDGES)
                p->edge[p->edges++] = e;
}

static double span_weight(const pairing *p, const em_name_form *f, size_t at, size_t n)
{
        double sum = 0;
        for (size_t i = at; i < at + n; i++)
                sum += kind_weight(p->w, &f->token[i]);
        return sum;
}

/* Equal words first: nothing is nearer, and most words of most pairs are settled by them. */
static void take_equal(pairing *p)
{
        for (size_t i = 0; i < p->q->tokens; i++)
                for (size_t k = 0; k < p->l->tokens && !p->q_used[i]; k++) {
                        const em_token *a = &p->q->token[i], *b = &p->l->token[k];
                        if (p->l_used[k] || a->hash != b->hash || !em_str_eq(a->text, b->text))
                                continue;
                        p->q_used[i] = p->l_used[k] = true;
                        p->taken[p->takens++] = (edge){0, (kind_weight(p->w, a) + kind_weight(p->w, b)) / 2, "equal",
                                                       (uint8_t)i, 1, (uint8_t)k, 1};
                }
}

static void single_edges(pairing *p)
{
        for (size_t i = 0; i < p->q->tokens; i++) {
                uint64_t nicks = p->person && !p->q_used[i] ? em_word_groups(p->q->token[i].text) : 0;
                for (size_t k = 0; k < p->l->tokens && !p->q_used[i]; k++) {
                        edge e = {.q = (uint8_t)i, .qn = 1, .l = (uint8_t)k, .ln = 1};
                        if (p->l_used[k])
                                continue;
                        e.cost = token_cost(p, i, k, nicks, &e.rule);
                        e.weight = (kind_weight(p->w, &p->q->token[i]) + kind_weight(p->w, &p->l->token[k])) / 2;
                        add_edge(p, e);
                }
        }
}

static bool is_free(const bool *used, size_t at, size_t n)
{
        for (size_t i = at; i < at + n; i++)
                if (used[i])
                        return false;
        return true;
}

static em_str joined(const em_name_form *f, size_t at, size_t n, char out[EM_EDIT_LETTERS])
{
        size_t w = 0;
        for (size_t i = at; i < at + n; i++)
                for (size_t k = 0; k < f->token[i].text.n && w < EM_EDIT_LETTERS; k++)
                        out[w++] = f->token[i].text.p[k];
        return (em_str){out, w};
}

/* Joined words and a word that are long enough and near enough in length and letters to be worth an alignment. */
static bool worth(spellings *s, const em_name_form *many, size_t at, size_t n, size_t letters, const em_spelling *one)
{
        uint32_t set = 0;
        if (letters < 5 || one->text.n < 5)
                return false;
        for (size_t i = at; i < at + n; i++)
                set |= spelling_of(s, many, i)->letters;
        return !far(letters < EM_EDIT_LETTERS ? letters : EM_EDIT_LETTERS, set, one->text.n, one->letters);
}

/* What tokens of `many` from at, joined, cost against one token of the other side: "van der bilt" and "vanderbilt";
 * or their first letters against it: "j c" of Jean Claude and "jc". */
static double joined_cost(pairing *p, const em_name_form *many, size_t at, size_t n, const em_name_form *one, size_t to,
                          bool query_is_many, const char **ret_rule)
{
        char            text[EM_EDIT_LETTERS], first[JOIN + 1], room[EM_SPELLING_ROOM];
        const em_token *t = &one->token[to];
        bool            plain = true;
        size_t          letters = 0;
        for (size_t i = 0; i < n; i++) {
                letters += many->token[at + i].text.n;
                first[i] = many->token[at + i].text.p[0];
                plain &= many->token[at + i].kind != EM_TOKEN_NUMBER && many->token[at + i].kind != EM_TOKEN_CLASS;
        }
        *ret_rule = "joined";
        if ((letters == t->text.n || letters > EM_EDIT_LETTERS) && em_str_eq(joined(many, at, n, text), t->text))
                return 0.02;
        if (plain && t->text.n == n && memcmp(first, t->text.p, n) == 0 && (p->person || n >= 3)) {
                *ret_rule = p->person ? "initials" : "acronym";
                return p->person ? p->w->initial_cost : p->w->acronym;
        }
        spellings         *many_spelt = query_is_many ? &p->q_spelt : &p->l_spelt, *one_spelt = query_is_many ? &p->l_spelt : &p->q_spelt;
        const em_spelling *alone = spelling_of(one_spelt, one, to);
        if (!plain || !worth(many_spelt, many, at, n, letters, alone))
                return 1;
        const char *rule;
        em_spelling together;
        em_spelling_of(joined(many, at, n, text), room, &together);
        return em_near_cost(&together, alone, telling_script(t, &many->token[at]), p->w, &rule) + 0.05;
}

static void join_edge(pairing *p, const em_name_form *many, size_t at, size_t n, const em_name_form *one, size_t to, bool query_is_many)
{
        edge e;
        if (!wordy(&one->token[to]))
                return;
        e.cost = joined_cost(p, many, at, n, one, to, query_is_many, &e.rule);
        if (e.cost >= 1)
                return;
        e.q = (uint8_t)(query_is_many ? at : to);
        e.l = (uint8_t)(query_is_many ? to : at);
        e.qn = (uint8_t)(query_is_many ? n : 1);
        e.ln = (uint8_t)(query_is_many ? 1 : n);
        e.weight = (span_weight(p, p->q, e.q, e.qn) + span_weight(p, p->l, e.l, e.ln)) / 2;
        add_edge(p, e);
}

static void join_edges(pairing *p, bool query_is_many)
{
        const em_name_form *many = query_is_many ? p->q : p->l, *one = query_is_many ? p->l : p->q;
        const bool         *used = query_is_many ? p->q_used : p->l_used, *one_used = query_is_many ? p->l_used : p->q_used;
        for (size_t n = 2; n <= JOIN; n++)
                for (size_t at = 0; at + n <= many->tokens; at++)
                        for (size_t to = 0; to < one->tokens && is_free(used, at, n); to++)
                                if (!one_used[to])
                                        join_edge(p, many, at, n, one, to, query_is_many);
}

/* Two or three tokens on each side, cut differently: "arefullah aref", "arefullaha ref". */
static void recut_edges(pairing *p)
{
        char a[EM_EDIT_LETTERS], b[EM_EDIT_LETTERS];
        for (size_t n = 2; n <= 3; n++)
                for (size_t i = 0; i + n <= p->q->tokens; i++)
                        for (size_t k = 0; k + n <= p->l->tokens; k++) {
                                edge   e = {0.04, 0, "cut differently", (uint8_t)i, (uint8_t)n, (uint8_t)k, (uint8_t)n};
                                em_str x = joined(p->q, i, n, a), y = joined(p->l, k, n, b);
                                if (x.n < 5 || !is_free(p->q_used, i, n) || !is_free(p->l_used, k, n) || !em_str_eq(x, y))
                                        continue;
                                e.weight = (span_weight(p, p->q, i, n) + span_weight(p, p->l, k, n)) / 2;
                                add_edge(p, e);
                        }
}

static int by_worth(const void *a, const void *b)
{
        const edge *x = a, *y = b;
        double      wx = x->weight * (1 - x->cost) - x->weight * x->cost, wy = y->weight * (1 - y->cost) - y->weight * y->cost;
        if (x->cost != y->cost && (x->cost < .01 || y->cost < .01))
                return x->cost < y->cost ? -1 : 1;
        if (wx < wy || wx > wy)
                return wx > wy ? -1 : 1;
        if (x->q != y->q)
                return x->q < y->q ? -1 : 1;
        if (x->l != y->l)
                return x->l < y->l ? -1 : 1;
        return x->qn + x->ln - y->qn - y->ln;
}

static void use(bool *used, size_t at, size_t n)
{
        for (size_t i = at; i < at + n; i++)
                used[i] = true;
}

static void take_edges(pairing *p)
{
        qsort(p->edge, p->edges, sizeof *p->edge, by_worth);
        for (size_t i = 0; i < p->edges && p->takens < EM_NAME_TOKENS; i++) {
                const edge *e = &p->edge[i];
                if (!is_free(p->q_used, e->q, e->qn) || !is_free(p->l_used, e->l, e->ln))
                        continue;
                use(p->q_used, e->q, e->qn);
                use(p->l_used, e->l, e->ln);
                p->taken[p->takens++] = *e;
        }
}

/* ---- the sum --------------------------------------------------------------------------------------- */

/* A word that stands twice on one side is not left over when its other was paired. */
static bool repeated(const em_name_form *f, const bool *used, size_t at)
{
        for (size_t i = 0; i < f->tokens; i++)
                if (i != at && used[i] && f->token[i].hash == f->token[at].hash && em_str_eq(f->token[i].text, f->token[at].text))
                        return true;
        return false;
}

/* What is left over: the weight of names and of the rest; of the names, words that stand twice, and parts of a
 * name that is never shortened. */
typedef struct left { double names, rest, again, whole; } left;

static left left_over(const pairing *p, const em_name_form *f, const bool *used)
{
        left l = {0};
        for (size_t i = 0; i < f->tokens; i++) {
                const em_token *t = &f->token[i];
                if (used[i])
                        continue;
                bool name = t->kind == EM_TOKEN_NAME || t->kind == EM_TOKEN_NUMBER || t->kind == EM_TOKEN_COMMON
                            || t->kind == EM_TOKEN_INITIAL;
                *(name ? &l.names : &l.rest) += kind_weight(p->w, t);
                if (name && repeated(f, used, i))
                        l.again += kind_weight(p->w, t);
                else if (name && p->east)
                        l.whole += kind_weight(p->w, t);
        }
        return l;
}

static bool numbers_differ(const pairing *p)
{
        bool q = false, l = false;
        for (size_t i = 0; i < p->q->tokens; i++)
                q |= !p->q_used[i] && p->q->token[i].kind == EM_TOKEN_NUMBER;
        for (size_t i = 0; i < p->l->tokens; i++)
                l |= !p->l_used[i] && p->l->token[i].kind == EM_TOKEN_NUMBER;
        return q && l;
}

/* Something that only this name has agrees, or everything does. */
static bool telling(const pairing *p)
{
        bool all = true;
        for (size_t i = 0; i < p->takens; i++) {
                const em_token *t = &p->q->token[p->taken[i].q];
                if (t->kind == EM_TOKEN_NAME || t->kind == EM_TOKEN_INITIAL || (p->taken[i].qn > 1) || p->taken[i].ln > 1)
                        return true;
        }
        for (size_t i = 0; i < p->q->tokens; i++)
                all &= p->q_used[i] || p->q->token[i].kind == EM_TOKEN_CLASS || p->q->token[i].kind == EM_TOKEN_STOP;
        for (size_t i = 0; i < p->l->tokens; i++)
                all &= p->l_used[i] || p->l->token[i].kind == EM_TOKEN_CLASS || p->l->token[i].kind == EM_TOKEN_STOP;
        return all && p->takens > 1;
}

/* The place in l that was paired alone with token i of q; -1 none. */
static int partner(const pairing *p, size_t i)
{
        for (size_t k = 0; k < p->takens; k++)
                if (p->taken[k].q == i && p->taken[k].qn == 1 && p->taken[k].ln == 1)
                        return p->taken[k].l;
        return -1;
}

static bool is_son(const em_token *t)
{
        return em_str_eq(t->text, EM_S("bin")) || em_str_eq(t->text, EM_S("ibn")) || em_str_eq(t->text, EM_S("ben"))
               || em_str_eq(t->text, EM_S("bint"));
}

/* "Ahmad bin Hasan" and "Hasan bin Ahmad" are father and son. */
static bool turned_round(const pairing *p)
{
        for (size_t i = 1; i + 1 < p->q->tokens; i++) {
                int before = partner(p, i - 1), at = partner(p, i), after = partner(p, i + 1);
                if (is_son(&p->q->token[i]) && at > 0 && is_son(&p->l->token[at]) && before == at + 1 && after == at - 1)
                        return true;
        }
        return false;
}

/* The best pair of what only this name has is no better than a likeness. */
static bool only_alike(const pairing *p)
{
        double least = 1;
        bool   some = false;
        for (size_t i = 0; i < p->takens; i++)
                if (p->q->token[p->taken[i].q].kind == EM_TOKEN_NAME) {
                        some = true;
                        least = p->taken[i].cost < least ? p->taken[i].cost : least;
                }
        return some && least > 0.3;
}

/* A single word of each side was paired, and it is a name. */
static bool one_name(const pairing *p)
{
        size_t words = 0;
        for (size_t i = 0; i < p->takens; i++)
                if (p->q->token[p->taken[i].q].kind == EM_TOKEN_NAME)
                        words += p->taken[i].qn > p->taken[i].ln ? p->taken[i].qn : p->taken[i].ln;
        return words == 1;
}

/* The query has a name of its own that the other lacks: not "Emma Daniels" and EMMA LLC. */
static bool lacks_name(const pairing *p)
{
        for (size_t i = 0; i < p->q->tokens; i++)
                if (!p->q_used[i] && p->q->token[i].kind == EM_TOKEN_NAME)
                        return true;
        return false;
}

static void cap(pairing *p, double most, const char *why)
{
        if (p->score > most) {
                p->score = most;
                p->capped = why;
        }
}

static double most_of(double a, double b) { return a > b ? a : b; }

static void sum_up(pairing *p)
{
        left   q = left_over(p, p->q, p->q_used), l = left_over(p, p->l, p->l_used);
        double good = 0, both = least_of(q.names, l.names);
        q.names -= least_of(q.again, q.names - both);
        l.names -= least_of(l.again, l.names - both);
        /* A Korean or Chinese name has one family and one given name: a part that the other lacks contradicts it. */
        double against = most_of(both, most_of(q.whole, l.whole));
        p->whole = p->w->conflict * against + p->w->extra_query * (most_of(q.names - against, 0) + q.rest)
                   + p->w->extra_listed * (most_of(l.names - against, 0) + l.rest);
        for (size_t i = 0; i < p->takens; i++) {
                p->whole += p->taken[i].weight;
                good += p->taken[i].weight * (1 - p->taken[i].cost);
        }
        p->score = p->whole > 0 ? good / p->whole : 0;
        if (numbers_differ(p))
                cap(p, p->w->number_cap, "the numbers in the names differ");
        if (p->person && turned_round(p))
                cap(p, p->w->number_cap, "father and son change places");
        if ((p->person ? q.names + l.names >= 1 : lacks_name(p)) && one_name(p))
                cap(p, p->w->one_cap, "only one name agrees and another is left over");
        if (!p->person && only_alike(p))
                cap(p, p->w->alike_cap, "no word that only this name has agrees well");
        if (!telling(p))
                cap(p, p->w->common_cap, "only common words agree");
}

static bool korean_equal(const em_name *a, const em_name *b)
{
        for (size_t i = 0; i < a->koreans; i++)
                for (size_t k = 0; k < b->koreans; k++)
                        if (em_str_eq(a->korean[i], b->korean[k]))
                                return true;
        return false;
}

static bool eastern(const em_name_form *f)
{
        return f->tokens && (f->token[0].writing == EM_WRITING_HANGUL || f->token[0].writing == EM_WRITING_HAN);
}

static void compare_forms(const em_name *q, const em_name *l, size_t qf, size_t lf, const em_name_weights *w, pairing *p)
{
        p->q = &q->form[qf];    /* not as one assignment: the edges need no clearing and are most of it */
        p->l = &l->form[lf];
        p->w = w;
        p->person = q->schema <= EM_SCHEMA_PERSON && l->schema <= EM_SCHEMA_PERSON;
        p->east = p->person && (eastern(p->q) || eastern(p->l));
        p->edges = p->takens = 0;
        memset(p->q_spelt.made, 0, sizeof p->q_spelt.made);
        memset(p->l_spelt.made, 0, sizeof p->l_spelt.made);
        memset(p->q_used, 0, sizeof p->q_used);
        memset(p->l_used, 0, sizeof p->l_used);
        p->capped = NULL;
        take_equal(p);
        single_edges(p);
        join_edges(p, true);
        join_edges(p, false);
        recut_edges(p);
        take_edges(p);
        sum_up(p);
}

/* The best pair of forms is left in p; false when either name has no form. */
static bool best_forms(const em_name *q, const em_name *l, const em_name_weights *w, pairing *p, size_t *ret_q, size_t *ret_l)
{
        double best = -1;
        size_t last_q = 0, last_l = 0;
        for (size_t i = 0; i < q->forms; i++)
                for (size_t k = 0; k < l->forms; k++) {
                        compare_forms(q, l, i, k, w, p);
                        last_q = i;
                        last_l = k;
                        if (p->score > best) {
                                best = p->score;
                                *ret_q = i;
                                *ret_l = k;
                        }
                }
        if (best >= 0 && (last_q != *ret_q || last_l != *ret_l))
                compare_forms(q, l, *ret_q, *ret_l, w, p);
        return best >= 0;
}

double em_name_score(const em_name *query, const em_name *listed, const em_name_weights *weights)
{
        pairing p;
        size_t  qf, lf;
        if (!best_forms(query, listed, weights, &p, &qf, &lf))
                return 0;
        double korean = korean_equal(query, listed) ? 1 - weights->korean : 0;
        return p.score > korean ? p.score : korean;
}

/* ---- the reasons ------------------------------------------------------------------------------------ */

static em_str form_span(const em_name_form *f, size_t at, size_t n)
{
        const em_token *a = &f->token[at], *b = &f->token[at + n - 1];
        if (b->form.p < a->form.p)
                return a->form;
        return (em_str){a->form.p, (size_t)(b->form.p + b->form.n - a->form.p)};
}

/* A cap takes the same share of every row's points. */
static void add_row(const pairing *p, em_comparison *c, em_str query, em_str listed, const char *rule, double cost, double weight)
{
        double share = p->whole > 0 ? weight / p->whole : 0;
        c->row[c->rows++] = (em_aligned){query, listed, rule, cost, share, share * (1 - cost)};
}

static void unmatched_rows(const pairing *p, em_comparison *c)
{
        for (size_t i = 0; i < p->q->tokens; i++)
                if (!p->q_used[i])
                        add_row(p, c, p->q->token[i].form, (em_str){0}, "only in what was asked", 1,
                                p->w->extra_query * kind_weight(p->w, &p->q->token[i]));
        for (size_t i = 0; i < p->l->tokens; i++)
                if (!p->l_used[i])
                        add_row(p, c, (em_str){0}, p->l->token[i].form, "only in the list", 1,
                                p->w->extra_listed * kind_weight(p->w, &p->l->token[i]));
}

/* Weights add up to 1 and points to the score: what contradicts weighs more than what is left out, and repeated
 * words less, so the unmatched rows share what the sum gave all of them. */
static void settle(const pairing *p, em_comparison *c, size_t matched)
{
        double paired = 0, rest = 0, points = 0;
        for (size_t i = 0; i < c->rows; i++) {
                *(i < matched ? &paired : &rest) += c->row[i].weight;
                points += c->row[i].points;
        }
        for (size_t i = matched; i < c->rows && rest > 0; i++)
                c->row[i].weight *= (1 - paired) / rest;
        for (size_t i = 0; i < c->rows && points > 0; i++)
                c->row[i].points *= p->score / points;
}

static em_status fill_rows(const pairing *p, em_arena *arena, em_comparison *c, em_error *err)
{
        c->row = EM_NEW_N(arena, em_aligned, p->takens + p->q->tokens + p->l->tokens + 1);
        if (!c->row)
                return em_fail(err, EM_NOMEM, "no memory left for the reasons");
        for (size_t i = 0; i < p->takens; i++) {
                const edge *e = &p->taken[i];
                add_row(p, c, form_span(p->q, e->q, e->qn), form_span(p->l, e->l, e->ln), e->rule, e->cost, e->weight);
        }
        unmatched_rows(p, c);
        settle(p, c, p->takens);
        c->score = p->score;
        c->capped = p->capped;
        return EM_OK;
}

em_status em_name_compare(const em_name *query, const em_name *listed, const em_name_weights *weights,
                          em_arena *arena, em_comparison *ret, em_error *err)
{
        pairing       p;
        size_t        qf = 0, lf = 0;
        em_comparison c = {0};
        if (!best_forms(query, listed, weights, &p, &qf, &lf)) {
                *ret = c;
                return EM_OK;
        }
        double korean = korean_equal(query, listed) ? 1 - weights->korean : 0;
        c.query_form = (uint8_t)qf;
        c.listed_form = (uint8_t)lf;
        if (p.score >= korean) {
                EM_TRY(fill_rows(&p, arena, &c, err));
        } else {
                c.row = EM_NEW(arena, em_aligned);
                if (!c.row)
                        return em_fail(err, EM_NOMEM, "no memory left for the reasons");
                c.row[c.rows++] = (em_aligned){query->text, listed->text, "may be written the same in Korean",
                                               weights->korean, 1, korean};
                c.score = korean;
        }
        *ret = c;
        return EM_OK;
}
