/* Labels: each format, what of it is refused and why, the order of what ends a trace, contradictions.
 *
 * Addresses are published ones: the genesis block's, BIP 173's, the cashaddr specification's pair, Ronin's thief.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "embargo/label.h"

#include <stdio.h>
#include <stdlib.h>

#define GENESIS "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
#define SEGWIT  "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
#define RONIN   "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
#define RONIN_LOW "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
/* the cashaddr specification's table: one hash in both writings */
#define OLD_CASH "1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu"
#define NEW_CASH "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"

static em_labels *parsed(const char *name, const char *text)
{
        em_labels *labels = NULL;
        em_error   err = {0};
        em_status  s = em_labels_parse(em_str_c(name), em_str_c(text), NULL, &labels, &err);
        if (s != EM_OK)
                print_message("%s\n", err.text);
        assert_int_equal(s, EM_OK);
        return labels;
}

static void assert_str(em_str got, const char *want)
{
        if (!em_str_eq(got, em_str_c(want)))
                fail_msg("got \"%.*s\", wanted \"%s\"", EM_ARG(got), want);
}

static const em_label *only(const em_labels *labels)
{
        assert_int_equal(em_labels_count(labels), 1);
        return em_labels_at(labels, 0);
}

/* The rejects as "line:reason|". */
static void assert_rejects(const em_labels *labels, const char *want)
{
        const em_label_reject *list = NULL;
        em_buf out = em_buf_make(1 << 16);
        size_t n = em_labels_rejects(labels, &list);
        for (size_t i = 0; i < n; i++)
                em_buf_fmt(&out, "%llu:%.*s|", (unsigned long long)list[i].line, EM_ARG(list[i].reason));
        em_buf_ch(&out, '\0');
        assert_string_equal(out.p, want);
        em_buf_free(&out);
}

static void assert_refused(const char *text, em_status code, const char *why)
{
        em_labels *labels = NULL;
        em_error   err = {0};
        assert_int_equal(em_labels_parse(EM_S("x"), em_str_c(text), NULL, &labels, &err), code);
        if (!strstr(err.text, why))
                fail_msg("got \"%s\", wanted \"%s\"", err.text, why);
        assert_null(labels);
}

/* ---- tables --------------------------------------------------------------------------- */

static void a_table_is_read_by_the_words_of_its_head(void **state)
{
        (void)state;
        em_labels *l = parsed("t.csv", "date,Label,ADDRESS,category,source,confidence,currency,actor,abuse\n"
                                       "2024-01-02,\"A \"\"big\"\" one\"," GENESIS ",exchange,a court,high,XBT,a,b\n");
        const em_label *a = only(l);
        assert_str(a->address, GENESIS);
        assert_str(a->shown, GENESIS);
        assert_str(a->currency, "BTC");
        assert_str(a->label, "A \"big\" one");
        assert_str(a->category, "exchange");
        assert_str(a->source, "a court");
        assert_str(a->confidence, "high");
        assert_str(a->date, "2024-01-02");
        assert_str(a->actor, "a");
        assert_str(a->abuse, "b");
        assert_str(a->file, "t.csv");
        assert_int_equal(a->line, 2);
        assert_int_equal(a->stop, EM_LABEL_EXCHANGE);
        em_labels_free(l);
}

static void an_etherscan_table_gives_names_and_families(void **state)
{
        (void)state;
        em_labels *l = parsed("e.csv", "address,name,family,type,website\n"
                                       RONIN ",,heist,account,\n" RONIN ",Ronin Bridge Exploiter,heist,account,\n");
        assert_int_equal(em_labels_count(l), 2);
        assert_str(em_labels_at(l, 0)->label, "heist");
        assert_str(em_labels_at(l, 1)->label, "Ronin Bridge Exploiter");
        assert_str(em_labels_at(l, 1)->category, "heist");
        assert_str(em_labels_at(l, 1)->address, RONIN_LOW);
        assert_str(em_labels_at(l, 1)->shown, RONIN);
        em_labels_free(l);
}

