/* The case as pages see it: one picture for each day and state, made anew when the case changes, and a service that
 * answers while it is. */
#include "case_world.h"
#include "serve/desk.h"

#include <pthread.h>

static em_status no_command(void *ctx, const em_str *word, size_t words, const em_progress *watch, em_buf *out, em_error *err)
{
        (void)word, (void)watch;
        ++*(size_t *)ctx;
        em_buf_fmt(out, "{\"words\": %zu}", words);
        return em_buf_status(out, err);
}

typedef struct desk_world { world *w; em_service *service; size_t runs; } desk_world;

static void take(world *w, em_str path)
{
        em_case *c = reopen(w, EM_CASE_WRITE);
        add(w, c, path);
        em_case_close(c);
}

static int set_up(void **state)
{
        desk_world *d = calloc(1, sizeof *d);
        world_make((void **)&d->w);
        em_case *c = NULL;
        put_file(d->w, "regime/claims.csv", "claim,text,asserted_by,questions,note\n", 38);
        make_folder(d->w, "regime/questions");
        if (em_case_create(d->w->kase, d->w->regime, EM_S("tester"), &c, &d->w->err) != EM_OK)
                fail_msg("%s", d->w->err.text);
        em_case_close(c);
        take(d->w, d->w->shots);
        em_service_opts opts = em_service_defaults;
        opts.case_dir = d->w->kase;
        opts.run = no_command;
        opts.run_ctx = &d->runs;
        if (em_service_new(&opts, &d->service, &d->w->err) != EM_OK)
                fail_msg("%s", d->w->err.text);
        *state = d;
        return 0;
}

static int tear_down(void **state)
{
        desk_world *d = *state;
        em_service_free(d->service);
        world_unmake((void **)&d->w);
        free(d);
        return 0;
}

static em_reply get(desk_world *d, const char *target, const char *none_match)
{
        em_reply reply;
        em_service_answer(d->service, &(em_request){.method = EM_S("GET"), .target = em_str_c(target), .host = EM_S("127.0.0.1"),
                                                    .none_match = em_str_c(none_match)}, &reply);
        return reply;
}

static void the_home_shows_records_as_page_and_as_data(void **state)
{
        static const struct { const char *target, *type, *text; } asked[] = {
                {"/", "text/html; charset=utf-8", "<h1>"}, {"/index.json", "application/json", "\"alpha\""},
                {"/index.csv", "text/csv; charset=utf-8", "alpha"}};
        for (size_t i = 0; i < EM_COUNT(asked); i++) {
                em_reply r = get(*state, asked[i].target, NULL);
                assert_int_equal(r.status, 200);
                assert_string_equal(r.type, asked[i].type);
                assert_true(em_str_find(em_buf_view(&r.body), em_str_c(asked[i].text)) >= 0);
                em_buf_free(&r.body);
        }
}

static void a_day_before_anything_was_known_shows_nothing_that_came_later(void **state)
{
        em_reply r = get(*state, "/index.csv?known=2020-02-01", NULL);  /* S-1 was told on 6 January, beta in February */
        assert_int_equal(r.status, 200);
        assert_true(em_str_find(em_buf_view(&r.body), EM_S("alpha")) >= 0);
        assert_true(em_str_find(em_buf_view(&r.body), EM_S("beta")) < 0);
        em_buf_free(&r.body);
        r = get(*state, "/?known=2020-13-01", NULL);
        assert_int_equal(r.status, 400);
        em_buf_free(&r.body);
}

