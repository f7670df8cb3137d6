/* Building an index: phases, each of which leaves files and then says so.
 *
 * Everything is written in DIR.building; its file `state` names the last phase that is
 * finished, all of whose files are on the disk.  A build that finds a state of the same
 * headers and bounds goes on behind it, any other begins anew.  At the end the folder
 * takes the place of DIR in one step, so that readers have the old index or the new.
 *
 * What stands in the block files decides.  Of an index that is there before, the blocks that the new
 * chain begins with are copied (index_keep.c), so that new blocks and reorganisations cost what lies behind
 * the fork; the bytes are those of a build from the first block all the same.
 */
#include "chain/index_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MEMORY_LEAST ((uint64_t)256 << 10)
#define PARTS_MOST   4096u
#define RESTARTS     64u
#define STATE_BYTES  (32 + 8 + 16 + EM_IX_HEAD_BYTES)

const em_chain_opts em_chain_defaults = {
        .net = NULL, .memory = (uint64_t)2 << 30, .threads = 0, .check_merkle = true,
};

/* A phase, and the rows set aside that nobody reads after it. */
static const struct phase {
        em_status (*run)(em_ix *ix, em_error *err);
        const char *spent[3];
} phases[] = {
        { em_ix_parse,        { NULL } },
        { em_ix_join,         { "tx.rows", "in.rows" } },
        { em_ix_spenders,     { "spent.rows" } },
        { em_ix_inputs,       { "spending.rows" } },
        { em_ix_payee_group,  { "pay.rows" } },
        { em_ix_payee_number, { "paid.rows", "first.rows", "program.rows" } },
        { em_ix_payee_outs,   { "csr.rows" } },
        { em_ix_find_txs,     { "find.rows" } },
        { em_ix_find_payees,  { "find.rows" } },
        { em_ix_seal,         { NULL } },
};
#define PHASES (sizeof phases / sizeof *phases)

em_status em_ix_path(const em_ix *ix, const char *name, em_str *ret_path, em_error *err)
{
        return em_path_join(ix->aside, em_str_c(name), ix->arena, ret_path, err);
}

em_status em_ix_rows_make(const em_ix *ix, const char *name, uint32_t parts, uint32_t width,
                          em_ix_spill **ret_spill, em_error *err)
{
        em_str path;
        EM_TRY(em_ix_path(ix, name, &path, err));
        return em_ix_spill_make(path, parts, width, ret_spill, err);
}

em_status em_ix_rows_open(const em_ix *ix, const char *name, em_ix_spill **ret_spill, em_error *err)
{
        em_str path;
        EM_TRY(em_ix_path(ix, name, &path, err));
        return em_ix_spill_open(path, ret_spill, err);
}

em_status em_ix_column_make(const em_ix *ix, em_ix_section section, int *ret_fd, em_error *err)
{
        em_str path;
        EM_TRY(em_ix_path(ix, em_ix_name(section), &path, err));
        return em_ix_file_make(path, em_ix_kept_bytes(ix, section), ret_fd, err);
}

em_status em_ix_column_done(int fd, em_status status, em_error *err)
{
        if (fd < 0)
                return status;
        em_status synced = em_ix_file_sync(fd, status == EM_OK ? err : NULL);
        return status == EM_OK ? synced : status;
}

uint32_t em_ix_parts(uint64_t bytes, uint64_t leaf)
{
        uint64_t parts = bytes / leaf + 1;
        return parts < PARTS_MOST ? (uint32_t)parts : PARTS_MOST;
}

em_ix_ranges em_ix_ranges_make(const em_ix *ix, uint64_t base, uint64_t end, uint64_t bytes_each)
{
        uint64_t width = em_ix_leaf(ix) / 2 / bytes_each, count = end - base;
        if (width < count / PARTS_MOST + 1)
                width = count / PARTS_MOST + 1;
        width = (width + 63) / 64 * 64;
        uint64_t parts = (count + width - 1) / width;
        return (em_ix_ranges){ .base = base, .end = end, .width = width, .parts = parts ? (uint32_t)parts : 1 };
}

typedef struct window {
        em_status (*task)(void *ctx, size_t part, em_error *err);
        void  *ctx;
        size_t from;
} window;

static em_status one_of_window(void *ctx, size_t i, em_error *err)
{
        const window *w = ctx;
        return w->task(w->ctx, w->from + i, err);
}

