/* Files, read and written so that neither a crash nor a stranger's folder can
 * surprise.  Reading opens without following a symlink and without waiting for
 * a pipe's writer, then asks the open descriptor what it is, never the name
 * (no race between check and use).  Writing is the LMDB and SQLite recipe:
 * aside, fsync, rename, fsync of the folder.
 */
#include "embargo/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static em_status status_of(int error)
{
        switch (error) {
        case ENOENT: case ENOTDIR:
                return EM_MISSING;
        case EACCES: case EPERM: case EROFS: case ELOOP:
                return EM_DENIED;
        case ENOMEM: case EMFILE: case ENFILE:
                return EM_NOMEM;
        default:
                return EM_IO;
        }
}

/* strerrordesc_np, unlike strerror, reads no locale. */
static em_status fail_errno(em_error *err, em_str path, int error, const char *what)
{
        const char *why = strerrordesc_np(error);
        return em_fail_at(err, status_of(error), path, 0, 0, "%s: %s", what,
                          error == ELOOP ? "it is a symbolic link" :
                          why ? why : "the system gives no reason");
}

/* The path as the system wants it. */
static em_status c_path(em_str path, char out[PATH_MAX], em_error *err)
{
        if (path.n == 0)
                return em_fail(err, EM_MISSING, "the path is empty");
        if (path.n >= PATH_MAX || memchr(path.p, 0, path.n))
                return em_fail_at(err, EM_FORMAT, path, 0, 0,
                                  "the path is too long or holds a NUL byte");
        memcpy(out, path.p, path.n);
        out[path.n] = '\0';
        return EM_OK;
}

static em_status open_regular(em_str path, int *ret_fd, uint64_t *ret_size, em_error *err)
{
        char name[PATH_MAX];
        EM_TRY(c_path(path, name, err));
        int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
                return fail_errno(err, path, errno, "cannot open");
        struct stat st;
        em_status status = EM_OK;
        if (fstat(fd, &st) != 0)
                status = fail_errno(err, path, errno, "cannot look at it");
        else if (!S_ISREG(st.st_mode))
                status = em_fail_at(err, EM_DENIED, path, 0, 0, "not a regular file");
        if (status != EM_OK) {
                close(fd);
                return status;
        }
        *ret_fd = fd;
        *ret_size = (uint64_t)st.st_size;
        return EM_OK;
}

static ssize_t read_full(int fd, char *p, size_t n)
{
        size_t got = 0;
        while (got < n) {
                ssize_t r = read(fd, p + got, n - got);
                if (r < 0 && errno == EINTR)
                        continue;
                if (r < 0)
                        return -1;
                if (r == 0)
                        break;
                got += (size_t)r;
        }
        return (ssize_t)got;
}

em_status em_file_read(em_str path, uint64_t max, em_arena *arena,
                       em_str *ret_bytes, em_error *err)
{
        int fd;
        uint64_t size;
        EM_TRY(open_regular(path, &fd, &size, err));
        em_status status = EM_OK;
        char *p = NULL;
        ssize_t got = -1;
        if (size > max || size > SSIZE_MAX - 1) {
                status = em_fail_at(err, EM_LIMIT, path, 0, 0, "%llu bytes, over the limit of %llu",
                                    (unsigned long long)size, (unsigned long long)max);
        } else if (!(p = em_arena_alloc(arena, (size_t)size + 1))) {
                status = em_fail_at(err, EM_NOMEM, path, 0, 0, "no memory for its %llu bytes",
                                    (unsigned long long)size);
        } else if ((got = read_full(fd, p, (size_t)size)) < 0) {
                status = fail_errno(err, path, errno, "cannot read");
        }
        close(fd);
        if (status == EM_OK)
                *ret_bytes = (em_str){ p, (size_t)got };
        return status;
}

static bool write_full(int fd, em_str bytes)
{
        size_t put = 0;
        while (put < bytes.n) {
                ssize_t w = write(fd, bytes.p + put, bytes.n - put);
                if (w < 0 && errno == EINTR)
                        continue;
                if (w < 0)
                        return false;
                put += (size_t)w;
        }
        return true;
}

static bool sync_folder(em_str path)
{
        char name[PATH_MAX];
        em_str dir = em_path_dir(path);
        if (c_path(dir, name, NULL) != EM_OK)
                return false;
        int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
                return false;
        bool ok = fsync(fd) == 0 || errno == EINVAL;    /* some file systems cannot */
        close(fd);
        return ok;
}

em_status em_file_write(em_str path, em_str bytes, em_error *err)
{
        char name[PATH_MAX], aside[PATH_MAX + 8];
        EM_TRY(c_path(path, name, err));
        snprintf(aside, sizeof aside, "%s.tmp", name);
        int fd = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd < 0)
                return fail_errno(err, path, errno, "cannot write");
        int error = 0;
        if (!write_full(fd, bytes) || fsync(fd) != 0)
                error = errno;
        if (close(fd) != 0 && !error)
                error = errno;
        if (!error && rename(aside, name) != 0)
                error = errno;
        if (error) {
                unlink(aside);
                return fail_errno(err, path, error, "cannot write");
        }
        if (!sync_folder(path))
                return em_fail_at(err, EM_IO, path, 0, 0,
                                  "written, but its folder cannot be synced");
        return EM_OK;
}

