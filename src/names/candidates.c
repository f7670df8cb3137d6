/* From the words of a query to the few names of the index that are worth comparing.
 *
 * Every word leads to the words of the index that are near it (near.c), each of those to the names that hold it.
 * A name's mass is the rarity of what it shares with the query.  Then a bound: no name can score more than
 * if each word of the query had the nearest of the other side to itself.  It is taken first from lengths and sets of
 * letters alone, then with the words compared one by one until it falls below what is asked for; what two words cost is
 * kept, because common words come again.
 */
#include "names/candidates.h"
#include "names/name_words.h"

#include <math.h>
#include <stdlib.h>

enum { UNITS = 31, HITS = 512, POSTS = 16000, ALONG = 60000, LOOKS = 4000, MEMO = 1024, LOOK = 4, PLENTY = 48 };
static const uint32_t TWO_LISTED = 1u << 31;     /* a unit that met two words of the list taken together */
static const float SHARE = 0.3f;        /* of the greatest mass, below which nothing is looked at */
static const float ENOUGH = 0.6f;       /* the same, once plenty may be the same as the query */
static const double FAR = 0.6;          /* cost over which words are not near */

typedef struct hit { uint32_t token; float good; uint32_t unit; } hit;          /* good: 1 - cost */
typedef struct candidate { uint32_t row, units; float mass; } candidate;        /* in a table: row + 1; 0 empty */
typedef struct memo { uint32_t token, unit; float cost; } memo;                 /* token + 1; 0 empty */

typedef struct part { em_spelling s; char room[EM_SPELLING_ROOM]; em_writing writing; bool name, free; } part;

typedef struct asking {
        const em_asking    *a;
        const em_names     *x;
        const em_name_form *f;
        em_arena           *arena;
        part                part[EM_NAME_TOKENS];
        double              rest;
        memo                memo[MEMO];         /* what words cost each other, as far as it has been asked */
        hit                 hit[HITS]; size_t hits;
        uint32_t            left;               /* units whose postings were not all read */
} asking;

static unsigned bits(uint32_t v)        /* without a call, where the machine may lack the instruction */
{
        v -= v >> 1 & 0x55555555;
        v = (v & 0x33333333) + (v >> 2 & 0x33333333);
        return ((v + (v >> 4)) & 0x0f0f0f0f) * 0x01010101u >> 24;
}

/* Two words that are near in their letters share most of them. */
static bool alike(uint32_t n, uint32_t letters_n, uint32_t m, uint32_t letters_m)
{
        uint32_t longer = n > m ? n : m, shorter = n + m - longer;
        return longer - shorter <= 1 + longer / 3 && bits(letters_n ^ letters_m) <= 3 + longer / 3;
}

/* ---- near words ------------------------------------------------------------------------------------ */

static bool find_token(const em_names *x, em_str s, uint32_t *ret)
{
        for (size_t at = em_nx_hash(s, 0) & (x->token_slots - 1); x->token_find[at]; at = (at + 1) & (x->token_slots - 1))
                if (em_str_eq(em_nx_token_text(x, x->token_find[at] - 1), s)) {
                        *ret = x->token_find[at] - 1;
                        return true;
                }
        return false;
}

static void add_hit(asking *k, uint32_t token, double good, uint32_t unit)
{
        for (size_t i = k->hits; i > 0 && k->hit[i - 1].unit == unit; i--)
                if (k->hit[i - 1].token == token)
                        return;
        if (k->hits < HITS)
                k->hit[k->hits++] = (hit){token, (float)good, unit};
}

/* Tokens under near keys that are near indeed.  All keys at once, so that the memory of one is fetched while another is
 * looked at. */
