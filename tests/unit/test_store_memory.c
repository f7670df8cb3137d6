/* Every allocation of opening, adding, asking and verifying fails in its turn: the
 * status says so, nothing crashes or leaks, and the case is as before or after.
 *
 * SQLite is given a counting allocator (SQLITE_CONFIG_MALLOC).  Without sanitizers
 * the program's own malloc, calloc and realloc are counted too, by standing in
 * front of glibc's; a sanitizer stands there itself.
 */
#include "case_world.h"

#include "case/store.h"

#include <errno.h>
#include <pthread.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if !defined(SANITIZED) && (defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__))
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* Under a sanitizer, which makes each round ten times as long, every seventh. */
enum { STEP = SANITIZED ? 7 : 1 };

static _Atomic long countdown = -1;     /* allocations until one fails; negative: none does */
static _Atomic bool struck;

static bool strikes(void)
{
        if (countdown < 0)
                return false;
        if (countdown-- > 0)
                return false;
        struck = true;
        errno = ENOMEM;
        return true;
}

#if !SANITIZED && defined(__GLIBC__)
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *malloc(size_t size) { return strikes() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return strikes() ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return strikes() ? NULL : __libc_realloc(old, size); }
#else
static sqlite3_mem_methods plain;
static void *fail_malloc(int n) { return strikes() ? NULL : plain.xMalloc(n); }
static void *fail_realloc(void *p, int n) { return strikes() ? NULL : plain.xRealloc(p, n); }

static int count_sqlite(void)
{
        sqlite3_mem_methods own;
        int rc = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain);
        own = plain;
        own.xMalloc = fail_malloc;
        own.xRealloc = fail_realloc;
        return rc == SQLITE_OK ? sqlite3_config(SQLITE_CONFIG_MALLOC, &own) : rc;
}
#endif

/* The statuses that a failed allocation may end in.  A few cost nothing: SQLite goes on
 * without a cache.  But what is said to be done is done. */
static void check_status(world *w, long n, em_status status)
{
        countdown = -1;
        if (!struck)
                expect(w, status);
        else if (status != EM_OK && status != EM_NOMEM && status != EM_IO)
                fail_msg("allocation %ld: %s: %s", n, em_status_name(status), w->err.text);
}

static void arm(long n)
{
        struck = false;
        countdown = n;
}

static void opening_survives_every_failed_allocation(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        struck = true;
        for (long n = 0; struck; n += STEP) {
                em_case *c = NULL;
                arm(n);
                em_status status = em_case_open(w->kase, EM_CASE_READ, &c, &w->err);
                check_status(w, n, status);
                em_case_close(c);
        }
}

static void is_whole(world *w)
{
        em_verify_counts counts;
        em_buf said = em_buf_make(1u << 20);
        expect(w, verify(w, 1, &counts, &said));
        em_buf_free(&said);
}

static void noting_survives_every_failed_allocation(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_case *c = reopen(w, EM_CASE_WRITE);
        int64_t before = ask_int(w, c, "select count(*) from ledger"), noted = 0;
        struck = true;
        for (long n = 0; struck; n += STEP) {
                arm(n);
                em_status status = em_case_note(c, EM_S("note"), EM_S("{}"), &w->err);
                check_status(w, n, status);
                noted += status == EM_OK;
        }
        assert_int_equal(ask_int(w, c, "select count(*) from ledger"), before + noted);
        em_case_close(c);
        is_whole(w);
}

static void asking_survives_every_failed_allocation(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        struck = true;
        for (long n = 0; struck; n += STEP) {
                em_rows rows = { 0 };
                em_arena *arena = em_arena_new(1u << 20);
                em_case *c = reopen(w, EM_CASE_READ);
                arm(n);
                em_status status = em_case_query(c, EM_S("select s.key, c.certain from shot as s "
                        "join cluster as c using (record) order by s.key"), NULL, 0, NULL, arena, &rows, &w->err);
                check_status(w, n, status);
                assert_int_equal(rows.rows, status == EM_OK ? 4 : 0);
                em_case_close(c);
                em_arena_free(arena);
        }
}

