/* The index of an account chain is made in three passes over flat files, in bounded memory:
 *
 *   1. every file's facts become rows sorted by block, transaction, kind and place (moves_sort.c);
 *   2. block by block the rows become transactions and moves (moves_block.c); accounts and assets
 *      are only noted, each with the number of the reference;
 *   3. sorting the notes by who they name gives the numbers, first seen first; sorting them back
 *      fills the columns (moves_columns.c).
 *
 * Then decoys are judged, and all columns go into one file that takes its name in one step
 * (moves_seal.c).
 */
#include "chain/moves_making.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MEMORY      ((uint64_t)2 << 30)
#define REJECTS_MAX ((uint64_t)1000000) /* kept with their reasons; the count goes on */

typedef struct network { const char *name, *coin; unsigned decimals; } network;
static const network networks[] = {
        {"ethereum", "ETH", 18}, {"tron", "TRX", 6}, {"bsc", "BNB", 18}, {"polygon", "POL", 18},
        {"arbitrum", "ETH", 18}, {"optimism", "ETH", 18}, {"base", "ETH", 18}, {"avalanche", "AVAX", 18},
        {"gnosis", "xDAI", 18},
};

em_status em_mv_path(const em_mv_making *k, const char *name, em_str *ret_path, em_error *err)
{
        return em_path_join(k->aside, em_str_c(name), k->arena, ret_path, err);
}

em_status em_mv_sorter(const em_mv_making *k, const char *name, size_t width, size_t key, em_sorter **ret,
                       em_error *err)
{
        em_str path;
        EM_TRY(em_mv_path(k, name, &path, err));
        return em_sorter_make(path, width, key, k->memory / 4, ret, err);
}

em_status em_mv_out(const em_mv_making *k, const char *name, em_ix_out *ret_out, em_error *err)
{
        em_str path;
        EM_TRY(em_mv_path(k, name, &path, err));
        return em_ix_out_open(path, (size_t)1 << 18, ret_out, err);
}

/* One line each: the file as it was named, the line, why. */
em_status em_mv_reject(em_mv_making *k, uint32_t file, uint64_t line, const char *reason, em_error *err)
{
        char text[1024], name[640], shown[256];
        if (k->head.built.rejected++ >= REJECTS_MAX)
                return EM_OK;
        em_str_show(k->file[file], name, sizeof name);
        em_str_show(em_str_c(reason), shown, sizeof shown);
        int n = snprintf(text, sizeof text, "%s:%llu: %s\n", name, (unsigned long long)line, shown);
        if (n < 0 || n >= (int)sizeof text)
                return em_fail(err, EM_BUG, "a reject's line is too long");
        memcpy(em_ix_out_room(&k->rejects, (size_t)n), text, (size_t)n);
        return EM_OK;
}

/* ---- facts of the files ---- */

typedef struct reading { em_mv_making *k; uint32_t file; uint64_t nth, bytes_before; em_mv_row row; } reading;

static em_status take(void *ctx, const em_eth_fact *f, em_error *err)
{
        static const uint8_t zeros[32];
        reading   *r = ctx;
        em_mv_row *row = &r->row;
        if (f->kind == EM_ETH_ASSET)
                return em_mv_assets_claim(&r->k->assets, f, err);
        if ((f->has & EM_ETH_HAS_HASH) && memcmp(f->hash, zeros, 32) == 0)
                return em_mv_reject(r->k, r->file, f->line, "its transaction hash is all zeros", err);
        memset(row, 0, sizeof *row);
        em_put_be(row->key, f->block, 8);
        memcpy(row->key + 8, f->hash, 32);
        row->key[40] = (uint8_t)f->kind;
        em_put_be(row->key + 41, r->file, 4);
        em_put_be(row->key + 45, r->nth++, 8);
        row->status = f->status;
        row->path_n = f->path_n;
        memcpy(row->path, f->path, sizeof row->path);
        memcpy(row->from, f->from, 20);
        memcpy(row->to, f->to, 20);
        memcpy(row->contract, f->contract, 20);
        row->has = f->has;
        row->index = f->index;
        row->seq = f->seq;
        row->time_s = f->time_s;
        row->file = r->file;
        row->length = f->length > UINT32_MAX ? UINT32_MAX : (uint32_t)f->length;
        row->gas_used = f->gas_used;
        row->nonce = f->nonce;
        row->line = f->line;
        row->offset = f->offset;
        row->block = f->block;
        row->value = f->value;
        row->price = f->price;
        if ((r->nth & 0xFFF) == 0 && !em_progress_tell(r->k->progress, "reading", r->bytes_before + f->offset, r->k->bytes))
                return em_fail(err, EM_INTERRUPTED, "stopped while reading; nothing was changed");
        return em_sorter_add(r->k->rows, row, err);
}

static em_status keep_reject(void *ctx, const em_eth_reject *reject, em_error *err)
{
        reading *r = ctx;
        return em_mv_reject(r->k, r->file, reject->line, reject->reason, err);
}