static void what_has_not_changed_is_not_sent_again_and_what_has_is(void **state)
{
        desk_world *d = *state;
        em_reply first = get(d, "/index.csv", NULL), second = get(d, "/index.csv", first.tag);
        assert_true(first.tag[0] == '"');
        assert_int_equal(second.status, 304);
        assert_int_equal(second.body.n, 0);
        em_buf_free(&second.body);
        static const char more[] = "id,day,what,who,n,told,note,height\nS-7,2021-01-05,gamma,A,3,2021-01-06,new,1\n";
        take(d->w, put_file(d->w, "more.csv", more, sizeof more - 1));
        second = get(d, "/index.csv", first.tag);
        assert_int_equal(second.status, 200);
        assert_true(em_str_find(em_buf_view(&second.body), EM_S("gamma")) >= 0);
        assert_true(em_str_find(em_buf_view(&first.body), EM_S("gamma")) < 0);
        em_buf_free(&first.body);
        em_buf_free(&second.body);
}

static void more_days_than_are_kept_are_answered_one_after_the_other(void **state)
{
        for (int day = 1; day <= 20; day++) {
                char target[64];
                snprintf(target, sizeof target, "/index.csv?known=2020-03-%02d", day);
                em_reply r = get(*state, target, NULL);
                assert_int_equal(r.status, 200);
                em_buf_free(&r.body);
        }
}

static void a_table_that_is_no_table_is_told_with_its_file(void **state)
{
        desk_world *d = *state;
        put_file(d->w, "regime/claims.csv", "nothing,of,use\n1,2,3\n", 21);
        static const char more[] = "id,day,what,who,n,told,note,height\nS-8,2021-01-06,delta,A,3,2021-01-06,new,1\n";
        take(d->w, put_file(d->w, "again.csv", more, sizeof more - 1));
        em_reply r = get(d, "/", NULL);
        assert_int_equal(r.status, 400);
        assert_true(em_str_find(em_buf_view(&r.body), EM_S("claims.csv")) >= 0);
        em_buf_free(&r.body);
}

/* ---- what the state of a case is seen from ---- */

static uint64_t stamp_now(desk_world *d)
{
        em_service_opts opts = em_service_defaults;
        em_desk *desk = NULL;
        opts.case_dir = d->w->kase;
        if (em_desk_new(&opts, &desk, &d->w->err) != EM_OK)
                fail_msg("%s", d->w->err.text);
        uint64_t stamp = em_desk_stamp(desk);
        em_desk_free(desk);
        return stamp;
}

/* An index is swapped by its folder, or by the file that says what is in it; clusters are one file beside their chain. */
static void an_index_that_comes_or_changes_is_another_state_and_a_temporary_file_is_not(void **state)
{
        static const struct { const char *path; bool says; } put[] = {
                {"kase/index/chain/index", true}, {"kase/index/tron/moves", true}, {"kase/index/ships/ships", true},
                {"kase/index/names.idx", true}, {"kase/index/chain.clusters", true},
                {"kase/index/chain.clusters.aside", false}, {"kase/index/.spill", false}, {"kase/index/chain/tx_id", false}};
        desk_world *d = *state;
        make_folder(d->w, "kase/index");
        make_folder(d->w, "kase/index/chain");
        make_folder(d->w, "kase/index/tron");
        make_folder(d->w, "kase/index/ships");
        uint64_t before = stamp_now(d);
        assert_true(stamp_now(d) == before);
        for (size_t i = 0; i < EM_COUNT(put); i++) {
                put_file(d->w, put[i].path, "x", 1);
                uint64_t after = stamp_now(d);
                assert_int_equal(after != before, put[i].says);
                put_file(d->w, put[i].path, "xx", 2);
                assert_int_equal(stamp_now(d) != after, put[i].says);
                before = stamp_now(d);
        }
}

/* ---- what commands print ---- */

