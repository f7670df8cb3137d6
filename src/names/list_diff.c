/* What changed between two versions of a list, entry by entry and field by field.
 *
 * Entries meet by dataset and number.  Text is the same when it is the same but for runs of blanks: publishers re-wrap
 * their remarks.  A field with several values (aliases, addresses) is compared as a set, because
 * their order says nothing; what went and what came are shown side by side, in the lists' order.
 * The count of changed entries is the count of different parties among the rows.
 */
#include "names/list_inside.h"

#include <stdlib.h>

enum { WINDOW = 1024 };

typedef struct item { const em_party *p; size_t at; } item;

typedef struct out {
        em_arena       *arena;
        em_error       *err;
        em_list_change *row; size_t n, cap;
        const em_party *old, *now;
} out;

static int by_id(const void *a, const void *b)
{
        const item *x = a, *y = b;
        int c = em_str_cmp(x->p->dataset, y->p->dataset);
        if (!c)
                c = em_str_cmp(x->p->id, y->p->id);
        return c ? c : x->at < y->at ? -1 : x->at > y->at;
}

static em_status sorted(const em_list *l, em_arena *arena, item **ret, em_error *err)
{
        size_t n = em_list_count(l);
        item  *all = EM_NEW_N(arena, item, n + 1);
        if (!all)
                return em_fail(err, EM_NOMEM, "no memory left to compare lists");
        for (size_t i = 0; i < n; i++)
                all[i] = (item){em_list_at(l, i), i};
        qsort(all, n, sizeof *all, by_id);
        *ret = all;
        return EM_OK;
}

static em_status row(out *o, char what, const char *field, em_str before, em_str after)
{
        if (o->n == o->cap) {
                size_t more = o->cap ? 2 * o->cap : 64;
                em_list_change *bigger = EM_NEW_N(o->arena, em_list_change, more);
                if (!bigger)
                        return em_fail(o->err, EM_NOMEM, "no memory left to compare lists");
                if (o->n)
                        memcpy(bigger, o->row, o->n * sizeof *bigger);
                o->row = bigger;
                o->cap = more;
        }
        o->row[o->n++] = (em_list_change){what, o->old, o->now, em_str_c(field), before, after};
        return EM_OK;
}

static bool blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

/* Equal but for runs of blanks. */
static bool same(em_str a, em_str b)
{
        size_t i = 0, k = 0;
        if (em_str_eq(a, b))
                return true;
        a = em_str_trim(a);
        b = em_str_trim(b);
        while (i < a.n && k < b.n) {
                bool x = blank(a.p[i]), y = blank(b.p[k]);
                if (x != y || (!x && a.p[i] != b.p[k]))
                        return false;
                for (i++; x && i < a.n && blank(a.p[i]); i++)
                        ;
                for (k++; y && k < b.n && blank(b.p[k]); k++)
                        ;
        }
        return i == a.n && k == b.n;
}

static em_status one(out *o, const char *field, em_str a, em_str b) { return same(a, b) ? EM_OK : row(o, '~', field, a, b); }

/* Values that only one side has, paired in order.  A value is looked for WINDOW places around its own, so that a party of a
 * million aliases costs time in proportion. */
static em_status many(out *o, const char *field, const em_str *a, size_t as, const em_str *b, size_t bs)
{
        bool *met = EM_NEW_N(o->arena, bool, as + bs + 1);
        if (!met)
                return em_fail(o->err, EM_NOMEM, "no memory left to compare lists");
        for (size_t i = 0; i < as; i++)
                for (size_t k = i < WINDOW ? 0 : i - WINDOW; k < bs && k < i + WINDOW && !met[i]; k++)
                        if (!met[as + k] && same(a[i], b[k]))
                                met[i] = met[as + k] = true;
        for (size_t i = 0, k = 0; i < as || k < bs;) {
                while (i < as && met[i])
                        i++;
                while (k < bs && met[as + k])
                        k++;
                if (i < as || k < bs)
                        EM_TRY(row(o, '~', field, i < as ? a[i] : (em_str){0}, k < bs ? b[k] : (em_str){0}));
                i += i < as;
                k += k < bs;
        }
        return EM_OK;
}

static em_status names(out *o, em_name_kind kind)
{
        const em_party *side[2] = {o->old, o->now};
        em_str *text[2];
        size_t  n[2] = {0, 0};
        for (int s = 0; s < 2; s++) {
                text[s] = EM_NEW_N(o->arena, em_str, side[s]->names + 1);
                if (!text[s])
                        return em_fail(o->err, EM_NOMEM, "no memory left to compare lists");
                for (size_t i = 0; i < side[s]->names; i++)
                        if (side[s]->name[i].kind == kind)
                                text[s][n[s]++] = side[s]->name[i].text;
        }
        return many(o, em_name_kind_name(kind), text[0], n[0], text[1], n[1]);
}

