/* CSV: the rules of RFC 4180 section 2 in order, then what the world sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/csv.h"

#include <stdlib.h>

/* Reads text and prints each row as [a|b]; a bad row as !sentence@field[..]; each
 * with its physical line: "1[a|b] 2[c|d]". */
static void assert_rows_of(em_str text, const em_csv_opts *opts, const char *want)
{
        em_arena *arena = em_arena_new(1 << 24);
        em_buf out = em_buf_make(1 << 24);
        em_csv csv = em_csv_make(text, opts);
        em_csv_row row;
        while (em_csv_next(&csv, arena, &row)) {
                if (out.n)
                        em_buf_ch(&out, ' ');
                em_buf_fmt(&out, "%llu", (unsigned long long)row.line);
                if (row.bad)
                        em_buf_fmt(&out, "!%s@%zu", row.bad, row.bad_column);
                em_buf_ch(&out, '[');
                for (size_t i = 0; i < row.count; i++) {
                        if (i)
                                em_buf_ch(&out, '|');
                        em_buf_str(&out, row.field[i]);
                }
                em_buf_ch(&out, ']');
                em_arena_reset(arena);
        }
        em_buf_ch(&out, '\0');
        assert_int_equal(em_buf_status(&out, NULL), EM_OK);
        assert_string_equal(out.p, want);
        em_buf_free(&out);
        em_arena_free(arena);
}

static void assert_rows(const char *text, const char *want)
{
        assert_rows_of(em_str_c(text), NULL, want);
}

/* A heap copy of exactly n bytes, so that a sanitizer sees any byte read past. */
static char *filled(size_t n, char c)
{
        char *p = malloc(n);
        assert_non_null(p);
        memset(p, c, n);
        return p;
}

