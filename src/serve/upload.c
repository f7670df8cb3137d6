/* Files into the inbox as they arrive: nothing of them is held in memory, nothing they are called is used as a path,
 * and nothing is kept of a form that cannot prove where it is from.  The proof must come before the first file, as in our own forms
 * it does, so that a page elsewhere cannot fill the disk either.
 *
 * fsync, then the name: what is called `file` is whole, whatever happened to the machine.
 */
#include "serve/upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_MOST = 255, PATH_MOST = 4352, FIELDS_ARENA = 8 << 20, LISTED = 1000 };

struct em_upload {
        em_multipart      form;
        em_multipart_sink sink;
        em_arena *arena;
        char      dir[4200], token[33];
        bool      proof, proven, failed, ended;
        em_error  why;
        uint64_t  most, got;
        em_form_item item[EM_UPLOAD_FIELDS]; size_t items;
        em_buf    value;                /* of the field that comes */
        char      id[EM_UPLOAD_FILES][EM_UPLOAD_ID]; size_t files;
        int       fd;                   /* of the file that comes; -1 */
        bool      in_file, skip;
};

static void path_of(char out[PATH_MOST], const char *dir, const char *id, const char *name)
{
        snprintf(out, PATH_MOST, "%s/inbox/%s%s%s", dir, id, name[0] ? "/" : "", name);
}

static bool dir_text(em_str dir, char out[4200])
{
        if (dir.n >= 4200)
                return false;
        memcpy(out, dir.p, dir.n);
        out[dir.n] = '\0';
        return true;
}

bool em_inbox_id_ok(em_str id)
{
        bool fit = id.n == EM_UPLOAD_ID - 1;
        for (size_t i = 0; fit && i < id.n; i++)
                fit = (id.p[i] >= '0' && id.p[i] <= '9') || (id.p[i] >= 'a' && id.p[i] <= 'f');
        return fit;
}

static void remove_one(const char *dir, const char *id)
{
        static const char *const names[] = {"arriving", "file", "name", ""};
        char path[PATH_MOST];
        for (size_t i = 0; i < 4; i++) {
                path_of(path, dir, id, names[i]);
                (void)(names[i][0] ? unlink(path) : rmdir(path));
        }
}

void em_inbox_remove(em_str case_dir, em_str id)
{
        char dir[4200], name[EM_UPLOAD_ID] = "";
        if (!em_inbox_id_ok(id) || !dir_text(case_dir, dir))
                return;
        memcpy(name, id.p, id.n);
        remove_one(dir, name);
}

/* ---- a file ---------------------------------------------------------------------------- */

static em_status cannot(em_error *err, const char *what)
{
        const char *why = strerrordesc_np(errno);
        return em_fail(err, errno == EACCES || errno == EROFS ? EM_DENIED : EM_IO, "the case's inbox: %s: %s", what, why ? why : "no reason given");
}

static em_status write_all(int fd, em_str bytes, em_error *err)
{
        while (bytes.n) {
                ssize_t n = write(fd, bytes.p, bytes.n);
                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return cannot(err, "a file cannot be written");
                bytes = em_str_sub(bytes, (size_t)n, bytes.n);
        }
        return EM_OK;
}

static em_status make_file(const char *path, int *ret_fd, em_error *err)
{
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0)
                return cannot(err, "a file cannot be made");
        *ret_fd = fd;
        return EM_OK;
}

/* What the file is called, for people: the last component, readable, at most so long. */
static em_status write_name(const char *path, em_str name, em_error *err)
{
        char shown[NAME_MOST];
        int  fd;
        for (size_t i = name.n; i-- > 0;)
                if (name.p[i] == '/' || name.p[i] == '\\') {
                        name = em_str_sub(name, i + 1, name.n);
                        break;
                }
        em_str_show(name, shown, sizeof shown);
        EM_TRY(make_file(path, &fd, err));
        em_status s = write_all(fd, em_str_c(shown[0] ? shown : "unnamed"), err);
        close(fd);
        return s;
}

