/* Taint: each policy on chains small enough to work out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "chain_naive.h"

#define OUT(...) (const int64_t[]){ __VA_ARGS__ }, sizeof((int64_t[]){ __VA_ARGS__ }) / 8
#define IN(...) (const em_id[]){ __VA_ARGS__ }, sizeof((em_id[]){ __VA_ARGS__ }) / 8
#define COINBASE IN(EM_ID_NONE)

static em_policy named(const char *name)
{
        em_policy policy;
        if (!em_policy_parse(em_str_c(name), &policy))
                fail_msg("no policy: %s", name);
        return policy;
}

static em_taint *run(toy *c, const em_seed *seed, size_t seeds, const em_taint_opts *opts)
{
        em_taint *t = NULL;
        em_error err = { 0 };
        if (em_taint_run(toy_graph(c), seed, seeds, opts, NULL, &t, &err) != EM_OK)
                fail_msg("%s", err.text);
        return t;
}

static int64_t sat(const em_taint *t, em_id out, size_t policy)
{
        em_reached reached;
        uint64_t i;
        if (!em_taint_find(t, out, &i))
                return 0;
        em_taint_at(t, i, &reached);
        assert_int_equal(reached.out, out);
        return reached.sat[policy];
}

static em_stop stop(const em_taint *t, em_id out)
{
        em_reached reached = { 0 };
        uint64_t i;
        assert_true(em_taint_find(t, out, &i));
        em_taint_at(t, i, &reached);
        return reached.stop;
}

/* What outputs first..first+count-1 hold under one policy. */
static void assert_holds(toy *c, em_seed seed, em_policy policy, em_id first, const int64_t *want,
                         size_t count, int64_t want_fees)
{
        char name[40];
        em_taint_opts opts = { .policy = &policy, .policies = 1 };
        em_taint *t = run(c, &seed, 1, &opts);
        for (size_t i = 0; i < count; i++)
                if (sat(t, first + i, 0) != want[i])
                        fail_msg("%s: output %zu holds %lld, not %lld", em_policy_name(policy, name),
                                 i, (long long)sat(t, first + i, 0), (long long)want[i]);
        assert_int_equal(em_taint_totals(t, 0).fees, want_fees);
        em_taint_free(t);
}

static em_policy with_fee(const char *name, em_fee_rule fee)
{
        em_policy policy = named(name);
        policy.fee = fee;
        return policy;
}

/* 3 stolen (output 0) and 7 clean (output 1) pay 4 and 6 (outputs 2 and 3). */
static void three_and_seven(toy *c)
{
        *c = (toy){ 0 };
        toy_block(c);
        toy_tx(c, COINBASE, OUT(3));
        toy_tx(c, COINBASE, OUT(7));
        toy_block(c);
        toy_tx(c, IN(0, 1), OUT(4, 6));
}

static void in_claytons_case_the_first_in_are_the_first_out(void **state)
{
        (void)state;
        toy c;
        three_and_seven(&c);
        /* sss ccccccc cut after 4: all three stolen ones are in the first four */
        assert_holds(&c, (em_seed){ 0, 3 }, named("fifo"), 2, OUT(3, 0), 0);
        /* ccccccc sss cut after 4: the last three stand at 7 to 9, in the second output */
        assert_holds(&c, (em_seed){ 0, 3 }, named("lifo"), 2, OUT(0, 3), 0);
        /* stolen first, the output of 6 first */
        assert_holds(&c, (em_seed){ 0, 3 }, named("tiho"), 2, OUT(0, 3), 0);
        assert_holds(&c, (em_seed){ 0, 3 }, named("seniority"), 2, OUT(3, 0), 0);
        /* the 7 first, then sss: 6 clean to the output of 6, then c and sss */
        assert_holds(&c, (em_seed){ 0, 3 }, named("cut:highest-highest"), 2, OUT(3, 0), 0);
        assert_holds(&c, (em_seed){ 0, 3 }, named("cut:smallest-highest"), 2, OUT(0, 3), 0);
        assert_holds(&c, (em_seed){ 0, 3 }, named("cut:clean-last"), 2, OUT(3, 0), 0);
}