/* mkdir -p: each parent in turn; one that is there already is fine. */
em_status em_dir_make(em_str path, em_error *err)
{
        char name[PATH_MAX];
        EM_TRY(c_path(path, name, err));
        for (size_t i = 1; i <= path.n; i++) {
                if (name[i] != '/' && name[i] != '\0')
                        continue;
                char kept = name[i];
                name[i] = '\0';
                if (mkdir(name, 0755) != 0 && errno != EEXIST)
                        return fail_errno(err, path, errno, "cannot make the folder");
                name[i] = kept;
        }
        if (!em_path_is_dir(path))
                return em_fail_at(err, EM_DENIED, path, 0, 0, "exists and is not a folder");
        return EM_OK;
}

bool em_path_exists(em_str path)
{
        char name[PATH_MAX];
        struct stat st;
        return c_path(path, name, NULL) == EM_OK && lstat(name, &st) == 0;
}

bool em_path_is_dir(em_str path)
{
        char name[PATH_MAX];
        struct stat st;
        return c_path(path, name, NULL) == EM_OK && stat(name, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Without trailing slashes, except the root's own. */
static em_str without_slashes(em_str path)
{
        while (path.n > 1 && path.p[path.n - 1] == '/')
                path.n--;
        return path;
}

em_str em_path_base(em_str path)
{
        path = without_slashes(path);
        size_t from = path.n;
        while (from > 0 && path.p[from - 1] != '/')
                from--;
        return from == path.n ? path : em_str_sub(path, from, path.n - from);
}

em_str em_path_dir(em_str path)
{
        path = without_slashes(path);
        size_t n = path.n;
        while (n > 0 && path.p[n - 1] != '/')
                n--;
        if (n == 0)
                return EM_S(".");
        return without_slashes(em_str_sub(path, 0, n));
}

em_status em_path_join(em_str dir, em_str name, em_arena *arena, em_str *ret_path, em_error *err)
{
        if (dir.n == 0 || em_str_starts(name, EM_S("/")))
                return em_str_copy(name, arena, ret_path, err);
        size_t slash = dir.p[dir.n - 1] == '/' ? 0 : 1;
        char *p = em_arena_alloc(arena, dir.n + slash + name.n + 1);
        if (!p)
                return em_fail(err, EM_NOMEM, "no memory for a path");
        memcpy(p, dir.p, dir.n);
        if (slash)
                p[dir.n] = '/';
        if (name.n)
                memcpy(p + dir.n + slash, name.p, name.n);
        *ret_path = (em_str){ p, dir.n + slash + name.n };
        return EM_OK;
}

static int by_bytes(const void *a, const void *b)
{
        const em_str *x = a, *y = b;
        return em_str_cmp(*x, *y);
}

typedef struct names { em_str *at; size_t count, cap; } names;

static em_status add_name(names *list, const char *name, em_arena *arena, em_error *err)
{
        if (list->count == list->cap) {
                size_t cap = list->cap ? 2 * list->cap : 32;
                em_str *wider = EM_NEW_N(arena, em_str, cap);
                if (!wider)
                        return em_fail(err, EM_NOMEM, "no memory for a folder's names");
                if (list->count)
                        memcpy(wider, list->at, list->count * sizeof *wider);
                list->at = wider;
                list->cap = cap;
        }
        EM_TRY(em_str_copy(em_str_c(name), arena, &list->at[list->count], err));
        list->count++;
        return EM_OK;
}

em_status em_dir_list(em_str path, em_arena *arena, em_str **ret_names,
                      size_t *ret_count, em_error *err)
{
        char name[PATH_MAX];
        EM_TRY(c_path(path, name, err));
        DIR *dir = opendir(name);
        if (!dir)
                return fail_errno(err, path, errno, "cannot open the folder");
        names list = { 0 };
        em_status status = EM_OK;
        while (status == EM_OK) {
                errno = 0;
                struct dirent *entry = readdir(dir);
                if (!entry) {
                        if (errno)
                                status = fail_errno(err, path, errno, "cannot read the folder");
                        break;
                }
                if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                        status = add_name(&list, entry->d_name, arena, err);
        }
        closedir(dir);
        if (status != EM_OK)
                return status;
        if (list.count)
                qsort(list.at, list.count, sizeof *list.at, by_bytes);
        *ret_names = list.at;
        *ret_count = list.count;
        return EM_OK;
}

em_status em_mapping_open(em_str path, em_mapping *ret_map, em_error *err)
{
        int fd;
        uint64_t size;
        EM_TRY(open_regular(path, &fd, &size, err));
        em_mapping map = { .p = NULL, .n = (size_t)size, .fd = fd };
        if (size > 0) {
                void *p = mmap(NULL, map.n, PROT_READ, MAP_PRIVATE, fd, 0);
                if (p == MAP_FAILED) {
                        em_status status = fail_errno(err, path, errno, "cannot map");
                        close(fd);
                        return status;
                }
                map.p = p;
        }
        *ret_map = map;
        return EM_OK;
}

void em_mapping_close(em_mapping *map)
{
        if (!map)
                return;
        if (map->p) {
                /* munmap wants the address without const; the pages stay read-only. */
                void *address;
                memcpy(&address, &map->p, sizeof address);
                munmap(address, map->n);
        }
        if (map->p || map->fd > 0)
                close(map->fd);
        *map = (em_mapping){ .fd = -1 };
}
