/* Combinations of change heuristics: what they read, how they bind, what they refuse; and each
 * heuristic once by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cluster_naive.h"

static em_arena *arena;

static int make(void **state)
{
        (void)state;
        arena = em_arena_new((size_t)64 << 20);
        return arena ? 0 : -1;
}

static int unmake(void **state)
{
        (void)state;
        arena = em_arena_free(arena);
        return 0;
}

static em_change *read_it(const char *text)
{
        em_change *c = NULL;
        em_error err;
        if (em_change_parse(em_str_c(text), arena, &c, &err) != EM_OK)
                fail_msg("%s: %s", text, err.text);
        return c;
}

/* What a combination is when brackets are written out, by the header's rule: & and - from the left, then |. */
static void test_and_and_without_bind_before_or_and_go_from_the_left(void **state)
{
        (void)state;
        static const struct { const char *bare, *bracketed; } same[] = {
                { "spent|none&legacy", "spent | (none & legacy)" },
                { "spent-none|legacy", "(spent - none) | legacy" },
                { "spent - none - legacy", "(spent - none) - legacy" },
                { "spent & none - legacy & address_reuse", "((spent & none) - legacy) & address_reuse" },
                { "optimal_change & (address_type | power_of_ten(6)) - address_reuse",
                  "(optimal_change & (address_type | power_of_ten)) - address_reuse" },
        };
        for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
                em_change *a = read_it(same[i].bare), *b = read_it(same[i].bracketed);
                assert_int_equal(a->ops, b->ops);
                assert_memory_equal(a->op, b->op, a->ops * sizeof *a->op);
                assert_true(em_str_eq(em_change_text(a), em_change_text(b)));
        }
        em_change *left = read_it("spent - none - legacy"), *right = read_it("spent - (none - legacy)");
        assert_false(em_str_eq(em_change_text(left), em_change_text(right)));
}

static void test_the_canonical_text_reads_back_as_the_same(void **state)
{
        (void)state;
        uint64_t seed = 7;
        for (int round = 0; round < 3000; round++) {
                em_buf text = em_buf_make(4096);
                em_change *a = NULL;
                em_arena_reset(arena);
                wish_write(wish_make(&seed, 4, arena), &text);
                em_status s = em_change_parse(em_buf_view(&text), arena, &a, NULL);
                em_buf_free(&text);
                if (s == EM_LIMIT)      /* longer than 256 characters */
                        continue;
                assert_int_equal(s, EM_OK);
                em_change *b = NULL;
                assert_int_equal(em_change_parse(em_change_text(a), arena, &b, NULL), EM_OK);
                assert_true(em_str_eq(em_change_text(a), em_change_text(b)));
                assert_int_equal(a->ops, b->ops);
                assert_memory_equal(a->op, b->op, a->ops * sizeof *a->op);
        }
}

