/* CoinJoin rules: a transaction made after each rule's own words is known, and one step off is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/coinjoin.h"

enum { MOST = 256 };

/* Inputs get payees 1000 on, outputs 2000 on: all distinct until a test says otherwise. */
typedef struct maker {
        int64_t  in[MOST], out[MOST];
        uint32_t in_payee[MOST], out_payee[MOST];
        size_t   ins, outs, op_returns;
} maker;

static void ins(maker *m, size_t count, int64_t sat)
{
        for (; count > 0; count--, m->ins++) {
                m->in[m->ins] = sat;
                m->in_payee[m->ins] = 1000 + (uint32_t)m->ins;
        }
}

static void outs(maker *m, size_t count, int64_t sat)
{
        for (; count > 0; count--, m->outs++) {
                m->out[m->outs] = sat;
                m->out_payee[m->outs] = 2000 + (uint32_t)m->outs;
        }
}

static em_coinjoin find(const maker *m)
{
        em_coinjoin found;
        em_arena *arena = em_arena_new(1 << 20);
        em_coinjoin_tx tx = { m->in, m->in_payee, m->ins, m->out, m->out_payee, m->outs,
                              m->op_returns };
        assert_int_equal(em_coinjoin_find(&tx, arena, &found, NULL), EM_OK);
        em_arena_free(arena);
        return found;
}

static bool is(const maker *m, em_coinjoin_kind kind)
{
        return find(m).kinds >> kind & 1;
}

/* The 0.01 BTC pool: three who were in it before, two newcomers who pay the miner. */
static maker a_whirlpool(void)
{
        maker m = { 0 };
        ins(&m, 3, 1000000);
        ins(&m, 2, 1000500);
        outs(&m, 5, 1000000);
        return m;
}

static void a_whirlpool_mix_is_known_by_pool_size_and_newcomers(void **state)
{
        (void)state;
        maker m = a_whirlpool();
        em_coinjoin found = find(&m);
        assert_int_equal(found.kind, EM_COINJOIN_WHIRLPOOL);
        assert_int_equal(found.confidence, 95);
        assert_int_equal(found.denomination_sat, 1000000);
        assert_int_equal(found.equal, 5);

        m = a_whirlpool();
        m.in[3] = 1000000 + 110000;             /* the most a newcomer may bring over */
        assert_true(is(&m, EM_COINJOIN_WHIRLPOOL));
        m.in[3]++;
        assert_false(is(&m, EM_COINJOIN_WHIRLPOOL));

        m = a_whirlpool();
        m.in[3] = m.in[4] = 1000099;            /* 99 over is no newcomer's fee */
        assert_false(is(&m, EM_COINJOIN_WHIRLPOOL));
        m.in[3] = 1000100;
        assert_true(is(&m, EM_COINJOIN_WHIRLPOOL));

        m = a_whirlpool();
        m.in[0] = m.in[1] = m.in[2] = 1000500;  /* five newcomers */
        assert_false(is(&m, EM_COINJOIN_WHIRLPOOL));

        m = a_whirlpool();
        m.out_payee[0] = m.in_payee[4];
        assert_false(is(&m, EM_COINJOIN_WHIRLPOOL));

        m = a_whirlpool();
        for (size_t i = 0; i < 5; i++)
                m.in[i] += 1000000, m.out[i] = 2000000; /* no such pool */
        assert_false(is(&m, EM_COINJOIN_WHIRLPOOL));
}

static void a_whirlpool_mix_has_five_to_eight(void **state)
{
        (void)state;
        for (size_t n = 4; n <= 9; n++) {
                maker m = { 0 };
                ins(&m, n - 2, 5000000);
                ins(&m, 2, 5000300);
                outs(&m, n, 5000000);
                assert_int_equal(is(&m, EM_COINJOIN_WHIRLPOOL), n >= 5 && n <= 8);
        }
}

