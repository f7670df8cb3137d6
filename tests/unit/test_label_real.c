/* Labels as others publish them, against counts that were made without us.
 *
 * The files are in the shared data folder ($EMBARGO_SHARED, else ../shared beside the
 * project); where it is absent every test here is skipped, and says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/label.h"

#include <stdio.h>
#include <stdlib.h>

static em_labels *read_shared(const char *const *name, size_t count)
{
        const char *root = getenv("EMBARGO_SHARED");
        em_arena   *arena = em_arena_new(1 << 20);
        em_str      path[32] = {0};
        em_labels  *labels = NULL;
        em_error    err = {0};
        assert_true(count <= 32);
        for (size_t i = 0; i < count; i++) {
                assert_int_equal(em_str_format(arena, &path[i], NULL, "%s/data/chain/labels/%s", root ? root : "../shared",
                                               name[i]), EM_OK);
                if (!em_path_exists(path[i])) {
                        print_message("SKIPPED: %.*s is not there (set EMBARGO_SHARED)\n", EM_ARG(path[i]));
                        em_arena_free(arena);
                        skip();
                }
        }
        if (em_labels_read(path, count, NULL, &labels, &err) != EM_OK)
                fail_msg("%s", err.text);
        em_arena_free(arena);
        return labels;
}

static size_t rejects_of(const em_labels *labels)
{
        const em_label_reject *list = NULL;
        return em_labels_rejects(labels, &list);
}

/* wc -l of each file; 654 in all, as the README of the folder says. */
static void the_ofac_lists_have_654_entries(void **state)
{
        (void)state;
        static const char *const name[] = {
                "ofac/sanctioned_addresses_ARB.txt", "ofac/sanctioned_addresses_BCH.txt", "ofac/sanctioned_addresses_BSC.txt",
                "ofac/sanctioned_addresses_BSV.txt", "ofac/sanctioned_addresses_BTG.txt", "ofac/sanctioned_addresses_DASH.txt",
                "ofac/sanctioned_addresses_ETC.txt", "ofac/sanctioned_addresses_ETH.txt", "ofac/sanctioned_addresses_LTC.txt",
                "ofac/sanctioned_addresses_TRX.txt", "ofac/sanctioned_addresses_USDC.txt",
                "ofac/sanctioned_addresses_USDT.txt", "ofac/sanctioned_addresses_XBT.txt", "ofac/sanctioned_addresses_XMR.txt",
                "ofac/sanctioned_addresses_XRP.txt", "ofac/sanctioned_addresses_XVG.txt", "ofac/sanctioned_addresses_ZEC.txt",
        };
        static const size_t lines[] = {1, 7, 1, 1, 1, 3, 1, 152, 10, 6, 2, 26, 435, 3, 1, 1, 3};
        const em_label_file *file = NULL;
        size_t     wrong_currency = 0;
        em_labels *l = read_shared(name, 17);
        assert_int_equal(em_labels_files(l, &file), 17);
        for (size_t i = 0; i < 17; i++) {
                assert_int_equal(file[i].format, EM_LABEL_WALLETS);
                assert_int_equal(file[i].labels, lines[i]);
        }
        assert_int_equal(em_labels_count(l), 654);
        assert_int_equal(rejects_of(l), 0);
        for (size_t i = 0; i < em_labels_count(l); i++) {
                assert_true(em_str_eq(em_labels_at(l, i)->category, EM_S("sanctioned")));
                wrong_currency += em_labels_at(l, i)->currency.n == 0;
        }
        assert_int_equal(wrong_currency, 1);    /* TUCs... of Tron, line 355 of XBT */
        em_labels_free(l);
}

