/* embargo ships decode: receivers' lines as JSON, one message a line, with gpsd's names.
 *
 * A filter: nothing is kept, so a stream of any length can be read.  What is no message is counted by its reason and
 * told at the end; the fields are those that gpsdecode prints, so that what reads its output reads this.
 */
#include "cli/ships.h"
#include "cli/ships_feed.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { CHUNK = 1 << 20, OUT = 1 << 16 };

typedef struct decoding {
        em_cli  *cli;
        em_nmea *nmea;
        em_buf   line;
        uint64_t printed, short_ones;
        char    *chunk;
} decoding;

static void flush(decoding *d)
{
        em_str text = em_buf_view(&d->line);
        if (text.n)
                fwrite(text.p, 1, text.n, d->cli->out);
        em_buf_clear(&d->line);
}

static void print_ready(decoding *d)
{
        em_ais_message m;
        while (em_nmea_next(d->nmea, &m)) {
                em_ais ais;
                if (em_ais_decode(m.bits, m.bit_count, &ais) != EM_AIS_OK) {
                        d->short_ones++;
                        continue;
                }
                em_ais_json(&ais, &d->line);
                em_str text = em_buf_view(&d->line);
                if (text.n && text.p[text.n - 1] != '\n')
                        em_buf_ch(&d->line, '\n');
                d->printed++;
                if (d->line.n > OUT)
                        flush(d);
        }
}

/* What is heard live is shown at once; Ctrl-C is how it ends. */
static em_status read_feed(decoding *d, em_str name, em_error *err)
{
        em_ships_feed feed;
        bool          end = false;
        em_status     s = EM_OK;
        EM_TRY(em_ships_feed_open(name, &feed, err));
        while (!end && !em_term_interrupted() && s == EM_OK) {
                size_t n = 0;
                s = em_ships_feed_read(&feed, d->chunk, CHUNK, 500, &n, &end, err);
                if (s != EM_OK || !n)
                        continue;
                em_nmea_feed(d->nmea, d->chunk, n);
                print_ready(d);
                flush(d);
                fflush(d->cli->out);
        }
        em_ships_feed_close(&feed);
        return s;
}

static em_status read_file(decoding *d, em_str path, em_error *err)
{
        int       fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        em_status s = EM_OK;
        if (fd < 0)
                return em_fail_at(err, errno == ENOENT ? EM_MISSING : EM_IO, path, 0, 0, "the file cannot be opened");
        for (;;) {
                ssize_t n = read(fd, d->chunk, CHUNK);
                if (n < 0 && errno == EINTR && !em_term_interrupted())
                        continue;
                if (n < 0)
                        s = em_fail_at(err, EM_IO, path, 0, 0, "the file cannot be read");
                if (em_term_interrupted())
                        s = em_fail(err, EM_INTERRUPTED, "interrupted");
                if (n <= 0 || s != EM_OK)
                        break;
                em_nmea_feed(d->nmea, d->chunk, (size_t)n);
                print_ready(d);
        }
        close(fd);
        return s;
}

static em_status read_one(decoding *d, em_str path, em_error *err)
{
        return em_ships_feed_is(path) ? read_feed(d, path, err) : read_file(d, path, err);
}

static em_str rejects(decoding *d, const em_nmea_counts *c)
{
        em_str text = EM_S("");
        for (size_t i = EM_NMEA_OTHER + 1; i < EM_NMEA_REJECTS; i++)
                if (c->rejects[i])
                        text = em_cli_text(d->cli, "%.*s%s%s %.*s", EM_ARG(text), text.n ? ", " : "",
                                           em_nmea_reject_name((em_nmea_reject)i), EM_ARG(em_cli_count(d->cli, c->rejects[i])));
        if (d->short_ones)
                text = em_cli_text(d->cli, "%.*s%sbits %.*s", EM_ARG(text), text.n ? ", " : "",
                                   EM_ARG(em_cli_count(d->cli, d->short_ones)));
        return text;
}

static void add_counts(em_nmea_counts *all, em_nmea_counts c)
{
        all->lines += c.lines;
        for (size_t i = 0; i < EM_NMEA_REJECTS; i++)
                all->rejects[i] += c.rejects[i];
}

/* Each file is a stream of its own: parts of a message do not cross from one to the next. */
static em_status decode(decoding *d, const em_str *path, size_t paths, em_error *err)
{
        em_nmea_opts   opts = em_nmea_defaults;
        em_nmea_counts all = {0};
        em_status      s = EM_OK;
        opts.repeats = em_cli_given(d->cli, "repeats");
        for (size_t i = 0; i < paths && s == EM_OK; i++) {
                EM_TRY(em_nmea_open(&opts, &d->nmea, err));
                s = read_one(d, path[i], err);
                if (s == EM_OK) {
                        em_nmea_end(d->nmea);
                        print_ready(d);
                        add_counts(&all, em_nmea_count(d->nmea));
                }
                d->nmea = em_nmea_close(d->nmea);
        }
        flush(d);
        EM_TRY(s);
        em_str aside = rejects(d, &all);
        em_cli_done(d->cli, NULL, "%.*s of %.*s; not decoded: %s%.*s", EM_ARG(em_cli_many(d->cli, d->printed, "message", "messages")),
                    EM_ARG(em_cli_many(d->cli, all.lines, "line", "lines")), aside.n ? "" : "none", EM_ARG(aside));
        return EM_OK;
}

em_status em_ships_decode(em_cli *cli, const em_str *path, size_t paths, em_error *err)
{
        decoding  d = {.cli = cli, .line = em_buf_make((size_t)64 << 20)};
        em_str    only = EM_S("-");
        d.chunk = em_arena_alloc(cli->arena, CHUNK);
        em_status s = !d.chunk ? em_fail(err, EM_NOMEM, "out of memory")
                               : paths ? decode(&d, path, paths, err) : decode(&d, &only, 1, err);
        em_buf_free(&d.line);
        return s;
}
