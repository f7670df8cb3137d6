/* Parties as bytes: every field behind its length, numbers as variable-length integers (LEB128).
 *
 * The reader trusts nothing: a length past the end, a count larger than what is left, an enum
 * out of range is EM_FORMAT.
 */
#include "names/names_inside.h"

static void put_int(em_buf *out, uint64_t n)
{
        for (; n >= 128; n >>= 7)
                em_buf_ch(out, (char)((n & 127) | 128));
        em_buf_ch(out, (char)n);
}

static void put_str(em_buf *out, em_str s)
{
        put_int(out, s.n);
        em_buf_add(out, s.p, s.n);
}

static void put_strs(em_buf *out, const em_str *s, size_t n)
{
        put_int(out, n);
        for (size_t i = 0; i < n; i++)
                put_str(out, s[i]);
}

static void put_day(em_buf *out, em_day day)
{
        put_int(out, (uint32_t)day);
}

static void put_dates(em_buf *out, const em_party_date *d, size_t n)
{
        put_int(out, n);
        for (size_t i = 0; i < n; i++) {
                put_day(out, d[i].span.from);
                put_day(out, d[i].span.to);
                put_str(out, d[i].text);
                put_int(out, d[i].circa);
        }
}

void em_party_pack(const em_party *p, em_buf *out)
{
        put_int(out, (uint64_t)p->schema);
        put_str(out, p->id);
        put_str(out, p->dataset);
        put_int(out, p->names);
        for (size_t i = 0; i < p->names; i++) {
                const em_party_name *n = &p->name[i];
                put_str(out, n->text);
                put_str(out, n->given);
                put_str(out, n->family);
                put_str(out, n->second);
                put_str(out, n->lang);
                put_int(out, (uint64_t)n->kind);
                put_int(out, n->line);
        }
        put_dates(out, p->born, p->borns);
        put_dates(out, p->died, p->dieds);
        put_int(out, p->numbers);
        for (size_t i = 0; i < p->numbers; i++)
                put_strs(out, (em_str[]){p->number[i].type, p->number[i].value, p->number[i].country, p->number[i].note}, 4);
        put_strs(out, p->country, p->countries);
        put_strs(out, p->address, p->addresses);
        put_strs(out, p->place_of_birth, p->places_of_birth);
        put_strs(out, p->programme, p->programmes);
        put_strs(out, p->title, p->titles);
        put_strs(out, p->linked, p->linkeds);
        put_str(out, p->gender);
        put_str(out, p->remarks);
        put_str(out, p->reason);
        put_day(out, p->listed);
        put_day(out, p->changed);
        put_int(out, p->delisted);
        put_str(out, p->file);
        put_int(out, p->line);
        put_int(out, p->offset);
        put_int(out, p->length);
}

typedef struct reader { em_str rest; em_arena *arena; em_error *err; em_status status; } reader;

static void bad(reader *r)
{
        if (r->status == EM_OK)
                r->status = em_fail(r->err, EM_FORMAT, "a party in the index is damaged");
        r->rest.n = 0;
}

static uint64_t get_int(reader *r)
{
        uint64_t n = 0;
        for (unsigned shift = 0; shift < 64 && r->rest.n; shift += 7) {
                uint8_t c = (uint8_t)*r->rest.p;
                r->rest = em_str_sub(r->rest, 1, r->rest.n);
                n |= (uint64_t)(c & 127) << shift;
                if (c < 128)
                        return n;
        }
        bad(r);
        return 0;
}

static em_str get_str(reader *r)
{
        uint64_t n = get_int(r);
        if (n > r->rest.n) {
                bad(r);
                return (em_str){0};
        }
        em_str s = em_str_sub(r->rest, 0, (size_t)n);
        r->rest = em_str_sub(r->rest, (size_t)n, r->rest.n);
        return s;
}

/* Each thing counted takes at least one byte, so a count past the rest is a lie. */
static void *get_list(reader *r, size_t size, size_t *ret_n)
{
        uint64_t n = get_int(r);
        *ret_n = 0;
        if (n > r->rest.n) {
                bad(r);
                return NULL;
        }
        void *list = em_arena_array(r->arena, (size_t)n + 1, size);
        if (!list) {
                if (r->status == EM_OK)
                        r->status = em_fail(r->err, EM_NOMEM, "no memory left for a party");
                r->rest.n = 0;
                return NULL;
        }
        *ret_n = (size_t)n;
        return list;
}

