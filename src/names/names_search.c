/* A query against names.idx: numbers, then words, then the few best compared exactly.
 *
 * Every word of the query leads to the words of the index that are near it (near.c), each of those to the
 * names that hold it.  A name's mass is the rarity of what it shares with the query; the heaviest are candidates.
 * A bound from the number of words shared throws most of them out; the rest are compared as
 * name_compare.c does, which is the only thing that makes a score.
 */
#include "names/edit.h"
#include "names/name_words.h"
#include "names/names_inside.h"

#include <math.h>
#include <stdlib.h>

const em_search_opts em_search_defaults = {.least = 0.70, .limit = 5, .candidates = 300, .reasons = true};

enum { UNITS = 31, HITS = 512, POSTS = 60000 };
static const uint32_t TWO_LISTED = 1u << 31;     /* a unit that met two words of the list taken together */
static const double MORE = 0.05;        /* than what qualifiers may add */
static const double FAR = 0.6;          /* cost over which words are not near */

typedef struct hit { uint32_t token; float good; uint32_t unit; } hit;          /* good: 1 - cost */
typedef struct gathered { uint32_t row, units; float mass; } gathered;          /* row + 1; 0 empty */
typedef struct candidate { uint32_t row, units; float mass; } candidate;

typedef struct scored { uint32_t party, name, row; uint16_t query; double score, name_score; em_str number; } scored;

typedef struct searching {
        const em_names       *x;
        const em_query       *q;
        const em_search_opts *o;
        em_arena             *arena;
        em_name              *name;     /* of the query, prepared */
        scored               *found; size_t founds, cap;
        uint64_t              compared, hits;
        bool                  trigrams;
} searching;

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

static void add_hit(hit *h, size_t *n, uint32_t token, double good, uint32_t unit)
{
        for (size_t i = 0; i < *n; i++)
                if (h[i].token == token && h[i].unit == unit)
                        return;
        if (*n < HITS)
                h[(*n)++] = (hit){token, (float)good, unit};
}

/* Tokens under one near key that are near indeed; UINT32_MAX: none is left out. */
static void key_tokens(const em_names *x, em_str word, uint32_t key, em_writing writing, uint32_t except, uint32_t unit, hit *h,
                       size_t *n)
{
        uint32_t    lo = x->near_at[key >> 16], end = x->near_at[(key >> 16) + 1];
        const char *rule;
        for (uint32_t hi = end; lo < hi;) {
                uint32_t mid = lo + (hi - lo) / 2;
                *(x->near[mid].hash < key ? &lo : &hi) = x->near[mid].hash < key ? mid + 1 : mid;
        }
        for (; lo < end && x->near[lo].hash == key; lo++) {
                uint32_t t = x->near[lo].to;
                if (t == except)
                        continue;
                double cost = em_near_cost(word, em_nx_token_text(x, t), writing, &em_name_weights_default, &rule);
                if (cost < FAR)
                        add_hit(h, n, t, 1 - cost, unit);
        }
}

/* A word of known Korean syllables has no misspellings but writings, which meet under their Korean key. */
static void near_tokens(const em_names *x, em_str word, bool joined, em_writing writing, uint32_t unit, hit *h, size_t *n)
{
        uint32_t keys[EM_NEAR_MOST], exact = UINT32_MAX;
        size_t   count = 0;
        if (find_token(x, word, &exact))
                add_hit(h, n, exact, 1, unit);
        if (writing == EM_WRITING_HANGUL && em_near_korean(word, keys))
                count = 1;
        else if (word.n >= 3)
                count = em_near_keys(word, joined, writing == EM_WRITING_ARABIC || writing == EM_WRITING_HEBREW, keys);
        for (size_t i = 0; i < count; i++)
                key_tokens(x, word, keys[i], writing, exact, unit, h, n);
}

static void trigram_tokens(const em_names *x, em_str word, uint32_t unit, hit *h, size_t *n, em_arena *arena)
{
        uint32_t code[66];
        size_t   codes = em_trigrams(word, code), most = 0;
        uint8_t *shared = EM_NEW_N(arena, uint8_t, x->head.tokens + 1);
        if (!shared || word.n < 4)
                return;
        for (size_t i = 0; i < codes; i++)
                for (uint32_t k = x->tri_at[code[i]]; k < x->tri_at[code[i] + 1]; k++)
                        most = ++shared[x->tri[k]] > most ? shared[x->tri[k]] : most;
        for (uint32_t t = 0; t < x->head.tokens; t++)
                if (shared[t] * 2u >= codes && shared[t] + 2u >= most)
                        add_hit(h, n, t, 0.5, unit);
}