/* python3: len(yaml.safe_load(open(file))["tags"]) */
static void every_tagpack_has_the_tags_that_another_reader_counts(void **state)
{
        (void)state;
        static const struct { const char *name; size_t tags; } pack[] = {
                {"tagpacks/binance_hack.yaml", 44}, {"tagpacks/blender_io.yaml", 45},
                {"tagpacks/exchange-wallets-binance.yaml", 86}, {"tagpacks/exchange-wallets-bybit.yaml", 8},
                {"tagpacks/exchange-wallets-huobi.yaml", 58}, {"tagpacks/exchange-wallets-kucoin.yaml", 59},
                {"tagpacks/exchange-wallets-okx.yaml", 36}, {"tagpacks/hacks.yaml", 608}, {"tagpacks/hydra.yaml", 117},
                {"tagpacks/lazarus.yaml", 21}, {"tagpacks/lazarus2.yaml", 6}, {"tagpacks/mixing_fc2021.yaml", 66},
                {"tagpacks/ofac.yaml", 572}, {"tagpacks/ronin_bridge.yaml", 6}, {"tagpacks/tornado_cash.yaml", 39},
                {"tagpacks/usdt_blacklist.yaml", 774}, {"tagpacks/walletexplorer.yaml", 386},
        };
        for (size_t i = 0; i < sizeof pack / sizeof *pack; i++) {
                em_labels *l = read_shared(&pack[i].name, 1);
                if (em_labels_count(l) != pack[i].tags || rejects_of(l))
                        fail_msg("%s: %zu", pack[i].name, em_labels_count(l));
                em_labels_free(l);
        }
}

/* lazarus.yaml's head and its first tag, as they stand in the file. */
static void a_real_tag_has_the_words_of_its_head(void **state)
{
        (void)state;
        static const char *const name[] = {"tagpacks/lazarus.yaml"};
        size_t          n = 0;
        em_labels      *l = read_shared(name, 1);
        const em_label *a = em_labels_of(l, EM_S("134r8iHv69xdT6p5qVKTsHrcUEuBVZAYak"), &n);
        assert_int_equal(n, 1);
        assert_true(em_str_eq(a->label, EM_S("Lazarus group")) && em_str_eq(a->actor, EM_S("lazarusgroup")));
        assert_true(em_str_eq(a->abuse, EM_S("sanction")) && em_str_eq(a->confidence, EM_S("authority_data")));
        assert_true(em_str_eq(a->currency, EM_S("BTC")) && em_str_eq(a->date, EM_S("2022-04-15")));
        assert_int_equal(a->line, 13);
        assert_int_equal(a->stop, EM_LABEL_GOES_ON);
        assert_false(a->definer);
        em_labels_free(l);
}

/* grep -c of ^ETH and ^BTC in the file: 57 and 30. */
static void the_bybit_table_has_57_and_30_addresses(void **state)
{
        (void)state;
        static const char *const name[] = {"bybit_2025_addresses.csv"};
        size_t     eth = 0, btc = 0;
        em_labels *l = read_shared(name, 1);
        for (size_t i = 0; i < em_labels_count(l); i++) {
                eth += em_str_eq(em_labels_at(l, i)->currency, EM_S("ETH"));
                btc += em_str_eq(em_labels_at(l, i)->currency, EM_S("BTC"));
        }
        assert_int_equal(eth, 57);
        assert_int_equal(btc, 30);
        assert_int_equal(rejects_of(l), 0);
        em_labels_free(l);
}

/* Bybit says of its own cold wallet in 2022 what the table of the theft says of the victim's in 2025. */
static void a_victim_s_wallet_that_was_an_exchange_s_is_shown_as_contradicted(void **state)
{
        (void)state;
        static const char *const name[] = {"tagpacks/exchange-wallets-bybit.yaml", "bybit_2025_addresses.csv"};
        const size_t *first = NULL;
        size_t        n = 0;
        em_labels    *l = read_shared(name, 2);
        assert_int_equal(em_labels_conflicts(l, &first), 1);
        const em_label *a = em_labels_of(l, EM_S("0x1Db92e2EeBC8E0c075a02BeA49a2935BcD2dFCF4"), &n);
        assert_ptr_equal(a, em_labels_at(l, first[0]));
        assert_int_equal(n, 2);
        em_labels_free(l);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(the_ofac_lists_have_654_entries),
                cmocka_unit_test(every_tagpack_has_the_tags_that_another_reader_counts),
                cmocka_unit_test(a_real_tag_has_the_words_of_its_head),
                cmocka_unit_test(the_bybit_table_has_57_and_30_addresses),
                cmocka_unit_test(a_victim_s_wallet_that_was_an_exchange_s_is_shown_as_contradicted),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