em_status em_ix_each(const em_ix *ix, const char *what, size_t parts,
                     em_status (*task)(void *ctx, size_t part, em_error *err), void *ctx, em_error *err)
{
        window w = { .task = task, .ctx = ctx };
        size_t step = 4 * ix->threads;
        for (; w.from < parts; w.from += step) {
                if (!em_progress_tell(ix->progress, what, w.from, parts))
                        return em_fail(err, EM_INTERRUPTED, "the index is not finished");
                size_t n = parts - w.from < step ? parts - w.from : step;
                EM_TRY(em_parallel(n, ix->threads, one_of_window, &w, err));
        }
        return EM_OK;
}

/* ---- folders ---- */

static em_status c_path(em_str path, char out[PATH_MAX], em_error *err)
{
        int n = snprintf(out, PATH_MAX, "%.*s", EM_ARG(path));
        if (n <= 0 || n >= PATH_MAX)
                return em_fail_at(err, EM_FORMAT, path, 0, 0, "the path cannot be");
        return EM_OK;
}

static em_status fail_disk(em_error *err, em_str path, const char *what)
{
        const char *why = strerrordesc_np(errno);
        return em_fail_at(err, EM_IO, path, 0, 0, "%s: %s", what, why ? why : "the system gives no reason");
}

static em_status remove_file(em_str path, em_error *err)
{
        char name[PATH_MAX];
        EM_TRY(c_path(path, name, err));
        if (unlink(name) != 0 && errno != ENOENT)
                return fail_disk(err, path, "cannot remove");
        return EM_OK;
}

/* A folder of ours: files only, so what else somebody put there stays and is an error. */
static em_status remove_folder(em_str dir, em_arena *arena, em_error *err)
{
        char name[PATH_MAX];
        em_str *names, path;
        size_t count;
        if (!em_path_exists(dir))
                return EM_OK;
        EM_TRY(em_dir_list(dir, arena, &names, &count, err));
        for (size_t i = 0; i < count; i++) {
                EM_TRY(em_path_join(dir, names[i], arena, &path, err));
                EM_TRY(remove_file(path, err));
        }
        EM_TRY(c_path(dir, name, err));
        return rmdir(name) == 0 ? EM_OK : fail_disk(err, dir, "cannot remove");
}

static em_status sync_folder(em_str dir, em_error *err)
{
        char name[PATH_MAX];
        EM_TRY(c_path(dir, name, err));
        int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return fail_disk(err, dir, "cannot open");
        bool ok = fsync(fd) == 0 || errno == EINVAL;
        close(fd);
        return ok ? EM_OK : fail_disk(err, dir, "cannot write");
}

/* The new index takes the name; the old one, if any, is then removed. */
static em_status take_place(const em_ix *ix, em_error *err)
{
        char aside[PATH_MAX], dir[PATH_MAX];
        EM_TRY(c_path(ix->aside, aside, err));
        EM_TRY(c_path(ix->dir, dir, err));
        EM_TRY(sync_folder(ix->aside, err));
        bool swap = em_path_exists(ix->dir);
        em_str state;
        EM_TRY(em_path_join(ix->dir, EM_S("state"), ix->arena, &state, err));
        EM_TRY(remove_file(state, err));
        if (renameat2(AT_FDCWD, aside, AT_FDCWD, dir, swap ? RENAME_EXCHANGE : RENAME_NOREPLACE) != 0) {
                if (swap)
                        EM_TRY(remove_folder(ix->dir, ix->arena, err));
                if (rename(aside, dir) != 0)
                        return fail_disk(err, ix->dir, "cannot put the index in its place");
                swap = false;
        }
        EM_TRY(sync_folder(em_path_dir(ix->dir), err));
        EM_TRY(remove_file(state, err));
        return swap ? remove_folder(ix->aside, ix->arena, err) : EM_OK;
}

/* ---- the state of a build ---- */

static em_sha256 identity(const em_ix *ix)
{
        uint8_t bytes[64 + EM_IX_HEAD_BYTES] = { EM_IX_VERSION, ix->opts->check_merkle };
        memcpy(bytes + 8, ix->head.scan.b, 32);
        em_ix_put(bytes + 40, em_ix_leaf(ix), 8);
        em_ix_put(bytes + 48, ix->memory, 8);
        if (ix->old)
                em_ix_head_pack(&ix->old->head, bytes + 64);
        return em_sha256_of((em_str){ (const char *)bytes, sizeof bytes });
}

