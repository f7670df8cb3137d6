/* A report of a small constructed case, evidence of which is hostile.  All in
 * it is invented.
 *
 * The world: two tellings of one day, three shots told on 6 January 2020 and
 * four told on 1 March 2020.  "At least four" holds under the latest telling
 * and fails under the first.
 */
#include "embargo/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <ftw.h>
#include <cmocka.h>

typedef struct world {
        char      dir[64];
        em_arena *arena;
        em_str    regime, kase;
        em_error  err;
        em_report_done done;
        em_str    html, json;
} world;

static const char shot_map[] =
        "kind     shot\nneeds    id day what n\nkey      id\nwhen     day\nwhat     what\nwho      who\n"
        "known    told\namount   n shot\nabsent   not-found\ngrade    = 2\nfield    note note\n";

static const char shots[] =
        "id,day,what,who,n,told,note\n"
        "S-1,2020-01-05,alpha,A,3,2020-01-06,plain\n"
        "S-2,2020-01-05,alpha,A,4,2020-03-01,\"<script>alert(1)</script> \"\" onload=\"\"x ]]> javascript:alert(2) "
        "\xe2\x80\xae\"\n";

static const char count_sql[] =
        "-- asks      Were at least four shots fired on 5 January 2020?\n"
        "-- unit      shot\n-- basis     direct\n-- main      latest\n-- combine   sum\n-- test      at-least n=4\n"
        "-- param     version latest\n-- reading   as first told: version=first\n"
        "-- alternative Two tellings may be of two days.\n"
        "select record, key as label, day_from, day_to, low_milli, high_milli, stated_milli, unit,\n"
        "       case when (:version = 'latest' and row_number() over (order by known desc) = 1)\n"
        "              or (:version = 'first' and row_number() over (order by known) = 1)\n"
        "            then 'counted' else 'set aside: another telling' end as role\n"
        "from shot where what = 'alpha' order by key\n";

static const char chart_sql[] =
        "-- chart      bars\n-- axis       months\n-- unit       shots\n-- whole\n"
        "-- title      It was {shots|!at-least} {shots|value}\n-- title-else Shots by telling\n-- question   shots\n"
        "select 'told' as series, substr(known, 1, 7) as x, low_milli, high_milli, record from shot order by 2\n";

static const char report_md[] =
        "# A small case\n\n"
        "There were {shots|!at-least} {shots|value} shots. As first told there were {shots@as first told|value}.\n\n"
        "{shots@as first told|!at-least} of them is said here alone.\n\n"
        "- Latest: {shots|value}.\n- First it holds: {shots@as first told|!at-least} that.\n\n"
        "| telling | shots |\n|---|---|\n| latest | {shots|value} |\n| first | {shots@as first told|!at-least} |\n\n"
        "By the first telling it was {shots@as first told|!not at-least} so.\n\n"
        "The record says {source:S-2|what}, as known on {case|known}.\n\n"
        "{{claims}}\n\n{{chart shots}}\n\n{{finding shots}}\n\n{{method}}\n\n{{abbreviations}}\n\n{{sources}}\n\n"
        "{{replies}}\n\n{{measures}}\n\n{{caps}}\n\n{{ledger}}\n\n{{annex}}\n";

static const char claims_csv[] =
        "claim,text,asserted_by,questions,note\nK1,Four shots or more,somebody,shots,\nK2,Nobody knows,somebody,,\n";

static void put(world *w, em_str dir, const char *name, const char *text)
{
        em_str path;
        assert_int_equal(em_path_join(dir, em_str_c(name), w->arena, &path, &w->err), EM_OK);
        assert_int_equal(em_dir_make(em_path_dir(path), &w->err), EM_OK);
        assert_int_equal(em_file_write(path, em_str_c(text), &w->err), EM_OK);
}

static em_str in_dir(world *w, const char *name)
{
        em_str path;
        assert_int_equal(em_path_join(em_str_c(w->dir), em_str_c(name), w->arena, &path, &w->err), EM_OK);
        return path;
}

static void make_case(world *w, const char *name)
{
        em_case *c = NULL;
        em_taken taken;
        em_custody custody = { .publisher = EM_S("Nobody & Sons"), .reliability = 'B', .published = EM_S("2020-03-01") };
        if (em_case_create(in_dir(w, name), w->regime, EM_S("tester"), &c, &w->err) != EM_OK)
                fail_msg("%s", w->err.text);
        if (em_case_add(c, in_dir(w, "shots.csv"), &custody, NULL, &taken, &w->err) != EM_OK)
                fail_msg("%s", w->err.text);
        assert_int_equal(taken.taken, 2);
        c = em_case_close(c);
}