static void poison_takes_all_and_haircut_shares(void **state)
{
        (void)state;
        toy c;
        three_and_seven(&c);
        assert_holds(&c, (em_seed){ 0, 3 }, named("poison"), 2, OUT(4, 6), 0);
        /* 3/10 of 4 is 1.2, of 6 is 1.8: floors 1 and 1, the one left to .8 */
        assert_holds(&c, (em_seed){ 0, 3 }, named("haircut"), 2, OUT(1, 2), 0);
        assert_holds(&c, (em_seed){ 0, 3 }, named("dirty-first"), 2, OUT(1, 2), 0);
        assert_holds(&c, (em_seed){ 0, 3 }, named("pure-dirty-first"), 2, OUT(0, 0), 0);
}

static void haircut_gives_what_is_left_to_the_largest_remainders_then_the_lower_index(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(5, 2));
        toy_tx(&c, IN(0, 1), OUT(2, 2, 2));
        /* 5 of 7 stolen; outputs 2, 2, 2 and a fee of 1: 10/7 = 1 rest 3 three times, 5/7 = 0 rest
         * 5; 5 - 3 = 2 are left: one to the fee's rest 5, one to the first of the rests 3 */
        assert_holds(&c, (em_seed){ 0, 5 }, named("haircut"), 2, OUT(2, 1, 1), 1);
}

static void haircut_needs_128_bits_and_has_them(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(INT64_C(2100000000000000)));
        toy_tx(&c, IN(0), OUT(INT64_C(1000000000000000), INT64_C(1100000000000000)));
        /* T = 1400000000000001 of 21 million BTC.  T / 2.1 = 666666666666667.142...,
         * T * 1.1 / 2.1 = 733333333333333.857...: floors, and the one left to .857 */
        assert_holds(&c, (em_seed){ 0, INT64_C(1400000000000001) }, named("haircut"), 1,
                     OUT(INT64_C(666666666666667), INT64_C(733333333333334)), 0);
}

static void the_order_inside_an_output_decides_the_next_cut(void **state)
{
        (void)state;
        toy c;
        three_and_seven(&c);
        toy_tx(&c, IN(3), OUT(3, 3));
        /* LIFO: output 3 is cccsss; cut again in the middle.  Haircut: 2 of 6, one each */
        assert_holds(&c, (em_seed){ 0, 3 }, named("lifo"), 4, OUT(0, 3), 0);
        assert_holds(&c, (em_seed){ 0, 3 }, named("haircut"), 4, OUT(1, 1), 0);
}

static void equal_values_keep_index_order(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(2, 2, 1));
        toy_tx(&c, IN(0, 1, 2), OUT(1, 2, 2));
        /* highest: inputs 0 1 2; outputs 4 5 3.  Stolen is input 1, satoshi 2 and 3 of the line:
         * output 4 takes 0 1, output 5 takes 2 3, output 3 takes 4 */
        assert_holds(&c, (em_seed){ 1, 2 }, named("cut:highest-highest"), 3, OUT(0, 0, 2), 0);
        /* smallest: inputs 2 0 1, line c ccss; outputs 3 4 5: c, cc, ss */
        assert_holds(&c, (em_seed){ 1, 2 }, named("cut:smallest-smallest"), 3, OUT(0, 0, 2), 0);
        /* last to first is not highest first: inputs 2 1 0, line c ss cc; outputs 5 4 3: cs, sc, c */
        assert_holds(&c, (em_seed){ 1, 2 }, named("cut:last-last"), 3, OUT(0, 1, 1), 0);
}

static void the_fee_rule_says_whose_satoshi_the_miner_gets(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(6, 4));
        toy_tx(&c, IN(0, 1), OUT(2, 3));
        /* ssssss cccc, outputs take five, the fee s and cccc */
        assert_holds(&c, (em_seed){ 0, 6 }, named("fifo"), 2, OUT(2, 3), 1);
        /* a fee of 5 of 10: 3 off the stolen input, 2 off the clean one; line sss cc */
        assert_holds(&c, (em_seed){ 0, 6 }, with_fee("fifo", EM_FEE_SHARE), 2, OUT(2, 1), 3);
        /* only the first 4 of the six were stolen, and the end is shaved: 1 of the last 3 */
        assert_holds(&c, (em_seed){ 0, 4 }, with_fee("fifo", EM_FEE_SHARE), 2, OUT(2, 1), 1);
        assert_holds(&c, (em_seed){ 0, 6 }, with_fee("fifo", EM_FEE_DROP), 2, OUT(2, 3), 0);
        em_policy policy = with_fee("fifo", EM_FEE_DROP);
        em_seed seed = { 0, 6 };
        em_taint *t = run(&c, &seed, 1, &(em_taint_opts){ .policy = &policy, .policies = 1 });
        assert_int_equal(em_taint_totals(t, 0).dropped, 1);
        assert_int_equal(em_taint_totals(t, 0).sitting, 5);
        em_taint_free(t);
}