static void rule_1_each_record_is_on_its_own_line(void **state)
{
        (void)state;
        assert_rows("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "1[aaa|bbb|ccc] 2[zzz|yyy|xxx]");
}

static void rule_2_the_last_line_end_may_be_missing(void **state)
{
        (void)state;
        assert_rows("aaa,bbb,ccc\r\nzzz,yyy,xxx", "1[aaa|bbb|ccc] 2[zzz|yyy|xxx]");
        assert_rows("\"a\"", "1[a]");
}

static void rule_3_a_header_alone_is_one_row(void **state)
{
        (void)state;
        assert_rows("field_name,field_name,field_name\r\n", "1[field_name|field_name|field_name]");
}

static void rule_4_blanks_belong_to_a_field(void **state)
{
        (void)state;
        assert_rows(" aaa, bbb ,\n", "1[ aaa| bbb |]");
        assert_rows(",\n", "1[|]");
        assert_rows(" \n", "1[ ]");
}

static void rule_5_fields_may_be_quoted(void **state)
{
        (void)state;
        assert_rows("\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", "1[aaa|bbb|ccc] 2[zzz|yyy|xxx]");
        assert_rows("\"\",\"\"\n\"\"\n", "1[|] 2[]");
}

static void rule_6_quotes_hold_line_ends_and_separators(void **state)
{
        (void)state;
        assert_rows("\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx",
                    "1[aaa|b\r\nbb|ccc] 3[zzz|yyy|xxx]");
        assert_rows("\"a,b\",c\n", "1[a,b|c]");
}

static void rule_7_a_doubled_quote_is_one_quote(void **state)
{
        (void)state;
        assert_rows("\"aaa\",\"b\"\"bb\",\"ccc\"", "1[aaa|b\"bb|ccc]");
        assert_rows("\"\"\"\"\"\",\"a\"\"\"\n\"\"\"a\"\n", "1[\"\"|a\"] 2[\"a]");
}

static void a_quote_inside_an_unquoted_field_is_a_byte(void **state)
{
        (void)state;
        assert_rows("5\" shell,a\"\"b\nx\"\ny", "1[5\" shell|a\"\"b] 2[x\"] 3[y]");
}

static void lf_crlf_and_lone_cr_end_a_line(void **state)
{
        (void)state;
        assert_rows("a\nb\r\nc\rd", "1[a] 2[b] 3[c] 4[d]");
        assert_rows("a\r", "1[a]");
}

/* Lines 1 and 2 end in LF, 3 in CRLF, 4 in a lone CR, 5 in LF: y is on line 6. */
static void every_kind_of_line_end_in_quotes_counts_as_a_line(void **state)
{
        (void)state;
        assert_rows("x\n\"a\nb\r\nc\rd\"\ny", "1[x] 2[a\nb\r\nc\rd] 6[y]");
        assert_rows("\"\r\n\r\n\"\r\nz", "1[\r\n\r\n] 4[z]");
}

static void blank_lines_are_counted_but_are_not_rows(void **state)
{
        (void)state;
        assert_rows("\n\r\na\n\n\rb\n\n", "3[a] 6[b]");
        assert_rows("\n\n\n", "");
        assert_rows("", "");
}

static void a_byte_order_mark_is_skipped_at_the_start_only(void **state)
{
        (void)state;
        assert_rows("\xEF\xBB\xBF" "a,b\n\xEF\xBB\xBF" "c\n", "1[a|b] 2[\xEF\xBB\xBF" "c]");
        assert_rows("\xEF\xBB\xBF", "");
        assert_rows("\xEF\xBB\xBF\"a\"\n", "1[a]");
}

static void an_unclosed_quote_spoils_its_own_line_only(void **state)
{
        (void)state;
        assert_rows("a,b\nc,\"d\ne,f\ng,h\n", "1[a|b] 2!quote not closed@2[c] 3[e|f] 4[g|h]");
        assert_rows("\"", "1!quote not closed@1[]");
        assert_rows("a,\"\"\"b\r\nc\r\n", "1!quote not closed@2[a] 2[c]");
        assert_rows("\"a\rb\"\"\rc", "1!quote not closed@1[] 2[b\"\"] 3[c]");
}

/* The quote of line 1 would be closed 2 MiB further on, by a stray one. */
static void an_unclosed_quote_never_reaches_further_than_a_row(void **state)
{
        (void)state;
        size_t n = (size_t)2 << 20;
        char *text = filled(n, 'x');
        memcpy(text, "\"a\nb,c\n", 7);
        for (size_t i = 7 + 1000; i < n - 2; i += 1000)
                text[i] = '\n';
        text[n - 2] = '\n';
        text[n - 1] = '"';
        em_arena *arena = em_arena_new(1 << 20);
        em_csv csv = em_csv_make((em_str){ text, n }, NULL);
        em_csv_row row;
        assert_true(em_csv_next(&csv, arena, &row));
        assert_string_equal(row.bad, "quote not closed");
        assert_int_equal(row.length, 2);
        assert_true(em_csv_next(&csv, arena, &row));
        assert_null(row.bad);
        assert_int_equal(row.count, 2);
        uint64_t rows = 2;
        while (em_csv_next(&csv, arena, &row))
                rows++;
        assert_int_equal(rows, row.line);
        assert_string_equal(row.bad, "quote not closed");
        em_arena_free(arena);
        free(text);
}

static void text_after_a_closing_quote_spoils_the_row(void **state)
{
        (void)state;
        assert_rows("a,\"b\"c,d\ne\n", "1!text after a closing quote@2[a] 2[e]");
        assert_rows("\"a\" ,b\r\"c\" \rd", "1!text after a closing quote@1[] "
                    "2!text after a closing quote@1[] 3[d]");
}

static void a_nul_byte_spoils_the_row_and_its_field_is_named(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 16);
        em_csv csv = em_csv_make((em_str){ "a,\"b,\0\"\nc\n", 10 }, NULL);
        em_csv_row row;
        assert_true(em_csv_next(&csv, arena, &row));
        assert_string_equal(row.bad, "NUL byte");
        assert_int_equal(row.bad_column, 2);
        assert_true(em_csv_next(&csv, arena, &row));
        assert_null(row.bad);
        assert_true(em_str_eq(row.field[0], EM_S("c")));
        csv = em_csv_make((em_str){ "a\nb\0,c", 6 }, NULL);
        assert_true(em_csv_next(&csv, arena, &row));
        assert_null(row.bad);
        assert_true(em_csv_next(&csv, arena, &row));
        assert_string_equal(row.bad, "NUL byte");
        assert_int_equal(row.bad_column, 1);
        em_arena_free(arena);
}

