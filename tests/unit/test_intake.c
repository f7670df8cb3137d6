/* From a file of rows to records: the reading, the worker's death, the taking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "case/intake.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct world {
        char      dir[64];
        em_arena *arena;
        em_map   *map;
} world;

static const char map_text[] =
        "kind thing\nneeds id day v\nkey id\nwhen day\namount v t\nabsent not-found\nfield note note\n";

static em_str in(const world *w, const char *name)
{
        em_str path = EM_S("");
        assert_int_equal(em_path_join(em_str_c(w->dir), em_str_c(name), w->arena, &path, NULL), EM_OK);
        return path;
}

static em_str write_file(const world *w, const char *name, em_str bytes)
{
        em_str path = in(w, name);
        assert_int_equal(em_file_write(path, bytes, NULL), EM_OK);
        return path;
}

static int enter(void **state)
{
        static world w;
        w = (world){ .dir = "/tmp/embargo-intake-XXXXXX", .arena = em_arena_new(64 << 20) };
        assert_non_null(mkdtemp(w.dir));
        assert_int_equal(em_map_parse(EM_S("things"), em_str_c(map_text), w.arena, &w.map, NULL), EM_OK);
        *state = &w;
        return 0;
}

static void remove_tree(const world *w, em_str path)
{
        em_str *names;
        size_t count = 0;
        struct stat st;
        if (lstat(path.p, &st) == 0 && S_ISDIR(st.st_mode) &&
            em_dir_list(path, w->arena, &names, &count, NULL) == EM_OK)
                for (size_t i = 0; i < count; i++) {
                        em_str child;
                        if (em_path_join(path, names[i], w->arena, &child, NULL) == EM_OK)
                                remove_tree(w, child);
                }
        (void)remove(path.p);
}

static int leave(void **state)
{
        world *w = *state;
        remove_tree(w, em_str_c(w->dir));
        em_arena_free(w->arena);
        return 0;
}

/* ---- reading ----------------------------------------------------------------- */

typedef struct heard {
        uint64_t records, rejects, last_row;
        int64_t  sum_milli;
        char     reasons[512];
} heard;

static em_status hear_record(void *ctx, const em_record *r, em_error *err)
{
        heard *h = ctx;
        (void)err;
        assert_true(r->row > h->last_row);
        h->last_row = r->row;
        h->records++;
        if (r->amount.low != EM_MILLI_NONE)
                h->sum_milli += r->amount.low;
        return EM_OK;
}

static em_status hear_reject(void *ctx, const em_reject *r, em_error *err)
{
        heard *h = ctx;
        size_t n = strlen(h->reasons);
        (void)err;
        assert_true(r->row > h->last_row);
        h->last_row = r->row;
        h->rejects++;
        snprintf(h->reasons + n, sizeof h->reasons - n, "%llu %.*s: %.*s\n", (unsigned long long)r->row,
                 EM_ARG(r->column), EM_ARG(r->reason));
        return EM_OK;
}

static em_status read_bytes(const world *w, em_str bytes, heard *h, em_reading *reading, em_error *err)
{
        em_str path = write_file(w, "table.csv", bytes);
        *h = (heard){ 0 };
        return em_intake_read(path, EM_S("table.csv"), w->map, EM_DAY_NONE, hear_record, hear_reject, h, NULL, reading, err);
}

static void rows_become_records_and_what_cannot_goes_to_quarantine(void **state)
{
        heard h;
        em_reading r;
        em_error err = { 0 };
        if (read_bytes(*state, EM_S("id,day,v,note\nA,2021-01-01,1,\nB,2021-13-01,2,\nC,2021-01-02,x,\n"
                                    "D,2021-01-03,,\n,2021-01-03,5,\nE,2021-01-03,2.5\nF,2021-01-04,2.5,\"a\nb\"\n"),
                       &h, &r, &err) != EM_OK)
                fail_msg("%s", err.text);
        assert_int_equal(r.rows, 7);
        assert_int_equal(r.taken, 3);
        assert_int_equal(r.rejected, 4);
        assert_int_equal(h.records, 3);
        assert_int_equal(h.sum_milli, 3500);    /* 1 + 2.5 t */
        assert_string_equal(h.reasons,
                "3 day: not a day, month, year or period: \"2021-13-01\"\n"
                "4 v: not a number: \"x\"\n"
                "6 id: the key is missing\n"
                "7 : 3 fields where the header has 4\n");
        assert_string_equal(r.first_reject, "table.csv:3: day: not a day, month, year or period: \"2021-13-01\"");
        assert_true(em_str_find(em_str_c(r.sandbox), EM_S("seccomp")) >= 0);
}

