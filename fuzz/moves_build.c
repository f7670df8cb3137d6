/* Any bytes that are taken as two files of an account chain give an index that opens, verifies, and is
 * the same with hardly any memory; the files given twice change no move.
 */
#include "embargo/ethereum.h"
#include "embargo/moves.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
        (void)st;
        (void)kind;
        (void)ftw;
        return remove(path);
}

static void put(const char *path, em_str bytes)
{
        int fd = open(path, O_CREAT | O_WRONLY, 0600);
        if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n)
                abort();
        close(fd);
}

/* The bytes of the index, or nothing when the files were refused. */
static em_str build(const em_str *file, size_t files, const char *dir, uint64_t memory, em_arena *arena,
                    em_moves_built *built)
{
        em_moves_opts   opts = { .memory = memory };
        em_moves_index *index = NULL;
        em_error        err = { 0 };
        em_str          bytes = { 0 }, path;
        em_status       status = em_moves_build(file, files, em_str_c(dir), &opts, NULL, built, &err);
        em_assert(status == EM_OK || err.text[0]);
        if (status != EM_OK)
                return bytes;
        em_assert(em_moves_open(em_str_c(dir), &index, &err) == EM_OK && em_moves_verify(index, &err) == EM_OK);
        em_assert(em_moves_view(index)->moves == built->moves);
        em_moves_close(index);
        em_assert(em_path_join(em_str_c(dir), EM_S("moves"), arena, &path, &err) == EM_OK &&
                  em_file_read(path, 1 << 28, arena, &bytes, &err) == EM_OK);
        return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        char           dir[64], path[3][80];
        em_arena      *arena = em_arena_new((size_t)1 << 30);
        em_moves_built one = { 0 }, small = { 0 }, twice = { 0 };
        const uint8_t *cut = size ? memchr(data, 0, size) : NULL;
        size_t         n = cut ? (size_t)(cut - data) : size;
        /* An index is written to the disk for good; in memory that costs nothing. */
        snprintf(dir, sizeof dir, "%s/embargo-fuzz-build-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (!arena || !mkdtemp(dir))
                abort();
        em_str part[2] = { { (const char *)data, n }, { (const char *)data + n + 1, cut ? size - n - 1 : 0 } };
        em_str file[4];
        size_t files = 0;
        for (size_t i = 0; i < 2; i++) {
                if (em_eth_sniff(part[i]) == EM_ETH_FORM_NONE)
                        continue;
                snprintf(path[i], sizeof path[i], "%s/%zu", dir, i);
                put(path[i], part[i]);
                file[files++] = em_str_c(path[i]);
        }
        if (files > 0) {
                snprintf(path[2], sizeof path[2], "%s/x", dir);
                em_str a = build(file, files, path[2], 0, arena, &one), b = build(file, files, path[2], 1, arena, &small);
                em_assert(em_str_eq(a, b));
                for (size_t i = 0; i < files; i++)
                        file[files + i] = file[i];
                if (a.n && build(file, 2 * files, path[2], 0, arena, &twice).n)
                        em_assert(twice.moves == one.moves && twice.txs == one.txs && twice.accounts == one.accounts);
        }
        nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        em_arena_free(arena);
        return 0;
}