static int set_up(void **state)
{
        world *w = calloc(1, sizeof *w);
        memcpy(w->dir, "/tmp/embargo-report-XXXXXX", 27);
        w->arena = em_arena_new((size_t)1 << 30);
        if (!mkdtemp(w->dir) || !w->arena)
                return 1;
        w->regime = in_dir(w, "regime");
        put(w, w->regime, "maps/shots.map", shot_map);
        put(w, w->regime, "questions/shots.sql", count_sql);
        put(w, w->regime, "charts/shots.sql", chart_sql);
        put(w, w->regime, "claims.csv", claims_csv);
        put(w, w->regime, "report.md", report_md);
        put(w, w->regime, "method.csv", "para,requirement,check\n21,Bound,{numbers} numbers in {sentences} sentences\n");
        put(w, w->regime, "abbreviations.csv", "abbreviation,meaning\nSHA,a digest\nZZZ,never used\n");
        put(w, em_str_c(w->dir), "shots.csv", shots);
        make_case(w, "case");
        *state = w;
        return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
        (void)st, (void)kind, (void)ftw;
        return remove(path);
}

static int tear_down(void **state)
{
        world *w = *state;
        nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        em_arena_free(w->arena);
        free(w);
        return 0;
}

static em_status make(world *w, const char *kase, const char *known, bool draft)
{
        em_case *c = NULL;
        em_report_opts opts = { .as_known = EM_DAY_NONE, .draft = draft };
        if (known)
                assert_true(em_day_parse(em_str_c(known), &opts.as_known));
        assert_int_equal(em_case_open(in_dir(w, kase), EM_CASE_WRITE, &c, &w->err), EM_OK);
        em_status status = em_report_make(c, &opts, w->arena, NULL, &w->done, &w->err);
        c = em_case_close(c);
        if (status != EM_OK)
                return status;
        assert_int_equal(em_file_read(w->done.html, 1 << 24, w->arena, &w->html, &w->err), EM_OK);
        assert_int_equal(em_file_read(w->done.json, 1 << 24, w->arena, &w->json, &w->err), EM_OK);
        return EM_OK;
}

static void report(world *w, const char *known, bool draft)
{
        if (make(w, "case", known, draft) != EM_OK)
                fail_msg("%s:%d %s", w->err.file, (int)w->err.line, w->err.text);
}

static bool has(em_str s, const char *part)
{
        return em_str_find(s, em_str_c(part)) >= 0;
}

static size_t count(em_str s, const char *part)
{
        size_t n = 0;
        em_str p = em_str_c(part);
        for (ptrdiff_t at; (at = em_str_find(s, p)) >= 0; n++)
                s = em_str_sub(s, (size_t)at + p.n, s.n);
        return n;
}

/* ---- sentences ---- */

static void a_number_is_a_link_to_its_evidence(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        assert_true(has(w->html, "<a class=\"n\" id=\"n2\" href=\"#a-shots\" data-a=\"A1\">4</a> shots."));
        assert_true(has(w->html, "<div class=\"ev\" id=\"a-shots\">"));
        assert_true(has(w->html, "<a href=\"#n2\">n2"));
}

static void a_sentence_whose_quantifier_fails_does_not_print(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        assert_false(has(w->html, "is said here alone"));
        assert_false(has(w->html, "First it holds"));
        assert_false(has(w->html, "<td>first</td>"));           /* its whole row goes */
        assert_true(has(w->html, "<td>latest</td>"));
        assert_false(has(w->html, "<p></p>"));
        assert_false(has(w->html, "<li></li>"));
        /* withheld: the paragraph, the item, and the two cells of the row */
        assert_int_equal(w->done.withheld, 4);
}

