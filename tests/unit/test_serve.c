/* The service without a socket: forms, who may ask, which address is which, and replies that are whole. */
#include "serve_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define TOKEN "constructed-token-0123"

static em_reply ask(em_service *s, const char *method, const char *target, const char *body)
{
        em_reply reply;
        em_service_answer(s, &(em_request){.method = em_str_c(method), .target = em_str_c(target), .body = em_str_c(body),
                                           .host = EM_S("127.0.0.1:8484"), .authorization = EM_S("Bearer " TOKEN)}, &reply);
        return reply;
}

static bool holds(const em_reply *reply, const char *text) { return em_str_find(em_buf_view(&reply->body), em_str_c(text)) >= 0; }

static void expect(em_service *s, const char *method, const char *target, const char *body, unsigned status, const char *text)
{
        em_reply reply = ask(s, method, target, body);
        if (reply.status != status || !holds(&reply, text))
                fail_msg("%s %s gave %u %.*s", method, target, reply.status, (int)reply.body.n, reply.body.p);
        em_buf_free(&reply.body);
}

static void a_form_gives_its_pairs_in_order_with_escapes_resolved(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_form   f;
        (void)state;
        assert_int_equal(em_form_read_text(EM_S("a=1&b=x+y%20z&&c&a=%EA%B0%95&d=%zz%4"), arena, &f, NULL), EM_OK);
        assert_int_equal(f.count, 5);
        assert_true(em_str_eq(em_form_get(f, "a"), EM_S("1")));
        assert_true(em_str_eq(em_form_get(f, "b"), EM_S("x y z")));
        assert_true(em_form_get(f, "c").p != NULL && em_form_get(f, "c").n == 0);
        assert_true(em_str_eq(f.at[3].value, EM_S("강")));              /* U+AC15 is EA B0 95 */
        assert_true(em_str_eq(em_form_get(f, "d"), EM_S("%zz%4")));     /* WHATWG URL: not two hex digits, so itself */
        assert_null(em_form_get(f, "e").p);
        em_arena_free(arena);
}

static void a_form_of_bad_text_or_too_many_pairs_is_refused(void **state)
{
        em_arena *arena = em_arena_new(1 << 20);
        em_form   f;
        char      many[2 * EM_FORM_MOST + 2];
        (void)state;
        assert_int_equal(em_form_read_text(EM_S("q=%ff"), arena, &f, NULL), EM_FORMAT);
        assert_int_equal(em_form_read_text(EM_S("q=%C0%80"), arena, &f, NULL), EM_FORMAT);      /* overlong NUL */
        assert_int_equal(em_form_read_text(EM_S("q=a%00b"), arena, &f, NULL), EM_FORMAT);
        for (size_t i = 0; i + 1 < sizeof many; i += 2)
                memcpy(many + i, "a&", 2);
        assert_int_equal(em_form_read_text((em_str){many, 2 * EM_FORM_MOST - 1}, arena, &f, NULL), EM_OK);
        assert_int_equal(em_form_read_text((em_str){many, 2 * EM_FORM_MOST + 1}, arena, &f, NULL), EM_LIMIT);
        em_arena_free(arena);
}

static void only_names_of_loopback_and_those_given_are_our_host(void **state)
{
        static const char *const ours[] = {"localhost", "LocalHost:80", "127.0.0.1:8484", "[::1]", "[::1]:9", "lists.example:1"};
        static const char *const others[] = {"", ":80", "localhost.", "localhost:", "localhost:99999999", "127.0.0.1.evil.example", "evil.example",
                                             "[::1", "::1", "[::1]x", "localhost:8484:1", "127.0.0.2"};
        (void)state;
        for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
                assert_true(em_guard_host(em_str_c(ours[i]), EM_S("a.example, lists.example")));
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                assert_false(em_guard_host(em_str_c(others[i]), EM_S("a.example, lists.example")));
}

static void an_origin_is_ours_only_with_our_scheme_and_the_same_host_and_port(void **state)
{
        (void)state;
        assert_true(em_guard_origin_own(EM_S("http://localhost:8484"), EM_S("localhost:8484"), false));
        assert_false(em_guard_origin_own(EM_S("http://localhost:8485"), EM_S("localhost:8484"), false));
        assert_false(em_guard_origin_own(EM_S("https://localhost:8484"), EM_S("localhost:8484"), false));
        assert_false(em_guard_origin_own(EM_S("null"), EM_S("localhost:8484"), false));
        assert_false(em_guard_origin_own(EM_S("http://"), EM_S(""), false));
        assert_true(em_guard_origin_own(EM_S("https://localhost:8484"), EM_S("localhost:8484"), true));
        assert_false(em_guard_origin_own(EM_S("http://localhost:8484"), EM_S("localhost:8484"), true));
}

