/* A folder of framed blocks that only grows: blk00000.dat, blk00001.dat ..., as Core writes
 * them, without obfuscation.
 *
 * A crash can leave the end of the last file torn.  What was written before the last
 * sync is whole, so at the next start the last SYNCED bytes twice over are read block by
 * block and cut at the first that is none; what was cut is fetched again.
 */
#include "cli/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t file_most = (uint64_t)128 << 20, synced = (uint64_t)16 << 20;
static const size_t   block_most = (size_t)256 << 20;

em_status em_fetch_lock(em_str folder, int *ret_fd, em_error *err)
{
        char path[PATH_MAX];
        int  n = snprintf(path, sizeof path, "%.*s/fetch.lock", EM_ARG(folder));
        if (n < 0 || (size_t)n >= sizeof path)
                return em_fail_at(err, EM_FORMAT, folder, 0, 0, "the path is too long");
        EM_TRY(em_dir_make(folder, err));
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                return em_fail_at(err, errno == EACCES || errno == EROFS || errno == ELOOP ? EM_DENIED : EM_IO, folder, 0, 0,
                                  "it cannot be opened for writing");
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
                close(fd);
                return em_fail_at(err, EM_BUSY, folder, 0, 0, "another embargo is fetching into this folder");
        }
        *ret_fd = fd;
        return EM_OK;
}

/* ---- which blocks it holds --------------------------------------------------------------------- */

static size_t slot_of(const em_hash256 *seen, size_t slots, em_hash256 hash)
{
        static const em_hash256 none;
        uint64_t mix = 0;
        memcpy(&mix, hash.b, sizeof mix);       /* the end without zeros: hashes are kept as hashed */
        for (size_t at = (size_t)mix & (slots - 1);; at = (at + 1) & (slots - 1))
                if (memcmp(seen[at].b, none.b, sizeof none.b) == 0 || memcmp(seen[at].b, hash.b, sizeof hash.b) == 0)
                        return at;
}

static em_status remember(em_store *s, em_hash256 hash, em_error *err)
{
        static const em_hash256 none;
        if (2 * (s->count + 1) > s->slots) {
                size_t      slots = s->slots ? 2 * s->slots : 1024;
                em_hash256 *seen = calloc(slots, sizeof *seen);
                if (!seen)
                        return em_fail(err, EM_NOMEM, "there are too many blocks for memory");
                for (size_t i = 0; i < s->slots; i++)
                        if (memcmp(s->seen[i].b, none.b, sizeof none.b) != 0)
                                seen[slot_of(seen, slots, s->seen[i])] = s->seen[i];
                free(s->seen);
                s->seen = seen;
                s->slots = slots;
        }
        em_hash256 *at = &s->seen[slot_of(s->seen, s->slots, hash)];
        s->count += memcmp(at->b, none.b, sizeof none.b) == 0;
        *at = hash;
        return EM_OK;
}

bool em_store_blocks_has(const em_store *s, em_hash256 hash)
{
        return s->slots && memcmp(s->seen[slot_of(s->seen, s->slots, hash)].b, hash.b, sizeof hash.b) == 0;
}

/* ---- opening -------------------------------------------------------------------------------------- */

static em_status file_path(const em_store *s, unsigned file, char path[PATH_MAX], em_error *err)
{
        int n = snprintf(path, PATH_MAX, "%.*s/blk%05u.dat", EM_ARG(s->folder), file);
        return n > 0 && n < PATH_MAX ? EM_OK : em_fail_at(err, EM_FORMAT, s->folder, 0, 0, "the path is too long");
}

/* Frames from the start of the file to the first that is none; near its end each block is read too. */
static em_status read_frames(em_store *s, em_str text, em_arena *arena, uint64_t *ret_end, em_error *err)
{
        size_t at = 0;
        while (text.n - at >= 88 && memcmp(text.p + at, s->magic, 4) == 0) {
                uint64_t      length = (uint64_t)(uint8_t)text.p[at + 4] | (uint64_t)(uint8_t)text.p[at + 5] << 8 |
                                  (uint64_t)(uint8_t)text.p[at + 6] << 16 | (uint64_t)(uint8_t)text.p[at + 7] << 24;
                em_btc_block  block;
                if (length < 80 || length > text.n - at - 8)
                        break;
                em_str bytes = {text.p + at + 8, (size_t)length};
                em_hash256 hash = em_btc_double_sha256((em_str){bytes.p, 80});
                if (at + length + 2 * synced >= text.n) {
                        em_arena_reset(arena);
                        em_status st = em_btc_block_parse(bytes, NULL, arena, &block, NULL);
                        if (st == EM_NOMEM)
                                return em_fail(err, EM_NOMEM, "out of memory");
                        if (st != EM_OK)
                                break;
                }
                EM_TRY(remember(s, hash, err));
                at += 8 + (size_t)length;
        }
        *ret_end = at;
        return EM_OK;
}