static void coinbase_outputs_do_not_inherit_fees(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(5));
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(9));           /* takes the fee of 2 */
        toy_tx(&c, IN(0), OUT(3));
        assert_holds(&c, (em_seed){ 0, 5 }, named("poison"), 1, OUT(0, 3), 2);
}

static void an_output_of_no_value_is_not_reached(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(5));
        toy_tx(&c, IN(0), OUT(0, 5));
        em_policy policy[] = { named("poison"), named("haircut"), named("fifo") };
        em_seed seed = { 0, 5 };
        em_taint *t = run(&c, &seed, 1, &(em_taint_opts){ .policy = policy, .policies = 3 });
        uint64_t i;
        assert_false(em_taint_find(t, 1, &i));
        assert_int_equal(em_taint_count(t), 2);
        em_taint_free(t);
}

static void a_spend_in_the_same_block_is_followed(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(5));
        toy_tx(&c, IN(0), OUT(5));
        toy_tx(&c, IN(1), OUT(5));
        assert_holds(&c, (em_seed){ 0, 5 }, named("fifo"), 2, OUT(5), 0);
}

static void stolen_coins_that_meet_a_seed_count_once(void **state)
{
        (void)state;
        toy c;
        three_and_seven(&c);
        em_policy policy[] = { named("fifo"), named("lifo"), named("haircut") };
        em_seed seeds[] = { { 2, 2 }, { 0, 3 } };       /* any order */
        em_taint *t = run(&c, seeds, 2, &(em_taint_opts){ .policy = policy, .policies = 3 });
        /* FIFO: sss c arrives, the first two are named again: nothing new */
        assert_int_equal(sat(t, 2, 0), 3);
        assert_int_equal(em_taint_totals(t, 0).stolen, 3);
        /* LIFO: nothing arrives in output 2, so two more; three in output 3 */
        assert_int_equal(sat(t, 2, 1), 2);
        assert_int_equal(em_taint_totals(t, 1).stolen, 5);
        /* haircut: one arrives, two are claimed: one more */
        assert_int_equal(sat(t, 2, 2), 2);
        assert_int_equal(em_taint_totals(t, 2).stolen, 4);
        em_taint_free(t);
}

/* ---- stops ---- */

/* 0 pays 1 and 2, 1 pays 3, 3 pays 4: values 10; 6 and 4; 6; 6, one block each. */
static void chain_of_four(toy *c)
{
        *c = (toy){ 0 };
        toy_block(c);
        toy_tx(c, COINBASE, OUT(10));
        toy_block(c);
        toy_tx(c, IN(0), OUT(6, 4));
        toy_block(c);
        toy_tx(c, IN(1), OUT(6));
        toy_block(c);
        toy_tx(c, IN(3), OUT(6));
}

static em_taint *follow(toy *c, em_taint_opts opts)
{
        static const em_policy fifo = { EM_TAINT_CUT, EM_IN_FIRST, EM_OUT_FIRST, EM_FEE_LAST };
        em_seed seed = { 0, 10 };
        if (!opts.policies) {
                opts.policy = &fifo;
                opts.policies = 1;
        }
        return run(c, &seed, 1, &opts);
}

static void unspent_outputs_are_still_sitting(void **state)
{
        (void)state;
        toy c;
        chain_of_four(&c);
        em_taint *t = follow(&c, (em_taint_opts){ 0 });
        assert_int_equal(stop(t, 0), EM_STOP_NONE);
        assert_int_equal(stop(t, 2), EM_STOP_UNSPENT);
        assert_int_equal(stop(t, 4), EM_STOP_UNSPENT);
        assert_int_equal(em_taint_totals(t, 0).sitting, 10);
        em_reached reached;
        em_taint_at(t, 4, &reached);
        assert_int_equal(reached.hops, 3);
        assert_int_equal(reached.tx, 3);
        em_taint_free(t);
}