static void key_tokens(asking *k, const em_spelling *word, const uint32_t *key, size_t keys, em_writing writing, uint32_t except,
                       uint32_t unit)
{
        const em_names *x = k->x;
        for (size_t i = 0; i < keys; i++)
                __builtin_prefetch(&x->near_at[key[i] >> x->near_shift]);
        for (size_t i = 0; i < keys; i++)
                __builtin_prefetch(&x->near[x->near_at[key[i] >> x->near_shift]]);
        for (size_t i = 0; i < keys; i++) {
                uint32_t at = x->near_at[key[i] >> x->near_shift], end = x->near_at[(key[i] >> x->near_shift) + 1];
                while (at < end && x->near[at].hash < key[i])
                        at++;
                for (; at < end && x->near[at].hash == key[i]; at++) {
                        em_spelling other;
                        const char *rule;
                        if (x->near[at].to == except)
                                continue;
                        em_nx_spelling(x, x->near[at].to, &other);
                        double cost = em_near_cost(word, &other, writing, &em_name_weights_default, &rule);
                        if (cost < FAR)
                                add_hit(k, x->near[at].to, 1 - cost, unit);
                }
        }
}

/* A word of known Korean syllables has no misspellings but writings, which meet under their Korean key. */
static void near_tokens(asking *k, const em_spelling *word, bool joined, em_writing writing, uint32_t unit)
{
        uint32_t keys[EM_NEAR_MOST], exact = UINT32_MAX;
        size_t   count = 0;
        if (find_token(k->x, word->text, &exact))
                add_hit(k, exact, 1, unit);
        if (writing == EM_WRITING_HANGUL && em_near_korean(word, keys))
                count = 1;
        else if (word->text.n >= 3)
                count = em_near_keys(word, joined, writing == EM_WRITING_ARABIC || writing == EM_WRITING_HEBREW, keys);
        key_tokens(k, word, keys, count, writing, exact, unit);
}

/* Short forms of a given name are near it, however unlike they look. */
static void short_forms(asking *k, em_str word, uint32_t unit)
{
        const char *form[16];
        size_t      n = em_word_nicks(word, form, sizeof form / sizeof *form);
        uint32_t    token;
        for (size_t i = 0; i < n; i++)
                if (find_token(k->x, em_str_c(form[i]), &token))
                        add_hit(k, token, 1 - em_name_weights_default.nick, unit);
}

static int by_count(const void *a, const void *b, void *ctx)
{
        const uint32_t *x = a, *y = b, *at = ctx;
        uint32_t        m = at[*x + 1] - at[*x], n = at[*y + 1] - at[*y];
        return m != n ? (m < n ? -1 : 1) : *x < *y ? -1 : *x > *y;
}

/* Words that share half of the trigrams, the rarest of which are looked up, until so many were read; what they cost decides. */
static em_status trigram_tokens(asking *k, const em_spelling *word, em_writing writing, uint32_t unit, em_error *err)
{
        typedef struct sharing { uint32_t token, count; } sharing;      /* token + 1 */
        const em_names *x = k->x;
        uint32_t        code[66];
        size_t          codes = em_trigrams(word->text, code), posts = 0, slots = 64, used = 0;
        if (word->text.n < 4)
                return EM_OK;
        qsort_r(code, codes, sizeof *code, by_count, (void *)(uintptr_t)x->tri_at);
        for (; used < codes && posts < LOOKS; used++)
                posts += x->tri_at[code[used] + 1] - x->tri_at[code[used]];
        while (slots < posts * 2)
                slots *= 2;
        sharing *table = EM_NEW_N(k->arena, sharing, slots);
        if (!table)
                return em_fail(err, EM_NOMEM, "no memory left for candidates");
        for (size_t i = 0; i < used; i++)
                for (uint32_t p = x->tri_at[code[i]]; p < x->tri_at[code[i] + 1]; p++) {
                        size_t at = x->tri[p] * 0x9e3779b1u & (slots - 1);
                        while (table[at].token && table[at].token != x->tri[p] + 1)
                                at = (at + 1) & (slots - 1);
                        table[at].token = x->tri[p] + 1;
                        table[at].count++;
                }
        for (size_t i = 0; i < slots; i++) {
                em_spelling other;
                const char *rule;
                if (table[i].count * 2 < codes)
                        continue;
                em_nx_spelling(x, table[i].token - 1, &other);
                double cost = em_near_cost(word, &other, writing, &em_name_weights_default, &rule);
                if (cost < FAR)
                        add_hit(k, table[i].token - 1, 1 - cost, unit);
        }
        return EM_OK;
}

