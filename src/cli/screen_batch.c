/* A file of questions: read in rounds, asked on all threads, answered in the order of the file.
 *
 * A round is a thousand questions in blocks of sixty-four.  Each block has its own memory, which it uses again in every
 * round, so that a file of any length takes the same; blocks are written in their order, so that any number of threads
 * gives the same bytes.
 *
 * With --out the answers go to FILE.part, and FILE.part.at says how far they are: the place in the input, the bytes
 * written, the counts, and a key over input, index and options.  It is written after the answers have reached the disk.
 * A run that finds it and agrees with its key cuts FILE.part to what is said there and goes on: a run that was
 * killed ends with the bytes of one that was not.
 */
#include "cli/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROUND = 1024, BLOCK = 64, BLOCKS = ROUND / BLOCK };

typedef struct question { em_str text; em_csv_row row; uint64_t line; } question;

typedef struct block {
        em_arena    *arena;
        em_json_doc *doc;
        FILE        *out;
        char        *bytes; size_t size, used;
        uint64_t     hits, bad;
} block;

typedef struct place { uint64_t at, line, bytes, asked, hits, bad; } place;     /* how far the batch is */

typedef struct batch {
        em_screen *s;
        em_mapping map;
        em_str     input, out, part, at_path;
        bool       lines;       /* NDJSON, not CSV */
        em_csv     csv;
        em_str    *column; size_t columns;
        em_arena  *rows;
        question   question[ROUND]; size_t questions;
        block      block[BLOCKS];
        FILE      *to;
        place      now;
        char       key[65];
        double     kept;        /* when the place was last written, monotonic seconds */
} batch;

/* ---- reading a round ---------------------------------------------------------------------------- */

static em_status read_head(batch *b, em_error *err)
{
        em_csv_row row;
        bool       named = false;
        b->csv = em_csv_make((em_str){b->map.p, b->map.n}, NULL);
        if (!em_csv_next(&b->csv, b->rows, &row) || row.bad)
                return em_fail_at(err, EM_FORMAT, b->input, 1, 0, "a batch begins with a line of column names, or is NDJSON");
        b->columns = row.count;
        b->column = EM_NEW_N(b->s->cli->arena, em_str, row.count + 1);
        if (!b->column)
                return em_fail(err, EM_NOMEM, "no memory left for the columns");
        for (size_t i = 0; i < row.count; i++) {
                const char *what = em_ask_column(row.field[i]);
                named |= what && strcmp(what, "id") != 0 && strcmp(what, "schema") != 0;
                EM_TRY(em_str_copy(em_str_trim(row.field[i]), b->s->cli->arena, &b->column[i], err));
        }
        return named ? EM_OK : em_fail_at(err, EM_FORMAT, b->input, 1, 0, "no column is called name, and none holds a number");
}

static bool next_line(batch *b, question *q)
{
        em_str all = {b->map.p, b->map.n};
        while (b->now.at < all.n) {
                em_cut cut = em_str_cut(em_str_sub(all, (size_t)b->now.at, all.n), '\n');
                b->now.at += cut.head.n + (cut.found ? 1 : 0);
                b->now.line++;
                q->text = em_str_trim(cut.head);
                q->line = b->now.line;
                if (q->text.n)
                        return true;
        }
        return false;
}

static bool next_row(batch *b, question *q)
{
        if (!em_csv_next(&b->csv, b->rows, &q->row))
                return false;
        q->line = q->row.line;
        return true;
}

static void read_round(batch *b)
{
        em_arena_reset(b->rows);
        for (b->questions = 0; b->questions < ROUND; b->questions++)
                if (!(b->lines ? next_line : next_row)(b, &b->question[b->questions]))
                        break;
        if (!b->lines) {
                b->now.at = b->csv.at;
                b->now.line = b->csv.line;
        }
}

/* ---- asking ---------------------------------------------------------------------------------------- */

