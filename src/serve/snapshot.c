/* The index that is being read, and the one that takes its place.
 *
 * A reader takes the newest snapshot and gives it back; a snapshot that is no longer the newest is closed by
 * the last reader.  Taking and giving are a few instructions under one lock, opening happens outside it, so
 * a new version of the lists delays nobody and no request sees two.  The index file itself is replaced by
 * rename (names.h), so the old map stays what it was.
 */
#include "serve/service.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct em_holder {
        pthread_mutex_t lock, opening;
        em_snapshot    *newest;
        char           *path;
        size_t          path_n;
        uint64_t        failed_inode;           /* a file that could not be opened is not tried again until it is another */
        int64_t         failed_ns;
};

static bool look(const em_holder *h, struct stat *ret)
{
        return lstat(h->path, ret) == 0;
}

static int64_t changed(const struct stat *st) { return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec; }

static em_snapshot *snapshot_free(em_snapshot *s)
{
        if (s) {
                em_names_close(s->names);
                em_arena_free(s->arena);
                free(s);
        }
        return NULL;
}

/* The datasets of the files, each once. */
static em_status list_datasets(em_snapshot *s, em_error *err)
{
        s->files = em_names_files(s->names, &s->file);
        s->dataset = EM_NEW_N(s->arena, em_str, s->files + 1);
        s->parties = EM_NEW_N(s->arena, uint64_t, s->files + 1);
        if (!s->dataset || !s->parties)
                return em_fail(err, EM_NOMEM, "no memory for the datasets");
        for (size_t i = 0; i < s->files; i++) {
                size_t at = 0;
                while (at < s->datasets && !em_str_eq(s->dataset[at], s->file[i].dataset))
                        at++;
                if (at == s->datasets)
                        s->dataset[s->datasets++] = s->file[i].dataset;
                s->parties[at] += s->file[i].parties;
        }
        return EM_OK;
}

static em_status snapshot_open(const em_holder *h, em_snapshot **ret, em_error *err)
{
        struct stat  st = {0};
        em_snapshot *s = calloc(1, sizeof *s);
        if (s)
                s->arena = em_arena_new((size_t)16 << 20);
        if (!s || !s->arena) {
                free(s);
                return em_fail(err, EM_NOMEM, "no memory for an index");
        }
        /* Looked at before it is opened: a file renamed over it in between is then seen as another. */
        if (look(h, &st)) {
                s->inode = st.st_ino;
                s->changed_ns = changed(&st);
        }
        em_status status = em_names_open((em_str){h->path, h->path_n}, &s->names, err);
        if (status == EM_OK)
                status = list_datasets(s, err);
        if (status != EM_OK) {
                snapshot_free(s);
                return status;
        }
        s->opened_s = em_clock_now();
        s->readers = 1;                 /* the holder itself */
        *ret = s;
        return EM_OK;
}

em_status em_holder_new(em_str path, em_holder **ret_holder, em_error *err)
{
        em_holder *h = calloc(1, sizeof *h);
        if (h)
                h->path = malloc(path.n + 1);
        if (!h || !h->path) {
                free(h);
                return em_fail(err, EM_NOMEM, "no memory for an index");
        }
        memcpy(h->path, path.p, path.n);
        h->path[path.n] = '\0';
        h->path_n = path.n;
        pthread_mutex_init(&h->lock, NULL);
        pthread_mutex_init(&h->opening, NULL);
        em_status s = snapshot_open(h, &h->newest, err);
        if (s != EM_OK) {
                em_holder_free(h);
                return s;
        }
        *ret_holder = h;
        return EM_OK;
}

em_holder *em_holder_free(em_holder *h)
{
        if (h) {
                snapshot_free(h->newest);
                pthread_mutex_destroy(&h->lock);
                pthread_mutex_destroy(&h->opening);
                free(h->path);
                free(h);
        }
        return NULL;
}

em_snapshot *em_holder_take(em_holder *h)
{
        pthread_mutex_lock(&h->lock);
        em_snapshot *s = h->newest;
        s->readers++;
        pthread_mutex_unlock(&h->lock);
        return s;
}

void em_holder_give(em_holder *h, em_snapshot *s)
{
        pthread_mutex_lock(&h->lock);
        bool last = --s->readers == 0;
        pthread_mutex_unlock(&h->lock);
        if (last)
                snapshot_free(s);
}

em_status em_holder_reload(em_holder *h, em_error *err)
{
        em_snapshot *fresh = NULL;
        struct stat  st = {0};
        pthread_mutex_lock(&h->opening);
        bool      seen = look(h, &st);
        em_status s = snapshot_open(h, &fresh, err);
        pthread_mutex_lock(&h->lock);
        em_snapshot *old = s == EM_OK ? h->newest : NULL;
        if (s == EM_OK)
                h->newest = fresh;
        h->failed_inode = s != EM_OK && seen ? st.st_ino : 0;
        h->failed_ns = s != EM_OK && seen ? changed(&st) : 0;
        pthread_mutex_unlock(&h->lock);
        pthread_mutex_unlock(&h->opening);
        if (old)
                em_holder_give(h, old);
        return s;
}

bool em_holder_stale(em_holder *h)
{
        struct stat st = {0};
        if (!look(h, &st))
                return false;           /* being replaced, or gone: the open one stays */
        pthread_mutex_lock(&h->lock);
        bool open = st.st_ino == h->newest->inode && changed(&st) == h->newest->changed_ns;
        bool failed = st.st_ino == h->failed_inode && changed(&st) == h->failed_ns;
        pthread_mutex_unlock(&h->lock);
        return !open && !failed;
}