static em_status write_state(const em_ix *ix, size_t finished, em_error *err)
{
        em_str path;
        em_sha256 id = identity(ix);
        size_t n = STATE_BYTES + 16 * ix->refusals;
        uint8_t *p = malloc(n);
        if (!p)
                return em_fail(err, EM_NOMEM, "no memory for the state of a build");
        memcpy(p, id.b, 32);
        em_ix_put(p + 32, finished, 4);
        em_ix_put(p + 36, ix->refusals, 4);
        em_ix_put(p + 40, ix->kept.blocks, 8);
        em_ix_put(p + 48, ix->shared, 8);
        em_ix_head_pack(&ix->head, p + 56);
        for (size_t i = 0; i < ix->refusals; i++) {
                em_ix_put(p + STATE_BYTES + 16 * i, ix->refused[i].file, 8);
                em_ix_put(p + STATE_BYTES + 16 * i + 8, ix->refused[i].offset, 8);
        }
        em_status status = em_ix_path(ix, "state", &path, err);
        if (status == EM_OK)
                status = em_file_write(path, (em_str){ (const char *)p, n }, err);
        free(p);
        return status;
}

/* How many phases an earlier build of the same finished; 0 when none did. */
static size_t read_state(em_ix *ix)
{
        em_str path, bytes;
        em_ix_head head;
        em_sha256 id = identity(ix);
        if (em_ix_path(ix, "state", &path, NULL) != EM_OK || !em_path_exists(path) ||
            em_file_read(path, 1 << 20, ix->arena, &bytes, NULL) != EM_OK || bytes.n < STATE_BYTES)
                return 0;
        const uint8_t *p = (const uint8_t *)bytes.p;
        size_t finished = (size_t)em_le(p + 32, 4), refusals = (size_t)em_le(p + 36, 4);
        uint64_t kept = em_le(p + 40, 8);
        if (memcmp(p, id.b, 32) != 0 || finished > PHASES || bytes.n != STATE_BYTES + 16 * refusals ||
            (kept && (!ix->old || kept > ix->old->head.blocks)) ||
            em_ix_head_unpack((em_str){ bytes.p + 56, EM_IX_HEAD_BYTES }, &head, NULL) != EM_OK)
                return 0;
        em_ix_spot *refused = malloc((refusals + 1) * sizeof *refused);
        if (!refused)
                return 0;
        for (size_t i = 0; i < refusals; i++)
                refused[i] = (em_ix_spot){ em_le(p + STATE_BYTES + 16 * i, 8),
                                           em_le(p + STATE_BYTES + 16 * i + 8, 8) };
        free(ix->refused);
        ix->refused = refused;
        ix->refusals = refusals;
        ix->head = head;
        ix->shared = em_le(p + 48, 8);
        if (ix->old && ix->shared == 0)
                ix->anew = "the old index could not be used";
        em_ix_keep_load(ix, kept);
        return finished;
}

/* ---- the block columns ---- */

static em_status write_names(const em_ix *ix, em_error *err)
{
        em_str path;
        em_ix_out out;
        EM_TRY(em_ix_path(ix, em_ix_name(IX_FILES), &path, err));
        EM_TRY(em_ix_out_open(path, 0, 1 << 16, &out, err));
        for (size_t i = 0; i < ix->source.files; i++) {
                em_str name = ix->source.file[i].name;
                em_ix_put(em_ix_out_room(&out, 2), name.n, 2);
                memcpy(em_ix_out_room(&out, name.n), name.p, name.n);
        }
        return em_ix_out_done(&out, err);
}

static em_status write_blocks(const em_ix *ix, const em_ix_found *found, const uint32_t *chain, size_t n, em_error *err)
{
        static const em_ix_section sections[3] = { IX_BLOCK_HASH, IX_BLOCK_TIME, IX_BLOCK_PLACE };
        em_ix_out out[3] = { { .fd = -1 }, { .fd = -1 }, { .fd = -1 } };
        em_status status = EM_OK;
        for (size_t s = 0; s < 3 && status == EM_OK; s++) {
                em_str path;
                status = em_ix_path(ix, em_ix_name(sections[s]), &path, err);
                if (status == EM_OK)
                        status = em_ix_out_open(path, 0, 1 << 16, &out[s], err);
        }
        for (size_t i = 0; i < n && status == EM_OK; i++) {
                const em_ix_block *b = &found->block[chain[i]];
                memcpy(em_ix_out_room(&out[0], 32), b->hash.b, 32);
                em_ix_put(em_ix_out_room(&out[1], 4), b->time_s, 4);
                uint8_t *place = em_ix_out_room(&out[2], 16);
                em_ix_put(place, b->file, 4);
                em_ix_put(place + 4, b->length, 4);
                em_ix_put(place + 8, b->offset, 8);
        }
        for (size_t s = 0; s < 3; s++) {
                if (status == EM_OK)
                        status = em_ix_out_done(&out[s], err);
                else
                        em_ix_out_drop(&out[s]);
        }
        return status;
}