static void a_sentence_for_another_case_is_left_out_and_not_counted(void **state)
{
        world *w = *state;
        put(w, w->regime, "report.md", "# It failed{shots|?fails}\n\n# It stood{shots|?reading}: {shots|value}\n\n"
            "## None of it{shots|?untestable}\n\nSaid when it holds{shots@as first told|?fails}.\n\n"
            "Said when nothing can be tested{shots|?untestable}.\n\n| a | b |\n|---|---|\n"
            "| first{shots|?untestable} | {shots|value} |\n| kept | {shots|value} |\n\n"
            "| no{shots|?untestable} | head |\n|:--|---|\n| no{shots|?untestable} | row |\n\n{{annex}}\n");
        report(w, NULL, false);
        assert_true(has(w->html, "<title>It stood: 4</title>"));        /* the first heading that stands */
        assert_int_equal(count(w->html, "<h1"), 1);
        assert_false(has(w->html, "It failed"));
        assert_false(has(w->html, "None of it"));
        assert_true(has(w->html, "Said when it holds."));
        assert_false(has(w->html, "nothing can be tested"));
        assert_false(has(w->html, "<td>first"));
        assert_true(has(w->html, "<td>kept</td>"));
        assert_false(has(w->html, ":--"));
        assert_int_equal(w->done.withheld, 0);
        report(w, NULL, true);
        assert_true(has(w->html, "nothing can be tested"));             /* a draft shows all that was written */
        assert_true(w->done.withheld > 0);
}

static void another_report_of_the_regime_is_printed_by_its_name(void **state)
{
        world *w = *state;
        em_case *c = NULL;
        em_report_opts opts = { .as_known = EM_DAY_NONE, .template_name = EM_S("other") };
        put(w, w->regime, "report-other.md", "# Another\n\nThere were {shots|value}.\n\n{{annex}}\n");
        assert_int_equal(em_case_open(in_dir(w, "case"), EM_CASE_READ, &c, &w->err), EM_OK);
        assert_int_equal(em_report_make(c, &opts, w->arena, NULL, &w->done, &w->err), EM_OK);
        assert_int_equal(em_file_read(w->done.html, 1 << 24, w->arena, &w->html, &w->err), EM_OK);
        assert_true(has(w->html, "<title>Another</title>"));
        opts.template_name = EM_S("missing");
        assert_int_equal(em_report_make(c, &opts, w->arena, NULL, &w->done, &w->err), EM_MISSING);
        opts.template_name = EM_S("../report");
        assert_int_equal(em_report_make(c, &opts, w->arena, NULL, &w->done, &w->err), EM_USAGE);
        c = em_case_close(c);
}

static void what_must_fail_prints_when_it_fails(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        assert_true(has(w->html, ">not</a> so."));
}

static void a_draft_strikes_it_through_with_the_reason_and_the_reading_that_holds(void **state)
{
        world *w = *state;
        report(w, NULL, true);
        assert_true(has(w->html, "<del class=\"withheld\">{shots@as first told|!at-least} of them is said here alone.</del>"));
        assert_true(has(w->html, "&quot;at-least&quot; does not hold under the reading &quot;as first told&quot;"));
        assert_true(has(w->html, "it would hold under: latest"));
}

static void what_was_not_yet_known_is_not_said(void **state)
{
        world *w = *state;
        report(w, "2020-01-31", false);         /* four was told in March */
        assert_false(has(w->html, "There were"));
        assert_false(has(w->html, "id=\"n1\" href=\"#a-shots\" data-a=\"A1\">at least"));
        assert_true(has(w->html, "As known on 31 January 2020"));
        assert_false(has(w->html, "<article class=\"rec\" id=\"r-") && has(w->html, "S-2"));
}

static void a_chart_whose_title_fails_takes_the_neutral_one(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        assert_true(has(w->html, "It was at least 4"));
        assert_false(has(w->html, "Shots by telling"));
        report(w, "2020-01-31", false);
        assert_true(has(w->html, "Shots by telling"));
        assert_false(has(w->html, "It was at least"));
}

/* ---- hostile evidence ---- */

static void hostile_fields_come_out_inert(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        assert_true(has(w->html, "&lt;script&gt;alert(1)&lt;/script&gt;"));     /* shown, as it stands */
        assert_false(has(w->html, "<script>alert"));
        assert_int_equal(count(w->html, "<script"), 1);                         /* our own */
        assert_false(has(w->html, "\" onload="));
        assert_false(has(w->html, "href=\"javascript:"));
        assert_false(has(w->html, "\xe2\x80\xae"));                             /* U+202E */
        assert_false(has(w->html, "\x1b"));
        assert_true(has(w->html, "Nobody &amp; Sons"));
        assert_false(has(w->json, "\x1b"));
}

static void the_page_asks_nothing_of_the_net(void **state)
{
        world *w = *state;
        static const char *const bad[] = { "<link", "<img", "<iframe", " src=", "@import", "http-equiv=\"refresh\"",
                                           "fetch(", "XMLHttp" };
        report(w, NULL, false);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                assert_false(has(w->html, bad[i]));
        assert_true(has(w->html, "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-"));
}