static em_status read_question(const batch *b, const question *q, block *k, em_asked *a, em_error *err)
{
        if (b->lines) {
                em_jnode *root = NULL;
                EM_TRY(em_json_parse(k->doc, q->text, k->arena, &root, err));
                return em_ask_entity(root, k->arena, a, err);
        }
        if (q->row.bad)
                return em_fail(err, EM_FORMAT, "%s", q->row.bad);
        for (size_t i = 0; i < q->row.count && i < b->columns; i++)
                EM_TRY(em_ask_field(b->column[i], q->row.field[i], k->arena, a, err));
        return EM_OK;
}

static em_status answer(const batch *b, const em_asked *a, const em_found *found, block *k, em_error *err)
{
        if (b->s->cli->form != EM_FORM_JSON)
                return em_screen_csv(b->s, a, found, k->arena, k->out, err);
        em_buf  buf = em_buf_make((size_t)64 << 20);
        em_json j = em_json_make(&buf, false);
        em_json_open(&j, '{');
        em_status s = em_screen_json(b->s, a, found, k->arena, &j, err);
        em_json_close(&j, '}');
        em_buf_ch(&buf, '\n');
        if (s == EM_OK)
                s = em_buf_status(&buf, err);
        if (s == EM_OK)
                fwrite(buf.p, 1, buf.n, k->out);
        em_buf_free(&buf);
        return s;
}

/* What is wrong with one question is its answer; only what is wrong with us ends the batch. */
static em_status ask(const batch *b, const question *q, block *k, em_error *err)
{
        em_asked  a = {.line = q->line};
        em_found  found = {0};
        em_error  why = {0};
        em_arena_reset(k->arena);
        em_status s = read_question(b, q, k, &a, &why);
        if (s == EM_OK && !a.query.names && !a.query.numbers)
                s = em_fail(&why, EM_FORMAT, "no name and no number");
        uint64_t rows = 0;
        if (s == EM_OK && b->s->look)
                s = em_lookback_ask(b->s, &a, k->arena, k->out, &rows, &why);
        else if (s == EM_OK)
                s = em_names_search(b->s->names, &a.query, &b->s->opts, k->arena, &found, &why);
        if (s != EM_OK) {
                found = (em_found){0};
                EM_TRY(em_str_copy(em_str_c(why.text), k->arena, &a.bad, err));
        }
        k->bad += s != EM_OK;
        if (b->s->look) {
                k->hits += rows;
                return s == EM_OK ? EM_OK : em_lookback_ask(b->s, &a, k->arena, k->out, &rows, err);
        }
        k->hits += found.matches > 0;
        return answer(b, &a, &found, k, err);
}

static em_status ask_block(void *ctx, size_t i, em_error *err)
{
        batch *b = ctx;
        block *k = &b->block[i];
        size_t end = (i + 1) * BLOCK < b->questions ? (i + 1) * BLOCK : b->questions;
        rewind(k->out);
        for (size_t q = i * BLOCK; q < end; q++)
                EM_TRY(ask(b, &b->question[q], k, err));
        off_t at = ftello(k->out);
        if (fflush(k->out) != 0 || ferror(k->out) || at < 0)
                return em_fail(err, EM_NOMEM, "no memory left for answers");
        k->used = (size_t)at;
        return EM_OK;
}

static em_status run_round(batch *b, em_error *err)
{
        size_t blocks = (b->questions + BLOCK - 1) / BLOCK;
        EM_TRY(em_parallel(blocks, b->s->cli->threads, ask_block, b, err));
        for (size_t i = 0; i < blocks; i++) {
                block *k = &b->block[i];
                if (k->used && fwrite(k->bytes, 1, k->used, b->to) != k->used)
                        return em_fail_at(err, EM_IO, b->out, 0, 0, "the answers could not be written: %s", strerrordesc_np(errno));
                b->now.bytes += k->used;
                b->now.hits += k->hits;
                b->now.bad += k->bad;
                k->hits = k->bad = 0;
        }
        b->now.asked += b->questions;
        return EM_OK;
}

/* ---- going on where it was --------------------------------------------------------------------------- */