static void a_table_of_incident_roles_is_read(void **state)
{
        (void)state;
        em_labels *l = parsed("b.csv", "chain,address,role,note\nETH," RONIN ",exploiter,Exploiter EOA\n");
        const em_label *a = only(l);
        assert_str(a->label, "Exploiter EOA");
        assert_str(a->category, "exploiter");
        assert_str(a->currency, "ETH");
        em_labels_free(l);
}

static void a_table_without_a_head_is_told_by_where_the_address_is(void **state)
{
        (void)state;
        em_labels *l = parsed("o.csv", "Ethereum," RONIN ",Sanctioned\n");
        assert_str(only(l)->currency, "ETH");
        assert_str(only(l)->label, "Sanctioned");
        assert_str(only(l)->category, "Sanctioned");
        assert_int_equal(only(l)->line, 1);
        em_labels_free(l);
        l = parsed("n.csv", RONIN "\tRonin thief\n");
        assert_str(only(l)->label, "Ronin thief");
        em_labels_free(l);
}

static void a_bad_row_is_a_reject_and_the_rest_goes_on(void **state)
{
        (void)state;
        em_labels *l = parsed("r.csv", "address,label,currency\n" GENESIS ",good,\n" GENESIS ",,\n,x,\n0x12,short,ETH\n"
                                       "0x098B716B8Aaf21512996dC57EB0615e2383E2fzz,x,\na b,x,\n" GENESIS ",x,ETH\n"
                                       "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe,ripple,XRP\n");
        assert_rejects(l, "3:the label is empty|4:the address is empty|5:an Ethereum address has 40 hexadecimal digits|"
                          "6:after 0x stands what is no hexadecimal digit|"
                          "7:there is a blank or a control character in the address|"
                          "8:an Ethereum address begins with 0x|");
        assert_int_equal(em_labels_count(l), 2);
        em_labels_free(l);
}

/* The last letter of each is changed; base58check's, bech32's and cashaddr's checksums see any one letter. */
static void an_address_whose_checksum_fails_is_a_reject_with_its_reason(void **state)
{
        (void)state;
        em_labels *l = parsed("c.csv", "address,label,currency\n1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb,a,\n"
                                       "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5,b,\n"
                                       "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6c,c,BCH\n"
                                       "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb,d,XVG\n");
        const em_label_reject *list = NULL;
        assert_int_equal(em_labels_rejects(l, &list), 3);
        for (size_t i = 0; i < 3; i++)
                if (em_str_find(list[i].reason, EM_S("checksum")) < 0)
                        fail_msg("%.*s", EM_ARG(list[i].reason));
        assert_str(only(l)->label, "d");        /* of a chain whose addresses are not known here */
        em_labels_free(l);
}

/* The SDN list of 2024-09-27 has this address of Tron among those of Bitcoin. */
static void a_whole_address_of_another_network_keeps_its_label_and_loses_the_currency(void **state)
{
        (void)state;
        em_labels *l = parsed("sanctioned_addresses_XBT.txt", "TUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzq\n");
        assert_str(only(l)->currency, "");
        assert_rejects(l, "");
        em_labels_free(l);
        l = parsed("sanctioned_addresses_XBT.txt", GENESIS "\nTUCsTq7TofTCJRRoHk6RvhMoS2mJLm5Yzr\n");
        assert_str(only(l)->address, GENESIS);
        em_labels_free(l);
}

static void what_are_no_labels_is_refused_with_the_place(void **state)
{
        (void)state;
        assert_refused("", EM_FORMAT, "no header line");
        assert_refused("# only a comment\n", EM_FORMAT, "empty");
        assert_refused("Dear Sir or Madam\n", EM_FORMAT, "neither a table");
        assert_refused("address,confidence\n" GENESIS ",high\n", EM_FORMAT, "columns address and label");
        assert_refused("one,two\n" GENESIS ",x\n", EM_FORMAT, "no column is called address");
        assert_refused("title: x\ncreator: y\n", EM_FORMAT, "no list of tags");
        assert_refused("title: [\n", EM_FORMAT, "no TagPack");
}

