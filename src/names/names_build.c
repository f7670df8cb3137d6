/* names.idx from lists: every name folded and cut once, its words numbered, and each way to a word laid out flat.
 *
 * All arrays are made in memory, in the order of the parties, then written one behind the other to a file aside,
 * which takes the name in one step.  What comes out depends on the lists alone.
 */
#include "names/edit.h"
#include "names/names_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct vec { void *p; size_t n, cap, size; } vec;

typedef struct building {
        vec      name, row, row_token, token, joins, party_at, near, korean, number, find;
        em_buf   text, party, file;
        uint32_t *find_token; size_t slots;
        em_arena *arena;
        uint64_t parties;
        bool     failed;
} building;

typedef struct join { uint32_t row, token; } join;

static void *push(building *b, vec *v)
{
        if (v->n == v->cap) {
                size_t cap = v->cap ? v->cap * 2 : 1024;
                void  *p = cap < (size_t)1 << 36 ? realloc(v->p, cap * v->size) : NULL;
                if (!p) {
                        b->failed = true;
                        return NULL;
                }
                v->p = p;
                v->cap = cap;
        }
        void *at = (char *)v->p + v->n++ * v->size;
        memset(at, 0, v->size);
        return at;
}

#define PUSH(b, v, T) ((T *)push((b), &(b)->v))

/* ---- words ------------------------------------------------------------------------------------- */

static bool grow_find(building *b)
{
        size_t    slots = b->slots ? b->slots * 2 : 1 << 14;
        uint32_t *table = calloc(slots, sizeof *table);
        if (!table) {
                b->failed = true;
                return false;
        }
        const em_nx_token *t = b->token.p;
        for (uint32_t i = 0; i < b->token.n; i++) {
                em_str s = {b->text.p + t[i].text, t[i].length};
                size_t at = em_nx_hash(s, 0) & (slots - 1);
                while (table[at])
                        at = (at + 1) & (slots - 1);
                table[at] = i + 1;
        }
        free(b->find_token);
        b->find_token = table;
        b->slots = slots;
        return true;
}

static uint32_t letters_of(building *b, em_str s)
{
        em_buf_str(&b->text, s);
        return (uint32_t)(b->text.n - s.n);
}

static uint32_t token_of(building *b, em_str s, bool joined)
{
        if ((b->token.n + 1) * 2 > b->slots && !grow_find(b))
                return 0;
        em_nx_token *t = b->token.p;
        size_t       at = em_nx_hash(s, 0) & (b->slots - 1);
        for (; b->find_token[at]; at = (at + 1) & (b->slots - 1)) {
                em_nx_token *have = &t[b->find_token[at] - 1];
                if (have->length == s.n && memcmp(b->text.p + have->text, s.p, s.n) == 0) {
                        have->joined &= joined;
                        return b->find_token[at] - 1;
                }
        }
        em_nx_token *new = PUSH(b, token, em_nx_token);
        if (!new || b->text.n > UINT32_MAX - 1024) {
                b->failed = true;
                return 0;
        }
        char        room[EM_SPELLING_ROOM];
        em_spelling spelt;
        em_spelling_of(s, room, &spelt);
        *new = (em_nx_token){.length = (uint8_t)s.n, .sound_length = (uint8_t)spelt.sound.n, .bones_length = (uint8_t)spelt.bones.n,
                             .korean_length = (uint8_t)spelt.korean.n, .syllables = (uint8_t)spelt.syllables, .joined = joined,
                             .letters = spelt.letters, .sound_letters = spelt.sound_letters, .hash = em_token_hash(s)};
        new->text = new->sound = letters_of(b, s);
        if (!em_str_eq(s, spelt.sound))
                new->sound = letters_of(b, spelt.sound);
        new->bones = letters_of(b, spelt.bones);
        new->korean = letters_of(b, spelt.korean);
        b->find_token[at] = (uint32_t)b->token.n;
        return (uint32_t)b->token.n - 1;
}

/* ---- names --------------------------------------------------------------------------------------- */

/* Two words that stand side by side are also found as one. */
static void add_joins(building *b, const em_name_form *f, uint32_t row)
{
        char text[64];
        for (size_t i = 0; i + 1 < f->tokens; i++) {
                const em_token *x = &f->token[i], *y = x + 1;
                if (x->text.n + y->text.n > 24 || x->text.n + y->text.n < 4)
                        continue;
                memcpy(text, x->text.p, x->text.n);
                memcpy(text + x->text.n, y->text.p, y->text.n);
                join *j = PUSH(b, joins, join);
                if (j)
                        *j = (join){row, token_of(b, (em_str){text, x->text.n + y->text.n}, true)};
        }
}

