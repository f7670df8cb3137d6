/* Lists: which format a file has, and the parties that its reader gives.
 *
 * A format is sure of itself (2) or merely possible (1); the first sure one in the table wins, then the
 * first possible one, so a general table never takes a file from its own reader.
 */
#include "names/list_inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

extern const em_list_reader
        em_list_un, em_list_ofac_csv, em_list_ofac_alt, em_list_ofac_add, em_list_ofac_comments, em_list_ofac_xml,
        em_list_ofac_advanced, em_list_ofac_enhanced, em_list_eu_oj, em_list_eu_fsf, em_list_eu_global,
        em_list_eu_fsf_csv, em_list_uk_csv, em_list_uk_ofsi, em_list_uk_xml, em_list_ca, em_list_ch, em_list_csl,
        em_list_ftm, em_list_il_wallets, em_list_wallets, em_list_own, em_list_bis, em_list_senzing, em_list_ofac_text;

static const em_list_reader *const readers[] = {
        &em_list_un, &em_list_ofac_csv, &em_list_ofac_alt, &em_list_ofac_add, &em_list_ofac_comments,
        &em_list_ofac_xml, &em_list_ofac_advanced, &em_list_ofac_enhanced, &em_list_eu_oj, &em_list_eu_fsf,
        &em_list_eu_global, &em_list_eu_fsf_csv, &em_list_uk_csv, &em_list_uk_ofsi, &em_list_uk_xml, &em_list_ca,
        &em_list_ch, &em_list_csl, &em_list_bis, &em_list_ofac_text,
        &em_list_senzing, &em_list_ftm, &em_list_il_wallets, &em_list_wallets, &em_list_own,
};

enum { HEAD = 4096, MAX_PARTIES = 20000000 };
#define MAX_FILE ((uint64_t)4 << 30)
#define MAX_MEMORY ((size_t)1 << 36)

struct em_list {
        em_arena       *arena;
        em_party       *party;  size_t parties, parties_cap;
        em_list_reject *reject; size_t rejects, rejects_cap;
        em_list_file   *file;   size_t files;
        uint32_t       *slot;   size_t slots;   /* party + 1 by dataset and id, linear probing; NULL until somebody asks */
        bool            holes;  /* parties were dropped */
};

static bool grow(void **p, size_t *cap, size_t n, size_t size)
{
        if (n < *cap)
                return true;
        size_t more = *cap ? *cap * 2 : 256;
        void  *q = realloc(*p, more * size);
        if (!q)
                return false;
        *p = q;
        *cap = more;
        return true;
}

/* ---- parties by number -------------------------------------------------------------------------------- */

static uint64_t hash_of(em_str id)
{
        uint64_t h = 0xcbf29ce484222325u;       /* FNV-1a */
        for (size_t i = 0; i < id.n; i++)
                h = (h ^ (unsigned char)id.p[i]) * 0x100000001b3u;
        return h ^ h >> 29;
}

/* Of several parties of one number the slot keeps the last. */
static void slot_put(em_list *l, uint32_t party)
{
        const em_party *p = &l->party[party - 1];
        if (!p->id.n)
                return;
        if (l->slots < 2 * l->parties) {        /* made anew when next asked */
                free(l->slot);
                l->slot = NULL;
                l->slots = 0;
                return;
        }
        size_t at = hash_of(p->id) & (l->slots - 1);
        for (; l->slot[at]; at = (at + 1) & (l->slots - 1)) {
                const em_party *q = &l->party[l->slot[at] - 1];
                if (em_str_eq(q->id, p->id) && em_str_eq(q->dataset, p->dataset)) {
                        l->slot[at] = party;
                        return;
                }
        }
        l->slot[at] = party;
}

static void slots_make(em_list *l)
{
        size_t want = 1024;
        while (want < 4 * l->parties + 4)
                want *= 2;
        free(l->slot);
        l->slot = calloc(want, sizeof *l->slot);
        l->slots = l->slot ? want : 0;
        for (size_t i = 0; l->slot && i < l->parties; i++)
                slot_put(l, (uint32_t)(i + 1));
}