static double seconds(void)
{
        struct timespec t = {0};
        (void)clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static em_status make_key(batch *b, em_error *err)
{
        em_hasher          *h = em_hasher_new();
        const em_list_file *file = NULL;
        size_t              n = em_names_files(b->s->names, &file);
        em_names_built      counts = em_names_counts(b->s->names);
        if (!h)
                return em_fail(err, EM_NOMEM, "out of memory");
        em_hasher_add(h, b->map.p ? b->map.p : "", b->map.n);
        for (size_t i = 0; i < n; i++)
                em_hasher_add(h, file[i].sha256, 64);
        n = b->s->look ? em_lookback_files(b->s->look, &file) : 0;
        for (size_t i = 0; i < n; i++)
                em_hasher_add(h, file[i].sha256, 64);
        em_str options = em_cli_text(b->s->cli, "%" PRIu64 " %" PRIu64 " %d %.4f %zu %d %.*s", counts.bytes, counts.names,
                                     (int)b->s->cli->form, b->s->opts.least, b->s->opts.limit, b->s->opts.exhaustive,
                                     EM_ARG(em_cli_value(b->s->cli, "dataset")));
        em_hasher_add(h, options.p, options.n);
        em_sha256_hex(em_hasher_done(h), b->key);
        em_hasher_free(h);
        return EM_OK;
}

static em_status keep_place(batch *b, em_error *err)
{
        const place *p = &b->now;
        if (!b->out.n)
                return EM_OK;
        if (fflush(b->to) != 0 || fsync(fileno(b->to)) != 0)
                return em_fail_at(err, EM_IO, b->part, 0, 0, "the answers could not be written: %s", strerrordesc_np(errno));
        b->kept = seconds();
        char text[256];
        int  n = snprintf(text, sizeof text, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", b->key,
                          p->at, p->line, p->bytes, p->asked, p->hits, p->bad);
        return em_file_write(b->at_path, (em_str){text, n > 0 ? (size_t)n : 0}, err);
}

/* True when FILE.part.at is of this very batch; its place is taken over. */
static bool find_place(batch *b)
{
        em_str   text = {0}, word = {0};
        uint64_t *const to[] = {&b->now.at, &b->now.line, &b->now.bytes, &b->now.asked, &b->now.hits, &b->now.bad};
        place    was = b->now;
        if (em_file_read(b->at_path, 4096, b->s->cli->arena, &text, NULL) != EM_OK || !em_str_word(&text, &word)
            || !em_str_eq(word, em_str_c(b->key)))
                return false;
        for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
                int64_t n = 0;
                if (!em_str_word(&text, &word) || !em_str_int(em_str_trim(word), &n) || n < 0) {
                        b->now = was;
                        return false;
                }
                *to[i] = (uint64_t)n;
        }
        return b->now.at <= b->map.n;
}