static em_status read_file(em_mv_making *k, size_t i, em_error *err)
{
        em_mapping         map;
        em_eth_read_counts counts = { 0 };
        em_error           why = { 0 };
        reading            r = { .k = k, .file = (uint32_t)i, .bytes_before = k->head.built.bytes };
        em_eth_sink        sink = { .ctx = &r, .fact = take, .reject = keep_reject };
        EM_TRY(em_mapping_open(k->file[i], &map, err));
        em_status status = em_eth_read((em_str){ map.p, map.n }, &sink, &counts, &why);
        k->head.built.bytes += map.n;
        em_mapping_close(&map);
        if (status != EM_OK)
                return em_fail_at(err, status, k->file[i], why.line, 0, "%s", why.text);
        k->head.built.files++;
        k->head.built.rows += counts.rows;
        k->head.built.nfts += counts.nfts;
        k->head.built.other += counts.other_logs + counts.other_rows;
        k->tron = k->tron || counts.tron;
        return EM_OK;
}

static em_status read_files(em_mv_making *k, em_error *err)
{
        EM_TRY(em_mv_out(k, em_mv_name(MV_REJECTS), &k->rejects, err));
        k->rejecting = true;
        EM_TRY(em_mv_sorter(k, "rows", sizeof(em_mv_row), EM_MV_KEY, &k->rows, err));
        for (size_t i = 0; i < k->files; i++) {
                em_mapping map;
                EM_TRY(em_mapping_open(k->file[i], &map, err));
                k->bytes += map.n;
                em_mapping_close(&map);
        }
        for (size_t i = 0; i < k->files; i++)
                EM_TRY(read_file(k, i, err));
        return em_sorter_seal(k->rows, err);
}

static em_status choose_network(em_mv_making *k, const char *name, em_error *err)
{
        if (!name)
                name = k->tron ? "tron" : "ethereum";
        for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
                if (strcmp(networks[i].name, name) != 0)
                        continue;
                snprintf(k->head.network, sizeof k->head.network, "%s", networks[i].name);
                snprintf(k->head.coin, sizeof k->head.coin, "%s", networks[i].coin);
                k->head.coin_decimals = networks[i].decimals;
                k->tron = i == 1;
                return EM_OK;
        }
        char shown[64];
        return em_fail(err, EM_USAGE, "no account chain \"%s\" is known; ethereum, tron, bsc, polygon, arbitrum, "
                                      "optimism, base, avalanche and gnosis are",
                       em_str_show(em_str_c(name), shown, sizeof shown));
}

/* ---- the folder ---- */

/* What an earlier build left behind when it was stopped.  Only files, and only here. */
static void sweep(em_str aside, em_arena *arena)
{
        em_str *name = NULL, path;
        size_t  count = 0;
        if (em_dir_list(aside, arena, &name, &count, NULL) != EM_OK)
                return;
        for (size_t i = 0; i < count; i++)
                if (em_path_join(aside, name[i], arena, &path, NULL) == EM_OK)
                        unlink(path.p);
        rmdir(aside.p);
}

static em_status run(em_mv_making *k, em_str dir, const em_moves_opts *opts, em_error *err)
{
        if (opts->network)
                EM_TRY(choose_network(k, opts->network, err));
        EM_TRY(em_mv_assets_list(&k->assets, opts->assets, err));
        EM_TRY(read_files(k, err));
        EM_TRY(choose_network(k, opts->network, err));
        EM_TRY(em_mv_make_blocks(k, err));
        EM_TRY(em_mv_make_numbers(k, err));
        return em_mv_seal(k, dir, err);
}

/* Another kind of index there, or anything else, is not ours to write into. */
static em_status may_write(em_str dir, em_arena *arena, em_error *err)
{
        em_str *name = NULL;
        size_t  count = 0;
        if (!em_path_exists(dir))
                return EM_OK;
        EM_TRY(em_dir_list(dir, arena, &name, &count, err));
        for (size_t i = 0; i < count; i++)
                if (!em_str_eq(name[i], EM_S(EM_MV_FILE)) && !em_str_eq(name[i], EM_S("building")))
                        return em_fail_at(err, EM_FORMAT, dir, 0, 0,
                                          "the folder holds something else; an index needs one of its own");
        return EM_OK;
}

em_status em_moves_build(const em_str *file, size_t files, em_str dir, const em_moves_opts *opts,
                         const em_progress *progress, em_moves_built *ret_built, em_error *err)
{
        static const em_moves_opts none = { 0 };
        em_mv_making k = { .file = file, .files = files, .progress = progress };
        opts = opts ? opts : &none;
        em_assert(files > 0 && files < UINT32_MAX);
        k.memory = opts->memory ? opts->memory : MEMORY;
        k.arena = em_arena_new((size_t)64 << 20);
        if (!k.arena)
                return em_fail(err, EM_NOMEM, "no memory for the index");
        em_status status = may_write(dir, k.arena, err);
        if (status == EM_OK)
                status = em_dir_make(dir, err);
        if (status == EM_OK)
                status = em_path_join(dir, EM_S("building"), k.arena, &k.aside, err);
        if (status == EM_OK) {
                sweep(k.aside, k.arena);
                status = em_dir_make(k.aside, err);
        }
        if (status == EM_OK)
                status = run(&k, dir, opts, err);
        if (k.rejecting)
                em_ix_out_drop(&k.rejects);
        em_sorter_free(k.rows);
        em_sorter_free(k.account);
        em_sorter_free(k.asset);
        free(k.assets.slot);
        if (k.aside.n)
                sweep(k.aside, k.arena);
        if (status == EM_OK)
                *ret_built = k.head.built;
        em_arena_free(k.arena);
        return status;
}