static void more_labels_than_asked_for_are_a_limit(void **state)
{
        (void)state;
        em_labels     *labels = NULL;
        em_labels_opts opts = {.max = 2};
        em_str         text = EM_S("address,label\n" GENESIS ",a\n" GENESIS ",b\n" GENESIS ",c\n");
        assert_int_equal(em_labels_parse(EM_S("x"), text, &opts, &labels, NULL), EM_LIMIT);
        opts.max = 3;
        assert_int_equal(em_labels_parse(EM_S("x"), text, &opts, &labels, NULL), EM_OK);
        em_labels_free(labels);
}

/* ---- TagPacks ------------------------------------------------------------------------- */

static void a_tag_takes_from_the_head_what_it_does_not_state(void **state)
{
        (void)state;
        em_labels *l = parsed("p.yaml", "title: A pack\ncreator: x\nlabel: Head\ncategory: exchange\n"
                                        "currency: BTC\nlastmod: 2022-04-15\nconfidence: web_crawl\n"
                                        "is_cluster_definer: true\nactor: head\ntags:\n"
                                        "- address: " GENESIS "\n"
                                        "- address: '" RONIN "'\n  currency: USDT\n  network: ETH\n  label: Own\n"
                                        "  concepts: [hosting, gambling]\n  context: '{\"a\": 1}'\n"
                                        "  is_cluster_definer: false\n"
                                        "source: https://after.example\n");
        assert_int_equal(em_labels_count(l), 2);
        const em_label *own = em_labels_at(l, 0), *head = em_labels_at(l, 1);
        assert_str(head->label, "Head");
        assert_str(head->category, "exchange");
        assert_str(head->currency, "BTC");
        assert_str(head->date, "2022-04-15");
        assert_str(head->source, "https://after.example");
        assert_int_equal(head->line, 11);
        assert_int_equal(head->stop, EM_LABEL_EXCHANGE);
        assert_true(head->definer);
        assert_str(own->label, "Own");
        assert_str(own->category, "hosting, gambling");
        assert_str(own->currency, "ETH");
        assert_str(own->actor, "head");
        assert_str(own->context, "{\"a\": 1}");
        assert_int_equal(own->line, 12);
        assert_int_equal(own->stop, EM_LABEL_SERVICE);
        assert_false(own->definer);
        em_labels_free(l);
}

static void an_alias_stands_for_a_single_value_only(void **state)
{
        (void)state;
        em_labels *l = parsed("p.yaml", "label: &who Somebody\nx: &map {label: y}\ntags:\n"
                                        "- {address: " GENESIS ", actor: *who}\n"
                                        "- {address: " SEGWIT ", actor: *map}\n"
                                        "- {<<: *map, address: " SEGWIT "}\n"
                                        "- *map\n- just text\n- {label: no address}\n");
        assert_str(only(l)->actor, "Somebody");
        assert_rejects(l, "5:an alias of a list, of a mapping or of nothing is not followed|"
                          "6:an alias of a list, of a mapping or of nothing is not followed|"
                          "7:a tag that is an alias is not followed|8:this is no tag: not a mapping|"
                          "9:the tag has no address|");
        em_labels_free(l);
}

/* Nine lists of nine aliases each would be 9^9 = 387,420,489 values. */
static void a_billion_laughs_stay_nine_lines(void **state)
{
        (void)state;
        em_buf text = em_buf_make(1 << 16);
        em_buf_c(&text, "a0: &a0 [lol]\n");
        for (int i = 1; i <= 9; i++) {
                em_buf_fmt(&text, "a%d: &a%d [", i, i);
                for (int k = 0; k < 9; k++)
                        em_buf_fmt(&text, "%s*a%d", k ? ", " : "", i - 1);
                em_buf_c(&text, "]\n");
        }
        em_buf_c(&text, "tags:\n- {address: " GENESIS ", label: x, concepts: *a9}\n- {address: " GENESIS ", label: y}\n");
        em_buf_ch(&text, '\0');
        em_labels *l = parsed("p.yaml", text.p);
        assert_str(only(l)->label, "y");
        em_labels_free(l);
        em_buf_free(&text);
}