static em_status read_file(em_store *s, unsigned file, bool last, em_arena *arena, em_error *err)
{
        char       path[PATH_MAX];
        em_mapping map;
        uint64_t   end = 0;
        EM_TRY(file_path(s, file, path, err));
        EM_TRY(em_mapping_open(em_str_c(path), &map, err));
        em_str    text = {map.p, map.n};
        em_status st = read_frames(s, text, arena, &end, err);
        bool      foreign = st == EM_OK && end == 0 && text.n >= 88 && memcmp(text.p, s->magic, 4) != 0;
        uint64_t  size = text.n;
        em_mapping_close(&map);
        EM_TRY(st);
        if (foreign)
                return em_fail_at(err, EM_DENIED, em_str_c(path), 0, 0, "it holds no plain blocks of this network; take another "
                                                                        "folder");
        if (!last && end != size)
                return em_fail_at(err, EM_FORMAT, em_str_c(path), 0, 0, "it is damaged at byte %llu; move it away and fetch "
                                                                        "again", (unsigned long long)end);
        s->file = file;
        s->size = end;
        s->cut = size - end;
        return EM_OK;
}

static em_status read_folder(em_store *s, em_arena *arena, em_error *err)
{
        em_str  *names = NULL;
        size_t   count = 0;
        unsigned files = 0;
        em_arena *block = em_arena_new((size_t)1 << 30);
        em_status st = block ? em_dir_list(s->folder, arena, &names, &count, err) : em_fail(err, EM_NOMEM, "out of memory");
        for (size_t i = 0; st == EM_OK && i < count; i++) {
                char name[16];
                if (em_str_eq(names[i], EM_S("xor.dat")) || em_str_starts(names[i], EM_S("rev")))
                        st = em_fail_at(err, EM_DENIED, s->folder, 0, 0, "it is a node's own folder; take another one");
                snprintf(name, sizeof name, "blk%05u.dat", files % 100000);
                files += em_str_eq(names[i], em_str_c(name));
        }
        for (unsigned i = 0; st == EM_OK && i < files; i++)
                st = read_file(s, i, i + 1 == files, block, err);
        em_arena_free(block);
        return st;
}

/* ---- appending --------------------------------------------------------------------------------------- */

static em_status fail_write(const em_store *s, int error, em_error *err)
{
        return em_fail_at(err, EM_IO, s->folder, 0, 0, error == ENOSPC ? "the disk is full" : "it cannot be written to");
}

static em_status open_file(em_store *s, em_error *err)
{
        char path[PATH_MAX];
        EM_TRY(file_path(s, s->file, path, err));
        s->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (s->fd < 0 || ftruncate(s->fd, (off_t)s->size) != 0)
                return fail_write(s, errno, err);
        return EM_OK;
}

static em_status sync_file(em_store *s, em_error *err)
{
        if (s->fd >= 0 && s->unsynced && fsync(s->fd) != 0)
                return fail_write(s, errno, err);
        s->unsynced = 0;
        return EM_OK;
}

static void let_go(em_store *s)
{
        if (s->fd >= 0)
                close(s->fd);
        if (s->lock >= 0)
                close(s->lock);
        free(s->seen);
        *s = (em_store){.fd = -1, .lock = -1};
}

em_status em_store_blocks_open(em_str folder, const em_btc_net *net, em_arena *arena, em_store *ret_store, em_error *err)
{
        em_store s = {.folder = folder, .lock = -1, .fd = -1};
        memcpy(s.magic, net->magic, sizeof s.magic);
        EM_TRY(em_fetch_lock(folder, &s.lock, err));
        em_status st = read_folder(&s, arena, err);
        if (st == EM_OK)
                st = open_file(&s, err);
        if (st != EM_OK) {
                let_go(&s);
                return st;
        }
        *ret_store = s;
        return EM_OK;
}

static em_status write_all(const em_store *s, const char *p, size_t n, em_error *err)
{
        uint64_t at = s->size;
        while (n) {
                ssize_t done = pwrite(s->fd, p, n, (off_t)at);
                if (done < 0 && errno == EINTR)
                        continue;
                if (done <= 0) {
                        int error = errno;
                        if (ftruncate(s->fd, (off_t)s->size) != 0)
                                return em_fail_at(err, EM_IO, s->folder, 0, 0, "it cannot be written to, and has a torn end "
                                                                               "that the next fetch cuts off");
                        return fail_write(s, error, err);
                }
                p += done;
                at += (uint64_t)done;
                n -= (size_t)done;
        }
        return EM_OK;
}

em_status em_store_blocks_add(em_store *s, em_hash256 hash, em_str block, em_error *err)
{
        if (block.n > block_most)
                return em_fail(err, EM_LIMIT, "a block is over %zu MiB", block_most >> 20);
        if (s->size && s->size + 8 + block.n > file_most) {
                EM_TRY(sync_file(s, err));
                close(s->fd);
                s->fd = -1;
                s->file++;
                s->size = 0;
                EM_TRY(open_file(s, err));
        }
        char *frame = malloc(8 + block.n);
        if (!frame)
                return em_fail(err, EM_NOMEM, "out of memory");
        memcpy(frame, s->magic, 4);
        for (unsigned i = 0; i < 4; i++)
                frame[4 + i] = (char)(block.n >> 8 * i & 0xff);
        memcpy(frame + 8, block.p, block.n);
        em_status st = write_all(s, frame, 8 + block.n, err);
        free(frame);
        EM_TRY(st);
        s->size += 8 + block.n;
        s->unsynced += 8 + block.n;
        EM_TRY(remember(s, hash, err));
        return s->unsynced >= synced ? sync_file(s, err) : EM_OK;
}

em_status em_store_blocks_close(em_store *s, em_error *err)
{
        em_status st = sync_file(s, err);
        let_go(s);
        return st;
}