static bool leads(const em_token *t)
{
        return t->kind == EM_TOKEN_NAME || t->kind == EM_TOKEN_COMMON || t->kind == EM_TOKEN_NUMBER;
}

/* Each word that leads, and two and three that stand together, as one. */
static size_t find_hits(const em_names *x, const em_name_form *f, bool trigrams, hit *h, em_arena *arena)
{
        size_t   n = 0;
        uint32_t unit = 0;
        char     text[64];
        for (size_t i = 0; i < f->tokens && unit < UNITS; i++, unit++) {
                const em_token *t = &f->token[i];
                if (leads(t) && trigrams)
                        trigram_tokens(x, t->text, unit, h, &n, arena);
                else if (leads(t) || (t->kind == EM_TOKEN_TITLE || t->kind == EM_TOKEN_LINK))
                        near_tokens(x, t->text, false, t->writing, unit, h, &n);
        }
        for (size_t width = 2; width <= 3; width++)
                for (size_t i = 0; i + width <= f->tokens && unit < UNITS; i++, unit++) {
                        size_t at = 0;
                        for (size_t k = i; k < i + width && at + f->token[k].text.n < sizeof text; k++) {
                                memcpy(text + at, f->token[k].text.p, f->token[k].text.n);
                                at += f->token[k].text.n;
                        }
                        if (at >= 5 && at <= 24)
                                near_tokens(x, (em_str){text, at}, true, f->token[0].writing, unit, h, &n);
                }
        return n;
}

/* ---- candidates --------------------------------------------------------------------------------------- */

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

static int by_mass(const void *a, const void *b)
{
        const candidate *x = a, *y = b;
        return x->mass != y->mass ? (x->mass > y->mass ? -1 : 1) : x->row < y->row ? -1 : x->row > y->row;
}

/* The rarest words first, until so many postings are read: a name that shares only common words needs several. */
static em_status gather(searching *s, hit *h, size_t hits, candidate **ret, size_t *ret_count, uint32_t *ret_left, em_error *err)
{
        const em_names *x = s->x;
        size_t          posts = 0, used = 0, slots = 64;
        qsort_r(h, hits, sizeof *h, by_rows, (void *)(uintptr_t)x);
        while (used < hits && (posts + x->token[h[used].token].rows < POSTS || used == 0))
                posts += x->token[h[used++].token].rows;
        for (size_t i = used; i < hits; i++)
                *ret_left |= 1u << h[i].unit;
        while (slots < posts * 2)
                slots *= 2;
        gathered  *table = EM_NEW_N(s->arena, gathered, slots);
        candidate *list = EM_NEW_N(s->arena, candidate, posts + 1);
        size_t     count = 0;
        float      most = 0;
        if (!table || !list)
                return em_fail(err, EM_NOMEM, "no memory left for candidates");
        for (size_t i = 0; i < used; i++) {
                float    mass = rarity(x, h[i].token) * h[i].good;
                uint32_t joined = x->token[h[i].token].joined ? TWO_LISTED : 0;
                for (uint64_t k = x->post_at[h[i].token]; k < x->post_at[h[i].token + 1]; k++) {
                        size_t at = x->post[k] * 0x9e3779b1u & (slots - 1);
                        while (table[at].row && table[at].row != x->post[k] + 1)
                                at = (at + 1) & (slots - 1);
                        gathered *g = &table[at];
                        g->row = x->post[k] + 1;
                        if (!(g->units >> h[i].unit & 1))
                                g->mass += mass;
                        g->units |= 1u << h[i].unit | joined;
                        most = g->mass > most ? g->mass : most;
                }
        }
        for (size_t i = 0; i < slots; i++)
                if (table[i].row && table[i].mass >= most * 0.3f)
                        list[count++] = (candidate){table[i].row - 1, table[i].units, table[i].mass};
        qsort(list, count, sizeof *list, by_mass);
        *ret = list;
        *ret_count = count < s->o->candidates ? count : s->o->candidates;
        return EM_OK;
}

/* ---- comparing ------------------------------------------------------------------------------------------ */

