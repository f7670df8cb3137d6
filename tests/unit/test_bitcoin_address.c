/* Scripts to addresses and back: BIP 173, 341 and 350, the cashaddr specification, and
 * addresses that everybody knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/bitcoin.h"
#include "unhex.h"

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
/* HASH160 of the key of the secp256k1 generator, which BIP 173 uses throughout */
#define GENERATOR "751e76e8199196d454941c45d1b3a323f1433bd6"
#define GENERATOR_KEY "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
#define GENESIS_KEY                                                                     \
        "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38" \
        "c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"

static const em_btc_net *net_of(const char *name)
{
        const em_btc_net *net = em_btc_net_find(em_str_c(name));
        assert_non_null(net);
        return net;
}

typedef struct pair { const char *net, *script, *address; } pair;

static void assert_both_ways(const pair *row, em_arena *arena)
{
        em_str script = unhex(row->script), back;
        char text[128];
        assert_string_equal(em_script_address(script, net_of(row->net), text), row->address);
        assert_int_equal(em_address_parse(em_str_c(row->address), net_of(row->net), arena, &back,
                                          NULL), EM_OK);
        assert_true(em_str_eq(back, script));
        unhex_free(script);
}

static void an_address_and_its_script_are_one_another(void **state)
{
        (void)state;
        static const pair rows[] = {
                { "main", "76a914" "62e907b15cbf27d5425399ebf6f0fb50ebb88f18" "88ac",
                  "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" },
                { "main", "76a914" GENERATOR "88ac", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH" },
                { "test3", "76a914" GENERATOR "88ac", "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r" },
                { "litecoin", "76a914" GENERATOR "88ac", "LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ" },
                /* base58, though it begins as bech32 does; python3: the number's 25 bytes */
                { "litecoin", "76a914" "5bec7a78e7ab3827283e769eb7d994530d288900" "88ac",
                  "LTc13Ue9WgnhzK55myAJi4QKcGMsjWth6J" },
                /* the first row of cashaddr.md in base58 */
                { "main", "a914" "76a04053bda0a88bda5177b86a15c3b29f559873" "87",
                  "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC" },
                { "main", "0014" GENERATOR, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" },
                { "test3", "0014" GENERATOR, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx" },
                { "test4", "0020" "1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
                  "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7" },
                /* BIP 86, first receiving address */
                { "main", "5120" "a60869f0dbcf1dc659c9cecbaf8050135ea9e8cdc487053f1dc6880949dc684c",
                  "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr" },
        };
        em_arena *arena = em_arena_new(1 << 20);
        for (size_t i = 0; i < COUNT(rows); i++)
                assert_both_ways(&rows[i], arena);
        em_arena_free(arena);
}

static void the_valid_segwit_addresses_of_bip_350_give_their_scripts(void **state)
{
        (void)state;
        static const pair rows[] = {
                { "main", "0014" GENERATOR, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4" },
                { "signet", "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
                  "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7" },
                { "main", "5128" GENERATOR GENERATOR,
                  "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y" },
                { "main", "6002751e", "BC1SW50QGDZ25J" },
                { "main", "5210751e76e8199196d454941c45d1b3a323",
                  "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs" },
                { "test3", "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
                  "tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy" },
                { "test3", "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433",
                  "tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c" },
                { "main", "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
                  "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0" },
        };
        em_arena *arena = em_arena_new(1 << 20);
        for (size_t i = 0; i < COUNT(rows); i++) {
                em_str script = unhex(rows[i].script), got;
                char text[128];
                assert_int_equal(em_address_parse(em_str_c(rows[i].address), net_of(rows[i].net),
                                                  arena, &got, NULL), EM_OK);
                assert_true(em_str_eq(got, script));
                assert_true(em_str_eq_nocase(em_str_c(em_script_address(script,
                                                      net_of(rows[i].net), text)),
                                             em_str_c(rows[i].address)));
                unhex_free(script);
        }
        em_arena_free(arena);
}

static void assert_refused(const char *net, const char *address, const char *why)
{
        em_arena *arena = em_arena_new(1 << 16);
        em_error err = { 0 };
        em_str script = EM_S("untouched");
        assert_int_equal(em_address_parse(em_str_c(address), net_of(net), arena, &script, &err),
                         EM_FORMAT);
        if (!strstr(err.text, why))
                fail_msg("%s: %s", address, err.text);
        assert_true(em_str_eq(script, EM_S("untouched")));
        em_arena_free(arena);
}

static void the_invalid_segwit_addresses_of_bip_350_are_refused_for_the_stated_reason(void **state)
{
        (void)state;
        assert_refused("main", "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47zagq",
                       "prefix");
        assert_refused("main", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
                       "other kind");
        assert_refused("test3", "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
                       "other kind");
        assert_refused("main", "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
                       "other kind");
        assert_refused("main", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", "other kind");
        assert_refused("test3", "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
                       "other kind");
        assert_refused("main", "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
                       "character that bech32 does not know");
        assert_refused("main", "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
                       "version is over 16");
        assert_refused("main", "bc1pw5dgrnzv", "wrong length");
        assert_refused("main",
                       "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
                       "wrong length");
        assert_refused("main", "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "wrong length");
        assert_refused("test3", "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
                       "mixes");
        assert_refused("main", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
                       "padding");
        assert_refused("test3", "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
                       "padding");
        assert_refused("main", "bc1gmk9yu", "no data");
}

static void an_address_of_another_network_or_coin_is_refused(void **state)
{
        (void)state;
        assert_refused("test3", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "another network");
        assert_refused("litecoin", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", "another network");
        assert_refused("litecoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "prefix");
        assert_refused("bitcoincash", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "prefix");
        assert_refused("main", "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "prefix");
        assert_refused("bitcoincash-test",
                       "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "prefix");
        assert_refused("main", "", "empty");
        assert_refused("main", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "checksum");
        assert_refused("main", "\x1b[2J", "\\x1B[2J");
        /* base58check of the two bytes 00 01, where 21 belong */
        assert_refused("main", "18AV53K", "wrong length");
}

/* The six examples of cashaddr.md, "Examples of Address Translation" */
static void bitcoin_cash_reads_both_forms_and_writes_cashaddr(void **state)
{
        (void)state;
        static const struct { const char *old, *cash; } rows[] = {
                { "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu",
                  "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a" },
                { "1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR",
                  "bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy" },
                { "16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb",
                  "bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r" },
                { "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC",
                  "bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq" },
                { "3LDsS579y7sruadqu11beEJoTjdFiFCdX4",
                  "bitcoincash:pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e" },
                { "31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw",
                  "bitcoincash:pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37" },
        };
        em_arena *arena = em_arena_new(1 << 20);
        const em_btc_net *net = net_of("bitcoincash");
        for (size_t i = 0; i < COUNT(rows); i++) {
                em_str a, b, c, cash = em_str_c(rows[i].cash);
                char text[128];
                assert_int_equal(em_address_parse(em_str_c(rows[i].old), net, arena, &a, NULL), 0);
                assert_int_equal(em_address_parse(cash, net, arena, &b, NULL), 0);
                assert_int_equal(em_address_parse(em_str_sub(cash, 12, cash.n), net, arena, &c,
                                                  NULL), 0);
                assert_true(em_str_eq(a, b) && em_str_eq(a, c));
                assert_string_equal(em_script_address(a, net, text), rows[i].cash);
                assert_int_equal(em_address_parse(em_str_c(text), net, arena, &b, NULL), 0);
        }
        em_arena_free(arena);
}

static void bitcoin_cash_pays_to_long_script_hashes_and_to_holders_of_tokens(void **state)
{
        (void)state;
        const em_btc_net *net = net_of("bitcoincash");
        em_arena *arena = em_arena_new(1 << 20);
        char text[128], hex[100];
        em_str back, script = unhex("aa20" "1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262" "87");
        em_script_address(script, net, text);
        assert_true(em_str_starts(em_str_c(text), EM_S("bitcoincash:p")));
        assert_int_equal(em_address_parse(em_str_c(text), net, arena, &back, NULL), EM_OK);
        assert_true(em_str_eq(back, script));
        assert_true(em_str_starts(em_str_c(em_script_address(script, net_of("main"), text)),
                                  EM_S("script:")));
        unhex_free(script);
        /* CHIP-2022-02 CashTokens: the token-aware twin of bitcoincash:qr6m7j9njl... */
        assert_int_equal(em_address_parse(
                EM_S("bitcoincash:zr6m7j9njldwwzlg9v7v53unlr4jkmx6eycnjehshe"), net, arena, &back,
                NULL), EM_OK);
        assert_string_equal(hex_of(back, hex),
                            "76a914" "f5bf48b397dae70be82b3cca4793f8eb2b6cdac9" "88ac");
        em_arena_free(arena);
}

static void litecoin_reads_the_old_script_addresses_and_writes_the_new(void **state)
{
        (void)state;
        em_arena *arena = em_arena_new(1 << 16);
        const em_btc_net *net = net_of("litecoin");
        em_str script, again;
        char text[128];
        assert_int_equal(em_address_parse(EM_S("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC"), net, arena,
                                          &script, NULL), EM_OK);
        em_script_address(script, net, text);
        assert_int_equal(text[0], 'M');
        assert_int_equal(em_address_parse(em_str_c(text), net, arena, &again, NULL), EM_OK);
        assert_true(em_str_eq(script, again));
        em_arena_free(arena);
}

static void every_standard_form_is_told_from_its_bytes(void **state)
{
        (void)state;
#define HASH32 "1863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262"
        static const struct { const char *hex; em_script_kind kind; size_t payee; } rows[] = {
                { "", EM_SCRIPT_OTHER, 0 },
                { "41" GENESIS_KEY "ac", EM_SCRIPT_P2PK, 65 },
                { "21" GENERATOR_KEY "ac", EM_SCRIPT_P2PK, 33 },
                { "21" "05" HASH32 "ac", EM_SCRIPT_OTHER, 0 },          /* no key begins with 5 */
                { "21" GENERATOR_KEY "ad", EM_SCRIPT_OTHER, 0 },
                { "76a914" GENERATOR "88ac", EM_SCRIPT_P2PKH, 20 },
                { "76a914" GENERATOR "88ac61", EM_SCRIPT_OTHER, 0 },    /* one OP_NOP more */
                { "a914" GENERATOR "87", EM_SCRIPT_P2SH, 20 },
                { "a94c14" GENERATOR "87", EM_SCRIPT_OTHER, 0 },        /* BIP 16: this push only */
                { "0014" GENERATOR, EM_SCRIPT_P2WPKH, 20 },
                { "0020" HASH32, EM_SCRIPT_P2WSH, 32 },
                { "0015" GENERATOR "00", EM_SCRIPT_OTHER, 0 },          /* BIP 141: 20 or 32 */
                { "5120" HASH32, EM_SCRIPT_P2TR, 32 },
                { "5114" GENERATOR, EM_SCRIPT_WITNESS, 20 },
                { "6002751e", EM_SCRIPT_WITNESS, 2 },
                { "51024e73", EM_SCRIPT_WITNESS, 2 },                   /* pay to anchor */
                { "600175", EM_SCRIPT_OTHER, 0 },                       /* one byte is too short */
                { "5202751e00", EM_SCRIPT_OTHER, 0 },
                { "6a", EM_SCRIPT_NULLDATA, 0 },
                { "6a24aa21a9ed" HASH32, EM_SCRIPT_NULLDATA, 0 },
                { "6a4c", EM_SCRIPT_NULLDATA, 0 },                      /* a push that is cut off */
                { "51" "21" GENERATOR_KEY "51ae", EM_SCRIPT_MULTISIG, 0 },
                { "51" "21" GENERATOR_KEY "41" GENESIS_KEY "52ae", EM_SCRIPT_MULTISIG, 0 },
                { "53" "21" GENERATOR_KEY "41" GENESIS_KEY "52ae", EM_SCRIPT_OTHER, 0 },  /* 3 of 2 */
                { "51" "21" GENERATOR_KEY "52ae", EM_SCRIPT_OTHER, 0 },
                { "51" "21" GENERATOR_KEY "51", EM_SCRIPT_OTHER, 0 },
                { "51" "21" GENERATOR_KEY, EM_SCRIPT_WITNESS, 33 },     /* BIP 141: up to 40 */
                { "51" "29" HASH32 "000000000000000000", EM_SCRIPT_OTHER, 0 },
                { "5121", EM_SCRIPT_OTHER, 0 },
                { "51", EM_SCRIPT_OTHER, 0 },
        };
        for (size_t i = 0; i < COUNT(rows); i++) {
                em_str script = unhex(rows[i].hex), payee;
                assert_int_equal(em_script_read(script, &payee), rows[i].kind);
                assert_int_equal(payee.n, rows[i].payee);
                unhex_free(script);
        }
}

static void a_multisig_of_twenty_keys_pushes_its_count_as_a_byte(void **state)
{
        (void)state;
        em_buf buf = em_buf_make(4096);
        em_str key = unhex("21" GENERATOR_KEY), payee;
        em_buf_add(&buf, "\x51", 1);
        for (int i = 0; i < 20; i++)
                em_buf_str(&buf, key);
        em_buf_add(&buf, "\x01\x14\xae", 3);
        assert_int_equal(em_script_read(em_buf_view(&buf), &payee), EM_SCRIPT_MULTISIG);
        buf.p[buf.n - 2] = 0x13;
        assert_int_equal(em_script_read(em_buf_view(&buf), &payee), EM_SCRIPT_OTHER);
        unhex_free(key);
        em_buf_free(&buf);
}

static em_payee payee_of(const char *hex)
{
        em_str script = unhex(hex);
        em_payee payee = em_script_payee(script);
        unhex_free(script);
        return payee;
}

static bool same(em_payee a, em_payee b)
{
        return memcmp(a.b, b.b, sizeof a.b) == 0;
}

static void a_key_and_its_hash_are_one_payee_and_all_else_are_many(void **state)
{
        (void)state;
        assert_true(same(payee_of("21" GENERATOR_KEY "ac"), payee_of("76a914" GENERATOR "88ac")));
        /* the genesis key, uncompressed, and the hash in 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa */
        assert_true(same(payee_of("41" GENESIS_KEY "ac"),
                         payee_of("76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac")));
        static const char *const other[] = {
                "76a914" GENERATOR "88ac", "a914" GENERATOR "87", "0014" GENERATOR,
                "0020" HASH32, "5120" HASH32, "5220" HASH32, "6a20" HASH32, "", "51",
                "51" "21" GENERATOR_KEY "51ae",
        };
        for (size_t i = 0; i < COUNT(other); i++)
                for (size_t k = 0; k < COUNT(other); k++)
                        assert_int_equal(same(payee_of(other[i]), payee_of(other[k])), i == k);
}

static void a_payee_alone_shows_the_address_when_its_hash_is_enough(void **state)
{
        (void)state;
        static const struct { const char *script, *text; } rows[] = {
                { "21" GENERATOR_KEY "ac", "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH" },
                { "a914" "76a04053bda0a88bda5177b86a15c3b29f559873" "87",
                  "3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC" },
                { "0014" GENERATOR, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4" },
                /* printf '\x51' | sha256sum */
                { "51", "script:4ae81572f06e1b88fd5ced7a1a000945432e83e1" },
        };
        char text[128], full[128];
        for (size_t i = 0; i < COUNT(rows); i++) {
                em_str script = unhex(rows[i].script);
                em_payee payee = em_script_payee(script);
                em_payee_address(payee, (em_str){ NULL, 0 }, net_of("main"), text);
                assert_string_equal(text, rows[i].text);
                em_payee_address(payee, script, net_of("main"), full);
                assert_true(em_str_starts(em_str_c(full), em_str_c(text)));
                unhex_free(script);
        }
        assert_string_equal(em_script_address(EM_S(""), net_of("main"), text),
                "script:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void networks_are_found_by_name_and_by_magic(void **state)
{
        (void)state;
        const em_btc_net *list;
        size_t n = em_btc_nets(&list);
        assert_true(n >= 7);
        for (size_t i = 0; i < n; i++) {
                assert_ptr_equal(em_btc_net_find(em_str_c(list[i].name)), &list[i]);
                assert_non_null(em_btc_net_by_magic(list[i].magic));
                for (size_t k = 0; k < i; k++)
                        assert_string_not_equal(list[i].name, list[k].name);
        }
        assert_null(em_btc_net_find(EM_S("mainnet2")));
        assert_null(em_btc_net_by_magic((const uint8_t[]){ 1, 2, 3, 4 }));
        assert_string_equal(em_btc_net_by_magic((const uint8_t[]){ 0xf9, 0xbe, 0xb4, 0xd9 })->name,
                            "main");
        assert_string_equal(em_btc_net_by_magic((const uint8_t[]){ 0xfa, 0xbf, 0xb5, 0xda })->name,
                            "regtest");
        assert_string_equal(em_script_kind_name(EM_SCRIPT_P2TR), "p2tr");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(an_address_and_its_script_are_one_another),
                cmocka_unit_test(the_valid_segwit_addresses_of_bip_350_give_their_scripts),
                cmocka_unit_test(the_invalid_segwit_addresses_of_bip_350_are_refused_for_the_stated_reason),
                cmocka_unit_test(an_address_of_another_network_or_coin_is_refused),
                cmocka_unit_test(bitcoin_cash_reads_both_forms_and_writes_cashaddr),
                cmocka_unit_test(bitcoin_cash_pays_to_long_script_hashes_and_to_holders_of_tokens),
                cmocka_unit_test(litecoin_reads_the_old_script_addresses_and_writes_the_new),
                cmocka_unit_test(every_standard_form_is_told_from_its_bytes),
                cmocka_unit_test(a_multisig_of_twenty_keys_pushes_its_count_as_a_byte),
                cmocka_unit_test(a_key_and_its_hash_are_one_payee_and_all_else_are_many),
                cmocka_unit_test(a_payee_alone_shows_the_address_when_its_hash_is_enough),
                cmocka_unit_test(networks_are_found_by_name_and_by_magic),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
