/* What an index says is held against its own checksums and against the files it was made of.
 *
 * Every section is hashed again and every block unpacked.  Then fixes spread evenly over the index are read anew: each source is streamed once from its
 * start, the bytes that a fix cites are cut out as they pass and given to the same reader that took them first, and what it makes of
 * them must be the same ship at the same place with the same speed.
 */
#include <stdio.h>
#include <stdlib.h>

#include "embargo/day.h"
#include "ships/ships_open.h"

enum { CITED_MOST = 1 << 20, SAY = 512 };

typedef struct cited { em_fix fix; uint32_t mmsi; } cited;

typedef struct checking {
        const em_ships *ships;
        void  (*hear)(void *ctx, const char *sentence);
        void   *ctx;
        const em_progress *progress;
        uint64_t differences;
        cited  *sample;
        size_t  samples, sample_most;
        uint64_t step, seen;
} checking;

static void differ(checking *c, const char *fmt, ...) EM_PRINTF(2, 3);

static void differ(checking *c, const char *fmt, ...)
{
        char    text[SAY];
        va_list args;
        va_start(args, fmt);
        vsnprintf(text, sizeof text, fmt, args);
        va_end(args);
        c->differences++;
        c->hear(c->ctx, text);
}

/* ---- the index in itself ---- */

static void check_sums(checking *c, size_t i, em_hasher *hasher)
{
        static const char *const name[] = {"blocks", "entries", "reports", "sources"};
        const em_day_in *d = &c->ships->day[i];
        char iso[11];
        for (size_t s = 0; s < EM_DAY_SECTIONS; s++) {
                em_hasher_add(hasher, d->section[s], (size_t)d->head.section[s].length);
                if (memcmp(em_hasher_done(hasher).b, d->head.section[s].sum, 8) != 0)
                        differ(c, "day %s: its %s do not match their checksum", em_day_text((em_day)d->head.day, iso), name[s]);
        }
}

static void check_blocks(checking *c, size_t i, em_fix *fix)
{
        const em_day_in *d = &c->ships->day[i];
        em_error err = {0};
        for (uint64_t b = 0; b < d->head.blocks; b++) {
                em_day_block block = em_day_block_at(d, b);
                if (em_day_fixes(d, &block, &c->ships->coder, fix, &err) != EM_OK) {
                        differ(c, "%s", err.text);
                        continue;
                }
                for (size_t k = 0; k < block.fixes; k++) {
                        if (c->step == 0 || c->seen++ % c->step != 0 || c->samples == c->sample_most)
                                continue;
                        fix[k].file = c->ships->source[i][fix[k].file];
                        c->sample[c->samples++] = (cited){fix[k], block.mmsi};
                }
        }
}

/* ---- against the files ---- */

static int by_place(const void *x, const void *y)
{
        const cited *a = x, *b = y;
        if (a->fix.file != b->fix.file)
                return a->fix.file < b->fix.file ? -1 : 1;
        return a->fix.offset < b->fix.offset ? -1 : a->fix.offset > b->fix.offset;
}

typedef struct anew { uint32_t mmsi; em_fix fix; bool found; const cited *like; } anew;

static em_status see_fix(void *ctx, uint32_t mmsi, const em_fix *fix, em_error *err)
{
        anew *a = ctx;
        (void)err;
        const em_fix *l = &a->like->fix;
        a->found = a->found || (mmsi == a->like->mmsi && fix->lon == l->lon && fix->lat == l->lat && fix->sog == l->sog && fix->cog == l->cog);
        return EM_OK;
}

static em_status see_said(void *ctx, uint32_t mmsi, int64_t time_s, const em_said *said, uint64_t offset, uint32_t length, em_error *err)
{
        (void)ctx, (void)mmsi, (void)time_s, (void)said, (void)offset, (void)length, (void)err;
        return EM_OK;
}

static em_status see_reject(void *ctx, uint64_t line, uint64_t offset, const char *why, em_error *err)
{
        (void)ctx, (void)line, (void)offset, (void)why, (void)err;
        return EM_OK;
}

typedef struct rereading { checking *c; size_t file; em_ship_form form; em_str header; } rereading;

static em_status read_anew(const rereading *r, const cited *s, em_str bytes, bool *ret_same, em_error *err)
{
        anew         a = {.like = s};
        em_ship_sink sink = {&a, see_fix, see_said, see_reject};
        em_ship_reader *reader = NULL;
        int64_t      day_ms = s->fix.time_s / EM_SHIPS_DAY_S * EM_SHIPS_DAY_S * 1000;
        EM_TRY(em_ship_reader_open(r->form, r->c->ships->list.map[r->file], day_ms, &sink, &reader, err));
        em_status status = EM_OK;
        if (r->form != EM_SHIP_NMEA && r->form != EM_SHIP_JSON)
                status = em_ship_reader_feed(reader, r->header.p, r->header.n, err);
        if (status == EM_OK)
                status = em_ship_reader_feed(reader, bytes.p, bytes.n, err);
        if (status == EM_OK)
                status = em_ship_reader_feed(reader, "\n", 1, err);
        if (status == EM_OK)
                status = em_ship_reader_end(reader, err);
        em_ship_reader_close(reader);
        *ret_same = a.found;
        return status;
}

/* Any numbers: a damaged index cites places that no file has. */
static bool lies_in(const em_fix *f, uint64_t from, uint64_t to)
{
        return f->offset >= from && f->offset <= to && f->length <= to - f->offset;
}

