/* Kept replies: found by address and state only, whole, and never more than was allowed. */
#include "serve/desk.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

static em_reply reply_of(const char *text)
{
        em_reply r = {.status = 200, .type = "text/html", .body = em_buf_make(1 << 20)};
        em_buf_c(&r.body, text);
        snprintf(r.tag, sizeof r.tag, "\"%.8s\"", text);
        return r;
}

static void put(em_kept *k, const char *key, uint64_t stamp, const char *text)
{
        em_reply r = reply_of(text);
        em_kept_put(k, em_str_c(key), stamp, &r);
        em_buf_free(&r.body);
}

/* The text that is kept, or NULL. */
static const char *got(em_kept *k, const char *key, uint64_t stamp)
{
        static char text[256];
        em_reply r = {.body = em_buf_make(1 << 20)};
        bool there = em_kept_get(k, em_str_c(key), stamp, &r);
        snprintf(text, sizeof text, "%.*s", EM_ARG(em_buf_view(&r.body)));
        em_buf_free(&r.body);
        return there ? text : NULL;
}

static void a_reply_is_found_by_its_address_and_state_alone(void **state)
{
        em_kept *k = em_kept_new(1 << 20);
        (void)state;
        assert_null(got(k, "/a", 1));
        put(k, "/a", 1, "first");
        put(k, "/b", 1, "other");
        assert_string_equal(got(k, "/a", 1), "first");
        assert_string_equal(got(k, "/b", 1), "other");
        assert_null(got(k, "/a", 2));
        assert_null(got(k, "/a?", 1));
        em_kept_free(k);
}

static void a_reply_put_again_takes_the_place_of_the_first(void **state)
{
        em_kept *k = em_kept_new(1 << 20);
        (void)state;
        put(k, "/a", 1, "first");
        put(k, "/a", 1, "second");
        assert_string_equal(got(k, "/a", 1), "second");
        em_kept_free(k);
}

static void what_is_got_is_a_copy_with_status_type_and_tag(void **state)
{
        em_kept *k = em_kept_new(1 << 20);
        em_reply r = {.body = em_buf_make(1 << 20)};
        (void)state;
        put(k, "/a", 7, "body");
        assert_true(em_kept_get(k, EM_S("/a"), 7, &r));
        assert_int_equal(r.status, 200);
        assert_string_equal(r.type, "text/html");
        assert_string_equal(r.tag, "\"body\"");
        em_kept_free(k);
        assert_true(em_str_eq(em_buf_view(&r.body), EM_S("body")));     /* outlives where it came from */
        em_buf_free(&r.body);
}

/* Each reply counts its own bytes at least, so of a hundred of 1,000 bytes in 20,000 at most twenty stay. */
static void the_longest_unused_goes_when_the_room_is_full(void **state)
{
        em_kept *k = em_kept_new(20000);
        char text[1001], key[16];
        size_t there = 0;
        (void)state;
        memset(text, 'x', 1000);
        text[1000] = '\0';
        put(k, "/asked", 1, text);
        for (int i = 0; i < 100; i++) {
                snprintf(key, sizeof key, "/%d", i);
                put(k, key, 1, text);
                assert_non_null(got(k, "/asked", 1));
        }
        for (int i = 0; i < 100; i++) {
                snprintf(key, sizeof key, "/%d", i);
                there += got(k, key, 1) != NULL;
        }
        assert_in_range(there, 1, 19);
        assert_null(got(k, "/0", 1));
        assert_non_null(got(k, "/99", 1));
        em_kept_free(k);
}

static void a_reply_larger_than_the_room_is_not_kept(void **state)
{
        em_kept *k = em_kept_new(100);
        (void)state;
        put(k, "/a", 1, "a reply with its own entry is over a hundred bytes");
        assert_null(got(k, "/a", 1));
        em_kept_free(k);
}

typedef struct asker { em_kept *k; bool made; char text[64]; } asker;

/* What route.c does with an address that is not kept. */
static void *ask_for_a(void *arg)
{
        asker *a = arg;
        a->made = em_kept_making(a->k, EM_S("/a"), 1);
        if (a->made) {
                put(a->k, "/a", 1, "made twice");
                em_kept_made(a->k, EM_S("/a"), 1);
        } else {
                em_reply r = {.body = em_buf_make(1 << 20)};
                if (em_kept_get(a->k, EM_S("/a"), 1, &r))
                        snprintf(a->text, sizeof a->text, "%.*s", EM_ARG(em_buf_view(&r.body)));
                em_buf_free(&r.body);
        }
        return NULL;
}

static void whoever_asks_for_what_is_being_made_waits_and_gets_that(void **state)
{
        em_kept  *k = em_kept_new(1 << 20);
        asker     early[4] = {{.k = k}, {.k = k}, {.k = k}, {.k = k}}, late = {.k = k};
        pthread_t thread[4];
        (void)state;
        assert_true(em_kept_making(k, EM_S("/a"), 1));
        for (size_t i = 0; i < 4; i++)
                assert_int_equal(pthread_create(&thread[i], NULL, ask_for_a, &early[i]), 0);
        usleep(50000);          /* whether they wait by now or come later, they must get the same */
        put(k, "/a", 1, "made once");
        assert_true(em_kept_making(k, EM_S("/b"), 1));  /* another address waits for nobody */
        em_kept_made(k, EM_S("/b"), 1);
        em_kept_made(k, EM_S("/a"), 1);
        for (size_t i = 0; i < 4; i++) {
                assert_int_equal(pthread_join(thread[i], NULL), 0);
                if (!early[i].made)
                        assert_string_equal(early[i].text, "made once");
        }
        ask_for_a(&late);
        assert_true(late.made);         /* nobody is at it any more */
        em_kept_free(k);
}

static void what_is_got_says_that_it_was_kept(void **state)
{
        em_kept *k = em_kept_new(1 << 20);
        em_reply r = {.body = em_buf_make(1 << 20)};
        (void)state;
        put(k, "/a", 1, "body");
        assert_true(em_kept_get(k, EM_S("/a"), 1, &r));
        assert_true(r.kept);
        em_buf_free(&r.body);
        em_kept_free(k);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_reply_is_found_by_its_address_and_state_alone),
                cmocka_unit_test(a_reply_put_again_takes_the_place_of_the_first),
                cmocka_unit_test(what_is_got_is_a_copy_with_status_type_and_tag),
                cmocka_unit_test(the_longest_unused_goes_when_the_room_is_full),
                cmocka_unit_test(a_reply_larger_than_the_room_is_not_kept),
                cmocka_unit_test(whoever_asks_for_what_is_being_made_waits_and_gets_that),
                cmocka_unit_test(what_is_got_says_that_it_was_kept),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
