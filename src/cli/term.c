/* What the terminal is and how to talk on it: width, colour, wrapping, the
 * meter of long work and Ctrl-C.
 *
 * Words carry everything; colour only repeats them, and only on a terminal
 * that has not said otherwise (https://no-color.org, TERM=dumb).  The meter
 * writes one line over and over and takes it away at the end, so that nothing
 * of it is left between lines of talk.
 */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { WIDTH_LEAST = 40, WIDTH_MOST = 400, WIDTH_TTY = 80, WIDTH_FILE = 100 };

size_t em_term_width(bool tty, size_t tty_columns, const char *columns_text)
{
        int64_t n = 0;
        if (tty_columns)
                n = (int64_t)tty_columns;
        else if (!em_str_int(em_str_trim(em_str_c(columns_text)), &n) || n <= 0)
                n = tty ? WIDTH_TTY : WIDTH_FILE;
        if (n < WIDTH_LEAST)
                return WIDTH_LEAST;
        return n > WIDTH_MOST ? WIDTH_MOST : (size_t)n;
}

em_term em_term_look(bool no_color)
{
        em_term        term = {.tty_out = isatty(1), .tty_talk = isatty(2)};
        struct winsize size = {0};
        size_t         columns = 0;
        if (term.tty_out && ioctl(1, TIOCGWINSZ, &size) == 0)
                columns = size.ws_col;
        term.width = em_term_width(term.tty_out, columns, getenv("COLUMNS"));
        const char *never = getenv("NO_COLOR"), *kind = getenv("TERM");
        term.colour = term.tty_out && !no_color && !(never && *never) &&
                      kind && *kind && strcmp(kind, "dumb") != 0;
        return term;
}

/* Sixteen-colour codes: readable on dark and light grounds alike. */
const char *em_term_on(const em_term *term, em_paint paint)
{
        static const char *const code[] = {"", "\033[32m", "\033[33m", "\033[31m", "\033[2m", "\033[1m"};
        return term->colour ? code[paint] : "";
}

const char *em_term_off(const em_term *term, em_paint paint)
{
        return term->colour && paint != EM_PAINT_NONE ? "\033[0m" : "";
}

em_paint em_term_verdict(em_str verdict_name)
{
        static const struct { em_str name; em_paint paint; } of[] = {
                {EM_S_INIT("holds"), EM_PAINT_GOOD},
                {EM_S_INIT("reading"), EM_PAINT_HALF},
                {EM_S_INIT("fails"), EM_PAINT_BAD},
                {EM_S_INIT("untestable"), EM_PAINT_PALE},
        };
        for (size_t i = 0; i < sizeof of / sizeof *of; i++)
                if (em_str_eq(verdict_name, of[i].name))
                        return of[i].paint;
        return EM_PAINT_NONE;
}

size_t em_term_break(em_str s, size_t width)
{
        size_t at = 0, used = 0, blank = 0;
        while (at < s.n) {
                size_t from = at;
                (void)em_utf8_next(s, &at);
                used += em_utf8_width(em_str_sub(s, from, at - from));
                if (used > width)
                        /* At least one character, or the caller would never end. */
                        return blank ? blank : from ? from : at;
                if (s.p[from] == ' ')
                        blank = at;
        }
        return s.n;
}

static void wrap_paragraph(em_str text, size_t indent, size_t width, FILE *out)
{
        while (text.n) {
                size_t took = em_term_break(text, width > indent ? width - indent : 1);
                em_str line = em_str_trim(em_str_sub(text, 0, took));
                fprintf(out, "%*s%.*s\n", (int)indent, "", EM_ARG(line));
                text = em_str_trim(em_str_sub(text, took, text.n));
        }
}

void em_term_wrap(em_str text, size_t indent, size_t width, FILE *out)
{
        while (text.n) {
                ptrdiff_t end = em_str_find(text, EM_S("\n\n"));
                size_t    n = end < 0 ? text.n : (size_t)end;
                wrap_paragraph(em_str_sub(text, 0, n), indent, width, out);
                text = em_str_sub(text, n + 2, text.n);
                if (end >= 0 && text.n)
                        fputc('\n', out);
        }
}

/* ---- Ctrl-C -------------------------------------------------------------------- */

/* The one mutable global: a signal handler can reach nothing else. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
        (void)signal_number;
        interrupted = 1;
}

/* The first Ctrl-C asks; the second, if the work does not listen, ends the
 * program at once, which a case survives. */
void em_term_catch(void)
{
        struct sigaction ask = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
        struct sigaction ignore = {.sa_handler = SIG_IGN};
        sigemptyset(&ask.sa_mask);
        sigemptyset(&ignore.sa_mask);
        (void)sigaction(SIGINT, &ask, NULL);
        (void)sigaction(SIGTERM, &ask, NULL);
        (void)sigaction(SIGPIPE, &ignore, NULL);
}

bool em_term_interrupted(void)
{
        return interrupted != 0;
}

/* ---- the meter ------------------------------------------------------------------- */

static double seconds(void)
{
        struct timespec t = {0};
        (void)clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* 1,234,567 is read sooner than 1234567, but 1.2 M is short enough for a line. */
static void amount(double n, char out[24])
{
        if (n >= 1e9)
                snprintf(out, 24, "%.1f G", n / 1e9);
        else if (n >= 1e6)
                snprintf(out, 24, "%.1f M", n / 1e6);
        else if (n >= 1e4)
                snprintf(out, 24, "%.0f k", n / 1e3);
        else
                snprintf(out, 24, "%.0f", n);
}

static void draw(em_meter *m, double passed, uint64_t done, uint64_t of)
{
        char   have[24], all[24], rate[24], left[32] = "", line[200];
        double speed = passed > 0 ? (double)done / passed : 0;
        amount((double)done, have);
        amount((double)of, all);
        amount(speed, rate);
        if (of > done && speed > 0)
                snprintf(left, sizeof left, ", %.0f s left", (double)(of - done) / speed);
        snprintf(line, sizeof line, "%s: %s%s%s, %s/s%s", m->what, have, of ? " of " : "",
                 of ? all : "", rate, left);
        size_t n = em_term_break(em_str_c(line), m->term->width - 1);
        fprintf(stderr, "\r\033[K%.*s", (int)n, line);
        fflush(stderr);
        m->shown = true;
}

static bool meter_tell(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        em_meter *m = ctx;
        if (interrupted)
                return false;
        if (m->quiet || !m->term->tty_talk)
                return true;
        double now = seconds();
        char   safe[sizeof m->what];
        em_str_show(em_str_c(what), safe, sizeof safe);
        if (strcmp(m->what, safe) != 0) {
                memcpy(m->what, safe, sizeof safe);
                m->began = m->told = now;
        }
        if (now - m->began >= 0.5 && now - m->told >= 0.1) {
                m->told = now;
                draw(m, now - m->began, done, of);
        }
        return true;
}

em_progress em_meter_progress(em_meter *meter)
{
        return (em_progress){meter_tell, meter};
}

void em_meter_end(em_meter *meter)
{
        if (meter->shown)
                fputs("\r\033[K", stderr);
        meter->shown = false;
        meter->what[0] = '\0';
}