static void test_what_is_no_combination_is_refused_with_its_place(void **state)
{
        (void)state;
        static const struct { const char *text; em_status code; const char *says; } bad[] = {
                { "", EM_FORMAT, "character 1: the name of a heuristic" },
                { "spent &", EM_FORMAT, "character 8: the name of a heuristic" },
                { "& spent", EM_FORMAT, "character 1: the name of a heuristic" },
                { "spent spent", EM_FORMAT, "character 7: an operator" },
                { "(spent", EM_FORMAT, "character 7: a bracket is not closed" },
                { "spent)", EM_FORMAT, "character 6: an operator" },
                { "Spent", EM_FORMAT, "character 1: the name" },
                { "spend", EM_FORMAT, "character 1: \"spend\" is no change heuristic; they are address_reuse" },
                { "spent(3)", EM_FORMAT, "character 6: an operator" },
                { "power_of_ten(0)", EM_FORMAT, "character 14: power_of_ten takes" },
                { "power_of_ten(19)", EM_FORMAT, "character 14: power_of_ten takes" },
                { "power_of_ten(-1)", EM_FORMAT, "character 14: power_of_ten takes" },
                { "power_of_ten(2", EM_FORMAT, "character 15: a bracket is not closed" },
                { "spent + none", EM_FORMAT, "character 7: an operator" },
                { "((((((((((((((((spent))))))))))))))))", EM_OK, "" },                 /* sixteen */
                { "(((((((((((((((((spent)))))))))))))))))", EM_LIMIT, "too many brackets" },
        };
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
                em_change *c = NULL;
                em_error err = { .code = EM_OK };
                assert_int_equal(em_change_parse(em_str_c(bad[i].text), arena, &c, &err), bad[i].code);
                if (!strstr(err.text, bad[i].says))
                        fail_msg("%s: %s", bad[i].text, err.text);
        }
        char nul[] = "spent\0none";
        em_change *c = NULL;
        assert_int_equal(em_change_parse((em_str){ nul, 10 }, arena, &c, NULL), EM_FORMAT);
        char longer[EM_CHANGE_TEXT + 2];
        memset(longer, ' ', sizeof longer);
        memcpy(longer, "spent", 5);
        assert_int_equal(em_change_parse((em_str){ longer, EM_CHANGE_TEXT }, arena, &c, NULL), EM_OK);
        assert_int_equal(em_change_parse((em_str){ longer, EM_CHANGE_TEXT + 1 }, arena, &c, NULL), EM_LIMIT);
}

static void test_a_combination_needs_what_its_parts_need(void **state)
{
        (void)state;
        assert_int_equal(em_change_needs(read_it("optimal_change & spent - power_of_ten(3)")), 0);
        assert_int_equal(em_change_needs(read_it("address_type | legacy")), EM_CHANGE_NEEDS_KIND | EM_CHANGE_NEEDS_FRESH);
        assert_int_equal(em_change_needs(read_it("spent - locktime")), EM_CHANGE_NEEDS_RAW);
}

/* ---- each by hand ---- */

/* Transaction 1 spends outputs 0 (P2PKH, 500) and 1 (P2PKH, 800) of transaction 0 and pays, as outputs 3 to 6:
 *   3: 400 to payee 2 (P2SH), whom output 2 paid before
 *   4: 350 to payee 0, an input's
 *   5: 300 to payee 3 (P2PKH), new; spent by transaction 2
 *   6: 200 to payee 4 (P2SH), new; spent by transaction 3
 * Transaction 2 is 1 in 2 out (outputs 7, 8), transaction 3 is 1 in 1 out; 4 spends output 7 and is 1 in 2 out.
 * Lock times: 1 has one, 2 has none, 3 has one.  Rates: 1 and 2 pay 5, 3 pays 9. */
static const town *hand(void)
{
        static town t;
        em_id none = EM_ID_NONE;
        memset(&t, 0, sizeof t);
        toy_block(&t.chain);
        toy_tx(&t.chain, &none, 1, (int64_t[]){ 500, 800, 60 }, 3);
        toy_tx(&t.chain, (em_id[]){ 0, 1 }, 2, (int64_t[]){ 400, 350, 300, 200 }, 4);
        toy_tx(&t.chain, (em_id[]){ 5 }, 1, (int64_t[]){ 250, 50 }, 2);
        toy_tx(&t.chain, (em_id[]){ 6 }, 1, (int64_t[]){ 199 }, 1);
        toy_tx(&t.chain, (em_id[]){ 7 }, 1, (int64_t[]){ 100, 149 }, 2);
        for (size_t o = 0; o < t.chain.outs; o++)
                t.chain.payee[o] = (uint32_t[]){ 0, 1, 2, 2, 0, 3, 4, 5, 6, 7, 8, 9 }[o];
        (void)town_graph(&t);
        memset(t.kind, EM_SCRIPT_P2PKH, sizeof t.kind);
        t.kind[2] = t.kind[4] = EM_SCRIPT_P2SH;
        t.pace[1] = 5 << 1 | 1;
        t.pace[2] = 5 << 1;
        t.pace[3] = 9 << 1 | 1;
        return &t;
}