static void the_script_is_the_one_that_the_policy_names(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        ptrdiff_t from = em_str_find(w->html, EM_S("<script>")), to = em_str_find(w->html, EM_S("</script>"));
        assert_true(from > 0 && to > from);
        em_sha256 hash = em_sha256_of(em_str_sub(w->html, (size_t)from + 8, (size_t)(to - from) - 8));
        ptrdiff_t at = em_str_find(w->html, EM_S("'sha256-"));
        /* RFC 4648: 32 bytes are 44 letters; decoded here, compared byte by byte */
        static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const char *b64 = w->html.p + at + 8;
        assert_int_equal(b64[43], '=');
        for (size_t bit = 0; bit < 256; bit++) {
                size_t digit = (size_t)(strchr(digits, b64[bit / 6]) - digits);
                assert_int_equal(digit >> (5 - bit % 6) & 1, hash.b[bit / 8] >> (7 - bit % 8) & 1);
        }
}

/* ---- the page ---- */

static void every_link_inside_has_its_place_and_no_place_is_double(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        em_str rest = w->html, id = EM_S(" id=\""), href = EM_S(" href=\"#");
        for (ptrdiff_t at; (at = em_str_find(rest, href)) >= 0;) {
                char want[128];
                rest = em_str_sub(rest, (size_t)at + href.n, rest.n);
                em_str name = em_str_cut(rest, '"').head;
                snprintf(want, sizeof want, " id=\"%.*s\"", EM_ARG(name));
                if (count(w->html, want) != 1)
                        fail_msg("%zu places for #%.*s", count(w->html, want), EM_ARG(name));
        }
        rest = w->html;
        for (ptrdiff_t at; (at = em_str_find(rest, id)) >= 0;) {
                char want[128];
                rest = em_str_sub(rest, (size_t)at + id.n, rest.n);
                snprintf(want, sizeof want, " id=\"%.*s\"", EM_ARG(em_str_cut(rest, '"').head));
                assert_int_equal(count(w->html, want), 1);
        }
}

static void elements_are_closed(void **state)
{
        world *w = *state;
        static const char *const pair[][2] = {
                { "<div", "</div>" }, { "<span", "</span>" }, { "<details", "</details>" }, { "<article", "</article>" },
                { "<a ", "</a>" }, { "<table", "</table>" }, { "<figure", "</figure>" }, { "<svg", "</svg>" },
                { "<aside", "</aside>" }, { "<ul", "</ul>" }, { "<small", "</small>" },
        };
        report(w, NULL, false);
        for (size_t i = 0; i < sizeof pair / sizeof *pair; i++)
                if (count(w->html, pair[i][0]) != count(w->html, pair[i][1]))
                        fail_msg("%s %zu, closed %zu", pair[i][0], count(w->html, pair[i][0]), count(w->html, pair[i][1]));
}

static void a_record_stands_with_its_own_row_grade_and_hash(void **state)
{
        world *w = *state;
        char hex[65];
        report(w, NULL, false);
        em_sha256_hex(em_sha256_of(em_str_c(shots)), hex);
        char first[13] = "", card[64];
        memcpy(first, hex, 12);
        snprintf(card, sizeof card, "<article class=\"rec\" id=\"r-%.8s-2\">", hex);
        assert_true(has(w->html, card));
        assert_true(has(w->html, first));
        assert_true(has(w->html, "<code>S-1,2020-01-05,alpha,A,3,2020-01-06,plain</code>"));
        assert_true(has(w->html, "<dt>told<dd>2020-01-06"));
        assert_true(has(w->html, ">B2</abbr>"));
        /* S-1 is used by the second reading alone: letter b */
        assert_true(has(w->html, "<td class=\"k\">b<"));
}

static void the_method_is_filled_in_and_only_used_abbreviations_are_listed(void **state)
{
        world *w = *state;
        char filled[96];
        report(w, NULL, false);
        snprintf(filled, sizeof filled, "<b>%zu</b> numbers in <b>%zu</b> sentences", w->done.numbers, w->done.sentences);
        assert_true(has(w->html, filled));
        assert_true(has(w->html, "<dt>SHA<dd>a digest"));
        assert_false(has(w->html, "never used"));
}

static void claims_carry_their_verdict_in_words(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        assert_true(has(w->html, "<tr id=\"c-K1\">"));
        assert_true(has(w->html, "holds only under a stated reading"));
        assert_true(has(w->json, "\"claim\": \"K2\""));
        assert_true(has(w->json, "\"verdict\": \"untestable\""));
}