static void bad_utf8_spoils_its_own_row_only(void **state)
{
        (void)state;
        assert_rows("a,\xED\x95\x9C\nb,c,\xFF\nd\n",
                    "1[a|\xED\x95\x9C] 2!not UTF-8@3[b|c|\xFF] 3[d]");
        /* a separator inside quotes and a doubled quote do not shift the field */
        assert_rows("\"a,\"\",\",b,\"\xC3(\"", "1!not UTF-8@3[a,\",|b|\xC3(]");
        /* a sequence cut by the separator */
        assert_rows("\xE2\x89,\xA2", "1!not UTF-8@1[\xE2\x89|\xA2]");
}

static void ten_thousand_columns_are_one_bad_row(void **state)
{
        (void)state;
        enum { COLUMNS = 10000 };
        char *text = filled(2 * COLUMNS + 2, ',');
        for (size_t i = 0; i < COLUMNS; i++)
                text[2 * i] = 'x';
        text[2 * COLUMNS - 1] = '\n';
        memcpy(text + 2 * COLUMNS, "y\n", 2);
        em_arena *arena = em_arena_new(1 << 20);
        em_csv csv = em_csv_make((em_str){ text, 2 * COLUMNS + 2 }, NULL);
        em_csv_row row;
        assert_true(em_csv_next(&csv, arena, &row));
        assert_string_equal(row.bad, "over 1024 fields");
        assert_int_equal(row.bad_column, 1025);
        assert_int_equal(row.count, 1024);
        assert_int_equal(row.length, 2 * COLUMNS - 1);
        em_arena_reset(arena);
        assert_true(em_csv_next(&csv, arena, &row));
        assert_null(row.bad);
        assert_int_equal(row.line, 2);
        assert_false(em_csv_next(&csv, arena, &row));
        em_arena_free(arena);
        free(text);
}

static void exactly_as_many_fields_as_allowed_are_good(void **state)
{
        (void)state;
        em_csv_opts opts = em_csv_defaults;
        opts.max_fields = 3;
        assert_rows_of(EM_S("a,b,c\na,b,c,d\ne\n"), &opts, "1[a|b|c] 2!over 3 fields@4[a|b|c] 3[e]");
}

static void a_line_of_two_mebibytes_is_one_bad_row(void **state)
{
        (void)state;
        size_t n = (size_t)2 << 20;
        for (int quoted = 0; quoted < 2; quoted++) {
                char *text = filled(n + 4, 'x');
                if (quoted)
                        text[0] = text[n - 1] = '"';
                memcpy(text + n, "\r\ny", 3);
                em_arena *arena = em_arena_new(1 << 16);
                em_csv csv = em_csv_make((em_str){ text, n + 3 }, NULL);
                em_csv_row row;
                assert_true(em_csv_next(&csv, arena, &row));
                assert_string_equal(row.bad, "over 1048576 bytes");
                assert_int_equal(row.length, n);
                assert_int_equal(row.count, 0);
                assert_true(em_csv_next(&csv, arena, &row));
                assert_null(row.bad);
                assert_int_equal(row.line, 2);
                assert_int_equal(row.offset, n + 2);
                assert_false(em_csv_next(&csv, arena, &row));
                em_arena_free(arena);
                free(text);
        }
}

