/* Which byte of a transaction is what: the examples of BIP 143, whose parts the standard lists one by one. */
#include "cli/look_bytes.h"
#include "embargo/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* BIP 143, "Native P2WPKH", the signed transaction; its second signature verifies over the sighash c37af311... that the standard prints. */
static const char signed_tx[] =
        "01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9cb62127b02742fa9"
        "d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d1"
        "82d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a"
        "6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8"
        "a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7a"
        "cafcdb3566bb0ad253f62fc70f07aeee635711000000";

typedef struct field { const char *hex, *is, *text; } field;
/* The parts as the standard's own listing has them; the last column in its own words or counted by hand. */
static const field parts[] = {
        {"01000000", "version", "1"}, {"0001", "marker and flag", NULL}, {"02", "inputs", "2"},
        {"fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f", "input 0: transaction",
         "9f96ade4b41d5433f4eda31e1738ec2b36f6e7d1420d94a6af99801a88f7f7ff"},
        {"00000000", "input 0: its output", "0"},
        {"494830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944"
         "ccf4ecbab4cc618ef3ed01", "input 0: script", "73 bytes behind the length"},
        {"eeffffff", "input 0: sequence", "4294967278"},
        {"ef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a", "input 1: transaction",
         "8ac60eb9575db5b2d987e29f301b5b819ea83a5c6579d282d189cc04b8e151ef"},
        {"01000000", "input 1: its output", "1"}, {"00", "input 1: script", "0 bytes behind the length"}, {"ffffffff", "input 1: sequence", "4294967295"},
        {"02", "outputs", "2"}, {"202cb20600000000", "output 0: amount", "112,340,000 sat"},
        {"1976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac", "output 0: script", "25 bytes behind the length"},
        {"9093510d00000000", "output 1: amount", "223,450,000 sat"},
        {"1976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac", "output 1: script", "25 bytes behind the length"},
        {"00", "witness of input 0", NULL},
        {"0247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c21"
         "2a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357", "witness of input 1", NULL},
        {"11000000", "locktime", "17"}};

typedef struct seen { em_arena *arena; em_cli cli; em_json_doc *reader; em_buf out; } seen;

static int begin(void **state)
{
        seen *s = calloc(1, sizeof *s);
        s->arena = em_arena_new((size_t)64 << 20);
        s->cli.arena = s->arena;
        s->reader = em_json_reader();
        *state = s;
        return s->arena && s->reader ? 0 : -1;
}

static int end(void **state)
{
        seen *s = *state;
        em_buf_free(&s->out);
        em_json_reader_free(s->reader);
        em_arena_free(s->arena);
        free(s);
        return 0;
}

static em_str bytes_of(seen *s, const char *hex, size_t n)
{
        char *at = em_arena_alloc(s->arena, n / 2 + 1);
        for (size_t i = 0; i < n / 2; i++) {
                const char two[] = {hex[2 * i], hex[2 * i + 1], 0};
                at[i] = (char)strtol(two, NULL, 16);
        }
        return (em_str){at, n / 2};
}

/* The fields of some bytes, as a list. */
static const em_jnode *fields_of(seen *s, em_str bytes)
{
        em_buf_free(&s->out);
        s->out = em_buf_make((size_t)1 << 24);
        em_json    j = em_json_make(&s->out, false);
        em_jnode  *root = NULL;
        em_error   err = {0};
        em_json_open(&j, '{');
        em_look_fields(&s->cli, &j, bytes);
        em_json_close(&j, '}');
        assert_int_equal(em_json_parse(s->reader, em_buf_view(&s->out), s->arena, &root, &err), EM_OK);
        return em_jget(root, "fields")->first;
}

static void the_parts_of_the_standards_example_are_its_own(void **state)
{
        seen           *s = *state;
        const em_jnode *f = fields_of(s, bytes_of(s, signed_tx, sizeof signed_tx - 1));
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++, f = f->next) {
                int64_t at = -1, length = -1;
                assert_non_null(f);
                assert_true(em_jint(em_jget(f, "at"), &at) && em_jint(em_jget(f, "length"), &length));
                em_str hex = em_str_sub(em_str_c(signed_tx), 2 * (size_t)at, 2 * (size_t)length);
                assert_true(em_str_eq(hex, em_str_c(parts[i].hex)));
                assert_true(em_str_eq(em_jtext(em_jget(f, "is")), em_str_c(parts[i].is)));
                if (parts[i].text)
                        assert_true(em_str_eq(em_jtext(em_jget(f, "text")), em_str_c(parts[i].text)));
        }
        assert_null(f);
}

/* However short the bytes are cut, the fields stand side by side from the first byte to the last and never leave them. */
static void bytes_cut_anywhere_are_covered_without_a_gap(void **state)
{
        seen *s = *state;
        em_str all = bytes_of(s, signed_tx, sizeof signed_tx - 1);
        for (size_t n = 0; n <= all.n; n++) {
                int64_t next = 0;
                /* a copy of exactly that length, so that a sanitizer sees a step beyond it */
                char *copy = malloc(n + 1);
                memcpy(copy, all.p, n);
                for (const em_jnode *f = fields_of(s, (em_str){copy, n}); f; f = f->next) {
                        int64_t at = -1, length = -1;
                        assert_true(em_jint(em_jget(f, "at"), &at) && em_jint(em_jget(f, "length"), &length));
                        assert_int_equal(at, next);
                        assert_true(length > 0);
                        next = at + length;
                }
                assert_int_equal(next, n);
                free(copy);
        }
}

static void a_count_that_lies_ends_in_the_rest(void **state)
{
        seen *s = *state;
        /* version, then 2^64 - 1 inputs; and a script of 2^64 - 1 bytes */
        static const char *const lies[] = {"01000000ffffffffffffffffff00",
                "0100000001fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000ffffffffffffffffff0000"};
        for (size_t i = 0; i < 2; i++) {
                const em_jnode *f = fields_of(s, bytes_of(s, lies[i], strlen(lies[i])));
                while (f->next)
                        f = f->next;
                assert_true(em_str_eq(em_jtext(em_jget(f, "is")), EM_S("the rest")));
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test_setup_teardown(the_parts_of_the_standards_example_are_its_own, begin, end),
                cmocka_unit_test_setup_teardown(bytes_cut_anywhere_are_covered_without_a_gap, begin, end),
                cmocka_unit_test_setup_teardown(a_count_that_lies_ends_in_the_rest, begin, end),
        };
        return cmocka_run_group_tests_name("look_fields", tests, NULL, NULL);
}