static em_status begin_file(em_upload *u, em_str name, em_error *err)
{
        char path[PATH_MOST];
        uint8_t bytes[8];
        char *id = u->id[u->files];
        if (u->files == EM_UPLOAD_FILES)
                return em_fail(err, EM_LIMIT, "at most %d files at a time", EM_UPLOAD_FILES);
        if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
                return em_fail(err, EM_IO, "no random bytes");
        for (size_t i = 0; i < sizeof bytes; i++)
                snprintf(id + 2 * i, 3, "%02x", bytes[i]);
        path_of(path, u->dir, "", "");
        path[strlen(path) - 1] = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
                return cannot(err, "the folder cannot be made");
        path_of(path, u->dir, id, "");
        if (mkdir(path, 0700) != 0)
                return cannot(err, "a folder cannot be made");
        u->files++;
        path_of(path, u->dir, id, "name");
        EM_TRY(write_name(path, name, err));
        path_of(path, u->dir, id, "arriving");
        return make_file(path, &u->fd, err);
}

static em_status end_file(em_upload *u, em_error *err)
{
        char from[PATH_MOST], to[PATH_MOST];
        const char *id = u->id[u->files - 1];
        path_of(from, u->dir, id, "arriving");
        path_of(to, u->dir, id, "file");
        int  bad = fsync(u->fd);
        bad |= close(u->fd);
        u->fd = -1;
        return bad || rename(from, to) != 0 ? cannot(err, "a file cannot be kept") : EM_OK;
}

/* ---- the form ----------------------------------------------------------------------------- */

static em_status on_begin(void *ctx, const em_part *part, em_error *err)
{
        em_upload *u = ctx;
        u->in_file = part->is_file;
        u->skip = false;
        if (part->is_file) {
                if (u->proof && !u->proven)
                        return em_fail(err, EM_DENIED, "this form is not of this session; load its page again");
                u->skip = part->file_name.n == 0;       /* no file was chosen */
                return u->skip ? EM_OK : begin_file(u, part->file_name, err);
        }
        if (u->items == EM_UPLOAD_FIELDS)
                return em_fail(err, EM_LIMIT, "more than %d fields", EM_UPLOAD_FIELDS);
        em_buf_clear(&u->value);
        return em_str_copy(part->name, u->arena, &u->item[u->items].name, err);
}

static em_status on_bytes(void *ctx, em_str bytes, em_error *err)
{
        em_upload *u = ctx;
        if (u->skip)
                return EM_OK;
        if (!u->in_file) {
                em_buf_str(&u->value, bytes);
                return u->value.failed ? em_fail(err, EM_LIMIT, "a field of the form is over %d bytes", EM_UPLOAD_VALUE) : EM_OK;
        }
        if (bytes.n > u->most - u->got)
                return em_fail(err, EM_LIMIT, "the files are over %llu bytes; serve --upload-most allows more", (unsigned long long)u->most);
        u->got += bytes.n;
        return write_all(u->fd, bytes, err);
}

static em_status on_end(void *ctx, em_error *err)
{
        em_upload *u = ctx;
        if (u->in_file)
                return u->skip ? EM_OK : end_file(u, err);
        em_form_item *item = &u->item[u->items];
        em_str value = em_buf_view(&u->value);
        if (!em_utf8_ok(item->name, NULL) || !em_utf8_ok(value, NULL) || (value.n && memchr(value.p, 0, value.n)))
                return em_fail(err, EM_FORMAT, "a parameter is not UTF-8 text");
        EM_TRY(em_str_copy(value, u->arena, &item->value, err));
        u->items++;
        if (u->proof && em_str_eq(item->name, EM_S("form")))
                u->proven = em_guard_same(item->value, em_str_c(u->token));
        return EM_OK;
}

em_status em_upload_open(em_str case_dir, em_str content_type, em_str token, uint64_t most, em_upload **ret_upload, em_error *err)
{
        em_upload *u = calloc(1, sizeof *u);
        if (u)
                u->arena = em_arena_new(FIELDS_ARENA);
        if (!u || !u->arena || !dir_text(case_dir, u->dir)) {
                em_upload_close(u);
                return em_fail(err, EM_NOMEM, "no memory for an upload");
        }
        u->fd = -1;
        u->most = most;
        u->proof = token.n > 0;
        u->value = em_buf_make(EM_UPLOAD_VALUE);
        u->sink = (em_multipart_sink){on_begin, on_bytes, on_end, u};
        snprintf(u->token, sizeof u->token, "%.*s", EM_ARG(token));
        em_status s = em_multipart_open(&u->form, content_type, &u->sink, err);
        if (s != EM_OK) {
                em_upload_close(u);
                return s;
        }
        *ret_upload = u;
        return EM_OK;
}

bool em_upload_failed(const em_upload *u) { return u->failed; }

