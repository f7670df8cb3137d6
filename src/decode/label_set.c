/* All labels of one run: read, sorted by address, searched by it, and compared with each other.
 *
 * Labels lie in one array sorted by their canonical address and, within it, as they were read.  Nothing is
 * merged: where two sources differ the reader sees both.
 */
#include "decode/label_read.h"

#include <stdlib.h>

#define MOST_LABELS ((size_t)20000000)
#define MOST_BYTES  ((size_t)64 << 30)
#define MOST_FILE   ((uint64_t)1 << 30)
enum { COMPARED = 64 };         /* labels of one address that are held against each other */

/* ---- what the readers give ------------------------------------------------------------- */

static em_status grow(void **at, size_t *cap, size_t count, size_t size, em_error *err)
{
        if (count < *cap)
                return EM_OK;
        size_t more = *cap ? 2 * *cap : 256;
        void  *to = realloc(*at, more * size);
        if (!to)
                return em_fail(err, EM_NOMEM, "there are too many labels for memory");
        *at = to;
        *cap = more;
        return EM_OK;
}

static em_status check_most(const em_labels *l, em_str file, uint64_t line, em_error *err)
{
        if (l->count + l->rejects < l->max)
                return EM_OK;
        return em_fail_at(err, EM_LIMIT, file, line, 0, "more than %zu labels", l->max);
}

em_status em_label_refuse(em_labels *l, em_str file, uint64_t line, em_str reason, em_error *err)
{
        em_str kept = {0};
        void  *at = l->reject;
        EM_TRY(check_most(l, file, line, err));
        EM_TRY(em_str_copy(reason, l->arena, &kept, err));
        EM_TRY(grow(&at, &l->reject_cap, l->rejects, sizeof *l->reject, err));
        l->reject = at;
        l->reject[l->rejects++] = (em_label_reject){file, line, kept};
        return EM_OK;
}

static em_status name_it(em_labels *l, em_label *label, em_error *err)
{
        char   room[256];
        em_str as = em_label_canonical(label->shown, room, sizeof room);
        label->address = label->shown;
        if (em_str_eq(as, label->shown))
                return EM_OK;
        return em_str_copy(as, l->arena, &label->address, err);
}

em_status em_label_keep(em_labels *l, em_label label, em_error *err)
{
        label.currency = em_label_currency(label.currency);
        em_arena_reset(l->row);
        const char *wrong = em_label_check(label.shown, &label.currency, l->row);
        if (!label.label.n)
                label.label = label.actor.n ? label.actor : label.category;
        if (!wrong && !label.label.n)
                wrong = "the label is empty";
        if (wrong)
                return em_label_refuse(l, label.file, label.line, em_str_c(wrong), err);
        EM_TRY(check_most(l, label.file, label.line, err));
        EM_TRY(name_it(l, &label, err));
        if (!em_str_eq(label.category, l->last_category)) {
                l->last_category = label.category;
                l->last_stop = em_label_stop_of(l, label.category, NULL);
        }
        label.stop = l->last_stop;
        void *at = l->at;
        EM_TRY(grow(&at, &l->cap, l->count, sizeof *l->at, err));
        l->at = at;
        l->at[l->count++] = label;
        return EM_OK;
}

/* ---- what a file is ------------------------------------------------------------------------ */

static em_str first_line(em_str text)
{
        if (em_str_starts(text, EM_S("\xef\xbb\xbf")))
                text = em_str_sub(text, 3, text.n);
        while (text.n) {
                size_t n = 0;
                while (n < text.n && text.p[n] != '\n' && text.p[n] != '\r')
                        n++;
                em_str line = em_str_trim(em_str_sub(text, 0, n));
                if (line.n && line.p[0] != '#')
                        return em_str_trim(em_str_cut(line, '#').head);
                text = em_str_sub(text, n < text.n ? n + 1 : n, text.n);
        }
        return (em_str){0};
}