static bool leads(const em_token *t)
{
        return t->kind == EM_TOKEN_NAME || t->kind == EM_TOKEN_COMMON || t->kind == EM_TOKEN_NUMBER;
}

static void joined_hits(asking *k, size_t from, size_t width, uint32_t unit)
{
        char        text[64], room[EM_SPELLING_ROOM];
        size_t      at = 0;
        em_spelling s;
        for (size_t i = from; i < from + width && at + k->f->token[i].text.n < sizeof text; i++) {
                memcpy(text + at, k->f->token[i].text.p, k->f->token[i].text.n);
                at += k->f->token[i].text.n;
        }
        if (at < 5 || at > 24)
                return;
        em_spelling_of((em_str){text, at}, room, &s);
        near_tokens(k, &s, true, k->f->token[0].writing, unit);
}

/* Each word that leads, and two and three that stand together, as one: the units of a form. */
static em_status find_hits(asking *k, em_error *err)
{
        const em_name_form *f = k->f;
        uint32_t            unit = 0;
        for (size_t i = 0; i < f->tokens && unit < UNITS; i++, unit++) {
                const em_token *t = &f->token[i];
                if (leads(t) && k->a->trigrams) {
                        EM_TRY(trigram_tokens(k, t->spelling, t->writing, unit, err));
                } else if (leads(t) || t->kind == EM_TOKEN_TITLE || t->kind == EM_TOKEN_LINK) {
                        near_tokens(k, t->spelling, false, t->writing, unit);
                        short_forms(k, t->text, unit);
                }
        }
        for (size_t width = 2; width <= 3; width++)
                for (size_t i = 0; i + width <= f->tokens && unit < UNITS; i++, unit++)
                        joined_hits(k, i, width, unit);
        return EM_OK;
}

/* The words of the form that its units stand for. */
static uint32_t words_of(const asking *k, uint32_t units)
{
        uint32_t words = units & ((1u << k->f->tokens) - 1), unit = (uint32_t)k->f->tokens;
        for (uint32_t width = 2; width <= 3; width++)
                for (uint32_t i = 0; i + width <= k->f->tokens && unit < UNITS; i++, unit++)
                        if (units >> unit & 1)
                                words |= ((1u << width) - 1) << i;
        return words;
}

/* ---- what holds them ------------------------------------------------------------------------------------ */

static float rarity(const em_names *x, uint32_t token)
{
        return (float)log(1 + (double)x->head.rows / (1 + x->token[token].rows));
}

static int by_rows(const void *a, const void *b, void *ctx)
{
        const em_names *x = ctx;
        const hit      *p = a, *q = b;
        uint32_t        m = x->token[p->token].rows, n = x->token[q->token].rows;
        if (m != n)
                return m < n ? -1 : 1;
        return p->token != q->token ? (p->token < q->token ? -1 : 1) : p->unit < q->unit ? -1 : p->unit > q->unit;
}

/* The heaviest first, as far as a hundred steps tell; the same order for the same index. */
static void by_mass(candidate *list, size_t count, float most, candidate *out)
{
        enum { STEPS = 100 };
        size_t at[STEPS + 2] = {0};
        for (size_t i = 0; i < count; i++)
                at[STEPS - (size_t)(list[i].mass / most * STEPS) + 1]++;
        for (size_t i = 0; i <= STEPS; i++)
                at[i + 1] += at[i];
        for (size_t i = 0; i < count; i++)
                out[at[STEPS - (size_t)(list[i].mass / most * STEPS)]++] = list[i];
}