static em_status dates(out *o, const char *field, const em_party_date *a, size_t as, const em_party_date *b, size_t bs)
{
        em_str *x = EM_NEW_N(o->arena, em_str, as + bs + 1);
        if (!x)
                return em_fail(o->err, EM_NOMEM, "no memory left to compare lists");
        for (size_t i = 0; i < as + bs; i++)
                x[i] = i < as ? a[i].text : b[i - as].text;
        return many(o, field, x, as, x + as, bs);
}

static em_status number_text(const em_party_id *n, em_arena *arena, em_str *ret, em_error *err)
{
        return em_str_format(arena, ret, err, "%.*s %.*s%s%.*s%s%.*s%s", EM_ARG(n->type), EM_ARG(n->value), n->country.n ? " " : "",
                             EM_ARG(n->country), n->note.n ? " (" : "", EM_ARG(n->note), n->note.n ? ")" : "");
}

static em_status numbers(out *o)
{
        size_t  as = o->old->numbers, bs = o->now->numbers;
        em_str *x = EM_NEW_N(o->arena, em_str, as + bs + 1);
        if (!x)
                return em_fail(o->err, EM_NOMEM, "no memory left to compare lists");
        for (size_t i = 0; i < as + bs; i++)
                EM_TRY(number_text(i < as ? &o->old->number[i] : &o->now->number[i - as], o->arena, &x[i], o->err));
        return many(o, "number", x, as, x + as, bs);
}

static em_status day(out *o, const char *field, em_day a, em_day b)
{
        char   x[11], y[11];
        em_str before, after;
        if (a == b)
                return EM_OK;
        EM_TRY(em_str_copy(em_str_c(em_day_text(a, x)), o->arena, &before, o->err));
        EM_TRY(em_str_copy(em_str_c(em_day_text(b, y)), o->arena, &after, o->err));
        return row(o, '~', field, before, after);
}

static em_status fields(out *o)
{
        const em_party *a = o->old, *b = o->now;
        EM_TRY(one(o, "kind", em_str_c(em_schema_name(a->schema)), em_str_c(em_schema_name(b->schema))));
        for (int k = 0; k < EM_NAME_KINDS; k++)
                EM_TRY(names(o, (em_name_kind)k));
        EM_TRY(dates(o, "born", a->born, a->borns, b->born, b->borns));
        EM_TRY(dates(o, "died", a->died, a->dieds, b->died, b->dieds));
        EM_TRY(numbers(o));
        EM_TRY(many(o, "country", a->country, a->countries, b->country, b->countries));
        EM_TRY(many(o, "address", a->address, a->addresses, b->address, b->addresses));
        EM_TRY(many(o, "place of birth", a->place_of_birth, a->places_of_birth, b->place_of_birth, b->places_of_birth));
        EM_TRY(many(o, "programme", a->programme, a->programmes, b->programme, b->programmes));
        EM_TRY(many(o, "title", a->title, a->titles, b->title, b->titles));
        EM_TRY(many(o, "linked to", a->linked, a->linkeds, b->linked, b->linkeds));
        EM_TRY(one(o, "gender", a->gender, b->gender));
        EM_TRY(one(o, "remarks", a->remarks, b->remarks));
        EM_TRY(one(o, "reason", a->reason, b->reason));
        EM_TRY(day(o, "listed", a->listed, b->listed));
        EM_TRY(day(o, "changed", a->changed, b->changed));
        return one(o, "delisted", a->delisted ? EM_S("yes") : EM_S("no"), b->delisted ? EM_S("yes") : EM_S("no"));
}

em_status em_list_diff(const em_list *old, const em_list *now, em_arena *arena, em_list_change **ret_list, size_t *ret_count, em_error *err)
{
        item  *a, *b;
        out    o = {.arena = arena, .err = err};
        size_t as = em_list_count(old), bs = em_list_count(now);
        EM_TRY(sorted(old, arena, &a, err));
        EM_TRY(sorted(now, arena, &b, err));
        for (size_t i = 0, k = 0; i < as || k < bs;) {
                item x = i < as ? a[i] : (item){0}, y = k < bs ? b[k] : (item){0};
                x.at = y.at = 0;
                int c = i == as ? 1 : k == bs ? -1 : by_id(&x, &y);
                o.old = c <= 0 ? x.p : NULL;
                o.now = c >= 0 ? y.p : NULL;
                EM_TRY(c ? row(&o, c < 0 ? '-' : '+', "", EM_S(""), EM_S("")) : fields(&o));
                i += c <= 0;
                k += c >= 0;
        }
        *ret_list = o.row;
        *ret_count = o.n;
        return EM_OK;
}