static void add_row(building *b, uint32_t name, const em_name_form *f)
{
        uint32_t   at = (uint32_t)b->row.n;
        em_nx_row *row = PUSH(b, row, em_nx_row);
        if (row)
                *row = (em_nx_row){name, (uint32_t)b->row_token.n};
        for (size_t i = 0; i < f->tokens; i++) {
                em_str           text = em_str_sub(f->token[i].text, 0, 64);
                uint32_t         token = token_of(b, text, false);
                em_nx_row_token *t = PUSH(b, row_token, em_nx_row_token);
                if (t)
                        *t = (em_nx_row_token){token, f->token[i].symbol, em_edit_letters(text), (uint8_t)f->token[i].kind,
                                               (uint8_t)f->token[i].writing, (uint8_t)text.n, 0};
        }
        add_joins(b, f, at);
}

static em_status add_name(building *b, const em_party *p, size_t at, uint32_t party, em_error *err)
{
        em_name n;
        em_arena_reset(b->arena);
        EM_TRY(em_name_prepare(p->name[at].text, p->schema, b->arena, &n, err));
        uint32_t    id = (uint32_t)b->name.n;
        em_nx_name *name = PUSH(b, name, em_nx_name);
        if (!name)
                return em_fail(err, EM_NOMEM, "no memory left for names");
        *name = (em_nx_name){.party = party, .row = (uint32_t)b->row.n, .at = (uint16_t)at, .rows = (uint16_t)n.forms,
                             .kind = (uint8_t)p->name[at].kind, .schema = (uint8_t)p->schema};
        for (size_t i = 0; i < n.forms; i++)
                add_row(b, id, &n.form[i]);
        for (size_t i = 0; i < n.koreans; i++) {
                em_nx_near *k = PUSH(b, korean, em_nx_near);
                if (k)
                        *k = (em_nx_near){(uint32_t)(em_nx_hash(n.korean[i], 9) >> 32), id};
        }
        return EM_OK;
}

static void add_number(building *b, vec *v, uint64_t hash, uint32_t party)
{
        em_nx_number *n = push(b, v);
        if (n)
                *n = (em_nx_number){hash, party, 0};
}

static em_status add_party(building *b, const em_party *p, em_error *err)
{
        char      room[512];
        uint32_t  id = (uint32_t)b->parties++;
        uint64_t *at = PUSH(b, party_at, uint64_t);
        if (at)
                *at = b->party.n;
        em_party_pack(p, &b->party);
        for (size_t i = 0; i < p->names && i < UINT16_MAX; i++)
                EM_TRY(add_name(b, p, i, id, err));
        for (size_t i = 0; i < p->numbers; i++) {
                int    valid;
                em_str c = em_id_canonical(p->number[i].type, p->number[i].value, room, sizeof room, &valid);
                if (c.n >= 4)
                        add_number(b, &b->number, em_nx_hash(c, 11), id);
        }
        add_number(b, &b->find, em_nx_hash(p->id, em_nx_hash(p->dataset, 12)), id);
        add_number(b, &b->find, em_nx_hash(p->id, em_nx_hash(EM_S(""), 12)), id);
        return b->failed || b->parties > UINT32_MAX / 2 ? em_fail(err, EM_NOMEM, "no memory left for the index of names")
                                                        : EM_OK;
}

/* ---- ways to a word --------------------------------------------------------------------------------- */

static int by_near(const void *a, const void *b)
{
        const em_nx_near *x = a, *y = b;
        return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : x->to < y->to ? -1 : x->to > y->to;
}

static int by_number(const void *a, const void *b)
{
        const em_nx_number *x = a, *y = b;
        return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : x->party < y->party ? -1 : x->party > y->party;
}

static void sort(vec *v, int (*by)(const void *, const void *))
{
        if (v->n)
                qsort(v->p, v->n, v->size, by);
}