static void hostile_bytes_are_counted_and_made_safe(void **state)
{
        heard h;
        em_reading r;
        assert_int_equal(read_bytes(*state,
                EM_S("id,day,v,note\nA,2021-01-01,1,ok\nB,2021-01-01,\x1b[2J\x1b]0;x\x07,\n"
                     "C,2021-01-01,1,\xff\xfe\nD,2021-01-01,1,\"open\n"), &h, &r, NULL), EM_OK);
        assert_int_equal(r.taken, 1);
        assert_int_equal(r.rejected, 3);
        assert_null(strchr(r.first_reject, '\x1b'));
        assert_null(strchr(h.reasons, '\x1b'));
}

static void formulas_html_and_escapes_are_text_like_any_other(void **state)
{
        heard h;
        em_reading r;
        assert_int_equal(read_bytes(*state,
                EM_S("id,day,v,note\nA,2021-01-01,1,=cmd|' /C calc'!A0\nB,2021-01-01,1,<script>alert(1)</script>\n"
                     "C,2021-01-01,1,\"a\x1b[31m\"\n"), &h, &r, NULL), EM_OK);
        assert_int_equal(r.taken, 3);
}

static void a_file_without_the_maps_columns_is_an_error_that_names_one(void **state)
{
        heard h;
        em_reading r;
        em_error err = { 0 };
        char text[1200];
        assert_int_equal(read_bytes(*state, EM_S("id,when,v,note\nA,2021-01-01,1,\n"), &h, &r, &err), EM_FORMAT);
        assert_true(em_str_find(em_str_c(em_error_text(&err, text, sizeof text)),
                                EM_S("map things reads column \"day\", which the header does not have")) >= 0);
        assert_int_equal(read_bytes(*state, EM_S(""), &h, &r, &err), EM_FORMAT);
        assert_string_equal(err.file, "table.csv");
        assert_int_equal(h.records, 0);
}

static em_str many_rows(const world *w, size_t rows)
{
        em_buf buf = em_buf_make(64 << 20);
        em_str copy = EM_S("");
        em_buf_c(&buf, "id,day,v,note\n");
        for (size_t i = 0; i < rows; i++)
                em_buf_fmt(&buf, "K-%zu,2021-01-01,%zu,text of some length to fill the pipe\n", i, i);
        assert_int_equal(em_str_copy(em_buf_view(&buf), w->arena, &copy, NULL), EM_OK);
        em_buf_free(&buf);
        return copy;
}

static void many_rows_arrive_in_order_and_in_full(void **state)
{
        heard h;
        em_reading r;
        assert_int_equal(read_bytes(*state, many_rows(*state, 50000), &h, &r, NULL), EM_OK);
        assert_int_equal(r.taken, 50000);
        assert_int_equal(h.last_row, 50001);
        assert_int_equal(h.sum_milli, INT64_C(1249975000) * 1000);      /* 0 + 1 + ... + 49999 */
}

/* ---- the digest ------------------------------------------------------------------ */

typedef struct packs { em_hasher *hasher; em_day known; } packs;

static em_status pack_record(void *ctx, const em_record *r, em_error *err)
{
        packs *p = ctx;
        em_buf buf = em_buf_make(1 << 20);
        em_record_pack(r, &buf);
        assert_int_equal(em_buf_status(&buf, err), EM_OK);
        em_hasher_add(p->hasher, buf.p, buf.n);
        em_buf_free(&buf);
        assert_int_equal(r->known, p->known);
        return EM_OK;
}

static em_status pass_over(void *ctx, const em_reject *r, em_error *err)
{
        (void)ctx;
        (void)r;
        (void)err;
        return EM_OK;
}