static em_status begin(em_ix *ix, const em_ix_found *found, em_error *err)
{
        static const em_hash256 zero;
        uint32_t *chain;
        size_t n;
        em_ix_head *h = &ix->head;
        EM_TRY(remove_folder(ix->aside, ix->arena, err));
        EM_TRY(em_dir_make(ix->aside, err));
        EM_TRY(em_ix_order(found, ix->refused, ix->refusals, &chain, &n, &h->duplicates, err));
        h->bad = ix->refusals;
        h->blocks = n;
        h->orphans = found->blocks - h->duplicates - h->bad - n;
        em_status status = EM_OK;
        if (n == 0) {
                status = em_fail(err, EM_MISSING, "the files hold no block");
        } else {
                h->tip = found->block[chain[n - 1]].hash;
                h->first_height = memcmp(&found->block[chain[0]].prev, &zero, sizeof zero) == 0 ? 0 : -1;
                status = em_ix_keep(ix, found, chain, n, err);
        }
        if (status == EM_OK)
                status = write_names(ix, err);
        if (status == EM_OK)
                status = write_blocks(ix, found, chain, n, err);
        free(chain);
        return status;
}

/* ---- the end ---- */

typedef struct sums { em_ix *ix; } sums;

em_sha256 em_ix_sum(em_hasher *hasher, em_str bytes)
{
        const size_t piece = (size_t)1 << 20;
        for (size_t at = 0; at < bytes.n; at += piece)
                em_hasher_add(hasher, bytes.p + at, bytes.n - at < piece ? bytes.n - at : piece);
        return em_hasher_done(hasher);
}

static em_status sum_section(void *ctx, size_t section, em_error *err)
{
        const sums *s = ctx;
        char path[PATH_MAX];
        em_mapping map;
        int n = snprintf(path, sizeof path, "%.*s/%s", EM_ARG(s->ix->aside), em_ix_name((em_ix_section)section));
        if (n < 0 || n >= (int)sizeof path)
                return em_fail(err, EM_FORMAT, "the path is too long");
        EM_TRY(em_mapping_open(em_str_c(path), &map, err));
        em_hasher *hasher = em_hasher_new();
        if (!hasher) {
                em_mapping_close(&map);
                return em_fail(err, EM_NOMEM, "no memory for a hash");
        }
        em_sha256 sum = em_ix_sum(hasher, (em_str){ map.p, map.n });
        s->ix->head.section[section].length = map.n;
        memcpy(s->ix->head.section[section].sum, sum.b, 8);
        em_hasher_free(hasher);
        em_mapping_close(&map);
        return EM_OK;
}

em_status em_ix_seal(em_ix *ix, em_error *err)
{
        sums s = { ix };
        uint8_t head[EM_IX_HEAD_BYTES];
        em_str path;
        EM_TRY(em_ix_each(ix, "sealing", IX_SECTIONS, sum_section, &s, err));
        if (em_ix_head_fits(&ix->head, err) != EM_OK)
                return em_fail(err, EM_BUG, "a section of the index has not the length of its count");
        em_ix_head_pack(&ix->head, head);
        em_str bytes = { (const char *)head, sizeof head };
        EM_TRY(em_ix_path(ix, "index", &path, err));
        return em_file_write(path, bytes, err);
}

/* ---- a build ---- */

static em_status clear_spent(const em_ix *ix, const struct phase *phase, em_error *err)
{
        for (size_t i = 0; i < 3 && phase->spent[i]; i++) {
                em_str path, table;
                EM_TRY(em_ix_path(ix, phase->spent[i], &path, err));
                EM_TRY(remove_file(path, err));
                EM_TRY(em_str_format(ix->arena, &table, err, "%.*s.ext", EM_ARG(path)));
                EM_TRY(remove_file(table, err));
        }
        return EM_OK;
}