static void a_tx0_is_known_by_premixes_and_the_pools_fee(void **state)
{
        (void)state;
        maker m = { .op_returns = 1 };
        ins(&m, 1, 20000000);
        outs(&m, 12, 1000302);                  /* 0.01 BTC and the miner's part */
        outs(&m, 1, 50000);                     /* the pool's fee */
        outs(&m, 1, 7900000);                   /* change */
        em_coinjoin found = find(&m);
        assert_int_equal(found.kind, EM_COINJOIN_TX0);
        m.op_returns = 0;
        assert_false(is(&m, EM_COINJOIN_TX0));
        m.op_returns = 1;
        m.out[12] = 24999;                      /* half the fee is 25,000 */
        assert_false(is(&m, EM_COINJOIN_TX0));
        m.out[12] = 150000;                     /* three times */
        assert_true(is(&m, EM_COINJOIN_TX0));
        m.out[12] = 150001;
        assert_false(is(&m, EM_COINJOIN_TX0));
        m.out[12] = 50000;
        outs(&m, 1, 3000);
        assert_true(is(&m, EM_COINJOIN_TX0));   /* two others */
        outs(&m, 1, 3001);
        assert_false(is(&m, EM_COINJOIN_TX0));  /* three */
}

/* Twelve who take 0.1 BTC each, their changes and the coordinator. */
static maker a_wasabi(void)
{
        maker m = { 0 };
        for (int64_t i = 0; i < 12; i++)
                ins(&m, 1, 15000000 + i);
        outs(&m, 12, 9990000);
        for (int64_t i = 0; i < 10; i++)
                outs(&m, 1, 4900000 + 17 * i);
        outs(&m, 1, 110000);
        return m;
}

static void wasabi_1_0_is_known_by_many_outputs_of_a_tenth(void **state)
{
        (void)state;
        maker m = a_wasabi();
        assert_int_equal(find(&m).kind, EM_COINJOIN_WASABI_1_0);

        for (size_t i = 0; i < 12; i++)
                m.out[i] = 9499999;             /* more than 5 % under 0.1 BTC */
        assert_false(is(&m, EM_COINJOIN_WASABI_1_0));
        for (size_t i = 0; i < 12; i++)
                m.out[i] = 9500000;
        assert_true(is(&m, EM_COINJOIN_WASABI_1_0));

        m = a_wasabi();
        m.ins = 9;                              /* fewer than ten inputs */
        assert_false(is(&m, EM_COINJOIN_WASABI_1_0));
        m = a_wasabi();
        m.in_payee[1] = m.in_payee[0];          /* 2 of 12 inputs: more than a tenth */
        assert_false(is(&m, EM_COINJOIN_WASABI_1_0));
        m = a_wasabi();
        m.out_payee[3] = m.out_payee[20];
        assert_false(is(&m, EM_COINJOIN_WASABI_1_0));
        m = a_wasabi();                         /* 12 of 26: 24 < 25 */
        outs(&m, 3, 777);
        assert_false(is(&m, EM_COINJOIN_WASABI_1_0));
        m = a_wasabi();                         /* more takers than input scripts */
        outs(&m, 1, 9990000);
        assert_false(is(&m, EM_COINJOIN_WASABI_1_0));
}

static void wasabi_1_1_adds_levels_that_double(void **state)
{
        (void)state;
        maker m = a_wasabi();
        for (size_t i = 12; i < 18; i++)
                m.out[i] = 19980000;            /* 0.2 BTC */
        for (size_t i = 18; i < 20; i++)
                m.out[i] = 39960000;            /* 0.4 BTC */
        em_coinjoin found = find(&m);
        assert_int_equal(found.kind, EM_COINJOIN_WASABI_1_1);
        m = a_wasabi();
        assert_false(is(&m, EM_COINJOIN_WASABI_1_1));
}