static void hops_and_amount_and_time_stop(void **state)
{
        (void)state;
        toy c;
        chain_of_four(&c);
        em_taint *t = follow(&c, (em_taint_opts){ .max_hops = 2 });
        assert_int_equal(stop(t, 3), EM_STOP_HOPS);
        assert_int_equal(em_taint_count(t), 4);
        assert_int_equal(em_taint_totals(t, 0).stopped, 6);
        em_taint_free(t);

        t = follow(&c, (em_taint_opts){ .min_sat = 7 });
        assert_int_equal(stop(t, 1), EM_STOP_AMOUNT);
        assert_int_equal(stop(t, 2), EM_STOP_UNSPENT);
        assert_int_equal(em_taint_count(t), 3);
        em_taint_free(t);

        t = follow(&c, (em_taint_opts){ .min_sat = 6 });        /* not below 6 */
        assert_int_equal(em_taint_count(t), 5);
        em_taint_free(t);

        t = follow(&c, (em_taint_opts){ .until_time_s = 3000 });        /* the third block's */
        assert_int_equal(stop(t, 1), EM_STOP_NONE);
        assert_int_equal(stop(t, 3), EM_STOP_TIME);
        assert_int_equal(em_taint_count(t), 4);
        em_taint_free(t);
}

static uint32_t label_of(void *ctx, uint32_t payee)
{
        return payee == *(const uint32_t *)ctx ? 7 : 0;
}

static uint32_t mixes(void *ctx, em_id tx)
{
        return tx == *(const em_id *)ctx ? 3 : 0;
}

static bool burns(void *ctx, em_id out)
{
        return out == *(const em_id *)ctx;
}

static void a_labelled_service_is_a_deposit_unless_asked_through(void **state)
{
        (void)state;
        toy c;
        uint32_t payee = 1;
        chain_of_four(&c);
        em_taint_opts opts = { .label = label_of, .label_ctx = &payee };
        em_taint *t = follow(&c, opts);
        em_reached reached;
        assert_int_equal(stop(t, 1), EM_STOP_LABEL);
        assert_int_equal(em_taint_totals(t, 0).deposited, 6);
        assert_int_equal(em_taint_totals(t, 0).sitting, 4);
        em_taint_at(t, 1, &reached);
        assert_int_equal(reached.label, 7);
        em_taint_free(t);

        opts.through_labels = true;
        t = follow(&c, opts);
        assert_int_equal(em_taint_count(t), 5);
        em_taint_at(t, 1, &reached);
        assert_int_equal(reached.label, 7);
        em_taint_free(t);
}

static uint32_t mixer_of(void *ctx, uint32_t payee)
{
        return payee == *(const uint32_t *)ctx ? 7 | EM_TAINT_MIXER : 0;
}

static void what_reaches_a_labelled_mixer_counts_as_mixed(void **state)
{
        (void)state;
        toy c;
        uint32_t payee = 1;
        chain_of_four(&c);
        em_taint *t = follow(&c, (em_taint_opts){ .label = mixer_of, .label_ctx = &payee });
        em_reached reached;
        assert_int_equal(stop(t, 1), EM_STOP_LABEL);
        assert_int_equal(em_taint_totals(t, 0).deposited, 0);
        assert_int_equal(em_taint_totals(t, 0).mixed, 6);
        assert_int_equal(em_taint_totals(t, 0).sitting, 4);
        em_taint_at(t, 1, &reached);
        assert_int_equal(reached.label, 7 | EM_TAINT_MIXER);
        em_taint_free(t);
}

static void a_labelled_seed_is_followed(void **state)
{
        (void)state;
        toy c;
        uint32_t payee = 0;
        chain_of_four(&c);
        em_taint *t = follow(&c, (em_taint_opts){ .label = label_of, .label_ctx = &payee });
        assert_int_equal(em_taint_count(t), 5);
        em_taint_free(t);
}

static void a_coinjoin_ends_the_trace_unless_asked_through(void **state)
{
        (void)state;
        toy c;
        em_id tx = 2;
        chain_of_four(&c);
        em_taint_opts opts = { .mixes = mixes, .mixes_ctx = &tx };
        em_taint *t = follow(&c, opts);
        em_reached reached;
        assert_int_equal(stop(t, 1), EM_STOP_COINJOIN);
        assert_int_equal(em_taint_totals(t, 0).mixed, 6);
        em_taint_at(t, 1, &reached);
        assert_int_equal(reached.mix, 3);
        em_taint_free(t);
        opts.through_coinjoin = true;
        t = follow(&c, opts);
        assert_int_equal(em_taint_count(t), 5);
        em_taint_free(t);
}