/* ---- the same bytes ---- */

static void the_same_case_gives_the_same_bytes_in_any_folder(void **state)
{
        world *w = *state;
        report(w, NULL, false);
        em_str html = w->html, json = w->json;
        report(w, NULL, false);
        assert_true(em_str_eq(html, w->html));
        make_case(w, "another");
        assert_int_equal(make(w, "another", NULL, false), EM_OK);
        assert_true(em_str_eq(html, w->html));
        assert_true(em_str_eq(json, w->json));
        assert_false(has(html, w->dir));
        assert_false(has(json, w->dir));
}

static void anchors_are_kept_for_why(void **state)
{
        world *w = *state;
        em_case *c = NULL;
        em_anchor a;
        report(w, NULL, false);
        assert_int_equal(em_case_open(in_dir(w, "case"), EM_CASE_READ, &c, &w->err), EM_OK);
        assert_int_equal(em_case_anchor(c, EM_S("n3"), w->arena, &a, &w->err), EM_OK);
        assert_true(em_str_eq(a.ref, EM_S("shots@as first told|value")));
        assert_true(em_str_eq(a.text, EM_S("3")));
        assert_int_equal(em_case_anchor(c, EM_S("s1"), w->arena, &a, &w->err), EM_OK);
        assert_true(em_str_eq(a.ref, EM_S("n1 n2")));
        assert_true(em_str_eq(a.text, EM_S("There were at least 4 shots.")));
        c = em_case_close(c);
}

/* ---- faults of the template ---- */

static void an_unbound_number_stops_the_report_before_a_file_is_written(void **state)
{
        world *w = *state;
        put(w, w->regime, "report.md", "# T\n\nThere were 4 shots.\n");
        make_case(w, "fresh");
        assert_int_equal(make(w, "fresh", NULL, false), EM_FORMAT);
        assert_string_equal(w->err.file, "report.md");
        assert_int_equal(w->err.line, 3);
        assert_false(em_path_exists(in_dir(w, "fresh/report/index.html")));
}

static void a_reading_or_record_that_is_not_there_is_a_fault_with_its_line(void **state)
{
        world *w = *state;
        put(w, w->regime, "report.md", "# T\n\nx\n\n{shots@never|value}.\n");
        assert_int_equal(make(w, "case", NULL, false), EM_FORMAT);
        assert_int_equal(w->err.line, 5);
        assert_non_null(strstr(w->err.text, "never"));
        put(w, w->regime, "report.md", "# T\n\n{source:S-77|what}.\n");
        assert_int_equal(make(w, "case", NULL, false), EM_FORMAT);
        assert_int_equal(w->err.line, 3);
}

static void a_number_that_the_answer_does_not_give_withholds_its_sentence(void **state)
{
        world *w = *state;
        put(w, w->regime, "report.md", "# T\n\nStays. Goes {shots|nonsense} away.\n");
        report(w, NULL, false);
        assert_int_equal(w->done.withheld, 1);
        assert_true(has(w->html, "<p>Stays. </p>") || has(w->html, "<p>Stays.</p>"));
        assert_true(has(w->json, "gives no"));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
                T(a_number_is_a_link_to_its_evidence),
                T(a_sentence_whose_quantifier_fails_does_not_print),
                T(what_must_fail_prints_when_it_fails),
                T(a_sentence_for_another_case_is_left_out_and_not_counted),
                T(another_report_of_the_regime_is_printed_by_its_name),
                T(a_draft_strikes_it_through_with_the_reason_and_the_reading_that_holds),
                T(what_was_not_yet_known_is_not_said),
                T(a_chart_whose_title_fails_takes_the_neutral_one),
                T(hostile_fields_come_out_inert),
                T(the_page_asks_nothing_of_the_net),
                T(the_script_is_the_one_that_the_policy_names),
                T(every_link_inside_has_its_place_and_no_place_is_double),
                T(elements_are_closed),
                T(a_record_stands_with_its_own_row_grade_and_hash),
                T(the_method_is_filled_in_and_only_used_abbreviations_are_listed),
                T(claims_carry_their_verdict_in_words),
                T(the_same_case_gives_the_same_bytes_in_any_folder),
                T(anchors_are_kept_for_why),
                T(an_unbound_number_stops_the_report_before_a_file_is_written),
                T(a_reading_or_record_that_is_not_there_is_a_fault_with_its_line),
                T(a_number_that_the_answer_does_not_give_withholds_its_sentence),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
