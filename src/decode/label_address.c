/* An address in one way of writing, and checked as far as its chain is known.
 *
 * Case means nothing in hexadecimal (but for EIP-55's checksum, which other code tests), in bech32 (BIP 173) and
 * in cashaddr; it does in base58.  Bitcoin, Litecoin and Bitcoin Cash addresses carry a checksum and one
 * that fails names nobody, so it cannot be a label.  Of other chains nothing is assumed.
 */
#include "decode/bitcoin_text.h"
#include "decode/label_read.h"
#include "embargo/bitcoin.h"

enum { MOST_ADDRESS = 256, HEX_ADDRESS = 42 };

static bool is_digit(char c)
{
        return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
        return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool is_hex(em_str s)
{
        for (size_t i = 0; i < s.n; i++)
                if (!is_digit(s.p[i]) && !((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'f'))
                        return false;
        return s.n > 0;
}

static bool has_0x(em_str s)
{
        return s.n > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x';
}

/* Letters of one case only, as bech32 demands. */
static bool is_one_case(em_str s)
{
        bool upper = false, lower = false;
        for (size_t i = 0; i < s.n; i++) {
                upper |= s.p[i] >= 'A' && s.p[i] <= 'Z';
                lower |= s.p[i] >= 'a' && s.p[i] <= 'z';
        }
        return !(upper && lower);
}

/* Begins with the human-readable part of some network and the 1 behind it. */
static bool is_bech32_of(em_str s, const em_btc_net *net)
{
        em_str hrp = em_str_c(net->hrp);
        return hrp.n && s.n > hrp.n && s.p[hrp.n] == '1' && em_str_eq_nocase(em_str_sub(s, 0, hrp.n), hrp);
}

static bool is_bech32(em_str s)
{
        const em_btc_net *net;
        for (size_t i = em_btc_nets(&net); i > 0; i--, net++)
                if (is_bech32_of(s, net))
                        return true;
        return false;
}

/* A cashaddr without its prefix, in capitals; base58 never lacks small letters over 42 of them. */
static bool is_loud_cash(em_str s)
{
        if (s.n != 42 || (s.p[0] != 'Q' && s.p[0] != 'P'))
                return false;
        for (size_t i = 0; i < s.n; i++)
                if (!is_digit(s.p[i]) && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
                        return false;
        return true;
}

static em_str in_lower(em_str s, char *out, size_t room)
{
        if (s.n > room)
                return s;
        for (size_t i = 0; i < s.n; i++)
                out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
        return (em_str){out, s.n};
}

em_str em_label_canonical(em_str address, char *out, size_t room)
{
        em_str cash = EM_S("bitcoincash:");
        if (em_str_eq_nocase(em_str_sub(address, 0, cash.n), cash))
                return in_lower(em_str_sub(address, cash.n, address.n), out, room);
        bool hex = has_0x(address) && is_hex(em_str_sub(address, 2, address.n));
        if (hex || (is_bech32(address) && is_one_case(address)) || is_loud_cash(address))
                return in_lower(address, out, room);
        return address;
}

em_str em_label_currency(em_str stated)
{
        static const struct { const char *said, *code; } known[] = {
                {"XBT", "BTC"}, {"Bitcoin", "BTC"}, {"BTC", "BTC"}, {"Ethereum", "ETH"}, {"ETH", "ETH"},
                {"Litecoin", "LTC"}, {"LTC", "LTC"}, {"Tron", "TRX"}, {"TRX", "TRX"}, {"Bitcoin Cash", "BCH"},
                {"BCH", "BCH"}, {"Arbitrum", "ARB"}, {"Polygon", "MATIC"},
        };
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
                if (em_str_eq_nocase(stated, em_str_c(known[i].said)))
                        return em_str_c(known[i].code);
        return stated;
}

bool em_label_looks(em_str word)
{
        size_t digits = 0;
        if (has_0x(word))
                return is_hex(em_str_sub(word, 2, word.n)) && word.n >= HEX_ADDRESS;
        if (word.n < 25 || word.n > MOST_ADDRESS)
                return false;
        for (size_t i = 0; i < word.n; i++) {
                if (!is_digit(word.p[i]) && !is_letter(word.p[i]) && word.p[i] != ':')
                        return false;
                digits += is_digit(word.p[i]);
        }
        return digits > 0;
}

/* ---- checks --------------------------------------------------------------------------- */

static const char *check_hex(em_str address, em_str currency)
{
        static const char *const account[] = {"", "ETH", "ETC", "BSC", "ARB", "MATIC", "AVAX", "USDT", "USDC"};
        bool known = false, hex = has_0x(address);
        for (size_t i = 0; i < sizeof account / sizeof *account; i++)
                known |= em_str_eq_nocase(currency, em_str_c(account[i]));
        if (!hex)
                return "an Ethereum address begins with 0x";
        if (!is_hex(em_str_sub(address, 2, address.n)))
                return "after 0x stands what is no hexadecimal digit";
        return known && address.n != HEX_ADDRESS ? "an Ethereum address has 40 hexadecimal digits" : NULL;
}

static bool looks_bitcoin(em_str a)
{
        if (a.n >= 25 && a.n <= 35 && (a.p[0] == '1' || a.p[0] == '3')) {
                for (size_t i = 0; i < a.n; i++)
                        if (!is_digit(a.p[i]) && !is_letter(a.p[i]))
                                return false;
                return true;
        }
        return is_bech32(a);
}

/* Whether the address is whole, whatever network it is of: base58check as Bitcoin's heirs and Tron write it. */
static bool is_whole(em_str address)
{
        uint8_t payload[64];
        size_t  n = 0;
        return em_base58check_read(address, payload, &n) == NULL && n == 21;
}

/* Good on any network of the coin; otherwise what the nearest of them says. */
static const char *check_bitcoin(em_str address, em_str coin, em_arena *arena)
{
        const em_btc_net *net;
        em_error          why = {0};
        bool              said = false;
        for (size_t i = em_btc_nets(&net); i > 0; i--, net++) {
                em_error one = {0};
                em_str   script = {0};
                if (coin.n && !em_str_eq(coin, em_str_c(net->coin)))
                        continue;
                if (em_address_parse(address, net, arena, &script, &one) == EM_OK)
                        return NULL;
                if (!said || is_bech32_of(address, net))
                        why = one;
                said = true;
        }
        em_str kept = {0};
        return em_str_copy(em_str_c(why.text), arena, &kept, NULL) == EM_OK ? kept.p : "its checksum is wrong";
}

const char *em_label_check(em_str address, em_str *currency, em_arena *arena)
{
        static const char *const checked[] = {"BTC", "LTC", "BCH"};
        if (address.n == 0)
                return "the address is empty";
        if (address.n > MOST_ADDRESS)
                return "the address is longer than 256 bytes";
        for (size_t i = 0; i < address.n; i++)
                if ((unsigned char)address.p[i] <= ' ' || address.p[i] == 127)
                        return "there is a blank or a control character in the address";
        for (size_t i = 0; i < sizeof checked / sizeof *checked; i++) {
                if (!em_str_eq(*currency, em_str_c(checked[i])))
                        continue;
                const char *wrong = check_bitcoin(address, *currency, arena);
                if (!wrong || !is_whole(address))
                        return wrong;
                *currency = EM_S("");
                return NULL;
        }
        if (has_0x(address) || em_str_eq(*currency, EM_S("ETH")) || em_str_eq(*currency, EM_S("ETC")))
                return check_hex(address, *currency);
        return currency->n == 0 && looks_bitcoin(address) ? check_bitcoin(address, EM_S(""), arena) : NULL;
}
