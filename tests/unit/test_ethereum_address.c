/* Addresses of account chains. */
#include "embargo/ethereum.h"
#include "embargo/moves.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void assert_keccak(em_str bytes, const char *hex)
{
        uint8_t    sum[32];
        em_sha256  as_hash;
        char       text[65];
        em_keccak256(bytes, sum);
        memcpy(as_hash.b, sum, 32);
        assert_string_equal(em_sha256_hex(as_hash, text), hex);
}

/* The empty string's is in the Yellow Paper (section 4.1, KEC(())); "abc" is of the Keccak team's
 * test vectors; the two topics are of EIP-20's events as every explorer shows them. */
static void keccak_256_is_the_one_before_fips_202(void **state)
{
        (void)state;
        assert_keccak(EM_S(""), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assert_keccak(EM_S("abc"), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
        assert_keccak(EM_S("Transfer(address,address,uint256)"),
                "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
        assert_keccak(EM_S("Approval(address,address,uint256)"),
                "8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925");
}

/* 135, 136 and 137 bytes: one below a block, one block, one over it.  Whatever the padding does
 * there, the three must differ from each other and from a text cut by a byte. */
static void texts_about_one_block_long_are_padded_apart(void **state)
{
        uint8_t sum[4][32];
        char    text[137];
        (void)state;
        memset(text, 'a', sizeof text);
        for (size_t i = 0; i < 4; i++)
                em_keccak256((em_str){ text, 134 + i }, sum[i]);
        for (size_t i = 0; i < 4; i++)
                for (size_t k = 0; k < i; k++)
                        assert_memory_not_equal(sum[i], sum[k], 32);
}

/* The test cases of EIP-55. */
static const char *const eip55[] = {
        "0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
};

static void addresses_are_spelled_as_eip_55_says(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof eip55 / sizeof *eip55; i++) {
                uint8_t address[20];
                char    text[43];
                assert_true(em_eth_address(em_str_c(eip55[i]), address));
                assert_string_equal(em_eth_address_text(address, text), eip55[i]);
        }
}

static void one_letter_of_the_wrong_case_is_refused(void **state)
{
        (void)state;
        for (size_t i = 4; i < sizeof eip55 / sizeof *eip55; i++)
                for (size_t at = 2; at < 42; at++) {
                        char    text[43];
                        uint8_t address[20];
                        memcpy(text, eip55[i], sizeof text);
                        if (text[at] <= '9')
                                continue;
                        text[at] ^= 0x20;
                        assert_false(em_eth_address(em_str_c(text), address));
                }
}

static void an_address_of_one_case_is_taken_and_other_texts_are_not(void **state)
{
        static const char *const bad[] = {
                "", "0x", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0", "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
        };
        uint8_t address[20];
        (void)state;
        assert_true(em_eth_address(EM_S("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"), address));
        assert_true(em_eth_address(EM_S("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED"), address));
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
                assert_false(em_eth_address(em_str_c(bad[i]), address));
}

/* TRON's documentation: the USDT contract TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t is
 * 41a614f803b6fd780986a42c78ec9c7f77e6ded13c; the second address is of OFAC's list. */
static void tron_addresses_are_base58check_of_21_bytes(void **state)
{
        static const uint8_t usdt[20] = { 0xa6, 0x14, 0xf8, 0x03, 0xb6, 0xfd, 0x78, 0x09, 0x86, 0xa4,
                                          0x2c, 0x78, 0xec, 0x9c, 0x7f, 0x77, 0xe6, 0xde, 0xd1, 0x3c };
        uint8_t address[20];
        char    text[43];
        (void)state;
        assert_true(em_tron_address(EM_S("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"), address));
        assert_memory_equal(address, usdt, 20);
        assert_string_equal(em_tron_address_text(usdt, text), "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
        assert_true(em_tron_address(EM_S("TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre"), address));
        assert_string_equal(em_tron_address_text(address, text), "TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre");
        assert_false(em_tron_address(EM_S("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"), address));
        assert_false(em_tron_address(EM_S("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"), address));     /* Bitcoin's */
}

/* A worked example that has stood on ethereum.stackexchange.com (question 760) since 2016. */
static void a_created_contract_follows_from_sender_and_nonce(void **state)
{
        static const struct { uint64_t nonce; const char *contract; } row[] = {
                {0, "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"}, {1, "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"},
                {2, "0xf778b86fa74e846c4f0a1fbd1335fe81c00a0c91"}, {3, "0xfffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c"},
        };
        uint8_t sender[20], contract[20], want[20];
        (void)state;
        assert_true(em_eth_address(EM_S("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0"), sender));
        for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
                assert_true(em_eth_address(em_str_c(row[i].contract), want));
                em_eth_created(sender, row[i].nonce, contract);
                assert_memory_equal(contract, want, 20);
        }
}

/* Senders and nonces of rows without a receiver in the shared table of transactions from block 3,300,400; the
 * contracts are receivers of later rows there, which nobody could call before they were made. */
static void contracts_made_with_longer_nonces_are_those_called_soon_after(void **state)
{
        static const struct { const char *sender; uint64_t nonce; const char *contract; } row[] = {
                {"0x160d7800f9df2deeb00703a3a6b11edb98dc35bd", 13, "0x1a6494f211fa97fcabbb4382457b6a68287cb0f7"},
                {"0x81b69a3ede12a18a5b78c1206635b3857ec19022", 246, "0x218fac1e599751f4ff447d1566c6ae649724a1d2"},
                {"0x45064e294de7b09aa180d0e1284788a21a268db8", 1311, "0xc75fedd3a091bdb8f375d69cff05d680b2d969a1"},
                {"0x45064e294de7b09aa180d0e1284788a21a268db8", 1312, "0x87d0985fa14fea717b74ef1ac2c9d62e046ae817"},
        };
        uint8_t sender[20], contract[20], want[20];
        (void)state;
        for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
                assert_true(em_eth_address(em_str_c(row[i].sender), sender));
                assert_true(em_eth_address(em_str_c(row[i].contract), want));
                em_eth_created(sender, row[i].nonce, contract);
                assert_memory_equal(contract, want, 20);
        }
}

static void an_account_reads_both_spellings_and_writes_its_networks(void **state)
{
        em_moves   tron = { .network = "tron" }, eth = { .network = "ethereum" };
        em_account a, b;
        char       text[EM_ACCOUNT_TEXT];
        (void)state;
        assert_true(em_account_parse(EM_S("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"), &a));
        assert_true(em_account_parse(EM_S("0xa614f803b6fd780986a42c78ec9c7f77e6ded13c"), &b));
        assert_memory_equal(a.b, b.b, 20);
        assert_string_equal(em_account_text(&tron, a, text), "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
        assert_true(em_str_eq_nocase(em_str_c(em_account_text(&eth, a, text)),
                                     EM_S("0xa614f803b6fd780986a42c78ec9c7f77e6ded13c")));
        assert_false(em_account_parse(EM_S("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"), &a));
}

static void a_lookalike_has_the_same_ends_and_another_middle(void **state)
{
        em_account a, b, c, d;
        (void)state;
        assert_true(em_account_parse(EM_S("0x36ed3c0213565530c35115d93a80f9c04d94e4cb"), &a));
        assert_true(em_account_parse(EM_S("0x36ed3c0000000000000000000000000000000000"), &b));
        assert_true(em_account_parse(EM_S("0x36ed3c000000000000000000000000000000e4cb"), &c));
        assert_true(em_account_parse(EM_S("0x36ed3d000000000000000000000000000000e4cb"), &d));
        assert_false(em_account_lookalike(a, a));
        assert_false(em_account_lookalike(a, b));
        assert_true(em_account_lookalike(a, c));
        assert_false(em_account_lookalike(a, d));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(keccak_256_is_the_one_before_fips_202),
                cmocka_unit_test(texts_about_one_block_long_are_padded_apart),
                cmocka_unit_test(addresses_are_spelled_as_eip_55_says),
                cmocka_unit_test(one_letter_of_the_wrong_case_is_refused),
                cmocka_unit_test(an_address_of_one_case_is_taken_and_other_texts_are_not),
                cmocka_unit_test(tron_addresses_are_base58check_of_21_bytes),
                cmocka_unit_test(a_created_contract_follows_from_sender_and_nonce),
                cmocka_unit_test(contracts_made_with_longer_nonces_are_those_called_soon_after),
                cmocka_unit_test(an_account_reads_both_spellings_and_writes_its_networks),
                cmocka_unit_test(a_lookalike_has_the_same_ends_and_another_middle),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