/* Every seventh row has no such day, so that rejects lie between the records. */
static em_str mixed_rows(const world *w, size_t rows)
{
        em_buf buf = em_buf_make(64 << 20);
        em_str copy = EM_S("");
        em_buf_c(&buf, "id,day,v,note\n");
        for (size_t i = 0; i < rows; i++)
                em_buf_fmt(&buf, "K-%zu,2021-01-%s,%zu,text of some length\n", i, i % 7 == 6 ? "32" : "31", i);
        assert_int_equal(em_str_copy(em_buf_view(&buf), w->arena, &copy, NULL), EM_OK);
        em_buf_free(&buf);
        return copy;
}

/* 70 rows are read in one thread, 70000 (3 MB) in two. */
static void the_digest_is_that_of_the_records_packed_again(void **state)
{
        const world *w = *state;
        static const em_day days[] = { EM_DAY_NONE, 18700 };
        for (size_t rows = 70; rows <= 70000; rows *= 1000)
                for (size_t i = 0; i < 2; i++) {
                        packs p = { em_hasher_new(), days[i] };
                        em_reading r;
                        em_error err = { 0 };
                        em_str path = write_file(w, "mixed.csv", mixed_rows(w, rows));
                        if (em_intake_read(path, EM_S("mixed.csv"), w->map, days[i], pack_record, pass_over, &p,
                                           NULL, &r, &err) != EM_OK)
                                fail_msg("%s", err.text);
                        em_sha256 want = em_hasher_done(p.hasher);
                        assert_memory_equal(r.digest.b, want.b, sizeof want.b);
                        assert_int_equal(r.taken, rows / 7 * 6);
                        assert_int_equal(r.rejected, rows / 7);
                        em_hasher_free(p.hasher);
                }
}

/* Kills our only child, which is the worker, at the tenth record. */
static em_status kill_the_worker(void *ctx, const em_record *r, em_error *err)
{
        heard *h = ctx;
        (void)r;
        (void)err;
        if (++h->records == 10) {
                char path[64];
                int pid = 0;
                snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
                FILE *f = fopen(path, "r");
                if (f == NULL)
                        skip();
                assert_int_equal(fscanf(f, "%d", &pid), 1);
                fclose(f);
                assert_int_equal(kill(pid, SIGKILL), 0);
        }
        return EM_OK;
}

static void a_worker_killed_midway_is_an_error_and_nothing_is_said_to_be_read(void **state)
{
        const world *w = *state;
        em_error err = { 0 };
        em_reading r = { .taken = 777 };
        heard h = { 0 };
        em_str path = write_file(w, "big.csv", many_rows(w, 200000));
        assert_int_equal(em_intake_read(path, EM_S("big.csv"), w->map, EM_DAY_NONE, kill_the_worker, hear_reject, &h, NULL,
                                        &r, &err), EM_FORMAT);
        assert_string_equal(err.text, "the reader of big.csv was stopped: signal 9; nothing was taken from it");
        assert_int_equal(r.taken, 777);         /* outputs are untouched on failure */
}

static bool stop_at_once(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)ctx;
        assert_string_equal(what, "reading");
        assert_true(done > 0 && done <= of);
        return false;
}

