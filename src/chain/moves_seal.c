/* The last phase: decoys are judged over the finished columns, then all of them go into one file
 * behind one head, which takes its name by one rename: a reader has the old index or the new one.
 */
#include "chain/moves_making.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct sealing {
        em_mv_making *k;
        em_mapping    map[MV_SECTIONS];
        uint8_t      *decoy;
        em_ix_out     out;
        em_hasher    *hasher;
} sealing;

static em_status write_files(const em_mv_making *k, em_error *err)
{
        em_ix_out out = { 0 };
        EM_TRY(em_mv_out(k, em_mv_name(MV_FILES), &out, err));
        for (size_t i = 0; i < k->files; i++)
                for (size_t c = 0; c <= k->file[i].n; c++)
                        *em_ix_out_room(&out, 1) = c < k->file[i].n ? (uint8_t)k->file[i].p[c] : 0;
        return em_ix_out_done(&out, err);
}

static em_status map_columns(sealing *s, em_error *err)
{
        for (size_t i = 0; i < MV_SECTIONS; i++) {
                em_str path;
                EM_TRY(em_mv_path(s->k, em_mv_name((em_mv_section)i), &path, err));
                EM_TRY(em_mapping_open(path, &s->map[i], err));
        }
        return EM_OK;
}

static const void *column(const sealing *s, em_mv_section section)
{
        return s->map[section].p;
}

static em_moves view_of(const sealing *s)
{
        const em_mv_head *h = &s->k->head;
        return (em_moves){
                .moves = h->built.moves, .accounts = h->built.accounts, .assets = h->built.assets, .txs = h->built.txs,
                .blocks = h->built.blocks, .wides = h->wides, .move = column(s, MV_MOVE), .tx = column(s, MV_TX),
                .block = column(s, MV_BLOCK), .asset = column(s, MV_ASSET), .account = column(s, MV_ACCOUNT),
                .wide = column(s, MV_WIDE), .of_first = column(s, MV_OF_FIRST), .of = column(s, MV_OF),
                .network = h->network, .coin = h->coin, .coin_decimals = h->coin_decimals,
        };
}

static em_status judge(sealing *s, em_error *err)
{
        em_moves        view = view_of(s);
        em_moves_built *b = &s->k->head.built;
        s->decoy = calloc(b->moves ? (size_t)b->moves : 1, 1);
        if (!s->decoy)
                return em_fail(err, EM_NOMEM, "no memory to judge %llu moves", (unsigned long long)b->moves);
        EM_TRY(em_decoys_judge(&view, s->decoy, err));
        for (uint64_t m = 0; m < b->moves; m++) {
                em_assert(s->decoy[m] < EM_DECOYS);
                b->decoys[s->decoy[m]]++;
        }
        return EM_OK;
}

static void put(sealing *s, const void *bytes, size_t n)
{
        memcpy(em_ix_out_room(&s->out, n), bytes, n);
        em_hasher_add(s->hasher, bytes, n);
}

static void put_section(sealing *s, em_mv_section section)
{
        const em_mapping *map = &s->map[section];
        em_mv_head       *h = &s->k->head;
        uint64_t          at = s->out.at + s->out.n, pad = (64 - at % 64) % 64;
        memset(em_ix_out_room(&s->out, pad), 0, pad);
        h->section[section].offset = at + pad;
        h->section[section].length = map->n;
        for (size_t from = 0, n; from < map->n; from += n) {
                n = map->n - from < (size_t)1 << 16 ? map->n - from : (size_t)1 << 16;
                if (section != MV_MOVE) {
                        put(s, map->p + from, n);
                        continue;
                }
                em_move m;
                n = sizeof m;
                memcpy(&m, map->p + from, sizeof m);
                m.decoy = s->decoy[from / sizeof m];
                put(s, &m, sizeof m);
        }
        memcpy(h->section[section].sum, em_hasher_done(s->hasher).b, 8);
}

static em_status write_index(sealing *s, em_str path, em_error *err)
{
        uint8_t head[EM_MV_HEAD_BYTES] = { 0 };
        EM_TRY(em_ix_out_open(path, (size_t)1 << 18, &s->out, err));
        memcpy(em_ix_out_room(&s->out, sizeof head), head, sizeof head);
        for (size_t i = 0; i < MV_SECTIONS; i++)
                put_section(s, (em_mv_section)i);
        em_ix_out_flush(&s->out);
        em_mv_head_pack(&s->k->head, head);
        EM_TRY(em_ix_file_put(s->out.fd, head, sizeof head, 0, err));
        return em_ix_out_done(&s->out, err);
}

static em_status take_name(em_str made, em_str dir, em_str path, em_error *err)
{
        if (rename(made.p, path.p) != 0)
                return em_fail_at(err, EM_IO, path, 0, 0, "the index cannot be put in its place: %s",
                                  strerrordesc_np(errno));
        int fd = open(dir.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL)) {
                if (fd >= 0)
                        close(fd);
                return em_fail_at(err, EM_IO, dir, 0, 0, "the folder cannot be written");
        }
        close(fd);
        return EM_OK;
}

static em_status seal(sealing *s, em_str dir, em_error *err)
{
        em_str made, path, copy;
        EM_TRY(write_files(s->k, err));
        EM_TRY(em_ix_out_done(&s->k->rejects, err));
        EM_TRY(map_columns(s, err));
        EM_TRY(judge(s, err));
        EM_TRY(em_mv_path(s->k, EM_MV_FILE, &made, err));
        EM_TRY(write_index(s, made, err));
        EM_TRY(em_str_copy(dir, s->k->arena, &copy, err));
        EM_TRY(em_path_join(dir, EM_S(EM_MV_FILE), s->k->arena, &path, err));
        return take_name(made, copy, path, err);
}

em_status em_mv_seal(em_mv_making *k, em_str dir, em_error *err)
{
        sealing s = { .k = k, .hasher = em_hasher_new() };
        for (size_t i = 0; i < MV_SECTIONS; i++)
                s.map[i].fd = -1;
        em_status status = s.hasher ? seal(&s, dir, err) : em_fail(err, EM_NOMEM, "no memory for a hasher");
        for (size_t i = 0; i < MV_SECTIONS; i++)
                em_mapping_close(&s.map[i]);
        em_ix_out_drop(&s.out);
        em_hasher_free(s.hasher);
        free(s.decoy);
        return status;
}