static void a_command_that_several_pages_need_is_run_once_for_each_state_of_the_case(void **state)
{
        static const struct { const char *target; size_t runs; } asked[] = {
                {"/ships/tracks", 1}, {"/ships/tracks", 1}, {"/ships/tracks?from=500", 1}, {"/ships/tracks?from=500&rows=1000", 1},
                {"/ships/tracks?who=219000000", 2}, {"/ships/tracks.json", 3}, {"/ships/tracks.csv", 4}};
        desk_world *d = *state;
        make_folder(d->w, "kase/index");
        make_folder(d->w, "kase/index/ships");
        for (size_t i = 0; i < EM_COUNT(asked); i++) {
                em_reply r = get(d, asked[i].target, NULL);
                assert_int_equal(r.status, 200);
                assert_int_equal(d->runs, asked[i].runs);
                em_buf_free(&r.body);
        }
        put_file(d->w, "kase/index/ships/ships", "x", 1);
        em_reply r = get(d, "/ships/tracks", NULL);
        assert_int_equal(r.status, 200);
        assert_int_equal(d->runs, 5);
        em_buf_free(&r.body);
}

/* ---- pages made ahead ---- */

typedef struct seen { pthread_mutex_t lock; pthread_cond_t news; size_t homes, others, failed; } seen;

static void on_made(void *ctx, em_str target, unsigned status, double ms)
{
        seen *s = ctx;
        (void)ms;
        if (!target.n)
                return;         /* all are made */
        pthread_mutex_lock(&s->lock);
        s->failed += status != 200 && !em_str_starts(target, EM_S("/report"));  /* this regime has no report */
        *(em_str_eq(target, EM_S("/")) ? &s->homes : &s->others) += 1;
        pthread_cond_broadcast(&s->news);
        pthread_mutex_unlock(&s->lock);
}

static void wait_for_homes(seen *s, size_t homes)
{
        pthread_mutex_lock(&s->lock);
        while (s->homes < homes)
                pthread_cond_wait(&s->news, &s->lock);
        pthread_mutex_unlock(&s->lock);
}

static void the_home_is_kept_before_anybody_asks_and_again_when_the_case_has_been_read_anew(void **state)
{
        desk_world *d = *state;
        seen s = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0};
        em_service_warm(d->service, on_made, &s);
        wait_for_homes(&s, 1);
        em_reply r = get(d, "/", NULL);
        assert_true(r.kept);
        em_buf_free(&r.body);
        r = get(d, "/findings", NULL);
        assert_false(r.kept);
        em_buf_free(&r.body);
        static const char more[] = "id,day,what,who,n,told,note,height\nS-9,2021-01-07,epsilon,A,3,2021-01-08,new,1\n";
        take(d->w, put_file(d->w, "more.csv", more, sizeof more - 1));
        r = get(d, "/findings", NULL);          /* a visitor has the case read; no page made ahead does */
        assert_false(r.kept);
        em_buf_free(&r.body);
        wait_for_homes(&s, 2);
        r = get(d, "/", NULL);
        assert_true(r.kept);
        em_buf_free(&r.body);
        em_service_cool(d->service);
        assert_int_equal(s.failed, 0);
        pthread_mutex_destroy(&s.lock);
        pthread_cond_destroy(&s.news);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(the_home_shows_records_as_page_and_as_data, set_up, tear_down),
                cmocka_unit_test_setup_teardown(a_day_before_anything_was_known_shows_nothing_that_came_later, set_up, tear_down),
                cmocka_unit_test_setup_teardown(what_has_not_changed_is_not_sent_again_and_what_has_is, set_up, tear_down),
                cmocka_unit_test_setup_teardown(more_days_than_are_kept_are_answered_one_after_the_other, set_up, tear_down),
                cmocka_unit_test_setup_teardown(a_table_that_is_no_table_is_told_with_its_file, set_up, tear_down),
                cmocka_unit_test_setup_teardown(an_index_that_comes_or_changes_is_another_state_and_a_temporary_file_is_not, set_up, tear_down),
                cmocka_unit_test_setup_teardown(a_command_that_several_pages_need_is_run_once_for_each_state_of_the_case, set_up, tear_down),
                cmocka_unit_test_setup_teardown(the_home_is_kept_before_anybody_asks_and_again_when_the_case_has_been_read_anew, set_up, tear_down),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