/* A unit whose postings were not read may have met a name together with a neighbour: its words count as paired. */
static void leave(asking *k, size_t from)
{
        uint32_t units = 0;
        for (size_t i = from; i < k->hits; i++) {
                k->left |= 1u << k->hit[i].unit;
                if (k->x->token[k->hit[i].token].joined || k->hit[i].unit >= k->f->tokens)
                        units |= 1u << k->hit[i].unit;
        }
        if (k->hits == HITS)
                units = UINT32_MAX;
        units = words_of(k, units);
        for (size_t i = 0; i < k->f->tokens; i++)
                k->part[i].free = units >> i & 1;
}

/* Rows by what they share; open addressing. */
typedef struct pile { candidate *table; size_t slots, count; float most; } pile;

static void put_on(pile *p, uint32_t row, const hit *h, float mass, uint32_t joined)
{
        size_t at = row * 0x9e3779b1u & (p->slots - 1);
        while (p->table[at].row && p->table[at].row != row + 1)
                at = (at + 1) & (p->slots - 1);
        candidate *c = &p->table[at];
        if (!c->row && p->count * 2 >= p->slots)
                return;
        p->count += c->row == 0;
        c->row = row + 1;
        if (!(c->units >> h->unit & 1))
                c->mass += mass;
        c->units |= 1u << h->unit | joined;
        p->most = c->mass > p->most ? c->mass : p->most;
}

static void put_all(const asking *k, pile *p, const hit *h, size_t most)
{
        const em_names *x = k->x;
        float           mass = rarity(x, h->token) * h->good;
        uint32_t        joined = x->token[h->token].joined ? TWO_LISTED : 0;
        uint64_t        from = x->post_at[h->token], to = x->post_at[h->token + 1];
        for (to = to - from > most ? from + most : to; from < to; from++)
                put_on(p, x->post[from], h, mass, joined);
}

/* Rows that hold both of two common words: the shorter postings in order, the longer by leaps. */
static size_t put_both(const asking *k, pile *p, const hit *a, const hit *b, size_t most)
{
        const em_names *x = k->x;
        uint64_t        i = x->post_at[a->token], end = x->post_at[a->token + 1], lo = x->post_at[b->token], last = x->post_at[b->token + 1];
        size_t          read = 0;
        for (; i < end && lo < last && most; i++, read++) {
                uint32_t row = x->post[i];
                uint64_t step = 1;
                while (lo + step < last && x->post[lo + step] < row)
                        step *= 2;
                for (uint64_t hi = lo + step < last ? lo + step + 1 : last; lo < hi;) {
                        uint64_t mid = lo + (hi - lo) / 2;
                        *(x->post[mid] < row ? &lo : &hi) = x->post[mid] < row ? mid + 1 : mid;
                }
                if (lo < last && x->post[lo] == row) {
                        put_on(p, row, a, rarity(x, a->token) * a->good, 0);
                        put_on(p, row, b, rarity(x, b->token) * b->good, 0);
                        most--;
                }
        }
        return read;
}

/* Common words that were not read: what holds two of them; of a name of one word, the first that hold it. */
static void gather_common(const asking *k, pile *p, size_t used)
{
        size_t along = 0, met = p->count;
        for (size_t i = used; i < k->hits && along < ALONG; i++)
                for (size_t m = i + 1; m < k->hits && along < ALONG; m++)
                        if (k->hit[i].good + k->hit[m].good >= 1.8f && k->hit[i].unit != k->hit[m].unit)
                                along += put_both(k, p, &k->hit[i], &k->hit[m], POSTS / 8);
        for (size_t i = used; i < k->hits && p->count == met; i++)
                if (k->hit[i].good >= 1)
                        put_all(k, p, &k->hit[i], POSTS / 8);
}