static void the_token_counts_as_bearer_and_as_apikey_and_nothing_else_does(void **state)
{
        (void)state;
        em_str t = EM_S("secret");
        assert_true(em_guard_token(&(em_request){.authorization = EM_S("Bearer secret")}, t));
        assert_true(em_guard_token(&(em_request){.authorization = EM_S("ApiKey  secret ")}, t));
        assert_false(em_guard_token(&(em_request){.authorization = EM_S("Basic secret")}, t));
        assert_false(em_guard_token(&(em_request){.authorization = EM_S("Bearer secre")}, t));
        assert_false(em_guard_token(&(em_request){.authorization = EM_S("Bearer secret2")}, t));
        assert_false(em_guard_token(&(em_request){.cookie = EM_S("embargo=secret")}, t));       /* a cookie is a session's, never the token */
        assert_false(em_guard_token(&(em_request){0}, t));
}

static void a_cookie_is_read_by_its_whole_name_and_named_by_the_port(void **state)
{
        char name[40];
        (void)state;
        em_guard_cookie_name(EM_S("127.0.0.1:8484"), false, name);
        assert_string_equal(name, "embargo_8484");
        em_guard_cookie_name(EM_S("[::1]:9"), false, name);
        assert_string_equal(name, "embargo_9");
        em_guard_cookie_name(EM_S("desk.example"), true, name);
        assert_string_equal(name, "__Host-embargo");
        assert_true(em_str_eq(em_guard_cookie(EM_S("a=b; embargo_8484=x"), "embargo_8484"), EM_S("x")));
        assert_int_equal(em_guard_cookie(EM_S("xembargo_8484=x; embargo_84844=y"), "embargo_8484").n, 0);
}

static void after_signing_in_one_goes_on_to_our_own_addresses_only(void **state)
{
        static const char *const ours[] = {"/", "/findings?known=2022-03-01", "/records/3f9ac1d2:162"};
        /* What browsers take for another host (WHATWG URL, section 4.4), what would part a header, and signing out at once. */
        static const char *const others[] = {"", "findings", "//evil.example", "/\\evil.example", "/a\\b", "https://evil.example/", "/a\r\nSet-Cookie: x",
                                             "/a b", "/\xea\xb0\x95", "/sign-out", "/sign-in"};
        (void)state;
        for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
                assert_true(em_guard_next(em_str_c(ours[i])));
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
                assert_false(em_guard_next(em_str_c(others[i])));
}

static void another_pages_doing_is_told_by_what_the_browser_says_of_it(void **state)
{
        (void)state;
        assert_true(em_guard_foreign(EM_S("cross-site")));
        assert_true(em_guard_foreign(EM_S("same-site")));       /* another port of this machine */
        assert_false(em_guard_foreign(EM_S("same-origin")));
        assert_false(em_guard_foreign(EM_S("none")));           /* typed, or a bookmark */
        assert_false(em_guard_foreign(EM_S("")));               /* a program */
}

static void each_route_is_found_by_its_method_and_no_other(void **state)
{
        char        dir[] = "/tmp/embargo-serve-XXXXXX";
        em_service *s = serve_world(dir, TOKEN);
        (void)state;
        assert_non_null(s);
        expect(s, "GET", "/healthz", "", 200, "\"ok\"");
        expect(s, "HEAD", "/healthz", "", 200, "\"ok\"");
        expect(s, "GET", "/healthz/", "", 404, "detail");
        expect(s, "GET", "//healthz", "", 404, "detail");
        expect(s, "GET", "healthz", "", 404, "detail");
        expect(s, "GET", "/search", "", 404, "detail");
        expect(s, "GET", "/search/", "", 404, "detail");
        expect(s, "GET", "/search/default/x", "", 404, "detail");
        expect(s, "POST", "/search/default", "", 405, "detail");
        expect(s, "PUT", "/v2/search", "", 405, "error");
        expect(s, "GET", "/v2/nothing", "", 404, "error");
        expect(s, "GET", "", "", 404, "detail");
        serve_world_end(dir, s);
}

static void an_escaped_slash_does_not_part_an_address(void **state)
{
        char        dir[] = "/tmp/embargo-serve-XXXXXX";
        em_service *s = serve_world(dir, TOKEN);
        (void)state;
        assert_non_null(s);
        expect(s, "GET", "/entities/own-P%2D001", "", 200, "Kang Mun Sik");
        expect(s, "GET", "/entities/own%2FP-001", "", 404, "no entity");
        serve_world_end(dir, s);
}

