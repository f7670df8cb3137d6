/* The bytes of a source, one piece after the other: plain, gzip (RFC 1952) or zstd (RFC 8878), told by their first bytes.
 *
 * The hash is of the file as it lies there, so it agrees with every other copy of it; offsets that fixes cite are of what is inside.  Several
 * members or frames behind each other are one stream, as gzip -c and zstd write them.  A compressed file that ends too early gives
 * what could be read of it, and em_source_cut says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "ships/ships_inside.h"

enum { PIECE = 1 << 20 };

typedef enum packing { PLAIN, GZIP, ZSTD } packing;

struct em_source {
        em_str      path;               /* the caller's */
        int         fd;
        packing     how;
        bool        begun, ended, cut;
        char       *in, *out;
        size_t      in_n, in_at;
        uint64_t    bytes;
        em_hasher  *hasher;
        z_stream    gzip;
        bool        gzip_open, between; /* between members: the end may come */
        bool        full;               /* there may be more to come of what was read */
        ZSTD_DStream *zstd;
};

em_source *em_source_close(em_source *s)
{
        if (!s)
                return NULL;
        if (s->fd > 0)
                close(s->fd);
        if (s->gzip_open)
                inflateEnd(&s->gzip);
        ZSTD_freeDStream(s->zstd);
        em_hasher_free(s->hasher);
        free(s->in);
        free(s->out);
        free(s);
        return NULL;
}

static em_status fail_read(const em_source *s, int error, em_error *err)
{
        const char *why = strerrordesc_np(error);
        em_status   code = error == ENOENT ? EM_MISSING : error == EACCES || error == ELOOP ? EM_DENIED : EM_IO;
        return em_fail_at(err, code, s->path, 0, 0, "cannot be read: %s", why ? why : "the system gives no reason");
}

static em_status read_piece(em_source *s, em_error *err)
{
        size_t n = 0;
        while (n < PIECE) {
                ssize_t got = read(s->fd, s->in + n, PIECE - n);
                if (got < 0 && errno == EINTR)
                        continue;
                if (got < 0)
                        return fail_read(s, errno, err);
                if (got == 0)
                        break;
                n += (size_t)got;
        }
        em_hasher_add(s->hasher, s->in, n);
        s->in_n = n;
        s->in_at = 0;
        s->bytes += n;
        return EM_OK;
}

static em_status begin(em_source *s, em_error *err)
{
        static const unsigned char gzip[] = {0x1F, 0x8B}, zstd[] = {0x28, 0xB5, 0x2F, 0xFD};
        s->begun = true;
        EM_TRY(read_piece(s, err));
        if (s->in_n >= 2 && memcmp(s->in, gzip, 2) == 0)
                s->how = GZIP;
        if (s->in_n >= 4 && memcmp(s->in, zstd, 4) == 0)
                s->how = ZSTD;
        if (s->how == PLAIN)
                return EM_OK;
        s->out = malloc(PIECE);
        if (s->how == GZIP)
                s->gzip_open = inflateInit2(&s->gzip, 15 + 16) == Z_OK;
        else
                s->zstd = ZSTD_createDStream();
        if (!s->out || (!s->gzip_open && !s->zstd))
                return em_fail_at(err, EM_NOMEM, s->path, 0, 0, "no memory to decompress it");
        return EM_OK;
}

em_status em_source_open(em_str path, em_source **ret_source, em_error *err)
{
        em_source  *s = calloc(1, sizeof *s);
        em_arena   *arena = em_arena_new((size_t)1 << 20);
        em_str      name = {0};
        struct stat st;
        em_status   status = s && arena ? em_str_copy(path, arena, &name, err) : em_fail(err, EM_NOMEM, "no memory to read a file");
        if (status == EM_OK) {
                s->path = path;
                s->hasher = em_hasher_new();
                s->in = malloc(PIECE);
                s->fd = em_str_eq(path, EM_S("-")) ? STDIN_FILENO : open(name.p, O_RDONLY | O_CLOEXEC);
                if (s->fd < 0 || fstat(s->fd, &st) != 0)
                        status = fail_read(s, errno, err);
                else if (S_ISDIR(st.st_mode))
                        status = em_fail_at(err, EM_FORMAT, path, 0, 0, "is a folder and no file");
                else if (!s->hasher || !s->in)
                        status = em_fail(err, EM_NOMEM, "no memory to read a file");
        }
        em_arena_free(arena);
        if (status == EM_OK)
                status = begin(s, err);
        if (status != EM_OK)
                em_source_close(s);
        else
                *ret_source = s;
        return status;
}

/* One turn of the decompressor; bytes made, and whether it is done for good. */
static size_t turn_gzip(em_source *s)
{
        if (s->between && inflateReset(&s->gzip) != Z_OK)
                s->cut = s->ended = true;
        s->between = false;
        s->gzip.next_in = (Bytef *)s->in + s->in_at;
        s->gzip.avail_in = (uInt)(s->in_n - s->in_at);
        s->gzip.next_out = (Bytef *)s->out;
        s->gzip.avail_out = PIECE;
        int r = inflate(&s->gzip, Z_NO_FLUSH);
        s->in_at = s->in_n - s->gzip.avail_in;
        if (r == Z_STREAM_END)
                s->between = true;
        else if (r != Z_OK && r != Z_BUF_ERROR)
                s->cut = s->ended = true;
        return PIECE - s->gzip.avail_out;
}

static size_t turn_zstd(em_source *s)
{
        ZSTD_inBuffer  in = {s->in, s->in_n, s->in_at};
        ZSTD_outBuffer out = {s->out, PIECE, 0};
        size_t r = ZSTD_decompressStream(s->zstd, &out, &in);
        s->in_at = in.pos;
        s->between = r == 0;
        if (ZSTD_isError(r))
                s->cut = s->ended = true;
        return out.pos;
}

/* What stands behind a damaged place is hashed all the same. */
static em_status hash_rest(em_source *s, em_error *err)
{
        do
                EM_TRY(read_piece(s, err));
        while (s->in_n);
        return EM_OK;
}

em_status em_source_next(em_source *s, const char **ret_p, size_t *ret_n, em_error *err)
{
        size_t n = 0;
        if (s->how == PLAIN) {
                if (s->in_at)
                        EM_TRY(read_piece(s, err));
                s->in_at = 1;           /* what begin() read is given first */
                *ret_p = s->in;
                *ret_n = s->in_n;
                return EM_OK;
        }
        while (n == 0 && !s->ended) {
                if (s->in_at == s->in_n && !s->full) {
                        EM_TRY(read_piece(s, err));
                        if (s->in_n == 0) {
                                s->ended = true;
                                s->cut = !s->between;
                                break;
                        }
                }
                n = s->how == GZIP ? turn_gzip(s) : turn_zstd(s);
                s->full = n == PIECE;
                if (s->cut)
                        EM_TRY(hash_rest(s, err));
        }
        *ret_p = s->out;
        *ret_n = n;
        return EM_OK;
}

bool em_source_cut(const em_source *s)
{
        return s->cut;
}

uint64_t em_source_bytes(const em_source *s)
{
        return s->bytes;
}

em_sha256 em_source_hash(em_source *s)
{
        return em_hasher_done(s->hasher);
}