static bool is_key_letter(char c)
{
        return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* "key:" or "key: value", a document's mark, or JSON. */
static bool opens_yaml(em_str line)
{
        if (em_str_starts(line, EM_S("---")) || em_str_starts(line, EM_S("%YAML")) || em_str_starts(line, EM_S("{")))
                return true;
        em_cut cut = em_str_cut(line, ':');
        if (!cut.found || (cut.tail.n && cut.tail.p[0] != ' '))
                return false;
        for (size_t i = 0; i < cut.head.n; i++)
                if (!is_key_letter(cut.head.p[i]))
                        return false;
        return cut.head.n > 0;
}

static bool has_separator(em_str line)
{
        for (size_t i = 0; i < line.n; i++)
                if (line.p[i] == ',' || line.p[i] == ';' || line.p[i] == '\t')
                        return true;
        return false;
}

static em_status sniff(em_str file, em_str text, em_label_format *ret_format, em_error *err)
{
        em_str line = first_line(text);
        if (!line.n)
                return em_fail_at(err, EM_FORMAT, file, 1, 0, "it is empty: it has no header line and no address");
        if (opens_yaml(line))
                *ret_format = EM_LABEL_TAGPACK;
        else if (has_separator(line))
                *ret_format = EM_LABEL_CSV;
        else if (em_label_looks(line))
                *ret_format = EM_LABEL_WALLETS;
        else
                return em_fail_at(err, EM_FORMAT, file, 1, 0, "these are no labels: neither a table with a column "
                                  "address, nor a TagPack, nor a list of addresses");
        return EM_OK;
}

const char *em_label_format_name(em_label_format format)
{
        static const char *const name[] = {"csv", "tagpack", "wallets"};
        em_assert((unsigned)format < 3);
        return name[format];
}

static em_status read_text(em_labels *l, em_str file, em_str text, em_error *err)
{
        static em_status (*const read[])(em_labels *, em_str, em_str, em_error *) = {
                em_label_csv, em_label_tagpack, em_label_wallets};
        em_label_format format = EM_LABEL_CSV;
        size_t          labels = l->count, rejects = l->rejects;
        EM_TRY(sniff(file, text, &format, err));
        EM_TRY(read[format](l, file, text, err));
        l->file[l->files++] = (em_label_file){file, format, l->count - labels, l->rejects - rejects};
        return EM_OK;
}

/* ---- order and contradiction ----------------------------------------------------------------- */

/* Pointers into one array that is in the order of reading. */
static int by_address(const void *a, const void *b)
{
        const em_label *x = *(const em_label *const *)a, *y = *(const em_label *const *)b;
        int order = em_str_cmp(x->address, y->address);
        return order ? order : (x > y) - (x < y);
}

static em_status sort(em_labels *l, em_error *err)
{
        if (l->count < 2)
                return EM_OK;
        const em_label **order = malloc(l->count * sizeof *order);
        em_label        *to = malloc(l->count * sizeof *to);
        em_status        s = order && to ? EM_OK : em_fail(err, EM_NOMEM, "there are too many labels for memory");
        if (s == EM_OK) {
                for (size_t i = 0; i < l->count; i++)
                        order[i] = &l->at[i];
                qsort(order, l->count, sizeof *order, by_address);
                for (size_t i = 0; i < l->count; i++)
                        to[i] = *order[i];
                free(l->at);
                l->at = to;
                to = NULL;
        }
        free(order);
        free(to);
        return s;
}

/* Small letters and digits of s; what they are must fit. */
static em_str bare(em_str s, char out[128])
{
        size_t n = 0;
        for (size_t i = 0; i < s.n && n < 128; i++) {
                char c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
                if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 128)
                        out[n++] = c;
        }
        return (em_str){out, n};
}

static bool names_differ(em_str a, em_str b)
{
        char   room_a[128], room_b[128];
        em_str x = bare(a, room_a), y = bare(b, room_b);
        return em_str_find(x, y) < 0 && em_str_find(y, x) < 0;
}

static bool is_particular(em_label_stop stop)
{
        return stop == EM_LABEL_EXCHANGE || stop == EM_LABEL_MIXER || stop == EM_LABEL_BRIDGE;
}

static bool contradict(const em_labels *l, const em_label *a, const em_label *b)
{
        bool said_a = false, said_b = false;
        if (a->actor.n && b->actor.n && names_differ(a->actor, b->actor))
                return true;
        if (a->stop && b->stop)
                return (a->stop != b->stop && is_particular(a->stop) && is_particular(b->stop))
                       || names_differ(a->actor.n ? a->actor : a->label, b->actor.n ? b->actor : b->label);
        if (!a->stop && !b->stop)
                return false;
        (void)em_label_stop_of(l, a->category, &said_a);
        (void)em_label_stop_of(l, b->category, &said_b);
        return said_a && said_b;
}

static bool is_disputed(const em_labels *l, size_t first, size_t n)
{
        n = n < COMPARED ? n : COMPARED;
        for (size_t i = 1; i < n; i++)
                for (size_t j = 0; j < i; j++)
                        if (contradict(l, &l->at[first + j], &l->at[first + i]))
                                return true;
        return false;
}

static size_t run_of(const em_labels *l, size_t first)
{
        size_t n = 1;
        while (first + n < l->count && em_str_eq(l->at[first + n].address, l->at[first].address))
                n++;
        return n;
}

static em_status compare(em_labels *l, em_error *err)
{
        size_t cap = 0;
        for (size_t i = 0, n; i < l->count; i += n) {
                n = run_of(l, i);
                if (n == 1 || !is_disputed(l, i, n))
                        continue;
                void *at = l->conflict;
                EM_TRY(grow(&at, &cap, l->conflicts, sizeof *l->conflict, err));
                l->conflict = at;
                l->conflict[l->conflicts++] = i;
        }
        return EM_OK;
}