static void a_batch_answers_each_query_under_its_own_key_and_the_last_of_twins(void **state)
{
        char        dir[] = "/tmp/embargo-serve-XXXXXX";
        em_service *s = serve_world(dir, TOKEN);
        (void)state;
        assert_non_null(s);
        em_reply r = ask(s, "POST", "/match/default",
                         "{\"queries\":{\"a\":{\"schema\":\"Vessel\",\"properties\":{\"name\":\"Sea Lantern\"}},"
                         "\"a\":{\"schema\":\"Person\",\"properties\":{\"firstName\":\"Ivan\",\"lastName\":[\"Drozdov\"]}}}}");
        assert_int_equal(r.status, 200);
        assert_true(holds(&r, "\"own-P-002\""));
        assert_false(holds(&r, "\"own-V-001\""));
        em_buf_free(&r.body);
        expect(s, "POST", "/match/own", "{\"queries\":{}}", 200, "{\"responses\":{},\"limit\":5}");
        expect(s, "POST", "/match/default?exclude_dataset=own", "{\"queries\":{\"a\":{\"properties\":{\"name\":\"Sea Lantern\"}}}}", 200, "\"results\":[]");
        expect(s, "POST", "/match/default?exclude_schema=Vessel", "{\"queries\":{\"a\":{\"properties\":{\"name\":\"Sea Lantern\"}}}}", 200, "\"results\":[]");
        expect(s, "POST", "/match/default?exclude_entity_ids=own-V-001", "{\"queries\":{\"a\":{\"properties\":{\"name\":\"Sea Lantern\"}}}}", 200, "\"results\":[]");
        expect(s, "POST", "/match/default?topics=role.pep", "{\"queries\":{\"a\":{\"properties\":{\"name\":\"Sea Lantern\"}}}}", 200, "\"results\":[]");
        expect(s, "POST", "/match/default?changed_since=2026-01-01", "{\"queries\":{\"a\":{\"properties\":{\"name\":\"Sea Lantern\"}}}}", 200, "\"results\":[]");
        expect(s, "POST", "/match/default?changed_since=now", "{\"queries\":{}}", 400, "changed_since");
        serve_world_end(dir, s);
}

static void a_refused_request_is_refused_before_its_body_too(void **state)
{
        char        dir[] = "/tmp/embargo-serve-XXXXXX";
        em_service *s = serve_world(dir, TOKEN);
        em_reply    r;
        (void)state;
        assert_non_null(s);
        assert_int_equal(em_service_refuse(s, &(em_request){.method = EM_S("POST"), .target = EM_S("/match/default"), .host = EM_S("localhost")}, &r), 401);
        em_buf_free(&r.body);
        assert_int_equal(em_service_refuse(s, &(em_request){.method = EM_S("POST"), .target = EM_S("/match/default"), .host = EM_S("evil.example"),
                                                            .authorization = EM_S("Bearer " TOKEN)}, &r), 421);
        em_buf_free(&r.body);
        assert_int_equal(em_service_refuse(s, &(em_request){.method = EM_S("POST"), .target = EM_S("/match/default"), .host = EM_S("localhost"),
                                                            .authorization = EM_S("Bearer " TOKEN), .fetch_site = EM_S("cross-site")}, &r), 403);
        em_buf_free(&r.body);
        assert_int_equal(em_service_refuse(s, &(em_request){.method = EM_S("POST"), .target = EM_S("/match/default"), .host = EM_S("localhost"),
                                                            .authorization = EM_S("Bearer " TOKEN), .fetch_site = EM_S("none")}, &r), 0);
        em_buf_free(&r.body);
        serve_world_end(dir, s);
}

static void a_reload_of_a_file_that_is_gone_leaves_the_old_index_serving(void **state)
{
        char        dir[] = "/tmp/embargo-serve-XXXXXX", path[256];
        em_service *s = serve_world(dir, TOKEN);
        em_error    err = {0};
        (void)state;
        assert_non_null(s);
        assert_false(em_service_stale(s));
        assert_int_equal(em_service_reload(s, &err), EM_OK);
        snprintf(path, sizeof path, "%s/names.idx", dir);
        assert_int_equal(em_file_write(em_str_c(path), EM_S("no index"), &err), EM_OK);
        assert_true(em_service_stale(s));
        assert_int_equal(em_service_reload(s, &err), EM_FORMAT);
        assert_false(em_service_stale(s));      /* the same bad file is not tried again and again */
        expect(s, "GET", "/entities/own-P-001", "", 200, "Kang Mun Sik");
        serve_world_end(dir, s);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_form_gives_its_pairs_in_order_with_escapes_resolved),
                cmocka_unit_test(a_form_of_bad_text_or_too_many_pairs_is_refused),
                cmocka_unit_test(only_names_of_loopback_and_those_given_are_our_host),
                cmocka_unit_test(an_origin_is_ours_only_with_our_scheme_and_the_same_host_and_port),
                cmocka_unit_test(the_token_counts_as_bearer_and_as_apikey_and_nothing_else_does),
                cmocka_unit_test(a_cookie_is_read_by_its_whole_name_and_named_by_the_port),
                cmocka_unit_test(after_signing_in_one_goes_on_to_our_own_addresses_only),
                cmocka_unit_test(another_pages_doing_is_told_by_what_the_browser_says_of_it),
                cmocka_unit_test(each_route_is_found_by_its_method_and_no_other),
                cmocka_unit_test(an_escaped_slash_does_not_part_an_address),
                cmocka_unit_test(a_batch_answers_each_query_under_its_own_key_and_the_last_of_twins),
                cmocka_unit_test(a_refused_request_is_refused_before_its_body_too),
                cmocka_unit_test(a_reload_of_a_file_that_is_gone_leaves_the_old_index_serving),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