/* The outputs 3, 4, 5 and 6 that a single heuristic leaves, as bits 0 to 3 ("everything but" tells them apart
 * through the count left: each output is asked for alone). */
static unsigned left_of(const town *t, size_t tx, const char *name)
{
        em_change_raw raw = { NULL, t->end };
        uint64_t pace[TOY_TXS];
        memcpy(pace, t->pace, sizeof pace);
        raw.pace = pace;
        view v = view_of(t, tx);
        unsigned set = 0;
        for (size_t i = 0; i < v.outs; i++)     /* the naive twin, which the engine is compared with elsewhere */
                for (unsigned k = 0; k < EM_CHANGE_KINDS; k++)
                        if (strcmp(name, em_change_name((em_change_kind)k)) == 0 &&
                            naive_holds(t, tx, &v, i, k, k == EM_CHANGE_POWER_OF_TEN ? 2 : 0))
                                set |= 1u << i;
        em_change_world w = { &t->chain.graph, t->end, &raw, town_kind, NULL, (void *)(uintptr_t)t };
        em_change_tx asked = { tx, v.in_sat, v.in, v.ins, v.out, v.out_sat, v.to, v.outs, 3 };
        em_change_found found;
        em_buf text = em_buf_make(64);
        em_buf_fmt(&text, "%s%s", name, strcmp(name, "power_of_ten") == 0 ? "(2)" : "");
        em_buf_ch(&text, '\0');
        assert_int_equal(em_change_find(read_it(text.p), &w, &asked, arena, &found, NULL), EM_OK);
        em_buf_free(&text);
        assert_int_equal(found.left, __builtin_popcount(set));
        assert_int_equal(found.found, found.left == 1);
        if (found.found)
                assert_int_equal(1u << found.at, set);
        return set;
}

static void test_each_heuristic_leaves_the_outputs_that_its_rule_says(void **state)
{
        (void)state;
        const town *t = hand();
        assert_int_equal(left_of(t, 1, "address_reuse"), 2);            /* 4 pays payee 0, an input's */
        assert_int_equal(left_of(t, 1, "address_type"), 2 | 4);         /* inputs are all P2PKH */
        assert_int_equal(left_of(t, 1, "optimal_change"), 15);          /* all below 500 */
        assert_int_equal(left_of(t, 1, "power_of_ten"), 2);             /* 350 is no multiple of 100 */
        assert_int_equal(left_of(t, 1, "client_change"), 4 | 8);        /* payees 3 and 4 */
        assert_int_equal(left_of(t, 1, "locktime"), 1 | 2 | 8);         /* 2 has no lock time, 3 has */
        assert_int_equal(left_of(t, 1, "fixed_fee"), 1 | 2 | 4);        /* 3 pays another rate */
        assert_int_equal(left_of(t, 1, "spent"), 4 | 8);
        assert_int_equal(left_of(t, 1, "none"), 0);
        assert_int_equal(left_of(t, 1, "legacy"), 0);                   /* two are fresh and small: not unique */
        assert_int_equal(left_of(t, 1, "peeling_chain"), 0);            /* two inputs: no peel */
        /* Transaction 2 peels, because the one behind it (4) is 1 in 2 out too; 7 is spent by a peel, 8 unspent. */
        assert_int_equal(left_of(t, 2, "peeling_chain"), 3);
        assert_int_equal(left_of(t, 2, "legacy"), 0);                   /* both of its outputs are fresh and below 300 */
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_and_and_without_bind_before_or_and_go_from_the_left),
                cmocka_unit_test(test_the_canonical_text_reads_back_as_the_same),
                cmocka_unit_test(test_what_is_no_combination_is_refused_with_its_place),
                cmocka_unit_test(test_a_combination_needs_what_its_parts_need),
                cmocka_unit_test(test_each_heuristic_leaves_the_outputs_that_its_rule_says),
        };
        return cmocka_run_group_tests(tests, make, unmake);
}