static em_str *get_strs(reader *r, size_t *ret_n)
{
        em_str *s = get_list(r, sizeof *s, ret_n);
        for (size_t i = 0; i < *ret_n; i++)
                s[i] = get_str(r);
        return s;
}

static em_day get_day(reader *r)
{
        return (em_day)(int32_t)(uint32_t)get_int(r);
}

static em_party_date *get_dates(reader *r, size_t *ret_n)
{
        em_party_date *d = get_list(r, sizeof *d, ret_n);
        for (size_t i = 0; i < *ret_n; i++) {
                d[i].span.from = get_day(r);
                d[i].span.to = get_day(r);
                d[i].text = get_str(r);
                d[i].circa = get_int(r) != 0;
        }
        return d;
}

static void get_names(reader *r, em_party *p)
{
        p->name = get_list(r, sizeof *p->name, &p->names);
        for (size_t i = 0; i < p->names; i++) {
                em_party_name *n = &p->name[i];
                n->text = get_str(r);
                n->given = get_str(r);
                n->family = get_str(r);
                n->second = get_str(r);
                n->lang = get_str(r);
                uint64_t kind = get_int(r);
                if (kind >= EM_NAME_KINDS)
                        bad(r);
                n->kind = (em_name_kind)(kind < EM_NAME_KINDS ? kind : 0);
                n->line = get_int(r);
        }
}

static void get_numbers(reader *r, em_party *p)
{
        p->number = get_list(r, sizeof *p->number, &p->numbers);
        for (size_t i = 0; i < p->numbers; i++) {
                if (get_int(r) != 4)
                        bad(r);
                p->number[i].type = get_str(r);
                p->number[i].value = get_str(r);
                p->number[i].country = get_str(r);
                p->number[i].note = get_str(r);
        }
}

em_status em_party_unpack(em_str bytes, em_arena *arena, em_party *ret_party, em_error *err)
{
        reader   r = {bytes, arena, err, EM_OK};
        em_party p = {0};
        uint64_t schema = get_int(&r);
        if (schema >= EM_SCHEMA_SCHEMAS)
                bad(&r);
        p.schema = (em_schema)(schema < EM_SCHEMA_SCHEMAS ? schema : 0);
        p.id = get_str(&r);
        p.dataset = get_str(&r);
        get_names(&r, &p);
        p.born = get_dates(&r, &p.borns);
        p.died = get_dates(&r, &p.dieds);
        get_numbers(&r, &p);
        p.country = get_strs(&r, &p.countries);
        p.address = get_strs(&r, &p.addresses);
        p.place_of_birth = get_strs(&r, &p.places_of_birth);
        p.programme = get_strs(&r, &p.programmes);
        p.title = get_strs(&r, &p.titles);
        p.linked = get_strs(&r, &p.linkeds);
        p.gender = get_str(&r);
        p.remarks = get_str(&r);
        p.reason = get_str(&r);
        p.listed = get_day(&r);
        p.changed = get_day(&r);
        p.delisted = get_int(&r) != 0;
        p.file = get_str(&r);
        p.line = get_int(&r);
        p.offset = get_int(&r);
        p.length = get_int(&r);
        if (r.status == EM_OK && r.rest.n)
                bad(&r);
        if (r.status == EM_OK)
                *ret_party = p;
        return r.status;
}

void em_list_file_pack(const em_list_file *f, em_buf *out)
{
        put_str(out, f->path);
        put_str(out, f->dataset);
        put_str(out, f->format);
        put_day(out, f->date);
        put_str(out, em_str_c(f->sha256));
        put_int(out, f->bytes);
        put_int(out, f->parties);
        put_int(out, f->rejects);
}

em_status em_list_file_unpack(em_str *rest, em_list_file *ret_file, em_error *err)
{
        reader       r = {*rest, NULL, err, EM_OK};
        em_list_file f = {.path = get_str(&r), .dataset = {0}};
        f.dataset = get_str(&r);
        f.format = get_str(&r);
        f.date = get_day(&r);
        em_str hash = get_str(&r);
        if (hash.n != 64)
                bad(&r);
        else
                memcpy(f.sha256, hash.p, 64);
        f.bytes = get_int(&r);
        f.parties = get_int(&r);
        f.rejects = get_int(&r);
        if (r.status == EM_OK) {
                *ret_file = f;
                *rest = r.rest;
        }
        return r.status;
}