static void exactly_as_many_bytes_as_allowed_are_good(void **state)
{
        (void)state;
        em_csv_opts opts = em_csv_defaults;
        opts.max_row = 5;
        assert_rows_of(EM_S("ab,cd\nab,cde\n\"a\nb\"\n\"a\nbcd\"\nx"), &opts,
                       "1[ab|cd] 2!over 5 bytes@2[ab] 3[a\nb] 5!quote not closed@1[] 6[bcd\"] 7[x]");
}

static void rows_know_their_number_their_place_and_their_length(void **state)
{
        (void)state;
        em_str text = EM_S("\xEF\xBB\xBF" "id,what\r\n\r\n1,\"x\ny\"\r\n2,z");
        em_arena *arena = em_arena_new(1 << 16);
        em_csv csv = em_csv_make(text, NULL);
        em_csv_row row;
        /* offsets counted by hand: 3 of the mark, 7 and CRLF, CRLF, 7 and CRLF, 3 */
        static const struct { uint64_t row, line, offset, length; } want[] = {
                { 1, 1, 3, 7 }, { 2, 3, 14, 7 }, { 3, 5, 23, 3 },
        };
        for (size_t i = 0; i < 3; i++) {
                assert_true(em_csv_next(&csv, arena, &row));
                assert_int_equal(row.row, want[i].row);
                assert_int_equal(row.line, want[i].line);
                assert_int_equal(row.offset, want[i].offset);
                assert_int_equal(row.length, want[i].length);
        }
        assert_false(em_csv_next(&csv, arena, &row));
        assert_int_equal(csv.row, 3);
        em_arena_free(arena);
}

static void another_separator_may_be_asked_for(void **state)
{
        (void)state;
        em_csv_opts opts = em_csv_defaults;
        opts.separator = '\t';
        assert_rows_of(EM_S("a,b\tc\n\"d\te\"\tf\n"), &opts, "1[a,b|c] 2[d\te|f]");
}

static void formulas_markup_and_escapes_are_only_text(void **state)
{
        (void)state;
        assert_rows("=1+1,<b>,\033[2J,\"=cmd|' /C calc'!A0\"\n", "1[=1+1|<b>|\033[2J|=cmd|' /C calc'!A0]");
}

/* The same fields, whatever their place in the 64-byte blocks: rows are shifted one
 * byte at a time past two block edges, and held in exact heap copies. */
static void fields_do_not_depend_on_where_a_block_ends(void **state)
{
        (void)state;
        em_str tail = EM_S(",\"q\"\"\r\n\",\xED\x95\x9C,z\r\nnext");
        em_arena *arena = em_arena_new(1 << 16);
        for (size_t shift = 1; shift < 200; shift++) {
                char *text = filled(shift + tail.n, 'x');
                memcpy(text + shift, tail.p, tail.n);
                em_csv csv = em_csv_make((em_str){ text, shift + tail.n }, NULL);
                em_csv_row row;
                assert_true(em_csv_next(&csv, arena, &row));
                assert_null(row.bad);
                assert_int_equal(row.count, 4);
                assert_int_equal(row.field[0].n, shift);
                assert_true(em_str_eq(row.field[1], EM_S("q\"\r\n")));
                assert_true(em_str_eq(row.field[2], EM_S("\xED\x95\x9C")));
                assert_true(em_str_eq(row.field[3], EM_S("z")));
                assert_true(em_csv_next(&csv, arena, &row));
                assert_true(em_str_eq(row.field[0], EM_S("next")));
                assert_int_equal(row.line, 3);
                assert_false(em_csv_next(&csv, arena, &row));
                em_arena_reset(arena);
                free(text);
        }
        em_arena_free(arena);
}