static void keep_first(void *ctx, const char *sentence)
{
        char *first = ctx;
        if (!first[0])
                snprintf(first, 200, "%s", sentence);
}

static void verifying_survives_every_failed_allocation_and_accuses_nobody(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_case *c = reopen(w, EM_CASE_READ);
        struck = true;
        for (long n = 0; struck; n += STEP) {
                em_verify_counts counts;
                char first[200] = "";
                arm(n);
                em_status status = em_case_verify(c, 1, keep_first, first, NULL, &counts, &w->err);
                assert_string_equal(first, "");
                check_status(w, n, status);
        }
        em_case_close(c);
}

/* A row about one more shot, so that no two rounds add the same bytes. */
static em_str one_more(world *w, long n)
{
        char text[512];
        snprintf(text, sizeof text, "%sX-%ld,2020-01-05,alpha,A,%ld,2021-01-01,a round,\n", shots_csv, n, n + 10);
        return put_file(w, "round.csv", text, strlen(text));
}

static void adding_survives_every_failed_allocation_and_takes_all_or_nothing(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        int64_t added = 0;
        struck = true;
        for (long n = 0; struck; n += STEP) {
                em_taken taken;
                em_str path = one_more(w, n);
                arm(n);
                em_status status = em_case_add(c, path, NULL, NULL, &taken, &w->err);
                check_status(w, n, status);
                added += status == EM_OK;
        }
        assert_int_equal(ask_int(w, c, "select count(*) from source"), added);
        assert_int_equal(ask_int(w, c, "select count(*) from record"), 5 * added);
        assert_int_equal(ask_int(w, c, "select count(*) from ledger"), 1 + added);
        em_case_close(c);
        em_case_close(reopen(w, EM_CASE_WRITE));
        is_whole(w);
}

static em_status count_record(void *ctx, const em_record *record, em_error *err)
{
        (void)record;
        (void)err;
        ++*(uint64_t *)ctx;
        return EM_OK;
}

static em_status count_reject(void *ctx, const em_reject *reject, em_error *err)
{
        (void)reject;
        (void)err;
        ++*(uint64_t *)ctx;
        return EM_OK;
}

/* 60,000 rows are over a megabyte, so two threads read them. */
static void reading_in_two_threads_survives_every_failed_allocation(void **state)
{
        enum { ROWS = 60000 };
        world *w = *state;
        em_map *map;
        em_buf text = em_buf_make(8u << 20);
        em_buf_c(&text, "id,day,what,who,n,told,note,height\n");
        for (int i = 0; i < ROWS; i++)
                em_buf_fmt(&text, "S-%d,2020-01-05,alpha,A,3,2020-01-06,a note,\n", i);
        em_str path = put_file(w, "many.csv", text.p, text.n);
        em_buf_free(&text);
        expect(w, em_map_parse(EM_S("shot"), em_str_c(shot_map), w->arena, &map, &w->err));
        struck = true;
        for (long n = 0; struck; n++) {
                em_reading reading = { .taken = 7 };
                uint64_t count = 0;
                arm(n);
                em_status status = em_intake_read(path, EM_S("many.csv"), map, EM_DAY_NONE, count_record,
                                                  count_reject, &count, NULL, &reading, &w->err);
                check_status(w, n, status);
                assert_int_equal(reading.taken, status == EM_OK ? ROWS : 7);
                if (status == EM_OK)
                        assert_int_equal(count, ROWS);
        }
}

/* The worker that reads evidence has its own tests; here only this process runs short. */
static void disarm(void)
{
        countdown = -1;
}

int main(void)
{
        if (pthread_atfork(NULL, NULL, disarm) != 0)
                return 1;
#if SANITIZED || !defined(__GLIBC__)
        if (count_sqlite() != SQLITE_OK)
                return 1;
#endif
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(opening_survives_every_failed_allocation),
                T(noting_survives_every_failed_allocation),
                T(asking_survives_every_failed_allocation),
                T(verifying_survives_every_failed_allocation_and_accuses_nobody),
                T(adding_survives_every_failed_allocation_and_takes_all_or_nothing),
                T(reading_in_two_threads_survives_every_failed_allocation),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