/* ---- the set ------------------------------------------------------------------------------- */

static em_labels *make(const em_labels_opts *opts, size_t files)
{
        em_labels *l = calloc(1, sizeof *l);
        if (!l)
                return NULL;
        l->arena = em_arena_new(MOST_BYTES);
        l->row = em_arena_new((size_t)1 << 26);
        l->file = calloc(files + 1, sizeof *l->file);
        l->max = opts && opts->max ? opts->max : MOST_LABELS;
        l->rules = em_label_rules(&l->rule);
        return l->arena && l->row && l->file ? l : em_labels_free(l);
}

static em_status finish(em_labels *l, em_status s, em_labels **ret_labels, em_error *err)
{
        if (s == EM_OK)
                s = sort(l, err);
        if (s == EM_OK)
                s = compare(l, err);
        if (s == EM_OK)
                *ret_labels = l;
        else
                em_labels_free(l);
        return s;
}

static em_status read_rules(em_labels *l, const em_labels_opts *opts, em_error *err)
{
        if (!opts || !opts->stops.n)
                return EM_OK;
        return em_label_rules_read(opts->stops, l->arena, &l->rule, &l->rules, err);
}

em_status em_labels_read(const em_str *path, size_t paths, const em_labels_opts *opts, em_labels **ret_labels,
                         em_error *err)
{
        em_labels *l = make(opts, paths);
        if (!l)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_status s = read_rules(l, opts, err);
        for (size_t i = 0; s == EM_OK && i < paths; i++) {
                em_str text = {0}, name = {0};
                s = em_file_read(path[i], MOST_FILE, l->arena, &text, err);
                if (s == EM_OK)
                        s = em_str_copy(path[i], l->arena, &name, err);
                if (s == EM_OK)
                        s = read_text(l, name, text, err);
        }
        return finish(l, s, ret_labels, err);
}

em_status em_labels_parse(em_str name, em_str text, const em_labels_opts *opts, em_labels **ret_labels,
                          em_error *err)
{
        em_labels *l = make(opts, 1);
        if (!l)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_status s = read_rules(l, opts, err);
        if (s == EM_OK)
                s = read_text(l, name, text, err);
        return finish(l, s, ret_labels, err);
}

em_labels *em_labels_free(em_labels *l)
{
        if (!l)
                return NULL;
        em_arena_free(l->arena);
        em_arena_free(l->row);
        free(l->at);
        free(l->reject);
        free(l->file);
        free(l->conflict);
        free(l);
        return NULL;
}

/* ---- asking ----------------------------------------------------------------------------------- */

size_t em_labels_count(const em_labels *l)
{
        return l->count;
}

const em_label *em_labels_at(const em_labels *l, size_t i)
{
        em_assert(i < l->count);
        return &l->at[i];
}

const em_label *em_labels_of(const em_labels *l, em_str address, size_t *ret_count)
{
        char   room[256];
        em_str as = em_label_canonical(address, room, sizeof room);
        size_t low = 0, high = l->count;
        while (low < high) {
                size_t mid = low + (high - low) / 2;
                if (em_str_cmp(l->at[mid].address, as) < 0)
                        low = mid + 1;
                else
                        high = mid;
        }
        bool found = low < l->count && em_str_eq(l->at[low].address, as);
        *ret_count = found ? run_of(l, low) : 0;
        return found ? &l->at[low] : NULL;
}

const em_label *em_labels_stop(const em_labels *l, em_str address)
{
        size_t          n = 0;
        const em_label *list = em_labels_of(l, address, &n), *best = NULL;
        for (size_t i = 0; i < n; i++)
                best = em_label_surer(&list[i], best) ? &list[i] : best;
        return best;
}

size_t em_labels_files(const em_labels *l, const em_label_file **ret_list)
{
        *ret_list = l->file;
        return l->files;
}

size_t em_labels_rejects(const em_labels *l, const em_label_reject **ret_list)
{
        *ret_list = l->reject;
        return l->rejects;
}

size_t em_labels_conflicts(const em_labels *l, const size_t **ret_first)
{
        *ret_first = l->conflict;
        return l->conflicts;
}

int em_label_confidence(em_str word)
{
        static const struct { const char *word; int level; } known[] = {
                {"override", 100}, {"ownership", 100}, {"ledger_immanent", 100}, {"manual_transaction", 90},
                {"service_api", 70}, {"forensic_investigation", 70}, {"authority_data", 60}, {"trusted_provider", 50},
                {"service_data", 50}, {"forensic", 50}, {"untrusted_transaction", 40}, {"web_crawl", 20},
                {"heuristic", 10}, {"unknown", 5}, {"high", 80}, {"medium", 50}, {"low", 20},
        };
        int64_t number = 0;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (em_str_eq_nocase(word, em_str_c(known[i].word)))
                        return known[i].level;
        return em_str_int(word, &number) && number >= 0 && number <= 100 ? (int)number : -1;
}