static void a_full_arena_spoils_a_row_and_not_the_reading(void **state)
{
        (void)state;
        em_arena *tiny = em_arena_new(0), *small = em_arena_new(150);
        em_csv csv = em_csv_make(EM_S("a,b\nc\n"), NULL);
        em_csv_row row;
        for (int i = 0; i < 2; i++) {
                assert_true(em_csv_next(&csv, tiny, &row));
                assert_string_equal(row.bad, "out of memory");
                assert_int_equal(row.count, 0);
        }
        assert_false(em_csv_next(&csv, tiny, &row));
        csv = em_csv_make(EM_S("a,\"b\"\"01234567890123456789\",c\nd\n"), NULL);
        assert_true(em_csv_next(&csv, small, &row));
        assert_string_equal(row.bad, "out of memory");
        assert_int_equal(row.bad_column, 2);
        assert_int_equal(row.count, 1);
        em_arena_reset(small);
        assert_true(em_csv_next(&csv, small, &row));
        assert_null(row.bad);
        em_arena_free(small);
        em_arena_free(tiny);
}

/* RFC 4180, section 2: rule 6 says which fields need quotes, rule 7 doubles a quote inside. */
static void a_written_field_has_quotes_only_where_it_needs_them(void **state)
{
        static const struct { const char *field, *want; } field[] = {
                {"", ""}, {"plain", "plain"}, {" blank ", " blank "}, {"a,b", "\"a,b\""}, {"say \"b\"", "\"say \"\"b\"\"\""},
                {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""}, {"\"", "\"\"\"\""},
        };
        (void)state;
        for (size_t i = 0; i < sizeof field / sizeof *field; i++) {
                em_buf out = em_buf_make(100);
                em_csv_put(&out, em_str_c(field[i].field));
                assert_true(em_str_eq(em_buf_view(&out), em_str_c(field[i].want)));
                em_buf_free(&out);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(rule_1_each_record_is_on_its_own_line),
                cmocka_unit_test(rule_2_the_last_line_end_may_be_missing),
                cmocka_unit_test(rule_3_a_header_alone_is_one_row),
                cmocka_unit_test(rule_4_blanks_belong_to_a_field),
                cmocka_unit_test(rule_5_fields_may_be_quoted),
                cmocka_unit_test(rule_6_quotes_hold_line_ends_and_separators),
                cmocka_unit_test(rule_7_a_doubled_quote_is_one_quote),
                cmocka_unit_test(a_quote_inside_an_unquoted_field_is_a_byte),
                cmocka_unit_test(lf_crlf_and_lone_cr_end_a_line),
                cmocka_unit_test(every_kind_of_line_end_in_quotes_counts_as_a_line),
                cmocka_unit_test(blank_lines_are_counted_but_are_not_rows),
                cmocka_unit_test(a_byte_order_mark_is_skipped_at_the_start_only),
                cmocka_unit_test(an_unclosed_quote_spoils_its_own_line_only),
                cmocka_unit_test(an_unclosed_quote_never_reaches_further_than_a_row),
                cmocka_unit_test(text_after_a_closing_quote_spoils_the_row),
                cmocka_unit_test(a_nul_byte_spoils_the_row_and_its_field_is_named),
                cmocka_unit_test(bad_utf8_spoils_its_own_row_only),
                cmocka_unit_test(ten_thousand_columns_are_one_bad_row),
                cmocka_unit_test(exactly_as_many_fields_as_allowed_are_good),
                cmocka_unit_test(a_line_of_two_mebibytes_is_one_bad_row),
                cmocka_unit_test(exactly_as_many_bytes_as_allowed_are_good),
                cmocka_unit_test(rows_know_their_number_their_place_and_their_length),
                cmocka_unit_test(another_separator_may_be_asked_for),
                cmocka_unit_test(formulas_markup_and_escapes_are_only_text),
                cmocka_unit_test(fields_do_not_depend_on_where_a_block_ends),
                cmocka_unit_test(a_full_arena_spoils_a_row_and_not_the_reading),
                cmocka_unit_test(a_written_field_has_quotes_only_where_it_needs_them),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