static void a_pack_that_breaks_off_keeps_what_stands_before(void **state)
{
        (void)state;
        em_labels *l = parsed("p.yaml", "label: x\ntags:\n- address: " GENESIS "\n- address: [\n");
        assert_str(only(l)->address, GENESIS);
        const em_label_reject *list = NULL;
        assert_int_equal(em_labels_rejects(l, &list), 1);
        assert_true(em_str_starts(list[0].reason, EM_S("no YAML from here on")));
        em_labels_free(l);
}

static void a_pack_written_as_json_is_read_too(void **state)
{
        (void)state;
        em_labels *l = parsed("p.json", "{\"label\": \"x\", \"tags\": [{\"address\": \"" GENESIS "\"}]}");
        assert_str(only(l)->label, "x");
        em_labels_free(l);
}

/* ---- lists ----------------------------------------------------------------------------- */

static void a_list_says_no_more_than_its_name_and_its_comments(void **state)
{
        (void)state;
        em_labels *l = parsed("dir/sanctioned_addresses_XBT.txt", GENESIS "\n\n");
        assert_str(only(l)->currency, "BTC");
        assert_str(only(l)->label, "sanctioned_addresses_XBT");
        assert_str(only(l)->category, "sanctioned");
        assert_str(only(l)->source, "");
        assert_int_equal(only(l)->stop, EM_LABEL_GOES_ON);
        em_labels_free(l);
        l = parsed("my_list.txt", "# source: the victim's letter\n# category: mixer\n" RONIN " # seen twice\n");
        assert_str(only(l)->currency, "");
        assert_str(only(l)->label, "my_list");
        assert_str(only(l)->source, "the victim's letter");
        assert_int_equal(only(l)->stop, EM_LABEL_MIXER);
        assert_int_equal(only(l)->line, 3);
        em_labels_free(l);
}

static void lines_of_a_list_that_are_no_address_are_rejects(void **state)
{
        (void)state;
        em_labels *l = parsed("a_XBT.txt", GENESIS "\nnot an address\n1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb\r\n" SEGWIT "\r\n");
        const em_label_reject *list = NULL;
        assert_int_equal(em_labels_count(l), 2);
        assert_int_equal(em_labels_rejects(l, &list), 2);
        assert_int_equal(list[0].line, 2);
        assert_int_equal(list[1].line, 3);
        em_labels_free(l);
}

/* ---- asking ----------------------------------------------------------------------------- */

static void an_address_is_found_in_any_writing(void **state)
{
        (void)state;
        size_t     n = 0;
        em_labels *l = parsed("a.csv", "address,label\n" RONIN ",r\nBC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4,s\n"
                                       "bitcoincash:" NEW_CASH ",c\n" GENESIS ",g\n" OLD_CASH ",o\n");
        assert_int_equal(em_labels_count(l), 5);
        assert_non_null(em_labels_of(l, EM_S(RONIN_LOW), &n));
        assert_non_null(em_labels_of(l, EM_S("0X098B716B8AAF21512996DC57EB0615E2383E2F96"), &n));
        assert_non_null(em_labels_of(l, EM_S(SEGWIT), &n));
        assert_non_null(em_labels_of(l, EM_S(NEW_CASH), &n));
        assert_non_null(em_labels_of(l, EM_S("BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A"), &n));
        assert_non_null(em_labels_of(l, EM_S(GENESIS), &n));
        assert_int_equal(n, 1);
        assert_null(em_labels_of(l, EM_S("1a1zp1ep5qgefi2dmptftl5slmv7divfna"), &n));       /* base58 has case */
        assert_int_equal(n, 0);
        em_labels_free(l);
}

static void canonical_writing_needs_its_room(void **state)
{
        (void)state;
        char   room[42];
        em_str as = em_label_canonical(EM_S(RONIN), room, sizeof room);
        assert_str(as, RONIN_LOW);
        assert_ptr_equal(as.p, room);
        assert_str(em_label_canonical(EM_S(RONIN), room, 41), RONIN);
        assert_str(em_label_canonical(EM_S("0xzz"), room, 42), "0xzz");
}