/* By hash, least significant 16 bits first; the entries come in by ascending `to`, which a stable sort keeps. */
static bool radix(em_nx_near *a, size_t n)
{
        if (!n)
                return true;
        em_nx_near *b = malloc((n + 1) * sizeof *b);
        size_t     *count = malloc(65537 * sizeof *count);
        for (unsigned shift = 0; b && count && shift < 32; shift += 16) {
                memset(count, 0, 65537 * sizeof *count);
                for (size_t i = 0; i < n; i++)
                        count[(a[i].hash >> shift & 0xffff) + 1]++;
                for (size_t i = 0; i < 65536; i++)
                        count[i + 1] += count[i];
                for (size_t i = 0; i < n; i++)
                        b[count[a[i].hash >> shift & 0xffff]++] = a[i];
                memcpy(a, b, n * sizeof *a);
        }
        bool done = b && count;
        free(b);
        free(count);
        return done;
}

static void find_near(building *b)
{
        uint32_t           keys[EM_NEAR_MOST + 1];
        const em_nx_token *t = b->token.p;
        const char        *text = b->text.p;
        for (uint32_t i = 0; i < b->token.n; i++) {
                em_spelling s = {{text + t[i].text, t[i].length}, {text + t[i].sound, t[i].sound_length}, {text + t[i].bones, t[i].bones_length},
                                 {text + t[i].korean, t[i].korean_length}, t[i].letters, t[i].sound_letters, t[i].syllables};
                size_t n = em_near_keys(&s, t[i].joined, true, keys);
                n += em_near_korean(&s, &keys[n]);
                for (size_t k = 0; k < n; k++) {
                        em_nx_near *near = PUSH(b, near, em_nx_near);
                        if (near)
                                *near = (em_nx_near){keys[k], i};
                }
        }
        b->failed |= !radix(b->near.p, b->near.n);
}

/* ---- writing ------------------------------------------------------------------------------------------ */

__extension__ typedef unsigned __int128 wide;

static uint64_t fold(uint64_t h, uint64_t w, uint64_t by)
{
        wide m = (wide)(h ^ w) * by;
        return (uint64_t)m ^ (uint64_t)(m >> 64) ^ w;
}

/* Four lanes, because a multiplication waits for the one before it in its lane only. */
uint64_t em_nx_check(const void *bytes, size_t n)
{
        static const uint64_t by = UINT64_C(0xa0761d6478bd642f);
        const unsigned char  *p = bytes;
        uint64_t              h = n * UINT64_C(0x9e3779b97f4a7c15), lane[4] = {h, h + 1, h + 2, h + 3}, w[4];
        for (; n >= sizeof w; p += sizeof w, n -= sizeof w) {
                memcpy(w, p, sizeof w);
                for (int i = 0; i < 4; i++)
                        lane[i] = fold(lane[i], w[i], by);
        }
        for (int i = 0; i < 4; i++)
                h = fold(h, lane[i], by);
        for (; n >= 8; p += 8, n -= 8) {
                memcpy(w, p, 8);
                h = fold(h, w[0], by);
        }
        w[0] = 0;
        memcpy(w, p, n);
        return fold(h, w[0] ^ 1, UINT64_C(0xe7037ed1a0b428db));
}

typedef struct writing { FILE *out; em_nx_head head; uint64_t at; } writing;

static void put(writing *w, em_nx_section s, const void *p, size_t bytes)
{
        static const char zero[8];
        p = p ? p : zero;       /* an empty section */
        w->head.place[s] = (em_nx_place){w->at, bytes, em_nx_check(p, bytes)};
        fwrite(p, 1, bytes, w->out);
        fwrite(zero, 1, -bytes & 7, w->out);
        w->at += bytes + (-bytes & 7);
}

static void put_vec(writing *w, em_nx_section s, const vec *v)
{
        put(w, s, v->p ? v->p : "", v->n * v->size);
}

