/* The ledger, findings and anchors. */
#include "case_world.h"

#include "case/store.h"

/* Computed with a shell, not with the code under test:
 *   zeros=$(printf '0%.0s' $(seq 64))
 *   printf '%s\n1\n2026-01-31T10:00:00Z\nA. Person\nnote\n{"text":"seen"}' $zeros | sha256sum
 *   printf '%s\n2\n2026-01-31T10:05:00Z\nA. Person\nnote\n{}' <that hash> | sha256sum */
#define FIRST_HASH  "383e6f2eed8343ec579a20a395936cd1f6376c58858f107549d9bc28fd604ce6"
#define SECOND_HASH "71402a8110811c26950d64970d07af0dfbf8bf93c7897f5c4e92c8b8e50a90ea"

static void the_hash_of_an_entry_can_be_redone_with_sha256sum(void **state)
{
        (void)state;
        char hex[65];
        em_entry e = { .seq = 1, .at = EM_S("2026-01-31T10:00:00Z"), .author = EM_S("A. Person"),
                       .action = EM_S("note"), .body = EM_S("{\"text\":\"seen\"}"), .previous = EM_LEDGER_ZERO };
        assert_int_equal(em_ledger_hash(&e, hex, NULL), EM_OK);
        assert_string_equal(hex, FIRST_HASH);
        em_entry next = { .seq = 2, .at = EM_S("2026-01-31T10:05:00Z"), .author = EM_S("A. Person"),
                          .action = EM_S("note"), .body = EM_S("{}"), .previous = FIRST_HASH };
        assert_int_equal(em_ledger_hash(&next, hex, NULL), EM_OK);
        assert_string_equal(hex, SECOND_HASH);
}