/* Takes back all that this upload brought. */
static void take_back(em_upload *u)
{
        if (u->fd >= 0)
                close(u->fd);
        u->fd = -1;
        for (size_t i = 0; i < u->files; i++)
                remove_one(u->dir, u->id[i]);
        u->files = 0;
}

void em_upload_feed(em_upload *u, em_str bytes)
{
        if (u->failed)
                return;
        em_status s = em_multipart_feed(&u->form, bytes, &u->why);
        if (s == EM_OK)
                return;
        u->failed = true;
        u->why.code = s;
        take_back(u);
}

em_status em_upload_end(em_upload *u, em_form *ret_form, const char (**ret_ids)[EM_UPLOAD_ID], size_t *ret_count, em_error *err)
{
        em_error why = {0};
        em_status s = u->failed ? u->why.code : em_multipart_end(&u->form, &why);
        if (s == EM_OK && u->proof && !u->proven)
                s = em_fail(&why, EM_DENIED, "this form is not of this session; load its page again");
        if (s != EM_OK) {
                if (err)
                        *err = u->failed ? u->why : why;
                take_back(u);
                return s;
        }
        u->ended = true;
        *ret_form = (em_form){u->item, u->items};
        *ret_ids = (const char (*)[EM_UPLOAD_ID])u->id;
        *ret_count = u->files;
        return EM_OK;
}

em_upload *em_upload_close(em_upload *u)
{
        if (!u)
                return NULL;
        if (!u->ended)
                take_back(u);
        em_buf_free(&u->value);
        em_arena_free(u->arena);
        free(u);
        return NULL;
}

/* ---- the inbox ---------------------------------------------------------------------------------- */

static bool look_at(const char *dir, const char *id, em_arena *arena, em_inbox_file *f)
{
        char        path[PATH_MOST];
        struct stat st;
        em_str      name = {0};
        memcpy(f->id, id, EM_UPLOAD_ID);
        path_of(path, dir, id, "file");
        f->whole = lstat(path, &st) == 0;
        path_of(path, dir, id, "arriving");
        if (!f->whole && lstat(path, &st) != 0) {
                path_of(path, dir, id, "");     /* killed before the first byte */
                if (lstat(path, &st) != 0)
                        return false;
                st.st_size = 0;
        }
        f->bytes = (uint64_t)st.st_size;
        f->when_s = st.st_mtim.tv_sec;
        path_of(path, dir, id, "name");
        f->name = em_file_read(em_str_c(path), NAME_MOST, arena, &name, NULL) == EM_OK && name.n && em_utf8_ok(name, NULL) ? name : EM_S("unnamed");
        return true;
}

static int by_time(const void *a, const void *b)
{
        const em_inbox_file *x = a, *y = b;
        if (x->when_s != y->when_s)
                return x->when_s > y->when_s ? -1 : 1;
        return strcmp(x->id, y->id);
}

em_status em_inbox_list(em_str case_dir, em_arena *arena, em_inbox_file **ret_list, size_t *ret_count, em_error *err)
{
        char  path[PATH_MOST], dir[4200];
        em_inbox_file *list = EM_NEW_N(arena, em_inbox_file, LISTED);
        size_t count = 0;
        if (!list || !dir_text(case_dir, dir))
                return em_fail(err, EM_NOMEM, "no memory for the inbox");
        path_of(path, dir, "", "");
        DIR *d = opendir(path);
        for (struct dirent *e; d && count < LISTED && (e = readdir(d)) != NULL;)
                if (em_inbox_id_ok(em_str_c(e->d_name)) && look_at(dir, e->d_name, arena, &list[count]))
                        count++;
        if (d)
                closedir(d);
        qsort(list, count, sizeof *list, by_time);
        *ret_list = list;
        *ret_count = count;
        return EM_OK;
}

em_status em_inbox_find(em_str case_dir, em_str id, em_arena *arena, em_inbox_file *ret_file, em_str *ret_path, em_error *err)
{
        char dir[4200], name[EM_UPLOAD_ID] = "", path[PATH_MOST];
        em_inbox_file f = {0};
        if (em_inbox_id_ok(id) && dir_text(case_dir, dir)) {
                memcpy(name, id.p, id.n);
                if (look_at(dir, name, arena, &f) && f.whole) {
                        *ret_file = f;
                        path_of(path, dir, name, "file");
                        return em_str_copy(em_str_c(path), arena, ret_path, err);
                }
        }
        return em_fail(err, EM_MISSING, "the inbox has no such file; it may have been taken or removed");
}
