/* The networks, one row each: Bitcoin Core's chainparams.cpp, BIP 94 for testnet4,
 * Litecoin Core's and Bitcoin Cash Node's chainparams.cpp.  Bitcoin Cash Node speaks
 * with another magic than it writes: its diskMagic is still Bitcoin's.
 */
#include "embargo/bitcoin.h"

static const em_btc_net nets[] = {
        { "main",             "BTC", { 0xf9, 0xbe, 0xb4, 0xd9 }, 0x00, 0x05, 0x05, "bc",   "" },
        { "test3",            "BTC", { 0x0b, 0x11, 0x09, 0x07 }, 0x6f, 0xc4, 0xc4, "tb",   "" },
        { "test4",            "BTC", { 0x1c, 0x16, 0x3f, 0x28 }, 0x6f, 0xc4, 0xc4, "tb",   "" },
        { "signet",           "BTC", { 0x0a, 0x03, 0xcf, 0x40 }, 0x6f, 0xc4, 0xc4, "tb",   "" },
        { "regtest",          "BTC", { 0xfa, 0xbf, 0xb5, 0xda }, 0x6f, 0xc4, 0xc4, "bcrt", "" },
        { "litecoin",         "LTC", { 0xfb, 0xc0, 0xb6, 0xdb }, 0x30, 0x32, 0x05, "ltc",  "" },
        { "litecoin-test",    "LTC", { 0xfd, 0xd2, 0xc8, 0xf1 }, 0x6f, 0x3a, 0xc4, "tltc", "" },
        { "litecoin-regtest", "LTC", { 0xfa, 0xbf, 0xb5, 0xda }, 0x6f, 0x3a, 0xc4, "rltc", "" },
        { "bitcoincash",      "BCH", { 0xf9, 0xbe, 0xb4, 0xd9 }, 0x00, 0x05, 0x05, "", "bitcoincash" },
        { "bitcoincash-test", "BCH", { 0x0b, 0x11, 0x09, 0x07 }, 0x6f, 0xc4, 0xc4, "", "bchtest" },
        { "bitcoincash-regtest", "BCH", { 0xfa, 0xbf, 0xb5, 0xda }, 0x6f, 0xc4, 0xc4, "", "bchreg" },
};
#define NETS (sizeof nets / sizeof nets[0])

const em_btc_net *em_btc_net_find(em_str name)
{
        for (size_t i = 0; i < NETS; i++)
                if (em_str_eq(name, em_str_c(nets[i].name)))
                        return &nets[i];
        return NULL;
}

const em_btc_net *em_btc_net_by_magic(const uint8_t magic[4])
{
        for (size_t i = 0; i < NETS; i++)
                if (memcmp(magic, nets[i].magic, sizeof nets[i].magic) == 0)
                        return &nets[i];
        return NULL;
}

size_t em_btc_nets(const em_btc_net **ret_list)
{
        *ret_list = nets;
        return NETS;
}