static void every_entry_follows_the_one_before_from_zeros_on(void **state)
{
        world *w = *state;
        em_entry *list;
        size_t count;
        char real[65];
        em_case *c = full_case(w);
        expect(w, em_case_log(c, 1, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 3);             /* create, add, add */
        assert_string_equal(list[0].previous, EM_LEDGER_ZERO);
        for (size_t i = 0; i < count; i++) {
                assert_int_equal(em_ledger_hash(&list[i], real, NULL), EM_OK);
                assert_string_equal(real, list[i].hash);
                assert_int_equal(list[i].seq, (int64_t)i + 1);
                assert_true(em_str_eq(list[i].author, EM_S("A. Tester")));
                if (i)
                        assert_string_equal(list[i].previous, list[i - 1].hash);
        }
        assert_true(em_str_eq(list[0].action, EM_S("create")));
        assert_true(em_str_eq(list[1].action, EM_S("add")));
        expect(w, em_case_log(c, 3, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 1);
        em_case_close(c);
}

static void a_note_names_its_author_and_bad_notes_leave_nothing(void **state)
{
        world *w = *state;
        em_entry *list;
        size_t count;
        em_case *c = create(w);
        expect(w, em_case_set_author(c, EM_S("B. Other"), &w->err));
        expect(w, em_case_note(c, EM_S("note"), EM_S("{\"text\":\"x\"}"), &w->err));
        assert_int_equal(em_case_note(c, EM_S("note"), EM_S("{\"text\":"), &w->err), EM_FORMAT);
        assert_int_equal(em_case_note(c, EM_S("No Word"), EM_S("{}"), &w->err), EM_FORMAT);
        assert_int_equal(em_case_set_author(c, EM_S("two\nlines"), &w->err), EM_FORMAT);
        assert_int_equal(em_case_set_author(c, EM_S(""), &w->err), EM_FORMAT);
        expect(w, em_case_log(c, 1, w->arena, &list, &count, &w->err));
        assert_int_equal(count, 2);
        assert_true(em_str_eq(list[1].author, EM_S("B. Other")));
        em_case_close(c);
}

/* 1,000,000,000 s is 2001-09-09T01:46:40Z (the billennium). */
static void time_is_written_in_utc(void **state)
{
        (void)state;
        char out[32];
        assert_string_equal(em_time_text(1000000000, out), "2001-09-09T01:46:40Z");
        assert_string_equal(em_time_text(0, out), "1970-01-01T00:00:00Z");
        assert_string_equal(em_time_text(-1, out), "1969-12-31T23:59:59Z");
}

static void the_manifest_does_not_depend_on_the_order_of_adding(void **state)
{
        world *w = *state;
        char one[65], two[65], less[65];
        em_case *c = full_case(w);
        expect(w, em_case_manifest(c, one, &w->err));
        em_case_close(c);
        remove_tree(w->arena, w->kase);
        c = create(w);
        add(w, c, w->links);
        expect(w, em_case_manifest(c, less, &w->err));
        add(w, c, w->shots);
        expect(w, em_case_manifest(c, two, &w->err));
        em_case_close(c);
        assert_string_equal(one, two);
        assert_string_not_equal(one, less);
}

static em_finding_row finding(const char *question, const char *body, const int64_t *records, size_t n)
{
        return (em_finding_row){ .question = em_str_c(question), .as_known = EM_S(""),
                                 .question_hash = EM_S("aa"), .verdict = EM_S("holds"),
                                 .standard = EM_S("established"), .body = em_str_c(body),
                                 .records = records, .record_count = n };
}

static int64_t entries(world *w, em_case *c)
{
        return ask_int(w, c, "select count(*) from ledger");
}

static void findings_get_a_new_version_only_when_they_change(void **state)
{
        world *w = *state;
        em_case_close(full_case(w));
        em_case *c = reopen(w, EM_CASE_WRITE);
        const int64_t records[] = { 2, 1 }, fewer[] = { 2 };
        em_finding_row rows[] = { finding("b", "{\"n\":1}", records, 2), finding("a", "{\"n\":2}", NULL, 0) };
        expect(w, em_case_findings_put(c, rows, 2, &w->err));
        assert_int_equal(rows[0].version, 1);
        assert_int_equal(entries(w, c), 4);
        expect(w, em_case_findings_put(c, rows, 2, &w->err));
        assert_int_equal(rows[1].version, 1);
        assert_int_equal(entries(w, c), 4);
        rows[0] = finding("b", "{\"n\":1}", fewer, 1);
        expect(w, em_case_findings_put(c, rows, 2, &w->err));
        assert_int_equal(rows[0].version, 2);
        assert_int_equal(rows[1].version, 1);
        assert_int_equal(entries(w, c), 5);

        em_finding_row *list;
        size_t count;
        expect(w, em_case_findings(c, EM_S(""), w->arena, &list, &count, &w->err));
        assert_int_equal(count, 2);
        assert_true(em_str_eq(list[0].question, EM_S("a")));
        assert_int_equal(list[0].record_count, 0);
        assert_int_equal(list[1].version, 2);
        assert_int_equal(list[1].record_count, 1);
        assert_int_equal(list[1].records[0], 2);
        assert_true(em_str_eq(list[1].body, EM_S("{\"n\":1}")));
        expect(w, em_case_findings(c, EM_S("2020-01-01"), w->arena, &list, &count, &w->err));
        assert_int_equal(count, 0);
        expect(w, em_case_finding_versions(c, EM_S("b"), EM_S(""), w->arena, &list, &count, &w->err));
        assert_int_equal(count, 2);             /* oldest first */
        assert_int_equal(list[0].version, 1);
        assert_int_equal(list[1].version, 2);
        expect(w, em_case_finding_versions(c, EM_S("b"), EM_S("2020-01-01"), w->arena, &list, &count, &w->err));
        assert_int_equal(count, 0);
        em_case_close(c);
}

static void a_finding_on_a_record_that_is_not_held_is_refused_whole(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        const int64_t records[] = { 77 };
        em_finding_row rows[] = { finding("a", "{}", NULL, 0), finding("b", "{}", records, 1) };
        em_finding_row *list;
        size_t count;
        assert_int_equal(em_case_findings_put(c, rows, 2, &w->err), EM_DENIED);
        expect(w, em_case_findings(c, EM_S(""), w->arena, &list, &count, &w->err));
        assert_int_equal(count, 0);
        assert_int_equal(entries(w, c), 1);
        em_case_close(c);
}

static void anchors_are_those_of_the_last_report(void **state)
{
        world *w = *state;
        em_case *c = create(w);
        em_anchor a, first[] = { { EM_S("n1"), EM_S("number"), EM_S("q|count"), EM_S("6") },
                                 { EM_S("n2"), EM_S("number"), EM_S("q|low"), EM_S("5") } };
        expect(w, em_case_anchors_put(c, first, 2, &w->err));
        expect(w, em_case_anchor(c, EM_S("n2"), w->arena, &a, &w->err));
        assert_true(em_str_eq(a.ref, EM_S("q|low")));
        expect(w, em_case_anchors_put(c, first, 1, &w->err));
        assert_int_equal(em_case_anchor(c, EM_S("n2"), w->arena, &a, &w->err), EM_MISSING);
        em_case_close(c);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_make, world_unmake)
        const struct CMUnitTest tests[] = {
                T(the_hash_of_an_entry_can_be_redone_with_sha256sum),
                T(every_entry_follows_the_one_before_from_zeros_on),
                T(a_note_names_its_author_and_bad_notes_leave_nothing),
                T(time_is_written_in_utc),
                T(the_manifest_does_not_depend_on_the_order_of_adding),
                T(findings_get_a_new_version_only_when_they_change),
                T(a_finding_on_a_record_that_is_not_held_is_refused_whole),
                T(anchors_are_those_of_the_last_report),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