/* 24 inputs; 6 + 5 + 3 outputs of three values and some alone. */
static maker a_wasabi_2(void)
{
        maker m = { 0 };
        for (int64_t i = 0; i < 24; i++)
                ins(&m, 1, 1000000 + 3 * i);
        outs(&m, 6, 524288);
        outs(&m, 5, 1048576);
        outs(&m, 3, 2000000);
        for (int64_t i = 0; i < 14; i++)
                outs(&m, 1, 5000 + i);
        return m;
}

static void wasabi_2_0_is_known_by_several_shared_values(void **state)
{
        (void)state;
        maker m = a_wasabi_2();
        assert_int_equal(find(&m).kind, EM_COINJOIN_WASABI_2_0);
        outs(&m, 1, 4999999);                   /* 14 of 29 are shared: less than half */
        assert_false(is(&m, EM_COINJOIN_WASABI_2_0));
        m = a_wasabi_2();
        m.out[27] = 4999;
        assert_false(is(&m, EM_COINJOIN_WASABI_2_0));
        m = a_wasabi_2();
        m.ins = 19;
        assert_false(is(&m, EM_COINJOIN_WASABI_2_0));
        m = a_wasabi_2();
        m.outs = 14;                            /* nothing beside the shared values */
        assert_false(is(&m, EM_COINJOIN_WASABI_2_0));
        m = a_wasabi_2();
        m.out[11] = 700000, m.out[12] = 700001; /* two values only */
        assert_false(is(&m, EM_COINJOIN_WASABI_2_0));
}

/* Four makers and takers: four equal outputs and three changes. */
static maker a_joinmarket(void)
{
        maker m = { 0 };
        for (int64_t i = 0; i < 5; i++)
                ins(&m, 1, 3000000 + i);
        outs(&m, 4, 2000000);
        for (int64_t i = 0; i < 3; i++)
                outs(&m, 1, 900000 + 7 * i);
        return m;
}

static void joinmarket_is_known_by_equal_outputs_and_change(void **state)
{
        (void)state;
        maker m = a_joinmarket();
        em_coinjoin found = find(&m);
        assert_int_equal(found.kind, EM_COINJOIN_JOINMARKET);
        assert_int_equal(found.equal, 4);
        /* BlockSci's rule agrees: (7 + 1) / 2 = 4 equal outputs, five inputs */
        assert_true(found.kinds >> EM_COINJOIN_EQUAL & 1);

        m.outs = 4;                             /* no change */
        assert_false(is(&m, EM_COINJOIN_JOINMARKET));
        m = a_joinmarket();
        m.ins = 3;                              /* more equal outputs than input scripts */
        assert_false(is(&m, EM_COINJOIN_JOINMARKET));
        m = a_joinmarket();
        for (size_t i = 0; i < 4; i++)
                m.out[i] = 2730;                /* what coloured coins use */
        assert_false(is(&m, EM_COINJOIN_JOINMARKET));
        assert_false(is(&m, EM_COINJOIN_EQUAL));
        m = a_joinmarket();
        m.out_payee[6] = m.out_payee[0];
        assert_false(is(&m, EM_COINJOIN_JOINMARKET));
}

static void a_large_joinmarket_needs_changes_and_few_inputs_each(void **state)
{
        (void)state;
        maker m = { 0 };
        for (int64_t i = 0; i < 60; i++)
                ins(&m, 1, 500000 + i);
        outs(&m, 3, 9000000);
        outs(&m, 1, 1000), outs(&m, 1, 1001), outs(&m, 1, 1002);
        assert_true(is(&m, EM_COINJOIN_JOINMARKET));    /* 60 / 3 = 20, 6 / 3 = 2 */
        ins(&m, 1, 77);                                 /* 61 / 3 > 20 */
        assert_false(is(&m, EM_COINJOIN_JOINMARKET));
        m.ins = 60;
        m.outs = 5;                                     /* 5 / 3 = 1.67 < 1.7 */
        assert_false(is(&m, EM_COINJOIN_JOINMARKET));
}