/* Rows by token: count, then fill in the order of the rows, each row once. */
static bool put_posts(building *b, writing *w)
{
        size_t        tokens = b->token.n;
        em_nx_token  *t = b->token.p;
        uint64_t     *at = calloc(tokens + 2, sizeof *at);
        uint32_t     *last = malloc((tokens + 1) * sizeof *last), *post = NULL;
        for (int pass = 0; at && last && pass < 2; pass++) {
                memset(last, 0xff, (tokens + 1) * sizeof *last);
                size_t joins = 0;
                for (uint32_t r = 0; r + 1 < b->row.n; r++) {
                        const em_nx_row *row = (const em_nx_row *)b->row.p + r;
                        const join      *j = b->joins.p;
                        for (uint32_t k = row[0].token; k < row[1].token || (joins < b->joins.n && j[joins].row == r); k++) {
                                uint32_t id = k < row[1].token ? ((const em_nx_row_token *)b->row_token.p)[k].token : j[joins++].token;
                                if (last[id] == r)
                                        continue;
                                last[id] = r;
                                if (pass)
                                        post[at[id]++] = r;
                                else
                                        t[id].rows++;
                        }
                }
                if (pass)
                        break;
                for (size_t i = 0; i < tokens; i++)
                        at[i + 1] = at[i] + t[i].rows;
                post = malloc((at[tokens] + 1) * sizeof *post);
                if (!post)
                        break;
        }
        bool done = at && last && post;
        if (done) {
                put(w, NX_POST, post, at[tokens] * sizeof *post);
                memmove(at + 1, at, tokens * sizeof *at);       /* filling moved each start to the next one's */
                at[0] = 0;
                put(w, NX_POST_AT, at, (tokens + 1) * sizeof *at);
        }
        free(at);
        free(last);
        free(post);
        return done;
}

static bool put_trigrams(building *b, writing *w)
{
        uint32_t          *at = calloc(EM_NX_TRIGRAMS + 2, sizeof *at), *to = NULL, code[66];
        const em_nx_token *t = b->token.p;
        for (int pass = 0; at && pass < 2; pass++) {
                for (uint32_t i = 0; i < b->token.n; i++) {
                        size_t n = em_trigrams((em_str){b->text.p + t[i].text, t[i].length}, code);
                        for (size_t k = 0; k < n; k++)
                                if (pass)
                                        to[at[code[k]]++] = i;
                                else
                                        at[code[k] + 1]++;
                }
                if (pass)
                        break;
                for (size_t i = 0; i < EM_NX_TRIGRAMS; i++)
                        at[i + 1] += at[i];
                to = malloc((at[EM_NX_TRIGRAMS] + 1) * sizeof *to);
                if (!to)
                        break;
        }
        bool done = at && to;
        if (done) {
                put(w, NX_TRI, to, at[EM_NX_TRIGRAMS - 1] * sizeof *to);
                memmove(at + 1, at, EM_NX_TRIGRAMS * sizeof *at);
                at[0] = 0;
                put(w, NX_TRI_AT, at, (EM_NX_TRIGRAMS + 1) * sizeof *at);
        }
        free(at);
        free(to);
        return done;
}

/* As many places as leave about eight keys to each. */
static bool put_near(building *b, writing *w)
{
        unsigned bits = 16;
        while (bits < 26 && b->near.n >> bits > 8)
                bits++;
        size_t            places = (size_t)1 << bits;
        uint32_t         *at = calloc(places + 1, sizeof *at);
        const em_nx_near *near = b->near.p;
        if (!at)
                return false;
        for (size_t i = 0; i < b->near.n; i++)
                at[(near[i].hash >> (32 - bits)) + 1]++;
        for (size_t i = 0; i < places; i++)
                at[i + 1] += at[i];
        put_vec(w, NX_NEAR, &b->near);
        put(w, NX_NEAR_AT, at, (places + 1) * sizeof *at);
        free(at);
        return true;
}

static bool put_all(building *b, writing *w)
{
        w->head = (em_nx_head){.magic = "EMNAMES1", .version = EM_NX_VERSION, .sections = NX_SECTIONS, .parties = b->parties,
                               .names = b->name.n, .rows = b->row.n - 1, .row_tokens = b->row_token.n, .tokens = b->token.n,
                               .files = w->head.files};
        w->at = sizeof w->head;
        fwrite(&w->head, 1, sizeof w->head, w->out);
        bool done = put_posts(b, w) && put_trigrams(b, w) && put_near(b, w);
        put(w, NX_FILE, b->file.p, b->file.n);
        put_vec(w, NX_PARTY_AT, &b->party_at);
        put(w, NX_PARTY, b->party.p, b->party.n);
        put_vec(w, NX_NAME, &b->name);
        put_vec(w, NX_ROW, &b->row);
        put_vec(w, NX_ROW_TOKEN, &b->row_token);
        put_vec(w, NX_TOKEN, &b->token);
        put(w, NX_TEXT, b->text.p, b->text.n);
        put(w, NX_TOKEN_FIND, b->find_token, b->slots * sizeof *b->find_token);
        put_vec(w, NX_KOREAN, &b->korean);
        put_vec(w, NX_NUMBER, &b->number);
        put_vec(w, NX_FIND, &b->find);
        w->head.check = em_nx_check(&w->head, offsetof(em_nx_head, check));
        return done && fseeko(w->out, 0, SEEK_SET) == 0 && fwrite(&w->head, 1, sizeof w->head, w->out) == sizeof w->head
               && !ferror(w->out);
}