static void what_nobody_can_spend_is_burnt(void **state)
{
        (void)state;
        toy c;
        em_id out = 2;
        chain_of_four(&c);
        em_taint *t = follow(&c, (em_taint_opts){ .burns = burns, .burns_ctx = &out });
        assert_int_equal(stop(t, 2), EM_STOP_BURNT);
        assert_int_equal(em_taint_totals(t, 0).burnt, 4);
        assert_int_equal(em_taint_totals(t, 0).sitting, 6);
        em_taint_free(t);
}

static void nothing_is_followed_past_an_unknown_input(void **state)
{
        (void)state;
        toy c;
        chain_of_four(&c);
        toy_tx(&c, IN(2, EM_ID_NONE), OUT(9));
        em_taint *t = follow(&c, (em_taint_opts){ 0 });
        assert_int_equal(stop(t, 2), EM_STOP_UNKNOWN);
        assert_int_equal(em_taint_totals(t, 0).stopped, 4);
        assert_int_equal(sat(t, 5, 0), 0);
        em_taint_free(t);
}

static void dirty_first_ends_where_clean_coins_mix_in_and_haircut_goes_on(void **state)
{
        (void)state;
        toy c;
        three_and_seven(&c);
        toy_tx(&c, IN(3), OUT(6));
        em_policy policy[] = { named("dirty-first"), named("haircut"), named("pure-dirty-first") };
        em_seed seed = { 0, 3 };
        em_taint *t = run(&c, &seed, 1, &(em_taint_opts){ .policy = policy, .policies = 3 });
        em_reached reached = { 0 };
        uint64_t i;
        assert_true(em_taint_find(t, 3, &i));
        em_taint_at(t, i, &reached);
        assert_int_equal(reached.stop, EM_STOP_NONE);
        assert_int_equal(reached.ended, 1);             /* bit 0: dirty-first */
        assert_int_equal(sat(t, 4, 0), 0);
        assert_int_equal(sat(t, 4, 1), 2);
        assert_int_equal(em_taint_totals(t, 0).mixed, 3);
        assert_int_equal(em_taint_totals(t, 2).dropped, 3);
        em_taint_free(t);

        t = run(&c, &seed, 1, &(em_taint_opts){ .policy = policy, .policies = 1 });
        assert_int_equal(stop(t, 2), EM_STOP_MIXED);
        assert_int_equal(stop(t, 3), EM_STOP_MIXED);
        em_taint_free(t);
        t = run(&c, &seed, 1, &(em_taint_opts){ .policy = policy + 2, .policies = 1 });
        assert_int_equal(em_taint_count(t), 1);
        assert_int_equal(stop(t, 0), EM_STOP_MIXED);
        em_taint_free(t);
}

/* ---- paths ---- */

static void a_path_goes_from_the_seed_through_the_larger_part(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(10));
        toy_tx(&c, IN(0), OUT(3, 7));           /* 1 2 */
        toy_tx(&c, IN(1), OUT(3));              /* 3 */
        toy_tx(&c, IN(2), OUT(7));              /* 4 */
        toy_tx(&c, IN(3, 4), OUT(10));          /* 5 */
        em_policy policy[] = { named("fifo"), named("haircut"), named("poison") };
        em_seed seed = { 0, 10 };
        em_taint *t = run(&c, &seed, 1, &(em_taint_opts){ .policy = policy, .policies = 3 });
        em_arena *arena = em_arena_new(4096);
        static const em_id want[] = { 0, 2, 4, 5 };
        for (size_t p = 0; p < 3; p++) {
                em_step *step;
                size_t count = 0;
                assert_int_equal(em_taint_path(t, p, 5, arena, &step, &count, NULL), EM_OK);
                assert_int_equal(count, 3);
                for (size_t i = 0; i < count; i++) {
                        assert_int_equal(step[i].from, want[i]);
                        assert_int_equal(step[i].to, want[i + 1]);
                        assert_int_equal(em_graph_spent(&c.graph, step[i].in), step[i].from);
                }
                /* the bottleneck is the 7 */
                assert_int_equal(step[1].via_sat, 7);
                assert_int_equal(step[0].in_sat, 10);
                assert_int_equal(step[2].out_sat, 10);
                assert_int_equal(step[2].tx, 4);
        }
        em_arena_free(arena);
        em_taint_free(t);
}