/* The rarest words first, until so many postings are read: a name that shares only common words needs several. */
static em_status gather(asking *k, const candidate **ret, size_t *ret_count, em_error *err)
{
        const em_names *x = k->x;
        hit            *h = k->hit;
        size_t          posts = 0, used = 0, count = 0;
        pile            p = {.slots = 64};
        qsort_r(h, k->hits, sizeof *h, by_rows, (void *)(uintptr_t)x);
        while (used < k->hits && posts + x->token[h[used].token].rows < POSTS)
                posts += x->token[h[used++].token].rows;
        leave(k, used);
        while (p.slots < (used < k->hits ? posts + POSTS : posts) * 2)
                p.slots *= 2;
        p.table = EM_NEW_N(k->arena, candidate, p.slots);
        if (!p.table)
                return em_fail(err, EM_NOMEM, "no memory left for candidates");
        for (size_t i = 0; i < used; i++)
                put_all(k, &p, &h[i], SIZE_MAX);
        gather_common(k, &p, used);
        for (size_t i = 0; i < p.slots; i++)
                if (p.table[i].row && p.table[i].mass >= p.most * SHARE)
                        p.table[count++] = (candidate){p.table[i].row - 1, p.table[i].units, p.table[i].mass};
        *ret = p.table;
        *ret_count = count;
        if (count <= PLENTY)
                return EM_OK;
        candidate *list = EM_NEW_N(k->arena, candidate, count);
        if (!list)
                return em_fail(err, EM_NOMEM, "no memory left for candidates");
        by_mass(p.table, count, p.most, list);
        *ret = list;
        return EM_OK;
}

/* ---- a bound ------------------------------------------------------------------------------------------ */

static memo *memo_at(asking *k, uint32_t token, uint32_t unit)
{
        return &k->memo[(token * 0x9e3779b1u >> 16 ^ unit * 37) & (MEMO - 1)];
}

static void remember(asking *k)
{
        for (size_t i = 0; i < k->hits; i++)
                *memo_at(k, k->hit[i].token, k->hit[i].unit) = (memo){k->hit[i].token + 1, k->hit[i].unit, 1 - k->hit[i].good};
}

static bool no_vowels(em_writing w) { return w == EM_WRITING_ARABIC || w == EM_WRITING_HEBREW; }

static em_writing script_of(const part *q, const em_nx_row_token *t)
{
        return q->writing > EM_WRITING_LATIN && q->writing < EM_WRITING_OTHER ? q->writing : (em_writing)t->writing;
}

/* Words that share a sound or one deletion have met already; what else is near shares most of its letters. */
static bool shares_letters(const part *q, const em_nx_row_token *l)
{
        static const uint32_t vowels = 0x1504191;       /* a e h i o u w y: scripts without vowels leave out, or take for another */
        uint32_t   apart = q->s.letters ^ l->letters;
        em_writing w = script_of(q, l);
        if (w == EM_WRITING_HANGUL)
                return true;
        if (no_vowels(w) && q->s.bones.n >= 4 && l->length >= 4 && bits(apart & ~vowels) <= 3)
                return true;
        return alike((uint32_t)q->s.text.n, q->s.letters, l->length, l->letters);
}

static float pair_cost(asking *k, uint32_t unit, const em_nx_row_token *t)
{
        const part *q = &k->part[unit];
        const char *rule;
        em_spelling other;
        memo       *m = memo_at(k, t->token, unit);
        if (m->token == t->token + 1 && m->unit == unit)
                return m->cost;
        em_nx_spelling(k->x, t->token, &other);
        *m = (memo){t->token + 1, unit, (float)em_near_cost(&q->s, &other, script_of(q, t), &em_name_weights_default, &rule)};
        return m->cost;
}

/* What is known of a row: of each word of the query the least it may cost, of each word of the row whether it has a partner;
 * open: pairs that were not compared yet. */
typedef struct known {
        float    best[EM_NAME_TOKENS];
        uint32_t open[EM_NAME_TOKENS];
        uint32_t paired, names;         /* bits of the row's tokens */
        double   rest;
        size_t   taken;                 /* words of the row that joined words may have used up */
} known;