static em_status run_phases(em_ix *ix, const em_ix_found *found, em_error *err)
{
        size_t phase = read_state(ix), restarts = 0;
        if (phase == 0)
                EM_TRY(begin(ix, found, err));
        while (phase < PHASES) {
                em_status status = phases[phase].run(ix, err);
                if (status == EM_DIFF && phase == 0 && ++restarts < RESTARTS) {
                        EM_TRY(begin(ix, found, err));
                        continue;
                }
                if (status != EM_OK)
                        return status == EM_DIFF ? em_fail(err, EM_FORMAT, "too many damaged blocks") : status;
                EM_TRY(write_state(ix, ++phase, err));
                EM_TRY(clear_spent(ix, &phases[phase - 1], err));
        }
        return take_place(ix, err);
}

/* The index that is in dir, if there is one that can be read. */
static void open_old(em_ix *ix)
{
        em_str head;
        if (em_path_join(ix->dir, EM_S("index"), ix->arena, &head, NULL) != EM_OK || !em_path_exists(head))
                return;
        if (em_chain_open(ix->dir, &ix->old, NULL) != EM_OK)
                ix->anew = "the old index is of another version or cannot be read";
}

/* Is the index in dir of exactly these headers? */
static bool is_current(em_ix *ix)
{
        if (!ix->old || memcmp(&ix->old->head.scan, &ix->head.scan, sizeof ix->head.scan) != 0)
                return false;
        em_ix_head now = ix->head;      /* what lies around the blocks may be another now */
        ix->head = ix->old->head;
        ix->head.bytes = now.bytes;
        ix->head.cut = now.cut;
        ix->head.skipped = now.skipped;
        ix->shared = ix->head.blocks;
        return true;
}

static em_status scan_and_run(em_ix *ix, em_error *err)
{
        em_ix_found found = { 0 };
        EM_TRY(em_ix_scan(&ix->source, ix->opts->net, ix->threads, ix->progress, &found, err));
        ix->head = (em_ix_head){ .files = ix->source.files, .bytes = found.bytes, .cut = found.cut,
                                 .skipped = found.skipped, .scan = found.scan, .first_height = -1,
                                 .merkle = ix->opts->check_merkle };
        snprintf(ix->head.net, sizeof ix->head.net, "%s", found.net->name);
        open_old(ix);
        em_status status = EM_OK;
        if (!is_current(ix))
                status = run_phases(ix, &found, err);
        else            /* what a build left that was killed after it had put the index in its place */
                (void)!remove_folder(ix->aside, ix->arena, NULL);
        free(found.block);
        return status;
}

static em_chain_built counts_of(const em_ix *ix)
{
        em_chain_built b = em_ix_counts(&ix->head);
        b.kept = ix->shared;
        b.undone = ix->old && !ix->anew ? ix->old->head.blocks - ix->shared : 0;
        b.added = b.blocks - ix->shared;
        b.anew = ix->anew;
        return b;
}

static size_t thread_count(size_t threads)
{
        long cores = threads ? (long)threads : sysconf(_SC_NPROCESSORS_ONLN);
        return cores < 1 ? 1 : cores > 64 ? 64 : (size_t)cores;
}

em_status em_chain_build(em_str blocks_dir, em_str dir, const em_chain_opts *opts,
                         const em_progress *progress, em_chain_built *ret_built, em_error *err)
{
        opts = opts ? opts : &em_chain_defaults;
        em_ix ix = { .opts = opts, .progress = progress, .threads = thread_count(opts->threads) };
        ix.memory = opts->memory > MEMORY_LEAST ? opts->memory : MEMORY_LEAST;
        ix.arena = em_arena_new((size_t)256 << 20);
        if (!ix.arena)
                return em_fail(err, EM_NOMEM, "no memory for the index");
        while (dir.n > 1 && dir.p[dir.n - 1] == '/')
                dir.n--;
        ix.dir = dir;
        em_status status = em_str_format(ix.arena, &ix.aside, err, "%.*s.building", EM_ARG(dir));
        if (status == EM_OK)
                status = em_ix_source_find(blocks_dir, ix.arena, &ix.source, err);
        if (status == EM_OK)
                status = em_dir_make(em_path_dir(dir), err);
        if (status == EM_OK)
                status = scan_and_run(&ix, err);
        if (status == EM_OK)
                *ret_built = counts_of(&ix);
        em_chain_close(ix.old);
        em_ix_source_close(&ix.source);
        free(ix.refused);
        em_arena_free(ix.arena);
        return status;
}