static void a_stonewall_is_vetoed_and_said(void **state)
{
        (void)state;
        maker m = { 0 };
        ins(&m, 1, 800000), ins(&m, 1, 900000);
        outs(&m, 2, 500000);
        outs(&m, 1, 290000), outs(&m, 1, 390000);
        em_coinjoin found = find(&m);
        assert_true(found.stonewall);
        assert_int_equal(found.kind, EM_COINJOIN_NONE);
        assert_int_equal(found.kinds, 0);
        /* two pairs are no Stonewall, and two of four is BlockSci's count */
        m.out[3] = 290000;
        found = find(&m);
        assert_false(found.stonewall);
        assert_int_equal(found.kind, EM_COINJOIN_EQUAL);
}

static void payments_are_no_coinjoin(void **state)
{
        (void)state;
        maker m = { 0 };
        assert_int_equal(find(&m).kind, EM_COINJOIN_NONE);
        ins(&m, 1, 5000000);
        outs(&m, 1, 3000000), outs(&m, 1, 1990000);     /* payment and change */
        assert_int_equal(find(&m).kinds, 0);

        m = (maker){ 0 };                       /* an exchange's payout of equal sums from one purse */
        ins(&m, 1, 90000000);
        outs(&m, 40, 2000000), outs(&m, 1, 9000000);
        assert_int_equal(find(&m).kinds, 0);

        m = (maker){ 0 };                       /* a purse swept together */
        ins(&m, 80, 10000000);
        outs(&m, 1, 799990000);
        assert_int_equal(find(&m).kinds, 0);
}

static void kinds_have_names_and_an_order_of_certainty(void **state)
{
        (void)state;
        assert_string_equal(em_coinjoin_name(EM_COINJOIN_NONE), "none");
        assert_string_equal(em_coinjoin_name(EM_COINJOIN_WASABI_2_0), "wasabi-2.0");
        assert_string_equal(em_coinjoin_name(EM_COINJOIN_EQUAL), "equal-outputs");
        maker mix = a_whirlpool(), join = a_joinmarket();
        assert_true(find(&mix).confidence > find(&join).confidence);
}

static void an_arena_that_is_full_is_said(void **state)
{
        (void)state;
        maker m = a_wasabi_2();
        em_coinjoin found = { .confidence = -1 };
        em_coinjoin_tx tx = { m.in, m.in_payee, m.ins, m.out, m.out_payee, m.outs, 0 };
        for (size_t max = 0; max < 800; max += 100) {
                em_arena *arena = em_arena_new(max);
                assert_int_equal(em_coinjoin_find(&tx, arena, &found, NULL), EM_NOMEM);
                assert_int_equal(found.confidence, -1);
                em_arena_free(arena);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_whirlpool_mix_is_known_by_pool_size_and_newcomers),
                cmocka_unit_test(a_whirlpool_mix_has_five_to_eight),
                cmocka_unit_test(a_tx0_is_known_by_premixes_and_the_pools_fee),
                cmocka_unit_test(wasabi_1_0_is_known_by_many_outputs_of_a_tenth),
                cmocka_unit_test(wasabi_1_1_adds_levels_that_double),
                cmocka_unit_test(wasabi_2_0_is_known_by_several_shared_values),
                cmocka_unit_test(joinmarket_is_known_by_equal_outputs_and_change),
                cmocka_unit_test(a_large_joinmarket_needs_changes_and_few_inputs_each),
                cmocka_unit_test(a_stonewall_is_vetoed_and_said),
                cmocka_unit_test(payments_are_no_coinjoin),
                cmocka_unit_test(kinds_have_names_and_an_order_of_certainty),
                cmocka_unit_test(an_arena_that_is_full_is_said),
        };
        return cmocka_run_group_tests_name("coinjoin", tests, NULL, NULL);
}