static void look_at(asking *k, const candidate *c, known *n)
{
        const em_nx_row *r = &k->x->row[c->row];
        uint32_t         tokens = (uint32_t)k->f->tokens, met = c->units | k->left;
        uint32_t         joined = words_of(k, c->units >> tokens << tokens & ~TWO_LISTED);
        n->paired = n->names = 0;
        n->rest = k->rest;
        n->taken = (joined ? 1u : 0u) + (c->units & TWO_LISTED ? 2u : 0u);
        for (uint32_t i = 0; i < tokens; i++) {
                n->best[i] = joined >> i & 1 || (c->units & TWO_LISTED && c->units >> i & 1) || k->part[i].free ? 0 : 1;
                n->open[i] = 0;
        }
        for (uint32_t at = r[0].token, b = 0; at < r[1].token; at++, b++) {
                const em_nx_row_token *t = &k->x->row_token[at];
                bool                   name = t->kind == EM_TOKEN_NAME;
                n->names |= name ? 1u << b : 0;
                n->rest += name ? 0 : 0.5;
                for (uint32_t i = 0; i < tokens; i++) {
                        const part *q = &k->part[i];
                        float       cost = 1;
                        if (q->s.text.n == 1 || t->length == 1) {
                                cost = q->s.letters & t->letters ? 0 : 1;
                        } else if (q->free) {
                                cost = 0;
                        } else if (met >> i & 1 && memo_at(k, t->token, i)->token == t->token + 1 && memo_at(k, t->token, i)->unit == i) {
                                cost = memo_at(k, t->token, i)->cost;
                        } else if ((n->best[i] > 0 || name) && shares_letters(q, t)) {
                                n->open[i] |= 1u << b;
                                continue;
                        }
                        n->paired |= cost < 1 ? 1u << b : 0;
                        n->best[i] = cost < n->best[i] ? cost : n->best[i];
                }
        }
}

/* No score can be more: each name of the query pairs with the nearest of the other side, whoever else wants that.  Names
 * that pair with nothing are left over, and where both sides have some they contradict each other. */
static double bound(const asking *k, const known *n)
{
        const em_name_weights *w = &em_name_weights_default;
        size_t                 lost = 0, found = 0;
        double                 good = 0;
        uint32_t               paired = n->paired;
        for (size_t i = 0; i < k->f->tokens; i++) {
                paired |= n->open[i];
                if (!k->part[i].name)
                        continue;
                bool none = !n->open[i] && n->best[i] >= 1;
                lost += none;
                found += !none;
                good += none ? 0 : n->open[i] ? 1 : 1 - (double)n->best[i];
        }
        size_t alone = bits(n->names & ~paired);
        alone -= alone < n->taken ? alone : n->taken;
        size_t both = lost < alone ? lost : alone;
        return (good + n->rest / 2) / ((double)found + n->rest / 2 + w->conflict * (double)both
                                       + w->extra_query * (double)(lost - both) + w->extra_listed * (double)(alone - both) + 1e-9);
}

/* The word of the query with the fewest pairs to compare: the likeliest to have no partner. */
static uint32_t fewest_open(const asking *k, const known *n)
{
        uint32_t least = EM_NAME_TOKENS;
        unsigned most = 32;
        for (uint32_t i = 0; i < k->f->tokens; i++)
                if (n->open[i] && bits(n->open[i]) < most) {
                        least = i;
                        most = bits(n->open[i]);
                }
        return least;
}

/* Compares the words of a row that may be near, until it is plain that they are not near enough. */
static bool holds(asking *k, const candidate *c, known *n, double least)
{
        uint32_t from = k->x->row[c->row].token;
        for (uint32_t i; (i = fewest_open(k, n)) < EM_NAME_TOKENS;) {
                for (uint32_t b = 0; n->open[i] >> b; b++) {
                        const em_nx_row_token *t = &k->x->row_token[from + b];
                        if (!(n->open[i] >> b & 1))
                                continue;
                        n->open[i] &= ~(1u << b);
                        if (n->best[i] <= 0 && ((n->paired | ~n->names) >> b & 1))
                                continue;       /* changes nothing */
                        float cost = pair_cost(k, i, t);
                        n->paired |= cost < 1 ? 1u << b : 0;
                        n->best[i] = cost < n->best[i] ? cost : n->best[i];
                        if (b == EM_NAME_TOKENS - 1)
                                break;
                }
                if (bound(k, n) < least)
                        return false;
        }
        return true;
}

