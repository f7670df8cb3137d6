/* Between scripts and addresses: BIP 13 (base58check), 173 and 350 (bech32, bech32m),
 * cashaddr for Bitcoin Cash.  What has no address is named by the SHA-256 of its script,
 * so that every output has a name.
 */
#include "decode/bitcoin_hash.h"
#include "decode/bitcoin_text.h"

#include <stdio.h>

enum { CASH_KEY = 0, CASH_SCRIPT = 1, CASH_KEY_TOKENS = 2, CASH_SCRIPT_TOKENS = 3 };

/* ---- script to text ---------------------------------------------------- */

static char *write_hash(const em_btc_net *net, bool is_script, const uint8_t hash[20], char *out)
{
        uint8_t payload[21];
        if (*net->cashaddr)
                return em_cashaddr_write(net->cashaddr, is_script ? CASH_SCRIPT : CASH_KEY, hash,
                                         20, out);
        payload[0] = is_script ? net->p2sh : net->p2pkh;
        memcpy(payload + 1, hash, 20);
        return em_base58check_write(payload, sizeof payload, out);
}

/* The first n bytes of the script's SHA-256. */
static char *write_bare(const uint8_t *hash, size_t n, char *out)
{
        memcpy(out, "script:", 7);
        for (size_t i = 0; i < n; i++)
                snprintf(out + 7 + 2 * i, 3, "%02x", hash[i]);
        return out;
}

/* Bitcoin Cash pays to a hash of 32 bytes too: OP_HASH256 <32> OP_EQUAL (CHIP-2022-05). */
static bool is_long_script_hash(em_str script)
{
        return script.n == 35 && em_str_starts(script, EM_S("\xaa\x20"))
                && em_str_ends(script, EM_S("\x87"));
}

char *em_script_address(em_str script, const em_btc_net *net, char out[128])
{
        em_str who;
        em_script_kind kind = em_script_read(script, &who);
        const uint8_t *p = (const uint8_t *)who.p;
        uint8_t hash[20];
        if (kind == EM_SCRIPT_P2PK) {
                em_btc_hash160(who, hash);
                return write_hash(net, false, hash, out);
        }
        if (kind == EM_SCRIPT_P2PKH || kind == EM_SCRIPT_P2SH)
                return write_hash(net, kind == EM_SCRIPT_P2SH, p, out);
        if (*net->cashaddr && is_long_script_hash(script))
                return em_cashaddr_write(net->cashaddr, CASH_SCRIPT,
                                         (const uint8_t *)script.p + 2, 32, out);
        bool program = kind == EM_SCRIPT_P2WPKH || kind == EM_SCRIPT_P2WSH
                || kind == EM_SCRIPT_P2TR || kind == EM_SCRIPT_WITNESS;
        if (program && *net->hrp) {
                uint8_t version = (uint8_t)script.p[0];
                return em_segwit_write(net->hrp, version ? version - 0x50u : 0, p, who.n, out);
        }
        return write_bare(em_sha256_of(script).b, 32, out);
}

char *em_payee_address(em_payee payee, em_str script_or_empty, const em_btc_net *net, char out[128])
{
        if (script_or_empty.n)
                return em_script_address(script_or_empty, net, out);
        switch (payee.b[20]) {
        case EM_SCRIPT_P2PKH:
        case EM_SCRIPT_P2SH:
                return write_hash(net, payee.b[20] == EM_SCRIPT_P2SH, payee.b, out);
        case EM_SCRIPT_P2WPKH:
                if (*net->hrp)
                        return em_segwit_write(net->hrp, 0, payee.b, 20, out);
                break;
        default:
                break;
        }
        return write_bare(payee.b, 20, out);
}

/* ---- text to script ---------------------------------------------------- */

typedef struct target {                 /* the script, and how long */
        uint8_t script[42];
        size_t  n;
} target;