static void a_fifo_path_is_walked_by_the_very_satoshi(void **state)
{
        (void)state;
        toy c = { 0 };
        toy_block(&c);
        toy_tx(&c, COINBASE, OUT(6));           /* 0 stolen */
        toy_tx(&c, COINBASE, OUT(2));           /* 1 stolen */
        toy_tx(&c, IN(0, 1), OUT(8));           /* 2: 6 of the one, 2 of the other */
        toy_tx(&c, IN(2), OUT(6, 2));           /* 3 4: the last two are those of 1 */
        em_policy policy[] = { named("fifo"), named("haircut") };
        em_seed seeds[] = { { 0, 6 }, { 1, 2 } };
        em_taint *t = run(&c, seeds, 2, &(em_taint_opts){ .policy = policy, .policies = 2 });
        em_arena *arena = em_arena_new(4096);
        em_step *step;
        size_t count = 0;
        assert_int_equal(em_taint_path(t, 0, 4, arena, &step, &count, NULL), EM_OK);
        assert_int_equal(count, 2);
        assert_int_equal(step[0].from, 1);
        assert_int_equal(step[0].via_sat, 2);
        assert_int_equal(step[1].via_sat, 2);
        /* haircut keeps no order: the wider way is from 0 */
        assert_int_equal(em_taint_path(t, 1, 4, arena, &step, &count, NULL), EM_OK);
        assert_int_equal(step[0].from, 0);
        em_arena_free(arena);
        em_taint_free(t);
}

static void a_seed_is_its_own_path_and_a_clean_output_has_none(void **state)
{
        (void)state;
        toy c;
        three_and_seven(&c);
        em_policy policy = named("fifo");
        em_seed seed = { 0, 3 };
        em_taint *t = run(&c, &seed, 1, &(em_taint_opts){ .policy = &policy, .policies = 1 });
        em_arena *arena = em_arena_new(4096);
        em_step *step;
        size_t count = 9;
        assert_int_equal(em_taint_path(t, 0, 3, arena, &step, &count, NULL), EM_MISSING);
        assert_int_equal(count, 9);
        assert_int_equal(em_taint_path(t, 0, 0, arena, &step, &count, NULL), EM_OK);
        assert_int_equal(count, 0);
        em_arena_free(arena);
        em_taint_free(t);
}

/* ---- words ---- */

static void every_policy_has_a_name_that_parses_back(void **state)
{
        (void)state;
        size_t cuts = 0;
        for (int in = EM_IN_FIRST; in <= EM_IN_SMALLEST; in++)
                for (int out = EM_OUT_FIRST; out <= EM_OUT_SMALLEST; out++, cuts++) {
                        char name[40], text[160];
                        em_policy policy = { EM_TAINT_CUT, (em_in_order)in, (em_out_order)out,
                                             EM_FEE_LAST };
                        em_policy back = named(em_policy_name(policy, name));
                        assert_true(back.kind == policy.kind && back.in == policy.in
                                    && back.out == policy.out && back.fee == EM_FEE_LAST);
                        for (int fee = EM_FEE_LAST; fee <= EM_FEE_DROP; fee++) {
                                policy.fee = (em_fee_rule)fee;
                                /* shorter than the room: not cut off */
                                assert_true(strlen(em_policy_text(policy, text)) < 159);
                        }
                }
        assert_int_equal(cuts, 24);
        assert_int_equal(named("cut:first-first").out, named("fifo").out);
        static const char *const others[] = { "poison", "haircut", "dirty-first",
                                              "pure-dirty-first" };
        for (size_t i = 0; i < 4; i++) {
                char name[40], text[160];
                em_policy policy = named(others[i]);
                assert_string_equal(em_policy_name(policy, name), others[i]);
                policy.fee = EM_FEE_DROP;
                assert_true(strlen(em_policy_text(policy, text)) < 159);
                assert_non_null(strstr(text, "drop"));
        }
}

static void what_is_no_policy_is_refused(void **state)
{
        (void)state;
        static const char *const bad[] = { "", "cut", "cut:", "cut:first", "cut:first-", "FIFO",
                "cut:-first", "cut:first-taint", "cut:first-first-first", "fifo " };
        em_policy policy;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                if (em_policy_parse(em_str_c(bad[i]), &policy))
                        fail_msg("taken: %s", bad[i]);
}

/* ---- errors ---- */

static em_status try_run(toy *c, const em_seed *seed, size_t seeds, em_taint_opts opts)
{
        em_policy policy = named("fifo");
        em_taint *t = NULL;
        opts.policy = &policy;
        opts.policies = 1;
        em_status status = em_taint_run(toy_graph(c), seed, seeds, &opts, NULL, &t, NULL);
        assert_true((status == EM_OK) == (t != NULL));
        em_taint_free(t);
        return status;
}