/* ---- all -------------------------------------------------------------------------------------------------- */

bool em_schema_fits(em_schema asked, em_schema listed)
{
        if (asked == EM_SCHEMA_THING || listed == EM_SCHEMA_THING || asked == listed)
                return true;
        bool a = asked == EM_SCHEMA_ORGANIZATION || asked == EM_SCHEMA_COMPANY, b = listed == EM_SCHEMA_ORGANIZATION || listed == EM_SCHEMA_COMPANY;
        if (asked == EM_SCHEMA_LEGAL_ENTITY)
                return b || listed == EM_SCHEMA_PERSON;
        if (listed == EM_SCHEMA_LEGAL_ENTITY)
                return a || asked == EM_SCHEMA_PERSON;
        return a && b;
}

static void spell(asking *k)
{
        for (size_t i = 0; i < k->f->tokens; i++) {
                em_token *t = &k->a->form->token[i];
                em_spelling_of(t->text, k->part[i].room, &k->part[i].s);
                t->spelling = &k->part[i].s;
                k->part[i].writing = t->writing;
                k->part[i].name = t->kind == EM_TOKEN_NAME;
                k->rest += t->kind == EM_TOKEN_NAME ? 0 : 0.5;
        }
}

/* Rows lie far apart in memory: those that come next are on their way while one is looked at. */
static void fetch(const em_names *x, const candidate *list, size_t i, size_t count)
{
        if (i + 8 < count)
                __builtin_prefetch(&x->row[list[i + 8].row]);
        if (i + 4 < count)
                __builtin_prefetch(&x->row_token[x->row[list[i + 4].row].token]);
}

static int by_most(const void *a, const void *b)
{
        const em_may *x = a, *y = b;
        return x->most != y->most ? (x->most > y->most ? -1 : 1) : x->row < y->row ? -1 : x->row > y->row;
}

em_status em_candidates(const em_asking *a, em_arena *arena, const em_may **ret_list, size_t *ret_count, size_t *ret_hits,
                        em_error *err)
{
        asking          *k = EM_NEW(arena, asking);
        const candidate *list = NULL;
        size_t           count = 0, rows = 0, good = 0;
        if (!k)
                return em_fail(err, EM_NOMEM, "no memory left for a query");
        k->a = a;
        k->x = a->x;
        k->f = a->form;
        k->arena = arena;
        spell(k);
        EM_TRY(find_hits(k, err));
        if (k->hits)
                EM_TRY(gather(k, &list, &count, err));
        remember(k);
        count = count < a->most * LOOK ? count : a->most * LOOK;
        em_may *may = EM_NEW_N(arena, em_may, a->most + 1);
        if (!may)
                return em_fail(err, EM_NOMEM, "no memory left for candidates");
        for (size_t i = 0; i < count && rows < a->most; i++) {
                known n;
                if (good >= PLENTY && list[i].mass < list[0].mass * ENOUGH)
                        break;
                fetch(a->x, list, i, count);
                look_at(k, &list[i], &n);
                if (bound(k, &n) < a->least || !em_schema_fits(a->schema, (em_schema)a->x->name[a->x->row[list[i].row].name].schema))
                        continue;
                if (holds(k, &list[i], &n, a->least))
                        may[rows++] = (em_may){list[i].row, (float)bound(k, &n)};
                good += rows && may[rows - 1].row == list[i].row && may[rows - 1].most >= 0.95f;
        }
        qsort(may, rows, sizeof *may, by_most);
        *ret_list = may;
        *ret_count = rows;
        *ret_hits = k->hits;
        return EM_OK;
}