/* Closes the holes that dropped parties left. */
static void settle(em_list *l)
{
        size_t n = 0;
        for (size_t i = 0; l->holes && i < l->parties; i++)
                if (l->party[i].names || l->party[i].numbers)
                        l->party[n++] = l->party[i];
        if (l->holes)
                l->parties = n;
        free(l->slot);
        l->slot = NULL;
        l->slots = 0;
        l->holes = false;
}

em_status em_list_add(em_list_reading *r, em_party *party, em_error *err)
{
        em_list *l = r->list;
        size_t   max = r->opts && r->opts->max ? r->opts->max : MAX_PARTIES;
        if (!party->names && !party->numbers)
                return em_list_reject_row(r, party->id, party->line, party->offset, err, "it has neither a name nor a number");
        if (l->parties >= max)
                return em_fail_at(err, EM_LIMIT, r->path, party->line, 0, "more than %zu parties", max);
        if (!grow((void **)&l->party, &l->parties_cap, l->parties, sizeof *l->party))
                return em_fail(err, EM_NOMEM, "no memory left for a list");
        party->file = r->path;
        if (!party->dataset.n)
                party->dataset = r->file->dataset;
        l->party[l->parties++] = *party;
        r->file->parties++;
        if (l->slot)
                slot_put(l, (uint32_t)l->parties);
        return EM_OK;
}

em_party *em_list_find(em_list_reading *r, em_str dataset, em_str id)
{
        em_list *l = r->list;
        if (!l->slot || l->slots < 2 * l->parties + 2)
                slots_make(l);
        if (!l->slot)
                return NULL;
        for (size_t at = hash_of(id) & (l->slots - 1); l->slot[at]; at = (at + 1) & (l->slots - 1)) {
                em_party *p = &l->party[l->slot[at] - 1];
                bool under = dataset.n && dataset.p[dataset.n - 1] == ':' && em_str_starts(p->dataset, dataset);
                if (em_str_eq(p->id, id) && (under || em_str_eq(p->dataset, dataset)) && (p->names || p->numbers))
                        return p;
        }
        return NULL;
}

void em_list_drop(em_list_reading *r, em_party *party)
{
        party->names = party->numbers = 0;
        r->list->holes = true;
}

bool em_list_has(const em_list_reading *r, em_str format, em_str dataset)
{
        const em_list *l = r->list;
        for (size_t i = 0; i < l->files; i++)
                if (&l->file[i] != r->file && em_str_eq(l->file[i].format, format) && em_str_eq(l->file[i].dataset, dataset))
                        return true;
        return false;
}

em_status em_list_reject_row(em_list_reading *r, em_str id, uint64_t line, uint64_t offset, em_error *err,
                             const char *fmt, ...)
{
        em_list *l = r->list;
        char     text[512];
        va_list  args;
        va_start(args, fmt);
        (void)vsnprintf(text, sizeof text, fmt, args);
        va_end(args);
        if (!grow((void **)&l->reject, &l->rejects_cap, l->rejects, sizeof *l->reject))
                return em_fail(err, EM_NOMEM, "no memory left for a list");
        em_list_reject *x = &l->reject[l->rejects];
        *x = (em_list_reject){.file = r->path, .line = line, .offset = offset};
        EM_TRY(em_str_copy(id, r->arena, &x->id, err));
        EM_TRY(em_str_copy(em_str_c(text), r->arena, &x->reason, err));
        l->rejects++;
        r->file->rejects++;
        return EM_OK;
}

/* ---- reading ------------------------------------------------------------------------------------ */

static const em_list_reader *reader_of(em_str bytes, const em_list_opts *opts)
{
        em_str head = em_str_sub(bytes, 0, HEAD);
        if (em_str_starts(head, EM_S("\xef\xbb\xbf")))
                head = em_str_sub(head, 3, HEAD);
        const em_list_reader *possible = NULL;
        for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
                if (opts && opts->format.n) {
                        if (em_str_eq(opts->format, em_str_c(readers[i]->format)))
                                return readers[i];
                        continue;
                }
                int sure = readers[i]->is(head);
                if (sure == 2)
                        return readers[i];
                if (sure == 1 && !possible)
                        possible = readers[i];
        }
        return possible;
}

