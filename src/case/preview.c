/* case/preview.c -- what a file would become, before anything is taken.
 *
 * The same worker, the same maps and the same checks as in add.c, so that what is shown is what would be taken; only
 * the rows go nowhere.  The file is read where it lies and may change before it is added: its hash is told, and
 * taking it makes its own.
 */
#include "case/intake.h"

#include <stdio.h>
#include <unistd.h>

const em_preview_opts em_preview_defaults = { 20, 1000000 };

typedef struct looking {
        em_preview       p;
        em_preview_opts  opts;
        em_custody       custody;
        em_arena        *arena;
        const em_progress *progress;
} looking;

/* ---- the bytes -------------------------------------------------------------------- */

static em_status hash_file(looking *l, em_str path, em_error *err)
{
        em_mapping map;
        em_hasher *h = em_hasher_new();
        if (!h)
                return em_fail(err, EM_NOMEM, "no memory to hash a file");
        em_status status = em_mapping_open(path, &map, err);
        if (status != EM_OK) {
                em_hasher_free(h);
                return status;
        }
        for (size_t at = 0, n; status == EM_OK && at < map.n; at += n) {
                n = map.n - at < (size_t)1 << 20 ? map.n - at : (size_t)1 << 20;
                em_hasher_add(h, map.p + at, n);
                if (!em_progress_tell(l->progress, "hashing", at + n, map.n))
                        status = em_fail(err, EM_INTERRUPTED, "interrupted; nothing was taken");
        }
        l->p.bytes = map.n;
        em_sha256_hex(em_hasher_done(h), l->p.sha256);
        em_mapping_close(&map);
        em_hasher_free(h);
        return status;
}

static em_status look_up(looking *l, em_case *c, em_error *err)
{
        em_source *list;
        size_t count;
        EM_TRY(em_case_sources(c, l->arena, &list, &count, err));
        for (size_t i = 0; i < count; i++)
                l->p.held = l->p.held || memcmp(list[i].sha256, l->p.sha256, 64) == 0;
        return EM_OK;
}

/* ---- the map ------------------------------------------------------------------------ */

static em_status name_maps(looking *l, const em_choice *x, em_error *err)
{
        l->p.maps = EM_NEW_N(l->arena, em_str, x->count + 1);
        l->p.fits = EM_NEW_N(l->arena, em_str, x->count + 1);
        if (!l->p.maps || !l->p.fits)
                return em_fail(err, EM_NOMEM, "no memory for the maps");
        for (size_t i = 0; i < x->count; i++) {
                l->p.maps[l->p.map_count++] = em_map_name(x->maps[i]);
                if (x->fits[i])
                        l->p.fits[l->p.fit_count++] = em_map_name(x->maps[i]);
        }
        memcpy(l->p.sandbox, x->sandbox, sizeof l->p.sandbox);
        return EM_OK;
}

/* That two maps fit is no failure of a preview: it is what has to be decided. */
static em_status choose(looking *l, em_case *c, em_str path, em_map **ret_map, em_error *err)
{
        em_choice x = { 0 };
        em_error  why = { 0 };
        em_status status = em_intake_choose(c, path, &l->custody, l->arena, &x, &why);
        if (x.maps)
                EM_TRY(name_maps(l, &x, err));
        if (status == EM_FORMAT && !l->custody.map.n && x.maps && l->p.fit_count > 1)
                return em_str_copy(em_str_c(why.text), l->arena, &l->p.undecided, err);
        if (status != EM_OK) {
                if (err)
                        *err = why;
                return status;
        }
        *ret_map = x.map;
        return EM_OK;
}

/* ---- the rows --------------------------------------------------------------------------- */

static em_status keep_texts(em_str *const *text, size_t count, em_arena *arena, em_error *err)
{
        for (size_t i = 0; i < count; i++)
                EM_TRY(em_str_copy(*text[i], arena, text[i], err));
        return EM_OK;
}

/* Enough was seen: told to the reader as an error and taken back by read_rows. */
static em_status count_row(looking *l, em_error *err)
{
        if (++l->p.rows <= l->opts.most_rows)
                return EM_OK;
        l->p.rows--;
        l->p.cut = true;
        return em_fail(err, EM_LIMIT, "enough rows");
}

static em_status see_record(void *ctx, const em_record *record, em_error *err)
{
        looking *l = ctx;
        EM_TRY(count_row(l, err));
        l->p.taken++;
        if (l->p.records == l->opts.shown)
                return EM_OK;
        em_record *r = &l->p.record[l->p.records++];
        *r = *record;
        em_str *const text[] = { &r->kind, &r->key, &r->what, &r->klass, &r->who, &r->place, &r->fields, &r->amount.unit };
        return keep_texts(text, sizeof text / sizeof text[0], l->arena, err);
}

static em_status see_reject(void *ctx, const em_reject *reject, em_error *err)
{
        looking *l = ctx;
        EM_TRY(count_row(l, err));
        l->p.quarantined++;
        if (l->p.rejects == l->opts.shown)
                return EM_OK;
        em_reject *r = &l->p.reject[l->p.rejects++];
        *r = *reject;
        em_str *const text[] = { &r->column, &r->reason };
        return keep_texts(text, sizeof text / sizeof text[0], l->arena, err);
}

static em_day known_by(const em_custody *k)
{
        em_day day;
        if (em_day_parse(k->published, &day) || em_day_parse(k->obtained_on, &day))
                return day;
        return em_day_utc(em_clock_now());
}

static em_status read_rows(looking *l, em_str path, const em_map *map, em_error *err)
{
        em_reading reading = { 0 };
        em_error   why = { 0 };
        l->p.map = em_map_name(map);
        l->p.kind = em_map_kind(map);
        l->p.record = EM_NEW_N(l->arena, em_record, l->opts.shown + 1);
        l->p.reject = EM_NEW_N(l->arena, em_reject, l->opts.shown + 1);
        if (!l->p.record || !l->p.reject)
                return em_fail(err, EM_NOMEM, "no memory for a preview");
        em_status status = em_intake_read(path, l->custody.name, map, known_by(&l->custody), see_record, see_reject, l,
                                          l->progress, &reading, &why);
        if (status != EM_OK && !l->p.cut) {
                if (err)
                        *err = why;
                return status;
        }
        return EM_OK;
}

static em_status look(looking *l, em_case *c, em_str path, em_error *err)
{
        int fd = -1;
        em_map *map = NULL;
        EM_TRY(em_evidence_open(path, l->arena, &fd, err));     /* for what it refuses */
        close(fd);
        EM_TRY(hash_file(l, path, err));
        EM_TRY(look_up(l, c, err));
        EM_TRY(choose(l, c, path, &map, err));
        return map ? read_rows(l, path, map, err) : EM_OK;
}

em_status em_case_preview(em_case *c, em_str path, const em_custody *custody, const em_preview_opts *opts,
                          em_arena *arena, const em_progress *progress, em_preview *ret_preview, em_error *err)
{
        looking l = { .opts = opts ? *opts : em_preview_defaults, .arena = arena, .progress = progress };
        if (custody)
                l.custody = *custody;
        if (!l.custody.name.n)
                l.custody.name = em_path_base(path);
        EM_TRY(look(&l, c, path, err));
        *ret_preview = l.p;
        return EM_OK;
}