static em_status open_out(batch *b, em_error *err)
{
        em_cli *cli = b->s->cli;
        b->to = cli->out;
        b->out = em_cli_value(cli, "out");
        bool resumed = false;
        if (b->out.n) {
                EM_TRY(em_str_format(cli->arena, &b->part, err, "%.*s.part", EM_ARG(b->out)));
                EM_TRY(em_str_format(cli->arena, &b->at_path, err, "%.*s.part.at", EM_ARG(b->out)));
                EM_TRY(make_key(b, err));
                resumed = em_path_exists(b->part) && find_place(b);
                int fd = open(b->part.p, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
                b->to = fd < 0 ? NULL : fdopen(fd, "wb");
                if (!b->to || ftruncate(fd, resumed ? (off_t)b->now.bytes : 0) != 0 || fseeko(b->to, 0, SEEK_END) != 0)
                        return em_fail_at(err, EM_IO, b->part, 0, 0, "cannot be written: %s", strerrordesc_np(errno));
        }
        if (resumed) {
                em_cli_say(cli, "resumed after %.*s", EM_ARG(em_cli_many(cli, b->now.asked, "question", "questions")));
                b->csv.at = (size_t)b->now.at;
                b->csv.line = b->now.line;
        } else if (cli->form != EM_FORM_JSON) {
                (b->s->look ? em_lookback_head : em_screen_csv_head)(b->to);
                b->now.bytes = b->out.n ? (uint64_t)ftello(b->to) : 0;
        }
        return EM_OK;
}

/* ---- all ------------------------------------------------------------------------------------------------ */

static em_status open_batch(batch *b, em_error *err)
{
        EM_TRY(em_mapping_open(b->input, &b->map, err));
        b->rows = em_arena_new((size_t)2 << 30);
        for (size_t i = 0; i < BLOCKS; i++) {
                b->block[i].arena = em_arena_new((size_t)256 << 20);
                b->block[i].doc = em_json_reader();
                b->block[i].out = open_memstream(&b->block[i].bytes, &b->block[i].size);
                if (!b->rows || !b->block[i].arena || !b->block[i].doc || !b->block[i].out)
                        return em_fail(err, EM_NOMEM, "out of memory");
        }
        em_str head = em_str_trim((em_str){b->map.p, b->map.n < 4096 ? b->map.n : 4096});
        b->lines = em_str_starts(head, EM_S("{")) || em_str_starts(head, EM_S("\xef\xbb\xbf{"));
        if (!b->lines)
                EM_TRY(read_head(b, err));
        return open_out(b, err);
}

static em_status run_batch(batch *b, em_error *err)
{
        for (;;) {
                read_round(b);
                if (!b->questions)
                        break;
                EM_TRY(run_round(b, err));
                uint64_t of = b->now.at ? b->now.asked * b->map.n / b->now.at : 0;
                bool     go = em_progress_tell(&b->s->cli->progress, "questions", b->now.asked, of);
                if (!go || seconds() - b->kept >= 1)
                        EM_TRY(keep_place(b, err));
                if (!go)
                        return em_fail(err, EM_INTERRUPTED, "stopped");
        }
        if (!b->out.n)
                return EM_OK;
        EM_TRY(keep_place(b, err));
        if (rename(b->part.p, em_cli_text(b->s->cli, "%.*s", EM_ARG(b->out)).p) != 0)
                return em_fail_at(err, EM_IO, b->out, 0, 0, "cannot be written: %s", strerrordesc_np(errno));
        (void)unlink(b->at_path.p);
        return EM_OK;
}

static void close_batch(batch *b)
{
        em_mapping_close(&b->map);
        em_arena_free(b->rows);
        for (size_t i = 0; i < BLOCKS; i++) {
                em_arena_free(b->block[i].arena);
                em_json_reader_free(b->block[i].doc);
                if (b->block[i].out)
                        fclose(b->block[i].out);
                free(b->block[i].bytes);
        }
        if (b->out.n && b->to)
                fclose(b->to);
}

static void say_end(batch *b)
{
        em_cli *cli = b->s->cli;
        if (b->s->look)
                em_cli_say(cli, "asked %.*s again; %.*s could not be asked",
                           EM_ARG(em_cli_many(cli, b->now.asked, "question", "questions")), EM_ARG(em_cli_count(cli, b->now.bad)));
        else
                em_cli_done(cli, NULL, "asked %.*s: %.*s with an entry that may match, %.*s could not be asked",
                            EM_ARG(em_cli_many(cli, b->now.asked, "question", "questions")),
                            EM_ARG(em_cli_count(cli, b->now.hits)), EM_ARG(em_cli_count(cli, b->now.bad)));
}

em_status em_screen_batch(em_screen *s, em_str path, uint64_t *ret_hits, em_error *err)
{
        batch *b = calloc(1, sizeof *b);
        if (!b)
                return em_fail(err, EM_NOMEM, "out of memory");
        *b = (batch){.s = s, .input = path, .map.fd = -1};
        em_status st = open_batch(b, err);
        if (st == EM_OK)
                st = run_batch(b, err);
        if (st == EM_OK)
                say_end(b);
        if (st == EM_OK && ret_hits)
                *ret_hits = b->now.hits;
        close_batch(b);
        free(b);
        return st;
}
