/* Which standard form an output script has, and whom it pays.
 *
 * The forms are those of Bitcoin Core's script/solver.cpp, BIP 141 and BIP 341.  They
 * are fixed byte patterns, so scripts are compared and never run.
 */
#include "decode/bitcoin_hash.h"

enum {
        OP_0 = 0x00, OP_1 = 0x51, OP_16 = 0x60, OP_RETURN = 0x6a, OP_CHECKSIG = 0xac,
        OP_CHECKMULTISIG = 0xae
};

const char *em_script_kind_name(em_script_kind kind)
{
        switch (kind) {
        case EM_SCRIPT_OTHER:    return "other";
        case EM_SCRIPT_P2PK:     return "p2pk";
        case EM_SCRIPT_P2PKH:    return "p2pkh";
        case EM_SCRIPT_P2SH:     return "p2sh";
        case EM_SCRIPT_P2WPKH:   return "p2wpkh";
        case EM_SCRIPT_P2WSH:    return "p2wsh";
        case EM_SCRIPT_P2TR:     return "p2tr";
        case EM_SCRIPT_WITNESS:  return "witness";
        case EM_SCRIPT_MULTISIG: return "multisig";
        case EM_SCRIPT_NULLDATA: return "nulldata";
        }
        return "other";
}

/* Core's CPubKey: the first byte says the length; 6 and 7 are the old hybrid form. */
static bool is_key(const uint8_t *p, size_t n)
{
        return n == 33 ? p[0] == 2 || p[0] == 3
                       : n == 65 && (p[0] == 4 || p[0] == 6 || p[0] == 7);
}

/* A number from 1 to 20 at *at, as Core reads m and n: OP_1 to OP_16 or a push of one byte. */
static unsigned take_number(const uint8_t *p, size_t n, size_t *at)
{
        if (*at < n && p[*at] >= OP_1 && p[*at] <= OP_16)
                return p[(*at)++] - (OP_1 - 1u);
        if (n - *at < 2 || p[*at] != 1 || p[*at + 1] <= 16 || p[*at + 1] > 20)
                return 0;
        *at += 2;
        return p[*at - 1];
}

static bool is_multisig(const uint8_t *p, size_t n)
{
        size_t at = 0;
        unsigned need = take_number(p, n, &at), keys = 0;
        while (at < n && (p[at] == 33 || p[at] == 65)) {
                size_t key = p[at++];
                if (key > n - at || !is_key(p + at, key))
                        return false;
                at += key;
                keys++;
        }
        return need && keys >= need && take_number(p, n, &at) == keys && at + 1 == n
                && p[at] == OP_CHECKMULTISIG;
}

/* BIP 141: a version and one push of 2 to 40 bytes.  Version 0 knows two lengths only. */
static em_script_kind witness_kind(const uint8_t *p, size_t n)
{
        if (n < 4 || n > 42 || p[1] != n - 2)
                return EM_SCRIPT_OTHER;
        if (p[0] == OP_0)
                return n == 22 ? EM_SCRIPT_P2WPKH : n == 34 ? EM_SCRIPT_P2WSH : EM_SCRIPT_OTHER;
        if (p[0] < OP_1 || p[0] > OP_16)
                return EM_SCRIPT_OTHER;
        return p[0] == OP_1 && n == 34 ? EM_SCRIPT_P2TR : EM_SCRIPT_WITNESS;
}

static bool framed(em_str script, em_str before, size_t n, em_str after)
{
        return script.n == before.n + n + after.n && em_str_starts(script, before)
                && em_str_ends(script, after);
}

em_script_kind em_script_read(em_str script, em_str *ret_payee)
{
        const uint8_t *p = (const uint8_t *)script.p;
        size_t n = script.n;
        *ret_payee = (em_str){ NULL, 0 };
        if (n == 0)
                return EM_SCRIPT_OTHER;
        if (framed(script, EM_S("\x76\xa9\x14"), 20, EM_S("\x88\xac"))) {
                *ret_payee = em_str_sub(script, 3, 20);
                return EM_SCRIPT_P2PKH;
        }
        if (framed(script, EM_S("\xa9\x14"), 20, EM_S("\x87"))) {
                *ret_payee = em_str_sub(script, 2, 20);
                return EM_SCRIPT_P2SH;
        }
        em_script_kind witness = witness_kind(p, n);
        if (witness != EM_SCRIPT_OTHER) {
                *ret_payee = em_str_sub(script, 2, n - 2);
                return witness;
        }
        if (n >= 2 && p[0] == n - 2 && p[n - 1] == OP_CHECKSIG && is_key(p + 1, n - 2)) {
                *ret_payee = em_str_sub(script, 1, n - 2);
                return EM_SCRIPT_P2PK;
        }
        if (p[0] == OP_RETURN)
                return EM_SCRIPT_NULLDATA;
        return is_multisig(p, n) ? EM_SCRIPT_MULTISIG : EM_SCRIPT_OTHER;
}

em_payee em_script_payee(em_str script)
{
        em_payee payee = { { 0 } };
        em_str who;
        em_script_kind kind = em_script_read(script, &who);
        if (kind == EM_SCRIPT_P2PK) {
                em_btc_hash160(who, payee.b);
                kind = EM_SCRIPT_P2PKH;
        } else if (kind == EM_SCRIPT_P2PKH || kind == EM_SCRIPT_P2SH
                   || kind == EM_SCRIPT_P2WPKH) {
                memcpy(payee.b, who.p, 20);
        } else {
                memcpy(payee.b, em_sha256_of(script).b, 20);
        }
        payee.b[20] = (uint8_t)kind;
        return payee;
}