static void wrong_seeds_are_refused(void **state)
{
        (void)state;
        toy c;
        chain_of_four(&c);
        assert_int_equal(try_run(&c, (em_seed[]){ { 5, 1 } }, 1, (em_taint_opts){ 0 }), EM_MISSING);
        assert_int_equal(try_run(&c, (em_seed[]){ { 0, 11 } }, 1, (em_taint_opts){ 0 }), EM_FORMAT);
        assert_int_equal(try_run(&c, (em_seed[]){ { 0, 0 } }, 1, (em_taint_opts){ 0 }), EM_FORMAT);
        assert_int_equal(try_run(&c, (em_seed[]){ { 0, 1 }, { 0, 2 } }, 2, (em_taint_opts){ 0 }),
                         EM_FORMAT);
        assert_int_equal(try_run(&c, NULL, 0, (em_taint_opts){ 0 }), EM_OK);
}

static void the_ceiling_on_outputs_holds(void **state)
{
        (void)state;
        toy c;
        em_seed seed = { 0, 10 };
        chain_of_four(&c);
        assert_int_equal(try_run(&c, &seed, 1, (em_taint_opts){ .max_outs = 4 }), EM_LIMIT);
        assert_int_equal(try_run(&c, &seed, 1, (em_taint_opts){ .max_outs = 5 }), EM_OK);
}

static void a_graph_that_contradicts_itself_is_refused(void **state)
{
        (void)state;
        toy c;
        em_seed seed = { 0, 10 };
        chain_of_four(&c);
        c.value[3] = 7;                         /* pays out more than it takes in */
        assert_int_equal(try_run(&c, &seed, 1, (em_taint_opts){ 0 }), EM_FORMAT);
        chain_of_four(&c);
        c.out_in[3] = 1;                        /* spent before it is made */
        assert_int_equal(try_run(&c, &seed, 1, (em_taint_opts){ 0 }), EM_FORMAT);
        chain_of_four(&c);
        c.out_in[1] = 3;                        /* an input that spends something else */
        assert_int_equal(try_run(&c, &seed, 1, (em_taint_opts){ 0 }), EM_FORMAT);
        chain_of_four(&c);
        c.out_in[1] = 99;                       /* no such input */
        assert_int_equal(try_run(&c, &seed, 1, (em_taint_opts){ 0 }), EM_FORMAT);
        chain_of_four(&c);
        c.value[2] = -4;
        assert_int_equal(try_run(&c, &seed, 1, (em_taint_opts){ 0 }), EM_FORMAT);
}

static bool refuse(void *ctx, const char *what, uint64_t done, uint64_t of)
{
        (void)ctx, (void)what, (void)done, (void)of;
        return false;
}

/* ---- the graph's own look-ups ---- */

static void owners_are_found_for_every_id(void **state)
{
        (void)state;
        for (uint64_t seed = 1; seed <= 50; seed++) {
                uint64_t dice = seed;
                toy c = { 0 };
                for (size_t b = 0; b < 1 + seed % 7; b++) {
                        toy_block(&c);
                        for (size_t t = 0; t < 1 + toy_below(&dice, 4); t++) {
                                int64_t value[4] = { 1, 1, 1, 1 };
                                em_id in[3] = { EM_ID_NONE, EM_ID_NONE, EM_ID_NONE };
                                toy_tx(&c, in, 1 + toy_below(&dice, 3), value,
                                       1 + toy_below(&dice, 4));
                        }
                }
                const em_graph *g = toy_graph(&c);
                for (size_t tx = 0; tx < c.txs; tx++) {
                        for (em_id in = c.first_in[tx]; in < c.first_in[tx + 1]; in++)
                                assert_int_equal(em_graph_tx_of_in(g, in), tx);
                        for (em_id out = c.first_out[tx]; out < c.first_out[tx + 1]; out++)
                                assert_int_equal(em_graph_tx_of_out(g, out), tx);
                        assert_int_equal(em_graph_block_of_tx(g, tx), c.block_of[tx]);
                }
        }
}