static void put(target *t, em_str before, const uint8_t *hash, size_t n, em_str after)
{
        memcpy(t->script, before.p, before.n);
        memcpy(t->script + before.n, hash, n);
        memcpy(t->script + before.n + n, after.p, after.n);
        t->n = before.n + n + after.n;
}

static void put_hash(target *t, bool is_script, const uint8_t hash[20])
{
        if (is_script)
                put(t, EM_S("\xa9\x14"), hash, 20, EM_S("\x87"));
        else
                put(t, EM_S("\x76\xa9\x14"), hash, 20, EM_S("\x88\xac"));
}

static const char *read_segwit(em_str text, const em_btc_net *net, target *t)
{
        uint8_t program[40];
        size_t n;
        unsigned version;
        const char *bad = em_segwit_read(text, net->hrp, program, &n, &version);
        if (bad)
                return bad;
        char head[2] = { (char)(version ? 0x50 + version : 0), (char)n };
        put(t, (em_str){ head, 2 }, program, n, EM_S(""));
        return NULL;
}

static const char *read_cash(em_str text, const em_btc_net *net, target *t)
{
        uint8_t hash[64];
        size_t n;
        unsigned type;
        const char *bad = em_cashaddr_read(text, net->cashaddr, hash, &n, &type);
        if (bad)
                return bad;
        bool is_script = type == CASH_SCRIPT || type == CASH_SCRIPT_TOKENS;
        if (type > CASH_SCRIPT_TOKENS)
                return "its type is unknown";
        if (n == 20)
                put_hash(t, is_script, hash);
        else if (n == 32 && is_script)
                put(t, EM_S("\xaa\x20"), hash, 32, EM_S("\x87"));
        else
                return "its hash has a wrong length";
        return NULL;
}

static const char *read_base58(em_str text, const em_btc_net *net, target *t)
{
        uint8_t payload[64];
        size_t n;
        const char *bad = em_base58check_read(text, payload, &n);
        if (bad)
                return bad;
        if (n != 21)
                return "its hash has a wrong length";
        if (payload[0] != net->p2pkh && payload[0] != net->p2sh && payload[0] != net->p2sh_old)
                return "its version byte is of another network";
        put_hash(t, payload[0] != net->p2pkh, payload + 1);
        return NULL;
}

/* Does text begin with the prefix of some network's bech32 addresses? */
static bool looks_segwit(em_str text)
{
        const em_btc_net *net;
        for (size_t i = em_btc_nets(&net); i > 0; i--, net++) {
                size_t n = strlen(net->hrp);
                if (n && text.n > n && text.p[n] == '1'
                    && em_str_eq_nocase(em_str_sub(text, 0, n), em_str_c(net->hrp)))
                        return true;
        }
        return false;
}

/* base58 first: Litecoin has base58 addresses that begin with "LTc1". */
static const char *read_any(em_str text, const em_btc_net *net, target *t)
{
        if (text.n == 0)
                return "it is empty";
        const char *bad = read_base58(text, net, t);
        if (!bad)
                return NULL;
        if (looks_segwit(text))
                return *net->hrp ? read_segwit(text, net, t) : "its prefix is another";
        if (em_str_cut(text, ':').found)
                return *net->cashaddr ? read_cash(text, net, t) : "its prefix is another";
        if (*net->cashaddr && (text.p[0] | 32) >= 'p' && (text.p[0] | 32) <= 'z')
                return read_cash(text, net, t);
        return bad;
}

em_status em_address_parse(em_str text, const em_btc_net *net, em_arena *arena,
                           em_str *ret_script, em_error *err)
{
        target t = { .n = 0 };
        char shown[100];
        const char *bad = read_any(text, net, &t);
        if (bad)
                return em_fail(err, EM_FORMAT, "\"%s\" is no address of the network %s: %s",
                               em_str_show(text, shown, sizeof shown), net->name, bad);
        return em_str_copy((em_str){ (const char *)t.script, t.n }, arena, ret_script, err);
}