static void the_surest_stop_is_by_kind_then_confidence_then_order(void **state)
{
        (void)state;
        static const struct { const char *rows, *want; } cases[] = {
                {"a,bridge,high\nb,mixer,low\n", "b"},          {"a,service,high\nb,exchange,\n", "b"},
                {"a,service,high\nb,bridge,low\n", "b"},        {"a,exchange,low\nb,exchange,high\n", "b"},
                {"a,exchange,50\nb,exchange,service_data\n", "a"}, {"a,exchange,\nb,exchange,unknown\n", "b"},
                {"a,user,high\nb,,high\nc,shop,\n", "c"},       {"a,user,high\nb,scam,high\n", NULL},
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char text[512];
                int  n = snprintf(text, sizeof text, "label,category,confidence,address\n");
                for (em_str rest = em_str_c(cases[i].rows); rest.n;) {
                        em_cut cut = em_str_cut(rest, '\n');
                        n += snprintf(text + n, sizeof text - (size_t)n, "%.*s," GENESIS "\n", EM_ARG(cut.head));
                        rest = cut.tail;
                }
                em_labels      *l = parsed("s.csv", text);
                const em_label *best = em_labels_stop(l, EM_S(GENESIS));
                if (cases[i].want)
                        assert_str(best->label, cases[i].want);
                else
                        assert_null(best);
                em_labels_free(l);
        }
}

static void contradictions_are_told_and_agreements_are_not(void **state)
{
        (void)state;
        static const struct { const char *a, *b; size_t want; } cases[] = {     /* label,category,actor */
                {"Binance 14,exchange,", "binance reserve,exchange,binance", 0},
                {"Exchange A,exchange,", "Desk C,otc,", 1},             /* both end, two names */
                {"Mr A,user,", "Mr B,user,", 0},                        /* names of people may be many */
                {"Mr A,user,a", "Mr B,user,b", 1},                      /* but two actors differ */
                {"listed,user,", "Blender,mixing_service,", 1},         /* one ends, one says it goes on */
                {"listed,sanctioned,", "Blender,mixing_service,", 0},   /* a list is silent on that */
                {"X,exchange,", "X,mixer,", 1},
                {"X,exchange,", "X,service,", 0},                       /* an exchange is a service */
        };
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                char          text[512];
                const size_t *first = NULL;
                snprintf(text, sizeof text, "address,label,category,actor\n" RONIN ",z,,\n" GENESIS ",%s\n" GENESIS ",%s\n",
                         cases[i].a, cases[i].b);
                em_labels *l = parsed("c.csv", text);
                size_t     n = em_labels_conflicts(l, &first);
                if (n != cases[i].want)
                        fail_msg("%s / %s: %zu", cases[i].a, cases[i].b, n);
                if (n)
                        assert_str(em_labels_at(l, first[0])->address, GENESIS);
                em_labels_free(l);
        }
}

/* tagpack-tool 25.8.1, src/tagpack/db/confidence.csv */
static void confidences_are_graphsense_s_levels(void **state)
{
        (void)state;
        static const struct { const char *word; int level; } row[] = {
                {"override", 100}, {"ownership", 100}, {"ledger_immanent", 100}, {"manual_transaction", 90},
                {"service_api", 70}, {"forensic_investigation", 70}, {"authority_data", 60}, {"trusted_provider", 50},
                {"service_data", 50}, {"forensic", 50}, {"untrusted_transaction", 40}, {"web_crawl", 20},
                {"heuristic", 10}, {"unknown", 5}, {"HIGH", 80}, {"37", 37}, {"101", -1}, {"-1", -1}, {"", -1}, {"sure", -1},
        };
        for (size_t i = 0; i < sizeof row / sizeof *row; i++)
                assert_int_equal(em_label_confidence(em_str_c(row[i].word)), row[i].level);
}