static em_status write_index(building *b, em_str path, uint64_t files, em_error *err)
{
        em_str aside, name;
        EM_TRY(em_str_format(b->arena, &aside, err, "%.*s.building", EM_ARG(path)));
        EM_TRY(em_str_copy(path, b->arena, &name, err));
        writing w = {.out = fopen(aside.p, "wb"), .head = {.files = files}};
        if (!w.out)
                return em_fail_at(err, EM_IO, aside, 0, 0, "cannot be written: %s", strerrordesc_np(errno));
        bool done = put_all(b, &w) && fflush(w.out) == 0 && fsync(fileno(w.out)) == 0;
        done = fclose(w.out) == 0 && done && rename(aside.p, name.p) == 0;
        if (!done) {
                unlink(aside.p);
                return em_fail_at(err, EM_IO, path, 0, 0, "the index of names could not be written");
        }
        return EM_OK;
}

/* ---- all -------------------------------------------------------------------------------------------------- */

static em_status build(building *b, const em_list *const *list, size_t lists, em_str path, const em_progress *progress,
                       em_error *err)
{
        uint64_t files = 0;
        for (size_t l = 0; l < lists; l++) {
                const em_list_file *file;
                size_t              n = em_list_files(list[l], &file), count = em_list_count(list[l]);
                for (size_t i = 0; i < n; i++, files++)
                        em_list_file_pack(&file[i], &b->file);
                for (size_t i = 0; i < count; i++) {
                        EM_TRY(add_party(b, em_list_at(list[l], i), err));
                        if (i % 4096 == 0 && !em_progress_tell(progress, "names", i, count))
                                return em_fail(err, EM_INTERRUPTED, "stopped");
                }
        }
        em_nx_row *end = PUSH(b, row, em_nx_row);
        uint64_t  *last = PUSH(b, party_at, uint64_t);
        if (end && last) {
                *end = (em_nx_row){0, (uint32_t)b->row_token.n};
                *last = b->party.n;
        }
        if (!b->slots)
                (void)grow_find(b);
        find_near(b);
        if (b->failed || b->near.n > UINT32_MAX)
                return em_fail(err, EM_NOMEM, "no memory left for the index of names");
        EM_TRY(em_buf_status(&b->party, err));
        EM_TRY(em_buf_status(&b->text, err));
        sort(&b->korean, by_near);
        sort(&b->number, by_number);
        sort(&b->find, by_number);
        em_arena_reset(b->arena);
        return write_index(b, path, files, err);
}

static void drop(building *b)
{
        vec *const all[] = {&b->name, &b->row, &b->row_token, &b->token, &b->joins, &b->party_at, &b->near, &b->korean,
                            &b->number, &b->find};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
                free(all[i]->p);
        em_buf_free(&b->text);
        em_buf_free(&b->party);
        em_buf_free(&b->file);
        free(b->find_token);
        em_arena_free(b->arena);
}

em_status em_names_build(const em_list *const *list, size_t lists, em_str path, const em_progress *progress,
                         em_names_built *ret_built, em_error *err)
{
        building b = {
                .name.size = sizeof(em_nx_name), .row.size = sizeof(em_nx_row), .row_token.size = sizeof(em_nx_row_token),
                .token.size = sizeof(em_nx_token), .joins.size = sizeof(join), .party_at.size = sizeof(uint64_t),
                .near.size = sizeof(em_nx_near), .korean.size = sizeof(em_nx_near), .number.size = sizeof(em_nx_number),
                .find.size = sizeof(em_nx_number), .text = em_buf_make((size_t)1 << 32), .party = em_buf_make((size_t)1 << 36),
                .file = em_buf_make(1 << 24), .arena = em_arena_new(1 << 24),
        };
        em_status s = b.arena ? build(&b, list, lists, path, progress, err) : em_fail(err, EM_NOMEM, "out of memory");
        if (s == EM_OK && ret_built)
                *ret_built = (em_names_built){b.parties, b.name.n, b.token.n, b.number.n, b.party.n + b.text.n};
        drop(&b);
        return s;
}