typedef struct source { em_str bytes, path; const em_list_reader *reader; em_list_file *file; } source;

static em_status look(source *x, const em_list_opts *opts, em_error *err)
{
        x->reader = reader_of(x->bytes, opts);
        if (!x->reader)
                return em_fail_at(err, EM_FORMAT, x->path, 0, 0, "%s", opts && opts->format.n ? "no such list format"
                                  : "no list format that is known begins like this");
        return EM_OK;
}

static em_status read_one(em_list *l, const source *x, const em_list_opts *opts, em_error *err)
{
        em_list_reading r = {.bytes = x->bytes, .opts = opts, .list = l, .arena = l->arena, .file = x->file};
        EM_TRY(em_str_copy(x->path, l->arena, &r.path, err));
        *x->file = (em_list_file){.path = r.path, .format = em_str_c(x->reader->format), .dataset = em_str_c(x->reader->dataset),
                                  .date = opts ? opts->date : EM_DAY_NONE, .bytes = x->bytes.n};
        if (opts && opts->dataset.n)
                EM_TRY(em_str_copy(opts->dataset, l->arena, &x->file->dataset, err));
        em_sha256_hex(em_sha256_of(x->bytes), x->file->sha256);
        em_status s = x->reader->read(&r, err);
        if (s != EM_OK && err && !err->file[0])
                em_str_show(x->path, err->file, sizeof err->file);
        return s;
}

/* First the files that stand alone, then the tables that add to them. */
static em_status read_files(em_list *l, source *x, size_t n, const em_list_opts *opts, em_error *err)
{
        l->files = n;
        for (size_t i = 0; i < n; i++) {
                x[i].file = &l->file[i];
                EM_TRY(look(&x[i], opts, err));
        }
        for (int joins = 0; joins <= 2; joins++)
                for (size_t i = 0; i < n; i++)
                        if (x[i].reader->joins == joins)
                                EM_TRY(read_one(l, &x[i], opts, err));
        settle(l);
        return EM_OK;
}

static em_list *make(size_t files)
{
        em_list *l = calloc(1, sizeof *l);
        if (!l)
                return NULL;
        l->arena = em_arena_new(MAX_MEMORY);
        l->file = l->arena ? EM_NEW_N(l->arena, em_list_file, files + 1) : NULL;
        return l->file ? l : em_list_free(l);
}

em_status em_list_read(const em_str *path, size_t paths, const em_list_opts *opts, em_list **ret_list, em_error *err)
{
        em_list  *l = make(paths);
        source   *x = l ? EM_NEW_N(l->arena, source, paths + 1) : NULL;
        em_status s = x ? EM_OK : em_fail(err, EM_NOMEM, "no memory left for a list");
        for (size_t i = 0; s == EM_OK && i < paths; i++) {
                x[i].path = path[i];
                s = em_file_read(path[i], MAX_FILE, l->arena, &x[i].bytes, err);
        }
        if (s == EM_OK)
                s = read_files(l, x, paths, opts, err);
        if (s != EM_OK) {
                em_list_free(l);
                return s;
        }
        *ret_list = l;
        return EM_OK;
}

em_status em_list_parse(em_str bytes, em_str name, const em_list_opts *opts, em_list **ret_list, em_error *err)
{
        em_list  *l = make(1);
        source    x = {.path = name};
        em_status s = l ? em_str_copy(bytes, l->arena, &x.bytes, err) : em_fail(err, EM_NOMEM, "no memory left for a list");
        if (s == EM_OK)
                s = read_files(l, &x, 1, opts, err);
        if (s != EM_OK) {
                em_list_free(l);
                return s;
        }
        *ret_list = l;
        return EM_OK;
}