static void categories_of_graphsense_end_a_trace_as_what_they_are(void **state)
{
        (void)state;
        static const struct { const char *category; em_label_stop stop; } row[] = {
                {"exchange", EM_LABEL_EXCHANGE}, {"Mixing Service", EM_LABEL_MIXER}, {"coinjoin", EM_LABEL_MIXER},
                {"defi-bridge", EM_LABEL_BRIDGE}, {"hosting", EM_LABEL_SERVICE}, {"defi_lending", EM_LABEL_SERVICE},
                {"payment_processor", EM_LABEL_SERVICE}, {"market", EM_LABEL_SERVICE}, {"user", EM_LABEL_GOES_ON},
                {"service; exchange", EM_LABEL_EXCHANGE}, {"sanctioned", EM_LABEL_GOES_ON}, {"exchanges", EM_LABEL_GOES_ON},
        };
        for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
                char text[128];
                snprintf(text, sizeof text, "address,label,category\n" GENESIS ",x,%s\n", row[i].category);
                em_labels *l = parsed("x", text);
                assert_int_equal(only(l)->stop, row[i].stop);
                em_labels_free(l);
        }
}

/* ---- a table of stops --------------------------------------------------------------------- */

static em_status with_stops(const char *table, em_labels **ret, em_error *err)
{
        em_labels_opts opts = {.stops = EM_S("stops.csv")};
        assert_int_equal(em_file_write(opts.stops, em_str_c(table), NULL), EM_OK);
        em_status s = em_labels_parse(EM_S("x"), EM_S("address,label,category\n" GENESIS ",x,phish-hack\n" RONIN
                                                      ",y,exchange\n"), &opts, ret, err);
        remove("stops.csv");
        return s;
}

static void a_table_of_stops_replaces_the_built_in_one(void **state)
{
        (void)state;
        em_labels *l = NULL;
        em_error   err = {0};
        assert_int_equal(with_stops("category,stop,why\nPhish_Hack,service,our choice\n", &l, &err), EM_OK);
        assert_int_equal(em_labels_at(l, 1)->stop, EM_LABEL_SERVICE);
        assert_int_equal(em_labels_at(l, 0)->stop, EM_LABEL_GOES_ON);
        em_labels_free(l);
        l = NULL;
        assert_int_equal(with_stops("category,stop,why\nexchange,halt,x\n", &l, &err), EM_FORMAT);
        assert_int_equal(err.line, 2);
        assert_int_equal(with_stops("word,stop\n", &l, &err), EM_FORMAT);
        assert_null(l);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(a_table_is_read_by_the_words_of_its_head),
                cmocka_unit_test(an_etherscan_table_gives_names_and_families),
                cmocka_unit_test(a_table_of_incident_roles_is_read),
                cmocka_unit_test(a_table_without_a_head_is_told_by_where_the_address_is),
                cmocka_unit_test(a_bad_row_is_a_reject_and_the_rest_goes_on),
                cmocka_unit_test(an_address_whose_checksum_fails_is_a_reject_with_its_reason),
                cmocka_unit_test(a_whole_address_of_another_network_keeps_its_label_and_loses_the_currency),
                cmocka_unit_test(what_are_no_labels_is_refused_with_the_place),
                cmocka_unit_test(more_labels_than_asked_for_are_a_limit),
                cmocka_unit_test(a_tag_takes_from_the_head_what_it_does_not_state),
                cmocka_unit_test(an_alias_stands_for_a_single_value_only),
                cmocka_unit_test(a_billion_laughs_stay_nine_lines),
                cmocka_unit_test(a_pack_that_breaks_off_keeps_what_stands_before),
                cmocka_unit_test(a_pack_written_as_json_is_read_too),
                cmocka_unit_test(a_list_says_no_more_than_its_name_and_its_comments),
                cmocka_unit_test(lines_of_a_list_that_are_no_address_are_rejects),
                cmocka_unit_test(an_address_is_found_in_any_writing),
                cmocka_unit_test(canonical_writing_needs_its_room),
                cmocka_unit_test(the_surest_stop_is_by_kind_then_confidence_then_order),
                cmocka_unit_test(contradictions_are_told_and_agreements_are_not),
                cmocka_unit_test(confidences_are_graphsense_s_levels),
                cmocka_unit_test(categories_of_graphsense_end_a_trace_as_what_they_are),
                cmocka_unit_test(a_table_of_stops_replaces_the_built_in_one),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