/* Samples of one file, in order of offset, out of its stream.  hold: the bytes from `base` on that one of them may still need. */
static em_status stream(rereading *r, em_source *source, const cited *s, size_t n, em_buf *hold, em_buf *header, em_error *err)
{
        const em_ship_file *f = &r->c->ships->list.file[r->file];
        const char *p = NULL;
        size_t      bytes = 1, i = 0;
        uint64_t    base = 0, at = 0;
        bool        headed = false;
        while (bytes) {
                EM_TRY(em_source_next(source, &p, &bytes, err));
                if (!headed && bytes) {
                        em_str line = em_str_cut((em_str){p, bytes}, '\n').head;
                        em_buf_str(header, line);
                        em_buf_ch(header, '\n');
                        r->header = em_buf_view(header);
                        headed = true;
                }
                at += bytes;
                if (bytes && i < n && s[i].fix.offset >= at) {
                        em_buf_clear(hold);
                        base = at;
                        continue;
                }
                em_buf_add(hold, p, bytes);
                EM_TRY(em_buf_status(hold, err));
                for (; i < n && (bytes == 0 || lies_in(&s[i].fix, 0, at)); i++) {
                        bool same = false;
                        if (lies_in(&s[i].fix, base, at) && s[i].fix.length <= CITED_MOST)
                                EM_TRY(read_anew(r, &s[i], (em_str){hold->p + (s[i].fix.offset - base), s[i].fix.length}, &same, err));
                        if (!same)
                                differ(r->c, "%.*s, byte %llu: the %u bytes there are not MMSI %u at %.5f %.5f", EM_ARG(f->path),
                                       (unsigned long long)s[i].fix.offset, s[i].fix.length, s[i].mmsi, s[i].fix.lat / (double)EM_DEGREE,
                                       s[i].fix.lon / (double)EM_DEGREE);
                }
                uint64_t need = i < n && s[i].fix.offset < at ? s[i].fix.offset : at;
                if (need > base) {      /* pieces are 1 MiB and citations lines: little moves */
                        memmove(hold->p, hold->p + (need - base), hold->n - (size_t)(need - base));
                        hold->n -= (size_t)(need - base);
                        base = need;
                }
        }
        return EM_OK;
}

static em_ship_form form_named(em_str name)
{
        for (int f = EM_SHIP_NMEA; f < EM_SHIP_FORMS; f++)
                if (em_str_eq(name, em_str_c(em_ship_form_name((em_ship_form)f))))
                        return (em_ship_form)f;
        return EM_SHIP_NMEA;
}

static em_status check_file(checking *c, size_t file, const cited *s, size_t n, em_error *err)
{
        const em_ship_file *f = &c->ships->list.file[file];
        rereading  r = {.c = c, .file = file, .form = form_named(f->format)};
        em_source *source = NULL;
        em_buf     hold = em_buf_make((size_t)256 << 20), header = em_buf_make((size_t)2 << 20);
        em_error   why = {0};
        char       text[65], shown[200];
        if (em_str_eq(f->path, EM_S("-")))
                return EM_OK;
        em_status status = em_source_open(f->path, &source, &why);
        if (status != EM_OK) {
                differ(c, "%s: %s; what cites it was not checked", em_str_show(f->path, shown, sizeof shown), why.text);
                return EM_OK;
        }
        status = stream(&r, source, s, n, &hold, &header, err);
        if (status == EM_OK && strcmp(em_sha256_hex(em_source_hash(source), text), f->sha256) != 0)
                differ(c, "%s is not the file that was read: its SHA-256 is another", em_str_show(f->path, shown, sizeof shown));
        em_source_close(source);
        em_buf_free(&hold);
        em_buf_free(&header);
        return status;
}

static em_status check_files(checking *c, em_error *err)
{
        qsort(c->sample, c->samples, sizeof *c->sample, by_place);
        for (size_t i = 0, k; i < c->samples; i = k) {
                for (k = i + 1; k < c->samples && c->sample[k].fix.file == c->sample[i].fix.file; k++)
                        ;
                EM_TRY(check_file(c, c->sample[i].fix.file, c->sample + i, k - i, err));
                if (!em_progress_tell(c->progress, "reading sources", k, c->samples))
                        return em_fail(err, EM_INTERRUPTED, "stopped while checking");
        }
        return EM_OK;
}

em_status em_ships_verify(const em_ships *ships, uint64_t sample, void (*hear)(void *ctx, const char *sentence), void *ctx,
                          const em_progress *progress, em_error *err)
{
        checking   c = {.ships = ships, .hear = hear, .ctx = ctx, .progress = progress};
        em_hasher *hasher = em_hasher_new();
        em_fix    *fix = malloc(EM_FIX_BLOCK * sizeof *fix);
        em_status  status = EM_OK;
        uint64_t   fixes = ships->counts.fixes;
        c.step = sample ? (fixes + sample - 1) / sample : 0;
        c.sample_most = (size_t)(sample < fixes ? sample : fixes);
        c.sample = malloc((c.sample_most + 1) * sizeof *c.sample);
        if (!hasher || !fix || !c.sample)
                status = em_fail(err, EM_NOMEM, "no memory to check an index");
        for (size_t i = 0; i < ships->days && status == EM_OK; i++) {
                check_sums(&c, i, hasher);
                check_blocks(&c, i, fix);
                if (!em_progress_tell(progress, "checking days", i + 1, ships->days))
                        status = em_fail(err, EM_INTERRUPTED, "stopped while checking");
        }
        if (status == EM_OK)
                status = check_files(&c, err);
        em_hasher_free(hasher);
        free(fix);
        free(c.sample);
        return status != EM_OK ? status : c.differences ? EM_DIFF : EM_OK;
}