static bool fits(em_schema asked, em_schema listed)
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
static void row_name(const em_names *x, uint32_t row, em_token *token, em_name *ret)
{
        const em_nx_name *n = &x->name[x->row[row].name];
        uint32_t          from = x->row[row].token, to = x->row[row + 1].token;
        *ret = (em_name){.schema = (em_schema)n->schema, .forms = 1};
        ret->form[0] = (em_name_form){token, to - from, "as indexed"};
        for (uint32_t i = from; i < to; i++) {
                const em_nx_row_token *t = &x->row_token[i];
                em_str                 text = em_nx_token_text(x, t->token);
                uint32_t               hash = 2166136261u;
                for (size_t k = 0; k < text.n; k++)
                        hash = (hash ^ (uint8_t)text.p[k]) * 16777619u;
                token[i - from] = (em_token){.text = text, .form = text, .hash = hash, .symbol = t->symbol,
                                             .kind = (em_token_kind)t->kind, .writing = (em_writing)t->writing};
        }
}

/* ---- a bound ------------------------------------------------------------------------------------------ */

enum { MEMO = 1024 };

/* What of a query's form a bound needs, made once; and what words cost each other, as far as it has been asked. */
typedef struct part { em_str text; uint32_t letters; em_writing writing; bool name, free, nick; } part;
typedef struct memo { uint32_t token, unit; float cost; } memo;         /* token + 1; 0 empty */
typedef struct outline { size_t tokens; double rest; part part[EM_NAME_TOKENS]; memo *memo; } outline;

static memo *memo_at(const outline *o, uint32_t token, uint32_t unit)
{
        return &o->memo[(token * 0x9e3779b1u >> 16 ^ unit * 37) & (MEMO - 1)];
}

static void outline_of(const em_name_form *f, const hit *h, size_t hits, uint32_t left, outline *o)
{
        o->tokens = f->tokens;
        o->rest = 0;
        for (size_t i = 0; i < f->tokens; i++) {
                const em_token *t = &f->token[i];
                o->part[i] = (part){t->text, em_edit_letters(t->text), t->writing, t->kind == EM_TOKEN_NAME, left >> i & 1,
                                    em_word_nick(t->text, t->text)};
                o->rest += t->kind == EM_TOKEN_NAME ? 0 : 0.5;
        }
        for (size_t i = 0; i < hits; i++)
                *memo_at(o, h[i].token, h[i].unit) = (memo){h[i].token + 1, h[i].unit, 1 - h[i].good};
}

static bool no_vowels(em_writing w) { return w == EM_WRITING_ARABIC || w == EM_WRITING_HEBREW; }

/* Words that share a sound or one deletion have met already; what else is near shares most of its letters. */
static bool shares_letters(const part *q, const em_nx_token *l, em_writing w)
{
        static const uint32_t vowels = 0x1504191;       /* a e h i o u w y: scripts without vowels leave out, or take for another */
        uint32_t apart = q->letters ^ l->letters;
        size_t   longer = q->text.n > l->length ? q->text.n : l->length, shorter = q->text.n + l->length - longer;
        if (w == EM_WRITING_HANGUL)
                return true;
        if (no_vowels(w))
                return (size_t)__builtin_popcount(apart & ~vowels) <= 3;
        return longer - shorter <= 1 + longer / 3 && (size_t)__builtin_popcount(apart) <= 3 + longer / 3;
}

/* The least that two words may cost, as name_compare.c has it; quick: 0 where that is not known yet. */
static float pair_cost(const em_names *x, const outline *o, uint32_t unit, const em_nx_row_token *t, bool quick)
{
        const part        *q = &o->part[unit];
        const em_nx_token *l = &x->token[t->token];
        const char        *rule;
        if (q->free)
                return 0;
        if (q->text.n == 1 || l->length == 1)
                return q->letters & l->letters ? 0 : 1;
        memo *m = memo_at(o, t->token, unit);
        if (m->token == t->token + 1 && m->unit == unit)
                return m->cost;
        em_writing w = q->writing > EM_WRITING_LATIN && q->writing < EM_WRITING_OTHER ? q->writing : (em_writing)t->writing;
        if (!q->nick && !shares_letters(q, l, w))
                return 1;
        if (quick)
                return 0;
        em_str text = em_nx_token_text(x, t->token);
        double cost = q->nick && em_word_nick(q->text, text) ? 0 : em_near_cost(q->text, text, w, &em_name_weights_default, &rule);
        *m = (memo){t->token + 1, unit, (float)cost};
        return m->cost;
}

