/* The shared files of AIS sentences, unpacked; a stream's messages as text, for comparing.
 *
 * $EMBARGO_SHARED, else ../shared beside the project; where it is absent the test is skipped, and says so.
 */
#ifndef TEST_NMEA_SHARED_H
#define TEST_NMEA_SHARED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "embargo/nmea.h"

typedef struct shared_files { em_arena *arena; em_str *name; size_t count; char dir[512]; } shared_files;

/* All files but that of JSON; skips the test when they are not there. */
static inline shared_files shared_open(void)
{
        const char  *root = getenv("EMBARGO_SHARED");
        shared_files f = { .arena = em_arena_new((size_t)1 << 31) };
        assert_non_null(f.arena);
        (void)snprintf(f.dir, sizeof f.dir, "%s/data/ais/nmea", root ? root : "../shared");
        if (!em_path_is_dir(em_str_c(f.dir))) {
                print_message("SKIPPED: %s is not there (set EMBARGO_SHARED)\n", f.dir);
                em_arena_free(f.arena);
                skip();
        }
        assert_int_equal(em_dir_list(em_str_c(f.dir), f.arena, &f.name, &f.count, NULL), EM_OK);
        size_t kept = 0;
        for (size_t i = 0; i < f.count; i++)
                if (!em_str_ends(f.name[i], EM_S(".json")))
                        f.name[kept++] = f.name[i];
        f.count = kept;
        assert_true(f.count > 0);
        return f;
}

/* The output of a program, with input from bytes when they are not empty; exit code 0 demanded. */
static inline em_str output_of(em_arena *arena, char *const argv[], em_str input)
{
        int    in[2], out[2], code = -1;
        size_t n = 0, cap = (size_t)24 << 20;
        char  *p = em_arena_alloc(arena, cap);
        assert_non_null(p);
        assert_true(pipe(in) == 0 && pipe(out) == 0);
        pid_t writer = fork();
        if (writer == 0) {
                (void)close(in[0]), (void)close(out[0]), (void)close(out[1]);
                for (size_t at = 0; at < input.n;) {
                        ssize_t k = write(in[1], input.p + at, input.n - at);
                        if (k <= 0)
                                break;
                        at += (size_t)k;
                }
                _exit(0);
        }
        pid_t child = fork();
        if (child == 0) {
                (void)dup2(in[0], 0), (void)dup2(out[1], 1);
                (void)close(in[0]), (void)close(in[1]), (void)close(out[0]), (void)close(out[1]), (void)close(2);
                execvp(argv[0], argv);
                _exit(127);
        }
        (void)close(in[0]), (void)close(in[1]), (void)close(out[1]);
        for (ssize_t k; (k = read(out[0], p + n, cap - n)) > 0;)
                n += (size_t)k;
        (void)close(out[0]);
        assert_true(waitpid(writer, NULL, 0) == writer && waitpid(child, &code, 0) == child);
        assert_int_equal(code, 0);
        return (em_str){ p, n };
}

static inline em_str shared_bytes(const shared_files *f, size_t i)
{
        em_str path;
        assert_int_equal(em_str_format(f->arena, &path, NULL, "%s/%.*s", f->dir, EM_ARG(f->name[i])), EM_OK);
        char zstd[] = "zstd", zflags[] = "-dqc", gzip[] = "gzip", gflags[] = "-dc", cat[] = "cat", ignore[] = "-u";
        char *file = em_arena_alloc(f->arena, path.n + 1);
        memcpy(file, path.p, path.n);
        bool  z = em_str_ends(path, EM_S(".zst")), g = em_str_ends(path, EM_S(".gz"));
        char *argv[] = { z ? zstd : g ? gzip : cat, z ? zflags : g ? gflags : ignore, file, NULL };
        return output_of(f->arena, argv, (em_str){ 0 });
}

/* ---- what a stream gives, one line of text for each message ------------------- */

static inline void describe(const em_ais_message *m, em_buf *out)
{
        em_buf_fmt(out, "%" PRIu64, m->line[0]);
        for (unsigned i = 1; i < m->parts; i++)
                em_buf_fmt(out, "+%" PRIu64, m->line[i]);
        em_buf_fmt(out, " @%" PRIu64 "/%u %c%c %zu:", m->offset[0], m->length[0], m->own ? 'O' : 'M', m->channel ? m->channel : '-', m->bit_count);
        for (size_t i = 0; i < (m->bit_count + 7) / 8; i++)
                em_buf_fmt(out, "%02x", m->bits[i]);
        if (m->time_from != EM_TIME_UNSAID)
                em_buf_fmt(out, " %s %" PRId64, em_time_from_name(m->time_from), m->time_ms);
        if (m->station.n)
                em_buf_fmt(out, " %.*s", EM_ARG(m->station));
        if (m->repeat)
                em_buf_fmt(out, " repeat of %" PRIu64, m->repeat_of);
        em_buf_ch(out, '\n');
}

/* Feeds bytes in chunks of chunk, 0: at once, and describes all. */
static inline em_nmea_counts read_stream(em_str bytes, size_t chunk, const em_nmea_opts *opts, em_buf *out)
{
        em_nmea       *nmea = NULL;
        em_ais_message m;
        assert_int_equal(em_nmea_open(opts, &nmea, NULL), EM_OK);
        for (size_t at = 0, n; at < bytes.n; at += n) {
                n = chunk && chunk < bytes.n - at ? chunk : bytes.n - at;
                em_nmea_feed(nmea, bytes.p + at, n);
                while (em_nmea_next(nmea, &m))
                        describe(&m, out);
        }
        em_nmea_end(nmea);
        while (em_nmea_next(nmea, &m))
                describe(&m, out);
        em_nmea_counts counts = em_nmea_count(nmea);
        em_nmea_close(nmea);
        return counts;
}

#endif