static void reading_may_be_interrupted(void **state)
{
        const world *w = *state;
        em_progress progress = { stop_at_once, NULL };
        em_reading r;
        heard h = { 0 };
        em_str path = write_file(w, "big.csv", many_rows(w, 50000));
        assert_int_equal(em_intake_read(path, EM_S("big.csv"), w->map, EM_DAY_NONE, hear_record, hear_reject, &h, &progress,
                                        &r, NULL), EM_INTERRUPTED);
        assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_header_is_recognised_without_rights(void **state)
{
        const world *w = *state;
        em_map *maps[2] = { w->map, NULL };
        uint32_t fits[2] = { 9, 9 };
        char note[160];
        assert_int_equal(em_map_parse(EM_S("o"), EM_S("kind o\nneeds id\n"), w->arena, &maps[1], NULL), EM_OK);
        em_str path = write_file(w, "t.csv", EM_S("id,day,v,note\n"));
        assert_int_equal(em_intake_recognise(path, EM_S("t.csv"), maps, 2, fits, note, NULL), EM_OK);
        assert_int_equal(fits[0], 3);
        assert_int_equal(fits[1], 1);
        path = write_file(w, "t.csv", EM_S("\x7f" "ELF\0\0\0\0"));
        assert_int_equal(em_intake_recognise(path, EM_S("t.csv"), maps, 2, fits, note, NULL), EM_OK);
        assert_int_equal(fits[0], 0);
        path = write_file(w, "t.csv", EM_S(""));
        assert_int_equal(em_intake_recognise(path, EM_S("t.csv"), maps, 2, fits, note, NULL), EM_OK);
        assert_int_equal(fits[1], 0);
}

/* ---- taking (em_case_add) ---------------------------------------------------------- */

static em_case *make_case(const world *w)
{
        em_case *c = NULL;
        em_error err = { 0 };
        assert_int_equal(em_dir_make(in(w, "regime/maps"), NULL), EM_OK);
        write_file(w, "regime/maps/things.map", em_str_c(map_text));
        write_file(w, "regime/maps/others.map", EM_S("kind other\nneeds id colour\nwhat colour\n"));
        write_file(w, "regime/maps/twins.map", EM_S("kind twin\nneeds colour id\nwhat colour\n"));
        if (em_case_create(in(w, "case"), in(w, "regime"), EM_S("tester"), &c, &err) != EM_OK)
                fail_msg("%s", err.text);
        return c;
}

static void a_file_is_kept_mapped_and_counted(void **state)
{
        const world *w = *state;
        em_case *c = make_case(w);
        em_taken t;
        em_error err = { 0 };
        em_str path = write_file(w, "t.csv", EM_S("id,day,v,note\nA,2021-01-01,1,\nB,never,2,\n"));
        if (em_case_add(c, path, NULL, NULL, &t, &err) != EM_OK)
                fail_msg("%s", err.text);
        assert_string_equal(t.map, "things");
        assert_int_equal(t.rows, 2);
        assert_int_equal(t.taken, 1);
        assert_int_equal(t.quarantined, 1);
        assert_false(t.already);
        assert_int_equal(t.bytes, 41);          /* 14 + 16 + 11 */
        assert_string_equal(t.first_reject, "t.csv:3: day: not a day, month, year or period: \"never\"");
        char hex[65];
        em_sha256_hex(em_sha256_of(EM_S("id,day,v,note\nA,2021-01-01,1,\nB,never,2,\n")), hex);
        assert_memory_equal(t.source, hex, 8);
        em_case_close(c);
}

static void the_same_bytes_are_taken_once(void **state)
{
        const world *w = *state;
        em_case *c = make_case(w);
        em_taken first, second;
        em_entry *entries;
        size_t before, after;
        em_str path = write_file(w, "t.csv", EM_S("id,day,v,note\nA,2021-01-01,1,\n"));
        assert_int_equal(em_case_add(c, path, NULL, NULL, &first, NULL), EM_OK);
        assert_int_equal(em_case_log(c, 0, w->arena, &entries, &before, NULL), EM_OK);
        em_str copy = write_file(w, "copy.csv", EM_S("id,day,v,note\nA,2021-01-01,1,\n"));
        assert_int_equal(em_case_add(c, copy, NULL, NULL, &second, NULL), EM_OK);
        assert_true(second.already);
        assert_string_equal(second.source, first.source);
        assert_int_equal(second.taken, 1);
        assert_int_equal(em_case_log(c, 0, w->arena, &entries, &after, NULL), EM_OK);
        assert_int_equal(after, before);
        em_case_close(c);
}

static void what_no_map_fits_is_held_without_records(void **state)
{
        const world *w = *state;
        em_case *c = make_case(w);
        em_taken t;
        static const em_str files[] = {
                EM_S_INIT(""), EM_S_INIT("\x7f" "ELF\0\1\2\3\xff"), EM_S_INIT("just some text\n"),
                EM_S_INIT("\"never closed"),
        };
        for (size_t i = 0; i < 4; i++) {
                em_error err = { 0 };
                em_str path = write_file(w, "f", files[i]);
                if (em_case_add(c, path, NULL, NULL, &t, &err) != EM_OK)
                        fail_msg("%s", err.text);
                assert_string_equal(t.map, "");
                assert_int_equal(t.taken, 0);
                assert_int_equal(t.bytes, files[i].n);
                assert_false(t.already);
        }
        em_case_close(c);
}

static void what_is_no_plain_file_is_refused(void **state)
{
        const world *w = *state;
        em_case *c = make_case(w);
        em_taken t;
        em_error err = { 0 };
        em_str path = write_file(w, "t.csv", EM_S("id\n1\n")), link = in(w, "link.csv"), pipe = in(w, "pipe");
        assert_int_equal(symlink(path.p, link.p), 0);
        assert_int_equal(mkfifo(pipe.p, 0600), 0);
        assert_int_equal(em_case_add(c, link, NULL, NULL, &t, &err), EM_DENIED);
        assert_string_equal(err.text, "it is a symbolic link; add the file that it points to");
        assert_int_equal(em_case_add(c, pipe, NULL, NULL, &t, &err), EM_DENIED);
        assert_int_equal(em_case_add(c, EM_S("/dev/null"), NULL, NULL, &t, &err), EM_DENIED);
        assert_int_equal(em_case_add(c, em_str_c(w->dir), NULL, NULL, &t, &err), EM_DENIED);
        assert_string_equal(err.text, "it is a folder; add the files in it");
        assert_int_equal(em_case_add(c, in(w, "none.csv"), NULL, NULL, &t, &err), EM_MISSING);
        em_case_close(c);
}

static void a_tie_between_maps_names_both_and_a_name_decides(void **state)
{
        const world *w = *state;
        em_case *c = make_case(w);
        em_taken t;
        em_error err = { 0 };
        em_custody custody = { .map = EM_S("twins") };
        em_str path = write_file(w, "c.csv", EM_S("id,colour\n1,red\n"));
        assert_int_equal(em_case_add(c, path, NULL, NULL, &t, &err), EM_FORMAT);
        assert_string_equal(err.text, "its header fits two maps, others and twins; name the one with --map");
        assert_int_equal(em_case_add(c, path, &custody, NULL, &t, &err), EM_OK);
        assert_string_equal(t.map, "twins");
        assert_int_equal(t.taken, 1);
        custody.map = EM_S("cousins");
        path = write_file(w, "d.csv", EM_S("id,colour\n2,red\n"));
        assert_int_equal(em_case_add(c, path, &custody, NULL, &t, &err), EM_MISSING);
        assert_string_equal(err.text, "the regime has no map called \"cousins\"");
        em_case_close(c);
}

static void a_failed_taking_leaves_no_source_and_may_be_tried_again(void **state)
{
        const world *w = *state;
        em_case *c = make_case(w);
        em_taken t;
        em_source *list;
        size_t before, after;
        em_custody wrong = { .map = EM_S("things") };
        em_str path = write_file(w, "c.csv", EM_S("id,colour,extra\n1,red,\n"));
        assert_int_equal(em_case_sources(c, w->arena, &list, &before, NULL), EM_OK);
        assert_int_equal(em_case_add(c, path, &wrong, NULL, &t, NULL), EM_FORMAT);
        assert_int_equal(em_case_sources(c, w->arena, &list, &after, NULL), EM_OK);
        assert_int_equal(after, before);
        wrong.map = EM_S("others");
        assert_int_equal(em_case_add(c, path, &wrong, NULL, &t, NULL), EM_OK);
        assert_false(t.already);
        assert_int_equal(t.taken, 1);
        em_case_close(c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
        const struct CMUnitTest tests[] = {
                TEST(rows_become_records_and_what_cannot_goes_to_quarantine),
                TEST(hostile_bytes_are_counted_and_made_safe),
                TEST(formulas_html_and_escapes_are_text_like_any_other),
                TEST(a_file_without_the_maps_columns_is_an_error_that_names_one),
                TEST(many_rows_arrive_in_order_and_in_full),
                TEST(the_digest_is_that_of_the_records_packed_again),
                TEST(a_worker_killed_midway_is_an_error_and_nothing_is_said_to_be_read),
                TEST(reading_may_be_interrupted),
                TEST(a_header_is_recognised_without_rights),
                TEST(a_file_is_kept_mapped_and_counted),
                TEST(the_same_bytes_are_taken_once),
                TEST(what_no_map_fits_is_held_without_records),
                TEST(what_is_no_plain_file_is_refused),
                TEST(a_tie_between_maps_names_both_and_a_name_decides),
                TEST(a_failed_taking_leaves_no_source_and_may_be_tried_again),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