/* The words of the query that met as two or three taken together (units as find_hits counts them). */
static uint32_t together(const outline *q, uint32_t units)
{
        uint32_t words = 0, unit = (uint32_t)q->tokens;
        for (uint32_t width = 2; width <= 3; width++)
                for (uint32_t i = 0; i + width <= q->tokens && unit < UNITS; i++, unit++)
                        if (units >> unit & 1)
                                words |= ((1u << width) - 1) << i;
        return words;
}

/* No score can be more: each name of the query pairs with the nearest of the other side, whoever else wants that.  Names
 * that pair with nothing are left over, and where both sides have some they contradict each other. */
static double bound(const em_names *x, const outline *q, uint32_t row, uint32_t units, bool quick)
{
        const em_name_weights *w = &em_name_weights_default;
        const em_nx_row       *r = &x->row[row];
        uint32_t               joined = together(q, units);
        float                  best[EM_NAME_TOKENS];
        size_t                 alone = 0, lost = 0, taken = (joined ? 1u : 0u) + (units & TWO_LISTED ? 2u : 0u);
        double                 rest = q->rest, good = 0, pairs = 0;
        for (size_t i = 0; i < q->tokens; i++)
                best[i] = joined >> i & 1 || (units & TWO_LISTED && units >> i & 1) ? 0 : 1;
        for (uint32_t k = r[0].token; k < r[1].token; k++) {
                const em_nx_row_token *t = &x->row_token[k];
                bool                   paired = false;
                for (uint32_t i = 0; i < q->tokens; i++) {
                        float cost = best[i] > 0 || t->kind == EM_TOKEN_NAME ? pair_cost(x, q, i, t, quick) : 1;
                        best[i] = cost < best[i] ? cost : best[i];
                        paired |= cost < 1;
                }
                alone += t->kind == EM_TOKEN_NAME && !paired;
                rest += t->kind == EM_TOKEN_NAME ? 0 : 0.5;
        }
        for (size_t i = 0; i < q->tokens; i++) {
                if (!q->part[i].name)
                        continue;
                lost += best[i] >= 1;
                pairs += best[i] < 1;
                good += best[i] < 1 ? 1 - (double)best[i] : 0;
        }
        alone -= alone < taken ? alone : taken;
        size_t both = lost < alone ? lost : alone;
        return (good + rest / 2) / (pairs + rest / 2 + w->conflict * (double)both + w->extra_query * (double)(lost - both)
                                    + w->extra_listed * (double)(alone - both) + 1e-9);
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
        em_token token[EM_NAME_TOKENS];
        em_name  listed;
        uint32_t name = s->x->row[row].name;
        if (!fits(s->q->schema, (em_schema)s->x->name[name].schema))
                return EM_OK;
        row_name(s->x, row, token, &listed);
        double score = em_name_score(&s->name[query], &listed, &em_name_weights_default);
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
                        if (listed->rows && fits(s->q->schema, (em_schema)listed->schema))
                                EM_TRY(keep(s, listed->row, query, 1 - em_name_weights_default.korean, err));
                }
        }
        return EM_OK;
}

static em_status compare_form(searching *s, uint16_t query, size_t form, bool trigrams, em_error *err)
{
        const em_name_form *f = &s->name[query].form[form];
        hit                *h = EM_NEW_N(s->arena, hit, HITS);
        outline             o = {.memo = EM_NEW_N(s->arena, memo, MEMO)};
        candidate          *list = NULL;
        size_t              count = 0;
        uint32_t            left = 0;   /* units whose postings were not all read */
        if (!h || !o.memo)
                return em_fail(err, EM_NOMEM, "no memory left for a query");
        size_t hits = find_hits(s->x, f, trigrams, h, s->arena);
        s->hits += hits;
        if (hits)
                EM_TRY(gather(s, h, hits, &list, &count, &left, err));
        outline_of(f, h, hits, hits == HITS ? UINT32_MAX : left, &o);
        for (size_t i = 0; i < count; i++)
                if (bound(s->x, &o, list[i].row, list[i].units, true) >= s->o->least - MORE
                    && bound(s->x, &o, list[i].row, list[i].units, false) >= s->o->least - MORE)
                        EM_TRY(compare_row(s, query, list[i].row, err));
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