em_list *em_list_free(em_list *l)
{
        if (l) {
                free(l->party);
                free(l->reject);
                free(l->slot);
                em_arena_free(l->arena);
                free(l);
        }
        return NULL;
}

size_t em_list_count(const em_list *l) { return l->parties; }
const em_party *em_list_at(const em_list *l, size_t i) { return &l->party[i]; }

size_t em_list_rejects(const em_list *l, const em_list_reject **ret_list)
{
        *ret_list = l->reject;
        return l->rejects;
}

size_t em_list_files(const em_list *l, const em_list_file **ret_files)
{
        *ret_files = l->file;
        return l->files;
}

bool em_list_format_at(size_t i, em_list_format *ret_format)
{
        if (i >= sizeof readers / sizeof *readers)
                return false;
        *ret_format = (em_list_format){readers[i]->format, readers[i]->dataset, readers[i]->about};
        return true;
}

/* ---- parties in the making ------------------------------------------------------------------------- */

/* What is added is looked for among the last NEAR of its kind: enough for every list that repeats itself, and no bait for one that
 * sends a million aliases. */
enum { NEAR = 512 };
static size_t nearest(size_t n) { return n < NEAR ? 0 : n - NEAR; }

/* Arrays grow by doubling at powers of two; what is left behind stays in the arena until the list goes. */
static void *extend(void *list, size_t n, size_t size, em_arena *arena)
{
        if (n && (n & (n - 1)))
                return list;
        void *more = em_arena_array(arena, n ? n * 2 : 1, size);
        if (more && n)
                memcpy(more, list, n * size);
        return more;
}

static em_status full(em_error *err) { return em_fail(err, EM_NOMEM, "no memory left for a party"); }

em_status em_party_add_name(em_party *p, em_party_name name, em_arena *arena, em_error *err)
{
        name.text = em_str_trim(name.text);
        if (!name.text.n)
                return EM_OK;
        for (size_t i = nearest(p->names); i < p->names; i++)
                if (em_str_eq(p->name[i].text, name.text))
                        return EM_OK;
        p->name = extend(p->name, p->names, sizeof *p->name, arena);
        if (!p->name)
                return full(err);
        p->name[p->names++] = name;
        return EM_OK;
}

em_status em_party_add_number(em_party *p, em_party_id number, em_arena *arena, em_error *err)
{
        number.value = em_str_trim(number.value);
        if (!number.value.n)
                return EM_OK;
        for (size_t i = nearest(p->numbers); i < p->numbers; i++)
                if (em_str_eq(p->number[i].value, number.value) && em_str_eq(p->number[i].type, number.type))
                        return EM_OK;
        p->number = extend(p->number, p->numbers, sizeof *p->number, arena);
        if (!p->number)
                return full(err);
        p->number[p->numbers++] = number;
        return EM_OK;
}

em_status em_party_add_date(em_party_date **list, size_t *n, em_party_date date, em_arena *arena, em_error *err)
{
        *list = extend(*list, *n, sizeof **list, arena);
        if (!*list)
                return full(err);
        (*list)[(*n)++] = date;
        return EM_OK;
}

em_status em_party_add_text(em_str **list, size_t *n, em_str text, em_arena *arena, em_error *err)
{
        text = em_str_trim(text);
        if (!text.n)
                return EM_OK;
        for (size_t i = nearest(*n); i < *n; i++)
                if (em_str_eq((*list)[i], text))
                        return EM_OK;
        *list = extend(*list, *n, sizeof **list, arena);
        if (!*list)
                return full(err);
        (*list)[(*n)++] = text;
        return EM_OK;
}

em_status em_party_turn(em_str name, em_arena *arena, em_str *ret, em_error *err)
{
        em_cut cut = em_str_cut(em_str_trim(name), ',');
        em_str given = em_str_trim(cut.tail);
        if (!cut.found || !given.n || em_str_find(given, EM_S(",")) >= 0)
                return em_str_copy(em_str_trim(name), arena, ret, err);
        return em_str_format(arena, ret, err, "%.*s %.*s", EM_ARG(given), EM_ARG(em_str_trim(cut.head)));
}