/* A peel chain longer than the program asks for leave: 70,000 transactions of one output each. */
static void a_long_chain_is_followed_to_its_end_and_can_be_interrupted(void **state)
{
        (void)state;
        enum { N = 70000 };
        uint8_t *col[7];
        static const size_t width[7] = { 5, 5, 5, 8, 5, 4, 5 };
        for (size_t i = 0; i < 7; i++)
                col[i] = calloc(N + 1, width[i]);
        for (uint64_t i = 0; i <= N; i++) {
                toy_put(col[0] + 5 * i, i, 5);
                toy_put(col[1] + 5 * i, i, 5);
                toy_put(col[2] + 5 * i, i ? i - 1 : EM_ID_NONE, 5);
                toy_put(col[3] + 8 * i, 1000, 8);
                toy_put(col[4] + 5 * i, i + 1 < N ? i + 1 : EM_ID_NONE, 5);
        }
        toy_put(col[6] + 5, N, 5);
        static const uint8_t time[4];
        em_graph g = { 1, N, N, N, 1, col[0], col[1], col[2], col[3], col[4], col[5], col[6], time };
        em_policy policy[] = { named("fifo"), named("haircut") };
        em_taint_opts opts = { .policy = policy, .policies = 2 };
        em_seed seed = { 0, 400 };
        em_taint *t = NULL;
        assert_int_equal(em_taint_run(&g, &seed, 1, &opts, NULL, &t, NULL), EM_OK);
        assert_int_equal(em_taint_count(t), N);
        assert_int_equal(sat(t, N - 1, 0), 400);
        em_arena *arena = em_arena_new((size_t)N * sizeof(em_step) + 4096);
        for (size_t p = 0; p < 2; p++) {
                em_step *step;
                size_t count;
                assert_int_equal(em_taint_path(t, p, N - 1, arena, &step, &count, NULL), EM_OK);
                assert_int_equal(count, N - 1);
                em_arena_reset(arena);
        }
        em_arena_free(arena);
        t = em_taint_free(t);
        em_progress no = { refuse, NULL };
        assert_int_equal(em_taint_run(&g, &seed, 1, &opts, &no, &t, NULL), EM_INTERRUPTED);
        assert_null(t);
        for (size_t i = 0; i < 7; i++)
                free(col[i]);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(in_claytons_case_the_first_in_are_the_first_out),
                cmocka_unit_test(poison_takes_all_and_haircut_shares),
                cmocka_unit_test(haircut_gives_what_is_left_to_the_largest_remainders_then_the_lower_index),
                cmocka_unit_test(haircut_needs_128_bits_and_has_them),
                cmocka_unit_test(the_order_inside_an_output_decides_the_next_cut),
                cmocka_unit_test(equal_values_keep_index_order),
                cmocka_unit_test(the_fee_rule_says_whose_satoshi_the_miner_gets),
                cmocka_unit_test(coinbase_outputs_do_not_inherit_fees),
                cmocka_unit_test(an_output_of_no_value_is_not_reached),
                cmocka_unit_test(a_spend_in_the_same_block_is_followed),
                cmocka_unit_test(stolen_coins_that_meet_a_seed_count_once),
                cmocka_unit_test(unspent_outputs_are_still_sitting),
                cmocka_unit_test(hops_and_amount_and_time_stop),
                cmocka_unit_test(a_labelled_service_is_a_deposit_unless_asked_through),
                cmocka_unit_test(what_reaches_a_labelled_mixer_counts_as_mixed),
                cmocka_unit_test(a_labelled_seed_is_followed),
                cmocka_unit_test(a_coinjoin_ends_the_trace_unless_asked_through),
                cmocka_unit_test(what_nobody_can_spend_is_burnt),
                cmocka_unit_test(nothing_is_followed_past_an_unknown_input),
                cmocka_unit_test(dirty_first_ends_where_clean_coins_mix_in_and_haircut_goes_on),
                cmocka_unit_test(a_path_goes_from_the_seed_through_the_larger_part),
                cmocka_unit_test(a_fifo_path_is_walked_by_the_very_satoshi),
                cmocka_unit_test(a_seed_is_its_own_path_and_a_clean_output_has_none),
                cmocka_unit_test(every_policy_has_a_name_that_parses_back),
                cmocka_unit_test(what_is_no_policy_is_refused),
                cmocka_unit_test(wrong_seeds_are_refused),
                cmocka_unit_test(the_ceiling_on_outputs_holds),
                cmocka_unit_test(a_graph_that_contradicts_itself_is_refused),
                cmocka_unit_test(owners_are_found_for_every_id),
                cmocka_unit_test(a_long_chain_is_followed_to_its_end_and_can_be_interrupted),
        };
        return cmocka_run_group_tests_name("taint", tests, NULL, NULL);
}
