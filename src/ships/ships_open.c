/* An index is opened: its list, and all its days mapped, each checked. */
#include <stdio.h>
#include <stdlib.h>

#include "ships/ships_open.h"

static em_status no_memory(em_error *err)
{
        return em_fail(err, EM_NOMEM, "no memory for the ships' index");
}

/* The list's number of each source that a day names. */
static em_status find_sources(em_ships *s, size_t i, em_error *err)
{
        const em_day_in *d = &s->day[i];
        s->source[i] = calloc(d->head.files + (size_t)1, sizeof **s->source);
        if (!s->source[i])
                return no_memory(err);
        for (size_t f = 0; f < d->head.files; f++) {
                em_sha256 hash;
                char      text[65];
                size_t    low = 0, high = s->list.files;
                memcpy(hash.b, d->section[EM_DAY_FILES] + f * EM_DAY_FILE_BYTES, 32);
                em_sha256_hex(hash, text);
                while (low < high) {
                        size_t mid = low + (high - low) / 2;
                        if (strcmp(s->list.file[mid].sha256, text) < 0)
                                low = mid + 1;
                        else
                                high = mid;
                }
                if (low == s->list.files || strcmp(s->list.file[low].sha256, text) != 0)
                        return em_fail_at(err, EM_FORMAT, s->list.day[i].name, 0, 0, "the day cites a source that the index does not list");
                s->source[i][f] = (uint32_t)low;
        }
        return EM_OK;
}

static em_status open_days(em_ships *s, em_error *err)
{
        em_str dir, path;
        EM_TRY(em_path_join(s->path, EM_S(EM_SHIPS_DAYS), s->arena, &dir, err));
        s->day = EM_NEW_N(s->arena, em_day_in, s->list.days + 1);
        s->source = EM_NEW_N(s->arena, uint32_t *, s->list.days + 1);
        if (!s->day || !s->source)
                return no_memory(err);
        for (size_t i = 0; i < s->list.days; i++) {
                EM_TRY(em_path_join(dir, s->list.day[i].name, s->arena, &path, err));
                EM_TRY(em_day_open(path, &s->day[i], err));
                s->days++;
                if (s->day[i].head.day != s->list.day[i].day || s->day[i].head.aside || s->day[i].map.n != s->list.day[i].bytes)
                        return em_fail_at(err, EM_FORMAT, path, 0, 0, "the day is not the one that the index lists");
                EM_TRY(find_sources(s, i, err));
        }
        return EM_OK;
}

static em_status count(em_ships *s, em_error *err)
{
        em_ships_built *c = &s->counts;
        em_day_walk     walk;
        uint32_t        mmsi = 0;
        EM_TRY(em_day_walk_begin(s, 0, s->days, &walk, err));
        while (em_day_walk_next(&walk, &mmsi))
                c->mmsis++;
        em_day_walk_end(&walk);
        c->files = s->list.files;
        c->days = s->days;
        for (size_t i = 0; i < s->list.files; i++) {
                const em_ship_file *f = &s->list.file[i];
                c->bytes += f->bytes;
                c->lines += f->lines;
                c->doubles += f->fixes;
                c->rejects += f->rejects;
        }
        for (size_t i = 0; i < s->days; i++) {
                c->fixes += s->day[i].head.fixes;
                c->reports += s->day[i].head.groups;
                c->index_bytes += s->list.day[i].bytes;
        }
        c->doubles = c->doubles > c->fixes ? c->doubles - c->fixes : 0;
        return EM_OK;
}

em_status em_ships_open(em_str index, em_ships **ret_ships, em_error *err)
{
        em_ships *s = calloc(1, sizeof *s);
        if (!s)
                return no_memory(err);
        s->arena = em_arena_new((size_t)4 << 30);
        em_status status = s->arena ? em_str_copy(index, s->arena, &s->path, err) : no_memory(err);
        em_fix_coder_make(&s->coder);
        if (status == EM_OK)
                status = em_ships_list_read(s->path, s->arena, &s->list, err);
        if (status == EM_OK)
                status = open_days(s, err);
        if (status == EM_OK)
                status = count(s, err);
        if (status != EM_OK)
                em_ships_close(s);
        else
                *ret_ships = s;
        return status;
}

em_ships *em_ships_close(em_ships *s)
{
        if (!s)
                return NULL;
        for (size_t i = 0; i < s->days; i++) {
                em_day_close(&s->day[i]);
                free(s->source[i]);
        }
        em_arena_free(s->arena);
        free(s);
        return NULL;
}

em_ships_built em_ships_counts(const em_ships *s)
{
        return s->counts;
}

size_t em_ships_files(const em_ships *s, const em_ship_file **ret_files)
{
        *ret_files = s->list.file;
        return s->list.files;
}

em_str em_ships_reasons(const em_ships *s, size_t file)
{
        em_assert(file < s->list.files);
        return s->list.reasons[file];
}

void em_ships_sizes(const em_ships *s, uint64_t *ret_column_bytes, uint64_t *ret_locator_bytes)
{
        *ret_column_bytes = *ret_locator_bytes = 0;
        for (size_t i = 0; i < s->days; i++) {
                *ret_column_bytes += s->day[i].head.column_bytes;
                *ret_locator_bytes += s->day[i].head.locator_bytes;
        }
}
